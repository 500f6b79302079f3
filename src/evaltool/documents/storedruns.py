"""The runs of a folder as documents need them: results read from their files, rules and decisions that they kept."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evaltool.documents.officialnames import with_official_names
from evaltool.documents.texts import load_stored
from evaltool.evaluation import Evaluation
from evaltool.findings import Refused, finding
from evaltool.ledger import Decision
from evaltool.runs.chain import believed
from evaltool.runs.store import RunEntry, list_runs

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one run says of one unit; `total` as it is printed, `rank` None for an unranked unit."""

    id: str
    name: str
    class_id: str
    group: str
    total: str
    rank: int | None
    grade: str
    awards: tuple[str, ...]

    @property
    def said(self) -> tuple[object, ...]:
        """What a correction is about."""
        return self.total, self.rank, self.grade, self.awards

    @property
    def rank_text(self) -> str:
        return "不排名" if self.rank is None else str(self.rank)

    @property
    def grade_text(self) -> str:
        return self.grade or "不评等次"


@dataclass(frozen=True, slots=True)
class StoredRun:
    """One stored run; `evaluation` is made of the rules, roster and decisions that it kept."""

    number: str
    folder: Path
    units: dict[str, Outcome]
    evaluation: Evaluation
    counted: frozenset[str]  # SHA-256 of the submissions that count
    tool: str  # version of the program

    def has(self, line: Decision) -> bool:
        """Whether the run was made with a decision."""
        return any(each.same == line.same for each in self.evaluation.ledger)


def official_runs(folder: Path) -> list[RunEntry]:
    """The runs that were not interim, oldest first."""
    return [each for each in list_runs(folder) if not each.interim]


def run_named(folder: Path, text: str) -> RunEntry:
    """An official run by its number, with or without leading zeros; "" for the newest.  Raises `Refused` (usage)."""
    entries = list_runs(folder)
    known = [each for each in entries if not each.interim]
    wanted = text.strip().lstrip("0")
    found = [each for each in entries if each.number.lstrip("0") == wanted] if text else known[-1:]
    if not found:
        listed = "、".join(each.number for each in known) or "—"
        raise Refused([finding("NOTICE_RUN", value=text or "—", args={"known": listed})], usage=True)
    if found[0].interim:
        raise Refused([finding("NOTICE_RUN_INTERIM", value=found[0].number)], usage=True)
    return found[0]


def opened(entry: RunEntry) -> StoredRun:
    """A run with everything that documents need of it.  Raises `Refused` if it is not what it was."""
    believed(entry.folder.parent.parent, entry)
    results = json.loads((entry.folder / "results.json").read_text(encoding="utf-8"))
    manifest = json.loads((entry.folder / "manifest.json").read_text(encoding="utf-8"))
    evaluation = with_official_names(load_stored(entry.folder / "rules"))
    counted = frozenset(each["sha256"] for each in manifest["submissions"] if each["became"] == "counted")
    units = {each["id"]: _outcome(evaluation, each) for each in results["units"]}
    return StoredRun(entry.number, entry.folder, units, evaluation, counted, str(manifest["tool"]))


def _outcome(evaluation: Evaluation, each: dict[str, Any]) -> Outcome:
    unit = evaluation.listed_units.get(each["id"])
    place = each["id"], unit.name if unit else each["name"], each["class"], each["group"]
    return Outcome(*place, each["total"], each["rank"], each["grade"], tuple(each["awards"]))


def marks_of(run: StoredRun) -> pl.DataFrame:
    """The marks that a run counted, every column as text."""
    import polars as pl

    if (run.folder / "marks.parquet").exists():
        return pl.read_parquet(run.folder / "marks.parquet").cast(pl.String)
    return pl.read_csv(run.folder / "marks.csv", infer_schema=False).fill_null("")


def by_group(evaluation: Evaluation, outcomes: Iterable[Outcome]) -> list[tuple[str, list[Outcome]]]:
    """Outcomes of each group, best first, under the name by which the group is told from the others."""
    listed = list(outcomes)
    made = []
    for scheme in evaluation.classes.values():
        for group in scheme.head.groups:
            own = [each for each in listed if (each.class_id, each.group) == (scheme.id, group.id)]
            own.sort(key=lambda each: (each.rank is None, each.rank or 0))
            made += [(scheme.group_title(group.id), own)] if own else []
    return made
