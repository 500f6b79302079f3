"""The committee's book: what waits stands in it, what is decided in it goes into the ledger, all of it or nothing."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import openpyxl
import pytest

import declared_goals
from committee_city import (
    CODE,
    DAY,
    DOCUMENT,
    MARKS,
    ROSTER,
    RULES,
    SETTINGS,
    files,
    fill_in,
    lines,
    short,
    taken,
    top_of,
    waiting_city,
    written,
    wrong,
)
from committee_city import says as city_says
from declared_goals import GOALS, declares, put
from evaltool import run
from evaltool.evaluation import load
from evaltool.evaluation.key import write_key
from evaltool.findings import Refused
from evaltool.identity import Key
from evaltool.ledger import Decision
from filling import Spot
from folders import copy, decide, make, return_all
from small_city import again
from terminal import ev


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = waiting_city(tmp_path_factory.mktemp("committee") / "city")
    written(folder)
    return folder


@pytest.fixture
def folder(city: Path, tmp_path: Path) -> Path:
    return copy(city, tmp_path / "city")


@pytest.fixture
def book(folder: Path) -> Path:
    return folder / "committee" / "评审材料.xlsx"


def ledger(folder: Path) -> tuple[Decision, ...]:
    return load(folder)[0].ledger


# --- what stands in it -----------------------------------------------------------------------------------------------


def test_a_claim_stands_with_all_that_is_needed_to_decide_it(book: Path) -> None:
    """Kind, facts, points claimed, what the rules allow, both documents, whether anything was attached."""
    first = lines(book, "加分申报")[0]
    said = {key: first[key] for key in ("单位", "加分项目", "主要事实和证明材料", "申报分值", "该项最多／合计上限")}
    assert list(said.values()) == ["甲局", "表彰", "获省级表彰。", 1, "1／2"]
    assert (first["领导班子审议文号"], first["分管领导同意文号"]) == ("党组纪要A1号", "批示A1号")
    assert first["收到的附件"] == "未收到附件"


def test_attachments_named_after_a_document_are_told(folder: Path) -> None:
    """A paper in the inbox that bears the number of a claim's document is named there, others are counted."""
    papers = folder / "inbox" / "甲局"
    papers.mkdir()
    (papers / "党组纪要A1号.txt").write_text("纪要", encoding="utf-8")
    told = [line["收到的附件"] for line in lines(written(folder), "加分申报")]
    assert told == ["已收：党组纪要A1号.txt", "没有以文号命名的；另收附件1份：党组纪要A1号.txt", "未收到附件"]


def test_a_veto_says_what_it_would_make_of_the_grade(book: Path) -> None:
    """Every unit with its grade by the result, and what each kind of the rules leaves of it."""
    told = [(line["单位"], line["目前等次"], line["否决后等次"]) for line in lines(book, "一票否决")]
    assert told[0] == ("甲局", "良好", "重大事故→较差；其他→较差")
    assert [unit for unit, _, _ in told] == ["甲局", "乙局", "丙局"]


def test_ties_say_what_was_compared_and_what_hangs_on_them(book: Path) -> None:
    """Ties in the ranking with the chain of the rules, and those at the edge of a single field."""
    told = [(line["分类或奖项"], line["单位"], line["占用的名次"], line["关系到"]) for line in lines(book, "同分裁定")]
    assert told[:2] == [("部门", unit, "第1—2名", "一等奖的名额") for unit in ("甲局", "乙局")]
    assert [each[0] for each in told[2:]] == ["单项奖·招商", "单项奖·招商"]
    assert lines(book, "同分裁定")[0]["已比较的内容"] == "总分相同（63）；工作54也相同"


def test_ties_of_a_field_are_those_of_its_class(tmp_path: Path) -> None:
    """Another class has an award and a field of the same names, where nobody is tied."""
    other = RULES.replace('id = "d"', 'id = "e"').replace('"部门"', '"县区"').replace('"invest"', '"county"')
    more = {
        "单位": ROSTER["单位"] + "E,东县,e,g,4\nF,西县,e,g,5\n",
        "单项参评": ROSTER["单项参评"] + "county,E\ncounty,F\n",
    }
    folder = make(tmp_path / "two", {**ROSTER, **more}, {"d": RULES, "e": other}, SETTINGS)
    marks = {**MARKS, "E": "60", "F": "50"}
    return_all(folder, lambda form, spot: city_says(form, spot, marks=marks))
    told = [(line["分类或奖项"], line["单位"]) for line in lines(written(folder), "同分裁定")]
    assert told[2:] == [("单项奖·招商", "甲局"), ("单项奖·招商", "乙局")]


