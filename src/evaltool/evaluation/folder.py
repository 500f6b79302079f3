"""Which files of a folder say what holds: rules, roster, decisions, the office's own notice templates.

Whatever else lies where these are looked for is named, because somebody may think that it counts: a table in another
format, one in a sub-folder, `towns.toml.txt`.  What systems and programs leave behind is passed over.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath

from evaltool import reader
from evaltool.evaluation.conflicts import copied_from
from evaltool.files import is_of_system
from evaltool.findings import Finding, finding
from evaltool.names import folded, nearest
from evaltool.roster import TABLES

PARTS: Mapping[str, Sequence[str]] = {
    "schemes": (".toml",),
    "roster": (".csv", ".xlsx"),
    "decisions": (".csv", ".xlsx"),
    "notices": (".docx",),
}
"""Folder -> endings of the files that are read in it."""
TOP = ("evaluation.toml", "roster.xlsx")
_TABLE_KINDS = (".xls", ".xlsx", ".xlsm", ".xlsb", ".xltx", ".et", ".ett", ".ods", ".csv", ".tsv", ".tab", ".txt", "")
_MISTAKABLE: Mapping[str, Sequence[str]] = {
    "schemes": (".txt", ".ini", ".conf", ""),
    "roster": _TABLE_KINDS,
    "decisions": _TABLE_KINDS,
    "notices": (".doc", ".wps", ".wpt", ".dot", ".dotx", ".docm", ".rtf", ".odt", ""),
}
"""Folder -> endings of files that were meant to be read in it; others are papers that somebody keeps there."""
_WORDS = {"决定": "decisions", "名单": "roster", "名册": "roster", "规则": "schemes", "模板": "notices"}
UNUSED = "SOURCE_UNUSED"
"""The code of what was found beside the inputs."""
_SPARE = (".bak", ".old", ".orig")


def snapshot(folder: Path) -> tuple[dict[str, bytes], list[Finding]]:
    """Rules, roster, decisions and the office's own notice templates, each file read once.

    What is checked, what is hashed and what a run keeps is the same content.  Names are relative to the folder.
    """
    files: dict[str, bytes] = {}
    findings: list[Finding] = []
    for name, path in sorted(_read_of(folder)):
        data = reader.load(path)
        if other := copied_from(path.name, [each.name for each in _inside(path.parent)]):
            args: dict[str, object] = {"other": other}
            if data == reader.load(path.with_name(other)):
                findings.append(finding(UNUSED, file=name, value=path.name, args=args, because="same"))
            else:
                findings.append(finding("SYNC_CONFLICT", file=name, value=path.name, args=args))
            continue
        if isinstance(data, reader.Unreadable):
            findings.append(finding(data.code, file=name, args=dict(data.args)))
        else:
            files[name] = data
    for name in ("evaluation.toml", "schemes/*.toml"):
        if not any(PurePosixPath(file.casefold()).match(name) for file in files):
            findings.append(finding("RULES_MISSING", file=name, args={"folder": folder.name}))
    return files, [*findings, *_left_out(folder)]


def _inside(folder: Path) -> list[Path]:
    """What people put into a folder."""
    return sorted(path for path in folder.iterdir() if not is_of_system(path.name)) if folder.is_dir() else []


def _read_of(folder: Path) -> Iterator[tuple[str, Path]]:
    """What is read: (name, path).  A name in capitals is that name, as it is on Windows."""
    top = {path.name.casefold(): path for path in _inside(folder) if not path.is_dir()}  # small letters come last
    yield from ((name, top[name]) for name in TOP if name in top)
    for part in PARTS:
        for path in _inside(folder / part):
            if _is_read(path, part):
                yield unicodedata.normalize("NFC", f"{part}/{path.name}"), path


def _is_read(path: Path, part: str) -> bool:
    return path.suffix.casefold() in PARTS[part] and not path.is_dir()


# --- what is not read ------------------------------------------------------------------------------------------------


def _left_out(folder: Path) -> Iterator[Finding]:
    read = {path for _, path in _read_of(folder)}
    yield from _left_at_top([path for path in _inside(folder) if path not in read])
    for part in PARTS:
        left = [path for path in _inside(folder / part) if path not in read]
        meant = [path for path in left if _was_meant(path, part)]
        yield from (_unread(part, path) for path in meant)
        yield from _papers(part, [path for path in left if path not in meant and not path.is_dir()])


def _was_meant(path: Path, part: str) -> bool:
    """Whether it was put there to be read."""
    if path.is_dir():
        return bool(_inside(path))
    name, suffix = path.name.casefold(), path.suffix.casefold()
    doubled = any(f"{ending}." in name for ending in PARTS[part])
    return suffix in _MISTAKABLE[part] or (doubled and suffix not in _SPARE)


def _unread(part: str, path: Path) -> Finding:
    code = UNUSED if part == "notices" else "SOURCE_UNREAD"
    args: dict[str, object] = {"known": "、".join(PARTS[part]), "part": part}
    because = "folder" if path.is_dir() else "kind"
    return finding(code, file=f"{part}/{path.name}", value=path.name, because=because, args=args)


def _papers(part: str, left: Sequence[Path]) -> Iterator[Finding]:
    """Papers kept beside what is read, said once for a folder."""
    if left:
        names = "、".join(path.name for path in left[:5]) + ("…" if len(left) > 5 else "")
        args: dict[str, object] = {"known": "、".join(PARTS.get(part, TOP)), "n": len(left)}
        yield finding(UNUSED, file=part, value=names, because="papers", args=args)


def _left_at_top(left: Sequence[Path]) -> Iterator[Finding]:
    """Files and folders beside those that are read whose names say that they were meant to be, and other tables."""
    tables = []
    for path in left:
        stem, suffix = folded(path.name).casefold().split(".")[0], path.suffix.casefold()
        args: dict[str, object] = {"known": "、".join(TOP), "part": ""}
        if path.is_dir():
            near = next((part for word, part in _WORDS.items() if word in path.name), "")
            near = near or nearest(path.name.casefold(), PARTS, at_least=0.8)
            if near and path.name not in PARTS:
                args = {"near": near}
                yield finding(UNUSED, file=path.name, value=path.name, because="near_folder", args=args)
        elif suffix not in _SPARE and (".toml" in path.name.casefold() or _is_table(path, stem)):
            yield finding("SOURCE_UNREAD", file=path.name, value=path.name, because="top", args=args)
        elif suffix in _TABLE_KINDS[:-2]:
            tables.append(path)
    yield from _papers("", tables)


def _is_table(path: Path, stem: str) -> bool:
    """A roster or one of its tables in a form or a place where it is not read."""
    named = stem.startswith("roster") or stem in {folded(name) for name in TABLES}
    return named and path.suffix.casefold() in _TABLE_KINDS
