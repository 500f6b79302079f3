"""What the yellow cells of the ranked workbook take, and how those are counted that hold no number any more."""

from __future__ import annotations

from decimal import Decimal

from test_ranked import CARD, MARK

from evaltool.workbook.ranked import ranked_book
from evaltool.workbook.typed import LONGEST, NUMBER, Takes, areas, checks, lights, no_numbers
from evaltool.writers.book import Cell
from handmade import intake, result

GRID = {
    (0, 0): Cell("单位", "head"),
    (1, 0): Cell("甲县"),
    (2, 0): Cell("乙县"),
    (1, 1): Cell(Decimal("9.5"), "input"),
    (2, 1): Cell("缺评（不计）", "text_center"),
    (1, 2): Cell(8, "input"),
    (2, 2): Cell(7, "input"),
}


def test_lists_side_by_side_are_counted_as_one() -> None:
    """A word among the marks is no number from the beginning, and so is not missed."""
    assert no_numbers(GRID, areas(GRID)) == "ABS(3-COUNT($B$2:$C$3))"


def test_more_lists_than_a_formula_can_name_are_counted_as_a_whole() -> None:
    """Hundreds of lists, each with a head of its own: one piece of the tab, with every number in it."""
    many = {(3 * at, 0): Cell("头", "head") for at in range(1000)} | {
        (3 * at + 1, 0): Cell(at, "input") for at in range(1000)
    }
    text = no_numbers(many, areas(many))
    assert len(text) < LONGEST
    assert text == "ABS(1000-COUNT($A$2:$A$2999))"


def test_what_stood_among_numbers_from_the_beginning_stays_uncoloured() -> None:
    """Red is whatever is neither a number nor one of the words that the list has."""
    first, second = lights(areas(GRID))
    assert first.formula == '=IF(ISERROR(B2),TRUE,NOT(OR(ISNUMBER(B2),B2="缺评（不计）")))'
    assert second.formula == "=IF(ISERROR(C2),TRUE,NOT(OR(ISNUMBER(C2))))"


def test_each_piece_of_a_list_takes_what_its_cells_take() -> None:
    """Limits that change from row to row are two rules; where none is stated, any number goes in."""
    low, high = Takes(low="0", high="10"), Takes(low="0", high="20")
    cells = {(row, column): Cell(row, "input") for row in range(1, 5) for column in (0, 1)}
    rules = checks(cells, {(1, 0): low, (2, 0): low, (3, 0): high, (4, 0): high}, areas(cells))
    assert [(each.first, each.last, each.high) for each in rules] == [
        ("A2", "A3", "10"),
        ("A4", "A5", "20"),
        ("B2", "B5", NUMBER.high),
    ]


def test_a_gap_or_a_head_ends_a_list() -> None:
    """Lists below each other, whatever the order in which their cells were filled; one without yellow cells is none."""
    rows = {1: "input", 2: "text_center", 4: "input", 5: "head", 6: "input", 8: "any"}
    cells = {(row, 2): Cell(row, style) for row, style in reversed(rows.items())} | {(0, 1): Cell(1, "input")}
    assert [each.fixed for each in areas(cells)] == ["$B$1:$B$1", "$C$2:$C$3", "$C$5:$C$5", "$C$7:$C$7"]


def test_yellow_cells_take_what_the_sheets_take() -> None:
    """A mark has the bounds of its question, a count of cards is a whole number that is not below zero."""
    tabs = {tab.title: tab for tab in ranked_book(result(taken=intake([MARK], [CARD]))).tabs}
    marks = {(each.kind, each.low, each.high) for each in tabs["指标明细"].checks}
    assert ("decimal", "0", "100") in marks
    assert {(each.kind, each.low) for each in tabs["评价卡"].checks} == {("integer", "0")}
