"""复核意见书: the reply to one unit's dispute: what it asked, what was decided, the figure before and after; attached,
what it still loses, line by line.

What it asked and what was decided come from the register; without an entry there, from a correction of a cell that is
about the unit, or a rejected objection.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from evaltool.documents.content import Content, ContentAsked, ContentsAndFindings, Occasion
from evaltool.documents.correctedcells import CorrectedCell, corrected_cell, may_be_shown
from evaltool.documents.lostlines import annex
from evaltool.documents.named import unit_named
from evaltool.documents.officialnames import under_official_names
from evaltool.documents.persons import U
from evaltool.documents.phrases import chapters, enumerated, names, one_line, sentence, table
from evaltool.documents.storedruns import Outcome, StoredRun, official_runs, opened, run_named
from evaltool.documents.whychanged import contributions, told_causes, total_change
from evaltool.evaluation import Evaluation
from evaltool.findings import Finding, Refused, finding
from evaltool.inbox.intake import Intake
from evaltool.ledger import Decision, moving, of_kind
from evaltool.ledger.kinds import OUTCOMES
from evaltool.ledger.register import Entry
from evaltool.names import folded
from evaltool.results.result import Result
from evaltool.roster import Unit
from evaltool.rules.documentnumbers import day_text
from evaltool.views.comparison import compared
from evaltool.views.lostpoints import lost_points
from evaltool.writers.official import Attachment, DocumentBlock, Text, gap

if TYPE_CHECKING:
    from evaltool.proof.moved import RunDifference


@dataclass(frozen=True, slots=True)
class DecidedDispute:
    """One line of the ledger about a dispute, with the cell that it changed (none but for a correction)."""

    line: Decision
    cell: CorrectedCell

    @property
    def granted(self) -> bool:
        return self.line.kind == "correction" or OUTCOMES.get(self.line.after, "rejected") != "rejected"


def review(at: Occasion) -> ContentsAndFindings:
    """One letter."""
    evaluation, asked = at.evaluation, at.asked
    unit = unit_named(evaluation, asked.unit)
    own = [each for each in evaluation.register if each.is_objection and each.first.unit == unit.id]
    lines = _chosen(unit, _about(evaluation, at.came.intake, unit), asked.document or _waiting(own))
    disputed = "；".join(each.text for each in own if each.settled in [one.line for one in lines])
    before, after = _runs(evaluation, lines, asked)
    granted = any(each.granted for each in lines)
    made = at.proofs.difference(before.number, after.number) if granted and before and after else None
    found: list[Finding] = []
    if after is None and granted:
        found.append(finding("NOTICE_NOT_RESCORED", unit=unit.id, args={"name": unit.name}))
    body = (
        Text(f"{U}你单位就{evaluation.settings.name}结果提出的异议收悉。经复核，现将意见函复如下。"),
        *chapters(
            (
                ("异议事项", [Text(sentence(asked.asked or disputed or gap("异议事项")))]),
                ("复核意见", [Text(text) for text in _opinions(evaluation, lines)]),
                ("复核后的结果", [*_outcome(unit, lines, before, after), *_why(unit, before, after, made)]),
            )
        ),
    )
    title = (f"{evaluation.settings.name}结果复核意见书",)
    persons = evaluation.classes[unit.class_id].head.persons
    stem = f"复核意见书-{unit.name}"
    attached = _lost(under_official_names(at.proofs.result(after.number)), unit) if after else ()
    return [Content(title, body, attached, unit.addressed, stem, persons=persons)], found


def _lost(result: Result, unit: Unit) -> tuple[Attachment, ...]:
    """What the unit lost by the result that now holds, line by line."""
    group = compared(result, unit.class_id, unit.group)
    one = next(each for each in group.standings if each.unit.id == unit.id)
    return annex(group, one, lost_points(result, [group])[unit.id], "失分明细（复核后）")


def _waiting(entries: Sequence[Entry]) -> str:
    """The document by which the one objection was decided that still waits for its reply; "" for none or several."""
    waiting = {folded(each.settled.document) for each in entries if each.settled and not each.replied}
    return waiting.pop() if len(waiting) == 1 else ""


def _about(evaluation: Evaluation, intake: Intake, unit: Unit) -> list[DecidedDispute]:
    """Everything that was decided on disputes of a unit, in the order of the days."""
    import polars as pl

    settled = [each.settled for each in evaluation.register if each.is_objection and each.first.unit == unit.id]
    alone = [line for line in of_kind(evaluation.ledger, "objection_rejected") if line.unit == unit.id]
    known = dict.fromkeys([*(line for line in settled if line), *alone])
    changed = intake.rows(pl.col("decision") != "")
    corrected = [
        DecidedDispute(line, corrected_cell(line, changed)) for line in of_kind(evaluation.ledger, "correction")
    ]
    own = [DecidedDispute(line, CorrectedCell()) for line in known]
    own += [each for each in corrected if unit.id in (each.line.unit, each.cell.unit)]
    return sorted(own, key=lambda each: (each.line.date, each.line.document, each.line.cell))


def _chosen(unit: Unit, own: Sequence[DecidedDispute], document: str) -> list[DecidedDispute]:
    """The lines of one document.  Raises `Refused` (usage) where there is none, or several and nobody says which."""
    documents = {folded(each.line.document): each.line.document for each in own}
    wanted = [each for each in documents if each == folded(document)] if document else list(documents)
    args: dict[str, object] = {"name": unit.name, "known": names(documents.values()) or "—"}
    if not wanted:
        raise Refused([finding("NOTICE_NO_DISPUTE", unit=unit.id, value=document, args=args)], usage=True)
    if len(wanted) > 1:
        raise Refused([finding("NOTICE_DISPUTES", unit=unit.id, args=args)], usage=True)
    return [each for each in own if folded(each.line.document) == wanted[0]]


def _runs(
    evaluation: Evaluation, lines: Sequence[DecidedDispute], asked: ContentAsked
) -> tuple[StoredRun | None, StoredRun | None]:
    """The last run without the decisions and the one with them that is asked for; without a number the newest.  A
    rejection, which moves nothing, needs no run with it."""
    entries = official_runs(evaluation.folder)
    if not entries:
        return None, None
    after = opened(run_named(evaluation.folder, asked.run or asked.after))
    document = folded(lines[0].line.document)
    may_move = moving(evaluation.ledger, evaluation.withdrawn)
    decided = [line for line in may_move if folded(line.document) == document] or [each.line for each in lines]
    if not all(map(after.has, decided)):
        return (after, None) if any(each.granted for each in lines) else (None, after)
    if asked.before:
        return opened(run_named(evaluation.folder, asked.before)), after
    for entry in reversed([each for each in entries if each.number < after.number]):
        before = opened(entry)
        if not any(map(before.has, decided)):
            return before, after
    return None, after


# --- what it says -----------------------------------------------------------------------------------------------------


def _opinions(evaluation: Evaluation, lines: Sequence[DecidedDispute]) -> Iterator[str]:
    """What was decided and why; the reason of a correction only where the unit may see the figure."""
    registered = any(each.line.kind == "settled" for each in lines)
    for each in sorted(lines, key=lambda each: each.line.kind == "correction"):
        line = each.line
        document = f"（{line.document}，{day_text(date.fromisoformat(line.date))}）"
        reason = one_line(line.reason).rstrip("。；")
        if each.line.kind == "correction" and registered:
            yield _figure(evaluation, each)
        elif each.line.kind == "settled" and each.granted:
            part = "部分" if line.after == "部分采纳" else ""
            yield f"{U}你单位提出的异议{part}成立，予以{line.after}{document}。理由：{reason}。"
        elif each.granted:
            because = f"理由：{reason}。" if may_be_shown(evaluation, each.cell) else ""
            yield f"{U}你单位提出的异议成立，予以更正{document}。{because}{_figure(evaluation, each)}"
        else:
            yield f"{U}你单位提出的异议不予采纳{document}。理由：{reason}。"


def _figure(evaluation: Evaluation, each: DecidedDispute) -> str:
    """The figure before and after, where the unit may see it."""
    if not may_be_shown(evaluation, each.cell):
        return "有关评分数据已据此更正。"
    component = evaluation.component(each.cell.class_id, each.cell.component).name
    rows = evaluation.indicators(each.cell.class_id, each.cell.component, each.cell.unit)
    named = next((one_line(row.name) for row in rows if row.id == each.cell.indicator), "")
    what = f"“{component}”中“{named}”" if named else f"“{component}”"
    old = f"由{each.line.before}" if each.line.before else "由空白"
    return f"{what}的数值{old}更正为{each.line.after}。"


def _outcome(
    unit: Unit, lines: Sequence[DecidedDispute], before: StoredRun | None, after: StoredRun | None
) -> Iterator[DocumentBlock]:
    """Total, rank, grade and awards before and after."""
    granted = any(each.granted for each in lines)
    old = before.units.get(unit.id) if before else None
    new = after.units.get(unit.id) if after else None
    if granted and new is None:
        yield Text(f"{U}你单位的总分、名次和等次将据此重新计算，结果另行通知。")
    elif granted and new is not None and old is not None:
        same = "没有变化" if old.said == new.said else "更正前后如下"
        yield Text(f"{U}你单位的结果{same}：")
        rows = [("总分", old.total, new.total), ("名次", old.rank_text, new.rank_text)]
        rows += [("等次", old.grade_text, new.grade_text)]
        if old.awards or new.awards:
            rows.append(("奖项", names(old.awards) or "无", names(new.awards) or "无"))
        yield table(("项目", "更正前", "更正后"), rows, (40, 58, 58))
    elif new is not None:
        stays = old is None or old.said == new.said
        kept = f"{U}你单位的结果维持不变：" if stays else f"{U}你单位的结果不因此变动；因其他原因，现为："
        whose = f"更正后，{U}你单位" if granted else kept
        yield Text(f"{whose}{_whole(new)}。")
    elif not granted:
        yield Text(f"{U}你单位的结果维持不变。")


def _why(
    unit: Unit, before: StoredRun | None, after: StoredRun | None, made: RunDifference | None
) -> Iterator[DocumentBlock]:
    """Which causes moved the total, by how much each, and that both runs were proved and scored again."""
    if before is None or after is None or made is None or not made.units:
        return
    told = told_causes(before, after, made)
    old, new = before.units.get(unit.id), after.units.get(unit.id)
    if old and new and (change := total_change(after.evaluation, old, new)):
        parts = contributions(told, after.evaluation, old, new)
        texts = [("".join(text for each in causes for text in each.texts), points) for causes, points in parts]
        if len(texts) == 1:
            yield Text(f"总分的变化（{change}分）只有以下一项原因，没有其他原因：{texts[0][0]}")
        else:
            yield Text(f"总分的变化（{change}分）由以下原因引起，没有其他原因：")
            yield from enumerated(f"{points}分：{text}" for text, points in texts)
    others = [one for id_, one in after.units.items() if id_ != unit.id and id_ in before.units]
    same = sum(before.units[one.id].said == one.said for one in others)
    rest = (
        f"{U}其他单位的结果均没有变化"
        if same == len(others)
        else f"其他{len(others)}{U}个单位中，{same}{U}个的结果没有变化"
    )
    yield Text(f"经核验两次计分并用留存的材料重新计算，{rest}。")


def _whole(each: Outcome) -> str:
    rank = "不参加排名" if each.rank is None else f"名次为第{each.rank}名"
    awards = f"，奖项为{names(each.awards)}" if each.awards else ""
    return f"总分{each.total}分，{rank}，等次为{each.grade_text}{awards}"
