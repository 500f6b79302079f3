"""结果公示: the results before they are final, for how long they are posted, and where to object.

It is dated on the first day of the posting, and it has neither a head nor a number.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from evaltool.documents.bulletin import awards, ranking_table, tabled
from evaltool.documents.content import Content
from evaltool.documents.persons import U
from evaltool.results.result import Result
from evaltool.rules.documentnumbers import day_text
from evaltool.rules.settings import Notice
from evaltool.views.comparison import ComparedGroup
from evaltool.writers.official import DocumentBlock, Heading, Text, gap, texts


def posting(result: Result, groups: list[ComparedGroup]) -> Content:
    settings = result.evaluation.settings
    groups = [group for group in groups if group.standings]
    body: list[DocumentBlock] = [
        Text(f"{settings.name}工作已经完成，现将结果予以公示。"),
        Heading("评估结果"),
        Text(f"{U}各单位{tabled(groups)}如下表。"),
        *(ranking_table(group) for group in groups),
    ]
    given = list(awards(groups))
    anybody = any(one.awards for group in groups for one in group.standings)
    body += [Heading(f"{U}拟表彰单位" if anybody else "奖项"), *texts(*given)] if given else []
    body += [Heading("公示时间和异议受理"), *texts(*_objections(result))]
    return Content([f"关于{settings.name}结果的公示"], body, recipients=None)


def _objections(result: Result) -> Iterator[str]:
    settings, notice = result.evaluation.settings, result.evaluation.notice
    yield f"公示时间：{_period(notice)}。"
    yield (
        f"对公示内容有异议的，请在公示期内以书面形式向{settings.office}提出，写明事实和理由，并署真实单位名称或者姓名、"
        "联系方式。"
    )
    yield f"联系电话：{notice.telephone or gap('联系电话')}。"


def _period(notice: Notice) -> str:
    first, last = notice.posted_from, notice.posted_until
    start = day_text(first) or gap("公示期的第一天")
    return f"{start}至{_end(first, last)}" if first != last or not first else start


def _end(first: date | None, last: date | None) -> str:
    """The last day without the year that it shares with the first."""
    if last is None:
        return gap("公示期的最后一天")
    return f"{last.month}月{last.day}日" if first and first.year == last.year else day_text(last)
