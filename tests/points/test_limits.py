"""How marks come together: quotas, stages, months in charge, the change against last year, grades by place."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from evaltool.checks.validate import validate
from evaltool.evaluation import Evaluation, load
from evaltool.evaluation.in_words import explain
from evaltool.findings import Finding, Refused
from evaltool.inbox.ingest import ingest
from evaltool.inbox.intake import Intake
from evaltool.points.score import PointsTable, score
from evaltool.questions.forms import Form
from evaltool.questions.layout import forms
from evaltool.results.grade import grade, places
from evaltool.results.possible import Listed
from evaltool.results.rank import Standings, rank
from evaltool.results.swaps import _free
from evaltool.rules import Grade
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
leader = "领导"
"""
HEAD = """
format = 1
[scheme]
id = "d"
name = "部门"
total = 100
groups = [{ id = "g", name = "甲类" }]
"""
GRADE = '[[grade]]\nname = "合格"\nfrom = 0\n'
UNITS = "编号,名称,对象类别,分类,顺序\nA,甲局,d,g,1\nB,乙局,d,g,2\nC,丙局,d,g,3\nD,丁局,d,g,4\n"
LEADERS = "编号,名称,角色\nL1,张三,leader\nL2,李四,leader\n"


def folder(tmp: Path, answer: str, more: str = GRADE, **roster: str) -> Path:
    rules = f'[component.work]\nname = "工作"\nweight = 100\nby = "leader"\n{answer}\n{more}'
    tables = {"单位": UNITS, "评估主体": LEADERS, **roster}
    return make(tmp / "e", tables, {"d": HEAD + rules}, SETTINGS)


def taken(made: Path, marks: dict[str, str]) -> tuple[Evaluation, Intake, list[Finding]]:
    """`marks`: by evaluator and unit, by unit and period, or by unit; blank where nothing is said."""

    def say(form: Form, spot: Spot) -> object:
        keys = (f"{form.evaluator}{spot.unit}", f"{spot.unit}{spot.repeat}", spot.unit)
        return next((marks[key] for key in keys if key in marks), None)

    return_all(made, say)
    evaluation, _ = load(made)
    intake, findings = ingest(evaluation)
    return evaluation, intake, [*findings, *validate(evaluation, intake)]


def scored(made: Path, marks: dict[str, str]) -> tuple[Evaluation, PointsTable, list[Finding]]:
    evaluation, intake, findings = taken(made, marks)
    points, wrong = score(evaluation, intake)
    return evaluation, points, [*findings, *wrong]


def standing(made: Path, marks: dict[str, str]) -> Standings:
    evaluation, points, findings = scored(made, marks)
    assert findings == []
    ranked, _ = rank(evaluation, points)
    return grade(evaluation, ranked, points)


QUOTA = 'answer = { choice = "tier", quota = { "一档" = 2 } }'
TIERS = GRADE + '[scale]\ntier = [["一档", 100], ["二档", 80]]\n'


def test_a_quota_is_passed_at_the_cell_beyond_it(tmp_path: Path) -> None:
    """Three units in a tier for two: one finding at the third, naming all three; the other evaluator has none."""
    marks = dict.fromkeys("ABCD", "二档") | {
        "L1A": "一档",
        "L1C": "一档",
        "L1D": "一档",
        "L2A": "一档",
        "L2B": "一档",
    }
    _, _, findings = taken(folder(tmp_path, QUOTA, TIERS), marks)
    assert [(one.code, one.evaluator, one.unit, one.cell) for one in findings] == [("QUOTA_EXCEEDED", "L1", "D", "C10")]
    assert "C7、C9、C10" in findings[0].message()
    assert findings[0].blocks


TOGETHER = 'answer = { choice = "tier", together = [{ choices = ["一档", "二档"], percent = 40, at_least = 1 }] }'
THREE = GRADE + '[scale]\ntier = [["一档", 100], ["二档", 80], ["三档", 60]]\n'


