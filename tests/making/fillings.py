"""What everybody says in a bundled evaluation, as rows of plain text: drawn once from a seed, kept, put into workbooks.

A row says what a cell means, not where it stands, so that a filling outlives every change of the sheets' layout.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

from evaltool.evaluation import Evaluation
from evaltool.questions.forms import Form
from evaltool.questions.layout import forms
from evaltool.reader.numberformats import EPOCH
from evaltool.sheets import blank
from evaltool.writers.book import Value
from evaltool.writers.saving import to_bytes
from filling import Spot, spots
from filling import Value as Given
from filling_draw import draw_form

FILLINGS = Path(__file__).parents[2] / "sample_data" / "fillings"
SEED = 2026
COLUMNS = ("evaluator", "batch", "class", "component", "indicator", "unit", "repeat", "field", "value")
Row = Mapping[str, str]


def draw(evaluation: Evaluation, seed: int) -> list[Row]:
    """A plausible answer in every cell of the sheets that are scored, and of those that say what is verified."""
    wanted = [form for form in forms(evaluation).values() if form.kind in ("marks", "cards", "evidence")]
    return [row for form in wanted for row in _rows(form, draw_form(evaluation, form, seed))]


def _rows(form: Form, given: Mapping[tuple[str, str], Given]) -> Iterator[Row]:
    named: dict[tuple[str, int], str] = {}
    for spot in spots(form):
        value = given.get(spot.place)
        if spot.column.field == "unit" and isinstance(value, str):
            named[spot.sheet, id(spot.line)] = spot.column.units[spot.column.choices.index(value)]
    for spot in spots(form):
        value = given.get(spot.place)
        if value is not None:
            unit = named.get((spot.sheet, id(spot.line)), spot.unit)
            yield dict(zip(COLUMNS, (*_meaning(form, spot, unit), _text(value)), strict=True))


def _meaning(form: Form, spot: Spot, unit: str) -> tuple[str, ...]:
    class_id = spot.line.class_id or spot.table.class_id
    place = (form.evaluator, form.batch, class_id, spot.component, spot.indicator, unit, spot.repeat)
    return (*place, spot.column.field)


def _text(value: Given) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def files(evaluation: Evaluation, rows: Iterable[Row]) -> dict[str, bytes]:
    """Everybody's workbook with what they say, by file name; a row that no cell asks for is an error."""
    said: dict[tuple[str, str], dict[tuple[str, ...], str]] = {}
    for row in rows:
        key = tuple(row[column] for column in COLUMNS[:-1])
        said.setdefault((row["evaluator"], row["batch"]), {})[key] = row["value"]
    made = {}
    for form in forms(evaluation).values():
        mine = said.pop((form.evaluator, form.batch), {})
        if not mine and form.kind not in ("marks", "cards"):
            continue
        made[form.file_name] = to_bytes(blank.book(form, _placed(form, mine), key=evaluation.key))
        assert not mine, f"nobody asks for {sorted(mine)[:3]}"
    assert not said, f"nobody is {sorted(said)[:3]}"
    return made


def _placed(form: Form, mine: dict[tuple[str, ...], str]) -> dict[tuple[str, str], Value]:
    """Cell -> value; what is placed is taken out of `mine`."""
    open_units = {
        key[:4] + key[6:]: key for key in mine
    }  # rows that are added say themselves which unit they are about
    placed: dict[tuple[str, str], Value] = {}
    for spot in spots(form):
        key = _meaning(form, spot, spot.unit)
        if spot.table.kind == "open" and not spot.unit:
            key = open_units.get(key[:4] + key[6:], key)
        if key in mine:
            placed[spot.place] = _typed(spot, mine.pop(key))
    return placed


def _typed(spot: Spot, text: str) -> Value:
    if spot.column.kind == "date":
        return (date.fromisoformat(text) - EPOCH).days
    if spot.column.kind in ("number", "count"):
        try:
            return Decimal(text)
        except InvalidOperation:
            return text
    return text


def read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def text_of(rows: Sequence[Row]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()
