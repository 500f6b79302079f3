"""What a page shows of each group, the same inside and in public as far as the group's value goes: ranking, components,
distribution, sides, last year."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import TypeVar

from evaltool.documents.bulletin import rank_text
from evaltool.exact import half_up, published
from evaltool.page import charts
from evaltool.page.contents import Block, Cell, Figure, Paragraphs, Row, Table, Tone, figure, several, text, word
from evaltool.results.rank import Standing
from evaltool.results.reportcard import GroupCard, UnitCard, history, zone
from evaltool.results.result import Result
from evaltool.rules import Scheme
from evaltool.views.comparison import NONE, REST, Group, group_title, printed, signed, weight_text

Keys = Mapping[str, str]
"""Unit -> the id of its section."""
_TONES: tuple[Tone, ...] = ("green", "blue", "yellow", "red")
MOST_SIDES = 3  # sides that a chart can set against each other
MOST_LINES = 36  # of a chart that is to fit on a sheet of paper


def full_name(group: Group) -> str:
    return group_title(group.scheme, group.id)


def tone_of_grade(scheme: Scheme, grade: str) -> Tone:
    """The best green, the worst red, the second blue, those between yellow."""
    if not grade:
        return ""
    at, worst = scheme.grade_index(grade), len(scheme.grades) - 1
    return "red" if at == worst and worst > 0 else _TONES[min(at, 2)]


def zone_cell(scheme: Scheme, name: str) -> Cell:
    tone: Tone = next((each.colour for each in scheme.zones if each.name == name), "")
    return word(name or NONE, tone)


# --- ranking ---------------------------------------------------------------------------------------------------------


def ranking(group: Group, card: GroupCard, keys: Keys) -> Iterator[Block]:
    """The ranked units with the components that are shown, and the same as bars."""
    roots = [each for each in group.roots() if _counts(group, each)]
    zones = {each.unit: each.zone for each in card.units} if group.scheme.zones else {}
    extras = [name for name, has in (("加分", _any(group, "bonus")), ("扣分", _any(group, "deduction"))) if has]
    awarded = any(one.awards for one in group.standings)
    head = ["名次", "单位", "总分", *(["等次"] if group.scheme.grades else [])]
    head += [*(["区域"] if zones else []), *(["奖项"] if awarded else [])]
    head += [f"{group.title(root)}（{_weight(group, root)}）" for root in roots] + extras
    rows = [_ranking_row(group, one, roots, zones, extras, keys, awarded=awarded) for one in group.standings]
    yield Table(f"{full_name(group)}排名（{len(group.standings)}个单位）", head, rows, name=1, key="ranking")
    if roots:
        yield from _component_bars(group, roots, extras)


T = TypeVar("T")


def _on_sheets(
    title: str, measure: str, lines: Sequence[T], draw: Callable[[str, Sequence[T]], charts.Chart]
) -> Iterator[Figure]:
    """A chart with a line for each unit, in as many figures as it needs so that each fits on a sheet of paper."""
    sheets = -(-len(lines) // MOST_LINES) or 1
    for at in range(sheets):
        own = lines[at * len(lines) // sheets : (at + 1) * len(lines) // sheets]
        more = f"（{at + 1}／{sheets}）" if sheets > 1 else ""
        yield Figure(f"{title}{measure}{more}", draw(f"{title}{more}", own))


def _counts(group: Group, component: str) -> bool:
    return component == REST or bool(group.scheme.weight(component, group.id))


def _weight(group: Group, component: str) -> str:
    scheme = group.scheme
    if component == REST:
        shown = [each for each in group.roots() if each != REST]
        rest = scheme.weight("", group.id) - sum((scheme.weight(each, group.id) for each in shown), Fraction(0))
        return weight_text(rest)
    return weight_text(scheme.weight(component, group.id))


def _any(group: Group, kind: str) -> bool:
    return any(getattr(one, kind) for one in group.standings)


def _ranking_row(
    group: Group,
    one: Standing,
    roots: list[str],
    zones: Mapping[str, str],
    extras: list[str],
    keys: Keys,
    *,
    awarded: bool,
) -> Row:
    parts = [figure(printed(_points(group, one, root), group.digits)) for root in roots]
    amounts = {"加分": one.bonus, "扣分": -one.deduction}
    return [
        word(rank_text(one)),
        text(one.unit.name, keys[one.unit.id]),
        figure(one.text),
        *([word(one.grade, tone_of_grade(group.scheme, one.grade))] if group.scheme.grades else []),
        *([zone_cell(group.scheme, zones[one.unit.id])] if zones else []),
        *([several(one.awards)] if awarded else []),
        *parts,
        *(figure(published(amounts[name], group.digits) if amounts[name] else "") for name in extras),
    ]


def _points(group: Group, one: Standing, component: str) -> Fraction | None:
    """What is printed of a component; nothing where its weight went elsewhere."""
    point = group.points.get((one.unit.id, component))
    if point is None or point.points is None or point.state == "moved":
        return None
    return half_up(point.points, group.digits)


def _component_bars(group: Group, roots: list[str], extras: list[str]) -> Iterator[Figure]:
    granted = "加分" in extras
    names = [group.title(root) for root in roots] + (["加分"] if granted else [])
    bars = []
    for one in group.standings:
        parts = [_points(group, one, root) or Fraction(0) for root in roots]
        parts += [half_up(one.bonus, group.digits)] if granted else []
        bars.append(charts.Bar(one.unit.name, tuple(parts), one.text))
    about = "每个单位一条，各段为各项评估内容的得分，条后为总分；各段数值见排名表。"
    full = Fraction(group.scheme.head.total)
    title = f"{full_name(group)}得分构成"
    yield from _on_sheets(title, "（分）", bars, lambda title, own: charts.stacked(title, about, names, own, full))


# --- distribution ----------------------------------------------------------------------------------------------------


def distribution(group: Group) -> Iterator[Block]:
    """Where the totals lie between the bounds of the grades."""
    if len(group.standings) < 2:
        return
    marks = [charts.Mark(one.unit.name, one.total) for one in group.standings]
    bounds = [charts.Mark(each.name, Fraction(each.bound)) for each in group.scheme.grades if each.bound is not None]
    about = "每点一个单位，位置为总分；竖线为等次下限，虚线为排名单位的平均分。"
    chart = charts.strip(f"{full_name(group)}总分分布", about, marks, bounds, group.mean_total())
    yield Figure(f"{full_name(group)}总分分布（每点一个单位）", chart)


# --- sides -----------------------------------------------------------------------------------------------------------


def sides(group: Group, keys: Keys) -> Iterator[Block]:
    """Every unit's percentage of full marks in each component right below the total, such as inside and outside."""
    roots = [each for each in group.roots() if _counts(group, each)]
    if len(roots) < 2:
        return
    zones = bool(group.scheme.zones)
    head = [
        "单位",
        *(title for root in roots for title in ([group.title(root), "区域"] if zones else [group.title(root)])),
    ]
    rows = [_side_row(group, one, roots, keys) for one in group.standings]
    mean = [cell for root in roots for cell in _mean_cells(group, root)]
    rows.append([text("平均"), *mean])
    if len(roots) <= MOST_SIDES:
        units = [
            charts.Sided(one.unit.name, tuple(percent(group, one, root) for root in roots)) for one in group.standings
        ]
        about = "每个单位一行，各点为各部分的得分率（%），相连的是同一单位；数值见表。"
        names = [group.title(root) for root in roots]
        title = f"{full_name(group)}各部分得分率"
        yield from _on_sheets(title, "（%）", units, lambda title, own: charts.dots(title, about, names, own))
    yield Table(f"{full_name(group)}各部分得分率（%）", head, rows)


