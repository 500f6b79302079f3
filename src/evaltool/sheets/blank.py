"""A form as a workbook: the blank sheet that goes out, or one with values already in it.

Only input cells are unlocked.  The identity stands in three places (a hidden worksheet, the document's properties, the
visible 模板编号 at the foot), so that it survives what offices do to files.  What cells take is in `inputs.py`, their
colours in `colours.py`, the live line above the tables in `progress.py`, the sheet of instructions in `guidesheet.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from evaltool.identity import NO_KEY, Key
from evaltool.questions.forms import (
    CODE_LABEL,
    ENTRIES,
    IDENTITY_PROPERTY,
    IDENTITY_SHEET,
    LIST_SHEET,
    Form,
    FormSheet,
    FormTable,
)
from evaltool.reader import address
from evaltool.sheets.colours import highlights
from evaltool.sheets.guidesheet import GuideSection, guide_tab, room
from evaltool.sheets.inputs import Names, blocks, check
from evaltool.sheets.progress import FilledCells, ProgressLine, lights, progress
from evaltool.writers.book import Book, Cell, Formula, Tab, Value, header_text
from evaltool.writers.widths import measure, widest

_STYLES = {"number": "input", "count": "input", "choice": "input", "date": "input_date", "text": "input_text"}
_NARROW = ("序号", "卡号", "预赋分值")
_LEAST_WIDTH = 64.0  # so that the heading has room above a small table
_TITLE_SIGN = 2.7  # the width of a Chinese character of the title
_PORTRAIT = 95.0  # what fits an upright page at a size that one can read
_MOST_FROZEN = 60.0  # so that a small screen still shows the cells to fill in
_ONE_LINE = 20.0  # what needs no more has room anyway
_PAGE = 150.0  # about what a page shows of a register that is several pages wide
_SHORT = 4  # a word in the middle of its cell
_BESIDE, _MOST_BESIDE = 18.0, 40.0  # the columns that show something beside the inputs
_WIDTHS = {"序号": 6, "卡号": 6, "预赋分值": 9, "类别": 12, "对象类别": 22, "评估主体": 40}
_GAP_ROW, _NOTE_ROW, _PROGRESS_ROW = 2, 3, 4  # sheets of earlier versions have their 模板编号 in the gap
_SIGNATURE = "&L评估主体（签章）：　　　　　　　　日期：　　　　&R第 &P 页，共 &N 页"
_KEYED = "&L录入人：　　　　　　　监录人：　　　　　　　日期：　　　　&R第 &P 页，共 &N 页"


@dataclass(frozen=True, slots=True)
class BesideInputs:
    """What a form shows to the right of the inputs where its tables have room for it, by place, and what explains it.

    It is not asked, not read back, and no part of the form: the same form goes out with it and without it.
    """

    cells: Mapping[tuple[str, int, int], Value] = field(default_factory=dict)  # by worksheet, row and column
    notes: Mapping[str, str] = field(default_factory=dict)  # by worksheet

    def on(self, title: str) -> dict[tuple[int, int], Value]:
        """What is shown on a worksheet, by row and column."""
        return {(row, column): value for (sheet, row, column), value in self.cells.items() if sheet == title}


NOTHING = BesideInputs()


def book(
    form: Form,
    filled: FilledCells | None = None,
    replaces: str = "",
    guide: Sequence[GuideSection] = (),
    beside: BesideInputs = NOTHING,
    key: Key = NO_KEY,
) -> Book:
    """The workbook of a form; `replaces` is the hash of the submission that it mends, `guide` the instructions
    (`guidance.guide` has them for a form of an evaluation), `key` what its identity is signed with."""
    code = form.identity(replaces, key).code()
    names = _names(form)
    lines = [progress(form, sheet, len(names) + at, names, filled or {}) for at, sheet in enumerate(form.sheets)]
    tabs = [
        _tab(form, sheet, code, names, line, filled or {}, beside)
        for sheet, line in zip(form.sheets, lines, strict=True)
    ]
    tabs += [guide_tab(form.title, guide)] if guide else []
    tabs.append(Tab(LIST_SHEET, dict(_list_cells(names, lines)), state="hidden", protect=True))
    cells = {(0, 0): Cell("identity"), (0, 1): Cell(code), (1, 0): Cell("title"), (1, 1): Cell(form.title)}
    tabs.append(Tab(IDENTITY_SHEET, cells, state="veryHidden", protect=True))
    defined = tuple((name, _list_range(at, choices)) for at, (choices, name) in enumerate(names.items()))
    return Book(tuple(tabs), form.title, properties=((IDENTITY_PROPERTY, code),), names=defined)


def _names(form: Form) -> Names:
    """Every distinct list of choices -> its name; lists stand in this order on the hidden sheet."""
    columns = (column for sheet in form.sheets for table in sheet.tables for column in table.columns)
    distinct = dict.fromkeys(column.choices for column in columns if column.choices)
    return {choices: f"{LIST_SHEET}_{at}" for at, choices in enumerate(distinct, 1)}


def _list_range(at: int, choices: tuple[str, ...]) -> str:
    letters = address(0, at)[:-1]
    return f"={LIST_SHEET}!${letters}$1:${letters}${len(choices)}"


def _list_cells(names: Names, lines: Sequence[ProgressLine]) -> Iterator[tuple[tuple[int, int], Cell]]:
    """A column for each list of choices, then one for each worksheet's counts."""
    for at, choices in enumerate(names):
        for row, choice in enumerate(choices):
            yield (row, at), Cell(choice, "text")
    for at, line in enumerate(lines, len(names)):
        for row, count in enumerate(line.counts):
            yield (row, at), Cell(count, "integer")


