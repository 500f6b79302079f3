"""One leaf at a time: every unit's share in it, or the kind of absence.

The order is fixed: indicators are summed first (`answered.py`), then repeats are combined, then evaluators.  Cards are
averaged in `cardshares.py`.  What is left per unit is exact arithmetic on fractions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from evaltool.answered import Answered, Kind, States, answered, states, worst
from evaltool.cardshares import card_shares
from evaltool.evaluation import Evaluation
from evaltool.evidence import unverified
from evaltool.ingest import Intake
from evaltool.layout.asked import respondents
from evaltool.methods import Ballot, Points
from evaltool.roster import Unit
from evaltool.rounding import plain
from evaltool.rules import Component, Over, Scheme, Trimmed


@dataclass(frozen=True, slots=True)
class Leaf:
    """A unit's result in a leaf before weights: a share, or the kind of absence.

    `evaluators`: how many marks (or cards) it comes from.
    """

    share: Fraction | None
    absence: str = ""
    evaluators: int = 0
    basis: str = ""


def leaf_shares(evaluation: Evaluation, intake: Intake, scheme: Scheme, leaf: str) -> dict[str, Leaf]:
    """Every unit's result in a leaf; units of other groups than the leaf's have none."""
    component = scheme.components[leaf]
    units = [unit for unit in evaluation.units_of(scheme.id) if not component.groups or unit.group in component.groups]
    results = {unit.id: Leaf(None, "none") for unit in units if _has_no_line(evaluation, scheme, leaf, unit)}
    # what was decided goes before what merely is not there
    results |= {unit.id: Leaf(None, "not_applicable") for unit in units if not _exists(evaluation, scheme, leaf, unit)}
    if not isinstance(component.answer, Points):  # which are taken line by line
        doubted = unverified(evaluation, intake, scheme.id, leaf)
        results |= {
            unit.id: Leaf(None, "unverified") for unit in units if doubted.get(unit.id) and unit.id not in results
        }
    left = [unit for unit in units if unit.id not in results]
    if isinstance(component.answer, Ballot):
        found = card_shares(evaluation, intake, scheme, leaf, component.answer, left)
        return results | {unit: _leaf(answer, cards) for unit, (answer, cards) in found.items()}
    sheets = {evaluator: state for (evaluator, batch), state in states(intake).items() if not batch}
    answers = answered(evaluation, intake, scheme, leaf, sheets)
    return results | {unit.id: _marked(evaluation, scheme, leaf, unit, answers, sheets) for unit in left}


def _leaf(answer: Fraction | Kind, evaluators: int, basis: str = "") -> Leaf:
    if isinstance(answer, Fraction):
        return Leaf(answer, "", evaluators, basis)
    return Leaf(None, answer, evaluators)


def _exists(evaluation: Evaluation, scheme: Scheme, leaf: str, unit: Unit) -> bool:
    """Whether the component is applicable to the unit, and at least one of its lines."""
    lines = evaluation.indicators(scheme.id, leaf, unit.id)
    some = not lines or any(evaluation.is_applicable(scheme.id, leaf, line.id, unit.id) for line in lines)
    return some and evaluation.is_applicable(scheme.id, leaf, "", unit.id)


def _has_no_line(evaluation: Evaluation, scheme: Scheme, leaf: str, unit: Unit) -> bool:
    """Whether others have lines in this component and this unit has none: there is nothing to mark."""
    return bool(evaluation.indicators(scheme.id, leaf)) and not evaluation.indicators(scheme.id, leaf, unit.id)


def _shrunk(evaluation: Evaluation, scheme: Scheme, leaf: str, unit: Unit, answers: Answered) -> str:
    """In words, when fewer preset points than the rules' counted for a unit."""
    whole = sum((line.full for line in evaluation.indicators(scheme.id, leaf, unit.id)), Fraction(0))
    full = answers.preset.get(unit.id, whole)
    if full >= whole:
        return ""
    return f"预赋{plain(whole)}分中{plain(whole - full)}分不适用或不计，按{plain(full)}分折算"


