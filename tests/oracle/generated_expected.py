"""A case worked out a second time: plain loops over its values, in fractions, written from the rules' language
(`design.md`) and not from the code.  It imports nothing of the tool.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from generated import PLACES, SCALE, WITHHELD, Case, Condition, Grade, Leaf, Mark, Policy, Unit

Answer = Fraction | str
"""A share of full marks, or a kind of absence."""
Scores = Mapping[tuple[str, str], Fraction]
"""(unit, component) -> points; component "" is the total before bonus and deduction."""


class Nothing(Exception):
    """The rules refuse to go on without something."""


@dataclass(frozen=True)
class Expected:
    """What must come out: points of every component; exact total, published total, rank and grade of every unit."""

    points: Scores
    standings: Mapping[str, tuple[Fraction, Fraction, int | None, str]]


# --- one unit in one leaf --------------------------------------------------------------------------------------------


def share_of(case: Case, leaf: Leaf, unit: Unit) -> Answer:
    """The share of full marks, or the kind of absence."""
    lines = [line for line in leaf.lines if line.unit in ("", unit.id)]
    if not case.applies(leaf, unit) or (lines and not case.lines(leaf, unit)):
        return "not_applicable"
    if leaf.lines and not lines:
        return "none"
    if leaf.kind == "ballot":
        return _share_of_cards(case, leaf, unit)
    asked = [""] if leaf.role == "owner" else case.asked(leaf, unit)
    return _combined([_answer(case, leaf, unit, who) for who in asked], leaf, leaf.over)


def _answer(case: Case, leaf: Leaf, unit: Unit, who: str) -> Answer:
    """One evaluator's answer over the repeats; owners of lines answer together, as ""."""
    if who in case.waived:
        return "waived"
    if leaf.visits:
        marks = [mark for seen, mark in case.visits[leaf.key, who] if seen == unit.id]
        return _combined([_share(leaf, mark) for mark in marks], leaf, leaf.each_over)
    repeats = leaf.periods or ("",)
    if leaf.lines:
        return _combined([_of_lines(case, leaf, unit, repeat, who) for repeat in repeats], leaf, leaf.each_over)
    marks = [case.marks[leaf.key, who, unit.id, repeat, ""] for repeat in repeats]
    return _combined([_share(leaf, mark) for mark in marks], leaf, leaf.each_over)


def _of_lines(case: Case, leaf: Leaf, unit: Unit, repeat: str, who: str) -> Answer:
    """Points over preset points; an absent line is out of both, full or nothing, or stops the whole."""
    points = full = Fraction(0)
    absent = []
    for line in case.lines(leaf, unit):
        mark = (
            "waived" if line.owner in case.waived else case.marks[leaf.key, line.owner or who, unit.id, repeat, line.id]
        )
        kind = "abstained" if mark == WITHHELD else str(mark)
        if isinstance(mark, Decimal):
            points, full = points + Fraction(mark), full + Fraction(line.full)
        elif leaf.policy(kind) in ("full", "zero"):
            points, full = points + (leaf.policy(kind) == "full") * Fraction(line.full), full + Fraction(line.full)
        else:
            absent.append(kind)
    stopping = [kind for kind in absent if leaf.policy(kind) != "out"]
    return stopping[0] if stopping else points / full if full else absent[0]


def _combined(answers: Sequence[Answer], leaf: Leaf, over: str | Decimal) -> Answer:
    """Several answers as one: what is absent follows its policy, the rest is combined."""
    shares: list[Fraction] = []
    stopping = []
    for answer in answers:
        policy = leaf.policy(answer) if isinstance(answer, str) and answer != "none" else "out"
        if isinstance(answer, Fraction):
            shares.append(answer)
        elif policy in ("full", "zero"):
            shares.append(Fraction(policy == "full"))
        elif policy != "out":
            stopping.append(answer)
    refused = [answer for answer in stopping if leaf.policy(answer) == "refuse"]
    return (refused or stopping)[0] if stopping else _over(shares, over) if shares else "none"


def _share(leaf: Leaf, mark: Mark) -> Answer:
    if isinstance(mark, Decimal):
        place = PLACES[min(int(mark), len(PLACES)) - 1]
        points = {"percent": Fraction(mark), "points": Fraction(mark) * 100 / Fraction(leaf.points)}
        return points.get(leaf.kind, Fraction(place)) / 100
    of_choice = None if mark == WITHHELD or mark is None else SCALE[mark]
    return "abstained" if of_choice is None else Fraction(of_choice) / 100


