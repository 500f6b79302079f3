"""Interim results: what is in, which grades are still possible, and that nothing in them is final."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path

import pytest

from evaltool.evaluation import load
from evaltool.findings import Refused
from evaltool.points.score import score
from evaltool.questions.forms import Form
from evaltool.results.grade import grade
from evaltool.results.interim import unfinished
from evaltool.results.rank import rank
from evaltool.results.result import Result
from evaltool.run import score_folder, scored, take_in
from evaltool.writers.word.templates import text_of
from filled_years import returned
from filling import Spot
from folders import make, return_all
from handmade import RULES as COUNTIES
from handmade import parts
from handmade import result as handmade

SETTINGS = """
format = 1
[evaluation]
id = "e-2026"
name = "评估"
year = 2026
office = "市绩效办"
[roles]
office = "市绩效办"
[notice]
head = "red"
signatory = "某市评估委员会"
date = "2027年4月20日"
[notice.numbers]
bulletin = "某绩〔2027〕3号"
letter = "某绩函〔2027〕12号"
"""
RULES = """
format = 1
[scheme]
id = "d"
name = "部门"
total = 100
groups = [{ id = "g", name = "甲类" }]
[component.duty]
name = "履职"
weight = 80
by = "office"
answer = "percent"
each = { periods = ["一季度", "二季度", "三季度", "四季度"], so_far = true }
[component.self]
name = "自评"
weight = 20
by = "self"
answer = "percent"
[[grade]]
name = "优秀"
from = 90
[[grade]]
name = "良好"
from = 60
[[grade]]
name = "较差"
from = 0
[[award]]
name = "一等奖"
ranks = [1, 1]
[[zone]]
name = "绿区"
colour = "green"
from = 80
[[zone]]
name = "红区"
colour = "red"
from = 0
"""
ROSTER = {
    "单位": "编号,名称,对象类别,分类,顺序\nA,甲局,d,g,1\nB,乙局,d,g,2\n",
    "评估主体": "编号,名称,角色\nO,绩效办,office\n",
    "历年结果": "年度,单位,总分,名次,等次\n2025,A,81.5,1,良好\n2025,B,80.25,2,良好\n",
}
QUARTERS = {"一季度": {"A": "90", "B": "80"}, "二季度": {"A": "100", "B": "60"}}


def folder_of(
    at: Path, quarters: Mapping[str, Mapping[str, str]] = QUARTERS, rules: str = RULES, own: str | None = "95"
) -> Path:
    """A folder in which the office has marked some quarters, and each unit itself."""

    def says(form: Form, spot: Spot) -> object:
        if spot.column.field != "mark":
            return "良好" if spot.column.kind == "choice" else "已核"
        return own if form.evaluator != "O" else quarters.get(spot.repeat, {}).get(spot.unit)

    made = make(at / "e", ROSTER, {"d": rules}, SETTINGS)
    return_all(made, says)
    return made


def interim(folder: Path) -> Result:
    return scored(take_in(folder), "0001", interim=True)


# --- a result after each quarter -------------------------------------------------------------------------------------


def test_two_of_four_quarters_give_their_mean(tmp_path: Path) -> None:
    """Where the rules say so: the mean of what is there, with how much is in, and which quarters they are."""
    made = interim(folder_of(tmp_path))
    (first, second), point = made.standings, made.points["A", "duty"]
    assert (point.share, point.state, point.received) == (Fraction(95, 100), "partial", Fraction(1, 2))
    assert point.basis == "4期中已报2期（一季度、二季度），由已报的取平均"
    assert (first.unit.id, first.text, first.available, first.received) == ("A", "95.00", Fraction(100), Fraction(60))
    assert (second.text, second.received) == ("75.00", Fraction(60))


def test_without_the_key_all_quarters_are_awaited(tmp_path: Path) -> None:
    """As before: a component of which a quarter is missing has no points."""
    made = interim(folder_of(tmp_path, rules=RULES.replace(", so_far = true", "")))
    assert (made.points["A", "duty"].points, made.points["A", "duty"].state) == (None, "pending")
    assert (made.standings[0].text, made.standings[0].available, made.standings[0].received) == (
        "19.00",
        Fraction(20),
        Fraction(20),
    )


def test_no_quarter_at_all_is_no_mean(tmp_path: Path) -> None:
    """Nothing is in: the component is awaited, not zero and not taken as if nobody were asked."""
    rules = RULES.replace("so_far = true }", 'so_far = true }\nnone = "reweigh"')
    point = interim(folder_of(tmp_path, {}, rules)).points["A", "duty"]
    assert (point.points, point.state, point.weight) == (None, "pending", Fraction(80))


def test_a_stage_counts_once_it_is_complete(tmp_path: Path) -> None:
    """Months summed to quarters: a quarter of which a month is missing is not in yet."""
    stages = '{ stages = { "上半年" = ["一季度", "二季度"], "下半年" = ["三季度", "四季度"] }, stage_over = "mean"'
    rules = RULES.replace('{ periods = ["一季度", "二季度", "三季度", "四季度"]', stages)
    quarters = {**QUARTERS, "三季度": {"A": "10", "B": "10"}}
    point = interim(folder_of(tmp_path, quarters, rules)).points["A", "duty"]
    assert (point.share, point.received) == (Fraction(95, 100), Fraction(1, 2))
    assert point.basis == "2阶段中已报1阶段（上半年），由已报的取平均"


def test_an_official_result_needs_every_quarter(tmp_path: Path) -> None:
    """`so_far` is for interim results alone."""
    folder = folder_of(tmp_path)
    with pytest.raises(Refused):
        score_folder(folder)
    whole = {quarter: {"A": "90", "B": "80"} for quarter in ("一季度", "二季度", "三季度", "四季度")}
    point = score_folder(folder_of(tmp_path / "whole", whole)).result.points["A", "duty"]
    assert (point.state, point.share, point.basis) == ("scored", Fraction(9, 10), "")


@pytest.mark.parametrize(
    ("each", "code"),
    [
        ('{ periods = ["一", "二"], over = "sum", so_far = true }', "RULES_SO_FAR"),
        ('{ word = "次", so_far = true }', "RULES_SO_FAR"),
    ],
)
def test_what_has_no_result_so_far_is_said(each: str, code: str, tmp_path: Path) -> None:
    """A sum of some is not what the sum of all is; without periods nobody knows what is missing."""
    old = RULES[RULES.index("each = ") : RULES.index("\n[component.self]")]
    made = make(tmp_path / "e", ROSTER, {"d": RULES.replace(old, f"each = {each}")}, SETTINGS)
    with pytest.raises(Refused) as refused:
        load(made)
    assert [(one.code, one.cell) for one in refused.value.findings] == [(code, "component.duty.each.so_far")]


# --- grades ----------------------------------------------------------------------------------------------------------


def test_a_grade_is_given_where_nothing_missing_could_change_it(tmp_path: Path) -> None:
    """After three quarters A is certain whatever the fourth brings; B lies between two grades."""
    quarters = {**QUARTERS, "三季度": {"A": "60", "B": "0"}}
    first, second = interim(folder_of(tmp_path, quarters)).standings
    # A: 19 + 80 x (90 + 100 + 60 + 0 to 100) / 400 = 69 to 89; B: 19 + 80 x (80 + 60 + 0 + 0 to 100) / 400 = 47 to 67
    assert (first.unit.id, first.grade, first.possible) == ("A", "良好", ())
    assert (second.grade, second.possible) == ("", ("较差", "良好"))


@pytest.mark.parametrize(("third", "grades"), [("50", ("优秀", ())), (None, ("", ("较差", "优秀")))])
def test_where_units_are_compared_anybodys_figure_decides(
    third: str | None, grades: tuple[str, tuple[str, ...]], tmp_path: Path
) -> None:
    """A has 90 of B's 100, which is 优秀; while C's figure is missing it may still be the best, and A's share
    anything."""
    rules = f"""
