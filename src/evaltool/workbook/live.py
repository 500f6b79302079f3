"""The chain from the single mark to rank and grade, tab by tab in the order of the data.

parameters <- marks -> answers -> points -> groups; cards -> points.  Each tab's formulas look at earlier tabs only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from evaltool.points.answered import answered, states
from evaltool.points.leaves import days_of
from evaltool.reader.cells import address
from evaltool.results.result import Result
from evaltool.workbook.answers import Answers, Said, answers_of
from evaltool.workbook.cards import Cards, cards_of
from evaltool.workbook.comparisons import Comparisons
from evaltool.workbook.filledin import Leaf, filled_in
from evaltool.workbook.grouppage import UNIT
from evaltool.workbook.groups import Live, group_tab
from evaltool.workbook.marks import Marks, marks_of
from evaltool.workbook.parameters import Parameters
from evaltool.workbook.parts import Frame
from evaltool.workbook.pointrows import PointRows, point_rows
from evaltool.writers.book import Tab

LIMIT = 50_000  # values; above it the formulas start from the evaluators' sums
ROWS = 200_000  # of the tabs behind; what would be longer is left out, and its shares stand as they are
Key = tuple[str, str]
"""Class and group."""


@dataclass(frozen=True, slots=True)
class Chain:
    """The groups' tabs and what they rest on."""

    groups: Mapping[Key, Live]
    points: PointRows
    behind: tuple[Tab, ...]
    parameters: Tab
    whole: bool  # whether it begins with the single marks


def chain(result: Result, made: Frame, titles: Mapping[Key, str], limit: int = LIMIT, rows: int = ROWS) -> Chain:
    """Above `limit` values the single marks are left out, and the evaluators' sums stand as they are; so do the shares
    of tabs that would have more than so many `rows`."""
    evaluation, intake = result.evaluation, result.intake
    parameters = Parameters()
    sheets = {evaluator: state for (evaluator, batch), state in states(intake).items() if not batch}
    leaves: list[Leaf] = [
        (scheme.id, leaf)
        for scheme in evaluation.classes.values()
        for leaf in scheme.leaves()
        if not scheme.components[leaf].ballot
    ]
    answers = {
        (class_id, leaf): answered(evaluation, intake, evaluation.classes[class_id], leaf, sheets)
        for class_id, leaf in leaves
    }
    days = {(class_id, leaf): days_of(intake, evaluation.classes[class_id], leaf) for class_id, leaf in leaves}
    values = filled_in(result)
    whole = values.height <= limit
    marks, compared = marks_of(result, values, answers, sheets, parameters) if whole else (Marks(), Comparisons())
    said = Said(answers, sheets, days, marks.sums)
    people = answers_of(result, said) if said.rows() <= rows else Answers()
    cards = cards_of(result, parameters) if intake.ballots.height <= rows else Cards()
    points = point_rows(result, {**people.shares, **cards.shares}, parameters)
    groups = {key: group_tab(result, made, key, title, points, parameters) for key, title in titles.items()}
    behind = [points.tab(made, _links(points, groups)), people.tab(made)]
    behind += [marks.tab(made)] if whole else []
    behind += [compared.tab(made)] if compared.page.cells else []
    return Chain(groups, points, (*behind, cards.tab(made)), parameters.tab(made), whole)


def _links(points: PointRows, groups: Mapping[Key, Live]) -> dict[tuple[int, int], str]:
    """From the first row of every unit to its row in its group's tab."""
    return {
        (points.first[unit], 0): f"'{live.title}'!{address(live.first + at, UNIT)}"
        for live in groups.values()
        for at, unit in enumerate(live.places)
        if unit in points.first
    }
