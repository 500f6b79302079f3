"""Curves: points on a line or steps, over figures, completion, growth, places, votes, with each unit's own limits."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_figures import GRADE, HEAD, SETTINGS, UNITS

from evaltool.evaluation import load
from evaltool.evaluation.in_words import explain
from evaltool.explain.explanation import explained, readded
from evaltool.findings import Refused
from evaltool.inbox.ingest import ingest
from evaltool.points.bounds import bounds
from evaltool.questions.forms import Form
from evaltool.rules.expressions import constant, value_of
from evaltool.rules.methods import Curve, Facts
from evaltool.run import scored, take_in
from evaltool.workbook.ranked import ranked_book
from evaltool.writers.saving import to_bytes
from filling import Spot
from folders import make, result_of, return_all
from spreadsheet import disagreeing, opened


def curve(points: str, **keys: Any) -> Curve:
    """`0:0 60:60` as the points of a curve."""
    listed = [[Decimal(part) for part in each.split(":")] for each in points.split()]
    return Curve.model_validate({"curve": listed, **keys})


@pytest.mark.parametrize(
    ("points", "shape", "figure", "expected"),
    [
        ("60:0 80:60 100:100", "line", "50", "0"),
        ("60:0 80:60 100:100", "line", "60", "0"),
        ("60:0 80:60 100:100", "line", "70", "3/10"),
        ("60:0 80:60 100:100", "line", "85", "7/10"),
        ("60:0 80:60 100:100", "line", "120", "1"),
        ("60:0 60:60 100:100", "line", "59.99", "0"),
        ("60:0 60:60 100:100", "line", "60", "3/5"),
        ("0:100 3:100 9:10", "line", "5", "7/10"),
        ("90:60 95:80 100:100", "from", "89.99", "1/10"),
        ("90:60 95:80 100:100", "from", "90", "3/5"),
        ("90:60 95:80 100:100", "from", "99", "4/5"),
        ("90:60 95:80 100:100", "from", "130", "1"),
        ("0:100 2:60", "up_to", "-1", "1"),
        ("0:100 2:60", "up_to", "0.1", "3/5"),
        ("0:100 2:60", "up_to", "2", "3/5"),
        ("0:100 2:60", "up_to", "2.01", "1/10"),
    ],
)
def test_lines_and_steps(points: str, shape: str, figure: str, expected: str) -> None:
    """At every edge and beyond both ends."""
    beyond = {} if shape == "line" else {"beyond": Decimal(10)}
    assert curve(points, shape=shape, **beyond).share(Fraction(figure), Facts()) == Fraction(expected)


@pytest.mark.parametrize(
    ("points", "over", "figure", "facts", "expected"),
    [
        ("0:0 100:100", "target", 45, Facts(target=Fraction(60)), "3/4"),
        ("0:0 5:25 12.5:100", "growth", 110, Facts(base=Fraction(100)), "3/4"),
        ("1:100 3:80", "place", 30, Facts(others=(Fraction(60), Fraction(20))), "9/10"),
        ("0:0 100:100", "target", 45, Facts(target=Fraction(0)), None),
        ("0:0 100:100", "growth", 45, Facts(), None),
        ("1:100 3:80", "place", 30, Facts(), None),
    ],
)
def test_what_stands_on_a_curve(points: str, over: str, figure: int, facts: Facts, expected: str | None) -> None:
    """A part of the target, growth, a place; outside of the domain there is no share, and a reason."""
    answer = curve(points, over=over)
    found = answer.share(Fraction(figure), facts)
    assert found == (None if expected is None else Fraction(expected))
    assert (found is None) == (answer.outside(Fraction(figure), facts) in answer.reasons)


POINTS = st.lists(st.tuples(st.integers(-20, 40), st.integers(0, 100)), min_size=2, max_size=6)
FIGURES = st.fractions(min_value=-30, max_value=50, max_denominator=12)


@given(POINTS, st.sampled_from(["line", "from"]), FIGURES, FIGURES)
def test_a_better_figure_never_loses_on_a_curve_that_rises(
    points: list[tuple[int, int]], shape: str, one: Fraction, other: Fraction
) -> None:
    """Whatever the points: where they rise, so does what they are worth."""
    figures, worths = sorted({at for at, _ in points}), sorted(worth for _, worth in points)
    listed = [[Decimal(at), Decimal(worth)] for at, worth in zip(figures, worths, strict=False)]
    answer = Curve.model_validate({"curve": listed, "shape": shape})
    assert answer.rises
    low, high = sorted((one, other))
    assert answer.share(low, Facts()) <= answer.share(high, Facts())  # type: ignore[operator]


@given(POINTS, st.sampled_from(["line", "from", "up_to"]), FIGURES)
def test_a_formula_comes_to_the_share(points: list[tuple[int, int]], shape: str, figure: Fraction) -> None:
    """The workbook's expression and the plain share are one; parameters have names."""
    listed = [[Decimal(at), Decimal(worth)] for at, worth in sorted(dict(points).items())]
    answer = Curve.model_validate({"curve": listed, "shape": shape})
    made = answer.made(constant(figure), Facts().told(figure))
    assert value_of(made) == answer.share(figure, Facts())


