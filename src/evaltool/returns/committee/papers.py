"""报送表, 意见和异议: sheets about which somebody has to decide whether they count, and entries of the register."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from evaltool.evaluation import Evaluation
from evaltool.evaluation.deciding import Fields
from evaltool.identity import batch_words
from evaltool.inbox.accounts.files import FileAccount
from evaltool.inbox.lateness import shown_day, strict_deadline
from evaltool.inbox.received import index_lines
from evaltool.inbox.submissions import LATE
from evaltool.ledger import KINDS, Decision
from evaltool.ledger.kinds import OUTCOMES
from evaltool.ledger.register import Entry
from evaltool.names import folded
from evaltool.returns.committee.matters import (
    DECISION,
    DEFERRED,
    REMARKS,
    UNIT,
    CommitteeView,
    DecidedBefore,
    DecidedMatter,
    FactColumn,
    LineSaid,
    MatterId,
    MatterKind,
    choice,
    enters_word,
    one_line,
    reason,
    same_word,
)
from evaltool.views.wording import evaluator_name, path, unit_name

_SHEETS, _ENTRIES = "sheets", "entries"
_DIGITS = 8  # of a hash, which a line of the ledger has at least
_CONFLICTS = ("SUBMISSION_CONFLICT", "SUBMISSION_PARTS")
_TAKEN, _JOINED, _LEFT = "采用", "合并采用", "不计"
_KINDS = {_TAKEN: ("supersession", "late_acceptance"), _JOINED: ("combination",), _LEFT: ("exclusion",)}
_DECIDING = tuple(kind for kinds in _KINDS.values() for kind in kinds)


def _sheets(view: CommitteeView) -> Iterator[DecidedMatter]:
    """What the files say is not shown: a mark is nobody's business before it counts."""
    evaluation = view.evaluation
    record = index_lines(evaluation.folder)
    waiting = [each for each in view.intake.files if each.became == "rejected" and each.reason in (*_CONFLICTS, LATE)]
    together: dict[tuple[str, ...], list[FileAccount]] = {}
    for each in waiting:
        together.setdefault((each.reason, *_key(each)), []).append(each)
    for each in waiting:
        late = each.reason == LATE
        day = shown_day(record.get(each.digest, {}).get("first_seen", ""))
        rivals = together[each.reason, *_key(each)]
        facts = (
            f"{evaluator_name(evaluation, each.evaluator)}{batch_words(each.batch)}",
            each.file,
            each.digest[:12],
            day,
            _late(evaluation, each) if late else _why(each, len(rivals)),
        )
        kind = "late_acceptance" if late else "supersession"
        fields = {"kind": kind, "file_hash": each.digest[:12], "evaluator": each.evaluator}
        choices = (_TAKEN, _LEFT) if late or each.reason == _CONFLICTS[0] else (_TAKEN, _JOINED, _LEFT)
        block = "" if late else "、".join(_key(each))
        others = "" if late else "、".join(sorted(one.digest[:12] for one in rivals))
        about = (_SHEETS, each.digest[:_DIGITS])
        yield DecidedMatter(about, facts, fields, choices={DECISION: (*choices, DEFERRED)}, block=block, beside=others)


def _key(each: FileAccount) -> tuple[str, str, str]:
    return each.evaluator, each.batch, each.entry


def _late(evaluation: Evaluation, each: FileAccount) -> str:
    role = evaluation.evaluators[each.evaluator].role if each.evaluator in evaluation.evaluators else ""
    deadline = strict_deadline(evaluation, role)
    return f"逾期：期限是{deadline.isoformat()}" if deadline else "逾期"


def _why(each: FileAccount, count: int) -> str:
    if each.reason == _CONFLICTS[0]:
        return f"同一主体报来{count}份内容不同的表，只能采用一份"
    return f"同一主体报来{count}份表，没有一格互相矛盾，可以合并采用"


def _decided_sheet(line: Decision) -> MatterId | None:
    return (_SHEETS, line.file_hash[:_DIGITS]) if line.kind in _DECIDING else None


def _same_sheet(before: DecidedBefore, said: LineSaid) -> bool:
    return before.kind in _KINDS.get(said[DECISION], ())


