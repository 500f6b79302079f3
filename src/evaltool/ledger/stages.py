"""The stages that a result passes, as lines of the ledger that name a run: 征求意见, 审定, 公示, 公布."""

from __future__ import annotations

from datetime import date, timedelta

from evaltool.findings import Finding
from evaltool.ledger.lines import Decision, Ledger, refused
from evaltool.rules.settings import STAGES


def stage_lines(ledger: Ledger) -> list[Decision]:
    """The lines about stages, in the order of their days; of one day in the order of the stages."""
    lines = [line for line in ledger if line.kind in STAGES]
    return sorted(lines, key=lambda line: (line.date, STAGES.index(line.kind), line.run))


def run_of(line: Decision) -> tuple[str, str]:
    """Number and short code ("" where none is stated) of the run that a line names."""
    number, _, code = line.run.partition(" ")
    return number, code


def last_day(line: Decision, opinion_days: int) -> date:
    """The last day of a posting, or that by which opinions on a draft are asked for, stated or not."""
    return date.fromisoformat(line.until) if line.until else date.fromisoformat(line.date) + timedelta(opinion_days)


def misdated(ledger: Ledger) -> list[Finding]:
    """Periods that end before they begin."""
    dated = [line for line in ledger if line.until and line.until < line.day]
    return [refused(line, "period", first=line.day, last=line.until) for line in dated]
