"""From the bytes of an export to its rows of texts, whichever program wrote it: CSV, tab-separated text or Excel.

A CSV file is decoded and parsed as it is read, twice over if need be, and never held as a whole; Excel files come
through the strict reader with its limits.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from evaltool import reader
from evaltool.inbox.exports.shapes import Unusable
from evaltool.inbox.extract.locate import shown
from evaltool.inbox.problems import Problem

ExportRow = tuple[int, Sequence[str]]  # number in the sheet from 0, texts
BROKEN = "\x00"
"""Stands for an error value or a formula without a result; no text of a usable file can be this."""
_TEXT = ("FILE_CSV", "FILE_NOT_XLSX")  # what the sniffing calls a text file
_PLAIN_KINDS = ("csv", "plain text", "of an unknown format")
_CHUNK = 1 << 20
MOST_COLUMNS = 3_000
SEPARATORS = {",": ("逗号", "commas"), ";": ("分号", "semicolons"), "\t": ("制表符", "tabs")}
_HEAD, _ROWS = 1 << 16, 50  # characters and rows that the separator is told by
_STATED = re.compile(r"sep=([,;\t])", re.IGNORECASE)  # how Excel is told the separator in the first line
_LONGEST = 15  # digits that a spreadsheet keeps of a number


@dataclass(frozen=True, slots=True)
class ExportRows:
    """The rows of an export; `again` starts over.  `ragged`: a row can lack cells, as a broken line of text does.

    `problems` do not stop the reading.
    """

    sheet: str
    again: Callable[[], Iterator[ExportRow]]
    problems: tuple[Problem, ...] = ()
    hidden: frozenset[tuple[int, int]] = frozenset()
    formulas: frozenset[tuple[int, int]] = frozenset()
    ragged: bool = False


def rows_of(data: bytes) -> ExportRows:
    """The rows in these bytes; what the file is called proves nothing.  Raises `Unusable`."""
    book = reader.read(data)
    if isinstance(book, reader.Workbook):
        return _of_workbook(book)
    kind = dict(book.args).get("kind_en", "")
    if book.code in _TEXT and kind in _PLAIN_KINDS and data:
        return _of_text(data)
    args = dict(book.args)
    raise Unusable(Problem(book.code, args.get("sheet", ""), args.get("cell", ""), args=book.args))


# --- text ------------------------------------------------------------------------------------------------------------


def _of_text(data: bytes) -> ExportRows:
    marked = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    known = ("utf-16",) if marked else ("utf-8-sig", "gb18030")
    encoding = next((each for each in known if _decodes(data, each)), "")
    if not encoding:
        raise Unusable(Problem("SURVEY_ENCODING"))
    separator = _separator(data, encoding)
    notes = (Problem("SURVEY_GB18030"),) if encoding == "gb18030" else ()
    return ExportRows("", lambda: _lines(data, encoding, separator), notes, ragged=True)


def _separator(data: bytes, encoding: str) -> str:
    """What parts the columns, by the header; where it could be several, by the rows below.  What stands in quotation
    marks parts nothing.  Raises `Unusable` where it can be told from neither."""
    first = _stream(data, encoding).readline(_HEAD)
    if stated := _STATED.fullmatch(first.strip()):
        return stated[1]
    widths = {each: _widths(data, encoding, each) for each in SEPARATORS}
    likely = [each for each, found in widths.items() if found and found[0] > 1]
    if len(likely) > 1:
        likely = [each for each in likely if len(set(widths[each])) == 1 and len(widths[each]) > 1] or likely
    if len(likely) > 1:
        args = {"marks": "、".join(SEPARATORS[each][0] for each in likely)}
        args["marks_en"] = ", ".join(SEPARATORS[each][1] for each in likely)
        raise Unusable(Problem("SURVEY_SEPARATOR", "", "1", args=tuple(sorted(args.items()))))
    return likely[0] if likely else ","


def _widths(data: bytes, encoding: str, separator: str) -> list[int]:
    """How many cells the first rows have that are not blank."""
    text = io.StringIO(_stream(data, encoding).read(_HEAD), newline="")
    found: list[int] = []
    try:
        for line in csv.reader(text, delimiter=separator, strict=True):
            if any(cell.strip() for cell in line):
                found.append(len(line))
    except csv.Error:
        pass
    return (found[:-1] or found)[:_ROWS]  # the last may be cut off


def _decodes(data: bytes, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for at in range(0, len(data), _CHUNK):
            decoder.decode(data[at : at + _CHUNK])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _stream(data: bytes, encoding: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(data), encoding=encoding, newline="")


def _lines(data: bytes, encoding: str, separator: str) -> Iterator[ExportRow]:
    """Strict, so that a quotation mark without its pair is said instead of swallowing what follows."""
    lines = csv.reader(_stream(data, encoding), delimiter=separator, strict=True)
    try:
        for number, line in enumerate(lines):
            if BROKEN in "".join(line):
                raise Unusable(Problem("TABLE_BROKEN", cell=str(number + 1), args=(("reason", "NUL"),)))
            if number or not _STATED.fullmatch(separator.join(line).strip()):
                yield number, line
    except csv.Error as problem:
        reason = (("reason", str(problem)),)
        raise Unusable(Problem("TABLE_BROKEN", cell=str(lines.line_num), args=reason)) from problem


# --- Excel -----------------------------------------------------------------------------------------------------------


def _of_workbook(book: reader.Workbook) -> ExportRows:
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
    return ExportRows(sheet.title, lambda: _grid(sheet), notes, hidden, formulas)


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
