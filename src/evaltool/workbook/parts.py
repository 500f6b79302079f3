"""What the tabs of the ranked workbook share: how a table stands on a tab, and how numbers and strangers' texts become
cells.  Numbers go in exactly as far as a spreadsheet keeps them; everything typed by somebody goes in as text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from itertools import zip_longest
from typing import Any

from evaltool.exact import decimal, half_up
from evaltool.points.score import Point
from evaltool.reader.cells import address, letters
from evaltool.results.rank import GroupKey
from evaltool.results.result import Result
from evaltool.rules import Scheme
from evaltool.views.ranking import grade_word
from evaltool.views.tables import NONE as NONE
from evaltool.views.tables import Tone
from evaltool.views.wording import INTERIM
from evaltool.workbook.page import Page
from evaltool.workbook.typed import areas, checks, lights, no_numbers
from evaltool.writers import widths
from evaltool.writers.book import Cell, Formula, Highlight, NamedTable, Spot, Tab, header_text

TITLE_ROW, NOTE_ROW, HEAD_ROW, FIRST_ROW = 0, 1, 2, 3
DIGITS = 10  # of points and shares; a spreadsheet keeps fifteen significant ones
FRONT, OVERVIEW, KEY_FIGURES = "首页", "总览", "计分情况"
HEADING = 8  # columns that a heading goes across
LONGEST = 500  # characters of a text from a returned file; the whole of it is in the machine files

TabRow = Sequence[Cell]
IndexRow = tuple[TabRow, str]
"""A row of the index, and the tab that it leads to."""
TONES: Mapping[Tone, str] = {
    "": "text_center",
    "green": "grade_1",
    "blue": "grade_2",
    "yellow": "grade_3",
    "red": "grade_4",
}


@dataclass(frozen=True, slots=True)
class TabColumn:
    header: str
    width: float


SORTABLE = "可以筛选和排序：公式按“序号”找行，排序不会使数字串到别的单位；要恢复原来的次序，按“序号”排"
FILTERED = "只可筛选，不可排序（工作表已保护，无密码）：公式按位置取数；浅黄底的格可以改"
FOLLOWS = "名次、总分和等次按“序号”从各分类表取，怎样排序都不影响"
AS_SCORED = "计分时"
"""Said of what does not follow when somebody tries a change."""
RECORDED = "计分时的记录，不随试算变动"
NUMBER = TabColumn("序号", 7)
"""By which formulas find a row, however the rows are sorted."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What every tab says at its head: the evaluation, which run, and whether it is only an interim result; `home`: the
    tab from which all others are reached."""

    name: str
    run: str
    interim: bool
    home: str = FRONT


def frame(result: Result) -> Frame:
    run = f"第{result.run}次计分　校验码 {result.code}"
    return Frame(result.evaluation.settings.name, run, result.interim)


def listing(
    title: str, made: Frame, columns: Sequence[TabColumn], rows: Sequence[TabRow], *, still: int = 0, table: str = ""
) -> Tab:
    """A record as a tab with one table: title, run, head, rows; head and first `still` columns stay in sight."""
    page = Page(title, FIRST_ROW)
    for row in rows:
        page.add(row)
    return listed(page, made, columns, RECORDED, still=still, table=table)


def listed(
    page: Page,
    made: Frame,
    columns: Sequence[TabColumn],
    says: str,
    *,
    still: int = 0,
    table: str = "",
    links: Mapping[tuple[int, int], str] | None = None,
    below: Sequence[tuple[int, Sequence[TabColumn]]] = (),
    **more: Any,
) -> Tab:
    """The same from rows that stand already; `says`: what may be done with them; `table`: the name by which a
    spreadsheet program knows it; `below`: rows with captions of further tables, and the columns of these."""
    last = max(HEAD_ROW, page.next - 1)
    area = address(HEAD_ROW, 0), address(last, len(columns) - 1)
    back = back_link(made, len(columns))
    is_table = bool(table) and last > HEAD_ROW
    wide = fitting([("", columns, ())])
    for _, others in below:
        wide += [column.width for column in others[len(wide) :]]
    cells = head_cells(HEAD_ROW, columns) | page.cells
    for top, others in below:
        cells |= head_cells(top + 1, others)
    counter, more = _watched(made, page, len(columns), more)
    captions = [(address(top, 0), address(top, len(others) - 1)) for top, others in below]
    return Tab(
        page.title,
        {**heading_cells(page.title, made, says), **cells, back[0]: back[1], **counter},
        widths=tuple(wide),
        heights={TITLE_ROW: 30.0} | grown(cells, wide),
        merges=(*heading_merges(len(columns)), *captions),
        links={**(links or {}), back[0]: back[2]},
        freeze=(FIRST_ROW, still),
        filter=None if is_table else area,
        tables=(NamedTable(table, *area),) if is_table else (),
        repeat_rows=None if below else (HEAD_ROW, HEAD_ROW),
        header=page_header(made),
        footer=page_footer(made),
        protect=says == FILTERED,
        **more,
    )


def back_link(made: Frame, columns: int) -> tuple[tuple[int, int], Cell, str]:
    """The way back to the first tab, right of the heading's merged cells: spot, cell, target."""
    return (NOTE_ROW, max(min(columns, HEADING) - 1, 1)), Cell(f"返回{made.home}", "link"), f"'{made.home}'!A1"


