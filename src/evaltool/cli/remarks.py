"""The command for what people write: comments of surveys, sheets of remarks."""

from __future__ import annotations

from gettext import gettext as _
from pathlib import Path
from typing import Annotated

import typer

from evaltool.cli.committee import given_file
from evaltool.cli.console import Console, Part, StyledLine
from evaltool.cli.nextsteps import quoted, say_next, say_scoring
from evaltool.cli.program import HERE, Folder, command, existing


@command(
    _("Gather what surveys and sheets say in words, for somebody to look at; or take over what was kept."),
    _("Example: evaltool remarks city-2027; then evaltool remarks city-2027 --take city-2027/remarks/意见初选.xlsx"),
)
def remarks(
    say: Console,
    folder: Folder = HERE,
    take: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help=_("The workbook that somebody has gone through: what was kept goes into the table 意见建议."),
        ),
    ] = None,
) -> None:
    if take is not None:
        return _take(say, folder, take)
    from evaltool import run

    with say.progress() as progress:
        _taken, made = run.collect_remarks(existing(folder), progress)
    value = {"remarks": made.remarks, "covered": made.covered, "file": made.file}
    if not made.remarks:
        say.result(value, [value], [StyledLine(_("Nothing was said that nobody has looked at yet."))])
        return None
    told = _("{n} remarks to look at; personal data were covered in {covered}").format(
        n=made.remarks, covered=made.covered
    )
    say.result(value, [value], [StyledLine(told), StyledLine(made.file, "bold")])
    say_next(say, "remarks", folder, "--take", quoted(folder / made.file), first=_("go through the workbook"))
    return None


def _take(say: Console, folder: Path, file: Path) -> None:
    from evaltool import run
    from evaltool.evaluation import load

    made = run.take_remarks(existing(folder), given_file(folder, file))
    value = {
        "taken": made.taken,
        "left_out": made.left_out,
        "waiting": made.waiting,
        "before": made.before,
        "passed_on": made.passed_on,
        "file": made.file,
    }
    told = _("taken over: {taken}; left out: {left_out}; still to be looked at: {waiting}; looked at before: {before}")
    parts: list[Part] = [StyledLine(told.format(**value))]
    parts += [StyledLine(made.file, "bold")] if made.file else []
    say.result(value, [value], parts)
    if made.passed_on:
        say_next(say, "notice", folder, "意见转办单", first=_("pass {n} remarks on").format(n=made.passed_on))
    elif not made.taken and made.waiting:
        say_next(say, "remarks", folder, "--take", quoted(file), first=_("fill in the column 采用"))
    else:
        say_scoring(say, load(folder)[0], folder)
