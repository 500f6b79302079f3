"""The sample evaluation while it is being played: everybody's answers, and ways to change them by what they mean."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sample_story import file_name

from evaltool.evaluation import Evaluation
from evaltool.identity import sheet_name
from evaltool.questions.forms import Form
from evaltool.questions.layout import forms, is_due
from evaltool.sheets import blank
from evaltool.sheets.guidance import guide
from evaltool.writers.saving import to_bytes
from filling import Answers, Habits, Spot, Value, answers, fill, spots

Key = tuple[str, str, str]


@dataclass
class Play:
    """All forms of an evaluation with everybody's answers; `waived` ones send nothing.

    `reports`: sheets that are not scored; nothing is looked for or changed in them.
    """

    evaluation: Evaluation
    forms: dict[Key, Form]
    given: dict[Key, Answers]
    waived: set[str]
    reports: dict[Key, Form] = field(default_factory=dict)
    _saved: dict[Key, tuple[Answers, bytes]] = field(default_factory=dict)
    _spots: dict[Key, list[Spot]] = field(default_factory=dict)

    def spots(self, **meaning: str) -> Iterator[tuple[Key, Spot]]:
        """Every cell with this meaning: evaluator, class_id, component, unit, indicator, repeat, field."""
        for key, form in self.forms.items():
            if meaning.get("evaluator", key[0]) == key[0]:
                listed = self._spots.setdefault(key, [])
                listed += spots(form) if not listed else ()
                yield from ((key, spot) for spot in listed if _means(spot, meaning))

    def one(self, **meaning: str) -> tuple[Key, Spot]:
        found = list(self.spots(**meaning))
        if len(found) != 1:
            raise LookupError(f"{len(found)} cells for {meaning}")
        return found[0]

    def value(self, key: Key, spot: Spot) -> Value:
        return self.given[key].get(spot.place)

    def put(self, key: Key, spot: Spot, value: Value) -> None:
        self.given[key][spot.place] = value

    def file(self, key: Key, replaces: str = "") -> bytes:
        """The filled workbook; made again only when an answer has changed."""
        saved = self._saved.get(key)
        if saved and saved[0] == self.given[key] and not replaces:
            return saved[1]
        form = self.forms.get(key) or self.reports[key]
        told = guide(self.evaluation, form)
        empty = to_bytes(blank.book(form, replaces=replaces, guide=told, key=self.evaluation.key))
        data = fill(form, empty, self.given[key])
        if not replaces:
            self._saved[key] = dict(self.given[key]), data
        return data

    def path(self, key: Key) -> str:
        """Where the workbook lies under `inbox/`."""
        evaluator = self.evaluation.evaluators[key[0]]
        if key in self.reports:
            return f"{sheet_name(key[1])}/{evaluator.name}.xlsx"
        unit = self.evaluation.units.get(key[0])
        batches = [batch for batch in self.evaluation.roster.batches if batch.evaluator == key[0]]
        batch = key[1] if len(batches) > 1 else ""
        number = list(self.forms).index(key) + 1
        return file_name(evaluator.role, unit.class_id if unit else "", evaluator.name, batch, number)

    def write(self, folder: Path) -> None:
        """Everybody's workbooks under plain names, for a look at the totals."""
        for key in self.forms:
            if key[0] not in self.waived:
                path = folder / "inbox" / ("-".join(part for part in key if part) + ".xlsx")
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(self.file(key))


def play(evaluation: Evaluation, seed: int, habits: Habits, waived: set[str]) -> Play:
    """Everybody answers."""
    expected = {key: form for key, form in forms(evaluation).items() if is_due(evaluation, form)}
    scored = {key: form for key, form in expected.items() if form.kind in ("marks", "cards")}
    reports = {key: form for key, form in expected.items() if key not in scored}
    given = {key: answers(evaluation, form, seed, habits) for key, form in expected.items()}
    return Play(evaluation, scored, given, waived, reports)


def _means(spot: Spot, meaning: Mapping[str, str]) -> bool:
    return all(_MEANING[name](spot) == wanted for name, wanted in meaning.items() if name != "evaluator")


_MEANING: Mapping[str, Callable[[Spot], str]] = {
    "unit": lambda spot: spot.unit,
    "component": lambda spot: spot.component,
    "class_id": lambda spot: spot.line.class_id or spot.table.class_id,
    "indicator": lambda spot: spot.indicator,
    "repeat": lambda spot: spot.repeat,
    "field": lambda spot: spot.column.field,
    "kind": lambda spot: spot.table.kind,
}
