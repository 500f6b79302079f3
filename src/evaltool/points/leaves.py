"""One leaf at a time: every unit's share in it, or the kind of absence.

The order is fixed: indicators are summed first (`answered.py`), then repeats are combined, then evaluators.  Cards are
averaged in `cards.py`.  What is left per unit is exact arithmetic on fractions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import lcm, prod
from typing import TypeVar

from evaltool.evaluation import Evaluation
from evaltool.exact import plain
from evaltool.inbox.intake import Intake
from evaltool.names import folded
from evaltool.points.answered import Answered, answered, states
from evaltool.points.benchmarks import LeafField
from evaltool.points.bylines import Absence, Reason, States, worst
from evaltool.points.cards import card_shares
from evaltool.points.evidence import unverified
from evaltool.points.figures import own_parameters
from evaltool.points.together import Together, by_evaluator, together
from evaltool.questions.layout.asked import respondents
from evaltool.roster import Unit
from evaltool.rules import Combination, Component, Each, Scheme
from evaltool.rules.absence import is_mean, mean_of_units, passes_over, stated_share
from evaltool.rules.combining import combined, enough, mean, way_in_words, weighted
from evaltool.rules.expressions import Expr, value_of
from evaltool.rules.methods.method import as_stated

N = TypeVar("N", Fraction, Expr)


@dataclass(frozen=True, slots=True)
class LeafResult:
    """A unit's result in a leaf before weights: a share, or the kind of absence.

    `evaluators`: how many marks (or cards) it comes from; `reasons`: why lines of it have no share of their own;
    `received`: what part of the answers that are asked is in; `so_far`: the share is that of some periods only, which
    an official result does not take; `nobody`: in words why there is nobody's mark; `vetoed`: a veto leaves nothing;
    `factor`: what multiplies a share; `before`: the share as the answers say it, where the rules convert it, and
    `against` what it was divided by where it is held against the others'.  A share beside an absence is the mean of
    other units that stands in for it.
    """

    share: Fraction | None
    absence: str = ""
    evaluators: int = 0
    basis: str = ""
    reasons: tuple[Reason, ...] = ()
    received: Fraction = Fraction(1)
    so_far: bool = False
    nobody: str = ""
    vetoed: bool = False
    factor: Fraction = Fraction(1)
    before: Fraction | None = None
    against: Fraction | None = None


def leaf_shares(evaluation: Evaluation, intake: Intake, scheme: Scheme, leaf: str) -> dict[str, LeafResult]:
    """Every unit's result in a leaf, as it counts; units of other groups than the leaf's have none."""
    found = _answered_shares(evaluation, intake, scheme, leaf)
    component = scheme.components[leaf]
    if component.benchmark is not None:
        found = _held(evaluation, scheme, leaf, found)
    if component.convert is not None:
        found = {unit: _converted(evaluation, scheme, leaf, unit, one) for unit, one in found.items()}
    if component.asks_for_means:
        found = _with_means(evaluation, scheme, leaf, found)
    if not scheme.factors(leaf):
        return found
    return {unit: _multiplied(one, factor_of(evaluation, scheme, leaf, unit)) for unit, one in found.items()}


def _held(evaluation: Evaluation, scheme: Scheme, leaf: str, found: Mapping[str, LeafResult]) -> dict[str, LeafResult]:
    """Every result held against the others'."""
    benchmark = scheme.components[leaf].benchmark
    assert benchmark is not None
    of = LeafField(evaluation, scheme, leaf, _shares(found), benchmark)
    made = {}
    for unit, one in found.items():
        made[unit] = one
        if one.share is not None:
            against = of.against(evaluation.units[unit])
            if isinstance(against, Fraction):
                share = value_of(benchmark.made(one.share, against))
                made[unit] = replace(one, share=share, before=one.share, against=against)
            else:
                made[unit] = _undefined(one, against)
    return made


def _shares(found: Mapping[str, LeafResult]) -> dict[str, Fraction]:
    return {unit: one.share for unit, one in found.items() if one.share is not None}


