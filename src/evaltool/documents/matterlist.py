"""整改台账: every matter that units have to put right, how far it is, and which are overdue, as of a day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date

from evaltool.checks.matters import Followed, MatterState, followed
from evaltool.documents.content import Content, ContentsAndFindings, Occasion
from evaltool.documents.named import unit_named
from evaltool.documents.persons import U
from evaltool.documents.phrases import table
from evaltool.evaluation import Evaluation
from evaltool.findings import finding
from evaltool.rules.documentnumbers import day_text
from evaltool.views.wording import unit_name
from evaltool.writers.official import DocumentBlock, Text

WORDS: Mapping[MatterState, str] = {
    "no_plan": "未报方案",
    "planned": "整改中",
    "reported": "已报告，待核实",
    "sent_back": "退回整改",
    "verified": "已核实，待销号",
    "closed": "已销号",
}


def matter_list(at: Occasion) -> ContentsAndFindings:
    """All matters, or those of one unit."""
    evaluation = at.evaluation
    unit = unit_named(evaluation, at.asked.unit).id if at.asked.unit else ""
    listed = [each for each in followed(evaluation, at.came.intake) if unit in ("", each.matter.unit)]
    if not listed:
        return [], [finding("NOTICE_NO_MATTERS")]
    name = f"{evaluation.settings.name}整改台账"
    heads = ("序号", f"{U}单位", "整改事项", "类别", "文号", "期限", "责任人", "进展", "逾期天数")
    rows = [_row(evaluation, number, each, at.on) for number, each in enumerate(listed, 1)]
    widths = (9, 20, 30, 11, 26, 20, 14, 14, 12)
    body: list[DocumentBlock] = [Text(_account(listed, at.on)), table(heads, rows, widths, left=(1, 2))]
    stem = "整改台账" + (f"-{unit_name(evaluation, unit)}" if unit else "")
    return [Content((name,), body, recipients=None, stem=stem, date=day_text(at.on))], []


def _account(listed: Sequence[Followed], on: date) -> str:
    """How many in which state; the parts add up to the whole."""
    counts = Counter(each.state for each in listed)
    parts = "，".join(f"{word}{counts[state]}项" for state, word in WORDS.items() if counts[state])
    late = sum(each.matter.overdue(on) > 0 for each in listed)
    return f"截至{day_text(on)}，共{len(listed)}项：{parts}；逾期未销号{late}项。"


def _row(evaluation: Evaluation, number: int, each: Followed, on: date) -> tuple[str, ...]:
    matter = each.matter
    late = matter.overdue(on)
    due = day_text(matter.due) + ("（延期）" if matter.extended else "")
    whose = (str(number), unit_name(evaluation, matter.unit), matter.item, matter.kind, matter.document, due)
    return *whose, each.person, WORDS[each.state], str(late) if late else ""
