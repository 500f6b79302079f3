"""What people write: put together for a person to look at (`heard`), gone through in a workbook (`screening`), taken
over into the roster's table 意见建议.

What was looked at, taken over or not, is not offered again: its marks stand in `remarks/seen.txt`.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from evaltool.evaluation import Evaluation, load
from evaltool.files import place, write_together
from evaltool.findings import Refused, finding
from evaltool.inbox.intake import Intake
from evaltool.returns.remarks.heard import heard, mark_of
from evaltool.returns.remarks.screening import Screened, as_remark, screened_in, screening_book
from evaltool.returns.tablebook import table_book
from evaltool.roster import Remark, table_of
from evaltool.roster.reading import read_tables
from evaltool.writers.book import Cell
from evaltool.writers.saving import to_bytes

SCREENING = "remarks/意见初选.xlsx"
_SEEN = "remarks/seen.txt"
_TABLE = table_of(Remark)
FILE = f"roster/{_TABLE.sheet}.xlsx"
_WIDTHS = {"单位": 20, "主题": 18, "内容": 60, "答复": 48, "来源标记": 15, "意见来源": 13}


@dataclass(frozen=True, slots=True)
class ToScreen:
    """How many remarks wait for somebody to look at them, how many of them had personal data covered, and the workbook
    they stand in ("": there are none)."""

    remarks: int
    covered: int
    file: str


@dataclass(frozen=True, slots=True)
class TakenOver:
    """What became of the rows of a workbook, how many of those taken over are passed on to a unit, and the table that
    they stand in."""

    taken: int
    left_out: int
    waiting: int
    before: int  # looked at in an earlier workbook
    file: str
    passed_on: int = 0


def collect(evaluation: Evaluation, intake: Intake) -> ToScreen:
    """Write what nobody has looked at yet into a workbook; one that somebody has begun to go through stays."""
    listed = heard(evaluation, intake, _seen(evaluation.folder))
    if not listed:
        return ToScreen(0, 0, "")
    placed = place(evaluation.folder / SCREENING, to_bytes(screening_book(evaluation, listed)))
    file = placed.path.relative_to(evaluation.folder).as_posix()
    return ToScreen(len(listed), sum(bool(each.personal) for each in listed), file)


def take_over(evaluation: Evaluation, file: Path) -> TakenOver:
    """Add the rows that are kept to the roster.  Raises `Refused` when something in the workbook or the roster does not
    fit; nothing is written then."""
    rows = [_marked(row) for row in screened_in(evaluation, file.name, file.read_bytes())]
    seen = _seen(evaluation.folder) | {each.mark for each in evaluation.stated.remarks}
    new = [row for row in rows if row.mark not in seen]
    kept, left = ([row for row in new if row.keep == way] for way in ("yes", "no"))
    table = _table(evaluation, kept) if kept else {}
    looked_at = sorted(_seen(evaluation.folder) | {row.mark for row in (*kept, *left)})
    said = {**table, _SEEN: "".join(f"{mark}\n" for mark in looked_at).encode()}
    write_together({evaluation.folder / file: data for file, data in said.items()})
    passed_on = sum(row.passed_on == "yes" for row in kept)
    waiting = len(new) - len(kept) - len(left)
    return TakenOver(len(kept), len(left), waiting, len(rows) - len(new), next(iter(table), ""), passed_on)


def _marked(row: Screened) -> Screened:
    """A row that somebody added has no mark; it gets one, so that it too is taken over once."""
    return row if row.mark else replace(row, mark=mark_of(f"+{row.unit}", row.text))


def _seen(folder: Path) -> set[str]:
    path = folder / _SEEN
    return set(path.read_text(encoding="utf-8").split()) if path.is_file() else set()


def _table(evaluation: Evaluation, kept: Sequence[Screened]) -> dict[str, bytes]:
    """The table with these rows at its end, by the name of the file in which it stands; it fits the roster."""
    file = _home(evaluation)
    stated = evaluation.stated.remarks
    rows = [*stated, *(as_remark(row, number) for row, number in zip(kept, _numbers(stated), strict=False))]
    made = {file: _as_csv(evaluation, rows) if file.endswith(".csv") else _as_book(evaluation, rows)}
    load(evaluation.folder, made)
    return made


def _home(evaluation: Evaluation) -> str:
    """The file of the table.  One that has other tables too is the clerk's, and stays as it is: raises `Refused`."""
    home = next((file for file in (f"roster/{_TABLE.sheet}.csv", FILE) if file in evaluation.files), "")
    tables, _ = read_tables({home: evaluation.files[home]} if home else {}, {_TABLE.sheet: _TABLE.headers})
    if any(each.sheet != _TABLE.sheet for each in tables) or (not home and evaluation.stated.remarks):
        raise Refused([finding("REMARKS_ELSEWHERE", value=_TABLE.sheet, args={"file": FILE})])
    return home or FILE


def _numbers(stated: Sequence[Remark]) -> Iterable[str]:
    """The numbers that come next."""
    last = max((int(each.id) for each in stated if each.id.isascii() and each.id.isdigit()), default=0)
    taken: Collection[str] = {each.id for each in stated}
    return (f"{number:03d}" for number in range(last + 1, last + 1_000_000) if f"{number:03d}" not in taken)


def _as_book(evaluation: Evaluation, rows: Iterable[Remark]) -> bytes:
    return to_bytes(table_book(evaluation, _TABLE, rows, "意见建议", _WIDTHS, "text"))


def _as_csv(evaluation: Evaluation, rows: Iterable[Remark]) -> bytes:
    cells = table_book(evaluation, _TABLE, rows, "意见建议", _WIDTHS, "text").tabs[0].cells
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    width = len(_TABLE.columns)
    for row in range(max(at for at, _ in cells) + 1):
        writer.writerow([_plain(cells[row, at]) for at in range(width)])
    return out.getvalue().encode("utf-8-sig")


def _plain(cell: Cell) -> str:
    """What a spreadsheet program takes for no formula."""
    return "" if cell.value is None else str(cell.value).lstrip("=+-@\t\r")
