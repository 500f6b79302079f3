"""The committee of the sample decides on bonuses: in its own book, written, filled in and taken by the tool.

What its work is done on is a copy of the folder; only what it leaves behind is kept.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import openpyxl
import sample_story as story
from openpyxl.worksheet.worksheet import Worksheet
from sample_files import settled
from sample_opinions import saved, screen

from evaltool import run

_CLAIMS = "加分申报"


def granted(names: dict[str, str]) -> Iterator[dict[str, str]]:
    """The bonuses as plain lines of a ledger, for whoever needs the totals before there are sheets."""
    document, day = story.CLAIMS_DECIDED
    for (unit, kind), (decision, points, reason) in story.GRANTED.items():
        if decision == "同意":
            yield {
                "种类": "加分",
                "文号": document,
                "日期": day,
                "理由": reason,
                "单位": names[unit],
                "新值": points,
                "项目": kind,
            }


def decide_in_book(folder: Path, scratch: Path) -> None:
    """Remarks screened and taken, then the book; the ledger's file, the book and the remarks go into the folder."""
    work = Path(shutil.copytree(folder, scratch / folder.name))
    screen(work)
    path = work / run.write_committee(work).file
    book = openpyxl.load_workbook(path)
    _fill_in(book[_CLAIMS], {unit.id: unit.name for unit in run.take_in(work).evaluation.units.values()})
    path.write_bytes(saved(book))
    document, day = story.CLAIMS_DECIDED
    taken = run.take_committee(work, path.name, path.read_bytes(), document, date.fromisoformat(day))
    if len(taken.entered) != len(story.GRANTED):
        raise LookupError(f"{len(taken.entered)} claims decided")
    for file in (taken.file, taken.kept, "roster/意见建议.csv", "remarks/seen.txt"):
        data = (work / file).read_bytes()
        (folder / file).parent.mkdir(exist_ok=True)
        (folder / file).write_bytes(settled(data) if file.endswith(".xlsx") else data)


def _fill_in(sheet: Worksheet, names: dict[str, str]) -> None:
    """A decision beside every claim."""
    decided = {(names[unit], kind): said for (unit, kind), said in story.GRANTED.items()}
    top = next(row for row in range(1, 12) if sheet.cell(row, 1).value == "序号")
    at = {sheet.cell(top, column).value: column for column in range(1, sheet.max_column + 1)}
    for row in range(top + 1, sheet.max_row + 1):
        about = str(sheet.cell(row, at["单位"]).value), str(sheet.cell(row, at["加分项目"]).value)
        for header, said in zip(("决定", "批准分值", "加分事由"), decided[about], strict=True):
            if said:
                sheet.cell(row, at[header]).value = float(said) if header == "批准分值" else said
