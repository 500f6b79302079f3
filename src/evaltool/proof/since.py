"""What a run says otherwise than the one of its kind before it, in short: for those who have just scored, and for the
list of runs.  An interim total says nothing beside an official one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from evaltool import __version__
from evaltool.evaluation import made_of
from evaltool.findings import Refused
from evaltool.inbox.received import on_record
from evaltool.proof.difference import ComparedSide, difference, stored_side
from evaltool.proof.inputs import Inputs, inputs_of
from evaltool.proof.moved import RunDifference, UnitDifference, outcomes
from evaltool.proof.ways import Whose, ways
from evaltool.publish import results
from evaltool.results.result import Result
from evaltool.roster import Evaluator
from evaltool.run import Progress
from evaltool.runs.chain import altered
from evaltool.runs.store import MANIFEST, RunEntry, list_runs, read_manifest

APART = 5  # causes that are scored one by one here; of more, those of a file, a table or a kind are one


def run_before(folder: Path, number: str) -> tuple[RunEntry, RunEntry] | None:
    """The run of the same kind before this one, and this one; None where it is the first, or where one of them is no
    longer as it was stored."""
    runs = {each.number: each for each in list_runs(folder)}
    this = runs[number]
    earlier = [each for each in runs.values() if each.number < number and each.interim == this.interim]
    if not earlier or altered(folder, earlier[-1]) or altered(folder, this):
        return None
    return earlier[-1], this


def since(folder: Path, result: Result, progress: Progress = lambda _: None) -> RunDifference | None:
    """What moved since the run before a stored result.  What each cause did is scored only where something moved; units
    have no effects where that cannot be; None where the record no longer has what the run before was made of."""
    pair = run_before(folder, result.run)
    if pair is None:
        return None
    made = None
    with suppress(Refused, OSError):  # the result is stored, whatever can no longer be said of the run before
        one, other = _inputs(folder, pair)
        made = _unscored(pair, one, other, result.evaluation.evaluators)
        if made.units:
            now = ComparedSide(result.run, other, result, outcomes(results(result)), __version__)
            made = difference(stored_side(pair[0], progress, one), now, progress, most=APART, alone=False)
    return made


def unscored(folder: Path, before: RunEntry, after: RunEntry) -> RunDifference:
    """Which units moved between two runs that are believed, and what is not the same of the two; no unit has effects,
    because nothing is scored."""
    one, other = _inputs(folder, (before, after))
    return _unscored((before, after), one, other, made_of(folder, other.files)[0].evaluators)


def _inputs(folder: Path, runs: tuple[RunEntry, RunEntry]) -> tuple[Inputs, Inputs]:
    """What two runs were made of; the record is read once."""
    record = on_record(folder)
    before, after = runs
    return inputs_of(folder, before.folder, record), inputs_of(folder, after.folder, record)


def _unscored(
    runs: tuple[RunEntry, RunEntry], one: Inputs, other: Inputs, known: Mapping[str, Evaluator]
) -> RunDifference:
    """`known`: who is called how, as the roster of the later run has it."""
    before, after = runs
    then, now = (outcomes(json.loads((each.folder / "results.json").read_bytes())) for each in (before, after))
    ids = list(dict.fromkeys([*now, *then]))
    moved = [UnitDifference(id_, then.get(id_), now.get(id_), ()) for id_ in ids if then.get(id_) != now.get(id_)]
    between = ways(one, other, _whose(known, before, after))
    return RunDifference(
        before.number, after.number, between.steps, tuple(moved), len(ids) - len(moved), between.grouped
    )


def _whose(known: Mapping[str, Evaluator], *runs: RunEntry) -> Whose:
    """By the accounts of the runs."""
    said = [each for run in runs for each in _submissions(run)]
    people = {each["sha256"]: each.get("evaluator", "") for each in said}
    return {digest: (who, known[who].name if who in known else who) for digest, who in people.items() if digest and who}


def _submissions(run: RunEntry) -> list[Mapping[str, Any]]:
    return list(read_manifest((run.folder / MANIFEST).read_bytes())["submissions"])
