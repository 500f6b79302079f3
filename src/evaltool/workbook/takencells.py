"""What a class takes of another one in the same workbook, as formulas over that one's totals, ranks and grades."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING

from evaltool.evaluation.taken import found, number_of, uses
from evaltool.results.rank import GroupKey
from evaltool.results.result import Result
from evaltool.rules.expressions import Expr, Written, as_expr
from evaltool.rules.taken import TakenResult
from evaltool.workbook.parameters import Parameters

if TYPE_CHECKING:
    from evaltool.workbook.groups import Live, OutcomeCells


def follow_classes(result: Result, parameters: Parameters, groups: Mapping[GroupKey, Live]) -> None:
    """Put the formulas into the cells of the tab of parameters that were given out for what was taken."""
    evaluation = result.evaluation
    places = {unit: cells for live in groups.values() for unit, cells in live.places.items()}
    for name, taken in evaluation.results.items():
        if not taken.of_class or not evaluation.scored_first:
            continue
        known = found(evaluation, name)
        for scheme in {scheme.id: scheme for scheme, _ in uses(evaluation, name)}.values():
            full = Fraction(evaluation.classes[taken.of_class].head.total)
            for unit in evaluation.units_of(scheme.id):
                other = known[unit.id].other
                value = number_of(taken, other) if other else None
                if other is not None and value is not None and other.id in places:
                    parameters.follow(scheme, unit.name, taken.name, _made(taken, places[other.id], full, value))


def _made(taken: TakenResult, cells: OutcomeCells, full: Fraction, value: Fraction) -> Expr:
    rank, total, grade = cells
    if taken.take == "rank":
        return rank
    if taken.take == "points":
        return total
    if taken.take == "percent":
        return as_expr(total * 100 / full)
    text = '""'  # a grade that the rules do not say anything of
    for name, worth in reversed(taken.grades.items()):
        quoted = name.replace('"', '""')
        text = f'IF({grade.text}="{quoted}",{worth.normalize():f},{text})'
    return Written(text, value)
