"""Law 11 step by step: too few evaluators, hidden parts, what is left out beside them."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from evaltool.points.score import Point
from evaltool.results.disclosure import Less, disclosed, has_too_few, next_to_withhold
from evaltool.rules import Component, Disclosure, Scheme
from handmade import scheme as handmade_scheme

Tree = Mapping[str, Mapping[str, Any]]


def rules(tree: Tree, floor: int = 3) -> Scheme:
    """Components by name; leaves have a weight."""
    components = {}
    for name, fields in tree.items():
        leaf = {"by": name, "answer": "percent"} if "weight" in fields else {}
        components[name] = Component.model_validate({"name": name, **leaf, **fields})
    return Scheme(handmade_scheme().head, components, disclosure=Disclosure(floor=floor))


def points(people: Mapping[str, int], unit: str = "u", **more: Any) -> list[Point]:
    """So many evaluators in each leaf."""
    of = {"weight": Fraction(1), "share": Fraction(1), "points": Fraction(1), "state": "scored", **more}
    return [Point("s", unit, leaf, evaluators=count, **of) for leaf, count in people.items()]


def table(people: Mapping[str, int], **more: Any) -> dict[str, Point]:
    return {each.component: each for each in points(people, **more)}


FLAT: Tree = {"a": {"weight": 10}, "b": {"weight": 20}, "c": {"weight": 30}, "d": {"weight": 40}}


def test_a_component_is_too_small_below_the_floor_of_the_rules() -> None:
    """Three of three are enough; nobody at all is nothing to protect, nor is what has no weight or no result."""
    of = rules(FLAT)
    assert [has_too_few(of, "a", table({"a": count})) for count in (0, 1, 2, 3)] == [False, True, True, False]
    assert not has_too_few(of, "a", {})
    assert not has_too_few(of, "a", table({"a": 1}, weight=Fraction(0)))
    assert not has_too_few(of, "a", table({"a": 1}, points=None))


def test_evaluators_of_one_role_are_the_same_people() -> None:
    """Two and one of a role are two; of two roles three."""
    tree: dict[str, dict[str, Any]] = {"v": {}, "v1": {"in": "v", "weight": 1}, "v2": {"in": "v", "weight": 1}}
    people = table({"v1": 1, "v2": 2})
    assert not has_too_few(rules(tree), "v", people)
    same = {name: {**fields, "by": "x"} if "weight" in fields else fields for name, fields in tree.items()}
    assert has_too_few(rules(same), "v", people)
    assert not has_too_few(rules(same, 2), "v", people)


def test_what_is_public_by_the_rules_or_no_mark_of_others_is_no_secret() -> None:
    """`public = "show"`, a unit's mark for itself, what is taken of another result."""
    one = table({"a": 1})
    for fields in ({"public": "show"}, {"by": "self"}, {"from": "result.x"}):
        assert not has_too_few(rules({"a": {"weight": 10, **fields}}), "a", one), fields
    inside = rules({"v": {}, "v1": {"in": "v", "weight": 1, "public": "show"}, "v2": {"in": "v", "weight": 1}})
    assert has_too_few(inside, "v", table({"v1": 9, "v2": 1}))
    assert not has_too_few(inside, "v", table({"v1": 1, "v2": 9}))


def test_another_component_is_left_out_beside_one_that_is_too_small() -> None:
    """Of a like weight: the next greater one before all lesser ones, of which the nearest first."""
    of = rules(FLAT)
    enough = dict.fromkeys(FLAT, 9)
    assert disclosed(of, points(enough)) == ["a", "b", "c", "d"]
    assert disclosed(of, points({**enough, "b": 1})) == ["a", "d"]
    assert disclosed(of, points({**enough, "d": 1})) == ["a", "b"]
    assert disclosed(of, points({**enough, "a": 1})) == ["c", "d"]
    assert disclosed(of, points({**enough, "a": 1, "b": 1})) == ["d"]
    assert disclosed(rules(FLAT, 2), points({**enough, "a": 1, "b": 1})) == ["c", "d"]


def test_what_is_left_out_is_like_the_greatest_that_is_hidden() -> None:
    """Of a and c it is c that has to be hidden among others: d goes, not b; one that weighs the same comes first."""
    enough = dict.fromkeys(FLAT, 9)
    assert disclosed(rules(FLAT), points({**enough, "a": 1, "c": 1})) == ["b"]
    same = rules({**FLAT, "c": {"weight": 20}})
    assert disclosed(same, points({**enough, "b": 1})) == ["a", "d"]


