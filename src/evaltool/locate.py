"""Where the lines and columns of a form stand on a returned worksheet, and what stands where nothing was asked.

Labels are checked, not trusted: a line or a column is found by what stands beside or above it, at its place or at the
only other place where the same text stands.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from evaltool.forms import INTERIM_HEADERS, Column, Line, Table
from evaltool.names import folded
from evaltool.reader import Cell, Sheet, address
from evaltool.rounding import plain


class Problem(NamedTuple):
    """A finding without its file and evaluator."""

    code: str
    sheet: str = ""
    cell: str = ""
    unit: str = ""
    component: str = ""
    value: str = ""
    args: tuple[tuple[str, str], ...] = ()


def shown(cell: Cell | None) -> str:
    """What a cell says, as a person would write it."""
    if cell is None:
        return ""
    return cell.text if cell.number is None else plain(cell.number)


@dataclass(frozen=True, slots=True)
class Place:
    """The sheet row of each line and the sheet column of each column; None where the label is gone."""

    rows: tuple[int | None, ...]
    columns: tuple[int | None, ...]
    header: int
    labels: int
    beside: tuple[int, ...] = ()  # columns that show information, found by their headings

    def known(self, table: Table) -> set[tuple[int, int]]:
        rows = [row for row in self.rows if row is not None]
        columns = [column for column in self.columns if column is not None]
        cells = {(row, column) for row in (*rows, self.header) for column in (*range(self.labels), *columns)}
        cells |= {(table.top + 1 + at, column) for at in range(len(table.lines)) for column in range(self.labels)}
        cells |= {(table.top, table.left + at) for at in range(len(table.columns))}
        # what stands where a label was lost is not read, and the lost label says so already
        cells |= {(table.top + 1 + at, c) for at, row in enumerate(self.rows) if row is None for c in columns}
        cells |= {(r, table.left + at) for at, column in enumerate(self.columns) if column is None for r in rows}
        cells |= {
            (row, column) for row in {self.header, *rows, *range(table.top, table.bottom + 1)} for column in self.beside
        }
        return cells | {(table.top - 1, 0)}


def locate(sheet: Sheet, table: Table, problems: list[Problem]) -> Place:
    columns = tuple(_column(sheet, table, at, column, problems) for at, column in enumerate(table.columns))
    header = table.top
    rows = tuple(_row(sheet, table, at, line, problems) for at, line in enumerate(table.lines))
    moved = any(row is not None and row != table.top + 1 + at for at, row in enumerate(rows))
    moved = moved or any(place is not None and place != table.left + at for at, place in enumerate(columns))
    if moved:
        problems.append(Problem("LABELS_MOVED", sheet.title, address(table.top, 0), component=table.component))
    for at, text in enumerate(table.label_headers):
        if not _is(sheet.cells.get((table.top, at)), text) and not moved:
            cell = address(table.top, at)
            problems.append(
                Problem(
                    "HEADING_CHANGED",
                    sheet.title,
                    cell,
                    value=shown(sheet.cells.get((table.top, at))),
                    args=(("label", text),),
                )
            )
    return Place(rows, columns, header, table.left, _beside(sheet, table))


def _beside(sheet: Sheet, table: Table) -> tuple[int, ...]:
    """The columns that were put beside the inputs for information; a note in their place is still a note."""
    after = range(table.left + len(table.columns), table.left + len(table.columns) + 20) if table.beside else ()
    heads = [at for at in after if shown(sheet.cells.get((table.top, at))).startswith(INTERIM_HEADERS)]
    return tuple(heads[: table.beside])


def _is(cell: Cell | None, text: str) -> bool:
    if cell is None:
        return not text
    return cell.text == text or folded(shown(cell)) == folded(text)


def _column(sheet: Sheet, table: Table, at: int, column: Column, problems: list[Problem]) -> int | None:
    expected = table.top, table.left + at
    if _is(sheet.cells.get(expected), column.header) or column.kind == "sum":
        return expected[1]
    found = [
        spot
        for spot, cell in sheet.cells.items()
        if cell.kind == "text" and spot[0] <= table.top + 20 and _is(cell, column.header)
    ]
    if len(found) == 1:
        return found[0][1]
    label = column.header.replace("\n", "")
    problems.append(
        Problem(
            "LABEL_CHANGED",
            sheet.title,
            address(*expected),
            column.unit,
            table.component,
            shown(sheet.cells.get(expected)),
            (("label", label),),
        )
    )
    return None


def _row(sheet: Sheet, table: Table, at: int, line: Line, problems: list[Problem]) -> int | None:
    """A line is known by its labels; its serial number alone only where it has no other."""
    expected = table.top + 1 + at
    first = 1 if len(line.labels) > 1 else 0
    if all(_is(sheet.cells.get((expected, place)), line.labels[place]) for place in range(first, len(line.labels))):
        return expected
    found = [
        row
        for (row, place), cell in sheet.cells.items()
        if place == first
        and row > table.top
        and _is(cell, line.labels[first])
        and all(_is(sheet.cells.get((row, p)), line.labels[p]) for p in range(first, len(line.labels)))
    ]
    if len(found) == 1 and table.kind in ("grid", "tally", "figures"):
        return found[0]
    wrong = next(p for p in range(first, len(line.labels)) if not _is(sheet.cells.get((expected, p)), line.labels[p]))
    spot = expected, wrong
    problems.append(
        Problem(
            "LABEL_CHANGED",
            sheet.title,
            address(*spot),
            line.unit,
            line.component or table.component,
            shown(sheet.cells.get(spot)),
            (("label", line.labels[wrong]),),
        )
    )
    return None


def outside(sheet: Sheet, tables: tuple[Table, ...], known: set[tuple[int, int]]) -> Iterator[Problem]:
    """What stands where nothing was asked: numbers right below a table are likely marks, anything else a note."""
    for (row, column), cell in sorted(sheet.cells.items()):
        if (row, column) in known:
            continue
        below = any(
            row > table.bottom and table.left <= column < table.left + len(table.columns) for table in tables[-1:]
        )
        code = "ROW_UNEXPECTED" if below and cell.kind != "text" else "CELL_OUTSIDE"
        yield Problem(code, sheet.title, address(row, column), value=shown(cell)[:80])
