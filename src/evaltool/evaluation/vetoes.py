"""What vetoes do to a unit: how far its grade is lowered, the best grade that is left to it, where it has nothing.

A decision names the kind of the rules that it is (新值); one that names none lowers the grade as `[veto]` says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from evaltool.evaluation import Evaluation
from evaltool.evaluation.checks.vetoes import kind_of
from evaltool.rules import Scheme


@dataclass(frozen=True, slots=True)
class Vetoed:
    """`lowers`: by how many grades, the most that one of the vetoes says; `at_best`: the first grade, counted from 0,
    that is left; `zeros`: leaf -> the document by which it has nothing."""

    documents: str = ""
    lowers: int = 0
    at_best: int = 0
    zeros: Mapping[str, str] = field(default_factory=dict)

    def grade(self, reached: int, grades: int) -> int:
        """The grade that is left of one that was reached, counted from 0."""
        return min(max(reached + self.lowers, self.at_best), grades - 1)


def vetoed(evaluation: Evaluation, scheme: Scheme, unit: str) -> Vetoed:
    """All vetoes of a unit together: none is counted on top of another, the strictest of each sort holds."""
    lines = evaluation.decided("veto", unit)
    if not lines:
        return Vetoed()
    kinds = [(line, kind_of(scheme, line)) for line in lines]
    lowers = [scheme.veto.lowers if kind is None else kind.lowers or 0 for _, kind in kinds]
    best = [scheme.grade_index(kind.at_best) for _, kind in kinds if kind is not None and kind.at_best]
    zeros = {
        leaf: line.document
        for line, kind in kinds
        if kind is not None and kind.zero
        for leaf in scheme.leaves(kind.zero)
    }
    return Vetoed("、".join(dict.fromkeys(line.document for line in lines)), max(lowers), max(best, default=0), zeros)
