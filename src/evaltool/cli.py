"""The command line.  A command reads its arguments, calls one function and prints.

Exit codes: 0 done; 1 blocking findings; 2 wrong usage or wrong rules; 3 internal or I/O error; 130 interrupted.
What a command needs is imported inside it, so that `--version` and `--help` answer at once.
"""

from __future__ import annotations

import inspect
import os
import sys
from collections.abc import Callable
from gettext import gettext as _
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

import typer

from evaltool import __version__
from evaltool.console import Block, Console, Format, Line, Table, finding_lines
from evaltool.findings import Finding, Refused, blocking, finding
from evaltool.language import VARIABLE, Language

SETTINGS = {"help_option_names": ["--help", "-h"]}
HERE = Path()
EVERY = _("Options of every command")

app = typer.Typer(
    name="evaltool",
    help=_("Annual performance evaluation: sheets out, sheets back, exact totals, ranks, notices."),
    epilog=_("A year begins with `evaltool init`; `evaltool demo` shows a whole one."),
    no_args_is_help=True,
    add_completion=False,
    context_settings=SETTINGS,
    pretty_exceptions_enable=False,
)

Folder = Annotated[
    Path,
    typer.Argument(metavar="[DIR]", help=_("The evaluation's folder; default: the current one."), show_default=False),
]
NewFolder = Annotated[Path, typer.Argument(metavar="DIR", help=_("The folder to make; must be new or empty."))]
DemoFolder = Annotated[Path, typer.Argument(metavar="[DIR]", help=_("The folder to make; must be new or empty."))]
GivenFolder = Annotated[Path, typer.Argument(metavar="DIR", help=_("The evaluation's folder."))]
Lang = Annotated[
    Language | None,
    typer.Option(
        "--lang",
        metavar="zh|en",
        help=_("Language of the terminal; default: {variable}, else the system's.").format(variable=VARIABLE),
        show_default=False,
        rich_help_panel=EVERY,
    ),
]


def _common(
    lang: Lang = None,
    output_format: Annotated[
        Format,
        typer.Option(
            "--output-format",
            metavar="text|json|jsonl",
            help=_("Form of the results on stdout."),
            rich_help_panel=EVERY,
        ),
    ] = "text",
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help=_("Results and errors only."), rich_help_panel=EVERY)
    ] = False,
    no_color: Annotated[
        bool, typer.Option("--no-color", help=_("No colours (NO_COLOR does the same)."), rich_help_panel=EVERY)
    ] = False,
) -> Console:
    """The options that every command has."""
    from evaltool.language import chosen

    return Console(lang or chosen((), os.environ), output_format, quiet, not no_color)


def command(help: str, epilog: str = "") -> Callable[[Callable[..., int | None]], Callable[..., int | None]]:
    """Register a function `(say, ...)` as a command: with the options of every command, which make `say`, and with the
    exit code that it returns (None: 0)."""

    def register(function: Callable[..., int | None]) -> Callable[..., int | None]:
        own = list(inspect.signature(function, eval_str=True).parameters.values())[1:]
        common = list(inspect.signature(_common, eval_str=True).parameters.values())

        def run(**arguments: Any) -> None:
            say = _common(**{each.name: arguments.pop(each.name) for each in common})
            raise typer.Exit(_guarded(function, say, arguments))

        every = [each.replace(kind=inspect.Parameter.KEYWORD_ONLY) for each in (*own, *common)]
        run.__signature__ = inspect.Signature(every)  # type: ignore[attr-defined]
        run.__annotations__ = {each.name: each.annotation for each in every}
        app.command(function.__name__, help=help, epilog=epilog or None, context_settings=SETTINGS)(run)
        return function

    return register


def _guarded(function: Callable[..., int | None], say: Console, arguments: dict[str, Any]) -> int:
    """Run a command; what it was refused for is said in full."""
    try:
        code = function(say, **arguments) or 0
        sys.stdout.flush()
    except Refused as refused:
        say.trouble(refused.findings)
        say.message(_("Refused; errors: {n}").format(n=len(blocking(refused.findings))))
        return 2 if refused.usage else 1
    except (BrokenPipeError, SystemExit):  # Rich makes the second out of the first
        # whoever read the output has gone; the interpreter must not fail again when it flushes at its end
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 3
    return code


def _version(wanted: bool) -> None:
    if wanted:
        print(f"evaltool {__version__}")  # noqa: T201
        raise typer.Exit


@app.callback()
def _program(
    version: Annotated[
        bool, typer.Option("--version", help=_("Print the version and exit."), callback=_version, is_eager=True)
    ] = False,
    lang: Lang = None,
) -> None:
    """What is asked before any command."""


def _existing(folder: Path) -> Path:
    """The folder, if an evaluation is in it: nothing is written into any other."""
    if not (folder / "evaluation.toml").is_file():
        name = str(folder.resolve())
        raise Refused([finding("RULES_MISSING", file="evaluation.toml", args={"folder": name})], usage=True)
    return folder


