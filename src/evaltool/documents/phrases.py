"""Pieces of sentences that the documents have in common: days, names, gaps that somebody has to fill in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date

from evaltool.rules.documentnumbers import day_text
from evaltool.writers.official import gap

_SPACE = re.compile(r"(?<=[^\x00-\x7f]) (?=[\x21-\x7e≈])|(?<=[\x21-\x7e]) (?=[^\x00-\x7f])")


def stated_day(day: date | None, what: str) -> str:
    """A day as documents write it; a gap where none is stated."""
    return day_text(day) or gap(what)


def span(first: date, last: date) -> str:
    """From one day to another, without saying twice what they share."""
    if first == last:
        return day_text(first)
    end = day_text(last) if first.year != last.year else f"{last.month}月{last.day}日"
    return f"{day_text(first)}至{end}"


def names(listed: Iterable[str]) -> str:
    return "、".join(listed)


def some(listed: Sequence[str], most: int) -> str:
    """The first names of many, with their number."""
    return names(listed[:most]) + (f"等{len(listed)}个" if len(listed) > most else "")


def one_line(text: str) -> str:
    """A text that somebody typed, on one line."""
    return " ".join(text.split())


def sentence(text: str) -> str:
    """A text that somebody typed, ended as a sentence."""
    return one_line(text).rstrip("。；;，,. ") + "。"


def closed_up(text: str) -> str:
    """Without the spaces that the terminal has between Chinese characters and figures."""
    return _SPACE.sub("", text)


def quoted(name: str) -> str:
    """The name of a document in 《》; titles inside it take 〈〉."""
    return f"《{name.replace('《', '〈').replace('》', '〉')}》"