def test_evidence_waits_with_what_is_claimed(book: Path) -> None:
    told = [(line["单位"], line["评估内容"], line["填报值"], line["核实情况"]) for line in lines(book, "待核实证据")]
    assert told == [
        ("甲局", "实绩", "90", "未核实"),
        ("乙局", "实绩", "90", "未核实"),
        ("丙局", "实绩", "70", "未核实"),
    ]


def test_stated_grades_stand_beside_the_result(book: Path) -> None:
    told = [(line["单位"], line["自报等次"], line["等次"], line["对照"]) for line in lines(book, "自评等次及理由")]
    assert told == [
        ("甲局", "优秀", "良好", "自评高1等"),
        ("乙局", "优秀", "良好", "自评高1等"),
        ("丙局", "优秀", "较差", "自评高2等"),
    ]


def test_without_all_sheets_it_says_that_totals_are_no_result(folder: Path) -> None:
    """What is missing makes no ties and no cuts, and the guide says how far the totals go."""
    for path in (folder / "inbox").glob("*绩效办*"):
        path.unlink()
    shutil.rmtree(folder / "received")
    path = written(folder)
    assert lines(path, "同分裁定") == lines(path, "临界情况") == []
    guide = [cell.value for row in openpyxl.load_workbook(path)["填写说明"] for cell in row]
    assert "评分未报齐，总分和等次是阶段性的，不是结果。" in guide


def test_the_same_state_makes_the_same_book(folder: Path, book: Path) -> None:
    before = book.read_bytes()
    assert written(folder).read_bytes() == before


def test_a_book_that_is_filled_in_is_not_written_over(folder: Path, book: Path) -> None:
    """The new one lies beside it."""
    fill_in(book, "加分申报", 1, {"决定": "缓议"})
    before = book.read_bytes()
    assert written(folder).name == "评审材料（2）.xlsx"
    assert book.read_bytes() == before


# --- round trips -----------------------------------------------------------------------------------------------------


def test_claims_are_granted_refused_and_put_off(folder: Path, book: Path) -> None:
    """What is granted names its claim and is worth what was claimed, unless other points are written; what is refused
    is on record; what is put off or blank stays open."""
    fill_in(book, "加分申报", 1, {"决定": "同意"})
    fill_in(book, "加分申报", 2, {"决定": "同意", "批准分值": 0.5, "加分事由": "政务服务创新"})
    fill_in(book, "加分申报", 3, {"决定": "不同意"})
    made = taken(folder, book)
    assert [short(line) for line in made.entered] == [
        ("bonus", "A", "创新", "0.5"),
        ("bonus", "A", "表彰", "1"),
        ("bonus_refused", "B", "创新", ""),
    ]
    assert {(line.document, line.date) for line in made.entered} == {(DOCUMENT, DAY.isoformat())}
    assert [line.reason for line in made.entered] == ["政务服务创新", "表彰：获省级表彰", "创新：夜间服务，不予认定"]
    assert [line.before for line in made.entered] == ["0.3", "1", "0.5"]
    assert all(line.cell and len(line.file_hash) == 12 for line in made.entered)
    assert lines(written(folder), "加分申报") == []


def test_a_put_off_line_stays_open_and_is_said(folder: Path, book: Path) -> None:
    fill_in(book, "加分申报", 1, {"决定": "缓议"})
    made = taken(folder, book)
    assert (made.file, [line.subject for line in made.put_off]) == ("", ["甲局　表彰"])
    assert made.blank == 2 + 3 + 4 + 3  # claims, units, ties, lines of evidence
    assert len(lines(written(folder), "加分申报")) == 3


def test_a_veto_lowers_the_grade_as_its_kind_says(folder: Path, book: Path) -> None:
    """It is entered with its fact; another kind can be entered for the same unit from the next book."""
    fill_in(book, "一票否决", 1, {"决定": "否决", "否决情形": "重大事故", "事实和依据": "垮塌"})
    fill_in(book, "一票否决", 2, {"决定": "否决", "事实和依据": "违纪"})
    made = taken(folder, book)
    assert [(line.unit, line.after, line.reason) for line in made.entered] == [
        ("A", "重大事故", "垮塌"),
        ("B", "", "违纪"),
    ]
    again_ = written(folder)
    fill_in(again_, "一票否决", 1, {"决定": "否决", "事实和依据": "另一件"})
    assert [short(line) for line in taken(folder, again_, "2号").entered] == [("veto", "A", "", "")]


