"""Why a unit has an award, and why one went by: the rule's words and what of it did not hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from evaltool.evaluation.in_words import award_in_words
from evaltool.exact import plain
from evaltool.explain.conditions import why_not
from evaltool.findings import Language
from evaltool.results.award import award_places, contributions, gained, good_enough, placed, places
from evaltool.results.conditions import Judge
from evaltool.results.rank import Standing
from evaltool.results.result import Result
from evaltool.rules import Award
from evaltool.rules.wording import joined, pick
from evaltool.views.comparison import ComparedGroup


@dataclass(frozen=True, slots=True)
class ExplainedAward:
    """`label`: as it is printed, "" where the unit does not have it; `rule`: who gets it; `why`: what decided."""

    name: str
    label: str
    rule: str
    why: str


def awards(
    result: Result, judge: Judge, group: ComparedGroup, one: Standing, language: Language
) -> Iterator[ExplainedAward]:
    """Every award of the unit's class; none of an interim result, which gives none."""
    for award in () if result.interim else group.scheme.awards:
        label = next((each for each in one.awards if _is(award, each)), "")
        why = (
            pick(language, "符合条件", "all of it holds")
            if label
            else _why_not(result, judge, group, one, award, language)
        )
        yield ExplainedAward(award.name, label, award_in_words(result.evaluation, group.scheme, award, language), why)


def _is(award: Award, label: str) -> bool:
    """Whether an award is printed so: one of single fields bears the field's name."""
    return label == award.name or label in [f"{award.name}·{field.name}" for field in award.fields]


def _why_not(
    result: Result, judge: Judge, group: ComparedGroup, one: Standing, award: Award, language: Language
) -> str:
    """The first thing that stood against it, in the order in which awards are given."""
    revoked = [document for label, document in one.revoked if _is(award, label)]
    if revoked:
        return pick(language, f"依{revoked[0]}撤销", f"revoked by {revoked[0]}")
    if one.barred:
        years = "；".join(each.words for each in one.barred)
        empty = any(_is(award, label) for label in one.withheld)
        zh, en = ("，名额空缺", ", and the place stays empty") if empty else ("", "")
        return pick(language, f"{years}{zh}", f"no awards by the rules ({years}){en}")
    if one.rank is None:
        return pick(language, "不参加排名", "the unit is not ranked")
    if against := _outside(result, group, one, award, language):
        return against
    if not good_enough(group.scheme, award, one):
        return pick(
            language,
            f"等次为“{one.grade}”，低于要求的“{award.grade}”",
            f"graded {one.grade}, and {award.grade} is asked for",
        )
    failed = [why for each in award.conditions if (why := why_not(judge, each, group, one, language))]
    if failed:
        return joined(language, failed)
    if had := _had(group, one, award):
        return pick(language, f"已得“{had}”，不再得", f"not together with {had}, which the unit has")
    if award.fields:
        return _field(result, group, one, award, language)
    kept = [each.unit.name for each in group.ranked if any(_is(award, label) for label in each.withheld)]
    zh, en = (f"（{'、'.join(kept)}不授奖，名额空缺）", f" ({', '.join(kept)}: left empty)") if kept else ("", "")
    return pick(
        language,
        f"名额已由名次在前的单位得满{zh}，或在名额边缘并列",
        f"units placed before it took all places{en}, or it ties at the edge",
    )


def _outside(result: Result, group: ComparedGroup, one: Standing, award: Award, language: Language) -> str:
    """That the place is none of those which have it."""
    if award.by == "gain":
        return _by_gain(result, group, one, award, language)
    place = _award_place(group, one, award) if award.ranks else 0
    if award.ranks and not award.ranks[0] <= place <= award.ranks[-1]:
        first, last = award.ranks[0], award.ranks[-1]
        span = f"{first}" if first == last else f"{first}—{last}"
        zh, en = (
            ("", "") if place == one.rank else (f"，递补后为第{place}", f", {place} without those who may have none")
        )
        return pick(language, f"名次第{one.rank}{zh}，不在第{span}名以内", f"ranked {one.rank}{en}, not {span}")
    if award.percent and not places(award, group.id, len(group.ranked)):
        return pick(language, "本组没有名额", "the group has no place")
    return ""


def _award_place(group: ComparedGroup, one: Standing, award: Award) -> int:
    """The place by which an award goes: the rank, or that among those who may have one, where the next moves up."""
    return award_places(group.scheme, _able(group, award)).get(one.unit.id, one.rank or 0)


def _able(group: ComparedGroup, award: Award) -> list[Standing]:
    """Those among whom the places of an award are counted."""
    return [each for each in group.ranked if award.barred == "empty" or not each.barred]


def _by_gain(result: Result, group: ComparedGroup, one: Standing, award: Award, language: Language) -> str:
    """That the total gained nothing on the earlier one, or too little."""
    gain = gained(result.evaluation, one)
    if gain is None:
        return pick(language, "总分比上年没有提高，或没有上年总分", "the total gained nothing on an earlier one")
    blocks = placed(result.evaluation, group.scheme, award, _able(group, award))
    place = next(place for place, block in blocks if any(each.unit == one.unit for each in block))
    if award.ranks and not award.ranks[0] <= place <= award.ranks[-1]:
        zh = f"总分比上年提高{plain(gain)}分，提高幅度列第{place}"
        return pick(language, zh, f"gained {plain(gain)} on the year before, which is place {place}")
    return ""


def _had(group: ComparedGroup, one: Standing, award: Award) -> str:
    """Awards that the unit has (or had, until a decision) and that exclude this one, whichever of the two says so."""
    labels = (*one.awards, *(label for label, _ in one.revoked))
    others = [each for each in group.scheme.awards if each is not award and any(_is(each, label) for label in labels)]
    return "、".join(each.name for each in others if each.name in award.not_with or award.name in each.not_with)


def _field(result: Result, group: ComparedGroup, one: Standing, award: Award, language: Language) -> str:
    """Single fields: the ones that the unit entered, and that others went before it in each."""
    entered = {entry.field for entry in result.evaluation.roster.fields if entry.unit == one.unit.id}
    names = [field.name for field in award.fields if field.id in entered]
    if not names:
        return pick(language, "没有参评的单项", "the unit entered no field")
    marks = contributions(result.intake, group.scheme, award)
    unmarked = [field.name for field in award.fields if field.id in entered and (field.id, one.unit.id) not in marks]
    if len(unmarked) == len(names):
        return pick(language, f"{'、'.join(unmarked)}没有贡献评分", f"no mark for contribution: {', '.join(unmarked)}")
    listed = joined(language, names)
    return pick(
        language,
        f"参评{listed}，名额已由贡献评分或总分在前的单位得满",
        f"entered {listed}; units with a higher contribution or total took the places",
    )
