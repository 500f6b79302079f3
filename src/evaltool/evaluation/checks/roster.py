"""Do the long tables fit the rules: has every unit a group, every question an answerer?

Read when every cell could be read, so a value and its row are the n-th of the same table; that is how a finding gets
its cell.  Being in charge is judged on the day of marking where one is given, otherwise for any day of the year.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import MAXYEAR, date

from evaltool.evaluation.checks.collection import COLLECTION_CHECKS
from evaltool.evaluation.checks.formulas import FORMULA_CHECKS
from evaltool.evaluation.checks.indicators import INDICATOR_CHECKS
from evaltool.evaluation.checks.references import NameKind
from evaltool.evaluation.checks.remarks import REMARK_CHECKS
from evaltool.evaluation.checks.rosterview import RosterCheck, RulesAndRoster, repeated
from evaltool.evaluation.checks.taken import RESULT_CHECKS
from evaltool.evaluation.checks.thisyear import YEAR_CHECKS
from evaltool.findings import Finding, Place
from evaltool.names import folded
from evaltool.roster import (
    CHANGE_WORDS,
    Charge,
    Earlier,
    EarlierPart,
    Evaluator,
    FieldEntry,
    OpenMatter,
    Roster,
    Unit,
    UnitChange,
)
from evaltool.roster.longtables import LongTable
from evaltool.rules import Scheme
from evaltool.rules.settings import Survey
from evaltool.rules.taken import TakenResult
from evaltool.rules.titles import component_called


def check_roster(
    classes: Mapping[str, Scheme],
    roster: Roster,
    roles: Mapping[str, str],
    tables: Sequence[LongTable],
    on: date | None = None,
    surveys: Sequence[Survey] = (),
    decided: Mapping[tuple[type[object], int], Place] | None = None,
    verifying: Collection[str] = (),
    year: int = MAXYEAR,
    results: Mapping[str, TakenResult] | None = None,
) -> list[Finding]:
    """Every mistake that shows when the long tables are held against the rules; `decided` says which rows come from
    the ledger, and where they stand there; `verifying` are the roles that are asked what is verified; `year` is the
    evaluation's."""
    known = RulesAndRoster(classes, roster, roles, tables, on, surveys, decided or {}, verifying, year, results or {})
    of_the_year = YEAR_CHECKS if year < MAXYEAR else ()
    always = (*ROSTER_CHECKS, *INDICATOR_CHECKS, *FORMULA_CHECKS, *RESULT_CHECKS, *COLLECTION_CHECKS, *REMARK_CHECKS)
    checks = (*always, *of_the_year)
    return [one for check in checks for one in check(known)]


# --- units -----------------------------------------------------------------------------------------------------------


def _units(known: RulesAndRoster) -> Iterator[Finding]:
    rows = known.roster.units
    yield from repeated(known, NameKind.UNIT, Unit, "id", [(folded(unit.id), unit.id) for unit in rows])
    yield from repeated(known, NameKind.UNIT, Unit, "name", [(folded(unit.name), unit.name) for unit in rows])
    named = {folded(unit.name): at for at, unit in reversed(list(enumerate(rows)))}
    for at, unit in enumerate(rows):
        for alias in unit.aliases:
            if named.setdefault(folded(alias), at) != at:
                other = known.wrong("ROSTER_DUPLICATE", Unit, named[folded(alias)], "name").cell or "—"
                yield known.wrong("ROSTER_DUPLICATE", Unit, at, "aliases", alias, other=other, **NameKind.UNIT.words)
    for at, unit in enumerate(rows):
        scheme = known.classes.get(unit.class_id)
        groups = [group.id for group in scheme.head.groups] if scheme else []
        if scheme and unit.group not in groups and "scheme" not in scheme.unread:
            args = {
                "unit": unit.name,
                "class": scheme.head.name,
                "known": "、".join(g.name for g in scheme.head.groups),
            }
            yield known.wrong("ROSTER_GROUP", Unit, at, "group", unit.group, **args)


