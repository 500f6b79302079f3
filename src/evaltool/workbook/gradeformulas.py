"""Grade as a formula: the first grade whose bound and conditions are met; a veto lowers it, the last one stays."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from evaltool.results.grade import places
from evaltool.results.rank import Standing, deciding
from evaltool.rules import Condition, Grade
from evaltool.rules.expressions import (
    Condition as Holds,
)
from evaltool.rules.expressions import (
    Expr,
    Table,
    Test,
    Written,
    all_of,
    as_expr,
    chosen,
    constant,
    fine,
    least,
    percent,
    value_of,
)
from evaltool.views.wording import path
from evaltool.workbook.grouppage import NINE, TOTAL, GroupPage
from evaltool.writers.book import Cell


def grade_of(group: GroupPage, row: int, one: Standing, place: Expr) -> Expr:
    """The grade's name; the cell that says whether there is a veto is filled on the way."""
    grades = group.scheme.grades
    if not grades:
        return Written("", "")
    table = _table(group)
    reached: Expr = constant(len(grades))
    for at in range(len(grades) - 1, 0, -1):
        bound = grades[at - 1].bound
        limit = None if bound is None else group.parameters.entry(table, at - 1, Fraction(bound))
        tests = all_of(list(_tests(group, row, one, place, grades[at - 1], limit)))
        reached = as_expr(chosen(tests, constant(at), reached))
    index = as_expr(least(reached + _lowered(group, row, one), constant(len(grades))))
    return Written(f"INDEX({table.keys},{index.text})", grades[int(value_of(index)) - 1].name)


def _table(group: GroupPage) -> Table:
    bounds = [(each.name, None if each.bound is None else Fraction(each.bound)) for each in group.scheme.grades]
    return group.parameters.table(group.scheme, "等次", "等次下限（含）", bounds, "其余")


def _lowered(group: GroupPage, row: int, one: Standing) -> Expr:
    """By how many grades a veto lowers the unit; whoever empties the cell takes the veto away."""
    group.page.put(group.at["一票否决"], Cell(one.veto or None, "input_text"), row)
    lowers = group.parameters.value(
        group.scheme, "等次", "一票否决", "降低等次（级）", Fraction(group.scheme.veto.lowers)
    )
    empty = Test(f'{group.text(row, "一票否决")}=""', not one.veto)
    return as_expr(chosen(empty, constant(0), lowers))


def _tests(group: GroupPage, row: int, one: Standing, place: Expr, grade: Grade, bound: Expr | None) -> Iterator[Holds]:
    if bound is not None:
        exact = group.scheme.ranking.by == "exact"
        yield (fine(group.refs[row, "未取整总分"], NINE) if exact else group.refs[row, "总分"]) >= bound
    if grade.top_percent is not None:
        yield _inside(group, row, one, place, grade)
    for condition in grade.conditions:
        yield from _condition(group, one, grade, condition)


def _condition(group: GroupPage, one: Standing, grade: Grade, condition: Condition) -> Iterator[Holds]:
    got = group.got.get((one.unit.id, condition.component))
    of = f"{grade.name}：{path(group.scheme, condition.component)}"
    if got is None or got.points is None or got.share is None:
        yield Test("FALSE", holds=False)
        return
    if condition.percent is not None:
        wanted = percent(group.parameters.value(group.scheme, "等次条件", of, "得分率%", condition.percent))
        yield fine(got.share) >= fine(wanted)
    if condition.points is not None:
        yield fine(got.points, NINE) >= group.parameters.value(group.scheme, "等次条件", of, "得分", condition.points)


def _inside(group: GroupPage, row: int, one: Standing, place: Expr, grade: Grade) -> Holds:
    """Whether the unit's place is among the best so many percent; an unranked unit has the place that it would have."""
    ranked, most = group.ranked, _most(group, grade)
    if one.rank is not None:
        return place <= most
    before = sum(deciding(group.scheme, each) > deciding(group.scheme, one) for each in ranked)
    span, own = group.deciding(row) if ranked else ("", "")
    place = Written(f"1+SUMPRODUCT(--({span}>{own}))" if ranked else "1", Fraction(1 + before))
    return place <= most


def _most(group: GroupPage, grade: Grade) -> Expr:
    """How many places have the grade or a better one, rounded as the rules say."""
    assert grade.top_percent is not None
    share = group.parameters.value(group.scheme, "等次", grade.name, "前百分之", grade.top_percent)
    ranked = len(group.ranked)
    units = Written(f"COUNT({group.span(TOTAL)})" if ranked else "0", Fraction(ranked))
    part = as_expr(fine(share * units / 100, NINE))
    value = Fraction(places(grade, ranked))
    return {
        "down": Written(f"INT({part.text})", value),
        "up": Written(f"-INT(-{part.text})", value, 1),
        "half_up": Written(f"ROUND({part.text},0)", value),
    }[grade.rounding]
