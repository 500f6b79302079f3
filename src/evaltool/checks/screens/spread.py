"""Middle and spread of a few marks, exact and hard to move by one of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

from evaltool.checks.screens.limits import NORMAL


def median(values: Iterable[Fraction]) -> Fraction:
    """The middle one; of an even number the mean of the middle two."""
    ordered = sorted(values)
    return (ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2


def spread(values: Iterable[Fraction], around: Fraction = Fraction(0)) -> Fraction:
    """Median distance from a point, as a standard deviation."""
    return median(abs(value - around) for value in values) * NORMAL


def off_the_others(values: Mapping[str, Fraction]) -> dict[str, Fraction]:
    """How far each value is from the median of the other ones (at least one other).

    Sorted once: without one of the values, the middle is one of three neighbours.
    """
    ordered = sorted(values.values())
    count = len(ordered)
    off = {}
    for who, value in values.items():
        at = ordered.index(value)
        low, high = (count - 2) // 2, (count - 1) // 2  # the middle of what is left, counted without this one
        middle = ordered[low + (low >= at)] + ordered[high + (high >= at)]
        off[who] = value - middle / 2
    return off
