"""Decided changes of single cells, put in place before a returned worksheet is read.

The submission itself is never edited: the worksheet that is read has the new value as if it had been typed, so that the
same checks apply to it, and the answer carries the number of the document.
"""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from evaltool.inbox.extract.locate import shown
from evaltool.inbox.problems import Problem
from evaltool.names import folded
from evaltool.reader import ReadCell, Sheet, address


class Correction(NamedTuple):
    """A decided change of one cell: what the submission must say, and what counts instead."""

    sheet: str
    cell: str
    before: str
    after: str
    document: str


def corrected(sheet: Sheet, corrections: list[Correction], problems: list[Problem]) -> Sheet:
    """The worksheet with decided changes in place; one whose "from" is not what stands there is refused."""
    cells = dict(sheet.cells)
    places = {address(*spot): spot for spot in cells}
    for one in corrections:
        spot = places.get(one.cell)
        typed = shown(cells.get(spot)) if spot else ""
        if not same_value(typed, one.before):
            problems.append(
                Problem(
                    "CORRECTION_MISMATCH",
                    sheet.title,
                    one.cell,
                    value=typed,
                    args=(("before", one.before), ("document", one.document)),
                )
            )
            continue
        cells[spot or spot_of(one.cell)] = _typed(one.after)
    return Sheet(sheet.title, sheet.state, cells, sheet.merges)


def unplaced(one: Correction) -> Problem:
    """A correction of a worksheet that the submission does not have."""
    args = (("before", one.before), ("document", one.document))
    return Problem("CORRECTION_MISMATCH", one.sheet, one.cell, args=args)


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
