"""What the ledger changes in the roster, at one place, so that everything after it sees one roster.

Units that change, leaders who take over, targets that are adjusted, lines that are not applicable.  Rows keep their
numbers and new ones stand at the end; `places` says which rows come from the ledger, so that a mistake is reported
where it was made.  The roster as its tables say it stays in `Evaluation.stated`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from evaltool.evaluation.goaldecisions import add_goal, change_text
from evaltool.exact import plain
from evaltool.findings import Finding
from evaltool.ledger import Decision, Ledger, decided_twice, finding_at, idle, of_kind, refused, twice
from evaltool.ledger.kinds import UNIT_CHANGES
from evaltool.names import folded, meant
from evaltool.roster import Charge, Indicator, NotApplicable, Roster, Unit, UnitChange

LedgerPlaces = dict[tuple[type[object], int], tuple[str, str, str]]

ON_ROSTER = ("unit_changed", "charge_changed", "goal_added", "goal_text", "target_change", "not_applicable")
"""Kinds of decisions that change the roster, in the order in which they are carried out."""


@dataclass
class DecidedRoster:
    """A roster with decisions carried out; (class of the row, its number) -> the ledger's line that it comes from."""

    roster: Roster
    places: LedgerPlaces = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    @property
    def units(self) -> dict[str, Unit]:
        return {unit.id: unit for unit in self.roster.units}

    def name(self, unit: str) -> str:
        return self.units[unit].name if unit in self.units else unit

    def evaluator(self, id_: str) -> str:
        return next((each.name for each in self.roster.evaluators if each.id == id_), id_)

    def charge(self, row: Charge, line: Decision) -> None:
        self.places[Charge, len(self.roster.charges)] = line.place
        self.roster = replace(self.roster, charges=(*self.roster.charges, row))


def decide_roster(roster: Roster, ledger: Ledger, targets_until: date | None = None) -> DecidedRoster:
    """The roster after all decisions on it, in the order of the days from which they hold; and every decision that
    cannot be carried out, says something twice, or changes nothing."""
    made = DecidedRoster(roster, findings=decided_twice(ledger))
    made.findings += _waived_already(ledger)
    if any(one.blocks for one in made.findings):
        return made
    for line in _in_order(ledger, "unit_changed"):
        _change_unit(made, line)
    _one_leader_a_day(made, _in_order(ledger, "charge_changed"))
    for line in _in_order(ledger, "charge_changed"):
        _change_charge(made, line)
    for kind, carry_out in (("goal_added", add_goal), ("goal_text", change_text), ("target_change", _change_target)):
        for line in _in_order(ledger, kind):
            if targets_until is not None and date.fromisoformat(line.date) > targets_until:
                until = targets_until.isoformat()
                made.findings.append(finding_at(line, "TARGET_LATE", until=until, date=line.date))
            else:
                carry_out(made, line)
    for line in of_kind(ledger, "not_applicable"):
        _take_away(made, line)
    return made


def _in_order(ledger: Ledger, kind: str) -> list[Decision]:
    return sorted(of_kind(ledger, kind), key=lambda line: (line.day, line.date, line.document))


def _waived_already(ledger: Ledger) -> list[Finding]:
    """A batch waived for somebody who need not hand in anything."""
    waivers = of_kind(ledger, "waiver")
    whole = {line.evaluator for line in waivers if not line.batch}
    return [idle(line, "waived") for line in waivers if line.batch and line.evaluator in whole]


# --- units -----------------------------------------------------------------------------------------------------------


def _change_unit(made: DecidedRoster, line: Decision) -> None:
    """Renamed and merged: the former name means the unit (`rostertables.py` has learnt it); a unit of the roster that
    was merged into it, like one that is dissolved, takes no part."""
    kind = UNIT_CHANGES[line.after]
    unit = made.units[line.unit]
    former = _unit_called(made, line.before) if line.before else None
    if any((row.unit, row.kind) == (line.unit, kind) and row.former == line.before for row in made.roster.changes):
        made.findings.append(idle(line, "in_table"))
    elif former is not None and former.id == line.unit:
        made.findings.append(refused(line, "present_name", before=line.before))
    elif kind == "renamed" and former is not None:
        made.findings.append(refused(line, "other_unit", before=line.before))
    elif line.before and (other := _bearer(made, line)):
        made.findings.append(refused(line, "two_units", before=line.before, other=made.name(other)))
    elif kind == "founded" and unit.standing == "out":
        made.findings.append(refused(line, "out"))
    elif kind == "dissolved" and unit.standing == "out":
        made.findings.append(idle(line, "out"))
    else:
        _record_change(made, line, kind, former)


def _bearer(made: DecidedRoster, line: Decision) -> str:
    """Another unit that is decided to have borne the name before; "" for none."""
    named = folded(line.before)
    units = (each.successor or each.unit for each in made.roster.decided_changes if folded(each.former) == named)
    return next((unit for unit in units if unit != line.unit), "")


def _record_change(made: DecidedRoster, line: Decision, kind: str, former: Unit | None) -> None:
    gone = former.id if former is not None else line.unit if kind == "dissolved" else ""
    successor = line.unit if kind == "merged" else ""
    row = UnitChange(
        unit=gone or line.unit,
        kind=kind,
        date=date.fromisoformat(line.day),
        document=line.document,
        former=line.before,
        successor=successor,
    )
    units = tuple(replace(unit, standing="out") if unit.id == gone else unit for unit in made.roster.units)
    # not into the table of changes, whose checks are about what its columns say
    made.roster = replace(made.roster, units=units, decided_changes=(*made.roster.decided_changes, row))


