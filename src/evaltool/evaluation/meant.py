"""Whom the command line means: a unit, an evaluator, a role; names are matched as everywhere else."""

from __future__ import annotations

from collections.abc import Iterable

from evaltool.evaluation import Evaluation
from evaltool.findings import Refused, finding
from evaltool.names import folded, nearest
from evaltool.roster import Evaluator, Unit


def unit_named(evaluation: Evaluation, text: str) -> Unit:
    """A unit that takes part, by id, name or alias.  Raises `Refused` (usage) with the name that comes nearest."""
    for unit in evaluation.units.values():
        if folded(text) in {folded(each) for each in (unit.id, unit.name, *unit.aliases)}:
            return unit
    raise _unknown("unit", text, [unit.name for unit in evaluation.units.values()])


def evaluators_named(evaluation: Evaluation, text: str) -> list[Evaluator]:
    """Whoever bears the id, or else the name: a department can be evaluated and mark others."""
    found = _bearing(evaluation, text)
    if not found:
        unit = next((each for each in evaluation.units.values() if folded(text) in map(folded, each.aliases)), None)
        found = [evaluation.evaluators[unit.id]] if unit else []
    if not found:
        raise _unknown("evaluator", text, [each.name for each in evaluation.evaluators.values()])
    return found


def evaluator_id(evaluation: Evaluation, text: str) -> str | None:
    """The evaluator that is meant by id or by name; None if there is none, or more than one of the name."""
    found = _bearing(evaluation, text)
    return found[0].id if len(found) == 1 else None


def _bearing(evaluation: Evaluation, text: str) -> list[Evaluator]:
    known, wanted = evaluation.evaluators.values(), folded(text)
    return [one for one in known if folded(one.id) == wanted] or [one for one in known if folded(one.name) == wanted]


def role_named(evaluation: Evaluation, text: str) -> str:
    """A role by its id or name.  Raises `Refused` (usage) with the name that comes nearest."""
    role = role_id(evaluation, text)
    if role is None:
        raise _unknown("role", text, evaluation.roles.values())
    return role


def role_id(evaluation: Evaluation, text: str) -> str | None:
    """The role that is meant by its id or by its name."""
    roles = evaluation.roles.items()
    return next((role for role, name in roles if folded(text) in (folded(role), folded(name))), None)


def _unknown(column: str, text: str, known: Iterable[str]) -> Refused:
    args: dict[str, object] = {"column": column, "known": "", "near": nearest(text, known) or "—"}
    return Refused([finding("REFERENCE_UNKNOWN", value=text, args=args)], usage=True)
