"""The command that takes the published results of many cities into one table and one ranked workbook."""

from __future__ import annotations

from collections.abc import Iterator
from gettext import gettext as _
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from evaltool.cli.console import Console, Part
from evaltool.cli.program import command, say_findings
from evaltool.findings import Refused, blocking, finding
from evaltool.views.tables import of_texts

if TYPE_CHECKING:
    from evaltool.gather.gathered import GatheredProvince

OUT = Path("汇总")

Cities = Annotated[
    list[Path] | None,
    typer.Argument(
        metavar="DIR …",
        help=_("The cities' folders, folders that hold them, or lists of them (.xlsx, .csv, .txt)."),
        show_default=False,
    ),
]


@command(
    _("Take the published results of many cities, each proved first, into one table and one ranked workbook."),
    _("Example: evaltool gather 各市清单.xlsx --out 全省汇总"),
)
def gather(
    say: Console,
    cities: Cities = None,
    out: Annotated[
        Path,
        typer.Option("--out", metavar="DIR", help=_("The folder to write; must be new or empty (default: 汇总).")),
    ] = OUT,
    title: Annotated[
        str, typer.Option("--title", metavar="TEXT", help=_("What the workbook is called."), show_default=False)
    ] = "",
    interim: Annotated[
        bool,
        typer.Option("--interim", help=_("Gather the cities whose result is there; marked as incomplete everywhere.")),
    ] = False,
    check: Annotated[
        Path | None,
        typer.Option(
            "--check",
            metavar="DIR",
            help=_("Gather nothing: prove what was gathered earlier, against its manifest and the cities."),
            show_default=False,
        ),
    ] = None,
) -> int:
    if check is not None:
        return _prove(say, check)
    if not cities:
        raise Refused([finding("GATHER_NONE")], usage=True)
    from evaltool.gather.gathered import gather as gathered
    from evaltool.gather.stored import store_gathered

    with say.progress() as progress:
        made = gathered(cities, title, part=interim, progress=progress)
        folder = store_gathered(out, made)
    value = {**made.as_value(say.language), "folder": folder.as_posix()}
    units = [{"group": group["title"], **unit} for group in value["groups"] for unit in group["units"]]
    say.result(value, units, _in_text(made))
    say_findings(say, list(made.findings))
    say.message(
        _("{n} cities are gathered in {folder}; code {code}").format(n=len(made.cities), folder=folder, code=made.code)
    )
    if made.absent:
        say.message(_("incomplete, missing: {cities}").format(cities="、".join(made.absent)))
    return 0


def _in_text(made: GatheredProvince) -> Iterator[Part]:
    cities = ((each.name, each.run, each.code, str(sum(len(one.units) for one in each.groups))) for each in made.cities)
    yield of_texts("", (_("city"), _("run"), _("code"), _("units")), cities, (3,))
    groups = (
        (
            each.of.title,
            str(len(each.cities)),
            str(each.whole.units),
            _first(each.units[0].city, each.units[0].unit.name),
        )
        for each in made.groups
    )
    yield of_texts("", (_("ranking"), _("cities"), _("units"), _("first")), groups, (1, 2))


def _first(city: str, unit: str) -> str:
    return f"{unit}（{city}）"


def _prove(say: Console, folder: Path) -> int:
    from evaltool.gather.stored import prove_gathered

    with say.progress() as progress:
        said, found = prove_gathered(folder, progress)
    rows = [one.as_row(say.language) for one in found]
    value = {"title": said["title"], "code": said["code"], "cities": said["cities"], "findings": rows}
    say.result(value, rows, [])
    if say.format == "text":
        say.trouble(found)
    wrong = bool(blocking(found))
    outcome = (
        _("what was gathered is not proved; see above") if wrong else _("what was gathered is proved; code {code}")
    )
    say.message(outcome.format(code=said["code"]))
    return 1 if wrong else 0
