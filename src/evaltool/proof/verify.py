"""Is a stored run still true?  Its files, its inputs, the record, every cell by a second reader, the scoring itself.

Each is a proof by itself, and none relies on another: the files against the sealed manifest (`runs/chain.py`), what
stands in the folder against what the run was made of, the record against its hashes, the counted cells read by another
program (`secondreading.py`), and the result scored once more from what the run kept (`replay.py`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from evaltool import __version__
from evaltool.evaluation.folder import UNUSED, snapshot
from evaltool.evaluation.key import KEY_FILE
from evaltool.findings import Finding, Refused, finding
from evaltool.proof.differing import differences
from evaltool.proof.inputs import inputs_of
from evaltool.proof.recordproof import record_proof
from evaltool.proof.replay import replayed
from evaltool.proof.secondreading import read_twice
from evaltool.publish import machine_files, outputs
from evaltool.results.result import Result
from evaltool.rules.taken import KEPT
from evaltool.run import Progress, with_gaps
from evaltool.runs.chain import altered, broken_links, is_key_away, is_whole
from evaltool.runs.store import MANIFEST, RunEntry, chosen_run, list_runs, read_manifest
from evaltool.runs.taken import taken_of_folders

STEPS = ("chain", "inputs", "record", "results", "cells")
NOT_KEPT = "notice.toml"  # what the command line said once stands in the run alone


@dataclass(frozen=True, slots=True)
class Proof:
    """One step: how many things were looked at, and what is wrong with them.  `skipped`: why it could not be done."""

    step: str
    looked_at: int
    findings: tuple[Finding, ...] = ()
    skipped: str = ""


def verify(folder: Path, run: str = "", progress: Progress = lambda _: None) -> list[Proof]:
    """Every proof of a run: the one that is named, else the newest official one, else the newest.  Raises `Refused`
    (usage) where there is no such run."""
    entry = chosen_run(folder, run)
    progress("chain")
    proofs = [_chain(folder)]
    manifest = read_manifest((entry.folder / MANIFEST).read_bytes())
    if not is_whole(folder, entry):
        return proofs
    progress("inputs")
    proofs += [_inputs(folder, entry, manifest), Proof("record", *record_proof(folder, manifest))]
    progress("score")
    try:
        result = _scored_again(folder, entry, str(manifest.get("key", "")))
    except (Refused, OSError, ValueError, KeyError, TypeError, AttributeError) as problem:
        told = tuple(problem.findings) if isinstance(problem, Refused) else ()
        return [*proofs, Proof("results", 0, told, skipped=type(problem).__name__)]
    proofs.append(_results(entry, result, str(manifest.get("tool", ""))))
    progress("cells")
    proofs.append(Proof("cells", *_found(*read_twice(result.evaluation, result.intake))))
    return [replace(each, findings=tuple(_with_places(each.findings, folder, result))) for each in proofs]


def _scored_again(folder: Path, entry: RunEntry, key: str) -> Result:
    """From what the run kept; in a copy of the folder without its key, what that signed is taken as it was."""
    away = key if is_key_away(folder) else ""
    inputs = inputs_of(folder, entry.folder)
    again = replayed(
        inputs, entry.number, interim=entry.interim, change=lambda made: replace(made, key_away=away), anew=True
    )
    return with_gaps(again)


def _found(looked_at: int, findings: Iterable[Finding]) -> tuple[int, tuple[Finding, ...]]:
    return looked_at, tuple(findings)


def _chain(folder: Path) -> Proof:
    entries = list_runs(folder)
    found = [one for each in entries for one in altered(folder, each, by_digest=True)]
    if is_key_away(folder):
        found.append(finding("SEALS_UNCHECKED", file=KEY_FILE))
    files = sum(path.is_file() for each in entries for path in each.folder.rglob("*"))
    return Proof("chain", files, tuple(dict.fromkeys([*found, *broken_links(folder)])))


def _inputs(folder: Path, entry: RunEntry, manifest: Mapping[str, Any]) -> Proof:
    """Rules, roster and ledger as they stand in the folder, against those that the run was made of; so is what was
    taken of other folders, as far as these are there: the run has kept what it took."""
    there, unread = snapshot(folder)
    taken, _ = taken_of_folders(folder)
    there |= taken
    away = {name for name in manifest["inputs"] if name.startswith(KEPT) and name not in taken} | {NOT_KEPT}
    stated: dict[str, str] = {name: digest for name, digest in manifest["inputs"].items() if name not in away}
    found = [one for one in unread if one.code != UNUSED]
    for name in sorted(stated.keys() | there.keys()):
        because = _moved(stated.get(name), there.get(name))
        if because:
            path = entry.folder / "rules" / name
            kept = path.read_bytes() if path.is_file() else b""
            places = differences(name, there[name], kept) if because == "changed" else [("", "", "", "")]
            for sheet, cell, now, then in places:
                args: dict[str, object] = {"run": entry.number, "now": now, "then": then}
                code = "INPUT_ADDED" if because == "added" else "INPUT_ALTERED"
                found.append(finding(code, file=name, sheet=sheet, cell=cell, args=args, because=because))
    return Proof("inputs", len(stated), tuple(found))


def _moved(stated: str | None, data: bytes | None) -> str:
    if stated is None:
        return "added"
    if data is None:
        return "missing"
    return "" if hashlib.sha256(data).hexdigest() == stated else "changed"


def _results(entry: RunEntry, result: Result, tool: str) -> Proof:
    """The machine files of the same inputs scored again; another version of the tool may score otherwise."""
    made = machine_files(result)
    found = []
    for name, data in made.items():
        path = entry.folder / name
        # findings name paths that were no submissions; they are no part of a result
        if name != "findings.jsonl" and (not path.is_file() or path.read_bytes() != data):
            args: dict[str, object] = {"run": entry.number, "tool": tool, "now": __version__}
            because = "same" if tool == __version__ else "other"
            found.append(finding("RUN_NOT_REPEATED", file=f"runs/{entry.number}/{name}", args=args, because=because))
    return Proof("results", len(made), tuple(found))


def _with_places(findings: Iterable[Finding], folder: Path, result: Result) -> Iterator[Finding]:
    """Altered files of the run with the cells in which they differ from what the scoring writes."""
    wanted: dict[str, bytes] = {}
    for one in findings:
        inside = one.file.removeprefix(f"runs/{result.run}/")
        path = folder / one.file
        if one.code not in ("RUN_ALTERED", "RUN_NOT_REPEATED") or inside == one.file or not path.is_file():
            yield one
            continue
        wanted = wanted or outputs(result)
        if inside not in wanted:
            yield one
            continue
        for sheet, cell, now, then in differences(inside, path.read_bytes(), wanted[inside]):
            args = {**dict(one.args), "now": now, "then": then}
            yield replace(one, sheet=sheet, cell=cell, value=now, args=tuple(sorted(args.items())))
