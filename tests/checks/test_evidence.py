"""The check of evidence: who is asked about what, and which lines come out as verified."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from declared_goals import form_of
from evaltool.evaluation import load
from evaltool.evaluation.in_words import explain
from evaltool.points.evidence import verified
from evaltool.points.linebyline import line_points
from evaltool.points.score import score
from evaltool.questions.forms import Form
from evaltool.questions.layout import forms
from evaltool.run import TakenIn, take_in
from filling import Spot
from folders import filled, make, return_all

RULES = """
format = 1
[scheme]
id = "d"
name = "部门"
total = 100
groups = [{ id = "g", name = "甲类" }]
[component.output]
name = "行政业绩"
weight = 60
by = "self"
answer = { points = 10 }
verify = true
unverified = "zero"
[component.work]
name = "工作"
weight = 40
by = "office"
answer = "percent"
[[grade]]
name = "合格"
from = 0
"""
SETTINGS = """
format = 1
[evaluation]
id = "e-2026"
name = "评估"
year = 2026
office = "市绩效办"
[roles]
office = "市绩效办"
[[deadline]]
what = "符合性验证"
role = "office"
date = 2027-02-28
sheet = "evidence"
"""
ROSTER = {
    "单位": "编号,名称,对象类别,分类,顺序\nA,甲局,d,g,1\nB,乙局,d,g,2\nC,丙局,d,g,3\n",
    "评估主体": "编号,名称,角色,所属单位\nO1,一组,office,C\nO2,二组,office,\n",
    "指标": "对象类别,评估内容,编号,名称,预赋分值\nd,output,N1,投资额,6\nd,output,N2,招商数,4\n",
    "分管": "评估主体,单位\nO1,A\nO1,C\nO2,B\nO2,A\nO2,C\n",
}
FIXED = {
    **ROSTER,
    "指标": "对象类别,评估内容,编号,名称,预赋分值,验证方式\nd,output,N1,投资额,6,现场验证\nd,output,N2,招商数,4,\n",
}
SHEET = "部门·行政业绩"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two teams of the office; the first is itself unit C, both are in charge of A."""
    return make(tmp_path / "city", ROSTER, {"d": RULES}, SETTINGS)


def put(folder: Path, evaluator: str, said: dict[tuple[str, str], tuple[str, str, str]]) -> None:
    """(unit, indicator) -> method, conclusion, remark."""

    def say(spot: Spot) -> object:
        line = said.get((spot.unit, spot.indicator), ("", "", ""))
        return line[("verify_method", "verify_result", "verify_remark").index(spot.column.field)] or None

    form: Form = form_of(folder, evaluator, "evidence")
    (folder / "inbox" / form.file_name).write_bytes(filled(form, say))


def said_of(taken: TakenIn) -> list[tuple[str, str, str]]:
    return sorted((one.code, one.evaluator, one.cell) for one in taken.findings if one.file.startswith("inbox/"))


def test_every_team_is_asked_about_its_units_but_not_itself(folder: Path) -> None:
    """A line per unit in charge and indicator of the components that the rules want verified."""
    made = {form.evaluator: form for form in forms(load(folder)[0]).values() if form.kind == "evidence"}
    asked = {who: [line.labels[1:] for line in form.sheets[0].tables[0].lines] for who, form in made.items()}
    assert asked["O1"] == [("甲局", "投资额"), ("甲局", "招商数")]
    assert [unit for unit, _ in asked["O2"]] == ["甲局", "甲局", "乙局", "乙局", "丙局", "丙局"]
    assert [sheet.title for sheet in made["O1"].sheets] == [SHEET]


def test_what_is_borne_out_is_verified_and_nothing_else(folder: Path) -> None:
    """True is verified, untrue and what nobody looked at are not; a sheet with gaps is noted, not refused."""
    put(folder, "O1", {("A", "N1"): ("现场验证", "属实", ""), ("A", "N2"): ("工作底单核验", "不属实", "无验收单")})
    taken = take_in(folder)
    assert verified(taken.evaluation, taken.intake) == {("d", "output", "N1", "A")}
    put(folder, "O2", {("B", "N1"): ("综合验证", "属实", "")})
    taken = take_in(folder)
    assert verified(taken.evaluation, taken.intake) == {("d", "output", "N1", "A"), ("d", "output", "N1", "B")}
    assert said_of(taken) == [("EVIDENCE_LEFT_OUT", "O2", "")]


