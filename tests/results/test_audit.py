"""The audit of feasibility against trying out everything that could have been answered."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import permutations, product
from typing import Any

import pytest

from evaltool.exact import half_up
from evaltool.points.score import Point
from evaltool.results.audit import Case, HiddenSum, KnownOfUnit, cell_of, homes, open_marks
from evaltool.results.disclosure import Published
from evaltool.results.possible import Listed, PossibleAnswers
from evaltool.results.sums import added, joined, left_open, meets, times
from evaltool.results.swaps import moves
from evaltool.rules import Component, Scheme
from handmade import scheme as handmade_scheme

TIERS = (Fraction(7, 10), Fraction(17, 20), Fraction(1))
TREE = {"a": "", "b": "", "b1": "b", "b2": "b", "c": "", "c1": "c", "c2": "c", "d": ""}
LEAVES = ("a", "b1", "b2", "c1", "c2", "d")


SCALES = [
    (TIERS, Fraction(0)),
    ((Fraction(0), Fraction(1, 3), Fraction(1)), Fraction(0)),
    ((Fraction(1, 2), Fraction(1)), Fraction(0)),
    ((Fraction(0), Fraction(1)), Fraction(1, 5)),
]


def every(values: Sequence[Fraction], step: Fraction) -> list[Fraction]:
    """Everything that one answer can be worth."""
    if not step:
        return list(values)
    return [values[0] + at * step for at in range(int((values[-1] - values[0]) / step) + 1)]


def made(dice: random.Random) -> tuple[Case, Published, Mapping[str, list[Fraction]]]:
    """A unit marked by one to three evaluators in each of three or four leaves, and what could be published of it."""
    leaves = dice.sample(LEAVES, 3)
    nodes = {each: TREE[each] for each in TREE if each in leaves or any(TREE[leaf] == each for leaf in leaves)}
    components = {
        each: Component.model_validate(
            {"name": each, "in": parent} | ({"weight": 1, "by": "x", "answer": "percent"} if each in leaves else {})
        )
        for each, parent in nodes.items()
    }
    head = handmade_scheme().head.model_copy(update={"decimals": dice.choice([1, 2])})
    rules = Scheme(head, components)
    values, step = dice.choice(SCALES)
    most = 3 if len(every(values, step)) < 4 else 2
    given = {leaf: [dice.choice(every(values, step)) for _ in range(dice.randint(1, most))] for leaf in leaves}
    weights = {leaf: Fraction(dice.choice([5, 10, 15, 2, 20])) for leaf in leaves}
    points = {}
    for each in ("", *nodes):
        own = [leaf for leaf in leaves if leaf in rules.leaves(each)]
        worth = sum((weights[leaf] * sum(given[leaf], Fraction(0)) / len(given[leaf]) for leaf in own), Fraction(0))
        whole = sum((weights[leaf] for leaf in own), Fraction(0))
        points[each] = Point("s", "u", each, whole, worth / whole, worth, "scored", len(given.get(each, ())))
    total = half_up(points[""].points or Fraction(0), head.decimals)
    answers = {
        leaf: PossibleAnswers(values, step, ((Fraction(1, len(marks)), len(marks)),)) for leaf, marks in given.items()
    }
    shown = tuple(each for each in nodes if dice.random() < 0.5)
    shown = tuple(each for each in shown if not nodes[each] or nodes[each] in shown)
    published = Published(shown, dice.randint(0, head.decimals))
    return Case(rules, KnownOfUnit(points, Fraction(0), total), answers), published, given


def worlds(
    case: Case, published: Published, given: Mapping[str, list[Fraction]]
) -> Iterator[dict[str, tuple[Fraction, ...]]]:
    """Everything that could have been answered and would be published in the same words."""
    leaves = list(given)
    weights = {leaf: case.told.points[leaf].weight for leaf in leaves}

    def said(marks: Mapping[str, tuple[Fraction, ...]]) -> tuple[Fraction, ...]:
        got = {leaf: weights[leaf] * sum(own, Fraction(0)) / len(own) for leaf, own in marks.items()}
        whole = sum(got.values(), Fraction(0))
        parts = [sum((got[leaf] for leaf in case.scheme.leaves(each)), Fraction(0)) for each in published.shown]
        rest = [got[leaf] for leaf in leaves if not {leaf, *case.scheme.ancestors(leaf)} & set(published.shown)]
        figures = [half_up(each, published.digits) for each in (*parts, sum(rest, Fraction(0)))]
        hidden = figures if published.shown else []
        return half_up(whole, case.scheme.head.decimals), *hidden

    really = said({leaf: tuple(marks) for leaf, marks in given.items()})
    scales = {leaf: every(case.answers[leaf].values, case.answers[leaf].step) for leaf in leaves}
    for choice in product(*(product(scales[leaf], repeat=len(given[leaf])) for leaf in leaves)):
        marks = dict(zip(leaves, choice, strict=True))
        if said(marks) == really:
            yield marks


def seeds(quick: int, all_: int) -> list[Any]:
    """The first of them in every run of the tests, the others with the slow ones."""
    return [pytest.param(seed, marks=pytest.mark.slow if seed >= quick else ()) for seed in range(all_)]


@pytest.mark.parametrize("seed", seeds(45, 150))
def test_what_the_audit_leaves_open_is_open(seed: int) -> None:
    """Of no mark more is said to be open than all that could have been answered leaves open; nor much less is found
    where nothing else is shown."""
    case, published, given = made(random.Random(seed))
    possible: dict[str, set[Fraction]] = {leaf: set() for leaf in given}
    for marks in worlds(case, published, given):
        for leaf, own in marks.items():
            possible[leaf].add(own[0])
    found = {}
    for home, leaves in homes(case, published).items():
        for each in open_marks(cell_of(case, published, home, leaves), leaves, [Fraction(0)], Fraction(1)):
            found[each.leaves[0]] = each.width
    assert found.keys() == given.keys()
    for leaf, values in possible.items():
        worth = case.told.points[leaf].weight / len(given[leaf])
        assert found[leaf] <= (max(values) - min(values)) * worth, (leaf, published)
        if not published.shown:
            assert found[leaf] == (max(values) - min(values)) * worth, leaf


@pytest.mark.parametrize("weights", [((4, 2), (200, 100)), ((200, 100), (4, 2))])
def test_cards_may_have_changed_places_in_their_own_batch_only(weights: Sequence[tuple[int, int]]) -> None:
    """A batch of two cards and one of a hundred make a leaf of 20 points, and in each one card said a tenth more than
    another: that is 0.50 of a card's 5 points in the small batch, and 0.01 of 0.10 in the large one."""
    fields = {"name": "a", "weight": 20, "by": "x", "answer": "percent"}
    rules = Scheme(handmade_scheme().head, {"a": Component.model_validate(fields)})
    points = {
        each: Point("s", "u", each, Fraction(20), Fraction(1, 2), Fraction(10), "scored", 102) for each in ("a", "")
    }
    ends = Fraction(4, 10), Fraction(5, 10)
    of = tuple((Fraction(1, each), many) for each, many in weights)
    case = Case(
        rules,
        KnownOfUnit(points, Fraction(0), Fraction(10)),
        {"a": PossibleAnswers((Fraction(0), *ends, Fraction(1)), Fraction(0), of, given=ends)},
    )
    found = open_marks(cell_of(case, Published(("a",), 2), "a", ["a"]), ["a"], [Fraction(0)], Fraction(1, 20))
    assert {each.scale: each.width for each in found} == {5: Fraction(1, 2), Fraction(1, 10): Fraction(1, 100)}


