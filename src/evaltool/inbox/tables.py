"""The tables between the stages: their columns, units and meaning, written down once.

ANSWERS holds every cell that was asked of a submission that counts; MARKS, its published part, leaves out what was left
blank.  BALLOTS holds counted cards and answers of surveys.  Numbers are integers in units of 10^-`decimals`; nothing
here is a float.

A file's answers say what they add to QUESTIONS (`questions/table.py`); here the two are joined, once.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from evaltool.inbox.extract.answers import NOTHING, STATES, Answers, OddAnswer, text_of
from evaltool.questions.forms import FormColumn, Worksheets
from evaltool.questions.table import AskedCell, numbers, questions

if TYPE_CHECKING:
    import polars as pl

ANSWERS: dict[str, str] = {
    "class_id": "class of the unit",
    "component": "leaf of the rules (for contributions: the award's name)",
    "indicator": "indicator's id; for tallies the choice; blank where the leaf has no indicators",
    "unit": "evaluated unit's id; blank for a batch's account",
    "repeat": "period, or number of the row among rows that are added as they happen",
    "field": "what the cell is: mark, figure: and the kind of figure, or a field that stands beside them",
    "text": "what was typed, after a decided correction; choices as they are listed",
    "value": "integer, in units of 10^-decimals; for choices the position in the list; null where there is none",
    "decimals": "digits after the point that the cell may have",
    "state": "given, blank, abstained or broken",
    "required": "whether the cell must be filled",
    "low": "least value, in units of 10^-decimals",
    "high": "greatest value, in units of 10^-decimals",
    "sheet": "worksheet",
    "cell": "address, such as C8",
    "decision": "document number of the correction that changed the cell, or blank",
    "evaluator": "who filled in the sheet",
    "batch": "batch of cards, or blank",
    "file_hash": "SHA-256 of the workbook",
    "file": "name under which the workbook stands in the inbox or the record",
}
MARKS = [column for column in ANSWERS if column not in ("required", "low", "high")]
BALLOTS: dict[str, str] = {
    "class_id": "class of the unit",
    "component": "leaf of the rules: the voter group",
    "unit": "evaluated unit's id",
    "evaluator": "who collected the cards",
    "batch": "meeting at which they were collected, or sampling point of a survey",
    "choice": "choice of the scale; blank: the card leaves this unit blank",
    "valid": "false for spoiled cards, which count for nothing",
    "count": "number of cards",
    "file_hash": "SHA-256 of the workbook",
}


class CountedSubmission(NamedTuple):
    """One submission that counts: who sent it, which file it is, the worksheets of its form, what it answers."""

    evaluator: str
    batch: str
    digest: str
    name: str
    sheets: Worksheets
    answers: Answers


_SAID = ("unit", "sheet", "cell", "decision")
"""What an answer may say otherwise than its question."""
_MOST = 2**64
_Parts = dict[str, "pl.DataFrame"]
"""What answers have in common, a table each: what was asked, what was said, in which file.  An answer is a row of each,
by its number."""


def answers_table(filled: Sequence[CountedSubmission]) -> pl.DataFrame:
    """ANSWERS, sorted by its columns, so that the order of files leaves no trace.

    Texts are kept as numbers in the order of the alphabet, fifty bytes a row; `in_words` turns them back.
    """
    import polars as pl

    rows, parts = _numbered(filled)
    rows = rows.select(pl.all().gather(_order(rows, parts)))
    return pl.concat([part[rows[name]] for name, part in parts.items()], how="horizontal").select(*ANSWERS)


def in_words(answers: pl.LazyFrame) -> pl.LazyFrame:
    """With texts in the place of the numbers that stand for them."""
    import polars as pl
    import polars.selectors as cs

    return answers.with_columns(cs.enum().cast(pl.String))


def _order(rows: pl.DataFrame, parts: _Parts) -> pl.Series:
    """The order of answers by all columns.  Each stretch of columns of one table is a digit of a number, and nearly
    always one number holds them all: to compare column by column would take ten times as long."""
    import polars as pl

    owner = {column: name for name, part in parts.items() for column in part.columns}
    keys, room = [pl.zeros(rows.height, pl.UInt64, eager=True)], 1
    for name, columns in groupby(ANSWERS, owner.__getitem__):
        ranks, many = _ranks(parts[name], [*columns])
        if room * many > _MOST:
            keys, room = [*keys, pl.zeros(rows.height, pl.UInt64, eager=True)], 1
        if many > 1:
            keys[-1], room = keys[-1] * many + ranks[rows[name]], room * many
    return rows.select(pl.arg_sort_by(keys)).to_series()


def _ranks(part: pl.DataFrame, columns: Sequence[str]) -> tuple[pl.Series, int]:
    """Where each row of a table comes by some of its columns, the same for rows that say the same; how many come."""
    import polars as pl

    ordered = part.select(columns).with_row_index("at").sort(columns)
    ranks = ordered.select("at", rank=pl.struct(columns).rle_id().cast(pl.UInt64)).sort("at")["rank"]
    return ranks, ordered.select(columns).n_unique() if part.height else 0


def _numbered(filled: Sequence[CountedSubmission]) -> tuple[pl.DataFrame, _Parts]:
    """All answers, file by file, as rows of the tables of what they have in common; and those."""
    import polars as pl

    asked, ways = _asked(filled)
    given, odd = _given(filled, asked["question"])
    given = given.with_columns(way=asked["way"][given["question"]])
    said = _texts(given.select("way", "state", "value").unique(), ways)
    on = ("way", "state", "value")
    found = given.select(on).lazy().join(said.lazy(), on=on, how="left", maintain_order="left").select("said").collect()
    asked, question = _with_odd(asked.drop("question", "way"), given["question"], odd, _SAID)
    said, at = _with_odd(said.select("text", "value", "state"), found["said"], odd, ("text",))
    texts = [name for name, kind in asked.schema.items() if kind == pl.String]
    states = pl.col("state").replace_strict(range(len(STATES)), STATES, return_dtype=pl.Enum(sorted(STATES)))
    said = _small(said, ("text",)).with_columns(states, value=pl.when(pl.col("value") != NOTHING).then("value"))
    return pl.DataFrame([question, at, given["file"]]), {
        "question": _small(asked, texts),
        "said": said,
        "file": _files(filled),
    }


def _given(filled: Sequence[CountedSubmission], asked: pl.Series) -> tuple[pl.DataFrame, pl.DataFrame]:
    """File, question (its row among those that are `asked`), state, value of every answer, file by file.  And what of
    single ones, by their rows, follows neither from their question nor from their value."""
    import polars as pl

    first = numbers(each.sheets for each in filled)
    file, start, positions, values, states = array("I"), array("I"), array("i"), array("q"), array("B")
    odd: list[tuple[int | str | None, ...]] = []
    for at, each in enumerate(filled):
        said = each.answers
        if said.odd:
            row_of = {position: row for row, position in enumerate(said.positions, len(positions))}
            odd += [(row_of[position], *one) for position, one in said.odd.items()]
        file.extend(array("I", (at,)) * len(said.positions))
        start.extend(array("I", (first[id(each.sheets)],)) * len(said.positions))
        positions.extend(said.positions)
        values.extend(said.values)
        states.frombytes(said.states)
    kinds = {"file": pl.UInt32, "start": pl.UInt32, "position": pl.Int32, "value": pl.Int64, "state": pl.UInt8}
    columns = zip(kinds.items(), (file, start, positions, values, states), strict=True)
    frame = pl.DataFrame([pl.Series(name, column, dtype=kind) for (name, kind), column in columns])
    number = (pl.col("start") + pl.col("position").cast(pl.UInt32)).alias("number")
    rows = pl.LazyFrame({"number": asked}).with_row_index("question")
    question = frame.lazy().select(number).join(rows, on="number", how="left", maintain_order="left").select("question")
    schema = {"row": pl.UInt32(), **dict.fromkeys(OddAnswer._fields, pl.String())}
    given = frame.select("file", question.collect()["question"], "state", "value")
    return given, pl.DataFrame(odd, schema=schema, orient="row")


def _with_odd(
    part: pl.DataFrame, rows: pl.Series, odd: pl.DataFrame, columns: Sequence[str]
) -> tuple[pl.DataFrame, pl.Series]:
    """A table of what answers have in common with what single ones say otherwise as rows of its own."""
    import polars as pl

    own = odd.filter(pl.any_horizontal(pl.col(columns).is_not_null()))
    changed = part[rows[own["row"]]]
    changed = changed.with_columns(own[name].fill_null(changed[name]) for name in columns)
    numbers = pl.int_range(part.height, part.height + own.height, dtype=pl.UInt32, eager=True)
    return pl.concat([part, changed]), rows.scatter(own["row"], numbers)


def _asked(filled: Sequence[CountedSubmission]) -> tuple[pl.DataFrame, list[FormColumn]]:
    """QUESTIONS as a table, each with the number of the way in which it is answered; and those ways."""
    import polars as pl

    ways: dict[FormColumn, int] = {}
    rows = []
    for number, column, asked in questions(each.sheets for each in filled):
        way = FormColumn("", column.kind, decimals=column.decimals, choices=column.choices)
        rows.append((number, ways.setdefault(way, len(ways)), *asked, ""))
    columns = dict.fromkeys((*AskedCell._fields, "decision"), "")
    types = {"question": pl.UInt32(), "way": pl.UInt32(), **schema(columns)}
    return pl.DataFrame(rows, schema=types, orient="row"), list(ways)


def _texts(found: pl.DataFrame, ways: Sequence[FormColumn]) -> pl.DataFrame:
    """What each value says in words, as far as it follows from the value."""
    import polars as pl

    texts = [
        text_of(ways[way], STATES[state], None if value == NOTHING else value) for way, state, value in found.rows()
    ]
    return found.with_columns(pl.Series("text", texts, dtype=pl.String)).with_row_index("said")


def _files(filled: Sequence[CountedSubmission]) -> pl.DataFrame:
    import polars as pl

    names = ("evaluator", "batch", "file_hash", "file")
    rows = [each[:4] for each in filled]
    return _small(pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String()), orient="row"), names)


def _small(table: pl.DataFrame, columns: Iterable[str]) -> pl.DataFrame:
    """Texts as numbers in the order of the alphabet."""
    import polars as pl

    kinds = {name: pl.Enum(table[name].drop_nulls().unique().sort()) for name in columns}
    return table.with_columns(pl.col(name).cast(kind) for name, kind in kinds.items())


_INTEGERS = {"value", "decimals", "low", "high", "count"}
_TEXTS = ANSWERS.keys() - _INTEGERS - {"required"}


def schema(columns: dict[str, str]) -> dict[str, pl.DataType]:
    """The Polars types of a table."""
    import polars as pl

    kinds = {"required": pl.Boolean(), "valid": pl.Boolean()}
    return {name: kinds.get(name) or (pl.Int64() if name in _INTEGERS else pl.String()) for name in columns}


def table(columns: dict[str, str], rows: Sequence[tuple[object, ...]]) -> pl.DataFrame:
    """A table from rows in the order of its columns, sorted so that the order of files leaves no trace."""
    import polars as pl

    return pl.DataFrame(rows, schema=schema(columns), orient="row").sort(list(columns), nulls_last=False)
