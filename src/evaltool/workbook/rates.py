"""The tabs 得分率 and 图表: every unit's rates against its group's mean, and the charts that are drawn from them.

The unit whose rates are set against the mean is chosen in a cell; the figures beside it are looked up.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from evaltool.charts.colours import ABOVE, BELOW, HEAT
from evaltool.reader.cells import address, letters
from evaltool.results.rank import GroupKey
from evaltool.results.result import Result
from evaltool.rules import Scheme
from evaltool.rules.combining import mean
from evaltool.rules.expressions import Expr, as_expr
from evaltool.rules.lists import looked_up
from evaltool.views.components import MEAN_OF_RANKED
from evaltool.views.ranking import column_of_names
from evaltool.views.tables import NONE
from evaltool.workbook.formulas import cell
from evaltool.workbook.grouppage import TOTAL, UNIT
from evaltool.workbook.groups import Live
from evaltool.workbook.page import Page
from evaltool.workbook.parts import (
    FILTERED,
    FIRST_ROW,
    HEAD_ROW,
    Frame,
    Stack,
    TabColumn,
    head_cells,
    stack,
    text,
    word,
)
from evaltool.workbook.pointrows import PointRows
from evaltool.writers.book import Cell, EntryRule, HeatRange, Tab, TabChart, TabSeries

RATES, CHARTS = "得分率", "图表"
_OWN, _MEAN = ABOVE, BELOW
_HEAT = HEAT[3], HEAT[0]  # as in the drawings the darker, the more was lost; dark figures are read on all of them
_MOST = 60  # bars of a chart; the units behind them stand in the tables
_FEWEST = 3  # components; of fewer the leaves are drawn
_ROW = 20  # height of a row in pixels
_WIDE, _TALL = 960, 420  # pixels, as the columns below
_PAIRS = 510


def rate_tabs(result: Result, made: Frame, groups: Mapping[GroupKey, Live], points: PointRows) -> tuple[Tab, Tab]:
    """Charts, and the rates that they are drawn from."""
    rates, charts = Stack(Page(RATES, HEAD_ROW), [26.0, *[11.0] * 7]), Page(CHARTS, FIRST_ROW)
    drawn: list[TabChart] = []
    checks: list[EntryRule] = []
    tops: list[int] = []
    fields: list[tuple[str, str]] = []
    for key, live in groups.items():
        if not live.places:
            continue
        scheme = result.evaluation.classes[key[0]]
        components = compared_parts(scheme, key[1], live)
        block = _rates(result, key, live, components, points, rates)
        fields.append((address(block.first, 1), address(block.mean, len(components))))
        tops.append(charts.next)
        _draw(scheme, live, components, block, charts, drawn, checks)
    return _chart_tab(charts, made, drawn, checks, tops), rates.tab(
        made, FILTERED, heat=HeatRange(tuple(fields), *_HEAT, 1)
    )


def _chart_tab(
    page: Page, made: Frame, drawn: Sequence[TabChart], checks: Sequence[EntryRule], tops: Sequence[int]
) -> Tab:
    """A printed page for every group."""
    widths = [24.0, 12.0, 12.0, *[12.0] * 7]
    more = {"charts": tuple(drawn), "checks": tuple(checks), "breaks": tuple(tops[1:]), "landscape": False}
    return stack(page, made, widths, [], {}, FILTERED, **more)


def compared_parts(scheme: Scheme, group: str, live: Live) -> list[str]:
    """The components that are set against each other: those below the total, or the leaves where these are few."""
    roots = [each for each in live.roots if scheme.weight(each, group)]
    return roots if len(roots) >= _FEWEST else [each for each in scheme.leaves() if scheme.weight(each, group)]


class _RatesBlock:
    """Where one group's rates stand: first and last unit, the mean's row; and what stands in it."""

    def __init__(self, first: int, units: int) -> None:
        self.first, self.last, self.mean = first, first + units - 1, first + units
        self.totals: list[Fraction] = []
        self.rates: list[Fraction] = []
        self.means: list[Expr] = []
        self.best: list[Expr] = []  # those of the unit that is chosen at first


def _rates(
    result: Result, key: GroupKey, live: Live, components: Sequence[str], points: PointRows, filled: Stack
) -> _RatesBlock:
    """Units by components in percent of full marks, each linked to the unit's share; below them the mean."""
    scheme = result.evaluation.classes[key[0]]
    standings = result.group(*key)
    columns = [
        TabColumn(column_of_names(scheme).header, 26),
        *(TabColumn(scheme.components[each].name, 11) for each in components),
    ]
    page = filled.page
    filled.head(f"{live.title}：各部分得分率", columns)
    block = _RatesBlock(page.next, len(standings))
    ranked = sum(one.rank is not None for one in standings)
    found: list[list[Fraction]] = [[] for _ in components]
    for at, one in enumerate(standings):
        row = block.first + at
        page.put(0, text(one.unit.name), row)
        block.totals.append(one.total)
        for column, component in enumerate(components, 1):
            got = points.got.get((one.unit.id, component))
            share = got.share if got else None
            page.put(column, cell(share, "percent") if share else word(NONE), row)
            if share is not None and isinstance(share.value, Fraction):
                block.rates.append(share.value)
                found[column - 1] += [share.value] if at < ranked else []
            if not at:
                value = share.value if share else NONE
                block.best.append(page.fixed(row, column, value))
    page.put(0, Cell(scheme.head.says(*MEAN_OF_RANKED), "label"), block.mean)
    for column, values in enumerate(found, 1):
        span = page.range(column, block.first, block.first + max(ranked, 1) - 1, values)
        average = as_expr(mean(span)) if values else None
        page.put(column, cell(average, "percent", page.own) if average else word(NONE), block.mean)
        block.means.append(page.fixed(block.mean, column, average.value if average else NONE))
    page.next = block.mean + 2
    return block


