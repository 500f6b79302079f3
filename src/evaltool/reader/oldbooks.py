"""Old workbooks (.xls, .et: BIFF 5 and 8) as the same sheets and cells as those of an .xlsx.

`xlrd` reads them, of a copy in which only the records are left that it needs here: names and drawings, whose contents
it would work out, are blotted out, and everything is counted first.  That a cell holds a formula is seen, not which.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from struct import error as odd_struct
from struct import unpack_from
from typing import Any, NamedTuple

from evaltool.reader.cells import ReadCell, exact
from evaltool.reader.extents import cover
from evaltool.reader.markup import Clock
from evaltool.reader.numberformats import chinese
from evaltool.reader.refusals import Limits, Note, Refusal, refusal, too_much
from evaltool.reader.sniffing import not_an_archive

_BOF, _EOF, _CONTINUE, _BOUNDSHEET, _FILEPASS, _FORMULA, _MULRK, _MULBLANK, _MERGED = (
    *(0x809, 0x0A, 0x3C, 0x85, 0x2F, 0x06, 0xBD, 0xBE, 0xE5),
)
_SINGLE_CELLS = (_FORMULA, 0x203, 0x204, 0xFD, 0xD6, 0x27E, 0x205, 0x201)
_STRUCTURE = (_BOF, _EOF, _CONTINUE, _BOUNDSHEET, _MULRK, _MULBLANK, _MERGED)
# the calendar, code page, fonts, formats, styles; shared texts; results and kinds of formulas; rows and columns
_BESIDE = (0x22, 0x42, 0x31, 0x41E, 0xE0, 0xFC, 0x207, 0x221, 0x4BC, 0x236, 0x208, 0x7D, 0x225)
_KEPT = frozenset((*_STRUCTURE, *_SINGLE_CELLS, *_BESIDE))
_BLOTTED = b"\xee\xee"
_NOTHING, _TEXT, _NUMBER, _DATE, _BOOL, _ERROR = range(6)
_STATES = {0: "visible", 1: "hidden", 2: "veryHidden"}
_LOOK = 4_096  # records between two looks at the clock


class _Record(NamedTuple):
    kind: int
    start: int  # of what it says
    size: int


@dataclass
class _Walked:
    """What stands where in the stream, before anybody reads it."""

    stream: bytearray
    limits: Limits
    clock: Clock
    cells: int = 0
    formulas: dict[int, set[tuple[int, int]]] = field(default_factory=dict)  # by where the sheet begins
    ranges: list[tuple[int, int]] = field(default_factory=list)


class OldSheet(NamedTuple):
    """A worksheet's title, state, cells and merges, as `reader.Sheet` has them."""

    title: str
    state: str
    cells: dict[tuple[int, int], ReadCell]
    merges: list[tuple[int, int, int, int]]


def old_book(
    data: bytes, limits: Limits, wanted: Callable[[str], bool]
) -> tuple[list[OldSheet], tuple[Note, ...], bool]:
    """Sheets, notes, and whether dates count from 1904.  Raises `Refusal` for anything that is no such workbook."""
    try:
        return _old_book(data, limits, wanted)
    except (Refusal, KeyboardInterrupt, SystemExit):
        raise
    except BaseException:  # whatever xlrd meets in a file that no program wrote
        raise not_an_archive(data) from None


def _old_book(
    data: bytes, limits: Limits, wanted: Callable[[str], bool]
) -> tuple[list[OldSheet], tuple[Note, ...], bool]:
    import xlrd

    clock = Clock.start(limits)
    walked = _Walked(bytearray(_stream(data)), limits, clock)
    _walk_all(walked)
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        book = xlrd.open_workbook(
            file_contents=bytes(walked.stream),
            formatting_info=True,
            ragged_rows=True,
            on_demand=True,
            logfile=nowhere,
        )
        sheets = []
        for at, title in enumerate(book.sheet_names()):
            clock.check()
            state = _STATES.get(book._sheet_visibility[at], "hidden")
            read = _sheet(book, at, walked) if wanted(title) else ({}, [])
            sheets.append(OldSheet(title, state, *read))
    macros = (Note("FILE_MACRO"),) if "_VBA_PROJECT".encode("utf-16-le") in data else ()
    return sheets, (Note("FILE_OLD_FORMAT"), *macros), book.datemode == 1


def _stream(data: bytes) -> bytes:
    """The stream of records inside of the OLE file."""
    from xlrd.compdoc import CompDoc

    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        document = CompDoc(data, logfile=nowhere)
        for name in ("Workbook", "Book"):
            whole, start, size = document.locate_named_stream(name)
            if whole:
                return bytes(whole[start : start + size])
    raise not_an_archive(data)


# --- what stands in the stream ---------------------------------------------------------------------------------------