format = 1
[scheme]
id = "d"
name = "部门"
total = 100
groups = [{{ id = "g", name = "甲类" }}]
[component.data]
name = "指标"
weight = 100
by = "office"
answer = {{ compare = "best" }}
{RULES[RULES.index("[[grade]]") : RULES.index("[[award]]")]}
"""
    roster = {
        "单位": "编号,名称,对象类别,分类,顺序\nA,甲局,d,g,1\nB,乙局,d,g,2\nC,丙局,d,g,3\n",
        "评估主体": ROSTER["评估主体"],
        "指标": "对象类别,评估内容,编号,名称,预赋分值\nd,data,i1,产值,10\n",
    }
    figures = {"A": "90", "B": "100", "C": third}
    made = make(tmp_path / "e", roster, {"d": rules}, SETTINGS)
    return_all(made, lambda _, spot: figures[spot.unit] if spot.column.field == "figure:初步数" else None)
    first = {one.unit.id: one for one in interim(made).standings}["A"]
    assert (first.grade, first.possible) == grades


@pytest.mark.parametrize(
    "name",
    [
        "three-comparisons",
        "tax-staff",
        *(pytest.param(name, marks=pytest.mark.slow) for name in ("songyuan", "national-indicators", "abc-indicators")),
    ],
)
def test_the_final_grade_is_always_among_those_that_were_possible(name: str, tmp_path: Path) -> None:
    """Sheets of a complete year are held back at random: the grade that the unit has in the end lies between the two
    that the interim result named, or is the one that it gave."""
    returned(name, tmp_path / "e", 1)
    taken = take_in(tmp_path / "e")
    points, _ = score(taken.evaluation, taken.intake)
    standings = grade(taken.evaluation, rank(taken.evaluation, points)[0], points)
    complete = (one for one in standings if points[one.unit.id, ""].state == "scored")
    final = {one.unit.id: one.grade for one in complete}
    assert final
    names = sorted((tmp_path / "e" / "inbox").iterdir())
    for path in random.Random(name).sample(names, max(1, len(names) // 4)):
        path.unlink()
    shutil.rmtree(tmp_path / "e" / "received")
    made = interim(tmp_path / "e")
    assert any(one.received != made.points[one.unit.id, ""].weight for one in made.standings)
    for one in made.standings:
        scheme = made.evaluation.classes[one.unit.class_id]
        if one.unit.id in final and scheme.grades:
            at = scheme.grade_index(final[one.unit.id])
            worst, best = one.possible or (one.grade, one.grade)
            assert scheme.grade_index(best) <= at <= scheme.grade_index(worst), (one.unit.id, final[one.unit.id], one)


# --- nothing is final ------------------------------------------------------------------------------------------------


def test_an_interim_run_has_nothing_of_a_final_one(tmp_path: Path) -> None:
    """No document number, award, zone or earlier result anywhere; nothing public; how much is in everywhere."""
    made = score_folder(folder_of(tmp_path), interim=True)
    files = {path.relative_to(made.folder).as_posix() for path in made.folder.rglob("*") if path.is_file()}
    assert not [each for each in files if each.startswith("public/")]
    texts = {
        each: "\n".join(text_of((made.folder / each).read_bytes())) for each in files if each.endswith(".docx")
    } | {each: (made.folder / each).read_text("utf-8") for each in files if each.endswith(("html", "card.json"))}
    assert set(texts) >= {"internal/结果通报.docx", "internal/反馈书/01-甲局.docx", "internal/评估报告页.html"}
    for name, text in texts.items():
        for word in ("〔2027〕", "2027年4月", "评估委员会", "一等奖", "81.5", "80.25", "上年", "13.5"):
            assert word not in text, (name, word)
        if name.endswith((".docx", ".html")):
            assert "60分" in text, name
            assert "阶段性结果，不作为最终结果" in text, name
    results = json.loads((made.folder / "results.json").read_text("utf-8"))
    first = results["units"][0]
    assert (first["received"], first["available"], first["awards"]) == ("60/1", "100/1", [])
    assert (first["grade"], first["possible_grades"]) == ("", ["较差", "优秀"])
    cards = json.loads((made.folder / "reportcard.json").read_text("utf-8"))["groups"][0]["units"]
    assert {(each["zone"], each["since"], each["gained"], each["running"]) for each in cards} == {("", None, None, 0)}
    assert {each["id"]: each["state"] for each in first["components"]} == {"duty": "partial", "self": "scored"}


def test_a_place_by_change_is_no_place_of_an_interim_result(tmp_path: Path) -> None:
    """Rules that rank by the change against the year before: an unfinished total is compared with no earlier one."""
    made = interim(folder_of(tmp_path, rules=f'{RULES}[rank]\nby = "variation"\n'))
    assert [(one.unit.id, one.rank, one.change) for one in made.standings] == [("A", 1, None), ("B", 2, None)]


# --- how far a grade is still open -----------------------------------------------------------------------------------


PLAIN = f"""
format = 1
[scheme]
id = "d"
name = "部门"
total = 100
groups = [{{ id = "g", name = "甲类" }}]
[component.duty]
name = "履职"
weight = 50
by = "office"
answer = "percent"
abstained = "reweigh"
[component.style]
name = "作风"
weight = 50
by = "office"
answer = "percent"
abstained = "reweigh"
{RULES[RULES.index("[[grade]]") : RULES.index("[[award]]")]}
"""


def marked(at: Path, marks: Mapping[str, str]) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Grade and possible grades by unit, where the office alone marks, and both components alike."""
    folder = make(at / "e", ROSTER, {"d": PLAIN}, SETTINGS)
    return_all(folder, lambda _, spot: marks[spot.unit] if spot.column.field == "mark" else "已核")
    return {one.unit.id: (one.grade, one.possible) for one in interim(folder).standings}


