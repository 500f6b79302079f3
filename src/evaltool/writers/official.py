"""An official document (公文) as a value: what it says, before it is a Word file.

Whoever writes a document makes an `Official`; `official.fields` turns it into what a Word template asks for (numbered
headings, broken title lines, indents of the signature), `official.forms` finds the template and fills it.  A text that
is "" is missing and becomes a marked gap, never an invented value; None means that this document has no such element.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from evaltool.writers.drawing import Drawing

Align = Literal["left", "center", "right"]
DocumentForm = Literal["document", "letter"]
Letterhead = Literal["red", "preprinted", "none"]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 1 to 4 without its number, which follows from its place: 一、 （一） 1. （1）."""

    text: str
    level: int = 1


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph; a `note` is one in small type below a table."""

    text: str
    note: bool = False


@dataclass(frozen=True, slots=True)
class DocumentTable:
    """A table of any shape; `widths` in mm, 156 at most in all; no `align`: every column centred; no `head`: none."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]
    align: tuple[Align, ...] = ()
    caption: str = ""


@dataclass(frozen=True, slots=True)
class DocumentSeries:
    """One row of values of a chart, one for each category; None leaves a gap."""

    name: str
    values: tuple[Decimal | None, ...]


@dataclass(frozen=True, slots=True)
class DocumentChart:
    """A chart that Word draws itself, with its numbers in a small workbook inside; `said` is read to who cannot see it.

    `digits`: decimals of the numbers as they are shown; `height` in mm; `lowest` is where the axis of values begins.
    """

    kind: Literal["column", "bar", "stacked", "line"]
    title: str
    categories: tuple[str, ...]
    series: tuple[DocumentSeries, ...]
    said: str
    digits: int = 2
    height: float = 80
    labelled: bool = True
    lowest: Decimal | None = None


@dataclass(frozen=True, slots=True)
class DocumentPicture:
    """A drawing, as wide as the body or as its writing is large enough; `title` stands above it."""

    title: str
    drawing: Drawing


DocumentBlock = Heading | Text | DocumentTable | DocumentChart | DocumentPicture


@dataclass(frozen=True, slots=True)
class Attachment:
    """What follows the document on pages of its own."""

    title: tuple[str, ...]
    body: tuple[DocumentBlock, ...]


@dataclass(frozen=True, slots=True)
class Imprint:
    """版记: who else gets a copy, who printed it and when."""

    copies: str = ""
    printed_by: str = ""
    printed_date: str = ""


@dataclass(frozen=True, slots=True)
class Official:
    """One official document.

    `kind` is what it is called, such as 结果通报: an office may have a template of its own for it.  `title` in lines
    broken by sense, or one line, which is broken where it is too long.  `above` are lines at the top left: copy number,
    secrecy, urgency, and the mark of a result that is not final.  `code` is the short code of the run.  `signer`
    (签发人): whose name stands in the head of a document that goes upwards.  `more`: further texts that an office's own
    template may ask for by name.
    """

    kind: str
    title: tuple[str, ...]
    body: tuple[DocumentBlock, ...]
    form: DocumentForm = "document"
    head: Letterhead = "red"
    mark: str = ""
    number: str | None = ""
    above: tuple[str, ...] = ()
    recipients: str | None = ""
    attachments: tuple[Attachment, ...] = ()
    signatory: str = ""
    date: str | None = ""
    sealed: bool = True
    note: str = ""
    imprint: Imprint | None = None
    code: str = ""
    signer: str = ""
    more: Mapping[str, str] = field(default_factory=dict)


def gap(what: str) -> str:
    """The place of something that nobody has stated."""
    return f"〔待填：{what}〕"


def texts(*paragraphs: str) -> tuple[Text, ...]:
    return tuple(Text(each) for each in paragraphs)


def rows(table: Sequence[Sequence[str]]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(row) for row in table)
