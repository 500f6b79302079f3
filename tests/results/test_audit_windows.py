"""The audit of feasibility piece by piece, with figures that can be followed by hand: what printed figures, orders and
roundings leave to what is hidden."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

import pytest

from evaltool.points.score import Point, PointState
from evaltool.results.audit import (
    Case,
    HiddenLeaf,
    HiddenSum,
    Kind,
    KnownOfUnit,
    Open,
    Slack,
    by_total_alone,
    cell_of,
    homes,
    open_marks,
    open_sum,
)
from evaltool.results.disclosure import Published
from evaltool.results.possible import PossibleAnswers
from evaltool.rules import Component, Scheme
from handmade import scheme as handmade_scheme
from said import seen

F = Fraction
ENDS = (F(0), F(1))
ONCE = ((F(1), 1),)
FINE = PossibleAnswers(ENDS, F(1, 10000), ONCE)
"""A mark of one evaluator with two decimals out of 100."""


@dataclass(frozen=True)
class Leaf:
    """A leaf with its points; the share before rounding follows from `share`, where that is another."""

    points: str
    weight: int
    answers: PossibleAnswers | None = FINE
    under: str = ""
    evaluators: int = 1
    state: PointState = "scored"
    share: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)


def case(
    leaves: Mapping[str, Leaf],
    total: str = "",
    *,
    extra: str = "0",
    decimals: int = 2,
    margins: Mapping[str, tuple[str, str]] | None = None,
    nodes: Mapping[str, Mapping[str, Any]] | None = None,
) -> Case:
    """A unit; nodes are named by their leaves, their points the sum."""
    named: dict[str, Mapping[str, Any]] = {leaf.under: {} for leaf in leaves.values() if leaf.under} | dict(nodes or {})
    components = {node: Component.model_validate({"name": node, **more}) for node, more in named.items()}
    points: dict[str, Point] = {}
    for key, leaf in leaves.items():
        plain = {"name": key, "in": leaf.under, "weight": leaf.weight, "by": "x", "answer": "percent"}
        components[key] = Component.model_validate({**plain, **leaf.fields})
        value = F(leaf.points) if leaf.points else None
        share = F(leaf.share) if leaf.share else value / leaf.weight if value is not None and leaf.weight else None
        points[key] = Point("s", "u", key, F(leaf.weight), share, value, leaf.state, leaf.evaluators)
    rules = Scheme(handmade_scheme().head.model_copy(update={"decimals": decimals}), components)
    for node in (*named, ""):
        own = [points[leaf] for leaf in rules.leaves(node)]
        weight = sum((each.weight for each in own), F(0))
        value = sum((each.points or F(0) for each in own), F(0))
        points[node] = Point("s", "u", node, weight, value / weight if weight else None, value, "scored")
    told = KnownOfUnit(
        points, F(extra), F(total or points[""].points or 0), {k: (F(a), F(b)) for k, (a, b) in (margins or {}).items()}
    )
    answers = {key: leaf.answers for key, leaf in leaves.items() if leaf.answers is not None}
    return Case(rules, told, answers)


def window(made: Case, published: Published, home: str) -> tuple[Fraction, Fraction]:
    return cell_of(made, published, home, homes(made, published)[home]).window


def decimals(*numbers: str) -> tuple[Fraction, ...]:
    return tuple(F(each) for each in numbers)


# --- answers in whole numbers ----------------------------------------------------------------------------------------


def test_what_answers_of_one_kind_may_come_to() -> None:
    """Two of 0, 3 and 10: all sums, those that are no further apart than the gap as one stretch."""
    kind = Kind((0, 3, 10), 0, 2, 3)
    assert (kind.scale, kind.widest) == (10, 7)
    assert kind.sums(2, 7) == [(0, 20)]
    assert kind.sums(2, 6) == [(0, 13), (20, 20)]
    assert kind.sums(1, 1) == [(0, 0), (3, 3), (10, 10)]
    only = Kind((2,), 0, 1, 0)
    assert (only.scale, only.widest, only.sums(3, 1)) == (0, 0, [(6, 6)])


def test_answers_at_even_steps_stand_close() -> None:
    """From 1 to 5 by 2; of very many steps only some are looked at, first and last among them."""
    kind = Kind((1, 5), 2, 3, 0)
    assert (kind.scale, kind.widest) == (4, 2)
    assert kind.sums(3, 2) == [(3, 15)]
    assert kind.sums(1, 1) == [(1, 1), (3, 3), (5, 5)]
    many = Kind((0, 10240), 10, 1, 0).sums(1, 5)
    assert (many[0], many[1], many[-1]) == ((0, 0), (40, 40), (10240, 10240))
    assert Kind((0, 10240), 10, 1, 0).sums(1, 10) == [(0, 10240)]
    assert [at for at, _ in Kind((7, 7 + 30 * 512), 30, 1, 0).sums(1, 5)][:2] == [7, 67]


def test_a_leaf_may_come_to_the_sums_of_all_its_kinds() -> None:
    """Two answers of 0 or 3 and one of 0 or 10; without one of the first kind, or of the second."""
    leaf = HiddenLeaf("a", (Kind((0, 3), 0, 2, 0), Kind((0, 10), 0, 1, 0)), loose=False)
    assert [at for at, _ in leaf.sums(1)] == [0, 3, 6, 10, 13, 16]
    assert [at for at, _ in leaf.sums(1, 0)] == [0, 3, 10, 13]
    assert [at for at, _ in leaf.sums(1, 1)] == [0, 3, 6]


def hidden(low: str, high: str, *parts: HiddenLeaf, whole: int = 10) -> HiddenSum:
    return HiddenSum("", parts, (F(low), F(high)), whole, ())


def test_a_window_holds_the_whole_numbers_from_its_first_up_to_its_second() -> None:
    """In tenths; if answers in lists add so much, it lies so much lower."""
    assert (hidden("0.5", "1.5").gap, hidden("0.5", "1.5").bounds()) == (10, (5, 15))
    assert (hidden("1/3", "2/3").gap, hidden("1/3", "2/3").bounds()) == (3, (4, 7))
    assert hidden("0.5", "1.5").bounds(F(1, 3)) == (2, 12)
    assert hidden("0.5", "1.5").bounds(F(-1, 10)) == (6, 16)
    assert hidden("-0.5", "-0.2").bounds() == (-5, -2)


def test_a_window_of_one_value_is_met_exactly_or_not_at_all() -> None:
    """A third more is no tenth."""
    assert (hidden("0.5", "0.5").gap, hidden("0.5", "0.5").bounds()) == (1, (5, 6))
    assert hidden("0.5", "0.5").bounds(F(-1, 10)) == (6, 7)
    assert hidden("0.5", "0.5").bounds(F(1, 3)) == (2, 2)
    assert hidden("1/3", "1/3").bounds() == (4, 4)
    assert hidden("1/3", "1/3").bounds(F(1, 3)) == (0, 1)


def test_what_lists_may_add_is_what_still_comes_into_the_window() -> None:
    """Of 0, 3 or 10 tenths inside 0.8 to 1.2 points 10 does; with 0.7 more 3 does, with 0.3 more neither."""
    cell = hidden("0.8", "1.2", HiddenLeaf("a", (Kind((0, 3, 10), 0, 1, 0),), loose=False))
    assert [cell.allows(F(by)) for by in ("0", "0.7", "0.3")] == [True, True, False]


# --- windows ---------------------------------------------------------------------------------------------------------

A, B, C = Leaf("18", 20), Leaf("24.126", 30), Leaf("5", 10, None)


def test_what_is_not_there_yet_adds_nothing() -> None:
    """A unit without any points has its bonus alone."""
    nothing = Point("s", "u", "", F(20), None, None, "pending")
    assert KnownOfUnit({"": nothing}, F("1.5"), F("1.5")).exact == F("1.5")


def test_the_total_tells_the_sum_of_what_is_hidden() -> None:
    """43.626 with 1.50 of bonus is printed 43.63: half a hundredth to both sides of that."""
    made = case({"a": A, "b": B}, "43.63", extra="1.5")
    assert made.told.exact == F("43.626")
    assert homes(made, Published((), 2)) == {"": ["a", "b"]}
    assert window(made, Published((), 2), "") == decimals("42.125", "42.135")
    cell = cell_of(made, Published((), 2), "", ["a", "b"])
    assert ([part.leaf for part in cell.parts], cell.fixed, cell.whole) == (["a", "b"], (), 1000)
    assert [part.kinds[0].values for part in cell.parts] == [(0, 20000), (0, 30000)]
    assert [part.kinds[0].step for part in cell.parts] == [2, 3]


def test_what_nothing_can_be_said_about_is_taken_as_it_is() -> None:
    """C's answers are not known: the window is for the rest."""
    made = case({"a": A, "c": C}, "23")
    cell = cell_of(made, Published((), 2), "", ["a", "c"])
    assert ([part.leaf for part in cell.parts], cell.fixed) == (["a"], ("c",))
    assert cell.window == decimals("17.995", "18.005")


