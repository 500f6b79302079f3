"""A dossier as a workbook: 卷内目录, then a worksheet for each part, to be printed on A4, signed and handed over."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import accumulate

from evaltool.documents.persons import spoken
from evaltool.dossier.afterwards import objections, rectification
from evaltool.dossier.aims import approvals, goals
from evaltool.dossier.gathered import HASH, Gathered
from evaltool.dossier.grounds import grounds
from evaltool.dossier.marked import marks
from evaltool.dossier.outcome import outcome
from evaltool.dossier.parts import DossierHead, DossierPart, DossierSection, DossierValue, PaperSource
from evaltool.dossier.selfreport import self_report
from evaltool.dossier.yearround import progress, visits
from evaltool.reader import address
from evaltool.roster import Unit
from evaltool.sheets.guidesheet import room
from evaltool.writers.book import Book, Cell, Tab, header_text

TITLE, CONTENTS = "绩效档案", "卷内目录"
PARTS: tuple[Callable[[Gathered, Unit], DossierPart], ...] = (
    goals,
    approvals,
    progress,
    visits,
    self_report,
    marks,
    outcome,
    objections,
    rectification,
    grounds,
)
_SECRET = "内部材料，不得外传"
_MOST_HEIGHT = 400.0
_PAGE = 130.0  # the width of a page together
NO_STYLES: Mapping[int, str] = {}
_SHOWN_SOURCES = 3
_HEADS = (
    ("序号", 7.0),
    ("题名", 13.0),
    ("内容", 34.0),
    ("来源文件（指纹）", 58.0),
    ("日期", 14.0),
    ("条目数", 9.0),
    ("备注", 46.0),
)


def dossier(g: Gathered, unit: Unit) -> Book:
    """One unit's file."""
    persons = g.scheme(unit).head.persons
    parts = [_spoken(each(g, unit), persons=persons) for each in PARTS]
    tabs = [_contents(g, unit, parts), *(_part(g, unit, number, each) for number, each in enumerate(parts, 1))]
    return Book(tuple(tabs), f"{g.now.settings.name}　{unit.name}　{TITLE}")


def _spoken(part: DossierPart, *, persons: bool) -> DossierPart:
    """As it speaks of a unit, or of a person."""
    sections = tuple(
        replace(each, title=spoken(each.title, persons=persons), nothing=spoken(each.nothing, persons=persons))
        for each in part.sections
    )
    return replace(part, says=spoken(part.says, persons=persons), sections=sections)


def tab_title(number: int, part: DossierPart) -> str:
    return f"{number:02d} {part.name}"


# --- contents --------------------------------------------------------------------------------------------------------


def _contents(g: Gathered, unit: Unit, parts: Sequence[DossierPart]) -> Tab:
    page = _Rows(_fitted([width for _, width in _HEADS]))
    page.across(f"{g.now.settings.name}{TITLE}", "title", 32.0)
    page.across(f"{unit.addressed}　{CONTENTS}", "subtitle", 22.0)
    for line in _about(g, unit):
        page.across(line, "paragraph")
    top = page.row
    page.heads(_HEADS)
    for number, part in enumerate(parts, 1):
        page.links[page.row, 1] = f"'{tab_title(number, part)}'!A1"
        told = part.name, part.says, _sources(part.sources), part.period, str(part.entries), _note(part)
        page.add(_HEADS, (str(number), *told), {0: "text_center", 1: "link", 5: "text_center"})
    page.across("", "note")
    page.across("立卷人（签名）：　　　　　　　　审核人（签名）：　　　　　　　　日期：", "paragraph", 28.0)
    page.across("移交人（签名）：　　　　　　　　接收人（签名）：　　　　　　　　日期：", "paragraph", 28.0)
    return page.tab(g, unit, CONTENTS, freeze=top + 1)


def _about(g: Gathered, unit: Unit) -> Iterator[str]:
    on = f"截至{g.on.isoformat()}"
    scheme = g.scheme(unit)
    former = [each.former for each in (*g.now.roster.changes, *g.now.roster.decided_changes) if each.unit == unit.id]
    group = scheme.group_title(unit.group) if unit.id in g.now.units else scheme.head.name
    yield f"编号{unit.id}　{group}　{on}　{_SECRET}"
    names = list(dict.fromkeys(each for each in (*former, *unit.other_names) if each))
    if names:
        yield f"曾用名、别名：{'、'.join(names)}"
    if unit.id not in g.now.units:
        yield (
            "该单位不参加本次评估（已合并、撤销，或名单写明不参评）。"
            if not scheme.head.persons
            else "不参加本次评估。"
        )
    if g.entry is None:
        yield "还没有正式计分：有评分以前已经形成的部分，评分、结果空着。"
    else:
        yield f"依据计分批次{g.entry.number}（短码{g.entry.code}）；此后的决定、整改和意见建议截至上述日期。"


def _sources(sources: Sequence[PaperSource]) -> str:
    shown = [f"{each.file}（{each.digest[:HASH]}）" if each.digest else each.file for each in sources[:_SHOWN_SOURCES]]
    rest = [f"等{len(sources)}个文件，见该部分"] if len(sources) > _SHOWN_SOURCES else []
    return "\n".join([*shown, *rest])


