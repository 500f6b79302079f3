"""Where the standings that the tool stored are not what the recomputation expects."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from recompute import Result


def differences(units: Iterable[Mapping[str, Any]], expected: Mapping[str, Result]) -> list[str]:
    """Where units as `results.json` has them are not what the recomputation expects; every unit, every component."""
    found: list[str] = []
    seen = {unit["id"]: unit for unit in units}
    assert seen.keys() == expected.keys()
    for key, want in expected.items():
        unit = seen[key]
        pairs: dict[str, tuple[object, object]] = {
            "class": (unit["class"], want.class_id),
            "group": (unit["group"], want.group),
            "exact": (Fraction(unit["exact"]), want.exact),
            "total": (unit["total"], f"{want.published:.2f}"),
            "rank": (unit["rank"], want.rank),
            "grade": (unit["grade"], want.grade),
            "awards": (unit["awards"], ["·".join(part for part in award if part) for award in want.awards]),
        }
        points = {part["id"]: part["points"] and Fraction(part["points"]) for part in unit["components"]}
        assert points.keys() >= want.points.keys()
        pairs |= {part: (points[part], want.points.get(part, Fraction(0))) for part in points}
        found += [f"{key} {what}: {got}, expected {wanted}" for what, (got, wanted) in pairs.items() if got != wanted]
    return found
