"""What a page shows of each group, the same inside and in public as far as the group's value goes: ranking, components,
distribution, sides, earlier results."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from typing import TypeVar

from evaltool.exact import half_up, published
from evaltool.page import charts
from evaltool.page.contents import Figure, PageBlock, Paragraphs
from evaltool.page.tables import Keys, on_page
from evaltool.results.history import ChangeSinceLast
from evaltool.results.reportcard import GroupCard
from evaltool.results.result import Result
from evaltool.views.comparison import ComparedGroup
from evaltool.views.components import Sides, sides_of
from evaltool.views.components import sides as sides_table
from evaltool.views.history import against_earlier, changes, period
from evaltool.views.ranking import counting, points_of
from evaltool.views.ranking import ranking as ranking_table
from evaltool.views.tables import signed

MOST_SIDES = 3  # sides that a chart can set against each other
MOST_LINES = 36  # of a chart that is to fit on a sheet of paper


# --- ranking ---------------------------------------------------------------------------------------------------------


def ranking(group: ComparedGroup, keys: Keys) -> Iterator[PageBlock]:
    """The units with the components that are shown, and the same as bars."""
    roots = counting(group)
    made = ranking_table(group, roots)
    count = f"{len(group.standings)}{group.scheme.head.says('个单位', '人')}"
    yield on_page(made.called(f"{group.full_name}排名（{count}）"), keys)
    if roots:
        yield from _component_bars(group, roots)


ChartLine = TypeVar("ChartLine")


def _on_sheets(
    title: str, measure: str, lines: Sequence[ChartLine], draw: Callable[[str, Sequence[ChartLine]], charts.PageChart]
) -> Iterator[Figure]:
    """A chart with a line for each unit, in as many figures as it needs so that each fits on a sheet of paper."""
    sheets = -(-len(lines) // MOST_LINES) or 1
    for at in range(sheets):
        own = lines[at * len(lines) // sheets : (at + 1) * len(lines) // sheets]
        more = f"（{at + 1}／{sheets}）" if sheets > 1 else ""
        yield Figure(f"{title}{measure}{more}", draw(f"{title}{more}", own))


def _component_bars(group: ComparedGroup, roots: list[str]) -> Iterator[Figure]:
    granted = any(one.bonus for one in group.standings)
    climbed = any(one.reward for one in group.standings)
    names = [group.title(root) for root in roots] + (["加分"] if granted else [])
    names += [group.scheme.climb.name] if climbed else []
    bars = []
    for one in group.standings:
        parts = [points_of(group, one, root) or Fraction(0) for root in roots]
        parts += [half_up(one.bonus, group.digits)] if granted else []
        parts += [one.reward] if climbed else []
        bars.append(charts.Bar(one.unit.name, tuple(parts), one.text))
    whom = group.scheme.head.says("每个单位", "每人")
    about = f"{whom}一条，各段为各项评估内容的得分，条后为总分；各段数值见排名表。"
    full = Fraction(group.scheme.head.total)
    title = f"{group.full_name}得分构成"
    yield from _on_sheets(title, "（分）", bars, lambda title, own: charts.stacked(title, about, names, own, full))


# --- distribution ----------------------------------------------------------------------------------------------------


def distribution(result: Result, group: ComparedGroup) -> Iterator[PageBlock]:
    """Where the totals lie between the bounds of the grades; an unfinished total is held against no bound."""
    if len(group.standings) < 2 or result.interim:
        return
    marks = [charts.NamedValue(one.unit.name, one.total) for one in group.standings]
    bounds = [
        charts.NamedValue(each.name, Fraction(each.bound)) for each in group.scheme.grades if each.bound is not None
    ]
    one, ranked = group.scheme.head.says("一个单位", "一人"), group.scheme.head.says("排名单位", "排名人员")
    about = f"每点{one}，位置为总分；竖线为等次下限，虚线为{ranked}的平均分。"
    chart = charts.strip(f"{group.full_name}总分分布", about, marks, bounds, group.mean_total())
    yield Figure(f"{group.full_name}总分分布（每点{one}）", chart)


# --- sides -----------------------------------------------------------------------------------------------------------


def sides(group: ComparedGroup, keys: Keys) -> Iterator[PageBlock]:
    """Every unit's percentage of full marks in each component right below the total, such as inside and outside."""
    of = sides_of(group)
    if len(of.components) < 2:
        return
    if len(of.components) <= MOST_SIDES:
        yield from _dots(group, of)
    yield on_page(sides_table(group, of), keys)


def _dots(group: ComparedGroup, of: Sides) -> Iterator[Figure]:
    units = [charts.Sided(one.unit.name, percents) for one, percents in of.percents]
    whom, same = group.scheme.head.says("每个单位", "每人"), group.scheme.head.says("同一单位", "同一人")
    about = f"{whom}一行，各点为各部分的得分率（%），相连的是{same}；数值见表。"
    names = [group.title(root) for root in of.components]
    title = f"{group.full_name}各部分得分率"
    yield from _on_sheets(title, "（%）", units, lambda title, own: charts.dots(title, about, names, own))


# --- against earlier results -----------------------------------------------------------------------------------------


def against_last_year(result: Result, group: ComparedGroup, card: GroupCard, keys: Keys) -> Iterator[PageBlock]:
    """Who gained and who climbed, where the roster has earlier results."""
    known = changes(result, group)
    if not known:
        return
    then = period(each.last.year for each in known)
    if card.improved:
        names = {one.unit.id: one.unit.name for one in group.standings}
        best = "、".join(f"{names[unit]}（+{published(gain, group.digits)}分）" for unit, gain in card.improved[:3])
        said = f"{group.full_name}：与{then}相比，总分上升的{len(card.improved)}个，上升最多的是{best}。"
        yield Paragraphs([said])
    if drawn := [arrow for each in known if (arrow := _arrow(group, each)) is not None]:
        about = f"{group.scheme.head.says('每个单位', '每人')}一支箭头，从{then}总分指向本年度总分；数值见表。"
        title = f"{group.full_name}总分与{then}比较"
        yield from _on_sheets(title, "（分）", drawn, lambda title, own: charts.arrows(title, about, own))
    yield on_page(against_earlier(group, known), keys)


def _arrow(group: ComparedGroup, each: ChangeSinceLast) -> charts.TotalChange | None:
    if each.before is None or each.gained is None:
        return None
    return charts.TotalChange(each.one.unit.name, each.before, each.one.total, signed(each.gained, group.digits))
