"""Commands that score, and what they stored."""

from __future__ import annotations

from contextlib import suppress
from gettext import gettext as _
from pathlib import Path
from typing import Annotated

import typer

from evaltool.cli.completing import unit_values
from evaltool.cli.console import Console
from evaltool.cli.nextsteps import line, say_next
from evaltool.cli.program import HERE, Folder, NoCache, Workers, command, existing, meant_workers, say_scored
from evaltool.findings import Refused
from evaltool.views.tables import of_texts


@command(
    _("Score the evaluation and store a new run. Refused while blocking findings stand."),
    _("Example: evaltool score city-2027 --notice date=2028-04-20 --notice numbers.bulletin=某绩评〔2028〕3号"),
)
def score(
    say: Console,
    folder: Folder = HERE,
    interim: Annotated[
        bool, typer.Option("--interim", help=_("Score what is there; never an official result."))
    ] = False,
    notice: Annotated[
        list[str] | None,
        typer.Option(
            metavar="KEY=VALUE",
            help=_("A text for the documents, in the place of that in [notice] of evaluation.toml; may be repeated."),
        ),
    ] = None,
    decision: Annotated[
        str,
        typer.Option(
            "--decision",
            metavar="NUMBER",
            help=_("The document by which a posted result is scored again, where the ledger has no new decision."),
        ),
    ] = "",
    no_cache: NoCache = False,
    workers: Workers = "",
) -> None:
    from evaltool import run
    from evaltool.cli import summary
    from evaltool.cli.sincewords import since
    from evaltool.files import today
    from evaltool.proof.since import since as moved_since

    with say.progress() as progress:
        scored = run.score_folder(
            existing(folder),
            interim=interim,
            progress=progress,
            notice=notice or (),
            anew=no_cache,
            workers=meant_workers(workers),
            on=today(),
            decision=decision.strip(),
        )
        moved = moved_since(folder, scored.result, progress) if say.format == "text" else None
    rest = _("all of them are in {file} and in the ranked workbook").format(file=scored.folder / "findings.jsonl")
    noticed = summary.worth_a_look([*scored.unused, *scored.result.findings], say.language, rest)
    say_scored(say, scored.folder, [*summary.scoring(scored.result, scored.folder, since(moved)), *noticed])
    _say_after(say, folder, interim=interim, drafts=bool(scored.result.evaluation.stages.needed))


def _say_after(say: Console, folder: Path, *, interim: bool, drafts: bool) -> None:
    """What comes after a result: documents, stages and disputes; after an interim one what is still missing."""
    if interim:
        say_next(say, "validate", folder)
        return
    looked = _("look through the ranked workbook and the documents")
    if drafts:
        say.message(_("The documents are drafts, and nothing in public/ goes out before the result is posted."))
    say_next(say, *(("status", folder) if drafts else ("notice", folder, "--list")), first=looked)
    disputed = line("decide", folder)
    say.message(
        _("After a dispute: {decide}; then score again: {score}").format(decide=disputed, score=line("score", folder))
    )


@command(_("Draw a run's totals, ranks and grades as a picture (PNG) to paste into a chat; written into documents/."))
def picture(
    say: Console,
    folder: Folder = HERE,
    run: Annotated[str, typer.Option("--run", metavar="N", help=_("The run to draw; default: the newest."))] = "",
    top: Annotated[int, typer.Option("--top", metavar="N", min=0, help=_("Units shown of each group; 0: all."))] = 10,
) -> None:
    from evaltool.page.picture import INTERIM_PICTURE, draw_run

    path = draw_run(existing(folder), run, top)
    say.result({"picture": str(path)}, [{"picture": str(path)}], [])
    if path.name.startswith(INTERIM_PICTURE):
        say.message(_("the picture is {file}; it is of an interim result and not for the public").format(file=path))
    else:
        say.message(_("the picture is {file}; it shows nothing that is not public").format(file=path))
    say_next(say, "notice", folder, "--list")


