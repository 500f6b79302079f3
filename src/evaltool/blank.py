"""A form as a workbook: the blank sheet that goes out, or one with values already in it.

Only input cells are unlocked; each has its drop-down or its bounds.  The identity stands in three places (a hidden
worksheet, the document's properties, the visible 模板编号), so that it survives what offices do to files.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from evaltool.forms import CODE_LABEL, IDENTITY_PROPERTY, IDENTITY_SHEET, LIST_SHEET, Column, Form, FormSheet, Table
from evaltool.reader import address
from evaltool.workbook import Book, Cell, Check, Formula, Tab, Value

Filled = Mapping[tuple[str, str], Value]
"""(worksheet, address) -> value, for the cells that are already filled."""

_STYLES = {"number": "input", "count": "input", "choice": "input", "date": "input_date", "text": "input_text"}
_NARROW = ("序号", "卡号", "预赋分值")
_LEAST_WIDTH = 64.0  # so that the heading has room above a small table
_WIDTHS = {"序号": 6, "卡号": 6, "预赋分值": 9, "类别": 12, "对象类别": 22, "评估主体": 40}


def book(form: Form, filled: Filled | None = None, replaces: str = "") -> Book:
    """The workbook of a form; `replaces` is the hash of the submission that it mends."""
    code = form.identity(replaces).code()
    lists = _lists(form)
    tabs = [_tab(form, sheet, code, lists, filled or {}) for sheet in form.sheets]
    if lists:
        tabs.append(Tab(LIST_SHEET, dict(_list_cells(lists)), state="hidden"))
    cells = {(0, 0): Cell("identity"), (0, 1): Cell(code), (1, 0): Cell("title"), (1, 1): Cell(form.title)}
    tabs.append(Tab(IDENTITY_SHEET, cells, state="veryHidden", protect=True))
    return Book(tuple(tabs), form.title, properties=((IDENTITY_PROPERTY, code),))


def _lists(form: Form) -> dict[tuple[str, ...], int]:
    """Every distinct list of choices -> its column on the hidden sheet."""
    columns = (column for sheet in form.sheets for table in sheet.tables for column in table.columns)
    distinct = dict.fromkeys(column.choices for column in columns if column.choices)
    return {choices: at for at, choices in enumerate(distinct)}


def _list_cells(lists: Mapping[tuple[str, ...], int]) -> Iterator[tuple[tuple[int, int], Cell]]:
    for choices, at in lists.items():
        for row, choice in enumerate(choices):
            yield (row, at), Cell(choice, "text")


def _tab(form: Form, sheet: FormSheet, code: str, lists: Mapping[tuple[str, ...], int], filled: Filled) -> Tab:
    last = max(table.left + len(table.columns) for table in sheet.tables) - 1
    cells: dict[tuple[int, int], Cell] = {
        (0, 0): Cell(f"{form.title}", "title"),
        (1, 0): Cell(sheet.heading, "subtitle"),
        (2, 0): Cell(CODE_LABEL + code, "small"),
        (3, 0): Cell("".join(sheet.notes) + "只填浅黄色单元格。", "note"),
    }
    for table in sheet.tables:
        if table.caption:
            cells[table.top - 1, 0] = Cell(table.caption, "note")
        cells |= dict(_table_cells(sheet.title, table, filled))
    first = sheet.tables[0]
    return Tab(
        sheet.title,
        cells,
        widths=_widths(sheet, last + 1),
        heights={0: 30, 1: 20, **{table.top: 42 for table in sheet.tables}},
        merges=((("A1", address(0, last)), ("A2", address(1, last))) if last else ()),
        checks=tuple(check for table in sheet.tables for check in _checks(table, lists)),
        freeze=(first.top + 1, first.left),
        protect=True,
        landscape=last > 5,
        repeat_rows=(first.top, first.top),
        footer="&C第 &P 页，共 &N 页",
    )


def _widths(sheet: FormSheet, count: int) -> tuple[float, ...]:
    widths = [_width(sheet, at) for at in range(count)]
    lacking = _LEAST_WIDTH - sum(widths)
    if lacking > 0:
        widths[-1] += lacking / 2
        widths[-2 if count > 1 else -1] += lacking / 2
    return tuple(widths)


def _width(sheet: FormSheet, at: int) -> float:
    def wanted(table: Table) -> float:
        if at < table.left:
            header = table.label_headers[at]
            longest = max((len(line.labels[at]) for line in table.lines), default=4)
            return _WIDTHS.get(header, min(max(2.2 * longest, 12), 60))
        if at - table.left >= len(table.columns):
            return 0
        column = table.columns[at - table.left]
        if column.kind == "text":
            return 36
        longest = max((len(part) for part in column.header.split("\n")), default=4)
        widest = max((len(choice) for choice in column.choices), default=0)
        return min(max(10, 2.1 * longest, 2.1 * widest + 3 if table.kind != "cards" else 0), 30)

    return max(wanted(table) for table in sheet.tables)


def _table_cells(title: str, table: Table, filled: Filled) -> Iterator[tuple[tuple[int, int], Cell]]:
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


def _sum(table: Table, number: int, row: int) -> Formula:
    columns = table.summed(number)
    cells = f"{address(row, table.left + columns.start)}:{address(row, table.left + columns.stop - 1)}"
    return Formula(f'=IF(COUNT({cells})=0,"",SUM({cells}))')


def _checks(table: Table, lists: Mapping[tuple[str, ...], int]) -> Iterator[Check]:
    for number, column in enumerate(table.columns):
        own = {line.high for line in table.lines if line.high is not None}
        if column.kind in ("text", "sum", "date"):
            continue
        if own and column.field == "mark":
            for at, line in enumerate(table.lines):
                yield _check(column, table, number, at, at, str(line.high), lists)
        else:
            yield _check(column, table, number, 0, len(table.lines) - 1, str(column.high), lists)


def _check(
    column: Column, table: Table, number: int, first: int, last: int, high: str, lists: Mapping[tuple[str, ...], int]
) -> Check:
    place = table.left + number
    cells = address(table.top + 1 + first, place), address(table.top + 1 + last, place)
    name = column.header.split("\n")[0][:32]
    if column.kind == "choice":
        at = lists[column.choices]
        source = f"={LIST_SHEET}!{_fixed(0, at)}:{_fixed(len(column.choices) - 1, at)}"
        return Check(
            *cells, "list", choices=source, title=name, prompt="请从下拉列表中选择。", alert="只能从下拉列表中选择。"
        )
    digits = f"，最多{column.decimals}位小数" if column.decimals else "的整数"
    bounds = f"请填 {column.low} 到 {high} 之间的数{digits}。"
    kind = "decimal" if column.decimals else "integer"
    return Check(*cells, kind, str(column.low), high, title=name, prompt=bounds, alert=bounds)  # type: ignore[arg-type]


def _fixed(row: int, column: int) -> str:
    letters = address(0, column)[:-1]
    return f"${letters}${row + 1}"
