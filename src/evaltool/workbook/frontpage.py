"""The tab 首页: one page for the committee, group by group, what is still open, and at its right an index of all tabs.

What it says comes from `views.firstpage` and `views.leftopen`; ranks, totals, grades, changes and bars are cells that
follow the groups' tabs, sentences are those of the scoring.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import count

from evaltool.reader.cells import address, letters
from evaltool.results.history import change
from evaltool.results.rank import GroupKey, Standing
from evaltool.results.result import Result
from evaltool.rules.expressions import Expr, Written
from evaltool.views.firstpage import OPEN, FirstPage, GradeBar, GroupFront
from evaltool.views.leftopen import OpenPoint
from evaltool.workbook import tables
from evaltool.workbook.changecells import change_lights, climbed_cell, gained_cell
from evaltool.workbook.formulas import cell
from evaltool.workbook.grouppage import UNIT
from evaltool.workbook.groups import Live
from evaltool.workbook.page import Page
from evaltool.workbook.parts import (
    FIRST_ROW,
    FRONT,
    HEAD_ROW,
    OVERVIEW,
    TONES,
    Frame,
    IndexRow,
    TabColumn,
    counter_lights,
    grade_style,
    height,
    line_count,
    stack,
    total_style,
    without_grades,
    word,
)
from evaltool.writers.book import Cell, Highlight, Spot, Tab

SAYS = "名次、总分、等次和升降随试算变动，前三、末位和文字为计分时的情况"
UNPLACED = "文字为计分时的情况"
LASTING = "各分类前三名、等次和有关情况"
_WIDTHS: Mapping[str, float] = {
    "where": 7.5,
    "rank": 7.5,
    "unit": 22,
    "total": 8,
    "grade": 8,
    "climbed": 10.5,
    "gained": 10.5,
    "awards": 24,
}
_GAP, _BARS = 1.2, (8.0, 5.5, 17.0)
_INDEX = (20.0, 40.0)
_BLOCKS = 8  # of a bar that is all units of a group
_LABEL = 2  # columns of a label
_LINE = 15.0
_ROW = 18.0  # height of a row of the tables
_LINES = 78  # of text that can be read on one sheet of paper
_SENTENCES = 8  # of one thing
_CHANGES = ("climbed", "gained")


@dataclass
class _FrontTab:
    """The tab while it is filled: columns of the tables by key, then a gap, the bars of grades, a gap, the index."""

    page: Page
    at: Mapping[str, int]
    widths: list[float]
    merges: list[tuple[str, str]] = field(default_factory=list)
    tall: dict[int, float] = field(default_factory=dict)
    links: dict[Spot, str] = field(default_factory=dict)
    lights: list[Highlight] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)

    @property
    def bars(self) -> int:
        """The first column of the bars."""
        return len(self.at) + 1

    @property
    def last(self) -> int:
        """The last column that is printed."""
        return self.bars + len(_BARS) - 1

    def space(self) -> None:
        self.tall[self.page.next] = 6.0
        self.page.next += 1

    def across(self, row: int, first: int, last: int, shown: Cell) -> None:
        """A cell that goes over several columns."""
        self.page.cells |= {(row, column): Cell(None, shown.style) for column in range(first, last + 1)}
        self.page.cells[row, first] = shown
        if last > first:
            self.merges.append((address(row, first), address(row, last)))

    def sentence(self, label: str, said: str, style: str = "text") -> None:
        """A label and what is said under it, as wide as the page."""
        row = self.page.next
        self.across(row, 0, _LABEL - 1, Cell(label, "label_wrap"))
        self.across(row, _LABEL, self.last, Cell(said, style))
        room = sum(self.widths[_LABEL : self.last + 1])
        self.tall[row] = height(max(line_count(said, room), line_count(label, sum(self.widths[:_LABEL]))))
        self.page.next += 1


def front_tab(
    result: Result,
    made: Frame,
    page: FirstPage,
    opened: Sequence[OpenPoint],
    index: Sequence[IndexRow],
    groups: Mapping[GroupKey, Live] | None = None,
    counted: Sequence[tuple[str, Expr]] = (),
) -> Tab:
    """`index`: the rows of the index; `groups`: the live cells, where there are any; `counted`: what says
    that somebody tried something out."""
    filled = _begun(page)
    if opened:
        _opened(filled, opened)
    for front in page.groups:
        _group(filled, result, front, (groups or {}).get((front.group.scheme.id, front.group.id)))
    placed = any(front.placed for front in page.groups)
    lines = sum(filled.tall.get(row, _LINE) for row in range(filled.page.next)) / _LINE
    printed = address(0, 0), address(filled.page.next - 1, filled.last)
    _index(filled, index, counted)
    return stack(
        filled.page,
        made,
        filled.widths,
        filled.merges,
        filled.tall,
        without_grades((SAYS if groups else LASTING) if placed else UNPLACED, result),
        links=filled.links,
        highlights=tuple(filled.lights),
        printed=printed,
        landscape=False,
        starts=tuple(filled.starts),
        fits="page" if lines <= _LINES else "width",
    )


def _begun(page: FirstPage) -> _FrontTab:
    known = {column.key for front in page.groups if front.placed for column in front.placed.columns}
    known |= {"where", "rank", "unit", "total"}
    keys = [key for key in _WIDTHS if key in known]
    widths = [*(_WIDTHS[key] for key in keys), _GAP, *_BARS, _GAP, *_INDEX]
    return _FrontTab(Page(FRONT, HEAD_ROW), {key: at for at, key in enumerate(keys)}, widths)


def _heading(filled: _FrontTab, said: str) -> None:
    filled.starts.append(filled.page.next)
    filled.across(filled.page.next, 0, filled.last, Cell(said, "banner_left"))
    filled.tall[filled.page.next] = 22.0
    filled.page.next += 1


def _opened(filled: _FrontTab, opened: Sequence[OpenPoint]) -> None:
    _heading(filled, "待办和待定")
    for point in opened:
        filled.sentence(point.label, point.words)
    filled.space()


# --- a group ---------------------------------------------------------------------------------------------------------


def _group(filled: _FrontTab, result: Result, front: GroupFront, live: Live | None) -> None:
    """Best and last on the left, grades on the right, sentences below."""
    _heading(filled, front.heading)
    top = filled.page.next
    _placed(filled, result, front, live)
    below = max(filled.page.next, _grades(filled, front, live, top))
    filled.page.next = below
    nothing = [each.label for each in front.facts if not each.sentences and each.none == "无"]
    for each in front.facts:
        if each.label not in nothing and each.kind != "awards":  # these stand in the rankings
            filled.sentence(each.label, _few(each.said))
    if nothing:
        filled.sentence("、".join(nothing), "无")
    filled.space()


def _few(said: Sequence[str]) -> str:
    """A page has room for some; all stand in the rankings."""
    more = f"……共{len(said)}项，见“{OVERVIEW}”" if len(said) > _SENTENCES else ""
    return "；".join(said[:_SENTENCES]) + more


def _placed(filled: _FrontTab, result: Result, front: GroupFront, live: Live | None) -> None:
    made = front.placed
    if made is None:
        nobody = front.group.scheme.head.says("没有排名的单位", "没有排名的人员")
        said = "阶段性结果，名次待报齐后确定" if result.interim else nobody
        filled.across(filled.page.next, 0, len(filled.at) - 1, word(said))
        filled.page.next += 1
        return
    heads = tables.columns(made)
    for each, head in zip(made.columns, heads, strict=True):
        filled.page.put(filled.at[each.key], Cell(head.header, "head"))
    filled.tall[filled.page.next] = 20.0
    first = filled.page.next = filled.page.next + 1
    for one, values in zip(front.shown, tables.rows(made), strict=True):
        row = dict(zip((each.key for each in made.columns), values, strict=True))
        row |= _live_cells(result, front, one, live) if live else {}
        for key in filled.at.keys() & {each.key for each in made.columns}:
            filled.page.put(filled.at[key], row[key])
        if live:
            spot = address(FIRST_ROW + list(live.places).index(one.unit.id), UNIT)
            filled.links[filled.page.next, filled.at["unit"]] = f"'{live.title}'!{spot}"
        awards = row.get("awards", Cell("")).value
        filled.tall[filled.page.next] = max(_ROW, height(line_count(awards, _WIDTHS["awards"])))
        filled.page.next += 1
    filled.lights += _lights(filled, front, first, filled.page.next - 1)


def _live_cells(result: Result, front: GroupFront, one: Standing, live: Live) -> dict[str, Cell]:
    """What follows the group's tab; the change since last year with it."""
    rank, total, grade = live.places[one.unit.id]
    style = total_style(front.group.scheme)
    cells = {"rank": cell(rank, "integer"), "total": cell(total, style), "unit": Cell(one.unit.name, "link")}
    if front.group.scheme.grades:
        cells["grade"] = cell(grade, "text_center")
    known = change(result.evaluation, one)
    return cells | {"climbed": climbed_cell(known, rank), "gained": gained_cell(known, total)}