def _draw(
    scheme: Scheme,
    live: Live,
    components: Sequence[str],
    block: _RatesBlock,
    page: Page,
    drawn: list[TabChart],
    checks: list[EntryRule],
) -> None:
    """One group: the totals of all units, then the unit that is chosen, its rates, the mean, and both drawn."""
    units = min(live.last - live.first + 1, _MOST)
    page.put(0, Cell(f"{live.title}：总分", "label"))
    drawn.append(_totals(live, block, units, (page.next + 1, 0)))
    page.next += 2 + -(-_TALL // _ROW)
    name = live.tab.cells[live.first, UNIT].value
    assert isinstance(name, str)
    top = page.next
    choose = scheme.head.says("选择单位", "选择人员")
    page.add((Cell(f"{choose}：", "label"), Cell(name, "input")))
    chosen = page.fixed(top, 1, name)
    own_names = f"='{RATES}'!$A${block.first + 1}:$A${block.last + 1}"
    checks.append(
        EntryRule(
            address(top, 1), address(top, 1), "list", choices=own_names, title=choose, prompt="右侧的图随之变化。"
        )
    )
    page.cells |= head_cells(
        page.next, [TabColumn("部分", 24), TabColumn(scheme.head.says("该单位", "该人员"), 12), TabColumn("平均", 12)]
    )
    first = page.next + 1
    page.next = first
    for at, component in enumerate(components):
        column = letters(at + 1)
        span = f"'{RATES}'!${column}${block.first + 1}:${column}${block.last + 1}"
        rate = looked_up(span, own_names[1:], chosen, block.best[at].value)
        page.add(
            (
                text(scheme.components[component].name),
                cell(rate, "percent", page.own),
                cell(block.means[at], "percent", page.own),
            )
        )
    last = page.next - 1
    drawn.append(_pairs(scheme, live, block, (top, 4), (first, last)))
    page.next = max(page.next, top + 420 // _ROW) + 2


def _totals(live: Live, block: _RatesBlock, units: int, spot: tuple[int, int]) -> TabChart:
    """Dots on an axis that begins below the lowest: bars from 0 would all look alike."""
    rows = live.first + 1, live.first + units

    def column(at: int) -> str:
        return f"='{live.title}'!${letters(at)}${rows[0]}:${letters(at)}${rows[1]}"

    words = f"{live.title}总分的点图，按名次排列，纵轴不从0起"
    series = (TabSeries("总分", column(UNIT), column(TOTAL), _OWN),)
    return TabChart(spot, f"{live.title}　总分", series, (_WIDE, _TALL), words, low=_below(block.totals, 10))


def _pairs(scheme: Scheme, live: Live, block: _RatesBlock, spot: tuple[int, int], rows: tuple[int, int]) -> TabChart:
    """The unit's rates and the means, joined where they are apart; a radar's two lines lay upon each other."""

    def column(at: int) -> str:
        return f"='{CHARTS}'!${letters(at)}${rows[0] + 1}:${letters(at)}${rows[1] + 1}"

    series = (
        TabSeries(scheme.head.says("该单位", "该人员"), column(0), column(1), _OWN),
        TabSeries(scheme.head.says(*MEAN_OF_RANKED), column(0), column(2), _MEAN),
    )
    whose, mean = scheme.head.says("所选单位", "所选人员"), scheme.head.says(*MEAN_OF_RANKED)
    words = f"{live.title}中{whose}各部分得分率与{mean}的点图，相差处连线，纵轴不从0起"
    low = _below([*block.rates, *(each.value for each in block.means)], Fraction(1, 10))
    high = None if any(rate > 1 for rate in block.rates) else 1
    title = f"{live.title}　{whose}与平均"
    return TabChart(spot, title, series, (_PAIRS, 400), words, low=low, high=high, share=True)


def _below(values: Iterable[object], step: Fraction | int) -> Fraction:
    """Where an axis begins: a step below all, so that what is tried still stands on it; never below 0."""
    known = [value for value in values if isinstance(value, Fraction)]
    least = min(known, default=Fraction(0))
    return max((math.floor(least / step) - 1) * Fraction(step), Fraction(0))
