"""What could have been answered in a leaf, as anybody may know who has the rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from evaltool.evaluation import Evaluation
from evaltool.inbox.accounts.sheets import SheetAccount
from evaltool.inbox.intake import Intake
from evaltool.inbox.tables import ANSWERS, BALLOTS, table
from evaltool.points.score import Point, PointState
from evaltool.results.possible import Asked, Ends, Listed, PossibleAnswers, answers_of, asked, is_listed, lists, worth
from evaltool.roster import Evaluator, Indicator, Roster, Unit
from evaltool.rules import Component, Scheme
from evaltool.rules.methods.rank import Places
from evaltool.rules.scheme import ScaleOption
from handmade import SETTINGS
from handmade import scheme as handmade_scheme

ROLES = {"office": "市绩效办", "leader": "市领导", "voters": "群众"}
BEST = Decimal(100)
SCALES: Mapping[str, tuple[ScaleOption, ...]] = {
    "tier": (("一等", BEST), ("二等", Decimal(85)), ("三等", Decimal(70)), ("不了解", "abstain")),
    "even": (("好", BEST), ("也好", BEST), ("差", Decimal(50))),
}
LEADERS = ("M", "V")
GIVEN: Ends = (Fraction(7, 10), Fraction(1))
ONCE = ((Fraction(1), 1),)


def rules(**components: Mapping[str, object]) -> Scheme:
    """Components marked by city leaders in percent, unless it is said otherwise."""
    plain = {"weight": 20, "by": "leader", "answer": "percent"}
    made = {
        name: Component.model_validate(
            {"name": name} | {key: said for key, said in (plain | dict(own)).items() if said is not None}
        )
        for name, own in components.items()
    }
    return Scheme(handmade_scheme().head, made, SCALES, {"table": Places(points=[BEST, Decimal(90), Decimal(80)])})


def evaluation(scheme: Scheme, *, indicators: Sequence[Indicator] = (), leaders: Sequence[str] = LEADERS) -> Evaluation:
    """Three units, and the leaders who mark them."""
    units = tuple(Unit(name, name, scheme.id, "g", at, "ranked") for at, name in enumerate("uvw", 1))
    people = tuple(Evaluator(name, name, "leader") for name in leaders)
    roster = Roster(units=units, evaluators=people, indicators=tuple(indicators))
    return Evaluation(Path(), SETTINGS, ROLES, {scheme.id: scheme}, roster, ())


def intake(
    marks: Sequence[tuple[str, str, str, str]] = (),
    cards: Sequence[tuple[object, ...]] = (),
    sheets: Sequence[SheetAccount] = (),
) -> Intake:
    """Marks: leaf, unit, evaluator, what was said; cards as BALLOTS has them."""
    rows = []
    for leaf, unit, who, said in marks:
        value = int(said) * 100 if said.isdigit() else 0
        rows.append(
            (
                "c",
                leaf,
                "",
                unit,
                "",
                "mark",
                said,
                value,
                2,
                "given",
                True,
                0,
                10000,
                "表",
                "A1",
                "",
                who,
                "",
                "h",
                "f",
            )
        )
    return Intake(table(ANSWERS, rows), table(BALLOTS, list(cards)), (), (), tuple(sheets))


def point(
    count: int = 2, *, weight: str = "20", state: PointState = "scored", share: Fraction | None = Fraction(9, 10)
) -> Point:
    whole = Fraction(weight)
    return Point("c", "u", "a", whole, share, None if share is None else share * whole, state, count)


def open_in(
    own: Mapping[str, object],
    of: Point | None = None,
    *,
    batches: Sequence[int] = (),
    indicators: Sequence[Indicator] = (),
    leaders: Sequence[str] = LEADERS,
) -> PossibleAnswers | None:
    """What a unit's share in a leaf with these rules is made of."""
    scheme = rules(a=own)
    known = evaluation(scheme, indicators=indicators, leaders=leaders)
    return answers_of(Asked(known, intake(), scheme, "a", {"u": GIVEN}, {"u": list(batches)}), of or point())


# --- what one answer can be ------------------------------------------------------------------------------------------