def _undefined(one: LeafResult, reason: Reason) -> LeafResult:
    return replace(one, share=None, absence="undefined", reasons=(reason,), so_far=False, basis="")


def _converted(evaluation: Evaluation, scheme: Scheme, leaf: str, unit: str, one: LeafResult) -> LeafResult:
    convert = scheme.components[leaf].convert
    assert convert is not None
    if one.share is None:
        return one
    own = own_parameters(evaluation, unit, convert.parameter_names)
    if reason := convert.unordered(own):
        return _undefined(one, convert.reasons[reason])
    share = value_of(scheme.components[leaf].converted(one.share, as_stated, own))
    return replace(one, share=share, before=one.share if one.before is None else one.before)


def _with_means(
    evaluation: Evaluation, scheme: Scheme, leaf: str, found: Mapping[str, LeafResult]
) -> dict[str, LeafResult]:
    """With the mean of the other units where the rules put it in the place of an absence."""
    component, of = scheme.components[leaf], LeafField(evaluation, scheme, leaf, _shares(found))
    made = dict(found)
    for unit, one in found.items():
        among = mean_of_units(component.policy(one.absence)) if one.absence else ""
        if among:
            made[unit] = replace(one, share=of.mean(evaluation.units[unit], among))
    return made


def _multiplied(one: LeafResult, factor: Fraction) -> LeafResult:
    """A result times the factors of its unit, by which a share is multiplied too that the rules put in later."""
    if one.share is None:
        return replace(one, factor=factor)
    before = one.share if one.before is None else one.before
    return replace(one, share=one.share * factor, before=before, factor=factor)


def counting(
    evaluation: Evaluation, scheme: Scheme, leaf: str, unit: str, share: Fraction, against: Fraction | None
) -> Fraction:
    """What all answers about a unit come to as it counts; `against`: what it is divided by, where the rules hold it
    against the others'."""
    component = scheme.components[leaf]
    if component.benchmark is not None and against is not None:
        share = value_of(component.benchmark.made(share, against))
    names = component.convert.parameter_names if component.convert else ()
    made = value_of(component.converted(share, as_stated, own_parameters(evaluation, unit, names)))
    return made * factor_of(evaluation, scheme, leaf, unit)


def factor_of(evaluation: Evaluation, scheme: Scheme, leaf: str, unit: str) -> Fraction:
    """What multiplies a unit's points in a leaf."""
    own = own_parameters(evaluation, unit, scheme.factors(leaf))
    return prod((own[folded(name)] for name in scheme.factors(leaf)), start=Fraction(1))


def _answered_shares(evaluation: Evaluation, intake: Intake, scheme: Scheme, leaf: str) -> dict[str, LeafResult]:
    """The same as the answers say it."""
    component = scheme.components[leaf]
    units = [unit for unit in evaluation.units_of(scheme.id) if not component.groups or unit.group in component.groups]
    absences = {unit.id: absent_by_roster(evaluation, scheme, leaf, unit) for unit in units}
    results = {
        unit: LeafResult(None, absence, nobody="没有指标" if absence == "none" else "")
        for unit, absence in absences.items()
        if absence
    }
    if component.preset is None:  # points are taken line by line
        doubted = unverified(evaluation, intake, scheme.id, leaf)
        results |= {
            unit.id: LeafResult(None, "unverified") for unit in units if doubted.get(unit.id) and unit.id not in results
        }
    left = [unit for unit in units if unit.id not in results]
    if component.ballot:
        found = card_shares(evaluation, intake, scheme, leaf, component.ballot, left)
        return results | {
            unit: replace(
                _leaf(one.answer, one.cards, reasons=one.reason), received=one.received, nobody=nobody(one.batches)
            )
            for unit, one in found.items()
        }
    sheets = {evaluator: state for (evaluator, batch), state in states(intake).items() if not batch}
    settled = together(evaluation, intake, scheme, leaf, left, sheets)
    results |= {
        unit.id: _settled_at_once(evaluation, scheme, leaf, unit, settled[unit.id], sheets)
        for unit in left
        if unit.id in settled
    }
    left = [unit for unit in left if unit.id not in settled]
    if not left:
        return results
    answers = answered(evaluation, intake, scheme, leaf, sheets, settled)
    days = days_of(intake, scheme, leaf)
    return results | {unit.id: _marked(evaluation, scheme, leaf, unit, answers, sheets, days) for unit in left}


