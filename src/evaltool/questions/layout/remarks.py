"""The sheet on which somebody writes what they found and what they propose: a line for each remark, about a unit or
about all.

It belongs to no card and to no mark, so that nothing of those is told by it.  Nothing of it is scored.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from evaltool.evaluation import Evaluation
from evaltool.questions.forms import REMARK, SERIAL, TOP, UNIT, FormColumn, FormLine, FormSheet, FormTable
from evaltool.roster import REMARK_KINDS, Evaluator, Unit
from evaltool.rules import Scheme

NAMES: Mapping[str, str] = {
    "remark_kind": "性质",
    "remark_theme": "主题（如哪项评估内容）",
    REMARK: "意见建议",
}
"""Field -> heading of its column."""
LINES = 60
_NOTES = (
    "一条意见写一行；对各单位都适用的，单位一格空着。没有意见的不必填。",
    "只写事，不写人：不写姓名、电话、证件号、车牌等个人信息，写了的读取时隐去。",
)


def remark_sheets(evaluation: Evaluation, evaluator: Evaluator) -> Iterator[FormSheet]:
    """A worksheet for each class with units in the evaluator's charge but their own."""
    for scheme in evaluation.classes.values():
        units = [unit for unit in evaluation.units_of(scheme.id) if can_tell(evaluation, evaluator.id, unit)]
        if units:
            names, ids = tuple(unit.name for unit in units), tuple(unit.id for unit in units)
            yield _sheet(scheme, FormColumn(UNIT, "choice", "unit", choices=names, units=ids, required=False))


def can_tell(evaluation: Evaluation, evaluator: str, unit: Unit) -> bool:
    """Whether an evaluator is asked for remarks about a unit."""
    return unit.id != evaluation.evaluators[evaluator].unit and evaluation.covers(evaluator, unit)


def _sheet(scheme: Scheme, unit: FormColumn) -> FormSheet:
    columns = (
        unit,
        FormColumn(NAMES["remark_kind"], "choice", "remark_kind", choices=tuple(REMARK_KINDS), required=False),
        FormColumn(NAMES["remark_theme"], "text", "remark_theme", required=False, width=20),
        FormColumn(NAMES[REMARK], "text", REMARK, width=60),
    )
    lines = tuple(FormLine((str(at),), repeat=str(at)) for at in range(1, LINES + 1))
    table = FormTable("open", scheme.id, "", TOP, (SERIAL,), lines, columns)
    return FormSheet(f"{scheme.head.name}·意见建议", f"{scheme.head.name}　意见建议", _NOTES, (table,))
