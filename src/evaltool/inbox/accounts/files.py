"""What became of every file of the inbox and the record, each once (law 1), and what is wrong with it.

A submission that does not count has nothing more to say than that.  Decisions about files are held against the files
here too: one that names nothing, or something that does not count, is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from evaltool.evaluation import Evaluation
from evaltool.findings import Finding, finding
from evaltool.identity import SubmissionKey
from evaltool.inbox.accounts.sheets import by_file_name, named_as
from evaltool.inbox.extract.answers import Answer
from evaltool.inbox.extract.corrections import same_value
from evaltool.inbox.problems import Problem
from evaltool.inbox.received import Seen, Unreceived
from evaltool.inbox.submissions import LATE, Became, Submission
from evaltool.inbox.workers import Reading
from evaltool.ledger import Decision, of_kind, refused
from evaltool.names import folded
from evaltool.questions.forms import Form


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
    unit: str = ""  # to which an attachment belongs


def file_accounts(
    seen: Sequence[Seen],
    readings: Sequence[Reading],
    unreceived: Iterable[Unreceived],
    became: Mapping[str, tuple[Became, str]],
    tied: Mapping[str, str],
) -> tuple[FileAccount, ...]:
    """Every file with its fate, in the order of their names; `tied`: hash of an attachment -> its unit."""
    return tuple(sorted([*_files(seen, readings, became, tied), *_not_files(unreceived)]))


def _files(
    seen: Sequence[Seen],
    readings: Sequence[Reading],
    became: Mapping[str, tuple[Became, str]],
    tied: Mapping[str, str],
) -> Iterable[FileAccount]:
    for each, reading in zip(seen, readings, strict=True):
        code = next((problem.code for problem in reading.problems), "")
        other: Became = "not_a_submission" if code == "TEMPLATE_UNKNOWN" else "rejected"
        state, reason = became.get(each.digest, (other, code))
        who = reading.identity
        place = (who.evaluator, who.batch, who.entry) if who else ("", "", "")
        yield FileAccount(each.name, each.digest, state, *place, reason, tied.get(each.digest, ""))
        for copy in each.copies:
            yield FileAccount(copy, each.digest, "copy", *place, each.name)


def _not_files(unreceived: Iterable[Unreceived]) -> Iterable[FileAccount]:
    for each in unreceived:
        yield FileAccount(each.name, "", "not_a_submission", reason=each.findings[0].code)


def file_findings(
    evaluation: Evaluation,
    seen: Sequence[Seen],
    readings: Sequence[Reading],
    unreceived: Iterable[Unreceived],
    became: Mapping[str, tuple[Became, str]],
    expected: Mapping[SubmissionKey, Form],
    tied: Mapping[str, str],
) -> list[Finding]:
    """What is wrong in files and cells.  A submission that does not count has nothing more to say than that, unless
    several came and it may be the one that will."""
    findings = [one for each in unreceived for one in each.findings]
    known = by_file_name(expected)
    for each, reading in zip(seen, readings, strict=True):
        state = became.get(each.digest, ("rejected", ""))[0]
        evaluator = reading.identity.evaluator if reading.identity else ""
        filed = state == "attachment" or (state == "not_a_submission" and each.inside > 0)
        findings += _copies(each, reading, {} if filed or each.inside else known)
        if filed:
            code = became[each.digest][1]
            unit = tied.get(each.digest, "")
            findings += [_filed(one, code, each.name, unit, evaluation) for one in reading.problems[-1:]]
        if state == "copy":
            findings.append(
                finding(
                    "SUBMISSION_DUPLICATE", file=each.name, evaluator=evaluator, args={"other": became[each.digest][1]}
                )
            )
        said = each.digest in became and became[each.digest][1] == LATE
        if state in ("counted", "rejected") and not said:
            findings += [_finding(problem, each.name, evaluator, evaluation) for problem in reading.problems]
    return findings


def _copies(each: Seen, reading: Reading, known: Mapping[str, Form]) -> Iterable[Finding]:
    """A file that came more than once; nothing that can be used, sent under another's name, is wrong there again."""
    for copy in each.copies:
        others = reading.identity is None and named_as(copy, known) not in (named_as(each.name, known), None)
        if others:
            yield from (finding(problem.code, file=copy, args=dict(problem.args)) for problem in reading.problems)
        else:
            yield finding("FILE_DUPLICATE", file=copy, args={"other": each.name})


_STRANGE = {"kind": "没有模板编号的工作簿", "kind_en": "a workbook without an identity"}


def _filed(problem: Problem, code: str, file: str, unit: str, evaluation: Evaluation) -> Finding:
    """What is said of a file that was filed."""
    args: dict[str, object] = dict(problem.args)
    if problem.code == "TEMPLATE_UNKNOWN":
        args |= _STRANGE
    if code == "ATTACHMENT_UNREAD":
        plain = finding(problem.code, file=file, args=args)
        args |= {"why": plain.message("zh"), "why_en": plain.message("en")}
    name = evaluation.units[unit].name if unit else ""
    args |= {"tied": f"，归入{name}" if name else "", "tied_en": f", with the papers of {name}" if name else ""}
    return finding(code, file=file, unit=unit, args=args)


