"""The public workbook 排名表.xlsx: every group's ranking, and the points in the components that may be shown (law 11).

Everything comes from `comparison`, as in the public documents: rounded as it is printed there, without formulas, and
without a component that `disclosure` withholds; what is withheld stands as one sum.  The overview has the first columns
of the internal one, so that the same `read_ranked` reads it back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from functools import partial

from evaltool.results.result import Result
from evaltool.views.comparison import ComparedGroup, compared, percent_text
from evaltool.views.firstpage import first_page
from evaltool.views.ranking import counting, public_remarks, ranking
from evaltool.views.tables import ShownTable, ShownValue
from evaltool.workbook.contentslist import index_rows
from evaltool.workbook.frontpage import front_tab
from evaltool.workbook.parts import FRONT, OVERVIEW, Frame, TabBlock, stacked, titles_of_groups
from evaltool.workbook.tables import block
from evaltool.writers.book import Book, Cell, Tab

_FRONT = ("rank", "unit", "total", "grade")
MEAN = "排名单位平均得分率", "排名人员平均得分率"
_PARTS = 12


def public_book(result: Result) -> Book:
    made = Frame(result.evaluation.settings.name, f"校验码 {result.code}", result.interim)
    titles = titles_of_groups(result, [FRONT, OVERVIEW])
    groups = {title: compared(result, *key) for key, title in titles.items() if result.group(*key)}
    overview = stacked(OVERVIEW, made, [block(_ranking(group)) for group in groups.values()])
    tabs = [_group_tab(group, title, made) for title, group in groups.items() if group.shown]
    behind = (overview, *tabs)
    index = index_rows(result, [each.title for each in behind], by_purpose=False)
    front = front_tab(result, made, first_page(result, inside=False), (), index)
    settings = result.evaluation.settings
    return Book(
        (front, *behind),
        title=f"{settings.name}　排名表",
        author=settings.office,
        properties=(("校验码", result.code),),
    )


def _ranking(group: ComparedGroup) -> ShownTable:
    made = ranking(group, remarks=partial(public_remarks, group))
    return made.only("rank", "unit", "total", "grade", "awards", "remarks")


def _group_tab(group: ComparedGroup, title: str, made: Frame) -> Tab:
    """The components below the total; then their parts, as many side by side as can be read on a printed page."""
    roots = counting(group)
    parts = [each for each in group.shown if each not in group.roots()]
    whole = ranking(group, [*roots, *parts])
    shown = [_block(group, whole, "各部分得分", [*_FRONT, *map(_key, roots), "bonus", "deduction"])]
    for start in range(0, len(parts), _PARTS):
        shown.append(_block(group, whole, "其中", [*_FRONT[:2], *map(_key, parts[start : start + _PARTS])]))
    return stacked(title, made, shown)


def _key(component: str) -> str:
    return f"part:{component}"


def _block(group: ComparedGroup, whole: ShownTable, caption: str, keys: Sequence[str]) -> TabBlock:
    """Some columns of a group, and below the units the mean rates, as the documents tell them."""
    made = whole.only(*keys).called(caption)
    rates = [group.rates.get(column.key.removeprefix("part:")) for column in made.columns]
    live = {(len(made.rows), "unit"): Cell(group.scheme.head.says(*MEAN), "label")}
    mean = tuple(_rate(column.key, rate) for column, rate in zip(made.columns, rates, strict=True))
    return block(replace(made, rows=(*made.rows, mean)), live)


def _rate(key: str, rate: Fraction | None) -> ShownValue:
    if not key.startswith("part:"):
        return ""
    return None if rate is None else percent_text(rate)
