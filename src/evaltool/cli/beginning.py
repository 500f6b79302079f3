"""Commands that begin a year: the sample, the bundled evaluations, a new folder, the rules in words."""

from __future__ import annotations

from gettext import gettext as _
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from evaltool.cli.console import Console, StyledLine
from evaltool.cli.nextsteps import line, say_next
from evaltool.cli.program import (
    HERE,
    DemoFolder,
    Folder,
    GivenFolder,
    NewFolder,
    command,
    existing,
    exit_code,
    free,
    say_findings,
    say_scored,
)
from evaltool.views.tables import of_texts

if TYPE_CHECKING:
    from evaltool.evaluation import Evaluation
    from evaltool.rules import Component


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
    say_next(say, "scheme", folder)


@command(
    _("List the bundled evaluations that a year can start from, or those nearest to an office's own text."),
    _("Example: evaltool schemes --like rules.txt"),
)
def schemes(
    say: Console,
    like: Annotated[
        str, typer.Option("--like", metavar="FILE|TEXT", help=_("The office's own text, or a text file with it."))
    ] = "",
) -> None:
    from evaltool.runs import bundled

    if like:
        _say_nearest(say, _own_text(like))
        return
    found = bundled.evaluations()
    rows = [
        {"name": each.name, "title": each.title, "classes": dict(each.classes), "sound": each.sound} for each in found
    ]
    lines = (
        (each.name, each.title, ", ".join(f"{name} {units}" for name, units in each.classes) or _("rules are refused"))
        for each in found
    )
    say.result({"schemes": rows}, rows, [of_texts("", (_("name"), _("evaluation"), _("classes and units")), lines)])
    say_next(say, "init", _("DIR"), "--from", _("NAME"))


def _own_text(said: str) -> str:
    """A text, or what stands in a text file, in whichever of the two ways Chinese is kept."""
    path = Path(said)
    try:
        data = path.read_bytes() if len(said) < _LONGEST_PATH and path.is_file() else said.encode()
    except OSError:
        data = said.encode()
    if len(data) > _LONGEST_TEXT or b"\0" in data:
        raise typer.BadParameter(_("no text file; save the document as plain text (.txt)"), param_hint="--like")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("gb18030", errors="replace")
    if "\n" not in text and text == said and path.suffix:
        raise typer.BadParameter(_("no file {name}").format(name=said), param_hint="--like")
    return text


_LONGEST_PATH, _LONGEST_TEXT = 1000, 2_000_000


def _say_nearest(say: Console, text: str) -> None:
    """The bundled evaluations nearest to a text, with the clauses that are said alike."""
    from evaltool.exact import half_up, plain
    from evaltool.runs.likeness import nearest_to

    found = nearest_to(text)
    rows = [
        {
            "name": each.bundled.name,
            "title": each.bundled.title,
            "percent": plain(half_up(each.part * 100, 0)),
            "clauses": [{"clause": one.clause, "says": one.words} for one in each.clauses],
        }
        for each in found
    ]
    heads = _("name"), _("evaluation"), _("shared")
    best = [(each.bundled.name, each.bundled.title, f"{half_up(each.part * 100, 0)}%") for each in found]
    tables = [of_texts("", heads, best)]
    for each in found:
        if each.clauses:
            alike = [(one.clause, one.words) for one in each.clauses]
            tables.append(of_texts(each.bundled.name, (_("the text says"), _("it says")), alike))
    say.result({"schemes": rows}, rows, tables if found else [StyledLine(_("nothing of the text is in any of them"))])
    if found:
        say_next(say, "init", _("DIR"), "--from", found[0].bundled.name)


@command(
    _("Make a new year's folder from a bundled evaluation, from an earlier year's folder, or an empty one to fill in."),
    _("Example: evaltool init city-2027 --from NAME (names: evaltool schemes)"),
)
def init(
    say: Console,
    folder: NewFolder,
    source: Annotated[str, typer.Option("--from", metavar="NAME", help=_("A bundled evaluation, or a folder."))] = "",
    empty: Annotated[
        bool, typer.Option("--empty", help=_("Rules to write and workbooks to fill in, all of it explained."))
    ] = False,
    year: Annotated[
        int | None,
        typer.Option(
            "--year",
            metavar="YYYY",
            min=1900,
            max=9998,
            help=_("The new year; default: the one after that of the folder, of a bundled evaluation its own."),
            show_default=False,
        ),
    ] = None,
    matter: Annotated[
        str, typer.Option("--matter", metavar="NAME", help=_("Evaluate a single matter (专项评估) of this name."))
    ] = "",
    inside: Annotated[
        str, typer.Option("--in", metavar="DIR", help=_("The folder of the yearly evaluation that it belongs to."))
    ] = "",
) -> None:
    from evaltool.cli import begunwords
    from evaltool.runs import emptyyear, newyear

    if matter or inside:
        if source or empty or year or not (matter.strip() and inside):
            raise typer.BadParameter(_("a matter has a name and a yearly evaluation"), param_hint="--matter, --in")
        _begin_matter(say, folder, matter.strip(), existing(Path(inside)))
        return
    if bool(source) == empty:
        raise typer.BadParameter(_("name what the year begins from, or --empty"), param_hint="--from, --empty")
    found = None if empty else _source(source)
    begun = (
        newyear.begin_year(free(folder), found, year or 0) if found else emptyyear.begin_empty(free(folder), year or 0)
    )
    rows = begunwords.rows(begun)
    value = {"folder": str(folder), "year": begun.year}
    say.result({**value, "said": rows}, [value, *rows], [StyledLine(str(folder)), *begunwords.lines(begun)])
    say.message(
        _("Next: look through evaluation.toml, schemes/ and roster.xlsx; then: {command}").format(
            command=line("scheme", folder)
        )
    )


