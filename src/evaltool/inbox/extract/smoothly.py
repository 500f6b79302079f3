"""A table in which nothing is odd, as nearly all are, taken a column at a time.

What a cell says to a question is remembered from file to file with the cell itself, which the reader makes once for
all cells that are alike.
"""

from __future__ import annotations

from array import array
from datetime import date
from functools import lru_cache
from itertools import chain
from typing import NamedTuple, cast

from evaltool.inbox.extract.answers import BLANK, NOTHING, Answers, StoredAnswer
from evaltool.inbox.extract.home import Same
from evaltool.inbox.extract.parsing import say
from evaltool.questions.forms import FormColumn, Numbered
from evaltool.reader import ReadCell, Sheet

_REMEMBERED, _SHORT = 4_096, 64  # cells for each question, and characters in one
_Spots = list[tuple[int, int]]


class _Known(dict[int, StoredAnswer]):
    """By the identity of a cell, what is kept of what it says to one question; of cells in which nothing is wrong."""

    def __init__(self, column: FormColumn, epoch: date) -> None:
        self.column, self.epoch = column, epoch
        self.cells: list[ReadCell | None] = []  # kept, so that no other cell can have the identity of one

    def learn(self, cell: ReadCell | None) -> StoredAnswer | None:
        parsed = BLANK if cell is None else say(cell, self.column, self.epoch)
        if parsed.problem:
            return None
        stored = StoredAnswer.of(self.column, parsed)
        if cell is None or len(cell.text) <= _SHORT:
            if len(self) >= _REMEMBERED:
                self.clear()
                self.cells.clear()
            self[id(cell)] = stored
            self.cells.append(cell)
        return stored


@lru_cache(maxsize=512)
def _known(column: FormColumn, epoch: date) -> _Known:
    return _Known(column, epoch)


class _StatedSum(NamedTuple):
    """Where a column of sums stands; of which columns, and what a unit of each is worth in units of 10^-`decimals`."""

    spots: _Spots
    parts: list[tuple[int, int]]
    decimals: int


class _AskedCells(NamedTuple):
    """Where the cells of a table stand: those of its questions by column, their positions among the form's, sums."""

    columns: dict[int, tuple[_Known, _Spots]]
    positions: array[int]
    sums: list[_StatedSum]


@lru_cache(maxsize=512)
def _asked(same: Same[Numbered], epoch: date) -> _AskedCells:
    each, table = same.one, same.one.table
    spots = [[table.spot(line, number) for line in range(len(table.lines))] for number in range(len(table.columns))]
    asked = [number for number, column in enumerate(table.columns) if column.kind != "sum"]
    positions = array("i", [each.position(line, number) for line in range(len(table.lines)) for number in asked])
    sums = []
    for number in range(len(table.columns)):
        if number not in asked:
            decimals = {at: table.columns[at].decimals for at in table.summed(number)}
            most = max(decimals.values(), default=0)
            sums.append(_StatedSum(spots[number], [(at, 10 ** (most - each)) for at, each in decimals.items()], most))
    return _AskedCells(
        {number: (_known(table.columns[number], epoch), spots[number]) for number in asked}, positions, sums
    )


def taken_smoothly(answers: Answers, sheet: Sheet, each: Numbered, epoch: date) -> bool:
    """Take a table whose every cell stands where it was asked, if nothing is wrong in it; whether it was."""
    asked, get = _asked(Same(each), epoch), sheet.cells.get
    columns: dict[int, list[StoredAnswer]] = {}
    for number, (known, spots) in asked.columns.items():
        said = list(map(known.get, map(id, map(get, spots))))
        if not all(said):
            said = [known.get(id(cell)) or known.learn(cell) for cell in map(get, spots)]
        if not all(said):
            return False
        columns[number] = cast("list[StoredAnswer]", said)
    if any(_differs(sheet, one, columns) for one in asked.sums):
        return False
    answers.put_all(asked.positions, list(chain.from_iterable(zip(*columns.values(), strict=True))))
    return True


def _differs(sheet: Sheet, one: _StatedSum, columns: dict[int, list[StoredAnswer]]) -> bool:
    """Whether a sum that is stated is not what its parts come to, where all of them are numbers."""
    for line, cell in enumerate(map(sheet.cells.get, one.spots)):
        if cell is not None and cell.number is not None:
            parts = [(columns[at][line].value, worth) for at, worth in one.parts]
            total = sum(value * worth for value, worth in parts)
            if cell.number.scaleb(one.decimals) != total and all(value != NOTHING for value, _ in parts):
                return True
    return False
