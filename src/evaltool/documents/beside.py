"""Documents beside a run, from the notice of the evaluation to the reply to a dispute, as files in their place.

What the command line says about the frame takes the place of what `[notice]` says; no file is ever written over.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from evaltool.documents.content import Content
from evaltool.documents.kinds import DocumentKind
from evaltool.documents.official.fields import gaps
from evaltool.documents.official.forms import forms_of
from evaltool.documents.official.frame import framed
from evaltool.documents.persons import whom
from evaltool.documents.readback import unread
from evaltool.evaluation import Evaluation
from evaltool.files import Placed, place
from evaltool.findings import Refused, finding
from evaltool.names import safe_name

FOLDER = "documents"


@dataclass(frozen=True, slots=True)
class Announced:
    """One document that lies in its place: its title, its file, and what somebody still has to fill in."""

    kind: str
    title: str
    file: Placed
    gaps: tuple[str, ...]


def stated(evaluation: Evaluation, kind: DocumentKind, given: Mapping[str, object]) -> Evaluation:
    """The evaluation with what the command line says about the frame, in the place of what `[notice]` says.

    The days of `[notice]` are those of the results' documents, so a document of these kinds has its days from the
    command line.  Letters are copied to nobody, and a draft of results goes to nobody, whom the command line does not
    name.
    """
    update = {name: given[name] for name in ("signatory", "recipients", "telephone", "copies") if name in given}
    update |= {"date": given.get("date"), "printed_date": given.get("date")}
    if kind.is_letter(given):
        update["copies"] = given.get("copies", "")
    if any(each.closed and each.id == given.get("about") for each in kind.beside.about):
        update["recipients"] = given.get("recipients", "")
    if kind.beside.posted:
        update |= {"posted_from": given.get("before"), "posted_until": given.get("after")}
    if "number" in given:
        update["numbers"] = evaluation.notice.numbers.model_copy(update={kind.id: given["number"]})
    return replace(evaluation, notice=evaluation.notice.model_copy(update=update))


def announce(
    evaluation: Evaluation, kind: DocumentKind, documents: Iterable[Content], out: Path | None = None
) -> list[Announced]:
    """Write documents into their place; each is read back and compared with its value before any is written (law 9)."""
    listed = [whom(evaluation, said) for said in documents]
    papers = [framed(kind, evaluation.settings, evaluation.notice, said, nth) for nth, said in enumerate(listed)]
    with forms_of(evaluation) as forms:
        made = [forms.write(paper) for paper in papers]
    written = list(zip(listed, papers, made, strict=True))
    if wrong := [finding("OUTPUT_DISAGREES", value=said.stem) for said, paper, data in written if unread(paper, data)]:
        raise Refused(wrong)
    folder = evaluation.folder / FOLDER / (kind.name if len(listed) > 1 else "")
    return [
        Announced(
            kind.id,
            "".join(paper.title),
            place(out or folder / f"{safe_name(said.stem)}.docx", data),
            tuple(gaps(paper)),
        )
        for said, paper, data in written
    ]