def _settled_at_once(
    evaluation: Evaluation, scheme: Scheme, leaf: str, unit: Unit, found: Together, sheets: States
) -> LeafResult:
    preset = {} if found.preset is None else {unit.id: found.preset}
    basis = _basis(evaluation, scheme, leaf, unit, Answered(preset=preset))
    asked = respondents(evaluation, scheme.id, leaf, unit)
    missing = sum(sheets.get(who) == "missing" for who in asked)
    received = Fraction(found.evaluators, found.evaluators + missing)
    return LeafResult(found.share, "", found.evaluators, basis, received=received)


Days = Mapping[str, Mapping[str, str]]
"""Evaluator -> row of the sheet -> the day of what happened, as ISO text."""


def days_of(intake: Intake, scheme: Scheme, leaf: str) -> Days:
    """When each row of a sheet happened."""
    import polars as pl

    mine = (pl.col("class_id") == scheme.id) & (pl.col("component") == leaf)
    dated = intake.rows(mine & (pl.col("field") == "date") & (pl.col("state") == "given"))
    days: dict[str, dict[str, str]] = {}
    for evaluator, repeat, day in dated.select("evaluator", "repeat", "text").iter_rows():
        days.setdefault(evaluator, {})[repeat] = day
    return days


def _leaf(answer: Fraction | Absence, evaluators: int, basis: str = "", reasons: tuple[Reason, ...] = ()) -> LeafResult:
    if isinstance(answer, Fraction):
        return LeafResult(answer, "", evaluators, basis, reasons)
    return LeafResult(None, answer, evaluators, reasons=reasons)


def absent_by_roster(evaluation: Evaluation, scheme: Scheme, leaf: str, unit: Unit) -> str:
    """The absence that the roster states, or ""; what was decided goes before what merely is not there."""
    if not _exists(evaluation, scheme, leaf, unit):
        return "not_applicable"
    return "none" if _has_no_line(evaluation, scheme, leaf, unit) else ""


def _exists(evaluation: Evaluation, scheme: Scheme, leaf: str, unit: Unit) -> bool:
    """Whether the component is applicable to the unit, and at least one of its lines that carry points."""
    lines = [line for line in evaluation.indicators(scheme.id, leaf, unit.id) if line.full]
    some = not lines or any(evaluation.is_applicable(scheme.id, leaf, line.id, unit.id) for line in lines)
    return some and evaluation.is_applicable(scheme.id, leaf, "", unit.id)


def _has_no_line(evaluation: Evaluation, scheme: Scheme, leaf: str, unit: Unit) -> bool:
    """Whether others have lines in this component and this unit has none: there is nothing to mark (or to measure)."""
    if scheme.components[leaf].measured and not evaluation.indicators(scheme.id, leaf):
        return True
    return bool(evaluation.indicators(scheme.id, leaf)) and not evaluation.indicators(scheme.id, leaf, unit.id)


def _basis(evaluation: Evaluation, scheme: Scheme, leaf: str, unit: Unit, answers: Answered) -> str:
    """In words, when fewer preset points than the rules' counted for a unit, or a line without a share counts."""
    ruled = {"full": "满分", "zero": "零分"}.get(str(scheme.components[leaf].policy("undefined")), "")
    said = [f"{zh}，按规则计{ruled}" for zh, _ in answers.reasons.get(unit.id, ()) if ruled]
    return "；".join([*_fewer(evaluation, scheme, leaf, unit, answers), *said])


def _fewer(evaluation: Evaluation, scheme: Scheme, leaf: str, unit: Unit, answers: Answered) -> Iterator[str]:
    answer = scheme.components[leaf].answer
    if answer is not None and answer.kinds:
        return
    whole = sum((line.full for line in evaluation.indicators(scheme.id, leaf, unit.id)), Fraction(0))
    full = answers.preset.get(unit.id, whole)
    if full < whole:
        yield f"预赋{plain(whole)}分中{plain(whole - full)}分不适用或不计，按{plain(full)}分折算"


