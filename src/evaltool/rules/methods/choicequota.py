"""How many units one evaluator may put into some choices of a scale, by number or as a part of those he marks."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, StrictInt

from evaltool.exact import plain, share_of
from evaltool.findings import Language
from evaltool.rules.strict import Count, Percentage, Strict
from evaltool.rules.wording import joined, pick

if TYPE_CHECKING:
    from evaltool.rules.scheme import Scheme

_ROUNDED = {
    "down": ("小数舍去", "rounded down"),
    "up": ("小数进一", "rounded up"),
    "half_up": ("四舍五入", "rounded half up"),
}


class ChoiceQuota(Strict):
    """These choices together for at most so many units, or such a part of the units that the evaluator is asked about:
    rounded as stated, never below `at_least`."""

    choices: list[str] = Field(min_length=1)
    most: Count | None = None
    percent: Percentage | None = None
    rounding: Literal["half_up", "up", "down"] = "down"
    at_least: Annotated[StrictInt, Field(ge=0)] = 0

    def limit(self, units: int) -> int:
        """For how many of so many units."""
        return self.most or max(share_of(units, self.percent or 0, self.rounding), self.at_least)

    def in_words(self, language: Language, scheme: Scheme) -> str:
        """The quota as the rules state it."""
        named = joined(language, self.choices)
        together = pick(language, "合计", " together") if len(self.choices) > 1 else ""
        if self.most is not None:
            return f"{named}{together} ≤ {self.most}"
        zh, en = _ROUNDED[self.rounding]
        least_zh = f"，至少 {self.at_least} {scheme.head.each}" if self.at_least else ""
        least_en = f", {self.at_least} at least" if self.at_least else ""
        part, units = plain(self.percent or Decimal(0)), scheme.head.says("所评单位", "所评人员")
        return pick(
            language,
            f"{named}{together}不超过{units}的 {part}%（{zh}{least_zh}）",
            f"{named}{together} for {part}% of the units that are marked ({en}{least_en})",
        )

    def note(self, scheme: Scheme, units: int) -> str:
        """What whoever marks so many units has to keep to."""
        named = "、".join(f"“{choice}”" for choice in self.choices)
        together = "合计" if len(self.choices) > 1 else ""
        part = "" if self.percent is None else f"（{units}{scheme.head.says('个单位', '人')}的 {plain(self.percent)}%）"
        return f"{named}{together}最多 {self.limit(units)} {scheme.head.each}{part}。"
