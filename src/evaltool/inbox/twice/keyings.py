"""Where do two keyings of the same sheet differ?  Cell by cell and card by card.

Cells are compared by what they mean, so that a row that was moved in one file is no difference.  Cards are compared by
what was counted: two people need not key them in the same order.  A cell that cannot be read in one of the two has its
finding already and is no difference.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from evaltool.inbox.extract.answers import Answer, in_full
from evaltool.inbox.extract.workbook import Card, CardLines, ChoiceCount, Extract, KeyedCards
from evaltool.names import folded
from evaltool.questions.forms import Form, FormTable
from evaltool.reader import address
from evaltool.rules import LeafKey

_MOST_MATCHED = 150
"""Cards left over on one side, beyond which they are paired in their order: then a whole batch is another one."""


Meaning = tuple[str, ...]


class Difference(NamedTuple):
    """Where two entries differ: the place in each file, what stands there."""

    sheet: str
    cell: str
    one: str
    other_sheet: str
    other_cell: str
    two: str
    unit: str
    component: str


class _Entry(NamedTuple):
    """What one of the two has keyed, answer by answer and card by card."""

    answers: tuple[Answer, ...]
    counts: tuple[ChoiceCount, ...]
    card_lines: tuple[CardLines, ...]
    cards: tuple[KeyedCards, ...]


def _entry(form: Form, said: Extract) -> _Entry:
    answers = tuple(in_full(form.sheets, said.answers))
    return _Entry(answers, (*said.counts, *said.tallied), said.card_lines, said.cards)


def differences(form: Form, first: Extract, second: Extract) -> Iterator[Difference]:
    """Where two entries of a form differ."""
    one, two = _entry(form, first), _entry(form, second)
    cards = _by_card(one), _by_card(two)
    yield from _cells(form, one, two, cards)
    tables = {(table.class_id, table.component): table for sheet in form.sheets for table in sheet.tables}
    for leaf in sorted(cards[0] & cards[1]):
        yield from _cards(_table(form, leaf), one, two, leaf)
    for leaf in sorted((cards[0] ^ cards[1]) & tables.keys()):
        yield from _counts(one, two, leaf)


def _by_card(said: _Entry) -> set[LeafKey]:
    """What was keyed card by card."""
    return {(lines.class_id, lines.component) for lines in said.card_lines if lines.used}


def _cells(form: Form, one: _Entry, two: _Entry, cards: tuple[set[LeafKey], set[LeafKey]]) -> Iterator[Difference]:
    """Single cells; of rows that are there in one entry only the first cell speaks for the row."""
    open_fields = {
        (table.class_id, table.component, column.field)
        for sheet in form.sheets
        for table in sheet.tables
        if table.kind == "open"
        for column in table.columns
    }
    away = _unlike_tallies(one, two, cards)
    mine, others = (_by_meaning(said, open_fields, away) for said in (one, two))
    rows: set[tuple[str, ...]] = set()
    for meaning in dict.fromkeys((*mine, *others)):
        a, b = mine.get(meaning), others.get(meaning)
        if a and b:
            if not _same(a, b):
                yield _difference(a, b)
        elif (given := a or b) and _place(given) in open_fields:  # elsewhere a lost label has said so
            row = (given.class_id, given.component, given.repeat, given.sheet)
            if row not in rows:
                rows.add(row)
                blank = given._replace(text="")
                yield _difference(a or blank, b or blank)
    for leaf in sorted(away & cards[0] & cards[1]):
        filled = (said for said in (*one.answers, *two.answers) if _is_tally(said, leaf) and said.state != "blank")
        given = next(filled)
        mine_too = given in one.answers
        yield _difference(
            given if mine_too else given._replace(text=""), given._replace(text="") if mine_too else given
        )


def _place(answer: Answer) -> tuple[str, str, str]:
    return answer.class_id, answer.component, answer.field


def _is_tally(answer: Answer, leaf: LeafKey) -> bool:
    return answer.field == "tally" and (answer.class_id, answer.component) == leaf


def _unlike_tallies(one: _Entry, two: _Entry, cards: tuple[set[LeafKey], set[LeafKey]]) -> set[LeafKey]:
    """Tallies that are not compared cell by cell: only one of the two has anything in it beside its cards."""
    filled = [
        {(each.class_id, each.component) for each in said.answers if each.field == "tally" and each.state != "blank"}
        for said in (one, two)
    ]
    return (cards[0] ^ cards[1]) | (cards[0] & cards[1] & (filled[0] ^ filled[1]))


def _by_meaning(said: _Entry, open_fields: set[tuple[str, str, str]], away: set[LeafKey]) -> dict[Meaning, Answer]:
    """What each cell means -> what stands in it.  A row that names its unit itself is known by its number."""
    return {
        (
            each.class_id,
            each.component,
            each.indicator,
            "" if _place(each) in open_fields else each.unit,
            each.repeat,
            each.field,
        ): each
        for each in said.answers
        if each.field != "tally" or (each.class_id, each.component) not in away
    }


def _same(a: Answer, b: Answer) -> bool:
    if "broken" in (a.state, b.state):
        return True
    if a.value is not None and b.value is not None:
        return a.value == b.value
    return a.state == b.state and folded(a.text) == folded(b.text)


def _difference(a: Answer, b: Answer) -> Difference:
    return Difference(a.sheet, a.cell, a.text, b.sheet, b.cell, b.text, a.unit or b.unit, a.component)


# --- cards -----------------------------------------------------------------------------------------------------------


def _table(form: Form, leaf: LeafKey) -> FormTable:
    tables = (table for sheet in form.sheets for table in sheet.tables if table.kind == "cards")
    return next(table for table in tables if (table.class_id, table.component) == leaf)


def _cards(table: FormTable, one: _Entry, two: _Entry, leaf: LeafKey) -> Iterator[Difference]:
    """Cards keyed one by one in both entries: nothing if they were counted alike, else card by card."""
    if _counted(one, leaf) == _counted(two, leaf):
        return
    mine, other = (next(each for each in said.cards if each[:2] == leaf) for said in (one, two))
    for a, b in _pairs(mine.cards, other.cards):
        if a is None or b is None:
            yield _lone_card(mine, other, a, b)
            continue
        for at, (text, said) in enumerate(zip(a.marks, b.marks, strict=True)):
            if text is not None and said is not None and text != said:
                here, there = _cell(mine, a, at), _cell(other, b, at)
                yield Difference(mine.sheet, here, text, other.sheet, there, said, table.columns[at].unit, leaf[1])


def _counted(said: _Entry, leaf: LeafKey) -> object:
    lines = sorted(one[2:5] for one in said.card_lines if one[:2] == leaf)
    return lines, sorted(one for one in said.counts if one[:2] == leaf)


def _cell(cards: KeyedCards, card: Card, at: int) -> str:
    column = cards.columns[at]
    return "" if column is None else address(card.row, column)


def _lone_card(mine: KeyedCards, other: KeyedCards, a: Card | None, b: Card | None) -> Difference:
    """A card that only one of the two has keyed."""
    here, there = _cell(mine, a, 0) if a else "", _cell(other, b, 0) if b else ""
    words = ("有这张卡", "没有这张卡") if a else ("没有这张卡", "有这张卡")
    return Difference(mine.sheet, here, words[0], other.sheet, there, words[1], "", mine.component)


def _pairs(mine: Sequence[Card], others: Sequence[Card]) -> Iterator[tuple[Card | None, Card | None]]:
    """The cards that are not alike, each with the one it is most likely to be, or with none."""
    left, right = _left_over(mine, others), _left_over(others, mine)
    if max(len(left), len(right)) > _MOST_MATCHED:
        near = list(zip(left, right, strict=False))
    else:
        near = [(a, b) for a in left for b in right]
        near.sort(key=lambda pair: (_unlike(*pair), abs(pair[0].row - pair[1].row), pair[0].row, pair[1].row))
    free_left, free_right = {card.row: card for card in left}, {card.row: card for card in right}
    for a, b in near:
        if a.row in free_left and b.row in free_right:
            del free_left[a.row], free_right[b.row]
            yield a, b
    yield from ((a, None) for a in free_left.values())
    yield from ((None, b) for b in free_right.values())


def _left_over(mine: Iterable[Card], others: Iterable[Card]) -> list[Card]:
    """The cards of one entry without those that the other has too, wherever they stand; first those in the same row."""
    there = {card.row: card.marks for card in others}
    same = Counter(there.values())
    rest: list[Card] = []
    for card in mine:
        if there.get(card.row) == card.marks:
            same[card.marks] -= 1
        else:
            rest.append(card)
    left: list[Card] = []
    for card in rest:
        if same[card.marks] > 0:
            same[card.marks] -= 1
        else:
            left.append(card)
    return left


def _unlike(a: Card, b: Card) -> int:
    pairs = zip(a.marks, b.marks, strict=True)
    return sum(text is not None and said is not None and text != said for text, said in pairs)


def _counts(one: _Entry, two: _Entry, leaf: LeafKey) -> Iterator[Difference]:
    """Cards one by one in one entry, a tally in the other: what they come to, unit by unit and choice by choice."""
    mine, others = _totals(one, leaf), _totals(two, leaf)
    for unit, choice in sorted(mine.keys() | others.keys()):
        a, b = mine[unit, choice], others[unit, choice]
        if a != b:
            (sheet, cell), (other_sheet, other_cell) = (_where(said, leaf, unit, choice) for said in (one, two))
            said = [f"“{choice or '未填'}”{count}张" for count in (a, b)]
            yield Difference(sheet, cell, said[0], other_sheet, other_cell, said[1], unit, leaf[1])


def _totals(said: _Entry, leaf: LeafKey) -> Counter[tuple[str, str]]:
    """(unit, choice) -> valid cards."""
    return Counter({(one.unit, one.choice): one.cards for one in said.counts if one[:2] == leaf and one.valid})


def _where(said: _Entry, leaf: LeafKey, unit: str, choice: str) -> tuple[str, str]:
    """The cell of a tally, or the worksheet of the cards."""
    keyed = next((lines.sheet for lines in said.card_lines if lines[:2] == leaf and lines.used), "")
    if keyed:
        return keyed, ""
    cells = ((one.sheet, one.cell) for one in said.answers if _is_tally(one, leaf))
    named = (
        (one.sheet, one.cell)
        for one in said.answers
        if _is_tally(one, leaf) and one.unit == unit and one.indicator == (choice or "未填")
    )
    return next(named, next(cells, ("", "")))
