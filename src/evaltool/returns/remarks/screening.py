"""意见初选: what was said in words, for a person to look at, and the same workbook read back.

A row is taken over (采用: 是), left out (否), or waits (blank).  The person rewrites the text, says what it is, whether
it may stand in documents and whether the unit has to answer it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from evaltool.evaluation import Evaluation
from evaltool.findings import Refused, blocking, finding
from evaltool.reader import address
from evaltool.reader.personal import covered
from evaltool.returns.remarks.heard import Heard
from evaltool.roster import (
    OPEN_WORDS,
    REMARK_KINDS,
    SOURCES,
    YES_OR_NO,
    Remark,
    RemarkKind,
    RemarkSource,
)
from evaltool.roster.columns import Header, tables_of
from evaltool.roster.longtables import CHOICES
from evaltool.roster.reading import read_tables
from evaltool.roster.tables import read_table, unit_names
from evaltool.sheets.guidesheet import room
from evaltool.sheets.rosterbook import fixed
from evaltool.writers.book import Book, Cell, EntryRule, Tab

LONGEST = 500  # signs of a text in a table of the roster


@dataclass(frozen=True, slots=True, kw_only=True)
class Screened:
    """A row of the workbook."""

    number: Annotated[str, Header("序号", "", "")] = ""
    keep: Annotated[
        Literal["yes", "no", ""], Header("采用", "是：写入“意见建议”；否：不用；空着：以后再看", "", "", YES_OR_NO)
    ] = ""
    unit: Annotated[str, Header("单位", "对哪个单位的；空着的对各单位", "", "unit")] = ""
    kind: Annotated[RemarkKind | Literal[""], Header("性质", "问题、建议或肯定", "", "", REMARK_KINDS)] = ""
    theme: Annotated[str, Header("主题", "公文中归在哪个题目下", "")] = ""
    text: Annotated[str, Header("内容", "可以改写；不写是谁说的", "")] = ""
    count: Annotated[int, Header("条数", "相同的有几条", "")] = 1
    source: Annotated[RemarkSource | Literal[""], Header("意见来源", "谁提出的", "", "", SOURCES)] = ""
    groups: Annotated[str, Header("评估主体", "哪类人说的；人数太少的不写", "")] = ""
    attention: Annotated[str, Header("注意", "要留意什么", "")] = ""
    public: Annotated[
        Literal["shown", "kept"], Header("是否公开", "公开的写进通报、报告、反馈书；空着的不公开", "", "", OPEN_WORDS)
    ] = "kept"
    passed_on: Annotated[Literal["yes", "no"], Header("转办", "转给单位答复的写“是”", "", "", YES_OR_NO)] = "no"
    answer_by: Annotated[date | None, Header("答复期限", "转办的，何时以前答复", "")] = None
    mark: Annotated[str, Header("来源标记", "不改；凭它认出已看过的意见", "")] = ""


@dataclass(frozen=True, slots=True)
class _Screening:
    rows: Annotated[tuple[Screened, ...], "意见初选"] = ()


TABLE = tables_of(_Screening)["意见初选"]
_WIDTHS = (6.0, 8.0, 18.0, 8.0, 16.0, 60.0, 7.0, 13.0, 16.0, 26.0, 10.0, 8.0, 13.0, 15.0)
_TOP = 2
_SEEN_FIRST = 5  # the last column on the first printed page
_TO_FILL = ("keep", "unit", "kind", "theme", "text", "source", "public", "passed_on", "answer_by")


# --- written ---------------------------------------------------------------------------------------------------------


def screening_book(evaluation: Evaluation, listed: Sequence[Heard]) -> Book:
    """A row for each remark that nobody has looked at."""
    columns = tuple(TABLE.columns.values())
    cells: dict[tuple[int, int], Cell] = {
        (0, 0): Cell(f"{evaluation.settings.name}　意见初选", "title"),
        (1, 0): Cell(
            "逐条看：“采用”选“是”或“否”，空着的以后再看。内容可以改写，仍有个人信息的要删去。"
            "看完用 evaltool remarks --take 读回。",
            "note",
        ),
    }
    cells |= {(_TOP, at): Cell(column.header, "head") for at, column in enumerate(columns)}
    heights = {0: 30.0, _TOP: 24.0}
    for number, each in enumerate(listed, 1):
        row = _TOP + number
        shown = _row(evaluation, number, each)
        for at, column in enumerate(columns):
            value = shown.get(column.attribute)
            warned = column.attribute == "attention" and value
            cells[row, at] = Cell(value, "input_text" if column.attribute in _TO_FILL else "warn" if warned else "text")
        heights[row] = room(str(shown["text"]), _WIDTHS[5])
    last = _TOP + max(len(listed), 1)
    lists = {"unit": [unit.name for unit in evaluation.units.values()]}
    lists |= {column.attribute: list(column.choices) for column in columns if column.choices}
    places = {
        name: f"={CHOICES}!{fixed(1, at)}:{fixed(len(words), at)}" for at, (name, words) in enumerate(lists.items())
    }
    checks = tuple(
        EntryRule(address(_TOP + 1, at), address(last, at), "list", choices=places[column.attribute])
        for at, column in enumerate(columns)
        if column.attribute in places
    )
    tab = Tab(
        TABLE.sheet,
        cells,
        widths=_WIDTHS,
        heights=heights,
        checks=checks,
        comments={(_TOP, at): column.zh for at, column in enumerate(columns) if column.zh},
        freeze=(_TOP + 1, 0),
        filter=(address(_TOP, 0), address(last, len(columns) - 1)),
        merges=tuple((address(row, 0), address(row, _SEEN_FIRST)) for row in range(_TOP)),
        repeat_rows=(_TOP, _TOP),
    )
    return Book((tab, _choices(lists)), "意见初选")


def _choices(lists: Mapping[str, Sequence[str]]) -> Tab:
    """The words to choose from, on a worksheet that is not read."""
    cells = {(0, at): Cell(TABLE.columns[name].header, "head_left") for at, name in enumerate(lists)}
    for at, words in enumerate(lists.values()):
        cells |= {(row, at): Cell(word) for row, word in enumerate(words, 1)}
    return Tab(CHOICES, cells, widths=(24.0,) * len(lists), freeze=(1, 0))


def _row(evaluation: Evaluation, number: int, each: Heard) -> dict[str, str | Decimal | None]:
    unit = evaluation.units.get(each.unit)
    return {
        "number": str(number),
        "unit": unit.name if unit else None,
        "kind": each.kind or None,
        "theme": each.theme or None,
        "text": each.text[:LONGEST],
        "count": Decimal(each.count),
        "source": next((word for word, source in SOURCES.items() if source == each.source), None),
        "groups": each.groups or None,
        "attention": "；".join(_attention(each)) or None,
        "mark": each.mark,
    }


def _attention(each: Heard) -> Iterator[str]:
    if each.personal:
        yield f"已隐去{'、'.join(each.personal)}，看看还有没有"
    if len(each.text) > LONGEST:
        yield f"原文{len(each.text)}字，只列前{LONGEST}字"
    if not each.source:
        yield "来源不止一个，请选意见来源"
    if each.few:
        yield "能提出的人很少，看得出是谁说的，斟酌是否公开"


# --- read back -------------------------------------------------------------------------------------------------------


def screened_in(evaluation: Evaluation, file: str, data: bytes) -> list[Screened]:
    """The rows of a workbook that somebody has gone through.  Raises `Refused` with everything that is wrong in it."""
    tables, findings = read_tables({file: data}, {TABLE.sheet: TABLE.headers})
    table = next((each for each in tables if each.sheet == TABLE.sheet), None)
    if table is None:
        raise Refused([*findings, finding("REMARKS_NONE", file=file, args={"sheet": TABLE.sheet})])
    rows, wrong = read_table(table, TABLE, unit_names(evaluation.roster))
    findings += wrong
    if not blocking(findings):
        for (at, _), row in zip(table.rows, rows, strict=True):
            for attribute, because, args in _unfit(row) if row.keep == "yes" else ():
                cell = table.cell(at, TABLE.columns[attribute].header)
                place = {"file": file, "sheet": table.sheet, "cell": cell, "value": row.text[:80]}
                findings.append(finding("REMARK_UNFIT", because=because, **place, args=args))
    if mistakes := blocking(findings):
        raise Refused(mistakes)
    return list(rows)


def _unfit(row: Screened) -> Iterator[tuple[str, str, dict[str, object]]]:
    """Why a row cannot be taken over."""
    for attribute in ("kind", "text", "source"):
        if not getattr(row, attribute):
            yield attribute, attribute, {}
    _, found = covered(row.text)
    if found:
        yield "text", "personal", {"what": "、".join(found)}
    if row.passed_on == "yes" and not row.unit:
        yield "unit", "unit", {}
    if (row.passed_on == "yes") != (row.answer_by is not None):
        yield "answer_by", "until", {}


def as_remark(row: Screened, number: str) -> Remark:
    assert row.kind and row.source
    return Remark(
        id=number,
        unit=row.unit,
        kind=row.kind,
        theme=row.theme,
        text=row.text,
        count=row.count,
        source=row.source,
        public=row.public,
        passed_on=row.passed_on,
        answer_by=row.answer_by,
        mark=row.mark,
    )
