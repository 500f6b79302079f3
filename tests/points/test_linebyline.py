"""What each line of a component came to, and that lines add up to what was scored."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path

import pytest

from evaltool.points.linebyline import LinePoints, line_points
from evaltool.points.score import score
from evaltool.questions.forms import Form
from filling import Spot
from folders import make, return_all
from small_city import taken

HEAD = """
format = 1
[scheme]
id = "d"
name = "部门"
total = 100
groups = [{ id = "g", name = "甲类" }]
[component.work]
name = "工作"
weight = 100
by = "expert"
"""
GRADE = '[[grade]]\nname = "合格"\nfrom = 0\n'
SETTINGS = """
format = 1
[evaluation]
id = "e-2026"
name = "评估"
year = 2026
office = "市绩效办"
[roles]
expert = "专家"
"""
ROSTER = {
    "单位": "编号,名称,对象类别,分类,顺序\nA,甲局,d,g,1\nB,乙局,d,g,2\n",
    "评估主体": "编号,名称,角色\nE1,张三,expert\nE2,李四,expert\nE3,王五,expert\n",
}
LINES = "对象类别,评估内容,编号,名称,预赋分值\nd,work,x,信访,3\nd,work,p,普法,1\n"
Marks = Mapping[tuple[str, str], str]  # evaluator, indicator or period -> mark of A


def lines_of(
    tmp_path: Path, rule: str, marks: Marks, indicators: str = ""
) -> tuple[tuple[LinePoints, ...] | None, Fraction]:
    """A's lines, and what it lost in all; whatever is not stated is full marks."""
    roster = {**ROSTER, **({"指标": indicators} if indicators else {})}
    folder = make(tmp_path / "city", roster, {"d": HEAD + rule + GRADE}, SETTINGS)

    def say(form: Form, spot: Spot) -> object:
        full = {"x": "3", "p": "1"}.get(spot.column.indicator, "100")
        about = spot.column.indicator or spot.column.repeat
        return (
            marks.get((form.evaluator, about), full)
            if spot.unit == "A" and spot.column.field == "mark"
            else (full if spot.column.field == "mark" else None)
        )

    return_all(folder, say)
    evaluation, intake, _ = taken(folder)
    points, _ = score(evaluation, intake)
    point = points["A", "work"]
    assert point.points is not None
    found = line_points(evaluation, intake, evaluation.classes["d"], "work", points)
    return found.get("A"), point.weight - point.points


def told(lines: tuple[LinePoints, ...] | None) -> list[tuple[str, str, object, object]]:
    return [(each.line.id, each.repeat, each.lost, each.cost) for each in lines or ()]


POINTS = "answer = { points = 4 }\n"


def test_a_line_that_several_mark_lost_what_they_took_off_on_average(tmp_path: Path) -> None:
    """Each line by its part of the preset points."""
    lines, lost = lines_of(tmp_path, POINTS, {("E1", "x"): "1.5", ("E2", "x"): "2.25", ("E3", "p"): "0.7"}, LINES)
    assert told(lines) == [
        ("x", "", Fraction("0.75"), Fraction("18.75")),
        ("p", "", Fraction("0.1"), Fraction("2.5")),
    ]
    assert lost == Fraction("21.25")


def test_periods_share_the_weight(tmp_path: Path) -> None:
    """In the order of the year."""
    rule = 'answer = "percent"\neach = ["上半年", "下半年"]\n'
    lines, lost = lines_of(tmp_path, rule, {("E1", "下半年"): "70", ("E2", "上半年"): "94"})
    assert told(lines) == [("", "上半年", 2, 1), ("", "下半年", 10, 5)]
    assert lost == 6


def test_a_mark_that_was_withheld_counts_in_no_mean(tmp_path: Path) -> None:
    """Two of three have marked: the loss is that of their mean, not that of three."""
    rule = 'answer = "percent"\nabstained = "out"\n'
    lines, lost = lines_of(tmp_path, rule, {("E1", ""): "弃权", ("E2", ""): "80", ("E3", ""): "90"})
    assert told(lines) == [("", "", 15, 15)]
    assert lost == 15


NOT_ADDED: Mapping[str, tuple[str, Marks, str]] = {
    "the highest and the lowest are dropped": (
        'answer = "percent"\nover = { trimmed = 0.34 }\n',
        {("E1", ""): "50", ("E2", ""): "80", ("E3", ""): "100"},
        "",
    ),
    "the rules convert the sum": (
        'answer = "percent"\nconvert = [[0, 0], [60, 90], [100, 100]]\n',
        {("E1", ""): "50", ("E2", ""): "80"},
        "",
    ),
    "the median decides, even where it is the mean": (
        f'{POINTS}over = "median"\n',
        {("E1", "x"): "1", ("E2", "p"): "0"},
        LINES,
    ),
}


@pytest.mark.parametrize("case", NOT_ADDED)
def test_a_component_whose_lines_do_not_add_up_stays_whole(tmp_path: Path, case: str) -> None:
    """No line is said to have cost what it did not."""
    rule, marks, indicators = NOT_ADDED[case]
    lines, lost = lines_of(tmp_path, rule, marks, indicators)
    assert lost > 0
    assert lines is None
