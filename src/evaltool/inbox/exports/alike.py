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


def together(rows: pl.LazyFrame) -> pl.DataFrame:
    """Rows with the same texts as one, in the order in which they came: `row`, which rises, is the first, `times` how
    many."""
    import polars as pl

    names = rows.collect_schema().names()
    texts = [name for name in names if name != "row"]
    n, first = pl.len().alias("times"), pl.col("row").min()
    groups = rows.select("row", _mixed(texts).alias("one"), _mixed(texts).alias("other")).group_by("one")
    same = (pl.col("other").min() == pl.col("other").max()).alias("same")
    each = groups.agg(n, first, same).collect(engine="streaming").sort("row")
    if not each["same"].all():
        return rows.group_by(texts).agg(n, first).select(*names, "times").sort("row").collect(engine="streaming")
    # all texts stand up to the last that is new, which most often is not far
    reach = each["row"][-1] - each["row"][0] + 1 if each.height else 0
    firsts = each.lazy().select("row", "times")
    return rows.head(reach).join(firsts, on="row", maintain_order="left").collect()


def _mixed(texts: list[str]) -> pl.Expr:
    """A number of 64 bits of what a row says."""
    import polars as pl

    mixed = pl.lit(0, pl.UInt64)
    for text in texts:
        mixed ^= pl.col(text).hash(secrets.randbits(63))
    return mixed
