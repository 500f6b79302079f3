"""From the inbox to tables: every file accounted for once, every submission that counts read into ANSWERS and BALLOTS.

Of several submissions of one evaluator (for the same batch and entry) the one counts that declares itself the mended
version of the others, else the one that a decision names by its hash; never the newer file.  The accounts say of every
file what became of it, and of every evaluator whether they have answered.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Literal

from evaltool.cardruns import CardRun
from evaltool.corrections import Correction, same_value
from evaltool.decisions import Decision, of_kind, waiver_of
from evaltool.entries import settle
from evaltool.evaluation import Evaluation
from evaltool.exports import Export
from evaltool.extract import CardLines, tallied
from evaltool.findings import Finding, finding
from evaltool.forms import ENTRIES, Form, batch_words, kind_of_batch
from evaltool.lateness import late, late_findings, reopened
from evaltool.layout import forms as expected_forms
from evaltool.layout import is_due
from evaltool.locate import Problem
from evaltool.names import folded
from evaltool.proof import Expected
from evaltool.reading import Reading, Task, read_all
from evaltool.received import Seen, Unreceived, receive
from evaltool.rules import Component
from evaltool.submissions import LATE, Became, Fates, Key, Submission, choose, named, set_aside
from evaltool.surveys import SurveyAccount, account, components, export_named, exports

if TYPE_CHECKING:
    import polars as pl

Answered = Literal["counted", "missing", "waived"]
_DOUBTFUL = ("IDENTITY_OLD_FORMAT", "IDENTITY_UNSIGNED", "IDENTITY_KEY_UNKNOWN")


@dataclass(frozen=True, slots=True, order=True)
class FileAccount:
    """What became of one file of the inbox or the record."""

    file: str
    digest: str
    became: Became
    evaluator: str = ""
    batch: str = ""
    entry: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, order=True)
class SheetAccount:
    """Whether one expected sheet has come back; `digest` of the submission that counts."""

    evaluator: str
    batch: str
    entry: str
    answered: Answered
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Intake:
    """Everything that came in, as tables and accounts."""

    answers: pl.DataFrame
    ballots: pl.DataFrame
    card_lines: tuple[tuple[CardLines, str, str, str, str], ...]  # with evaluator, batch, file hash, file
    files: tuple[FileAccount, ...]
    sheets: tuple[SheetAccount, ...]
    card_runs: tuple[tuple[CardRun, str, str, str], ...] = ()  # with evaluator, batch, file
    surveys: tuple[SurveyAccount, ...] = ()


def ingest(evaluation: Evaluation, pool: Executor | None = None) -> tuple[Intake, list[Finding]]:
    """Take in what is in the inbox and the record.  The findings are those of files and cells; what the values mean
    together is `validate`'s to say."""
    seen, unreceived = receive(evaluation.folder)
    expected = expected_forms(evaluation)
    surveys = exports(evaluation)
    tasks = [_task(evaluation, each, surveys.values()) for each in seen]
    lost = frozenset(line.file_hash for line in of_kind(evaluation.ledger, "key_lost"))
    wanted = Expected(evaluation.identity, expected, evaluation.key, lost)
    readings = list(read_all(tasks, wanted, pool, meanwhile=_get_polars_ready))
    submissions = [Submission(each, reading) for each, reading in zip(seen, readings, strict=True) if reading.extract]
    lates = late(evaluation, seen, readings)
    open_ones = [digest for digest in lates if not named(evaluation, "late_acceptance", digest)]
    again, findings = reopened(evaluation, readings)
    aside: Fates = dict.fromkeys(open_ones, ("rejected", LATE))
    aside |= {digest: ("superseded", line.document) for digest, line in again.items()}
    counted, became, conflicts = choose(submissions, evaluation, aside)
    findings += conflicts + late_findings(evaluation, lates, [one for one in open_ones if became[one][1] == LATE], seen)
    became |= set_aside(evaluation, readings, submissions, became)
    settled = settle(evaluation, expected, counted, submissions)
    became |= settled.became
    findings += settled.findings
    files = [*_files(seen, readings, became), *_not_files(unreceived)]
    came = _came_in_vain(expected, seen, readings, became)
    sheets, missing = _sheets(evaluation, expected, surveys, counted, came, settled.spared)
    findings += missing + _file_findings(evaluation, seen, readings, unreceived, became, expected)
    findings += _unused(evaluation, seen, submissions, counted, became) + _keys_not_lost(evaluation, readings)
    taken = settled.taken
    intake = Intake(
        *_tables(taken),
        _card_lines(taken),
        tuple(sorted(files)),
        tuple(sheets),
        tuple(_card_runs(taken)),
        _surveys(taken),
    )
    return intake, findings