def _free(folder: Path) -> Path:
    from evaltool.bundled import is_free

    if not is_free(folder):
        raise typer.BadParameter(_("{folder} is not empty; name a new folder").format(folder=folder), param_hint="DIR")
    return folder


# --- beginning -------------------------------------------------------------------------------------------------------


@command(_("Copy the sample evaluation into a new folder and score it."), _("Example: evaltool demo demo-out"))
def demo(say: Console, folder: DemoFolder = Path("demo-out")) -> None:
    from evaltool import bundled, run, summary

    with say.progress() as progress:
        bundled.copy_sample(_free(folder))
        scored = run.score_folder(folder, progress=progress)
    _say_scored(say, scored.folder, summary.scoring(scored.result, scored.folder))
    say.message(
        _("Look at {internal} and {public}; the filled-in sheets are in {inbox}.").format(
            internal=scored.folder / "internal", public=scored.folder / "public", inbox=folder / "inbox"
        )
    )


@command(_("List the bundled evaluations that a year can start from."))
def schemes(say: Console) -> None:
    from evaltool import bundled

    found = bundled.evaluations()
    rows = [
        {"name": each.name, "title": each.title, "classes": dict(each.classes), "sound": each.sound} for each in found
    ]
    lines = (
        (each.name, each.title, ", ".join(f"{name} {units}" for name, units in each.classes) or _("rules are refused"))
        for each in found
    )
    say.result({"schemes": rows}, rows, [Table("", (_("name"), _("evaluation"), _("classes and units")), tuple(lines))])


@command(
    _("Make a new year's folder from a bundled evaluation or from an earlier year's folder."),
    _("Example: evaltool init city-2027 --from NAME (names: evaltool schemes)"),
)
def init(
    say: Console,
    folder: NewFolder,
    source: Annotated[str, typer.Option("--from", metavar="NAME", help=_("A bundled evaluation, or a folder."))],
) -> None:
    from evaltool import bundled

    found = bundled.find(source)
    if found is None:
        names = ", ".join(each.name for each in bundled.evaluations())
        raise typer.BadParameter(
            _("no evaluation {name}; there are: {names}").format(name=source, names=names), param_hint="--from"
        )
    bundled.begin_year(_free(folder), found)
    say.result({"folder": str(folder)}, [{"folder": str(folder)}], [Line(str(folder))])
    say.message(
        _("Next: edit evaluation.toml (id, name, year, deadlines), schemes/ and roster.xlsx; then `evaltool scheme`.")
    )


@command(_("Check the rules and explain them in words."))
def scheme(say: Console, folder: Folder = HERE) -> None:
    from evaltool.evaluation import load
    from evaltool.rules_in_words import explain

    evaluation, findings = load(_existing(folder))
    lines = explain(evaluation, say.language)
    rows = [one.as_row(say.language) for one in findings]
    say.result({"lines": lines, "findings": rows}, [{"line": line} for line in lines], [Line(line) for line in lines])
    _say_findings(say, findings)


# --- through the year ------------------------------------------------------------------------------------------------


@command(_("Write the blank sheets into outbox/, a folder per role."))
def template(
    say: Console,
    folder: Folder = HERE,
    only: Annotated[str, typer.Option("--only", metavar="ROLE", help=_("One role only: its id or its name."))] = "",
) -> None:
    from dataclasses import asdict

    from evaltool import outbox, summary
    from evaltool.evaluation import load

    evaluation, _findings = load(_existing(folder))
    role = outbox.role_id(evaluation, only) if only else ""
    if role is None:
        known = ", ".join(f"{each} ({name})" for each, name in evaluation.roles.items())
        raise typer.BadParameter(
            _("no role {role}; there are: {known}").format(role=only, known=known), param_hint="--only"
        )
    with say.progress() as progress:
        sent = outbox.write_blanks(evaluation, role, progress)
    rows = [asdict(each) for each in sent]
    say.result({"sheets": rows}, rows, [summary.sent_table(sent)])
    say.message(_("{n} blank sheets are in {folder}").format(n=len(sent), folder=folder / "outbox"))


@command(_("Take in what is in inbox/ and say what each file was taken for."))
def ingest(say: Console, folder: Folder = HERE) -> None:
    from evaltool import run, summary

    with say.progress() as progress:
        taken = run.take_in(_existing(folder), progress)
    rows = summary.file_rows(taken.accounts)
    table = summary.file_table(taken.evaluation, taken.accounts)
    say.result({"files": rows}, rows, [table, Line(summary.fate_line(taken.accounts), "bold")])


