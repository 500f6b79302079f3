"""What a writer is given and what it hands over: what a document says, before the frame is put around it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from evaltool.evaluation import Evaluation
from evaltool.findings import Finding
from evaltool.inbox.accounts.whole import Accounts
from evaltool.inbox.intake import Intake
from evaltool.results.result import Result
from evaltool.writers.official import Attachment, DocumentBlock, DocumentForm

if TYPE_CHECKING:
    from evaltool.proof.moved import RunDifference


@dataclass(frozen=True, slots=True)
class Content:
    """What one document says.  `recipients`: "" for those that are stated for all, None for nobody.

    `stem`: the beginning of its file's name, for documents beside a run.  `form`: where it is not the kind's own.
    `number` and `date`: where nobody states others.  `code`: the short code of the run that it is about.  `persons`:
    whether it speaks to or of persons, not units; None where it speaks of all.  `more`: further texts for an office's
    own template.
    """

    title: Sequence[str]
    body: Sequence[DocumentBlock]
    attachments: Sequence[Attachment] = ()
    recipients: str | None = ""
    stem: str = ""
    form: DocumentForm | None = None
    number: str = ""
    date: str = ""
    code: str = ""
    persons: bool | None = None
    more: Mapping[str, str] = field(default_factory=dict)


ContentsAndFindings = tuple[list[Content], list[Finding]]
"""The documents that there are, and what is to be said about them; no document where there is nothing to report."""


# --- beside a run -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Came:
    """What has come in, with its accounts and everything that was found wrong with it."""

    intake: Intake
    accounts: Accounts
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class ContentAsked:
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


@dataclass(frozen=True, slots=True)
class Proofs:
    """What is proved of stored runs when a document asks for it: the result of the run of a number, scored again from
    what it kept; what moved between two of them, and which cause moved it by how much."""

    result: Callable[[str], Result]
    difference: Callable[[str, str], RunDifference]


@dataclass(frozen=True, slots=True)
class Occasion:
    """What a document beside a run is written from: the evaluation, what is asked for, the day, what came in (None for
    kinds that the table says to need nothing of it), what can be proved of runs."""

    evaluation: Evaluation
    asked: ContentAsked
    on: date
    taken: Came | None = None
    proving: Proofs | None = None

    @property
    def proofs(self) -> Proofs:
        assert self.proving is not None, "whoever writes a document about runs can prove them"
        return self.proving

    @property
    def came(self) -> Came:
        assert self.taken is not None, "kinds that are about what came in say so in the table"
        return self.taken
