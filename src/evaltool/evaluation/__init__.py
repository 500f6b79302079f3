"""One evaluation, read from its folder: this year's settings, the rules of each class, the roster, the ledger.

The folder is the only state.  `load` reads everything that stands in it before any sheet is looked at and reports all
mistakes of rules, roster and ledger together.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import MAXYEAR, date
from fractions import Fraction
from functools import cached_property, partial
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

from evaltool.evaluation.checks import check_classes, check_days, check_deadlines, check_roster
from evaltool.evaluation.checks.extras import check_extras
from evaltool.evaluation.checks.remarks import check_remark_rules
from evaltool.evaluation.checks.vetoes import check_vetoes
from evaltool.evaluation.decided import DecidedRoster, decide_roster
from evaltool.evaluation.folder import snapshot
from evaltool.evaluation.goaldecisions import learn_added
from evaltool.evaluation.key import read_key
from evaltool.findings import Finding, Place, Refused, blocking
from evaltool.identity import NO_KEY, Key
from evaltool.ledger import COLUMNS, Decision, Ledger, former_names, out_of_year, read_ledger, without_withdrawn
from evaltool.ledger.matters import Matters, matters_of
from evaltool.ledger.register import Register, register
from evaltool.ledger.stages import misdated
from evaltool.names import folded
from evaltool.roster import (
    SOURCES,
    Batch,
    Charge,
    Earlier,
    EarlierPart,
    Evaluator,
    Goal,
    Indicator,
    Remark,
    RemarkSource,
    Roster,
    Unit,
)
from evaltool.roster.longtables import LongTable
from evaltool.roster.meanings import NameMeaning
from evaltool.roster.reading import read_tables
from evaltool.roster.scopes import Scopes
from evaltool.roster.tables import HEADERS, KnownNames, read_roster
from evaltool.rules import Component, Scheme, read_scheme
from evaltool.rules.formulas import FigureName
from evaltool.rules.settings import SELF, Deadline, Notice, Settings, Stages, Survey, Year, read_year, rules_text
from evaltool.rules.taken import PartOf, TakenResult


@dataclass(frozen=True, slots=True)
class OtherResult:
    """What was published of a unit elsewhere; None and "" where nothing was.  `full`: the full marks of its total;
    `class_id`: its class there; `among`: the units of which the mean is taken, where it is of many."""

    id: str
    name: str
    names: tuple[str, ...] = ()
    total: Fraction | None = None
    full: Fraction | None = None
    rank: int | None = None
    grade: str = ""
    class_id: str = ""
    among: tuple[OtherResult, ...] = ()


@dataclass(frozen=True)
class Evaluation:
    """Everything that is known before the sheets are read."""

    folder: Path
    settings: Settings
    roles: Mapping[str, str]
    classes: Mapping[str, Scheme]
    roster: Roster
    ledger: Ledger
    deadlines: tuple[Deadline, ...] = ()
    notice: Notice = field(default_factory=Notice)
    files: Mapping[str, bytes] = field(default_factory=dict)
    key: Key = NO_KEY  # no source: it proves who wrote a sheet, and says nothing about a result
    surveys: tuple[Survey, ...] = ()
    stated: Roster = field(default_factory=Roster)  # the roster as its tables say it, before decisions
    withdrawn: Ledger = ()  # decisions that were taken back: in the record, without effect
    stages: Stages = field(default_factory=Stages)
    register: Register = ()  # opinions and objections, as the ledger has them
    matters: Matters = ()  # what units have to put right, as ledger and roster have it
    remark_sources: Mapping[str, RemarkSource] = field(default_factory=dict)  # of roles that are asked for remarks
    results: Mapping[str, TakenResult] = field(default_factory=dict)  # what is taken of other results, by name
    part_of: PartOf | None = None  # of a single matter: the evaluation that it belongs to
    scored_first: Mapping[str, tuple[OtherResult, ...]] = field(default_factory=dict)  # classes that others take from
    key_away: str = ""  # id of the key, in a copy of the folder without it: what it signed counts without proof

    @property
    def sources(self) -> list[tuple[str, str]]:
        """Rules, roster, decisions, own notice templates: (file, SHA-256), sorted by name."""
        return [(name, hashlib.sha256(data).hexdigest()) for name, data in sorted(self.files.items())]

    @property
    def identity(self) -> str:
        """What tells this evaluation's sheets from others: id and year, so that a forgotten id hides no old sheet."""
        return f"{self.settings.id}@{self.settings.year}"

    @property
    def charge_date(self) -> date:
        """The day on which somebody must be in charge of a unit in order to mark it."""
        return self.settings.charge_date or date(self.settings.year, 12, 31)

    @cached_property
    def units(self) -> dict[str, Unit]:
        """Units that take part, by id, in the order of the roster."""
        taking_part = [unit for unit in self.roster.units if unit.standing != "out"]
        return {unit.id: unit for unit in sorted(taking_part, key=lambda unit: (unit.order, unit.id))}

    @cached_property
    def listed_units(self) -> dict[str, Unit]:
        """All units of the roster by id, also those that take no part."""
        return {unit.id: unit for unit in self.roster.units}

    @cached_property
    def evaluator_names(self) -> dict[str, str]:
        """What everybody of the roster is called who can hand in a sheet, by id."""
        units = {unit.id: unit.name for unit in self.roster.units}
        return units | {each.id: each.name for each in self.roster.evaluators}

    @cached_property
    def evaluators(self) -> dict[str, Evaluator]:
        """Everybody who fills in a sheet, by id: those of the roster, and each unit for itself."""
        own = {unit.id: Evaluator(unit.id, unit.name, SELF, unit.id) for unit in self.units.values()}
        return {each.id: each for each in self.roster.evaluators} | own

    def of_role(self, role: str) -> list[Evaluator]:
        """The evaluators of a role, in the order of the roster."""
        return self._by_role.get(role, [])

    @cached_property
    def _by_role(self) -> dict[str, list[Evaluator]]:
        table: dict[str, list[Evaluator]] = {}
        for each in self.evaluators.values():
            table.setdefault(each.role, []).append(each)
        return table

    def called(self, role: str, name: str) -> list[Evaluator]:
        """The evaluators of a role who bear a name."""
        return self._called.get((role, folded(name)), [])

    @cached_property
    def _called(self) -> dict[tuple[str, str], list[Evaluator]]:
        table: dict[tuple[str, str], list[Evaluator]] = {}
        for each in self.evaluators.values():
            table.setdefault((each.role, folded(each.name)), []).append(each)
        return table

    def units_of(self, class_id: str, group: str = "") -> list[Unit]:
        return list(self._units_of.get((class_id, group), ()))

    def ranked(self, class_id: str, group: str) -> int:
        """How many units of a group are ranked."""
        return self._ranked[class_id, group]

    @cached_property
    def _units_of(self) -> dict[tuple[str, str], list[Unit]]:
        """By class and group ("": all of the class)."""
        table: dict[tuple[str, str], list[Unit]] = {}
        for unit in self.units.values():
            for group in dict.fromkeys(("", unit.group)):
                table.setdefault((unit.class_id, group), []).append(unit)
        return table

    @cached_property
    def _ranked(self) -> Counter[tuple[str, str]]:
        return Counter((unit.class_id, unit.group) for unit in self.units.values() if unit.standing == "ranked")

    def decided(self, kind: str, unit: str) -> list[Decision]:
        """The lines of the ledger of one kind about one unit, in their order."""
        return [line for line in self.decided_about(unit) if line.kind == kind]

    def decided_about(self, unit: str) -> list[Decision]:
        """The same of every kind."""
        return self._decided.get(unit, [])

    @cached_property
    def _decided(self) -> dict[str, list[Decision]]:
        table: dict[str, list[Decision]] = {}
        for line in self.ledger:
            table.setdefault(line.unit, []).append(line)
        return table

    def component(self, class_id: str, component: str) -> Component:
        return self.classes[class_id].components[component]

    def indicators(self, class_id: str, component: str, unit: str = "") -> list[Indicator]:
        """The indicators of a component: all of them, or those that one unit has."""
        if not unit:
            return list(self._indicators.get((class_id, component), ()))
        shared, own = (self._numbered.get((class_id, component, whose), ()) for whose in ("", unit))
        return [row for _, row in sorted((*shared, *own), key=itemgetter(0))] if own else [row for _, row in shared]

    @cached_property
    def _indicators(self) -> dict[tuple[str, str], list[Indicator]]:
        table: dict[tuple[str, str], list[Indicator]] = {}
        for row in self.roster.indicators:
            table.setdefault((row.class_id, row.component), []).append(row)
        return table

    @cached_property
    def _numbered(self) -> dict[tuple[str, str, str], list[tuple[int, Indicator]]]:
        """Class, component, unit -> its rows with their numbers: nobody looks through the goals of all other units."""
        table: dict[tuple[str, str, str], list[tuple[int, Indicator]]] = {}
        for number, row in enumerate(self.roster.indicators):
            table.setdefault((row.class_id, row.component, row.unit), []).append((number, row))
        return table

    def goal_of(self, line: Indicator) -> Goal | None:
        """What was declared and approved of a line; None of one that the office preset."""
        return self._goals.get((line.class_id, line.component, line.unit, line.id))

    @cached_property
    def _goals(self) -> dict[tuple[str, str, str, str], Goal]:
        return {(goal.class_id, goal.component, goal.unit, goal.id): goal for goal in self.roster.goals}

    def remarks_of(self, unit: str) -> list[Remark]:
        """What was said about a unit; "": about all of them."""
        return self._remarks.get(unit, [])

    @cached_property
    def _remarks(self) -> dict[str, list[Remark]]:
        table: dict[str, list[Remark]] = {}
        for each in self.roster.remarks:
            table.setdefault(each.unit, []).append(each)
        return table

    def matters_of(self, unit: str) -> Matters:
        """What a unit has (or had) to put right."""
        return self._matters.get(unit, ())

    @cached_property
    def _matters(self) -> dict[str, Matters]:
        table: dict[str, Matters] = {}
        for each in self.matters:
            table[each.unit] = (*table.get(each.unit, ()), each)
        return table

    def covers(self, evaluator: str, unit: Unit) -> bool:
        """Whether an evaluator is in charge of a unit on the day of marking."""
        charges = self.charges(evaluator)
        return charges is None or any(charge.covers(unit, self.charge_date) for charge in charges)

    @cached_property
    def alike(self) -> dict[str, int]:
        """Evaluator -> a number that all share who are asked about the same units: they have the same role, are in
        charge of the same and belong to the same unit."""
        numbers: dict[object, int] = {}
        found: dict[str, int] = {}
        for each in self.evaluators.values():
            charges = self.charges(each.id)
            mine = charges and tuple(replace(one, evaluator="") for one in charges)
            own = each.id if each.role == SELF else ""
            found[each.id] = numbers.setdefault((each.role, each.unit, own, mine), len(numbers))
        return found

    def in_scope(self, evaluator: str, batch: str, unit: str) -> bool:
        """Whether the cards of a batch are about a unit, as far as the batch says."""
        units = self._scopes.get((evaluator, batch))
        return units is None or unit in units

    def batches(self, evaluator: str) -> list[Batch]:
        """The batches of cards that an evaluator collects, in the order of the roster."""
        return self._batches.get(evaluator, [])

    @cached_property
    def _batches(self) -> dict[str, list[Batch]]:
        table: dict[str, list[Batch]] = {}
        for batch in self.roster.batches:
            table.setdefault(batch.evaluator, []).append(batch)
        return table

    @cached_property
    def owners(self) -> frozenset[str]:
        """The evaluators who mark lines of their own."""
        return frozenset(line.owner for line in self.roster.indicators if line.owner)

    @cached_property
    def _scopes(self) -> dict[tuple[str, str], frozenset[str] | None]:
        scopes = Scopes(self.classes, self.roster)
        return {(each.evaluator, each.id): scopes.of(each) for each in self.roster.batches}

    def months(self, evaluator: str, unit: Unit) -> int:
        """For how many months of the year an evaluator was in charge of a unit; a month is whose it was on its 15th, so
        that no month counts for nobody because somebody took over in the middle of it."""
        charges = self.charges(evaluator)
        days = [date(self.settings.year, month, 15) for month in range(1, 13)]
        return sum(charges is None or any(charge.covers(unit, day) for charge in charges) for day in days)

    def charges(self, evaluator: str) -> list[Charge] | None:
        """What an evaluator is in charge of; None: of everything."""
        return self._charges.get(evaluator)

    @cached_property
    def _charges(self) -> dict[str, list[Charge]]:
        table: dict[str, list[Charge]] = {}
        for charge in self.roster.charges:
            table.setdefault(charge.evaluator, []).append(charge)
        return table

    def earlier(self, unit: str) -> dict[int, Earlier]:
        """A unit's results of the years before this one, by year."""
        return self._earlier.get(unit, {})

    def last(self, unit: str) -> Earlier | None:
        """The earlier result of a unit that this year's is held against: that of the last year before this one."""
        return self._last.get(unit)

    def earlier_parts(self, unit: str, year: int) -> list[EarlierPart]:
        """What a unit got in the components of an earlier year."""
        return self._earlier_parts.get((unit, year), [])

    @cached_property
    def _earlier_parts(self) -> dict[tuple[str, int], list[EarlierPart]]:
        table: dict[tuple[str, int], list[EarlierPart]] = {}
        for row in self.roster.earlier_parts:
            table.setdefault((row.unit, row.year), []).append(row)
        return table

    @cached_property
    def _last(self) -> dict[str, Earlier]:
        return self.roster.last_before(self.settings.year)

    @cached_property
    def _earlier(self) -> dict[str, dict[int, Earlier]]:
        table: dict[str, dict[int, Earlier]] = {}
        for row in self.roster.earlier:
            if row.year < self.settings.year:
                table.setdefault(row.unit, {})[row.year] = row
        return table

    @cached_property
    def parameter_names(self) -> tuple[str, ...]:
        """What the parameters of units are called."""
        return tuple(dict.fromkeys(row.name for row in self.roster.parameters))

    @cached_property
    def taken(self) -> dict[str, Mapping[str, Fraction]]:
        """What units have of other results, as far as it was looked up: name -> unit -> number."""
        return {}

    @cached_property
    def meanings(self) -> dict[tuple[str, FigureName], NameMeaning]:
        """What names of formulas mean by class, as far as it was looked up."""
        return {}

    def parameter(self, unit: str, name: str) -> Fraction | None:
        """A unit's own number of the rules, or everybody's where it has none."""
        wanted = folded(name)
        return self._parameters.get((wanted, unit), self._parameters.get((wanted, "")))

    @cached_property
    def _parameters(self) -> dict[tuple[str, str], Fraction]:
        return {(folded(row.name), row.unit): row.value for row in self.roster.parameters}

    def is_applicable(self, class_id: str, component: str, indicator: str, unit: str) -> bool:
        """Whether a line exists for a unit: not decided away, and not the unit's mark for itself by its own hand."""
        return (class_id, component, indicator, unit) not in self._away and (
            class_id,
            component,
            "",
            unit,
        ) not in self._away

    @cached_property
    def _away(self) -> set[tuple[str, str, str, str]]:
        decided = {(row.class_id, row.component, row.indicator, row.unit) for row in self.roster.not_applicable}
        own = {
            (row.class_id, row.component, row.id, self.evaluators[row.owner].unit)
            for row in self.roster.indicators
            if row.owner and self.component(row.class_id, row.component).own_line == "not_applicable"
        }
        return decided | {line for line in own if line[3]}


