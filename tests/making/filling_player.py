"""Who fills in a form: their habits, their opinion of each unit, the cells that a form asks; part of `filling.py`."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from evaltool.evaluation import Evaluation
from evaltool.questions.forms import Form, FormColumn, FormLine, FormSheet, FormTable
from evaltool.reader import address
from evaltool.rules.methods import Ballot, Choice

Value = str | int | Decimal | date | None
Answers = dict[tuple[str, str], Value]


@dataclass(frozen=True, slots=True)
class Habits:
    """How people fill in sheets; rates are probabilities.  `quality`: unit -> share of full marks that it deserves."""

    quality: Mapping[str, float] = field(default_factory=dict)
    abstaining: float = 0.05
    blank: float = 0.02
    spoiled: float = 0.02
    unreturned: float = 0.03
    tally_only: float = 0.15
    tally_too: float = 0.1
    unvisited: float = 0.05
    claiming: float = 0.3


class Spot(NamedTuple):
    """One cell that a form asks, with what it means."""

    sheet: str
    cell: str
    table: FormTable
    line: FormLine
    column: FormColumn

    @property
    def unit(self) -> str:
        return self.line.unit or self.column.unit

    @property
    def indicator(self) -> str:
        return self.line.indicator or self.column.indicator

    @property
    def repeat(self) -> str:
        return self.line.repeat or self.column.repeat

    @property
    def component(self) -> str:
        return self.line.component or self.table.component

    @property
    def place(self) -> tuple[str, str]:
        return self.sheet, self.cell


def spots(form: Form) -> Iterator[Spot]:
    """Every cell of a form that may be filled in, sheet by sheet; sums are not typed."""
    for sheet in form.sheets:
        for table in sheet.tables:
            yield from spots_of(sheet, table)


def spots_of(sheet: FormSheet, table: FormTable) -> Iterator[Spot]:
    for at, number, row, column in table.cells():
        if table.columns[number].kind != "sum":
            yield Spot(sheet.title, address(row, column), table, table.lines[at], table.columns[number])


@dataclass(frozen=True, slots=True)
class Player:
    """Who fills in a form, and the dice."""

    evaluation: Evaluation
    form: Form
    seed: int
    habits: Habits

    def dice(self, *about: str) -> random.Random:
        """Dice of its own for everything that this evaluator has an opinion on."""
        return random.Random("|".join((str(self.seed), self.form.evaluator, self.form.batch, *about)))

    def quality(self, unit: str) -> float:
        drawn = random.Random(f"{self.seed}|{unit}").uniform(0.70, 0.97)
        return self.habits.quality.get(unit, drawn)

    def opinion(self, spot: Spot, spread: float = 0.03) -> float:
        """The share of full marks that the evaluator sees in a unit."""
        about = (spot.table.class_id, spot.component, spot.unit, spot.indicator, spot.repeat, spot.column.field)
        return min(max(self.dice(*about).gauss(self.quality(spot.unit), spread), 0.0), 1.0)

    def scale(self, spot: Spot) -> dict[str, Decimal]:
        """The choices that are worth points, as shares of full marks."""
        component = self.evaluation.classes[spot.table.class_id].components[spot.component]
        answer = component.answer
        name = answer.choice if isinstance(answer, Choice) else answer.ballot if isinstance(answer, Ballot) else ""
        options = self.evaluation.classes[spot.table.class_id].scales[name]
        return {choice: Decimal(points) / 100 for choice, points in options if points != "abstain"}


def nearest(scale: Mapping[str, Decimal], share: float) -> str:
    return min(scale, key=lambda choice: abs(float(scale[choice]) - share))
