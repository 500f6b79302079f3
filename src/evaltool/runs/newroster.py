"""The long tables of a new year: last year's with the decisions on units and leaders carried out, without what belongs
to that year alone.

Rows stay as they are written; what changes is said.  Decisions, goals, approvals and days of meetings are not taken
along.  A unit that is gone stays in the table of units as one that takes no part, because earlier results name it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from evaltool.evaluation import Evaluation
from evaltool.evaluation.remarks import passed_on
from evaltool.ledger.matters import Matter, open_matters
from evaltool.names import folded
from evaltool.roster import (
    Batch,
    Charge,
    Earlier,
    EarlierPart,
    Evaluator,
    FieldEntry,
    Goal,
    Indicator,
    NotApplicable,
    OpenMatter,
    Remark,
    ReviewMeeting,
    Unit,
    UnitChange,
    header,
    table_of,
)
from evaltool.roster.longtables import by_column
from evaltool.roster.reading import read_tables
from evaltool.roster.tables import HEADERS
from evaltool.runs.pastresults import PastResults

BegunHeading = Literal["carried", "moved", "open"]
Row = dict[str, str]  # header -> text


@dataclass(frozen=True, slots=True)
class Said:
    """Something that the beginning of a year says: under which heading, what of it, and the figures or names in it."""

    heading: BegunHeading
    what: str
    args: Mapping[str, object] = field(default_factory=dict)


@dataclass
class NewRoster:
    """The tables of the new year (worksheet -> headers and rows), and what is said of them."""

    evaluation: Evaluation
    year: int
    headers: dict[str, list[str]]
    rows: dict[str, list[Row]]
    said: list[Said] = field(default_factory=list)

    def of(self, row: type[object]) -> list[Row]:
        return self.rows.setdefault(table_of(row).sheet, [])

    def replace(self, row: type[object], rows: Iterable[Row]) -> int:
        """Other rows for a table; by how many it has become shorter."""
        before, kept = len(self.of(row)), list(rows)
        self.rows[table_of(row).sheet] = kept
        known = self.headers.setdefault(table_of(row).sheet, [])
        known += [name for name in table_of(row).headers if name not in known and any(name in one for one in kept)]
        return before - len(kept)

    def say(self, heading: BegunHeading, what: str, **args: object) -> None:
        self.said.append(Said(heading, what, args))

    def lists(self) -> dict[str, list[Sequence[str]]]:
        """Every table that has a header, as texts."""
        return {
            sheet: [names, *([row.get(name, "") for name in names] for row in self.rows.get(sheet, []))]
            for sheet, names in self.headers.items()
        }


def new_roster(evaluation: Evaluation, year: int, past: PastResults) -> NewRoster:
    """The tables of the evaluation's folder, moved on to another year."""
    made = _as_written(evaluation, year)
    for step in (_units, _without_the_gone, _charges, _batches, _goals, _matters, _of_that_year, _figures):
        step(made)
    _earlier(made, past)
    return made


def _as_written(evaluation: Evaluation, year: int) -> NewRoster:
    files = {name: data for name, data in evaluation.files.items() if name.startswith("roster")}
    tables, _ = read_tables(files, HEADERS)
    headers = {table.sheet: [name for name in table.header if name] for table in tables}
    rows = {table.sheet: [dict(by_column(table, row)) for _, row in table.rows] for table in tables}
    return NewRoster(evaluation, year, headers, rows)


# --- units -----------------------------------------------------------------------------------------------------------


def _units(made: NewRoster) -> None:
    """Standing as decided; the names that a unit had before mean it from now on, as its other names."""
    roster = made.evaluation.roster
    former = _former(made.evaluation)
    part, aliases = header(Unit, "standing"), header(Unit, "aliases")
    for row, stated, now in zip(made.of(Unit), made.evaluation.stated.units, roster.units, strict=True):
        if now.standing != stated.standing:
            row[part] = "不参评"
        if now.id in former:
            row[aliases] = "、".join([*now.aliases, *former[now.id]])
    made.replace(Unit, made.of(Unit))
    gone = [unit.name for unit in roster.units if unit.id in roster.gone]
    if gone:
        made.say("carried", "gone", names="、".join(gone))
    if former:
        names = {unit.id: unit.name for unit in roster.units}
        listed = (f"{old}→{names[unit]}" for unit, each in former.items() for old in each)
        made.say("carried", "former", names="、".join(listed))
    if n := made.replace(UnitChange, ()):
        made.say("open", "changes", n=n)


