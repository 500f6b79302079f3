"""How much do the ranks hang on the weights?  Every unit's ranks where each leaf's weight is drawn anew, many times.

Each weight is varied by as much at most as is wanted, up or down, all alike, and all are brought back to the total of
their group.  The draws are those of a seed, the same on every machine.  Shares are those of the scoring, to twelve
digits, which is far finer than what is printed.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from fractions import Fraction
from itertools import groupby
from math import ceil
from typing import Any

from evaltool.exact import published
from evaltool.ledger import ties
from evaltool.points.score import PointsTable, Weights, all_shares, part_of, points_of
from evaltool.results.rank import GroupKey, Standing
from evaltool.results.result import Result
from evaltool.roster import Unit
from evaltool.rules import Scheme
from evaltool.rules.expressions import value_of

ONE = 10**12
STEPS = 1000  # of a draw, on each side
_FINE = 9  # digits to which sums of shares are right
TAILS = Fraction(5, 100)  # beside the interval, on each side


@dataclass(frozen=True, slots=True)
class RankRange:
    """The ranks of one unit: now, in the middle of all draws, between which nine of ten lie, the best and the worst;
    `stays`: the part of the draws in which it has the rank of now."""

    unit: str
    name: str
    rank: int
    middle: int
    low: int
    high: int
    best: int
    worst: int
    stays: Fraction

    def as_value(self) -> dict[str, Any]:
        return {**asdict(self), "stays": published(self.stays, 3)}


Ranges = Mapping[GroupKey, tuple[RankRange, ...]]


def ranges(result: Result, weights: Weights, draws: int, spread: Fraction, seed: int) -> Ranges:
    """By group, in the order of the present ranks.  `spread`: the most by which a weight is varied, as a part of it."""
    points, _ = points_of(result.evaluation, all_shares(result.evaluation, result.intake), weights)
    drawn = random.Random(seed)
    decided = {line.unit: int(line.amount) for line in ties(result.evaluation.ledger)}
    found: dict[GroupKey, tuple[RankRange, ...]] = {}
    for key in dict.fromkeys(one.key for one in result.standings):
        scheme = result.evaluation.classes[key[0]]
        ranked = [one for one in result.group(*key) if one.rank is not None]
        last = {one.unit.id: earlier.rank for one in ranked if (earlier := result.evaluation.last(one.unit.id))}
        units = [_Shares.of(scheme, one, points, last.get(one.unit.id), decided.get(one.unit.id, 0)) for one in ranked]
        own = {leaf: weights(scheme, leaf, key[1]) for leaf in scheme.leaves()}
        every = [_ranks(scheme, units, _drawn(own, spread, drawn)) for _ in range(draws)]
        if ranked:
            now = _ranks(scheme, units, _drawn(own, Fraction(0), drawn))
            found[key] = tuple(sorted((_range(one.unit, now, every) for one in ranked), key=lambda each: each.rank))
    return found


def _drawn(own: Mapping[str, Fraction], spread: Fraction, drawn: random.Random) -> dict[str, int]:
    """New weights with the same sum, in units of 1 / `ONE`."""
    varied = {
        leaf: weight * (1 + spread * Fraction(drawn.randint(-STEPS, STEPS), STEPS)) for leaf, weight in own.items()
    }
    whole = sum(varied.values(), Fraction(0))
    rescaled = sum(own.values(), Fraction(0)) / whole if whole else Fraction(0)
    return {leaf: round(weight * rescaled * ONE) for leaf, weight in varied.items()}


def _range(unit: Unit, now: Mapping[str, int], every: Sequence[Mapping[str, int]]) -> RankRange:
    found = sorted(each[unit.id] for each in every)
    low, middle, high = (found[ceil(len(found) * part) - 1] for part in (TAILS, Fraction(1, 2), 1 - TAILS))
    stays = Fraction(found.count(now[unit.id]), len(found))
    return RankRange(unit.id, unit.name, now[unit.id], middle, low, high, found[0], found[-1], stays)


# --- one draw --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Shares:
    """What a unit got of each leaf in units of 1 / `ONE`, whose weight went where, and what is added to its points."""

    id: str
    shares: Mapping[str, int]
    moved: Mapping[str, tuple[tuple[str, ...], Mapping[str, Fraction]]]  # who takes it, and stated parts if there are
    besides: int
    earlier: int | None  # taken off where the change against earlier decides; None: there is none to take off
    last: int | None  # its earlier rank, from which places climbed are counted
    decided: int  # its place among those that nothing else tells apart, 0 without a decision

    @classmethod
    def of(cls, scheme: Scheme, one: Standing, points: PointsTable, last: int | None, decided: int) -> _Shares:
        own = {leaf: points[one.unit.id, leaf] for leaf in scheme.leaves() if (one.unit.id, leaf) in points}
        shares = {leaf: round((point.share or 0) * ONE) for leaf, point in own.items()}
        moved = {leaf: (point.takers, dict(point.parts)) for leaf, point in own.items() if point.takers}
        varies = scheme.ranking.by == "variation"
        earlier = 0 if not varies else None if one.change is None else round((one.total - one.change) * ONE)
        besides = round((one.bonus - one.deduction) * ONE)
        return cls(one.unit.id, shares, moved, besides, earlier, last, decided)


def _ranks(scheme: Scheme, units: Sequence[_Shares], weights: Mapping[str, int]) -> dict[str, int]:
    """The ranks by the rules, twice where places climbed are rewarded."""
    if not scheme.climb.points:
        return _placed(scheme, units, weights)
    first = _placed(scheme, [replace(each, decided=0) for each in units], weights)
    climbed = {each.id: scheme.climb.reward(each.last - first[each.id]) if each.last else Fraction(0) for each in units}
    rewarded = [replace(each, besides=each.besides + round(climbed[each.id] * ONE)) for each in units]
    return _placed(scheme, rewarded, weights)


def _placed(scheme: Scheme, units: Sequence[_Shares], weights: Mapping[str, int]) -> dict[str, int]:
    """Published or exact totals, the chain that breaks ties, the ledger; else shared."""
    keys = {each.id: tuple(-value for value in _placed_by(scheme, each, weights)) for each in units}
    decided = {each.id: each.decided for each in units}
    ranks: dict[str, int] = {}
    place = 1
    for _, tied in groupby(sorted(keys, key=lambda unit: keys[unit]), key=lambda unit: keys[unit]):
        block = {unit: decided[unit] for unit in tied}
        if sorted(block.values()) != list(range(place, place + len(block))):
            block = dict.fromkeys(block, place)
        ranks |= block
        place += len(block) if scheme.ranking.gaps else len(set(block.values()))
    return ranks


def _placed_by(scheme: Scheme, unit: _Shares, weights: Mapping[str, int]) -> Iterator[int]:
    of = _points(scheme, unit, weights)
    digits = _FINE if scheme.ranking.by == "exact" else scheme.head.decimals
    yield 0 if unit.earlier is None else _rounded(of[""] + unit.besides, digits) - unit.earlier
    yield from (_rounded(of.get(each, 0), _FINE) for each in scheme.ranking.ties)


def _points(scheme: Scheme, unit: _Shares, weights: Mapping[str, int]) -> dict[str, int]:
    counted = {leaf: weights[leaf] for leaf in unit.shares}

    def own(leaf: str) -> Fraction:
        return Fraction(
            max(weights[leaf], 1)
        )  # where all that could take some were drawn as nothing, they take it alike

    for leaf, (takers, stated) in unit.moved.items():
        for taker in takers:
            counted[taker] += int(value_of(part_of(scheme, Fraction(weights[leaf]), taker, takers, stated, own)))
    of = {leaf: _as_ruled(scheme, leaf, share * counted[leaf] // ONE) for leaf, share in unit.shares.items()}
    for component in (*reversed([each for each, _ in scheme.walk()]), ""):
        if component not in of:
            parts = [of[part] for part in scheme.children(component) if part in of]
            of[component] = _as_ruled(scheme, component, sum(parts))
    return of


def _as_ruled(scheme: Scheme, component: str, points: int) -> int:
    digits = scheme.components[component].round if component else None
    return points if digits is None else _rounded(points, digits)


def _rounded(points: int, digits: int) -> int:
    """Half up, away from zero for negative ones, of a figure that is right to nine digits."""
    unit: int = 10 ** (12 - digits)
    whole = (abs(points) + unit // 2 + min(unit // 4, 1000)) // unit * unit
    return whole if points >= 0 else -whole
