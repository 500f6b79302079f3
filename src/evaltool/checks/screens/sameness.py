"""Marks that tell nobody apart, sheets that agree more than chance explains, cards that repeat in sequence."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, reduce
from itertools import groupby
from math import comb
from operator import or_

from evaltool.checks.screens.alike import Sheets, as_range, as_set, members
from evaltool.checks.screens.given import MarkedLeaf, MarkKind, points, said
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


def all_the_same(evaluation: Evaluation, leaf: MarkedLeaf) -> Iterator[Finding]:
    """Somebody gave all units the same share; or, with fewer units, the same in every cell."""
    if leaf.kind == "place":
        return
    for one in leaf.given.values():
        shares = list((one.by_unit if len(one.by_unit) >= SAME_AT_LEAST else one.shares).values())
        if len(shares) >= SAME_AT_LEAST and len(set(shares)) == 1:
            args = {"n": len(shares), "share": points(leaf.share(shares[0]))}
            yield said(evaluation, "SCREEN_ALL_SAME", leaf, one, args, cell=next(iter(one.first.values())))


# --- sheets that agree -----------------------------------------------------------------------------------------------


Agreed = tuple[int, int]  # cells in common, cells that differ


def identical(evaluation: Evaluation, leaf: MarkedLeaf) -> Iterator[Finding]:
    """Evaluators whose sheets agree in all cells, or in nearly all, more than chance and common opinion explain.

    The expected number of such pairs follows from how often the other pairs of the component agree in a cell.
    """
    habits = _habits(leaf)
    names = list(habits)
    sheets = Sheets.of(leaf.cells, names, IDENTICAL_AT_LEAST)
    pairs: Counter[Agreed] = Counter()
    close: list[tuple[int, Agreed, int]] = []
    for one, agreed, others in sheets.agreements():
        pairs[agreed] += others.bit_count()
        if agreed[1] * NEARLY.denominator <= agreed[0] * NEARLY.numerator:
            close.append((one, agreed, others))
    found = _remarkable(leaf.kind, sheets, pairs, list(habits.values()), close) if close else []
    groups = [(sorted(names[one] for one in members(of)), fewest, most) for of, fewest, most in _together(found)]
    for group, cells, differ in sorted(groups):
        first, *others_of = (leaf.given[who] for who in group)
        args: dict[str, object] = {
            "others": "、".join(evaluation.evaluators[one.evaluator].name for one in others_of),
            "files": "、".join(one.file for one in others_of),
            "n": cells,
            "differ": differ,
        }
        code = "SCREEN_NEARLY_IDENTICAL" if differ else "SCREEN_IDENTICAL"
        yield said(evaluation, code, leaf, first, args, cell=next(iter(first.first.values())))


def _habits(leaf: MarkedLeaf) -> dict[str, Fraction]:
    """How often two cells of one sheet say the same, for those who gave more than one value: who gives nearly everybody
    the same agrees with many."""
    values = leaf.cells.lazy().group_by("evaluator", "value").len().group_by("evaluator").agg("len")
    counts = {who: of for who, of in values.collect(engine="streaming").iter_rows() if len(of) > 1}
    return {
        who: Fraction(sum(count**2 for count in counts[who]), sum(counts[who]) ** 2)
        for who in leaf.given
        if who in counts
    }


def _remarkable(
    kind: MarkKind,
    sheets: Sheets,
    pairs: Mapping[Agreed, int],
    habits: Sequence[Fraction],
    close: Iterable[tuple[int, Agreed, int]],
) -> list[tuple[int, Agreed, int]]:
    """Of pairs that agree so far those of which fewer than `BY_CHANCE` are to be expected.

    How often others agree is told by the middle pair of all others, so that three sheets copied from each other do not
    vouch for one another.  For a pair that stands before the middle of all pairs, that is the one after it.
    """
    order = sorted(range(len(habits)), key=habits.__getitem__)

    @cache
    def fit(agreed: Agreed, usual: Fraction) -> int:
        if _expected(len(habits), agreed, usual):
            return 0
        return as_set(order[: bisect_left(order, 1, key=lambda one: _expected(len(habits), agreed, habits[one]))])

    at = (sum(pairs.values()) - 1) // 2
    (here, first), (there, second) = _equals(pairs, at), _equals(pairs, at + 1)
    usuals = [_usual(kind, agreed) for agreed in here | there]
    middle = following = _Place(next(iter(here)))
    if any(fit(agreed, min(usuals)) != fit(agreed, max(usuals)) for _, agreed, _ in close):
        middle, following = _nth(sheets, here, first), _nth(sheets, there, second)
    found = []
    for one, agreed, others in close:
        before = others & middle.upto(one, agreed)
        for some, place in ((before, following), (others ^ before, middle)):
            fits = fit(agreed, _usual(kind, place.agreed))
            if some & fits and fits >> one & 1:
                found.append((one, agreed, some & fits))
    return found


@dataclass(frozen=True, slots=True)
class _Place:
    """A pair in the order of how often all pairs agree, and among equals of the sheets."""

    agreed: Agreed
    one: int = 0
    other: int = 0

    def upto(self, one: int, agreed: Agreed) -> int:
        """The later sheets with which a sheet stands here or before, of those with which it agrees so far."""
        if _rate(agreed) != _rate(self.agreed):
            return -1 if _rate(agreed) < _rate(self.agreed) else 0
        return -1 if one < self.one else as_range(0, self.other + 1) if one == self.one else 0


def _equals(pairs: Mapping[Agreed, int], at: int) -> tuple[set[Agreed], int]:
    """How far those pairs agree that agree as often as the n-th of all, and which of them it is."""
    for _, same in groupby(sorted(pairs, key=_rate), key=_rate):
        agreed = set(same)
        count = sum(pairs[each] for each in agreed)
        if at < count:
            return agreed, at
        at -= count
    return {(0, 0)}, 0


def _nth(sheets: Sheets, wanted: set[Agreed], at: int) -> _Place:
    """The n-th of the pairs that agree so far, in the order of the sheets."""
    counts = Counter[int]()
    for one, agreed, others in sheets.agreements():
        counts[one] += others.bit_count() if agreed in wanted else 0
    for one in sorted(counts):
        if at < counts[one]:
            row = [(others, agreed) for each, agreed, others in sheets.agreements() if each == one and agreed in wanted]
            other, agreed = sorted((other, agreed) for others, agreed in row for other in members(others))[at]
            return _Place(agreed, one, other)
        at -= counts[one]
    return _Place((0, 0))


def _usual(kind: MarkKind, agreed: Agreed) -> Fraction:
    """How often two sheets of the component agree in a cell, if a pair that agrees so far tells."""
    (cells, differ), (share, weight) = agreed, AGREEMENT[kind]
    return (share * weight + cells - differ) / (weight + cells)


def _rate(agreed: Agreed) -> Fraction:
    return Fraction(agreed[0] - agreed[1], agreed[0]) if agreed[0] else Fraction(0)


def _expected(sheets: int, agreed: Agreed, chance: Fraction) -> bool:
    """Whether among so many sheets a pair is to be expected that agrees so far or further; the likelier, the more often
    two sheets agree in a cell."""
    (cells, differ), (agree, of) = agreed, chance.as_integer_ratio()
    ways: int = sum(comb(cells, k) * (of - agree) ** k * agree ** (cells - k) for k in range(differ + 1))
    orders: int = of**cells
    return comb(sheets, 2) * ways * BY_CHANCE.denominator >= BY_CHANCE.numerator * orders


def _together(pairs: Iterable[tuple[int, Agreed, int]]) -> list[tuple[int, int, int]]:
    """The sets of sheets that hang together through such pairs, each with the fewest cells and the most that differ."""
    groups: list[tuple[int, int, int]] = []
    for one, (cells, differ), others in pairs:
        mine = 1 << one | others
        touched = [group for group in groups if group[0] & mine]
        groups = [group for group in groups if not group[0] & mine]
        sets, fewest, most = zip(*touched, (mine, cells, differ), strict=True)
        groups.append((reduce(or_, sets), min(fewest), max(most)))
    return groups


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
