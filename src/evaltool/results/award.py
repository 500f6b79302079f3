"""Awards on the final grade: by ranks, by a percentage of each group, or for single fields of work.

A place whose condition fails stays empty.  A unit that may have no award (取消评先资格) leaves its place empty too, or
makes way for the next, as the award says.  A tie across the edge of an award is never picked silently: all have it or
none, where the rules say so; else the units concerned get nothing, and a finding asks the committee.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import groupby
from typing import TYPE_CHECKING

from evaltool.evaluation import Evaluation
from evaltool.exact import apportioned, share_of
from evaltool.findings import Finding, finding
from evaltool.inbox.intake import Intake
from evaltool.ledger import Ledger, finding_at, idle, of_kind, ties
from evaltool.points.score import PointsTable
from evaltool.results import history as earlier
from evaltool.results.conditions import ConditionNumbers, Judge
from evaltool.results.entailing import Barred, barring
from evaltool.results.rank import Standing, Standings
from evaltool.rules import Award, Group, Scheme

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True, slots=True)
class AwardsGiven:
    """What was given so far: unit -> (award, how it is printed); what the `barred` would have had; and who was tied in
    a field: (field, unit)."""

    awards: dict[str, list[tuple[str, str]]]
    tied: set[tuple[str, str]]
    barred: frozenset[str]
    withheld: dict[str, list[tuple[str, str]]]

    def give(self, unit: str, each: Award, label: str = "") -> None:
        among = self.withheld if unit in self.barred else self.awards
        among.setdefault(unit, []).append((each.name, label or each.name))

    def had(self, unit: str) -> set[str]:
        """The awards that a unit has, or that it alone would have: no second place stays empty because of one unit."""
        return {name for among in (self.awards, self.withheld) for name, _ in among.get(unit, ())}


def award(
    evaluation: Evaluation, standings: Standings, intake: Intake, points: PointsTable, measured: ConditionNumbers
) -> tuple[Standings, list[Finding]]:
    """The same standings with their awards, in the order of the rules; `points` and `measured`: what the conditions of
    awards look at."""
    barred = {one.unit.id: barring(evaluation, one.unit, one.grade) for one in standings}
    given = AwardsGiven({}, set(), frozenset(unit for unit, why in barred.items() if why), {})
    findings: list[Finding] = []
    for scheme in evaluation.classes.values():
        judge = Judge(evaluation, scheme, points, measured)
        own = [one for one in standings if one.unit.class_id == scheme.id and one.rank is not None]
        for each in scheme.awards:
            able = [one for one in own if each.barred == "empty" or one.unit.id not in given.barred]
            if each.ranks:
                findings += _by_rank(judge, each, able, given)
            elif each.percent:
                findings += _by_percent(judge, each, own, able, given)
            else:
                findings += _by_field(judge, each, able, contributions(intake, scheme, each), given)
    for line in of_kind(evaluation.ledger, "tie"):
        of_grade = any(line.component == each.name for one in evaluation.classes.values() for each in one.grades)
        known = line.component and not of_grade and line.unit in evaluation.units  # those of a grade are told with it
        if known and (line.component, line.unit) not in given.tied:
            findings.append(finding_at(line, "DECISION_WITHOUT_EFFECT"))
    revoked, idle_ones = _revoke(evaluation.ledger, given)
    awarded = (_awarded(one, given, barred[one.unit.id], revoked.get(one.unit.id, [])) for one in standings)
    return tuple(awarded), [*findings, *idle_ones]


def _awarded(
    one: Standing, given: AwardsGiven, barred: tuple[Barred, ...], revoked: Iterable[tuple[str, str]]
) -> Standing:
    labels, withheld = (
        tuple(label for _, label in among.get(one.unit.id, ())) for among in (given.awards, given.withheld)
    )
    return replace(one, awards=labels, revoked=tuple(revoked), barred=barred, withheld=withheld)


def _revoke(ledger: Ledger, given: AwardsGiven) -> tuple[dict[str, list[tuple[str, str]]], list[Finding]]:
    """Take away what a decision takes away, at the end: nobody moves up, the unit gets nothing else in its place."""
    revoked: dict[str, list[tuple[str, str]]] = {}
    findings: list[Finding] = []
    for line in of_kind(ledger, "award_revoked"):
        has = given.awards.get(line.unit, [])
        lost = [label for name, label in has if name == line.component]
        if lost:
            given.awards[line.unit] = [pair for pair in has if pair[0] != line.component]
            revoked.setdefault(line.unit, []).extend((label, line.document) for label in lost)
        else:
            findings.append(idle(line, "no_award", award=line.component))
    return revoked, findings


def _groups(scheme: Scheme, standings: Iterable[Standing]) -> Iterable[tuple[str, list[Standing]]]:
    rows = list(standings)
    return [(group.id, [one for one in rows if one.unit.group == group.id]) for group in scheme.head.groups]


def good_enough(scheme: Scheme, each: Award, one: Standing) -> bool:
    return not each.grade or scheme.grade_index(one.grade) <= scheme.grade_index(each.grade)


def _may_have(judge: Judge, each: Award, one: Standing, given: AwardsGiven) -> bool:
    """Whether nothing but the places stands against it."""
    scheme = judge.scheme
    fit = good_enough(scheme, each, one) and judge.all_hold(one.unit, each.conditions)
    return fit and _free(scheme, each, one, given)


def _free(scheme: Scheme, each: Award, one: Standing, given: AwardsGiven) -> bool:
    """Whether no award that the unit has excludes this one, whichever of the two says so."""
    has = given.had(one.unit.id)
    return has.isdisjoint(each.not_with) and not any(
        each.name in other.not_with for other in scheme.awards if other.name in has
    )


def _by_rank(judge: Judge, each: Award, standings: list[Standing], given: AwardsGiven) -> Iterable[Finding]:
    scheme = judge.scheme
    first, last = each.ranks[0], each.ranks[-1]
    for _, group in _groups(scheme, standings):
        for place, block in placed(judge.evaluation, scheme, each, group):
            behind = place + len(block) - 1 if scheme.ranking.gaps else place
            inside = first <= place and behind <= last
            if inside or (each.ties == "all" and first <= place <= last):
                for one in block:
                    if _may_have(judge, each, one, given):
                        given.give(one.unit.id, each)
            elif place <= last and behind >= first and each.ties == "committee":
                yield _edge(each.name, block)


def award_places(scheme: Scheme, group: Iterable[Standing]) -> dict[str, int]:
    """Unit -> its place among these of its group, in the order of their ranks: the rank itself, where all are here."""
    found: dict[str, int] = {}
    blocks = 0
    for _, tied in groupby(group, key=lambda one: one.rank):
        place, blocks = (len(found) if scheme.ranking.gaps else blocks) + 1, blocks + 1
        found |= {one.unit.id: place for one in list(tied)}
    return found


def gained(evaluation: Evaluation, one: Standing) -> Fraction | None:
    """What a unit's published total gained on its earlier one; None where there is none, or nothing was gained."""
    change = earlier.change(evaluation, one)
    return change.gained if change and change.gained is not None and change.gained > 0 else None


