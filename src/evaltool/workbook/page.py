"""A tab of the ranked workbook while it is being filled: rows go in, and each cell can be referred to at once.

Tabs are filled in the order of the data, so that a formula refers to cells that stand already, and whoever traces a
total walks from tab to tab in one direction.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from itertools import count, repeat

from evaltool.reader.cells import letters
from evaltool.rules.expressions import Expr, ExprValue, Range, Written
from evaltool.writers.book import Cell


class Page:
    """Cells of one tab by (row, column), and the names by which other tabs call them."""

    def __init__(self, title: str, first: int) -> None:
        self.title = title
        self.own = f"'{title}'!"
        self.next = first
        self.cells: dict[tuple[int, int], Cell] = {}

    def put(self, column: int, cell: Cell, row: int | None = None) -> None:
        self.cells[self.next if row is None else row, column] = cell

    def add(self, cells: Iterable[Cell]) -> int:
        """A row of cells below those that stand; its number."""
        row = self.next
        self.cells.update(zip(zip(repeat(row), count(), strict=False), cells, strict=False))
        self.next = row + 1
        return row

    def ref(self, row: int, column: int, value: ExprValue) -> Expr:
        return Written(f"{self.own}{letters(column)}{row + 1}", value)

    def fixed(self, row: int, column: int, value: ExprValue) -> Expr:
        """The same with signs that keep the reference when a formula is copied."""
        return Written(f"{self.own}${letters(column)}${row + 1}", value)

    def span(self, column: int, first: int, last: int) -> str:
        """A piece of a column, from row to row."""
        name = letters(column)
        return f"{self.own}{name}{first + 1}" + (f":{name}{last + 1}" if last != first else "")

    def still(self, column: int, first: int, last: int) -> str:
        """The same, kept when copied."""
        name = letters(column)
        return f"{self.own}${name}${first + 1}:${name}${last + 1}"

    def range(self, column: int, first: int, last: int, values: Iterable[Fraction]) -> Range:
        return Range(self.span(column, first, last), tuple(values))

    def across(self, row: int, first: int, last: int) -> str:
        """A piece of a row, from column to column."""
        return f"{self.own}{letters(first)}{row + 1}:{letters(last)}{row + 1}"
