"""Why does a run say something else than another one?  Each cause with its exact contribution to every unit's total.

It goes from the inputs of the one to those of the other, a step at a time in a stated order, and scores after each:
what a step moves is the difference between two scorings, so that the contributions add up exactly to the change.  A
step that cannot be scored alone (weights that must add up) is taken together with what it needs.  Where a step by
itself, put in place first, would move something else than it did in its turn, causes interact; both figures are said.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from evaltool import __version__
from evaltool.findings import Refused, finding
from evaltool.proof.causes import Cause, Causes
from evaltool.proof.inputs import Inputs, inputs_now, inputs_of
from evaltool.proof.moved import Effect, Outcomes, RunDifference, UnitDifference, outcomes, points_of
from evaltool.proof.replay import replayed
from evaltool.proof.ways import Ways, Whose, ways
from evaltool.publish import results
from evaltool.results.result import Result
from evaltool.run import Progress
from evaltool.runs.chain import believed
from evaltool.runs.store import MANIFEST, RunEntry, chosen_run, list_runs, read_manifest

TRIES = 30  # scorings to find out which steps need each other, for as many as are taken together


@dataclass
class Scorings:
    """Scorings with some of the causes, each made once."""

    ways: Ways
    interim: bool
    progress: Progress
    alone: bool = True  # whether to ask what a step would do by itself
    made: dict[frozenset[Cause], Outcomes | None] = field(default_factory=dict)

    def of(self, applied: Set[Cause]) -> Outcomes | None:
        """What the units come to; None where it cannot be scored."""
        key = frozenset(applied)
        if key not in self.made:
            self.progress("score")
            try:
                result = replayed(self.ways.inputs(key), interim=self.interim, screened=False)
                self.made[key] = outcomes(results(result))
            except Refused:
                self.made[key] = None
        return self.made[key]


@dataclass(frozen=True, slots=True)
class ComparedSide:
    """One of the two scorings: its inputs, what they come to now, and what was stored of it."""

    number: str
    inputs: Inputs
    result: Result
    stored: Outcomes
    tool: str


def compared(folder: Path, before: str, after: str, progress: Progress = lambda _: None) -> RunDifference:
    """The difference of two stored runs; "" for the newest official one and the official one before it.  Raises
    `Refused` where there are none, where one was altered, or where one is interim and the other is not."""
    later = chosen_run(folder, after)
    official = [each.number for each in list_runs(folder) if not each.interim and each.number < later.number]
    earlier = chosen_run(folder, before or "".join(official[-1:]) or "0")
    if earlier.interim != later.interim:
        args: dict[str, object] = {"before": earlier.number, "after": later.number}
        raise Refused([finding("DIFF_KINDS", args=args)], usage=True)
    one, other = (stored_side(believed(folder, each), progress) for each in (earlier, later))
    return difference(one, other, progress)


def against_now(folder: Path, before: str = "", progress: Progress = lambda _: None) -> RunDifference:
    """A run (the newest official one, or the newest of all) against what stands in the folder, scored as that run was;
    nothing is stored.  Raises `Refused` where there is none, or where the folder cannot be scored."""
    entry = believed(folder, chosen_run(folder, before))
    one = stored_side(entry, progress)
    progress("ingest")
    return difference(one, unstored(inputs_now(folder), interim=entry.interim), progress)


def stored_side(entry: RunEntry, progress: Progress = lambda _: None, inputs: Inputs | None = None) -> ComparedSide:
    """`inputs`: what the run was made of, where that is known already."""
    progress("score")
    inputs = inputs or inputs_of(entry.folder.parent.parent, entry.folder)
    said = json.loads((entry.folder / "results.json").read_text(encoding="utf-8"))
    tool = str(read_manifest((entry.folder / MANIFEST).read_bytes()).get("tool", ""))
    result = replayed(inputs, entry.number, interim=entry.interim, screened=False)
    return ComparedSide(entry.number, inputs, result, outcomes(said), tool)


def unstored(inputs: Inputs, *, interim: bool = False) -> ComparedSide:
    """Inputs of which no run was made."""
    result = replayed(inputs, interim=interim, screened=False)
    return ComparedSide("", inputs, result, outcomes(results(result)), __version__)


def difference(
    one: ComparedSide,
    other: ComparedSide,
    progress: Progress = lambda _: None,
    *,
    most: int | None = None,
    alone: bool = True,
) -> RunDifference:
    """What moved from one scoring to the other, and which cause moved it by how much.  `most`: causes that are told
    apart; `alone`: whether to say what each would have moved by itself."""
    between = ways(one.inputs, other.inputs, {**_whose(one.result), **_whose(other.result)}, most)
    scorings = Scorings(between, one.result.interim, progress, alone)
    scorings.made[frozenset()] = outcomes(results(one.result))
    scorings.made[frozenset(chain(*between.steps))] = outcomes(results(other.result))
    steps = [*_by_tool(one), *_in_turn(scorings), *_by_tool(other, back=True)]
    ids = list(dict.fromkeys([*other.stored, *one.stored]))
    differing = [unit for unit in ids if one.stored.get(unit) != other.stored.get(unit)]
    units = tuple(
        UnitDifference(unit, one.stored.get(unit), other.stored.get(unit), tuple(_effects(unit, steps)))
        for unit in differing
    )
    causes = tuple(step.causes for step in steps)
    return RunDifference(one.number, other.number, causes, units, len(ids) - len(units), between.grouped)


@dataclass(frozen=True, slots=True)
class CausedStep:
    """Causes put in place, what all units came to before and after; `alone`: what they come to where nothing else is
    new, None where that cannot be scored or is the same thing."""

    causes: Causes
    before: Outcomes
    after: Outcomes
    start: Outcomes
    alone: Outcomes | None = None


def _by_tool(side: ComparedSide, *, back: bool = False) -> Iterator[CausedStep]:
    """What was stored against what the same inputs come to now."""
    now = outcomes(results(side.result))
    if now != side.stored:
        what = "unexplained" if side.tool == __version__ else "changed"
        before, after = (now, side.stored) if back else (side.stored, now)
        was, is_ = (__version__, side.tool) if back else (side.tool, __version__)
        cause = Cause("tool", what, side.number, "", was, is_)  # type: ignore[arg-type]
        yield CausedStep((cause,), before, after, before)


def _in_turn(scorings: Scorings) -> Iterator[CausedStep]:
    left = list(scorings.ways.steps)
    applied: frozenset[Cause] = frozenset()
    start = at = _scored(scorings, applied)
    several = len(left) > 1 and scorings.alone
    while left:
        joined, left = _scorable(scorings, applied, left)
        causes = tuple(chain(*joined))
        now = _scored(scorings, applied | set(causes))
        alone = scorings.of(frozenset(causes)) if several and applied else None
        yield CausedStep(causes, at, now, start, alone)
        applied, at = applied | set(causes), now


def _scored(scorings: Scorings, applied: Set[Cause]) -> Outcomes:
    made = scorings.of(applied)
    assert made is not None, "the two ends and what was found to be scorable"
    return made


def _scorable(
    scorings: Scorings, applied: frozenset[Cause], left: Sequence[Causes]
) -> tuple[list[Causes], list[Causes]]:
    """The next steps that can be scored together, as few as it takes, and those that are left."""
    taken = 1
    while scorings.of(applied.union(*left[:taken])) is None:
        taken += 1
    joined = _fewest(scorings, applied, list(left[:taken]))
    return joined, [each for each in left if each not in joined]


def _fewest(scorings: Scorings, applied: frozenset[Cause], joined: list[Causes]) -> list[Causes]:
    """Without what came in between and is not needed, a sheet and its decision at once; it has its own turn."""
    sizes = range(len(joined) - 2, 0, -1)
    between = [(start, start + size) for size in sizes for start in range(1, len(joined) - size)]
    for start, end in between[:TRIES]:
        fewer = [*joined[:start], *joined[end:]]
        if scorings.of(applied.union(*fewer)) is not None:
            return _fewest(scorings, applied, fewer)
    return joined


def _effects(unit: str, steps: Sequence[CausedStep]) -> Iterator[Effect]:
    """The steps that moved a unit in its turn, or would have moved it by themselves."""
    for number, step in enumerate(steps, 1):
        before, after = step.before.get(unit), step.after.get(unit)
        points = points_of(after) - points_of(before)
        alone = None if step.alone is None else points_of(step.alone.get(unit)) - points_of(step.start.get(unit))
        if before != after or alone:
            yield Effect(number, points, before, after, None if alone == points else alone)


def _whose(result: Result) -> Whose:
    known = result.evaluation.evaluators
    return {
        each.digest: (each.evaluator, known[each.evaluator].name if each.evaluator in known else each.evaluator)
        for each in result.accounts.files
        if each.digest and each.evaluator
    }
