"""Were enough voters asked about each unit, and did enough of them answer?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from evaltool.evaluation import Evaluation
from evaltool.findings import Finding, finding
from evaltool.inbox.accounts.cards import ISSUED
from evaltool.inbox.intake import Intake
from evaltool.inbox.rowfindings import AnswerRow, at_row
from evaltool.questions.layout.asked import units_on_cards
from evaltool.roster import Unit
from evaltool.rules import Scheme
from evaltool.rules.methods import Ballot

if TYPE_CHECKING:
    BatchKey = tuple[str, str]  # evaluator, batch


def _ballots(evaluation: Evaluation) -> Iterator[tuple[Scheme, str, Ballot]]:
    for scheme in evaluation.classes.values():
        for leaf in scheme.leaves():
            if answer := scheme.components[leaf].ballot:
                yield scheme, leaf, answer


def _too_few_valid(evaluation: Evaluation, intake: Intake) -> Iterator[Finding]:
    """Units with fewer valid cards than the rules ask for: worth a look where the rules say what becomes of it."""
    import polars as pl

    for scheme, leaf, answer in _ballots(evaluation):
        chosen = [choice for choice, share in scheme.scale(answer.ballot).items() if share is not None]
        mine = pl.col("valid") & (pl.col("class_id") == scheme.id) & (pl.col("component") == leaf)
        rows = intake.ballots.filter(mine & pl.col("choice").is_in(chosen))
        counts = dict(rows.group_by("unit").agg(pl.col("count").sum()).iter_rows())
        for unit in sorted(set(intake.ballots.filter(mine)["unit"])):
            if counts.get(unit, 0) < answer.minimum and answer.minimum > 1:
                args: dict[str, object] = {
                    "count": counts.get(unit, 0),
                    "minimum": answer.minimum,
                    "unit_name": evaluation.units[unit].name,
                }
                ruled = scheme.components[leaf].undefined != "refuse"
                yield finding("BALLOTS_FEW" if ruled else "BALLOTS_TOO_FEW", unit=unit, component=leaf, args=args)


def _too_few_asked(evaluation: Evaluation, intake: Intake) -> Iterator[Finding]:
    """Units for which fewer cards were issued than the rules have voters, once all their batches are in; units that
    stand on the same cards are one finding."""
    for scheme, leaf, answer in _ballots(evaluation):
        if answer.voters is None:
            continue
        issued = _issued(intake, scheme.id, leaf)
        for batches, units in _together(evaluation, scheme, leaf).items():
            if not batches or any(batch not in issued for batch in batches):
                continue
            count = sum(issued[batch]["value"] for batch in batches)
            if count < answer.voters:
                more = f"等{len(units)}个单位" if len(units) > 1 else ""
                args = {"count": count, "voters": answer.voters, "units": units[0].name + more, "n": len(units)}
                yield at_row(evaluation, issued[batches[-1]], "CARDS_VOTERS", args)


def _issued(intake: Intake, class_id: str, leaf: str) -> dict[BatchKey, AnswerRow]:
    """Batch -> the cell with the number of cards issued, where it has one."""
    import polars as pl

    mine = (pl.col("field") == ISSUED) & (pl.col("class_id") == class_id) & (pl.col("component") == leaf)
    rows = intake.rows(mine & pl.col("value").is_not_null()).iter_rows(named=True)
    return {(row["evaluator"], row["batch"]): row for row in rows}


def _together(evaluation: Evaluation, scheme: Scheme, leaf: str) -> dict[tuple[BatchKey, ...], list[Unit]]:
    """The batches that cards about a unit come from -> all units that they are about."""
    of_unit: dict[str, list[BatchKey]] = {}
    for evaluator in evaluation.of_role(scheme.components[leaf].by):
        for batch in evaluation.batches(evaluator.id):
            for unit in units_on_cards(evaluation, scheme.id, leaf, evaluator, batch.id):
                of_unit.setdefault(unit.id, []).append((evaluator.id, batch.id))
    made: dict[tuple[BatchKey, ...], list[Unit]] = {}
    for unit_id, batches in of_unit.items():
        made.setdefault(tuple(batches), []).append(evaluation.units[unit_id])
    return made


VOTER_CHECKS = (_too_few_valid, _too_few_asked)
