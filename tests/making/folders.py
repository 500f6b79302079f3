"""Small evaluation folders for tests: rules and roster from text, sheets filled in by what their cells mean."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

import openpyxl

from evaltool.evaluation import Evaluation, load
from evaltool.evaluation.key import write_key
from evaltool.findings import Refused
from evaltool.identity import Key
from evaltool.questions.forms import Form
from evaltool.questions.layout import forms
from evaltool.questions.sent import record
from evaltool.results.result import Result
from evaltool.run import scored, take_in
from evaltool.sheets.blank import book
from evaltool.writers.saving import to_bytes
from filling import Spot, fill, spots
from typing_in import Typed, is_plain, typed_in

TEMPLATES = Path(__file__).parents[2] / "templates"
BUNDLED = TEMPLATES / "evaluations" / "songyuan"

KEY = Key(bytes(range(32)))
"""What the folders of `make` sign with."""

OFFICE_SETTINGS = """
format = 1
[evaluation]
id = "e"
name = "评估"
year = 2026
office = "市绩效办"
[roles]
office = "市绩效办"
"""
"""Settings of an evaluation in which nobody but the office and the units themselves says anything."""

Say = Callable[[Spot], object]
"""What an evaluator writes into a cell; None leaves it blank."""


def make(folder: Path, roster: Mapping[str, str], schemes: Mapping[str, str], settings: str, ledger: str = "") -> Path:
    """A folder with these long tables (CSV text by name), rules (TOML by file name), `evaluation.toml` and a key."""
    (folder / "inbox").mkdir(parents=True)
    (folder / "roster").mkdir()
    (folder / "schemes").mkdir()
    (folder / "decisions").mkdir()
    (folder / "evaluation.toml").write_text(settings, encoding="utf-8")
    for name, text in schemes.items():
        (folder / "schemes" / f"{name}.toml").write_text(text, encoding="utf-8")
    for name, text in roster.items():
        (folder / "roster" / f"{name}.csv").write_text(text, encoding="utf-8")
    write_key(folder, KEY)
    if ledger:
        decide(folder, ledger)
    return folder


def decide(folder: Path, text: str, name: str = "决定") -> None:
    """Write a file of the ledger from CSV text."""
    (folder / "decisions").mkdir(exist_ok=True)
    (folder / "decisions" / f"{name}.csv").write_text(text, encoding="utf-8")


def bundled_settings() -> str:
    return (BUNDLED / "evaluation.toml").read_text(encoding="utf-8")


def bundled_scheme(name: str) -> str:
    return (BUNDLED / "schemes" / f"{name}.toml").read_text(encoding="utf-8")


def any_voters(rules: str) -> str:
    """The rules of a city so small that nobody says how many voters a unit has."""
    return re.sub(r", voters = \d+", "", rules)


def filled(form: Form, say: Say, replaces: str = "", key: Key = KEY) -> bytes:
    """A form's workbook with every cell filled in as `say` says."""
    blank = _blank(form, replaces, key)
    values = {(spot.sheet, spot.cell): _typed(spot, say(spot)) for spot in spots(form)}
    return with_values(form, blank, values)


def with_values(form: Form, blank: bytes, values: Typed) -> bytes:
    """A form's workbook with these values, by another program only where that is needed."""
    if not is_plain(values):
        return fill(form, blank, values)
    return _typed_in(blank, tuple((place, value, repr(value)) for place, value in values.items()))


@lru_cache(maxsize=512)
def _typed_in(blank: bytes, values: tuple[tuple[tuple[str, str], object, str], ...]) -> bytes:
    """Everybody says the same in most tests of a module; 9 is not typed like 9.0, though they are equal."""
    return typed_in(blank, {place: value for place, value, _ in values})


@lru_cache(maxsize=256)
def _blank(form: Form, replaces: str, key: Key) -> bytes:
    """Tests of one module send the same sheets out again and again."""
    return to_bytes(book(form, replaces=replaces, key=key))


def _typed(spot: Spot, said: object) -> object:
    """Numbers as a person types them: as numbers, wherever the cell asks for one."""
    if spot.column.kind in ("number", "count") and isinstance(said, str):
        try:
            return Decimal(said)
        except ArithmeticError:
            return said
    return said


def return_all(folder: Path, say: Callable[[Form, Spot], object]) -> Evaluation:
    """Every expected sheet of marks and cards, filled in and put into the inbox."""
    evaluation, _ = load(folder)
    for form in (form for form in forms(evaluation).values() if form.kind in ("marks", "cards")):
        data = filled(form, lambda spot, form=form: say(form, spot), key=evaluation.key)  # type: ignore[misc]
        (folder / "inbox" / form.file_name).write_bytes(data)
    return evaluation


def result_of(folder: Path, say: Callable[[Form, Spot], object], *, interim: bool = False) -> Result:
    """The result once every sheet came back filled in as `say` says."""
    return_all(folder, say)
    return scored(take_in(folder), "0001", interim=interim)


def sent_out(folder: Path) -> Path:
    """The folder after its sheets went out: what they ask is on record."""
    record(folder, forms(load(folder)[0]).values())
    return folder


def mistakes_in(folder: Path) -> set[tuple[str, str]]:
    """Code and place of everything for which a folder is refused; nothing where it is not."""
    try:
        load(folder)
    except Refused as refused:
        return {(one.code, one.cell) for one in refused.findings}
    return set()


def copy(folder: Path, target: Path) -> Path:
    shutil.copytree(folder, target)
    return target


Changes = Mapping[tuple[str, str], object]


def change(path: Path, changes: Changes, target: Path | None = None) -> None:
    """Fill cells of a workbook as a person does; None empties one."""
    book = openpyxl.load_workbook(path)
    for (sheet, cell), value in changes.items():
        book[sheet][cell] = value
    book.save(target or path)
