"""Sheets that went out before the roster changed: what is still asked in the same way counts, the rest is named."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from evaltool.evaluation import load
from evaltool.findings import Finding
from evaltool.inbox.extract.carried import carried
from evaltool.inbox.extract.workbook import extract
from evaltool.proof.pack import pack
from evaltool.proof.verify import verify
from evaltool.questions.forms import RETURN_SHEET, Form
from evaltool.questions.layout import forms
from evaltool.questions.sent import FOLDER, earlier, sent_before
from evaltool.returns import write_returns
from evaltool.run import TakenIn, score_folder, take_in
from evaltool.sheets.outbox import write_blanks
from filling import Spot
from folders import change, copy, decide, filled, make, return_all
from small_city import ROSTER as SMALL
from small_city import RULES, SETTINGS, TWICE
from small_city import says as small

LINES = """
[component.lines]
name = "目标"
weight = 30
by = "group"
answer = { points = 20 }
[component.visits]
name = "踏查"
weight = 10
by = "group"
answer = "percent"
each = { word = "踏查", over = "mean" }
none = "zero"
[component.figures]
name = "指标"
weight = 20
by = "statistics"
answer = { target = "higher" }
figures = ["实际数"]
"""
SHARED = RULES.replace("weight = 60", "weight = 20").replace('weight = 20\nby = "leader"', 'weight = 10\nby = "leader"')
SCHEME = SHARED.replace('weight = 20\nby = "voters"', 'weight = 10\nby = "voters"').replace(
    "[scale]", f"{LINES}[scale]"
)
ROLES = SETTINGS + 'group = "评估组"\nstatistics = "统计局"\n'
UNITS = "编号,名称,对象类别,分类,顺序\nA,甲局,d,g,1\nB,乙局,d,g,2\nC,丙局,d,g,3\n"
LINE = "对象类别,评估内容,编号,名称,预赋分值,单位,计分方法,目标值,计量单位\n"
INDICATORS = LINE + "".join(
    f"d,目标,{unit}{at},{name}{at},10,{unit},,,\n"
    for unit, name in (("A", "甲"), ("B", "乙"), ("C", "丙"))
    for at in (1, 2)
)
INDICATORS += "".join(f"d,指标,S-{unit},收入,10,{unit},,50,亿元\n" for unit in "ABC")
ROSTER = {
    "单位": UNITS,
    "评估主体": "编号,名称,角色\nO1,绩效办,office\nL1,张三,leader\nV1,群众代表,voters\nG1,评估组,group\n"
    "S1,统计局,statistics\n",
    "批次": "评估主体,批次,评价卡数\nV1,1,6\n",
    "指标": INDICATORS,
}
GROUP, LIST, STATISTICS, CARDS = "G1-评估组", "L1-张三", "S1-统计局", "V1-群众代表-1"
GOALS, VISITS = "部门·目标", "部门·踏查"
DAY = date(2027, 3, 21)


def says(form: Form, spot: Spot) -> object:
    """Goals 9, two visits, figures 60; all else as in the small city."""
    if spot.table.component == "lines":
        return "9"
    if spot.table.component == "visits":
        values = {"unit": "甲局" if spot.repeat == "1" else "丙局", "date": "2026-05-01", "mark": f"8{spot.repeat}"}
        return values.get(spot.column.field) if spot.repeat in ("1", "2") else None
    if spot.table.component == "figures":
        return "60" if spot.column.field.startswith("figure") else None
    return small(form, spot)


@pytest.fixture(scope="module")
def filled_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Blank sheets went out, and everybody filled in theirs; nothing was looked at yet."""
    made = make(tmp_path_factory.mktemp("versions") / "city", ROSTER, {"d": SCHEME}, ROLES)
    evaluation, _ = load(made)
    for sent in write_blanks(evaluation):
        form = forms(evaluation)[sent.evaluator, sent.batch, sent.entry]
        data = filled(form, lambda spot, form=form: says(form, spot))  # type: ignore[misc]
        (made / "inbox" / form.file_name).write_bytes(data)
    return made


