"""Submissions that decisions or deadlines set aside before it is asked which one counts.

A strict deadline of marks (`[[deadline]]` with `sheet = "marks"` and `strict = true`) is kept when the record first saw
the file on that day or before.  The day is the one in China's standard time (UTC+8) of the moment that
`received/index.csv` has, wherever and whenever the tool runs again.  A deadline of the sender's own role goes before
one for everybody; of several the last holds.  The mended version of a submission that was in time is in time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone

from evaltool.evaluation import Evaluation
from evaltool.findings import Finding, finding
from evaltool.inbox.received import Seen
from evaltool.inbox.workers import Reading
from evaltool.ledger import Decision, idle, of_kind, refused

ZONE = timezone(timedelta(hours=8))


@dataclass(frozen=True, slots=True)
class Late:
    """A submission that came after its deadline; `day` as far as the record says it."""

    name: str
    evaluator: str
    day: str
    deadline: date


def strict_deadline(evaluation: Evaluation, role: str) -> date | None:
    """The day by which the marks of a role must be in, if it is strict."""
    marks = [each for each in evaluation.deadlines if each.sheet == "marks"]
    own = [each for each in marks if each.role == role] or [each for each in marks if not each.role]
    return max((each.date for each in own if each.strict), default=None)


def late(evaluation: Evaluation, seen: Sequence[Seen], readings: Sequence[Reading]) -> dict[str, Late]:
    """Hash -> submissions that came too late, whatever was decided about them."""
    names = {each.digest: each for each in seen}
    by_digest = {reading.digest: reading for reading in readings}
    found = {}
    for reading in readings:
        who = reading.identity
        if reading.extract is None or who is None or who.evaluator not in evaluation.evaluators:
            continue
        deadline = strict_deadline(evaluation, evaluation.evaluators[who.evaluator].role)
        if deadline is not None and not _in_time(reading, deadline, names, by_digest):
            each = names[reading.digest]
            found[reading.digest] = Late(each.name, who.evaluator, shown_day(each.first_seen), deadline)
    return found


def _in_time(reading: Reading, deadline: date, names: Mapping[str, Seen], by_digest: Mapping[str, Reading]) -> bool:
    """Whether it, or what it mends, was there on the day of the deadline."""
    passed: set[str] = set()
    this: Reading | None = reading
    while this is not None and this.digest not in passed:
        if _day(names[this.digest].first_seen) <= deadline:
            return True
        passed.add(this.digest)
        before = by_digest.get(this.identity.replaces) if this.identity else None
        this = before if before and _same_sender(before, reading) else None
    return False


def _same_sender(before: Reading, reading: Reading) -> bool:
    """A hash can be written into any sheet; it helps only the one whose sheet it is.  An unreadable file may be it."""
    if before.identity is None or reading.identity is None:
        return True
    return before.identity.evaluator == reading.identity.evaluator


def _day(moment: str) -> date:
    """The day of a moment in the record; one that cannot be read is after every deadline, so that somebody looks."""
    try:
        return datetime.fromisoformat(moment).astimezone(ZONE).date()
    except ValueError:
        return date.max


def shown_day(moment: str) -> str:
    day = _day(moment)
    return moment or "—" if day == date.max else day.isoformat()


def late_findings(
    evaluation: Evaluation, lates: Mapping[str, Late], open_ones: Iterable[str], seen: Sequence[Seen]
) -> list[Finding]:
    """Late submissions about which nothing is decided, and acceptances of files that were not late."""
    findings = []
    for digest in open_ones:
        one = lates[digest]
        args: dict[str, object] = {"day": one.day, "deadline": one.deadline.isoformat(), "hash": digest[:12]}
        args["name"] = evaluation.evaluators[one.evaluator].name
        findings.append(finding("SUBMISSION_LATE", file=one.name, evaluator=one.evaluator, args=args))
    for line in of_kind(evaluation.ledger, "late_acceptance"):
        meant = [each.digest for each in seen if line.names(each.digest)]
        if len(meant) == 1 and meant[0] not in lates:
            findings.append(idle(line, "in_time"))
    return findings


# --- batches that are entered again ----------------------------------------------------------------------------------


def reopened(evaluation: Evaluation, readings: Iterable[Reading]) -> tuple[dict[str, Decision], list[Finding]]:
    """Hash -> the decision that its batch is entered again; and decisions that name a file of something else."""
    found: dict[str, Decision] = {}
    findings: list[Finding] = []
    known = list(readings)
    for line in of_kind(evaluation.ledger, "batch_reopened"):
        for reading in known:
            if line.names(reading.digest):
                who = reading.identity
                if who is None or (who.evaluator, who.batch) != (line.evaluator, line.batch):
                    findings.append(refused(line, "other_sheet"))
                else:
                    found[reading.digest] = line
    return found, findings
