"""The whole job on one page: from a folder to a stored run.

load -> ingest -> validate -> score -> rank -> grade -> award -> publish
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evaltool import __version__
from evaltool.checks.matters import followed
from evaltool.checks.outdated import outdated
from evaltool.checks.screens import over_ranks, over_tables
from evaltool.checks.validate import validate
from evaltool.evaluation import Evaluation, load
from evaltool.evaluation.folder import UNUSED
from evaltool.evaluation.taken import lacking
from evaltool.files import locked, looked_at, now, operator, today
from evaltool.files.clock import local
from evaltool.findings import Finding, Refused, blocking, finding
from evaltool.identity import ABOUT_GOALS, GOALS, UNSCORED, kind_of_batch
from evaltool.inbox.accounts.lacking import by_day
from evaltool.inbox.accounts.whole import Accounts, accounts, with_errors
from evaltool.inbox.askedworkers import ANYBODY, WorkersAsked
from evaltool.inbox.corrected import of_decisions
from evaltool.inbox.ingest import ingest
from evaltool.inbox.intake import Intake
from evaltool.inbox.received import Receipts, index_lines, receive
from evaltool.ledger import KINDS, of_nobody
from evaltool.points.evidence import unneeded
from evaltool.questions.sent import digests as sent_digests
from evaltool.results.result import Result
from evaltool.rules.settings import STAGES
from evaltool.runs.singlematters import misplaced
from evaltool.runs.stages import passed_stages
from evaltool.runs.store import list_runs, next_number, store
from evaltool.runs.taken import taken_of_folders
from evaltool.runs.whereabouts import Whereabouts, whereabouts

if TYPE_CHECKING:
    from evaltool.documents.beside import Announced
    from evaltool.documents.content import Proofs
    from evaltool.documents.kinds import DocumentKind
    from evaltool.evaluation.deciding import Entered, Fields
    from evaltool.returns import Prepared
    from evaltool.returns.committee import CommitteeBook
    from evaltool.returns.committee.entering import TakenBook
    from evaltool.returns.committee.matters import CommitteeView
    from evaltool.returns.confirmations import Confirmation
    from evaltool.returns.goals import Approved, Reviewed
    from evaltool.returns.remarks import TakenOver, ToScreen
    from evaltool.sheets.goalfacts import GoalFacts
    from evaltool.sheets.interim import Interim

Progress = Callable[[str], None]
"""Is told the name of each stage as it begins: load, ingest, validate, returns, score, ranked, documents,
pages, check, store; and how far it is where it goes over many things, as in `ingest 12/340`."""


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What stands in the folder before anything is scored."""

    evaluation: Evaluation
    intake: Intake
    accounts: Accounts
    findings: tuple[Finding, ...]
    not_due: tuple[Finding, ...] = ()  # sheets that nobody misses yet, without which there is no result all the same
    screened: bool = True  # whether what is worth a look by a person is said too


@dataclass(frozen=True, slots=True)
class Scored:
    """A stored run."""

    result: Result
    folder: Path
    unused: tuple[Finding, ...] = ()  # what was found beside the inputs, of which the run keeps nothing


def take_in(
    folder: Path, progress: Progress = lambda _: None, *, anew: bool = False, workers: WorkersAsked = ANYBODY
) -> TakenIn:
    """Load the evaluation, take in the inbox, check everything.  Raises `Refused` only for wrong rules, or for workers
    that cannot be had.  `anew`: read every file, also one that was read before; `workers`: who reads them."""
    with locked(folder):
        return _take_in(folder, progress, anew=anew, workers=workers)


def look(folder: Path, progress: Progress = lambda _: None, *, on: date | None = None) -> TakenIn:
    """The same for who only asks: a folder in which nothing can be written is looked at as it is."""
    with looked_at(folder) as held:
        return _take_in(folder, progress, on=on, came=None if held else receive(folder, keep=False))


