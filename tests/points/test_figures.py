"""Measured figures end to end: 数据采集表 out and back through real workbooks, scored, revised, compared, refused."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from fractions import Fraction
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from evaltool.checks.validate import validate
from evaltool.cli.commands import app
from evaltool.evaluation import Evaluation, load
from evaltool.findings import Finding, Refused
from evaltool.inbox.ingest import ingest
from evaltool.inbox.intake import Intake
from evaltool.inbox.tables import MARKS
from evaltool.points.score import PointsTable, score
from evaltool.questions.forms import Form
from evaltool.questions.layout import forms
from filling import Spot
from folders import make, return_all

SETTINGS = """
format = 1
[evaluation]
id = "e-2026"
name = "评估"
year = 2026
office = "市绩效办"
[roles]
statistics = "统计局"
expert = "专家"
data = "数据采集部门"
"""
HEAD = """
format = 1
[scheme]
id = "d"
name = "县区"
total = 100
groups = [{ id = "g", name = "甲类" }, { id = "h", name = "乙类" }]
"""
GRADE = '[[grade]]\nname = "合格"\nfrom = 0\n'
UNITS = "编号,名称,对象类别,分类,顺序,参评\nA,甲县,d,g,1,\nB,乙县,d,g,2,\nC,丙县,d,g,3,\nD,丁县,d,h,4,\n"
STATISTICS = {"评估主体": "编号,名称,角色\nS1,统计局,statistics\n"}
INDICATORS = "对象类别,评估内容,编号,名称,预赋分值,评分主体,单位,计分方法,目标值,基期值,计量单位,数据来源\n"

Figures = Mapping[str, Mapping[str, object]]
"""Unit -> indicator (with the kind behind a slash if it is not the first) -> what is typed."""


def folder(tmp: Path, rules: str, indicators: str, roster: Mapping[str, str] = STATISTICS, units: str = UNITS) -> Path:
    tables = {"单位": units, "指标": INDICATORS + indicators, **roster}
    return make(tmp / "e", tables, {"d": HEAD + rules + GRADE}, SETTINGS)


def says(figures: Figures) -> Callable[[Form, Spot], object]:
    """Fills in figures by unit, indicator and kind; marks as 80; leaves the rest blank."""

    def say(form: Form, spot: Spot) -> object:
        kind = spot.column.field.removeprefix("figure:")
        if kind == spot.column.field:
            return "80" if spot.column.field == "mark" else None
        named = f"{spot.repeat}{spot.indicator}/{kind}"
        of_unit = figures.get(f"{spot.unit}@{form.evaluator}", figures.get(spot.unit, {}))
        first = kind in ("初步数", "实际数")
        return of_unit.get(named, of_unit.get(named.split("/")[0]) if first else None)

    return say


def taken(made: Path, figures: Figures) -> tuple[Evaluation, Intake, list[Finding]]:
    return_all(made, says(figures))
    evaluation, _ = load(made)
    intake, findings = ingest(evaluation)
    return evaluation, intake, [*findings, *validate(evaluation, intake)]


def scored(made: Path, figures: Figures) -> tuple[PointsTable, list[Finding]]:
    evaluation, intake, findings = taken(made, figures)
    points, wrong = score(evaluation, intake)
    return points, [*findings, *wrong]


def shares(points: PointsTable, leaf: str = "data") -> dict[str, Fraction | None]:
    return {unit: point.share for (unit, component), point in points.items() if component == leaf}


def component(answer: str, more: str = "") -> str:
    return f'[component.data]\nname = "指标"\nweight = 100\nby = "statistics"\nanswer = {answer}\n{more}\n'


COMPLETION = component('{ target = "higher" }')
REVENUE = "d,指标,1,财政收入,60,,,,50,,亿元,统计公报\nd,指标,2,就业人数,40,,,,10,,万人,\n"


def one(values: Mapping[str, str]) -> Figures:
    """The same figure of every unit for both lines, but for these."""
    return {unit: {"1": "50", "2": "10", **values} for unit in "ABCD"}


# --- the sheet -------------------------------------------------------------------------------------------------------


def test_the_sheet_shows_what_each_figure_is_held_against(tmp_path: Path) -> None:
    """A row per indicator and unit with unit of measure, source and target; a column per kind of figure, a remark."""
    evaluation, _ = load(folder(tmp_path, COMPLETION, REVENUE))
    (form,) = forms(evaluation).values()
    table = form.sheets[0].tables[0]
    assert form.sheets[0].heading == "县区　指标　数据采集表"
    assert table.label_headers == ("序号", "被评估单位", "指标", "计量单位", "数据来源", "目标值")
    assert [line.labels for line in table.lines][::4] == [
        ("1", "甲县", "财政收入", "亿元", "统计公报", "50"),
        ("5", "甲县", "就业人数", "万人", "", "10"),
    ]
    assert [column.header for column in table.columns] == ["初步数", "核实数", "年鉴数", "备注"]


def test_the_rules_name_the_kinds_of_figures_and_their_decimals(tmp_path: Path) -> None:
    """`figures` and `decimals` of a component head the columns and bound what they take."""
    rules = component('{ target = "higher" }', 'figures = ["实际数"]\ndecimals = 4')
    made = folder(tmp_path, rules, REVENUE)
    points, findings = scored(made, {unit: {"1": "12.3456", "2": "-3"} for unit in "ABCD"})
    assert [one.code for one in findings] == []
    assert shares(points)["A"] == Fraction("12.3456") / 50 * Fraction(60, 100)


def test_a_kind_named_twice_is_refused(tmp_path: Path) -> None:
    """Two columns of one name could not be told apart."""
    rules = component('{ target = "higher" }', 'figures = ["实际数", "实际数"]')
    with pytest.raises(Refused) as refused:
        load(folder(tmp_path, rules, REVENUE))
    assert [(each.code, each.cell) for each in refused.value.findings] == [("FIGURE_KINDS", "component.data.figures")]


# --- which figure counts ---------------------------------------------------------------------------------------------


def test_the_last_kind_counts_and_the_revision_is_on_record(tmp_path: Path) -> None:
    """Preliminary 40, verified 45: 45 of 50 counts, both stand in MARKS, one note says what changed."""
    made = folder(tmp_path, COMPLETION, REVENUE)
    evaluation, intake, findings = taken(made, {**one({}), "A": {"1": "40", "1/核实数": "45", "2": "10"}})
    points, wrong = score(evaluation, intake)
    assert shares(points)["A"] == Fraction(45, 50) * Fraction(60, 100) + Fraction(40, 100)
    assert [(each.code, each.unit, each.cell) for each in [*findings, *wrong]] == [("FIGURE_REVISED", "A", "H7")]
    assert "由初步数 40 修订为核实数 45" in findings[0].message()
    rows = (
        intake.answers.collect()
        .select(MARKS)
        .filter((intake.answers.collect()["unit"] == "A") & (intake.answers.collect()["indicator"] == "1"))
    )
    kept = [(row["field"], row["text"]) for row in rows.iter_rows(named=True) if row["state"] == "given"]
    assert sorted(kept) == [("figure:初步数", "40"), ("figure:核实数", "45")]


def test_a_revision_to_the_same_value_is_no_finding(tmp_path: Path) -> None:
    """A later kind that only confirms the earlier one says nothing new."""
    made = folder(tmp_path, COMPLETION, REVENUE)
    _, _, findings = taken(made, {**one({}), "A": {"1": "40", "1/年鉴数": "40.00", "2": "10"}})
    assert findings == []


def test_a_line_without_any_figure_is_one_finding_at_its_first_cell(tmp_path: Path) -> None:
    """Three blank kinds are one gap; where the rules rule on missing figures it is only worth a look."""
    made = folder(tmp_path, COMPLETION, REVENUE)
    _, _, findings = taken(made, {**one({}), "B": {"2": "10"}})
    assert [(each.code, each.unit, each.cell) for each in findings] == [("FIGURE_MISSING", "B", "G8")]
    ruled = folder(tmp_path / "ruled", component('{ target = "higher" }', 'missing = "zero"'), REVENUE)
    points, findings = scored(ruled, {**one({}), "B": {"2": "10"}})
    assert [each.code for each in findings] == ["FIGURE_LEFT_OUT"]
    assert shares(points)["B"] == Fraction(40, 100)


def test_a_broken_last_kind_is_not_passed_over(tmp_path: Path) -> None:
    """A text in the verified column is an error at its cell; the preliminary figure does not silently stand in."""
    made = folder(tmp_path, COMPLETION, REVENUE)
    points, findings = scored(made, {**one({}), "A": {"1": "40", "1/核实数": "约45", "2": "10"}})
    assert [(each.code, each.cell) for each in findings] == [("SCORE_NOT_NUMBER", "H7")]
    assert shares(points)["A"] is None


def test_negative_and_zero_figures_are_figures(tmp_path: Path) -> None:
    """-3.5 typed as number or text is read as it stands, and zero raises no eyebrow."""
    made = folder(tmp_path, component('{ target = "range", low = -5, high = 0, zero_above = 10 }'), REVENUE)
    points, findings = scored(made, {**one({"1": "-3.5", "2": "0"}), "B": {"1": " －4", "2": "5"}})
    assert [each.code for each in findings] == ["SCORE_TEXT_NUMBER"]
    assert (shares(points)["A"], shares(points)["B"]) == (Fraction(1), Fraction(60, 100) + Fraction(40, 200))


def test_two_evaluators_cannot_state_two_figures_for_one_fact(tmp_path: Path) -> None:
    """Of two providers of the same line one is wrong: a finding at the second, naming the first and its figure."""
    two = {"评估主体": "编号,名称,角色\nS1,统计局,statistics\nS2,财政局,statistics\n"}
    made = folder(tmp_path, COMPLETION, REVENUE, two)
    _, _, findings = taken(made, {**one({}), "A@S2": {"1": "51", "2": "10"}})
    assert [(each.code, each.evaluator, each.unit) for each in findings] == [("FIGURE_DIFFERS", "S2", "A")]
    assert "统计局填的是 50" in findings[0].message()


# --- comparison over units -------------------------------------------------------------------------------------------

SINGLE = "d,指标,1,出口额,100,,,,,,亿元,\n"


def test_comparison_is_inside_the_group_unless_the_rules_say_class(tmp_path: Path) -> None:
    """丁县 is alone in its group: nobody to compare with, said in words; over the whole class it is compared."""
    figures = {"A": {"1": "80"}, "B": {"1": "40"}, "C": {"1": "20"}, "D": {"1": "160"}}
    points, findings = scored(folder(tmp_path, component('{ compare = "best" }'), SINGLE), figures)
    assert shares(points) == {"A": Fraction(1), "B": Fraction(1, 2), "C": Fraction(1, 4), "D": None}
    assert [(each.code, each.unit) for each in findings] == [("SHARE_UNDEFINED", "D")]
    assert "没有可以比较的单位" in findings[0].message()
    wide = folder(tmp_path / "w", component('{ compare = "best", among = "class" }'), SINGLE)
    points, findings = scored(wide, figures)
    assert (findings, shares(points)["A"], shares(points)["D"]) == ([], Fraction(1, 2), Fraction(1))


def test_units_without_rank_or_without_figure_set_no_mark_for_others(tmp_path: Path) -> None:
    """An unranked unit with the best figure pushes nobody down; one whose line does not apply is not there at all."""
    units = UNITS.replace("B,乙县,d,g,2,", "B,乙县,d,g,2,不排名").replace("D,丁县,d,h", "D,丁县,d,g")
    away = {**STATISTICS, "不适用": "对象类别,评估内容,指标,单位,文号,理由\nd,指标,1,D,1号,没有出口\n"}
    more = '[component.marks]\nname = "评分"\nweight = 10\nby = "statistics"\nanswer = "percent"\n'
    rules = (
        component('{ compare = "best" }', 'not_applicable = "reweigh"').replace("weight = 100", "weight = 90") + more
    )
    points, findings = scored(
        folder(tmp_path, rules, SINGLE, away, units), {"A": {"1": "80"}, "B": {"1": "100"}, "C": {"1": "20"}}
    )
    assert findings == []
    assert shares(points) == {"A": Fraction(1), "B": Fraction(1), "C": Fraction(1, 4), "D": None}
    assert points["D", "data"].state == "moved"


def test_what_is_undefined_follows_the_rules_line_by_line(tmp_path: Path) -> None:
    """All equal: full marks for that line as the rules say, and the point says why; the other line is scored."""
    lines = "d,指标,1,出口额,60,,,,,,,\nd,指标,2,进口额,40,,,,,,,\n"
    rules = component('{ compare = "min_max", among = "class" }', 'undefined = "full"')
    values = {"A": "10", "B": "20", "C": "30", "D": "50"}
    points, findings = scored(folder(tmp_path, rules, lines), {u: {"1": "7", "2": values[u]} for u in values})
    assert findings == []
    assert shares(points)["B"] == Fraction(60, 100) + Fraction(1, 4) * Fraction(40, 100)
    assert "“出口额”（数值 7）：各单位数值相同，分不出高低，按规则计满分" in points["B", "data"].basis


# --- lines with methods of their own ---------------------------------------------------------------------------------

MIXED = """
[component.data]
name = "指标"
weight = 100
by = "owner"
answer = { points = 100 }
[method]
level = { choice = "level" }
hundred = "percent"
[method.growth]
growth = "per_head"
per = "people"
full_at = 10
[method.cases]
deduct = 5
[scale]
level = [["好", 100], ["中", 60]]
"""


def test_marks_and_figures_of_one_component_stand_on_one_sheet(tmp_path: Path) -> None:
    """Marks above, figures below, each owner its own lines; growth per head divides by the figure of another owner."""
    lines = (
        "d,指标,1,工作质量,30,S1,,,,,,\n"
        "d,指标,4,群众评价,10,S1,,hundred,,,,\n"
        "d,指标,2,信访,20,S1,,cases,,,件,\n"
        "d,指标,3,材料,10,S1,,level,,,,\n"
        "d,指标,gdp,生产总值,30,S1,,growth,,100,亿元,\n"
        "d,指标,people,常住人口,0,S2,,,,50,万人,\n"
    )
    owners = {"评估主体": "编号,名称,角色\nS1,统计局,data\nS2,公安局,data\n"}
    made = folder(tmp_path, MIXED, lines, owners)
    evaluation, _ = load(made)
    tables = [table for form in forms(evaluation).values() for sheet in form.sheets for table in sheet.tables]
    assert [(table.kind, table.top > 5) for table in tables] == [("grid", False), ("figures", True), ("figures", False)]

    figures = {unit: {"2": "1", "gdp": "110", "people": "52"} for unit in "ABCD"}
    plain = says(figures)

    def say(form: Form, spot: Spot) -> object:
        marks = {"1": "24", "3": "中", "4": "80"}
        return marks[spot.indicator] if spot.column.field == "mark" else plain(form, spot)

    return_all(made, say)
    intake, findings = ingest(evaluation)
    assert [*findings, *validate(evaluation, intake)] == []
    points, wrong = score(evaluation, intake)
    growth = (Fraction(110, 100) / Fraction(52, 50) - 1) * 100 / 10
    assert wrong == []
    assert points["A", "data"].points == 32 + 15 + 6 + 30 * growth


def test_a_missing_divisor_leaves_growth_per_head_undefined(tmp_path: Path) -> None:
    """Without the population nothing can be had per head: both the gap and, where ruled, what follows from it."""
    rules = component("{ points = 100 }", 'undefined = "zero"\nmissing = "zero"')
    rules += '[method.growth]\ngrowth = "per_head"\nper = "people"\nfull_at = 10\n'
    lines = "d,指标,gdp,生产总值,100,,,growth,,100,,\nd,指标,people,常住人口,0,,,,,50,,\n"
    points, findings = scored(
        folder(tmp_path, rules, lines), {**{u: {"gdp": "110", "people": "50"} for u in "ABC"}, "D": {"gdp": "110"}}
    )
    assert [(each.code, each.unit) for each in findings] == [("FIGURE_LEFT_OUT", "D")]
    assert (shares(points)["A"], shares(points)["D"]) == (Fraction(1), Fraction(0))


def test_where_only_the_divisor_applies_the_component_does_not(tmp_path: Path) -> None:
    """A unit whose scored line was decided away has the population left: nothing to score, and nothing is missing."""
    away = {**STATISTICS, "不适用": "对象类别,评估内容,指标,单位,文号,理由\nd,指标,gdp,D,1号,不统计\n"}
    more = '[component.marks]\nname = "评分"\nweight = 10\nby = "statistics"\nanswer = "percent"\n'
    more += '[method.growth]\ngrowth = "per_head"\nper = "people"\nfull_at = 10\n'
    rules = component("{ points = 100 }", 'not_applicable = "reweigh"').replace("weight = 100", "weight = 90") + more
    lines = "d,指标,gdp,生产总值,100,,,growth,,100,,\nd,指标,people,常住人口,0,,,,,50,,\n"
    points, findings = scored(
        folder(tmp_path, rules, lines, away), {unit: {"gdp": "110", "people": "50"} for unit in "ABCD"}
    )
    assert findings == []
    assert (points["A", "data"].points, points["D", "data"].state) == (Fraction(90), "moved")


def test_a_divisor_without_a_base_is_refused_on_loading(tmp_path: Path) -> None:
    """Growth per head needs last year's population too; the roster's cell is named."""
    rules = component("{ points = 100 }") + '[method.growth]\ngrowth = "per_head"\nper = "people"\nfull_at = 10\n'
    lines = "d,指标,gdp,生产总值,100,,,growth,,100,,\nd,指标,people,常住人口,0,,,,,,,\n"
    with pytest.raises(Refused) as refused:
        load(folder(tmp_path, rules, lines))
    assert [(each.code, each.cell) for each in refused.value.findings] == [("ROSTER_FIGURE", "J3")]


def test_places_gained_start_from_last_years_rank(tmp_path: Path) -> None:
    """Without a base the rank in 历年结果 is what a unit starts from: from 5 to 3 are two places, 0.1 each."""
    earlier = {**STATISTICS, "历年结果": "年度,单位,名次\n2025,A,5\n2025,B,3\n2024,B,9\n2025,C,1\n2025,D,4\n"}
    rules = component('{ growth = "places", full_at = 10 }')
    made = folder(tmp_path, rules, "d,指标,1,全省位次,100,,,,,,位,\n", earlier)
    points, findings = scored(made, {unit: {"1": "3"} for unit in "ABCD"})
    assert findings == []
    assert shares(points) == {"A": Fraction(1, 5), "B": Fraction(0), "C": Fraction(0), "D": Fraction(1, 10)}


def test_figures_by_period_are_compared_period_by_period(tmp_path: Path) -> None:
    """Two half-years are two rows; each is compared with the others' figures of the same half-year."""
    rules = component('{ compare = "best", among = "class" }', 'each = ["上半年", "下半年"]')
    values = {"A": ("10", "40"), "B": ("20", "20"), "C": ("5", "10"), "D": ("20", "40")}
    figures = {unit: {"上半年1": first, "下半年1": second} for unit, (first, second) in values.items()}
    points, findings = scored(folder(tmp_path, rules, SINGLE), figures)
    assert findings == []
    assert shares(points)["A"] == (Fraction(1, 2) + 1) / 2
    assert shares(points)["C"] == Fraction(1, 4)


