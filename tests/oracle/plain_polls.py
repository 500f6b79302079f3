"""Exports of polls counted with plain loops over all rows at once, to hold the tool against: nothing of it is used here
but the shapes of what it says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass
class PlainCount:
    """Counts by unit, point and choice; rows and fates of answers by part."""

    counts: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    fates: dict[str, Counter[str]] = field(default_factory=dict)
    comments: Counter[tuple[str, str]] = field(default_factory=Counter)


@dataclass(frozen=True)
class PlainRow:
    """One row of one part: who, at which point, when (a number that grows), what of each unit, and a comment."""

    part: str
    who: str
    point: str
    when: int | None
    said: tuple[tuple[str, str], ...]  # unit as it is written, choice as it is written
    comment: str = ""


def plainly_counted(
    rows: Sequence[PlainRow], units: dict[str, str], rules: dict[str, str], choices: Sequence[str], *, timed: bool
) -> PlainCount:
    """`units`: name -> id; `rules`: id -> which of repeated answers counts."""
    made = PlainCount()
    for at, row in enumerate(rows):
        own = made.fates.setdefault(row.part, Counter())
        heard = set()
        for name, choice in row.said:
            fate = _fate(rows, at, name, units, rules, choices, choice, timed=timed)
            own[fate] += 1
            unit = units.get(name.strip(), "")
            if fate in ("counted", "blank"):
                made.counts[unit, row.point.strip(), choice.strip()] += 1
            if unit and _standing(rows, at, unit, rules[unit], units, timed=timed) == "counts":
                heard.add(unit)
        if row.comment and heard:
            made.comments[min(heard) if len(row.said) == 1 else "", row.comment] += 1
    return made


def _fate(
    rows: Sequence[PlainRow],
    at: int,
    name: str,
    units: dict[str, str],
    rules: dict[str, str],
    choices: Sequence[str],
    choice: str,
    *,
    timed: bool,
) -> str:
    unit = units.get(name.strip(), "")
    if not unit:
        return "refused"
    standing = _standing(rows, at, unit, rules[unit], units, timed=timed)
    if len(rows[at].said) > 1 and not rows[at].point.strip():
        return "refused"
    if standing != "counts":
        return standing
    if not rows[at].point.strip():
        return "refused"
    said = choice.strip()
    return "blank" if not said else "counted" if said in choices else "refused"


def _standing(rows: Sequence[PlainRow], at: int, unit: str, rule: str, units: dict[str, str], *, timed: bool) -> str:
    row = rows[at]
    if rule == "all":
        return "counts"
    who = row.who.strip()
    if not who:
        return "refused"
    own = [
        number
        for number, each in enumerate(rows)
        if each.who.strip() == who and any(units.get(name.strip()) == unit for name, _ in each.said)
    ]
    if len(own) == 1:
        return "counts"
    if rule == "refuse":
        return "refused"
    if timed:
        times = [rows[number].when for number in own]
        if None in times:
            return "refused"
        best = min(times) if rule == "first" else max(times)  # type: ignore[type-var]
        if times.count(best) > 1:
            return "refused"
        return "counts" if row.when == best else "repeated"
    if len({rows[number].part for number in own}) > 1:
        return "refused"
    return "counts" if at == (own[0] if rule == "first" else own[-1]) else "repeated"
