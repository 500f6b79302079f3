"""How the evaluation of a single matter (专项评估) begins: a folder of its own, with units and office of the year's.

Its rules are to be written: one component out of 100 that the office marks, for each class, without grades and awards.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

from evaltool.evaluation import Evaluation, load
from evaltool.evaluation.taken import names_of_units
from evaltool.files import built, write_atomically
from evaltool.roster import STANDING_WORDS, Evaluator, Unit, table_of
from evaltool.rules import Scheme
from evaltool.rules.settings import FILE
from evaltool.runs.newroster import Said
from evaltool.runs.newyear import PARTS, Begun
from evaltool.runs.singlematters import matters_of
from evaltool.sheets.rosterbook import Lists, offered, roster_book
from evaltool.writers.saving import to_bytes

ROLE = "office"


def begin_matter(folder: Path, name: str, year: Path) -> Begun:
    """Fill a folder for a matter of a year's evaluation.  Raises `Refused`, with nothing written, where that one has
    mistakes."""
    whole, _ = load(year)
    roster = roster_book(_lists(whole), {**offered(whole), "role": [whole.settings.office], "component": [name]})
    with built(folder) as made:
        write_atomically(made / FILE, "\n".join(_settings(folder, name, whole)).encode())
        for scheme in whole.classes.values():
            write_atomically(made / "schemes" / f"{scheme.id}.toml", "\n".join(_rules(scheme, name)).encode())
        write_atomically(made / "roster.xlsx", to_bytes(roster))
        for part in PARTS:
            (made / part).mkdir(exist_ok=True)
    said = [Said("carried", "matter_units", {"n": len(whole.units), "name": whole.settings.name})]
    said += [
        Said("open", "matter_rules", {"name": name}),
        Said("open", "matter_result", {"folder": _way(year, folder)}),
    ]
    return Begun(whole.settings.year, tuple(said))


def _way(start: Path, end: Path) -> str:
    """The way from one folder to another, as rules write it."""
    return os.path.relpath(end, start).replace(os.sep, "/")


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _settings(folder: Path, name: str, whole: Evaluation) -> Iterator[str]:
    settings = whole.settings
    yield "# 专项评估：就一个事项单独进行的评估。各项的意思见 docs/rules.md。"
    yield "format = 1"
    yield "\n[evaluation]"
    yield f"id = {_text(f'{settings.id}-{len(matters_of(whole)) + 1}')}"
    yield f"name = {_text(name)}"
    yield f"year = {settings.year}"
    yield f"office = {_text(settings.office)}"
    yield f"committee = {_text(settings.committee)}" if settings.committee else '# committee = ""'
    yield "\n[part_of]                          # 属于哪个年度评估"
    yield f"id = {_text(settings.id)}"
    yield f"name = {_text(settings.name)}"
    yield f"folder = {_text(_way(folder, whole.folder))}"
    yield "\n[roles]"
    yield f"{ROLE} = {_text(settings.office)}"
    yield "\n[stages]                           # 程序：用不到的从中删去"
    yield f"needed = [{', '.join(map(_text, whole.stages.listed))}]"
    yield ""


def _rules(scheme: Scheme, name: str) -> Iterator[str]:
    head = scheme.head
    groups = (f"{{ id = {_text(group.id)}, name = {_text(group.name)} }}" for group in head.groups)
    yield "# 专项评估的规则：按方案改写。没有等次和奖项；要有的，写 [[grade]]、[[award]]。"
    yield "format = 1"
    yield "\n[scheme]"
    yield f"id = {_text(head.id)}"
    yield f"name = {_text(head.name)}"
    yield "total = 100"
    yield f"groups = [{', '.join(groups)}]"
    yield from ["persons = true"] if head.persons else []
    yield "\n[component.matter]"
    yield f"name = {_text(name)}"
    yield "weight = 100"
    yield f'by = "{ROLE}"'
    yield 'answer = "percent"'
    yield ""


def _lists(whole: Evaluation) -> Lists:
    """The units that take part, with all names that mean them; the office as the one who marks."""
    names, words = names_of_units(whole), {standing: word for word, standing in STANDING_WORDS.items()}
    units = [
        [
            *(unit.id, unit.name, unit.class_id, unit.group, str(unit.order), words[unit.standing]),
            "、".join(each for each in names[unit.id] if each not in (unit.name, unit.official)),
            *(unit.official, unit.leads, ""),
        ]
        for unit in whole.units.values()
    ]
    taken = {unit.id for unit in whole.units.values()}
    office = next(each for each in ("O1", "OFFICE-1", "PERFORMANCE-OFFICE") if each not in taken)
    return {
        table_of(Unit).sheet: [table_of(Unit).headers, *units],
        table_of(Evaluator).sheet: [table_of(Evaluator).headers, [office, whole.settings.office, ROLE, ""]],
    }
