"""From a Parquet file to blocks of rows: what is typed becomes the text that a spreadsheet would show of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from evaltool.inbox.exports.alike import together
from evaltool.inbox.exports.blocks import BROKEN, OpenedExport, RowBlock, named
from evaltool.inbox.exports.header import Columns
from evaltool.inbox.exports.shapes import ExportPart, Unusable
from evaltool.inbox.problems import Problem
from evaltool.reader import address

if TYPE_CHECKING:
    import polars as pl

MAGIC = b"PAR1"
_AT_ONCE = 1 << 18  # rows
_STRETCH = 1 << 22  # rows, where few are left of them
_EXACT = 10**15  # up to here a float is a whole number with all its digits


def of_parquet(part: ExportPart) -> OpenedExport:
    """Raises `Unusable`."""
    import polars as pl

    try:
        with part.opened() as stream:
            schema = pl.read_parquet_schema(stream)
    except (Exception, pl.exceptions.PanicException) as problem:  # whatever stands in it concerns this file only
        raise _damaged(problem) from problem
    if not schema:
        raise Unusable(Problem("SURVEY_EMPTY", "", "1"))
    return OpenedExport("", (0, list(schema)), lambda columns, alike: _blocks(part, dict(schema), columns, alike))


def _damaged(problem: BaseException) -> Unusable:
    args = (("part", "Parquet"), ("reason", type(problem).__name__), ("reason_en", type(problem).__name__))
    return Unusable(Problem("FILE_CORRUPT", args=args))


def _blocks(part: ExportPart, schema: dict[str, pl.DataType], columns: Columns, alike: bool) -> Iterator[RowBlock]:
    """Raises `Unusable`."""
    import polars as pl

    def block(rows: pl.DataFrame) -> RowBlock:
        return RowBlock(rows.filter(~_nothing(columns)).with_columns(pl.lit(value=False).alias("lacks")))

    names = list(schema)
    said = [_text(names[at], schema[names[at]], at).alias(named(at)) for at in columns.kept()]
    row = 1
    try:
        with part.opened() as stream:
            scan = pl.scan_parquet(part.path or stream, glob=False, hive_partitioning=False).select(said)
            if alike and not any(schema[names[at]] == pl.Binary for at in columns.kept()):
                yield from map(block, _alike(scan))
                return
            for frame in scan.collect_batches(chunk_size=_AT_ONCE, maintain_order=True, engine="streaming"):
                read = frame.with_columns(_read(each) for each in frame if each.dtype == pl.Binary)
                yield block(read.with_row_index("row", row))
                row += frame.height
    except GeneratorExit:
        raise
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as problem:
        raise _damaged(problem) from problem


def _alike(scan: pl.LazyFrame) -> Iterator[pl.DataFrame]:
    """Rows that say the same as one, a stretch of the file at a time, of which few are left."""
    import polars as pl

    height = int(scan.select(pl.len()).collect().item())
    for at in range(0, height, _STRETCH):
        yield together(scan.slice(at, _STRETCH).with_row_index("row", at + 1))


def _read(bytes_: pl.Series) -> pl.Series:
    """What was written as bytes."""
    import polars as pl

    try:
        return bytes_.cast(pl.String).fill_null("")
    except pl.exceptions.PolarsError:
        return pl.Series(bytes_.name, [_decoded(each) for each in bytes_], dtype=pl.String)


def _decoded(each: bytes | None) -> str:
    try:
        return (each or b"").decode()
    except UnicodeDecodeError:
        return BROKEN


def _nothing(columns: Columns) -> pl.Expr:
    import polars as pl

    return pl.all_horizontal(pl.col(named(at)).str.len_bytes().eq(0) for at in columns.kept())


def _text(name: str, kind: pl.DataType, at: int) -> pl.Expr:
    """A column as texts; what is missing is blank, what is no value is broken.  Raises `Unusable`."""
    import polars as pl

    column = pl.col(name)
    if kind.is_float():
        whole = column.abs().lt(_EXACT) & column.eq(column.round(0))
        plain = (
            pl.when(whole).then(column.cast(pl.Int64, strict=False).cast(pl.String)).otherwise(column.cast(pl.String))
        )
        text = pl.when(column.is_finite() | column.is_null()).then(plain).otherwise(pl.lit(BROKEN))
    elif isinstance(kind, pl.Datetime):
        told = column.dt.convert_time_zone("UTC") if kind.time_zone else column
        text = told.dt.strftime("%Y-%m-%d %H:%M:%S%.f")
    elif isinstance(kind, pl.Binary):
        return column  # texts, most likely, that nobody has called so
    elif kind.is_nested() or isinstance(kind, pl.Object | pl.Duration | pl.Time | pl.Boolean | pl.Unknown):
        args = (("kind", str(kind)[:80]),)
        raise Unusable(Problem("SURVEY_COLUMN_TYPE", cell=address(0, at), value=name[:80], args=args))
    else:
        text = column.cast(pl.String)
    return text.fill_null("")
