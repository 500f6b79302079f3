"""The tab 指标明细: for every component a grid of marks, from the single mark to each unit's share.

A row is what one evaluator (or the owners of lines together) said of a unit at one time: a column for each line, then
points, the preset points that count, and the share.  Which lines count and which are absent is as scoring found it and
stands in words; marks are cells that may be changed.  The rows of a unit stand together, so that what its evaluators
come to is a formula over a piece of a column.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from evaltool.evaluation import Evaluation
from evaltool.points.answered import AnswerKey
from evaltool.points.derived import DerivedFigures
from evaltool.points.evidence import unverified
from evaltool.points.figures import kind_of_figure
from evaltool.points.leaves import fixed_share
from evaltool.reader.cells import address
from evaltool.results.result import Result
from evaltool.roster import Unit
from evaltool.rules import LeafKey, Scheme
from evaltool.rules.absence import is_mean
from evaltool.rules.expressions import Expr, Written, as_expr, fine
from evaltool.views.wording import evaluator_name, path, unit_name
from evaltool.workbook.answers import (
    AnswersFound,
    Months,
    NumberColumn,
    ShareOrAbsence,
    in_words,
    needs_places,
    of_cells,
    over_repeats,
    place_among,
    put_in,
    repeats_put_in,
    stages_of,
    ways_of_repeats,
)
from evaltool.workbook.comparisons import Comparisons
from evaltool.workbook.derivedcells import DerivedCells, TypedCells
from evaltool.workbook.filledin import FilledValue, places
from evaltool.workbook.formulas import as_stored, cell
from evaltool.workbook.markheads import HeadRows, MarkHead, UnitLines, head, known_of
from evaltool.workbook.markrows import LineValues, MarkRows, Sums, mark_cell
from evaltool.workbook.page import NumberedRows, Page
from evaltool.workbook.parameters import Parameters
from evaltool.workbook.parts import (
    FILTERED,
    HEAD_ROW,
    NONE,
    NUMBER,
    SORTABLE,
    Frame,
    TabColumn,
    head_cells,
    head_heights,
    height,
    line_count,
    stack,
    text,
    word,
)
from evaltool.workbook.typed import Takes
from evaltool.writers.book import Cell, NamedTable, Tab

TITLE = "指标明细"
PLACE = "出处"
OWNERS, NOBODY = "各指标的评分主体", "取用已有结果"
REPEAT_PLACE, EVALUATOR_PLACE = "各次中的位次", "各主体中的位次"  # from the lowest
_NAME, _FIGURE, _PLACE = 24.0, 11.0, 64.0  # widths of the columns of names, of figures, of places
_MOST_PLACED = 5_000  # rows of which each is held against all others
_LABELS = 2  # columns before those of repeats and marks


@dataclass
class Marks:
    """The tab, and of every unit in every component what its evaluators' answers come to."""

    page: Page = field(default_factory=lambda: Page(TITLE, HEAD_ROW))
    shares: dict[tuple[LeafKey, str], Expr] = field(default_factory=dict)
    compared: Comparisons = field(default_factory=Comparisons)
    typed: TypedCells = field(default_factory=dict)
    merges: list[tuple[str, str]] = field(default_factory=list)
    tall: dict[int, float] = field(default_factory=dict)
    tables: list[NamedTable] = field(default_factory=list)
    widest: int = 8
    sortable: bool = True

    def tab(self, made: Frame) -> Tab:
        widths = (_NAME, _NAME, *[_FIGURE] * (self.widest - _LABELS - 1), _PLACE)
        more = {"printed": ("A1", address(self.page.next, len(widths) - 1)), "tables": tuple(self.tables)}
        says = SORTABLE if self.sortable else FILTERED
        return stack(self.page, made, widths, self.merges, self.tall, says, freeze=(HEAD_ROW, 1), **more)

    def caption(self, words: str, columns: int) -> None:
        top = self.page.add([Cell(words, "banner")])
        self.merges.append((address(top, 0), address(top, columns - 1)))
        self.widest = max(self.widest, columns)

    def head(self, names: Sequence[str]) -> int:
        """A row of heads."""
        row = self.page.next
        shown = [TabColumn(name, _NAME if at < _LABELS else _FIGURE) for at, name in enumerate(names)]
        self.page.cells |= head_cells(row, shown)
        self.tall |= head_heights(row, shown)
        self.page.next += 1
        return row


