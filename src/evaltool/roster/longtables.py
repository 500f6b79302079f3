"""The long tables that clerks keep in Excel (roster, decisions), as lists of rows that know their cells.

What can be wrong with one before anybody knows what its cells mean: rows that are none, columns that nobody reads.
`reading.py` says how a worksheet or a CSV file becomes one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from evaltool import reader
from evaltool.findings import Finding, finding
from evaltool.names import folded, mistaken_for

GUIDE, CHOICES = "填写说明", "下拉选项"
"""Worksheets beside the tables that explain them or hold their lists: no tables, whatever stands there."""
EXAMPLE = "示例"
"""A row whose first text begins with it and a colon shows how a table is filled in, and says nothing."""

TextRow = tuple[int, tuple[str, ...]]  # row number in the sheet from 0, its texts
_SUMS = ("合计", "总计", "共计", "小计", "总和")
_NOTES = ("注:", "注意", "备注", "说明", "填表", "制表", "以下空白")
_REMARK = 2  # columns that a row must fill in, so that one with a single cell is none


@dataclass(frozen=True, slots=True)
class LongTable:
    """Header and rows of one table; blank rows are left out, row numbers are those of the sheet.

    `odd`: row and column -> why the cell shows a person something else than it holds, as a code of the catalogue.
    """

    file: str
    sheet: str
    header: tuple[str, ...]
    rows: tuple[TextRow, ...]
    top: int = 0  # row of the header
    odd: Mapping[tuple[int, int], str] = field(default_factory=dict)

    def cell(self, row: int, column: str) -> str:
        """The address of a column's cell in a row, such as `C8`."""
        return reader.address(row, self.header.index(column)) if column in self.header else f"{row + 1}"

    def holds(self, header: str) -> bool:
        """Whether anything stands in a column."""
        at = self.header.index(header)
        return any(len(row) > at and row[at] for _, row in self.rows)


def no_row(table: LongTable, number: int, row: tuple[str, ...], needed: int) -> list[Finding]:
    """Why a row is none of the table's: the header again, a sum below the table, a remark.  `needed`: how many columns
    a row must fill in."""
    filled = [text for text in row if text]
    if _same(filled, [text for text in table.header if text]):
        because = "header"
    elif folded(filled[0]).rstrip(":") in _SUMS:
        because = "sum"
    elif len(filled) == 1 and (needed > _REMARK or folded(filled[0]).startswith(_NOTES)):
        because = "remark"
    else:
        return []
    at = next(at for at, text in enumerate(row) if text)
    cell = reader.address(number, at)
    one = finding("TABLE_NO_ROW", because=because, file=table.file, sheet=table.sheet, cell=cell, value=filled[0][:80])
    return [one]


def _same(row: Sequence[str], other: Sequence[str]) -> bool:
    return len(row) == len(other) and all(folded(text) == folded(like) for text, like in zip(row, other, strict=True))


# --- columns ---------------------------------------------------------------------------------------------------------

REMARKS = ("备注", "说明", "附注", "序号", "职务", "联系人", "联系电话", "电话", "经办人", "登记人", "附件", "依据")
"""Headers of columns that an office keeps for itself, and that limit nothing."""


def wrong_columns(table: LongTable, known: Collection[str], needed: Collection[str], *, limits: bool) -> list[Finding]:
    """What is wrong with the header: columns that are missing, unknown, repeated, or without one.

    `limits`: a column of this table may narrow what its rows are about, so that one with content that nobody reads is
    an error, unless it is plainly a remark.
    """
    absent = [header for header in known if header not in table.header]
    unknown = [header for header in table.header if header and header not in known]
    findings = []
    meant: set[str] = set()
    for header in dict.fromkeys(unknown):
        near = mistaken_for(header, [each for each in absent if each not in meant])
        near = "" if header in REMARKS else near
        meant |= {near}
        read_past = limits and header not in REMARKS and table.holds(header)
        code = "COLUMN_MEANT" if near else "COLUMN_LIMITS" if read_past else "COLUMN_UNKNOWN"
        args: dict[str, object] = {"near": near, "known": "、".join(known)}
        cell = reader.address(table.top, table.header.index(header))
        findings.append(finding(code, file=table.file, sheet=table.sheet, cell=cell, value=header, args=args))
    findings += [
        finding("COLUMN_MISSING", file=table.file, sheet=table.sheet, value=header, args={"known": "、".join(known)})
        for header in needed
        if header in absent and header not in meant
    ]
    return findings + _unnamed(table)


def _unnamed(table: LongTable) -> list[Finding]:
    """Headers that stand twice, and columns with content that no header names: either would be read past in silence."""
    place = {"file": table.file, "sheet": table.sheet}
    findings = [
        finding(
            "COLUMN_REPEATED",
            **place,
            cell=reader.address(table.top, at),
            value=header,
            args={"other": reader.address(table.top, table.header.index(header))},
        )
        for at, header in enumerate(table.header)
        if header and header in table.header[:at]
    ]
    named = {at for at, header in enumerate(table.header) if header}
    beside: dict[int, list[tuple[int, str]]] = {}
    for number, row in table.rows:
        for at, text in enumerate(row):
            if text and at not in named:
                beside.setdefault(at, []).append((number, text))
    for at, cells in sorted(beside.items()):
        args: dict[str, object] = {"n": len(cells)}
        cell, text = reader.address(cells[0][0], at), cells[0][1]
        findings.append(finding("COLUMN_WITHOUT_HEADER", **place, cell=cell, value=text, args=args))
    return findings


def oddly_shown(table: LongTable, number: int, at: int, *, dated: bool) -> str:
    """The code of what a cell shows otherwise than it holds it, or ""; `dated`: a date is asked for there."""
    code = table.odd.get((number, at), "")
    return "" if dated and code == "CELL_DATE" else code


def by_column(table: LongTable, row: tuple[str, ...]) -> Mapping[str, str]:
    """A row as column -> text; a short row reads as blanks."""
    return {column: row[at] if at < len(row) else "" for at, column in enumerate(table.header) if column}
