"""What a report page consists of, as values: sections with texts, tables, figures, and parts that can be folded.

Nothing here knows HTML.  Every text is text; the only markup is that of figures, which `charts` makes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from evaltool.views.tables import Tone
from evaltool.writers.drawing import Drawing

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
    chart: Drawing


@dataclass(frozen=True, slots=True)
class Figures:
    """Drawings that stand beside each other where there is room."""

    every: Sequence[Figure]
    kind: str = "figures"


@dataclass(frozen=True, slots=True)
class FrontCard:
    """A group on the first page: the best and the last, the grades, what else one wants to know first;
    `more`: what is folded, each with its label."""

    title: str
    table: PageTable | None
    drawn: Sequence[Drawing]
    said: Sequence[str]
    more: Sequence[tuple[str, Sequence[str]]]


@dataclass(frozen=True, slots=True)
class FrontCards:
    every: Sequence[FrontCard]
    kind: str = "cards"


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


PageBlock = PageTable | Figures | FrontCards | Paragraphs | PointedTexts | LabelledFacts | Folded


@dataclass(frozen=True, slots=True)
class PageSection:
    """`folded`: only its title is seen until somebody opens it, and it is printed only then, on a page of its own;
    `back`: the id of the section from which one came here; `group`: what the parts from here on belong to."""

    id: str
    title: str
    blocks: Sequence[PageBlock] = ()
    parts: Sequence[PageSection] = ()
    folded: bool = False
    back: str = ""
    group: str = ""


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