def test_what_protects_nothing_is_not_left_out_for_it() -> None:
    """A mark for oneself is known to the unit; where nothing else is left nothing is shown."""
    of = rules({**FLAT, "d": {"weight": 40, "by": "self"}, "c": {"weight": 30}})
    enough = dict.fromkeys(FLAT, 9)
    assert disclosed(of, points({**enough, "c": 1})) == ["a", "d"]
    two = rules({"a": {"weight": 10}, "d": {"weight": 40, "by": "self"}})
    assert disclosed(two, points({"a": 1, "d": 9})) == []


def test_what_is_too_small_for_one_unit_is_shown_of_nobody() -> None:
    """Letters of others would give it away."""
    of = rules(FLAT)
    enough = dict.fromkeys(FLAT, 9)
    assert disclosed(of, [*points(enough), *points({**enough, "b": 2}, "w")]) == ["a", "d"]


def test_parts_are_shown_where_none_of_them_follows_from_the_others() -> None:
    """A part that is too small takes all parts with it, whose sum is shown; two that are hidden hide each other."""
    tree = {"v": {}, "v1": {"in": "v", "weight": 1}, "v2": {"in": "v", "weight": 1}, "v3": {"in": "v", "weight": 1}}
    of = rules({**tree, "a": {"weight": 9}})
    assert disclosed(of, points({"v1": 9, "v2": 9, "v3": 9, "a": 9})) == ["v", "v1", "v2", "v3", "a"]
    assert disclosed(of, points({"v1": 9, "v2": 1, "v3": 9, "a": 9})) == ["v", "a"]
    assert disclosed(of, points({"v1": 9, "v2": 2, "v3": 2, "a": 9})) == ["v", "v1", "a"]
    assert disclosed(of, points({"v1": 9, "v2": 1, "v3": 1, "a": 9})) == ["v", "a"]
    sums = rules({**tree, "v": {"public": "sum"}, "a": {"weight": 9}})
    assert disclosed(sums, points({"v1": 9, "v2": 9, "v3": 9, "a": 9})) == ["v", "a"]


def test_a_sum_that_is_its_hidden_part_is_not_shown() -> None:
    """Where nothing else in it was marked; of a sum with more the parts that are not hidden stay inside it."""
    tree = {
        "v": {},
        "v1": {"in": "v", "weight": 1, "public": "hidden"},
        "v2": {"in": "v", "weight": 1},
        "v3": {"in": "v", "weight": 1, "public": "hidden"},
    }
    of = rules({**tree, "a": {"weight": 9}, "b": {"weight": 9}})
    enough = {"v1": 9, "v2": 9, "v3": 9, "a": 9, "b": 9}
    assert disclosed(of, points(enough)) == ["v", "v2", "a", "b"]
    assert disclosed(of, points({**enough, "v2": 0, "v3": 0})) == ["b"]
    assert disclosed(of, points({**enough, "v1": 0, "v2": 0, "v3": 0})) == ["v", "v2", "a", "b"]


def test_what_is_kept_back_besides_is_not_shown_or_not_opened() -> None:
    """A withheld component takes another one with it; a folded one stands without its parts."""
    tree = {**FLAT, "v": {}, "v1": {"in": "v", "weight": 30}, "v2": {"in": "v", "weight": 30}}
    enough = points({**dict.fromkeys(FLAT, 9), "v1": 9, "v2": 9})
    of = rules(tree)
    assert disclosed(of, enough, Less(folded=frozenset({"v"}))) == ["a", "b", "c", "d", "v"]
    assert disclosed(of, enough, Less(withheld=frozenset({"a", "b"}))) == ["c", "d", "v", "v1", "v2"]
    assert disclosed(of, enough, Less(withheld=frozenset({"v"}))) == ["a", "b", "c"]


def test_what_is_withheld_next_is_like_what_is_already() -> None:
    """The greatest weight that is left out decides; what protects nothing comes last; "" once nothing is left."""
    of = rules({**FLAT, "e": {"weight": 25, "by": "self"}})
    assert next_to_withhold(of, ["a", "b", "d", "e"]) == "d"
    assert next_to_withhold(of, ["a", "b", "e"]) == "b"
    assert next_to_withhold(of, ["a", "b", "c", "d", "e"]) == "d"
    assert next_to_withhold(of, ["c", "d", "e"]) == "c"
    assert next_to_withhold(of, ["e"]) == "e"
    assert next_to_withhold(of, []) == ""
