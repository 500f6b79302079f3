"""The chain from the single mark to rank and grade, tab by tab in the order of the data.

parameters <- marks (or evaluators) -> points -> groups; cards -> points; extras -> groups.  Formulas look at earlier
tabs only, but for what a class takes of another one's results.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from evaltool.points.answered import answered, states
from evaltool.points.leaves import days_of
from evaltool.reader.cells import address
from evaltool.results.rank import GroupKey
from evaltool.results.result import Result
from evaltool.workbook.answers import AnswersFound
from evaltool.workbook.benchmarkcells import counting_shares
from evaltool.workbook.cards import CardsTab, cards_of
from evaltool.workbook.comparisons import Comparisons
from evaltool.workbook.evaluators import Evaluators, evaluators_of
from evaltool.workbook.extrarows import extra_rows
from evaltool.workbook.filledin import by_leaf, filled_in, how_many
from evaltool.workbook.grouppage import UNIT
from evaltool.workbook.groups import Live, group_tab
from evaltool.workbook.marks import Marks, marks_of
from evaltool.workbook.parameters import Parameters
from evaltool.workbook.parts import Frame
from evaltool.workbook.pointrows import PointRows, point_rows
from evaltool.workbook.takencells import follow_classes
from evaltool.writers.book import Tab

LIMIT = 50_000  # values; above it the formulas start from the evaluators' sums
ROWS = 200_000  # of the tabs behind; what would be longer is left out, and its shares stand as they are
"""Class and group."""


@dataclass(frozen=True, slots=True)
class Chain:
    """The groups' tabs and what they rest on."""

    groups: Mapping[GroupKey, Live]
    points: PointRows
    behind: tuple[Tab, ...]
    parameters: Tab
    whole: bool  # whether it begins with the single marks


def chain(result: Result, made: Frame, titles: Mapping[GroupKey, str], limit: int = LIMIT, rows: int = ROWS) -> Chain:
    """Above `limit` values the single marks are left out, and the evaluators' sums stand as they are; above so many
    answers as `rows` their shares do."""
    parameters = Parameters()
    values = filled_in(result)
    filled, answers = how_many(values)
    whole = filled <= limit
    before: Marks | Evaluators = Marks() if whole else Evaluators()
    if answers <= rows:
        said = _said(result)
        before = marks_of(result, by_leaf(values), said, parameters) if whole else evaluators_of(result, said)
    cards = cards_of(result, parameters) if result.intake.ballots.height <= rows else CardsTab()
    compared = before.compared if isinstance(before, Marks) else Comparisons()
    shares = counting_shares(result, {**before.shares, **cards.shares}, compared, parameters)
    points = point_rows(result, shares, parameters)
    extras = extra_rows(result, parameters)
    groups = {key: group_tab(result, made, key, titles, points, extras, parameters) for key in titles}
    follow_classes(result, parameters, groups)
    behind = [points.tab(made, _links(points, groups)), before.tab(made)]
    behind += [compared.tab(made)] if compared.page.cells else []
    behind += [extras.tab(made)] if extras.totals else []
    return Chain(groups, points, (*behind, cards.tab(made)), parameters.tab(made), whole)


def _said(result: Result) -> AnswersFound:
    """What everybody answered in the leaves that are not decided by cards."""
    evaluation, intake = result.evaluation, result.intake
    sheets = {evaluator: state for (evaluator, batch), state in states(intake).items() if not batch}
    leaves = [
        (scheme, leaf)
        for scheme in evaluation.classes.values()
        for leaf in scheme.leaves()
        if not scheme.components[leaf].ballot
    ]
    answers = {(scheme.id, leaf): answered(evaluation, intake, scheme, leaf, sheets) for scheme, leaf in leaves}
    days = {(scheme.id, leaf): days_of(intake, scheme, leaf) for scheme, leaf in leaves}
    return AnswersFound(evaluation, result.points, answers, sheets, days)


def _links(points: PointRows, groups: Mapping[GroupKey, Live]) -> dict[tuple[int, int], str]:
    """From the first row of every unit to its row in its group's tab."""
    return {
        (points.first[unit], 0): f"'{live.title}'!{address(live.first + at, UNIT)}"
        for live in groups.values()
        for at, unit in enumerate(live.places)
        if unit in points.first
    }