def test_a_printed_figure_is_a_cell_of_its_own_and_leaves_the_rest_open() -> None:
    """18.0 printed of 18: between 17.95 and 18.05, and the total; the rest is printed too, as 24.1, and the total less
    what 18.0 leaves open."""
    made = case({"a": A, "b": B}, "43.63", extra="1.5")
    shown = Published(("a",), 1)
    assert homes(made, shown) == {"a": ["a"], "": ["b"]}
    assert window(made, shown, "a") == decimals("17.999", "18.009")
    assert made.slack("a", shown) == Slack(*decimals("0.05", "0.048", "0.002"))
    assert window(made, shown, "") == decimals("24.077", "24.15")
    whole = Published(("a",), 0)
    assert window(made, whole, "") == decimals("23.627", "24.5")
    assert window(made, Published(("a", "b"), 1), "b") == decimals("24.077", "24.15")


def test_figures_printed_coarsely_tell_less_than_the_total() -> None:
    """Whole points: A alone between 17.5 and 18.5, but for B, which is printed as well and leaves half a point."""
    made = case({"a": A, "b": B}, "42.13")
    both = Published(("a", "b"), 0)
    assert made.slack("b", both) == Slack(*decimals("0.624", "0.372", "0.003"))
    assert window(made, both, "a") == decimals("17.627", "18.5")


