"""The share of satisfied answers: which choices count, and where public documents may tell it."""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction

import pytest

from evaltool.exact import half_up
from evaltool.inbox.intake import Intake
from evaltool.inbox.tables import ANSWERS, BALLOTS, table
from evaltool.points.score import Point
from evaltool.results.disclosure import Published
from evaltool.results.satisfaction import Satisfaction, _is_coarser, public_shares, satisfaction
from evaltool.rules import Scheme, read_scheme

CARD = (("满意", 100), ("比较满意", 80), ("一般", 60), ("不满意", 0))
RULES = """
format = 1
[scheme]
id = "d"
name = "部门"
total = 100
groups = [{{ id = "g", name = "甲类" }}]
[component.vote]
name = "群众评议"
weight = 20
by = "voters"
answer = {{ ballot = "card"{more} }}
[component.work]
name = "工作"
weight = 80
by = "office"
answer = "percent"
[scale]
card = [{choices}, ["不了解", "abstain"]]
[disclosure]
floor = 3
[[grade]]
name = "合格"
from = 0
"""
SHOWN = Published(("vote",), 2)


def rules(choices: tuple[tuple[str, int], ...] = CARD, more: str = "") -> Scheme:
    listed = ", ".join(f'["{choice}", {points}]' for choice, points in choices)
    made, findings = read_scheme(RULES.format(choices=listed, more=more), "schemes/d.toml")
    assert made is not None, findings
    return made


def cards(**given: tuple[int, ...]) -> Intake:
    """Unit -> how often each choice of CARD was given, in two batches; beside cards that abstain or are spoiled."""
    rows = [
        ("d", "vote", unit, "V1", str(at % 2), choice, True, count, "h")
        for unit, counts in given.items()
        for at, ((choice, _), count) in enumerate(zip(CARD, counts, strict=True))
        if count
    ]
    rows += [("d", "vote", unit, "V1", "0", "不了解", True, 7, "h") for unit in given]
    rows += [("d", "vote", unit, "V1", "0", "不满意", False, 9, "h") for unit in given]
    return Intake(table(ANSWERS, []), table(BALLOTS, rows), (), (), ())


def told(given: Intake, scheme: Scheme | None = None, public: Published = SHOWN) -> dict[str, Fraction]:
    """Unit -> the share that public documents tell."""
    made = scheme or rules()
    points = {}
    for key, own in satisfaction(given, made).items():
        scale = made.scale("card")
        mean = sum((scale[choice] or 0) * count for choice, count in own.counts.items()) / Fraction(own.answers)
        points[key] = Point("d", key[0], "vote", Fraction(20), mean, mean * 20, "scored", evaluators=own.answers)
    units = [unit for unit, _ in points]
    return dict(public_shares(given, made, points, units, public).get("vote", {}))


@pytest.mark.parametrize(
    ("choices", "more", "satisfied"),
    [
        (CARD, "", ("满意", "比较满意")),
        (CARD, ', satisfied = ["满意"]', ("满意",)),
        ((("优秀", 100), ("良好", 85), ("一般", 70), ("较差", 50)), "", ("优秀", "良好")),
        ((("好", 100), ("中", 70), ("差", 40)), "", ("好",)),
        ((("差", 40), ("中", 70), ("好", 100), ("很好", 110), ("极好", 120)), "", ("很好", "极好")),
        ((("好", 100), ("也好", 100), ("差", 0)), "", ("好", "也好")),
        ((("好", 100),), "", ()),
        (CARD, ', satisfied = ["满意", "比较满意", "一般", "不满意"]', ()),
    ],
)
def test_the_upper_half_of_the_scale_is_satisfied_where_nothing_is_said(
    choices: tuple[tuple[str, int], ...], more: str, satisfied: tuple[str, ...]
) -> None:
    """By points, wherever a choice stands; the middle one is not; where all would be, there is no share."""
    scheme = rules(choices, more)
    ballot = scheme.components["vote"].ballot
    assert ballot is not None
    assert ballot.satisfied_on(scheme.scale("card")) == satisfied


def test_only_valid_cards_that_chose_are_counted() -> None:
    """Of all batches together; abstaining and spoiled cards are in neither number."""
    found = satisfaction(cards(A=(3, 1, 0, 4), B=(0, 0, 2, 0)), rules())
    assert {unit: (each.satisfied, each.answers) for (unit, _), each in found.items()} == {"A": (4, 8), "B": (0, 2)}
    assert found["A", "vote"].share == Fraction(1, 2)


