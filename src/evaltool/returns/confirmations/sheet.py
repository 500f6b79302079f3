"""One 数据确认单 as a workbook: what a submission was read as, to be signed, sealed and filed.

The values are those of the tables that scoring works with, in the order of the sheet that was filled in.  It carries no
identity of a form: mailed back, it is no submission.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

from evaltool.evaluation import Evaluation
from evaltool.exact import plain
from evaltool.questions.forms import ABSTAINED, Form, FormColumn, FormLine, FormSheet, FormTable
from evaltool.questions.layout.cards import BLANK_CHOICE
from evaltool.reader import address
from evaltool.sheets.guidesheet import room
from evaltool.writers.book import Book, Cell, Spot, Tab, header_text
from evaltool.writers.widths import widest

TITLE = "数据确认单"
STATEMENT = "以上数据由本单位/本人报送，核对无误。"
_SIGNATURES = (
    "签字（盖章）：　　　　　　　　　　　　　　　　经办人：",
    "日期：　　　　年　　　月　　　日",
)
_PORTRAIT = 112.0  # what fits an upright page at a size that one can read
_LEAST = 84.0  # room for the lines above a small table
_NARROW = ("序号", "预赋分值")
_WIDTHS = {"序号": 6.0, "预赋分值": 10.0, "类别": 12.0}

CellKey = tuple[
    str, str, str, str, str, str
]  # class, component, indicator, unit ("" in rows that name theirs), repeat, field
StyledRow = tuple[tuple[str, str], ...]


class AnswerRead(NamedTuple):
    """What one cell was read as (columns of ANSWERS)."""

    text: str
    value: int | None
    decimals: int
    state: str
    required: bool
    decision: str


@dataclass(frozen=True, slots=True)
class ConfirmedSubmission:
    """What counts of one evaluator (and batch).

    `cards`: (class, component) -> unit -> choice -> valid cards; `by_card`: where cards were entered one by one.
    """

    form: Form
    file: str
    digest: str
    answers: Mapping[CellKey, AnswerRead]
    cards: Mapping[tuple[str, str], Mapping[str, Mapping[str, int]]]
    by_card: frozenset[tuple[str, str]]

    @property
    def code(self) -> str:
        """What ties the signed paper to the stored file: the first eight digits of its hash."""
        return self.digest[:8]


@dataclass(frozen=True, slots=True)
class _PrintedGrid:
    """A table to print: headings, rows of (text, style), a line above it."""

    caption: str
    headings: tuple[str, ...]
    rows: tuple[StyledRow, ...]


def confirmation(evaluation: Evaluation, one: ConfirmedSubmission) -> Book:
    """The workbook to print; a worksheet for each of the form's that says something."""
    grids = [(sheet, list(_grids(evaluation, one, sheet))) for sheet in one.form.sheets]
    printed = [(sheet, made) for sheet, made in grids if made]
    last = len(printed) - 1
    tabs = [
        _tab(evaluation, one, sheet, made, first=at == 0, signed=at == last) for at, (sheet, made) in enumerate(printed)
    ]
    return Book(tuple(tabs), f"{TITLE}　{one.form.title}")


# --- what was read ---------------------------------------------------------------------------------------------------


def _grids(evaluation: Evaluation, one: ConfirmedSubmission, sheet: FormSheet) -> Iterator[_PrintedGrid]:
    for table in sheet.tables:
        if table.kind == "cards":
            yield _cards(evaluation, one, table)
        elif table.kind in ("grid", "open"):
            rows = tuple(_rows(one, table))
            headings = (*table.label_headers, *(column.header for column in table.columns))
            yield _PrintedGrid(table.caption if rows else f"{table.caption}　没有填写。", headings, rows)


def _rows(one: ConfirmedSubmission, table: FormTable) -> Iterator[StyledRow]:
    blocked = set(table.blocked)
    for at, line in enumerate(table.lines):
        said = [one.answers.get(_key(table, line, column)) for column in table.columns]
        if table.kind == "open" and all(each is None or each.state == "blank" for each in said):
            continue
        heads = zip(table.label_headers, line.labels, strict=True)
        labels = [(label, "label_center" if head in _NARROW else "label_wrap") for head, label in heads]
        cells = [
            ("不适用", "text_center") if (at, number) in blocked else _shown(table, number, said)
            for number in range(len(table.columns))
        ]
        yield (*labels, *cells)


