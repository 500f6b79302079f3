"""What the rules may say although this version cannot score it yet: said when scoring is asked for, never passed over.

When a part is built, its line goes away here.
"""

from __future__ import annotations

from collections.abc import Iterator

from evaltool.evaluation import Evaluation
from evaltool.evaluation.lines import is_figure, method_of
from evaltool.findings import Finding, finding
from evaltool.rules import Component, Scheme
from evaltool.rules.methods import name_of

UnbuiltPart = tuple[str, str, str]
"""(key of the rules, what cannot be scored in Chinese, in English)"""


def unbuilt(evaluation: Evaluation) -> list[Finding]:
    """Everything in these rules that scoring would have to leave out."""
    return [
        finding("RULES_NOT_BUILT", file=scheme.file, cell=key, args={"what_zh": zh, "what_en": en})
        for scheme in evaluation.classes.values()
        for key, zh, en in (
            *_components(scheme),
            *_lines(evaluation, scheme),
            *_repeated(evaluation, scheme),
            *_named_methods(evaluation, scheme),
        )
    ]


def _components(scheme: Scheme) -> Iterator[UnbuiltPart]:
    for leaf in scheme.leaves():
        component = scheme.components[leaf]
        for word, zh, en in _parts(component):
            yield f"component.{leaf}.{word}", f"“{component.name}”的{zh}", f"{component.name}: {en}"


def _parts(component: Component) -> Iterator[UnbuiltPart]:
    if component.charge == "months" and (component.ballot or component.over != "mean"):
        zh, en = "按任职月份评分（只能与取平均合用）", "marks by months in charge, but for a mean of evaluators' marks"
        yield "charge", zh, en


def _lines(evaluation: Evaluation, scheme: Scheme) -> Iterator[UnbuiltPart]:
    """Ways to ask for indicators that the sheets have no place for."""
    for leaf in scheme.leaves():
        component = scheme.components[leaf]
        lines = evaluation.indicators(scheme.id, leaf)
        rows = bool(component.each and component.each.word and not component.each.periods)
        if rows and (lines or component.measured or (component.answer and component.answer.places_name)):
            zh, en = f"“{component.name}”按次评的指标或名次", f"{component.name}: lines or places, once per occasion"
            yield f"component.{leaf}.each", zh, en


def _repeated(evaluation: Evaluation, scheme: Scheme) -> Iterator[UnbuiltPart]:
    """Cards say nothing of who filled them in: only the export of a survey shows which answers are repeated."""
    surveyed = {survey.evaluator for survey in evaluation.surveys}
    for leaf in scheme.leaves():
        component = scheme.components[leaf]
        if component.ballot and component.ballot.repeated in ("first", "last"):
            by_card = [
                each.name
                for each in evaluation.roster.evaluators
                if each.role == component.by and each.id not in surveyed
            ]
            if by_card:
                zh = f"“{component.name}”重复评价的取舍（{'、'.join(by_card)}用评价卡，认不出同一人；请用导出文件）"
                en = f"{component.name}: choosing among repeated answers on cards ({', '.join(by_card)})"
                yield f"component.{leaf}.answer.repeated", zh, en


def _named_methods(evaluation: Evaluation, scheme: Scheme) -> Iterator[UnbuiltPart]:
    """Methods of single lines that no line can have."""
    of_units = {(row.class_id, row.component) for row in evaluation.roster.indicators if row.unit}
    said: set[str] = set()
    for row in evaluation.roster.indicators:
        if row.class_id != scheme.id or row.method not in scheme.methods or is_figure(scheme, row):
            continue
        answer = method_of(scheme, row)
        in_rows = (row.class_id, row.component) in of_units and bool(answer.scale_name)
        if (in_rows or not answer.on_marks) and row.method not in said:
            said.add(row.method)
            zh, en = f"指标的计分方法 {name_of(answer)}", f"the method {name_of(answer)} for a single line"
            yield f"method.{row.method}", f"“{row.method}”（{zh}）", f"{row.method} ({en})"
