"""From answers and counted cards to points: for every unit and every component its share, weight and points.

The order is fixed: indicators are summed first, then repeats are combined, then evaluators.  What is absent follows the
policy that the rules state for its kind, and the point says so.  Weights move only between leaves, so that the total of
weights never changes.  Polars sums and counts; what is left per unit is exact arithmetic on fractions.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from evaltool.evaluation import Evaluation
from evaltool.findings import Finding, finding
from evaltool.ingest import Intake
from evaltool.layout import respondents
from evaltool.methods import METHODS, Answer, Ballot, Choice, Facts, Points, Rank, mean, name_of
from evaltool.roster import Unit
from evaltool.rounding import half_up
from evaltool.rules import Component, Over, Policy, Scheme, Trimmed, WeightTo

if TYPE_CHECKING:
    import polars as pl

State = Literal["scored", "moved", "full", "zero", "pending"]


@dataclass(frozen=True, slots=True)
class Point:
    """What one unit got in one component.

    `weight` is what the component counts for this unit after weights moved; `points` = `share` x `weight`, both None
    while pending.  `basis` says in words of the rules why, where it is not simply scored.
    """

    class_id: str
    unit: str
    component: str
    weight: Fraction
    share: Fraction | None
    points: Fraction | None
    state: State
    evaluators: int = 0
    basis: str = ""


PointsTable = Mapping[tuple[str, str], Point]  # (unit, component) -> point; component "" is the total before bonus


@dataclass(frozen=True, slots=True)
class Leaf:
    """A unit's result in a leaf before weights: a share, or the kind of absence."""

    share: Fraction | None
    absence: str = ""
    evaluators: int = 0


@dataclass
class _Answers:
    """The shares of one leaf: unit -> evaluator -> repeat -> share; None where an answer is incomplete or withheld."""

    shares: dict[str, dict[str, dict[str, Fraction | None]]] = field(default_factory=dict)

    def put(self, unit: str, evaluator: str, repeat: str, share: Fraction | None) -> None:
        self.shares.setdefault(unit, {}).setdefault(evaluator, {})[repeat] = share


def score(evaluation: Evaluation, intake: Intake) -> tuple[PointsTable, list[Finding]]:
    """Points of every unit and component.  A finding for every leaf that the rules refuse to do without."""
    table: dict[tuple[str, str], Point] = {}
    findings: list[Finding] = []
    for scheme in evaluation.classes.values():
        leaves = {leaf: _leaf(evaluation, intake, scheme, leaf) for leaf in scheme.leaves()}
        for unit in evaluation.units_of(scheme.id):
            results = {leaf: found[unit.id] for leaf, found in leaves.items() if unit.id in found}
            points, wrong = _points(scheme, unit, results)
            table |= {(unit.id, point.component): point for point in points}
            findings += wrong
    return table, findings


# --- one leaf --------------------------------------------------------------------------------------------------------


def _leaf(evaluation: Evaluation, intake: Intake, scheme: Scheme, leaf: str) -> dict[str, Leaf]:
    """Every unit's result in a leaf; units of other groups than the leaf's have none."""
    component = scheme.components[leaf]
    units = [unit for unit in evaluation.units_of(scheme.id) if not component.groups or unit.group in component.groups]
    if isinstance(component.answer, Ballot):
        return _ballot_leaf(evaluation, intake, scheme, leaf, component.answer, units)
    answers = _answers(evaluation, intake, scheme, leaf)
    state = {(sheet.evaluator): sheet.answered for sheet in intake.sheets if not sheet.batch}
    away = {unit.id for unit in units if not _exists(evaluation, scheme, leaf, unit)}
    return {
        unit.id: Leaf(None, "not_applicable")
        if unit.id in away
        else _marked(evaluation, scheme, leaf, unit, answers.shares.get(unit.id, {}), state)
        for unit in units
    }


