"""The ledger: what the committee or the office decided, line by line, each with its document, date and reason.

The ledger is the union of the lines of all files in `decisions/`.  It is the only road by which a number moves without
a new submission.  `KINDS` says which columns each kind of decision needs and may fill in: what stands in any other
column would say more than the tool does, so it is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from evaltool.findings import Finding, finding
from evaltool.longtables import LongTable, by_column, wrong_columns
from evaltool.names import folded, nearest
from evaltool.rostertables import Known

COLUMNS = {
    "种类": "kind",
    "文号": "document",
    "日期": "date",
    "理由": "reason",
    "单位": "unit",
    "评估主体": "evaluator",
    "评估内容": "component",
    "指标": "indicator",
    "批次": "batch",
    "文件指纹": "file_hash",
    "工作表": "sheet",
    "单元格": "cell",
    "原值": "before",
    "新值": "after",
    "生效日期": "effective",
}


ALWAYS = ("kind", "document", "date", "reason")


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of decision: its word in the ledger, the columns it needs and those it may fill in beside `ALWAYS`.

    `after` says what the new value must be; `refers` what the column 评估内容 names.
    """

    word: str
    needs: tuple[str, ...]
    may: tuple[str, ...] = ()
    after: Literal["any", "points", "place"] = "any"
    refers: Literal["component", "field"] = "component"


KINDS: Mapping[str, Kind] = {
    "bonus": Kind("加分", ("unit", "after"), after="points"),
    "deduction": Kind("扣分", ("unit", "after"), after="points"),
    "veto": Kind("一票否决", ("unit",)),
    "waiver": Kind("免报", ("evaluator",)),
    # a blank "from" means that the cell was left blank
    "correction": Kind("更正", ("file_hash", "sheet", "cell", "after"), ("unit", "evaluator", "component", "before")),
    "exclusion": Kind("排除", ("file_hash",), ("evaluator",)),
    "supersession": Kind("采用", ("file_hash",), ("evaluator",)),
    # 文件指纹 is the id of the key, as the findings on its sheets print it
    "key_lost": Kind("密钥遗失", ("file_hash",)),
    # 评估内容 names the field of work whose award is meant; blank means the ranks
    "tie": Kind("同分裁定", ("unit", "after"), ("component",), after="place", refers="field"),
}
_WORDS = {kind.word: name for name, kind in KINDS.items()} | {name: name for name in KINDS}
_HASH = re.compile(r"[0-9a-f]{8,64}\Z")
_CELL = re.compile(r"[A-Z]{1,3}[1-9][0-9]{0,6}\Z")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_NUMBER = {"points": re.compile(r"[0-9]{1,15}(\.[0-9]{1,15})?\Z"), "place": re.compile(r"[1-9][0-9]{0,5}\Z")}

Wrong = Callable[..., None]  # (code, attribute, **args): a finding at that column of the line


@dataclass(frozen=True, slots=True, order=True)
class Decision:
    """One line of the ledger; `place` is where it stands.

    `unit`, `evaluator` and `component` are ids; in a tie `component` is a field of work, or blank for the ranks.
    """

    kind: str
    document: str
    date: str
    reason: str
    unit: str = ""
    evaluator: str = ""
    component: str = ""
    indicator: str = ""
    batch: str = ""
    file_hash: str = ""
    sheet: str = ""
    cell: str = ""
    before: str = ""
    after: str = ""
    effective: str = ""
    place: tuple[str, str, str] = ("", "", "")

    @property
    def amount(self) -> Fraction:
        """`after` as an exact number."""
        return Fraction(Decimal(self.after))

    @property
    def same(self) -> tuple[str, ...]:
        """What two lines have in common that say the same, however they are typed and wherever they stand."""
        after = self.after if KINDS[self.kind].after == "any" else str(self.amount)
        said = (self.document, self.date, self.reason, self.sheet, self.before, after)
        ids = (self.unit, self.evaluator, self.component, self.indicator, self.batch, self.file_hash, self.cell)
        return (self.kind, *ids, self.effective, *map(folded, said))

    def names(self, digest: str) -> bool:
        """Whether this line means the file with that SHA-256 (the first eight digits or more are written)."""
        return bool(self.file_hash) and digest.startswith(self.file_hash)


Ledger = tuple[Decision, ...]


def of_kind(ledger: Ledger, kind: str) -> list[Decision]:
    return [line for line in ledger if line.kind == kind]


def ties(ledger: Ledger, field: str = "") -> list[Decision]:
    """Decided ties: those of the ranks, or those of one field of work."""
    return [line for line in of_kind(ledger, "tie") if line.component == field]


def finding_at(line: Decision, code: str, **args: object) -> Finding:
    """A finding at a line of the ledger."""
    file, sheet, cell = line.place
    words = {"document": line.document, "kind": KINDS[line.kind].word, **args}
    return finding(code, file=file, sheet=sheet, cell=cell, unit=line.unit, args=words)


