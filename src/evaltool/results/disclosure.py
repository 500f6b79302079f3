"""Which components public documents may show (law 11): none with fewer evaluators than the rules' floor, none that the
rules hide, and none that could be had from the shown ones by subtraction.

The shown components are the same for all units that are compared with each other, because a mean over the group and the
other units' letters would give away what one letter leaves out.  A component for which the rules themselves say
`public = "show"` is shown whatever its number of evaluators: an office or a review group marks in its own name.  A
unit's mark for itself is no secret from the unit; so it protects nothing either.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from evaltool.points.score import Point
from evaltool.results.linelevels import LineLevel
from evaltool.rules import Scheme

UnitPoints = Mapping[str, Point]  # component -> point of one unit


@dataclass(frozen=True, slots=True)
class Less:
    """What is kept back beyond the rules' floor: components that are not shown, and some that are shown without their
    parts."""

    withheld: frozenset[str] = frozenset()
    folded: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Published:
    """What of a group is shown, and with how many decimals components' figures are printed; `guarded`: whether marks
    are confidential, so that nothing may be made of what is finer than the printed figures; `lines`: the leaves whose
    lines letters tell, and how finely."""

    shown: tuple[str, ...]
    digits: int
    guarded: bool = True
    lines: tuple[tuple[str, LineLevel], ...] = ()


NOTHING_MORE = Less()


def disclosed(scheme: Scheme, points: Iterable[Point], less: Less = NOTHING_MORE) -> list[str]:
    """The components that may be shown, parents before parts, from the points of all units that are compared."""
    tables: dict[str, dict[str, Point]] = {}
    for point in points:
        tables.setdefault(point.unit, {})[point.component] = point
    return _shown_parts(scheme, "", list(tables.values()), less)


def next_to_withhold(scheme: Scheme, shown: Collection[str]) -> str:
    """The component right below the total that is left out next, beside those that are; "" if none is left."""
    parts = scheme.children()
    there = [part for part in parts if part in shown]
    spare = _in_order_of_use(scheme, there, [part for part in parts if part not in shown])
    return next(iter([*spare, *there]), "")


def _shown_parts(scheme: Scheme, parent: str, tables: list[UnitPoints], less: Less) -> list[str]:
    """What is shown below a component.  Nothing where what is left out would follow from the rest: then the parent
    stands for its parts.  The total has no parent: there another part is left out too."""
    parts = scheme.children(parent)
    hidden = [part for part in parts if part in less.withheld or not _may_be_shown(scheme, part, tables)]
    spare = _in_order_of_use(scheme, [part for part in parts if part not in hidden], hidden)
    while not _is_guarded(scheme, hidden, tables):
        if parent or not spare:
            return []
        hidden.append(spare.pop(0))
    shown: list[str] = []
    for part in parts:
        if part not in hidden:
            opened = scheme.components[part].public == "show" and part not in less.folded
            shown += [part, *(_shown_parts(scheme, part, tables, less) if opened else [])]
    return shown


def has_too_few(scheme: Scheme, part: str, table: UnitPoints) -> bool:
    """Whether somebody has marked a unit in a component, and fewer than the floor."""
    secret = _active(_secret(scheme, part), table)
    return bool(secret) and _evaluators(scheme, secret, table) < scheme.disclosure.floor


def _may_be_shown(scheme: Scheme, part: str, tables: list[UnitPoints]) -> bool:
    below = [part, *(key for key, _ in scheme.walk(part))]
    hidden = [each for each in below if scheme.components[each].public == "hidden"]
    for table in tables:
        if has_too_few(scheme, part, table):
            return False
        whole = _active(_by_others(scheme, part), table)
        # where nothing else in it was marked, a sum is its hidden part
        if any(whole == _active(_by_others(scheme, each), table) for each in hidden) and whole:
            return False
    return part not in hidden


def _is_guarded(scheme: Scheme, hidden: list[str], tables: list[UnitPoints]) -> bool:
    """Whether the sum of what is left out, which anybody can work out, says nothing about one part of it."""
    for table in tables:
        marked = {part: _active(_by_others(scheme, part), table) for part in hidden}
        leaves = [leaf for each in marked.values() for leaf in each]
        alone = sum(bool(each) for each in marked.values()) == 1
        if leaves and (alone or _evaluators(scheme, leaves, table) < scheme.disclosure.floor):
            return False
    return True


def _in_order_of_use(scheme: Scheme, parts: list[str], hidden: list[str]) -> list[str]:
    """Parts that could be left out beside hidden ones: of a like weight first, since the sum of something great and
    something small tells the great one nearly."""
    most = max((scheme.weight(part) for part in hidden), default=scheme.weight())
    useful = [part for part in parts if _by_others(scheme, part)]
    return sorted(useful, key=lambda part: (scheme.weight(part) < most, abs(scheme.weight(part) - most)))


def _secret(scheme: Scheme, part: str) -> list[str]:
    """The leaves of a component that the rules do not show of themselves."""
    if scheme.components[part].is_always_public:
        return []
    parts = scheme.children(part)
    return [leaf for each in parts for leaf in _secret(scheme, each)] if parts else _by_others(scheme, part)


def _by_others(scheme: Scheme, part: str) -> list[str]:
    """The leaves of a component that are neither the unit's own mark for itself nor taken of what is public already."""
    leaves = ((leaf, scheme.components[leaf]) for leaf in scheme.leaves(part))
    return [leaf for leaf, component in leaves if component.by != "self" and not component.taken]


def _active(leaves: Iterable[str], table: UnitPoints) -> list[str]:
    """The leaves in which somebody has marked the unit, with a weight."""
    known = (table[leaf] for leaf in leaves if leaf in table)
    return [point.component for point in known if point.evaluators and point.weight and point.points is not None]


def _evaluators(scheme: Scheme, leaves: Iterable[str], table: UnitPoints) -> int:
    """How many have marked in these leaves; leaves of one role share their evaluators."""
    roles: dict[str, int] = {}
    for leaf in leaves:
        role = scheme.components[leaf].by
        roles[role] = max(roles.get(role, 0), table[leaf].evaluators)
    return sum(roles.values())
