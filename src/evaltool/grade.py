"""Grades by lower bound on the published total, with their conditions; then vetoes, which lower by one at most."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from evaltool.decisions import of_kind
from evaltool.evaluation import Evaluation
from evaltool.rank import Standing, Standings
from evaltool.rules import Condition, Scheme
from evaltool.score import PointsTable


def grade(evaluation: Evaluation, standings: Standings, points: PointsTable) -> Standings:
    """The same standings with their grades.  Total and rank stay as they are."""
    return tuple(_graded(evaluation, evaluation.classes[one.unit.class_id], one, points) for one in standings)


def _graded(evaluation: Evaluation, scheme: Scheme, one: Standing, points: PointsTable) -> Standing:
    if not scheme.grades:
        return one
    at = next(
        (at for at, each in enumerate(scheme.grades) if _reached(scheme, at, one, points)), len(scheme.grades) - 1
    )
    vetoes = [line for line in of_kind(evaluation.ledger, "veto") if line.unit == one.unit.id]
    lowered = min(at + scheme.veto.lowers, len(scheme.grades) - 1) if vetoes else at
    documents = "、".join(dict.fromkeys(line.document for line in vetoes))
    return replace(one, grade=scheme.grades[lowered].name, grade_by_total=scheme.grades[at].name, veto=documents)


def _reached(scheme: Scheme, at: int, one: Standing, points: PointsTable) -> bool:
    grade = scheme.grades[at]
    measure = one.total if scheme.ranking.by == "published" else one.exact
    enough = grade.bound is None or measure >= Fraction(grade.bound)
    return enough and all(_holds(condition, one, points) for condition in grade.conditions)


def _holds(condition: Condition, one: Standing, points: PointsTable) -> bool:
    point = points.get((one.unit.id, condition.component))
    if point is None or point.points is None or point.share is None:
        return False
    share = condition.share is None or point.share >= Fraction(condition.share)
    return share and (condition.points is None or point.points >= Fraction(condition.points))
