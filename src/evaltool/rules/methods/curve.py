"""A curve: points joined by lines, or steps, over a figure, its part of the target, its growth, or its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from evaltool.exact import plain
from evaltool.findings import Language
from evaltool.names import folded
from evaltool.rules.calculations import Reader
from evaltool.rules.expressions import Number, chosen, fine, percent, value_of
from evaltool.rules.lists import places_behind
from evaltool.rules.methods.method import FULL, Facts, Method
from evaltool.rules.strict import Exact, Positive
from evaltool.rules.wording import joined, pick

if TYPE_CHECKING:
    from evaltool.rules.scheme import Scheme

MOST_POINTS = 30
StatedFigure = Callable[[str, Decimal], Number]


def _bound(value: object) -> object:
    """A number, or the name of a parameter of the unit."""
    if isinstance(value, str) and value.strip():
        return value.strip()
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise PydanticCustomError("curve_bound", "should be a number or a name")
    return Decimal(value)


Bound = Annotated[Decimal | str, BeforeValidator(_bound)]
CurvePoint = tuple[Bound, Annotated[Exact, Field(ge=0)]]


class Curve(Method):
    """Points [figure, worth], joined by lines (`line`: a jump where a figure stands twice), or steps: each worth counts
    `from` its figure on, or `up_to` it.  Worth is out of `full`.  Outside of the points a line stays at its ends; what
    no step speaks of is worth `beyond`.  A figure may be the name of a unit's parameter.

    `over`: the figure itself, its percentage of the target, its growth in percent, or its place among the others.
    """

    curve: list[CurvePoint] = Field(min_length=1, max_length=MOST_POINTS)
    shape: Literal["line", "from", "up_to"] = "line"
    over: Literal["figure", "target", "growth", "place"] = "figure"
    full: Positive = Decimal(100)
    beyond: Annotated[Exact, Field(ge=0)] = Decimal(0)
    better: Literal["higher", "lower"] = "higher"
    among: Literal["group", "class"] = "group"

    formula: ClassVar[Mapping[str, str]] = {
        "zh": "按数值（或完成率、增长率、名次）在折线或台阶上查得分值；得分率＝分值÷full",
        "en": "the figure (its completion, growth or place) is looked up on line or steps; share = worth / full",
    }
    measured: ClassVar[bool] = True
    cells: ClassVar[Mapping[str, str]] = {
        **{f"x{at}": f"第{at}点：数值" for at in range(1, MOST_POINTS + 1)},
        **{f"y{at}": f"第{at}点：分值" for at in range(1, MOST_POINTS + 1)},
        "full": "分值的满分",
        "beyond": "此外的分值",
    }
    reasons: ClassVar[Mapping[str, tuple[str, str]]] = {
        "no_target": ("没有目标值", "there is no target"),
        "target": ("目标值不大于 0，无法计算完成率", "the target is not above 0"),
        "no_base": ("没有基期值", "there is no figure to start from"),
        "base": ("基期值不大于 0，无法计算增长率", "the figure to start from is not above 0"),
        "alone": ("没有可以比较的单位", "there is nobody to compare with"),
        "parameter": ("没有规则要的参数", "a parameter that the rules ask for is not there"),
        "order": (
            "曲线的各点不是从小到大（看单位的参数）",
            "the points of the curve do not rise: see the unit's parameters",
        ),
    }

    @property
    def needs(self) -> tuple[str, ...]:
        return {"target": ("target",), "growth": ("base",)}.get(self.over, ())

    @property
    def among_whom(self) -> Literal["", "group", "class"]:
        return self.among if self.over == "place" else ""

    @property
    def most_share(self) -> Fraction:
        return max(FULL, *(Fraction(worth) / Fraction(self.full) for worth in (*self.worths, self.beyond)))

    @property
    def worths(self) -> tuple[Decimal, ...]:
        return tuple(worth for _, worth in self.curve)

    @property
    def parameter_names(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(at for at, _ in self.curve if isinstance(at, str)))

    @property
    def rises(self) -> bool:
        """Whether a higher figure never has less."""
        lowest = [self.beyond] if self.shape == "from" else []
        highest = [self.beyond] if self.shape == "up_to" else []
        return all(one <= other for one, other in pairwise([*lowest, *self.worths, *highest]))

    def outside(self, figure: Fraction, facts: Facts) -> str:
        if self.over == "target" and (facts.target is None or facts.target <= 0):
            return "no_target" if facts.target is None else "target"
        if self.over == "growth" and (facts.base is None or facts.base <= 0):
            return "no_base" if facts.base is None else "base"
        if self.over == "place" and not facts.others:
            return "alone"
        return self.unordered(facts.own)

    def unordered(self, own: Mapping[str, Number]) -> str:
        """Why a unit's parameters make no curve; "" if they do."""
        if not all(folded(name) in own for name in self.parameter_names):
            return "parameter"
        bounds = [own[folded(at)] if isinstance(at, str) else Fraction(at) for at, _ in self.curve]
        return "" if all(_rising(one, other) for one, other in pairwise(bounds)) else "order"

    def made(self, said: Number, facts: Facts) -> Number:
        return self.worth(self._over(said, facts), facts.parameter, facts.own)

    def calculation(self, figure: Fraction, facts: Facts, reader: Reader) -> str:
        """Steps and places say what was looked up on them: what is worth 8 of 10 was 97% of the target."""
        how = super().calculation(figure, facts, reader)
        if self.over == "figure" or (self.shape == "line" and self.over != "place"):
            return how
        at = reader.shown(value_of(self._over(figure, facts)))
        zh, en = {
            "target": (f"完成率{at}%", f"{at}% of the target"),
            "growth": (f"增长率{at}%", f"growth {at}%"),
            "place": (f"第{at}名", f"place {at}"),
        }[self.over]
        return pick(reader.language, f"{zh}，{how}", f"{en}, {how}")

    def _over(self, figure: Number, facts: Facts) -> Number:
        if self.over == "target":
            assert facts.target is not None
            return fine(figure / facts.target * 100)
        if self.over == "growth":
            assert facts.base is not None
            return fine((figure / facts.base - 1) * 100)
        if self.over == "place":
            return places_behind(figure, facts.everybody(figure), self.better) + 1
        return figure

    def worth(self, figure: Number, stated: StatedFigure, own: Mapping[str, Number]) -> Number:
        """The share of a figure."""
        points = [
            (own[folded(at)] if isinstance(at, str) else stated(f"x{n}", at), self._share(stated(f"y{n}", worth)))
            for n, (at, worth) in enumerate(self.curve, 1)
        ]
        if self.shape == "line":
            return _on_lines(figure, points)
        result = self._share(stated("beyond", self.beyond))
        if self.shape == "from":
            for at, share in points:
                result = chosen(figure >= at, share, result)
            return result
        for at, share in reversed(points):
            result = chosen(figure <= at, share, result)
        return result

    def _share(self, worth: Number) -> Number:
        return percent(worth) if self.full == 100 else worth / Fraction(self.full)

    def mistakes(self) -> Iterator[tuple[str, str, str]]:
        stated = [at for at, _ in self.curve if isinstance(at, Decimal)]
        strict = self.shape != "line"
        if any(two < one or (strict and two == one) for one, two in pairwise(stated)):
            yield (
                "curve",
                "各点的数值要从小到大：[[0, 0], [60, 60], [100, 100]]",
                "should rise: [[0, 0], [60, 60], [100, 100]]",
            )
        if any(stated.count(at) > 2 for at in stated):
            yield "curve", "同一个数值最多写两次（表示跳跃）", "has a figure more than twice (twice is a jump)"
        if self.shape == "line" and len(self.curve) < 2:
            yield "curve", "折线至少要两个点", "needs two points at least for a line"
        if self.beyond and self.shape == "line":
            yield "beyond", '只用于台阶（shape = "from" 或 "up_to"）', 'is for steps only (shape = "from" or "up_to")'

    def in_words(self, language: Language, scheme: Scheme, weight: str) -> str:
        what = {
            "figure": ("数值", "the figure"),
            "target": ("完成率（数值÷目标值，%）", "completion (figure / target, %)"),
            "growth": ("比上年增长率（%）", "growth on the year before (%)"),
            "place": (
                f"在{'同一分类' if self.among == 'group' else '全部同类对象'}中的名次（{_SIDES[self.better][0]}）",
                f"the place inside {'its group' if self.among == 'group' else 'its whole class'} "
                f"({_SIDES[self.better][1]})",
            ),
        }[self.over]
        return pick(language, f"按{what[0]}：", f"by {what[1]}: ") + self.points_in_words(language)

    def points_in_words(self, language: Language) -> str:
        """The points alone."""
        sign = {"line": ("", ""), "from": ("达到 ", "from "), "up_to": ("不超过 ", "up to ")}[self.shape]
        listed = joined(
            language,
            (
                pick(language, f"{sign[0]}{_shown(at)} 得 {plain(worth)} 分", f"{sign[1]}{_shown(at)}: {plain(worth)}")
                for at, worth in self.curve
            ),
        )
        full, rest = plain(self.full), plain(self.beyond)
        zh, en = {
            "line": ("，其间按比例，两端以外不变", ", evenly between, unchanged beyond the ends"),
            "from": (
                f"，以最高的一档为准，不到第一档的 {rest} 分",
                f", the highest reached counts, below the first {rest}",
            ),
            "up_to": (
                f"，以第一个符合的为准，超过的 {rest} 分",
                f", the first that fits counts, beyond the last {rest}",
            ),
        }[self.shape]
        return listed + pick(language, f"{zh}（满分 {full}）", f"{en} (out of {full})")


_SIDES = {"higher": ("越高越好", "more is better"), "lower": ("越低越好", "less is better")}


def _shown(at: Decimal | str) -> str:
    return f"“{at}”" if isinstance(at, str) else plain(at)


def _rising(one: Number, other: Number) -> bool:
    return isinstance(one, Fraction) and isinstance(other, Fraction) and one <= other


def _on_lines(figure: Number, points: Sequence[tuple[Number, Number]]) -> Number:
    """Between two points evenly; below the first and from the last on as these; of two points at one figure the second
    counts from there on."""

    def between(at: int) -> Number:
        (low, less), (high, more) = points[at - 1], points[at]
        return less + (more - less) * ((figure - low) / (high - low))

    def behind(at: int) -> Number:
        if at == len(points):
            return points[-1][1]
        return chosen(figure < points[at][0], lambda: between(at), lambda: behind(at + 1))

    first, share = points[0]
    return chosen(figure < first, share, lambda: behind(1))
