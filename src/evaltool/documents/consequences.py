"""Who gets which document because the rules say so: commendation for good grades, rectification for bad ones.

A consequence in the rules names the document that it needs.  Where the rules say nothing, nobody gets one: a bad grade
alone is no ground for an order.  An interim result entails nothing.
"""

from __future__ import annotations

from evaltool.results.reportcard import Entailed, entailed
from evaltool.results.result import Result

COMMENDATION, RECTIFICATION = "表彰决定", "限期整改通知书"


def commended(result: Result) -> dict[str, tuple[Entailed, ...]]:
    """Unit -> what its grade entails, where the rules ask for a commendation."""
    return _needing(result, COMMENDATION)


def rectified(result: Result) -> dict[str, tuple[Entailed, ...]]:
    """Unit -> what its grade entails, where the rules ask for rectification."""
    return _needing(result, RECTIFICATION)


def _needing(result: Result, document: str) -> dict[str, tuple[Entailed, ...]]:
    found = {one.unit.id: entailed(result, one) for one in result.standings}
    return {unit: own for unit, own in found.items() if any(each.document == document for each in own)}
