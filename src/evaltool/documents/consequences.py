"""Who gets which document because the rules say so: commendation for good grades, rectification for bad ones.

A consequence in the rules names the document that it needs.  Where the rules say nothing, nobody gets one: a bad grade
alone is no ground for an order.
"""

from __future__ import annotations

from evaltool.results.reportcard import Entailed, report_cards
from evaltool.results.result import Result

COMMENDATION, RECTIFICATION = "表彰决定", "限期整改通知书"


def commended(result: Result) -> dict[str, list[Entailed]]:
    """Unit -> what its grade entails, where the rules ask for a commendation."""
    return _needing(result, COMMENDATION)


def rectified(result: Result) -> dict[str, list[Entailed]]:
    """Unit -> what its grade entails, where the rules ask for rectification; never from an interim result."""
    return {} if result.interim else _needing(result, RECTIFICATION)


def _needing(result: Result, document: str) -> dict[str, list[Entailed]]:
    cards = (card for group in report_cards(result) for card in group.units)
    return {
        card.unit: list(card.entailed) for card in cards if any(each.document == document for each in card.entailed)
    }
