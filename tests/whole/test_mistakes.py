"""300 sheets as they come back: clean ones give no finding; 200 mistakes give 200 findings, each at its cell, no other.
With `make test` every mistake is made once.

What is expected of each mistake stands in `mistakes.py` and the `mistaken_*.py`, in the words of the catalogue.
"""

from __future__ import annotations

import io
import random
from collections import Counter
from pathlib import Path

import openpyxl
import pytest
from openpyxl.comments import Comment

import mistaken_cards  # noqa: F401  (these three add their mistakes to the catalogue)
import mistaken_files  # noqa: F401
import mistaken_tables  # noqa: F401
from big_year import Sheet, big_year, write
from evaltool.run import take_in
from filling import spots
from mistakes import CELLS, MISTAKES, Case, Expected, saved, several
from mistakes_found import put, said, worth_a_look

SEEDS = range(1, 8)


def mistaken(sheets: list[Sheet], count: int, dice: random.Random) -> tuple[dict[str, Case], list[Expected], set[str]]:
    """So many mistakes of all kinds, one on each of so many sheets; small sheets are preferred, for the time's sake."""
    names: list[str] = []
    while len(names) < 2 * count:
        names += dice.sample(sorted(MISTAKES), len(MISTAKES))
    pool = sorted(sheets, key=lambda sheet: dice.random() * (50 + len(sheet.answers)))
    cases: dict[str, Case] = {}
    expected: list[Expected] = []
    made: set[str] = set()
    for name in names:
        for sheet in pool if len(expected) < count else ():
            case = Case(sheet, random.Random(f"{name}{sheet.file}{dice.random()}"))
            if found := MISTAKES[name](case):
                cases[sheet.file] = case
                expected.append(found)
                made.add(name)
                pool.remove(sheet)
                break
    return cases, expected, made


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_300_clean_sheets_give_no_finding(seed: int, tmp_path: Path) -> None:
    """Sheets of every kind, filled in as they should be, say nothing but what units apply for."""
    _, sheets = big_year(tmp_path / "city", seed)
    put(tmp_path / "city", ((sheet.file, write(sheet)) for sheet in sheets))
    taken = take_in(tmp_path / "city")
    assert len(sheets) == len(taken.intake.files) == 300
    assert {one.answered for one in taken.intake.sheets} == {"counted"}
    assert worth_a_look(taken.findings) == []


def test_every_mistake_is_found_at_its_cell_and_nothing_else(tmp_path: Path) -> None:
    """Each of the catalogue gives one finding with its code, file, worksheet and cell."""
    _, sheets = big_year(tmp_path / "city", 1)
    cases, expected, made = mistaken(sheets, len(MISTAKES), random.Random(1))
    assert made == MISTAKES.keys()
    for case in cases.values():
        put(tmp_path / "city", case.written())
    found = [one for one in take_in(tmp_path / "city").findings if one.code not in NOT_IN]
    assert said(found) == Counter(one for one in expected if one[0] not in NOT_IN)


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_200_mistakes_are_found_each_at_its_cell_and_nothing_else(seed: int, tmp_path: Path) -> None:
    """The same among clean sheets, most mistakes twice."""
    _, sheets = big_year(tmp_path / "city", seed)
    cases, expected, made = mistaken(sheets, 200, random.Random(seed))
    assert len(expected) == 200
    assert made == MISTAKES.keys()
    for sheet in sheets:
        case = cases.get(sheet.file)
        put(tmp_path / "city", case.written() if case else [(sheet.file, write(sheet))])
    found, wanted = said(take_in(tmp_path / "city").findings), Counter(expected)
    assert (wanted - found, found - wanted) == (Counter(), Counter())


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_several_mistakes_on_one_sheet_are_found_each_at_its_cell(seed: int, tmp_path: Path) -> None:
    """One mistake hides no other: up to eight in the cells of one sheet."""
    _, sheets = big_year(tmp_path / "city", seed)
    dice = random.Random(seed)
    expected: list[Expected] = []
    chosen = [sheet for sheet in sheets if not sheet.form.batch and sheet.form.evaluator[0] in "FJPSV"]
    for sheet in dice.sample(chosen, 12):
        case = Case(sheet, dice)
        expected += several(case, dice.sample([name for name in CELLS if name not in RANKED], 8))
        put(tmp_path / "city", case.written())
    findings = [one for one in take_in(tmp_path / "city").findings if one.code not in NOT_IN]
    assert len(expected) > 24
    assert said(findings) == Counter(expected)


NOT_IN = ("SUBMISSION_MISSING", "SUBMISSION_AWAITED")
RANKED = ("a place beyond the list", "place nought", "half a place", "no place given", "words in a place")


def test_what_does_no_harm_is_no_finding(tmp_path: Path) -> None:
    """Blanks after a choice, full-width brackets, comments, colours, other widths, another window: nobody is asked."""
    _, sheets = big_year(tmp_path / "city", 1)
    by_evaluator = {sheet.form.evaluator: sheet for sheet in sheets if sheet.form.kind in ("marks", "cards")}
    for who in ("D01", "V01", "K01", "F13"):
        sheet = by_evaluator[who]
        book = openpyxl.load_workbook(io.BytesIO(write(sheet)))
        for spot in spots(sheet.form):
            cell = book[spot.sheet][spot.cell]
            if isinstance(cell.value, str) and spot.column.kind == "choice":
                cell.value = f"{cell.value}　 "
            cell.comment = Comment("请核对", "张三")
        for at in book.worksheets:
            at.column_dimensions["C"].width = 40
            at.freeze_panes = None
            at["B6"] = f" {at['B6'].value} " if isinstance(at["B6"].value, str) else at["B6"].value
        put(tmp_path / "city", [(sheet.file, saved(book))])
    findings = [one for one in take_in(tmp_path / "city").findings if one.code not in NOT_IN]
    assert worth_a_look(findings) == []
