"""A figure against its target: completion, reached or not, inside a range."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, ClassVar, Literal

from evaltool.exact import plain
from evaltool.findings import Language
from evaltool.rules.expressions import Number, chosen, fine, within
from evaltool.rules.methods.method import FULL, NOTHING, Facts, Method
from evaltool.rules.strict import Exact, Percentage, Positive
from evaltool.rules.wording import pick

if TYPE_CHECKING:
    from evaltool.rules.scheme import Scheme


class Target(Method):
    """A figure against its target.

    `higher`, `lower`: completion in percent (figure / target, or target / figure), none below `floor`, at most `cap`;
    `attained`: full marks or `missed` percent; `range`: full marks from `low` to `high`, falling evenly to nothing at
    `zero_below` and `zero_above` (left out: nothing outside the range).
    """

    target: Literal["higher", "lower", "attained", "range"]
    floor: Percentage = Decimal(0)
    cap: Positive = Decimal(100)
    better: Literal["higher", "lower"] = "higher"
    missed: Percentage = Decimal(0)
    low: Exact | None = None
    high: Exact | None = None
    zero_below: Exact | None = None
    zero_above: Exact | None = None

    formula: ClassVar[Mapping[str, str]] = {
        "zh": "完成率＝数值÷目标值（越低越好的，目标值÷数值）；得分率由完成率得出，在规定的下限和上限之内",
        "en": "completion = figure / target (less is better: target / figure); the share follows it between floor "
        "and cap",
    }
    measured: ClassVar[bool] = True
    cells: ClassVar[Mapping[str, str]] = {
        "floor": "完成率下限%（以下不得分）",
        "cap": "上限%",
        "missed": "未达标计%",
        "low": "满分区间下限",
        "high": "满分区间上限",
        "zero_below": "低于多少不得分",
        "zero_above": "高于多少不得分",
    }
    reasons: ClassVar[Mapping[str, tuple[str, str]]] = {
        "no_target": ("没有目标值", "there is no target"),
        "target": (
            "目标值不大于 0，无法计算完成比例",
            "the target is not above 0, so that nothing can be a part of it",
        ),
    }

    @property
    def needs(self) -> tuple[str, ...]:
        return () if self.target == "range" else ("target",)

    @property
    def most_share(self) -> Fraction:
        return max(FULL, Fraction(self.cap) / 100) if self.target in ("higher", "lower") else FULL

    def outside(self, figure: Fraction, facts: Facts) -> str:
        if self.target == "range":
            return ""
        if facts.target is None:
            return "no_target"
        return "target" if self.target != "attained" and facts.target <= 0 else ""

    def made(self, said: Number, facts: Facts) -> Number:
        if self.target == "range":
            return self._in_range(said, facts)
        assert facts.target is not None
        if self.target == "attained":
            reached = said >= facts.target if self.better == "higher" else said <= facts.target
            return chosen(reached, FULL, facts.percent("missed", self.missed))
        cap = facts.percent("cap", self.cap)
        if self.target == "higher":
            return self._completed(said / facts.target, cap, facts)
        of = facts.target
        # at 0 and below there is nothing to divide by, and less is better
        return chosen(said <= 0, cap, lambda: self._completed(of / said, cap, facts))

    def _completed(self, completion: Number, cap: Number, facts: Facts) -> Number:
        inside = within(completion, NOTHING, cap)
        if not self.floor:
            return inside
        return chosen(fine(completion) < fine(facts.percent("floor", self.floor)), NOTHING, inside)

    def _in_range(self, figure: Number, facts: Facts) -> Number:
        """Full marks from `low` to `high`; outside it falling evenly to the point of nothing, or nothing at once."""
        assert self.low is not None
        assert self.high is not None
        low, high = facts.parameter("low", self.low), facts.parameter("high", self.high)
        below = self._falling(figure, low, "zero_below", facts)
        above = self._falling(figure, high, "zero_above", facts)
        return chosen(figure < low, below, chosen(figure > high, above, FULL))

    def _falling(self, figure: Number, full: Number, name: Literal["zero_below", "zero_above"], facts: Facts) -> Number:
        zero, at = (self.zero_below, self.low) if name == "zero_below" else (self.zero_above, self.high)
        if zero is None or zero == at:
            return NOTHING
        end = facts.parameter(name, zero)
        return within((figure - end) / (full - end), NOTHING, FULL)

    def mistakes(self) -> Iterator[tuple[str, str, str]]:
        if self.target != "range":
            for word in ("low", "high", "zero_below", "zero_above"):
                if getattr(self, word) is not None:
                    yield word, '只用于 target = "range"', 'is for target = "range" only'
            return
        for word in ("low", "high"):
            if getattr(self, word) is None:
                zh = "没有写，目标区间要有上下限；只有一头的写 curve，如 curve = [[40, 100], [60, 0]]"
                en = "is missing: a range has two ends; with one write a curve: `curve = [[40, 100], [60, 0]]`"
                yield word, zh, en
        bounds = [self.zero_below, self.low, self.high, self.zero_above]
        stated = [bound for bound in bounds if bound is not None]
        if any(second < first for first, second in pairwise(stated)):
            order = "zero_below、low、high、zero_above"
            yield "low", f"各界限要从小到大：{order}", f"is out of order: {order} rise"

    def in_words(self, language: Language, scheme: Scheme, weight: str) -> str:
        if self.target == "attained":
            zh_side, en_side = ("不低于", "at least") if self.better == "higher" else ("不高于", "at most")
            missed = plain(self.missed)
            zh = f"数值{zh_side}目标值的得满分，否则得 {missed}%"
            return pick(language, zh, f"full marks for a figure of {en_side} the target, otherwise {missed}%")
        if self.target == "range":
            return self._range_in_words(language)
        floor, cap = plain(self.floor), plain(self.cap)
        zh_ratio, en_ratio = (
            ("数值÷目标值", "figure / target") if self.target == "higher" else ("目标值÷数值", "target / figure")
        )
        zh = f"按完成比例（{zh_ratio}）计分，低于 {floor}% 不得分，最多按 {cap}% 计"
        return pick(language, zh, f"by completion ({en_ratio}), nothing below {floor}%, at most {cap}%")

    def _range_in_words(self, language: Language) -> str:
        low, high = plain(self.low or Decimal(0)), plain(self.high or Decimal(0))
        zh, en = [f"数值在 {low} 至 {high} 之间得满分"], [f"full marks from {low} to {high}"]
        for zh_side, en_side, zero in (("低", "below", self.zero_below), ("高", "above", self.zero_above)):
            if zero is None:
                zh.append(f"{zh_side}于此不得分")
                en.append(f"nothing {en_side} it")
            else:
                zh.append(f"{zh_side}于此按比例递减，到 {plain(zero)} 为零分")
                en.append(f"{en_side} it falling evenly to nothing at {plain(zero)}")
        return pick(language, "，".join(zh), ", ".join(en))
