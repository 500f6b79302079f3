"""LibreOffice recalculates the ranked workbook of every bundled evaluation and of the sample; prints what differs.

    python tools/check_recalc.py [DIR] [--only NAME]

First every cached value is struck out, so that LibreOffice has to come to evaltool's values by itself.  Then one thing
at a time is typed over (a mark, a count of cards, a figure of the rules, a veto), and totals, ranks and grades must be
those of scoring once more with the same change.  Last, what is no number is typed in: an error, a text, a blank; the
overview must count every unit that is not as it was, and the cell.  1 if anything differs.
"""

from __future__ import annotations

import argparse
import io
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests" / "making"), str(ROOT / "tests" / "oracle"), str(ROOT / "tools")]

from openpyxl import load_workbook  # noqa: E402
from rich.console import Console  # noqa: E402
from rich.table import Table  # noqa: E402

from evaltool.findings import Refused  # noqa: E402
from evaltool.results.result import Result  # noqa: E402
from evaltool.run import TakenIn, scored, take_in  # noqa: E402
from evaltool.workbook.ranked import ranked_book  # noqa: E402
from evaltool.writers.book import Book  # noqa: E402
from evaltool.writers.saving import to_bytes  # noqa: E402
from filled_years import begin  # noqa: E402
from live_changes import Cells, Change, changes, counter, differing, no_numbers  # noqa: E402

EVALUATIONS = ROOT / "templates" / "evaluations"
SAMPLE = ROOT / "sample_data" / "chengchuan-2026"
ALWAYS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""
ERRORS = Console(stderr=True, markup=False)
AT_ONCE = 20  # workbooks in one call
NO_NUMBERS = ("#N/A", "七十", None)
TRIED = 12  # changes of one evaluation, spread over all that there are


@dataclass(frozen=True)
class Case:
    """One evaluation: its workbook, and what is tried out in it."""

    name: str
    data: bytes
    tried: tuple[Change, ...]
    upset: tuple[Change, ...]


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("folder", nargs="?", type=Path)
    arguments.add_argument("--only", default="")
    said = arguments.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        place = said.folder or Path(scratch)
        cases = list(_cases(place / "evaluations", said.only))
        given = {name: data for case in cases for name, data in _given(case).items()}
        return _report(cases, recalculated(given, place))


def _cases(place: Path, only: str) -> Iterator[Case]:
    for name, taken in _taken(place, only):
        yield _case(name, taken)


def workbooks(place: Path, only: str) -> Iterator[tuple[str, bytes]]:
    """The ranked workbook of every evaluation."""
    for name, taken in _taken(place, only):
        yield name, to_bytes(ranked_book(scored(taken, "0001")))


def _taken(place: Path, only: str) -> Iterator[tuple[str, TakenIn]]:
    for source in [*sorted(path for path in EVALUATIONS.iterdir() if path.is_dir()), SAMPLE]:
        if only in source.name:
            try:
                folder = place / source.name
                shutil.rmtree(folder, ignore_errors=True)
                shutil.copytree(source, folder) if source == SAMPLE else begin(source, folder)
                yield source.name, take_in(folder)
            except Refused as refusal:
                ERRORS.print(f"拒绝 {source.name}：{refusal.findings[0].message('zh')}")


