"""The roster's long tables: from one source each, every cell under a header of its own, dates as people see them."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date

import openpyxl
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from evaltool.findings import Finding
from evaltool.roster import Roster
from evaltool.roster.reading import read_tables
from evaltool.roster.tables import HEADERS, KnownNames, read_roster

UNITS = "编号,名称,对象类别,分类,顺序\nA,甲局,c,g,1\n"
HEADER = ("编号", "名称", "对象类别", "分类", "顺序")
ROW = ("A", "甲局", "c", "g", 1)
BATCHES = ("评估主体", "批次", "日期", "评价卡数")


def workbook(title: str, rows: Sequence[Sequence[object]], *, mac: bool = False, style: str = "") -> bytes:
    book = openpyxl.Workbook()
    if mac:
        book.epoch = CALENDAR_MAC_1904
    sheet = book.active
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    if style:
        for row in sheet.iter_rows(min_row=2):
            for cell in row:
                if isinstance(cell.value, int | float) and cell.column == 3:
                    cell.number_format = style
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def read(files: dict[str, bytes]) -> tuple[Roster, list[Finding]]:
    known = KnownNames()
    known.add("class", "c", "县区")
    known.add("group", "g", "全部")
    known.add("evaluator", "V", "群众代表")
    tables, findings = read_tables(files, HEADERS)
    roster, wrong = read_roster(tables, known)
    return roster, findings + wrong


def places(findings: list[Finding]) -> list[tuple[str, str, str]]:
    return [(one.code, one.file, one.cell) for one in findings]


@pytest.mark.parametrize(
    "files",
    [
        {"roster.xlsx": workbook("单位", [HEADER, ROW]), "roster/单位.csv": UNITS.encode()},
        {"roster/a.xlsx": workbook("单位", [HEADER, ROW]), "roster/b.xlsx": workbook("单位", [HEADER, ROW])},
    ],
)
def test_a_table_from_two_sources_is_refused(files: dict[str, bytes]) -> None:
    """Neither hides the other in silence: one finding names both files."""
    first, second = files
    _, findings = read(files)
    assert places(findings) == [("TABLE_REPEATED", second, "")]
    assert first in findings[0].message("zh")
    assert findings[0].blocks


def test_remarks_in_two_workbooks_are_no_table_twice() -> None:
    """A sheet that is no table of the roster may stand in every workbook, in whatever shape."""
    notes = workbook("说明", [("一", "一"), ("x", "y", "z")])
    _, findings = read({"roster.xlsx": notes, "roster/b.xlsx": notes, "roster/单位.csv": UNITS.encode()})
    assert [one.code for one in findings] == ["TABLE_UNKNOWN", "TABLE_UNKNOWN"]


def test_a_cell_without_a_header_is_named() -> None:
    """A comma too many shifts a row: what stands beyond the header, or under a blank one, is an error at its cell."""
    text = "编号,名称,对象类别,分类,顺序,,参评\nA,甲局,c,g,1,,\nB,乙,局,c,g,2,,,参评\n"
    _, findings = read({"roster/单位.csv": text.encode()})
    assert ("COLUMN_WITHOUT_HEADER", "roster/单位.csv", "F3") in places(findings)
    assert ("COLUMN_WITHOUT_HEADER", "roster/单位.csv", "I3") in places(findings)
    assert all(cell.endswith("3") for _, _, cell in places(findings))
    _, findings = read({"roster.xlsx": workbook("单位", [HEADER, (*ROW, None, "见附件")])})
    assert places(findings) == [("COLUMN_WITHOUT_HEADER", "roster.xlsx", "G2")]
    assert findings[0].blocks


def test_blank_cells_beyond_the_header_are_nothing() -> None:
    """Excel writes commas for columns that were once used."""
    roster, findings = read({"roster/单位.csv": "编号,名称,对象类别,分类,顺序,,\nA,甲局,c,g,1,,\n".encode()})
    assert findings == []
    assert [unit.name for unit in roster.units] == ["甲局"]


def test_a_header_twice_is_refused() -> None:
    """Of two columns of one name neither is chosen; the finding stands at the second and names the first."""
    _, findings = read({"roster.xlsx": workbook("单位", [(), (*HEADER, "名称"), (*ROW, "乙局")])})
    assert places(findings) == [("COLUMN_REPEATED", "roster.xlsx", "F2")]
    assert "B2" in findings[0].message("zh")
    assert findings[0].blocks


@pytest.mark.parametrize("number", [99999999999, 1e300, -5, 0])
def test_a_date_that_no_calendar_has_is_no_date(number: float) -> None:
    """A number beyond any calendar, shown as a date, reads as its text, which is no date."""
    data = workbook("批次", [BATCHES, ("V", "1", 45000, 3), ("V", "2", number, 3)], style="yyyy-mm-dd")
    roster, findings = read({"roster.xlsx": data})
    assert places(findings) == [("CELL_VALUE", "roster.xlsx", "C3")]
    assert [batch.date for batch in roster.batches] == [date(2023, 3, 15)]


@pytest.mark.parametrize("mac", [False, True])
def test_dates_count_from_the_workbooks_own_day(mac: bool) -> None:
    """Old workbooks of Excel for Mac count days from 1904; their dates are the same days."""
    data = workbook("批次", [BATCHES, ("V", "1", date(2026, 3, 31), 3)], mac=mac)
    roster, findings = read({"roster.xlsx": data})
    assert findings == []
    assert [batch.date for batch in roster.batches] == [date(2026, 3, 31)]


def test_a_csv_that_falls_apart_is_named() -> None:
    """A quotation mark without its pair makes one endless cell; the file is named, the program goes on."""
    broken = UNITS + 'B,"' + "乙" * 140_000
    _, findings = read({"roster/单位.csv": broken.encode(), "roster/评估主体.csv": "编号,名称,角色\n".encode()})
    assert places(findings) == [("TABLE_BROKEN", "roster/单位.csv", "")]
    assert findings[0].blocks