def load(folder: Path, also: Mapping[str, bytes] | None = None) -> tuple[Evaluation, list[Finding]]:
    """The evaluation of a folder.  Raises `Refused` (usage) with every mistake when rules, roster or ledger are wrong;
    otherwise returns it with what is only worth a look.  `also`: files to be read as if they stood in the folder."""
    files, findings = snapshot(folder)
    evaluation, found = made_of(folder, {**files, **(also or {})}, findings)
    return evaluation, findings + found


def made_of(
    folder: Path, files: Mapping[str, bytes], before: Sequence[Finding] = ()
) -> tuple[Evaluation, list[Finding]]:
    """The evaluation that these files make (names relative to the folder), wherever they come from; the folder is where
    its sheets and its key are.  `before`: what was wrong already; it is raised with the rest."""
    findings: list[Finding] = []
    year, wrong = read_year(files)
    findings += [*wrong, *check_days(year), *check_remark_rules(year)]
    schemes, wrong = _read_schemes(files, year)
    findings += wrong
    if "role" not in _unsure(files, year, schemes):
        findings += check_classes(schemes, year.roles) + check_deadlines(year.deadlines, schemes, year.remarks)
    tables, wrong = read_tables(_under("roster", files), HEADERS)
    decisions, broken = read_tables(_under("decisions/", files), {}, tuple(COLUMNS))
    named = partial(_known, schemes, year.roles, _unsure(files, year, schemes), partly=bool(blocking(wrong)))
    known, stated, unread, ledger, withdrawn, misread = _read_lists(tables, decisions, named)
    findings += wrong + unread
    classes = {scheme.id: scheme for scheme in schemes}
    surveys = tuple(_resolved(each, known) for each in year.surveys)
    misread += out_of_year(ledger, year.settings.year) if year.settings else []
    entries, unregistered = register(ledger, year.stages.reply_days)
    matters, unfollowed = ((), []) if blocking(misread) else _matters(ledger, stated, classes)
    misread += [] if blocking(misread) else [*unregistered, *unfollowed, *misdated(ledger)]
    key, unreadable = read_key(folder)
    findings += broken + misread + unreadable
    decided = DecidedRoster(stated)
    if not blocking(wrong + unread) and not known.unsure:
        if not blocking(broken + misread):  # half of the decisions would make mistakes that nobody made
            decided = decide_roster(stated, ledger, year.settings.targets_until if year.settings else None)
        findings += decided.findings
        if not blocking(decided.findings):
            findings += _check_roster(year, classes, tables, surveys, decided)
            findings += check_vetoes(classes, decided.roster, ledger)
            findings += check_extras(classes, decided.roster, ledger)
    if blocking([*before, *findings]) or year.settings is None:
        raise Refused([*before, *findings], usage=True)
    lists = classes, with_kinds(classes, decided.roster), ledger, year.deadlines, year.notice
    after = stated, withdrawn, year.stages, entries, matters
    evaluation = Evaluation(folder, year.settings, year.roles, *lists, files, key, surveys, *after)
    asked_for_remarks = {role: SOURCES[word] for role, word in year.remarks.items()}
    more = replace(evaluation, remark_sources=asked_for_remarks, results=year.results, part_of=year.part_of)
    return more, findings


