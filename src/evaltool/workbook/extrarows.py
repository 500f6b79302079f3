"""The tab 加分扣分: a row for every decision of which the rules say what it is worth or how much of it counts.

What a case is worth is a figure of the tab of parameters, or a cell that may be changed where the committee said it;
from there to what the unit is given or loses everything is a formula, by the words of `evaluation/extras`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from evaltool.evaluation.checks.extras import DecidedExtra
from evaltool.evaluation.extras import counted_once, decided_extras, of_each_deed, summed
from evaltool.evaluation.in_words.extras import WORDS
from evaltool.exact import decimal
from evaltool.results.result import Result
from evaltool.roster import Unit
from evaltool.rules import EXTRAS, ExtraWord, Scheme
from evaltool.rules.expressions import Expr, Number, as_expr, value_of
from evaltool.workbook.formulas import cell
from evaltool.workbook.page import NumberedRows, Page
from evaltool.workbook.parameters import Parameters
from evaltool.workbook.parts import FIRST_ROW, NUMBER, SORTABLE, Frame, TabColumn, listed, text, word
from evaltool.workbook.typed import AT_LEAST_ZERO
from evaltool.writers.book import Cell, Tab

TITLE = "加分扣分"
COLUMNS = (
    NUMBER,
    TabColumn("单位", 22),
    TabColumn("加扣", 7),
    TabColumn("项目", 30),
    TabColumn("事项", 22),
    TabColumn("文号", 22),
    TabColumn("分值", 9),
    TabColumn("同一事项取最高", 10),
    TabColumn("只计一次取最高", 10),
)
_POINTS, _OF_DEED, _ONCE = 6, 7, 8


@dataclass
class ExtraRows:
    """The tab; `totals`: what every unit is given or loses, as a formula over its rows."""

    page: Page = field(default_factory=lambda: Page(TITLE, FIRST_ROW))
    totals: dict[tuple[str, ExtraWord], Expr] = field(default_factory=dict)

    def tab(self, made: Frame) -> Tab:
        return listed(self.page, made, COLUMNS, SORTABLE, still=2)


def extra_rows(result: Result, parameters: Parameters) -> ExtraRows:
    """Of all classes whose rules go by kinds; where they do not, the sum is a cell of the group's tab."""
    made = ExtraRows()
    rows = NumberedRows(made.page, 0)
    blocks = []
    for unit in result.evaluation.units.values():
        scheme = result.evaluation.classes[unit.class_id]
        for kind in EXTRAS:
            decided = decided_extras(result.evaluation, scheme, kind, unit.id) if scheme.extras(kind).by_kind else []
            if decided:
                block = _Block(rows, parameters, scheme, kind, unit, decided)
                block.begin()
                blocks.append(block)
    for block in blocks:  # behind the last row, so that the formulas look among all of them
        made.totals[block.unit.id, block.kind] = block.total()
    return made


@dataclass
class _Block:
    """The rows of one unit and kind."""

    rows: NumberedRows
    parameters: Parameters
    scheme: Scheme
    kind: ExtraWord
    unit: Unit
    decided: list[DecidedExtra]
    at: list[int] = field(default_factory=list)

    def begin(self) -> None:
        """What was decided, each with its points."""
        for each in self.decided:
            line, said = each.line, WORDS[self.kind][0]
            words = (text(self.unit.name), word(said), text(each.name), text(line.deed), text(line.document))
            row = self.rows.page.add((Cell(None), *words, self._points(each)))
            if each.kind is None or not each.kind.is_reckoned:
                self.rows.page.takes[row, _POINTS] = AT_LEAST_ZERO
            self.rows.add(row)
            self.at.append(row)

    def _points(self, each: DecidedExtra) -> Cell:
        if each.kind is None or not each.kind.is_reckoned:
            return Cell(decimal(each.points), "input")
        name = each.level or "每次分值"
        stated = self.parameters.value(self.scheme, WORDS[self.kind][0], each.kind.name, name, each.points)
        return cell(stated, "points", self.rows.page.own)

    def total(self) -> Expr:
        rules = self.scheme.extras(self.kind)
        points: list[Number] = [
            self.rows.ref(row, _POINTS, each.points) for row, each in zip(self.at, self.decided, strict=True)
        ]
        by_deed = self._put(_OF_DEED, of_each_deed(rules, self.decided, points))
        once = self._put(_ONCE, counted_once(self.decided, by_deed))
        return as_expr(summed(rules, self.decided, once, self._cap))

    def _put(self, column: int, numbers: list[Number]) -> list[Number]:
        made: list[Number] = []
        for row, number in zip(self.at, numbers, strict=True):
            self.rows.page.put(column, cell(as_expr(number), "points", self.rows.page.own), row)
            made.append(self.rows.ref(row, column, value_of(number)))
        return made

    def _cap(self, name: str, cap: Decimal) -> Number:
        of = name or "每个单位"
        return self.parameters.value(self.scheme, WORDS[self.kind][0], of, "最多", Fraction(cap))
