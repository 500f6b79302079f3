"""Rules and fillings that nobody made up by hand: what the tool says of them, worked out a second time.

The second working-out stands here: plain loops over the values of a case, in fractions, written from the rules'
language (`design.md`) and not from the code.  The tool only ever sees the files.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, Phase, assume, event, given, settings
from hypothesis import strategies as st

from evaltool.findings import Refused
from evaltool.layout import forms
from evaltool.result import Result
from evaltool.run import TakenIn, scored, take_in
from generated import PLACES, SCALE, WITHHELD, Case, Grade, Leaf, Mark, Unit, cases
from generated_files import cells, fill_inbox, folder_of

Scores = Mapping[tuple[str, str], Fraction]
"""(unit, component) -> points; component "" is the total before bonus and deduction."""


class Nothing(Exception):
    """The rules refuse to go on without something."""


@dataclass(frozen=True)
class Expected:
    """What must come out: points of every component, and for each unit its exact total, published total, rank, grade."""

    points: Scores
    standings: Mapping[str, tuple[Fraction, Fraction, int | None, str]]


# --- one unit in one leaf --------------------------------------------------------------------------------------------


def share_of(case: Case, leaf: Leaf, unit: Unit) -> Fraction | str:
    """The share of full marks, or the kind of absence."""
    lines = [line for line in leaf.lines if line.unit in ("", unit.id)]
    if not case.applies(leaf, unit) or (lines and not case.lines(leaf, unit)):
        return "not_applicable"
    if leaf.lines and not lines:
        return "none"
    if leaf.kind == "ballot":
        return _share_of_cards(case, leaf, unit)
    if leaf.role == "owner":
        answers = {"": _owned(case, leaf, unit)}
    else:
        answers = {who: _answer(case, leaf, unit, who) for who in case.asked(leaf, unit)}
    shares, moved = [], []
    for answer in answers.values():
        policy = leaf.policy(answer) if isinstance(answer, str) and answer != "none" else "out"
        if isinstance(answer, Fraction):
            shares.append(answer)
        elif policy in ("full", "zero"):
            shares.append(Fraction(policy == "full"))
        elif policy == "refuse":
            raise Nothing(leaf.key, unit.id, answer)
        elif policy != "out":
            moved.append(answer)
    return moved[0] if moved else _combined(shares, leaf.over) if shares else "none"


def _answer(case: Case, leaf: Leaf, unit: Unit, who: str) -> Fraction | str:
    """One evaluator's answer over the repeats."""
    if who in case.waived:
        return "waived"
    if leaf.visits:
        return _over([_share(leaf, mark) for seen, mark in case.visits[leaf.key, who] if seen == unit.id], leaf)
    if not leaf.lines:
        marks = [case.marks[leaf.key, who, unit.id, repeat, ""] for repeat in leaf.periods or ("",)]
        return _over([_share(leaf, mark) for mark in marks], leaf)
    return _over([_of_lines(case, leaf, unit, repeat, who) for repeat in leaf.periods or ("",)], leaf)


def _owned(case: Case, leaf: Leaf, unit: Unit) -> Fraction | str:
    """The answer of all owners together; those of waived ones are out of points and preset points."""
    if all(line.owner in case.waived for line in case.lines(leaf, unit)):
        return "none"
    return _over([_of_lines(case, leaf, unit, repeat, "") for repeat in leaf.periods or ("",)], leaf)


def _of_lines(case: Case, leaf: Leaf, unit: Unit, repeat: str, who: str) -> Fraction | None:
    """Points over preset points; nothing if any line is withheld."""
    points = full = Fraction(0)
    for line in case.lines(leaf, unit):
        if line.owner not in case.waived:
            mark = case.marks[leaf.key, line.owner or who, unit.id, repeat, line.id]
            if not isinstance(mark, Decimal):
                return None
            points, full = points + Fraction(mark), full + Fraction(line.full)
    return points / full


