"""The mean of a group, and on which side of it a unit is: published totals against the unrounded mean of the ranked
units, so that of 80.01 and 80.00 one is above, whatever the mean is printed as."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from evaltool.results.rank import Standing


def mean_total(standings: Iterable[Standing]) -> Fraction | None:
    """The mean of the published totals; None where nobody is ranked."""
    totals = [one.total for one in standings if one.rank is not None]
    return sum(totals, Fraction(0)) / len(totals) if totals else None


def is_above(one: Standing, mean: Fraction | None) -> bool:
    """Whether a ranked unit is above the mean of its group."""
    return mean is not None and one.rank is not None and one.total > mean


def is_below(one: Standing, mean: Fraction | None) -> bool:
    return mean is not None and one.rank is not None and one.total < mean
