"""A workbook as a value, the styles that its cells may name, and `to_bytes`.

Blank sheets, the ranked workbook and decision files are all built as a `Book`; tests look at the value.  Text goes
through `write_string` only, so that nothing typed by a stranger becomes a formula, link or error cell.  The same
value always gives the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal

Value = str | int | Decimal | None
Spot = tuple[int, int]  # row and column, both from 0
Style = dict[str, Any]  # properties of a format in XlsxWriter's words


@dataclass(frozen=True, slots=True)
class Formula:
    """A live formula with the value that evaltool computed for it (shown by programs that do not recalculate)."""

    text: str
    value: Value = ""


@dataclass(frozen=True, slots=True)
class EntryRule:
    """What may be entered in a range: a number between bounds, a whole number, one of a list, a short text, or whatever
    makes a formula true that is written for `first`."""

    first: str
    last: str
    kind: Literal["decimal", "integer", "list", "length", "custom"]
    low: str = ""
    high: str = ""
    choices: str = ""  # a defined name or a range for kind "list", such as "=选项!$A$1:$A$4"
    formula: str = ""  # for kind "custom"
    title: str = ""
    prompt: str = ""
    alert: str = ""
    strict: bool = True  # else it offers, and takes anything


@dataclass(frozen=True, slots=True)
class Cell:
    value: Value | Formula
    style: str = "text"


@dataclass(frozen=True, slots=True)
class Highlight:
    """A conditional format: cells of `first:last` take `style` where `formula` (written for `first`) holds."""

    first: str
    last: str
    formula: str
    style: str
    stop: bool = False


@dataclass(frozen=True, slots=True)
class HeatRange:
    """A conditional format: the numbers of all these areas on one scale, from the colour of the least (but for the last
    twentieth) to that of `full`."""

    areas: tuple[tuple[str, str], ...]
    least: str
    most: str
    full: int


@dataclass(frozen=True, slots=True)
class NamedTable:
    """A named table (Excel's "format as table") over `first:last`; the first row holds its headers, which differ."""

    name: str
    first: str
    last: str


@dataclass(frozen=True, slots=True)
class TabSeries:
    """One row of a chart's figures: its name as text, and the ranges of names and figures as formulas."""

    name: str
    categories: str
    values: str
    colour: str


@dataclass(frozen=True, slots=True)
class TabChart:
    """A native chart at a cell, so many pixels in size; `words` say to those who do not see it what it shows.  There is
    a mark for each figure, and those of two rows are joined; `share`: the axis, from `low` to `high`, is in percent."""

    spot: Spot
    title: str
    series: tuple[TabSeries, ...]
    size: tuple[int, int]
    words: str
    low: Fraction | int | None = None
    high: Fraction | int | None = None
    share: bool = False


@dataclass(frozen=True, slots=True)
class Sparkline:
    """Small columns in a cell, drawn from a range of the same tab, from `low` to `high`; the last one is dark."""

    spot: Spot
    cells: str
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Tab:
    """One worksheet.  `cells` is keyed by (row, column), both from 0."""

    title: str
    cells: dict[tuple[int, int], Cell]
    widths: tuple[float, ...] = ()
    heights: dict[int, float] = field(default_factory=dict)
    merges: tuple[tuple[str, str], ...] = ()  # ("A1", "F1"): titles only, never among inputs
    comments: dict[tuple[int, int], str] = field(default_factory=dict)  # shown when one points at a cell
    links: dict[tuple[int, int], str] = field(default_factory=dict)  # internal targets such as "'明细'!A1"
    checks: tuple[EntryRule, ...] = ()
    highlights: tuple[Highlight, ...] = ()
    heat: HeatRange | None = None
    freeze: tuple[int, int] | None = None
    filter: tuple[str, str] | None = None
    tables: tuple[NamedTable, ...] = ()
    charts: tuple[TabChart, ...] = ()
    sparklines: tuple[Sparkline, ...] = ()
    protect: bool = False
    state: Literal["visible", "hidden", "veryHidden"] = "visible"
    landscape: bool = True
    repeat_rows: tuple[int, int] | None = None
    printed: tuple[str, str] | None = None  # what goes on paper, where texts run on beyond it
    breaks: tuple[int, ...] = ()  # rows before which a printed page ends
    starts: tuple[int, ...] = ()  # rows of tables that go on the next page rather than over the end of one
    header: str = ""
    footer: str = ""
    colour: str = ""  # of the tab itself, as "#1F4E79"
    fits: Literal["readable", "width", "page"] = (
        "readable"  # how small it is printed: legibly, one sheet wide, one sheet
    )


@dataclass(frozen=True, slots=True)
class Book:
    """A whole workbook: its worksheets in order, document properties, defined names."""

    tabs: tuple[Tab, ...]
    title: str = ""
    author: str = ""
    properties: tuple[tuple[str, str], ...] = ()
    names: tuple[tuple[str, str], ...] = ()


_EDGE: Style = {"border": 1, "border_color": "#8C8C8C"}
_GREY: Style = {**_EDGE, "bg_color": "#F2F2F2"}
_ENTRY: Style = {**_EDGE, "bg_color": "#FFFDE7", "locked": False}
_HEAD: Style = {**_EDGE, "bold": True, "text_wrap": True, "bg_color": "#1F4E79", "font_color": "#FFFFFF"}
_GREEN: Style = {**_EDGE, "bg_color": "#C6EFCE", "font_color": "#006100"}
_BLUE: Style = {**_EDGE, "bg_color": "#BDD7EE", "font_color": "#1F4E79"}
_AMBER: Style = {**_EDGE, "bg_color": "#FFEB9C", "font_color": "#7F6000"}
_RED: Style = {**_EDGE, "bg_color": "#FFC7CE", "font_color": "#9C0006"}
_CENTER: Style = {"align": "center"}
_RIGHT: Style = {"align": "right", "indent": 1}
# A text cell has the format "@": F2 and Enter on "=1+1" or "3-4" leaves text, not a formula or a date.
_TEXT: Style = {"num_format": "@"}


_BARS = {"green": "#006100", "blue": "#2E75B6", "yellow": "#BF9000", "red": "#C00000", "grey": "#A6A6A6"}


def _marked(name: str, colour: Style) -> dict[str, Style]:
    """Input cells of a sheet that is sent back, in a colour that says something is wrong with them."""
    entry: Style = {**colour, "locked": False}
    return {
        f"{name}_input": {**entry, **_CENTER},
        f"{name}_input_text": {**entry, **_TEXT, "align": "left", "text_wrap": True},
        f"{name}_input_date": {**entry, **_CENTER, "num_format": "yyyy-mm-dd"},
    }


STYLES: Mapping[str, Style] = {
    "title": {"font_name": "方正小标宋简体", "font_size": 18, **_CENTER},
    "subtitle": {"font_size": 12, "font_color": "#595959", **_CENTER},
    "note": {"font_color": "#595959"},
    "note_right": {"font_color": "#595959", "align": "right"},
    "example": {**_EDGE, **_TEXT, "align": "left", "text_wrap": True, "italic": True, "font_color": "#7F7F7F"},
    "paragraph": {**_TEXT, "text_wrap": True, "align": "left", "valign": "top"},
    "foot": {**_TEXT, "font_size": 7, "font_color": "#A6A6A6", "text_wrap": True, "align": "left"},
    "banner": {**_EDGE, **_CENTER, "bold": True, "font_size": 12, "text_wrap": True},
    "banner_left": {
        **_EDGE,
        "bold": True,
        "font_size": 13,
        "font_color": "#1F4E79",
        "bg_color": "#DDEBF7",
        "indent": 1,
    },
    "head": {**_HEAD, **_CENTER},
    "head_left": {**_HEAD, "align": "left", "indent": 1},
    "text": {**_EDGE, **_TEXT, "align": "left", "text_wrap": True},
    "text_center": {**_EDGE, **_TEXT, **_CENTER, "text_wrap": True},
    "label": {**_GREY, **_TEXT, "align": "left", "indent": 1},
    "label_center": {**_GREY, **_TEXT, **_CENTER},
    "label_wrap": {**_GREY, **_TEXT, "align": "left", "indent": 1, "text_wrap": True},
    "number": {**_EDGE, **_RIGHT, "num_format": "0.00"},
    "number_any": {**_GREY, **_CENTER},
    "hundredths": {**_GREY, **_CENTER, "num_format": "0.00"},
    "paper": {**_EDGE, **_TEXT, "align": "left", "indent": 1, "text_wrap": True, "font_size": 12},
    "paper_center": {**_EDGE, **_TEXT, **_CENTER, "text_wrap": True, "font_size": 13},
    "integer": {**_EDGE, **_CENTER, "num_format": "0"},
    "percent": {**_EDGE, **_RIGHT, "num_format": "0.00%"},
    "any": {**_EDGE, **_CENTER},
    "points": {**_EDGE, **_RIGHT, "num_format": "0.00##"},
    "zero_moved": {**_EDGE, **_CENTER, "num_format": '0.00;-0.00;"权重转出"'},
    "zero_pending": {**_EDGE, **_CENTER, "num_format": '0.00;-0.00;"未评"'},
    "zero_none": {**_EDGE, **_CENTER, "num_format": '0.00;-0.00;"—"'},
    "stated": {**_EDGE, **_RIGHT, "num_format": "0.00##", "italic": True, "bg_color": "#E4DFEC"},
    "places": {**_EDGE, **_CENTER, "bold": True, "num_format": '0"处"'},
    "frozen": {**_GREY, **_RIGHT, "font_color": "#595959", "num_format": "0.00"},
    "frozen_any": {**_GREY, **_CENTER, "font_color": "#595959"},
    "no_numbers": {"num_format": '"有"0"处空白或不是数字";;', "align": "left", "bold": True},
    "row_number": {**_GREY, **_CENTER, "font_color": "#7F7F7F", "num_format": "0"},
    "frozen_text": {**_GREY, **_TEXT, **_CENTER, "font_color": "#595959"},
    "sum": {**_GREY, **_RIGHT, "bold": True, "num_format": "0.00"},
    "total": {**_GREY, **_RIGHT, "bold": True, "num_format": "0.00"},
    "input": {**_ENTRY, **_CENTER},
    "input_text": {**_ENTRY, **_TEXT, "align": "left", "text_wrap": True},
    "input_date": {**_ENTRY, **_CENTER, "num_format": "yyyy-mm-dd"},
    **_marked("bad", _RED),
    **_marked("warn", _AMBER),
    # LibreOffice draws the hatch as one flat grey, which says the same
    "blocked": {**_EDGE, "pattern": 14, "fg_color": "#A6A6A6", "bg_color": "#D9D9D9"},
    "ok": {**_GREEN, **_CENTER},
    "warn": {**_AMBER, **_CENTER},
    "bad": {**_RED, **_CENTER},
    "grade_1": {**_GREEN, **_CENTER},
    "grade_2": {**_BLUE, **_CENTER},
    "grade_3": {**_AMBER, **_CENTER},
    "grade_4": {**_RED, **_CENTER},
    **{f"bar_{name}": {**_EDGE, "align": "left", "font_color": colour} for name, colour in _BARS.items()},
    "arrow_places": {**_EDGE, **_CENTER, "num_format": '"▲"0;"▼"0;"＝"'},
    "arrow_points": {**_EDGE, **_CENTER, "num_format": '"▲"0.00;"▼"0.00;"＝"'},
    "arrow_any": {**_EDGE, **_CENTER, "num_format": '"▲"General;"▼"General;"＝"'},
    "rose": {"font_color": "#006100"},
    "fell": {"font_color": "#C00000", "bold": True},
    "index_1": {**_EDGE, "bold": True, "bg_color": "#1F4E79", "font_color": "#FFFFFF"},
    "index_2": {**_EDGE, "bold": True, "bg_color": "#548235", "font_color": "#FFFFFF"},
    "index_3": {**_EDGE, "bold": True, "bg_color": "#F4B183"},
    "index_4": {**_EDGE, "bold": True, "bg_color": "#D9D9D9"},
    "place": {**_TEXT, "font_color": "#595959", "align": "left"},  # runs on over the empty cells to its right
    "link": {**_EDGE, **_TEXT, "align": "left", "font_color": "#0563C1", "underline": 1},
}

_HARMFUL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def clean(text: str) -> str:
    """Text as a file can hold it: line ends are "\\n", other control characters and lone surrogates are U+FFFD."""
    if text.isprintable() and not text.startswith("<"):
        return text
    text = _HARMFUL.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))
    # XlsxWriter copies a text of this form into the file as markup, unescaped
    return "＜" + text[1:] if text.startswith("<r>") and text.endswith("</r>") else text


def header_text(text: str) -> str:
    """Text for a place in `Tab.header` or `Tab.footer`, where "&" starts a code."""
    return clean(text).replace("\n", " ").replace("&", "&&")