def marks_of(
    result: Result, values: dict[LeafKey, list[FilledValue]], said: AnswersFound, parameters: Parameters
) -> Marks:
    """The tab from everything that was filled in."""
    evaluation, marks = result.evaluation, Marks()
    for scheme in evaluation.classes.values():
        grids = []
        for leaf in scheme.leaves():
            mine = values.pop((scheme.id, leaf), [])
            if not scheme.components[leaf].ballot:
                doubted = unverified(evaluation, result.intake, scheme.id, leaf)
                derived = DerivedCells(
                    DerivedFigures.of(evaluation, result.intake, scheme, leaf), parameters, marks.typed
                )
                rows = MarkRows(said, scheme, leaf, doubted, marks.compared, parameters, mine, derived)
                grids.append(_MarksGrid(marks, said, rows))
        # a derived figure may look at figures of any component, so that all of them are laid out first
        for together in [grids] if scheme.figures else [[grid] for grid in grids]:
            for grid in together:
                grid.fill()
            for grid in together:
                grid.score()
    for (class_id, component), left in sorted(values.items()):  # contributions stand under their award's name
        _plain(evaluation, marks, class_id, component, left)
    return marks


class _MarksGrid:
    """One component's grid: first all marks are laid out, then the points, which may look at any of the figures."""

    def __init__(self, marks: Marks, said: AnswersFound, rows: MarkRows) -> None:
        self.marks, self.page, self.said, self.rows = marks, marks.page, said, rows
        self.evaluation, self.scheme, self.leaf = said.evaluation, rows.scheme, rows.leaf
        self.component = self.scheme.components[self.leaf]
        self.of_unit = {
            unit: self.said.of_unit(self.scheme, self.leaf, unit) for unit in self.evaluation.units_of(self.scheme.id)
        }
        given: dict[str, list[AnswerKey]] = {}
        for key in rows.given:
            given.setdefault(key[0], []).append(key)
        self.given = given
        self.units = [unit for unit, people in self.of_unit.items() if people or unit.id in given]

    def fill(self) -> None:
        """Everything but what follows from the marks."""
        self.laid: list[tuple[Unit, MarkHead, list[tuple[str, dict[str, ShareOrAbsence], list[int]]]]] = []
        self.fulls: dict[int, Fraction | None] = {}  # the preset points that count in a row
        if not self.units:
            return
        known = {unit.id: self._known(unit) for unit in self.units}
        first = known[self.units[0].id]
        shared = all(each.kept == first.kept for each in known.values())
        self._columns(max(len(each.lines) for each in known.values()))
        named = all(each.names == first.names for each in known.values())
        self.above = HeadRows(not named, self.component.by == "owner", self.rows.files, self.rows.of_points)
        caption = f"{self.scheme.head.name}：{path(self.scheme, self.leaf)}"
        self.marks.caption(caption, self.place + 1)
        heads = {"": self._above(first, "")} if shared else {}
        top = self._head(first if named else None)
        for unit in self.units:
            if not shared:
                heads[unit.id] = self._above(known[unit.id], unit.name)
            mine = heads["" if shared else unit.id]
            self.laid.append((unit, mine, self._lay_out(unit, mine)))
        if shared:
            self._table(top)
        self.page.next += 1

    def score(self) -> None:
        """Derived figures first, then what all marks come to."""
        for unit, mine, people in self.laid:
            for who, answers, rows in people:
                for repeat, row in zip(answers, rows, strict=True):
                    self.rows.reckon(unit, mine, (unit.id, who, repeat), row)
        for unit, mine, people in self.laid:
            self._share(unit, mine, people)

    def _known(self, unit: Unit) -> UnitLines:
        given = dict.fromkeys(each for key in self.given.get(unit.id, ()) for each in self.rows.given[key])
        return known_of(self.evaluation, self.scheme, self.leaf, unit, list(given))

    # --- columns ------------------------------------------------------------------------------------------------------

    def _columns(self, lines: int) -> None:
        """Names, repeats, marks, points by method where a line's are not its mark, sums, what repeats come to."""
        self.timed = bool(self.component.each) or self.rows.kinds
        self.first = _LABELS + self.timed
        self.lines = lines
        self.worth = self.first + lines if self.rows.lines.own and lines > 1 else -1
        self.points = self.first + lines * (1 + (self.worth > 0))
        self.share = self.points + 2
        self.combined = self.share + bool(self.component.each)
        self.months = self.combined + 1 if self.component.charge == "months" else -1
        self._numbers(max(self.combined, self.months) + 1)

    def _numbers(self, at: int) -> None:
        """Columns by which formulas find rows: the places of repeats and of evaluators where these decide, numbers."""
        ways = ways_of_repeats(self.component)
        rows = sum(len(answers) for people in self.of_unit.values() for answers in people.values())
        self.sortable = rows <= _MOST_PLACED or not any(map(needs_places, (*ways, self.component.over)))
        self.repeat_places = at if self.sortable and any(map(needs_places, ways)) else -1
        at += self.repeat_places > 0
        self.places = at if self.sortable and needs_places(self.component.over) else -1
        at += self.places > 0
        self.numbered = NumberedRows(self.page, at)
        self.place = at + 1
        self.marks.sortable = self.marks.sortable and self.sortable

    def _head(self, known: UnitLines | None) -> int:
        numbered = [f"第{at + 1}项" for at in range(self.lines)]
        names = [name or "评分" for name in known.names] if known else numbered
        heads = ["单位", "评估主体", *(["次数（时段）"] if self.timed else []), *names]
        if self.worth > 0:
            heads += [f"{name}（折合得分）" for name in names]
        heads += ["得分合计", "计入满分", "得分率", *(["各次合并"] if self.component.each else [])]
        heads += ["月数"] if self.months > 0 else []
        heads += [REPEAT_PLACE] if self.repeat_places > 0 else []
        heads += [EVALUATOR_PLACE] if self.places > 0 else []
        return self.marks.head([*heads, NUMBER.header, PLACE])

    def _above(self, known: UnitLines, unit: str) -> MarkHead:
        """A head; what stands in it may need more than one line."""
        top = self.page.next
        made = head(self.evaluation, known, self.first, unit, self.above, self.numbered)
        for row in range(top, self.page.next):
            shown = [self.page.cells[row, self.first + at].value for at in range(len(known.lines))]
            self._tall(row, max((line_count(each, _FIGURE) for each in shown), default=1))
        return made

    def _table(self, top: int) -> None:
        """A table that a spreadsheet program filters, where its heads can be told apart."""
        last = self.page.next - 1
        heads = [str(self.page.cells[top, column].value) for column in range(self.place + 1)]
        if last > top and len({name.casefold() for name in heads}) == len(heads) and "\n" not in "".join(heads):
            name = f"指标明细表{len(self.marks.tables) + 1}"
            self.marks.tables.append(NamedTable(name, address(top, 0), address(last, self.place)))

    # --- laying out ---------------------------------------------------------------------------------------------------

    def _lay_out(self, unit: Unit, mine: MarkHead) -> list[tuple[str, dict[str, ShareOrAbsence], list[int]]]:
        """The rows of a unit: everybody who is asked, then whatever else was filled in."""
        made = []
        left = dict.fromkeys(self.given.get(unit.id, ()))
        for who, answers in self.of_unit[unit].items():
            rows = []
            for repeat, answer in answers.items():
                key = unit.id, who, repeat
                left.pop(key, None)
                rows.append(self._row(unit, mine, key, answer))
            made.append((who, answers, rows))
        for key in sorted(left):
            self._row(unit, mine, key, "none")
        return made

    def _row(self, unit: Unit, mine: MarkHead, key: AnswerKey, answer: ShareOrAbsence) -> int:
        given = self.rows.given.get(key, {})
        row = self.page.next
        marks = self.rows.marks(unit, mine, key, given, answer, row)
        blank = [word("")] * (self.lines - len(marks))
        cells = [*self._front(unit.name, key, self.rows.kind(key)), *marks, *blank]
        self.page.add(cells)
        self.numbered.add(row)
        self._limits(row, mine, given)
        if given:
            inline = [given[line.id] for line in mine.known.lines if line.id in given]
            self.page.put(self.place, Cell(places(inline, self.rows.files), "place"), row)
        self._tall(row, max(line_count(each.value, _NAME) for each in cells[:_LABELS]))
        for kind, others in self.rows.others.get(key, {}).items():
            self._other(unit, mine, key, kind, others)
        return row

    def _limits(self, row: int, mine: MarkHead, given: LineValues) -> None:
        """What the cells of a row take."""
        for column, line in enumerate(mine.known.lines, self.first):
            if line.id in given:
                self.page.takes[row, column] = self.rows.takes(line, given[line.id])

    def _tall(self, row: int, lines: int) -> None:
        if lines > 1:
            self.marks.tall[row] = height(lines)

    def _front(self, unit: str, key: AnswerKey, kind: str) -> list[Cell]:
        together = NOBODY if self.component.taken else OWNERS
        who = evaluator_name(self.evaluation, key[1]) if key[1] else together
        timed = [word(" ".join(part for part in (key[2], kind) if part))] if self.timed else []
        return [text(unit), text(who), *timed]

    def _other(self, unit: Unit, mine: MarkHead, key: AnswerKey, kind: str, others: LineValues) -> None:
        """Figures of a kind that a later one has replaced."""
        marks = [mark_cell(others[line.id], "any") if line.id in others else word("") for line in mine.known.lines]
        row = self.page.add([*self._front(unit.name, key, f"{kind}（不计）"), *marks])
        self.numbered.add(row)
        self.page.put(self.place, Cell(places(others.values(), {}), "place"), row)

    # --- scoring ------------------------------------------------------------------------------------------------------

    def _share(
        self, unit: Unit, mine: MarkHead, people: Sequence[tuple[str, dict[str, ShareOrAbsence], list[int]]]
    ) -> None:
        """The sums of every row, then the repeats, then the evaluators."""
        kept: list[ShareOrAbsence] = []
        for who, answers, rows in people:
            numbers = repeats_put_in(self.component, answers)
            for (repeat, answer), row, number in zip(answers.items(), rows, numbers, strict=True):
                self._sums(unit, mine, (unit.id, who, repeat), answer, row, number)
            for stage in stages_of(self.component, list(answers)):
                of = [(rows[at], list(answers.values())[at], numbers[at]) for at in stage]
                self._stand_ins(self.share, *zip(*of, strict=True))
            kept.append(self._combined(answers, rows))
        if not people:
            return
        rows = [each[2][0] for each in people]
        column = self._column(self.combined, self.places)
        numbers = put_in(self.component, kept, self.component.over)
        self._stand_ins(self.combined, rows, kept, numbers)
        self._place(column, rows, numbers)
        made = of_cells(self.component, column, rows, kept, self.component.over, self._months(unit, people, kept, rows))
        if isinstance(made, Expr):
            self.marks.shares[(self.scheme.id, self.leaf), unit.id] = made

    def _sums(
        self, unit: Unit, mine: MarkHead, key: AnswerKey, answer: ShareOrAbsence, row: int, number: Fraction | None
    ) -> None:
        sums = self.rows.sums(unit, mine, key, row, self.worth) if isinstance(answer, Fraction) else None
        self.fulls[row] = sums.full if sums else None
        shown = self._added(sums, row, answer) if sums else [word(NONE), word(NONE), self._absent(str(answer), number)]
        self.page.cells.update(((row, self.points + at), each) for at, each in enumerate(shown))

    def _added(self, sums: Sums, row: int, answer: ShareOrAbsence) -> list[Cell]:
        """Points, preset points and their quotient, which must be what scoring found."""
        assert isinstance(answer, Fraction)
        assert isinstance(sums.points.value, Fraction)
        if sums.points.value != answer * sums.full:
            raise AssertionError(f"{TITLE} {row + 1}: {sums.points.value}/{sums.full} is not {answer}")
        own = address(row, self.points), address(row, self.points + 1)
        share = Written(f"{own[0]}/{own[1]}", answer)
        return [cell(sums.points, "points", self.page.own), sums.preset, cell(share, "percent")]

    def _stand_ins(
        self,
        at: int,
        rows: Sequence[int],
        answers: Sequence[ShareOrAbsence],
        numbers: Sequence[Fraction | None],
    ) -> None:
        """What stands in for each of these answers that is absent: a mean of the others by its formula."""
        for row, answer, number in zip(rows, answers, numbers, strict=True):
            if isinstance(answer, str):
                by_mean = number is not None and is_mean(self.component.policy(answer))
                mean = (
                    self._mean(rows, answers, number) if number is not None and by_mean and at == self.share else None
                )
                self.page.put(at, cell(mean, "percent", self.page.own) if mean else self._absent(answer, number), row)

    def _mean(self, rows: Sequence[int], answers: Sequence[ShareOrAbsence], value: Fraction) -> Expr | None:
        """The mean of those who answered, as their points over their preset points where these are the same for all: a
        column cannot look at itself."""
        full = {self.fulls[row] for row, answer in zip(rows, answers, strict=True) if isinstance(answer, Fraction)}
        if len(full) != 1:
            return None
        sums = []
        for column in (self.points, self.points + 1):
            where = ",".join(self.numbered.between(rows[0], rows[-1]))
            span = self.page.span(column, rows[0], rows[-1])
            sums.append(f"SUMIFS({self.numbered.all(column)},{where})" if self.sortable else f"SUM({span})")
        return as_expr(fine(Written("/".join(sums), value)))

    def _absent(self, kind: str, number: Fraction | None) -> Cell:
        """The absence in words, or the number that the rules put in its place."""
        return word(in_words(self.component, kind)) if number is None else Cell(as_stored(number), "percent")

    def _combined(self, answers: Mapping[str, ShareOrAbsence], rows: Sequence[int]) -> ShareOrAbsence:
        """What one evaluator's answers come to, in a column of its own where there are repeats."""
        column = self._column(self.share, self.repeat_places)
        numbers = repeats_put_in(self.component, answers)
        for stage in stages_of(self.component, list(answers)):
            self._place(column, [rows[at] for at in stage], [numbers[at] for at in stage])
        made = over_repeats(self.component, column, rows, answers)
        if self.component.each:
            if isinstance(made, Expr):
                self.page.put(self.combined, cell(made, "percent", self.page.own), rows[0])
            for row in rows[1:]:
                self.page.put(self.combined, word(""), row)
        if isinstance(made, Expr):
            assert isinstance(made.value, Fraction)
            return made.value
        return made

    def _column(self, at: int, places: int) -> NumberColumn:
        return NumberColumn(self.page, at, rows=self.numbered if self.sortable else None, places=places)

    def _place(self, column: NumberColumn, rows: Sequence[int], numbers: Sequence[Fraction | None]) -> None:
        """Where each number of these rows stands among them."""
        if column.places > 0:
            for row, made in zip(rows, place_among(column, rows, numbers), strict=True):
                self.page.put(column.places, cell(made, "text_center", self.page.own), row)

    def _months(
        self,
        unit: Unit,
        people: Sequence[tuple[str, object, object]],
        kept: Sequence[ShareOrAbsence],
        rows: Sequence[int],
    ) -> Months | None:
        if self.months < 0:
            return None
        held = [self.evaluation.months(who, unit) for who, *_ in people]
        for months, answer, row in zip(held, kept, rows, strict=True):
            if isinstance(answer, Fraction) or fixed_share(self.component, answer) is not None:
                self.page.put(self.months, Cell(months, "input"), row)
                self.page.takes[row, self.months] = Takes("integer", "0", "12")
        return Months(held, self.page.span(self.months, rows[0], rows[-1]), self.months)


