"""A tab per group: every unit with its components, total, rank and grade as formulas, beside what evaltool computed.

The units stand in the order of their ranks, unranked ones last; below them the parts of the components, so that a page
can be read when it is printed.  The last column says whether the live cells still are what was computed.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from evaltool.evaluation.in_words.extras import WORDS
from evaltool.exact import decimal, plain
from evaltool.reader.cells import address, letters
from evaltool.results.conditions import Judge
from evaltool.results.grade import RankedUnits, ranked_by_group
from evaltool.results.rank import GroupKey, Standing, decided_places
from evaltool.results.result import Result
from evaltool.rules import EXTRAS, ExtraWord, Scheme
from evaltool.rules.expressions import NINE, Expr, Number, Written, add, as_expr, constant, fine, least, most, rounded
from evaltool.views import ranking
from evaltool.views.tables import NONE
from evaltool.views.wording import UNRANKED, grade_words, path
from evaltool.workbook.extrarows import ExtraRows
from evaltool.workbook.formulas import cell
from evaltool.workbook.gradeformulas import condition_columns, fill_conditions, grade_of
from evaltool.workbook.grouppage import FIRST, FIRST_PART, GRADE, POSITION, RANK, SAME_POSITION, TOTAL, UNIT, GroupPage
from evaltool.workbook.page import NumberedRows, Page
from evaltool.workbook.parameters import Parameters
from evaltool.workbook.parts import (
    FIRST_ROW,
    HEAD_ROW,
    NUMBER,
    SORTABLE,
    Frame,
    TabColumn,
    grade_style,
    listed,
    text,
    total_style,
    word,
)
from evaltool.workbook.placeformulas import position_of, rank_of, same_position
from evaltool.workbook.pointrows import MOVED, PENDING, PointRows
from evaltool.workbook.pointrows import TITLE as DETAILS
from evaltool.workbook.typed import AT_LEAST_ZERO, WHOLE
from evaltool.workbook.typed import NUMBER as NUMBER_ONLY
from evaltool.writers.book import Cell, Highlight, Tab

SAME, DIFFERENT = "√", "≠"
_PARTS = 16  # columns of parts side by side on a page
_PART_COLUMN = 2
_ZEROS = {MOVED: "zero_moved", PENDING: "zero_pending", NONE: "zero_none"}
EARLIER = "上年名次"
_TAKES = {"加分": AT_LEAST_ZERO, "扣分": AT_LEAST_ZERO, "上年总分": NUMBER_ONLY, "同分裁定": WHOLE, EARLIER: WHOLE}
OutcomeCells = tuple[Expr, Expr, Expr]
"""Cells of rank, total and grade."""


@dataclass(frozen=True, slots=True)
class Live:
    """What other tabs refer to: the group's tab, first and last unit's row, each unit's cells, the checks, the
    grades, the components in its columns."""

    title: str
    first: int
    last: int
    places: dict[str, OutcomeCells]
    checks: str
    grades: str
    roots: Sequence[str]
    tab: Tab


def group_tab(
    result: Result,
    made: Frame,
    key: GroupKey,
    titles: Mapping[GroupKey, str],
    points: PointRows,
    extras: ExtraRows,
    parameters: Parameters,
) -> Live:
    return _Filling(result, key, titles, points, extras, parameters).live(made)


class _Filling:
    """One group's tab while it is filled."""

    def __init__(
        self,
        result: Result,
        key: GroupKey,
        titles: Mapping[GroupKey, str],
        points: PointRows,
        extras: ExtraRows,
        parameters: Parameters,
    ) -> None:
        scheme = result.evaluation.classes[key[0]]
        self.result, self.scheme, self.weighed = result, scheme, key[1]
        self.standings, self.details, self.extras = result.group(*key), points.first, extras
        ranked = [one for one in self.standings if one.rank is not None]
        self.ranks = [one.rank or 0 for one in ranked]
        self.first_ranks = sorted(one.climbed.first for one in ranked if one.climbed)
        self.page = Page(titles[key], FIRST_ROW)
        self.first, self.last = FIRST_ROW, FIRST_ROW + len(self.standings) - 1
        present = {each for one in self.standings for each, _ in scheme.walk() if (one.unit.id, each) in points.got}
        shown = [(each, depth) for each, depth in scheme.walk() if scheme.weight(each, key[1]) or each in present]
        self.roots = [each for each, depth in shown if not depth]
        self.parts = [each for each, depth in shown if depth]
        decided = decided_places(scheme, ranked, result.points)
        ties = {each: f"同分比较\n{path(scheme, each)}" for each in scheme.ranking.ties if each in self.parts}
        self.conditions = {} if result.interim else condition_columns(result.evaluation, scheme)
        self.columns = self._columns(ties.values(), decided=bool(decided))
        at = {column.header: at for at, column in enumerate(self.columns)}
        self.rows = NumberedRows(self.page, at[NUMBER.header], self.first, self.last)
        told = {each: FIRST_PART + place for place, each in enumerate(self.roots)}
        told |= {each: at[header] for each, header in ties.items()}
        chain = {each: told[each] for each in scheme.ranking.ties if each in told}  # none of another group's
        self.group = GroupPage(
            result,
            key,
            ranked,
            self.page,
            points.got,
            parameters,
            decided,
            at,
            chain,
            self.rows,
            Judge(result.evaluation, scheme, result.points, result.measured),
            told,
            titles,
            RankedUnits(ranked_by_group(result.standings)),
        )

    def _place(self) -> list[TabColumn]:
        names = ranking.column_of_names(self.scheme)
        return [TabColumn(each.header, each.width) for each in (ranking.RANK, names, ranking.TOTAL, ranking.GRADE)]

    def _columns(self, ties: Iterable[str], *, decided: bool) -> list[TabColumn]:
        named = [self._component_column(each) for each in self.roots]
        columns = [*self._place(), *named, TabColumn("加分", 10), TabColumn("扣分", 10)]
        columns += [TabColumn(each, 9) for each in self._first_columns()] + [TabColumn("未取整总分", 11)]
        vetoed = any(one.veto for one in self.standings)
        columns += (
            [TabColumn("一票否决", 18 if vetoed else 9)] if self.scheme.grades and not self.result.interim else []
        )
        if self.scheme.ranking.by == "variation":
            columns += [TabColumn("上年总分", 9), TabColumn("比上年增减", 10)]
        columns += [TabColumn(each, 10) for each in (*ties, *self.conditions)]
        columns += [TabColumn("同分裁定", 8)] if decided else []
        columns += [] if self.scheme.ranking.gaps else [TabColumn(POSITION, 9), TabColumn(SAME_POSITION, 9)]
        return [
            *columns,
            NUMBER,
            TabColumn("核对名次", 7),
            TabColumn("核对总分", 9),
            TabColumn("核对等次", 8),
            TabColumn("校验", 6),
        ]

    def _first_columns(self) -> list[str]:
        """The first ranking and what it brought, where places climbed are rewarded."""
        if not self.scheme.climb.points:
            return []
        places = [] if self.scheme.ranking.gaps else [POSITION, SAME_POSITION]
        first = [f"{FIRST}{each}" for each in ("未取整总分", "总分", *places, "名次")]
        return [*first, EARLIER, self.scheme.climb.name]

    def _component_column(self, component: str) -> TabColumn:
        name = self.scheme.components[component].name
        return TabColumn(
            f"{name}\n（{plain(self.scheme.weight(component, self.weighed))}）", 9 if len(name) < 8 else 11
        )

    def live(self, made: Frame) -> Live:
        heads = self._part_tables()
        for row, one in enumerate(self.standings, FIRST_ROW):
            self._figures(row, one)
        places = {one.unit.id: self._outcome(row, one, heads) for row, one in enumerate(self.standings, FIRST_ROW)}
        checks = self.rows.all(self.group.at["校验"]) if self.standings else ""
        grades = self.rows.all(GRADE)
        return Live(self.page.title, self.first, self.last, places, checks, grades, self.roots, self._tab(made, heads))

    # --- figures ------------------------------------------------------------------------------------------------------

    def _put(self, row: int, header: str, expr: Expr, style: str) -> Expr:
        return self._see(row, header, cell(expr, style, self.page.own), expr.value)

    def _input(self, row: int, header: str, value: Fraction) -> Expr:
        self.page.takes[row, self.group.at[header]] = _TAKES[header]
        return self._see(row, header, Cell(decimal(value), "input"), value)

    def _see(self, row: int, header: str, shown: Cell, value: object) -> Expr:
        assert isinstance(value, Fraction | str)
        column = self.group.at[header]
        self.page.put(column, shown, row)
        self.group.refs[row, header] = self.page.ref(row, column, value)
        return self.group.refs[row, header]

    def _figures(self, row: int, one: Standing) -> None:
        """What the total is made of, up to the figure by which the unit is placed."""
        self.rows.add(row)
        found = [self._component(row, at, one.unit.id, each) for at, each in enumerate(self.roots, FIRST_PART)]
        for component in (each for each in self.group.ties if each not in self.roots):
            self._component(row, self.group.ties[component], one.unit.id, component)
        bonus, deduction = (self._extra(row, kind, one) for kind in EXTRAS)
        amount = as_expr(add(*(each for each in found if each is not None), bonus))
        amount = amount - deduction
        if self.scheme.climb.points:
            amount = self._climbed(row, one, amount)
        exact = self._put(row, "未取整总分", amount, "points")
        total = self._put(row, "总分", as_expr(rounded(exact, self.scheme.head.decimals)), total_style(self.scheme))
        if exact.value != one.exact or total.value != one.total:
            raise AssertionError(f"{one.unit.id}: {exact.value}, {total.value} is not {one.exact}, {one.total}")
        if self.scheme.ranking.by == "variation":
            self._change(row, one, total)
        if self.group.decided:
            self._input(row, "同分裁定", Fraction(self.group.decided.get(one.unit.id, 0)))

    def _climbed(self, row: int, one: Standing, amount: Expr) -> Expr:
        """The first ranking, what the places are worth that were climbed since the earlier one, the amount with it."""
        first, climb = one.at_first, self.scheme.climb
        exact = self._put(row, f"{FIRST}未取整总分", amount, "points")
        self._put(row, f"{FIRST}总分", as_expr(rounded(exact, self.scheme.head.decimals)), total_style(self.scheme))
        if one.climbed is None:  # it has no place
            for header in (f"{FIRST}名次", EARLIER, climb.name):
                self.page.put(self.group.at[header], word(NONE), row)
            return exact
        if not self.scheme.ranking.gaps:
            self._position(row, one.climbed.first, self.first_ranks, FIRST)
        rank = self._put(row, f"{FIRST}名次", rank_of(self.group, row, first, FIRST), "integer")
        if one.climbed.before is None:
            self.page.put(self.group.at[EARLIER], word(NONE), row)
            return exact + self._put(row, climb.name, constant(0), "points")
        before = self._input(row, EARLIER, Fraction(one.climbed.before))
        stated = self.group.parameters.value(self.scheme, climb.name, self.scheme.head.name, "每上升1位", climb.points)
        made: Number = most(before - rank, constant(0)) * stated
        if climb.most is not None:
            most_ = self.group.parameters.value(self.scheme, climb.name, self.scheme.head.name, "最多", climb.most)
            made = least(made, most_)
        return exact + self._put(row, climb.name, as_expr(made), "points")

    def _extra(self, row: int, kind: ExtraWord, one: Standing) -> Expr:
        """What was given or taken: from the decisions where the rules go by kinds, else a cell that may be changed."""
        header, found = WORDS[kind][0], self.extras.totals.get((one.unit.id, kind))
        if found is None:
            return self._input(row, header, one.bonus if kind == "bonus" else one.deduction)
        return self._put(row, header, found, "points")

    def _change(self, row: int, one: Standing, total: Expr) -> None:
        if one.change is None:
            self.page.put(self.group.at["上年总分"], word(NONE), row)
            self._put(row, "比上年增减", constant(0), "points")
        else:
            before = self._input(row, "上年总分", one.total - one.change)
            self._put(row, "比上年增减", as_expr(fine(total - before, NINE)), "points")

    def _component(self, row: int, column: int, unit: str, component: str) -> Expr | None:
        """A component's points; where it decides ties, a number stands also where there are none."""
        got, page = self.group.got.get((unit, component)), self.page
        if got is not None and got.points is not None:
            page.put(column, cell(got.points, "number", page.own), row)
            return page.ref(row, column, got.points.value)
        state = self.result.points[unit, component].state if got is not None else ""
        said = MOVED if state == "moved" else PENDING if got is not None else NONE
        page.put(column, Cell(0, _ZEROS[said]) if component in self.scheme.ranking.ties else word(said), row)
        return None

    # --- parts --------------------------------------------------------------------------------------------------------

    def _part_tables(self) -> list[tuple[int, list[TabColumn]]]:
        """The parts of the components below the units, as many side by side as fit a page; top row and columns."""
        heads: list[tuple[int, list[TabColumn]]] = []
        top = self.last + 2 if self.standings else FIRST_ROW + 1
        wide = min(_PARTS, max(self.group.at[NUMBER.header] - _PART_COLUMN, 1))  # as far as is printed
        for start in range(0, len(self.parts), wide):
            mine = self.parts[start : start + wide]
            heads.append((top, [*self._place()[:2], *map(self._part_column, mine)]))
            self.page.cells[top, 0] = Cell("其中：各部分得分", "banner")
            for row, one in enumerate(self.standings, top + 2):
                self.page.put(UNIT, text(one.unit.name), row)
                for column, component in enumerate(mine, _PART_COLUMN):
                    self._component(row, column, one.unit.id, component)
            top += 3 + len(self.standings)
        return heads

    def _part_column(self, component: str) -> TabColumn:
        names = path(self.scheme, component).split("／")
        return TabColumn("／".join(names[-2:]) + f"\n（{plain(self.scheme.weight(component, self.weighed))}）", 9)

    # --- outcome ------------------------------------------------------------------------------------------------------

    def _outcome(self, row: int, one: Standing, heads: Sequence[tuple[int, object]]) -> OutcomeCells:
        page = self.page
        if not self.scheme.ranking.gaps and one.rank is not None:
            self._position(row, one.rank, self.ranks)
        rank = rank_of(self.group, row, one)
        page.put(RANK, cell(rank, "integer", page.own) if one.rank is not None else word(UNRANKED), row)
        place = page.ref(row, RANK, rank.value)
        for top, _ in heads:
            style, looked = "integer" if one.rank is not None else "text_center", self.rows.ref(row, RANK, rank.value)
            page.put(RANK, cell(looked, style, page.own), top + 2 + row - FIRST_ROW)
        page.put(UNIT, Cell(one.unit.name, "link"), row)
        said = grade_words(one)
        live_grade = self.scheme.grades and not self.result.interim  # what is missing could change it
        fill_conditions(self.group, row, one, self.conditions)
        grade = grade_of(self.group, row, one, place) if live_grade else Written("", said)
        page.put(GRADE, cell(grade, "text_center", page.own) if live_grade else word(said), row)
        if (rank.value, grade.value) != (UNRANKED if one.rank is None else Fraction(one.rank), said):
            raise AssertionError(f"{one.unit.id}: {rank.value}, {grade.value} is not {one.rank}, {said}")
        self._frozen(row, one)
        self._check(row, (place, self.group.refs[row, "总分"], page.ref(row, GRADE, grade.value)))
        values = (RANK, rank.value), (TOTAL, one.total), (GRADE, grade.value)
        rank_, total, grade_ = (self.rows.ref(row, column, value) for column, value in values)
        return rank_, total, grade_

    def _position(self, row: int, rank: int, ranks: Sequence[int], when: str = "") -> None:
        """How many stand before, and how many share the place: what a rank without gaps is made of."""
        before = bisect_left(ranks, rank)
        self._put(row, when + POSITION, position_of(self.group, row, Fraction(before + 1), when), "integer")
        same = same_position(self.group, row, Fraction(bisect_right(ranks, rank) - before), when)
        self._put(row, when + SAME_POSITION, same, "integer")

    def _frozen(self, row: int, one: Standing) -> None:
        """What evaltool computed, as values."""
        rank = Cell(UNRANKED, "frozen_text") if one.rank is None else Cell(one.rank, "frozen_any")
        total = Cell(decimal(one.total), "frozen" if self.scheme.head.decimals == 2 else "frozen_any")
        for header, each in (
            ("核对名次", rank),
            ("核对总分", total),
            ("核对等次", Cell(grade_words(one), "frozen_text")),
        ):
            self.page.put(self.group.at[header], each, row)

    def _check(self, row: int, live: OutcomeCells) -> None:
        rank, total, grade = (self.group.text(row, header) for header in ("核对名次", "核对总分", "核对等次"))
        same = f"{live[0].text}={rank},ROUND({live[1].text}-{total},{NINE})=0,{live[2].text}={grade}"
        check = Written(f'IF(IFERROR(AND({same}),FALSE),"{SAME}","{DIFFERENT}")', SAME)
        self.page.put(self.group.at["校验"], cell(check, "text_center", self.page.own), row)

    # --- the tab ------------------------------------------------------------------------------------------------------

    def _tab(self, made: Frame, heads: Sequence[tuple[int, list[TabColumn]]]) -> Tab:
        self.page.next = self.last + 1  # the list that can be filtered ends with the units
        bottom = max(self.last, *(row for row, _ in self.page.cells)) if self.page.cells else HEAD_ROW
        printed = address(0, 0), address(bottom, self.group.at[NUMBER.header] - 1)  # without what is for checking
        lights = tuple(self._highlights()) if self.standings else ()
        return listed(
            self.page,
            made,
            self.columns,
            SORTABLE,
            still=2,
            links=self._links(),
            below=heads,
            highlights=lights,
            printed=printed,
        )

    def _links(self) -> dict[tuple[int, int], str]:
        """From every unit's name to its points in detail."""
        at = enumerate(self.standings, FIRST_ROW)
        return {(row, UNIT): f"'{DETAILS}'!A{self.details[one.unit.id] + 1}" for row, one in at}

    def _highlights(self) -> Sequence[Highlight]:
        area = address(self.first, GRADE), address(self.last, GRADE)
        found = list(grade_lights(self.scheme, area, f"${letters(GRADE)}{self.first + 1}"))
        check = letters(self.group.at["校验"])
        area = f"{check}{self.first + 1}", f"{check}{self.last + 1}"
        found.append(Highlight(*area, f'=${check}{self.first + 1}="{SAME}"', "ok"))
        return [*found, Highlight(*area, f'=${check}{self.first + 1}="{DIFFERENT}"', "bad")]


def grade_lights(scheme: Scheme, area: tuple[str, str], own: str) -> Sequence[Highlight]:
    """The colours of the grades, which follow what a live cell says."""
    lights = []
    for grade in scheme.grades:
        name = grade.name.replace('"', '""')
        lights.append(Highlight(*area, f'={own}="{name}"', grade_style(scheme, grade.name)))
    return lights
