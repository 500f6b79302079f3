"""Who gets which document because the rules say so: commendation for good grades, rectification for bad ones.

A consequence in the rules names the document that it needs.  Where the rules say nothing, nobody gets one: a bad grade
alone is no ground for an order.  An interim result entails nothing.
"""

from __future__ import annotations

from evaltool.results.entailing import Entailed
from evaltool.results.reportcard import entailed
from evaltool.results.result import Result
from evaltool.rules.outcomes import COMMENDATION, RECTIFICATION


def commended(result: Result) -> dict[str, tuple[Entailed, ...]]:
    """Unit -> what its grade entails, where the rules ask for a commendation and nothing bars it."""
    barred = {one.unit.id for one in result.standings if one.barred}
    return {unit: own for unit, own in needing(result, COMMENDATION).items() if unit not in barred}


def rectified(result: Result) -> dict[str, tuple[Entailed, ...]]:
    """Unit -> what its grade entails, where the rules ask for rectification."""
    return needing(result, RECTIFICATION)


def needing(result: Result, document: str) -> dict[str, tuple[Entailed, ...]]:
    """Unit -> what its grade entails, where a consequence of it names a document."""
    found = {one.unit.id: entailed(result, one) for one in result.standings}
    return {unit: own for unit, own in found.items() if any(each.document == document for each in own)}
