"""The cells of a tab, and their markup row by row.

XlsxWriter checks each cell once more and looks for thirty new functions in every formula, and makes a list of pairs of
each cell's attributes; that is most of the time of a large workbook.  What `KeptSheet` writes is the same to the byte.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache
from typing import Any, Literal

from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import CellBlankTuple, CellFormulaTuple, CellNumberTuple, CellStringTuple, Worksheet

from evaltool.writers.book import Cell, Formula, Spot, Value, clean

Use = Literal["text", "value", "light"]  # a style on text or a blank, on a number or formula, in a conditional format
Look = Callable[[str, Use], Format]

_WHOLE = 10**15  # below it every whole number is exact
_LONGEST, _LONGEST_FORMULA = 32767, 8192  # UTF-16 units
_COLUMNS = 16384
_ERRORS = {"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"}


class KeptSheet(Worksheet):  # type: ignore[misc]
    """A worksheet whose cells go in by its `keeper` and come out a row at a time."""

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        return formula.removeprefix("=")

    def keeper(self, look: Look) -> Callable[[Spot, Cell], None]:
        """A function that keeps one cell as XlsxWriter holds it."""
        table, texts = self.table, self.str_table
        known: dict[int, Any] = {}  # by the identity of cells, many of which stand in several places

        def keep(spot: Spot, cell: Cell) -> None:
            kept = known.get(id(cell))
            if kept is None:
                kept = known[id(cell)] = _kept(cell, look, texts._get_shared_string_index)
            elif type(kept) is CellStringTuple:
                texts.count += 1  # a file says how often it has texts
            table[spot[0]][spot[1]] = kept

        return keep

    def reaches(self, first: Spot, last: Spot) -> None:
        """The area that the cells take up."""
        for spot in (first, last):
            if self._check_dimensions(*spot):
                raise ValueError("outside a spreadsheet")

    def _calculate_spans(self) -> None:
        """First and last column of every sixteen rows."""
        found: dict[int, tuple[int, int]] = {}
        for row, cells in self.table.items():
            if cells:
                low, high = found.get(row // 16, (_COLUMNS, 0))
                found[row // 16] = min(low, *cells), max(high, *cells)
        self.row_spans = {at: f"{low + 1}:{high + 1}" for at, (low, high) in found.items()}

    def _write_rows(self) -> None:
        self._calculate_spans()
        filled = {row for row, cells in self.table.items() if cells}
        known: dict[int, str] = {}  # markup of cells that stand in many places, by their identity
        for row in sorted(filled | self.row_info.keys()):
            span, size = self.row_spans.get(row // 16), self.row_info.get(row)
            if row not in filled:
                self._write_empty_row(row, span, size)
                continue
            self._write_row(row, span, size)
            self._write_cells(row, known)
            self.fh.write("</row>")

    def _write_cells(self, row: int, known: dict[int, str]) -> None:
        cells, number, made = self.table[row], f'{row + 1}" ', []
        for column in sorted(cells):
            kept = cells[column]
            markup = known.get(id(kept))
            if markup is None:
                markup = self._markup(kept)
                if type(kept) is not CellFormulaTuple:  # of which each is another one
                    known[id(kept)] = markup
            made.append(f'<c r="{_letters(column)}{number}{markup}')
        self.fh.write("".join(made))

    def _markup(self, kept: Any) -> str:
        """What is written of a cell after its place."""
        style, kind = f's="{kept.format._get_xf_index()}"', type(kept)
        if kind is CellStringTuple:
            return f'{style} t="s"><v>{kept.string}</v></c>'
        if kind is CellNumberTuple:
            return f"{style}><v>{kept.number:.16G}</v></c>"
        if kind is CellBlankTuple:
            return f"{style}/>"
        value, sort = kept.value, ""
        if isinstance(value, str) and value:
            sort = ' t="e"' if value in _ERRORS else ' t="str"'
        return f"{style}{sort}><f>{self._escape_data(kept.formula)}</f><v>{self._escape_data(value)}</v></c>"


_letters = lru_cache(_COLUMNS)(xl_col_to_name)


def _kept(cell: Cell, look: Look, index_of: Callable[[str], int]) -> Any:
    """One of XlsxWriter's four tuples."""
    value = cell.value
    if isinstance(value, str) and value:
        return CellStringTuple(index_of(_text(value)), look(cell.style, "text"))
    if isinstance(value, Formula):
        return CellFormulaTuple(_formula(value.text), look(cell.style, "value"), _result(value.value))
    if value is None or value == "":
        return CellBlankTuple(look(cell.style, "text"))
    return CellNumberTuple(_number(value), look(cell.style, "value"))


def _text(value: str) -> str:
    if len(value) > _LONGEST // 2 and length(value) > _LONGEST:
        raise ValueError("the text is over 32,767 characters")
    return clean(value)


def _formula(text: str) -> str:
    if not text.startswith("=") or not 1 < length(text) <= _LONGEST_FORMULA:
        raise ValueError(f"not a formula: {text[:40]!r}")
    return clean(text).removeprefix("=")


def _result(value: Value) -> str | int | Decimal:
    if value is None:
        return ""
    if isinstance(value, str):
        if length(value) > _LONGEST:
            raise ValueError("the formula's text is over 32,767 characters")
        return clean(value)
    return _number(value)


def _number(value: object) -> int | Decimal:
    """A number that a cell can hold: a whole one to its last digit; a decimal one is written with 16 digits."""
    if isinstance(value, Decimal):
        if value.is_finite():
            return value
    elif isinstance(value, int) and not isinstance(value, bool):
        if abs(value) < _WHOLE:
            return value
    else:
        raise ValueError(f"not a value for a cell: {value!r}")
    raise ValueError(f"not a number that a cell can hold: {value}")


def length(text: str) -> int:
    """Excel counts UTF-16 units: a character outside the first plane is two."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2
