"""A place in the evaluator's own list, turned into points by a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar

from pydantic import Field

from evaltool.exact import plain
from evaltool.findings import Language
from evaltool.rules.expressions import ManyNumbers, Number, most, percent, value_of
from evaltool.rules.expressions import least as least_of
from evaltool.rules.lists import nth
from evaltool.rules.methods.method import Facts, MarkOrChoice, Method
from evaltool.rules.strict import Exact, Strict
from evaltool.rules.wording import pick

if TYPE_CHECKING:
    from evaltool.rules.scheme import Scheme

STEPPED: Mapping[str, str] = {
    "first": "第一名得分%",
    "step": "每差一名减%",
    "least": "最低%",
    "last": "最后一名得分%",
}
"""What the figures of places are called in the workbook."""


def stepped(behind: Number, step: Number, first: Number, least: Number) -> Number:
    """The share of a place so far behind the first, where each is worth a step less than the one before it, never below
    the least."""
    return most(first - step * behind, least)


def spread(behind: Number, ranked: Number, first: Number, last: Number) -> Number:
    """The share of a place so far behind the first of so many, evenly from the first to the last."""
    if value_of(ranked) <= 1:
        return first if value_of(behind) <= 0 else last
    return first - (first - last) * least_of(behind, ranked - 1) / (ranked - 1)


class Places(Strict):
    """Points (out of 100) per place in an evaluator's list: `first`, then `step` less a place, never below `least`; or
    evenly down to the `last` place, however many are ranked; or a list of points."""

    first: Exact = Decimal(100)
    step: Exact = Decimal(0)
    least: Exact = Decimal(0)
    last: Exact | None = None
    points: list[Exact] = Field(default_factory=list)

    def share(self, place: int, ranked: Number | None = None) -> Fraction:
        """The share of full marks (100) for a place, counted from 1, of so many."""
        share = self.made(Fraction(place), Facts().percent, tuple(map(Fraction, self.points)), ranked)
        assert isinstance(share, Fraction)
        return share

    def made(
        self, place: Number, stated: Callable[[str, Decimal], Number], points: ManyNumbers, ranked: Number | None
    ) -> Number:
        """The same for any kind of number: `stated` gives a figure by name, as a share; `points` are the list's."""
        if self.points:
            return percent(nth(points, place))
        if self.last is not None:
            assert ranked is not None
            return spread(place - 1, ranked, stated("first", self.first), stated("last", self.last))
        return stepped(place - 1, *(stated(name, getattr(self, name)) for name in ("step", "first", "least")))


class Rank(Method):
    """A place in the evaluator's own list, turned into points by a table."""

    rank: str

    formula: ClassVar[Mapping[str, str]] = {
        "zh": "得分率＝所排名次对应的分值÷100",
        "en": "share = points of the place / 100",
    }
    asked: ClassVar[str] = "名次"
    cells: ClassVar[Mapping[str, str]] = STEPPED

    @property
    def places_name(self) -> str:
        return self.rank

    def limits(self, full: Decimal, units: int) -> tuple[Decimal, Decimal]:
        return Decimal(1), Decimal(units)

    def takes(self, said: MarkOrChoice, facts: Facts) -> bool:
        return isinstance(said, Fraction) and facts.places is not None and said >= 1 and said.denominator == 1

    def made(self, said: Number, facts: Facts) -> Number:
        assert facts.places is not None
        return facts.places(said, facts.ranked)

    def in_words(self, language: Language, scheme: Scheme, weight: str) -> str:
        places = scheme.places[self.rank]
        if places.points:
            listed = ", ".join(map(plain, places.points)) if language == "en" else "、".join(map(plain, places.points))
            last = len(places.points)
            zh = f"排出名次，自第1名起依次为 {listed} 分，第{last}名以后同第{last}名"
            en = (
                f"a place in a list, from the first on worth {listed}; places after number {last} are worth the same "
                "as it"
            )
        elif places.last is not None:
            first, final = plain(places.first), plain(places.last)
            zh = f"排出名次：第1名 {first} 分，最后一名 {final} 分，其间按所排个数均匀递减"
            en = f"a place in a list: the first is worth {first}, the last {final}, evenly between, however many"
        else:
            first, step, least = plain(places.first), plain(places.step), plain(places.least)
            zh = f"排出名次：第1名 {first} 分，每低一名少 {step} 分，不低于 {least} 分"
            en = f"a place in a list: the first is worth {first}, each further one {step} less, not below {least}"
        return pick(language, f"{zh}（分值÷100×{weight}）", f"{en} (points / 100 x {weight})")

    def note(self, scheme: Scheme, digits: str) -> str:
        return "把分管部门排成一个名次：第1名最好，名次不重复、不空缺。"
