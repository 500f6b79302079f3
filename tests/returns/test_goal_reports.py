"""What units report on their goals at the end of the year, and what whoever marks them sees beside the cell."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from declared_goals import DAY, DOCUMENT, GOALS, ROSTER, RULES, SETTINGS, declares, form_of, put, reports
from evaltool.checks.reported import reported
from evaltool.evaluation import load
from evaltool.findings import Refused
from evaltool.questions.forms import Form
from evaltool.questions.layout import forms
from evaltool.returns.revisions import write_revisions
from evaltool.run import approve_goals, goal_facts, score_folder, take_in
from evaltool.sheets.goalfacts import GoalFacts
from evaltool.sheets.outbox import write_blanks
from filling import Spot
from folders import copy, make, sent_out

SHEETS = """
[[deadline]]
what = "目标完成情况自评"
date = 2027-01-20
sheet = "report"
[[deadline]]
what = "核实目标数据"
role = "statistics"
date = 2027-02-10
sheet = "figures"
"""
ROLES = SETTINGS.replace('group = "评估组"', 'group = "评估组"\nstatistics = "统计部门"') + SHEETS
EVALUATORS = "编号,名称,角色\nP1,一组,group\nT1,统计局,statistics\nT2,财政局,statistics\n"
TARGETS = {"goal_target": "80", "goal_measure": "公里", "goal_source": "统计局"}
MARKS = "outbox/评估组/P1-一组.xlsx"
ON = date(2027, 2, 20)


@pytest.fixture(scope="module")
def approved_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Goals with targets in figures are approved, the sheets went out."""
    folder = make(tmp_path_factory.mktemp("approved") / "city", {**ROSTER, "评估主体": EVALUATORS}, {"d": RULES}, ROLES)
    for unit in "AB":
        put(folder, unit, declares(GOALS, TARGETS if unit == "A" else {"goal_target": "水质达标", "goal_measure": ""}))
    approve_goals(folder, DOCUMENT, DAY)
    return sent_out(folder)


@pytest.fixture
def approved(approved_once: Path, tmp_path: Path) -> Path:
    return copy(approved_once, tmp_path / "city")


def report(form: Form, spot: Spot, more: Mapping[str, str] | None = None) -> object:
    own = {"report_text": "已通车", "report_value": "82", "report_evidence": "验收报告第3册", "report_points": "2"}
    return {**own, **(more or {})}.get(spot.column.field)


def verified(form: Form, spot: Spot) -> object:
    own = {"verified_value": "81.5", "verified_remark": "按年报口径"}
    return own.get(spot.column.field) if spot.line.indicator == "A-01" else None


def marks(form: Form, spot: Spot) -> object:
    return "90" if spot.component == "work" else str(spot.line.high)


def beside(folder: Path) -> dict[str, list[object]]:
    """Heading -> what stands below it for the goals of A on the sheet of whoever marks."""
    sheet = openpyxl.load_workbook(folder / MARKS)["部门·重点工作目标"]
    heads = {str(cell.value): cell.column for cell in sheet[6] if cell.value}
    return {head: [sheet.cell(row, at).value for row in (7, 8, 9)] for head, at in heads.items()}


def test_a_unit_reports_on_every_goal(approved: Path) -> None:
    """A line each with target and points; a value only where the goal comes to one; own points within its points."""
    table = form_of(approved, "A", "report").sheets[0].tables[0]
    assert next(line.labels[2:] for line in table.lines) == ("修路", "5", "80公里")
    assert form_of(approved, "B", "report").sheets[0].tables[0].blocked == ((0, 1), (1, 1))
    put(approved, "A", report, "report")
    said = reported(load(approved)[0], take_in(approved).intake)["A", "priority", "A-01"]
    assert (said.text, said.value, said.evidence, said.points) == ("已通车", Decimal(82), "验收报告第3册", Decimal(2))


CASES = {
    "more points than the goal has": ({"report_points": "3"}, [("SCORE_RANGE", "I9")]),
    "a unit of measure in the cell": (
        {"report_value": "82公里"},
        [("SCORE_NOT_NUMBER", f"G{row}") for row in (7, 8, 9)],
    ),
    "no words": ({"report_text": ""}, [("LINE_INCOMPLETE", f"F{row}") for row in (7, 8, 9)]),
}


@pytest.mark.parametrize("case", CASES)
def test_mistakes_in_a_report_are_named_and_hold_nothing_up(approved: Path, case: str) -> None:
    """Each at its cell; the scoring goes on without."""
    more, expected = CASES[case]
    put(approved, "A", lambda form, spot: report(form, spot, more), "report")
    found = take_in(approved).findings
    assert [(one.code, one.cell) for one in found if one.file.startswith("inbox/") and one.evaluator == "A"] == expected
    put(approved, "P1", marks, "marks")
    assert score_folder(approved).result.points["A", "priority"].share == 1


def test_figures_are_asked_of_the_office_that_is_their_source(approved: Path) -> None:
    """The statistics bureau verifies what is taken from it; the other office is asked for nothing, nor for words."""
    keys = [(form.evaluator, form.kind) for form in forms(load(approved)[0]).values()]
    assert ("T1", "figures") in keys
    assert ("T2", "figures") not in keys
    lines = form_of(approved, "T1", "figures").sheets[0].tables[0].lines
    assert [line.indicator for line in lines] == ["A-01", "A-02", "A-03"]


