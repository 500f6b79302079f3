"""目标审核表: what the units declared, for the office to review and the leaders in charge to approve on paper."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from evaltool.checks.declared import Declared, UnitGoals, sums
from evaltool.evaluation import Evaluation
from evaltool.exact import plain
from evaltool.findings import Finding
from evaltool.ledger.matters import open_matters
from evaltool.questions.layout.goals import NAMES, asked_sums, goal_components
from evaltool.reader import address
from evaltool.sheets.guidesheet import room
from evaltool.writers.book import Book, Cell, Tab, Value, header_text

STATES = {
    "approved": "已批准",
    "ready": "待审核",
    "waiting": "待分管领导审批",
    "wrong": "有错误，退回",
    "missing": "未申报",
}
_STYLES = {"approved": "ok", "ready": "text_center", "waiting": "text_center", "wrong": "bad", "missing": "warn"}
_OVERVIEW = ("序号", "单位", "对象类别", "状态", "目标数", "分值（申报／应为）", "问题", "未销号的整改事项", "文件")
_OVERVIEW_WIDTHS = (6.0, 24.0, 20.0, 13.0, 8.0, 34.0, 46.0, 40.0, 34.0)
_FIELDS = (
    "goal_name",
    "goal_points",
    "goal_standard",
    "goal_role",
    "goal_source",
    "goal_target",
    "goal_measure",
    "goal_method",
    "goal_base",
)
_PERSONS = ("goal_leader", "goal_manager", "goal_person")
_TO_FILL = ("审核意见", "分管领导审批", "签名")
_LINES = ("序号", "单位", "部分", *(NAMES[field] for field in (*_FIELDS, *_PERSONS)), *_TO_FILL)
_LINE_WIDTHS = (5.0, 16.0, 11.0, 26.0, 8.0, 30.0, 9.0, 14.0, 12.0, 9.0, 10.0, 9.0, 9.0, 9.0, 9.0, 18.0, 14.0, 10.0)
_TOP = 3


def review_book(evaluation: Evaluation, units: Sequence[UnitGoals]) -> Book:
    """How far each unit is, then every declared goal with room for opinion, approval and signature."""
    title = f"{evaluation.settings.name}　目标审核表"
    overview = _tab("申报情况", title, _OVERVIEW, _OVERVIEW_WIDTHS, list(_states(evaluation, units)))
    lines = _tab("申报目标", title, _LINES, _LINE_WIDTHS, list(_goals(units)))
    return Book((overview, lines), title)


def _tab(name: str, title: str, heads: Sequence[str], widths: tuple[float, ...], rows: Sequence[Sequence[Cell]]) -> Tab:
    cells: dict[tuple[int, int], Cell] = {(0, 0): Cell(title, "title"), (1, 0): Cell(name, "subtitle")}
    cells |= {(_TOP, at): Cell(head, "head") for at, head in enumerate(heads)}
    heights = {0: 30.0, 1: 20.0, _TOP: 30.0}
    for number, row in enumerate(rows, _TOP + 1):
        cells |= {(number, at): cell for at, cell in enumerate(row)}
        texts = (room(str(cell.value or ""), width) for cell, width in zip(row, widths, strict=True))
        heights[number] = max(28.0, *texts)
    last = len(heads) - 1
    return Tab(
        name,
        cells,
        widths=widths,
        heights=heights,
        merges=tuple((address(row, 0), address(row, last)) for row in (0, 1)),
        freeze=(_TOP + 1, 2),
        filter=(address(_TOP, 0), address(max(_TOP + len(rows), _TOP + 1), last)),
        repeat_rows=(_TOP, _TOP),
        header=f"&L{header_text(title[:60])}&R{name}",
        footer="&L分管领导（签名）：　　　　　　　　日期：&R第 &P 页，共 &N 页",
    )


def _states(evaluation: Evaluation, units: Sequence[UnitGoals]) -> Iterator[list[Cell]]:
    for number, each in enumerate(units, 1):
        yield [
            Cell(str(number), "text_center"),
            Cell(each.unit.name),
            Cell(evaluation.classes[each.unit.class_id].head.name),
            Cell(STATES[each.state], _STYLES[each.state]),
            Cell(each.approved if each.state == "approved" else len(each.lines), "integer"),
            Cell(_points(evaluation, each) if each.lines else ""),
            Cell(_wrong(each.wrong)),
            Cell("；".join(one.item for one in open_matters(evaluation.matters_of(each.unit.id)))),
            Cell(each.file),
        ]


def _points(evaluation: Evaluation, each: UnitGoals) -> str:
    """What was declared against what is asked, part by part."""
    said = []
    for _, leaf, component in goal_components(evaluation, each.unit):
        for part, wanted in asked_sums(component):
            own = [one for one in each.lines if one.component == leaf and part in ("", one.texts.get("goal_part", ""))]
            said.append(f"{part or component.name} {sums(own)}／{plain(wanted)}")
    return "；".join(said)


def _wrong(findings: Sequence[Finding]) -> str:
    """The first few things that are wrong, each with its cell."""
    said = [f"{one.cell}：{one.message()}" if one.cell else one.message() for one in findings[:3]]
    more = [f"……共{len(findings)}处"] if len(findings) > len(said) else []
    return "；".join(said + more)


def _goals(units: Sequence[UnitGoals]) -> Iterator[list[Cell]]:
    number = 0
    for each in units:
        for line in each.lines if each.state != "approved" else ():
            number += 1
            yield [
                Cell(str(number), "text_center"),
                Cell(each.unit.name),
                *(Cell(value, style) for value, style in _values(line, line.texts)),
                *(Cell(None, "text") for _ in _TO_FILL),
            ]


def _values(line: Declared, texts: Mapping[str, str]) -> Iterator[tuple[Value, str]]:
    yield texts.get("goal_part", ""), "text_center"
    for field in (*_FIELDS, *_PERSONS):
        if field == "goal_points":
            yield line.points, "number" if line.points is not None else "text"
        elif field == "goal_base":
            yield line.base, "number" if line.base is not None else "text"
        else:
            yield texts.get(field, ""), "text_center" if field in ("goal_role", *_PERSONS) else "text"
