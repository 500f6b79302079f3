"""How many pages a document takes, reckoned before any program lays it out, so that letters can be kept to two pages
and the imprint comes to stand on an even one.

Lines of fixed height go down a type area of 22; a line that is kept with the next one goes to the next page with it, as
Word and LibreOffice do it.  What is close is reckoned twice, with lines a little wider and a little narrower.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from evaltool.documents.official.pictures import picture_scale
from evaltool.documents.official.titles import title_lines
from evaltool.writers.official import (
    Attachment,
    DocumentBlock,
    DocumentChart,
    DocumentPicture,
    DocumentTable,
    Heading,
    Official,
    Text,
)

LINE = 28.95  # pt
PAGE = 22 * LINE
_WIDTH = 442.2  # pt: 156 mm
_BODY = 15.75  # pt: a character of 16 pt is drawn 0.25 closer
_SMALL = 12.0
_MARK = {"red": 41.0, "blank": 34.0}  # pt: what a letter's head takes of its first page
_PT = 72 / 25.4  # to the mm
_CLOSE = (0.985, 1.0, 1.01)  # how much wider a line may be than reckoned
_WHOLE = 0.7  # of a page: a table that takes less is not divided
_NO_START = "，。、；：）》」』】〕”’！？%％"
_NO_END = "（《「『【〔“‘"
_TOKEN = re.compile(r"[!-~]+|.", re.DOTALL)
# of an em, as Times New Roman has them
_NARROW = {".": 0.25, ",": 0.25, " ": 0.25, "-": 0.333, "(": 0.333, ")": 0.333, ":": 0.278, ";": 0.278, "/": 0.278}
_NARROW |= {"%": 0.833, "+": 0.564, "<": 0.564, ">": 0.564, "=": 0.564}


@dataclass(frozen=True, slots=True)
class Piece:
    """What no page divides, `height` in points; `kept`: on the page of what follows."""

    height: float
    kept: bool = False


def pages(paper: Official, mark: float, *, wide: float = 1.0) -> list[float]:
    """How high each page of a document is filled; `mark`: the size of its mark in points."""
    return [page for part in _parts(paper, mark, wide) for page in filled(part)]


def first_pages(paper: Official) -> int:
    """Pages before the annexes, of a letter; one that ends on the last line of a page may take another."""
    found = (filled(_document(paper, 0.0, wide)) for wide in _CLOSE)
    return max(len(each) + (each[-1] > PAGE - LINE) for each in found)


def ends_odd(paper: Official, mark: float, imprint: float) -> bool:
    """Whether an imprint of that height (pt) finds no room on an even last page, or may find none."""
    found = [pages(paper, mark, wide=wide) for wide in _CLOSE]
    return any(len(each) % 2 or each[-1] + imprint > PAGE for each in found)


def filled(pieces: Iterable[Piece]) -> list[float]:
    """How high each page is filled."""
    pages = [0.0]
    for group in _groups(pieces):
        whole = sum(piece.height for piece in group)
        if pages[-1] and pages[-1] + whole > PAGE + 0.5 and whole <= PAGE:
            pages.append(0.0)
        for piece in group:
            if pages[-1] and pages[-1] + piece.height > PAGE + 0.5:
                pages.append(0.0)
            pages[-1] += piece.height
    return pages


def _groups(pieces: Iterable[Piece]) -> Iterator[list[Piece]]:
    """Pieces that are kept together."""
    group: list[Piece] = []
    for piece in pieces:
        group.append(piece)
        if not piece.kept:
            yield group
            group = []
    if group:
        yield group


# --- the parts of a document -----------------------------------------------------------------------------------------


def _parts(paper: Official, mark: float, wide: float) -> Iterator[list[Piece]]:
    """The document and each annex: they begin on pages of their own.  The short code stands at the end of all."""
    made = [list(_document(paper, mark, wide)), *(list(_annex(each, wide)) for each in paper.attachments)]
    yield from made[:-1]
    yield [*made[-1], *([Piece(15.0)] if paper.code else [])]


def _document(paper: Official, mark: float, wide: float) -> Iterator[Piece]:
    yield from _letter_head(paper) if paper.form == "letter" else _head(paper, mark)
    yield from _title(paper.title)
    if paper.recipients:
        yield from lines(f"{paper.recipients}：", wide=wide)
    yield from of_blocks(paper.body, wide=wide)
    yield from _named(paper.attachments, wide)
    yield Piece(3 * LINE, kept=True)
    yield Piece(LINE, kept=bool(paper.note))
    if paper.note:
        yield from lines(f"（{paper.note}）", first=2, wide=wide)


def _head(paper: Official, mark: float) -> Iterator[Piece]:
    """Down to the distance above the title."""
    if paper.head == "none":
        yield from (Piece(LINE) for _ in paper.above)
        return
    yield Piece(89.3 + (1.3 * mark if paper.head == "red" else 52.0))
    yield Piece(3 * LINE + (12.5 if paper.head == "red" else 0.0))
    yield Piece(2 * LINE, kept=True)


def _letter_head(paper: Official) -> Iterator[Piece]:
    """The mark, which is as large as there is room for, reaches from the margin into the type area."""
    yield Piece(_MARK["red" if paper.head == "red" else "blank"])
    if paper.head != "none":
        yield Piece(14 + LINE)
        yield from (Piece(LINE) for _ in paper.above[1:])
    yield Piece(2 * LINE, kept=True)


def _title(title: Sequence[str]) -> Iterator[Piece]:
    yield from (Piece(32.0, kept=True) for _ in title_lines(title))
    yield Piece(LINE, kept=True)


def _named(attachments: Sequence[Attachment], wide: float) -> Iterator[Piece]:
    """The annexes by name, kept with the signature."""
    titles = ["".join(each.title) for each in attachments]
    if titles:
        yield Piece(LINE, kept=True)
    several = len(titles) > 1
    for at, title in enumerate(titles, 1):
        text = (f"附件：{at}.{title}" if at == 1 else f"{at}.{title}") if several else f"附件：{title}"
        first, hang = (2 if at == 1 else 5, 5.75) if several else (2, 5)
        yield from (Piece(each.height, kept=True) for each in lines(text, first=first, hang=hang, wide=wide))


def _annex(each: Attachment, wide: float) -> Iterator[Piece]:
    yield Piece(2 * LINE, kept=True)
    yield from _title(each.title)
    yield from of_blocks(each.body, wide=wide)


# --- what a text and a block take ------------------------------------------------------------------------------------


def of_blocks(blocks: Sequence[DocumentBlock], *, wide: float = 1.0) -> Iterator[Piece]:
    """Everything between recipient and signature."""
    for at, block in enumerate(blocks):
        following = blocks[at + 1] if at + 1 < len(blocks) else None
        match block:
            case Heading(text, level):
                yield from lines(f"一、{text}", first=2, kept=level < 3, wide=wide)
            case Text(text, note) if note:
                yield from lines(text, size=_SMALL, height=19.0, wide=wide)
            case Text(text):
                kept = following is None or leads(block, following)
                made = list(lines(text, first=2, wide=wide))
                # LibreOffice does not divide a paragraph that is kept with the next one
                yield from (Piece(each.height, kept) for each in made)
            case DocumentTable():
                yield from _table(block, wide)
            case DocumentChart():
                yield from (Piece(31.2, kept=True), Piece(block.height * _PT + 6))
            case DocumentPicture():
                yield from (
                    Piece(31.2, kept=True),
                    Piece(block.drawing.height * picture_scale(block.drawing) * _PT + 6),
                )


def leads(block: DocumentBlock, following: DocumentBlock | None) -> bool:
    """Whether a paragraph says what the table, the chart or the picture after it is."""
    shown = isinstance(following, DocumentTable | DocumentChart | DocumentPicture)
    return isinstance(block, Text) and not block.note and shown


def lines(
    text: str,
    *,
    size: float = _BODY,
    first: float = 0,
    hang: float = 0,
    height: float = LINE,
    kept: bool = False,
    wide: float = 1.0,
    width: float = _WIDTH,
) -> Iterator[Piece]:
    """The lines of a paragraph; `first` and `hang`: characters by which the first line and the others are shorter; the
    last line is kept."""
    count = _counted(text, size, first * size, hang * size, width * wide)
    yield from (Piece(height) for _ in range(count - 1))
    yield Piece(height, kept)


@lru_cache(maxsize=4096)  # of letters most lines are tried in several lengths, and are alike
def _counted(text: str, size: float, first: float, hang: float, width: float) -> int:
    """How many lines, no word divided, none beginning with a closing sign nor ending with an opening one."""
    count, room = 1, width - first
    if len(text) * size < room - 1:  # no sign is wider than an em
        return 1
    for em in _unbroken(text):
        need = em * size
        if need > room and room < width - hang:
            count, room = count + 1, width - hang
        while need > room:  # a word longer than a line
            count, need, room = count + 1, need - room, width - hang
        room -= need
    return count


def _unbroken(text: str) -> Iterator[float]:
    """How wide in ems each part is that no line's end divides."""
    held = 0.0
    for token, after in pairwise([*_TOKEN.findall(text), ""]):
        held += _ems(token)
        if not after or (after[0] not in _NO_START and token[-1] not in _NO_END):
            yield held
            held = 0.0


