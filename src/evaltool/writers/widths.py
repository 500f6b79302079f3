"""How wide a text is: in places of half a Chinese sign, as a spreadsheet counts the width of a column."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable
from functools import lru_cache


def measure(text: str) -> int:
    """Two places for a sign that is drawn square in a Chinese text, quotation marks and dashes among them."""
    return len(text) if text.isascii() else sum(map(_of, text))


@lru_cache(maxsize=10_000)
def _of(sign: str) -> int:
    return 2 if unicodedata.east_asian_width(sign) in "WFA" else 1


def widest(text: str) -> int:
    """The width of the longest of its lines."""
    return max(map(measure, text.split("\n")))


def lines(text: str, room: float) -> int:
    """How many lines a text takes in a column of so many places, two of which the edges need."""
    return sum(max(1, math.ceil(measure(each) / (room - 2))) for each in text.split("\n"))


def most_lines(texts: Iterable[str], rooms: Iterable[float]) -> int:
    """The same for the fullest cell of a row."""
    return max((lines(text, room) for text, room in zip(texts, rooms, strict=False)), default=1)