def _walk_all(walked: _Walked) -> None:
    """The globals and every worksheet: counted, and blotted out where nobody needs it."""
    begins = []
    for record in _records(walked, 0):
        if record.kind == _FILEPASS:
            raise refusal("FILE_ENCRYPTED")
        if record.kind == _BOUNDSHEET:
            begins.append(unpack_from("<I", walked.stream, record.start)[0])
    if len(begins) > walked.limits.sheets:
        raise too_much("sheets", len(begins), walked.limits.sheets)
    for start in begins:
        _walk_sheet(walked, start)
    last = 0
    for first, end in sorted(walked.ranges):
        if first < last:  # one place that is read as two
            raise refusal("FILE_CORRUPT", part="Workbook", reason="twice")
        last = end


def _records(walked: _Walked, start: int) -> Iterator[_Record]:
    """The records of one part of the stream, what lies inside of it included."""
    stream, at, depth, kept = walked.stream, start, 0, True
    count = 0
    while True:
        try:
            kind, size = unpack_from("<HH", stream, at)
        except odd_struct:
            raise refusal("FILE_TRUNCATED") from None
        count += 1
        if count % _LOOK == 0:
            walked.clock.check()
        if depth == 0 and kind != _BOF:
            raise refusal("FILE_CORRUPT", part="Workbook", reason="structure")
        depth += (kind == _BOF) - (kind == _EOF)
        if kind != _CONTINUE:
            kept = kind in _KEPT
        if not kept and kind != _FILEPASS:
            stream[at : at + 2] = _BLOTTED
        yield _Record(kind if depth <= 1 else 0, at + 4, size)
        at += 4 + size
        if depth == 0:
            walked.ranges.append((start, at))
            return


def _walk_sheet(walked: _Walked, start: int) -> None:
    seen: set[tuple[int, int]] = set()
    formulas = walked.formulas.setdefault(start, set())
    merges = 0
    for record in _records(walked, start):
        if record.kind == _MERGED:
            merges += unpack_from("<H", walked.stream, record.start)[0]
        elif record.kind in (*_SINGLE_CELLS, _MULRK, _MULBLANK):
            row, first = unpack_from("<HH", walked.stream, record.start)
            many = record.kind in (_MULRK, _MULBLANK)
            last = unpack_from("<H", walked.stream, record.start + record.size - 2)[0] if many else first
            cells = {(row, column) for column in range(first, last + 1)}
            if not seen.isdisjoint(cells):
                raise refusal("CELL_DUPLICATE", cell=f"{row + 1}")
            seen |= cells
            formulas |= cells if record.kind == _FORMULA else set()
            if len(seen) > walked.limits.cells - walked.cells:
                raise too_much("cells", walked.cells + len(seen), walked.limits.cells)
    if merges > walked.limits.merges:
        raise too_much("merges", merges, walked.limits.merges)
    walked.cells += len(seen)


# --- a worksheet -----------------------------------------------------------------------------------------------------


def _sheet(
    book: Any, at: int, walked: _Walked
) -> tuple[dict[tuple[int, int], ReadCell], list[tuple[int, int, int, int]]]:
    sheet = book.sheet_by_index(at)
    formulas = walked.formulas.get(book._sh_abs_posn[at], set())
    columns = {column for column, info in sheet.colinfo_map.items() if info.hidden or not info.width}
    cells: dict[tuple[int, int], ReadCell] = {}
    for row in range(sheet.nrows):
        hidden = _hidden(sheet, row)
        for column, (kind, value) in enumerate(zip(sheet.row_types(row), sheet.row_values(row), strict=True)):
            spot = row, column
            if kind == _NOTHING and spot not in formulas:
                continue
            formula = "" if spot in formulas else None
            code = _format(book, sheet, spot)
            cell = _cell(kind, value, formula, code, hidden=hidden or column in columns)
            if cell is not None:
                cells[spot] = cell
    book.unload_sheet(at)
    merges = [(top, left, bottom - 1, right - 1) for top, bottom, left, right in sheet.merged_cells]
    if cover(cells, merges, walked.limits.cells) > walked.limits.cells:
        raise too_much("covered", walked.limits.cells, walked.limits.cells, sheet=sheet.name)
    return cells, merges


def _hidden(sheet: Any, row: int) -> bool:
    info = sheet.rowinfo_map.get(row)
    if info is None:
        return bool(sheet.default_row_hidden)
    return bool(info.hidden or info.height == 0)


def _format(book: Any, sheet: Any, spot: tuple[int, int]) -> str:
    key = book.xf_list[sheet.cell_xf_index(*spot)].format_key
    return chinese(key) or str(book.format_map[key].format_str)


def _cell(kind: int, value: Any, formula: str | None, code: str, *, hidden: bool) -> ReadCell | None:
    from xlrd import error_text_from_code

    if kind == _TEXT:
        name, text, number = "text", str(value), None
    elif kind in (_NUMBER, _DATE):
        number = exact(float(value))
        name, text = "number", str(number)
    elif kind == _BOOL:
        name, text, number = "bool", "TRUE" if value else "FALSE", None
    elif kind == _ERROR:
        name, text, number = "error", error_text_from_code.get(value, "#?"), None
    else:
        name, text, number = "blank", "", None
    if not text and formula is None:
        return None
    return ReadCell(name, text, number, formula, code, merged=False, hidden=hidden)
