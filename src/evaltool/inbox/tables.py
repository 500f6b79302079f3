"""The tables between the stages: their columns, units and meaning, written down once.

ANSWERS holds every cell that was asked of a submission that counts; MARKS, its published part, leaves out what was left
blank.  BALLOTS holds counted cards and answers of surveys.  Numbers are integers in units of 10^-`decimals`; nothing
here is a float.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

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
_INTEGERS = {"value", "decimals", "low", "high", "count"}


def schema(columns: dict[str, str]) -> dict[str, pl.DataType]:
    """The Polars types of a table."""
    import polars as pl

    kinds = {"required": pl.Boolean(), "valid": pl.Boolean()}
    return {name: kinds.get(name) or (pl.Int64() if name in _INTEGERS else pl.String()) for name in columns}


def table(columns: dict[str, str], rows: Sequence[tuple[object, ...]]) -> pl.DataFrame:
    """A table from rows in the order of its columns, sorted so that the order of files leaves no trace."""
    import polars as pl

    return pl.DataFrame(rows, schema=schema(columns), orient="row").sort(list(columns), nulls_last=False)
