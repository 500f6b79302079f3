"""What a unit was given and what was taken from it, as all outputs say it: kind, points, what of them counts."""

from __future__ import annotations

from evaltool.evaluation.extras import CountedExtra, UnitExtras, unit_extras
from evaltool.exact import plain
from evaltool.findings import Language
from evaltool.results.rank import Standing
from evaltool.results.result import Result
from evaltool.rules import ExtraWord
from evaltool.rules.wording import joined, pick

_WHY = {
    "deed": ("同一事项已按最高的一次计", "of one deed the highest counts"),
    "once": ("这一种只计一次", "the kind counts once"),
    "cap": ("这一种已到上限", "the kind has reached its cap"),
}


def extras_of(result: Result, one: Standing, kind: ExtraWord) -> UnitExtras:
    """Every decision of a kind about a unit."""
    scheme = result.evaluation.classes[one.unit.class_id]
    return unit_extras(result.evaluation, scheme, kind, one.unit.id)


def less_words(each: CountedExtra, language: Language) -> str:
    """Why not everything of a decision counts; "" where it does."""
    if not each.why:
        return ""
    counted = plain(each.counted)
    zh, en = _WHY[each.why]
    return pick(language, f"{zh}，计{counted}分", f"{en}: {counted} count")


def papers(extras: UnitExtras) -> str:
    """The kinds that count, with their documents: 上级表彰·国家级（市发3号）."""
    named = dict.fromkeys(each.decided.name for each in extras.lines if each.counted)
    documents = dict.fromkeys(each.decided.line.document for each in extras.lines)
    return joined("zh", (*filter(None, named), *documents))
