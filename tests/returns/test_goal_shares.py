"""Goals that the office presets beside those that a unit declares, and goals that are scored from figures."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path

import pytest

from declared_goals import DAY, DOCUMENT, ROSTER, RULES, SETTINGS, declares, form_of, put
from evaltool.evaluation import load
from evaltool.evaluation.in_words import method
from evaltool.findings import Refused
from evaltool.questions.forms import Form
from evaltool.run import approve_goals, score_folder, take_in
from filling import Spot
from folders import make

OWN = 'goals = { declared = ["创新目标"], methods = ["完成率"] }\n'
METHOD = '[method."完成率"]\ntarget = "higher"\n'
SHARES = RULES.replace("goals = true\n", OWN) + METHOD
HEAD = "对象类别,评估内容,编号,名称,预赋分值,单位,部分,评分标准\n"
PRESET = (
    HEAD
    + "d,priority,S1,税收,6,,市定目标,按完成率\nd,priority,S2,治水,2,A,市定目标,\nd,priority,S3,种树,2,B,市定目标,\n"
)
DECLARED = {"A": (("创新目标", "一网通办", "2"),), "B": (("创新目标", "夜校", "2"),)}


def city(tmp_path: Path, preset: str = PRESET) -> Path:
    return make(tmp_path / "city", {**ROSTER, "指标": preset}, {"d": SHARES}, SETTINGS)


def marks(form: Form, spot: Spot) -> object:
    if spot.column.field.startswith("figure:"):
        return "45" if spot.column.field == "figure:核实数" else None
    if spot.column.field != "mark":
        return None
    return "90" if spot.component == "work" else str(spot.line.high)


def test_office_and_unit_share_a_component(tmp_path: Path) -> None:
    """The office presets 8 of 10 points, units declare 2; both stand on the review group's sheet and are scored."""
    folder = city(tmp_path)
    assert load(folder)[1] == []
    asked = form_of(folder, "A", "goals").sheets[0]
    assert asked.tables[0].columns[0].choices == ("创新目标",)
    assert any("市定目标" in note and "不在本表申报" in note for note in asked.notes)
    for unit in "AB":
        put(folder, unit, declares(DECLARED, {"goal_method": "", "goal_base": ""}))
    approve_goals(folder, DOCUMENT, DAY)
    table = form_of(folder, "P1", "marks").sheets[0].tables[0]
    assert [line.labels[1:4] for line in table.lines if line.unit == "A"] == [
        ("甲局", "市定目标", "税收"),
        ("甲局", "市定目标", "治水"),
        ("甲局", "创新目标", "一网通办"),
    ]
    put(folder, "P1", marks, "marks")
    assert score_folder(folder).result.points["A", "priority"].share == 1


def test_before_approval_no_share_is_made_of_the_office_part_alone(tmp_path: Path) -> None:
    """Full marks in the preset goals are no result while the unit's own are lacking."""
    folder = city(tmp_path)
    put(folder, "P1", marks, "marks")
    with pytest.raises(Refused) as refused:
        score_folder(folder)
    assert [one.code for one in refused.value.findings if one.blocks] == ["GOALS_NOT_APPROVED"]
    assert score_folder(folder, interim=True).result.points["A", "priority"].state == "pending"


SUMS = {
    "the office's part": (
        PRESET.replace("种树,2", "种树,1"),
        "“重点工作目标·市定目标”（乙局）各指标的预赋分值之和是 7，应为 8",
    ),
    "a part that is the unit's": (
        PRESET + "d,priority,S4,夜市,1,A,创新目标,\n",
        "“重点工作目标·创新目标”（甲局）各指标的预赋分值之和是 1，应为 2",
    ),
}


@pytest.mark.parametrize("case", SUMS)
def test_a_share_that_does_not_add_up_is_named_with_its_sum(tmp_path: Path, case: str) -> None:
    """Unit by unit, also before anything was declared."""
    preset, said = SUMS[case]
    with pytest.raises(Refused) as refused:
        load(city(tmp_path, preset))
    assert any(said in one.message() for one in refused.value.findings)
    assert {one.code for one in refused.value.findings} == {"ROSTER_POINTS"}


def test_a_goal_may_be_scored_from_figures(tmp_path: Path) -> None:
    """A declared method makes the goal a figure with its target, base and unit of measure; its share is exact."""
    folder = city(tmp_path)
    more = {"goal_method": "完成率", "goal_target": "60", "goal_measure": "公里", "goal_base": "12.5"}
    put(folder, "A", declares(DECLARED, more))
    put(folder, "B", declares(DECLARED, {"goal_method": "", "goal_base": ""}))
    approve_goals(folder, DOCUMENT, DAY)
    evaluation, _ = load(folder)
    line = next(row for row in evaluation.roster.indicators if row.id == "A-01")
    assert (line.target, line.base, line.measure, line.role) == (Fraction(60), Fraction(25, 2), "公里", "牵头")
    figures = form_of(folder, "P1", "marks").sheets[0].tables[1]
    assert (figures.kind, [row.indicator for row in figures.lines]) == ("figures", ["A-01"])
    assert {"公里", "60", "12.5"} <= set(figures.lines[0].labels)
    put(folder, "P1", marks, "marks")
    assert score_folder(folder).result.points["A", "priority"].share == Fraction(8 + 2 * Fraction(45, 60), 10)


FIGURES: Mapping[str, tuple[dict[str, str], str]] = {
    "no target": ({"goal_target": ""}, "GOAL_FIGURE H7"),
    "a target in words": ({"goal_target": "60公里"}, "GOAL_FIGURE H7"),
    "a method that is none": ({"goal_target": "60", "goal_method": "完成"}, "CHOICE_UNKNOWN J7"),
}


@pytest.mark.parametrize("case", FIGURES)
def test_what_a_method_needs_is_asked_for_at_its_cell(tmp_path: Path, case: str) -> None:
    """Words cannot be divided by; nothing is guessed from “60公里”."""
    more, expected = FIGURES[case]
    folder = city(tmp_path)
    put(folder, "A", declares(DECLARED, {"goal_method": "完成率", "goal_base": "", **more}))
    found = [f"{one.code} {one.cell}" for one in take_in(folder).findings if one.file.startswith("inbox/")]
    assert found == [expected]


WRONG = {
    "a part that is none": ("创新目标", "创新", "component.priority.goals.declared[1]"),
    "a method that is none": ("完成率", "完成", "component.priority.goals.methods[1]"),
}


@pytest.mark.parametrize("case", WRONG)
def test_parts_and_methods_are_those_of_the_rules(tmp_path: Path, case: str) -> None:
    """A name that the rules do not have is refused at its place."""
    old, new, cell = WRONG[case]
    rules = RULES.replace("goals = true\n", OWN.replace(old, new)) + METHOD
    with pytest.raises(Refused) as refused:
        load(make(tmp_path / "city", {**ROSTER, "指标": PRESET}, {"d": rules}, SETTINGS))
    assert [(one.code, one.cell) for one in refused.value.findings] == [("REFERENCE_UNKNOWN", cell)]


def test_the_rules_read_out_say_who_sets_what(tmp_path: Path) -> None:
    """Preset part, declared part with its points, methods."""
    evaluation, _ = load(city(tmp_path))
    said = "；".join(method(evaluation, evaluation.classes["d"], "priority"))
    assert "市定目标由绩效办预设，创新目标 2 分由各单位年初申报，批准后逐项计分；有数据的可按完成率计分" in said
