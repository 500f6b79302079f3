"""Totals of the sample that must be exact: 79.60, rounding halves, ties.  Marks are moved a little until they are.

Totals come from the independent recomputation of the tests, as fractions.
"""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from fractions import Fraction
from itertools import product
from pathlib import Path

from sample_play import Key, Play

from evaltool.roster import Unit
from evaltool.rules.methods import Ballot, Choice
from filling import Spot
from recompute import Result, recompute

GRAIN = 10_000  # totals that can be reached: multiples of 1/10000
CENT = Decimal("0.01")


def results(play: Play, folder: Path) -> dict[str, Result]:
    play.write(folder)
    return recompute(folder)


def settle(play: Play, unit: Unit) -> None:
    """Make every part of a unit's total a multiple of the grain, by changing as few cards and marks as possible."""
    scheme = play.evaluation.classes[unit.class_id]
    for leaf in scheme.leaves():
        component = scheme.components[leaf]
        if isinstance(component.answer, Ballot):
            _settle_cards(play, unit, leaf, Fraction(component.weight or 0), component.answer.ballot)
        elif isinstance(component.answer, Choice):
            _settle_tiers(play, unit, leaf)
        elif component.each and component.each.word:
            for key, spot in _visits(play, unit, leaf):
                play.put(key, spot, round(float(str(play.value(key, spot)))))


def _visits(play: Play, unit: Unit, leaf: str) -> list[tuple[Key, Spot]]:
    rows = {
        (key, spot.repeat)
        for key, spot in play.spots(class_id=unit.class_id, component=leaf, field="unit")
        if play.value(key, spot) == unit.name
    }
    marks = play.spots(class_id=unit.class_id, component=leaf, field="mark")
    return [(key, spot) for key, spot in marks if (key, spot.repeat) in rows]


def _settle_tiers(play: Play, unit: Unit, leaf: str) -> None:
    """As many best as worst tiers among several leaders: the mean is the middle tier's points."""
    found = [
        (key, spot)
        for key, spot in play.spots(class_id=unit.class_id, component=leaf, unit=unit.id)
        if key[0] not in play.waived
    ]
    best, middle, worst = found[0][1].column.choices
    if len(found) > 1:
        for number, (key, spot) in enumerate(found):
            play.put(key, spot, best if number < 2 else worst if number < 4 and len(found) > 3 else middle)
        if len(found) <= 3:
            play.put(*found[0], best)
            play.put(*found[1], worst)


def counted(play: Play, unit: Unit, leaf: str) -> Counter[str]:
    """The unit's cards in a component, over all batches; from the cards, or from the tally where there are none."""
    counts: Counter[str] = Counter()
    for key in play.forms:
        cards = _cells(play, key, unit, leaf, "cards")
        counts.update(str(play.value(key, spot)) for _, spot in cards if play.value(key, spot))
        if not any(play.value(key, spot) for _, spot in cards):
            for _, spot in _cells(play, key, unit, leaf, "tally"):
                counts[spot.indicator] += int(str(play.value(key, spot) or 0))
    return counts


def _cells(play: Play, key: Key, unit: Unit, leaf: str, kind: str) -> list[tuple[Key, Spot]]:
    field = "mark" if kind == "cards" else "tally"
    found = play.spots(evaluator=key[0], class_id=unit.class_id, component=leaf, unit=unit.id, kind=kind, field=field)
    return [(each, spot) for each, spot in found if each == key]


def _settle_cards(play: Play, unit: Unit, leaf: str, weight: Fraction, ballot: str) -> None:
    scale = play.evaluation.classes[unit.class_id].scale(ballot)
    worth = [choice for choice, share in scale.items() if share is not None]
    abstain = next(choice for choice, share in scale.items() if share is None)
    counts = counted(play, unit, leaf)
    total = sum((Fraction(scale[choice] or 0) * counts[choice] for choice in worth), Fraction(0))
    voters = sum(counts[choice] for choice in worth)
    raised, dropped = worth[1], worth[2]
    step = (scale[worth[0]] or Fraction(0)) - (scale[raised] or Fraction(0))
    for up, away in sorted(product(range(25), range(5)), key=sum):
        if up > counts[raised] or away > counts[dropped]:
            continue
        share = (total + up * step - away * (scale[dropped] or Fraction(0))) / (voters - away)
        if (weight * share * GRAIN).denominator == 1:
            _recard(play, unit, leaf, raised, worth[0], up)
            _recard(play, unit, leaf, dropped, abstain, away)
            return
    raise ArithmeticError(f"no way to settle {unit.name} in {leaf}")


