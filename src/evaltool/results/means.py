"""The mean of a group, and on which side of it a unit is: published totals against the unrounded mean of the ranked
units, so that of 80.01 and 80.00 one is above, whatever the mean is printed as.  While a result is interim and more is
in of some units than of others, or nothing yet, totals say nothing beside each other and have no mean."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from evaltool.results.rank import Standing


def mean_total(standings: Iterable[Standing]) -> Fraction | None:
    """The mean of the published totals; None where nobody is ranked or totals cannot be compared."""
    ranked = [one for one in standings if one.rank is not None]
    return mean_of([one.total for one in ranked], [one.received for one in ranked])


def mean_of(totals: Sequence[Fraction], received: Sequence[Fraction | None]) -> Fraction | None:
    """`received`: how much of full marks is in of each; None in a final result."""
    there = set(received)
    return sum(totals, Fraction(0)) / len(totals) if len(there) == 1 and there != {Fraction(0)} else None


def is_above(one: Standing, mean: Fraction | None) -> bool:
    """Whether a ranked unit is above the mean of its group."""
    return mean is not None and one.rank is not None and one.total > mean


def is_below(one: Standing, mean: Fraction | None) -> bool:
    return mean is not None and one.rank is not None and one.total < mean