def decide(folder: Path, kind: str, lines: Sequence[Fields]) -> Entered:
    """Add the lines of one decision to the ledger.  Raises `Refused` (usage) with everything that is wrong with them,
    what the sheets that they name say about it included; nothing is written then."""
    from evaltool.evaluation import deciding

    if kind in STAGES:
        return deciding.decide(folder, kind, [_with_code(folder, line) for line in lines], _of_stages)
    attached = not KINDS[kind].moves and any(line.get("file_hash") for line in lines)
    about_files = "file_hash" in KINDS[kind].needs and kind != "key_lost"
    return deciding.decide(folder, kind, lines, _of_sheets if about_files or attached else _of_units)


def _with_code(folder: Path, line: Fields) -> Fields:
    """A line that names a run, with the run's short code: so another run that is put in its place shows."""
    named = [each for each in list_runs(folder) if each.number.lstrip("0") == line.get("run", "").strip().lstrip("0")]
    return {**line, "run": f"{named[0].number} {named[0].code}"} if named else line


def _of_stages(evaluation: Evaluation) -> list[Finding]:
    """What is wrong with lines about stages, but for what is merely worth a look."""
    return blocking(passed_stages(evaluation).findings)


def _of_sheets(evaluation: Evaluation) -> list[Finding]:
    """What the inbox says of the ledger; cells that a later decision may still bring into accord are no mistake yet."""
    found = taken_in(evaluation, []).findings
    return [one for one in found if one.blocks and one.code != "CORRECTION_CLASH"]


def _of_units(evaluation: Evaluation) -> list[Finding]:
    return of_nobody(evaluation.ledger, evaluation.units, evaluation.roster.gone)


def prepare_returns(taken: TakenIn, on: date, progress: Progress = lambda _: None) -> Prepared:
    """Write what goes back to evaluators into `returns/`; `on` is the day from which days to deadlines are counted."""
    from evaltool.returns import write_returns

    with locked(taken.evaluation.folder):
        progress("returns")
        return write_returns(taken.evaluation, taken.intake, taken.findings, on)


def prepare_confirmations(
    taken: TakenIn, role: str = "", evaluator: str = "", progress: Progress = lambda _: None
) -> list[Confirmation]:
    """Write the sheets to be signed into `confirmations/`: all, or those of one role or one evaluator."""
    from evaltool.returns.confirmations import write_confirmations

    with locked(taken.evaluation.folder):
        return write_confirmations(taken.evaluation, taken.intake, role, evaluator, progress)


def announce(
    folder: Path,
    kind: DocumentKind,
    given: Mapping[str, Any],
    out: Path | None = None,
    progress: Progress = lambda _: None,
    proving: Proofs | None = None,
) -> tuple[list[Announced], list[Finding]]:
    """Write a document into `documents/` (or `out`).  `given`: options by name, days as dates; those about the frame
    take the place of what `[notice]` says.  `proving`: for kinds that are about runs (`proof.announcing`)."""
    from evaltool.documents.beside import announce, stated
    from evaltool.documents.content import Came, ContentAsked, Occasion
    from evaltool.documents.gaps import gaps_beside
    from evaltool.documents.officialnames import filed, with_official_names

    taken = take_in(folder, progress) if kind.beside.needs_inbox(given) else None
    known = stated(taken.evaluation if taken else load(folder)[0], kind, given)
    evaluation = with_official_names(known)
    came = Came(taken.intake, taken.accounts, tuple(taken.findings)) if taken else None
    asked = ContentAsked(**{name: value for name, value in given.items() if name in ContentAsked.__slots__})
    at = Occasion(evaluation, asked, given.get("on") or today(), came, proving)
    documents, findings = kind.beside.write(at)
    if out is not None and len(documents) > 1:
        raise Refused([finding("NOTICE_OUT", value=str(out), args={"n": len(documents)})], usage=True)
    with locked(folder):
        progress("documents")
        announced = announce(evaluation, kind, [filed(known, each) for each in documents], out)
    return announced, [*findings, *gaps_beside(kind, announced)]


def interim_result(
    folder: Path, on: date, progress: Progress = lambda _: None, workers: WorkersAsked = ANYBODY
) -> Interim:
    """How the units stand with what has come in, for the sheets of those who may see it; nothing is stored."""
    from evaltool.sheets.interim import Interim, standings

    result = scored(take_in(folder, progress, workers=workers), "", interim=True, progress=progress)
    return Interim(result.evaluation, standings(result), result.code, on)


