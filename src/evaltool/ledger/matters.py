"""Matters that units have to put right, improve or answer: what was asked, by when, what was found, when it was closed.

A matter is told by its unit, the document that asks for it and its text.  It stands in the ledger of the year, or was
open when the year began and stands in the roster.  Later lines name it by its document in 原值 and its text in 项目;
without a text they mean all matters of the unit in that document.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from evaltool.findings import Finding
from evaltool.ledger.kinds import VERDICTS
from evaltool.ledger.lines import HASH_DIGITS, Decision, Ledger, idle, of_kind, refused, twice
from evaltool.names import folded
from evaltool.roster import MATTER_WORDS, OpenMatter


@dataclass(frozen=True, slots=True)
class Matter:
    """One matter.  `component`: what of the evaluation it is about, by name; `why`: the ground for it; `source`: who
    raised it; `carried`: it was open when the year began.  `verified`: every verdict, in the order of days."""

    unit: str
    kind: str
    item: str
    document: str
    asked: date
    until: date
    component: str = ""
    why: str = ""
    source: str = ""
    carried: bool = False
    extended: tuple[Decision, ...] = ()
    verified: tuple[Decision, ...] = ()
    closed: Decision | None = None

    @property
    def id(self) -> str:
        """What tells it from all others, on sheets too."""
        said = "\n".join((self.unit, folded(self.document), folded(self.item)))
        return hashlib.sha256(said.encode()).hexdigest()[:HASH_DIGITS]

    @property
    def due(self) -> date:
        """The day by which it is to be done, as it was put off."""
        return max((date.fromisoformat(line.until) for line in self.extended), default=self.until)

    @property
    def verdict(self) -> str:
        """done, sent_back; "": nobody has looked yet."""
        return VERDICTS[self.verified[-1].after] if self.verified else ""

    def overdue(self, on: date) -> int:
        """How many days it is behind on a day; 0 if it is closed or in time."""
        return max((on - self.due).days, 0) if self.closed is None else 0


Matters = tuple[Matter, ...]
_LATER = ("matter_extended", "matter_verified", "matter_closed")
"""What is decided of a matter later on, in the order of one day."""


def open_matters(matters: Iterable[Matter]) -> list[Matter]:
    """Those that are not closed."""
    return [each for each in matters if each.closed is None]


def matters_of(
    ledger: Ledger, carried: Iterable[OpenMatter], component: Callable[[Decision], str]
) -> tuple[Matters, list[Finding]]:
    """Every matter in the order of days, and the lines that mean none or come too early.  `component`: what a line's
    component is called."""
    found = {each.id: each for each in map(_of_row, carried)}
    findings: list[Finding] = []
    for line in of_kind(ledger, "matter"):
        each = _of_line(line, component(line))
        if found.setdefault(each.id, each).carried:
            findings.append(idle(line, "carried"))
    by_unit: dict[str, list[Matter]] = {}
    for each in found.values():
        by_unit.setdefault(each.unit, []).append(each)
    later = [line for kind in _LATER for line in of_kind(ledger, kind)]
    for line in sorted(later, key=lambda line: (line.date, _LATER.index(line.kind), line.fingerprint)):
        findings += _put(by_unit.get(line.unit, []), line)
    made = [each for own in by_unit.values() for each in own]
    return tuple(sorted(made, key=lambda each: (each.asked, each.document, each.unit, each.item))), findings


def _of_line(line: Decision, component: str) -> Matter:
    kind = line.after or MATTER_WORDS[0]
    days = date.fromisoformat(line.date), date.fromisoformat(line.until)
    return Matter(line.unit, kind, line.item, line.document, *days, component, line.reason, line.source)


def _of_row(row: OpenMatter) -> Matter:
    days = row.asked, row.until
    return Matter(row.unit, row.kind, row.item, row.document, *days, row.component, row.why, row.source, carried=True)


def _put(made: list[Matter], line: Decision) -> Sequence[Finding]:
    """Write a line into the matters that it means; what is wrong with it otherwise."""
    found = [at for at, each in enumerate(made) if _means(line, each)]
    if not found:
        known = "、".join(f"{each.item}（{each.document}）" for each in made[:_TOLD]) or "—"
        return [refused(line, "no_matter", before=line.before, item=line.item or "—", known=known)]
    meant = [at for at in found if made[at].closed is None] or found  # all of a document: those that are open
    wrong = [one for at in meant for one in _wrong(line, made[at])]
    for at in meant if not wrong else ():
        made[at] = _with(made[at], line)
    return wrong


_TOLD = 10  # matters that a finding lists


def _with(matter: Matter, line: Decision) -> Matter:
    if line.kind == "matter_extended":
        return replace(matter, extended=(*matter.extended, line))
    if line.kind == "matter_verified":
        return replace(matter, verified=(*matter.verified, line))
    return replace(matter, closed=line)


def _means(line: Decision, matter: Matter) -> bool:
    same = line.unit == matter.unit and folded(line.before) == folded(matter.document)
    return same and (not line.item or folded(line.item) == folded(matter.item))


def _wrong(line: Decision, matter: Matter) -> Iterable[Finding]:
    said = {"other": matter.document, "item": matter.item, "day": matter.asked.isoformat()}
    last = matter.verified[-1] if matter.verified else line
    if line.date < matter.asked.isoformat():
        yield refused(line, "before_matter", **said)
    elif matter.closed is not None and line.kind == "matter_closed":
        yield twice(line, matter.closed)
    elif matter.closed is not None:
        yield refused(line, "closed_matter", item=matter.item, other=matter.closed.document)
    elif line.kind == "matter_extended" and date.fromisoformat(line.until) <= matter.due:
        yield refused(line, "no_extension", **{**said, "day": matter.due.isoformat()})
    elif line.kind == "matter_verified" and last.date == line.date and last.after != line.after:
        yield twice(line, last)  # of two verdicts of one day nobody can say which one holds
    elif line.kind == "matter_closed" and matter.verdict != "done":
        yield refused(line, "unverified", **said)