def _lights(filled: _FrontTab, front: GroupFront, first: int, last: int) -> list[Highlight]:
    """Grades in their colours; what rose and fell is told apart by its sign, and coloured too."""
    found: list[Highlight] = []
    if "grade" in filled.at:
        own = f"${letters(filled.at['grade'])}{first + 1}"
        area = address(first, filled.at["grade"]), address(last, filled.at["grade"])
        for grade in front.group.scheme.grades:
            name = grade.name.replace('"', '""')
            found.append(Highlight(*area, f'={own}="{name}"', grade_style(front.group.scheme, grade.name)))
    for key in (each for each in _CHANGES if each in filled.at):
        found += change_lights(first, last, filled.at[key])
    return found


def _grades(filled: _FrontTab, front: GroupFront, live: Live | None, top: int) -> int:
    """A bar for each grade; the row below them."""
    if not front.grades:
        return top
    heads = (
        TabColumn(front.scale, 9),
        TabColumn(front.group.scheme.head.says("个数", "人数"), 7),
        TabColumn("占比", 26),
    )
    for column, head in enumerate(heads, filled.bars):
        filled.page.put(column, Cell(head.header, "head"), top)
    units = len(front.group.standings)
    for row, bar in enumerate(front.grades, top + 1):
        filled.tall.setdefault(row, _ROW)
        number = _count(front, bar, live)
        filled.page.put(filled.bars, Cell(bar.grade, TONES[bar.tone]), row)
        filled.page.put(filled.bars + 1, cell(number, "integer") if number.text else Cell(bar.count, "integer"), row)
        own = f"{letters(filled.bars + 1)}{row + 1}"
        text = f'REPT("█",IF({own}=0,0,MAX(1,ROUND({own}*{_BLOCKS}/{units},0))))'
        drawn = cell(Written(text if number.text else "", _bar(bar)), f"bar_{bar.tone or 'grey'}")
        filled.page.put(filled.bars + 2, drawn if number.text else Cell(_bar(bar), f"bar_{bar.tone or 'grey'}"), row)
    return top + 1 + len(front.grades)