def with_kinds(classes: Mapping[str, Scheme], roster: Roster) -> Roster:
    """The roster with the lines that the rules themselves give components (kinds of events, aspects that are chosen
    for, figures that whole components are scored by), before all others."""
    lines = tuple(line for scheme in classes.values() for key in scheme.components for line in _ruled(scheme, key))
    return replace(roster, indicators=(*lines, *roster.indicators)) if lines else roster


def _ruled(scheme: Scheme, leaf: str) -> Iterator[Indicator]:
    component = scheme.components[leaf]
    if component.answer:
        measure = "件（次）" if component.answer.kinds else ""
        for line, full in component.answer.stated_lines.items():
            yield Indicator(scheme.id, leaf, line, line, full, measure=measure)
    if component.taken:
        full, name = Fraction(component.weight or 0), scheme.figures[component.figure].name
        yield Indicator(scheme.id, leaf, "1", name, full or Fraction(100), figure=component.figure)


class _ReadLists(NamedTuple):
    """The roster as it is stated, the decisions that hold, those that were withdrawn, and what is wrong with either."""

    known: KnownNames
    stated: Roster
    unread: list[Finding]
    ledger: Ledger
    withdrawn: Ledger
    misread: list[Finding]


def _read_lists(
    tables: Sequence[LongTable],
    decisions: Sequence[LongTable],
    named: Callable[[], KnownNames],
    without: frozenset[Place] = frozenset(),
) -> _ReadLists:
    """Roster and ledger.  A renaming that was withdrawn (`without`: where such lines stand) gives nobody a former name;
    that it was, the ledger says only when it is read, so both are read again then."""
    known = named()
    stated, unread = read_roster(tables, known, former_names(decisions, without))
    learn_added(decisions, known)
    ledger, withdrawn, misread = _read_decisions(decisions, known)
    taken_back = frozenset(line.place for line in withdrawn if line.kind == "unit_changed" and line.before)
    if taken_back and not without:
        return _read_lists(tables, decisions, named, taken_back)
    return _ReadLists(known, stated, unread, ledger, withdrawn, misread)


