"""Conditions of grades and awards: on figures, on every period, on places in a component, and what follows for interim
results, for the workbook and for what may be told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

import handmade
from evaltool.evaluation.in_words import explain
from evaltool.explain.conditions import judge_of
from evaltool.explain.explanation import explained
from evaltool.explain.total import graded
from evaltool.questions.forms import Form
from evaltool.results.cases import _one_side, cases
from evaltool.results.conditions import Rivals
from evaltool.results.possible import PossibleAnswers
from evaltool.results.rank import Standing
from evaltool.results.result import Result
from evaltool.views.comparison import compared
from evaltool.workbook.ranked import ranked_book
from evaltool.writers.saving import to_bytes
from filling import Spot
from folders import OFFICE_SETTINGS, make, mistakes_in, result_of
from results import evaluation, points
from spreadsheet import disagreeing, opened

RULES = """
format = 1
[scheme]
id = "d"
name = "县区"
total = 100
groups = [{ id = "g", name = "甲类" }]
[component.work]
name = "月度检查"
weight = 60
by = "office"
answer = "percent"
each = ["1月", "2月", "3月"]
[component.plan]
name = "重点工作"
weight = 40
by = "office"
answer = "percent"
[component.econ]
name = "经济数据"
weight = 0
by = "stats"
answer = { target = "attained" }
[[grade]]
name = "优秀"
from = 90
conditions = [
  { figure = "财政收入 - 财政收入.基期值", at_least = 0 },
  { component = "work", every_period = true, percent = 80 },
]
[[grade]]
name = "良好"
from = 80
[[grade]]
name = "合格"
from = 60
[[grade]]
name = "不合格"
from = 0
[[award]]
name = "先进"
ranks = [1, 4]
conditions = [
  { component = "plan", first = 2 },
  { component = "work", every_period = true, grade = "良好" },
  { figure = "欠薪", at_most = 3 },
]
"""
SETTINGS = OFFICE_SETTINGS + 'stats = "统计局"\n'
NAMES = "甲乙丙丁戊"
TABLES = {
    "单位": "编号,名称,对象类别,分类,顺序\n" + "".join(f"{at},{name}县,d,g,{at}\n" for at, name in enumerate(NAMES, 1)),
    "评估主体": "编号,名称,角色\nO1,市绩效办,office\nS1,统计局,stats\n",
    "指标": "对象类别,评估内容,编号,名称,单位,预赋分值,目标值,基期值\n"
    + "".join(f"d,econ,rev,财政收入,{unit},1,1,50\nd,econ,debt,欠薪,{unit},1,1,1\n" for unit in "12345"),
}
MONTHS = {"1": (95, 95, 95), "2": (100, 79, 100), "3": (96, 92, 94), "4": (92, 94, 93), "5": (90, 91, 92)}
PLAN = {"1": 96, "2": 97, "3": 95, "4": 94, "5": 98}
REVENUE = {"1": 51, "2": 60, "3": 49, "4": 50, "5": 70}
DEBT = {"1": 3, "2": 0, "3": 0, "4": 0, "5": 4}
GRADES = {"1": "优秀", "2": "良好", "3": "良好", "4": "优秀", "5": "优秀"}


def says(form: Form, spot: Spot) -> object:
    if spot.column.field.startswith("figure"):
        return {"rev": REVENUE, "debt": DEBT}[spot.indicator][spot.unit]
    if spot.column.field != "mark":
        return None
    return PLAN[spot.unit] if not spot.repeat else MONTHS[spot.unit][int(spot.repeat[0]) - 1]


def made_of(
    tmp: Path, rules: str = RULES, say: Callable[[Form, Spot], object] = says, *, interim: bool = False
) -> Result:
    return result_of(make(tmp / "e", TABLES, {"d": rules}, SETTINGS), say, interim=interim)


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Result:
    return made_of(tmp_path_factory.mktemp("conditions"))


def by_hand(unit: str) -> tuple[str, bool]:
    """Grade, and whether the award's conditions hold, by plain loops over what was typed."""
    total = Fraction(sum(MONTHS[unit]), 3) * 60 / 100 + Fraction(PLAN[unit]) * 40 / 100
    best = REVENUE[unit] - 50 >= 0 and min(MONTHS[unit]) >= 80
    grade = next(name for name, bound, fits in (("优秀", 90, best), ("良好", 80, True)) if total >= bound and fits)
    place = 1 + sum(other > PLAN[unit] for other in PLAN.values())
    return grade, place <= 2 and min(MONTHS[unit]) >= 80 and DEBT[unit] <= 3


