"""Documents beside a run, with what can be proved of the runs that they are about."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from evaltool import run
from evaltool.documents.beside import Announced
from evaltool.documents.content import Proofs
from evaltool.documents.kinds import DocumentKind
from evaltool.findings import Finding
from evaltool.proof.difference import compared
from evaltool.proof.explained import proved


def announce(
    folder: Path,
    kind: DocumentKind,
    given: Mapping[str, Any],
    out: Path | None = None,
    progress: run.Progress = lambda _: None,
) -> tuple[list[Announced], list[Finding]]:
    """Write a document into `documents/` (or `out`), as `run.announce` says."""
    proving = Proofs(
        lambda number: proved(folder, number, progress),
        lambda before, after: compared(folder, before, after, progress),
    )
    return run.announce(folder, kind, given, out, progress, proving)
