"""LibreOffice sorts each list of the ranked workbook, by several columns, and recalculates; prints what changed.

    python tools/check_sorted.py [DIR] [--only NAME]

Wherever a row stands afterwards, it must hold what it held before: of every tab the rows are compared, each with the
unit's name in it.  A tab that is protected against sorting must not have been sorted.  1 if anything differs.
"""

from __future__ import annotations

import argparse
import io
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from check_recalc import ALWAYS, workbooks
from openpyxl import Workbook, load_workbook
from openpyxl.utils.cell import get_column_letter, range_boundaries
from rich.console import Console
from rich.table import Table

ERRORS = Console(stderr=True, markup=False)
COLUMNS = 4  # of a list by which it is sorted, spread over all
LISTS = 3  # of a tab
MACRO = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Sorting" script:language="StarBasic">
Sub All(jobs As String)
  Dim file As Integer, job As String
  file = FreeFile
  Open jobs For Input As #file
  Do While Not EOF(file)
    Line Input #file, job
    If job &lt;&gt; "" Then One(Split(job, Chr(9)))
  Loop
  Close #file
  StarDesktop.terminate()
End Sub

Sub One(job)
  Dim hidden(0) As New com.sun.star.beans.PropertyValue
  Dim saved(0) As New com.sun.star.beans.PropertyValue
  Dim how(1) As New com.sun.star.beans.PropertyValue
  Dim field(0) As New com.sun.star.table.TableSortField
  hidden(0).Name = "Hidden"
  hidden(0).Value = True
  Dim made
  made = StarDesktop.loadComponentFromURL(ConvertToURL(job(0)), "_blank", 0, hidden())
  field(0).Field = CInt(job(4))
  field(0).IsAscending = job(5) = "up"
  how(0).Name = "SortFields"
  how(0).Value = field()
  how(1).Name = "ContainsHeader"
  how(1).Value = False
  On Error Resume Next
  If job(2) &lt;&gt; "" Then made.Sheets.getByName(job(2)).getCellRangeByName(job(3)).sort(how())
  On Error GoTo 0
  made.calculateAll()
  saved(0).Name = "FilterName"
  saved(0).Value = "Calc MS Excel 2007 XML"
  made.storeToURL(ConvertToURL(job(1)), saved())
  made.close(True)
End Sub
</script:module>
"""
LIBRARY = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE library:library PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "library.dtd">
<library:library xmlns:library="http://openoffice.org/2000/library" library:name="Standard" library:readonly="false"
 library:passwordprotected="false"><library:element library:name="Sorting"/></library:library>
"""


@dataclass(frozen=True)
class Sorted:
    """A list of a tab, sorted by one of its columns."""

    tab: str
    area: str
    column: int
    up: bool

    @property
    def words(self) -> str:
        order = "ascending" if self.up else "descending"
        return f"{self.tab} {self.area} by column {self.column + 1}, {order}"


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("folder", nargs="?", type=Path)
    arguments.add_argument("--only", default="")
    said = arguments.parse_args()
    table, wrong = Table("评估", "排序", "次序变动", "结果不同"), 0
    with tempfile.TemporaryDirectory() as scratch:
        place = said.folder or Path(scratch)
        for name, data in workbooks(place / "evaluations", said.only):
            tried = list(_lists(load_workbook(io.BytesIO(data))))
            before, *after = in_libreoffice(data, tried, place / name)
            changed = [differing(before, each) for each in after]
            moved = sum(_order(before, each) for each in after)
            for each, lines in zip(tried, changed, strict=True):
                for line in lines[:3]:
                    ERRORS.print(f"{name}: {each.words}: {line}")
            wrong += sum(map(bool, changed))
            table.add_row(name, str(len(tried)), str(moved), str(sum(map(bool, changed))))
    Console(width=110).print(table)
    return int(bool(wrong))


