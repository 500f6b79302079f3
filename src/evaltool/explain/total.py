"""One unit's total in sentences: its components added up again, what the ledger gave and took, why this grade, how far
it is to others and to the next grade."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from evaltool.evaluation.extras import CountedExtra
from evaltool.evaluation.in_words.extras import WORDS
from evaltool.exact import exact, plain, published
from evaltool.explain.conditions import judge_of, why_not
from evaltool.explain.figures import equals, fine
from evaltool.findings import Language
from evaltool.results.conditions import Judge
from evaltool.results.grade import places
from evaltool.results.margins import margin
from evaltool.results.rank import Standing, alike, counted_total
from evaltool.results.result import Result
from evaltool.rules import EXTRAS, ExtraWord, Grade, Scheme
from evaltool.rules.wording import joined, pick
from evaltool.views.comparison import ComparedGroup
from evaltool.views.extras import extras_of, less_words
from evaltool.views.wording import climb_words


def in_words(result: Result, group: ComparedGroup, one: Standing) -> Iterator[str]:
    """All of it in Chinese, in this order."""
    yield added(group, one, "zh")
    yield from decided(result, one, "zh")
    yield from climbed(group.scheme, one, "zh")
    if not result.interim:
        yield from graded(judge_of(result, one.unit.class_id), group, one, "zh")
        yield from distances(group, one, "zh")


def added(group: ComparedGroup, one: Standing, language: Language) -> str:
    """The components added up again, exactly and as printed."""
    digits = group.digits
    roots = [each for each in group.roots() if (one.unit.id, each) in group.points]
    parts = [(group.title(each), group.points[one.unit.id, each].points or Fraction(0)) for each in roots]
    whole = sum((points for _, points in parts), one.added)
    sign = equals(whole, *(points for _, points in parts), language=language)
    differs = whole != one.exact
    zh = "＋".join(f"{name}{fine(points)}" for name, points in parts)
    zh += (f"＋加分{fine(one.bonus)}" if one.bonus else "") + (f"－扣分{fine(one.deduction)}" if one.deduction else "")
    en = " + ".join(f"{name} {fine(points)}" for name, points in parts)
    en += f" + bonus {fine(one.bonus)}" if one.bonus else ""
    en += f" - deduction {fine(one.deduction)}" if one.deduction else ""
    zh += f"＋{group.scheme.climb.name}{fine(one.reward)}" if one.reward else ""
    en += f" + {group.scheme.climb.name} {fine(one.reward)}" if one.reward else ""
    return pick(
        language,
        f"总分：{zh}{sign}{fine(whole)}分{'（与计分结果不符）' if differs else ''}，"
        f"四舍五入保留{digits}位小数，为{one.text}分（未取舍的精确值 {exact(one.exact)}）。",
        f"total: {en}{sign}{fine(whole)}{' (not what was scored)' if differs else ''}, rounded half up to {digits} "
        f"decimals: {one.text} (unrounded {exact(one.exact)})",
    )


def decided(result: Result, one: Standing, language: Language) -> Iterator[str]:
    """Bonus and deduction with their kinds and documents, and what of them counts."""
    for kind in EXTRAS:
        made = extras_of(result, one, kind)
        for each in made.lines:
            yield _given(kind, each, language)
        if made.before_cap > made.total:
            before, counts = plain(made.before_cap), plain(made.total)
            zh, en = _IN_ALL[kind]
            yield pick(
                language,
                f"{zh}{before}分，按规则最多计{counts}分。",
                f"{before} {en} in all, by the rules {counts} at most",
            )


_IN_ALL: Mapping[ExtraWord, tuple[str, str]] = {
    "bonus": ("核定加分合计", "granted"),
    "deduction": ("决定扣分合计", "deducted"),
}


def _given(kind: ExtraWord, each: CountedExtra, language: Language) -> str:
    """One decision: how many points, for what, by which document."""
    line, points, (zh, en) = each.decided.line, plain(each.decided.points), WORDS[kind]
    named = each.decided.name
    about = [line.document, line.date, line.reason, *([f"事项：{line.deed}"] if line.deed else [])]
    less = less_words(each, language)
    return pick(
        language,
        f"{zh}{points}分{f'（{named}）' if named else ''}：{'，'.join(about)}{f'；{less}' if less else ''}。",
        f"{en.lower()} {points}{f' ({named})' if named else ''}: {', '.join(about)}{f'; {less}' if less else ''}",
    )


def climbed(scheme: Scheme, one: Standing, language: Language) -> Iterator[str]:
    """The first ranking, the reward for places climbed, the second ranking; nothing where there is one ranking."""
    if one.climbed is not None:
        yield climb_words(scheme, one, language)


# --- the grade -------------------------------------------------------------------------------------------------------


def graded(judge: Judge, group: ComparedGroup, one: Standing, language: Language) -> Iterator[str]:
    """Why this grade and not the next better one; nothing of a component that the group does not show."""
    scheme = group.scheme
    if not one.grade_by_total:
        return
    at = scheme.grade_index(one.grade_by_total)
    own, reason = scheme.grades[at], _reason(judge, group, one, scheme.grades[at], language)
    said = pick(language, f"等次：“{own.name}”", f"grade: {own.name}")
    if reason:
        said = pick(language, f"等次：{reason}，按总分为“{own.name}”", f"grade: {reason}; by the total {own.name}")
    better = scheme.grades[at - 1] if at else None
    failed = [] if better is None else [why_not(judge, each, group, one, language) for each in better.conditions]
    reached = better is not None and better.bound is not None and counted_total(scheme, one) >= Fraction(better.bound)
    if better is not None and reached and any(failed):
        why = joined(language, failed)
        said += pick(
            language,
            f"；总分达到“{better.name}”的下限，但{why}",
            f"; the total reaches the bound of {better.name}, but {why}",
        )
    yield pick(language, f"{said}。", said)


def _reason(judge: Judge, group: ComparedGroup, one: Standing, grade: Grade, language: Language) -> str:
    reasons = []
    if grade.bound:
        by_exact, bound = group.scheme.ranking.by == "exact" and not group.is_printed, plain(grade.bound)
        zh = f"未取舍的总分{fine(one.exact)}分" if by_exact else f"总分{one.text}分"
        en = f"unrounded total {fine(one.exact)}" if by_exact else f"total {one.text}"
        reasons.append(pick(language, f"{zh}不低于{bound}分", f"{en} is {bound} or more"))
    if grade.top_percent is not None and one.rank is not None:
        reasons.append(_by_place(judge, group, one, grade, plain(grade.top_percent), language))
    return joined(language, reasons)


def _by_place(judge: Judge, group: ComparedGroup, one: Standing, grade: Grade, percent: str, language: Language) -> str:
    """That the place is inside a quota, of the unit's own group or of several."""
    shares = grade.shares(group.id)
    count = places(grade, sum(judge.evaluation.ranked(one.unit.class_id, each) for each in shares))
    each = group.scheme.head.each
    if len(shares) > 1:
        named = "、".join(group.scheme.group_name(each) for each in shares)
        zh = f"在{named}合计的前{percent}%（{count}{each}）以内"
        return pick(language, zh, f"among the first {percent}% ({count}) of {named} together")
    zh, en = f"名次在前{percent}%（{count}{each}）以内", f"the place is among the first {percent}% ({count})"
    return pick(language, zh, en)


