"""The tab 总览: a ranking table per group.

`read_ranked` reads the ranking tables of a written file back, so that a run can compare them with its standings.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from functools import partial

from evaltool import reader
from evaltool.exact import plain, published
from evaltool.reader.cells import address, letters
from evaltool.results.rank import GroupKey, Standing
from evaltool.results.result import Result
from evaltool.rules import Scheme
from evaltool.views.comparison import compared
from evaltool.views.ranking import RANK, inside_remarks, rank_text, ranking
from evaltool.views.wording import grade_words
from evaltool.workbook.formulas import cell
from evaltool.workbook.groups import Live, grade_lights
from evaltool.workbook.live import Chain
from evaltool.workbook.page import Page
from evaltool.workbook.parts import (
    AS_SCORED,
    FIRST_ROW,
    FOLLOWS,
    HEAD_ROW,
    OVERVIEW,
    Frame,
    Stack,
    TabBlock,
    fitting,
    total_style,
)
from evaltool.workbook.tables import block
from evaltool.writers.book import Cell, Highlight, Tab

Shown = tuple[str, str, str]  # rank, published total, grade, as they are printed

_KEYS = ("rank", "unit", "total", "grade", "awards", "bonus", "remarks")
_UNDER = dict.fromkeys(("awards", "bonus", "remarks"), f"（{AS_SCORED}）")
_UNIT = 1  # column of the unit's name, in the overview and in the groups' tabs
_GRADE = 3


def overview_tab(result: Result, made: Frame, live: Chain) -> Tab:
    """One ranking table per class and group."""
    tables = {key: _ranking(result, group, key) for key, group in live.groups.items()}
    filled = Stack(Page(OVERVIEW, HEAD_ROW), fitting(tables.values()))
    links: dict[tuple[int, int], str] = {}
    lights: list[Highlight] = []
    for key, each in tables.items():
        group, first = live.groups[key], filled.table(each)
        spots = range(len(each[2]))
        links |= {(first + at, _UNIT): f"'{group.title}'!{address(FIRST_ROW + at, _UNIT)}" for at in spots}
        if spots:
            area = address(first, _GRADE), address(first + len(spots) - 1, _GRADE)
            lights += grade_lights(result.evaluation.classes[key[0]], area, f"${letters(_GRADE)}{first + 1}")
    return filled.tab(made, FOLLOWS, links=links, highlights=tuple(lights))


def _ranking(result: Result, live: Live, key: GroupKey) -> TabBlock:
    """Rank, total and grade are the group's live cells."""
    group = compared(result, *key, inside=True)
    made = ranking(group, remarks=partial(inside_remarks, result)).only(*_KEYS)
    made = replace(made, columns=tuple(replace(each, under=_UNDER.get(each.key, each.under)) for each in made.columns))
    cells = {}
    for at, one in enumerate(group.standings):
        rank, total, grade = live.places[one.unit.id]
        cells[at, "unit"] = Cell(one.unit.name, "link")
        cells[at, "total"] = cell(total, total_style(group.scheme))
        cells |= {(at, "rank"): cell(rank, "integer")} if one.rank is not None else {}
        cells |= {(at, "grade"): cell(grade, "text_center")} if group.scheme.grades and not result.interim else {}
    return block(made, cells)


# --- read back -------------------------------------------------------------------------------------------------------


def shown_in_ranked(result: Result) -> dict[str, Shown]:
    """Unit id -> what the overview must show: rank (or 不排名), published total, grade."""
    return {one.unit.id: _shown(result.evaluation.classes[one.unit.class_id], one) for one in result.standings}


def _shown(scheme: Scheme, one: Standing) -> Shown:
    digits = scheme.head.decimals
    total = published(one.total, digits) if digits == 2 else plain(one.total)
    return rank_text(one), total, grade_words(one)


def read_ranked(data: bytes) -> dict[str, Shown]:
    """Unit name -> rank, total and grade as they stand in the overview of a written file; {} if it cannot be read."""
    book = reader.read(data, wanted=lambda title: title == OVERVIEW)
    if isinstance(book, reader.Unreadable):
        return {}
    sheet = next((sheet for sheet in book.sheets if sheet.title == OVERVIEW), None)
    if sheet is None:
        return {}
    heads = [row for (row, column), cell in sheet.cells.items() if column == 0 and cell.text == RANK.header]
    return dict(pair for head in sorted(heads) for pair in _read_table(sheet, head + 1))


def _read_table(sheet: reader.Sheet, row: int) -> Iterator[tuple[str, Shown]]:
    while (row, _UNIT) in sheet.cells and (row, 2) in sheet.cells:
        grade = sheet.cells.get((row, 3))
        shown = _printed(sheet.cells[row, 0]), _printed(sheet.cells[row, 2]), _printed(grade) if grade else ""
        yield sheet.cells[row, _UNIT].text, shown
        row += 1


def _printed(cell: reader.ReadCell) -> str:
    """A cell as a spreadsheet shows it: text, or a number with the digits of its format."""
    if cell.number is None:
        return cell.text
    digits = len(cell.format.partition(".")[2])
    return published(Fraction(cell.number), digits) if digits else plain(cell.number)
