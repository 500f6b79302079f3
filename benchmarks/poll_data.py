"""The answers of a poll, made from a seed: 60 units, six choices with blanks, 14 sampling points, people who come back.

    python benchmarks/poll_data.py CACHE --answers N [--parts P]

One Parquet file of N answers and the same as CSV; with --parts that many Parquet files and no CSV.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import polars as pl

UNITS = [f"第{at}局" for at in range(1, 61)]
CHOICES = ["很满意", "满意", "一般", "不满意", "不了解", ""]
POINTS = [f"{at:02}号点" for at in range(1, 15)]
RESPONDENT, TIME, POINT, UNIT, CHOICE = "问卷编号", "时间", "调查点", "被评单位", "评价"
_AT_ONCE = 5_000_000
_BEGUN = 1_793_000_000_000_000  # microseconds: 2026-10-26


def poll(cache: Path, answers: int, parts: int = 1) -> Path:
    """The folder of the files; it is made once."""
    folder = cache / f"poll-{answers}-{parts}"
    if not (folder / "whole").exists():
        folder.mkdir(parents=True, exist_ok=True)
        for part in range(parts):
            first, end = answers * part // parts, answers * (part + 1) // parts
            pieces = [_rows(at, min(at + _AT_ONCE, end)) for at in range(first, end, _AT_ONCE)]
            made = pl.concat(pieces)
            made.write_parquet(folder / f"答卷-{part:04}.parquet")
            if parts == 1:
                made.write_csv(folder / "答卷.csv", quote_style="necessary")
        (folder / "whole").touch()
    return folder


def _rows(first: int, end: int) -> pl.DataFrame:
    """Ten answers of one respondent follow each other, each about a unit that is drawn; respondents are drawn too."""
    at = pl.col("at")

    def drawn(words: list[str], seed: int) -> pl.Expr:
        return pl.lit(pl.Series(words)).gather(at.hash(seed) % len(words))

    when = (pl.lit(_BEGUN) + (at.hash(5) % 10**12).cast(pl.Int64)).cast(pl.Datetime("us"))
    who = pl.format("Q{}", (at // 10).hash(1) % max(1, end * 21 // 20))
    named = {RESPONDENT: who, TIME: when, POINT: drawn(POINTS, 4), UNIT: drawn(UNITS, 2), CHOICE: drawn(CHOICES, 3)}
    return pl.select(at=pl.int_range(first, end, dtype=pl.Int64)).select(**named)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("cache", type=Path)
    parser.add_argument("--answers", type=int, required=True)
    parser.add_argument("--parts", type=int, default=1)
    said = parser.parse_args()
    print(poll(said.cache, said.answers, said.parts))


if __name__ == "__main__":
    main()
