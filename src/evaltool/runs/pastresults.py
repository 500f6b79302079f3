"""What the result says that stands in a folder, as rows of the tables of earlier results: totals, places, grades, and
what each unit got in each component.  It is the one that was published, else posted, else approved, else the newest.

A run is believed only after its files have been compared with its manifest.  Whether a component was public then is
read from the public workbook of that run, whatever the rules of disclosure were: what stands there may be told again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from evaltool import reader
from evaltool.evaluation import Evaluation, load
from evaltool.exact import half_up, plain
from evaltool.findings import Refused
from evaltool.rules import Scheme
from evaltool.rules.taken import KEPT
from evaltool.rules.titles import title_of
from evaltool.runs.chain import believed
from evaltool.runs.stages import passed_stages
from evaltool.runs.store import RunEntry

PUBLIC = "public/排名表.xlsx"
_UNIT = "单位"

Rows = list[dict[str, str]]  # header -> text


@dataclass(frozen=True, slots=True)
class PastResults:
    """The run that stands, or None; what changed in the folder since; its results."""

    entry: RunEntry | None
    since: tuple[str, ...] = ()
    results: tuple[Mapping[str, str], ...] = ()
    parts: tuple[Mapping[str, str], ...] = ()


def past_results(evaluation: Evaluation) -> PastResults:
    """The results that stand in an evaluation's folder.  Raises `Refused` where their run is not as it was stored."""
    passed = passed_stages(evaluation)
    stands = passed.standing.run if passed.standing else passed.official
    if stands is None:
        return PastResults(None)
    entry = believed(evaluation.folder, stands)
    sources = dict(evaluation.sources)
    results = json.loads((entry.folder / "results.json").read_text(encoding="utf-8"))
    manifest = json.loads((entry.folder / "manifest.json").read_text(encoding="utf-8"))
    inputs = {name: value for name, value in manifest["inputs"].items() if name != "notice.toml"}
    inputs = {name: value for name, value in inputs.items() if not name.startswith(KEPT)}  # it is not in the folder
    since = sorted(name for name, _ in set(inputs.items()) ^ set(sources.items()))
    if not passed.newer(entry):  # what was entered since moves nothing
        since = [name for name in since if not name.startswith("decisions/")]
    year = str(results["evaluation"]["year"])
    rows = tuple(_result(year, one) for one in results["units"])
    return PastResults(entry, tuple(dict.fromkeys(since)), rows, tuple(_parts(entry.folder, year, results)))


def _result(year: str, one: Mapping[str, Any]) -> dict[str, str]:
    said = (year, one["id"], one["total"], str(one["rank"] or ""), one["grade"])
    return dict(zip(("年度", _UNIT, "总分", "名次", "等次"), said, strict=True))


def _parts(run: Path, year: str, results: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    """A row for each unit and component that has points."""
    try:
        classes = load(run / "rules")[0].classes
    except Refused:  # rules of an older version of the tool
        return
    shown = _shown(run / PUBLIC)
    for unit in results["units"]:
        titles = _titles(classes[unit["class"]])
        for part in unit["components"]:
            if part["published"] is not None and part["state"] != "moved" and part["id"] in titles:
                title = titles[part["id"]]
                public = shown.get((unit["name"], title)) == Fraction(part["published"])
                said = (year, unit["id"], title, _short(part["weight"]), part["published"], "是" if public else "否")
                yield dict(zip(("年度", _UNIT, "评估内容", "分值", "得分", "公开"), said, strict=True))


def _titles(scheme: Scheme) -> dict[str, str]:
    """Component -> what it is called beside the others of its class, as ranked workbooks call it; its id where two are
    called alike."""
    titles = {each: title_of(scheme, each) for each in scheme.components}
    called = list(titles.values())
    return {each: title if called.count(title) == 1 else each for each, title in titles.items()}


def _short(weight: str) -> str:
    return plain(half_up(Fraction(weight), 4))


def _shown(file: Path) -> dict[tuple[str, str], Fraction]:
    """(unit, component) -> points, from every table of the public workbook that has them."""
    book = reader.read(file.read_bytes())
    if isinstance(book, reader.Unreadable):
        return {}
    found: dict[tuple[str, str], Fraction] = {}
    for sheet in book.sheets:
        rows: dict[int, dict[int, reader.ReadCell]] = {}
        for (row, column), cell in sheet.cells.items():
            rows.setdefault(row, {})[column] = cell
        heads: dict[int, str] = {}
        for _, cells in sorted(rows.items()):
            if any(cell.text == _UNIT for cell in cells.values()):
                heads = {column: cell.text.split("\n")[0] for column, cell in cells.items()}
            named = next((cells[at].text for at, head in heads.items() if head == _UNIT and at in cells), "")
            for column, cell in cells.items():
                if named and column in heads and cell.number is not None:
                    found.setdefault((named, heads[column]), Fraction(cell.number))
    return found