def placed(
    evaluation: Evaluation, scheme: Scheme, each: Award, group: Sequence[Standing]
) -> list[tuple[int, list[Standing]]]:
    """The units of a group by the places that an award goes by, with those who share one: ranks, or places by gain."""
    if each.by == "rank":
        places_now = award_places(scheme, group)
        return [(place, list(tied)) for place, tied in groupby(group, key=lambda one: places_now[one.unit.id])]
    gains = {one.unit.id: gain for one in group if (gain := gained(evaluation, one)) is not None}
    rising = sorted((one for one in group if one.unit.id in gains), key=lambda one: -gains[one.unit.id])
    found: list[tuple[int, list[Standing]]] = []
    before = 0
    for _, tied in groupby(rising, key=lambda one: gains[one.unit.id]):
        found.append((1 + (before if scheme.ranking.gaps else len(found)), list(tied)))
        before += len(found[-1][1])
    return found


def places(each: Award, group: str, units: int) -> int:
    """How many places a percentage of a group's ranked units makes, by the award's rounding rule."""
    if group not in each.percent:
        return 0
    return max(share_of(units, each.percent[group], each.rounding), each.at_least)


def _by_percent(
    judge: Judge, each: Award, standings: list[Standing], able: list[Standing], given: AwardsGiven
) -> Iterable[Finding]:
    """The places are a percentage of all ranked units of a group, whoever of them may have one."""
    scheme = judge.scheme
    sizes = {group: len(members) for group, members in _groups(scheme, standings)}
    for group, members in _groups(scheme, able):
        count = places(each, group, sizes[group])
        ordered = [(place, one) for place, block in placed(judge.evaluation, scheme, each, members) for one in block]
        fit = [pair for pair in ordered if _may_have(judge, each, pair[1], given)]
        chosen, tied = _best([one for _, one in fit], count, [place for place, _ in fit], each.ties)
        for one in chosen:
            given.give(one.unit.id, each)
        if tied:
            yield _edge(each.name, tied)


