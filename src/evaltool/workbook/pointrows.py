"""The tab 得分明细: every unit with every component that it has: weight, share and points as formulas.

A leaf's share comes from the evaluators or the cards, its weight from the parameters, moved weights included; a node
adds up its parts.  What each formula comes to is held against what scoring found, exactly.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from evaltool.points.score import Point, as_ruled, part_of
from evaltool.results.result import Result
from evaltool.roster import Unit
from evaltool.rules import LeafKey, Scheme
from evaltool.rules.expressions import Expr, Written, add, as_expr, constant
from evaltool.views.wording import path
from evaltool.workbook.formulas import cell
from evaltool.workbook.page import Page
from evaltool.workbook.parameters import Parameters
from evaltool.workbook.parts import FIRST_ROW, NONE, Frame, TabColumn, count, listed, text, word
from evaltool.writers.book import Cell, Tab

TITLE = "得分明细"
_WEIGHT, _SHARE, _POINTS = 2, 3, 4
_COLUMNS = (
    TabColumn("单位", 26),
    TabColumn("评估内容", 44),
    TabColumn("权重（调整后）", 11),
    TabColumn("得分率", 11),
    TabColumn("得分", 11),
    TabColumn("主体或卡数", 10),
    TabColumn("说明", 46),
)
MOVED, PENDING = "权重转出", "未评"
Shares = Mapping[tuple[LeafKey, str], Expr]
"""(Component, unit) -> share."""


@dataclass(frozen=True, slots=True)
class Got:
    """The cells of one unit in one component; None where there is no number."""

    row: int
    weight: Expr
    share: Expr | None
    points: Expr | None


@dataclass
class PointRows:
    """The tab, and where everything stands in it."""

    page: Page = field(default_factory=lambda: Page(TITLE, FIRST_ROW))
    got: dict[tuple[str, str], Got] = field(default_factory=dict)
    first: dict[str, int] = field(default_factory=dict)  # unit -> its first row

    def tab(self, made: Frame, links: Mapping[tuple[int, int], str]) -> Tab:
        """`links`: from units to their groups' tabs."""
        return listed(self.page, made, _COLUMNS, still=2, table="得分明细表", links=links)


def point_rows(result: Result, shares: Shares, parameters: Parameters) -> PointRows:
    made = PointRows()
    for one in result.standings:
        scheme = result.evaluation.classes[one.unit.class_id]
        own = [each for each, _ in scheme.walk() if (one.unit.id, each) in result.points]
        rows = {component: made.page.next + at for at, component in enumerate(own)}
        made.first[one.unit.id] = made.page.next
        points = {component: result.points[one.unit.id, component] for component in own}
        for leaf in (each for each in own if not scheme.children(each)):
            parameters.weight(scheme, leaf, one.unit.group)  # in the order of the rules
        for component in reversed(own):
            made.got[one.unit.id, component] = _row(scheme, one.unit, component, points, rows, shares, parameters, made)
        made.page.next += len(own)
    return made


def _row(
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
    if scheme.children(component):
        weight = as_expr(add(*(part.weight for part in parts)))
        known = [part.points for part in parts if part.points is not None]
        amount = as_expr(add(*known)) if known else constant(0) if point.points is not None else None
    else:
        weight = _weight(scheme, unit, component, points, parameters)
        amount = None
    weight_ref = page.ref(row, _WEIGHT, weight.value)
    share: Expr | None = None
    if not scheme.children(component):
        share = _share(scheme, unit, component, point, shares)
        if share is not None:
            amount = page.ref(row, _SHARE, share.value) * weight_ref
        elif point.state == "moved":
            amount = constant(0)
    if amount is not None:
        amount = as_expr(as_ruled(amount, scheme.components[component].round))
    if scheme.children(component) and amount is not None and point.weight:
        share = page.ref(row, _POINTS, amount.value) / weight_ref
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
    return Got(
        row,
        weight_ref,
        page.ref(row, _SHARE, share.value) if share else None,
        page.ref(row, _POINTS, amount.value) if amount is not None and point.state != "moved" else None,
    )


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
        part_of(stated(other), stated(leaf), list(map(stated, point.takers)))
        for other, point in points.items()
        if leaf in point.takers
    ]
    return as_expr(add(stated(leaf), *came))


def _share(scheme: Scheme, unit: Unit, leaf: str, point: Point, shares: Shares) -> Expr | None:
    """What the evaluators or cards come to, or what the rules say for an absence."""
    if point.share is None:
        return None
    if point.state in ("full", "zero"):
        return constant(point.share)
    found = shares.get(((scheme.id, leaf), unit.id))
    return found if found is not None else Written("", point.share)


def _agree(point: Point, weight: Expr, share: Expr | None, amount: Expr | None) -> None:
    """The workbook must not come to anything else than scoring did; what differs is a fault of the tool."""
    made = (weight.value, share.value if share else None, amount.value if amount else None)
    if made != (point.weight, point.share, point.points):
        raise AssertionError(f"{point.unit} {point.component}: {made} is not what was scored: {point}")
