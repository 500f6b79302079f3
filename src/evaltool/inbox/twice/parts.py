"""Several sheets of one evaluator: where they contradict each other, and what they say together if they do not.

A cell that one of them leaves blank contradicts nothing: whoever fills in half a workbook, saves it under another name
and goes on, or shares it with a colleague, has sent one sheet in parts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from evaltool.inbox.extract.answers import STATES, Answer, Answers, in_full
from evaltool.inbox.extract.workbook import Extract, tallied
from evaltool.names import folded
from evaltool.questions.forms import Worksheets
from evaltool.rules import LeafKey

BLANK = STATES.index("blank")


class Contradiction(NamedTuple):
    """One cell, or the cards of one worksheet, about which two sheets differ: the place in the first, and what each
    says; of cards how many there are."""

    sheet: str
    cell: str
    one: str | int
    two: str | int


def contradictions(sheets: Worksheets, said: Sequence[Extract]) -> Iterator[Contradiction]:
    """Where any of several sheets of a form says something else than one before it."""
    first: dict[int, Answer] = {}
    cards: dict[LeafKey, _Cards] = {}
    for each in said:
        for position, answer in zip(each.answers.positions, in_full(sheets, each.answers), strict=True):
            if answer.state != "blank" and not _same(first.setdefault(position, answer), answer):
                before = first[position]
                yield Contradiction(before.sheet, before.cell, before.text, answer.text)
        for leaf, mine in _cards(each).items():
            before_them = cards.setdefault(leaf, mine)
            if before_them.said != mine.said:
                yield Contradiction(mine.sheet, "", before_them.used, mine.used)


def _same(one: Answer, other: Answer) -> bool:
    """Of what has a value the text is only how it was typed: 90 and 90分 are one mark."""
    same = (one.state, one.value) == (other.state, other.value)
    return same and (one.value is not None or folded(one.text) == folded(other.text))


@dataclass(frozen=True, slots=True)
class _Cards:
    """What the cards of one worksheet say."""

    sheet: str
    used: int
    said: object


def _cards(said: Extract) -> dict[LeafKey, _Cards]:
    return {
        lines[:2]: _Cards(
            lines.sheet, lines.used, (lines[2:5], sorted(one for one in said.counts if one[:2] == lines[:2]))
        )
        for lines in said.card_lines
        if lines.used
    }


# --- together --------------------------------------------------------------------------------------------------------


def shares(sheets: Worksheets, said: Sequence[Extract]) -> list[Extract]:
    """What each of several sheets that do not contradict each other adds to those before it; blanks are the first's."""
    every = [lines for each in said for lines in each.card_lines]
    taken: set[int] = set()
    filled = {at for each in said for at, state in _states(each.answers) if state != BLANK}
    used = {lines[:2] for lines in every if lines.used}
    leaves: set[LeafKey] = set()
    made: list[Extract] = []
    for each in said:
        wanted = {at for at, state in _states(each.answers) if state != BLANK or at not in filled} - taken
        taken |= wanted
        own = {lines[:2] for lines in each.card_lines if lines.used or lines[:2] not in used} - leaves
        leaves |= own
        part = _only(each, wanted, own)
        made.append(replace(part, tallied=tallied(sheets, part.answers, every) if each.tallied else ()))
    return made


def together(said: Sequence[Extract]) -> Extract:
    """The shares as one sheet."""
    every = sorted(
        (at, state, value)
        for each in said
        for (at, state), value in zip(_states(each.answers), each.answers.values, strict=True)
    )
    answers = Answers(odd={at: odd for each in said for at, odd in each.answers.odd.items()})
    for at, state, value in every:
        answers.positions.append(at)
        answers.states.append(state)
        answers.values.append(value)
    return Extract(
        answers,
        tuple(one for each in said for one in each.counts),
        tuple(one for each in said for one in each.tallied),
        tuple(one for each in said for one in each.card_lines),
        tuple(one for each in said for one in each.problems),
        tuple(one for each in said for one in each.cards),
        tuple(one for each in said for one in each.card_runs),
    )


def _states(answers: Answers) -> Iterator[tuple[int, int]]:
    return zip(answers.positions, answers.states, strict=True)


def _only(said: Extract, wanted: set[int], leaves: Iterable[LeafKey]) -> Extract:
    """A part of what a sheet says: some of its answers, the cards of some leaves."""
    own = set(leaves)
    answers = Answers(odd={at: odd for at, odd in said.answers.odd.items() if at in wanted})
    for (at, state), value in zip(_states(said.answers), said.answers.values, strict=True):
        if at in wanted:
            answers.positions.append(at)
            answers.states.append(state)
            answers.values.append(value)
    return replace(
        said,
        answers=answers,
        counts=tuple(one for one in said.counts if one[:2] in own),
        card_lines=tuple(one for one in said.card_lines if one[:2] in own),
        cards=tuple(one for one in said.cards if one[:2] in own),
        card_runs=tuple(one for one in said.card_runs if one[:2] in own),
    )
