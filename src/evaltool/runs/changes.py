"""What a run says otherwise than the one before it: units that moved, and what went into it that is not the same.

Only runs of one kind are held against each other: an interim total says nothing beside an official one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evaltool.runs.chain import altered
from evaltool.runs.store import list_runs


@dataclass(frozen=True, slots=True)
class MovedUnit:
    """A unit whose total, rank or grade is another: (before, now) of each; ranks are None where there is none."""

    name: str
    total: tuple[str, str]
    rank: tuple[int | None, int | None]
    grade: tuple[str, str]


@dataclass(frozen=True, slots=True)
class ChangedSince:
    """The earlier run, the units that moved, came and went; files of rules, roster and decisions that were added,
    changed, removed; how many submissions count now and did not, and the other way round."""

    run: str
    units: tuple[MovedUnit, ...]
    came: tuple[str, ...]
    went: tuple[str, ...]
    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    counted: tuple[int, int]

    @property
    def nothing(self) -> bool:
        return not (self.units or self.came or self.went)

    def as_value(self) -> dict[str, Any]:
        return {
            "run": self.run,
            "units": [
                {"name": one.name, "total": one.total, "rank": one.rank, "grade": one.grade} for one in self.units
            ],
            "came": self.came,
            "went": self.went,
            "inputs": {"added": self.added, "changed": self.changed, "removed": self.removed},
            "submissions": {"new": self.counted[0], "gone": self.counted[1]},
        }


def changed_since(folder: Path, number: str) -> ChangedSince | None:
    """What changed from the run of the same kind before this one; None where it is the first, or where the one before
    is no longer as it was stored."""
    runs = list_runs(folder)
    this = next(each for each in runs if each.number == number)
    earlier = [each for each in runs if each.number < number and each.interim == this.interim]
    if not earlier or altered(folder, earlier[-1]):
        return None
    before, now = _said(earlier[-1].folder), _said(this.folder)
    there, here = (_units(each["results"]) for each in (before, now))
    old, new = (each["manifest"]["inputs"] for each in (before, now))
    was, does = (_counted(each["manifest"]["submissions"]) for each in (before, now))
    return ChangedSince(
        earlier[-1].number,
        tuple(_moved(there[unit], here[unit]) for unit in here if unit in there and _differ(there[unit], here[unit])),
        tuple(here[unit]["name"] for unit in here if unit not in there),
        tuple(there[unit]["name"] for unit in there if unit not in here),
        tuple(sorted(new.keys() - old.keys())),
        tuple(sorted(name for name in new.keys() & old.keys() if new[name] != old[name])),
        tuple(sorted(old.keys() - new.keys())),
        (len(does - was), len(was - does)),
    )


def _said(run: Path) -> dict[str, Any]:
    return {name: json.loads((run / f"{name}.json").read_text(encoding="utf-8")) for name in ("results", "manifest")}


def _units(results: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {one["id"]: one for one in results["units"]}


def _counted(submissions: Sequence[Mapping[str, str]]) -> set[str]:
    return {each["sha256"] for each in submissions if each["became"] == "counted"}


def _differ(before: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    return any(before[key] != now[key] for key in ("total", "rank", "grade"))


def _moved(before: Mapping[str, Any], now: Mapping[str, Any]) -> MovedUnit:
    pairs = ((before[key], now[key]) for key in ("total", "rank", "grade"))
    return MovedUnit(now["name"], *pairs)
