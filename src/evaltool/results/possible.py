"""What could have been answered in a leaf, as anybody may know who has the rules: the choices of a scale, marks between
their bounds with their decimals, so many evaluators or cards.

PossibleAnswers of which one evaluator's depend on each other (places in one list, choices with a quota) are `Listed`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from evaltool.evaluation import Evaluation
from evaltool.evaluation.lines import has_own_methods, lines_of
from evaltool.inbox.intake import Intake
from evaltool.points.answered import states
from evaltool.points.leaves import evaluator_marks
from evaltool.points.score import Point
from evaltool.points.together import extremes
from evaltool.questions.layout.asked import respondents
from evaltool.roster import Unit
from evaltool.rules import Component, Scheme
from evaltool.rules.absence import stated_share
from evaltool.rules.combining import dropped
from evaltool.rules.methods import Percent, Points

ONE = Fraction(1)
_MOST_SUMS = 2000
Ends = tuple[Fraction, Fraction]  # the least and the greatest


@dataclass(frozen=True, slots=True)
class PossibleAnswers:
    """The answers that a unit's share in a leaf is made of.

    `values`: what one of them could be, as shares of full marks, ascending; with a `step` the first and the last, and
    all that are whole steps between them.  `weights`: how much of the share one answer is, and how many are alike.
    `loose`: whether a single answer hardly moves the share (a median, a trimmed mean), so that it is not told by it.
    `given`: the ends of what was really answered with the same weight: who of them gave which does not follow.
    """

    values: tuple[Fraction, ...]
    step: Fraction
    weights: tuple[tuple[Fraction, int], ...]
    loose: bool = False
    given: Ends | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """One evaluator's answers in a leaf that hang together: by unit what each is worth, as a share.  `values` and
    `quotas`: what can be chosen, and how often some of it together; neither for a list of places, in which every place
    is given once."""

    leaf: str
    given: Mapping[str, Fraction]
    values: tuple[Fraction, ...] = ()
    quotas: tuple[tuple[frozenset[Fraction], int], ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """A leaf with all that came in for it."""

    evaluation: Evaluation
    intake: Intake
    scheme: Scheme
    leaf: str
    given: Mapping[str, Ends]  # by unit
    batches: Mapping[str, list[int]]  # by unit, the cards of each batch that chose

    @property
    def component(self) -> Component:
        return self.scheme.components[self.leaf]


def asked(evaluation: Evaluation, intake: Intake, scheme: Scheme, leaf: str, units: Sequence[Unit]) -> Asked:
    component = scheme.components[leaf]
    if component.ballot:
        return Asked(evaluation, intake, scheme, leaf, *_cards(intake, scheme, leaf))
    given: Mapping[str, Ends] = {}
    if component.over not in ("last", "best", "worst") and not component.measured and component.by != "self":
        sheets = {evaluator: state for (evaluator, batch), state in states(intake).items() if not batch}
        given = extremes(evaluation, intake, scheme, leaf, units, sheets)
    return Asked(evaluation, intake, scheme, leaf, given, {})


def _cards(intake: Intake, scheme: Scheme, leaf: str) -> tuple[dict[str, Ends], dict[str, list[int]]]:
    """The ends of what was chosen in one batch, or on all cards where they count together; the sizes of batches."""
    import polars as pl

    ballot, scale = scheme.components[leaf].ballot, scheme.scale(scheme.components[leaf].scale_name)
    mine = pl.col("valid") & (pl.col("class_id") == scheme.id) & (pl.col("component") == leaf)
    rows = intake.ballots.filter(mine & (pl.col("count") > 0))
    pools: dict[tuple[str, str], dict[Fraction, int]] = {}
    apart = ballot is not None and ballot.pool == "batches"
    for unit, who, batch, choice, count in rows.select("unit", "evaluator", "batch", "choice", "count").iter_rows():
        share = scale.get(choice)
        if share is not None:
            pool = pools.setdefault((unit, f"{who}\t{batch}" if apart else ""), {})
            pool[share] = pool.get(share, 0) + count
    ends: dict[str, Ends] = {}
    sizes: dict[str, list[int]] = {}
    for (unit, _), pool in sorted(pools.items()):
        sizes.setdefault(unit, []).append(sum(pool.values()))
        own = min(pool), max(pool)
        # every batch must leave something open, not one of them
        ends[unit] = min(ends.get(unit, own), own, key=lambda each: each[1] - each[0])
    return ends, sizes


def answers_of(of: Asked, point: Point) -> PossibleAnswers | None:
    """What a unit's share is made of; None where that cannot be said, or where the answers are a list's."""
    component, values = of.component, _values(of, point)
    if (
        component.is_changed
        or point.state != "scored"
        or not point.weight
        or not point.evaluators
        or values is None
        or is_listed(component)
    ):
        return None
    each, count = component.each, point.evaluators
    if each is not None and "sum" in (each.over, each.stage_over if each.stages else ""):
        return None
    step, given = _step(of, point), of.given.get(point.unit)
    if sizes := of.batches.get(point.unit, []) if _pools_batches(component) else []:
        return PossibleAnswers(values, step, tuple((ONE / len(sizes) / cards, cards) for cards in sizes), given=given)
    if component.by == "owner" or (count == 1 and component.over != "sum"):
        return PossibleAnswers(values, step, ((ONE, 1),))
    if component.charge == "months" or not _all_given(of, point):
        return None
    if component.over == "mean" or component.ballot:
        return PossibleAnswers(values, step, ((ONE / count, count),), given=given)
    if component.over == "sum":
        return PossibleAnswers(values, step, ((ONE, count),), given=given)
    # all could have answered the same, which is then the share
    return PossibleAnswers(values, step, ((ONE, 1),), _is_loose(component, count), given)


def _pools_batches(component: Component) -> bool:
    return component.ballot is not None and component.ballot.pool == "batches"


def _values(of: Asked, point: Point) -> tuple[Fraction, ...] | None:
    component = of.component
    if component.by == "self" or component.answer is None:
        return None
    if component.scale_name:
        chosen = {share for share in of.scheme.scale(component.scale_name).values() if share is not None}
        if not component.answer.stated_lines:
            return tuple(sorted(chosen))
        unit = of.evaluation.units[point.unit]
        return _sums_of_lines(chosen, [line.full for line in lines_of(of.evaluation, of.scheme, of.leaf, unit)])
    if not isinstance(component.answer, Percent | Points) or has_own_methods(of.evaluation, of.scheme, of.leaf):
        return None
    return Fraction(0), ONE


def _sums_of_lines(chosen: set[Fraction], fulls: Sequence[Fraction]) -> tuple[Fraction, ...] | None:
    """What an answer can come to of which every line is chosen for; None where that is too much to list, or a line may
    be left open, so that the others weigh more."""
    whole, found = sum(fulls, Fraction(0)), {Fraction(0)}
    for full in fulls:
        found = {before + share * full / whole for before in found for share in chosen}
        if len(found) > _MOST_SUMS:
            return None
    return tuple(sorted(found))


def _step(of: Asked, point: Point) -> Fraction:
    """The finest difference between two answers: where lines do not apply, the others are worth more."""
    component = of.component
    if component.scale_name:
        return Fraction(0)
    full = Fraction(100)
    if component.preset is not None:
        lines = lines_of(of.evaluation, of.scheme, of.leaf, of.evaluation.units[point.unit])
        full = sum((line.full for line in lines), Fraction(0)) or full
    return ONE / (full * Fraction(10**component.decimals))


def _is_loose(component: Component, count: int) -> bool:
    return dropped(component.over, count) > 0 or (component.over == "median" and count > 2)


def _all_given(of: Asked, point: Point) -> bool:
    """Whether all answers that count were given: the rules may put a share of full marks in the place of one."""
    kinds = ("missing", "abstained", "waived", "excluded", "unverified")
    put_in = [of.component.policy(kind) for kind in kinds]
    by_mean = "mean" in put_in and of.component.over != "mean"
    if of.component.ballot or not (by_mean or any(stated_share(each) is not None for each in put_in)):
        return True
    unit = of.evaluation.units[point.unit]
    return len(respondents(of.evaluation, of.scheme.id, of.leaf, unit)) == point.evaluators


# --- lists -----------------------------------------------------------------------------------------------------------


def is_listed(component: Component) -> bool:
    """Whether one evaluator's answers depend on each other: places, or choices with a quota."""
    return component.answer is not None and bool(component.answer.places_name or component.answer.quotas)


