"""Why a condition of a grade or an award does not hold: which one, which number, of which period.

Where a component is not shown, or nothing finer than what is printed may be said, only that it does not hold.
"""

from __future__ import annotations

from fractions import Fraction

from evaltool.evaluation.in_words.conditions import about
from evaltool.exact import plain
from evaltool.explain.figures import fine
from evaltool.findings import Language
from evaltool.results.conditions import Broken, Judge, looked_at
from evaltool.results.rank import Standing
from evaltool.results.result import Result
from evaltool.rules import Condition, Scheme
from evaltool.rules.wording import pick
from evaltool.views.comparison import ComparedGroup, percent_text


def judge_of(result: Result, class_id: str) -> Judge:
    """The judge of a run's conditions."""
    evaluation = result.evaluation
    return Judge(evaluation, evaluation.classes[class_id], result.points, result.measured)


def why_not(judge: Judge, condition: Condition, group: ComparedGroup, one: Standing, language: Language) -> str:
    """What of a condition the unit does not meet, in words; "" if it does."""
    broken = judge.broken(one.unit, condition)
    if broken is None:
        return ""
    if condition.by_points:
        return _of_component(condition, group, one, language)
    what = about(judge.evaluation, group.scheme, condition, language)
    leaves = looked_at(judge.evaluation, group.scheme, condition)
    if group.is_printed or not all(each in group.shown or _counts_nothing(group.scheme, each) for each in leaves):
        return pick(language, f"没有达到对{what}的要求", f"what is asked for in {what} is not reached")
    return _of_number(judge, broken, what, language)


def _counts_nothing(scheme: Scheme, leaf: str) -> bool:
    """Whether a component is not shown merely because it weighs nothing."""
    return not scheme.weight(leaf) and not scheme.is_secret(leaf)


def _of_number(judge: Judge, broken: Broken, what: str, language: Language) -> str:
    if broken.value is None or broken.bound is None:
        return pick(language, f"{what}没有数", f"there is no number for {what}")
    condition, (sign, bound) = broken.condition, broken.bound
    if condition.first is not None:
        place = plain(broken.value)
        return pick(
            language, f"{what}列第{place}名，不在前{plain(bound)}名以内", f"{what}: place {place}, not {plain(bound)}"
        )
    if condition.every_period:
        name = judge.scheme.components[condition.component].name
        rate, asked = percent_text(broken.value / 100), percent_text(bound / 100)
        named = f"（“{condition.grade}”）" if condition.grade else ""
        zh = f"{name}{broken.period}得分率{rate}，低于要求的{asked}{named}"
        return pick(language, zh, f"the rate in {name}, {broken.period}, {rate}, is below {asked}{named}")
    period = f"（{broken.period}）" if broken.period else ""
    zh, en = ("低于", "below") if sign == ">=" else ("高于", "above")
    value, limit = fine(broken.value), plain(bound)
    return pick(language, f"{what}{period}为{value}，{zh}要求的{limit}", f"{what}{period} is {value}, {en} {limit}")


def _of_component(condition: Condition, group: ComparedGroup, one: Standing, language: Language) -> str:
    """What a component must come to."""
    point = group.points.get((one.unit.id, condition.component))
    name = group.scheme.components[condition.component].name
    unmet = pick(language, f"没有达到对{name}得分的要求", f"what is asked for in {name} is not reached")
    if condition.component not in group.shown:
        return unmet
    if point is None or point.points is None or point.share is None:
        return pick(language, f"{name}没有得分", f"{name} has no points")
    if condition.share is not None and point.share < condition.share:
        rate, asked = percent_text(point.share), percent_text(condition.share)
        return pick(language, f"{name}得分率{rate}低于要求的{asked}", f"the rate in {name}, {rate}, is below {asked}")
    if condition.points is not None and point.points < Fraction(condition.points):
        got, wanted = fine(point.points), plain(condition.points)
        return pick(
            language, f"{name}得分{got}低于要求的{wanted}分", f"the points in {name}, {got}, are below {wanted}"
        )
    return unmet  # what is printed is rounded up to it
