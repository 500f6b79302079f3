"""The register of opinions and objections: what came, by when it is to be answered, what was decided, what was replied.

An entry is what one paper says of one matter: lines of the ledger that have document, unit, who raised it, component
and indicator in common (several lines: several attachments).  Later lines name it by its document in 原值, and by as
much more as it takes until only one entry is left.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from evaltool.findings import Finding
from evaltool.ledger.kinds import ENTRIES, NO_OBJECTION, OUTCOMES
from evaltool.ledger.lines import Decision, Ledger, of_kind, refused, twice
from evaltool.names import folded

MATTER = ("unit", "source", "component", "indicator")
"""What tells the matters of one paper from each other."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An opinion or an objection; `due` is the day by which it is to be decided and, an objection, answered; `late`: it
    came after the posting had ended."""

    lines: tuple[Decision, ...]
    due: date
    late: bool = False
    settled: Decision | None = None
    replied: Decision | None = None

    @property
    def first(self) -> Decision:
        return self.lines[0]

    @property
    def is_objection(self) -> bool:
        return self.first.kind == "objection"

    @property
    def text(self) -> str:
        """What it says."""
        return "；".join(dict.fromkeys(line.reason.rstrip("。；") for line in self.lines))

    @property
    def evidence(self) -> tuple[str, ...]:
        """The hashes of what was attached."""
        return tuple(dict.fromkeys(line.file_hash for line in self.lines if line.file_hash))

    @property
    def outcome(self) -> str:
        """upheld, in_part, rejected; none: it asks for nothing; "": not decided yet."""
        if any(line.after == NO_OBJECTION for line in self.lines):
            return "none"
        if self.settled is None:
            return ""
        return OUTCOMES.get(self.settled.after, "rejected")  # 异议驳回 has no other outcome

    @property
    def moves(self) -> bool:
        """Whether a result has to show it."""
        return self.outcome in ("upheld", "in_part")

    @property
    def answered(self) -> bool:
        """Whether nothing is to be written any more: opinions are not replied to one by one."""
        return bool(self.outcome) and (not self.is_objection or self.replied is not None)


Register = tuple[Entry, ...]


def register(ledger: Ledger, days: int) -> tuple[Register, list[Finding]]:
    """Every entry in the order of days, and the lines that name none, or several.  `days`: those to answer in, where an
    entry states no day of its own."""
    entries = _entries(ledger, days)
    findings: list[Finding] = []
    for line in sorted(of_kind(ledger, "settled"), key=lambda line: line.date):
        findings += _put(entries, line, "settled")
    for line in sorted(of_kind(ledger, "objection_rejected"), key=lambda line: line.date):
        own = [each for each in entries if each.is_objection and each.first.unit == line.unit and not each.settled]
        if line.before or own:  # without a register the line stands alone
            findings += _put(entries, line, "settled")
    for line in sorted(of_kind(ledger, "replied"), key=lambda line: line.date):
        findings += _put(entries, line, "replied")
    return tuple(entries), findings


def _entries(ledger: Ledger, days: int) -> list[Entry]:
    matters: dict[tuple[str, ...], list[Decision]] = {}
    for line in ledger:
        if line.kind in ENTRIES:
            matters.setdefault((line.kind, folded(line.document), *_matter(line)), []).append(line)
    made = [_entry(sorted(lines, key=lambda line: line.date), ledger, days) for lines in matters.values()]
    return sorted(made, key=lambda each: (each.first.date, each.first.document, each.first))


def _entry(lines: Sequence[Decision], ledger: Ledger, days: int) -> Entry:
    came = lines[0].date
    until = min((line.until for line in lines if line.until), default="")
    due = date.fromisoformat(until) if until else date.fromisoformat(came) + timedelta(days=days)
    begun = [line for line in of_kind(ledger, "posted") if line.day <= came]
    late = bool(begun) and lines[0].kind == "objection" and came > max(line.until for line in begun)
    return Entry(tuple(lines), due, late)


def _put(entries: list[Entry], line: Decision, what: str) -> list[Finding]:
    """Write a line into the entry that it means; what is wrong with it otherwise."""
    found = [at for at, each in enumerate(entries) if _means(line, each)]
    if what == "settled" and line.kind == "objection_rejected" and not line.before:
        found = [at for at in found if entries[at].settled is None]
    if len(found) != 1:
        places = "、".join(entries[at].first.where for at in found)
        because = "several_entries" if found else "no_entry"
        return [refused(line, because, before=line.before or "—", n=len(found), places=places)]
    entry = entries[found[0]]
    if earlier := getattr(entry, what):
        return [twice(line, earlier)]
    if line.date < entry.first.date:
        return [refused(line, "before_entry", day=entry.first.date, other=entry.first.document)]
    if what == "replied" and not entry.outcome:
        return [refused(line, "reply_undecided", other=entry.first.document)]
    entries[found[0]] = replace(entry, settled=line) if what == "settled" else replace(entry, replied=line)
    return []


def _means(line: Decision, entry: Entry) -> bool:
    first = entry.first
    if line.kind == "objection_rejected" and not entry.is_objection:
        return False
    if line.before and folded(line.before) != folded(first.document):
        return False
    return all(said in ("", own) for said, own in zip(_matter(line), _matter(first), strict=True))


def _matter(line: Decision) -> tuple[str, ...]:
    """What it is about, and who raised it, however the name is typed."""
    return tuple(folded(getattr(line, each)) for each in MATTER)
