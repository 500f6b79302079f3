"""What every evaluator gave, as the screens need it: marks by cell, and shares of full marks by unit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Literal, TypeVar

from evaltool.checks.screens.spread import common
from evaltool.evaluation import Evaluation
from evaltool.exact import published
from evaltool.findings import Finding, finding
from evaltool.inbox.intake import Intake
from evaltool.rules import Component

if TYPE_CHECKING:
    import polars as pl

MarkKind = Literal["number", "choice", "place"]
UnitRepeat = tuple[str, str]  # unit, repeat
K = TypeVar("K", str, UnitRepeat)
DIGITS = 6
"""Marks are added up in millionths of a point."""


@dataclass(frozen=True, slots=True)
class EvaluatorShares:
    """One evaluator's shares of full marks in one leaf, by unit and repeat, and by unit over all repeats: whole
    numbers over the leaf's `whole`.  `first`: the first cell of each."""

    evaluator: str
    file: str
    sheet: str
    shares: Mapping[UnitRepeat, int]
    by_unit: Mapping[str, int]
    first: Mapping[UnitRepeat, str]

    def cell(self, unit: str) -> str:
        """The first cell about a unit."""
        return next((cell for (of, _), cell in self.first.items() if of == unit), "")


@dataclass(frozen=True, slots=True)
class MarkedLeaf:
    """One leaf of one class with everybody's marks.

    `cells`: evaluator, unit, indicator, repeat and value; `step`: the smallest difference of marks, as a share.
    """

    class_id: str
    component: str
    name: str
    kind: MarkKind
    given: Mapping[str, EvaluatorShares]
    cells: pl.DataFrame
    whole: int
    step: Fraction
    scale: tuple[Fraction, ...] = ()  # shares of the tiers, best first

    def share(self, number: int) -> Fraction:
        return Fraction(number, self.whole)


def leaves(evaluation: Evaluation, intake: Intake) -> Iterator[MarkedLeaf]:
    """All leaves in which something was marked (contributions to awards too), but not those decided by cards; one at a
    time, because each holds everybody's marks."""
    import polars as pl

    words = pl.col("class_id", "component", "evaluator", "unit", "indicator", "repeat", "text", "cell", "sheet", "file")
    usable = pl.col("value").is_between(pl.col("low"), pl.col("high"))  # anything else has its finding already
    mine = (pl.col("field") == "mark") & usable & (pl.col("unit") != "")
    rows = intake.kept(mine).select(words, "value", "high", "decimals")
    by_leaf = rows.partition_by("class_id", "component", as_dict=True, maintain_order=True)
    del rows
    for class_id, leaf in sorted(by_leaf):
        yield _leaf(evaluation, class_id, leaf, by_leaf.pop((class_id, leaf)))


def _leaf(evaluation: Evaluation, class_id: str, leaf: str, rows: pl.DataFrame) -> MarkedLeaf:
    import polars as pl

    scheme = evaluation.classes[class_id]
    component = scheme.components.get(leaf)
    scale = scheme.scale(component.scale_name) if component and component.scale_name else {}
    if scale:
        rows = _counted(rows, scale)
    # a row that was added as something happened has a number of its own, which means nothing to other evaluators
    once = component and component.each and component.each.word
    repeat = pl.lit("").alias("repeat") if once else pl.col("repeat")
    scaled = pl.col("decimals").replace_strict({at: 10 ** (DIGITS - at) for at in range(DIGITS + 1)})
    # full marks may be any number of 64 bits
    width = pl.Int64 if _fit(rows) else pl.Int128
    exact = (pl.col("value", "high").cast(width) * scaled.cast(width)).sum()
    parts = rows.group_by("evaluator", "unit", repeat, maintain_order=True).agg(
        exact, pl.col("file", "sheet", "cell").first()
    )
    units = parts.group_by("evaluator", "unit", maintain_order=True).agg(pl.col("value", "high").sum())
    whole = common(full for full in {*parts["high"].unique(), *units["high"].unique()} if full)
    step = Fraction(1, max(1, min(rows.group_by("evaluator").agg(pl.col("high").max())["high"], default=1)))
    shares = sorted({share for share in scale.values() if share is not None}, reverse=True)
    name, given = component.name if component else leaf, {one.evaluator: one for one in _given(parts, units, whole)}
    cells = rows.select("evaluator", "unit", "indicator", "repeat", "value")
    return MarkedLeaf(class_id, leaf, name, _kind(component), given, cells, whole, step, tuple(shares))


