"""A result as a value: the standings of a group, the code of a run, what a class takes of others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

import results
from evaltool.evaluation import Evaluation
from evaltool.results import takenclasses
from evaltool.results.result import short_code
from evaltool.results.takenclasses import _in_order
from evaltool.rules import Scheme
from evaltool.rules.taken import TakenResult
from handmade import UNITS, result


def test_a_group_has_its_own_standings() -> None:
    """In their order; another group or class has none of them."""
    made = result()
    assert [one.unit.id for one in made.group("c", "g")] == list(UNITS)
    assert made.group("c", "h") == made.group("d", "g") == []


def test_the_code_of_a_run_is_made_of_what_went_in() -> None:
    """Eight digits; of files those that are submissions, by what is in them."""
    made = result()
    assert made.inputs() == [*made.evaluation.sources, ("submission", "ab" * 32)]
    assert made.code == short_code(made.inputs()) != short_code([])
    assert len(made.code) == 8
    assert int(made.code, 16) >= 0


# --- classes that are scored before others ---------------------------------------------------------------------------


def order(monkeypatch: pytest.MonkeyPatch, taken: Mapping[str, tuple[str, list[str]]], classes: str) -> list[str]:
    """In which order classes are scored before others: result -> class that it is of, classes that take it."""
    made = results.evaluation({"a": "g1"})
    (scheme,) = made.classes.values()
    every = {each: replace(scheme, head=scheme.head.model_copy(update={"id": each})) for each in classes}
    of_class = {
        name: TakenResult.model_validate({"name": name, "take": "points", **({"class": of} if of else {"folder": "x"})})
        for name, (of, _) in taken.items()
    }

    def takers(evaluation: Evaluation, name: str) -> list[Scheme]:
        return [evaluation.classes[each] for each in taken[name][1]]

    monkeypatch.setattr(takenclasses, "takers", takers)
    return _in_order(replace(made, classes=every, results=of_class))


def test_classes_are_scored_before_those_that_take_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """b takes of c, and a of b and c: first c, then b; d is taken of by nobody, and another folder is no class."""
    taken = {"r1": ("b", ["a"]), "r2": ("c", ["a", "b"]), "r3": ("", ["c", "d"])}
    assert order(monkeypatch, taken, "abcd") == ["c", "b"]
    assert order(monkeypatch, taken, "dcba") == ["c", "b"]
    assert order(monkeypatch, {"r1": ("b", ["a"]), "r2": ("c", ["a"])}, "abc") == ["b", "c"]


def test_where_nobody_takes_of_a_class_none_is_scored_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """A result that nobody looks at is one of them."""
    assert order(monkeypatch, {}, "ab") == []
    assert order(monkeypatch, {"r1": ("b", [])}, "ab") == []
