"""Where two keyings of one sheet differ: cell by cell, card by card, count by count; on worksheets made of values."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from asked_tables import MARK, NOTE, TALLY, cards, visits
from evaltool.inbox.extract.workbook import Extract, extract
from evaltool.inbox.twice import keyings
from evaltool.inbox.twice.keyings import Difference, differences
from evaltool.questions.forms import Form, FormLine, FormSheet, FormTable, Worksheets
from read_sheets import deleted, merged, sent, typed_into

LINES = (FormLine(("1", "清川县"), "C1"), FormLine(("2", "白石区"), "C2"))
GRID = FormTable("grid", "counties", "base", 5, ("序号", "被评估单位"), LINES, (MARK, NOTE))
OPEN, CARDS = visits(MARK, NOTE), cards(6)


def form_of(*tables: FormTable, batch: str = "") -> Form:
    titles = {"grid": "打分表", "open": "踏查", "cards": "评价卡", "tally": "汇总"}
    sheets = Worksheets(FormSheet(titles[table.kind], titles[table.kind], (), (table,)) for table in tables)
    return Form("e", "O1", batch, "测试", "O1.xlsx", sheets, twice=True)


FORM, VISITS, BALLOTS = form_of(GRID), form_of(OPEN), form_of(CARDS, TALLY, batch="1")
FILLED = {"C7": 9, "C8": 8, "D8": "好"}
Cells = dict[str, object]


def keyed(form: Form, cells: Cells, tally: Cells | None = None) -> Extract:
    made = sent(form, cells)
    return extract(form, typed_into(made, tally, 1) if tally else made)


def told(form: Form, one: Extract, other: Extract) -> list[tuple[str, ...]]:
    """Cell and text in the first, cell and text in the second, unit; what is said the other way round is its mirror."""
    found = list(differences(form, one, other))
    back = list(differences(form, other, one))
    mirrored = [Difference(*each[3:6], *each[:3], *each[6:]) for each in back]
    assert sorted(each[:6] for each in found) == sorted(each[:6] for each in mirrored)
    return [(each.cell, each.one, each.other_cell, each.two, each.unit) for each in found]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, []),
        ({"C7": 10}, [("C7", "9", "C7", "10", "C1")]),
        ({"C7": Decimal("9.0")}, []),
        ({"C7": "9分"}, []),  # one mark, typed in another way
        ({"C7": None}, [("C7", "9", "C7", "", "C1")]),
        ({"C7": "弃权"}, [("C7", "9", "C7", "弃权", "C1")]),
        ({"D8": " 好 "}, []),
        ({"D8": "中"}, [("D8", "好", "D8", "中", "C2")]),
        ({"D7": "好"}, [("D7", "", "D7", "好", "C1")]),
        ({"C7": "九", "C8": 7}, [("C8", "8", "C8", "7", "C2")]),  # what cannot be read has its finding
        ({"C7": 1, "C8": 2}, [("C7", "9", "C7", "1", "C1"), ("C8", "8", "C8", "2", "C2")]),
        ({"B7": "白石区", "B8": "清川县", "C7": 8, "C8": 9, "D7": "好", "D8": None}, []),
        ({"B8": "白石"}, []),  # a lost label has said so
    ],
)
def test_cells_that_differ(changes: Cells, said: list[tuple[str, ...]]) -> None:
    """By what they mean: each once, with what stands there in both."""
    assert told(FORM, keyed(FORM, FILLED), keyed(FORM, FILLED | changes)) == said


def test_a_difference_names_worksheets_and_component() -> None:
    one, other = keyed(FORM, FILLED), keyed(FORM, FILLED | {"C7": 10})
    (found,) = differences(FORM, one, other)
    assert (found.sheet, found.other_sheet, found.component) == ("打分表", "打分表", "base")


@pytest.mark.parametrize(
    ("one", "other", "said"),
    [
        ({"B7": "清川县", "C7": 9}, {"B7": "清川县", "C7": 9}, []),
        ({"B7": "清川县", "C7": 9}, {"B7": "清川县", "C7": 8}, [("C7", "9", "C7", "8", "C1")]),
        ({"B7": "清川县", "C7": 9}, {"B7": "白石区", "C7": 9}, [("B7", "清川县", "B7", "白石区", "C1")]),
        ({"B7": "清川县", "C7": 9}, {}, [("B7", "清川县", "B7", "", "C1")]),  # the row, not each of its cells
        (
            {"B7": "清川县", "C7": 9, "B8": "白石区"},
            {"C9": 5},
            [("B7", "清川县", "B7", "", "C1"), ("B8", "白石区", "B8", "", "C2"), ("B9", "", "B9", "", "")],
        ),
        ({"C7": 9, "C8": 8}, {"C7": 9}, [("B8", "", "B8", "", "")]),
    ],
)
def test_rows_that_are_filled_in_as_needed(one: Cells, other: Cells, said: list[tuple[str, ...]]) -> None:
    """A row is known by its number, whatever unit it names; one that only one of the two has is said once."""
    assert told(VISITS, keyed(VISITS, one), keyed(VISITS, other)) == said


# --- cards -----------------------------------------------------------------------------------------------------------

PILE: Cells = {
    "B7": "好",
    "C7": "中",
    "B8": "中",
    "C8": "中",
    "B9": "好",
    "B10": "不了解",
    "C10": "好",
    "D11": "废票",
    "B11": "好",
}


def moved(cells: Cells, **rows: int) -> Cells:
    """The cards of some rows in others: r7=8 puts the card of row 7 into row 8."""
    return {f"{place[0]}{rows.get(f'r{place[1:]}', int(place[1:]))}": said for place, said in cells.items()}


@pytest.mark.parametrize(
    ("cards", "said"),
    [
        (PILE, []),
        (moved(PILE, r7=12, r9=7, r8=10, r10=8), []),
        (PILE | {"C7": "好"}, [("C7", "中", "C7", "好", "C3")]),
        (PILE | {"C9": "中"}, [("C9", "", "C9", "中", "C3")]),
        (PILE | {"D7": "废票"}, [("D7", "", "D7", "废票", "")]),
        (moved(PILE, r7=8, r8=7) | {"C8": "好"}, [("C7", "中", "C8", "好", "C3")]),
        (PILE | {"B7": None, "C7": None}, [("B7", "有这张卡", "", "没有这张卡", "")]),
        (PILE | {"B12": "好"}, [("", "没有这张卡", "B12", "有这张卡", "")]),
        (PILE | {"B12": "中", "C12": "中"}, [("", "没有这张卡", "B12", "有这张卡", "")]),
        (PILE | {"B7": "中", "B9": "中"}, [("B7", "好", "B7", "中", "C1"), ("B9", "好", "B9", "中", "C1")]),
        (
            PILE | {"B7": "不了解", "C7": "不了解"},
            [("B7", "好", "B7", "不了解", "C1"), ("C7", "中", "C7", "不了解", "C3")],
        ),
    ],
)
def test_cards_that_differ(cards: Cells, said: list[tuple[str, ...]]) -> None:
    """In whatever order they were keyed; a card is held against the one that it is most likely to be."""
    assert told(BALLOTS, keyed(BALLOTS, PILE), keyed(BALLOTS, cards)) == said


def test_what_the_worksheet_of_cards_is_called_is_no_difference() -> None:
    one = keyed(BALLOTS, PILE)
    (lines,) = one.card_lines
    assert told(BALLOTS, one, replace(one, card_lines=(lines._replace(sheet="Sheet1"),))) == []


def test_a_card_that_cannot_be_read_is_no_difference() -> None:
    """Its cell has its finding; what can be read of it is held against the other."""
    other = keyed(BALLOTS, PILE | {"B7": "很好", "C7": "好"})
    assert told(BALLOTS, keyed(BALLOTS, PILE), other) == [("C7", "中", "C7", "好", "C3")]
    assert told(BALLOTS, keyed(BALLOTS, PILE), keyed(BALLOTS, PILE | {"B7": "很好"})) == []


def test_a_column_that_is_gone_has_no_cell() -> None:
    """The heading has its finding; cards are compared in the others."""
    pile = {place: said for place, said in PILE.items() if place != "B9"}
    one = keyed(BALLOTS, pile)
    lost = extract(BALLOTS, typed_into(sent(BALLOTS, pile | {"C7": "好"}), {"B6": "清川"}))
    assert told(BALLOTS, one, lost) == [("C7", "中", "C7", "好", "C3")]
    more = extract(BALLOTS, typed_into(sent(BALLOTS, pile | {"C12": "好"}), {"B6": "清川"}))
    assert told(BALLOTS, one, more) == [("", "没有这张卡", "", "有这张卡", "")]


def test_of_very_many_cards_left_over_each_is_held_against_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    """A whole batch is then another one: they are paired in their order, and those beyond have no other."""
    one: Cells = {f"B{row}": "好" for row in (7, 8, 9)}
    other: Cells = {f"C{row}": "中" for row in (9, 10)}
    every = [("B7", "好", "B9", "", "C1"), ("C7", "", "C9", "中", "C3")]
    for most in (3, 2):
        monkeypatch.setattr(keyings, "_MOST_MATCHED", most)
        found = list(differences(BALLOTS, keyed(BALLOTS, one), keyed(BALLOTS, other)))
        cells = [(each.cell, each.other_cell) for each in found]
        if most == 2:
            assert cells == [("B7", "B9"), ("C7", "C9"), ("B8", "B10"), ("C8", "C10"), ("B9", "")]
            assert [(each.cell, each.one, each.other_cell, each.two, each.unit) for each in found][:2] == every
        else:  # the nearest in place, of equally unlike ones
            assert cells == [("B9", "B9"), ("C9", "C9"), ("B8", "B10"), ("C8", "C10"), ("B7", "")]


# --- cards and a tally -----------------------------------------------------------------------------------------------

COUNTED: Cells = {"C7": 2, "D7": 1, "E7": 1, "C8": 1, "D8": 2, "F8": 1}
"""What the valid cards of `PILE` come to."""


@pytest.mark.parametrize(
    ("tally", "said"),
    [
        (COUNTED, []),
        (COUNTED | {"E8": 0}, []),
        (COUNTED | {"C7": 3}, [("", "“好”2张", "C7", "“好”3张", "C1")]),
        (COUNTED | {"F8": None}, [("", "“未填”1张", "F8", "“未填”0张", "C3")]),
        (COUNTED | {"F7": 1}, [("", "“未填”0张", "F7", "“未填”1张", "C1")]),
    ],
)
def test_cards_one_by_one_against_the_same_counted(tally: Cells, said: list[tuple[str, ...]]) -> None:
    """Unit by unit and choice by choice: the worksheet of the cards, the cell of the tally."""
    one, other = keyed(BALLOTS, PILE), keyed(BALLOTS, {}, tally)
    assert told(BALLOTS, one, other) == said
    if said:
        (found,) = differences(BALLOTS, one, other)
        assert (found.sheet, found.other_sheet, found.component) == ("评价卡", "汇总", "citizens")


def test_two_tallies_are_held_against_each_other_cell_by_cell() -> None:
    one, other = keyed(BALLOTS, {}, COUNTED), keyed(BALLOTS, {}, COUNTED | {"C7": 3})
    assert told(BALLOTS, one, other) == [("C7", "2", "C7", "3", "C1")]


@pytest.mark.parametrize(
    ("mine", "others", "said"),
    [
        (COUNTED, COUNTED, []),
        (COUNTED, {}, [("C7", "2", "C7", "", "C1")]),
        (COUNTED, COUNTED | {"C7": 3}, [("C7", "2", "C7", "3", "C1")]),
        ({}, {"D8": 2}, [("D8", "", "D8", "2", "C3")]),
    ],
)
def test_a_tally_beside_cards(mine: Cells, others: Cells, said: list[tuple[str, ...]]) -> None:
    """Where only one of the two has one it is said once, at its first cell."""
    assert told(BALLOTS, keyed(BALLOTS, PILE, mine), keyed(BALLOTS, PILE, others)) == said


def test_a_tally_whose_labels_are_gone_is_led_to_the_first_that_is_left() -> None:
    """The cell that would be meant is no longer known."""
    made = typed_into(typed_into(sent(BALLOTS), COUNTED, 1), {"B8": "云台"}, 1)
    other = extract(BALLOTS, made)
    found = [
        (each.one, each.other_sheet, each.other_cell, each.two, each.unit)
        for each in differences(BALLOTS, keyed(BALLOTS, PILE), other)
    ]
    assert found == [
        ("“未填”1张", "汇总", "C7", "“未填”0张", "C3"),
        ("“中”2张", "汇总", "C7", "“中”0张", "C3"),
        ("“好”1张", "汇总", "C7", "“好”0张", "C3"),
    ]
    gone = with_no_table(made)
    assert {(each.other_sheet, each.other_cell) for each in differences(BALLOTS, keyed(BALLOTS, PILE), gone)} == {
        ("", "")
    }


def with_no_table(made: object) -> Extract:
    from evaltool.reader import Workbook

    assert isinstance(made, Workbook)
    return extract(BALLOTS, replace(made, sheets=(made.sheets[0], *made.sheets[2:])))


def test_cards_that_were_merged_or_deleted_are_compared_as_far_as_they_stand() -> None:
    one = keyed(BALLOTS, PILE)
    assert told(BALLOTS, one, extract(BALLOTS, merged(sent(BALLOTS, PILE), (6, 1, 7, 1)))) == []
    fewer = extract(BALLOTS, deleted(sent(BALLOTS, PILE), row=12))  # a line that nobody used
    assert told(BALLOTS, one, fewer) == []