def test_a_mark_lies_between_its_bounds_with_its_decimals() -> None:
    """Two evaluators, whose mean it is: in percent with two decimals and with none; out of preset points."""
    weights, ends = ((Fraction(1, 2), 2),), (Fraction(0), Fraction(1))
    assert open_in({}) == PossibleAnswers(ends, Fraction(1, 10000), weights, given=GIVEN)
    assert open_in({"decimals": 0}) == PossibleAnswers(ends, Fraction(1, 100), weights, given=GIVEN)
    assert open_in({"answer": {"points": 30}, "decimals": 1}) == PossibleAnswers(
        ends, Fraction(1, 300), weights, given=GIVEN
    )


def test_lines_that_do_not_apply_leave_coarser_steps() -> None:
    """Of 10 and 20 points the unit has both; where there are none that have points the step is that of a percentage."""
    own = {"answer": {"points": 30}, "decimals": 0}
    both = [Indicator("c", "a", name, name, Fraction(full)) for name, full in (("i1", 10), ("i2", 20))]
    made = open_in(own, indicators=both)
    assert made is not None
    assert made.step == Fraction(1, 30)
    others = [Indicator("c", "a", "i1", "i1", Fraction(10)), Indicator("c", "a", "i2", "i2", Fraction(20), unit="v")]
    made = open_in(own, indicators=others)
    assert made is not None
    assert made.step == Fraction(1, 10)
    made = open_in(own, indicators=[Indicator("c", "a", "i1", "i1", Fraction(30), unit="v")])
    assert made is not None
    assert made.step == Fraction(1, 100)


def test_a_choice_is_one_of_the_scale() -> None:
    """In ascending order, once each; abstaining is worth nothing that could be in a mean."""
    tiers = tuple(Fraction(each, 100) for each in (70, 85, 100))
    assert open_in({"answer": {"choice": "tier"}}) == PossibleAnswers(
        tiers, Fraction(0), ((Fraction(1, 2), 2),), given=GIVEN
    )
    made = open_in({"answer": {"choice": "even"}})
    assert made is not None
    assert made.values == (Fraction(1, 2), Fraction(1))


def by_line(*fulls: int) -> PossibleAnswers | None:
    """What can be answered where every one of such lines is chosen for, each at 50 or 100 percent."""
    lines = {f"线{at}": full for at, full in enumerate(fulls)}
    stated = [Indicator("c", "a", name, name, Fraction(full)) for name, full in lines.items()]
    return open_in({"answer": {"choice": "even", "lines": lines}}, indicators=stated)


def test_choices_line_by_line_come_to_every_sum() -> None:
    """Of lines of 30 and 70 points."""
    made = by_line(30, 70)
    assert made is not None
    assert made.values == tuple(Fraction(each, 100) for each in (50, 65, 85, 100))


def test_too_many_sums_are_not_listed() -> None:
    """These lines come to 2000 different sums, which are listed; with another point there is one more, and none is."""
    fulls = [1, 1, 1, 1, 5, 5, 5, 5, 25, 25, 25, 25, 125, 250, 500, 1000]
    made = by_line(*fulls)
    assert made is not None
    assert len(made.values) == 2000
    assert by_line(*fulls, 1) is None


@pytest.mark.parametrize(
    "own",
    [
        {"answer": {"target": "higher"}},
        {"by": "self"},
        {"by": "self", "answer": {"choice": "tier"}},
        {"benchmark": {"full": "best"}},
        {"convert": [[60, 0], [90, 100]]},
        {"answer": {"choice": "tier", "quota": {"一等": 1}}},
        {"answer": {"rank": "table"}},
        {"from": "甲", "answer": None, "by": None},
        {"charge": "months"},
        {"each": {"periods": ["一季度", "二季度"], "over": "sum"}},
        {"each": {"stages": {"上半年": ["一季度", "二季度"]}, "stage_over": "sum"}},
    ],
    ids=str,
)
def test_where_nothing_can_be_said_nothing_is(own: Mapping[str, object]) -> None:
    """Figures, a unit's own mark, what is held against others or bent, lists, sums over periods and months in
    charge."""
    assert open_in(own) is None


