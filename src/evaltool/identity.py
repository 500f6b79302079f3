"""The identity of a sheet: whom it was sent to, as one line of text that nobody outside the office can write.

    evaltool2;EVALUATION;EVALUATOR;BATCH;ENTRY;REPLACES;VERSION;KEYID;MAC

MAC is a keyed digest of everything before it; the key stays in the office's folder (`keyfile.py`).  KEYID says under
which key the sheet was written, so that a sheet of another key is told from one that was made over.  Reading workers
import this module, so it stays light.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

FORMAT, OLD_FORMAT = "evaltool2", "evaltool1"
_FIELDS, _OLD_FIELDS = 9, 7
_ID_DIGITS, _MAC_DIGITS = 8, 16
SubmissionKey = tuple[str, str, str]  # evaluator, batch, entry


@dataclass(frozen=True, slots=True)
class Key:
    """The secret with which a folder's sheets are signed; empty where the folder has none."""

    secret: bytes = field(default=b"", repr=False)

    def __bool__(self) -> bool:
        return bool(self.secret)

    @property
    def id(self) -> str:
        """Which key it is, without giving it away; "" for none."""
        return hashlib.sha256(self.secret).hexdigest()[:_ID_DIGITS] if self.secret else ""

    def mac(self, text: str) -> str:
        """The keyed digest of a text; "" without a key."""
        return hmac.digest(self.secret, _bytes(text), "sha256").hex()[:_MAC_DIGITS] if self.secret else ""


NO_KEY = Key()


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a workbook belongs to; written into it in three places as one line of text.

    `replaces` is the SHA-256 of the submission that this one mends, or "".  `version` digests the form itself.
    `key_id` and `mac` are "" on a sheet that was written without a key; `old`: by a version that knew no keys.
    """

    evaluation: str
    evaluator: str
    batch: str
    entry: str
    replaces: str
    version: str
    key_id: str = ""
    mac: str = ""
    old: bool = field(default=False, kw_only=True)

    @property
    def signed_text(self) -> str:
        """Everything that the keyed digest vouches for."""
        fields = (self.evaluation, self.evaluator, self.batch, self.entry, self.replaces, self.version, self.key_id)
        return ";".join((FORMAT, *map(_escaped, fields)))

    def code(self) -> str:
        return f"{self.signed_text};{self.mac}"

    def signed(self, key: Key) -> Identity:
        """The same identity as a folder with this key writes it."""
        named = replace(self, key_id=key.id, mac="")
        return replace(named, mac=key.mac(named.signed_text))

    def is_proved_by(self, key: Key) -> bool:
        """Whether the holder of the key wrote this; without a key nothing is proved."""
        fits = hmac.compare_digest(_bytes(self.mac), _bytes(key.mac(self.signed_text)))
        return bool(key) and self.key_id == key.id and fits


def parse_code(text: str) -> Identity | None:
    """The identity written as `code` writes it; None if it is nothing of the kind."""
    parts = text.strip().split(";")
    if (len(parts), parts[0]) == (_OLD_FIELDS, OLD_FORMAT):
        return Identity(*parts[1:], old=True)
    return Identity(*map(_unescaped, parts[1:])) if (len(parts), parts[0]) == (_FIELDS, FORMAT) else None


def _bytes(text: str) -> bytes:
    """Whatever stands in a workbook has bytes, half a character too."""
    return text.encode("utf-8", "surrogatepass")


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace(";", "%3B")


def _unescaped(text: str) -> str:
    return text.replace("%3B", ";").replace("%25", "%")


def as_sent(claimed: Identity, key: Key, known: Iterable[Identity]) -> Identity | None:
    """What stood there when the sheet was written, if its digest fits one of the identities that are sent out.

    It says which fields of a forged identity were made over.  `known` may lack `replaces`; other fields of it are tried
    with those that are claimed.
    """
    fits = (one for each in known for one in _variants(claimed, each, key) if key.mac(one.signed_text) == claimed.mac)
    return next(fits, None) if key and claimed.mac else None


def _variants(claimed: Identity, sent: Identity, key: Key) -> Iterator[Identity]:
    own = replace(sent, key_id=key.id, mac=claimed.mac)
    for replaces in dict.fromkeys((claimed.replaces, "")):
        for version in dict.fromkeys((claimed.version, sent.version)):
            for evaluation in dict.fromkeys((claimed.evaluation, sent.evaluation)):
                yield replace(own, evaluation=evaluation, replaces=replaces, version=version)


# --- kinds of sheets -------------------------------------------------------------------------------------------------

SheetKind = Literal[
    "marks", "cards", "goals", "progress", "report", "figures", "evidence", "remarks", "rectification", "rectified"
]
"""What a form is for: marks and cards are scored; what a year needs besides is not, and never holds up a scoring."""
GOALS, PROGRESS, EVIDENCE = "goals", "progress", "evidence"
REMARKS = "remarks"  # what somebody found and proposes, in words
REPORT, FIGURES = "report", "figures"  # what became of goals, by the unit; what they come to, by who has the figures
ABOUT_MATTERS = ("rectification", "rectified")
"""What units fill in about matters that they have to put right: what they will do, and what they did."""
BY_UNITS = (GOALS, PROGRESS, REPORT, *ABOUT_MATTERS)
"""What units fill in about their goals and about such matters."""
ABOUT_GOALS = (GOALS, PROGRESS, REPORT, FIGURES)
UNSCORED = (*BY_UNITS, FIGURES, REMARKS)
"""Sheets of which nothing enters a score: no mistake in one holds a scoring up."""
_BATCHES: dict[str, SheetKind] = {
    GOALS: "goals",
    EVIDENCE: "evidence",
    REPORT: "report",
    FIGURES: "figures",
    REMARKS: "remarks",
    "rectification": "rectification",
    "rectified": "rectified",
}
_NAMES: dict[SheetKind, str] = {
    "goals": "年度目标申报表",
    "report": "目标完成情况自评表",
    "figures": "目标数据核实表",
    "evidence": "符合性验证表",
    "rectification": "整改方案表",
    "rectified": "整改情况表",
    "remarks": "意见建议表",
}
_PERIOD = f"{PROGRESS}-"  # how the batch of a progress sheet begins


def progress_batch(period: str) -> str:
    """The batch under which the progress sheets of a period go."""
    return f"{_PERIOD}{period}"


def kind_of_batch(batch: str) -> SheetKind:
    """What a sheet is for, from its batch; no batch of cards may bear these names (`checks/roster.py`)."""
    if batch in _BATCHES:
        return _BATCHES[batch]
    if batch.startswith(_PERIOD):
        return "progress"
    return "cards" if batch else "marks"


def sheet_name(batch: str) -> str:
    """What a sheet beside marks and cards is called; "" for those."""
    kind = kind_of_batch(batch)
    return f"{batch.removeprefix(_PERIOD)}进展表" if kind == "progress" else _NAMES.get(kind, "")


def batch_words(batch: str) -> str:
    """A sheet's batch or name in brackets, to stand behind its evaluator's name; "" for the sheet of marks."""
    return f"（{sheet_name(batch) or f'批次 {batch}'}）" if batch else ""
