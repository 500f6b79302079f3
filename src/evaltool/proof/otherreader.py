"""What openpyxl sees in a workbook, cell by cell, beside what the reader of record sees.

It runs in processes of its own, which import this module and the reader, and nothing else of the tool.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from evaltool import reader
from evaltool.exact import plain
from evaltool.questions.forms import GUIDE_SHEET, LIST_SHEET
from evaltool.reader import ReadCell
from evaltool.reader.cells import exact

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

_DAYS = (datetime, date, time, timedelta)


@dataclass(frozen=True, slots=True)
class Compared:
    """How far two readers agree about one file: cells seen, those that differ with what each saw, or why openpyxl could
    not read it."""

    digest: str
    cells: int = 0
    differing: tuple[tuple[str, str, str, str], ...] = ()  # worksheet, address, first, second
    unread: str = ""


def compare_all(workbooks: Iterable[tuple[str, bytes]]) -> list[Compared]:
    return [compare(digest, data) for digest, data in workbooks]


def compare(digest: str, data: bytes) -> Compared:
    """Both readings of one workbook, cell by cell, on all worksheets that are filled in."""
    from openpyxl import load_workbook

    first = reader.read(data, wanted=lambda title: title not in (GUIDE_SHEET, LIST_SHEET))
    if isinstance(first, reader.Unreadable):
        return Compared(digest, unread=first.code)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            second = load_workbook(io.BytesIO(data), data_only=True, keep_links=False)
    except Exception as problem:  # whatever it stumbles over: then there is no second reading
        return Compared(digest, unread=f"openpyxl: {type(problem).__name__}")
    seen, differing = 0, []
    for sheet in first.sheets:
        if sheet.title in (GUIDE_SHEET, LIST_SHEET):
            continue
        if sheet.title not in second.sheetnames:
            differing.append((sheet.title, "", f"{len(sheet.cells)}", "—"))
            continue
        other = _values(second[sheet.title])
        spots = sorted(sheet.cells.keys() | other.keys())
        seen += len(spots)
        for spot in spots:
            value = other.get(spot)
            mine, theirs = _said(sheet.cells.get(spot)), _seen(value, second.epoch)
            if not _same(mine, theirs, day=isinstance(value, _DAYS)):
                differing.append((sheet.title, reader.address(*spot), _shown(mine), _shown(theirs)))
    return Compared(digest, seen, tuple(differing))


CellValue = Decimal | str | bool | None


def _said(cell: ReadCell | None) -> CellValue:
    if cell is None:
        return None
    if cell.kind == "bool":
        return cell.text == "TRUE"
    return cell.number if cell.number is not None else cell.text.replace("\r\n", "\n") or None


def _values(sheet: Worksheet) -> dict[tuple[int, int], Any]:
    """The cells that stand in the file; `iter_rows` would make every one up to the last that has a format."""
    cells = sheet._cells.items()
    return {(row - 1, column - 1): one.value for (row, column), one in cells if one.value is not None}


def _seen(value: Any, epoch: datetime) -> CellValue:
    """What openpyxl gives, as the number or the text that stands in the file; it makes days of numbers."""
    from openpyxl.utils.datetime import to_excel

    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, _DAYS):
        return exact(float(to_excel(value, epoch)))
    if isinstance(value, (int, float)):
        return exact(float(value))
    return str(value).replace("\r\n", "\n") or None


def _same(mine: CellValue, theirs: CellValue, *, day: bool) -> bool:
    """A day that was made of a number is told to the microsecond, not to the last digit."""
    if day and isinstance(mine, Decimal) and isinstance(theirs, Decimal):
        return abs(mine - theirs) < Decimal("0.000001")
    return type(mine) is type(theirs) and mine == theirs


def _shown(value: CellValue) -> str:
    return "空白" if value is None else plain(value) if isinstance(value, Decimal) else str(value)
