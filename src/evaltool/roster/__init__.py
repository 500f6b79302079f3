"""Who takes part, as values: units, evaluators, who is in charge of what, batches of cards, indicators, earlier years.

Each value is a row of a long table that the clerk keeps; `rostertables.py` says how the tables are read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal

Participation = Literal["ranked", "unranked", "out"]
STANDING_WORDS: Mapping[str, Participation] = {"参评": "ranked", "不排名": "unranked", "不参评": "out"}
CHANGE_WORDS = {"更名": "renamed", "合并": "merged", "撤销": "dissolved", "新设": "founded"}


@dataclass(frozen=True, slots=True)
class Unit:
    """An evaluated unit; `aliases` are other names that mean it (offices that share its staff, earlier names)."""

    id: str
    name: str
    class_id: str
    group: str
    order: int
    standing: Participation = "ranked"
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class UnitChange:
    """A unit renamed, merged, dissolved or founded, with the document that did it."""

    unit: str
    kind: str
    date: date | None
    document: str
    former: str
    successor: str


@dataclass(frozen=True, slots=True)
class Evaluator:
    """Who fills in a sheet.  `unit`: the evaluated unit that this evaluator is (a department that scores others)."""

    id: str
    name: str
    role: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Charge:
    """What an evaluator is in charge of; a blank column means all.  An evaluator without a line judges everybody."""

    evaluator: str
    class_id: str = ""
    group: str = ""
    unit: str = ""
    start: date | None = None
    end: date | None = None

    def covers(self, unit: Unit, on: date) -> bool:
        inside = (self.start is None or self.start <= on) and (self.end is None or on <= self.end)
        wanted = ((self.class_id, unit.class_id), (self.group, unit.group), (self.unit, unit.id))
        return inside and all(not mine or mine == theirs for mine, theirs in wanted)


@dataclass(frozen=True, slots=True)
class Batch:
    """One collection of cards: where and when, and how many cards the sheet has room for.

    `scope`: the units, groups or classes that its cards are about, as they are written in the table; blank: all whom
    the evaluator judges.
    """

    evaluator: str
    id: str
    meeting: str = ""
    place: str = ""
    date: date | None = None
    cards: int = 0
    scope: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Indicator:
    """One scored line with its preset points.  `unit` blank: every unit of the class has it.

    For a measured figure: the `target` and the earlier figure (`base`) that it is held against, its unit of measure,
    the source that it is taken from.  `leader`, `manager`, `person`: the three levels of persons responsible.
    """

    class_id: str
    component: str
    id: str
    name: str
    full: Fraction
    owner: str = ""
    unit: str = ""
    part: str = ""
    method: str = ""
    target: Fraction | None = None
    base: Fraction | None = None
    measure: str = ""
    source: str = ""
    leader: str = ""
    manager: str = ""
    person: str = ""

    @property
    def responsible(self) -> str:
        """The persons responsible, from the top."""
        return "、".join(dict.fromkeys(each for each in (self.leader, self.manager, self.person) if each))


@dataclass(frozen=True, slots=True)
class Goal:
    """A goal that a unit declared and that was approved: a scored line of its own, with what was declared about it.

    `leader`, `manager`, `person`: the three levels of persons responsible.  `file_hash` and `cell`: where it was
    declared.
    """

    class_id: str
    component: str
    unit: str
    id: str
    part: str
    name: str
    full: Fraction
    standard: str = ""
    role: str = ""
    source: str = ""
    target: str = ""
    leader: str = ""
    manager: str = ""
    person: str = ""
    document: str = ""
    date: date | None = None
    file_hash: str = ""
    cell: str = ""

    def as_indicator(self) -> Indicator:
        return Indicator(
            self.class_id,
            self.component,
            self.id,
            self.name,
            self.full,
            unit=self.unit,
            part=self.part,
            source=self.source,
            leader=self.leader,
            manager=self.manager,
            person=self.person,
        )


@dataclass(frozen=True, slots=True)
class NotApplicable:
    """Decided: this component (or one indicator of it) does not exist for this unit."""

    class_id: str
    component: str
    indicator: str
    unit: str
    document: str
    reason: str


@dataclass(frozen=True, slots=True)
class Earlier:
    """A unit's result of an earlier year."""

    year: int
    unit: str
    total: Fraction | None
    rank: int | None
    grade: str


@dataclass(frozen=True, slots=True)
class FieldEntry:
    """A unit that takes part in a single-field award."""

    field: str
    unit: str


@dataclass(frozen=True, slots=True)
class Roster:
    """All long tables of one evaluation."""

    units: tuple[Unit, ...] = ()
    changes: tuple[UnitChange, ...] = ()
    decided_changes: tuple[UnitChange, ...] = ()  # those that stand in the ledger
    evaluators: tuple[Evaluator, ...] = ()
    charges: tuple[Charge, ...] = ()
    batches: tuple[Batch, ...] = ()
    indicators: tuple[Indicator, ...] = ()  # those of `goals` stand at the end
    goals: tuple[Goal, ...] = ()
    not_applicable: tuple[NotApplicable, ...] = ()
    earlier: tuple[Earlier, ...] = ()
    fields: tuple[FieldEntry, ...] = ()

    def last_before(self, year: int) -> dict[str, Earlier]:
        """Unit -> its earlier result, that of the last year before this one: what changes, places gained, and every
        comparison with last year start from."""
        rows = sorted((row for row in self.earlier if row.year < year), key=lambda row: row.year)
        return {row.unit: row for row in rows}

    @property
    def gone(self) -> set[str]:
        """Units that a decision took out of the evaluation."""
        return {row.unit for row in self.decided_changes if row.kind in ("merged", "dissolved")} & {
            unit.id for unit in self.units if unit.standing == "out"
        }
