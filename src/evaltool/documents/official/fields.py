"""What a Word template asks for, from an `Official`: headings numbered, gaps marked, distances reckoned.

Widths are in characters of the body (16 pt, 28 to a line); a digit is half of one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import count
from typing import Any, NamedTuple

from evaltool.documents.official.pages import ends_odd, is_whole, leads
from evaltool.documents.official.pictures import picture_fields
from evaltool.documents.official.titles import span, title_lines
from evaltool.writers.official import (
    Attachment,
    DocumentBlock,
    DocumentChart,
    DocumentPicture,
    DocumentTable,
    Heading,
    Official,
    Text,
    gap,
)

GAP = re.compile(r"〔待填：([^〕]*)〕")
NUMERALS = "一二三四五六七八九十"
_MARK_WIDTH = {"document": 442.0, "letter": 482.0}  # pt: 156 mm of the type area, 170 mm of a letter's rules
_MARK_SIZE = {"document": 62.0, "letter": 46.0}
_PUSHED = 8  # lines of recipients that leave no body text on a first page; then they go into the imprint
_MM = 25.4 / 72  # of a point
_COPIES = 26  # signs of 14 pt in a line of 抄送
_NO_START = "，。、；：）》」』】〕”’！？"


def fields(paper: Official) -> dict[str, Any]:
    """Every field that a template may ask for; `docs/notices.md` has their words."""
    recipients = None if paper.recipients is None else paper.recipients or gap("主送机关")
    pushed = bool(recipients) and paper.imprint is not None and span(recipients or "") > _PUSHED * 28
    signatory = paper.signatory or gap("署名单位")
    date = "" if paper.date is None else paper.date or gap("成文日期")
    name_right, date_right = sign_indents(signatory, date, sealed=paper.sealed)
    numbers = DrawingNumbers(count(1), count(1), count(2001))
    mark = paper.mark or (gap("发文机关标志") if paper.head == "red" else "")
    return {
        "kind": paper.kind,
        "head": paper.head,
        "mark": mark,
        "mark_size": mark_size(mark, paper.form),
        "signer": paper.signer if paper.head != "none" else "",
        "number": "" if paper.number is None else paper.number or gap("发文字号"),
        "above": list(paper.above),
        "title_lines": title_lines(paper.title),
        "recipients": "" if pushed else recipients or "",
        "body": list(_blocks(paper.body, numbers)),
        "attachment_lines": _attachment_lines(paper.attachments),
        "attachments": list(_attachments(paper.attachments, numbers)),
        "signatory": signatory,
        "date": date,
        "name_right": name_right,
        "date_right": date_right,
        "note": paper.note,
        "imprint": _imprint(paper, (recipients or "") if pushed else ""),
        "code": paper.code,
    } | dict(paper.more)


def gaps(paper: Official) -> list[str]:
    """What is missing in a document, by the words that mark it, in order; each once."""
    return list(dict.fromkeys(found for text in _texts(fields(paper)) for found in GAP.findall(text)))


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _texts(each)


def charts(paper: Official) -> list[DocumentChart]:
    """The document's charts in the order in which they stand."""
    bodies = (paper.body, *(each.body for each in paper.attachments))
    return [block for body in bodies for block in body if isinstance(block, DocumentChart)]


# --- head and signature ----------------------------------------------------------------------------------------------


def mark_size(mark: str, form: str) -> float:
    """Points of the red mark: as large as the form likes, as small as its width asks."""
    fitting = _MARK_WIDTH[form] / max(span(mark), 1) / 1.02
    return int(min(_MARK_SIZE[form], fitting) * 2) / 2


def sign_indents(name: str, date: str, *, sealed: bool) -> tuple[float, float]:
    """Characters between name, date and the right margin (7.3.5.1 and 7.3.5.2).

    With a seal the date ends four before the margin and the name is centred over it; a name too long for that ends at
    the margin and the date is centred under it.  Without one the name ends two before the margin and the date begins
    two after the name's beginning; a date longer than the name ends two before the margin itself.
    """
    n, m = span(name), span(date)
    if sealed:
        over = 4 + (m - n) / 2
        return (over, 4.0) if over >= 0 else (0.0, (n - m) / 2)
    return (2.0, max(n - m, 0.0)) if m <= n else (m + 4 - n, 2.0)


