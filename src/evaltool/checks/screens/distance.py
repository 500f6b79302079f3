"""Who stands far from the others: with a single mark, with the level of all marks, with the marks for the own unit.

The measure is the distance from the median of the *other* evaluators, against the usual distance in the component.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from fractions import Fraction

from evaltool.checks.screens.given import K, MarkedLeaf, UnitRepeat, points, said
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
from evaltool.checks.screens.spread import beyond, common, median, off_the_others, over, spread
from evaltool.evaluation import Evaluation
from evaltool.findings import Finding, finding
from evaltool.inbox.intake import Intake
from evaltool.rules.methods import mean

SharesByEvaluator = Mapping[UnitRepeat, Mapping[str, int]]
"""(unit, repeat) -> evaluator -> share, over the leaf's `whole`."""
Off = dict[str, dict[UnitRepeat, int]]
"""Evaluator -> (unit, repeat) -> distance from the median of the others."""


def far_from_others(evaluation: Evaluation, leaf: MarkedLeaf) -> Iterator[Finding]:
    """Single marks and whole sheets far from what the other evaluators gave the same units."""
    if leaf.kind == "place":
        return
    columns = _columns({who: one.shares for who, one in leaf.given.items()}, EVALUATORS)
    off = _off(columns)
    if leaf.kind == "choice":
        yield from _tiers(evaluation, leaf, columns, off)
    else:
        levels = {who: median(of.values()) for who, of in off.items() if len(of) >= LEVEL_UNITS}
        yield from _levels(evaluation, leaf, columns, levels)
        yield from _marks(evaluation, leaf, columns, off, levels)


def _columns(given: Mapping[str, Mapping[K, int]], least: int) -> dict[K, dict[str, int]]:
    """What everybody gave one unit (in one repeat), where enough evaluators did."""
    columns: dict[K, dict[str, int]] = {}
    for who, shares in given.items():
        for key, share in shares.items():
            columns.setdefault(key, {})[who] = share
    return {key: shares for key, shares in columns.items() if len(shares) >= least}


def _off(columns: SharesByEvaluator) -> Off:
    off: Off = {}
    for key, shares in columns.items():
        distances = off_the_others(shares.values())
        for who, share in shares.items():
            off.setdefault(who, {})[key] = distances[share]
    return off


# --- numbers ---------------------------------------------------------------------------------------------------------


def _levels(
    evaluation: Evaluation, leaf: MarkedLeaf, columns: SharesByEvaluator, levels: Mapping[str, int]
) -> Iterator[Finding]:
    """Evaluators who are stricter or milder than the others throughout."""
    if len(levels) < EVALUATORS:
        return
    off = off_the_others(levels.values())
    apart = {who: off[level] for who, level in levels.items()}
    usual = max(spread(apart.values()), LEAST_SPREAD * leaf.whole)
    far = beyond(leaf.whole, FAR, LEVEL_SPREADS, usual)
    sums = {key: sum(shares.values()) for key, shares in columns.items()}
    for who, distance in apart.items():
        if abs(distance) >= far:
            mine = {key: shares[who] for key, shares in columns.items() if who in shares}
            theirs = [Fraction(sums[key] - share, len(columns[key]) - 1) for key, share in mine.items()]
            args: dict[str, object] = {
                "mean": points(Fraction(sum(mine.values()), leaf.whole * len(mine))),
                "others": points(sum(theirs, Fraction(0)) / (leaf.whole * len(mine))),
                "n": len(mine),
                "distance": points(leaf.share(abs(distance))),
                "usual": points(usual / leaf.whole),
                "way_zh": "低" if distance < 0 else "高",
                "way_en": "below" if distance < 0 else "above",
            }
            yield said(evaluation, "SCREEN_LEVEL", leaf, leaf.given[who], args)


def _marks(
    evaluation: Evaluation, leaf: MarkedLeaf, columns: SharesByEvaluator, off: Off, levels: Mapping[str, int]
) -> Iterator[Finding]:
    """Single marks far from the others' even when the evaluator's own level is taken off."""
    rest = [(distance - levels.get(who, 0), who, key) for who, of in off.items() for key, distance in of.items()]
    if len(rest) < MARKS:
        return
    usual = max(spread(distance for distance, _, _ in rest), max(LEAST_SPREAD, leaf.step / 2) * leaf.whole)
    far = beyond(leaf.whole, FAR, SPREADS, usual)
    for distance, who, key in rest:
        if abs(distance) >= far:
            one, share = leaf.given[who], columns[key][who]
            args: dict[str, object] = {
                "share": points(leaf.share(share)),
                "others": points(leaf.share(share - off[who][key])),
                "n": len(columns[key]) - 1,
                "usual": points(usual / leaf.whole),
            }
            yield said(evaluation, "SCREEN_FAR", leaf, one, args, key[0], one.first[key])


# --- tiers -----------------------------------------------------------------------------------------------------------


def _tiers(evaluation: Evaluation, leaf: MarkedLeaf, columns: SharesByEvaluator, off: Off) -> Iterator[Finding]:
    """In a scale of a few tiers a spread means little.  Worth a look: two tiers away from evaluators who all agree, or
    every unit in a lower (higher) tier than the middle of the others."""
    for key, shares in columns.items():
        yield from _tiers_apart(evaluation, leaf, key, shares)
    for who, of in off.items():
        way = [(distance > 0) - (distance < 0) for distance in of.values()]
        if len(way) >= TIER_LEVEL_UNITS and abs(sum(way)) == len(way):
            args = {
                "n": len(way),
                "way_zh": "低" if way[0] < 0 else "高",
                "way_en": "lower" if way[0] < 0 else "higher",
            }
            yield said(evaluation, "SCREEN_TIER_LEVEL", leaf, leaf.given[who], args)


