"""Is a stored run still what it was?  (Law 12: a run is believed only after it has been checked.)

A manifest states the digest of every file of its run and of the manifest before it, and is sealed: with the key of the
folder, so that nobody who lacks it can write another in its place.  Whoever reads a run asks for it through `believed`.
The newest run could be taken away whole without a trace in the folder; that is what the short code on paper is for.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from evaltool.evaluation import load
from evaltool.evaluation.key import KEY_FILE, read_key
from evaltool.files import is_of_system
from evaltool.findings import Finding, Refused, finding
from evaltool.identity import NO_KEY
from evaltool.ledger import of_kind
from evaltool.runs.store import MANIFEST, SEAL, RunEntry, is_number, read_manifest, run_folders, seal_of, text_of


def believed(folder: Path, entry: RunEntry) -> RunEntry:
    """The run, if it is what it was when it was stored.  Raises `Refused` with everything that is not."""
    if wrong := altered(folder, entry):
        raise Refused(wrong)
    return entry


def altered(folder: Path, entry: RunEntry, *, by_digest: bool = False) -> list[Finding]:
    """What is not as it was in a run: its files, its manifest, and what the run after it says of that.  `by_digest`:
    a seal is not asked for where the folder's key is not here."""
    run = entry.folder
    later = _later(folder, run)
    links = _link(run, later[0]) if later else []
    because = _doubt(folder, run, later)
    if because and not (by_digest and because == "away"):
        return [_altered(run, MANIFEST, because), *links]
    return [*_files(run, read_manifest((run / MANIFEST).read_bytes())["outputs"]), *links]


def is_whole(folder: Path, entry: RunEntry) -> bool:
    """Whether what a run's manifest says can be gone by, as far as that can be told here."""
    return _doubt(folder, entry.folder, _later(folder, entry.folder)) in ("", "away")


def is_key_away(folder: Path) -> bool:
    """Whether runs are sealed with a key that is not in the folder and not lost either: an unpacked archive."""
    runs = run_folders(folder)
    return any(_doubt(folder, run, runs[at:]) == "away" for at, run in enumerate(runs, 1))


def broken_links(folder: Path) -> list[Finding]:
    """Runs that do not follow on the run before them: one in between was taken away, or put in its place; and folders
    among the runs that are none: copies, and those whose manifest is gone."""
    runs = run_folders(folder)
    found = [one for before, after in pairwise(runs) for one in _link(before, after)]
    if runs and read_manifest((runs[0] / MANIFEST).read_bytes()).get("previous"):
        found.append(_altered(runs[0], MANIFEST, "first"))
    return [*found, *_no_runs(folder)]


def _no_runs(folder: Path) -> Iterator[Finding]:
    for path in sorted(path for path in (folder / "runs").glob("*") if path.is_dir() and not is_of_system(path.name)):
        if not is_number(path.name):
            yield finding("RUN_ALTERED", file=f"runs/{path.name}", args={"run": path.name}, because="added")
        elif not (path / MANIFEST).is_file():
            args: dict[str, object] = {"run": path.name}
            yield finding("RUN_ALTERED", file=f"runs/{path.name}/{MANIFEST}", args=args, because="missing")


def _later(folder: Path, run: Path) -> list[Path]:
    """The runs after one, of which nothing is read but their names."""
    return [each for each in run_folders(folder) if int(each.name) > int(run.name)]


def _doubt(folder: Path, run: Path, later: Sequence[Path], lost: Callable[[], set[str]] | None = None) -> str:
    """Why a manifest is not to be believed; "" if it is the one that was stored.

    Without its key it is known by its digest alone, which anybody can write; so where a folder has a key, a run without
    one, or of one that is lost, counts only if a later run that is believed itself vouches for it.
    """
    data = (run / MANIFEST).read_bytes()
    said, key, lost = read_manifest(data), read_key(folder)[0], lost or cache(lambda: _lost(folder))
    unsealed = {name: value for name, value in said.items() if name != SEAL}
    seal, by = str(said.get(SEAL, "")), said.get("key")
    if text_of({**unsealed, SEAL: seal}) != data or said.get("run") != run.name or not _is_complete(said):
        return "seal"
    if by == key.id:
        return "" if _same(seal, seal_of(text_of(unsealed), key)) else "seal"
    if by == "" and not _same(seal, seal_of(text_of(unsealed), NO_KEY)):
        return "seal"
    vouched = _doubt(folder, later[0], later[1:], lost) if later and not _link(run, later[0]) else "seal"
    if not vouched:
        return "" if by == "" or by in lost() else "seal"
    if by and by in lost() and vouched != "away":
        return "lost"
    return "away" if by and not (folder / KEY_FILE).exists() else "seal"


def _same(seal: str, wanted: str) -> bool:
    return hmac.compare_digest(seal.encode("utf-8", "replace"), wanted.encode())


def _is_complete(said: Mapping[str, Any]) -> bool:
    """Whether everything that readers of a manifest go by is there; without a seal nothing else says so."""
    submissions = said.get("submissions")
    if not isinstance(submissions, list):
        return False
    tables = [said.get("inputs"), said.get("outputs"), said.get("sent", {}), *submissions]
    if not all(isinstance(each, dict) and all(isinstance(value, str) for value in each.values()) for each in tables):
        return False
    return all({"sha256", "file", "became", "first_seen"} <= each.keys() for each in submissions)


def _files(run: Path, stated: Mapping[str, str]) -> Iterator[Finding]:
    paths = (path for path in run.rglob("*") if not path.is_dir() and not is_of_system(path.name))
    there = {path.relative_to(run).as_posix(): path for path in paths}
    for name, digest in stated.items():
        if name not in there:
            yield _altered(run, name, "missing")
        elif hashlib.sha256(there[name].read_bytes()).hexdigest() != digest:
            yield _altered(run, name, "changed")
    yield from (_altered(run, name, "added") for name in sorted(there.keys() - stated.keys() - {MANIFEST}))


def _link(before: Path, after: Path) -> list[Finding]:
    digest = hashlib.sha256((before / MANIFEST).read_bytes()).hexdigest()
    said = read_manifest((after / MANIFEST).read_bytes())
    return [] if said.get("previous") == digest else [_altered(before, MANIFEST, "chain")]


def _altered(run: Path, name: str, because: str) -> Finding:
    return finding("RUN_ALTERED", file=f"runs/{run.name}/{name}", args={"run": run.name}, because=because)


def _lost(folder: Path) -> set[str]:
    """The keys that were decided to be lost; what they sealed can no longer be proved by them."""
    try:
        evaluation, _ = load(folder)
    except Refused:
        return set()
    return {line.file_hash for line in of_kind(evaluation.ledger, "key_lost")}
