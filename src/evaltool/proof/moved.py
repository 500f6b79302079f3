"""What a difference of two scorings is: the causes, the units of which something else is said, what did it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Any

from evaltool.exact import exact
from evaltool.proof.causes import Causes


@dataclass(frozen=True, slots=True)
class UnitOutcome:
    """What one scoring says of a unit: the total as printed and unrounded, rank, grade, awards."""

    name: str
    total: str
    exact: Fraction
    rank: int | None
    grade: str
    awards: tuple[str, ...]

    @property
    def place(self) -> tuple[int | None, str, tuple[str, ...]]:
        """What has consequences: rank, grade, awards."""
        return self.rank, self.grade, self.awards

    def as_value(self) -> dict[str, Any]:
        return {**asdict(self), "exact": exact(self.exact)}


Outcomes = Mapping[str, UnitOutcome]  # by unit


@dataclass(frozen=True, slots=True)
class Effect:
    """What one step did to a unit: points, and its outcome before and after the step (None: not among the units).
    `alone`: the points that it would have moved as the first step, where they are others."""

    step: int  # from 1
    points: Fraction
    before: UnitOutcome | None
    after: UnitOutcome | None
    alone: Fraction | None = None


@dataclass(frozen=True, slots=True)
class UnitDifference:
    """A unit of which the two scorings say something else."""

    id: str
    before: UnitOutcome | None
    after: UnitOutcome | None
    effects: tuple[Effect, ...]

    @property
    def name(self) -> str:
        one = self.after or self.before
        return one.name if one else self.id

    @property
    def points(self) -> Fraction:
        return points_of(self.after) - points_of(self.before)

    @property
    def moved(self) -> bool:
        """Whether rank, grade or awards are others, or the unit came or went."""
        return self.before is None or self.after is None or self.before.place != self.after.place


@dataclass(frozen=True, slots=True)
class RunDifference:
    """`after` is "" for what stands in the folder.  `steps` are the causes in the order in which they were put in
    place, those together that cannot be scored one by one; `grouped`: too many to tell each from the next."""

    before: str
    after: str
    steps: tuple[Causes, ...]
    units: tuple[UnitDifference, ...]
    unchanged: int
    grouped: bool

    @property
    def moved(self) -> bool:
        return any(unit.moved for unit in self.units)

    def as_value(self) -> dict[str, Any]:
        return {
            "before": self.before,
            "after": self.after or None,
            "moved": self.moved,
            "grouped": self.grouped,
            "steps": [
                {"step": at, "causes": [cause.as_value() for cause in step]} for at, step in enumerate(self.steps, 1)
            ],
            "units": [_unit_value(unit) for unit in self.units],
            "unchanged": self.unchanged,
        }


def outcomes(said: Mapping[str, Any]) -> Outcomes:
    """By unit what `results.json` says."""
    return {
        each["id"]: UnitOutcome(
            each["name"], each["total"], Fraction(each["exact"]), each["rank"], each["grade"], tuple(each["awards"])
        )
        for each in said["units"]
    }


def points_of(one: UnitOutcome | None) -> Fraction:
    """A unit that is not there has no points."""
    return one.exact if one else Fraction(0)


def _unit_value(unit: UnitDifference) -> dict[str, Any]:
    return {
        "id": unit.id,
        "name": unit.name,
        "points": exact(unit.points),
        "moved": unit.moved,
        "before": unit.before and unit.before.as_value(),
        "after": unit.after and unit.after.as_value(),
        "effects": [_effect_value(effect) for effect in unit.effects],
    }


def _effect_value(effect: Effect) -> dict[str, Any]:
    value: dict[str, Any] = {"step": effect.step, "points": exact(effect.points)}
    if effect.alone is not None:
        value["alone"] = exact(effect.alone)
    for part in ("rank", "grade", "awards"):
        was, now = (getattr(side, part, None) for side in (effect.before, effect.after))
        value |= {part: [was, now]} if was != now else {}
    return value