def _former(evaluation: Evaluation) -> dict[str, list[str]]:
    """Unit -> names that it had before this year's changes and that mean no other unit."""
    roster = evaluation.roster
    taken = {folded(name) for unit in roster.units for name in (unit.id, unit.name, *unit.aliases)}
    found: dict[str, list[str]] = {}
    for change in (*roster.changes, *roster.decided_changes):
        if change.former and change.kind in ("renamed", "merged") and folded(change.former) not in taken:
            taken.add(folded(change.former))
            found.setdefault(change.successor or change.unit, []).append(change.former)
    return found


def _without_the_gone(made: NewRoster) -> None:
    """Rows that are about a unit which a decision took out."""
    gone, stated = made.evaluation.roster.gone, made.evaluation.stated
    own = stated.indicators[: len(stated.indicators) - len(stated.goals)]
    about: list[tuple[type[object], list[str]]] = [
        (Indicator, [line.unit for line in own]),
        (FieldEntry, [entry.unit for entry in stated.fields]),
    ]
    for row, units in about:
        kept = [one for one, unit in zip(made.of(row), units, strict=True) if unit not in gone]
        if n := made.replace(row, kept):
            made.say("carried", "rows_of_gone", n=n, table=table_of(row).sheet)


# --- who is in charge ------------------------------------------------------------------------------------------------


def _charges(made: NewRoster) -> None:
    """Charges as they stand at the end of the year.  Whoever has only charges that ended keeps them: without a row they
    would be in charge of everybody."""
    evaluation, begin = made.evaluation, date(made.year, 1, 1)
    stated, now = evaluation.stated.charges, evaluation.roster.charges
    written = [*made.of(Charge), *({} for _ in now[len(stated) :])]
    over = [(each.end is not None and each.end < begin) or each.unit in evaluation.roster.gone for each in now]
    lasting = {each.evaluator for each, ended in zip(now, over, strict=True) if not ended}
    rows, dropped, opened = [], 0, 0
    for at, (row, charge, ended) in enumerate(zip(written, now, over, strict=True)):
        if ended and charge.evaluator in lasting:
            dropped += 1
            continue
        begun = not ended and charge.start is not None and charge.start < begin
        opened += begun
        fresh = at >= len(stated) or charge != stated[at]
        rows.append(_charge(made, row, charge, open_start=begun) if fresh or begun else row)
    made.replace(Charge, rows)
    _say_charges(made, [each for each in now[len(stated) :] if each.evaluator in lasting], dropped, opened)
    names = {each.id: each.name for each in evaluation.roster.evaluators}
    left = dict.fromkeys(names.get(each.evaluator, each.evaluator) for each in now if each.evaluator not in lasting)
    if left:
        made.say("open", "without_charge", names="、".join(left))


def _say_charges(made: NewRoster, decided: Sequence[Charge], dropped: int, opened: int) -> None:
    roster = made.evaluation.roster
    names = {each.id: each.name for each in roster.units} | {each.id: each.name for each in roster.evaluators}
    listed = [f"{names.get(each.evaluator, each.evaluator)}：{names.get(each.unit, each.unit)}" for each in decided]
    if listed:
        made.say("carried", "charges", names="、".join(listed), n=len(listed))
    if dropped:
        made.say("carried", "ended_charges", n=dropped)
    if opened:
        made.say("moved", "starts", n=opened)


def _charge(made: NewRoster, row: Row, charge: Charge, *, open_start: bool) -> Row:
    """A row of the table of charges: as it is written where it is, with the days as decided."""
    whose = row or {
        header(Charge, "evaluator"): _name(made.evaluation.roster.evaluators, charge.evaluator),
        header(Charge, "unit"): _name(made.evaluation.roster.units, charge.unit),
    }
    start = None if open_start else charge.start
    days = {"start": start, "end": charge.end}
    return {**whose, **{header(Charge, each): day.isoformat() if day else "" for each, day in days.items()}}


def _name(listed: Iterable[Unit | Evaluator], id_: str) -> str:
    """A name, where it is one person's or unit's alone; else the id."""
    names = {each.id: each.name for each in listed}
    counts = Counter(folded(name) for name in names.values())
    name = names.get(id_, id_)
    return name if counts[folded(name)] == 1 else id_


# --- what belongs to a year ------------------------------------------------------------------------------------------


