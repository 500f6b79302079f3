"""What an evaluator typed, cell by cell, for the fresh sheet that goes back to them.

What could be read stands there again as it was read.  What could not stands there as text, where it stays a mistake
until somebody mends it, and not at all where it would pass for an answer: nothing is corrected silently.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from evaltool import reader
from evaltool.exact import plain
from evaltool.identity import parse_code
from evaltool.inbox.extract.locate import TablePlace, locate, shown
from evaltool.inbox.extract.parsing import Parsed, percent, say
from evaltool.inbox.extract.workbook import codes, in_percent, merged_cells, said_in
from evaltool.inbox.extract.worksheets import worksheets
from evaltool.inbox.problems import Problem
from evaltool.questions.changed import FormCell, FormChanges, compared, every_question
from evaltool.questions.forms import ABSTAINED, Form, FormColumn, FormSheet, FormTable
from evaltool.questions.sent import SentBefore, earlier
from evaltool.reader import ReadCell, Sheet, address
from evaltool.reader.numberformats import EPOCH, EPOCH_1904, number_of
from evaltool.writers.book import Value

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


def refill(form: Form, data: bytes, before: SentBefore) -> Refill:
    """Everything that stands in the input cells of a submission; nothing for a file that cannot be read.  Of a sheet of
    an earlier version (`before`: what those asked) what is still asked in the same way."""
    book = reader.read(data)
    if isinstance(book, reader.Unreadable):
        return Refill()
    identities = [each for each in map(parse_code, codes(book)) if each]
    older = earlier(form, identities[0].version, before) if identities else None
    said = _refilled(older or form, book)
    return _moved_on(said, compared(older.sheets, form.sheets), form) if older else said


def _moved_on(said: Refill, held: FormChanges, form: Form) -> Refill:
    """What stands on a sheet of an earlier version, at the places of the present one."""
    made = Refill()
    fresh: dict[FormCell, FormCell] = {}
    rows: dict[tuple[str, int], tuple[str, int]] = {}
    for question in every_question(form.sheets):
        before = held.stands.get(question.place)
        if before is None:
            if question.place in held.changed:
                fresh[held.changed[question.place].before.place] = question.place
            continue
        fresh[before.place] = question.place
        rows[before.sheet.title, before.table.top] = question.sheet.title, question.table.top
        rows[before.sheet.title, before.row] = question.sheet.title, question.row
        if before.place in said.filled:
            made.filled[question.place] = _renamed(before.column, question.column, said.filled[before.place])
        if before.place in said.unread:
            made.unread.add(question.place)
    made.moved.update({place: fresh[old] for place, old in said.moved.items() if old in fresh})
    made.beside.update(
        {(*rows[title, row], at): value for (title, row, at), value in said.beside.items() if (title, row) in rows}
    )
    return made


def _renamed(before: FormColumn, now: FormColumn, value: Value) -> Value:
    """A unit by its present name; none where it is asked about no more."""
    if not now.units or value not in before.choices:
        return value
    unit = before.units[before.choices.index(str(value))]
    return now.choices[now.units.index(unit)] if unit in now.units else None


def joined(said: Sequence[Refill]) -> Refill:
    """What several submissions say that are taken together; the first goes before the others."""
    if len(said) == 1:
        return said[0]
    made = Refill()
    for each in reversed(said):
        made.filled.update(each.filled)
        made.moved.update(each.moved)
        made.beside.update(each.beside)
    made.unread.update(set[FormCell]().union(*(each.unread for each in said)))
    return made


def _refilled(form: Form, book: reader.Workbook) -> Refill:
    made = Refill()
    epoch = EPOCH_1904 if book.date1904 else EPOCH
    sheets = worksheets(form, book, []).sheets
    for layout in form.sheets:
        sheet = sheets.get(layout.title)
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
        return number_of(date.fromisoformat(said.text))
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