def _task(evaluation: Evaluation, seen: Seen, surveys: Iterable[Export]) -> Task:
    export = export_named(surveys, (seen.name, *seen.copies))
    return Task(seen.digest, seen.data, _corrections(evaluation, seen.digest), export)


def _get_polars_ready() -> None:
    """Import it while workers read; it takes as long as many files."""
    import polars

    assert polars


def _corrections(evaluation: Evaluation, digest: str) -> tuple[Correction, ...]:
    lines = [line for line in of_kind(evaluation.ledger, "correction") if line.names(digest)]
    lines.sort(key=lambda line: (line.date, line.document))  # a later one may correct what an earlier one decided
    return tuple(Correction(line.sheet, line.cell, line.before, line.after, line.document) for line in lines)


# --- accounts --------------------------------------------------------------------------------------------------------


def _files(
    seen: Sequence[Seen], readings: Sequence[Reading], became: Mapping[str, tuple[Became, str]]
) -> Iterable[FileAccount]:
    for each, reading in zip(seen, readings, strict=True):
        code = next((problem.code for problem in reading.problems), "")
        other: Became = "not_a_submission" if code == "TEMPLATE_UNKNOWN" else "rejected"
        state, reason = became.get(each.digest, (other, code))
        who = reading.identity
        place = (who.evaluator, who.batch, who.entry) if who else ("", "", "")
        yield FileAccount(each.name, each.digest, state, *place, reason)
        for copy in each.copies:
            yield FileAccount(copy, each.digest, "copy", *place, each.name)


def _not_files(unreceived: Iterable[Unreceived]) -> Iterable[FileAccount]:
    for each in unreceived:
        yield FileAccount(each.name, "", "not_a_submission", reason=each.findings[0].code)


def _sheets(
    evaluation: Evaluation,
    expected: Mapping[Key, Form],
    surveys: Mapping[Key, Export],
    counted: Mapping[Key, Submission],
    came: Mapping[Key, str],
    spared: Set[Key],
) -> tuple[list[SheetAccount], list[Finding]]:
    """Each expected sheet: counted, waived or missing.

    One that came and was refused is missing too, but the finding on the file says so already; so does that on a file
    which has the sheet's own name and says nothing.  Where the rules say what a missing or excluded evaluator means for
    all that is asked, the finding does not block; neither does it for a sheet that is not scored, and a waiver says
    nothing about those.
    """
    sheets: list[SheetAccount] = []
    findings: list[Finding] = []
    for key in (*expected, *surveys):
        evaluator, batch, _ = key
        scored = kind_of_batch(batch) in ("marks", "cards")
        line = waiver_of(evaluation.ledger, evaluator, batch) if scored else None
        if key in counted:
            sheets.append(SheetAccount(*key, "counted", counted[key].seen.digest))
            if line:
                findings.append(
                    _at(line, "WAIVER_CONTRADICTED", evaluator=evaluator, args={"files": counted[key].seen.name})
                )
        elif key in expected and not is_due(evaluation, expected[key]):
            continue
        elif line or key in spared:
            sheets.append(SheetAccount(*key, "waived"))
        else:
            sheets.append(SheetAccount(*key, "missing"))
            if came.get(key) in ("rejected", "not_a_submission"):
                continue
            absence = "excluded" if came.get(key) == "excluded" else "missing"
            survey = surveys.get(key)
            asked = components(evaluation, survey) if survey else _components(evaluation, expected[key])
            ruled = bool(asked) and all(component.policy(absence) != "refuse" for component in asked)
            # one entry alone does not count, whatever the rules say about those who are missing altogether
            half = any((evaluator, batch, entry) in counted for entry in ENTRIES)
            left_out = ruled and not half
            code = "SUBMISSION_LEFT_OUT" if left_out else "SUBMISSION_MISSING" if scored else "SUBMISSION_AWAITED"
            who = _who(evaluation, expected[key]) if survey is None else _whose(evaluation, survey)
            findings.append(finding(code, evaluator=evaluator, args=who))
    return sheets, findings


def _came_in_vain(
    expected: Mapping[Key, Form],
    seen: Sequence[Seen],
    readings: Sequence[Reading],
    became: Mapping[str, tuple[Became, str]],
) -> dict[Key, str]:
    """What became of what came for each sheet: by its identity, or else by the name of the sheet that was sent out."""
    came: dict[Key, str] = {}
    for each, reading in zip(seen, readings, strict=True):
        fate = became.get(each.digest, ("rejected", ""))[0]
        named = () if reading.identity or _is_forged(reading) else (each.name, *each.copies)
        forms = (sent_as(name, expected) for name in named)
        keys = [_key(reading)] if _speaks(reading, fate) else [form.key for form in forms if form]
        came |= dict.fromkeys(keys, fate)
    return came


