"""The command that enters a decision into the ledger."""

from __future__ import annotations

from gettext import gettext as _
from typing import Annotated, Literal, get_args

import typer

from evaltool.cli.program import (
    GivenFolder,
    command,
    existing,
)
from evaltool.console import Console, Line

Kind = Literal["bonus", "deduction", "veto", "waiver", "correction", "exclusion", "supersession", "key_lost", "tie"]
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
    file: Annotated[
        str, typer.Option(help=_("The submission: its hash (8 digits or more) or its path; of a lost key its id."))
    ] = "",
    sheet: Annotated[str, typer.Option(help=_("The worksheet of a corrected cell."))] = "",
    cell: Annotated[str, typer.Option(help=_("The address of a corrected cell, such as C8."))] = "",
    before: Annotated[str, typer.Option("--from", help=_("What the cell says."))] = "",
    after: Annotated[str, typer.Option("--to", help=_("The new value; points; the place that a tie gets."))] = "",
) -> None:
    from evaltool import decide as entry

    named = entry.file_hash(existing(folder), file) if file else ""
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
