"""A condition of a grade or an award in words."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from evaltool.evaluation import Evaluation
from evaltool.evaluation.derived import formula_in_words
from evaltool.exact import plain
from evaltool.findings import Language
from evaltool.rules import Condition, Scheme
from evaltool.rules.wording import joined, pick


def condition_in_words(evaluation: Evaluation, scheme: Scheme, condition: Condition, language: Language) -> str:
    """What is asked for, as a part of a sentence."""
    what = about(evaluation, scheme, condition, language)
    said = joined(language, _asked(condition, language), "，")
    return pick(language, f"且{what}{said}", f"and {what} {said}")


def about(evaluation: Evaluation, scheme: Scheme, condition: Condition, language: Language) -> str:
    """What a condition looks at."""
    if condition.figure is not None:
        figure = formula_in_words(evaluation, scheme, condition.figure, language)
        return pick(language, f"“{figure}”", figure)
    name = scheme.components[condition.component].name
    if condition.every_period:
        return pick(language, f"“{name}”的每一期", f"every period of {name}")
    return pick(language, f"“{name}”", name)


def _asked(condition: Condition, language: Language) -> Iterator[str]:
    if condition.first is not None:
        yield pick(language, f"列本分类前 {condition.first} 名", f"among the first {condition.first} of the group")
    if condition.grade:
        yield pick(language, f"按得分率都不低于“{condition.grade}”", f"by its rate no worse than {condition.grade}")
    if condition.percent is not None:
        least = plain(condition.percent)
        yield pick(language, f"不低于其满分的 {least}%", f"at least {least}% of full marks")
    if condition.points is not None:
        yield pick(language, f"不低于 {plain(condition.points)} 分", f"at least {plain(condition.points)} points")
    bounds: tuple[tuple[Decimal | None, str, str], ...] = (
        (condition.at_least, "不低于", "at least"),
        (condition.at_most, "不高于", "at most"),
    )
    yield from (
        pick(language, f"{zh} {plain(bound)}", f"{en} {plain(bound)}") for bound, zh, en in bounds if bound is not None
    )
