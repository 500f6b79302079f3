"""What scoring will refuse whatever comes in: known from rules, roster and waivers before any sheet is read.

A part that nobody is asked about, or that does not apply, is absent for a unit from the beginning.  Where the rules do
not say what happens then, or nothing can take its weight, no sheet will change it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from fractions import Fraction

from evaltool.evaluation import Evaluation
from evaltool.evaluation.lines import awaits_goals
from evaltool.findings import Finding
from evaltool.ledger import waiver_of
from evaltool.points.leaves import LeafResult, absent_by_roster
from evaltool.points.score import refusals
from evaltool.questions.layout.asked import has_component, respondents
from evaltool.roster import Unit
from evaltool.rules import Component, Scheme
from evaltool.rules.absence import is_mean, mean_of_units, passes_over, stated_share


def foreseen(evaluation: Evaluation) -> list[Finding]:
    """A finding for every part without a result, or with a weight that nothing can take, in the order of the roster."""
    surveyed = frozenset(survey.evaluator for survey in evaluation.surveys)
    findings: list[Finding] = []
    for scheme in evaluation.classes.values():
        for group in scheme.head.groups:
            stated = {leaf: scheme.weight(leaf, group.id) for leaf in scheme.leaves()}
            for unit in evaluation.units_of(scheme.id, group.id):
                own = [leaf for leaf in stated if has_component(scheme.components[leaf], unit)]
                results = {leaf: _at_best(evaluation, scheme, leaf, unit, surveyed) for leaf in own}
                findings += refusals(scheme, unit, results, stated)
    return findings


def _at_best(evaluation: Evaluation, scheme: Scheme, leaf: str, unit: Unit, surveyed: Collection[str]) -> LeafResult:
    """Full marks, or the absence that holds whatever comes in."""
    component = scheme.components[leaf]
    if awaits_goals(evaluation, scheme, leaf, unit.id):
        return LeafResult(Fraction(1))  # its goals are still to be approved, which is said as such
    absence = absent_by_roster(evaluation, scheme, leaf, unit)
    if not absence:
        asked = respondents(evaluation, scheme.id, leaf, unit)
        absence = _answered_by(evaluation, component, unit, asked, surveyed)
    by_others = bool(absence) and bool(mean_of_units(component.policy(absence)))  # the other units' mean is to come
    return LeafResult(None, absence) if absence and not by_others else LeafResult(Fraction(1))


def _answered_by(
    evaluation: Evaluation, component: Component, unit: Unit, asked: Sequence[str], surveyed: Collection[str]
) -> str:
    """The absence of a part of which some or all sheets are waived, or that nobody is asked about."""
    if component.by == "owner":  # lines are waived one by one
        return "" if asked else "none"
    batches = [(who, batch) for who in asked for batch in _batches(evaluation, component, who, unit, surveyed)]
    waived = [sheet for sheet in batches if waiver_of(evaluation.ledger, *sheet)]
    policy = component.policy("waived")
    if waived and not passes_over(policy) and stated_share(policy) is None:
        return "waived"
    if waived and len(waived) == len(batches) and is_mean(policy):
        return "waived"
    return "none" if (len(waived) == len(batches) and stated_share(policy) is None) or not batches else ""


def _batches(
    evaluation: Evaluation, component: Component, who: str, unit: Unit, surveyed: Collection[str]
) -> list[str]:
    """The sheets on which an evaluator says something about a unit, by their batches; marks stand on one without."""
    if not component.ballot:
        return [""]
    meetings = [each.id for each in evaluation.batches(who) if evaluation.in_scope(who, each.id, unit.id)]
    return meetings + ([""] if who in surveyed else [])