def test_a_printed_sum_tells_of_its_parts_as_well() -> None:
    """Of the parts of v only v1 is printed: v2 is a cell under v, inside v's figure."""
    made = case({"v1": Leaf("18", 20, under="v"), "v2": Leaf("24.126", 30, under="v"), "c": Leaf("5", 10)}, "47.13")
    shown = Published(("v",), 1)
    assert homes(made, shown) == {"v": ["v1", "v2"], "": ["c"]}
    assert window(made, shown, "v") == decimals("42.125", "42.135")
    opened = Published(("v", "v1"), 1)
    assert homes(made, opened) == {"v1": ["v1"], "v": ["v2"], "": ["c"]}
    assert window(made, opened, "v") == decimals("24.125", "24.135")
    assert window(made, opened, "v1") == decimals("17.999", "18.009")
    leaves = {"v1": Leaf("18", 20, under="v"), "v2": Leaf("24.126", 30, under="v"), "c": Leaf("5", 10)}
    coarse = case(leaves, "47.1", decimals=1)  # 42.13 of v tells more than a total of 47.1
    assert window(coarse, Published(("v",), 2), "v") == decimals("42.125", "42.135")
    assert window(coarse, Published(("v", "v1"), 2), "v") == decimals("24.125", "24.135")
    assert window(coarse, Published(("v", "v1"), 2), "v1") == decimals("17.999", "18.005")


