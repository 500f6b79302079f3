"""From the bytes of an export to its rows of texts, whichever program wrote it: CSV, tab-separated text or Excel.

A CSV file is decoded and parsed as it is read, twice over if need be, and never held as a whole; Excel files come
through the strict reader with its limits.
"""

from __future__ import annotations

import codecs
import csv
import io
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
    encoding = next((each for each in ("utf-8-sig", "gb18030") if _decodes(data, each)), "")
    if not encoding:
        raise Unusable(Problem("SURVEY_ENCODING"))
    first = _stream(data, encoding).readline()
    separator = "\t" if "\t" in first else ","
    notes = () if encoding == "utf-8-sig" else (Problem("SURVEY_GB18030"),)
    return ExportRows("", lambda: _lines(data, encoding, separator), notes, ragged=True)


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
            line[min(column, width)] = BROKEN if cell.kind in ("error", "blank") else shown(cell)
        yield row, line