def _units_of_every_class(known: RulesAndRoster) -> Iterator[Finding]:
    for scheme in known.classes.values():
        units = known.taking_part(scheme.id)
        if not units:
            yield known.wrong("ROSTER_NO_UNITS", Unit, -1, **{"class": scheme.head.name})
            continue
        for group in scheme.head.groups:
            if not any(unit.group == group.id for unit in units):
                args = {"class": scheme.head.name}
                yield known.wrong("ROSTER_GROUP_EMPTY", Unit, -1, "", group.name, **args)


def _changes(known: RulesAndRoster) -> Iterator[Finding]:
    words = {kind: word for word, kind in CHANGE_WORDS.items()}
    for at, change in enumerate(known.roster.changes):
        unit = known.units.get(change.unit)
        name, word = unit.name if unit else change.unit, words[change.kind]
        if change.kind == "renamed" and not change.former:
            yield known.wrong("ROSTER_CHANGE", UnitChange, at, "former", word, "former", unit=name)
        if change.kind == "merged" and change.successor in ("", None, change.unit):
            yield known.wrong("ROSTER_CHANGE", UnitChange, at, "successor", word, "successor", unit=name)
        elif change.kind in ("merged", "dissolved") and unit and unit.standing != "out":
            args = {"unit": name, "value_en": change.kind}
            yield known.wrong("ROSTER_CHANGE_STANDING", UnitChange, at, "unit", word, **args)


def _earlier(known: RulesAndRoster) -> Iterator[Finding]:
    keys = [((row.year, row.unit), f"{row.year} {row.unit}") for row in known.roster.earlier]
    yield from repeated(known, NameKind.EARLIER, Earlier, "unit", keys)
    for at, row in enumerate(known.roster.earlier):
        if row.year >= known.year:
            name = known.units[row.unit].name if row.unit in known.units else row.unit
            yield known.wrong("ROSTER_NOT_EARLIER", Earlier, at, "year", str(row.year), unit=name, year=known.year)
    with_total = {row.unit for row in known.last.values() if row.total is not None}
    for at, unit in enumerate(known.roster.units):
        scheme = known.classes.get(unit.class_id)
        by_change = scheme is not None and scheme.ranking.by == "variation"
        if by_change and unit.standing == "ranked" and unit.id not in with_total:
            yield known.wrong("ROSTER_EARLIER", Unit, at, "name", unit=unit.name)


def _earlier_parts(known: RulesAndRoster) -> Iterator[Finding]:
    """Points of earlier years, each once, and in components that there still are; a name that is gone is said once."""
    rows = known.roster.earlier_parts
    keys = [((row.year, row.unit, folded(row.component)), f"{row.year} {row.component}") for row in rows]
    yield from repeated(known, NameKind.EARLIER, EarlierPart, "component", keys)
    said: set[tuple[str, str]] = set()
    for at, row in enumerate(rows):
        unit = known.units.get(row.unit)
        scheme = known.classes.get(unit.class_id) if unit else None
        if row.year >= known.year and unit:
            yield known.wrong(
                "ROSTER_NOT_EARLIER", EarlierPart, at, "year", str(row.year), unit=unit.name, year=known.year
            )
        if scheme is None or (scheme.id, folded(row.component)) in said:
            continue
        said.add((scheme.id, folded(row.component)))
        if not scheme.has_unread_components and not component_called(scheme, row.component):
            args = {"class": scheme.head.name}
            yield known.wrong("ROSTER_EARLIER_PART", EarlierPart, at, "component", row.component, **args)


# --- evaluators ------------------------------------------------------------------------------------------------------


def _evaluators(known: RulesAndRoster) -> Iterator[Finding]:
    rows = known.roster.evaluators
    yield from repeated(known, NameKind.EVALUATOR, Evaluator, "id", [(folded(each.id), each.id) for each in rows])
    named = [((folded(each.name), each.role), each.name) for each in rows]
    yield from repeated(known, NameKind.EVALUATOR, Evaluator, "name", named)
    units = {folded(unit.id): unit.name for unit in known.roster.units}
    for at, each in enumerate(rows):
        if folded(each.id) in units:
            yield known.wrong("ROSTER_SAME_ID", Evaluator, at, "id", each.id, unit=units[folded(each.id)])
        if each.role == "self":
            yield known.wrong("ROSTER_ROLE_SELF", Evaluator, at, "role", name=each.name)


