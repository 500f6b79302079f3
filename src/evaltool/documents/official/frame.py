"""An official document begun: what `evaluation.toml` (or the command line) states for all documents is filled in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from evaltool.rules.documentnumbers import day_text, following
from evaltool.rules.settings import Notice, Settings
from evaltool.writers.official import KINDS, Attachment, Block, Form, Imprint, Official


def draft(
    settings: Settings,
    notice: Notice,
    kind: str,
    title: Sequence[str],
    body: Iterable[Block],
    *,
    recipients: str | None = "",
    nth: int = 0,
    attachments: Iterable[Attachment] = (),
    code: str = "",
    form: Form | None = None,
) -> Official:
    """The document with head, number, signature and imprint as stated.

    `recipients`: "" for those of `[notice]`, None for a document that is addressed to nobody.  `nth`: how many of this
    kind come before, where every unit has one.  `form`: where one of this kind has another than its kind.
    """
    form, headed = form or KINDS[kind].form, KINDS[kind].headed
    head = notice.head if headed else "none"
    paper = Official(
        kind,
        tuple(title),
        tuple(body),
        form,
        head,
        notice.mark or _mark(notice.signatory, form),
        following(notice.numbers.of(kind), nth) if headed else None,
        tuple(each for each in (notice.copy_number, notice.secrecy, notice.urgency) if each) if headed else (),
        None if recipients is None else recipients or notice.recipients,
        tuple(attachments),
        notice.signatory,
        day_text(notice.date),
        notice.sealed,
        code=code,
    )
    return replace(paper, imprint=_imprint(settings, notice, paper))


def _mark(signatory: str, form: str) -> str:
    """A letter's mark is the bare name; a document's has 文件 after it."""
    return f"{signatory}文件" if signatory and form == "document" else signatory


def _imprint(settings: Settings, notice: Notice, paper: Official) -> Imprint | None:
    """A document with a head has one; a letter only if somebody gets a copy."""
    if paper.head == "none" or (paper.form == "letter" and not notice.copies):
        return None
    return Imprint(notice.copies, notice.printed_by or settings.office, day_text(notice.printed_date))
