"""Whom the cards of a batch are about: units, groups or classes written by name, or all whom the evaluator judges."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from evaltool.names import folded
from evaltool.roster import Batch, Roster, Unit
from evaltool.roster.tables import KnownNames, unit_names
from evaltool.rules import Scheme

Meant = tuple[frozenset[str], ...]


@dataclass(frozen=True)
class Scopes:
    """What the names of scopes stand for among the units of one roster; each name is looked up once."""

    classes: Mapping[str, Scheme]
    roster: Roster
    _found: dict[str, Meant] = field(default_factory=dict)

    def meant(self, name: str) -> Meant:
        """The sets of units that a name stands for.  None: nothing bears it; more than one: it can be read in two ways,
        such as a class and a group of it with the same name but not the same units."""
        wanted = folded(name)
        if wanted not in self._found:
            self._found[wanted] = self._look_up(name)
        return self._found[wanted]

    def of(self, batch: Batch) -> frozenset[str] | None:
        """The units that take part and that a batch names; None if it names none, and so is about all.

        A name that nothing bears is a mistake of its own, and makes no further one here.
        """
        readings = [self.meant(name) for name in batch.scope]
        if not all(readings):
            return None
        return frozenset(unit for found in readings for unit in found[0]) if readings else None

    def _look_up(self, name: str) -> Meant:
        wanted = folded(name)
        in_class = {each.id for each in self.classes.values() if wanted in (folded(each.id), folded(each.head.name))}
        groups = [(each.id, group) for each in self.classes.values() for group in each.head.groups]
        in_group = {(each, group.id) for each, group in groups if wanted in (folded(group.id), folded(group.name))}
        unit = self._names.resolve("unit", name)
        readings = [
            self._ids(lambda each: each.class_id in in_class) if in_class else None,
            self._ids(lambda each: (each.class_id, each.group) in in_group) if in_group else None,
            frozenset({unit} & self._taking_part.keys()) if unit else None,
        ]
        return tuple(dict.fromkeys(each for each in readings if each is not None))

    def _ids(self, wanted: Callable[[Unit], bool]) -> frozenset[str]:
        return frozenset(unit.id for unit in self._taking_part.values() if wanted(unit))

    @cached_property
    def _names(self) -> KnownNames:
        return unit_names(self.roster)

    @cached_property
    def _taking_part(self) -> dict[str, Unit]:
        return {unit.id: unit for unit in self.roster.units if unit.standing != "out"}