def _over(shares: list[Fraction], over: str | Decimal) -> Fraction:
    ordered, count = sorted(shares), len(shares)
    if isinstance(over, Decimal):
        drop = int(over * count)
        ordered = ordered[drop : count - drop]
        return sum(ordered, Fraction(0)) / len(ordered)
    return {
        "mean": sum(shares, Fraction(0)) / count,
        "median": (ordered[(count - 1) // 2] + ordered[count // 2]) / 2,
        "best": ordered[-1],
        "worst": ordered[0],
        "last": shares[-1],
        "sum": sum(shares, Fraction(0)),
    }[over]


def _share_of_cards(case: Case, leaf: Leaf, unit: Unit) -> Answer:
    voters = [who for who in case.asked(leaf, unit) if who not in case.waived]
    if not voters:
        return "none"
    pools: dict[object, list[Fraction]] = {}
    for who, meeting in case.meetings:
        if who in voters:
            for card in case.batches[leaf.key, who, meeting].cards:
                points = SCALE[card[unit.id]] if card is not None and card[unit.id] else None
                if points is not None:
                    pools.setdefault((who, meeting) if leaf.pool == "batches" else "", []).append(
                        Fraction(points) / 100
                    )
    means = [sum(pool, Fraction(0)) / len(pool) for pool in pools.values()]
    return sum(means, Fraction(0)) / len(means) if means else "undefined"


# --- one unit --------------------------------------------------------------------------------------------------------


def half_up(value: Fraction, digits: int) -> Fraction:
    sign = -1 if value < 0 else 1
    return sign * Fraction(int(abs(value) * 10**digits + Fraction(1, 2)), 10**digits)


@dataclass(frozen=True)
class Sums:
    """Points, weight and share of one component for one unit; no share where the weight went elsewhere."""

    points: Fraction
    weight: Fraction
    share: Fraction | None


def sums_of(case: Case, unit: Unit) -> dict[str, Sums]:
    """Every component that the unit has; "" is the total."""
    mine = {leaf.key: leaf for leaf in case.leaves if not leaf.groups or unit.group in leaf.groups}
    found = {key: share_of(case, leaf, unit) for key, leaf in mine.items()}
    policies = {key: mine[key].policy(one) for key, one in found.items() if isinstance(one, str)}
    weights = _weights(case, mine, policies)
    sums: dict[str, Sums] = {}
    for key, leaf in mine.items():
        policy, result = policies.get(key), found[key]
        fixed = {"full": Fraction(1), "zero": Fraction(0)}.get(str(policy))
        share = result if isinstance(result, Fraction) else fixed
        sums[key] = Sums(_rounded((share or Fraction(0)) * weights[key], leaf.round), weights[key], share)
    _add_up(case, "", sums)
    return sums


def _weights(case: Case, mine: Mapping[str, Leaf], policies: Mapping[str, Policy]) -> dict[str, Fraction]:
    """What each leaf counts after the weights of absent ones moved."""
    whole = sum((Fraction(leaf.weight) for leaf in mine.values()), Fraction(0))
    scale = Fraction(case.total) / whole if case.normalise else Fraction(1)
    stated = {key: Fraction(leaf.weight) * scale for key, leaf in mine.items()}
    if "refuse" in policies.values():
        raise Nothing(policies)
    gone = {key: policy for key, policy in policies.items() if policy not in ("full", "zero")}
    weights = {key: Fraction(0) if key in gone else weight for key, weight in stated.items()}
    for key, policy in gone.items():
        roots = [mine[key].parent] if policy == "reweigh" else list(policy)
        takers = [leaf for root in roots for leaf in case.below(root) if leaf in mine and leaf not in gone]
        room = sum((stated[taker] for taker in takers), Fraction(0))
        if not room:
            raise Nothing(key, "nobody takes its weight")
        for taker in takers:
            weights[taker] += stated[key] * stated[taker] / room
    return weights


def _add_up(case: Case, component: str, sums: dict[str, Sums]) -> None:
    """A component with parts, after its parts; one whose parts are all another group's does not exist."""
    for part in case.parts(component):
        if part in case.nodes:
            _add_up(case, part, sums)
    parts = [sums[part] for part in case.parts(component) if part in sums]
    if parts:
        digits = case.nodes[component][1] if component else None
        points = _rounded(sum((part.points for part in parts), Fraction(0)), digits)
        weight = sum((part.weight for part in parts), Fraction(0))
        sums[component] = Sums(points, weight, points / weight if weight else None)


def _rounded(points: Fraction, digits: int | None) -> Fraction:
    return points if digits is None else half_up(points, digits)


# --- all units -------------------------------------------------------------------------------------------------------


def expected(case: Case) -> Expected:
    """The whole evaluation; raises `Nothing` where the rules refuse."""
    _withheld(case)
    points: dict[tuple[str, str], Fraction] = {}
    totals: dict[str, tuple[Fraction, Fraction]] = {}
    grades: dict[str, str] = {}
    for unit in case.taking_part:
        sums = sums_of(case, unit)
        points |= {(unit.id, component): one.points for component, one in sums.items()}
        bonus = sum((Fraction(amount) for who, amount in case.bonus if who == unit.id), Fraction(0))
        bonus = bonus if case.cap is None else min(bonus, Fraction(case.cap))
        deduction = sum((Fraction(amount) for who, amount in case.deduction if who == unit.id), Fraction(0))
        exact = sums[""].points + bonus - deduction
        totals[unit.id] = exact, half_up(exact, case.decimals)
        grades[unit.id] = _grade(case, unit, sums, totals[unit.id][case.by == "published"])
    ranks = _ranks(case, points, {unit: total[case.by == "published"] for unit, total in totals.items()})
    return Expected(points, {unit: (*total, ranks.get(unit), grades[unit]) for unit, total in totals.items()})


def _withheld(case: Case) -> None:
    """A mark that is withheld in a leaf that refuses that stops everything, whatever became of the leaf."""
    for leaf in case.leaves:
        said = [mark for key, mark in case.marks.items() if key[0] == leaf.key]
        said += [mark for key, rows in case.visits.items() if key[0] == leaf.key for _, mark in rows]
        if WITHHELD in said and leaf.policy("abstained") == "refuse":
            raise Nothing(leaf.key, WITHHELD)


def _grade(case: Case, unit: Unit, sums: Mapping[str, Sums], measure: Fraction) -> str:
    """The best grade whose bound and conditions hold, one lower after a veto."""
    at = len(case.grades) - 1
    for number, grade in reversed(list(enumerate(case.grades))):
        if measure >= Fraction(grade.bound) and all(_holds(one, sums.get(one.component)) for one in grade.conditions):
            at = number
    lowered = min(at + 1, len(case.grades) - 1) if unit.id in case.vetoes else at
    return case.grades[lowered].name


def _holds(one: Condition, sums: Sums | None) -> bool:
    if sums is None or sums.share is None:
        return False
    if one.percent is not None:
        return sums.share >= Fraction(one.percent) / 100
    return one.points is None or sums.points >= Fraction(one.points)


def _ranks(case: Case, points: Scores, measure: Mapping[str, Fraction]) -> dict[str, int]:
    """1 + the units before; the committee places those that nothing tells apart."""
    ranked = [unit for unit in case.taking_part if unit.standing == "参评"]
    key = {
        unit.id: (measure[unit.id], *(points.get((unit.id, each), Fraction(0)) for each in case.ties))
        for unit in ranked
    }
    ranks = {}
    for unit in ranked:
        peers = [other.id for other in ranked if other.group == unit.group]
        ranks[unit.id] = 1 + sum(key[other] > key[unit.id] for other in peers)
    return ranks | {unit: place for unit, place in case.places.items() if unit in ranks}


def sharpened(case: Case) -> Case:
    """The case with a grade that begins where somebody's published total lies, and its first shared rank told apart by
    the committee, last unit first."""
    standings = expected(case).standings
    total = next(iter(standings.values()))[1]
    if total > 0 and all(Fraction(grade.bound) != total for grade in case.grades):
        edge = Grade("恰好", Decimal(total.numerator) / Decimal(total.denominator))
        case = replace(case, grades=tuple(sorted((*case.grades, edge), key=lambda grade: -grade.bound)))
    groups = {unit.id: unit.group for unit in case.units}
    shared = Counter((groups[unit], one[2]) for unit, one in standings.items() if one[2] is not None)
    tied = next((each for each, count in shared.items() if count > 1), None)
    if tied is None or not case.bonus:
        return case
    units = [unit for unit, one in standings.items() if (groups[unit], one[2]) == tied]
    return replace(case, places={unit: (tied[1] or 0) + at for at, unit in enumerate(reversed(units))})
