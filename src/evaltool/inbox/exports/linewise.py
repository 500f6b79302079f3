"""Many lines of a text at once, where it is proved that each of them is a row with as many cells as the first, and says
what the strict parser would say of it.

The proof costs no pass of its own: the texts of all cells, with the signs that part them, have to be as long as the
lines, and a quotation mark has to be the first or the last sign of a cell that has both.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from evaltool.inbox.exports.alike import together
from evaltool.inbox.exports.blocks import RowBlock, named
from evaltool.inbox.exports.header import Columns

if TYPE_CHECKING:
    import polars as pl

_QUOTED = r'"(?:[^"]|"")*"'
Bare = Callable[[str], "pl.Expr"]
"""The text of a column, without the quotation marks around it."""


def lines_at_once(
    piece: bytes, row: int, separator: str, columns: Columns, *, alike: bool
) -> tuple[RowBlock, int] | None:
    """The rows of whole lines, and how many lines; None where nothing is proved.  `alike`: rows that say the same are
    put together."""
    import polars as pl

    if b"\r" in piece:
        piece = piece.replace(b"\r\n", b"\n")
    if not piece or b"\r" in piece or b"\0" in piece:
        return None
    marks = piece.count(b'"') if b'"' in piece else 0
    frame, bare = _cut(piece, marks, separator, columns), _between if marks else pl.col
    if frame is None and marks:
        frame, bare = _quoted(piece, separator), pl.col
    if frame is None or frame.width < columns.width:
        return None
    short = pl.all().str.len_bytes().max() <= csv.field_size_limit()
    beyond = [_blank(bare(name)).all() for name in frame.columns[columns.width :]]
    if not frame.select(pl.all_horizontal(short, *beyond)).item():
        return None
    return RowBlock(_said(frame, row, columns, bare, alike)), frame.height


def _cut(piece: bytes, marks: int, separator: str, columns: Columns) -> pl.DataFrame | None:
    """The lines, cut at every separator; cells keep the quotation marks around them."""
    import polars as pl

    frame = _read(piece, separator, _first(piece).count(separator.encode()) + 1, None)
    if frame is None:
        return None
    texts = frame.select(pl.all().str.len_bytes().cast(pl.UInt64).sum()).row(0)
    if sum(texts) + frame.height * frame.width != len(piece) + (not piece.endswith(b"\n")):
        return None
    likely = [named(at) for at in reversed(columns.kept()) if at < frame.width]
    return frame if _around(frame, marks, dict.fromkeys([*likely, *frame.columns])) else None


def _around(frame: pl.DataFrame, marks: int, names: Iterable[str]) -> bool:
    """Whether all quotation marks stand in pairs around cells."""
    import polars as pl

    text = pl.col("text")
    pair = text.str.starts_with('"') & text.str.ends_with('"') & (text.str.len_bytes() > 1)
    for name in names:
        if marks:
            marks -= 2 * int(frame.select(pl.col(name).alias("text")).select(pair.sum()).item())
    return not marks


def _quoted(piece: bytes, separator: str) -> pl.DataFrame | None:
    """The cells of lines in which quotation marks take in separators or other quotation marks."""
    lines = piece.count(b"\n") + (not piece.endswith(b"\n"))
    cells = re.sub(_QUOTED.encode(), b"", _first(piece)).count(separator.encode()) + 1
    frame = _read(piece, separator, cells, '"') if _all_so(piece, lines, separator, cells) else None
    return frame if frame is not None and frame.height == lines else None


def _first(piece: bytes) -> bytes:
    end = piece.find(b"\n")
    return piece if end < 0 else piece[:end]


def _read(piece: bytes, separator: str, cells: int, mark: str | None) -> pl.DataFrame | None:
    import polars as pl

    try:
        return pl.read_csv(
            piece,
            has_header=False,
            separator=separator,
            quote_char=mark,
            schema={named(at): pl.String() for at in range(cells)},
            infer_schema=False,
            empty_string_is_null=False,
        )
    except pl.exceptions.PolarsError:  # a line has more cells than the first
        return None


def _all_so(piece: bytes, lines: int, separator: str, cells: int) -> bool:
    """Whether every line is by itself a row of cells, quoted or without quotation marks, and has so many of them."""
    import polars as pl

    try:
        text = pl.Series([piece.removesuffix(b"\n")], dtype=pl.Binary).cast(pl.String)
    except pl.exceptions.PolarsError:  # no UTF-8
        return False
    texts = text.str.split("\n").explode()
    cell = f'(?:{_QUOTED}|[^"{separator}]*)'
    if len(texts) != lines or not texts.str.contains(f"^{cell}(?:{separator}{cell})*$").all():
        return False
    bare = texts.str.replace_all(_QUOTED, "")
    return bool((bare.str.count_matches(separator, literal=True) == cells - 1).all())


# --- what they say ---------------------------------------------------------------------------------------------------


def _said(frame: pl.DataFrame, row: int, columns: Columns, bare: Bare, alike: bool) -> pl.DataFrame:
    """The columns that are used, without lines in which nothing stands at all."""
    import polars as pl

    kept = [named(at) for at in columns.kept()]
    numbered = frame.with_row_index("row", row)
    made = _put_together(numbered, kept, bare, alike)
    if made.select(_blank(pl.col(kept[0])).any()).item():
        nothing = pl.all_horizontal(_blank(bare(name)) for name in frame.columns)
        made = _put_together(numbered.filter(~nothing), kept, bare, alike)
    return made.with_columns(pl.lit(value=False).alias("lacks"))


def _put_together(numbered: pl.DataFrame, kept: list[str], bare: Bare, alike: bool) -> pl.DataFrame:
    rows = numbered.select("row", *kept)
    return (together(rows.lazy()) if alike else rows).with_columns(bare(name) for name in kept)


def _between(name: str) -> pl.Expr:
    import polars as pl

    return pl.col(name).str.strip_prefix('"').str.strip_suffix('"')


def _blank(text: pl.Expr) -> pl.Expr:
    """Whether nothing is seen: four control characters are spaces to Python, and to nobody else."""
    return ~text.str.contains(r"[^\s\x1c-\x1f]")
