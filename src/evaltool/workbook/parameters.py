"""The tab 参数: every figure of the rules that a formula refers to, once, in a cell that may be changed.

Cells are given out when they are first asked for, so that the tab holds what the workbook's formulas use, in the order
of the rules, and nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from evaltool.exact import decimal
from evaltool.rules import Scheme
from evaltool.rules.expressions import Expr, add, as_expr, constant
from evaltool.rules.lists import ListCells
from evaltool.rules.methods import Curve, Method
from evaltool.views.wording import path, used_in
from evaltool.workbook.formulas import as_stored, cell
from evaltool.workbook.page import Page
from evaltool.workbook.parts import FILTERED, FIRST_ROW, Frame, TabColumn, listed, text, word
from evaltool.workbook.typed import AT_LEAST_ZERO
from evaltool.writers.book import Cell, Tab

TITLE = "参数"
TAKEN = "取用结果"
COLUMNS = (
    TabColumn("对象类别", 18),
    TabColumn("种类", 14),
    TabColumn("内容", 40),
    TabColumn("项目", 28),
    TabColumn("数值", 14),
)
_NAME, _VALUE = 3, 4
_WORDS = "弃权，不计入平均"


class Parameters:
    """The parameters that were asked for so far."""

    def __init__(self) -> None:
        self.page = Page(TITLE, FIRST_ROW)
        self._given: dict[tuple[str, ...], Expr] = {}
        self._rows: dict[tuple[str, ...], int] = {}
        self._weights: dict[tuple[str, str, str], Expr] = {}
        self._tables: dict[tuple[str, str, str], ListCells] = {}

    def tab(self, made: Frame) -> Tab:
        return listed(self.page, made, COLUMNS, FILTERED, still=1, table="参数表")

    def value(self, scheme: Scheme, kind: str, of: str, name: str, value: Fraction | Decimal) -> Expr:
        """The cell of one figure of the rules; of two figures that are called alike each has its own."""
        key = (scheme.id, kind, of, name)
        if key in self._given and self._given[key].value != value:
            return self.value(scheme, kind, of, f"{name}（又）", value)
        if key not in self._given:
            row = self._rows[key] = self._add(scheme, kind, of, name, Cell(as_stored(Fraction(value)), "input"))
            if kind in ("权重", "所列权重"):
                self.page.takes[row, _VALUE] = AT_LEAST_ZERO
            self._given[key] = self.page.fixed(row, _VALUE, Fraction(value))
        return self._given[key]

    def weight(self, scheme: Scheme, leaf: str, group: str) -> Expr:
        """What the rules give a leaf; where weights are only in proportion, worked out from those that are written."""
        known = scheme.id, leaf, group
        if known not in self._weights:  # asked for with every unit
            self._weights[known] = self._weight(scheme, leaf, group)
        return self._weights[known]

    def _weight(self, scheme: Scheme, leaf: str, group: str) -> Expr:
        of = path(scheme, leaf)
        if not scheme.head.normalise:
            return self.value(scheme, "权重", of, "权重", scheme.weight(leaf, group))
        stated = {each: scheme.components[each] for each in scheme.leaves() if scheme.weight(each, group)}
        written = {
            each: self.value(scheme, "所列权重", path(scheme, each), "权重", Fraction(component.weight or 0))
            for each, component in stated.items()
        }
        whole = self.value(scheme, "总分", scheme.head.name, "满分", Fraction(scheme.head.total))
        share = written.get(leaf, constant(0)) * whole / as_expr(add(*written.values()))
        row = self._add(scheme, "折算后权重", of, group, cell(share, "text_center", self.page.own))
        return self.page.fixed(row, _VALUE, share.value)

    def of_method(self, scheme: Scheme, of: str, answer: Method, name: str, value: Decimal) -> Expr:
        """The cell of one parameter of a scoring method."""
        return self.value(scheme, "计分参数", of, answer.cells[name], value)

    def of_curve(self, scheme: Scheme, of: str, curve: Curve, name: str, value: Decimal) -> Expr:
        """The cell of one parameter of the curve over what all answers come to, whatever scores each of them."""
        return self.value(scheme, "折算", of, curve.cells[name], value)

    def of_unit(self, scheme: Scheme, unit: str, name: str, value: Fraction) -> Expr:
        """The cell of a number of the rules that differs from unit to unit."""
        return self.value(scheme, "单位参数", unit, name, value)

    def taken(self, scheme: Scheme, unit: str, name: str, value: Fraction) -> Expr:
        """The cell of what a unit has of another result."""
        return self.value(scheme, TAKEN, unit, name, value)

    def follow(self, scheme: Scheme, unit: str, name: str, made: Expr) -> None:
        """What is taken of a class in this workbook, as a formula; nothing where no formula asked for it."""
        given = self._given.get((scheme.id, TAKEN, unit, name))
        if given is not None:
            assert given.value == made.value, f"{unit}: {given.value} is not {made.value}"
            self.page.put(_VALUE, cell(made, "any", self.page.own), self._rows[scheme.id, TAKEN, unit, name])

    def table(
        self, scheme: Scheme, kind: str, of: str, rows: Sequence[tuple[str, Fraction | None]], none: str = _WORDS
    ) -> ListCells:
        """Names and points below each other; `none`: what stands where there are no points."""
        key = (scheme.id, kind, of)
        if key not in self._tables:
            first = self.page.next
            for name, points in rows:
                value = word(none) if points is None else Cell(decimal(points), "input")
                self._add(scheme, kind, used_in(scheme, of) or of, name, value)
            last = self.page.next - 1
            names, values = self.page.span(_NAME, first, last), self.page.span(_VALUE, first, last)
            self._tables[key] = ListCells(names, values, dict(rows))
        return self._tables[key]

    def entry(self, table: ListCells, at: int, value: Fraction) -> Expr:
        """One value of a table."""
        first = int(table.values.rsplit("!", 1)[1].split(":")[0].rsplit("$", 1)[1])
        return self.page.fixed(first - 1 + at, _VALUE, value)

    def _add(self, scheme: Scheme, kind: str, of: str, name: str, value: Cell) -> int:
        return self.page.add((text(scheme.head.name), word(kind), text(of), text(name), value))