def _plain(evaluation: Evaluation, marks: Marks, class_id: str, component: str, values: Sequence[FilledValue]) -> None:
    """What is not scored by marks: a row per answer, a column per field."""
    scheme = evaluation.classes.get(class_id)
    named = _fields(scheme, component)
    columns = sorted({value.indicator for value in values})
    marks.caption(f"{scheme.head.name if scheme else class_id}：{component}", len(columns) + 4)
    names = [named.get(each, each) for each in columns]
    marks.head(["单位", "评估主体", "次数（时段）", *names, PLACE])
    rows: dict[AnswerKey, list[FilledValue]] = {}
    for value in values:
        rows.setdefault((value.unit, value.evaluator, value.repeat), []).append(value)
    for (unit, who, repeat), of in sorted(rows.items()):
        front = text(unit_name(evaluation, unit)), text(evaluator_name(evaluation, who))
        kind = " ".join(dict.fromkeys(kind_of_figure(value.field) for value in of))
        said = {value.indicator: mark_cell(value, "any") for value in of}
        cells = [said.get(each, word("")) for each in columns]
        marks.page.add((*front, word(f"{repeat} {kind}".strip()), *cells, Cell(places(of, {}), "place")))
    marks.page.next += 1


def _fields(scheme: Scheme | None, component: str) -> dict[str, str]:
    awards = scheme.awards if scheme else ()
    return {each.id: each.name for award in awards if award.name == component for each in award.fields}
