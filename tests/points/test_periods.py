"""Quarters as results of their own: points and places of one period alone, beside the year's mean of all."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from test_figures import GRADE, HEAD, SETTINGS, UNITS

from evaltool.questions.forms import Form
from evaltool.results.periods import PeriodResult, period_results
from evaltool.run import scored, take_in
from evaltool.workbook.ranked import ranked_book
from filling import Spot
from folders import make, return_all

RULES = """
[component.daily]
name = "平时考核"
[component.tasks]
name = "任务"
in = "daily"
weight = 30
by = "expert"
answer = "percent"
each = { periods = ["一季度", "二季度"], so_far = true }
[component.order]
name = "纪律"
in = "daily"
weight = 10
by = "expert"
answer = "percent"
benchmark = "best"
each = { periods = ["一季度", "二季度"], so_far = true }
[component.final]
name = "年终考核"
weight = 60
by = "expert"
answer = "percent"
"""
TABLES = {"单位": UNITS, "评估主体": "编号,名称,角色\nX1,专家,expert\n"}
SAID = {
    ("tasks", "一季度"): {"A": 90, "B": 60, "C": 60, "D": 50},
    ("tasks", "二季度"): {"A": 70, "B": 80, "C": 90, "D": 50},
    ("order", "一季度"): {"A": 40, "B": 80, "C": 80, "D": 50},
    ("order", "二季度"): {"A": 100, "B": 50, "C": 75, "D": 50},
    ("final", ""): {"A": 80, "B": 80, "C": 80, "D": 80},
}


def says(_: Form, spot: Spot) -> object:
    return SAID[spot.component, spot.column.repeat][spot.unit]


def found(folder: Path) -> dict[tuple[str, str], PeriodResult]:
    taken = take_in(folder)
    return {(one.group, one.period): one for one in period_results(taken.evaluation, taken.intake)}


def test_each_quarter_is_a_result_and_their_mean_the_years(tmp_path: Path) -> None:
    """Out of 40, the best in 纪律 of that quarter having full marks; places inside the group; the year has the mean of
    the quarters' marks against the best mean: 40 % are theirs, and 60 % the year's end."""
    made = make(tmp_path / "e", TABLES, {"d": HEAD + RULES + GRADE}, SETTINGS)
    return_all(made, says)
    of = found(made)
    first, second = of["g", "一季度"], of["g", "二季度"]
    assert first.full == 40
    assert first.points == {"A": 27 + 5, "B": 18 + 10, "C": 18 + 10}
    assert first.ranks == {"A": 1, "B": 2, "C": 2}
    assert second.points == {"A": 21 + 10, "B": 24 + 5, "C": 27 + Fraction(15, 2)}
    assert second.ranks == {"C": 1, "A": 2, "B": 3}
    assert of["h", "二季度"].ranks == {"D": 1}
    result = scored(take_in(made), "0001")
    totals = {one.unit.id: one.exact for one in result.standings}
    best = Fraction(80 + 75, 2)
    assert totals["A"] == 30 * Fraction(80, 100) + 10 * Fraction(70) / best + 48
    tab = next(tab for tab in ranked_book(result).tabs if tab.title == "各期成绩")
    shown = {cell.value for cell in tab.cells.values()}
    assert {"一季度得分（40分）", "二季度名次", "丙县", Decimal("34.5")} <= shown


def test_places_wait_until_a_quarter_is_complete(tmp_path: Path) -> None:
    """乙县 has no mark for 任务 in the second quarter: it has no points there, and nobody has a place."""
    made = make(tmp_path / "e", TABLES, {"d": HEAD + RULES + GRADE}, SETTINGS)
    left = ("tasks", "二季度", "B")
    return_all(
        made, lambda form, spot: None if (spot.component, spot.column.repeat, spot.unit) == left else says(form, spot)
    )
    of = found(made)
    assert of["g", "一季度"].ranks == {"A": 1, "B": 2, "C": 2}
    assert of["g", "二季度"].points.keys() == {"A", "C"}
    assert of["g", "二季度"].ranks == {}


def test_months_are_set_together_to_quarters(tmp_path: Path) -> None:
    """Where months make stages, a stage is the result: their mean inside it."""
    rules = """
[component.all]
name = "考核"
weight = 100
by = "expert"
answer = "percent"
each = { stages = { "一季度" = ["1月", "2月"], "二季度" = ["3月", "4月"] }, stage_over = "mean" }
"""
    made = make(tmp_path / "e", TABLES, {"d": HEAD + rules + GRADE}, SETTINGS)
    months = {"1月": 60, "2月": 80, "3月": 90, "4月": 95}
    return_all(made, lambda _, spot: months[spot.column.repeat])
    of = found(made)
    assert set(of["g", "一季度"].points.values()) == {Fraction(70)}
    assert set(of["g", "二季度"].points.values()) == {Fraction(185, 2)}


def test_decisions_hold_in_a_period_too_but_for_vetoes(tmp_path: Path) -> None:
    """The evidence of 甲县 is verified by a decision, that of the others is not: they have nothing for 任务.  A veto
    that leaves nothing of 纪律 is the year's."""
    rules = RULES.replace("weight = 30\n", 'weight = 30\nverify = true\nunverified = "zero"\n')
    rules += GRADE + '[[veto.kinds]]\nname = "违纪"\nzero = "order"\n'
    decisions = (
        "种类,文号,日期,理由,单位,评估内容,新值\n"
        "证据核实,1号,2027-02-01,核实,A,tasks,属实\n一票否决,2号,2027-02-02,违纪,B,,违纪\n"
    )
    made = make(tmp_path / "e", TABLES, {"d": HEAD + rules}, SETTINGS, decisions)
    return_all(made, says)
    assert found(made)["g", "一季度"].points == {"A": 27 + 5, "B": 10, "C": 10}


def test_a_period_weighs_what_the_year_does(tmp_path: Path) -> None:
    """50 and 50 for the first group, of which the second has one: brought to 100 for each of them, that one is all."""
    rules = """
[component.work]
name = "工作"
weight = 50
by = "expert"
answer = "percent"
each = ["一季度", "二季度"]
[component.more]
name = "专项"
weight = 50
by = "expert"
answer = "percent"
each = ["一季度", "二季度"]
groups = ["g"]
"""
    head = HEAD.replace("total = 100\n", "total = 100\nnormalise = true\n")
    made = make(tmp_path / "e", TABLES, {"d": head + rules + GRADE}, SETTINGS)
    return_all(made, lambda _form, _spot: 80)
    of = found(made)
    for group, unit in (("g", "A"), ("h", "D")):
        second = of[group, "二季度"]
        assert second.full == 100
        assert second.points[unit] == 80
    totals = {one.unit.id: one.exact for one in scored(take_in(made), "0001").standings}
    assert totals["A"] == totals["D"] == 80
