"""Cards of many voters, each choosing on a scale."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar, Literal

from evaltool.findings import Language
from evaltool.rules.combining import mean, weighted
from evaltool.rules.expressions import ManyNumbers, Number
from evaltool.rules.methods.choice import OnScale
from evaltool.rules.strict import Count
from evaltool.rules.wording import joined, pick

if TYPE_CHECKING:
    from evaltool.rules.scheme import Scheme

_REPEATED = {
    "first": ("同一人重复评价的，以第一次为准", "of repeated answers the first counts"),
    "last": ("同一人重复评价的，以最后一次为准", "of repeated answers the last counts"),
    "all": ("同一人重复评价的，都计入", "repeated answers all count"),
}
_POOLS = {
    "cards": ("全部有效卡合并取平均", "the mean of all cards together"),
    "batches": ("每批先取平均，各批再取平均", "the mean of each batch, then of the batches"),
}


class Ballot(OnScale):
    """Cards of many voters, each choosing on a scale."""

    ballot: str
    pool: Literal["cards", "batches"] = "cards"
    minimum: Count = 1
    voters: Count | None = None  # how many are asked about each unit, where the rules fix it
    repeated: Literal["refuse", "first", "last", "all"] = "refuse"
    satisfied: tuple[str, ...] = ()  # the choices that count as satisfied; none: the upper half of the scale

    formula: ClassVar[Mapping[str, str]] = {
        "zh": "得分率＝各有效评价（弃权、未填除外）分值的平均÷100",
        "en": "share = mean points of the cards that chose (abstained and blank ones left out) / 100",
    }
    by_cards: ClassVar[bool] = True

    @property
    def scale_name(self) -> str:
        return self.ballot

    def satisfied_on(self, scale: Mapping[str, Fraction | None]) -> tuple[str, ...]:
        """The choices that count as satisfied: those that are stated, else the upper half of those with points, the
        middle one of an odd number not among them; none where nobody could be dissatisfied."""
        worth = {choice: share for choice, share in scale.items() if share is not None}
        half = sorted(worth.values(), reverse=True)[: len(worth) // 2]
        upper = tuple(choice for choice, share in worth.items() if half and share >= half[-1])
        found = tuple(choice for choice in worth if choice in self.satisfied) if self.satisfied else upper
        return found if len(found) < len(worth) else ()

    def together(self, means: ManyNumbers, cards: ManyNumbers) -> Number:
        """The batches as one: their mean, or the mean of all cards; `cards`: how many of each batch chose."""
        return mean(means) if self.pool == "batches" else weighted(means, cards)

    def in_words(self, language: Language, scheme: Scheme, weight: str) -> str:
        options = self.options(language, scheme)
        least = ""
        if self.minimum > 1:
            least = pick(
                language,
                f"有效卡不少于 {self.minimum} 张，不足的视为无法计算",
                f"at least {self.minimum} cards that count; with fewer there is no share",
            )
        asked = ""
        if self.voters:
            asked = pick(
                language,
                f"{scheme.head.says('每个单位', '每人')}由 {self.voters} 人评价，发放的评价卡不得少于此数",
                f"{self.voters} voters judge each unit: no fewer cards may be issued",
            )
        again = pick(language, *_REPEATED.get(self.repeated, ("", "")))
        how = pick(language, *_POOLS[self.pool])
        happy = ""
        if self.satisfied:
            zh = f"选{''.join(f'“{each}”' for each in self.satisfied)}的计为满意"
            happy = pick(language, zh, f"{joined(language, self.satisfied)} count as satisfied")
        zh = f"用评价卡评价：{options}（平均分÷100×{weight}）"
        what = pick(language, zh, f"cards: {options} (mean points / 100 x {weight})")
        return joined(language, (what, how, asked, least, again, happy), "；")
