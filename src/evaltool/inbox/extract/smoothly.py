"""A table in which nothing is odd, as nearly all are, taken a column at a time.

What a cell says to a question is remembered from file to file with the cell itself, which the reader makes once for
all cells that are alike.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import NamedTuple

from evaltool.inbox.extract.answers import BLANK, Answers, StoredAnswer
from evaltool.inbox.extract.parsing import Parsed, say
from evaltool.inbox.extract.sums import sum_differs
from evaltool.questions.forms import FormColumn, FormTable, Numbered
from evaltool.reader import ReadCell, Sheet

_REMEMBERED, _SHORT = 4_096, 64  # cells for each question, and characters in one


class _Said(NamedTuple):
    """What a cell says, and what of it is kept."""

    cell: ReadCell | None  # kept, so that no other cell can have its identity
    parsed: Parsed
    stored: StoredAnswer


class _Known(dict[int, _Said]):
    """By the identity of a cell, what it says to one question."""

    def __init__(self, column: FormColumn, epoch: date) -> None:
        self.column, self.epoch = column, epoch

    def learn(self, cell: ReadCell | None) -> _Said:
        parsed = BLANK if cell is None else say(cell, self.column, self.epoch)
        said = _Said(cell, parsed, StoredAnswer.of(self.column, parsed))
        if cell is None or len(cell.text) <= _SHORT:
            if len(self) >= _REMEMBERED:
                self.clear()
            self[id(cell)] = said
        return said


@lru_cache(maxsize=512)
def _known(column: FormColumn, epoch: date) -> _Known:
    return _Known(column, epoch)


def taken_smoothly(answers: Answers, sheet: Sheet, each: Numbered, epoch: date) -> bool:
    """Take a table whose every cell stands where it was asked, if nothing is wrong in it; whether it was."""
    table, get = each.table, sheet.cells.get
    rows = range(table.top + 1, table.bottom + 1)
    columns: dict[int, list[_Said]] = {}
    for number, column in enumerate(table.columns):
        if column.kind == "sum":
            continue
        known, at = _known(column, epoch), table.left + number
        columns[number] = mine = []
        for row in rows:
            cell = get((row, at))
            said = known.get(id(cell)) or known.learn(cell)
            if said.parsed.problem:
                return False
            mine.append(said)
    if len(columns) < len(table.columns) and _sums_differ(sheet, table, columns):
        return False
    first, width = each.position(0, 0), len(table.columns)
    positions = [first + line * width + number for line in range(len(rows)) for number in columns]
    answers.put_all(positions, [said.stored for line in zip(*columns.values(), strict=True) for said in line])
    return True


def _sums_differ(sheet: Sheet, table: FormTable, columns: dict[int, list[_Said]]) -> bool:
    get, top = sheet.cells.get, table.top + 1
    for number, column in enumerate(table.columns):
        if column.kind != "sum":
            continue
        at = table.left + number
        for line in range(len(table.lines)):
            cell = get((top + line, at))
            if cell is not None and cell.number is not None:
                said = {other: mine[line].parsed for other, mine in columns.items() if other < number}
                if sum_differs(sheet, table, table.lines[line], said, number, (top + line, at)):
                    return True
    return False