def test_ties_are_placed_in_the_ranking_and_in_a_field(folder: Path, book: Path) -> None:
    """The places that are entered decide the ranks and the award."""
    for line, place in ((1, 2), (2, 1), (3, "1"), (4, "2")):
        fill_in(book, "同分裁定", line, {"裁定名次": place, "备注": "重点项目多"})
    made = taken(folder, book)
    assert [short(line) for line in made.entered] == [
        ("tie", "A", "", "2"),
        ("tie", "A", "invest", "1"),
        ("tie", "B", "", "1"),
        ("tie", "B", "invest", "2"),
    ]
    assert {line.reason for line in made.entered} == {"重点项目多"}
    result = run.scored(run.take_in(folder), "")
    assert [(one.unit.id, one.rank, one.awards) for one in result.standings] == [
        ("B", 1, ("一等奖",)),
        ("A", 2, ("单项奖·招商",)),
        ("C", 3, ()),
    ]


def test_evidence_that_is_true_counts(folder: Path, book: Path) -> None:
    """True and untrue are entered; untrue says why."""
    fill_in(book, "待核实证据", 1, {"决定": "属实"})
    fill_in(book, "待核实证据", 2, {"决定": "不属实", "备注": "没有佐证"})
    made = taken(folder, book)
    assert sorted((line.unit, line.component, line.after, line.reason) for line in made.entered) == [
        ("A", "proof", "属实", "经委员会会议审议"),
        ("B", "proof", "不属实", "没有佐证"),
    ]
    assert [line["单位"] for line in lines(written(folder), "待核实证据")] == ["丙局"]


def test_an_objection_is_settled(folder: Path) -> None:
    """With its outcome, for the entry that its paper made."""
    header = "种类,文号,日期,理由,单位,新值\n"
    decide(folder, f"{header}异议,乙函1号,2027-04-14,少计一项,B,\n")
    book = written(folder)
    assert lines(book, "意见和异议")[0]["事项"] == "少计一项"
    fill_in(book, "意见和异议", 1, {"决定": "不采纳", "备注": "查无此项"})
    made = taken(folder, book)
    assert [(line.kind, line.before, line.unit, line.after) for line in made.entered] == [
        ("settled", "乙函1号", "B", "不采纳")
    ]
    assert [entry.outcome for entry in load(folder)[0].register] == ["rejected"]
    assert [line.already for line in taken(folder, book).already] == [True]


def test_of_two_sheets_one_is_taken(folder: Path) -> None:
    """Which of two sheets of one evaluator counts is a line each; taking both is refused at the line."""

    def other(form: object, spot: Spot) -> object:
        return "60" if spot.column.field == "mark" else city_says(form, spot)  # type: ignore[arg-type]

    digest = again(folder, "O1", "另一份.xlsx", other)
    book = written(folder)
    listed = lines(book, "报送表")
    assert [line["情况"] for line in listed] == ["同一主体报来2份内容不同的表，只能采用一份"] * 2
    for line in (1, 2):
        fill_in(book, "报送表", line, {"决定": "采用"})
    assert wrong(folder, book) == [("COMMITTEE_TOGETHER", "报送表", fill_in(book, "报送表", 1, {"决定": "采用"})[1])]
    mine = next(at for at, line in enumerate(listed, 1) if line["文件指纹"] == digest[:12])
    fill_in(book, "报送表", 3 - mine, {"决定": None})
    made = taken(folder, book)
    assert [(line.kind, line.file_hash) for line in made.entered] == [("supersession", digest[:12])]
    assert [each.became for each in run.take_in(folder).intake.files if each.digest == digest] == ["counted"]
    assert len(taken(folder, book).already) == 1


