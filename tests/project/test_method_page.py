"""The page of scoring methods says what the methods do: every example is scored, every parameter is described."""

from __future__ import annotations

import importlib
import sys
import tomllib
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from types import ModuleType
from typing import Annotated, Any

import pytest
from pydantic import BeforeValidator, TypeAdapter

from evaltool.rules import Places
from evaltool.rules.expressions import value_of
from evaltool.rules.methods import METHODS, Facts, Method, name_of
from evaltool.rules.methods.method import as_stated
from evaltool.rules.scheme import _as_parameters

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tools"))

SCALE = {"一档": Fraction(1), "二档": Fraction(17, 20)}
PLACES = Places(first=Decimal(100), step=Decimal(3), least=Decimal(70))


@pytest.fixture
def page() -> ModuleType:
    return importlib.import_module("method_page")


def _examples() -> list[tuple[str, Any]]:
    about = importlib.import_module("method_page").ABOUT
    return [(name, example) for name, each in about.items() for example in each.examples]


@pytest.mark.parametrize(("name", "example"), _examples(), ids=lambda one: getattr(one, "rule", one))
def test_every_example_comes_out_as_it_is_printed(name: str, example: Any) -> None:
    """The rule is read as rules are, the figure scored by the method itself: exactly the printed share."""
    written = tomllib.loads(f"answer = {example.rule}", parse_float=Decimal)["answer"]
    answer = TypeAdapter(Annotated[Method, BeforeValidator(_as_parameters)]).validate_python(written)
    known = {key: Fraction(value) for key, value in example.facts.items() if key != "others"}
    others = tuple(Fraction(each) for each in example.facts.get("others", "").split())
    facts = Facts(scale=SCALE, places=PLACES.share, others=others, **known)  # type: ignore[arg-type]
    said: Any = example.said if example.said in SCALE else 0 if answer.kinds else Fraction(example.said)
    assert name_of(answer) == name
    if answer.kinds:
        assert _of_kinds(answer, example.said, Fraction(example.facts["full"])) == Fraction(example.share)
        return
    assert answer.share(said, facts) == Fraction(example.share)


def _of_kinds(answer: Method, said: str, full: Fraction) -> Fraction:
    """Cases of every kind, in the order of the rule, as one share."""
    mine, points = answer.out_of(full), Fraction(0)
    for kind, cases in zip(mine.kinds, said.split("、"), strict=True):
        share = mine.of_line(kind).share(Fraction(cases), Facts(full=full))
        assert share is not None
        points += share * full
    return value_of(mine.pooled(points, as_stated)) / full


def test_every_method_and_parameter_is_on_the_page(page: ModuleType) -> None:
    """A new method or parameter without words is noticed here, and so are words without one."""
    assert page.ABOUT.keys() == METHODS.keys()
    for name, method in METHODS.items():
        assert page.ABOUT[name].parameters.keys() == method.model_fields.keys()
