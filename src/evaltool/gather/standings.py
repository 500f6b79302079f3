"""Ranks over all cities, and what each city's units come to: reckoned from what was published, exactly."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from evaltool.gather.alike import ComparableGroup
from evaltool.gather.published import PublishedUnit

ALL = "全部"
_SPREAD_DIGITS = 2


@dataclass(frozen=True, slots=True)
class RankedUnit:
    """A unit among those of all cities; `rank` over all: None where its city does not rank it, or where totals are not
    what decides."""

    city: str
    unit: PublishedUnit
    rank: int | None


@dataclass(frozen=True, slots=True)
class CityFigures:
    """What the units of a city (or of all: `ALL`) come to; totals are those of ranked units, None where there is none.
    `deviation`: the standard deviation of all of them, to two decimals."""

    city: str
    units: int
    ranked: int
    mean: Fraction | None
    median: Fraction | None
    highest: Fraction | None
    lowest: Fraction | None
    deviation: Fraction | None
    best: int | None
    grades: Mapping[str, int]
    vetoes: int
    parts: Mapping[str, Fraction]


@dataclass(frozen=True, slots=True)
class GatheredGroup:
    """A ranking over cities.  `shared`: figures that all of them published; `withheld`: those that only some did."""

    of: ComparableGroup
    units: tuple[RankedUnit, ...]
    grades: tuple[str, ...]
    shared: tuple[str, ...]
    withheld: tuple[str, ...]
    cities: tuple[CityFigures, ...]
    whole: CityFigures

    @property
    def is_ranked(self) -> bool:
        """Whether there are ranks over all cities."""
        return self.of.shape.by != "variation"


def standings_of(group: ComparableGroup) -> GatheredGroup:
    units = _ranked(group)
    shown = [set(own.shown) for _, own in group.cities]
    every = tuple(dict.fromkeys(name for _, own in group.cities for name in own.shown))
    shared = tuple(each for each in every if all(each in own for own in shown))
    withheld = tuple(each for each in every if each not in shared)
    names = [each.name for each in group.cities[0][1].scheme.grades]
    grades = tuple(dict.fromkeys([*names, *(one.unit.grade for one in units if one.unit.grade)]))
    figures = {city.name: [one for one in units if one.city == city.name] for city, _ in group.cities}
    of_cities = tuple(_figures(city, own, grades, shared) for city, own in figures.items())
    return GatheredGroup(group, units, grades, shared, withheld, of_cities, _figures(ALL, units, grades, shared))


def _ranked(group: ComparableGroup) -> tuple[RankedUnit, ...]:
    """Best first; equal totals share a place, and take up as many; units that are not ranked come last."""
    all_units = [(city.name, unit) for city, own in group.cities for unit in own.units]
    ordered = sorted(all_units, key=lambda one: (one[1].rank is None, -one[1].total))
    places: dict[Fraction, int] = {}
    found = []
    for at, (city, unit) in enumerate(ordered, 1):
        counts = unit.rank is not None and group.shape.by != "variation"
        found.append(RankedUnit(city, unit, places.setdefault(unit.total, at) if counts else None))
    return tuple(found)


def _figures(city: str, units: Sequence[RankedUnit], grades: Iterable[str], shared: Iterable[str]) -> CityFigures:
    ranked = [one for one in units if one.unit.rank is not None]
    totals = sorted(one.unit.total for one in ranked)
    known = {name: [one.unit.figures[name] for one in ranked if name in one.unit.figures] for name in shared}
    return CityFigures(
        city,
        len(units),
        len(ranked),
        mean_of(totals),
        _median(totals),
        totals[-1] if totals else None,
        totals[0] if totals else None,
        _deviation(totals),
        min((one.rank for one in units if one.rank is not None), default=None),
        {grade: sum(one.unit.grade == grade for one in units) for grade in grades},
        sum(one.unit.has_veto for one in units),
        {name: mean for name, values in known.items() if (mean := mean_of(values)) is not None},
    )


def mean_of(values: Sequence[Fraction]) -> Fraction | None:
    return sum(values, Fraction(0)) / len(values) if values else None


def _median(ordered: Sequence[Fraction]) -> Fraction | None:
    """An even one is the mean of the middle two."""
    half = len(ordered) // 2
    return mean_of(ordered[half : half + 1] if len(ordered) % 2 else ordered[half - 1 : half + 1])


def _deviation(values: Sequence[Fraction]) -> Fraction | None:
    """The root of the mean square of the distances from the mean, rounded half up; in whole numbers, not floats."""
    mean = mean_of(values)
    if mean is None:
        return None
    variance = sum(((each - mean) ** 2 for each in values), Fraction(0)) / len(values)
    scale = 2 * 10**_SPREAD_DIGITS
    doubled = math.isqrt(variance.numerator * scale**2 // variance.denominator)
    return Fraction((doubled + 1) // 2, 10**_SPREAD_DIGITS)


def all_standings(groups: Iterable[ComparableGroup]) -> tuple[GatheredGroup, ...]:
    return tuple(standings_of(each) for each in groups)


def units_with_veto(groups: Iterable[GatheredGroup]) -> list[tuple[str, RankedUnit]]:
    """Group and unit, in the order of the rankings."""
    return [(group.of.title, one) for group in groups for one in group.units if one.unit.has_veto]
