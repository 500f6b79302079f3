"""Commands for sheets: out to people, back again, checked."""

from __future__ import annotations

from gettext import gettext as _
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from evaltool.cli.console import Console, StyledLine, finding_lines
from evaltool.cli.nextsteps import quoted, say_next, say_scoring
from evaltool.cli.program import (
    HERE,
    AsOf,
    Folder,
    NoCache,
    Workers,
    command,
    existing,
    exit_code,
    meant_day,
    meant_workers,
)

if TYPE_CHECKING:
    from evaltool.evaluation import Evaluation
    from evaltool.inbox.askedworkers import WorkersAsked
    from evaltool.inbox.newkey import MadeKey
    from evaltool.sheets.interim import Interim
    from evaltool.sheets.outbox import Sent

NewKey = Annotated[
    bool,
    typer.Option("--new-key", help=_("Make a new evaltool.key though sheets were sent out under one that is lost.")),
]
Revised = Annotated[
    str,
    typer.Option(
        "--revise",
        metavar="EVALUATOR",
        help=_("This evaluator's sheet with what counts now, to be revised: what comes back replaces it."),
    ),
]


@command(_("Write the blank sheets into outbox/, a folder per role; or a sheet that counts once more, to be revised."))
def template(
    say: Console,
    folder: Folder = HERE,
    only: Annotated[str, typer.Option("--only", metavar="ROLE", help=_("One role only: its id or its name."))] = "",
    sheet: Annotated[
        str,
        typer.Option(
            "--sheet",
            metavar="KIND",
            help=_(
                "One kind of sheet only: marks, goals, progress, report, figures, evidence, remarks, rectification, "
                "rectified, or its name."
            ),
        ),
    ] = "",
    interim: Annotated[
        bool, typer.Option("--interim", help=_("Show the interim result in the sheets of those who may see it."))
    ] = False,
    paper: Annotated[
        bool, typer.Option("--paper", help=_("Also write sheets to print, for marking on the spot."))
    ] = False,
    new_key: NewKey = False,
    revise: Revised = "",
    workers: Workers = "",
) -> None:

    from evaltool import run
    from evaltool.evaluation import load
    from evaltool.inbox.newkey import make_key
    from evaltool.sheets import outbox

    if revise:
        _revise(say, existing(folder), revise, meant_workers(workers))
        return
    evaluation, _findings = load(existing(folder))
    role, kind, readers = _role(evaluation, only), _kind(sheet), meant_workers(workers)
    made = make_key(folder, evaluation.identity, anew=new_key)
    if made.made:
        evaluation, _findings = load(folder)
    with say.progress() as progress:
        shown = run.interim_result(existing(folder), meant_day(""), progress, readers) if interim else None
        goals = run.goal_facts(folder, meant_day(""), progress, readers)
        sent = outbox.write_blanks(evaluation, role, progress, kind, interim=shown, goals=goals, on_paper=paper)
    _say_sent(say, evaluation, made, sent)
    _say_unsent(say, evaluation, kind, sent)
    _say_counted(say, folder, sent)
    _say_interim(say, shown)
    _say_collect(say, folder)


def _say_counted(say: Console, folder: Path, sent: list[Sent]) -> None:
    scored = sum(each.sheet == "marks" for each in sent)
    counts = {"n": len(sent), "scored": scored, "others": len(sent) - scored, "folder": folder / "outbox"}
    told = _("{n} blank sheets are in {folder}: {scored} of marks and cards, {others} others")
    say.message((told if 0 < scored < len(sent) else _("{n} blank sheets are in {folder}")).format(**counts))


def _role(evaluation: Evaluation, only: str) -> str:
    """The role that is meant; "" for all."""
    from evaltool.evaluation.named import role_meant

    role = role_meant(evaluation, only) if only else ""
    if role is None:
        known = ", ".join(f"{each} ({name})" for each, name in evaluation.roles.items())
        raise typer.BadParameter(
            _("no role {role}; there are: {known}").format(role=only, known=known), param_hint="--only"
        )
    return role


def _kind(sheet: str) -> str:
    """The kind of sheet that is meant; "" for all."""
    from evaltool.sheets import outbox

    kind = outbox.sheet_id(sheet) if sheet else ""
    if kind is None:
        known = ", ".join(f"{each} ({names[0]})" for each, names in outbox.SHEETS.items())
        raise typer.BadParameter(
            _("no kind of sheet {sheet}; there are: {known}").format(sheet=sheet, known=known), param_hint="--sheet"
        )
    return kind


def _say_sent(say: Console, evaluation: Evaluation, made: MadeKey, sent: list[Sent]) -> None:
    from dataclasses import asdict

    from evaltool.cli import summary

    rows = [asdict(each) for each in sent]
    key = {"id": evaluation.key.id, "made": made.made, "lost": list(made.lost)}
    say.result({"sheets": rows, "key": key}, rows, [summary.sent_table(sent)] if sent else [])
    for line in summary.key_lines(made, evaluation.folder) if made.made else ():
        say.message(line)


def _say_unsent(say: Console, evaluation: Evaluation, kind: str, sent: list[Sent]) -> None:
    """Why nobody is asked, or not yet about all units."""
    from evaltool.sheets import outbox

    if kind and not sent:
        say.message(
            _(
                "Nobody is asked for this sheet: no deadline collects it, the rules ask for none, all goals stand in "
                "the roster already or are not approved yet, or it does not go to this role."
            )
        )
    if awaited := outbox.without_goals(evaluation) if kind in ("", "marks") else 0:
        say.message(
            _(
                "{n} units have no approved goals yet: no sheet asks for marks on them. "
                "Approve them with `evaltool goals`, then send out the mark sheets."
            ).format(n=awaited)
        )


