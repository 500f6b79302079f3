"""The report card: where every unit stands against last year, its group and the colours, and what follows from it.

Everything here is read off a finished result and changes nothing in it.  Totals are the published ones, so that every
difference can be reckoned from what is printed.  A colour of a component is that of its percentage of full marks.
Earlier years come from the roster's table 历年结果; a unit is held against the last of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from evaltool.exact import exact, published
from evaltool.results.entailing import Entailed, following, years_running
from evaltool.results.history import change
from evaltool.results.means import is_above, mean_total
from evaltool.results.rank import Standing
from evaltool.results.result import Result
from evaltool.rules import Scheme


@dataclass(frozen=True, slots=True)
class Side:
    """One of the components right below the total, such as inside and outside: percent of its full marks, zone."""

    component: str
    percent: Fraction | None
    zone: str


@dataclass(frozen=True, slots=True)
class UnitCard:
    """One unit.  `gained` is the total less the earlier one, which is of the year `since`; `climbed` counts places up
    (negative: down); None where there is no earlier result.  `running`: for how many years in a row, this one included,
    it has had its grade."""

    unit: str
    zone: str
    since: int | None
    gained: Fraction | None
    climbed: int | None
    above_mean: bool | None
    running: int
    sides: tuple[Side, ...]
    entailed: tuple[Entailed, ...]


@dataclass(frozen=True, slots=True)
class GroupCard:
    """One group: mean of the ranked units' totals, how many are above it, units by zone, who gained most first."""

    class_id: str
    group: str
    mean: Fraction | None
    above: int
    ranked: int
    zones: Mapping[str, int]
    improved: tuple[tuple[str, Fraction], ...]
    units: tuple[UnitCard, ...]


def report_cards(result: Result) -> tuple[GroupCard, ...]:
    """A card for every group, in the order of classes and groups."""
    return tuple(
        _group(result, scheme, group.id)
        for scheme in result.evaluation.classes.values()
        for group in scheme.head.groups
    )


def zone(scheme: Scheme, total: Fraction) -> str:
    """The name of the zone that a total (or a percentage, where the total is 100) lies in; "" without zones."""
    return next((each.name for each in scheme.zones if total >= Fraction(each.bound)), "")


def _group(result: Result, scheme: Scheme, group: str) -> GroupCard:
    standings = result.group(scheme.id, group)
    mean = mean_total(standings)
    cards = tuple(_unit(result, scheme, one, mean) for one in standings)
    gains = [(card.unit, card.gained) for card in cards if card.gained is not None]
    improved = sorted((one for one in gains if one[1] > 0), key=lambda one: (-one[1], one[0]))
    return GroupCard(
        scheme.id,
        group,
        mean,
        sum(is_above(one, mean) for one in standings),
        sum(one.rank is not None for one in standings),
        {each.name: sum(card.zone == each.name for card in cards) for each in scheme.zones},
        tuple(improved),
        cards,
    )


def _unit(result: Result, scheme: Scheme, one: Standing, mean: Fraction | None) -> UnitCard:
    moved = change(result.evaluation, one)
    return UnitCard(
        one.unit.id,
        "" if result.interim else zone(scheme, one.total),
        moved.last.year if moved else None,
        moved.gained if moved else None,
        moved.climbed if moved else None,
        is_above(one, mean) if one.rank is not None and mean is not None else None,
        _running(result, one),
        tuple(_sides(result, scheme, one.unit.id)),
        entailed(result, one),
    )


def _sides(result: Result, scheme: Scheme, unit: str) -> Iterable[Side]:
    for component in scheme.children():
        point = result.points.get((unit, component))
        if point is not None and point.weight:
            got = point.points if point.is_complete else None
            percent = None if got is None else got / point.weight * 100
            full = Fraction(scheme.head.total) / 100
            yield Side(component, percent, zone(scheme, percent * full) if percent is not None else "")


def entailed(result: Result, one: Standing) -> tuple[Entailed, ...]:
    """What a unit's grade entails, in the order of the rules; nothing by an interim result."""
    return tuple(following(result.evaluation.classes[one.unit.class_id], one.grade, _running(result, one)))


def _running(result: Result, one: Standing) -> int:
    """For how many years a unit has had its grade; none by an interim result."""
    earlier = result.evaluation.earlier(one.unit.id)
    return 0 if result.interim else years_running(result.evaluation.settings.year, one.grade, earlier)


def as_value(result: Result) -> dict[str, Any]:
    """The cards for programs: exact fractions, and the means and percentages as they are printed."""
    return {"schema": 1, "groups": [_group_value(result, card) for card in report_cards(result)]}


def _group_value(result: Result, card: GroupCard) -> dict[str, Any]:
    digits = result.evaluation.classes[card.class_id].head.decimals
    return {
        "class": card.class_id,
        "group": card.group,
        "mean": published(card.mean, digits) if card.mean is not None else None,
        "above_mean": card.above,
        "ranked": card.ranked,
        "zones": dict(card.zones),
        "improved": [{"unit": unit, "gained": published(gain, digits)} for unit, gain in card.improved],
        "units": [_unit_value(each, digits) for each in card.units],
    }


def _unit_value(card: UnitCard, digits: int) -> dict[str, Any]:
    return {
        "unit": card.unit,
        "zone": card.zone,
        "since": card.since,
        "gained": published(card.gained, digits) if card.gained is not None else None,
        "climbed": card.climbed,
        "above_mean": card.above_mean,
        "running": card.running,
        "sides": [
            {
                "component": side.component,
                "percent": exact(side.percent) if side.percent is not None else None,
                "published": published(side.percent, digits) if side.percent is not None else None,
                "zone": side.zone,
            }
            for side in card.sides
        ],
        "consequences": [
            {
                "grade": each.grade,
                "years": each.years,
                "text": each.text,
                "document": each.document,
                "no_awards": each.no_awards,
            }
            for each in card.entailed
        ],
    }
