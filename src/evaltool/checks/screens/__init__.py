"""What is worth a look by a person: patterns in marks and cards that have good explanations, and sometimes others.

A screen is a function from the tables (or from points and standings) to findings.  Nothing here blocks, changes a score
or says that anybody did wrong; every finding states the figures that made it speak.  The thresholds stand, with their
reasons, in `limits.py`.  A list of one (RANK_SINGLE) is said in `validate.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import TYPE_CHECKING

from evaltool.evaluation import Evaluation
from evaltool.findings import Finding
from evaltool.inbox.intake import Intake

if TYPE_CHECKING:
    from evaltool.checks.screens.given import MarkedLeaf
    from evaltool.points.score import PointsTable
    from evaltool.results.rank import Standings

PREFIX = "SCREEN_"
"""What the codes of all screens begin with."""


def over_tables(evaluation: Evaluation, intake: Intake) -> list[Finding]:
    """What can be seen in the marks and cards alone."""
    from evaltool.checks.screens.distance import own_unit_cards
    from evaltool.checks.screens.given import leaves
    from evaltool.checks.screens.sameness import repeated_cards

    found: list[Finding] = []
    for leaf in leaves(evaluation, intake):
        found += over_leaf(evaluation, leaf)
    found = _once(found)
    return [*found, *repeated_cards(evaluation, intake), *own_unit_cards(evaluation, intake)]


def over_leaf(evaluation: Evaluation, leaf: MarkedLeaf) -> Iterator[Finding]:
    """What can be seen in the marks of one leaf."""
    from evaltool.checks.screens.distance import far_from_others, own_unit
    from evaltool.checks.screens.given import said
    from evaltool.checks.screens.sameness import all_the_same, identical

    noticed = (all_the_same(leaf), identical(evaluation, leaf), far_from_others(leaf), own_unit(evaluation, leaf))
    return said(evaluation, leaf, chain(*noticed))


def _once(found: list[Finding]) -> list[Finding]:
    """Without the far marks that are said as marks for the own unit already."""
    own = {(one.evaluator, one.component, one.unit) for one in found if one.code == "SCREEN_OWN_UNIT"}
    return [one for one in found if one.code != "SCREEN_FAR" or (one.evaluator, one.component, one.unit) not in own]


def over_ranks(evaluation: Evaluation, intake: Intake, points: PointsTable, standings: Standings) -> list[Finding]:
    """What can be seen once points and ranks are there."""
    from evaltool.checks.screens.deciding import deciders
    from evaltool.checks.screens.selfview import self_assessments

    return [*deciders(evaluation, intake, points, standings), *self_assessments(evaluation, intake, points)]
