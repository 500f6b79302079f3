"""What stands in one unit's letter (评估结果反馈书): its result, in sentences how it compares and where it lost, and
its components beside the group's mean, how to object; the lines that lost points are attached.  Figures come from
`comparison.py` and `lostpoints.py`, which keep what is confidential.

A letter has two pages, as far as they are reckoned (`official.pages`), before its annexes: where a unit has more
components than that, the table shows the upper levels of them, then what voters and others said of it, then the lines
that lost most, are told in brief.  All of it is then on pages of its own, with the notes that go with it.  What must be
said all the same may take a third page.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache, partial
from typing import Literal

from evaltool.documents.content import Content
from evaltool.documents.lostlines import MOST, UNTOLD, annex, in_brief, stops
from evaltool.documents.objecting import demanded, objecting
from evaltool.documents.official.pages import first_pages
from evaltool.documents.ownshares import drawn_shares
from evaltool.documents.persons import U, in_words
from evaltool.documents.phrases import chapters
from evaltool.documents.remarks import attached, to_unit
from evaltool.documents.sentences import notes as notes_below
from evaltool.documents.sentences import sentences, where_lost
from evaltool.documents.tables import WIDTH, in_document
from evaltool.exact import published
from evaltool.results.rank import Standing
from evaltool.results.result import Result
from evaltool.rules import ExtraWord
from evaltool.views.comparison import ComparedGroup, ComponentLine, lines
from evaltool.views.components import of_unit
from evaltool.views.extras import extras_of, papers
from evaltool.views.history import with_last
from evaltool.views.lostpoints import LostPoints
from evaltool.views.tables import ShownTable
from evaltool.views.wording import UNRANKED, grade_words, received_words
from evaltool.writers.official import (
    Attachment,
    DocumentBlock,
    DocumentPicture,
    DocumentTable,
    Heading,
    Official,
    Text,
    texts,
)
from evaltool.writers.official import rows as as_rows

_TABLE = "各项得分与同组平均分"
_PICTURE = "各项得分率与同组平均图"
_LEAD = f"{U}你单位各项评估内容的得分如下表。"
_MOST = 2  # pages


def letter(result: Result, group: ComparedGroup, one: Standing, lost: LostPoints) -> Content:
    """One unit's letter: of the ways to tell it, the fullest that has room on two pages."""
    own = lines(group, one.unit.id)
    ways = list(_ways(own))
    write = cache(partial(_letter, result, group, one, lost, _parts(result, group, one, lost, own)))
    # each is shorter than those before it
    first = bisect_left(ways, -_MOST, hi=len(ways) - 1, key=lambda way: -_pages(result, write(way)))
    return write(ways[first])


@dataclass(frozen=True, slots=True)
class LetterWay:
    """How much of it stands in the letter itself: components down to a depth (-1: none); `picture`: where a drawing of
    them stands, if they are all there; `remarks` and `losses` in brief; `analysis` without what the list of lost points
    says."""

    depth: int
    picture: Literal["", "within", "annexed"] = ""
    remarks: bool = False
    losses: bool = False
    analysis: bool = False


def _ways(own: Sequence[ComponentLine]) -> Iterator[LetterWay]:
    deepest = max((line.depth for line in own), default=0)
    yield from (LetterWay(deepest, picture="within"), LetterWay(deepest, picture="annexed"))
    yield from (LetterWay(depth) for depth in range(deepest, -1, -1))
    yield from (LetterWay(0, remarks=True), LetterWay(0, remarks=True, losses=True))
    shortest = LetterWay(-1 if own else 0, remarks=True, losses=True)
    yield from (shortest, replace(shortest, analysis=True))


def _pages(result: Result, said: Content) -> int:
    """Pages of a letter without its annexes."""
    said = in_words(replace(said, attachments=[replace(each, body=()) for each in said.attachments]))
    names, head = tuple(said.attachments), result.evaluation.notice.head
    paper = Official("", tuple(said.title), tuple(said.body), "letter", head, number="", attachments=names)
    return first_pages(replace(paper, recipients=said.recipients))


@dataclass(frozen=True, slots=True)
class LetterParts:
    """What all ways to tell a letter have in common.  `remarks`: what people said of the unit, in brief or not, and
    how the annex with the rest is called; `beside`: that annex."""

    own: Sequence[ComponentLine]
    said: Told
    listed: tuple[Attachment, ...]
    drawn: tuple[DocumentPicture, ...]
    remarks: Callable[[bool, str], list[DocumentBlock]]
    beside: Callable[[bool], list[Attachment]]


