"""What people filled in that scoring may look at: every mark and every figure, with its place in its file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from evaltool.points.figures import Said
from evaltool.questions.forms import FIGURE
from evaltool.results.result import Result

if TYPE_CHECKING:
    import polars as pl

Leaf = tuple[str, str]
"""Class and component."""


@dataclass(frozen=True, slots=True)
class Value:
    """One value that was filled in, and where it stands."""

    indicator: str
    unit: str
    repeat: str
    evaluator: str
    field: str
    text: str
    number: Fraction | None
    state: str
    place: tuple[str, ...]  # file, worksheet, cell, document of a correction

    @property
    def said(self) -> Said:
        return self.state, self.number, self.text


Given = Mapping[str, Mapping[str, Value]]
"""Indicator -> field -> value."""


def filled_in(result: Result) -> pl.DataFrame:
    """Every mark and every figure of any kind that is not blank."""
    import polars as pl

    kept = (pl.col("field") == "mark") | pl.col("field").str.starts_with(FIGURE)
    return result.intake.rows(kept & (pl.col("state") != "blank") & (pl.col("unit") != ""))


def by_leaf(rows: pl.DataFrame) -> dict[Leaf, list[Value]]:
    columns = ("indicator", "unit", "repeat", "evaluator", "field", "text", "value", "decimals", "state")
    places = ("file", "sheet", "cell", "decision")
    found: dict[Leaf, list[Value]] = {}
    for class_id, component, *said in rows.select("class_id", "component", *columns, *places).iter_rows():
        indicator, unit, repeat, evaluator, name, typed, value, decimals, state, *place = said
        number = None if value is None else Fraction(value, 10**decimals)
        one = Value(indicator, unit, repeat, evaluator, name, typed, number, state, tuple(map(str, place)))
        found.setdefault((class_id, component), []).append(one)
    return found
