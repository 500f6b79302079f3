"""诫勉谈话通知书: to one unit, why its leaders are called to a warning talk, when, where, by whom."""

from __future__ import annotations

from collections.abc import Iterator

from evaltool.documents.consequences import needing
from evaltool.documents.content import Content
from evaltool.documents.persons import U
from evaltool.documents.phrases import sentence, stated_day
from evaltool.documents.rectification import dealt_with, standing_words
from evaltool.results.rank import Standing
from evaltool.results.reportcard import entailed
from evaltool.results.result import Result
from evaltool.rules.outcomes import RECTIFICATION, WARNING_TALK
from evaltool.views.comparison import ComparedGroup
from evaltool.views.lostpoints import LostPoints
from evaltool.writers.official import DocumentBlock, Heading, Text, gap


def warned(result: Result) -> set[str]:
    """The units whose grade entails a talk."""
    return set(needing(result, WARNING_TALK))


def warning_talk(result: Result, group: ComparedGroup, one: Standing, _lost: LostPoints) -> Content:
    every = entailed(result, one)
    grounds = [each for each in every if each.document == WARNING_TALK]
    said = "".join(dealt_with(grounds))
    body: list[DocumentBlock] = [
        Text(f"{standing_words(result, group, one)}按照评估规则的规定（{said.rstrip('。')}），决定进行诫勉谈话。"),
        Text("现将有关事项通知如下。"),
        Heading("谈话安排"),
        *(Heading(each, 3) for each in _arranged(result)),
        Heading("有关要求"),
        *(Heading(each, 3) for each in _demands(result, {each.document for each in every})),
    ]
    return Content([WARNING_TALK], body, (), one.unit.addressed, persons=group.scheme.head.persons)


def _arranged(result: Result) -> Iterator[str]:
    notice = result.evaluation.notice
    yield f"谈话时间：{stated_day(notice.talk_date, '谈话时间')}。"
    yield f"谈话地点：{notice.talk_place or gap('谈话地点')}。"
    yield f"谈话人：{notice.talk_by or gap('谈话人')}。"


def _demands(result: Result, documents: set[str]) -> Iterator[str]:
    settings, notice = result.evaluation.settings, result.evaluation.notice
    yield "谈话对象按时到场，不得由他人代替；确有特殊情况不能到场的，提前书面说明。"
    yield sentence(f"谈话对象对照评估结果，就{U}本单位存在的问题、原因和整改打算准备书面材料，谈话时提交")
    if RECTIFICATION in documents:
        yield f"整改的事项和期限，见《{RECTIFICATION}》。"
    yield f"联系单位：{settings.office}；联系电话：{notice.telephone or gap('联系电话')}。"
