"""What everybody's result in a component is held against once all answers are in: the best or the mean of the units as
full marks, or the level of one's own review group against that of all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from evaltool.exact import plain
from evaltool.findings import Language
from evaltool.rules.combining import mean
from evaltool.rules.expressions import ManyNumbers, Number, least, percent, value_of
from evaltool.rules.lists import highest
from evaltool.rules.strict import Positive, Strict
from evaltool.rules.wording import pick

NOBODY = ("没有可以比较的单位", "there is nobody to compare with")
NOTHING = ("所比的得分率不大于 0，无法计算比例", "what it is held against is not above 0")


class Benchmark(Strict):
    """`full`: what has full marks, all others in proportion; `even`: whose mean is brought to the mean of all, that of
    the units of a group or of those whom the same evaluators mark; never above `cap` percent."""

    full: Literal["best", "mean"] | None = None
    even: Literal["groups", "evaluators"] | None = None
    among: Literal["group", "class"] = "group"
    cap: Positive = Decimal(100)

    @property
    def scope(self) -> Literal["group", "class"]:
        """Whose results make the best or the mean of all."""
        return "class" if self.even == "groups" else self.among

    def against(self, everybody: ManyNumbers, own: ManyNumbers) -> Number:
        """What a share is divided by, from the shares of all and of the review group."""
        if self.even:
            return mean(own) / mean(everybody)
        return highest(everybody) if self.full == "best" else mean(everybody)

    def made(self, share: Number, against: Number) -> Number:
        """A share as it counts."""
        return least(share / against, percent(Fraction(self.cap)))

    def told(self, share: Fraction, against: Fraction, language: Language, shown: Callable[[Fraction], str]) -> str:
        """What a share is divided by, and what it then is."""
        made = f"{shown(value_of(self.made(share, against)) * 100)}%"
        whom = {"group": ("本分类", "the group"), "class": ("同类对象", "the class")}[self.scope]
        rate = f"{shown(against * 100)}%"
        if self.even:
            zh = f"所在评审组平均得分率是{whom[0]}平均的{rate}，校正为{made}"
            return pick(language, zh, f"its review group's mean is {rate} of that of {whom[1]}: evened out {made}")
        best = {"best": ("最高", "the best"), "mean": ("平均", "the mean")}[self.full or "best"]
        zh = f"以{whom[0]}{best[0]}得分率{rate}为满分，折算为{made}"
        return pick(language, zh, f"{best[1]} of {whom[1]}, {rate}, has full marks: {made}")

    def mistakes(self) -> Iterator[tuple[str, str, str]]:
        if (self.full is None) == (self.even is None):
            yield (
                "full",
                '写 full = "best"（最高为满分）、full = "mean"（平均为满分）或 even（评审组间校正）之一',
                'should be one of full = "best", full = "mean", even = "groups" or even = "evaluators"',
            )

    def in_words(self, language: Language) -> str:
        whom = {"group": ("本分类", "the group"), "class": ("同类对象", "the class")}[self.scope]
        cap = plain(self.cap)
        if self.even:
            own = {
                "groups": ("所在分类", "its group"),
                "evaluators": ("同一批评估主体所评各单位", "the units that the same evaluators mark"),
            }[self.even]
            zh = f"各评审组之间校正：得分率×{whom[0]}的平均得分率÷{own[0]}的平均得分率，不超过 {cap}%"
            en = f"evened out: the rate x the mean of {whom[1]} / the mean of {own[1]}, not above {cap}%"
            return pick(language, zh, en)
        best = {"best": ("最高", "the best"), "mean": ("平均", "the mean")}[self.full or "best"]
        zh = f"以{whom[0]}的{best[0]}得分率为满分，其余按比例计，不超过 {cap}%"
        return pick(language, zh, f"{best[1]} of {whom[1]} has full marks, all others in proportion, not above {cap}%")
