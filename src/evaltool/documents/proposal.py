"""结果运用建议函: results, rewards and punishments for the personnel departments, and what is proposed to them."""

from __future__ import annotations

from collections.abc import Iterator

from evaltool.documents.consequences import needing
from evaltool.documents.content import Content
from evaltool.documents.persons import U
from evaltool.documents.phrases import table
from evaltool.results.rank import Standing
from evaltool.results.reportcard import entailed
from evaltool.results.result import Result
from evaltool.rules.outcomes import PROPOSAL
from evaltool.views.comparison import ComparedGroup
from evaltool.views.printed import printed_of
from evaltool.writers.official import Attachment, DocumentBlock, DocumentTable, Text, gap


def is_anything_proposed(result: Result, _: list[ComparedGroup]) -> bool:
    return bool(needing(result, PROPOSAL))


def proposal(result: Result, groups: list[ComparedGroup]) -> Content:
    settings, notice = result.evaluation.settings, result.evaluation.notice
    groups = [group for group in groups if group.standings]
    rows = [row for group in groups for one in group.standings for row in _proposed(result, one)]
    said = (
        f"现将{settings.name}结果和奖惩情况（见附件）抄送你们，作为考核领导班子、组织处理和奖惩任免干部的参考依据。"
        "按照评估规则，提出如下建议，请研究办理："
    )
    body: list[DocumentBlock] = [
        Text(said),
        table((f"{U}单位", "等次", "建议"), rows, (44, 36, 76), left=(0, 2)),
        Text(f"办理情况请函告{settings.office}。"),
    ]
    attachment = Attachment((f"{settings.name}结果和奖惩情况",), tuple(_results(result, groups)))
    recipients = notice.personnel or gap("组织人事部门")
    title = [f"关于抄送{settings.year}年度绩效评估结果和提出结果运用建议的函"]
    return Content(title, body, (attachment,), recipients)


def _proposed(result: Result, one: Standing) -> Iterator[tuple[str, str, str]]:
    for each in entailed(result, one):
        if each.document == PROPOSAL:
            years = f"连续{each.years}年" if each.years > 1 else ""
            yield one.unit.name, f"{years}{each.grade}", each.text.rstrip("。")


def _results(result: Result, groups: list[ComparedGroup]) -> Iterator[DocumentTable]:
    """The ranking of each group, with everything that was given and imposed."""
    for group in groups:
        rows = [(*_printed(one), _rewards(result, one)) for one in group.standings]
        heads = ("名次", group.scheme.head.says("单位", "姓名"), "总分", "等次", "奖惩情况")
        yield table(heads, rows, (16, 36, 22, 20, 62), left=(1, 4), caption=group.full_name)


def _printed(one: Standing) -> tuple[str, str, str, str]:
    rank, total, grade = printed_of(one)
    return rank, one.unit.name, total, grade


def _rewards(result: Result, one: Standing) -> str:
    """Awards, and what the grade entails beside what is proposed here."""
    others = (each.text.rstrip("。") for each in entailed(result, one) if each.document != PROPOSAL)
    return "；".join((*one.awards, *others)) or "—"
