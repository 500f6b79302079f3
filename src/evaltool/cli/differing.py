"""The command that says what moved between two runs, and which cause moved it by how much."""

from __future__ import annotations

from gettext import gettext as _
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from evaltool.cli.console import Console
from evaltool.cli.program import GivenFolder, command, existing

if TYPE_CHECKING:
    from evaltool.proof.moved import RunDifference

Before = Annotated[
    str,
    typer.Argument(metavar="[A]", help=_("The earlier run; default: the official one before B."), show_default=False),
]
After = Annotated[
    str, typer.Argument(metavar="[B]", help=_("The later run; default: the newest official one."), show_default=False)
]


@command(
    _("What moved between two runs, and which cause moved it by how much; exit code 1 if a rank, grade or award did."),
    _("Example: evaltool diff city-2027 --against decisions"),
)
def diff(
    say: Console,
    folder: GivenFolder,
    before: Before = "",
    after: After = "",
    against: Annotated[
        Literal["decisions"] | None,
        typer.Option(
            "--against",
            metavar="decisions",
            help=_(
                "Run A (default: the newest official one) against what stands in the folder now; nothing is stored."
            ),
            show_default=False,
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help=_("Write it as a workbook (.xlsx) too."), show_default=False),
    ] = None,
) -> int:
    from evaltool.cli.differencewords import in_text
    from evaltool.proof.difference import against_now, compared

    place = existing(folder)
    if against and after:
        raise typer.BadParameter(_("with --against only one run is named"), param_hint="B")
    with say.progress() as progress:
        made = against_now(place, before, progress) if against else compared(place, before, after, progress)
    value = made.as_value()
    say.result(value, value["units"], in_text(made))
    if out:
        _write(say, made, out)
    say.message(_outcome(made))
    return 1 if made.moved else 0


def _write(say: Console, made: RunDifference, out: Path) -> None:
    from evaltool.files import place
    from evaltool.proof.differencebook import difference_book
    from evaltool.writers.saving import to_bytes

    say.message(_("written: {file}").format(file=place(out, to_bytes(difference_book(made))).path))


def _outcome(made: RunDifference) -> str:
    if made.moved:
        moved = sum(unit.moved for unit in made.units)
        return _("rank, grade or awards are others for {n} units").format(n=moved)
    return _("no rank, grade or award has moved")