def test_an_order_tells_how_far_a_hidden_component_may_move() -> None:
    """B less by no more than 0.01 and more by no more than 0.02; what else is hidden has so much room."""
    made = case({"a": A, "b": B, "c": Leaf("5", 10)}, "48.63", extra="1.5", margins={"b": ("0.01", "0.02")})
    shown = Published(("a",), 1)
    assert homes(made, shown) == {"a": ["a"], "b": ["b"], "": ["c"]}
    assert window(made, shown, "a") == decimals("17.999", "18.009")
    assert window(made, shown, "b") == decimals("24.116", "24.146")
    assert made.slack("b", shown) == Slack(*decimals("0.009", "0.018", "0.003"))
    # by the total 4.951 to 5.059, by 29.1 printed of 29.126 4.924 to 5.024
    assert window(made, shown, "") == (F("4.951") - F("0.018"), F("5.024") + F("0.009"))


@pytest.mark.parametrize(("extra", "expected"), [("0.002", ("4.999", "5.007")), ("0.001", ("4.954", "5.053"))])
def test_what_an_order_leaves_open_counts_where_its_steps_fit_in(extra: str, expected: tuple[str, str]) -> None:
    """The total and the printed rest leave 0.008 or 0.009 of c; B moves by 0.009 at a time, five times either way."""
    b = Leaf("24.126", 90)
    made = case(
        {"a": Leaf("18", 20, None), "b": b, "c": Leaf("5.003", 10)},
        "47.13",
        extra=extra,
        margins={"b": ("0.05", "0.05")},
    )
    assert made.slack("b", Published(("a",), 2)) == Slack(*decimals("0.045", "0.045", "0.009"))
    assert window(made, Published(("a",), 2), "") == decimals(*expected)


def test_an_order_of_coarse_marks_tells_of_nothing_else() -> None:
    """B's marks are whole tenths of 30 points: none fits in so little room, and nothing is added to the window."""
    coarse = Leaf("24", 30, PossibleAnswers(ENDS, F(1, 10), ONCE))
    made = case({"b": coarse, "c": Leaf("5", 10)}, "29", margins={"b": ("0.01", "0.02")})
    assert made.slack("b", Published((), 2)) == Slack()
    assert window(made, Published((), 2), "") == decimals("4.995", "5.005")


def test_an_order_of_totals_tells_of_the_total() -> None:
    """Equal totals were told apart by what was not printed: no component may move by itself then."""
    made = case({"a": A, "b": B}, "42.13", margins={"": ("0.001", "0.002")})
    assert window(made, Published((), 2), "") == decimals("42.125", "42.128")
    shown = Published(("a",), 1)
    assert made.slack("a", shown) == Slack()
    assert window(made, shown, "") == decimals("24.125", "24.128")


@pytest.mark.parametrize(("answers", "expected"), [(FINE, ("17.5", "18.5")), (None, ("-0.54", "0.46"))])
def test_what_the_rules_round_before_it_counts_is_known_as_rounded(answers: Any, expected: tuple[str, str]) -> None:
    """A mark of 90.2 makes 18.04, which counts 18: any mark from 17.5 up to 18.5 would.  Of the total nothing more is
    looked for."""
    a = Leaf("18", 20, answers, share="0.902", fields={"round": 0})
    made = case({"a": a, "b": B}, "42.13")
    assert homes(made, Published((), 2)) == {"a": ["a"], "": ["b"]}
    assert window(made, Published((), 2), "a") == decimals(*expected)
    assert made.slack("a", Published(("a",), 2)) == Slack()


def test_a_sum_that_is_rounded_is_known_before_it_was() -> None:
    """18 and 24.126 are 42.126, rounded to tenths; C below it is taken as it is."""
    leaves = {"v1": Leaf("18", 20, under="v"), "v2": Leaf("24.126", 30, under="v")}
    made = case(leaves, "42.1", nodes={"v": {"round": 1}})
    assert homes(made, Published((), 2)) == {"v": ["v1", "v2"]}
    assert window(made, Published((), 2), "v") == decimals("42.05", "42.15")
    fixed = case({**leaves, "v1": Leaf("18", 20, None, under="v")}, "42.1", nodes={"v": {"round": 1}})
    assert window(fixed, Published((), 2), "v") == decimals("24.05", "24.15")
    inner = case({**leaves, "c": C}, "47.1", nodes={"v": {"round": 1}})
    assert window(inner, Published(("v1",), 2), "v1") == decimals("18", "18")
    assert inner.slack("v", Published(("v",), 2)) == Slack()