def test_a_source_that_is_not_asked_about_a_unit_takes_its_figures_from_nobody(approved: Path) -> None:
    """Where the named office is in charge of other units only, those who are asked about this one verify it."""
    (approved / "roster" / "分管.csv").write_text("评估主体,单位\nT1,B\nT2,A\nT2,B\n", encoding="utf-8")
    lines = form_of(approved, "T2", "figures").sheets[0].tables[0].lines
    assert [line.indicator for line in lines] == ["A-01", "A-02", "A-03"]
    assert "T1" not in {form.evaluator for form in forms(load(approved)[0]).values() if form.kind == "figures"}


def test_whoever_marks_sees_what_is_known_beside_the_cell(approved: Path) -> None:
    """Standard and target at once; report, verified figure and progress once they came in; the same sheet all along."""
    write_blanks(load(approved)[0], sheet="marks")
    first = beside(approved)
    assert first["目标值"] == ["80公里"] * 3
    assert first["评分标准"][0] == "修路的评分标准"
    assert "自报完成情况" not in first
    put(approved, "P1", marks, "marks")
    put(approved, "A", reports, "progress")
    put(approved, "A", report, "report")
    put(approved, "T1", verified, "figures")
    facts = goal_facts(approved, ON)
    write_blanks(facts.evaluation, sheet="marks", goals=facts)
    shown = beside(approved)
    assert shown["自报完成情况"] == ["已通车"] * 3
    assert shown["自报完成值"][0] == "82公里"
    assert shown["自报佐证材料"][0] == "验收报告第3册"
    assert shown["单位自评分"] == ["2"] * 3
    assert shown["经核实的数"] == ["81.5公里　按年报口径", None, None]
    assert shown["年内进展"][0] == "一季度：40%，能按期完成：开工"
    found = [one.code for one in take_in(approved).findings if one.evaluator == "P1"]
    assert found == []  # the sheet that was handed in before the reports came in is still the same


def test_a_sheet_with_information_beside_its_cells_is_read_like_a_bare_one(approved: Path) -> None:
    """Marks are filled into the sheet as it was written; nothing beside them is taken for an answer or a note."""
    put(approved, "A", report, "report")
    facts = goal_facts(approved, ON)
    write_blanks(facts.evaluation, sheet="marks", goals=facts)
    book = openpyxl.load_workbook(approved / MARKS)
    for title, column in (("部门·重点工作目标", "F"), ("部门·工作", "C")):
        for row, mark in enumerate((5, 3, 2, 8, 2) if column == "F" else (90, 90), 7):
            book[title][f"{column}{row}"] = mark
    book.save(approved / "inbox" / "P1.xlsx")
    assert [one for one in take_in(approved).findings if one.evaluator == "P1"] == []
    assert score_folder(approved).result.points["A", "priority"].share == 1


def test_a_sheet_to_be_revised_shows_the_same(approved: Path) -> None:
    """Its marks are in it, and so is what is known of the goals."""
    put(approved, "A", report, "report")
    put(approved, "P1", marks, "marks")
    taken = take_in(approved)
    (sent,) = write_revisions(taken.evaluation, taken.intake, "P1")
    sheet = openpyxl.load_workbook(approved / sent.file)["部门·重点工作目标"]
    assert (sheet["F7"].value, "已通车" in {cell.value for cell in sheet[7]}) == (5, True)


def test_a_report_that_is_not_what_was_verified_is_worth_a_look(approved: Path) -> None:
    """82 reported, 81.5 verified: said at the unit's cell, and nothing is held up."""
    put(approved, "A", report, "report")
    put(approved, "T1", verified, "figures")
    found = [one for one in take_in(approved).findings if one.code == "REPORT_DIFFERS"]
    assert [(one.cell, one.severity, "81.5" in one.message()) for one in found] == [("G7", "warning", True)]


def test_two_offices_verify_one_figure_alike(tmp_path: Path) -> None:
    """Where the source is neither of them both are asked; the second cell says what the first one states."""
    folder = make(tmp_path / "city", {**ROSTER, "评估主体": EVALUATORS}, {"d": RULES}, ROLES)
    put(folder, "A", declares(GOALS, {**TARGETS, "goal_source": "年报"}))
    approve_goals(folder, DOCUMENT, DAY)

    def stated(form: Form, spot: Spot) -> object:
        return {"T1": "81.5", "T2": "80"}[form.evaluator] if spot.column.field == "verified_value" else None

    for office in ("T1", "T2"):
        put(folder, office, stated, "figures")
    found = [one for one in take_in(folder).findings if one.code == "VERIFIED_DIFFERS"]
    assert {(one.evaluator, one.value, "81.5" in one.message()) for one in found} == {("T2", "80", True)}


def test_a_unit_sees_the_standard_on_its_report_and_not_its_own_words(approved: Path) -> None:
    """What it fills in is not shown to it as if somebody else had said it."""
    put(approved, "A", report, "report")
    facts = GoalFacts(load(approved)[0], reported(load(approved)[0], take_in(approved).intake), ON)
    texts = {str(value) for value in facts.beside(form_of(approved, "A", "report")).cells.values()}
    assert "修路的评分标准" in texts
    assert "已通车" not in texts


def test_figures_are_asked_of_a_role(approved: Path) -> None:
    """Units do not verify themselves."""
    file = approved / "evaluation.toml"
    file.write_text(file.read_text("utf-8").replace('role = "statistics"\ndate', "date"), encoding="utf-8")
    with pytest.raises(Refused) as refused:
        load(approved)
    assert [one.code for one in refused.value.findings if one.code == "DEADLINE_SHEET"] == ["DEADLINE_SHEET"]
