"""Cells of sheets as a dossier has them: those about the same thing together, what they say, where they stand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from evaltool.inbox.rowfindings import AnswerRow

CellsByField = Mapping[str, AnswerRow]


def together(rows: Iterable[AnswerRow], *keys: str) -> dict[tuple[str, ...], dict[str, AnswerRow]]:
    """Cells that are about the same, by field; in the order in which they come."""
    found: dict[tuple[str, ...], dict[str, AnswerRow]] = {}
    for row in rows:
        found.setdefault(tuple(str(row[key]) for key in keys), {})[str(row["field"])] = row
    return found


def text(said: CellsByField, name: str) -> str:
    return str(said[name]["text"]).strip() if name in said else ""


def place(said: CellsByField) -> str:
    """Worksheet and cells, from the first to the last."""
    cells = [str(row["cell"]) for row in said.values()]
    sheet = str(next(iter(said.values()))["sheet"])
    return f"{sheet}!{cells[0]}" + (f"—{cells[-1]}" if len(cells) > 1 else "")


def file_of(said: CellsByField) -> tuple[str, str]:
    first = next(iter(said.values()))
    return str(first["file"]), str(first["file_hash"])
