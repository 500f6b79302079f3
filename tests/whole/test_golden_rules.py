"""Rules by chance: whatever they say, the tool and the program that shares no code with it get the same."""

from __future__ import annotations

from pathlib import Path

import pytest

import fillings
import golden
from evaltool.evaluation import load
from evaltool.findings import Refused, blocking
from evaltool.inbox.newkey import make_key
from evaltool.run import score_folder
from golden_rules import write_rules

QUICK, ALL = range(4), range(4, 200)
SEEDS = [*QUICK, *(pytest.param(seed, marks=pytest.mark.slow) for seed in ALL)]


@pytest.mark.parametrize("seed", SEEDS)
def test_any_rules_come_out_the_same(seed: int, tmp_path: Path) -> None:
    """Total, rank and grade of every unit agree exactly, or both say that the rules leave it open."""
    folder = tmp_path / "drawn"
    write_rules(folder, seed)
    make_key(folder, load(folder)[0].identity)
    evaluation, findings = load(folder)
    assert not blocking(findings)
    said = fillings.draw(evaluation, seed)
    for name, data in fillings.files(evaluation, said).items():
        (folder / "inbox" / name).write_bytes(data)
    try:
        worked_out = {one.unit: one for one in golden.results(folder, said)}
    except golden.Unsettled:
        with pytest.raises(Refused):
            score_folder(folder)
        return
    standings = {one.unit.id: one for one in score_folder(folder).result.standings}
    assert {unit: (one.exact, one.text, one.rank, one.grade) for unit, one in standings.items()} == {
        unit: (one.exact, str(one.published), one.rank, one.grade) for unit, one in worked_out.items()
    }
