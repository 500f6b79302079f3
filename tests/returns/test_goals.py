"""The goals of a year: declared with mistakes, mended, approved, listed for the review group, scored."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from pathlib import Path

import openpyxl
import pytest

from declared_goals import DAY, DOCUMENT, GOALS, ROSTER, RULES, SETTINGS, declares, form_of, put, reports
from evaltool.evaluation import load
from evaltool.findings import Finding, Refused
from evaltool.questions.forms import Form
from evaltool.returns import write_returns
from evaltool.returns.goals import REVIEW
from evaltool.returns.goals.approval import FILE
from evaltool.run import TakenIn, approve_goals, review_goals, score_folder, take_in
from evaltool.runs import newyear
from evaltool.sheets.outbox import write_blanks
from filling import Spot
from folders import copy, make, sent_out
from terminal import ev

SHEET = "重点工作目标"
ASKED = 'answer = { points = 10, parts = { "市定目标" = 8, "创新目标" = 2 } }'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small evaluation in April: nothing declared yet."""
    return make(tmp_path / "city", ROSTER, {"d": RULES}, SETTINGS)


@pytest.fixture(scope="module")
def approved_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same in May: both units' goals are approved."""
    folder = make(tmp_path_factory.mktemp("approved") / "city", ROSTER, {"d": RULES}, SETTINGS)
    for unit in "AB":
        put(folder, unit, declares(GOALS))
    approve_goals(folder, DOCUMENT, DAY)
    return folder


@pytest.fixture
def approved(approved_once: Path, tmp_path: Path) -> Path:
    return copy(approved_once, tmp_path / "approved")


def at_cells(taken: TakenIn) -> list[tuple[str, str, str]]:
    """(code, unit, cell) of what is wrong in the units' sheets."""
    return sorted((one.code, one.unit, one.cell) for one in taken.findings if one.file.startswith("inbox/"))


def codes(findings: tuple[Finding, ...] | list[Finding]) -> list[str]:
    return sorted(one.code for one in findings)


# --- declared --------------------------------------------------------------------------------------------------------


def test_in_april_the_rules_load_and_goals_are_what_can_be_sent(folder: Path) -> None:
    """Without any goals the folder is sound; `--sheet goals` writes a sheet for each unit, in a folder of its own."""
    evaluation, findings = load(folder)
    assert findings == []
    sent = write_blanks(evaluation, sheet="goals")
    assert [each.file for each in sent] == [
        "outbox/被评估单位/年度目标申报表/A-甲局-年度目标申报表.xlsx",
        "outbox/被评估单位/年度目标申报表/B-乙局-年度目标申报表.xlsx",
    ]
    assert {each.sheet for each in write_blanks(evaluation)} == {"goals", "marks"}


@pytest.mark.parametrize(("options", "said"), [([], True), (["--sheet", "marks"], True), (["--sheet", "goals"], False)])
def test_who_sends_mark_sheets_without_goals_is_told(folder: Path, options: list[str], said: bool) -> None:
    """`template` says that goals are not approved yet, unless only their own sheets are written; no empty table."""
    ran = ev("template", str(folder), *options, "--lang", "zh")
    assert ("有 2 个单位的目标还没有批准" in ran.stderr) == said
    none = ev("template", str(folder), "--sheet", "evidence", "--lang", "zh")
    assert (none.returncode, none.stdout) == (0, "")
    assert "没有人需要填这种表" in none.stderr


OTHER_RULES = {
    "parts": ("answer = { points = 10 }", ["QUESTION_NEW"] * 3),
    "points": (ASKED.replace("10", "12").replace("8", "10"), ["QUESTION_CHANGED"] * 3),
}


@pytest.mark.parametrize("case", OTHER_RULES)
def test_goals_declared_under_other_rules_are_asked_for_what_changed(tmp_path: Path, case: str) -> None:
    """What the older sheet did not ask, or asked with other bounds, is named cell by cell and adds up to nothing."""
    before, expected = OTHER_RULES[case]
    folder = sent_out(make(tmp_path / "city", ROSTER, {"d": RULES.replace(ASKED, before)}, SETTINGS))
    put(folder, "A", declares(GOALS))
    (folder / "schemes" / "d.toml").write_text(RULES, encoding="utf-8")
    assert [code for code, _, _ in at_cells(take_in(folder)) if code != "SHEET_OLDER"] == expected


