"""One leaf at a time: every unit's share in it, from answers or counted cards, or the kind of absence.

Indicators are summed first, then repeats are combined, then evaluators.  Polars sums and counts; what is left per unit
is exact arithmetic on fractions.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from evaltool.evaluation import Evaluation
from evaltool.ingest import Intake
from evaltool.layout import respondents
from evaltool.methods import METHODS, Ballot, Choice, Facts, Points, Rank, mean, name_of
from evaltool.roster import Unit
from evaltool.rounding import plain
from evaltool.rules import Component, Over, Policy, Scheme, Trimmed

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True, slots=True)
class Leaf:
    """A unit's result in a leaf before weights: a share, or the kind of absence."""

    share: Fraction | None
    absence: str = ""
    evaluators: int = 0
    basis: str = ""


@dataclass
class _Answers:
    """The shares of one leaf: unit -> evaluator -> repeat -> share; None where an answer is incomplete or withheld."""

    shares: dict[str, dict[str, dict[str, Fraction | None]]] = field(default_factory=dict)

    def put(self, unit: str, evaluator: str, repeat: str, share: Fraction | None) -> None:
        self.shares.setdefault(unit, {}).setdefault(evaluator, {})[repeat] = share


def leaf_shares(evaluation: Evaluation, intake: Intake, scheme: Scheme, leaf: str) -> dict[str, Leaf]:
    """Every unit's result in a leaf; units of other groups than the leaf's have none."""
    component = scheme.components[leaf]
    units = [unit for unit in evaluation.units_of(scheme.id) if not component.groups or unit.group in component.groups]
    if isinstance(component.answer, Ballot):
        return _ballot_leaf(evaluation, intake, scheme, leaf, component.answer, units)
    answers = _answers(evaluation, intake, scheme, leaf)
    state = _states(intake)
    results = {}
    for unit in units:
        if not _exists(evaluation, scheme, leaf, unit):
            results[unit.id] = Leaf(None, "not_applicable")
            continue
        if _has_no_line(evaluation, scheme, leaf, unit):
            results[unit.id] = Leaf(None, "none")
            continue
        found = _marked(evaluation, scheme, leaf, unit, answers.shares.get(unit.id, {}), state)
        results[unit.id] = replace(found, basis=_shrunk(evaluation, scheme, leaf, unit, _waived(intake)))
    return results


def _states(intake: Intake) -> dict[str, str]:
    """What became of each evaluator's sheet of marks: counted, missing, waived, or excluded by a decision."""
    excluded = {each.evaluator for each in intake.files if each.became == "excluded"}
    sheets = [sheet for sheet in intake.sheets if not sheet.batch]
    states: dict[str, str] = {sheet.evaluator: sheet.answered for sheet in sheets}
    return states | {who: "excluded" for who, state in states.items() if state == "missing" and who in excluded}


def _answers(evaluation: Evaluation, intake: Intake, scheme: Scheme, leaf: str) -> _Answers:
    import polars as pl

    component = scheme.components[leaf]
    marks = intake.answers.filter(
        (pl.col("class_id") == scheme.id)
        & (pl.col("component") == leaf)
        & (pl.col("field") == "mark")
        & (pl.col("unit") != "")
    )
    if isinstance(component.answer, Points):
        return _summed(evaluation, intake, scheme, leaf, marks)
    answers = _Answers()
    share = _share(scheme, component)
    for unit, evaluator, repeat, text, value, decimals in marks.select(
        "unit", "evaluator", "repeat", "text", "value", "decimals"
    ).iter_rows():
        answers.put(unit, evaluator, repeat, None if value is None else share(text, Fraction(value, 10**decimals)))
    return answers


def _share(scheme: Scheme, component: Component) -> Callable[[str, Fraction], Fraction | None]:
    """The method of a leaf as a function from what was typed and its number to a share."""
    parameters = component.answer
    assert parameters is not None
    method = METHODS[name_of(parameters)]
    assert method.share is not None, "checked by `unbuilt` before anything is scored"
    facts = Facts()
    if isinstance(parameters, Choice):
        facts = Facts(scale=scheme.scale(parameters.choice))
    if isinstance(parameters, Rank):
        facts = Facts(places=scheme.places[parameters.rank].share)
    named = isinstance(parameters, Choice)
    function = method.share
    return lambda text, number: function(parameters, text if named else number, facts)


