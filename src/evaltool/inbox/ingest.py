"""From the inbox to tables: every file accounted for once, every submission that counts read into ANSWERS and BALLOTS.

Of several submissions of one evaluator (for the same batch and entry) the one counts that declares itself the mended
version of the others, else the one that a decision names by its hash; never the newer file.  The accounts say of every
file what became of it, and of every evaluator whether they have answered.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping, Sequence, Set
from concurrent.futures import Executor
from dataclasses import replace
from functools import partial

from evaltool import reader
from evaltool.evaluation import Evaluation
from evaltool.findings import Finding, finding
from evaltool.identity import SubmissionKey
from evaltool.inbox.accounts.files import file_accounts, file_findings, keys_not_lost, unused_decisions
from evaltool.inbox.accounts.sheets import asked_components, came_in_vain, is_ruled, open_sheets, sheet_accounts
from evaltool.inbox.askedworkers import ANYBODY, WorkersAsked
from evaltool.inbox.attachments import Awaited, attachments, ties
from evaltool.inbox.cluster import read_on_cluster
from evaltool.inbox.exports.shapes import Export
from evaltool.inbox.extract.corrections import Correction
from evaltool.inbox.intake import Intake, intake_of
from evaltool.inbox.lateness import late, late_findings, reopened
from evaltool.inbox.polls import parts_among, read_parts
from evaltool.inbox.problems import Problem
from evaltool.inbox.proof import Expected
from evaltool.inbox.readings import recalled, remember
from evaltool.inbox.received import Receipts, Seen, receive
from evaltool.inbox.submissions import LATE, Fates, Submission, choose, named, set_aside
from evaltool.inbox.surveys import exports
from evaltool.inbox.twice.entries import settle
from evaltool.inbox.workers import Reading, Task, read_all
from evaltool.ledger import of_kind
from evaltool.questions.forms import Form, Worksheets
from evaltool.questions.layout import forms as expected_forms
from evaltool.questions.sent import record, sent_before


def ingest(
    evaluation: Evaluation,
    pool: Executor | None = None,
    *,
    anew: bool = False,
    workers: WorkersAsked = ANYBODY,
    came: Receipts | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> tuple[Intake, list[Finding]]:
    """Take in what is in the inbox and the record, or what `came` says.  The findings are those of files and cells;
    what the values mean together is `validate`'s to say.  `anew`: read every file, also one that was read before;
    `workers`: who reads; `progress` is told how many of the files were read."""
    seen, unreceived = came or receive(evaluation.folder)
    expected = expected_forms(evaluation)
    surveys = exports(evaluation)
    if came is None:  # a question "what if" sends nothing out
        record(evaluation.folder, expected.values())
    unable: list[str] = []
    read = _reader(evaluation, workers, pool, unable)
    readings = _readings(evaluation, seen, expected, list(surveys.values()), read, progress, anew=anew)
    seen = [replace(each, data=b"") for each in seen]  # what they say is known; their bytes would fill the memory
    both = zip(seen, readings, strict=True)
    submissions = [Submission(each, said, _sheets(expected, said)) for each, said in both if said.extract]
    lates = late(evaluation, seen, readings)
    open_ones = [digest for digest in lates if not named(evaluation, "late_acceptance", digest)]
    again, findings = reopened(evaluation, readings)
    aside: Fates = dict.fromkeys(open_ones, ("rejected", LATE))
    aside |= {digest: ("superseded", line.document) for digest, line in again.items()}
    counted, became, conflicts = choose(submissions, evaluation, aside)
    findings += [finding("WORKERS_UNABLE", args={"reason": reason}) for reason in unable]
    findings += conflicts + late_findings(evaluation, lates, [one for one in open_ones if became[one][1] == LATE], seen)
    became |= set_aside(evaluation, readings, submissions, became)
    settled = settle(evaluation, expected, counted, submissions)
    became |= settled.became
    findings += settled.findings
    awaited = _awaited(evaluation, expected, counted, settled.spared)
    filed, meant = attachments(evaluation, seen, readings, became, awaited)
    tied = ties(evaluation, seen, filed, [*counted.values()])
    became |= filed
    in_vain = came_in_vain(expected, seen, readings, became, meant)
    sheets, missing = sheet_accounts(evaluation, expected, surveys, counted, in_vain, settled.spared)
    findings += missing + file_findings(evaluation, seen, readings, unreceived, became, expected, tied)
    findings += unused_decisions(evaluation, seen, submissions, counted, became) + keys_not_lost(evaluation, readings)
    files = file_accounts(seen, readings, unreceived, became, tied)
    return intake_of(settled.taken, files, tuple(sheets)), findings


_Reads = Callable[[Sequence[Task], Expected], Iterator[Reading]]


def _reader(evaluation: Evaluation, workers: WorkersAsked, pool: Executor | None, unable: list[str]) -> _Reads:
    """How files are read: on a cluster, or by this machine, which says if it is `unable` to start processes."""
    if workers.cluster and pool is None:
        record = evaluation.folder / "received"
        return partial(read_on_cluster, address=workers.cluster, record=record, meanwhile=_get_polars_ready)
    return partial(read_all, pool=pool, number=workers.number, meanwhile=_get_polars_ready, unable=unable.append)


def _is_apart(each: Seen, polls: Container[str]) -> bool:
    """Whether nothing of a file is read."""
    return each.inside > 0 or (each.large and each.digest not in polls)


def _readings(
    evaluation: Evaluation,
    seen: Sequence[Seen],
    expected: Mapping[SubmissionKey, Form],
    surveys: list[Export],
    read: _Reads,
    progress: Callable[[str], None],
    *,
    anew: bool,
) -> list[Reading]:
    """What every file says, in their order: sheets from this reading or an earlier one, parts of polls together."""
    polls = parts_among(seen, surveys)
    apart = {each.digest: _not_read(each) for each in seen if _is_apart(each, polls)}
    decided = {each.digest: _corrections(evaluation, each.digest) for each in seen}
    read_here = apart.keys() | polls.keys()
    tasks = [Task(each.digest, each.data, decided[each.digest]) for each in seen if each.digest not in read_here]
    lost = frozenset(line.file_hash for line in of_kind(evaluation.ledger, "key_lost")) | {evaluation.key_away} - {""}
    before = sent_before(evaluation.folder, expected.values())
    wanted = Expected(evaluation.identity, expected, evaluation.key, lost, before)
    known = {} if anew else recalled(evaluation.folder, tasks, wanted)
    unread = [task for task in tasks if task.digest not in known]
    for at, each in enumerate(read(unread, wanted), 1):
        known[each.digest] = each
        progress(f"ingest {at}/{len(unread)}")
    if unread:
        remember(evaluation.folder, tasks, [known[task.digest] for task in tasks], wanted)
    known |= apart | read_parts(evaluation, polls.values(), decided)
    return [known[each.digest] for each in seen]


def _not_read(seen: Seen) -> Reading:
    """An archive that was opened, or a file too large to be a sheet."""
    if seen.inside:
        return Reading(seen.digest, problems=(Problem("ARCHIVE_OPENED", args=(("n", str(seen.inside)),)),))
    said = reader.unread(seen.data, seen.size)
    return Reading(seen.digest, problems=(Problem(said.code, args=said.args),))


def _awaited(
    evaluation: Evaluation,
    expected: Mapping[SubmissionKey, Form],
    counted: Mapping[SubmissionKey, Submission],
    spared: Set[SubmissionKey],
) -> Awaited:
    def ruled(key: SubmissionKey) -> bool:
        return is_ruled(asked_components(evaluation, expected[key]), key, counted, "missing")

    return Awaited(expected, frozenset(open_sheets(evaluation, expected, counted, spared)), ruled)


def _sheets(expected: Mapping[SubmissionKey, Form], reading: Reading) -> Worksheets:
    """What a file was asked; the export of a survey answers no form."""
    who, said = reading.identity, reading.extract
    form = expected.get((who.evaluator, who.batch, who.entry)) if who and said and not said.survey else None
    return form.sheets if form else Worksheets()


def _get_polars_ready() -> None:
    """Import it while workers read; it takes as long as many files."""
    import polars

    assert polars


def _corrections(evaluation: Evaluation, digest: str) -> tuple[Correction, ...]:
    lines = [line for line in of_kind(evaluation.ledger, "correction") if line.names(digest)]
    lines.sort(key=lambda line: (line.date, line.document))  # a later one may correct what an earlier one decided
    return tuple(Correction(line.sheet, line.cell, line.before, line.after, line.document) for line in lines)
