"""The sheets of the sample that are not scored, and the reasons beside marks: what units, the offices that have the
figures and the review groups say of goals, when all marks are known.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

import sample_story as story
import sample_texts as texts
from sample_goals import aim
from sample_play import Key, Play

from evaltool.identity import GOALS
from evaltool.questions.layout import forms
from evaltool.roster import Goal
from filling import Spot, Value, spots


@dataclass(frozen=True, slots=True)
class Story:
    """How every goal went, by its number; the attachments that came with reports, by unit."""

    courses: dict[str, texts.Course]
    full: dict[str, Decimal]
    mark: dict[str, Decimal]


def told(sample: Play) -> Story:
    """As the review groups mark it."""
    courses: dict[str, texts.Course] = {}
    full: dict[str, Decimal] = {}
    mark: dict[str, Decimal] = {}
    names = {row.id: row.name for row in sample.evaluation.roster.indicators if row.unit}
    for key, spot in sample.spots(component="priority", field="mark"):
        number = spot.indicator
        full[number] = spot.line.high or spot.column.high
        mark[number] = Decimal(str(sample.value(key, spot)))
        courses[number] = texts.course(spot.unit, number, aim(names[number]), float(mark[number] / full[number]))
    return Story(courses, full, mark)


def tell_reasons(sample: Play) -> None:
    """Beside each mark below full, where somebody says why."""
    known = told(sample)
    for key, spot in sample.spots(component="priority", field="reason"):
        at = spot.indicator
        sample.put(key, spot, texts.reason(known.courses[at], known.full[at], known.mark[at]))


def tell_self(sample: Play) -> None:
    """The main reasons for the grade that a unit gives itself."""
    known = told(sample)
    own: dict[str, list[texts.Course]] = {}
    for each in known.courses.values():
        own.setdefault(each.unit, []).append(each)
    for key, spot in sample.spots(field="reasons"):
        sample.put(key, spot, texts.self_reasons(key[0], own[key[0]]))


def tell_reports(sample: Play) -> None:
    """Progress at mid-year, reports at its end, verified figures."""
    known = told(sample)
    for key, form in sample.reports.items():
        for spot in spots(form):
            if spot.indicator in known.courses:
                sample.given[key][spot.place] = _said(known, spot)


def _said(known: Story, spot: Spot) -> Value:
    of, field = known.courses[spot.indicator], spot.column.field
    if field.startswith("progress_"):
        column = next(each for each in spot.table.columns if each.field == "progress_expected")
        return texts.progress(of, column.choices)[field]
    if field.startswith("verified_"):
        source = spot.line.labels[3]
        value, remark = texts.verified(of) if source in story.VERIFIED else (None, None)
        return value if field == "verified_value" else remark
    attached = story.ATTACHED.get(spot.indicator, "")
    said: dict[str, Value] = {
        "report_text": texts.report_text(of),
        "report_value": texts.report_value(of),
        "report_evidence": texts.report_evidence(of, attached),
        "report_points": texts.own_points(of, known.full[spot.indicator]),
    }
    return said[field]


# --- declarations ----------------------------------------------------------------------------------------------------


def declarations(sample: Play) -> Iterator[tuple[Key, dict[str, str]]]:
    """The sheets on which departments declared their goals, now filled in; goal -> the cell where its name stands."""
    for key, form in forms(sample.evaluation).items():
        unit = sample.evaluation.units.get(key[0])
        if form.kind == GOALS and unit and unit.group == story.DECLARED_ON_SHEETS:
            own = [goal for goal in sample.evaluation.roster.goals if goal.unit == key[0]]
            sample.reports[key] = form
            sample.given[key] = {}
            cells = {}
            for spot in spots(form):
                at = int(spot.repeat) - 1
                if at < len(own):
                    sample.given[key][spot.place] = _declared(own[at], spot.column.field)
                if at < len(own) and spot.column.field == "goal_name":
                    cells[own[at].id] = f"{spot.sheet}!{spot.cell}"
            yield key, cells


def _declared(goal: Goal, field: str) -> Value:
    attribute = field.removeprefix("goal_")
    if attribute == "points":
        return Decimal(goal.full.numerator) / Decimal(goal.full.denominator)
    value: Value = getattr(goal, attribute)
    return value or None
