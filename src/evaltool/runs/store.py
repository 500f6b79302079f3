"""The runs of a folder: each complete and never changed, chained by hashes, written by one process at a time.

A run is staged beside the others under a name that nobody reads, its manifest written last, and moved into place in one
step.  A process that is killed leaves at most a staging folder, which the next one removes.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import shutil
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evaltool.files import STAGING, move, said_of, write_through
from evaltool.files.jsonfile import json_file
from evaltool.findings import Refused, finding
from evaltool.identity import NO_KEY, Key

RANKING = "public/排名表.xlsx"
"""The public workbook of a run."""
SUMS = "SHA256SUMS"
"""The list of checksums at the top of an archive."""
MANIFEST = "manifest.json"
SEAL = "seal"
"""The last line of a manifest: a digest of all above it, by the folder's key where it has one."""


@dataclass(frozen=True, slots=True)
class RunEntry:
    """One stored run, as its manifest says."""

    number: str
    interim: bool
    time: str
    operator: str
    code: str
    folder: Path


def list_runs(folder: Path) -> list[RunEntry]:
    """The complete runs of a folder, oldest first; a folder whose name is no number is nobody's run."""
    entries = []
    for path in run_folders(folder):
        said = read_manifest((path / MANIFEST).read_bytes())
        time, operator, code = (str(said.get(name, "")) for name in ("time", "operator", "code"))
        entries.append(RunEntry(path.name, said.get("interim") is True, time, operator, code, path))
    return entries


def run_folders(folder: Path) -> list[Path]:
    """The folders of the complete runs, oldest first."""
    manifests = (folder / "runs").glob(f"*/{MANIFEST}")
    return sorted(path.parent for path in manifests if is_number(path.parent.name))


def chosen_run(folder: Path, run: str = "") -> RunEntry:
    """A run by its number, with or without zeros; "" for the newest official one, or the newest of all."""
    entries = list_runs(folder)
    wanted = [each for each in entries if each.number.lstrip("0") == run.strip().lstrip("0")] if run else entries
    if not wanted:
        known = "、".join(each.number for each in entries) or "—"
        raise Refused([finding("PICTURE_RUN", value=run or "—", args={"known": known})], usage=True)
    return next((each for each in reversed(wanted) if not each.interim), wanted[-1])


def is_number(name: str) -> bool:
    return name.isascii() and name.isdecimal()


def read_manifest(data: bytes) -> dict[str, Any]:
    """What a manifest says; nothing, if it is none any more: `chain` says so of it."""
    try:
        said = json.loads(data)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def next_number(folder: Path) -> str:
    """The number of the next run, such as "0003"."""
    numbers = [int(path.name) for path in (folder / "runs").glob("*") if is_number(path.name)]
    return f"{max(numbers, default=0) + 1:04d}"


def store(
    folder: Path, number: str, files: Mapping[str, bytes], manifest: Mapping[str, Any], key: Key = NO_KEY
) -> Path:
    """Write a run: all of it or nothing.  `manifest` gets the hashes of the files and of the manifest before it, and is
    sealed with the key."""
    runs = folder / "runs"
    runs.mkdir(exist_ok=True)
    _sweep(runs)
    staged, target = runs / f"{STAGING}{os.getpid()}", runs / number
    try:
        with ThreadPoolExecutor(8) as pool:  # most of the time is waiting for the disk to have it
            list(pool.map(lambda each: _write(staged, target, *each), files.items()))
        whole = {
            **manifest,
            "previous": _previous(folder),
            "outputs": {name: hashlib.sha256(data).hexdigest() for name, data in sorted(files.items())},
            "key": key.id,
        }
        _write(staged, target, MANIFEST, text_of({**whole, SEAL: seal_of(text_of(whole), key)}))
        with said_of(target):
            move(staged, target)
    except BaseException:
        shutil.rmtree(staged, ignore_errors=True)
        raise
    return target


def text_of(manifest: Mapping[str, Any]) -> bytes:
    return json_file(manifest)


def seal_of(text: bytes, key: Key) -> str:
    return hmac.digest(key.secret, text, "sha256").hex() if key else hashlib.sha256(text).hexdigest()


def _write(staged: Path, target: Path, name: str, data: bytes) -> None:
    """Write a file of the run where nobody reads it yet; what fails is said of where it was to stand."""
    with said_of(target / name):
        path = staged / name
        path.parent.mkdir(parents=True, exist_ok=True)
        write_through(path, data)


def _sweep(runs: Path) -> None:
    """Remove what a killed process left; the lock says that no other one is at work."""
    for path in runs.glob(f"{STAGING}*"):
        shutil.rmtree(path)


def _previous(folder: Path) -> str:
    """SHA-256 of the newest manifest, or ""."""
    runs = list_runs(folder)
    return hashlib.sha256((runs[-1].folder / MANIFEST).read_bytes()).hexdigest() if runs else ""
