"""From a text file to blocks of rows, piece by piece, so that no file is too large: CSV or tab-separated, in UTF-8,
GB18030 or UTF-16.

There are two ways.  The careful one is Python's strict parser, row by row.  The quick one hands a whole piece to
Polars, only where it is proved that every line is one row with as many cells as the first, and says the same; a
piece for which that cannot be proved goes the careful way, and the next one may be quick again.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from evaltool.inbox.exports.blocks import BROKEN, ExportRow, OpenedExport, RowBlock, in_blocks
from evaltool.inbox.exports.header import Columns
from evaltool.inbox.exports.linewise import lines_at_once
from evaltool.inbox.exports.shapes import ExportPart, Unusable
from evaltool.inbox.problems import Problem

PIECE = 16 << 20
_LONGEST_ROW = 64 << 20  # bytes: a quotation mark that is never closed takes in everything behind it
SEPARATORS = {",": ("逗号", "commas"), ";": ("分号", "semicolons"), "\t": ("制表符", "tabs")}
_HEAD, _ROWS = 1 << 16, 50  # characters and rows that the separator is told by
_STATED, _AROUND = re.compile(r"sep=([,;\t])", re.IGNORECASE), " \r\n"  # how Excel is told it in the first line


@dataclass(frozen=True, slots=True)
class _TextFile:
    part: ExportPart
    encoding: str
    separator: str


def of_text(part: ExportPart) -> OpenedExport:
    """Raises `Unusable` where encoding, separator or header cannot be told.

    A large file that begins as UTF-8 is taken for it; where it goes on as something else, its blocks raise
    `UnicodeDecodeError`.
    """
    marked = part.data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    known = ("utf-16",) if marked else ("gb18030",) if part.is_no_utf8 else ("utf-8-sig", "gb18030")
    encoding = next((each for each in known if _decodes(part, each)), "")
    if not encoding:
        raise Unusable(Problem("SURVEY_ENCODING"))
    file = _TextFile(part, encoding, _separator(part, encoding))
    notes = (Problem("SURVEY_GB18030"),) if encoding == "gb18030" else ()
    return OpenedExport("", _header(file), lambda columns, alike: _blocks(file, columns, alike), notes)


def _header(file: _TextFile) -> ExportRow:
    """The first row in which anything stands; mostly it is at the very beginning."""
    left, row, line = b"", 0, 0
    for piece in _pieces(file):
        end = piece.find(b"\n", _HEAD) + 1 or len(piece)
        for lines in (piece[:end], piece[end:]):
            rows, left, line = _parsed(left + lines, file, row, line, final=False)
            row += len(rows)
            if found := next((each for each in rows if "".join(each[1]).strip()), None):
                return found
    rows, _, _ = _parsed(left, file, row, line, final=True)
    if found := next((each for each in rows if "".join(each[1]).strip()), None):
        return found
    raise Unusable(Problem("SURVEY_EMPTY", "", "1"))


# --- encoding and separator ------------------------------------------------------------------------------------------


def _decodes(part: ExportPart, encoding: str) -> bool:
    """Whether all of the file is text in this encoding; of a large one in UTF-8 only how it begins."""
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        if part.path and encoding == "utf-8-sig":
            decoder.decode(part.data)
            return True
        with part.opened() as stream:
            while piece := stream.read(PIECE):
                decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _separator(part: ExportPart, encoding: str) -> str:
    """What parts the columns, by the header; where it could be several, by the rows below.  What stands in quotation
    marks parts nothing.  Raises `Unusable` where it can be told from neither."""
    with io.TextIOWrapper(part.opened(), encoding=encoding, newline="") as stream:
        first = stream.readline(_HEAD)
        if stated := _STATED.fullmatch(first.strip(_AROUND)):
            return stated[1]
        head = (first + stream.read(_HEAD))[:_HEAD]
    widths = {each: _widths(head, each) for each in SEPARATORS}
    likely = [each for each, found in widths.items() if found and found[0] > 1]
    if len(likely) > 1:
        likely = [each for each in likely if len(set(widths[each])) == 1 and len(widths[each]) > 1] or likely
    if len(likely) > 1:
        args = {"marks": "、".join(SEPARATORS[each][0] for each in likely)}
        args["marks_en"] = ", ".join(SEPARATORS[each][1] for each in likely)
        raise Unusable(Problem("SURVEY_SEPARATOR", "", "1", args=tuple(sorted(args.items()))))
    return likely[0] if likely else ","


def _widths(head: str, separator: str) -> list[int]:
    """How many cells the first rows have that are not blank."""
    found: list[int] = []
    try:
        for line in csv.reader(io.StringIO(head, newline=""), delimiter=separator, strict=True):
            if any(cell.strip() for cell in line):
                found.append(len(line))
    except csv.Error:
        pass
    return (found[:-1] or found)[:_ROWS]  # the last may be cut off


# --- piece by piece --------------------------------------------------------------------------------------------------


def _pieces(file: _TextFile) -> Iterator[bytes]:
    """Whole lines as UTF-8, many at a time; the last may lack its end."""
    with file.part.opened() as stream:
        if file.encoding == "utf-8-sig":
            stream.seek(len(codecs.BOM_UTF8) if file.part.data.startswith(codecs.BOM_UTF8) else 0)
            yield from _lines(stream)
        else:
            yield from _recoded(stream, file.encoding)


def _lines(stream: BinaryIO) -> Iterator[bytes]:
    """Where a line ends is looked up first: what is read is not copied."""
    at = stream.tell()
    while True:
        stream.seek(at + PIECE)
        last = stream.readline(_LONGEST_ROW + 1)
        if len(last) > _LONGEST_ROW:
            raise _too_long()
        stream.seek(at)
        piece = stream.read(PIECE + len(last))
        if not piece:
            return
        yield piece
        at += len(piece)


def _recoded(stream: BinaryIO, encoding: str) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(encoding)()
    rest, begun = b"", False
    while piece := stream.read(PIECE):
        piece = decoder.decode(piece).encode()
        if not begun:
            piece, begun = piece.removeprefix(codecs.BOM_UTF8), True
        end = piece.rfind(b"\n") + 1
        if end:
            yield rest + piece[:end]
            rest = b""
        rest += piece[end:]
        if len(rest) > _LONGEST_ROW:
            raise _too_long()
    if rest:
        yield rest


def _too_long() -> Unusable:
    return Unusable(Problem("TABLE_BROKEN", cell="1", args=(("reason", "field larger than field limit"),)))


def _blocks(file: _TextFile, columns: Columns, alike: bool) -> Iterator[RowBlock]:
    """What stands below the header.  Raises `Unusable` where the text is no table."""
    left, row, line = b"", 0, 0
    for piece in _pieces(file):
        piece = left + piece
        left = b""
        if row <= columns.row and (head := _above(piece, columns.row + 1 - row)):
            rows, open_end, _ = _parsed(head, file, row, line, final=False)
            if not open_end and len(rows) == head.count(b"\n"):  # every line up to the header's is a row
                piece, row, line = piece[len(head) :], row + len(rows), line + len(rows)
        quick = lines_at_once(piece, row, file.separator, columns, alike=alike) if row > columns.row else None
        if quick:
            block, lines = quick
            row, line = row + lines, line + lines
            yield block
            continue
        rows, left, line = _parsed(piece, file, row, line, final=False)
        yield from in_blocks(rows, columns, ragged=True)
        row += len(rows)
    if left:
        rows, _, _ = _parsed(left, file, row, line, final=True)
        yield from in_blocks(rows, columns, ragged=True)


def _above(piece: bytes, lines: int) -> bytes:
    """The first lines of a piece."""
    end = 0
    for _ in range(lines):
        end = piece.find(b"\n", end) + 1
        if not end:
            return b""
    return piece[:end]


def _parsed(piece: bytes, file: _TextFile, row: int, line: int, *, final: bool) -> tuple[list[ExportRow], bytes, int]:
    """The rows of some lines, one by one: strict, so that a quotation mark without its pair is said instead of
    swallowing what follows.  What is still open at the end is given back, for the next piece; and the lines before it.

    Raises `Unusable`.
    """
    text = piece.decode()
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=file.separator, strict=True)
    rows: list[ExportRow] = []
    whole = 0
    try:
        for number, cells in enumerate(lines, row):
            whole = lines.line_num
            if BROKEN in "".join(cells):
                raise Unusable(Problem("TABLE_BROKEN", cell=str(number + 1), args=(("reason", "NUL"),)))
            stated = not number and _STATED.fullmatch(file.separator.join(cells).strip(_AROUND))
            rows.append((number, [] if stated else cells))
    except csv.Error as problem:
        open_end = not final and "unexpected end of data" in str(problem) and len(piece) < _LONGEST_ROW
        if not open_end:
            args = (("reason", str(problem)),)
            raise Unusable(Problem("TABLE_BROKEN", cell=str(line + lines.line_num), args=args)) from problem
        rest = "".join(io.StringIO(text, newline="").readlines()[whole:])
        return rows, rest.encode(), line + whole
    return rows, b"", line + whole
