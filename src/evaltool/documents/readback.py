"""Reads written documents again and holds them against what they were made of (law 9).  It shares no code with what
filled them: what counts is the text that a person will see."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from evaltool.results.rank import Standing
from evaltool.views.printed import Printed, in_facts, unlike
from evaltool.views.wording import UNRANKED, grade_words
from evaltool.writers.official import DocumentTable, Heading, Official, Text
from evaltool.writers.word.text import cells_of, text_of, texts_in

_RANK = re.compile(rf"\d+|{UNRANKED}")
_TOTAL = re.compile(r"-?\d+(\.\d+)?")
_LABELS = ("总分", "名次", "等次", "奖项")
_SENTENCE = re.compile(r"总分(-?[\d.]+)分(?:，在同组\d+(?:个排名单位|名排名人员)中列第(\d+)名)?，等次为“([^”]*)”")
_NO_SIGN = re.compile(r"\W+")


# --- documents of a run: the units of which they say something else ---------------------------------------------------


def of_rankings(data: bytes, standings: Sequence[Standing]) -> list[str]:
    """By the ranking tables; where the rules have no grades, nothing stands behind a total."""
    graded = {one.unit.name for one in standings if grade_words(one)}
    found = {name: (*said[:2], said[2] if name in graded else "") for name, said in totals_in(data).items()}
    return unlike(found, standings)


def of_facts(data: bytes, standings: Sequence[Standing]) -> list[str]:
    """By the facts of a letter about one unit."""
    return unlike({one.unit.name: in_facts(facts_in(data)) for one in standings}, standings)


def of_sentence(data: bytes, standings: Sequence[Standing]) -> list[str]:
    """By the sentence of a letter about one unit."""
    found = _SENTENCE.search("\n".join(_cells(data)))
    said = (found[2] or UNRANKED, found[1], found[3]) if found else ("", "", "")
    return unlike({one.unit.name: said for one in standings}, standings)


def of_awards(data: bytes, standings: Sequence[Standing]) -> list[str]:
    """Winners of an award that are not named."""
    text = "\n".join(_cells(data))
    return [one.unit.name for one in standings if one.awards and one.unit.name not in text]


def totals_in(data: bytes) -> dict[str, Printed]:
    """Unit name -> rank, total and grade from the ranking tables of a written document, before which no other table
    has a unit between two numbers; after them some do."""
    cells = [*(text.strip() for text in cells_of(data)), ""] if data else []
    found: dict[str, Printed] = {}
    for rank, name, total, grade in zip(cells, cells[1:], cells[2:], cells[3:], strict=False):
        if _RANK.fullmatch(rank) and _TOTAL.fullmatch(total):
            found.setdefault(name, (rank, total, grade))
    return found


def facts_in(data: bytes) -> dict[str, str]:
    """Label -> value of the facts in a written letter that say its result; the first of a label counts."""
    facts: dict[str, str] = {}
    for label, value in pairwise(_cells(data)):
        if label in _LABELS:
            facts.setdefault(label, value)
        if len(facts) == len(_LABELS):
            break  # they stand at the top of a letter
    return facts


def _cells(data: bytes) -> Iterator[str]:
    """The texts of a file; none of one that is not there."""
    return (text.strip() for text in texts_in(data)) if data else iter(())


# --- any document: its texts that are not found -----------------------------------------------------------------------


def unread(paper: Official, data: bytes) -> list[str]:
    """The texts of a document that are not found in its file, by their letters and figures: each cell of a table as a
    cell, each paragraph inside one, the title wherever its lines are broken."""
    found = [_letters(each) for each in text_of(data)]
    cells, lines, whole = set(found), "\n".join(found), "".join(found)
    wrong = [each for each in (*paper.title, paper.recipients or "") if _letters(each) not in whole]
    for body in (paper.body, *(each.body for each in paper.attachments)):
        for block in body:
            if isinstance(block, DocumentTable):
                shown = (*block.head, *(cell for row in block.rows for cell in row))
                wrong += [each for each in shown if _letters(each) and _letters(each) not in cells]
                wrong += [block.caption] if _letters(block.caption) not in lines else []
            elif isinstance(block, Text | Heading) and _letters(block.text) not in lines:
                wrong.append(block.text)
    return wrong


def _letters(text: str) -> str:
    return _NO_SIGN.sub("", text)
