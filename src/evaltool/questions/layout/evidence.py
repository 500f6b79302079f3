"""The sheet on which somebody says whether what units claim is borne out: a line per unit and indicator.

It lists the components that the rules want verified (`verify = true`); the deadline says by whom.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from evaltool.evaluation import Evaluation
from evaltool.questions.forms import SERIAL, TOP, UNIT, FormColumn, FormLine, FormSheet, FormTable
from evaltool.questions.layout.asked import has_component
from evaltool.roster import WAYS_TO_VERIFY, Evaluator, Indicator, Unit
from evaltool.rules import Scheme

TRUE, UNTRUE = "属实", "不属实"
NAMES: Mapping[str, str] = {"verify_method": "验证方式", "verify_result": "结论", "verify_remark": "说明"}
"""Field -> heading of its column."""


def evidence_sheets(evaluation: Evaluation, evaluator: Evaluator) -> Iterator[FormSheet]:
    """A worksheet per component that is verified, with the units in the evaluator's charge but their own."""
    for scheme in evaluation.classes.values():
        for leaf in scheme.leaves():
            component = scheme.components[leaf]
            lines = list(_lines(evaluation, scheme, leaf, evaluator)) if component.verify else []
            if lines:
                name = f"{scheme.head.name}·{component.name}"
                notes = ("逐项核对单位填报的情况：结论为不属实的写明理由；没有验证的整行留空，视为未经验证。",)
                heading = f"{scheme.head.name}　{component.name}　符合性验证"
                yield FormSheet(name, heading, notes, (_table(scheme, leaf, lines),))


def _lines(evaluation: Evaluation, scheme: Scheme, leaf: str, evaluator: Evaluator) -> Iterator[FormLine]:
    number = 0
    fixed = prescribes(evaluation, scheme, leaf)
    for unit in evaluation.units_of(scheme.id):
        if unit.id == evaluator.unit or not evaluation.covers(evaluator.id, unit):
            continue
        for row in verified_lines(evaluation, scheme, leaf, unit):
            number += 1
            name = row.name if row else scheme.components[leaf].name
            way = (row.verified_by if row else "",) if fixed else ()
            yield FormLine((str(number), unit.name, name, *way), unit.id, row.id if row else "")


def verified_lines(evaluation: Evaluation, scheme: Scheme, leaf: str, unit: Unit) -> Iterator[Indicator | None]:
    """What is to be verified of a unit; a component without indicators is one line, None."""
    component = scheme.components[leaf]
    if not has_component(component, unit) or not evaluation.is_applicable(scheme.id, leaf, "", unit.id):
        return
    if not evaluation.indicators(scheme.id, leaf):
        yield None
    for row in evaluation.indicators(scheme.id, leaf, unit.id):
        if evaluation.is_applicable(scheme.id, leaf, row.id, unit.id):
            yield row


def prescribes(evaluation: Evaluation, scheme: Scheme, leaf: str) -> bool:
    """Whether the roster says of some line how it has to be verified: then the sheet says it of each."""
    return any(row.verified_by for row in evaluation.indicators(scheme.id, leaf))


def _table(scheme: Scheme, leaf: str, lines: list[FormLine]) -> FormTable:
    columns = (
        FormColumn(NAMES["verify_method"], "choice", "verify_method", choices=WAYS_TO_VERIFY),
        FormColumn(NAMES["verify_result"], "choice", "verify_result", choices=(TRUE, UNTRUE)),
        FormColumn(NAMES["verify_remark"], "text", "verify_remark", required=False, width=40),
    )
    heads = (SERIAL, UNIT, "指标", "规定方式")[: len(lines[0].labels)]
    return FormTable("grid", scheme.id, leaf, TOP, heads, tuple(lines), columns)
