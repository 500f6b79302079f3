"""表彰决定: who gets which award, and whose grade the rules reward.  Not written where nobody gets anything."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

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

Winners = list[tuple[str, list[str]]]
"""The units of an award, together or by group or field of work ("": all of them)."""


def is_anybody_commended(result: Result, groups: list[ComparedGroup]) -> bool:
    return any(True for _ in _commended(result, groups))


def commendation(result: Result, groups: list[ComparedGroup]) -> Content:
    settings, notice = result.evaluation.settings, result.evaluation.notice
    found = list(_commended(result, groups))
    lists = [block for each in found for block in _list(*each)]
    named = {name for _, winners, _ in found for _, own in winners for name in own}
    others = [one for group in groups for one in group.standings if one.unit.name not in named]
    follow = f"{U}其他单位要以{U}受表彰的单位为榜样，改进工作，提高绩效。" if others else ""
    year = f"{settings.year}年度"
    body = [
        Text(f"根据{settings.name}结果，经研究，决定对在{year}工作中{U}成绩突出的单位予以表彰。名单如下："),
        *lists,
        Text(f"希望{U}受表彰的单位珍惜荣誉，再接再厉，取得新的成绩。{follow}"),
    ]
    title = [each for each in (notice.signatory, f"关于表彰{year}绩效评估{U}先进单位的决定") if each]
    return Content(title, body)


def _list(award: str, winners: Winners, each: str) -> Iterator[DocumentBlock]:
    """A kind of award with all its units, counted by `each`; below it, where there are several, groups or fields of
    work."""
    yield Heading(f"{award}（{sum(len(own) for _, own in winners)}{each}）")
    for part, own in winners:
        if len(winners) > 1 or part:
            yield Heading(f"{part}（{len(own)}{each}）", 2)
        yield Text("、".join(own))


def _commended(result: Result, groups: list[ComparedGroup]) -> Iterator[tuple[str, Winners, str]]:
    """Awards first, then grades that the rules reward."""
    yield from _awards(groups)
    yield from _rewarded(groups, commended(result))


def _awards(groups: list[ComparedGroup]) -> Iterator[tuple[str, Winners, str]]:
    """Each award with its units, in the order of the rules; by field, or by group where a class has several."""
    parts = by_class([group for group in groups if group.standings])
    for part in parts:
        several = len(parts) > 1 and len({award.name for each in parts for award in each[0].scheme.awards}) < sum(
            len(each[0].scheme.awards) for each in parts
        )
        for award in part[0].scheme.awards:
            standings = [one for group in part for one in group.standings]
            if award.fields:
                listed = [(each.name, _winning(f"{award.name}·{each.name}", standings)) for each in award.fields]
            elif len(part) > 1:
                listed = [(group.name, _winning(award.name, group.standings)) for group in part]
            else:
                listed = [("", _winning(award.name, standings))]
            if winners := [(name, own) for name, own in listed if own]:
                head = part[0].scheme.head
                yield (f"{head.name}{award.name}" if several else award.name), winners, head.says("个", "名")


def _winning(label: str, standings: Iterable[Standing]) -> list[str]:
    return [one.unit.name for one in standings if label in one.awards]


def _rewarded(
    groups: list[ComparedGroup], named: Mapping[str, Sequence[Entailed]]
) -> Iterator[tuple[str, Winners, str]]:
    """Units by what their grade entails: the words of the rules are the heading."""
    found: dict[str, list[str]] = {}
    for group in groups:
        for one in group.standings:
            for each in named.get(one.unit.id, ()):
                if each.document == COMMENDATION:
                    years = f"连续{each.years}年" if each.years > 1 else ""
                    found.setdefault(f"{years}评为“{each.grade}”，{each.text}", []).append(one.unit.name)
    yield from ((heading, [("", own)], f"{U}个") for heading, own in found.items())
