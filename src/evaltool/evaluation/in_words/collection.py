"""How surveys are taken in, in words: whose export is read, what tells repeats, what is dropped."""

from __future__ import annotations

from collections.abc import Iterator

from evaltool.evaluation import Evaluation
from evaltool.findings import Language
from evaltool.rules.settings import Survey
from evaltool.rules.wording import joined, pick


def surveys(evaluation: Evaluation, language: Language) -> Iterator[str]:
    """A line for each survey; nothing where there is none."""
    if evaluation.surveys:
        yield pick(language, "调查的导出文件", "Exports of surveys")
    for survey in evaluation.surveys:
        name = evaluation.evaluators[survey.evaluator].name
        said = joined(language, _said(survey, language), "；")
        yield pick(language, f"  {name}：“{survey.file}”，{said}", f"  {name}: {survey.file}, {said}")


def _said(survey: Survey, language: Language) -> Iterator[str]:
    if survey.wide:
        yield pick(language, "一行一份问卷，每个单位一列", "a row per questionnaire, a column per unit")
    else:
        zh = f"一行一个回答（单位：“{survey.unit}”，选项：“{survey.choice}”）"
        yield pick(language, zh, f"a row per answer (unit: {survey.unit}, choice: {survey.choice})")
    if survey.respondent:
        zh = f"“{survey.respondent}”相同的是同一人"
        yield pick(language, zh, f"the same {survey.respondent} is the same respondent")
    else:
        yield pick(language, "不识别重复回答", "repeated answers are not told apart")
    if survey.time:
        yield pick(language, f"按“{survey.time}”分先后", f"first and last by {survey.time}")
    if survey.order:
        yield pick(language, f"按“{survey.order}”分先后", f"first and last by {survey.order}")
    if "*" in survey.file:
        yield pick(language, "分几个文件的合起来计", "what comes in several files is counted together")
    if survey.point:
        yield pick(language, f"调查点：“{survey.point}”", f"sampling point: {survey.point}")
    if columns := (*survey.comments, *survey.comments_on):
        listed = joined(language, columns)
        yield pick(language, f"意见建议栏：{listed}", f"columns of comments: {listed}")
    if survey.personal:
        listed = joined(language, survey.personal)
        yield pick(language, f"个人信息不保留：{listed}", f"personal data, dropped: {listed}")
