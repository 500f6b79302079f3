"""The sums behind a share, written out where they are short: marks over preset points, marks over periods, cards.

Each is reckoned again here from what stands in the cells and said only if it gives the very share that was scored.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from fractions import Fraction

from evaltool.exact import plain
from evaltool.explain.figures import equals, fine
from evaltool.explain.measured import Measured
from evaltool.explain.sources import BatchCards, EvaluatorMarks, Mark
from evaltool.findings import Language
from evaltool.points.score import Point
from evaltool.rules import Component, Scheme
from evaltool.rules.calculations import MOST_TERMS, Reader, calculation
from evaltool.rules.combining import mean, total, weighted
from evaltool.rules.expressions import Range, as_expr, value_of
from evaltool.rules.methods import Ballot, Percent
from evaltool.rules.methods.method import as_stated
from evaltool.rules.wording import joined, pick


def summed(
    scheme: Scheme, point: Point, sheets: Sequence[EvaluatorMarks], cards: Sequence[BatchCards], language: Language
) -> Iterator[str]:
    """The sum behind a leaf's share in a sentence, or nothing."""
    component = scheme.components[point.component]
    if point.share is None or point.state not in ("scored", "partial"):
        return
    ballot = component.ballot
    if ballot and ballot.pool == "cards":
        yield from _of_cards(scheme, ballot, cards, point.share, language)
    elif len(sheets) == 1 or component.by == "owner":
        yield from of_marks(component, [mark for sheet in sheets for mark in sheet.marks], point.share, language)


def of_marks(component: Component, marks: Sequence[Mark], share: Fraction, language: Language) -> Iterator[str]:
    """The sum behind the share that one voice's marks come to, or nothing."""
    if component.preset is not None and not any(mark.repeat for mark in marks):
        yield from _of_points(marks, share, language)
    elif isinstance(component.answer, Percent) and len(marks) > 1:
        yield from _of_repeats(marks, share, language)


def of_voices(
    shares: Sequence[Fraction], months: Sequence[int], share: Fraction | None, language: Language
) -> Iterator[str]:
    """The mean of several voices' shares in percent, each as often as it has months, where it is short."""
    if not 1 < len(shares) <= MOST_TERMS:
        return
    average = as_expr(mean(Range("", tuple(each * 100 for each in shares))))
    said = calculation(average, Reader(language, fine))
    if months:
        average = as_expr(value_of(weighted(shares, [Fraction(each) for each in months])) * 100)
        terms = [f"{fine(each * 100)}{pick(language, '×', ' x ')}{of}" for each, of in zip(shares, months, strict=True)]
        total_ = sum(months)
        said = pick(language, f"（{'＋'.join(terms)}）÷{total_}个月", f"({' + '.join(terms)}) / {total_} months")
    if share is not None and value_of(average) == share * 100:
        sign = equals(share * 100, *(each * 100 for each in shares), language=language)
        yield pick(language, f"{said}{sign}{fine(share * 100)}。", f"{said}{sign}{fine(share * 100)}")


def added(lines: Sequence[Measured], component: Component, point: Point, language: Language) -> Iterator[str]:
    """What the lines of a component with methods of their own got together."""
    if said := joined(language, _reckoned(lines, language), "；"):
        yield pick(language, f"{said}。", said)
    got = [(each.share * each.line.full, each.line.full) for each in lines if each.share is not None]
    points, full = sum((own for own, _ in got), Fraction(0)), sum((of for _, of in got), Fraction(0))
    answer = component.answer
    if answer is not None and answer.kinds:
        if value_of(answer.pooled(points, as_stated)) / Fraction(component.weight or 1) == point.share:
            yield answer.told_pool(points, language, fine) + pick(language, "。", "")
        return
    if full and points / full == point.share:
        yield pick(
            language,
            f"各指标得分合计{fine(points)}分，预赋分值{plain(full)}分。",
            f"the indicators come to {fine(points)} of {plain(full)} preset points",
        )


def _reckoned(lines: Sequence[Measured], language: Language) -> Iterator[str]:
    """How the points of each figure follow from it."""
    for each in lines:
        if each.calculation and each.share is not None:
            worth = each.share * each.line.full
            when = pick(language, f"（{each.repeat}）", f" ({each.repeat})") if each.repeat else ""
            made = f"{each.calculation}{equals(worth, language=language)}{fine(worth)}"
            if each.reckoned:
                figure = pick(language, "数值", "figure ")
                made = f"{figure}{each.reckoned}{pick(language, '，', ', ')}{made}"
            yield pick(language, f"{each.line.name}{when}：{made}分", f"{each.line.name}{when}: {made}")


def _of_points(marks: Sequence[Mark], share: Fraction, language: Language) -> Iterator[str]:
    values = [mark.value for mark in marks if mark.value is not None]
    fulls = [Fraction(mark.full) for mark in marks if mark.full]
    if not values or len(values) != len(marks) or len(fulls) != len(marks) or not sum(fulls):
        return
    points, full = as_expr(total(Range("", tuple(values)))), sum(fulls, Fraction(0))
    if (points / full).value == share:
        several = len(values) > 1
        how = calculation(points, Reader(language)) + pick(language, "＝", " = ") if len(values) <= MOST_TERMS else ""
        counted = pick(language, f"{len(values)}项评分合计", f"{len(values)} marks come to ")
        got = (how or counted) if several else pick(language, "得", "")
        yield pick(
            language,
            f"{got}{plain(value_of(points))}分，预赋分值{plain(full)}分。",
            f"{got}{plain(value_of(points))} of {plain(full)} preset points",
        )


def _of_repeats(marks: Sequence[Mark], share: Fraction, language: Language) -> Iterator[str]:
    values = [mark.value for mark in marks if mark.value is not None]
    average = as_expr(mean(Range("", tuple(values)))) if values else None
    if average and average.value == share * 100 and len(values) <= MOST_TERMS:
        said = f"{calculation(average, Reader(language))}{equals(share * 100, language=language)}{fine(share * 100)}"
        yield pick(language, f"{said}。", said)


def _of_cards(
    scheme: Scheme, answer: Ballot, cards: Sequence[BatchCards], share: Fraction, language: Language
) -> Iterator[str]:
    """So many cards times what a choice is worth, over the cards that chose."""
    counts: Counter[str] = Counter()
    for each in cards:
        counts.update(each.counts)
    worth = {choice: value for choice, value in scheme.scale(answer.ballot).items() if value is not None}
    chosen = sum(counts[choice] for choice in worth)
    points = sum((counts[choice] * value for choice, value in worth.items()), Fraction(0))
    if chosen and points / chosen == share:
        counted = [(choice, counts[choice], plain(value * 100)) for choice, value in worth.items() if counts[choice]]
        sign, result = equals(share * 100, language=language), fine(share * 100)
        zh = "＋".join(f"{choice}{count}张×{value}" for choice, count, value in counted)
        en = " + ".join(f"{choice} {count} x {value}" for choice, count, value in counted)
        yield pick(language, f"（{zh}）÷{chosen}张{sign}{result}。", f"({en}) / {chosen} cards{sign}{result}")