def _share(leaf: Leaf, mark: Mark) -> Fraction | None:
    if isinstance(mark, Decimal):
        place = PLACES[min(int(mark), len(PLACES)) - 1]
        points = {"percent": Fraction(mark), "points": Fraction(mark) * 100 / Fraction(leaf.points)}
        return points.get(leaf.kind, Fraction(place)) / 100
    points_of_choice = None if mark == WITHHELD or mark is None else SCALE[mark]
    return None if points_of_choice is None else Fraction(points_of_choice) / 100


def _over(shares: list[Fraction | None], leaf: Leaf) -> Fraction | str:
    """Repeats as one; an answer that is withheld in part is incomplete."""
    given_shares = [share for share in shares if share is not None]
    if len(given_shares) == len(shares):
        return _combined(given_shares, leaf.each_over) if shares else "none"
    return "missing" if given_shares else "abstained"


def _combined(shares: list[Fraction], over: str | Decimal) -> Fraction:
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


def _share_of_cards(case: Case, leaf: Leaf, unit: Unit) -> Fraction | str:
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


def points_of(case: Case, unit: Unit) -> tuple[dict[str, Fraction], dict[str, Fraction | None]]:
    """Points and shares of a unit's components; "" is the total."""
    mine = {leaf.key: leaf for leaf in case.leaves if not leaf.groups or unit.group in leaf.groups}
    whole = sum((Fraction(leaf.weight) for leaf in mine.values()), Fraction(0))
    scale = Fraction(case.total) / whole if case.normalise else Fraction(1)
    stated = {key: Fraction(leaf.weight) * scale for key, leaf in mine.items()}
    found = {key: share_of(case, leaf, unit) for key, leaf in mine.items()}
    policies = {key: mine[key].policy(one) for key, one in found.items() if isinstance(one, str)}
    if "refuse" in policies.values():
        raise Nothing(unit.id, policies)
    gone = {key for key, policy in policies.items() if policy not in ("full", "zero")}
    weights = {key: Fraction(0) if key in gone else weight for key, weight in stated.items()}
    for key in gone:
        policy = policies[key]
        roots = [mine[key].parent] if policy == "reweigh" else list(policy)
        takers = [leaf for root in roots for leaf in case.below(root) if leaf in mine and leaf not in gone]
        room = sum((stated[taker] for taker in takers), Fraction(0))
        if not room:
            raise Nothing(unit.id, key, "no taker")
        for taker in takers:
            weights[taker] += stated[key] * stated[taker] / room
    points: dict[str, Fraction] = {}
    shares: dict[str, Fraction | None] = {}

    def add_up(component: str) -> tuple[Fraction, Fraction]:
        """Points and weight of a component, noting them on the way."""
        if component in mine:
            result, digits, weight = found[component], mine[component].round, weights[component]
            share = (
                None
                if component in gone
                else Fraction(policies[component] == "full")
                if isinstance(result, str)
                else result
            )
            value = (share or Fraction(0)) * weight
        else:
            parts = [part for part in case.parts(component) if part in mine or set(case.below(part)) & set(mine)]
            sums = [add_up(part) for part in parts if part in mine or part in case.nodes]
            value, weight = (sum((one[at] for one in sums), Fraction(0)) for at in (0, 1))
            digits = case.nodes[component][1] if component else None
            share = None
        points[component] = value if digits is None else half_up(value, digits)
        shares[component] = share if component in mine else points[component] / weight if weight else None
        return points[component], weight

    add_up("")
    return points, shares


# --- all units -------------------------------------------------------------------------------------------------------


