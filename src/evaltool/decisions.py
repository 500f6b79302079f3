"""The ledger: what the committee or the office decided, line by line, each with its document, date and reason.

The ledger is the union of the lines of all files in `decisions/`.  It is the only road by which a number moves without
a new submission.  `KINDS` says which columns each kind of decision needs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from evaltool.findings import Finding, finding
from evaltool.longtables import LongTable, by_column
from evaltool.names import nearest
from evaltool.rostertables import Known

COLUMNS = {
    "种类": "kind",
    "文号": "document",
    "日期": "date",
    "理由": "reason",
    "单位": "unit",
    "评估主体": "evaluator",
    "评估内容": "component",
    "文件指纹": "file_hash",
    "工作表": "sheet",
    "单元格": "cell",
    "原值": "before",
    "新值": "after",
}


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of decision: its word in the ledger, the columns it needs beside document, date and reason."""

    word: str
    needs: tuple[str, ...]
    number: bool = False  # `after` is a number


KINDS: Mapping[str, Kind] = {
    "bonus": Kind("加分", ("unit", "after"), number=True),
    "deduction": Kind("扣分", ("unit", "after"), number=True),
    "veto": Kind("一票否决", ("unit",)),
    "waiver": Kind("免报", ("evaluator",)),
    "correction": Kind("更正", ("file_hash", "sheet", "cell", "before", "after")),
    "exclusion": Kind("排除", ("file_hash",)),
    "supersession": Kind("采用", ("file_hash",)),
    "tie": Kind("同分裁定", ("unit", "after"), number=True),
}
_WORDS = {kind.word: name for name, kind in KINDS.items()} | {name: name for name in KINDS}
_HASH = re.compile(r"[0-9a-f]{8,64}\Z")
_CELL = re.compile(r"[A-Z]{1,3}[1-9][0-9]{0,6}\Z")


@dataclass(frozen=True, slots=True, order=True)
class Decision:
    """One line of the ledger; `unit`, `evaluator` and `component` are ids; `place` is where the line stands."""

    kind: str
    document: str
    date: str
    reason: str
    unit: str = ""
    evaluator: str = ""
    component: str = ""
    file_hash: str = ""
    sheet: str = ""
    cell: str = ""
    before: str = ""
    after: str = ""
    place: tuple[str, str, str] = ("", "", "")

    @property
    def amount(self) -> Fraction:
        """`after` as an exact number."""
        return Fraction(Decimal(self.after))

    def names(self, digest: str) -> bool:
        """Whether this line means the file with that SHA-256 (the first eight digits or more are written)."""
        return bool(self.file_hash) and digest.startswith(self.file_hash)


Ledger = tuple[Decision, ...]


def of_kind(ledger: Ledger, kind: str) -> list[Decision]:
    return [line for line in ledger if line.kind == kind]


def read_ledger(tables: Iterable[LongTable], known: Known) -> tuple[Ledger, list[Finding]]:
    """Every line of every table, in an order that does not depend on files or rows."""
    lines: list[Decision] = []
    findings: list[Finding] = []
    for table in tables:
        missing = [header for header in ("种类", "文号", "日期", "理由") if header not in table.header]
        findings += [finding("COLUMN_MISSING", file=table.file, sheet=table.sheet, value=header) for header in missing]
        if missing:
            continue
        for number, row in table.rows:
            line, wrong = _read_line(table, number, by_column(table, row), known)
            lines += [line] if not wrong else []
            findings += wrong
    return tuple(sorted(lines)), findings


def _read_line(table: LongTable, number: int, row: Mapping[str, str], known: Known) -> tuple[Decision, list[Finding]]:
    fields = {attribute: row.get(header, "") for header, attribute in COLUMNS.items()}
    headers = {attribute: header for header, attribute in COLUMNS.items()}
    findings: list[Finding] = []

    def wrong(code: str, attribute: str, **args: object) -> None:
        place = {"file": table.file, "sheet": table.sheet, "cell": table.cell(number, headers[attribute])}
        findings.append(finding(code, **place, value=fields[attribute], args={"column": headers[attribute], **args}))

    kind = _WORDS.get(fields["kind"], "")
    if not kind:
        wrong("DECISION_KIND", "kind", known="、".join(each.word for each in KINDS.values()))
        return Decision("", "", "", ""), findings
    for attribute in ("document", "date", "reason", *KINDS[kind].needs):
        if not fields[attribute]:
            wrong("CELL_EMPTY", attribute)
    for attribute in ("unit", "evaluator", "component"):
        if fields[attribute]:
            id_ = known.resolve(attribute, fields[attribute])
            own = known.resolve("unit", fields[attribute]) if attribute == "evaluator" else None
            if id_ and own and id_ != own:  # an office that scores others and is evaluated itself
                wrong("REFERENCE_AMBIGUOUS", attribute, ids=f"{id_}、{own}")
            id_ = id_ or own
            if id_ is None:
                wrong(
                    "REFERENCE_UNKNOWN",
                    attribute,
                    near=nearest(fields[attribute], known.shown.get(attribute, [])) or "—",
                )
            fields[attribute] = id_ or ""
    _check_forms(fields, kind, wrong)
    place = (table.file, table.sheet, table.cell(number, "种类"))
    return Decision(**{**fields, "kind": kind}, place=place), findings


def _check_forms(fields: dict[str, str], kind: str, wrong: object) -> None:
    say = wrong  # a callable(code, attribute, **args)
    assert callable(say)
    fields["file_hash"] = fields["file_hash"].lower()
    fields["cell"] = fields["cell"].upper().replace("$", "")
    if fields["file_hash"] and not _HASH.match(fields["file_hash"]):
        say("CELL_VALUE", "file_hash", kind="hash")
    if fields["cell"] and not _CELL.match(fields["cell"]):
        say("CELL_VALUE", "cell", kind="address")
    if KINDS[kind].number and fields["after"] and not _is_number(fields["after"]):
        say("CELL_VALUE", "after", kind="number")


def _is_number(text: str) -> bool:
    try:
        return Decimal(text).is_finite()
    except InvalidOperation:
        return False
