"""整改销号通知书: to one unit, which of its matters were found to be put right and are closed, and which stay open."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from evaltool.checks.matters import Followed, followed
from evaltool.documents.content import Content, ContentsAndFindings, Occasion
from evaltool.documents.named import unit_named
from evaltool.documents.persons import U
from evaltool.documents.phrases import names, table
from evaltool.evaluation import Evaluation
from evaltool.findings import finding
from evaltool.ledger import Decision
from evaltool.ledger.matters import Matter
from evaltool.names import day_in, folded
from evaltool.roster import Unit
from evaltool.rules.documentnumbers import day_text
from evaltool.writers.official import DocumentBlock, Text

CLOSING = "整改销号通知书"


def closing(at: Occasion) -> ContentsAndFindings:
    """One for each unit and document that closed something; `--unit` and `--document` narrow it down."""
    evaluation = at.evaluation
    unit = unit_named(evaluation, at.asked.unit).id if at.asked.unit else ""
    every = followed(evaluation, at.came.intake)
    papers: dict[tuple[str, str], list[tuple[Followed, Decision]]] = {}
    for each in every:
        line = each.matter.closed
        asked = line is not None and at.asked.document in ("", line.document) and unit in ("", each.matter.unit)
        if line is not None and asked and each.matter.unit in evaluation.units:
            papers.setdefault((each.matter.unit, folded(line.document)), []).append((each, line))
    if not papers:
        return [], [finding("NOTICE_NONE_CLOSED")]
    ordered = sorted(papers.items(), key=lambda one: (evaluation.units[one[0][0]].order, one[0]))
    return [_letter(evaluation, evaluation.units[owner], closed, every) for (owner, _), closed in ordered], []


def _letter(
    evaluation: Evaluation, unit: Unit, closed: Sequence[tuple[Followed, Decision]], every: Sequence[Followed]
) -> Content:
    line = closed[0][1]
    asked = names(dict.fromkeys(each.matter.document for each, _ in closed))
    heads = ("序号", "整改事项", "整改措施", "完成情况", "核实情况", "销号日期")
    rows = [_row(number, each, decided) for number, (each, decided) in enumerate(closed, 1)]
    body: list[DocumentBlock] = [
        Text(f"{U}你单位按{asked}的要求进行整改。经核实，下列{len(closed)}项已整改到位，予以销号。"),
        table(heads, rows, (9, 28, 32, 36, 29, 22), left=(1, 2, 3, 4)),
        *_left(evaluation, unit, every, evaluation.notice.date or date.fromisoformat(line.date)),
        Text("请巩固整改成果，完善制度，防止问题反复。"),
    ]
    persons = evaluation.classes[unit.class_id].head.persons
    stem = f"{CLOSING}-{unit.name}-{line.document}"
    day = day_text(day_in(line.date))
    return Content([CLOSING], body, (), unit.addressed, stem=stem, number=line.document, date=day, persons=persons)


def _row(number: int, each: Followed, line: Decision) -> tuple[str, ...]:
    verified = each.matter.verified[-1]
    how = f"{verified.reason.rstrip('。')}（{day_text(day_in(verified.date))}）"
    done = each.done + (f"（{each.evidence}）" if each.evidence else "")
    return str(number), each.matter.item, each.measure or "—", done or "—", how, day_text(day_in(line.date))


def _left(evaluation: Evaluation, unit: Unit, every: Sequence[Followed], on: date) -> Iterator[DocumentBlock]:
    """What the unit has still to put right, and what of it is overdue on the day of the notice."""
    open_ = [each.matter for each in every if each.matter.unit == unit.id and each.matter.closed is None]
    if open_:
        listed = "；".join(_open(each, on) for each in open_)
        office = evaluation.settings.office
        yield Text(f"{U}你单位尚有{len(open_)}项没有销号：{listed}。请抓紧整改，将整改情况报送{office}。")


def _open(matter: Matter, on: date) -> str:
    late = f"，已逾期{days}天" if (days := matter.overdue(on)) else ""
    return f"{matter.item}（{matter.document}，期限{day_text(matter.due)}{late}）"