def expected(case: Case) -> Expected:
    """The whole evaluation; raises `Nothing` where the rules refuse."""
    for leaf in case.leaves:
        said = [mark for key, mark in case.marks.items() if key[0] == leaf.key]
        said += [mark for key, rows in case.visits.items() if key[0] == leaf.key for _, mark in rows]
        if WITHHELD in said and leaf.policy("abstained") == "refuse":
            raise Nothing(leaf.key, WITHHELD)
    points: dict[tuple[str, str], Fraction] = {}
    standings: dict[str, tuple[Fraction, Fraction, int | None, str]] = {}
    grades = {}
    for unit in case.taking_part:
        mine, shares = points_of(case, unit)
        points |= {(unit.id, component): value for component, value in mine.items()}
        bonus = sum((Fraction(amount) for who, amount in case.bonus if who == unit.id), Fraction(0))
        bonus = bonus if case.cap is None else min(bonus, Fraction(case.cap))
        exact = (
            mine[""] + bonus - sum((Fraction(amount) for who, amount in case.deduction if who == unit.id), Fraction(0))
        )
        standings[unit.id] = exact, half_up(exact, case.decimals), None, ""
        grades[unit.id] = _grade(case, unit, mine, shares, standings[unit.id][0 if case.by == "exact" else 1])
    ranks = _ranks(case, points, standings)
    return Expected(
        points, {key: (exact, total, ranks.get(key), grades[key]) for key, (exact, total, _, _) in standings.items()}
    )


def _grade(
    case: Case, unit: Unit, points: Mapping[str, Fraction], shares: Mapping[str, Fraction | None], measure: Fraction
) -> str:
    at = len(case.grades) - 1
    for number, grade in reversed(list(enumerate(case.grades))):
        holds = measure >= Fraction(grade.bound)
        for one in grade.conditions:
            share = shares.get(one.component)
            wanted = Fraction(one.percent) / 100 if one.percent is not None else Fraction(0)
            holds &= share is not None and share >= wanted
            holds &= one.points is None or points.get(one.component, Fraction(0)) >= Fraction(one.points)
        at = number if holds else at
    lowered = min(at + 1, len(case.grades) - 1) if unit.id in case.vetoes else at
    return case.grades[lowered].name


def _ranks(
    case: Case, points: Scores, standings: Mapping[str, tuple[Fraction, Fraction, int | None, str]]
) -> dict[str, int]:
    """1 + the units before; the committee places those that nothing tells apart if it places all of them."""
    ranks = {}
    ranked = [unit for unit in case.taking_part if unit.standing == "参评"]
    key = {
        unit.id: (
            standings[unit.id][0 if case.by == "exact" else 1],
            *(points.get((unit.id, each), Fraction(0)) for each in case.ties),
        )
        for unit in ranked
    }
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


# --- what the tool says ----------------------------------------------------------------------------------------------


def outcome(folder: Path) -> tuple[TakenIn, Result]:
    taken = take_in(folder)
    return taken, scored(taken, "0001")


def agrees(case: Case) -> None:
    """Score the case through its files and compare with the second working-out."""
    with TemporaryDirectory() as root:
        try:
            wanted = expected(case)
        except Nothing as reason:
            event("refused")
            with pytest.raises(Refused):
                outcome(folder_of(case, Path(root) / "e", 1))
                pytest.fail(f"not refused: {reason}")
            return
        event("scored")
        case = sharpened(case)
        wanted = expected(case)
        taken, result = outcome(folder_of(case, Path(root) / "e", 1))
        points = {key: point.points for key, point in result.points.items()}
        assert points == wanted.points
        found = {one.unit.id: (one.exact, one.total, one.rank, one.grade) for one in result.standings}
        assert found == wanted.standings
        gives_back(case, taken)