def _is_forged(reading: Reading) -> bool:
    """Whether a sheet was made over to pass as somebody's: it answers for nobody, whatever its file is called."""
    return any(problem.code == "IDENTITY_FORGED" for problem in reading.problems)


def _copies(each: Seen, reading: Reading, expected: Mapping[Key, Form]) -> Iterable[Finding]:
    """A file that came more than once; nothing that can be used, sent under another's name, is wrong there again."""
    for copy in each.copies:
        others = reading.identity is None and sent_as(copy, expected) not in (sent_as(each.name, expected), None)
        if others:
            yield from (finding(problem.code, file=copy, args=dict(problem.args)) for problem in reading.problems)
        else:
            yield finding("FILE_DUPLICATE", file=copy, args={"other": each.name})


def sent_as(file: str, forms: Mapping[Key, Form]) -> Form | None:
    """The form that went out under the name of a file.  A name decides no value, only who is asked for a sheet."""
    stem = folded(PurePosixPath(file).stem)
    known = {folded(PurePosixPath(form.file_name).stem): form for form in forms.values()}
    fits = [name for name in known if stem == name or (stem.startswith(name) and not stem[len(name)].isalnum())]
    return known[max(fits, key=len)] if fits else None


def _components(evaluation: Evaluation, form: Form) -> list[Component]:
    """The components that a form asks about; none if it asks for contributions too, which have no policy."""
    asked = {
        (line.class_id or table.class_id, line.component or table.component)
        for sheet in form.sheets
        for table in sheet.tables
        for line in table.lines
    }
    if kind_of_batch(form.batch) not in ("marks", "cards"):
        return []
    known = [evaluation.classes[scheme].components.get(leaf) for scheme, leaf in sorted(asked)]
    return [] if None in known else [component for component in known if component is not None]


def _speaks(reading: Reading, fate: str) -> bool:
    """Whether a file says something about its evaluator's answer.  One that proves nothing does so while it is looked
    into; once it was put aside it says no more, so that nobody is taken for excluded by a stranger's sheet."""
    doubtful = any(problem.code in _DOUBTFUL for problem in reading.problems)
    return reading.identity is not None and (fate == "rejected" or not doubtful)


def _key(reading: Reading) -> Key:
    assert reading.identity is not None
    return reading.identity.evaluator, reading.identity.batch, reading.identity.entry


def _who(evaluation: Evaluation, form: Form) -> dict[str, object]:
    name = evaluation.evaluators[form.evaluator].name
    more = [batch_words(form.batch).strip("（）")] if form.batch else []
    more += [ENTRIES[form.entry]] if form.twice else []
    return {"name": f"{name}（{'，'.join(more)}）" if more else name}


def _whose(evaluation: Evaluation, survey: Export) -> dict[str, object]:
    return {"name": f"{evaluation.evaluators[survey.evaluator].name}（{survey.file}）"}


def _at(line: Decision, code: str, *, args: dict[str, object], **place: str) -> Finding:
    """A finding at a line of the ledger."""
    file, sheet, cell = line.place
    return finding(code, file=file, sheet=sheet, cell=cell, args={"document": line.document, **args}, **place)


def _unused(
    evaluation: Evaluation,
    seen: Sequence[Seen],
    submissions: Iterable[Submission],
    counted: Mapping[Key, Submission],
    became: Mapping[str, tuple[Became, str]],
) -> list[Finding]:
    """Decisions about files that nobody sent, or that mean more than one file."""
    findings = []
    by_digest = {each.seen.digest: each for each in submissions}
    for line in evaluation.ledger:
        if line.file_hash and line.kind != "key_lost":
            meant = [each.digest for each in seen if line.names(each.digest)]
            if len(meant) != 1:
                findings.append(_at(line, "DECISION_FILE_UNKNOWN", args={"n": len(meant)}))
            elif line.kind == "correction" and (state := became.get(meant[0], ("",))[0]) != "counted":
                by = counted.get(by_digest[meant[0]].key) if state == "superseded" and meant[0] in by_digest else None
                findings.append(_left_behind(line, by))
    return findings


