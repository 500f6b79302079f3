"""The goals that all units of a class have alike, as an annex to their own: what others mark, line by line, by whom."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from evaltool.documents.persons import U
from evaltool.documents.phrases import names, one_line, table
from evaltool.evaluation import Evaluation
from evaltool.exact import plain
from evaltool.questions.layout.asked import has_component
from evaltool.roster import Unit
from evaltool.rules import Scheme
from evaltool.writers.official import Attachment, DocumentBlock, DocumentTable

_HEADS = ("序号", "目标", "分值", "由谁评估")
_WIDTHS = (14.0, 72.0, 18.0, 52.0)


def common_goals(evaluation: Evaluation, unit: Unit) -> list[Attachment]:
    """One unit's, an annex for each component that has some."""
    scheme = evaluation.classes[unit.class_id]
    return [
        Attachment((f"{U}本单位{scheme.components[leaf].name}",), (_table(rows),))
        for leaf in _leaves(scheme, unit)
        if (rows := list(_lines(evaluation, scheme, leaf, unit)))
    ]


def common_goals_of_all(evaluation: Evaluation, units: Sequence[Unit]) -> list[Attachment]:
    """Those of all units in one annex: a table for all units of a class that have the same."""
    blocks: list[DocumentBlock] = []
    titles: dict[str, None] = {}
    for scheme in evaluation.classes.values():
        own = [unit for unit in units if unit.class_id == scheme.id]
        for leaf in dict.fromkeys(leaf for unit in own for leaf in _leaves(scheme, unit)):
            alike: dict[tuple[tuple[str, ...], ...], list[Unit]] = {}
            for unit in own:
                alike.setdefault(tuple(_lines(evaluation, scheme, leaf, unit)), []).append(unit)
            for rows, having in alike.items():
                whose = "、".join(unit.name for unit in having) if having != _most(alike) else ""
                blocks += [_table(rows, _caption(scheme, leaf, whose))] if rows else []
            titles |= {scheme.components[leaf].name: None} if any(alike) else {}
    return [Attachment((f"{U}各单位{names(titles)}",), tuple(blocks))] if blocks else []


def _most(alike: dict[tuple[tuple[str, ...], ...], list[Unit]]) -> list[Unit]:
    return max(alike.values(), key=len)


def _caption(scheme: Scheme, leaf: str, whose: str) -> str:
    return f"{whose or scheme.head.name}　{scheme.components[leaf].name}"


def _leaves(scheme: Scheme, unit: Unit) -> Iterator[str]:
    """What is marked line by line by whoever owns the line."""
    for leaf in scheme.leaves():
        component = scheme.components[leaf]
        if component.by == "owner" and component.preset is not None and has_component(component, unit):
            yield leaf


def _lines(evaluation: Evaluation, scheme: Scheme, leaf: str, unit: Unit) -> Iterator[tuple[str, ...]]:
    """Goal, points, who marks it: without what does not apply to the unit."""
    for row in evaluation.indicators(scheme.id, leaf, unit.id):
        if evaluation.is_applicable(scheme.id, leaf, row.id, unit.id):
            yield one_line(row.name), plain(row.full), evaluation.evaluators[row.owner].name


def _table(rows: Iterable[tuple[str, ...]], caption: str = "") -> DocumentTable:
    numbered = [(str(at), *row) for at, row in enumerate(rows, 1)]
    return table(_HEADS, numbered, _WIDTHS, (1,), caption)
