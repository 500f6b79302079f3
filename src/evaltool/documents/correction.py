"""更正通报: what changed from one official run to another, and the decisions that caused it.

Totals, ranks, grades and awards only.  Nothing is said of a mark that is not for everybody, nor whose sheet it stood
on: where one person alone marks, the difference of two totals would tell the mark.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from evaltool.documents.content import Content, ContentAsked, ContentsAndFindings, Occasion
from evaltool.documents.correctedcells import CorrectedCell, corrected_cell, evaluator_of, may_be_named, may_be_shown
from evaltool.documents.phrases import chapters, enumerated, names, one_line, quoted, table
from evaltool.documents.storedruns import Outcome, StoredRun, by_group, marks_of, official_runs, opened, run_named
from evaltool.evaluation import Evaluation
from evaltool.evaluation.in_words.decisions import in_words
from evaltool.exact import plain
from evaltool.findings import Refused, finding
from evaltool.ledger import KINDS, Decision
from evaltool.rules.documentnumbers import day_text
from evaltool.runs.stages import PassedStages, passed_stages
from evaltool.views.wording import DRAFT
from evaltool.writers.official import DocumentBlock, Text

if TYPE_CHECKING:
    import polars as pl

BeforeAfter = tuple[Outcome, Outcome]
_PARTS = (("总分", "total"), ("名次", "rank"), ("等次", "grade"), ("奖项", "awards"))
_SOMEBODY = "有关评估主体"
_ON_SHEETS: Mapping[str, str] = {
    "waiver": "{who}经批准免报",
    "exclusion": "{who}的一份报送材料不予计入",
    "supersession": "{who}几次报送的材料以其中一份为准",
    "late_acceptance": "{who}逾期报送的材料同意计入",
    "key_lost": "有关报送材料经确认予以计入",
    "batch_reopened": "{who}的一批评价卡重新录入",
}
_ON_UNITS: Mapping[str, Callable[[dict[str, str], Decision], str]] = {
    "bonus": lambda said, line: f"{said['unit']}加{plain(line.amount)}分",
    "deduction": lambda said, line: f"{said['unit']}扣{plain(line.amount)}分",
    "veto": lambda said, _: f"对{said['unit']}予以一票否决",
    "tie": lambda said, line: f"{said['unit']}在同分单位中列第{plain(line.amount)}名",
    "not_applicable": lambda said, _: f"“{one_line(said['indicator'] or said['component'])}”对{said['unit']}不适用",
    "award_revoked": lambda said, _: f"撤销{said['unit']}的{said['component']}",
    "target_change": lambda said, line: (
        f"{said['unit']}“{one_line(said['indicator'])}”的分值由{line.before}分调整为{line.after}分"
    ),
    "goals_agreed": lambda said, _: f"{said['unit']}申报的目标经分管领导审批",
    "goal_added": lambda said, line: f"{said['unit']}增加目标“{one_line(said['indicator'])}”，{plain(line.amount)}分",
    "goal_text": lambda said, line: f"{said['unit']}“{one_line(said['indicator'])}”的{line.item}变更",
    "unit_changed": lambda said, line: f"{said['unit']}机构变动（{line.after}）",
    "charge_changed": lambda said, _: f"{said['unit']}的分管关系调整",
    "evidence_verified": lambda said, line: f"{said['unit']}的有关证据经核实{line.after}",
}
"""What was decided about a unit.  A rejected objection is not among them: it moves nothing."""


def correction(at: Occasion) -> ContentsAndFindings:
    """One bulletin on two runs; without numbers the newest official one and the one before it."""
    evaluation = at.evaluation
    passed = passed_stages(evaluation)
    before, after = _runs(evaluation, at.asked, passed)
    changed = [
        (before.units[unit], now) for unit, now in after.units.items() if unit in before.units and _differ(before, now)
    ]
    came = [one for unit, one in after.units.items() if unit not in before.units]
    went = [one for unit, one in before.units.items() if unit not in after.units]
    if not (changed or came or went):
        args: dict[str, object] = {"before": before.number, "after": after.number}
        return [], [finding("NOTICE_UNCHANGED", args=args)]
    why = tuple(causes(before, after))
    if not why:
        raise Refused([finding("NOTICE_UNEXPLAINED", args={"before": before.number, "after": after.number})])
    mark = DRAFT if _is_draft(passed, after) else ""
    return [_bulletin(evaluation, before, after, changed, came, went, why, mark)], []


def _runs(evaluation: Evaluation, asked: ContentAsked, passed: PassedStages) -> tuple[StoredRun, StoredRun]:
    """The two runs.  What is not asked for: what was approved last if something else was public before that, else the
    newest; and what was public before it, else the run before."""
    public = [each.run.number for each in passed.reached if each.stage in ("posted", "final")]
    approved = passed.latest("approved")
    decided = approved.run.number if approved and public and public[0] < approved.run.number else ""
    later = run_named(evaluation.folder, asked.after or decided)
    earlier = [each for each in official_runs(evaluation.folder) if each.number < later.number]
    if not earlier:
        raise Refused([finding("NOTICE_RUNS_FEW", value=later.number)], usage=True)
    known = [number for number in public if number < later.number]
    before = asked.before or (known[-1] if known else earlier[-1].number)
    first = run_named(evaluation.folder, before)
    if first.number >= later.number:
        args: dict[str, object] = {"before": first.number, "after": later.number}
        raise Refused([finding("NOTICE_RUNS_ORDER", args=args)], usage=True)
    return opened(first), opened(later)


def _is_draft(passed: PassedStages, run: StoredRun) -> bool:
    """Whether the run that corrects another still waits to be approved, where results are."""
    approved = {each.run.number for each in passed.reached if each.stage in ("approved", "final")}
    return bool(passed.reached) and run.number not in approved


def _differ(before: StoredRun, now: Outcome) -> bool:
    return before.units[now.id].said != now.said


# --- the bulletin -----------------------------------------------------------------------------------------------------


def _bulletin(
    evaluation: Evaluation,
    before: StoredRun,
    after: StoredRun,
    changed: Sequence[BeforeAfter],
    came: Sequence[Outcome],
    went: Sequence[Outcome],
    why: Sequence[str],
    mark: str,
) -> Content:
    name = evaluation.settings.name
    number = before.evaluation.notice.numbers.of("bulletin")
    original = f"{quoted(f'关于{name}结果的通报')}（{number}）公布的结果" if number else f"原公布的{name}结果"
    closing = [Text("其他单位的结果不变。此前公布的结果与本通报不一致的，以本通报为准。")]
    body = (
        Text(f"经复核，现对{original}更正如下。"),
        *chapters(
            (
                ("更正的结果", _changes(after, changed, came, went)),
                ("更正的原因", enumerated(why)),
                ("有关说明", closing),
            )
        ),
    )
    stem = f"更正通报-{before.number}-{after.number}"
    return Content((f"关于更正{name}结果的通报{mark}",), body, stem=stem)


def _changes(
    after: StoredRun, changed: Sequence[BeforeAfter], came: Sequence[Outcome], went: Sequence[Outcome]
) -> Iterator[DocumentBlock]:
    if changed:
        counts = [
            f"{word}变化的{number}个"
            for word, part in _PARTS
            if (number := sum(getattr(old, part) != getattr(new, part) for old, new in changed))
        ]
        yield Text(f"共有{len(changed)}个单位的结果发生变化，其中{names(counts)}。")
    old_of = {new.id: old for old, new in changed}
    groups = by_group(after.evaluation, (new for old, new in changed if _row(old, new)[1::2] != _row(old, new)[2::2]))
    for name, own in groups:
        rows = [_row(old_of[each.id], each) for each in own]
        heads = ("单位", "原总分", "现总分", "原名次", "现名次", "原等次", "现等次")
        yield table(heads, rows, (48, 18, 18, 18, 18, 18, 18), (0,), name if len(groups) > 1 else "")
    yield from (Text(each) for each in _award_changes(changed))
    if came:
        yield Text(f"新列入结果的单位：{names(_whole(each) for each in came)}。")
    if went:
        yield Text(f"不再列入结果的单位：{names(each.name for each in went)}。")


def _row(old: Outcome, new: Outcome) -> tuple[str, ...]:
    ranks = old.rank_text, new.rank_text
    return new.name, old.total, new.total, *ranks, old.grade_text, new.grade_text


def _whole(each: Outcome) -> str:
    rank = "不排名" if each.rank is None else f"第{each.rank}名"
    return f"{each.name}（总分{each.total}分，{rank}，{each.grade_text}）"


def _award_changes(changed: Sequence[BeforeAfter]) -> Iterator[str]:
    for old, new in changed:
        lost = [each for each in old.awards if each not in new.awards]
        won = [each for each in new.awards if each not in old.awards]
        said = [f"不再授予{names(lost)}"] if lost else []
        said += [f"授予{names(won)}"] if won else []
        if said:
            yield f"{new.name}：{'，'.join(said)}。"


# --- why they differ --------------------------------------------------------------------------------------------------


def causes(before: StoredRun, after: StoredRun) -> Iterator[str]:
    """New decisions, decisions that are no longer there, then what else went into the runs; nothing, where a bulletin
    would say that something changed and could not say why."""
    said = list(_caused(before, after))
    yield from said or _otherwise(before, after)


def _caused(before: StoredRun, after: StoredRun) -> Iterator[str]:
    marks = (marks_of(after), marks_of(before))
    yield from _decided(after.evaluation, [line for line in after.evaluation.ledger if not before.has(line)], marks)
    back = {line.same for line in after.evaluation.withdrawn}  # told by the line that withdraws them
    gone = [line for line in before.evaluation.ledger if not after.has(line) and line.same not in back]
    gone = [line for line in gone if KINDS[line.kind].moves and line.kind != "withdrawal"]
    yield from (f"{KINDS[line.kind].word}决定（{line.document}）不再执行。" for line in gone)
    came, went = len(after.counted - before.counted), len(before.counted - after.counted)
    if came or went:
        parts = [f"新计入报送表{came}份"] if came else []
        parts += [f"不再计入报送表{went}份"] if went else []
        yield f"{'，'.join(parts)}。"
    if changed := _changed_rules(before, after):
        yield f"{names(changed)}有调整。"


def _decided(evaluation: Evaluation, lines: Sequence[Decision], marks: Sequence[pl.DataFrame]) -> Iterator[str]:
    """A sentence for each decision in the order of the days; the same one once."""
    ordered = sorted(lines, key=lambda line: (line.date, line.document, line.unit, line.cell))
    yield from dict.fromkeys(said for line in ordered if (said := decision_text(evaluation, line, marks)))


def _changed_rules(before: StoredRun, after: StoredRun) -> list[str]:
    """Rules or roster that differ; texts for documents and dates in `evaluation.toml` change no result."""
    old, new = dict(before.evaluation.sources), dict(after.evaluation.sources)
    differing = [name for name in sorted(old.keys() | new.keys()) if old.get(name) != new.get(name)]
    rules = any(name.startswith("schemes/") for name in differing)
    roster = any(name.startswith("roster") for name in differing)
    return [word for word, there in (("评估规则", rules), ("参评名单等基础数据", roster)) if there]


def _otherwise(before: StoredRun, after: StoredRun) -> Iterator[str]:
    """What is said only where nothing else explains the change."""
    old, new = before.evaluation, after.evaluation
    if (old.settings, old.roles, old.deadlines, old.surveys) != (new.settings, new.roles, new.deadlines, new.surveys):
        yield "本年度的评估设置有调整。"
    if before.tool != after.tool:
        yield "计分程序更新后重新计算。"


# --- one decision -----------------------------------------------------------------------------------------------------


def decision_text(evaluation: Evaluation, line: Decision, marks: Sequence[pl.DataFrame]) -> str:
    """A decision in a sentence, with its document and day; "" for one that moves nothing."""
    said = in_words(evaluation, line)
    reason = one_line(line.reason).rstrip("。；")
    if line.kind in _ON_UNITS:
        what = _ON_UNITS[line.kind](said, line)
    elif line.kind in _ON_SHEETS:
        who = evaluator_of(evaluation, line, marks)
        named = who is not None and may_be_named(evaluation, who.role)
        what = _ON_SHEETS[line.kind].format(who=f"“{evaluation.roles[who.role]}”" if who and named else _SOMEBODY)
        reason = reason if named and line.kind != "waiver" else ""
    elif line.kind == "correction":
        what, reason = _corrected(evaluation, corrected_cell(line, *marks), reason)
    elif line.kind == "withdrawal":
        what, reason = f"撤回{line.before}的{said['after']}决定", ""
    else:
        return ""
    document = f"（{line.document}，{day_text(date.fromisoformat(line.date))}）"
    return "，".join(part for part in (reason, what) if part) + document + "。"


def _corrected(evaluation: Evaluation, cell: CorrectedCell, reason: str) -> tuple[str, str]:
    """What a correction says, and its reason where that may be known."""
    units = {unit.id: unit.name for unit in evaluation.roster.units}
    whose = f"{units[cell.unit]}的" if cell.unit in units else ""
    if not may_be_shown(evaluation, cell):
        return f"更正{whose}有关评分数据", ""
    component = evaluation.component(cell.class_id, cell.component).name
    return f"更正{whose}“{component}”的数据", reason