def goal_facts(
    folder: Path, on: date, progress: Progress = lambda _: None, workers: WorkersAsked = ANYBODY
) -> GoalFacts:
    """What has come in of the goals until a day, for the sheets of those who mark them; nothing is stored."""
    from evaltool.checks.reported import reported
    from evaltool.sheets.goalfacts import GoalFacts

    evaluation, _ = load(folder)
    if not any(each.sheet in ABOUT_GOALS and each.sheet != GOALS for each in evaluation.deadlines):
        return GoalFacts(evaluation)
    taken = take_in(folder, progress, workers=workers)
    return GoalFacts(taken.evaluation, reported(taken.evaluation, taken.intake), on)


def review_goals(folder: Path, progress: Progress = lambda _: None) -> tuple[TakenIn, Reviewed]:
    """Take in the inbox and write what is declared into `goals/`, for those who review and approve it."""
    from evaltool.returns.goals import review

    with locked(folder):
        taken = _take_in(folder, progress)
        progress("returns")
        return taken, review(taken.evaluation, taken.intake, taken.findings)


def collect_remarks(folder: Path, progress: Progress = lambda _: None) -> tuple[TakenIn, ToScreen]:
    """Take in the inbox and write what was said in words into `remarks/`, for somebody to look at."""
    from evaltool.returns.remarks import collect

    with locked(folder):
        taken = _take_in(folder, progress)
        progress("returns")
        return taken, collect(taken.evaluation, taken.intake)


def take_remarks(folder: Path, file: Path) -> TakenOver:
    """Write the remarks that somebody kept into the roster."""
    from evaltool.returns.remarks import take_over

    with locked(folder):
        return take_over(load(folder)[0], file)


def agree_goals(
    folder: Path,
    leader: str,
    document: str,
    on: date,
    reason: str,
    units: Sequence[str] = (),
    progress: Progress = lambda _: None,
) -> Entered:
    """Enter into the ledger that the leader in charge approves the goals of units: those named, or all that wait."""
    from evaltool.returns.goals import to_agree

    taken = take_in(folder, progress)
    fields = {"document": document, "date": on.isoformat(), "reason": reason, "after": leader}
    return decide(folder, "goals_agreed", to_agree(taken.evaluation, taken.intake, taken.findings, fields, units))


def approve_goals(
    folder: Path, document: str, on: date, units: Sequence[str] = (), progress: Progress = lambda _: None
) -> Approved:
    """Write approved goals into the roster; `units` by id or name, none: all that are ready."""
    from evaltool.returns.goals import approve

    with locked(folder):
        taken = _take_in(folder, progress)
        return approve(taken.evaluation, taken.intake, taken.findings, document, on, units)


def write_committee(folder: Path, progress: Progress = lambda _: None) -> CommitteeBook:
    """Write what waits for the committee into `committee/`, to be decided there."""
    from evaltool.returns.committee import write_book

    with locked(folder):
        view = _for_committee(_take_in(folder, progress), progress)
        progress("returns")
        return write_book(view)


def take_committee(
    folder: Path, name: str, data: bytes, document: str, on: date, progress: Progress = lambda _: None
) -> TakenBook:
    """Enter what stands in a book that was filled in.  Raises `Refused`; nothing is written then."""
    from evaltool.returns.committee.entering import take_book

    with locked(folder):
        view = _for_committee(_take_in(folder, progress), progress)
        return take_book(view, name, data, document, on, _of_sheets)


_FOR_COMMITTEE = ("AWARD_EDGE_TIE", "GRADE_EDGE_TIE")
"""What stands against a result until the committee has decided it."""


def _for_committee(taken: TakenIn, progress: Progress = lambda _: None, *, reckon: bool = True) -> CommitteeView:
    """With the result as far as there is one; `reckon`: whether it is asked for at all."""
    from evaltool.returns.committee.matters import CommitteeView

    result = None
    if reckon:
        result = judged(taken, but=_FOR_COMMITTEE, progress=progress)[1] or judged(taken, interim=True)[1]
    return CommitteeView(taken.evaluation, taken.intake, taken.findings, result)