def test_a_late_sheet_is_accepted(tmp_path: Path) -> None:
    """What came after a strict deadline counts once the committee agrees; the book says what the deadline was."""
    strict = '[[deadline]]\nwhat = "打分"\nrole = "office"\ndate = 2020-03-31\nsheet = "marks"\nstrict = true\n'
    folder = waiting_city(tmp_path / "late", settings=SETTINGS + strict)
    book = written(folder)
    assert [line["情况"] for line in lines(book, "报送表")] == ["逾期：期限是2020-03-31"]
    fill_in(book, "报送表", 1, {"决定": "采用", "备注": "路上耽搁"})
    assert [line.kind for line in taken(folder, book).entered] == ["late_acceptance"]
    assert "SUBMISSION_LATE" not in {one.code for one in run.take_in(folder).findings}


# --- goals -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def declared(tmp_path: Path) -> Path:
    """Two units whose goals are ready to be confirmed, and an objection."""
    folder = make(tmp_path / "goals", declared_goals.ROSTER, {"d": declared_goals.RULES}, declared_goals.SETTINGS)
    for unit in "AB":
        put(folder, unit, declares(GOALS))
    decide(folder, "种类,文号,日期,理由,单位,新值\n异议,乙函1号,2026-05-04,少计一项,B,\n")
    return folder


def test_goals_are_confirmed_in_the_book(declared: Path) -> None:
    """They go into the roster with the meeting's document; what is not agreed goes back and stays open."""
    book = written(declared)
    told = str(lines(book, "待批目标")[0]["目标"]).split("\n")
    assert told[0] == "1. 修路（5分，目标值修路的目标值修路的计量单位）"
    assert [each[:6] for each in told] == ["1. 修路（", "2. 建校（", "3. 一网通"]
    assert len(lines(book, "申报目标")) == 5
    fill_in(book, "待批目标", 1, {"决定": "同意"})
    fill_in(book, "待批目标", 2, {"决定": "不同意", "备注": "分值偏低"})
    made = taken(declared, book, "市绩办〔2026〕5号", date(2026, 5, 10))
    assert (made.file, made.confirmed, [line.subject for line in made.without]) == ("", (("甲局", 3),), ["乙局"])
    stated = load(declared)[0].stated.goals
    assert {(goal.unit, goal.document, goal.date) for goal in stated} == {("A", "市绩办〔2026〕5号", date(2026, 5, 10))}
    again_ = taken(declared, book, "市绩办〔2026〕5号", date(2026, 5, 10))
    assert ([line.subject for line in again_.already], again_.confirmed) == (["甲局"], ())
    assert [line["单位"] for line in lines(written(declared), "待批目标")] == ["乙局"]


def test_goals_are_not_confirmed_while_the_ledger_refuses_a_line(declared: Path) -> None:
    """The roster is as it was: all of the book, or nothing.  A decision from before the paper came is refused."""
    book = written(declared)
    fill_in(book, "待批目标", 1, {"决定": "同意"})
    place = fill_in(book, "意见和异议", 1, {"决定": "采纳"})
    assert wrong(declared, book, on=date(2026, 5, 1)) == [("DECISION_REFUSED", *place)]
    assert load(declared)[0].stated.goals == ()


def test_goals_that_were_declared_anew_are_another_matter(declared: Path) -> None:
    """What is confirmed is what the committee has read, down to a standard that only the full text shows."""
    book = written(declared)
    fill_in(book, "待批目标", 1, {"决定": "同意"})
    before = next(each.digest for each in run.take_in(declared).intake.files if each.evaluator == "A")
    for path in (declared / "inbox").glob("*甲局*"):
        path.unlink()
    put(declared, "A", declares(GOALS, {"goal_standard": "完成一半即可"}), replaces=before)
    assert [code for code, _, _ in wrong(declared, book)] == ["COMMITTEE_STALE"]


# --- lines that move, lines that lie ---------------------------------------------------------------------------------


def sorted_backwards(path: Path, tab: str) -> None:
    """Sort the lines of a worksheet the other way round, as a spreadsheet program does; a column is moved, too."""
    book = openpyxl.load_workbook(path)
    sheet = book[tab]
    top = top_of(sheet)
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=top + 1)]
    for number, row in enumerate(reversed(rows), top + 1):
        for column, value in enumerate(row, 1):
            sheet.cell(number, column).value = value
    book.save(path)


def test_sorted_lines_keep_their_matter(folder: Path, book: Path) -> None:
    fill_in(book, "加分申报", 1, {"决定": "同意"})
    sorted_backwards(book, "加分申报")
    assert [short(line) for line in taken(folder, book).entered] == [("bonus", "A", "表彰", "1")]


