"""A unit's total of a stored run, explained: the run verified, scored again from what it kept, taken apart, added up.

Nothing is explained of a run that was altered, that cannot be repeated, or whose explanation does not come to what is
stored.  `public` keeps law 11: it is what the unit's section of the public page says, of a run that has one.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evaltool import __version__
from evaltool.documents.letter import Told
from evaltool.documents.named import unit_named
from evaltool.explain.explanation import Explanation, explained, readded
from evaltool.findings import Finding, Language, Refused, finding
from evaltool.page.unit import public_told
from evaltool.proof.differing import differences
from evaltool.proof.inputs import inputs_of
from evaltool.proof.replay import replayed
from evaltool.publish import results
from evaltool.results.rank import Standing
from evaltool.results.result import Result
from evaltool.run import Progress
from evaltool.runs.chain import believed
from evaltool.runs.store import MANIFEST, RunEntry, chosen_run, read_manifest
from evaltool.views.comparison import compared


@dataclass(frozen=True, slots=True)
class PublicExplanation:
    """What everybody may know of a unit's total; `code`: that of the run, as it stands on printed documents."""

    code: str
    evaluation: str
    standing: Standing
    said: Told

    def as_value(self) -> dict[str, Any]:
        """The same for programs; every figure as it is printed."""
        one, table = self.standing, self.said.table
        headers = [column.header for column in table.columns]
        return {
            "code": self.code,
            "evaluation": self.evaluation,
            "unit": {"id": one.unit.id, "name": one.unit.name, "class": one.unit.class_id, "group": one.unit.group},
            "total": one.text,
            "rank": one.rank,
            "grade": one.grade,
            "facts": [list(each) for each in self.said.facts],
            "components": [dict(zip(headers, row, strict=True)) for row in table.texts()],
            "said": [*self.said.sentences, *self.said.notes],
        }


def explain(
    folder: Path, unit: str, run: str = "", language: Language = "zh", progress: Progress = lambda _: None
) -> Explanation:
    """All that stands behind a total, for the office.  Raises `Refused` where the run is not believed, does not come
    out again, or has no such unit (usage)."""
    result = proved(folder, run, progress)
    explanation = explained(result, unit_named(result.evaluation, unit), language)
    if wrong := readded(explanation):
        raise Refused(wrong)
    return explanation


def explain_publicly(folder: Path, unit: str, run: str = "", progress: Progress = lambda _: None) -> PublicExplanation:
    """What public documents say of a total.  Raises `Refused` as `explain` does, and of an interim run."""
    entry = chosen_run(folder, run)
    if entry.interim:
        raise Refused([finding("EXPLANATION_INTERIM", args={"run": entry.number})], usage=True)
    return public_of(proved(folder, entry.number, progress), unit)


def public_of(result: Result, unit: str) -> PublicExplanation:
    """Of an official result."""
    named = unit_named(result.evaluation, unit)
    one = next(each for each in result.standings if each.unit.id == named.id)
    said = public_told(result, compared(result, named.class_id, named.group), one)
    return PublicExplanation(result.code, result.evaluation.settings.name, one, said)


def proved(folder: Path, run: str = "", progress: Progress = lambda _: None) -> Result:
    """The result of a stored run, from what the run kept: the same as is stored, to the last figure."""
    progress("chain")
    entry = believed(folder, chosen_run(folder, run))
    progress("score")
    result = replayed(inputs_of(folder, entry.folder), entry.number, interim=entry.interim)
    if wrong := list(_not_repeated(entry, result)):
        raise Refused(wrong)
    return result


def _not_repeated(entry: RunEntry, result: Result) -> Iterator[Finding]:
    """Where `results.json` says something else than the scoring now."""
    stored, made = (entry.folder / "results.json").read_bytes(), results(result)
    if json.loads(stored) == made:
        return
    tool = str(read_manifest((entry.folder / MANIFEST).read_bytes()).get("tool", ""))
    because = "same" if tool == __version__ else "other"
    for sheet, cell, now, then in differences("results.json", stored, json.dumps(made).encode()):
        args: dict[str, object] = {"run": entry.number, "tool": tool, "now": __version__}
        place = {"file": f"runs/{entry.number}/results.json", "sheet": sheet, "cell": cell}
        yield finding("RUN_NOT_REPEATED", args=args, because=because, value=f"{now} / {then}", **place)