@pytest.fixture
def folder(filled_in: Path, tmp_path: Path) -> Path:
    return copy(filled_in, tmp_path / "city")


def edit(folder: Path, table: str, *changes: tuple[str, str]) -> None:
    """Change a table of the roster after the sheets went out."""
    path = folder / "roster" / f"{table}.csv"
    text = path.read_text(encoding="utf-8")
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    path.write_text(text, encoding="utf-8")


def of(taken: TakenIn, stem: str) -> list[Finding]:
    """The findings of one file, but for the note that it is of an older version."""
    return [one for one in taken.findings if one.file == f"inbox/{stem}.xlsx" and one.code != "SHEET_OLDER"]


def marks(taken: TakenIn, component: str = "lines") -> dict[str, str]:
    """(unit or line) -> what counts."""
    rows = taken.intake.answers.collect().iter_rows(named=True)
    mine = (row for row in rows if row["component"] == component and row["state"] == "given")
    named = ((row["indicator"] or row["unit"], row) for row in mine if row["field"] in ("mark", "figure:实际数"))
    return {name: row["text"] for name, row in named}


def test_nothing_is_refused_because_of_a_new_order_a_new_name_or_guidance(folder: Path) -> None:
    """Units in another order, one renamed, a goal renamed: every mark is where it was given, and notes name them."""
    before = take_in(folder)
    edit(folder, "单位", ("甲局,d,g,1", "甲局,d,g,9"), ("丙局", "丙委"))
    edit(folder, "指标", ("甲1", "甲壹"))
    taken = take_in(folder)
    assert [one.code for one in taken.findings if one.blocks] == []
    older = [one for one in taken.findings if one.code == "SHEET_OLDER"]
    assert {one.file for one in older} == {each.file for each in taken.intake.files}
    assert "丙局→丙委" in older[0].message()
    assert any("甲1→甲壹" in one.message() for one in older)
    for component in ("work", "list", "lines", "visits", "figures"):
        assert marks(taken, component) == marks(before, component)
    assert taken.intake.ballots.drop("file_hash").equals(before.intake.ballots.drop("file_hash"))
    assert {each.answered for each in taken.intake.sheets} == {"counted"}


def test_a_mark_is_found_at_the_cell_of_the_file_not_of_the_present_form(folder: Path) -> None:
    """Explanations must lead to the cell that the evaluator filled in."""
    edit(folder, "单位", ("甲局,d,g,1", "甲局,d,g,9"))
    rows = take_in(folder).intake.answers.collect().iter_rows(named=True)
    (row,) = (row for row in rows if row["component"] == "lines" and row["indicator"] == "A1")
    book = openpyxl.load_workbook(folder / "inbox" / f"{GROUP}.xlsx")
    assert (book[GOALS]["D7"].value, row["sheet"], row["cell"]) == ("甲1", GOALS, "F7")


def test_changed_points_of_one_goal_void_that_goal_and_no_other(folder: Path) -> None:
    """The finding names the cell and what changed; the sheet that goes back has the five others filled in."""
    edit(folder, "指标", ("A1,甲1,10", "A1,甲1,12"), ("A2,甲2,10", "A2,甲2,8"))
    taken = take_in(folder)
    changed = of(taken, GROUP)
    assert [(one.code, one.cell, one.value) for one in changed] == [
        ("QUESTION_CHANGED", "F7", "9"),
        ("QUESTION_CHANGED", "F8", "9"),
    ]
    assert "限值由“0—10”改为“0—12”" in changed[0].message()
    assert marks(taken) == {"B1": "9", "B2": "9", "C1": "9", "C2": "9"}
    sheet = returned(folder, taken, GROUP)
    assert [sheet[GOALS][f"F{row}"].value for row in range(7, 13)] == [None, None, 9, 9, 9, 9]
    assert [row[2].value for row in sheet[RETURN_SHEET].iter_rows(min_row=7)] == ["F7", "F8"]
    mended = folder / "returns" / f"{GROUP}.xlsx"
    change(mended, {(GOALS, "F7"): 11, (GOALS, "F8"): 8}, folder / "inbox" / "改.xlsx")
    again = take_in(folder)
    assert [one.code for one in again.findings if one.blocks] == []
    assert marks(again)["A1"] == "11"


