"""Sheets that agree in all their cells or in nearly all, found without comparing everybody with everybody.

The cells are dealt into blocks, one more than two such sheets can spoil: each cell in which they differ spoils one of
them, and so does each that one of the two left blank.  So they say the very same in one block at least, and only sheets
that do are compared cell by cell; with everybody only the few that left so much blank that nothing follows for them.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import floor
from typing import TYPE_CHECKING

from evaltool.checks.screens.alike import Agreed, Alike, Sheets, as_set

if TYPE_CHECKING:
    import polars as pl

FEW = 2**12
"""So many pairs may always be compared, and twice as many as there are sheets: where far more agree in a block, all can
be counted as quickly."""
CELLS = 4
"""Blocks are not made smaller than this for the sake of blanks: in a few cells many agree by chance."""


def nearly_alike(sheets: Sheets, nearly: Fraction) -> list[Alike] | None:
    """The pairs of `Sheets.agreements` of which at most such a part of the common cells differs; None if too many pairs
    would have to be compared."""
    import polars as pl

    most, differing = max(FEW, 2 * len(sheets.sizes)), floor(sheets.spots * nearly)
    blank = [sheets.spots - size for size in sheets.sizes]
    room = max(0, (sheets.spots // CELLS - differing - 1) // 2)
    blocks = differing + 1 + 2 * max((cells for cells in blank if cells <= room), default=0)
    odd = [who for who, cells in enumerate(blank) if cells > room]
    alike = _alike_in_a_block(sheets, blocks, most) if len(odd) * len(blank) <= most else None
    if alike is None:
        return None
    pairs = pl.concat([alike, _with_everybody(odd, len(blank))]).unique()
    return _compared(sheets, pairs, nearly) if pairs.height <= most else None


def _alike_in_a_block(sheets: Sheets, blocks: int, most: int) -> pl.DataFrame | None:
    """The pairs of sheets that say the same in some block; None if there are far too many."""
    import polars as pl

    who, spot, value = pl.col("who"), pl.col("spot").cast(pl.UInt64), pl.col("value").reinterpret(signed=False)
    # what a block says is told by a sum, in any order; two that come to the same by chance are merely compared in vain
    said = (value * sheets.spots + spot).hash().sum().alias("said")
    key = (who.cast(pl.UInt64) * blocks + spot * blocks // sheets.spots).alias("key")
    told = sheets.cells.lazy().group_by(key).agg(said)
    told = told.select((pl.col("key") // blocks).cast(pl.UInt32).alias("who"), pl.col("key") % blocks, "said")
    alike = told.filter(pl.len().over("key", "said") > 1).collect()
    counts = alike.group_by("key", "said").len()["len"].cast(pl.UInt64)
    if (counts * (counts - 1)).sum() > 2 * most * blocks:
        return None
    both = alike.lazy().join(alike.lazy(), on=("key", "said")).filter(who < pl.col("who_right"))
    return both.select(one="who", other="who_right").unique().collect()


def _with_everybody(some: Sequence[int], count: int) -> pl.DataFrame:
    """The pairs in which one of some sheets stands."""
    import polars as pl

    every = pl.DataFrame({"b": range(count)}, {"b": pl.UInt32})
    both = pl.DataFrame({"a": some}, {"a": pl.UInt32}).join(every, how="cross").filter(pl.col("a") != pl.col("b"))
    return both.select(one=pl.min_horizontal("a", "b"), other=pl.max_horizontal("a", "b"))


def _compared(sheets: Sheets, pairs: pl.DataFrame, nearly: Fraction) -> list[Alike]:
    """What is true of these pairs cell by cell."""
    import polars as pl

    if pairs.is_empty():
        return []
    suspects = pl.concat([pairs["one"], pairs["other"]]).unique().alias("who").to_frame()
    cells = sheets.cells.lazy().join(suspects.lazy(), on="who", how="semi")
    theirs = pairs.lazy().join(cells, left_on="one", right_on="who")
    both = theirs.join(cells, left_on=("other", "spot"), right_on=("who", "spot"))
    differ = (pl.col("value") != pl.col("value_right")).sum()
    found: dict[tuple[int, Agreed], list[int]] = {}
    for one, other, common, differing in both.group_by("one", "other").agg(pl.len(), differ).collect().iter_rows():
        if sheets.is_pair(one, other, common) and differing <= nearly * common:
            found.setdefault((one, (common, differing)), []).append(other)
    return [(one, agreed, as_set(others)) for (one, agreed), others in sorted(found.items())]
