"""A line of the ledger as a value, and what can be wrong with one beyond its cells."""

from __future__ import annotations

import hashlib
from collections.abc import Container, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from evaltool.findings import Finding, Place, finding
from evaltool.ledger.kinds import KINDS, is_points
from evaltool.names import folded

HASH_DIGITS = 12  # of a SHA-256, as findings print it


@dataclass(frozen=True, slots=True, order=True)
class Decision:
    """One line of the ledger; `place` is where it stands.

    `unit`, `evaluator` and `component` are ids; in a tie `component` is a field of work (blank for the ranks), in a
    revoked award the award's name.  `run`: number of a run and, after a blank, its short code.
    """

    kind: str
    document: str
    date: str
    reason: str
    unit: str = ""
    evaluator: str = ""
    component: str = ""
    indicator: str = ""
    batch: str = ""
    file_hash: str = ""
    sheet: str = ""
    cell: str = ""
    before: str = ""
    after: str = ""
    effective: str = ""
    run: str = ""
    until: str = ""
    source: str = ""
    item: str = ""
    deed: str = ""
    place: Place = ("", "", "")

    @property
    def amount(self) -> Fraction:
        """`after` as an exact number."""
        return Fraction(Decimal(self.after))

    @property
    def has_amount(self) -> bool:
        """Whether the new value is a number by its kind, which a level is not."""
        form = KINDS[self.kind].after
        return form != "any" and (form != "points_or_level" or is_points(self.after))

    @property
    def day(self) -> str:
        """The day from which it holds: the stated one, else that of the decision."""
        return self.effective or self.date

    @property
    def same(self) -> tuple[str, ...]:
        """What two lines have in common that say the same, however they are typed and wherever they stand."""
        after = str(self.amount) if self.has_amount else self.after
        said = (self.document, self.date, self.reason, self.sheet, self.before, after)
        ids = (self.unit, self.evaluator, self.component, self.indicator, self.batch, self.file_hash, self.cell)
        names = ("run", "until", "source", "item", "deed")  # older lines keep their fingerprints
        more = (f"{name}={folded(text)}" for name in names if (text := getattr(self, name)))
        return (self.kind, *ids, self.effective, *map(folded, said), *more)

    @property
    def fingerprint(self) -> str:
        """What tells this line from all others, whatever its file and row."""
        return hashlib.sha256("\n".join(self.same).encode()).hexdigest()[:HASH_DIGITS]

    def names(self, digest: str) -> bool:
        """Whether this line means the file with that SHA-256 (the first eight digits or more are written)."""
        return bool(self.file_hash) and self.kind != "withdrawal" and digest.startswith(self.file_hash)

    @property
    def where(self) -> str:
        """Where it stands, for a person."""
        file, sheet, cell = self.place
        return f"{file} {sheet}!{cell}"


Ledger = tuple[Decision, ...]


def of_kind(ledger: Ledger, kind: str) -> list[Decision]:
    return [line for line in ledger if line.kind == kind]


def ties(ledger: Ledger, field: str = "") -> list[Decision]:
    """Decided ties: those of the ranks, or those of one field of work."""
    return [line for line in of_kind(ledger, "tie") if line.component == field]


# --- what is wrong with a line ---------------------------------------------------------------------------------------


def finding_at(line: Decision, code: str, because: str = "", **args: object) -> Finding:
    """A finding at a line of the ledger."""
    file, sheet, cell = line.place
    words = {"document": line.document, "kind": KINDS[line.kind].word, **args}
    return finding(code, file=file, sheet=sheet, cell=cell, unit=line.unit, args=words, because=because)


def refused(line: Decision, because: str, **args: object) -> Finding:
    """A decision that cannot be carried out, and which reason of the catalogue it has."""
    return finding_at(line, "DECISION_REFUSED", because, **args)


def idle(line: Decision, because: str, **args: object) -> Finding:
    """A decision that changes nothing, and which reason of the catalogue it has."""
    return finding_at(line, "DECISION_IDLE", because, **args)


def twice(line: Decision, other: Decision) -> Finding:
    """A line about something that another line has decided already."""
    return finding_at(line, "DECISION_TWICE", other=other.where, other_document=other.document)


_ONE_PER: Mapping[str, tuple[str, ...]] = {
    "waiver": ("evaluator", "batch"),
    "late_acceptance": ("file_hash",),
    "award_revoked": ("unit", "component"),
    "unit_changed": ("unit", "after", "before"),
    "charge_changed": ("unit", "evaluator", "day"),
    "evidence_verified": ("unit", "component", "indicator", "date"),
    "goals_agreed": ("unit", "file_hash"),
    "goal_added": ("unit", "component", "indicator"),
    "goal_text": ("unit", "component", "indicator", "item", "day"),
    "batch_reopened": ("file_hash",),
    "matter": ("unit", "document", "item"),
    "matter_verified": ("unit", "before", "item", "date", "file_hash"),
}
"""Kinds of which there is one line for the same matter: what the matter is told by."""


def decided_twice(ledger: Ledger) -> list[Finding]:
    """Lines about the same matter, whether they say the same or not: nobody can say which one holds."""
    first: dict[tuple[str, ...], Decision] = {}
    findings = []
    for line in ledger:
        matter = (line.kind, *(getattr(line, attribute) for attribute in _ONE_PER.get(line.kind, ())))
        if len(matter) > 1 and first.setdefault(matter, line) is not line:
            findings.append(twice(line, first[matter]))
    return findings


def out_of_year(ledger: Ledger, year: int) -> list[Finding]:
    """Decisions with a day far from the year that is evaluated, which is a slip, or in the year before it."""
    findings = []
    for line in ledger:
        for day in dict.fromkeys(filter(None, (line.date, line.effective, line.until))):
            away = int(day[:4]) - year
            if away < 0 or away > _SETTLED:
                code = "DECISION_DATE" if away < -1 or away > _SETTLED else "DECISION_DATE_BEFORE"
                findings.append(finding_at(line, code, day=day, year=year))
    return findings


_SETTLED = 2  # years after the one that is evaluated, in which its decisions are made


def waiver_of(ledger: Ledger, evaluator: str, batch: str) -> Decision | None:
    """The decision that an evaluator need not hand in: this batch, or anything at all."""
    return next(
        (line for line in of_kind(ledger, "waiver") if line.evaluator == evaluator and line.batch in ("", batch)), None
    )


_ON_UNITS = (
    "bonus",
    "bonus_refused",
    "deduction",
    "veto",
    "tie",
    "not_applicable",
    "award_revoked",
    "target_change",
    "goals_agreed",
    "goal_added",
    "goal_text",
    "charge_changed",
    "evidence_verified",
    "objection_rejected",
    "matter",
)


def of_nobody(ledger: Ledger, units: Container[str], gone: Container[str] = ()) -> list[Finding]:
    """Decisions on units that do not take part; on those that a decision took out (`gone`) they are merely over."""
    on_units = [line for line in ledger if line.kind in _ON_UNITS and line.unit not in units]
    return [
        idle(line, "gone") if line.unit in gone else finding_at(line, "DECISION_WITHOUT_EFFECT") for line in on_units
    ]