def test_the_live_line_shows_the_sum_of_every_part(folder: Path) -> None:
    """A blank sheet says 0 of 8 and 0 of 2; the line is a formula over the points and their parts."""
    write_blanks(load(folder)[0], sheet="goals")
    book = openpyxl.load_workbook(folder / "outbox/被评估单位/年度目标申报表/A-甲局-年度目标申报表.xlsx")
    values = openpyxl.load_workbook(
        folder / "outbox/被评估单位/年度目标申报表/A-甲局-年度目标申报表.xlsx", data_only=True
    )
    assert values[SHEET]["A5"].value == "已记 0 行，市定目标 0/8 分，创新目标 0/2 分"
    assert "/8 分" in book[SHEET]["A5"].value
    hidden = [cell.value for row in book["选项"].iter_rows() for cell in row if isinstance(cell.value, str)]
    assert f"=ROUND(SUMIF('{SHEET}'!$B$7:$B$26,\"市定目标\",'{SHEET}'!$D$7:$D$26),6)" in hidden


def test_sound_goals_have_no_finding(folder: Path) -> None:
    """Goals that add up part by part leave only what is still to be done: approval, and the review group's sheet."""
    for unit in "AB":
        put(folder, unit, declares(GOALS))
    assert codes(take_in(folder).findings) == ["GOALS_NOT_APPROVED", "SUBMISSION_MISSING"]


TWO = (("市定目标", "修路", "8"), ("创新目标", "夜校", "2"))
Case = tuple[tuple[tuple[str, str, str], ...], Mapping[str, str], str]
MISTAKES: Mapping[str, Case] = {
    "a part": ((("市定目标", "修路", "7"), ("创新目标", "夜校", "3")), {}, "GOALS_SUM D7, GOALS_SUM D8"),
    "no goal of a part": ((("市定目标", "修路", "8"),), {}, "GOALS_SUM B7"),
    "a name twice": ((("市定目标", "修路", "8"), ("创新目标", "修 路", "2")), {}, "GOAL_NAME_TWICE C8"),
    "no points": ((("市定目标", "修路", "8"), ("创新目标", "夜校", "0")), {}, "SCORE_RANGE D8"),
    "words for points": ((("市定目标", "修路", "八"), ("创新目标", "夜校", "2")), {}, "SCORE_NOT_NUMBER D7"),
    "a part that is none": ((("市里定的", "修路", "8"), ("创新目标", "夜校", "2")), {}, "CHOICE_UNKNOWN B7"),
    "no person": (TWO, {"goal_person": ""}, "LINE_INCOMPLETE L7, LINE_INCOMPLETE L8"),
    "only blanks": (TWO, {"goal_person": "　 "}, "LINE_INCOMPLETE L7, LINE_INCOMPLETE L8"),
    "too long a text": (TWO, {"goal_source": "统" * 501}, "GOAL_TEXT_LONG G7, GOAL_TEXT_LONG G8"),
    "nothing": ((), {}, "GOALS_EMPTY"),
}


@pytest.mark.parametrize("case", MISTAKES)
def test_every_mistake_is_named_at_its_cell(folder: Path, case: str) -> None:
    """Each mistake of a unit, once, at its cell."""
    goals, more, expected = MISTAKES[case]
    put(folder, "A", declares({"A": goals}, more))
    assert ", ".join(f"{code} {cell}".strip() for code, _, cell in at_cells(take_in(folder))) == expected


def test_a_faulty_sheet_goes_back_and_the_mended_one_counts(folder: Path) -> None:
    """Declared with a wrong sum, sent back with its goals in it, mended there, approved."""
    put(folder, "A", declares({"A": (("市定目标", "修路", "7"), ("创新目标", "夜校", "2"))}))
    taken = take_in(folder)
    write_returns(taken.evaluation, taken.intake, taken.findings, DAY)
    stem = "A-甲局-年度目标申报表"
    book = openpyxl.load_workbook(folder / "returns" / f"{stem}.xlsx")
    assert book[SHEET]["C7"].value == "修路"
    book[SHEET]["D7"] = 8
    book.save(folder / "inbox" / "改好.xlsx")
    _, reviewed = review_goals(folder)
    assert [(each.unit.id, each.state) for each in reviewed.units] == [("A", "ready"), ("B", "missing")]
    assert approve_goals(folder, DOCUMENT, DAY).units == (("甲局", 2),)


def test_reminders_name_the_sheet_with_its_own_deadline(folder: Path) -> None:
    """Who has not declared is reminded of April; the review group of next March."""
    taken = take_in(folder)
    write_returns(taken.evaluation, taken.intake, taken.findings, date(2026, 4, 20))
    text = (folder / "returns" / "催报.txt").read_text("utf-8-sig")
    assert "【被评估单位·年度目标申报表】缺 2 份；期限 2026-04-15（目标申报），已逾期 5 天" in text
    assert "  评估组 1 份；期限 2027-03-31（评分），还有 345 天" in text