def _finding(problem: Problem, file: str, evaluator: str, evaluation: Evaluation) -> Finding:
    name = evaluation.units[problem.unit].name if problem.unit in evaluation.units else problem.unit
    args: dict[str, object] = {**dict(problem.args), "unit_name": name}
    because = str(args.pop("because", ""))
    made = finding(problem.code, file=file, evaluator=evaluator, args=args, because=because)
    return replace(
        made,
        sheet=problem.sheet,
        cell=problem.cell,
        unit=problem.unit,
        component=problem.component,
        value=problem.value,
    )


# --- decisions about files -------------------------------------------------------------------------------------------

_OF_SHEETS = ("exclusion", "supersession", "combination")
"""What is decided of a sheet by its hash.  Of an archive that was opened it says nothing: the files in it are meant one
by one, and none of them is touched because of what it came in."""


def unused_decisions(
    evaluation: Evaluation,
    seen: Sequence[Seen],
    submissions: Iterable[Submission],
    counted: Mapping[SubmissionKey, Submission],
    became: Mapping[str, tuple[Became, str]],
) -> list[Finding]:
    """Decisions about files that nobody sent, or that mean more than one file."""
    findings = []
    by_digest = {each.seen.digest: each for each in submissions}
    archives = {each.digest: each.name for each in seen if each.inside}
    for line in evaluation.ledger:
        if line.file_hash and line.kind not in ("key_lost", "withdrawal"):
            meant = [each.digest for each in seen if line.names(each.digest)]
            if len(meant) != 1:
                findings.append(_at(line, "DECISION_FILE_UNKNOWN", args={"n": len(meant)}))
            elif line.kind == "correction" and (state := became.get(meant[0], ("",))[0]) != "counted":
                by = counted.get(by_digest[meant[0]].key) if state == "superseded" and meant[0] in by_digest else None
                findings.append(_left_behind(line, by))
            elif line.kind == "correction" and meant[0] in by_digest:
                findings += _about_another(evaluation, line, by_digest[meant[0]])
            elif line.kind in _OF_SHEETS and meant[0] in archives:
                findings.append(refused(line, "archive", file=archives[meant[0]]))
    return findings


def _about_another(evaluation: Evaluation, line: Decision, each: Submission) -> Iterable[Finding]:
    """A correction that names another unit, evaluator or component than the cell is about."""
    at = ((one.unit, one.component) for one in each.answers() if _is_cell(one, line))
    unit, component = next(at, ("", ""))
    found = {"unit": unit, "component": component, "evaluator": each.key[0]}
    for attribute, id_ in found.items():
        stated = getattr(line, attribute)
        if stated and id_ and stated != id_:
            args: dict[str, object] = {"stated": _name(evaluation, stated), "found": _name(evaluation, id_)}
            yield _at(line, "CORRECTION_OTHER", args={"at": f"{line.sheet}!{line.cell}", **args}, value=stated)


def _is_cell(one: Answer, line: Decision) -> bool:
    return one.cell == line.cell and folded(one.sheet) == folded(line.sheet)


def _name(evaluation: Evaluation, id_: str) -> str:
    """What a unit, an evaluator or a component is called."""
    named = evaluation.units.get(id_) or evaluation.evaluators.get(id_)
    components = (scheme.components[id_].name for scheme in evaluation.classes.values() if id_ in scheme.components)
    return named.name if named else next(components, id_)


def _left_behind(line: Decision, by: Submission | None) -> Finding:
    """A correction whose submission does not count.  It is about one content and never moves to another by itself: what
    the evaluator sent since may be meant, so where it says something else somebody must decide again."""
    if by is None:
        return _at(line, "CORRECTION_WITHOUT_EFFECT", args={})
    here = (one.text for one in by.answers() if _is_cell(one, line))
    value = next(here, "")
    code = "CORRECTION_CARRIED" if same_value(value, line.after) else "CORRECTION_NOT_CARRIED"
    args: dict[str, object] = {"by": by.seen.name, "hash": by.seen.digest[:12], "after": line.after}
    return _at(line, code, args=args, value=value, evaluator=by.key[0])


def keys_not_lost(evaluation: Evaluation, readings: Iterable[Reading]) -> list[Finding]:
    """Lost keys that signed nothing of what came in, one that is not lost at all, and a folder still without a key."""
    lines = of_kind(evaluation.ledger, "key_lost")
    if lines and not (evaluation.key or evaluation.key_away):
        return [_at(lines[0], "KEY_LOST_NOT_RENEWED", args={"key": lines[0].file_hash})]
    present = {evaluation.key.id, evaluation.key_away}
    used = {reading.identity.key_id for reading in readings if reading.identity} - present
    idle = [line for line in lines if line.file_hash not in used]
    return [_at(line, "KEY_LOST_WITHOUT_EFFECT", args={"key": line.file_hash}) for line in idle]


def _at(line: Decision, code: str, *, args: dict[str, object], **place: str) -> Finding:
    """A finding at a line of the ledger."""
    file, sheet, cell = line.place
    return finding(code, file=file, sheet=sheet, cell=cell, args={"document": line.document, **args}, **place)