def stack(
    page: Page,
    made: Frame,
    wide: Sequence[float],
    merges: Iterable[tuple[str, str]],
    tall: Mapping[int, float],
    says: str = "",
    **more: Any,
) -> Tab:
    """A tab with several tables one below the other, which stand already."""
    spot, back, target = back_link(made, len(wide))
    there = page.title == made.home
    counter, more = _watched(made, page, len(wide), more)
    more["links"] = {**more.get("links", {}), **({} if there else {spot: target})}
    return Tab(
        page.title,
        {**heading_cells(page.title, made, says), **page.cells, **({} if there else {spot: back}), **counter},
        widths=tuple(wide),
        heights={TITLE_ROW: 30.0} | dict(tall),
        merges=(*heading_merges(len(wide)), *merges),
        header=page_header(made),
        footer=page_footer(made),
        protect=says == FILTERED,
        **{"freeze": (HEAD_ROW, 0), **more},
    )


def _watched(made: Frame, page: Page, columns: int, more: dict[str, Any]) -> tuple[dict[Spot, Cell], dict[str, Any]]:
    """What says that a cell which may be changed holds no number: the count at the tab's head, colours, and rules for
    what may be entered."""
    found = areas(page.cells)
    more = {**more, "checks": (*more.get("checks", ()), *checks(page.cells, page.takes, found))}
    if not any(area.numbers for area in found):
        return {}, more
    (row, column), *_ = back_link(made, columns)
    own = address(row, column + 1)
    red = Highlight(own, own, f"=N({own})<>0", "bad")
    more["highlights"] = (*more.get("highlights", ()), red, *lights(found))
    return {(row, column + 1): Cell(Formula(f"={no_numbers(page.cells, found)}", 0), "no_numbers")}, more


TabBlock = tuple[str, Sequence[TabColumn], Sequence[TabRow]]
"""A table among others on a tab: caption, columns, rows."""


@dataclass
class Stack:
    """A tab on which tables stand one below the other, while it is filled."""

    page: Page
    widths: list[float]
    merges: list[tuple[str, str]] = field(default_factory=list)
    tall: dict[int, float] = field(default_factory=dict)
    starts: list[int] = field(default_factory=list)

    def head(self, caption: str, columns: Sequence[TabColumn]) -> None:
        """Caption and head of a table; its rows follow."""
        page, top = self.page, self.page.next
        self.starts.append(top)
        page.cells[top, 0] = Cell(caption, "banner")
        self.widths += [column.width for column in columns[len(self.widths) :]]
        self.merges.append((address(top, 0), address(top, len(columns) - 1)))
        page.next = top + 1
        self.row(_head(columns))

    def row(self, cells: TabRow) -> int:
        at = self.page.add(cells)
        self.tall |= heights(at, self.widths, [cells])
        return at

    def table(self, made: TabBlock) -> int:
        """A whole table with an empty row below it; its first row."""
        caption, columns, rows = made
        self.head(caption, columns)
        first = self.page.next
        for each in rows:
            self.row(each)
        self.page.next += 1
        return first

    def tab(self, made: Frame, says: str = "", **more: Any) -> Tab:
        more = {"starts": tuple(self.starts), **more}
        return stack(self.page, made, self.widths, self.merges, self.tall, says, **more)


def fitting(blocks: Iterable[TabBlock]) -> list[float]:
    """Widths with which every column is as wide as the widest that stands in it."""
    stated = ([column.width for column in columns] for _, columns, _ in blocks)
    return [max(each) for each in zip_longest(*stated, fillvalue=0.0)]


def stacked(title: str, made: Frame, blocks: Iterable[TabBlock], says: str = "") -> Tab:
    """A tab with several tables, one below the other."""
    tables = list(blocks)
    filled = Stack(Page(title, HEAD_ROW), fitting(tables))
    for each in tables:
        filled.table(each)
    return filled.tab(made, says)


def counter_lights(row: int, column: int) -> list[Highlight]:
    """Green for none, red for any."""
    spot, own = address(row, column), f"${letters(column)}${row + 1}"
    return [Highlight(spot, spot, f"={own}=0", "ok"), Highlight(spot, spot, f"={own}>0", "bad")]


def heading_cells(title: str, made: Frame, says: str = "") -> dict[tuple[int, int], Cell]:
    return {(TITLE_ROW, 0): Cell(f"{made.name}　{title}", "title"), (NOTE_ROW, 0): note_cell(made, says)}


def note_cell(made: Frame, says: str = "") -> Cell:
    """Of which run a tab is, and what may be done with it."""
    run = "　".join(filter(None, (made.run, says)))
    return Cell(f"{INTERIM}　{run}", "bad") if made.interim else Cell(run, "note")


