"""Which sums are possible, against plain loops over everything that could be added."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from itertools import product

import pytest

from evaltool.results.sums import MOST, Stretch, added, all_of, fewer, joined, left_open, meets, times


def points(*numbers: int) -> list[Stretch]:
    return [(each, each) for each in numbers]


def inside(stretches: Iterable[Stretch]) -> set[int]:
    """Every whole number of stretches that leave none of theirs out."""
    return {each for first, last in stretches for each in range(first, last + 1)}


# --- stretches -------------------------------------------------------------------------------------------------------


def test_stretches_that_are_as_near_as_the_gap_are_one() -> None:
    """In whatever order they come, one inside another too; those farther apart stay apart."""
    assert joined([(4, 6), (0, 1)], 3) == [(0, 6)]
    assert joined([(4, 6), (0, 1)], 2) == [(0, 1), (4, 6)]
    assert joined([(0, 10), (2, 3)], 0) == [(0, 10)]
    assert joined([(0, 3), (2, 8), (8, 9), (20, 20)], 0) == [(0, 9), (20, 20)]
    assert joined([], 5) == []


def test_of_too_many_stretches_some_are_left_out() -> None:
    """Never the first and never the last, and those that stay are possible as they are."""
    many = points(*range(0, 10 * MOST, 10))
    assert joined(many, 1) == many
    assert joined([*many, (-10, -10)], 1) == [*[(-10, -10), *many][:-1:2], many[-1]]
    assert joined(points(*range(0, 20 * MOST + 10, 10)), 1) == points(*range(0, 20 * MOST, 30), 20 * MOST)


def test_about_so_many_of_several_keep_both_ends() -> None:
    """As many as are wanted are left as they are; nothing stays nothing."""
    assert fewer("abcdefg", 7) == list("abcdefg")
    assert fewer("abcdefgh", 7) == list("acegh")
    assert fewer("abcdefg", 3) == list("adg")
    assert fewer("", 3) == []


def test_of_too_many_pairs_some_are_left_out() -> None:
    """As many as are added one by one lose nothing; where it is more, both numbers are thinned out, and both keep
    their ends."""
    hundreds, ones = points(*range(0, 12800, 100)), points(*range(32))
    assert added(hundreds, ones, 1) == [(first, first + 31) for first in range(0, 12800, 100)]
    more = added(hundreds, points(*range(33)), 1)
    assert more == [(first, first + 32) for first in (*range(0, 12700, 200), 12700)]
    assert added([(0, 0)], hundreds, 1) == added(hundreds, [(0, 0)], 1) == hundreds


def test_one_of_many_alike_is_as_good_as_another() -> None:
    """So many numbers of a few values: exactly the sums that there are, none of no numbers but nothing."""
    for count in range(8):
        found = times(points(0, 3, 10), count, 0)
        assert inside(found) == {sum(each) for each in product((0, 3, 10), repeat=count)}, count
        assert inside(times([(2, 4)], count, 1)) == set(range(2 * count, 4 * count + 1))


def test_one_of_each_is_added() -> None:
    """A number that is sure moves all sums."""
    several = [points(0, 5), [(10, 12)], points(1)]
    assert inside(all_of(several, 1)) == {11, 12, 13, 16, 17, 18}
    assert all_of([], 1) == [(0, 0)]


# --- what is left open -----------------------------------------------------------------------------------------------


def by_hand(wanted: Iterable[int], others: Iterable[int], window: Stretch) -> tuple[int, int] | None:
    sums = list(others)
    fitting = [each for each in wanted if any(window[0] <= each + other < window[1] for other in sums)]
    return (min(fitting), max(fitting)) if fitting else None


@pytest.mark.parametrize("step", [1, 2, 3, 7])
def test_what_stands_at_even_steps_is_left_open_exactly(step: int) -> None:
    """Nothing more and nothing less than trying everything finds."""
    dice = random.Random(step)
    for _ in range(200):
        first = dice.randint(-20, 20)
        wanted = [(first, first + step * dice.randint(0, 6)), *points(dice.randint(-30, 40))]
        others = [(least := dice.randint(-20, 20), least + dice.randint(0, 3)) for _ in range(dice.randint(1, 2))]
        low = dice.randint(-30, 60)
        window = low, low + dice.randint(1, 6)
        every = [each for a, b in wanted for each in range(a, b + 1, step)]
        assert left_open(wanted, step, others, window) == by_hand(every, inside(others), window), (wanted, others)


def test_what_stands_alone_is_left_open_exactly() -> None:
    """Single values, whatever they are."""
    dice = random.Random(0)
    for _ in range(200):
        wanted, others = (dice.sample(range(-20, 21), dice.randint(1, 4)) for _ in range(2))
        low = dice.randint(-30, 30)
        window = low, low + dice.randint(1, 6)
        assert left_open(points(*wanted), 0, points(*others), window) == by_hand(wanted, others, window)


@pytest.mark.parametrize(
    ("others", "window", "left"),
    [
        ([(0, 200)], (50, 60), (0, 49)),  # one of the ten from 50 to 59 is the last: 49 comes before it in any case
        ([(-60, 0)], (0, 10), (0, 59)),
        ([(-60, -1)], (0, 10), (11, 59)),
        ([(0, 0)], (50, 60), None),  # one of the ten is possible, nobody knows which
        ([(0, 0)], (0, 101), (0, 100)),  # both ends are sure to be possible
        ([(0, 0)], (0, 100), None),
        ([(0, 0)], (101, 111), None),
        ([(0, 0), (-70, -40)], (0, 10), (50, 69)),
        ([(-40, -10), (-70, -40)], (0, 10), (20, 69)),
    ],
)
def test_of_a_stretch_only_its_ends_are_sure(
    others: Sequence[Stretch], window: Stretch, left: tuple[int, int] | None
) -> None:
    """Between 0 and 100 there is a possible number in every window, but none knows where in it."""
    assert left_open([(0, 100)], 0, others, window) == left


def test_a_window_is_met_by_one_of_the_sums() -> None:
    """Its end is not in it; a sum before it and another behind it do not meet it."""
    assert meets(points(5), (5, 6))
    assert not meets(points(5), (6, 7))
    assert not meets(points(5), (4, 5))
    assert not meets(points(0, 9), (4, 5))
    assert meets(points(0, 9), (9, 10))
    assert meets([(0, 3), (8, 9)], (2, 5))
    assert not meets([(0, 10)], (5, 5))
    assert not meets([], (0, 5))