def gives_back(case: Case, taken: TakenIn) -> None:
    """Every mark stands in the tables with its cell, every card is counted."""
    rows = taken.intake.answers.iter_rows(named=True)
    read = {(row["evaluator"], row["batch"], row["sheet"], row["cell"]): row for row in rows}
    found = 0
    for form in forms(taken.evaluation).values():
        if form.evaluator not in case.waived:
            for spot, key in cells(case, form):
                row, mark = read[form.evaluator, form.batch, spot.sheet, spot.cell], case.marks[key]
                number = mark.scaleb(row["decimals"]) if isinstance(mark, Decimal) else None
                assert number is None or row["value"] == number
                assert number is not None or row["text"] == mark
                found += 1
    assert found == len(case.marks)
    counted: Counter[tuple[str, ...]] = Counter()
    for row in taken.intake.ballots.filter("valid").iter_rows(named=True):
        counted[row["component"], row["evaluator"], row["batch"], row["unit"], row["choice"]] += row["count"]
    cast = Counter(
        (*key, unit, choice)
        for key, batch in case.batches.items()
        for card in batch.cards
        if card is not None
        for unit, choice in card.items()
    )
    assert counted == cast


QUICK = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
)


@given(cases())
@QUICK
def test_generated_rules_come_out_as_worked_out_by_hand(case: Case) -> None:
    """Points of every component, exact and published totals, ranks and grades agree, or both refuse."""
    agrees(case)


@pytest.mark.slow
@given(cases())
@settings(QUICK, max_examples=3_000, derandomize=False)
def test_many_generated_rules_come_out_as_worked_out_by_hand(case: Case) -> None:
    """The same for thousands of evaluations, other ones every time."""
    agrees(case)


@given(cases(), st.integers(2, 10**6))
@settings(QUICK, max_examples=12)
def test_names_and_order_of_files_do_not_matter(case: Case, seed: int) -> None:
    """The same sheets in other folders, under other names and in another order give the same result and code."""
    with TemporaryDirectory() as root:
        try:
            _, before = outcome(folder_of(case, Path(root) / "e", 1))
        except Refused:
            assume(condition=False)
        _refill(case, Path(root) / "e", seed)
        _, after = outcome(Path(root) / "e")
        assert (after.points, after.standings, after.code) == (before.points, before.standings, before.code)


@given(cases(steady=True), st.integers(0, 10**6))
@settings(QUICK, max_examples=15)
def test_a_raised_mark_never_lowers_a_rank(case: Case, seed: int) -> None:
    """One mark at full marks instead of what it was: the unit's total does not fall, nor does its rank."""
    lowest = _lowest(case, seed)
    assume(lowest is not None)
    assert lowest is not None
    leaf = next(leaf for leaf in case.leaves if leaf.key == lowest[0])
    with TemporaryDirectory() as root:
        try:
            _, before = outcome(folder_of(case, Path(root) / "e", 1))
        except Refused:
            assume(condition=False)
        raised = replace(case, marks={**case.marks, lowest: _full(leaf, lowest[4])})
        _refill(raised, Path(root) / "e", 1)
        _, after = outcome(Path(root) / "e")
        old, new = (next(one for one in each.standings if one.unit.id == lowest[2]) for each in (before, after))
        assert new.exact >= old.exact
        assert (new.rank or 0) <= (old.rank or 0)


def _lowest(case: Case, seed: int) -> tuple[str, str, str, str, str] | None:
    """Some mark that is a number and could be higher."""
    leaves = {leaf.key: leaf for leaf in case.leaves if leaf.kind in ("percent", "points")}
    below = [
        key
        for key, mark in case.marks.items()
        if key[0] in leaves and isinstance(mark, Decimal) and mark < _full(leaves[key[0]], key[4])
    ]
    return below[seed % len(below)] if below else None


def _full(leaf: Leaf, line: str) -> Decimal:
    if leaf.kind == "percent":
        return Decimal(100)
    full = next((one.full for one in leaf.lines if one.id == line), leaf.points)
    return Decimal(int(full * 10**leaf.decimals)).scaleb(-leaf.decimals)


def _refill(case: Case, folder: Path, seed: int) -> None:
    for name in ("inbox", "received"):
        shutil.rmtree(folder / name)
    fill_inbox(case, folder, seed)
