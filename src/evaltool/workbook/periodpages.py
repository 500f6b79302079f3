"""The tab 各期成绩: what every unit got in each quarter or month by itself, with its place, and the mean of them."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from evaltool.results.periods import PeriodResult, period_results
from evaltool.results.result import Result
from evaltool.roster import Unit
from evaltool.rules.combining import mean
from evaltool.rules.expressions import value_of
from evaltool.views.comparison import weight_text
from evaltool.views.tables import ShownColumn, ShownTable, ShownValue, table
from evaltool.workbook.parts import RECORDED, Frame, stacked
from evaltool.workbook.tables import block
from evaltool.writers.book import Tab

TITLE = "各期成绩"


def period_tab(result: Result, made: Frame) -> tuple[Tab, ...]:
    """Nothing where nothing is marked by periods."""
    groups: dict[tuple[str, str], list[PeriodResult]] = {}
    for one in period_results(result.evaluation, result.intake):
        groups.setdefault((one.class_id, one.group), []).append(one)
    tables = [_table(result, key, of) for key, of in groups.items() if len(of) > 1]
    return (stacked(TITLE, made, map(block, tables), RECORDED),) if tables else ()


def _table(result: Result, key: tuple[str, str], of: Sequence[PeriodResult]) -> ShownTable:
    scheme = result.evaluation.classes[key[0]]
    digits = scheme.head.decimals
    columns = [ShownColumn("单位", "text", 28)]
    for one in of:
        columns += [
            ShownColumn(f"{one.period}得分（{weight_text(one.full)}分）", "points", 14, digits=digits),
            ShownColumn(f"{one.period}名次", "count", 8),
        ]
    columns.append(ShownColumn("各期得分率平均", "share", 12, digits=2))
    rows = [_row(unit, of) for unit in result.evaluation.units_of(*key)]
    caption = f"{scheme.group_title(key[1])}：按时段评分的各项内容，每期单独计分；未报齐的不计，全部报齐后排名"
    return table(caption, columns, rows)


def _row(unit: Unit, of: Sequence[PeriodResult]) -> list[ShownValue]:
    row: list[ShownValue] = [unit.name]
    for one in of:
        row += [one.points.get(unit.id), one.ranks.get(unit.id)]
    rates = [one.points[unit.id] / one.full for one in of if unit.id in one.points and one.full]
    average: Fraction | None = value_of(mean(rates)) if rates else None
    return [*row, average]
