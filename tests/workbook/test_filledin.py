"""What people filled in, as the workbook counts it before it is written."""

from __future__ import annotations

import polars as pl

from evaltool.workbook.filledin import how_many

ANSWER = {"class_id": "d", "component": "work", "unit": "A", "evaluator": "O1", "repeat": "1"}


def test_answers_are_told_apart_by_all_that_they_are_about() -> None:
    """Two lines of one answer are two values; another period, evaluator, unit, component or class is another answer."""
    others = [ANSWER | {key: "x"} for key in ANSWER]
    assert how_many(pl.DataFrame([ANSWER, ANSWER])) == (2, 1)
    assert how_many(pl.DataFrame([ANSWER, *others])) == (6, 6)