# --- body ------------------------------------------------------------------------------------------------------------


class DrawingNumbers(NamedTuple):
    """What is drawn is numbered through a document."""

    charts: Iterator[int]
    pictures: Iterator[int]
    shapes: Iterator[int]


def _blocks(body: Iterable[DocumentBlock], numbers: DrawingNumbers) -> Iterator[dict[str, Any]]:
    counts = [0, 0, 0, 0]
    listed = list(body)
    for block, following in zip(listed, [*listed[1:], None], strict=True):
        match block:
            case Heading(text, level):
                counts[level - 1] += 1
                counts[level:] = [0] * (4 - level)
                yield {"kind": f"heading{level}", "text": _numbered(level, counts[level - 1]) + text}
            case Text(text, note):
                yield {"kind": "note" if note else "text", "text": text, "leads": leads(block, following)}
            case DocumentTable():
                yield _table(block)
            case DocumentChart():
                chart = {"number": next(numbers.charts), "said": block.said, "height": block.height}
                yield {"kind": "chart", "caption": block.title, "chart": chart}
            case DocumentPicture():
                picture = picture_fields(block.drawing, next(numbers.pictures), numbers.shapes)
                yield {"kind": "chart", "caption": block.title, "chart": picture}


def _numbered(level: int, number: int) -> str:
    return (f"{numeral(number)}、", f"（{numeral(number)}）", f"{number}.", f"（{number}）")[level - 1]


def numeral(number: int) -> str:
    """A number up to 99 in Chinese."""
    tens, ones = divmod(number, 10)
    if not tens:
        return NUMERALS[ones - 1]
    return (NUMERALS[tens - 1] if tens > 1 else "") + "十" + (NUMERALS[ones - 1] if ones else "")


def _table(table: DocumentTable) -> dict[str, Any]:
    return {
        "kind": "table",
        "caption": table.caption,
        "head": list(table.head),
        "rows": [list(row) for row in table.rows],
        "widths": list(table.widths),
        "whole": is_whole(table),
        "align": list(table.align) or ["center"] * len(table.widths),
    }


# --- attachments and imprint -----------------------------------------------------------------------------------------


def _attachment_lines(attachments: Sequence[Attachment]) -> list[str]:
    """附件： 1.某某, then 2.某某; a single one has no number."""
    titles = ["".join(each.title) for each in attachments]
    if len(titles) < 2:
        return [f"附件：{title}" for title in titles]
    return [f"附件：1.{titles[0]}", *(f"{at}.{title}" for at, title in enumerate(titles[1:], 2))]


def _attachments(attachments: Sequence[Attachment], numbers: DrawingNumbers) -> Iterator[dict[str, Any]]:
    for number, each in enumerate(attachments, 1):
        label = f"附件{number}" if len(attachments) > 1 else "附件"
        yield {"label": label, "title_lines": title_lines(each.title), "body": list(_blocks(each.body, numbers))}


def _imprint(paper: Official, recipients: str) -> dict[str, Any] | None:
    """`height` in mm, for the box that ends where the type area ends; `apart`: on a page of its own, as the last page
    would be an odd one (7.4: the imprint stands on an even page)."""
    imprint = paper.imprint
    if imprint is None:
        return None
    texts = [f"主送：{recipients}。"] if recipients else []
    texts += [f"抄送：{imprint.copies.rstrip('。')}。"] if imprint.copies else []
    lines = sum(len(wrapped(text, _COPIES)) for text in texts) + 1
    height = lines * 24 + 1.0 / _MM
    size = mark_size(paper.mark or gap("发文机关标志"), paper.form)
    return {
        "lines": texts,
        "printed_by": imprint.printed_by or gap("印发机关"),
        "printed_date": imprint.printed_date or gap("印发日期"),
        "height": round(height * _MM, 2),
        "apart": paper.form == "document" and ends_odd(paper, size, height + 1.0),
    }


def wrapped(text: str, width: float) -> list[str]:
    """The text in lines of so many signs; no line begins with a closing sign."""
    lines = [""]
    for sign in text:
        if span(lines[-1] + sign) > width:
            carried = lines[-1][-1] if sign in _NO_START else ""
            lines[-1] = lines[-1].removesuffix(carried)
            lines.append(carried)
        lines[-1] += sign
    return lines
