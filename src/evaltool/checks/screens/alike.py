"""In how many cells every two sheets agree, found for one sheet against all later ones at once.

A set of sheets is a whole number with a bit for each.  Every value of a cell has the set of those who gave it; how many
of one sheet's values another sheet has too is how often its bit stands in the sets of those values.  All pairs are
counted exactly, 64 in one step of the machine or more: the middle pair of all cannot be told without counting them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

Alike = tuple[int, tuple[int, int], int]
"""A sheet, how many cells are in common and how many of them differ, the later sheets of which this is true."""
_ONE = ord("1")
AT_ONCE, BITS = 2**10, 2**29
"""So many sheets are always taken at once; more, if their sets take no more memory than this."""


@dataclass(frozen=True, slots=True)
class Sheets:
    """Sheets by number.  `filled`: who filled in each cell, where not all did; `said`: who gave it each value, where
    several did; `everywhere`: how many cells all filled in."""

    sizes: Sequence[int]
    filled: pl.Series
    said: pl.Series
    everywhere: int
    least: int

    @classmethod
    def of(cls, cells: pl.DataFrame, names: Sequence[str], least: int) -> Sheets:
        """`cells`: evaluator, unit, indicator, repeat, value; `least`: so many cells make a pair."""
        import polars as pl

        spot, who = ("unit", "indicator", "repeat"), pl.col("evaluator").cast(pl.Enum(names), strict=False)
        cells = cells.select(*spot, "value", who=who.to_physical()).drop_nulls("who")
        filled = cells.group_by(spot).agg("who")["who"]
        said = cells.group_by(*spot, "value").agg("who")["who"]
        partly = filled.filter(filled.list.len() < len(names))
        sizes = dict(cells["who"].value_counts().iter_rows())
        several = said.filter(said.list.len() > 1)
        return cls([sizes.get(one, 0) for one in range(len(names))], partly, several, len(filled) - len(partly), least)

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
