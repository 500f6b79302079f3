"""The audit of feasibility against trying out everything that could have been answered."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import product

import pytest

from evaltool.exact import half_up
from evaltool.points.score import Point
from evaltool.results.audit import Case, Published, Told, cell_of, homes, open_marks
from evaltool.results.possible import Answers
from evaltool.results.sums import added, joined, left_open, times
from evaltool.rules import Component, Scheme
from handmade import scheme as handmade_scheme

TIERS = (Fraction(7, 10), Fraction(17, 20), Fraction(1))
TREE = {"a": "", "b": "", "b1": "b", "b2": "b", "c": "", "c1": "c", "c2": "c", "d": ""}
LEAVES = ("a", "b1", "b2", "c1", "c2", "d")


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
    values = dice.choice([TIERS, (Fraction(0), Fraction(1, 3), Fraction(1)), (Fraction(1, 2), Fraction(1))])
    given = {leaf: [dice.choice(values) for _ in range(dice.randint(1, 3))] for leaf in leaves}
    weights = {leaf: Fraction(dice.choice([5, 10, 15, 2, 20])) for leaf in leaves}
    points = {}
    for each in ("", *nodes):
        own = [leaf for leaf in leaves if leaf in rules.leaves(each)]
        worth = sum((weights[leaf] * sum(given[leaf], Fraction(0)) / len(given[leaf]) for leaf in own), Fraction(0))
        whole = sum((weights[leaf] for leaf in own), Fraction(0))
        points[each] = Point("s", "u", each, whole, worth / whole, worth, "scored", len(given.get(each, ())))
    total = half_up(points[""].points or Fraction(0), head.decimals)
    answers = {
        leaf: Answers(values, Fraction(0), ((Fraction(1, len(marks)), len(marks)),)) for leaf, marks in given.items()
    }
    shown = tuple(each for each in nodes if dice.random() < 0.5)
    shown = tuple(each for each in shown if not nodes[each] or nodes[each] in shown)
    published = Published(shown, dice.randint(0, head.decimals))
    return Case(rules, Told(points, Fraction(0), total), answers), published, given


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
    for choice in product(*(product(case.answers[leaf].values, repeat=len(given[leaf])) for leaf in leaves)):
        marks = dict(zip(leaves, choice, strict=True))
        if said(marks) == really:
            yield marks


@pytest.mark.parametrize("seed", range(150))
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
