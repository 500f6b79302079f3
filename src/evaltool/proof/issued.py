"""A document of a result that has reached its stage: which run it is of, and that run proved before it is written."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from evaltool.documents.beside import Announced
from evaltool.documents.gaps import gaps_beside
from evaltool.documents.issuing import at_issue, issue
from evaltool.documents.kinds import BesideRun, DocumentKind, OfUnits
from evaltool.documents.named import unit_named
from evaltool.documents.rectification import to_enter
from evaltool.evaluation import load
from evaltool.files import locked
from evaltool.findings import Finding, Refused, blocking, finding
from evaltool.ledger import KINDS
from evaltool.proof.explained import proved
from evaltool.results.result import Result
from evaltool.run import Progress, decide
from evaltool.runs.stages import PassedStages, passed_stages
from evaltool.runs.store import RunEntry

_ENGLISH = {"sent_for_opinion": "sent for opinions", "approved": "approved", "posted": "posted", "final": "final"}


def issue_document(
    folder: Path,
    kind: DocumentKind,
    given: Mapping[str, Any],
    out: Path | None = None,
    progress: Progress = lambda _: None,
) -> tuple[list[Announced], list[Finding]]:
    """Write a document of a run, without the mark of a draft.  Raises `Refused` (usage) where the result is not at its
    stage, with the lines of the ledger that say so and do not hold."""
    evaluation, _ = load(folder)
    passed = passed_stages(evaluation)
    run = _run_at(passed, kind)
    posting = passed.about("posted", run) or passed.latest("posted")
    result, day = proved(folder, run.number, progress), posting.line if posting else None
    said: list[Finding] = []
    if "enter" in given:
        said = _enter(folder, at_issue(result, evaluation, kind, given, day), given.get("unit", ""))
        evaluation, _ = load(folder)
    with locked(folder):
        progress("documents")
        made = issue(result, evaluation, kind, given, day, out)
    return made, [*said, *gaps_beside(kind, made)]


def _enter(folder: Path, result: Result, unit: str) -> list[Finding]:
    """Enter what the notices of rectification name into the ledger, but for what is there: before they are written, so
    that both say the same."""
    lines = to_enter(result, unit_named(result.evaluation, unit).id if unit else "")
    if not lines:
        return [finding("NOTICE_NONE_ENTERED")]
    entered = decide(folder, "matter", lines)
    return [finding("NOTICE_ENTERED", args={"n": len(lines), "file_name": entered.file})]


def stage_of(kind: DocumentKind, passed: PassedStages) -> str:
    """The stage at which a document goes out here; "" where results pass none: the last there is in the place of one
    that is not needed."""
    assert not isinstance(kind.makes, BesideRun)
    needed = passed.needed
    return kind.makes.stage if kind.makes.stage in needed else needed[-1] if needed else ""


def _run_at(passed: PassedStages, kind: DocumentKind) -> RunEntry:
    """The last that reached the stage of a document; of a letter, that or a later one: it tells a unit what holds, and
    a result that was corrected is not posted again."""
    stage = stage_of(kind, passed)
    by = passed.needed[passed.needed.index(stage) :] if stage and isinstance(kind.makes, OfUnits) else (stage,)
    if reached := [each.run for each in passed.reached if each.stage in by]:
        return reached[-1]
    if passed.official is None:
        raise Refused([finding("NOTICE_RUN", value="—", args={"known": "—"})], usage=True)
    if not stage:
        return passed.official
    args: dict[str, object] = {"kind": kind.name, "stage": KINDS[stage].word, "stage_en": _ENGLISH[stage]}
    args |= {"run": passed.official.number, "command": f"evaltool decide … {stage} --run {passed.official.number} …"}
    raise Refused([finding("NOTICE_STAGE", value=stage, args=args), *blocking(passed.findings)], usage=True)
