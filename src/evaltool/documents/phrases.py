"""What documents are put together from: days, names, sentences; chapters, numbered paragraphs, tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date

from evaltool.evaluation import Evaluation
from evaltool.rules.documentnumbers import day_text
from evaltool.rules.settings import Notice, Settings
from evaltool.writers.official import Align, DocumentBlock, DocumentTable, Heading, Text, gap

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


def separate(evaluation: Evaluation) -> str:
    """Of a single matter: beside which evaluation it stands; "" of a yearly one."""
    whole = evaluation.part_of
    return f"本次评估是在{whole.name}以外单独进行的专项评估。" if whole else ""


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


def contact_words(settings: Settings, notice: Notice) -> str:
    """Whom to ask."""
    return f"联系单位：{settings.office}；联系电话：{notice.telephone or gap('联系电话')}"


# --- blocks -----------------------------------------------------------------------------------------------------------


def chapters(parts: Iterable[tuple[str, Iterable[DocumentBlock]]]) -> tuple[DocumentBlock, ...]:
    """The chapters that have something in them."""
    filled = [(name, blocks) for name, listed in parts if (blocks := list(listed))]
    return tuple(each for name, blocks in filled for each in (Heading(name), *blocks))


def enumerated(sentences: Iterable[str]) -> list[DocumentBlock]:
    """Paragraphs 1. 2. 3.; one alone has no number."""
    listed = list(sentences)
    return [Text(f"{at}.{each}" if len(listed) > 1 else each) for at, each in enumerate(listed, 1)]


def table(
    head: Sequence[str],
    rows: Iterable[Sequence[str]],
    widths: Sequence[float],
    left: Sequence[int] = (),
    caption: str = "",
) -> DocumentTable:
    """A table whose columns numbered in `left` hold texts that begin at the left."""
    align: tuple[Align, ...] = tuple("left" if at in left else "center" for at in range(len(head)))
    return DocumentTable(tuple(head), tuple(tuple(row) for row in rows), tuple(widths), align, caption)
