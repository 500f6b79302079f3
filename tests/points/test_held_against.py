"""What results are held against, and what stands in for what is absent: the best, review groups, means, percentages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from pathlib import Path

import pytest
from test_figures import GRADE, HEAD, SETTINGS, UNITS

from evaltool.evaluation import load
from evaltool.evaluation.in_words import explain
from evaltool.explain.explanation import explained, readded
from evaltool.findings import Refused
from evaltool.points.bounds import bounds
from evaltool.points.foreseen import foreseen
from evaltool.questions.forms import Form
from evaltool.questions.layout import forms
from evaltool.results.result import Result
from evaltool.run import scored, take_in
from evaltool.workbook.ranked import ranked_book
from evaltool.writers.saving import to_bytes
from filling import Spot
from folders import filled, make
from spreadsheet import Workbook, disagreeing, opened

ROLES = SETTINGS + 'judge = "评委"\noffice = "绩效办"\n'
LEAF = '[component.{key}]\nname = "{key}项"\nweight = {weight}\nby = "{by}"\nanswer = "percent"\n{more}\n'


def leaf(key: str, weight: str, by: str, more: str = "") -> str:
    return LEAF.format(key=key, weight=weight, by=by, more=more)


RULES = (
    leaf("first", '"100/3"', "expert", 'benchmark = "best"')
    + leaf("second", '"20/3"', "judge", 'over = { drop = 1, at_least = 4 }\nmissing = "mean"')
    + leaf("third", "20", "office", 'not_applicable = "group_mean"')
    + leaf("fourth", "20", "office", 'not_applicable = { weight_to = { first = "2/3", third = "1/3" } }')
    + leaf("fifth", "20", "office", "not_applicable = 80")
)
PEOPLE = "编号,名称,角色\nX1,专家,expert\nO1,绩效办,office\n" + "".join(f"J{at},评委{at},judge\n" for at in range(1, 6))
AWAY = "对象类别,评估内容,指标,单位,文号\nd,third,,B,1号\nd,fourth,,C,1号\nd,fifth,,A,1号\n"
TABLES = {"单位": UNITS, "评估主体": PEOPLE, "不适用": AWAY}
MARKS: Mapping[str, Mapping[str, int]] = {
    "first": {"A": 80, "B": 60, "C": 90, "D": 50},
    "third": {"A": 90, "C": 70, "D": 60},
    "fourth": {"A": 50, "B": 100, "D": 40},
    "fifth": {"B": 60, "C": 100, "D": 30},
}
Say = Callable[[Form, Spot], object]


def says(form: Form, spot: Spot) -> object:
    """Four judges of five give every unit 60, 60, 60 and 90."""
    if spot.component == "second":
        return {"J4": 90}.get(form.evaluator, 60)
    return MARKS[spot.component][spot.unit]


def answered(folder: Path, say: Say, but: tuple[str, ...] = ()) -> Path:
    evaluation, _ = load(folder)
    for form in forms(evaluation).values():
        if form.kind == "marks" and form.evaluator not in but:
            data = filled(form, lambda spot, form=form: say(form, spot), key=evaluation.key)  # type: ignore[misc]
            (folder / "inbox" / form.file_name).write_bytes(data)
    return folder


def result_of(folder: Path, say: Say = says, but: tuple[str, ...] = ("J5",)) -> Result:
    return scored(take_in(answered(folder, say, but)), "0001")


def totals(result: Result) -> dict[str, Fraction]:
    return {one.unit.id: one.exact for one in result.standings}


def live(result: Result) -> tuple[Workbook, Mapping[tuple[str, int, int], object]]:
    """The ranked workbook, of which every formula comes to what it holds."""
    book, cached = opened(to_bytes(ranked_book(result)))
    assert disagreeing(book, cached) == []
    return book, cached


def test_totals_worked_out_by_hand(tmp_path: Path) -> None:
    """The best of a group has full marks in the first part; one judge of five is absent and counts with 67.5, the mean
    of 60, 60, 60 and 90, before the highest and the lowest are left out: 62.5.  乙县 has 80% in the third part, as the
    mean of 90 and 70 is; two thirds of the 20 points that 丙县 does not have go to the first part; 甲县 has 80% of the
    fifth."""
    folder = make(tmp_path / "e", TABLES, {"d": HEAD + RULES + GRADE}, ROLES)
    assert foreseen(load(folder)[0]) == []  # before anything comes in, the mean that is to come is no hole
    result = result_of(folder)
    judged = Fraction(20, 3) * Fraction(5, 8)
    assert totals(result) == {
        "A": Fraction(100, 3) * Fraction(8, 9) + judged + 18 + 10 + 16,
        "B": Fraction(100, 3) * Fraction(2, 3) + judged + 16 + 20 + 12,
        "C": Fraction(140, 3) + judged + Fraction(80, 3) * Fraction(7, 10) + 20,
        "D": Fraction(100, 3) + judged + 12 + 8 + 6,
    }
    states = {unit: result.points[unit, part].state for unit, part in (("B", "third"), ("C", "fourth"), ("A", "fifth"))}
    assert states == {"B": "group_mean", "C": "moved", "A": "stated"}
    assert result.points["B", "third"].basis == "不适用，按规则计本分类其他单位的平均得分率"
    assert result.points["A", "fifth"].basis == "不适用，按规则计满分的80%"
    assert "first项 2/3、third项 1/3" in result.points["C", "fourth"].basis


def test_words_explanation_and_workbook_say_it(tmp_path: Path) -> None:
    """Every explanation adds up again; the workbook follows when the best mark, or a mark behind a mean, is changed."""
    result = result_of(make(tmp_path / "e", TABLES, {"d": HEAD + RULES + GRADE}, ROLES))
    said = "\n".join(explain(result.evaluation))
    for words in (
        "以本分类的最高得分率为满分",
        "去掉 1 个最高和 1 个最低后取平均（不足 4 个的不能计算）",
        "未报送的，按其余的平均计",
        "按本分类其他单位的平均得分率计",
        "权重分给：first项 2/3、third项 1/3",
        "按满分的 80% 计",
    ):
        assert words in said
    assert all(readded(explained(result, one.unit)) == [] for one in result.standings)
    first = next(node for node in explained(result, result.evaluation.units["A"]).nodes if node.id == "first")
    assert any("以本分类最高得分率90%为满分，折算为" in sentence for sentence in first.said)
    book, cached = live(result)
    best = next(spot for spot, value in cached.items() if spot[0] == "指标明细" and value == 90 and spot[2] == 3)
    changed = book.with_changes({best: 100})
    before = totals(result)["A"]
    after = float(before - Fraction(100, 3) * (Fraction(8, 9) - Fraction(8, 10)))
    shown = {changed.value(spot) for spot, _ in book.formulas() if cached[spot] == float(before)}
    assert any(isinstance(value, int | float) and abs(value - after) < 1e-9 for value in shown)


REPEATED = 'missing = "mean"\neach = { periods = ["春", "夏", "秋"], over = "sum" }'


@pytest.mark.parametrize("limit", [50_000, 0])
def test_a_mean_that_stands_in_follows_the_marks_behind_it(limit: int, tmp_path: Path) -> None:
    """The judge of 90 gives 甲县 100: the absent one counts with 70, and 60, 60, 70 are left, a third of 190
    instead of 187.5: whether single marks stand in the workbook or what every evaluator's come to."""
    result = result_of(make(tmp_path / "e", TABLES, {"d": HEAD + RULES + GRADE}, ROLES))
    book, cached = opened(to_bytes(ranked_book(result, limit=limit)))
    title = "指标明细" if limit else "评估主体"
    (row,) = (
        spot[1]
        for spot, said in book.cells.items()
        if spot[0] == title and said == "评委4" and (not limit or book.cells[title, spot[1], 1] == "甲县")
    )
    at = next(spot for spot, said in book.cells.items() if spot[:2] == (title, row) and said == 90)
    changed = book.with_changes({at: 100})
    before = totals(result)["A"]
    after = float(before + Fraction(20, 3) * (Fraction(190, 300) - Fraction(5, 8)))
    shown = {changed.value(spot) for spot, _ in book.formulas() if cached[spot] == float(before)}
    assert any(isinstance(value, int | float) and abs(value - after) < 1e-9 for value in shown)


