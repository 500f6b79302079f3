"""The pages of single units.  Inside: the explanation of a total, from the total down to file, sheet and cell, and
added up again.  In public: what the unit's letter says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from evaltool.documents.letter import Told, told
from evaltool.documents.persons import U, spoken
from evaltool.evaluation.in_words.decisions import decided_for, unit_changes
from evaltool.explain.sources import Sources
from evaltool.explain.total import in_words
from evaltool.page.contents import Folded, LabelledFacts, PageBlock, PageSection, Paragraphs, PointedTexts
from evaltool.page.leaf import explained
from evaltool.page.tables import on_page
from evaltool.results.rank import Standing
from evaltool.results.result import Result
from evaltool.views.comparison import ComparedGroup
from evaltool.views.wording import UNRANKED, grade_words

MOST_LOOSE = 4  # findings of a unit that are read without unfolding


def unit_title(one: Standing) -> str:
    rank = UNRANKED if one.rank is None else f"第{one.rank}名"
    grade = grade_words(one)
    return f"{one.unit.name}　{one.text}分　{rank}" + (f"　{grade}" if grade else "")


def public_unit(result: Result, group: ComparedGroup, one: Standing, key: str) -> PageSection:
    """What everybody may know of a unit."""
    said = public_told(result, group, one)
    blocks: list[PageBlock] = [LabelledFacts(said.facts), *_points_table(said)]
    blocks += [Paragraphs(said.sentences)] if said.sentences else []
    blocks += [PointedTexts(said.notes)] if said.notes else []
    return PageSection(key, unit_title(one), blocks, folded=True, back="units")


def public_told(result: Result, group: ComparedGroup, one: Standing) -> Told:
    """What its letter says, as everybody may read it: without what was decided about the unit alone."""
    said = told(result, group, one)
    apart = set(decided_for(result.evaluation, one.unit.id)) - set(unit_changes(result.evaluation, one.unit.id))
    notes = [each for each in _about(group, said.notes) if each.removesuffix("。") not in apart]
    return replace(said, sentences=tuple(_about(group, said.sentences)), notes=tuple(notes))


def inside_unit(result: Result, group: ComparedGroup, one: Standing, key: str, found: Sources) -> PageSection:
    """The whole explanation of one total."""
    said = told(result, group, one)
    blocks: list[PageBlock] = [
        LabelledFacts(said.facts),
        PointedTexts([*in_words(result, group, one)]),
        *_points_table(said),
        *_sentences(group, said),
        PointedTexts(_about(group, said.notes)),
    ]
    own = [each for each in result.findings if each.unit == one.unit.id]
    said_of = PointedTexts([f"校验问题 {each.code}：{each.message()}" for each in own])
    if own:
        blocks.append(said_of if len(own) <= MOST_LOOSE else Folded(f"校验问题{len(own)}条", [said_of]))
    blocks += explained(result, group, one, found)
    return PageSection(key, unit_title(one), blocks, folded=True, back="units")


# --- what the letter says --------------------------------------------------------------------------------------------


def _about(group: ComparedGroup, texts: Sequence[str]) -> list[str]:
    """A letter speaks to its unit, a page about it."""
    persons = group.scheme.head.persons
    whom = "该同志" if persons else "该单位"
    return [spoken(each.replace(f"{U}你单位", whom), persons=persons) for each in texts]


def _sentences(group: ComparedGroup, said: Told) -> Iterator[PageBlock]:
    if said.sentences:
        yield Paragraphs(_about(group, said.sentences))


def _points_table(said: Told) -> Iterator[PageBlock]:
    if said.table.rows:
        yield on_page(said.table)
