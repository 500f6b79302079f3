"""What answers a question, said twice: in Python, and as a formula over all cells of a block, for the live line.

It is what the reader takes (`inbox/extract/parsing`) and the checks find nothing wrong with: a number between its
bounds with no more decimals than are asked for, also one that was pasted as text; one of the choices; a day; any text.
A formula cannot see how a number is displayed, nor full-width digits; these alone are told apart only when the sheet
comes back.

The formulas stand inside SUMPRODUCT, which every program works out cell by cell; what cannot be reckoned for a cell
(a text among numbers, an error value) is an error there, and ISNUMBER makes a no of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import groupby

from evaltool.exact import plain
from evaltool.names import day_in
from evaltool.questions.forms import ABSTAINED, OWN_LIMIT, FormColumn, FormTable
from evaltool.reader import address
from evaltool.sheets.inputs import InputBlock, Names, is_rank, kind_of, preset_label
from evaltool.writers.book import Value

_BLANKS = (" ", "　")
_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,15})?", re.ASCII)
_LAST_DAY = 100_000  # as a workbook counts days
_UNIT = "分"
_DASHES = (("年", "-"), ("月", "-"), ("日", ""), (".", "-"), ("/", "-"))


def counted_blocks(table: FormTable) -> Iterator[InputBlock]:
    """The input cells of a table in blocks that one formula counts: columns side by side that ask the same."""
    alone = {number for _, number in table.blocked} | {
        number for number, column in enumerate(table.columns) if is_rank(column) or column.kind == "sum"
    }
    for _, group in groupby(range(len(table.columns)), lambda at: (at if at in alone else -1, _question(table, at))):
        together = list(group)
        if table.columns[together[0]].kind != "sum":
            yield InputBlock(table, together[0], together[-1] + 1)


def _question(table: FormTable, number: int) -> tuple[object, ...]:
    """What columns have in common that are counted together."""
    column = table.columns[number]
    limits = column.low, column.high, column.decimals, column.field in OWN_LIMIT
    return kind_of(column), column.choices, column.required, column.may_abstain, *limits


# --- one cell --------------------------------------------------------------------------------------------------------


def is_filled(value: Value) -> bool:
    return value is not None and bool(_bare(value))


def accepts(block: InputBlock, line: int, value: Value) -> bool:
    """Whether a value answers the question of a line."""
    column = block.column
    if not is_filled(value) or (line, block.start) in block.table.blocked:
        return False
    match kind_of(column):
        case "text":
            return True
        case "date":
            return day_in(value) is not None if isinstance(value, str) else 1 <= (value or 0) < _LAST_DAY
        case "choice":
            return _typed(value) in column.choices or (_bare(value) == ABSTAINED and withholds(column))
    return (_bare(value) == ABSTAINED and withholds(column)) or _fits(column, _limit(block, line), number_in(value))


def number_in(value: Value) -> Decimal | None:
    """The number that a cell says, also where it stands as text or with its 分."""
    if isinstance(value, int | Decimal):
        return Decimal(value)
    text = _bare(value).removesuffix(_UNIT)
    return Decimal(text) if _NUMBER.fullmatch(text) else None


def _fits(column: FormColumn, high: Decimal, number: Decimal | None) -> bool:
    return number is not None and column.low <= number <= high and number.scaleb(column.decimals) % 1 == 0


def _limit(block: InputBlock, line: int) -> Decimal:
    own = block.table.lines[line].high
    return own if own is not None and block.column.field in OWN_LIMIT else block.column.high


def _typed(value: Value) -> str:
    return value.strip(" ") if isinstance(value, str) else plain(Decimal(value or 0))


def _bare(value: Value) -> str:
    text = str(value)
    for blank in _BLANKS:
        text = text.replace(blank, "")
    return text


def withholds(column: FormColumn) -> bool:
    """Whether 弃权 is an answer: the rules accept it, or have it among the choices."""
    return column.may_abstain or ABSTAINED in column.choices


# --- all cells of a block, inside of SUMPRODUCT ----------------------------------------------------------------------


def filled(cells: str) -> str:
    """1 for each cell in which something stands."""
    return f"(1-ISNUMBER(1/(LEN({without_blanks(cells)})=0)))"


def accepted(block: InputBlock, cells: str, sheet: str, names: Names) -> str:
    """1 for each cell that answers the question; `cells`: the block's range, `sheet`: its worksheet as a formula names
    it."""
    column = block.column
    tests = {"text": _text, "date": _day, "choice": _choice}.get(kind_of(column), _number)
    answer = tests(block, cells, sheet, names)
    if withholds(column) and ABSTAINED not in column.choices:
        answer = f'({answer}+ISNUMBER(1/({without_blanks(cells)}="{ABSTAINED}")))'
    return answer + _asked(block)


def _text(block: InputBlock, cells: str, sheet: str, names: Names) -> str:
    return f"ISNUMBER(1/LEN({without_blanks(cells)}))"


def _choice(block: InputBlock, cells: str, sheet: str, names: Names) -> str:
    typed = f"TRIM({cells})"
    for sign in "~?*":  # which stand for others in MATCH
        typed = f'SUBSTITUTE({typed},"{sign}","~{sign}")'
    return f"ISNUMBER(MATCH({typed},{names[block.column.choices]},0))"


def _day(block: InputBlock, cells: str, sheet: str, names: Names) -> str:
    number = f"ISNUMBER({cells})*ISNUMBER(1/(({cells}>=1)*({cells}<{_LAST_DAY})))"
    return f"({number}+(1-ISNUMBER({cells}))*ISNUMBER(1/({day_test(cells)})))"


def day_test(cells: str) -> str:
    """1 for a text that is a day and begins with the year; else 0, or an error."""
    dashed = f"TRIM({cells})"
    for sign, put in _DASHES:
        dashed = f'SUBSTITUTE({dashed},"{sign}","{put}")'
    begins = f'ISNUMBER(VALUE(LEFT({cells},4)))*(MID({dashed},5,1)="-")'
    return f"{begins}*ISNUMBER(DATEVALUE({dashed}))"


def _number(block: InputBlock, cells: str, sheet: str, names: Names) -> str:
    return f"ISNUMBER(1/({number_test(block.column, cells, _limits(block, sheet))}))"


def number_test(column: FormColumn, cells: str, high: str) -> str:
    """1 for a number that answers the question, also one that stands as text; else 0, or an error."""
    bare = without_blanks(cells)
    text = f'SUBSTITUTE({bare},"{_UNIT}","")'
    number = f"VALUE({text})"
    tests = (
        f"({number}>={plain(column.low)})",
        f"({number}<={high})",
        f"(ROUND({number},{column.decimals})={number})",
        f'(FIND("{_UNIT}",{bare}&"{_UNIT}")>=LEN({bare}))',
        _only_digits(text, signed=column.low < 0),
    )
    return "*".join(tests)


def _only_digits(text: str, *, signed: bool) -> str:
    """Whether nothing but digits and at most one point is in a text, and a sign before it where it may have one: VALUE
    makes numbers of percentages, days and sums of money too."""
    rest = f'SUBSTITUTE(LEFT({text},1),"-","")&MID({text},2,30)' if signed else text
    for digit in "0123456789":
        rest = f'SUBSTITUTE({rest},"{digit}","")'
    return f'(SUBSTITUTE({rest}&"|",".|","|")="|")'


def _limits(block: InputBlock, sheet: str) -> str:
    """The highest number, or one for each line."""
    table, column = block.table, block.column
    highs = [_limit(block, line) for line in range(len(table.lines))]
    if len(set(highs)) <= 1:
        return plain(highs[0] if highs else column.high)
    label = preset_label(table)
    if label is None:
        return "{" + ";".join(map(plain, highs)) + "}"
    letters = address(0, label)[:-1]
    return f"VALUE({sheet}!${letters}${table.top + 2}:${letters}${table.bottom + 1})"


def _asked(block: InputBlock) -> str:
    """Nothing for the cells that are not asked."""
    away = {line for line, number in block.table.blocked if number == block.start}
    if not away:
        return ""
    return "*{" + ";".join("0" if line in away else "1" for line in range(len(block.table.lines))) + "}"


def without_blanks(cells: str) -> str:
    return f'SUBSTITUTE(SUBSTITUTE({cells}," ",""),"　","")'