@pytest.mark.parametrize("limit", [50_000, 0])
def test_a_period_that_is_missing_counts_with_the_mean_of_the_others(limit: int, tmp_path: Path) -> None:
    """Of three parts of 30 points 20 and 10 are in: with 15 they are 45; the workbook reckons it."""
    rules = leaf("all", "100", "judge", REPEATED).replace('"percent"', "{ points = 90 }")
    people = {"单位": UNITS, "评估主体": "编号,名称,角色\nJ1,评委,judge\n"}
    folder = make(tmp_path / "e", people, {"d": HEAD + rules + GRADE}, SETTINGS + 'judge = "评委"\n')
    result = result_of(folder, lambda _, spot: {"春": 20, "夏": 10}.get(spot.repeat), ())
    assert set(totals(result).values()) == {Fraction(50)}
    book, cached = opened(to_bytes(ranked_book(result, limit=limit)))
    assert disagreeing(book, cached) == []


EVEN = leaf("all", "100", "expert", 'benchmark = {{ even = "{even}", among = "class", cap = {cap} }}')
PANELS = {
    "单位": UNITS,
    "评估主体": "编号,名称,角色\nX1,一组,expert\nX2,二组,expert\n",
    "分管": "评估主体,单位\nX1,甲县\nX1,乙县\nX2,丙县\nX2,丁县\n",
}
GIVEN = {"A": 80, "B": 60, "C": 90, "D": 100}


