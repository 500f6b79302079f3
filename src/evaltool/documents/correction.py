"""更正通报: what changed from one official run to another, and the decisions that caused it.

Totals, ranks, grades and awards only: which mark was corrected stays unsaid where the rules do not show it to all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from evaltool.documents.causes import causes
from evaltool.documents.content import Asked, Document, Written, chapters, document, enumerated, table
from evaltool.documents.phrases import names, quoted
from evaltool.documents.storedruns import Outcome, StoredRun, by_group, official_runs, opened, run_named
from evaltool.evaluation import Evaluation
from evaltool.findings import Refused, finding
from evaltool.writers.official import Block, Text

Pair = tuple[Outcome, Outcome]
_PARTS = (("总分", "total"), ("名次", "rank"), ("等次", "grade"), ("奖项", "awards"))


def correction(evaluation: Evaluation, asked: Asked) -> Written:
    """One bulletin on two runs; without numbers the newest official one and the one before it."""
    before, after = _runs(evaluation, asked)
    changed = [
        (before.units[unit], now) for unit, now in after.units.items() if unit in before.units and _differ(before, now)
    ]
    came = [one for unit, one in after.units.items() if unit not in before.units]
    went = [one for unit, one in before.units.items() if unit not in after.units]
    if not (changed or came or went):
        args: dict[str, object] = {"before": before.number, "after": after.number}
        return [], [finding("NOTICE_UNCHANGED", args=args)]
    return [_bulletin(evaluation, before, after, changed, came, went)], []


def _runs(evaluation: Evaluation, asked: Asked) -> tuple[StoredRun, StoredRun]:
    later = run_named(evaluation.folder, asked.after)
    earlier = [each for each in official_runs(evaluation.folder) if each.number < later.number]
    if not earlier:
        raise Refused([finding("NOTICE_RUNS_FEW", value=later.number)], usage=True)
    first = run_named(evaluation.folder, asked.before) if asked.before else earlier[-1]
    if first.number >= later.number:
        args: dict[str, object] = {"before": first.number, "after": later.number}
        raise Refused([finding("NOTICE_RUNS_ORDER", args=args)], usage=True)
    return opened(first), opened(later)


def _differ(before: StoredRun, now: Outcome) -> bool:
    return before.units[now.id].said != now.said


# --- the bulletin -----------------------------------------------------------------------------------------------------


def _bulletin(
    evaluation: Evaluation,
    before: StoredRun,
    after: StoredRun,
    changed: Sequence[Pair],
    came: Sequence[Outcome],
    went: Sequence[Outcome],
) -> Document:
    name = evaluation.settings.name
    number = before.evaluation.notice.numbers.of("bulletin")
    original = f"{quoted(f'关于{name}结果的通报')}（{number}）公布的结果" if number else f"原公布的{name}结果"
    closing = [Text("其他单位的结果不变。此前公布的结果与本通报不一致的，以本通报为准。")]
    body = (
        Text(f"经复核，现对{original}更正如下。"),
        *chapters(
            (
                ("更正的结果", _changes(after, changed, came, went)),
                ("更正的原因", enumerated(causes(before, after))),
                ("有关说明", closing),
            )
        ),
    )
    stem = f"更正通报-{before.number}-{after.number}"
    return document(evaluation, "correction", stem, (f"关于更正{name}结果的通报",), body)


def _changes(
    after: StoredRun, changed: Sequence[Pair], came: Sequence[Outcome], went: Sequence[Outcome]
) -> Iterator[Block]:
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


def _award_changes(changed: Sequence[Pair]) -> Iterator[str]:
    for old, new in changed:
        lost = [each for each in old.awards if each not in new.awards]
        won = [each for each in new.awards if each not in old.awards]
        said = [f"不再授予{names(lost)}"] if lost else []
        said += [f"授予{names(won)}"] if won else []
        if said:
            yield f"{new.name}：{'，'.join(said)}。"
