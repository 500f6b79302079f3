"""From a worksheet to answers, counts of cards and problems: what counts, what is said, at which cell.

The worksheets are made of values.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from asked_tables import NOTE, TALLY, cards, visits
from evaltool.inbox.extract import smoothly
from evaltool.inbox.extract import workbook as extracting
from evaltool.inbox.extract.answers import Answers, StoredAnswer
from evaltool.inbox.extract.cardruns import CardRun, expected, rarest
from evaltool.inbox.extract.corrections import Correction, same_value, spot_of
from evaltool.inbox.extract.parsing import say
from evaltool.inbox.extract.workbook import CardLines, ChoiceCount, Extract, codes, extract, merged_cells
from evaltool.inbox.problems import Problem
from evaltool.inbox.twice.parts import contradictions, shares, together
from evaltool.questions.forms import (
    CODE_LABEL,
    GUIDE_SHEET,
    IDENTITY_PROPERTY,
    IDENTITY_SHEET,
    LIST_SHEET,
    Form,
    FormColumn,
    FormLine,
    FormSheet,
    FormTable,
    Worksheets,
)
from evaltool.reader import Sheet, Workbook
from evaltool.reader.numberformats import EPOCH
from read_sheets import answers, cell, merged, problems, sent, typed_into, values, with_sheet

MARK = FormColumn("得分\n（0—10分）", "number", high=Decimal(10), decimals=1)
OTHER = FormColumn("乙项", "number", "other", high=Decimal(10), decimals=2)
TIER = FormColumn("档次", "choice", "tier", choices=("一等", "二等"))
LINES = (FormLine(("1", "清川县"), "C1"), FormLine(("2", "白石区"), "C2"), FormLine(("3", "云台县"), "C3"))
GRID = FormTable("grid", "counties", "base", 5, ("序号", "被评估单位"), LINES, (MARK, TIER, NOTE))
FILLED = {"C7": Decimal("9.5"), "D7": "一等", "C8": 8, "D8": "二等", "C9": Decimal("7.5"), "D9": "一等"}


def form_of(*tables: FormTable, **more: Any) -> Form:
    sheets = Worksheets((FormSheet("打分表", "打分", (), tables),))
    return Form("e", "O1", more.pop("batch", ""), "测试", "O1.xlsx", sheets, **more)


FORM = form_of(GRID)


def both_ways(form: Form, made: Workbook) -> Extract:
    """What is read; it is the same whether everything stands where it was asked or has to be looked for."""
    said = extract(form, made)
    hidden = Correction("没有", "A1", "", "", "")
    looked_for = extract(form, typed_into(made, {"Z1": "注"}), (hidden,))
    more = [one for one in looked_for.problems if one.code not in ("CORRECTION_NOWHERE", "CELL_OUTSIDE")]
    assert (looked_for.answers, looked_for.counts, more) == (said.answers, said.counts, list(said.problems))
    return said


# --- answers ---------------------------------------------------------------------------------------------------------


def test_every_cell_that_is_asked_is_an_answer() -> None:
    """In the order of the form, blanks among them, with its text, its value and where it stands."""
    said = both_ways(FORM, sent(FORM, FILLED | {"E8": "好"}))
    assert [(one.unit, one.field, one.text, one.value, one.state, one.cell) for one in answers(said, FORM)] == [
        ("C1", "mark", "9.5", 95, "given", "C7"),
        ("C1", "tier", "一等", 0, "given", "D7"),
        ("C1", "remark", "", None, "blank", "E7"),
        ("C2", "mark", "8", 80, "given", "C8"),
        ("C2", "tier", "二等", 1, "given", "D8"),
        ("C2", "remark", "好", None, "given", "E8"),
        ("C3", "mark", "7.5", 75, "given", "C9"),
        ("C3", "tier", "一等", 0, "given", "D9"),
        ("C3", "remark", "", None, "blank", "E9"),
    ]
    assert said.problems == ()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"C8": "8分"}, [("SCORE_TEXT_UNIT", "C8", "C2", "8分")]),
        ({"C8": 80, "C9": Decimal("7.55")}, [("SCORE_DECIMALS", "C9", "C3", "7.55")]),
        ({"D7": "三等"}, [("CHOICE_UNKNOWN", "D7", "C1", "三等")]),
        ({"C7": "x" * 100}, [("SCORE_NOT_NUMBER", "C7", "C1", "x" * 80)]),
        ({"C7": cell(9, hidden=True)}, [("HIDDEN_SCORE", "C7", "C1", "9")]),
    ],
)
def test_what_is_wrong_in_a_cell_is_said_at_it(typed: dict[str, object], said: list[tuple[str, ...]]) -> None:
    """With its unit and what stands there, once."""
    found = both_ways(FORM, sent(FORM, FILLED | typed))
    assert [(one.code, one.cell, one.unit, one.value) for one in found.problems] == said
    assert {(one.sheet, one.component) for one in found.problems} == {("打分表", "base")}


def test_what_a_finding_on_a_cell_says_of_its_question() -> None:
    """Decimals, choices with the nearest, the heading in one line."""
    decimals, choice = extract(FORM, sent(FORM, FILLED | {"C7": "九", "D7": "二"})).problems
    assert dict(decimals.args) == {"decimals": "1", "choices": "", "column": "得分（0—10分）"}
    assert dict(choice.args) == {"decimals": "0", "choices": "一等、二等", "column": "档次", "near": "二等"}


def test_hidden_cells_of_a_row_or_a_column_are_one() -> None:
    """What was hidden is a row or a column: said at its first cell, with how many; elsewhere each by itself."""
    hidden = {place: cell(5, hidden=True) for place in ("C7", "C8", "C9")}
    (one,) = extract(FORM, sent(FORM, FILLED | hidden)).problems
    assert (one.code, one.cell, dict(one.args)["n"]) == ("HIDDEN_SCORE", "C7", "3")
    row = {"C8": cell(5, hidden=True), "D8": cell("一等", hidden=True), "E8": cell("x", hidden=True)}
    (one,) = extract(FORM, sent(FORM, FILLED | row)).problems
    assert (one.code, one.cell, dict(one.args)["n"]) == ("HIDDEN_SCORE", "C8", "3")
    here_and_there = {"C8": cell(5, hidden=True), "D9": cell("一等", hidden=True), "C7": "九"}
    found = extract(FORM, sent(FORM, FILLED | here_and_there)).problems
    assert [(one.code, one.cell, dict(one.args).get("n")) for one in found] == [
        ("SCORE_NOT_NUMBER", "C7", None),
        ("HIDDEN_SCORE", "C8", "1"),
        ("HIDDEN_SCORE", "D9", "1"),
    ]


def test_a_hidden_worksheet_is_said_and_read() -> None:
    made = sent(FORM, FILLED)
    said = extract(FORM, with_sheet(made, replace(made.sheets[0], state="hidden")))
    assert (problems(said), values(said, FORM)) == ([("SHEET_HIDDEN", "")], {"C1": 95, "C2": 80, "C3": 75})


def test_a_blocked_cell_is_not_asked() -> None:
    """Nothing is read from it, and what stands there is said."""
    form = form_of(replace(GRID, blocked=((1, 0), (2, 1))))
    said = both_ways(form, sent(form, {"C7": 9, "D7": "一等", "D8": "二等", "C9": 7}))
    assert (problems(said), len(answers(said, form))) == ([], 7)
    (one,) = both_ways(form, sent(form, {"C7": 9, "C8": 8, "D8": "二等", "C9": 7})).problems
    assert (one.code, one.cell, one.unit, one.value, one.args) == ("CELL_BLOCKED", "C8", "C2", "8", ())


# --- sums ------------------------------------------------------------------------------------------------------------

SUM = FormColumn("合计", "sum", "sum", required=False)
SUMMED = form_of(replace(GRID, columns=(MARK, OTHER, SUM, MARK, SUM)))
PARTS = {"C7": 1, "D7": Decimal("0.25"), "F7": 2, "C8": 3, "F8": 1}


@pytest.mark.parametrize(
    ("sums", "said"),
    [
        ({}, []),
        ({"E7": Decimal("1.25"), "G7": 2, "E8": 3}, []),
        ({"E7": Decimal("1.250"), "G7": Decimal("2.0")}, []),
        ({"E7": 1}, [("E7", "1", "1.25")]),
        ({"G7": Decimal("3.25")}, [("G7", "3.25", "2")]),  # only what stands between two sums is summed
        ({"E7": 2, "G8": 2}, [("E7", "2", "1.25"), ("G8", "2", "1")]),
        ({"E7": "约1"}, []),  # no number states no sum
        ({"E8": 4}, []),  # a part is missing, which is said
    ],
)
def test_a_stated_sum_is_held_against_its_parts(sums: dict[str, object], said: list[tuple[str, str, str]]) -> None:
    """The parts count; a sum that differs is said with what they come to."""
    found = both_ways(SUMMED, sent(SUMMED, PARTS | sums))
    assert [(one.cell, one.value, dict(one.args)["sum"]) for one in found.problems] == said
    assert {one.code for one in found.problems} <= {"SUM_DIFFERS"}
    assert all(one.field != "sum" for one in answers(found, SUMMED))


def test_a_sum_of_parts_that_cannot_be_read_is_not_held_against_them() -> None:
    """The part has its finding, and the sum says nothing of it."""
    found = both_ways(SUMMED, sent(SUMMED, PARTS | {"C7": "九", "E7": 5}))
    assert problems(found) == [("SCORE_NOT_NUMBER", "C7")]


# --- lines that are filled in as needed ------------------------------------------------------------------------------

OPEN = visits(MARK, replace(MARK, header="丙项", field="of_c1", unit="C1"))


def test_a_line_is_asked_once_something_stands_in_it() -> None:
    """It names its unit itself; a column that is about a unit stays about that; blank lines are no answers."""
    form = form_of(OPEN)
    said = extract(form, sent(form, {"B7": "白石区", "C7": 9, "C9": 7}))
    found = [(one.repeat, one.field, one.unit, one.value, one.state) for one in answers(said, form)]
    assert found == [
        ("1", "unit", "C2", 1, "given"),
        ("1", "mark", "C2", 90, "given"),
        ("1", "of_c1", "C1", None, "blank"),
        ("3", "unit", "", None, "blank"),
        ("3", "mark", "", 70, "given"),
        ("3", "of_c1", "C1", None, "blank"),
    ]
    (wrong,) = extract(form, sent(form, {"B7": "白石区", "C7": "九"})).problems
    assert (wrong.code, wrong.unit) == ("SCORE_NOT_NUMBER", "C2")
    (wrong,) = extract(form, sent(form, {"B7": "青山县", "C7": 9})).problems
    assert (wrong.code, wrong.cell, wrong.unit) == ("CHOICE_UNKNOWN", "B7", "")


# --- merges ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("merges", "said", "read"),
    [
        ([(6, 2, 7, 2)], ["C7", "C8"], {"C3": 75}),
        ([(6, 2, 6, 3)], ["C7", "D7"], {"C2": 80, "C3": 75}),
        ([(5, 2, 6, 2)], ["C7"], {"C2": 80, "C3": 75}),
        ([(8, 2, 9, 2)], ["C9"], {"C1": 95, "C2": 80}),
        ([(6, 4, 6, 5)], ["E7"], {"C1": 95, "C2": 80, "C3": 75}),
        ([(7, 1, 7, 2)], ["C8"], {"C1": 95, "C3": 75}),
        ([(9, 2, 10, 2)], [], {"C1": 95, "C2": 80, "C3": 75}),
        ([(6, 0, 7, 1)], [], {"C1": 95, "C2": 80, "C3": 75}),
        ([(6, 5, 8, 6)], [], {"C1": 95, "C2": 80, "C3": 75}),
        ([(6, 2, 6, 3), (8, 2, 8, 3)], ["C7", "D7", "C9", "D9"], {"C2": 80}),
    ],
)
def test_merged_cells_say_nothing(merges: list[Any], said: list[str], read: dict[str, int]) -> None:
    """Each of them is said, for any may be meant; what lies beside the inputs is nothing."""
    found = extract(FORM, merged(sent(FORM, FILLED), *merges))
    assert sorted(one.cell for one in found.problems) == sorted(said)
    assert {one.code for one in found.problems} <= {"MERGED_SCORE"}
    assert values(found, FORM) == read


def test_the_text_of_a_merge_is_its_first_cells() -> None:
    found = extract(FORM, merged(sent(FORM, FILLED | {"C8": None}), (6, 2, 7, 2))).problems
    assert [one.value for one in found] == ["9.5", "9.5"]


def test_very_many_merges_are_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody merged them by hand: all inputs are under them, and beyond so many only the first is said."""
    monkeypatch.setattr(extracting, "_MANY_MERGES", 2)
    made = merged(sent(FORM, FILLED), (6, 2, 6, 2), (7, 2, 7, 2), (8, 3, 8, 3))
    found = extract(FORM, made)
    assert (problems(found), values(found, FORM)) == ([("MERGED_SCORE", "C7")], {})
    place = extracting._looked_for(made.sheets[0], FORM.sheets[0], [])[0]
    covered = merged_cells(made.sheets[0], GRID, place)
    assert len(covered) == 9 and [spot for spot, first in covered.items() if first] == [(6, 2)]
    two = merged(sent(FORM, FILLED), (6, 2, 6, 2), (7, 2, 7, 2))
    assert sorted(merged_cells(two.sheets[0], GRID, place)) == [(6, 2), (7, 2)]
    few = merged(sent(FORM, FILLED), (6, 2, 7, 2))
    assert merged_cells(few.sheets[0], GRID, place) == {(6, 2): (6, 2), (7, 2): (6, 2)}
    assert merged_cells(sent(FORM, FILLED).sheets[0], GRID, place) == {}


