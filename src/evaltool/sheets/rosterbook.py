"""The roster as a workbook to fill in: a worksheet per long table, every header explained, lists to choose from.

Lists suggest and do not forbid: whatever may be written as a name may be written as an id.  Names of units and
evaluators are taken from their own worksheets, so that a new unit can be chosen at once; names that come from the rules
stand in the worksheet 下拉选项, which is read by nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from evaltool.evaluation import Evaluation
from evaltool.reader.cells import address
from evaltool.roster import TABLES, Evaluator, Goal, Remark, Unit, header, table_of
from evaltool.roster.columns import Header
from evaltool.roster.longtables import CHOICES, EXAMPLE
from evaltool.rules import Scheme
from evaltool.rules.settings import SELF
from evaltool.writers.book import Book, Cell, EntryRule, Tab

Lists = Mapping[str, Sequence[Sequence[str]]]
"""Name of a long table -> its rows, the header first."""
Offered = Mapping[str, Sequence[str]]
"""Kind of name (class, group, role, component, field) -> the names that the rules know."""

ROWS = 500  # rows below the last one that have lists
_LONGEST = "500"
_FOOTER = "&C第 &P 页，共 &N 页"
_READ_AS = {
    "date": "日期，如 2027-03-31",
    "number": "数",
    "count": "整数",
    "list": "几个之间用“、”隔开",
    "choice": "从列表中选",
    "ref": "编号或名称",
}
EXAMPLES: Mapping[str, tuple[str, ...]] = {
    "单位": ("X01", "东山镇", "乡镇", "乡镇", "1", "参评", "东山"),
    "单位变动": ("东山镇", "更名", "2027-06-01", "市编发〔2027〕3号", "东山乡", ""),
    "评估主体": ("L01", "王建国（副市长）", "分管领导", ""),
    "分管": ("王建国（副市长）", "", "", "东山镇", "2027-01-01", ""),
    "批次": ("群众代表", "1", "群众代表评议会", "镇政府会议室", "2028-01-15", "30", "东山镇"),
    "指标": ("乡镇", "重点工作", "1", "招商引资", "30", "", "", "", "", "", "", "", "", "", "", "", ""),
    "参数": ("东山镇", "难度系数", "1.05"),
    "不适用": ("乡镇", "重点工作", "3", "东山镇", "市绩办〔2027〕5号", "没有这项工作"),
    "历年结果": ("2026", "东山镇", "91.25", "1", "优秀"),
    "历年得分": ("2026", "东山镇", "重点工作", "70", "64.5", "是"),
    "单项参评": ("招商引资", "东山镇"),
    "整改事项": (
        "东山镇",
        "整改",
        "窗口服务超时",
        "市绩办函〔2027〕70号",
        "2027-05-10",
        "2027-09-30",
        "重点工作",
        "",
        "",
    ),
    "听证评审": (
        "1",
        "听证会",
        "年度绩效评估结果",
        "2028-02-10",
        "镇政府会议室",
        "王建国",
        "35",
        "市绩听〔2028〕1号",
        "",
        "",
        "",
    ),
}
"""A row for each table that shows how it is filled in, in the order of its columns."""


def offered(evaluation: Evaluation) -> Offered:
    """The names that an evaluation's rules know."""
    return names_of(evaluation.classes.values(), evaluation.roles)


def names_of(schemes: Iterable[Scheme], roles: Mapping[str, str]) -> Offered:
    """The names that rules know, in their order."""
    listed = list(schemes)
    names = {
        "class": [scheme.head.name for scheme in listed],
        "group": [group.name for scheme in listed for group in scheme.head.groups],
        "role": [name for role, name in roles.items() if role != SELF],
        "component": [scheme.components[each].name for scheme in listed for each in scheme.leaves()],
        "field": [each.name for scheme in listed for award in scheme.awards for each in award.fields],
    }
    return {kind: list(dict.fromkeys(found)) for kind, found in names.items()}


def roster_book(lists: Lists, names: Offered, *, examples: bool = False) -> Book:
    """The long tables as one workbook: those that have rows as they are, the others ready to be filled in."""
    written = {table_of(row).sheet for row in (Goal, Remark)}  # by the program, into files of their own
    known = {name: [list(table.headers)] for name, table in TABLES.items() if name not in written}
    whole = {**known, **{name: rows for name, rows in lists.items() if len(rows) > 1 or name not in known}}
    heads = {name: [str(each) for each in rows[0]] for name, rows in whole.items()}
    columns = {**_choices(), **{kind: listed for kind, listed in names.items() if listed}}
    tabs = [_tab(name, rows, heads, columns, examples=examples) for name, rows in whole.items()]
    return Book((*tabs, _listed(columns)), names=_defined(heads))


def _choices() -> dict[str, Sequence[str]]:
    """Words that a column may hold: under the header of the column, which says what they are."""
    columns = (column for table in TABLES.values() for column in table.columns.values())
    return {column.header: list(column.choices) for column in columns if column.choices}


# --- one table -------------------------------------------------------------------------------------------------------


