"""One of the choices of a scale."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import Field

from evaltool.exact import plain
from evaltool.findings import Language
from evaltool.rules.expressions import Number
from evaltool.rules.methods.choicequota import ChoiceQuota
from evaltool.rules.methods.method import Facts, MarkOrChoice, Method
from evaltool.rules.strict import Count, Proportion
from evaltool.rules.wording import joined, pick

if TYPE_CHECKING:
    from evaltool.rules.scheme import Scheme


class OnScale(Method):
    """What is chosen on a scale is worth what the scale says."""

    asked: ClassVar[str] = "评价"

    def takes(self, said: MarkOrChoice, facts: Facts) -> bool:
        return isinstance(said, str) and facts.scale.get(said) is not None

    def made(self, said: Any, facts: Facts) -> Number:
        share = facts.scale.get(said)
        return Fraction(0) if share is None else share

    def options(self, language: Language, scheme: Scheme) -> str:
        """The choices of the scale with their points."""
        abstain = pick(language, "弃权不计", "abstains")
        options = scheme.scales[self.scale_name]
        worth = ((one, abstain if points == "abstain" else plain(points)) for one, points in options)
        return joined(language, (f"{one} {points}" for one, points in worth))

    def note(self, scheme: Scheme, digits: str) -> str:
        return f"从下拉列表中选择：{'、'.join(choice for choice, _ in scheme.scales[self.scale_name])}。"


class Choice(OnScale):
    """One of the choices of a scale; `quota`: how many units at most an evaluator may put into a choice; `together`:
    how many into several choices; `lines`: what is chosen for one by one, each with its preset points."""

    choice: str
    quota: dict[str, Count] = Field(default_factory=dict)
    together: list[ChoiceQuota] = Field(default_factory=list)
    lines: dict[str, Proportion] = Field(default_factory=dict)

    formula: ClassVar[Mapping[str, str]] = {
        "zh": "得分率＝所选档次的分值÷100",
        "en": "share = points of the choice / 100",
    }
    on_marks: ClassVar[bool] = True

    @property
    def scale_name(self) -> str:
        return self.choice

    @property
    def quotas(self) -> tuple[ChoiceQuota, ...]:
        alone = (ChoiceQuota(choices=[choice], most=most) for choice, most in self.quota.items())
        return (*alone, *self.together)

    @property
    def stated_lines(self) -> Mapping[str, Fraction]:
        return self.lines

    def note(self, scheme: Scheme, digits: str) -> str:
        return ("逐项" if self.lines else "") + super().note(scheme, digits)

    def in_words(self, language: Language, scheme: Scheme, weight: str) -> str:
        options = self.options(language, scheme)
        if self.lines:
            listed = joined(language, (f"{line} {plain(full)}" for line, full in self.lines.items()))
            whole = plain(sum(self.lines.values(), Fraction(0)))
            zh = f"逐项选定一档：{listed}；各档：{options}（所选档的分值÷100×该项分值，合计÷{whole}×{weight}）"
            en = (
                f"one of {options} for each of {listed} (its points / 100 x the line's; their sum / {whole} x {weight})"
            )
            return pick(language, zh, en)
        quota = joined(language, (f"{choice} ≤ {most}" for choice, most in self.quota.items()))
        quota = joined(language, (quota, *(each.in_words(language, scheme) for each in self.together)), "；")
        zh = f"选定一档：{options}（所选档的分值÷100×{weight}）{f'，名额：{quota}' if quota else ''}"
        en = f"one of {options} (its points / 100 x {weight}){f', at most {quota} units' if quota else ''}"
        return pick(language, zh, en)

    def mistakes(self) -> Iterator[tuple[str, str, str]]:
        for key, stated in (("quota", self.quota), ("together", self.together)):
            if self.lines and stated:
                yield key, "逐项选档的（lines）不限各档名额", "leave it out: lines are chosen for without a quota"
        for at, each in enumerate(self.together, 1):
            if (each.most is None) == (each.percent is None):
                yield (
                    f"together[{at}]",
                    "most（几个）和 percent（所评单位的百分之几）要写一个，只能写一个",
                    "exactly one of most (so many) and percent (of the units that are marked) is needed",
                )
