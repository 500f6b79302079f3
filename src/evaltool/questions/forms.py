"""A sheet as a value: what stands where on a form that goes out and comes back.

Writing blank sheets (`blank.py`) and reading returned ones (`extract.py`) both follow a `Form`, so that the two cannot
disagree.  Nothing here knows rules or roster: `layout.py` makes forms from those.  Reading workers import this module,
so it stays light.

A form has worksheets, a worksheet has tables.  A table has a header row; below it one row per line, with the line's
labels on the left and one cell per column after them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Literal, NamedTuple

from evaltool.exact import plain
from evaltool.identity import NO_KEY, Identity, Key, SheetKind, SubmissionKey, kind_of_batch, parse_code

IDENTITY_SHEET = "_evaltool"
IDENTITY_PROPERTY = "evaltool"
CODE_LABEL = "模板编号："
LIST_SHEET = "选项"
GUIDE_SHEET = "填写说明"
RETURN_SHEET = "请改正"
TOP = 5  # header row of a worksheet's first table: heading, identity, progress line, note, blank row stand above
SERIAL, UNIT = "序号", "被评估单位"
PRESET = "预赋分值"
PERIOD, MEASURE, SOURCE, TARGET, BASE = "时段", "计量单位", "数据来源", "目标值", "基期值"
FACTS = (MEASURE, TARGET, BASE)
"""Labels that say something about what is asked in their line, beside its limits."""
INTERIM_HEADERS = ("阶段得分", "阶段名次")  # how the headings of the columns beside the inputs begin
GOAL_HEADERS = (
    "评分标准",
    "目标值",
    "承担角色",
    "数据来源",
    "年内进展",
    "自报完成情况",
    "自报完成值",
    "自报佐证材料",
    "单位自评分",
    "经核实的数",
)
"""The same of the columns that say what is known of a goal."""
ENTRIES = {"1": "第一人录入", "2": "第二人录入"}  # of a paper sheet that two people key
ABSTAINED = "弃权"  # in the place of a mark, where the rules say what that means
REMARK = "remark_text"  # the field of what somebody found or proposes
COVERED = (REMARK, "remark_theme")
"""Fields in which whatever tells of a person is covered while they are read."""
FIGURE = "figure:"  # begins the field of a measured figure's cell; its kind (初步数, 核实数 …) follows

OWN_LIMIT = ("mark", "report_points")
"""Fields of which a cell takes no more than its line's limit says."""

ColumnKind = Literal["number", "count", "choice", "text", "date", "sum"]
AskedValues = list[object]
"""What of a part of a form is digested into its version, as JSON takes it."""


@dataclass(frozen=True, slots=True)
class FormColumn:
    """One question asked of every line of a table.

    `field` says what the cell is: "mark" is scored, every other field is kept beside it.  `choices` of a unit column
    are unit names; `units` holds their ids in the same order.  `high` of a text is its length, 0 the usual one.
    `may_abstain`: the rules say what it means when somebody withholds an answer, so that the cell takes 弃权.
    """

    header: str
    kind: ColumnKind
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
    may_abstain: bool = False
    width: float = 0  # 0: as wide as its kind needs

    def asked(self) -> AskedValues:
        """Its label, what it means, and its limits.  Not how wide it is, nor whether one may abstain: the reader takes
        弃权 as the rules have it on the day, whatever they said when the sheet went out."""
        meaning = (self.kind, self.field, self.indicator, self.repeat, self.unit, self.required)
        limits = (plain(self.low), plain(self.high), self.decimals, list(self.choices), list(self.units))
        return [self.header, *meaning, *limits]


@dataclass(frozen=True, slots=True)
class FormLine:
    """One row: its labels as they stand on the sheet, and what they mean."""

    labels: tuple[str, ...]
    unit: str = ""
    indicator: str = ""
    repeat: str = ""
    component: str = ""  # where it differs from the table's
    class_id: str = ""
    high: Decimal | None = None
    changed: str = ""  # the documents that changed what it asks while its labels and limits stayed

    def asked(self) -> AskedValues:
        """Its labels, what they mean, its limit, and which documents changed it."""
        limit = None if self.high is None else plain(self.high)
        return [
            list(self.labels),
            self.unit,
            self.indicator,
            self.repeat,
            self.component,
            self.class_id,
            limit,
            *filter(None, [self.changed]),
        ]


@dataclass(frozen=True, slots=True)
class WantedSums:
    """What a column of numbers has to come to: in all (label ""), or for each value of the column `by`."""

    number: int
    by: int | None
    sums: tuple[tuple[str, Decimal], ...]


