"""Points out of 100."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar

from evaltool.findings import Language
from evaltool.rules.expressions import Number, percent
from evaltool.rules.methods.method import Facts, Method
from evaltool.rules.wording import pick

if TYPE_CHECKING:
    from evaltool.rules.scheme import Scheme


class Percent(Method):
    """Points out of 100."""

    formula: ClassVar[Mapping[str, str]] = {"zh": "得分率＝得分÷100", "en": "share = points / 100"}
    on_marks: ClassVar[bool] = True

    def limits(self, full: Decimal, units: int) -> tuple[Decimal, Decimal]:
        return Decimal(0), Decimal(100)

    def made(self, said: Number, facts: Facts) -> Number:
        return percent(said)

    def in_words(self, language: Language, scheme: Scheme, weight: str) -> str:
        return pick(language, f"按百分制打分（得分÷100×{weight}）", f"points out of 100 (points / 100 x {weight})")

    def note(self, scheme: Scheme, digits: str) -> str:
        return f"按百分制打分，0—100{digits}。"