def score_folder(
    folder: Path,
    *,
    interim: bool = False,
    by: str = "",
    progress: Progress = lambda _: None,
    notice: Sequence[str] = (),
    anew: bool = False,
    workers: WorkersAsked = ANYBODY,
    on: date | None = None,
    decision: str = "",
) -> Scored:
    """Score a folder and store the run.  Raises `Refused` with every blocking finding, unless `interim`.  `notice`:
    texts for the documents as KEY=VALUE, in the place of those of `[notice]`; `anew`, `workers`: as `take_in` has
    them; `on`: the day as of which the refusal tells missing sheets from those not due yet (a run depends on no day);
    `decision`: the document by which a result that is posted is scored again, where no line of the ledger says so."""
    with locked(folder):
        taken = _take_in(folder, progress, anew=anew, workers=workers, on=None if interim else on)
        taken = _worded(taken, notice)
        if not (interim or decision):
            _only_by_decision(taken.evaluation)
        result = with_gaps(scored(taken, next_number(folder), interim=interim, progress=progress))
        unused = tuple(one for one in taken.findings if one.code == UNUSED) + tuple(wrong_clock(folder, result))
        return Scored(result, _store(result, by or operator(), progress, decision), unused)


def wrong_clock(folder: Path, result: Result) -> list[Finding]:
    """Whether the clock can be right: before the last run, or years before the evaluation, it is not.  Nothing in a
    result hangs on it, but what came in too late is told by it."""
    moment, runs, year = now(), list_runs(folder), result.evaluation.settings.year
    args: dict[str, object] = {"moment": local(moment), "year": year}
    if runs and moment < runs[-1].time:
        return [finding("CLOCK_WRONG", args=args | {"before": local(runs[-1].time)}, because="back")]
    return [finding("CLOCK_WRONG", args=args, because="early")] if int(moment[:4]) < year - 1 else []


def _only_by_decision(evaluation: Evaluation) -> None:
    """A result that was posted moves by a decision alone.  Raises `Refused`."""
    closing = passed_stages(evaluation).closed_by
    if closing:
        line = closing.line
        english = "posted" if line.kind == "posted" else "published"
        args: dict[str, object] = {"run": closing.run.number, "day": line.date, "document": line.document}
        args |= {"stage": KINDS[line.kind].word, "stage_en": english}
        raise Refused([finding("SCORE_POSTED", args=args)])


def _worded(taken: TakenIn, notice: Sequence[str]) -> TakenIn:
    """With what the command line says for the documents; it is kept with the run's rules as `notice.toml`."""
    from evaltool.documents.texts import stated

    return replace(taken, evaluation=stated(taken.evaluation, notice)) if notice else taken


def with_gaps(result: Result) -> Result:
    """With what the documents of the run leave open, and the office's templates that are of no use to it."""
    from evaltool.documents.gaps import gaps_of_run, unused_templates

    said = [*gaps_of_run(result), *unused_templates(result.evaluation.files)]
    return result.with_findings(sorted([*result.findings, *said]))


def _take_in(
    folder: Path,
    progress: Progress,
    *,
    anew: bool = False,
    workers: WorkersAsked = ANYBODY,
    on: date | None = None,
    came: Receipts | None = None,
) -> TakenIn:
    progress("load")
    others, untaken = taken_of_folders(folder)
    evaluation, findings = load(folder, others)
    return taken_in(evaluation, [*findings, *untaken], progress, anew=anew, workers=workers, on=on, came=came)