def test_lines_with_methods_of_their_own_are_no_plain_marks() -> None:
    """One of them asks for a figure that others are divided by."""
    assert open_in({"answer": {"points": 30}}, indicators=[Indicator("c", "a", "i1", "i1", Fraction(0))]) is None


@pytest.mark.parametrize("each", [{"periods": ["一", "二"]}, {"stages": {"上": ["一", "二"]}, "stage_over": "mean"}])
def test_the_mean_over_periods_is_as_open_as_one_mark(each: Mapping[str, object]) -> None:
    """All periods could have been marked the same; a way to sum stages says nothing where there are none."""
    assert open_in({"each": each}) == open_in({})


@pytest.mark.parametrize(
    "of",
    [
        point(state="pending"),
        point(state="stated"),
        point(state="group_mean"),
        point(0),
        point(weight="0"),
    ],
    ids=lambda of: f"{of.state} {of.evaluators} {of.weight}",
)
def test_of_a_component_that_nobody_marked_nothing_is_said(of: Point) -> None:
    """What is pending or stated by the rules, counts for nothing or has no evaluators."""
    assert open_in({}, of) is None


# --- how many answers it is made of ----------------------------------------------------------------------------------


def test_one_answer_is_the_whole_share() -> None:
    """Of one evaluator, or of the owners of its lines, who answer together; nobody else's stands beside it."""
    ends = (Fraction(0), Fraction(1))
    assert open_in({}, point(1), leaders="M") == PossibleAnswers(ends, Fraction(1, 10000), ONCE)
    assert open_in({"by": "owner"}, point(3)) == PossibleAnswers(ends, Fraction(1, 10000), ONCE)
    assert open_in({"over": "median"}, point(1), leaders="M") == PossibleAnswers(ends, Fraction(1, 10000), ONCE)


def test_a_sum_has_every_answer_whole() -> None:
    """Of two evaluators or of one."""
    for count in (1, 2):
        made = open_in({"over": "sum"}, point(count))
        assert made is not None
        assert (made.weights, made.given, made.loose) == (((Fraction(1), count),), GIVEN, False)


@pytest.mark.parametrize(
    ("over", "count", "loose"),
    [
        ("median", 2, False),
        ("median", 3, True),
        ("best", 3, False),
        ({"trimmed": Decimal("0.2")}, 4, False),
        ({"trimmed": Decimal("0.2")}, 5, True),
        ({"drop": 1, "at_least": 3}, 5, True),
    ],
)
def test_what_a_single_answer_hardly_moves_is_loose(over: object, count: int, loose: bool) -> None:
    """A median of three or more, a mean without the ends; the best of several is told by one."""
    made = open_in({"over": over}, point(count))
    assert made is not None
    assert (made.weights, made.given, made.loose) == (ONCE, GIVEN, loose)


BALLOT = {"by": "voters", "answer": {"ballot": "tier"}}
BATCHES = {"by": "voters", "answer": {"ballot": "tier", "pool": "batches"}}


def test_cards_count_one_by_one() -> None:
    """All cards together, or those of each batch, which is half of the share whatever its size."""
    made = open_in(BALLOT, point(104), batches=[4, 100])
    assert made is not None
    assert (made.weights, made.given) == (((Fraction(1, 104), 104),), GIVEN)
    made = open_in(BATCHES, point(104), batches=[4, 100])
    assert made is not None
    assert (made.weights, made.given) == (((Fraction(1, 8), 4), (Fraction(1, 200), 100)), GIVEN)


