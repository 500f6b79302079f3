"""The screens over the tables, written plainly: everybody with everybody, each left out in turn, in fractions.

What the tool works out in a straight line must say the same.  Thresholds and sentences are the tool's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations
from math import comb
from typing import Literal

import polars as pl

from evaltool.checks.screens.given import points
from evaltool.checks.screens.limits import (
    AGREEMENT,
    BY_CHANCE,
    EVALUATORS,
    FAR,
    IDENTICAL_AT_LEAST,
    LEAST_SPREAD,
    LEVEL_SPREADS,
    LEVEL_UNITS,
    MARKS,
    NEARLY,
    NORMAL,
    OWN_ALONE,
    SAME_AT_LEAST,
    SPREADS,
    TIER_LEVEL_UNITS,
    TIERS_APART,
)
from evaltool.evaluation import Evaluation
from evaltool.findings import Finding, finding
from evaltool.inbox.intake import Intake
from evaltool.rules import Component
from evaltool.rules.methods import Choice, Rank


def over_tables(evaluation: Evaluation, intake: Intake) -> list[Finding]:
    """What can be seen in the marks alone, in the order of the tool."""
    found: list[Finding] = []
    for leaf in leaves(evaluation, intake):
        for screen in (all_the_same, identical, far_from_others, own_unit):
            found += screen(evaluation, leaf)
    return found


def median(values: Iterable[Fraction]) -> Fraction:
    """The middle one; of an even number the mean of the middle two."""
    ordered = sorted(values)
    return (ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2


def spread(values: Iterable[Fraction], around: Fraction = Fraction(0)) -> Fraction:
    """Median distance from a point, as a standard deviation."""
    return median(abs(value - around) for value in values) * NORMAL


def off_the_others(values: Mapping[str, Fraction]) -> dict[str, Fraction]:
    """How far each value is from the median of the other ones (at least one other)."""
    return {
        who: value - median(other for each, other in values.items() if each != who) for who, value in values.items()
    }


Kind = Literal["number", "choice", "place"]
Spot = tuple[str, str, str]  # unit, indicator, repeat
Key = tuple[str, str]  # unit, repeat


@dataclass(slots=True)
class Given:
    """One evaluator's marks in one leaf.

    `cells`: spot -> (value, address); `parts`: (unit, repeat) -> marks and full marks added up, in millionths of a
    point; `first`: the first cell of each; `step`: the smallest difference of marks, as a share.
    """

    evaluator: str
    file: str
    sheet: str
    cells: dict[Spot, tuple[int, str]] = field(default_factory=dict)
    parts: dict[Key, list[int]] = field(default_factory=dict)
    first: dict[Key, str] = field(default_factory=dict)
    step: Fraction = Fraction(1)

    def shares(self) -> dict[Key, Fraction]:
        """Share of full marks by unit and repeat."""
        return {key: Fraction(mark, full) for key, (mark, full) in self.parts.items() if full}

    def by_unit(self) -> dict[str, Fraction]:
        """Share of full marks by unit, all repeats together."""
        sums: dict[str, list[int]] = {}
        for (unit, _), (mark, full) in self.parts.items():
            both = sums.setdefault(unit, [0, 0])
            both[0], both[1] = both[0] + mark, both[1] + full
        return {unit: Fraction(mark, full) for unit, (mark, full) in sums.items() if full}

    def cell(self, unit: str) -> str:
        """The first cell about a unit."""
        return next((cell for (of, _), cell in self.first.items() if of == unit), "")


@dataclass(frozen=True, slots=True)
class Leaf:
    """One leaf of one class with everybody's marks, in the order of the evaluators' ids."""

    class_id: str
    component: str
    name: str
    kind: Kind
    given: Mapping[str, Given]
    scale: tuple[Fraction, ...] = ()  # shares of the tiers, best first


def leaves(evaluation: Evaluation, intake: Intake) -> list[Leaf]:
    """All leaves in which something was marked (contributions to awards too), but not those decided by cards."""
    wanted = ("class_id", "component", "evaluator", "unit", "indicator", "repeat", "value", "high", "decimals")
    place = ("text", "cell", "sheet", "file")
    usable = pl.col("value").is_between(pl.col("low"), pl.col("high"))  # anything else has its finding already
    mine = (pl.col("field") == "mark") & usable & (pl.col("unit") != "")
    rows = intake.rows(mine)
    by_leaf: dict[tuple[str, str], list[tuple[object, ...]]] = {}
    for row in rows.select(*wanted, *place).iter_rows():
        by_leaf.setdefault(row[:2], []).append(row[2:])
    return [_leaf(evaluation, *key, of) for key, of in sorted(by_leaf.items())]


def _leaf(evaluation: Evaluation, class_id: str, leaf: str, rows: Iterable[tuple[object, ...]]) -> Leaf:
    scheme = evaluation.classes[class_id]
    component = scheme.components.get(leaf)
    answer = component.answer if component else None
    scale = scheme.scale(answer.choice) if isinstance(answer, Choice) else {}
    counted = {choice: int(share * 10**6) for choice, share in scale.items() if share is not None}
    once = bool(component and component.each and component.each.word)
    given: dict[str, Given] = {}
    for evaluator, unit, indicator, repeat, value, high, decimals, text, cell, sheet, file in rows:
        if isinstance(answer, Choice):
            value, high, decimals = counted.get(str(text)), 10**6, 6
        if value is None:
            continue
        one = given.setdefault(str(evaluator), Given(str(evaluator), str(file), str(sheet)))
        # a row that was added as something happened has a number of its own, which means nothing to other evaluators
        key = str(unit), "" if once else str(repeat)
        one.cells[str(unit), str(indicator), str(repeat)] = int(str(value)), str(cell)
        part = one.parts.setdefault(key, [0, 0])
        scaled = 10 ** (6 - int(str(decimals)))
        part[0], part[1] = part[0] + int(str(value)) * scaled, part[1] + int(str(high)) * scaled
        one.first.setdefault(key, str(cell))
        one.step = min(one.step, Fraction(1, max(int(str(high)), 1)))
    shares = sorted({share for share in scale.values() if share is not None}, reverse=True)
    return Leaf(class_id, leaf, component.name if component else leaf, _kind(component), given, tuple(shares))


def _kind(component: Component | None) -> Kind:
    answer = component.answer if component else None
    return "choice" if isinstance(answer, Choice) else "place" if isinstance(answer, Rank) else "number"


def said(
    evaluation: Evaluation,
    code: str,
    leaf: Leaf,
    one: Given,
    args: Mapping[str, object],
    unit: str = "",
    cell: str = "",
) -> Finding:
    """A finding at an evaluator's sheet; the names that every sentence needs are filled in."""
    names: dict[str, object] = {
        "name": evaluation.evaluators[one.evaluator].name,
        "component_name": leaf.name,
        "unit_name": evaluation.units[unit].name if unit in evaluation.units else unit,
    }
    place = {"file": one.file, "sheet": one.sheet, "cell": cell, "unit": unit, "evaluator": one.evaluator}
    return finding(code, **place, component=leaf.component, args={**names, **args})


