"""What becomes of goals: the unit's report at the end of the year, and the figures that somebody else states of them.

Neither is scored.  Whoever marks a goal sees both beside the cell (`sheets/goalfacts.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from evaltool.evaluation import Evaluation
from evaltool.evaluation.lines import target_of
from evaltool.exact import decimal, plain
from evaltool.questions.forms import (
    MEASURE,
    PRESET,
    SERIAL,
    SOURCE,
    TARGET,
    TOP,
    UNIT,
    FormColumn,
    FormLine,
    FormSheet,
    FormTable,
)
from evaltool.questions.layout.goals import MOST_TEXT, goal_components, goals_of_unit
from evaltool.roster import Evaluator, Indicator, Unit
from evaltool.rules import Scheme

NAMES: Mapping[str, str] = {
    "report_text": "完成情况",
    "report_value": "完成值",
    "report_evidence": "佐证材料（编号或附件名）",
    "report_points": "自评分",
    "verified_value": "核实数",
    "verified_remark": "说明",
}
"""Field -> heading of its column."""
_MOST = Decimal(10) ** 11 - 1
_DIGITS = 4


def is_counted(line: Indicator) -> bool:
    """Whether what a goal comes to is a number: it has a unit of measure, a target in figures, or a method for them."""
    return bool(line.measure or line.method) or line.target is not None


# --- by the unit -----------------------------------------------------------------------------------------------------


def report_sheets(evaluation: Evaluation, evaluator: Evaluator) -> Iterator[FormSheet]:
    """A worksheet for each component in which a unit has goals: a line per goal, those of the office among them."""
    unit = evaluation.units[evaluator.id]
    for scheme, leaf, component in goal_components(evaluation, unit):
        goals = goals_of_unit(evaluation, unit, leaf)
        if goals:
            notes = (
                "逐项填报年度完成情况，不计分，供评分时参考：写明做了什么、结果如何；没有完成的，写明差距和原因。",
                "有数的目标填完成值（只写数）；佐证材料写编号或附件名，材料与本表一并报送。",
            )
            table = _report_table(evaluation, scheme, leaf, unit, goals)
            yield FormSheet(component.name, f"{component.name}　目标完成情况自评", notes, (table,))


def _report_table(evaluation: Evaluation, scheme: Scheme, leaf: str, unit: Unit, goals: list[Indicator]) -> FormTable:
    headers = (SERIAL, "类别", "工作目标", PRESET, TARGET)
    lines = []
    blocked = []
    for at, goal in enumerate(goals):
        labels = (str(at + 1), goal.part, goal.name, plain(goal.full), target_of(evaluation, goal))
        lines.append(FormLine(labels, unit.id, goal.id, high=decimal(goal.full)))
        blocked += [] if is_counted(goal) else [(at, 1)]
    columns = (
        FormColumn(NAMES["report_text"], "text", "report_text", high=MOST_TEXT, width=44),
        _figure("report_value"),
        FormColumn(NAMES["report_evidence"], "text", "report_evidence", high=MOST_TEXT, required=False, width=26),
        FormColumn(
            f"{NAMES['report_points']}\n（不超过预赋分值）",
            "number",
            "report_points",
            high=max(decimal(goal.full) for goal in goals),
            decimals=2,
        ),
    )
    return FormTable("grid", scheme.id, leaf, TOP, headers, tuple(lines), columns, tuple(blocked), shows_goals=True)


def _figure(field: str) -> FormColumn:
    return FormColumn(NAMES[field], "number", field, low=-_MOST, high=_MOST, decimals=_DIGITS, required=False)


# --- by whoever has the figures --------------------------------------------------------------------------------------


def figure_sheets(evaluation: Evaluation, evaluator: Evaluator) -> Iterator[FormSheet]:
    """A worksheet per component with goals that come to a number, of the units in the evaluator's charge.  A goal whose
    source is another one who is asked too is theirs alone."""
    for scheme in evaluation.classes.values():
        for leaf in scheme.leaves():
            component = scheme.components[leaf]
            lines = list(_lines(evaluation, scheme, leaf, evaluator)) if component.goals else []
            if lines:
                notes = (
                    "填写经核实的数，不计分，供评分时参考；没有核实的留空。数与单位自报不一致的，写明口径或原因。",
                )
                headers = (SERIAL, UNIT, "工作目标", SOURCE, MEASURE, TARGET)
                remark = FormColumn(NAMES["verified_remark"], "text", "verified_remark", required=False, width=30)
                columns = (_figure("verified_value"), remark)
                table = FormTable("grid", scheme.id, leaf, TOP, headers, tuple(lines), columns)
                name = f"{scheme.head.name}·{component.name}"
                yield FormSheet(name, f"{scheme.head.name}　{component.name}　目标数据核实", notes, (table,))


def _lines(evaluation: Evaluation, scheme: Scheme, leaf: str, evaluator: Evaluator) -> Iterator[FormLine]:
    number = 0
    for unit in evaluation.units_of(scheme.id):
        if unit.id == evaluator.unit or not evaluation.covers(evaluator.id, unit):
            continue
        for goal in goals_of_unit(evaluation, unit, leaf):
            if is_counted(goal) and _is_theirs(evaluation, evaluator, unit, goal.source):
                number += 1
                about = (goal.name, goal.source, goal.measure, target_of(evaluation, goal))
                yield FormLine((str(number), unit.name, *about), unit.id, goal.id)


def _is_theirs(evaluation: Evaluation, evaluator: Evaluator, unit: Unit, source: str) -> bool:
    """Whether nobody else who is asked about the unit is the source."""
    named = [each for each in evaluation.called(evaluator.role, source) if each.unit != unit.id]
    return evaluator in named or not any(evaluation.covers(each.id, unit) for each in named)
