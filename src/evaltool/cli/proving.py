"""Commands that prove a stored run, and pack it for those who will ask."""

from __future__ import annotations

from gettext import gettext as _
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from evaltool.cli.console import Console
from evaltool.cli.program import HERE, Folder, GivenFolder, Run, command, existing
from evaltool.findings import blocking
from evaltool.views.tables import of_texts

if TYPE_CHECKING:
    from evaltool.proof.verify import Proof


@command(
    _("Prove a stored run: its files and inputs, the record, the scoring again, the cells by a second reader."),
    _("Example: evaltool verify city-2027 --run 3"),
)
def verify(say: Console, folder: Folder = HERE, run: Run = "") -> int:
    from evaltool.proof.verify import verify as proofs_of
    from evaltool.runs.store import chosen_run

    place = existing(folder)
    with say.progress() as progress:
        proofs = proofs_of(place, run, progress)
    found = [one for each in proofs for one in each.findings]
    rows = [one.as_row(say.language) for one in found]
    steps = [{"step": each.step, "looked_at": each.looked_at, "wrong": len(each.findings)} for each in proofs]
    words = _step_words()
    lines = [(words[each.step], str(each.looked_at), _outcome(each)) for each in proofs]
    number = chosen_run(place, run).number
    say.result(
        {"run": number, "steps": steps, "findings": rows},
        rows,
        [of_texts("", (_("proof"), _("looked at"), _("result")), lines)],
    )
    if say.format == "text":
        say.trouble(found)
    wrong = bool(blocking(found)) or any(each.skipped for each in proofs)
    say.message(_verdict(wrong, any(one.code == "SEALS_UNCHECKED" for one in found)).format(run=number))
    return 1 if wrong else 0


def _verdict(wrong: bool, unsealed: bool) -> str:
    if wrong:
        return _("run {run} is not proved; see what is wrong above")
    if unsealed:
        return _("run {run} is proved, but for seals and signatures")
    return _("run {run} is proved")


def _outcome(proof: Proof) -> str:
    if proof.skipped:
        return _("not possible")
    return _("{n} to look at").format(n=len(proof.findings)) if proof.findings else _("in order")


def _step_words() -> dict[str, str]:
    return {
        "chain": _("files of all runs, against their sealed manifests"),
        "inputs": _("rules, roster and decisions, against those of the run"),
        "record": _("submissions in the record, against their digests"),
        "results": _("results, scored again from what the run kept"),
        "cells": _("cells of counted submissions, read again by openpyxl"),
    }


@command(
    _("Write the archive: everything an auditor needs, with checksums that sha256sum -c checks."),
    _("Example: evaltool pack city-2027 --public"),
)
def pack(
    say: Console,
    folder: GivenFolder,
    run: Run = "",
    public: Annotated[
        bool, typer.Option("--public", help=_("Only what was published, and the rules: nothing confidential."))
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help=_("The archive's name; default: in archive/."), show_default=False),
    ] = None,
) -> None:
    from evaltool.proof.pack import pack as packed

    path, names = packed(existing(folder), run, public=public, out=out)
    say.result({"archive": str(path), "files": names}, [{"file": name} for name in names], [])
    say.message(_("{n} files are in {file}").format(n=len(names), file=path))
    say.message(_("to check: unpack it, then sha256sum -c SHA256SUMS"))