def test_a_mark_of_nothing_is_nothing() -> None:
    """0 points of 20: up to half a hundredth."""
    assert window(case({"a": Leaf("0", 20), "b": B}, "24.13"), Published(("a",), 2), "a") == decimals("-0.001", "0.005")


def test_a_component_of_another_group_adds_nothing() -> None:
    """The unit has no point in it: neither the rest nor what is printed has anything of it."""
    made = case({"a": A, "b": B, "c": C}, "42.13")
    points = {each: point for each, point in made.told.points.items() if each != "c"}
    points[""] = replace(points[""], points=F("42.126"))
    made = replace(made, told=replace(made.told, points=points))
    assert homes(made, Published(("a",), 2)) == {"a": ["a"], "": ["b"]}
    assert window(made, Published(("a",), 1), "") == decimals("24.077", "24.15")
    assert window(made, Published(("a", "c"), 1), "a") == decimals("17.999", "18.009")


def test_leaves_that_do_not_count_are_in_no_cell() -> None:
    """Without weight, or without a result."""
    leaves = {"a": A, "b": Leaf("0", 0), "c": Leaf("", 10, state="pending")}
    made = case(leaves, "18")
    assert homes(made, Published(("b",), 2)) == {"": ["a"]}
    assert made.lines == {"a": ["a"], "b": ["b"], "c": ["c"]}
    assert case({"v1": Leaf("1", 2, under="v")}).lines == {"v1": ["v1", "v"]}


# --- how far a printed component may be from what it is --------------------------------------------------------------


def test_choices_move_by_their_widest_step_at_most() -> None:
    """Hundredths of 0, 0.3 and 1 of 1 point among 100 evaluators: the widest step is 0.007, inside the hundredth that
    the total is printed with; it may be a step short of the ends."""
    answers = PossibleAnswers(decimals("0", "0.3", "1"), F(0), ((F(1, 100), 100),))
    made = case({"a": Leaf("0.5", 1, answers, evaluators=100), "b": B}, "24.63")
    assert made.slack("a", Published(("a",), 1)) == Slack(*decimals("0.043", "0.043", "0.007"))
    near = case({"a": Leaf("0.99", 1, answers, evaluators=100), "b": B}, "25.12")
    assert near.slack("a", Published(("a",), 0)) == Slack(*decimals("0.483", "0.01", "0.007"))
    low = case({"a": Leaf("0.02", 1, answers, evaluators=100), "b": B}, "25.12")
    assert low.slack("a", Published(("a",), 1)) == Slack(*decimals("0.02", "0.023", "0.007"))
    coarse = PossibleAnswers(decimals("0", "0.3", "1"), F(0), ((F(1, 100), 100),))
    assert case({"a": Leaf("1", 2, coarse, evaluators=100)}).slack("a", Published(("a",), 1)) == Slack()


def test_a_step_of_a_hundredth_is_just_fine_enough() -> None:
    """As fine as the total is printed, in steps that are counted."""
    answers = PossibleAnswers(ENDS, F(1, 100), ONCE)
    made = case({"a": Leaf("0.5", 1, answers), "b": B}, "24.63")
    assert made.slack("a", Published(("a",), 1)) == Slack(*decimals("0.05", "0.04", "0.01"))
    assert made.slack("a", Published(("a",), 1)) is made.slack("a", Published(("a",), 1))
    top = case({"a": Leaf("0.98", 1, answers), "b": B}, "25.11")
    assert top.slack("a", Published(("a",), 1)) == Slack(*decimals("0.03", "0.02", "0.01"))
    bottom = case({"a": Leaf("0.02", 1, answers), "b": B}, "24.15")
    assert bottom.slack("a", Published(("a",), 1)) == Slack(*decimals("0.02", "0.02", "0.01"))
    upper = PossibleAnswers(decimals("0.5", "1"), F(1, 100), ONCE)
    half = case({"a": Leaf("0.53", 1, upper), "b": B}, "24.66")
    assert half.slack("a", Published(("a",), 1)) == Slack(*decimals("0.03", "0.01", "0.01"))
    two = PossibleAnswers(ENDS, F(1, 100), ((F(1, 2), 1), (F(1, 4), 2)))
    kinds = case({"a": Leaf("0.5", 1, two, evaluators=3), "b": B}, "24.63")
    assert kinds.slack("a", Published(("a",), 1)) == Slack(*decimals("0.045", "0.045", "0.005"))


