"""The long tables that clerks keep in Excel (roster, decisions), as lists of rows that know their cells.

A table is a worksheet of an .xlsx or one .csv file of the same name and columns; both come out as the same value.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import PurePosixPath

from evaltool import reader
from evaltool.exact import plain
from evaltool.findings import Finding, finding
from evaltool.reader.numberformats import EPOCH, EPOCH_1904, looks_like_date

GUIDE, CHOICES = "填写说明", "下拉选项"
"""Worksheets beside the tables that explain them or hold their lists: no tables, whatever stands there."""
EXAMPLE = "示例"
"""A row whose first text begins with it and a colon shows how a table is filled in, and says nothing."""

TextRow = tuple[int, tuple[str, ...]]  # row number in the sheet from 0, its texts


@dataclass(frozen=True, slots=True)
class LongTable:
    """Header and rows of one table; blank rows are left out, row numbers are those of the sheet."""

    file: str
    sheet: str
    header: tuple[str, ...]
    rows: tuple[TextRow, ...]
    top: int = 0  # row of the header

    def cell(self, row: int, column: str) -> str:
        """The address of a column's cell in a row, such as `C8`."""
        return reader.address(row, self.header.index(column)) if column in self.header else f"{row + 1}"


def read_tables(files: Mapping[str, bytes]) -> tuple[list[LongTable], list[Finding]]:
    """Every table of these files (name -> content); a .csv file is one table of that name."""
    tables: list[LongTable] = []
    findings: list[Finding] = []
    for file, data in files.items():
        found, wrong = _from_csv(data, file) if file.endswith(".csv") else _from_workbook(data, file)
        tables += [_without_examples(table) for table in found]
        findings += wrong + _examples(found, file)
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


def _from_workbook(data: bytes, file: str) -> tuple[list[LongTable], list[Finding]]:
    book = reader.read(data)
    if isinstance(book, reader.Unreadable):
        return [], [finding(book.code, file=file, args=dict(book.args))]
    epoch = EPOCH_1904 if book.date1904 else EPOCH
    sheets = [sheet for sheet in book.sheets if sheet.title not in (GUIDE, CHOICES)]
    tables = [table for sheet in sheets if sheet.cells for table in [_from_sheet(sheet, file, epoch)] if table]
    return tables, [one for sheet in sheets for one in _broken_cells(sheet, file)]


def _from_csv(data: bytes, file: str) -> tuple[list[LongTable], list[Finding]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return [], [finding("TABLE_ENCODING", file=file)]
    try:
        lines = [tuple(cell.strip() for cell in line) for line in csv.reader(io.StringIO(text, newline=""))]
    except csv.Error as problem:  # such as a quotation mark without its pair, which makes one cell of all that follows
        return [], [finding("TABLE_BROKEN", file=file, args={"reason": problem})]
    if not lines:
        return [], []
    rows = tuple((number, line) for number, line in enumerate(lines[1:], 1) if any(line))
    return [LongTable(file, PurePosixPath(file).stem, lines[0], rows)], []


def _from_sheet(sheet: reader.Sheet, file: str, epoch: date) -> LongTable | None:
    last = max(column for _, column in sheet.cells)
    numbers = sorted({row for row, _ in sheet.cells})
    columns = range(last + 1)
    lines = [(row, tuple(_text(sheet.cells.get((row, column)), epoch) for column in columns)) for row in numbers]
    filled = [(row, line) for row, line in lines if any(line)]
    return LongTable(file, sheet.title, filled[0][1], tuple(filled[1:]), filled[0][0]) if filled else None


def wrong_columns(table: LongTable) -> list[Finding]:
    """Headers that stand twice, and cells with content that no header names: either would be read past in silence."""
    repeated = [(at, header) for at, header in enumerate(table.header) if header and header in table.header[:at]]
    findings = [
        finding(
            "COLUMN_REPEATED",
            file=table.file,
            sheet=table.sheet,
            cell=reader.address(table.top, at),
            value=header,
            args={"other": reader.address(table.top, table.header.index(header))},
        )
        for at, header in repeated
    ]
    named = {at for at, header in enumerate(table.header) if header}
    return findings + [
        finding(
            "COLUMN_WITHOUT_HEADER",
            file=table.file,
            sheet=table.sheet,
            cell=reader.address(number, at),
            value=text,
        )
        for number, row in table.rows
        for at, text in enumerate(row)
        if text and at not in named
    ]


def _broken_cells(sheet: reader.Sheet, file: str) -> list[Finding]:
    broken = [(place, cell) for place, cell in sheet.cells.items() if cell.kind in ("error", "blank")]
    return [
        finding("CELL_BROKEN", file=file, sheet=sheet.title, cell=reader.address(*place), value=cell.text)
        for place, cell in broken
    ]


def _text(cell: reader.ReadCell | None, epoch: date) -> str:
    if cell is None:
        return ""
    if cell.number is None:
        return cell.text.strip()
    if looks_like_date(cell.format) and 1 <= cell.number < 100_000:  # beyond, no calendar has it: the bare number
        return (epoch + timedelta(days=int(cell.number))).isoformat()
    return plain(cell.number)


def by_column(table: LongTable, row: tuple[str, ...]) -> Mapping[str, str]:
    """A row as column -> text; a short row reads as blanks."""
    return {column: row[at] if at < len(row) else "" for at, column in enumerate(table.header) if column}
