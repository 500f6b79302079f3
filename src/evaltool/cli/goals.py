"""The command for the goals that units declare at the beginning of the year."""

from __future__ import annotations

from datetime import date as date_of_approval
from gettext import gettext as _
from typing import Annotated

import typer

from evaltool.cli.console import Console, Part, StyledLine, finding_lines
from evaltool.cli.nextsteps import say_next
from evaltool.cli.program import HERE, Folder, command, existing


@command(
    _("Review the goals that units declared, or approve them: then they stand in the roster and are scored."),
    _("Example: evaltool goals . --approve --document NUMBER --date 2026-05-10 --unit NAME"),
)
def goals(
    say: Console,
    folder: Folder = HERE,
    approve: Annotated[bool, typer.Option("--approve", help=_("Approve goals instead of reviewing them."))] = False,
    agree: Annotated[
        str, typer.Option("--agree", metavar="LEADER", help=_("This leader in charge approves, before the committee."))
    ] = "",
    document: Annotated[str, typer.Option(help=_("Number of the document that approves."))] = "",
    date: Annotated[str, typer.Option(metavar="YYYY-MM-DD", help=_("Day of the approval."))] = "",
    unit: Annotated[
        list[str] | None,
        typer.Option("--unit", metavar="UNIT", help=_("Only this unit (id or name); may be repeated.")),
    ] = None,
) -> int:
    if agree and approve:
        raise typer.BadParameter(_("the leader first, the committee after: not both at once"), param_hint="--agree")
    if agree:
        return _agree(say, folder, agree.strip(), document, date, unit or [])
    if approve:
        return _approve(say, folder, document, date, unit or [])
    if document or date or unit:
        raise typer.BadParameter(_("goes with --approve or --agree only"), param_hint="--document, --date, --unit")
    from evaltool import run
    from evaltool.cli import summary

    with say.progress() as progress:
        _taken, reviewed = run.review_goals(existing(folder), progress)
    rows = summary.goal_rows(reviewed.units)
    wrong = [one for each in reviewed.units if each.state == "wrong" for one in each.wrong]
    value = {"units": rows, "file": reviewed.file}
    told: list[Part] = [
        *finding_lines(wrong, say.language),
        summary.goal_table(reviewed.units),
        StyledLine(reviewed.file, "bold"),
    ]
    say.result(value, rows, told)
    say_next(say, "goals", folder, "--approve", "--document", "…", "--date", "YYYY-MM-DD")
    return 1 if wrong else 0


def _agree(say: Console, folder: Folder, leader: str, document: str, date: str, units: list[str]) -> int:
    """Enter into the ledger that the leader in charge approves."""
    from evaltool import run
    from evaltool.evaluation.in_words.decisions import in_words

    on = _day(document, date)
    reason = "分管领导审批年度目标"
    with say.progress() as progress:
        entered = run.agree_goals(existing(folder), leader, document.strip(), on, reason, units, progress)
    words = [in_words(entered.evaluation, line) for line in entered.lines]
    rows = [{"unit": said["unit"], "leader": said["after"], "document": said["document"]} for said in words]
    value = {"agreed": rows, "file": entered.file}
    said = [StyledLine(f"{row['unit']}　{row['leader']}　{row['document']}") for row in rows]
    say.result(value, rows, [*said, StyledLine(entered.file, "bold")])
    say_next(say, "goals", folder, "--approve", "--document", "…", "--date", "YYYY-MM-DD")
    return 0


def _day(document: str, text: str) -> date_of_approval:
    """The day of an approval, which has a document too."""
    from evaltool.names import day_in

    if not document.strip():
        raise typer.BadParameter(_("an approval has a document"), param_hint="--document")
    on = day_in(text)
    if on is None:
        raise typer.BadParameter(_("write the day as 2026-05-10"), param_hint="--date")
    return on


def _approve(say: Console, folder: Folder, document: str, date: str, units: list[str]) -> int:
    from evaltool import run
    from evaltool.cli import summary

    on = _day(document, date)
    with say.progress() as progress:
        approved = run.approve_goals(existing(folder), document.strip(), on, units, progress)
    rows = [{"unit": name, "goals": count} for name, count in approved.units]
    value = {"approved": rows, "left": summary.goal_rows(approved.left), "file": approved.file}
    say.result(value, rows, [summary.approved_table(approved), StyledLine(approved.file, "bold")])
    if approved.left:
        say.message(_("not approved yet: {n} units").format(n=len(approved.left)))
    say.message(_("The sheets that list these goals have changed: write them with `evaltool template`."))
    say_next(say, "template", folder, "--sheet", "marks")
    return 0