def _marked(evaluation: Evaluation, scheme: Scheme, leaf: str, unit: Unit, answers: Answered, sheets: States) -> Leaf:
    """One unit's answers combined: repeats first, then evaluators.  Owners of single lines answer as one."""
    component = scheme.components[leaf]
    asked = respondents(evaluation, scheme.id, leaf, unit)
    given = answers.of.get(unit.id, {})
    if component.by == "owner":
        found = {"": _repeats(component, given.get("", {}), "counted")} if asked else {}
    else:
        found = {who: _repeats(component, given.get(who, {}), sheets.get(who, "counted")) for who in asked}
    combined = _settled(component, list(found.values()), component.over)
    counted = [who for who in asked if sheets.get(who) == "counted" and isinstance(found.get(who, combined), Fraction)]
    return _leaf(combined, len(counted), _shrunk(evaluation, scheme, leaf, unit, answers))


def evaluator_shares(
    evaluation: Evaluation, intake: Intake, scheme: Scheme, leaf: str
) -> dict[str, dict[str, Fraction]]:
    """Unit -> evaluator -> share, repeats combined: what `over` combines, for a leaf that is not decided by cards."""
    component = scheme.components[leaf]
    sheets = {evaluator: state for (evaluator, batch), state in states(intake).items() if not batch}
    answers = answered(evaluation, intake, scheme, leaf, sheets)
    found: dict[str, dict[str, Fraction]] = {}
    for unit in evaluation.units_of(scheme.id):
        for who in respondents(evaluation, scheme.id, leaf, unit):
            share = _repeats(component, answers.of.get(unit.id, {}).get(who, {}), sheets.get(who, "counted"))
            if isinstance(share, Fraction):
                found.setdefault(unit.id, {})[who] = share
    return found


def _repeats(component: Component, given: Mapping[str, Fraction | Kind], state: str) -> Fraction | Kind:
    """One evaluator's answer over all repeats, or the kind of absence."""
    if state != "counted":
        return state
    each = component.each
    wanted = each.periods if each else [""]
    if each and not each.periods:
        wanted = sorted(given, key=int)  # rows as they happened, in the order of the sheet: "last" means something
    return _settled(component, [given.get(repeat, "missing") for repeat in wanted], each.over if each else "mean")


def _settled(component: Component, answers: list[Fraction | Kind], over: Over | Trimmed) -> Fraction | Kind:
    """Several answers as one: absent ones follow the policy of their kind, the rest is combined."""
    shares: list[Fraction] = []
    stops: list[Kind] = []
    out: list[Kind] = []
    for answer in answers:
        if isinstance(answer, Fraction):
            shares.append(answer)
            continue
        policy = "out" if answer == "none" else component.policy(answer)
        if policy in ("full", "zero"):
            shares.append(Fraction(policy == "full"))
        else:
            (out if policy == "out" else stops).append(answer)
    if stops:
        return worst(component, stops)
    return combine(shares, over) if shares else "none"


def combine(shares: list[Fraction], over: Over | Trimmed) -> Fraction:
    """Several shares as one; `shares` are in the evaluators' (or the repeats') order and not empty.

    A median of an even number is the mean of the middle two; a trimmed mean drops floor(p x n) at each end.
    """
    if isinstance(over, Trimmed):
        drop = int(Fraction(over.trimmed) * len(shares))
        kept = sorted(shares)[drop : len(shares) - drop]
        return sum(kept, Fraction(0)) / len(kept)
    if over == "median":
        middle = sorted(shares)
        return (middle[(len(middle) - 1) // 2] + middle[len(middle) // 2]) / 2
    total = sum(shares, Fraction(0))
    return {
        "mean": total / len(shares),
        "sum": total,
        "last": shares[-1],
        "best": max(shares),
        "worst": min(shares),
    }[over]
