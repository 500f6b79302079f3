"""意见采纳情况: what was said about a draft, by whom, and what became of it, as the register has it."""

from __future__ import annotations

from collections.abc import Iterator

from evaltool.documents.content import Content, ContentsAndFindings, Occasion
from evaltool.documents.phrases import one_line, table
from evaltool.evaluation import Evaluation
from evaltool.ledger.register import Entry
from evaltool.writers.official import DocumentBlock, Text

_OUTCOMES = {"upheld": "采纳", "in_part": "部分采纳", "rejected": "不采纳", "none": "无意见", "": "待研究"}


def adoption(at: Occasion) -> ContentsAndFindings:
    """One document with every opinion; nothing where none came."""
    evaluation = at.evaluation
    entries = [each for each in evaluation.register if not each.is_objection]
    if not entries:
        return [], []
    name = evaluation.settings.name
    body = tuple(_body(evaluation, entries))
    return [Content((f"{name}结果征求意见采纳情况",), body, recipients=None, stem="意见采纳情况")], []


def _body(evaluation: Evaluation, entries: list[Entry]) -> Iterator[DocumentBlock]:
    said = [each for each in entries if each.outcome != "none"]
    counts = [(word, sum(each.outcome == key for each in said)) for key, word in _OUTCOMES.items() if key != "none"]
    listed = "、".join(f"{word}{count}条" for word, count in counts if count)
    total = f"共收到意见{len(said)}条，其中{listed}" if said else "没有收到不同意见"
    none = len(entries) - len(said)
    yield Text(f"{total}{f'；函复无意见的{none}个' if none else ''}。")
    heads = ("序号", "提出单位", "意见", "采纳情况", "说明")
    rows = [(str(at), *_row(evaluation, each)) for at, each in enumerate(entries, 1)]
    yield table(heads, rows, (12, 32, 48, 22, 42), left=(1, 2, 4))


def _row(evaluation: Evaluation, entry: Entry) -> tuple[str, ...]:
    first, settled = entry.first, entry.settled
    unit = evaluation.units.get(first.unit)
    about = f"（关于{unit.name}）" if unit else ""
    why = f"{one_line(settled.reason).rstrip('。；')}（{settled.document}）" if settled else "—"
    text = "—" if entry.outcome == "none" else one_line(entry.text) + about
    return f"{first.source}（{first.document}）", text, _OUTCOMES[entry.outcome], why