def test_answers_of_one_worth_move_nothing() -> None:
    """There is one choice only."""
    answers = PossibleAnswers((F(1, 2),), F(0), ONCE)
    assert case({"a": Leaf("0.5", 1, answers)}).slack("a", Published(("a",), 1)) == Slack()


def test_a_printed_sum_moves_as_far_as_its_leaves_together() -> None:
    """Two leaves under v: no further than the figure less a step, nor further than both can; of printed parts what each
    of them leaves open; leaves without points or of which nothing is known do not move."""
    leaves = {"v1": Leaf("0.5", 1, under="v"), "v2": Leaf("0.03", 2, under="v"), "c": Leaf("0.4", 1)}
    made = case(leaves, "0.93")
    assert made.slack("v", Published(("v",), 1)) == Slack(*decimals("0.0798", "0.0198", "0.0002"))
    narrow = {**leaves, "v1": Leaf("0.01", 1, under="v"), "v2": Leaf("0.01", 2, under="v")}
    assert case(narrow, "0.42").slack("v", Published(("v",), 0)) == Slack(*decimals("0.02", "0.4798", "0.0002"))
    parts = Published(("v", "v1", "v2"), 1)
    assert made.slack("v1", parts) == Slack(*decimals("0.05", "0.0499", "0.0001"))
    assert made.slack("v2", parts) == Slack(*decimals("0.03", "0.0198", "0.0002"))
    assert made.slack("v", parts) == Slack(*decimals("0.0798", "0.0198", "0.0002"))
    alone = Published(("v", "v1"), 1)
    assert made.slack("v", alone) == made.slack("v1", alone)
    known = {**leaves, "v1": Leaf("0.5", 1, None, under="v"), "v2": Leaf("0", 2, under="v")}
    assert case(known, "0.9").slack("v", Published(("v",), 1)) == Slack()


def test_a_component_that_is_not_printed_moves_as_far_as_orders_let_it() -> None:
    """Or as far as its marks do."""
    made = case({"a": Leaf("0.5", 1), "b": B}, "24.63", margins={"a": ("0.02", "0.03")})
    assert made.slack("a", Published((), 1)) == Slack(*decimals("0.02", "0.0299", "0.0001"))
    assert made.slack("a", Published(("a",), 2)) == Slack(*decimals("0.005", "0.0049", "0.0001"))
    free = case({"a": Leaf("0.5", 1), "b": B}, "24.63")
    assert free.slack("a", Published((), 1)) == Slack(*decimals("0.5", "0.5", "0.0001"))


def choices(**values: tuple[int, ...]) -> tuple[HiddenLeaf, ...]:
    """Leaves of one answer each."""
    return tuple(HiddenLeaf(name, (Kind(of, 0, 1, 0),), loose=False) for name, of in values.items())


# --- what stays open -------------------------------------------------------------------------------------------------


def opened(cell: HiddenSum, share: str = "1", *moves: str, secret: Sequence[str] = ("a",)) -> list[Open]:
    return list(open_marks(cell, secret, [F(each) for each in moves or ("0",)], F(share)))


def test_how_much_of_a_mark_stays_open_is_what_others_may_make_up_for() -> None:
    """One of 0, 3 or 10 tenths and another of 0 or 4: between 0.3 and 0.8 both 0 and 3 are possible; if lists may take
    0.6 off or add it, 10 is too."""
    cell = hidden("0.3", "0.8", *choices(a=(0, 3, 10), b=(0, 4)))
    (mark,) = opened(cell)
    assert mark == Open(("a",), F(3, 10), decimals("0", "0.3", "1"), close=False)
    assert mark.scale == 1
    assert opened(cell, "1", "0", "-0.6")[0].width == 1
    assert opened(cell, "1", "5") == [Open(("a",), F(0), decimals("0", "0.3", "1"), close=False)]
    assert [each.leaves for each in opened(cell, secret=("b",))] == [("b",)]
    assert opened(cell, secret=("b",))[0].width == F(4, 10)
    assert Open(("a",), F(0), decimals("0.2", "0.3", "1"), close=False).scale == F(8, 10)


