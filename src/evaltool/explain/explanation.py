"""One unit's total taken apart through the tree of the rules, as one value, and added up again from that value alone.

Everything in it is exact; what is rounded stands beside what it was rounded from.  Words about the rules are in the
wanted language, names and reasons of the ledger stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from math import prod

from evaltool.evaluation.extras import CountedExtra
from evaltool.evaluation.in_words.decisions import decided_for
from evaltool.exact import exact, half_up, published
from evaltool.explain import leaf as words
from evaltool.explain import total
from evaltool.explain.awards import ExplainedAward, awards
from evaltool.explain.conditions import judge_of
from evaltool.explain.figures import fine
from evaltool.explain.measured import Measured
from evaltool.explain.sources import BatchCards, Sources, sources
from evaltool.explain.sums import added, of_voices, summed
from evaltool.explain.voices import Voice, coded, codes_of, share_of_cards, voices
from evaltool.findings import Finding, Language, finding
from evaltool.points.leaves import combined_voices, counting, voices_of
from evaltool.points.score import Point, as_ruled
from evaltool.results.margins import Margin, margin
from evaltool.results.rank import Standing
from evaltool.results.result import Result
from evaltool.roster import Unit
from evaltool.rules import EXTRAS, ClimbRule, ExtraWord, Scheme
from evaltool.rules.expressions import value_of
from evaltool.rules.wording import pick
from evaltool.views.comparison import ComparedGroup, compared
from evaltool.views.extras import extras_of
from evaltool.views.wording import barred_words, veto_words


@dataclass(frozen=True, slots=True)
class ExplainedNode:
    """A component, or the total before bonus (id "").

    `stated`: its weight as the rules have it, `weight`: what it counts here; `share` of full marks; `unrounded`: share
    times weight, or the parts added up; `points`: the same as it counts, rounded to `digits` where the rules say so;
    `from_marks`: the share once more, from `voices` or `cards`, None where it is none of theirs; `takers`: who took its
    weight; `said`: the rule's words, what moved, the sums."""

    id: str
    name: str
    parent: str
    depth: int
    state: str
    stated: Fraction
    weight: Fraction
    share: Fraction | None
    unrounded: Fraction | None
    points: Fraction | None
    digits: int | None
    from_marks: Fraction | None = None
    basis: str = ""
    takers: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
    voices: tuple[Voice, ...] = ()
    cards: tuple[BatchCards, ...] = ()
    lines: tuple[Measured, ...] = ()
    is_coded: bool = False


@dataclass(frozen=True, slots=True)
class Explanation:
    """`nodes`: the total first, parents before parts; `given`: what was decided of bonus and deduction, with the `caps`
    of all together; `full`: what the weights add up to by the rules; `notes`: ties, vetoes and other decisions in the
    evaluation's own words."""

    run: str
    code: str
    interim: bool
    evaluation: str
    group: str
    ranked: int
    digits: int
    full: Fraction
    standing: Standing
    nodes: tuple[ExplainedNode, ...]
    given: tuple[CountedExtra, ...]
    caps: Mapping[ExtraWord, Decimal | None]
    said: tuple[str, ...]
    notes: tuple[str, ...]
    awards: tuple[ExplainedAward, ...]
    near: Margin
    climb: ClimbRule = field(default_factory=ClimbRule)


def explained(result: Result, unit: Unit, language: Language = "zh") -> Explanation:
    """Take a unit's total apart."""
    one = next(each for each in result.standings if each.unit.id == unit.id)
    group = compared(result, unit.class_id, unit.group, inside=True)
    scheme, evaluation = group.scheme, result.evaluation
    found, codes = sources(result, unit=unit.id, language=language), codes_of(result)
    order = [("", -1), *((component, depth) for component, depth in scheme.walk())]
    nodes = [
        _node(result, group, one, found, codes, component, depth, language)
        for component, depth in order
        if (unit.id, component) in result.points
    ]
    given = tuple(each for kind in EXTRAS for each in extras_of(result, one, kind).lines)
    caps = {kind: scheme.extras(kind).cap for kind in EXTRAS}
    said = [total.added(group, one, language), *total.decided(result, one, language)]
    said += total.climbed(scheme, one, language)
    notes = [veto_words(one)] if one.veto else []
    notes += [f"依据{document}，撤销所获“{label}”。" for label, document in one.revoked]
    notes += [f"{barred_words(one)}。"] if one.barred else []
    notes += [f"{each}。" for each in decided_for(evaluation, unit.id)]
    judge = judge_of(result, scheme.id)
    if not result.interim:
        said += [*total.graded(judge, group, one, language), *total.distances(group, one, language)]
    return Explanation(
        result.run,
        result.code,
        result.interim,
        evaluation.settings.name,
        group.full_name,
        len(group.ranked),
        group.digits,
        scheme.weight("", unit.group),
        one,
        tuple(nodes),
        given,
        caps,
        tuple(said),
        tuple(notes),
        tuple(awards(result, judge, group, one, language)),
        margin(scheme, one, group.ranked),
        scheme.climb,
    )