def distances(group: ComparedGroup, one: Standing, language: Language) -> Iterator[str]:
    """To the bounds of grades and to the neighbours."""
    near, digits = margin(group.scheme, one, group.ranked), group.digits
    said = []
    if near.spare:
        name, gap = near.spare[0], published(near.spare[1], digits)
        said.append(pick(language, f"高出“{name}”下限{gap}分", f"{gap} above the bound of {name}"))
    if near.missing:
        name, gap = near.missing[0], published(near.missing[1], digits)
        short = pick(language, f"距“{name}”差{gap}分", f"{gap} short of {name}")
        unseen = pick(language, f"未取舍的总分不到“{name}”的下限", f"the unrounded total is below the bound of {name}")
        said.append(short if near.missing[1] else unseen)
    for neighbour, zh, en in ((near.before, "前", "the one before"), (near.after, "后", "the one behind")):
        if neighbour:
            name, apart = neighbour[0], published(neighbour[1], digits)
            same = pick(language, f"与{zh}一名{name}{alike(group.scheme)}", f"the same total as {en}, {name}")
            differs = pick(language, f"与{zh}一名{name}相差{apart}分", f"{apart} from {en}, {name}")
            said.append(differs if neighbour[1] else same)
    if said:
        yield pick(language, f"距离：{'，'.join(said)}。", f"distance: {'; '.join(said)}")
