"""The frame around what a document says: head, number, signature, imprint, as its kind has them and as `[notice]` (or
the command line) states them for all documents."""

from __future__ import annotations

from dataclasses import replace

from evaltool.documents.content import Content
from evaltool.documents.kinds import DocumentKind
from evaltool.documents.persons import in_words
from evaltool.documents.phrases import contact_words
from evaltool.rules.documentnumbers import day_text, following
from evaltool.rules.settings import Notice, Settings
from evaltool.writers.official import Imprint, Official, gap


def framed(kind: DocumentKind, settings: Settings, notice: Notice, said: Content, nth: int = 0) -> Official:
    """The document.  `nth`: how many of this kind come before, where every unit has one."""
    said = in_words(said)
    form = said.form or kind.form
    headed = is_headed(kind, notice)
    paper = Official(
        kind.name,
        tuple(said.title),
        tuple(said.body),
        form,
        notice.head if headed else "none",
        notice.mark or _mark(notice.signatory, form),
        following(notice.numbers.of(kind.id), nth) or said.number if headed else None,
        tuple(each for each in (notice.copy_number, notice.secrecy, notice.urgency) if each) if headed else (),
        _recipients(kind, notice, said) if headed or not kind.upward else None,
        tuple(said.attachments),
        notice.signatory,
        day_text(next(filter(None, (getattr(notice, key) for key in kind.dated)), None)) or said.date,
        notice.sealed,
        contact_words(settings, notice) if kind.contact else "",
        code=said.code,
        signer=(notice.report_signer or gap("签发人")) if kind.upward and headed else "",
        more=said.more,
    )
    return replace(paper, imprint=_imprint(settings, notice, paper))


def is_headed(kind: DocumentKind, notice: Notice) -> bool:
    """Whether a document has a head: one that goes upwards only where it is said to whom, or under which number."""
    return kind.headed and (not kind.upward or bool(notice.report_to or notice.numbers.of(kind.id)))


def _recipients(kind: DocumentKind, notice: Notice, said: Content) -> str | None:
    stated = notice.report_to if kind.upward else notice.recipients
    return None if said.recipients is None else said.recipients or stated


def _mark(signatory: str, form: str) -> str:
    """A letter's mark is the bare name; a document's has 文件 after it."""
    return f"{signatory}文件" if signatory and form == "document" else signatory


def _imprint(settings: Settings, notice: Notice, paper: Official) -> Imprint | None:
    """A document with a head has one; a letter only if somebody gets a copy."""
    if paper.head == "none" or (paper.form == "letter" and not notice.copies):
        return None
    return Imprint(notice.copies, notice.printed_by or settings.office, day_text(notice.printed_date))
