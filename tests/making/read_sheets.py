"""Forms as they are read back, made of values: no workbook is written or read, so that many cases cost nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from evaltool.inbox.extract.answers import Answer, in_full
from evaltool.inbox.extract.corrections import spot_of
from evaltool.inbox.extract.workbook import Extract
from evaltool.questions.forms import IDENTITY_PROPERTY, Form
from evaltool.reader import ReadCell, Sheet, Workbook
from evaltool.reader.cells import Merge
from evaltool.sheets.blank import book
from evaltool.writers.book import Formula

Cells = dict[tuple[int, int], ReadCell]


def cell(value: object, shown_as: str = "General", *, formula: str | None = None, hidden: bool = False) -> ReadCell:
    """A cell as the reader gives it: a number, a truth value or a text."""
    if isinstance(value, bool):
        return ReadCell("bool", str(value).upper(), None, formula, shown_as, merged=False, hidden=hidden)
    if isinstance(value, int | Decimal):
        return ReadCell("number", str(value), Decimal(value), formula, shown_as, merged=False, hidden=hidden)
    return ReadCell("text", str(value), None, formula, shown_as, merged=False, hidden=hidden)


def sent(form: Form, typed: Mapping[str, object] | None = None) -> Workbook:
    """A form as it went out, with what was `typed` into its first worksheet by address; None empties a cell."""
    blank = book(form)
    sheets = [Sheet(tab.title, tab.state, _read(tab.cells), ()) for tab in blank.tabs]
    made = Workbook(tuple(sheets), dict(blank.properties) | {IDENTITY_PROPERTY: form.identity().code()}, ())
    return typed_into(made, typed or {})


def _read(cells: Mapping[tuple[int, int], object]) -> Cells:
    values = {spot: getattr(each, "value", None) for spot, each in cells.items()}
    return {spot: cell(value) for spot, value in values.items() if value is not None and not isinstance(value, Formula)}


def typed_into(made: Workbook, typed: Mapping[str, object], at: int = 0) -> Workbook:
    sheet = made.sheets[at]
    cells = dict(sheet.cells)
    for place, value in typed.items():
        cells.pop(spot_of(place), None)
        if value is not None:
            cells[spot_of(place)] = value if isinstance(value, ReadCell) else cell(value)
    return with_sheet(made, replace(sheet, cells=cells), at)


def with_sheet(made: Workbook, sheet: Sheet, at: int = 0) -> Workbook:
    return replace(made, sheets=(*made.sheets[:at], sheet, *made.sheets[at + 1 :]))


def merged(made: Workbook, *merges: Merge) -> Workbook:
    return with_sheet(made, replace(made.sheets[0], merges=merges))


# --- what people do to a worksheet -----------------------------------------------------------------------------------


def inserted(made: Workbook, row: int = 0, column: int = 0, n: int = 1) -> Workbook:
    """With rows put in before a row, or columns before a column, as Excel numbers them (from 1)."""
    return _shifted(made, row, column, n)


def deleted(made: Workbook, row: int = 0, column: int = 0, n: int = 1) -> Workbook:
    gone = [spot for spot in made.sheets[0].cells if 0 <= spot[0 if row else 1] - (row or column) + 1 < n]
    kept = {spot: each for spot, each in made.sheets[0].cells.items() if spot not in gone}
    return _shifted(with_sheet(made, replace(made.sheets[0], cells=kept)), row, column, -n)


def _shifted(made: Workbook, row: int, column: int, n: int) -> Workbook:
    cells: Cells = {}
    for (at, over), each in made.sheets[0].cells.items():
        down = n if row and at >= row - 1 else 0
        right = n if column and over >= column - 1 else 0
        cells[at + down, over + right] = each
    return with_sheet(made, replace(made.sheets[0], cells=cells))


def copied_row(made: Workbook, row: int, to: int, columns: int = 99) -> Workbook:
    """With the first cells of a row once more in another."""
    cells = dict(made.sheets[0].cells)
    cells |= {(to - 1, over): each for (at, over), each in cells.items() if at == row - 1 and over < columns}
    return with_sheet(made, replace(made.sheets[0], cells=cells))


# --- what was read ---------------------------------------------------------------------------------------------------


def problems(said: Extract) -> list[tuple[str, str]]:
    return [(one.code, one.cell) for one in said.problems]


def answers(said: Extract, form: Form) -> list[Answer]:
    return list(in_full(form.sheets, said.answers))


def values(said: Extract, form: Form, field: str = "mark") -> dict[str, object]:
    """Unit -> the value of its (only) answer of a kind, where there is one."""
    return {one.unit: one.value for one in answers(said, form) if one.field == field and one.value is not None}
