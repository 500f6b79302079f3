"""The marks of one row as cells, and what they come to: points, and the preset points that count.

Marks that are points out of preset points are added up as they stand; a line with a method of its own has its points
in a cell beside the marks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from evaltool.evaluation.lines import has_own_methods, lines_of, method_of
from evaltool.exact import decimal, plain
from evaltool.points.answered import AnswerKey, lines_judged, reckoned_for
from evaltool.points.bylines import UNDEFINED, Judged, kind_of_cell, share_of
from evaltool.points.figures import CellSaid, Pool, Surroundings, kind_of_figure, pool, that_counts
from evaltool.points.score import ABSENCE_WORDS
from evaltool.reader.cells import letters
from evaltool.roster import Indicator, Unit
from evaltool.rules import Scheme
from evaltool.rules.absence import stated_share
from evaltool.rules.expressions import Expr, Number, Written, as_expr, fine
from evaltool.rules.methods import Facts
from evaltool.views.wording import path
from evaltool.workbook.answers import AnswersFound, ShareOrAbsence, in_words
from evaltool.workbook.comparisons import Comparisons
from evaltool.workbook.derivedcells import DerivedCells
from evaltool.workbook.filledin import FilledValue, files_of_lines
from evaltool.workbook.formulas import cell
from evaltool.workbook.linepoints import ComponentLines, line_points, scale_table
from evaltool.workbook.markheads import MarkHead
from evaltool.workbook.parameters import Parameters
from evaltool.workbook.parts import NONE, word
from evaltool.workbook.typed import Takes
from evaltool.writers.book import Cell, Formula

_STATES = {"abstained": "弃权", "broken": "无法识别"}
LineValues = Mapping[str, FilledValue]
"""Indicator -> the value that counts."""


@dataclass(frozen=True, slots=True)
class Sums:
    """What one row comes to: points as a formula, and the cell of the preset points that count with its value."""

    points: Expr
    preset: Cell
    full: Fraction


class MarkRows:
    """One component's values, row by row."""

    def __init__(
        self,
        said: AnswersFound,
        scheme: Scheme,
        leaf: str,
        doubted: Mapping[str, set[str]],
        compared: Comparisons,
        parameters: Parameters,
        values: Sequence[FilledValue],
        derived: DerivedCells,
    ) -> None:
        self.derived = derived
        self.evaluation, self.scheme, self.leaf, self.doubted = said.evaluation, scheme, leaf, doubted
        self.component = scheme.components[leaf]
        self.owned = self.component.by == "owner"
        self.owners = said.sheets if self.owned else {}
        self.given: dict[AnswerKey, dict[str, FilledValue]] = {}
        self.others: dict[AnswerKey, dict[str, dict[str, FilledValue]]] = {}  # by kind, what a later kind has replaced
        self._take(values)
        for key in reckoned_for(self.evaluation, scheme, leaf):
            self.given.setdefault(key, {})
        self.files = files_of_lines(values) if self.owned else {}
        own = has_own_methods(self.evaluation, scheme, leaf)
        around = Surroundings.of(self.evaluation, scheme, self._pool() if own else {})
        self.lines = ComponentLines(self.evaluation, scheme, leaf, compared, parameters, own, around)
        self.of_points = own or self.component.preset is not None
        self._applies: dict[str, dict[str, Indicator]] = {}
        self._presets: dict[tuple[int, frozenset[int]], tuple[Cell, Fraction]] = {}

    def _take(self, values: Iterable[FilledValue]) -> None:
        several: dict[tuple[AnswerKey, str], dict[str, FilledValue]] = {}
        self.kinds = False
        for value in values:
            if value.unit in self.evaluation.units:
                key = value.unit, "" if self.owned else value.evaluator, value.repeat
                if value.field == "mark":
                    self.given.setdefault(key, {})[value.indicator] = value
                else:
                    self.kinds = True
                    several.setdefault((key, value.indicator), {})[kind_of_figure(value.field)] = value
        for (key, indicator), of in several.items():
            if indicator not in self.given.get(key, {}):
                counts, _ = that_counts(self.component, {kind: value.said for kind, value in of.items()})
                if counts:
                    self.given.setdefault(key, {})[indicator] = of.pop(counts)
            self.given.setdefault(key, {})
            for kind, value in of.items():
                self.others.setdefault(key, {}).setdefault(kind, {})[indicator] = value

    def _pool(self) -> Pool:
        return pool(
            (indicator, key[2], key[0], number)
            for key, of in sorted(self.given.items())
            for indicator, (_, number, _) in self._said(self.evaluation.units[key[0]], key, of).items()
            if number is not None
        )

    def _said(self, unit: Unit, key: AnswerKey, given: LineValues) -> dict[str, CellSaid]:
        """What stands in the cells of a row, figures that are reckoned too."""
        return {id_: value.said for id_, value in given.items()} | self.derived.of.cells(unit, key[2])

    def kind(self, key: AnswerKey) -> str:
        """Which kinds of figure a row holds, the latest first."""
        if not self.kinds:
            return ""
        held = {kind_of_figure(value.field) for value in self.given.get(key, {}).values()}
        return "、".join(kind for kind in reversed(self.component.figures) if kind in held)

    # --- marks --------------------------------------------------------------------------------------------------------

    def marks(
        self, unit: Unit, head: MarkHead, key: AnswerKey, given: LineValues, answer: ShareOrAbsence, row: int
    ) -> list[Cell]:
        """The cells of a row's marks; what does not count is a word, or a number that nothing adds up."""
        if isinstance(answer, Fraction) and not self.lines.own and self._complete(unit, given):
            applies = self._lines(unit)
            return [_number(given[line.id]) if line.id in applies else _AWAY for line in head.known.lines]
        judged = self._judged(unit, key, given) if isinstance(answer, Fraction) else {}
        cells = []
        reckoned = self.derived.of.cells(unit, key[2]) if self.lines.own else {}
        for at, line in enumerate(head.known.lines):
            value = given.get(line.id)
            if line.id in reckoned:
                cells.append(self._reckoned(unit, key, head, at, row, reckoned[line.id]))
                continue
            cells.append(self._mark(unit, line, value, judged.get(line.id), counts=isinstance(answer, Fraction)))
            if self.lines.own and value is not None and value.number is not None:
                self._figure(unit, key, head, at, row, value)
        return cells

    def _complete(self, unit: Unit, given: LineValues) -> bool:
        """Whether every line has points."""
        if self.doubted.get(unit.id) or self.component.preset is None:
            return False
        return all(id_ in given and given[id_].units is not None for id_ in self._lines(unit))

    def _lines(self, unit: Unit) -> dict[str, Indicator]:
        """The lines that apply to a unit."""
        if unit.id not in self._applies:
            lines = lines_of(self.evaluation, self.scheme, self.leaf, unit)
            self._applies[unit.id] = {line.id: line for line in lines}
        return self._applies[unit.id]

    def _mark(
        self, unit: Unit, line: Indicator, value: FilledValue | None, judged: Judged | None, *, counts: bool
    ) -> Cell:
        choice = self._chosen(line)
        if judged is not None and judged.share is not None:
            assert value is not None
            return Cell(value.text, "input") if choice else _number(value)
        if value is None:
            if line.id not in self._lines(unit):
                return _AWAY
            return word(in_words(self.component, judged.kind)) if judged is not None else word("")
        if value.number is None or choice:
            return self._word(value, judged)
        if self.lines.own:  # others may be held against it
            return _number(value)
        if not counts:
            return mark_cell(value, "any")
        return word(f"{plain(value.number)}（{ABSENCE_WORDS[judged.kind] if judged else '不计'}）")

    def _word(self, value: FilledValue, judged: Judged | None) -> Cell:
        if judged is not None and value.state != "given":
            return word(in_words(self.component, judged.kind))
        return word(_STATES.get(value.state, value.text))

    def _figure(self, unit: Unit, key: AnswerKey, head: MarkHead, at: int, row: int, value: FilledValue) -> None:
        """A figure that others are compared with or divided by: the one that counts of those who stated it."""
        id_, number = value.indicator, value.number
        if self.lines.around.figures.get((id_, key[2]), {}).get(unit.id) == number:
            self.lines.figures.setdefault((id_, key[2], unit.id), head.elsewhere(at, row, number))
            self.derived.typed.setdefault(
                (self.scheme.id, self.leaf, id_, key[2], unit.id), head.holds(at, row, number)
            )

    def _reckoned(self, unit: Unit, key: AnswerKey, head: MarkHead, at: int, row: int, said: CellSaid) -> Cell:
        """The place of a derived figure; its formula follows once everything that it looks at has a place."""
        state, number, _ = said
        if number is None:
            return word(in_words(self.component, "undefined" if state == UNDEFINED else "missing"))
        line = head.known.lines[at].id
        self.lines.figures.setdefault((line, key[2], unit.id), head.elsewhere(at, row, number))
        return word("")

    def reckon(self, unit: Unit, head: MarkHead, key: AnswerKey, row: int) -> None:
        """The formulas of a row's derived figures."""
        if not self.lines.own:
            return
        cells = self.derived.of.cells(unit, key[2])
        given = self.given.get(key, {})
        beside = {
            line.id: head.stands(at, row, given[line.id].number)
            for at, line in enumerate(head.known.lines)
            if cells and line.id in given
        }
        for at, line in enumerate(head.known.lines):
            if line.id in cells and cells[line.id][1] is not None:
                made = self.derived.formula(unit, line, key[2], beside)
                head.page.put(head.first + at, cell(made, "any", head.page.own), row)

    # --- sums ---------------------------------------------------------------------------------------------------------

    def sums(self, unit: Unit, head: MarkHead, key: AnswerKey, row: int, worth: int) -> Sums | None:
        """What a row with a share comes to; `worth`: the first column of points by method, if there is one."""
        given = self.given.get(key, {})
        if not self.lines.own and self._complete(unit, given):
            return self._whole_row(unit, head, given, row)
        judged = self._judged(unit, key, given)
        counting = {
            at: judged[line.id]
            for at, line in enumerate(head.known.lines)
            if line.id in judged and judged[line.id].points is not None
        }
        if not counting:
            return None
        value = sum((each.points or Fraction(0) for each in counting.values()), Fraction(0))
        preset, full = self._preset(head, frozenset(counting))
        if self.lines.own or self.component.preset is None:
            made = self._by_method(unit, head, key, row, worth, counting, value)
            return self._pooled(head, made) if self._kinds else Sums(made, preset, full)
        return Sums(self._by_points(head, row, counting, value), preset, full)

    def _whole_row(self, unit: Unit, head: MarkHead, given: LineValues, row: int) -> Sums:
        applies, lines = self._lines(unit), head.known.lines
        columns = frozenset(at for at, line in enumerate(lines) if line.id in applies)
        own = [given[id_] for id_ in applies]
        digits = max(value.decimals for value in own)
        total = sum((value.units or 0) * 10 ** (digits - value.decimals) for value in own)
        points = Written(_marks_added(head.first, len(lines), row), Fraction(total, 10**digits))
        return Sums(points, *self._preset(head, columns))

    def _preset(self, head: MarkHead, counting: frozenset[int]) -> tuple[Cell, Fraction]:
        """The preset points that count, of all lines or without some: their cell, and their sum."""
        key = head.preset, counting
        if key not in self._presets:
            lines = head.known.lines
            full = sum((lines[at].full for at in counting), Fraction(0))
            names = [f"{letters(head.first + at)}${head.preset + 1}" for at in range(len(lines))]
            out = [name for at, name in enumerate(names) if at not in counting and lines[at].full]
            if len(counting) <= len(out) or len(lines) == 1:
                text = "+".join(name for at, name in enumerate(names) if at in counting)
            else:
                text = "-".join([f"SUM({names[0]}:{names[-1]})", *out])
            self._presets[key] = Cell(Formula(f"={text}", decimal(full)), "any"), full
        return self._presets[key]

    @property
    def _kinds(self) -> bool:
        return self.component.answer is not None and bool(self.component.answer.kinds)

    def _pooled(self, head: MarkHead, points: Expr) -> Sums:
        """The points of all kinds of events as they count together."""
        answer = self.component.answer
        assert answer is not None

        def parameter(name: str, value: Decimal) -> Number:
            return self.lines.parameters.of_method(self.scheme, path(self.scheme, self.leaf), answer, name, value)

        full = Fraction(self.component.weight or 0)
        preset = Cell(Formula(f"={letters(head.first)}${head.preset + 1}", decimal(full)), "any")
        return Sums(as_expr(answer.pooled(points, parameter)), preset, full)

    def _by_points(self, head: MarkHead, row: int, counting: Mapping[int, Judged], value: Fraction) -> Expr:
        """Marks added up, and the preset points of absent lines that count as full."""
        put_in = {at: stated_share(each.policy) for at, each in counting.items() if each.share is None}
        cells = {at: f"{letters(head.first + at)}${head.preset + 1}" for at, stated in put_in.items() if stated}
        more = [
            where if put_in[at] == 1 else f"{where}*{plain(put_in[at] or Fraction(0))}" for at, where in cells.items()
        ]
        marked = any(each.share is not None for each in counting.values())
        added = [_marks_added(head.first, len(head.known.lines), row)] if marked else []
        return Written("+".join([*added, *more]) or "0", value)

    def _by_method(
        self,
        unit: Unit,
        head: MarkHead,
        key: AnswerKey,
        row: int,
        worth: int,
        counting: Mapping[int, Judged],
        value: Fraction,
    ) -> Expr:
        """Each line's points in a cell of their own, unless it is the only one."""
        made = {at: self._worth(unit, head, key, row, at, each) for at, each in counting.items()}
        if worth < 0:
            return next(iter(made.values()))
        page, lines = head.page, len(head.known.lines)
        for at in range(lines):
            page.put(worth + at, cell(made[at], "points", page.own) if at in made else word(NONE), row)
        return Written(f"SUM({letters(worth)}{row + 1}:{letters(worth + lines - 1)}{row + 1})", value)

    def _worth(self, unit: Unit, head: MarkHead, key: AnswerKey, row: int, at: int, judged: Judged) -> Expr:
        value = self.given.get(key, {}).get(judged.line.id)
        said = (value.text if self._chosen(judged.line) else value.number) if value is not None else None
        if judged.line.figure:
            said = self.derived.of.cells(unit, key[2])[judged.line.id][1]
        stands = head.stands(at, row, said)
        if judged.line.figure:  # reckoned, so that its last binary digit may be anything
            stands = replace(stands, mark=as_expr(fine(stands.mark)))
        return line_points(self.lines, unit, key, judged, stands)

    def _chosen(self, line: Indicator) -> bool:
        """Whether a choice of a scale stands in a line's cells."""
        method = method_of(self.scheme, line) if line.id else self.component.answer
        return bool(method and method.scale_name)

    def takes(self, line: Indicator, value: FilledValue) -> Takes:
        """What a line's cells take: its limits on the sheets, or the choices of its scale."""
        if not self._chosen(line):
            return value.takes
        method = method_of(self.scheme, line) if line.id else self.component.answer
        assert method is not None
        return Takes("list", choices="=" + scale_table(self.lines.parameters, self.scheme, method.scale_name).keys)

    def _judged(self, unit: Unit, key: AnswerKey, given: LineValues) -> dict[str, Judged]:
        """The lines of a row one by one, as scoring took them."""
        if not self.of_points:
            return {id_: self._whole(id_, key[1], value) for id_, value in given.items()}
        around = self.lines.around

        def facts(line: Indicator) -> Facts:
            return around.facts(unit, line, key[2])

        said = self._said(unit, key, given)
        looked = facts if self.lines.own else None
        judged = lines_judged(self.evaluation, self.scheme, self.leaf, unit, said, self.owners, self.doubted, looked)
        return {each.line.id: each for each in judged}

    def _whole(self, id_: str, who: str, value: FilledValue) -> Judged:
        """An answer that is one mark, without lines and preset points."""
        answer = self.component.answer
        assert answer is not None
        line = Indicator(self.scheme.id, self.leaf, id_, "", Fraction(100))
        length = self.lines.lengths.get(who)
        facts = replace(self.scheme.facts(answer), ranked=None if length is None else Fraction(length))
        share = share_of(answer, value.said, facts)
        return Judged(line, share) if share is not None else Judged(line, None, kind_of_cell(value.state))


# --- cells -----------------------------------------------------------------------------------------------------------

_AWAY = word("不适用")


def mark_cell(value: FilledValue, style: str) -> Cell:
    """A value as it was filled in."""
    if value.number is None:
        return word(_STATES.get(value.state, value.text))
    return Cell(decimal(value.number), style)


def _number(value: FilledValue) -> Cell:
    return _input(value.units, value.decimals)


@lru_cache(maxsize=20_000)  # the same marks are given again and again
def _input(units: int, decimals: int) -> Cell:
    return Cell(decimal(Fraction(units, 10**decimals)), "input")


def _marks_added(first: int, lines: int, row: int) -> str:
    own = f"{letters(first)}{row + 1}"
    return f"SUM({own}:{letters(first + lines - 1)}{row + 1})" if lines > 1 else own
