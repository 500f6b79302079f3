"""限期整改通知书: to one unit, why it has to rectify, what, by when; with a form for its report."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from evaltool.documents.consequences import RECTIFICATION
from evaltool.documents.content import Content
from evaltool.documents.letter import points_table
from evaltool.documents.lostlines import tables
from evaltool.documents.persons import U
from evaltool.exact import published
from evaltool.results.rank import Standing
from evaltool.results.reportcard import entailed
from evaltool.results.result import Result
from evaltool.rules.documentnumbers import day_text
from evaltool.views.comparison import REST, ComparedGroup, ComponentLine, lines, percent_text
from evaltool.views.lostpoints import LostPoints
from evaltool.writers.official import Attachment, DocumentBlock, DocumentTable, Heading, Text, gap, texts

MOST = 5  # components to rectify
MOST_LINES = 10  # lines to rectify, of those with figures and of those without
_FORM = ("序号", "整改事项", "整改措施", "责任领导", "责任人", "完成时限", "完成情况")
_FORM_WIDTHS = (12.0, 34.0, 34.0, 19.0, 17.0, 20.0, 20.0)


def rectification(result: Result, group: ComparedGroup, one: Standing, lost: LostPoints) -> Content:
    worst = _worst(group, one)
    body: list[DocumentBlock] = [Text(_reason(result, group, one)), Heading("整改内容")]
    body += [Text(_what(group, one, worst)), points_table(group, one, worst)] if worst else [Text(_all())]
    body += _lines(group, lost)
    body += [Heading("整改要求"), *(Heading(each, 3) for each in _demands(result))]
    body += [Heading("按规定作出的处理"), *texts(*_entailed(result, one))]
    matters = _matters(lost, worst)
    attachments = [Attachment((f"{one.unit.addressed}整改情况表",), (_form(matters),))]
    persons = group.scheme.head.persons
    return Content([RECTIFICATION], body, attachments, one.unit.addressed, persons=persons)


def _lines(group: ComparedGroup, lost: LostPoints) -> Iterator[DocumentBlock]:
    """The lines that cost most, with the reasons of whoever marked them."""
    if lost.is_told and (lost.lines or lost.named):
        rest = max(len(lost.lines) - MOST_LINES, 0) + max(len(lost.named) - MOST_LINES, 0)
        more = f"其余{rest}项见评估结果反馈书所附失分明细。" if rest else ""
        yield Text(f"具体到项目，失分和理由如下，请逐项整改。{more}")
        yield from tables(group, lost, MOST_LINES)


def _matters(lost: LostPoints, worst: Sequence[ComponentLine]) -> list[str]:
    """What the unit reports on: line by line where there are lines, else by component."""
    listed = [*lost.lines[:MOST_LINES], *lost.named[:MOST_LINES]] if lost.is_told else []
    split = {each.leaf for each in listed}
    return [each.title for each in listed] + [line.name for line in worst if line.component not in split]


def _form(matters: Sequence[str]) -> DocumentTable:
    """A line for each matter, and some that the unit adds itself."""
    rows = [(str(at), matter, *[""] * 5) for at, matter in enumerate([*matters, "", "", ""], 1)]
    return DocumentTable(
        _FORM, tuple(rows), _FORM_WIDTHS, ("center", "left", "left", "center", "center", "center", "center")
    )


def _reason(result: Result, group: ComparedGroup, one: Standing) -> str:
    place = f"，在同组{len(group.ranked)}{U}个排名单位中列第{one.rank}名" if one.rank is not None else ""
    name = result.evaluation.settings.name
    return f"在{name}中，{U}你单位总分{one.text}分{place}，等次为“{one.grade}”。按照评估规则，请{U}你单位限期整改。"


def _worst(group: ComparedGroup, one: Standing) -> list[ComponentLine]:
    """The components in which most of the full marks was lost, as far down as they are shown."""
    own = [line for line in lines(group, one.unit.id) if line.component != REST and not group.parts(line.component)]
    lost = [line for line in own if line.complete and line.weight and line.lost > 0]
    return [replace(line, depth=0) for line in sorted(lost, key=lambda line: (-line.lost, line.name))[:MOST]]


def _what(group: ComparedGroup, one: Standing, worst: Sequence[ComponentLine]) -> str:
    said = [f"{line.name}失{published(line.lost, group.figures)}分（{_rate(line)}）" for line in worst]
    return f"{U}你单位失分较多的评估内容依次为：{'；'.join(said)}。请围绕这些内容逐项查找问题和原因。"


def _rate(line: ComponentLine) -> str:
    assert line.points is not None
    return f"得分率{percent_text(line.points / line.weight)}"


def _all() -> str:
    return "请对照评估规则和评估结果反馈书，逐项查找问题和原因。"


def _demands(result: Result) -> Iterator[str]:
    settings, notice = result.evaluation.settings, result.evaluation.notice
    until = day_text(notice.rectify_until) or gap("整改期限")
    yield "制定整改方案，逐项明确整改措施、责任领导、责任人和完成时限。"
    yield f"于{until}前完成整改，并将整改情况报告和整改情况表（见附件）书面报送{settings.office}。"
    yield f"{settings.office}将对整改情况进行跟踪检查。联系电话：{notice.telephone or gap('联系电话')}。"


def _entailed(result: Result, one: Standing) -> Iterator[str]:
    for each in entailed(result, one):
        years = f"连续{each.years}年" if each.years > 1 else ""
        yield f"{years}评为“{each.grade}”：{each.text.rstrip('。')}。"
