"""The ranked workbook 排名总表.xlsx: a page for the committee, all rankings, a tab per group, and behind them
everything the totals were made of.

It is internal: it shows every mark and who gave it.  Totals, ranks and grades are formulas (law 8); the way from the
single mark, each module a tab, each tab looking at earlier ones only:

    parameters                    every figure of the rules that a formula refers to
    marks (filledin, markheads,   a grid per component: a row for unit and evaluator, a column for a line, scored by its
      markrows, linepoints)       method; comparisons: figures side by side; answers: repeats, then evaluators
    evaluators                    in their place where marks are too many: what each evaluator's come to
    cards                         counted cards
    extrarows                     bonus and deduction by kinds, decision by decision
    pointrows                     every unit in every component: weight x share, parts added up
    groups (grouppage)            totals, with `placeformulas` the rank, with `gradeformulas` the grade
    rates, pastyears              what charts are drawn from
    periodpages                   each quarter's result by itself
    keyfigures                    what came in, and how many live cells are not as they were
    frontpage, contentslist       the first page; the index, in whose order the tabs stand

`expressions` builds each formula together with its exact value, which is held against points and standings while the
workbook is made.  `read_ranked` reads the overview of a written file back, so that a run can compare what stands in it
with its standings (law 9).
"""

from __future__ import annotations

from evaltool.results.rank import GroupKey
from evaltool.results.result import Result
from evaltool.views.firstpage import first_page
from evaltool.views.leftopen import left_open
from evaltool.workbook.contentslist import ABOUT, in_order, index_rows
from evaltool.workbook.details import detail_tabs
from evaltool.workbook.frontpage import front_tab
from evaltool.workbook.keyfigures import counters, figures_tab
from evaltool.workbook.live import LIMIT, ROWS, chain
from evaltool.workbook.overview import overview_tab, read_ranked, shown_in_ranked
from evaltool.workbook.parts import frame, titles_of_groups
from evaltool.workbook.pastyears import past_tab
from evaltool.workbook.periodpages import period_tab
from evaltool.workbook.rates import rate_tabs
from evaltool.workbook.reportcards import report_card_tabs
from evaltool.writers.book import Book

__all__ = ["group_titles", "ranked_book", "read_ranked", "shown_in_ranked"]


def ranked_book(result: Result, limit: int = LIMIT, rows: int = ROWS) -> Book:
    """The whole workbook as a value; above `limit` marks it starts from the evaluators' sums, and no tab has much more
    than so many `rows`."""
    made = frame(result)
    titles = group_titles(result)
    live = chain(result, made, titles, limit, rows)
    charts, rates = rate_tabs(result, made, live.groups, live.points)
    past = past_tab(result, made, live.groups)
    cards = report_card_tabs(result, made)
    groups = [each.tab for each in live.groups.values()]
    made_of = (*groups, *past, *cards, charts, rates, *period_tab(result, made), *live.behind, live.parameters)
    figures = figures_tab(result, made, live, made_of)
    tabs = in_order((overview_tab(result, made, live), *made_of, figures, *detail_tabs(result, made)))
    page = first_page(result, inside=True)
    index = index_rows(result, [each.title for each in tabs], by_purpose=True)
    front = front_tab(result, made, page, left_open(result), index, live.groups, counters(figures))
    settings = result.evaluation.settings
    return Book(
        in_order((front, *tabs)),
        title=f"{settings.name}　排名总表",
        author=settings.office,
        properties=(("校验码", result.code),),
    )


def group_titles(result: Result) -> dict[GroupKey, str]:
    """The title of each group's tab, none that of another tab."""
    return titles_of_groups(result, ABOUT)