def _begin_matter(say: Console, folder: Path, matter: str, year: Path) -> None:
    from evaltool.cli import begunwords
    from evaltool.runs.newmatter import begin_matter

    begun = begin_matter(free(folder), matter, year)
    rows = begunwords.rows(begun)
    value = {"folder": str(folder), "year": begun.year}
    say.result({**value, "said": rows}, [value, *rows], [StyledLine(str(folder)), *begunwords.lines(begun)])
    say_next(say, "scheme", folder)


def _source(name: str) -> Path:
    """The folder that a year begins from."""
    from evaltool.runs import bundled

    found = bundled.find(name)
    if found is None:
        names = ", ".join(each.name for each in bundled.evaluations())
        raise typer.BadParameter(
            _("no evaluation {name}; there are: {names}").format(name=name, names=names), param_hint="--from"
        )
    return found


@command(
    _("Check the rules and explain them in words; or say who marks whom, and where nobody does."),
    _("Example: evaltool scheme city-2027 --who --out who-marks-whom.xlsx"),
)
def scheme(
    say: Console,
    folder: Folder = HERE,
    who: Annotated[bool, typer.Option("--who", help=_("Say who marks whom in which component."))] = False,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help=_("Write who marks whom as a workbook (.xlsx)."))
    ] = None,
    picture: Annotated[
        bool,
        typer.Option(
            "--picture",
            help=_("Draw the tree of components with weights, evaluators and absence rules (.svg and .png)."),
        ),
    ] = False,
) -> int:
    from evaltool.evaluation import load
    from evaltool.evaluation.in_words import explain
    from evaltool.run import known_ahead

    evaluation, findings = load(existing(folder))
    findings = sorted([*findings, *known_ahead(evaluation)])
    if picture:
        _say_drawn(say, evaluation)
    elif who or out:
        _say_who(say, evaluation, out)
    else:
        lines = explain(evaluation, say.language)
        rows = [one.as_row(say.language) for one in findings]
        shown = [StyledLine(line) for line in lines]
        say.result({"lines": lines, "findings": rows}, [{"line": line} for line in lines], shown)
    say_findings(say, findings)
    goals = any(each.goals for each in _components(evaluation)) and not evaluation.roster.goals
    if not (wrong := exit_code(findings)):
        say_next(say, "template", folder, *(["--sheet", "goals"] if goals else []))
    return wrong


def _say_drawn(say: Console, evaluation: Evaluation) -> None:
    from evaltool.page.rulepicture import draw_rules

    written = [str(path) for path in draw_rules(evaluation)]
    say.result({"pictures": written}, [{"picture": path} for path in written], map(StyledLine, written))


def _components(evaluation: Evaluation) -> list[Component]:
    return [each for one in evaluation.classes.values() for each in one.components.values()]


def _say_who(say: Console, evaluation: Evaluation, out: Path | None) -> None:
    """Who marks whom, and how often nobody does; as a workbook too."""
    from dataclasses import asdict

    from evaltool.files import place
    from evaltool.questions.whomarks import who_marks
    from evaltool.sheets.whomarksbook import who_marks_book
    from evaltool.views.whomarks import who_marks_table
    from evaltool.writers.saving import to_bytes

    marked = who_marks(evaluation)
    rows = [asdict(one) for one in marked]
    nobody = sum(one.state == "nobody" for one in marked)
    headings = (_("class"), _("component"), _("who marks"), _("units"))
    say.result({"marked": rows, "nobody": nobody}, rows, [who_marks_table(evaluation, marked, headings)])
    if nobody:
        say.message(_("nobody marks: {n} (unit and component); the rules say what happens then").format(n=nobody))
    if out:
        say.message(_("written: {file}").format(file=place(out, to_bytes(who_marks_book(evaluation, marked))).path))


@command(
    _("Write the roster or the ledger of a folder as a workbook to fill in: lists to choose from, headers explained."),
    _("Example: evaltool workbook city-2027 roster"),
)
def workbook(
    say: Console,
    folder: GivenFolder,
    which: Annotated[Literal["roster", "ledger"], typer.Argument(help=_("roster or ledger."))],
) -> None:
    from evaltool.runs.officebooks import write_ledger, write_roster

    placed = (write_roster if which == "roster" else write_ledger)(existing(folder))
    say.result({"file": str(placed.path)}, [{"file": str(placed.path)}], [StyledLine(str(placed.path))])
    if which == "roster":
        first = _("compare it with the present tables, put it in their place as roster.xlsx (remove roster/*.csv)")
    else:
        first = _("fill in a line for each decision")
    say_next(say, "scheme" if which == "roster" else "validate", folder, first=first)
