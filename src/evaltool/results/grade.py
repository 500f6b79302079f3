"""Grades by lower bound on the published total or by place, with their conditions; then vetoes, which lower by one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction

from evaltool.evaluation import Evaluation
from evaltool.exact import share_of
from evaltool.ledger import of_kind
from evaltool.points.score import PointsTable
from evaltool.results.rank import Standing, Standings, deciding
from evaltool.rules import Condition, Grade, Scheme


def grade(evaluation: Evaluation, standings: Standings, points: PointsTable) -> Standings:
    """The same standings with their grades.  Total and rank stay as they are."""
    groups: dict[tuple[str, str], list[Standing]] = {}
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
    at = next(
        (at for at, each in enumerate(scheme.grades) if _reached(scheme, each, one, group, points)),
        len(scheme.grades) - 1,
    )
    vetoes = [line for line in of_kind(evaluation.ledger, "veto") if line.unit == one.unit.id]
    lowered = min(at + scheme.veto.lowers, len(scheme.grades) - 1) if vetoes else at
    documents = "、".join(dict.fromkeys(line.document for line in vetoes))
    return replace(one, grade=scheme.grades[lowered].name, grade_by_total=scheme.grades[at].name, veto=documents)


def _reached(scheme: Scheme, grade: Grade, one: Standing, group: list[Standing], points: PointsTable) -> bool:
    measure = one.exact if scheme.ranking.by == "exact" else one.total
    enough = grade.bound is None or measure >= Fraction(grade.bound)
    inside = grade.top_percent is None or _place(scheme, one, group) <= places(grade, len(group))
    return enough and inside and all(_holds(condition, one, points) for condition in grade.conditions)


def places(grade: Grade, units: int) -> int:
    """How many of so many ranked units have a grade that goes by place, or a better one.  Units that share the last of
    these places all have it."""
    return share_of(units, grade.top_percent or 0, grade.rounding)


def _place(scheme: Scheme, one: Standing, group: Iterable[Standing]) -> int:
    """The unit's rank; for an unranked one the place that it would have among the ranked ones."""
    if one.rank is not None:
        return one.rank
    return 1 + sum(deciding(scheme, other) > deciding(scheme, one) for other in group)


def _holds(condition: Condition, one: Standing, points: PointsTable) -> bool:
    point = points.get((one.unit.id, condition.component))
    if point is None or point.points is None or point.share is None:
        return False
    share = condition.share is None or point.share >= Fraction(condition.share)
    return share and (condition.points is None or point.points >= Fraction(condition.points))
