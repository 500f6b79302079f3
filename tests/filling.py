"""The seeded filler: plays the evaluators and fills in the tool's own blank workbooks.

It knows forms, not cities: `answers` gives a plausible value for every cell that a form asks, `fill` puts values into
the blank workbook as a person would (openpyxl loads and saves it).  Every value is drawn from the seed and from what
the cell means, never from where it stands, so that moving a column changes no answer.
"""

from __future__ import annotations

import io
import random
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

import openpyxl

from evaltool.evaluation import Evaluation
from evaltool.forms import Column, Form, FormSheet, Line, Table
from evaltool.layout import BLANK_CHOICE
from evaltool.methods import Ballot, Choice, Rank
from evaltool.reader import address

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
    table: Table
    line: Line
    column: Column

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
            yield from _spots(sheet, table)


def _spots(sheet: FormSheet, table: Table) -> Iterator[Spot]:
    for at, number, row, column in table.cells():
        if table.columns[number].kind != "sum":
            yield Spot(sheet.title, address(row, column), table, table.lines[at], table.columns[number])


def fill(form: Form, blank: bytes, answers: Mapping[tuple[str, str], object]) -> bytes:
    """The blank workbook with these cells filled, as another program saves it."""
    book = openpyxl.load_workbook(io.BytesIO(blank))
    titles = {sheet.title for sheet in form.sheets}
    for (title, cell), value in answers.items():
        if title not in titles:
            raise KeyError(title)
        book[title][cell] = float(value) if isinstance(value, Decimal) else value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def answers(evaluation: Evaluation, form: Form, seed: int, habits: Habits | None = None) -> Answers:
    """A plausible value for every cell that the form asks."""
    player = _Player(evaluation, form, seed, habits or Habits())
    given: Answers = {}
    for sheet in form.sheets:
        for table in sheet.tables:
            given |= _ANSWER[table.kind](player, sheet, table)
    return given


@dataclass(frozen=True, slots=True)
class _Player:
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


# --- marks -----------------------------------------------------------------------------------------------------------


def _grid(player: _Player, sheet: FormSheet, table: Table) -> Answers:
    if any(column.field == "issued" for column in table.columns):
        return _account(player, sheet, table)
    given: Answers = {}
    for spot in _spots(sheet, table):
        given[spot.place] = _value(player, spot)
    if _is_ranked(player, table):
        given |= _ranks(player, sheet, table)
    return given


def _value(player: _Player, spot: Spot, unit: str = "") -> Value:
    column = spot.column
    if unit:
        spot = spot._replace(line=Line(spot.line.labels, unit, spot.indicator, spot.repeat, spot.line.component))
    if column.field == "stated_grade":
        return _stated_grade(player, spot)
    if column.kind == "choice":
        return _nearest(player.scale(spot), player.opinion(spot)) if column.field == "mark" else column.choices[0]
    if column.kind == "text":
        return "对照年度目标逐项自查，各项任务总体完成，个别指标略低于预期。"
    if column.kind == "date":
        return _day(player, spot)
    step = player.dice("step", spot.component).choice((1, 1, 5, 10, 50))
    return number_in(spot, player.opinion(spot), step)


def number_in(spot: Spot, share: float, step: int = 1) -> Value:
    """The number that stands for a share of full marks, within the cell's bounds and decimals.

    People mark in halves and tenths: `step` counts in the last decimal, and is dropped where the range is too short.
    """
    column = spot.column
    high = spot.line.high if spot.line.high is not None and column.field == "mark" else column.high
    scale = 10**column.decimals
    low, top = int(column.low * scale), int(high * scale)
    step = step if 20 * step <= top - low else 1
    steps = min(low + step * round(share * (top - low) / step), top)
    return steps if scale == 1 else Decimal(steps) / scale


def _nearest(scale: Mapping[str, Decimal], share: float) -> str:
    return min(scale, key=lambda choice: abs(float(scale[choice]) - share))


def _stated_grade(player: _Player, spot: Spot) -> str:
    quality = Decimal(100 * player.quality(spot.unit))
    grades = player.evaluation.classes[spot.table.class_id].grades
    fit = [grade.name for grade in grades if grade.bound is not None and quality >= grade.bound]
    return fit[0] if fit else spot.column.choices[-1]