def _tab(
    name: str,
    rows: Sequence[Sequence[str]],
    heads: Mapping[str, Sequence[str]],
    lists: Mapping[str, Sequence[str]],
    *,
    examples: bool,
) -> Tab:
    table = TABLES.get(name)
    known = {column.header: column for column in table.columns.values()} if table else {}
    head = heads[name]
    body = [list(row) for row in rows[1:]]
    example = _example(name) if examples and not body else []
    numeric = {column.header for column in known.values() if column.kind in ("number", "count")}
    cells = {(0, at): Cell(title, "head_left") for at, title in enumerate(head)}
    for number, row in enumerate(body or ([example] if example else []), 1):
        for at, (title, text) in enumerate(zip(head, row, strict=False)):
            cells[number, at] = Cell(text or None, "example") if example else _cell(text, title in numeric)
    last = len(body) + ROWS
    checks = [rule for at, title in enumerate(head) if title in known for rule in _rules(known[title], at, last, lists)]
    notes = {(0, at): _explained(known[title]) for at, title in enumerate(head) if title in known}
    shown = [head, *body, *([example] if example else [])]
    return Tab(
        name,
        cells,
        widths=tuple(_width(shown, at) for at in range(len(head))),
        checks=tuple(checks),
        comments=notes,
        freeze=(1, 0),
        repeat_rows=(0, 0),
        footer=_FOOTER,
    )


def _example(name: str) -> list[str]:
    first, *rest = EXAMPLES.get(name, ("",))
    return [f"{EXAMPLE}：{first}", *rest] if first else []


def _width(rows: Sequence[Sequence[str]], at: int) -> float:
    return min(max(10.0, *(2.1 * len(row[at]) for row in rows if at < len(row))), 60.0)


def _cell(text: str, numeric: bool) -> Cell:
    """Numbers as numbers, so that a clerk can reckon with them; everything else as text, so that it stays as it is."""
    if not numeric or not text.strip():
        return Cell(text or None)
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        return Cell(text)
    return Cell(number, "input") if number.is_finite() else Cell(text)


def _explained(column: Header) -> str:
    """What stands in a column, for whoever points at its header."""
    need = "必填" if column.required else "可以空着"
    words = "、".join(column.choices) if column.choices else ""
    said = f"{column.zh}。{need}" + (f"；{_READ_AS[column.kind]}" if column.kind in _READ_AS else "")
    return f"{said}：{words}" if words else said


def _rules(column: Header, at: int, last: int, lists: Mapping[str, Sequence[str]]) -> list[EntryRule]:
    """What a column offers or asks for, with the explanation of its header."""
    said = {"prompt": _explained(column), "title": column.header}
    place: dict[str, Any] = {"first": address(1, at), "last": address(last, at), **said}
    source = _source(column, lists)
    if source:
        return [EntryRule(**place, kind="list", choices=source, strict=bool(column.choices))]
    if column.kind == "number":
        return [EntryRule(**place, kind="decimal", low="-1000000000000000", high="1000000000000000", alert="这里填数")]
    if column.kind == "count":
        return [EntryRule(**place, kind="integer", low="0", high="100000000", alert="这里填整数")]
    return [EntryRule(**place, kind="length", low="0", high=_LONGEST, strict=False)]


def _source(column: Header, lists: Mapping[str, Sequence[str]]) -> str:
    if column.refers in ("unit", "evaluator"):
        return _NAMES[column.refers]
    key = column.header if column.choices else column.refers
    if key not in lists:
        return ""
    at = list(lists).index(key)
    return f"={CHOICES}!{fixed(1, at)}:{fixed(len(lists[key]), at)}"


# --- where the lists stand -------------------------------------------------------------------------------------------

_NAMES = {"unit": "=单位名称", "evaluator": "=评估主体名称"}
_TITLES = {"class": "对象类别", "group": "分类", "role": "角色", "component": "评估内容", "field": "单项"}


def _defined(heads: Mapping[str, Sequence[str]]) -> tuple[tuple[str, str], ...]:
    """The names in the worksheets of units and evaluators, as far down as there are any."""
    made = []
    for name, row in (("单位名称", Unit), ("评估主体名称", Evaluator)):
        sheet = table_of(row).sheet
        title = header(row, "name")
        if sheet in heads and title in heads[sheet]:
            at = list(heads[sheet]).index(title)
            first, last = fixed(1, at), fixed(5000, at)
            made.append((name, f"=OFFSET({sheet}!{first},0,0,MAX(1,COUNTA({sheet}!{first}:{last})),1)"))
    return tuple(made)


def fixed(row: int, column: int) -> str:
    letters = address(row, column).rstrip("0123456789")
    return f"${letters}${row + 1}"


def _listed(lists: Mapping[str, Sequence[str]]) -> Tab:
    cells = {(0, at): Cell(_TITLES.get(key, key), "head_left") for at, key in enumerate(lists)}
    for at, names in enumerate(lists.values()):
        cells |= {(row, at): Cell(name) for row, name in enumerate(names, 1)}
    note = "下拉列表用的名称，取自规则，不必改动；规则改了，用 evaltool workbook 重写。"
    cells[0, len(lists)] = Cell(note, "note")
    return Tab(CHOICES, cells, widths=(24.0,) * len(lists), freeze=(1, 0))
