"""Who gets which document because the rules say so: commendation for good grades, rectification for bad ones.

A consequence in the rules names the document that it needs.  Where the rules state no consequences at all, a unit with
the lowest grade of the scale has to rectify: the only thing that such a grade can be for.  Grades by place alone are
no reason, since somebody always comes last.
"""

from __future__ import annotations

from collections.abc import Mapping

from evaltool.rank import Standing
from evaltool.reportcard import Entailed, report_cards
from evaltool.result import Result
from evaltool.rules import Scheme

COMMENDATION, RECTIFICATION = "表彰决定", "限期整改通知书"


def commended(result: Result) -> dict[str, list[Entailed]]:
    """Unit -> what its grade entails, where the rules ask for a commendation."""
    return _needing(result, COMMENDATION)


def rectified(result: Result) -> dict[str, list[Entailed]]:
    """Unit -> what its grade entails, where the unit has to rectify; nothing where it merely has the lowest grade."""
    if result.interim:
        return {}
    found: Mapping[str, list[Entailed]] = _needing(result, RECTIFICATION)
    lowest = {one.unit.id: list[Entailed]() for one in result.standings if _is_lowest(result, one)}
    return lowest | dict(found)


def _needing(result: Result, document: str) -> dict[str, list[Entailed]]:
    cards = (card for group in report_cards(result) for card in group.units)
    return {
        card.unit: list(card.entailed) for card in cards if any(each.document == document for each in card.entailed)
    }


def _is_lowest(result: Result, one: Standing) -> bool:
    scheme = result.evaluation.classes[one.unit.class_id]
    return not scheme.consequences and one.grade != "" and one.grade == _lowest(scheme)


def _lowest(scheme: Scheme) -> str:
    """The name of the last grade, where grades go by totals and there are several."""
    by_total = [each for each in scheme.grades if each.bound is not None]
    return by_total[-1].name if len(by_total) > 1 and by_total[-1] is scheme.grades[-1] else ""
