"""What units claim as bonus on the sheets that count, line by line: the one place that reads it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from evaltool.evaluation import Evaluation
from evaltool.inbox.intake import Intake
from evaltool.names import folded
from evaltool.roster import Unit
from evaltool.rules import ExtraKind

ClaimPlace = tuple[str, str, str]
"""Unit, worksheet, cell: by it a decision answers a claim."""
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

    @property
    def what(self) -> str:
        """What the bonus is for, in a line."""
        return about(one_phrase(self.chosen), self.facts)

    @property
    def place(self) -> ClaimPlace:
        return self.unit.id, folded(self.row["sheet"]), self.row["cell"]

    @property
    def most(self) -> Fraction | None:
        """The most that the rules give for it; None where they do not say."""
        if self.kind is None:
            return None
        return Fraction(self.kind.most) if self.kind.most is not None else self.points


def about(kind: str, facts: str) -> str:
    """What for, with the kind where the words do not begin with it."""
    said = one_phrase(facts)
    return said if said.startswith(kind) else "：".join(part for part in (kind, said) if part)


def one_phrase(text: str) -> str:
    """A text as part of a sentence: in one line, without its full stop."""
    return " ".join(text.split()).rstrip("。；")


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
        return str(said[field]["text"]).strip() if field in said else ""

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
