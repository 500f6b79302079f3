"""Whom the command line means: a unit, an evaluator, a role; names are matched as everywhere else."""

from __future__ import annotations

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
    wanted = folded(text)
    known = list(evaluation.evaluators.values())
    found = [each for each in known if folded(each.id) == wanted] or [e for e in known if folded(e.name) == wanted]
    if not found:
        unit = next((u for u in evaluation.units.values() if wanted in map(folded, u.aliases)), None)
        found = [evaluation.evaluators[unit.id]] if unit else []
    if not found:
        raise _unknown("evaluator", text, [each.name for each in known])
    return found


def role_named(evaluation: Evaluation, text: str) -> str:
    for role, name in evaluation.roles.items():
        if folded(text) in (folded(role), folded(name)):
            return role
    raise _unknown("role", text, evaluation.roles.values())


def _unknown(column: str, text: str, known: object) -> Refused:
    listed = [str(each) for each in known] if not isinstance(known, str) else [known]  # type: ignore[attr-defined]
    args: dict[str, object] = {"column": column, "known": "", "near": nearest(text, listed) or "—"}
    return Refused([finding("REFERENCE_UNKNOWN", value=text, args=args)], usage=True)