@dataclass(frozen=True, slots=True)
class FormTable:
    """A block of input cells.

    "grid": every cell that is not blocked is asked.  "open": a line is asked once something stands in it.
    "cards": a line is one voter's card, a column is a unit.  "tally": a line is a unit, a column counts a choice.
    "figures": a line is a measured figure of a unit, a column is a kind of figure; one of them at least is asked.
    Rows and columns count from 0; `top` is the header row.  So many columns `beside` the inputs may show information
    to whoever fills in the sheet; nothing is read from them and they are no part of the sheet's version.  So it is with
    the columns behind them, of `GOAL_HEADERS`, in which a table that `shows_goals` says what is known of each.
    """

    kind: Literal["grid", "open", "cards", "tally", "figures"]
    class_id: str
    component: str
    top: int
    label_headers: tuple[str, ...]
    lines: tuple[FormLine, ...]
    columns: tuple[FormColumn, ...]
    blocked: tuple[tuple[int, int], ...] = ()
    caption: str = ""
    beside: int = 0
    wanted: WantedSums | None = None
    shows_goals: bool = False

    def asked(self) -> AskedValues:
        """Where it stands, its lines and columns, and the cells that are not asked.  The caption is only read; what the
        marks should add up to is said by the worksheet's notes too."""
        place = (self.kind, self.class_id, self.component, self.top, list(self.label_headers))
        lines, columns = [line.asked() for line in self.lines], [column.asked() for column in self.columns]
        return [*place, lines, columns, sorted(list(spot) for spot in self.blocked)]

    @property
    def left(self) -> int:
        """The first input column."""
        return len(self.label_headers)

    @property
    def bottom(self) -> int:
        """The row of the last line."""
        return self.top + len(self.lines)

    def spot(self, line: int, column: int) -> tuple[int, int]:
        """Row and column of a cell on the blank form."""
        return self.top + 1 + line, self.left + column

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
    tables: tuple[FormTable, ...]

    @property
    def foot(self) -> int:
        """The row of the identity, below the tables: it is for the office, and nobody has to look past it."""
        return max(table.bottom for table in self.tables) + 2

    def asked(self) -> AskedValues:
        """Its name, by which it is found again, and its tables; heading and notes are only read."""
        return [self.title, [table.asked() for table in self.tables]]


def code_in(text: str) -> str:
    """The identity that a text on a worksheet shows, above the tables (in earlier layouts) or at the foot; else ""."""
    code = text.removeprefix(CODE_LABEL).strip()
    return code if text.startswith(CODE_LABEL) and parse_code(code) else ""


class Numbered(NamedTuple):
    """A table whose cells are answers, the number of its worksheet, and the position of its first cell."""

    worksheet: int
    table: FormTable
    first: int

    def position(self, line: int, column: int) -> int:
        """Where a cell stands among all of the form's: they are counted line by line, asked or not."""
        return self.first + line * len(self.table.columns) + column


class Worksheets(tuple[FormSheet, ...]):
    """What is asked on a form.  Evaluators who are asked the same share one, and what is worked out from it."""

    @cached_property
    def version(self) -> str:
        """Twelve hex digits over what is asked: labels, units, limits, and where they stand.

        Nothing else is in it: titles, notes, instructions, bounds of grades and points of choices may change while
        sheets are out.
        """
        asked = json.dumps([sheet.asked() for sheet in self], ensure_ascii=False)
        return hashlib.sha256(asked.encode()).hexdigest()[:12]

    @cached_property
    def numbered(self) -> tuple[Numbered, ...]:
        """Its tables but for those of cards, which are counted and not listed."""
        made: list[Numbered] = []
        first = 0
        for number, sheet in enumerate(self):
            for table in sheet.tables:
                if table.kind != "cards":
                    made.append(Numbered(number, table, first))
                    first += len(table.lines) * len(table.columns)
        return tuple(made)


@dataclass(frozen=True, slots=True)
class Form:
    """One workbook as it goes out to one evaluator (for cards: for one batch).

    `twice`: two people key the same paper independently, each into a workbook of their own, told apart by `entry`.
    """

    evaluation: str
    evaluator: str
    batch: str
    title: str
    file_name: str
    sheets: Worksheets
    entry: str = "1"
    twice: bool = False

    @property
    def kind(self) -> SheetKind:
        return kind_of_batch(self.batch)

    @property
    def key(self) -> SubmissionKey:
        return self.evaluator, self.batch, self.entry

    def version(self) -> str:
        """Twelve hex digits over what is asked."""
        return self.sheets.version

    def identity(self, replaces: str = "", key: Key = NO_KEY) -> Identity:
        """What is written into the workbook, signed with the folder's key."""
        identity = Identity(self.evaluation, self.evaluator, self.batch, self.entry, replaces, self.version())
        return identity.signed(key)