def _lists(book: Workbook) -> Iterator[Sorted]:
    """Named tables, lists with a filter, and the tables of the overview, each by several of its columns."""
    for sheet in book.worksheets:
        areas = [table.ref for table in sheet.tables.values()][:LISTS]
        areas += [sheet.auto_filter.ref] if sheet.auto_filter.ref else []
        for area in areas or list(_plain_lists(sheet))[:LISTS]:
            left, top, right, bottom = range_boundaries(area)
            first = top if not areas else top + 1
            if bottom > first:
                inner = f"{get_column_letter(left)}{first}:{get_column_letter(right)}{bottom}"
                step = max(1, (right - left) // COLUMNS)
                for at, column in enumerate(range(0, right - left + 1, step)):
                    yield Sorted(sheet.title, inner, column, up=bool(at % 2))


def _plain_lists(sheet: Any) -> Iterator[str]:
    """Rows below a head that has at least three names: what a person would mark and sort."""
    heads = [row for row in range(3, sheet.max_row) if _is_head(sheet, row)]
    for head in heads:
        last = head
        while sheet.cell(last + 1, 1).value not in (None, "") and sheet.cell(last + 1, 2).value not in (None, ""):
            last += 1
        width = max(column for column in range(1, 40) if sheet.cell(head, column).value not in (None, ""))
        if last > head + 1:
            yield f"A{head + 1}:{get_column_letter(width)}{last}"


def _is_head(sheet: Any, row: int) -> bool:
    cells = [sheet.cell(row, column) for column in (1, 2, 3)]
    return all(cell.font.b and cell.value not in (None, "") for cell in cells)


def in_libreoffice(data: bytes, tried: list[Sorted], place: Path) -> list[dict[str, list[tuple[Any, ...]]]]:
    """The rows of every tab: recalculated as they were written, then after each sorting on its own."""
    profile, given = place / "profile", place / "given.xlsx"
    basic = profile / "user" / "basic" / "Standard"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(ALWAYS, encoding="utf-8")
    command = ["soffice", f"-env:UserInstallation={profile.resolve().as_uri()}", "--headless", "--norestore"]
    # the first start fills the profile, and would overwrite a library that stands there
    subprocess.run([*command, "--terminate_after_init"], check=True, capture_output=True, timeout=300)
    (basic / "Sorting.xba").write_text(MACRO, encoding="utf-8")
    (basic / "script.xlb").write_text(LIBRARY, encoding="utf-8")
    given.write_bytes(data)
    made = [place / f"{at}.xlsx" for at in range(len(tried) + 1)]
    jobs = [(given, made[0], "", "", 0, "up")]
    jobs += [
        (given, out, one.tab, one.area, one.column, "up" if one.up else "down")
        for one, out in zip(tried, made[1:], strict=True)
    ]
    (place / "jobs.txt").write_text("".join("\t".join(map(str, job)) + "\n" for job in jobs), encoding="utf-8")
    command.append(f'macro:///Standard.Sorting.All("{(place / "jobs.txt").resolve()}")')
    subprocess.run(command, check=True, capture_output=True, timeout=3600)
    return [_rows(path.read_bytes()) for path in made]


def _rows(data: bytes) -> dict[str, list[tuple[Any, ...]]]:
    book = load_workbook(io.BytesIO(data), data_only=True)
    return {sheet.title: [tuple(map(_plain, row)) for row in sheet.iter_rows(values_only=True)] for sheet in book}


def _plain(value: Any) -> Any:
    return round(value, 9) if isinstance(value, float) else value


def differing(before: dict[str, list[tuple[Any, ...]]], after: dict[str, list[tuple[Any, ...]]]) -> list[str]:
    """Rows that are not what any row was before, wherever they stand."""
    found = []
    for title, rows in before.items():
        new = Counter(after[title])
        new.subtract(Counter(rows))
        found += [f"{title}: {_words(row)}" for row, more in new.items() if more > 0]
    return found


def _words(row: tuple[Any, ...]) -> str:
    return " | ".join(str(each) for each in row[:8] if each is not None)


def _order(before: dict[str, list[tuple[Any, ...]]], after: dict[str, list[tuple[Any, ...]]]) -> bool:
    return any(after[title] != rows for title, rows in before.items())


if __name__ == "__main__":
    raise SystemExit(main())
