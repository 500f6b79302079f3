"""What is taken of other results, once more: plain loops over the files of the folders, from the words of the rules.

Nothing of the program is imported.  It knows evaluations in which a component is marked out of 100 by one office or
taken `from` a result, on a line of points; and stops at anything else.
"""

from __future__ import annotations

import csv
import json
import tomllib
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

Row = dict[str, str]


def totals(folder: Path, marks: Mapping[str, Fraction]) -> dict[str, Fraction]:
    """Unit -> its total, unrounded; `marks`: what the office gave each, out of 100."""
    year = tomllib.loads((folder / "evaluation.toml").read_text("utf-8"), parse_float=Decimal)
    rules = [
        tomllib.loads(path.read_text("utf-8"), parse_float=Decimal) for path in (folder / "schemes").glob("*.toml")
    ]
    units, earlier = (_table(folder, name) for name in ("单位", "历年结果"))
    made: dict[str, Fraction] = {}
    left = list(rules)
    while left:  # a class is worked out once those are that it takes of
        scheme = next(
            each for each in left if _classes(year, each) <= {row["对象类别"] for row in units if row["编号"] in made}
        )
        for row in (row for row in units if row["对象类别"] == scheme["scheme"]["id"]):
            made[row["编号"]] = _total(folder, year, scheme, row, units, earlier, marks, made, rules)
        left.remove(scheme)
    return made


def _table(folder: Path, name: str) -> list[Row]:
    with (folder / "roster" / f"{name}.csv").open(encoding="utf-8-sig") as lines:
        return list(csv.DictReader(lines))


def _classes(year: Mapping[str, Any], scheme: Mapping[str, Any]) -> set[str]:
    named = [each["from"].removeprefix("result.") for each in scheme["component"].values() if "from" in each]
    return {year["result"][name]["class"] for name in named if "class" in year["result"][name]}


def _total(
    folder: Path,
    year: Mapping[str, Any],
    scheme: Mapping[str, Any],
    unit: Row,
    units: list[Row],
    earlier: list[Row],
    marks: Mapping[str, Fraction],
    made: Mapping[str, Fraction],
    rules: list[dict[str, Any]],
) -> Fraction:
    total = Fraction(0)
    for component in scheme["component"].values():
        if "from" not in component:
            assert component["answer"] == "percent"
            share = marks[unit["编号"]] / 100
        else:
            taken = year["result"][component["from"].removeprefix("result.")]
            figure = _figure(folder, taken, unit, units, earlier, made, rules)
            curve = component["answer"]["curve"] if "answer" in component else [[0, 0], [100, 100]]
            share = _on_line(curve, figure) / 100
        total += share * Fraction(component["weight"])
    return total


def _figure(
    folder: Path,
    taken: Mapping[str, Any],
    unit: Row,
    units: list[Row],
    earlier: list[Row],
    made: Mapping[str, Fraction],
    rules: list[dict[str, Any]],
) -> Fraction:
    names = {unit["名称"], *filter(None, (unit.get("别名") or "").split("、"))}
    if taken.get("earlier"):
        (last,) = [row for row in earlier if row["单位"] == unit["编号"]]
        return Fraction(last["总分"])
    if "class" in taken:
        (led,) = [row for row in units if unit["任职单位"] in (row["编号"], row["名称"])]
        scheme = next(each for each in rules if each["scheme"]["id"] == led["对象类别"])
        total, full = _half_up(made[led["编号"]]), Fraction(scheme["scheme"]["total"])
        if taken["take"] == "grade":
            reached = next(each["name"] for each in scheme["grade"] if total >= Fraction(each["from"]))
            return Fraction(taken["grades"][reached])
        return total / full * 100
    there = folder / taken["folder"]
    (scheme,) = [tomllib.loads(path.read_text("utf-8")) for path in (there / "schemes").glob("*.toml")]
    newest = max((there / "runs").iterdir())
    said = json.loads((newest / "results.json").read_text("utf-8"))["units"]
    aliases = {row["编号"]: {row["名称"], row.get("别名") or ""} for row in _table(there, "单位")}
    (one,) = [each for each in said if names & (aliases[each["id"]] - {""})]
    assert taken["take"] == "percent"
    total, full = Fraction(one["total"]), Fraction(scheme["scheme"]["total"])
    return total / full * 100


def _half_up(value: Fraction) -> Fraction:
    return Fraction(int(value * 100 + Fraction(1, 2)), 100)


def _on_line(points: list[list[Any]], figure: Fraction) -> Fraction:
    (low, less), (high, more) = ([Fraction(each) for each in point] for point in points)
    inside = min(max(figure, low), high)
    return less + (more - less) * (inside - low) / (high - low)
