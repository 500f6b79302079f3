"""Mistakes with batches of cards (account, cards one by one, tally), for the catalogue of `mistakes.py`."""

from __future__ import annotations

from dataclasses import dataclass

from evaltool.identity import kind_of_batch
from filling import Spot, spots
from mistakes import Case, Expected, letters, mistake, row_of, typed


@dataclass(frozen=True)
class Batch:
    """The account of one component's cards as it was filled in, where each count stands, and how cards were entered."""

    issued: Spot
    returned: Spot
    spoiled: Spot
    counts: tuple[int, int, int]
    cards: list[Spot]
    tally: list[Spot]


def _batch(case: Case) -> Batch | None:
    if kind_of_batch(case.sheet.form.batch) != "cards":
        return None
    account = [spot for spot in spots(case.sheet.form) if spot.table.kind == "grid"]
    judged = case.dice.choice([_judged(spot) for spot in account])
    issued, returned, spoiled = (spot for spot in account if _judged(spot) == judged)
    mine = [spot for spot in spots(case.sheet.form) if _judged(spot) == judged]
    counts = tuple(int(str(case.value(spot))) for spot in (issued, returned, spoiled))
    cards = [spot for spot in mine if spot.table.kind == "cards" and case.value(spot) is not None]
    tally = [spot for spot in mine if spot.table.kind == "tally" and case.value(spot) is not None]
    return Batch(issued, returned, spoiled, (counts[0], counts[1], counts[2]), cards, tally)


def _judged(spot: Spot) -> tuple[str, str]:
    return spot.line.class_id or spot.table.class_id, spot.component


def _count(case: Case, spot: Spot, value: object, code: str, at: Spot | None = None) -> Expected:
    typed(case, *spot.place, value, code)
    return case.says(code, *(at or spot).place)


@mistake
def _more_returned_than_issued(case: Case) -> Expected | None:
    batch = _batch(case)
    return None if batch is None else _count(case, batch.returned, batch.counts[0] + 3, "CARDS_RETURNED_BEYOND_ISSUED")


@mistake
def _fewer_issued_than_entered(case: Case) -> Expected | None:
    batch = _batch(case)
    if not batch or not batch.cards or batch.counts[1] < 2:
        return None
    return _count(case, batch.issued, batch.counts[1] - 1, "CARDS_RETURNED_BEYOND_ISSUED")


@mistake
def _more_spoiled_than_returned(case: Case) -> Expected | None:
    batch = _batch(case)
    return None if batch is None else _count(case, batch.spoiled, batch.counts[1] + 1, "CARDS_SPOILED_BEYOND_RETURNED")


@mistake
def _returned_is_not_what_was_entered(case: Case) -> Expected | None:
    batch = _batch(case)
    if not batch or not batch.cards or batch.counts[1] >= batch.counts[0]:
        return None
    return _count(case, batch.returned, batch.counts[1] + 1, "CARDS_ENTERED_DIFFER")


@mistake
def _spoiled_is_not_what_was_entered(case: Case) -> Expected | None:
    batch = _batch(case)
    if not batch or not batch.cards or batch.counts[2] >= batch.counts[1]:
        return None
    return _count(case, batch.spoiled, batch.counts[2] + 1, "CARDS_SPOILED_DIFFER")


@mistake
def _returned_is_not_what_was_tallied(case: Case) -> Expected | None:
    batch = _batch(case)
    if not batch or batch.cards or not batch.tally or batch.counts[1] >= batch.counts[0]:
        return None
    if len(batch.tally[0].table.lines) < 2:  # one unit only: its line is what differs
        return _count(case, batch.returned, batch.counts[1] + 1, "TALLY_SHORT", _first(batch, batch.tally[0]))
    return _count(case, batch.returned, batch.counts[1] + 1, "CARDS_TALLY_DIFFER")


def _first(batch: Batch, spot: Spot) -> Spot:
    """The first cell of a tally line."""
    return min((each for each in batch.tally if row_of(each) == row_of(spot)), key=lambda each: each.cell)


@mistake
def _card_not_entered(case: Case) -> Expected | None:
    """A whole card is left out: the account does not fit, whatever the tally says."""
    batch = _batch(case)
    if not batch or not batch.cards or batch.counts[1] < 2:
        return None
    row, book = row_of(case.dice.choice(batch.cards)), case.book()
    for spot in batch.cards:
        if row_of(spot) == row:
            book[spot.sheet][spot.cell] = None
    case.keep(book)
    return case.says("CARDS_ENTERED_DIFFER", *batch.returned.place)


@mistake
def _valid_card_marked_spoiled(case: Case) -> Expected | None:
    batch = _batch(case)
    if not batch or not batch.cards:
        return None
    spoiled = {row_of(spot) for spot in batch.cards if spot.column.field == "spoiled"}
    rows = {row_of(spot) for spot in batch.cards} - spoiled
    mark = next(s for s in spots(case.sheet.form) if s.column.field == "spoiled" and s.table is batch.cards[0].table)
    book = case.book()
    book[mark.sheet][f"{letters(mark)}{min(rows)}"] = "废票"
    case.keep(book)
    return case.says("CARDS_SPOILED_DIFFER", *batch.spoiled.place)


@mistake
def _nothing_entered(case: Case) -> Expected | None:
    batch = _batch(case)
    if not batch or len(case.sheet.form.sheets) > 3:
        return None
    book = case.book()
    for spot in (*batch.cards, *batch.tally):
        book[spot.sheet][spot.cell] = None
    case.keep(book)
    return case.says("CARDS_NOT_ENTERED", *batch.returned.place)


def _miscounted(case: Case, by: int, code: str) -> Expected | None:
    """A wrong count in a tally: said at the line's first cell, or at the very cell where the cards tell which."""
    batch = _batch(case)
    tally = [spot for spot in batch.tally if int(str(case.value(spot))) + by >= 0] if batch else []
    if not batch or not tally:
        return None
    spot = case.dice.choice(tally)
    both = bool(batch.cards)
    value = int(str(case.value(spot))) + by
    return _count(case, spot, value, "TALLY_CARDS_DIFFER" if both else code, spot if both else _first(batch, spot))


@mistake
def _tally_beyond(case: Case) -> Expected | None:
    return _miscounted(case, 1, "TALLY_BEYOND_RETURNED")


@mistake
def _tally_short(case: Case) -> Expected | None:
    return _miscounted(case, -1, "TALLY_SHORT")


@mistake
def _negative_tally(case: Case) -> Expected | None:
    batch = _batch(case)
    if not batch or not batch.tally:
        return None
    return _count(case, case.dice.choice(batch.tally), -1, "COUNT_RANGE")
