"""Which kind of file an export is, and its header: Parquet, CSV, tab-separated text or Excel.

What the file is called proves nothing.  Excel files come through the strict reader with its limits.
"""

from __future__ import annotations

from collections.abc import Iterator

from evaltool import reader
from evaltool.inbox.exports.blocks import BROKEN, ExportRow, OpenedExport, in_blocks
from evaltool.inbox.exports.parquet import MAGIC, of_parquet
from evaltool.inbox.exports.shapes import ExportPart, Unusable
from evaltool.inbox.exports.texts import of_text
from evaltool.inbox.extract.locate import shown
from evaltool.inbox.problems import Problem

_TEXT = ("FILE_CSV", "FILE_NOT_XLSX")  # what the sniffing calls a text file
_PLAIN_KINDS = ("csv", "plain text", "of an unknown format")
MOST_COLUMNS = 3_000
_LONGEST = 15  # digits that a spreadsheet keeps of a number


def opened(part: ExportPart) -> OpenedExport:
    """The header of a file and the way to its rows.  Raises `Unusable`."""
    if part.data.startswith(MAGIC):
        return of_parquet(part)
    book = reader.unread(part.data, part.size) if part.path else reader.read(part.data)
    if isinstance(book, reader.Workbook):
        return _of_workbook(book)
    kind = dict(book.args).get("kind_en", "")
    if part.path and book.code == "FILE_TOO_BIG" and not part.data.startswith(b"PK\x03\x04"):
        other = reader.read(part.data)  # how it begins
        kind, book = (
            (dict(other.args).get("kind_en", ""), other) if isinstance(other, reader.Unreadable) else ("", book)
        )
    if book.code in _TEXT and kind in _PLAIN_KINDS and part.data:
        return of_text(part)
    args = dict(book.args)
    raise Unusable(Problem(book.code, args.get("sheet", ""), args.get("cell", ""), args=book.args))


def _of_workbook(book: reader.Workbook) -> OpenedExport:
    filled = [sheet for sheet in book.sheets if sheet.cells]
    if len(filled) != 1:
        names = "、".join(sheet.title for sheet in filled) or "—"
        raise Unusable(Problem("SURVEY_SHEETS", args=(("n", str(len(filled))), ("names", names))))
    sheet = filled[0]
    if sheet.merges:
        raise Unusable(Problem("SURVEY_MERGED", sheet.title, reader.address(*sheet.merges[0][:2])))
    notes = tuple(Problem(note.code, args=note.args) for note in book.notes)
    hidden = frozenset(place for place, cell in sheet.cells.items() if cell.hidden)
    formulas = frozenset(place for place, cell in sheet.cells.items() if cell.formula is not None)
    header = next(((row, cells) for row, cells in _grid(sheet) if "".join(cells).strip()), None)
    if header is None:
        raise Unusable(Problem("SURVEY_EMPTY", sheet.title, "1"))
    return OpenedExport(
        sheet.title,
        header,
        lambda columns, _: in_blocks(_grid(sheet), columns, ragged=False),
        notes,
        hidden,
        formulas,
    )


def _grid(sheet: reader.Sheet) -> Iterator[ExportRow]:
    """Rows up to one cell beyond the first of them: a stray cell far to the right makes no row long."""
    by_row: dict[int, list[int]] = {}
    for row, column in sheet.cells:
        by_row.setdefault(row, []).append(column)
    numbers = sorted(by_row)
    width = max(by_row[numbers[0]]) + 1
    if width > MOST_COLUMNS:
        args = (("limit", str(MOST_COLUMNS)), ("n", str(width)), ("what", "列数"), ("what_en", "columns"))
        raise Unusable(Problem("FILE_TOO_COMPLEX", sheet.title, args=args))
    for row in numbers:
        line = [""] * (width + 1)
        for column in by_row[row]:
            cell = sheet.cells[row, column]
            line[min(column, width)] = BROKEN if cell.kind in ("error", "blank") else _text(cell)
        yield row, line


def _text(cell: reader.ReadCell) -> str:
    """A cell's text; of a number with more digits than are kept only those, so that it is known for what it is."""
    if cell.number is not None and cell.number.adjusted() >= _LONGEST:
        return format(cell.number, "E")
    return shown(cell)
