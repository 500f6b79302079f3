"""The sheets on which units say what they will do about the matters that they have to put right, and what they did.

A line per matter of the unit, those that were closed among them: what was said of one is kept.  Only units that have an
open matter are asked.  Nothing of it is scored; how far each matter is, is worked out in `checks/matters.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from evaltool.evaluation import Evaluation
from evaltool.ledger.matters import Matter, open_matters
from evaltool.questions.forms import SERIAL, TOP, FormColumn, FormLine, FormSheet, FormTable
from evaltool.questions.layout.goals import MOST_TEXT
from evaltool.roster import Evaluator

MATTER = "整改事项"
"""What stands in the place of a component: these sheets are about no part of the total."""
DONE, UNDERWAY = "已完成", "正在整改"
NAMES: Mapping[str, str] = {
    "matter_measure": "整改措施",
    "matter_leader": "责任领导",
    "matter_person": "责任人",
    "matter_by": "完成时限",
    "matter_state": "是否完成",
    "matter_done": "完成情况",
    "matter_evidence": "佐证材料（编号或附件名）",
    "matter_on": "完成日期",
}
"""Field -> heading of its column."""
_HEADERS = (SERIAL, "类别", MATTER, "文号", "期限")
_PLAN_NOTES = (
    "逐项填写整改（改进、办理）方案，不计分：措施要具体、能检查，责任领导和责任人落实到人，完成时限不晚于期限。",
    "表中没有的事项不要自行添加；对事项有异议的，另行书面提出。",
)
_DONE_NOTES = (
    "逐项填写整改情况，不计分：写明做了什么、效果如何；还没有完成的，写明进度、原因和下一步安排。",
    "已完成的填完成日期和佐证材料的编号或附件名，材料与本表一并报送；经核实到位的予以销号，不到位的退回继续整改。",
)


def plan_sheets(evaluation: Evaluation, evaluator: Evaluator) -> Iterator[FormSheet]:
    """What a unit will do, by whom, by when."""
    columns = (_text("matter_measure", 44), _text("matter_leader", 12), _text("matter_person", 12), _day("matter_by"))
    yield from _sheets(evaluation, evaluator, "整改方案", _PLAN_NOTES, columns)


def done_sheets(evaluation: Evaluation, evaluator: Evaluator) -> Iterator[FormSheet]:
    """What a unit did, with proof, and on which day."""
    state = FormColumn(NAMES["matter_state"], "choice", "matter_state", choices=(DONE, UNDERWAY))
    more = (_text("matter_evidence", 26, required=False), _day("matter_on", required=False))
    yield from _sheets(evaluation, evaluator, "整改情况", _DONE_NOTES, (state, _text("matter_done", 44), *more))


def is_asked(evaluation: Evaluation, evaluator: str) -> bool:
    """Whether a unit has anything left to put right."""
    return bool(open_matters(evaluation.matters_of(evaluator)))


def _sheets(
    evaluation: Evaluation, evaluator: Evaluator, title: str, notes: tuple[str, ...], columns: tuple[FormColumn, ...]
) -> Iterator[FormSheet]:
    own = evaluation.matters_of(evaluator.id)
    if own:
        lines = tuple(_line(at, each) for at, each in enumerate(own, 1))
        class_id = evaluation.units[evaluator.id].class_id
        table = FormTable("grid", class_id, MATTER, TOP, _HEADERS, lines, columns)
        yield FormSheet(title, title, notes, (table,))


def _line(at: int, each: Matter) -> FormLine:
    what = f"{each.component}：{each.item}" if each.component not in ("", each.item) else each.item
    return FormLine((str(at), each.kind, what, each.document, _stated(each.due)), each.unit, repeat=each.id)


def _stated(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _text(field: str, width: float, *, required: bool = True) -> FormColumn:
    return FormColumn(NAMES[field], "text", field, high=MOST_TEXT, required=required, width=width)


def _day(field: str, *, required: bool = True) -> FormColumn:
    return FormColumn(NAMES[field], "date", field, required=required, width=14)
