"""How ties were decided, in words: of one unit, and one sentence for all units of a group that are equal.  Where places
go by unrounded totals, also that units whose totals are published alike are no tie."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from evaltool.ledger import ties
from evaltool.results.rank import Standing, deciding, same
from evaltool.results.result import Result
from evaltool.views.comparison import ComparedGroup


def tie_words(group: ComparedGroup, one: Standing) -> str:
    """How a tie was broken; without the names of components that are not shown."""
    secret = [value.name for key, value in group.scheme.components.items() if key not in group.shown]
    if not any(name in one.tie for name in secret):
        return one.tie
    figure = deciding(group.scheme, one)
    equal = (other for other in group.ranked if deciding(group.scheme, other) == figure and other != one)
    return f"与{'、'.join(other.unit.name for other in equal)}{same(group.scheme)}，按评估规则确定名次"


def ties_told(result: Result, group: ComparedGroup) -> Iterator[str]:
    """A sentence for all units that are placed by the same figure, after those that only look so."""
    yield from _told_apart(group)
    for _, tied in groupby(group.ranked, key=lambda one: deciding(group.scheme, one)):
        block = list(tied)
        if len(block) > 1 and any(one.tie for one in block):
            yield _told(result, group, block)


def _told_apart(group: ComparedGroup) -> Iterator[str]:
    """Units that places by the unrounded total tell apart, and the published one does not."""
    if group.scheme.ranking.by != "exact":
        return
    for text, seen in groupby(group.ranked, key=lambda one: one.text):
        block = list(seen)
        if len({one.exact for one in block}) > 1:
            whom = "、".join(one.unit.name for one in block)
            places = "、".join(f"第{one.rank}" for one in block)
            yield f"{whom}公布的总分均为{text}分，未取舍的总分不同，名次依次为{places}。"


def _told(result: Result, group: ComparedGroup, block: Sequence[Standing]) -> str:
    equal = f"{'、'.join(one.unit.name for one in block)}{same(group.scheme)}"
    if len({one.rank for one in block}) == 1:
        return f"{equal}，名次并列第{block[0].rank}。"
    if documents := _deciding(result, group, block):
        return f"{equal}，依据{documents}，名次依次为{'、'.join(f'第{one.rank}' for one in block)}。"
    return "；".join(f"{one.unit.name}{tie_words(group, one)}" for one in block[:-1]) + "。"


def _deciding(result: Result, group: ComparedGroup, block: Sequence[Standing]) -> str:
    """The documents of a tie that the committee decided for all of these units."""
    lines = {line.unit: line.document for line in ties(result.evaluation.ledger)}
    documents = [lines.get(one.unit.id, "") for one in block]
    by_decision = all(one.tie.startswith(f"{same(group.scheme)}，依") for one in block)
    return "、".join(dict.fromkeys(documents)) if by_decision and all(documents) else ""
