"""From the shares of leaves to points: for every unit and every component its share, weight and points.

What is absent follows the policy that the rules state for its kind, and the point says so.  Weights move only between
leaves, so that the total of weights never changes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from evaltool.evaluation import Evaluation
from evaltool.evaluation.vetoes import vetoed
from evaltool.findings import Finding, finding
from evaltool.inbox.intake import Intake
from evaltool.points.leaves import LeafResult, leaf_shares
from evaltool.roster import Unit
from evaltool.rules import Component, Policy, Scheme, WeightTo
from evaltool.rules.expressions import Number, add, rounded, value_of

PointState = Literal["scored", "partial", "moved", "full", "zero", "pending"]


@dataclass(frozen=True, slots=True)
class Point:
    """What one unit got in one component.

    `weight` is what the component counts for this unit after weights moved; `points` = `share` x `weight`, both None
    while pending; `partial`: from the periods that are in so far.  `received`: what part of its answers is in.  `basis`
    says in words of the rules why, where it is not simply scored; `takers` are the leaves that took the weight of one
    whose weight moved.
    """

    class_id: str
    unit: str
    component: str
    weight: Fraction
    share: Fraction | None
    points: Fraction | None
    state: PointState
    evaluators: int = 0
    basis: str = ""
    takers: tuple[str, ...] = ()
    received: Fraction = Fraction(1)

    @property
    def is_complete(self) -> bool:
        """Whether nothing is awaited that could change it."""
        return self.state not in ("pending", "partial")


PointsTable = Mapping[tuple[str, str], Point]  # (unit, component) -> point; component "" is the total before bonus


def score(evaluation: Evaluation, intake: Intake) -> tuple[PointsTable, list[Finding]]:
    """Points of every unit and component.  A finding for every leaf that the rules refuse to do without."""
    return points_of(evaluation, all_shares(evaluation, intake))


LeafTable = Mapping[str, Mapping[str, Mapping[str, LeafResult]]]
"""Class -> leaf -> unit -> its result before weights."""


def all_shares(evaluation: Evaluation, intake: Intake) -> dict[str, dict[str, dict[str, LeafResult]]]:
    return {
        scheme.id: {leaf: leaf_shares(evaluation, intake, scheme, leaf) for leaf in scheme.leaves()}
        for scheme in evaluation.classes.values()
    }


Weights = Callable[[Scheme, str, str], Fraction]
"""Class, leaf, group -> what the leaf counts for the units of the group."""


def points_of(
    evaluation: Evaluation, shares: LeafTable, weights: Weights = Scheme.weight
) -> tuple[PointsTable, list[Finding]]:
    """The points that the leaves' results come to, with the weights of the rules or with others."""
    table: dict[tuple[str, str], Point] = {}
    findings: list[Finding] = []
    for scheme in evaluation.classes.values():
        leaves = shares[scheme.id]
        for group in scheme.head.groups:
            stated = {leaf: weights(scheme, leaf, group.id) for leaf in leaves}
            for unit in evaluation.units_of(scheme.id, group.id):
                results = {leaf: found[unit.id] for leaf, found in leaves.items() if unit.id in found}
                zeros = vetoed(evaluation, scheme, unit.id).zeros
                results |= {leaf: _nothing(zeros[leaf]) for leaf in results if leaf in zeros}
                points, wrong = _points(scheme, unit, results, stated)
                table |= {(unit.id, point.component): point for point in points}
                findings += wrong
    return table, findings


def _nothing(document: str) -> LeafResult:
    """What a veto leaves of a leaf, whatever was marked."""
    return LeafResult(Fraction(0), basis=f"一票否决（{document}），按规则计零分", vetoed=True)


def pending(evaluation: Evaluation, points: PointsTable) -> list[Finding]:
    """Leaves that have no result although nothing was said about them: no official result leaves a hole."""
    return [
        _refused(evaluation.classes[point.class_id], evaluation.units[unit], leaf, "missing", "COMPONENT_ABSENT")
        for (unit, leaf), point in points.items()
        if leaf and (point.points is None or point.state == "partial")
    ]


