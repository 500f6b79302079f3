"""The interim result in leaders' sheets, and the paper for marking on the spot."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from evaltool.evaluation import load
from evaltool.findings import Refused
from evaltool.questions.layout import forms
from evaltool.returns import write_returns
from evaltool.returns.revisions import write_revisions
from evaltool.run import interim_result, take_in
from evaltool.sheets import outbox
from evaltool.sheets.blank import book
from evaltool.sheets.interim import Interim
from evaltool.sheets.paper import is_on_paper
from evaltool.writers.saving import to_bytes
from filling import fill, spots
from folders import KEY, bundled_scheme, change, decide, make, return_all
from small_city import DAY, LEDGER, ROSTER, RULES, SETTINGS, TWICE, says

ON = date(2027, 3, 1)
WITH = RULES.replace('by = "leader"\n', 'by = "leader"\ninterim = true\n')
LIST = "部门·领导排名"
L1 = "L1-张三"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The office and the voters have answered, the leaders have not been asked yet."""
    return begun(tmp_path / "city", WITH)


def begun(folder: Path, rules: str, settings: str = SETTINGS) -> Path:
    made = make(folder, ROSTER, {"d": rules}, settings)
    return_all(made, says)
    for path in (made / "inbox").glob("L*"):
        path.unlink()
    return made


def sheet(folder: Path, interim: Interim | None, evaluator: str = "L1") -> openpyxl.worksheet.worksheet.Worksheet:
    """The leader's blank sheet as it goes out."""
    evaluation, _ = load(folder)
    sent = outbox.write_blanks(evaluation, "leader", interim=interim)
    file = next(one.file for one in sent if one.evaluator == evaluator)
    return openpyxl.load_workbook(folder / file)[LIST]


def shown(folder: Path, interim: Interim | None) -> list[tuple[object, object]]:
    """What stands in the two columns, heading first."""
    made = sheet(folder, interim)
    return [(made[f"D{row}"].value, made[f"E{row}"].value) for row in range(6, 10)]


# --- what is shown ---------------------------------------------------------------------------------------------------


def test_the_leader_sees_points_and_places_of_everything_else(folder: Path) -> None:
    """60 points of work and 20 of votes: 90 of 100 and the mean of 100 and 70 for A; their full marks are 80."""
    rows = shown(folder, interim_result(folder, ON))
    assert rows == [
        ("阶段得分\n（满分 80）", "阶段名次"),
        (71.0, 1),
        (66.0, 2),
        (60.0, 3),
    ]


def test_bonus_and_deduction_are_not_in_it(folder: Path) -> None:
    """Leaders mark without seeing them."""
    before = shown(folder, interim_result(folder, ON))
    decide(folder, LEDGER + "加分,1号,2027-03-01,表彰,C,,,,,,5\n扣分,2号,2027-03-01,迟报,A,,,,,,5\n")
    assert shown(folder, interim_result(folder, ON)) == before


def test_the_note_names_day_and_code(folder: Path) -> None:
    """So that a sheet can be told from one written a week later."""
    interim = interim_result(folder, ON)
    note = str(sheet(folder, interim)["A4"].value)
    assert "“领导排名”以外各项得分之和，不含加分和扣分" in note
    assert f"2027年3月1日 已收到的材料计算（代码 {interim.code}）" in note


def test_without_it_the_sheets_have_no_such_columns(folder: Path) -> None:
    """Nor does any other sheet ever have them."""
    assert shown(folder, None) == [(None, None)] * 4
    evaluation, _ = load(folder)
    interim = interim_result(folder, ON)
    other = [form for form in forms(evaluation).values() if form.evaluator in ("O1", "V1")]
    assert all(not interim.beside(form).cells for form in other)


def test_the_sheet_is_the_same_form_with_and_without_it(folder: Path) -> None:
    """Identity and version do not change with what is only shown, nor when the rules begin to show it."""
    evaluation, _ = load(folder)
    plain, _ = load(make(folder.parent / "plain", ROSTER, {"d": RULES}, SETTINGS))
    versions = [[form.version() for form in forms(each).values()] for each in (evaluation, plain)]
    assert versions[0] == versions[1]


def test_what_is_missing_is_said_instead_of_a_number(folder: Path) -> None:
    """A gap in one unit's marks: it waits for them, and nobody has a place yet."""
    change(folder / "inbox" / "O1-绩效办.xlsx", {("部门·工作", "C8"): None})
    rows = shown(folder, interim_result(folder, ON))
    assert rows[1:] == [(71.0, "待齐"), ("待齐：工作", "待齐"), (60.0, "待齐")]


