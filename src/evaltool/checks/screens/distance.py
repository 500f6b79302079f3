"""Who stands far from the others: with a single mark, with the level of all marks, with the marks for the own unit.

The measure is the distance from the median of the *other* evaluators, against the usual distance in the component.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from evaltool.checks.screens.given import Key, Leaf, points, said
from evaltool.checks.screens.limits import (
    EVALUATORS,
    FAR,
    LEAST_SPREAD,
    LEVEL_SPREADS,
    LEVEL_UNITS,
    MARKS,
    OWN_ALONE,
    SPREADS,
    TIER_LEVEL_UNITS,
    TIERS_APART,
)
from evaltool.checks.screens.spread import median, off_the_others, spread
from evaltool.evaluation import Evaluation
from evaltool.findings import Finding, finding
from evaltool.inbox.intake import Intake
from evaltool.rules.methods import Ballot, mean

Off = dict[str, dict[Key, Fraction]]
"""Evaluator -> (unit, repeat) -> distance from the median of the others."""


def far_from_others(evaluation: Evaluation, leaf: Leaf) -> Iterator[Finding]:
    """Single marks and whole sheets far from what the other evaluators gave the same units."""
    columns = _columns(leaf)
    if leaf.kind == "choice":
        yield from _tiers(evaluation, leaf, columns)
    elif leaf.kind == "number":
        off = _off(columns)
        levels = {who: median(of.values()) for who, of in off.items() if len(of) >= LEVEL_UNITS}
        yield from _levels(evaluation, leaf, columns, levels)
        yield from _marks(evaluation, leaf, columns, off, levels)


def _columns(leaf: Leaf) -> dict[Key, dict[str, Fraction]]:
    """What everybody gave one unit (in one repeat), where enough evaluators did."""
    columns: dict[Key, dict[str, Fraction]] = {}
    for who, one in leaf.given.items():
        for key, share in one.shares().items():
            columns.setdefault(key, {})[who] = share
    return {key: shares for key, shares in columns.items() if len(shares) >= EVALUATORS}


def _off(columns: Mapping[Key, Mapping[str, Fraction]]) -> Off:
    off: Off = {}
    for key, shares in columns.items():
        for who, distance in off_the_others(shares).items():
            off.setdefault(who, {})[key] = distance
    return off


# --- numbers ---------------------------------------------------------------------------------------------------------


def _levels(
    evaluation: Evaluation,
    leaf: Leaf,
    columns: Mapping[Key, Mapping[str, Fraction]],
    levels: Mapping[str, Fraction],
) -> Iterator[Finding]:
    """Evaluators who are stricter or milder than the others throughout."""
    if len(levels) < EVALUATORS:
        return
    apart = off_the_others(levels)
    usual = max(spread(apart.values()), LEAST_SPREAD)
    for who, distance in apart.items():
        if abs(distance) >= FAR and abs(distance) > LEVEL_SPREADS * usual:
            mine = [shares[who] for shares in columns.values() if who in shares]
            theirs = [_mean(_others(shares, who)) for shares in columns.values() if who in shares]
            args: dict[str, object] = {
                "mean": points(_mean(mine)),
                "others": points(_mean(theirs)),
                "n": len(mine),
                "distance": points(abs(distance)),
                "usual": points(usual),
                "way_zh": "低" if distance < 0 else "高",
                "way_en": "below" if distance < 0 else "above",
            }
            yield said(evaluation, "SCREEN_LEVEL", leaf, leaf.given[who], args)


def _marks(
    evaluation: Evaluation,
    leaf: Leaf,
    columns: Mapping[Key, Mapping[str, Fraction]],
    off: Off,
    levels: Mapping[str, Fraction],
) -> Iterator[Finding]:
    """Single marks far from the others' even when the evaluator's own level is taken off."""
    rest = {(who, key): d - levels.get(who, Fraction(0)) for who, of in off.items() for key, d in of.items()}
    if len(rest) < MARKS:
        return
    step = max(one.step for one in leaf.given.values())
    usual = max(spread(rest.values()), LEAST_SPREAD, step / 2)
    for (who, key), distance in rest.items():
        if abs(distance) >= FAR and abs(distance) > SPREADS * usual:
            one, shares = leaf.given[who], columns[key]
            args: dict[str, object] = {
                "share": points(shares[who]),
                "others": points(median(_others(shares, who))),
                "n": len(shares) - 1,
                "usual": points(usual),
            }
            yield said(evaluation, "SCREEN_FAR", leaf, one, args, key[0], one.first[key])


def _others(shares: Mapping[str, Fraction], who: str) -> list[Fraction]:
    return [share for other, share in shares.items() if other != who]


def _mean(values: list[Fraction]) -> Fraction:
    return sum(values, Fraction(0)) / len(values)


# --- tiers -----------------------------------------------------------------------------------------------------------


def _tiers(evaluation: Evaluation, leaf: Leaf, columns: Mapping[Key, Mapping[str, Fraction]]) -> Iterator[Finding]:
    """In a scale of a few tiers a spread means little.  Worth a look: two tiers away from evaluators who all agree, or
    every unit in a lower (higher) tier than the middle of the others."""
    place = {share: at for at, share in enumerate(leaf.scale)}
    ways: dict[str, list[int]] = {}
    for key, shares in columns.items():
        for who, share in shares.items():
            others = _others(shares, who)
            middle = median(others)
            ways.setdefault(who, []).append((share > middle) - (share < middle))
            if len(set(others)) == 1 and abs(place[share] - place[others[0]]) >= TIERS_APART:
                one = leaf.given[who]
                args: dict[str, object] = {"share": points(share), "others": points(others[0]), "n": len(others)}
                yield said(evaluation, "SCREEN_TIER", leaf, one, args, key[0], one.first[key])
    for who, way in ways.items():
        if len(way) >= TIER_LEVEL_UNITS and abs(sum(way)) == len(way):
            args = {
                "n": len(way),
                "way_zh": "低" if way[0] < 0 else "高",
                "way_en": "lower" if way[0] < 0 else "higher",
            }
            yield said(evaluation, "SCREEN_TIER_LEVEL", leaf, leaf.given[who], args)


# --- the own unit ----------------------------------------------------------------------------------------------------


def own_unit(evaluation: Evaluation, leaf: Leaf) -> Iterator[Finding]:
    """An evaluator who marks the own unit, and marks it higher than the others do, beyond the own mildness."""
    if leaf.kind == "place":
        return
    shares = {who: one.by_unit() for who, one in leaf.given.items()}
    for who, one in leaf.given.items():
        own = evaluation.evaluators[who].unit
        if own in shares[who] and evaluation.evaluators[who].role != "self":
            found = _favour(who, own, shares)
            if found is not None:
                yield said(evaluation, "SCREEN_OWN_UNIT", leaf, one, _figures(who, own, shares), own, one.cell(own))


def own_unit_cards(evaluation: Evaluation, intake: Intake) -> Iterator[Finding]:
    """The same for cards that were collected at an evaluated unit."""
    for (class_id, component), shares in sorted(_card_means(evaluation, intake).items()):
        for who in shares:
            own = evaluation.evaluators[who].unit
            if own in shares[who] and _favour(who, own, shares) is not None:
                names: dict[str, object] = {
                    "name": evaluation.evaluators[who].name,
                    "unit_name": evaluation.units[own].name,
                    "component_name": evaluation.component(class_id, component).name,
                }
                file = next((each.file for each in intake.files if _counts(each.became, each.evaluator, who)), "")
                args = {**names, **_figures(who, own, shares)}
                yield finding("SCREEN_OWN_UNIT", file=file, unit=own, evaluator=who, component=component, args=args)


def _counts(became: str, evaluator: str, who: str) -> bool:
    return became == "counted" and evaluator == who


ByUnit = Mapping[str, Mapping[str, Fraction]]
"""Evaluator -> unit -> share."""


def _favour(who: str, own: str, shares: ByUnit) -> Fraction | None:
    """By how much the own unit is favoured, if it is far more than anything else explains."""
    off = {}
    for unit, share in shares[who].items():
        others = [of[unit] for other, of in shares.items() if other != who and unit in of]
        if others:
            off[unit] = share - median(others)
    rest = [distance for unit, distance in off.items() if unit != own]
    if own in off and len(rest) >= LEVEL_UNITS - 1:
        favour = off[own] - median(rest)
        usual = max(spread(rest, median(rest)), LEAST_SPREAD)
        return favour if favour >= FAR and favour > SPREADS * usual else None
    given = [share for unit, share in shares[who].items() if unit != own]
    if own in off or len(given) < LEVEL_UNITS - 1:
        return None
    favour = shares[who][own] - median(given)  # nobody else marks it: only against what this evaluator gives the others
    usual = max(spread(given, median(given)), LEAST_SPREAD)
    return favour if favour >= OWN_ALONE and favour > SPREADS * usual and shares[who][own] > max(given) else None


def _figures(who: str, own: str, shares: ByUnit) -> dict[str, object]:
    by_others = [of[own] for other, of in shares.items() if other != who and own in of]
    to_others = [share for unit, share in shares[who].items() if unit != own]
    return {
        "share": points(shares[who][own]),
        "given": points(median(to_others)),
        "others": points(median(by_others)) if by_others else "—",
    }


def _card_means(evaluation: Evaluation, intake: Intake) -> dict[tuple[str, str], dict[str, dict[str, Fraction]]]:
    """(class, component) -> evaluator -> unit -> mean of the cards, where somebody belongs to an evaluated unit."""
    counts: dict[tuple[str, str], dict[str, dict[str, list[tuple[Fraction, int]]]]] = {}
    if not any(each.unit for each in evaluation.roster.evaluators if each.id in _collectors(evaluation)):
        return {}
    columns = ("class_id", "component", "evaluator", "unit", "choice", "count")
    for class_id, leaf, who, unit, choice, count in intake.ballots.filter("valid").select(columns).iter_rows():
        answer = evaluation.component(class_id, leaf).answer
        assert isinstance(answer, Ballot)
        share = evaluation.classes[class_id].scale(answer.ballot).get(choice)
        if share is not None:
            by_unit = counts.setdefault((class_id, leaf), {}).setdefault(who, {})
            by_unit.setdefault(unit, []).append((share, count))
    return {
        key: {who: {unit: mean(of) or Fraction(0) for unit, of in units.items()} for who, units in by_who.items()}
        for key, by_who in counts.items()
    }


def _collectors(evaluation: Evaluation) -> set[str]:
    return {batch.evaluator for batch in evaluation.roster.batches}
