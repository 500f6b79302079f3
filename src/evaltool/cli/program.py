"""The program itself: its options, how a command is registered and guarded, how results are said."""

from __future__ import annotations

import inspect
import os
import sys
from collections.abc import Callable, Iterable
from datetime import date
from gettext import gettext as _
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from evaltool import __version__
from evaltool.cli.console import Console, Format, Part
from evaltool.cli.helppage import ProgramCommand, ProgramGroup
from evaltool.cli.language import VARIABLE, TerminalLanguage
from evaltool.cli.nextsteps import after_refusal
from evaltool.findings import Finding, Refused, blocking, finding

if TYPE_CHECKING:
    from evaltool.inbox.askedworkers import WorkersAsked

SETTINGS = {"help_option_names": ["--help", "-h"]}
HERE = Path()
EVERY = _("Options of every command")
COMPLETE = "_EVALTOOL_COMPLETE"  # set by the shell's script when it asks for completion

app = typer.Typer(
    name="evaltool",
    cls=ProgramGroup,
    help=_("Annual performance evaluation: sheets out, sheets back, exact totals, ranks, notices."),
    epilog=_("A year begins with `evaltool init`; `evaltool demo` shows a whole one."),
    no_args_is_help=True,
    add_completion=False,
    context_settings=SETTINGS,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # texts with [brackets] are texts
    suggest_commands=False,  # `helppage` does, in the language of the terminal
)

Folder = Annotated[
    Path,
    typer.Argument(metavar="[DIR]", help=_("The evaluation's folder; default: the current one."), show_default=False),
]
NoCache = Annotated[
    bool, typer.Option("--no-cache", help=_("Read every file, also those that were read before and are unchanged."))
]
Workers = Annotated[
    str,
    typer.Option(
        "--workers",
        metavar="N|dask://HOST:PORT",
        help=_("Who reads the files: so many processes, or a Dask cluster; default: as many as are worth it."),
        show_default=False,
    ),
]
NewFolder = Annotated[Path, typer.Argument(metavar="DIR", help=_("The folder to make; must be new or empty."))]
DemoFolder = Annotated[Path, typer.Argument(metavar="[DIR]", help=_("The folder to make; must be new or empty."))]
GivenFolder = Annotated[Path, typer.Argument(metavar="DIR", help=_("The evaluation's folder."))]
Run = Annotated[
    str, typer.Option("--run", metavar="N", help=_("The run; default: the newest official one."), show_default=False)
]
AsOf = Annotated[
    str,
    typer.Option(
        "--on",
        metavar="YYYY-MM-DD",
        help=_("The day as of which sheets are missing; default: today."),
        show_default=False,
    ),
]
Lang = Annotated[
    TerminalLanguage | None,
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
    from evaltool.cli.language import chosen

    return Console(lang or chosen((), os.environ), output_format, quiet, not no_color)


_COMMON = tuple(inspect.signature(_common, eval_str=True).parameters.values())


def command(help: str, epilog: str = "") -> Callable[[Callable[..., int | None]], Callable[..., int | None]]:
    """Register a function `(say, ...)` as a command: with the options of every command, which make `say`, and with the
    exit code that it returns (None: 0)."""

    def register(function: Callable[..., int | None]) -> Callable[..., int | None]:
        own = list(inspect.signature(function, eval_str=True).parameters.values())[1:]

        def run(**arguments: Any) -> None:
            say = _common(**{each.name: arguments.pop(each.name) for each in _COMMON})
            raise typer.Exit(_guarded(function, say, arguments))

        every = [each.replace(kind=inspect.Parameter.KEYWORD_ONLY) for each in (*own, *_COMMON)]
        run.__signature__ = inspect.Signature(every)  # type: ignore[attr-defined]
        run.__annotations__ = {each.name: each.annotation for each in every}
        app.command(function.__name__, cls=ProgramCommand, help=help, epilog=epilog or None, context_settings=SETTINGS)(
            run
        )
        return function

    return register


_CLOSED_PIPE = 128 + 13
"""What a shell says of tools that end because nobody reads their output any more (SIGPIPE)."""


def _guarded(function: Callable[..., int | None], say: Console, arguments: dict[str, Any]) -> int:
    """Run a command; what it was refused for is said in full."""
    try:
        code = function(say, **arguments) or 0
        sys.stdout.flush()
    except Refused as refused:
        say.trouble(refused.findings)
        say.message(_("Refused; errors: {n}").format(n=len(blocking(refused.findings))))
        folder = arguments.get("source") or arguments.get("folder")  # a year is refused for the one it begins from
        if folder:
            after_refusal(say, function.__name__, folder, refused.findings, usage=refused.usage or refused.fault)
        return 3 if refused.fault else 2 if refused.usage else 1
    except (BrokenPipeError, SystemExit):  # Rich makes the second out of the first
        # whoever read the output has gone; the interpreter must not fail again when it flushes at its end
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _CLOSED_PIPE
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


def get_ready_to_complete() -> None:
    """Answer the shell's question what could stand next; costs time, so only when it asks."""
    if COMPLETE in os.environ:
        from typer.completion import completion_init  # type: ignore[attr-defined]  # Typer's own way, not in its list

        completion_init()


def meant_day(text: str) -> date:
    """The day that is meant, as people write it; today where none is given."""
    from evaltool.files import today
    from evaltool.names import day_in

    day = day_in(text) if text else today()
    if day is None:
        raise typer.BadParameter(_("{text} is no date such as 2027-03-31").format(text=text), param_hint="--on")
    return day


def meant_workers(text: str) -> WorkersAsked:
    """Who is to read, as `--workers` has it."""
    from evaltool.inbox.askedworkers import ANYBODY, workers_asked

    asked = workers_asked(text) if text else ANYBODY
    if asked is None:
        wrong = _("{text} is neither a number from 1 to 61 nor an address such as dask://host:8786").format(text=text)
        raise typer.BadParameter(wrong, param_hint="--workers")
    return asked


def existing(folder: Path) -> Path:
    """The folder, if an evaluation is in it: nothing is written into any other."""
    if not (folder / "evaluation.toml").is_file():
        name = str(folder.resolve())
        raise Refused([finding("RULES_MISSING", file="evaluation.toml", args={"folder": name})], usage=True)
    return folder


def free(folder: Path) -> Path:
    from evaltool.runs.bundled import is_free

    if not is_free(folder):
        raise typer.BadParameter(_("{folder} is not empty; name a new folder").format(folder=folder), param_hint="DIR")
    return folder


UNUSABLE = ("RULES_NOT_BUILT", "NOTICE_TEMPLATE")  # the office's own files: wrong usage, whatever came back


def exit_code(findings: Iterable[Finding]) -> int:
    """1 for blocking findings, 2 where it is rules or templates with which nothing can be scored."""
    wrong = blocking(findings)
    return 2 if any(one.code in UNUSABLE for one in wrong) else 1 if wrong else 0


def say_scored(say: Console, folder: Path, text: list[Part]) -> None:
    """Programs get what the run's `results.json` says (as JSON lines: a line per unit), people the summary."""
    if say.format == "json":
        say.raw((folder / "results.json").read_text(encoding="utf-8").rstrip())
    elif say.format == "jsonl":
        import json

        say.result({}, json.loads((folder / "results.json").read_text(encoding="utf-8"))["units"], ())
    else:
        say.result({}, (), text)


def say_findings(say: Console, findings: list[Finding]) -> None:
    """What is worth a look beside a result; programs have it in the result."""
    if say.format == "text" and not say.quiet:
        say.trouble(findings)