def _marked(
    evaluation: Evaluation, scheme: Scheme, leaf: str, unit: Unit, answers: Answered, sheets: States, days: Days
) -> LeafResult:
    """One unit's answers combined: repeats first, then evaluators.  Owners of single lines answer as one."""
    component = scheme.components[leaf]
    asked = respondents(evaluation, scheme.id, leaf, unit)
    given = answers.of.get(unit.id, {})
    found = _by_voice(evaluation, scheme, leaf, unit, answers, sheets, days)
    told = {who: _told(component, given.get(who, {}), sheets.get(who, "counted")) for who in found}
    combined = combined_voices(evaluation, component, unit, found)
    counted = [who for who in asked if sheets.get(who) == "counted" and isinstance(found.get(who, combined), Fraction)]
    basis = _basis(evaluation, scheme, leaf, unit, answers)
    made = _leaf(combined, len(counted), basis, answers.reasons.get(unit.id, ()))
    if combined == "undefined" and not made.reasons:
        made = replace(made, reasons=tuple(_too_few(component, [*found.values()])))
    if combined == "none":
        made = replace(made, nobody=nobody([sheets.get(who, "counted") for who in asked], component))
    if component.taken and combined == "missing":
        made = replace(made, nobody="没有可以取用的结果")
    return _with_received(component, made, [one for one in told.values() if one])


def _too_few(component: Component, said: Sequence[Fraction | Absence]) -> Iterator[Reason]:
    """Why several answers cannot be combined: there are not enough of them."""
    count, least = sum(isinstance(each, Fraction) for each in said), enough(component.over)
    if count < least:
        yield f"计入的评分只有{count}个，不足{least}个", f"{count} marks that count, fewer than {least}"


Voices = Mapping[str, Fraction | Absence]
"""Evaluator -> share or kind of absence; "" for the owners of single lines, who answer as one."""


def _by_voice(
    evaluation: Evaluation, scheme: Scheme, leaf: str, unit: Unit, answers: Answered, sheets: States, days: Days
) -> dict[str, Fraction | Absence]:
    """What everybody who is asked about a unit says, repeats combined."""
    component, given = scheme.components[leaf], answers.of.get(unit.id, {})
    asked = respondents(evaluation, scheme.id, leaf, unit)
    if component.by == "owner":
        return {"": _repeats(component, given.get("", {}), "counted", {})} if asked else {}
    return {
        who: _repeats(component, given.get(who, {}), sheets.get(who, "counted"), days.get(who, {})) for who in asked
    }


def combined_voices(evaluation: Evaluation, component: Component, unit: Unit, voices: Voices) -> Fraction | Absence:
    """What they come to together: by months in charge where the rules say so."""
    months = [evaluation.months(who, unit) for who in voices] if component.charge == "months" else []
    return _settled(component, list(voices.values()), component.over, months)


def nobody(became: Sequence[str], component: Component | None = None) -> str:
    """Why there is no mark, from what became of the sheets of those who are asked: nobody is asked, all of them are
    excused or left out, or what they would have marked did not take place."""
    if not became:
        return "没有评估主体负责评分"
    if component and component.each and component.each.word and "counted" in became:
        return f"没有{component.each.word}记录"
    words = {"waived": "评估主体经批准免报", "missing": "评估主体未报", "excluded": "评估主体的表已排除"}
    return "、".join(words[state] for state in words if state in became)


@dataclass(frozen=True, slots=True)
class _Periods:
    """What one evaluator is asked by, periods or complete stages, and which of them are in."""

    asked: tuple[str, ...]
    given: tuple[str, ...]
    taken: bool  # whether some of them stand for all