def _unit_called(made: DecidedRoster, name: str) -> Unit | None:
    return next(iter(meant(name, made.roster.units, lambda unit: (unit.id, unit.name, *unit.other_names))), None)


# --- who is in charge ------------------------------------------------------------------------------------------------


def _one_leader_a_day(made: DecidedRoster, lines: Iterable[Decision]) -> None:
    """Of one role, one person takes over a unit on a day."""
    roles = {each.id: each.role for each in made.roster.evaluators}
    first: dict[tuple[str, str, str], Decision] = {}
    for line in lines:
        key = (line.unit, line.day, roles.get(line.evaluator, ""))
        if first.setdefault(key, line) is not line:
            made.findings.append(twice(line, first[key]))


def _change_charge(made: DecidedRoster, line: Decision) -> None:
    """The former leader's charge of the unit ends the day before; the new one's begins."""
    start = date.fromisoformat(line.day)
    unit = made.units[line.unit]
    if line.evaluator not in {each.id for each in made.roster.evaluators}:
        made.findings.append(refused(line, "no_evaluator"))
        return
    own = _charges_of(made, line.evaluator)
    if not own or _covers(made, line.evaluator, unit, start):
        made.findings.append(idle(line, "in_charge", name=made.evaluator(line.evaluator), day=line.day))
        return
    problem = _former_wrong(made, line, unit, start)
    if problem:
        made.findings.append(problem)
        return
    if line.before:
        _end_charge(made, line, unit, start)
    made.charge(Charge(line.evaluator, unit=line.unit, start=start), line)


def _former_wrong(made: DecidedRoster, line: Decision, unit: Unit, start: date) -> Finding | None:
    """Why the former leader as stated (or not stated) cannot be right."""
    eve = start - timedelta(days=1)
    if line.before:
        if line.before == line.evaluator:
            return refused(line, "same_leader")
        if not _covers(made, line.before, unit, eve):
            return refused(line, "not_in_charge", name=made.evaluator(line.before), day=eve)
        return None
    role = next(each.role for each in made.roster.evaluators if each.id == line.evaluator)
    holding = [each for each in made.roster.evaluators if each.role == role and each.id != line.evaluator]
    still = [each.name for each in holding if _covers(made, each.id, unit, start)]
    return refused(line, "still_in_charge", names="、".join(still)) if still else None


def _charges_of(made: DecidedRoster, evaluator: str) -> list[tuple[int, Charge]]:
    return [(at, row) for at, row in enumerate(made.roster.charges) if row.evaluator == evaluator]


def _covers(made: DecidedRoster, evaluator: str, unit: Unit, on: date) -> bool:
    charges = _charges_of(made, evaluator)
    return not charges or any(row.covers(unit, on) for _, row in charges)


def _end_charge(made: DecidedRoster, line: Decision, unit: Unit, start: date) -> None:
    """A charge of a whole group or class ends too, and goes on for its other units."""
    eve = start - timedelta(days=1)
    rows = list(made.roster.charges)
    own = [(at, row) for at, row in _charges_of(made, line.before) if row.covers(unit, eve)]
    for at, row in own:
        rows[at] = replace(row, end=eve)
    made.roster = replace(made.roster, charges=tuple(rows))
    if not _charges_of(made, line.before):  # without a line they judged everybody
        own = [(-1, Charge(line.before))]
        made.charge(Charge(line.before, end=eve), line)
    for _, row in own:
        for other in (other for other in made.roster.units if other.standing != "out"):
            goes_on = row.end is None or row.end >= start
            if other.id != unit.id and goes_on and row.names(other):
                later = max(row.start or start, start)
                made.charge(Charge(line.before, unit=other.id, start=later, end=row.end), line)


# --- targets ---------------------------------------------------------------------------------------------------------


def _change_target(made: DecidedRoster, line: Decision) -> None:
    """One unit's own line gets other preset points; whether they still add up is asked of the whole roster."""
    at, row = _line_of(made, line)
    if row is None:
        made.findings.append(refused(line, "no_indicator", indicator=line.indicator))
    elif not row.unit:
        made.findings.append(refused(line, "shared", name=row.name))
    elif row.full != Fraction(Decimal(line.before)):
        made.findings.append(
            finding_at(line, "TARGET_MISMATCH", name=row.name, before=line.before, preset=plain(row.full))
        )
    elif row.full == line.amount:
        made.findings.append(idle(line, "same_points"))
    else:
        rows = list(made.roster.indicators)
        rows[at] = replace(row, full=line.amount)
        goals = list(made.roster.goals)
        number = at - (len(rows) - len(goals))
        if number >= 0:
            goals[number] = replace(goals[number], full=line.amount)
        made.roster = replace(made.roster, indicators=tuple(rows), goals=tuple(goals))
        made.places[Indicator, at] = line.place


def _line_of(made: DecidedRoster, line: Decision) -> tuple[int, Indicator | None]:
    class_id = made.units[line.unit].class_id
    wanted = (class_id, line.component, folded(line.indicator))
    found = [
        (at, row)
        for at, row in enumerate(made.roster.indicators)
        if (row.class_id, row.component, folded(row.id)) == wanted and row.unit in ("", line.unit)
    ]
    return found[0] if found else (-1, None)


def _take_away(made: DecidedRoster, line: Decision) -> None:
    class_id = made.units[line.unit].class_id
    row = NotApplicable(
        class_id=class_id,
        component=line.component,
        indicator=line.indicator,
        unit=line.unit,
        document=line.document,
        reason=line.reason,
    )
    made.places[NotApplicable, len(made.roster.not_applicable)] = line.place
    made.roster = replace(made.roster, not_applicable=(*made.roster.not_applicable, row))
