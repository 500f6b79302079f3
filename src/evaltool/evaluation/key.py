"""`evaltool.key`: the secret of an evaluation's folder, with which the sheets that it sends out are signed.

It stays in the office.  It belongs into the backup, but into no run, no template and no other year: whoever has it can
write a sheet in anybody's name.
"""

from __future__ import annotations

import re
from pathlib import Path

from evaltool.files import write_atomically
from evaltool.findings import Finding, finding
from evaltool.identity import NO_KEY, Key

KEY_FILE = "evaltool.key"
BYTES = 32
_TEXT = re.compile(rf"[0-9a-f]{{{2 * BYTES}}}\Z")


def read_key(folder: Path) -> tuple[Key, list[Finding]]:
    """The folder's key; none where there is no file."""
    path = folder / KEY_FILE
    if not path.exists():
        return NO_KEY, []
    text = path.read_text(encoding="utf-8-sig", errors="replace").strip().lower()
    if not _TEXT.match(text):
        return NO_KEY, [finding("KEY_FILE_BROKEN", file=KEY_FILE)]
    return Key(bytes.fromhex(text)), []


def write_key(folder: Path, key: Key) -> None:
    write_atomically(folder / KEY_FILE, f"{key.secret.hex()}\n".encode())
