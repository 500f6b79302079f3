"""What stands above marks: a column for each line, and in rows of their own its preset points, target and base.

Where all units have the same lines, one head serves a component; where lines are a unit's own (goals, bases of its
own), every unit has a head, and the columns are numbered.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from evaltool.evaluation import Evaluation
from evaltool.evaluation.lines import base_of
from evaltool.exact import decimal
from evaltool.reader.cells import letters
from evaltool.roster import Indicator, Unit
from evaltool.rules import Scheme
from evaltool.rules.expressions import Expr, ExprValue, Written
from evaltool.views.wording import evaluator_name
from evaltool.workbook.linepoints import Stands
from evaltool.workbook.page import NumberedRows, Page
from evaltool.workbook.parts import NONE, text, word
from evaltool.writers.book import Cell

Lines = tuple[Indicator, ...]
BLANK = word("", "label_center")


@dataclass(frozen=True, slots=True)
class UnitLines:
    """What a unit's lines are, before anybody marks them."""

    lines: Lines
    bases: tuple[Fraction | None, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(line.name for line in self.lines)

    @property
    def kept(self) -> object:
        """All that a head says of them: units for which it is the same have one together."""
        said = tuple((each.id, each.full, each.target, each.owner, each.responsible) for each in self.lines)
        return self.names, said, self.bases


@dataclass(frozen=True, slots=True)
class HeadRows:
    """What a component's heads say beside figures: the lines' names, their owners, the files in which they stand; and
    whether preset points are cells that may be changed."""

    named: bool
    owned: bool
    files: Mapping[str, str]
    live: bool


@dataclass(frozen=True, slots=True)
class MarkHead:
    """The rows in which the preset points, targets and bases of some lines stand, and where their marks do."""

    page: Page
    first: int  # column of the first line
    known: UnitLines
    rows: NumberedRows
    preset: int
    target: int
    base: int

    def elsewhere(self, at: int, row: int, said: ExprValue) -> tuple[Expr, Expr | None]:
        """The mark of line number `at` and its base, for formulas of other rows."""
        return self.rows.ref(row, self.first + at, said), self.stands(at, row, said).base

    def holds(self, at: int, row: int, said: ExprValue) -> Stands:
        """The same with the figure as formulas of other rows refer to it."""
        return replace(self.stands(at, row, said), mark=self.rows.ref(row, self.first + at, said))

    def stands(self, at: int, row: int, said: ExprValue) -> Stands:
        """The cells of line number `at` for a mark in a row."""
        line, base, column = self.known.lines[at], self.known.bases[at], self.first + at
        return Stands(
            self.page.ref(row, column, said),
            self._kept(self.preset, column, line.full),
            None if line.target is None else self._kept(self.target, column, line.target),
            None if base is None else self._kept(self.base, column, base),
        )

    def _kept(self, row: int, column: int, value: ExprValue) -> Expr:
        """A cell of the head; its row is kept when a formula is copied."""
        return Written(f"{self.page.own}{letters(column)}${row + 1}", value)


def known_of(evaluation: Evaluation, scheme: Scheme, leaf: str, unit: Unit, given: Sequence[str]) -> UnitLines:
    """The lines of a unit, those too that do not apply to it, then whatever else was filled in."""
    lines = evaluation.indicators(scheme.id, leaf, unit.id)
    if not evaluation.indicators(scheme.id, leaf) and not scheme.components[leaf].goals:
        lines = [whole_line(scheme, leaf)]
    ids = {line.id for line in lines}
    lines = [*lines, *(Indicator(scheme.id, leaf, each, each, Fraction(0)) for each in given if each not in ids)]
    return UnitLines(tuple(lines), tuple(base_of(evaluation, scheme, line, unit.id) for line in lines))


def whole_line(scheme: Scheme, leaf: str) -> Indicator:
    """A component without lines is one, worth all its preset points."""
    preset = scheme.components[leaf].preset
    return Indicator(scheme.id, leaf, "", "", Fraction(100 if preset is None else preset))


def head(
    evaluation: Evaluation, known: UnitLines, first: int, unit: str, rows: HeadRows, numbered: NumberedRows
) -> MarkHead:
    """The rows of a head, the last of them the lines' preset points; `unit`: whose lines they are, "": everybody's."""
    page, lines, at = numbered.page, known.lines, {}
    said: Mapping[str, Sequence[Cell]] = {
        "指标": [text(line.name) for line in lines] if rows.named else [],
        "责任人（三级）": [text(line.responsible) for line in lines] if any(line.responsible for line in lines) else [],
        "评分主体": [text(evaluator_name(evaluation, line.owner)) for line in lines] if rows.owned else [],
        "所在文件": [text(rows.files.get(line.id, "")) for line in lines] if rows.files else [],
        "目标值": _figures([line.target for line in lines]),
        "基期值": _figures(known.bases),
        "预赋分值": [_preset(line, live=rows.live) for line in lines],
    }
    front = text(unit) if unit else BLANK
    for label, cells in said.items():
        if cells:
            at[label] = page.add((front, word(label, "label_center"), *[BLANK] * (first - 2), *cells))
    return MarkHead(page, first, known, numbered, at.get("预赋分值", -1), at.get("目标值", -1), at.get("基期值", -1))


def _figures(values: Sequence[Fraction | None]) -> list[Cell]:
    if all(value is None for value in values):
        return []
    return [word(NONE) if value is None else Cell(decimal(value), "input") for value in values]


def _preset(line: Indicator, *, live: bool) -> Cell:
    return Cell(decimal(line.full), "input" if live else "any") if line.full else word(NONE)
