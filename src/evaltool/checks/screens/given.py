"""What every evaluator gave, as the screens need it: marks by cell, and shares of full marks by unit."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Literal, NamedTuple

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
DIGITS = 6
"""Marks are added up in millionths of a point."""


class MarkedColumn(NamedTuple):
    """Who marked one unit (in one repeat), by number, and the shares of full marks that they gave, over the leaf's
    `whole`."""

    who: Sequence[int]
    shares: Sequence[int]


@dataclass(frozen=True)
class MarkedLeaf:
    """One leaf of one class with everybody's marks.

    `names`: the evaluators by number; `columns`: by unit and repeat; `units`: by unit, over all repeats; `rows`: the
    cells; `once`: whether the repeats of each evaluator are his own; `step`: the smallest difference of marks, as a
    share.
    """

    class_id: str
    component: str
    name: str
    kind: MarkKind
    names: Sequence[str]
    columns: Mapping[UnitRepeat, MarkedColumn]
    units: Mapping[str, MarkedColumn]
    rows: pl.DataFrame
    once: bool
    whole: int
    step: Fraction
    scale: tuple[Fraction, ...] = ()  # shares of the tiers, best first

    def share(self, number: int) -> Fraction:
        return Fraction(number, self.whole)


class Noticed(NamedTuple):
    """What a screen says about an evaluator (by number) and perhaps a unit, in one repeat or in any of them; `at_cell`:
    whether it says so at the first cell that it is about."""

    code: str
    who: int
    args: Mapping[str, object]
    unit: str = ""
    repeat: str | None = None
    at_cell: bool = True


def leaves(evaluation: Evaluation, intake: Intake) -> Iterator[MarkedLeaf]:
    """All leaves in which something was marked (contributions to awards too), but not those decided by cards; one at a
    time, because each holds everybody's marks."""
    import polars as pl

    leaf = pl.col("class_id", "component")
    usable = pl.col("value").is_between(pl.col("low"), pl.col("high"))  # anything else has its finding already
    mine = (pl.col("field") == "mark") & usable & (pl.col("unit") != "")
    marked = intake.table.lazy().filter(mine).select(leaf.cast(pl.String)).unique().collect()
    for class_id, component in sorted(marked.iter_rows()):
        here = (pl.col("class_id") == class_id) & (pl.col("component") == component)
        yield _leaf(evaluation, class_id, component, intake.kept(mine & here, *_NEEDED))


_CELL = ("evaluator", "unit", "indicator", "repeat", "value")
_PLACE = ("cell", "sheet", "file")
_NEEDED = (*_CELL, *_PLACE, "text", "high", "decimals")


def _leaf(evaluation: Evaluation, class_id: str, leaf: str, rows: pl.DataFrame) -> MarkedLeaf:
    import polars as pl

    scheme = evaluation.classes[class_id]
    component = scheme.components.get(leaf)
    scale = scheme.scale(component.scale_name) if component and component.scale_name else {}
    if scale:
        rows = _counted(rows, scale)
    # a row that was added as something happened has a number of its own, which means nothing to other evaluators
    once = bool(component and component.each and component.each.word)
    names = rows.lazy().select("evaluator").unique(maintain_order=True).with_row_index("who").collect()
    parts = _added(rows, pl.lit("") if once else pl.col("repeat")).join(names, on="evaluator")
    repeated = parts["repeat"].n_unique() > 1
    units = parts.group_by("who", "unit").agg(pl.col("value", "high").sum()) if repeated else parts
    whole = common(full for full in {*parts["high"].unique(), *units["high"].unique()} if full)
    columns = {(unit, repeat): column for (unit, repeat), column in _columns(parts, ("unit", "repeat"), whole)}
    by_unit = {unit: column for (unit, _), column in columns.items()}
    if repeated:
        by_unit = {unit: column for (unit,), column in _columns(units, ("unit",), whole)}
    shares = sorted({share for share in scale.values() if share is not None}, reverse=True)
    return MarkedLeaf(
        class_id,
        leaf,
        component.name if component else leaf,
        _kind(component),
        names["evaluator"].cast(pl.String).to_list(),
        columns,
        by_unit,
        rows.select(*_CELL, *_PLACE),
        once,
        whole,
        _step(rows),
        tuple(shares),
    )


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


def _added(rows: pl.DataFrame, repeat: pl.Expr) -> pl.DataFrame:
    """By evaluator, unit and repeat the marks and full marks added up, in millionths of a point."""
    import polars as pl

    worth = {decimals: 10 ** (DIGITS - decimals) for decimals in rows["decimals"].unique()}
    scale = pl.lit(*worth.values()) if len(worth) == 1 else pl.col("decimals").replace_strict(worth)
    # full marks may be any number of 64 bits
    width = pl.Int64 if _fit(rows) else pl.Int128
    exact = rows.lazy().with_columns(pl.col("value", "high").cast(width) * scale.cast(width))
    return exact.group_by("evaluator", "unit", repeat.alias("repeat")).agg(pl.col("value", "high").sum()).collect()


