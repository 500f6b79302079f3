"""Middles and distances of many marks at once, exact and hard to move by one of them, from one sorted column.

Marks are whole numbers over one denominator.  It leaves room for four halvings, so that the median of a spread of
medians is a whole number still.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping
from fractions import Fraction
from itertools import accumulate
from math import ceil, floor, lcm

from evaltool.checks.screens.limits import NORMAL

ROOM = 2**4


def common(denominators: Iterable[int]) -> int:
    """The denominator over which shares with these denominators are whole numbers, with room for halvings."""
    return ROOM * lcm(*set(denominators))


def over(whole: int, share: Fraction) -> int:
    """A share as a whole number over a common denominator."""
    return share.numerator * (whole // share.denominator)


def median(values: Iterable[int]) -> int:
    """The middle one; of an even number the mean of the middle two."""
    ordered = sorted(values)
    return (ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) // 2


def spread(values: Iterable[int], around: int = 0) -> Fraction:
    """Median distance from a point, as a standard deviation."""
    return median(abs(value - around) for value in values) * NORMAL


def spread_of_many(distances: Mapping[int, int]) -> Fraction:
    """The same from how often there is each distance."""
    ordered = sorted(distances)
    upto = list(accumulate(distances[each] for each in ordered))
    low, high = ((upto[-1] + more) // 2 for more in (1, 2))  # the middle one, or the middle two
    return (ordered[bisect_left(upto, low)] + ordered[bisect_left(upto, high)]) // 2 * NORMAL


def beyond(whole: int, least: Fraction, times: int, usual: Fraction) -> int:
    """The first distance that is not below a share and more than so many times the usual one."""
    return max(ceil(least * whole), floor(times * usual) + 1)


def off_the_others(values: Collection[int]) -> dict[int, int]:
    """How far each value is from the median of the other ones (at least one other)."""
    ordered = sorted(values)
    low, high = (len(ordered) - 2) // 2, (len(ordered) - 1) // 2

    def other(value: int, at: int) -> int:
        return ordered[at] if value > ordered[at] else ordered[at + 1]

    return {value: value - (other(value, low) + other(value, high)) // 2 for value in set(ordered)}


def sums_of_others(values: Collection[int], low: int, high: int) -> dict[int, int]:
    """For each value the sum of the other ones from the `low`-th up to the `high`-th, in ascending order."""
    ordered = sorted(values)
    before = list(accumulate(ordered, initial=0))

    def first(count: int, at: int) -> int:
        return before[count] if count <= at else before[count + 1] - ordered[at]

    places = {value: at for at, value in enumerate(ordered)}
    return {value: first(high, at) - first(low, at) for value, at in places.items()}