# --- the tree --------------------------------------------------------------------------------------------------------


def _node(
    result: Result,
    group: ComparedGroup,
    one: Standing,
    found: Sources,
    codes: Mapping[str, str],
    component: str,
    depth: int,
    language: Language,
) -> ExplainedNode:
    scheme, point = group.scheme, result.points[one.unit.id, component]
    parts = [part for part in scheme.children(component) if (one.unit.id, part) in result.points]
    rule = scheme.components.get(component)
    node = ExplainedNode(
        component,
        rule.name if rule else "",
        rule.parent if rule else "",
        depth,
        point.state,
        scheme.weight(component, one.unit.group),
        point.weight,
        point.share,
        _unrounded(result, point, parts),
        point.points,
        rule.round if rule else None,
        basis=point.basis,
        takers=point.takers,
    )
    return node if parts or not component else _leaf(result, group, one, found, codes, node, point, language)


def _unrounded(result: Result, point: Point, parts: list[str]) -> Fraction | None:
    """What the points are before they are rounded."""
    if not parts:
        return None if point.share is None else point.share * point.weight
    known = [value for part in parts if (value := result.points[point.unit, part].points) is not None]
    return sum(known, Fraction(0)) if known else None


def _leaf(
    result: Result,
    group: ComparedGroup,
    one: Standing,
    found: Sources,
    codes: Mapping[str, str],
    node: ExplainedNode,
    point: Point,
    language: Language,
) -> ExplainedNode:
    """A leaf with everything that stands behind it."""
    scheme, unit, spot = group.scheme, one.unit, (one.unit.id, node.id)
    component, is_secret = scheme.components[node.id], scheme.is_secret(node.id)
    sheets, cards, lines = found.sheets.get(spot, []), found.cards.get(spot, []), found.lines.get(spot, [])
    by_code = codes if is_secret and component.by != "owner" else {}
    if is_secret:
        sheets, cards = coded(result, sheets, codes), coded(result, cards, codes)
    is_marked, evaluation = point.state in words.MARKED, result.evaluation
    changed = is_marked and (component.is_changed or bool(scheme.factors(node.id)))
    asked = is_marked and not component.ballot
    told = voices_of(evaluation, result.intake, scheme, node.id, [unit])[unit.id] if asked else {}
    together = combined_voices(evaluation, component, unit, told) if asked else None
    if component.ballot and is_marked:
        together = share_of_cards(component, scheme, cards)
    raw = together if isinstance(together, Fraction) else None
    sum_of = replace(point, share=raw) if changed and raw is not None else point
    said = [
        *words.method(scheme, component, point, language, by_line=bool(lines)),
        *words.moved(group, one, point, language),
        *(added(lines, component, sum_of, language) if lines else summed(scheme, sum_of, sheets, cards, language)),
        *words.product(scheme, point, language),
    ]
    node = replace(node, said=tuple(said), cards=tuple(cards), lines=tuple(lines), is_coded=is_secret)
    if not is_marked:
        return node
    if component.ballot:
        if raw is not None and changed:
            before = _before(result, scheme, point, unit, raw, language)
            node = replace(node, said=(*node.said[:-1], before, *node.said[-1:]))
            raw = counting(evaluation, scheme, node.id, unit.id, raw, point.against)
        return replace(node, from_marks=raw)
    everybody = tuple(voices(result, scheme, unit, node.id, told, sheets, by_code, language))
    used = [(each.share, each.months) for each in everybody if each.share is not None and not each.left_out]
    shares, months = [share for share, _ in used], [of for _, of in used if of is not None]
    average = list(of_voices(shares, months, raw, language))
    if raw is not None and changed:
        average.append(_before(result, scheme, point, unit, raw, language))
        raw = counting(evaluation, scheme, node.id, unit.id, raw, point.against)
    return replace(node, from_marks=raw, voices=everybody, said=(*node.said[:-1], *average, *node.said[-1:]))