@command(_("Take in the inbox and say what is wrong, who has answered and who is missing."))
def validate(
    say: Console,
    folder: Folder = HERE,
    no_returns: Annotated[bool, typer.Option("--no-returns", help=_("Leave returns/ as it is."))] = False,
) -> int:
    from dataclasses import asdict
    from datetime import date

    from evaltool import run, summary

    with say.progress() as progress:
        taken = run.take_in(_existing(folder), progress)
        prepared = None if no_returns else run.prepare_returns(taken, date.today(), progress)
    rows = [one.as_row(say.language) for one in taken.findings]
    value = {"findings": rows, "accounts": taken.accounts.as_value(), "returns": prepared and asdict(prepared)}
    # who is missing is listed by role below
    listed = [one for one in taken.findings if one.code != "SUBMISSION_MISSING"]
    told = [Line(line) for line in summary.prepared_lines(prepared)] if prepared else []
    say.result(value, rows, [*finding_lines(listed, say.language), *summary.checking(taken), *told])
    return 1 if blocking(taken.findings) else 0


@command(_("Score the evaluation and store a new run. Refused while blocking findings stand."))
def score(
    say: Console,
    folder: Folder = HERE,
    interim: Annotated[
        bool, typer.Option("--interim", help=_("Score what is there; never an official result."))
    ] = False,
) -> None:
    from evaltool import run, summary

    with say.progress() as progress:
        scored = run.score_folder(_existing(folder), interim=interim, progress=progress)
    _say_scored(say, scored.folder, summary.scoring(scored.result, scored.folder))


# --- decisions and runs ----------------------------------------------------------------------------------------------

Kind = Literal["bonus", "deduction", "veto", "waiver", "correction", "exclusion", "supersession", "tie"]
KINDS = ", ".join(get_args(Kind))


@command(
    _("Enter a decision into the ledger: a file of its own in decisions/."),
    _("Example: evaltool decide . bonus --unit NAME --to 0.5 --document NUMBER --date 2027-03-20 --reason TEXT"),
)
def decide(
    say: Console,
    folder: GivenFolder,
    kind: Annotated[Kind, typer.Argument(metavar="KIND", help=_("What was decided: {kinds}.").format(kinds=KINDS))],
    document: Annotated[str, typer.Option(help=_("Number of the document."))],
    date: Annotated[str, typer.Option(metavar="YYYY-MM-DD", help=_("Day of the decision."))],
    reason: Annotated[str, typer.Option(help=_("Why, in a sentence."))],
    unit: Annotated[str, typer.Option(help=_("The unit: id or name."))] = "",
    evaluator: Annotated[str, typer.Option(help=_("The evaluator: id or name."))] = "",
    component: Annotated[str, typer.Option(help=_("The component: id or name."))] = "",
    file: Annotated[str, typer.Option(help=_("The submission: its hash (8 digits or more) or its path."))] = "",
    sheet: Annotated[str, typer.Option(help=_("The worksheet of a corrected cell."))] = "",
    cell: Annotated[str, typer.Option(help=_("The address of a corrected cell, such as C8."))] = "",
    before: Annotated[str, typer.Option("--from", help=_("What the cell says."))] = "",
    after: Annotated[str, typer.Option("--to", help=_("The new value; points; the place that a tie gets."))] = "",
) -> None:
    from evaltool import decide as entry

    named = entry.file_hash(_existing(folder), file) if file else ""
    fields = {"document": document, "date": date, "reason": reason, "unit": unit, "evaluator": evaluator}
    fields |= {
        "component": component,
        "file_hash": named,
        "sheet": sheet,
        "cell": cell,
        "before": before,
        "after": after,
    }
    name = entry.decide(folder, kind, fields)
    say.result({"file": name}, [{"file": name}], [Line(name)])


@command(_("List the runs."))
def runs(say: Console, folder: Folder = HERE) -> None:
    from dataclasses import asdict

    from evaltool.runs import list_runs

    entries = list_runs(_existing(folder))
    rows = [asdict(each) for each in entries]
    lines = tuple(
        (each.number, _("interim") if each.interim else "", each.time, each.operator, each.code) for each in entries
    )
    headings = (_("run"), "", _("time"), _("by"), _("code"))
    say.result({"runs": rows}, rows, [Table("", headings, lines)] if entries else [])
    if not entries:
        say.message(_("no runs yet"))


def _say_scored(say: Console, folder: Path, text: list[Line | Table | Block]) -> None:
    """Programs get what the run's `results.json` says (as JSON lines: a line per unit), people the summary."""
    if say.format == "json":
        say.raw((folder / "results.json").read_text(encoding="utf-8").rstrip())
    elif say.format == "jsonl":
        import json

        say.result({}, json.loads((folder / "results.json").read_text(encoding="utf-8"))["units"], ())
    else:
        say.result({}, (), text)


def _say_findings(say: Console, findings: list[Finding]) -> None:
    """What is worth a look beside a result; programs have it in the result."""
    if say.format == "text" and not say.quiet:
        say.trouble(findings)