def _read_decisions(tables: Sequence[LongTable], known: KnownNames) -> tuple[Ledger, Ledger, list[Finding]]:
    """The decisions that hold, those that were withdrawn, and every mistake in them."""
    entered, misread = read_ledger(tables, known)
    ledger, withdrawn, wrong = without_withdrawn(entered)
    return ledger, withdrawn, misread if blocking(misread) else [*misread, *wrong]


def _matters(ledger: Ledger, stated: Roster, classes: Mapping[str, Scheme]) -> tuple[Matters, list[Finding]]:
    """What units have to put right; a line's component by its name in the rules of the unit's class."""
    whose = {unit.id: unit.class_id for unit in stated.units}

    def component(line: Decision) -> str:
        scheme = classes.get(whose.get(line.unit, ""))
        found = scheme.components.get(line.component) if scheme else None
        return found.name if found else line.component

    return matters_of(ledger, stated.matters, component)


def _check_roster(
    year: Year,
    classes: Mapping[str, Scheme],
    tables: Sequence[LongTable],
    surveys: Sequence[Survey],
    decided: DecidedRoster,
) -> list[Finding]:
    on = year.settings.charge_date if year.settings else None
    verifying = {each.role for each in year.deadlines if each.sheet in ("evidence", "figures", "remarks")}
    this = year.settings.year if year.settings else MAXYEAR
    places = decided.places
    return check_roster(classes, decided.roster, year.roles, tables, on, surveys, places, verifying, this, year.results)


