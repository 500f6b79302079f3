"""What totals are made of: one unit's components beside the group's mean, and a group's units in percent of full marks
(`ranking` has their points side by side)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from evaltool.exact import half_up, published
from evaltool.results.rank import Standing
from evaltool.results.reportcard import zone
from evaltool.views.comparison import ComparedGroup, ComponentLine, stated_weight, weight_text
from evaltool.views.ranking import counting, whose, zone_word
from evaltool.views.tables import Name, ShownColumn, ShownRow, ShownTable, ShownValue, Word, signed, table

MEAN = "平均"
MEAN_OF_RANKED = "排名单位平均", "排名人员平均"


# --- one unit --------------------------------------------------------------------------------------------------------


def of_unit(group: ComparedGroup, one: Standing, own: Sequence[ComponentLine], *, closing: bool = True) -> ShownTable:
    """Some of a unit's components; `closing`: bonus and deduction where somebody in the group has one, the total."""
    digits = group.digits
    columns = [
        ShownColumn("评估内容", "text", 36, "component", names=True),
        ShownColumn("分值", "number", 8, "weight"),
        ShownColumn("得分", "points", 10, "points", digits),
        ShownColumn("同组平均分", "points", 12, "mean", digits),
        ShownColumn("与平均之差", "change", 12, "difference", digits),
        ShownColumn("备注", "text", 14, "note"),
    ]
    rows = [_row(line, stated_weight(group, one, line), group) for line in own]
    rows += _closing_rows(group, one) if closing else []
    return table("各项得分", columns, rows, "parts")


def _row(line: ComponentLine, stated: Fraction, group: ComparedGroup) -> ShownRow:
    weight, notes = half_up(line.weight, 2), "；".join(_notes(line, stated))
    figures: list[ShownValue] = [line.points, line.mean, line.difference]
    if group.figures < group.digits:
        figures = [*(_coarse(value, group.figures, published) for value in figures[:2])]
        figures.append(_coarse(line.difference, group.figures, signed))
    return "　" * line.depth + line.name, weight, *figures, notes


def _coarse(value: ShownValue, digits: int, said: Callable[[Fraction, int], str]) -> ShownValue:
    """Among totals with more decimals."""
    return Word(said(value, digits)) if isinstance(value, Fraction) else value


def _notes(line: ComponentLine, stated: Fraction) -> Iterator[str]:
    if stated != line.weight:
        yield f"权重由{weight_text(stated)}调整为{weight_text(line.weight)}"
    if not line.complete:
        yield "未报齐"


def _closing_rows(group: ComparedGroup, one: Standing) -> Iterator[ShownRow]:
    bonus, deduction = group.means.bonus, group.means.deduction
    deducted = None if deduction is None else -deduction
    climb = (group.scheme.climb.name, one.reward, group.means.reward)
    for name, own, mean in (("加分", one.bonus, bonus), ("扣分", -one.deduction, deducted), climb):
        if own or mean:
            yield _sum_row(group, name, None, half_up(own, group.digits), mean)
    full = half_up(Fraction(group.scheme.head.total), 2)
    yield _sum_row(group, "总分", full, one.total, group.mean_total())


def _sum_row(
    group: ComparedGroup, name: str, weight: Fraction | None, own: Fraction, mean: Fraction | None
) -> ShownRow:
    mean = None if mean is None else half_up(mean, group.digits)
    return name, weight, own, mean, None if mean is None else own - mean, ""


# --- a group ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sides:
    """The components right below the total that a group has, and every unit's percentage of full marks in each."""

    components: tuple[str, ...]
    percents: tuple[tuple[Standing, tuple[Fraction | None, ...]], ...]


def rates_of(part: Sequence[ComparedGroup], shown: Sequence[str]) -> ShownTable:
    """Mean rates of the components of a class, a column for each of its groups."""
    scheme = part[0].scheme
    columns = [ShownColumn("评估内容", "text", 30, names=True), ShownColumn("分值", "number", 8)]
    columns += [ShownColumn(group.name, "share", 16, digits=1) for group in part]
    rows: list[ShownRow] = [
        (scheme.components[each].name, half_up(scheme.weight(each), 2), *(group.rates[each] for group in part))
        for each in shown
    ]
    whose = (
        ""
        if all(len(group.ranked) == len(group.standings) for group in part)
        else scheme.head.says("（排名单位）", "（排名人员）")
    )
    return table(f"{scheme.head.name}各项平均得分率{whose}", columns, rows)


def sides_of(group: ComparedGroup) -> Sides:
    roots = tuple(counting(group))
    units = ((one, tuple(percent(group, one, root) for root in roots)) for one in group.standings)
    return Sides(roots, tuple(units))


def percent(group: ComparedGroup, one: Standing, component: str) -> Fraction | None:
    point = group.points.get((one.unit.id, component))
    if point is None or not point.weight or point.points is None or not point.is_complete:
        return None
    return point.points / point.weight * 100


def sides(group: ComparedGroup, of: Sides) -> ShownTable:
    """Percentages with their zones, and the mean of the ranked units below them."""
    columns = [whose(group)]
    for root in of.components:
        columns += [ShownColumn(group.title(root), "points", 12, f"part:{root}", 1)]
        columns += [ShownColumn("区域", "word", 10, f"zone:{root}")] if group.scheme.zones else []
    rows: list[list[ShownValue]] = []
    for one, percents in of.percents:
        rows.append([Name(one.unit.name, one.unit.id), *(value for each in percents for value in _cells(group, each))])
    means = [group.rates.get(root) for root in of.components]
    mean: list[ShownValue] = [
        MEAN if len(group.ranked) == len(group.standings) else group.scheme.head.says(*MEAN_OF_RANKED)
    ]
    for rate in means:
        mean += [None if rate is None else rate * 100, *([""] if group.scheme.zones else [])]
    return table(f"{group.full_name}各部分得分率（%）", columns, [*rows, mean])


def _cells(group: ComparedGroup, value: Fraction | None) -> list[ShownValue]:
    scheme = group.scheme
    if not scheme.zones:
        return [value]
    full = Fraction(scheme.head.total) / 100
    return [value, zone_word(scheme, zone(scheme, value * full) if value is not None else "")]