# --- lists -----------------------------------------------------------------------------------------------------------


def ranked(dice: random.Random) -> tuple[dict[str, Case], Published, list[Fraction], dict[str, int]]:
    """Three units that a leader puts in order and the mayor marks out of ten; what is published is the sum. With 9
    for the first place no other place goes with whole points of the mayor."""
    places = [Fraction(1), Fraction(4, 5), Fraction(3, 5)]
    order, mayor = dice.sample(places, 3), {unit: dice.randint(0, 10) for unit in "uvw"}
    listed = Listed("rank", dict(zip("uvw", order, strict=True)))
    components = {
        "sum": Component.model_validate({"name": "sum"}),
        "mayor": Component.model_validate({"name": "m", "in": "sum", "weight": 20, "by": "x", "answer": "percent"}),
        "rank": Component.model_validate({"name": "r", "in": "sum", "weight": 10, "by": "y", "answer": {"rank": "p"}}),
    }
    rules = Scheme(handmade_scheme().head, components)
    weights = dice.choice([{"mayor": 20, "rank": 10}, {"mayor": 10, "rank": 9}])
    weights |= dict.fromkeys(("sum", ""), sum(weights.values()))
    cases = {}
    for unit in "uvw":
        got = {"mayor": weights["mayor"] * Fraction(mayor[unit], 10), "rank": weights["rank"] * listed.given[unit]}
        got |= {"sum": sum(got.values(), Fraction(0)), "": sum(got.values(), Fraction(0))}
        points = {
            each: Point("s", unit, each, Fraction(weights[each]), value / weights[each], value, "scored", 1)
            for each, value in got.items()
        }
        answers = {"mayor": PossibleAnswers((Fraction(0), Fraction(1)), Fraction(1, 10), ((Fraction(1), 1),))}
        told = KnownOfUnit(points, Fraction(0), half_up(got[""], 2))
        cases[unit] = Case(rules, told, answers, (listed,), {"rank": Fraction(weights["rank"])})
    return cases, Published(("sum",), dice.choice([0, 2])), places, mayor


