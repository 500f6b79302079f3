"""Which sums are possible: of numbers of which each could be one of several, as stretches of whole numbers.

A stretch `(first, last)` holds possible sums that are never further apart than a stated gap, its two ends among them.
Where there would be too many stretches some are left out: what is called possible is possible, not the other way round.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TypeVar

Stretch = tuple[int, int]
MOST = 512
_MOST_PAIRS = 4096
_MOST_EACH = 64
T = TypeVar("T")


def joined(stretches: Iterable[Stretch], gap: int) -> list[Stretch]:
    """In ascending order, those that are no further apart than the gap as one."""
    made: list[Stretch] = []
    for first, last in sorted(set(stretches)):  # of even steps most sums come several times
        if made and first - made[-1][1] <= gap:
            made[-1] = (made[-1][0], max(made[-1][1], last))
        else:
            made.append((first, last))
    return fewer(made, MOST)


def fewer(several: Sequence[T], most: int) -> list[T]:
    """About so many of them, the first and the last among them."""
    step = -(-len(several) // most)
    return list(several) if step <= 1 else [*several[:-1:step], several[-1]]


def added(one: Sequence[Stretch], other: Sequence[Stretch], gap: int) -> list[Stretch]:
    """The sums of two numbers."""
    left, right = tuple(one), tuple(other)
    if len(left) * len(right) > _MOST_PAIRS:
        left, right = tuple(fewer(left, _MOST_EACH)), tuple(fewer(right, _MOST_EACH))
    return list(_added(left, right, gap))


@lru_cache(maxsize=512)  # units that were asked the same have the same sums
def _added(one: tuple[Stretch, ...], other: tuple[Stretch, ...], gap: int) -> tuple[Stretch, ...]:
    return tuple(joined(((a + c, b + d) for a, b in one for c, d in other), gap))


def times(one: Sequence[Stretch], count: int, gap: int) -> list[Stretch]:
    """The sums of so many numbers that are alike."""
    made: list[Stretch] = [(0, 0)]
    power = list(one)
    while count:
        if count % 2:
            made = added(made, power, gap)
        count //= 2
        power = added(power, power, gap) if count else power
    return made


def all_of(several: Iterable[Sequence[Stretch]], gap: int) -> list[Stretch]:
    """The sums of one of each."""
    made: list[Stretch] = [(0, 0)]
    for each in several:
        made = added(made, each, gap)
    return made


def left_open(
    wanted: Sequence[Stretch], step: int, others: Sequence[Stretch], window: Stretch
) -> tuple[int, int] | None:
    """The least and the greatest of the wanted numbers that some of the others bring into the window (its end is not
    in it).  `step`: the wanted ones stand evenly in their stretches, so far apart; 0: they are no further apart than
    the gap, which is the window's width."""
    ends: list[int] = []
    for first, last in others:
        low, high = window[0] - last, window[1] - 1 - first
        for a, b in wanted:
            lowest, highest = _inside(a, b, step, low, high, window[1] - window[0])
            ends += [lowest, highest] if lowest <= highest else []
    return (min(ends), max(ends)) if ends else None


def _inside(a: int, b: int, step: int, low: int, high: int, gap: int) -> tuple[int, int]:
    """The first and the last of a stretch between two bounds; the first above the last if there is none."""
    if a == b:
        return max(a, low), min(b, high)
    if step:
        return a + max(-((a - low) // step), 0) * step, a + min(high - a, b - a) // step * step
    return a if low <= a else low + gap, b if b <= high else high - gap


def meets(sums: Sequence[Stretch], window: Stretch) -> bool:
    """Whether one of the sums lies in the window."""
    # between the ends of a stretch an empty window would seem to be met
    return window[0] < window[1] and any(last >= window[0] and first < window[1] for first, last in sums)
