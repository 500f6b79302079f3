"""The tab 数值对比: figures of the units that are compared with each other, each block a range for the formulas."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from evaltool.rules.expressions import Expr, Range
from evaltool.workbook.formulas import cell
from evaltool.workbook.page import Page
from evaltool.workbook.parts import FILTERED, FIRST_ROW, Frame, TabColumn, listed, text, word
from evaltool.writers.book import Tab

TITLE = "数值对比"
_COLUMNS = (
    TabColumn("评估内容", 40),
    TabColumn("指标", 34),
    TabColumn("次数（时段）", 12),
    TabColumn("范围", 22),
    TabColumn("单位", 26),
    TabColumn("数值", 16),
)
_FIGURE = 5
ComparisonKey = tuple[str, str, str, str, str]
"""Class, component, indicator, repeat, group ("" for the whole class)."""


class Comparisons:
    """The blocks that were asked for so far."""

    def __init__(self) -> None:
        self.page = Page(TITLE, FIRST_ROW)
        self._made: dict[ComparisonKey, Range] = {}

    def tab(self, made: Frame) -> Tab:
        return listed(self.page, made, _COLUMNS, FILTERED, still=0, table="数值对比表")

    def field(self, key: ComparisonKey, words: Sequence[str], figures: Sequence[tuple[str, Expr]]) -> Range:
        """The figures (unit's name, cell of the mark) of one comparison; `words`: component, indicator, repeat,
        group as they are shown."""
        if key not in self._made:
            first = self.page.next
            for unit, figure in figures:
                component, indicator, repeat, group = words
                self.page.add(
                    (text(component), text(indicator), word(repeat), text(group), text(unit), cell(figure, "any"))
                )
            values = tuple(figure.value for _, figure in figures if isinstance(figure.value, Fraction))
            last = self.page.next - 1
            self._made[key] = Range(self.page.span(_FIGURE, first, last), values)
        return self._made[key]
