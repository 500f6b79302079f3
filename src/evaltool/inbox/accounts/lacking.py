"""Who has not answered what, by which day, and why it is not there: as of a day.

The accounts say which sheets are missing, whatever the day.  Whoever speaks to people about missing sheets (`evaltool
validate` and `due`, the reminders in `returns/`, the notice 催报通知) reads them here, so that all name the same sheets
with the same days.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from evaltool.evaluation import Evaluation
from evaltool.findings import Finding, finding
from evaltool.identity import GOALS, SubmissionKey
from evaltool.inbox.intake import Intake
from evaltool.inbox.submissions import LATE
from evaltool.questions.deadlines import deadline
from evaltool.roster import Batch
from evaltool.rules.settings import SELF, Deadline

Why = Literal["not_come", "refused", "late", "not_yet"]
"""Nothing came; what came cannot be used; it came after a strict deadline and nothing is decided; its meeting is still
to be held, so that nobody misses it yet."""


@dataclass(frozen=True, slots=True)
class Lacking:
    """One expected sheet that does not count.  Cards are due on the day of their `meeting`, everything else by its
    `deadline`; where neither says a day, no day is stated, and nobody misses it before `judged`, the day that decides
    who marks."""

    evaluator: str
    batch: str
    entry: str
    role: str
    why: Why
    judged: date
    meeting: Batch | None = None
    deadline: Deadline | None = None

    @property
    def key(self) -> SubmissionKey:
        return self.evaluator, self.batch, self.entry

    @property
    def until(self) -> date | None:
        """The last day on which it is in time."""
        if self.meeting and self.meeting.date:
            return self.meeting.date
        return self.deadline.date if self.deadline else None

    def is_due(self, on: date) -> bool:
        """Whether it should be there by now: its day has passed, or it came and cannot be used."""
        return (self.until or self.judged) < on or self.why in ("refused", "late")

    @property
    def strict(self) -> bool:
        """Whether it counts after that day by decision only; no meeting is strict."""
        dated = self.meeting is not None and self.meeting.date is not None
        return self.deadline is not None and self.deadline.strict and not dated


def lacking(evaluation: Evaluation, intake: Intake, on: date) -> list[Lacking]:
    """Every sheet that does not count on a day, in the order of the accounts."""
    refused = [each for each in intake.files if each.became == "rejected"]
    came: dict[SubmissionKey, Why] = {(each.evaluator, each.batch, each.entry): "refused" for each in refused}
    came |= {(each.evaluator, each.batch, each.entry): "late" for each in refused if each.reason == LATE}
    batches = {(each.evaluator, each.id): each for each in evaluation.roster.batches}
    made = []
    for sheet in intake.sheets:
        if sheet.scored_as == "missing":
            role = evaluation.evaluators[sheet.evaluator].role
            meeting = batches.get((sheet.evaluator, sheet.batch))
            to_come = meeting is not None and meeting.date is not None and meeting.date >= on
            key = sheet.evaluator, sheet.batch, sheet.entry
            nothing: Why = "refused" if sheet.answered == "with_errors" else "not_yet" if to_come else "not_come"
            why = came.get(key, nothing)
            made.append(
                Lacking(*key, role, why, evaluation.charge_date, meeting, deadline(evaluation, role, sheet.batch))
            )
    return made


def missed(evaluation: Evaluation, intake: Intake, on: date) -> list[Lacking]:
    """Those that may be asked for by a day, whether or not it has passed, or came and cannot be used; not the cards of
    meetings to come, nor what nobody misses yet without a day."""
    every = (each for each in lacking(evaluation, intake, on) if each.why != "not_yet")
    return [each for each in every if each.until is not None or each.is_due(on)]


def by_day(
    evaluation: Evaluation, intake: Intake, findings: Iterable[Finding], on: date
) -> tuple[list[Finding], list[Finding]]:
    """The findings as of a day: what is to be said now, and, apart, what nobody misses yet: sheets, each with its day,
    and goals before the day by which they are declared.  Of sheets that are not scored nothing is said before it."""
    open_ = {each.key: each for each in lacking(evaluation, intake, on)}
    goals = deadline(evaluation, SELF, GOALS)
    now, later = [], []
    for one in findings:
        if one.code == "GOALS_NOT_APPROVED" and goals and goals.date >= on:
            later.append(one)
            continue
        args = dict(one.args)
        sheet = open_.get((one.evaluator, args["batch"], args["entry"])) if one.code in _MISSING else None
        if sheet is None or sheet.is_due(on):
            now.append(one)
        elif one.code == "SUBMISSION_MISSING":
            because = "deadline" if sheet.until else "no_deadline"
            due: dict[str, object] = {"name": args["name"], "day": (sheet.until or sheet.judged).isoformat()}
            later.append(finding("SUBMISSION_NOT_DUE", evaluator=one.evaluator, args=due, because=because))
    return now, later


_MISSING = ("SUBMISSION_MISSING", "SUBMISSION_AWAITED")