@lru_cache(maxsize=4096)  # mostly single signs
def _ems(token: str) -> float:
    return sum(_NARROW.get(sign, 0.5) if sign.isascii() else 1.0 for sign in token)


def is_whole(table: DocumentTable) -> bool:
    """Whether a table is small enough to stand on one page."""
    return sum(_heights(table, 1.0)) <= _WHOLE * PAGE


def _heights(table: DocumentTable, wide: float) -> Iterator[float]:
    return (_row(row, table.widths, wide) for row in table.rows)


def _table(table: DocumentTable, wide: float) -> Iterator[Piece]:
    """The head with the first two rows, the last two together."""
    if table.caption:
        yield Piece(31.2, kept=True)
    yield Piece(3.0, kept=True)
    if table.head:
        yield Piece(_row(table.head, table.widths, wide), kept=True)
    whole, last = is_whole(table), len(table.rows) - 1
    for at, height in enumerate(_heights(table, wide)):
        yield Piece(height, kept=at < last and (whole or at in (0, last - 1)))
    yield Piece(7.0)


def _row(cells: Iterable[str], widths: Iterable[float], wide: float) -> float:
    """16 pt for every line of the fullest cell, 2 around them, and its rule; 1 mm at either edge of a cell is free."""
    counts = [_counted(cell, _SMALL, 0, 0, (width - 2) * _PT * wide) for cell, width in zip(cells, widths, strict=True)]
    return 16.0 * max(1, *counts) + 2.5
