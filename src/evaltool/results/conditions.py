"""Conditions beside a bound: on what a component came to, on its place, on every period of it, on a figure.

Each looks at numbers of the unit and holds where all of them keep to its bounds.  Numbers of figures and periods come
from what was taken in; those of components from points, so that other weights give other answers.  Of an interim
result what is not settled yet holds at its better end and does not at its worse one.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

from evaltool.evaluation import Evaluation
from evaltool.evaluation.derived import FigureLacking, number_by, typed_names
from evaltool.findings import Finding, finding
from evaltool.inbox.intake import Intake
from evaltool.points.answered import answered, states
from evaltool.points.derived import DerivedFigures, stated
from evaltool.points.leaves import combine, combined_voices
from evaltool.points.score import PointsTable
from evaltool.roster import Unit
from evaltool.roster.meanings import KnownFigure
from evaltool.rules import Condition, Each, Scheme
from evaltool.rules.outcomes import Sign

PeriodNumbers = Sequence[tuple[str, Fraction]]
"""Numbers, each with the period that it is of ("": the year)."""
ConditionNumbers = Mapping[tuple[str, Condition], PeriodNumbers]
"""(unit, condition on figures or periods) -> the numbers that it looks at; none where one is lacking."""
NOTHING_MEASURED: ConditionNumbers = {}


@dataclass(frozen=True, slots=True)
class Broken:
    """What of a condition does not hold: the number, of which period, and the bound; no number: there is none."""

    condition: Condition
    value: Fraction | None
    period: str = ""
    bound: tuple[Sign, Fraction] | None = None


@dataclass(frozen=True)
class Rivals:
    """What the ranked units of every group have in a component: looked up once for all who are placed among them."""

    evaluation: Evaluation
    points: PointsTable

    def place(self, unit: Unit, component: str, points: Fraction) -> int:
        """The place of a unit with so many points among the others of its group; equal ones share the better one."""
        key = unit.class_id, unit.group, component
        if key not in self._ascending:
            self._ascending[key] = sorted(self._all_of(*key))
        of = self._ascending[key]
        own = self._of(unit, component)
        return 1 + len(of) - bisect_right(of, points) - (own is not None and own > points)

    def _all_of(self, class_id: str, group: str, component: str) -> Iterator[Fraction]:
        found = (self._of(unit, component) for unit in self.evaluation.units_of(class_id, group))
        return (each for each in found if each is not None)

    def _of(self, unit: Unit, component: str) -> Fraction | None:
        point = self.points.get((unit.id, component)) if unit.standing == "ranked" else None
        return point.points if point else None

    @cached_property
    def _ascending(self) -> dict[tuple[str, str, str], list[Fraction]]:
        """By class, group and component, as they were asked for."""
        return {}


@dataclass(frozen=True)
class Judge:
    """Whether conditions hold for units of one class.  `others`: by whose points places are known, None: by the same;
    `settled`: of an interim result the (unit, component) that nothing can change, None: all; `unsure`: what is said of
    the rest."""

    evaluation: Evaluation
    scheme: Scheme
    points: PointsTable
    measured: ConditionNumbers = field(default_factory=dict)
    others: Rivals | None = None
    settled: frozenset[tuple[str, str]] | None = None
    unsure: bool = False

    def holds(self, unit: Unit, condition: Condition) -> bool:
        if not self._is_settled(unit, condition):
            return self.unsure
        return self.broken(unit, condition) is None

    def all_hold(self, unit: Unit, conditions: Sequence[Condition]) -> bool:
        return all(self.holds(unit, each) for each in conditions)

    def broken(self, unit: Unit, condition: Condition) -> Broken | None:
        """What does not hold; of several numbers the worst."""
        numbers = self.numbers(unit, condition)
        if not numbers:
            return Broken(condition, None)
        for sign, bound in condition.bounds(self.scheme.grades, Fraction(self.scheme.head.total)):
            period, worst = worst_of(numbers, sign)
            if worst < bound if sign == ">=" else worst > bound:
                return Broken(condition, worst, period, (sign, bound))
        return None

    def numbers(self, unit: Unit, condition: Condition) -> PeriodNumbers:
        """What a condition looks at: figures, shares in percent, points, a place."""
        if condition.is_measured:
            return self.measured.get((unit.id, condition), ())
        point = self.points.get((unit.id, condition.component))
        if point is None or point.share is None or point.points is None:
            return ()
        if condition.first is not None:
            return [("", Fraction(self._rivals.place(unit, condition.component, point.points)))]
        return [("", point.points if condition.points is not None else point.share * 100)]

    @cached_property
    def _rivals(self) -> Rivals:
        return self.others or Rivals(self.evaluation, self.points)

    def _is_settled(self, unit: Unit, condition: Condition) -> bool:
        """Points of components have a worse and a better end of their own; figures and periods have not."""
        if self.settled is None or not condition.is_measured:
            return True
        leaves = looked_at(self.evaluation, self.scheme, condition)
        there = bool(self.measured.get((unit.id, condition)))
        return there and all((unit.id, leaf) in self.settled for leaf in leaves)


def worst_of(numbers: PeriodNumbers, sign: Sign) -> tuple[str, Fraction]:
    """The number that decides, with its period; of equal ones the first."""
    return (min if sign == ">=" else max)(numbers, key=lambda each: each[1])


def looked_at(evaluation: Evaluation, scheme: Scheme, condition: Condition) -> list[str]:
    """The components that a condition has to do with."""
    if condition.figure is None:
        return [condition.component]
    return list(dict.fromkeys(each.component for each in typed_names(evaluation, scheme, condition.figure)))


def looks_inside(scheme: Scheme, condition: Condition, leaf: str) -> bool:
    """Whether a condition tells of a leaf what its points do not: of its periods, or of its share before it is
    rounded."""
    if condition.component != leaf:
        return False
    return condition.every_period or (condition.share is not None and scheme.components[leaf].round is not None)


def measured_for(evaluation: Evaluation, intake: Intake) -> ConditionNumbers:
    """The numbers of all conditions on figures and periods."""
    made: dict[tuple[str, Condition], PeriodNumbers] = {}
    for scheme in evaluation.classes.values():
        wanted = dict.fromkeys(each for _, each in scheme.conditions if each.is_measured)
        for condition in wanted:
            found = (
                _figures(evaluation, intake, scheme, condition)
                if condition.figure is not None
                else _periods(evaluation, intake, scheme, condition.component)
            )
            made |= {(unit, condition): numbers for unit, numbers in found.items()}
    return made


def lacking(evaluation: Evaluation, measured: ConditionNumbers) -> Iterator[Finding]:
    """Units of which a condition finds no number: it does not hold for them, and somebody should know why."""
    for scheme in evaluation.classes.values():
        for name, condition in scheme.conditions:
            for unit in evaluation.units_of(scheme.id) if condition.is_measured else ():
                if not measured.get((unit.id, condition)):
                    said = condition.figure.text if condition.figure else scheme.components[condition.component].name
                    args: dict[str, object] = {"unit_name": unit.name, "name": name}
                    yield finding("CONDITION_LACKING", unit=unit.id, value=said, args=args)


# --- figures ---------------------------------------------------------------------------------------------------------


def _figures(evaluation: Evaluation, intake: Intake, scheme: Scheme, condition: Condition) -> dict[str, PeriodNumbers]:
    assert condition.figure is not None
    figures = DerivedFigures(evaluation, scheme, "", stated(evaluation, intake, scheme))
    names = list(typed_names(evaluation, scheme, condition.figure))
    each = [scheme.components[named.component].each for named in names if named.which == "figure"]
    repeats = list(dict.fromkeys(period for one in each if one for period in one.periods)) or [""]
    found: dict[str, PeriodNumbers] = {}
    for unit in evaluation.units_of(scheme.id):
        with suppress(FigureLacking, ZeroDivisionError):
            found[unit.id] = [(at, _figure(evaluation, scheme, condition, figures, unit, at)) for at in repeats]
    return found


def _figure(
    evaluation: Evaluation, scheme: Scheme, condition: Condition, figures: DerivedFigures, unit: Unit, repeat: str
) -> Fraction:
    def look(meant: KnownFigure) -> Fraction:
        value = figures.value(unit.id, meant, repeat)
        if value is None:
            raise FigureLacking
        return value

    assert condition.figure is not None
    made = number_by(evaluation, scheme, condition.figure, look)
    assert isinstance(made, Fraction)
    return made


# --- periods ---------------------------------------------------------------------------------------------------------


def _periods(evaluation: Evaluation, intake: Intake, scheme: Scheme, leaf: str) -> dict[str, PeriodNumbers]:
    """What every period, stage or occasion came to, in percent of full marks; those without any answer are left out."""
    component = scheme.components[leaf]
    each = component.each
    assert each is not None
    sheets = {evaluator: state for (evaluator, batch), state in states(intake).items() if not batch}
    given = answered(evaluation, intake, scheme, leaf, sheets)
    found: dict[str, PeriodNumbers] = {}
    for unit, voices in given.of.items():
        numbers: list[tuple[str, Fraction]] = []
        for number, at in enumerate(_asked(each, voices), 1):
            said = {who: _in_period(each, at, by_repeat) for who, by_repeat in voices.items()}
            known = {who: share for who, share in said.items() if share is not None}
            made = combined_voices(evaluation, component, evaluation.units[unit], known)
            numbers += [(_label(each, at, number), made * 100)] if isinstance(made, Fraction) else []
        found[unit] = numbers
    return found


def _asked(each: Each, voices: Mapping[str, Mapping[str, object]]) -> list[str]:
    if each.periods:
        return list(each.stages or each.periods)
    return sorted({repeat for of in voices.values() for repeat in of}, key=lambda at: (len(at), at))


def _in_period(each: Each, at: str, given: Mapping[str, Fraction | str]) -> Fraction | None:
    """One evaluator's answer in a period, or in all periods of a stage that were answered."""
    shares = [share for period in each.stages.get(at, [at]) if isinstance(share := given.get(period), Fraction)]
    return combine(shares, each.stage_over) if shares else None


def _label(each: Each, at: str, number: int) -> str:
    """The name of a period; an occasion by its number among those of the unit, not by its row on a sheet of all."""
    return f"第{number}次{each.word}" if each.word else at
