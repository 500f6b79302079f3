"""The pages of single units.  Inside: the explanation of a total, from the total down to file, sheet and cell, and
added up again.  In public: what the unit's letter says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from evaltool.documents.letter import Told, told
from evaltool.evaluation.in_words.decisions import decided_for, unit_changes
from evaltool.exact import exact, plain, published
from evaltool.ledger import of_kind
from evaltool.page.contents import Folded, LabelledFacts, PageBlock, PageSection, Paragraphs, PointedTexts
from evaltool.page.figures import equals, fine
from evaltool.page.leaf import explained
from evaltool.page.sources import Sources
from evaltool.page.tables import on_page
from evaltool.results.grade import place_of, places
from evaltool.results.margins import margin
from evaltool.results.rank import Standing
from evaltool.results.result import Result
from evaltool.rules import Condition, Grade, Scheme
from evaltool.views.comparison import ComparedGroup, percent_text
from evaltool.views.wording import UNRANKED, grade_words

MOST_LOOSE = 4  # findings of a unit that are read without unfolding


def unit_title(one: Standing) -> str:
    rank = UNRANKED if one.rank is None else f"第{one.rank}名"
    grade = grade_words(one)
    return f"{one.unit.name}　{one.text}分　{rank}" + (f"　{grade}" if grade else "")


def public_unit(result: Result, group: ComparedGroup, one: Standing, key: str) -> PageSection:
    """What everybody may know of a unit."""
    said = told(result, group, one)
    apart = set(decided_for(result.evaluation, one.unit.id)) - set(unit_changes(result.evaluation, one.unit.id))
    notes = [each for each in _about(group, said.notes) if each.removesuffix("。") not in apart]
    blocks: list[PageBlock] = [LabelledFacts(said.facts), *_points_table(said), *_sentences(group, said)]
    blocks += [PointedTexts(notes)] if notes else []
    return PageSection(key, unit_title(one), blocks, alone=True, back="units", listed=False)


def inside_unit(result: Result, group: ComparedGroup, one: Standing, key: str, found: Sources) -> PageSection:
    """The whole explanation of one total."""
    said = told(result, group, one)
    blocks: list[PageBlock] = [
        LabelledFacts(said.facts),
        PointedTexts([*_total(group, one), *_deciding(result, group, one)]),
        *_points_table(said),
        *_sentences(group, said),
        PointedTexts(_about(group, said.notes)),
    ]
    own = [each for each in result.findings if each.unit == one.unit.id]
    said_of = PointedTexts([f"校验问题 {each.code}：{each.message()}" for each in own])
    if own:
        blocks.append(said_of if len(own) <= MOST_LOOSE else Folded(f"校验问题{len(own)}条", [said_of]))
    blocks += explained(result, group, one, found)
    return PageSection(key, unit_title(one), blocks, alone=True, back="units", listed=False)


# --- what the letter says --------------------------------------------------------------------------------------------


def _about(group: ComparedGroup, texts: Sequence[str]) -> list[str]:
    """A letter speaks to its unit, a page about it."""
    person = group.scheme.head.persons
    return [each.replace("你单位", "该同志" if person else "该单位") for each in texts]


def _sentences(group: ComparedGroup, said: Told) -> Iterator[PageBlock]:
    if said.sentences:
        yield Paragraphs(_about(group, said.sentences))


def _points_table(said: Told) -> Iterator[PageBlock]:
    if said.table.rows:
        yield on_page(said.table)


# --- the total -------------------------------------------------------------------------------------------------------


def _total(group: ComparedGroup, one: Standing) -> Iterator[str]:
    """The components added up again, exactly and as printed."""
    digits = group.digits
    roots = [each for each in group.roots() if (one.unit.id, each) in group.points]
    parts = [(group.title(each), group.points[one.unit.id, each].points or Fraction(0)) for each in roots]
    added = "＋".join(f"{name}{fine(points)}" for name, points in parts)
    added += f"＋加分{fine(one.bonus)}" if one.bonus else ""
    added += f"－扣分{fine(one.deduction)}" if one.deduction else ""
    whole = sum((points for _, points in parts), one.bonus - one.deduction)
    agrees = "" if whole == one.exact else "（与计分结果不符）"
    sign = equals(whole, *(points for _, points in parts))
    yield (
        f"总分：{added}{sign}{fine(whole)}分{agrees}，四舍五入保留{digits}位小数，为{one.text}分"
        f"（未取舍的精确值 {exact(one.exact)}）。"
    )


def _deciding(result: Result, group: ComparedGroup, one: Standing) -> Iterator[str]:
    """Bonus and deduction with their documents, the grade, the distance to others."""
    for kind, name in (("bonus", "加分"), ("deduction", "扣分")):
        for line in of_kind(result.evaluation.ledger, kind):
            if line.unit == one.unit.id:
                yield f"{name}{plain(line.amount)}分：{line.document}，{line.date}，{line.reason}。"
    granted = sum(
        (line.amount for line in of_kind(result.evaluation.ledger, "bonus") if line.unit == one.unit.id), Fraction(0)
    )
    if granted > one.bonus:
        yield f"核定加分合计{plain(granted)}分，按规则最多计{plain(one.bonus)}分。"
    if not result.interim:
        yield from _grade(group, one)
        yield from _distances(group, one)


def _grade(group: ComparedGroup, one: Standing) -> Iterator[str]:
    """Why this grade and not the next better one."""
    scheme = group.scheme
    if not one.grade_by_total:
        return
    at = scheme.grade_index(one.grade_by_total)
    own = scheme.grades[at]
    said = (
        f"等次：{_reason(group, one, own)}，按总分为“{own.name}”" if _reason(group, one, own) else f"等次：“{own.name}”"
    )
    better = scheme.grades[at - 1] if at else None
    failed = [] if better is None else [_condition(scheme, each, group, one) for each in better.conditions]
    if better is not None and better.bound is not None and one.total >= Fraction(better.bound) and any(failed):
        said += f"；总分达到“{better.name}”的下限，但{'、'.join(each for each in failed if each)}"
    yield f"{said}。"


def _reason(group: ComparedGroup, one: Standing, grade: Grade) -> str:
    reasons = []
    if grade.bound:
        by_exact = group.scheme.ranking.by == "exact"
        total = f"未取舍的总分{fine(one.exact)}分" if by_exact else f"总分{one.text}分"
        reasons.append(f"{total}不低于{plain(grade.bound)}分")
    if grade.top_percent is not None and one.rank is not None:
        count = places(grade, len(group.ranked))
        inside = place_of(group.scheme, grade, one, group.ranked) <= count
        reasons.append(f"名次在前{plain(grade.top_percent)}%（{count}个）以内" if inside else "")
    return "、".join(each for each in reasons if each)


def _condition(scheme: Scheme, condition: Condition, group: ComparedGroup, one: Standing) -> str:
    """A condition that the unit does not meet, in words; "" if it does."""
    point = group.points.get((one.unit.id, condition.component))
    name = scheme.components[condition.component].name
    if point is None or point.points is None or point.share is None:
        return f"{name}没有得分"
    if condition.share is not None and point.share < condition.share:
        return f"{name}得分率{percent_text(point.share)}低于要求的{percent_text(condition.share)}"
    if condition.points is not None and point.points < Fraction(condition.points):
        return f"{name}得分{fine(point.points)}低于要求的{plain(condition.points)}分"
    return ""


def _distances(group: ComparedGroup, one: Standing) -> Iterator[str]:
    near, digits = margin(group.scheme, one, group.ranked), group.digits
    said = [f"高出“{near.spare[0]}”下限{published(near.spare[1], digits)}分"] if near.spare else []
    said += [f"距“{near.missing[0]}”差{published(near.missing[1], digits)}分"] if near.missing else []
    for neighbour, where in ((near.before, "前"), (near.after, "后")):
        if neighbour:
            name, gap = neighbour
            said.append(f"与{where}一名{name}相差{published(gap, digits)}分" if gap else f"与{where}一名{name}总分相同")
    if said:
        yield f"距离：{'，'.join(said)}。"
