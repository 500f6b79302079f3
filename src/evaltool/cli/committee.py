"""The command for the committee's book: written, and read back once it is filled in."""

from __future__ import annotations

from gettext import gettext as _
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from evaltool.cli.console import Console, Part, StyledLine
from evaltool.cli.goals import approval_day
from evaltool.cli.nextsteps import quoted, say_next
from evaltool.cli.program import HERE, Folder, command, existing, say_findings
from evaltool.views.tables import of_texts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evaltool.returns.committee.entering import TakenBook
    from evaltool.returns.committee.readback import BookLine


@command(
    _("Write what waits for the committee as a workbook to decide in, or enter what was decided there, line by line."),
    _("Example: evaltool committee . --take committee/评审材料.xlsx --document NUMBER --date 2027-03-20"),
)
def committee(
    say: Console,
    folder: Folder = HERE,
    take: Annotated[
        Path | None, typer.Option("--take", metavar="FILE", help=_("The book that was filled in: enter its decisions."))
    ] = None,
    document: Annotated[str, typer.Option(help=_("Number of the meeting's document."))] = "",
    date: Annotated[str, typer.Option(metavar="YYYY-MM-DD", help=_("Day of the meeting."))] = "",
) -> int:
    from evaltool import run

    if take is not None:
        return _take(say, folder, take, document, date)
    if document or date:
        raise typer.BadParameter(_("goes with --take only"), param_hint="--document, --date")
    with say.progress() as progress:
        book = run.write_committee(existing(folder), progress)
    rows = [{"kind": kind, "waiting": count} for kind, count in book.waiting.kinds]
    kinds = [*book.waiting.kinds, (_("together"), book.waiting.total)]
    table = of_texts(_("What waits for the committee"), (_("kind"), _("waiting")), kinds, figures=(1,))
    say.result({"file": book.file, "waiting": rows}, rows, [table, StyledLine(book.file, "bold")])
    say_next(say, "committee", folder, "--take", quoted(book.file), "--document", "…", "--date", "YYYY-MM-DD")
    return 0


def _take(say: Console, folder: Folder, path: Path, document: str, date: str) -> int:
    from evaltool import run

    on = approval_day(document, date)
    name, data = read_given(existing(folder), path)
    with say.progress() as progress:
        taken = run.take_committee(folder, name, data, document.strip(), on, progress)
    rows = list(_rows(taken))
    value = {"file": taken.file, "kept": taken.kept, "lines": rows, "blank": taken.blank}
    say.result(value, rows, _parts(taken, rows))
    say_findings(say, list(taken.findings))
    if taken.file or taken.confirmed:
        say_next(say, "validate", folder)
    else:
        say.message(_("Nothing was entered."))
    return 0


def given_file(folder: Path, path: Path) -> Path:
    """The workbook that --take names, by its path as given or inside the folder."""
    found = next((each for each in (path, folder / path) if each.is_file()), None)
    if found is None:
        raise typer.BadParameter(_("there is no file {path}").format(path=path), param_hint="--take")
    return found


def read_given(folder: Path, path: Path) -> tuple[str, bytes]:
    """What is in it, and what it is called in findings."""
    from evaltool import reader
    from evaltool.findings import Refused, finding

    data = reader.load(given_file(folder, path))
    if isinstance(data, reader.Unreadable):
        raise Refused([finding(data.code, file=str(path), args=dict(data.args))])
    return str(path), data


def _rows(taken: TakenBook) -> Sequence[dict[str, str]]:
    """A line for each that was filled in: what became of it."""
    from evaltool.evaluation.in_words.decisions import in_words

    rows = []
    for line in taken.entered:
        said = in_words(taken.evaluation, line)
        about = "　".join(filter(None, [said["unit"] or said["evaluator"], said["item"] or said["indicator"]]))
        rows.append({"became": "entered", "kind": said["kind"], "about": about, "decision": said["after"]})
    for unit, count in taken.confirmed:
        rows.append({"became": "confirmed", "kind": "待批目标", "about": unit, "decision": str(count)})
    for became, lines in (("already", taken.already), ("put_off", taken.put_off), ("without", taken.without)):
        rows += [_row(became, line) for line in lines]
    return rows


def _row(became: str, line: BookLine) -> dict[str, str]:
    answers = "，".join(text for text in line.said.values() if text)
    return {"became": became, "kind": line.kind.title, "about": line.subject, "decision": answers}


def _parts(taken: TakenBook, rows: Sequence[dict[str, str]]) -> list[Part]:
    words = {
        "entered": _("entered"),
        "confirmed": _("goals confirmed"),
        "already": _("entered before"),
        "put_off": _("put off, stays open"),
        "without": _("goes back, stays open"),
    }
    heads = (_("became"), _("kind"), _("about"), _("decision"))
    told = [(words[row["became"]], row["kind"], row["about"], row["decision"]) for row in rows]
    parts: list[Part] = [of_texts(_("What the book decides"), heads, told)] if told else []
    parts.append(StyledLine(_("not filled in, stay open: {n}").format(n=taken.blank)))
    return [*parts, *(StyledLine(file, "bold") for file in (taken.file, taken.kept) if file)]
