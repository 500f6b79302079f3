"""Which stages has the result passed?  Lines of the ledger that name a run, held against the runs and the register.

A line counts only if the run that it names is there, official and as it was stored, and if the stages before it were
decided: so whoever asks for the run of a stage gets one that is believed.  Nothing is final while an entry of the
register is open.  An approval with an opinion that was still open is named, but an opinion that somebody registers
afterwards does not undo what was approved and posted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Literal

from evaltool.evaluation import Evaluation, made_of
from evaltool.evaluation.folder import snapshot
from evaltool.findings import Finding, Refused, blocking
from evaltool.inbox.unscored import is_unscored
from evaltool.ledger import KINDS, Decision, Ledger, finding_at, moving
from evaltool.ledger.register import Entry
from evaltool.ledger.stages import run_of, stage_lines
from evaltool.ledger.withdrawn import about
from evaltool.names import folded
from evaltool.runs.chain import altered
from evaltool.runs.store import RunEntry, list_runs

EntryState = Literal["undecided", "unscored", "unanswered", "closed"]


@dataclass(frozen=True, slots=True)
class Reached:
    """A stage that was decided, with the run that it is about."""

    line: Decision
    run: RunEntry

    @property
    def stage(self) -> str:
        return self.line.kind


@dataclass(frozen=True)
class PassedStages:
    """The stages that an evaluation has passed, in the order of their days; what is wrong with the lines that do not
    count; the official runs, oldest first."""

    evaluation: Evaluation
    runs: tuple[RunEntry, ...]
    reached: tuple[Reached, ...] = ()
    findings: tuple[Finding, ...] = ()
    _kept: dict[Path, frozenset[tuple[str, ...]]] = field(default_factory=dict, compare=False, repr=False)
    _unscored: dict[str, bool] = field(default_factory=dict, compare=False, repr=False)

    @property
    def official(self) -> RunEntry | None:
        """The newest official run."""
        return self.runs[-1] if self.runs else None

    @cached_property
    def needed(self) -> tuple[str, ...]:
        return self.evaluation.stages.listed

    def latest(self, stage: str) -> Reached | None:
        """The last decision on a stage: it holds until another one is taken."""
        return next((each for each in reversed(self.reached) if each.stage == stage), None)

    def about(self, stage: str, run: RunEntry | None) -> Reached | None:
        """The last decision on a stage that names this run."""
        return next((each for each in reversed(self.reached) if each.stage == stage and each.run == run), None)

    @property
    def standing(self) -> Reached | None:
        """What holds as the result: final, else posted, else approved; None: nothing but drafts."""
        found = (self.latest(stage) for stage in ("final", "posted", "approved"))
        return next((each for each in found if each), None)

    @property
    def closing(self) -> Reached | None:
        """The last decision by which a result became known outside: only another decision moves it after that."""
        public = [each for each in self.reached if each.stage in ("posted", "final")]
        return public[-1] if public else None

    @property
    def closed_by(self) -> Reached | None:
        """What a further official run would need a new decision for: the result is known outside, and nothing was
        decided since."""
        closing = self.closing
        return closing if closing and not self.newer(closing.run) else None

    def shows(self, run: RunEntry, entry: Entry) -> bool:
        """Whether a run was made with what was decided on an entry: with everything else that the same document
        decided, or, where that is nothing, with the decision itself."""
        if entry.settled is None:
            return False
        decided = self._by_document.get(folded(entry.settled.document), [])
        return all(self._has(run, line) for line in self._scored(decided) or [entry.settled])

    def _has(self, run: RunEntry, line: Decision) -> bool:
        """Whether a run was made with a decision."""
        if run.folder not in self._kept:
            self._kept[run.folder] = frozenset(each.same for each in _ledger_of(run))
        return line.same in self._kept[run.folder]

    @cached_property
    def _by_document(self) -> dict[str, list[Decision]]:
        found: dict[str, list[Decision]] = {}
        for line in self._moving:
            found.setdefault(folded(line.document), []).append(line)
        return found

    def _scored(self, lines: Sequence[Decision]) -> list[Decision]:
        """Without those about sheets of which nothing enters a score: a plan, a report, remarks."""
        withdrawn = self.evaluation.withdrawn
        return [line for line in lines if not all(self._is_unscored(each) for each in about(line, withdrawn))]

    def _is_unscored(self, line: Decision) -> bool:
        if "file_hash" not in KINDS[line.kind].needs:
            return False
        if line.file_hash not in self._unscored:
            self._unscored[line.file_hash] = is_unscored(self.evaluation.folder, line.file_hash)
        return self._unscored[line.file_hash]

    @cached_property
    def _moving(self) -> list[Decision]:
        return moving(self.evaluation.ledger, self.evaluation.withdrawn)

    def shown_by(self, entry: Entry) -> RunEntry | None:
        """The first official run that was made with what was decided on an entry."""
        return next((each for each in self.runs if self.shows(each, entry)), None)

    def state(self, entry: Entry) -> EntryState:
        """What an entry waits for."""
        if not entry.outcome:
            return "undecided"
        if entry.moves and self.shown_by(entry) is None:
            return "unscored"
        return "closed" if entry.answered else "unanswered"

    def newer(self, than: RunEntry) -> list[Decision]:
        """Decisions that may move the result and that a run was not made with."""
        decided = self._scored([line for line in self._moving if not self._has(than, line)])
        upheld = [entry for entry in self.evaluation.register if entry.moves and not self.shows(than, entry)]
        return decided or [entry.settled for entry in upheld if entry.settled]


def passed_stages(evaluation: Evaluation, *, by_digest: bool = False) -> PassedStages:
    """What was decided of an evaluation's results so far; `by_digest`: seals are not asked for where the key is not
    here."""
    there = list_runs(evaluation.folder)
    official = tuple(each for each in there if not each.interim)
    made = PassedStages(evaluation, official)
    findings: list[Finding] = []
    for line in stage_lines(evaluation.ledger):
        run = next((each for each in there if int(each.number) == int(run_of(line)[0])), None)
        wrong = list(_wrong_run(evaluation, line, run, there, by_digest=by_digest))
        wrong += _out_of_order(made, line, run) if run and not wrong else []
        open_ = list(_still_open(made, line, run)) if run and not blocking(wrong) else []
        findings += [*wrong, *open_]
        if run and not blocking(wrong) and not (open_ and line.kind == "final"):
            made = PassedStages(evaluation, official, (*made.reached, Reached(line, run)), (), made._kept)
    return PassedStages(evaluation, official, made.reached, tuple(findings), made._kept)


def _ledger_of(run: RunEntry) -> Ledger:
    """Nothing of a run whose rules this version of the tool no longer reads."""
    rules = run.folder / "rules"
    try:
        evaluation, _ = made_of(rules, snapshot(rules)[0])
    except Refused:
        return ()
    return (*evaluation.ledger, *evaluation.withdrawn)


# --- why a line does not count ---------------------------------------------------------------------------------------


def _wrong_run(
    evaluation: Evaluation, line: Decision, run: RunEntry | None, there: Sequence[RunEntry], *, by_digest: bool
) -> Iterator[Finding]:
    number, code = run_of(line)
    args: dict[str, object] = {"run": number, "stated": code}
    if run is None:
        known = "、".join(each.number for each in there if not each.interim) or "—"
        yield finding_at(line, "STAGE_RUN", "unknown", known=known, **args)
    elif run.interim:
        yield finding_at(line, "STAGE_RUN", "interim", **args)
    elif code and code != run.code:
        yield finding_at(line, "STAGE_RUN", "code", found=run.code, **args)
    elif wrong := altered(evaluation.folder, run, by_digest=by_digest):
        yield finding_at(line, "STAGE_RUN", "altered", files="、".join(each.file for each in wrong[:3]), **args)


def _out_of_order(made: PassedStages, line: Decision, run: RunEntry) -> Iterator[Finding]:
    """Stages that come before this one and were not decided; a posting that is too short or not over."""
    stages = made.evaluation.stages
    if line.kind not in made.needed:
        yield finding_at(line, "STAGE_ORDER", "unneeded")
        return
    lacking = next((each for each in _before(made, line.kind, run)), "")
    if lacking:
        yield finding_at(line, "STAGE_ORDER", "before", lacking=KINDS[lacking].word, run=run.number)
    if line.kind == "sent_for_opinion" and (after := made.about("approved", run)):
        yield finding_at(line, "STAGE_ORDER", "after", run=run.number, day=after.line.date)
    posting = made.latest("posted")
    if line.kind == "final" and posting and line.date <= posting.line.until:
        yield finding_at(line, "STAGE_ORDER", "posting", until=posting.line.until)
    if line.kind == "posted":
        days = (date.fromisoformat(line.until) - date.fromisoformat(line.day)).days + 1
        if days < stages.posted_days:
            yield finding_at(line, "STAGE_SHORT", days=days, least=stages.posted_days)


def _before(made: PassedStages, stage: str, run: RunEntry) -> Iterator[str]:
    """The stages that are needed before one and are not there: opinions and postings of any run, since a result that
    was corrected after them goes on without another, the approval of this very run."""
    if stage == "approved" and "sent_for_opinion" in made.needed and not made.latest("sent_for_opinion"):
        yield "sent_for_opinion"
    if stage in ("posted", "final") and "approved" in made.needed and not made.about("approved", run):
        yield "approved"
    if stage == "final" and "posted" in made.needed and not made.latest("posted"):
        yield "posted"


def _still_open(made: PassedStages, line: Decision, run: RunEntry) -> Iterator[Finding]:
    """Entries that had come by then, of which something was left to do: before an approval opinions, before the end
    everything.  An approval counts all the same: what is said of a line is that it came too early."""
    for entry in made.evaluation.register:
        concerned = line.kind == "final" or (line.kind == "approved" and not entry.is_objection)
        if concerned and entry.first.date <= line.date and (because := _left_open(made, entry, line, run)):
            args: dict[str, object] = {"entry": entry.first.document, "run": run.number}
            yield finding_at(line, "STAGE_OPEN", because, **args)


def _left_open(made: PassedStages, entry: Entry, line: Decision, run: RunEntry) -> EntryState | Literal[""]:
    if not entry.outcome or (entry.settled and entry.settled.date > line.date):
        return "undecided"
    if entry.moves and not made.shows(run, entry):
        return "unscored"
    if line.kind == "final" and not (entry.answered and (not entry.replied or entry.replied.date <= line.date)):
        return "unanswered"
    return ""