def test_figures_and_periods_decide_beside_the_total(result: Result) -> None:
    """79 in February, or revenue below last year's: no 优秀 although the total is there; equal is no fall."""
    of: Mapping[str, Standing] = {one.unit.id: one for one in result.standings}
    assert {unit: one.grade for unit, one in of.items()} == GRADES
    assert {unit: by_hand(unit)[0] for unit in of} == GRADES
    assert all(one.total >= 90 for one in of.values())


def test_an_award_has_conditions_of_the_same_kind(result: Result) -> None:
    """Ranks 1 to 4 and among the first two in 重点工作 (2 and 5), no month below 良好 (2 has 79), three cases at most
    (5 has 4): nobody has it; with 79 for the grade's bound it is 2's alone."""
    assert (
        [one.unit.id for one in result.standings if one.awards] == [unit for unit in "12345" if by_hand(unit)[1]] == []
    )
    said = {one.unit.id: explained(result, one.unit).awards[0].why for one in result.standings}
    assert said["2"] == "月度检查2月得分率79.0%，低于要求的80.0%（“良好”）"
    assert "“重点工作”列第3名，不在前2名以内" in said["1"]
    assert "“欠薪”为4，高于要求的3" in said["5"]


def test_the_award_goes_to_whoever_meets_them(tmp_path: Path) -> None:
    """The same with 合格 in the place of 良好."""
    made = made_of(tmp_path, RULES.replace('grade = "良好"', 'grade = "合格"'))
    assert [one.unit.id for one in made.standings if one.awards] == ["2"]


def test_a_figure_that_only_a_condition_looks_at_carries_no_points(tmp_path: Path) -> None:
    """With 0 preset points it asks for no target; grades and awards are the same."""
    lines = TABLES["指标"].replace(",1,1,1\n", ",0,,\n")
    assert lines.count(",0,,\n") == 5
    tables = {**TABLES, "指标": lines}
    made = make(tmp_path / "e", tables, {"d": RULES.replace('grade = "良好"', 'grade = "合格"')}, SETTINGS)
    standings = result_of(made, says).standings
    assert {one.unit.id: one.grade for one in standings} == GRADES
    assert [one.unit.id for one in standings if one.awards] == ["2"]


def test_what_fails_is_said_with_its_number(result: Result) -> None:
    """Which condition, which period, how much; nothing where all hold."""
    said = {one.unit.id: "".join(explained(result, one.unit).said) for one in result.standings}
    assert "总分达到“优秀”的下限，但月度检查2月得分率79.0%，低于要求的80.0%" in said["2"]
    assert "但“财政收入－财政收入基期值”为-1，低于要求的0" in said["3"]
    assert "但" not in said["1"]


def test_an_occasion_is_named_by_its_number_and_what_it_is(tmp_path: Path) -> None:
    """Where periods have no names of their own."""
    rules = RULES.replace('each = ["1月", "2月", "3月"]', 'each = "踏查"')
    visits = [(unit, mark) for unit, marks in MONTHS.items() for mark in marks]

    def visited(form: Form, spot: Spot) -> object:
        if not spot.repeat:
            return says(form, spot)
        unit, mark = visits[int(spot.repeat) - 1] if int(spot.repeat) <= len(visits) else ("", None)
        row = {"unit": f"{NAMES[int(unit) - 1]}县", "date": "2026-05-01", "mark": mark} if unit else {}
        return row.get(spot.column.field)

    made = made_of(tmp_path, rules, visited)
    said = "".join(explained(made, next(one.unit for one in made.standings if one.unit.id == "2")).said)
    assert "月度检查第2次踏查得分率79.0%，低于要求的80.0%" in said


def test_the_rules_are_read_out(result: Result) -> None:
    """Grades and awards in the same words."""
    said = "\n".join(explain(result.evaluation))
    assert "总分不低于 90，且“财政收入－财政收入基期值”不低于 0，且“月度检查”的每一期不低于其满分的 80%" in said
    assert "且“重点工作”列本分类前 2 名；且“月度检查”的每一期按得分率都不低于“良好”；且“欠薪”不高于 3" in said


def test_the_workbook_grades_by_its_cells(result: Result) -> None:
    """What a condition looks at is a cell: another month's low, or another bound, gives another grade."""
    book, cached = opened(to_bytes(ranked_book(result)))
    assert disagreeing(book, cached) == []
    row = next(row for title, row, at in cached if title == "甲类" and at == 2 and cached[title, row, at] == "乙县")
    heads = {cached[spot]: spot[2] for spot in cached if spot[0] == "甲类" and str(cached[spot]).startswith("条件：")}
    low = heads["条件：月度检查的每一期\n最低（%）"]
    assert book.value(("甲类", row, low)) == 79
    assert book.with_changes({("甲类", row, low): 81}).value(("甲类", row, 4)) == "优秀"
    bound = next(
        spot for spot in cached if spot[0] == "参数" and spot[2] == 4 and str(cached.get(spot)) == "不低于"
        and "月度检查" in str(cached["参数", spot[1], 3])
    )  # fmt: skip
    assert book.with_changes({(*bound[:2], 5): 70}).value(("甲类", row, 4)) == "优秀"


