"""How do the units stand before those mark who may see it?  The interim result that leaders' sheets show.

It is the sum of all leaves but those that are marked with it in view (`interim = true`), without bonus and deduction,
and the place by that sum inside the group.  Where something is still open it says what, and gives no number; places are
given once every ranked unit of the group is complete.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from evaltool.evaluation import Evaluation
from evaltool.exact import half_up, plain, published
from evaltool.points.bounds import Doubts, doubts, is_doubted
from evaltool.questions.forms import INTERIM_HEADERS, Form, FormTable
from evaltool.results.result import Result
from evaltool.roster import Unit
from evaltool.rules import Scheme
from evaltool.sheets.blank import NOTHING, BesideInputs
from evaltool.writers.book import Value

_MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class InterimResult:
    """One unit's interim result; `waiting` names the components that are still open, and then `points` means nothing.

    `full` is the weight of what was summed, `stated` what the rules give it: they differ where weights moved.
    """

    unit: Unit
    points: Fraction
    full: Fraction
    stated: Fraction
    waiting: tuple[str, ...]
    rank: int | None = None


@dataclass(frozen=True, slots=True)
class Interim:
    """The interim result of a day, and how it stands on a sheet."""

    evaluation: Evaluation
    standings: Mapping[str, InterimResult]
    code: str
    on: date

    @property
    def complete(self) -> int:
        return sum(not one.waiting for one in self.standings.values())

    def beside(self, form: Form) -> BesideInputs:
        return beside(self, form)


def standings(result: Result) -> dict[str, InterimResult]:
    """The interim result of every unit of the classes whose rules show one."""
    found: dict[str, InterimResult] = {}
    wrong = doubts(result.evaluation, result.findings)
    for scheme in result.evaluation.classes.values():
        if any(scheme.components[leaf].interim for leaf in scheme.leaves()):
            for group in scheme.head.groups:
                units = result.evaluation.units_of(scheme.id, group.id)
                found |= _ranked(scheme, [_standing(result, scheme, unit, wrong) for unit in units])
    return found


def _shown(scheme: Scheme, component: str) -> bool:
    """Whether nothing below a component is marked with the interim result in view."""
    return not any(scheme.components[leaf].interim for leaf in scheme.leaves(component))


def _standing(result: Result, scheme: Scheme, unit: Unit, wrong: Doubts) -> InterimResult:
    leaves = [leaf for leaf in scheme.leaves() if _shown(scheme, leaf) and (unit.id, leaf) in result.points]
    waiting = []
    for leaf in leaves:
        said = is_doubted(wrong, unit.id, leaf, scheme.components[leaf].by)
        if said or result.points[unit.id, leaf].points is None:
            waiting.append(scheme.components[leaf].name)
    points, full = _sum(result, scheme, unit, "")
    stated = sum((scheme.weight(leaf, unit.group) for leaf in leaves), Fraction(0))
    return InterimResult(unit, points, full, stated, tuple(waiting))


def _sum(result: Result, scheme: Scheme, unit: Unit, component: str) -> tuple[Fraction, Fraction]:
    """Points and weight of what is shown of a component; a part that is shown whole is rounded as the rules say."""
    point = result.points.get((unit.id, component))
    if point is None:
        return Fraction(0), Fraction(0)
    if _shown(scheme, component):
        return point.points or Fraction(0), point.weight
    parts = [_sum(result, scheme, unit, part) for part in scheme.children(component)]
    return sum((points for points, _ in parts), Fraction(0)), sum((full for _, full in parts), Fraction(0))


def _ranked(scheme: Scheme, units: list[InterimResult]) -> dict[str, InterimResult]:
    """With places, once all ranked units are complete; where weights moved, in proportion to full marks."""
    ranked = [one for one in units if one.unit.standing == "ranked"]
    ranks: dict[str, int] = {}
    if not any(one.waiting or not one.full for one in ranked):
        totals = {one.unit.id: half_up(one.points * one.stated / one.full, scheme.head.decimals) for one in ranked}
        ranks = {unit: 1 + sum(other > total for other in totals.values()) for unit, total in totals.items()}
    return {
        one.unit.id: InterimResult(one.unit, one.points, one.full, one.stated, one.waiting, ranks.get(one.unit.id))
        for one in units
    }


# --- on a sheet ------------------------------------------------------------------------------------------------------


def beside(interim: Interim, form: Form) -> BesideInputs:
    """The two columns of every table of a form that has room for them, and the line that explains them."""
    cells: dict[tuple[str, int, int], Value] = {}
    notes: dict[str, str] = {}
    for sheet in form.sheets:
        for table in sheet.tables:
            if table.beside:
                scheme = interim.evaluation.classes[table.class_id]
                columns = _columns(scheme, table, interim.standings)
                cells |= {(sheet.title, *place): value for place, value in columns}
                notes[sheet.title] = _note(scheme, interim.code, interim.on)
    return BesideInputs(cells, notes) if cells else NOTHING


def _columns(
    scheme: Scheme, table: FormTable, found: Mapping[str, InterimResult]
) -> Iterator[tuple[tuple[int, int], Value]]:
    left = table.left + len(table.columns)
    asked = [found[line.unit] for line in table.lines]
    fulls = {one.stated for one in asked}
    full = next(iter(fulls)) if len(fulls) == 1 else None
    points, place = INTERIM_HEADERS
    yield (table.top, left), points + (f"\n（满分 {plain(full)}）" if full is not None else "")
    yield (table.top, left + 1), place
    for row, one in enumerate(asked, table.top + 1):
        yield (row, left), _points(scheme, one, full)
        yield (row, left + 1), one.rank or ("不排名" if one.unit.standing != "ranked" else "待齐")


def _points(scheme: Scheme, one: InterimResult, full: Fraction | None) -> Value:
    if one.waiting:
        more = f"等 {len(one.waiting)} 项" if len(one.waiting) > _MOST_NAMED else ""
        return f"待齐：{'、'.join(one.waiting[:_MOST_NAMED])}{more}"
    points = published(one.points, scheme.head.decimals)
    return Decimal(points) if one.full == full else f"{points}（满分 {plain(one.full)}）"


def _note(scheme: Scheme, code: str, on: date) -> str:
    names = "、".join(f"“{name}”" for name in _left_out(scheme, ""))
    return (
        f"右侧阶段得分是{names}以外各项得分之和，不含加分和扣分，阶段名次是其在本分类中的名次，仅供打分参考；"
        f"按 {on.year}年{on.month}月{on.day}日 已收到的材料计算（代码 {code}），“待齐”表示有材料未齐或待改正。"
    )


def _left_out(scheme: Scheme, component: str) -> Iterator[str]:
    """The names of what the interim result leaves out, whole parts by their own name."""
    for part in scheme.children(component):
        if all(scheme.components[leaf].interim for leaf in scheme.leaves(part)):
            yield scheme.components[part].name
        else:
            yield from _left_out(scheme, part)
