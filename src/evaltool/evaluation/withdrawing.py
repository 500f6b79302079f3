"""Which lines of the ledger a withdrawal means, as a person tells it: a document, or a part of what it decided.

What was decided together is withdrawn together: a task that was added and the targets that gave it its points stand or
fall as one, since neither adds up alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from evaltool.evaluation import Evaluation, load
from evaltool.evaluation.deciding import Fields
from evaltool.ledger import KINDS, Decision, meant_by


def each_withdrawn(folder: Path, lines: Sequence[Fields]) -> list[Fields]:
    """A withdrawal for each line that these mean, told by the line's own fingerprint; one that means none is left as it
    is, to be refused where it is read."""
    evaluation, _ = load(folder)
    ledger = [line for line in evaluation.ledger if line.kind != "withdrawal"]
    made: dict[Decision | int, Fields] = {}
    for at, fields in enumerate(lines):
        found = _meant(evaluation, fields, ledger)
        kept = {key: value for key, value in fields.items() if key not in ("file_hash", "after", "indicator")}
        for line in (*found, *_rebalanced(found, ledger)):
            made[line] = {**kept, "after": KINDS[line.kind].word, "file_hash": line.fingerprint}
        if not found:
            made[at] = fields
    return list(made.values())


def _rebalanced(found: Sequence[Decision], ledger: Sequence[Decision]) -> Iterator[Decision]:
    """The changed targets that came with added tasks; where a task of the same decision stays, nobody can tell whose
    they are."""
    added = {_decided_with(line) for line in found if line.kind == "goal_added"}
    staying = {_decided_with(line) for line in ledger if line.kind == "goal_added" and line not in found}
    return (line for line in ledger if line.kind == "target_change" and _decided_with(line) in added - staying)


def _decided_with(line: Decision) -> tuple[str, ...]:
    return line.document, line.day, line.unit, line.component


def _meant(evaluation: Evaluation, fields: Fields, ledger: Sequence[Decision]) -> list[Decision]:
    """An added task is told by its name, any other goal by its id in the ledger."""
    name = fields.get("indicator", "")
    ids = {row.id for row in evaluation.roster.indicators if name and row.name == name}
    told = [fields, *({**fields, "indicator": each} for each in sorted(ids))]
    return list(dict.fromkeys(each for one in told for each in meant_by(_as_line(evaluation, one), ledger)))


def _as_line(evaluation: Evaluation, fields: Fields) -> Decision:
    """A withdrawal as it will be read, names resolved as far as they are known."""
    units = {unit.name: unit.id for unit in evaluation.roster.units}
    people = {each.name: each.id for each in evaluation.roster.evaluators}
    unit = evaluation.units.get(units.get(fields.get("unit", ""), fields.get("unit", "")))
    schemes = [each for each in evaluation.classes.values() if unit is None or each.id == unit.class_id]
    parts = {part.name: key for scheme in schemes for key, part in scheme.components.items()}
    names = {"unit": units, "evaluator": {**units, **people}, "component": parts}
    known = {key: names.get(key, {}).get(value, value) for key, value in fields.items() if key != "kind"}
    said: dict[str, Any] = {"document": "", "date": "", "reason": "", **known, "kind": "withdrawal"}
    return Decision(**said)
