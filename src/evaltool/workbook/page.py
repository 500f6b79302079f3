"""A tab of the ranked workbook while it is being filled: rows go in, and each cell can be referred to at once.

Tabs are filled in the order of the data, so that a formula refers to cells that stand already, and whoever traces a
total walks from tab to tab in one direction.

Rows that somebody may sort have a number each, in a column of their own (`NumberedRows`).  Whatever is not in the same
row refers to them by that number, never by where they stand, so that no figure moves to another unit.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from itertools import count, repeat

from evaltool.reader.cells import letters
from evaltool.rules.expressions import Expr, ExprValue, Range, Written
from evaltool.workbook.typed import Takes
from evaltool.writers.book import Cell, Spot


class Page:
    """Cells of one tab by (row, column), and the names by which other tabs call them."""

    def __init__(self, title: str, first: int) -> None:
        self.title = title
        self.own = f"'{title}'!"
        self.next = first
        self.cells: dict[Spot, Cell] = {}
        self.takes: dict[Spot, Takes] = {}  # of cells that may be changed; any number where nothing is said

    def put(self, column: int, cell: Cell, row: int | None = None) -> None:
        self.cells[self.next if row is None else row, column] = cell

    def add(self, cells: Iterable[Cell]) -> int:
        """A row of cells below those that stand; its number."""
        row = self.next
        self.cells.update(zip(zip(repeat(row), count(), strict=False), cells, strict=False))
        self.next = row + 1
        return row

    def ref(self, row: int, column: int, value: ExprValue) -> Expr:
        """A cell for formulas of the same row, which go where it goes."""
        return Written(f"{self.own}{letters(column)}{row + 1}", value)

    def fixed(self, row: int, column: int, value: ExprValue) -> Expr:
        """A cell for all other formulas: the reference is kept when they are copied or sorted."""
        return Written(f"{self.own}${letters(column)}${row + 1}", value)

    def span(self, column: int, first: int, last: int) -> str:
        """A piece of a column, from row to row, kept when a formula is copied or sorted."""
        name = letters(column)
        return f"{self.own}${name}${first + 1}" + (f":${name}${last + 1}" if last != first else "")

    def range(self, column: int, first: int, last: int, values: Iterable[Fraction]) -> Range:
        return Range(self.span(column, first, last), tuple(values))

    def across(self, row: int, first: int, last: int) -> str:
        """A piece of a row, from column to column."""
        return f"{self.own}{letters(first)}{row + 1}:{letters(last)}{row + 1}"


class NumberedRows:
    """Rows below each other that may be sorted, numbered from 1 in the order in which they were filled.

    They may grow until a formula that refers to them is written out: it looks among all of them."""

    def __init__(self, page: Page, column: int, first: int = -1, last: int = -1) -> None:
        self.page, self.column, self.first, self.last = page, column, first, last

    def add(self, row: int) -> None:
        """A row that was filled: its number stands in it and moves with it."""
        self.first = row if self.first < 0 else self.first
        self.last = max(self.last, row)
        self.page.put(self.column, Cell(self.of(row), "row_number"), row)

    def of(self, row: int) -> int:
        return row - self.first + 1

    def all(self, column: int) -> str:
        """A column of all rows, in whatever order they stand."""
        return self.page.span(column, self.first, self.last)

    def ref(self, row: int, column: int, value: ExprValue) -> Expr:
        """A cell of the row that was filled there."""
        return ByNumber(self, row, column, value)

    def between(self, first: int, last: int) -> tuple[str, str]:
        """The conditions for the rows that were filled from `first` to `last`, as SUMIFS takes them."""
        numbers = self.all(self.column)
        return f'{numbers},">={self.of(first)}"', f'{numbers},"<={self.of(last)}"'


@dataclass(frozen=True, slots=True)
class ByNumber(Expr):
    """A cell that is looked up by the number of its row."""

    rows: NumberedRows
    row: int
    column: int
    value: ExprValue

    @property
    def text(self) -> str:
        rows = self.rows
        return f"INDEX({rows.all(self.column)},MATCH({rows.of(self.row)},{rows.all(rows.column)},0))"