def _answers(evaluation: Evaluation, intake: Intake, scheme: Scheme, leaf: str) -> _Answers:
    import polars as pl

    component = scheme.components[leaf]
    marks = intake.answers.filter(
        (pl.col("class_id") == scheme.id) & (pl.col("component") == leaf) & (pl.col("field") == "mark") & (pl.col("unit") != "")
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
        answers.put(unit, who, repeat, share(component.answer, Fraction(total, 10**decimals), Facts(full)) if complete else None)
    return answers


def _waived(intake: Intake) -> set[str]:
    return {sheet.evaluator for sheet in intake.sheets if sheet.answered == "waived"}


def _preset(
    evaluation: Evaluation, scheme: Scheme, leaf: str, unit: Unit, waived: Container[str] = ()
) -> tuple[Fraction, int]:
    """The preset points that apply to a unit, and in how many lines; a waived owner's lines are out of both."""
    lines = evaluation.indicators(scheme.id, leaf, unit.id)
    if not evaluation.indicators(scheme.id, leaf):
        answer = scheme.components[leaf].answer
        return (Fraction(answer.points) if isinstance(answer, Points) else Fraction(100)), 1
    left = [line for line in lines if evaluation.is_applicable(scheme.id, leaf, line.id, unit.id)]
    left = [line for line in left if not line.owner or line.owner not in waived]
    return sum((line.full for line in left), Fraction(0)), len(left)


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
    return Leaf(combine(shares, component.over), evaluators=len(asked) if component.by != "owner" else 1)


def _exists(evaluation: Evaluation, scheme: Scheme, leaf: str, unit: Unit) -> bool:
    """Whether the component is applicable to the unit, and at least one of its lines."""
    lines = evaluation.indicators(scheme.id, leaf, unit.id)
    some = not lines or any(evaluation.is_applicable(scheme.id, leaf, line.id, unit.id) for line in lines)
    return some and evaluation.is_applicable(scheme.id, leaf, "", unit.id)


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
    if state == "missing":
        return None, "missing"
    each = component.each
    wanted = each.periods if each and each.periods else ([] if each and each.word else [""])
    if any(given.get(repeat) is None for repeat in wanted) or any(share is None for share in given.values()):
        return None, "abstained" if given and all(share is None for share in given.values()) else "missing"
    shares = [share for share in given.values() if share is not None]
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
    counts = rows.with_columns(pool=batch).group_by("unit", "pool", "choice", maintain_order=True).agg(pl.col("count").sum())
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


# --- weights and the tree --------------------------------------------------------------------------------------------


def _points(scheme: Scheme, unit: Unit, results: Mapping[str, Leaf]) -> tuple[list[Point], list[Finding]]:
    """Leaves and nodes of one unit, the total ("") included."""
    weights, moved, findings = _weights(scheme, unit, results)
    table: dict[str, Point] = {}
    for leaf, result in results.items():
        share, state = _counted(scheme.components[leaf], result)
        points = None if share is None else _rounded(share * weights[leaf], scheme.components[leaf].round)
        if state == "moved":
            points = Fraction(0)
        table[leaf] = Point(scheme.id, unit.id, leaf, weights[leaf], share, points, state, result.evaluators, moved.get(leaf, ""))
    for component, _ in reversed(list(scheme.walk())):
        if component not in table and scheme.children(component):
            table[component] = _node(scheme, unit, component, table)
    total = _node(scheme, unit, "", table)
    return [total, *(table[component] for component, _ in scheme.walk() if component in table)], findings


def _counted(component: Component, result: Leaf) -> tuple[Fraction | None, State]:
    if not result.absence:
        return result.share, "scored"
    policy = component.policy(result.absence)
    if policy == "full":
        return Fraction(1), "full"
    if policy == "zero":
        return Fraction(0), "zero"
    return (None, "moved") if _moves(policy) else (None, "pending")


def _moves(policy: Policy) -> bool:
    return policy == "reweigh" or isinstance(policy, WeightTo)


def _weights(
    scheme: Scheme, unit: Unit, results: Mapping[str, Leaf]
) -> tuple[dict[str, Fraction], dict[str, str], list[Finding]]:
    """What each leaf counts for a unit, where the weight of absent ones went, and what the rules refuse."""
    weights = {leaf: scheme.weight(leaf, unit.group) for leaf in results}
    moved: dict[str, str] = {}
    findings: list[Finding] = []
    present = [leaf for leaf, result in results.items() if not result.absence or not _moves(scheme.components[leaf].policy(result.absence))]
    gone = {leaf: result for leaf, result in results.items() if leaf not in present}
    for leaf, result in gone.items():
        takers = _takers(scheme, leaf, scheme.components[leaf].policy(result.absence), present)
        total = sum((scheme.weight(taker, unit.group) for taker in takers), Fraction(0))
        if not total:
            findings.append(_refused(scheme, unit, leaf, result, "WEIGHT_NOWHERE_TO_GO"))
            continue
        for taker in takers:
            weights[taker] += scheme.weight(leaf, unit.group) * scheme.weight(taker, unit.group) / total
        weights[leaf] = Fraction(0)
        names = "、".join(scheme.components[taker].name for taker in takers)
        moved[leaf] = f"{ABSENCE_WORDS[result.absence]}，权重转到{names}"
    for leaf, result in results.items():
        if result.absence and leaf in present and scheme.components[leaf].policy(result.absence) in ("refuse", "out"):
            if result.absence not in ("missing", "abstained"):  # these have a finding at their cell or sheet
                findings.append(_refused(scheme, unit, leaf, result, "COMPONENT_ABSENT"))
        elif result.absence and leaf in present:
            moved[leaf] = f"{ABSENCE_WORDS[result.absence]}，按规则计{'满分' if scheme.components[leaf].policy(result.absence) == 'full' else '零分'}"
    return weights, moved, findings


ABSENCE_WORDS = {
    "none": "无人评估",
    "not_applicable": "不适用",
    "missing": "未报",
    "abstained": "弃权",
    "waived": "免报",
    "excluded": "已排除",
    "unverified": "未核实",
    "undefined": "无法计算",
}


def _takers(scheme: Scheme, leaf: str, policy: Policy, present: list[str]) -> list[str]:
    """The leaves that take an absent leaf's weight: those named, or the others below the same parent."""
    if isinstance(policy, WeightTo):
        named = [each for component in policy.weight_to for each in scheme.leaves(component)]
        return [each for each in named if each in present and each != leaf]
    parent = scheme.components[leaf].parent
    return [each for each in scheme.leaves(parent) if each in present and each != leaf]


def _refused(scheme: Scheme, unit: Unit, leaf: str, result: Leaf, code: str) -> Finding:
    args: dict[str, object] = {
        "unit_name": unit.name,
        "name": scheme.components[leaf].name,
        "absence": ABSENCE_WORDS[result.absence],
        "kind": result.absence,
    }
    return finding(code, unit=unit.id, component=leaf, args=args)


def _node(scheme: Scheme, unit: Unit, component: str, table: Mapping[str, Point]) -> Point:
    """A component with parts: their points added up; rounded first where the rules round it."""
    parts = [table[part] for part in scheme.children(component) if part in table]
    weight = sum((part.weight for part in parts), Fraction(0))
    digits = scheme.components[component].round if component else None
    known = [part.points for part in parts if part.points is not None]
    points = _rounded(sum(known, Fraction(0)), digits) if known else None
    pending = any(part.state == "pending" for part in parts)
    share = points / weight if points is not None and weight else None
    return Point(scheme.id, unit.id, component, weight, share, points, "pending" if pending else "scored")


def _rounded(points: Fraction, digits: int | None) -> Fraction:
    """A component is rounded before it is added up only where the rules say so."""
    return points if digits is None else half_up(points, digits)


def pending(evaluation: Evaluation, points: PointsTable) -> list[Finding]:
    """Leaves that have no result although nothing was said about them: no official result leaves a hole."""
    return [
        _refused(evaluation.classes[point.class_id], evaluation.units[unit], leaf, Leaf(None, "missing"), "COMPONENT_ABSENT")
        for (unit, leaf), point in points.items()
        if leaf and point.points is None
    ]


__all__ = ["Answer", "Leaf", "Point", "PointsTable", "combine", "pending", "score"]
