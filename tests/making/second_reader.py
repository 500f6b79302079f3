"""What openpyxl reads of a workbook, held against what our reader reads, cell by cell.

Where they differ, a rule says why ours is the one to be believed; a difference without a rule is a fault.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from math import isclose
from typing import NamedTuple
from unittest.mock import patch

import openpyxl
from openpyxl.utils.datetime import from_excel, to_excel
from openpyxl.worksheet.merge import MergedCellRange

from evaltool.exact import plain
from evaltool.inbox.extract.answers import Answer
from evaltool.names import day_in, folded
from evaltool.reader import ReadCell, Workbook
from evaltool.reader.markup import decoded
from evaltool.reader.numberformats import day_of, display
from evaltool.reader.personal import covered, on_one_line

Value = object


class Difference(NamedTuple):
    """A cell of which the two say different things; None: it has nothing."""

    sheet: str
    place: tuple[int, int]
    ours: ReadCell | None
    theirs: Value
    epoch: datetime
    merged: bool = False


def theirs(data: bytes) -> openpyxl.Workbook | str:
    """The workbook as openpyxl reads it, or the kind of exception with which it does not."""
    # the borders of merged cells take half of its time, and no value hangs on them
    with warnings.catch_warnings(), patch.object(MergedCellRange, "format"):
        warnings.simplefilter("ignore")
        try:
            return openpyxl.load_workbook(io.BytesIO(data), data_only=True)
        except Exception as problem:
            return type(problem).__name__


def differences(book: Workbook, other: openpyxl.Workbook) -> Iterator[Difference]:
    """Every cell of which the two do not say the same."""
    for sheet in book.sheets:
        if sheet.title not in other.sheetnames or not hasattr(other[sheet.title], "iter_rows"):
            continue
        found = {(row - 1, column - 1): one for (row, column), one in other[sheet.title]._cells.items()}
        values = {place: one.value for place, one in found.items() if one.value is not None}
        for place in sorted(sheet.cells.keys() | values.keys()):
            ours, value = sheet.cells.get(place), values.get(place)
            if not _equal(ours, value, other.epoch):
                merged = any(one[0] <= place[0] <= one[2] and one[1] <= place[1] <= one[3] for one in sheet.merges)
                yield Difference(sheet.title, place, ours, value, other.epoch, merged)


def _equal(ours: ReadCell | None, value: Value, epoch: datetime) -> bool:
    if ours is None or ours.kind == "blank":
        return value is None
    if ours.kind == "bool":
        return value is (ours.text == "TRUE")
    if ours.number is None:
        return value == ours.text
    if isinstance(value, (datetime, date, time, timedelta)):
        return _same_moment(ours.number, value, epoch)
    return isinstance(value, (int, float)) and not isinstance(value, bool) and _same_number(ours.number, value)


def wrong_answer(answer: Answer, value: Value, ours: ReadCell | None, epoch: date) -> bool:
    """Whether an answer that counts is not what openpyxl reads in its cell; a text as names are compared.

    A number that is formatted as a day, and for which the calendar has none, stays; of one that is formatted as a
    percentage it counts what is shown.
    """
    number = ours and ours.number
    if answer.state != "given":
        return answer.state == "blank" and value is not None and folded(decoded(str(value))) != ""
    is_moment = isinstance(value, datetime | date | time | timedelta) or value == "#VALUE!"
    if is_moment and number is not None:
        day = day_of(number, epoch)
        if day is None or isinstance(value, timedelta):  # days that have passed are those of the calendar
            return answer.text != (day.isoformat() if day else plain(number))
    if isinstance(value, datetime | date):
        # a calendar that begins in 1900 has no day before
        return answer.text[:10] != value.isoformat()[:10] and value.year >= 1900
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return answer.text != str(value).upper()
    said = folded(decoded(value)) if isinstance(value, str) else plain(Decimal(format(value, ".15g")))
    # of a remark: no telephone, and no sign at the beginning that makes a formula
    in_words = isinstance(value, str) or answer.value is None
    written = covered(on_one_line(decoded(str(value)) if isinstance(value, str) else said))[0] if in_words else ""
    day = day_in(said)
    known = {said, folded(written), said.removesuffix("分"), day.isoformat() if day else said}
    times = 100 if ours and ours.number is not None and display(ours.format, ours.number) == "percent" else 1
    return folded(answer.text) not in known and not _same_number_in_words(answer, said, times)


def _same_number_in_words(answer: Answer, said: str, times: int) -> bool:
    try:
        found = Decimal(said.strip("分%")) * times
        return answer.value is not None and found == Decimal(answer.value).scaleb(-answer.decimals)
    except ArithmeticError:
        return False


def _same_number(number: Decimal, value: float) -> bool:
    """At the fifteen digits that Excel shows."""
    return number == Decimal(format(float(value), ".15g"))


def _same_moment(number: Decimal, value: Value, epoch: datetime) -> bool:
    """As openpyxl itself makes a moment of this number; what the file says as a date, to the second."""
    try:
        made = from_excel(float(number), epoch, timedelta=isinstance(value, timedelta))
        return bool(made == value) or isclose(to_excel(value, epoch), float(number), abs_tol=1 / 86_400)
    except (OverflowError, ValueError, TypeError):
        return False


def _nothing_visible(one: Difference) -> bool:
    return one.theirs is None and one.ours is not None and one.ours.kind == "text" and not one.ours.text.strip()


def _blank_number(one: Difference) -> bool:
    return one.ours is None and isinstance(one.theirs, str) and not one.theirs.strip()


def _under_a_merge(one: Difference) -> bool:
    return one.theirs is None and one.ours is not None and one.merged


def _escapes(one: Difference) -> bool:
    return (
        one.ours is not None
        and isinstance(one.theirs, str)
        and one.ours.text == decoded(one.theirs).strip(" \t\r\n" if one.ours.kind == "error" else "")
    )


def _beyond_dates(one: Difference) -> bool:
    return one.ours is not None and one.ours.number is not None and one.theirs == "#VALUE!"


def _in_pieces(one: Difference) -> bool:
    pieces = one.ours.text.count(one.theirs) if one.ours and one.theirs and isinstance(one.theirs, str) else 0
    return pieces > 1 and one.ours is not None and one.ours.text == str(one.theirs) * pieces


RULES: Mapping[str, Callable[[Difference], bool]] = {
    "a text of nothing visible is kept and counts as blank": _nothing_visible,
    "a number of blanks is no number": _blank_number,
    "under a merge openpyxl drops what we keep and say": _under_a_merge,
    "_xHHHH_ stands for a sign": _escapes,
    "a number that is no date stays a number": _beyond_dates,
    "a text in several pieces is all of them": _in_pieces,
}


def rule_of(one: Difference) -> str:
    """The rule that explains a difference; "" for none."""
    return next((name for name, holds in RULES.items() if holds(one)), "")
