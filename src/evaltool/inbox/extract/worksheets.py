"""Which worksheet of a returned workbook is which, and what belongs on it besides the tables.

Worksheets are known by their names; one that bears another name is recognised by its heading for the hint only, never
read.
"""

from __future__ import annotations

from collections.abc import Iterator

from evaltool.inbox.extract.locate import TablePlace
from evaltool.inbox.problems import Problem
from evaltool.names import folded, nearest
from evaltool.questions.forms import GUIDE_SHEET, IDENTITY_SHEET, LIST_SHEET, RETURN_SHEET, TOP, Form, FormSheet
from evaltool.reader import Sheet, Workbook, address


def worksheets(form: Form, book: Workbook, problems: list[Problem]) -> tuple[dict[str, Sheet], set[str]]:
    """The worksheets of a form by their name on it; and the names of those that look like one that is missing."""
    there = {folded(sheet.title): sheet for sheet in book.sheets}
    sheets = {layout.title: there[folded(layout.title)] for layout in form.sheets if folded(layout.title) in there}
    strange = [one for one in book.sheets if folded(one.title) not in _own(form)]
    renamed: set[str] = set()
    for layout in form.sheets:
        if layout.title not in sheets:
            alike = [one.title for one in strange if one.title not in renamed and _has_heading(one, layout)]
            near = alike[0] if alike else nearest(layout.title, [one.title for one in strange])
            near = "" if near in renamed else near
            renamed |= {near} if near else set()
            problems.append(Problem("SHEET_RENAMED" if near else "SHEET_MISSING", layout.title, value=near))
    return sheets, renamed


def _has_heading(sheet: Sheet, layout: FormSheet) -> bool:
    """Whether a worksheet has the heading of a form's worksheet, whatever its name is now."""
    top = (cell.text for (row, _), cell in sheet.cells.items() if row < TOP and cell.kind == "text")
    return folded(layout.heading) in map(folded, top)


def _own(form: Form) -> set[str]:
    """The names of all worksheets that a workbook of this form may have."""
    own = (IDENTITY_SHEET, LIST_SHEET, GUIDE_SHEET, RETURN_SHEET)
    return {folded(title) for title in (*own, *(layout.title for layout in form.sheets))}


def additional(form: Form, book: Workbook, renamed: set[str]) -> Iterator[Problem]:
    """Worksheets with something on them that nobody asked for; those that were `renamed` have their finding."""
    own = _own(form)
    for sheet in book.sheets:
        if sheet.cells and folded(sheet.title) not in own and sheet.title not in renamed:
            yield Problem("SHEET_EXTRA", sheet.title)


def moved(sheet: Sheet, layout: FormSheet, places: list[TablePlace]) -> list[Problem]:
    """Said once for a worksheet: what moves one table mostly moves those below it."""
    for table, place in zip(layout.tables, places, strict=True):
        if place.moved:
            cell = address(place.header, place.labels[0] or 0)
            return [Problem("LABELS_MOVED", sheet.title, cell, component=table.component)]
    return []


def known(layout: FormSheet, places: list[TablePlace]) -> set[tuple[int, int]]:
    """The cells of a worksheet where something may stand: the lines of text above the tables, and the tables."""
    first = min(layout.tables, key=lambda table: table.top)
    place = places[layout.tables.index(first)]
    beside = {0, place.labels[0] or 0}
    known = {(row, column) for row in range(max(first.top, place.header)) for column in beside}
    return known.union(*(each.known for each in places))
