"""意见转办单: to one unit, what it has to answer, to whom, until when; with a sheet for its answers."""

from __future__ import annotations

from collections.abc import Sequence

from evaltool.documents.content import Content, ContentsAndFindings, Occasion
from evaltool.documents.named import unit_named
from evaltool.documents.persons import U
from evaltool.documents.phrases import one_line, table
from evaltool.documents.remarks import words_of
from evaltool.evaluation import Evaluation
from evaltool.evaluation.remarks import passed_on
from evaltool.roster import Remark, Unit
from evaltool.rules.documentnumbers import day_text
from evaltool.writers.official import Attachment, DocumentTable, Text

NAME = "意见转办单"


def forwarding(at: Occasion) -> ContentsAndFindings:
    """A letter to each unit that has something to answer, or to the one that is named."""
    evaluation, asked = at.evaluation, at.asked
    units = [unit_named(evaluation, asked.unit)] if asked.unit else list(evaluation.units.values())
    waiting = [(unit, [each for each in passed_on(evaluation, unit.id) if not each.is_answered]) for unit in units]
    return [_to(evaluation, unit, listed) for unit, listed in waiting if listed], []


def _to(evaluation: Evaluation, unit: Unit, listed: Sequence[Remark]) -> Content:
    office, when = evaluation.settings.office, _until(evaluation, listed)
    body = (
        Text(f"现将{evaluation.settings.name}中有关{U}你单位的意见建议{len(listed)}条转去，请认真研究办理。"),
        _listed(listed),
        Text(f"{when}将办理情况填入附件，书面答复{office}。意见只作改进工作用，不得追查是谁提出的。"),
    )
    rows = [(each.id, words_of(each), "", "", "") for each in listed]
    form = table(("编号", "意见建议", "办理情况（答复）", "责任人", "答复日期"), rows, (16, 48, 52, 20, 20), left=(1,))
    attachments = (Attachment(("意见办理情况答复表",), (form,)),)
    persons = evaluation.classes[unit.class_id].head.persons
    return Content((NAME,), body, attachments, unit.addressed, stem=f"{NAME}-{unit.name}", persons=persons)


def _until(evaluation: Evaluation, listed: Sequence[Remark]) -> str:
    """By when; of days that have passed on the letter's own that they have."""
    on = evaluation.notice.date
    late = sum(on is not None and each.answer_by is not None and each.answer_by < on for each in listed)
    if not late:
        return "请在各条的答复期限以前，"
    if late == len(listed):
        return "答复期限已过，请尽快"
    return f"请在各条的答复期限以前（其中{late}条期限已过，请尽快），"


def _listed(listed: Sequence[Remark]) -> DocumentTable:
    rows = [
        (
            each.id,
            one_line(each.theme),
            words_of(each),
            each.source_word,
            day_text(each.answer_by) if each.answer_by else "",
        )
        for each in listed
    ]
    return table(("编号", "主题", "意见建议", "来源", "答复期限"), rows, (16, 26, 62, 24, 28), left=(1, 2))
