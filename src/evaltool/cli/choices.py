"""What can stand in a column of a decision, given what stands in the others: for prompts and for completion."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from evaltool.evaluation import Evaluation
from evaltool.evaluation.goaldecisions import ITEMS
from evaltool.inbox.received import INDEX
from evaltool.ledger import KINDS
from evaltool.ledger.matters import open_matters
from evaltool.names import folded, meant
from evaltool.rules import ExtraWord, extra_word
from evaltool.runs.store import list_runs

HASH_DIGITS = 12


class OfferedChoice(NamedTuple):
    """Something that can be chosen: what is written down, and what a person calls it."""

    id: str
    name: str

    @property
    def shown(self) -> str:
        return self.name if self.name == self.id else f"{self.name}（{self.id}）"


def kinds() -> list[OfferedChoice]:
    return [OfferedChoice(name, kind.word) for name, kind in KINDS.items()]


def choices(evaluation: Evaluation, kind: str, attribute: str, fields: Mapping[str, str]) -> list[OfferedChoice]:
    """What a column can hold, in the order of rules and roster; none where it holds a text of one's own."""
    about = KINDS[kind]
    if kind == "veto" and attribute == "after":
        return _vetoes(evaluation, fields)
    if attribute == "after":
        return [OfferedChoice(word, word) for word in about.choices]
    if attribute == "before" and kind in ("settled", "replied"):
        return list(dict.fromkeys(OfferedChoice(each.first.document, each.text) for each in evaluation.register))
    if attribute in ("before", "item") and kind.startswith("matter_"):
        return _matters(evaluation, attribute, fields)
    if attribute == "before":
        return _evaluators(evaluation, own=False) if about.before == "evaluator" else []
    if attribute == "component":
        return {"component": _components, "field": _fields, "award": _awards}[about.refers](evaluation, fields)
    if attribute == "unit":
        return [OfferedChoice(unit.id, unit.name) for unit in evaluation.roster.units]
    if attribute == "evaluator":
        return _evaluators(evaluation, own=kind != "charge_changed")
    if attribute == "indicator" and not about.new_line:
        return _indicators(evaluation, fields)
    if attribute == "batch":
        who = fields.get("evaluator", "")
        rows = (row for row in evaluation.roster.batches if row.evaluator == who)
        return [OfferedChoice(row.id, row.meeting or row.id) for row in rows]
    if attribute == "run":
        runs = (each for each in list_runs(evaluation.folder) if not each.interim)
        return [OfferedChoice(each.number, f"{each.number} {each.code}") for each in runs]
    if attribute == "item" and (extra := extra_word(kind)):
        return _extras(evaluation, extra, fields)
    if attribute == "item":
        return _extras(evaluation, "bonus", fields) if kind == "bonus_refused" else _items(kind)
    return _files(evaluation.folder) if attribute == "file_hash" else []


def _matters(evaluation: Evaluation, attribute: str, fields: Mapping[str, str]) -> list[OfferedChoice]:
    """The documents, or the texts, of what a unit has still to put right."""
    own = open_matters(evaluation.matters_of(fields.get("unit", "")))
    if attribute == "before":
        return list(dict.fromkeys(OfferedChoice(each.document, each.document) for each in own))
    named = (each for each in own if fields.get("before", "") in ("", each.document))
    return list(dict.fromkeys(OfferedChoice(each.item, each.item) for each in named))


def exact(found: Iterable[OfferedChoice], text: str) -> OfferedChoice | None:
    """The choice that has this id or, alone, this name."""
    named = meant(text, found, lambda each: (each.id, each.name))
    return named[0] if len(named) == 1 else None


def narrowed(found: Iterable[OfferedChoice], text: str) -> list[OfferedChoice]:
    """The choices of whose id or name this is a part."""
    part = folded(text).lower()
    return [each for each in found if part in folded(each.id).lower() or part in folded(each.name).lower()]