def returned(folder: Path, taken: TakenIn, stem: str) -> openpyxl.Workbook:
    """The sheet that goes back."""
    write_returns(taken.evaluation, taken.intake, taken.findings, DAY)
    return openpyxl.load_workbook(io.BytesIO((folder / "returns" / f"{stem}.xlsx").read_bytes()))


def test_another_units_target_is_no_reason(folder: Path) -> None:
    """A target stands beside the figure: the figure of that unit is asked again, those of the others count."""
    edit(folder, "指标", ("S-B,收入,10,B,,50", "S-B,收入,10,B,,70"))
    taken = take_in(folder)
    assert [(one.code, one.unit) for one in of(taken, STATISTICS)] == [("QUESTION_CHANGED", "B")]
    assert "目标值由“50”改为“70”" in of(taken, STATISTICS)[0].message()
    assert marks(taken, "figures") == {"S-A": "60", "S-C": "60"}
    assert [one.code for one in taken.findings if one.blocks] == ["QUESTION_CHANGED"]


def test_a_new_line_is_asked_for_by_itself(folder: Path) -> None:
    """One goal and one figure more: both are named, at the cell of the sheet that goes back, which has all else."""
    more = "".join(f"d,指标,T-{unit},支出,5,{unit},,50,亿元\n" for unit in "ABC")
    edit(folder, "指标", ("A2,甲2,10", "A2,甲2,5"), ("d,指标,S-A", f"d,目标,A3,甲3,5,A,,,\n{more}d,指标,S-A"))
    taken = take_in(folder)
    assert [(one.code, one.cell) for one in of(taken, GROUP)] == [("QUESTION_NEW", ""), ("QUESTION_CHANGED", "F8")]
    assert [(one.code, one.unit) for one in of(taken, STATISTICS)] == [("QUESTION_NEW", unit) for unit in "ABC"]
    assert "F9" in of(taken, GROUP)[0].hint()
    sheet = returned(folder, taken, GROUP)
    assert [sheet[GOALS][f"F{row}"].value for row in range(7, 14)] == [9, None, None, 9, 9, 9, 9]
    assert len(marks(taken, "figures")) == 3


def test_what_is_asked_no_more_counts_for_nothing_and_is_told(folder: Path) -> None:
    """A unit leaves: what was said about it is told, cell by cell; a ranking of fewer units is another question."""
    edit(folder, "单位", ("C,丙局,d,g,3\n", ""))
    edit(
        folder,
        "指标",
        *((f"d,目标,C{at},丙{at},10,C,,,\n", "") for at in (1, 2)),
        ("d,指标,S-C,收入,10,C,,50,亿元\n", ""),
    )
    taken = take_in(folder)
    assert [(one.code, one.value) for one in of(taken, GROUP)] == [
        ("QUESTION_GONE", "F11=9"),
        ("QUESTION_GONE", "F12=9"),
        ("QUESTION_GONE", "B8=丙局、C8=2026-05-01、D8=82"),
    ]
    assert {one.code for one in of(taken, LIST)} == {"QUESTION_CHANGED", "QUESTION_GONE"}
    assert marks(taken, "visits") == {"A": "81"}
    cards = [one for one in of(taken, CARDS) if one.value.startswith("不了解")]
    assert [(one.code, one.unit, one.value) for one in cards] == [("QUESTION_GONE", "C", "不了解 1、中 1、好 2")]
    assert set(taken.intake.ballots["unit"]) == {"A", "B"}


def test_cards_are_of_voters_who_were_asked(folder: Path) -> None:
    """More cards are no reason; one more unit is: the voters said nothing about it, and nobody may make it up."""
    edit(folder, "批次", ("V1,1,6", "V1,1,9"))
    assert of(take_in(folder), CARDS) == []
    edit(folder, "单位", ("C,丙局,d,g,3\n", "C,丙局,d,g,3\nD,丁局,d,g,4\n"))
    edit(folder, "指标", ("d,指标,S-A", "d,目标,D1,丁1,20,D,,,\nd,指标,S-D,收入,10,D,,50,亿元\nd,指标,S-A"))
    (refused,) = of(take_in(folder), CARDS)
    assert (refused.code, "投票人" in refused.message()) == ("TEMPLATE_OLD_VERSION", True)