# --- reviewed and approved -------------------------------------------------------------------------------------------


def test_the_review_shows_what_was_declared_and_how_far_units_are(folder: Path) -> None:
    """One row a goal, with room for opinion, approval and signature; one row a unit with its sums."""
    put(folder, "A", declares(GOALS))
    put(folder, "B", declares({"B": (("市定目标", "治水", "7"), ("创新目标", "夜校", "2"))}))
    _, reviewed = review_goals(folder)
    assert [each.state for each in reviewed.units] == ["ready", "wrong"]
    book = openpyxl.load_workbook(folder / REVIEW)
    rows = [[cell.value for cell in row] for row in book["申报情况"].iter_rows(min_row=5)]
    assert [row[1:6] for row in rows] == [
        ["甲局", "部门", "待审核", 3, "市定目标 8／8；创新目标 2／2"],
        ["乙局", "部门", "有错误，退回", 2, "市定目标 7／8；创新目标 2／2"],
    ]
    assert "应为 8" in rows[1][6]
    lines = [[cell.value for cell in row] for row in book["申报目标"].iter_rows(min_row=4)]
    assert lines[0][-3:] == ["审核意见", "分管领导审批", "签名"]
    assert lines[1][:5] == ["1", "甲局", "市定目标", "修路", 5]
    assert len(lines) == 6


def test_approved_goals_become_the_lines_of_the_review_group(approved: Path) -> None:
    """The roster has them with document and source; the review group's sheet lists them with their points."""
    evaluation, findings = load(approved)
    assert findings == []
    goal = evaluation.roster.goals[0]
    assert (goal.id, goal.unit, goal.part, goal.name) == ("A-01", "A", "市定目标", "修路")
    assert goal.full == 5
    assert (goal.document, goal.date, goal.cell) == (DOCUMENT, DAY, f"{SHEET}!C7")
    assert goal.manager == "修路的分管责任人"
    table = form_of(approved, "P1", "marks").sheets[0].tables[0]
    assert [line.labels[1:] for line in table.lines] == [
        ("甲局", "市定目标", "修路", "5"),
        ("甲局", "市定目标", "建校", "3"),
        ("甲局", "创新目标", "一网通办", "2"),
        ("乙局", "市定目标", "治水", "8"),
        ("乙局", "创新目标", "夜校", "2"),
    ]


def test_units_are_approved_one_after_another(folder: Path) -> None:
    """A later unit is added to the table; what stood there stays as it was."""
    put(folder, "A", declares(GOALS))
    approve_goals(folder, DOCUMENT, DAY)
    put(folder, "B", declares(GOALS))
    assert approve_goals(folder, "市绩办〔2026〕6号", date(2026, 5, 20), ["乙局"]).units == (("乙局", 2),)
    goals = load(folder)[0].roster.goals
    assert [(goal.id, goal.document) for goal in goals] == [
        *((f"A-0{n}", DOCUMENT) for n in (1, 2, 3)),
        *((f"B-0{n}", "市绩办〔2026〕6号") for n in (1, 2)),
    ]


def test_what_is_not_ready_is_refused_and_nothing_is_written(folder: Path) -> None:
    """A unit with errors, one without a sheet, an unknown one: all said at once; approved twice: refused too."""
    put(folder, "A", declares({"A": (("市定目标", "修路", "7"), ("创新目标", "夜校", "2"))}))
    with pytest.raises(Refused) as refused:
        approve_goals(folder, DOCUMENT, DAY, ["A", "乙局", "丙局"])
    assert codes(refused.value.findings) == ["GOALS_NOT_READY", "GOALS_NOT_READY", "GOALS_SUM", "REFERENCE_UNKNOWN"]
    with pytest.raises(Refused) as refused:
        approve_goals(folder, DOCUMENT, DAY)
    assert codes(refused.value.findings) == ["GOALS_NONE_READY"]
    assert not (folder / FILE).exists()
    put(folder, "B", declares(GOALS))
    approve_goals(folder, DOCUMENT, DAY)
    before = (folder / FILE).read_bytes()
    with pytest.raises(Refused) as refused:
        approve_goals(folder, DOCUMENT, DAY, ["B"])
    assert codes(refused.value.findings) == ["GOALS_NOT_READY"]
    assert (folder / FILE).read_bytes() == before


