"""The table of approved goals in the roster: which goals a unit gets, and the workbook that they stand in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from evaltool.checks.declared import UnitGoals
from evaltool.evaluation import Evaluation
from evaltool.questions.layout.goals import own_goals
from evaltool.returns.tablebook import table_book
from evaltool.roster import TABLES, Goal
from evaltool.writers.book import Book

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
    order = {unit: at for at, unit in enumerate(evaluation.units)}
    rows = sorted(goals, key=lambda goal: (order.get(goal.unit, len(order)), goal.id))
    return table_book(evaluation, TABLES[TABLE], rows, "已批准的年度目标", _WIDTHS, "standard")