@pytest.mark.parametrize(("later", "there"), [(False, "D7"), (True, "C7")])
def test_cards_keyed_before_the_units_were_reordered_are_compared_unit_by_unit(
    tmp_path: Path, *, later: bool, there: str
) -> None:
    """Both entries on the older sheet, or the second on the present one: a slip about C is one about C, at the cell of
    each file, and there is no other."""
    folder = make(tmp_path / "twice", SMALL, {"d": RULES}, TWICE)
    write_blanks(load(folder)[0])
    return_all(folder, small)
    evaluation, _ = load(folder)
    if later:
        edit(folder, "单位", ("甲局,d,g,1", "甲局,d,g,9"))
        evaluation, _ = load(folder)
    second = next(each for each in forms(evaluation).values() if (each.evaluator, each.entry) == ("V1", "2"))

    def slipped(spot: Spot) -> object:
        return (
            "不了解" if (spot.table.kind, spot.line.repeat, spot.unit) == ("cards", "1", "C") else small(second, spot)
        )

    (folder / "inbox" / second.file_name).write_bytes(filled(second, slipped))
    if not later:
        edit(folder, "单位", ("甲局,d,g,1", "甲局,d,g,9"))
    taken = take_in(folder)
    (slip,) = [one for one in taken.findings if one.blocks]
    said = dict(slip.args)
    assert (slip.code, slip.file, slip.unit) == ("ENTRY_DIFFERS", "inbox/V1-群众代表-1-录入1.xlsx", "C")
    assert (slip.cell, said["one"], said["other_cell"], said["two"]) == ("D7", "好", there, "不了解")


def test_a_mistake_in_an_old_sheet_is_led_to_its_place_on_the_fresh_one(folder: Path) -> None:
    """A goal out of range stands in another row now: the list in front of the returned sheet has the new address."""
    path = folder / "inbox" / f"{GROUP}.xlsx"
    change(path, {(GOALS, "F7"): 11, (GOALS, "F9"): "九"})
    edit(folder, "单位", ("甲局,d,g,1", "甲局,d,g,9"))
    taken = take_in(folder)
    assert [(one.code, one.cell) for one in of(taken, GROUP)] == [("SCORE_RANGE", "F7"), ("SCORE_NOT_NUMBER", "F9")]
    sheet = returned(folder, taken, GROUP)
    assert [row[2].value for row in sheet[RETURN_SHEET].iter_rows(min_row=7)] == ["F7", "F11"]
    assert (sheet[GOALS]["D11"].value, sheet[GOALS]["F11"].value) == ("甲1", 11)


def test_a_changed_question_has_one_finding_whatever_stood_there(folder: Path) -> None:
    """A text in a cell that is asked again anyway is not complained of."""
    change(folder / "inbox" / f"{GROUP}.xlsx", {(GOALS, "F7"): "九"})
    edit(folder, "指标", ("A1,甲1,10", "A1,甲1,12"), ("A2,甲2,10", "A2,甲2,8"))
    assert [one.code for one in of(take_in(folder), GROUP)] == ["QUESTION_CHANGED", "QUESTION_CHANGED"]


# --- how it is known what was asked ----------------------------------------------------------------------------------


def test_a_version_without_a_record_is_refused_and_says_why(folder: Path) -> None:
    """Without `sent/` nobody knows what the sheet asked."""
    for path in (folder / FOLDER).iterdir():
        path.unlink()
    edit(folder, "指标", ("A1,甲1,10", "A1,甲1,12"), ("A2,甲2,10", "A2,甲2,8"))
    (refused,) = of(take_in(folder), GROUP)
    assert (refused.code, "sent/" in refused.message()) == ("TEMPLATE_OLD_VERSION", True)