@pytest.mark.parametrize(
    ("policy", "over", "known"),
    [
        ({"missing": "zero"}, "mean", False),
        ({"abstained": 60}, "mean", False),
        ({"waived": "full"}, "median", False),
        ({"missing": "out"}, "mean", True),
        ({"missing": "mean"}, "mean", True),
        ({"missing": "mean"}, "median", False),
        ({"missing": "mean"}, "best", False),
        ({}, "median", True),
    ],
)
def test_what_the_rules_put_in_is_no_answer(policy: Mapping[str, object], over: str, known: bool) -> None:
    """One of three leaders is absent: where the rules put a share in, or the mean where it is no mean anyway, three
    answers count and two were given, so that nothing is said; with all three given it makes no difference."""
    of, more = point(2), ("M", "V", "W")
    assert (open_in({"over": over, **policy}, of, leaders=more) is not None) == known
    assert open_in({"over": over, **policy}, point(3), leaders=more) is not None
    assert open_in({"missing": "zero", **BALLOT}, of) is not None


# --- what was really answered ----------------------------------------------------------------------------------------


def collected(
    own: Mapping[str, object], of: Intake, units: str = "u", leaf: str = "a"
) -> tuple[dict[str, Ends], Mapping[str, list[int]]]:
    scheme = rules(a=own, b=own)
    known = evaluation(scheme)
    made = asked(known, of, scheme, leaf, [known.units[unit] for unit in units])
    return dict(made.given), made.batches


MARKS = [("a", "u", "M", "90"), ("a", "u", "V", "70"), ("a", "v", "M", "80"), ("a", "v", "V", "80")]


@pytest.mark.parametrize("over", ["mean", "median", "sum", {"trimmed": Decimal("0.2")}])
def test_the_ends_of_what_was_given_are_known(over: object) -> None:
    """The least and the greatest mark that an evaluator gave a unit, whichever of them it was."""
    ends = {"u": (Fraction(7, 10), Fraction(9, 10)), "v": (Fraction(8, 10), Fraction(8, 10))}
    assert collected({"over": over}, intake(MARKS), "uv") == (ends, {})


@pytest.mark.parametrize("over", ["last", "best", "worst"])
def test_who_gave_what_decides_where_one_answer_counts(over: str) -> None:
    """The last, the best and the worst mark do not change places with others."""
    assert collected({"over": over}, intake(MARKS)) == ({}, {})


def test_a_units_own_mark_hides_nothing() -> None:
    """Nor does a measured figure."""
    own = [("a", "u", "u", "90")]
    assert collected({"by": "self"}, intake(own)) == ({}, {})
    assert collected({"answer": {"target": "higher"}}, intake(MARKS)) == ({}, {})


def test_a_batch_sheet_says_nothing_of_an_evaluators_sheet() -> None:
    """V's sheet of marks counts, whatever became of a batch of cards that V collects."""
    sheets = (
        SheetAccount("M", "", "first", "counted", "h"),
        SheetAccount("V", "", "first", "counted", "h"),
        SheetAccount("V", "B1", "first", "missing"),
    )
    assert collected({}, intake(MARKS, sheets=sheets))[0] == {"u": (Fraction(7, 10), Fraction(9, 10))}


def card(choice: str, count: int, batch: str = "1", **other: object) -> tuple[object, ...]:
    row = {"class_id": "c", "component": "a", "unit": "u", "evaluator": "V", "batch": batch, "choice": choice}
    made = {**row, "valid": True, "count": count, "file_hash": "h", **other}
    return tuple(made[column] for column in BALLOTS)


def test_cards_that_chose_are_what_was_given() -> None:
    """Neither spoiled ones nor those that abstained, of another leaf, class or unit, nor choices that nobody made."""
    others = [
        card("三等", 5, valid=False),
        card("不了解", 5),
        card("三等", 5, component="b"),
        card("三等", 5, class_id="d"),
        card("三等", 0),
        card("三等", 7, unit="v"),
    ]
    of = intake(cards=[card("一等", 2), card("二等", 1), card("一等", 1, "2"), *others])
    assert collected(BALLOT, of) == (
        {"u": (Fraction(85, 100), Fraction(1)), "v": (Fraction(7, 10), Fraction(7, 10))},
        {"u": [4], "v": [7]},
    )


