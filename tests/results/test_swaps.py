"""What lists could also have said of a unit: units in each other's places, choices that are not used up."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import pytest

from evaltool.points.score import Point
from evaltool.results.audit import Case, HiddenSum, KnownOfUnit
from evaltool.results.possible import Listed
from evaltool.results.swaps import MOST, Moves, moves
from evaltool.rules import Scheme
from handmade import scheme

RULES: Scheme = scheme()
Window = tuple[str, str]
WIDE = ("-100", "100")
WORTH = {"mayor": Fraction(30), "vice": Fraction(20)}


def places(leaf: str, **given: str) -> Listed:
    """A list in which every place is given once."""
    return Listed(leaf, {unit: Fraction(share) for unit, share in given.items()})


def choices(leaf: str, values: str, quotas: tuple[tuple[str, int], ...], **given: str) -> Listed:
    """A list of choices, some of which may be made so many times together."""
    scale = tuple(Fraction(each) for each in values.split())
    limits = tuple((frozenset(Fraction(each) for each in few.split()), most) for few, most in quotas)
    return Listed(leaf, {unit: Fraction(share) for unit, share in given.items()}, scale, limits)


def case(unit: str, *lists: Listed, worth: Mapping[str, Fraction] = WORTH) -> Case:
    """A unit that stands in these lists, each of which is worth so much."""
    point = Point("c", unit, "", Fraction(100), Fraction(1, 2), Fraction(50), "scored")
    return Case(RULES, KnownOfUnit({"": point}, Fraction(0), Fraction(50)), {}, lists, worth)


def cell(window: Window = WIDE, *, fixed: tuple[str, ...] = ("mayor", "vice")) -> HiddenSum:
    """A cell with nothing in it but lists, whose figure allows them so much less and more."""
    low, high = window
    return HiddenSum("", (), (Fraction(low), Fraction(high)), 1, fixed)


def found(
    lists: tuple[Listed, ...],
    own: HiddenSum | None = None,
    others: Mapping[str, HiddenSum | None] | None = None,
    without: tuple[str, ...] = (),
) -> Moves:
    """What could also be said of unit u; the other units' figures allow anything unless it is said."""
    units = dict.fromkeys(unit for each in lists for unit in each.given)
    cases = {unit: case(unit, *(each for each in lists if unit in each.given)) for unit in units}
    for unit in without:
        del cases[unit]
    homes = {unit: cell() for unit in units} | dict(others or {})
    return moves(cases, lambda unit, _: homes[unit], "u", own or cell())


ORDER = places("mayor", u="0.8", v="1", w="0.6")


def test_two_units_may_have_each_others_places() -> None:
    """The mayor's list is worth 30 points: the first place brings u 6 more, the third 6 less."""
    both = frozenset({Fraction(3, 5), Fraction(1)})
    assert found((ORDER,)) == Moves((Fraction(0), Fraction(-6), Fraction(6)), {0: both})


def test_a_place_must_leave_the_units_own_figure_as_it_is() -> None:
    """Six points more would be printed, six less would not."""
    assert found((ORDER,), cell(("-10", "6"))) == Moves((Fraction(0), Fraction(-6)), {0: frozenset({Fraction(3, 5)})})


@pytest.mark.parametrize(("window", "left"), [(("-6", "1"), {1}), (("-5", "7"), set())])
def test_the_other_unit_must_keep_what_is_printed_of_it(window: Window, left: set[int]) -> None:
    """v would lose the 6 points that u gets; it could well get six more."""
    made = found((ORDER,), others={"v": cell(window), "w": None})
    assert made.values == ({0: frozenset(Fraction(each) for each in left)} if left else {})


@pytest.mark.parametrize(
    ("other", "without"),
    [(cell(), ("v",)), (None, ()), (cell(fixed=("vice",)), ()), (cell(fixed=()), ())],
    ids=["of no audited unit", "in no cell", "in a cell without that list", "in a cell without lists"],
)
def test_nobody_changes_places_with_a_unit_of_which_nothing_can_be_said(
    other: HiddenSum | None, without: tuple[str, ...]
) -> None:
    """The third unit's place remains possible."""
    made = found((ORDER,), others={"v": other}, without=without)
    assert made.values == {0: frozenset({Fraction(3, 5)})}


def test_nobody_changes_places_where_a_list_is_worth_nothing_certain() -> None:
    """Neither with a unit to whose points the list adds nobody knows what, nor where it is so for the unit itself."""
    cases = {unit: case(unit, ORDER, worth={} if unit == "v" else WORTH) for unit in "uvw"}
    assert moves(cases, lambda *_: cell(), "u", cell()).values == {0: frozenset({Fraction(3, 5)})}
    assert moves(cases, lambda *_: cell(), "v", cell()) == Moves((Fraction(0),), {})


def test_only_lists_of_the_cell_are_looked_at() -> None:
    """What stands in another cell of the unit is another matter."""
    assert found((ORDER,), cell(fixed=("vice",))) == Moves((Fraction(0),), {})


