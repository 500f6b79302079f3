"""An interim result: totals and places of what is there, how much of full marks that is, and a grade only where nothing
that is missing could change it.

There are no awards, and nothing follows from a grade.  A grade is worked out twice: with the least and the most that
the unit can still come to, in the worst and the best place that this leaves it among the others.  Decisions count as
they stand, a veto too.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from evaltool.evaluation import Evaluation
from evaltool.points.bounds import undecided
from evaltool.points.score import PointsTable
from evaltool.results.conditions import NOTHING_MEASURED, ConditionNumbers, Judge, Rivals
from evaltool.results.grade import graded_at
from evaltool.results.rank import GroupKey, Standing, Standings, deciding, total_of, with_points
from evaltool.rules import ClimbRule, Grade, Scheme

Bounds = tuple[PointsTable, PointsTable]
"""The points between which everything lies."""


@dataclass(frozen=True, slots=True)
class _Ends:
    """The least and the most that one unit can come to; `known`: whether that can be said at all; `ranked`: whether it
    takes a place."""

    low: Standing
    high: Standing
    known: bool
    ranked: bool


@dataclass(frozen=True, slots=True)
class _Field:
    """What the ranked units of a group are placed by if all come to the least, and to the most; ascending."""

    lows: Sequence[Fraction]
    highs: Sequence[Fraction]


def unfinished(
    evaluation: Evaluation,
    standings: Standings,
    points: PointsTable,
    bounds: Bounds,
    measured: ConditionNumbers = NOTHING_MEASURED,
) -> Standings:
    """The standings with what is in, and with the grades that are still possible."""
    ends = {one.unit.id: _ends(evaluation, one, bounds) for one in standings}
    groups: dict[GroupKey, list[_Ends]] = {}
    for one in standings:
        groups.setdefault(one.key, []).append(ends[one.unit.id])
    keys = [(scheme.id, group.id) for scheme in evaluation.classes.values() for group in scheme.head.groups]
    fields = {key: _field(evaluation.classes[key[0]], groups.get(key, ())) for key in keys}
    judges = {scheme.id: _judges(evaluation, scheme, bounds, measured) for scheme in evaluation.classes.values()}
    found = []
    for one in standings:
        known = _with_grade(judges[one.unit.class_id], one, ends[one.unit.id], fields)
        found.append(replace(known, received=_received(evaluation, one, points)))
    return tuple(found)


def by_totals(evaluation: Evaluation) -> Evaluation:
    """The evaluation with places by total where its rules place by the change against the year before, or reward
    places climbed: an unfinished total is compared with no earlier one."""
    return replace(evaluation, classes={key: _by_total(scheme) for key, scheme in evaluation.classes.items()})


def _by_total(scheme: Scheme) -> Scheme:
    by = "published" if scheme.ranking.by == "variation" else scheme.ranking.by
    return replace(scheme, climb=ClimbRule(), ranking=scheme.ranking.model_copy(update={"by": by}))


def _ends(evaluation: Evaluation, one: Standing, bounds: Bounds) -> _Ends:
    scheme = evaluation.classes[one.unit.class_id]
    low, high = (total_of(evaluation, scheme, one.unit, points) for points in bounds)
    last = evaluation.last(one.unit.id)
    if one.rank is not None and last is not None and last.rank is not None:  # it may still come first
        high = with_points(scheme, high, scheme.climb.reward(last.rank - 1))
    known = not any(undecided(points, scheme, one.unit) for points in bounds)
    return _Ends(low, high, known, one.rank is not None)


def _field(scheme: Scheme, of: Iterable[_Ends]) -> _Field:
    ranked = [each for each in of if each.ranked]
    lows, highs = (deciding(scheme, each.low) for each in ranked), (deciding(scheme, each.high) for each in ranked)
    return _Field(sorted(lows), sorted(highs))


def _together(fields: Sequence[_Field]) -> _Field:
    """Several groups as one."""
    if len(fields) == 1:
        return fields[0]
    return _Field(
        sorted(low for each in fields for low in each.lows), sorted(high for each in fields for high in each.highs)
    )


def _units(among: Callable[[Grade], _Field]) -> Callable[[Grade], int]:
    return lambda grade: len(among(grade).lows)


def _received(evaluation: Evaluation, one: Standing, points: PointsTable) -> Fraction:
    """The weight of what is in: of a component of which some answers are there, so much of its weight."""
    leaves = evaluation.classes[one.unit.class_id].leaves()
    own = (points.get((one.unit.id, leaf)) for leaf in leaves)
    return sum((point.weight * point.received for point in own if point is not None), Fraction(0))


def _judges(evaluation: Evaluation, scheme: Scheme, bounds: Bounds, measured: ConditionNumbers) -> tuple[Judge, Judge]:
    """At the worse end and at the better one; there others are at their best and at their worst."""
    low, high = bounds
    # also the share: what carries no points has the same at both ends, whatever is missing
    ends = ((key, point, high[key]) for key, point in low.items())
    settled = frozenset(key for key, one, other in ends if (one.share, one.points) == (other.share, other.points))
    return (
        Judge(evaluation, scheme, low, measured, Rivals(evaluation, high), settled=settled, unsure=False),
        Judge(evaluation, scheme, high, measured, Rivals(evaluation, low), settled=settled, unsure=True),
    )


def _with_grade(judges: tuple[Judge, Judge], one: Standing, ends: _Ends, fields: Mapping[GroupKey, _Field]) -> Standing:
    """With the grade that the unit has in any case, or with the worst and the best that it can have."""
    worse, better = judges
    scheme = worse.scheme
    if not scheme.grades:
        return one

    def among(grade: Grade) -> _Field:
        return _together([fields[scheme.id, group] for group in grade.shares(one.unit.group)])

    worst, best = (
        graded_at(judge, end, lambda grade, place=place: place(scheme, ends, among(grade)), _units(among))  # type: ignore[misc]
        for judge, end, place in ((worse, ends.low, _worst), (better, ends.high, _best))
    )
    if worst.grade == best.grade and ends.known:
        return replace(one, grade=best.grade, grade_by_total=best.grade_by_total, veto=best.veto, zeroed=best.zeroed)
    possible = (worst.grade, best.grade) if ends.known else (scheme.grades[-1].name, scheme.grades[0].name)
    return replace(one, possible=possible, veto=best.veto, zeroed=best.zeroed)


def _worst(scheme: Scheme, ends: _Ends, field: _Field) -> int:
    """Behind everybody else who may come to as much."""
    low, high = deciding(scheme, ends.low), deciding(scheme, ends.high)
    as_much = len(field.highs) - bisect_left(field.highs, low)
    return 1 + as_much - (ends.ranked and high >= low)


def _best(scheme: Scheme, ends: _Ends, field: _Field) -> int:
    """Behind those only who are ahead whatever comes."""
    low, high = deciding(scheme, ends.low), deciding(scheme, ends.high)
    ahead = len(field.lows) - bisect_right(field.lows, high)
    return 1 + ahead - (ends.ranked and low > high)