@pytest.mark.parametrize("seed", seeds(15, 40))
def test_what_lists_leave_open_is_open(seed: int) -> None:
    """Other places of a unit and other marks of the mayor that the audit speaks of are there in an order of all units
    that would be published in the same words."""
    cases, published, places, mayor = ranked(random.Random(seed))

    def home(unit: str, leaf: str) -> HiddenSum | None:
        found = next(((node, own) for node, own in homes(cases[unit], published).items() if leaf in own), None)
        return cell_of(cases[unit], published, *found) if found else None

    worth = {leaf: cases["u"].told.points[leaf].weight for leaf in ("mayor", "rank")}

    def said(mark: int, place: Fraction) -> tuple[Fraction, Fraction]:
        points = worth["mayor"] * Fraction(mark, 10) + worth["rank"] * place
        return half_up(points, published.digits), half_up(points, 2)

    given = cases["u"].lists[0].given
    really = {unit: said(mayor[unit], given[unit]) for unit in "uvw"}
    orders: list[dict[str, Fraction]] = []
    marks: dict[str, set[int]] = {unit: set() for unit in "uvw"}
    for order in (dict(zip("uvw", each, strict=True)) for each in permutations(places)):
        fitting = {u: [m for m in range(11) if said(m, order[u]) == really[u]] for u in "uvw"}
        if all(fitting.values()):
            orders.append(order)
            for unit in "uvw":
                marks[unit] |= set(fitting[unit])
    for unit in "uvw":
        cell = home(unit, "mayor")
        assert cell is not None
        possible = moves(cases, home, unit, cell)
        assert {given[unit], *possible.values.get(0, ())} <= {order[unit] for order in orders}
        (mark,) = open_marks(cell, ["mayor"], possible.sums, Fraction(1))
        assert mark.width <= worth["mayor"] / 10 * (max(marks[unit]) - min(marks[unit]))


# --- sums ------------------------------------------------------------------------------------------------------------


def test_sums_are_those_that_are_possible() -> None:
    """What is called possible is a sum of one of each; stretches end in possible sums."""
    points = [(0, 0), (3, 3), (10, 10)]
    assert times(points, 2, 0) == [(0, 0), (3, 3), (6, 6), (10, 10), (13, 13), (20, 20)]
    assert joined([(5, 7), (0, 3), (9, 9)], 2) == [(0, 9)]
    assert added([(0, 4)], [(0, 0), (10, 10)], 1) == [(0, 4), (10, 14)]


def test_marks_at_even_steps_are_found_in_narrow_windows() -> None:
    """A step wider than the window is met exactly or not at all."""
    assert left_open([(0, 100)], 10, [(3, 3)], (33, 34)) == (30, 30)
    assert left_open([(0, 100)], 10, [(3, 3)], (34, 35)) is None
    assert left_open([(0, 0), (15, 15)], 0, [(0, 0), (15, 15)], (15, 16)) == (0, 15)


def test_a_window_with_no_whole_number_in_it_is_not_met() -> None:
    """Not even where sums on both sides of it are possible."""
    assert meets([(0, 10)], (5, 6))
    assert not meets([(0, 10)], (5, 5))


def test_the_printed_rest_tells_more_than_the_total_less_coarse_figures() -> None:
    """With 18.0 and a rest of 0.9 printed of 18.85, the rest is 0.85 or 0.90; the total alone would allow 0.80."""
    fields = {"weight": 1, "by": "x", "answer": "percent"}
    components = {each: Component.model_validate({"name": each} | fields) for each in "ab"}
    rules = Scheme(handmade_scheme().head, components)
    got = {
        "a": (Fraction(20), Fraction(18)),
        "b": (Fraction(1), Fraction(17, 20)),
        "": (Fraction(21), Fraction(377, 20)),
    }
    points = {
        each: Point("s", "u", each, weight, value / weight, value, "scored", 1) for each, (weight, value) in got.items()
    }
    ends, once = (Fraction(0), Fraction(1)), ((Fraction(1), 1),)
    answers = {"a": PossibleAnswers(ends, Fraction(1, 10000), once), "b": PossibleAnswers(ends, Fraction(1, 20), once)}
    case = Case(rules, KnownOfUnit(points, Fraction(0), Fraction("18.85")), answers)
    (mark,) = open_marks(cell_of(case, Published(("a",), 1), "", ["b"]), ["b"], [Fraction(0)], Fraction(1))
    assert mark.width == Fraction(1, 20)