def test_of_batches_the_one_that_leaves_least_open_is_looked_at() -> None:
    """Cards change places inside their batch: every batch must leave something open.  Two meetings of the same number
    that two people collected are two batches."""
    wide = [card("一等", 2), card("三等", 1)]
    narrow = [card("二等", 3, "2"), card("三等", 1, "2")]
    ends = (Fraction(7, 10), Fraction(85, 100))
    assert collected(BATCHES, intake(cards=[*wide, *narrow])) == ({"u": ends}, {"u": [3, 4]})
    again = [card(str(each[5]), int(str(each[7])), {"1": "2", "2": "1"}[str(each[4])]) for each in (*wide, *narrow)]
    assert collected(BATCHES, intake(cards=again)) == ({"u": ends}, {"u": [4, 3]})
    of_two = [*wide, *(card("二等", count, "1", evaluator="M") for count in (1, 2))]
    assert collected(BATCHES, intake(cards=of_two)) == ({"u": (Fraction(85, 100), Fraction(85, 100))}, {"u": [3, 3]})


# --- lists -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("own", "listed"),
    [
        ({"answer": {"rank": "table"}}, True),
        ({"answer": {"choice": "tier", "quota": {"一等": 1}}}, True),
        ({"answer": {"choice": "tier"}}, False),
        ({}, False),
        ({"answer": None, "weight": None, "by": None}, False),
    ],
    ids=str,
)
def test_answers_that_hang_together_are_a_list(own: Mapping[str, object], listed: bool) -> None:
    """Places, and choices with a quota."""
    assert is_listed(rules(a=own).components["a"]) == listed


def test_a_list_has_all_units_of_one_evaluator() -> None:
    """What each of them is worth, and how often what can be chosen: of two units one 一等 at most."""
    quota = {
        "answer": {"choice": "tier", "quota": {"一等": 1}, "together": [{"choices": ["一等", "二等"], "percent": 50}]}
    }
    scheme = rules(a=quota)
    known = evaluation(scheme)
    said = [("a", "u", "M", "一等"), ("a", "v", "M", "三等"), ("a", "u", "V", "二等"), ("a", "w", "V", "三等")]
    found = lists(known, intake(said), scheme, ["a"], known.units_of("c"))
    best, good, least = Fraction(1), Fraction(85, 100), Fraction(7, 10)
    quotas = ((frozenset({best}), 1), (frozenset({best, good}), 1))
    of_mayor = Listed("a", {"u": best, "v": least}, (least, good, best), quotas)
    of_vice = Listed("a", {"u": good, "w": least}, (least, good, best), quotas)
    assert found == {"u": [of_mayor, of_vice], "v": [of_mayor], "w": [of_vice]}


def test_a_list_of_places_has_no_other_values() -> None:
    """Every place is given once, to whomever."""
    scheme = rules(a={"answer": {"rank": "table"}})
    known = evaluation(scheme)
    said = [("a", unit, "M", place) for unit, place in zip("uvw", "213", strict=True)]
    (listed,) = lists(known, intake(said), scheme, ["a"], known.units_of("c"))["u"]
    assert listed == Listed("a", {"u": Fraction(9, 10), "v": Fraction(1), "w": Fraction(4, 5)})


RANKED = {"answer": {"rank": "table"}}


@pytest.mark.parametrize(
    ("own", "of", "own_lists", "points"),
    [
        (RANKED, point(2), 2, Fraction(10)),
        (RANKED, point(1), 1, Fraction(20)),
        (RANKED, point(2), 1, None),
        (RANKED, point(0), 0, None),
        (RANKED, point(2, state="pending"), 2, None),
        ({**RANKED, "over": "median"}, point(2), 2, None),
        ({**RANKED, "over": "median"}, point(1), 1, Fraction(20)),
        ({**RANKED, "charge": "months"}, point(2), 2, None),
        ({**RANKED, "each": {"periods": ["一", "二"]}}, point(2), 2, None),
    ],
)
def test_what_a_list_is_worth(own: Mapping[str, object], of: Point, own_lists: int, points: Fraction | None) -> None:
    """Its part of the mean; of one evaluator the whole; nothing certain where not every list is known, a median
    decides, months in charge or periods are weighed."""
    listed = Listed("a", {"u": Fraction(1)})
    assert worth(rules(a=own), of, [listed] * own_lists) == points
