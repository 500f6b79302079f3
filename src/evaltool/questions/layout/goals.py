"""The sheets on which units declare their goals at the beginning of the year, and report on them during it.

A component says by `goals = true` that its lines are declared so.  What was approved stands in the roster; from then on
the goals are indicators like others, and the review group's sheets list them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from evaltool.evaluation import Evaluation
from evaltool.exact import plain
from evaltool.ledger.matters import open_matters
from evaltool.questions.forms import SERIAL, TOP, FormColumn, FormLine, FormSheet, FormTable, WantedSums
from evaltool.questions.layout.asked import has_component
from evaltool.roster import Evaluator, Indicator, Unit
from evaltool.rules import Component, Scheme

GOAL_LINES = 20
MOST_TEXT = Decimal(500)  # signs; what the roster takes
ROLES = ("独立承担", "牵头", "配合", "协调", "指导", "服务")
_FIGURE_DIGITS = 4
EXPECTED = ("能按期完成", "有困难", "不能完成")
NAMES: Mapping[str, str] = {
    "goal_part": "部分",
    "goal_name": "工作目标",
    "goal_points": "预赋分值",
    "goal_standard": "评分标准",
    "goal_role": "承担角色",
    "goal_source": "数据来源",
    "goal_target": "目标值",
    "goal_measure": "计量单位",
    "goal_method": "计分方法",
    "goal_base": "基期值",
    "goal_leader": "责任领导",
    "goal_manager": "分管责任人",
    "goal_person": "具体责任人",
    "progress_text": "进展情况",
    "progress_percent": "完成进度（%）",
    "progress_expected": "预计能否完成",
    "progress_problem": "存在问题",
}
"""Field -> heading of its column."""


def goal_components(evaluation: Evaluation, unit: Unit) -> Iterator[tuple[Scheme, str, Component]]:
    """The components whose lines a unit declares."""
    scheme = evaluation.classes[unit.class_id]
    for leaf in scheme.leaves():
        component = scheme.components[leaf]
        there = has_component(component, unit) and evaluation.is_applicable(scheme.id, leaf, "", unit.id)
        if component.goals and there:
            yield scheme, leaf, component


def own_goals(evaluation: Evaluation, unit: Unit, leaf: str) -> list[Indicator]:
    """The goals of a unit's own in the roster, but for what the office presets: approved, or entered there by hand."""
    component = evaluation.component(unit.class_id, leaf)
    rows = evaluation.indicators(unit.class_id, leaf, unit.id)
    return [row for row in rows if row.unit and component.declares(row.part)]


def goals_of_unit(evaluation: Evaluation, unit: Unit, leaf: str) -> list[Indicator]:
    """All goals that a unit has to reach in a component: its own, and those that the office preset for it."""
    rows = evaluation.indicators(unit.class_id, leaf, unit.id)
    return [row for row in rows if evaluation.is_applicable(unit.class_id, leaf, row.id, unit.id)]


def has_all_goals(evaluation: Evaluation, unit: Unit) -> bool:
    return all(own_goals(evaluation, unit, leaf) for _, leaf, _ in goal_components(evaluation, unit))


def asked_sums(component: Component) -> tuple[tuple[str, Decimal], ...]:
    """What the goals that units declare have to add up to: by part, or in all ("")."""
    assert component.preset is not None, "checked with the rules"
    return tuple((part, component.parts[part]) for part in component.declared_parts) or (("", component.preset),)


# --- declared --------------------------------------------------------------------------------------------------------


def goal_sheets(evaluation: Evaluation, evaluator: Evaluator) -> Iterator[FormSheet]:
    """A worksheet for each component whose goals a unit declares."""
    unit = evaluation.units[evaluator.id]
    for scheme, leaf, component in goal_components(evaluation, unit):
        sums = "，".join(
            f"“{part}”{plain(points)}分" if part else f"{plain(points)}分" for part, points in asked_sums(component)
        )
        preset = [
            f"“{part}”{plain(component.parts[part])}分" for part in component.parts if not component.declares(part)
        ]
        notes = (
            f"每项工作目标一行，预赋分值之和应为{sums}。",
            *([f"{'、'.join(preset)}由绩效办预设，不在本表申报。"] if preset else []),
            *left_over(evaluation, unit),
            "评分标准写明怎样算完成、没有完成怎样扣分；三级责任人逐项落实到人。",
        )
        yield FormSheet(component.name, f"{component.name}　年度目标申报", notes, (_goal_table(scheme, leaf, unit),))


