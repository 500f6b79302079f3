"""Words that every output has in common: how an interim result is marked, and names."""

from __future__ import annotations

from evaltool.evaluation import Evaluation
from evaltool.results.rank import Standing
from evaltool.rules import Scheme

INTERIM = "内部·阶段性结果，不作为最终结果"
UNRANKED = "不排名"


def veto_words(one: Standing) -> str:
    """A veto in a sentence: what it changed and what it did not."""
    if one.grade == one.grade_by_total:
        return f"因一票否决事项（{one.veto}）应降低等次，因已是最低等次，不再降低；总分和名次不变。"
    return f"因一票否决事项（{one.veto}），等次由“{one.grade_by_total}”降为“{one.grade}”，总分和名次不变。"


def path(scheme: Scheme, component: str) -> str:
    """A component with those that it is part of: 民主评估／群众代表."""
    names: list[str] = []
    while component:
        names.append(scheme.components[component].name)
        component = scheme.components[component].parent
    return "／".join(reversed(names))


def unit_name(evaluation: Evaluation, unit: str) -> str:
    return evaluation.units[unit].name if unit in evaluation.units else unit


def evaluator_name(evaluation: Evaluation, evaluator: str) -> str:
    return evaluation.evaluators[evaluator].name if evaluator in evaluation.evaluators else evaluator
