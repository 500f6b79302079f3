"""How a year's folder begins: from a bundled evaluation as it is, from last year's folder moved on, or from nothing.

Sheets, decisions, goals and runs belong to the year that they were made in.  Of last year's folder come the rules, the
settings with their days a year later, the roster with the decisions on units and leaders carried out, and the results
of the last official run.  What was carried, what was moved and what is left open is said.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from evaltool.evaluation import Evaluation, load
from evaltool.evaluation.folder import snapshot
from evaltool.files import built, write_atomically
from evaltool.findings import Refused
from evaltool.roster.reading import read_tables
from evaltool.roster.tables import HEADERS
from evaltool.rules.settings import read_year
from evaltool.runs.bundled import NOTICES, templates
from evaltool.runs.newroster import Said, new_roster
from evaltool.runs.newsettings import MovedSettings, moved_on
from evaltool.runs.pastresults import past_results
from evaltool.sheets.rosterbook import Lists, offered, roster_book
from evaltool.writers.saving import to_bytes

SETTINGS = "evaluation.toml"
RULES = ("schemes", NOTICES)
PARTS = ("decisions", "inbox", "outbox")
GOALS = "目标"  # the table of approved goals: each year declares its own


@dataclass(frozen=True, slots=True)
class Begun:
    """A new year's folder: its year, and what was carried along, moved and left open."""

    year: int
    said: tuple[Said, ...] = ()


def begin_year(folder: Path, source: Path, year: int = 0) -> Begun:
    """Fill a new year's folder; `year` is the one after that of last year's folder, and for a bundled evaluation its
    own, unless it is given.  Raises `Refused`, with nothing written, where last year's folder has mistakes or its last
    run is not as it was stored."""
    bundled = source.resolve().parent == (templates() / "evaluations").resolve()
    files, _ = snapshot(source)
    settings = read_year(files)[0].settings
    before = settings.year if settings else 0
    after = year or before + (0 if bundled else 1)
    fill = _bundled_year if bundled else _moved_year
    with built(folder) as made:
        begun = fill(made, source, before, after)
        for part in RULES:
            _copy(source / part, made / part)
        for part in PARTS:
            (made / part).mkdir(exist_ok=True)
    return begun


def _bundled_year(folder: Path, source: Path, before: int, after: int) -> Begun:
    """Everything as it is bundled, which need not be sound; its days moved on if another year is asked for."""
    names: Mapping[str, Sequence[str]] = {}
    with contextlib.suppress(Refused):
        names = offered(load(source)[0])
    said = _settings(folder, source, before, after) if after != before else _copied(folder, source)
    _roster(folder, roster_lists(source), names)
    return Begun(after, tuple(said))


def _moved_year(folder: Path, source: Path, before: int, after: int) -> Begun:
    evaluation, _ = load(source)
    past = past_results(evaluation)
    made = new_roster(evaluation, after, past)
    said = [*_settings(folder, source, before, after), *made.said, *_years_in_rules(evaluation, before)]
    _roster(folder, made.lists(), offered(evaluation))
    return Begun(after, tuple(said))


def _copied(folder: Path, source: Path) -> list[Said]:
    _copy(source / SETTINGS, folder / SETTINGS)
    return []


def _roster(folder: Path, lists: Lists, names: Mapping[str, Sequence[str]]) -> None:
    write_atomically(folder / "roster.xlsx", to_bytes(roster_book(lists, names)))


# --- evaluation.toml -------------------------------------------------------------------------------------------------


def _settings(folder: Path, source: Path, before: int, after: int) -> list[Said]:
    """Write the settings of the new year; what moved and what was left open in them."""
    text = (source / SETTINGS).read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    made = moved_on(text, before, after) if before else MovedSettings(text, (), whole=False)
    write_atomically(folder / SETTINGS, made.text.encode())
    if not made.whole:
        return [Said("open", "settings", {"year": after})]
    moved = [
        Said("moved", "value", {"key": each.key, "before": each.before, "after": each.after, "about": each.about})
        for each in made.moved
        if each.after
    ]
    gaps = [each.key for each in made.moved if not each.after]
    return [*moved, *([Said("open", "notice", {"keys": "、".join(gaps)})] if gaps else [])]


def _years_in_rules(evaluation: Evaluation, before: int) -> list[Said]:
    """Where the rules and the surveys name the year themselves: they are not changed."""
    found = []
    for name, data in evaluation.files.items():
        if name.startswith("schemes/"):
            lines = data.decode("utf-8-sig").split("\n")
            found += [f"{name}:{at}" for at, line in enumerate(lines, 1) if str(before) in line.partition("#")[0]]
    found += [f"{SETTINGS} survey.file {each.file}" for each in evaluation.surveys if str(before) in each.file]
    return [Said("open", "years_in_rules", {"places": "、".join(found), "year": before})] if found else []


# --- the roster as it stands -----------------------------------------------------------------------------------------


def roster_lists(source: Path) -> Lists:
    """The long tables of a folder but for its goals, from its workbook and the files of `roster/`."""
    files = {name: data for name, data in snapshot(source)[0].items() if name.startswith("roster")}
    tables, _ = read_tables(files, HEADERS)
    return {table.sheet: [table.header, *(row for _, row in table.rows)] for table in tables if table.sheet != GOALS}


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, ignore=_hidden)
    elif source.is_file():
        shutil.copyfile(source, target)


def _hidden(_: str, names: Iterable[str]) -> set[str]:
    return {name for name in names if name.startswith((".", "~$"))}
