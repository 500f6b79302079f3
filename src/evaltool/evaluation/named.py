"""Who is meant by what somebody typed: a unit, evaluators, a role."""

from __future__ import annotations

from evaltool.evaluation import Evaluation
from evaltool.names import meant
from evaltool.roster import Evaluator, Unit


def unit_meant(evaluation: Evaluation, text: str) -> Unit | None:
    """A unit that takes part, by id, name or another name of it."""
    return next(iter(meant(text, evaluation.units.values(), unit_names)), None)


def unit_names(unit: Unit) -> tuple[str, ...]:
    return unit.id, unit.name, *unit.other_names


def evaluators_meant(evaluation: Evaluation, text: str) -> list[Evaluator]:
    """Whoever bears the id, or else the name: a department can be evaluated and mark others.  A unit that marks itself
    is meant by its other names too."""

    def names(each: Evaluator) -> tuple[str, ...]:
        unit = evaluation.units.get(each.id)
        return each.id, each.name, *(unit.other_names if unit else ())

    return meant(text, evaluation.evaluators.values(), names)


def evaluator_meant(evaluation: Evaluation, text: str) -> str | None:
    """The id of the one who is meant; None if there is none, or more than one of the name."""
    found = evaluators_meant(evaluation, text)
    return found[0].id if len(found) == 1 else None


def role_meant(evaluation: Evaluation, text: str) -> str | None:
    return next((role for role, _ in meant(text, evaluation.roles.items(), lambda pair: pair)), None)