def test_lines_and_columns_may_be_left_out(folder: Path, book: Path) -> None:
    """Deleted lines stay open; a deleted column of facts takes nothing away from the code."""
    fill_in(book, "加分申报", 3, {"决定": "同意"})
    opened = openpyxl.load_workbook(book)
    sheet = opened["加分申报"]
    sheet.delete_rows(top_of(sheet) + 1, 2)
    sheet.delete_cols(5)
    opened.save(book)
    assert [short(line) for line in taken(folder, book).entered] == [("bonus", "B", "创新", "0.5")]


def test_a_code_beside_the_wrong_line_is_refused(folder: Path, book: Path) -> None:
    """Sorting one column alone moves decisions to other units: what the line says and what its code means differ."""
    first, third = (lines(book, "加分申报")[at][CODE] for at in (0, 2))
    fill_in(book, "加分申报", 1, {CODE: third, "决定": "同意"})
    fill_in(book, "加分申报", 3, {CODE: first})
    said = wrong(folder, book)
    assert {code for code, _, _ in said} == {"COMMITTEE_ALTERED"}
    assert [cell for _, _, cell in said] == [f"{letter}7" for letter in "BCDEFGH"]


@pytest.mark.parametrize("code", ["", "0000000000-000000-000000", "甲局"])
def test_a_code_that_was_typed_over_is_refused(folder: Path, book: Path, code: str) -> None:
    place = fill_in(book, "加分申报", 1, {"决定": "同意", CODE: code or None})
    assert wrong(folder, book) == [("COMMITTEE_CODE", *place)]


def test_a_code_cannot_be_made_without_the_key(folder: Path, tmp_path: Path) -> None:
    """The book of another folder, with the same rules and the same sheets, has other codes."""
    other = waiting_city(tmp_path / "other")
    write_key(other, Key(bytes(range(1, 33))))
    book = written(other)
    place = fill_in(book, "待核实证据", 1, {"决定": "属实", CODE: lines(book, "待核实证据")[0][CODE]})
    assert wrong(folder, book) == [("COMMITTEE_CODE", *place)]


def test_one_matter_on_two_lines_is_refused(folder: Path, book: Path) -> None:
    code = lines(book, "加分申报")[0][CODE]
    fill_in(book, "加分申报", 1, {"决定": "同意"})
    fill_in(book, "加分申报", 2, {"决定": "不同意"})
    place = fill_in(book, "加分申报", 2, {CODE: code})
    assert wrong(folder, book) == [("COMMITTEE_CODE", *place)]


def test_facts_that_were_typed_over_are_refused(folder: Path, book: Path) -> None:
    """Points that somebody raises in the column of claims grant nothing."""
    fill_in(book, "加分申报", 1, {"决定": "同意"})
    place = fill_in(book, "加分申报", 1, {"申报分值": 2})
    assert wrong(folder, book) == [("COMMITTEE_ALTERED", *place)]


# --- foreign values --------------------------------------------------------------------------------------------------


FOREIGN: list[list[tuple[str, int, dict[str, object], str]]] = [
    [
        ("加分申报", 1, {"决定": "行"}, "DECISION_CHOICE"),
        ("加分申报", 2, {"决定": "同意", "批准分值": "一分"}, "CELL_VALUE"),
        ("加分申报", 3, {"决定": "不同意", "批准分值": 0.5}, "COMMITTEE_UNUSED"),
        ("一票否决", 1, {"否决情形": "重大事故", "决定": "否决", "事实和依据": None}, "CELL_EMPTY"),
        ("一票否决", 2, {"决定": "否决", "事实和依据": "垮塌", "否决情形": "小事故"}, "DECISION_CHOICE"),
        ("同分裁定", 1, {"裁定名次": 3}, "DECISION_CHOICE"),
        ("同分裁定", 3, {"裁定名次": 1}, "COMMITTEE_TOGETHER"),
        ("待核实证据", 1, {"决定": "不属实", "备注": None}, "CELL_EMPTY"),
        ("待核实证据", 2, {"决定": 1}, "DECISION_CHOICE"),
        ("待核实证据", 3, {"决定": "=1/0"}, "CELL_BROKEN"),
    ],
    [
        ("加分申报", 1, {"决定": "同意", "批准分值": -1}, "CELL_VALUE"),
        ("加分申报", 2, {"决定": "同意", "批准分值": 0}, "CELL_VALUE"),
        ("加分申报", 3, {"决定": "同意", "批准分值": 1.5}, "COMMITTEE_ABOVE"),
        ("同分裁定", 1, {"备注": "再议", "裁定名次": None}, "CELL_EMPTY"),
        ("同分裁定", 2, {"裁定名次": "第一"}, "DECISION_CHOICE"),
        ("一票否决", 3, {"事实和依据": "违纪", "决定": None}, "CELL_EMPTY"),
    ],
]