def _under(beginning: str, files: Mapping[str, bytes]) -> dict[str, bytes]:
    return {name: data for name, data in files.items() if name.startswith(beginning)}


def _resolved(survey: Survey, known: KnownNames) -> Survey:
    """The survey with its evaluator's id, where the name is known."""
    return survey.model_copy(update={"evaluator": known.resolve("evaluator", survey.evaluator) or survey.evaluator})


def _unsure(files: Mapping[str, bytes], year: Year, schemes: Sequence[Scheme]) -> set[str]:
    """The kinds of names that stand in rules that could not be read."""
    unsure: set[str] = set()
    if len(schemes) < sum(name.startswith("schemes/") for name in files):
        unsure |= {"class", "group", "component", "field"}
    if not year.roles.keys() - {SELF}:
        unsure.add("role")
    return unsure


def _read_schemes(files: Mapping[str, bytes], year: Year) -> tuple[list[Scheme], list[Finding]]:
    schemes: list[Scheme] = []
    findings: list[Finding] = []
    for name, data in files.items():
        if name.startswith("schemes/"):
            text, wrong = rules_text(data, name)
            scheme, unread = read_scheme(text, name) if not wrong else (None, [])
            schemes += [scheme.with_results(year.results)] if scheme else []
            findings += wrong + unread
    return schemes, findings


def _known(schemes: list[Scheme], roles: Mapping[str, str], unsure: Collection[str], *, partly: bool) -> KnownNames:
    """The names that the roster may refer to, as far as the rules give them.  `partly`: tables could not be read."""
    known = KnownNames(unsure={*unsure, *(("unit", "evaluator") if partly else ())})
    known.partly |= {"line", "batch"} if partly else set()
    for scheme in schemes:
        known.add("class", scheme.id, scheme.head.name)
        for group in scheme.head.groups:
            known.add("group", group.id, group.name)
        for key, component in scheme.components.items():
            known.add("component", key, component.name)
            known.add(f"component of {scheme.id}", key, component.name)
        for key, name in scheme.unread_names.items():  # its own mistake is enough; who names it makes none
            known.add("component", key, name)
            known.add(f"component of {scheme.id}", key, name)
        for award in scheme.awards:
            known.add("award", award.name)
            known.add(f"award of {scheme.id}", award.name)
            for each in award.fields:
                known.add("field", each.id, each.name)
        for grade in (grade for grade in scheme.grades if grade.together):
            known.add("field", grade.name)  # a tie at the edge of a quota of several groups
    for role, name in roles.items():
        known.add("role", role, name)
    return known