def _evaluators(evaluation: Evaluation, *, own: bool) -> list[OfferedChoice]:
    listed = evaluation.evaluators.values() if own else evaluation.roster.evaluators
    return [OfferedChoice(each.id, each.name) for each in listed]


def _classes(evaluation: Evaluation, fields: Mapping[str, str]) -> list[str]:
    unit = next((unit for unit in evaluation.roster.units if unit.id == fields.get("unit")), None)
    return [unit.class_id] if unit else list(evaluation.classes)


def _components(evaluation: Evaluation, fields: Mapping[str, str]) -> list[OfferedChoice]:
    schemes = [evaluation.classes[each] for each in _classes(evaluation, fields)]
    return list(dict.fromkeys(OfferedChoice(leaf, s.components[leaf].name) for s in schemes for leaf in s.leaves()))


def _fields(evaluation: Evaluation, fields: Mapping[str, str]) -> list[OfferedChoice]:
    awards = [award for each in _classes(evaluation, fields) for award in evaluation.classes[each].awards]
    grades = [
        grade.name
        for each in _classes(evaluation, fields)
        for grade in evaluation.classes[each].grades
        if grade.together
    ]
    found = [OfferedChoice(each.id, each.name) for award in awards for each in award.fields]
    return list(dict.fromkeys((*found, *(OfferedChoice(name, name) for name in grades))))


def _awards(evaluation: Evaluation, fields: Mapping[str, str]) -> list[OfferedChoice]:
    awards = [award for each in _classes(evaluation, fields) for award in evaluation.classes[each].awards]
    return list(dict.fromkeys(OfferedChoice(award.name, award.name) for award in awards))


def _vetoes(evaluation: Evaluation, fields: Mapping[str, str]) -> list[OfferedChoice]:
    kinds = [kind for each in _classes(evaluation, fields) for kind in evaluation.classes[each].veto.kinds]
    return list(dict.fromkeys(OfferedChoice(kind.name, kind.name) for kind in kinds))


def _items(kind: str) -> list[OfferedChoice]:
    return [OfferedChoice(each, each) for each in ITEMS] if kind == "goal_text" else []


def _extras(evaluation: Evaluation, kind: ExtraWord, fields: Mapping[str, str]) -> list[OfferedChoice]:
    schemes = [evaluation.classes[each] for each in _classes(evaluation, fields)]
    found = [choice for scheme in schemes for each in scheme.extras(kind).kinds for choice in each.choices]
    return list(dict.fromkeys(OfferedChoice(choice, choice) for choice in found))


def _indicators(evaluation: Evaluation, fields: Mapping[str, str]) -> list[OfferedChoice]:
    component, unit = fields.get("component", ""), fields.get("unit", "")
    rows = [
        row for class_id in _classes(evaluation, fields) for row in evaluation.indicators(class_id, component, unit)
    ]
    return list(dict.fromkeys(OfferedChoice(row.id, row.name) for row in rows))


def came_as(folder: Path, text: str) -> str:
    """The hash of the one content on record that came under this name, also when it is no longer in the inbox."""
    name = text.replace("\\", "/").removeprefix("./")
    inside = {name, f"inbox/{name}", name.removeprefix(f"{folder.as_posix()}/")}
    found = [each.id for each in _files(folder) if each.name in inside]
    return found[0] if len(found) == 1 else text


def _files(folder: Path) -> list[OfferedChoice]:
    """Every content of the record, by the beginning of its hash and the name under which it came."""
    with suppress(OSError, csv.Error):
        text = (folder / "received" / INDEX).read_text(encoding="utf-8-sig", errors="replace")
        rows = [row for row in csv.reader(io.StringIO(text, newline="")) if len(row) > 1 and row[0] != "sha256"]
        return sorted((OfferedChoice(row[0][:HASH_DIGITS], row[1]) for row in rows), key=lambda each: each.name)
    return []
