"""The ranking of a group as one table: places, totals, grades, awards, what the totals are made of, and why.

Everything that shows a ranking takes its columns from here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from evaltool.evaluation.in_words.decisions import decided_for
from evaltool.evaluation.in_words.extras import WORDS
from evaltool.exact import half_up, plain
from evaltool.results.rank import Standing
from evaltool.results.reportcard import zone
from evaltool.results.result import Result
from evaltool.rules import EXTRAS, Scheme
from evaltool.views.comparison import REST, ComparedGroup, notable, weight_text
from evaltool.views.extras import extras_of, papers
from evaltool.views.tables import NONE, Name, ShownColumn, ShownTable, ShownValue, Tone, Word, table
from evaltool.views.ties import tie_words
from evaltool.views.wording import (
    UNRANKED,
    barred_words,
    climb_words,
    grade_words,
    path,
    received_words,
    veto_words,
)

RANK = ShownColumn("名次", "word", 8, "rank")
UNIT = ShownColumn("单位", "text", 28, "unit", names=True)
PERSON = "姓名"
TOTAL = ShownColumn("总分", "total", 10, "total")
GRADE = ShownColumn("等次", "word", 9, "grade")
_ZONE = ShownColumn("区域", "word", 10, "zone")
_AWARDS = ShownColumn("奖项", "names", 30, "awards")
_REMARKS = ShownColumn("说明", "text", 60, "remarks")
_TONES: tuple[Tone, ...] = ("green", "blue", "yellow", "red")

Remarks = Callable[[Standing], Iterable[str]]


def ranking(
    group: ComparedGroup, components: Sequence[str] = (), remarks: Remarks | None = None, key: str = "ranking"
) -> ShownTable:
    """The units of a group, best first; `components`: those whose points stand in columns `part:…`."""
    digits = group.digits
    parts = [
        ShownColumn(_title(group, each), "points", 10, f"part:{each}", group.figures, _under(group, each))
        for each in components
    ]
    columns = [RANK, whose(group), _with(TOTAL, digits), GRADE, _ZONE, _AWARDS, *parts]
    columns += [
        ShownColumn("加分", "points", 8, "bonus", digits),
        ShownColumn("扣分", "points", 8, "deduction", digits),
    ]
    climb = group.scheme.climb
    columns += [ShownColumn(climb.name, "points", 12, "climb", digits)] if climb.points else []
    columns += [_REMARKS] if remarks else []
    rows = []
    for one in group.standings:
        row: list[ShownValue] = [
            rank_text(one) if one.rank is None else one.rank,
            Name(one.unit.name, one.unit.id),
            one.total,
        ]
        row += [graded_word(group.scheme, one), zone_word(group.scheme, _zone(group, one)), one.awards]
        row += [points_of(group, one, each) for each in components]
        added = (one.bonus, -one.deduction, *((one.reward,) if climb.points else ()))
        row += [half_up(amount, digits) if amount else "" for amount in added]
        rows.append([*row, *(["；".join(remarks(one))] if remarks else [])])
    counted = group.scheme.head.says("个单位", "人")
    return table(f"{group.full_name}（{len(group.standings)}{counted}）", columns, rows, key)


def whose(group: ComparedGroup) -> ShownColumn:
    """The column of names: units', or persons'."""
    return column_of_names(group.scheme)


def column_of_names(scheme: Scheme) -> ShownColumn:
    return replace(UNIT, header=scheme.head.says(UNIT.header, PERSON))


def _with(column: ShownColumn, digits: int) -> ShownColumn:
    return ShownColumn(column.header, column.kind, column.width, column.key, digits)


def rank_text(one: Standing) -> str:
    return UNRANKED if one.rank is None else str(one.rank)


# --- colours ---------------------------------------------------------------------------------------------------------


def grade_word(scheme: Scheme, grade: str) -> Word:
    """The best green, the worst red, the second blue, those between yellow."""
    if not grade:
        return Word("")
    at, worst = scheme.grade_index(grade), len(scheme.grades) - 1
    return Word(grade, "red" if at == worst and worst > 0 else _TONES[min(at, 2)])


def graded_word(scheme: Scheme, one: Standing) -> Word:
    """A unit's grade; what it can still be has no colour."""
    return Word(grade_words(one)) if one.possible else grade_word(scheme, one.grade)


