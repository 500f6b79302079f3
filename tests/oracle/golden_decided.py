"""Bonuses, deductions and vetoes once more, from the words of the rules and the lines of the ledger; part of
`golden.py`.

    ledger(folder) -> the rows of decisions/*.csv
    added(rules, rows, unit) -> bonuses less deductions
    vetoed(rules, rows, unit, grade) -> the grade that is left

Kinds of decisions that these loops do not know stop them.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

Row = Mapping[str, str]
Rules = Mapping[str, Any]
Case = tuple[str, str, Fraction]  # kind, deed, points
KNOWN = {"加分", "扣分", "一票否决"}


def ledger(folder: Path) -> list[Row]:
    rows: list[Row] = []
    for path in sorted((folder / "decisions").glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as stream:
            rows += csv.DictReader(stream)
    assert {row["种类"] for row in rows} <= KNOWN
    return rows


def added(rules: Rules, rows: Sequence[Row], unit: str) -> Fraction:
    """All bonuses of a unit, less its deductions, each within its caps."""
    return _counted(rules, "bonus", "加分", rows, unit) - _counted(rules, "deduction", "扣分", rows, unit)


def _counted(rules: Rules, table: str, word: str, rows: Sequence[Row], unit: str) -> Fraction:
    mine = [row for row in rows if (row["种类"], row["单位"]) == (word, unit)]
    if not mine:
        return Fraction(0)
    rule = rules[table]
    kinds = {kind["name"]: kind for kind in rule["kinds"]}
    cases: list[Case] = []
    for row in mine:
        name, _, level = row["项目"].partition("·")
        kind = kinds[name]
        cases.append((name, row["事项"], Fraction(kind["levels"][level] if level else kind["points"])))
    if rule.get("same_deed") == "highest":
        cases = _highest_of_each(cases)
    total = Fraction(0)
    for name, kind in kinds.items():
        points = [worth for each, _, worth in cases if each == name]
        if points and kind.get("once"):
            points = [max(points)]
        total += min(sum(points, Fraction(0)), Fraction(kind.get("cap", sum(points, Fraction(0)))))
    return min(total, Fraction(rule["cap"])) if "cap" in rule else total


def _highest_of_each(cases: Sequence[Case]) -> list[Case]:
    """Of every deed the case that is worth most, the earliest of equal ones; what names no deed stands for itself."""
    best: dict[str, Case] = {}
    for at, case in enumerate(cases):
        deed = case[1] or f"line {at}"
        if deed not in best or case[2] > best[deed][2]:
            best[deed] = case
    return list(best.values())


def vetoed(rules: Rules, rows: Sequence[Row], unit: str, grade: str) -> str:
    """The grade after the strictest lowering and the lowest ceiling of all vetoes of a unit."""
    mine = [row["新值"] for row in rows if (row["种类"], row["单位"]) == ("一票否决", unit)]
    kinds = [kind for kind in rules.get("veto", {}).get("kinds", ()) if kind["name"] in mine]
    if len({kind["name"] for kind in kinds}) < len(set(mine)) or any("zero" in kind for kind in kinds):
        raise AssertionError(f"{unit}: a veto that nobody knows here")
    names = [each["name"] for each in rules.get("grade", ())]
    if not kinds:
        return grade
    at = names.index(grade) + max(kind.get("lowers", 0) for kind in kinds)
    ceilings = [names.index(kind["at_best"]) for kind in kinds if "at_best" in kind]
    return names[min(max(at, *ceilings) if ceilings else at, len(names) - 1)]
