"""What people filled in that scoring may look at: every mark and every figure, with its place in its file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from evaltool.exact import plain
from evaltool.points.figures import CellSaid
from evaltool.questions.forms import FIGURE
from evaltool.questions.table import NO_LIMIT
from evaltool.reader.cells import column_of
from evaltool.results.result import Result
from evaltool.rules import LeafKey
from evaltool.workbook.typed import NUMBER, Takes

if TYPE_CHECKING:
    import polars as pl

"""Class and component."""
_ADDRESS = re.compile(r"([A-Z]+)([0-9]+)")


class FilledValue(NamedTuple):
    """One value that was filled in, and where it stands; a tuple, because there are thousands of them."""

    indicator: str
    unit: str
    repeat: str
    evaluator: str
    field: str
    text: str
    units: int | None  # of 10^-decimals
    decimals: int
    state: str
    low: int  # of 10^-decimals, as high
    high: int
    file: str
    sheet: str
    cell: str
    decision: str

    @property
    def number(self) -> Fraction | None:
        return None if self.units is None else Fraction(self.units, 10**self.decimals)

    @property
    def takes(self) -> Takes:
        """What its sheet takes in its place."""
        return _within(self.low, self.high, self.decimals)

    @property
    def said(self) -> CellSaid:
        return self.state, self.number, self.text


@lru_cache(maxsize=20_000)  # thousands of marks have the same limits
def _within(low: int, high: int, decimals: int) -> Takes:
    if high >= NO_LIMIT:
        return NUMBER
    least, most = (plain(Fraction(each, 10**decimals)) for each in (low, high))
    return Takes("decimal" if decimals else "integer", least, most)


def filled_in(result: Result) -> pl.DataFrame:
    """Every mark and every figure of any kind that is not blank, its texts as they are kept."""
    import polars as pl

    kept = (pl.col("field") == "mark") | result.intake.begins("field", FIGURE)
    return result.intake.kept(kept & (pl.col("state") != "blank") & (pl.col("unit") != ""))


def how_many(rows: pl.DataFrame) -> tuple[int, int]:
    """Values, and answers that they belong to."""
    answers = rows.lazy().select("class_id", "component", "unit", "evaluator", "repeat").unique()
    return rows.height, answers.collect(engine="streaming").height


def by_leaf(rows: pl.DataFrame) -> dict[LeafKey, list[FilledValue]]:
    names = ("class_id", "component", *FilledValue._fields)
    columns = {name: _said(rows["value" if name == "units" else name]) for name in names}
    keys = zip(columns.pop("class_id"), columns.pop("component"), strict=True)
    found: dict[LeafKey, list[FilledValue]] = {}
    for key, value in zip(keys, map(FilledValue._make, zip(*columns.values(), strict=True)), strict=True):
        found.setdefault(key, []).append(value)
    return found


def _said(column: pl.Series) -> list[Any]:
    """Its values, texts in words; the same text is one object, however often it stands there."""
    import polars as pl

    if not isinstance(column.dtype, pl.Enum):
        return column.to_list()
    words = column.dtype.categories.to_list()
    return [None if at is None else words[at] for at in column.to_physical().to_list()]


# --- places ----------------------------------------------------------------------------------------------------------


def file_of(value: FilledValue) -> str:
    return f"{value.file}　{value.sheet}"


def files_of_lines(values: Iterable[FilledValue]) -> dict[str, str]:
    """Line -> the file and worksheet in which all its marks stand, where that is one."""
    found: dict[str, set[str]] = {}
    for value in values:
        found.setdefault(value.indicator, set()).add(file_of(value))
    return {line: next(iter(files)) for line, files in found.items() if len(files) == 1}


def places(values: Iterable[FilledValue], files: Mapping[str, str]) -> str:
    """Where the values of one row stand: of every file its worksheet and cells, with what a decision corrected; a file
    that stands above its line (`files`) is not said again."""
    found: dict[tuple[str, str], list[str]] = {}
    above, corrected = [], []
    for value in values:
        if files and files.get(value.indicator) == file_of(value):  # each in a file of its own
            above.append(value.cell)
        else:
            found.setdefault((value.file, value.sheet), []).append(value.cell)
        if value.decision:
            corrected.append(f"{value.cell}按{value.decision}更正")
    said = [f"{file}　{sheet}!{_stretch(tuple(cells))}" for (file, sheet), cells in found.items()]
    return "；".join([*(["、".join(above)] if above else []), *said, *corrected])


@lru_cache(maxsize=20_000)  # everybody's marks for a unit stand in the same cells of their sheets
def _stretch(cells: tuple[str, ...]) -> str:
    """Cells side by side or below each other as a range, others one by one."""
    spots = sorted((int(match[2]), column_of(match[1])) for match in map(_ADDRESS.fullmatch, cells) if match)
    if len(spots) < max(2, len(cells)):
        return "、".join(cells)
    (top, left), (bottom, right) = spots[0], spots[-1]
    area = [(row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)]
    if area != spots or (top != bottom and left != right):
        return "、".join(cells)
    by_spot = sorted(cells, key=lambda cell: (len(cell), cell))
    return f"{by_spot[0]}:{by_spot[-1]}"
