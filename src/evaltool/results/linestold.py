"""What is left open of a unit's marks once its lines are told in letters (law 11).

Letters of all units are taken as known to everybody; the components themselves are never told more finely than before.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import chain
from math import ceil

from evaltool.evaluation import Evaluation
from evaltool.exact import half_up
from evaltool.inbox.intake import Intake
from evaltool.points.linebyline import LinePoints, LinesByUnit, line_points
from evaltool.points.score import PointsTable
from evaltool.results.audit import Case
from evaltool.results.conditions import looks_inside
from evaltool.results.linelevels import TENTHS, Levels, LineLevel, open_leaves
from evaltool.results.possible import PossibleAnswers
from evaltool.rules import Scheme

LineTables = Mapping[str, LinesByUnit]
"""Leaf -> unit -> its lines."""


def line_tables(evaluation: Evaluation, intake: Intake, scheme: Scheme, points: PointsTable) -> LineTables:
    """The lines of every leaf that may be told by line."""
    return {leaf: line_points(evaluation, intake, scheme, leaf, points) for leaf in open_leaves(scheme)}


def still_open(case: Case, levels: Levels, tables: LineTables) -> Case:
    """What could have been answered about a unit once its lines are told."""
    unit, answers = case.told.points[""].unit, dict(case.answers)
    for leaf, level in levels.items():
        own = tables.get(leaf, {}).get(unit)
        if own and leaf in answers:
            left = _left(case, leaf, own, level)
            answers = {key: each for key, each in answers.items() if key != leaf} | ({leaf: left} if left else {})
    return replace(case, answers=answers, _slacks={})


def _left(case: Case, leaf: str, own: Sequence[LinePoints], level: LineLevel) -> PossibleAnswers | None:
    """The shares that a leaf may have; None for one alone, or where nothing can be said: a condition on what is behind
    its points may leave less of it."""
    if level == "exact" or any(looks_inside(case.scheme, each, leaf) for _, each in case.scheme.conditions):
        return None
    weight, places = case.told.points[leaf].weight, 10 ** case.scheme.components[leaf].decimals
    marked = [each for each in own if not each.kind]
    worth = {each.weighed / each.full / weight for each in marked}  # what a point in a line is of the share
    steps = {Fraction(1, places * each.marks) for each in marked if each.marks}
    if len(worth) != 1 or len(steps) != 1 or not all(each.marks for each in marked):
        return None
    (one,), (step,) = worth, steps
    ends = [_ends(each, level, step) for each in marked]
    fixed = sum((each.points / each.full * each.weighed for each in own if each.kind), Fraction(0)) / weight
    low, high = (fixed + sum((each[at] for each in ends), Fraction(0)) * one for at in (0, 1))
    # only what lies on the same steps from end to end is surely possible all the way
    if low == high or any((end / step).denominator > 1 for end in (fixed / one, *chain.from_iterable(ends))):
        return None
    return PossibleAnswers((low, high), step * one, ((Fraction(1), 1),))


def _ends(line: LinePoints, level: LineLevel, step: Fraction) -> tuple[Fraction, Fraction]:
    """The least and the greatest that a line's points may be."""
    if level == "exact" or (level == "named" and not line.lost > 0):
        return line.points, line.points
    if level == "named":
        return Fraction(0), max(line.full - step, line.points)
    half, printed = Fraction(1, 2 * 10**TENTHS), half_up(line.points, TENTHS)
    least = ceil((printed - half) / step) * step
    most = (ceil((printed + half) / step) - 1) * step
    return max(least, Fraction(0)), min(most, line.full)


def known_anyway(cases: Iterable[Case], leaves: Iterable[str]) -> frozenset[str]:
    """The leaves whose points the audit takes as everybody's knowledge for every unit."""
    counted_up = {leaf for case in cases for leaf in case.answers}
    return frozenset(leaf for leaf in leaves if leaf not in counted_up)
