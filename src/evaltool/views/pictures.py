"""What is drawn of a result, once for every output: totals, shares, sides, change.  `charts` knows how.

Groups that are read beside each other have the same axes and the same colours: `scales` makes them of all groups.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import TypeVar

from evaltool import charts
from evaltool.charts.drawing import around_all, label_width
from evaltool.exact import half_up, plain, published
from evaltool.results.history import ChangeSinceLast
from evaltool.results.margins import Cut, cuts
from evaltool.results.result import Result
from evaltool.views.comparison import ComparedGroup
from evaltool.views.components import percent, sides_of
from evaltool.views.firstpage import GroupFront
from evaltool.views.history import changes, period
from evaltool.views.ranking import counting
from evaltool.views.tables import signed
from evaltool.writers.drawing import Drawing

MOST_SIDES = 3  # that a drawing can set against each other
MOST_COLUMNS = 12  # of a heat map that a phone shows whole
MOST_LINES = 36  # of a drawing that is to fit on a sheet of paper
CUT_SPAN = Fraction(2)  # points on both sides of a cut that are drawn
DrawnLine = TypeVar("DrawnLine")


@dataclass(frozen=True, slots=True)
class Pictured:
    """A drawing with what stands above it."""

    caption: str
    drawing: Drawing


@dataclass(frozen=True, slots=True)
class Scales:
    """What drawings of several groups share.  `totals`, `change`: by full marks."""

    totals: Mapping[Decimal, charts.Span]
    change: Mapping[Decimal, charts.Span]
    sides: charts.Span
    heat: charts.HeatScale


def scales(result: Result, groups: Sequence[ComparedGroup]) -> Scales:
    totals: dict[Decimal, list[Fraction]] = {}
    change: dict[Decimal, list[Fraction]] = {}
    for group in groups:
        totals.setdefault(group.scheme.head.total, []).extend(one.total for one in group.standings)
        both = [value for each in changes(result, group) for value in (each.before, each.one.total)]
        change.setdefault(group.scheme.head.total, []).extend(value for value in both if value is not None)
    sides = [value for group in groups for _, own in sides_of(group).percents for value in own if value is not None]
    fields = [value for group in groups for row in _heat_rows(group, heat_columns(group)) for value in row.percents]
    left = label_width(one.unit.name for group in groups for one in group.standings)
    return Scales(
        {full: _span(values, left) for full, values in totals.items()},
        {full: _span(values, left) for full, values in change.items()},
        _span(sides, left),
        charts.scale_of([value for value in fields if value is not None]),
    )


def _span(values: Sequence[Fraction], left: int) -> charts.Span:
    return charts.Span(*around_all(values), left)


def _on_sheets(
    title: str,
    measure: str,
    lines: Sequence[DrawnLine],
    draw: Callable[[str, Sequence[DrawnLine]], Drawing],
    most: int = MOST_LINES,
) -> Iterator[Pictured]:
    """A line for each unit, in as many drawings as it needs so that each fits on a sheet of paper."""
    sheets = -(-len(lines) // most) or 1
    for at in range(sheets):
        own = lines[at * len(lines) // sheets : (at + 1) * len(lines) // sheets]
        more = f"（{at + 1}／{sheets}）" if sheets > 1 else ""
        yield Pictured(f"{title}{measure}{more}", draw(f"{title}{more}", own))


# --- grades ----------------------------------------------------------------------------------------------------------


def grades(front: GroupFront) -> Iterator[Pictured]:
    """How many units of a group have which grade."""
    if front.grades:
        parts = [charts.GradePart(each.grade, each.tone, each.count) for each in front.grades]
        each_of = front.group.scheme.head.each
        said = "，".join(f"{each.grade}{each.count}{each_of}" for each in front.grades)
        title = f"{front.group.full_name}{front.scale}"
        yield Pictured(title, charts.grade_bar(title, said, parts))


# --- totals ----------------------------------------------------------------------------------------------------------


def totals(group: ComparedGroup, scale: Scales, near: Sequence[str] = (), most: int = MOST_LINES) -> Iterator[Pictured]:
    """Every unit's total beside the mean and the bounds of the grades; of a large group first where they all lie.
    `near`: sentences on who stands at a bound; `most`: units of a drawing."""
    head = group.scheme.head
    bounds = [
        charts.NamedValue(f"{each.name} {plain(Fraction(each.bound))}", Fraction(each.bound))
        for each in group.scheme.grades
        if each.bound
    ]
    mean = group.mean_total()
    against = charts.Against(bounds, None if mean is None else half_up(mean, group.digits), group.digits)
    span = scale.totals[head.total]
    units = [charts.DrawnTotal(one.unit.name, one.total, one.text, one.rank is not None) for one in group.standings]
    if len(units) > MOST_LINES:
        uprights = "，".join([*(["竖线为等次下限"] if bounds else []), *(["虚线为平均分"] if mean is not None else [])])
        about = "；".join(filter(None, [f"每点{head.says('一个单位', '一人')}，位置为总分", uprights])) + "。"
        marks = [charts.NamedValue(each.name, each.value) for each in units]
        drawn = charts.strip(f"{group.full_name}总分分布", about, marks, against, span)
        yield Pictured(f"{group.full_name}总分分布（每点{head.says('一个单位', '一人')}）", drawn)
    whose = head.says("排名单位平均分", "排名人员平均分")
    start = "标出总分" if mean is None else f"从{whose}（虚线）到总分"
    about = f"{head.says('每个单位', '每人')}一行，{start}{'；竖线为等次下限' if bounds else ''}。"
    about += "各图横轴相同，不从0起；数值见排名表。"
    beside = "、".join([*(["平均分"] if mean is not None else []), *(["等次界线"] if bounds else [])])
    title = f"{group.full_name}总分{'与' if beside else ''}{beside}"
    yield from _on_sheets(
        title, "（分）", units, lambda title, own: charts.totals(title, about, own, against, span, near), most
    )


# --- components ------------------------------------------------------------------------------------------------------


def heat_columns(group: ComparedGroup) -> list[str]:
    """The components right below the total, or the parts of those where they are few."""
    roots = counting(group)
    if len(roots) > MOST_SIDES:
        return roots
    weigh = group.scheme.weight
    parts = [[part for part in group.parts(root) if weigh(part, group.id)] or [root] for root in roots]
    return [part for own in parts for part in own]


def shares(group: ComparedGroup, scale: Scales) -> Iterator[Pictured]:
    """The heat map of a group: what everybody got of every component."""
    columns = heat_columns(group)
    if len(columns) < 2:
        return
    about = f"{group.scheme.head.says('每个单位', '每人')}一行，每列一项评估内容，格内为得分率（%），颜色越深失分越多。"
    blocks = -(-len(columns) // MOST_COLUMNS)
    unranked = "，※为不排名" if len(group.ranked) < len(group.standings) else ""
    for at in range(blocks):
        own = columns[at * len(columns) // blocks : (at + 1) * len(columns) // blocks]
        names = [group.title(each) for each in own]
        draw = partial(_heat, about, names, scale.heat)
        measure = f"（%{unranked}）" if blocks == 1 else f"（%，第{at + 1}组{unranked}）"
        yield from _on_sheets(f"{group.full_name}各项得分率", measure, _heat_rows(group, own), draw)


def _heat(
    about: str, names: Sequence[str], scale: charts.HeatScale, title: str, rows: Sequence[charts.HeatRow]
) -> Drawing:
    return charts.heat(title, about, names, rows, scale)


def _heat_rows(group: ComparedGroup, columns: Sequence[str]) -> list[charts.HeatRow]:
    return [
        charts.HeatRow(
            one.unit.name if one.rank is not None else f"{one.unit.name}※",
            tuple(percent(group, one, each) for each in columns),
        )
        for one in group.standings
    ]


def sides(group: ComparedGroup, scale: Scales) -> Iterator[Pictured]:
    """Few sides set against each other, such as inside and outside."""
    of, head = sides_of(group), group.scheme.head
    if not 1 < len(of.components) <= MOST_SIDES:
        return
    units = [charts.Sided(one.unit.name, percents) for one, percents in of.percents]
    whom, same = head.says("每个单位", "每人"), head.says("同一单位", "同一人")
    about = f"{whom}一行，各点为各部分的得分率（%），相连的是{same}；数值见表。"
    names = [group.title(root) for root in of.components]
    title = f"{group.full_name}各部分得分率对照"
    yield from _on_sheets(title, "（%）", units, lambda title, own: charts.dots(title, about, names, own, scale.sides))


# --- change ----------------------------------------------------------------------------------------------------------


def change(
    result: Result, group: ComparedGroup, known: Sequence[ChangeSinceLast], scale: Scales, *, falls: bool
) -> Iterator[Pictured]:
    """Lines over the years, and an arrow for each unit.  `falls`: name who fell most, and the arrows from the farthest
    rise to the deepest fall."""
    drawn = [each for each in known if each.before is not None and each.gained is not None]
    if not drawn:
        return
    yield from _years(result, group, drawn, falls=falls)
    then = period(each.last.year for each in known)
    listed = sorted(drawn, key=lambda each: -(each.gained or 0)) if falls else drawn
    made = [_arrow(group, each) for each in listed]
    order = "，按增减排列" if falls else ""
    about = f"{group.scheme.head.says('每个单位', '每人')}一支箭头，从{then}总分指向本年度总分{order}；数值见表。"
    title, span = f"{group.full_name}总分比{then}增减", scale.change[group.scheme.head.total]
    yield from _on_sheets(title, "（分）", made, lambda title, own: charts.arrows(title, about, own, span))


def _arrow(group: ComparedGroup, each: ChangeSinceLast) -> charts.TotalChange:
    gained = each.gained or Fraction(0)
    return charts.TotalChange(each.one.unit.name, each.one.total - gained, each.one.total, signed(gained, group.digits))


def _years(
    result: Result, group: ComparedGroup, known: Sequence[ChangeSinceLast], *, falls: bool
) -> Iterator[Pictured]:
    this = result.evaluation.settings.year
    earlier = {one.unit.id: result.evaluation.earlier(one.unit.id) for one in group.standings}
    years = sorted({year for own in earlier.values() for year, row in own.items() if row.total is not None})
    named = _named(group, known, falls=falls)
    lines = []
    for one in group.standings:
        own = earlier[one.unit.id]
        before = [None if year not in own else own[year].total for year in years]
        if any(total is not None for total in before):
            kept = tuple(None if total is None else half_up(total, group.digits) for total in before)
            lines.append(charts.YearLine(one.unit.name, (*kept, one.total), *named.get(one.unit.id, ())))
    which = "变化最大的和首位、末位" if falls else "提高最多的和首位"
    about = f"每条线{group.scheme.head.says('一个单位', '一人')}的历年总分；{which}写出名称。"
    if len(lines) > 1:
        titles = [f"{year}年" for year in (*years, this)]
        title = f"{group.full_name}历年总分"
        yield Pictured(f"{title}（分）", charts.slopes(title, about, titles, lines))


def _named(
    group: ComparedGroup, known: Sequence[ChangeSinceLast], *, falls: bool
) -> dict[str, tuple[str, bool | None]]:
    """Whose lines stand out: what stands at their ends, and whether they are the farthest rise or the deepest fall."""
    by_change = sorted(known, key=lambda each: (-(each.gained or 0), each.one.unit.order))
    found: dict[str, tuple[str, bool | None]] = {}
    for one in (group.ranked[:1] + group.ranked[-1:]) if falls else group.ranked[:1]:
        found[one.unit.id] = f"{one.unit.name} 第{one.rank}", None
    ends = [(by_change[0], True), (by_change[-1], False)] if falls else [(by_change[0], True)]
    for each, rises in ends:
        gained = each.gained or Fraction(0)
        if gained and (gained > 0) == rises:
            arrow = f"{'▲' if rises else '▼'}{published(abs(gained), group.digits)}"
            found[each.one.unit.id] = f"{each.one.unit.name} {arrow}", rises
    return found


# --- cuts ------------------------------------------------------------------------------------------------------------


def margins(group: ComparedGroup) -> Iterator[Pictured]:
    """The cuts of a group that somebody is near to, and the units on both sides of each."""
    found = [_near(cut) for cut in cuts(group.scheme, group.id, group.standings)]
    found = [each for each in found if any(abs(mark.value) <= CUT_SPAN for mark in (*each.inside, *each.outside))]
    if not found:
        return
    about = (
        "每条横线为一道界线，中间的竖线为界（奖项以末位的总分为界）；右侧在线上，左侧在线下，"
        "最近的由细线引出名称和分差。"
    )
    title = f"{group.full_name}离各条界线的距离"
    drawn = charts.around(title, about, found, CUT_SPAN)
    yield Pictured(f"{title}（上下各{plain(CUT_SPAN)}分以内）", drawn)


def _near(cut: Cut) -> charts.Near:
    """Distances from the cut; where it is a place, from the last unit inside."""
    bound = cut.bound if cut.bound is not None else (*cut.inside, *cut.outside)[0].total
    inside, outside = (
        tuple(charts.NamedValue(one.unit.name, one.total - bound) for one in side) for side in (cut.inside, cut.outside)
    )
    return charts.Near(cut.name, inside, outside)
