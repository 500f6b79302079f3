"""Who marks whom: for every unit and every leaf of the rules the evaluators who are asked, and where nobody is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from evaltool.evaluation import Evaluation
from evaltool.questions.layout.asked import has_component, respondents
from evaltool.roster import Unit
from evaltool.rules import Component


@dataclass(frozen=True, slots=True)
class Marked:
    """One unit in one leaf: the evaluators who are asked about it; `state` says why there are none: nobody is in
    charge, it does not apply, or it is taken from a figure that is there."""

    class_id: str
    component: str
    unit: str
    evaluators: tuple[str, ...]
    state: Literal["asked", "nobody", "not_applicable", "taken"]


def who_marks(evaluation: Evaluation) -> list[Marked]:
    """Every unit that takes part, in the order of rules and roster."""
    return [
        one
        for scheme in evaluation.classes.values()
        for leaf in scheme.leaves()
        for one in _of_leaf(evaluation, scheme.id, leaf, scheme.components[leaf])
    ]


def _of_leaf(evaluation: Evaluation, class_id: str, leaf: str, component: Component) -> Iterator[Marked]:
    for unit in evaluation.units_of(class_id):
        if not has_component(component, unit):
            continue
        if not evaluation.is_applicable(class_id, leaf, "", unit.id):
            yield Marked(class_id, leaf, unit.id, (), "not_applicable")
            continue
        if component.taken:
            yield Marked(class_id, leaf, unit.id, (), "taken")
            continue
        asked = respondents(evaluation, class_id, leaf, unit)
        found = [each for each in asked if not component.ballot or _on_cards(evaluation, each, unit)]
        yield Marked(class_id, leaf, unit.id, tuple(found), "asked" if found else "nobody")


def _on_cards(evaluation: Evaluation, evaluator: str, unit: Unit) -> bool:
    """Whether a unit stands on the cards of any batch; those who bring the export of a survey have none."""
    batches = evaluation.batches(evaluator)
    return not batches or any(evaluation.in_scope(evaluator, each.id, unit.id) for each in batches)
