"""What a report page consists of, as values: sections with texts, tables, figures, and parts that can be folded.

Nothing here knows HTML.  Every text is text; the only markup is that of figures, which `charts` makes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from evaltool.page.charts import PageChart
from evaltool.views.tables import Tone

LONGEST = 300  # characters of a text that strangers typed; the whole of it is in the machine files


@dataclass(frozen=True, slots=True)
class PageCell:
    """`kind`: text, number, word (in the middle) or several (words one after the other, broken between them); `to`: the
    id of the section that it leads to; `tone`: a colour, which never stands without its word."""

    text: str
    kind: Literal["text", "number", "word", "several"] = "text"
    tone: Tone = ""
    to: str = ""


PageRow = Sequence[PageCell]


@dataclass(frozen=True, slots=True)
class PageTable:
    """`head`: the columns' titles; `name`: which one of the columns names the row (-1: none); `key` tells readers of
    the file which table it is."""

    caption: str
    head: Sequence[str]
    rows: Sequence[PageRow]
    name: int = 0
    key: str = ""
    kind: str = "table"


@dataclass(frozen=True, slots=True)
class Figure:
    caption: str
    chart: PageChart
    kind: str = "figure"


@dataclass(frozen=True, slots=True)
class Paragraphs:
    """Sentences, each a paragraph of its own; `lead` says what they are about."""

    texts: Sequence[str]
    lead: str = ""
    kind: str = "paragraphs"


@dataclass(frozen=True, slots=True)
class PointedTexts:
    """Sentences one below the other, each with a point before it."""

    texts: Sequence[str]
    lead: str = ""
    kind: str = "points"


@dataclass(frozen=True, slots=True)
class LabelledFacts:
    """Labels with their values; `large`: the key figures of the page."""

    pairs: Sequence[tuple[str, str]]
    large: bool = False
    kind: str = "facts"


@dataclass(frozen=True, slots=True)
class Folded:
    """What is read by those who look for it."""

    summary: str
    blocks: Sequence[PageBlock]
    kind: str = "folded"


PageBlock = PageTable | Figure | Paragraphs | PointedTexts | LabelledFacts | Folded


@dataclass(frozen=True, slots=True)
class PageSection:
    """`alone`: begins a printed page of its own; `back`: the id of the section from which one came here."""

    id: str
    title: str
    blocks: Sequence[PageBlock] = ()
    parts: Sequence[PageSection] = ()
    alone: bool = False
    back: str = ""
    listed: bool = True


@dataclass(frozen=True, slots=True)
class ReportPage:
    """A whole page.  `mark` stands on everything that is not final; `about` says whose it is and which run."""

    title: str
    mark: str
    about: Sequence[str]
    sections: Sequence[PageSection]
    closing: Sequence[str]


def text(value: str, to: str = "") -> PageCell:
    return PageCell(value if len(value) <= LONGEST else value[:LONGEST] + "……", to=to)


def word(value: str, tone: Tone = "") -> PageCell:
    return PageCell(value, "word", tone)


def several(words: Sequence[str]) -> PageCell:
    return PageCell("、".join(words), "several")


def figure(value: str | int) -> PageCell:
    return PageCell(str(value), "number")