def all_the_same(evaluation: Evaluation, leaf: Leaf) -> Iterator[Finding]:
    """Somebody gave all units the same share; or, with fewer units, the same in every cell."""
    if leaf.kind == "place":
        return
    for one in leaf.given.values():
        units = one.by_unit()
        shares = units if len(units) >= SAME_AT_LEAST else one.shares()
        if len(shares) >= SAME_AT_LEAST and len(set(shares.values())) == 1:
            args = {"n": len(shares), "share": points(next(iter(shares.values())))}
            yield said(evaluation, "SCREEN_ALL_SAME", leaf, one, args, cell=next(iter(one.first.values())))


# --- sheets that agree -----------------------------------------------------------------------------------------------


Pair = tuple[str, str]
Agreed = tuple[int, int]  # cells in common, cells that differ


def identical(evaluation: Evaluation, leaf: Leaf) -> Iterator[Finding]:
    """Evaluators whose sheets agree in all cells, or in nearly all, more than chance and common opinion explain.

    The expected number of such pairs follows from how often the other pairs of the component agree in a cell.
    """
    given = {who: one for who, one in leaf.given.items() if len(set(_values(one).values())) > 1}
    pairs = {pair: agreed for pair in combinations(given, 2) if (agreed := _agreed(given[pair[0]], given[pair[1]]))}
    close = {pair: agreed for pair, agreed in pairs.items() if agreed[1] <= NEARLY * agreed[0]}
    found = {pair: close[pair] for pair in close if _remarkable(leaf, given, pairs, pair)}
    for group in _together(found):
        inside = [agreed for pair, agreed in found.items() if pair[0] in group]
        cells, differ = min(cells for cells, _ in inside), max(differ for _, differ in inside)
        first, *others = (given[who] for who in group)
        args: dict[str, object] = {
            "others": "、".join(evaluation.evaluators[one.evaluator].name for one in others),
            "files": "、".join(one.file for one in others),
            "n": cells,
            "differ": differ,
        }
        code = "SCREEN_NEARLY_IDENTICAL" if differ else "SCREEN_IDENTICAL"
        yield said(evaluation, code, leaf, first, args, cell=next(iter(first.first.values())))


def _values(one: Given) -> dict[Spot, int]:
    return {spot: value for spot, (value, _) in one.cells.items()}


