"""By when is a sheet due?"""

from __future__ import annotations

from evaltool.evaluation import Evaluation
from evaltool.identity import BY_UNITS, kind_of_batch, progress_batch
from evaltool.rules.settings import SELF, Deadline


def deadline(evaluation: Evaluation, role: str, batch: str = "") -> Deadline | None:
    """The day by which a role's sheets are due: the last one set for the role, else for everybody.

    A deadline that says what it collects counts for that.  For marks and cards one that says nothing counts too, if
    no other does: the last, since earlier ones of a year are about goals and their changes.
    """
    kind = kind_of_batch(batch)
    scored = kind in ("marks", "cards")
    named = [each for each in evaluation.deadlines if _collects(each, "marks" if scored else kind, batch)]
    plain = [each for each in evaluation.deadlines if each.sheet is None] if scored else []
    for whose in (role, ""):
        for listed in (named, plain):
            own = [each for each in listed if _role(each) == whose]
            if own:
                return max(own, key=lambda each: each.date)
    return None


def _collects(each: Deadline, kind: str, batch: str) -> bool:
    return each.sheet == kind and (kind != "progress" or progress_batch(each.period) == batch)


def _role(each: Deadline) -> str:
    """Goals and reports on them are the units' own, whether or not the deadline says so."""
    return each.role or (SELF if each.sheet in BY_UNITS else "")