@pytest.mark.parametrize(
    ("quota", "most"),
    [
        ("percent = 40", 1),
        ('percent = 40, rounding = "up"', 2),
        ("percent = 60", 2),
        ('percent = 60, rounding = "up"', 3),
        ('percent = 62.5, rounding = "half_up"', 3),
        ("percent = 10, at_least = 1", 1),
        ("percent = 10", 0),
        ("most = 3", 3),
    ],
)
def test_several_choices_share_a_quota_of_the_units_that_are_marked(quota: str, most: int, tmp_path: Path) -> None:
    """So many of four in the two best tiers together, rounded as stated: one more is a finding at its cell, and the
    sheet says the number before anybody marks."""
    made = folder(tmp_path, TOGETHER.replace("percent = 40, at_least = 1", quota), THREE)
    evaluation, _ = load(made)
    (note,) = {sheet.notes[1] for form in forms(evaluation).values() for sheet in form.sheets}
    assert note.startswith(f"“一档”、“二档”合计最多 {most} 个")
    tiers = dict(zip("ABCD", ["一档", "二档", "二档", "一档"], strict=True))
    marks = {f"L1{unit}": tier if at < most else "三档" for at, (unit, tier) in enumerate(tiers.items())}
    marks |= {f"L2{unit}": tier if at <= most else "三档" for at, (unit, tier) in enumerate(tiers.items())}
    _, _, findings = taken(made, marks)
    assert [(one.code, one.evaluator, one.unit) for one in findings] == [("QUOTA_EXCEEDED", "L2", "ABCD"[most])]
    assert findings[0].blocks
    assert f"{most} 个" in findings[0].message("zh")


def test_a_quota_of_several_choices_is_read_out(tmp_path: Path) -> None:
    """Which choices, how much of what, how it is rounded, the least."""
    evaluation, _ = load(folder(tmp_path, TOGETHER, THREE))
    said = "\n".join(explain(evaluation))
    assert "名额：一档、二档合计不超过所评单位的 40%（小数舍去，至少 1 个）" in said


@pytest.mark.parametrize(
    ("quota", "code", "cell"),
    [
        ("percent = 40, most = 2", "RULES_FIGURE", "component.work.answer.together[1]"),
        ("at_least = 1", "RULES_FIGURE", "component.work.answer.together[1]"),
    ],
)
def test_a_quota_that_cannot_be_says_why(quota: str, code: str, cell: str, tmp_path: Path) -> None:
    """A number or a part of the units, not both, not neither; choices of the scale."""
    with pytest.raises(Refused) as wrong:
        load(folder(tmp_path, TOGETHER.replace("percent = 40, at_least = 1", quota), THREE))
    assert [(one.code, one.cell) for one in wrong.value.findings] == [(code, cell)]
    with pytest.raises(Refused) as unknown:
        load(folder(tmp_path / "f", TOGETHER.replace('"二档"]', '"四档"]'), THREE))
    assert [(one.code, one.value) for one in unknown.value.findings] == [("RULES_NAME_UNKNOWN", "四档")]


def test_other_answers_that_are_possible_keep_to_a_shared_quota() -> None:
    """What a list could also have said: within the quota of two choices together, its own place given free."""
    one, two, three = Fraction(1), Fraction(4, 5), Fraction(3, 5)
    quotas = ((frozenset({one, two}), 1),)
    listed = Listed("work", {"A": one, "B": three}, (three, two, one), quotas)
    assert _free(listed, three) == []
    assert _free(listed, one) == [three, two]


STAGES = 'answer = { points = 60 }\neach = { stages = { "一季度" = ["1月", "2月"], "二季度" = ["3月", "4月"] } }'


def test_months_are_summed_to_quarters_and_quarters_averaged(tmp_path: Path) -> None:
    """10 + 20 of 60 in the first quarter, 30 + 30 in the second: the mean of 1/2 and 1."""
    marks = {f"{unit}{month}月": str(10 * min(month, 3)) for unit in "ABCD" for month in range(1, 5)}
    _, points, findings = scored(folder(tmp_path, STAGES), marks)
    assert findings == []
    assert points["A", "work"].share == (Fraction(30, 60) + Fraction(60, 60)) / 2


def test_a_stage_above_full_marks_is_a_finding(tmp_path: Path) -> None:
    """40 + 40 of 60 in one quarter cannot be: said for the evaluator, the unit and the stage."""
    marks = {f"{unit}{month}月": "10" for unit in "ABCD" for month in range(1, 5)} | {"B3月": "40", "B4月": "40"}
    _, _, findings = taken(folder(tmp_path, STAGES), marks)
    assert {(one.code, one.unit, one.evaluator) for one in findings} == {
        ("STAGE_BEYOND_FULL", "B", "L1"),
        ("STAGE_BEYOND_FULL", "B", "L2"),
    }
    assert "二季度各次相加为 133.33%" in findings[0].message()


