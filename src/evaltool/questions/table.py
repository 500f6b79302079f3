"""QUESTIONS: a row for every cell that is asked, built once from the forms.

What every answer to a question has in common stands here and nowhere else.  Evaluators who are asked the same share
their questions: a question's number is where it stands among those of its worksheets, counted on from those before.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from evaltool.questions.forms import OWN_LIMIT, FormColumn, FormLine, FormSheet, FormTable, Worksheets
from evaltool.reader import address

NO_LIMIT = 2**62
"""The highest value of what is no number."""


class AskedCell(NamedTuple):
    """A row of QUESTIONS: what a cell asks, and what every answer to it has in common.

    class_id: class of the unit; component: leaf of the rules (for contributions: the award's name); indicator: its id,
    for tallies the choice, blank where the leaf has none; unit: blank for a batch's account and where the row names its
    unit itself; repeat: period, or number of the row among rows that are added as they happen; field: what the cell is
    (mark, figure: and its kind, or a field that stands beside them); low, high: bounds in units of 10^-decimals; sheet,
    cell: where it stands on the blank form.
    """

    class_id: str
    component: str
    indicator: str
    unit: str
    repeat: str
    field: str
    decimals: int
    required: bool
    low: int
    high: int
    sheet: str
    cell: str


def numbers(forms: Iterable[Worksheets]) -> dict[int, int]:
    """The number of the first question of each of these forms, by the identity of its worksheets."""
    first: dict[int, int] = {}
    so_far = 0
    for sheets in forms:
        if id(sheets) not in first:
            first[id(sheets)] = so_far
            so_far += max((each.position(len(each.table.lines), 0) for each in sheets.numbered), default=0)
    return first


def questions(forms: Iterable[Worksheets]) -> list[tuple[int, FormColumn, AskedCell]]:
    """Every question of forms that may share their worksheets: its number, how it is answered, what it asks."""
    once = {id(sheets): sheets for sheets in forms}
    first = numbers(once.values())
    return [question for key, sheets in once.items() for question in _questions(sheets, first[key])]


def _questions(sheets: Worksheets, first: int) -> Iterator[tuple[int, FormColumn, AskedCell]]:
    for each in sheets.numbered:
        table, blocked = each.table, set(each.table.blocked)
        for at in range(len(table.lines)):
            for number, column in enumerate(table.columns):
                if (at, number) not in blocked and column.kind != "sum":
                    question = first + each.position(at, number)
                    yield question, column, asked(sheets[each.worksheet], table, at, number)


def asked(sheet: FormSheet, table: FormTable, at: int, number: int) -> AskedCell:
    """What one cell asks."""
    line, column = table.lines[at], table.columns[number]
    low, high = _limits(line, column)
    return AskedCell(
        line.class_id or table.class_id,
        line.component or table.component,
        line.indicator or column.indicator,
        column.unit or line.unit,
        line.repeat or column.repeat,
        column.field,
        column.decimals,
        column.required,
        low,
        high,
        sheet.title,
        address(*table.spot(at, number)),
    )


def _limits(line: FormLine, column: FormColumn) -> tuple[int, int]:
    if column.kind not in ("number", "count"):
        return 0, NO_LIMIT
    scale = 10**column.decimals
    high = line.high if line.high is not None and column.field in OWN_LIMIT else column.high
    return int(column.low * scale), int(high * scale)