@pytest.mark.parametrize("said", FOREIGN)
def test_what_cannot_be_entered_is_said_at_its_cell(
    folder: Path, book: Path, said: list[tuple[str, int, dict[str, object], str]]
) -> None:
    """Words of no list, points that are none or too many, cells that a decision needs or has no use for: all of them
    together, each where it stands."""
    wanted = [(code, *fill_in(book, tab, line, cells)) for tab, line, cells, code in said]
    assert sorted(wrong(folder, book)) == sorted(wanted)


def test_words_are_taken_however_they_are_typed(folder: Path, book: Path) -> None:
    """Blanks and full width make no other word, nor other points."""
    fill_in(book, "加分申报", 1, {"决定": " 同 意 ", "批准分值": "０.５"})
    assert [short(line) for line in taken(folder, book).entered] == [("bonus", "A", "表彰", "0.5")]


def test_a_claim_without_points_is_granted_some(tmp_path: Path) -> None:
    """What a unit did not write nobody supplies for it."""
    folder = waiting_city(tmp_path / "blank", claimed={"A": (("创新", None, "一网通办"),)})
    book = written(folder)
    fill_in(book, "加分申报", 1, {"决定": "同意"})
    assert [code for code, _, _ in wrong(folder, book)] == ["CELL_EMPTY"]
    fill_in(book, "加分申报", 1, {"批准分值": 0.2})
    assert [short(line) for line in taken(folder, book).entered] == [("bonus", "A", "创新", "0.2")]


def test_a_good_line_waits_for_the_others_of_its_book(folder: Path, book: Path) -> None:
    """Nothing is entered while anything is wrong."""
    fill_in(book, "加分申报", 1, {"决定": "同意"})
    place = fill_in(book, "待核实证据", 2, {"决定": "也许"})
    assert wrong(folder, book) == [("DECISION_CHOICE", *place)]


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", "不是表".encode()])
def test_a_file_that_is_no_book_is_refused(folder: Path, data: bytes) -> None:
    with pytest.raises(Refused):
        run.take_committee(folder, "x.xlsx", data, DOCUMENT, DAY)


def test_another_workbook_is_no_book(folder: Path) -> None:
    sheet = next((folder / "inbox").glob("*.xlsx"))
    with pytest.raises(Refused) as refused:
        run.take_committee(folder, sheet.name, sheet.read_bytes(), DOCUMENT, DAY)
    assert [one.code for one in refused.value.findings] == ["COMMITTEE_BOOK"]


# --- twice, and too late ---------------------------------------------------------------------------------------------


def test_taken_twice_enters_nothing_more(folder: Path, book: Path) -> None:
    """Whatever kind of matter: the second time says that all of it was entered, and writes nothing."""
    fill_in(book, "加分申报", 1, {"决定": "同意"})
    fill_in(book, "加分申报", 3, {"决定": "不同意"})
    fill_in(book, "一票否决", 3, {"决定": "否决", "事实和依据": "违纪"})
    for line in range(1, 5):
        fill_in(book, "同分裁定", line, {"裁定名次": 2 - line % 2})
    fill_in(book, "待核实证据", 1, {"决定": "属实"})
    first = taken(folder, book)
    before = files(folder)
    second = taken(folder, book, "另一文号")
    assert (len(first.entered), second.entered, second.file) == (8, (), "")
    assert len(second.already) == 8
    assert files(folder) == before


def test_what_is_decided_is_not_decided_otherwise(folder: Path, book: Path) -> None:
    """A line that says something else than the ledger is refused; the others are not entered either."""
    fill_in(book, "加分申报", 1, {"决定": "同意"})
    taken(folder, book)
    place = fill_in(book, "加分申报", 1, {"决定": "不同意"})
    fill_in(book, "加分申报", 3, {"决定": "同意"})
    assert wrong(folder, book) == [("COMMITTEE_DECIDED", *place)]


