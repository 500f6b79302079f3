"""The ways to make one number of several: the repeats of an answer, the marks of several evaluators, batches of cards.

Each way is one function over numbers (`expressions.py`), exact on fractions and a formula on cells, and its words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import Field

from evaltool.exact import added, plain
from evaltool.findings import Language
from evaltool.rules.expressions import Function, ManyNumbers, Number, Range, Written, as_expr
from evaltool.rules.lists import highest, lowest, of_list, values_of
from evaltool.rules.strict import Count, Exact, Flag, Strict
from evaltool.rules.wording import joined, pick

Over = Literal["mean", "median", "sum", "last", "best", "worst"]


class Trimmed(Strict):
    """A mean without the lowest and highest share p of the answers (floor(p x n) at each end)."""

    trimmed: Annotated[Exact, Field(gt=0, lt=Decimal("0.5"))]


class Dropped(Strict):
    """A mean without so many of the lowest and of the highest answers; fewer than `at_least` give no result."""

    drop: Count
    at_least: Count | None = None

    @property
    def least(self) -> int:
        """How many answers there must be: one is always left."""
        return self.at_least or 2 * self.drop + 1


Combination = Over | Trimmed | Dropped
"""How several answers become one."""


class Each(Strict):
    """The repeats of an answer: fixed periods, or a word for rows added as they happen.

    `stages` sets periods together (months to quarters): inside a stage `stage_over` combines them, then `over` the
    stages.  With "sum" the shares add up, so that the preset points are those of the whole stage.  `so_far`: an interim
    result takes what `over` makes of the periods (or of the complete stages) that are in.
    """

    periods: list[str] = Field(default_factory=list)
    word: str = ""
    over: Combination = "mean"
    stages: dict[str, list[str]] = Field(default_factory=dict)
    stage_over: Over = "sum"
    so_far: Flag = False

    def in_words(self, language: Language) -> str:
        """How often something is marked, and how the repeats become one."""
        over = way_in_words(language, self.over)
        if self.stages:
            inner = way_in_words(language, self.stage_over)
            listed = joined(
                language, (f"{stage}（{joined(language, periods)}）" for stage, periods in self.stages.items())
            )
            said = pick(
                language,
                f"分阶段评：{listed}；每个阶段内各次{inner}，各阶段{over}",
                f"by stages: {listed}; within a stage {inner}, over the stages {over}",
            )
            return said + self._interim(language, pick(language, "已报齐的各阶段", "of the stages that are complete"))
        if self.periods:
            listed = joined(language, self.periods)
            said = pick(language, f"{listed}各评一次，{over}", f"once for each of {listed}; {over}")
            return said + self._interim(language, pick(language, "已报的各期", "of the periods that are in"))
        return pick(language, f"按次记录（{self.word}），{over}", f"one line per occasion ({self.word}); {over}")

    def _interim(self, language: Language, of: str) -> str:
        """What an interim result does while some are not in."""
        over = way_in_words(language, self.over)
        zh, en = (
            f"；未报齐时的阶段性结果，由{of}{over}",
            f"; while some are missing an interim result takes {over} {of}",
        )
        return pick(language, zh, en) if self.so_far else ""


def total(numbers: ManyNumbers) -> Number:
    return of_list("SUM", numbers, _sum)


def mean(numbers: ManyNumbers) -> Number:
    return of_list("AVERAGE", numbers, _mean)


def median(numbers: ManyNumbers) -> Number:
    """Of an even number the mean of the middle two."""
    return of_list("MEDIAN", numbers, _median)


def _sum(values: Sequence[Fraction]) -> Fraction:
    return added(values)


def _mean(values: Sequence[Fraction]) -> Fraction:
    return _sum(values) / len(values)


def _median(values: Sequence[Fraction]) -> Fraction:
    ordered, count = sorted(values), len(values)
    return (ordered[(count - 1) // 2] + ordered[count // 2]) / 2


def last(numbers: ManyNumbers) -> Number:
    """In the evaluators' (or the repeats') order."""
    return numbers.cells[-1] if isinstance(numbers, Range) else numbers[-1]


@dataclass(frozen=True, slots=True)
class Way:
    """What several numbers come to, and how that is said."""

    of: Callable[[ManyNumbers], Number]
    zh: str
    en: str


WAYS: Mapping[Over, Way] = {
    "mean": Way(mean, "取平均", "their mean"),
    "median": Way(median, "取中位数", "their median"),
    "sum": Way(total, "相加", "their sum"),
    "last": Way(last, "以最后一次为准", "the last one"),
    "best": Way(highest, "取最高", "the highest"),
    "worst": Way(lowest, "取最低", "the lowest"),
}


def dropped(over: Combination, count: Any) -> Any:
    """How many of so many answers are left out at each end; `count` may be a column."""
    if isinstance(over, Dropped):
        return over.drop
    part = Fraction(over.trimmed) if isinstance(over, Trimmed) else Fraction(0)
    return count * part.numerator // part.denominator


def enough(over: Combination) -> int:
    """From how many answers on they can be combined."""
    return over.least if isinstance(over, Dropped) else 1


def combined(numbers: ManyNumbers, over: Combination) -> Number:
    """Several numbers, of which there are enough, as one."""
    if isinstance(over, Trimmed | Dropped):
        return trimmed(numbers, dropped(over, len(values_of(numbers))))
    if isinstance(numbers, Range) and len(numbers.values) == 1:
        return numbers.cells[0]
    return WAYS[over].of(numbers)


def kept(over: Combination, count: Any) -> tuple[Any, Any] | None:
    """Of so many numbers in ascending order the place of the first that is added up, and how many are, by which all but
    a sum is divided; None where their order decides.  `count` may be a column, and so may what is found."""
    if isinstance(over, Trimmed | Dropped):
        drop = dropped(over, count)
        return drop, count - 2 * drop
    ways = {"median": ((count - 1) // 2, 2 - count % 2), "best": (count - 1, 1), "worst": (0, 1), "last": None}
    return ways.get(over, (0, count))


def way_in_words(language: Language, over: Combination) -> str:
    """How several answers become one."""
    if isinstance(over, Dropped):
        drop, least = over.drop, over.least
        return pick(
            language,
            f"去掉 {drop} 个最高和 {drop} 个最低后取平均（不足 {least} 个的不能计算）",
            f"their mean without the {drop} highest and the {drop} lowest (of {least} or more)",
        )
    if isinstance(over, Trimmed):
        share = plain(over.trimmed * 100)
        return pick(
            language,
            f"去掉最高和最低的各 {share}% 后取平均",
            f"their mean without the highest and lowest {share}%",
        )
    return pick(language, WAYS[over].zh, WAYS[over].en)


def weighted(numbers: ManyNumbers, weights: ManyNumbers) -> Number:
    """The mean of numbers that count several times (marks by months in charge, batches by their cards); nothing where
    none of them counts."""
    held = _sum(values_of(weights))
    products = _sum([one * of for one, of in zip(values_of(numbers), values_of(weights), strict=True)])
    if not held:
        return as_expr(0) if isinstance(numbers, Range) else Fraction(0)
    if isinstance(numbers, Range) and isinstance(weights, Range):
        return Function("SUMPRODUCT", (weights, numbers), products) / as_expr(total(weights))
    return products / held


def trimmed(numbers: ManyNumbers, drop: int) -> Number:
    """The mean without the lowest and the highest so many."""
    values = values_of(numbers)
    kept = sorted(values)[drop : len(values) - drop]
    if not isinstance(numbers, Range):
        return _mean(kept)
    if numbers.apart:
        return _trimmed_apart(numbers, drop, _mean(kept))
    places = Written(f"{{{','.join(map(str, range(drop + 1, len(values) - drop + 1)))}}}", "")
    smallest = Function("SMALL", (numbers, places), None)
    return Function("SUMPRODUCT", (smallest,), _sum(kept)) / len(kept)


def _trimmed_apart(cells: Range, drop: int, value: Fraction) -> Number:
    """Of cells that do not stand side by side: a function for places takes one range."""
    if drop > 1:
        return Written("", value)
    if not drop:
        return mean(cells)
    return as_expr(total(cells) - as_expr(lowest(cells)) - highest(cells)) / (len(cells.values) - 2)