def _before(result: Result, scheme: Scheme, point: Point, unit: Unit, share: Fraction, language: Language) -> str:
    """What all answers came to, and what became of it: held against the others', then converted, then multiplied."""
    rate = fine(share * 100)
    said = pick(language, f"折算前的得分率{rate}%", f"the rate before it is converted: {rate}%")
    benchmark = scheme.components[point.component].benchmark
    if benchmark is not None and point.against is not None:
        said += pick(language, "，", ", ") + benchmark.told(share, point.against, language, fine)
    if (convert := scheme.components[point.component].convert) is not None:
        points = convert.points_in_words(language)
        said += pick(language, f"，按规则折算（{points}）", f", converted as the rules say ({points})")
        said += _converted(result, scheme, point, unit, share, language)
    for name in scheme.factors(point.component):
        value = fine(result.evaluation.parameter(unit.id, name) or Fraction(0))
        said += pick(language, f"，乘以“{name}”{value}", f", times {name} {value}")
    return said + pick(language, "。", "")


def _converted(result: Result, scheme: Scheme, point: Point, unit: Unit, share: Fraction, language: Language) -> str:
    """What a rate was converted to, where it was multiplied afterwards."""
    factors = [result.evaluation.parameter(unit.id, name) or Fraction(0) for name in scheme.factors(point.component)]
    if not factors or not all(factors):
        return ""
    made = counting(result.evaluation, scheme, point.component, unit.id, share, point.against)
    rate = fine(made / prod(factors) * 100)
    return pick(language, f"为{rate}%", f" to {rate}%")


# --- added up again --------------------------------------------------------------------------------------------------


def readded(explanation: Explanation) -> list[Finding]:
    """What of an explanation does not come to what was scored; nothing else is asked than the explanation itself."""
    one, nodes = explanation.standing, {node.id: node for node in explanation.nodes}
    wrong = [name for node in nodes.values() for name in _wrong(node, nodes)]
    before = nodes[""].points or Fraction(0)
    if nodes[""].weight != explanation.full:
        wrong.append(("", "weight", exact(nodes[""].weight), exact(explanation.full)))
    for kind, counted in zip(EXTRAS, (one.bonus, one.deduction), strict=True):
        own = (each.counted for each in explanation.given if each.decided.line.kind == kind)
        granted, cap = sum(own, Fraction(0)), explanation.caps[kind]
        granted = granted if cap is None else min(granted, Fraction(cap))
        if counted != granted:
            wrong.append(("", kind, exact(granted), exact(counted)))
    whole = before + one.added
    if one.climbed and one.reward != explanation.climb.reward((one.climbed.before or 0) - one.climbed.first):
        wrong.append(("", "climb", "-", exact(one.reward)))
    rounded = half_up(whole, explanation.digits)
    if whole != one.exact:
        wrong.append(("", "exact", exact(whole), exact(one.exact)))
    if (rounded, published(whole, explanation.digits)) != (one.total, one.text):
        wrong.append(("", "total", published(whole, explanation.digits), one.text))
    return [
        finding(
            "EXPLANATION_DIFFERS",
            unit=one.unit.id,
            component=component,
            value=scored,
            args={"what": f"{component or 'total'}.{what}", "again": again, "scored": scored},
        )
        for component, what, again, scored in wrong
    ]


def _wrong(node: ExplainedNode, nodes: Mapping[str, ExplainedNode]) -> Iterator[tuple[str, str, str, str]]:
    """What does not come out in one node: which figure, what it comes to again, what was scored."""
    parts = [each for each in nodes.values() if each.id and each.parent == node.id]
    if parts:
        weight = sum((each.weight for each in parts), Fraction(0))
        if weight != node.weight:
            yield node.id, "weight", exact(weight), exact(node.weight)
        known = [each.points for each in parts if each.points is not None]
        again = sum(known, Fraction(0)) if known else None
    else:
        again = None if node.share is None else node.share * node.weight
        if node.from_marks is not None and node.from_marks != node.share:
            yield node.id, "share", exact(node.from_marks), _said(node.share)
        if node.state in words.MARKED and node.from_marks is None:
            yield node.id, "share", "-", _said(node.share)
    if node.state == "moved":
        again = Fraction(0)
    counted = None if again is None else value_of(as_ruled(again, node.digits))
    if counted != node.points:
        yield node.id, "points", _said(counted), _said(node.points)


def _said(value: Fraction | None) -> str:
    return "-" if value is None else exact(value)
