"""How a mark becomes points, in words: each method with its own parameters, for the committee and for the documents."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from evaltool.exact import plain, published
from evaltool.findings import Language
from evaltool.rules import Each, Over, Places, Scheme, Trimmed
from evaltool.rules.methods import Ballot, Choice, Compare, Deduct, Growth, Parameters, Percent, Points, Rank, Target

_OVER: dict[str, tuple[str, str]] = {
    "mean": ("取平均", "their mean"),
    "median": ("取中位数", "their median"),
    "sum": ("相加", "their sum"),
    "last": ("以最后一次为准", "the last one"),
    "best": ("取最高", "the highest"),
    "worst": ("取最低", "the lowest"),
}
_REPEATED = {
    "first": ("同一人重复评价的，以第一次为准", "of repeated answers the first counts"),
    "last": ("同一人重复评价的，以最后一次为准", "of repeated answers the last counts"),
    "all": ("同一人重复评价的，都计入", "repeated answers all count"),
}


def pick(language: Language, zh: str, en: str) -> str:
    return zh if language == "zh" else en


def joined(language: Language, parts: Iterable[str], mark: str = "、") -> str:
    """The parts that say something, with the language's own comma or semicolon."""
    return (mark if language == "zh" else {"、": ", ", "，": ", ", "；": "; "}[mark]).join(
        part for part in parts if part
    )


def combined(language: Language, over: Over | Trimmed) -> str:
    """How several answers become one."""
    if isinstance(over, Trimmed):
        share = plain(over.trimmed * 100)
        return pick(
            language,
            f"去掉最高和最低的各 {share}% 后取平均",
            f"their mean without the highest and lowest {share}%",
        )
    return pick(language, *_OVER[over])


def repeats(language: Language, each: Each) -> str:
    """How often something is marked, and how the repeats become one."""
    over = combined(language, each.over)
    if each.stages:
        inner = combined(language, each.stage_over)
        listed = joined(language, (f"{stage}（{joined(language, periods)}）" for stage, periods in each.stages.items()))
        return pick(
            language,
            f"分阶段评：{listed}；每个阶段内各次{inner}，各阶段{over}",
            f"by stages: {listed}; within a stage {inner}, over the stages {over}",
        )
    if each.periods:
        listed = joined(language, each.periods)
        return pick(language, f"{listed}各评一次，{over}", f"once for each of {listed}; {over}")
    return pick(language, f"按次记录（{each.word}），{over}", f"one line per occasion ({each.word}); {over}")


def worth(number: Fraction) -> str:
    """A weight as the rules write it; where its decimals do not end, rounded and exactly."""
    text = plain(number)
    return f"≈{published(number, 2)} ({text})" if "/" in text else text


def scoring(language: Language, answer: Parameters, scheme: Scheme, weight: str) -> str:
    """The method of an answer with its figures; `weight`: what full marks are worth, as text."""
    match answer:
        case Points():
            return _points(language, answer, weight)
        case Percent():
            return pick(language, f"按百分制打分（得分÷100×{weight}）", f"points out of 100 (points / 100 x {weight})")
        case Choice():
            return _choice(language, answer, scheme, weight)
        case Ballot():
            return _ballot(language, answer, scheme, weight)
        case Rank():
            return _rank(language, scheme.places[answer.rank], weight)
        case Target():
            return _target(language, answer)
        case Compare():
            return _compare(language, answer)
        case Growth():
            return _growth(language, answer)
        case Deduct():
            return _deduct(language, answer)


def _points(language: Language, answer: Points, weight: str) -> str:
    full = plain(answer.points)
    parts = joined(language, (f"{part} {plain(points)}" for part, points in answer.parts.items()))
    zh = f"按预赋分值打分，满分 {full}{f'（{parts}）' if parts else ''}（得分÷{full}×{weight}）"
    en = f"preset points, {full} in all{f' ({parts})' if parts else ''} (points / {full} x {weight})"
    return pick(language, zh, en)


def _options(language: Language, scheme: Scheme, name: str) -> str:
    abstain = pick(language, "弃权不计", "abstains")
    options = scheme.scales[name]
    return joined(language, (f"{one} {abstain if points == 'abstain' else plain(points)}" for one, points in options))


def _choice(language: Language, answer: Choice, scheme: Scheme, weight: str) -> str:
    options = _options(language, scheme, answer.choice)
    quota = joined(language, (f"{choice} ≤ {most}" for choice, most in answer.quota.items()))
    zh = f"选定一档：{options}（所选档的分值÷100×{weight}）{f'，名额：{quota}' if quota else ''}"
    en = f"one of {options} (its points / 100 x {weight}){f', at most {quota} units' if quota else ''}"
    return pick(language, zh, en)