def _tab(
    form: Form, sheet: FormSheet, code: str, names: Names, line: ProgressLine, filled: FilledCells, beside: BesideInputs
) -> Tab:
    shown = beside.on(sheet.title)
    entry = ENTRIES[form.entry] if form.twice else ""
    last = max([table.left + len(table.columns) - 1 for table in sheet.tables] + [column for _, column in shown])
    title = form.title.removesuffix(f"（{entry}）")
    widths = _widths(sheet, shown, last + 1, title)
    last = min(last, max(table.left + len(table.columns) - 1 + table.beside for table in sheet.tables))
    notes = (*sheet.notes, "只填浅黄色单元格。", *([beside.notes[sheet.title]] if sheet.title in beside.notes else []))
    note = "".join(each if each.endswith("。") else each + "　" for each in notes)
    cells: dict[tuple[int, int], Cell] = {
        (0, 0): Cell(title, "title"),
        (1, 0): Cell("　".join(part for part in (sheet.heading, entry) if part), "subtitle"),
        (_NOTE_ROW, 0): Cell(note, "paragraph"),
        (_PROGRESS_ROW, 0): Cell(line.line, "banner"),
    }
    for table in sheet.tables:
        if table.caption:
            cells[table.top - 1, 0] = Cell(table.caption, "note")
        cells |= dict(_table_cells(sheet.title, table, filled))
    cells[sheet.foot, 0] = Cell(CODE_LABEL + code, "foot")
    heads = {table.top for table in sheet.tables}
    cells |= {place: shown_cell(value, head=place[0] in heads) for place, value in shown.items()}
    first = sheet.tables[0]
    over = _headed(widths[: last + 1])
    merged = (0, 1, _NOTE_ROW, _PROGRESS_ROW, sheet.foot) if over else ()
    return Tab(
        sheet.title,
        cells,
        widths=widths,
        heights=_higher(_heights(sheet, code, note, widths, over, filled), sheet, shown, widths),
        merges=tuple((address(row, 0), address(row, over)) for row in merged),
        checks=tuple(check(block, names) for table in sheet.tables for block in blocks(table)),
        highlights=(
            *lights(_PROGRESS_ROW, over),
            *(light for table in sheet.tables for light in highlights(table, names)),
        ),
        freeze=(first.top + 1, _frozen(widths[: first.left])),
        protect=True,
        landscape=sum(widths) > _PORTRAIT,
        repeat_rows=(first.top, first.top),
        header=f"&L{header_text(form.title[:60])}&R{header_text(sheet.title)}",
        footer=_KEYED if form.twice else _SIGNATURE,
    )


def _headed(widths: Sequence[float]) -> int:
    """The last column over which title and notes stand: no further than a page, so that paper does not cut them."""
    if sum(widths) <= 2 * _PORTRAIT:
        return len(widths) - 1
    return max(at for at in range(len(widths)) if sum(widths[: at + 1]) <= _PAGE)


def _heights(
    sheet: FormSheet, code: str, note: str, widths: tuple[float, ...], over: int, filled: FilledCells
) -> dict[int, float]:
    """Of the lines above the tables, of rows with much text, and of the tables' heads."""
    wide = sum(widths[: over + 1])
    heights = {
        0: 30.0,
        1: 20.0,
        _GAP_ROW: 6.0,
        sheet.foot: room(CODE_LABEL + code, 1.5 * wide),
        _NOTE_ROW: room(note, wide),
        _PROGRESS_ROW: 24.0,
    }
    for table in sheet.tables:
        heights |= dict(_wordy_rows(sheet.title, table, widths, filled))
    return heights | {table.top: _head_height(table, widths) for table in sheet.tables}