def test_a_mark_about_which_an_error_stands_makes_no_grade(tmp_path: Path) -> None:
    """930 instead of 93: the mark may still be anything, while the other unit's stands."""
    assert marked(tmp_path, {"A": "930", "B": "70"}) == {"A": ("", ("较差", "优秀")), "B": ("良好", ())}


def test_a_weight_that_has_nowhere_to_go_leaves_every_grade_open(tmp_path: Path) -> None:
    """Both components are abstained from, each weight should move to the other: no total can be told, not even 0."""
    assert marked(tmp_path, {"A": "弃权", "B": "70"}) == {"A": ("", ("较差", "优秀")), "B": ("良好", ())}


def test_a_figure_that_is_missing_may_be_worth_more_than_full_marks(tmp_path: Path) -> None:
    """120% of one target, the other figure missing: 10 + 80 x 60% at least, 10 + 80 x 120% at most, which is 优秀; with
    full marks for what is missing it would be 98."""
    marked_by_office = 'weight = 80\nby = "office"\nanswer = '
    rules = RULES.replace(f'{marked_by_office}"percent"', f'{marked_by_office}{{ target = "higher", cap = 120 }}')
    rules = rules.replace('each = { periods = ["一季度", "二季度", "三季度", "四季度"], so_far = true }\n', "")
    rules = rules.replace("from = 90", "from = 100")
    lines = "对象类别,评估内容,编号,名称,预赋分值,目标值\nd,duty,i1,产值,10,100\nd,duty,i2,投资,10,100\n"
    figures = {"Ai1": "120", "Bi1": "100", "Bi2": "100"}

    def says(_: Form, spot: Spot) -> object:
        return "50" if spot.column.field == "mark" else figures.get(f"{spot.unit}{spot.indicator}")

    folder = make(tmp_path / "e", {**ROSTER, "指标": lines}, {"d": rules}, SETTINGS)
    return_all(folder, says)
    found = {one.unit.id: (one.grade, one.possible) for one in interim(folder).standings}
    assert found == {"A": ("", ("较差", "优秀")), "B": ("良好", ())}


