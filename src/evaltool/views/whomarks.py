"""Who marks whom in a table to read: a line for those who mark the same units in a component."""

from __future__ import annotations

from collections.abc import Sequence

from evaltool.evaluation import Evaluation
from evaltool.questions.whomarks import Marked
from evaltool.rules.titles import title_of
from evaltool.views.tables import ShownTable, of_texts

NOBODY, AWAY, ITSELF, TAKEN = "无人评", "不适用", "各单位自己", "取用已有结果"
_FEW = 8


def who_marks_table(evaluation: Evaluation, marked: Sequence[Marked], headings: Sequence[str]) -> ShownTable:
    """Class, component, who marks, whom; what nobody marks stands last."""
    leaves = [(scheme.id, leaf) for scheme in evaluation.classes.values() for leaf in scheme.leaves()]
    rows = [row for scheme, leaf in leaves for row in _of(evaluation, scheme, leaf, marked)]
    return of_texts("", headings, rows)


def _of(evaluation: Evaluation, scheme: str, leaf: str, marked: Sequence[Marked]) -> list[tuple[str, ...]]:
    rules = evaluation.classes[scheme]
    own = [one for one in marked if (one.class_id, one.component) == (scheme, leaf)]
    about = (rules.head.name, title_of(rules, leaf))
    itself = [one.unit for one in own if one.evaluators == (one.unit,)]
    units: dict[str, list[str]] = {}
    for one in own:
        for each in one.evaluators:
            units.setdefault(each, []).append(one.unit)
    alike: dict[tuple[str, ...], list[str]] = {}
    for each, listed in units.items():
        if listed != [each]:
            alike.setdefault(tuple(listed), []).append(each)
    every = len(own)
    rows: list[tuple[str, ...]] = [(*about, ITSELF, _units(evaluation, itself, every))] if itself else []
    names = {each: evaluation.evaluators[each].name for each in units}
    rows += [
        (*about, _listed([names[each] for each in who]), _units(evaluation, listed, every))
        for listed, who in alike.items()
    ]
    for state, word in (("taken", TAKEN), ("not_applicable", AWAY), ("nobody", NOBODY)):
        without = [one.unit for one in own if one.state == state]
        rows += [(*about, word, _units(evaluation, without, every))] if without else []
    return rows


def _units(evaluation: Evaluation, units: Sequence[str], every: int) -> str:
    if len(units) == every > 1:
        return f"全部{every}个"
    return _listed([evaluation.units[each].name for each in units])


def _listed(names: Sequence[str]) -> str:
    rest = f"等{len(names)}个" if len(names) > _FEW else ""
    return "、".join(names[:_FEW]) + rest
