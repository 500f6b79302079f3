"""The tables between the stages: their columns, units and meaning, written down once.

ANSWERS holds every cell that was asked of a submission that counts; MARKS, its published part, leaves out what was left
blank.  BALLOTS holds counted cards and answers of surveys.  Numbers are integers in units of 10^-`decimals`; nothing
here is a float.

A file's answers say what they add to QUESTIONS (`questions/table.py`); here the two are joined, once.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from evaltool.inbox.extract.answers import NOTHING, STATES, Answers, text_of
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


def answers_table(filled: Sequence[CountedSubmission]) -> pl.DataFrame:
    """ANSWERS, sorted by its columns, so that the order of files leaves no trace.

    Texts are kept as numbers in the order of the alphabet, fifty bytes a row; `in_words` turns them back.
    """
    import polars as pl

    table = _with_texts(_given(filled), filled).join(_files(filled), on="at").select(*ANSWERS)
    differs = table.select(pl.all().ne_missing(pl.all().first()).any())
    telling = [name for name in ANSWERS if differs[name].any()]
    return table.sort(telling, nulls_last=False) if telling else table


def in_words(answers: pl.LazyFrame) -> pl.LazyFrame:
    """With texts in the place of the numbers that stand for them."""
    import polars as pl
    import polars.selectors as cs

    return answers.with_columns(cs.enum().cast(pl.String))


def _given(filled: Sequence[CountedSubmission]) -> pl.DataFrame:
    """File, question, state, value of every answer, file by file."""
    import polars as pl

    first = numbers(each.sheets for each in filled)
    at, start, positions, values, states = array("I"), array("I"), array("i"), array("q"), array("B")
    for number, each in enumerate(filled):
        count = len(each.answers.positions)
        at.extend(array("I", (number,)) * count)
        start.extend(array("I", (first[id(each.sheets)],)) * count)
        positions.extend(each.answers.positions)
        values.extend(each.answers.values)
        states.frombytes(each.answers.states)
    kinds = {"at": pl.UInt32, "start": pl.UInt32, "position": pl.Int32, "value": pl.Int64, "state": pl.UInt8}
    columns = zip(kinds.items(), (at, start, positions, values, states), strict=True)
    frame = pl.DataFrame([pl.Series(name, column, dtype=kind) for (name, kind), column in columns])
    question = (pl.col("start") + pl.col("position").cast(pl.UInt32)).alias("question")
    value = pl.when(pl.col("value") != NOTHING).then("value")
    return frame.select("at", question, "state", value)


def _with_texts(given: pl.DataFrame, filled: Sequence[CountedSubmission]) -> pl.DataFrame:
    """The answers with all that their questions say, and with what was typed.  Texts become numbers before they are
    joined to millions of answers."""
    import polars as pl

    asked, ways = _asked(filled)
    odd = _odd(filled)
    way = given.join(asked.select("question", "way"), on="question")
    texts = _texts(way, ways)
    asked, texts, odd = _alike(asked, texts, odd)
    rows = given.join(asked, on="question", maintain_order="left")
    rows = rows.join(texts, on=("way", "state", "value"), how="left", nulls_equal=True).drop("way")
    states = pl.Enum(sorted(STATES))
    rows = rows.with_columns(pl.col("state").replace_strict(range(len(STATES)), STATES, return_dtype=states))
    nothing = pl.lit("").cast(odd.schema["decision_said"]).alias("decision")
    if odd.is_empty():
        return rows.with_columns(nothing)
    rows = rows.with_columns(nothing).join(odd, on=("at", "question"), how="left")
    return rows.with_columns(pl.coalesce(f"{name}_said", name).alias(name) for name in ("text", *_SAID))


def _alike(asked: pl.DataFrame, texts: pl.DataFrame, odd: pl.DataFrame) -> tuple[pl.DataFrame, ...]:
    """The same texts as the same numbers in all three."""
    import polars as pl

    kinds: dict[str, pl.DataType] = {}
    for name in ("text", *_SAID):
        parts = [each[name] for each in (asked, texts) if name in each.columns]
        said = pl.concat(
            [*parts, odd[f"{name}_said"], pl.Series(["" if name == "decision" else None], dtype=pl.String)]
        )
        kinds[name] = kinds[f"{name}_said"] = pl.Enum(said.drop_nulls().unique().sort())
    return tuple(
        each.with_columns(pl.col(name).cast(kind) for name, kind in kinds.items() if name in each.columns)
        for each in (asked, texts, odd)
    )


def _asked(filled: Sequence[CountedSubmission]) -> tuple[pl.DataFrame, list[FormColumn]]:
    """QUESTIONS as a table, each with the number of the way in which it is answered; and those ways."""
    import polars as pl

    ways: dict[FormColumn, int] = {}
    rows = []
    for number, column, asked in questions(each.sheets for each in filled):
        way = FormColumn("", column.kind, decimals=column.decimals, choices=column.choices)
        rows.append((number, ways.setdefault(way, len(ways)), *asked))
    types = {"question": pl.UInt32(), "way": pl.UInt32(), **schema(dict.fromkeys(AskedCell._fields, ""))}
    table = pl.DataFrame(rows, schema=types, orient="row")
    return _small(table, ("class_id", "component", "indicator", "repeat", "field")), list(ways)


def _texts(rows: pl.DataFrame, ways: Sequence[FormColumn]) -> pl.DataFrame:
    """What each value says in words, as far as it follows from the value."""
    import polars as pl

    found = rows.select("way", "state", "value").unique()
    texts = [text_of(ways[way], STATES[state], value) for way, state, value in found.iter_rows()]
    return found.with_columns(pl.Series("text", texts, dtype=pl.String))


def _odd(filled: Sequence[CountedSubmission]) -> pl.DataFrame:
    """What of single answers follows neither from their question nor from their value."""
    import polars as pl

    first = numbers(each.sheets for each in filled)
    rows = [
        (at, first[id(each.sheets)] + position, *odd)
        for at, each in enumerate(filled)
        for position, odd in each.answers.odd.items()
    ]
    said = {f"{name}_said": pl.String() for name in ("text", *_SAID)}
    return pl.DataFrame(rows, schema={"at": pl.UInt32(), "question": pl.UInt32(), **said}, orient="row")


def _files(filled: Sequence[CountedSubmission]) -> pl.DataFrame:
    import polars as pl

    names = ("evaluator", "batch", "file_hash", "file")
    rows = [(at, *each[:4]) for at, each in enumerate(filled)]
    table = pl.DataFrame(rows, schema={"at": pl.UInt32(), **dict.fromkeys(names, pl.String())}, orient="row")
    return _small(table, names)


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