def test_of_several_alike_one_is_open_as_far_as_the_others_allow() -> None:
    """Two marks from 0 to 10 by 2 come to 1.0 to 1.2: each may be 0 to 10; to 0.4 in all: 0 to 4; of three from 4 on
    that come to 1.6 each may be 4 to 8, and one from 3 on by 3 beside one of 0 or 4 is 6 or 9, to be 1.0."""
    part = HiddenLeaf("a", (Kind((0, 10), 2, 2, 0),), loose=False)
    assert opened(hidden("1.0", "1.2", part))[0].width == 1
    (mark,) = opened(hidden("0.4", "0.6", part))
    assert (mark.width, mark.values, mark.close) == (F(4, 10), decimals("0", "1"), True)
    three = HiddenLeaf("a", (Kind((4, 10), 2, 3, 0),), loose=False)
    assert opened(hidden("1.6", "1.7", three))[0].width == F(4, 10)
    stepped = HiddenLeaf("a", (Kind((3, 12), 3, 1, 0),), loose=False)
    assert opened(hidden("1.0", "1.1", stepped, *choices(b=(1, 4))))[0].width == F(3, 10)


def test_answers_that_may_have_changed_places_leave_that_much_open() -> None:
    """Two that differ by 0.4: enough where two fifths of the scale are asked for, else more is looked for; of a median
    the whole scale."""
    kind = Kind((0, 5, 10), 0, 2, 4)
    told = hidden("2", "2.1", HiddenLeaf("a", (kind,), loose=False))
    assert [opened(told, share)[0].width for share in ("0.4", "0.41", "1")] == [F(4, 10)] * 3
    wide = hidden("1", "1.1", HiddenLeaf("a", (kind,), loose=False))
    assert [opened(wide, share)[0].width for share in ("0.4", "0.41")] == [F(4, 10), 1]
    loose = hidden("2", "2.1", HiddenLeaf("a", (kind,), loose=True))
    assert opened(loose)[0].width == 1
    alike = hidden("1", "1.1", HiddenLeaf("a", (Kind((0, 5, 10), 0, 2, 0),), loose=False))
    assert opened(alike, "0")[0].width == 1


def test_how_much_of_a_sum_stays_open() -> None:
    """Of a and b together, c making up for it: 0 and 7 of 14 tenths fit in with c's 7 or 0 to be 0.7."""
    cell = hidden("0.7", "0.8", *choices(a=(0, 3, 10), b=(0, 4), c=(0, 7)))
    found = open_sum(cell, ("a", "b"), [F(0)])
    assert (found.leaves, found.values, found.close) == (("a", "b"), decimals("0", "1.4"), True)
    assert found.width == F(7, 10)
    assert open_sum(cell, ("c",), [F(0)]).width == F(7, 10)
    above = hidden("0.9", "1.0", *choices(a=(2, 4), b=(5, 7)))
    assert open_sum(above, ("a",), [F(0)]) == Open(("a",), F(2, 10), decimals("0.2", "0.4"), close=True)
    joint = hidden("0.2", "0.6", *choices(a=(2, 4), b=(0, 9)))
    assert open_sum(joint, ("a",), [F(0)]) == Open(("a",), F(2, 10), decimals("0.2", "0.4"), close=True)
    assert open_sum(joint, ("a",), [F(5)]).width == 0
    assert open_sum(hidden("0.3", "0.7", *choices(a=(2, 4), b=(0, 9))), ("a",), [F(0)]).width == 0


# --- what the total tells by itself ----------------------------------------------------------------------------------

HALVES = PossibleAnswers(decimals("0", "0.25", "1"), F(0), ((F(1, 2), 2),))


def alone(made: Case, *values: str, close: bool = False) -> Fraction:
    return by_total_alone(made, Open(("a",), F(0), decimals(*values), close))


