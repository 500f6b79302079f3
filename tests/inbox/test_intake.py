"""The tables of what came in, asked for some of their rows."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from evaltool.inbox import intake as asked
from folders import make, return_all
from small_city import ROSTER, RULES, SETTINGS, says, taken


def test_few_answers_are_asked_as_many_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same rows, in the same order and of the same kinds, in either way."""
    folder = make(tmp_path / "city", ROSTER, {"d": RULES}, SETTINGS)
    return_all(folder, says)
    _, intake, _ = taken(folder)
    for wanted in (pl.col("unit") == "B", (pl.col("field") == "mark") & (pl.col("value") > 75), pl.col("file") == "no"):
        few = intake.rows(wanted)
        with monkeypatch.context() as patched:
            patched.setattr(asked, "FEW", 0)
            many = intake.rows(wanted)
        assert_frame_equal(few, many)
        assert few.height < intake.table.height < asked.FEW
    assert intake.rows(pl.col("unit") == "B").height > 3
    assert intake.rows(pl.col("unit") == "B", "unit", "cell").columns == ["unit", "cell"]
