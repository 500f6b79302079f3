"""The bonuses that units claim on their own sheets, line by line, and what was decided about each.

A decision answers a claim by the place where it stands (worksheet and cell of the unit's sheet).  A unit that sends a
mended sheet claims nothing a second time by it: what was decided stays, and whoever looks sees that the claim is
another one now.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from evaltool.evaluation import Evaluation
from evaltool.findings import Finding
from evaltool.inbox.intake import Intake
from evaltool.inbox.rowfindings import AnswerRow, at_row
from evaltool.ledger import Decision
from evaltool.names import folded
from evaltool.roster import Unit

DECIDING = ("bonus", "bonus_refused")


@dataclass(frozen=True, slots=True)
class Claim:
    """One line: what for, how many points (None where it says none), by which documents, and where it stands."""

    unit: Unit
    kind: str
    facts: str
    points: Fraction | None
    document: str
    consent: str
    row: AnswerRow  # that of its kind

    @property
    def what(self) -> str:
        """What the bonus is for, in a line."""
        facts = one_phrase(self.facts)
        return facts if facts.startswith(self.kind) else "：".join(part for part in (self.kind, facts) if part)

    @property
    def place(self) -> tuple[str, str, str]:
        return self.unit.id, folded(self.row["sheet"]), self.row["cell"]


def one_phrase(text: str) -> str:
    """A text as part of a sentence: in one line, without its full stop."""
    return " ".join(text.split()).rstrip("。；")


def claims(evaluation: Evaluation, intake: Intake) -> list[Claim]:
    """The claims on the sheets that count, in the order of the units and of the sheets' lines."""
    import polars as pl

    rows = intake.rows(pl.col("field").str.starts_with("claim_") & (pl.col("state") == "given"))
    lines: dict[tuple[str, str, int], dict[str, AnswerRow]] = {}
    for row in rows.iter_rows(named=True):
        lines.setdefault((row["unit"], row["component"], int(row["repeat"] or 0)), {})[row["field"]] = row
    known = [(key, said) for key, said in lines.items() if "claim_kind" in said and key[0] in evaluation.units]
    order = {unit.id: (unit.order, unit.id) for unit in evaluation.units.values()}
    known.sort(key=lambda one: (order[one[0][0]], one[0]))
    return [_claim(evaluation.units[key[0]], said) for key, said in known]


def _claim(unit: Unit, said: Mapping[str, AnswerRow]) -> Claim:
    def text(field: str) -> str:
        return str(said[field]["text"]).strip() if field in said else ""

    points = said.get("claim_points")
    amount = Fraction(points["value"], 10 ** points["decimals"]) if points and points["value"] is not None else None
    facts, document, consent = (text(f"claim_{each}") for each in ("facts", "document", "consent"))
    return Claim(unit, text("claim_kind"), facts, amount, document, consent, said["claim_kind"])


# --- what was decided ------------------------------------------------------------------------------------------------


def claim_lines(evaluation: Evaluation) -> dict[tuple[str, str, str], list[Decision]]:
    """Place of a claim -> the decisions on it."""
    found: dict[tuple[str, str, str], list[Decision]] = {}
    for line in evaluation.ledger:
        if line.kind in DECIDING and line.cell:
            found.setdefault((line.unit, folded(line.sheet), line.cell), []).append(line)
    return found


def granted_at_large(evaluation: Evaluation) -> set[str]:
    """The units that were granted something by a line that names no claim: which of theirs it was, a person knows."""
    return {line.unit for line in evaluation.ledger if line.kind == "bonus" and not line.cell}


def undecided_claims(evaluation: Evaluation, intake: Intake) -> list[Claim]:
    """Those that wait, as far as the ledger tells."""
    decided, at_large = claim_lines(evaluation), granted_at_large(evaluation)
    return [each for each in claims(evaluation, intake) if each.place not in decided and each.unit.id not in at_large]


def check_claims(evaluation: Evaluation, intake: Intake) -> Iterable[Finding]:
    """A bonus that a unit claims and that nobody has decided on: for the office to look at."""
    for each in undecided_claims(evaluation, intake):
        yield at_row(evaluation, each.row, "CLAIM_UNDECIDED", {})