def test_the_total_alone_leaves_what_all_other_marks_may_make_up_for() -> None:
    """44 with 2 of bonus: the others have 40 of 50 at most, so that a mark worth up to 10 is at least 1.995."""
    made = case({"a": Leaf("18", 20, HALVES), "b": Leaf("24", 30, None)}, "44", extra="2")
    assert alone(made, "0", "5", "10") == 5
    assert alone(made, "0", "1.995", "10") == F("8.005")
    assert alone(made, "0", "10", close=True) == F("8.005")


def test_the_total_alone_leaves_no_more_than_it_holds() -> None:
    """12 with 2 of bonus, and a has 10 at least: of 2 to 10 no more than 2.005 is left."""
    least = PossibleAnswers(decimals("0.5", "1"), F(0), ((F(1, 2), 2),))
    leaves = {"a": Leaf("10", 20, least), "b": Leaf("0", 30, None)}
    made = case(leaves, "12", extra="2")
    assert [alone(made, "2", "2.005", "10"), alone(made, "2", "2.01", "10")] == [F("0.005"), 0]
    assert alone(made, "2", "10", close=True) == F("0.005")
    less = case(leaves, "11", extra="2")
    assert seen(alone(less, "2", "5", "10"), alone(less, "2", "10", close=True)) == (0, 0)


def left(b: Leaf, total: str = "30", **more: Any) -> Fraction:
    """Of a mark from 0 to 20 what the total 30 leaves, b being so."""
    made = case({"a": Leaf("10", 20, HALVES), "b": b}, total, **more)
    return alone(made, "0", "20", close=True)


def test_what_is_no_mark_of_this_year_is_what_it_is() -> None:
    """b has 20 by the rules, without a weight or taken of others: a is 10, but for half a hundredth to each side; as a
    mark it could have been anything up to 30."""
    assert left(Leaf("20", 30, None)) == 20
    assert left(Leaf("", 30, None, state="pending"), "10") == F("0.01")
    for b in (
        Leaf("20", 30, None, state="full"),
        Leaf("20", 0, None),
        Leaf("20", 30, None, fields={"from": "result.x", "by": "owner", "answer": "percent"}),
    ):
        assert left(b) == F("0.01"), b


def test_a_mark_is_bounded_by_full_marks_or_what_the_rules_make_of_them() -> None:
    """b up to 15 leaves 14.995 to 20 of 30; up to 120% of it, a curve to 150%, what it really has where that is
    more; down to less than nothing."""
    assert left(Leaf("15", 15, None)) == F("5.005")
    assert left(Leaf("15", 15, None, fields={"benchmark": {"full": "best", "cap": 120}})) == F("8.005")
    curve = {"convert": {"curve": [[0, 0], [100, 150]]}}
    assert left(Leaf("15", 15, None, fields=curve)) == F("12.505")
    assert left(Leaf("17", 15, None)) == F("7.005")
    assert left(Leaf("-15", 15, None), "-5") == F("10.005")
    assert left(Leaf("10", 15, None), "5") == F("5.005")


def test_where_nothing_is_sure_all_stays_open() -> None:
    """Measured figures, sums, periods of which the answers are not known: the whole scale."""
    for fields in (
        {"answer": {"target": "attained"}},
        {"over": "sum"},
        {"each": {"periods": ["上", "下"]}},
    ):
        assert left(Leaf("15", 15, None, fields=fields)) == 20, fields
    each = {"each": {"periods": ["上", "下"]}}
    assert left(Leaf("15", 15, PossibleAnswers(ENDS, F(1, 10), ((F(1, 2), 2),)), fields=each)) == F("5.005")
    assert left(Leaf("15", 15, PossibleAnswers(decimals("0", "0.5"), F(0), ((F(1, 3), 2),)), fields=each)) == 0


def test_rounding_on_the_way_hides_that_much_more() -> None:
    """Half a tenth of b's, beside half a hundredth of the total's."""
    assert left(Leaf("15", 15, None, fields={"round": 1})) == F("5.055")
    assert left(Leaf("15", 15, None), decimals=1, total="30") == F("5.05")