def _tiers_apart(
    evaluation: Evaluation, leaf: MarkedLeaf, key: UnitRepeat, shares: Mapping[str, int]
) -> Iterator[Finding]:
    """The one evaluator who is two tiers away from all others."""
    counts = Counter(shares.values()).most_common()
    if len(counts) != 2 or counts[1][1] != 1:
        return
    others, alone = (leaf.share(share) for share, _ in counts)
    # several rows together may lie between tiers
    if {others, alone} <= set(leaf.scale) and abs(leaf.scale.index(alone) - leaf.scale.index(others)) >= TIERS_APART:
        one = leaf.given[next(who for who, share in shares.items() if share == counts[1][0])]
        args: dict[str, object] = {"share": points(alone), "others": points(others), "n": len(shares) - 1}
        yield said(evaluation, "SCREEN_TIER", leaf, one, args, key[0], one.first[key])


# --- the own unit ----------------------------------------------------------------------------------------------------


def own_unit(evaluation: Evaluation, leaf: MarkedLeaf) -> Iterator[Finding]:
    """An evaluator who marks the own unit, and marks it higher than the others do, beyond the own mildness."""
    if leaf.kind == "place":
        return
    shares = {who: one.by_unit for who, one in leaf.given.items()}
    marked = {who: of for who, of in shares.items() if evaluation.evaluators[who].role != "self"}
    for who, figures in _favoured(evaluation, marked, shares, leaf.whole):
        one, own = leaf.given[who], evaluation.evaluators[who].unit
        yield said(evaluation, "SCREEN_OWN_UNIT", leaf, one, figures, own, one.cell(own))


def own_unit_cards(evaluation: Evaluation, intake: Intake) -> Iterator[Finding]:
    """The same for cards that were collected at an evaluated unit."""
    for (class_id, component), means in sorted(_card_means(evaluation, intake).items()):
        whole = common(share.denominator for of in means.values() for share in of.values())
        shares = {who: {unit: over(whole, share) for unit, share in of.items()} for who, of in means.items()}
        for who, figures in _favoured(evaluation, shares, shares, whole):
            own = evaluation.evaluators[who].unit
            names: dict[str, object] = {
                "name": evaluation.evaluators[who].name,
                "unit_name": evaluation.units[own].name,
                "component_name": evaluation.component(class_id, component).name,
            }
            file = next((each.file for each in intake.files if _counts(each.became, each.evaluator, who)), "")
            args = {**names, **figures}
            yield finding("SCREEN_OWN_UNIT", file=file, unit=own, evaluator=who, component=component, args=args)


def _counts(became: str, evaluator: str, who: str) -> bool:
    return became == "counted" and evaluator == who


ByUnit = Mapping[str, Mapping[str, int]]
"""Evaluator -> unit -> share."""


def _favoured(
    evaluation: Evaluation, marked: ByUnit, shares: ByUnit, whole: int
) -> Iterator[tuple[str, dict[str, object]]]:
    """Of those who marked the own unit the ones who favour it, with the figures that show it."""
    belong = {who: evaluation.evaluators[who].unit for who in marked if evaluation.evaluators[who].unit in marked[who]}
    if not belong:
        return
    off = {unit: off_the_others(of.values()) for unit, of in _columns(shares, 2).items()}
    for who, own in belong.items():
        distances = {unit: off[unit][share] for unit, share in shares[who].items() if unit in off}
        given = [share for unit, share in shares[who].items() if unit != own]
        share = shares[who][own]
        if _favours(share, given, own, distances, whole):
            others = points(Fraction(share - distances[own], whole)) if own in distances else "—"
            middle = points(Fraction(median(given), whole))
            yield who, {"share": points(Fraction(share, whole)), "given": middle, "others": others}


def _favours(share: int, given: list[int], own: str, off: Mapping[str, int], whole: int) -> bool:
    """Whether the own unit is favoured by far more than anything else explains."""
    rest = [distance for unit, distance in off.items() if unit != own]
    if own in off and len(rest) >= LEVEL_UNITS - 1:
        return off[own] - median(rest) >= beyond(whole, FAR, SPREADS, _usual(rest, whole))
    if own in off or len(given) < LEVEL_UNITS - 1:
        return False
    # nobody else marks it: only against what this evaluator gives the others
    return share > max(given) and share - median(given) >= beyond(whole, OWN_ALONE, SPREADS, _usual(given, whole))


def _usual(values: list[int], whole: int) -> Fraction:
    return max(spread(values, median(values)), LEAST_SPREAD * whole)


def _card_means(evaluation: Evaluation, intake: Intake) -> dict[tuple[str, str], dict[str, dict[str, Fraction]]]:
    """(class, component) -> evaluator -> unit -> mean of the cards, where somebody belongs to an evaluated unit."""
    counts: dict[tuple[str, str], dict[str, dict[str, list[tuple[Fraction, int]]]]] = {}
    if not any(each.unit for each in evaluation.roster.evaluators if each.id in _collectors(evaluation)):
        return {}
    columns = ("class_id", "component", "evaluator", "unit", "choice", "count")
    for class_id, leaf, who, unit, choice, count in intake.ballots.filter("valid").select(columns).iter_rows():
        component = evaluation.component(class_id, leaf)
        share = evaluation.classes[class_id].scale(component.scale_name).get(choice)
        if share is not None:
            by_unit = counts.setdefault((class_id, leaf), {}).setdefault(who, {})
            by_unit.setdefault(unit, []).append((share, count))
    return {
        key: {who: {unit: mean(of) or Fraction(0) for unit, of in units.items()} for who, units in by_who.items()}
        for key, by_who in counts.items()
    }


def _collectors(evaluation: Evaluation) -> set[str]:
    return {batch.evaluator for batch in evaluation.roster.batches}
