"""What bonuses and deductions come to: of one deed the highest where the rules say so, of a kind that counts once the
highest, of every kind no more than its cap, of all together no more than theirs; in this order.

Written once: on fractions when units are scored, on cells in the ranked workbook.  Of equal ones the first counts, in
the order of the rules' kinds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from evaltool.evaluation import Evaluation
from evaltool.evaluation.checks.extras import DecidedExtra, read_extra
from evaltool.names import folded
from evaltool.rules import Extras, ExtraWord, Scheme
from evaltool.rules.expressions import Number, add, all_of, chosen, least, value_of

NOTHING = Fraction(0)
StatedCap = Callable[[str, Decimal], Number]
"""The cap of a kind ("": of all together) -> its number."""


@dataclass(frozen=True, slots=True)
class CountedExtra:
    """One decision and what of its points counts in its kind; `why` it is less: "deed", "once" or "cap"."""

    decided: DecidedExtra
    counted: Fraction
    why: str = ""


@dataclass(frozen=True, slots=True)
class UnitExtras:
    """What a unit was given or what was taken from it, line by line; `total`: what counts, after the cap."""

    lines: tuple[CountedExtra, ...]
    total: Fraction

    @property
    def stated(self) -> Fraction:
        """What all decisions come to by themselves."""
        return sum((each.decided.points for each in self.lines), NOTHING)

    @property
    def before_cap(self) -> Fraction:
        return sum((each.counted for each in self.lines), NOTHING)


def decided_extras(evaluation: Evaluation, scheme: Scheme, kind: ExtraWord, unit: str) -> list[DecidedExtra]:
    """The decisions on a unit, in the order of the rules' kinds."""
    rules = scheme.extras(kind)
    made = (read_extra(rules, line) for line in evaluation.decided(kind, unit))
    found = [each for each in made if isinstance(each, DecidedExtra)]
    order = {each.name: at for at, each in enumerate(rules.kinds)}
    return sorted(found, key=lambda each: order.get(each.kind.name, len(order)) if each.kind else len(order))


def unit_extras(evaluation: Evaluation, scheme: Scheme, kind: ExtraWord, unit: str) -> UnitExtras:
    """Everything that was decided of this kind about a unit, and what it comes to."""
    rules, decided = scheme.extras(kind), decided_extras(evaluation, scheme, kind, unit)
    points: list[Number] = [each.points for each in decided]
    by_deed = of_each_deed(rules, decided, points)
    once = counted_once(decided, by_deed)
    total = summed(rules, decided, once, lambda _, cap: Fraction(cap))
    return UnitExtras(tuple(_counted(decided, points, by_deed, once)), value_of(total))


def of_each_deed(rules: Extras, decided: Sequence[DecidedExtra], points: Sequence[Number]) -> list[Number]:
    """The points with nothing for what is honoured higher elsewhere."""
    if rules.same_deed != "highest":
        return list(points)
    deeds = [folded(each.line.deed) for each in decided]
    return _highest(points, [[at for at, deed in enumerate(deeds) if deed == wanted] for wanted in _known(deeds)])


def counted_once(decided: Sequence[DecidedExtra], points: Sequence[Number]) -> list[Number]:
    """The points with nothing for further cases of a kind that counts once."""
    names = [each.kind.name if each.kind and each.kind.once else "" for each in decided]
    return _highest(points, [[at for at, name in enumerate(names) if name == wanted] for wanted in _known(names)])


def summed(rules: Extras, decided: Sequence[DecidedExtra], points: Sequence[Number], cap: StatedCap) -> Number:
    """What they come to, kind by kind and all together."""
    of: dict[str, list[Number]] = {}
    for each, number in zip(decided, points, strict=True):
        of.setdefault(each.kind.name if each.kind else "", []).append(number)
    caps = {kind.name: kind.cap for kind in rules.kinds}
    parts = [
        add(*own) if (most := caps.get(name)) is None else least(add(*own), cap(name, most)) for name, own in of.items()
    ]
    whole = add(*parts) if parts else NOTHING
    return whole if rules.cap is None else least(whole, cap("", rules.cap))


def _known(names: Iterable[str]) -> list[str]:
    return [name for name in dict.fromkeys(names) if name]


def _highest(points: Sequence[Number], together: Iterable[Sequence[int]]) -> list[Number]:
    """Of those together the highest alone; of equal ones the first."""
    made = list(points)
    for group in together:
        for at in group if len(group) > 1 else ():
            own = points[at]
            others = [own > points[other] if other < at else own >= points[other] for other in group if other != at]
            made[at] = chosen(all_of(others), own, NOTHING)
    return made


def _counted(
    decided: Sequence[DecidedExtra], points: Sequence[Number], by_deed: Sequence[Number], once: Sequence[Number]
) -> Iterable[CountedExtra]:
    """Of each what counts in its kind: as long as the cap leaves room."""
    room = {each.kind.name: Fraction(each.kind.cap) for each in decided if each.kind and each.kind.cap is not None}
    for each, stated, of_deed, left in zip(decided, points, by_deed, once, strict=True):
        name, amount = each.kind.name if each.kind else "", value_of(left)
        counted = min(amount, room.get(name, amount))
        if name in room:
            room[name] -= counted
        why = "deed" if of_deed != stated else "once" if left != of_deed else "cap" if counted != amount else ""
        yield CountedExtra(each, counted, why)
