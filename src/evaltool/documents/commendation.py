"""表彰决定: who gets which award, and whose grade the rules reward.  Not written where nobody gets anything."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from evaltool.documents.assessment import by_class
from evaltool.documents.consequences import commended
from evaltool.documents.content import Content
from evaltool.documents.persons import U
from evaltool.results.entailing import Entailed
from evaltool.results.rank import Standing
from evaltool.results.result import Result
from evaltool.rules.outcomes import COMMENDATION
from evaltool.views.comparison import ComparedGroup
from evaltool.writers.official import DocumentBlock, Heading, Text


def is_anybody_commended(result: Result, groups: list[ComparedGroup]) -> bool:
    return any(True for _ in _commended(result, groups))


def commendation(result: Result, groups: list[ComparedGroup]) -> Content:
    settings, notice = result.evaluation.settings, result.evaluation.notice
    lists: list[DocumentBlock] = []
    for heading, winners in _commended(result, groups):
        lists += [Heading(f"{heading}（{len(winners)}个）"), Text("、".join(winners))]
    year = f"{settings.year}年度"
    body = [
        Text(f"根据{settings.name}结果，经研究，决定对在{year}工作中{U}成绩突出的单位予以表彰。名单如下："),
        *lists,
        Text(
            f"希望{U}受表彰的单位珍惜荣誉，再接再厉，取得新的成绩。{U}其他单位要以{U}受表彰的单位为榜样，改进工作，提高绩效。"
        ),
    ]
    title = [each for each in (notice.signatory, f"关于表彰{year}绩效评估{U}先进单位的决定") if each]
    return Content(title, body)


def _commended(result: Result, groups: list[ComparedGroup]) -> Iterator[tuple[str, list[str]]]:
    """Headings and winners: awards first, then grades that the rules reward."""
    yield from _awards(groups)
    yield from _rewarded(groups, commended(result))


def _awards(groups: list[ComparedGroup]) -> Iterator[tuple[str, list[str]]]:
    """Each award with its units, in the order of the rules; by group where a class has several."""
    for part in by_class([group for group in groups if group.standings]):
        several = len(groups) > len(part)
        for award in part[0].scheme.awards:
            if award.fields:
                standings = [one for group in part for one in group.standings]
                for field in award.fields:
                    yield from _listed(f"{award.name}·{field.name}", f"{award.name}（{field.name}）", standings)
            else:
                for group in part:
                    named = f"（{group.name}）" if several or len(part) > 1 else ""
                    yield from _listed(award.name, award.name + named, list(group.standings))


def _listed(label: str, heading: str, standings: list[Standing]) -> Iterator[tuple[str, list[str]]]:
    winners = [one.unit.name for one in standings if label in one.awards]
    if winners:
        yield heading, winners


def _rewarded(groups: list[ComparedGroup], named: Mapping[str, Sequence[Entailed]]) -> Iterator[tuple[str, list[str]]]:
    """Units by what their grade entails: the words of the rules are the heading."""
    found: dict[str, list[str]] = {}
    for group in groups:
        for one in group.standings:
            for each in named.get(one.unit.id, ()):
                if each.document == COMMENDATION:
                    years = f"连续{each.years}年" if each.years > 1 else ""
                    found.setdefault(f"{years}评为“{each.grade}”，{each.text}", []).append(one.unit.name)
    yield from found.items()