RULES = """
[component.rate]
name = "财政"
weight = 40
by = "statistics"
answer = { curve = [["下限", 0], ["上限", 100]] }
[component.voices]
name = "评议"
weight = 60
by = "expert"
answer = "percent"
convert = [[60, 0], [90, 100]]
"""
TABLES = {
    "单位": UNITS,
    "评估主体": "编号,名称,角色\nS1,统计局,statistics\nX1,专家一,expert\nX2,专家二,expert\n",
    "指标": "对象类别,评估内容,编号,名称,预赋分值\nd,rate,r,财政收入,40\n",
    "参数": "单位,参数,数值\n,下限,50\n,上限,80\n乙县,下限,60\n乙县,上限,67\n",
}


def says(form: Form, spot: Spot) -> object:
    if spot.column.field == "mark":
        return {"X1": 70, "X2": 85}[form.evaluator]
    return 65 if spot.column.field == "figure:初步数" else None


def test_units_have_limits_of_their_own_and_votes_are_converted(tmp_path: Path) -> None:
    """65 between 50 and 80 is a half, between 60 and 67 five sevenths; a mean of 77.5 is 17.5 of the 30 between nothing
    and full marks.  The words, the explanation and the workbook say it."""
    made = make(tmp_path / "e", TABLES, {"d": HEAD + RULES + GRADE}, SETTINGS)
    result = result_of(made, says)
    got = {key: point.points for key, point in result.points.items()}
    assert [got["A", "rate"], got["B", "rate"]] == [20, Fraction(200, 7)]
    assert got["A", "voices"] == Fraction(35, 60) * 60
    told = explained(result, result.evaluation.units["B"])
    assert readded(told) == []
    said = [sentence for node in told.nodes for sentence in node.said]
    assert any("折算前的得分率77.5%" in one for one in said)
    assert any("合成后的得分率（%）再折算：60 得 0 分、90 得 100 分" in one for one in explain(result.evaluation))
    book, cached = opened(to_bytes(ranked_book(result)))
    assert disagreeing(book, cached) == []


def test_a_curve_and_what_its_worth_is_converted_by_have_cells_of_their_own(tmp_path: Path) -> None:
    """65 between 50 and 80 is a half of full marks, 50%, which the second curve makes a quarter: the workbook takes the
    points of each from cells of its own."""
    rules = RULES.replace('[["下限", 0], ["上限", 100]] }', "[[50, 0], [80, 100]] }\nconvert = [[0, 0], [100, 50]]")
    tables = {name: each for name, each in TABLES.items() if name != "参数"}
    made = make(tmp_path / "e", tables, {"d": HEAD + rules + GRADE}, SETTINGS)
    result = result_of(made, says)
    assert result.points["A", "rate"].points == 10
    book, cached = opened(to_bytes(ranked_book(result)))
    ends = [cached["参数", row, 5] for (tab, row, _), said in cached.items() if (tab, said) == ("参数", "第2点：数值")]
    assert sorted(ends) == [80, 90, 100]
    assert any(cached[spot] == book.value(spot) == 0.25 for spot, _ in book.formulas())


