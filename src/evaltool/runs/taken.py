"""What is taken of runs of other folders: checked there (law 12), and kept here as an input like any other.

A run is official and as it was stored, or nothing is taken of it.  What is kept names the run, its code and the hash of
its manifest, so that this folder's own runs can be verified and scored again without the other folder.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from evaltool.evaluation import Evaluation, OtherResult, load, made_of
from evaltool.evaluation.folder import snapshot
from evaltool.evaluation.taken import KeptResult, names_of_units
from evaltool.files.jsonfile import json_file
from evaltool.findings import Finding, Refused, blocking, finding
from evaltool.rules.settings import FILE, read_year
from evaltool.rules.taken import TakenResult, file_of, is_near
from evaltool.runs.chain import altered, is_key_away
from evaltool.runs.stages import PassedStages, passed_stages
from evaltool.runs.store import MANIFEST, RunEntry, list_runs

Taken = tuple[dict[str, bytes], list[Finding]]
"""What is kept, by its name among the inputs; why something could not be taken."""


class NotTaken(Exception):
    """Why nothing is taken of a folder: a reason of RESULT_SOURCE (or of GATHER_CITY), and what it is about."""

    def __init__(self, because: str, said: str = "") -> None:
        self.because, self.said = because, said


def taken_of_folders(folder: Path) -> Taken:
    """Everything that an evaluation takes of other folders, as they stand now."""
    path = folder / FILE
    if not path.is_file():
        return {}, []
    year, _ = read_year({FILE: path.read_bytes()})
    files: dict[str, bytes] = {}
    findings: list[Finding] = []
    for name, result in year.results.items():
        ways = _folders_of_units(folder) if result.folders else [result.folder] if result.folder else []
        for way in ways:
            try:
                value = _taken(folder, way, result).as_value()
                kept = file_of(name, way if result.folders else "")
                files[kept] = json_file(value)
            except NotTaken as reason:
                findings.append(_untaken(name, result, way, reason))
                continue
            if result.folders and is_key_away(folder_named(folder, way)):
                findings.append(finding("SEALS_UNCHECKED", file=way))
    return files, findings


def _untaken(name: str, result: TakenResult, way: str, reason: NotTaken) -> Finding:
    args: dict[str, object] = {"name": result.name, "said": reason.said}
    cell = f"result.{name}.{'folders' if result.folders else 'folder'}"
    return finding("RESULT_SOURCE", file=FILE, cell=cell, value=way, args=args, because=reason.because)


def _folders_of_units(folder: Path) -> list[str]:
    """The folders that the roster names, each once; what cannot be read of it is said where it is read."""
    try:
        evaluation, _ = load(folder)
    except Refused:
        return []
    return sorted({unit.results_in for unit in evaluation.units.values() if unit.results_in})


@dataclass(frozen=True, slots=True)
class TakenRun:
    """A run of another folder that is what it was when it was stored, and the stage that it reached; "" for a draft."""

    evaluation: Evaluation
    entry: RunEntry
    stage: str
    passed: PassedStages

    @property
    def manifest(self) -> str:
        """The hash of its manifest."""
        return hashlib.sha256((self.entry.folder / MANIFEST).read_bytes()).hexdigest()


def _taken(folder: Path, way: str, result: TakenResult) -> KeptResult:
    """Of many folders some are archives, whose key is never there: they are known by their digests."""
    there = folder_named(folder, way)
    if there.resolve() == folder.resolve():
        raise NotTaken("own")
    if not is_near(way):
        raise NotTaken("far")
    run = run_there(there, result.run, interim=result.interim, by_digest=result.folders)
    units = _units(run.entry, by_class=result.folders)
    return KeptResult(run.evaluation.settings.name, run.entry.number, run.entry.code, run.manifest, run.stage, units)


def run_there(there: Path, run: str = "", *, interim: bool = False, by_digest: bool = False) -> TakenRun:
    """The run of a folder that is named, or the last one that passed all stages there.  `by_digest`: its seal is not
    asked for where the folder's key is not there, as in an archive.  Raises `NotTaken`."""
    if not (there / FILE).is_file():
        raise NotTaken("away")
    try:
        evaluation, _ = load(there)
    except Refused as refused:
        raise NotTaken("refused", refused.findings[0].message("zh")) from None
    passed = passed_stages(evaluation, by_digest=by_digest)
    entry, stage = _run(evaluation, passed, run, interim=interim)
    if wrong := altered(there, entry, by_digest=by_digest):
        raise NotTaken("altered", f"runs/{entry.number}：{wrong[0].file}")
    return TakenRun(evaluation, entry, stage, passed)


def folder_named(folder: Path, way: str) -> Path:
    """Another folder by the way to it, on whichever system somebody wrote that."""
    return folder / way.replace("\\", "/")


def _run(evaluation: Evaluation, passed: PassedStages, run: str, *, interim: bool) -> tuple[RunEntry, str]:
    """The run that is named, or the last one that passed all stages there, with the stage that it reached."""
    if run:
        entries = [each for each in list_runs(evaluation.folder) if each.number.lstrip("0") == run.lstrip("0")]
        if not entries:
            raise NotTaken("unknown", run)
        if entries[0].interim and not interim:
            raise NotTaken("interim", entries[0].number)
        reached = [each.stage for each in passed.reached if each.run == entries[0]]
        return entries[0], reached[-1] if reached else ""
    final = final_of(passed)
    last = passed.needed[-1] if passed.needed else ""
    if final is not None:
        return final, last
    if wrong := blocking(passed.findings):  # a decision that does not count, such as one about an altered run
        raise NotTaken("stages", wrong[0].message("zh"))
    raise NotTaken("not_final" if passed.official else "unscored")


def final_of(passed: PassedStages) -> RunEntry | None:
    """The last run that passed all stages that are needed; where there are none, the newest official one."""
    if not passed.needed:
        return passed.official
    final = passed.latest(passed.needed[-1])
    return final.run if final else None


def _units(entry: RunEntry, *, by_class: bool) -> tuple[OtherResult, ...]:
    """What was published of every unit, with the names that it had in the run's own roster; `by_class`: with its
    class."""
    said = json.loads((entry.folder / "results.json").read_text(encoding="utf-8"))
    rules = entry.folder / "rules"
    try:
        evaluation, _ = made_of(rules, snapshot(rules)[0])
    except Refused as refused:  # rules of an older version of the tool
        raise NotTaken("refused", refused.findings[0].message("zh")) from None
    names: Mapping[str, tuple[str, ...]] = names_of_units(evaluation)
    return tuple(
        OtherResult(
            one["id"],
            one["name"],
            names.get(one["id"], ()),
            Fraction(one["total"]),
            Fraction(evaluation.classes[one["class"]].head.total),
            one["rank"],
            one["grade"],
            one["class"] if by_class else "",
        )
        for one in said["units"]
    )
