"""How far each matter is that a unit has to put right: plan, report, what was verified; and what is odd in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from evaltool.evaluation import Evaluation
from evaltool.findings import Finding
from evaltool.identity import ABOUT_MATTERS
from evaltool.inbox.intake import Intake
from evaltool.inbox.rowfindings import AnswerRow, at_row
from evaltool.ledger.matters import Matter
from evaltool.names import day_in
from evaltool.questions.layout.matters import DONE

MatterState = Literal["no_plan", "planned", "reported", "sent_back", "verified", "closed"]
MatterRows = Mapping[str, AnswerRow]
"""Field -> the answer, of one matter."""


@dataclass(frozen=True, slots=True)
class Followed:
    """One matter with what its unit said of it.  `measure` … `by`: the plan; `finished`: whether the unit says that it
    is done; `done`, `evidence`, `on`: its report."""

    matter: Matter
    state: MatterState
    measure: str = ""
    leader: str = ""
    person: str = ""
    by: date | None = None
    finished: bool = False
    done: str = ""
    evidence: str = ""
    on: date | None = None

    @property
    def planned(self) -> bool:
        return bool(self.measure)

    @property
    def reported(self) -> bool:
        return bool(self.done)

    def as_value(self, day: date) -> dict[str, Any]:
        """The same for programs, as of a day."""
        matter = self.matter
        verified = matter.verified[-1] if matter.verified else None
        return {
            "unit": matter.unit,
            "kind": matter.kind,
            "item": matter.item,
            "component": matter.component,
            "why": matter.why,
            "source": matter.source,
            "document": matter.document,
            "asked": matter.asked.isoformat(),
            "until": matter.due.isoformat(),
            "extended": [line.document for line in matter.extended],
            "carried": matter.carried,
            "state": self.state,
            "overdue": matter.overdue(day),
            "plan": {
                "measure": self.measure,
                "leader": self.leader,
                "person": self.person,
                "by": self.by and self.by.isoformat(),
            },
            "report": {
                "finished": self.finished,
                "text": self.done,
                "evidence": self.evidence,
                "on": self.on and self.on.isoformat(),
            },
            "verified": verified
            and {
                "verdict": matter.verdict,
                "document": verified.document,
                "date": verified.date,
                "how": verified.reason,
            },
            "closed": matter.closed and {"document": matter.closed.document, "date": matter.closed.date},
        }


def followed(evaluation: Evaluation, intake: Intake) -> tuple[Followed, ...]:
    """Every matter with what the sheets say that count."""
    said: dict[str, dict[str, AnswerRow]] = {}
    for row in _rows(intake):
        said.setdefault(row["repeat"], {})[row["field"]] = row
    return tuple(_followed(each, said.get(each.id, {})) for each in evaluation.matters)


def _rows(intake: Intake) -> Iterator[AnswerRow]:
    import polars as pl

    rows = intake.rows(pl.col("batch").is_in(ABOUT_MATTERS) & (pl.col("state") == "given"))
    yield from rows.sort("file", "sheet", "cell").iter_rows(named=True)


def _followed(matter: Matter, said: MatterRows) -> Followed:
    plan = _text(said, "matter_measure"), _text(said, "matter_leader"), _text(said, "matter_person")
    finished = _text(said, "matter_state") == DONE
    done = _text(said, "matter_done"), _text(said, "matter_evidence"), _day(said, "matter_on")
    state = _state(matter, planned=bool(plan[0]), finished=finished, on=done[2])
    return Followed(matter, state, *plan, _day(said, "matter_by"), finished, *done)


def _state(matter: Matter, *, planned: bool, finished: bool, on: date | None) -> MatterState:
    """What was sent back waits for the unit until it reports a day of completion that is not before."""
    if matter.closed is not None:
        return "closed"
    if matter.verdict == "done":
        return "verified"
    looked = date.fromisoformat(matter.verified[-1].date) if matter.verified else None
    if finished and (looked is None or (on is not None and on >= looked)):
        return "reported"
    return "sent_back" if looked else "planned" if planned else "no_plan"


def _text(said: MatterRows, field: str) -> str:
    return str(said[field]["text"]).strip() if field in said else ""


def _day(said: MatterRows, field: str) -> date | None:
    return day_in(said[field]["text"]) if field in said else None


# --- checks ----------------------------------------------------------------------------------------------------------


def check_matters(evaluation: Evaluation, intake: Intake) -> Iterator[Finding]:
    """Days that do not fit: a plan that ends after the day that was set, work done before it was asked for; what is
    said to be done without a day or a proof, or has a day and is not done."""
    known = {each.id: each for each in evaluation.matters}
    lines: dict[str, dict[str, AnswerRow]] = {}
    for row in _rows(intake):
        if row["repeat"] in known:
            lines.setdefault(row["repeat"], {})[row["field"]] = row
    for id_, said in lines.items():
        if known[id_].closed is None:
            yield from _odd(evaluation, known[id_], said)
            yield from _sent_back(evaluation, known[id_], said)


def _odd(evaluation: Evaluation, matter: Matter, said: MatterRows) -> Iterator[Finding]:
    by, on = _day(said, "matter_by"), _day(said, "matter_on")
    args = {"item": matter.item, "document": matter.document, "until": matter.due.isoformat()}
    if by is not None and by > matter.due:
        yield at_row(evaluation, said["matter_by"], "MATTER_PLAN_LATE", args)
    if on is not None and on > matter.due:
        yield at_row(evaluation, said["matter_on"], "MATTER_DONE_LATE", args)
    if on is not None and on < matter.asked:
        yield at_row(evaluation, said["matter_on"], "MATTER_DONE_EARLY", {**args, "day": matter.asked.isoformat()})
    if "matter_state" in said:
        finished = _text(said, "matter_state") == DONE
        if finished and (on is None or not _text(said, "matter_evidence")):
            yield at_row(evaluation, said["matter_state"], "MATTER_UNPROVEN", args)
        if not finished and on is not None:
            yield at_row(evaluation, said["matter_on"], "MATTER_NOT_DONE", args)


def _sent_back(evaluation: Evaluation, matter: Matter, said: MatterRows) -> Iterator[Finding]:
    """A report that was not borne out goes back with its sheet, so that the next one is known to replace it."""
    if "matter_state" in said and _followed(matter, said).state == "sent_back":
        line = matter.verified[-1]
        args = {"item": matter.item, "document": line.document, "day": line.date, "how": line.reason}
        yield at_row(evaluation, said["matter_state"], "MATTER_SENT_BACK", args)