def lists(
    evaluation: Evaluation, intake: Intake, scheme: Scheme, leaves: Sequence[str], units: Sequence[Unit]
) -> dict[str, list[Listed]]:
    """Unit -> the lists in which it stands."""
    found: dict[str, list[Listed]] = {}
    for leaf in leaves:
        marks, whole = evaluator_marks(evaluation, intake, scheme, leaf, units)
        of: dict[str, dict[str, Fraction]] = {}
        for unit, numbers in marks.items():
            for who, share in numbers.items():
                of.setdefault(who, {})[unit] = Fraction(share, whole)
        for given in of.values():
            one = Listed(leaf, given, *_limits(scheme, leaf, len(given)))
            for unit in given:
                found.setdefault(unit, []).append(one)
    return found


def _limits(
    scheme: Scheme, leaf: str, units: int
) -> tuple[tuple[Fraction, ...], tuple[tuple[frozenset[Fraction], int], ...]]:
    """What can be chosen where there are quotas, and how often; of choices that are worth the same none is told from
    the other."""
    component = scheme.components[leaf]
    if not component.scale_name or component.answer is None:
        return (), ()
    scale = scheme.scale(component.scale_name)
    values = tuple(sorted({share for share in scale.values() if share is not None}))
    quotas = (
        (frozenset(share for choice in quota.choices if (share := scale[choice]) is not None), quota.limit(units))
        for quota in component.answer.quotas
    )
    return values, tuple(quotas)


def worth(scheme: Scheme, point: Point, own: Sequence[Listed]) -> Fraction | None:
    """What full marks in one list of a leaf add to a unit's points; None where it cannot be said."""
    component, count = scheme.components[point.component], point.evaluators
    plain = component.over == "mean" and component.charge != "months" and component.each is None
    if point.state != "scored" or not count or len(own) != count or not (plain or count == 1):
        return None
    return point.weight / count
