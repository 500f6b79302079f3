"""Where does an evaluation stand, and what comes next?  One value, from the ledger, the runs and the register.

Every stage with what was decided of it, every entry of the register with what it waits for, what units were asked to
answer, and the steps that can be taken now: who takes them, by when, what holds them up, which document belongs to
them, and the command.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any, Literal

from evaltool.checks.matters import Followed
from evaltool.evaluation.remarks import PassedOn, passed_on_by
from evaltool.identity import ABOUT_MATTERS
from evaltool.inbox.received import index_lines
from evaltool.ledger import KINDS
from evaltool.ledger.matters import Matter
from evaltool.ledger.register import MATTER, Entry
from evaltool.ledger.stages import last_day
from evaltool.names import folded
from evaltool.runs.stages import EntryState, PassedStages, Reached

StepKind = Literal["collect", "committee", "score", "settle", "reply", "plan", "verify", "close", "stage", "finished"]
DOCUMENTS = {"sent_for_opinion": "opinion", "posted": "posting", "final": "bulletin"}
"""The kind of document that goes out with a stage."""
_PLANS = ABOUT_MATTERS[0]
"""The sheets on which units say how they will put matters right."""


@dataclass(frozen=True, slots=True)
class NextStep:
    """Something to do: by whom, by when (or not before when), about which entry or matter, what holds it up (documents
    of open entries); `command`: the words behind `evaltool`, the folder as DIR and what only a person knows as …"""

    what: StepKind
    who: str
    command: tuple[str, ...]
    stage: str = ""
    run: str = ""
    document: str = ""
    by: date | None = None
    after: date | None = None
    entry: Entry | None = None
    matter: Matter | None = None
    held_up_by: tuple[str, ...] = ()
    matters: int = 0  # that wait for the committee, or for a plan


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where an evaluation stands on a day.  `stage`: collecting, drafted, or the furthest stage that was decided."""

    on: date
    stage: str
    passed: PassedStages
    entries: tuple[tuple[Entry, EntryState], ...]
    steps: tuple[NextStep, ...]
    remarks: PassedOn
    matters: tuple[Followed, ...] = ()

    @property
    def current(self) -> Reached | None:
        return self.passed.latest(self.stage)

    @property
    def overdue(self) -> tuple[Entry, ...]:
        return tuple(each for each, state in self.entries if state != "closed" and each.due < self.on)

    def as_value(self) -> dict[str, Any]:
        """The same for programs."""
        official, standing = self.passed.official, self.passed.standing
        record = index_lines(self.passed.evaluation.folder)
        return {
            "on": self.on.isoformat(),
            "stage": self.stage,
            "run": official and {"run": official.number, "code": official.code},
            "standing": standing and {"run": standing.run.number, "code": standing.run.code, "stage": standing.stage},
            "stages": [_stage_value(self.passed, stage) for stage in self.passed.needed],
            "remarks": asdict(self.remarks),
            "register": [_entry_value(self, entry, state, record) for entry, state in self.entries],
            "matters": [each.as_value(self.on) for each in self.matters],
            "next": [_step_value(self, step) for step in self.steps],
        }


def whereabouts(
    passed: PassedStages, on: date, *, complete: bool, asked: int = 0, matters: tuple[Followed, ...] = ()
) -> Whereabouts:
    """`complete`: whether everything is in that a scoring needs, and nothing of it blocks; `asked`: how many matters
    wait for the committee's book; `matters`: what units have to put right, with what they said of it."""
    furthest = [stage for stage in passed.needed if passed.latest(stage)]
    stage = furthest[-1] if furthest else "drafted" if passed.official else "collecting"
    stands = passed_on_by(passed.evaluation, on)
    entries = tuple((entry, passed.state(entry)) for entry in passed.evaluation.register)
    steps = list(_steps(passed, entries, on, complete=complete))
    if asked and not (steps and steps[-1].what == "finished"):
        book = NextStep("committee", _judges(passed), ("committee", "DIR"), matters=asked)
        steps.insert(1 if steps and steps[0].what == "collect" else 0, book)
    return Whereabouts(on, stage, passed, entries, (*steps, *_follow(passed, matters)), stands, matters)


def _steps(
    passed: PassedStages, entries: tuple[tuple[Entry, EntryState], ...], on: date, *, complete: bool
) -> Iterator[NextStep]:
    """What can be done, the most urgent first."""
    office, run = passed.evaluation.settings.office, passed.official
    if run is None:
        yield NextStep("score" if complete else "collect", office, ("score" if complete else "validate", "DIR"))
        return
    for entry, state in sorted(entries, key=lambda each: each[0].due):
        if state == "undecided":
            yield _settle(passed, entry)
        elif state == "unanswered":
            yield _reply(passed, entry)
    if passed.newer(run) or any(state == "unscored" for _, state in entries):
        yield NextStep("score", office, ("score", "DIR"))
        return  # what is decided next is about the run that is still to come
    stage = next((each for each in passed.needed if not _is_passed(passed, each)), "")
    yield _stage(passed, stage, entries, on) if stage else NextStep("finished", office, ("pack", "DIR"))


def _follow(passed: PassedStages, matters: tuple[Followed, ...]) -> Iterator[NextStep]:
    """Plans are asked for, what units report as done is verified, what is verified is closed; nothing of it holds up
    the stages."""
    office = passed.evaluation.settings.office
    days = [each.date for each in passed.evaluation.deadlines if each.sheet == _PLANS]
    asked = [each for each in matters if each.matter.unit in passed.evaluation.units]
    if days and (without := sum(each.state == "no_plan" for each in asked)):
        yield NextStep("plan", office, ("template", "DIR", "--sheet", _PLANS), by=min(days), matters=without)
    for each in sorted(matters, key=lambda each: each.matter.due):
        matter = each.matter
        named = ("--unit", matter.unit, "--from", matter.document, "--item", matter.item)
        if each.state == "reported":
            yield NextStep(
                "verify", office, _decide("matter_verified", *named, "--to", "…"), by=matter.due, matter=matter
            )
        elif each.state == "verified":
            command = _decide("matter_closed", *named)
            yield NextStep("close", office, command, document="closing", matter=matter)