@command(
    _("List the runs; with --code find the run of a printed short code, and say whether a printed figure is its own."),
    _("Example: evaltool runs city-2027 --code 3fa21b09 --unit U012 --figure 87.30"),
)
def runs(
    say: Console,
    folder: Folder = HERE,
    code: Annotated[
        str, typer.Option(metavar="CODE", help=_("The short code (校验码) on a printed document, or its beginning."))
    ] = "",
    unit: Annotated[
        str, typer.Option(metavar="UNIT", help=_("The unit whose figure is printed."), autocompletion=unit_values)
    ] = "",
    component: Annotated[
        str, typer.Option(metavar="NAME", help=_("The component whose points are printed; default: the total."))
    ] = "",
    figure: Annotated[str, typer.Option(metavar="NUMBER", help=_("The printed figure."))] = "",
) -> int:
    if code:
        return _find(say, existing(folder), code, unit, component, figure)
    if unit or component or figure:
        raise typer.BadParameter(_("goes with --code"), param_hint="--unit, --component, --figure")
    _list(say, folder)
    return 0


def _find(say: Console, folder: Path, code: str, unit: str, component: str, figure: str) -> int:
    """The runs with a code; exit code 1 for a figure that is not theirs, and where every one of them was altered."""
    from evaltool.cli.printedwords import as_value, in_text
    from evaltool.proof.printed import checked_figure, findings_of, runs_with_code

    if (figure or component) and not unit:
        raise typer.BadParameter(_("whose figure it is must be said"), param_hint="--unit")
    found = runs_with_code(folder, code)
    held = checked_figure(folder, found, unit, component, figure) if unit else None
    wrong = findings_of(folder, found)
    value = as_value(found, held) | {"findings": [one.as_row(say.language) for one in wrong]}
    say.result(value, value["runs"], in_text(found, held))
    if wrong and say.format == "text":
        say.trouble(wrong)
    none_left = all(each.state == "altered" for each in found)
    return 1 if none_left or (held and held.printed and not held.agrees) else 0


def _list(say: Console, folder: Path) -> None:
    from dataclasses import asdict

    from evaltool.files.clock import local
    from evaltool.runs.chain import altered, broken_links
    from evaltool.runs.store import list_runs

    place = existing(folder)
    entries = list_runs(place)
    wrong = {each.number: altered(place, each) for each in entries}
    stages = _stages(place)
    changes = {each.number: _change(place, each.number) for each in entries}
    rows = [
        {
            **asdict(each),
            "altered": bool(wrong[each.number]),
            "stages": stages.get(each.number, ""),
            "change": changes[each.number],
        }
        for each in entries
    ]
    lines = tuple(
        (
            each.number,
            _("altered") if wrong[each.number] else _("interim") if each.interim else stages.get(each.number, ""),
            local(each.time) if each.time else "",
            each.operator,
            each.code,
            changes[each.number],
        )
        for each in entries
    )
    headings = (_("run"), _("stage"), _("time"), _("by"), _("code"), _("change"))
    found = sorted({*broken_links(place), *(one for each in wrong.values() for one in each)})
    say.result({"runs": rows}, rows, [of_texts("", headings, lines)] if entries else [])
    if not entries:
        say.message(_("no runs yet"))
    if found:
        raise Refused(found)
    say_next(say, "notice" if entries else "validate", folder, *(["--list"] if entries else []))


def _stages(folder: Path) -> dict[str, str]:
    """Run -> what was decided of it; nothing where rules or ledger cannot be read."""
    from evaltool.evaluation import load
    from evaltool.ledger import KINDS
    from evaltool.runs.stages import passed_stages

    found: dict[str, list[str]] = {}
    with suppress(Refused):
        for each in passed_stages(load(folder)[0]).reached:
            found.setdefault(each.run.number, []).append(KINDS[each.stage].word)
    return {number: "、".join(dict.fromkeys(words)) for number, words in found.items()}


def _change(folder: Path, number: str) -> str:
    """What a run says otherwise than the one before it, in a line; "" for a first run, and where one of the two is not
    as it was stored."""
    from evaltool.cli.sincewords import in_a_line
    from evaltool.proof.since import run_before, unscored

    pair = run_before(folder, number)
    try:
        return in_a_line(unscored(folder, *pair)) if pair else ""
    except (Refused, OSError):  # what the record lacks is said by `verify`
        return ""