def test_a_claim_on_a_mended_sheet_is_another_matter(folder: Path, book: Path) -> None:
    """The book was made for the sheet before; nothing is granted for a sheet that nobody looked at."""
    fill_in(book, "加分申报", 1, {"决定": "同意"})
    evaluation = load(folder)[0]
    sheet = next(path for path in (folder / "inbox").glob("*.xlsx") if "甲局" in path.name)
    before = next(each.digest for each in run.take_in(folder).intake.files if each.file.endswith(sheet.name))
    assert evaluation.units["A"].name == "甲局"

    def more(form: object, spot: Spot) -> object:
        said = city_says(form, spot)  # type: ignore[arg-type]
        return "获国家级表彰" if spot.column.field == "claim_facts" and said else said

    again(folder, "A", "更正.xlsx", more, replaces=before)
    said = wrong(folder, book)
    assert [(code, tab) for code, tab, _ in said] == [("COMMITTEE_STALE", "加分申报")]
    assert lines(written(folder), "加分申报")[0]["主要事实和证明材料"] == "获国家级表彰"


def test_a_granted_claim_is_not_claimed_again_by_a_mended_sheet(folder: Path, book: Path) -> None:
    """What was decided stays decided, whatever sheet came after it."""
    fill_in(book, "加分申报", 1, {"决定": "同意"})
    taken(folder, book)
    sheet = next(path for path in (folder / "inbox").glob("*.xlsx") if "甲局" in path.name)
    before = next(each.digest for each in run.take_in(folder).intake.files if each.file.endswith(sheet.name))
    again(
        folder,
        "A",
        "更正.xlsx",
        lambda form, spot: "80" if spot.column.field == "mark" else city_says(form, spot),
        before,
    )
    assert [line["加分项目"] for line in lines(written(folder), "加分申报")] == ["创新", "创新"]


def test_a_tie_that_is_gone_is_not_decided(folder: Path, book: Path) -> None:
    for line in (1, 2):
        fill_in(book, "同分裁定", line, {"裁定名次": line})
    decide(folder, "种类,文号,日期,理由,单位,新值\n扣分,1号,2027-04-01,迟报,B,1\n")
    assert {code for code, _, _ in wrong(folder, book)} == {"COMMITTEE_STALE"}


def test_less_is_allowed_since(folder: Path, book: Path) -> None:
    """Rules that changed after the book was written are the rules: the line is decided anew."""
    fill_in(book, "加分申报", 1, {"决定": "同意"})
    rules = folder / "schemes" / "d.toml"
    rules.write_text(RULES.replace('["表彰", 1]', '["表彰", 0.8]'), encoding="utf-8")
    assert "COMMITTEE_STALE" in {code for code, _, _ in wrong(folder, book)}


# --- on the command line ---------------------------------------------------------------------------------------------


def test_the_command_writes_and_takes(folder: Path, book: Path) -> None:
    """The book by name inside the folder; what was entered; a copy under the meeting's number."""
    fill_in(book, "加分申报", 1, {"决定": "同意"})
    named = ("--document", DOCUMENT, "--date", "2027.4.20")
    ran = ev("committee", str(folder), "--take", "committee/评审材料.xlsx", *named)
    assert (ran.returncode, "decisions/0001-committee.xlsx" in ran.stdout) == (0, True)
    assert (folder / "committee" / f"{DOCUMENT}.xlsx").read_bytes() == book.read_bytes()
    assert [short(line) for line in ledger(folder)] == [("bonus", "A", "表彰", "1")]


@pytest.mark.parametrize("more", ["--document 1号", "--take x.xlsx", "--take 无.xlsx --document 1号 --date 2027-01-01"])
def test_the_command_wants_a_file_a_number_and_a_day(city: Path, more: str) -> None:
    assert ev("committee", str(city), *more.split()).returncode == 2


