"""The share of satisfied answers: which choices count, and where public documents may tell it."""

from __future__ import annotations

from fractions import Fraction

import pytest

from evaltool.inbox.intake import Intake
from evaltool.inbox.tables import ANSWERS, BALLOTS, table
from evaltool.points.score import Point
from evaltool.results.disclosure import Published
from evaltool.results.satisfaction import public_shares, satisfaction
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
