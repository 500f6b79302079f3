"""What is said of mistaken sheets, in the words in which the catalogue of `mistakes.py` expects it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from evaltool.checks.screens import PREFIX
from evaltool.findings import Finding
from mistakes import Expected


def put(folder: Path, files: Iterable[tuple[str, bytes]]) -> None:
    for name, data in files:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)


def worth_a_look(findings: Iterable[Finding]) -> list[Finding]:
    """All but what units apply for, fields in which nobody is entered yet, and what screens note: no mistakes."""
    no_mistakes = ("CLAIM_UNDECIDED", "YEAR_PLACES")
    return [one for one in findings if one.code not in no_mistakes and not one.code.startswith(PREFIX)]


def said(findings: Iterable[Finding]) -> Counter[Expected]:
    """Of a merge, which is said at each of its cells, the first; and not that an archive was opened."""
    found = [one for one in sorted(worth_a_look(findings)) if one.code != "ARCHIVE_OPENED"]
    merged = {one.file: one for one in reversed(found) if one.code == "MERGED_SCORE"}
    kept = (one for one in found if one.code != "MERGED_SCORE" or merged[one.file] is one)
    return Counter((one.code, one.file, one.sheet, one.cell) for one in kept)