# --- revised through the year ----------------------------------------------------------------------------------------


def test_a_sheet_to_be_revised_supersedes_the_one_that_counts(tmp_path: Path) -> None:
    """`template --revise` writes the sheet with the figures that count; what comes back replaces it by itself."""
    made = folder(tmp_path, COMPLETION, REVENUE)
    taken(made, {**one({}), "A": {"1": "40", "2": "10"}})
    said = CliRunner().invoke(app, ["template", str(made), "--revise", "统计局", "--output-format", "json"])
    assert said.exit_code == 0, said.output
    (sheet,) = json.loads(said.stdout)["sheets"]
    book = openpyxl.load_workbook(made / sheet["file"])
    tab = book["县区·指标"]
    assert (tab["G7"].value, tab["H7"].value) == (40, None)
    tab["H7"] = 45
    book.save(made / "inbox" / "revised.xlsx")
    evaluation, _ = load(made)
    again, findings = ingest(evaluation)
    points, _ = score(evaluation, again)
    assert sorted(each.became for each in again.files) == ["counted", "superseded"]
    assert shares(points)["A"] == Fraction(45, 50) * Fraction(60, 100) + Fraction(40, 100)
    assert [each.code for each in [*findings, *validate(evaluation, again)]] == ["FIGURE_REVISED"]


@pytest.mark.parametrize(("who", "words"), [("没有此人", "no evaluator"), ("S1", "blank one")])
def test_a_revision_of_nothing_is_refused(tmp_path: Path, who: str, words: str) -> None:
    """An unknown evaluator, or one of whom nothing counts yet: wrong usage, said in words."""
    made = folder(tmp_path, COMPLETION, REVENUE)
    said = CliRunner().invoke(app, ["template", str(made), "--revise", who, "--lang", "en"])
    assert said.exit_code == 2
