"""How the people of a bundled evaluation answer: without mistakes, cards as tallies, plausible figures."""

from __future__ import annotations

import random
from collections import defaultdict
from decimal import Decimal

from evaltool.evaluation import Evaluation
from evaltool.evaluation.lines import base_of, method_of
from evaltool.questions.forms import FIGURE, Form
from evaltool.roster import Indicator
from evaltool.rules import Scheme
from evaltool.rules.methods import Choice, Compare, Deduct, Growth, Tally, Target
from filling import Answers, Habits, Spot, answers, number_in, spots

QUIET = Habits(abstaining=0.06, blank=0.0, spoiled=0.0, unreturned=0.0, tally_only=1.0, tally_too=0.0, claiming=0.0)
_WITHOUT_TARGET = (40, 95)  # a figure that nothing is known of


def draw_form(evaluation: Evaluation, form: Form, seed: int) -> Answers:
    """A plausible answer in every cell of a form."""
    given = answers(evaluation, form, seed, QUIET)
    for spot in spots(form):
        dice = random.Random(f"{seed}|{form.evaluator}|{spot.component}|{spot.unit}|{spot.indicator}|{spot.repeat}")
        if spot.column.field.startswith(FIGURE):
            given[spot.place] = _figure(evaluation, spot, dice)
        elif spot.column.field.startswith("verify_"):
            given[spot.place] = _verified(spot, dice)
        elif spot.column.field == "remark" and spot.table.kind == "figures":
            given[spot.place] = None
        elif _stage(evaluation, spot) > 1:
            given[spot.place] = number_in(spot, dice.uniform(0.75, 0.98) / _stage(evaluation, spot))
    return given | _within_quota(evaluation, form, given)


# --- figures ---------------------------------------------------------------------------------------------------------


def _figure(evaluation: Evaluation, spot: Spot, dice: random.Random) -> Decimal | None:
    """The first kind of figure, and for one line in three the second, a little higher."""
    scheme = evaluation.classes[spot.table.class_id]
    kinds = scheme.components[spot.component].figures
    at = [f"{FIGURE}{kind}" for kind in kinds].index(spot.column.field)
    first, revised = _drawn(evaluation, scheme, spot, dice), dice.random() < 0.33
    if at == 0:
        return first
    return first + _step(first, dice) if at == 1 and revised else None


def _step(figure: Decimal, dice: random.Random) -> Decimal:
    return Decimal(dice.randint(0, 1)) if figure == int(figure) else Decimal(dice.randint(0, 40)) / 100


def _drawn(evaluation: Evaluation, scheme: Scheme, spot: Spot, dice: random.Random) -> Decimal:
    line = _line(evaluation, spot)
    answer = method_of(scheme, line)
    base = base_of(evaluation, scheme, line, spot.unit)
    if isinstance(answer, Deduct | Tally):
        return Decimal(dice.choice((0, 0, 0, 1, 1, 2)))
    if isinstance(answer, Growth) and answer.growth == "places":
        return Decimal(max(1, int(base or 10) - dice.randint(-4, 5)))
    if isinstance(answer, Target) and answer.target == "range":
        return _hundredths(float(answer.low or 0) - 1, float(answer.high or 0) + 1, dice)
    if isinstance(answer, Target) and line.target is not None:
        low = 1.0 if answer.target == "attained" and dice.random() < 0.7 else 0.82
        return _hundredths(low * float(line.target), 1.12 * float(line.target), dice)
    if base is not None:
        return _hundredths(0.99 * float(base), 1.12 * float(base), dice)
    return _hundredths(*_WITHOUT_TARGET, dice) if isinstance(answer, Compare) else _hundredths(10, 60, dice)


def _hundredths(low: float, high: float, dice: random.Random) -> Decimal:
    return Decimal(dice.randint(round(100 * low), round(100 * high))) / 100


def _line(evaluation: Evaluation, spot: Spot) -> Indicator:
    lines = evaluation.indicators(spot.table.class_id, spot.component, spot.unit)
    return next(line for line in lines if line.id == spot.indicator)


# --- what else the rules ask -----------------------------------------------------------------------------------------


def _verified(spot: Spot, dice: random.Random) -> str | None:
    """Most of what units say is borne out."""
    bad = dice.random() < 0.08
    if spot.column.field == "verify_method":
        return spot.column.choices[dice.randrange(len(spot.column.choices))]
    if spot.column.field == "verify_result":
        return spot.column.choices[1 if random.Random(f"{spot.unit}|{spot.indicator}").random() < 0.08 else 0]
    return "台账与现场不符" if bad or random.Random(f"{spot.unit}|{spot.indicator}").random() < 0.08 else None


def _stage(evaluation: Evaluation, spot: Spot) -> int:
    """Of how many periods a stage consists whose points add up."""
    components = evaluation.classes[spot.table.class_id].components if spot.table.class_id else {}
    each = components[spot.component].each if spot.component in components else None
    if not each or each.stage_over != "sum" or spot.column.field != "mark":
        return 1
    return max((len(periods) for periods in each.stages.values()), default=1)


def _within_quota(evaluation: Evaluation, form: Form, given: Answers) -> Answers:
    """The choices beyond a quota, taken one grade lower."""
    changed: Answers = {}
    used: dict[tuple[str, str, str], int] = defaultdict(int)
    for spot in spots(form):
        components = evaluation.classes[spot.table.class_id].components if spot.table.class_id else {}
        answer = components[spot.component].answer if spot.component in components else None
        value = given.get(spot.place)
        if isinstance(answer, Choice) and isinstance(value, str) and value in answer.quota:
            used[spot.component, spot.repeat, value] += 1
            if used[spot.component, spot.repeat, value] > answer.quota[value]:
                changed[spot.place] = spot.column.choices[spot.column.choices.index(value) + 1]
    return changed
