"""Which worksheet of a returned workbook is which, and what belongs on it besides the tables.

Worksheets are known by their names.  One that bears another name is read as the one that is missing if its heading and
the identity on it are intact; what looks like it only by its name is a hint, and never read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from evaltool.inbox.extract.locate import TablePlace, shown
from evaltool.inbox.problems import Problem
from evaltool.names import folded, nearest
from evaltool.questions.forms import (
    GUIDE_SHEET,
    IDENTITY_SHEET,
    LIST_SHEET,
    RETURN_SHEET,
    TOP,
    Form,
    FormSheet,
    code_in,
)
from evaltool.reader import Sheet, Workbook, address


class ReadSheets(NamedTuple):
    """The worksheets of a form by their name on it; and the names of others that have their finding."""

    sheets: dict[str, Sheet]
    told: set[str]


def worksheets(form: Form, book: Workbook, problems: list[Problem]) -> ReadSheets:
    """Which worksheet is which.  Two that both fit are an error, unless they say the same."""
    there = {folded(sheet.title): sheet for sheet in book.sheets}
    strange = [one for one in book.sheets if folded(one.title) not in _own(form)]
    headings = Counter(folded(layout.heading) for layout in form.sheets)
    found = ReadSheets({}, set())
    for layout in form.sheets:
        named = there.get(folded(layout.title))
        fits = [one for one in strange if _is_copy(one, layout)] if headings[folded(layout.heading)] == 1 else []
        every = [*([named] if named else []), *fits]
        alike = len(every) < 2 or len({_content(one) for one in every}) == 1
        if every and (named or alike):
            found.sheets[layout.title] = every[0]
        if not alike:
            found.told.update(one.title for one in fits)
            problems.append(Problem("SHEET_TWICE", layout.title, value="、".join(f"“{one.title}”" for one in every)))
        elif named is None and fits:
            found.told.add(fits[0].title)
            problems.append(Problem("SHEET_RENAMED", fits[0].title, value=layout.title))
        elif named is None:
            problems.append(_missing(layout, strange, found.told))
    return found


def _is_copy(sheet: Sheet, layout: FormSheet) -> bool:
    """Whether a worksheet has the heading of a form's worksheet and the identity, whatever its name is now.  That it is
    the identity of this workbook was held against the other places where it stands."""
    return _has_heading(sheet, layout) and any(
        code_in(cell.text) for cell in sheet.cells.values() if cell.kind == "text"
    )


def _has_heading(sheet: Sheet, layout: FormSheet) -> bool:
    return folded(layout.heading) in map(folded, _top(sheet))


def _top(sheet: Sheet) -> Iterator[str]:
    """The texts above the tables."""
    return (cell.text for (row, _), cell in sheet.cells.items() if row < TOP and cell.kind == "text")


def _content(sheet: Sheet) -> frozenset[tuple[tuple[int, int], str]]:
    return frozenset((spot, shown(cell)) for spot, cell in sheet.cells.items())


def _missing(layout: FormSheet, strange: Sequence[Sheet], told: set[str]) -> Problem:
    """A worksheet that is not there, with the one that it may be."""
    left = [one for one in strange if one.title not in told]
    alike = [one.title for one in left if _has_heading(one, layout)]
    near = alike[0] if alike else nearest(layout.title, [one.title for one in left])
    told |= {near} if near else set()
    said = (f"，可能被改名为“{near}”", f"; it may be “{near}”") if near else ("", "")
    return Problem("SHEET_MISSING", layout.title, value=near, args=(("near", said[0]), ("near_en", said[1])))


def _own(form: Form) -> set[str]:
    """The names of all worksheets that a workbook of this form may have."""
    own = (IDENTITY_SHEET, LIST_SHEET, GUIDE_SHEET, RETURN_SHEET)
    return {folded(title) for title in (*own, *(layout.title for layout in form.sheets))}


def additional(form: Form, book: Workbook, told: set[str]) -> Iterator[Problem]:
    """Worksheets with something on them that nobody asked for; those in `told` have their finding."""
    own = _own(form)
    for sheet in book.sheets:
        if sheet.cells and folded(sheet.title) not in own and sheet.title not in told:
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