def _count(front: GroupFront, bar: GradeBar, live: Live | None) -> Written:
    if live is None or bar.grade == OPEN or not front.group.scheme.grades:
        return Written("", Fraction(bar.count))
    name = bar.grade.replace('"', '""')
    return Written(f'SUMPRODUCT(--({live.grades}="{name}"))', Fraction(bar.count))


def _bar(bar: GradeBar) -> str:
    """At least one block where anybody has the grade."""
    blocks = int(bar.share * _BLOCKS + Fraction(1, 2))
    return "█" * max(blocks, 1 if bar.count else 0)


# --- the index -------------------------------------------------------------------------------------------------------


def _index(filled: _FrontTab, index: Sequence[IndexRow], counted: Sequence[tuple[str, Expr]]) -> None:
    """Right of what is printed: every tab with what it shows; whether somebody tried something out."""
    first = filled.last + 2
    filled.page.cells[HEAD_ROW, first] = Cell("目录", "head")
    filled.page.cells[HEAD_ROW, first + 1] = Cell("内容", "head")
    free = (row for row in count(HEAD_ROW + 1) if filled.tall.get(row, _LINE) >= _LINE)  # high enough to be read
    for (cells, title), row in zip(index, free, strict=False):
        filled.page.cells |= {(row, first + at): each for at, each in enumerate(cells)}
        if title:
            filled.links[row, first] = f"'{title}'!A1"
    for (label, number), at in zip(counted, free, strict=False):
        filled.page.cells[at, first] = Cell(label, "label")
        filled.page.cells[at, first + 1] = cell(number, "places")
        filled.lights += counter_lights(at, first + 1)
