"""From points to standings: the published total of every unit and its rank inside its group.

Bonus and deduction are added before rounding; the total is rounded once, half up.  Ranks follow the published total, so
that what is printed explains the order (the rules may say "exact", or "variation": the published total less the unit's
earlier one).  A tie goes through the rules' chain, which
compares exact points, then to the ledger, and stays a shared rank otherwise: 1, 2, 2, 4, or 1, 2, 2, 3 where the rules
have places without gaps.

Where the rules reward places climbed against the year before, all are ranked twice: by the totals, then by the totals
with the reward.  Decisions on ties are about the second ranking, which is the last: a place that it gives or takes
earns nothing more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import count, groupby

from evaltool.evaluation import Evaluation
from evaltool.evaluation.extras import CountedExtra, unit_extras
from evaltool.exact import half_up, plain, published
from evaltool.findings import Finding, finding
from evaltool.ledger import Decision, finding_at, ties
from evaltool.points.score import PointsTable
from evaltool.results.entailing import Barred
from evaltool.roster import Unit
from evaltool.rules import EXTRAS, ExtraWord, Scheme

GroupKey = tuple[str, str]  # class and group


@dataclass(frozen=True, slots=True)
class Climbed:
    """What places climbed brought a ranked unit: its rank `first`, by the total without it, the earlier one (None:
    there is none), the points."""

    first: int
    before: int | None
    points: Fraction


@dataclass(frozen=True, slots=True)
class Standing:
    """One unit's result.  `exact` is the total with bonus and deduction, unrounded; `total` the published one.

    `climbed`: where places climbed are rewarded, which `exact` and `total` have in them.
    `grade_by_total` is the grade before a veto, `zeroed`: the leaves that have nothing by it; `tie` says how a tie was
    broken; `barred`: why the unit can have no award, `withheld`: those that it would have without that, as they are
    printed; `available` is the weight of the components that could be scored (less than the full weight only in an
    interim result); `change`: the published total less the last earlier one, where that decides the order.  Of an
    interim result: `received`, the weight of what is in (less than `available` where some periods stand for all);
    `possible`, the worst and the best grade that the unit can still have, where it can have several: then it has no
    grade yet.
    """

    unit: Unit
    exact: Fraction
    total: Fraction
    text: str
    bonus: Fraction
    deduction: Fraction
    available: Fraction
    rank: int | None = None
    tie: str = ""
    grade: str = ""
    grade_by_total: str = ""
    veto: str = ""
    zeroed: tuple[str, ...] = ()
    awards: tuple[str, ...] = ()
    revoked: tuple[tuple[str, str], ...] = ()  # awards that a decision took away, each with its document
    barred: tuple[Barred, ...] = ()
    withheld: tuple[str, ...] = ()
    change: Fraction | None = None
    received: Fraction | None = None
    possible: tuple[str, ...] = ()
    climbed: Climbed | None = None

    @property
    def reward(self) -> Fraction:
        """The points for places climbed."""
        return self.climbed.points if self.climbed else Fraction(0)

    @property
    def added(self) -> Fraction:
        """What the total has beside the components' points: bonus and reward, less the deduction."""
        return self.bonus + self.reward - self.deduction

    @property
    def at_first(self) -> Standing:
        """How it stood in the first ranking, before places climbed were rewarded."""
        if self.climbed is None:
            return self
        return replace(self, exact=self.exact - self.reward, total=self.total - self.reward, rank=self.climbed.first)

    @property
    def key(self) -> tuple[str, str]:
        return self.unit.class_id, self.unit.group


Standings = tuple[Standing, ...]


def rank(evaluation: Evaluation, points: PointsTable) -> tuple[Standings, list[Finding]]:
    """Standings in the order of classes, groups and ranks; unranked units stand at the end of their group."""
    standings: list[Standing] = []
    findings: list[Finding] = []
    tied: set[str] = set()
    for scheme in evaluation.classes.values():
        for group in scheme.head.groups:
            findings += _capped(evaluation, scheme, group.id)
            totals = [total_of(evaluation, scheme, unit, points) for unit in evaluation.units_of(scheme.id, group.id)]
            taking_part = [one for one in totals if one.unit.standing == "ranked"]
            taking_part = list(_rewarded(evaluation, scheme, taking_part, points))
            ranked, wrong = _ranked(evaluation, scheme, taking_part, points, tied)
            findings += wrong
            rest = sorted(
                (one for one in totals if one.unit.standing != "ranked"), key=lambda one: (-one.total, one.unit.order)
            )
            standings += [*ranked, *rest]
    findings += [_below_zero(one) for one in standings if one.exact < 0]
    for line in ties(evaluation.ledger):
        if line.unit in evaluation.units and line.unit not in tied:
            findings.append(finding_at(line, "DECISION_WITHOUT_EFFECT"))
    return tuple(standings), findings