def _told(component: Component, given: Mapping[str, Fraction | Absence], state: str) -> _Periods | None:
    """None for an evaluator whose answer is not awaited."""
    each = component.each
    stages = each.stages if each else {}
    asked = tuple(stages or (each.periods if each and each.periods else [""]))
    if state == "missing":
        return _Periods(asked, (), taken=False)
    if state != "counted":
        return None
    if each and not each.periods:
        return _Periods(asked, asked, taken=False)
    there = {period for period in asked if given.get(period, "missing") != "missing"}
    if stages:
        whole = {stage for stage, of in stages.items() if all(given.get(one, "missing") != "missing" for one in of)}
        there = whole
    found = tuple(period for period in asked if period in there)
    return _Periods(asked, found, taken=bool(each and each.so_far) and len(found) < len(asked))


def _with_received(component: Component, made: LeafResult, told: Sequence[_Periods]) -> LeafResult:
    """With how much is in; where some periods stand for all, it is said."""
    asked, given = sum(len(one.asked) for one in told), sum(len(one.given) for one in told)
    received = Fraction(given, asked) if asked else Fraction(1)
    taken = made.share is not None and any(one.taken for one in told)
    if not taken or component.missing != "refuse":
        return replace(made, received=received)
    basis = "；".join(each for each in (_so_far(component, told), made.basis) if each)
    return replace(made, received=received, so_far=True, basis=basis)


def _so_far(component: Component, told: Sequence[_Periods]) -> str:
    """Which periods a share so far comes from."""
    assert component.each is not None
    unit, over = ("阶段" if component.each.stages else "期"), way_in_words("zh", component.each.over)
    asked = told[0].asked
    given = {one.given for one in told}
    if len(given) == 1:
        names = "、".join(told[0].given)
        return f"{len(asked)}{unit}中已报{len(told[0].given)}{unit}（{names}），由已报的{over}"
    whole, there = sum(len(one.asked) for one in told), sum(len(one.given) for one in told)
    return f"各评估主体应报{whole}{unit}次，已报{there}{unit}次，由已报的{over}"


def evaluator_marks(
    evaluation: Evaluation, intake: Intake, scheme: Scheme, leaf: str, units: Sequence[Unit]
) -> tuple[dict[str, dict[str, int]], int]:
    """Of some units what `evaluator_shares` says, as whole numbers with one denominator, which is said too."""
    sheets = {evaluator: state for (evaluator, batch), state in states(intake).items() if not batch}
    if found := by_evaluator(evaluation, intake, scheme, leaf, units, sheets):
        return found
    wanted = {unit.id for unit in units}
    shares = {unit: of for unit, of in evaluator_shares(evaluation, intake, scheme, leaf).items() if unit in wanted}
    whole = lcm(*(share.denominator for of in shares.values() for share in of.values()))
    return {unit: {who: int(share * whole) for who, share in of.items()} for unit, of in shares.items()}, whole


def evaluator_shares(
    evaluation: Evaluation, intake: Intake, scheme: Scheme, leaf: str
) -> dict[str, dict[str, Fraction]]:
    """Unit -> evaluator -> share, repeats combined: what `over` combines, for a leaf that is not decided by cards."""
    found = {
        unit: {who: share for who, share in voices.items() if who and isinstance(share, Fraction)}
        for unit, voices in voices_of(evaluation, intake, scheme, leaf, evaluation.units_of(scheme.id)).items()
    }
    return {unit: shares for unit, shares in found.items() if shares}


def voices_of(
    evaluation: Evaluation, intake: Intake, scheme: Scheme, leaf: str, units: Iterable[Unit]
) -> dict[str, Voices]:
    """Unit -> what everybody who is asked about it says, for a leaf that is not decided by cards."""
    sheets = {evaluator: state for (evaluator, batch), state in states(intake).items() if not batch}
    answers, days = answered(evaluation, intake, scheme, leaf, sheets), days_of(intake, scheme, leaf)
    return {unit.id: _by_voice(evaluation, scheme, leaf, unit, answers, sheets, days) for unit in units}


