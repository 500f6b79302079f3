"""From counted cards to shares: the mean over the cards that chose, of all batches together or of each batch first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from evaltool.evaluation import Evaluation
from evaltool.inbox.intake import Intake
from evaltool.points.answered import states
from evaltool.points.bylines import Reason, worst
from evaltool.questions.layout.asked import respondents
from evaltool.roster import Unit
from evaltool.rules import Scheme
from evaltool.rules.absence import is_mean, passes_over
from evaltool.rules.expressions import value_of
from evaltool.rules.methods import Ballot, mean

NOTHING = Fraction(0)


@dataclass(frozen=True, slots=True)
class CardShare:
    """A share or a kind of absence; how many cards chose; what part of the batches is in; why there is no share; what
    became of the batches."""

    answer: Fraction | str
    cards: int = 0
    received: Fraction = NOTHING
    reason: tuple[Reason, ...] = ()
    batches: tuple[str, ...] = ()


Pools = Mapping[str, list[tuple[Fraction, int]]]
"""Batch -> (share, number of cards)."""


def card_shares(
    evaluation: Evaluation, intake: Intake, scheme: Scheme, leaf: str, answer: Ballot, units: Iterable[Unit]
) -> dict[str, CardShare]:
    """What the cards come to, by unit."""
    import polars as pl

    rows = intake.ballots.filter(pl.col("valid") & (pl.col("class_id") == scheme.id) & (pl.col("component") == leaf))
    batch = pl.col("evaluator") + "\t" + pl.col("batch")
    key = ("unit", "pool", "choice")
    counts = rows.with_columns(pool=batch).group_by(key).agg(pl.col("count").sum())
    scale = scheme.scale(answer.ballot)
    pools: dict[str, dict[str, list[tuple[Fraction, int]]]] = {}
    for unit, pool, choice, count in counts.iter_rows():
        share = scale.get(choice)
        if share is not None:
            pools.setdefault(unit, {}).setdefault(pool, []).append((share, count))
    surveyed = {survey.evaluator for survey in evaluation.surveys}
    became: dict[str, dict[str, str]] = {}
    for (evaluator, meeting), state in states(intake).items():
        if meeting or evaluator in surveyed:
            became.setdefault(evaluator, {})[meeting] = state
    return {unit.id: _unit(evaluation, scheme, leaf, unit, pools.get(unit.id, {}), became) for unit in units}


def _unit(
    evaluation: Evaluation, scheme: Scheme, leaf: str, unit: Unit, pools: Pools, became: Mapping[str, Mapping[str, str]]
) -> CardShare:
    component = scheme.components[leaf]
    asked = respondents(evaluation, scheme.id, leaf, unit)
    batches = [
        state
        for evaluator in asked
        for meeting, state in became.get(evaluator, {}).items()
        if evaluation.in_scope(evaluator, meeting, unit.id)
    ]
    absent = [state for state in batches if state != "counted"]
    decisive = [state for state in absent if not passes_over(component.policy(state))]
    if decisive:
        return CardShare(worst(component, decisive))
    if len(absent) == len(batches):
        if left := [state for state in absent if is_mean(component.policy(state))]:
            return CardShare(worst(component, left), batches=tuple(batches))
        return CardShare("none", batches=tuple(batches))
    cards = [sum(count for _, count in pool) for pool in pools.values()]
    means = {at: one for at, one in enumerate(map(mean, pools.values())) if one is not None}
    if not means:
        return CardShare("undefined")
    assert component.ballot is not None
    counted = len(batches) - len(absent)
    received = Fraction(counted, counted + absent.count("missing"))
    if sum(cards) < component.ballot.minimum:
        return CardShare("undefined", 0, received, (_too_few(sum(cards), component.ballot.minimum),))
    together = component.ballot.together(list(means.values()), [Fraction(cards[at]) for at in means])
    return CardShare(value_of(together), sum(cards), received)


def _too_few(cards: int, minimum: int) -> Reason:
    return f"有效评价只有{cards}张，不足{minimum}张", f"{cards} cards that count, fewer than {minimum}"
