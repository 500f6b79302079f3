"""What people found and proposed: does a remark say to whom it goes, by when, and is its answer dated; is a meeting on
record; whose sheets and surveys have room for remarks."""

from __future__ import annotations

from collections.abc import Iterator

from evaltool.evaluation.checks.references import NameKind
from evaltool.evaluation.checks.rosterview import RosterCheck, RulesAndRoster, repeated
from evaltool.findings import Finding, finding
from evaltool.names import folded, nearest
from evaltool.reader.personal import covered
from evaltool.roster import SOURCES, Remark, ReviewMeeting
from evaltool.rules.settings import FILE, Year


def _meetings(known: RulesAndRoster) -> Iterator[Finding]:
    rows = known.roster.meetings
    yield from repeated(known, NameKind.MEETING, ReviewMeeting, "id", [(folded(each.id), each.id) for each in rows])
    for at, each in enumerate(rows):
        if each.result and not (each.date and each.document):
            yield known.wrong("ROSTER_MEETING", ReviewMeeting, at, "id", each.id, theme=each.theme)


def _remarks(known: RulesAndRoster) -> Iterator[Finding]:
    rows = known.roster.remarks
    yield from repeated(known, NameKind.REMARK, Remark, "id", [(folded(each.id), each.id) for each in rows])
    kinds = {each.id: each.kind for each in known.roster.meetings}
    for at, each in enumerate(rows):
        for attribute, because in _unfit(each, kinds.get(each.meeting, "")):
            yield known.wrong("ROSTER_REMARK", Remark, at, attribute, each.id, because)
        for attribute in ("text", "answer"):
            _, found = covered(getattr(each, attribute))
            if found:
                yield known.wrong("ROSTER_PERSONAL", Remark, at, attribute, each.id, what="、".join(found))


def _unfit(each: Remark, meeting: str) -> Iterator[tuple[str, str]]:
    """Which column does not go with the others, and why."""
    if each.count < 1:
        yield "count", "count"
    if each.passed_on == "yes":
        yield from [("unit", "unit")] * (not each.unit)
        yield from [("answer_by", "until")] * (each.answer_by is None)
    elif each.answer_by or each.answer or each.answered_on:
        yield "passed_on", "passed_on"
    if bool(each.answer) != bool(each.answered_on):
        yield ("answered_on", "answered_on") if each.answer else ("answer", "answer")
    if each.made_on and any(day and day < each.made_on for day in (each.answer_by, each.answered_on)):
        yield "made_on", "before"
    if meeting and each.source in ("hearing", "experts") and meeting != each.source:
        yield "meeting", "meeting"


REMARK_CHECKS: tuple[RosterCheck, ...] = (_meetings, _remarks)


def check_remark_rules(year: Year) -> list[Finding]:
    """`[remarks]`: roles that nobody has, sources that there are not."""
    return list(_wrong_rules(year))


def _wrong_rules(year: Year) -> Iterator[Finding]:
    for role, source in year.remarks.items():
        for value, column, known in ((role, "role", list(year.roles)), (source, "source", list(SOURCES))):
            if value not in known:
                args: dict[str, object] = {"column": column, "known": "、".join(known)}
                args["near"] = nearest(value, known) or "—"
                yield finding("REFERENCE_UNKNOWN", file=FILE, cell=f"remarks.{role}", value=value, args=args)
