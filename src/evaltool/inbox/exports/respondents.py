"""Who answered, and when: whether a number can still tell one person from another, and which answer was first or last.

A spreadsheet keeps fifteen digits of a number.  Of an identity number with eighteen it leaves three zeros, or an
exponent: then two people have one number, and nobody can tell whether one of them answered twice.

No respondent's name or number is kept: of each there are two numbers of 64 bits, drawn anew in every run, and nobody
can choose names that would have the same.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from evaltool.names import folded

if TYPE_CHECKING:
    import polars as pl

KNOWN, NOBODY, CUT, DOUBTED = range(4)
"""What is known of a respondent: who it is; nothing; a number that lost digits; one that may have."""
_KEPT = 15  # digits
_EXPONENT = r"^[+-]?\d+(?:\.\d*)?[Ee]\+?\d+$"
_MOMENT = (
    r"^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?[T ]*"
    r"(?:(\d{1,2})[:时](\d{1,2})(?:[:分](\d{1,2})(?:\.(\d+))?秒?|分)?)?$"
)
_SERIAL = r"^(\d{5})(?:\.(\d+))?$"
_NUMBER = r"^\d{1,18}$"
_TICKS = 10_000_000  # in a second
_DAY = 86_400 * _TICKS
_FIRST = datetime(1899, 12, 30)  # the day from which spreadsheets count


@dataclass(frozen=True, slots=True)
class Anonymous:
    """Makes two numbers of a respondent."""

    seeds: tuple[int, int] = field(default_factory=lambda: (secrets.randbits(63), secrets.randbits(63)))

    def of(self, who: pl.Series) -> tuple[pl.Series, pl.Series]:
        plain = _folded(who)
        return plain.hash(self.seeds[0]).alias("h1"), plain.hash(self.seeds[1]).alias("h2")


def _folded(who: pl.Series) -> pl.Series:
    """In the form in which names are compared; most are letters and digits, of which nothing is to be done."""
    import polars as pl

    odd = who.str.contains("[^0-9A-Za-z]")
    if not odd.any():
        return who
    written = who.filter(odd).unique()
    same = pl.Series([folded(text) for text in written], dtype=pl.String)
    changed = written != same
    if not changed.any():
        return who
    return who.replace(written.filter(changed), same.filter(changed))


def states(who: pl.Series, broken: str) -> pl.Series:
    """What is known of each respondent."""
    import polars as pl

    text = pl.col("who")
    state = pl.when(text.is_in(["", broken])).then(NOBODY).otherwise(KNOWN)
    if who.str.contains_any(["e", "E"]).any():
        state = pl.when(text.str.contains(_EXPONENT)).then(CUT).otherwise(state)
    if ((who.str.len_bytes() >= _KEPT) & who.str.ends_with("0")).any():
        digits, kept = text.str.len_chars(), text.str.strip_chars_end("0").str.len_chars()
        ends = pl.when(digits == _KEPT).then(text.str.ends_with("000")).otherwise(kept <= _KEPT)
        state = pl.when(text.str.contains(rf"^\d{{{_KEPT},}}$") & ends).then(DOUBTED).otherwise(state)
    return pl.DataFrame({"who": who}).select(state.cast(pl.UInt8).alias("state"))["state"]


def moments(texts: pl.Series) -> pl.Series:
    """When each answer was given, as a number that grows with time: a date with its time, the year in front, or days as
    a spreadsheet counts them.  Null if nobody can tell."""
    import polars as pl

    plain = texts.str.strip_chars()
    if (plain.str.len_bytes() != plain.str.len_chars()).any():
        plain = plain.str.normalize("NFKC").str.strip_chars()
    found = plain.to_frame("text").select(
        pl.col("text").str.extract_groups(_MOMENT).alias("date"),
        pl.col("text").str.extract_groups(_SERIAL).alias("serial"),
    )
    part = [pl.col("date").struct.field(str(at)) for at in range(1, 8)]
    named = ["0001", "1", "1", "0", "0", "0"]
    written = pl.concat_str([each.fill_null(other) for each, other in zip(part, named, strict=False)], separator=" ")
    seconds = part[5].fill_null("0").cast(pl.Int64, strict=False)
    day = written.str.to_datetime("%Y %m %d %H %M %S", strict=False, time_unit="us")
    since = (day.dt.timestamp("us") - int((_FIRST - datetime(1970, 1, 1)).total_seconds()) * 1_000_000) * 10
    dated = since + _digits(part[6], 7)
    days = pl.col("serial").struct.field("1").cast(pl.Int64)
    counted = days * _DAY + _digits(pl.col("serial").struct.field("2"), 12) * 864 // 1_000
    is_date = part[0].is_not_null() & (part[0] != "0000") & (seconds < 60)
    return found.select(pl.when(is_date).then(dated).otherwise(counted).alias("when"))["when"]


def _digits(text: pl.Expr, n: int) -> pl.Expr:
    """The first digits behind the point, as a number of so many."""
    import polars as pl

    return text.fill_null("0").str.slice(0, n).str.pad_end(n, "0").cast(pl.Int64, strict=False)


def numbers(texts: pl.Series) -> pl.Series:
    """The numbers by which answers are ordered; null if it is none."""
    import polars as pl

    plain = texts.str.strip_chars()
    return plain.to_frame("text").select(
        pl.when(pl.col("text").str.contains(_NUMBER)).then(pl.col("text")).cast(pl.Int64, strict=False).alias("when")
    )["when"]
