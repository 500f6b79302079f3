"""Remarks that units have to answer: which were passed on to whom, how many are answered, how many are overdue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from evaltool.evaluation import Evaluation
from evaltool.roster import Remark


@dataclass(frozen=True, slots=True)
class PassedOn:
    """The account of what was passed on: in all, answered, not answered although its day has passed."""

    remarks: int
    answered: int
    overdue: int


def passed_on(evaluation: Evaluation, unit: str = "") -> list[Remark]:
    """What was passed on to a unit, or to all that take part: by unit, by the day of the answer."""
    whose = evaluation.units if not unit else [unit] if unit in evaluation.units else []
    return [
        each
        for one in whose
        for each in sorted(evaluation.remarks_of(one), key=lambda each: (each.answer_by or date.max, each.id))
        if each.passed_on == "yes"
    ]


def passed_on_by(evaluation: Evaluation, on: date) -> PassedOn:
    """How it stands on a day."""
    listed = passed_on(evaluation)
    overdue = sum(not each.is_answered and each.answer_by is not None and each.answer_by < on for each in listed)
    return PassedOn(len(listed), sum(each.is_answered for each in listed), overdue)
