"""How a year's folder begins: rules and roster of a bundled evaluation or of last year's folder, and its results.

The long tables come as one workbook, which is where clerks keep them.  Sheets, decisions and runs belong to the year
that they were made in; of them only the results of the last official run are taken along, as rows of 历年结果.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path

from evaltool.files import write_atomically
from evaltool.roster import TABLES
from evaltool.roster.reading import read_tables
from evaltool.roster.tables import HEADERS
from evaltool.runs.bundled import NOTICES
from evaltool.runs.chain import believed
from evaltool.runs.store import list_runs
from evaltool.writers.book import Book, Cell, Tab
from evaltool.writers.saving import to_bytes

START = ("evaluation.toml", "schemes", "roster.xlsx", NOTICES)
GOALS = "目标"  # the table of approved goals: each year declares its own
EARLIER = "历年结果"
EARLIER_COLUMNS = TABLES[EARLIER].headers

Lists = dict[str, list[Sequence[str]]]
"""Name of a long table -> its rows, the header first."""


def begin_year(folder: Path, source: Path) -> int:
    """Fill a new year's folder; the number of units whose last results were taken along."""
    folder.mkdir(parents=True, exist_ok=True)
    for part in START:
        _copy(source / part, folder / part)
    results = last_results(source)
    if results or not (source / "roster.xlsx").is_file():
        write_atomically(folder / "roster.xlsx", to_bytes(roster_book(_with_results(roster_lists(source), results))))
    for part in ("decisions", "inbox", "outbox"):
        (folder / part).mkdir(exist_ok=True)
    return len(results)


def last_results(source: Path) -> list[tuple[str, ...]]:
    """The units of the last official run, as rows of the table of earlier results."""
    official = [entry for entry in list_runs(source) if not entry.interim]
    if not official:
        return []
    last = believed(source, official[-1])
    results = json.loads((last.folder / "results.json").read_text(encoding="utf-8"))
    year = str(results["evaluation"]["year"])
    return [(year, one["id"], one["total"], str(one["rank"] or ""), one["grade"]) for one in results["units"]]


def _with_results(lists: Lists, results: Iterable[tuple[str, ...]]) -> Lists:
    """The lists with the results added; a year and unit that are there already stay as they are."""
    header, *rows = lists.get(EARLIER) or [EARLIER_COLUMNS]
    there = {tuple(dict(zip(header, row, strict=False)).get(name, "") for name in EARLIER_COLUMNS[:2]) for row in rows}
    for result in results:
        if result[:2] not in there:
            said = dict(zip(EARLIER_COLUMNS, result, strict=True))
            rows.append([said.get(name, "") for name in header])
    return {**lists, EARLIER: [header, *rows]} if rows or EARLIER in lists else lists


def roster_lists(source: Path) -> Lists:
    """The long tables of a folder but for its goals, from its workbook and the files of `roster/`."""
    paths = [path for path in (source / "roster.xlsx", *sorted((source / "roster").glob("*.*"))) if path.is_file()]
    kept = (
        path for path in paths if path.suffix.casefold() in (".csv", ".xlsx") and not path.name.startswith(("~$", "."))
    )
    tables, _ = read_tables({path.relative_to(source).as_posix(): path.read_bytes() for path in kept}, HEADERS)
    return {table.sheet: [table.header, *(row for _, row in table.rows)] for table in tables if table.sheet != GOALS}


def roster_book(lists: Lists) -> Book:
    """The long tables as one workbook, a worksheet per table in the order of the reader."""
    known = {name: at for at, name in enumerate(TABLES)}
    order = sorted(lists, key=lambda name: (known.get(name, len(known)), name))
    return Book(tuple(_tab(name, lists[name]) for name in order))


def _tab(name: str, rows: list[Sequence[str]]) -> Tab:
    columns = TABLES[name].columns.values() if name in TABLES else ()
    numeric = {column.header for column in columns if column.kind in ("number", "count")}
    cells = {(0, at): Cell(header, "head_left") for at, header in enumerate(rows[0])}
    for number, row in enumerate(rows[1:], 1):
        for at, (header, text) in enumerate(zip(rows[0], row, strict=False)):
            cells[number, at] = _cell(text, header in numeric)
    widths = tuple(
        min(max(10, *(2.1 * len(row[at]) for row in rows if at < len(row))), 60) for at in range(len(rows[0]))
    )
    return Tab(name, cells, widths=widths, freeze=(1, 0), repeat_rows=(0, 0), footer="&C第 &P 页，共 &N 页")


def _cell(text: str, numeric: bool) -> Cell:
    """Numbers as numbers, so that a clerk can reckon with them; everything else as text, so that it stays as it is."""
    if not numeric or not text.strip():
        return Cell(text or None)
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        return Cell(text)
    return Cell(number, "input") if number.is_finite() else Cell(text)


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, ignore=_hidden)
    elif source.is_file():
        shutil.copyfile(source, target)


def _hidden(_: str, names: Iterable[str]) -> set[str]:
    return {name for name in names if name.startswith((".", "~$"))}
