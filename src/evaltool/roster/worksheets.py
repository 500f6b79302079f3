"""What stands in a worksheet of a long table, row by row, and what a person sees there that is not what is stored."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from evaltool import reader
from evaltool.exact import plain
from evaltool.findings import Finding, finding
from evaltool.reader.cells import Merge, letters
from evaltool.reader.numberformats import day_of, display, looks_like_date
from evaltool.roster.longtables import TextRow

_SHOWN = {"percent": "CELL_PERCENT", "date": "CELL_DATE", "hides": "CELL_HIDES", "rounds": "CELL_ROUNDED"}
_BROKEN = ("error", "blank")
_DIGITS = 15  # what a spreadsheet keeps of a number; the digits behind become zeros
_EXPONENT = re.compile(r"\d(\.\d+)?[eE]\+\d{2,3}", re.ASCII)


@dataclass(frozen=True, slots=True)
class RowsOfText:
    """The rows that are not blank; `odd`: cells that show something else than they hold -> a code of the catalogue."""

    rows: tuple[TextRow, ...] = ()
    odd: Mapping[tuple[int, int], str] = field(default_factory=dict)


def rows_of_text(sheet: reader.Sheet, epoch: date) -> RowsOfText:
    """The rows of a worksheet.  A cell merged over several rows says the same in each of them, so that the merge is
    the only thing said of it."""
    texts = {spot: _text(cell, epoch) for spot, cell in sheet.cells.items()}
    filled = sorted({row for row, _ in texts})
    for top, left, bottom, right in sheet.merges:
        if left == right and texts.get((top, left)):
            texts |= {(row, left): texts[top, left] for row in filled if top <= row <= bottom}
    by_row: dict[int, dict[int, str]] = {}
    for (row, column), text in texts.items():
        if text:
            by_row.setdefault(row, {})[column] = text
    lines = [(row, tuple(said.get(at, "") for at in range(max(said) + 1))) for row, said in sorted(by_row.items())]
    odd = {spot: code for spot, cell in sheet.cells.items() if (code := _odd(cell))}
    return RowsOfText(tuple(lines), odd)


def _text(cell: reader.ReadCell, epoch: date) -> str:
    if cell.number is None:
        return cell.text.strip()
    day = day_of(cell.number, epoch) if looks_like_date(cell.format) else None
    return day.isoformat() if day else plain(cell.number)


def _odd(cell: reader.ReadCell) -> str:
    if cell.kind in _BROKEN:
        return "CELL_BROKEN"
    if cell.number is None:
        return odd_text(cell.text)
    if _padded(cell.format, cell.number):
        return "CELL_HIDES"
    long = "CELL_LONG" if abs(cell.number) >= 10**_DIGITS else ""
    return _SHOWN.get(display(cell.format, cell.number), long)


def odd_text(text: str) -> str:
    """A number that a spreadsheet has written with an exponent has lost its last digits."""
    return "CELL_LONG" if _EXPONENT.fullmatch(text.strip()) else ""


def _padded(code: str, number: Decimal) -> bool:
    """Whether the format puts zeros in front: 007, where 7 is stored."""
    zeros = re.match(r"0+", code.split(";")[0])
    return zeros is not None and len(zeros[0]) > max(1, len(str(abs(int(number)))))


# --- said at the worksheet -------------------------------------------------------------------------------------------


def said_of(sheet: reader.Sheet, file: str, name: str, top: int, rows: Collection[int]) -> Iterator[Finding]:
    """Errors, merged cells and what is hidden, from the header on; `name`: the table's, `rows`: those it has."""
    place = {"file": file, "sheet": name}
    for spot, cell in sheet.cells.items():
        if cell.kind in _BROKEN and spot[0] >= top:
            yield finding("CELL_BROKEN", file=file, sheet=name, cell=reader.address(*spot), value=cell.text)
    yield from _merged(sheet, place, top)
    if sheet.state != "visible":
        yield finding("TABLE_HIDDEN", because="sheet", file=file, sheet=name, value=sheet.title)
    yield from _hidden(sheet, place, rows)


def _merged(sheet: reader.Sheet, place: dict[str, str], top: int) -> Iterator[Finding]:
    """Said once for a column, at its first merged area with content."""
    under = [spot for spot, cell in sheet.cells.items() if cell.merged and cell.text]
    areas: dict[int, list[Merge]] = {}
    for area in sorted(sheet.merges):
        first, left, last, right = area
        covers = (first, left) in sheet.cells or any(first <= r <= last and left <= c <= right for r, c in under)
        if last >= top and (first, left) != (last, right) and covers:
            areas.setdefault(left, []).append(area)
    for left, found in sorted(areas.items()):
        ranges = [f"{reader.address(*one[:2])}:{reader.address(*one[2:])}" for one in found]
        cell = sheet.cells.get(found[0][:2])
        args: dict[str, object] = {"ranges": "、".join(ranges[:3]), "n": len(ranges)}
        at = reader.address(found[0][0], left)
        yield finding("CELL_MERGED", **place, cell=at, value=cell.text if cell else "", args=args)


def _hidden(sheet: reader.Sheet, place: dict[str, str], rows: Collection[int]) -> Iterator[Finding]:
    """Rows that are hidden or filtered out, and columns that are hidden, each said once."""
    shown = {row for (row, _), cell in sheet.cells.items() if not cell.hidden}
    hidden = sorted({row for (row, _), cell in sheet.cells.items() if cell.hidden and row in rows} - shown)
    columns = sorted({at for (row, at), cell in sheet.cells.items() if cell.hidden and row in rows and row in shown})
    if hidden:
        cell = reader.address(hidden[0], 0)
        args: dict[str, object] = {"places": _stretches([str(row + 1) for row in hidden], hidden), "n": len(hidden)}
        yield finding("TABLE_HIDDEN", **place, cell=cell, because="rows", args=args)
    if columns:
        args = {"places": _stretches([letters(at) for at in columns], columns), "n": len(columns)}
        yield finding("TABLE_HIDDEN", **place, cell=reader.address(0, columns[0]), because="columns", args=args)


def _stretches(names: Sequence[str], numbers: Sequence[int]) -> str:
    """Names of rows or columns, those side by side as one stretch: 3、5—8."""
    parts: list[list[str]] = []
    for at, name in enumerate(names):
        if at and numbers[at] == numbers[at - 1] + 1:
            parts[-1].append(name)
        else:
            parts.append([name])
    shown = [part[0] if len(part) == 1 else f"{part[0]}—{part[-1]}" for part in parts]
    return "、".join(shown[:10]) + ("…" if len(shown) > 10 else "")
