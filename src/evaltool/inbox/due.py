"""What is due, from whom, by when, as of a day: the deadlines of `evaluation.toml`, and the other dates of the year.

Who is missing is what `accounts.lacking` says, whether or not anything else is wrong with what came.  Beside the
deadlines there are dates that follow from elsewhere: the day of each batch of cards, the day on which charges are
judged, the days by which drafts and postings wait for an answer, those by which opinions and objections are to be
decided and answered, and those by which units put right what they were asked to and answer what was passed on to them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from evaltool.evaluation import Evaluation
from evaltool.evaluation.remarks import passed_on
from evaltool.identity import SubmissionKey, kind_of_batch, progress_batch
from evaltool.inbox.accounts.lacking import Lacking, lacking
from evaltool.inbox.accounts.sheets import SheetAccount
from evaltool.inbox.intake import Intake
from evaltool.ledger.stages import last_day, stage_lines
from evaltool.roster import Remark
from evaltool.rules.settings import SELF, Collected, Deadline

DueKind = Literal["deadline", "batch", "charges", "opinions", "posting", "opinion", "objection", "matter", "remarks"]


@dataclass(frozen=True, slots=True, order=True)
class Missing:
    """Somebody whose sheet has not come, or came with errors (`refused`: and cannot be used as it is, or came too
    late)."""

    evaluator: str
    name: str
    batch: str
    refused: bool = False


@dataclass(frozen=True, slots=True)
class Due:
    """One date, with the sheets that are collected by it; `expected` is None where it collects none.  `to_come` counts
    the cards of meetings that are still to be held: nobody misses them yet.

    `days` are left from the day that is asked about; below 0 it has passed.
    """

    date: date
    kind: DueKind
    what: str
    role: str
    role_name: str
    days: int
    sheet: Collected | None = None
    period: str = ""
    strict: bool = False
    expected: int | None = None
    counted: int = 0
    waived: int = 0
    to_come: int = 0
    missing: tuple[Missing, ...] = ()
    with_errors: tuple[Missing, ...] = ()

    @property
    def settled(self) -> bool:
        """Whether nobody has to do anything any more."""
        return not (self.awaited or self.to_come) and (self.expected is not None or self.days < 0)

    @property
    def awaited(self) -> tuple[Missing, ...]:
        """Everybody from whom something is still to come."""
        return (*self.missing, *self.with_errors)


def due(evaluation: Evaluation, intake: Intake, on: date) -> list[Due]:
    """Every date in order, as it stands on a day."""
    open_ = {each.key: each for each in lacking(evaluation, intake, on)}
    found = [*_deadlines(evaluation, intake.sheets, open_, on), *_batches(evaluation, intake.sheets, open_, on)]
    if evaluation.settings.charge_date:
        day = evaluation.settings.charge_date
        found.append(Due(day, "charges", "", "", "", (day - on).days))
    found += [*_stages(evaluation, on), *_register(evaluation, on)]
    found += [*_matters(evaluation, on), *_remarks(evaluation, on)]
    return sorted(found, key=lambda one: one.date)  # of one day: in the order of the file


def within(found: Iterable[Due], days: int | None) -> list[Due]:
    """What falls due within so many days, and what is overdue."""
    return [one for one in found if days is None or (one.days <= days and (one.days >= 0 or one.awaited))]


def _stages(evaluation: Evaluation, on: date) -> Iterator[Due]:
    """The last days of postings, and those by which opinions on a draft are asked for."""
    kinds: dict[str, DueKind] = {"sent_for_opinion": "opinions", "posted": "posting"}
    for line in stage_lines(evaluation.ledger):
        if line.kind in kinds:
            day = last_day(line, evaluation.stages.opinion_days)
            yield Due(day, kinds[line.kind], line.document, "", evaluation.settings.office, (day - on).days)


def _register(evaluation: Evaluation, on: date) -> Iterator[Due]:
    """Each opinion and objection; whoever waits for an answer is missing one (`with_errors`: it is decided, and the
    answer alone is missing)."""
    for entry in evaluation.register:
        first = entry.first
        unit = evaluation.units[first.unit].name if first.unit in evaluation.units else ""
        who = Missing(first.unit, first.source or unit, first.document)
        waits = not entry.answered
        yield Due(
            entry.due,
            "objection" if entry.is_objection else "opinion",
            f"{first.document}　{first.source or unit}：{entry.text}",
            "",
            evaluation.settings.office,
            (entry.due - on).days,
            expected=1,
            counted=int(not waits),
            missing=(who,) if waits and not entry.outcome else (),
            with_errors=(who,) if waits and entry.outcome else (),
        )


def _matters(evaluation: Evaluation, on: date) -> Iterator[Due]:
    """Each matter that a unit has to put right, by its day; the unit is missing until it is closed (`with_errors`: it
    is verified, and only to be closed)."""
    for each in evaluation.matters:
        unit = evaluation.units[each.unit].name if each.unit in evaluation.units else each.unit
        who = Missing(each.unit, unit, each.document)
        done = each.verdict == "done"
        yield Due(
            each.due,
            "matter",
            f"{each.document}　{unit}：{each.item}",
            SELF,
            unit,
            (each.due - on).days,
            expected=1,
            counted=int(each.closed is not None),
            missing=(who,) if each.closed is None and not done else (),
            with_errors=(who,) if each.closed is None and done else (),
        )


def _remarks(evaluation: Evaluation, on: date) -> Iterator[Due]:
    """What was passed on, by the day of the answer: how many remarks, which units still have to answer some."""
    by_day: dict[date, list[Remark]] = {}
    for each in passed_on(evaluation):
        by_day.setdefault(each.answer_by or on, []).append(each)
    for day, listed in by_day.items():
        waiting = dict.fromkeys(each.unit for each in listed if not each.is_answered)
        missing = tuple(Missing(unit, evaluation.units[unit].name, "") for unit in waiting)
        numbers = "、".join(each.id for each in listed[:_FEW]) + ("……" if len(listed) > _FEW else "")
        yield Due(
            day,
            "remarks",
            numbers,
            SELF,
            evaluation.roles.get(SELF, ""),
            (day - on).days,
            expected=len(listed),
            counted=sum(each.is_answered for each in listed),
            missing=missing,
        )


_FEW = 8  # remarks whose numbers are listed


def _deadlines(
    evaluation: Evaluation, sheets: Sequence[SheetAccount], open_: Mapping[SubmissionKey, Lacking], on: date
) -> Iterator[Due]:
    for each in evaluation.deadlines:
        asked = None if each.sheet is None else [one for one in sheets if _collects(evaluation, each, one)]
        name = evaluation.roles.get(each.role, each.role)
        made = Due(each.date, "deadline", each.what, each.role, name, (each.date - on).days)
        yield _with(evaluation, made, asked, open_, each)


def _collects(evaluation: Evaluation, deadline: Deadline, sheet: SheetAccount) -> bool:
    """Whether a sheet is due by a deadline: right role, right kind, for progress the right period."""
    kind = kind_of_batch(sheet.batch)
    role = evaluation.evaluators[sheet.evaluator].role
    if kind in ("marks", "cards"):
        return deadline.sheet == "marks" and deadline.role in ("", role)
    asked = deadline.sheet == kind and (deadline.role or SELF) == role
    return asked and (kind != "progress" or sheet.batch == progress_batch(deadline.period))


def _batches(
    evaluation: Evaluation, sheets: Sequence[SheetAccount], open_: Mapping[SubmissionKey, Lacking], on: date
) -> Iterator[Due]:
    """Meetings at which cards are collected."""
    for batch in evaluation.roster.batches:
        if batch.date:
            who = evaluation.evaluators[batch.evaluator]
            what = "　".join(part for part in (who.name, batch.meeting, batch.place) if part)
            role = evaluation.roles.get(who.role, who.role)
            made = Due(batch.date, "batch", what, who.role, role, (batch.date - on).days)
            asked = [one for one in sheets if (one.evaluator, one.batch) == (batch.evaluator, batch.id)]
            yield _with(evaluation, made, asked, open_)


def _with(
    evaluation: Evaluation,
    made: Due,
    asked: Sequence[SheetAccount] | None,
    open_: Mapping[SubmissionKey, Lacking],
    deadline: Deadline | None = None,
) -> Due:
    """The date with the account of its sheets."""
    sheets = asked or ()
    lacked = [open_[key] for one in sheets if (key := (one.evaluator, one.batch, one.entry)) in open_]
    wrong = [one for one in sheets if one.answered == "with_errors"]
    made = replace(
        made,
        expected=None if asked is None else len(sheets),
        counted=sum(one.answered == "counted" for one in sheets),
        waived=sum(one.answered == "waived" for one in sheets),
        to_come=sum(one.why == "not_yet" for one in lacked),
        missing=tuple(
            _somebody(evaluation, one, refused=one.why == "late") for one in lacked if one.why in ("not_come", "late")
        ),
        with_errors=tuple(_somebody(evaluation, one, refused=not one.digest) for one in wrong),
    )
    if deadline is None:
        return replace(made, sheet="marks")
    return replace(made, sheet=deadline.sheet, period=deadline.period, strict=deadline.strict)


def _somebody(evaluation: Evaluation, one: Lacking | SheetAccount, *, refused: bool = False) -> Missing:
    return Missing(one.evaluator, evaluation.evaluators[one.evaluator].name, one.batch, refused)