def taken_in(
    evaluation: Evaluation,
    known: Sequence[Finding],
    progress: Progress = lambda _: None,
    *,
    anew: bool = False,
    workers: WorkersAsked = ANYBODY,
    came: Receipts | None = None,
    on: date | None = None,
    screened: bool = True,
) -> TakenIn:
    """What stands in an evaluation's folder, or what `came` says, read and checked; `known`: what was found already;
    `on`: the day as of which sheets are missed, None: all that are expected; `screened`: as `TakenIn` has it."""
    progress("ingest")
    intake, wrong = ingest(evaluation, anew=anew, workers=workers, came=came, progress=progress)
    findings = [*known, *wrong]
    progress("validate")
    findings += of_nobody(evaluation.ledger, evaluation.units, evaluation.roster.gone) + unneeded(evaluation)
    findings += outdated(evaluation, intake)
    findings += [*lacking(evaluation), *misplaced(evaluation)]
    findings += validate(evaluation, intake)
    findings += over_tables(evaluation, intake) if screened else []
    findings = of_decisions(evaluation, intake.files, findings)
    intake = with_errors(intake, findings)
    closed, wrong = accounts(evaluation, intake)
    findings += wrong if not blocking(scored_findings(intake, findings)) else []
    now_due, not_due = (findings, []) if on is None else by_day(evaluation, intake, findings, on)
    return TakenIn(evaluation, intake, closed, tuple(sorted(now_due)), tuple(sorted(not_due)), screened)


def check(
    folder: Path,
    on: date,
    progress: Progress = lambda _: None,
    *,
    anew: bool = False,
    workers: WorkersAsked = ANYBODY,
) -> tuple[TakenIn, tuple[Finding, ...]]:
    """What stands in the folder on a day, and everything for which scoring would refuse it: the same findings."""
    with locked(folder):
        taken = _take_in(folder, progress, anew=anew, workers=workers, on=on)
        beside = (one for one in taken.findings if one.code == UNUSED)  # no part of a result, but of what is said
        return taken, tuple(sorted({*judged(taken)[0], *beside}))


def where(folder: Path, on: date, progress: Progress = lambda _: None) -> tuple[TakenIn, Whereabouts]:
    """What stands in the folder, and which stages its results have passed, as of a day."""
    from evaltool.returns.committee import waiting

    taken = look(folder, progress, on=on)
    complete = not (taken.not_due or blocking(scored_findings(taken.intake, taken.findings)))
    passed = passed_stages(taken.evaluation)
    # nothing is scored officially before its ties are decided; while something is missing there are none yet
    asked = waiting(_for_committee(taken, progress, reckon=complete and passed.official is None))
    matters = followed(taken.evaluation, taken.intake)
    total = asked.total if asked.only_here else 0
    return taken, whereabouts(passed, on, complete=complete, asked=total, matters=matters)


def known_ahead(evaluation: Evaluation) -> list[Finding]:
    """What scoring will refuse whatever comes in."""
    from evaltool.points.foreseen import foreseen

    return [*_unscorable(evaluation), *foreseen(evaluation)]


def _unscorable(evaluation: Evaluation) -> list[Finding]:
    """Mistakes of usage: rules that cannot be scored, templates that cannot be filled."""
    from evaltool.documents.official.forms import broken
    from evaltool.evaluation.checks.unbuilt import unbuilt

    return [*unbuilt(evaluation), *broken(evaluation)]


def scored(taken: TakenIn, run: str, *, interim: bool = False, progress: Progress = lambda _: None) -> Result:
    """Points, ranks, grades and awards of what was taken in."""
    findings, result = judged(taken, run, interim=interim, progress=progress)
    if result is None:
        raise Refused([*findings, *taken.not_due], usage=bool(_unscorable(taken.evaluation)))
    return result