def _charges(known: RulesAndRoster) -> Iterator[Finding]:
    gone = known.roster.gone
    for at, charge in enumerate(known.roster.charges):
        if charge.start and charge.end and charge.end < charge.start:
            value = charge.end.isoformat()
            yield known.wrong("ROSTER_DATES", Charge, at, "end", value, start=charge.start.isoformat())
        elif charge.unit not in gone and not any(
            charge.covers(unit, charge.start or charge.end or date.min) for unit in known.named(charge)
        ):
            evaluator = known.evaluators.get(charge.evaluator)
            yield known.wrong("ROSTER_CHARGE_EMPTY", Charge, at, "evaluator", name=evaluator.name if evaluator else "")


def _everything_is_answered(known: RulesAndRoster) -> Iterator[Finding]:
    """Every unit of every leaf has somebody who is asked, unless the rules say what happens when nobody is; a role
    that does not exist is a mistake of the rules alone."""
    empty: set[str] = set()
    for scheme, _, component in known.leaves:
        units = known.having(scheme, component)
        if component.by in ("", "self", "owner") or component.none != "refuse" or not units:
            continue
        role = known.roles.get(component.by, component.by)
        bearers = [each for each in known.roster.evaluators if each.role == component.by]
        if not bearers and component.by not in empty and component.by in known.roles:
            empty.add(component.by)
            yield known.wrong("ROSTER_ROLE_EMPTY", Evaluator, -1, role=role, component=component.name)
        for unit in units if bearers else []:
            if not any(known.asked(component, each, unit) for each in bearers):
                args = {"unit": unit.name, "component": component.name, "role": role}
                at = known.roster.units.index(unit)
                yield known.wrong("ROSTER_NOBODY", Unit, at, "name", **args)


def _everybody_has_something(known: RulesAndRoster) -> Iterator[Finding]:
    if known.is_unsure:
        return
    owners = {row.owner for row in known.roster.indicators}
    contributing = {
        award.contribution.by for s in known.classes.values() for award in s.awards if award.contribution is not None
    }
    for at, each in enumerate(known.roster.evaluators):
        asked = any(
            known.asked(component, each, unit)
            for scheme, _, component in known.leaves
            if component.by == each.role
            for unit in known.whom(each, scheme.id)
        )
        if not asked and each.id not in owners and each.role not in {*contributing, *known.verifying, "self"}:
            yield known.wrong("ROSTER_IDLE", Evaluator, at, "name", name=each.name)


def _matters(known: RulesAndRoster) -> Iterator[Finding]:
    keys = [((row.unit, folded(row.document), folded(row.item)), row.item) for row in known.roster.matters]
    yield from repeated(known, NameKind.MATTER, OpenMatter, "item", keys)


def _fields(known: RulesAndRoster) -> Iterator[Finding]:
    keys = [((row.field, row.unit), row.field) for row in known.roster.fields]
    yield from repeated(known, NameKind.ENTRY, FieldEntry, "unit", keys)
    for at, row in enumerate(known.roster.fields):
        unit = known.units.get(row.unit)
        scheme = known.classes.get(unit.class_id) if unit else None
        if unit is None or scheme is None:
            continue
        names = {field.id: field.name for award in scheme.awards for field in award.fields}
        because = "unknown" if row.field not in names else "out" if unit.standing == "out" else ""
        if because:
            shown, args = names.get(row.field, row.field), {"unit": unit.name, "class": scheme.head.name}
            yield known.wrong("ROSTER_FIELD", FieldEntry, at, "field", shown, because, **args)


ROSTER_CHECKS: tuple[RosterCheck, ...] = (
    _units,
    _units_of_every_class,
    _changes,
    _earlier,
    _earlier_parts,
    _evaluators,
    _charges,
    _everything_is_answered,
    _everybody_has_something,
    _fields,
    _matters,
)
