"""A unit's result beside its earlier one, that of the last year before this one which the roster has (历年结果).

Totals are compared as they are published.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from evaltool.evaluation import Evaluation
from evaltool.exact import half_up
from evaltool.results.rank import Standing
from evaltool.roster import Earlier, EarlierPart
from evaltool.rules.titles import component_called


@dataclass(frozen=True, slots=True)
class ChangeSinceLast:
    """What changed since the earlier result: `gained` points, `climbed` places up (negative: down); None where one of
    the two is not known.  `before` is the earlier total with this year's number of decimals."""

    one: Standing
    last: Earlier
    digits: int
    before: Fraction | None
    gained: Fraction | None
    climbed: int | None


def change(evaluation: Evaluation, one: Standing) -> ChangeSinceLast | None:
    """None for a unit without an earlier result, and while a result is interim: it has no total yet."""
    last = evaluation.last(one.unit.id)
    if last is None or one.received is not None:
        return None
    digits = evaluation.classes[one.unit.class_id].head.decimals
    before = None if last.total is None else half_up(last.total, digits)
    gained = None if before is None else one.total - before
    climbed = last.rank - one.rank if last.rank is not None and one.rank is not None else None
    return ChangeSinceLast(one, last, digits, before, gained, climbed)


def public_parts(evaluation: Evaluation, one: Standing) -> dict[str, EarlierPart]:
    """Component of this year's rules -> what the unit got in it when it was last evaluated, where that was public.  A
    component that two rows could mean is left out."""
    last = evaluation.last(one.unit.id)
    scheme = evaluation.classes[one.unit.class_id]
    rows = evaluation.earlier_parts(one.unit.id, last.year) if last else []
    meant = [(component_called(scheme, row.component), row) for row in rows if row.public == "shown"]
    named = [component for component, _ in meant]
    return {component: row for component, row in meant if component and named.count(component) == 1}