def by_place(*percents: int) -> str:
    """Rules of which each grade goes by place; its name is its share of the places."""
    grades = "".join(f'[[grade]]\nname = "{each}"\ntop_percent = {each}\n' for each in percents)
    return f"{COUNTIES[: COUNTIES.index('[[grade]]')]}{grades}"


def between(
    rules: str, ends: Mapping[str, tuple[int, int]], unranked: Sequence[str] = ()
) -> dict[str, tuple[str, ...]]:
    """The worst and the best grade of units whose totals lie between such ends, or the one that is certain."""
    low, high = ({unit: parts(str(of[at]), "0", "0", "0", "0") for unit, of in ends.items()} for at in (0, 1))
    made = handmade(low, rules=rules, unranked=unranked)
    most = handmade(high, rules=rules, unranked=unranked).points
    standings, _ = rank(made.evaluation, made.points)
    found = unfinished(made.evaluation, standings, made.points, (made.points, most))
    return {one.unit.id: one.possible or (one.grade,) for one in found}


def test_units_that_may_come_to_the_same_share_the_place() -> None:
    """A has 10 whatever comes, B 5 to 10: with 10 B would share the first place, and A would share it with B."""
    assert between(by_place(50, 100), {"A": (10, 10), "B": (5, 10)}) == {"A": ("100", "50"), "B": ("100", "50")}
    assert between(by_place(50, 100), {"A": (10, 10), "B": (5, 9)}) == {"A": ("50",), "B": ("100",)}


@pytest.mark.parametrize("seed", range(20))
def test_places_are_those_among_all_others_one_by_one(seed: int) -> None:
    """At worst behind everybody else who may have as much, at best behind those only who have more in any case; also
    where what is missing takes points off, so that with full marks for it a unit would have less."""
    dice = random.Random(seed)
    ends = {f"U{at}": (first := dice.randint(0, 8), max(first + dice.randint(-2, 4), 0)) for at in range(10)}
    unranked = [unit for unit in ends if dice.random() < 0.2]
    count = len(ends) - len(unranked)
    rules = by_place(*range(10, 101, 10))
    for unit, found in between(rules, ends, unranked).items():
        others = [each for name, each in ends.items() if name not in (unit, *unranked)]
        low, high = ends[unit]
        worst = 1 + sum(most >= low for _, most in others)
        best = 1 + sum(least > high for least, _ in others)
        wanted = [next((p for p in range(10, 101, 10) if place <= count * p // 100), 100) for place in (worst, best)]
        assert found == tuple(dict.fromkeys(map(str, wanted))), unit
