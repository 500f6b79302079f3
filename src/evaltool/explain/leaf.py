"""One component of one unit as the sentences of a careful clerk: by which method it was scored, what happened to its
weight, what the marks come to, what that counts.

Names and what an output says of an absence (`basis`) stay as they stand in the evaluation, in either language.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from evaltool.explain.figures import equals, fine
from evaltool.explain.measured import Measured
from evaltool.explain.sources import BatchCards, EvaluatorMarks
from evaltool.explain.sums import added, summed
from evaltool.findings import Language
from evaltool.points.score import Point
from evaltool.results.rank import Standing
from evaltool.rules import Component, Scheme
from evaltool.rules.combining import way_in_words
from evaltool.rules.wording import joined, pick
from evaltool.views.comparison import ComparedGroup, weight_text
from evaltool.views.wording import path

MARKED = ("scored", "partial")


def in_words(
    group: ComparedGroup,
    one: Standing,
    point: Point,
    sheets: Sequence[EvaluatorMarks],
    cards: Sequence[BatchCards],
    lines: Sequence[Measured],
) -> Iterator[str]:
    """All of it in Chinese, in this order."""
    scheme = group.scheme
    yield from method(scheme, scheme.components[point.component], point, "zh", by_line=bool(lines))
    yield from moved(group, one, point, "zh")
    component = scheme.components[point.component]
    yield from added(lines, component, point, "zh") if lines else summed(scheme, point, sheets, cards, "zh")
    yield from product(scheme, point, "zh")


def outcome(point: Point, language: Language = "zh") -> str:
    """What a leaf came to, in a few words."""
    if point.state == "moved":
        return pick(language, "权重转出，不计分", "its weight moved, not scored")
    if point.points is None:
        return pick(language, "未评", "not scored")
    weight, points = weight_text(point.weight), fine(point.points)
    return pick(language, f"{weight}分中得{points}分", f"{points} of {weight} points")


def method(scheme: Scheme, component: Component, point: Point, language: Language, *, by_line: bool) -> Iterator[str]:
    """The rule's words."""
    answer = component.answer
    if answer is None:
        return
    each_own = pick(language, "各指标按各自的办法（见下表）", "each indicator by its own method")
    said = [
        each_own
        if by_line and not (answer.stated_lines or component.taken)
        else answer.in_words(language, scheme, weight_text(point.weight))
    ]
    said += [component.each.in_words(language)] if component.each else []
    if component.over != "mean":
        way = way_in_words(language, component.over)
        said.append(pick(language, f"各评估主体的评分{way}", f"of the evaluators' marks {way}"))
    listed = joined(language, said, "；")
    yield pick(language, f"评分办法：{listed}。", f"method: {listed}")


def moved(group: ComparedGroup, one: Standing, point: Point, language: Language) -> Iterator[str]:
    """What happened to the component and to its weight."""
    if point.basis:
        yield pick(language, f"{point.basis}。", f"as the rules say: {point.basis}")
    stated = group.scheme.weight(point.component, one.unit.group)
    if point.state != "moved" and point.weight != stated:
        before, now, why = weight_text(stated), weight_text(point.weight), "；".join(givers(group, one, point))
        yield pick(language, f"权重由{before}调整为{now}：{why}。", f"weight {now} instead of {before}: {why}")
    if point.points is None and point.state != "moved" and not point.basis:
        yield pick(language, "尚未报齐，没有计入总分。", "not all in yet, no part of the total")


def product(scheme: Scheme, point: Point, language: Language) -> Iterator[str]:
    """From the share to the points."""
    if point.share is None or point.points is None:
        return
    component, rate = scheme.components[point.component], f"{fine(point.share * 100)}%"
    weight, points = weight_text(point.weight), fine(point.points)
    sign = equals(point.share * 100, point.points, point.weight, language=language)
    changed = component.is_changed or bool(scheme.factors(point.component))  # which a sentence before has told
    source = pick(language, f"得分率{rate}", f"rate {rate}") if changed else _source(component, point, rate, language)
    digits = component.round
    rounded = (
        ""
        if digits is None
        else pick(language, f"（按规则保留{digits}位小数）", f" (rounded to {digits} decimals by the rules)")
    )
    yield pick(
        language,
        f"{source}；{rate}×{weight}{sign}{points}分{rounded}。",
        f"{source}; {rate} x {weight}{sign}{points}{rounded}",
    )


def _source(component: Component, point: Point, rate: str, language: Language) -> str:
    """Where a share comes from."""
    if component.ballot and point.state in MARKED:
        return pick(
            language,
            f"有效评价{point.evaluators}条，平均得分率{rate}",
            f"{point.evaluators} valid cards, on average {rate}",
        )
    if point.evaluators > 1 and point.state in MARKED and component.by != "owner":
        by_months = component.charge == "months"
        way = way_in_words(language, component.over)
        return pick(
            language,
            f"{point.evaluators}个评估主体的得分率{'按分管月数加权' if by_months else ''}{way}，为{rate}",
            f"{point.evaluators} evaluators' rates, {way}{', by months in charge' if by_months else ''}: {rate}",
        )
    return pick(language, f"得分率{rate}", f"rate {rate}")


def givers(group: ComparedGroup, one: Standing, point: Point) -> Iterator[str]:
    """The leaves whose weight came here, with why."""
    for leaf in group.scheme.leaves():
        other = group.points.get((one.unit.id, leaf))
        if other is not None and other.state == "moved" and point.component in other.takers:
            yield f"{path(group.scheme, leaf)}：{other.basis}"