def _parts(
    result: Result, group: ComparedGroup, one: Standing, lost: LostPoints, own: list[ComponentLine]
) -> LetterParts:
    def remarks(brief: bool, rest: str) -> list[DocumentBlock]:
        return to_unit(result, group, one, brief=brief, rest=rest)

    def beside(brief: bool) -> list[Attachment]:
        return attached(result, group, one, brief=brief)

    said, listed = told(result, group, one), annex(group, one, lost, interim=result.interim)
    notes = () if listed else tuple(stops(lost, interim=result.interim)) or (() if own or lost.is_told else (UNTOLD,))
    said = replace(said, table=with_last(result, group, one, own, said.table), notes=(*said.notes, *notes))
    return LetterParts(own, said, listed, tuple(drawn_shares(group, own)), cache(remarks), cache(beside))


def _letter(
    result: Result, group: ComparedGroup, one: Standing, lost: LostPoints, parts: LetterParts, way: LetterWay
) -> Content:
    own, drawn, annexed = parts.own, parts.drawn, parts.listed
    beside = parts.beside(way.remarks)
    if way.depth < max((line.depth for line in own), default=0):
        whole = (_in_letter(parts.said.table), *_noted(parts.said.notes), *drawn)
        annexed = (Attachment((f"{one.unit.addressed}{_TABLE}",), whole), *annexed)
    elif drawn and way.picture == "annexed":
        annexed = (Attachment((f"{one.unit.addressed}{_PICTURE}",), drawn), *annexed)
    if parts.listed and way.losses and not result.interim:
        asked = Text(f"提出异议的，应{demanded(group.scheme, annexed=True)}。")
        annexed = (*annexed[:-1], replace(annexed[-1], body=(*annexed[-1].body, asked)))
    title = "绩效评估阶段性结果反馈书" if result.interim else "绩效评估结果反馈书"
    losses, annexed = len(annexed), (*annexed, *beside)
    remarks = parts.remarks(way.remarks, _named(annexed, len(annexed)))
    remarks = [each for each in remarks if not (way.analysis and isinstance(each, Heading))]
    rest = _named(annexed, losses) if parts.listed else ""
    after = _after(result, group, lost, rest=rest, brief=way.losses)
    body = [*_body(result, parts, way, _named(annexed, 1)), *remarks, *after]
    more, persons = _more(result, group, one), group.scheme.head.persons
    return Content([title], body, annexed, one.unit.addressed, persons=persons, more=more)


def _named(annexed: Sequence[Attachment], number: int) -> str:
    """How an annex is called: one alone has no number."""
    return f"附件{number}" if len(annexed) > 1 else "附件"


def _after(
    result: Result, group: ComparedGroup, lost: LostPoints, *, rest: str, brief: bool
) -> Iterator[DocumentBlock]:
    """What the unit can do: which lines to begin with, and how to object.  `rest`: the annex with all lines."""
    worst = "".join(in_brief(group, lost, rest or "附件", most=1 if brief else MOST))
    how = objecting(result, group.scheme, annexed=bool(rest), rest=rest if brief else "")
    heading = "联系方式" if result.interim else "异议的提出"
    yield from chapters((("失分项目和改进建议", texts(*filter(None, [worst]))), (heading, texts(*filter(None, [how])))))


def _more(result: Result, group: ComparedGroup, one: Standing) -> dict[str, str]:
    """Further fields for an office's own template of letters."""
    settings = result.evaluation.settings
    return {
        "unit": one.unit.name,
        "group": group.name,
        "total": one.text,
        "rank": UNRANKED if one.rank is None else str(one.rank),
        "grade": grade_words(one),
        "awards": "、".join(one.awards),
        "evaluation": settings.name,
        "year": str(settings.year),
        "office": settings.office,
    }


@dataclass(frozen=True, slots=True)
class Told:
    """What a letter says of its unit, for others who say the same.  `table`: its components; bonus, deduction and total
    at the end.  `losing`: how many of the last sentences say where points were lost."""

    facts: tuple[tuple[str, str], ...]
    table: ShownTable
    sentences: tuple[str, ...]
    notes: tuple[str, ...]
    losing: int = 0


def told(result: Result, group: ComparedGroup, one: Standing) -> Told:
    own = lines(group, one.unit.id)
    return Told(
        tuple(_facts(result, group, one)),
        of_unit(group, one, own),
        tuple(sentences(result, group, one, own)),
        tuple(notes_below(result, group, one, own)),
        len(list(where_lost(group, own))),
    )


