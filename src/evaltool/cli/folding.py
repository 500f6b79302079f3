"""Lines that fit the terminal: a Chinese character takes two cells, a word or an option is never broken in two."""

from __future__ import annotations

import os
import re
import shutil
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

WIDEST = 100  # longer lines are hard to read
_WIDE = ("W", "F", "A")  # A: terminals differ; the wider ones must not break either
_TOKEN = re.compile(r"\s+|[!-~]+|.")
_NOT_FIRST = frozenset("，。、；：？！）》」』】〕”’…%,.;:?!)]}")
_NOT_LAST = frozenset("（《「『【〔“‘([{")


def width() -> int:
    """How many cells a line of help may have."""
    return min(shutil.get_terminal_size((80, 24)).columns, WIDEST)


def on_terminal() -> int:
    """How many cells the terminal has; COLUMNS goes before what it says itself."""
    return int(os.environ.get("COLUMNS") or 0) or shutil.get_terminal_size((80, 24)).columns


def cells(text: str) -> int:
    """How many cells a text takes at most."""
    return sum(map(_most_cells, text))


@lru_cache(maxsize=10_000)
def _most_cells(sign: str) -> int:
    return 0 if unicodedata.combining(sign) else 2 if unicodedata.east_asian_width(sign) in _WIDE else 1


def aligned(text: str) -> int:
    """How many cells most terminals draw, for what has to stand in line."""
    return sum(
        0 if unicodedata.combining(sign) else 2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text
    )


def folded_lines(text: str, room: int) -> list[str]:
    """A text in lines of so many cells; its own line breaks stay."""
    return [line for part in text.split("\n") for line in _folded(part, room)]


def _folded(text: str, room: int) -> Iterator[str]:
    line = ""
    for piece in pieces(text):
        if cells(line + piece.rstrip()) <= room or not line:
            line += piece
        else:
            yield line.rstrip()
            line = piece.lstrip()
        while cells(line.rstrip()) > room:  # one piece that is longer than a line: a path, a list without blanks
            end = max(1, next(at for at in range(len(line), 0, -1) if cells(line[:at]) <= room))
            yield line[:end]
            line = line[end:]
    yield line.rstrip()


def pieces(text: str) -> Iterator[str]:
    """What stays together: words, and signs with the character that they belong to."""
    piece = ""
    for token in _TOKEN.findall(text):
        stays = token[0] in _NOT_FIRST or (piece and piece[-1] in _NOT_LAST)
        if piece and not stays and not token.isspace():
            yield piece
            piece = ""
        piece += token
    if piece:
        yield piece


def _is_path(text: str) -> bool:
    return len(re.findall(r"[/\\]", text)) > 1 and not re.search(r"[\s，。；：]", text)


def columns(rows: list[tuple[str, str]], room: int, indent: str = "  ") -> list[str]:
    """Labels and their texts side by side; a text whose label is long begins below it.  A path stays whole, however
    long, so that it can be copied."""
    most = max((aligned(label) for label, _ in rows if cells(label) <= room // 3), default=0)
    left = len(indent) + most + 2
    lines: list[str] = []
    for label, text in rows:
        told = [text] if _is_path(text) else folded_lines(text, room - left)
        if cells(label) <= room // 3:
            lines.append(indent + label + " " * (most - aligned(label) + 2) + told.pop(0))
        else:
            lines += [indent + part for part in folded_lines(label, room - len(indent))]
        lines += [" " * left + part for part in told if part or len(told) > 1]
    return [line.rstrip() for line in lines]