def _batches(made: NewRoster) -> None:
    day = header(Batch, "date")
    dated = [row for row in made.of(Batch) if row.get(day)]
    made.replace(Batch, [{**row, day: ""} if row.get(day) else row for row in made.of(Batch)])
    if dated:
        made.say("open", "batches", n=len(dated))


def _goals(made: NewRoster) -> None:
    """Goals belong to the year for which they were approved, wherever they were written down."""
    classes = made.evaluation.classes
    lines = made.evaluation.stated.indicators
    gone = made.evaluation.roster.gone
    kept_lines = [line for line in lines[: len(lines) - len(made.evaluation.stated.goals)] if line.unit not in gone]
    kept = []
    for row, line in zip(made.of(Indicator), kept_lines, strict=True):
        component = classes[line.class_id].components.get(line.component)
        if not (line.unit and component is not None and component.goals):
            kept.append(row)
    n = made.replace(Indicator, kept) + made.replace(Goal, ())
    made.headers.pop(table_of(Goal).sheet, None)
    if n:
        made.say("open", "goals", n=n)


def _matters(made: NewRoster) -> None:
    """What is still to be put right goes along, with the day as it was put off; so its unit sees it when it declares
    its goals."""
    roster = made.evaluation.roster
    left = [each for each in open_matters(made.evaluation.matters) if each.unit not in roster.gone]
    made.replace(OpenMatter, [_matter(made, each) for each in left])
    if left:
        made.say("carried", "matters", n=len(left))
    gone = {each.unit for each in open_matters(made.evaluation.matters)} & roster.gone
    if gone:
        names = "、".join(unit.name for unit in roster.units if unit.id in gone)
        made.say("open", "matters_of_gone", names=names)


def _matter(made: NewRoster, each: Matter) -> Row:
    said = {
        "unit": _name(made.evaluation.roster.units, each.unit),
        "kind": each.kind,
        "item": each.item,
        "document": each.document,
        "asked": each.asked.isoformat(),
        "until": each.due.isoformat(),
        "component": each.component,
        "why": each.why,
        "source": each.source,
    }
    return {header(OpenMatter, attribute): text for attribute, text in said.items()}


def _of_that_year(made: NewRoster) -> None:
    if n := made.replace(NotApplicable, ()):
        made.say("open", "not_applicable", n=n)
    waiting = sum(not each.is_answered for each in passed_on(made.evaluation))
    if n := made.replace(Remark, ()):
        made.say("open", "remarks", n=n, waiting=waiting)
    made.headers.pop(table_of(Remark).sheet, None)  # it goes into a file of its own again
    if n := made.replace(ReviewMeeting, ()):
        made.say("open", "meetings", n=n)
    kinds = Counter(line.kind for line in made.evaluation.ledger)
    carried = ("unit_changed", "charge_changed", "matter", "matter_extended", "matter_verified", "matter_closed")
    if rest := sum(n for kind, n in kinds.items() if kind not in carried):
        made.say("open", "decisions", n=rest)


def _figures(made: NewRoster) -> None:
    """Targets and bases are last year's until somebody has put in others."""
    columns = [header(Indicator, each) for each in ("target", "base")]
    if n := sum(any(row.get(column) for column in columns) for row in made.of(Indicator)):
        made.say("open", "figures", n=n)


# --- results ---------------------------------------------------------------------------------------------------------


def _earlier(made: NewRoster, past: PastResults) -> None:
    """The results added; a year and unit that are there already stay as they are."""
    stated = made.evaluation.stated
    there = {(str(row.year), row.unit) for row in stated.earlier}
    parts = {(str(row.year), row.unit) for row in stated.earlier_parts}
    counts = []
    for row, known, new in ((Earlier, there, past.results), (EarlierPart, parts, past.parts)):
        added = [dict(one) for one in new if (one["年度"], one["单位"]) not in known]
        made.replace(row, [*made.of(row), *added])
        counts.append(len(added))
    kept = [one for one in past.results if (one["年度"], one["单位"]) in there]
    if past.entry is None:
        made.say("open", "no_run")
    else:
        made.say("carried", "results", run=past.entry.number, n=counts[0], parts=counts[1])
        if kept:
            named = made.evaluation.units
            units = "、".join(named[one["单位"]].name if one["单位"] in named else one["单位"] for one in kept)
            made.say("open", "kept_rows", n=len(kept), units=units, year=kept[0]["年度"])
        if past.since:
            made.say("open", "since", run=past.entry.number, files="、".join(past.since))
