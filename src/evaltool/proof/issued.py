"""A document of a result that has reached its stage: which run it is of, and that run proved before it is written."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from evaltool.documents.beside import Announced
from evaltool.documents.gaps import gaps_beside
from evaltool.documents.issuing import issue
from evaltool.documents.kinds import BesideRun, DocumentKind, OfUnits
from evaltool.evaluation import load
from evaltool.files import locked
from evaltool.findings import Finding, Refused, blocking, finding
from evaltool.ledger import KINDS
from evaltool.proof.explained import proved
from evaltool.run import Progress
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
    result = proved(folder, run.number, progress)
    with locked(folder):
        progress("documents")
        made = issue(result, evaluation, kind, given, posting.line if posting else None, out)
    return made, gaps_beside(kind, made)


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
