"""Mistakes with rows, columns, labels and worksheets, for the catalogue of `mistakes.py`."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from evaltool.questions.forms import FormSheet, FormTable
from evaltool.reader import address
from filling import spots
from filling_player import spots_of
from mistakes import Case, Expected, choices, letters, marks, mistake, row_of, typed


def _open(
    case: Case, *kinds: str, lines: int = 1, alone: bool = True
) -> tuple[openpyxl.Workbook, Worksheet, FormSheet, FormTable] | None:
    """A workbook with sums as Excel stores them, ready to have rows and columns moved: one of its tables with so many
    lines at least, the only one of its worksheet if it is to be `alone`."""
    every = case.tables(*kinds)
    found = [each for each in every if len(each[1].lines) >= lines and not (alone and len(each[0].tables) > 1)]
    if not found:
        return None
    sheet, table = case.dice.choice(found)
    book = case.book()
    at = book[sheet.title]
    for area in list(at.merged_cells.ranges):  # openpyxl does not move them along
        at.unmerge_cells(str(area))
    for spot, total in _sums(case, sheet, table):
        at[spot] = total
    return book, at, sheet, table


def _sums(case: Case, sheet: FormSheet, table: FormTable) -> Iterator[tuple[str, float]]:
    given = {spot.cell: case.value(spot) for spot in spots_of(sheet, table)}
    for line in range(len(table.lines)):
        for number, column in enumerate(table.columns):
            if column.kind == "sum":
                row = table.top + 1 + line
                parts = [given.get(address(row, table.left + at)) for at in table.summed(number)]
                total = sum((Decimal(str(part)) for part in parts if part is not None), Decimal(0))
                yield address(row, table.left + number), float(total)


@mistake
def _row_inserted_above(case: Case) -> Expected | None:
    if not (opened := _open(case, "grid", "cards", "tally", "open", alone=False)):
        return None
    book, at, sheet, _ = opened
    count = case.dice.choice((1, 2))
    at.insert_rows(case.dice.randint(1, 5), count)
    case.keep(book)
    first = min(each.top for each in sheet.tables)
    return case.says("LABELS_MOVED", sheet.title, address(first + count, 0))


@mistake
def _row_deleted_above(case: Case) -> Expected | None:
    if not (opened := _open(case, "grid", "cards", "tally", "open", alone=False)):
        return None
    book, at, sheet, _ = opened
    at.delete_rows(case.dice.choice((4, 5)))
    case.keep(book)
    first = min(each.top for each in sheet.tables)
    return case.says("LABELS_MOVED", sheet.title, address(first - 1, 0))


@mistake
def _row_inserted_inside(case: Case) -> Expected | None:
    if not (opened := _open(case, "grid", "tally", "cards", lines=2)):
        return None
    book, at, sheet, table = opened
    at.insert_rows(table.top + 2 + case.dice.randint(1, len(table.lines) - 1))
    case.keep(book)
    return case.says("LABELS_MOVED", sheet.title, address(table.top, 0))


@mistake
def _row_deleted(case: Case) -> Expected | None:
    """A unit's line is gone: said where it stood."""
    if not (opened := _open(case, "grid", lines=3)):
        return None
    book, at, sheet, table = opened
    row = table.top + 1 + case.dice.randrange(len(table.lines))
    at.delete_rows(row + 1)
    case.keep(book)
    return case.says("LABEL_MISSING", sheet.title, address(row, 1))


@mistake
def _row_copied(case: Case) -> Expected | None:
    """The same unit twice: said at the second."""
    if not (opened := _open(case, "grid", "tally", lines=3)):
        return None
    book, at, sheet, table = opened
    row = table.top + 1 + case.dice.randrange(len(table.lines)) + 1
    at.insert_rows(row + 1)
    for column in range(1, table.left + len(table.columns) + 1):
        at.cell(row + 1, column).value = at.cell(row, column).value
    if not any(at.cell(row, table.left + 1 + number).value is not None for number in range(len(table.columns))):
        return None
    case.keep(book)
    return case.says("LABEL_REPEATED", sheet.title, address(row, 1))


