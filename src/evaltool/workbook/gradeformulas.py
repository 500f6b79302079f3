"""Grade as a formula: the first grade whose bound and conditions are met; a veto lowers it, the last one stays."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction

from evaltool.evaluation import Evaluation
from evaltool.evaluation.in_words.conditions import about
from evaltool.evaluation.vetoes import vetoed
from evaltool.exact import share_of
from evaltool.reader.cells import letters
from evaltool.results.conditions import worst_of
from evaltool.results.grade import GradedBy, place_of, tests
from evaltool.results.rank import GroupKey, Standing
from evaltool.rules import Condition, Grade, Scheme
from evaltool.rules.expressions import (
    NINE,
    Expr,
    Holds,
    Number,
    Test,
    Written,
    all_of,
    as_expr,
    chosen,
    constant,
    fine,
    least,
    most,
    value_of,
)
from evaltool.rules.lists import ListCells
from evaltool.rules.outcomes import Sign
from evaltool.views.wording import path
from evaltool.workbook.formulas import as_stored, cell
from evaltool.workbook.grouppage import POSITION, RANK, TOTAL, GroupPage
from evaltool.workbook.parts import FIRST_ROW
from evaltool.workbook.typed import NUMBER as ANY_NUMBER
from evaltool.writers.book import Cell


def grade_of(group: GroupPage, row: int, one: Standing, place: Expr) -> Expr:
    """The grade's name; the cell that says whether there is a veto is filled on the way."""
    grades = group.scheme.grades
    if not grades:
        return Written("", "")
    table = _table(group)
    by = _graded_by(group, row, one, place, table)
    reached: Number = constant(len(grades))
    for at in range(len(grades) - 1, 0, -1):
        reached = chosen(all_of(list(tests(grades[at - 1], by))), constant(at), reached)
    index = as_expr(least(_left(group, row, one, as_expr(reached)), constant(len(grades))))
    return Written(f"INDEX({table.keys},{index.text})", grades[int(value_of(index)) - 1].name)


def _table(group: GroupPage) -> ListCells:
    bounds = [(each.name, None if each.bound is None else Fraction(each.bound)) for each in group.scheme.grades]
    return group.parameters.table(group.scheme, "等次", "等次下限（含）", bounds, "其余")


def _left(group: GroupPage, row: int, one: Standing, reached: Expr) -> Expr:
    """What a veto leaves of the grade; whoever empties the cell takes the veto away."""
    group.page.put(group.at["一票否决"], Cell(one.veto or None, "input_text"), row)
    veto = vetoed(group.result.evaluation, group.scheme, one.unit.id)
    stated, value = group.scheme.veto.lowers, group.parameters.value
    usual = value(group.scheme, "等次", "一票否决", "降低等次（级）", Fraction(stated))
    lowers = usual if veto.lowers == stated or not one.veto else constant(veto.lowers)
    empty = Test(f'{group.text(row, "一票否决")}=""', not one.veto)
    lowered = reached + chosen(empty, constant(0), lowers)
    if not veto.at_best:
        return lowered
    return as_expr(chosen(empty, reached, most(lowered, constant(veto.at_best + 1))))


def _graded_by(group: GroupPage, row: int, one: Standing, place: Expr, table: ListCells) -> GradedBy:
    """What the unit is graded by, as cells of its group's tab and of the tab of parameters."""
    grades = list(group.scheme.grades)

    def got(component: str) -> tuple[Number, Number] | None:
        cells = group.got.get((one.unit.id, component))
        return (cells.share, cells.points) if cells and cells.share is not None and cells.points is not None else None

    def asked(grade: Grade, condition: Condition, what: str, value: Decimal) -> Number:
        of = f"{grade.name}：{path(group.scheme, condition.component)}"
        return group.parameters.value(group.scheme, "等次条件", of, "得分率%" if what == "share" else "得分", value)

    def kept(grade: Grade, condition: Condition) -> Holds:
        return all_of(_kept(group, row, one, grade, condition))

    exact = group.scheme.ranking.by == "exact"
    return GradedBy(
        fine(group.refs[row, "未取整总分"], NINE) if exact else group.refs[row, "总分"],
        lambda grade: _place(group, grade, row, one, place),
        got,
        lambda grade, bound: group.parameters.entry(table, grades.index(grade), Fraction(bound)),
        lambda grade: _most(group, grade),
        asked,
        kept,
    )


def condition_columns(evaluation: Evaluation, scheme: Scheme) -> Mapping[str, tuple[Condition, Sign]]:
    """Headers of the columns for conditions of grades on figures, periods and places: one for each of their bounds'
    directions."""
    found: dict[str, tuple[Condition, Sign]] = {}
    for condition in (each for grade in scheme.grades for each in grade.conditions if not each.by_points):
        for sign, _ in condition.bounds(scheme.grades, Fraction(scheme.head.total)):
            found[_header(evaluation, scheme, condition, sign)] = condition, sign
    return found


def _header(evaluation: Evaluation, scheme: Scheme, condition: Condition, sign: Sign) -> str:
    what = about(evaluation, scheme, condition, "zh").replace("“", "").replace("”", "")
    kind = "名次" if condition.first is not None else "最低（%）" if condition.every_period else ""
    several = "" if kind else "最低" if sign == ">=" else "最高"
    return f"条件：{what}\n{kind or several}"


