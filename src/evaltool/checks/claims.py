"""What was decided about the bonuses that units claim.

A decision answers a claim by the place where it stands (worksheet and cell of the unit's sheet).  A unit that sends a
mended sheet claims nothing a second time by it: what was decided stays, and whoever looks sees that the claim is
another one now.
"""

from __future__ import annotations

from collections.abc import Iterable

from evaltool.evaluation import Evaluation
from evaltool.exact import plain
from evaltool.findings import Finding
from evaltool.inbox.claims import Claim, ClaimPlace, claims
from evaltool.inbox.intake import Intake
from evaltool.inbox.rowfindings import at_row
from evaltool.ledger import Decision
from evaltool.names import folded

DECIDING = ("bonus", "bonus_refused")


def claim_lines(evaluation: Evaluation) -> dict[ClaimPlace, list[Decision]]:
    """Place of a claim -> the decisions on it."""
    found: dict[ClaimPlace, list[Decision]] = {}
    for line in evaluation.ledger:
        if line.kind in DECIDING and line.cell:
            found.setdefault((line.unit, folded(line.sheet), line.cell), []).append(line)
    return found


def undecided_claims(evaluation: Evaluation, intake: Intake) -> list[Claim]:
    """Those that wait, as far as the ledger tells."""
    return _undecided(evaluation, claims(evaluation, intake))


def _undecided(evaluation: Evaluation, listed: Iterable[Claim]) -> list[Claim]:
    decided = claim_lines(evaluation)
    return [each for each in listed if each.place not in decided and not _granted_at_large(evaluation, each)]


def _granted_at_large(evaluation: Evaluation, claim: Claim) -> bool:
    """Whether the unit was granted something by a line that names no claim, of this kind or of none: whether it was
    for this one, a person knows."""
    rules = evaluation.classes[claim.unit.class_id].bonus
    lines = (line for line in evaluation.decided("bonus", claim.unit.id) if not line.cell)
    named = (rules.named(line.item) for line in lines)
    return any(kind is None or kind[0] == claim.kind for kind in named)


def check_claims(evaluation: Evaluation, intake: Intake) -> Iterable[Finding]:
    """A bonus that a unit claims and that nobody has decided on, or for which the rules give other points: for the
    office to look at."""
    listed = claims(evaluation, intake)
    for each in _undecided(evaluation, listed):
        yield at_row(evaluation, each.row, "CLAIM_UNDECIDED", {})
    for each in listed:
        if each.asked is not None and each.points is not None and each.asked != each.points:
            args: dict[str, object] = {"name": each.chosen, "points": plain(each.points)}
            yield at_row(evaluation, {**each.row, "text": plain(each.asked)}, "CLAIM_POINTS", args)