def zone_word(scheme: Scheme, name: str) -> Word:
    """A zone in its colour; nothing where the rules have none."""
    if not scheme.zones:
        return Word("")
    return Word(name or NONE, next((each.colour for each in scheme.zones if each.name == name), ""))


def _zone(group: ComparedGroup, one: Standing) -> str:
    return "" if one.received is not None else zone(group.scheme, one.total)


# --- components ------------------------------------------------------------------------------------------------------


def counting(group: ComparedGroup) -> list[str]:
    """The shown components below the total that this group has."""
    return [each for each in group.roots() if each == REST or group.scheme.weight(each, group.id)]


def points_of(group: ComparedGroup, one: Standing, component: str) -> Fraction | None:
    """What is printed of a component; nothing where its weight went elsewhere."""
    point = group.points.get((one.unit.id, component))
    if point is None or point.points is None or point.state == "moved" or not point.weight:
        return None
    return half_up(point.points, group.figures)


def _title(group: ComparedGroup, component: str) -> str:
    """A component with what it is a part of."""
    if component == REST:
        return group.title(component)
    return "／".join(path(group.scheme, component).split("／")[-2:])


def _under(group: ComparedGroup, component: str) -> str:
    """Its weight; of what is not shown, all that is left."""
    scheme = group.scheme
    if component != REST:
        return f"（{weight_text(scheme.weight(component, group.id))}）"
    shown = sum((scheme.weight(each, group.id) for each in group.roots() if each != REST), Fraction(0))
    return f"（{weight_text(scheme.weight('', group.id) - shown)}）"


# --- remarks ---------------------------------------------------------------------------------------------------------


def public_remarks(group: ComparedGroup, one: Standing) -> Iterator[str]:
    """Why a unit stands where it does, in words that name nothing that is withheld."""
    if one.tie:
        yield tie_words(group, one)
    if one.veto:
        yield veto_words(one).rstrip("。")
    if one.climbed is not None and one.reward:
        yield climb_words(group.scheme, one).rstrip("。")
    yield from _not_awarded(one)
    for what in notable(group, one):
        yield f"{group.title(what.component)}：{what.general}" if what.component else what.general


def inside_remarks(result: Result, one: Standing) -> Iterator[str]:
    """What is behind the figures: the tie, the veto, granted and deducted points, weights that moved."""
    if one.tie:
        yield one.tie
    if one.possible and one.veto:
        yield veto_words(one).rstrip("。")
    elif one.veto:
        lowered = f"等次由{one.grade_by_total}降为{one.grade}" if one.grade != one.grade_by_total else "等次已是最低"
        yield f"一票否决（{one.veto}），{lowered}"
    for kind, amount in zip(EXTRAS, (one.bonus, one.deduction), strict=True):
        if said := papers(extras_of(result, one, kind)):
            yield f"{WORDS[kind][0]}{plain(amount)}分（{said}）"
    if one.climbed is not None:
        yield climb_words(result.evaluation.classes[one.unit.class_id], one).rstrip("。")
    yield from _not_awarded(one)
    yield from decided_for(result.evaluation, one.unit.id)
    scheme = result.evaluation.classes[one.unit.class_id]
    for leaf in scheme.leaves():
        point = result.points.get((one.unit.id, leaf))
        if point and point.basis:
            yield f"{scheme.components[leaf].name}：{point.basis}"
    if one.received is not None:
        yield received_words(one, Fraction(scheme.head.total))


def _not_awarded(one: Standing) -> Iterator[str]:
    """Awards taken away by a decision, or never given."""
    yield from (f"撤销{label}（{document}）" for label, document in one.revoked)
    yield from filter(None, [barred_words(one)])
