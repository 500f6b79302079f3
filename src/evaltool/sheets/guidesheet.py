"""The sheet 填写说明 of a workbook that goes out: headings, paragraphs, and what each column takes, with an example."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from evaltool.questions.forms import GUIDE_SHEET
from evaltool.writers.book import Cell, Tab, header_text
from evaltool.writers.widths import measure

_WIDTHS = (28.0, 56.0, 24.0)
_HEADS = ("栏目", "怎么填", "示例")
_LINE_HEIGHT = 15.5
_PLACE = 1.08  # units of column width that half a Chinese sign takes in the font of a sheet


@dataclass(frozen=True, slots=True)
class GuideSection:
    """A heading, its paragraphs, and rows of (column, what it takes, example)."""

    heading: str
    lines: tuple[str, ...] = ()
    rows: tuple[tuple[str, str, str], ...] = ()


def guide_tab(title: str, sections: Sequence[GuideSection]) -> Tab:
    """The worksheet; only headings and paragraphs are merged, nothing on it is filled in."""
    cells: dict[tuple[int, int], Cell] = {(0, 0): Cell(GUIDE_SHEET, "title"), (1, 0): Cell(title, "subtitle")}
    heights = {0: 30.0, 1: 20.0}
    merged = [0, 1]
    row = 2
    for section in sections:
        for values, style in _rows(section):
            cells |= {(row, at): Cell(value, style) for at, value in enumerate(values)}
            merged += [row] if len(values) == 1 else []
            heights[row] = _height(values)
            row += 1
    return Tab(
        GUIDE_SHEET,
        cells,
        widths=_WIDTHS,
        heights=heights,
        merges=tuple((f"A{at + 1}", f"C{at + 1}") for at in merged),
        protect=True,
        landscape=False,
        header=f"&L{header_text(title[:60])}",
        footer="&C第 &P 页，共 &N 页",
    )


def _rows(section: GuideSection) -> Iterator[tuple[tuple[str, ...], str]]:
    """The cells of each row with their style; one cell goes over the whole width."""
    yield (section.heading,), "head_left"
    for line in section.lines:
        yield (line,), "paragraph"
    if section.rows:
        yield _HEADS, "head"
    for row in section.rows:
        yield row, "text"


def _height(values: tuple[str, ...]) -> float:
    """Room for the longest cell: programs do not measure the text of merged cells themselves."""
    across = _WIDTHS if len(values) > 1 else (sum(_WIDTHS),)
    return max(room(value, width) for value, width in zip(values, across, strict=True))


def room(text: str, width: float) -> float:
    """The height of a row that shows a text in a cell of this width."""
    return min(_LINE_HEIGHT * max(1, math.ceil(_PLACE * measure(text) / (width - 3))) + 5, 400)
