"""The report card's tabs of the ranked workbook: every unit in its colours and against last year; what follows."""

from __future__ import annotations

from collections.abc import Iterator

from evaltool.documents.assessment import foremost
from evaltool.documents.persons import spoken
from evaltool.exact import published
from evaltool.results.rank import Standing
from evaltool.results.reportcard import GroupCard, UnitCard, report_cards
from evaltool.results.result import Result
from evaltool.rules import Scheme
from evaltool.views.history import places, since
from evaltool.views.ranking import UNIT, column_of_names, zone_word
from evaltool.views.tables import NONE, ShownColumn, ShownRow, ShownTable, ShownValue, table
from evaltool.workbook.parts import RECORDED, Frame, stacked
from evaltool.workbook.tables import block
from evaltool.writers.book import Tab

CARDS, CONSEQUENCES = "成绩单", "结果运用"


def report_card_tabs(result: Result, made: Frame) -> tuple[Tab, ...]:
    """成绩单 where the rules have zones or the roster has earlier years; 结果运用 where anything follows."""
    cards = report_cards(result)
    tabs = []
    if any(result.evaluation.classes[card.class_id].zones or _has_past(card) for card in cards):
        tabs.append(stacked(CARDS, made, [block(_table(result, card)) for card in cards], RECORDED))
    rows = [row for card in cards for unit in card.units for row in _consequence_rows(result, unit)]
    if rows:
        tabs.append(stacked(CONSEQUENCES, made, [block(table("按规则应采取的措施", _CONSEQUENCES, rows))], RECORDED))
    return tuple(tabs)


def _has_past(card: GroupCard) -> bool:
    return any(each.gained is not None or each.climbed is not None for each in card.units)


def _table(result: Result, card: GroupCard) -> ShownTable:
    scheme = result.evaluation.classes[card.class_id]
    zones = bool(scheme.zones)
    roots = [each for each in scheme.children() if scheme.weight(each, card.group)]
    before = since(result.evaluation, (each.since for each in card.units))
    zone = ShownColumn("区域", "word", 10)
    columns = [column_of_names(scheme), ShownColumn("总分", "points", 12), *([zone] if zones else [])]
    columns += [ShownColumn(f"比{before}", "points", 11, under="增减"), ShownColumn("名次", "word", 11, under="升降")]
    columns += [ShownColumn("高于", "word", 9, under="平均"), ShownColumn("连续", "count", 9, under="年数")]
    for root in roots:
        columns += [
            ShownColumn(scheme.components[root].name, "points", 14, under="得分率%"),
            *([zone] if zones else []),
        ]
    standings = {one.unit.id: one for one in result.group(card.class_id, card.group)}
    rows = [_row(scheme, standings[each.unit], each, roots) for each in card.units]
    return table(_caption(result, scheme, card), columns, rows)


def _caption(result: Result, scheme: Scheme, card: GroupCard) -> str:
    """The group in a sentence: mean, how many above it, zones, who gained most."""
    digits = scheme.head.decimals
    names = {unit.id: unit.name for unit in result.evaluation.units.values()}
    parts, each = [scheme.group_title(card.group)], scheme.head.each
    if card.mean is not None:
        parts.append(f"平均{published(card.mean, digits)}分，{card.ranked}{each}中{card.above}{each}高于平均")
    if card.zones:
        parts.append("、".join(f"{zone}{number}{each}" for zone, number in card.zones.items()))
    if card.improved:
        best = foremost([(gain, f"{names[unit]}（+{published(gain, digits)}）") for unit, gain in card.improved])
        parts.append(f"进步最大：{spoken(best, persons=scheme.head.persons)}")
    return "；".join(parts)


def _row(scheme: Scheme, one: Standing, card: UnitCard, roots: list[str]) -> list[ShownValue]:
    sides = {side.component: side for side in card.sides}
    row: list[ShownValue] = [one.unit.name, one.total, *([zone_word(scheme, card.zone)] if scheme.zones else [])]
    above = None if card.above_mean is None else "是" if card.above_mean else ""
    row += [card.gained, places(card.climbed), above, card.running or None]
    for root in roots:
        side = sides.get(root)
        row += [side.percent if side else None]
        row += [zone_word(scheme, side.zone if side else "")] if scheme.zones else []
    return row


# --- what follows ----------------------------------------------------------------------------------------------------

_CONSEQUENCES = (
    UNIT,
    ShownColumn("等次", "word", 10),
    ShownColumn("连续年数", "count", 10),
    ShownColumn("措施", "text", 60),
    ShownColumn("需要的公文", "text", 24),
)


def _consequence_rows(result: Result, card: UnitCard) -> Iterator[ShownRow]:
    for each in card.entailed:
        name = result.evaluation.units[card.unit].name
        yield name, each.grade, each.years, each.text, each.document or NONE