def test_two_bounds_on_the_same_numbers_are_two_cells(tmp_path: Path) -> None:
    """No month below 50% and none below 80%, 10% in the plan and 95.5%: each bound has a cell of its own, and the
    workbook grades as the result does."""
    asked = '{ component = "work", every_period = true, percent = 80 },'
    more = '{ component = "work", every_period = true, percent = 50 }, { component = "plan", percent = 10 },'
    rules = RULES.replace(asked, f'{more} {asked} {{ component = "plan", percent = 95.5 }},')
    made = made_of(tmp_path, rules)
    assert {one.unit.id: one.grade for one in made.standings if one.unit.id in "24"} == {"2": "良好", "4": "良好"}
    book, cached = opened(to_bytes(ranked_book(made)))
    assert disagreeing(book, cached) == []


def test_an_interim_result_has_only_what_is_sure(tmp_path: Path) -> None:
    """March is open: a unit with 79 in February may still be anything that its total allows; nothing is settled."""

    def two_months(form: Form, spot: Spot) -> object:
        return None if spot.repeat == "3月" else says(form, spot)

    made = made_of(tmp_path, RULES, two_months, interim=True)
    of = {one.unit.id: one for one in made.standings}
    assert of["2"].possible == ("合格", "优秀")
    assert of["1"].possible == ("合格", "优秀")
    whole = made_of(tmp_path / "whole", interim=True)
    assert {one.unit.id: one.grade for one in whole.standings} == GRADES


def test_what_carries_no_points_is_not_settled_while_something_is_missing(tmp_path: Path) -> None:
    """The monthly checks weigh nothing and decide 优秀 all the same: with March open nobody is sure of it."""
    rules = RULES.replace('name = "月度检查"\nweight = 60', 'name = "月度检查"\nweight = 0')
    rules = rules.replace('name = "重点工作"\nweight = 40', 'name = "重点工作"\nweight = 100')

    def two_months(form: Form, spot: Spot) -> object:
        return None if spot.repeat == "3月" else says(form, spot)

    of = {one.unit.id: one for one in made_of(tmp_path, rules, two_months, interim=True).standings}
    assert (of["1"].grade, of["1"].possible) == ("", ("良好", "优秀"))
    whole = made_of(tmp_path / "whole", rules, interim=True)
    assert {one.unit.id: one.grade for one in whole.standings}["1"] == "优秀"


def test_a_figure_that_is_not_there_is_said(tmp_path: Path) -> None:
    """Nothing is guessed: without a base the condition is not met, and somebody is told."""
    rules = RULES.replace('weight = 0\nby = "stats"', 'weight = 0\nmissing = "zero"\nby = "stats"')

    def without(form: Form, spot: Spot) -> object:
        return None if spot.unit == "4" and spot.indicator == "rev" else says(form, spot)

    made = made_of(tmp_path, rules, without)
    assert [(one.unit, one.blocks) for one in made.findings if one.code == "CONDITION_LACKING"] == [("4", False)]
    assert {one.unit.id: one.grade for one in made.standings}["4"] == "良好"


@pytest.mark.parametrize(
    ("before", "after", "code", "cell"),
    [
        ("{ component = \"plan\", first = 2 }", "{ first = 2 }", "RULES_CONDITION", "award[1].conditions[1]"),
        ("first = 2", "at_least = 2", "RULES_CONDITION", "award[1].conditions[1]"),
        ("first = 2", "first = 2, points = 3", "RULES_CONDITION", "award[1].conditions[1]"),
        ("at_most = 3", "percent = 3", "RULES_CONDITION", "award[1].conditions[3]"),
        ('component = "plan", first = 2', 'component = "plan", every_period = true, percent = 2', "RULES_CONDITION",
         "award[1].conditions[1]"),
        ('grade = "良好" }', 'grade = "优良" }', "RULES_NAME_UNKNOWN", "award[1].conditions[2].grade"),
        ('component = "plan", first', 'component = "plann", first', "RULES_NAME_UNKNOWN",
         "award[1].conditions[1].component"),
        ('figure = "欠薪"', 'figure = "欠款"', "RULES_FORMULA_NAME", "award[1].conditions[3].figure"),
        ('figure = "欠薪"', 'figure = "欠薪 +"', "RULES_VALUE", "award[1].conditions[3].figure"),
    ],
)  # fmt: skip
def test_a_condition_that_cannot_be_says_why(before: str, after: str, code: str, cell: str, tmp_path: Path) -> None:
    """About nothing, asking for what such a thing has not, about names that there are not."""
    assert RULES.count(before) == 1
    assert (code, cell) in mistakes_in(make(tmp_path / "e", TABLES, {"d": RULES.replace(before, after)}, SETTINGS))


