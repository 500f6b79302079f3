"""What would it have come to?  A stored run once more with something else supposed, held against itself.

Nothing of it is kept anywhere, and what comes out has no form that is taken for a result.
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from evaltool.evaluation import Evaluation
from evaltool.findings import Refused, blocking
from evaltool.points.score import Weights, all_shares, points_of
from evaltool.proof.inputs import Inputs, inputs_of
from evaltool.proof.moved import Outcomes, UnitDifference, UnitOutcome
from evaltool.proof.replay import replayed
from evaltool.proof.supposition import Supposition, in_words, put_in_place, supposed, weighed
from evaltool.results.award import award
from evaltool.results.conditions import measured_for
from evaltool.results.grade import grade
from evaltool.results.rank import Standings, rank
from evaltool.results.result import Result
from evaltool.results.takenclasses import with_scored_first
from evaltool.rules import Scheme
from evaltool.run import Progress
from evaltool.runs.chain import believed
from evaltool.runs.store import chosen_run

_IDLE = ("DECISION_WITHOUT_EFFECT", "DECISION_FILE_UNKNOWN")


@dataclass(frozen=True, slots=True)
class Trial:
    """`base`: what the run comes to, `result`: with what is supposed but for weights, `weights`: those, `units`: the
    units of which something else would be said, in the order of the trial; `unchanged`: how many others."""

    run: str
    said: Supposition
    base: Result
    result: Result
    weights: Weights
    units: tuple[UnitDifference, ...]
    unchanged: int

    def as_value(self) -> dict[str, Any]:
        return {
            "whatif": True,
            "run": self.run,
            "supposed": [{"kind": kind, "as": text} for kind, text in in_words(self.said)],
            "moves": [_value(each) for each in self.units],
            "unchanged": self.unchanged,
        }


def _value(unit: UnitDifference) -> dict[str, Any]:
    was, would = (side and side.as_value() for side in (unit.before, unit.after))
    return {"id": unit.id, "name": unit.name, "moved": unit.moved, "was": was, "would_be": would}


def tried(folder: Path, run: str, said: Supposition, progress: Progress = lambda _: None) -> Trial:
    """Score a run's inputs as they were and with what is supposed.  `run`: its number, "" for the newest official one.
    Raises `Refused` where it was altered, where something that is named is not there, or where it cannot be scored."""
    progress("chain")
    entry = believed(folder, chosen_run(folder, run))
    inputs = inputs_of(folder, entry.folder)
    progress("score")
    base = replayed(inputs, interim=entry.interim, screened=False)
    made = supposed(said, inputs, base)
    other = made.keys or made.lines or made.left_out
    result = _scored(put_in_place(made, inputs), interim=entry.interim) if other else base
    weights = weighed(made.weights) if made.weights else Scheme.weight
    before, after = _outcomes(standings(base, Scheme.weight)), _outcomes(standings(result, weights))
    differing = [unit for unit in dict.fromkeys([*after, *before]) if before.get(unit) != after.get(unit)]
    units = tuple(UnitDifference(unit, before.get(unit), after.get(unit), ()) for unit in differing)
    return Trial(entry.number, said, base, result, weights, units, len(before.keys() | after.keys()) - len(units))


def _scored(inputs: Inputs, *, interim: bool) -> Result:
    """Without the decisions that the trial leaves nothing to decide: on ties that are gone, on sheets left out."""
    try:
        return replayed(inputs, interim=interim, screened=False)
    except Refused as refused:
        idle = {(one.file, one.sheet, one.cell) for one in refused.findings if one.code in _IDLE}
        if not idle:
            raise Refused(blocking(refused.findings), usage=refused.usage) from None
        change = partial(_without_lines, places=idle)
        return replayed(inputs, interim=interim, change=change, screened=False)


def _without_lines(evaluation: Evaluation, places: Set[tuple[str, str, str]]) -> Evaluation:
    return replace(evaluation, ledger=tuple(line for line in evaluation.ledger if line.place not in places))


def standings(result: Result, weights: Weights) -> Standings:
    """Ranks, grades and awards with these weights; of an interim run the ranks alone.  Raises `Refused` where a weight
    would have to move and cannot."""
    if weights is Scheme.weight and not result.interim:
        return result.standings
    evaluation = result.evaluation if result.interim else with_scored_first(result.evaluation, result.intake, weights)
    points, wrong = points_of(evaluation, all_shares(evaluation, result.intake), weights)
    if not result.interim and blocking(wrong):
        raise Refused(wrong)
    ranked, _ = rank(evaluation, points)
    if result.interim:
        return ranked
    measured = measured_for(evaluation, result.intake)  # figures can be taken of a class that is weighed otherwise
    graded = grade(evaluation, ranked, points, measured)
    return award(evaluation, graded, result.intake, points, measured)[0]


def _outcomes(of: Standings) -> Outcomes:
    return {one.unit.id: UnitOutcome(one.unit.name, one.text, one.exact, one.rank, one.grade, one.awards) for one in of}