def _fit(rows: pl.DataFrame) -> bool:
    """Whether all marks of a leaf added up, in millionths, are integers of 64 bits."""
    bounds = (rows["value"].min(), rows["value"].max(), rows["high"].max())
    most: int = max(abs(int(str(bound or 0))) for bound in bounds)
    return most * int(10**DIGITS) * rows.height < 2**62


def _counted(rows: pl.DataFrame, scale: Mapping[str, Fraction | None]) -> pl.DataFrame:
    """Choices as what they count; without those that count for nothing."""
    import polars as pl

    counted = {choice: int(share * 10**DIGITS) for choice, share in scale.items() if share is not None}
    value = pl.col("text").cast(pl.String).replace_strict(counted, default=None, return_dtype=pl.Int64)
    full = pl.lit(10**DIGITS, pl.Int64).alias("high")
    return rows.with_columns(value.alias("value"), full, pl.lit(DIGITS, pl.Int64).alias("decimals")).drop_nulls("value")


def _given(parts: pl.DataFrame, units: pl.DataFrame, whole: int) -> Iterator[EvaluatorShares]:
    """Everybody's shares, in the order of the table."""
    import polars as pl

    place, lists = pl.col("file", "sheet").first(), pl.col("unit", "repeat", "value", "high", "cell")
    once_only: dict[UnitRepeat, UnitRepeat] = {}  # thousands of evaluators share them
    written: dict[str, str] = {}
    sheets = parts.group_by("evaluator", maintain_order=True).agg(place, lists)
    sums = units.group_by("evaluator", maintain_order=True).agg("unit", "value", "high")
    for (who, file, sheet, about, repeats, *marks, cells), (_, once, *both) in zip(
        sheets.iter_rows(), sums.iter_rows(), strict=True
    ):
        keys = [once_only.setdefault(key, key) for key in zip(about, repeats, strict=True)]
        first = {key: written.setdefault(cell, cell) for key, cell in zip(keys, cells, strict=True)}
        yield EvaluatorShares(who, file, sheet, _over(whole, keys, *marks), _over(whole, once, *both), first)


def _over(whole: int, keys: Iterable[K], marks: Iterable[int], full: Iterable[int]) -> dict[K, int]:
    rows = zip(keys, marks, full, strict=True)
    return {key: mark * (whole // most) for key, mark, most in rows if most}


def _kind(component: Component | None) -> MarkKind:
    answer = component.answer if component else None
    if answer is None:
        return "number"
    return "choice" if answer.scale_name else "place" if answer.places_name else "number"


def said(
    evaluation: Evaluation,
    code: str,
    leaf: MarkedLeaf,
    one: EvaluatorShares,
    args: Mapping[str, object],
    unit: str = "",
    cell: str = "",
) -> Finding:
    """A finding at an evaluator's sheet; the names that every sentence needs are filled in."""
    names: dict[str, object] = {
        "name": evaluation.evaluators[one.evaluator].name,
        "component_name": leaf.name,
        "unit_name": evaluation.units[unit].name if unit in evaluation.units else unit,
    }
    place = {"file": one.file, "sheet": one.sheet, "cell": cell, "unit": unit, "evaluator": one.evaluator}
    return finding(code, **place, component=leaf.component, args={**names, **args})


def points(share: Fraction) -> str:
    """A share as people say it: points out of a hundred."""
    return published(100 * share, 1)