# --- what conditions tell (law 11) -----------------------------------------------------------------------------------


def test_whoever_knows_the_grade_knows_on_which_side_every_answer_was(tmp_path: Path) -> None:
    """Other answers that are taken to be possible keep to the condition: all of them at 80 and more where it held."""
    secret = RULES + "[disclosure]\nfloor = 2\n"
    made = made_of(tmp_path, secret)
    of = cases(made.evaluation, made.intake, made.evaluation.classes["d"], made.points, made.standings)
    assert of["1"].answers["work"].values == (Fraction(4, 5), Fraction(1))
    assert of["2"].answers["work"].values == (Fraction(0), Fraction(7999, 10000))
    assert of["1"].told.margins["plan"][1] == Fraction(1, 5)  # half of the way from the third to the second
    assert of["2"].told.margins["plan"][0] == Fraction(1, 5)


@pytest.mark.parametrize(("above", "left"), [(True, (Fraction(3, 5), Fraction(4, 5), 1)), (False, None)])
def test_of_a_scale_the_choices_on_one_side_are_left(above: bool, left: object) -> None:
    """Fewer than two choices are none: then the answer counts as told."""
    scale = PossibleAnswers(
        (Fraction(2, 5), Fraction(3, 5), Fraction(4, 5), Fraction(1)), Fraction(0), ((Fraction(1), 3),)
    )
    made = _one_side(scale, Fraction(3, 5), above=above)
    assert (made and made.values) == left


def test_no_public_word_says_a_number_of_a_hidden_component(tmp_path: Path) -> None:
    """Neither why a grade nor why an award was missed."""
    from evaltool.explain.awards import awards

    secret = RULES + "[disclosure]\nfloor = 2\n"
    made = made_of(tmp_path, secret)
    group, judge = compared(made, "d", "g"), judge_of(made, "d")
    one = next(one for one in made.standings if one.unit.id == "2")
    said = [*graded(judge, group, one, "zh"), *(each.why for each in awards(made, judge, group, one, "zh"))]
    assert "没有达到对“月度检查”的每一期的要求" in "".join(said)
    assert "79" not in "".join(said)


# --- places ----------------------------------------------------------------------------------------------------------


def test_equal_points_share_a_place_and_only_ranked_units_of_the_group_take_one() -> None:
    """A place in a component is what a place in the ranking is; whoever is unranked has the one that it would have."""
    of = evaluation({"A": "g1", "B": "g1", "C?": "g1", "D": "g1", "E": "g2"})
    work = {"A": 50, "B": 50, "C": 60, "D": 40, "E": 60}
    given = points({unit: (str(each), "0") for unit, each in work.items()})
    rivals = Rivals(of, given)
    places = {unit: rivals.place(of.units[unit], "work", Fraction(each)) for unit, each in work.items()}
    assert places == {"A": 1, "B": 1, "C": 1, "D": 3, "E": 1}


def test_only_what_does_not_hold_is_named_whether_it_is_shown_or_not() -> None:
    """Both conditions of 优秀 fail, or one of them; the mayor's points are shown nowhere, and 18.996 is printed as the
    19 that are asked for."""
    rules = handmade.RULES.replace(
        "from = 90",
        'from = 80\nconditions = [{ component = "base", points = 19 }, { component = "mayor", points = 27 }]',
    )
    hidden, printed, low = "没有达到对市长得分的要求", "没有达到对基础工作得分的要求", "基础工作得分18低于要求的19分"
    units = {
        "甲县": (handmade.parts("18", "17", "8.5", "27", "17"), [low]),
        "乙县": (handmade.parts("19", "17", "8.5", "26", "17"), [hidden]),
        "丙县": (handmade.parts("18.996", "17", "8.5", "26", "17"), [printed, hidden]),
        "丁县": (handmade.parts("18.996", "17", "8.5", "28", "17"), [printed]),
    }
    made = handmade.result({unit: got for unit, (got, _) in units.items()}, rules=rules)
    shown = replace(made.published["c", "g"], shown=("base", "vote", "leaders"), digits=2)
    made = replace(made, published={("c", "g"): shown})
    group, judge = compared(made, "c", "g"), judge_of(made, "c")
    for one in group.standings:
        (said,) = graded(judge, group, one, "zh")
        assert [each for each in (low, printed, hidden) if each in said] == units[one.unit.id][1]
