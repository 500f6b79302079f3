"""A figure against those of other units."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar, Literal

from evaltool.exact import plain
from evaltool.findings import Language
from evaltool.rules.expressions import ManyNumbers, Number, chosen, most, within
from evaltool.rules.lists import counted, highest, how_many, lowest, places_behind
from evaltool.rules.methods.method import FULL, NOTHING, Facts, Method
from evaltool.rules.methods.rank import STEPPED, spread, stepped
from evaltool.rules.strict import Percentage
from evaltool.rules.wording import joined, pick

if TYPE_CHECKING:
    from evaltool.rules.scheme import Scheme


class Compare(Method):
    """A figure against those of the group (or of the whole class): as a percentage of the best, between the worst and
    the best, or by place (`first` percent, `step` less a place, or evenly down to the `last`); never below `least`
    percent."""

    compare: Literal["best", "min_max", "rank"]
    better: Literal["higher", "lower"] = "higher"
    among: Literal["group", "class"] = "group"
    ties: Literal["best", "mean"] = "best"
    first: Percentage = Decimal(100)
    step: Percentage = Decimal(0)
    least: Percentage = Decimal(0)
    last: Percentage | None = None

    formula: ClassVar[Mapping[str, str]] = {
        "zh": "得分率＝与最好数值之比，或（数值－最差）÷（最好－最差），或由位次得出",
        "en": "share = ratio to the best figure, or (figure - worst) / (best - worst), or by place",
    }
    measured: ClassVar[bool] = True
    cells: ClassVar[Mapping[str, str]] = STEPPED
    reasons: ClassVar[Mapping[str, tuple[str, str]]] = {
        "best": (
            "最好的数值不大于 0，无法计算比例",
            "the best figure is not above 0, so that nothing can be a part of it",
        ),
        "same": ("各单位数值相同，分不出高低", "all units have the same figure"),
        "alone": ("没有可以比较的单位", "there is nobody to compare with"),
    }

    def mistakes(self) -> Iterator[tuple[str, str, str]]:
        if self.last is not None and (self.step or self.least or self.compare != "rank" or self.last > self.first):
            yield (
                "last",
                "用于按位次（rank），不大于 first，不与 step、least 同时写",
                "goes with places (rank), not above `first`, without `step` and `least`",
            )

    @property
    def among_whom(self) -> Literal["", "group", "class"]:
        return self.among

    def outside(self, figure: Fraction, facts: Facts) -> str:
        if not facts.others:
            return "alone"
        best, worst = self._ends(facts.everybody(figure))
        if self.compare == "best" and best <= 0:
            return "best"
        return "same" if self.compare == "min_max" and best == worst else ""

    def made(self, said: Number, facts: Facts) -> Number:
        field = facts.everybody(said)
        if self.compare == "rank" and self.last is not None:
            first, last = facts.percent("first", self.first), facts.percent("last", self.last)
            return spread(self._behind(said, field, facts), how_many(field), first, last)
        if self.compare == "rank":
            step, first = facts.percent("step", self.step), facts.percent("first", self.first)
            return stepped(self._behind(said, field, facts), step, first, facts.percent("least", self.least))
        best, worst = self._ends(field)
        least = facts.percent("least", self.least)
        if self.compare == "min_max":
            return least + (FULL - least) * within((said - worst) / (best - worst), NOTHING, FULL)
        # a unit outside the comparison may have a better figure than the best of those inside
        if self.better == "higher":
            return most(within(said / best, NOTHING, FULL), least)
        return chosen(said > 0, lambda: most(within(best / said, NOTHING, FULL), least), FULL)

    def _ends(self, field: ManyNumbers) -> tuple[Number, Number]:
        """The best and the worst figure of those who take part."""
        high, low = highest(field), lowest(field)
        return (high, low) if self.better == "higher" else (low, high)

    def _behind(self, figure: Number, field: ManyNumbers, facts: Facts) -> Number:
        """How many places behind the first; units with the same figure share the best place, or the mean of those that
        they take up."""
        better = places_behind(figure, field, self.better)
        if self.ties == "best":
            return better
        same = counted(field, "=", figure)
        return better + (same - 1 if facts.takes_part else same) / 2

    def in_words(self, language: Language, scheme: Scheme, weight: str) -> str:
        least, step, first = plain(self.least), plain(self.step), plain(self.first)
        side = ("越高越好", "more is better") if self.better == "higher" else ("越低越好", "less is better")
        among = ("同一分类的单位", "its group") if self.among == "group" else ("全部同类对象", "its whole class")
        how = {
            "best": ("以最好的单位为满分，按与它的比例计分", "in proportion to the best, which has full marks"),
            "min_max": (
                f"最好的满分，最差的 {least}%，其间按比例",
                f"the best full marks, the worst {least}%, evenly between",
            ),
            "rank": (
                f"第1名 {first}%，最后一名 {plain(self.last)}%，其间按个数均匀递减",
                f"the first {first}%, the last {plain(self.last)}%, evenly between by how many there are",
            )
            if self.last is not None
            else (f"第1名 {first}%，每低一名少 {step}%", f"the first {first}%, each further place {step}% less"),
        }
        zh, en = how[self.compare]
        low = self.least and self.compare != "min_max"
        start = pick(
            language,
            f"与{among[0]}比较（{side[0]}）：{zh}",
            f"compared inside {among[1]} ({side[1]}): {en}",
        )
        limit = pick(language, f"不低于 {least}%", f"not below {least}%") if low else ""
        return joined(language, (start, limit), "，")
