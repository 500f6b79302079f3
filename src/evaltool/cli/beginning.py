"""Commands that begin a year: the sample, the bundled evaluations, a new folder, the rules in words."""

from __future__ import annotations

from gettext import gettext as _
from pathlib import Path
from typing import Annotated

import typer

from evaltool.cli.console import Console, StyledLine
from evaltool.cli.program import (
    HERE,
    DemoFolder,
    Folder,
    NewFolder,
    command,
    existing,
    exit_code,
    free,
    say_findings,
    say_scored,
)
from evaltool.views.tables import of_texts


@command(_("Copy the sample evaluation into a new folder and score it."), _("Example: evaltool demo demo-out"))
def demo(say: Console, folder: DemoFolder = Path("demo-out")) -> None:
    from evaltool import run
    from evaltool.cli import summary
    from evaltool.runs import bundled

    with say.progress() as progress:
        bundled.copy_sample(free(folder))
        scored = run.score_folder(folder, progress=progress)
    say_scored(say, scored.folder, summary.scoring(scored.result, scored.folder))
    say.message(
        _("Look at {internal} and {public}; the filled-in sheets are in {inbox}.").format(
            internal=scored.folder / "internal", public=scored.folder / "public", inbox=folder / "inbox"
        )
    )


@command(_("List the bundled evaluations that a year can start from."))
def schemes(say: Console) -> None:
    from evaltool.runs import bundled

    found = bundled.evaluations()
    rows = [
        {"name": each.name, "title": each.title, "classes": dict(each.classes), "sound": each.sound} for each in found
    ]
    lines = (
        (each.name, each.title, ", ".join(f"{name} {units}" for name, units in each.classes) or _("rules are refused"))
        for each in found
    )
    say.result({"schemes": rows}, rows, [of_texts("", (_("name"), _("evaluation"), _("classes and units")), lines)])


@command(
    _("Make a new year's folder from a bundled evaluation or from an earlier year's folder."),
    _("Example: evaltool init city-2027 --from NAME (names: evaltool schemes)"),
)
def init(
    say: Console,
    folder: NewFolder,
    source: Annotated[str, typer.Option("--from", metavar="NAME", help=_("A bundled evaluation, or a folder."))],
) -> None:
    from evaltool.runs import bundled, newyear

    found = bundled.find(source)
    if found is None:
        names = ", ".join(each.name for each in bundled.evaluations())
        raise typer.BadParameter(
            _("no evaluation {name}; there are: {names}").format(name=source, names=names), param_hint="--from"
        )
    carried = newyear.begin_year(free(folder), found)
    say.result({"folder": str(folder)}, [{"folder": str(folder)}], [StyledLine(str(folder))])
    if carried:
        say.message(_("Results of the last run taken along into the roster: {n} units").format(n=carried))
    say.message(
        _("Next: edit evaluation.toml (id, name, year, deadlines), schemes/ and roster.xlsx; then `evaltool scheme`.")
    )


@command(_("Check the rules and explain them in words."))
def scheme(say: Console, folder: Folder = HERE) -> int:
    from evaltool.evaluation import load
    from evaltool.evaluation.in_words import explain
    from evaltool.run import known_ahead

    evaluation, findings = load(existing(folder))
    findings = sorted([*findings, *known_ahead(evaluation)])
    lines = explain(evaluation, say.language)
    rows = [one.as_row(say.language) for one in findings]
    say.result(
        {"lines": lines, "findings": rows}, [{"line": line} for line in lines], [StyledLine(line) for line in lines]
    )
    say_findings(say, findings)
    return exit_code(findings)
