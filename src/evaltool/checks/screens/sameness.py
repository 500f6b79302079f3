"""Marks that tell nobody apart, sheets that agree more than chance explains, cards that repeat in sequence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from itertools import combinations
from math import comb

from evaltool.checks.screens.given import Given, Leaf, Spot, points, said
from evaltool.checks.screens.limits import (
    AGREEMENT,
    BY_CHANCE,
    CARD_UNITS,
    IDENTICAL_AT_LEAST,
    NEARLY,
    SAME_AT_LEAST,
    STRETCHES,
)
from evaltool.evaluation import Evaluation
from evaltool.exact import published
from evaltool.findings import Finding, finding
from evaltool.inbox.intake import Intake


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


# --- cards -----------------------------------------------------------------------------------------------------------


def repeated_cards(evaluation: Evaluation, intake: Intake) -> Iterator[Finding]:
    """Long stretches of identical cards that the batch's own cards would hardly give in any order."""
    for run, evaluator, batch, file in intake.card_runs:
        chance = run.expected()
        if run.units < CARD_UNITS or chance >= STRETCHES:
            continue
        args: dict[str, object] = {
            "name": evaluation.evaluators[evaluator].name,
            "batch": batch,
            "n": run.length,
            "last": run.last,
            "alike": run.alike,
            "cards": run.cards,
            "odds": published(1 / chance, 0),
        }
        place = {"file": file, "sheet": run.sheet, "cell": run.first, "evaluator": evaluator}
        yield finding("SCREEN_CARDS_REPEATED", **place, component=run.component, args=args)
