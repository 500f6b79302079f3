"""How much of a page a text will take, in lines of the body (28.95 pt): reckoned, so that a document can be kept to a
number of pages before any program lays it out.  It errs towards more."""

from __future__ import annotations

from collections.abc import Iterable

from evaltool.documents.official.pictures import picture_scale
from evaltool.documents.official.titles import span
from evaltool.writers.official import DocumentBlock, DocumentChart, DocumentPicture, DocumentTable, Heading, Text

LINE = 28.95  # pt
_CHARACTERS = 28.0  # in a line of 16 pt
_SMALL = 12.0  # pt, in tables and notes
_PT = 72 / 25.4  # to the mm


def room(blocks: Iterable[DocumentBlock]) -> float:
    """Lines of the body that these take one below the other."""
    return sum(_height(block) for block in blocks)


def _height(block: DocumentBlock) -> float:
    match block:
        case Heading(text):
            return _lines(span(text) + 4, _CHARACTERS)
        case Text(text, note):
            return _note(text) if note else _lines(span(text) + 2, _CHARACTERS)
        case DocumentTable():
            return _table(block)
        case DocumentChart():
            return (block.height * _PT + 30 + 6) / LINE
        case DocumentPicture():
            return (block.height * picture_scale(block) * _PT + 30 + 6) / LINE


def _note(text: str) -> float:
    return _lines(span(text), _CHARACTERS * 16 / _SMALL) * 19 / LINE


def _lines(signs: float, width: float) -> int:
    """A line loses up to one sign, because none begins with a comma."""
    return int(-(-signs // (width - 0.5)))


def _table(table: DocumentTable) -> float:
    rows = [*([table.head] if table.head else []), *table.rows]
    caption = 31.0 if table.caption else 0.0
    return (caption + 10 + sum(_row(row, table.widths) for row in rows)) / LINE


def _row(cells: Iterable[str], widths: Iterable[float]) -> float:
    """Points: 16 for every line of the fullest cell, 2 around them; 1 mm inside either edge of a cell is free."""
    lines = (_lines(span(text), (width - 2) * _PT / _SMALL) for text, width in zip(cells, widths, strict=True))
    return 16 * max(1, *lines) + 2.5
