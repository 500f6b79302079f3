"""The tab 历年: the totals of earlier years beside this one's, with small columns for each unit."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from evaltool.reader.cells import address
from evaltool.results.rank import GroupKey
from evaltool.results.result import Result
from evaltool.views.tables import NONE
from evaltool.workbook.formulas import cell
from evaltool.workbook.groups import Live
from evaltool.workbook.page import Page
from evaltool.workbook.parts import FIRST_ROW, FOLLOWS, Frame, TabColumn, listed, number, text, total_style, word
from evaltool.writers.book import Cell, Sparkline, Tab

TITLE = "历年"
_MOST = 8  # years back


def past_tab(result: Result, made: Frame, groups: Mapping[GroupKey, Live]) -> tuple[Tab, ...]:
    """Nothing where the roster has no earlier total, and nothing beside an unfinished one."""
    if result.interim:
        return ()
    evaluation = result.evaluation
    year = evaluation.settings.year
    years = sorted({row.year for row in evaluation.roster.earlier if row.total is not None and row.year < year})[
        -_MOST:
    ]
    if not years:
        return ()
    low, high = _scale(result, years)
    page = Page(TITLE, FIRST_ROW)
    columns = [
        TabColumn("单位", 28),
        *(TabColumn(f"{each}年", 12) for each in years),
        TabColumn(f"{year}年", 12),
        TabColumn(f"趋势（柱高从{low}分起）", 4.0 * len(years) + 12),
    ]
    lines = []
    for one in result.standings:
        past = evaluation.earlier(one.unit.id)
        before = [past[each].total if each in past else None for each in years]
        live = groups[one.key].places[one.unit.id][1]
        style = total_style(evaluation.classes[one.unit.class_id])
        earlier = [word(NONE) if total is None else number(total) for total in before]
        row = page.add((text(one.unit.name), *earlier, cell(live, style), Cell(None, "text_center")))
        if any(total is not None for total in before):
            cells = f"'{TITLE}'!{address(row, 1)}:{address(row, len(years) + 1)}"
            lines.append(Sparkline((row, len(columns) - 1), cells, low, high))
    return (listed(page, made, columns, FOLLOWS, still=1, table="历年表", sparklines=tuple(lines)),)


def _scale(result: Result, years: Sequence[int]) -> tuple[int, int]:
    """Where all columns begin and end: tens that leave room for the least and the greatest total."""
    earlier = (row.total for row in result.evaluation.roster.earlier if row.year in years and row.total is not None)
    totals = [*earlier, *(one.total for one in result.standings)]
    return max(0, math.floor((min(totals) - 5) / 10) * 10), math.ceil(max(totals) / 10) * 10
