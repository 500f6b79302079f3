"""How the lines of the ledger are read: every cell checked, every name resolved, every line once."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Mapping

from evaltool.findings import Finding, Place, blocking, finding
from evaltool.ledger.kinds import (
    ALWAYS,
    COLUMNS,
    DAYS,
    HEADERS,
    KINDS,
    DecisionKind,
    kind_named,
    misshapen,
    needed,
    tidied,
)
from evaltool.ledger.lines import Decision, Ledger, finding_at
from evaltool.names import folded
from evaltool.roster.longtables import LongTable, by_column, no_row, oddly_shown, wrong_columns
from evaltool.roster.tables import KnownNames

_BETWEEN = re.compile(r"[\s、，,；;]+")

TellWrong = Callable[..., None]  # (code, attribute, **args): a finding at that column of the line


def read_ledger(tables: Iterable[LongTable], known: KnownNames) -> tuple[Ledger, list[Finding]]:
    """Every line of every table, in an order that does not depend on files or rows."""
    lines: dict[tuple[str, ...], Decision] = {}
    findings: list[Finding] = []
    for table in tables:
        if not table.header:  # said where it was read
            continue
        unread = wrong_columns(table, tuple(COLUMNS), [HEADERS[each] for each in ALWAYS], limits=True)
        findings += unread
        if blocking(unread):
            continue
        for number, row in table.rows:
            none = no_row(table, number, row, len(ALWAYS))
            findings += none
            odd = _oddly_shown(table, number, row)
            for one in () if none else _for_each_file(by_column(table, row)):
                findings += _read_into(lines, table, number, one, odd, known)
    return tuple(sorted(lines.values())), findings


def _read_into(
    lines: dict[tuple[str, ...], Decision],
    table: LongTable,
    number: int,
    row: Mapping[str, str],
    odd: list[Finding],
    known: KnownNames,
) -> list[Finding]:
    """Add the decision of a row, or say what is wrong with it.  `odd`: what is shown otherwise than stored."""
    line, wrong = _read_line(table, number, row, known)
    stopped = {each.cell for each in blocking(odd)}  # a warning at a cell excuses no error there
    wrong = [one for one in wrong if one.cell not in stopped] + odd
    findings = [one for one in wrong if one.code != "CELL_BROKEN"]  # said where the table was read
    if not blocking(wrong) and (first := lines.setdefault(line.same, line)) is not line:
        findings.append(finding_at(line, "DECISION_REPEATED", other=first.where))
    return findings


def _for_each_file(row: Mapping[str, str]) -> list[Mapping[str, str]]:
    """One decision may name several files: a row for each hash in its cell."""
    header = HEADERS["file_hash"]
    kind = KINDS.get(kind_named(row.get("种类", "")))
    hashes = [each for each in _BETWEEN.split(row.get(header, "")) if each]
    if len(hashes) < 2 or kind is None or not kind.of_files:
        return [row]
    return [{**row, header: each} for each in hashes]


def former_names(tables: Iterable[LongTable], without: Container[Place] = ()) -> list[tuple[str, str]]:
    """(unit, former name) as renamings and mergers in the ledger say them.  The roster is read after them, so that the
    former name means the unit everywhere.  `without`: the places of lines that were withdrawn."""
    rows = (
        by_column(table, row)
        for table in tables
        for number, row in table.rows
        if (table.file, table.sheet, table.cell(number, HEADERS["kind"])) not in without
    )
    changes = [row for row in rows if kind_named(row.get("种类", "")) == "unit_changed"]
    named = [row for row in changes if folded(row.get("新值", "")) in ("更名", "合并")]
    return [(row.get("单位", ""), row.get("原值", "")) for row in named]


def _read_line(
    table: LongTable, number: int, row: Mapping[str, str], known: KnownNames
) -> tuple[Decision, list[Finding]]:
    fields = {attribute: row.get(header, "") for header, attribute in COLUMNS.items()}
    findings: list[Finding] = []

    def wrong(code: str, attribute: str, **args: object) -> None:
        place = {"file": table.file, "sheet": table.sheet, "cell": table.cell(number, HEADERS[attribute])}
        findings.append(finding(code, **place, value=fields[attribute], args={"column": HEADERS[attribute], **args}))

    name = kind_named(fields["kind"])
    if not name:
        wrong("DECISION_KIND", "kind", known="、".join(each.word for each in KINDS.values()))
        return Decision("", "", "", ""), findings
    kind = KINDS[name]
    fields = {attribute: tidied(kind, attribute, text) for attribute, text in fields.items()}
    _check_columns(fields, kind, wrong)
    _resolve(fields, kind, known, wrong)
    _check_forms(fields, kind, wrong)
    place = (table.file, table.sheet, table.cell(number, "种类"))
    return Decision(**{**fields, "kind": name}, place=place), findings


def _oddly_shown(table: LongTable, number: int, row: tuple[str, ...]) -> list[Finding]:
    """Cells of a line that show a person something else than they hold."""
    findings = []
    for at, header in enumerate(table.header):
        code = oddly_shown(table, number, at, dated=COLUMNS.get(header, "") in _DATED)
        if code and header in COLUMNS:
            place = {"file": table.file, "sheet": table.sheet, "cell": table.cell(number, header)}
            findings.append(finding(code, **place, value=row[at], args={"column": header}))
    return findings


_DATED = (*DAYS, "before", "after")
"""Columns where a cell that shows a date may mean one: a corrected answer can be a day."""


def _check_columns(fields: dict[str, str], kind: DecisionKind, wrong: TellWrong) -> None:
    """What is needed is there, and nothing else."""
    must = (*ALWAYS, *needed(kind, fields))
    for attribute in must:
        if not fields[attribute]:
            wrong("CELL_EMPTY", attribute)
    for attribute in fields:
        if fields[attribute] and attribute not in (*must, *kind.may):
            wrong("DECISION_COLUMN_UNUSED", attribute, kind=kind.word)
            fields[attribute] = ""


def _resolve(fields: dict[str, str], kind: DecisionKind, known: KnownNames, wrong: TellWrong) -> None:
    """Names become ids.  Units and evaluators first: what the others mean depends on them."""
    for attribute in ("unit", "evaluator"):
        _resolve_one(fields, attribute, attribute, known, wrong)
    if kind.before == "evaluator":
        _resolve_one(fields, "before", "evaluator", known, wrong)
    _resolve_one(fields, "component", known.scope(kind.refers, fields["unit"]), known, wrong)
    _resolve_one(fields, "batch", f"batch of {fields['evaluator']}", known, wrong)
    if fields["indicator"] and fields["component"] and not kind.new_line:
        _resolve_one(fields, "indicator", known.lines(fields["component"], fields["unit"]), known, wrong)


def _resolve_one(fields: dict[str, str], attribute: str, refers: str, known: KnownNames, wrong: TellWrong) -> None:
    text = fields[attribute]
    if not text:
        return
    id_ = known.resolve(refers, text)
    own = known.resolve("unit", text) if attribute == "evaluator" and not known.unsure else None
    if id_ and own and id_ != own:  # an office that scores others and is evaluated itself
        wrong("REFERENCE_AMBIGUOUS", attribute, ids=f"{id_}、{own}")
    id_ = id_ or own
    if id_ is None:
        wrong("REFERENCE_UNKNOWN", attribute, near=known.near(refers, text))
    fields[attribute] = id_ or ""


def _check_forms(fields: dict[str, str], kind: DecisionKind, wrong: TellWrong) -> None:
    """Each text in the form that its column asks for."""
    for attribute in fields:
        form = misshapen(kind, attribute, fields[attribute], fields["item"]) if fields[attribute] else ""
        if form == "choice":
            wrong("DECISION_CHOICE", attribute, known="、".join(kind.choices))
        elif form:
            wrong("CELL_VALUE", attribute, kind=form)