def _ballot(language: Language, answer: Ballot, scheme: Scheme, weight: str) -> str:
    options = _options(language, scheme, answer.ballot)
    pools = {
        "cards": ("全部有效卡合并取平均", "the mean of all cards together"),
        "batches": ("每批先取平均，各批再取平均", "the mean of each batch, then of the batches"),
    }
    least = ""
    if answer.minimum > 1:
        least = pick(language, f"有效卡不少于 {answer.minimum} 张", f"at least {answer.minimum} cards that count")
    again = pick(language, *_REPEATED.get(answer.repeated, ("", "")))
    how = pick(language, *pools[answer.pool])
    what = pick(
        language, f"用评价卡评价：{options}（平均分÷100×{weight}）", f"cards: {options} (mean points / 100 x {weight})"
    )
    return joined(language, (what, how, least, again), "；")


def _rank(language: Language, places: Places, weight: str) -> str:
    if places.points:
        listed = joined(language, (plain(points) for points in places.points))
        last = len(places.points)
        zh = f"排出名次，自第1名起依次为 {listed} 分，第{last}名以后同第{last}名"
        en = f"a place in a list, from the first on worth {listed}; places after number {last} are worth the same as it"
    else:
        first, step, least = plain(places.first), plain(places.step), plain(places.least)
        zh = f"排出名次：第1名 {first} 分，每低一名少 {step} 分，不低于 {least} 分"
        en = f"a place in a list: the first is worth {first}, each further one {step} less, not below {least}"
    return pick(language, f"{zh}（分值÷100×{weight}）", f"{en} (points / 100 x {weight})")


def _target(language: Language, answer: Target) -> str:
    floor, cap = plain(answer.floor), plain(answer.cap)
    if answer.target == "attained":
        zh_side, en_side = ("不低于", "at least") if answer.better == "higher" else ("不高于", "at most")
        missed = plain(answer.missed)
        zh = f"数值{zh_side}目标值的得满分，否则得 {missed}%"
        return pick(language, zh, f"full marks for a figure of {en_side} the target, otherwise {missed}%")
    if answer.target == "range":
        return _range(language, answer)
    zh_ratio, en_ratio = (
        ("数值÷目标值", "figure / target") if answer.target == "higher" else ("目标值÷数值", "target / figure")
    )
    zh = f"按完成比例（{zh_ratio}）计分，低于 {floor}% 不得分，最多按 {cap}% 计"
    return pick(language, zh, f"by completion ({en_ratio}), nothing below {floor}%, at most {cap}%")


def _range(language: Language, answer: Target) -> str:
    low, high = plain(answer.low or Decimal(0)), plain(answer.high or Decimal(0))
    zh, en = [f"数值在 {low} 至 {high} 之间得满分"], [f"full marks from {low} to {high}"]
    for zh_side, en_side, zero in (("低", "below", answer.zero_below), ("高", "above", answer.zero_above)):
        if zero is None:
            zh.append(f"{zh_side}于此不得分")
            en.append(f"nothing {en_side} it")
        else:
            zh.append(f"{zh_side}于此按比例递减，到 {plain(zero)} 为零分")
            en.append(f"{en_side} it falling evenly to nothing at {plain(zero)}")
    return pick(language, "，".join(zh), ", ".join(en))


def _compare(language: Language, answer: Compare) -> str:
    least, step, first = plain(answer.least), plain(answer.step), plain(answer.first)
    side = pick(
        language, *(("越高越好", "more is better") if answer.better == "higher" else ("越低越好", "less is better"))
    )
    among = pick(
        language, *(("同一分类的单位", "its group") if answer.among == "group" else ("全部同类对象", "its whole class"))
    )
    how = {
        "best": ("以最好的单位为满分，按与它的比例计分", "in proportion to the best, which has full marks"),
        "min_max": (
            f"最好的满分，最差的 {least}%，其间按比例",
            f"the best full marks, the worst {least}%, evenly between",
        ),
        "rank": (f"第1名 {first}%，每低一名少 {step}%", f"the first {first}%, each further place {step}% less"),
    }
    zh, en = how[answer.compare]
    low = (
        pick(language, f"不低于 {least}%", f"not below {least}%")
        if answer.least and answer.compare != "min_max"
        else ""
    )
    start = pick(language, f"与{among}比较（{side}）：{zh}", f"compared inside {among} ({side}): {en}")
    return joined(language, (start, low), "，")


def _growth(language: Language, answer: Growth) -> str:
    full, zero, cap = plain(answer.full_at), plain(answer.zero_at), plain(answer.cap)
    what = {
        "rate": ("比上年增长率（%）", "growth on the year before (%)"),
        "per_head": (
            f"人均增长率（%，除以指标“{answer.per}”）",
            f"growth per head (%, divided by indicator {answer.per})",
        ),
        "places": ("比上年进退的位次", "places gained on the year before"),
    }
    zh, en = what[answer.growth]
    zh = f"{zh}：达到 {full} 得满分，{zero} 得零分，其间按比例，最多按 {cap}% 计"
    return pick(language, zh, f"{en}: full marks at {full}, nothing at {zero}, evenly between, at most {cap}%")


def _deduct(language: Language, answer: Deduct) -> str:
    off, limit = plain(answer.deduct), plain(answer.limit)
    zh = f"从满分中扣减：每一件（次、分）扣 {off} 分，最低 {limit} 分"
    return pick(language, zh, f"full marks less {off} for each case, not below {limit}")
