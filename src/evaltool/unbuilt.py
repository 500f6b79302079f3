"""What the rules may say although this version cannot score it yet: said when scoring is asked for, never passed over.

When a part is built, its line goes away here.
"""

from __future__ import annotations

from collections.abc import Iterator

from evaltool.evaluation import Evaluation
from evaltool.findings import Finding, finding
from evaltool.methods import METHODS, Ballot, Choice, Parameters, Rank, name_of
from evaltool.rules import Component, Scheme

Said = tuple[str, str, str]
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
            *_outcomes(scheme),
        )
    ]


def _components(scheme: Scheme) -> Iterator[Said]:
    for leaf in scheme.leaves():
        component = scheme.components[leaf]
        for word, zh, en in _parts(component):
            yield f"component.{leaf}.{word}", f"“{component.name}”的{zh}", f"{component.name}: {en}"


def _parts(component: Component) -> Iterator[Said]:
    answer = component.answer
    if answer is not None and METHODS[name_of(answer)].share is None:
        yield "answer", *_method(answer)
    if isinstance(answer, Choice) and answer.quota:
        yield "answer.quota", "各档次名额限制", "limits on the number of units in a choice"
    if component.each and component.each.stages:
        yield "each.stages", "分阶段汇总（如按月计分、按季相加）", "repeats combined by stages"
    if component.charge == "months":
        yield "charge", "按任职月份评分", "marks by months in charge"


def _lines(evaluation: Evaluation, scheme: Scheme) -> Iterator[Said]:
    """Ways to ask for indicators that the sheets have no place for."""
    for leaf in scheme.leaves():
        component = scheme.components[leaf]
        lines = evaluation.indicators(scheme.id, leaf)
        rows = bool(component.each and component.each.word and not component.each.periods)
        own = any(line.unit for line in lines)
        odd = {
            "each": rows and (bool(lines) or isinstance(component.answer, Rank)),
            "each.periods": own and bool(component.each and component.each.periods),
            "by": own and component.by == "owner",
        }
        for key, there in odd.items():
            if there:
                zh, en = f"“{component.name}”的指标按次或按单位分别填报", f"{component.name}: lines asked in this way"
                yield f"component.{leaf}.{key}", zh, en


def _repeated(evaluation: Evaluation, scheme: Scheme) -> Iterator[Said]:
    """Cards say nothing of who filled them in: only the export of a survey shows which answers are repeated."""
    surveyed = {survey.evaluator for survey in evaluation.surveys}
    for leaf in scheme.leaves():
        component = scheme.components[leaf]
        answer = component.answer
        if isinstance(answer, Ballot) and answer.repeated in ("first", "last"):
            by_card = [
                each.name
                for each in evaluation.roster.evaluators
                if each.role == component.by and each.id not in surveyed
            ]
            if by_card:
                zh = f"“{component.name}”重复评价的取舍（{'、'.join(by_card)}用评价卡，认不出同一人；请用导出文件）"
                en = f"{component.name}: choosing among repeated answers on cards ({', '.join(by_card)})"
                yield f"component.{leaf}.answer.repeated", zh, en


def _method(answer: Parameters) -> tuple[str, str]:
    name = name_of(answer)
    return f"计分方法 {name}", f"the method {name}"


def _named_methods(evaluation: Evaluation, scheme: Scheme) -> Iterator[Said]:
    used = {row.method for row in evaluation.roster.indicators if row.class_id == scheme.id and row.method}
    for name, answer in scheme.methods.items():
        if name in used and METHODS[name_of(answer)].share is None:
            zh, en = _method(answer)
            yield f"method.{name}", f"“{name}”（{zh}）", f"{name} ({en})"


def _outcomes(scheme: Scheme) -> Iterator[Said]:
    if scheme.ranking.by == "variation":
        yield "rank.by", "按总分比上年的增减排名", "ranking by change against the year before"
    if any(grade.top_percent is not None for grade in scheme.grades):
        yield "grade", "按名次定等次", "grades by place"
