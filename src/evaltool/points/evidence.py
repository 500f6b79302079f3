"""Which lines are verified: a component with `verify = true` counts a line only when its evidence was found to be true.

The sheets of evidence say it line by line.  A decision says it for one indicator of a unit or for all that the unit has
in the component; it goes before the sheets, and a later one before an earlier.
"""

from __future__ import annotations

from typing import NamedTuple

from evaltool.evaluation import Evaluation
from evaltool.findings import Finding
from evaltool.identity import EVIDENCE
from evaltool.inbox.intake import Intake
from evaltool.inbox.rowfindings import AnswerRow
from evaltool.ledger import Decision, idle, of_kind
from evaltool.questions.layout.evidence import TRUE as BORNE_OUT

TRUE = "属实"
EvidenceLine = tuple[str, str, str, str]
"""Class, component, indicator ("" where the component has none), unit."""


def verified(evaluation: Evaluation, intake: Intake) -> set[EvidenceLine]:
    """Every line whose evidence is verified."""
    found: set[EvidenceLine] = set(borne_out(intake))
    # on one day the whole component first, so that a single line can be told apart from it
    lines = of_kind(evaluation.ledger, "evidence_verified")
    for decision in sorted(lines, key=lambda line: (line.date, bool(line.indicator), line.document)):
        meant = _meant(evaluation, decision)
        found = found | meant if decision.after == TRUE else found - meant
    return found


def unverified(evaluation: Evaluation, intake: Intake, class_id: str, component: str) -> dict[str, set[str]]:
    """Unit -> its indicators ("" where there are none) that must not count; nobody where nothing needs verifying."""
    if not evaluation.component(class_id, component).verify:
        return {}
    proven = verified(evaluation, intake)
    return {
        unit.id: {
            line
            for line in _lines(evaluation, class_id, component, unit.id)
            if (class_id, component, line, unit.id) not in proven
        }
        for unit in evaluation.units_of(class_id)
    }


def unneeded(evaluation: Evaluation) -> list[Finding]:
    """Decisions on evidence where the rules ask for none."""
    return [
        idle(line, "unasked")
        for line in of_kind(evaluation.ledger, "evidence_verified")
        if line.unit in evaluation.units and not _asks(evaluation, line)
    ]


def _asks(evaluation: Evaluation, line: Decision) -> bool:
    scheme = evaluation.classes[evaluation.units[line.unit].class_id]
    return any(scheme.components[leaf].verify for leaf in scheme.leaves(line.component))


def _meant(evaluation: Evaluation, decision: Decision) -> set[EvidenceLine]:
    """All lines that a decision is about."""
    unit = evaluation.units.get(decision.unit)
    if unit is None:
        return set()
    scheme = evaluation.classes[unit.class_id]
    leaves = scheme.leaves(decision.component)
    return {
        (scheme.id, leaf, line, unit.id)
        for leaf in leaves
        for line in _lines(evaluation, scheme.id, leaf, unit.id)
        if decision.indicator in ("", line)
    }


def _lines(evaluation: Evaluation, class_id: str, component: str, unit: str) -> list[str]:
    return [line.id for line in evaluation.indicators(class_id, component, unit)] or [""]


# --- what the sheets conclude ----------------------------------------------------------------------------------------


class Verified(NamedTuple):
    """One line that is verified, or found untrue; `indicator` "" where the component has no indicators."""

    class_id: str
    component: str
    indicator: str
    unit: str


def borne_out(intake: Intake) -> frozenset[Verified]:
    """The lines that are true as far as the sheets say it."""
    said = conclusions(intake)
    return frozenset(line for line, results in said.items() if {row["text"] for row in results} == {BORNE_OUT})


def conclusions(intake: Intake) -> dict[Verified, list[AnswerRow]]:
    """Line -> the cells that say whether it is true; nothing where nobody said anything."""
    import polars as pl

    rows = intake.rows(
        (pl.col("batch") == EVIDENCE) & (pl.col("field") == "verify_result") & (pl.col("state") == "given")
    )
    said: dict[Verified, list[AnswerRow]] = {}
    for row in rows.iter_rows(named=True):
        line = Verified(row["class_id"], row["component"], row["indicator"], row["unit"])
        said.setdefault(line, []).append(row)
    return said
