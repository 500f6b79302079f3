"""Rank as a formula: one more than the ranked units that stand before, by figure, by the chain, then as decided."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from fractions import Fraction

from evaltool.ledger import ties
from evaltool.results.rank import Standing
from evaltool.results.result import Result
from evaltool.rules import Scheme
from evaltool.views.wording import UNRANKED
from evaltool.workbook.expressions import Expr
from evaltool.workbook.grouppage import FIRST_PART, NINE, GroupPage, placed_by
from evaltool.workbook.parts import FIRST_ROW


def rank_of(group: GroupPage, row: int, one: Standing) -> Expr:
    if one.rank is None:
        return Expr("", UNRANKED)
    pieces, same = ["1"], ""
    for span, own in [group.deciding(row), *_chain(group, row)]:
        before = f"({span}>{own})"
        pieces.append(f"SUMPRODUCT({same}{before})" if same else f"SUMPRODUCT(--{before})")
        same += f"({span}={own})*"
    if group.decided:
        pieces.append(_decided(group, row, same))
    return Expr("+".join(pieces), Fraction(_place(group, one)))


def _chain(group: GroupPage, row: int) -> Iterator[tuple[str, str]]:
    """The points that break ties: the ranked units' cells, and the unit's own."""
    for component in group.scheme.ranking.ties:
        if component in group.roots:
            first, column = FIRST_ROW, FIRST_PART + group.roots.index(component)
        elif component in group.part_places:
            first, column = group.part_places[component]
        else:
            continue  # of another group: tells nobody apart here
        own = group.page.ref(first + row - FIRST_ROW, column, None).text
        yield f"ROUND({group.span(column, first)},{NINE})", f"ROUND({own},{NINE})"


def _decided(group: GroupPage, row: int, same: str) -> str:
    """A decision counts where it gives a place to all units that nothing else tells apart."""
    span, own = group.span(group.at["同分裁定"]), group.text(row, "同分裁定")
    return f"IF(SUMPRODUCT({same}({span}=0))=0,SUMPRODUCT({same}({span}<{own})),0)"


def _place(group: GroupPage, one: Standing) -> int:
    """What the formula comes to: counted from the exact figures."""
    mine = group.placed[one.unit.id]
    before = len(group.ascending) - bisect_right(group.ascending, mine)
    if one.unit.id in group.decided:
        tied = (unit for unit, whole in group.placed.items() if whole == mine)
        before += sum(group.decided[unit] < group.decided[one.unit.id] for unit in tied)
    return 1 + before


def decided_places(result: Result, scheme: Scheme, ranked: Sequence[Standing]) -> dict[str, Fraction]:
    """Places that a decision gives to units which nothing else tells apart: to all of them, or it gives none."""
    lines = {line.unit: line.amount for line in ties(result.evaluation.ledger)}
    blocks: dict[tuple[Fraction, ...], list[str]] = {}
    for one in ranked:
        blocks.setdefault(placed_by(result, scheme, one), []).append(one.unit.id)
    found: dict[str, Fraction] = {}
    first = 1
    for _, units in sorted(blocks.items(), reverse=True):
        wanted = list(range(first, first + len(units)))
        if len(units) > 1 and sorted(lines.get(unit, Fraction(0)) for unit in units) == wanted:
            found |= {unit: lines[unit] for unit in units}
        first += len(units)
    return found