def _repeats(
    component: Component, given: Mapping[str, Fraction | Absence], state: str, days: Mapping[str, str]
) -> Fraction | Absence:
    """One evaluator's answer over all repeats, or the kind of absence; `days`: when each row of the sheet happened."""
    if state != "counted":
        return state
    each, once = component.each, given.get("")
    if not each and isinstance(once, Fraction):
        return once
    if each and each.stages:
        return _stages(component, each, given)
    wanted = each.periods if each else [""]
    if each and not each.periods:
        # by date, so that "last" is what happened last; on the same day in the order of the sheet
        wanted = sorted(given, key=lambda repeat: (days.get(repeat, ""), int(repeat)))
    answers: list[Fraction | Absence] = [given.get(repeat, "missing") for repeat in wanted]
    return _settled(of_repeats(component, answers), answers, each.over if each else "mean")


def _stages(component: Component, each: Each, given: Mapping[str, Fraction | Absence]) -> Fraction | Absence:
    """The repeats of each stage as one, then the stages: months summed to quarters, the mean of the quarters."""
    stages = [
        _settled(component, [given.get(period, "missing") for period in periods], each.stage_over)
        for periods in each.stages.values()
    ]
    return _settled(of_repeats(component, stages), stages, each.over)


def of_repeats(component: Component, answers: Sequence[N | Absence]) -> Component:
    """The component by whose policies repeats become one: where some may stand for all, missing ones are left out."""
    waits = component.missing == "refuse" and not (component.each and component.each.so_far)
    if waits or component.missing != "refuse" or all(isinstance(answer, str) for answer in answers):
        return component
    return component.model_copy(update={"missing": "out"})


def _settled(
    component: Component, answers: list[Fraction | Absence], over: Combination, months: Sequence[int] = ()
) -> Fraction | Absence:
    """Several answers as one, exactly; with `months`: as a mean weighted by them."""

    def together(shares: list[Fraction], counted: list[int]) -> Fraction:
        return value_of(weighted(shares, [Fraction(months[at]) for at in counted])) if months else combine(shares, over)

    return settled(component, answers, lambda _, share: share, together, "mean" if months else over)


def settled(
    component: Component,
    answers: Sequence[N | Absence],
    fixed: Callable[[int, Fraction], N],
    together: Callable[[list[N], list[int]], N],
    over: Combination,
    full: Fraction = Fraction(1),
) -> N | Absence:
    """Several answers, of any kind of number, as one: absent ones follow the policy of their kind, `together` makes one
    of the rest (and of where they stand among the answers), if `over` does with so few.  `fixed`: the number that the
    rules put in at a place, by its share; `full`: the number of a full share.
    """
    some_absent = any(isinstance(answer, str) for answer in answers)
    given = [value_of(answer) / full for answer in answers if some_absent and not isinstance(answer, str)]
    shares: list[N] = []
    counted: list[int] = []
    absent: list[Absence] = []
    for at, answer in enumerate(answers):
        if not isinstance(answer, str):
            share = answer
        elif (stated := fixed_share(component, answer, over, given)) is not None:
            share = fixed(at, stated)
        else:
            absent.append(answer)
            continue
        shares.append(share)
        counted.append(at)
    stops = [kind for kind in absent if kind != "none" and not passes_over(component.policy(kind))]
    if stops:
        return worst(component, stops)
    if not shares:
        left = [kind for kind in absent if kind != "none" and is_mean(component.policy(kind))]
        return worst(component, left) if left else "none"
    return together(shares, counted) if len(shares) >= enough(over) else "undefined"


def fixed_share(
    component: Component, kind: Absence, over: Combination = "mean", given: Sequence[Fraction] = ()
) -> Fraction | None:
    """The share that the rules put in the place of an absence; None if they put none.  The mean of those that are
    given leaves a mean as it is, so that nothing is put in there."""
    if kind == "none":
        return None
    if component.policy(kind) == "mean" and over != "mean" and given:
        return value_of(mean(given))
    return stated_share(component.policy(kind))


def combine(shares: list[Fraction], over: Combination) -> Fraction:
    """Several shares as one; `shares` are in the evaluators' (or the repeats') order and not empty."""
    return value_of(combined(shares, over))