def _agreed(one: Given, other: Given) -> Agreed | None:
    """Cells that both filled in and how many of them differ; None if the sheets are too small or about others."""
    common = one.cells.keys() & other.cells.keys()
    if len(common) < IDENTICAL_AT_LEAST or 5 * len(common) < 4 * max(len(one.cells), len(other.cells)):
        return None
    return len(common), sum(one.cells[spot][0] != other.cells[spot][0] for spot in common)


def _remarkable(leaf: Leaf, given: Mapping[str, Given], pairs: Mapping[Pair, Agreed], pair: Pair) -> bool:
    """Whether fewer than `BY_CHANCE` pairs as alike as this one are to be expected."""
    cells, differ = pairs[pair]
    rest = sorted((agreed for other, agreed in pairs.items() if other != pair), key=_rate)
    usual, weight = AGREEMENT[leaf.kind]
    # the middle pair, so that three sheets copied from each other do not vouch for one another
    middle = rest[len(rest) // 2] if rest else (0, 0)
    among = (usual * weight + middle[0] - middle[1]) / (weight + middle[0])
    chance = max(among, *(_by_habit(given[who]) for who in pair))
    odds = sum(comb(cells, k) * (1 - chance) ** k * chance ** (cells - k) for k in range(differ + 1))
    return comb(len(given), 2) * odds < BY_CHANCE


def _rate(agreed: Agreed) -> Fraction:
    return Fraction(agreed[0] - agreed[1], agreed[0])


def _by_habit(one: Given) -> Fraction:
    """How often two cells of one sheet say the same: who gives nearly everybody the same agrees with many."""
    values = list(_values(one).values())
    return Fraction(sum(values.count(value) ** 2 for value in set(values)), len(values) ** 2)


def _together(pairs: Iterable[Pair]) -> list[list[str]]:
    """Evaluators that hang together through such pairs, each set once."""
    groups: list[set[str]] = []
    for pair in pairs:
        touched = [group for group in groups if not group.isdisjoint(pair)]
        groups = [group for group in groups if group not in touched] + [set(pair).union(*touched)]
    return sorted(sorted(group) for group in groups)


Off = dict[str, dict[Key, Fraction]]
"""Evaluator -> (unit, repeat) -> distance from the median of the others."""


def far_from_others(evaluation: Evaluation, leaf: Leaf) -> Iterator[Finding]:
    """Single marks and whole sheets far from what the other evaluators gave the same units."""
    columns = _columns(leaf)
    if leaf.kind == "choice":
        yield from _tiers(evaluation, leaf, columns)
    elif leaf.kind == "number":
        off = _off(columns)
        levels = {who: median(of.values()) for who, of in off.items() if len(of) >= LEVEL_UNITS}
        yield from _levels(evaluation, leaf, columns, levels)
        yield from _marks(evaluation, leaf, columns, off, levels)


def _columns(leaf: Leaf) -> dict[Key, dict[str, Fraction]]:
    """What everybody gave one unit (in one repeat), where enough evaluators did."""
    columns: dict[Key, dict[str, Fraction]] = {}
    for who, one in leaf.given.items():
        for key, share in one.shares().items():
            columns.setdefault(key, {})[who] = share
    return {key: shares for key, shares in columns.items() if len(shares) >= EVALUATORS}


def _off(columns: Mapping[Key, Mapping[str, Fraction]]) -> Off:
    off: Off = {}
    for key, shares in columns.items():
        for who, distance in off_the_others(shares).items():
            off.setdefault(who, {})[key] = distance
    return off


# --- numbers ---------------------------------------------------------------------------------------------------------


def _levels(
    evaluation: Evaluation,
    leaf: Leaf,
    columns: Mapping[Key, Mapping[str, Fraction]],
    levels: Mapping[str, Fraction],
) -> Iterator[Finding]:
    """Evaluators who are stricter or milder than the others throughout."""
    if len(levels) < EVALUATORS:
        return
    apart = off_the_others(levels)
    usual = max(spread(apart.values()), LEAST_SPREAD)
    for who, distance in apart.items():
        if abs(distance) >= FAR and abs(distance) > LEVEL_SPREADS * usual:
            mine = [shares[who] for shares in columns.values() if who in shares]
            theirs = [_mean_of(_others(shares, who)) for shares in columns.values() if who in shares]
            args: dict[str, object] = {
                "mean": points(_mean_of(mine)),
                "others": points(_mean_of(theirs)),
                "n": len(mine),
                "distance": points(abs(distance)),
                "usual": points(usual),
                "way_zh": "低" if distance < 0 else "高",
                "way_en": "below" if distance < 0 else "above",
            }
            yield said(evaluation, "SCREEN_LEVEL", leaf, leaf.given[who], args)


def _marks(
    evaluation: Evaluation,
    leaf: Leaf,
    columns: Mapping[Key, Mapping[str, Fraction]],
    off: Off,
    levels: Mapping[str, Fraction],
) -> Iterator[Finding]:
    """Single marks far from the others' even when the evaluator's own level is taken off."""
    rest = {(who, key): d - levels.get(who, Fraction(0)) for who, of in off.items() for key, d in of.items()}
    if len(rest) < MARKS:
        return
    step = max(one.step for one in leaf.given.values())
    usual = max(spread(rest.values()), LEAST_SPREAD, step / 2)
    for (who, key), distance in rest.items():
        if abs(distance) >= FAR and abs(distance) > SPREADS * usual:
            one, shares = leaf.given[who], columns[key]
            args: dict[str, object] = {
                "share": points(shares[who]),
                "others": points(median(_others(shares, who))),
                "n": len(shares) - 1,
                "usual": points(usual),
            }
            yield said(evaluation, "SCREEN_FAR", leaf, one, args, key[0], one.first[key])


def _others(shares: Mapping[str, Fraction], who: str) -> list[Fraction]:
    return [share for other, share in shares.items() if other != who]


def _mean_of(values: list[Fraction]) -> Fraction:
    return sum(values, Fraction(0)) / len(values)


# --- tiers -----------------------------------------------------------------------------------------------------------


def _tiers(evaluation: Evaluation, leaf: Leaf, columns: Mapping[Key, Mapping[str, Fraction]]) -> Iterator[Finding]:
    """In a scale of a few tiers a spread means little.  Worth a look: two tiers away from evaluators who all agree, or
    every unit in a lower (higher) tier than the middle of the others."""
    place = {share: at for at, share in enumerate(leaf.scale)}
    ways: dict[str, list[int]] = {}
    for key, shares in columns.items():
        for who, share in shares.items():
            others = _others(shares, who)
            middle = median(others)
            ways.setdefault(who, []).append((share > middle) - (share < middle))
            if len(set(others)) == 1 and abs(place[share] - place[others[0]]) >= TIERS_APART:
                one = leaf.given[who]
                args: dict[str, object] = {"share": points(share), "others": points(others[0]), "n": len(others)}
                yield said(evaluation, "SCREEN_TIER", leaf, one, args, key[0], one.first[key])
    for who, way in ways.items():
        if len(way) >= TIER_LEVEL_UNITS and abs(sum(way)) == len(way):
            args = {
                "n": len(way),
                "way_zh": "低" if way[0] < 0 else "高",
                "way_en": "lower" if way[0] < 0 else "higher",
            }
            yield said(evaluation, "SCREEN_TIER_LEVEL", leaf, leaf.given[who], args)


# --- the own unit ----------------------------------------------------------------------------------------------------


def own_unit(evaluation: Evaluation, leaf: Leaf) -> Iterator[Finding]:
    """An evaluator who marks the own unit, and marks it higher than the others do, beyond the own mildness."""
    if leaf.kind == "place":
        return
    shares = {who: one.by_unit() for who, one in leaf.given.items()}
    for who, one in leaf.given.items():
        own = evaluation.evaluators[who].unit
        if own in shares[who] and evaluation.evaluators[who].role != "self":
            found = _favour(who, own, shares)
            if found is not None:
                yield said(evaluation, "SCREEN_OWN_UNIT", leaf, one, _figures(who, own, shares), own, one.cell(own))


ByUnit = Mapping[str, Mapping[str, Fraction]]
"""Evaluator -> unit -> share."""


def _favour(who: str, own: str, shares: ByUnit) -> Fraction | None:
    """By how much the own unit is favoured, if it is far more than anything else explains."""
    off = {}
    for unit, share in shares[who].items():
        others = [of[unit] for other, of in shares.items() if other != who and unit in of]
        if others:
            off[unit] = share - median(others)
    rest = [distance for unit, distance in off.items() if unit != own]
    if own in off and len(rest) >= LEVEL_UNITS - 1:
        favour = off[own] - median(rest)
        usual = max(spread(rest, median(rest)), LEAST_SPREAD)
        return favour if favour >= FAR and favour > SPREADS * usual else None
    given = [share for unit, share in shares[who].items() if unit != own]
    if own in off or len(given) < LEVEL_UNITS - 1:
        return None
    favour = shares[who][own] - median(given)  # nobody else marks it: only against what this evaluator gives the others
    usual = max(spread(given, median(given)), LEAST_SPREAD)
    return favour if favour >= OWN_ALONE and favour > SPREADS * usual and shares[who][own] > max(given) else None


def _figures(who: str, own: str, shares: ByUnit) -> dict[str, object]:
    by_others = [of[own] for other, of in shares.items() if other != who and own in of]
    to_others = [share for unit, share in shares[who].items() if unit != own]
    return {
        "share": points(shares[who][own]),
        "given": points(median(to_others)),
        "others": points(median(by_others)) if by_others else "—",
    }
