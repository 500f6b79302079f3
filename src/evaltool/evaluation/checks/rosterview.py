"""The rules and the long tables side by side: where each row stands, who takes part, who is asked about whom."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import MAXYEAR, date
from functools import cached_property
from typing import Any

from evaltool.evaluation.checks.references import NameKind
from evaltool.findings import Finding, Place, finding
from evaltool.roster import Charge, Earlier, Evaluator, Goal, Indicator, Roster, Unit, table_of
from evaltool.roster.longtables import LongTable
from evaltool.roster.scopes import Scopes
from evaltool.rules import Component, Scheme
from evaltool.rules.settings import Survey
from evaltool.rules.taken import TakenResult


@dataclass(frozen=True)
class RulesAndRoster:
    """Rules and roster side by side, and where each row stands: in the long tables, or in the ledger (`decided`: class
    and number of the row -> file, sheet, cell)."""

    classes: Mapping[str, Scheme]
    roster: Roster
    roles: Mapping[str, str]
    tables: Sequence[LongTable]
    on: date | None = None
    surveys: Sequence[Survey] = ()
    decided: Mapping[tuple[type[object], int], Place] = field(default_factory=dict)
    verifying: Collection[str] = ()  # roles that are asked what is verified
    year: int = MAXYEAR  # without one, every row of 历年结果 is about an earlier year
    results: Mapping[str, TakenResult] = field(default_factory=dict)

    def wrong(
        self,
        code: str,
        row: type[object],
        at: int,
        attribute: str = "",
        value: str = "",
        because: str = "",
        /,
        **args: object,
    ) -> Finding:
        """A finding at a cell: the n-th row of a table (from 0) and the column of an attribute, or the table as a whole
        (-1); `because` is one of its reasons in the catalogue."""
        if (row, at) in self.decided:
            file, title, cell = self.decided[row, at]
            return finding(code, file=file, sheet=title, cell=cell, value=value, args=args, because=because)
        own = len(self.roster.indicators) - len(self.roster.goals)
        if row is Indicator and at >= own and self.roster.goals:
            row, at = Goal, at - own
        sheet, columns = table_of(row).sheet, table_of(row).columns
        table = next((table for table in reversed(self.tables) if table.sheet == sheet), None)
        if table is None:
            return finding(code, file="roster", sheet=sheet, value=value, args=args, because=because)
        cell = table.cell(table.rows[at][0], columns[attribute].header) if 0 <= at < len(table.rows) else ""
        return finding(code, file=table.file, sheet=sheet, cell=cell, value=value, args=args, because=because)

    @cached_property
    def leaves(self) -> list[tuple[Scheme, str, Component]]:
        """Every leaf of every class."""
        schemes = self.classes.values()
        return [(scheme, leaf, scheme.components[leaf]) for scheme in schemes for leaf in scheme.leaves()]

    @cached_property
    def is_unsure(self) -> bool:
        """Whether it is not known who is asked what: a component could not be read or names an unknown role."""
        asked = {component.by for _, _, component in self.leaves} - {"", "self", "owner"}
        return not asked <= self.roles.keys() or any(each.has_unread_components for each in self.classes.values())

    @cached_property
    def last(self) -> dict[str, Earlier]:
        """Unit -> its earlier result."""
        return self.roster.last_before(self.year)

    @cached_property
    def units(self) -> dict[str, Unit]:
        return {unit.id: unit for unit in self.roster.units}

    @cached_property
    def evaluators(self) -> dict[str, Evaluator]:
        return {evaluator.id: evaluator for evaluator in self.roster.evaluators}

    @cached_property
    def charges(self) -> dict[str, list[Charge]]:
        table: dict[str, list[Charge]] = {}
        for charge in self.roster.charges:
            table.setdefault(charge.evaluator, []).append(charge)
        return table

    @cached_property
    def lines(self) -> dict[tuple[str, str, str], list[tuple[int, Indicator]]]:
        """Class, component and unit (blank: all) -> the indicators, with the numbers of their rows."""
        table: dict[tuple[str, str, str], list[tuple[int, Indicator]]] = {}
        for at, row in enumerate(self.roster.indicators):
            table.setdefault((row.class_id, row.component, row.unit), []).append((at, row))
        return table

    def taking_part(self, class_id: str) -> list[Unit]:
        return self._taking_part.get(class_id, [])

    @cached_property
    def _taking_part(self) -> dict[str, list[Unit]]:
        table: dict[str, list[Unit]] = {class_id: [] for class_id in self.classes}
        for unit in self.roster.units:
            if unit.standing != "out" and unit.class_id in table:
                table[unit.class_id].append(unit)
        return table

    @cached_property
    def _by_id(self) -> dict[str, Unit]:
        return {unit.id: unit for units in self._taking_part.values() for unit in units}

    def named(self, charge: Charge) -> list[Unit]:
        """The units that take part and that a charge could be of."""
        if charge.unit:
            unit = self._by_id.get(charge.unit)
            return [unit] if unit else []
        return [unit for class_id in self.classes for unit in self.taking_part(class_id) if charge.names(unit)]

    def whom(self, evaluator: Evaluator, class_id: str) -> list[Unit]:
        """The units of a class that take part and that an evaluator could be in charge of."""
        charges = self.charges.get(evaluator.id)
        if charges is None or not all(charge.unit for charge in charges):
            return self.taking_part(class_id)
        return [unit for charge in charges for unit in self.named(charge) if unit.class_id == class_id]

    def having(self, scheme: Scheme, component: Component) -> list[Unit]:
        """The units that have a component: those of its groups, where it names some."""
        return [unit for unit in self.taking_part(scheme.id) if not component.groups or unit.group in component.groups]

    def covers(self, evaluator: str, unit: Unit, *, ever: bool = False) -> bool:
        """Whether an evaluator is in charge of a unit on the day of marking, or on any day."""
        charges = self.charges.get(evaluator)
        on = None if ever else self.on
        return charges is None or any(charge.covers(unit, self._day(charge, on)) for charge in charges)

    def _day(self, charge: Charge, on: date | None) -> date:
        return on or charge.start or charge.end or date.min

    def asked(self, component: Component, evaluator: Evaluator, unit: Unit) -> bool:
        """Whether an evaluator is asked about a unit: right role, right group, in charge, not about himself."""
        himself = evaluator.unit == unit.id and component.own_line == "not_applicable"
        ever = component.charge == "months"
        in_group = not component.groups or unit.group in component.groups
        if evaluator.role != component.by or not in_group or himself:
            return False
        if not self.covers(evaluator.id, unit, ever=ever):
            return False
        scopes = self._scopes.get(evaluator.id, []) if component.ballot else []
        return not scopes or any(units is None or unit.id in units for units in scopes)

    @cached_property
    def scopes(self) -> Scopes:
        return Scopes(self.classes, self.roster)

    @cached_property
    def _scopes(self) -> dict[str, list[frozenset[str] | None]]:
        """Evaluator -> the units of each batch of cards, None where a batch does not say."""
        table: dict[str, list[frozenset[str] | None]] = {}
        for batch in self.roster.batches:
            table.setdefault(batch.evaluator, []).append(self.scopes.of(batch))
        return table


RosterCheck = Callable[[RulesAndRoster], Iterator[Finding]]


def repeated(
    known: RulesAndRoster, kind: NameKind, row: type[object], attribute: str, keys: Sequence[tuple[Any, str]]
) -> Iterator[Finding]:
    """A finding at every row whose key an earlier row has; `keys` gives key and text of each row in order."""
    first: dict[Any, int] = {}
    for at, (key, shown) in enumerate(keys):
        if key in first:
            other = known.wrong("ROSTER_DUPLICATE", row, first[key], attribute).cell or "—"
            yield known.wrong("ROSTER_DUPLICATE", row, at, attribute, shown, other=other, **kind.words)
        else:
            first[key] = at
