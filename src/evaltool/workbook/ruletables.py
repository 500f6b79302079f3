"""The rules of a run as tables to be read: the tab 规则 of the ranked workbook."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from evaltool.evaluation import Evaluation
from evaltool.evaluation.derived import taken_of
from evaltool.evaluation.in_words.extras import WORDS, kind_in_words
from evaltool.evaluation.taken import in_words
from evaltool.exact import plain
from evaltool.rules import EXTRAS, Award, Extras, Scheme
from evaltool.rules.wording import worth
from evaltool.views.tables import NONE, ShownColumn, ShownRow, ShownTable, table
from evaltool.views.wording import used_in

PLACES_SHOWN = 20


def rule_blocks(evaluation: Evaluation) -> Iterator[ShownTable]:
    """Of every class: components with their weights, scales, places, grades, awards, bonus, order of ties."""
    for scheme in evaluation.classes.values():
        name = scheme.head.name
        yield table(f"{name}：评估内容和权重", _COMPONENTS, list(_component_rows(evaluation, scheme)))
        for key, options in scheme.scales.items():
            rows = [
                (choice, "弃权，不计入平均" if points == "abstain" else Fraction(points)) for choice, points in options
            ]
            yield table(
                _of(f"{name}：选项分值", scheme, key),
                [ShownColumn("选项", "text", 44), ShownColumn("分值", "number", 14)],
                rows,
            )
        for key, places in scheme.places.items():
            if places.last is None:
                shares = [places.share(place) for place in range(1, PLACES_SHOWN + 1)]
                rows = [(f"第{place}名", share * 100) for place, share in enumerate(shares, 1)]
            else:
                rows = [("第1名", Fraction(places.first)), ("最后一名（其间均匀递减）", Fraction(places.last))]
            columns = [ShownColumn("名次", "text", 44), ShownColumn("分值", "number", 14)]
            yield table(_of(f"{name}：名次分值", scheme, key), columns, rows)
        yield from _outcome_blocks(scheme)


def _of(caption: str, scheme: Scheme, name: str) -> str:
    """With the components that it is for."""
    used = used_in(scheme, name)
    return caption + (f"（{used}）" if used else "")


_COMPONENTS = (
    ShownColumn("评估内容", "text", 44),
    ShownColumn("权重", "points", 14),
    ShownColumn("评估主体", "text", 26),
    ShownColumn("计分办法", "text", 60),
)


def _component_rows(evaluation: Evaluation, scheme: Scheme) -> Iterator[ShownRow]:
    """Parts are set in below what they are part of."""
    for component, depth in scheme.walk():
        rule = scheme.components[component]
        weight = scheme.weight(component)
        words = []
        if rule.answer is not None:
            words.append(rule.answer.in_words("zh", scheme, worth(weight)))
        if rule.each is not None:
            words.append(rule.each.in_words("zh"))
        by = {"": "", "owner": "各指标的评分主体"}.get(rule.by, evaluation.roles.get(rule.by, rule.by))
        if rule.taken:
            by = "取用已有结果"
            words += [in_words(evaluation, name) for name in taken_of(evaluation, scheme, component)]
        yield "　" * depth + rule.name, weight, by, "；".join(words)


def _outcome_blocks(scheme: Scheme) -> Iterator[ShownTable]:
    name = scheme.head.name
    if scheme.grades:
        rows: list[ShownRow] = [
            (grade.name, "其余" if grade.bound is None else Fraction(grade.bound)) for grade in scheme.grades
        ]
        yield table(
            f"{name}：等次下限（含）", [ShownColumn("等次", "text", 44), ShownColumn("总分不低于", "number", 14)], rows
        )
    if scheme.awards:
        rows = [(award.name, award.grade, _places(scheme, award)) for award in scheme.awards]
        yield table(
            f"{name}：奖项",
            [ShownColumn("奖项", "text", 44), ShownColumn("等次不低于", "text", 14), ShownColumn("名额", "text", 26)],
            rows,
        )
    for kind in EXTRAS:
        rows = list(_extra_rows(scheme.extras(kind)))
        if rows:
            yield table(f"{name}：{WORDS[kind][0]}", _EXTRAS, rows)
    if scheme.climb.points:
        rows = [("比上年每上升1位", Fraction(scheme.climb.points))]
        rows += [] if scheme.climb.most is None else [("最多", Fraction(scheme.climb.most))]
        columns = [ShownColumn("项目", "text", 44), ShownColumn("分值", "number", 14)]
        yield table(f"{name}：{scheme.climb.name}", columns, rows)
    ties = "、".join(scheme.components[each].name for each in scheme.ranking.ties) or "并列"
    by = {"published": "公布的总分", "exact": "未取整的总分"}.get(scheme.ranking.by, "总分比上年的增减")
    rows = [("排名依据", by), ("同分时依次比较", ties)]
    rows += [("总分小数位数", str(scheme.head.decimals))]
    yield table(f"{name}：排名", [ShownColumn("规则", "text", 44), ShownColumn("内容", "text", 14)], rows)


_EXTRAS = (
    ShownColumn("项目", "text", 44),
    ShownColumn("分值", "number", 14),
    ShownColumn("怎样计", "text", 60),
)


def _extra_rows(rules: Extras) -> Iterator[ShownRow]:
    """A row for every kind, or for each of its levels; what holds for all together last."""
    for kind in rules.kinds:
        how = kind_in_words(kind, "zh") if rules.are_reckoned else ""
        worth = [(kind.name, kind.points if kind.most is None else kind.most)]
        for name, points in [(f"{kind.name}·{level}", points) for level, points in kind.levels.items()] or worth:
            yield name, NONE if points is None else Fraction(points), how
    if rules.cap is not None:
        yield "每个单位最多", Fraction(rules.cap), ""
    if rules.same_deed == "highest":
        yield "同一事项", NONE, "只按最高的一次计"


def _places(scheme: Scheme, award: Award) -> str:
    by = "总分比上年提高最多的，" if award.by == "gain" else ""
    if award.ranks:
        return f"{by}第" + "—".join(str(rank) for rank in dict.fromkeys(award.ranks)) + "名"
    if award.percent:
        return by + "，".join(f"{scheme.group_name(group)}{plain(share)}%" for group, share in award.percent.items())
    return f"{award.places}个，分配到{'、'.join(field.name for field in award.fields)}"