def _day(player: _Player, spot: Spot) -> date:
    dice = player.dice(spot.component, spot.repeat, "day")
    return date(player.evaluation.settings.year, 3, 1) + timedelta(days=dice.randrange(270))


def _is_ranked(player: _Player, table: Table) -> bool:
    components = player.evaluation.classes[table.class_id].components if table.class_id else {}
    return table.component in components and isinstance(components[table.component].answer, Rank)


def _ranks(player: _Player, sheet: FormSheet, table: Table) -> Answers:
    """Places in one list, none twice, for every column of places."""
    given: Answers = {}
    columns: dict[int, list[Spot]] = {}
    for spot in _spots(sheet, table):
        if spot.column.field == "mark":
            columns.setdefault(id(spot.column), []).append(spot)
    for listed in columns.values():
        ordered = sorted(listed, key=lambda spot: (-player.opinion(spot, 0.06), spot.unit))
        given |= {spot.place: place for place, spot in enumerate(ordered, 1)}
    return given


# --- rows that are added as things happen ----------------------------------------------------------------------------


def _open(player: _Player, sheet: FormSheet, table: Table) -> Answers:
    rows: dict[int, list[Spot]] = {}
    for spot in _spots(sheet, table):
        rows.setdefault(id(spot.line), []).append(spot)
    lines = list(rows.values())
    named = next((column for column in table.columns if column.field == "unit"), None)
    if named:
        return _visits(player, lines, named)
    if any(column.field == "claim_kind" for column in table.columns):
        return _claims(player, lines)
    return {spot.place: _value(player, spot) for spots_of_line in lines[:2] for spot in spots_of_line}


def _visits(player: _Player, lines: list[list[Spot]], named: Column) -> Answers:
    """Some units are seen more than once, a few not at all."""
    visits = [unit for unit in named.units for _ in range(_times(player, unit))][: len(lines)]
    visits.sort(key=lambda unit: player.dice(unit, "order").random())
    given: Answers = {}
    for unit, line in zip(visits, lines, strict=False):
        for spot in line:
            if spot.column.field == "unit":
                given[spot.place] = named.choices[named.units.index(unit)]
            elif spot.column.field == "remark":
                given[spot.place] = "查看台账和现场" if player.dice(unit, spot.repeat).random() < 0.3 else None
            else:
                given[spot.place] = _value(player, spot, unit)
    return given


def _times(player: _Player, unit: str) -> int:
    dice = player.dice(unit, "visits")
    return 0 if dice.random() < player.habits.unvisited else dice.choice((1, 1, 2, 2, 3))


def _claims(player: _Player, lines: list[list[Spot]]) -> Answers:
    """A few units apply for a bonus, each claim with its document."""
    unit = player.form.evaluator
    dice = player.dice("claims")
    count = dice.choice((1, 1, 2)) if dice.random() < player.habits.claiming else 0
    given: Answers = {}
    for number, line in enumerate(lines[:count], 1):
        kinds = player.evaluation.classes[line[0].table.class_id].bonus.kinds
        kind, points = kinds[dice.randrange(len(kinds))]
        texts: dict[str, Value] = {
            "claim_kind": kind,
            "claim_points": points,
            "claim_facts": f"{kind}，证明材料见附件{number}。",
            "claim_document": f"{unit}党组纪要〔{player.evaluation.settings.year}〕{dice.randrange(1, 40)}号",
            "claim_consent": f"签批单{dice.randrange(100, 999)}号",
        }
        given |= {spot.place: texts.get(spot.column.field) for spot in line}
    return given


# --- cards -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Batch:
    """The account of the cards for one component: issued, returned, and the numbers of the spoiled ones."""

    issued: int
    returned: int
    spoiled: frozenset[int]
    mode: str  # "cards", "tally" or "both"