def test_marks_count_by_months_in_charge(tmp_path: Path) -> None:
    """In charge to mid April (3 months) and from then on (9): (3 x 60 + 9 x 100) / 12; both are asked."""
    charge = "评估主体,单位,起,止\nL1,甲局,,2026-04-14\nL2,甲局,2026-04-15,\nL1,乙局,,\nL2,丙局,,\nL2,丁局,,\n"
    made = folder(tmp_path, 'answer = "percent"\ncharge = "months"', 分管=charge)
    _, points, findings = scored(made, {"L1A": "60", "L2A": "100", "B": "80", "C": "80", "D": "80"})
    assert findings == []
    assert points["A", "work"].share == Fraction(3 * 60 + 9 * 100, 1200)
    assert points["B", "work"].share == Fraction(80, 100)


EARLIER = "年度,单位,总分\n2025,A,90\n2025,B,70\n2024,B,95\n2025,C,80\n2025,D,60\n"


def test_the_change_against_last_year_decides_the_order(tmp_path: Path) -> None:
    """From 70 to 85 is first although 92 is the best total; equal changes share a rank and the reason says so."""
    made = folder(tmp_path, 'answer = "percent"', GRADE + '[rank]\nby = "variation"\n', 历年结果=EARLIER)
    found = standing(made, {"A": "92", "B": "85", "C": "82", "D": "50"})
    assert [(one.unit.id, one.rank, one.change) for one in found] == [
        ("B", 1, Fraction(15)),
        ("A", 2, Fraction(2)),
        ("C", 2, Fraction(2)),
        ("D", 4, Fraction(-10)),
    ]
    assert found[1].tie == "甲局、丙局总分增减相同，名次并列"


def test_a_row_of_this_year_or_of_a_later_one_changes_no_rank(tmp_path: Path) -> None:
    """What decides is the change since the last year before; every row that is none is named where it stands."""
    rules = GRADE + '[rank]\nby = "variation"\n'
    later = EARLIER + "2026,B,99\n2027,C,99\n"
    made = folder(tmp_path, 'answer = "percent"', rules, 历年结果=later)
    found = standing(made, {"A": "92", "B": "85", "C": "82", "D": "50"})
    assert [(one.unit.id, one.rank) for one in found] == [("B", 1), ("A", 2), ("C", 2), ("D", 4)]
    _, findings = load(made)
    assert [(each.code, each.sheet, each.cell, each.severity) for each in findings] == [
        ("ROSTER_NOT_EARLIER", "历年结果", "A7", "warning"),
        ("ROSTER_NOT_EARLIER", "历年结果", "A8", "warning"),
    ]
    assert findings[0].message() == "“乙局”2026年度的结果不早于本次评估的2026年度，不作为以前年度的结果"


BY_PLACE = """
[[grade]]
name = "优秀"
top_percent = 25
[[grade]]
name = "良好"
top_percent = 70
[[grade]]
name = "一般"
top_percent = 100
"""


def test_grades_go_by_place(tmp_path: Path) -> None:
    """Of four ranked units the first is in the first 25%; 70% of four are two whole places."""
    found = standing(folder(tmp_path, 'answer = "percent"', BY_PLACE), {"A": "60", "B": "90", "C": "80", "D": "70"})
    assert [(one.unit.id, one.grade) for one in found] == [("B", "优秀"), ("C", "良好"), ("D", "一般"), ("A", "一般")]


def test_an_unranked_unit_is_graded_by_the_place_that_it_would_have(tmp_path: Path) -> None:
    """It takes no place from anybody: the second of three ranked units keeps it, and so does the unit beside it."""
    units = UNITS.replace("顺序\n", "顺序,参评\n").replace("g,3\n", "g,3,不排名\n")
    made = folder(tmp_path, 'answer = "percent"', BY_PLACE, 单位=units)
    found = standing(made, {"A": "60", "B": "90", "C": "80", "D": "70"})
    assert {one.unit.id: one.grade for one in found} == {"B": "良好", "C": "良好", "D": "良好", "A": "一般"}


@pytest.mark.parametrize(("rounding", "expected"), [("down", 1), ("half_up", 2), ("up", 2)])
def test_a_part_of_a_unit_follows_the_stated_rounding(rounding: str, expected: int) -> None:
    """20% of eight units are 1.6: one place, two where the rules round."""
    by_place = Grade.model_validate({"name": "优秀", "top_percent": 20, "rounding": rounding})
    assert places(by_place, 8) == expected