def percent(group: Group, one: Standing, component: str) -> Fraction | None:
    point = group.points.get((one.unit.id, component))
    if point is None or not point.weight or point.points is None or point.state == "pending":
        return None
    return point.points / point.weight * 100


def _side_row(group: Group, one: Standing, roots: list[str], keys: Keys) -> Row:
    cells: list[Cell] = [text(one.unit.name, keys[one.unit.id])]
    for root in roots:
        cells += _percent_cells(group, percent(group, one, root))
    return cells


def _percent_cells(group: Group, value: Fraction | None) -> list[Cell]:
    scheme = group.scheme
    shown = figure(NONE if value is None else published(value, 1))
    if not scheme.zones:
        return [shown]
    full = Fraction(scheme.head.total) / 100
    return [shown, zone_cell(scheme, zone(scheme, value * full) if value is not None else "")]


def _mean_cells(group: Group, root: str) -> list[Cell]:
    rate = group.rates.get(root)
    cell = figure(NONE if rate is None else published(rate * 100, 1))
    return [cell, word("")] if group.scheme.zones else [cell]


# --- against last year -----------------------------------------------------------------------------------------------


def against_last_year(result: Result, group: Group, card: GroupCard, keys: Keys) -> Iterator[Block]:
    """Who gained and who climbed, where the roster has last year's results."""
    cards = {each.unit: each for each in card.units}
    known = [
        one for one in group.standings if (had := cards[one.unit.id]).gained is not None or had.climbed is not None
    ]
    if not known:
        return
    year = result.evaluation.settings.year - 1
    digits = group.digits
    if card.improved:
        names = {one.unit.id: one.unit.name for one in group.standings}
        best = "、".join(f"{names[unit]}（+{published(gain, digits)}分）" for unit, gain in card.improved[:3])
        yield Paragraphs(
            [f"{full_name(group)}：与{year}年度相比，总分上升的{len(card.improved)}个，上升最多的是{best}。"]
        )
    changes = [_change(group, one, cards[one.unit.id]) for one in known]
    if drawn := [each for each in changes if each is not None]:
        about = f"每个单位一支箭头，从{year}年度总分指向本年度总分；数值见表。"
        title = f"{full_name(group)}总分与{year}年度比较"
        yield from _on_sheets(title, "（分）", drawn, lambda title, own: charts.arrows(title, about, own))
    head = ("单位", f"{year}年度总分", "本年度总分", "增减", f"{year}年度名次", "本年度名次", "升降")
    rows = [_change_row(result, group, one, cards[one.unit.id], keys) for one in known]
    yield Table(f"{full_name(group)}与{year}年度比较", head, rows)


def _change(group: Group, one: Standing, card: UnitCard) -> charts.Change | None:
    if card.gained is None:
        return None
    return charts.Change(one.unit.name, one.total - card.gained, one.total, signed(card.gained, group.digits))


def _change_row(result: Result, group: Group, one: Standing, card: UnitCard, keys: Keys) -> Row:
    last = history(result.evaluation, one.unit.id).get(result.evaluation.settings.year - 1)
    before = None if card.gained is None else one.total - card.gained
    climbed = card.climbed
    moved = (
        NONE if climbed is None else "持平" if not climbed else f"升{climbed}位" if climbed > 0 else f"降{-climbed}位"
    )
    return [
        text(one.unit.name, keys[one.unit.id]),
        figure(printed(before, group.digits)),
        figure(one.text),
        figure(signed(card.gained, group.digits)),
        word(str(last.rank) if last and last.rank is not None else NONE),
        word(rank_text(one)),
        word(moved),
    ]