def _best(
    candidates: list[Standing], count: int, keys: Sequence[object], ties: str
) -> tuple[list[Standing], list[Standing]]:
    """The first so many of an ordered list, and those of whom the committee decides because they tie at the edge."""
    if count >= len(candidates) or count == 0 or keys[count - 1] != keys[count]:
        return candidates[:count], []
    edge = keys[count]
    tied = [one for one, key in zip(candidates, keys, strict=True) if key == edge]
    before = [one for one, key in zip(candidates[:count], keys, strict=False) if key != edge]
    return (before, tied) if ties == "committee" else ([*before, *tied] if ties == "all" else before, [])


def _edge(name: str, tied: list[Standing]) -> Finding:
    names = "、".join(one.unit.name for one in tied)
    ids = "\n".join(one.unit.id for one in tied)
    return finding("AWARD_EDGE_TIE", unit=tied[0].unit.id, args={"award": name, "units": names, "ids": ids})


# --- single fields ---------------------------------------------------------------------------------------------------


def contributions(intake: Intake, scheme: Scheme, each: Award) -> Mapping[tuple[str, str], Fraction]:
    """(field, unit) -> the mark for the unit's contribution; the mean where several evaluators gave one."""
    import polars as pl

    rows: pl.DataFrame = intake.rows(
        (pl.col("class_id") == scheme.id) & (pl.col("component") == each.name) & (pl.col("field") == "mark")
    ).filter(pl.col("value").is_not_null())
    marks: dict[tuple[str, str], list[Fraction]] = {}
    for field, unit, value, decimals in rows.select("indicator", "unit", "value", "decimals").iter_rows():
        marks.setdefault((field, unit), []).append(Fraction(value, 10**decimals))
    return {key: sum(values, Fraction(0)) / len(values) for key, values in marks.items()}


def _by_field(
    judge: Judge,
    each: Award,
    standings: list[Standing],
    marks: Mapping[tuple[str, str], Fraction],
    given: AwardsGiven,
) -> Iterable[Finding]:
    """Field by field in the order of the rules; a unit gets one of them at most."""
    evaluation, scheme = judge.evaluation, judge.scheme
    listed = {(entry.field, entry.unit) for entry in evaluation.roster.fields}
    taking_part = [unit.id for unit in evaluation.units_of(scheme.id)]  # also those that are not ranked
    sizes = {field.id: sum((field.id, unit) in listed for unit in taking_part) for field in each.fields}
    shared = apportioned(each.places, sizes)
    got: set[str] = set()
    for field in each.fields:
        entered = [one for one in standings if (field.id, one.unit.id) in listed]
        yield from (_unmarked(field, one) for one in entered if (field.id, one.unit.id) not in marks)
        candidates = [
            one
            for one in entered
            if (field.id, one.unit.id) in marks and one.unit.id not in got and _may_have(judge, each, one, given)
        ]
        key = _compared(evaluation.ledger, field, candidates, marks, given)
        candidates.sort(key=lambda one: (key[one.unit.id], -one.unit.order), reverse=True)
        chosen, tied = _best(candidates, shared[field.id], [key[one.unit.id] for one in candidates], each.ties)
        for one in chosen:
            got.add(one.unit.id)
            given.give(one.unit.id, each, f"{each.name}·{field.name}")
        if tied:
            yield _edge(f"{each.name}·{field.name}", tied)


def _unmarked(field: Group, one: Standing) -> Finding:
    return finding("CONTRIBUTION_MISSING", unit=one.unit.id, value=field.name, args={"unit_name": one.unit.name})


def _compared(
    ledger: Ledger,
    field: Group,
    candidates: list[Standing],
    marks: Mapping[tuple[str, str], Fraction],
    given: AwardsGiven,
) -> dict[str, tuple[Fraction, ...]]:
    """What candidates are ordered by, the greatest first: contribution, published total, then the decided place.

    Places count only where each of the tied units has one of its own; anything less would leave some of it to guess.
    """
    key: dict[str, tuple[Fraction, ...]] = {
        one.unit.id: (marks[field.id, one.unit.id], one.total) for one in candidates
    }
    blocks: dict[tuple[Fraction, ...], list[str]] = {}
    for unit, value in key.items():
        blocks.setdefault(value, []).append(unit)
    for value, units in blocks.items():
        if len(units) > 1:
            given.tied.update((field.id, unit) for unit in units)
            lines = [line for line in ties(ledger, field.id) if line.unit in units]
            if len(lines) == len({line.unit for line in lines}) == len({line.amount for line in lines}) == len(units):
                key |= {line.unit: (*value, -line.amount) for line in lines}
    return key
