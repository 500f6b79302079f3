"""The command that enters a decision into the ledger."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from gettext import gettext as _
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from evaltool.cli.completing import kind_values, values
from evaltool.cli.console import Console, LabelledBlock
from evaltool.cli.nextsteps import say_next
from evaltool.cli.program import COMPLETE, GivenFolder, command, existing, say_findings

if TYPE_CHECKING:
    from evaltool.evaluation.deciding import Entered, Fields

KindArgument = Annotated[
    str,
    typer.Argument(
        metavar="[KIND]",
        help=_("What was decided: its English or Chinese word; without it, all kinds are listed."),
        autocompletion=kind_values,
        show_default=False,
    ),
]
GivenIndicators = Annotated[
    list[str] | None,
    typer.Option(
        help=_("The indicator: id or name. For targets and an added task several times, each with --from and --to."),
        autocompletion=values("indicator"),
    ),
]
OldValues = Annotated[
    list[str] | None,
    typer.Option(
        "--from", help=_("What the cell says; the old points, name or leader."), autocompletion=values("before")
    ),
]
NewValues = Annotated[
    list[str] | None,
    typer.Option(
        "--to",
        help=_("The new value; points, or a level; the place that a tie gets; 更名, 属实 ..."),
        autocompletion=values("after"),
    ),
]
GivenFiles = Annotated[
    list[str] | None,
    typer.Option(
        help=_(
            "The submission: its hash (8 digits or more) or its path; of a lost key its id. Several times, or a "
            "folder, where one decision is about several files."
        )
    ),
]
NamedRun = Annotated[
    str,
    typer.Option(
        "--run", metavar="N", help=_("The run that is approved, posted and so on."), autocompletion=values("run")
    ),
]
LastDay = Annotated[
    str, typer.Option("--until", metavar="YYYY-MM-DD", help=_("Last day of a posting; day to answer by."))
]
RaisedBy = Annotated[str, typer.Option("--source", metavar="NAME", help=_("Who raised an opinion or an objection."))]


GivenItems = Annotated[
    list[str] | None,
    typer.Option(
        "--item",
        help=_(
            "The kind of a bonus or deduction; the column of a goal that changes; the part of a task that is added; "
            "what is to be put right (several times: a line each)."
        ),
        autocompletion=values("item"),
    ),
]
GivenDeed = Annotated[
    str, typer.Option(metavar="TEXT", help=_("The deed that a bonus or deduction is for, where one is honoured twice."))
]


@command(
    _("Enter a decision into the ledger: a file of its own in decisions/. On a terminal what is missing is asked for."),
    _("Example: evaltool decide . bonus --unit NAME --to 0.5 --document NUMBER --date 2027-03-20 --reason TEXT"),
)
def decide(
    say: Console,
    folder: GivenFolder,
    kind: KindArgument = "",
    document: Annotated[str, typer.Option(help=_("Number of the document."))] = "",
    date: Annotated[str, typer.Option(metavar="YYYY-MM-DD", help=_("Day of the decision."))] = "",
    reason: Annotated[str, typer.Option(help=_("Why, in a sentence."))] = "",
    unit: Annotated[str, typer.Option(help=_("The unit: id or name."), autocompletion=values("unit"))] = "",
    evaluator: Annotated[
        str, typer.Option(help=_("The evaluator: id or name."), autocompletion=values("evaluator"))
    ] = "",
    component: Annotated[
        str,
        typer.Option(help=_("The component (or field, or award): id or name."), autocompletion=values("component")),
    ] = "",
    indicator: GivenIndicators = None,
    batch: Annotated[str, typer.Option(help=_("The batch of cards."), autocompletion=values("batch"))] = "",
    file: GivenFiles = None,
    sheet: Annotated[str, typer.Option(help=_("The worksheet of a corrected cell."))] = "",
    cell: Annotated[str, typer.Option(help=_("The address of a corrected cell, such as C8."))] = "",
    before: OldValues = None,
    after: NewValues = None,
    effective: Annotated[
        str, typer.Option(metavar="YYYY-MM-DD", help=_("Day from which it holds; default: day of the decision."))
    ] = "",
    run: NamedRun = "",
    until: LastDay = "",
    source: RaisedBy = "",
    item: GivenItems = None,
    deed: GivenDeed = "",
) -> None:
    from evaltool import run as job
    from evaltool.cli.choices import came_as
    from evaltool.evaluation import deciding as entry

    existing(folder)
    given = {"document": document, "date": date, "reason": reason, "unit": unit, "evaluator": evaluator}
    given |= {"component": component, "batch": batch, "sheet": sheet, "cell": cell, "effective": effective}
    given |= {"run": run, "until": until, "source": source, "deed": deed}
    files = [came_as(folder, each) for each in entry.file_hashes(folder, file or [])]
    more = {"indicator": indicator or [], "before": before or [], "after": after or [], "file_hash": files}
    more["item"] = item or []
    name, lines = _whole(say, folder, kind, given, more)
    _say_entered(say, folder, job.decide(folder, name, lines))


def _whole(
    say: Console, folder: Path, kind: str, given: dict[str, str], more: dict[str, list[str]]
) -> tuple[str, Sequence[Fields]]:
    """The kind and its lines with everything that they need: as given, or asked for on a terminal."""
    from evaltool.cli import asking
    from evaltool.evaluation import deciding as entry
    from evaltool.evaluation.withdrawing import each_withdrawn
    from evaltool.findings import Refused
    from evaltool.ledger import kind_named

    terminal = sys.stdin.isatty() and say.format == "text"
    name = kind_named(kind)
    if not name and not (terminal and not kind):
        raise Refused([entry.unknown_kind(kind)], usage=True)
    ask = asking.from_terminal if terminal else asking.nobody
    try:
        name = name or asking.ask_kind(ask, asking.tell)
        lines: Sequence[Fields] = entry.several(name, given, more)
        lines = each_withdrawn(folder, lines) if name == "withdrawal" else lines
        if terminal:
            lines = asking.complete_all(folder, name, lines, ask, asking.tell)
            lines = each_withdrawn(folder, lines) if name == "withdrawal" else lines
    except EOFError:  # nobody there after all: what is missing is said as without a terminal
        lines = entry.several(name, given, more) if name else []
    missing = [attribute for line in lines for attribute in entry.incomplete(name, line)]
    if missing or not lines:
        wrong = entry.lacking(name, list(dict.fromkeys(missing))) if missing else entry.unknown_kind(kind)
        raise Refused([wrong], usage=True)
    return name, lines


def _say_entered(say: Console, folder: Path, entered: Entered) -> None:
    """The lines as they stand in the ledger now, what is worth a look about them, and what to do next."""
    from evaltool.evaluation.in_words.decisions import in_words
    from evaltool.ledger import moving
    from evaltool.ledger.kinds import HEADERS

    said = [in_words(entered.evaluation, line) for line in entered.lines]
    blocks = [
        LabelledBlock(entered.file, tuple((HEADERS[each], text) for each, text in words.items() if text))
        for words in said
    ]
    rows = [{"file": entered.file, **words} for words in said]
    say.result({"file": entered.file, "lines": said}, rows, blocks)
    say_findings(say, list(entered.findings))
    moves = moving(entered.lines, entered.evaluation.withdrawn)
    say_next(say, "validate" if moves else "status", folder)


@command(
    _("Print what makes the shell complete commands, units and evaluators with the Tab key."),
    _('Example: eval "$(evaltool completion bash)" in ~/.bashrc'),
)
def completion(
    say: Console,
    shell: Annotated[Literal["bash", "zsh", "fish", "powershell"], typer.Argument(help=_("The shell."))],
) -> None:
    from typer.completion import get_completion_script  # type: ignore[attr-defined]

    say.raw(get_completion_script(prog_name="evaltool", complete_var=COMPLETE, shell=shell))
