"""Whether everything on a worksheet stands where it was sent out, which most often it does.

Then nothing has to be looked for.  Anything else (a label that was retyped, a row more, a note beside the table, a
merge) is for `locate.py`, which gives the same places where both can tell.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Generic, NamedTuple, TypeVar

from evaltool.inbox.extract.locate import TablePlace, shown
from evaltool.questions.forms import FormSheet, FormTable, code_in
from evaltool.reader import Sheet
from evaltool.reader.cells import Merge

LabelSpot = tuple[int, int]
FormPart = TypeVar("FormPart")


class _Home(NamedTuple):
    """A worksheet as it was sent out: where its labels stand, what they say, where anything may stand, its tables."""

    labels: list[LabelSpot]
    said: list[str]
    free: frozenset[LabelSpot]
    places: list[TablePlace]
    bands: tuple[tuple[int, int], ...]  # the first and the last row of each table


def at_home(sheet: Sheet, layout: FormSheet) -> list[TablePlace] | None:
    """The places of the tables of a worksheet that is as it was sent out but for what was filled in; else None."""
    home, cells = _home(Same(layout)), sheet.cells
    if not cells.keys() <= home.free or any(_touches(merge, home.bands) for merge in sheet.merges):
        return None
    foot = cells.get((layout.foot, 0))
    if foot is not None and not code_in(foot.text):
        return None  # a note, which is noticed
    found = map(cells.get, home.labels)
    said = [None if cell is None else cell.text if cell.kind == "text" else shown(cell) for cell in found]
    return home.places if said == home.said else None


def _touches(merge: Merge, bands: tuple[tuple[int, int], ...]) -> bool:
    return any(merge[0] <= last and merge[2] >= first for first, last in bands)


class Same(Generic[FormPart]):
    """A part of a form, known again by being the same object: to compare all of it would take longer."""

    def __init__(self, one: FormPart) -> None:
        self.one = one

    def __hash__(self) -> int:
        return id(self.one)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and self.one is other.one


@lru_cache(maxsize=1024)
def _home(same: Same[FormSheet]) -> _Home:
    layout = same.one
    top = min(table.top for table in layout.tables)
    free = {(row, 0) for row in range(top)} | {(table.top - 1, 0) for table in layout.tables}
    free.add((layout.foot, 0))
    labels: dict[LabelSpot, str] = {}
    for table in layout.tables:
        labels |= dict(_labels(table))
        width = table.left + len(table.columns)
        free |= {(row, column) for row in range(table.top, table.bottom + 1) for column in range(width)}
    bands = tuple((table.top, table.bottom) for table in layout.tables)
    return _Home([*labels], [*labels.values()], frozenset(free), [_place(table) for table in layout.tables], bands)


def _labels(table: FormTable) -> Iterator[tuple[LabelSpot, str]]:
    headings = (*table.label_headers, *(column.header for column in table.columns))
    yield from (((table.top, at), heading) for at, heading in enumerate(headings))
    for at, line in enumerate(table.lines, table.top + 1):
        yield from (((at, number), label) for number, label in enumerate(line.labels))


def _place(table: FormTable) -> TablePlace:
    rows, columns = range(table.top + 1, table.bottom + 1), range(table.left, table.left + len(table.columns))
    return TablePlace(tuple(rows), tuple(columns), table.top, tuple(range(table.left)), frozenset(), moved=False)
