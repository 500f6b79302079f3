"""Several kinds of events in one pot: so many points for each case of a kind, together between a least and a most."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field, PrivateAttr

from evaltool.exact import digits_of, plain
from evaltool.findings import Language
from evaltool.rules.expressions import Number, within
from evaltool.rules.methods.method import Facts, Method, as_stated
from evaltool.rules.strict import Exact
from evaltool.rules.wording import joined, pick

if TYPE_CHECKING:
    from evaltool.rules.scheme import Scheme


class _EachKind(dict[str, str]):
    """What the parameters of kinds are called in the workbook: by the kind itself."""

    def __missing__(self, name: str) -> str:
        return f"{name}：每件计分"


class Tally(Method):
    """Points for each case of several kinds, from `start` (a number, or "full" marks), never below `least` nor above
    `most` points.  Its lines are the kinds, a number of cases each; `out_of` gives it the full marks of its component,
    `of_line` one of its kinds."""

    tally: dict[str, Exact] = Field(min_length=1)
    start: Exact | Literal["full"] = Decimal(0)
    least: Exact = Decimal(0)
    most: Exact | None = None
    _full: Fraction = PrivateAttr(default=Fraction(100))
    _kind: str = PrivateAttr(default="")

    formula: ClassVar[Mapping[str, str]] = {
        "zh": "得分率＝（起始分＋各种情形的每件计分×件数之和）÷满分，不低于下限，不高于上限",
        "en": "share = (start + the sum of points x cases over all kinds) / full marks, between the least and the most",
    }
    measured: ClassVar[bool] = True
    in_points: ClassVar[bool] = True
    cells: ClassVar[Mapping[str, str]] = _EachKind(start="起始分", least="合计不低于（分）", most="合计不超过（分）")
    reasons: ClassVar[Mapping[str, tuple[str, str]]] = {
        "negative": ("件（次）数应为不小于 0 的整数", "a number of cases is a whole number from 0 on"),
    }

    @property
    def lined(self) -> bool:
        return False  # its lines are its kinds, and stand in the rules

    @property
    def kinds(self) -> tuple[str, ...]:
        return tuple(self.tally)

    @property
    def stated_lines(self) -> Mapping[str, Fraction]:
        return dict.fromkeys(self.tally, self._full)

    @property
    def most_share(self) -> Fraction:
        return max(Fraction(1), self._most / self._full) if self._full else Fraction(1)

    @property
    def may_fall(self) -> bool:
        return any(points < 0 for points in self.tally.values())

    @property
    def _most(self) -> Fraction:
        return self._full if self.most is None else Fraction(self.most)

    def out_of(self, full: Fraction) -> Tally:
        copy = self.model_copy()
        copy._full = full
        return copy

    def of_line(self, line: str) -> Method:
        copy = self.model_copy()
        copy._kind = line
        return copy

    def outside(self, figure: Fraction, facts: Facts) -> str:
        return "" if figure >= 0 and figure.denominator == 1 else "negative"

    def made(self, said: Number, facts: Facts) -> Number:
        return facts.parameter(self._kind, self.tally[self._kind]) * said / facts.full

    def pooled(self, points: Number, parameter: Callable[[str, Decimal], Number]) -> Number:
        start = Decimal(plain(self._full)) if self.start == "full" else self.start
        most = Decimal(plain(self._full)) if self.most is None else self.most
        stated = {
            name: parameter(name, value) for name, value in (("start", start), ("least", self.least), ("most", most))
        }
        return within(stated["start"] + points, stated["least"], stated["most"])

    def mistakes(self) -> Iterator[tuple[str, str, str]]:
        most = self._most
        if digits_of(self._full) is None:  # it stands in cells and sentences as points do
            full = plain(self._full)
            yield (
                "tally",
                f"满分（权重）{full} 除不尽，不能按件计分：权重改写成小数",
                f"counts cases out of a weight of {full}, whose decimals do not end: give it one with an end",
            )
        if self.least > most:
            yield "least", f"高于上限 {plain(most)}", f"is above the most, {plain(most)}"
        if self.start != "full" and not self.least <= self.start <= most:
            yield "start", "不在上限和下限之间", "does not lie between the least and the most"
        if self.least < 0:
            yield (
                "least",
                "不能小于 0：倒扣的写进 [bonus] 的扣分",
                "cannot be below 0: what goes below nothing is a deduction",
            )
        for kind, points in self.tally.items():
            if not points or not kind.strip():
                yield "tally", f"“{kind}”没有名称或不计分，应删去", f"“{kind}” has no name or no points: leave it out"

    def in_words(self, language: Language, scheme: Scheme, weight: str) -> str:
        signed = {kind: f"{'+' if points > 0 else ''}{plain(points)}" for kind, points in self.tally.items()}
        kinds = joined(language, (f"{kind} {points}" for kind, points in signed.items()))
        least, most = plain(self.least), plain(self._most)
        start = plain(self._full) if self.start == "full" else plain(self.start)
        zh = f"按件（次）数计分，每件：{kinds}；从 {start} 分起，合计不低于 {least} 分，不超过 {most} 分"
        en = f"points for each case: {kinds}; from {start}, together not below {least} nor above {most}"
        return pick(language, zh, en)

    def told_pool(self, points: Fraction, language: Language, shown: Callable[[Fraction], str]) -> str:
        """How the points of all kinds become the pot, as people are told."""
        pot = self.pooled(points, as_stated)
        assert isinstance(pot, Fraction)
        start = self._full if self.start == "full" else Fraction(self.start)
        least, most = plain(self.least), plain(self._most)
        zh = f"从{shown(start)}分起，各种情形合计{shown(points)}分，在{least}至{most}分之内，计{shown(pot)}分"
        en = f"from {shown(start)}, all kinds {shown(points)}, within {least} and {most}: {shown(pot)}"
        return pick(language, zh, en)

    def note(self, scheme: Scheme, digits: str) -> str:
        return "各种情形填件（次）数，没有的填 0；有件（次）数的，在右边写明依据（文号、证书、日期）。"
