"""Points out of preset points, for each indicator or for the component as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar

from pydantic import Field

from evaltool.exact import plain
from evaltool.findings import Language
from evaltool.rules.expressions import Number
from evaltool.rules.methods.method import Facts, MarkOrChoice, Method
from evaltool.rules.strict import Positive
from evaltool.rules.wording import joined, pick

if TYPE_CHECKING:
    from evaltool.rules.scheme import Scheme


class Points(Method):
    """Points out of preset points, for each indicator or for the component as a whole."""

    points: Positive
    parts: dict[str, Positive] = Field(default_factory=dict)

    formula: ClassVar[Mapping[str, str]] = {
        "zh": "得分率＝得分合计÷预赋分值合计",
        "en": "share = points / preset points",
    }
    on_marks: ClassVar[bool] = True

    @property
    def preset(self) -> Decimal | None:
        return self.points

    @property
    def preset_parts(self) -> Mapping[str, Decimal]:
        return self.parts

    def takes(self, said: MarkOrChoice, facts: Facts) -> bool:
        return super().takes(said, facts) and facts.full != 0

    def made(self, said: Number, facts: Facts) -> Number:
        return said / facts.full

    def in_words(self, language: Language, scheme: Scheme, weight: str) -> str:
        full = plain(self.points)
        parts = joined(language, (f"{part} {plain(points)}" for part, points in self.parts.items()))
        zh = f"按预赋分值打分，满分 {full}{f'（{parts}）' if parts else ''}（得分÷{full}×{weight}）"
        en = f"preset points, {full} in all{f' ({parts})' if parts else ''} (points / {full} x {weight})"
        return pick(language, zh, en)

    def note(self, scheme: Scheme, digits: str) -> str:
        return f"按各项预赋分值打分{digits}。"
