"""Standings without sheets: rules from text, units and points from small tables."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path

from evaltool.evaluation import Evaluation
from evaltool.inbox.intake import Intake
from evaltool.inbox.tables import ANSWERS, BALLOTS, table
from evaltool.ledger import Decision
from evaltool.points.score import Point, PointsTable
from evaltool.roster import FieldEntry, Roster, Unit
from evaltool.rules import Scheme, read_scheme
from evaltool.rules.settings import Settings

RULES = """
format = 1
[scheme]
id = "d"
name = "部门"
total = 100
groups = [{ id = "g1", name = "甲类" }, { id = "g2", name = "乙类" }]
[component.work]
name = "工作"
weight = 60
by = "office"
answer = "percent"
[component.vote]
name = "民评"
weight = 40
by = "office"
answer = "percent"
[rank]
ties = ["work"]
[[grade]]
name = "优秀"
from = 90
[[grade]]
name = "良好"
from = 80
[[grade]]
name = "一般"
from = 60
[[grade]]
name = "较差"
from = 0
"""


def scheme(more: str = "") -> Scheme:
    """The small rules, with more of them (awards, bonus …)."""
    read, findings = read_scheme(RULES + more, "schemes/d.toml")
    assert read is not None
    assert findings == [], findings
    return read


def evaluation(
    units: Mapping[str, str], more: str = "", ledger: tuple[Decision, ...] = (), fields: tuple[FieldEntry, ...] = ()
) -> Evaluation:
    """Units by id -> group; an id that ends in "?" takes part without a rank."""
    made = tuple(
        Unit(key.rstrip("?"), f"单位{key.rstrip('?')}", "d", group, at, "unranked" if key.endswith("?") else "ranked")
        for at, (key, group) in enumerate(units.items(), 1)
    )
    settings = Settings(id="e-2026", name="评估", year=2026, office="市绩效办")
    rules = scheme(more)
    return Evaluation(Path(), settings, {"office": "市绩效办"}, {"d": rules}, Roster(units=made, fields=fields), ledger)


def points(parts: Mapping[str, tuple[str, str]]) -> PointsTable:
    """Unit -> points in (work, vote), as decimals or fractions."""
    made: dict[tuple[str, str], Point] = {}
    for unit, (work, vote) in parts.items():
        values = {"work": (Fraction(work), Fraction(60)), "vote": (Fraction(vote), Fraction(40))}
        values[""] = (Fraction(work) + Fraction(vote), Fraction(100))
        for component, (value, weight) in values.items():
            made[unit, component] = Point("d", unit, component, weight, value / weight, value, "scored")
    return made


def line(
    kind: str, unit: str = "", after: str = "", document: str = "绩委〔2027〕1号", component: str = ""
) -> Decision:
    return Decision(kind, document, "2027-04-01", "理由", unit=unit, component=component, after=after)


def no_sheets(contributions: Mapping[tuple[str, str], str] | None = None, award: str = "单项奖") -> Intake:
    """An intake that holds marks for contributions only: (field, unit) -> mark."""
    rows = [
        (
            "d",
            award,
            field,
            unit,
            "",
            "mark",
            mark,
            int(Fraction(mark) * 100),
            2,
            "given",
            True,
            0,
            10000,
            "表",
            "A1",
            "",
            "O",
            "",
            "h",
            "f",
        )
        for (field, unit), mark in (contributions or {}).items()
    ]
    return Intake(table(ANSWERS, rows), table(BALLOTS, []), (), (), ())
