"""Classes of which others take are scored before them: the results of units, for the points of those who lead them."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from evaltool.evaluation import Evaluation, OtherResult
from evaltool.evaluation.taken import takers
from evaltool.inbox.intake import Intake
from evaltool.points.score import Weights, all_shares, points_of
from evaltool.results.conditions import measured_for
from evaltool.results.grade import grade
from evaltool.results.rank import Standing, rank
from evaltool.rules import Scheme


def with_scored_first(evaluation: Evaluation, intake: Intake, weights: Weights = Scheme.weight) -> Evaluation:
    """The evaluation with the results of the classes that others take of, each scored once those are that it takes of
    itself; rules without a circle have such an order.  `weights`: other ones than the rules'."""
    for class_id in _in_order(evaluation):
        only = replace(evaluation, classes={class_id: evaluation.classes[class_id]})
        points, _ = points_of(only, all_shares(only, intake), weights)
        standings, _ = rank(only, points)
        graded = grade(only, standings, points, measured_for(only, intake))
        rows = tuple(_published(evaluation, one) for one in graded)
        evaluation = replace(evaluation, scored_first={**evaluation.scored_first, class_id: rows})
    return evaluation


def _in_order(evaluation: Evaluation) -> list[str]:
    """The classes that others take of, those first that take of none that is still to come."""
    takes: dict[str, set[str]] = {scheme: set() for scheme in evaluation.classes}
    for name, result in evaluation.results.items():
        for scheme in takers(evaluation, name) if result.of_class else []:
            takes[scheme.id].add(result.of_class)
    left = [each for each in evaluation.classes if any(each in of for of in takes.values())]
    ordered: list[str] = []
    while left:
        ordered += [each for each in left if not takes[each] - {*ordered}]
        left = [each for each in left if each not in ordered]
    return ordered


def _published(evaluation: Evaluation, one: Standing) -> OtherResult:
    unit, full = one.unit, Fraction(evaluation.classes[one.unit.class_id].head.total)
    return OtherResult(unit.id, unit.name, unit.other_names, one.total, full, one.rank, one.grade)
