"""What an evaluator typed, cell by cell, for the fresh sheet that goes back to them.

What could be read stands there again as it was read.  What could not stands there as text, where it stays a mistake
until somebody mends it, and not at all where it would pass for an answer: nothing is corrected silently.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from evaltool import reader
from evaltool.exact import plain
from evaltool.inbox.extract.locate import TablePlace, locate, shown
from evaltool.inbox.extract.parsing import Parsed, percent, say
from evaltool.inbox.extract.workbook import in_percent, merged_cells, said_in
from evaltool.inbox.problems import Problem
from evaltool.names import folded
from evaltool.questions.forms import ABSTAINED, Form, FormColumn, FormSheet, FormTable
from evaltool.reader import ReadCell, Sheet, address
from evaltool.reader.numberformats import EPOCH, EPOCH_1904
from evaltool.writers.book import Value

FormCell = tuple[str, str]  # worksheet and address

_TOO_BIG = 10**15  # more digits than a cell can hold
_LONGEST = 32_767  # UTF-16 units of text that a cell can hold


@dataclass(frozen=True, slots=True)
class Refill:
    """`filled` is by place on the fresh sheet, as are `unread`: cells that say nothing that can be used.

    `moved` leads from a place in the submission to the place of the same question on the fresh sheet.  `beside` is what
    the submission showed to the right of the inputs, by worksheet, row and column of the fresh sheet.
    """

    filled: dict[FormCell, Value] = field(default_factory=dict)
    unread: set[FormCell] = field(default_factory=set)
    moved: dict[FormCell, FormCell] = field(default_factory=dict)
    beside: dict[tuple[str, int, int], Value] = field(default_factory=dict)


def refill(form: Form, data: bytes) -> Refill:
    """Everything that stands in the input cells of a submission; nothing for a file that cannot be read."""
    made = Refill()
    book = reader.read(data)
    if isinstance(book, reader.Unreadable):
        return made
    epoch = EPOCH_1904 if book.date1904 else EPOCH
    sheets = {folded(sheet.title): sheet for sheet in book.sheets}
    for layout in form.sheets:
        sheet = sheets.get(folded(layout.title))
        for table in layout.tables if sheet else ():
            assert sheet is not None
            _table(layout, table, sheet, epoch, made)
    return made


def _table(layout: FormSheet, table: FormTable, sheet: Sheet, epoch: date, made: Refill) -> None:
    problems: list[Problem] = []
    place = locate(sheet, table, problems)
    merged = merged_cells(sheet, table, place)
    made.beside.update(_beside(layout, table, sheet, place))
    for at, number, fresh_row, fresh_column in table.cells():
        column, row, found = table.columns[number], place.rows[at], place.columns[number]
        if column.kind == "sum":
            continue
        fresh = layout.title, address(fresh_row, fresh_column)
        if row is None or found is None:
            made.unread.add(fresh)
            continue
        made.moved[sheet.title, address(row, found)] = fresh
        said = said_in(sheet, (row, found), column, merged, epoch)
        if said.problem == "SCORE_PERCENT" and in_percent(table, table.lines[at], column):
            said = percent(sheet.cells[row, found], column)
        if said.state == "broken":
            made.unread.add(fresh)
        value = None if (row, found) in merged else _value(column, said, sheet.cells.get((row, found)), epoch)
        if value is not None:
            made.filled[fresh] = value


def _beside(
    layout: FormSheet, table: FormTable, sheet: Sheet, place: TablePlace
) -> Iterator[tuple[tuple[str, int, int], Value]]:
    """What the submission showed to the right of the inputs."""
    for column, found in enumerate(place.beside, table.left + len(table.columns)):
        for fresh_row, row in enumerate((place.header, *place.rows), table.top):
            cell = None if row is None else sheet.cells.get((row, found))
            if cell is not None:
                yield (layout.title, fresh_row, column), _repeated(cell)


def _repeated(cell: ReadCell) -> Value:
    if cell.number is None or abs(cell.number) >= _TOO_BIG:
        return _cut(shown(cell))
    return cell.number.quantize(Decimal("0.01")) if cell.format == "0.00" else cell.number


def _value(column: FormColumn, said: Parsed, cell: ReadCell | None, epoch: date) -> Value:
    """What to put into the fresh cell; None leaves it blank."""
    if cell is None or said.state == "blank":
        return None
    if said.state == "abstained":
        return ABSTAINED
    if said.state == "broken":
        return _cut(_broken(column, said, cell, epoch))
    if column.kind == "date":
        return (date.fromisoformat(said.text) - EPOCH).days
    if column.kind == "text" or said.value is None:
        return _cut(said.text)
    if column.kind == "choice":
        return column.choices[said.value]
    return Decimal(said.value).scaleb(-column.decimals)


def _broken(column: FormColumn, said: Parsed, cell: ReadCell, epoch: date) -> Value:
    """A mistake as it was typed, if it stays a mistake where it stands."""
    if column.kind == "text":
        return None  # any text would be an answer
    if cell.formula is not None:
        return f"公式 {cell.formula}".strip()
    if cell.kind == "bool":
        return "FALSE" if cell.text in ("0", "FALSE") else "TRUE"
    if cell.number is None or column.kind not in ("number", "count"):
        return said.text
    return _broken_number(column, said, cell, cell.number, epoch)


def _broken_number(column: FormColumn, said: Parsed, cell: ReadCell, number: Decimal, epoch: date) -> Value:
    if said.problem in ("SCORE_DECIMALS", "SCORE_NOT_WHOLE", "SCORE_RANGE"):
        return number if abs(number) < _TOO_BIG else f"数字过大：{plain(number)}"
    if said.problem == "SCORE_PERCENT":
        return f"{plain(number * 100)}%"
    if said.problem == "SCORE_DATE":
        day = say(cell, replace(column, kind="date"), epoch)
        return None if day.problem else day.text
    return None  # the evaluator saw something else than the number


def _cut(value: Value) -> Value:
    if not isinstance(value, str):
        return value
    return value.encode("utf-16-le", "surrogatepass")[: 2 * _LONGEST].decode("utf-16-le", "ignore")


def inputs(form: Form) -> Iterator[FormCell]:
    """Every place of a form that an evaluator fills in, in the order of the sheets."""
    for layout in form.sheets:
        for table in layout.tables:
            for _, number, row, column in table.cells():
                if table.columns[number].kind != "sum":
                    yield layout.title, address(row, column)