def _body(result: Result, parts: LetterParts, way: LetterWay, first: str) -> list[DocumentBlock]:
    """Everything between recipient and signature, the table down to a depth; `first`: the annex with all of it."""
    own, said = parts.own, parts.said
    body: list[DocumentBlock] = [Text(_intro(result)), _in_two_columns(said.facts)]
    body += [Heading("情况分析"), *texts(*(said.sentences[: -said.losing or None] if way.analysis else said.sentences))]
    if way.depth < 0:
        return [*body, Text(f"{U}你单位各项评估内容的得分、同组平均分和有关说明见{first}。")]
    if own:
        shown = [row for line, row in zip(own, said.table.rows, strict=False) if line.depth <= way.depth]
        table = replace(said.table, rows=(*shown, *said.table.rows[len(own) :]))
        notes = said.notes if len(shown) == len(own) else [f"表中只列上级评估内容，全部内容和有关说明见{first}。"]
        drawn = parts.drawn if way.picture == "within" else ()
        return [*body, Heading(_TABLE), Text(_LEAD), _in_letter(table), *_noted(notes), *drawn]
    return [*body, *_noted(said.notes)]


def _noted(listed: Sequence[str]) -> list[DocumentBlock]:
    """Notes below the table, numbered if there are several."""
    numbered = (f"{at}.{each}" for at, each in enumerate(listed, 1)) if len(listed) > 1 else listed
    return [Text(f"注：{''.join(numbered)}", note=True)] if listed else []


def _intro(result: Result) -> str:
    name = result.evaluation.settings.name
    if result.interim:
        return f"现将{name}截至目前的阶段性结果反馈如下。数据尚未报齐，仅供内部参考，不作为最终结果。"
    return f"现将{name}结果反馈如下。"


def _in_two_columns(facts: Sequence[tuple[str, str]]) -> DocumentTable:
    """Labels and values in pairs; the same pairs are found when the file is read back."""
    padded = [*facts, ("", "")] if len(facts) % 2 else facts
    paired = [(*left, *right) for left, right in zip(padded[::2], padded[1::2], strict=True)]
    return DocumentTable((), as_rows(paired), (16, 54, 16, 70), ("center",) * 4)


def _facts(result: Result, group: ComparedGroup, one: Standing) -> Iterator[tuple[str, str]]:
    """What was decided, in the words that a clerk would look for; a file that is read back is compared with these."""
    yield "总分", f"{one.text}分"
    yield (
        "名次",
        f"第{one.rank}名（同组共{len(group.ranked)}{group.scheme.head.says('个单位', '人')}排名）"
        if one.rank is not None
        else UNRANKED,
    )
    yield "等次", grade_words(one) or "不评等次"
    if one.received is not None:
        yield "已评", received_words(one, Fraction(group.scheme.head.total))
    yield "分类", group.name
    if not result.interim:
        yield "奖项", "、".join(one.awards) or "无"
    yield "加分", _granted(result, group, one, "bonus") if one.bonus else "无"
    if one.deduction:
        yield "扣分", _granted(result, group, one, "deduction")
    if one.climbed is not None:
        yield "首次排名", f"第{one.climbed.first}名，{published(one.at_first.total, group.digits)}分"
        yield group.scheme.climb.name, f"{published(one.reward, group.digits)}分" if one.reward else "无"


def _granted(result: Result, group: ComparedGroup, one: Standing, kind: ExtraWord) -> str:
    """Points that the committee gave or took, with their kinds and the documents that say so."""
    said = papers(extras_of(result, one, kind))
    amount = one.bonus if kind == "bonus" else one.deduction
    return f"{published(amount, group.digits)}分" + (f"（{said}）" if said else "")


# --- the table -------------------------------------------------------------------------------------------------------


def points_table(group: ComparedGroup, one: Standing, own: list[ComponentLine]) -> DocumentTable:
    """Some of the unit's components beside the group's mean."""
    return _in_letter(of_unit(group, one, own, closing=False))


_WIDTHS = {"weight": 14.0, "points": 18.0, "mean": 24.0, "difference": 24.0, "note": 22.0, "before": 20.0}


def _in_letter(made: ShownTable) -> DocumentTable:
    """The column of remarks only where a row has something in it; the names take what is left."""
    at = next(at for at, column in enumerate(made.columns) if column.key == "note")
    kept = made if any(row[at] for row in made.rows) else made.without("note")
    widths = [_WIDTHS.get(column.key, 0.0) for column in kept.columns]
    return in_document(kept, [width or WIDTH - sum(widths) for width in widths])