def _key(table: FormTable, line: FormLine, column: FormColumn) -> CellKey:
    """Where ANSWERS has a cell of the form; a row that names its unit itself is known by its number."""
    unit = "" if table.kind == "open" else column.unit or line.unit
    place = (line.class_id or table.class_id, line.component or table.component, line.indicator or column.indicator)
    return (*place, unit, line.repeat or column.repeat, column.field)


def _shown(table: FormTable, number: int, said: Sequence[AnswerRead | None]) -> tuple[str, str]:
    column, one = table.columns[number], said[number]
    if column.kind == "sum":
        return _sum([said[at] for at in table.summed(number)]), "label_center"
    if one is None:
        return "没有读到", "bad"
    style = "text" if column.kind == "text" else "text_center"
    text, style = _value(column, one), {"broken": "bad", "blank": "text_center"}.get(one.state, style)
    return (f"{text}\n（更正：{one.decision}）", "warn") if one.decision else (text, style)


def _value(column: FormColumn, one: AnswerRead) -> str:
    if one.state == "blank":
        return "未填"
    if one.state == "abstained":
        return ABSTAINED
    if one.state == "broken":
        return f"无法读取：{one.text}"
    if column.kind in ("number", "count") and one.value is not None:
        return plain(Fraction(one.value, 10**one.decimals))
    return one.text


def _sum(parts: Sequence[AnswerRead | None]) -> str:
    values = [Fraction(one.value, 10**one.decimals) for one in parts if one is not None and one.value is not None]
    return plain(sum(values, Fraction(0))) if values else ""


def _cards(evaluation: Evaluation, one: ConfirmedSubmission, table: FormTable) -> _PrintedGrid:
    """Valid cards per unit and choice, however they came in."""
    counts = one.cards.get((table.class_id, table.component), {})
    component = evaluation.component(table.class_id, table.component)
    scale = evaluation.classes[table.class_id].scale(component.scale_name)
    names = [f"{choice}\n（弃权）" if share is None else choice for choice, share in scale.items()]
    units = [column.unit for column in table.columns if column.unit]
    rows = []
    for at, unit in enumerate(units, 1):
        of = [counts.get(unit, {}).get(choice, 0) for choice in (*scale, "")]
        labels = ((str(at), "label_center"), (evaluation.units[unit].name, "label_wrap"))
        rows.append((*labels, *((str(count), "text_center") for count in of), (str(sum(of)), "label_center")))
    how = "逐张登记" if (table.class_id, table.component) in one.by_card else "按汇总数"
    caption = f"各单位有效评价卡张数（{how}，废票不计）"
    return _PrintedGrid(caption, ("序号", "被评估单位", *names, BLANK_CHOICE, "有效合计"), tuple(rows))


# --- the page --------------------------------------------------------------------------------------------------------


@dataclass
class _PrintedPage:
    """The cells of a worksheet from top to bottom; `row` is the next one, `merged` those that are one line of text."""

    widths: tuple[float, ...]
    cells: dict[Spot, Cell] = field(default_factory=dict)
    heights: dict[int, float] = field(default_factory=dict)
    merged: list[int] = field(default_factory=list)
    row: int = 0

    def line(self, text: str, style: str, least: float = 20) -> None:
        self.cells[self.row, 0] = Cell(text, style)
        self.heights[self.row] = max(least, room(text, sum(self.widths)))
        self.merged.append(self.row)
        self.row += 1

    def grids(self, grids: Sequence[_PrintedGrid]) -> int:
        """All of them; the row that is repeated on every sheet of paper: the head of the first."""
        top = self.row
        for grid in grids:
            if grid.caption:
                self.row += 1
                self.line(grid.caption, "note")
            top = self.row if grid is grids[0] else top
            if grid.rows:
                self._grid(grid)
        return top

    def _grid(self, grid: _PrintedGrid) -> None:
        heads = zip(grid.headings, self.widths, strict=False)
        self.heights[self.row] = max(_height(text, width) for text, width in heads) + 6
        self.cells |= {(self.row, at): Cell(heading, "head") for at, heading in enumerate(grid.headings)}
        for values in grid.rows:
            self.row += 1
            self.cells |= {(self.row, at): Cell(text, style) for at, (text, style) in enumerate(values)}
            texts = zip(values, self.widths, strict=False)
            self.heights[self.row] = max(20.0, *(_height(text, width) for (text, _), width in texts))
        self.row += 1