def test_units_with_the_same_place_have_nothing_to_change() -> None:
    """A shared place is the same for both."""
    assert found((places("mayor", u="1", v="1"),)) == Moves((Fraction(0),), {})


# --- choices with a quota --------------------------------------------------------------------------------------------


def test_a_choice_whose_quota_is_not_used_up_is_free() -> None:
    """One 1 of one is given, to v: u may have it in v's place only; 0.5 nobody counts."""
    quotas = (("1", 1),)
    full = choices("mayor", "0.5 0.8 1", quotas, u="0.8", v="1")
    assert found((full,)).values == {0: frozenset({Fraction(1, 2), 1})}
    assert found((full,), others={"v": None}).values == {0: frozenset({Fraction(1, 2)})}
    free = choices("mayor", "0.5 0.8 1", quotas, u="0.8", v="0.5")
    assert found((free,), others={"v": None}).values == {0: frozenset({Fraction(1, 2), 1})}


def test_what_the_unit_gives_up_makes_room() -> None:
    """Two of 0.8 and 1 together: u has one of them, and may have the other instead; v's may be none of them too."""
    both = choices("mayor", "0.5 0.8 1", (("0.8 1", 2),), u="0.8", v="1", w="0.5")
    nobody: Mapping[str, HiddenSum | None] = dict.fromkeys("vw")
    assert found((both,), others=nobody).values == {0: frozenset({Fraction(1, 2), 1})}
    below = choices("mayor", "0.5 0.8 1", (("0.8 1", 2),), u="0.5", v="1", w="0.8")
    assert found((below,), others=nobody).values == {}


def test_every_quota_has_to_hold() -> None:
    """There is room for one more 1, and none for one more of 0.8 and 1 together."""
    made = choices("mayor", "0.5 0.8 1", (("1", 2), ("0.8 1", 1)), u="0.5", v="1")
    assert found((made,), others={"v": None}).values == {}


# --- two lists at once -----------------------------------------------------------------------------------------------


EXACTLY = cell(("0", "0"))
"""Of u every hundredth is printed: what it gets in one list it must lose in the other."""


def test_two_lists_may_differ_at_once() -> None:
    """Six points less of the mayor and six more of a vice-mayor go together, with two other units; each alone would
    be printed."""
    made = found((ORDER, places("vice", u="0.6", x="0.9")), EXACTLY)
    assert made == Moves((Fraction(0),), {0: frozenset({Fraction(3, 5)}), 1: frozenset({Fraction(9, 10)})})


def test_two_lists_do_not_differ_by_the_same_unit() -> None:
    """What the other unit would come to by both is not looked at: nothing is said to be possible."""
    lists = (places("mayor", u="0.8", w="0.6"), places("vice", u="0.6", w="0.9"))
    assert found(lists, EXACTLY) == Moves((Fraction(0),), {})


def test_one_list_does_not_differ_from_itself() -> None:
    """Two other places in one list are not both the unit's."""
    assert found((ORDER,), EXACTLY) == Moves((Fraction(0),), {})


def test_free_choices_in_two_lists_go_together() -> None:
    """No other unit is touched."""
    lists = (
        choices("mayor", "0.6 0.8", (("0.6 0.8", 2),), u="0.8"),
        choices("vice", "0.6 0.9", (("0.6 0.9", 2),), u="0.6"),
    )
    assert found(lists, EXACTLY).values == {0: frozenset({Fraction(3, 5)}), 1: frozenset({Fraction(9, 10)})}


# --- not everything is tried -----------------------------------------------------------------------------------------


def test_of_many_places_those_that_differ_most_are_tried() -> None:
    """Of twenty other places ten of which are worse: about as many as are to be tried, both ends among them."""
    given = {f"v{at}": str(Fraction(at, 20)) for at in range(21) if at != 10}
    (tried,) = found((places("mayor", u="0.5", **given),)).values.values()
    assert tried == {Fraction(at, 20) for at in (0, 3, 6, 9, 13, 16, 19, 20)}
    few = {f"v{at}": str(Fraction(at, 20)) for at in range(MOST)}
    (tried,) = found((places("mayor", u="0.5", **few),)).values.values()
    assert tried == {Fraction(at, 20) for at in range(MOST)}


def test_of_many_pairs_some_are_tried() -> None:
    """Eight other places in each of three lists make 192 pairs, of which every third is looked at."""
    asked: list[Fraction] = []

    class Asked(HiddenSum):
        def allows(self, by: Fraction) -> bool:
            asked.append(by)
            return True

    lists = tuple(
        places(leaf, u="0.95", **{f"{at}v{place}": str(Fraction(place, 10)) for place in range(1, 9)})
        for at, leaf in enumerate(("mayor", "vice", "mayor"))
    )
    cases = {unit: case(unit, each) for each in lists for unit in each.given} | {"u": case("u", *lists)}
    moves(cases, lambda *_: cell(), "u", Asked("", (), cell().window, 1, ("mayor", "vice")))
    assert 24 + 64 <= len(asked) <= 24 + 65
