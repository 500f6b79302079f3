"""Files that programs leave behind and nobody sent: they are counted and named, and not looked into."""

from __future__ import annotations

from collections.abc import Sequence

_NAMES = frozenset(
    ("thumbs.db", "ehthumbs.db", "desktop.ini", "icon\r", "$recycle.bin", "system volume information", "__macosx")
)
_LOCKS = ("~$", ".~lock.", "~wrl", "~wrd")
_PLACEHOLDERS = (".icloud",)  # stands for a file that is in the cloud only
_ENDINGS = (".tmp", ".temp", ".crdownload", ".part", ".partial", ".download", ".xltd", ".lnk", ".url")


def passed_over(path: Sequence[str]) -> str:
    """The finding for a file that is no submission by its name or one of its folders', "" for any other."""
    names = [name.casefold() for name in path]
    last = names[-1]
    if last.endswith(_PLACEHOLDERS):
        return "FILE_NOT_HERE"
    if last.startswith(_LOCKS):
        return "SKIP_LOCKFILE"
    if any(name in _NAMES or name.startswith(".") for name in names) or last.endswith(_ENDINGS):
        return "SKIP_SYSTEM"
    return ""
