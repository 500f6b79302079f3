"""How the lines of the ledger are read: every cell checked, every name resolved, every line once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

from evaltool.findings import Finding, finding
from evaltool.ledger.kinds import ALWAYS, COLUMNS, HEADERS, KINDS, DecisionKind, kind_named, misshapen, needed, tidied
from evaltool.ledger.lines import Decision, Ledger, finding_at
from evaltool.roster.longtables import LongTable, by_column, wrong_columns
from evaltool.roster.tables import KnownNames

_BETWEEN = re.compile(r"[\s、，,；;]+")

TellWrong = Callable[..., None]  # (code, attribute, **args): a finding at that column of the line


def read_ledger(tables: Iterable[LongTable], known: KnownNames) -> tuple[Ledger, list[Finding]]:
    """Every line of every table, in an order that does not depend on files or rows."""
    lines: dict[tuple[str, ...], Decision] = {}
    findings: list[Finding] = []
    for table in tables:
        unread = _check_header(table)
        findings += unread
        if any(one.blocks for one in unread):
            continue
        rows = [(number, one) for number, row in table.rows for one in _for_each_file(by_column(table, row))]
        for number, said in rows:
            line, wrong = _read_line(table, number, said, known)
            findings += wrong
            if wrong:
                continue
            first = lines.setdefault(line.same, line)
            if first is not line:
                findings.append(finding_at(line, "DECISION_REPEATED", other=first.where))
    return tuple(sorted(lines.values())), findings


def _for_each_file(row: Mapping[str, str]) -> list[Mapping[str, str]]:
    """One decision may name several files: a row for each hash in its cell."""
    header = HEADERS["file_hash"]
    kind = KINDS.get(kind_named(row.get("种类", "")))
    hashes = [each for each in _BETWEEN.split(row.get(header, "")) if each]
    if len(hashes) < 2 or kind is None or not kind.of_files:
        return [row]
    return [{**row, header: each} for each in hashes]


def former_names(tables: Iterable[LongTable]) -> list[tuple[str, str]]:
    """(unit, former name) as renamings and mergers in the ledger say them.  The roster is read after them, so that the
    former name means the unit everywhere."""
    rows = (by_column(table, row) for table in tables for _, row in table.rows)
    changes = [row for row in rows if kind_named(row.get("种类", "")) == "unit_changed"]
    return [(row.get("单位", ""), row.get("原值", "")) for row in changes if row.get("新值") in ("更名", "合并")]


def _check_header(table: LongTable) -> list[Finding]:
    missing = [HEADERS[attribute] for attribute in ALWAYS if HEADERS[attribute] not in table.header]
    unknown = [header for header in table.header if header and header not in COLUMNS]
    args: dict[str, object] = {"known": "、".join(COLUMNS)}
    said = [("COLUMN_MISSING", header) for header in missing] + [("COLUMN_UNKNOWN", header) for header in unknown]
    wrong = [finding(code, file=table.file, sheet=table.sheet, value=header, args=args) for code, header in said]
    return wrong + wrong_columns(table)


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
    _check_columns(fields, kind, wrong)
    _resolve(fields, kind, known, wrong)
    _check_forms(fields, kind, wrong)
    place = (table.file, table.sheet, table.cell(number, "种类"))
    return Decision(**{**fields, "kind": name}, place=place), findings


def _check_columns(fields: dict[str, str], kind: DecisionKind, wrong: TellWrong) -> None:
    """What is needed is there, and nothing else."""
    must = (*ALWAYS, *needed(kind, fields["after"]))
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
    if fields["indicator"] and fields["component"]:
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
        fields[attribute] = tidied(attribute, fields[attribute])
        form = misshapen(kind, attribute, fields[attribute]) if fields[attribute] else ""
        if form == "choice":
            wrong("DECISION_CHOICE", attribute, known="、".join(kind.choices))
        elif form:
            wrong("CELL_VALUE", attribute, kind=form)
