"""满意率: how many of those who chose on a scale were satisfied; and where public documents may say so (law 11).

A share that is told tells no voter's mark where those who answered were enough and differed far enough: whoever gave
which does not follow.  Where other marks are confidential it must not make a printed figure finer either, since what
remains of the total would be told more closely: all that the figure leaves open has to fit the share too.  It is told
of all units of a group, or of none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from evaltool.exact import half_up
from evaltool.inbox.intake import Intake
from evaltool.points.score import Point
from evaltool.results.disclosure import Published
from evaltool.rules import Scheme

PERCENT = Fraction(1, 100)
PublicShares = Mapping[str, Mapping[str, Fraction]]
"""Component -> unit -> share of satisfied answers."""


@dataclass(frozen=True, slots=True)
class Satisfaction:
    """Choice -> how often it was given about a unit, and which of them are satisfied; only choices with points."""

    counts: Mapping[str, int]
    choices: tuple[str, ...]

    @property
    def answers(self) -> int:
        return sum(self.counts.values())

    @property
    def satisfied(self) -> int:
        return sum(self.counts.get(choice, 0) for choice in self.choices)

    @property
    def share(self) -> Fraction:
        return Fraction(self.satisfied, self.answers)


def satisfied_choices(scheme: Scheme, leaf: str) -> tuple[str, ...]:
    """The choices of a leaf's cards that count as satisfied; none where it has no cards, or its scale no two halves."""
    ballot = scheme.components[leaf].ballot
    return ballot.satisfied_on(_scale(scheme, leaf)) if ballot else ()


def satisfaction(intake: Intake, scheme: Scheme, units: Iterable[str] = ()) -> dict[tuple[str, str], Satisfaction]:
    """By unit and component, as far as anybody chose; of these units, or of all."""
    import polars as pl

    leaves = {leaf: choices for leaf in scheme.leaves() if (choices := satisfied_choices(scheme, leaf))}
    if not leaves:
        return {}
    rows = intake.ballots.filter("valid", pl.col("class_id") == scheme.id, pl.col("component").is_in(list(leaves)))
    wanted = list(units)
    rows = rows.filter(pl.col("unit").is_in(wanted)) if wanted else rows
    keys = ("unit", "component", "choice")
    counts: dict[tuple[str, str], dict[str, int]] = {}
    for unit, component, choice, count in rows.group_by(keys).agg(pl.col("count").sum()).sort(keys).iter_rows():
        if _scale(scheme, component).get(choice) is not None and count:
            counts.setdefault((unit, component), {})[choice] = count
    return {key: Satisfaction(own, leaves[key[1]]) for key, own in counts.items()}


def _scale(scheme: Scheme, leaf: str) -> Mapping[str, Fraction | None]:
    return scheme.scale(scheme.components[leaf].scale_name)


# --- what may be told ------------------------------------------------------------------------------------------------


def public_shares(
    intake: Intake, scheme: Scheme, points: Mapping[tuple[str, str], Point], units: Sequence[str], public: Published
) -> PublicShares:
    """The shares of a group that public documents may tell, in whole percent."""
    found = satisfaction(intake, scheme, units)
    told: dict[str, Mapping[str, Fraction]] = {}
    for component in public.shown:
        own = {unit: each for (unit, leaf), each in found.items() if leaf == component}
        if own and all(
            _is_safe(scheme, component, each, points.get((unit, component)), public) for unit, each in own.items()
        ):
            told[component] = {unit: half_up(each.share, 2) for unit, each in own.items()}
    return told


def _is_safe(scheme: Scheme, leaf: str, own: Satisfaction, point: Point | None, public: Published) -> bool:
    scale = {choice: share for choice, share in _scale(scheme, leaf).items() if share is not None}
    given = [scale[choice] for choice in own.counts]
    apart, whole = max(given) - min(given), max(scale.values()) - min(scale.values())
    if own.answers < scheme.disclosure.floor or not apart or apart < whole * Fraction(scheme.disclosure.open) / 100:
        return False
    return not public.guarded or (point is not None and _is_coarser(scale, own, point, public.digits))


def _is_coarser(scale: Mapping[str, Fraction], own: Satisfaction, point: Point, digits: int) -> bool:
    """Whether every mean that the printed figure leaves open can have the printed share."""
    mean = sum((scale[choice] * count for choice, count in own.counts.items()), Fraction(0)) / own.answers
    if point.points is None or not point.weight or point.share != mean:
        return False  # a curve, or the mean of batches: what the share would say of it is not known
    half = Fraction(1, 2 * 10**digits)
    printed = half_up(point.points, digits)
    least, most = min(scale.values()), max(scale.values())
    low, high = max((printed - half) / point.weight, least), min((printed + half) / point.weight, most)
    share = half_up(own.share, 2)
    # beyond nobody and everybody there are means beyond the scale, where the figure is not looked at
    ends = (share - PERCENT / 2, share + PERCENT / 2)
    yes = [scale[choice] for choice in scale if choice in own.choices]
    no = [scale[choice] for choice in scale if choice not in own.choices]
    return (
        min(each * min(yes) + (1 - each) * min(no) for each in ends) <= low
        and max(each * max(yes) + (1 - each) * max(no) for each in ends) >= high
    )
