"""Whom the command line means: a unit, an evaluator, a role; names are matched as everywhere else."""

from __future__ import annotations

from evaltool.evaluation import Evaluation
from evaltool.evaluation.named import evaluators_meant, role_meant, unit_meant
from evaltool.findings import Refused, finding
from evaltool.names import nearest
from evaltool.roster import Evaluator, Unit


def unit_named(evaluation: Evaluation, text: str) -> Unit:
    """A unit that takes part, by id, name or alias.  Raises `Refused` (usage) with the name that comes nearest."""
    if unit := unit_meant(evaluation, text):
        return unit
    raise _unknown("单位", text, [unit.name for unit in evaluation.units.values()])


def evaluators_named(evaluation: Evaluation, text: str) -> list[Evaluator]:
    """Whoever bears the id, or else the name: a department can be evaluated and mark others."""
    if found := evaluators_meant(evaluation, text):
        return found
    raise _unknown("评估主体", text, [each.name for each in evaluation.evaluators.values()])


def role_named(evaluation: Evaluation, text: str) -> str:
    if role := role_meant(evaluation, text):
        return role
    raise _unknown("角色", text, evaluation.roles.values())


def _unknown(column: str, text: str, known: object) -> Refused:
    listed = [str(each) for each in known] if not isinstance(known, str) else [known]  # type: ignore[attr-defined]
    args: dict[str, object] = {"column": column, "known": "", "near": nearest(text, listed) or "—"}
    return Refused([finding("REFERENCE_UNKNOWN", value=text, args=args)], usage=True)
