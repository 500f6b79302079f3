"""Grades by lower bound on the published total or by place, with their conditions; then vetoes, which lower by one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from evaltool.evaluation import Evaluation
from evaltool.exact import share_of
from evaltool.ledger import of_kind
from evaltool.points.score import PointsTable
from evaltool.results.rank import GroupKey, Standing, Standings, deciding
from evaltool.rules import Condition, Grade, Scheme
from evaltool.rules.expressions import NINE, Holds, Number, all_of, fine, percent


def grade(evaluation: Evaluation, standings: Standings, points: PointsTable) -> Standings:
    """The same standings with their grades.  Total and rank stay as they are."""
    groups: dict[GroupKey, list[Standing]] = {}
    for one in standings:
        if one.unit.standing == "ranked":
            groups.setdefault(one.key, []).append(one)
    return tuple(
        graded(evaluation, evaluation.classes[one.unit.class_id], one, groups.get(one.key, []), points)
        for one in standings
    )


def graded(
    evaluation: Evaluation, scheme: Scheme, one: Standing, group: list[Standing], points: PointsTable
) -> Standing:
    if not scheme.grades:
        return one
    by = _by(scheme, one, group, points)
    at = next(
        (at for at, each in enumerate(scheme.grades) if all_of(tests(each, by))),
        len(scheme.grades) - 1,
    )
    vetoes = [line for line in of_kind(evaluation.ledger, "veto") if line.unit == one.unit.id]
    lowered = min(at + scheme.veto.lowers, len(scheme.grades) - 1) if vetoes else at
    documents = "、".join(dict.fromkeys(line.document for line in vetoes))
    return replace(one, grade=scheme.grades[lowered].name, grade_by_total=scheme.grades[at].name, veto=documents)


@dataclass(frozen=True, slots=True)
class GradedBy:
    """What a unit is graded by, as numbers of any kind: its total and place, its share and points in a component; of a
    grade its bound, how many places have it or a better one, and what its conditions ask for."""

    total: Number
    place: Callable[[], Number]
    got: Callable[[str], tuple[Number, Number] | None]
    bound: Callable[[Grade, Decimal], Number]
    most: Callable[[Grade], Number]
    asked: Callable[[Grade, Condition, Literal["share", "points"], Decimal], Number]


def tests(grade: Grade, by: GradedBy) -> Iterator[Holds]:
    """Everything that must hold for a grade."""
    if grade.bound is not None:
        yield by.total >= by.bound(grade, grade.bound)
    if grade.top_percent is not None:
        yield by.place() <= by.most(grade)
    for condition in grade.conditions:
        share, points = by.got(condition.component) or (None, None)
        if share is None or points is None:
            yield False
            return
        if condition.percent is not None:
            yield fine(share) >= fine(percent(by.asked(grade, condition, "share", condition.percent)))
        if condition.points is not None:
            yield fine(points, NINE) >= by.asked(grade, condition, "points", condition.points)


def _by(scheme: Scheme, one: Standing, group: list[Standing], points: PointsTable) -> GradedBy:
    def got(component: str) -> tuple[Number, Number] | None:
        point = points.get((one.unit.id, component))
        if point is None or point.share is None or point.points is None:
            return None
        return point.share, point.points

    return GradedBy(
        one.exact if scheme.ranking.by == "exact" else one.total,
        lambda: Fraction(_place(scheme, one, group)),
        got,
        lambda _, bound: Fraction(bound),
        lambda grade: Fraction(places(grade, len(group))),
        lambda _grade, _condition, _what, value: Fraction(value),
    )


def places(grade: Grade, units: int) -> int:
    """How many of so many ranked units have a grade that goes by place, or a better one.  Units that share the last of
    these places all have it."""
    return share_of(units, grade.top_percent or 0, grade.rounding)


def _place(scheme: Scheme, one: Standing, group: Iterable[Standing]) -> int:
    """The unit's rank; for an unranked one the place that it would have among the ranked ones."""
    if one.rank is not None:
        return one.rank
    return 1 + sum(deciding(scheme, other) > deciding(scheme, one) for other in group)
