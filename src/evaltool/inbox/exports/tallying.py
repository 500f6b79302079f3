"""The rows of an export, counted by what they say: tables of sums, to which every block of every part adds.

Nothing is held that grows with the number of answers, but for rows that wait until repeats are settled, and those are
bounded in memory.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from evaltool.inbox.exports.blocks import OpenedExport, gathered
from evaltool.inbox.exports.coding import NOT_A_POINT, PART, Coder, UnitSaid
from evaltool.inbox.exports.comments import Comments
from evaltool.inbox.exports.header import Columns
from evaltool.inbox.exports.respondents import DOUBTED
from evaltool.inbox.exports.settling import COUNTS, RULES, HeldRows, at_once, is_told, settled
from evaltool.inbox.exports.shapes import Export, Unusable
from evaltool.inbox.problems import Problem
from evaltool.reader import address

if TYPE_CHECKING:
    import polars as pl

MOST_POINTS = 2_000
_TOGETHER = 500_000  # rows of partial counts that are summed up at once
_UNIT, _CHOICE, _POINT, _LACKS, _STANDING = 1 << 41, 1 << 21, 1 << 5, 1 << 4, 1
ROW = (1 << PART) - 1


class SaidKey(NamedTuple):
    """All that an answer says: numbers of unit, choice and point, whether its row lacks cells, its standing."""

    unit: int
    choice: int
    point: int
    lacks: int
    standing: int


def said_key(number: int) -> SaidKey:
    unit, rest = divmod(number, _UNIT)
    choice, rest = divmod(rest, _CHOICE)
    point, rest = divmod(rest, _POINT)
    return SaidKey(unit, choice, point, *divmod(rest, _LACKS))


@dataclass
class PartMet:
    """What was met in one part beside its answers."""

    columns: Columns
    sheet: str
    rows: int = 0
    misfits: int = 0
    first_misfit: int = 0
    doubted: int = 0  # rows whose respondent may have lost digits
    first_doubted: int = 0


@dataclass
class CountSums:
    """Tables of counts, put together as they come: how many (`n`), and the place of the first."""

    by: tuple[str, ...]
    _tables: list[pl.DataFrame] = field(default_factory=list)
    _rows: int = 0

    def add(self, counts: pl.DataFrame) -> None:
        import polars as pl

        kept = counts.select(pl.col(*self.by, "n", "first").cast(pl.UInt64))
        self._tables.append(kept.group_by(self.by).agg(pl.col("n").sum(), pl.col("first").min()))
        self._rows += self._tables[-1].height
        if self._rows > _TOGETHER:
            self._tables = [self.summed()]
            self._rows = self._tables[0].height // 2

    def summed(self) -> pl.DataFrame:
        """In the order in which each was said first."""
        import polars as pl

        if not self._tables:
            return pl.DataFrame(schema=dict.fromkeys((*self.by, "n", "first"), pl.UInt64()))
        made = pl.concat(self._tables).group_by(self.by).agg(pl.col("n").sum(), pl.col("first").min())
        return made.sort("first", *self.by)


@dataclass
class ExportTally:
    """Everything that is counted of an export, part by part."""

    export: Export
    repeats: bool
    held: HeldRows
    coder: Coder = field(init=False)
    met: dict[int, PartMet] = field(default_factory=dict)
    said: CountSums = field(default_factory=lambda: CountSums(("key",)))
    fates: CountSums = field(default_factory=lambda: CountSums(("part", "kind")))
    """Answers by part; of units only the question is told apart, of points whether it is one."""
    of_rows: CountSums = field(default_factory=lambda: CountSums(("kind",)))
    """Rows of questionnaires by what keeps them out: no point, and the standing by each rule."""
    comments: Comments = field(default_factory=Comments)

    def __post_init__(self) -> None:
        self.coder = Coder(self.export, self.repeats)

    @property
    def rules(self) -> list[str]:
        """The rules about repeats that are in use."""
        used = {question.repeated for question in self.export.questions}
        return [rule for rule in RULES if rule in used]

    def take(self, part: int, file: OpenedExport, columns: Columns) -> None:
        """Count a part as far as can be done without the others.  Raises `Unusable`."""
        met = PartMet(columns, file.sheet)
        for block in gathered(file.blocks(columns, not self.repeats and not self.export.wide)):
            if block.misfits and not met.misfits:
                met.first_misfit = block.first_misfit
            met.misfits += block.misfits
            met.rows += block.rows
            if block.frame.height:
                self._block(met, self.coder.coded(block.frame, columns, part))
            if self.coder.points.is_full:
                raise Unusable(self._no_points(file, columns))
        if not met.rows:
            raise Unusable(Problem("SURVEY_EMPTY", file.sheet, f"{columns.row + 2}"))
        self.met[part] = met

    def _block(self, met: PartMet, rows: pl.DataFrame) -> None:
        if not self.repeats:
            self._count(at_once(rows))
            return
        doubted = rows.filter(rows["who"] == DOUBTED)["place"]
        if len(doubted) and not met.doubted:
            met.first_doubted = int(doubted[0]) & ROW
        met.doubted += len(doubted)
        waits = is_told(rows)
        if waits.all():
            self.held.add(rows)
            return
        self.held.add(rows.filter(waits))
        self._count(at_once(rows.filter(~waits)))

    def _no_points(self, file: OpenedExport, columns: Columns) -> Problem:
        args = (("limit", str(MOST_POINTS)),)
        cell = address(columns.row, columns.point)
        return Problem("SURVEY_POINTS", file.sheet, cell, value=self.export.point, args=args)

    def settle(self) -> None:
        """Once all parts are taken: which of repeated answers count."""
        key = ("h1", "h2") if self.export.wide else ("h1", "h2", "unit")
        for rows in self.held.each():
            self._count(settled(rows, key))

    # --- counting ----------------------------------------------------------------------------------------------------

    def _count(self, rows: pl.LazyFrame) -> None:
        import polars as pl

        part = (pl.col("place") // (1 << PART)).alias("part")
        n, first = _how_many(rows), pl.col("place").min().alias("first")
        said = self._answers(rows).group_by(part, "key").agg(n, first).collect(engine="streaming")
        if said.height:
            self.said.add(said)
            self.fates.add(said.with_columns(self._kind(said["key"])))
        if self.export.wide:
            bad = (pl.col("point") == NOT_A_POINT).cast(pl.UInt64)
            kind = sum((pl.col(rule) * (1 << 4 * at) for at, rule in enumerate(RULES, 1)), bad).alias("kind")
            self.of_rows.add(rows.group_by(kind).agg(n, first).collect(engine="streaming"))
        if self.export.comments:
            self._hear(rows)

    def _answers(self, rows: pl.LazyFrame) -> pl.LazyFrame:
        """Place and key of every answer."""
        import polars as pl

        beside = ["place", "point", "lacks", *self.rules]
        if self.export.wide:
            marks = [f"m{at}" for at in range(len(self.export.asked))]
            rows = rows.unpivot(marks, index=beside, variable_name="unit", value_name="said").drop_nulls("said")
            rows = rows.with_columns(pl.col("unit").str.slice(1).cast(pl.UInt32))
        key = (
            pl.col("unit").cast(pl.UInt64) * _UNIT
            + pl.col("said" if self.export.wide else "m0").cast(pl.UInt64) * _CHOICE
            + pl.col("point").cast(pl.UInt64) * _POINT
            + pl.col("lacks").cast(pl.UInt64) * _LACKS
            + self._standing()
        )
        return rows.select("place", key.alias("key"), *(["times"] if "times" in rows.collect_schema() else []))

    def _standing(self) -> pl.Expr:
        """By the rule of the unit's question."""
        import polars as pl

        rules = self.rules
        if len(rules) == 1:
            return pl.col(rules[0])
        own = [rules.index(self.export.questions[at].repeated) for _, at in self.export.asked.values()]
        rule = pl.col("unit").replace_strict(range(len(own)), own, default=0, return_dtype=pl.UInt8)
        standing = pl.col(rules[0])
        for at, name in enumerate(rules[1:], 1):
            standing = pl.when(rule == at).then(name).otherwise(standing)
        return standing

    def _kind(self, keys: pl.Series) -> pl.Series:
        """The key with the question (0: of none) in the place of the unit, and of points whether it is one."""
        import polars as pl

        questions = [at + 1 for _, at in self.export.asked.values()]
        unit = pl.col("key") // _UNIT
        question = unit.replace_strict(range(len(questions)), questions, default=0, return_dtype=pl.UInt64)
        point = (pl.col("key") // _POINT) % (_CHOICE // _POINT)
        rest = pl.col("key") % _UNIT - point * _POINT
        kind = question * _UNIT + rest + (point == NOT_A_POINT).cast(pl.UInt64) * _POINT
        return keys.to_frame("key").select(kind.alias("kind"))["kind"]

    def _hear(self, rows: pl.LazyFrame) -> None:
        """What rows that count say in words."""
        import polars as pl

        counts = pl.any_horizontal(pl.col(rule) == COUNTS for rule in self.rules)
        if not self.export.wide:
            counts = (self._standing() == COUNTS) & (pl.col("unit") < len(self.export.asked))
        unit = pl.lit(0, pl.UInt32) if self.export.wide else pl.col("unit")
        units = list(self.export.asked)
        for number, about in enumerate(self.export.comments.values()):
            text = pl.col(f"t{number}")
            said = rows.filter(counts & (text.str.len_bytes() > 0)).group_by(
                text.alias("text"), unit.alias("of"), "lacks"
            )
            for words, of, lacks, n in said.agg(_how_many(rows)).collect(engine="streaming").iter_rows():
                self.comments.add(words, about or ("" if self.export.wide else units[of]), n, lacking=lacks)


def _how_many(rows: pl.LazyFrame) -> pl.Expr:
    """Rows, with those that say the same as one of them."""
    import polars as pl

    return (pl.col("times").sum() if "times" in rows.collect_schema() else pl.len()).cast(pl.UInt64).alias("n")


def unit_said(tally: ExportTally, number: int) -> UnitSaid:
    """What a number of a unit stands for; those that are no longer told apart are unknown."""
    said = tally.coder.units.values[number]
    return said if isinstance(said, UnitSaid) else UnitSaid("SURVEY_UNIT_UNKNOWN", unit="…")