def test_a_share_is_told_in_whole_percent() -> None:
    """Half up."""
    assert told(cards(A=(300, 200, 100, 211))) == {"A": Fraction(62, 100)}


@pytest.mark.parametrize(
    "counts",
    [
        (1, 0, 0, 1),  # fewer than the floor
        (0, 40, 0, 0),  # everybody gave the same: each one's mark would be told
    ],
)
def test_a_share_that_tells_marks_is_told_of_no_unit(counts: tuple[int, ...]) -> None:
    """Otherwise its absence would say what it is."""
    assert told(cards(A=(300, 200, 100, 211), B=counts)) == {}
    assert set(told(cards(A=(300, 200, 100, 211), B=(3, 0, 40, 0)))) == {"A", "B"}


def test_a_share_that_makes_a_printed_figure_finer_is_not_told() -> None:
    """Of two choices the share is the mean: it says more than two decimals of the points do."""
    two = rules((("满意", 100), ("不满意", 0)))
    coarse, fine = Published(("vote",), 0), Published(("vote",), 0, guarded=False)
    given = cards(A=(313, 0, 0, 411))
    assert told(given, two, coarse) == {}
    assert told(given, two, fine) == {"A": Fraction(43, 100)}


def test_a_component_that_is_not_shown_has_no_share() -> None:
    """Nor has one that a curve was laid over, where marks are confidential."""
    given = cards(A=(300, 200, 100, 211))
    assert told(given, public=Published((), 2)) == {}
    bent = {("A", "vote"): Point("d", "A", "vote", Fraction(20), Fraction(1, 2), Fraction(10), "scored", evaluators=9)}
    assert public_shares(given, rules(), bent, ["A"], SHOWN) == {}


def test_only_the_units_that_are_asked_for_are_looked_at() -> None:
    """What another group's units were given says nothing about a group; units without cards are not there."""
    given = cards(A=(300, 200, 100, 211), B=(0, 40, 0, 0))
    scheme = rules()
    assert set(satisfaction(given, scheme)) == {("A", "vote"), ("B", "vote")}
    assert set(satisfaction(given, scheme, ["A", "C"])) == {("A", "vote")}
    open_to_all = Published(("vote",), 2, guarded=False)
    assert public_shares(given, scheme, {}, ["A"], open_to_all) == {"vote": {"A": Fraction(62, 100)}}
    assert public_shares(given, scheme, {}, ["A", "B"], open_to_all) == {}


@pytest.mark.parametrize(("counts", "there"), [((2, 0, 0, 1), True), ((1, 0, 0, 1), False)])
def test_a_share_is_told_from_the_floor_on(counts: tuple[int, ...], there: bool) -> None:
    """Three answers where the rules want three."""
    assert bool(told(cards(A=counts), public=Published(("vote",), 2, guarded=False))) == there


@pytest.mark.parametrize(
    ("better", "worse", "there"),
    [("优", "良", True), ("优", "近", False), ("良", "差", True), ("中", "差", False), ("优", "差", True)],
)
def test_answers_have_to_differ_by_a_stated_part_of_the_scale(better: str, worse: str, there: bool) -> None:
    """The scale goes from 50 to 100, of which half is wanted: 25 apart are enough, 24.9 and 24 are not."""
    worth = {"优": "100", "近": "75.1", "良": "75", "中": "74", "差": "50"}
    text = RULES.format(choices=", ".join(f'["{each}", {points}]' for each, points in worth.items()), more="")
    scheme, findings = read_scheme(text.replace("floor = 3", "floor = 3\nopen = 50"), "schemes/d.toml")
    assert scheme is not None, findings
    rows = [("d", "vote", "A", "V1", "0", choice, True, 5, "h") for choice in (better, worse)]
    given = Intake(table(ANSWERS, []), table(BALLOTS, rows), (), (), ())
    public = Published(("vote",), 2, guarded=False)
    assert bool(public_shares(given, scheme, {}, ["A"], public)) == there


# --- no finer than the printed figure --------------------------------------------------------------------------------


def coarser(satisfied: int, answers: int, weight: str, digits: int, worth: tuple[str, str] = ("1", "0")) -> bool:
    """Whether the share of so many satisfied answers, of two choices, says no more than the figure that is printed."""
    scale = dict(zip(("是", "否"), map(Fraction, worth), strict=True))
    own = Satisfaction({"是": satisfied, "否": answers - satisfied}, ("是",))
    mean = scale["是"] * own.share + scale["否"] * (1 - own.share)
    point = Point("d", "A", "vote", Fraction(weight), mean, mean * Fraction(weight), "scored", evaluators=answers)
    return _is_coarser(scale, own, point, digits)


