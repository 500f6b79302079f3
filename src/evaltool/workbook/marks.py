"""The tab 指标明细: one row for every value that somebody filled in, with what it comes to by its line's method.

The rows of one answer (component, unit, evaluator or owners together, repeat) stand together, so that the answer's sums
are ranges.  Which lines count and which are absent is as scoring found it and stands in words; the marks are cells that
may be changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from evaltool.evaluation import Evaluation
from evaltool.evaluation.lines import base_of, has_own_methods, lines_of, method_of
from evaltool.exact import decimal, plain
from evaltool.points.answered import Answered, lines_judged
from evaltool.points.bylines import Judged, States, kind_of_cell, share_of
from evaltool.points.evidence import unverified
from evaltool.points.figures import Pool, Said, Surroundings, kind_of_figure, pool, that_counts
from evaltool.points.score import ABSENCE_WORDS
from evaltool.questions.forms import FIGURE
from evaltool.results.result import Result
from evaltool.roster import Indicator, Unit
from evaltool.rules import Scheme
from evaltool.rules.expressions import Expr, Written
from evaltool.rules.methods import Facts
from evaltool.views.wording import evaluator_name, path, unit_name
from evaltool.workbook.comparisons import Comparisons
from evaltool.workbook.filledin import Given, Leaf, Value, by_leaf
from evaltool.workbook.formulas import cell
from evaltool.workbook.linepoints import Key, Lines, Stands, line_points
from evaltool.workbook.page import Page
from evaltool.workbook.parameters import Parameters as Cells
from evaltool.workbook.parts import FIRST_ROW, NONE, Column, Frame, listed, text, word
from evaltool.writers.book import Cell, Tab

if TYPE_CHECKING:
    import polars as pl

TITLE = "指标明细"
PRESET, MARK, POINTS, TARGET, BASE = range(5, 10)
_STATES = {"abstained": "弃权", "broken": "无法识别"}
_FULL_OF_SHARE = Fraction(100)  # of an answer without preset points of its own


@dataclass(frozen=True, slots=True)
class Sums:
    """The two sums of one answer: points, and the preset points that count."""

    points: Expr
    preset: Expr


@dataclass
class Marks:
    """The tab and what other tabs need of it: the sums of every answer that has a share."""

    page: Page = field(default_factory=lambda: Page(TITLE, FIRST_ROW))
    sums: dict[tuple[Leaf, Key], Sums] = field(default_factory=dict)
    measured: bool = False  # whether any line has a target or a base
    responsible: bool = False

    def tab(self, made: Frame) -> Tab:
        columns = [
            Column("单位", 18),
            Column("评估内容", 24),
            Column("指标", 26),
            Column("评估主体", 18),
            Column("次数（时段）", 9),
            Column("预赋分值", 9),
            Column("评分", 9),
            Column("折合得分", 9),
            *([Column("目标值", 9), Column("基期值", 9)] if self.measured else []),
            Column("文件", 30),
            Column("工作表", 14),
            Column("单元格", 8),
            Column("更正文号", 14),
            *([Column("责任人（三级）", 16)] if self.responsible else []),
        ]
        return listed(self.page, made, columns, still=1, table="指标明细表")


def marks_of(
    result: Result, rows: pl.DataFrame, answers: Mapping[Leaf, Answered], owners: States, parameters: Cells
) -> tuple[Marks, Comparisons]:
    """The tab from everything that was filled in; `owners`: what became of each evaluator's sheet."""
    evaluation = result.evaluation
    marks, compared = Marks(), Comparisons()
    marks.measured = any(line.target is not None or line.base is not None for line in evaluation.roster.indicators)
    marks.responsible = any(line.responsible for line in evaluation.roster.indicators)
    values = by_leaf(rows)
    for scheme in evaluation.classes.values():
        for leaf in scheme.leaves():
            mine = values.pop((scheme.id, leaf), [])
            if not scheme.components[leaf].ballot:
                doubted = unverified(evaluation, result.intake, scheme.id, leaf)
                said = answers[scheme.id, leaf]
                _Filling(result, scheme, leaf, marks, compared, parameters, owners, doubted, said).fill(mine)
    for (class_id, component), left in sorted(values.items()):  # contributions stand under their award's name
        for value in sorted(left, key=lambda one: (one.indicator, one.unit, one.evaluator)):
            _plain_row(evaluation, marks, class_id, component, value)
    return marks, compared


def _plain_row(evaluation: Evaluation, marks: Marks, class_id: str, component: str, value: Value) -> None:
    scheme = evaluation.classes.get(class_id)
    named = {(award.name, each.id): each.name for award in (scheme.awards if scheme else ()) for each in award.fields}
    indicator = named.get((component, value.indicator), value.indicator)
    front = _front(evaluation, value, component, indicator)
    marks.page.add((*front, Cell(100, "text_center"), _mark(value), word(NONE), *_back(marks, value, None, None)))


