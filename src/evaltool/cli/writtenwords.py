"""What is said of documents that were written."""

from __future__ import annotations

from gettext import gettext as _
from pathlib import Path
from typing import TYPE_CHECKING

from evaltool.cli.console import Console, StyledLine
from evaltool.cli.nextsteps import say_next
from evaltool.cli.program import say_findings

if TYPE_CHECKING:
    from evaltool.documents.beside import Announced
    from evaltool.documents.kinds import DocumentKind
    from evaltool.files import Placed
    from evaltool.findings import Finding


def say_written(say: Console, folder: Path, kind: DocumentKind, made: list[Announced], findings: list[Finding]) -> None:
    """Where the documents are, what somebody still has to fill in, and what to do with them."""
    rows = [
        {
            "kind": each.kind,
            "title": each.title,
            "file": str(each.file.path),
            "fate": each.file.fate,
            "gaps": list(each.gaps),
        }
        for each in made
    ]
    value = {"kind": kind.id, "documents": rows, "findings": [one.as_row(say.language) for one in findings]}
    say.result(value, rows, [written_line(each.file) for each in made])
    say_findings(say, findings)
    if not made:
        say.message(_("Nothing to report: no document was written."))
        return
    say_next(say, "due", folder, first=_("check the document in Word or WPS, have it signed and sealed"))


def written_line(file: Placed) -> StyledLine:
    """A file in its place, and whether it was there before."""
    fates = {"unchanged": _("(was there already)"), "beside": _("(another of that name is there and was left alone)")}
    return StyledLine(" ".join(part for part in (str(file.path), fates.get(file.fate, "")) if part))
