"""The command that writes a document before, beside or after a run."""

from __future__ import annotations

from collections.abc import Mapping
from gettext import gettext as _
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from evaltool.cli.completing import document_values, recipient_values
from evaltool.cli.console import Console
from evaltool.cli.program import HERE, command, existing
from evaltool.cli.writtenwords import say_written
from evaltool.views.tables import of_texts

if TYPE_CHECKING:
    from evaltool.documents.kinds import DocumentKind

First = Annotated[
    str,
    typer.Argument(metavar="[DIR]", help=_("The evaluation's folder; default: the current one."), show_default=False),
]
Second = Annotated[
    str,
    typer.Argument(
        metavar="[KIND]",
        help=_("Which document: its English or Chinese name; without it, all of them are listed."),
        autocompletion=document_values,
        show_default=False,
    ),
]
ToWhom = Annotated[
    str,
    typer.Option(
        metavar="NAME", help=_("The unit or evaluator it goes to: id or name."), autocompletion=recipient_values
    ),
]
AboutWhat = Annotated[
    str,
    typer.Option(
        metavar="WHAT",
        help=_("What is sent for opinions: rules, targets, results; which bonuses are posted: granted, claimed."),
    ),
]
FromRun = Annotated[
    str, typer.Option("--from", metavar="N", help=_("The run with the old results; of a posting its first day."))
]
ToRun = Annotated[
    str, typer.Option("--to", metavar="N", help=_("The run with the new results; of a posting its last day."))
]


@command(
    _("Write a document into documents/: notice, goals, reminder, bulletin, draft, posting, correction or reply."),
    _("Example: evaltool notice city-2027 reminder --on 2027-03-20 --reply-by 2027-03-25"),
)
def notice(
    say: Console,
    first: First = "",
    second: Second = "",
    listed: Annotated[bool, typer.Option("--list", help=_("List the documents that can be written."))] = False,
    unit: ToWhom = "",
    role: Annotated[str, typer.Option(metavar="ROLE", help=_("Reminders to one role only."))] = "",
    each: Annotated[bool, typer.Option("--each", help=_("A letter to each instead of one document to all."))] = False,
    period: Annotated[str, typer.Option(metavar="PERIOD", help=_("The period whose progress is reported."))] = "",
    about: AboutWhat = "",
    run: Annotated[str, typer.Option(metavar="N", help=_("The run whose results are used; default: the newest."))] = "",
    before: FromRun = "",
    after: ToRun = "",
    asked: Annotated[str, typer.Option(metavar="TEXT", help=_("What the unit disputes, in a sentence."))] = "",
    document: Annotated[
        str, typer.Option(metavar="NUMBER", help=_("The decision that is replied with, where there are several."))
    ] = "",
    reply_by: Annotated[
        str, typer.Option("--reply-by", metavar="YYYY-MM-DD", help=_("The day to answer or to hand in by."))
    ] = "",
    on: Annotated[
        str, typer.Option(metavar="YYYY-MM-DD", help=_("The day from which days are counted; default: today."))
    ] = "",
    within: Annotated[
        int | None,
        typer.Option("--within", metavar="N", min=0, help=_("Only what is overdue or due within so many days.")),
    ] = None,
    number: Annotated[str, typer.Option(metavar="NUMBER", help=_("The document's number."))] = "",
    date: Annotated[str, typer.Option(metavar="YYYY-MM-DD", help=_("The day of issue and of printing."))] = "",
    signatory: Annotated[str, typer.Option(metavar="NAME", help=_("Who signs."))] = "",
    recipients: Annotated[str, typer.Option(metavar="TEXT", help=_("To whom it is addressed."))] = "",
    copies: Annotated[str, typer.Option(metavar="TEXT", help=_("Who gets a copy."))] = "",
    telephone: Annotated[str, typer.Option(metavar="TEXT", help=_("The telephone number to ask."))] = "",
    enter: Annotated[
        bool, typer.Option("--enter", help=_("Enter the matters that notices of rectification name into the ledger."))
    ] = False,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help=_("Write to this file."))] = None,
) -> None:
    from evaltool.documents.options import checked

    folder, kind = _meant(first, second, listed=listed)
    if kind is None:
        _say_kinds(say)
        return
    given: dict[str, Any] = {"unit": unit, "role": role, "each": each, "period": period, "about": about, "run": run}
    given |= {"before": before, "after": after, "asked": asked, "document": document, "reply_by": reply_by, "on": on}
    given |= {"within": within, "number": number, "date": date, "signatory": signatory, "recipients": recipients}
    given |= {"copies": copies, "telephone": telephone, "enter": enter}
    _write(say, existing(folder), kind, checked(kind, given), out)


def _meant(first: str, second: str, *, listed: bool) -> tuple[Path, DocumentKind | None]:
    """Folder and kind; a kind alone means the current folder, a folder alone no kind."""
    from evaltool.documents.kinds import notice_named
    from evaltool.documents.options import kind_of

    if listed or not first or (not second and notice_named(first) is None and Path(first).is_dir()):
        return HERE, None
    return (Path(first), kind_of(second)) if second else (HERE, kind_of(first))


def _write(say: Console, folder: Path, kind: DocumentKind, given: Mapping[str, Any], out: Path | None) -> None:
    from evaltool.documents.kinds import BesideRun
    from evaltool.proof.announcing import announce
    from evaltool.proof.issued import issue_document

    write = announce if isinstance(kind.makes, BesideRun) else issue_document
    with say.progress() as progress:
        made, findings = write(folder, kind, given, out, progress)
    say_written(say, folder, kind, made, findings)


# --- what is said -----------------------------------------------------------------------------------------------------


def _say_kinds(say: Console) -> None:
    from evaltool.documents.kinds import FRAME, KINDS
    from evaltool.documents.options import option

    rows = [
        {
            "kind": each.id,
            "name": each.name,
            "about": _(each.beside.says),
            "needs": _(each.beside.asks),
            "options": [option(name) for name in (*each.beside.options, *FRAME)],
        }
        for each in KINDS.values()
    ]
    lines = tuple((each.name, each.id, _(each.beside.says), _(each.beside.asks)) for each in KINDS.values())
    heads = (_("document"), _("name"), _("what it says"), _("what it needs"))
    say.result({"kinds": rows}, rows, [of_texts("", heads, lines)])
    say.message(_("Example: evaltool notice city-2027 reminder --on 2027-03-20 --reply-by 2027-03-25"))
