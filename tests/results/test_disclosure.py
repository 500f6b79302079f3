"""Law 11: what public documents may show."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from evaltool.points.score import Point
from evaltool.results.disclosure import disclosed
from evaltool.rules import Component, Disclosure, Scheme
from handmade import RULES, UNITS, Got, Parts, scheme, unit_points


def shown(units: Iterable[Parts], rules: str = RULES) -> list[str]:
    read = scheme(rules)
    tables = [unit_points(read, f"u{at}", got) for at, got in enumerate(units)]
    return disclosed(read, [point for table in tables for point in table.values()])


def test_sum_is_shown_without_its_parts() -> None:
    """A component with public = "sum" stands for its parts; others are shown with theirs."""
    assert shown(UNITS.values()) == ["base", "vote", "deputies", "citizens", "leaders"]


def test_single_evaluator_is_shown_only_where_the_rules_say_so() -> None:
    """One evaluator is below a floor of 2: the component is left out, and another one with it."""
    unstated = RULES.replace('public = "show"\n', "")
    assert shown(UNITS.values(), unstated) == ["leaders"]


def test_one_leader_alone_is_not_shown_for_anybody() -> None:
    """Where one unit of the group has the mayor's mark only, no letter shows the leaders' sum; a second component goes
    with it, so that the total minus the rest is not the mark."""
    only_mayor = dict(UNITS["清河县"], vice=Got("0", 0, "0", "moved", "无人评估，权重转到市长"))
    found = shown([only_mayor, UNITS["白山区"]])
    assert "leaders" not in found
    assert {"base", "vote"} - set(found)


def test_part_that_would_follow_from_its_siblings_folds_the_parent() -> None:
    """If one part of two is below the floor, neither is shown; the sum is."""
    one_citizen = dict(UNITS["清河县"], citizens=Got("9", 1))
    assert shown([one_citizen]) == ["base", "vote", "leaders"]


def test_hidden_is_never_shown() -> None:
    """A component with public = "hidden" is not shown and cannot be had from the total."""
    hidden = RULES.replace('public = "show"', 'public = "hidden"')
    found = shown(UNITS.values(), hidden)
    assert "base" not in found
    assert len({"vote", "leaders"} & set(found)) == 1


def test_absent_marks_disclose_nothing() -> None:
    """A component that nobody marked, its weight elsewhere, needs no protection."""
    no_citizens = dict(UNITS["清河县"], citizens=Got("0", 0, "0", "moved", "无人评估，权重转到代表"))
    assert "vote" in shown([no_citizens])


# --- the law itself, on any tree -------------------------------------------------------------------------------------


@st.composite
def trees(draw: st.DrawFn) -> tuple[Scheme, list[Point]]:
    """Rules of up to three levels, marked by few evaluators of few roles; some leaves not at all."""
    components: dict[str, Component] = {}
    points: list[Point] = []
    shape = draw(st.lists(st.lists(st.integers(0, 2), max_size=3), min_size=1, max_size=4))
    public = st.sampled_from(["show", "show", "sum", "hidden"])

    def add(name: str, parent: str, *, leaf: bool) -> None:
        given_fields: dict[str, object] = {"name": name, "in": parent}
        choice = draw(public)
        given_fields |= {} if choice == "show" else {"public": choice}
        if leaf:
            given_fields |= {"weight": draw(st.integers(1, 9)), "by": draw(st.sampled_from("abc")), "answer": "percent"}
            active = draw(st.integers(0, 3))
            points.append(Point("s", "u", name, Fraction(1 if active else 0), None, Fraction(1), "scored", active))
        components[name] = Component.model_validate(given_fields)

    for at, parts in enumerate(shape):
        add(f"n{at}", "", leaf=not parts)
        for down, count in enumerate(parts):
            add(f"n{at}_{down}", f"n{at}", leaf=not count)
            for deep in range(count):
                add(f"n{at}_{down}_{deep}", f"n{at}_{down}", leaf=True)
    head = scheme().head
    return Scheme(head, components, disclosure=Disclosure(floor=draw(st.integers(1, 3)))), points


def in_span(target: list[int], vectors: list[list[int]]) -> bool:
    """Whether the target is a sum of multiples of the vectors."""
    rows = [[Fraction(value) for value in vector] for vector in vectors]
    rest = [Fraction(value) for value in target]
    for column in range(len(target)):
        pivot = next((row for row in rows if row[column]), None)
        if pivot is None:
            continue
        rows.remove(pivot)
        for row in [*rows, rest]:
            factor = row[column] / pivot[column]
            row[:] = [value - factor * other for value, other in zip(row, pivot, strict=True)]
    return not any(rest)


@settings(max_examples=300, deadline=None)
@given(trees())
def test_no_confidential_sum_follows_from_what_is_shown(made: tuple[Scheme, list[Point]]) -> None:
    """No component below the floor and no hidden one is shown, or follows from shown ones and the total."""
    rules, points = made
    marked = {point.component: point for point in points if point.evaluators}
    if not marked:
        return

    def vector(component: str) -> list[int]:
        return [int(leaf in rules.leaves(component)) for leaf in marked]

    def evaluators(component: str) -> int:
        roles: dict[str, int] = {}
        for leaf in set(rules.leaves(component)) & set(marked):
            by = rules.components[leaf].by
            roles[by] = max(roles.get(by, 0), marked[leaf].evaluators)
        return sum(roles.values())

    known = [vector(""), *(vector(each) for each in disclosed(rules, points))]
    for component, _ in rules.walk():
        secret = rules.components[component].public == "hidden" or evaluators(component) < rules.disclosure.floor
        own = vector(component)
        if secret and any(own) and own != vector(""):
            assert not in_span(own, known), component
