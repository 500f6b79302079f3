"""How the evaluators fill in a batch of ballot cards: its account, the cards, the tally; part of `filling.py`."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from evaltool.questions.forms import FormLine, FormSheet, FormTable
from evaltool.questions.layout.cards import BLANK_CHOICE
from filling_player import Answers, Player, Spot, nearest, spots_of


@dataclass(frozen=True, slots=True)
class Batch:
    """The account of the cards for one component: issued, returned, and the numbers of the spoiled ones."""

    issued: int
    returned: int
    spoiled: frozenset[int]
    mode: str  # "cards", "tally" or "both"


def batch_of(player: Player, class_id: str, component: str, issued: int) -> Batch:
    dice, habits = player.dice(class_id, component, "batch"), player.habits
    returned = max(1, sum(dice.random() >= habits.unreturned for _ in range(issued)))
    spoiled = [card for card in range(1, returned + 1) if dice.random() < habits.spoiled][: returned - 1]
    throw = player.dice("mode").random()
    tally = habits.tally_only
    mode = "tally" if throw < tally else "both" if throw < tally + habits.tally_too else "cards"
    return Batch(issued, returned, frozenset(spoiled), mode)


def _issued(player: Player, class_id: str, component: str) -> int:
    tables = [table for sheet in player.form.sheets for table in sheet.tables if table.kind == "cards"]
    return next(len(t.lines) for t in tables if (t.class_id, t.component) == (class_id, component))


def account(player: Player, sheet: FormSheet, table: FormTable) -> Answers:
    given: Answers = {}
    for spot in spots_of(sheet, table):
        class_id = spot.line.class_id or table.class_id
        batch = batch_of(player, class_id, spot.component, _issued(player, class_id, spot.component))
        counts = {"issued": batch.issued, "returned": batch.returned, "spoiled": len(batch.spoiled)}
        given[spot.place] = counts[spot.column.field]
    return given


def _marked(player: Player, class_id: str, component: str, units: list[Spot], card: int) -> list[str]:
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
            marks.append(nearest(scale, dice.gauss(player.quality(spot.column.unit), 0.13)))
    return marks if any(marks) else [next(iter(scale)), *marks[1:]]


def _ballot(player: Player, sheet: FormSheet, table: FormTable) -> tuple[Batch, dict[int, list[str]], list[Spot]]:
    """The batch, what stands on each valid card, and the units in the order of the cards' columns."""
    units = [
        Spot(sheet.title, "", table, FormLine(()), column)
        for column in table.columns
        if column.field == "mark" and column.unit
    ]
    batch = batch_of(player, table.class_id, table.component, len(table.lines))
    valid = [card for card in range(1, batch.returned + 1) if card not in batch.spoiled]
    cards = {card: _marked(player, table.class_id, table.component, units, card) for card in valid}
    return batch, cards, units


def cards(player: Player, sheet: FormSheet, table: FormTable) -> Answers:
    batch, cards, units = _ballot(player, sheet, table)
    if batch.mode == "tally":
        return {}
    order = {spot.column.unit: at for at, spot in enumerate(units)}
    given: Answers = {}
    for spot in spots_of(sheet, table):
        card = int(spot.line.repeat)
        if spot.column.field == "spoiled":
            given[spot.place] = spot.column.choices[0] if card in batch.spoiled else None
        elif card in cards:
            given[spot.place] = cards[card][order[spot.column.unit]] or None
    return given


def tally(player: Player, sheet: FormSheet, table: FormTable) -> Answers:
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
    for spot in spots_of(sheet, table):
        choice = "" if spot.column.indicator == BLANK_CHOICE else spot.column.indicator
        given[spot.place] = counts[spot.unit][choice]
    return given
