"""Copies that a synchronising drive makes of a file that was changed in two places: nobody knows which holds."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import PurePath

_WORDS = re.compile(
    r"[ _.\-]*(?:[(（][^()（）]*)?(?:冲突的?副本|冲突文件|冲突版本|conflicted copy|conflict copy|sync-conflict).*",
    re.IGNORECASE | re.DOTALL,
)
"""What WPS 云, 坚果云, 百度网盘, Dropbox, Nextcloud and Syncthing put behind a name."""
_MACHINE = re.compile(r"-(?:DESKTOP|LAPTOP|WIN|PC)-[0-9A-Z]{3,}(?:-\d+)?\Z", re.IGNORECASE)
"""What OneDrive puts there: a machine, as Windows names them by itself.  Not the name of the one that reads: the same
folder is read alike everywhere."""


def copied_from(name: str, beside: Collection[str]) -> str:
    """The file beside it of which a file is the conflict copy, "" for none."""
    path = PurePath(name)
    known = {each.casefold(): each for each in beside if each != name}
    for mark in (_WORDS, _MACHINE):
        stem = mark.sub("", path.stem)
        if stem != path.stem and (found := known.get(f"{stem}{path.suffix}".casefold())):
            return found
    return ""
