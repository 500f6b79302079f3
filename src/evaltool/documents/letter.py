"""What stands in one unit's letter (评估结果反馈书): its result, in sentences how it compares and where it lost, and
its components beside the group's mean, how to object; the lines that lost points are attached.  Figures come from
`comparison.py` and `lostpoints.py`, which keep what is confidential.

A letter has two pages at most: where a unit has more components than that, the table shows the upper levels of them.
All of them, and the list of lines, are then on pages of their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from evaltool.documents.content import Content
from evaltool.documents.lostlines import UNTOLD, annex, in_brief, stops
from evaltool.documents.objecting import objecting
from evaltool.documents.official.room import room
from evaltool.documents.persons import said_of
from evaltool.documents.phrases import chapters
from evaltool.documents.remarks import attached, to_unit
from evaltool.documents.sentences import notes as notes_below
from evaltool.documents.sentences import sentences
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
from evaltool.writers.official import Attachment, DocumentBlock, DocumentTable, Heading, Text, texts
from evaltool.writers.official import rows as as_rows

_TABLE = "各项得分与同组平均分"
_ROOM = 31.0  # lines of two pages, less head, title, signature and what a page break wastes


def letter(result: Result, group: ComparedGroup, one: Standing, lost: LostPoints) -> Content:
    """One unit's letter."""
    own, persons = lines(group, one.unit.id), group.scheme.head.persons
    said = told(result, group, one)
    said = replace(said, table=with_last(result, group, one, own, said.table))
    annexed = annex(group, one, lost, interim=result.interim)
    notes = () if annexed else tuple(stops(lost, interim=result.interim)) or (() if own or lost.is_told else (UNTOLD,))
    said = replace(said, notes=(*said.notes, *notes))
    after = list(_after(result, group, lost, annexed=bool(annexed)))
    body: list[DocumentBlock] = []
    deepest = max((line.depth for line in own), default=0)
    brief = False
    for depth, brief in [*((each, False) for each in range(deepest, -1, -1)), (0, True)]:
        body = [*_body(result, said, own, depth), *to_unit(result, group, one, brief=brief), *after]
        if room(said_of(body, persons=persons)) <= _ROOM:
            break
    if depth < deepest:
        whole = Attachment((f"{one.unit.addressed}{_TABLE}",), (_in_letter(said.table),))
        annexed = (whole, *annexed)
    title = "绩效评估阶段性结果反馈书" if result.interim else "绩效评估结果反馈书"
    more = _more(result, group, one)
    annexed = (*annexed, *attached(result, group, one, brief=brief))
    return Content([title], body, annexed, one.unit.addressed, persons=persons, more=more)


def _after(result: Result, group: ComparedGroup, lost: LostPoints, *, annexed: bool) -> Iterator[DocumentBlock]:
    """What the unit can do: which lines to begin with, and how to object."""
    brief = "".join(in_brief(group, lost))
    how = objecting(result, group.scheme, annexed=annexed)
    heading = "联系方式" if result.interim else "异议的提出"
    yield from chapters((("失分项目和改进建议", texts(*filter(None, [brief]))), (heading, texts(*filter(None, [how])))))


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
    at the end."""

    facts: tuple[tuple[str, str], ...]
    table: ShownTable
    sentences: tuple[str, ...]
    notes: tuple[str, ...]


def told(result: Result, group: ComparedGroup, one: Standing) -> Told:
    own = lines(group, one.unit.id)
    return Told(
        tuple(_facts(result, group, one)),
        of_unit(group, one, own),
        tuple(sentences(result, group, one, own)),
        tuple(notes_below(result, group, one, own)),
    )


def _body(result: Result, said: Told, own: list[ComponentLine], depth: int) -> list[DocumentBlock]:
    """Everything between recipient and signature, the table down to a depth."""
    body: list[DocumentBlock] = [Text(_intro(result)), _in_two_columns(said.facts)]
    body += [Heading("情况分析"), *texts(*said.sentences)]
    if own:
        shown = [row for line, row in zip(own, said.table.rows, strict=False) if line.depth <= depth]
        less = ["因篇幅所限，表中只列上级评估内容，全部内容见附件。"] if len(shown) < len(own) else []
        table = replace(said.table, rows=(*shown, *said.table.rows[len(own) :]))
        return [*body, Heading(_TABLE), _in_letter(table), *_noted([*said.notes, *less])]
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
