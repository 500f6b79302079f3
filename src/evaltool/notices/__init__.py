"""The public documents of a run: one bulletin of results, one letter per unit.

Each template is compiled once.  The written files are read back by `check_documents`, which shares no code with what
filled them: every published total, rank and grade must be found in the bulletin's tables and in the unit's letter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise

from evaltool.comparison import Group
from evaltool.documents import text_of
from evaltool.names import safe_name
from evaltool.notices.bulletin import bulletin, bulletin_of, groups_of, rank_text
from evaltool.notices.letter import letter, letter_in
from evaltool.official.forms import Forms
from evaltool.ranked.parts import UNRANKED
from evaltool.result import Result

__all__ = ["BULLETIN", "LETTERS", "bulletin", "check_documents", "documents", "facts_in", "letter", "totals_in"]

BULLETIN = "结果通报.docx"
LETTERS = "反馈书"
_RANK = re.compile(rf"\d+|{UNRANKED}")
_TOTAL = re.compile(r"-?\d+(\.\d+)?")

Found = tuple[str, str, str]  # rank, total, grade


def documents(result: Result, templates: Mapping[str, bytes]) -> dict[str, bytes]:
    """Every public document by its path.  `templates`: file name -> bytes.  Raises `documents.TemplateError`."""
    groups = groups_of(result)
    forms = Forms(templates)
    files = {BULLETIN: forms.write(bulletin_of(result, groups))}
    for nth, (path, group, unit) in enumerate(_letters(groups)):
        one = next(one for one in group.standings if one.unit.id == unit)
        files[path] = forms.write(letter_in(result, group, one, nth))
    return files


def _letters(groups: list[Group]) -> Iterator[tuple[str, Group, str]]:
    """(path, group, unit) of each letter, numbered in the order of the roster."""
    every = [(one, group) for group in groups for one in group.standings]
    every.sort(key=lambda pair: (pair[0].unit.order, pair[0].unit.id))
    digits = max(2, len(str(len(every))))
    for number, (one, group) in enumerate(every, 1):
        yield f"{LETTERS}/{safe_name(f'{number:0{digits}}-{one.unit.name}')}.docx", group, one.unit.id


# --- read back -------------------------------------------------------------------------------------------------------


def totals_in(data: bytes) -> dict[str, Found]:
    """Unit name -> rank, total and grade from the ranking tables of a written bulletin."""
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
        if label in ("总分", "名次", "等次", "奖项"):
            facts.setdefault(label, value)
    return facts


def check_documents(result: Result, files: Mapping[str, bytes]) -> list[str]:
    """Where written documents say something else than the standings; empty if they agree."""
    wrong: list[str] = []
    found = totals_in(files[BULLETIN]) if BULLETIN in files else {}
    for one in result.standings:
        if found.get(one.unit.name) != (rank_text(one), one.text, one.grade):
            wrong.append(f"{BULLETIN}: {one.unit.name}")
    for path, group, unit in _letters(groups_of(result)):
        one = next(one for one in group.standings if one.unit.id == unit)
        facts = facts_in(files[path]) if path in files else {}
        rank = UNRANKED if one.rank is None else f"第{one.rank}名"
        agrees = facts.get("总分") == f"{one.text}分" and facts.get("名次", "").startswith(rank)
        if not agrees or facts.get("等次") != (one.grade or "不评等次"):
            wrong.append(f"{path}: {one.unit.name}")
    return wrong
