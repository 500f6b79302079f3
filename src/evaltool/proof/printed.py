"""Does a figure on paper come from a run?  The short code that is printed beside it finds the run.

The code is made of what a run was made of: runs with the same inputs share it, and say the same.  A run is checked
before anything of it is said (law 12); of one that was altered it is said that it was.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

from evaltool.documents.named import unit_named
from evaltool.documents.texts import load_stored
from evaltool.evaluation import Evaluation
from evaltool.exact import half_up
from evaltool.findings import Finding, Refused, finding
from evaltool.names import folded, nearest
from evaltool.runs.chain import altered
from evaltool.runs.store import RunEntry, list_runs

CodedState = Literal["official", "superseded", "interim", "altered"]
LEAST = 4  # digits of a code that is not written out
_DIGITS = 8
_AROUND = re.compile(r"校验码|code|[\s:：_-]", re.IGNORECASE)
_NUMBER = re.compile(r"-?\d+(\.\d+)?")


@dataclass(frozen=True, slots=True)
class CodedRun:
    """A run with a code.  `newest`: the newest official run of the folder, "" where there is none."""

    entry: RunEntry
    code: str
    state: CodedState
    newest: str


@dataclass(frozen=True, slots=True)
class PrintedFigure:
    """A figure on paper: of which unit and component by their names ("" for the total), what the run has (None:
    nothing), whether it is that; `elsewhere`: other runs that have it."""

    unit: str
    component: str
    printed: str
    stored: str | None
    agrees: bool
    elsewhere: tuple[str, ...] = ()


def runs_with_code(folder: Path, text: str) -> list[CodedRun]:
    """The runs that bear a code, or the beginning of one, oldest first.  Raises `Refused` where it is none (usage),
    where no run bears it, or where the beginning is that of several codes."""
    wanted = _AROUND.sub("", folded(text)).casefold()
    if not re.fullmatch(rf"[0-9a-f]{{{LEAST},{_DIGITS}}}", wanted):
        raise Refused([finding("CODE_FORM", value=text, args={"least": LEAST})], usage=True)
    entries = list_runs(folder)
    codes = {each.number: _codes(each) for each in entries}
    known = sorted({code for own in codes.values() for code in own if code})
    found = [code for code in known if code.startswith(wanted)]
    if not found:
        raise Refused([finding("CODE_UNKNOWN", value=text, args={"known": "、".join(known) or "—"})])
    if len(found) > 1:
        raise Refused([finding("CODE_SEVERAL", value=text, args={"known": "、".join(found)})], usage=True)
    official = [each.number for each in entries if not each.interim]
    newest = official[-1] if official else ""
    return [
        CodedRun(each, found[0], _state(folder, each, newest), newest)
        for each in entries
        if found[0] in codes[each.number]
    ]


def _codes(entry: RunEntry) -> set[str]:
    """The code by the manifest and by the results: whichever of the two somebody altered."""
    return {entry.code, str(_said(entry).get("code", ""))}


def _said(entry: RunEntry) -> dict[str, Any]:
    try:
        said = json.loads((entry.folder / "results.json").read_bytes())
    except (OSError, ValueError):
        return {}
    return said if isinstance(said, dict) else {}


def _state(folder: Path, entry: RunEntry, newest: str) -> CodedState:
    if altered(folder, entry):
        return "altered"
    if entry.interim:
        return "interim"
    return "official" if entry.number == newest else "superseded"


# --- the figure ------------------------------------------------------------------------------------------------------


def checked_figure(
    folder: Path, found: list[CodedRun], unit: str, component: str = "", printed: str = ""
) -> PrintedFigure:
    """A printed figure against that of the run.  Raises `Refused` where every run with the code was altered, and for
    names that it does not know (usage)."""
    whole = [each for each in found if each.state != "altered"]
    if not whole:
        raise Refused([one for each in found for one in altered(folder, each.entry)])
    entry = min(whole, key=lambda each: each.state == "interim").entry
    evaluation = load_stored(entry.folder / "rules")
    id_ = unit_named(evaluation, unit).id
    part = _component(evaluation, id_, component)
    figure = _figure(printed)
    stored = _of(_said(entry), id_, part)[0]
    agrees = figure is not None and any(_is_that(figure, *_of(_said(each.entry), id_, part)) for each in whole)
    others = () if agrees or figure is None else tuple(_elsewhere(folder, whole, id_, part, figure))
    written = "" if figure is None else figure
    named = evaluation.units[id_]
    title = evaluation.classes[named.class_id].components[part].name if part else ""
    return PrintedFigure(named.name, title, written, stored, agrees, others)


def _figure(text: str) -> str | None:
    if not text:
        return None
    said = folded(text).strip().removesuffix("分").strip()
    if not _NUMBER.fullmatch(said):
        raise Refused([finding("CODE_FIGURE", value=text)], usage=True)
    return said


def _component(evaluation: Evaluation, unit: str, text: str) -> str:
    """A component by its id or its name.  Raises `Refused` (usage) where there is none, or where several bear it."""
    if not text:
        return ""
    scheme = evaluation.classes[evaluation.units[unit].class_id]
    wanted = folded(text)
    named = [key for key, each in scheme.components.items() if wanted in (key, folded(each.name))]
    if len(named) == 1:
        return named[0]
    titles = [each.name for each in scheme.components.values()]
    args: dict[str, object] = {
        "column": "component",
        "known": "",
        "near": "、".join(named) or nearest(text, titles) or "—",
    }
    raise Refused([finding("REFERENCE_UNKNOWN", value=text, args=args)], usage=True)


def _of(said: Mapping[str, Any], unit: str, component: str) -> tuple[str | None, Fraction | None]:
    """What a run has, as it is printed and unrounded."""
    one = next((each for each in said.get("units", ()) if each["id"] == unit), None)
    if one is None:
        return None, None
    if not component:
        return one["total"], Fraction(one["exact"])
    part = next((each for each in one["components"] if each["id"] == component), None)
    return (None, None) if part is None or part["points"] is None else (part["published"], Fraction(part["points"]))


def _is_that(figure: str, stored: str | None, exact: Fraction | None) -> bool:
    """Whether it is the printed one, or that of a component rounded to the decimals that stand on the paper: where
    marks are confidential components are published with fewer."""
    if stored is None or exact is None:
        return False
    digits = len(figure.partition(".")[2])
    fewer = 0 < digits < len(stored.partition(".")[2])
    return Fraction(figure) in (Fraction(stored), half_up(exact, digits) if fewer else Fraction(stored))


def _elsewhere(folder: Path, found: list[CodedRun], unit: str, component: str, figure: str) -> Iterator[str]:
    """Other runs that are as they were stored and have the figure."""
    asked = {each.entry.number for each in found}
    for entry in list_runs(folder):
        if entry.number in asked or altered(folder, entry):
            continue
        if _is_that(figure, *_of(_said(entry), unit, component)):
            yield entry.number


def findings_of(folder: Path, found: list[CodedRun]) -> list[Finding]:
    """What is wrong with those that were altered."""
    return [one for each in found if each.state == "altered" for one in altered(folder, each.entry)]
