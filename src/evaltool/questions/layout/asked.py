"""Who is asked about which unit: role, charge, group, and nobody about himself unless the rules say so."""

from __future__ import annotations

from evaltool.evaluation import Evaluation
from evaltool.roster import Evaluator, Unit
from evaltool.rules import Component


def is_asked(evaluation: Evaluation, component: Component, evaluator: Evaluator, unit: Unit) -> bool:
    """Whether an evaluator marks a unit in a component: right role, in charge, not itself unless the rules say so."""
    if not has_component(component, unit):
        return False
    if component.by == "self":
        return evaluator.role == "self" and evaluator.id == unit.id
    himself = evaluator.unit == unit.id and component.own_line == "not_applicable"
    if evaluator.role != component.by or himself:
        return False
    if component.charge == "months":  # whoever was in charge for a part of the year marks for that part
        return evaluation.months(evaluator.id, unit) > 0
    return evaluation.covers(evaluator.id, unit)


def has_component(component: Component, unit: Unit) -> bool:
    """Whether units of this group have the component."""
    return not component.groups or unit.group in component.groups


def may_abstain(component: Component) -> bool:
    """Whether the rules say what a withheld mark means, so that a cell takes one."""
    return component.policy("abstained") != "refuse"


def units_asked_about(evaluation: Evaluation, class_id: str, leaf: str, evaluator: Evaluator) -> list[Unit]:
    """The units about which an evaluator is asked in a leaf, in the order of the roster."""
    component = evaluation.component(class_id, leaf)
    if evaluator.role != component.by:
        return []
    return [
        unit
        for unit in evaluation.units_of(class_id)
        if is_asked(evaluation, component, evaluator, unit) and evaluation.is_applicable(class_id, leaf, "", unit.id)
    ]


def units_on_cards(evaluation: Evaluation, class_id: str, leaf: str, evaluator: Evaluator, batch: str) -> list[Unit]:
    """The units that stand on the cards of a batch."""
    units = units_asked_about(evaluation, class_id, leaf, evaluator)
    return [unit for unit in units if evaluation.in_scope(evaluator.id, batch, unit.id)]


def asked_about(evaluation: Evaluation, class_id: str, leaf: str) -> dict[str, int]:
    """Evaluator -> about how many units there is a question for him in a leaf, such as the length of his list."""
    of_role = evaluation.of_role(evaluation.component(class_id, leaf).by)
    return {each.id: len(units_asked_about(evaluation, class_id, leaf, each)) for each in of_role}


def respondents(evaluation: Evaluation, class_id: str, leaf: str, unit: Unit) -> tuple[str, ...]:
    """The evaluators who are asked about a unit in a leaf (not through cards: through a sheet of any kind)."""
    component = evaluation.component(class_id, leaf)
    if component.by == "owner":
        lines = evaluation.indicators(class_id, leaf, unit.id)
        asked = [line.owner for line in lines if evaluation.is_applicable(class_id, leaf, line.id, unit.id)]
        return tuple(dict.fromkeys(asked))
    if component.by == "self":
        return (unit.id,) if is_asked(evaluation, component, evaluation.evaluators[unit.id], unit) else ()
    kinds = evaluation.kinds(component.by).items()
    return evaluation.of_kinds(
        component.by, frozenset(kind for kind, one in kinds if is_asked(evaluation, component, one, unit))
    )
