"""What one input cell says: a number, a choice, a date or a text; or why nobody can tell.

Nothing is guessed: a text is a number only if it can be read in one way (full-width digits, outer blanks, a final
分); a percentage, a date or a rounded display is a finding, because the evaluator saw something else than what is
stored.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache

from evaltool.exact import plain
from evaltool.names import day_in, folded
from evaltool.questions.forms import ABSTAINED, COVERED, FormColumn
from evaltool.reader import ReadCell
from evaltool.reader.numberformats import EPOCH, day_of, display, looks_like_date
from evaltool.reader.personal import covered, on_one_line

_NUMBER = re.compile(r"\d{1,15}(\.\d{1,15})?\Z", re.ASCII)
_SIGNED = re.compile(r"-?\d{1,15}(\.\d{1,15})?\Z", re.ASCII)  # a mark has no sign; a measured figure may have one
_SHOWN = {
    "": "",
    "percent": "SCORE_PERCENT",
    "date": "SCORE_DATE",
    "rounds": "SCORE_DISPLAY_DIFFERS",
    "hides": "SCORE_DISPLAY_HIDES",
}


@dataclass(frozen=True, slots=True)
class Parsed:
    """`value` counts in units of 10^-decimals for numbers; `text` is what was typed, or the choice as it is listed.

    `problem` is a code of the catalogue ("" if there is none); one that blocks leaves `value` None.  `plain`: the text
    is what the value says.
    """

    text: str
    value: int | None = None
    problem: str = ""
    state: str = "given"  # "given", "blank", "abstained", "broken"
    plain: bool = False


def say(cell: ReadCell | None, column: FormColumn, epoch: date = EPOCH) -> Parsed:
    """Read one cell for one question; `epoch` is day 0 of the workbook's calendar."""
    if cell is None or (cell.kind == "text" and not cell.text.strip() and cell.formula is None):
        return Parsed("", state="blank")
    broken = _broken(cell)
    if broken:
        return Parsed((cell.formula and f"={cell.formula}") or cell.text, problem=broken, state="broken")
    said = _DATED[column.kind](cell, column, epoch) if column.kind in _DATED else _READ[column.kind](cell, column)
    if cell.hidden and not said.problem:
        return Parsed(said.text, said.value, "HIDDEN_SCORE", said.state)
    return said


def _broken(cell: ReadCell) -> str:
    if cell.kind == "error":
        return "SCORE_ERROR_CELL"
    if cell.formula is not None:
        return "FORMULA_NO_VALUE" if cell.kind == "blank" else "SCORE_FORMULA"
    return ""


def _number(cell: ReadCell, column: FormColumn) -> Parsed:
    if cell.kind == "bool":
        return Parsed(cell.text, problem="SCORE_BOOLEAN", state="broken")
    if cell.kind == "text":
        return _text_number(cell.text, column)
    return _stored(str(cell.number), cell.format, column.decimals)


@lru_cache(maxsize=50_000)  # the same marks come in thousands of sheets
def _stored(text: str, code: str, decimals: int) -> Parsed:
    number = Decimal(text)
    problem = _SHOWN[display(code, number)]
    shown = plain(number)
    if problem and problem != "SCORE_DISPLAY_DIFFERS":
        return Parsed(shown, problem=problem, state="broken")
    said = _scaled(shown, number, decimals, problem)
    return replace(said, plain=not said.problem)


def _text_number(text: str, column: FormColumn) -> Parsed:
    typed = folded(text)
    if typed == ABSTAINED:
        return Parsed(text.strip(), state="abstained")
    bare = typed.removesuffix("分")
    pattern = _SIGNED if column.low < 0 else _NUMBER
    if typed.endswith("%") and pattern.match(typed[:-1]):
        return Parsed(text, problem="SCORE_PERCENT", state="broken")
    if not pattern.match(bare):
        return Parsed(text, problem="SCORE_NOT_NUMBER", state="broken")
    return _scaled(text, Decimal(bare), column.decimals, "SCORE_TEXT_NUMBER" if bare == typed else "SCORE_TEXT_UNIT")


def percent(cell: ReadCell, column: FormColumn) -> Parsed:
    """A percentage where the unit is %: 55 whether it was typed as 55% or stands as 0.55 in the format of percent."""
    problem = "SCORE_PERCENT_READ"
    if cell.number is None:
        number = Decimal(folded(cell.text)[:-1])
        text = cell.text.strip()
    else:
        number = cell.number * 100
        text = f"{plain(number)}%"
        if display(cell.format.replace("%", ""), number) == "rounds":
            problem = "SCORE_DISPLAY_DIFFERS"
    said = _scaled(text, number, column.decimals, problem)
    return replace(said, problem="HIDDEN_SCORE") if cell.hidden and said.value is not None else said


def _scaled(text: str, number: Decimal, decimals: int, problem: str) -> Parsed:
    scaled = number.scaleb(decimals)
    if abs(scaled) > 10**15:
        return Parsed(text, problem="SCORE_RANGE", state="broken")
    if scaled != scaled.to_integral_value():
        code = "SCORE_DECIMALS" if decimals else "SCORE_NOT_WHOLE"
        return Parsed(text, problem=code, state="broken")
    return Parsed(text, int(scaled), problem)


def _choice(cell: ReadCell, column: FormColumn) -> Parsed:
    typed = cell.text if cell.number is None else plain(cell.number)
    if typed in column.choices:
        return Parsed(typed, column.choices.index(typed))
    choice = {folded(choice): choice for choice in column.choices}.get(folded(typed))
    if choice is None:
        if folded(typed) == ABSTAINED:
            return Parsed(typed.strip(), state="abstained")
        return Parsed(typed, problem="CHOICE_UNKNOWN", state="broken")
    return Parsed(choice, column.choices.index(choice))


def _text(cell: ReadCell, column: FormColumn, epoch: date) -> Parsed:
    text = cell.text if cell.number is None else _moment(cell, cell.number, epoch) or plain(cell.number)
    return Parsed(covered(on_one_line(text))[0] if column.field in COVERED else text)


def _moment(cell: ReadCell, number: Decimal, epoch: date) -> str:
    """The day, and the time behind it, that a spreadsheet made of what was typed; "" if it is a number."""
    day = day_of(number, epoch) if looks_like_date(cell.format) else None
    if day is None:
        return ""
    minutes = min(int(number % 1 * 1_440 + Decimal("0.5")), 1_439)
    return f"{day} {minutes // 60:02}:{minutes % 60:02}" if minutes else day.isoformat()


def _date(cell: ReadCell, _column: FormColumn, epoch: date) -> Parsed:
    day = _day(cell, epoch)
    if day is None:
        return Parsed(cell.text, problem="DATE_UNKNOWN", state="broken")
    return Parsed(day.isoformat())


def _day(cell: ReadCell, epoch: date) -> date | None:
    if cell.number is None:
        return day_in(cell.text)
    return day_of(cell.number, epoch) if looks_like_date(cell.format) else None


_READ = {"number": _number, "count": _number, "choice": _choice, "sum": _number}
_DATED = {"text": _text, "date": _date}