def _is_passed(passed: PassedStages, stage: str) -> bool:
    """Opinions are asked for and results posted once; what is approved and published is the newest official run."""
    if stage in ("approved", "final"):
        return passed.about(stage, passed.official) is not None
    return passed.latest(stage) is not None


def _decide(kind: str, *options: str) -> tuple[str, ...]:
    return ("decide", "DIR", kind, *options, "--document", "…", "--date", "…", "--reason", "…")


def _judges(passed: PassedStages) -> str:
    settings = passed.evaluation.settings
    return settings.committee or settings.office


def _named(passed: PassedStages, entry: Entry) -> tuple[str, ...]:
    """What tells an entry from the others of the same paper."""
    first = entry.first
    papers = [each for each in passed.evaluation.register if folded(each.first.document) == folded(first.document)]
    more = [(f"--{each}", getattr(first, each)) for each in MATTER] if len(papers) > 1 else []
    return ("--from", first.document, *(word for pair in more if pair[1] for word in pair))


def _settle(passed: PassedStages, entry: Entry) -> NextStep:
    command = _decide("settled", *_named(passed, entry), "--to", "…")
    return NextStep("settle", _judges(passed), command, by=entry.due, entry=entry)


def _reply(passed: PassedStages, entry: Entry) -> NextStep:
    """The letter first; that it was sent is entered then."""
    command = _decide("replied", *_named(passed, entry))
    office = passed.evaluation.settings.office
    return NextStep("reply", office, command, document="review", by=entry.due, entry=entry)


def _stage(passed: PassedStages, stage: str, entries: tuple[tuple[Entry, EntryState], ...], on: date) -> NextStep:
    run = passed.official
    assert run is not None
    open_ = [
        entry.first.document
        for entry, state in entries
        if state != "closed" and (stage == "final" or (stage == "approved" and not entry.is_objection))
    ]
    stages = passed.evaluation.stages
    options: tuple[str, ...] = ("--run", run.number)
    after: date | None = None
    if stage == "sent_for_opinion":
        options += ("--until", (on + timedelta(days=stages.opinion_days)).isoformat())
    elif stage == "posted":
        last = on + timedelta(days=stages.posted_days - 1)
        options += ("--effective", on.isoformat(), "--until", last.isoformat())
    elif stage == "approved" and (sent := passed.latest("sent_for_opinion")) and not passed.latest("posted"):
        after = last_day(sent.line, stages.opinion_days)
    elif stage == "final" and (posting := passed.latest("posted")):
        after = date.fromisoformat(posting.line.until)
    who = _judges(passed) if stage in ("approved", "final") else passed.evaluation.settings.office
    document = DOCUMENTS.get(stage, "")
    if stage == "final" and passed.latest("final"):
        document = "correction"
    waits = after if after and after >= on else None
    return NextStep(
        "stage", who, _decide(stage, *options), stage, run.number, document, after=waits, held_up_by=tuple(open_)
    )


# --- for programs ----------------------------------------------------------------------------------------------------


def _stage_value(passed: PassedStages, stage: str) -> dict[str, Any]:
    reached = passed.latest(stage)
    value: dict[str, Any] = {"stage": stage, "name": KINDS[stage].word, "reached": reached is not None}
    if reached:
        line = reached.line
        value |= {"run": reached.run.number, "code": reached.run.code, "document": line.document, "date": line.date}
        value |= {"from": line.day, "until": line.until}
    return value


def _entry_value(
    where: Whereabouts, entry: Entry, state: EntryState, record: Mapping[str, Mapping[str, str]]
) -> dict[str, Any]:
    first, shown = entry.first, where.passed.shown_by(entry) if entry.moves else None
    return {
        "kind": first.kind,
        "document": first.document,
        "date": first.date,
        "unit": first.unit,
        "source": first.source,
        "text": entry.text,
        "evidence": [{"sha256": each, "name": _file_name(record, each)} for each in entry.evidence],
        "due": entry.due.isoformat(),
        "late": entry.late,
        "overdue": entry in where.overdue,
        "state": state,
        "outcome": entry.outcome,
        "settled": entry.settled and {"document": entry.settled.document, "date": entry.settled.date},
        "replied": entry.replied and {"document": entry.replied.document, "date": entry.replied.date},
        "shown_by": shown and shown.number,
    }


def _file_name(record: Mapping[str, Mapping[str, str]], digest: str) -> str:
    """Under which name a file is on record."""
    return next((line["name"] for whole, line in record.items() if whole.startswith(digest)), "")


def _step_value(where: Whereabouts, step: NextStep) -> dict[str, Any]:
    folder = str(where.passed.evaluation.folder)
    return {
        "what": step.what,
        "who": step.who,
        "stage": step.stage,
        "run": step.run,
        "document": step.document,
        "by": step.by and step.by.isoformat(),
        "after": step.after and step.after.isoformat(),
        "overdue": step.by is not None and step.by < where.on,
        "entry": step.entry and step.entry.first.document,
        "matter": step.matter and step.matter.item,
        "held_up_by": list(step.held_up_by),
        "matters": step.matters,
        "command": ["evaltool", *(folder if word == "DIR" else word for word in step.command)],
    }
