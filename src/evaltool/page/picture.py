"""The overview of a stored run as a PNG, to be pasted into a chat.

It shows what the public page shows and nothing else: totals, ranks and grades.  The fonts are those of the machine; so
it is no file of the run, whose bytes must be the same everywhere.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from evaltool.charts.drawing import Axis, around_all
from evaltool.charts.gradebar import GradePart
from evaltool.charts.overview import Panel, PlacedUnit, overview
from evaltool.charts.png import png
from evaltool.documents.texts import load_stored
from evaltool.evaluation import Evaluation
from evaltool.exact import plain, published
from evaltool.files import locked, write_atomically
from evaltool.findings import Refused, finding
from evaltool.page.report import INTERIM, page_title, whose
from evaltool.results.means import mean_of
from evaltool.rules import Scheme
from evaltool.runs.chain import believed
from evaltool.runs.store import RunEntry, list_runs
from evaltool.views.ranking import grade_word
from evaltool.views.wording import UNRANKED
from evaltool.writers.drawing import Drawing

FOLDER = "documents"
INTERIM_PICTURE = "阶段性结果"
LEFT_OVER = 2  # so many units more than asked for are shown too
PictureUnit = Mapping[str, Any]
"""A unit as it stands in `results.json`."""


def draw_run(folder: Path, run: str = "", most: int = 10) -> Path:
    """Draw a run (none: the newest) and write the picture into `documents/`.  `most`: units shown of each group; 0:
    all.  Raises `Refused` where there is no such run, or no font with Chinese on the machine."""
    entry = believed(folder, _chosen(list_runs(folder), run))
    name = f"{INTERIM_PICTURE if entry.interim else '评估结果'}一览{entry.number}.png"
    path = folder / FOLDER / name
    data = png(run_overview(entry, most))
    with locked(folder):
        write_atomically(path, data)
    return path


def _chosen(entries: Sequence[RunEntry], run: str) -> RunEntry:
    wanted = [each for each in entries if not run or each.number.lstrip("0") == run.lstrip("0")]
    if not wanted:
        known = "、".join(each.number for each in entries) or "—"
        raise Refused([finding("PICTURE_RUN", value=run, args={"known": known})], usage=True)
    return wanted[-1]


# --- what it shows ---------------------------------------------------------------------------------------------------


def run_overview(entry: RunEntry, most: int) -> Drawing:
    """The picture of a stored run, from the results and the rules that it keeps."""
    results = json.loads((entry.folder / "results.json").read_text(encoding="utf-8"))
    evaluation = load_stored(entry.folder / "rules")
    settings, notice = evaluation.settings, evaluation.notice
    about = ["　".join(each for each in whose(settings, notice, interim=entry.interim) if each), f"校验码 {entry.code}"]
    title = page_title(settings.name, "评估结果", interim=entry.interim)
    panels = list(_panels(evaluation, results["units"], most))
    return overview(title, INTERIM if entry.interim else "", [each for each in about if each], panels)


def _panels(evaluation: Evaluation, units: Sequence[PictureUnit], most: int) -> Iterator[Panel]:
    for scheme in evaluation.classes.values():
        of_class = [Fraction(each["total"]) for each in units if each["class"] == scheme.id]
        axis = Axis(*around_all(of_class), 0, 1)  # the same for all groups of a class
        for group in scheme.head.groups:
            own = [each for each in units if (each["class"], each["group"]) == (scheme.id, group.id)]
            if own:
                yield _panel(scheme, scheme.group_title(group.id), own, most, axis)


def _panel(scheme: Scheme, name: str, units: Sequence[PictureUnit], most: int, axis: Axis) -> Panel:
    ranked = [each for each in units if each["rank"] is not None]
    totals = [Fraction(each["total"]) for each in ranked]
    whom, each_of = scheme.head.says("个单位", "人"), scheme.head.each
    note = f"{len(units)}{whom}"
    mean = mean_of(totals, [Fraction(each["received"]) if "received" in each else None for each in ranked])
    if mean is not None:
        of_whom = "" if len(totals) == len(units) else f"其中排名的{len(totals)}{each_of}"
        note += f"，{of_whom}平均{published(mean, scheme.head.decimals)}分"
    counts = Counter(each["grade"] for each in units)
    shown = units if not most or len(units) <= most + LEFT_OVER else units[:most]
    rest = f"其余{len(units) - len(shown)}{whom}见评估结果" if len(shown) < len(units) else ""
    grades = tuple(_grade(scheme, each.name, counts[each.name]) for each in scheme.grades)
    grades += (GradePart("待定", "", counts[""]),) if scheme.grades and counts[""] else ()
    places = tuple(_place(scheme, each, axis) for each in shown)
    span = f"{plain(axis.low)}至{plain(axis.high)}分"
    return Panel(name, note, grades, places, rest, None if mean is None else axis(mean), span)


def _grade(scheme: Scheme, name: str, count: int = 0) -> GradePart:
    return GradePart(name, grade_word(scheme, name).tone, count)


def _place(scheme: Scheme, unit: PictureUnit, axis: Axis) -> PlacedUnit:
    rank = UNRANKED if unit["rank"] is None else str(unit["rank"])
    grade = _grade(scheme, unit["grade"]) if unit["grade"] else None
    return PlacedUnit(rank, unit["name"], unit["total"], axis(Fraction(unit["total"])), grade)