def _summed(evaluation: Evaluation, intake: Intake, scheme: Scheme, leaf: str, marks: pl.DataFrame) -> _Answers:
    """Points over indicators: sums in units of 10^-decimals; an answer counts once all its lines are there."""
    import polars as pl

    component = scheme.components[leaf]
    evaluator = pl.lit("") if component.by == "owner" else pl.col("evaluator")
    sums = (
        marks.with_columns(evaluator=evaluator)
        .group_by("unit", "evaluator", "repeat", maintain_order=True)
        .agg(pl.col("value").sum().alias("sum"), pl.col("value").count().alias("given"), pl.col("decimals").first())
    )
    answers = _Answers()
    waived = _waived(intake) if component.by == "owner" else set()
    facts = {unit.id: _preset(evaluation, scheme, leaf, unit, waived) for unit in evaluation.units_of(scheme.id)}
    share = METHODS["points"].share
    assert share is not None
    for unit, who, repeat, total, given, decimals in sums.iter_rows():
        full, lines = facts.get(unit, (Fraction(0), 0))
        complete = given == lines and full > 0
        answers.put(
            unit, who, repeat, share(component.answer, Fraction(total, 10**decimals), Facts(full)) if complete else None
        )
    return answers


def _waived(intake: Intake) -> set[str]:
    return {sheet.evaluator for sheet in intake.sheets if sheet.answered == "waived"}


def _preset(
    evaluation: Evaluation, scheme: Scheme, leaf: str, unit: Unit, waived: Container[str] = ()
) -> tuple[Fraction, int]:
    """The preset points that apply to a unit, and in how many lines; a waived owner's lines are out of both."""
    if not evaluation.indicators(scheme.id, leaf):
        answer = scheme.components[leaf].answer
        return (Fraction(answer.points) if isinstance(answer, Points) else Fraction(100)), 1
    left = [
        line
        for line in evaluation.indicators(scheme.id, leaf, unit.id)
        if evaluation.is_applicable(scheme.id, leaf, line.id, unit.id) and line.owner not in waived
    ]
    return sum((line.full for line in left), Fraction(0)), len(left)


def _shrunk(evaluation: Evaluation, scheme: Scheme, leaf: str, unit: Unit, waived: Container[str]) -> str:
    """In words, when fewer preset points than the rules' apply to a unit."""
    whole = sum((line.full for line in evaluation.indicators(scheme.id, leaf, unit.id)), Fraction(0))
    full, lines = _preset(evaluation, scheme, leaf, unit, waived)
    if not lines or full >= whole:
        return ""
    return f"预赋{plain(whole)}分中{plain(whole - full)}分不适用或免报，按{plain(full)}分折算"


def _marked(
    evaluation: Evaluation,
    scheme: Scheme,
    leaf: str,
    unit: Unit,
    given: Mapping[str, Mapping[str, Fraction | None]],
    state: Mapping[str, str],
) -> Leaf:
    """One unit's answers combined: repeats first, then evaluators."""
    component = scheme.components[leaf]
    asked = _asked(evaluation, scheme, leaf, unit, state)
    shares: list[Fraction] = []
    for evaluator in asked:
        repeats, absence = _repeats(component, given.get(evaluator, {}), state.get(evaluator, "counted"))
        policy: Policy = component.policy(absence) if absence not in ("", "none") else "out"
        if repeats is not None:
            shares.append(repeats)
        elif policy in ("full", "zero"):
            shares.append(Fraction(1 if policy == "full" else 0))
        elif policy != "out":
            return Leaf(None, absence, len(shares))
    if not shares:
        return Leaf(None, "none")
    owners = [owner for owner in respondents(evaluation, scheme.id, leaf, unit) if state.get(owner) == "counted"]
    return Leaf(combine(shares, component.over), evaluators=len(owners if component.by == "owner" else shares))


def _exists(evaluation: Evaluation, scheme: Scheme, leaf: str, unit: Unit) -> bool:
    """Whether the component is applicable to the unit, and at least one of its lines."""
    lines = evaluation.indicators(scheme.id, leaf, unit.id)
    some = not lines or any(evaluation.is_applicable(scheme.id, leaf, line.id, unit.id) for line in lines)
    return some and evaluation.is_applicable(scheme.id, leaf, "", unit.id)


def _has_no_line(evaluation: Evaluation, scheme: Scheme, leaf: str, unit: Unit) -> bool:
    """Whether others have lines in this component and this unit has none: there is nothing to mark."""
    return bool(evaluation.indicators(scheme.id, leaf)) and not evaluation.indicators(scheme.id, leaf, unit.id)


