"""Documents beside a run, written as the command writes them and read back as text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from evaltool.documents.beside import Announced
from evaltool.documents.kinds import NOTICES
from evaltool.documents.options import checked
from evaltool.findings import Finding, Refused
from evaltool.proof.announcing import announce
from evaltool.writers.word.templates import text_of

FRAME = {"signatory": "某市绩效评估委员会", "date": "2027-05-08", "telephone": "0431-1234"}


def announced(folder: Path, kind: str, **given: Any) -> tuple[list[Announced], list[Finding]]:
    """What the command writes and says; texts as they are typed."""
    return announce(folder, NOTICES[kind], checked(NOTICES[kind], given))


def written(folder: Path, kind: str, **given: Any) -> list[str]:
    """The paragraphs and cells of the one document that is written."""
    (made,), _ = announced(folder, kind, **given)
    return paragraphs(made.file.path)


def paragraphs(path: Path) -> list[str]:
    return [text.strip() for text in text_of(path.read_bytes()) if text.strip()]


def under(texts: list[str], heading: str, until: str = "") -> list[str]:
    """What stands below a heading, up to the next one that is named."""
    first = texts.index(heading) + 1
    last = texts.index(until, first) if until else len(texts)
    return texts[first:last]


def rows(texts: list[str], head: tuple[str, ...]) -> list[tuple[str, ...]]:
    """The rows of the table with this head, as far as cells follow in order."""
    width = len(head)
    first = next(at for at in range(len(texts)) if tuple(texts[at : at + width]) == head) + width
    return [tuple(texts[at : at + width]) for at in range(first, len(texts) - width + 1, width)]


def refused(folder: Path, kind: str, **given: Any) -> list[str]:
    """The codes for which a document is refused."""
    try:
        announced(folder, kind, **given)
    except Refused as error:
        return [one.code for one in error.findings]
    return []


def codes(findings: list[Finding]) -> list[str]:
    return [one.code for one in findings]


def gaps(findings: list[Finding]) -> list[str]:
    return [one.value for one in findings if one.code == "NOTICE_GAP"]
