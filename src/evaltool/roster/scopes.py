"""Whom the cards of a batch are about: units, groups or classes written by name, or all whom the evaluator judges."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from evaltool.names import folded
from evaltool.roster import Batch, Roster, Unit
from evaltool.roster.tables import unit_names
from evaltool.rules import Scheme


def meant(name: str, classes: Mapping[str, Scheme], roster: Roster) -> list[frozenset[str]]:
    """The sets of units that a name stands for.  None: nothing bears it; more than one: it can be read in two ways,
    such as a class and a group of it with the same name but not the same units."""
    wanted = folded(name)
    in_class = {each.id for each in classes.values() if wanted in (folded(each.id), folded(each.head.name))}
    groups = [(each.id, group) for each in classes.values() for group in each.head.groups]
    in_group = {(each, group.id) for each, group in groups if wanted in (folded(group.id), folded(group.name))}
    unit = unit_names(roster).resolve("unit", name)
    readings = [
        _ids(roster, lambda each: each.class_id in in_class) if in_class else None,
        _ids(roster, lambda each: (each.class_id, each.group) in in_group) if in_group else None,
        _ids(roster, lambda each: each.id == unit) if unit else None,
    ]
    return list(dict.fromkeys(each for each in readings if each is not None))


def scope(batch: Batch, classes: Mapping[str, Scheme], roster: Roster) -> frozenset[str] | None:
    """The units that take part and that a batch names; None if it names none, and so is about all.

    A name that nothing bears is a mistake of its own, and makes no further one here.
    """
    readings = [meant(name, classes, roster) for name in batch.scope]
    if not all(readings):
        return None
    return frozenset(unit for found in readings for unit in found[0]) if readings else None


def _ids(roster: Roster, wanted: Callable[[Unit], bool]) -> frozenset[str]:
    return frozenset(unit.id for unit in roster.units if unit.standing != "out" and wanted(unit))