@pytest.mark.parametrize("harm", [lambda text: text.replace('"high": "10"', '"high": "12"', 1), lambda text: text[:-9]])
def test_a_record_that_was_altered_is_not_believed(folder: Path, harm: Callable[[str], str]) -> None:
    """Its name digests what it says: to raise a limit in it does not make an old mark fit."""
    for path in (folder / FOLDER).iterdir():
        path.write_text(harm(path.read_text(encoding="utf-8")), encoding="utf-8")
    edit(folder, "指标", ("A1,甲1,10", "A1,甲1,12"), ("A2,甲2,10", "A2,甲2,8"))
    assert [one.code for one in of(take_in(folder), GROUP)] == ["TEMPLATE_OLD_VERSION"]


def test_nobody_changes_the_version_of_a_sheet(folder: Path) -> None:
    """It is signed: a sheet that is made to say it asked something else is a forgery."""
    edit(folder, "指标", ("A1,甲1,10", "A1,甲1,12"), ("A2,甲2,10", "A2,甲2,8"))
    evaluation, _ = load(folder)
    form = next(each for each in forms(evaluation).values() if each.evaluator == "G1")
    path = folder / "inbox" / f"{GROUP}.xlsx"
    book = openpyxl.load_workbook(path)
    old = book["_evaltool"]["B1"].value
    parts = old.split(";")
    code = ";".join((*parts[:6], form.version(), *parts[7:]))
    book["_evaltool"]["B1"].value = code
    for sheet in book.worksheets:
        for cell in sheet["A"]:
            if str(cell.value).endswith(old):
                cell.value = str(cell.value).replace(old, code)
    for one in book.custom_doc_props.props:
        one.value = code
    book.save(path)
    assert [one.code for one in of(take_in(folder), GROUP)] == ["IDENTITY_FORGED"]


def test_the_record_keeps_what_every_form_asked(folder: Path) -> None:
    """Read back, a form of each kind reads its own sheet as the form itself does."""
    evaluation, _ = load(folder)
    made = forms(evaluation)
    record = {path.stem: path.read_bytes() for path in (folder / FOLDER).iterdir()}
    assert record.keys() == {form.version() for form in made.values()}
    assert sent_before(folder, made.values()) == {}
    for form in made.values():
        assert json.loads(record[form.version()])
        other = next(each for each in made.values() if each is not form)
        older = earlier(other, form.version(), record)
        assert older is not None
        assert older.sheets == form.sheets


def test_a_sheet_of_the_same_version_is_carried_over_unchanged(folder: Path) -> None:
    """What is read through the record is what is read directly, for marks, lists, visits, figures and cards."""
    from evaltool import reader

    evaluation, _ = load(folder)
    for form in forms(evaluation).values():
        book = reader.read((folder / "inbox" / form.file_name).read_bytes())
        assert isinstance(book, reader.Workbook)
        said = extract(form, book)
        over = carried(form, form, said)
        assert over is not None
        assert [one.code for one in over.problems] == ["SHEET_OLDER"]
        assert (over.answers, over.counts, over.card_lines, over.cards) == (
            said.answers,
            said.counts,
            said.card_lines,
            said.cards,
        )


def test_a_run_that_rests_on_older_sheets_is_proved(folder: Path) -> None:
    """Scored once more from what was kept, and read by another reader; the record of what was asked is packed."""
    edit(folder, "单位", ("甲局,d,g,1", "甲局,d,g,9"), ("丙局", "丙委"))
    score_folder(folder)
    assert [one for proof in verify(folder) for one in proof.findings if one.blocks] == []
    _, names = pack(folder)
    assert any(name.startswith(f"{FOLDER}/") for name in names)


def test_a_renaming_by_decision_is_no_reason(folder: Path) -> None:
    """更名 in the ledger, with the new name in the roster: all sheets count, and nobody is told to fill in another."""
    edit(folder, "单位", ("丙局", "丙委"))
    head = "种类,文号,日期,理由,单位,原值,新值,生效日期\n"
    decide(folder, f"{head}单位变动,绩办〔2026〕9号,2026-12-01,机构改革,丙委,丙局,更名,2026-12-01\n")
    taken = take_in(folder)
    assert [one.code for one in taken.findings if one.code not in ("SHEET_OLDER",)] == []
