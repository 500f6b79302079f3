"""Rows of an export that say the same, put together before anything is asked about them: a poll of ten million answers
says some thousand different things.

They are found by numbers that are drawn from their texts, mixed anew each time.  Where two texts had the same number,
a second one would tell, and the rows are compared text by text.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl


def together(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows with the same texts as one, in the order in which they came: `row` is the first, `times` how many."""
    import polars as pl

    texts = [name for name in rows.columns if name != "row"]
    found = rows.lazy().select(
        _mixed(texts).alias("one"), _mixed(texts).alias("other"), pl.int_range(pl.len(), dtype=pl.UInt32).alias("at")
    )
    n, first = pl.len().alias("times"), pl.col("at").min()
    groups = found.group_by("one").agg(n, first, (pl.col("other").min() == pl.col("other").max()).alias("same"))
    each = groups.collect(engine="streaming")
    if not each["same"].all():
        each = rows.lazy().with_row_index("at").group_by(texts).agg(n, first).collect()
    each = each.sort("at")
    return rows[each["at"]].with_columns(each["times"])


def _mixed(texts: list[str]) -> pl.Expr:
    """A number of 64 bits of what a row says."""
    import polars as pl

    mixed = pl.lit(0, pl.UInt64)
    for text in texts:
        mixed ^= pl.col(text).hash(secrets.randbits(63))
    return mixed
