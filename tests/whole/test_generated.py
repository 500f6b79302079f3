"""Rules and fillings that nobody made up by hand: what the tool says of them, and what follows from the laws.

The tool only ever sees the files of a case; the second working-out only its values.
"""

from __future__ import annotations

import random
import shutil
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, Phase, assume, event, given, settings
from hypothesis import strategies as st

from evaltool.findings import Refused
from evaltool.questions.layout import forms
from evaltool.results.result import Result
from evaltool.run import TakenIn, scored, take_in
from generated import Case, Leaf
from generated_draw import cases
from generated_expected import Nothing, expected, sharpened
from generated_files import cells, fill_inbox, folder_of


def outcome(folder: Path) -> tuple[TakenIn, Result]:
    taken = take_in(folder)
    return taken, scored(taken, "0001")


def agrees(case: Case) -> None:
    """Score the case through its files and compare with the second working-out."""
    with TemporaryDirectory() as root:
        try:
            wanted = expected(case)
        except Nothing as reason:
            event("refused")
            with pytest.raises(Refused):
                outcome(folder_of(case, Path(root) / "e", 1))
                pytest.fail(f"not refused: {reason}")
            return
        event("scored")
        case = sharpened(case)
        wanted = expected(case)
        taken, result = outcome(folder_of(case, Path(root) / "e", 1))
        points = {key: point.points for key, point in result.points.items()}
        assert points == wanted.points
        found = {one.unit.id: (one.exact, one.total, one.rank, one.grade) for one in result.standings}
        assert found == wanted.standings
        gives_back(case, taken)


def gives_back(case: Case, taken: TakenIn) -> None:
    """Every mark stands in the tables with its cell, every card is counted."""
    rows = taken.intake.answers.collect().iter_rows(named=True)
    read = {(row["evaluator"], row["batch"], row["sheet"], row["cell"]): row for row in rows}
    found = 0
    for form in forms(taken.evaluation).values():
        if form.evaluator not in case.waived:
            for spot, key in cells(case, form):
                row, mark = read[form.evaluator, form.batch, spot.sheet, spot.cell], case.marks[key]
                number = mark.scaleb(row["decimals"]) if isinstance(mark, Decimal) else None
                assert number is None or row["value"] == number
                assert number is not None or row["text"] == mark
                found += 1
    assert found == len(case.marks)
    counted: Counter[tuple[str, ...]] = Counter()
    for row in taken.intake.ballots.filter("valid").iter_rows(named=True):
        counted[row["component"], row["evaluator"], row["batch"], row["unit"], row["choice"]] += row["count"]
    cast = Counter(
        (*key, unit, choice)
        for key, batch in case.batches.items()
        for card in batch.cards
        if card is not None
        for unit, choice in card.items()
    )
    assert counted == cast


QUICK = settings(
    max_examples=20,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
)


@pytest.mark.long
@given(cases())
@QUICK
def test_generated_rules_come_out_as_worked_out_by_hand(case: Case) -> None:
    """Points of every component, exact and published totals, ranks and grades agree, or both refuse."""
    agrees(case)


@pytest.mark.slow
@given(cases())
@settings(QUICK, max_examples=3_000, derandomize=False)
def test_many_generated_rules_come_out_as_worked_out_by_hand(case: Case) -> None:
    """The same for thousands of evaluations, other ones every time."""
    agrees(case)


@given(cases(), st.integers(2, 10**6))
@settings(QUICK, max_examples=6)
def test_names_and_order_of_files_do_not_matter(case: Case, seed: int) -> None:
    """The same sheets in other folders, under other names and in another order give the same result and code."""
    with TemporaryDirectory() as root:
        try:
            _, before = outcome(folder_of(case, Path(root) / "e", 1))
        except Refused:
            assume(condition=False)
        _renamed(Path(root) / "e", seed)
        _, after = outcome(Path(root) / "e")
        assert (after.points, after.standings, after.code) == (before.points, before.standings, before.code)


@given(cases(steady=True), st.integers(0, 10**6))
@settings(QUICK, max_examples=8)
def test_a_raised_mark_never_lowers_a_rank(case: Case, seed: int) -> None:
    """One mark at full marks instead of what it was: the unit's total does not fall, nor does its rank."""
    lowest = _lowest(case, seed)
    assume(lowest is not None)
    assert lowest is not None
    leaf = next(leaf for leaf in case.leaves if leaf.key == lowest[0])
    with TemporaryDirectory() as root:
        try:
            _, before = outcome(folder_of(case, Path(root) / "e", 1))
        except Refused:
            assume(condition=False)
        raised = replace(case, marks={**case.marks, lowest: _full(leaf, lowest[4])})
        _refill(raised, Path(root) / "e", 1)
        _, after = outcome(Path(root) / "e")
        old, new = (next(one for one in each.standings if one.unit.id == lowest[2]) for each in (before, after))
        assert new.exact >= old.exact
        assert (new.rank or 0) <= (old.rank or 0)


def _lowest(case: Case, seed: int) -> tuple[str, str, str, str, str] | None:
    """Some mark that is a number and could be higher."""
    leaves = {leaf.key: leaf for leaf in case.leaves if leaf.kind in ("percent", "points")}
    below = [
        key
        for key, mark in case.marks.items()
        if key[0] in leaves and isinstance(mark, Decimal) and mark < _full(leaves[key[0]], key[4])
    ]
    return below[seed % len(below)] if below else None


def _full(leaf: Leaf, line: str) -> Decimal:
    if leaf.kind == "percent":
        return Decimal(100)
    full = next((one.full for one in leaf.lines if one.id == line), leaf.points)
    return Decimal(int(full * 10**leaf.decimals)).scaleb(-leaf.decimals)


def _renamed(folder: Path, seed: int) -> None:
    """The same contents under other names, as if the evaluation had never seen them."""
    dice = random.Random(seed)
    contents = [path.read_bytes() for path in sorted((folder / "inbox").rglob("*.xlsx"))]
    dice.shuffle(contents)
    _emptied(folder)
    for data in contents:
        target = folder / "inbox" / f"{dice.randrange(3)}" / f"新建 {dice.randrange(10**6)}.XLSX"
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(data)


def _refill(case: Case, folder: Path, seed: int) -> None:
    _emptied(folder)
    fill_inbox(case, folder, seed)


def _emptied(folder: Path) -> None:
    for name in ("inbox", "received"):
        shutil.rmtree(folder / name, ignore_errors=True)
    (folder / "inbox").mkdir()