def test_what_waits_is_said_by_the_status(folder: Path, book: Path) -> None:
    """How many claims, lines of evidence and ties at stake wait, until they are decided: as many as the book says, in
    which every unit has a line for a veto too."""
    steps = {step.what: step.matters for step in run.where(folder, DAY)[1].steps}
    said = json.loads(ev("committee", str(folder), "--output-format", "json").stdout)["waiting"]
    assert steps["committee"] == sum(each["waiting"] for each in said) == 10
    assert {each["kind"]: each["waiting"] for each in said}["一票否决"] == 0
    for line in (1, 3):
        fill_in(book, "加分申报", line, {"决定": "不同意"})
    fill_in(book, "加分申报", 2, {"决定": "同意", "批准分值": 0.1})
    for line in (1, 2, 3):
        fill_in(book, "待核实证据", line, {"决定": "属实"})
    for line, place in ((1, "1"), (2, "2"), (3, "1"), (4, "2")):
        fill_in(book, "同分裁定", line, {"裁定名次": place})
    taken(folder, book)
    assert "committee" not in {step.what for step in run.where(folder, DAY)[1].steps}


# --- persons ---------------------------------------------------------------------------------------------------------


def test_a_book_about_persons_has_their_names(tmp_path: Path) -> None:
    """The column is called 姓名, and is read back as such."""
    persons = RULES.replace('name = "部门"\n', 'name = "部门"\npersons = true\n', 1)
    folder = waiting_city(tmp_path / "persons", persons)
    book = written(folder)
    assert [line["姓名"] for line in lines(book, "加分申报")] == ["甲局", "甲局", "乙局"]
    fill_in(book, "加分申报", 1, {"决定": "缓议"})
    fill_in(book, "加分申报", 3, {"决定": "同意"})
    made = taken(folder, book)
    assert [short(line) for line in made.entered] == [("bonus", "B", "创新", "0.5")]
    assert [line.subject for line in made.put_off] == ["甲局　表彰"]


# --- kinds of bonuses that are worth a stated number of points -------------------------------------------------------

LEVELS = RULES.replace(
    'kinds = [["表彰", 1], ["创新", 0.5]]',
    'kinds = [{ name = "表彰", levels = { "国家级" = 1.5, "省级" = 1 } }, { name = "创新", points = 0.5 }]',
)
OF_LEVELS = {"A": (("表彰·省级", "1.5", "获表彰"), ("创新", "0.3", "一网通办"))}


def test_what_the_unit_asks_stands_beside_what_the_rules_give(tmp_path: Path) -> None:
    """Where both differ the committee sees both; left blank, the rules' points are granted."""
    folder = waiting_city(tmp_path / "city", LEVELS, claimed=OF_LEVELS)
    book = written(folder)
    told = [(line["申报分值"], line["该项最多／合计上限"]) for line in lines(book, "加分申报")]
    assert told == [(1.5, "1／2"), (0.3, "0.5／2")]
    for line in (1, 2):
        fill_in(book, "加分申报", line, {"决定": "同意"})
    assert sorted(each.after for each in taken(folder, book).entered) == ["0.5", "1"]


def test_other_points_than_the_rules_give_are_said_at_their_cell(tmp_path: Path) -> None:
    folder = waiting_city(tmp_path / "city", LEVELS, claimed=OF_LEVELS)
    book = written(folder)
    spot = fill_in(book, "加分申报", 2, {"决定": "同意", "批准分值": 0.3})
    assert wrong(folder, book) == [("EXTRA_POINTS", *spot)]
    other = fill_in(book, "加分申报", 1, {"决定": "也许"})  # both at once, not one after the other is mended
    assert sorted(wrong(folder, book)) == sorted([("DECISION_CHOICE", *other), ("EXTRA_POINTS", *spot)])


def test_a_day_that_cannot_be_is_said_once_of_the_command(folder: Path, book: Path) -> None:
    """It is no mistake of the book, however many lines are filled in."""
    for line in (1, 2):
        fill_in(book, "加分申报", line, {"决定": "同意"})
    with pytest.raises(Refused) as refused:
        taken(folder, book, on=date(2037, 4, 20))
    assert [(one.code, one.file, one.cell) for one in refused.value.findings] == [("DECISION_DATE", "--date", "")]


def test_what_nobody_reported_waits_for_no_committee(tmp_path: Path) -> None:
    """At the start of a year nothing is to be verified yet."""
    folder = waiting_city(tmp_path / "city")
    for sheet in (folder / "inbox").iterdir():
        sheet.unlink()
    _, where = run.where(folder, date(2027, 1, 10))
    assert "committee" not in [step.what for step in where.steps]