def _higher(
    heights: dict[int, float], sheet: FormSheet, shown: Mapping[tuple[int, int], Value], widths: Sequence[float]
) -> dict[int, float]:
    """With room for long texts beside the inputs."""
    heads = {table.top for table in sheet.tables}
    for (row, column), value in shown.items():
        needed = sum(room(part, widths[column]) for part in str(value).split("\n")) if isinstance(value, str) else 0
        if row not in heads and needed > heights.get(row, _ONE_LINE):
            heights[row] = needed
    return heights


def _frozen(widths: tuple[float, ...]) -> int:
    """How many label columns stay in view."""
    return next((at for at in range(len(widths), 0, -1) if sum(widths[:at]) <= _MOST_FROZEN), 0)


def shown_cell(value: Value, *, head: bool) -> Cell:
    """Information beside the inputs as a cell; the heading of a table stands in white."""
    if head:
        return Cell(value, "head")
    if isinstance(value, str):
        return Cell(value, "label_center" if len(value) <= _SHORT else "label_wrap")
    hundredths = isinstance(value, Decimal) and value.as_tuple().exponent == -2
    return Cell(value, "hundredths" if hundredths else "number_any")


def _widths(sheet: FormSheet, shown: Mapping[tuple[int, int], Value], count: int, title: str) -> tuple[float, ...]:
    beside = {
        column: max(measure(str(value)) for (_, at), value in shown.items() if at == column) for _, column in shown
    }
    least_of = {column: min(max(1.1 * longest, _BESIDE), _MOST_BESIDE) for column, longest in beside.items()}
    widths = [max(_width(sheet, at), least_of.get(at, 0.0)) for at in range(count)]
    least = max(_LEAST_WIDTH, min(_TITLE_SIGN * len(title), _PORTRAIT))
    lacking = least - sum(widths)
    if lacking > 0:
        widths[-1] += lacking / 2
        widths[-2 if count > 1 else -1] += lacking / 2
    return tuple(widths)


def _width(sheet: FormSheet, at: int) -> float:
    def wanted(table: FormTable) -> float:
        if at < table.left:
            header = table.label_headers[at]
            longest = max((measure(line.labels[at]) for line in table.lines), default=8)
            return _WIDTHS.get(header, min(max(1.1 * longest, 12), 60))
        if at - table.left >= len(table.columns):
            return 0
        column = table.columns[at - table.left]
        if column.width:
            return column.width
        if column.kind == "text":
            return 36 if table.kind == "open" else 60
        longest = widest(column.header)
        choice = max(map(measure, column.choices), default=0)
        if table.kind == "cards":  # as narrow as the choices allow: dozens of units stand side by side
            return min(max(7, 1.05 * choice + 1), 30)
        return min(max(10, 1.05 * longest, 1.05 * choice + 3), 30)

    return max(wanted(table) for table in sheet.tables)


def _head_height(table: FormTable, widths: Sequence[float]) -> float:
    """Room for the longest column heading."""
    placed = enumerate(table.columns, table.left)
    lines = (room(part, widths[at] + 2) for at, column in placed for part in column.header.split("\n"))
    return min(max(42, max(lines, default=0)), 140)


def _wordy_rows(
    title: str, table: FormTable, widths: Sequence[float], filled: FilledCells
) -> Iterator[tuple[int, float]]:
    """Rows in which people write sentences: room for three lines, or for what stands there already."""
    if not any(column.width for column in table.columns):
        return
    for row, line in enumerate(table.lines, table.top + 1):
        texts = [*line.labels, *(filled.get((title, address(row, at))) for at in range(table.left, len(widths)))]
        needed = (room(str(text or ""), width) for text, width in zip(texts, widths, strict=False))
        yield row, max(51.5 if table.kind == "open" else 36.0, *needed)


def _table_cells(title: str, table: FormTable, filled: FilledCells) -> Iterator[tuple[tuple[int, int], Cell]]:
    for at, header in enumerate(table.label_headers):
        yield (table.top, at), Cell(header, "head")
    for number, column in enumerate(table.columns):
        yield (table.top, table.left + number), Cell(column.header, "head")
    for at, line in enumerate(table.lines):
        row = table.top + 1 + at
        for place, label in enumerate(line.labels):
            yield (row, place), Cell(label, "label_center" if table.label_headers[place] in _NARROW else "label_wrap")
        for number, column in enumerate(table.columns):
            spot = row, table.left + number
            if (at, number) in table.blocked:
                yield spot, Cell(None, "blocked")
            elif column.kind == "sum":
                yield spot, Cell(_sum(table, number, row), "total")
            else:
                yield spot, Cell(filled.get((title, address(*spot))), _STYLES[column.kind])


def _sum(table: FormTable, number: int, row: int) -> Formula:
    columns = table.summed(number)
    cells = f"{address(row, table.left + columns.start)}:{address(row, table.left + columns.stop - 1)}"
    return Formula(f'=IF(COUNT({cells})=0,"",SUM({cells}))')
