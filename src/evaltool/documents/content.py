"""What the documents of a year are made of, and what the command line may say about them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from evaltool.documents.official.frame import draft
from evaltool.evaluation import Evaluation
from evaltool.findings import Finding
from evaltool.inbox.accounts.whole import Accounts
from evaltool.inbox.intake import Intake
from evaltool.writers.official import Align, Attachment, Block, Form, Heading, Official, Table, Text, gap

WIDTH = 156.0  # mm of a line


@dataclass(frozen=True, slots=True)
class Document:
    """One document and the beginning of its file's name."""

    stem: str
    paper: Official


@dataclass(frozen=True, slots=True)
class Came:
    """What has come in, with its accounts and everything that was found wrong with it."""

    intake: Intake
    accounts: Accounts
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line says about the content of a document; "" and None where it says nothing."""

    unit: str = ""
    role: str = ""
    period: str = ""
    about: str = ""
    document: str = ""
    asked: str = ""
    run: str = ""
    before: str = ""
    after: str = ""
    reply_by: date | None = None
    within: int | None = None
    each: bool = False


Written = tuple[list[Document], list[Finding]]
"""The documents that there are, and what is to be said about them; no document where there is nothing to report."""


def document(
    evaluation: Evaluation,
    kind: str,
    stem: str,
    title: Sequence[str],
    body: Iterable[Block],
    *,
    recipients: str | None = "",
    attachments: Iterable[Attachment] = (),
    form: Form | None = None,
    nth: int = 0,
    contact: bool = True,
) -> Document:
    """A document of a kind with what the office states for all of them; `form` where it is not the kind's own.

    `contact`: whether whom to ask stands below the date.
    """
    drafted = draft(
        evaluation.settings,
        evaluation.notice,
        kind,
        title,
        body,
        recipients=recipients,
        attachments=attachments,
        nth=nth,
        form=form,
    )
    return Document(stem, replace(drafted, note=contact_words(evaluation)) if contact else drafted)


def chapters(parts: Iterable[tuple[str, Iterable[Block]]]) -> tuple[Block, ...]:
    """The chapters that have something in them."""
    filled = [(name, blocks) for name, listed in parts if (blocks := list(listed))]
    return tuple(each for name, blocks in filled for each in (Heading(name), *blocks))


def enumerated(sentences: Iterable[str]) -> list[Block]:
    """Paragraphs 1. 2. 3.; one alone has no number."""
    listed = list(sentences)
    return [Text(f"{at}.{each}" if len(listed) > 1 else each) for at, each in enumerate(listed, 1)]


def table(
    head: Sequence[str],
    rows: Iterable[Sequence[str]],
    widths: Sequence[float],
    left: Sequence[int] = (),
    caption: str = "",
) -> Table:
    """A table whose columns numbered in `left` hold texts that begin at the left."""
    align: tuple[Align, ...] = tuple("left" if at in left else "center" for at in range(len(head)))
    return Table(tuple(head), tuple(tuple(row) for row in rows), tuple(widths), align, caption)


def contact_words(evaluation: Evaluation) -> str:
    """Whom to ask."""
    telephone = evaluation.notice.telephone or gap("联系电话")
    return f"联系单位：{evaluation.settings.office}；联系电话：{telephone}"
