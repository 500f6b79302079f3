"""Rank as a formula: one more than the ranked units that stand before, by figure, by the chain, then as decided; where
places have no gaps, in two steps."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from evaltool.results.rank import Standing
from evaltool.rules.expressions import NINE, Expr, Written
from evaltool.views.wording import UNRANKED
from evaltool.workbook.grouppage import POSITION, SAME_POSITION, GroupPage


def rank_of(group: GroupPage, row: int, one: Standing, when: str = "") -> Expr:
    """The rank; where places have no gaps, one more than the different places before.  `when`: `FIRST` for the first of
    two rankings."""
    if one.rank is None:
        return Written("", UNRANKED)
    if group.scheme.ranking.gaps:
        return position_of(group, row, Fraction(one.rank), when)
    span, own = group.rows.all(group.at[when + POSITION]), group.text(row, when + POSITION)
    same = group.rows.all(group.at[when + SAME_POSITION])
    shared = f"({same}+({same}=0))" if group.among else same  # an unranked unit's cell is blank
    return Written(f"ROUND(1+SUMPRODUCT({group.among}({span}<{own})/{shared}),0)", Fraction(one.rank))


def same_position(group: GroupPage, row: int, value: Fraction, when: str = "") -> Expr:
    """How many units share the place."""
    return Written(f"COUNTIF({group.rows.all(group.at[when + POSITION])},{group.text(row, when + POSITION)})", value)


def position_of(group: GroupPage, row: int, value: Fraction, when: str = "") -> Expr:
    """One more than the units before; decisions are about the last ranking alone."""
    pieces, same = ["1"], group.among
    for span, own in [group.deciding(row, when), *_chain(group, row)]:
        before = f"({span}>{own})"
        pieces.append(f"SUMPRODUCT({same}{before})" if same else f"SUMPRODUCT(--{before})")
        same += f"({span}={own})*"
    if group.decided and not when:
        pieces.append(_decided(group, row, same))
    return Written("+".join(pieces), value)


def _chain(group: GroupPage, row: int) -> Iterator[tuple[str, str]]:
    """The points that break ties: the cells of all, and the unit's own."""
    for column in group.ties.values():
        own = group.page.ref(row, column, None).text
        yield f"ROUND({group.rows.all(column)},{NINE})", f"ROUND({own},{NINE})"


def _decided(group: GroupPage, row: int, same: str) -> str:
    """A decision counts where it gives a place to all units that nothing else tells apart."""
    span, own = group.rows.all(group.at["同分裁定"]), group.text(row, "同分裁定")
    return f"IF(SUMPRODUCT({same}({span}=0))=0,SUMPRODUCT({same}({span}<{own})),0)"
