"""Full marks less so many points for each case."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar

from evaltool.exact import plain
from evaltool.findings import Language
from evaltool.rules.expressions import Number, least, most
from evaltool.rules.methods.method import Facts, Method
from evaltool.rules.strict import Exact, Positive
from evaltool.rules.wording import pick

if TYPE_CHECKING:
    from evaltool.rules.scheme import Scheme


class Deduct(Method):
    """Full marks less `deduct` points for each unit of the figure (a case, a point), never below `limit` points."""

    deduct: Positive
    limit: Exact = Decimal(0)

    formula: ClassVar[Mapping[str, str]] = {
        "zh": "得分率＝（预赋分值－每件扣分×件数）÷预赋分值，不低于下限",
        "en": "share = (preset points - deduction x number of cases) / preset points, not below the limit",
    }
    measured: ClassVar[bool] = True
    in_points: ClassVar[bool] = True
    cells: ClassVar[Mapping[str, str]] = {"deduct": "每件扣分", "limit": "扣到不低于（分）"}
    reasons: ClassVar[Mapping[str, tuple[str, str]]] = {
        "negative": ("件（次、分）数不能是负数", "a number of cases cannot be below 0"),
    }

    def outside(self, figure: Fraction, facts: Facts) -> str:
        return "negative" if figure < 0 else ""

    def made(self, said: Number, facts: Facts) -> Number:
        left = facts.full - facts.parameter("deduct", self.deduct) * said
        # a limit above the preset points of a line would give more than full marks
        return most(left, least(facts.parameter("limit", self.limit), facts.full)) / facts.full

    def in_words(self, language: Language, scheme: Scheme, weight: str) -> str:
        off, limit = plain(self.deduct), plain(self.limit)
        zh = f"从满分中扣减：每一件（次、分）扣 {off} 分，最低 {limit} 分"
        return pick(language, zh, f"full marks less {off} for each case, not below {limit}")
