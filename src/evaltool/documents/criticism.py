"""通报批评: which units are criticised before all others because of their grade, and what else the rules entail."""

from __future__ import annotations

from collections.abc import Iterator

from evaltool.documents.consequences import needing
from evaltool.documents.content import Content
from evaltool.documents.persons import U
from evaltool.documents.phrases import table
from evaltool.results.rank import Standing
from evaltool.results.result import Result
from evaltool.rules.outcomes import CRITICISM
from evaltool.views.comparison import ComparedGroup
from evaltool.views.printed import printed_of
from evaltool.writers.official import DocumentBlock, DocumentTable, Text


def criticised(result: Result) -> set[str]:
    """The units whose grade entails it."""
    return set(needing(result, CRITICISM))


def criticism(result: Result, groups: list[ComparedGroup]) -> Content:
    settings, notice = result.evaluation.settings, result.evaluation.notice
    body: list[DocumentBlock] = [
        Text(f"根据{settings.name}结果和评估规则，经研究，决定对{U}下列单位予以通报批评："),
        *_tables(groups, criticised(result)),
        Text(
            f"{U}受到通报批评的单位要深刻反思，查找差距和原因，制定措施，限期改进。{U}其他单位要引以为戒，"
            "对照检查自身工作，切实提高绩效。"
        ),
    ]
    title = [each for each in (notice.signatory, f"关于{settings.year}年度绩效评估结果的通报批评") if each]
    return Content(title, body)


def _tables(groups: list[ComparedGroup], named: set[str]) -> Iterator[DocumentTable]:
    """As the ranking has them: rank, unit, total, grade."""
    for group in groups:
        rows = [_row(one) for one in group.standings if one.unit.id in named]
        if rows:
            heads = ("名次", group.scheme.head.says("单位", "姓名"), "总分", "等次")
            yield table(heads, rows, (26, 66, 32, 32), left=(1,), caption=group.full_name)


def _row(one: Standing) -> tuple[str, str, str, str]:
    rank, total, grade = printed_of(one)
    return rank, one.unit.name, total, grade