def left_over(evaluation: Evaluation, unit: Unit) -> list[str]:
    """What the unit has still to put right, for whoever sets its goals; nothing where there is nothing."""
    listed = [
        f"{each.item}（{each.document}，期限{each.due.isoformat()}）"
        for each in open_matters(evaluation.matters_of(unit.id))
    ]
    return [f"尚未销号的整改事项{len(listed)}项，申报目标时一并考虑：{'；'.join(listed)}。"] if listed else []


def _goal_table(scheme: Scheme, leaf: str, unit: Unit) -> FormTable:
    component = scheme.components[leaf]
    sums = asked_sums(component)
    parts = tuple(part for part, _ in sums if part)
    columns = [_choice("goal_part", parts)] if parts else []
    columns += [_text("goal_name", 30), _points(component)]
    wanted = WantedSums(len(columns) - 1, 0 if parts else None, sums)
    columns += [_text("goal_standard", 34), _choice("goal_role", ROLES), _text("goal_source", 16)]
    columns += [_text("goal_target", 14, required=False), _text("goal_measure", 10, required=False)]
    columns += _figures(component)
    columns += [_text(field, 12) for field in ("goal_leader", "goal_manager", "goal_person")]
    lines = tuple(FormLine((str(at),), unit.id, repeat=str(at)) for at in range(1, GOAL_LINES + 1))
    return FormTable("open", scheme.id, leaf, TOP, (SERIAL,), lines, tuple(columns), wanted=wanted)


def _figures(component: Component) -> list[FormColumn]:
    """How a goal is scored from figures, where the rules let units say so; a blank one is marked."""
    methods = tuple(component.goals.methods) if component.goals else ()
    if not methods:
        return []
    most = Decimal(10) ** 9
    how = FormColumn(NAMES["goal_method"], "choice", "goal_method", choices=methods, required=False)
    base = FormColumn(
        NAMES["goal_base"], "number", "goal_base", low=-most, high=most, decimals=_FIGURE_DIGITS, required=False
    )
    return [how, base]


def _points(component: Component) -> FormColumn:
    assert component.preset is not None
    header = f"{NAMES['goal_points']}\n（大于0）"
    return FormColumn(header, "number", "goal_points", low=Decimal("0.01"), high=component.preset, decimals=2)


def _text(field: str, width: float, *, required: bool = True) -> FormColumn:
    return FormColumn(NAMES[field], "text", field, high=MOST_TEXT, required=required, width=width)


def _choice(field: str, choices: tuple[str, ...]) -> FormColumn:
    return FormColumn(NAMES[field], "choice", field, choices=choices)


# --- on the way ------------------------------------------------------------------------------------------------------


def progress_sheets(evaluation: Evaluation, evaluator: Evaluator, period: str) -> Iterator[FormSheet]:
    """A worksheet for each component in which a unit has approved goals: a line per goal."""
    unit = evaluation.units[evaluator.id]
    for scheme, leaf, component in goal_components(evaluation, unit):
        goals = goals_of_unit(evaluation, unit, leaf)
        if goals:
            notes = (f"逐项填报截至{period}末的累计进展，不计分。有困难或不能完成的，写明存在问题。",)
            table = _progress_table(scheme, leaf, unit, goals)
            yield FormSheet(component.name, f"{component.name}　{period}进展", notes, (table,))


def _progress_table(scheme: Scheme, leaf: str, unit: Unit, goals: list[Indicator]) -> FormTable:
    headers = (SERIAL, "类别", NAMES["goal_name"])
    lines = tuple(FormLine((str(at), goal.part, goal.name), unit.id, goal.id) for at, goal in enumerate(goals, 1))
    columns = (
        _text("progress_text", 40),
        FormColumn(
            f"{NAMES['progress_percent']}\n（0—100）", "number", "progress_percent", high=Decimal(100), decimals=1
        ),
        _choice("progress_expected", EXPECTED),
        _text("progress_problem", 30, required=False),
    )
    return FormTable("grid", scheme.id, leaf, TOP, headers, lines, columns)