def _front(evaluation: Evaluation, value: Value, component: str, indicator: str) -> tuple[Cell, ...]:
    kind = kind_of_figure(value.field)
    return (
        text(unit_name(evaluation, value.unit)),
        text(component),
        text(indicator),
        text(evaluator_name(evaluation, value.evaluator)),
        word(" ".join(part for part in (value.repeat, kind) if part)),
    )


def _mark(value: Value, *, choice: bool = False) -> Cell:
    if choice or value.number is None:
        return Cell(_STATES.get(value.state, value.text), "input" if value.state == "given" else "text_center")
    return Cell(decimal(value.number), "input")


def _back(marks: Marks, value: Value | None, line: Indicator | None, base: Fraction | None) -> tuple[Cell, ...]:
    """What stands right of the points: target and base, where the value was found, who is responsible."""
    figures = (line.target if line else None, base)
    measured = tuple(word("") if each is None else Cell(decimal(each), "input") for each in figures)
    place = value.place if value else ("", "", "", "")
    persons = (text(line.responsible if line else ""),) if marks.responsible else ()
    return (*(measured if marks.measured else ()), *(text(each) for each in place), *persons)


class _Filling:
    """One component's rows: first all of them are laid out, then the points, which may look at any of the figures."""

    def __init__(
        self,
        result: Result,
        scheme: Scheme,
        leaf: str,
        marks: Marks,
        compared: Comparisons,
        parameters: Cells,
        owners: States,
        doubted: Mapping[str, set[str]],
        answers: Answered,
    ) -> None:
        self.evaluation, self.scheme, self.leaf = result.evaluation, scheme, leaf
        self.marks, self.component = marks, scheme.components[leaf]
        self.owned = self.component.by == "owner"
        self.owners = owners if self.owned else {}
        self.doubted, self.answers = doubted, answers
        own, around = has_own_methods(self.evaluation, scheme, leaf), Surroundings.of(self.evaluation, scheme, {})
        self.lines = Lines(self.evaluation, scheme, leaf, compared, parameters, own, around)
        self.units = {unit: at for at, unit in enumerate(self.evaluation.units)}
        self.people = {who: at for at, who in enumerate(self.evaluation.evaluators)}

    def fill(self, values: Iterable[Value]) -> None:
        given: dict[Key, dict[str, dict[str, Value]]] = {}
        for value in values:
            key = value.unit, "" if self.owned else value.evaluator, value.repeat
            given.setdefault(key, {}).setdefault(value.indicator, {})[value.field] = value
        self.lines.around = Surroundings.of(self.evaluation, self.scheme, self._pool(given))
        keys = {key for key in given if key[0] in self.units} | {
            key for key in self._answered() if key[0] in self.units
        }
        laid = [(key, self._lay_out(key, given.get(key, {}))) for key in sorted(keys, key=self._place)]
        for key, rows in laid:
            self._score(key, rows)

    def _answered(self) -> Iterable[Key]:
        """Answers that have a share; some of them although nobody filled anything in."""
        for unit, people in self.answers.of.items():
            for who, repeats in people.items():
                yield from ((unit, who, repeat) for repeat, said in repeats.items() if isinstance(said, Fraction))

    def _place(self, key: Key) -> tuple[object, ...]:
        unit, who, repeat = key
        periods = self.component.each.periods if self.component.each else []
        at = periods.index(repeat) if repeat in periods else int(repeat) if repeat.isdecimal() else 0
        return self.units[unit], self.people.get(who, -1), at, repeat

    def _pool(self, given: Mapping[Key, Given]) -> Pool:
        said = (
            (indicator, key, self._counting(cells)[1])
            for key, of in sorted(given.items())
            for indicator, cells in of.items()
        )
        return pool(
            (indicator, key[2], key[0], one.number) for indicator, key, one in said if one and one.number is not None
        )

    def _counting(self, cells: Mapping[str, Value]) -> tuple[str, Value | None]:
        """Of the values of one line the one that counts."""
        if "mark" in cells:
            return "mark", cells["mark"]
        kind, _ = that_counts(self.component, {kind_of_figure(name): each.said for name, each in cells.items()})
        return FIGURE + kind, cells.get(FIGURE + kind)

    # --- laying out ---------------------------------------------------------------------------------------------------

    def _lay_out(self, key: Key, given: Given) -> tuple[int, int, list[tuple[Judged, int]]]:
        """First and last row of an answer, and its lines that count with their rows."""
        unit = self.evaluation.units[key[0]]
        judged = {each.line.id: each for each in self._judged(unit, key, given)}
        has_share = isinstance(self.answers.of.get(key[0], {}).get(key[1], {}).get(key[2]), Fraction)
        lines = {line.id: line for line in lines_of(self.evaluation, self.scheme, self.leaf, unit)}
        order = [*lines, *(each for each in given if each not in lines)]
        first, counting = self.marks.page.next, []
        for id_ in order:
            line, found = lines.get(id_), judged.get(id_)
            name, chosen = self._counting(given.get(id_, {}))
            for other in sorted(given.get(id_, {}).keys() - {name}):
                self._row(unit, key, line, given[id_][other], None, id_)
            counts = has_share and found is not None and found.points is not None
            if chosen is None and not counts:
                continue
            row = self._row(unit, key, line, chosen, found if has_share else None, id_)
            if counts and found is not None:
                counting.append((found, row))
        return first, self.marks.page.next - 1, counting

    def _judged(self, unit: Unit, key: Key, given: Given) -> Iterable[Judged]:
        said: dict[str, Said] = {}
        for id_, cells in given.items():
            chosen = self._counting(cells)[1]
            said[id_] = chosen.said if chosen else ("blank", None, "")
        if self.lines.own or self.component.preset is not None:

            def facts(line: Indicator) -> Facts:
                return self.lines.around.facts(unit, line, key[2])

            looked = facts if self.lines.own else None
            return lines_judged(self.evaluation, self.scheme, self.leaf, unit, said, self.owners, self.doubted, looked)
        return [self._whole(each, said[each]) for each in said]

    def _whole(self, id_: str, said: Said) -> Judged:
        """An answer that is one mark, without lines and preset points."""
        answer = self.component.answer
        assert answer is not None
        line = Indicator(self.scheme.id, self.leaf, id_, "", _FULL_OF_SHARE)
        share = share_of(answer, said, self.scheme.facts(answer))
        return Judged(line, share) if share is not None else Judged(line, None, kind_of_cell(said[0]))

    def _row(
        self, unit: Unit, key: Key, line: Indicator | None, value: Value | None, found: Judged | None, id_: str
    ) -> int:
        """One row without its points; the preset points of a line that does not count are words."""
        page = self.marks.page
        known = line or next(
            (one for one in self.evaluation.indicators(self.scheme.id, self.leaf) if one.id == id_), None
        )
        shown = value or Value(id_, unit.id, key[2], known.owner if known else key[1], "mark", "", None, "", ("",) * 4)
        method = method_of(self.scheme, known) if known and known.id else self.component.answer
        choice = bool(method and method.scale_name)
        full = line.full if line else Fraction(0)
        counts = found is not None and found.points is not None
        preset = Cell(decimal(full), "input") if counts else word(f"{plain(full)}（不计）" if full else NONE)
        base = base_of(self.evaluation, self.scheme, line, unit.id) if line else None
        said = _mark(value, choice=choice) if value else word("")
        if found is not None and found.share is None and (value is None or value.state != "given"):
            said = word(ABSENCE_WORDS[found.kind])
        front = _front(self.evaluation, shown, path(self.scheme, self.leaf), known.name if known else id_)
        back = _back(self.marks, value, known, base)
        row = page.add((*front, preset, said, word(NONE), *back))
        if value is not None and value.number is not None and not choice:
            basis = page.ref(row, BASE, base) if base is not None and self.marks.measured else None
            figure = page.ref(row, MARK, value.number)
            at = (id_, key[2], unit.id)
            if self.lines.around.figures.get(at[:2], {}).get(at[2]) == value.number:
                self.lines.figures.setdefault(at, (figure, basis))
        return row

    # --- scoring ------------------------------------------------------------------------------------------------------

    def _score(self, key: Key, laid: tuple[int, int, list[tuple[Judged, int]]]) -> None:
        first, last, counting = laid
        if not counting:
            return
        page, unit = self.marks.page, self.evaluation.units[key[0]]
        for judged, row in counting:
            worth = line_points(self.lines, unit, key, judged, self._stands(unit, judged.line, row))
            page.put(POINTS, cell(worth, "points", page.own), row)
        sums = []
        for column, values in (
            (POINTS, [judged.points or Fraction(0) for judged, _ in counting]),
            (PRESET, [judged.line.full for judged, _ in counting]),
        ):
            value = sum(values, Fraction(0))
            range_ = page.span(column, first, last)
            sums.append(Written(f"SUM({range_})" if first != last else range_, value))
        self.marks.sums[(self.scheme.id, self.leaf), key] = Sums(*sums)

    def _stands(self, unit: Unit, line: Indicator, row: int) -> Stands:
        page = self.marks.page
        mark = page.cells[row, MARK].value
        base = base_of(self.evaluation, self.scheme, line, unit.id)
        return Stands(
            page.ref(row, MARK, Fraction(mark) if isinstance(mark, int | Decimal) else str(mark)),
            page.ref(row, PRESET, line.full),
            None if line.target is None else page.ref(row, TARGET, line.target),
            None if base is None else page.ref(row, BASE, base),
        )
