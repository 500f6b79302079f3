"""The tab 历年: group by group the totals of earlier years beside this one's, how far they are apart, and small columns
for each unit."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from evaltool.reader.cells import address
from evaltool.results.history import change
from evaltool.results.rank import GroupKey
from evaltool.results.result import Result
from evaltool.views.history import since
from evaltool.views.ranking import column_of_names
from evaltool.views.tables import NONE
from evaltool.workbook.changecells import change_lights, climbed_cell, gained_cell
from evaltool.workbook.formulas import cell
from evaltool.workbook.groups import Live
from evaltool.workbook.page import Page
from evaltool.workbook.parts import FOLLOWS, HEAD_ROW, Frame, Stack, TabColumn, number, text, total_style, word
from evaltool.writers.book import Cell, Highlight, Sparkline, Tab

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
    filled = Stack(Page(TITLE, HEAD_ROW), [])
    filled.widths += [column.width for column in _columns("", "", years, year, "")]
    lines: list[Sparkline] = []
    lights: list[Highlight] = []
    for key, live in groups.items():
        if live.places:
            lines += _group(result, key, live, years, filled, f"柱高从{low}分起", (low, high))
            first = filled.page.next - len(live.places)
            for column in (_gained(years), _gained(years) + 1):
                lights += change_lights(first, filled.page.next - 1, column)
            filled.page.next += 1
    return (filled.tab(made, FOLLOWS, sparklines=tuple(lines), highlights=tuple(lights), landscape=False),)


def _columns(who: str, then: str, years: Sequence[int], year: int, trend: str) -> list[TabColumn]:
    return [
        TabColumn(who, 28),
        *(TabColumn(f"{each}年", 12) for each in years),
        TabColumn(f"{year}年", 12),
        TabColumn(f"总分比{then}", 13),
        TabColumn(f"名次比{then}", 13),
        TabColumn(f"趋势（{trend}）", 4.0 * len(years) + 16),
    ]


def _gained(years: Sequence[int]) -> int:
    """The column of points gained; that of places climbed follows."""
    return len(years) + 2


def _group(
    result: Result,
    key: GroupKey,
    live: Live,
    years: Sequence[int],
    filled: Stack,
    trend: str,
    ends: tuple[int, int],
) -> Iterator[Sparkline]:
    """The units of a group, best first, and how far each is from its last earlier result."""
    evaluation, scheme = result.evaluation, result.evaluation.classes[key[0]]
    units = [(one, change(evaluation, one)) for one in result.group(*key)]
    then = since(evaluation, (known.last.year for _, known in units if known))
    who = column_of_names(scheme).header
    columns = _columns(who, then, years, evaluation.settings.year, trend)
    filled.head(scheme.group_title(key[1]), columns)
    for one, known in units:
        past = evaluation.earlier(one.unit.id)
        before = [past[each].total if each in past else None for each in years]
        rank, this_year, _ = live.places[one.unit.id]
        earlier = [word(NONE) if total is None else number(total) for total in before]
        shown = [text(one.unit.name), *earlier, cell(this_year, total_style(scheme))]
        row = filled.row([*shown, gained_cell(known, this_year), climbed_cell(known, rank), Cell(None, "text_center")])
        if any(total is not None for total in before):
            cells = f"'{TITLE}'!{address(row, 1)}:{address(row, len(years) + 1)}"
            yield Sparkline((row, len(columns) - 1), cells, *ends)


def _scale(result: Result, years: Sequence[int]) -> tuple[int, int]:
    """Where all columns begin and end: tens that leave room for the least and the greatest total."""
    earlier = (row.total for row in result.evaluation.roster.earlier if row.year in years and row.total is not None)
    totals = [*earlier, *(one.total for one in result.standings)]
    return max(0, math.floor((min(totals) - 5) / 10) * 10), math.ceil(max(totals) / 10) * 10
