"""Decided changes of single cells, put in place before a returned worksheet is read.

The submission itself is never edited: the worksheet that is read has the new value as if it had been typed, so that the
same checks apply to it, and the answer carries the number of the document.
"""

from __future__ import annotations

from collections.abc import Container
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from evaltool.inbox.extract.locate import shown
from evaltool.inbox.problems import Problem
from evaltool.names import folded
from evaltool.reader import ReadCell, Sheet
from evaltool.reader.numberformats import EPOCH, day_of, looks_like_date


class Correction(NamedTuple):
    """A decided change of one cell: what the submission must say, and what counts instead."""

    sheet: str
    cell: str
    before: str
    after: str
    document: str


def corrected(
    sheet: Sheet,
    corrections: list[Correction],
    problems: list[Problem],
    asked: Container[tuple[int, int]] | None = None,
    epoch: date = EPOCH,
) -> tuple[Sheet, dict[str, str]]:
    """The worksheet with decided changes in place, and the document of each cell that was changed.  One whose "from" is
    not what stands there is refused, and so is one of a cell that nobody was asked to fill in (`asked`: the others;
    None: any cell).  `epoch` is day 0 of the workbook's calendar."""
    cells = dict(sheet.cells)
    documents: dict[str, str] = {}
    for one in corrections:
        spot = spot_of(one.cell)
        typed, day = shown(cells.get(spot)), _day(cells.get(spot), epoch)
        if asked is not None and spot not in asked:
            problems.append(_wrong("CORRECTION_NOWHERE", one, sheet.title, typed, "cell"))
        elif not (same_value(typed, one.before) or (day and same_value(day, one.before))):
            problems.append(_wrong("CORRECTION_MISMATCH", one, sheet.title, typed))
        else:
            cells[spot], documents[one.cell] = _typed(one.after), one.document
    return Sheet(sheet.title, sheet.state, cells, sheet.merges), documents


def _day(cell: ReadCell | None, epoch: date) -> str:
    """The day that a cell shows, as the marks have it; "" if it shows none."""
    if cell is None or cell.number is None or not looks_like_date(cell.format):
        return ""
    return str(day_of(cell.number, epoch) or "")


def unplaced(one: Correction) -> Problem:
    """A correction of a worksheet that the submission does not have."""
    return _wrong("CORRECTION_NOWHERE", one, one.sheet, "", "sheet")


def _wrong(code: str, one: Correction, sheet: str, value: str, because: str = "") -> Problem:
    args = (("at", ""), ("because", because), ("before", one.before), ("document", one.document))
    return Problem(code, sheet, one.cell, value=value, args=args)


def same_value(one: str, other: str) -> bool:
    """Whether two cells say the same: as text, or as a number written in another way."""
    if folded(one) == folded(other):
        return True
    try:
        return Decimal(one) == Decimal(other)
    except ArithmeticError:
        return False


def _typed(text: str) -> ReadCell:
    """A cell as if the text had been typed into it."""
    try:
        number = Decimal(text)
    except ArithmeticError:
        return ReadCell("text", text, None, None, "General", merged=False, hidden=False)
    return ReadCell("number", text, number, None, "General", merged=False, hidden=False)


def spot_of(cell: str) -> tuple[int, int]:
    """Row and column of an address, from 0."""
    letters = cell.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return int(cell[len(letters) :]) - 1, column - 1
