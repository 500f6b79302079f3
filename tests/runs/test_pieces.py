"""Tables of a run, written a piece at a time."""

from __future__ import annotations

import polars as pl
import pytest

from evaltool import publish


def test_a_table_written_in_pieces_is_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    """However few rows are written at once, the file has one head and the same bytes; so has a table without rows."""
    table = pl.DataFrame({"unit": ["=A", "B", "C"], "count": [1, None, 3]})
    whole, none = publish._table("t", table), publish._table("t", table.clear())
    monkeypatch.setattr(publish, "AT_ONCE", 2)
    assert publish._table("t", table) == whole
    assert whole == {"t.csv": "\ufeffunit,count\r\n'=A,1\r\nB,\r\nC,3\r\n".encode()}
    assert none == {"t.csv": "\ufeffunit,count\r\n".encode()}
