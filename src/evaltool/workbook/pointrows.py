"""The tab 得分明细: every unit with every component that it has: weight, share and points as formulas.

A leaf's share comes from the evaluators or the cards, its weight from the parameters, moved weights included; a node
adds up the leaves below it, which stand a second time in columns that only leaves have: a column that a formula stands
in cannot be looked through by it.  What each formula comes to is held against what scoring found, exactly.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import mul

from evaltool.evaluation import Evaluation
from evaltool.names import folded
from evaltool.points.score import Point, as_ruled, part_of
from evaltool.results.result import Result
from evaltool.roster import Unit
from evaltool.rules import LeafKey, Scheme
from evaltool.rules.expressions import Expr, ExprValue, Written, add, as_expr, constant, value_of
from evaltool.views.wording import path
from evaltool.workbook.formulas import cell
from evaltool.workbook.linepoints import own_cells
from evaltool.workbook.page import NumberedRows, Page
from evaltool.workbook.parameters import Parameters
from evaltool.workbook.parts import (
    AS_SCORED,
    FILTERED,
    FIRST_ROW,
    NONE,
    NUMBER,
    SORTABLE,
    Frame,
    TabColumn,
    count,
    listed,
    text,
    word,
)
from evaltool.writers.book import Cell, Tab

TITLE = "得分明细"
_WEIGHT, _SHARE, _POINTS = 2, 3, 4
_LEAF_WEIGHT, _LEAF_POINTS, _NUMBER = 7, 8, 9
_COLUMNS = (
    TabColumn("单位", 26),
    TabColumn("评估内容", 44),
    TabColumn("权重（调整后）", 11),
    TabColumn("得分率", 11),
    TabColumn("得分", 11),
    TabColumn(f"主体或卡数（{AS_SCORED}）", 12),
    TabColumn(f"说明（{AS_SCORED}）", 46),
    TabColumn("末级权重", 9),
    TabColumn("末级得分", 9),
    NUMBER,
)
MOVED, PENDING = "权重转出", "未评"
Shares = Mapping[tuple[LeafKey, str], Expr]
"""(Component, unit) -> share."""


@dataclass(frozen=True, slots=True)
class Got:
    """The cells of one unit in one component, by the number of its row; None where there is no number.

    `below`: the last row of its parts, its own where it is a leaf; `part`: its points as a node's formula takes them;
    `plain`: whether nothing is rounded in them."""

    weight: Expr
    share: Expr | None
    points: Expr | None
    below: int
    part: Expr | None
    plain: bool


@dataclass
class PointRows:
    """The tab, and where everything stands in it.  `still`: its rows keep their places, and formulas name their cells:
    where a class takes of another one's totals, a look-up through all rows would go round in a circle."""

    still: bool = False
    page: Page = field(default_factory=lambda: Page(TITLE, FIRST_ROW))
    got: dict[tuple[str, str], Got] = field(default_factory=dict)
    first: dict[str, int] = field(default_factory=dict)  # unit -> its first row

    def __post_init__(self) -> None:
        self.rows = NumberedRows(self.page, _NUMBER, FIRST_ROW)

    def at(self, row: int, column: int, value: ExprValue) -> Expr:
        """A cell of a row, for formulas that stand elsewhere."""
        return self.page.fixed(row, column, value) if self.still else self.rows.ref(row, column, value)

    def added(self, column: int, row: int, below: int, parts: Sequence[Expr]) -> Expr:
        """The leaves below a node, whose rows were filled after its own."""
        if self.still:
            return Written(f"SUM({self.page.span(column, row + 1, below)})", value_of(add(constant(0), *parts)))
        conditions = ",".join(self.rows.between(row + 1, below))
        return Written(f"SUMIFS({self.rows.all(column)},{conditions})", value_of(add(constant(0), *parts)))

    def as_leaf(self, row: int, weight: Expr, points: Expr | None) -> None:
        """What the nodes above a leaf add up."""
        own = self.page.ref(row, _POINTS, points.value) if points else None
        self.page.put(_LEAF_WEIGHT, cell(self.page.ref(row, _WEIGHT, weight.value), "frozen_any", self.page.own), row)
        self.page.put(_LEAF_POINTS, cell(own, "frozen_any", self.page.own) if own else word(NONE), row)

    def tab(self, made: Frame, links: Mapping[tuple[int, int], str]) -> Tab:
        """`links`: from units to their groups' tabs."""
        says = FILTERED if self.still else SORTABLE
        return listed(self.page, made, _COLUMNS, says, still=2, table="得分明细表", links=links)


def point_rows(result: Result, shares: Shares, parameters: Parameters) -> PointRows:
    made = PointRows(still=bool(result.evaluation.scored_first))
    classes = result.evaluation.classes
    owned = {
        one.unit.id: [each for each, _ in classes[one.unit.class_id].walk() if (one.unit.id, each) in result.points]
        for one in result.standings
    }
    made.rows.last = FIRST_ROW + sum(map(len, owned.values())) - 1
    for one in result.standings:
        scheme, own = classes[one.unit.class_id], owned[one.unit.id]
        rows = {component: made.page.next + at for at, component in enumerate(own)}
        made.first[one.unit.id] = made.page.next
        points = {component: result.points[one.unit.id, component] for component in own}
        for leaf in (each for each in own if not scheme.children(each)):
            parameters.weight(scheme, leaf, one.unit.group)  # in the order of the rules
        for component in reversed(own):
            made.got[one.unit.id, component] = _row(
                result.evaluation, scheme, one.unit, component, points, rows, shares, parameters, made
            )
        made.page.next += len(own)
    return made