def _rewarded(
    evaluation: Evaluation, scheme: Scheme, units: Sequence[Standing], points: PointsTable
) -> Iterable[Standing]:
    """The units with what the places are worth that they climbed, where the rules reward that."""
    if not scheme.climb.points:
        return units
    first, _ = _ranked(replace(evaluation, ledger=()), scheme, units, points, set())
    return (_with_reward(evaluation, scheme, one) for one in first)


def _with_reward(evaluation: Evaluation, scheme: Scheme, one: Standing) -> Standing:
    assert one.rank is not None
    last = evaluation.last(one.unit.id)
    before = last.rank if last else None
    points = scheme.climb.reward(before - one.rank) if before is not None else Fraction(0)
    made = replace(one, climbed=Climbed(one.rank, before, points), rank=None, tie="")
    return with_points(scheme, made, points)


def with_points(scheme: Scheme, one: Standing, points: Fraction) -> Standing:
    """The total with so many points more."""
    exact, digits = one.exact + points, scheme.head.decimals
    return replace(one, exact=exact, total=half_up(exact, digits), text=published(exact, digits))


def _below_zero(one: Standing) -> Finding:
    args: dict[str, object] = {"unit_name": one.unit.name, "deduction": plain(one.deduction)}
    return finding("TOTAL_NEGATIVE", unit=one.unit.id, value=one.text, args=args)


def total_of(evaluation: Evaluation, scheme: Scheme, unit: Unit, points: PointsTable) -> Standing:
    """What a unit comes to, without its place."""
    point = points[unit.id, ""]
    bonus, deduction = (unit_extras(evaluation, scheme, kind, unit.id).total for kind in EXTRAS)
    exact = (point.points or Fraction(0)) + bonus - deduction
    digits = scheme.head.decimals
    pending = sum(
        (
            points[unit.id, leaf].weight
            for leaf in scheme.leaves()
            if (unit.id, leaf) in points and points[unit.id, leaf].points is None
        ),
        Fraction(0),
    )
    total = half_up(exact, digits)
    last = evaluation.last(unit.id) if scheme.ranking.by == "variation" else None
    change = total - last.total if last and last.total is not None else None
    text = published(exact, digits)
    return Standing(unit, exact, total, text, bonus, deduction, point.weight - pending, change=change)


_CAPPED: Mapping[ExtraWord, str] = {"bonus": "BONUS_CAPPED", "deduction": "DEDUCTION_CAPPED"}
_LESS = {"deed": "EXTRA_SAME_DEED", "once": "EXTRA_ONCE", "cap": "EXTRA_KIND_CAPPED"}


def _capped(evaluation: Evaluation, scheme: Scheme, group: str) -> Iterable[Finding]:
    """Units that were given more than the cap, or of whom more was taken; decisions of which less counts."""
    for unit in evaluation.units_of(scheme.id, group):
        for kind in EXTRAS:
            made = unit_extras(evaluation, scheme, kind, unit.id)
            yield from (_less(each) for each in made.lines if each.why)
            if made.total < made.before_cap:
                args: dict[str, object] = {"unit_name": unit.name, "cap": published(made.total, scheme.head.decimals)}
                value = published(made.before_cap, scheme.head.decimals)
                yield finding(_CAPPED[kind], unit=unit.id, value=value, args=args)


def _less(each: CountedExtra) -> Finding:
    """A decision of which not everything counts."""
    decided = each.decided
    said, counts = plain(decided.points), plain(each.counted)
    return finding_at(decided.line, _LESS[each.why], name=decided.name, points=said, counted=counts)


def _ranked(
    evaluation: Evaluation, scheme: Scheme, units: Iterable[Standing], points: PointsTable, tied_units: set[str]
) -> tuple[list[Standing], list[Finding]]:
    """In the order of their ranks; `tied_units` learns whom the rules do not tell apart."""

    def first(one: Standing) -> Fraction:
        return deciding(scheme, one)

    def whole(one: Standing) -> tuple[Fraction, ...]:
        return placed_by(scheme, one, points)

    ordered = sorted(units, key=lambda one: (*(-value for value in whole(one)), one.unit.order, one.unit.id))
    findings: list[Finding] = []
    ranked: list[Standing] = []
    place = 1
    for _, group in groupby(ordered, key=first):
        same_total = list(group)
        for _, tied in groupby(same_total, key=whole):
            block = list(tied)
            tied_units |= {one.unit.id for one in block} if len(block) > 1 else set()
            placed, wrong = _settled(evaluation, block, place, same(scheme))
            place += len(block) if scheme.ranking.gaps else len({one.rank for one in placed})
            findings += wrong
            if len(same_total) > len(block):
                placed = [replace(one, tie=_sentence(scheme, one, same_total, whole)) for one in placed]
            ranked += placed
    return ranked, findings