def _note(part: DossierPart) -> str:
    return f"无：{part.nothing}" if not part.entries else ""


# --- a part ----------------------------------------------------------------------------------------------------------

_OF_PART = (("文件", 80.0), ("文件指纹", 20.0), ("日期", 14.0))


def _part(g: Gathered, unit: Unit, number: int, part: DossierPart) -> Tab:
    sections = [_without_empty(each) for each in part.sections]
    if part.sources:
        files = tuple((each.file, each.digest[:HASH], each.day) for each in part.sources)
        sections.append(DossierSection("本部分的来源文件", _OF_PART, files, counted=False))
    page = _Rows(_grid(sections))
    page.across(f"{number}　{part.name}", "title", 30.0)
    page.across(f"{unit.addressed}　{part.says}　内部", "subtitle", 22.0)
    for each in sections:
        _section(page, each)
    return page.tab(g, unit, tab_title(number, part), freeze=2)


def _without_empty(section: DossierSection) -> DossierSection:
    """Columns in which nothing stands take no room from the others."""
    kept = [at for at in range(len(section.heads)) if any(row[at] != "" for row in section.rows)]
    rows = tuple(tuple(row[at] for at in kept) for row in section.rows)
    return replace(section, heads=tuple(section.heads[at] for at in kept), rows=rows) if kept else section


def _grid(sections: Sequence[DossierSection]) -> tuple[float, ...]:
    """The columns of the table that has most of them; the others go over several of these."""
    widest = max(sections, key=lambda each: (bool(each.rows), len(each.heads)))
    return _fitted([width for _, width in widest.heads])


def _fitted(widths: Sequence[float]) -> tuple[float, ...]:
    """As wide as the page together."""
    return tuple(round(width * _PAGE / sum(widths), 1) for width in widths)


def _section(page: _Rows, section: DossierSection) -> None:
    page.across("", "note", 8.0)
    count = f"（{len(section.rows)}条）" if section.rows and section.counted else ""
    page.across(f"{section.title}{count}", "head_left")
    if not section.rows:
        page.across(f"无：{section.nothing}" if section.nothing else "无", "text")
        return
    if len(section.heads) > 1:
        page.heads(section.heads)
    for row in section.rows:
        page.add(section.heads, row)


def _tall(text: str, width: float) -> float:
    """Room for a text in lines of its own."""
    return sum(room(line, width) for line in text.split("\n"))


class _Rows:
    """A worksheet while it is being filled, row below row."""

    def __init__(self, widths: tuple[float, ...]) -> None:
        self.widths = widths
        self.row = 0
        self.cells: dict[tuple[int, int], Cell] = {}
        self.heights: dict[int, float] = {}
        self.merges: list[tuple[str, str]] = []
        self.links: dict[tuple[int, int], str] = {}

    def across(self, text: str, style: str, height: float = 0) -> None:
        """One text over the whole width."""
        self._put(0, len(self.widths), text, style)
        self._next(height or _tall(text, sum(self.widths)))

    def heads(self, heads: Sequence[DossierHead]) -> None:
        self.add(heads, [head for head, _ in heads], dict.fromkeys(range(len(heads)), "head"))

    def add(
        self, heads: Sequence[DossierHead], row: Sequence[DossierValue], styles: Mapping[int, str] = NO_STYLES
    ) -> None:
        """A row of a table with these columns."""
        height, first = 0.0, 0
        for at, (value, last) in enumerate(zip(row, self._ends([width for _, width in heads]), strict=True)):
            self._put(first, last, value, styles.get(at, "text" if isinstance(value, str) else "any"))
            height = max(height, _tall(str(value), sum(self.widths[first:last])))
            first = last
        self._next(height)

    def _ends(self, wanted: Sequence[float]) -> Iterator[int]:
        """Behind which column of the page each column of a table ends, as near as can be to the width that it wants."""
        edges = [0.0, *accumulate(self.widths)]
        scale, last = edges[-1] / sum(wanted), 0
        for at, width in enumerate(accumulate(wanted), 1):
            most = len(self.widths) - (len(wanted) - at)
            last = min(range(last + 1, most + 1), key=lambda each: abs(edges[each] - width * scale))
            yield last

    def _put(self, first: int, last: int, value: DossierValue, style: str) -> None:
        self.cells[self.row, first] = Cell(value, style)
        if last - first > 1:
            self.merges.append((address(self.row, first), address(self.row, last - 1)))

    def _next(self, height: float) -> None:
        self.heights[self.row] = min(height, _MOST_HEIGHT)
        self.row += 1

    def tab(self, g: Gathered, unit: Unit, title: str, freeze: int) -> Tab:
        header = header_text(f"{g.now.settings.name}　{unit.name}"[:60])
        return Tab(
            title,
            self.cells,
            widths=self.widths,
            heights=self.heights,
            merges=tuple(self.merges),
            links=self.links,
            freeze=(freeze, 0),
            header=f"&L{header}&R{TITLE}　{title}",
            footer=f"&L{_SECRET}&R第 &P 页，共 &N 页",
        )
