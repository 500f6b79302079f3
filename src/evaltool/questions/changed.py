"""Which questions of a sheet that went out before are still asked in the same way?

A question is known by what it is about: component, line, unit, repeat, and which cell of them.  It is the same while
its limits are, and what else the sheet states as a fact about it (target, base, unit of measure).  Where it stands,
what the unit or the line is called, and what is asked besides are no part of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import NamedTuple

from evaltool.exact import plain
from evaltool.questions.forms import (
    FACTS,
    FIGURE,
    OWN_LIMIT,
    PRESET,
    SERIAL,
    FormColumn,
    FormLine,
    FormSheet,
    FormTable,
    Worksheets,
)
from evaltool.questions.table import asked
from evaltool.reader import address

FormCell = tuple[str, str]
"""Worksheet and address on the blank form."""
_Facts = Mapping[str, str]
_WORDS = {"kind": ("填法", "kind"), "limits": ("限值", "limits"), "decimals": ("小数位数", "decimals")}
_WORDS |= {"choices": ("选项", "choices"), "changed": ("据以变更目标的文件", "the documents that changed the goal")}


class FormQuestion(NamedTuple):
    """One cell that is asked, with the number that its answer has (`Numbered.position`; of cards -1)."""

    sheet: FormSheet
    table: FormTable
    at: int
    number: int
    position: int

    @property
    def line(self) -> FormLine:
        return self.table.lines[self.at]

    @property
    def column(self) -> FormColumn:
        return self.table.columns[self.number]

    @property
    def row(self) -> int:
        return self.table.spot(self.at, self.number)[0]

    @property
    def place(self) -> FormCell:
        return self.sheet.title, address(*self.table.spot(self.at, self.number))

    @property
    def told(self) -> str:
        """Its labels, for a person."""
        names = [label for label, head in zip(self.line.labels, self.table.label_headers, strict=True) if _names(head)]
        return " ".join(part for part in (*names, _head(self.column)) if part)

    @property
    def about(self) -> tuple[str, ...]:
        """Class, component, indicator, unit, repeat, field."""
        return asked(self.sheet, self.table, self.at, self.number)[:6]

    @property
    def column_on_cards(self) -> tuple[str, ...]:
        """What it is about, whichever card it stands on."""
        return self.table.kind, *self.about[:4], self.about[5]

    def key(self) -> tuple[str, ...]:
        """By what it is known again.  A card is known by its number."""
        card = self.line.labels[0] if self.table.kind == "cards" else ""
        return (self.table.kind, card, *self.about)

    def facts(self) -> _Facts:
        """What it takes, and what stands beside it as a fact."""
        line, column = self.line, self.column
        high = line.high if line.high is not None and column.field in OWN_LIMIT else column.high
        told = {head: label for head, label in zip(self.table.label_headers, line.labels, strict=True) if head in FACTS}
        return {
            "kind": column.kind,
            "limits": f"{plain(column.low)}—{plain(high)}",
            "decimals": str(column.decimals),
            "choices": "" if column.units else "、".join(sorted(column.choices)),
            **{head: label for head, label in told.items() if label},
            **({"changed": line.changed} if line.changed else {}),
        }


@dataclass(frozen=True, slots=True)
class Changed:
    """A question that is asked in another way: what it was, and what differs in words (Chinese, English)."""

    before: FormQuestion
    words: tuple[str, str]


@dataclass(frozen=True, slots=True)
class FormChanges:
    """The questions of the present form that were asked in the same way before, by their places on it; those that are
    asked in another way; those that are new, and those that are asked no more.  `renamed`: former and present names of
    units and lines.

    `other_cards`: cards of voters who were not asked about every unit, or not in this way.
    """

    stands: dict[FormCell, FormQuestion] = field(default_factory=dict)
    changed: dict[FormCell, Changed] = field(default_factory=dict)
    new: list[FormQuestion] = field(default_factory=list)
    gone: list[FormQuestion] = field(default_factory=list)
    renamed: dict[tuple[str, str], None] = field(default_factory=dict)
    other_cards: bool = False

    @property
    def asks_more(self) -> bool:
        """Whether somebody who filled in the sheet before has anything left to answer."""
        wanted = (each.column.required or each.column.field.startswith(FIGURE) for each in self.new)
        return self.other_cards or bool(self.changed) or any(wanted)


class _Pair:
    """Two forms, known again by their versions: to compare all of them would take longer."""

    def __init__(self, before: Worksheets, now: Worksheets) -> None:
        self.before, self.now = before, now

    @property
    def versions(self) -> tuple[str, str]:
        return self.before.version, self.now.version

    def __hash__(self) -> int:
        return hash(self.versions)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Pair) and self.versions == other.versions


def compared(before: Worksheets, now: Worksheets) -> FormChanges:
    """The present form held against one that went out before."""
    return _compared(_Pair(before, now))


@lru_cache(maxsize=64)
def _compared(pair: _Pair) -> FormChanges:
    old, now = _by_key(pair.before), _by_key(pair.now)
    made = FormChanges(gone=[question for key, question in old.items() if key not in now])
    on_cards = {question.column_on_cards for question in old.values()}
    other_cards = False
    for key, question in now.items():
        cards = question.table.kind == "cards"
        before = old.get(key)
        if before is None:
            made.new.append(question)
            other_cards |= cards and question.column_on_cards not in on_cards  # more cards are no other cards
            continue
        made.renamed.update(dict.fromkeys(_renamed(before, question)))
        words = _difference(before.facts(), question.facts())
        if words is None:
            made.stands[question.place] = before
        else:
            other_cards |= cards
            made.changed[question.place] = Changed(before, words)
    return replace(made, other_cards=other_cards)


def every_question(sheets: Worksheets) -> Iterator[FormQuestion]:
    """Every cell that a form asks, cards among them."""
    numbered = iter(sheets.numbered)
    for sheet in sheets:
        for table in sheet.tables:
            first = None if table.kind == "cards" else next(numbered)
            for at, number, _, _ in table.cells():
                if table.columns[number].kind != "sum":
                    yield FormQuestion(sheet, table, at, number, first.position(at, number) if first else -1)


def _by_key(sheets: Worksheets) -> dict[tuple[str, ...], FormQuestion]:
    """The questions by what they are about.  What is asked twice of the same cannot be told apart, and is left out."""
    keyed = [(question.key(), question) for question in every_question(sheets)]
    counts = Counter(key for key, _ in keyed)
    return {key: question for key, question in keyed if counts[key] == 1}


def _difference(before: _Facts, now: _Facts) -> tuple[str, str] | None:
    """What differs, in both languages; None if nothing does."""
    parts: list[tuple[str, str]] = []
    for fact in dict.fromkeys((*before, *now)):
        one, two = before.get(fact, ""), now.get(fact, "")
        if one != two:
            words = _WORDS.get(fact, (fact, fact))
            parts.append((f"{words[0]}由“{one}”改为“{two}”", f"{words[1]} was “{one}” and is “{two}”"))
    return ("；".join(zh for zh, _ in parts), "; ".join(en for _, en in parts)) if parts else None


def _renamed(before: FormQuestion, now: FormQuestion) -> Iterator[tuple[str, str]]:
    """Names of the line, its unit and the column that are others now; cards only once."""
    if now.table.kind == "cards" and now.at:
        return
    old = dict(zip(before.table.label_headers, before.line.labels, strict=True))
    for head, label in zip(now.table.label_headers, now.line.labels, strict=True):
        if _names(head) and old.get(head, label) != label:
            yield old[head], label
    if _head(before.column) != _head(now.column):
        yield _head(before.column), _head(now.column)


def _names(head: str) -> bool:
    """Whether the label under a heading is a name."""
    return head not in (SERIAL, PRESET, *FACTS)


def _head(column: FormColumn) -> str:
    return column.header.split("\n")[0]
