"""The workbook that goes back: the blank one with what was typed, its findings marked and listed in front."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from evaltool.identity import NO_KEY, Key
from evaltool.questions.changed import FormCell
from evaltool.questions.forms import RETURN_SHEET, Form
from evaltool.reader import address
from evaltool.returns.refill import Refill
from evaltool.sheets.blank import BesideInputs, book
from evaltool.sheets.guidesheet import GuideSection
from evaltool.writers.book import STYLES, Book, Cell, Formula, Spot, Tab, Value
from evaltool.writers.widths import most_lines


@dataclass(frozen=True, slots=True)
class PointToMend:
    """One thing to mend or to check (`blocks` False), at its place on the fresh sheet; `cell` "" is no single cell.

    `also`: another cell of the same worksheet that is part of it.
    """

    sheet: str
    cell: str
    unit: str
    wrong: str
    do: str
    value: str = ""
    blocks: bool = True
    also: str = ""

    def where(self) -> str:
        return "!".join(part for part in (self.sheet, self.cell) if part) or "整个文件"


@dataclass(frozen=True, slots=True)
class CarriedOver:
    """What of a submission stands on the fresh sheet: anything at all, and the worksheets of which nothing does."""

    some: bool
    without: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """To the evaluator, who looks for what was filled in."""
        if not self.some:
            return "其中没有您已填的内容，"
        lost = "".join(f"“{title}”" for title in self.without)
        return f"能读出的内容都在其中，{f'{lost}没有带入，' if lost else ''}"


def carried_over(form: Form, said: Refill) -> CarriedOver:
    """A worksheet of which nothing was found is one that nobody could look into."""
    found = {sheet for sheet, _ in said.moved.values()}
    titles = (layout.title for layout in form.sheets)
    return CarriedOver(bool(said.filled), tuple(title for title in titles if title not in found))


_HEADINGS = ("序号", "工作表", "单元格", "对象", "原来填的", "问题", "怎样改", "现状")
_WIDTHS = (6.0, 26.0, 9.0, 20.0, 16.0, 40.0, 40.0, 10.0)
_TOP = 5  # the row of the headings


def returned(
    form: Form,
    said: Refill,
    points: Sequence[PointToMend],
    replaces: str,
    guide: Sequence[GuideSection] = (),
    key: Key = NO_KEY,
) -> Book:
    """The workbook that mends the submission `replaces`."""
    made = book(form, said.filled, replaces, guide, BesideInputs(said.beside), key)
    marks = dict.fromkeys(said.unread, "bad")
    marks |= {(one.sheet, one.also): "bad" for one in points if one.also}
    marks |= {(one.sheet, one.cell): "bad" if one.blocks else "warn" for one in sorted(points, key=_blocks)}
    tabs = [_marked(tab, marks) for tab in made.tabs]
    entries = {(tab.title, address(*spot)) for tab in tabs for spot, cell in tab.cells.items() if _is_entry(cell)}
    front = _front(form, points, said.filled, entries, {tab.title for tab in tabs}, carried_over(form, said))
    return replace(made, tabs=(front, *tabs))


def _blocks(point: PointToMend) -> bool:
    return point.blocks


def _is_entry(cell: Cell) -> bool:
    return cell.style.removeprefix("bad_").removeprefix("warn_").startswith("input")


def _marked(tab: Tab, marks: Mapping[FormCell, str]) -> Tab:
    """The tab with its marked input cells in the colour of the mark."""
    cells = dict(tab.cells)
    for spot, cell in tab.cells.items():
        mark = marks.get((tab.title, address(*spot)))
        if mark and _is_entry(cell):
            style = f"{mark}_{cell.style}"
            cells[spot] = replace(cell, style=style if style in STYLES else f"{mark}_input")
    return replace(tab, cells=cells)


# --- the sheet in front ----------------------------------------------------------------------------------------------


def _front(
    form: Form,
    points: Sequence[PointToMend],
    filled: Mapping[FormCell, Value],
    entries: set[FormCell],
    titles: set[str],
    carried: CarriedOver,
) -> Tab:
    do = "改正" if carried.some else "重新填写，注意"
    cells: dict[Spot, Cell] = {
        (0, 0): Cell(form.title, "title"),
        (1, 0): Cell("需要改正的内容", "subtitle"),
        (2, 0): Cell(f"本工作簿代替报送的表，{carried.words}请{do}下列各处，保存后发回，自动代替原表。", "note"),
        (3, 0): Cell("红色的格必须改正，黄色的格请核对；点击“单元格”一栏可直接跳到该格。本页不用填写。", "note"),
        **{(_TOP, at): Cell(heading, "head") for at, heading in enumerate(_HEADINGS)},
    }
    links: dict[Spot, str] = {}
    heights = {0: 30.0, 1: 20.0, 4: 20.0, _TOP: 24.0}
    for row, (number, point) in enumerate(enumerate(points, 1), _TOP + 1):
        place = point.sheet, point.cell
        before = filled.get(place) if place in entries else point.value
        texts = str(number), point.sheet, point.cell, point.unit, before, point.wrong, point.do
        cells |= {(row, at): Cell(value, _style(at)) for at, value in enumerate(texts)}
        cells[row, 7] = _state(place, before, row) if place in entries else Cell("", "text_center")
        if point.cell and point.sheet in titles:
            cells[row, 2] = Cell(point.cell, "link")
            links[row, 2] = f"{_quoted(point.sheet)}!{point.cell}"
        heights[row] = _height([str(text or "") for text in texts])
    cells[4, 0] = _summary(points, cells)
    last = len(_HEADINGS) - 1
    return Tab(
        RETURN_SHEET,
        cells,
        widths=_WIDTHS,
        heights=heights,
        merges=(("A1", address(0, last)), ("A2", address(1, last))),
        links=links,
        freeze=(_TOP + 1, 0),
        protect=True,
        repeat_rows=(_TOP, _TOP),
        footer="&C第 &P 页，共 &N 页",
    )


def _style(column: int) -> str:
    return "text_center" if column in (0, 2, 4) else "text"


def _state(place: FormCell, before: Value, row: int) -> Cell:
    """Whether the cell still says what it said; a date is shown otherwise than it is stored, so nobody can tell."""
    if isinstance(before, int):
        return Cell("", "text_center")
    cell = f"{_quoted(place[0])}!{place[1]}"
    if before is None:
        return Cell(Formula(f'=IF({cell}="","未填写","已填写")', "未填写"), "text_center")
    return Cell(Formula(f'=IF({cell}&""={address(row, 4)}&"","未改动","已改动")', "未改动"), "text_center")


def _summary(points: Sequence[PointToMend], cells: Mapping[Spot, Cell]) -> Cell:
    must = sum(one.blocks for one in points)
    parts = [f"必须改正 {must} 处", *([f"请核对 {len(points) - must} 处"] if must < len(points) else [])]
    text = "，".join(parts)
    rows = [row for (row, column), cell in cells.items() if column == 7 and isinstance(cell.value, Formula)]
    if not rows:
        return Cell(f"{text}。", "note")
    count = f'COUNTIF({address(_TOP + 1, 7)}:{address(_TOP + len(points), 7)},"未*")'
    return Cell(
        Formula(f'="{text}；其中 "&{count}&" 处还没有动过。"', f"{text}；其中 {len(rows)} 处还没有动过。"), "note"
    )


def _quoted(title: str) -> str:
    return "'" + title.replace("'", "''") + "'"


def _height(texts: Iterable[str]) -> float:
    """Room for the longest of the wrapped texts; programs do not agree on measuring it themselves."""
    return float(min(max(20, 16 * most_lines(texts, _WIDTHS) + 6), 400))
