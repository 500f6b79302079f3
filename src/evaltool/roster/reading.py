"""How files become long tables: a worksheet of an .xlsx or a .csv file of the same name and columns is one.

The header is the row that names the columns, whatever title stands above; names of worksheets and headers are compared
as `names.py` folds them.  What a person sees otherwise than it is stored is said at the cell, as in returned sheets.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from evaltool import reader
from evaltool.findings import Finding, finding
from evaltool.names import folded
from evaltool.reader.numberformats import EPOCH, EPOCH_1904
from evaltool.roster.csvtext import csv_lines
from evaltool.roster.longtables import CHOICES, EXAMPLE, GUIDE, LongTable, TextRow
from evaltool.roster.worksheets import RowsOfText, odd_text, rows_of_text, said_of

Known = Mapping[str, Collection[str]]
"""Name of a table -> its headers."""
_ARCHIVE = b"PK\x03\x04"  # a workbook, whatever it is called
_ABOVE = 10  # rows among which the header is looked for
_TITLE = 2  # cells that a line of a title has at most
_LINE = 4  # cells that a line of a table has at least, where its name does not tell


def read_tables(
    files: Mapping[str, bytes], known: Known, others: Collection[str] = ()
) -> tuple[list[LongTable], list[Finding]]:
    """Every table of these files (name -> content); a .csv file is one table of that name.  `others`: the headers of
    tables that are called anything else."""
    tables: list[LongTable] = []
    findings: list[Finding] = []
    for file, data in files.items():
        headers = _Headers(file, known, others)
        is_text = file.casefold().endswith(".csv") and not data.startswith(_ARCHIVE)
        found, wrong = (_from_csv if is_text else _from_workbook)(data, headers)
        tables += [_without_examples(table) for table in found]
        findings += [*wrong, *_examples(found, file)]
    return tables, findings


def _is_example(row: tuple[str, ...]) -> bool:
    return next((text for text in row if text), "").startswith((f"{EXAMPLE}：", f"{EXAMPLE}:"))


def _without_examples(table: LongTable) -> LongTable:
    return replace(table, rows=tuple((number, row) for number, row in table.rows if not _is_example(row)))


def _examples(tables: list[LongTable], file: str) -> list[Finding]:
    """What is passed over is said: somebody may have written over an example and left the word."""
    rows = [f"{table.sheet} {number + 1}" for table in tables for number, row in table.rows if _is_example(row)]
    args: dict[str, object] = {"n": len(rows)}
    return [finding("TABLE_EXAMPLE", file=file, value="、".join(rows), args=args)] if rows else []


@dataclass(frozen=True, slots=True)
class _Headers:
    """What the tables of one file are called, and what their headers may be."""

    file: str
    known: Known
    others: Collection[str]

    def name(self, title: str) -> str:
        return next((name for name in self.known if folded(name) == folded(title)), title.strip())

    def of(self, name: str) -> Collection[str]:
        return self.known.get(name, self.others)


def _from_workbook(data: bytes, headers: _Headers) -> tuple[list[LongTable], list[Finding]]:
    book = reader.read(data)
    if isinstance(book, reader.Unreadable):
        return [], [finding(book.code, file=headers.file, args=dict(book.args))]
    epoch = EPOCH_1904 if book.date1904 else EPOCH
    tables: list[LongTable] = []
    findings: list[Finding] = []
    listed = [sheet for sheet in book.sheets if sheet.title not in (GUIDE, CHOICES)]
    sheets = [(sheet, headers.name(sheet.title), rows_of_text(sheet, epoch)) for sheet in listed if sheet.cells]
    filled = [(sheet, name, content) for sheet, name, content in sheets if content.rows]
    remarks = _remarks(headers, [(name, content) for _, name, content in filled])
    for sheet, name, content in filled:
        if name in remarks:
            findings.append(finding("TABLE_REMARKS", file=headers.file, sheet=sheet.title, value=sheet.title))
            continue
        table, wrong = _table(headers, name, content)
        tables.append(table)
        if headers.of(name):
            findings += [*wrong, *said_of(sheet, headers.file, name, table.top, {row for row, _ in table.rows})]
    return tables, findings


def _remarks(headers: _Headers, sheets: Sequence[tuple[str, RowsOfText]]) -> set[str]:
    """Worksheets beside one that is a table, of a file whose tables may have any name, without one of its headers and
    without a line that is as long as theirs are."""
    free = [(name, content, _header_row(content.rows, headers.of(name))) for name, content in sheets]
    free = [each for each in free if each[0] not in headers.known]
    if not headers.others or all(at is None for _, _, at in free):
        return set()
    return {name for name, content, at in free if at is None and not any(_is_line(row) for _, row in content.rows)}


def _is_line(row: tuple[str, ...]) -> bool:
    return sum(map(bool, row)) >= _LINE


def _from_csv(data: bytes, headers: _Headers) -> tuple[list[LongTable], list[Finding]]:
    name = headers.name(PurePosixPath(headers.file).stem)
    rows, wrong = csv_lines(data, headers.file, headers.of(name))
    if wrong or not rows:
        return [], wrong
    odd = {(number, at): code for number, line in rows for at, cell in enumerate(line) if (code := odd_text(cell))}
    table, wrong = _table(headers, name, RowsOfText(rows, odd))
    return [table], wrong if headers.of(name) else []


# --- the header -----------------------------------------------------------------------------------------------------


def _table(headers: _Headers, name: str, content: RowsOfText) -> tuple[LongTable, list[Finding]]:
    """A table from its lines, what stands above its header, and rows that are no rows of it."""
    known = {folded(header): header for header in headers.of(name)}
    at = _header_row(content.rows, known.values()) or 0
    top, line = content.rows[at]
    header = tuple(known.get(_bare(text), " ".join(text.split())) for text in line)
    table = LongTable(headers.file, name, header, content.rows[at + 1 :], top, content.odd)
    if known and not set(header) & set(known.values()):
        args: dict[str, object] = {"known": "、".join(known.values())}
        wrong = [_said(table, "TABLE_NO_HEADER", top, _shown(line), **args)]
        return LongTable(headers.file, name, (), (), top), wrong
    return table, list(_above(table, content.rows[:at]))


def _header_row(rows: Sequence[TextRow], headers: Iterable[str]) -> int | None:
    """The row that names most columns, the first of them, looked for at the top; None if no row names one."""
    known = {folded(header) for header in headers}
    named = [len({_bare(text) for text in line} & known) for _, line in rows[:_ABOVE]]
    return named.index(max(named)) if any(named) else None


def _bare(text: str) -> str:
    """A header without the star that marks a column as one to fill in."""
    return folded(text).strip("*")


def _above(table: LongTable, rows: Sequence[TextRow]) -> Iterator[Finding]:
    """What stands above the header: a title of a few cells is none of the rows; anything more may be some of them."""
    if not rows:
        return
    wide = next(((row, line) for row, line in rows if sum(map(bool, line)) > _TITLE), None)
    row, line = wide or rows[0]
    yield _said(table, "TABLE_ABOVE" if wide else "TABLE_TITLE", row, _shown(line), header=table.top + 1)


def _said(table: LongTable, code: str, row: int, value: str, **args: object) -> Finding:
    place = {"file": table.file, "sheet": table.sheet, "cell": reader.address(row, 0)}
    return finding(code, **place, value=value, args=args)


def _shown(line: tuple[str, ...]) -> str:
    return "，".join(text for text in line if text)[:80]