def _asked(evaluation: Evaluation, scheme: Scheme, leaf: str, unit: Unit, state: Mapping[str, str]) -> list[str]:
    """Whose answers are combined; the owners of single lines answer together, as one, unless all are waived."""
    asked = respondents(evaluation, scheme.id, leaf, unit)
    if scheme.components[leaf].by != "owner":
        return asked
    return [""] if any(state.get(owner) != "waived" for owner in asked) else []


def _repeats(component: Component, given: Mapping[str, Fraction | None], state: str) -> tuple[Fraction | None, str]:
    """One evaluator's answer over all repeats, or why there is none."""
    if state == "waived" and not given:
        return None, "waived"
    if state in ("missing", "excluded"):
        return None, state
    each = component.each
    wanted = each.periods if each and each.periods else ([] if each and each.word else [""])
    if any(given.get(repeat) is None for repeat in wanted) or any(share is None for share in given.values()):
        return None, "abstained" if given and all(share is None for share in given.values()) else "missing"
    # in the order of the rules, or of the sheet's rows: "last" means something
    shares = [share for repeat in wanted or sorted(given, key=int) if (share := given[repeat]) is not None]
    if not shares:
        return None, "none"
    return combine(shares, each.over if each else "mean"), ""


def combine(shares: list[Fraction], over: Over | Trimmed) -> Fraction:
    """Several shares as one; `shares` are in the evaluators' (or the repeats') order and not empty.

    A median of an even number is the mean of the middle two; a trimmed mean drops floor(p x n) at each end.
    """
    if isinstance(over, Trimmed):
        drop = int(Fraction(over.trimmed) * len(shares))
        kept = sorted(shares)[drop : len(shares) - drop]
        return sum(kept, Fraction(0)) / len(kept)
    if over == "median":
        middle = sorted(shares)
        return (middle[(len(middle) - 1) // 2] + middle[len(middle) // 2]) / 2
    total = sum(shares, Fraction(0))
    return {
        "mean": total / len(shares),
        "sum": total,
        "last": shares[-1],
        "best": max(shares),
        "worst": min(shares),
    }[over]


def _ballot_leaf(
    evaluation: Evaluation, intake: Intake, scheme: Scheme, leaf: str, answer: Ballot, units: Iterable[Unit]
) -> dict[str, Leaf]:
    """The mean over cards: of all batches together, or of each batch first and then over the batches."""
    import polars as pl

    rows = intake.ballots.filter(pl.col("valid") & (pl.col("class_id") == scheme.id) & (pl.col("component") == leaf))
    batch = (pl.col("evaluator") + "\t" + pl.col("batch")) if answer.pool == "batches" else pl.lit("")
    counts = (
        rows.with_columns(pool=batch).group_by("unit", "pool", "choice", maintain_order=True).agg(pl.col("count").sum())
    )
    scale = scheme.scale(answer.ballot)
    pools: dict[str, dict[str, list[tuple[Fraction, int]]]] = {}
    for unit, pool, choice, count in counts.iter_rows():
        share = scale.get(choice)
        if share is not None:
            pools.setdefault(unit, {}).setdefault(pool, []).append((share, count))
    state: dict[str, set[str]] = {}
    for sheet in intake.sheets:
        if sheet.batch:
            state.setdefault(sheet.evaluator, set()).add(sheet.answered)
    return {unit.id: _cards(evaluation, scheme, leaf, unit, pools.get(unit.id, {}), state) for unit in units}


def _cards(
    evaluation: Evaluation,
    scheme: Scheme,
    leaf: str,
    unit: Unit,
    pools: Mapping[str, list[tuple[Fraction, int]]],
    state: Mapping[str, set[str]],
) -> Leaf:
    component = scheme.components[leaf]
    if not evaluation.is_applicable(scheme.id, leaf, "", unit.id):
        return Leaf(None, "not_applicable")
    asked = [each for each in respondents(evaluation, scheme.id, leaf, unit) if state.get(each)]
    if not asked or all(state[each] == {"waived"} for each in asked):
        return Leaf(None, "none")
    if any("missing" in state[each] for each in asked) and component.missing != "out":
        return Leaf(None, "missing")
    means = [one for one in (mean(pool) for pool in pools.values()) if one is not None]
    if not means:
        return Leaf(None, "undefined")
    cards = sum(count for pool in pools.values() for _, count in pool)
    return Leaf(sum(means, Fraction(0)) / len(means), evaluators=cards)
