"""How an answer becomes a share of full marks: a file for each method, all of them in `METHODS`.

A method's file has its parameters, the share that it gives (an exact fraction; 1 is full marks), its domain with the
reasons outside it, its words for the committee and for sheets.  Points are share x weight; nothing else in the tool
knows how a mark is scored: other modules ask the method (`method.py`), not which one it is.

In the rules a method is written by its name: `answer = "percent"`, `answer = { points = 30 }`,
`answer = { choice = "tier" }`.  The key that is a method's name holds its first parameter, other keys its further ones.
"""

from __future__ import annotations

from fractions import Fraction

from evaltool.rules.methods.ballot import Ballot
from evaltool.rules.methods.choice import Choice
from evaltool.rules.methods.compare import Compare
from evaltool.rules.methods.curve import Curve
from evaltool.rules.methods.deduct import Deduct
from evaltool.rules.methods.growth import Growth
from evaltool.rules.methods.method import Facts, Method
from evaltool.rules.methods.percent import Percent
from evaltool.rules.methods.points import Points
from evaltool.rules.methods.rank import Places, Rank
from evaltool.rules.methods.tally import Tally
from evaltool.rules.methods.target import Target

__all__ = [
    "METHODS",
    "Ballot",
    "Choice",
    "Compare",
    "Curve",
    "Deduct",
    "Facts",
    "Growth",
    "Method",
    "Percent",
    "Places",
    "Points",
    "Rank",
    "Tally",
    "Target",
    "mean",
    "name_of",
]

METHODS: dict[str, type[Method]] = {
    "points": Points,
    "percent": Percent,
    "choice": Choice,
    "ballot": Ballot,
    "rank": Rank,
    "target": Target,
    "compare": Compare,
    "growth": Growth,
    "deduct": Deduct,
    "tally": Tally,
    "curve": Curve,
}


def name_of(method: Method) -> str:
    """The method's name in the rules."""
    return next(name for name, each in METHODS.items() if each is type(method))


def mean(shares: list[tuple[Fraction, int]]) -> Fraction | None:
    """The mean of (share, how many) pairs; None if there are none."""
    count = sum(number for _, number in shares)
    return sum((share * number for share, number in shares), Fraction(0)) / count if count else None