@pytest.mark.parametrize(
    ("even", "cap", "expected"),
    [
        # review groups: 80 and 60 against 90 and 100, all together 82.5
        ("evaluators", 100, {"A": "80 165/140", "B": "60 165/140", "C": "90 165/190", "D": "100 165/190"}),
        ("evaluators", 90, {"A": "90 1", "B": "60 165/140", "C": "90 165/190", "D": "100 165/190"}),
        # groups of units: 80, 60 and 90 against 100
        ("groups", 120, {"A": "80 495/460", "B": "60 495/460", "C": "90 495/460", "D": "100 165/200"}),
    ],
)
def test_review_groups_are_evened_out(even: str, cap: int, expected: Mapping[str, str], tmp_path: Path) -> None:
    """A mark times the mean of all over the mean of its review group, never above the cap."""
    rules = EVEN.replace("{{", "{").replace("}}", "}").replace("{even}", even).replace("{cap}", str(cap))
    made = make(tmp_path / "e", PANELS, {"d": HEAD + rules + GRADE}, ROLES)
    result = result_of(made, lambda _, spot: GIVEN[spot.unit], ())
    wanted = {unit: Fraction(said.split()[0]) * Fraction(said.split()[1]) for unit, said in expected.items()}
    assert totals(result) == wanted
    assert all(readded(explained(result, one.unit)) == [] for one in result.standings)
    live(result)


def test_too_few_judges_give_no_result(tmp_path: Path) -> None:
    """Three of five are fewer than the four that are asked for: refused with the reason, or what `undefined` says."""
    judged = leaf("all", "100", "judge", 'over = { drop = 1, at_least = 4 }\nmissing = "out"\n{more}')
    refused = make(tmp_path / "r", TABLES | {"不适用": ""}, {"d": HEAD + judged.replace("{more}", "") + GRADE}, ROLES)
    with pytest.raises(Refused) as wrong:
        result_of(refused, lambda *_: 70, ("J4", "J5"))
    found = [one for one in wrong.value.findings if one.code == "SHARE_UNDEFINED"]
    assert {one.unit for one in found} == {"A", "B", "C", "D"}
    assert "计入的评分只有3个，不足4个" in found[0].message("zh")
    ruled = judged.replace("{more}", "undefined = 62.5")
    made = make(tmp_path / "m", TABLES | {"不适用": ""}, {"d": HEAD + ruled + GRADE}, ROLES)
    assert set(totals(result_of(made, lambda *_: 70, ("J4", "J5"))).values()) == {Fraction(125, 2)}


def test_what_is_missing_could_still_change_everybody(tmp_path: Path) -> None:
    """While a mark is missing that others are held against, nobody's points are sure; the bounds hold what comes."""
    rules = leaf("first", "60", "expert", 'benchmark = "best"') + leaf("third", "40", "office")
    folder = make(tmp_path / "e", TABLES | {"不适用": ""}, {"d": HEAD + rules + GRADE}, ROLES)
    said = {"first": GIVEN, "third": GIVEN}

    def all_but_one(_: Form, spot: Spot) -> object:
        return None if (spot.component, spot.unit) == ("first", "C") else said[spot.component][spot.unit]

    taken = take_in(answered(folder, all_but_one))
    low, high = bounds(taken.evaluation, taken.intake, [])
    whole = result_of(make(tmp_path / "w", TABLES | {"不适用": ""}, {"d": HEAD + rules + GRADE}, ROLES), _all(said), ())
    for unit, total in totals(whole).items():
        assert (low[unit, ""].points or 0) <= total <= (high[unit, ""].points or 0)
    assert (low["A", "first"].points, high["A", "first"].points) == (Fraction(0), Fraction(60))


def _all(said: Mapping[str, Mapping[str, int]]) -> Say:
    return lambda _, spot: said[spot.component][spot.unit]


SECRET = 'public = "sum"\n'