def batch_of(player: _Player, class_id: str, component: str, issued: int) -> Batch:
    dice, habits = player.dice(class_id, component, "batch"), player.habits
    returned = max(1, sum(dice.random() >= habits.unreturned for _ in range(issued)))
    spoiled = [card for card in range(1, returned + 1) if dice.random() < habits.spoiled][: returned - 1]
    throw = player.dice("mode").random()
    tally = habits.tally_only
    mode = "tally" if throw < tally else "both" if throw < tally + habits.tally_too else "cards"
    return Batch(issued, returned, frozenset(spoiled), mode)


def _issued(player: _Player, class_id: str, component: str) -> int:
    tables = [table for sheet in player.form.sheets for table in sheet.tables if table.kind == "cards"]
    return next(len(t.lines) for t in tables if (t.class_id, t.component) == (class_id, component))


def _account(player: _Player, sheet: FormSheet, table: Table) -> Answers:
    given: Answers = {}
    for spot in _spots(sheet, table):
        class_id = spot.line.class_id or table.class_id
        batch = batch_of(player, class_id, spot.component, _issued(player, class_id, spot.component))
        counts = {"issued": batch.issued, "returned": batch.returned, "spoiled": len(batch.spoiled)}
        given[spot.place] = counts[spot.column.field]
    return given


def _marked(player: _Player, class_id: str, component: str, units: list[Spot], card: int) -> list[str]:
    """What one voter marks, unit by unit; "" is left blank, and no card is blank altogether."""
    habits = player.habits
    scale = player.scale(units[0])
    abstain = [choice for choice in units[0].column.choices if choice not in scale]
    marks = []
    for spot in units:
        dice = player.dice(class_id, component, spot.column.unit, str(card))
        throw = dice.random()
        if throw < habits.blank:
            marks.append("")
        elif abstain and throw < habits.blank + habits.abstaining:
            marks.append(abstain[0])
        else:
            marks.append(_nearest(scale, dice.gauss(player.quality(spot.column.unit), 0.13)))
    return marks if any(marks) else [next(iter(scale)), *marks[1:]]


def _ballot(player: _Player, sheet: FormSheet, table: Table) -> tuple[Batch, dict[int, list[str]], list[Spot]]:
    """The batch, what stands on each valid card, and the units in the order of the cards' columns."""
    units = [
        Spot(sheet.title, "", table, Line(()), column)
        for column in table.columns
        if column.field == "mark" and column.unit
    ]
    batch = batch_of(player, table.class_id, table.component, len(table.lines))
    valid = [card for card in range(1, batch.returned + 1) if card not in batch.spoiled]
    cards = {card: _marked(player, table.class_id, table.component, units, card) for card in valid}
    return batch, cards, units


def _cards(player: _Player, sheet: FormSheet, table: Table) -> Answers:
    batch, cards, units = _ballot(player, sheet, table)
    if batch.mode == "tally":
        return {}
    order = {spot.column.unit: at for at, spot in enumerate(units)}
    given: Answers = {}
    for spot in _spots(sheet, table):
        card = int(spot.line.repeat)
        if spot.column.field == "spoiled":
            given[spot.place] = spot.column.choices[0] if card in batch.spoiled else None
        elif card in cards:
            given[spot.place] = cards[card][order[spot.column.unit]] or None
    return given


def _tally(player: _Player, sheet: FormSheet, table: Table) -> Answers:
    """The cards of the same batch and component, counted."""
    sheets = [(each, one) for each in player.form.sheets for one in each.tables if one.kind == "cards"]
    origin, by_card = next(
        pair for pair in sheets if (pair[1].class_id, pair[1].component) == (table.class_id, table.component)
    )
    batch, cards, units = _ballot(player, origin, by_card)
    if batch.mode == "cards":
        return {}
    counts: dict[str, Counter[str]] = {}
    for at, spot in enumerate(units):
        counts[spot.column.unit] = Counter(marks[at] for marks in cards.values())
    given: Answers = {}
    for spot in _spots(sheet, table):
        choice = "" if spot.column.indicator == BLANK_CHOICE else spot.column.indicator
        given[spot.place] = counts[spot.unit][choice]
    return given


_ANSWER = {"grid": _grid, "open": _open, "cards": _cards, "tally": _tally}
