"""The report card's tabs of the ranked workbook: every unit in its colours and against last year; what follows."""

from __future__ import annotations

from collections.abc import Iterator

from evaltool.exact import published
from evaltool.results.reportcard import GroupCard, UnitCard, report_cards
from evaltool.results.result import Result
from evaltool.rules import Scheme
from evaltool.views.comparison import group_title
from evaltool.workbook.parts import NONE, Block, Column, Frame, Row, count, number, stacked, text, word
from evaltool.writers.book import Cell, Tab

CARDS, CONSEQUENCES = "成绩单", "结果运用"
_ZONE_STYLES = {"green": "grade_1", "blue": "grade_2", "yellow": "grade_3", "red": "grade_4"}


def report_card_tabs(result: Result, made: Frame) -> tuple[Tab, ...]:
    """成绩单 where the rules have zones or the roster has earlier years; 结果运用 where anything follows."""
    cards = report_cards(result)
    tabs = []
    if any(result.evaluation.classes[card.class_id].zones or _has_past(card) for card in cards):
        tabs.append(stacked(CARDS, made, [_block(result, card) for card in cards]))
    rows = [row for card in cards for unit in card.units for row in _consequence_rows(result, unit)]
    if rows:
        tabs.append(stacked(CONSEQUENCES, made, [("按规则应采取的措施", _CONSEQUENCES, rows)]))
    return tuple(tabs)


def _has_past(card: GroupCard) -> bool:
    return any(each.gained is not None or each.climbed is not None for each in card.units)


def _block(result: Result, card: GroupCard) -> Block:
    scheme = result.evaluation.classes[card.class_id]
    roots = [each for each in scheme.children() if scheme.weight(each, card.group)]
    columns = [Column("单位", 30), Column("总分", 12), *([Column("区域", 10)] if scheme.zones else [])]
    columns += [Column("比上年\n增减", 11), Column("名次\n升降", 11), Column("高于\n平均", 9), Column("连续\n年数", 9)]
    for root in roots:
        columns.append(Column(f"{scheme.components[root].name}\n得分率%", 14))
        columns += [Column("区域", 10)] if scheme.zones else []
    return _caption(result, scheme, card), columns, [_row(result, scheme, each, roots) for each in card.units]


def _caption(result: Result, scheme: Scheme, card: GroupCard) -> str:
    """The group in a sentence: mean, how many above it, zones, who gained most."""
    digits = scheme.head.decimals
    names = {unit.id: unit.name for unit in result.evaluation.units.values()}
    parts = [group_title(scheme, card.group)]
    if card.mean is not None:
        parts.append(f"平均{published(card.mean, digits)}分，{card.ranked}个中{card.above}个高于平均")
    if card.zones:
        parts.append("、".join(f"{zone}{number}个" for zone, number in card.zones.items()))
    if card.improved:
        best = "、".join(f"{names[unit]}（+{published(gain, digits)}）" for unit, gain in card.improved[:3])
        parts.append(f"进步最大：{best}")
    return "；".join(parts)


def _row(result: Result, scheme: Scheme, card: UnitCard, roots: list[str]) -> Row:
    one = next(each for each in result.standings if each.unit.id == card.unit)
    sides = {side.component: side for side in card.sides}
    cells: list[Cell] = [text(one.unit.name), number(one.total)]
    cells += [_zone(scheme, card.zone)] if scheme.zones else []
    cells += [number(card.gained), _places(card.climbed), word({True: "是", False: "", None: NONE}[card.above_mean])]
    cells.append(count(card.running) if card.running else word(NONE))
    for root in roots:
        side = sides.get(root)
        cells.append(number(side.percent if side else None))
        cells += [_zone(scheme, side.zone if side else "")] if scheme.zones else []
    return cells


def _zone(scheme: Scheme, name: str) -> Cell:
    colour = next((each.colour for each in scheme.zones if each.name == name), "")
    return word(name or NONE, _ZONE_STYLES.get(colour, "text_center"))


def _places(climbed: int | None) -> Cell:
    if climbed is None:
        return word(NONE)
    return word("持平" if climbed == 0 else f"升{climbed}位" if climbed > 0 else f"降{-climbed}位")


# --- what follows ----------------------------------------------------------------------------------------------------

_CONSEQUENCES = (
    Column("单位", 30),
    Column("等次", 10),
    Column("连续年数", 10),
    Column("措施", 60),
    Column("需要的公文", 24),
)


def _consequence_rows(result: Result, card: UnitCard) -> Iterator[Row]:
    for each in card.entailed:
        yield (
            text(result.evaluation.units[card.unit].name),
            word(each.grade),
            count(each.years),
            text(each.text),
            text(each.document or NONE),
        )
