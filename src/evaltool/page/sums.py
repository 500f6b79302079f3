"""The sums behind a share, written out where they are short: marks over preset points, marks over periods, cards.

Each is reckoned again here from what stands in the cells and said only if it gives the very share that was scored.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from fractions import Fraction

from evaltool.exact import plain
from evaltool.page.figures import equals, fine
from evaltool.page.measured import Measured
from evaltool.page.sources import BatchCards, EvaluatorMarks, Mark
from evaltool.points.score import Point
from evaltool.rules import Scheme
from evaltool.rules.calculations import MOST_TERMS, calculation
from evaltool.rules.combining import mean, total
from evaltool.rules.expressions import Range, as_expr, value_of
from evaltool.rules.methods import Ballot, Percent


def summed(
    scheme: Scheme, point: Point, sheets: Sequence[EvaluatorMarks], cards: Sequence[BatchCards]
) -> Iterator[str]:
    """The sum behind a leaf's share in a sentence, or nothing."""
    component = scheme.components[point.component]
    if point.share is None or point.state not in ("scored", "partial"):
        return
    marks = [mark for sheet in sheets for mark in sheet.marks]
    one_voice = len(sheets) == 1 or component.by == "owner"
    ballot, answer = component.ballot, component.answer
    if ballot and ballot.pool == "cards":
        yield from _of_cards(scheme, ballot, cards, point.share)
    elif component.preset is not None and one_voice and not any(mark.repeat for mark in marks):
        yield from _of_points(marks, point.share)
    elif isinstance(answer, Percent) and one_voice and len(marks) > 1:
        yield from _of_repeats(marks, point.share)


def added(lines: Sequence[Measured], point: Point) -> Iterator[str]:
    """What the lines of a component with methods of their own got together."""
    if said := "；".join(_reckoned(lines)):
        yield f"{said}。"
    got = [(each.share * each.line.full, each.line.full) for each in lines if each.share is not None]
    points, full = sum((own for own, _ in got), Fraction(0)), sum((of for _, of in got), Fraction(0))
    if full and points / full == point.share:
        yield f"各指标得分合计{fine(points)}分，预赋分值{plain(full)}分。"


def _reckoned(lines: Sequence[Measured]) -> Iterator[str]:
    """How the points of each figure follow from it."""
    for each in lines:
        if each.calculation and each.share is not None:
            worth, when = each.share * each.line.full, f"（{each.repeat}）" if each.repeat else ""
            yield f"{each.line.name}{when}：{each.calculation}{equals(worth)}{fine(worth)}分"


def _of_points(marks: Sequence[Mark], share: Fraction) -> Iterator[str]:
    values = [mark.value for mark in marks if mark.value is not None]
    fulls = [Fraction(mark.full) for mark in marks if mark.full]
    if not values or len(values) != len(marks) or len(fulls) != len(marks) or not sum(fulls):
        return
    points, full = as_expr(total(Range("", tuple(values)))), sum(fulls, Fraction(0))
    if (points / full).value == share:
        several = len(values) > 1
        how = f"{calculation(points)}＝" if several and len(values) <= MOST_TERMS else f"{len(values)}项评分合计"
        yield f"{how if several else '得'}{plain(value_of(points))}分，预赋分值{plain(full)}分。"


def _of_repeats(marks: Sequence[Mark], share: Fraction) -> Iterator[str]:
    values = [mark.value for mark in marks if mark.value is not None]
    average = as_expr(mean(Range("", tuple(values)))) if values else None
    if average and average.value == share * 100 and len(values) <= MOST_TERMS:
        yield f"{calculation(average)}{equals(share * 100)}{fine(share * 100)}。"


def _of_cards(scheme: Scheme, answer: Ballot, cards: Sequence[BatchCards], share: Fraction) -> Iterator[str]:
    """So many cards times what a choice is worth, over the cards that chose."""
    counts: Counter[str] = Counter()
    for each in cards:
        counts.update(each.counts)
    worth = {choice: value for choice, value in scheme.scale(answer.ballot).items() if value is not None}
    chosen = sum(counts[choice] for choice in worth)
    points = sum((counts[choice] * value for choice, value in worth.items()), Fraction(0))
    if chosen and points / chosen == share:
        terms = "＋".join(
            f"{choice}{counts[choice]}张×{plain(value * 100)}" for choice, value in worth.items() if counts[choice]
        )
        yield f"（{terms}）÷{chosen}张{equals(share * 100)}{fine(share * 100)}。"