def _columns(parts: pl.DataFrame, key: Sequence[str], whole: int) -> Iterator[tuple[tuple[str, ...], MarkedColumn]]:
    """What everybody gave, by unit or by unit and repeat, in the order of the evaluators."""
    import polars as pl

    given = parts.lazy().filter(pl.col("high") != 0).sort("who").group_by(key, maintain_order=True)
    columns = given.agg("who", "value", "high").with_columns(pl.col(key).cast(pl.String))
    for *about, who, marks, full in columns.collect().iter_rows():
        yield tuple(about), MarkedColumn(who, _over(whole, marks, full))


def _over(whole: int, marks: Sequence[int], full: Sequence[int]) -> list[int]:
    """Marks out of full marks over one denominator; of thousands many are alike."""
    if len(set(full)) > 1:
        return [mark * (whole // most) for mark, most in zip(marks, full, strict=True)]
    shares = {mark: mark * (whole // full[0]) for mark in set(marks)}
    return [shares[mark] for mark in marks]


def _step(rows: pl.DataFrame) -> Fraction:
    """Of the evaluators' largest full marks the smallest as it stands in the cells."""
    import polars as pl

    largest = rows.lazy().group_by("evaluator").agg(pl.col("high").max()).select(pl.col("high").min())
    least = rows["high"].max() if rows["high"].min() == rows["high"].max() else largest.collect().item()
    return Fraction(1, max(1, int(str(least or 1))))


def _kind(component: Component | None) -> MarkKind:
    answer = component.answer if component else None
    if answer is None:
        return "number"
    return "choice" if answer.scale_name else "place" if answer.places_name else "number"


def of_everybody(columns: Iterable[MarkedColumn]) -> dict[int, list[int]]:
    """What everybody gave in all columns together."""
    found: dict[int, list[int]] = {}
    for column in columns:
        for who, share in zip(*column, strict=True):
            found.setdefault(who, []).append(share)
    return found


def said(evaluation: Evaluation, leaf: MarkedLeaf, noticed: Iterable[Noticed]) -> Iterator[Finding]:
    """What was noticed as findings; the names that every sentence needs are filled in."""
    listed = list(noticed)
    if not listed:
        return
    sheets = first_places(leaf, {leaf.names[one.who] for one in listed})
    cells = _cells(leaf, {leaf.names[one.who] for one in listed if one.unit})
    for one in listed:
        who = leaf.names[one.who]
        names: dict[str, object] = {
            "name": evaluation.evaluators[who].name,
            "component_name": leaf.name,
            "unit_name": evaluation.units[one.unit].name if one.unit in evaluation.units else one.unit,
        }
        file, sheet, first = sheets[who]
        cell = (cells[who, one.unit, one.repeat] if one.unit else first) if one.at_cell else ""
        place = {"file": file, "sheet": sheet, "cell": cell, "unit": one.unit, "evaluator": who}
        yield finding(one.code, **place, component=leaf.component, args={**names, **one.args})


def first_places(leaf: MarkedLeaf, names: Collection[str]) -> dict[str, tuple[str, str, str]]:
    """Evaluator -> file, worksheet and cell of the first mark: looked up for all at once."""
    import polars as pl

    rows = leaf.rows.lazy().filter(pl.col("evaluator").is_in(list(names))).group_by("evaluator")
    firsts = rows.agg(pl.col("file", "sheet", "cell").first()).select(pl.all().cast(pl.String)).collect()
    return {who: (file, sheet, cell) for who, file, sheet, cell in firsts.iter_rows()}


def _cells(leaf: MarkedLeaf, names: Collection[str]) -> dict[tuple[str, str, str | None], str]:
    """Evaluator, unit, repeat (None: any of them) -> the first cell about it."""
    import polars as pl

    if not names:
        return {}
    columns = pl.col("evaluator", "unit", "repeat", "cell").cast(pl.String)
    rows = leaf.rows.lazy().filter(pl.col("evaluator").is_in(list(names))).select(columns).collect()
    found: dict[tuple[str, str, str | None], str] = {}
    for who, unit, repeat, cell in rows.iter_rows():
        found.setdefault((who, unit, None), cell)
        found.setdefault((who, unit, "" if leaf.once else repeat), cell)
    return found


def points(share: Fraction) -> str:
    """A share as people say it: points out of a hundred."""
    return published(100 * share, 1)
