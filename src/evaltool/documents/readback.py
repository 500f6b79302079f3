"""Reads written documents again and holds them against the standings (law 9).  It shares no code with what filled
them: what counts is the text that a person will see."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

from evaltool.results.rank import Standing
from evaltool.views.wording import UNRANKED
from evaltool.writers.word.templates import text_of

_RANK = re.compile(rf"\d+|{UNRANKED}")
_TOTAL = re.compile(r"-?\d+(\.\d+)?")
_LABELS = ("总分", "名次", "等次", "奖项", "加分", "扣分")

Found = tuple[str, str, str]  # rank, total, grade


def totals_in(data: bytes) -> dict[str, Found]:
    """Unit name -> rank, total and grade from the ranking tables of a written document."""
    cells = [text.strip() for text in text_of(data)]
    rows = zip(cells, cells[1:], cells[2:], cells[3:], strict=False)
    return {
        name: (rank, total, grade)
        for rank, name, total, grade in rows
        if _RANK.fullmatch(rank) and _TOTAL.fullmatch(total)
    }


def facts_in(data: bytes) -> dict[str, str]:
    """Label -> value of the facts in a written letter; the first of a label counts."""
    cells = [text.strip() for text in text_of(data)]
    facts: dict[str, str] = {}
    for label, value in pairwise(cells):
        if label in _LABELS:
            facts.setdefault(label, value)
    return facts


def check_ranking(data: bytes | None, standings: Iterable[Standing]) -> list[str]:
    """The units whose rank, total or grade in the tables is another one."""
    found = totals_in(data) if data is not None else {}
    return [
        one.unit.name
        for one in standings
        if found.get(one.unit.name) != (UNRANKED if one.rank is None else str(one.rank), one.text, one.grade)
    ]


def check_letter(data: bytes, one: Standing, *, brief: bool = False) -> bool:
    """Whether a letter about one unit says its total, rank and grade; `brief`: in a sentence, not as facts."""
    if brief:
        text = "\n".join(text_of(data))
        place = f"列第{one.rank}名" if one.rank is not None else ""
        return f"总分{one.text}分" in text and place in text and f"等次为“{one.grade}”" in text
    facts = facts_in(data)
    rank = UNRANKED if one.rank is None else f"第{one.rank}名"
    agrees = facts.get("总分") == f"{one.text}分" and facts.get("名次", "").startswith(rank)
    return agrees and facts.get("等次") == (one.grade or "不评等次")