def refusals(
    scheme: Scheme, unit: Unit, results: Mapping[str, LeafResult], stated: Mapping[str, Fraction]
) -> list[Finding]:
    """The leaves of one unit that the rules refuse to do without, and those whose weight nothing can take."""
    return _weights(scheme, unit, results, stated)[1]


# --- weights ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Weights:
    """What each leaf counts for one unit, and in words where a weight went or why a share is not what was marked."""

    of: Mapping[str, Fraction]
    basis: Mapping[str, str]
    takers: Mapping[str, tuple[str, ...]]
    stuck: frozenset[str]  # leaves whose weight should move and cannot


def _weights(
    scheme: Scheme, unit: Unit, results: Mapping[str, LeafResult], stated: Mapping[str, Fraction]
) -> tuple[_Weights, list[Finding]]:
    """Move the weights of absent leaves as the rules say; report what they refuse to do without."""
    weights, basis = {leaf: stated[leaf] for leaf in results}, {leaf: result.basis for leaf, result in results.items()}
    findings: list[Finding] = []
    stuck: set[str] = set()
    moved: dict[str, tuple[str, ...]] = {}
    policies = {
        leaf: scheme.components[leaf].policy(result.absence) for leaf, result in results.items() if result.absence
    }
    gone = [leaf for leaf, policy in policies.items() if _moves(policy)]
    for leaf, policy in policies.items():
        absence = results[leaf].absence
        takers = _takers(scheme, leaf, policy, [other for other in results if other not in gone])
        total = sum((stated[taker] for taker in takers), Fraction(0))
        if leaf not in gone:
            basis[leaf] = f"{_why(results[leaf])}，按规则计{_FIXED[policy]}" if policy in _FIXED else ""
            # a missing or withheld mark has its finding at the sheet or the cell
            if policy not in _FIXED and absence not in ("missing", "abstained"):
                findings += _absent(scheme, unit, leaf, results[leaf])
        elif not total:
            stuck.add(leaf)
            findings.append(_refused(scheme, unit, leaf, absence, "WEIGHT_NOWHERE_TO_GO", _why(results[leaf])))
        else:
            for taker in takers:
                weights[taker] += value_of(part_of(stated[leaf], stated[taker], [stated[each] for each in takers]))
            weights[leaf] = Fraction(0)
            moved[leaf] = tuple(takers)
            names = "、".join(scheme.components[taker].name for taker in takers)
            basis[leaf] = f"{_why(results[leaf])}，权重转到{names}"
    return _Weights(weights, basis, moved, frozenset(stuck)), findings


_FIXED: Mapping[object, str] = {"full": "满分", "zero": "零分"}
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


def _moves(policy: Policy) -> bool:
    return policy == "reweigh" or isinstance(policy, WeightTo)


def _takers(scheme: Scheme, leaf: str, policy: Policy, present: list[str]) -> list[str]:
    """The leaves that take an absent leaf's weight: those named, or the others below the same parent."""
    if isinstance(policy, WeightTo):
        candidates = [each for component in policy.weight_to for each in scheme.leaves(component)]
    else:
        candidates = scheme.leaves(scheme.components[leaf].parent)
    return [each for each in candidates if each in present and each != leaf]


def part_of(moved: Number, own: Number, takers: Sequence[Number]) -> Number:
    """What a leaf gets of a weight that moves: in proportion to the takers' own weights."""
    return moved * own / add(*takers)


def _why(result: LeafResult) -> str:
    """The absence in words, with the lines that it comes from where the method gives no share."""
    if result.absence in ("none", "missing") and result.nobody:
        return result.nobody
    reasons = "；".join(zh for zh, _ in result.reasons) if result.absence == "undefined" else ""
    return ABSENCE_WORDS[result.absence] + (f"（{reasons}）" if reasons else "")


