"""Whether a sheet is what it says it is: its identity held against the folder's key and the sheets that are expected.

Nothing of a sheet that fails here is believed, not even whose it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PurePosixPath

from evaltool.identity import NO_KEY, Identity, Key, SubmissionKey, as_sent
from evaltool.inbox.problems import Problem
from evaltool.names import folded
from evaltool.questions.forms import TOP, Form
from evaltool.questions.sent import SentBefore
from evaltool.reader import Sheet

SentForms = Mapping[SubmissionKey, Form]

_NAMES = {
    "evaluation": ("评估", "evaluation"),
    "evaluator": ("评估主体", "evaluator"),
    "batch": ("批次", "batch"),
    "entry": ("录入次序", "entry"),
    "replaces": ("代替的表", "replaced sheet"),
    "version": ("版本", "version"),
    "key_id": ("密钥编号", "key id"),
}


@dataclass(frozen=True)
class Expected:
    """What comes back: of which evaluation, which forms, signed with which key.

    `lost`: ids of keys that are gone by decision, or not here; what they signed counts without proof.  `before`:
    what earlier versions of the forms asked.
    """

    evaluation: str
    forms: SentForms
    key: Key = NO_KEY
    lost: frozenset[str] = frozenset()
    before: SentBefore = field(default_factory=dict)

    @cached_property
    def sent(self) -> Mapping[str, Identity]:
        """The identities of all blank sheets, by their digests; worked out once, for the first doubtful sheet."""
        identities = [form.identity(key=self.key) for form in self.forms.values()]
        return {identity.mac: identity for identity in identities}

    @cached_property
    def headings(self) -> frozenset[tuple[str, str]]:
        """Names and headings of all worksheets that were sent out, folded."""
        sheets = (sheet for form in self.forms.values() for sheet in form.sheets)
        return frozenset((folded(sheet.title), folded(sheet.heading)) for sheet in sheets)

    def knows(self, sheet: Sheet) -> bool:
        """Whether a worksheet has the name and the heading of one that was sent out."""
        top = (cell.text for (row, _), cell in sheet.cells.items() if row < TOP and cell.kind == "text")
        return any((folded(sheet.title), folded(text)) in self.headings for text in top)


def forged(identity: Identity, expected: Expected) -> Problem | None:
    """A digest that does not fit, though it is said to be of the present key; or the reverse: one of the present key
    under the id of another."""
    key = expected.key
    if not key or identity.is_proved_by(key):
        return None
    sent = expected.sent.get(identity.mac)
    if sent is None and (identity.key_id == key.id or identity.replaces):
        sent = as_sent(identity, key, expected.sent.values())
    if identity.key_id != key.id and sent is None:
        return None
    return Problem("IDENTITY_FORGED", value=identity.evaluator, args=_told(identity, sent, expected.forms))


def _told(claimed: Identity, sent: Identity | None, forms: SentForms) -> tuple[tuple[str, str], ...]:
    """What was changed, in both languages, and to whom the sheet was sent."""
    if sent is None:
        nobody = ("交来这个文件的人", "whoever handed it in")
        changed = (
            "验证码与内容对不上，无法还原改动之处",
            "its check digits do not fit; what was changed cannot be told",
        )
    else:
        form = forms[sent.evaluator, sent.batch, sent.entry]
        nobody = (PurePosixPath(form.file_name).stem,) * 2
        changed = ("；".join(_differing(claimed, sent, 0)), "; ".join(_differing(claimed, sent, 1)))
    return ("changed", changed[0]), ("changed_en", changed[1]), ("who", nobody[0]), ("who_en", nobody[1])


def _differing(claimed: Identity, sent: Identity, language: int) -> list[str]:
    said = ("{name}发出时为“{old}”，现为“{new}”", "{name} was “{old}” and is now “{new}”")[language]
    fields = {name: (getattr(sent, name), getattr(claimed, name)) for name in _NAMES}
    return [
        said.format(name=_NAMES[name][language], old=old[:20], new=new[:20])
        for name, (old, new) in fields.items()
        if old != new
    ]


def unproved(identity: Identity, expected: Expected) -> Problem | None:
    """What is to be said of a sheet that the present key does not vouch for."""
    if identity.is_proved_by(expected.key):
        return None
    if identity.old:
        return Problem("IDENTITY_OLD_FORMAT")
    if not identity.key_id:
        return Problem("IDENTITY_UNSIGNED" if expected.key else "IDENTITY_UNPROVED", value="—")
    code = "IDENTITY_UNPROVED" if identity.key_id in expected.lost else "IDENTITY_KEY_UNKNOWN"
    return Problem(code, value=identity.key_id)
