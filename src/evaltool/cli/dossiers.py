"""The command that puts together everything about a unit: 绩效档案."""

from __future__ import annotations

from gettext import gettext as _
from pathlib import Path
from typing import Annotated

import typer

from evaltool.cli.completing import unit_values
from evaltool.cli.console import Console
from evaltool.cli.program import GivenFolder, command, existing, meant_day
from evaltool.cli.writtenwords import written_line

OneUnit = Annotated[
    str,
    typer.Argument(
        metavar="[UNIT]", help=_("The unit: its id or its name."), autocompletion=unit_values, show_default=False
    ),
]


@command(
    _("Write a unit's dossier: goals, approval, progress, marks, result, objections, rectification, in one workbook."),
    _("Example: evaltool dossier city-2027 U012; for every unit: evaltool dossier city-2027 --all"),
)
def dossier(
    say: Console,
    folder: GivenFolder,
    unit: OneUnit = "",
    every: Annotated[bool, typer.Option("--all", help=_("A dossier for every unit."))] = False,
    run: Annotated[
        str,
        typer.Option(
            "--run",
            metavar="N",
            help=_("The run; default: what holds as the result, else the newest official one."),
            show_default=False,
        ),
    ] = "",
    on: Annotated[
        str, typer.Option(metavar="YYYY-MM-DD", help=_("The day from which days are counted; default: today."))
    ] = "",
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help=_("Write to this file (one unit only)."))
    ] = None,
) -> None:
    from evaltool.proof.dossiers import DossiersAsked, write_dossiers

    if every == bool(unit):
        raise typer.BadParameter(_("name one unit, or say --all"), param_hint="UNIT, --all")
    if every and out:
        raise typer.BadParameter(_("goes with one unit only"), param_hint="--out")
    asked = DossiersAsked(unit, run, out)
    with say.progress() as progress:
        number, written = write_dossiers(existing(folder), asked, meant_day(on), progress)
    rows = [{"unit": each.unit.id, "file": str(each.file.path), "fate": each.file.fate} for each in written]
    say.result({"run": number, "dossiers": rows}, rows, [written_line(each.file) for each in written])
    say.message(_("made from run {run}").format(run=number) if number else _("made before any official scoring"))
    say.message(_("internal: sign it, file it, hand it to nobody outside"))