def test_goals_that_were_approved_are_asked_for_no_more(approved: Path) -> None:
    """The accounts keep the sheets that came; nobody is missing; a new declaration has no effect and says so."""
    (approved / "received").mkdir(exist_ok=True)
    taken = take_in(approved)
    accounts = [(each.sheet, each.expected, each.counted, each.missing) for each in taken.accounts.roles]
    assert accounts == [("goals", 2, 2, 0), ("progress-一季度", 2, 0, 2), ("marks", 1, 0, 1)]
    assert write_blanks(taken.evaluation, sheet="goals") == []
    (other,) = [each.digest for each in taken.intake.files if each.evaluator == "A"]
    put(approved, "A", declares({"A": (("市定目标", "造桥", "8"), ("创新目标", "夜校", "2"))}), replaces=other)
    assert at_cells(take_in(approved)) == [("GOALS_AFTER_APPROVAL", "A", "")]
    assert load(approved)[0].roster.goals[0].name == "修路"


def test_goals_in_two_tables_are_refused(approved: Path) -> None:
    """A unit whose goals stand in the table of indicators too would be asked twice."""
    text = "对象类别,评估内容,编号,名称,预赋分值,单位,部分\n"
    text += "d,priority,X1,修路,8,A,市定目标\nd,priority,X2,夜校,2,A,创新目标\n"
    (approved / "roster" / "指标.csv").write_text(text, encoding="utf-8")
    with pytest.raises(Refused) as refused:
        load(approved)
    twice = [one for one in refused.value.findings if one.code == "ROSTER_GOALS_TWICE"]
    assert [(one.file, one.cell) for one in twice] == [(FILE, "C2")]


def test_a_mistake_in_the_table_of_goals_is_found_there(approved: Path) -> None:
    """Points that somebody changed by hand do not add up: said at the row of the approved table."""
    book = openpyxl.load_workbook(approved / FILE)
    book["目标"]["G2"] = 6
    book.save(approved / FILE)
    with pytest.raises(Refused) as refused:
        load(approved)
    assert {(one.code, one.file, one.cell) for one in refused.value.findings} == {("ROSTER_POINTS", FILE, "G2")}


def test_the_next_year_starts_without_this_years_goals(approved: Path, tmp_path: Path) -> None:
    """Approved goals belong to their year; the rest of the roster is taken over, from a workbook as from CSV."""
    newyear.begin_year(tmp_path / "next", approved)
    following, _ = load(tmp_path / "next")
    assert following.roster.goals == ()
    shutil.copytree(approved / "roster", tmp_path / "next" / "roster", ignore=shutil.ignore_patterns("*.csv"))
    assert load(tmp_path / "next")[0].roster.goals
    newyear.begin_year(tmp_path / "third", tmp_path / "next")
    third, _ = load(tmp_path / "third")
    assert list(third.units) == ["A", "B"]
    assert not third.roster.goals


def run(*args: str) -> tuple[int, str]:
    """Exit code and output of a command."""
    ran = ev(*args, "--lang", "zh")
    return ran.returncode, ran.stdout + ran.stderr


def test_the_command_reviews_refuses_and_approves(folder: Path) -> None:
    """What the clerk types from April to May: review with errors (1), wrong usage (2), approval (0)."""
    put(folder, "A", declares(GOALS))
    put(folder, "B", declares({"B": (("市定目标", "治水", "7"), ("创新目标", "夜校", "2"))}))
    code, said = run("goals", str(folder))
    assert (code, "应为 8" in said, REVIEW in said) == (1, True, True)
    assert run("goals", str(folder), "--document", DOCUMENT)[0] == 2
    assert run("goals", str(folder), "--approve", "--document", DOCUMENT, "--date", "五月")[0] == 2
    code, said = run("goals", str(folder), "--approve", "--document", DOCUMENT, "--date", "2026-05-10")
    assert (code, "还有 1 个单位没有批准" in said) == (0, True)
    assert {goal.unit for goal in load(folder)[0].roster.goals} == {"A"}
    code, said = run(
        "goals", str(folder), "--approve", "--document", DOCUMENT, "--date", "2026-05-10", "--unit", "乙局"
    )
    assert (code, "申报表有错误" in said) == (1, True)
    assert run("template", str(folder), "--sheet", "年度目标申报表", "--quiet")[0] == 0
    assert run("template", str(folder), "--sheet", "工资表")[0] == 2


# --- progress, and the end of the year -------------------------------------------------------------------------------


