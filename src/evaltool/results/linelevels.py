"""How finely the lines of components may be told in letters (law 11): the steps, and a line as each of them has it.

A line is told by what it got, by that with one decimal, or only by its name, as one that lost points.  `linestold` says
what that leaves open; `publishing` takes the first step by which no confidential mark follows.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction
from typing import Literal

from evaltool.exact import half_up
from evaltool.rules import Scheme

LineLevel = Literal["exact", "tenths", "named"]
"""How finely a line is told: what it got, that with one decimal, or only that it lost points."""
Levels = Mapping[str, LineLevel]
"""Leaf -> how finely its lines are told; those that are not there not at all."""
STEPS: Sequence[tuple[LineLevel | None, LineLevel | None]] = (
    ("exact", "named"),
    ("tenths", "named"),
    ("named", "named"),
    ("named", None),
    (None, None),
)
"""From more to less: of leaves whose points are shown, and of others that the rules show and the audit keeps back."""
TENTHS = 1


def open_leaves(scheme: Scheme) -> list[str]:
    """The leaves of which the rules let a unit see single marks."""
    return [leaf for leaf in scheme.leaves() if not scheme.is_secret(leaf) and not scheme.is_closed(leaf)]


def levels_at(scheme: Scheme, shown: Collection[str], known: Collection[str], step: int) -> dict[str, LineLevel]:
    """The levels of a step; leaves that count as `known` anyway lose nothing by being told."""
    seen, unseen = STEPS[step]
    found: dict[str, LineLevel] = {}
    for leaf in open_leaves(scheme):
        level = unseen if leaf not in shown else "exact" if leaf in known else seen
        found |= {leaf: level} if level else {}
    return found


def is_told(points: Fraction, full: Fraction, level: LineLevel) -> bool:
    """Whether a line stands among those that lost points."""
    return as_told(points, level) < full


def as_told(points: Fraction, level: LineLevel) -> Fraction:
    """A line's points as they are told."""
    return half_up(points, TENTHS) if level == "tenths" else points