def judged(
    taken: TakenIn,
    run: str = "",
    *,
    interim: bool = False,
    but: Container[str] = (),
    progress: Progress = lambda _: None,
) -> tuple[tuple[Finding, ...], Result | None]:
    """Everything that is to be said, and the result, if nothing of it stands against one, but for codes `but`."""
    from evaltool.checks.certain import certain
    from evaltool.points.bounds import bounds
    from evaltool.points.score import pending, score
    from evaltool.results.award import award
    from evaltool.results.conditions import lacking, measured_for
    from evaltool.results.grade import edges, grade
    from evaltool.results.interim import by_totals, unfinished
    from evaltool.results.publishing import publishable
    from evaltool.results.rank import rank
    from evaltool.results.takenclasses import with_scored_first

    evaluation, intake = taken.evaluation, taken.intake
    if unscorable := _unscorable(evaluation):
        return tuple(sorted(unscorable if interim else [*taken.findings, *known_ahead(evaluation)])), None
    if not interim and (taken.not_due or blocking(scored_findings(intake, taken.findings))):
        early = [*known_ahead(evaluation), *certain(evaluation, intake, [*taken.findings, *taken.not_due])]
        return tuple(sorted({*taken.findings, *early})), None
    progress(f"score 0/{len(evaluation.units)}")
    evaluation = evaluation if interim else with_scored_first(evaluation, intake)
    points, wrong = score(evaluation, intake)
    if not interim and not blocking(wrong):
        wrong += pending(evaluation, points)
    of_inputs = _of_inputs(taken, interim=interim)
    if interim:
        between = bounds(evaluation, intake, scored_findings(intake, taken.findings))
        shown = by_totals(evaluation)
        standings, ties = rank(shown, points)
        standings = unfinished(evaluation, standings, points, between, measured_for(evaluation, intake))
        findings = tuple(sorted([*of_inputs, *wrong, *ties]))
        return findings, Result(shown, intake, points, standings, taken.accounts, findings, run, interim)
    standings, ties = rank(evaluation, points)
    wrong += edges(evaluation, standings)
    measured = measured_for(evaluation, intake)
    wrong += lacking(evaluation, measured)
    graded = grade(evaluation, standings, points, measured)
    standings, undecided = award(evaluation, graded, intake, points, measured)
    screened = over_ranks(evaluation, intake, points, standings) if taken.screened else []
    published, kept_back, lines = publishable(evaluation, intake, points, standings)
    findings = tuple(sorted([*of_inputs, *wrong, *ties, *undecided, *screened, *kept_back]))
    if any(one.code not in but for one in blocking(scored_findings(intake, findings))):
        return findings, None
    of = evaluation, intake, points, standings, taken.accounts
    return findings, Result(*of, findings, run, interim, published, measured, lines)


def _of_inputs(taken: TakenIn, *, interim: bool) -> list[Finding]:
    """What a result says of its inputs.  Which unscored sheets are awaited hangs on the day: a result says the same
    whenever it is made (law 5)."""
    not_told = {UNUSED} if interim else {UNUSED, "SUBMISSION_AWAITED"}
    return [one for one in taken.findings if one.code not in not_told]


def scored_findings(intake: Intake, findings: Iterable[Finding]) -> list[Finding]:
    """The findings without those of the sheets of goals, of reports on them and of their figures, and of remarks."""
    apart = {each.file for each in intake.files if kind_of_batch(each.batch) in UNSCORED}
    return [one for one in findings if one.file not in apart]


def _store(result: Result, by: str, progress: Progress, decision: str = "") -> Path:
    from evaltool.publish import disagreements, outputs

    files = outputs(result, progress)
    progress("check")
    if wrong := disagreements(result, files):
        raise Refused(wrong)
    progress("store")
    folder, key = result.evaluation.folder, result.evaluation.key
    return store(folder, result.run, files, _manifest(result, by) | ({"decision": decision} if decision else {}), key)


def _manifest(result: Result, by: str) -> dict[str, Any]:
    """What the run was made of; hashes of the outputs and of the manifest before are added when it is stored."""
    seen = index_lines(result.evaluation.folder)
    nothing = dict.fromkeys(("name", "bytes", "first_seen"), "")
    return {
        "schema": 1,
        "run": result.run,
        "interim": result.interim,
        "evaluation": result.evaluation.settings.id,
        "code": result.code,
        "tool": __version__,
        "time": now(),
        "operator": by,
        "inputs": dict(result.evaluation.sources),
        "sent": sent_digests(result.evaluation.folder),
        "submissions": [
            {
                "sha256": each.digest,
                "file": each.file,
                "became": each.became,
                "evaluator": each.evaluator,
            }
            | seen.get(each.digest, nothing)
            | ({"unit": each.unit} if each.unit else {})
            for each in result.accounts.files
            if each.digest
        ],
    }
