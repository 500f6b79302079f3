"""An independent recomputation of components with measured figures, from the returned workbooks and the folder's files.

Plain loops over what openpyxl, csv and tomllib read; nothing of the program is imported.  It knows what the schemes of
`templates/evaluations` use, and fails on anything else.
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import openpyxl

Row = dict[str, str]
Figures = dict[tuple[str, str, str], Fraction]
"""(worksheet, unit's name, indicator's name) -> figure that counts."""
KINDS = ("初步数", "核实数", "年鉴数")


def _table(folder: Path, name: str) -> list[Row]:
    with (folder / "roster" / f"{name}.csv").open(encoding="utf-8-sig") as lines:
        return list(csv.DictReader(lines))


def figures(folder: Path) -> Figures:
    """Every figure of every workbook: the rightmost kind that is filled in."""
    found: Figures = {}
    for path in sorted((folder / "inbox").glob("*.xlsx")):
        for sheet in openpyxl.load_workbook(path).worksheets:
            if sheet.sheet_state == "visible":
                _read(sheet, found)
    return found


def _read(sheet: Any, found: Figures) -> None:
    columns: dict[str, int] = {}
    for row in sheet.iter_rows(values_only=True):
        if "指标" in row and "备注" in row:
            columns = {str(header): at for at, header in enumerate(row) if header}
        elif columns and row[0] and row[1]:
            filled = [row[columns[kind]] for kind in KINDS if row[columns[kind]] is not None]
            if filled:
                key = sheet.title, str(row[columns["被评估单位"]]), str(row[columns["指标"]])
                found[key] = Fraction(str(filled[-1]))


def shares(folder: Path, file: Path) -> dict[tuple[str, str], Fraction]:
    """(unit's id, component's key) -> share of every component of a class whose lines are all figures."""
    rules = tomllib.loads(file.read_text(encoding="utf-8"), parse_float=Decimal)
    units = [
        row for row in _table(folder, "单位") if row["对象类别"] in (rules["scheme"]["id"], rules["scheme"]["name"])
    ]
    known = figures(folder)
    made: dict[tuple[str, str], Fraction] = {}
    for key, component in rules["component"].items():
        title = f"{rules['scheme']['name']}·{component['name']}"
        lines = [row for row in _table(folder, "指标") if row["评估内容"] in (key, component["name"])]
        if not lines or not all(_answer(rules, component, row) for row in lines if row["预赋分值"] != "0"):
            continue
        for unit in units:
            mine = [
                row for row in lines if row.get("单位") in (None, "", unit["编号"]) and not _away(folder, row, unit)
            ]
            scored = [row for row in mine if row["预赋分值"] != "0"]
            if not scored:
                continue
            points = full = Fraction(0)
            for row in scored:
                answer = _answer(rules, component, row)
                assert answer is not None
                share = _share(answer, row, unit, units, mine, title, known)
                if share is None:
                    assert component.get("undefined") == "full", (key, unit, row)
                    share = Fraction(1)
                points += share * Fraction(row["预赋分值"])
                full += Fraction(row["预赋分值"])
            made[unit["编号"], key] = points / full
    return made


def _answer(rules: Mapping[str, Any], component: Mapping[str, Any], row: Row) -> Mapping[str, Any] | None:
    answer = rules["method"][row["计分方法"]] if row.get("计分方法") else component["answer"]
    measured = isinstance(answer, Mapping) and {"target", "compare", "growth", "deduct"} & answer.keys()
    return answer if measured else None


def _away(folder: Path, row: Row, unit: Row) -> bool:
    if not (folder / "roster" / "不适用.csv").exists():
        return False
    away = _table(folder, "不适用")
    return any((each["指标"], each["单位"]) == (row["编号"], unit["编号"]) for each in away)


def _share(
    answer: Mapping[str, Any],
    row: Row,
    unit: Row,
    units: Iterable[Row],
    lines: Iterable[Row],
    title: str,
    known: Figures,
) -> Fraction | None:
    figure = known[title, unit["名称"], row["名称"]]
    if "deduct" in answer:
        full = Fraction(row["预赋分值"])
        return max(full - Fraction(answer["deduct"]) * figure, Fraction(0)) / full
    if "target" in answer:
        return _target(answer, figure, row)
    if "growth" in answer:
        return _growth(answer, figure, row, unit, lines, title, known)
    field = [known.get((title, other["名称"], row["名称"])) for other in units if other["分类"] == unit["分类"]]
    return _compare(answer, figure, [each for each in field if each is not None])


def _target(answer: Mapping[str, Any], figure: Fraction, row: Row) -> Fraction:
    if answer["target"] == "range":
        low, high = Fraction(answer["low"]), Fraction(answer["high"])
        if low <= figure <= high:
            return Fraction(1)
        edge, zero = (low, answer["zero_below"]) if figure < low else (high, answer["zero_above"])
        return max(1 - abs(figure - edge) / abs(edge - Fraction(zero)), Fraction(0))
    target = Fraction(row["目标值"])
    if answer["target"] == "attained":
        return Fraction(figure >= target)
    completion = 100 * (figure / target if answer["target"] == "higher" else target / figure)
    return (
        Fraction(0) if completion < answer.get("floor", 0) else min(completion, Fraction(answer.get("cap", 100))) / 100
    )


def _growth(
    answer: Mapping[str, Any],
    figure: Fraction,
    row: Row,
    unit: Row,
    lines: Iterable[Row],
    title: str,
    known: Figures,
) -> Fraction:
    base = Fraction(row["基期值"])
    if answer["growth"] == "places":
        grown = base - figure
    elif answer["growth"] == "rate":
        grown = (figure - base) / base * 100
    else:
        per = next(other for other in lines if other["编号"] == answer["per"])
        now, then = figure / known[title, unit["名称"], per["名称"]], base / Fraction(per["基期值"])
        grown = (now - then) / then * 100
    zero, full = Fraction(answer.get("zero_at", 0)), Fraction(answer["full_at"])
    return min(max((grown - zero) / (full - zero), Fraction(0)), Fraction(1))


def _compare(answer: Mapping[str, Any], figure: Fraction, field: list[Fraction]) -> Fraction | None:
    lower = answer.get("better") == "lower"
    least = Fraction(answer.get("least", 0)) / 100
    ordered = sorted(field, reverse=not lower)
    if answer["compare"] == "rank":
        place = 1 + ordered.index(figure)
        return max(Fraction(answer.get("first", 100) - answer.get("step", 0) * (place - 1)) / 100, least)
    best, worst = ordered[0], ordered[-1]
    if answer["compare"] == "best":
        return max(best / figure if lower else figure / best, least)
    return None if best == worst else least + (1 - least) * (figure - worst) / (best - worst)
