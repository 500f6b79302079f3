"""All that a result is made of, as one value: of a stored run, or as it stands in the folder today."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from evaltool.evaluation.folder import snapshot
from evaltool.findings import Refused, blocking, finding
from evaltool.inbox.received import Seen, Unreceived, on_record, receive
from evaltool.runs.taken import taken_of_folders


@dataclass(frozen=True, slots=True)
class Inputs:
    """All that a result is made of.

    `files`: rules, roster, decisions and templates by their names in `folder`, which is where the key of the sheets
    stands; `seen`: the submissions, in the order of their hashes; `beside`: what else lay in the inbox, of which there
    is nothing to keep (system files, links).
    """

    folder: Path
    files: Mapping[str, bytes]
    seen: tuple[Seen, ...]
    beside: tuple[Unreceived, ...] = ()


def inputs_of(folder: Path, run: Path, record: Mapping[str, Seen] | None = None) -> Inputs:
    """What a stored run was made of.  Raises `Refused` where the record no longer has one of its submissions.
    `record`: all that came in (`on_record`), where it was read already."""
    manifest = json.loads((run / "manifest.json").read_text(encoding="utf-8"))
    files = {name: (run / "rules" / name).read_bytes() for name in manifest["inputs"]}
    return Inputs(folder, files, tuple(_submissions(folder, run, record)), tuple(_beside(run)))


def inputs_now(folder: Path) -> Inputs:
    """What stands in the folder today and what it takes of others, the inbox taken in."""
    files, unread = snapshot(folder)
    taken, untaken = taken_of_folders(folder)
    if blocking([*unread, *untaken]):
        raise Refused([*unread, *untaken], usage=True)
    seen, beside = receive(folder)
    return Inputs(folder, {**files, **taken}, tuple(seen), tuple(beside))


def _beside(run: Path) -> Iterable[Unreceived]:
    """What a run's findings say of files that it did not keep, as far as it can be said again without the files."""
    accounts = json.loads((run / "accounts.json").read_text(encoding="utf-8"))
    for each in accounts["files"]["each"]:
        if not each["digest"]:
            yield Unreceived(each["file"], (finding(each["reason"], file=each["file"]),))


def _submissions(folder: Path, run: Path, record: Mapping[str, Seen] | None) -> Iterable[Seen]:
    """The files of a run's accounts as the record has them, under the names that they had then."""
    accounts = json.loads((run / "accounts.json").read_text(encoding="utf-8"))
    by_digest: dict[str, list[dict[str, Any]]] = {}
    for each in accounts["files"]["each"]:
        by_digest.setdefault(each["digest"], []).append(each)
    record = on_record(folder) if record is None else record
    if lost := [each for digest, each in by_digest.items() if digest and digest not in record]:
        raise Refused(
            [finding("RECORD_MISSING", file=each[0]["file"], args={"name": each[0]["file"]}) for each in lost]
        )
    for digest in sorted(by_digest.keys() - {""}):
        name, *copies = _names(by_digest[digest])
        yield replace(record[digest], name=name, copies=tuple(copies))


def _names(accounts: list[dict[str, Any]]) -> list[str]:
    """The names of one content, first the one that the others are copies of."""
    names = [each["file"] for each in accounts]
    return sorted(names, key=lambda name: (all(each["reason"] != name for each in accounts), names.index(name)))
