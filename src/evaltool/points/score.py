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
from evaltool.exact import plain
from evaltool.findings import Finding, finding
from evaltool.inbox.intake import Intake
from evaltool.points.leaves import LeafResult, leaf_shares
from evaltool.roster import Unit
from evaltool.rules import Component, Policy, Scheme, WeightTo
from evaltool.rules.absence import is_mean, mean_of_units, moves, stated_share
from evaltool.rules.expressions import Number, add, rounded, value_of

PointState = Literal["scored", "partial", "moved", "full", "zero", "stated", "group_mean", "class_mean", "pending"]


@dataclass(frozen=True, slots=True)
class Point:
    """What one unit got in one component.

    `weight` is what the component counts for this unit after weights moved; `points` = `share` x `weight`, both None
    while pending; `partial`: from the periods that are in so far.  `received`: what part of its answers is in.  `basis`
    says in words of the rules why, where it is not simply scored; `takers` are the leaves that took the weight of one
    whose weight moved, `parts` by stated parts; `against`: what its share was divided by, where it is held against the
    other units'.  "stated", "group_mean", "class_mean": so many percent, or other units' mean, stand in for what is
    absent.
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
    parts: tuple[tuple[str, Fraction], ...] = ()
    against: Fraction | None = None

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
    return LeafResult(None, basis=f"一票否决（{document}），按规则计零分", vetoed=True)


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
    parts: Mapping[str, tuple[tuple[str, Fraction], ...]]
    stuck: frozenset[str]  # leaves whose weight should move and cannot


def _weights(
    scheme: Scheme, unit: Unit, results: Mapping[str, LeafResult], stated: Mapping[str, Fraction]
) -> tuple[_Weights, list[Finding]]:
    """Move the weights of absent leaves as the rules say; report what they refuse to do without."""
    weights, basis = {leaf: stated[leaf] for leaf in results}, {leaf: result.basis for leaf, result in results.items()}
    findings: list[Finding] = []
    stuck: set[str] = set()
    moved: dict[str, tuple[str, ...]] = {}
    parts: dict[str, tuple[tuple[str, Fraction], ...]] = {}
    policies = {
        leaf: scheme.components[leaf].policy(result.absence) for leaf, result in results.items() if result.absence
    }
    gone = [leaf for leaf, policy in policies.items() if moves(policy)]
    for leaf, policy in policies.items():
        absence = results[leaf].absence
        takers = _takers(scheme, leaf, policy, [other for other in results if other not in gone])
        total = sum((stated[taker] for taker in takers), Fraction(0))
        if leaf not in gone:
            put_in = _put_in(policy, results[leaf])
            basis[leaf] = f"{_why(results[leaf])}，按规则计{put_in}" if put_in else ""
            # a missing or withheld mark has its finding at the sheet or the cell, unless the rules take a mean
            if not put_in and (absence not in ("missing", "abstained") or is_mean(policy)):
                findings += _absent(scheme, unit, leaf, results[leaf])
        elif not total:
            stuck.add(leaf)
            findings.append(_refused(scheme, unit, leaf, absence, "WEIGHT_NOWHERE_TO_GO", _why(results[leaf])))
        else:
            of = policy.parts if isinstance(policy, WeightTo) else {}
            parts[leaf], moved[leaf] = tuple(of.items()), tuple(takers)
            for taker in takers:
                weights[taker] += value_of(part_of(scheme, stated[leaf], taker, takers, of, stated.__getitem__))
            weights[leaf] = Fraction(0)
            names = "、".join(scheme.components[taker].name for taker in takers)
            how = f"（按{'、'.join(f'{scheme.components[each].name} {plain(part)}' for each, part in of.items())}）"
            basis[leaf] = f"{_why(results[leaf])}，权重转到{names}{how if of else ''}"
    return _Weights(weights, basis, moved, parts, frozenset(stuck)), findings


def _put_in(policy: Policy, result: LeafResult) -> str:
    """In words what the rules put in the place of an absence; "" for nothing."""
    stated, among = stated_share(policy), mean_of_units(policy)
    if among:
        whose = "本分类" if among == "group" else "同类对象"
        return f"{whose}其他单位的平均得分率" if result.share is not None else ""
    words = {Fraction(1): "满分", Fraction(0): "零分"}
    return "" if stated is None else words.get(stated, f"满分的{plain(stated * 100)}%")


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
        candidates = [each for component in policy.weight_to for each in scheme.leaves(component)]
    else:
        candidates = scheme.leaves(scheme.components[leaf].parent)
    return [each for each in candidates if each in present and each != leaf]


def part_of(
    scheme: Scheme,
    moved: Number,
    taker: str,
    takers: Sequence[str],
    parts: Mapping[str, Fraction],
    own: Callable[[str], Number],
) -> Number:
    """What a leaf gets of a weight that moves: in proportion to the takers' own weights, or by the stated parts of the
    components that can take some, inside each of them in proportion."""
    if not parts:
        return moved * own(taker) / add(*map(own, takers))
    below = {each: [leaf for leaf in scheme.leaves(each) if leaf in takers] for each in parts}
    mine = next(each for each in parts if taker in below[each])
    part = parts[mine] / sum((parts[each] for each in parts if below[each]), Fraction(0))
    return moved * part * own(taker) / add(*map(own, below[mine]))


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
    basis, takers, parts = weights.basis[leaf], weights.takers.get(leaf, ()), weights.parts.get(leaf, ())
    received = result.received if points is not None else Fraction(0)
    return Point(
        scheme.id,
        unit.id,
        leaf,
        weight,
        share,
        points,
        state,
        result.evaluators,
        basis,
        takers,
        received,
        parts,
        result.against,
    )


def _counted(component: Component, result: LeafResult) -> tuple[Fraction | None, PointState]:
    """The share that counts: the marked one, or what the policy for its absence says."""
    policy = component.policy(result.absence) if result.absence else ""
    if result.vetoed:
        return Fraction(0), "zero"
    if policy == "":
        return result.share, "partial" if result.so_far else "scored"
    if mean_of_units(policy) and result.share is not None:
        return result.share, "group_mean" if policy == "group_mean" else "class_mean"
    stated = stated_share(policy)
    if stated is not None:
        states: Mapping[Fraction, PointState] = {Fraction(1): "full", Fraction(0): "zero"}
        return stated * result.factor, states.get(stated, "stated")
    return None, "moved" if moves(policy) else "pending"


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