def test_a_mark_that_is_wrong_gives_no_number_either(folder: Path) -> None:
    """A mark out of range would come to points above full marks."""
    change(folder / "inbox" / "O1-绩效办.xlsx", {("部门·工作", "C7"): 190})
    assert shown(folder, interim_result(folder, ON))[1] == ("待齐：工作", "待齐")


def test_half_of_what_is_keyed_twice_gives_no_number(tmp_path: Path) -> None:
    """The cards are keyed once only."""
    folder = begun(tmp_path / "twice", WITH, TWICE)
    (folder / "inbox" / "V1-群众代表-1-录入2.xlsx").unlink()
    assert shown(folder, interim_result(folder, ON))[1:] == [("待齐：民评", "待齐")] * 3


def test_a_unit_outside_the_ranking_has_points_and_no_place(tmp_path: Path) -> None:
    """And the others' places do not count it."""
    roster = ROSTER | {"单位": ROSTER["单位"].replace("顺序\nA,甲局,d,g,1", "顺序,参评\nA,甲局,d,g,1,不排名")}
    folder = make(tmp_path / "city", roster, {"d": WITH}, SETTINGS)
    return_all(folder, lambda form, spot: says(form, spot) if form.evaluator[0] != "L" else None)
    rows = shown(folder, interim_result(folder, ON))
    assert rows[1:] == [(71.0, "不排名"), (66.0, 1), (60.0, 2)]


# --- coming back -----------------------------------------------------------------------------------------------------


def returned(folder: Path, changes: Mapping[tuple[str, str], object] = {}) -> None:
    """Both leaders fill in the sheets with the columns and send them back."""
    interim = interim_result(folder, ON)
    evaluation, _ = load(folder)
    for form in forms(evaluation).values():
        if form.evaluator.startswith("L"):
            blank = to_bytes(book(form, beside=interim.beside(form), key=KEY))
            given = {spot.place: int(str(says(form, spot))) for spot in spots(form)}
            wrong = changes if form.evaluator == "L1" else {}
            (folder / "inbox" / form.file_name).write_bytes(fill(form, blank, given | dict(wrong)))


def test_the_columns_are_ignored_when_the_sheet_comes_back(folder: Path) -> None:
    """No finding, and the marks are those that were typed."""
    returned(folder)
    taken = take_in(folder)
    assert taken.findings == ()
    rows = taken.intake.answers.collect().filter(component="list", evaluator="L1").sort("unit")
    assert rows["value"].to_list() == [1, 2, 3]


def test_a_note_in_their_place_is_still_a_note(folder: Path) -> None:
    """Only columns with these headings are information of ours; anything else that was written there is reported."""
    returned(folder)
    change(folder / "inbox" / f"{L1}.xlsx", {(LIST, "D6"): None, (LIST, "D7"): "有保留", (LIST, "G7"): "另议"})
    codes = [(one.code, one.cell) for one in take_in(folder).findings]
    assert ("CELL_OUTSIDE", "D7") in codes
    assert ("CELL_OUTSIDE", "G7") in codes


def test_a_sheet_sent_back_to_be_mended_shows_them_again(folder: Path) -> None:
    """As they were when the leader marked; and the mended sheet is taken without a finding."""
    returned(folder, {(LIST, "C7"): 9})
    taken = take_in(folder)
    write_returns(taken.evaluation, taken.intake, taken.findings, DAY)
    file = folder / "returns" / f"{L1}.xlsx"
    made = openpyxl.load_workbook(file)[LIST]
    assert [made[f"D{row}"].value for row in (6, 7, 9)] == ["阶段得分\n（满分 80）", 71.0, 60.0]
    assert made["E7"].value == 1
    change(file, {(LIST, "C7"): 1}, folder / "inbox" / "改好了.xlsx")
    assert take_in(folder).findings == ()


def test_a_sheet_sent_out_once_more_to_be_revised_shows_them_too(folder: Path) -> None:
    """As they were when the leader marked, beside the marks of then."""
    returned(folder)
    taken = take_in(folder)
    (sent,) = write_revisions(taken.evaluation, taken.intake, "L1")
    made = openpyxl.load_workbook(folder / sent.file)[LIST]
    assert [made[f"D{row}"].value for row in (6, 7, 9)] == ["阶段得分\n（满分 80）", 71.0, 60.0]


