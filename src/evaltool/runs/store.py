"""The runs of a folder: each complete and never changed, chained by hashes, written by one process at a time.

A run is staged beside the others under a name that nobody reads, its manifest written last, and moved into place in one
step.  A process that is killed leaves at most a staging folder, which the next one removes.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evaltool.files import write_atomically

STAGING = ".staging-"


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
    """The complete runs of a folder, oldest first."""
    entries = []
    for path in sorted((folder / "runs").glob("[0-9]*/manifest.json")):
        manifest = json.loads(path.read_text(encoding="utf-8"))
        fields = (manifest["run"], manifest["interim"], manifest["time"], manifest["operator"], manifest["code"])
        entries.append(RunEntry(*fields, path.parent))
    return entries


def altered(folder: Path, entry: RunEntry) -> list[str]:
    """What of a stored run is not as it was written: files that are missing or changed, and the manifest itself where
    the run after it says another hash.  Names are relative to the run."""
    manifest = json.loads((entry.folder / "manifest.json").read_text(encoding="utf-8"))
    said: dict[str, str] = manifest["outputs"]
    paths = {name: entry.folder / name for name in said}
    found = {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in paths.items() if path.is_file()}
    wrong = [name for name, digest in said.items() if found.get(name) != digest]
    after = folder / "runs" / f"{int(entry.number) + 1:04d}" / "manifest.json"
    if after.is_file():
        previous = json.loads(after.read_text(encoding="utf-8"))["previous"]
        own = hashlib.sha256((entry.folder / "manifest.json").read_bytes()).hexdigest()
        wrong += ["manifest.json"] if previous != own else []
    return sorted(wrong)


def next_number(folder: Path) -> str:
    """The number of the next run, such as "0003"."""
    numbers = [int(path.name) for path in (folder / "runs").glob("[0-9]*") if path.name.isdigit()]
    return f"{max(numbers, default=0) + 1:04d}"


def store(folder: Path, number: str, files: Mapping[str, bytes], manifest: Mapping[str, Any]) -> Path:
    """Write a run: all of it or nothing.  `manifest` gets the hashes of the files and of the manifest before it."""
    runs = folder / "runs"
    runs.mkdir(exist_ok=True)
    _sweep(runs)
    staged = runs / f"{STAGING}{os.getpid()}"
    with ThreadPoolExecutor(8) as pool:  # most of the time is waiting for the disk to have it
        list(pool.map(lambda each: _write(staged / each[0], each[1]), files.items()))
    whole = {
        **manifest,
        "previous": _previous(folder),
        "outputs": {name: hashlib.sha256(data).hexdigest() for name, data in sorted(files.items())},
    }
    text = json.dumps(whole, ensure_ascii=False, indent=1) + "\n"
    write_atomically(staged / "manifest.json", text.encode())
    target = runs / number
    staged.rename(target)
    return target


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())


def _sweep(runs: Path) -> None:
    """Remove what a killed process left; the lock says that no other one is at work."""
    for path in runs.glob(f"{STAGING}*"):
        shutil.rmtree(path)


def _previous(folder: Path) -> str:
    """SHA-256 of the newest manifest, or ""."""
    runs = list_runs(folder)
    return hashlib.sha256((runs[-1].folder / "manifest.json").read_bytes()).hexdigest() if runs else ""
