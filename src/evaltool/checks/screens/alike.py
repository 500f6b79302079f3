"""In how many cells every two sheets agree, counted for one sheet against all later ones at once.

A set of sheets is a whole number with a bit for each.  Every value of a cell has the set of those who gave it; how many
of one sheet's values another sheet has too is how often its bit stands in the sets of those values.  All pairs are
counted exactly, 64 in one step of the machine or more: the middle pair of all cannot be told without counting them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

Agreed = tuple[int, int]
"""How many cells are in common and how many of them differ."""
Alike = tuple[int, Agreed, int]
"""A sheet, how far it agrees, the later sheets of which this is true."""
_ONE = ord("1")
AT_ONCE, BITS = 2**10, 2**29
"""So many sheets are always taken at once; more, if their sets take no more memory than this."""


@dataclass(frozen=True)
class Sheets:
    """Sheets by number.  `cells`: who, spot, value, all as numbers; `spots`: how many there are; `sizes`: how many each
    sheet has; `names`: whose they are; `least`: so many cells make a pair."""

    cells: pl.DataFrame
    spots: int
    sizes: Sequence[int]
    names: Sequence[str]
    least: int

    @classmethod
    def of(cls, cells: pl.DataFrame, names: Iterable[str], least: int) -> Sheets:
        """`cells`: evaluator, unit, indicator, repeat, value.  Who gave one value only is left out."""
        import polars as pl

        value = pl.col("value")
        told = cells.lazy().group_by(pl.col("evaluator")).agg(pl.len(), several=value.min() != value.max())
        sizes = dict(told.filter("several").select(pl.col("evaluator").cast(pl.String), "len").collect().iter_rows())
        named = [who for who in names if who in sizes]
        who = pl.DataFrame({"evaluator": named, "who": range(len(named))}, {"evaluator": pl.String, "who": pl.UInt32})
        spots = cells.lazy().select("unit", "indicator", "repeat").unique().with_row_index("spot").collect()
        numbered = (
            cells.lazy()
            .join(who.lazy().with_columns(pl.col("evaluator").cast(cells.schema["evaluator"])), on="evaluator")
            .join(spots.lazy(), on=("unit", "indicator", "repeat"))
            .select("who", "spot", "value")
        )
        return cls(numbered.collect(), spots.height, [sizes[who] for who in named], named, least)

    def is_pair(self, one: int, other: int, common: int) -> bool:
        """Whether two sheets with so many cells in common are compared: four fifths of the longer one at least."""
        return common >= self.least and 4 * max(self.sizes[one], self.sizes[other]) <= 5 * common

    @cached_property
    def filled(self) -> pl.Series:
        """Who filled in each cell, where not all did."""
        groups = self.cells.group_by("spot").agg("who")["who"]
        return groups.filter(groups.list.len() < len(self.sizes))

    @cached_property
    def said(self) -> pl.Series:
        """Who gave each value of a cell, where several did."""
        groups = self.cells.group_by("spot", "value").agg("who")["who"]
        return groups.filter(groups.list.len() > 1)

    @cached_property
    def everywhere(self) -> int:
        """How many cells all filled in."""
        return int(self.cells["spot"].n_unique()) - len(self.filled)

    def habits(self) -> list[Fraction]:
        """How often two cells of one sheet say the same: who gives nearly everybody the same agrees with many."""
        import polars as pl

        count = pl.col("len").cast(pl.Int64)
        values = self.cells.lazy().group_by("who", "value").len().group_by("who").agg((count**2).sum())
        alike = dict(values.collect().iter_rows())
        return [Fraction(alike[who], size**2) for who, size in enumerate(self.sizes)]

    def in_common(self) -> tuple[int, int]:
        """In how many cells all sheets, two and two, say the same, and in how many something else."""
        import polars as pl

        pairs = (pl.col("len").cast(pl.Int64) * (pl.col("len").cast(pl.Int64) - 1) // 2).sum()
        values = self.cells.lazy().group_by("spot", "value").len()
        same = values.select(pairs).collect().item()
        both = values.group_by("spot").agg(pl.col("len").sum()).select(pairs).collect().item()
        return same, both - same

    def agreements(self) -> Iterator[Alike]:
        """For every pair of sheets how far they agree, if at least four fifths of the longer one are in common."""
        width = max(AT_ONCE, BITS // max(1, len(self.filled) + len(self.said)))
        for start in range(0, len(self.sizes), width):
            yield from self._strip(start, min(start + width, len(self.sizes)))

    def _strip(self, start: int, end: int) -> Iterator[Alike]:
        both, same = _sets(self.filled, start, end), _sets(self.said, start, end)
        within = cache(lambda size: as_set(at for at, each in enumerate(self.sizes[start:end]) if each <= size))
        for one in range(end):
            later = as_range(max(one + 1, start) - start, end - start)
            for partly, others in by_count(both[one], later):
                common = partly + self.everywhere
                if common >= self.least and 4 * self.sizes[one] <= 5 * common:
                    for agreed, alike in by_count(same[one], others & within(5 * common // 4)):
                        yield one, (common, common - agreed), alike << start


def _sets(groups: pl.Series, start: int, end: int) -> list[list[int]]:
    """For every sheet the sets that it stands in, of the sheets from `start` to `end`."""
    import polars as pl

    found: list[list[int]] = [[] for _ in range(end)]
    for group in map(pl.Series.to_list, groups):
        inside = as_set(one - start for one in group if start <= one < end)
        for one in group:
            if one < end and inside:
                found[one].append(inside)
    return found


def as_set(numbers: Iterable[int]) -> int:
    """Written down digit by digit and read as one number: a sum of powers would be as long as the set each time."""
    inside = list(numbers)
    digits = bytearray(b"0") * (1 + max(inside, default=0))
    for one in inside:
        digits[-1 - one] = _ONE
    return int(digits, 2)


def as_range(start: int, end: int) -> int:
    return (1 << end) - (1 << start)


def members(of: int) -> list[int]:
    """The numbers in a set."""
    return [at for at, bit in enumerate(reversed(f"{of:b}")) if bit == "1"]


def by_count(sets: list[int], among: int) -> list[tuple[int, int]]:
    """The members of `among` by how many of the sets they stand in."""
    parts = [(0, among)] if among else []
    for digit in reversed(_digits(sets)):
        split = ((2 * count, of, of & digit) for count, of in parts)
        parts = [each for count, of, high in split for each in ((count, of ^ high), (count + 1, high)) if each[1]]
    return parts


def _digits(sets: list[int]) -> list[int]:
    """How many of the sets each number stands in: the binary digits of all counts, the lowest first."""
    digits: list[int] = []
    while sets:
        total, carried, rest = 0, [], iter(sets)
        for one in rest:
            two, odd = next(rest, 0), total ^ one
            if carry := total & one | odd & two:
                carried.append(carry)
            total = odd ^ two
        digits.append(total)
        sets = carried
    return digits