def fill_conditions(group: GroupPage, row: int, one: Standing, columns: Mapping[str, tuple[Condition, Sign]]) -> None:
    """The numbers that conditions look at, in cells that may be changed; a place follows the component's column."""
    for header, (condition, sign) in columns.items():
        numbers = group.judge.numbers(one.unit, condition)
        column = group.at[header]
        if not numbers:
            group.page.put(column, Cell("无", "text_center"), row)
            continue
        value = worst_of(numbers, sign)[1]
        text = _place_text(group, row, condition) if condition.first is not None else ""
        shown = cell(Written(text, value), "integer", group.page.own) if text else Cell(as_stored(value), "input")
        if not text:
            group.page.takes[row, column] = ANY_NUMBER
        group.page.put(column, shown, row)
        group.refs[row, header] = group.page.ref(row, column, value)


def _place_text(group: GroupPage, row: int, condition: Condition) -> str:
    """A place among the ranked units, where the component has a column in which all of them have points."""
    column = group.shown.get(condition.component)
    if column is None or condition.component not in group.complete or group.among:
        return ""
    span, own = group.rows.all(column), group.page.ref(row, column, None).text
    return f"1+SUMPRODUCT(--(ROUND({span},{NINE})>ROUND({own},{NINE})))"


def _kept(group: GroupPage, row: int, one: Standing, grade: Grade, condition: Condition) -> Iterator[Holds]:
    """Whether the unit's numbers keep to what the condition asks for, which is a cell of the tab of parameters."""
    scheme = group.scheme
    for sign, bound in condition.bounds(scheme.grades, Fraction(scheme.head.total)):
        header = _header(group.result.evaluation, scheme, condition, sign)
        number = group.refs.get((row, header))
        if number is None:
            yield False
            return
        of = f"{grade.name}：{header.removeprefix('条件：')}".replace("\n", "")
        limit = group.parameters.value(scheme, "等次条件", of, "不低于" if sign == ">=" else "不高于", bound)
        yield fine(number, NINE) >= limit if sign == ">=" else fine(number, NINE) <= limit


def _place(group: GroupPage, grade: Grade, row: int, one: Standing, place: Expr) -> Expr:
    """The place that counts for the grade, as `place_of` has it; an unranked unit has the place that it would have."""
    field = group.all_ranked.field(group.scheme, grade, one)
    value = Fraction(place_of(group.result.evaluation, grade, one, field))
    if one.unit.group in grade.together:
        return _place_among(group, grade, row, value)
    shared = grade.ties != "all"
    if one.rank is not None:
        first = place.text if group.scheme.ranking.gaps else group.text(row, POSITION)
        same = f"+COUNTIF({group.rows.all(RANK)},{place.text})-1" if shared else ""
        return Written(f"{first}{same}", value)
    if not group.ranked:
        return Written("1", value)
    span, own = group.deciding(row)
    same = f"+MAX(SUMPRODUCT({group.among or '--'}({span}={own})),1)-1" if shared else ""
    return Written(f"1+SUMPRODUCT({group.among or '--'}({span}>{own})){same}", value)


def _place_among(group: GroupPage, grade: Grade, row: int, value: Fraction) -> Expr:
    """The place among the ranked units of several groups, on their tabs, by the published total; where something else
    decides it stands as it was worked out."""
    own, before, same = group.text(row, "总分"), [], []
    fields = [(key, group.titles[key]) for key in _keys(group, grade)]
    for key, title in fields:
        rank, total = (_span(title, column, group.sizes[key]) for column in (RANK, TOTAL))
        before.append(f"SUMPRODUCT(ISNUMBER({rank})*({total}>{own}))")
        same.append(f"SUMPRODUCT(ISNUMBER({rank})*({total}={own}))")
    if group.scheme.ranking.by != "published" or grade.name in group.of_ties:
        return constant(value)
    shared = "" if grade.ties == "all" else f"+MAX({'+'.join(same)},1)-1"
    return Written(f"1+{'+'.join(before)}{shared}", value)


def _keys(group: GroupPage, grade: Grade) -> list[GroupKey]:
    """The groups whose units share the quota and that have a tab with units."""
    keys = [(group.key[0], each) for each in grade.shares(group.key[1])]
    return [key for key in keys if key in group.titles and group.sizes[key]]


def _span(title: str, column: int, units: int) -> str:
    """A column of all units on a group's tab."""
    name = letters(column)
    last = f":${name}${FIRST_ROW + units}" if units > 1 else ""
    return f"'{title}'!${name}${FIRST_ROW + 1}{last}"


def _most(group: GroupPage, grade: Grade) -> Expr:
    """How many places have the grade or a better one, rounded as the rules say."""
    assert grade.top_percent is not None
    share = group.parameters.value(group.scheme, "等次", grade.name, "前百分之", grade.top_percent)
    ranked = len(group.ranked)
    of_them = f"SUMPRODUCT({group.among}1)" if group.among else f"COUNT({group.rows.all(TOTAL)})"
    if group.key[1] in grade.together:
        keys = _keys(group, grade)
        ranked = sum(group.result.evaluation.ranked(*key) for key in keys)
        of_them = "+".join(f"COUNT({_span(group.titles[key], RANK, group.sizes[key])})" for key in keys)
    units = Written(f"({of_them})" if "+" in of_them else of_them, Fraction(ranked))
    part = as_expr(fine(share * units / 100, NINE))
    shared = share_of(ranked, grade.top_percent, grade.rounding)
    made = {
        "down": Written(f"INT({part.text})", Fraction(shared)),
        "up": Written(f"-INT(-{part.text})", Fraction(shared), 1),
        "half_up": Written(f"ROUND({part.text},0)", Fraction(shared)),
    }[grade.rounding]
    if not grade.at_least:
        return made
    floor = group.parameters.value(group.scheme, "等次", grade.name, "至少", Decimal(grade.at_least))
    return as_expr(most(made, least(floor, units)))
