"""What a cell of a workbook is, and how the stored text of each type of cell becomes one.

Errors stay errors, a formula without a stored result says so, and a number keeps the digits that Excel shows at full
precision (law 3).  `float()` is called on text of a known form only: it would take full-width digits and `3_8`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from math import isfinite
from typing import NamedTuple

from evaltool.reader.markup import Clock, decoded
from evaltool.reader.refusals import Limits

ROWS, COLUMNS = 1_048_576, 16_384
SPACE = " \t\r\n"
# possessive, so that a million digits and a letter cost one pass
NUMBER = re.compile(r"[+-]?(?:[0-9]++(?:\.[0-9]*+)?|\.[0-9]++)(?:[eE][+-]?[0-9]++)?")
# what needs no float: at most 15 digits, so that Excel shows them as they stand
SIMPLE = re.compile(r"-?(?:0|[1-9][0-9]{0,8})(?:\.[0-9]{0,5}[1-9])?")
INDEX = re.compile("[0-9]{1,9}")

Merge = tuple[int, int, int, int]  # first row, first column, last row, last column, all from 0
CellContent = tuple[str, str, Decimal | None]  # kind, text, number


class ReadCell(NamedTuple):
    """One cell that is not empty.

    `kind` is "number" (dates too: `format` tells), "text", "bool", "error", or "blank" for a formula without a stored
    result.  `text` is what the file says, `number` its exact value, `formula` None without a formula and "" where the
    text of a shared formula stands in another cell.  `merged`: covered by a merged range's first cell.

    A named tuple, because a reader makes thousands of them: a third of the time of a frozen dataclass, to make and to
    pickle.
    """

    kind: str
    text: str
    number: Decimal | None
    formula: str | None
    format: str
    merged: bool
    hidden: bool


class Formats(dict[str, str]):
    """Number formats by style index, the index as text as cells state it; never changed once it is read."""

    __hash__ = object.__hash__  # type: ignore[assignment]


@dataclass(frozen=True, slots=True)
class Shared:
    """What the cells of all worksheets refer to: texts, number formats by style index, the calendar; and the bounds."""

    texts: list[str]
    formats: Formats
    date1904: bool
    limits: Limits
    clock: Clock


def letters(column: int) -> str:
    """Column letters: 2 -> "C"."""
    name = ""
    column += 1
    while column:
        column, digit = divmod(column - 1, 26)
        name = chr(65 + digit) + name
    return name


def address(row: int, column: int) -> str:
    """A cell's address from its row and column, both from 0: (7, 2) -> "C8"."""
    return f"{letters(column)}{row + 1}"


def column_of(name: str) -> int:
    column = 0
    for letter in name.upper():
        column = column * 26 + ord(letter) - 64
    return column - 1


def exact(value: float) -> Decimal:
    """What Excel shows of a stored double at full precision; digits beyond the 15th are noise of binary fractions."""
    return Decimal(format(value, ".15g"))


def content(kind: str, raw: str, shared: Shared) -> CellContent | str:
    """What a cell of a type says, from the text of its value; or the reason why it says nothing."""
    if kind == "s":
        return _shared_text(raw, shared)
    if kind == "d":
        return iso_date(raw, date1904=shared.date1904)
    read = OWN_CONTENT.get(kind)
    return read(raw) if read else "type"


def _number(raw: str) -> CellContent | str:
    if SIMPLE.fullmatch(raw):
        return "number", raw, Decimal(raw)
    text = raw.strip(SPACE)
    if not text:
        return "blank", "", None
    if not NUMBER.fullmatch(text):
        return "number"
    value = float(text)
    if not isfinite(value):
        return "number"
    return "number", text, exact(value)


def _shared_text(raw: str, shared: Shared) -> CellContent | str:
    if not raw.strip(SPACE):
        return "text", "", None
    if not INDEX.fullmatch(raw) or int(raw) >= len(shared.texts):
        return "string"
    return "text", shared.texts[int(raw)], None


def _formula_text(raw: str) -> CellContent | str:
    return "text", decoded(raw), None


def _truth(raw: str) -> CellContent | str:
    text = {"1": "TRUE", "true": "TRUE", "0": "FALSE", "false": "FALSE", "": ""}.get(raw.strip(SPACE))
    return "type" if text is None else ("bool", text, None)


def _error(raw: str) -> CellContent | str:
    return "error", decoded(raw).strip(SPACE), None


def iso_date(raw: str, *, date1904: bool) -> CellContent | str:
    """An ISO date (Excel writes them in Strict workbooks), as the serial number that a date is everywhere else."""
    text = raw.strip(SPACE)
    if not text:
        return "blank", "", None
    try:
        moment = datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        return "number"
    since = moment - (datetime(1904, 1, 1) if date1904 else datetime(1899, 12, 30))
    # Excel's calendar has a 29 February 1900
    days = since.days - (not date1904 and since.days < 61)
    return "number", text, exact(days + since.seconds / 86_400)


OWN_CONTENT: dict[str, Callable[[str], CellContent | str]] = {
    "n": _number,
    "str": _formula_text,
    "b": _truth,
    "e": _error,
}
"""The types whose cells say all themselves: nothing of the workbook is needed to read them."""