def _absent(scheme: Scheme, unit: Unit, leaf: str, result: LeafResult) -> list[Finding]:
    """What the rules refuse to do without: a finding for every line without a share, or one for the component."""
    if result.absence != "undefined" or not result.reasons:
        return [_refused(scheme, unit, leaf, result.absence, "COMPONENT_ABSENT", _why(result))]
    name = scheme.components[leaf].name
    return [
        finding(
            "SHARE_UNDEFINED",
            unit=unit.id,
            component=leaf,
            args={"unit_name": unit.name, "name": name, "reason_zh": zh, "reason_en": en},
        )
        for zh, en in result.reasons
    ]


def _refused(scheme: Scheme, unit: Unit, leaf: str, absence: str, code: str, why: str = "") -> Finding:
    name = scheme.components[leaf].name
    said = why or ABSENCE_WORDS[absence]
    args: dict[str, object] = {"unit_name": unit.name, "name": name, "absence": said, "kind": absence}
    return finding(code, unit=unit.id, component=leaf, args=args)


# --- the tree --------------------------------------------------------------------------------------------------------


def _points(
    scheme: Scheme, unit: Unit, results: Mapping[str, LeafResult], stated: Mapping[str, Fraction]
) -> tuple[list[Point], list[Finding]]:
    """The total ("") of one unit and all its components, parents before parts."""
    weights, findings = _weights(scheme, unit, results, stated)
    table: dict[str, Point] = {
        leaf: _leaf_point(scheme, unit, leaf, result, weights) for leaf, result in results.items()
    }
    order = [component for component, _ in scheme.walk()]
    for component in reversed(order):
        # a component whose parts are all another group's does not exist for this unit
        if component not in table and any(part in table for part in scheme.children(component)):
            table[component] = _node(scheme, unit, component, table)
    total = _node(scheme, unit, "", table)
    return [total, *(table[component] for component in order if component in table)], findings


def _leaf_point(scheme: Scheme, unit: Unit, leaf: str, result: LeafResult, weights: _Weights) -> Point:
    component = scheme.components[leaf]
    share, state = _counted(component, result)
    if leaf in weights.stuck:
        state = "pending"
    weight = weights.of[leaf]
    points = Fraction(0) if state == "moved" else None
    if share is not None:
        points = value_of(as_ruled(share * weight, component.round))
    basis, takers = weights.basis[leaf], weights.takers.get(leaf, ())
    received = result.received if points is not None else Fraction(0)
    return Point(scheme.id, unit.id, leaf, weight, share, points, state, result.evaluators, basis, takers, received)


def _counted(component: Component, result: LeafResult) -> tuple[Fraction | None, PointState]:
    """The share that counts: the marked one, or what the policy for its absence says."""
    policy = component.policy(result.absence) if result.absence else ""
    if result.vetoed:
        return Fraction(0), "zero"
    if policy == "":
        return result.share, "partial" if result.so_far else "scored"
    if policy == "full":
        return result.factor, "full"
    if policy == "zero":
        return Fraction(0), "zero"
    return None, "moved" if _moves(policy) else "pending"


def _node(scheme: Scheme, unit: Unit, component: str, table: Mapping[str, Point]) -> Point:
    """A component with parts: their points added up."""
    parts = [table[part] for part in scheme.children(component) if part in table]
    weight = sum((part.weight for part in parts), Fraction(0))
    known = [part.points for part in parts if part.points is not None]
    digits = scheme.components[component].round if component else None
    points = value_of(as_ruled(sum(known, Fraction(0)), digits)) if known else None
    state = together(part.state for part in parts)
    share = points / weight if points is not None and weight else None
    return Point(scheme.id, unit.id, component, weight, share, points, state)


def together(states: Iterable[PointState]) -> PointState:
    """The state of a sum: as its least complete part."""
    found = set(states)
    return "pending" if "pending" in found else "partial" if "partial" in found else "scored"


def as_ruled(points: Number, digits: int | None) -> Number:
    """A component is rounded before it is added up only where the rules say so."""
    return points if digits is None else rounded(points, digits)