@mistake
def _rows_sorted(case: Case) -> Expected | None:
    if not (opened := _open(case, "grid", "tally", lines=3)):
        return None
    book, at, sheet, table = opened
    width = table.left + len(table.columns)
    lines = [
        [at.cell(table.top + 2 + line, column).value for column in range(1, width + 1)]
        for line in range(len(table.lines))
    ]
    first = case.dice.randrange(1, table.left) if table.left > 2 else 0
    ordered = list(reversed(lines)) if not first else sorted(lines, key=lambda each: str(each[first]), reverse=True)
    if ordered == lines:
        return None
    for line, cells in enumerate(ordered):
        for column, value in enumerate(cells, 1):
            at.cell(table.top + 2 + line, column).value = value
    case.keep(book)
    return case.says("LABELS_MOVED", sheet.title, address(table.top, 0))


@mistake
def _column_inserted(case: Case) -> Expected | None:
    if not (opened := _open(case, "grid", "cards", "tally", "open")):
        return None
    book, at, sheet, table = opened
    where = case.dice.randint(1, table.left + len(table.columns) - 1)
    at.insert_cols(where + 1)
    case.keep(book)
    return case.says("LABELS_MOVED", sheet.title, address(table.top, 0))


@mistake
def _column_deleted(case: Case) -> Expected | None:
    """What is gone is said at the place where it stood."""
    if any(column.kind == "sum" for _, table in case.tables("grid") for column in table.columns):
        return None  # the sums would rightly differ as well
    if not (opened := _open(case, "grid")):
        return None
    book, at, sheet, table = opened
    column = table.left + case.dice.randrange(len(table.columns))
    at.delete_cols(column + 1)
    case.keep(book)
    return case.says("LABEL_MISSING", sheet.title, address(table.top, column))


@mistake
def _heading_row_deleted(case: Case) -> Expected | None:
    if not (opened := _open(case, "grid")):
        return None
    book, at, sheet, table = opened
    at.delete_rows(table.top + 1)
    case.keep(book)
    return case.says("LABEL_MISSING", sheet.title, address(table.top, 0))


@mistake
def _unit_renamed(case: Case) -> Expected | None:
    found = [each for each in case.tables("grid") if len(each[0].tables) == 1]
    if not found:
        return None
    sheet, table = case.dice.choice(found)
    cell = address(table.top + 1 + case.dice.randrange(len(table.lines)), 1)
    return typed(case, sheet.title, cell, case.dice.choice(["第九十九局", None]), "LABEL_CHANGED")


@mistake
def _question_renamed(case: Case) -> Expected | None:
    found = [each for each in case.tables("grid") if each[1].columns[0].kind != "sum"]
    if not found:
        return None
    sheet, table = case.dice.choice(found)
    return typed(case, sheet.title, address(table.top, table.left), "我的打分", "LABEL_CHANGED")


@mistake
def _heading_of_labels_renamed(case: Case) -> Expected | None:
    found = [each for each in case.tables("grid", "tally") if len(each[0].tables) == 1]
    if not found:
        return None
    sheet, table = case.dice.choice(found)
    return typed(case, sheet.title, address(table.top, 1), "单位名", "HEADING_CHANGED")


@mistake
def _note_beside(case: Case) -> Expected | None:
    if not (found := case.tables("grid", "cards", "tally", "open")):
        return None
    sheet, _ = case.dice.choice(found)
    right = max(each.left + len(each.columns) for each in sheet.tables)
    row = sheet.tables[0].top + case.dice.randint(0, len(sheet.tables[0].lines))
    return typed(case, sheet.title, address(row, right + case.dice.choice((0, 1))), "情况特殊，见附件", "CELL_OUTSIDE")


@mistake
def _number_below(case: Case) -> Expected | None:
    if not (found := case.tables("grid", "cards", "tally")):
        return None
    sheet, _ = case.dice.choice(found)
    last = sheet.tables[-1]
    number = case.dice.randrange(len(last.columns))
    rows = [row for row in range(last.bottom + 1, last.bottom + 4) if row != sheet.foot]
    cell = address(case.dice.choice(rows[:2]), last.left + number)
    return typed(case, sheet.title, cell, 5, "ROW_UNEXPECTED")


@mistake
def _totals_below(case: Case) -> Expected | None:
    """A row of one's own under the table: said once, at its first number."""
    found = [each for each in case.tables("grid") if len(each[0].tables) == 1]
    if not found:
        return None
    sheet, table = case.dice.choice(found)
    book, row = case.book(), table.bottom + 1
    book[sheet.title][address(row, 1)] = "合计"
    for number in range(len(table.columns)):
        book[sheet.title][address(row, table.left + number)] = 50 + number
    case.keep(book)
    return case.says("ROW_UNEXPECTED", sheet.title, address(row, table.left))