def heading_merges(columns: int) -> tuple[tuple[str, str], ...]:
    """The title across the first columns; the note below leaves the last of them to the link back."""
    title, note = max(min(columns, HEADING) - 1, 1), max(min(columns, HEADING) - 2, 0)
    merges = ((address(TITLE_ROW, 0), address(TITLE_ROW, title)), (address(NOTE_ROW, 0), address(NOTE_ROW, note)))
    return tuple(pair for pair in merges if pair[0] != pair[1])


def page_header(made: Frame) -> str:
    """An interim result says so on every printed page."""
    mark = f"&L{INTERIM}" if made.interim else ""
    return f"{mark}&R{header_text(made.run)}"


def page_footer(made: Frame) -> str:
    return f"&L{header_text(made.name)}&R第 &P 页，共 &N 页"


def _head(columns: Iterable[TabColumn]) -> TabRow:
    return [Cell(column.header, "head") for column in columns]


def head_cells(row: int, columns: Iterable[TabColumn]) -> dict[tuple[int, int], Cell]:
    return row_cells(row, [_head(columns)])


def row_cells(top: int, rows: Iterable[TabRow]) -> dict[tuple[int, int], Cell]:
    return {(top + down, across): cell for down, row in enumerate(rows) for across, cell in enumerate(row)}


def heights(top: int, widths: Sequence[float], rows: Iterable[TabRow]) -> dict[int, float]:
    """Heights of rows whose texts need more than one line: not every program finds them by itself."""
    found: dict[int, float] = {}
    for at, row in enumerate(rows, top):
        lines = max((line_count(cell.value, width) for cell, width in zip(row, widths, strict=False)), default=1)
        if lines > 1:
            found[at] = height(lines)
    return found


def head_heights(row: int, columns: Sequence[TabColumn]) -> dict[int, float]:
    """The height of a head."""
    return heights(row, [column.width for column in columns], [_head(columns)])


def grown(cells: Mapping[tuple[int, int], Cell], wide: Sequence[float]) -> dict[int, float]:
    """Heights of the rows of cells that stand already, where a text needs more than one line."""
    lines: dict[int, int] = {}
    for (row, column), cell in cells.items():
        captioned = cell.style == "banner"  # goes across the table
        if isinstance(cell.value, str) and not captioned and (number := line_count(cell.value, wide[column])) > 1:
            lines[row] = max(number, lines.get(row, 1))
    return {row: height(number) for row, number in lines.items()}


def height(lines: int) -> float:
    return min(15.0 * lines + 3, 400.0)


def line_count(value: object, room: float) -> int:
    """How many lines a text takes in a column of so many places."""
    if not isinstance(value, str) or ("\n" not in value and 2 * len(value) < room - 2):
        return 1
    return widths.lines(value, room)


# --- cells -----------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=20_000)  # the same names stand in thousands of rows
def text(value: str) -> Cell:
    return Cell(value if len(value) <= LONGEST else value[:LONGEST] + "……")


@lru_cache(maxsize=20_000)
def word(value: str, style: str = "text_center") -> Cell:
    return Cell(value, style)


def count(value: int | None) -> Cell:
    return word(NONE) if value is None else Cell(value, "integer")


def number(value: Fraction | None, style: str = "number") -> Cell:
    """An exact number, to ten digits after the point."""
    return word(NONE) if value is None else Cell(decimal(half_up(value, DIGITS)), style)


def plain_number(value: Fraction | None) -> Cell:
    """A number shown with the digits that it has, such as a weight or preset points."""
    return number(value, "text_center")


def points(point: Point | None) -> Cell:
    """What a unit got; in words where there is no number."""
    if point is None:
        return word(NONE)
    if point.state == "moved":
        return word("权重转出")
    return word("未评") if point.points is None else number(point.points)


def grade_style(scheme: Scheme, grade: str) -> str:
    """A grade's colour, with the word always beside it."""
    return TONES[grade_word(scheme, grade).tone]


def total_style(scheme: Scheme) -> str:
    return "total" if scheme.head.decimals == 2 else "number_any"


def without_grades(says: str, result: Result) -> str:
    """What is said of a tab, without 等次 where the rules have none."""
    return says if any(scheme.grades for scheme in result.evaluation.classes.values()) else says.replace("、等次", "")


def titles_of_groups(result: Result, taken: Iterable[str]) -> dict[GroupKey, str]:
    """A title of a tab for each group: its name as a spreadsheet takes it, none twice and none that is taken."""
    titles: dict[GroupKey, str] = {}
    used = {each.casefold() for each in taken}
    for scheme in result.evaluation.classes.values():
        for group in scheme.head.groups:
            base = "".join(sign for sign in group.name if sign not in "[]:*?/\\'!")[:28] or "分类"
            names = (base, *(f"{base}{n}" for n in range(2, 1000)))
            title = next(name for name in names if name.casefold() not in used)
            used.add(title.casefold())
            titles[scheme.id, group.id] = title
    return titles
