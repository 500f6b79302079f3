"""What every output says of a unit, as it is printed: rank, total, grade.  Files that were written are read back and
held against this (law 9)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from evaltool.results.rank import Standing
from evaltool.views.wording import UNRANKED, grade_words

Printed = tuple[str, str, str]
"""Rank, total, grade."""
NO_GRADE = "不评等次"
_RANK = re.compile(rf"第(\d+)名|({UNRANKED})")


def printed_of(one: Standing) -> Printed:
    return UNRANKED if one.rank is None else str(one.rank), one.text, grade_words(one)


def in_facts(facts: Mapping[str, str]) -> Printed:
    """What labelled facts say: 名次 第2名（…）, 总分 88.53分, 等次 良好."""
    rank = _RANK.match(facts.get("名次", ""))
    grade = facts.get("等次", "")
    return (
        (rank[1] or rank[2]) if rank else "",
        facts.get("总分", "").removesuffix("分"),
        "" if grade == NO_GRADE else grade,
    )


def unlike(found: Mapping[str, Printed], standings: Iterable[Standing]) -> list[str]:
    """The units of which something else is found, or nothing; `found` by name."""
    return [one.unit.name for one in standings if found.get(one.unit.name) != printed_of(one)]