@pytest.mark.parametrize(
    ("more", "code", "cell"),
    [
        (SECRET + 'benchmark = "best"', "RULES_FIGURE", "component.all.benchmark"),
        (SECRET + 'not_applicable = "group_mean"', "RULES_FIGURE", "component.all.not_applicable"),
        ("benchmark = { cap = 90 }", "RULES_FIGURE", "component.all.benchmark"),
        ('benchmark = { full = "best", even = "groups" }', "RULES_FIGURE", "component.all.benchmark"),
        ('benchmark = "first"', "RULES_VALUE", "component.all.benchmark"),
        ('none = "mean"', "RULES_POLICY", "component.all.none"),
        ("missing = 120", "RULES_VALUE", "component.all.missing"),
        ("over = { drop = 2, at_least = 4 }", "RULES_FIGURE", "component.all.over.at_least"),
        ('missing = { weight_to = { all = "2/3" } }', "RULES_FIGURE", "component.all.missing"),
        ('missing = { weight_to = { all = "a" } }', "RULES_VALUE", "component.all.missing.weight_to.all"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_what_to_write(more: str, code: str, cell: str, tmp_path: Path) -> None:
    """Each mistake at its key."""
    rules = HEAD + leaf("all", "100", "expert", more) + GRADE
    with pytest.raises(Refused) as wrong:
        load(make(tmp_path / "e", TABLES | {"不适用": ""}, {"d": rules}, ROLES))
    assert (code, cell) in {(one.code, one.cell) for one in wrong.value.findings}
    assert all(one.message("zh") and one.hint("zh") for one in wrong.value.findings)


@pytest.mark.parametrize("weight", ['"2/0"', '"a third"', '"50"', "true"])
def test_a_weight_is_a_number_or_a_fraction(weight: str, tmp_path: Path) -> None:
    """Anything else is refused, and the message shows a fraction."""
    with pytest.raises(Refused) as wrong:
        load(make(tmp_path / "e", TABLES, {"d": HEAD + leaf("all", weight, "expert") + GRADE}, ROLES))
    (found,) = (one for one in wrong.value.findings if one.code == "RULES_VALUE")
    assert found.cell == "component.all.weight"
    assert '"2/3"' in found.message("zh")


CHOICES = """
[component.peers]
name = "同级"
weight = 60
by = "expert"
answer = { choice = "level", lines = { "德" = 20, "绩" = "40/3" } }
abstained = "out"
[component.chief]
name = "上级"
weight = 40
by = "office"
answer = { choice = "level", lines = { "德" = 1, "绩" = 3 } }
[scale]
level = [["优", 100], ["良", 80], ["差", 30], ["不了解", "abstain"]]
"""


def test_aspects_are_chosen_one_by_one(tmp_path: Path) -> None:
    """Each line by its points, a line that is abstained from leaves the others; a component a source, not an aspect."""
    people = "编号,名称,角色\nX1,甲,expert\nX2,乙,expert\nO1,绩效办,office\n"
    made = make(tmp_path / "e", {"单位": UNITS, "评估主体": people}, {"d": HEAD + CHOICES + GRADE}, ROLES)
    chosen = {"X1": {"德": "优", "绩": "良"}, "X2": {"德": "不了解", "绩": "差"}, "O1": {"德": "良", "绩": "优"}}
    result = result_of(made, lambda form, spot: chosen[form.evaluator][spot.column.indicator], ())
    peer = (20 * 1 + Fraction(40, 3) * Fraction(8, 10)) / (20 + Fraction(40, 3))
    expected = 60 * (peer + Fraction(3, 10)) / 2 + 40 * (Fraction(8, 10) + 3) / 4
    assert set(totals(result).values()) == {expected}
    assert "逐项选定一档：德 20、绩 40/3" in "\n".join(explain(result.evaluation))
    assert readded(explained(result, result.evaluation.units["A"])) == []
    live(result)


LISTS = """
[component.list]
name = "排名"
weight = 100
by = "expert"
answer = { rank = "places" }
[places.places]
first = 100
last = 60
"""


def test_points_of_places_depend_on_how_many_are_ranked(tmp_path: Path) -> None:
    """Of three the second has 80, of two the second is the last, one alone is the first."""
    tables = {
        "单位": UNITS,
        "评估主体": "编号,名称,角色\nX1,甲,expert\nX2,乙,expert\nX3,丙,expert\n",
        "分管": "评估主体,单位\n"
        + "".join(f"X1,{one}\n" for one in ("甲县", "乙县", "丙县"))
        + "X2,乙县\nX2,丙县\nX3,丁县\n",
    }
    places = {"X1": {"A": 1, "B": 2, "C": 3}, "X2": {"B": 2, "C": 1}, "X3": {"D": 1}}
    made = make(tmp_path / "e", tables, {"d": HEAD + LISTS + GRADE}, ROLES)
    result = result_of(made, lambda form, spot: places[form.evaluator][spot.unit], ())
    assert totals(result) == {"A": 100, "B": Fraction(80 + 60, 2), "C": Fraction(60 + 100, 2), "D": 100}
    assert "其间按所排个数均匀递减" in "\n".join(explain(result.evaluation))
    live(result)
