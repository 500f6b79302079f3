"""A sheet as a value: what stands where on a form that goes out and comes back.

Writing blank sheets (`blank.py`) and reading returned ones (`extract.py`) both follow a `Form`, so that the two cannot
disagree.  Nothing here knows rules or roster: `layout.py` makes forms from those.  Reading workers import this module,
so it stays light.

A form has worksheets, a worksheet has tables.  A table has a header row; below it one row per line, with the line's
labels on the left and one cell per column after them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

IDENTITY_SHEET = "_evaltool"
IDENTITY_PROPERTY = "evaltool"
CODE_LABEL = "模板编号："
LIST_SHEET = "选项"
GUIDE_SHEET = "填写说明"
RETURN_SHEET = "请改正"
TOP = 5  # header row of a worksheet's first table: heading, identity, progress line, note, blank row stand above
SERIAL, UNIT = "序号", "被评估单位"

Kind = Literal["number", "count", "choice", "text", "date", "sum"]


@dataclass(frozen=True, slots=True)
class Column:
    """One question asked of every line of a table.

    `field` says what the cell is: "mark" is scored, every other field is kept beside it.  `choices` of a unit column
    are unit names; `units` holds their ids in the same order.
    """

    header: str
    kind: Kind
    field: str = "mark"
    indicator: str = ""
    repeat: str = ""
    unit: str = ""
    low: Decimal = Decimal(0)
    high: Decimal = Decimal(0)
    decimals: int = 0
    choices: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    required: bool = True


@dataclass(frozen=True, slots=True)
class Line:
    """One row: its labels as they stand on the sheet, and what they mean."""

    labels: tuple[str, ...]
    unit: str = ""
    indicator: str = ""
    repeat: str = ""
    component: str = ""  # where it differs from the table's
    class_id: str = ""
    high: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A block of input cells.

    "grid": every cell that is not blocked is asked.  "open": a line is asked once something stands in it.
    "cards": a line is one voter's card, a column is a unit.  "tally": a line is a unit, a column counts a choice.
    Rows and columns count from 0; `top` is the header row.
    """

    kind: Literal["grid", "open", "cards", "tally"]
    class_id: str
    component: str
    top: int
    label_headers: tuple[str, ...]
    lines: tuple[Line, ...]
    columns: tuple[Column, ...]
    blocked: tuple[tuple[int, int], ...] = ()
    caption: str = ""

    @property
    def left(self) -> int:
        """The first input column."""
        return len(self.label_headers)

    @property
    def bottom(self) -> int:
        """The row of the last line."""
        return self.top + len(self.lines)

    def cells(self) -> Iterator[tuple[int, int, int, int]]:
        """(line, column, row, sheet column) of every cell that is asked."""
        for at in range(len(self.lines)):
            for number in range(len(self.columns)):
                if (at, number) not in self.blocked:
                    yield at, number, self.top + 1 + at, self.left + number

    def summed(self, number: int) -> range:
        """The columns that a sum column adds up: those just before it, back to the sum before."""
        start = max((at + 1 for at in range(number) if self.columns[at].kind == "sum"), default=0)
        return range(start, number)


@dataclass(frozen=True, slots=True)
class FormSheet:
    """One worksheet: its name, the lines of text above the tables, the tables from top to bottom."""

    title: str
    heading: str
    notes: tuple[str, ...]
    tables: tuple[Table, ...]


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a workbook belongs to; written into it in three places as one line of text.

    `replaces` is the SHA-256 of the submission that this one mends, or "".  `version` digests the form itself.
    """

    evaluation: str
    evaluator: str
    batch: str
    entry: str
    replaces: str
    version: str

    def code(self) -> str:
        return ";".join(
            ("evaltool1", self.evaluation, self.evaluator, self.batch, self.entry, self.replaces, self.version)
        )


def parse_code(text: str) -> Identity | None:
    """The identity written as `code` writes it; None if it is nothing of the kind."""
    parts = text.strip().split(";")
    return Identity(*parts[1:]) if len(parts) == 7 and parts[0] == "evaltool1" else None


@dataclass(frozen=True, slots=True)
class Form:
    """One workbook as it goes out to one evaluator (for cards: for one batch)."""

    evaluation: str
    evaluator: str
    batch: str
    title: str
    file_name: str
    sheets: tuple[FormSheet, ...]
    entry: str = "1"

    @property
    def key(self) -> tuple[str, str, str]:
        return self.evaluator, self.batch, self.entry

    def version(self) -> str:
        """Twelve hex digits over everything that the evaluator sees and may enter: labels, units, limits."""
        return hashlib.sha256(repr(self.sheets).encode()).hexdigest()[:12]

    def identity(self, replaces: str = "") -> Identity:
        return Identity(self.evaluation, self.evaluator, self.batch, self.entry, replaces, self.version())
