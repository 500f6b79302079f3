"""Which cell a decided correction changed: of which unit, in which component, and whether that may be spoken of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evaltool.evaluation import Evaluation
from evaltool.ledger import Decision
from evaltool.roster import Evaluator
from evaltool.rules import Scheme

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True, slots=True)
class CorrectedCell:
    """What stands in a corrected cell; blank where no sheet that counts has it."""

    unit: str = ""
    class_id: str = ""
    component: str = ""
    indicator: str = ""


def corrected_cell(line: Decision, *marks: pl.DataFrame) -> CorrectedCell:
    """The cell of a correction in the first table of marks (or answers) that has it."""
    import polars as pl

    at = (pl.col("sheet") == line.sheet) & (pl.col("cell") == line.cell)
    for table in marks:
        rows = table.filter(at & pl.col("file_hash").str.starts_with(line.file_hash))
        for row in rows.head(1).iter_rows(named=True):
            return CorrectedCell(
                row["unit"] or "", row["class_id"] or "", row["component"] or "", row["indicator"] or ""
            )
    return CorrectedCell(line.unit, "", line.component)


def evaluator_of(evaluation: Evaluation, line: Decision, marks: Iterable[pl.DataFrame]) -> Evaluator | None:
    """Whose sheet a decision is about: stated, or known from the marks on it."""
    import polars as pl

    if line.evaluator:
        return evaluation.evaluators.get(line.evaluator)
    for table in marks:
        rows = table.filter(pl.col("file_hash").str.starts_with(line.file_hash)) if line.file_hash else table.head(0)
        for row in rows.head(1).iter_rows(named=True):
            return evaluation.evaluators.get(row["evaluator"])
    return None


def may_be_named(evaluation: Evaluation, role: str) -> bool:
    """Whether a document may say that a sheet of this role was in question: only if all that it marks may be shown."""
    answered = [
        CorrectedCell("", scheme.id, key)
        for scheme in evaluation.classes.values()
        for key in scheme.leaves()
        if scheme.components[key].by in (role, "owner")
    ]
    return all(may_be_shown(evaluation, each) for each in answered)


def may_be_shown(evaluation: Evaluation, cell: CorrectedCell) -> bool:
    """Whether a mark in this component may stand in a document that leaves the house: only where the rules show the
    component whoever marks it, and nothing above it is shown as a sum only."""
    scheme = evaluation.classes.get(cell.class_id)
    if scheme is None or cell.component not in scheme.components:
        return False
    component = scheme.components[cell.component]
    opened = component.is_always_public or (scheme.disclosure.floor <= 1 and component.public == "show")
    return opened and not _is_closed_above(scheme, cell.component)


def _is_closed_above(scheme: Scheme, key: str) -> bool:
    return any(scheme.components[each].public != "show" for each in scheme.ancestors(key) if each in scheme.components)
