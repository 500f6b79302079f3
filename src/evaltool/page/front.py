"""The top of a page: of each group what somebody with ten seconds looks for; inside also what is still open."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from evaltool.documents.persons import spoken
from evaltool.page.contents import Folded, FrontCard, FrontCards, PageBlock, PointedTexts
from evaltool.page.tables import Keys, on_page
from evaltool.results.result import Result
from evaltool.views import pictures
from evaltool.views.firstpage import FactKind, FirstPage, GroupFront
from evaltool.views.leftopen import left_open
from evaltool.views.tables import ShownColumn, ShownTable, ShownValue, Word

_AT_ONCE: tuple[FactKind, ...] = ("received", "moved")
"""What is read without unfolding: who rose and who fell."""
_COLUMNS = "rank", "unit", "total", "grade", "climbed"


def front(result: Result, seen: FirstPage, keys: Keys) -> Iterator[PageBlock]:
    """What is open comes first, in one line: it is what the committee has to decide."""
    if seen.inside:
        yield from _open(result)
    yield FrontCards([_card(each, keys) for each in seen.groups])


def _card(each: GroupFront, keys: Keys) -> FrontCard:
    persons = each.group.scheme.head.persons
    made = None if each.placed is None else on_page(_without_tones(each.placed.only(*_COLUMNS)), keys)
    made = made and replace(made, caption=each.heading)
    facts = [(fact, [spoken(said, persons=persons) for said in fact.said]) for fact in each.facts]
    at_once = [said for fact, own in facts if fact.kind in _AT_ONCE for said in own]
    more = [(fact.label, own) for fact, own in facts if fact.kind not in _AT_ONCE]
    return FrontCard(each.title, made, [grade.drawing for grade in pictures.grades(each)], at_once, more)


def _without_tones(made: ShownTable) -> ShownTable:
    """Only grades have colours here: signs say which way a unit went."""

    def plain(column: ShownColumn, value: ShownValue) -> ShownValue:
        return Word(value.text) if isinstance(value, Word) and column.key == "climbed" else value

    rows = [[plain(*each) for each in zip(made.columns, row, strict=True)] for row in made.rows]
    return replace(made, rows=tuple(map(tuple, rows)))


def _open(result: Result) -> Iterator[PageBlock]:
    found = left_open(result)
    if found:
        said = "、".join(f"{each.label}{each.number}项" for each in found if each.number) or "程序"
        yield Folded(f"待办理：{said}", [PointedTexts([f"{each.label}：{each.words}。" for each in found])])
