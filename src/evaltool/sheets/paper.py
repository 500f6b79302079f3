"""Sheets of paper for marking on the spot: the same questions in the same order as the form that they are keyed into.

They are printed and written on by hand: room in every cell, choices to tick, places for signatures.  They carry no
identity; a workbook of this kind that is mailed back is no submission.  Of a batch of cards there is the card itself,
to be copied for every voter; it has no place for a name.
"""

from __future__ import annotations

from collections.abc import Sequence

from evaltool.questions.forms import ENTRIES, SERIAL, Form, FormColumn, FormSheet, FormTable
from evaltool.reader import address
from evaltool.sheets.blank import NOTHING, BesideInputs, shown_cell
from evaltool.sheets.guidesheet import room
from evaltool.writers.book import Book, Cell, Tab, header_text
from evaltool.writers.widths import measure, widest

TICK = "□"
_MOST_TICKED = 6  # more choices than that are written by hand
_MOST_LINES = 25  # of rows that are added as things happen: what fits a page
_ROW, _HEAD = 30.0, 44.0
_PORTRAIT = 100.0
_LEAST_WIDTH = 80.0  # so that the title has room above a small table
_PAGES = "&R第 &P 页，共 &N 页"
_ROOM = "　" * 9  # to sign in
_SIGNED = f"&L&12打分人签名：{_ROOM}日期：{_ROOM}\n计票人：{_ROOM}监票人：{_ROOM}{_PAGES}"
_COUNTED = f"&L&12计票人：{_ROOM}监票人：{_ROOM}日期：{_ROOM}{_PAGES}"


Title = tuple[str, str]
"""The evaluation and who marks."""


def is_on_paper(form: Form) -> bool:
    """Whether a form is marked on paper: two people key it, or it shows the interim result on the spot."""
    return form.entry == "1" and (form.twice or any(table.beside for sheet in form.sheets for table in sheet.tables))


def paper_name(form: Form) -> str:
    stem = form.file_name.removesuffix(".xlsx").removesuffix(f"-录入{form.entry}" if form.twice else "")
    return f"{stem}-纸质.xlsx"


def paper(form: Form, beside: BesideInputs = NOTHING) -> Book:
    """The workbook to print for a form."""
    title, _, who = form.title.removesuffix(f"（{ENTRIES[form.entry]}）").partition("　")
    return Book(tuple(_tab((title, who), sheet, beside) for sheet in form.sheets), f"{title}　{who}（纸质）")


def _tab(title: Title, sheet: FormSheet, beside: BesideInputs) -> Tab:
    card = next((table for table in sheet.tables if table.kind == "cards"), None)
    if card:
        return _card(title, sheet, card)
    shown = beside.on(sheet.title)
    tables = [_cells(table) for table in sheet.tables]
    cells = {place: cell for table in tables for place, cell in table.items()}
    heads = {table.top for table in sheet.tables}
    cells |= {place: shown_cell(value, head=place[0] in heads) for place, value in shown.items()}
    count = max(column for _, column in cells) + 1
    widths = _widths(sheet.tables, count)
    counted = any(table.kind == "tally" or table.columns[0].kind == "count" for table in sheet.tables)
    notes = (*_notes(sheet), *([beside.notes[sheet.title]] if sheet.title in beside.notes else []))
    made = _heading(title, sheet.heading, "".join(notes), "表号：＿＿＿＿＿＿", sheet.tables[0], widths)
    return _page(sheet.title, made.cells | cells, widths, sheet.tables[0], _COUNTED if counted else _SIGNED, made)


def _notes(sheet: FormSheet) -> tuple[str, ...]:
    """What to enter, in the words of paper."""
    ticked = any(_is_ticked(column) for table in sheet.tables for column in table.columns)
    kept = [note for note in sheet.notes if "下拉列表" not in note]
    return (*kept, *([f"在所选一项前的方框（{TICK}）内打“√”，每个单位只选一项。"] if ticked else []))


def _is_ticked(column: FormColumn) -> bool:
    return column.kind == "choice" and 0 < len(column.choices) <= _MOST_TICKED


