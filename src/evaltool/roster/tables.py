"""How the roster is read: the long tables of `roster.xlsx` (or `roster/*.csv`), each described once in `TABLES`.

A description says which columns a table has, which may be blank, and what each refers to.  A reference may be written
as id or as name; it must match exactly after the normalisation of `names.py`, otherwise it is a finding with "did you
mean".
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any, Literal

from evaltool.findings import Finding, finding
from evaltool.names import folded, nearest
from evaltool.roster import (
    CHANGE_WORDS,
    STANDING_WORDS,
    Batch,
    Charge,
    Earlier,
    Evaluator,
    FieldEntry,
    Goal,
    Indicator,
    NotApplicable,
    Roster,
    Unit,
    UnitChange,
)
from evaltool.roster.longtables import LongTable, by_column, wrong_columns


@dataclass(frozen=True, slots=True)
class RosterColumn:
    """A column of a long table: its header, the attribute it fills, how its text is read."""

    header: str
    attribute: str
    kind: Literal["text", "date", "number", "count", "standing", "list", "change", "ref"] = "text"
    required: bool = False
    refers: str = ""  # for kind "ref": class, group, unit, evaluator, role, component, field
    default: object = ""


TABLES: Mapping[str, tuple[str, type[Any], tuple[RosterColumn, ...]]] = {
    "单位": (
        "units",
        Unit,
        (
            RosterColumn("编号", "id", required=True),
            RosterColumn("名称", "name", required=True),
            RosterColumn("对象类别", "class_id", "ref", required=True, refers="class"),
            RosterColumn("分类", "group", "ref", required=True, refers="group"),
            RosterColumn("顺序", "order", "count", required=True),
            RosterColumn("参评", "standing", "standing", default="ranked"),
            RosterColumn("别名", "aliases", "list", default=()),
        ),
    ),
    "单位变动": (
        "changes",
        UnitChange,
        (
            RosterColumn("单位", "unit", "ref", required=True, refers="unit"),
            RosterColumn("变动", "kind", "change", required=True),
            RosterColumn("日期", "date", "date", default=None),
            RosterColumn("文号", "document", required=True),
            RosterColumn("原名称", "former"),
            RosterColumn("并入单位", "successor", "ref", refers="unit"),
        ),
    ),
    "评估主体": (
        "evaluators",
        Evaluator,
        (
            RosterColumn("编号", "id", required=True),
            RosterColumn("名称", "name", required=True),
            RosterColumn("角色", "role", "ref", required=True, refers="role"),
            RosterColumn("所属单位", "unit", "ref", refers="unit"),
        ),
    ),
    "分管": (
        "charges",
        Charge,
        (
            RosterColumn("评估主体", "evaluator", "ref", required=True, refers="evaluator"),
            RosterColumn("对象类别", "class_id", "ref", refers="class"),
            RosterColumn("分类", "group", "ref", refers="group"),
            RosterColumn("单位", "unit", "ref", refers="unit"),
            RosterColumn("起", "start", "date", default=None),
            RosterColumn("止", "end", "date", default=None),
        ),
    ),
    "批次": (
        "batches",
        Batch,
        (
            RosterColumn("评估主体", "evaluator", "ref", required=True, refers="evaluator"),
            RosterColumn("批次", "id", required=True),
            RosterColumn("会议", "meeting"),
            RosterColumn("地点", "place"),
            RosterColumn("日期", "date", "date", default=None),
            RosterColumn("评价卡数", "cards", "count", required=True),
            RosterColumn("范围", "scope", "list", default=()),
        ),
    ),
    "指标": (
        "indicators",
        Indicator,
        (
            RosterColumn("对象类别", "class_id", "ref", required=True, refers="class"),
            RosterColumn("评估内容", "component", "ref", required=True, refers="component"),
            RosterColumn("编号", "id", required=True),
            RosterColumn("名称", "name", required=True),
            RosterColumn("预赋分值", "full", "number", required=True),
            RosterColumn("评分主体", "owner", "ref", refers="evaluator"),
            RosterColumn("单位", "unit", "ref", refers="unit"),
            RosterColumn("部分", "part"),
            RosterColumn("计分方法", "method"),
            RosterColumn("目标值", "target", "number", default=None),
            RosterColumn("基期值", "base", "number", default=None),
            RosterColumn("计量单位", "measure"),
            RosterColumn("数据来源", "source"),
            RosterColumn("责任领导", "leader"),
            RosterColumn("分管责任人", "manager"),
            RosterColumn("具体责任人", "person"),
        ),
    ),
    "目标": (
        "goals",
        Goal,
        (
            RosterColumn("对象类别", "class_id", "ref", required=True, refers="class"),
            RosterColumn("评估内容", "component", "ref", required=True, refers="component"),
            RosterColumn("单位", "unit", "ref", required=True, refers="unit"),
            RosterColumn("编号", "id", required=True),
            RosterColumn("部分", "part"),
            RosterColumn("名称", "name", required=True),
            RosterColumn("预赋分值", "full", "number", required=True),
            RosterColumn("评分标准", "standard"),
            RosterColumn("承担角色", "role"),
            RosterColumn("数据来源", "source"),
            RosterColumn("目标值", "target"),
            RosterColumn("责任领导", "leader"),
            RosterColumn("分管责任人", "manager"),
            RosterColumn("具体责任人", "person"),
            RosterColumn("文号", "document", required=True),
            RosterColumn("日期", "date", "date", required=True),
            RosterColumn("来源文件指纹", "file_hash"),
            RosterColumn("来源单元格", "cell"),
        ),
    ),
    "不适用": (
        "not_applicable",
        NotApplicable,
        (
            RosterColumn("对象类别", "class_id", "ref", required=True, refers="class"),
            RosterColumn("评估内容", "component", "ref", required=True, refers="component"),
            RosterColumn("指标", "indicator"),
            RosterColumn("单位", "unit", "ref", required=True, refers="unit"),
            RosterColumn("文号", "document", required=True),
            RosterColumn("理由", "reason"),
        ),
    ),
    "历年结果": (
        "earlier",
        Earlier,
        (
            RosterColumn("年度", "year", "count", required=True),
            RosterColumn("单位", "unit", "ref", required=True, refers="unit"),
            RosterColumn("总分", "total", "number", default=None),
            RosterColumn("名次", "rank", "count", default=None),
            RosterColumn("等次", "grade"),
        ),
    ),
    "单项参评": (
        "fields",
        FieldEntry,
        (
            RosterColumn("单项", "field", "ref", required=True, refers="field"),
            RosterColumn("单位", "unit", "ref", required=True, refers="unit"),
        ),
    ),
}
ORDER = tuple(TABLES)


@dataclass
class KnownNames:
    """The names that references may use: for each kind, folded id or name -> id.  A name of two things is ambiguous.

    `unsure` are the kinds of which some could not be read: that is said once, where it is, and a name of theirs that is
    not known is no further mistake.
    """

    of: dict[str, dict[str, str]] = field(default_factory=dict)
    shown: dict[str, list[str]] = field(default_factory=dict)
    class_of: dict[str, str] = field(default_factory=dict)  # unit -> its class
    unsure: set[str] = field(default_factory=set)

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
        return self.of.get(kind, {}).get(folded(text)) or (text if kind in self.unsure else None)

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
    for name in ORDER:
        attribute, shape, columns = TABLES[name]
        if name in named:
            rows[attribute], wrong = _read_table(named[name], shape, columns, known)
            findings += wrong
            _learn(attribute, rows[attribute], known)
            if wrong and attribute in _NAMING:
                known.unsure.add(_NAMING[attribute])
            if attribute == "units":
                _learn_former(former, known)
    goals: tuple[Goal, ...] = rows.get("goals", ())
    own_lines = tuple(goal.as_indicator() for goal in goals)
    _learn("indicators", own_lines, known)
    rows["indicators"] = (*rows.get("indicators", ()), *own_lines)
    return Roster(**rows), findings


def _by_name(tables: Iterable[LongTable]) -> tuple[dict[str, LongTable], list[Finding]]:
    """The tables of the roster by name, with those that are none or that stand in two files."""
    named: dict[str, LongTable] = {}
    findings: list[Finding] = []
    for table in tables:
        name, place = table.sheet, {"file": table.file, "sheet": table.sheet, "value": table.sheet}
        if name not in TABLES:
            findings.append(finding("TABLE_UNKNOWN", **place, args={"known": "、".join(TABLES)}))
        elif name in named:
            findings.append(finding("TABLE_REPEATED", **place, args={"other": named[name].file}))
        else:
            named[name] = table
    return named, findings


_NAMING = {"units": "unit", "evaluators": "evaluator"}


def _learn(attribute: str, rows: Iterable[Any], known: KnownNames) -> None:
    roles: dict[str, str] = {}  # two evaluators of one name may have different roles, and then the name is ambiguous
    for row in rows:
        if attribute == "units":
            known.add_new("unit", row.id, row.name, *row.aliases)
            known.class_of[row.id] = row.class_id
        elif attribute == "evaluators":
            again = roles.setdefault(folded(row.name), row.role) == row.role
            (known.add_new if again else known.add)("evaluator", row.id, row.name)
        elif attribute == "changes" and row.kind in ("renamed", "merged"):
            known.add("unit", row.successor or row.unit, row.former)
        elif attribute == "batches":
            known.add(f"batch of {row.evaluator}", row.id)
        elif attribute == "indicators":
            known.add(f"line of {row.component} in {row.unit or row.class_id}", row.id, row.name)


def _learn_former(former: Iterable[tuple[str, str]], known: KnownNames) -> None:
    """A name that means another unit today keeps its meaning; `decided.py` says what becomes of that unit."""
    for unit, name in former:
        id_ = known.resolve("unit", unit)
        if id_ and name and folded(name) not in known.of["unit"]:
            known.add("unit", id_, name)


def _read_table(
    table: LongTable, shape: type[Any], columns: tuple[RosterColumn, ...], known: KnownNames
) -> tuple[tuple[Any, ...], list[Finding]]:
    wanted = {column.header for column in columns}
    findings = wrong_columns(table)
    findings += [
        finding("COLUMN_MISSING", file=table.file, sheet=table.sheet, value=column.header)
        for column in columns
        if column.required and column.header not in table.header
    ]
    findings += [
        finding(
            "COLUMN_UNKNOWN",
            file=table.file,
            sheet=table.sheet,
            value=header,
            args={"known": "、".join(sorted(wanted))},
        )
        for header in table.header
        if header and header not in wanted
    ]
    if any(one.code == "COLUMN_MISSING" for one in findings):
        return (), findings
    values = []
    for number, row in table.rows:
        fields, wrong = _read_row(table, number, by_column(table, row), columns, known)
        findings += wrong
        if not wrong:
            values.append(shape(**fields))
    return tuple(values), findings


def _read_row(
    table: LongTable, number: int, row: Mapping[str, str], columns: tuple[RosterColumn, ...], known: KnownNames
) -> tuple[dict[str, Any], list[Finding]]:
    fields: dict[str, Any] = {}
    findings: list[Finding] = []
    for column in columns:
        text = row.get(column.header, "")
        value, wrong = _read_cell(text, column, known)
        fields[column.attribute] = value
        if wrong:
            code, args = wrong
            place = {"file": table.file, "sheet": table.sheet, "cell": table.cell(number, column.header)}
            findings.append(finding(code, **place, value=text, args={"column": column.header, **args}))
    return fields, findings


def _read_cell(text: str, column: RosterColumn, known: KnownNames) -> tuple[Any, tuple[str, dict[str, object]] | None]:
    if not text:
        return column.default, ("CELL_EMPTY", {}) if column.required else None
    if column.kind == "ref":
        id_ = known.resolve(column.refers, text)
        return id_, None if id_ else (
            "REFERENCE_UNKNOWN",
            {"near": nearest(text, known.shown.get(column.refers, [])) or "—"},
        )
    try:
        return _READ[column.kind](text), None
    except (ValueError, InvalidOperation, KeyError):
        return None, ("CELL_VALUE", {"kind": column.kind})


def _number(text: str) -> Fraction:
    value = Decimal(text)
    if not value.is_finite():
        raise ValueError(text)
    return Fraction(value)


def _count(text: str) -> int:
    value = Decimal(text)
    if value != value.to_integral_value() or value < 0:
        raise ValueError(text)
    return int(value)


def _list(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.replace("；", "、").replace(";", "、").split("、") if part.strip())


def _text(text: str) -> str:
    """A name or a note as people write it; what no cell or document can show is a mistake."""
    if len(text) > _LONGEST or any(unicodedata.category(sign) in ("Cc", "Cs") and sign != "\n" for sign in text):
        raise ValueError(text)
    return text


_LONGEST = 500
_READ: Mapping[str, Callable[[str], Any]] = {
    "text": _text,
    "date": date.fromisoformat,
    "number": _number,
    "count": _count,
    "standing": STANDING_WORDS.__getitem__,
    "change": CHANGE_WORDS.__getitem__,
    "list": _list,
}
