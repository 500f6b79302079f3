"""Which stages a result passes once it is scored, and in how many days, in words."""

from __future__ import annotations

from collections.abc import Iterator

from evaltool.evaluation import Evaluation
from evaltool.findings import Language
from evaltool.ledger import KINDS
from evaltool.rules.wording import joined, pick


def stages(evaluation: Evaluation, language: Language) -> Iterator[str]:
    """Two lines; nothing where a result passes no stages."""
    stated = evaluation.stages
    if not stated.listed:
        return
    days = {"sent_for_opinion": stated.opinion_days, "posted": stated.posted_days}
    named = [_named(each, days.get(each, 0), language) for each in stated.listed]
    yield pick(language, f"计分以后：{joined(language, named)}", f"Once scored: {joined(language, named)}")
    zh = f"  收到的意见和异议{stated.reply_days}天内处理、答复"
    yield pick(language, zh, f"  opinions and objections are decided and answered in {stated.reply_days} days")


def _named(stage: str, days: int, language: Language) -> str:
    word = KINDS[stage].word
    if not days:
        return word
    return pick(language, f"{word}（{days}天）", f"{word} ({days} days)")
