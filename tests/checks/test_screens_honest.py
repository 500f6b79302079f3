"""Honest evaluators are left alone: played by the dice, hardly any of their sheets is ever named."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import pytest

from evaltool.evaluation import Evaluation
from evaltool.findings import Finding
from screened import city, intake, seen, seen_in_ranks

Given = dict[str, dict[str, str]]
RUNS, UNITS = 10, 12


def play(dice: random.Random, leaders: int) -> tuple[Given, Given, Given]:
    """Marks, tiers and self-assessments: units differ, leaders differ in strictness (3 points) and in every mark (3.5
    points), units see themselves 5 points too well."""
    quality = {f"U{at}": dice.uniform(70, 97) for at in range(1, UNITS + 1)}
    work: Given = {}
    tiers: Given = {}
    for who in (f"L{at}" for at in range(1, leaders + 1)):
        strict = dice.gauss(0, 3)
        seen_as = {unit: dice.gauss(true + strict, 3.5) for unit, true in quality.items()}
        work[who] = {unit: str(round(min(mark, 100))) for unit, mark in seen_as.items()}
        tiers[who] = {unit: _tier(dice.gauss(true + strict, 3.5)) for unit, true in quality.items()}
    own = {unit: {unit: str(round(min(true + dice.gauss(5, 4), 100)))} for unit, true in quality.items()}
    return work, tiers, own


def _tier(mark: float) -> str:
    return "一等" if mark >= 90 else "二等" if mark >= 80 else "三等"


def screened(evaluation: Evaluation, played: tuple[Given, Given, Given]) -> list[Finding]:
    work, tiers, own = played
    taken = intake(evaluation, {"work": work, "tier": tiers, "self": own})
    return seen(evaluation, taken) + seen_in_ranks(evaluation, taken)


def test_honest_sheets_are_hardly_ever_named(tmp_path: Path) -> None:
    """Five to nine leaders, many times over: at most three sheets in a hundred carry any finding."""
    named: Counter[str] = Counter()
    sheets = 0
    for leaders in (5, 7, 9):
        evaluation = city(tmp_path / str(leaders), leaders, UNITS)
        for seed in range(RUNS):
            found = screened(evaluation, play(random.Random(f"{leaders} {seed}"), leaders))
            sheets += leaders + UNITS
            named["sheets"] += len({one.evaluator for one in found})
            named.update(one.code for one in found)
    assert named["sheets"] * 100 <= 3 * sheets, named


@pytest.mark.parametrize("leaders", [5, 6, 7, 8, 9])
def test_a_planted_slip_is_found_among_honest_marks(tmp_path: Path, leaders: int) -> None:
    """Figures turned round (89 becomes 98 is not far; 91 becomes 19 is) are found in every play, at their cell."""
    evaluation = city(tmp_path / "c", leaders, UNITS)
    for seed in range(RUNS):
        work, tiers, own = play(random.Random(f"{leaders} {seed}"), leaders)
        work["L2"]["U5"] = "19"
        found = screened(evaluation, (work, tiers, own))
        assert ("SCREEN_FAR", "L2", "U5") in [(one.code, one.evaluator, one.unit) for one in found]
