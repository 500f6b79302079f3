"""绩效档案 of one unit or of all: the run that counts proved and the folder taken in, once; then a workbook a unit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from evaltool.documents.named import unit_named
from evaltool.dossier.book import TITLE, dossier
from evaltool.dossier.gathered import Gathered, stored_outcomes
from evaltool.evaluation import Evaluation
from evaltool.evaluation.named import unit_meant, unit_names
from evaltool.files import Placed, locked, place
from evaltool.findings import Refused, finding
from evaltool.names import meant, safe_name
from evaltool.proof.explained import proved
from evaltool.roster import Unit
from evaltool.run import Progress, take_in
from evaltool.runs.chain import believed
from evaltool.runs.stages import PassedStages, passed_stages
from evaltool.runs.store import RunEntry, chosen_run
from evaltool.writers.saving import to_bytes

FOLDER = "dossiers"


@dataclass(frozen=True, slots=True)
class WrittenDossier:
    """One unit's file in its place."""

    unit: Unit
    file: Placed


@dataclass(frozen=True, slots=True)
class DossiersAsked:
    """`unit`: the one that is named; "" for all.  `run`: "" for the one that counts."""

    unit: str = ""
    run: str = ""
    out: Path | None = None


def write_dossiers(
    folder: Path, asked: DossiersAsked, on: date, progress: Progress = lambda _: None
) -> tuple[str, list[WrittenDossier]]:
    """Write dossiers into `dossiers/` (or `asked.out`, a file for one unit), and the number of the run that they stand
    on, "" for none.  Raises `Refused` where a run is not believed, or there is no such unit."""
    taken = take_in(folder, progress)
    now = taken.evaluation
    passed = passed_stages(now)
    units = [_named(now, asked.unit)] if asked.unit else _everybody(now)
    entry = _run(folder, passed, asked.run)
    result = proved(folder, entry.number, progress) if entry else None
    outcomes = stored_outcomes(believed(folder, each) for each in passed.runs)
    wanted = frozenset(unit.id for unit in units)
    progress("documents")
    gathered = Gathered(now, taken.intake, wanted, on, passed, result, entry, outcomes)
    with locked(folder):
        return entry.number if entry else "", [_write(gathered, unit, asked) for unit in units]


def _named(evaluation: Evaluation, text: str) -> Unit:
    """Also one that takes no part, since what was merged or dissolved is handed over too; also by a former name."""
    former: dict[str, list[str]] = {}
    for change in (*evaluation.roster.changes, *evaluation.roster.decided_changes):
        former.setdefault(change.unit, []).append(change.former)

    def names(unit: Unit) -> tuple[str, ...]:
        return (*unit_names(unit), *filter(None, former.get(unit.id, ())))

    found = [] if unit_meant(evaluation, text) else meant(text, evaluation.roster.units, names)
    return found[0] if found else unit_named(evaluation, text)


def _everybody(evaluation: Evaluation) -> list[Unit]:
    """All that take part, and those that a decision took out in the year."""
    gone = evaluation.roster.gone
    return [*evaluation.units.values(), *(unit for unit in evaluation.roster.units if unit.id in gone)]


def _run(folder: Path, passed: PassedStages, run: str) -> RunEntry | None:
    """The one that is named; else what holds as the result, else the newest official one."""
    if run:
        entry = chosen_run(folder, run)
        if entry.interim:
            raise Refused([finding("NOTICE_RUN_INTERIM", value=entry.number)], usage=True)
        return entry
    return passed.standing.run if passed.standing else passed.official


def _write(gathered: Gathered, unit: Unit, asked: DossiersAsked) -> WrittenDossier:
    run = gathered.entry.number if gathered.entry else "计分前"
    path = asked.out or gathered.now.folder / FOLDER / f"{_stem(gathered.now, unit, run)}.xlsx"
    return WrittenDossier(unit, place(path, to_bytes(dossier(gathered, unit))))


def _stem(evaluation: Evaluation, unit: Unit, run: str) -> str:
    """The file's name without its ending; a unit whose name differs from another's in case only has its place too."""
    stems = {each.id: safe_name(f"{TITLE}-{each.id}-{each.name}-{run}") for each in evaluation.roster.units}
    alike = sorted(each for each, stem in stems.items() if stem.casefold() == stems[unit.id].casefold())
    at = alike.index(unit.id)
    return f"{stems[unit.id]}-{at + 1}" if at else stems[unit.id]
