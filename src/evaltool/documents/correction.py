"""更正通报: what changed from one official run to another, and the decisions that caused it.

Totals, ranks, grades and awards only, and what each cause moved (`whychanged`).  Nothing is said of a mark that is not
for everybody, nor whose sheet it stood on.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from evaltool.documents.content import Content, ContentAsked, ContentsAndFindings, Occasion
from evaltool.documents.persons import U
from evaltool.documents.phrases import chapters, enumerated, names, quoted, table
from evaltool.documents.storedruns import Outcome, StoredRun, by_group, official_runs, opened, run_named
from evaltool.documents.whychanged import ToldCause, contributions, is_their_sum, told_causes, total_change
from evaltool.evaluation import Evaluation
from evaltool.findings import Refused, finding
from evaltool.runs.stages import PassedStages, passed_stages
from evaltool.views.wording import DRAFT
from evaltool.writers.official import DocumentBlock, Text

BeforeAfter = tuple[Outcome, Outcome]
_FEW = 3  # units that are told of in a sentence
_PARTS = (("总分", "total"), ("名次", "rank"), ("等次", "grade"), ("奖项", "awards"))


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
    why = told_causes(before, after, at.proofs.difference(before.number, after.number))
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
    why: Sequence[ToldCause],
    mark: str,
) -> Content:
    name = evaluation.settings.name
    number = before.evaluation.notice.numbers.of("bulletin")
    original = f"{quoted(f'关于{name}结果的通报')}（{number}）公布的结果" if number else f"原公布的{name}结果"
    others = len(after.units) - len(changed) - len(came)
    proved = "经核验两次计分并用留存的材料重新计算，"
    unchanged = f"{proved}其他{others}{U}个单位的总分、名次、等次和奖项均没有变化。" if others else ""
    closing = [Text(f"{unchanged}此前公布的结果与本通报不一致的，以本通报为准。")]
    body = (
        Text(f"经复核，现对{original}更正如下。"),
        *chapters(
            (
                ("更正的结果", _changes(after, changed, came, went)),
                (
                    "更正的原因",
                    [*enumerated(text for each in why for text in each.texts), *_moved(after, changed, why)],
                ),
                ("有关说明", closing),
            )
        ),
    )
    stem = f"更正通报-{before.number}-{after.number}"
    return Content((f"关于更正{name}结果的通报{mark}",), body, stem=stem)


def _moved(after: StoredRun, changed: Sequence[BeforeAfter], why: Sequence[ToldCause]) -> Iterator[DocumentBlock]:
    """What each cause moved in every total that is another now."""
    evaluation = after.evaluation
    moved = [(old, new, change) for old, new in changed if (change := total_change(evaluation, old, new))]
    if not moved:
        return
    several = len(why) > 1
    rows = [
        (new.name, change, *([_parts(contributions(why, evaluation, old, new))] if several else []))
        for old, new, change in moved
    ]
    if not several and len(rows) <= _FEW:
        yield Text(
            f"上述原因引起的总分变化为：{'；'.join(f'{name}{change}分' for name, change in rows)}。此外没有其他原因。"
        )
    elif several:
        whole = all(is_their_sum(why, evaluation, old, new) for old, new, _ in moved)
        sum_ = "合计为总分的变化" if whole else "因四舍五入，合计与总分的变化可能略有出入"
        yield Text(f"上述各项原因对总分的影响如下，{sum_}；此外没有其他原因。")
        yield table((f"{U}单位", "总分变化", "其中"), rows, (48, 24, 84), (0, 2))
    else:
        yield Text("上述原因引起的总分变化如下，此外没有其他原因。")
        yield table((f"{U}单位", "总分变化"), rows, (100, 56), (0,))
    if len(moved) < len(changed):
        yield Text(f"总分没有变化{U}的单位，其名次、等次或奖项随之变动。")


def _parts(said: Sequence[tuple[list[ToldCause], str]]) -> str:
    return "；".join(f"{names(each.label for each in causes)}原因{points}" for causes, points in said)


def _changes(
    after: StoredRun, changed: Sequence[BeforeAfter], came: Sequence[Outcome], went: Sequence[Outcome]
) -> Iterator[DocumentBlock]:
    if changed:
        counts = [
            f"{word}变化的{number}{U}个"
            for word, part in _PARTS
            if (number := sum(getattr(old, part) != getattr(new, part) for old, new in changed))
        ]
        yield Text(f"共有{len(changed)}{U}个单位的结果发生变化，其中{names(counts)}。")
    old_of = {new.id: old for old, new in changed}
    groups = by_group(after.evaluation, (new for old, new in changed if _row(old, new)[1::2] != _row(old, new)[2::2]))
    for name, own in groups:
        rows = [_row(old_of[each.id], each) for each in own]
        heads = (f"{U}单位", "原总分", "现总分", "原名次", "现名次", "原等次", "现等次")
        yield table(heads, rows, (48, 18, 18, 18, 18, 18, 18), (0,), name if len(groups) > 1 else "")
    yield from (Text(each) for each in _award_changes(changed))
    if came:
        yield Text(f"新列入结果{U}的单位：{names(_whole(each) for each in came)}。")
    if went:
        yield Text(f"不再列入结果{U}的单位：{names(each.name for each in went)}。")


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
