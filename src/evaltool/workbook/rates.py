"""The tabs 得分率 and 图表: every unit's rates against its group's mean, and the charts that are drawn from them.

The unit whose rates the radar shows is chosen in a cell; the figures beside it are looked up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

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
from evaltool.workbook.grouppage import FIRST_PART, UNIT
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
from evaltool.writers.book import Cell, EntryRule, Tab, TabChart, TabSeries

RATES, CHARTS = "得分率", "图表"
_COLOURS = ("#1F4E79", "#2E75B6", "#9DC3E6", "#A9D18E", "#548235", "#F4B183", "#BF9000", "#7F7F7F", "#7030A0")
_MOST = 60  # bars of a chart; the units behind them stand in the tables
_SPOKES = 3  # a radar of fewer says nothing
_ROW = 20  # height of a row in pixels
_WIDE = 960  # pixels, as the columns below


def rate_tabs(result: Result, made: Frame, groups: Mapping[GroupKey, Live], points: PointRows) -> tuple[Tab, Tab]:
    """Charts, and the rates that they are drawn from."""
    rates, charts = Stack(Page(RATES, HEAD_ROW), [26.0, *[11.0] * 7]), Page(CHARTS, FIRST_ROW)
    drawn: list[TabChart] = []
    checks: list[EntryRule] = []
    tops: list[int] = []
    for key, live in groups.items():
        if not live.places:
            continue
        scheme = result.evaluation.classes[key[0]]
        components = spokes(scheme, key[1], live)
        block = _rates(result, key, live, components, points, rates)
        tops.append(charts.next)
        _draw(scheme, live, components, block, charts, drawn, checks)
    return _chart_tab(charts, made, drawn, checks, tops), rates.tab(made, FILTERED)


def _chart_tab(
    page: Page, made: Frame, drawn: Sequence[TabChart], checks: Sequence[EntryRule], tops: Sequence[int]
) -> Tab:
    """A printed page for every group."""
    widths = [24.0, 12.0, 12.0, *[12.0] * 7]
    more = {"charts": tuple(drawn), "checks": tuple(checks), "breaks": tuple(tops[1:]), "landscape": False}
    return stack(page, made, widths, [], {}, FILTERED, **more)


def spokes(scheme: Scheme, group: str, live: Live) -> list[str]:
    """The components that are set against each other: those below the total, or the leaves where these are few."""
    roots = [each for each in live.roots if scheme.weight(each, group)]
    return roots if len(roots) >= _SPOKES else [each for each in scheme.leaves() if scheme.weight(each, group)]


class _RatesBlock:
    """Where one group's rates stand: first and last unit, the mean's row, and the values of both."""

    def __init__(self, first: int, units: int) -> None:
        self.first, self.last, self.mean = first, first + units - 1, first + units
        self.means: list[Expr] = []
        self.best: list[Expr] = []  # those of the unit that the radar shows first


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
        for column, component in enumerate(components, 1):
            got = points.got.get((one.unit.id, component))
            share = got.share if got else None
            page.put(column, cell(share, "percent") if share else word(NONE), row)
            if share is not None and isinstance(share.value, Fraction) and at < ranked:
                found[column - 1].append(share.value)
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
    """One group: the bars of all units, then the unit that is chosen, its rates, the mean, and the radar of both."""
    units = min(live.last - live.first + 1, _MOST)
    tall = max(260, 24 * units + 130)
    page.put(0, Cell(f"{live.title}：总分构成", "label"))
    drawn.append(_bars(scheme, live, units, (page.next + 1, 0), tall))
    page.next += 2 + -(-tall // _ROW)
    name = live.tab.cells[live.first, UNIT].value
    assert isinstance(name, str)
    top = page.next
    page.add((Cell("选择单位：", "label"), Cell(name, "input")))
    chosen = page.fixed(top, 1, name)
    own_names = f"='{RATES}'!$A${block.first + 1}:$A${block.last + 1}"
    checks.append(
        EntryRule(
            address(top, 1), address(top, 1), "list", choices=own_names, title="选择单位", prompt="雷达图随之变化。"
        )
    )
    page.cells |= head_cells(page.next, [TabColumn("部分", 24), TabColumn("该单位", 12), TabColumn("平均", 12)])
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
    drawn.append(_radar(scheme, live, (top, 4), first, last))
    page.next = max(page.next, top + 420 // _ROW) + 2


def _bars(scheme: Scheme, live: Live, units: int, spot: tuple[int, int], tall: int) -> TabChart:
    rows = live.first + 1, live.first + units

    def column(at: int) -> str:
        return f"='{live.title}'!${letters(at)}${rows[0]}:${letters(at)}${rows[1]}"

    series = [
        TabSeries(scheme.components[each].name, column(UNIT), column(FIRST_PART + at), _COLOURS[at % len(_COLOURS)])
        for at, each in enumerate(live.roots)
    ]
    series.append(TabSeries("加分", column(UNIT), column(FIRST_PART + len(live.roots)), "#C00000"))
    words = f"{live.title}各单位得分按组成部分堆积的条形图，按名次排列"
    return TabChart("stacked", spot, f"{live.title}　总分构成", tuple(series), (_WIDE, tall), words, low=0)


def _radar(scheme: Scheme, live: Live, spot: tuple[int, int], first: int, last: int) -> TabChart:
    def column(at: int) -> str:
        return f"='{CHARTS}'!${letters(at)}${first + 1}:${letters(at)}${last + 1}"

    series = (
        TabSeries(scheme.head.says("该单位", "该人员"), column(0), column(1), "#C00000"),
        TabSeries(scheme.head.says(*MEAN_OF_RANKED), column(0), column(2), "#7F7F7F"),
    )
    words = f"{live.title}中所选单位各部分得分率与参评单位平均的雷达图"
    return TabChart("radar", spot, f"{live.title}　所选单位与平均", series, (510, 400), words, low=0, high=1)
