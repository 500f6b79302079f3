"""Drawings: everything inside their frames, one axis for all groups, marks that tell who is not ranked."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise

import pytest

from evaltool import charts
from evaltool.charts.colours import HEAT, TONES, luminance
from evaltool.charts.drawing import ROW, SMALL, wide
from evaltool.charts.ranges import DrawnRange, range_picture
from evaltool.writers.drawing import Drawing, Shape

LONG = "名称很长很长的一个县级经济技术开发区管理委员会"
AGAINST = charts.Against([charts.NamedValue("优秀 90", Fraction(90)), charts.NamedValue("良好 80", Fraction(80))], None)
SPAN = charts.Span(Fraction(60), Fraction(100))


def total(name: str, value: str, *, ranked: bool = True) -> charts.DrawnTotal:
    return charts.DrawnTotal(name, Fraction(value), value, ranked)


def change(name: str, before: str, now: str) -> charts.TotalChange:
    return charts.TotalChange(name, Fraction(before), Fraction(now), "+1")


def every() -> Iterator[Drawing]:
    """Each kind over a short name, a very long one, and figures at the ends of the axis."""
    against = charts.Against([*AGAINST.bounds, charts.NamedValue("满分 100", Fraction(100))], Fraction(80))
    yield charts.totals("t", "", [total("甲", "60"), total(LONG, "100", ranked=False)], against, SPAN, [LONG * 3])
    yield charts.strip("t", "", [charts.NamedValue(LONG, Fraction(at)) for at in range(60, 101)], against, SPAN)
    rows = [charts.HeatRow("甲", (Fraction(100), None)), charts.HeatRow(LONG, (Fraction(0), Fraction(55)))]
    yield charts.heat("t", "", [LONG, "乙（一）"], rows, charts.scale_of([Fraction(0)]))
    yield charts.dots("t", "", [LONG, "外", "内"], [charts.Sided(LONG, (None, Fraction(60), Fraction(100)))], SPAN)
    yield charts.arrows("t", "", [change(LONG, "60", "100"), change("甲", "100", "60"), change("乙", "70", "70")], SPAN)
    ends = [charts.YearLine(f"{at}", (Fraction(at), None, Fraction(80)), f"{LONG}{at}", at > 3) for at in range(9)]
    yield charts.slopes("t", "", ["2024年", "2025年", "2026年"], ends)
    yield charts.grade_bar("t", "", [charts.GradePart(LONG[:9], "green", 1), charts.GradePart("较差", "red", 0)] * 5)
    yield range_picture(LONG * 2, "试算", LONG * 4, [("组", [DrawnRange(LONG, 1, 2, 1, 30, 1, 40)])])


def extent(shape: Shape) -> Iterator[tuple[Fraction | int, Fraction | int]]:
    """Corners of what a shape covers."""
    x, y, *more = shape.at
    if shape.kind == "text":
        left = {"start": x, "middle": x - Fraction(wide(shape.says, shape.size), 2)}.get(shape.anchor)
        left = x - wide(shape.says, shape.size) if left is None else left
        yield from ((left, y), (left + wide(shape.says, shape.size), y - shape.size + 3))
    elif shape.kind == "rect":
        yield from ((x, y), (x + more[0], y + more[1]))
    elif shape.kind == "circle":
        yield from ((x - more[0], y - more[0]), (x + more[0], y + more[0]))
    else:
        yield from zip(shape.at[::2], shape.at[1::2], strict=True)


@pytest.mark.parametrize("at", range(8))
def test_everything_is_inside_its_frame(at: int) -> None:
    """Texts too, with about the room that they take."""
    drawing = list(every())[at]
    outside = [
        (shape.kind, shape.says, point)
        for shape in drawing.shapes
        for point in extent(shape)
        if not (-2 <= point[0] <= drawing.width + 2 and 0 <= point[1] <= drawing.height)
    ]
    assert outside == []


def test_the_same_total_stands_at_the_same_place() -> None:
    """In the drawings of two groups that are read beside each other, whatever their units are called."""
    span = charts.Span(SPAN.low, SPAN.high, 120)
    found = set()
    for name in ("甲", "很长的一个名称"):
        drawn = charts.totals("t", "", [total(name, "85.00")], AGAINST, span)
        found |= {shape.at[0] for shape in drawn.shapes if shape.kind == "circle"}
    assert len(found) == 1


def test_who_is_not_ranked_has_a_hollow_mark() -> None:
    """And the drawing says what that means; where everybody is ranked it says nothing."""
    ranked, not_ranked = (
        charts.totals("t", "", [total("甲", "85", ranked=each)], AGAINST, SPAN).shapes for each in (True, False)
    )
    circles = [[shape.colour for shape in own if shape.kind == "circle"] for own in (ranked, not_ranked)]
    assert [len(own) for own in circles] == [1, 2]
    assert circles[1][1] == "#ffffff"
    assert [any(shape.says == "空心为不排名" for shape in own) for own in (ranked, not_ranked)] == [False, True]


def test_an_axis_begins_where_the_marks_do() -> None:
    """What differs by little is told apart."""
    drawn = charts.totals("t", "", [total("甲", "85.0"), total("乙", "86.0")], AGAINST, SPAN)
    first, second = (shape.at[0] for shape in drawn.shapes if shape.kind == "circle")
    assert second - first > 4
    assert "0" not in {shape.says for shape in drawn.shapes}


def test_the_darker_a_field_the_more_was_lost() -> None:
    """With its share in it; the colours follow the shares, and one scale serves all."""
    values = [Fraction(each) for each in (100, 93, 88, 79, 61, 30)]
    scale = charts.scale_of([Fraction(each) for each in range(50, 101)])
    drawn = charts.heat("t", "", ["甲"], [charts.HeatRow(f"{each}", (each,)) for each in values], scale)
    fields = {shape.at[1]: shape.colour for shape in drawn.shapes if shape.kind == "rect" and shape.at[3] == ROW - 2}
    light = [luminance(fields[row]) for row in sorted(fields)]
    assert len(light) == len(values)
    assert light == sorted(light, reverse=True)
    assert (scale.colour(Fraction(100)), scale.colour(Fraction(0))) == (HEAT[0], HEAT[-1])
    assert {"100", "93", "61"} <= {shape.says for shape in drawn.shapes if shape.kind == "text"}


def test_names_at_the_ends_of_lines_do_not_cover_each_other() -> None:
    """Though their lines end at one place; who fell is drawn dashed."""
    lines = [charts.YearLine(f"甲{at}", (Fraction(70 + at), Fraction(80)), f"甲{at}", at < 5) for at in range(9)]
    drawn = charts.slopes("t", "", ["2025年", "2026年"], lines)
    heights = sorted(shape.at[1] for shape in drawn.shapes if shape.kind == "text" and shape.says.startswith("甲"))
    assert min(b - a for a, b in pairwise(heights)) >= SMALL
    assert sum(shape.dashed for shape in drawn.shapes) == 4


def test_a_bar_of_grades_is_as_long_as_there_are_units() -> None:
    """Parts in proportion, in the order of the grades, each with its number; a grade that nobody has is named only."""
    parts = [
        charts.GradePart("优秀", "green", 1),
        charts.GradePart("良好", "blue", 3),
        charts.GradePart("较差", "red", 0),
    ]
    drawn = charts.grade_bar("t", "", parts)
    bars = [shape for shape in drawn.shapes if shape.kind == "rect" and shape.says]
    assert [(bar.at[2] + 1, bar.colour) for bar in bars] == [(100, TONES["green"][0]), (300, TONES["blue"][0])]
    assert {"优秀 1", "良好 3", "较差 0"} <= {shape.says for shape in drawn.shapes if shape.kind == "text"}


def test_names_lie_over_columns_that_are_wide_enough() -> None:
    """In two lines where they need them; else they stand upright, one sign below the other."""
    scale = charts.scale_of([Fraction(80)])

    def texts_of(count: int, name: str) -> list[str]:
        rows = [charts.HeatRow("甲", (Fraction("88.04"),) * count)]
        drawn = charts.heat("t", "", [name] * count, rows, scale, digits=1)
        return [shape.says for shape in drawn.shapes if shape.kind == "text"]

    assert "经济调节类" in texts_of(3, "经济调节类")
    first, second = texts_of(3, "经济调节和经济管理类")[1::-1]
    assert first + second == "经济调节和经济管理类"
    assert "经济调节类" not in texts_of(8, "经济调节类")
    assert "88.0" in texts_of(3, "甲")
