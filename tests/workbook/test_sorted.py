"""Whoever sorts a list of the ranked workbook finds every figure with its unit as before.

A tab either may be sorted by any of its columns, or is protected so that its lists can be filtered only.  Sorting moves
rows with their formulas, in which references that are not fixed follow their row, as in Excel and LibreOffice;
`make check-recalc` has LibreOffice do it.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.formula.translate import Translator
from openpyxl.utils.cell import get_column_letter, range_boundaries

from evaltool.results.result import Result
from evaltool.run import scored, take_in
from evaltool.workbook.ranked import ranked_book
from evaltool.writers.book import Book, Formula
from evaltool.writers.saving import to_bytes
from filled_years import begin
from handmade import RULES, UNITS, decided, parts
from handmade import result as handmade
from spreadsheet import Workbook, reckoning

EVALUATIONS = Path(__file__).parents[2] / "templates" / "evaluations"
# repeats, stages, months, trimmed means and medians, comparisons, unranked units, lines of a unit's own
SOME = (
    "appraisal-360",
    "kpi-normalised",
    pytest.param("local-methods", marks=pytest.mark.slow),
    pytest.param("tax-staff", marks=pytest.mark.slow),
    "three-comparisons",
)
TIED = {
    "甲县": parts("17", "18", "8.5", "27.03", "17"),
    "乙县": parts("17", "17.5", "9", "27.03", "17"),
    "丙县": UNITS["清河县"],
    "丁县": UNITS["清河县"],
}
RULES_WITHOUT_GAPS = RULES.replace('ties = ["base"', 'gaps = false\nties = ["base"')
RULES_BY_PART = RULES.replace('ties = ["base"', 'ties = ["deputies", "base"')
Area = tuple[str, int, int, int, int]  # worksheet, first and last row, first and last column


def scored_year(name: str, place: Path) -> Result:
    begin(EVALUATIONS / name, place / "e")
    return scored(take_in(place / "e"), "0001")


def lists(data: bytes) -> Iterator[tuple[Area, bool]]:
    """Every named table and every list with a filter, without its head; whether its tab is protected."""
    for sheet in load_workbook(io.BytesIO(data)).worksheets:
        areas = [table.ref for table in sheet.tables.values()]
        areas += [sheet.auto_filter.ref] if sheet.auto_filter.ref else []
        for area in areas:
            left, top, right, bottom = range_boundaries(area)
            assert sheet.protection.sort  # nobody may sort where it is protected
            yield (sheet.title, top + 1, bottom, left, right), sheet.protection.sheet


def sort(book: Workbook, area: Area, column: int, *, down: bool) -> Workbook:
    """The workbook after its rows have been sorted, texts behind numbers."""
    title, first, last, left, right = area

    def key(row: int) -> tuple[bool, Any]:
        value = book.value((title, row, column))
        return isinstance(value, str), value if value is not None else ""

    before = sorted(range(first, last + 1), key=lambda row: (key(row)[0], str(key(row)[1])), reverse=down)
    cells = dict(book.cells)
    for row, was in enumerate(before, first):
        for at in range(left, right + 1):
            said, letter = book.cells.get((title, was, at)), get_column_letter(at)
            if isinstance(said, str) and said.startswith("="):
                said = Translator(said, origin=f"{letter}{was}").translate_formula(f"{letter}{row}")
            cells.pop((title, row, at), None)
            if said is not None:
                cells[title, row, at] = said
    return Workbook(cells, book.names, book.size)


def rows_of(book: Workbook) -> Counter[tuple[Any, ...]]:
    """All rows of all tabs, as they are shown, wherever they stand."""
    found: dict[tuple[str, int], list[Any]] = {}
    for title, row, column in sorted(book.cells):
        value = book.value((title, row, column))
        found.setdefault((title, row), [title]).append(round(value, 9) if isinstance(value, float) else value)
    return Counter(tuple(row) for row in found.values())


def nothing_moves(made: Book, by: int = 2) -> set[str]:
    """Each list that may be sorted, by some of its columns: no row of any tab differs.  The tabs that were sorted."""
    data = to_bytes(made)
    book = reckoning(data)
    before = rows_of(book)
    done = set()
    for area, protected in lists(data):
        title, first, last, left, right = area
        if not protected and last > first:
            for column in range(left, right + 1, max(1, (right - left) // by)):
                after = rows_of(sort(book, area, column, down=True))
                assert after == before, (area, column, list((after - before).items())[:3])
            done.add(title)
    return done


@pytest.mark.parametrize("name", SOME)
def test_sorting_a_list_moves_no_figure_to_another_unit(name: str, tmp_path: Path) -> None:
    """Sorted by any column, descending, every tab holds the same rows: totals, ranks, grades, shares, charts' rates."""
    made = scored_year(name, tmp_path)
    assert "得分明细" in nothing_moves(ranked_book(made))


def test_ties_unranked_units_and_decided_places_follow_their_rows() -> None:
    """A part of a component breaks ties, a decision settles one, an unranked unit is sorted in between."""
    settling = (decided("tie", "丁县", "1"), decided("tie", "丙县", "2"))
    made = handmade(TIED, rules=RULES_BY_PART, ledger=settling, unranked=["甲县"])
    assert "县区" in nothing_moves(ranked_book(made), by=20)


def test_places_without_gaps_follow_their_rows() -> None:
    """Two share the first place, the next is second; an unranked unit, which has no place, is sorted in between."""
    made = handmade(TIED, rules=RULES_WITHOUT_GAPS, unranked=["乙县"])
    assert [one.rank for one in made.standings] == [1, 1, 2, None]
    assert "县区" in nothing_moves(ranked_book(made), by=20)


def test_a_tab_says_whether_it_may_be_sorted(tmp_path: Path) -> None:
    """Live tabs that are referred to by number say that they may, protected ones that they may not, records that they
    are records."""
    book = ranked_book(scored_year("local-methods", tmp_path))
    for tab in book.tabs:
        words = str(tab.cells[1, 0].value)
        live = any(isinstance(each.value, Formula) for each in tab.cells.values())
        assert tab.protect == ("不可排序" in words), tab.title
        assert ("计分时的记录" in words) != live or tab.title == "参数", tab.title
    assert not next(tab for tab in book.tabs if tab.title == "得分明细").protect
    assert next(tab for tab in book.tabs if tab.title == "参数").protect


def test_above_the_limit_the_sums_are_not_sorted(tmp_path: Path) -> None:
    """A row an evaluator, a column a unit: formulas look at them where they stand, so the tab is protected."""
    book = ranked_book(scored_year("local-methods", tmp_path), limit=0)
    assert next(tab for tab in book.tabs if tab.title == "评估主体").protect
    assert "得分明细" in nothing_moves(book)
