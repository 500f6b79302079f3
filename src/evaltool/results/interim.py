"""An interim result: totals and places of what is there, how much of full marks that is, and a grade only where nothing
that is missing could change it.

There are no awards, and nothing follows from a grade.  A grade is worked out twice: with the least and the most that
the unit can still come to, in the worst and the best place that this leaves it among the others.  Decisions count as
they stand, a veto too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from evaltool.evaluation import Evaluation
from evaltool.points.bounds import undecided
from evaltool.points.score import PointsTable
from evaltool.results.grade import graded_at
from evaltool.results.rank import GroupKey, Standing, Standings, deciding, total_of
from evaltool.rules import Scheme

Bounds = tuple[PointsTable, PointsTable]
"""The points between which everything lies."""


@dataclass(frozen=True, slots=True)
class _Ends:
    """The least and the most that one unit can come to; `known`: whether that can be said at all."""

    low: Standing
    high: Standing
    known: bool


def unfinished(evaluation: Evaluation, standings: Standings, points: PointsTable, bounds: Bounds) -> Standings:
    """The standings with what is in, and with the grades that are still possible."""
    ends = {one.unit.id: _ends(evaluation, one, bounds) for one in standings}
    ranked: dict[GroupKey, list[_Ends]] = {}
    for one in standings:
        if one.rank is not None:
            ranked.setdefault(one.key, []).append(ends[one.unit.id])
    found = []
    for one in standings:
        others = [each for each in ranked.get(one.key, []) if each.low.unit.id != one.unit.id]
        known = _with_grade(evaluation, one, ends[one.unit.id], others, bounds)
        found.append(replace(known, received=_received(evaluation, one, points)))
    return tuple(found)


def by_totals(evaluation: Evaluation) -> Evaluation:
    """The evaluation with places by total where its rules place by the change against the year before: an unfinished
    total is compared with no earlier one."""
    classes = {
        key: replace(scheme, ranking=scheme.ranking.model_copy(update={"by": "published"}))
        if scheme.ranking.by == "variation"
        else scheme
        for key, scheme in evaluation.classes.items()
    }
    return replace(evaluation, classes=classes)


def _ends(evaluation: Evaluation, one: Standing, bounds: Bounds) -> _Ends:
    scheme = evaluation.classes[one.unit.class_id]
    low, high = (total_of(evaluation, scheme, one.unit, points) for points in bounds)
    return _Ends(low, high, not any(undecided(points, scheme, one.unit) for points in bounds))


def _received(evaluation: Evaluation, one: Standing, points: PointsTable) -> Fraction:
    """The weight of what is in: of a component of which some answers are there, so much of its weight."""
    leaves = evaluation.classes[one.unit.class_id].leaves()
    own = (points.get((one.unit.id, leaf)) for leaf in leaves)
    return sum((point.weight * point.received for point in own if point is not None), Fraction(0))


def _with_grade(
    evaluation: Evaluation, one: Standing, ends: _Ends, others: Sequence[_Ends], bounds: Bounds
) -> Standing:
    """With the grade that the unit has in any case, or with the worst and the best that it can have."""
    scheme = evaluation.classes[one.unit.class_id]
    if not scheme.grades:
        return one
    units = len(others) + (one.rank is not None)
    worst, best = (
        graded_at(evaluation, scheme, end, points, lambda _, place=place: place, units)  # type: ignore[misc]
        for end, points, place in (
            (ends.low, bounds[0], _worst(scheme, ends, others)),
            (ends.high, bounds[1], _best(scheme, ends, others)),
        )
    )
    if worst.grade == best.grade and ends.known:
        return replace(one, grade=best.grade, grade_by_total=best.grade_by_total, veto=best.veto)
    possible = (worst.grade, best.grade) if ends.known else (scheme.grades[-1].name, scheme.grades[0].name)
    return replace(one, possible=possible, veto=best.veto)


def _worst(scheme: Scheme, ends: _Ends, others: Sequence[_Ends]) -> int:
    """Behind everybody who may come to as much."""
    return 1 + sum(deciding(scheme, each.high) >= deciding(scheme, ends.low) for each in others)


def _best(scheme: Scheme, ends: _Ends, others: Sequence[_Ends]) -> int:
    """Behind those only who are ahead whatever comes."""
    return 1 + sum(deciding(scheme, each.low) > deciding(scheme, ends.high) for each in others)