def _tab(
    evaluation: Evaluation,
    one: ConfirmedSubmission,
    sheet: FormSheet,
    grids: Sequence[_PrintedGrid],
    *,
    first: bool,
    signed: bool,
) -> Tab:
    filled = [grid for grid in grids if grid.rows] or grids
    count = max(len(grid.headings) for grid in filled)
    page = _PrintedPage(_wide_enough(tuple(max(_width(grid, at) for grid in filled) for at in range(count))))
    page.line(TITLE, "title", 32)
    for text in (one.form.title, sheet.heading):
        page.line(text, "subtitle")
    for text in _head(evaluation, one) if first else (_code(one),):
        page.line(text, "paragraph")
    top = page.grids(grids)
    if signed:
        page.row += 1
        page.line(STATEMENT, "paragraph", 28)
        for text in _SIGNATURES:
            page.line(text, "paragraph", 44)
    return Tab(
        sheet.title,
        page.cells,
        widths=page.widths,
        heights=page.heights,
        merges=tuple((address(at, 0), address(at, count - 1)) for at in page.merged if count > 1),
        protect=True,
        landscape=sum(page.widths) > _PORTRAIT,
        repeat_rows=(top, top),
        header=f"&L{header_text(one.form.title[:60])}&R{header_text(sheet.title)}",
        footer=f"&L校验码：{one.code} &C{TITLE}&R第 &P 页，共 &N 页",
    )


def _head(evaluation: Evaluation, one: ConfirmedSubmission) -> Iterator[str]:
    who = evaluation.evaluators[one.form.evaluator]
    batch = next((each for each in evaluation.roster.batches if (each.evaluator, each.id) == one.form.key[:2]), None)
    yield f"评估主体：{who.name}（{evaluation.roles[who.role]}）"
    if batch is not None:
        day = batch.date.isoformat() if batch.date else ""
        yield "批次：" + "　".join(part for part in (batch.id, batch.meeting, batch.place, day) if part)
    yield f"来源文件：{one.file}"
    yield f"文件指纹（SHA-256）：{one.digest}"
    yield _code(one) + "（文件指纹的前 8 位，用来核对本单与存档的电子表是同一份）"
    open_cells = [each for each in one.answers.values() if each.state == "broken" or _lacks(each)]
    if open_cells:
        yield f"注意：尚有 {len(open_cells)} 处未填或无法读取，改正后请重新打印确认。"
    if any(each.decision for each in one.answers.values()):
        yield "标黄的数已按所列文号更正，不是原来填报的数。"


def _lacks(one: AnswerRead) -> bool:
    return one.state == "blank" and one.required


def _code(one: ConfirmedSubmission) -> str:
    return f"校验码：{one.code}"


def _wide_enough(widths: tuple[float, ...]) -> tuple[float, ...]:
    """Widened evenly where the lines above need more room."""
    more = max(_LEAST - sum(widths), 0) / len(widths)
    return tuple(width + more if width > min(widths) or len(set(widths)) == 1 else width for width in widths)


def _width(grid: _PrintedGrid, at: int) -> float:
    if at >= len(grid.headings):
        return 0
    heading = grid.headings[at]
    longest = max(map(widest, [heading, *(values[at][0] for values in grid.rows)]))
    return _WIDTHS.get(heading, min(max(1.1 * longest + 2, 9), 44))


def _height(text: str, width: float) -> float:
    return sum(room(part, width) - 5 for part in text.split("\n")) + 5
