"""Who marks whom as a workbook: a table of units and components per class, and everything as a list to filter."""

from __future__ import annotations

from collections.abc import Sequence

from evaltool.evaluation import Evaluation
from evaltool.questions.whomarks import Marked
from evaltool.reader.cells import address
from evaltool.rules import Scheme
from evaltool.rules.titles import title_of
from evaltool.writers.book import Book, Cell, Tab

LIST = "清单"
NOBODY, AWAY, ITSELF = "无人评", "不适用", "本单位"
_FEW = 6  # names in a cell; all of them stand in the list


def who_marks_book(evaluation: Evaluation, marked: Sequence[Marked]) -> Book:
    tabs = [_table(evaluation, scheme, marked) for scheme in evaluation.classes.values()]
    return Book((*tabs, _list(evaluation, marked)), title=f"{evaluation.settings.name}　谁评谁")


def said_of(evaluation: Evaluation, one: Marked) -> str:
    """Who marks, in a cell."""
    if one.state != "asked":
        return NOBODY if one.state == "nobody" else AWAY
    if one.evaluators == (one.unit,):
        return ITSELF
    names = [evaluation.evaluators[each].name for each in one.evaluators]
    rest = f"\n等{len(names)}个" if len(names) > _FEW else ""
    return "\n".join(names[:_FEW]) + rest


def _table(evaluation: Evaluation, scheme: Scheme, marked: Sequence[Marked]) -> Tab:
    """Units down, components across; where nobody marks, it is red."""
    leaves = scheme.leaves()
    units = {unit.id: at for at, unit in enumerate(evaluation.units_of(scheme.id), 2)}
    cells = {(1, 0): Cell("单位", "head_left")}
    cells[0, 0] = Cell(f"{evaluation.settings.name}　{scheme.head.name}：谁评谁", "note")
    cells |= {(1, at): Cell(title_of(scheme, leaf), "head") for at, leaf in enumerate(leaves, 1)}
    cells |= {(at, 0): Cell(evaluation.units[unit].name, "label") for unit, at in units.items()}
    styles = {"nobody": "bad", "not_applicable": "frozen_text", "asked": "text_center"}
    for one in marked:
        if one.class_id == scheme.id:
            spot = units[one.unit], leaves.index(one.component) + 1
            cells[spot] = Cell(said_of(evaluation, one), styles[one.state])
    title = "".join(sign for sign in scheme.head.name if sign not in "[]:*?/\\'")[:28] or scheme.id
    return Tab(title, cells, widths=(28.0, *(20.0,) * len(leaves)), freeze=(2, 1), repeat_rows=(1, 1))


def _list(evaluation: Evaluation, marked: Sequence[Marked]) -> Tab:
    heads = ("角色", "评估主体", "对象类别", "评估内容", "单位")
    cells = {(0, at): Cell(head, "head") for at, head in enumerate(heads)}
    row = 0
    for one in marked:
        scheme = evaluation.classes[one.class_id]
        about = (scheme.head.name, title_of(scheme, one.component), evaluation.units[one.unit].name)
        for each in one.evaluators or ("",):
            row += 1
            who = evaluation.evaluators.get(each)
            names = (evaluation.roles[who.role], who.name) if who else ("", said_of(evaluation, one))
            style = "text" if who else "bad" if one.state == "nobody" else "frozen_text"
            cells |= {(row, at): Cell(text, style) for at, text in enumerate((*names, *about))}
    last = address(max(row, 1), len(heads) - 1)
    return Tab(LIST, cells, widths=(22, 30, 20, 36, 28), freeze=(1, 0), filter=("A1", last), repeat_rows=(0, 0))