def _case(name: str, taken: TakenIn) -> Case:
    result = scored(taken, "0001")
    book = ranked_book(result)
    data = to_bytes(book)
    tried = list(changes(taken, result, cells_of(data, values=False)))
    return Case(name, data, tuple(tried[:: -(-len(tried) // TRIED)]), tuple(_upset(result, book)))


def _upset(result: Result, book: Book) -> Iterator[Change]:
    """An error, a text and a blank in place of the first and the last number of each tab that may be changed."""
    for tab in book.tabs:
        spots = [spot for spot in sorted(tab.cells) if tab.cells[spot].style == "input"]
        spots = [spot for spot in spots if not isinstance(tab.cells[spot].value, str)]
        for row, column in dict.fromkeys(spots[:1] + spots[-1:]):
            for value in NO_NUMBERS:
                typed = {(tab.title, row + 1, column + 1): value}
                yield Change(f"{value!r} in {tab.title} {row + 1}/{column + 1}", typed, result)


def cells_of(data: bytes, *, values: bool) -> Cells:
    """The cells of a workbook: what is typed and formulas, or the values that a program saved."""
    book = load_workbook(io.BytesIO(data), data_only=values)
    return {(sheet.title, cell.row, cell.column): cell.value for sheet in book for row in sheet for cell in row}


def _given(case: Case) -> dict[str, bytes]:
    """File name -> workbook: without cached values, and with every change on its own."""
    made = {case.name: _struck_out(case.data)}
    for at, change in enumerate((*case.tried, *case.upset)):
        book = load_workbook(io.BytesIO(case.data))
        for (sheet, row, column), value in change.typed.items():
            book[sheet].cell(row, column).value = value
        out = io.BytesIO()
        book.save(out)
        made[f"{case.name}-{at}"] = out.getvalue()
    return made


def _struck_out(data: bytes) -> bytes:
    """The same workbook with 0 as the cached value of every formula."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            if name.startswith("xl/worksheets/sheet"):
                part = re.sub(rb"(</f>)<v>[^<]*</v>", rb"\1<v>0</v>", part)
            new.writestr(name, part)
    return out.getvalue()


def recalculated(files: Mapping[str, bytes], place: Path) -> dict[str, bytes]:
    """The same workbooks, recalculated on loading and saved by LibreOffice."""
    given, saved, profile = place / "given", place / "saved", place / "profile"
    (profile / "user").mkdir(parents=True, exist_ok=True)
    (profile / "user" / "registrymodifications.xcu").write_text(ALWAYS, encoding="utf-8")
    given.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (given / f"{name}.xlsx").write_bytes(data)
    paths = [str(given / f"{name}.xlsx") for name in files]
    for at in range(0, len(paths), AT_ONCE):
        command = ["soffice", f"-env:UserInstallation={profile.resolve().as_uri()}", "--headless"]
        command += ["--convert-to", "xlsx", "--outdir", str(saved), *paths[at : at + AT_ONCE]]
        subprocess.run(command, check=True, capture_output=True, timeout=1200)
    return {name: (saved / f"{name}.xlsx").read_bytes() for name in files}


def _report(cases: list[Case], saved: Mapping[str, bytes]) -> int:
    table = Table("评估", "公式", "不同", "改动", "使结果变动", "结果不同", "非数字", "未计出")
    sums = [0] * 7
    for case in cases:
        formulas, wrong = _compared(case.data, saved[case.name])
        after = [cells_of(saved[f"{case.name}-{at}"], values=True) for at in range(len(case.tried))]
        tried = [_tried(change, cells) for change, cells in zip(case.tried, after, strict=True)]
        moved = sum(counter(cells) > 0 for cells in after)
        upset = [
            _uncounted(change, cells_of(saved[f"{case.name}-{at}"], values=True))
            for at, change in enumerate(case.upset, len(case.tried))
        ]
        row = [formulas, len(wrong), len(tried), moved, sum(map(bool, tried)), len(upset), sum(map(bool, upset))]
        sums = [total + each for total, each in zip(sums, row, strict=True)]
        table.add_row(case.name, *map(str, row))
        for line in [*wrong[:5], *(line for lines in [*tried, *upset] for line in lines[:2])]:
            ERRORS.print(f"{case.name}: {line}")
    table.add_row("合计", *map(str, sums))
    Console(width=110).print(table)
    return int(bool(sums[1] or sums[4] or sums[6]))


def _compared(data: bytes, saved: bytes) -> tuple[int, list[str]]:
    """How many formulas there are, and those whose recalculated value is not the one that evaltool wrote."""
    formulas, wanted, got = cells_of(data, values=False), cells_of(data, values=True), cells_of(saved, values=True)
    live = [spot for spot, said in formulas.items() if isinstance(said, str) and said.startswith("=")]
    wrong = [spot for spot in live if not same(wanted[spot], got.get(spot))]
    return len(live), [f"{spot}: {formulas[spot]} is {got.get(spot)!r}, not {wanted[spot]!r}" for spot in wrong]


def same(wanted: Any, got: Any) -> bool:
    """Equal within 1e-9, or the same text."""
    if isinstance(wanted, int | float) and isinstance(got, int | float):
        return abs(wanted - got) <= 1e-9 * max(1, abs(wanted))
    return (wanted or "") == (got or "") and not isinstance(got, int | float)


def _uncounted(change: Change, cells: Cells) -> list[str]:
    """What the overview does not say after something that is no number was typed in."""
    moved, counted = len(differing(cells, change.result)), counter(cells)
    said = [] if counted == moved else [f"{change.words}: {moved} units differ, {counted!r} are counted"]
    return said if no_numbers(cells) else [*said, f"{change.words}: the cell is not counted"]


def _tried(change: Change, cells: Cells) -> list[str]:
    return [f"{change.words}: {line}" for line in differing(cells, change.result)]


if __name__ == "__main__":
    raise SystemExit(main())
