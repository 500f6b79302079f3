"""What units claim as bonus on the sheets that count, line by line: the one place that reads it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from evaltool.evaluation import Evaluation
from evaltool.inbox.intake import Intake
from evaltool.roster import Unit
from evaltool.rules import ExtraKind

FIELD = "claim_"
"""What the names of all fields of a claim begin with."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One line: `chosen`, as it stands on the sheet; `kind` and `level`, what the rules call so; `points`, what the
    unit asks for or the rules give (None: neither); `asked`, what it asks for; the rest as it was written.  `row`: the
    answer that says the kind."""

    unit: Unit
    component: str
    number: int
    chosen: str
    kind: ExtraKind | None
    level: str
    points: Fraction | None
    asked: Fraction | None
    facts: str
    deed: str
    document: str
    consent: str
    row: dict[str, Any]


def claims(evaluation: Evaluation, intake: Intake) -> list[Claim]:
    """In the order of units and lines; a line counts as a claim where a kind is chosen."""
    import polars as pl

    rows = intake.rows(pl.col("field").str.starts_with(FIELD) & (pl.col("state") == "given"))
    lines: dict[tuple[str, str, int], dict[str, dict[str, Any]]] = {}
    for row in rows.iter_rows(named=True):
        lines.setdefault((row["unit"], row["component"], int(row["repeat"] or 0)), {})[row["field"]] = row
    made = [
        _claim(evaluation, evaluation.units[unit], component, number, said)
        for (unit, component, number), said in lines.items()
        if "claim_kind" in said and unit in evaluation.units
    ]
    return sorted(made, key=lambda each: (each.unit.order, each.unit.id, each.component, each.number))


def _claim(evaluation: Evaluation, unit: Unit, component: str, number: int, said: dict[str, dict[str, Any]]) -> Claim:
    def text(field: str) -> str:
        return str(said[field]["text"]) if field in said else ""

    chosen, asked = text("claim_kind"), _number(said.get("claim_points", {}))
    kind, level = evaluation.classes[unit.class_id].bonus.named(chosen) or (None, "")
    worth = kind.worth(level) if kind and (level or not kind.levels) else None
    points = asked if worth is None else Fraction(worth)
    facts, deed = text("claim_facts"), text("claim_deed")
    papers = text("claim_document"), text("claim_consent")
    return Claim(unit, component, number, chosen, kind, level, points, asked, facts, deed, *papers, said["claim_kind"])


def _number(row: dict[str, Any]) -> Fraction | None:
    value, decimals = row.get("value"), row.get("decimals")
    return Fraction(value, 10**decimals) if isinstance(value, int) and isinstance(decimals, int) else None