def _keys_not_lost(evaluation: Evaluation, readings: Iterable[Reading]) -> list[Finding]:
    """Lost keys that signed nothing of what came in, one that is not lost at all, and a folder still without a key."""
    lines = of_kind(evaluation.ledger, "key_lost")
    if lines and not evaluation.key:
        return [_at(lines[0], "KEY_LOST_NOT_RENEWED", args={"key": lines[0].file_hash})]
    used = {reading.identity.key_id for reading in readings if reading.identity} - {evaluation.key.id}
    idle = [line for line in lines if line.file_hash not in used]
    return [_at(line, "KEY_LOST_WITHOUT_EFFECT", args={"key": line.file_hash}) for line in idle]


def _left_behind(line: Decision, by: Submission | None) -> Finding:
    """A correction whose submission does not count.  It is about one content and never moves to another by itself: what
    the evaluator sent since may be meant, so where it says something else somebody must decide again."""
    if by is None:
        return _at(line, "CORRECTION_WITHOUT_EFFECT", args={})
    here = (one.text for one in by.said.answers if one.cell == line.cell and folded(one.sheet) == folded(line.sheet))
    value = next(here, "")
    code = "CORRECTION_CARRIED" if same_value(value, line.after) else "CORRECTION_NOT_CARRIED"
    args: dict[str, object] = {"by": by.seen.name, "hash": by.seen.digest[:12], "after": line.after}
    return _at(line, code, args=args, value=value, evaluator=by.key[0])


def _file_findings(
    evaluation: Evaluation,
    seen: Sequence[Seen],
    readings: Sequence[Reading],
    unreceived: Iterable[Unreceived],
    became: Mapping[str, tuple[Became, str]],
    expected: Mapping[Key, Form],
) -> list[Finding]:
    """What is wrong in files and cells.  A submission that does not count has nothing more to say than that."""
    findings = [one for each in unreceived for one in each.findings]
    for each, reading in zip(seen, readings, strict=True):
        state = became.get(each.digest, ("rejected", ""))[0]
        evaluator = reading.identity.evaluator if reading.identity else ""
        findings += _copies(each, reading, expected)
        if state == "copy":
            findings.append(
                finding(
                    "SUBMISSION_DUPLICATE", file=each.name, evaluator=evaluator, args={"other": became[each.digest][1]}
                )
            )
        said = each.digest in became and became[each.digest][1] in ("SUBMISSION_CONFLICT", LATE)
        if state in ("counted", "rejected") and not said:
            findings += [_finding(problem, each.name, evaluator, evaluation) for problem in reading.problems]
    return findings


def _finding(problem: Problem, file: str, evaluator: str, evaluation: Evaluation) -> Finding:
    name = evaluation.units[problem.unit].name if problem.unit in evaluation.units else problem.unit
    args = {**dict(problem.args), "unit_name": name}
    made = finding(problem.code, file=file, evaluator=evaluator, args={key: str(value) for key, value in args.items()})
    return replace(
        made,
        sheet=problem.sheet,
        cell=problem.cell,
        unit=problem.unit,
        component=problem.component,
        value=problem.value,
    )


# --- tables ----------------------------------------------------------------------------------------------------------


def _tables(counted: Mapping[Key, Submission]) -> tuple[pl.DataFrame, pl.DataFrame]:
    from evaltool.tables import ANSWERS, BALLOTS, table

    answers: list[tuple[object, ...]] = []
    ballots: list[tuple[object, ...]] = []
    for (evaluator, batch, _), each in counted.items():
        said = each.said
        origin = (evaluator, batch, each.seen.digest, each.seen.name)
        answers += [(*answer, *origin) for answer in said.answers]
        counts = (*said.counts, *tallied(said))
        ballots += [(*count[:3], evaluator, batch, *count[3:], each.seen.digest) for count in counts]
        if said.survey:
            ballots += [
                (*one[:3], evaluator, one.point, one.choice, True, one.answers, each.seen.digest)
                for one in said.survey.counts
            ]
    return table(ANSWERS, answers), table(BALLOTS, ballots)


def _surveys(counted: Mapping[Key, Submission]) -> tuple[SurveyAccount, ...]:
    said = [(evaluator, each.seen.name, each.said.survey) for (evaluator, _, _), each in counted.items()]
    return tuple(sorted(account(evaluator, name, survey) for evaluator, name, survey in said if survey))


def _card_lines(counted: Mapping[Key, Submission]) -> tuple[tuple[CardLines, str, str, str, str], ...]:
    lines = []
    for (evaluator, batch, _), each in counted.items():
        lines += [(one, evaluator, batch, each.seen.digest, each.seen.name) for one in each.said.card_lines]
    return tuple(sorted(lines))


def _card_runs(counted: Mapping[Key, Submission]) -> Iterable[tuple[CardRun, str, str, str]]:
    for (evaluator, batch, _), each in sorted(counted.items()):
        yield from ((one, evaluator, batch, each.seen.name) for one in each.said.card_runs)
