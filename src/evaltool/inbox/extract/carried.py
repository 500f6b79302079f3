"""What a sheet of an older version says, as answers to the present form.

An answer stands if its question is still asked in the same way.  Where it is asked in another way, or is new and must
be answered, nothing is taken and the cell is named: the sheet that goes back has all the rest filled in.  What is asked
no more is told, and counts for nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from evaltool.inbox.extract.answers import BLANK, Answer, Answers, OddAnswer, in_full
from evaltool.inbox.extract.parsing import Parsed
from evaltool.inbox.extract.workbook import Card, ChoiceCount, Extract, KeyedCards
from evaltool.inbox.problems import Problem
from evaltool.questions.changed import Changed, FormChanges, FormQuestion, compared, every_question
from evaltool.questions.forms import FIGURE, Form, FormColumn, FormTable

_AnswersByPlace = Mapping[int, Answer]
"""The answers to the older form, by their positions on it."""
_MOST_TOLD = 300


@dataclass(frozen=True, slots=True)
class _Carried:
    """What was carried over so far; `taken`: positions on the older form."""

    answers: Answers = field(default_factory=Answers)
    problems: list[Problem] = field(default_factory=list)
    taken: set[int] = field(default_factory=set)
    replaced: set[tuple[str, str]] = field(default_factory=set)  # cells of the file that say nothing any more


def carried(before: Form, now: Form, said: Extract) -> Extract | None:
    """What was said on the older form of the same sheet.  None: its cards are of voters who were asked about other
    units, or in another way, so that nothing of them can be counted."""
    held = compared(before.sheets, now.sheets)
    if held.other_cards:
        return None
    given = dict(zip(said.answers.positions, in_full(before.sheets, said.answers), strict=True))
    made = _Carried()
    for line in _lines(now):
        _line(made, line, held, given)
    gone = [one for position, one in given.items() if position not in made.taken and one.state != "blank"]
    lost = {(one.sheet, one.cell) for one in gone} | made.replaced
    problems = [one for one in said.problems if not one.cell or (one.sheet, one.cell) not in lost]
    problems += [*made.problems, *_gone(one for one in gone if (one.sheet, one.cell) not in made.replaced)]
    judged = {(*each.about[:2], each.about[3]) for each in every_question(now.sheets) if each.table.kind == "cards"}
    problems += _gone_cards(one for one in said.counts if one.valid and one[:3] not in judged)
    return replace(
        said,
        answers=made.answers,
        counts=tuple(one for one in said.counts if one[:3] in judged),
        tallied=tuple(one for one in said.tallied if one[:3] in judged),
        card_lines=tuple(one for one in said.card_lines if one[:2] in {each[:2] for each in judged}),
        problems=(_older(held, made, before), *problems),
        cards=tuple(_cards(before, now, each) for each in said.cards),
    )


def _lines(form: Form) -> Iterator[list[FormQuestion]]:
    """The questions of every line but those of cards."""
    line: list[FormQuestion] = []
    for question in every_question(form.sheets):
        if question.position >= 0:
            if line and (question.table is not line[0].table or question.at != line[0].at):
                yield line
                line = []
            line.append(question)
    if line:
        yield line


def _line(made: _Carried, line: list[FormQuestion], held: FormChanges, given: _AnswersByPlace) -> None:
    if line[0].table.kind == "open" and not _is_used(line, held, given):
        return
    for one in line:
        stands, change = held.stands.get(one.place), held.changed.get(one.place)
        if stands is not None:
            if stands.position in given:  # else its label was lost, and a finding says so
                _put(made, one, stands, given[stands.position])
        elif change is not None:
            _ask_again(made, one, change, given.get(change.before.position))
        else:
            _ask(made, one, is_new=_is_new(one, line, held))


def _is_used(line: list[FormQuestion], held: FormChanges, given: _AnswersByPlace) -> bool:
    """Whether something stands in a line that is asked only then, and its unit is still asked about."""
    used = False
    for one in line:
        change = held.changed.get(one.place)
        before = held.stands.get(one.place) or (change.before if change else None)
        said = given.get(before.position) if before else None
        if before and said and said.state != "blank":
            used = True
            if one.column.units and said.value is not None and _value(before.column, one.column, said.value) is None:
                return False
    return used


def _value(before: FormColumn, now: FormColumn, value: int | None) -> int | None:
    """A value as the present question counts it: of a choice its place in the list; None if it is in it no more."""
    if value is None or before.kind != "choice":
        return value
    old, new = (before.units, now.units) if now.units else (before.choices, now.choices)
    return new.index(old[value]) if old[value] in new else None


def _put(made: _Carried, one: FormQuestion, before: FormQuestion, said: Answer) -> None:
    """An answer that stands, with the place where it was found."""
    made.taken.add(before.position)
    value = _value(before.column, one.column, said.value)
    text = one.column.choices[value] if one.column.units and value is not None else said.text
    sheet, cell = one.place
    unit = one.column.unit or one.line.unit
    odd = OddAnswer(
        None,
        said.unit if said.unit != unit else None,
        said.sheet if said.sheet != sheet else None,
        said.cell if said.cell != cell else None,
        said.decision or None,
    )
    made.answers.put(one.position, one.column, Parsed(text, value, state=said.state), odd)


def _ask_again(made: _Carried, one: FormQuestion, change: Changed, said: Answer | None) -> None:
    """A question that is asked in another way: a cell that nobody has to fill in is asked again if it was."""
    if said is not None:
        made.taken.add(change.before.position)
    filled = said is not None and said.state != "blank"
    if not filled and not one.column.required:
        made.answers.put(one.position, one.column, BLANK)
        return
    if said is not None:
        made.replaced.add((said.sheet, said.cell))
    zh, en = change.words
    made.problems.append(_problem("QUESTION_CHANGED", one, said, ("change", zh), ("change_en", en)))


def _is_new(one: FormQuestion, line: list[FormQuestion], held: FormChanges) -> bool:
    """Whether somebody has to answer what was not asked before: of figures one of the line, said at the first."""
    if one.table.kind != "figures":
        return one.column.required
    figures = [each for each in line if each.column.field.startswith(FIGURE)]
    known = any(each.place in held.stands or each.place in held.changed for each in figures)
    return bool(figures) and one == figures[0] and not known


def _ask(made: _Carried, one: FormQuestion, *, is_new: bool) -> None:
    if is_new:
        made.problems.append(_problem("QUESTION_NEW", one, None))
    else:
        made.answers.put(one.position, one.column, BLANK)


def _problem(code: str, one: FormQuestion, said: Answer | None, *more: tuple[str, str]) -> Problem:
    """At the cell of the file where there is one; `fresh` is the cell of the present form."""
    sheet, cell = one.place
    component = one.line.component or one.table.component
    unit = one.column.unit or one.line.unit
    args = (("asked", one.told), ("fresh", cell), ("fresh_sheet", sheet), *more)
    where = (said.sheet, said.cell) if said else (sheet, "")
    return Problem(code, *where, unit, component, said.text[:80] if said else "", args)


# --- what is told ----------------------------------------------------------------------------------------------------


def _older(held: FormChanges, made: _Carried, before: Form) -> Problem:
    """That the sheet is of an older version, how much of it stands, and what is called otherwise since."""
    names = [f"{old}→{new}" for old, new in held.renamed]
    again = sum(one.code in ("QUESTION_CHANGED", "QUESTION_NEW") for one in made.problems)
    renamed = (f"；名称已改：{'、'.join(names)}", f"; renamed since: {', '.join(names)}") if names else ("", "")
    args = (("n", str(len(held.stands))), ("again", str(again)), ("renamed", renamed[0]), ("renamed_en", renamed[1]))
    return Problem("SHEET_OLDER", value=before.version(), args=args)


class _Row(NamedTuple):
    sheet: str
    row: str
    unit: str
    component: str


def _gone(answers: Iterable[Answer]) -> Iterator[Problem]:
    """Answers to what is asked no more, a line at a time."""
    rows: dict[_Row, list[Answer]] = {}
    for one in answers:
        row = one.cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        rows.setdefault(_Row(one.sheet, row, one.unit, one.component), []).append(one)
    for where, said in rows.items():
        told = "、".join(f"{one.cell}={one.text}" for one in said)[:_MOST_TOLD]
        yield Problem("QUESTION_GONE", where.sheet, said[0].cell, where.unit, where.component, told)


def _gone_cards(counts: Iterable[ChoiceCount]) -> Iterator[Problem]:
    """What cards say about units that are asked about no more."""
    units: dict[tuple[str, str], list[ChoiceCount]] = {}
    for one in counts:
        units.setdefault((one.unit, one.component), []).append(one)
    for (unit, component), said in units.items():
        told = "、".join(f"{one.choice or '未填'} {one.cards}" for one in said)
        yield Problem("QUESTION_GONE", unit=unit, component=component, value=told)


# --- cards -----------------------------------------------------------------------------------------------------------


def _cards(before: Form, now: Form, keyed: KeyedCards) -> KeyedCards:
    """Keyed cards with their marks in the order of the present form's columns."""
    old, new = (_card_table(form, keyed) for form in (before, now))
    if old is None or new is None:
        return keyed
    places = {(column.field, column.unit): at for at, column in enumerate(old.columns)}
    order = [places[column.field, column.unit] for column in new.columns]
    cards = tuple(Card(card.row, tuple(card.marks[at] for at in order)) for card in keyed.cards)
    return keyed._replace(columns=tuple(keyed.columns[at] for at in order), cards=cards)


def _card_table(form: Form, keyed: KeyedCards) -> FormTable | None:
    tables = (table for sheet in form.sheets for table in sheet.tables if table.kind == "cards")
    return next((each for each in tables if (each.class_id, each.component) == (keyed.class_id, keyed.component)), None)
