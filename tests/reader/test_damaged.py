"""Good sheets, damaged on their way: none crashes, stalls, or says what nobody wrote; every changed cell is seen."""

from __future__ import annotations

import shutil
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

import changed_cells
import judged_mutants
import rawxlsx as raw
from damaged_books import MUTATIONS
from evaltool.inbox.extract.corrections import Correction, corrected
from evaltool.inbox.extract.parsing import say
from evaltool.inbox.problems import Problem
from evaltool.inbox.workers import Reading, Task
from evaltool.questions.forms import ColumnKind, FormColumn
from evaltool.reader import ReadCell, Workbook, read
from evaltool.reader.numberformats import EPOCH, EPOCH_1904, day_of, number_of
from good_sheets import Expecting, good_sheets, of_sample
from judged_mutants import reading_of, tried

DAMAGED = 600


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("good") / "e"


@pytest.fixture(scope="module")
def expecting(folder: Path) -> Expecting:
    return good_sheets(folder)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_nothing_that_is_done_to_a_sheet_crashes_or_deceives(expecting: Expecting) -> None:
    """Of every kind of damage some are refused or not taken, and of the rest every change is seen."""
    sheets, expected = expecting
    bare = [each for each in sheets if each.name.endswith("(bare)")]
    tally = tried([*bare, *bare, sheets[0]], expected, range(DAMAGED), second_of=20)
    assert tally.faults == []
    assert tally.fates.keys() == MUTATIONS.keys()
    assert all(len(fates) > 1 for fates in tally.fates.values()), tally.fates
    assert tally.fates["cells"]["seen"] > DAMAGED / 10


def test_a_change_that_nobody_sees_is_found_out(expecting: Expecting, monkeypatch: pytest.MonkeyPatch) -> None:
    """What judges mutants is no rubber stamp: a reader of answers that always says the same is told on."""
    sheets, expected = expecting
    said = {each.name: reading_of(each, expected) for each in sheets}

    def as_before(_task: Task, _expected: object) -> Reading:
        return said[sheets[-1].name]

    monkeypatch.setattr(judged_mutants, "read_one", as_before)
    assert {"unseen", "answer"} <= {each.what[:6] for each in tried(sheets[-1:], expected, range(80)).faults}


def test_a_value_that_openpyxl_reads_otherwise_is_found_out(
    expecting: Expecting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reader that takes one number for another differs, and no rule explains it."""

    def one_more(data: bytes) -> object:
        book = read(data)
        if not isinstance(book, Workbook):
            return book
        sheet = book.sheets[0]
        cells = {spot: _one_more(cell) for spot, cell in sheet.cells.items()}
        return replace(book, sheets=(replace(sheet, cells=cells), *book.sheets[1:]))

    monkeypatch.setattr(judged_mutants, "read", one_more)
    sheets, expected = expecting
    assert "differs" in {each.what[:7] for each in tried(sheets, expected, range(20)).faults}


def _one_more(cell: ReadCell) -> ReadCell:
    return cell if cell.number is None else cell._replace(number=cell.number + 1)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_sheets_of_the_sample_stand_damage_too(tmp_path: Path) -> None:
    """As people sent them, saved by several programs."""
    sheets, expected = of_sample(Path(shutil.copytree(changed_cells.SAMPLE, tmp_path / "sample")))
    assert tried(sheets, expected, range(3_000), second_of=5).faults == []


# --- law 1 -----------------------------------------------------------------------------------------------------------


def test_every_changed_cell_of_a_sheet_is_seen(expecting: Expecting, folder: Path) -> None:
    """Marks, visits, claims, cards, tallies and the account of a batch, one cell at a time."""
    assert len(expecting[0]) == 6
    count, unseen = changed_cells.of_sheets(folder, seed=1, most=9)
    assert count == 5 * 9
    assert unseen == []


def test_every_changed_cell_of_a_table_is_seen(expecting: Expecting, folder: Path) -> None:
    """The evaluation is another one, or something is found in the table."""
    assert expecting
    count, unseen = changed_cells.of_tables(folder, seed=1, rows=1)
    assert count == 5 + 3 + 5
    assert unseen == []


@pytest.mark.slow
def test_every_changed_input_cell_of_the_sample_is_seen(tmp_path: Path) -> None:
    """All cells of all returned sheets; five rows of every table of roster and decisions."""
    folder = Path(shutil.copytree(changed_cells.SAMPLE, tmp_path / "sample"))
    assert changed_cells.of_sheets(folder, seed=1)[1] == []
    assert changed_cells.of_tables(folder, seed=1, rows=5)[1] == []


# --- what mutants have shown -----------------------------------------------------------------------------------------


def said(inside: str, kind: ColumnKind, styles: str = "") -> tuple[str, str]:
    """What a cell says to a question of a kind: its text, and what is wrong with it."""
    book = read(raw.book(raw.cell(inside), styles=styles))
    assert isinstance(book, Workbook)
    parsed = say(book.sheets[0].cells[4, 2], FormColumn("", kind, field="mark" if kind == "number" else "proof"))
    return parsed.text, parsed.problem


DAY = '<cellXfs><xf numFmtId="14"/><xf numFmtId="2"/></cellXfs>'


@pytest.mark.parametrize(
    ("number", "day"),
    [("1", "1900-01-01"), ("59", "1900-02-28"), ("60", None), ("61", "1900-03-01"), ("46162", "2026-05-20")],
)
def test_the_calendar_of_1900_has_one_day_too_many(number: str, day: str | None) -> None:
    """Its 29 February is no day; days before it are those that a spreadsheet shows."""
    expected = ("60", "DATE_UNKNOWN") if day is None else (day, "")
    assert said(f"><v>{number}</v>", "date", DAY) == expected


@pytest.mark.parametrize("number", [1, 59, 61, 62, 46_162])
def test_a_day_and_its_number_go_both_ways(number: int) -> None:
    """Also before March 1900; in the calendar from 1904 no day is missing."""
    day = day_of(Decimal(number), EPOCH)
    assert day is not None
    assert number_of(day) == number
    assert str(day_of(Decimal(60), EPOCH_1904)) == "1904-03-01"


@pytest.mark.parametrize(
    ("value", "text"),
    [("46162", "2026-05-20"), ("46162.5", "2026-05-20 12:00"), ("0.75", "0.75"), ("1" + "0" * 40, "1" + "0" * 40)],
)
def test_a_day_in_a_cell_for_text_is_that_day(value: str, text: str) -> None:
    """A spreadsheet makes a date of 2026-5-20, whatever the cell is for; its number says nothing to anybody."""
    assert said(f"><v>{value}</v>", "text", DAY) == (text, "")


def test_a_day_in_a_cell_for_marks_is_no_mark() -> None:
    """Stored as a day (Strict workbooks do so), it is one in whatever format."""
    assert said('s="1" t="d"><v>1900-03-25</v>', "number", DAY)[1] == "SCORE_DATE"


def test_a_day_is_corrected_as_the_marks_have_it() -> None:
    """A decision says 2026-05-20, which stands in marks.csv, not the number behind it."""
    book = read(raw.book(raw.cell("><v>46162</v>"), styles=DAY))
    assert isinstance(book, Workbook)
    problems: list[Problem] = []
    change = Correction("表", "C5", "2026-05-20", "2026-05-21", "绩办〔2027〕2号")
    assert corrected(book.sheets[0], [change], problems)[0].cells[4, 2].text == "2026-05-21"
    assert problems == []
    corrected(book.sheets[0], [change._replace(before="2026-05-19")], problems)
    assert [one.code for one in problems] == ["CORRECTION_MISMATCH"]
