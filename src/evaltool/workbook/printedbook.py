"""The workbook 评审会打印稿.xlsx: the committee's tabs of the ranked workbook as they go on paper, and nothing else.

A spreadsheet program prints the tab that is open, or the whole workbook.  So what a committee reads is a workbook of
its own: whoever prints all of it prints exactly that.  It has values in the place of formulas, no cells to change, and
of every tab what lies in its printed area.
"""

from __future__ import annotations

from dataclasses import replace

from evaltool.inbox.extract.corrections import spot_of
from evaltool.workbook.contentslist import purpose_of
from evaltool.workbook.parts import AS_SCORED, NOTE_ROW
from evaltool.writers.book import Book, Cell, Formula, Spot, Tab

TITLE = "评审会打印稿"
_STILL = {"input": "any", "input_text": "text"}
"""How cells look that nobody changes any more."""
_FIXED = f"（{AS_SCORED}）"
"""Under a heading: that trying values out does not change it.  On paper nothing is tried out."""


def printed_book(ranked: Book, note: Cell) -> Book:
    """`note`: what stands below the titles: of which run it is."""
    tabs = [each for each in ranked.tabs if purpose_of(each.title) == "review"]
    titles = {each.title for each in tabs}
    title = f"{ranked.title.partition('　')[0]}　{TITLE}"
    return replace(ranked, tabs=tuple(_on_paper(each, titles, note) for each in tabs), title=title)


def _on_paper(tab: Tab, titles: set[str], note: Cell) -> Tab:
    kept = {spot: each for spot, each in tab.cells.items() if _inside(tab, spot) and spot[0] != NOTE_ROW}
    links = {
        spot: target for spot, target in tab.links.items() if spot in kept and target.split("!")[0].strip("'") in titles
    }
    cells = {spot: _still(each, linked=spot in links) for spot, each in kept.items()}
    cells[NOTE_ROW, 0] = note
    merges = tuple(pair for pair in tab.merges if all(_inside(tab, spot_of(each)) for each in pair))
    return replace(tab, cells=cells, links=links, merges=merges, widths=_widths(tab), checks=(), protect=False)


def _inside(tab: Tab, spot: Spot) -> bool:
    """Whether a cell goes on paper."""
    if tab.printed is None:
        return True
    (top, left), (bottom, right) = map(spot_of, tab.printed)
    return top <= spot[0] <= bottom and left <= spot[1] <= right


def _widths(tab: Tab) -> tuple[float, ...]:
    return tab.widths[: spot_of(tab.printed[1])[1] + 1] if tab.printed else tab.widths


def _still(cell: Cell, *, linked: bool) -> Cell:
    value = cell.value.value if isinstance(cell.value, Formula) else cell.value
    if isinstance(value, str):
        value = value.removesuffix(_FIXED).rstrip("\n")
    style = "text" if cell.style == "link" and not linked else cell.style
    return Cell(value, _STILL.get(style, style))
