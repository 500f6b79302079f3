"""A figure against the unit's own earlier one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar, Literal

from evaltool.exact import plain
from evaltool.findings import Language
from evaltool.rules.expressions import Number, within
from evaltool.rules.methods.method import FULL, NOTHING, Facts, Method
from evaltool.rules.strict import Exact, Positive
from evaltool.rules.wording import pick

if TYPE_CHECKING:
    from evaltool.rules.scheme import Scheme


class Growth(Method):
    """A figure against its own earlier one: growth in percent (`per_head`: of the figure divided by the indicator that
    `per` names), or places gained; nothing at `zero_at`, full marks at `full_at`, evenly between."""

    growth: Literal["rate", "per_head", "places"]
    full_at: Exact
    zero_at: Exact = Decimal(0)
    cap: Positive = Decimal(100)
    per: str = ""

    formula: ClassVar[Mapping[str, str]] = {
        "zh": "增长率＝（数值÷基期值－1）×100；得分率＝（增长率－零分点）÷（满分点－零分点）",
        "en": "growth = (figure / base - 1) x 100; share = (growth - zero_at) / (full_at - zero_at)",
    }
    measured: ClassVar[bool] = True
    cells: ClassVar[Mapping[str, str]] = {"full_at": "满分点", "zero_at": "零分点", "cap": "上限%"}
    reasons: ClassVar[Mapping[str, tuple[str, str]]] = {
        "no_base": ("没有基期值", "there is no figure to start from"),
        "base": (
            "基期值不大于 0，无法计算增长率",
            "the figure to start from is not above 0, so that nothing grows on it",
        ),
        "per": (
            "作除数的指标没有数值或基期值，或者不大于 0",
            "the indicator to divide by has no figure or no base, or one that is not above 0",
        ),
        "place": ("位次应为不小于 1 的整数", "a place is a whole number from 1 on"),
    }

    @property
    def per_name(self) -> str:
        return self.per

    @property
    def needs(self) -> tuple[str, ...]:
        return ("base",)

    @property
    def starts_from_earlier_place(self) -> bool:
        return self.growth == "places"

    @property
    def most_share(self) -> Fraction:
        return max(FULL, Fraction(self.cap) / 100)

    def outside(self, figure: Fraction, facts: Facts) -> str:
        base = facts.base
        if base is None:
            return "no_base"
        if self.growth == "places":
            whole = all(isinstance(each, Fraction) and each >= 1 and each.denominator == 1 for each in (figure, base))
            return "" if whole else "place"
        if base <= 0:
            return "base"
        heads = (facts.per, facts.per_base)
        if self.growth == "per_head" and not all(each is not None and each > 0 for each in heads):
            return "per"
        return ""

    def made(self, said: Number, facts: Facts) -> Number:
        grown = self._grown(said, facts)
        zero, full = facts.parameter("zero_at", self.zero_at), facts.parameter("full_at", self.full_at)
        return within((grown - zero) / (full - zero), NOTHING, facts.percent("cap", self.cap))

    def _grown(self, figure: Number, facts: Facts) -> Number:
        """Growth in percent, or places gained."""
        assert facts.base is not None
        if self.growth == "places":
            return facts.base - figure
        ratio = figure / facts.base
        if self.growth == "per_head":
            assert facts.per is not None
            assert facts.per_base is not None
            ratio = ratio / (facts.per / facts.per_base)
        return (ratio - 1) * 100

    def mistakes(self) -> Iterator[tuple[str, str, str]]:
        if self.full_at == self.zero_at:
            yield "full_at", "与 zero_at 相同，无法计分", "equals zero_at, so that nothing lies between"
        if (self.growth == "per_head") != bool(self.per):
            yield "per", "与 per_head 必须同时写（除以哪个指标）", "goes with per_head, and per_head needs it"

    def in_words(self, language: Language, scheme: Scheme, weight: str) -> str:
        full, zero, cap = plain(self.full_at), plain(self.zero_at), plain(self.cap)
        what = {
            "rate": ("比上年增长率（%）", "growth on the year before (%)"),
            "per_head": (
                f"人均增长率（%，除以指标“{self.per}”）",
                f"growth per head (%, divided by indicator {self.per})",
            ),
            "places": ("比上年进退的位次", "places gained on the year before"),
        }
        zh, en = what[self.growth]
        zh = f"{zh}：达到 {full} 得满分，{zero} 得零分，其间按比例，最多按 {cap}% 计"
        return pick(language, zh, f"{en}: full marks at {full}, nothing at {zero}, evenly between, at most {cap}%")
