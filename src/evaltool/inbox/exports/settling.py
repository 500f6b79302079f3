"""Which of repeated answers counts: the first or the last by time, or else by the order of rows; of whole rows, blanks
included.

Rows that need it are kept in memory up to a limit; beyond it they are put into files by what stands for their
respondents, so that everything that one person answered lies in one file, and each file is settled by itself.  What is
held grows neither with the number of respondents nor with that of rows.

The order of rows is an order only within one file.  Who answers again in another part of the export can be told from
before or after only by a column of times or numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from evaltool.files.scratch import scratch_folder
from evaltool.inbox.exports.coding import PART
from evaltool.inbox.exports.respondents import CUT, DOUBTED, KNOWN, NOBODY

if TYPE_CHECKING:
    import polars as pl

STANDINGS = (
    "counts",
    "repeated",
    "SURVEY_RESPONDENT_BLANK",
    "SURVEY_RESPONDENT_ROUNDED",
    "SURVEY_REPEATED",
    "SURVEY_TIME",
    "SURVEY_PARTS_ORDER",
)
"""Whether an answer counts as far as repeats go; if it does not, the finding that keeps it out."""
COUNTS, REPEATED, BLANK, ROUNDED, TWICE, TIME, PARTS = range(len(STANDINGS))
RULES = ("all", "first", "last", "refuse")
"""A column of standings for each rule about repeats."""
HELD = 96 << 20  # bytes
_FILES = 128


@dataclass
class HeldRows:
    """Rows that wait for all the others; more than `most` bytes go to files of a folder that is theirs alone."""

    most: int = HELD
    _waiting: list[pl.DataFrame] = field(default_factory=list)
    _bytes: int = 0
    _folder: TemporaryDirectory[str] | None = None
    _written: int = 0

    def add(self, rows: pl.DataFrame) -> None:
        self._waiting.append(rows)
        self._bytes += int(rows.estimated_size())
        if self._bytes > self.most:
            self._write()

    def _write(self) -> None:
        import polars as pl

        if not self._waiting:
            return
        if self._folder is None:
            self._folder = scratch_folder()
        rows = pl.concat(self._waiting).with_columns((pl.col("h1") % _FILES).cast(pl.UInt8).alias("file"))
        self._waiting, self._bytes = [], 0
        for (number,), own in rows.partition_by("file", include_key=False, as_dict=True).items():
            own.write_ipc(Path(self._folder.name) / f"{number}-{self._written}.arrow")
        self._written += 1

    def each(self) -> Iterator[pl.LazyFrame]:
        """All that one respondent answered lies in one of them."""
        import polars as pl

        if self._folder is None:
            if self._waiting:
                yield pl.concat(self._waiting).lazy()
            return
        self._write()
        for number in range(_FILES):
            paths = sorted(Path(self._folder.name).glob(f"{number}-*.arrow"))
            if paths:
                yield pl.concat([pl.scan_ipc(path) for path in paths])

    def away(self) -> None:
        if self._folder:
            self._folder.cleanup()


def at_once(rows: pl.DataFrame) -> pl.LazyFrame:
    """Rows of which the others say nothing: with their standings."""
    import polars as pl

    if "who" not in rows.columns:
        return rows.lazy().with_columns(pl.lit(COUNTS, pl.UInt64).alias(rule) for rule in RULES)
    said = pl.when(pl.col("who") == NOBODY).then(BLANK).when(pl.col("who") == CUT).then(ROUNDED).otherwise(COUNTS)
    return rows.lazy().with_columns(
        pl.lit(COUNTS, pl.UInt64).alias("all"), *(said.cast(pl.UInt64).alias(rule) for rule in RULES[1:])
    )


def is_told(rows: pl.DataFrame) -> pl.Series:
    """Whether each respondent is somebody."""
    return rows["who"].is_in([KNOWN, DOUBTED])


def settled(rows: pl.LazyFrame, key: Sequence[str]) -> pl.LazyFrame:
    """Rows with their standings, among all the rows of their respondents."""
    import polars as pl

    timed = "when" in rows.collect_schema()
    by = "when" if timed else "place"
    groups = rows.group_by(key).agg(
        pl.len().alias("n"),
        pl.col(by).min().alias("lo"),
        pl.col(by).max().alias("hi"),
        pl.col(by).null_count().alias("unknown"),
    )
    often = groups.filter(pl.col("n") > 1)
    if timed:
        ends = (
            rows.join(often, on=key)
            .group_by(key)
            .agg(
                (pl.col("when") == pl.col("lo")).sum().alias("los"), (pl.col("when") == pl.col("hi")).sum().alias("his")
            )
        )
        often = often.join(ends, on=key)
    joined = rows.join(often, on=key, how="left")
    once, doubted = pl.col("n").is_null(), pl.col("who") == DOUBTED
    standings = [pl.lit(COUNTS, pl.UInt64).alias("all")]
    for rule, end, ends_ in (("first", "lo", "los"), ("last", "hi", "his")):
        if timed:
            unknown = pl.when((pl.col("unknown") > 0) | (pl.col(ends_) > 1)).then(TIME)
        else:
            unknown = pl.when((pl.col("lo") // (1 << PART)) != (pl.col("hi") // (1 << PART))).then(PARTS)
        best = unknown.when(pl.col(by) == pl.col(end)).then(COUNTS).otherwise(REPEATED)
        standing = pl.when(once).then(COUNTS).when(doubted).then(ROUNDED).otherwise(best)
        standings.append(standing.cast(pl.UInt64).alias(rule))
    refused = pl.when(once).then(COUNTS).when(doubted).then(ROUNDED).otherwise(TWICE)
    return joined.with_columns(*standings, refused.cast(pl.UInt64).alias("refuse"))