def _say_interim(say: Console, shown: Interim | None) -> None:
    if shown:
        counts = {"code": shown.code, "n": shown.complete, "all": len(shown.standings)}
        say.message(_("interim result {code}: complete for {n} of {all} units").format(**counts))


def _revise(say: Console, folder: Path, who: str, workers: WorkersAsked) -> None:
    """Write the sheets of one evaluator anew with what counts of them."""
    from dataclasses import asdict

    from evaltool import run
    from evaltool.cli import summary
    from evaltool.evaluation.named import evaluator_meant
    from evaltool.returns import revisions

    with say.progress() as progress:
        taken = run.take_in(folder, progress, workers=workers)
    evaluator = evaluator_meant(taken.evaluation, who)
    if evaluator is None:
        raise typer.BadParameter(
            _("{who} is no evaluator, or several bear the name: say the id").format(who=who), param_hint="--revise"
        )
    sent = revisions.write_revisions(taken.evaluation, taken.intake, evaluator)
    if not sent:
        raise typer.BadParameter(
            _("no sheet of {who} counts yet; send a blank one").format(who=who), param_hint="--revise"
        )
    rows = [asdict(each) for each in sent]
    say.result({"sheets": rows}, rows, [summary.sent_table(sent)])
    say.message(_("{n} sheets to be revised are in {folder}").format(n=len(sent), folder=folder / "outbox"))
    _say_collect(say, folder)


def _say_collect(say: Console, folder: Path) -> None:
    sent_out = _("send the sheets out, put what comes back into {inbox}").format(inbox=quoted(folder / "inbox"))
    say_next(say, "validate", folder, first=sent_out)


@command(_("Take in what is in inbox/ and say what each file was taken for."))
def ingest(say: Console, folder: Folder = HERE, no_cache: NoCache = False, workers: Workers = "") -> None:
    from evaltool import run
    from evaltool.cli import summary

    with say.progress() as progress:
        taken = run.take_in(existing(folder), progress, anew=no_cache, workers=meant_workers(workers))
    rows = summary.file_rows(taken.accounts)
    table = summary.file_table(taken, say.language)
    say.result({"files": rows}, rows, [table, StyledLine(summary.fate_line(taken.accounts), "bold")])
    say_next(say, "validate", folder)


@command(_("Take in the inbox and say what is wrong, who has answered and who is missing."))
def validate(
    say: Console,
    folder: Folder = HERE,
    no_returns: Annotated[bool, typer.Option("--no-returns", help=_("Leave returns/ as it is."))] = False,
    on: AsOf = "",
    no_cache: NoCache = False,
    workers: Workers = "",
    double_check: Annotated[
        bool, typer.Option("--double-check", help=_("Read every counted cell again with openpyxl; takes longer."))
    ] = False,
) -> int:
    from dataclasses import asdict

    from evaltool import run
    from evaltool.checks.screens import PREFIX
    from evaltool.cli import summary
    from evaltool.proof.secondreading import double_checked

    day = meant_day(on)
    with say.progress() as progress:
        taken, findings = run.check(existing(folder), day, progress, anew=no_cache, workers=meant_workers(workers))
        if double_check:
            twice = double_checked(taken, progress)
            findings = tuple(sorted({*findings, *twice.findings}))
            taken = twice
        prepared = None if no_returns else run.prepare_returns(taken, day, progress)
    rows = [one.as_row(say.language) for one in findings]
    later = [one.as_row(say.language) for one in taken.not_due]
    value: dict[str, Any] = {"findings": rows, "not_due": later, "accounts": taken.accounts.as_value()}
    # who is missing is listed by role below, what is merely worth a look at the end
    away = ("SUBMISSION_MISSING", "SUBMISSION_AWAITED")
    listed = [one for one in findings if one.code not in away and not one.code.startswith(PREFIX)]
    missing = sum(one.code == "SUBMISSION_MISSING" for one in findings)
    below = _("SUBMISSION_MISSING, errors: {n}; who is missing is listed below by role").format(n=missing)
    note = [StyledLine(""), StyledLine(below, "bold red")] if missing else []
    told = [StyledLine(line) for line in summary.prepared_lines(prepared)] if prepared else []
    noticed = summary.worth_a_look(findings, say.language, _("--output-format jsonl lists all of them"))
    found = [*finding_lines(listed, say.language), *note]
    value["returns"] = prepared and asdict(prepared)
    say.result(value, rows, [*found, *summary.checking(taken, findings, day), *told, *noticed])
    wrong = exit_code(findings)
    if wrong or taken.not_due:
        again = _("mend or decide what is listed (evaltool decide), take in what is still to come")
        say_next(say, "validate", folder, first=again)
    else:
        say_scoring(say, taken.evaluation, folder)
    return wrong


@command(
    _("Say what is due, from whom, by when, and who has not answered yet."),
    _("Example: evaltool due city-2027 --on 2027-03-20 --within 30"),
)
def due(
    say: Console,
    folder: Folder = HERE,
    on: Annotated[str, typer.Option(metavar="YYYY-MM-DD", help=_("As of this day; default: today."))] = "",
    days: Annotated[
        int | None,
        typer.Option("--within", metavar="N", min=0, help=_("Only what is overdue or due within so many days.")),
    ] = None,
) -> None:

    from evaltool import run
    from evaltool.cli import wallcalendar
    from evaltool.inbox.due import due as dates
    from evaltool.inbox.due import within

    day = meant_day(on)
    with say.progress() as progress:
        taken = run.look(existing(folder), progress)
    found = within(dates(taken.evaluation, taken.intake, day), days)
    rows = wallcalendar.rows(found)
    say.result({"on": day.isoformat(), "due": rows}, rows, wallcalendar.calendar(taken.evaluation, found, day))
    say_next(say, "notice", folder, "reminder", "--on", day.isoformat())