def of_nobody(ledger: Ledger, units: Container[str]) -> list[Finding]:
    """Decisions on units that do not take part."""
    on_units = [line for line in ledger if line.kind in ("bonus", "deduction", "veto", "tie")]
    return [finding_at(line, "DECISION_WITHOUT_EFFECT") for line in on_units if line.unit not in units]


def read_ledger(tables: Iterable[LongTable], known: Known) -> tuple[Ledger, list[Finding]]:
    """Every line of every table, in an order that does not depend on files or rows."""
    lines: dict[tuple[str, ...], Decision] = {}
    findings: list[Finding] = []
    for table in tables:
        unread = _check_header(table)
        findings += unread
        if any(one.blocks for one in unread):
            continue
        for number, row in table.rows:
            line, wrong = _read_line(table, number, by_column(table, row), known)
            findings += wrong
            if wrong:
                continue
            first = lines.setdefault(line.same, line)
            if first is not line:
                file, sheet, cell = first.place
                findings.append(finding_at(line, "DECISION_REPEATED", other=f"{file} {sheet}!{cell}"))
    return tuple(sorted(lines.values())), findings


def _check_header(table: LongTable) -> list[Finding]:
    needed = [header for header, attribute in COLUMNS.items() if attribute in ALWAYS]
    missing = [header for header in needed if header not in table.header]
    unknown = [header for header in table.header if header and header not in COLUMNS]
    args: dict[str, object] = {"known": "、".join(COLUMNS)}
    said = [("COLUMN_MISSING", header) for header in missing] + [("COLUMN_UNKNOWN", header) for header in unknown]
    wrong = [finding(code, file=table.file, sheet=table.sheet, value=header, args=args) for code, header in said]
    return wrong + wrong_columns(table)


def _read_line(table: LongTable, number: int, row: Mapping[str, str], known: Known) -> tuple[Decision, list[Finding]]:
    fields = {attribute: row.get(header, "") for header, attribute in COLUMNS.items()}
    headers = {attribute: header for header, attribute in COLUMNS.items()}
    findings: list[Finding] = []

    def wrong(code: str, attribute: str, **args: object) -> None:
        place = {"file": table.file, "sheet": table.sheet, "cell": table.cell(number, headers[attribute])}
        findings.append(finding(code, **place, value=fields[attribute], args={"column": headers[attribute], **args}))

    name = _WORDS.get(fields["kind"], "")
    if not name:
        wrong("DECISION_KIND", "kind", known="、".join(each.word for each in KINDS.values()))
        return Decision("", "", "", ""), findings
    kind = KINDS[name]
    needed = (*ALWAYS, *kind.needs)
    for attribute in needed:
        if not fields[attribute]:
            wrong("CELL_EMPTY", attribute)
    for attribute in fields:
        if fields[attribute] and attribute not in (*needed, *kind.may):
            wrong("DECISION_COLUMN_UNUSED", attribute, kind=kind.word)
            fields[attribute] = ""
    _resolve(fields, kind, known, wrong)
    _check_forms(fields, kind, wrong)
    place = (table.file, table.sheet, table.cell(number, "种类"))
    return Decision(**{**fields, "kind": name}, place=place), findings


def _resolve(fields: dict[str, str], kind: Kind, known: Known, wrong: Wrong) -> None:
    """Names become ids."""
    for attribute, refers in (("unit", "unit"), ("evaluator", "evaluator"), ("component", kind.refers)):
        text = fields[attribute]
        if not text:
            continue
        id_ = known.resolve(refers, text)
        own = known.resolve("unit", text) if attribute == "evaluator" else None
        if id_ and own and id_ != own:  # an office that scores others and is evaluated itself
            wrong("REFERENCE_AMBIGUOUS", attribute, ids=f"{id_}、{own}")
        id_ = id_ or own
        if id_ is None:
            wrong("REFERENCE_UNKNOWN", attribute, near=nearest(text, known.shown.get(refers, [])) or "—")
        fields[attribute] = id_ or ""


def _check_forms(fields: dict[str, str], kind: Kind, wrong: Wrong) -> None:
    """Each text in the form that its column asks for."""
    fields["file_hash"] = fields["file_hash"].lower()
    fields["cell"] = fields["cell"].upper().replace("$", "")
    forms: Mapping[str, tuple[str, Callable[[str], object]]] = {
        "date": ("date", _is_day),
        "effective": ("date", _is_day),
        "file_hash": ("hash", _HASH.match),
        "cell": ("address", _CELL.match),
        "after": ("number", lambda text: _is_after(text, kind)),
    }
    for attribute, (form, fits) in forms.items():
        if fields[attribute] and not fits(fields[attribute]):
            wrong("CELL_VALUE", attribute, kind=form)


def _is_day(text: str) -> bool:
    try:
        return bool(_DAY.match(text) and date.fromisoformat(text))
    except ValueError:
        return False


def _is_after(text: str, kind: Kind) -> bool:
    """Points and places are positive and written out: a minus or an exponent may mean something else to a reader."""
    return kind.after == "any" or bool(_NUMBER[kind.after].match(text) and Decimal(text))
