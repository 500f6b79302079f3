"""Who stands far from the others: with a single mark, with the level of all marks, with the marks for the own unit.

The measure is the distance from the median of the *other* evaluators, against the usual distance in the component.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from fractions import Fraction
from itertools import chain

from evaltool.checks.screens.given import MarkedColumn, MarkedLeaf, Noticed, UnitRepeat, of_everybody, points
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

MarkedColumns = Mapping[UnitRepeat, MarkedColumn]


def far_from_others(leaf: MarkedLeaf) -> Iterator[Noticed]:
    """Single marks and whole sheets far from what the other evaluators gave the same units."""
    if leaf.kind == "place":
        return
    columns = {key: column for key, column in leaf.columns.items() if len(column.who) >= EVALUATORS}
    off = {key: _off(column) for key, column in columns.items()}
    if leaf.kind == "choice":
        yield from _tiers(leaf, columns, off)
    else:
        by_who = of_everybody(off.values())
        levels = {who: median(of) for who, of in by_who.items() if len(of) >= LEVEL_UNITS}
        yield from _levels(leaf, columns, levels)
        yield from _marks(leaf, columns, off, levels)


def _off(column: MarkedColumn) -> MarkedColumn:
    """How far everybody is from the median of the others."""
    distances = off_the_others(column.shares)
    return MarkedColumn(column.who, [distances[share] for share in column.shares])


# --- numbers ---------------------------------------------------------------------------------------------------------


def _levels(leaf: MarkedLeaf, columns: MarkedColumns, levels: Mapping[int, int]) -> Iterator[Noticed]:
    """Evaluators who are stricter or milder than the others throughout."""
    if len(levels) < EVALUATORS:
        return
    off = off_the_others(levels.values())
    apart = {who: off[level] for who, level in levels.items()}
    usual = max(spread(apart.values()), LEAST_SPREAD * leaf.whole)
    far = beyond(leaf.whole, FAR, LEVEL_SPREADS, usual)
    named = {who for who, distance in apart.items() if abs(distance) >= far}
    for who, (mine, theirs) in _means(columns, named).items():
        distance = apart[who]
        args: dict[str, object] = {
            "mean": points(Fraction(sum(mine), leaf.whole * len(mine))),
            "others": points(sum(theirs, Fraction(0)) / (leaf.whole * len(mine))),
            "n": len(mine),
            "distance": points(leaf.share(abs(distance))),
            "usual": points(usual / leaf.whole),
            "way_zh": "低" if distance < 0 else "高",
            "way_en": "below" if distance < 0 else "above",
        }
        yield Noticed("SCREEN_LEVEL", who, args, at_cell=False)


def _means(columns: MarkedColumns, named: Collection[int]) -> dict[int, tuple[list[int], list[Fraction]]]:
    """Of some evaluators what each gave, and what the others gave the same units in the mean."""
    found: dict[int, tuple[list[int], list[Fraction]]] = {who: ([], []) for who in sorted(named)}
    for column in columns.values() if named else ():
        total, others = sum(column.shares), len(column.shares) - 1
        for who, share in zip(*column, strict=True):
            if who in named:
                found[who][0].append(share)
                found[who][1].append(Fraction(total - share, others))
    return found


def _marks(
    leaf: MarkedLeaf, columns: MarkedColumns, off: MarkedColumns, levels: Mapping[int, int]
) -> Iterator[Noticed]:
    """Single marks far from the others' even when the evaluator's own level is taken off."""
    rest = {key: [each - levels.get(who, 0) for who, each in zip(*of, strict=True)] for key, of in off.items()}
    if sum(map(len, rest.values())) < MARKS:
        return
    usual = max(spread(chain.from_iterable(rest.values())), max(LEAST_SPREAD, leaf.step / 2) * leaf.whole)
    far = beyond(leaf.whole, FAR, SPREADS, usual)
    for key, distances in rest.items():
        for at, distance in enumerate(distances):
            if abs(distance) >= far:
                share = columns[key].shares[at]
                args: dict[str, object] = {
                    "share": points(leaf.share(share)),
                    "others": points(leaf.share(share - off[key].shares[at])),
                    "n": len(distances) - 1,
                    "usual": points(usual / leaf.whole),
                }
                yield Noticed("SCREEN_FAR", columns[key].who[at], args, *key)


# --- tiers -----------------------------------------------------------------------------------------------------------


def _tiers(leaf: MarkedLeaf, columns: MarkedColumns, off: MarkedColumns) -> Iterator[Noticed]:
    """In a scale of a few tiers a spread means little.  Worth a look: two tiers away from evaluators who all agree, or
    every unit in a lower (higher) tier than the middle of the others."""
    for key, column in columns.items():
        yield from _tiers_apart(leaf, key, column)
    for who, of in of_everybody(off.values()).items():
        way = [(distance > 0) - (distance < 0) for distance in of]
        if len(way) >= TIER_LEVEL_UNITS and abs(sum(way)) == len(way):
            args = {
                "n": len(way),
                "way_zh": "低" if way[0] < 0 else "高",
                "way_en": "lower" if way[0] < 0 else "higher",
            }
            yield Noticed("SCREEN_TIER_LEVEL", who, args, at_cell=False)


def _tiers_apart(leaf: MarkedLeaf, key: UnitRepeat, column: MarkedColumn) -> Iterator[Noticed]:
    """The one evaluator who is two tiers away from all others."""
    counts = Counter(column.shares).most_common()
    if len(counts) != 2 or counts[1][1] != 1:
        return
    others, alone = (leaf.share(share) for share, _ in counts)
    # several rows together may lie between tiers
    if {others, alone} <= set(leaf.scale) and abs(leaf.scale.index(alone) - leaf.scale.index(others)) >= TIERS_APART:
        who = column.who[column.shares.index(counts[1][0])]
        args: dict[str, object] = {"share": points(alone), "others": points(others), "n": len(column.shares) - 1}
        yield Noticed("SCREEN_TIER", who, args, *key)


# --- the own unit ----------------------------------------------------------------------------------------------------


def own_unit(evaluation: Evaluation, leaf: MarkedLeaf) -> Iterator[Noticed]:
    """An evaluator who marks the own unit, and marks it higher than the others do, beyond the own mildness."""
    if leaf.kind == "place":
        return
    known = [evaluation.evaluators[who] for who in leaf.names]
    own = {at: each.unit for at, each in enumerate(known) if each.role != "self" and each.unit in leaf.units}
    for who, figures in _favoured(own, leaf.units, leaf.whole):
        yield Noticed("SCREEN_OWN_UNIT", who, figures, own[who])


def own_unit_cards(evaluation: Evaluation, intake: Intake) -> Iterator[Finding]:
    """The same for cards that were collected at an evaluated unit."""
    for (class_id, component), means in sorted(_card_means(evaluation, intake).items()):
        whole = common(share.denominator for of in means.values() for share in of.values())
        names = list(means)
        given: dict[str, list[tuple[int, int]]] = {}
        for at, of in enumerate(means.values()):
            for unit, share in of.items():
                given.setdefault(unit, []).append((at, over(whole, share)))
        columns = {unit: MarkedColumn(*zip(*of, strict=True)) for unit, of in given.items()}
        belong = {at: evaluation.evaluators[who].unit for at, who in enumerate(names)}
        for at, figures in _favoured(belong, columns, whole):
            who, own = names[at], belong[at]
            said: dict[str, object] = {
                "name": evaluation.evaluators[who].name,
                "unit_name": evaluation.units[own].name,
                "component_name": evaluation.component(class_id, component).name,
            }
            file = next((each.file for each in intake.files if _counts(each.became, each.evaluator, who)), "")
            args = {**said, **figures}
            yield finding("SCREEN_OWN_UNIT", file=file, unit=own, evaluator=who, component=component, args=args)


def _counts(became: str, evaluator: str, who: str) -> bool:
    return became == "counted" and evaluator == who


def _favoured(
    belong: Mapping[int, str], columns: Mapping[str, MarkedColumn], whole: int
) -> Iterator[tuple[int, dict[str, object]]]:
    """Of those who belong to a unit and marked it the ones who favour it, with the figures that show it."""
    marked = {who: unit for who, unit in belong.items() if unit in columns and who in columns[unit].who}
    shares: dict[int, dict[str, int]] = {who: {} for who in marked}
    off: dict[int, dict[str, int]] = {who: {} for who in marked}
    for unit, column in columns.items() if marked else ():
        distances = off_the_others(column.shares) if len(column.shares) > 1 else {}
        for who, share in zip(*column, strict=True):
            if who in marked:
                shares[who][unit] = share
                off[who] |= {unit: distances[share]} if distances else {}
    for who, own in marked.items():
        given = [share for unit, share in shares[who].items() if unit != own]
        share = shares[who][own]
        if _favours(share, given, own, off[who], whole):
            others = points(Fraction(share - off[who][own], whole)) if own in off[who] else "—"
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
