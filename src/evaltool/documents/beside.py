"""The documents before, beside and after a run: from the notice of the evaluation to the reply to a dispute.

`kinds` says which there are and what each takes, `given` holds the command line against that.  A module for each makes
it from what is known: `announcement` (with `contents` and `timetable`), `targets`, `reminder`, `quarter`, `opinion`,
`bonus`, `correction` (with `causes`), `review`.  `said` is what they are made of, `wording` has pieces of sentences,
`named` whom the command line means, `storedruns` the runs as documents need them, `corrected` which cell a decision
changed; `shelf` puts the files into `documents/`, `lacking` says what is still to be filled in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from evaltool.documents.content import Asked, Came, Document, Written
from evaltool.documents.kinds import Kind
from evaltool.documents.official.fields import gaps
from evaltool.documents.shelf import Shelved, place, unread
from evaltool.evaluation import Evaluation
from evaltool.findings import Refused, finding

__all__ = ["Announced", "Asked", "Came", "announce", "stated", "written"]


@dataclass(frozen=True, slots=True)
class Announced:
    """One document that lies in its place: its title, its file, and what somebody still has to fill in."""

    kind: str
    title: str
    file: Shelved
    gaps: tuple[str, ...]


def stated(evaluation: Evaluation, kind: Kind, given: Mapping[str, object]) -> Evaluation:
    """The evaluation with what the command line says about the frame, in the place of what `[notice]` says.

    The days of `[notice]` are those of the results' documents, so a document of these kinds has its days from the
    command line.  Letters are copied to nobody, and a draft of results goes to nobody, whom the command line does not
    name.
    """
    update = {name: given[name] for name in ("signatory", "recipients", "telephone", "copies") if name in given}
    update |= {"date": given.get("date"), "printed_date": given.get("date")}
    if kind.is_letter(given):
        update["copies"] = given.get("copies", "")
    if kind.id == "opinion" and given.get("about") == "results":
        update["recipients"] = given.get("recipients", "")
    if kind.id == "bonus":
        update |= {"posted_from": given.get("before"), "posted_until": given.get("after")}
    if "number" in given:
        update["numbers"] = evaluation.notice.numbers.model_copy(update={kind.id: given["number"]})
    return replace(evaluation, notice=evaluation.notice.model_copy(update=update))


def written(kind: Kind, evaluation: Evaluation, came: Came | None, asked: Asked, on: date) -> Written:
    """The documents of a kind as values.  `came`: for kinds that are about what came in."""
    from evaltool.documents.announcement import announcement
    from evaltool.documents.correction import correction
    from evaltool.documents.opinion import opinion
    from evaltool.documents.targets import targets

    plain = {"announcement": announcement, "targets": targets, "correction": correction}
    if kind.id in plain:
        return plain[kind.id](evaluation, asked)
    if kind.id == "opinion":
        return opinion(evaluation, came, asked)
    assert came is not None, "kinds that are about what came in say so"
    return _of_inbox(kind, evaluation, came, asked, on)


def _of_inbox(kind: Kind, evaluation: Evaluation, came: Came, asked: Asked, on: date) -> Written:
    from evaltool.documents.bonus import bonus
    from evaltool.documents.quarter import quarter
    from evaltool.documents.reminder import reminder
    from evaltool.documents.review import review

    if kind.id == "reminder":
        return reminder(evaluation, came, asked, on)
    if kind.id == "quarter":
        return quarter(evaluation, came, asked, on)
    return {"bonus": bonus, "review": review}[kind.id](evaluation, came, asked)


def announce(
    evaluation: Evaluation, kind: Kind, documents: Iterable[Document], out: Path | None = None
) -> list[Announced]:
    """Write documents into their place; each is read back and compared with its value before any is written (law 9)."""
    listed = list(documents)
    made = [(each, data) for each, data in zip(listed, _as_files(evaluation, listed), strict=True)]
    wrong = [finding("OUTPUT_DISAGREES", value=each.stem) for each, data in made if unread(each.paper, data)]
    if wrong:
        raise Refused(wrong)
    several = kind.word if len(made) > 1 else ""
    return [
        Announced(
            kind.id,
            "".join(each.paper.title),
            place(evaluation.folder, each.stem, data, several, out),
            tuple(gaps(each.paper)),
        )
        for each, data in made
    ]


def _as_files(evaluation: Evaluation, documents: Iterable[Document]) -> list[bytes]:
    from evaltool.documents.official.forms import Forms, refused
    from evaltool.runs.bundled import notice_templates
    from evaltool.writers.word.templates import TemplateError

    forms = Forms(notice_templates(evaluation.files))
    try:
        return [forms.write(each.paper) for each in documents]
    except TemplateError as error:
        raise refused(error) from error
