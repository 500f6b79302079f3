"""Measured components of the bundled evaluations, filled in by chance, against a recomputation from the workbooks."""

from __future__ import annotations

from pathlib import Path

import pytest

from evaltool.evaluation import load
from evaltool.inbox.ingest import ingest
from evaltool.points.score import score
from figure_oracle import shares
from filled_years import returned

MEASURED = (
    "abc-indicators",
    "administrative-staff",
    "city-leadership",
    "local-dimensions",
    "local-methods",
    "national-indicators",
    "result-report",
)


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.slow)])
@pytest.mark.parametrize("name", MEASURED)
def test_measured_components_agree_with_the_recomputation(name: str, seed: int, tmp_path: Path) -> None:
    """Every share of every component of figures, worked out again from the workbooks by plain loops, is the same."""
    folder = tmp_path / "e"
    returned(name, folder, seed)
    evaluation, _ = load(folder)
    intake, _ = ingest(evaluation)
    points, _ = score(evaluation, intake)
    expected = {
        key: one for file in sorted((folder / "schemes").glob("*.toml")) for key, one in shares(folder, file).items()
    }
    assert expected
    assert {key: points[key].share for key in expected} == expected
