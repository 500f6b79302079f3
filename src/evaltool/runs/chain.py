"""Is a stored run still what it was?  (Law 12: a run is believed only after it has been checked.)

A manifest states the digest of every file of its run and of the manifest before it, and is sealed: with the key of the
folder, so that nobody who lacks it can write another in its place.  Whoever reads a run asks for it through `believed`.
The newest run could be taken away whole without a trace in the folder; that is what the short code on paper is for.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

from evaltool.evaluation import load
from evaltool.evaluation.key import read_key
from evaltool.files import is_of_system
from evaltool.findings import Finding, Refused, finding
from evaltool.identity import NO_KEY
from evaltool.ledger import of_kind
from evaltool.runs.store import MANIFEST, SEAL, RunEntry, list_runs, read_manifest, seal_of, text_of


def believed(folder: Path, entry: RunEntry) -> RunEntry:
    """The run, if it is what it was when it was stored.  Raises `Refused` with everything that is not."""
    if wrong := altered(folder, entry):
        raise Refused(wrong)
    return entry


def altered(folder: Path, entry: RunEntry) -> list[Finding]:
    """What is not as it was in a run: its files, its manifest, and what the run after it says of that."""
    after = next((each for each in list_runs(folder) if int(each.number) > int(entry.number)), None)
    data = (entry.folder / MANIFEST).read_bytes()
    said = read_manifest(data)
    if not _is_whole(folder, entry, data, said, vouched=after is not None):
        return [_altered(entry, MANIFEST, "seal"), *(_link(entry, after) if after else [])]
    return [*_files(entry, said["outputs"]), *(_link(entry, after) if after else [])]


def broken_links(folder: Path) -> list[Finding]:
    """Runs that do not follow on the run before them: one in between was taken away, or put in its place."""
    runs = list_runs(folder)
    found = [one for before, after in pairwise(runs) for one in _link(before, after)]
    if runs and read_manifest((runs[0].folder / MANIFEST).read_bytes()).get("previous"):
        found.append(_altered(runs[0], MANIFEST, "first"))
    return found


def _is_whole(folder: Path, entry: RunEntry, data: bytes, said: Mapping[str, Any], *, vouched: bool) -> bool:
    """Whether a manifest is the one that was stored.  Without a key it is known by its digest alone, which anybody can
    write; so where the folder has a key, a run without one counts only if a later run vouches for it."""
    unsealed = {name: value for name, value in said.items() if name != SEAL}
    seal, by, key = str(said.get(SEAL, "")), said.get("key"), read_key(folder)[0]
    if text_of({**unsealed, SEAL: seal}) != data or said.get("run") != entry.number:
        return False
    if by == key.id:
        return hmac.compare_digest(seal, seal_of(text_of(unsealed), key))
    if by == "":
        return vouched and hmac.compare_digest(seal, seal_of(text_of(unsealed), NO_KEY))
    return by in _lost(folder)


def _files(entry: RunEntry, stated: Mapping[str, str]) -> Iterator[Finding]:
    paths = (path for path in entry.folder.rglob("*") if not path.is_dir() and not is_of_system(path.name))
    there = {path.relative_to(entry.folder).as_posix(): path for path in paths}
    for name, digest in stated.items():
        if name not in there:
            yield _altered(entry, name, "missing")
        elif hashlib.sha256(there[name].read_bytes()).hexdigest() != digest:
            yield _altered(entry, name, "changed")
    yield from (_altered(entry, name, "added") for name in sorted(there.keys() - stated.keys() - {MANIFEST}))


def _link(before: RunEntry, after: RunEntry) -> list[Finding]:
    digest = hashlib.sha256((before.folder / MANIFEST).read_bytes()).hexdigest()
    said = read_manifest((after.folder / MANIFEST).read_bytes())
    return [] if said.get("previous") == digest else [_altered(before, MANIFEST, "chain")]


def _altered(entry: RunEntry, name: str, because: str) -> Finding:
    return finding("RUN_ALTERED", file=f"runs/{entry.number}/{name}", args={"run": entry.number}, because=because)


def _lost(folder: Path) -> set[str]:
    """The keys that were decided to be lost; what they sealed can no longer be proved by them."""
    try:
        evaluation, _ = load(folder)
    except Refused:
        return set()
    return {line.file_hash for line in of_kind(evaluation.ledger, "key_lost")}
