"""What stands where on a group's tab, for the formulas that look at all units of the group: places and grades."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from evaltool.ledger import of_kind
from evaltool.results.conditions import Judge
from evaltool.results.grade import RankedUnits
from evaltool.results.rank import GroupKey, Standing
from evaltool.results.result import Result
from evaltool.rules import Scheme
from evaltool.rules.expressions import NINE, Expr
from evaltool.workbook.page import NumberedRows, Page
from evaltool.workbook.parameters import Parameters
from evaltool.workbook.pointrows import Got

RANK, UNIT, TOTAL, GRADE, FIRST_PART = 0, 1, 2, 3, 4
POSITION, SAME_POSITION = "位次（并列占位）", "同位次个数"  # what ranks without gaps are made of
FIRST = "首次"  # before the headers of the first ranking, where places climbed are rewarded
_DECIDING = {"exact": "未取整总分", "variation": "比上年增减"}


@dataclass
class GroupPage:
    """One group's tab while it is filled.  The ranked units have the first numbers, in the order of their ranks.

    `at`: column of each header; `refs`: (row, header) -> cell for formulas of the same row; `rows`: for all others;
    `ties`: components that break ties -> their columns; `decided`: places that a decision gives to units which nothing
    else tells apart; `judge`: of conditions; `shown`: components -> their columns;
    `titles`: of all groups' tabs; `all_ranked`: the ranked units of all groups.
    """

    result: Result
    key: GroupKey
    ranked: Sequence[Standing]
    page: Page
    got: Mapping[tuple[str, str], Got]
    parameters: Parameters
    decided: Mapping[str, int]
    at: Mapping[str, int]
    ties: Mapping[str, int]
    rows: NumberedRows
    judge: Judge
    shown: Mapping[str, int]
    titles: Mapping[GroupKey, str]
    all_ranked: RankedUnits
    refs: dict[tuple[int, str], Expr] = field(default_factory=dict)

    @cached_property
    def complete(self) -> frozenset[str]:
        """The components in whose columns every ranked unit has points."""
        every = [one.unit.id for one in self.ranked]
        return frozenset(
            each
            for each in self.shown
            if all((got := self.got.get((unit, each))) and got.points is not None for unit in every)
        )

    @cached_property
    def sizes(self) -> Counter[GroupKey]:
        """How many units stand on each group's tab."""
        return Counter(one.key for one in self.result.standings)

    @cached_property
    def of_ties(self) -> frozenset[str]:
        """What decisions on ties are about: fields of awards, grades, or "" for ranks."""
        return frozenset(line.component for line in of_kind(self.result.evaluation.ledger, "tie"))

    @property
    def scheme(self) -> Scheme:
        return self.result.evaluation.classes[self.key[0]]

    def text(self, row: int, header: str) -> str:
        return self.page.ref(row, self.at[header], None).text

    @property
    def among(self) -> str:
        """The factor that leaves the ranked units only; "" where all are."""
        every = len(self.ranked) == self.rows.last - self.rows.first + 1
        return "" if every else f"({self.rows.all(self.rows.column)}<={len(self.ranked)})*"

    def deciding(self, row: int, when: str = "") -> tuple[str, str]:
        """The figure by which units are placed: the cells of all, and one unit's own.  `when`: `FIRST` for the first
        of two rankings."""
        header = when + _DECIDING.get(self.scheme.ranking.by, "总分")
        span, own = self.rows.all(self.at[header]), self.text(row, header)
        return (
            (span, own)
            if header.endswith("总分") and "未取整" not in header
            else (f"ROUND({span},{NINE})", f"ROUND({own},{NINE})")
        )