@pytest.mark.parametrize("side", [(0, 0, 1, 1), (10, 2, 11, 3), (6, 0, 8, 1), (6, 6, 8, 7)])
def test_merges_beside_the_inputs_are_not_counted(side: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Above, below, left, right: however many there are."""
    monkeypatch.setattr(extracting, "_MANY_MERGES", 1)
    found = extract(FORM, merged(sent(FORM, FILLED), side, side, side))
    assert (problems(found), values(found, FORM)) == ([], {"C1": 95, "C2": 80, "C3": 75})


def test_a_merged_sum_is_no_input() -> None:
    found = extract(SUMMED, merged(sent(SUMMED, PARTS), (6, 4, 7, 4)))
    assert problems(found) == []


# --- corrections -----------------------------------------------------------------------------------------------------


def decided(place: str, before: str, after: str, sheet: str = "打分表") -> Correction:
    return Correction(sheet, place, before, after, "9号")


@pytest.mark.parametrize(
    ("one", "said", "value", "decision"),
    [
        (decided("C8", "8", "8.5"), [], 85, "9号"),
        (decided("C8", "8.0", "8.5"), [], 85, "9号"),
        (decided("C8", "７", "8.5"), [("CORRECTION_MISMATCH", "C8")], 80, ""),
        (decided("B8", "白石区", "9"), [("CORRECTION_NOWHERE", "B8")], 80, ""),
        (decided("C10", "", "9"), [("CORRECTION_NOWHERE", "C10")], 80, ""),
        (decided("C8", "8", "九"), [("SCORE_NOT_NUMBER", "C8")], None, "9号"),
        (decided("C8", "8", "8.5", " 打分表 "), [], 85, "9号"),
        (decided("C8", "8", "8.5", "别的表"), [("CORRECTION_NOWHERE", "C8")], 80, ""),
    ],
)
def test_a_decided_change_of_a_cell(
    one: Correction, said: list[tuple[str, str]], value: int | None, decision: str
) -> None:
    """It counts as if it had been typed, where the cell is asked and says what it is said to have said."""
    found = extract(FORM, sent(FORM, FILLED), (one,))
    (answer,) = [each for each in answers(found, FORM) if each.cell == "C8"]
    assert (problems(found), answer.value, answer.decision) == (said, value, decision)
    assert {each.decision for each in answers(found, FORM) if each.cell != "C8"} == {""}


def test_what_is_said_of_a_correction() -> None:
    """What stands there, what the decision says, and whether the sheet or the cell is not there."""
    for one, value, because in (
        (decided("C8", "6", "9"), "8", ""),
        (decided("B8", "白石区", "9"), "白石区", "cell"),
        (decided("C8", "8", "9", "别的表"), "", "sheet"),
    ):
        (wrong,) = extract(FORM, sent(FORM, FILLED), (one,)).problems
        args = dict(wrong.args)
        assert (wrong.value, args["because"], args["before"], args["document"]) == (value, because, one.before, "9号")


def test_a_sum_is_not_corrected() -> None:
    """It is no input: the parts are."""
    said = extract(SUMMED, sent(SUMMED, PARTS), (decided("E7", "", "3"),))
    assert problems(said) == [("CORRECTION_NOWHERE", "E7")]


DATED = form_of(replace(GRID, columns=(MARK, FormColumn("日期", "date", "date"))))


@pytest.mark.parametrize(("before", "fits"), [("2026-11-03", True), ("46329", True), ("2026-11-04", False)])
def test_a_day_is_known_by_what_it_shows(before: str, fits: bool) -> None:
    """A decision names it as the marks have it, or as the number that it is."""
    made = sent(DATED, {"C7": 9, "D7": cell(46329, "yyyy/m/d")})
    said = extract(DATED, made, (decided("D7", before, "2026-11-05"),))
    (day,) = [one.text for one in answers(said, DATED) if one.cell == "D7"]
    assert (day, [one.code for one in said.problems]) == (
        ("2026-11-05", []) if fits else ("2026-11-03", ["CORRECTION_MISMATCH"])
    )


def test_days_are_counted_as_the_workbook_counts_them() -> None:
    """From 1904 in old Excel for Mac: also where a decision names one."""
    made = replace(sent(DATED, {"C7": 9, "D7": cell(46329 - 1462, "yyyy/m/d")}), date1904=True)
    said = extract(DATED, made)
    assert [one.text for one in answers(said, DATED) if one.cell == "D7"] == ["2026-11-03"]
    said = extract(DATED, made, (decided("D7", "2026-11-03", "2026-11-05"),))
    assert ([one.text for one in answers(said, DATED) if one.cell == "D7"], problems(said)) == (["2026-11-05"], [])


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("9", "9.0", True),
        ("９", "9", True),
        ("一 等", "一等", True),
        ("9", "九", False),
        ("", "0", False),
        ("9", "8", False),
    ],
)
def test_two_ways_to_write_the_same(one: str, other: str, same: bool) -> None:
    assert same_value(one, other) == same == same_value(other, one)


def test_addresses() -> None:
    """Columns go on behind Z."""
    assert [spot_of(each) for each in ("A1", "Z10", "AA1", "AZ3", "BA3", "ZZ9")] == [
        (0, 0),
        (9, 25),
        (0, 26),
        (2, 51),
        (2, 52),
        (8, 701),
    ]


# --- several worksheets ----------------------------------------------------------------------------------------------

PAIR = Form(
    "e",
    "O1",
    "",
    "测试",
    "O1.xlsx",
    Worksheets((FormSheet("甲表", "甲", (), (GRID,)), FormSheet("乙表", "乙", (), (GRID,)))),
)


def renamed(made: Workbook, at: int, title: str) -> Workbook:
    return with_sheet(made, replace(made.sheets[at], title=title), at)


def without(made: Workbook, at: int) -> Workbook:
    return replace(made, sheets=(*made.sheets[:at], *made.sheets[at + 1 :]))


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (lambda made: made, []),
        (lambda made: replace(made, sheets=made.sheets[::-1]), []),
        (lambda made: renamed(made, 1, "Sheet2"), [("SHEET_RENAMED", "Sheet2", "乙表")]),
        (lambda made: renamed(made, 1, " 乙　表"), []),
        (lambda made: without(made, 1), [("SHEET_MISSING", "乙表", "")]),
        (
            lambda made: typed_into(renamed(made, 1, "乙表2"), {"A2": "丙"}, 1),
            [("SHEET_MISSING", "乙表", "乙表2")],
        ),
        (
            lambda made: replace(made, sheets=(*made.sheets, Sheet("我的算式", "visible", {(0, 0): cell(1)}, ()))),
            [("SHEET_EXTRA", "我的算式", "")],
        ),
        (lambda made: replace(made, sheets=(*made.sheets, Sheet("Sheet9", "visible", {}, ()))), []),
        (
            lambda made: replace(made, sheets=(*made.sheets, replace(made.sheets[0], title="甲表 (2)"))),
            [("SHEET_EXTRA", "甲表 (2)", "")],
        ),
    ],
)
def test_which_worksheet_is_which(edit: Callable[[Workbook], Workbook], said: list[tuple[str, str, str]]) -> None:
    """By its name, else by its heading and the identity on it; what nobody asked for is said."""
    found = extract(PAIR, edit(sent(PAIR, FILLED)))
    assert [(one.code, one.sheet, one.value) for one in found.problems] == said


def test_a_missing_worksheet_is_led_to_the_one_that_it_may_be() -> None:
    """One with its heading goes before one with a name like its own, and none is named twice."""
    made = sent(PAIR, FILLED)
    code = f"A{PAIR.sheets[1].foot + 1}"
    lost = typed_into(renamed(made, 1, "数据"), {code: None}, 1)
    like = Sheet("乙表旧", "visible", {(0, 0): cell("x")}, ())
    said = extract(PAIR, replace(lost, sheets=(*lost.sheets, like))).problems
    assert [(one.code, one.sheet, one.value) for one in said] == [
        ("SHEET_MISSING", "乙表", "数据"),
        ("SHEET_EXTRA", "乙表旧", ""),
    ]
    assert dict(said[0].args)["near"] == "，可能被改名为“数据”"
    gone = without(without(made, 1), 0)
    one_like = extract(PAIR, replace(gone, sheets=(*gone.sheets, replace(like, title="甲表乙表")))).problems
    assert [(one.code, one.value) for one in one_like] == [("SHEET_MISSING", "甲表乙表"), ("SHEET_MISSING", "")]
    assert dict(one_like[1].args)["near"] == ""


def test_two_worksheets_with_one_heading_are_told_by_their_names_only() -> None:
    """Where two of the form's own have the same heading, a renamed one could be either."""
    same = replace(PAIR, sheets=Worksheets(replace(sheet, heading="同") for sheet in PAIR.sheets))
    said = extract(same, renamed(sent(same, FILLED), 1, "Sheet2")).problems
    assert [(one.code, one.sheet, one.value) for one in said] == [("SHEET_MISSING", "乙表", "Sheet2")]


def test_a_correction_follows_a_renamed_worksheet() -> None:
    """Under its present name and under the one that was sent out."""
    made = renamed(sent(FORM, FILLED), 0, "Sheet1")
    for title in ("打分表", "Sheet1"):
        said = extract(FORM, made, (decided("C8", "8", "8.5", title),))
        assert ([one.code for one in said.problems], values(said, FORM)["C2"]) == (["SHEET_RENAMED"], 85)


# --- identity --------------------------------------------------------------------------------------------------------

CODE, STRANGE = FORM.identity().code(), replace(FORM, evaluator="X9").identity().code()


@pytest.mark.parametrize(
    ("edit", "found"),
    [
        (lambda made: made, {CODE}),
        (lambda made: replace(made, properties={}), {CODE}),
        (lambda made: replace(made, properties={IDENTITY_PROPERTY: STRANGE}), {CODE, STRANGE}),
        (lambda made: replace(made, properties={"other": STRANGE, IDENTITY_PROPERTY: "x"}), {CODE}),
        (lambda made: typed_into(made, {"H9": f"{CODE_LABEL} {STRANGE} "}), {CODE, STRANGE}),
        (lambda made: typed_into(made, {"H9": STRANGE}), {CODE}),
        (lambda made: replace(made, sheets=(*made.sheets, hiding(LIST_SHEET))), {CODE}),
        (lambda made: replace(made, sheets=(*made.sheets, hiding(GUIDE_SHEET))), {CODE}),
        (lambda made: replace(made, sheets=(*made.sheets, hiding("别的"))), {CODE, STRANGE}),
        (lambda made: replace(made, sheets=(*made.sheets, hiding(IDENTITY_SHEET))), {CODE}),
        (
            lambda made: replace(
                made, sheets=(*made.sheets, Sheet(IDENTITY_SHEET, "visible", {(0, 1): cell(STRANGE)}, ()))
            ),
            {CODE, STRANGE},
        ),
    ],
)
def test_where_an_identity_is_looked_for(edit: Callable[[Workbook], Workbook], found: set[str]) -> None:
    """In the property, on the hidden worksheet, behind its label on worksheets that people fill in."""
    assert codes(edit(sent(FORM, FILLED))) == found


def hiding(title: str) -> Sheet:
    return Sheet(title, "visible", {(3, 3): cell(f"{CODE_LABEL}{STRANGE}")}, ())


# --- cards -----------------------------------------------------------------------------------------------------------

CARDS = cards(8)
CARD_FORM = Form(
    "e",
    "B1",
    "1",
    "评价卡",
    "B1.xlsx",
    Worksheets((FormSheet("评价卡", "卡", (), (CARDS,)), FormSheet("汇总", "汇总", (), (TALLY,)))),
)


def of_cards(typed: dict[str, object], tally: dict[str, object] | None = None, form: Form = CARD_FORM) -> Extract:
    return extract(form, typed_into(sent(form, typed), tally or {}, 1))


def test_cards_are_counted_by_unit_and_choice() -> None:
    """What stands on spoiled ones is kept apart, and so are those of which nobody can tell whether they are spoiled."""
    said = of_cards(
        {
            "B7": "好",
            "C7": "中",
            "B8": "好",
            "D8": "废票",
            "C9": "好",
            "B10": "很好",
            "C10": "中",
            "C11": "好",
            "D11": "作废",
        }
    )
    assert said.counts == (
        ChoiceCount("counties", "citizens", "C1", "", valid=False, cards=1),
        ChoiceCount("counties", "citizens", "C1", "", valid=True, cards=1),
        ChoiceCount("counties", "citizens", "C1", "好", valid=False, cards=1),
        ChoiceCount("counties", "citizens", "C1", "好", valid=True, cards=1),
        ChoiceCount("counties", "citizens", "C3", "", valid=False, cards=1),
        ChoiceCount("counties", "citizens", "C3", "中", valid=True, cards=2),
        ChoiceCount("counties", "citizens", "C3", "好", valid=False, cards=1),
        ChoiceCount("counties", "citizens", "C3", "好", valid=True, cards=1),
    )
    assert said.card_lines == (CardLines("counties", "citizens", 5, 1, 1, "评价卡"),)
    assert [(one.code, one.cell, one.unit) for one in said.problems] == [
        ("CHOICE_UNKNOWN", "B10", "C1"),
        ("CHOICE_UNKNOWN", "D11", ""),
    ]
    assert (said.cards, said.tallied) == ((), ())


def test_no_card_at_all() -> None:
    said = of_cards({})
    assert (said.counts, said.card_lines) == ((), (CardLines("counties", "citizens", 0, 0, 0, "评价卡"),))


def test_cards_that_two_people_key_are_kept_one_by_one() -> None:
    """Blank cells as they are, None where nobody can tell; where each column stands."""
    form = replace(CARD_FORM, twice=True)
    said = of_cards({"B7": "好", "B9": "很好", "C9": "中"}, form=form)
    (kept,) = said.cards
    assert (kept.class_id, kept.component, kept.sheet, kept.columns) == ("counties", "citizens", "评价卡", (1, 2, 3))
    assert [(card.row, card.marks) for card in kept.cards] == [(6, ("好", "", "")), (8, (None, "中", ""))]
    gone = typed_into(sent(form, {"B7": "好", "B8": "中"}), {"C6": "云台"})
    (kept,) = extract(form, gone).cards
    assert (kept.columns, kept.cards[0].marks) == ((1, None, 3), ("好", None, ""))


def test_merged_cards_say_nothing() -> None:
    made = merged(sent(CARD_FORM, {"B7": "好", "C7": "中", "C8": "好"}), (6, 1, 7, 1))
    said = extract(CARD_FORM, made)
    assert [(one.code, one.cell) for one in said.problems] == [("MERGED_SCORE", "B7"), ("MERGED_SCORE", "B8")]
    assert {one.unit for one in said.counts} == {"C3"}


@pytest.mark.parametrize(
    ("cards", "tally", "tallied"),
    [
        ({}, {"C7": 3, "D7": 0, "F7": 1}, {("C1", "好"): 3, ("C1", ""): 1}),
        ({}, {"C7": 3, "E8": 2}, {("C1", "好"): 3, ("C3", "不了解"): 2}),
        ({"B7": "好"}, {"C7": 3}, {}),
        ({}, {}, {}),
    ],
)
def test_a_tally_counts_where_no_card_was_keyed(
    cards: dict[str, object], tally: dict[str, object], tallied: dict[tuple[str, str], int]
) -> None:
    """Units left blank are counted as blank; a nought is no card."""
    said = of_cards(cards, tally)
    assert {(one.unit, one.choice): one.cards for one in said.tallied} == tallied
    assert all(one.valid for one in said.tallied)
    assert extract(replace(CARD_FORM, batch=""), typed_into(sent(CARD_FORM), {"C7": 3}, 1)).tallied == ()


def test_parts_of_a_batch_add_their_cards_once() -> None:
    """Where one has the cards and the other the rest; where both have them; where nobody has any, the first's account
    of none."""
    sheets = CARD_FORM.sheets
    none, some = of_cards({}, {"C7": 3}), of_cards({"B7": "好", "C8": "中", "D8": "废票"})
    first, second = shares(sheets, [none, some])
    assert [[(one.used, one.spoiled) for one in each.card_lines] for each in (first, second)] == [[], [(2, 1)]]
    assert (first.counts, second.counts) == ((), some.counts)
    assert [each.tallied for each in (first, second)] == [(), ()]  # what was keyed card by card is not counted twice
    whole = together([first, second])
    assert (whole.counts, whole.card_lines, whole.problems) == (some.counts, some.card_lines, ())
    first, second = shares(sheets, [some, some])
    assert (first.counts, second.counts, second.card_lines) == (some.counts, (), ())
    first, second = shares(sheets, [of_cards({}), of_cards({}, {"C7": 3})])
    assert ([one.used for one in first.card_lines], second.card_lines) == ([0], ())
    assert [one.cards for one in second.tallied] == [3]
    twice = replace(CARD_FORM, twice=True)
    keyed = of_cards({f"B{row}": "好" for row in range(7, 13)}, form=twice)
    first, second = shares(sheets, [none, keyed])
    assert ([len(one.cards) for one in second.cards], len(second.card_runs), first.cards) == ([6], 1, ())
    assert together([first, second]).cards == keyed.cards
    assert together([first, second]).card_runs == keyed.card_runs


def test_cards_contradict_each_other_where_they_differ() -> None:
    """As many as each has; none contradict nothing, nor does the same."""
    one, other = of_cards({"B7": "好"}), of_cards({"B7": "好", "B8": "中"})
    assert [(each.sheet, each.cell, each.one, each.two) for each in contradictions(CARD_FORM.sheets, [one, other])] == [
        ("评价卡", "", 1, 2)
    ]
    assert list(contradictions(CARD_FORM.sheets, [one, of_cards({}), of_cards({"B9": "好"})])) == []
    (lines,) = one.card_lines
    renamed = replace(one, card_lines=(lines._replace(sheet="Sheet1"),))
    assert list(contradictions(CARD_FORM.sheets, [one, renamed])) == []
    spoiled = of_cards({"B7": "好", "D7": "废票"})
    assert len(list(contradictions(CARD_FORM.sheets, [one, spoiled]))) == 1


def test_a_stretch_of_alike_cards_is_noted_with_its_place() -> None:
    """Spoiled cards are none, and rows between them do not part it."""
    typed: dict[str, object] = dict.fromkeys((f"B{row}" for row in range(7, 13)), "好")
    typed |= dict.fromkeys((f"C{row}" for row in range(7, 13)), "中")
    typed |= {"B13": "中", "C13": "中", "D9": "废票"}
    (run,) = of_cards(typed).card_runs
    assert run == CardRun("counties", "citizens", "评价卡", "B7", "B12", 5, 5, 6, 2)
    assert of_cards(typed | {"D10": "废票"}).card_runs == ()


def test_the_stretch_that_is_least_to_be_expected() -> None:
    """A long one of what nearly all say is nothing; of equal ones the first."""
    common, rare = ("好",), ("差",)
    cards = [common] * 12 + [rare] * 5 + [common] * 3
    assert rarest(cards) == (12, 5, 5)
    assert rarest([common] * 4 + [rare] * 4) is None
    assert rarest([common] * 5) == (0, 5, 5)
    assert rarest([rare, *[common] * 5, rare]) == (1, 5, 5)
    assert rarest([*[common] * 5, rare, *[common] * 5]) == (0, 5, 10)
    assert expected(5, 5, 7) == expected(5, 5, 7) and expected(1, 1, 4) == 1
    assert expected(2, 3, 4) == Fraction(3, 2)  # three places for two of three: (4-2 over 1) of (4 over 3)
    run = CardRun("c", "v", "s", "A1", "A5", 5, 5, 7, 1)
    assert run.expected() == expected(5, 5, 7) == Fraction(1, 7)


# --- the quick way ---------------------------------------------------------------------------------------------------


def test_cells_beyond_those_remembered_are_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of many different cells and of long texts the same is read as of few."""
    monkeypatch.setattr(smoothly, "_REMEMBERED", 2)
    column = replace(MARK, header="另一项")
    form = form_of(replace(GRID, columns=(column, NOTE)))
    long = "长" * 65
    made = sent(form, {"C7": 1, "C8": 2, "C9": 3, "D7": long, "D8": long, "D9": "短" * 64})
    for _ in range(2):
        said = extract(form, made)
        assert values(said, form) == {"C1": 10, "C2": 20, "C3": 30}
        assert [one.text for one in answers(said, form) if one.field == "remark"] == [long, long, "短" * 64]
    known = smoothly._known(column, EPOCH)
    assert len(known) <= 2
    assert not [cell for cell in smoothly._known(NOTE, EPOCH).cells if cell and cell.text == long]


def test_a_table_with_something_wrong_is_taken_cell_by_cell() -> None:
    """Nothing of it was taken before that."""
    made, (numbered,) = sent(FORM, FILLED | {"C9": "九"}), FORM.sheets.numbered
    taken = Answers()
    assert not smoothly.taken_smoothly(taken, made.sheets[0], numbered, EPOCH)
    assert taken == Answers()
    assert smoothly.taken_smoothly(taken, sent(FORM, FILLED).sheets[0], numbered, EPOCH)
    assert taken == extract(FORM, sent(FORM, FILLED)).answers


@pytest.mark.parametrize(
    ("typed", "column", "text"),
    [
        (cell(Decimal("9.50")), MARK, None),
        (cell("9.5"), MARK, None),
        (cell(" 9.5"), MARK, " 9.5"),
        (cell("9.5分"), MARK, "9.5分"),
        (cell("弃权"), MARK, None),
        (cell("九"), MARK, "九"),
        (cell("一 等"), TIER, None),
        (cell("好"), NOTE, "好"),
        (None, MARK, None),
    ],
)
def test_a_text_is_kept_where_it_does_not_follow_from_the_value(
    typed: Any, column: FormColumn, text: str | None
) -> None:
    """So it is told back as it was typed, whichever way the table was read."""
    parsed = say(typed, column)
    assert StoredAnswer.of(column, parsed).text == text
    one, other = Answers(), Answers()
    one.put(0, column, parsed)
    other.put_all(array("i", [0]), [StoredAnswer.of(column, parsed)])
    assert one == other
    assert one.odd == ({} if text is None else one.odd)


def test_a_problem_of_a_whole_sheet_has_no_cell() -> None:
    """Sorted by hand in one place: findings of hidden cells come last."""
    both = [Problem("HIDDEN_SCORE", "打分表", "C7"), Problem("SHEET_EXTRA", "x"), Problem("HIDDEN_SCORE", "乙", "C7")]
    found = extracting._hidden_together(both)
    assert [(one.code, one.sheet) for one in found] == [
        ("SHEET_EXTRA", "x"),
        ("HIDDEN_SCORE", "打分表"),
        ("HIDDEN_SCORE", "乙"),
    ]
