"""The table of approved goals in the roster: which goals a unit gets, and the workbook that they stand in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from fractions import Fraction

from evaltool.checks.declared import UnitGoals
from evaltool.evaluation import Evaluation
from evaltool.questions.layout.goals import own_goals
from evaltool.reader import address
from evaltool.roster import TABLES, Goal
from evaltool.roster.columns import Header
from evaltool.sheets.guidesheet import room
from evaltool.writers.book import Book, Cell, Tab

TABLE = "目标"
FILE = f"roster/{TABLE}.xlsx"
_WIDTHS = {
    "名称": 36,
    "评分标准": 48,
    "评估内容": 16,
    "对象类别": 16,
    "单位": 20,
    "文号": 22,
    "审批文号": 22,
    "来源文件指纹": 68,
    "来源单元格": 20,
    "目标值": 16,
}


def goals_of(evaluation: Evaluation, unit: UnitGoals, document: str, on: date) -> list[Goal]:
    """What a unit declared, as approved goals, but for components in which it has goals already.

    A goal's number is its place among all that the unit declared, so that ids do not depend on what was approved first.
    """
    return [
        line.as_goal(number, document, on, unit.agreed)
        for number, line in enumerate(unit.lines, 1)
        if not own_goals(evaluation, unit.unit, line.component)
    ]


def approved_book(evaluation: Evaluation, goals: Iterable[Goal]) -> Book:
    """All approved goals in the order of the units; classes, components and units by name, as a clerk reads them."""
    columns = tuple(TABLES[TABLE].columns.values())
    order = {unit: at for at, unit in enumerate(evaluation.units)}
    rows = sorted(goals, key=lambda goal: (order.get(goal.unit, len(order)), goal.id))
    cells: dict[tuple[int, int], Cell] = {
        (0, at): Cell(column.header, "head_left") for at, column in enumerate(columns)
    }
    for number, goal in enumerate(rows, 1):
        values = [_shown(evaluation, goal, column) for column in columns]
        cells |= {
            (number, at): Cell(value, "input" if isinstance(value, Decimal) else "text")
            for at, value in enumerate(values)
        }
    widths = tuple(float(_WIDTHS.get(column.header, 12)) for column in columns)
    last = max(len(rows), 1), len(columns) - 1
    at_standard = columns.index(TABLES[TABLE].columns["standard"])
    heights = {
        row: room(str(cells[row, at_standard].value or ""), widths[at_standard]) for row in range(1, len(rows) + 1)
    }
    tab = Tab(
        TABLE,
        cells,
        widths=widths,
        heights=heights,
        freeze=(1, 0),
        filter=(address(0, 0), address(*last)),
        repeat_rows=(0, 0),
    )
    return Book((tab,), "已批准的年度目标")


def _shown(evaluation: Evaluation, goal: Goal, column: Header) -> str | Decimal | None:
    value = getattr(goal, column.attribute)
    if column.refers == "class":
        return evaluation.classes[goal.class_id].head.name
    if column.refers == "component":
        name = evaluation.component(goal.class_id, goal.component).name
        listed = [(key, each) for scheme in evaluation.classes.values() for key, each in scheme.components.items()]
        meant = {key for key, each in listed if each.name == name}
        return name if meant == {goal.component} else goal.component
    if column.refers == "unit":
        return evaluation.units[goal.unit].name if goal.unit in evaluation.units else goal.unit
    if isinstance(value, Fraction):
        return Decimal(value.numerator) / Decimal(value.denominator)
    return value.isoformat() if isinstance(value, date) else value or None