def _hide(case: Case, *, rows: bool) -> Expected | None:
    spot = case.any([each for each in marks(case) + choices(case) if each.table.kind == "grid"])
    if spot is None:
        return None
    book = case.book()
    at = book[spot.sheet]
    if rows:
        at.row_dimensions[row_of(spot)].hidden = True
        hidden = [each for each in spots(case.sheet.form) if each.sheet == spot.sheet and row_of(each) == row_of(spot)]
    else:
        at.column_dimensions[letters(spot)].hidden = True
        same = [each for each in spots(case.sheet.form) if each.sheet == spot.sheet]
        hidden = [each for each in same if letters(each) == letters(spot)]
    case.keep(book)
    first = next(each for each in hidden if case.value(each) is not None)
    return case.says("HIDDEN_SCORE", *first.place)


@mistake
def _hidden_row(case: Case) -> Expected | None:
    return _hide(case, rows=True)


@mistake
def _hidden_column(case: Case) -> Expected | None:
    return _hide(case, rows=False)


# --- worksheets ------------------------------------------------------------------------------------------------------


@mistake
def _worksheet_renamed(case: Case) -> Expected | None:
    book, sheet = case.book(), case.dice.choice(case.sheet.form.sheets)
    title = case.dice.choice(["Sheet1", f"{sheet.title[:20]}（定稿）"])
    book[sheet.title].title = title
    case.keep(book)
    return case.says("SHEET_RENAMED", title)


@mistake
def _worksheet_renamed_without_its_code(case: Case) -> Expected | None:
    """Nothing proves any more that it is the one that was sent out."""
    book, sheet = case.book(), case.dice.choice(case.sheet.form.sheets)
    book[sheet.title].cell(sheet.foot + 1, 1).value = None
    book[sheet.title].title = f"{sheet.title[:20]}（定稿）"
    case.keep(book)
    return case.says("SHEET_MISSING", sheet.title)


@mistake
def _worksheet_deleted(case: Case) -> Expected | None:
    """One of cards or of their tally only if it was not the one that was filled in: its answers would be gone too."""
    used = {spot.sheet for spot in spots(case.sheet.form) if case.value(spot) is not None}
    spare = [each for each in case.sheet.form.sheets if not (case.is_batch() and each.title in used)]
    if len(case.sheet.form.sheets) < 2 or not spare:
        return None
    book, sheet = case.book(), case.dice.choice(spare)
    book.remove(book[sheet.title])
    case.keep(book)
    return case.says("SHEET_MISSING", sheet.title)


@mistake
def _worksheet_hidden(case: Case) -> Expected | None:
    if len(case.sheet.form.sheets) < 2:
        return None
    book, sheet = case.book(), case.dice.choice(case.sheet.form.sheets)
    book.active = next(at for at, each in enumerate(book.sheetnames) if each != sheet.title)
    book[sheet.title].sheet_state = "hidden"
    case.keep(book)
    return case.says("SHEET_HIDDEN", sheet.title)


@mistake
def _worksheet_added(case: Case) -> Expected | None:
    book = case.book()
    book.create_sheet("计算草稿")["A1"] = 95
    case.keep(book)
    return case.says("SHEET_EXTRA", "计算草稿")


@mistake
def _worksheet_left_blank(case: Case) -> Expected | None:
    sheets = [sheet for sheet in case.sheet.form.sheets if sheet.tables[0].kind == "grid"]
    if case.is_batch() or len(case.sheet.form.sheets) < 2 or not sheets:
        return None
    sheet = case.dice.choice(sheets)
    _empty(case, {sheet.title})
    return case.says("SHEET_BLANK", sheet.title)


@mistake
def _workbook_left_blank(case: Case) -> Expected | None:
    _empty(case, {sheet.title for sheet in case.sheet.form.sheets})
    return case.says("SHEET_BLANK")


def _empty(case: Case, titles: set[str]) -> None:
    book = case.book()
    for spot in spots(case.sheet.form):
        if spot.sheet in titles:
            book[spot.sheet][spot.cell] = None
    case.keep(book)