def _cells(table: FormTable) -> dict[tuple[int, int], Cell]:
    heads = (*table.label_headers, *(column.header for column in table.columns))
    cells = {(table.top, at): Cell(head, "head") for at, head in enumerate(heads)}
    lines = table.lines[:_MOST_LINES] if table.kind == "open" else table.lines
    for at, line in enumerate(lines):
        row = table.top + 1 + at
        cells |= {
            (row, place): Cell(label, "paper_center" if place == 0 and len(line.labels) > 1 else "paper")
            for place, label in enumerate(line.labels)
        }
        for number, column in enumerate(table.columns):
            away = (at, number) in table.blocked
            ticks = "　".join(f"{TICK}{choice}" for choice in column.choices) if _is_ticked(column) else None
            cells[row, table.left + number] = Cell(None, "blocked") if away else Cell(ticks, "paper_center")
    return cells


def _widths(tables: Sequence[FormTable], count: int) -> tuple[float, ...]:
    """The widths of all columns; a small table is drawn apart, so that the title has room."""
    widths = [max(_width(table, at) for table in tables) for at in range(count)]
    lacking = max(_LEAST_WIDTH - sum(widths), 0) / max(count - 1, 1)
    return (widths[0], *(width + lacking for width in widths[1:]))


def _width(table: FormTable, at: int) -> float:
    if at < table.left:
        if table.label_headers[at] == SERIAL:
            return 6.0
        longest = max((measure(line.labels[at]) for line in table.lines), default=8)
        return min(max(1.2 * longest, 10), 44)
    if at - table.left >= len(table.columns):
        return 16.0
    column = table.columns[at - table.left]
    if _is_ticked(column):
        return max(14.0, sum(1.3 * measure(choice) + 6 for choice in column.choices))
    if column.kind in ("text", "choice"):
        return 30.0
    return min(max(12.0, 1.1 * widest(column.header)), 24)


# --- a ballot card ---------------------------------------------------------------------------------------------------


def _card(title: Title, sheet: FormSheet, table: FormTable) -> Tab:
    """One card: a unit in each row, a choice in each column, a box to tick in each cell."""
    units = [column for column in table.columns if column.unit]
    choices = units[0].choices
    top = table.top
    heads = (SERIAL, "被评估单位", *choices)
    cells = {(top, at): Cell(head, "head") for at, head in enumerate(heads)}
    for row, column in enumerate(units, top + 1):
        texts = (str(row - top), column.header, *(TICK for _ in choices))
        cells |= {(row, at): Cell(text, "paper" if at == 1 else "paper_center") for at, text in enumerate(texts)}
    longest = max(measure(column.header) for column in units)
    widths = (6.0, min(max(1.2 * longest, 20), 44), *(max(11.0, 1.3 * measure(choice)) for choice in choices))
    note = "每个单位在所选一栏的方框内打“√”，只选一项；不评的留空。选两项以上或无法辨认的，该单位按未评登记。"
    heading = sheet.heading.removesuffix("登记")
    made = _heading(title, heading, note, "卡号：＿＿＿＿＿＿", table, widths)
    return _page(sheet.title, made.cells | cells, widths, table, f"&L{_PAGES}", made)


# --- the page --------------------------------------------------------------------------------------------------------


def _heading(title: Title, heading: str, note: str, number: str, table: FormTable, widths: tuple[float, ...]) -> Tab:
    """What stands above a table, and the place for the sheet's own number."""
    last = len(widths) - 1
    cells = {
        (0, 0): Cell(title[0], "title"),
        (1, 0): Cell("　".join(part for part in (title[1], heading) if part), "subtitle"),
        (2, 0): Cell(note, "paragraph"),
        (table.top - 1, 0): Cell(number, "note_right"),
    }
    merges = tuple((address(row, 0), address(row, last)) for row in (0, 1, 2, table.top - 1) if last)
    return Tab("", cells, heights={0: 32.0, 1: 22.0, 2: room(note, sum(widths)), table.top - 1: 24.0}, merges=merges)


def _page(
    name: str,
    cells: dict[tuple[int, int], Cell],
    widths: tuple[float, ...],
    table: FormTable,
    footer: str,
    above: Tab,
) -> Tab:
    rows = {row for row, _ in cells if row > table.top}
    return Tab(
        name,
        cells,
        widths=widths,
        heights=above.heights | {table.top: _HEAD} | dict.fromkeys(rows, _ROW),
        merges=above.merges,
        landscape=sum(widths) > _PORTRAIT,
        repeat_rows=(table.top, table.top),
        header=f"&L{header_text(str(above.cells[1, 0].value)[:60])}&R{header_text(name)}",
        footer=footer,
    )
