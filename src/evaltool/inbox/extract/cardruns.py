"""Identical cards one after another: the longest stretch that the batch's own cards would hardly give by chance.

Cards come to the keyboard in the order in which they lie on the pile.  Were that order random, the expected number of
stretches of k identical cards, where c of a batch's n cards are of that kind, would be (n-k+1) x C(n-k, c-k) / C(n, c).
Nothing has to be known about opinions: where most cards say the same, long stretches are expected.  Reading workers
import this module.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from itertools import groupby
from math import comb
from typing import NamedTuple

SHORTEST = 5  # cards; shorter stretches are not looked at


class CardRun(NamedTuple):
    """A stretch of identical cards on a worksheet: how many, from which cell to which, how many cards of that kind and
    how many valid cards the worksheet has, and for how many units a card has room."""

    class_id: str
    component: str
    sheet: str
    first: str
    last: str
    length: int
    alike: int
    cards: int
    units: int

    def expected(self) -> Fraction:
        """How many such stretches a random order of these cards would have."""
        return expected(self.length, self.alike, self.cards)


def expected(length: int, alike: int, cards: int) -> Fraction:
    """See the formula above."""
    starts = cards - length + 1
    return Fraction(starts * comb(cards - length, alike - length), comb(cards, alike))


def rarest(cards: Sequence[tuple[str, ...]]) -> tuple[int, int, int] | None:
    """(place of its first card, length, cards of that kind) of the stretch that is least to be expected."""
    stretches = [(at, length) for at, length in _stretches(cards) if length >= SHORTEST]
    if not stretches:
        return None
    kinds = Counter(cards)
    found = [(expected(length, kinds[cards[at]], len(cards)), at, length) for at, length in stretches]
    _, at, length = min(found)
    return at, length, kinds[cards[at]]


def _stretches(cards: Sequence[tuple[str, ...]]) -> list[tuple[int, int]]:
    at, found = 0, []
    for _, same in groupby(cards):
        length = sum(1 for _ in same)
        found.append((at, length))
        at += length
    return found
