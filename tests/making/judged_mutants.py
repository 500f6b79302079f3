"""What must hold of every damaged sheet, whatever was done to it.

It is read in less than a second, or refused with a reason; what is read of it is what openpyxl reads, or a rule says
why not; a change of a cell to be filled in shows in answers, ballots or findings; nobody becomes somebody else.
"""

from __future__ import annotations

import hashlib
import random
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import NamedTuple

import openpyxl

from damaged_books import GoodSheet, mutant
from evaltool.inbox.extract.answers import Answer, in_full
from evaltool.inbox.proof import Expected
from evaltool.inbox.workers import Reading, Task, read_one
from evaltool.names import day_in, folded
from evaltool.reader import ReadCell, Unreadable, Workbook, address, read
from evaltool.reader.numberformats import EPOCH, EPOCH_1904, day_of, display
from second_reader import differences, rule_of, theirs, wrong_answer

MOST_SECONDS = 1.0


class Fault(NamedTuple):
    """What did not hold of a mutant; `number` makes it again."""

    number: int
    sheet: str
    kind: str
    what: str


@dataclass
class Tally:
    """What became of mutants, by kind of damage; differences from openpyxl by rule; the slowest; what did not hold."""

    fates: dict[str, Counter[str]] = field(default_factory=dict)
    rules: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    faults: list[Fault] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        for kind, fates in other.fates.items():
            self.fates.setdefault(kind, Counter()).update(fates)
        self.rules.update(other.rules)
        self.seconds = max(self.seconds, other.seconds)
        self.faults += other.faults


def tried(sheets: Sequence[GoodSheet], expected: Expected, numbers: range, second_of: int = 1) -> Tally:
    """Mutants of these numbers.  Those that can be read and are other workbooks than before are read by openpyxl too,
    and every `second_of`th of those that are the same to us."""
    tally = Tally()
    for number in numbers:
        chance = random.Random(number)
        good = chance.choice(sheets)
        kind, data = mutant(good, chance)
        begun = time.process_time()
        fate, found = _judged(good, data, expected, tally.rules, second=number % second_of == 0)
        tally.seconds = max(tally.seconds, time.process_time() - begun)
        tally.fates.setdefault(kind, Counter())[fate] += 1
        tally.faults += [Fault(number, good.name, kind, what) for what in found]
    return tally


def _judged(
    good: GoodSheet, data: bytes, expected: Expected, rules: Counter[str], *, second: bool
) -> tuple[str, list[str]]:
    """Its fate, and what did not hold."""
    begun = time.process_time()
    try:
        book, said = read(data), read_one(_task(data), expected)
    except Exception as problem:
        return "fault", [f"raises {type(problem).__name__}: {problem}"]
    found = [] if (spent := time.process_time() - begun) < MOST_SECONDS else [f"takes {spent:.1f} s"]
    if isinstance(book, Unreadable):
        crashed = [f"{book.code} {dict(book.args)}"] if book.code == "READER_CRASH" else []
        return "refused", found + crashed
    found += _against_openpyxl(good, book, said, data, rules) if second or book != good.book else []
    if said.extract is None:
        silent = [] if said.problems or good.form is None else ["not taken, without a word"]
        return "not taken", found + silent
    return _taken(good, book, said, expected, found)


def _task(data: bytes) -> Task:
    return Task(hashlib.sha256(data).hexdigest(), data)


@lru_cache(maxsize=256)
def _reading(data: bytes, expected: int) -> Reading:
    return read_one(_task(data), _KNOWN[expected])


_KNOWN: dict[int, Expected] = {}


def reading_of(good: GoodSheet, expected: Expected) -> Reading:
    """What the good sheet says."""
    _KNOWN[id(expected)] = expected
    return _reading(good.data, id(expected))


def _taken(
    good: GoodSheet, book: Workbook, said: Reading, expected: Expected, found: list[str]
) -> tuple[str, list[str]]:
    before = reading_of(good, expected)
    if said.identity != before.identity and not said.problems:
        found.append(f"is taken for {said.identity}")
    differing = (said.extract, said.problems) != (before.extract, before.problems)
    if differing:
        return "seen", found
    unseen = list(_changed(good, book))
    return ("fault" if unseen else "same"), found + unseen


def _changed(good: GoodSheet, book: Workbook) -> Iterator[str]:
    """The cells to be filled in that say something else than before."""
    here = {sheet.title: sheet for sheet in book.sheets}
    for sheet in good.book.sheets:
        for place in sorted(sheet.cells.keys() | (here[sheet.title].cells.keys() if sheet.title in here else ())):
            if address(*place) not in good.asked.get(sheet.title, ()):
                continue
            new = here[sheet.title].cells.get(place) if sheet.title in here else None
            if _says(sheet.cells.get(place), good.book) != _says(new, book):
                yield f"unseen: {sheet.title}!{address(*place)} was {sheet.cells.get(place)}, is {new}"


def _says(cell: ReadCell | None, book: Workbook) -> object:
    """What counts of a cell: its number and how it is shown, the day that it names in whichever way, or its text but
    for the blanks that names are free of."""
    if cell is None or (not folded(cell.text) and cell.formula is None and cell.kind == "text"):
        return None
    own = cell.formula is None, cell.hidden
    if cell.number is not None:
        how = display(cell.format, cell.number)
        day = day_of(cell.number, _epoch(book)) if how == "date" else None
        return (day, *own) if day else (cell.number, how, *own)
    return (day_in(cell.text) or (cell.kind, folded(cell.text)), *own)


def _epoch(book: Workbook) -> date:
    return EPOCH_1904 if book.date1904 else EPOCH


def _against_openpyxl(good: GoodSheet, book: Workbook, said: Reading, data: bytes, rules: Counter[str]) -> list[str]:
    other = theirs(data)
    if isinstance(other, str):
        rules[f"openpyxl: {other}"] += 1
        return []
    found = []
    for one in differences(book, other):
        if rule := rule_of(one):
            rules[rule] += 1
        else:
            found.append(f"differs: {one.sheet}!{address(*one.place)} ours {one.ours}, openpyxl {one.theirs!r}")
    if said.extract and good.form:
        found += _wrong_answers(in_full(good.form.sheets, said.extract.answers), book, other)
    return found[:3]


def _wrong_answers(answers: Iterable[Answer], book: Workbook, other: openpyxl.Workbook) -> Iterator[str]:
    ours = {sheet.title: sheet.cells for sheet in book.sheets}
    for answer in answers:
        if answer.sheet not in other.sheetnames:  # openpyxl passes over a part whose name is spelled in another way
            continue
        second = other[answer.sheet][answer.cell]
        cell, value = ours[answer.sheet].get((second.row - 1, second.column - 1)), second.value
        if wrong_answer(answer, value, cell, _epoch(book)):
            yield f"answer: {answer.sheet}!{answer.cell} says {answer.text!r} ({answer.value}), openpyxl {value!r}"
