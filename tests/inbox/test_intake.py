"""The tables of what came in, asked for some of their rows."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import polars as pl
from polars.testing import assert_frame_equal

from evaltool.inbox.tables import in_words
from folders import make, return_all
from small_city import ROSTER, RULES, SETTINGS, says, taken


def test_numbers_are_asked_as_their_words_are(tmp_path: Path) -> None:
    """The same rows in the same order, whether texts are kept as numbers or as words."""
    folder = make(tmp_path / "city", ROSTER, {"d": RULES}, SETTINGS)
    return_all(folder, says)
    _, intake, _ = taken(folder)
    words = replace(intake, table=in_words(intake.table.lazy()).collect())
    assert intake.table.schema["unit"] != words.table.schema["unit"] == pl.String()
    for wanted in (
        pl.col("unit") == "B",
        pl.col("unit").is_in(["B", "nobody"]),
        pl.col("file") == "no",
        pl.col("file") != "no",
        (pl.col("field") == "mark") & (pl.col("value") > 75) & ~pl.col("unit").is_in([]),
    ):
        assert_frame_equal(intake.rows(wanted), words.rows(wanted))
        assert_frame_equal(
            in_words(intake.kept(wanted, "unit", "cell").lazy()).collect(), words.kept(wanted, "unit", "cell")
        )
    for beginning in ("ma", "mark", "x", ""):
        rows = intake.rows(intake.begins("field", beginning), "cell")
        assert_frame_equal(rows, words.rows(pl.col("field").str.starts_with(beginning), "cell"))
        assert_frame_equal(rows, words.rows(words.begins("field", beginning), "cell"))
    assert 3 < intake.rows(pl.col("unit") == "B").height < intake.table.height
    assert intake.rows(intake.begins("field", "mar")).height > 0
    assert intake.rows(pl.col("unit") == "B", "unit", "cell").columns == ["unit", "cell"]
