"""What two scorings were made of that is not the same, as causes that can be put in place one by one.

A cause is the smallest change that a person can name: a key of the rules, a row of the roster, the result of another
evaluation, what came from one evaluator, a line of the ledger.  `changedkeys` and `changedrows` find those of the
files, `ways` puts them in order.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass
from typing import Any, Literal

CauseKind = Literal["tool", "rules", "roster", "result", "submission", "decision", "form"]


@dataclass(frozen=True, slots=True)
class Cause:
    """`file`: the file of the rules, the table of the roster, the evaluator's id or what else it is about; `at`: the
    key, the row, the evaluator's name or the decision's document; `before` and `after`: what stood and stands there."""

    kind: CauseKind
    what: Literal["changed", "added", "removed", "replaced", "unexplained"]
    file: str
    at: str = ""
    before: str = ""
    after: str = ""
    number: int = 0  # tells causes that read alike
    digests: tuple[str, ...] = ()  # of the files that came or went, or that a decision is about

    def as_value(self) -> dict[str, Any]:
        named = ("kind", "what", "file", "at", "before", "after")
        return {name: value for name in named if (value := getattr(self, name))}


Causes = tuple[Cause, ...]
InputFiles = Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class DifferingPart:
    """InputFiles that are not the same: why, and what stands in their place with some of the causes, but not all."""

    causes: Causes
    before: InputFiles
    after: InputFiles
    between: Callable[[Set[Cause]], InputFiles]

    def files(self, applied: Set[Cause]) -> InputFiles:
        mine = applied & set(self.causes)
        if not mine or len(mine) == len(self.causes):
            return self.after if mine else self.before
        return self.between(mine)


def whole(cause: Cause, before: InputFiles, after: InputFiles) -> DifferingPart:
    """A part with a single cause: all of it or nothing."""
    return DifferingPart((cause,), before, after, lambda _: after)