def late(form: Form, spot: Spot) -> object:
    return {"progress_percent": "140", "progress_expected": "有困难"}.get(spot.column.field)


def marks(form: Form, spot: Spot) -> object:
    """Full marks for the first goal of each unit, half for the others; 90 for the rest."""
    if spot.component == "work":
        return "90"
    assert spot.line.high is not None
    return str(spot.line.high if spot.line.indicator.endswith("-01") else spot.line.high / 2)


def test_progress_comes_back_line_by_line(approved: Path) -> None:
    """A line for each approved goal; what was filled in is read; nothing of it is a mark."""
    put(approved, "A", reports, "progress")
    taken = take_in(approved)
    rows = taken.intake.answers.collect().filter(batch="progress-一季度")
    assert sorted(set(rows["indicator"])) == ["A-01", "A-02", "A-03"]
    assert set(rows.filter(field="progress_percent")["value"]) == {400}
    assert "mark" not in set(rows["field"])
    assert at_cells(taken) == []


def test_mistakes_in_a_report_of_progress(approved: Path) -> None:
    """140 percent, no words, a difficulty without its reason: each at its cell."""
    put(approved, "B", late, "progress")
    assert at_cells(take_in(approved)) == [
        ("LINE_INCOMPLETE", "B", "D7"),
        ("LINE_INCOMPLETE", "B", "D8"),
        ("PROGRESS_PROBLEM", "B", "G7"),
        ("PROGRESS_PROBLEM", "B", "G8"),
        ("SCORE_RANGE", "B", "E7"),
        ("SCORE_RANGE", "B", "E8"),
    ]


def test_scoring_takes_the_goals_and_waits_for_no_report(approved: Path) -> None:
    """A faulty report of one unit and the missing one of the other hold nothing up; shares come from the goals."""
    put(approved, "B", late, "progress")
    put(approved, "P1", marks, "marks")
    result = score_folder(approved).result
    assert [one.code for one in result.findings if one.severity == "warning"] == []
    shares = {unit: result.points[unit, "priority"].share for unit in "AB"}
    assert shares == {"A": Fraction(15, 20), "B": Fraction(9, 10)}
    assert [one.rank for one in sorted(result.standings, key=lambda one: one.unit.id)] == [2, 1]


def test_without_approved_goals_nothing_is_scored(folder: Path) -> None:
    """The review group has answered what it could; the goals are lacking, and one finding says of which units."""
    put(folder, "P1", marks, "marks")
    with pytest.raises(Refused) as refused:
        score_folder(folder)
    (lacking,) = [one for one in refused.value.findings if one.blocks]
    assert (lacking.code, "2 个单位" in lacking.message()) == ("GOALS_NOT_APPROVED", True)
    assert "甲局、乙局" in lacking.message()
    assert score_folder(folder, interim=True).result.points["A", "priority"].state == "pending"


# --- the deadlines ---------------------------------------------------------------------------------------------------

LAST = '[[deadline]]\nwhat = "评分"'
WRONG = {
    "progress without a period": ('sheet = "progress"\nperiod = "一季度"', 'sheet = "progress"'),
    "a period without progress": ('sheet = "goals"', 'sheet = "goals"\nperiod = "一季度"'),
    "goals of others": ('role = "self"\ndate = 2026-04-15', 'role = "group"\ndate = 2026-04-15'),
    "evidence where nothing is verified": ('role = "group"\n', 'role = "group"\nsheet = "evidence"\n'),
    "twice": (LAST, f'[[deadline]]\nwhat = "再报"\ndate = 2026-05-01\nsheet = "goals"\n{LAST}'),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_deadline_asks_for_what_can_be_asked(folder: Path, case: str) -> None:
    """A deadline that asks for a sheet which cannot exist is refused at its key."""
    file = folder / "evaluation.toml"
    old, new = WRONG[case]
    assert file.read_text("utf-8").count(old) == 1
    file.write_text(file.read_text("utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(Refused) as refused:
        load(folder)
    assert codes(refused.value.findings) == ["DEADLINE_SHEET"]


def test_goals_carry_points_and_one_role_marks_them(folder: Path) -> None:
    """`goals = true` beside another method than points is refused."""
    rules = folder / "schemes" / "d.toml"
    rules.write_text(RULES.replace('answer = "percent"', 'answer = "percent"\ngoals = true'), encoding="utf-8")
    with pytest.raises(Refused) as refused:
        load(folder)
    assert [(one.code, one.cell) for one in refused.value.findings] == [("RULES_VALUE", "component.work.goals")]
