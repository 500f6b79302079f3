"""What evaluators' lists could also have said: two units in each other's places, a choice whose quota is not used up.

A list is the same for all its units, so another answer about one unit goes with another about a second one; both units
must then still have what is published of them.  Two lists may differ at once, where they go with different units.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

from evaltool.results.audit import Case, HiddenSum
from evaltool.results.possible import Listed
from evaltool.results.sums import fewer

Home = Callable[[str, str], HiddenSum | None]
MOST = 8
"""So many other answers of one list are tried, those that differ most and least among them."""
_MOST_PAIRS = 64


@dataclass(frozen=True, slots=True)
class Swap:
    """Another answer about a unit: in which of its lists, what it is worth, what that adds to the unit's points, and
    the unit that then has the former answer ("": none)."""

    at: int
    value: Fraction
    by: Fraction
    partner: str


@dataclass(frozen=True, slots=True)
class Moves:
    """`sums`: what lists may add to a unit's points; `values`: by list, what else may stand in it."""

    sums: tuple[Fraction, ...]
    values: Mapping[int, frozenset[Fraction]]


def moves(cases: Mapping[str, Case], home: Home, unit: str, cell: HiddenSum) -> Moves:
    """What the lists of a unit that belong to one of its cells could also have said; `home`: the cell of a unit in
    which a leaf is."""
    swaps = list(_swaps(cases, home, unit, cell))
    pairs = [
        (one, other)
        for one, other in combinations(swaps, 2)
        if one.at != other.at and (not one.partner or one.partner != other.partner)
    ]
    tried = [*((one,) for one in swaps), *fewer(pairs, _MOST_PAIRS)]
    possible = [(each, by) for each in tried if cell.allows(by := sum((one.by for one in each), Fraction(0)))]
    values: dict[int, set[Fraction]] = {}
    for each, _ in possible:
        for one in each:
            values.setdefault(one.at, set()).add(one.value)
    found = dict.fromkeys([Fraction(0), *(by for _, by in possible)])
    return Moves(tuple(found), {at: frozenset(each) for at, each in values.items()})


def _swaps(cases: Mapping[str, Case], home: Home, unit: str, cell: HiddenSum) -> Iterator[Swap]:
    case = cases[unit]
    for at, listed in enumerate(case.lists):
        worth, own = case.worth.get(listed.leaf), listed.given[unit]
        if listed.leaf not in cell.fixed or worth is None:
            continue
        free = ((value, "") for value in _free(listed, own))
        taken = (
            (value, partner)
            for partner, value in listed.given.items()
            if value != own and _takes(cases, home, partner, listed, own - value)
        )
        for value, partner in fewer(sorted((*free, *taken)), MOST):
            yield Swap(at, value, worth * (value - own), partner)


def _free(listed: Listed, own: Fraction) -> list[Fraction]:
    """The choices that may stand in the place of the unit's own."""
    return [value for value in listed.values if value != own and _has_room(listed, own, value)]


def _has_room(listed: Listed, own: Fraction, value: Fraction) -> bool:
    """Whether no quota is passed with one choice more of that value and one less of the unit's own."""
    used = list(listed.given.values())
    return all(value not in of or sum(each in of for each in used) - (own in of) < most for of, most in listed.quotas)


def _takes(cases: Mapping[str, Case], home: Home, unit: str, listed: Listed, by: Fraction) -> bool:
    """Whether a unit may have so much more in a list, all other lists being what they are."""
    case, cell = cases.get(unit), home(unit, listed.leaf)
    if case is None or cell is None or listed.leaf not in cell.fixed or listed.leaf not in case.worth:
        return False
    return cell.allows(case.worth[listed.leaf] * by)
