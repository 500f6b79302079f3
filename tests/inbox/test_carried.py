"""What a sheet of an older version says to the present questions: what stands, what is asked again, what is told.

Forms and worksheets are made of values.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from asked_tables import MARK, NAMED, NOTE, visits
from evaltool.inbox.extract import carried as carrying
from evaltool.inbox.extract.carried import carried
from evaltool.inbox.extract.corrections import Correction
from evaltool.inbox.extract.workbook import Extract, extract
from evaltool.inbox.problems import Problem
from evaltool.questions.forms import FIGURE, Form, FormColumn, FormLine, FormSheet, FormTable, Worksheets
from read_sheets import answers, sent, typed_into

TIER = FormColumn("档次", "choice", "tier", choices=("一等", "二等", "三等"))
LINES = (FormLine(("1", "清川县"), "C1"), FormLine(("2", "白石区"), "C2"), FormLine(("3", "云台县"), "C3"))
GRID = FormTable("grid", "counties", "base", 5, ("序号", "被评估单位"), LINES, (MARK, TIER, NOTE))
FILLED: dict[str, object] = {"C7": 9, "D7": "一等", "C8": 8, "D8": "三等", "E8": "好", "C9": 7, "D9": "二等"}


def form_of(*tables: FormTable, title: str = "打分表") -> Form:
    sheets = Worksheets(
        FormSheet(title if at == 0 else f"表{at}", "打分", (), (table,)) for at, table in enumerate(tables)
    )
    return Form("e", "O1", "", "测试", "O1.xlsx", sheets)


BEFORE = form_of(GRID)


def over(now: Form, cells: dict[str, object] = FILLED, before: Form = BEFORE, *corrections: Correction) -> Extract:
    found = carried(before, now, extract(before, sent(before, cells), corrections))
    assert found is not None
    assert found.problems[0].code == "SHEET_OLDER"
    return found


def marks(said: Extract, now: Form) -> list[tuple[str, str, int | None, str, str]]:
    """Unit, field, value, state and cell in the file of every answer."""
    return [(one.unit, one.field, one.value, one.state, one.cell) for one in answers(said, now)]


def told(said: Extract) -> list[tuple[str, str, str, str]]:
    """Code, cell, unit and value of what is said beside that the sheet is older."""
    return [(one.code, one.cell, one.unit, one.value) for one in said.problems[1:]]


def test_a_sheet_that_asks_the_same_says_the_same() -> None:
    """It is told how many answers stand, and of which version it is."""
    said = over(BEFORE)
    assert said.answers == extract(BEFORE, sent(BEFORE, FILLED)).answers
    (older,) = said.problems
    assert (older.value, dict(older.args)) == (
        BEFORE.version(),
        {"n": "9", "again": "0", "renamed": "", "renamed_en": ""},
    )


def test_answers_follow_their_units_and_keep_their_cells() -> None:
    """Units in another order, one renamed; the file is explained by its own cells."""
    turned = (replace(LINES[2], labels=("1", "云台市")), replace(LINES[0], labels=("2", "清川县")), LINES[1])
    now = form_of(replace(GRID, lines=turned))
    said = over(now)
    assert marks(said, now) == [
        ("C3", "mark", 70, "given", "C9"),
        ("C3", "tier", 1, "given", "D9"),
        ("C3", "remark", None, "blank", "E9"),
        ("C1", "mark", 90, "given", "C7"),
        ("C1", "tier", 0, "given", "D7"),
        ("C1", "remark", None, "blank", "E7"),
        ("C2", "mark", 80, "given", "C8"),
        ("C2", "tier", 2, "given", "D8"),
        ("C2", "remark", None, "given", "E8"),
    ]
    assert [one.text for one in answers(said, now) if one.field == "remark"] == ["", "", "好"]
    assert told(said) == []
    assert dict(said.problems[0].args)["renamed"] == "；名称已改：云台县→云台市"
    assert dict(said.problems[0].args)["renamed_en"] == "; renamed since: 云台县→云台市"


def test_answers_keep_the_worksheet_on_which_they_stand_and_the_decision() -> None:
    now = form_of(GRID, title="新表")
    said = over(now, FILLED, BEFORE, Correction("打分表", "C8", "8", "8.5", "9号"))
    assert {one.sheet for one in answers(said, now)} == {"打分表"}
    assert {one.cell: one.decision for one in answers(said, now) if one.decision} == {"C8": "9号"}


def test_choices_are_counted_by_their_place_in_the_present_list() -> None:
    """The same choices in another order are the same question."""
    now = form_of(replace(GRID, columns=(MARK, replace(TIER, choices=("三等", "二等", "一等")), NOTE)))
    assert [one.value for one in answers(over(now), now) if one.field == "tier"] == [2, 0, 1]


LIMITED = form_of(replace(GRID, columns=(replace(MARK, high=Decimal(12)), TIER, NOTE)))


def test_a_question_that_is_asked_in_another_way_is_asked_again() -> None:
    """What stood there is told with what changed, and where it is asked now; it counts for nothing."""
    said = over(LIMITED)
    assert told(said) == [
        ("QUESTION_CHANGED", "C7", "C1", "9"),
        ("QUESTION_CHANGED", "C8", "C2", "8"),
        ("QUESTION_CHANGED", "C9", "C3", "7"),
    ]
    assert dict(said.problems[1].args) == {
        "asked": "清川县 得分",
        "fresh": "C7",
        "fresh_sheet": "打分表",
        "change": "限值由“0—10”改为“0—12”",
        "change_en": "limits was “0—10” and is “0—12”",
    }
    assert (said.problems[1].sheet, said.problems[1].component) == ("打分表", "base")
    assert [one.field for one in answers(said, LIMITED)] == ["tier", "remark"] * 3
    assert dict(said.problems[0].args)["again"] == "3"
    assert dict(said.problems[0].args)["n"] == "6"


def test_what_was_wrong_in_a_cell_that_is_asked_again_is_said_no_more() -> None:
    """Of other cells it is, and of the sheet as a whole."""
    cells = FILLED | {"C7": "九", "D8": "四等", "H3": "注"}
    assert told(over(LIMITED, cells)) == [
        ("CELL_OUTSIDE", "H3", "", "注"),
        ("CHOICE_UNKNOWN", "D8", "C2", "四等"),
        ("QUESTION_CHANGED", "C7", "C1", "九"),
        ("QUESTION_CHANGED", "C8", "C2", "8"),
        ("QUESTION_CHANGED", "C9", "C3", "7"),
    ]
    hidden = extract(BEFORE, sent(BEFORE, FILLED))
    whole = replace(hidden, problems=(Problem("SHEET_HIDDEN", "打分表"), Problem("SCORE_TEXT_UNIT", "打分表", "C7")))
    over_ = carried(BEFORE, LIMITED, whole)
    assert over_ is not None
    assert [one.code for one in over_.problems][1:3] == ["SHEET_HIDDEN", "QUESTION_CHANGED"]


def test_a_cell_that_nobody_has_to_fill_in_is_asked_again_only_if_it_was() -> None:
    """Blank it stays blank; a required one is asked in any case."""
    now = form_of(replace(GRID, columns=(replace(MARK, high=Decimal(12)), TIER, replace(NOTE, kind="number"))))
    said = over(now, FILLED | {"C9": None})
    assert [one for one in told(said) if one[1][0] in "CE"] == [
        ("QUESTION_CHANGED", "C7", "C1", "9"),
        ("QUESTION_CHANGED", "C8", "C2", "8"),
        ("QUESTION_CHANGED", "E8", "C2", "好"),
        ("QUESTION_CHANGED", "C9", "C3", ""),
    ]
    assert [(one.unit, one.state) for one in answers(said, now) if one.field == "remark"] == [
        ("C1", "blank"),
        ("C3", "blank"),
    ]


def test_a_long_text_that_is_asked_again_is_cut() -> None:
    said = over(LIMITED, FILLED | {"C7": "长" * 100})
    assert told(said)[0] == ("QUESTION_CHANGED", "C7", "C1", "长" * 80)


def test_a_line_whose_label_is_lost_says_nothing() -> None:
    """That has its finding; a question of it that is asked in another way is asked without what stood there."""
    lost = FILLED | {"B8": "白石"}
    assert [one.unit for one in answers(over(BEFORE, lost), BEFORE)] == ["C1"] * 3 + ["C3"] * 3
    assert told(over(LIMITED, lost)) == [
        ("LABEL_CHANGED", "B8", "C2", "白石"),
        ("QUESTION_CHANGED", "C7", "C1", "9"),
        ("QUESTION_CHANGED", "", "C2", ""),
        ("QUESTION_CHANGED", "C9", "C3", "7"),
    ]


def test_what_is_new_is_asked_if_somebody_has_to_answer_it() -> None:
    """At the cell of the sheet that goes back; what may stay blank is blank."""
    more = FormLine(("4", "青山县"), "C4", component="trees")
    now = form_of(replace(GRID, lines=(*LINES, more)))
    said = over(now)
    assert told(said) == [("QUESTION_NEW", "", "C4", ""), ("QUESTION_NEW", "", "C4", "")]
    assert [(one.component, dict(one.args)["fresh"]) for one in said.problems[1:]] == [
        ("trees", "C10"),
        ("trees", "D10"),
    ]
    assert marks(said, now)[-1] == ("C4", "remark", None, "blank", "E10")
    assert dict(said.problems[0].args)["again"] == "2"


@pytest.mark.parametrize(
    ("kinds", "asked"),
    [
        (("初步数",), []),
        (("初步数", "核实数"), []),  # one of the line is known
        (("核实数", "年报数"), [("QUESTION_NEW", "C7"), ("QUESTION_NEW", "C8")]),
    ],
)
def test_of_new_figures_one_of_the_line_is_asked(kinds: tuple[str, ...], asked: list[tuple[str, str]]) -> None:
    """Said at the first; where one of them was asked before, nothing is missing."""

    def figures(*names: str) -> Form:
        columns = tuple(
            FormColumn(name, "number", f"{FIGURE}{name}", high=Decimal(99), required=False) for name in names
        )
        return form_of(replace(GRID, kind="figures", lines=LINES[:2], columns=(*columns, NOTE)))

    now = figures(*kinds)
    said = over(now, {"C7": 60}, figures("初步数"))
    new = [(one.code, dict(one.args)["fresh"]) for one in said.problems[1:] if one.code == "QUESTION_NEW"]
    assert new == asked


def test_what_is_asked_no_more_is_told_a_line_at_a_time() -> None:
    """With what stood in each of its cells; blanks are nothing lost."""
    now = form_of(replace(GRID, lines=(LINES[0], LINES[2])))
    said = over(now)
    assert told(said) == [("QUESTION_GONE", "C8", "C2", "C8=8、D8=三等、E8=好")]
    assert said.problems[1].component == "base"
    assert told(over(now, FILLED | {"C8": None, "D8": None, "E8": None})) == []
    two = over(form_of(replace(GRID, lines=LINES[:1])))
    assert [(one[1], one[3]) for one in told(two)] == [("C8", "C8=8、D8=三等、E8=好"), ("C9", "C9=7、D9=二等")]
    fewer = form_of(replace(GRID, columns=(MARK,)))
    assert [one[3] for one in told(over(fewer))] == ["D7=一等", "D8=三等、E8=好", "D9=二等"]


def test_what_is_told_of_a_line_is_not_endless(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(carrying, "_MOST_TOLD", 7)
    assert told(over(form_of(replace(GRID, lines=LINES[:1]))))[0][3] == "C8=8、D8"


# --- rows that name their unit ---------------------------------------------------------------------------------------

OPEN = visits(MARK, NOTE)
VISITED: dict[str, object] = {"B7": "白石区", "C7": 9, "B8": "清川县", "C8": 8, "D9": "改期"}


def test_a_row_keeps_its_unit_under_its_present_name() -> None:
    """Units in another order, one renamed; blank rows are no answers."""
    now = form_of(replace(OPEN, columns=(replace(NAMED, choices=("白石市", "清川县"), units=("C2", "C1")), MARK, NOTE)))
    said = over(now, VISITED, form_of(OPEN))
    assert told(said) == []
    assert [(one.repeat, one.unit, one.text, one.value) for one in answers(said, now)] == [
        ("1", "C2", "白石市", 0),
        ("1", "C2", "9", 90),
        ("1", "C2", "", None),
        ("2", "C1", "清川县", 1),
        ("2", "C1", "8", 80),
        ("2", "C1", "", None),
        ("3", "", "", None),
        ("3", "", "", None),
        ("3", "", "改期", None),
    ]


def test_a_row_about_a_unit_that_is_asked_about_no_more_is_told() -> None:
    now = form_of(replace(OPEN, columns=(replace(NAMED, choices=("清川县",), units=("C1",)), MARK, NOTE)))
    said = over(now, VISITED, form_of(OPEN))
    assert told(said) == [("QUESTION_GONE", "B7", "C2", "B7=白石区、C7=9")]
    assert {one.repeat for one in answers(said, now)} == {"2", "3"}


def test_a_row_that_is_asked_in_another_way_is_asked_again_only_if_something_stands_in_it() -> None:
    now = form_of(replace(OPEN, columns=(NAMED, replace(MARK, high=Decimal(12)), NOTE)))
    said = over(now, {"B7": "白石区", "C7": 9}, form_of(OPEN))
    assert told(said) == [("QUESTION_CHANGED", "C7", "", "9")]
    only = over(now, {"C7": 9}, form_of(OPEN))
    assert [(one.repeat, one.field, one.state) for one in answers(only, now)] == [
        ("1", "unit", "blank"),
        ("1", "remark", "blank"),
    ]
    assert told(over(now, {}, form_of(OPEN))) == []


# --- cards -----------------------------------------------------------------------------------------------------------

CHOICES = ("好", "中")


def cards_of(*units: str, cards: int = 4, choices: tuple[str, ...] = CHOICES, component: str = "citizens") -> Form:
    columns = tuple(FormColumn(unit, "choice", unit=unit, choices=choices, required=False) for unit in units)
    spoiled = FormColumn("废票", "choice", "spoiled", choices=("废票",), required=False)
    lines = tuple(FormLine((str(n),), repeat=str(n)) for n in range(1, cards + 1))
    table = FormTable("cards", "counties", component, 5, ("卡号",), lines, (*columns, spoiled))
    return Form("e", "V1", "1", "评价卡", "V1.xlsx", Worksheets((FormSheet("卡", "卡", (), (table,)),)), twice=True)


CARDS: dict[str, object] = {"B7": "好", "C7": "中", "B8": "好", "C9": "中", "D10": "废票", "B10": "中"}


def test_cards_about_fewer_units_count_for_those() -> None:
    """What they say about others is told once for each, with how many; spoiled cards say nothing."""
    before, now = cards_of("C1", "C2"), cards_of("C2")
    said = over(now, CARDS, before)
    assert {(one.unit, one.choice, one.valid): one.cards for one in said.counts} == {
        ("C2", "", False): 1,
        ("C2", "", True): 1,
        ("C2", "中", True): 2,
    }
    assert told(said) == [("QUESTION_GONE", "", "C1", "未填 1、好 2")]
    assert said.problems[1].component == "citizens"
    (lines,) = said.card_lines
    assert (lines.used, lines.spoiled) == (4, 1)
    (kept,) = said.cards
    assert (kept.columns, [card.marks for card in kept.cards]) == (
        (2, 3),
        [("中", ""), ("", ""), ("中", ""), ("", "废票")],
    )


def test_cards_in_another_order_of_units_are_kept_in_the_present_one() -> None:
    before, now = cards_of("C1", "C2"), cards_of("C2", "C1", cards=6)
    (kept,) = over(now, CARDS, before).cards
    assert (kept.columns, kept.cards[0].marks, kept.cards[3].marks) == ((2, 1, 3), ("中", "好", ""), ("", "中", "废票"))


@pytest.mark.parametrize(
    ("now", "counts"),
    [
        (cards_of("C1", "C2"), True),
        (cards_of("C1", "C2", cards=9), True),
        (cards_of("C1", "C2", cards=3), True),
        (cards_of("C1", "C2", "C3"), False),
        (cards_of("C1", "C2", choices=("好", "差")), False),
    ],
)
def test_cards_of_voters_who_were_asked_otherwise_count_for_nothing(now: Form, counts: bool) -> None:
    """About another unit or with other choices; more room for cards is no other question."""
    before = cards_of("C1", "C2")
    assert (carried(before, now, extract(before, sent(before, CARDS))) is not None) == counts


def test_cards_for_what_is_asked_no_more_are_left_out() -> None:
    """Two groups of voters on one sheet, of which one is asked no more."""
    one, other = cards_of("C1", "C2").sheets[0], cards_of("C1", component="deputies").sheets[0]
    before = replace(cards_of("C1"), sheets=Worksheets((one, replace(other, title="代表"))))
    now = replace(before, sheets=Worksheets((one,)))
    made = typed_into(sent(before, CARDS), {"B7": "好"}, 1)
    said = carried(before, now, extract(before, made))
    assert said is not None
    assert {each.component for each in said.counts} == {each.component for each in said.card_lines} == {"citizens"}
    assert told(said) == [("QUESTION_GONE", "", "C1", "好 1")]
    assert {each.component for each in said.cards} == {"citizens", "deputies"}