def test_a_line_that_is_not_borne_out_has_no_points_whatever_was_marked(folder: Path) -> None:
    """As the rules say: 5 of 10 points for the line that is true, none for the other."""
    return_all(folder, lambda _, spot: {"N1": "5", "N2": "4"}.get(spot.indicator, "90"))
    put(folder, "O1", {("A", "N1"): ("现场验证", "属实", ""), ("A", "N2"): ("工作底单核验", "不属实", "无验收单")})
    taken = take_in(folder)
    points, _ = score(taken.evaluation, taken.intake)
    assert points["A", "output"].share == Fraction(5, 10)
    lines = line_points(taken.evaluation, taken.intake, taken.evaluation.classes["d"], "output", points)["A"]
    assert [(each.points, each.full, each.kind) for each in lines] == [
        (Fraction(5), Fraction(6), ""),
        (Fraction(0), Fraction(4), "unverified"),
    ]


def test_half_a_conclusion_is_none(folder: Path) -> None:
    """A conclusion without its method, a method without conclusion, untrue without a reason: each at its cell."""
    put(folder, "O1", {("A", "N1"): ("", "属实", ""), ("A", "N2"): ("工作底单核验", "不属实", "")})
    put(folder, "O2", {("B", "N1"): ("工作底单核验", "", "")})
    assert [one for one in said_of(take_in(folder)) if one[0] == "LINE_INCOMPLETE"] == [
        ("LINE_INCOMPLETE", "O1", "D7"),
        ("LINE_INCOMPLETE", "O1", "F8"),
        ("LINE_INCOMPLETE", "O2", "E9"),
    ]


def test_two_who_say_the_opposite_verify_nothing(folder: Path) -> None:
    """Both are in charge of A; the second conclusion is said to differ from the first."""
    put(folder, "O1", {("A", "N1"): ("现场验证", "属实", "")})
    put(folder, "O2", {("A", "N1"): ("工作底单核验", "不属实", "台账不符")})
    taken = take_in(folder)
    assert ("EVIDENCE_DIFFERS", "O2", "E7") in said_of(taken)
    assert verified(taken.evaluation, taken.intake) == set()


def test_missing_evidence_is_awaited_beside_the_marks(folder: Path) -> None:
    """The accounts keep sheets of marks and of evidence apart; what is missing of the second is a warning."""
    taken = take_in(folder)
    accounts = {(each.role, each.sheet): each.missing for each in taken.accounts.roles}
    assert accounts == {("self", "marks"): 3, ("office", "marks"): 2, ("office", "evidence"): 2}
    awaited = [one for one in taken.findings if one.code == "SUBMISSION_AWAITED"]
    assert [(one.evaluator, one.blocks) for one in awaited] == [("O1", False), ("O2", False)]
    assert "符合性验证表" in awaited[0].message()


def test_the_way_that_the_roster_fixes_stands_on_the_sheet(tmp_path: Path) -> None:
    """Where one line has a fixed way all lines of the sheet say theirs, and the rules in words count them."""
    evaluation, _ = load(make(tmp_path / "city", FIXED, {"d": RULES}, SETTINGS))
    table = next(form for form in forms(evaluation).values() if form.kind == "evidence").sheets[0].tables[0]
    assert table.label_headers[-1] == "规定方式"
    assert [line.labels[2:] for line in table.lines] == [("投资额", "现场验证"), ("招商数", "")]
    assert "经核验后才计分：共 6 项，现场验证 3" in "\n".join(explain(evaluation))


def test_another_way_than_the_fixed_one_is_said(tmp_path: Path) -> None:
    """A line that was to be looked at and was read up is worth a word; one that nobody fixed is not."""
    folder = make(tmp_path / "city", FIXED, {"d": RULES}, SETTINGS)
    put(folder, "O1", {("A", "N1"): ("工作底单核验", "属实", ""), ("A", "N2"): ("工作底单核验", "属实", "")})
    assert [one for one in said_of(take_in(folder)) if one[0] == "EVIDENCE_METHOD"] == [("EVIDENCE_METHOD", "O1", "E7")]
