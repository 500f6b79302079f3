"""Each scoring method as a spreadsheet's formula: the points of one line out of its preset points.

The table has the same keys as `METHODS`, and each formula is the method's share times the line's preset points; that
both come to the same is checked for every line of every run.  A new method has its formula here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from evaltool.rules.methods import Ballot, Choice, Compare, Deduct, Growth, Percent, Points, Rank, Target
from evaltool.workbook.expressions import (
    Expr,
    Range,
    add,
    compared,
    constant,
    counted,
    fine,
    greatest,
    highest,
    less,
    looked_up,
    lowest,
    over,
    percent,
    smallest,
    times,
    when,
    within,
)

ONE, NOTHING = constant(1), constant(0)


@dataclass(frozen=True, slots=True)
class Table:
    """Names and points side by side in the tab of parameters: a scale, or the points of places."""

    keys: str
    values: str
    points: Mapping[str, Fraction | None]


@dataclass(frozen=True, slots=True)
class Line:
    """The cells of one line: what was marked or measured, preset points, and what its method looks at beside them.

    `parameter` gives the cell of one of the method's parameters by name; `field` holds the figures of those who take
    part in a comparison.
    """

    mark: Expr
    full: Expr
    parameter: Callable[[str, Decimal], Expr]
    table: Table | None = None
    steps: tuple[Decimal, Decimal, Decimal] | None = None  # of places without a list: first, step, least
    target: Expr | None = None
    base: Expr | None = None
    per: Expr | None = None
    per_base: Expr | None = None
    field: Range | None = None
    takes_part: bool = True

    def percent(self, name: str, value: Decimal) -> Expr:
        """A parameter that is stated in percent, as a share."""
        return percent(self.parameter(name, value))


def _points(_: Points, line: Line) -> Expr:
    return line.mark


def _percent(_: Percent, line: Line) -> Expr:
    return times(percent(line.mark), line.full)


def _choice(_: Choice | Ballot, line: Line) -> Expr:
    assert line.table is not None
    points = line.table.points.get(str(line.mark.value))
    return times(percent(looked_up(line.table.values, line.table.keys, line.mark, points)), line.full)


def _rank(_: Rank, line: Line) -> Expr:
    """By a list of points, the last of which counts for every place behind it, or by steps."""
    if line.steps is not None:
        return times(stepped(line.mark, line, *line.steps), line.full)
    assert line.table is not None
    assert isinstance(line.mark.value, Fraction)
    places = len(line.table.points)
    points = line.table.points[str(min(int(line.mark.value), places))]
    text = f"INDEX({line.table.values},MIN({line.mark.text},{places}))"
    return times(percent(Expr(text, points)), line.full)


def stepped(place: Expr, line: Line, first: Decimal, step: Decimal, least: Decimal) -> Expr:
    """The share of a place that is worth a step less than the one before it, never below the least."""
    behind = times(line.percent("step", step), less(place, ONE))
    return greatest(less(line.percent("first", first), behind), line.percent("least", least))


def _target(answer: Target, line: Line) -> Expr:
    if answer.target == "range":
        return times(_in_range(answer, line), line.full)
    assert line.target is not None
    if answer.target == "attained":
        reached = compared(line.mark, ">=" if answer.better == "higher" else "<=", line.target)
        return times(when(reached, ONE, line.percent("missed", answer.missed)), line.full)
    cap = line.percent("cap", answer.cap)
    higher = answer.target == "higher"
    completion = over(line.mark, line.target) if higher else over(line.target, line.mark)
    inside = within(completion, NOTHING, cap)
    if answer.floor:
        below = compared(fine(completion), "<", fine(line.percent("floor", answer.floor)))
        inside = when(below, NOTHING, inside)
    share = inside if higher else when(compared(line.mark, "<=", NOTHING), cap, inside)
    return times(share, line.full)


def _in_range(answer: Target, line: Line) -> Expr:
    assert answer.low is not None
    assert answer.high is not None
    low, high = line.parameter("low", answer.low), line.parameter("high", answer.high)
    below = _falling(line, low, "zero_below", answer.zero_below, answer.low)
    above = _falling(line, high, "zero_above", answer.zero_above, answer.high)
    return when(compared(line.mark, "<", low), below, when(compared(line.mark, ">", high), above, ONE))


def _falling(line: Line, full: Expr, name: str, zero: Decimal | None, at: Decimal) -> Expr:
    if zero is None or zero == at:
        return NOTHING
    end = line.parameter(name, zero)
    return within(over(less(line.mark, end), less(full, end)), NOTHING, ONE)


def _compare(answer: Compare, line: Line) -> Expr:
    assert line.field is not None
    if answer.compare == "rank":
        return times(
            stepped(_place(answer, line, line.field), line, answer.first, answer.step, answer.least), line.full
        )
    ends = highest(line.field), lowest(line.field)
    best, worst = ends if answer.better == "higher" else ends[::-1]
    least = line.percent("least", answer.least)
    if answer.compare == "min_max":
        part = within(over(less(line.mark, worst), less(best, worst)), NOTHING, ONE)
        return times(add(least, times(less(ONE, least), part)), line.full)
    if answer.better == "higher":
        return times(greatest(within(over(line.mark, best), NOTHING, ONE), least), line.full)
    ratio = greatest(within(over(best, line.mark), NOTHING, ONE), least)
    return times(when(compared(line.mark, ">", NOTHING), ratio, ONE), line.full)


def _place(answer: Compare, line: Line, field: Range) -> Expr:
    """1 for the best; equal figures share the best place, or the mean of those that they take up."""
    place = add(ONE, counted(field, ">" if answer.better == "higher" else "<", line.mark))
    if answer.ties == "best":
        return place
    same = counted(field, "=", line.mark)
    others = less(same, ONE) if line.takes_part else same
    return add(place, over(others, constant(2)))


def _growth(answer: Growth, line: Line) -> Expr:
    assert line.base is not None
    if answer.growth == "places":
        grown = less(line.base, line.mark)
    else:
        ratio = over(line.mark, line.base)
        if answer.growth == "per_head":
            assert line.per is not None
            assert line.per_base is not None
            ratio = over(ratio, over(line.per, line.per_base))
        grown = times(less(ratio, ONE), constant(100))
    zero, full = line.parameter("zero_at", answer.zero_at), line.parameter("full_at", answer.full_at)
    share = within(over(less(grown, zero), less(full, zero)), NOTHING, line.percent("cap", answer.cap))
    return times(share, line.full)


def _deduct(answer: Deduct, line: Line) -> Expr:
    left = less(line.full, times(line.parameter("deduct", answer.deduct), line.mark))
    return greatest(left, smallest(line.parameter("limit", answer.limit), line.full))


Formula = Callable[[Any, Line], Expr]
FORMULAS: Mapping[str, Formula] = {
    "points": _points,
    "percent": _percent,
    "choice": _choice,
    "ballot": _choice,
    "rank": _rank,
    "target": _target,
    "compare": _compare,
    "growth": _growth,
    "deduct": _deduct,
}
PARAMETER_WORDS: Mapping[str, str] = {
    "floor": "完成率下限%（以下不得分）",
    "cap": "上限%",
    "missed": "未达标计%",
    "low": "满分区间下限",
    "high": "满分区间上限",
    "zero_below": "低于多少不得分",
    "zero_above": "高于多少不得分",
    "first": "第一名得分%",
    "step": "每差一名减%",
    "least": "最低%",
    "full_at": "满分点",
    "zero_at": "零分点",
    "deduct": "每件扣分",
    "limit": "扣到不低于（分）",
}