def deciding(scheme: Scheme, one: Standing) -> Fraction:
    """The figure by which a unit is placed: its total as the rules say, or the change of it."""
    if scheme.ranking.by == "variation":
        return one.change or Fraction(0)
    return counted_total(scheme, one)


def counted_total(scheme: Scheme, one: Standing) -> Fraction:
    """The total that bounds of grades look at: unrounded where places go by that."""
    return one.exact if scheme.ranking.by == "exact" else one.total


def placed_by(scheme: Scheme, one: Standing, points: PointsTable) -> tuple[Fraction, ...]:
    """All that the rules place a unit by: the figure, then the points of the chain of components that break ties."""
    # a component of another group tells nobody apart here
    found = (points.get((one.unit.id, each)) for each in scheme.ranking.ties)
    return (deciding(scheme, one), *((point.points if point else None) or Fraction(0) for point in found))


def decided_places(scheme: Scheme, ranked: Iterable[Standing], points: PointsTable) -> dict[str, int]:
    """Unit -> place, of units that nothing in the rules tells apart and that a decision has placed all the same."""
    blocks: dict[tuple[Fraction, ...], list[Standing]] = {}
    for one in ranked:
        blocks.setdefault(placed_by(scheme, one, points), []).append(one)
    apart = (block for block in blocks.values() if len({one.rank for one in block}) > 1)
    return {one.unit.id: one.rank for block in apart for one in block if one.rank is not None}


def same(scheme: Scheme) -> str:
    """What is the same of units that are tied."""
    return "总分增减相同" if scheme.ranking.by == "variation" else "总分相同"


def alike(scheme: Scheme) -> str:
    """What is the same of units with the same published total, which may have places of their own."""
    return "公布的总分相同" if scheme.ranking.by == "exact" else "总分相同"


def _settled(
    evaluation: Evaluation, block: list[Standing], place: int, same: str
) -> tuple[list[Standing], list[Finding]]:
    """Units that nothing in the rules tells apart: placed by the ledger if it places all, else a shared rank."""
    if len(block) == 1:
        return [replace(block[0], rank=place)], []
    units = {one.unit.id for one in block}
    lines = [line for line in ties(evaluation.ledger) if line.unit in units]
    decided = {line.unit: line for line in lines}
    wanted = sorted(line.amount for line in lines)
    if len(decided) == len(block) and wanted == list(range(place, place + len(block))):
        placed = [
            replace(one, rank=int(decided[one.unit.id].amount), tie=_decided(decided[one.unit.id], same))
            for one in block
        ]
        return sorted(placed, key=lambda one: decided[one.unit.id].amount), []
    names = "、".join(one.unit.name for one in block)
    shared = [replace(one, rank=place, tie=f"{names}{same}，名次并列") for one in block]
    return shared, [_tie_wrong(line, place, len(block)) for line in lines]


def _decided(line: Decision, same: str) -> str:
    return f"{same}，依{line.document}列第{line.after}"


def _tie_wrong(line: Decision, place: int, units: int) -> Finding:
    return finding_at(line, "TIE_DECISION", first=place, last=place + units - 1, after=line.after)


def _sentence(
    scheme: Scheme, one: Standing, equal: list[Standing], whole: Callable[[Standing], tuple[Fraction, ...]]
) -> str:
    """How the rules' chain told units with the same figure apart, in a sentence."""
    others = [other for other in equal if whole(other) != whole(one)]
    names = "、".join(other.unit.name for other in others)
    # as far as the last of them is told apart
    far = next(far for far in count(1) if all(whole(other)[: far + 1] != whole(one)[: far + 1] for other in others))
    compared = [scheme.components[each].name for each in scheme.ranking.ties[:far]]
    sentence = f"与{names}{same(scheme)}，依次比较{'、'.join(compared)}，由{compared[-1]}得分确定名次"
    return f"{sentence}；{one.tie}" if one.tie else sentence


def by_unit(standings: Standings) -> Mapping[str, Standing]:
    return {one.unit.id: one for one in standings}
