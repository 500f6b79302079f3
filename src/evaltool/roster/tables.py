"""How the roster is read: the long tables of `roster.xlsx` (or `roster/*.csv`), column by column as `TABLES` says.

A reference may be written as id or as name; it must match exactly after the normalisation of `names.py`, otherwise it
is a finding with "did you mean".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from evaltool.findings import Finding, blocking, finding
from evaltool.names import day_in, folded, mistaken_for, nearest
from evaltool.roster import TABLES, Goal, Roster
from evaltool.roster.columns import Header, RosterTable
from evaltool.roster.longtables import LongTable, no_row, oddly_shown, wrong_columns

HEADERS = {name: table.headers for name, table in TABLES.items()}
"""Worksheet -> headers: what `read_tables` looks for in a roster."""
_HINTED = 250_000  # comparisons, of which each takes some ten microseconds


@dataclass
class KnownNames:
    """The names that references may use: for each kind, folded id or name -> id.  A name of two things is ambiguous.

    `unsure` are the kinds of which some could not be read: that is said once, where it is, and a name of theirs that is
    not known is no further mistake.  So are `partly`, the kinds whose other members can be checked all the same.
    """

    of: dict[str, dict[str, str]] = field(default_factory=dict)
    shown: dict[str, list[str]] = field(default_factory=dict)
    class_of: dict[str, str] = field(default_factory=dict)  # unit -> its class
    unsure: set[str] = field(default_factory=set)
    partly: set[str] = field(default_factory=set)
    compared: int = 0  # names that were looked at for hints

    def add(self, kind: str, id_: str, *names: str) -> None:
        table, shown = self.of.setdefault(kind, {}), self.shown.setdefault(kind, [])
        for name in (id_, *names):
            if name:
                table[folded(name)] = id_ if table.get(folded(name), id_) == id_ else ""
                shown.append(name)

    def add_new(self, kind: str, id_: str, *names: str) -> None:
        """Add a row of a table where each name should stand once.  A second bearer of a name is said at its own row,
        and does not make every reference to the first one a mistake."""
        table = self.of.get(kind, {})
        self.add(kind, id_, *(name for name in names if table.get(folded(name), id_) == id_))

    def resolve(self, kind: str, text: str) -> str | None:
        """The id meant by a text; None if nobody or more than one bears it."""
        found = self.of.get(kind, {}).get(folded(text))
        return found or (text if {kind, kind.split(" of ")[0]} & (self.unsure | self.partly) else None)

    def near(self, kind: str, text: str) -> str:
        """The name that looks most like a text that nobody bears, or "—"; thousands of such texts are not a matter of
        spelling, and the last of them get no hint."""
        names = self.shown.get(kind, [])
        self.compared += len(names)
        return (nearest(text, names) if self.compared <= _HINTED else "") or "—"

    def scope(self, kind: str, unit: str) -> str:
        """Where to look for a component or an award of a unit: among those of its class."""
        narrow = f"{kind} of {self.class_of.get(unit, '')}"
        return narrow if narrow in self.of else kind

    def lines(self, component: str, unit: str) -> str:
        """Where to look for the indicators that a unit has in a component: its own and those of its class."""
        kind = f"line of {component} for {unit}"
        if kind not in self.of:
            for whose in (self.class_of.get(unit, ""), unit):
                source = f"line of {component} in {whose}"
                self.of.setdefault(kind, {}).update(self.of.get(source, {}))
                self.shown.setdefault(kind, []).extend(self.shown.get(source, []))
        return kind


def unit_names(roster: Roster) -> KnownNames:
    """Every name that means a unit: id, name, other names, names before a change."""
    known = KnownNames()
    _learn("units", roster.units, known)
    _learn("changes", roster.changes, known)
    return known


def read_roster(
    tables: Iterable[LongTable], known: KnownNames, former: Iterable[tuple[str, str]] = ()
) -> tuple[Roster, list[Finding]]:
    """All tables as values, and every mistake with its cell.  Order of reading: units and evaluators first, since the
    others refer to them; their names are added to `known` as they are read.  `former`: names that units had before, by
    decision: (unit, former name)."""
    named, findings = _by_name(tables)
    rows: dict[str, tuple[Any, ...]] = {}
    for name, kind in TABLES.items():
        attribute = kind.attribute
        if name in named:
            rows[attribute], wrong = read_table(named[name], kind, known)
            findings += wrong
            _learn(attribute, rows[attribute], known)
            if blocking(wrong) and attribute in _NAMING:
                known.unsure.add(_NAMING[attribute])
            if blocking(wrong):
                known.partly |= _NAMED_IN.get(attribute, set())
            if attribute == "units":
                _learn_former(former, known)
    goals: tuple[Goal, ...] = rows.get("goals", ())
    own_lines = tuple(goal.as_indicator() for goal in goals)
    _learn("indicators", own_lines, known)
    rows["indicators"] = (*rows.get("indicators", ()), *own_lines)
    return Roster(**rows), findings


def _by_name(tables: Iterable[LongTable]) -> tuple[dict[str, LongTable], list[Finding]]:
    """The tables of the roster by name, with those that are none or that stand in two files.  A name that looks like
    that of a table which is not there was meant to be it: without 分管 every leader would mark every unit."""
    tables = list(tables)
    named: dict[str, LongTable] = {}
    findings: list[Finding] = []
    absent = sorted(TABLES.keys() - {table.sheet for table in tables})
    for table in tables:
        name, place = table.sheet, {"file": table.file, "sheet": table.sheet, "value": table.sheet}
        near = mistaken_for(name, absent)
        if name not in TABLES:
            args: dict[str, object] = {"known": "、".join(TABLES), "near": near}
            findings.append(finding("TABLE_MEANT" if near else "TABLE_UNKNOWN", **place, args=args))
        elif name in named:
            findings.append(finding("TABLE_REPEATED", **place, args={"other": named[name].file}))
        else:
            named[name] = table
    return named, findings


_NAMING = {"units": "unit", "evaluators": "evaluator", "meetings": "meeting"}
_NAMED_IN = {
    "units": {"line"},
    "evaluators": {"batch"},
    "batches": {"batch"},
    "indicators": {"line"},
    "goals": {"line"},
}
"""Table -> the names that cannot all be known where it could not be read as a whole."""


def _learn(attribute: str, rows: Iterable[Any], known: KnownNames) -> None:
    roles: dict[str, str] = {}  # two evaluators of one name may have different roles, and then the name is ambiguous
    for row in rows:
        if attribute == "units":
            known.add_new("unit", row.id, row.name, *row.other_names)
            known.class_of[row.id] = row.class_id
        elif attribute == "evaluators":
            again = roles.setdefault(folded(row.name), row.role) == row.role
            (known.add_new if again else known.add)("evaluator", row.id, row.name)
        elif attribute == "changes" and row.kind in ("renamed", "merged"):
            known.add("unit", row.successor or row.unit, row.former)
        elif attribute == "meetings":
            known.add_new("meeting", row.id)
        elif attribute == "batches":
            known.add(f"batch of {row.evaluator}", row.id)
        elif attribute == "indicators":
            known.add(f"line of {row.component} in {row.unit or row.class_id}", row.id, row.name)


def _learn_former(former: Iterable[tuple[str, str]], known: KnownNames) -> None:
    """A name that means another unit today keeps its meaning; `decided.py` says what becomes of that unit.  A name that
    two units bore means neither."""
    today = set(known.of.get("unit", ()))
    for unit, name in former:
        id_ = known.resolve("unit", unit)
        if id_ and name and folded(name) not in today:
            known.add("unit", id_, name)


def read_table(table: LongTable, kind: RosterTable, known: KnownNames) -> tuple[tuple[Any, ...], list[Finding]]:
    """The rows of one table that can be read, and what is wrong with the others."""
    if not table.header:  # said where it was read
        return (), []
    needed = [column.header for column in kind.columns.values() if column.required]
    findings = wrong_columns(table, kind.headers, needed, limits=kind.sheet in _LIMITED)
    if any(one.code in ("COLUMN_MISSING", "COLUMN_MEANT") for one in findings):
        return (), findings
    values = []
    at = {header: position for position, header in enumerate(table.header)}
    columns = [(column, at.get(column.header, len(table.header))) for column in kind.columns.values()]
    for number, row in table.rows:
        fields: dict[str, Any] = {}
        wrong = no_row(table, number, row, len(needed))
        broken = False  # said where the table was read
        for column, position in columns if not wrong else ():
            text = row[position] if position < len(row) else ""
            odd = oddly_shown(table, number, position, dated=column.kind == "date")
            broken |= odd == "CELL_BROKEN"
            if (text or column.required) and odd != "CELL_BROKEN":
                fields[column.attribute], said = _read_cell(text, column, known)
                said = (odd, "") if odd and not (said and odd == "CELL_ROUNDED") else said
                wrong += [_at(table, number, column, text, *said)] if said else []
        findings += wrong
        if not blocking(wrong) and not broken:
            values.append(kind.row(**fields))
    return tuple(values), findings


_LIMITED = ("分管", "批次", "参数", "不适用")
"""Tables with columns that narrow a row, so that a column read past would let it grow."""


def _at(table: LongTable, number: int, column: Header, text: str, code: str, near: str) -> Finding:
    place = {"file": table.file, "sheet": table.sheet, "cell": table.cell(number, column.header)}
    args: dict[str, object] = {"column": column.header, **({"near": near} if near else {})}
    return finding(code, **place, value=text, args=args)


def _read_cell(text: str, column: Header, known: KnownNames) -> tuple[Any, tuple[str, str] | None]:
    """The value of a cell; or what is wrong with it: a code, and for an unknown name the nearest one."""
    if not text:
        return None, ("CELL_EMPTY", "")
    if column.kind == "ref":
        id_ = known.resolve(column.refers, text)
        return id_, None if id_ else ("REFERENCE_UNKNOWN", known.near(column.refers, text))
    try:
        return _choice(text, column) if column.choices else _READ[column.kind](text), None
    except (ValueError, InvalidOperation):
        percent = column.kind in ("number", "count") and folded(text).endswith("%")
        return None, ("CELL_PERCENT" if percent else "CELL_VALUE", "")


def _choice(text: str, column: Header) -> str:
    for word, means in column.choices.items():
        if folded(word) == folded(text):
            return means
    raise ValueError(text)


def _day(text: str) -> date:
    found = day_in(text)
    if found is None:
        raise ValueError(text)
    return found


def _number(text: str) -> Fraction:
    value = Decimal(unicodedata.normalize("NFKC", text))
    if not value.is_finite():
        raise ValueError(text)
    return Fraction(value)


def _count(text: str) -> int:
    value = Decimal(unicodedata.normalize("NFKC", text))
    if value != value.to_integral_value() or value < 0:
        raise ValueError(text)
    return int(value)


def _list(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in re.split("[、，,；;\n]", text) if part.strip())


def _text(text: str) -> str:
    """A name or a note as people write it; what no cell or document can show is a mistake."""
    if len(text) > _LONGEST or not (text.isprintable() or all(map(_can_be_shown, text))):
        raise ValueError(text)
    return text


def _can_be_shown(sign: str) -> bool:
    return sign == "\n" or unicodedata.category(sign) not in ("Cc", "Cs")


_LONGEST = 500
_READ: Mapping[str, Callable[[str], Any]] = {
    "text": _text,
    "date": _day,
    "number": _number,
    "count": _count,
    "list": _list,
}