def _enters_sheet(matter: DecidedMatter, said: LineSaid) -> Sequence[Fields]:
    """A conflict is decided by 采用, a late sheet by 逾期采用; either is set aside by 排除."""
    kind = {_TAKEN: matter.fields["kind"], _JOINED: "combination", _LEFT: "exclusion"}[said[DECISION]]
    return ({**matter.fields, "kind": KINDS[kind].word, "reason": reason(said)},)


def _together(block: Sequence[tuple[DecidedMatter, LineSaid]]) -> str:
    """One of them counts, or several that are taken together."""
    words = [said.get(DECISION, "") for _, said in block]
    taken, joined = words.count(_TAKEN), words.count(_JOINED)
    return "several" if taken > 1 or (taken and joined) else "alone" if joined == 1 else ""


SHEETS = MatterKind(
    _SHEETS,
    "报送表",
    (
        "同一主体报来的几份表只采用一份，或把互不矛盾的合并采用（每份都选“合并采用”）；逾期的表同意计入的选“采用”；不计的不再参加计分。",
    ),
    (
        FactColumn("评估主体", 24),
        FactColumn("文件", 40, told=False),
        FactColumn("文件指纹", 16),
        FactColumn("收到日期", 13, centred=True),
        FactColumn("情况", 40),
    ),
    (choice(_TAKEN, _JOINED, _LEFT), REMARKS),
    _sheets,
    _decided_sheet,
    _same_sheet,
    enters=_enters_sheet,
    together=_together,
    named=(0, 2),
    elsewhere=True,
)

# --- the register ----------------------------------------------------------------------------------------------------


def _entries(view: CommitteeView) -> Iterator[DecidedMatter]:
    evaluation = view.evaluation
    for entry in evaluation.register:
        first = entry.first
        if entry.settled or entry.outcome:
            continue
        facts = (
            KINDS[first.kind].word,
            first.document,
            first.date,
            unit_name(evaluation, first.unit) if first.unit else "",
            first.source or unit_name(evaluation, first.unit),
            _component(evaluation, entry),
            one_line(entry.text),
            "、".join(digest[:12] for digest in entry.evidence),
            entry.due.isoformat() + ("（公示期后提出）" if entry.late else ""),
        )
        ids = {"unit": first.unit, "source": first.source, "component": first.component, "indicator": first.indicator}
        fields = {"kind": KINDS["settled"].word, "before": first.document, **ids}
        yield DecidedMatter(_entry_about(first), facts, fields)


def _entry_about(first: Decision) -> MatterId:
    matter = (first.unit, first.source, first.component, first.indicator)
    return (_ENTRIES, first.kind, folded(first.document), *map(folded, matter))


def settled_entries(evaluation: Evaluation) -> Iterator[tuple[MatterId, DecidedBefore]]:
    """The entries that were decided, whatever their line says of the matter beside its document."""
    for entry in evaluation.register:
        if line := entry.settled:
            after = line.after or "不采纳"
            yield _entry_about(entry.first), DecidedBefore(line.kind, after, line.document, line.before)


def _component(evaluation: Evaluation, entry: Entry) -> str:
    first = entry.first
    schemes = [each for each in evaluation.classes.values() if first.component in each.components]
    return path(schemes[0], first.component) if schemes else ""


OBJECTIONS = MatterKind(
    _ENTRIES,
    "意见和异议",
    ("备注写处理的理由，写入答复；采纳的，会后再登记更正等决定并重新计分。",),
    (
        FactColumn("种类", 8, centred=True),
        FactColumn("来文文号", 18),
        FactColumn("收到日期", 12, centred=True),
        FactColumn(UNIT, 14),
        FactColumn("提出人", 14),
        FactColumn("评估内容", 14),
        FactColumn("事项", 36),
        FactColumn("证明材料（文件指纹）", 16),
        FactColumn("答复期限", 13, centred=True),
    ),
    (choice(*OUTCOMES), REMARKS),
    _entries,
    same=same_word,
    enters=enters_word,
    named=(1, 4),
    elsewhere=True,
)
