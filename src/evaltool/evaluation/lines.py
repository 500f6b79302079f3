"""The lines of a component: by which method each is scored, and whether a mark or a measured figure is asked for it.

A line has the method that the roster names for it (计分方法), else the component's own.  A line without preset points
is a figure that others are divided by (the population, for growth per head): it is asked and not scored.
"""

from __future__ import annotations

from fractions import Fraction

from evaltool.evaluation import Evaluation
from evaltool.exact import plain
from evaltool.roster import Indicator, Unit, figure_in
from evaltool.rules import Scheme
from evaltool.rules.methods import Method


def method_of(scheme: Scheme, line: Indicator) -> Method:
    """How a line is scored."""
    named = scheme.methods.get(line.method) if line.method else None
    answer = named or scheme.components[line.component].answer
    assert answer is not None
    return answer.of_line(line.id) if answer.kinds else answer


def is_figure(scheme: Scheme, line: Indicator) -> bool:
    """Whether a line asks for a measured figure."""
    return not line.full or method_of(scheme, line).measured


def has_own_methods(evaluation: Evaluation, scheme: Scheme, leaf: str) -> bool:
    """Whether any line of a component is scored otherwise than by points out of its preset points."""
    if scheme.components[leaf].measured:
        return True
    lines = evaluation.indicators(scheme.id, leaf)
    return any(not line.full or not method_of(scheme, line).by_points for line in lines)


def awaits_goals(evaluation: Evaluation, scheme: Scheme, leaf: str, unit: str) -> bool:
    """Whether a unit has still to declare its lines of a component, or its declared ones are not approved yet."""
    component = scheme.components[leaf]
    lines = evaluation.indicators(scheme.id, leaf, unit)
    return component.goals is not None and not any(component.declares(line.part) for line in lines)


def lines_of(evaluation: Evaluation, scheme: Scheme, leaf: str, unit: Unit) -> list[Indicator]:
    """The lines that apply to a unit; a component without indicators is one line worth all its preset points."""
    if awaits_goals(evaluation, scheme, leaf, unit.id):
        return []  # not even those of the office: a share out of these alone would be taken for the result
    if not evaluation.indicators(scheme.id, leaf):
        preset = scheme.components[leaf].preset
        return [Indicator(scheme.id, leaf, "", "", Fraction(100 if preset is None else preset))]
    lines = evaluation.indicators(scheme.id, leaf, unit.id)
    return [line for line in lines if evaluation.is_applicable(scheme.id, leaf, line.id, unit.id)]


def target_of(evaluation: Evaluation, line: Indicator) -> str:
    """What a line has to reach, as it was declared or as the roster has it, with its unit of measure."""
    goal = evaluation.goal_of(line)
    said = goal.target if goal else "" if line.target is None else plain(line.target)
    return f"{said}{line.measure}" if figure_in(said) is not None else said


def base_of(evaluation: Evaluation, scheme: Scheme, line: Indicator, unit: str) -> Fraction | None:
    """What a line's figure starts from: the roster's 基期值; for places, without one, the unit's earlier rank."""
    if line.base is not None or not method_of(scheme, line).starts_from_earlier_place:
        return line.base
    last = evaluation.last(unit)
    return Fraction(last.rank) if last and last.rank is not None else None