@pytest.mark.parametrize(
    ("satisfied", "answers", "weight", "digits", "same"),
    [
        (43, 100, "10", 1, True),  # 4.3 is 42.5 to 43.5 percent of 10, and so are 43 %
        (4283, 10000, "10", 1, True),
        (43, 100, "9.9", 1, False),  # both ends of the figure lie outside
        (4251, 10000, "11", 1, False),  # 4.7 of 11 begins at 42.27 %
        (4349, 10000, "11", 1, False),  # 4.8 of 11 ends at 44.09 %
        (43, 100, "5", 1, False),
        (43, 100, "20", 1, True),
        (43, 100, "100", 0, True),
        (43, 100, "100", 1, True),
        (43, 100, "10", 0, False),
    ],
)
def test_a_share_may_be_as_fine_as_the_figure(
    satisfied: int, answers: int, weight: str, digits: int, same: bool
) -> None:
    """All that is printed as the same figure has to go with all that is printed as the same share."""
    assert coarser(satisfied, answers, weight, digits) == same


def test_no_mean_lies_beyond_the_scale() -> None:
    """Where nearly nobody or nearly everybody is satisfied the figure ends where the scale does, and so does the
    share."""
    assert coarser(1, 1000, "40", 1, ("1", "0.5"))
    assert coarser(999, 1000, "40", 1, ("1", "0.5"))
    assert not coarser(1, 1000, "10", 1, ("1", "0.5"))
    assert not coarser(999, 1000, "10", 1, ("1", "0.5"))


def by_hand(scale: dict[str, Fraction], own: Satisfaction, point: Point, digits: int) -> bool:
    """The ends of all means that go with the printed share, by one satisfied and one other choice each."""
    assert point.points is not None
    share, half = half_up(own.share, 2), Fraction(1, 200)
    shares = [min(max(share + by, Fraction(0)), Fraction(1)) for by in (-half, half)]
    yes = [worth for choice, worth in scale.items() if choice in own.choices]
    no = [worth for choice, worth in scale.items() if choice not in own.choices]
    means = [part * better + (1 - part) * worse for part in shares for better in yes for worse in no]
    printed, around = half_up(point.points, digits), Fraction(1, 2 * 10**digits)
    ends = [
        min(max((printed + by) / point.weight, min(scale.values())), max(scale.values())) for by in (-around, around)
    ]
    return min(means) <= ends[0] and ends[1] <= max(means)


def test_means_that_go_with_a_share_are_those_of_all_ways_to_answer() -> None:
    """Scales of two to five choices from anything to anything, any figure of any coarseness."""
    dice = random.Random(1)
    found = [0, 0]
    for _ in range(400):
        many = dice.randint(2, 5)
        values = sorted(dice.sample(range(21), many), reverse=True)
        scale = {f"c{at}": Fraction(each, 20) for at, each in enumerate(values)}
        yes = tuple(dice.sample(list(scale), dice.randint(1, many - 1)))
        own = Satisfaction({choice: dice.choice([1, 3, 40, 2000]) for choice in scale}, yes)
        weight, digits = Fraction(dice.choice([2, 5, 10, 20, 40])), dice.choice([0, 1, 1, 2])
        mean = sum((scale[choice] * count for choice, count in own.counts.items()), Fraction(0)) / own.answers
        point = Point("d", "A", "vote", weight, mean, mean * weight, "scored", evaluators=own.answers)
        wanted = by_hand(scale, own, point, digits)
        assert _is_coarser(scale, own, point, digits) == wanted, (scale, own, weight, digits)
        found[wanted] += 1
    assert min(found) > 50


@pytest.mark.parametrize(
    "change",
    [{"points": None}, {"weight": Fraction(0)}, {"share": Fraction(1, 2)}],
    ids=["pending", "of no weight", "bent"],
)
def test_of_a_figure_that_is_no_mean_of_cards_no_share_is_told(change: dict[str, object]) -> None:
    """What the share would say of it is not known."""
    scale, own = {"是": Fraction(1), "否": Fraction(0)}, Satisfaction({"是": 43, "否": 57}, ("是",))
    point = Point("d", "A", "vote", Fraction(10), own.share, own.share * 10, "scored", evaluators=100)
    assert _is_coarser(scale, own, point, 1)
    assert not _is_coarser(scale, own, replace(point, **change), 1)  # type: ignore[arg-type]
