"""A key is made for a folder that has none, and only where no sheet was signed with one that is gone."""

from __future__ import annotations

import hashlib
import secrets
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from evaltool import reader
from evaltool.evaluation.key import BYTES, KEY_FILE, write_key
from evaltool.files import locked
from evaltool.findings import Refused, finding
from evaltool.identity import Key, parse_code
from evaltool.inbox.extract.workbook import codes
from evaltool.questions.forms import IDENTITY_SHEET

_SHEETS = ("received", "inbox", "outbox", "returns")


@dataclass(frozen=True, slots=True)
class MadeKey:
    """Whether a key was made, and the ids of keys that are gone, each with the number of workbooks signed with it."""

    made: bool = False
    lost: Mapping[str, int] = field(default_factory=dict)


def make_key(folder: Path, evaluation: str, *, anew: bool = False) -> MadeKey:
    """Make the key of a folder that has none.

    Raises `Refused` (usage) where sheets of this evaluation were signed with a key that is gone, unless a new one is
    asked for (`anew`); and where a new one is asked for though there is one, which is never written over.
    """
    with locked(folder):
        if (folder / KEY_FILE).exists():
            if anew:
                raise Refused([finding("KEY_THERE", file=KEY_FILE)], usage=True)
            return MadeKey()
        lost = _signed(folder, evaluation)
        if lost and not anew:
            args = {"keys": "、".join(lost), "n": sum(lost.values())}
            raise Refused([finding("KEY_MISSING", file=KEY_FILE, args=args)], usage=True)
        write_key(folder, Key(secrets.token_bytes(BYTES)))
        return MadeKey(made=True, lost=lost)


def _signed(folder: Path, evaluation: str) -> dict[str, int]:
    """How many workbooks of this folder were signed with which key: what came back, and what was written to go out."""
    seen: dict[str, set[str]] = {}
    for path in (path for part in _SHEETS for path in (folder / part).rglob("*.xlsx")):
        data = reader.load(path)
        if not isinstance(data, reader.Unreadable):
            digest = hashlib.sha256(data).hexdigest()
            seen[digest] = seen[digest] if digest in seen else _key_ids(data, evaluation)
    return dict(sorted(Counter(key for keys in seen.values() for key in keys).items()))


def _key_ids(data: bytes, evaluation: str) -> set[str]:
    book = reader.read(data, wanted=lambda title: title == IDENTITY_SHEET)
    if isinstance(book, reader.Unreadable):
        return set()
    found = [parse_code(code) for code in codes(book)]
    return {one.key_id for one in found if one and one.evaluation == evaluation and one.key_id}