# --- the rules -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "key, wrong",
    [
        ('by = "voters"\n', 'by = "voters"\ninterim = true\n'),
        ('by = "office"\n', 'by = "office"\ninterim = true\neach = "踏查"\n'),
    ],
)
def test_only_fixed_rows_of_units_can_show_it(tmp_path: Path, key: str, wrong: str) -> None:
    """Cards and rows that are added as things happen have no place for it."""
    folder = make(tmp_path / "city", ROSTER, {"d": RULES.replace(key, wrong)}, SETTINGS)
    with pytest.raises(Refused) as refused:
        load(folder)
    assert [one.code for one in refused.value.findings] == ["RULES_INTERIM"]


def test_the_bundled_rules_show_it_to_the_three_levels_of_leaders() -> None:
    """In both classes of units."""
    for name in ("counties", "departments"):
        assert bundled_scheme(name).count("\ninterim = true") == 3


# --- paper -----------------------------------------------------------------------------------------------------------


def papers(folder: Path, interim: Interim | None = None) -> dict[str, openpyxl.Workbook]:
    evaluation, _ = load(folder)
    sent = outbox.write_blanks(evaluation, interim=interim, on_paper=True)
    return {one.file: openpyxl.load_workbook(folder / one.file) for one in sent if one.paper}


def test_paper_for_those_who_mark_on_the_spot(tmp_path: Path) -> None:
    """One for each evaluator whose sheets are keyed twice or who sees the interim result, in a folder of its own."""
    folder = begun(tmp_path / "city", WITH, TWICE.replace('"leader", ', ""))
    assert sorted(papers(folder)) == [
        "outbox/群众/纸质/V1-群众代表-1-纸质.xlsx",
        "outbox/领导/纸质/L1-张三-纸质.xlsx",
        "outbox/领导/纸质/L2-李四-纸质.xlsx",
    ]


def test_a_leaders_paper_has_the_same_units_in_the_same_order(folder: Path) -> None:
    """With the interim result, empty boxes, places to sign and a number of its own."""
    made = papers(folder, interim_result(folder, ON))["outbox/领导/纸质/L1-张三-纸质.xlsx"][LIST]
    assert [made[f"B{row}"].value for row in (7, 8, 9)] == ["甲局", "乙局", "丙局"]
    assert [made[f"{column}7"].value for column in "CDE"] == [None, 71.0, 1]
    assert str(made["A5"].value).startswith("表号：")
    footer = made.oddFooter.left.text + made.oddFooter.right.text
    assert all(word in footer for word in ("打分人签名", "计票人", "监票人", "日期", "&P"))
    assert made.print_title_rows == "$6:$6"
    assert made.page_setup.paperSize == 9


def test_a_card_to_be_copied_has_boxes_to_tick_and_no_name(tmp_path: Path) -> None:
    """A unit in each row, a choice in each column; nobody signs a card."""
    folder = begun(tmp_path / "city", WITH, TWICE)
    made = papers(folder)["outbox/群众/纸质/V1-群众代表-1-纸质.xlsx"]["评价卡·部门"]
    assert [made.cell(6, at).value for at in range(1, 6)] == ["序号", "被评估单位", "好", "中", "不了解"]
    assert [made.cell(8, at).value for at in range(1, 6)] == ["2", "乙局", "□", "□", "□"]
    assert made["A10"].value is None
    assert "签名" not in (made.oddFooter.left.text or "")


def test_choices_are_printed_to_tick(tmp_path: Path) -> None:
    """And a leader who chooses from a list finds the choices in the cell."""
    rules = WITH.replace('{ rank = "places" }', '{ choice = "tier" }').replace(
        "[scale]\n", '[scale]\ntier = [["一等", 100], ["二等", 70]]\n'
    )
    folder = make(tmp_path / "city", ROSTER, {"d": rules}, SETTINGS)
    made = papers(folder)["outbox/领导/纸质/L1-张三-纸质.xlsx"][LIST]
    assert made["C7"].value == "□一等　□二等"


def test_paper_that_is_mailed_back_is_no_submission(tmp_path: Path) -> None:
    """Somebody filled it in on the screen; it says nothing of who it is."""
    folder = begun(tmp_path / "city", WITH)
    evaluation, _ = load(folder)
    sent = outbox.write_blanks(evaluation, "leader", interim=interim_result(folder, ON), on_paper=True)
    file = next(one.file for one in sent if one.paper)
    change(folder / file, {(LIST, "C7"): 1}, folder / "inbox" / "交回.xlsx")
    taken = take_in(folder)
    fates = {each.file: each.became for each in taken.intake.files}
    assert fates["inbox/交回.xlsx"] == "attachment"
    assert not any(is_on_paper(form) for form in forms(evaluation).values() if form.evaluator == "O1")
