"""What the documents of a run need and nobody has stated: one note for each key of `[notice]`, not for each letter."""

from __future__ import annotations

from evaltool.documents.of_run import Paper, papers
from evaltool.documents.official.fields import gaps
from evaltool.findings import Finding, finding
from evaltool.results.result import Result
from evaltool.rules.settings import FILE
from evaltool.writers.official import KINDS

KEYS = {
    "发文机关标志": "signatory",  # made from it
    "发文字号": "numbers.{kind}",
    "主送机关": "recipients",
    "署名单位": "signatory",
    "成文日期": "date",
    "印发机关": "printed_by",
    "印发日期": "printed_date",
    "公示期的第一天": "posted_from",
    "公示期的最后一天": "posted_until",
    "联系电话": "telephone",
    "整改期限": "rectify_until",
}


def missing(result: Result) -> list[Finding]:
    """A note for each missing key, with the documents in which its place is left open."""
    found: dict[str, tuple[str, list[str]]] = {}
    for kind, open_places in _gaps(result).items():
        for words in filter(KEYS.__contains__, open_places):
            key = _key(kind, words)
            _, kinds = found.setdefault(key, (_said(kind, words), []))
            kinds += [] if KINDS[kind].name in kinds else [KINDS[kind].name]
    return [_note(key, words, kinds) for key, (words, kinds) in found.items()]


def _note(key: str, words: str, kinds: list[str]) -> Finding:
    where = f"{FILE} notice.{key}, evaltool score --notice {key}=…"
    args: dict[str, object] = {"documents": "、".join(kinds), "where": where}
    return finding("NOTICE_GAP", file=FILE, cell=f"notice.{key}", value=words, args=args)


def _said(kind: str, words: str) -> str:
    """The mark is made from the signatory; every kind of document has a number of its own."""
    if words == "发文字号":
        return f"{KINDS[kind].name}{words}"
    return "署名单位" if words == "发文机关标志" else words


def _key(kind: str, words: str) -> str:
    """Where it is stated; a posting's date is its first day."""
    if (kind, words) == ("posting", "成文日期"):
        return "posted_from"  # it comes after the first day, which is asked for under its own words
    return KEYS[words].format(kind=kind)


def _gaps(result: Result) -> dict[str, list[str]]:
    """Kind of document -> what is missing in it; letters of a kind all miss the same."""
    first: dict[str, Paper] = {}
    for paper in papers(result):
        first.setdefault(paper.kind, paper)
    return {kind: gaps(paper.make()) for kind, paper in first.items()}