def _row(
    evaluation: Evaluation,
    scheme: Scheme,
    unit: Unit,
    component: str,
    points: Mapping[str, Point],
    rows: Mapping[str, int],
    shares: Shares,
    parameters: Parameters,
    made: PointRows,
) -> Got:
    """One row; the rows of a node's parts are made before it."""
    page, row, point = made.page, rows[component], points[component]
    parts = [made.got[unit.id, part] for part in scheme.children(component) if part in points]
    below = max((part.below for part in parts), default=row)
    if scheme.children(component):
        weight, amount = _added(made, row, below, parts, point)
        share = page.ref(row, _POINTS, point.points) / page.ref(row, _WEIGHT, weight.value) if point.weight else None
    else:
        weight, share = (
            _weight(scheme, unit, component, points, parameters),
            _share(evaluation, scheme, unit, point, shares, parameters),
        )
        own = page.ref(row, _SHARE, share.value) * page.ref(row, _WEIGHT, weight.value) if share else None
        amount = constant(0) if point.state == "moved" else own
    digits = scheme.components[component].round
    amount = None if amount is None else as_expr(as_ruled(amount, digits))
    share = None if amount is None else share
    _agree(point, weight, share, amount)
    page.cells |= {
        (row, 0): Cell(unit.name, "link") if row == made.first[unit.id] else text(unit.name),
        (row, 1): text(path(scheme, component)),
        (row, _WEIGHT): cell(weight, "any", page.own),
        (row, _SHARE): cell(share, "percent", page.own) if share else word(NONE),
        (row, _POINTS): _points_cell(point, amount, page),
        (row, 5): count(point.evaluators or None),
        (row, 6): text(point.basis),
    }
    made.rows.add(row)
    held = amount if point.state != "moved" else None
    if not parts:
        made.as_leaf(row, weight, held)
    got = made.at(row, _POINTS, held.value) if held else None
    part = held if parts else made.at(row, _LEAF_POINTS, held.value) if held else None
    return Got(
        made.at(row, _WEIGHT, weight.value),
        made.at(row, _SHARE, share.value) if share else None,
        got,
        below,
        part,
        all(each.plain for each in parts) and (not parts or digits is None),
    )


def _added(made: PointRows, row: int, below: int, parts: Sequence[Got], point: Point) -> tuple[Expr, Expr | None]:
    """Weight and points of a node."""
    weight = made.added(_LEAF_WEIGHT, row, below, [part.weight for part in parts])
    known = [part.part for part in parts if part.part is not None]
    if point.points is None:
        return weight, None
    if not known or all(part.plain for part in parts):
        return weight, made.added(_LEAF_POINTS, row, below, known)
    return weight, as_expr(add(*known))


def _points_cell(point: Point, amount: Expr | None, page: Page) -> Cell:
    if point.state == "moved":
        return word(MOVED)
    return word(PENDING) if amount is None else cell(amount, "points", page.own)


def _weight(scheme: Scheme, unit: Unit, leaf: str, points: Mapping[str, Point], parameters: Parameters) -> Expr:
    """What the rules give the leaf, and its part of every weight that moved to it."""

    def stated(each: str) -> Expr:
        return parameters.weight(scheme, each, unit.group)

    if points[leaf].state == "moved":
        return constant(0)
    came = [
        part_of(scheme, stated(other), leaf, point.takers, dict(point.parts), stated)
        for other, point in points.items()
        if leaf in point.takers
    ]
    return as_expr(add(stated(leaf), *came))


def _share(
    evaluation: Evaluation, scheme: Scheme, unit: Unit, point: Point, shares: Shares, parameters: Parameters
) -> Expr | None:
    """What the evaluators or cards come to, held against the others' and converted, or what the rules say for an
    absence; times the unit's factors."""
    if point.share is None:
        return None
    if point.state in ("full", "zero", "stated"):
        return constant(point.share)
    found = shares.get(((scheme.id, point.component), unit.id))
    if found is None:
        return Written("", point.share)
    own = own_cells(parameters, evaluation, scheme, unit, scheme.factors(point.component))
    multiplied = [own[folded(name)] for name in scheme.factors(point.component)]
    return as_expr(reduce(mul, multiplied, found))


def _agree(point: Point, weight: Expr, share: Expr | None, amount: Expr | None) -> None:
    """The workbook must not come to anything else than scoring did; what differs is a fault of the tool."""
    made = (weight.value, share.value if share else None, amount.value if amount else None)
    if made != (point.weight, point.share, point.points):
        raise AssertionError(f"{point.unit} {point.component}: {made} is not what was scored: {point}")