@pytest.mark.parametrize("points", ["[[0, 0], [50, 100], [100, 0]]", "[[0, 100], [100, 0]]"])
def test_bounds_hold_on_a_curve_that_falls(points: str, tmp_path: Path) -> None:
    """Nothing and full marks may come to the same, or the wrong way round, and what lies between to more."""
    rules = RULES.replace("[[60, 0], [90, 100]]", points)
    made = make(tmp_path / "e", TABLES, {"d": HEAD + rules + GRADE}, SETTINGS)
    return_all(made, lambda form, spot: None if spot.unit == "A" else says(form, spot))
    evaluation, _ = load(made)
    low, high = bounds(evaluation, *ingest(evaluation))
    assert [one["A", "voices"].points for one in (low, high)] == [0, 60]
    assert low["B", "voices"] == high["B", "voices"]


def test_full_marks_for_what_cannot_be_converted_are_multiplied_too(tmp_path: Path) -> None:
    """A curve that is upside down for one unit, where the rules say that this counts as full."""
    rules = RULES.replace(
        "convert = [[60, 0], [90, 100]]",
        'convert = [["低", 0], ["高", 100]]\nundefined = "full"\nfactor = "系数"',
    )
    tables = {**TABLES, "参数": TABLES["参数"] + ",低,60\n,高,90\n丙县,低,95\n,系数,0.8\n"}
    made = make(tmp_path / "e", tables, {"d": HEAD + rules + GRADE}, SETTINGS)
    points = result_of(made, says).points
    assert [points[unit, "voices"].points for unit in "AC"] == [28, 48]


@pytest.mark.parametrize(
    ("before", "after", "cell"),
    [
        ('[["下限", 0], ["上限", 100]]', "[[60, 0], [50, 100]]", "component.rate.answer.curve"),
        ('[["下限", 0], ["上限", 100]]', "[[60, 0]]", "component.rate.answer.curve"),
        ('[["下限", 0], ["上限", 100]]', "[[6, 0], [6, 5], [6, 9]]", "component.rate.answer.curve"),
        ('["上限", 100]] }', '["上限", 100]], beyond = 3 }', "component.rate.answer.beyond"),
        (
            "convert = [[60, 0], [90, 100]]",
            'convert = { curve = [[60, 0], [90, 100]], over = "place" }',
            "component.voices.convert.over",
        ),
        (
            "convert = [[60, 0], [90, 100]]",
            'public = "sum"\nconvert = [[60, 0], [90, 100]]',
            "component.voices.convert",
        ),
    ],
)
def test_a_curve_that_cannot_be_says_why(before: str, after: str, cell: str, tmp_path: Path) -> None:
    """Points out of order, a line of one point, steps' keys on a line, a curve over nothing, confidential marks."""
    made = make(tmp_path / "e", TABLES, {"d": HEAD + RULES.replace(before, after) + GRADE}, SETTINGS)
    with pytest.raises(Refused) as wrong:
        load(made)
    assert cell in {one.cell for one in wrong.value.findings if one.code == "RULES_FIGURE"}


def test_a_unit_without_its_limit_is_named(tmp_path: Path) -> None:
    """A name on a curve is a row of the table of parameters, for every unit."""
    tables = {**TABLES, "参数": "单位,参数,数值\n,下限,50\n乙县,上限,67\n"}
    with pytest.raises(Refused) as wrong:
        load(make(tmp_path / "e", tables, {"d": HEAD + RULES + GRADE}, SETTINGS))
    (found,) = wrong.value.findings
    assert (found.code, "甲县、丙县、丁县" in found.message("zh")) == ("ROSTER_PARAMETER", True)


def test_limits_that_are_upside_down_leave_no_share(tmp_path: Path) -> None:
    """A lower limit above the upper one is undefined, with its reason, and never a guess."""
    tables = {**TABLES, "参数": TABLES["参数"] + "丙县,下限,90\n"}
    made = make(tmp_path / "e", tables, {"d": HEAD + RULES + GRADE}, SETTINGS)
    return_all(made, says)
    with pytest.raises(Refused) as wrong:
        scored(take_in(made), "0001")
    assert [(one.code, one.unit) for one in wrong.value.findings] == [("SHARE_UNDEFINED", "C")]