def _recard(play: Play, unit: Unit, leaf: str, old: str, new: str, times: int) -> None:
    """So many voters change their mind, on their cards and in the tally of the same batch."""
    for key in play.forms:
        cards = [each for each in _cells(play, key, unit, leaf, "cards") if play.value(*each) == old]
        tally = {spot.indicator: (key, spot) for _, spot in _cells(play, key, unit, leaf, "tally")}
        listed = {choice: play.value(*each) for choice, each in tally.items()}
        able = len(cards) or int(str(listed.get(old) or 0))
        moved = min(times, able)
        for each in cards[:moved]:
            play.put(*each, new)
        if moved and listed.get(old) is not None:
            play.put(*tally[old], int(str(listed[old])) - moved)
            play.put(*tally[new], int(str(listed[new] or 0)) + moved)
        times -= moved
    if times:
        raise ArithmeticError(f"{unit.name}: not enough cards {old} in {leaf}")


def copy_cards(play: Play, unit: Unit, model: Unit) -> None:
    """Voters see no difference between two units: the same cards for both."""
    for leaf in play.evaluation.classes[unit.class_id].leaves():
        for kind in ("cards", "tally"):
            for key in play.forms:
                theirs = _cells(play, key, model, leaf, kind)
                own = _cells(play, key, unit, leaf, kind)
                for mine, other in zip(own, theirs, strict=True):
                    play.put(*mine, play.value(*other))


def reach(play: Play, unit: Unit, exact: Fraction, wanted: Fraction, goals: bool = True) -> None:
    """Move a unit's total from `exact` to `wanted` (to the nearest 1/10000): goals or the mayor's mark first, then the
    unit's own mark.  Marks of progress checks take what is left."""
    left = wanted - exact
    if goals:
        left -= _add_to_goals(play, unit, left)
    elif abs(left) > Fraction(1, 10):
        left -= _add(play, unit, left, "mayor", Decimal("0.1"))
    for component in ("self", "progress"):
        left -= _add(play, unit, left, component, CENT)
    if abs(left) > Fraction(1, 2 * GRAIN):
        raise ArithmeticError(f"{unit.name}: {float(left)} left over")


def _add_to_goals(play: Play, unit: Unit, points: Fraction) -> Fraction:
    """Change priority goals, one after the other, by about so many points of the total; says by how many."""
    component = play.evaluation.component(unit.class_id, "priority")
    preset = sum((line.full for line in play.evaluation.indicators(unit.class_id, "priority", unit.id)), Fraction(0))
    worth = Fraction(component.weight or 0) / preset
    moved = Fraction(0)
    for key, spot in play.spots(component="priority", unit=unit.id, class_id=unit.class_id, field="mark"):
        old = Decimal(str(play.value(key, spot)))
        high = spot.line.high or spot.column.high
        change = Decimal(round((points - moved) / worth * 10)) / 10
        new = min(max(old + change, high / 2), high)
        play.put(key, spot, new)
        moved += Fraction(new - old) * worth
    return moved


def _add(play: Play, unit: Unit, points: Fraction, component: str, step: Decimal) -> Fraction:
    """Change the first mark of a component (percent) by about so many points of the total; says by how many."""
    found = list(play.spots(component=component, unit=unit.id, class_id=unit.class_id, field="mark"))
    scheme = play.evaluation.classes[unit.class_id]
    weight = Fraction(scheme.components[component].weight or 0) * _moved_to(play, unit, component)
    worth = weight / 100 / len(found)
    old = Decimal(str(play.value(*found[0])))
    change = step * round(points / worth / Fraction(step))
    new = min(max(old + change, Decimal(60)), Decimal(100))
    play.put(*found[0], new)
    return Fraction(new - old) * worth


def _moved_to(play: Play, unit: Unit, component: str) -> Fraction:
    """How much a leaf's weight has grown because siblings have nobody who marks this unit."""
    scheme = play.evaluation.classes[unit.class_id]
    parent = scheme.components[component].parent
    if not parent:
        return Fraction(1)
    parts = scheme.children(parent)
    present = [part for part in parts if _marked(play, unit, part)]
    return scheme.weight(parent) / sum((scheme.weight(part) for part in present), Fraction(0))


def _marked(play: Play, unit: Unit, leaf: str) -> bool:
    component = play.evaluation.component(unit.class_id, leaf)
    if component.each and component.each.word:
        return bool(_visits(play, unit, leaf))
    found = play.spots(component=leaf, unit=unit.id, class_id=unit.class_id)
    return any(key[0] not in play.waived for key, _ in found)
