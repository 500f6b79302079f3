"""Methods on measured figures: tables of figures and shares, edges of each domain, laws that hold for every figure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaltool.rules.expressions import Expr, constant, value_of
from evaltool.rules.methods import Compare, Deduct, Facts, Growth, Target

Measured = Target | Compare | Growth | Deduct


def share(answer: Measured, figure: str | Fraction, facts: Facts) -> Fraction | None:
    return answer.share(Fraction(figure), facts)


def why(answer: Measured, figure: str | Fraction, facts: Facts) -> str:
    return answer.outside(Fraction(figure), facts)


def rows(text: str) -> list[list[str]]:
    """A small table: cells between bars; a dash stands for no value."""
    return [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()[1:]]


def number(text: str) -> Fraction | None:
    return None if text == "-" else Fraction(text)


def stated(text: str) -> Mapping[str, object]:
    """`cap=110 better=lower` as keys of the rules."""
    pairs = (part.split("=") for part in text.split())
    return {key: value if key in ("better", "ties") else Decimal(value) for key, value in pairs}


@pytest.mark.parametrize(
    ("kind", "keys", "figure", "target", "expected"),
    rows("""
    kind     | keys                  | figure | target | share
    higher   |                       | 5      | 6      | 5/6
    higher   |                       | 6      | 6      | 1
    higher   |                       | 7      | 6      | 1
    higher   | cap=110               | 6.3    | 6      | 21/20
    higher   | cap=110               | 9      | 6      | 11/10
    higher   | floor=60              | 3.6    | 6      | 3/5
    higher   | floor=60              | 3.59   | 6      | 0
    higher   |                       | -2     | 6      | 0
    higher   |                       | 5      | 0      | -
    higher   |                       | 5      | -1     | -
    higher   |                       | 5      | -      | -
    lower    |                       | 5.5    | 5      | 10/11
    lower    |                       | 4      | 5      | 1
    lower    | cap=120               | 4      | 5      | 6/5
    lower    | cap=120               | 0      | 5      | 6/5
    lower    | cap=120               | -3     | 5      | 6/5
    lower    | floor=80              | 7      | 5      | 0
    lower    |                       | 3      | 0      | -
    attained |                       | 100    | 100    | 1
    attained |                       | 99.99  | 100    | 0
    attained | missed=40             | 99     | 100    | 2/5
    attained | better=lower          | 3      | 3      | 1
    attained | better=lower          | 4      | 3      | 0
    attained |                       | 0      | 0      | 1
    attained |                       | 5      | -      | -
    """),
)
def test_completion_of_a_target(kind: str, keys: str, figure: str, target: str, expected: str) -> None:
    """Completion counts between floor and cap; without a target above 0 there is no completion."""
    answer = Target.model_validate({"target": kind, **stated(keys)})
    assert share(answer, figure, Facts(target=number(target))) == number(expected)


@pytest.mark.parametrize(
    ("keys", "figure", "expected"),
    rows("""
    keys                       | figure | share
    zero_below=-1 zero_above=6 | 1      | 1
    zero_below=-1 zero_above=6 | 3      | 1
    zero_below=-1 zero_above=6 | 2.5    | 1
    zero_below=-1 zero_above=6 | 0      | 1/2
    zero_below=-1 zero_above=6 | -1     | 0
    zero_below=-1 zero_above=6 | -9     | 0
    zero_below=-1 zero_above=6 | 4.5    | 1/2
    zero_below=-1 zero_above=6 | 6      | 0
    zero_above=6               | 0.99   | 0
    zero_below=-1              | 3.01   | 0
    zero_below=1               | 0.99   | 0
    """),
)
def test_a_target_range_is_full_inside_and_falls_evenly_outside(keys: str, figure: str, expected: str) -> None:
    """From 1 to 3 full marks; outside evenly down to the point of nothing, or nothing at once if none is stated."""
    answer = Target.model_validate({"target": "range", "low": Decimal(1), "high": Decimal(3), **stated(keys)})
    assert share(answer, figure, Facts()) == Fraction(expected)


@pytest.mark.parametrize(
    ("kind", "keys", "figure", "others", "expected"),
    rows("""
    kind    | keys                        | figure | others | share
    best    |                             | 40     | 80 20  | 1/2
    best    |                             | 80     | 40 20  | 1
    best    | least=60                    | 20     | 80 40  | 3/5
    best    |                             | -5     | 80 40  | 0
    best    |                             | 0      | 0 -1   | -
    best    |                             | 40     |        | -
    best    | better=lower                | 8      | 4 16   | 1/2
    best    | better=lower                | 4      | 8 16   | 1
    best    | better=lower                | 8      | 0 16   | -
    min_max |                             | 30     | 20 60  | 1/4
    min_max | least=60                    | 20     | 30 60  | 3/5
    min_max | better=lower                | 30     | 20 60  | 3/4
    min_max |                             | 20     | 20 20  | -
    min_max |                             | -10    | -20 0  | 1/2
    rank    | step=5                      | 30     | 20 60  | 19/20
    rank    | first=60 step=3             | 60     | 20 30  | 3/5
    rank    | first=60 step=3             | 20     | 60 30  | 27/50
    rank    | step=50 least=40            | 20     | 60 30  | 2/5
    rank    | step=10                     | 30     | 30 60  | 9/10
    rank    | step=10 ties=mean           | 30     | 30 60  | 17/20
    rank    | step=10 better=lower        | 30     | 20 60  | 9/10
    """),
)
def test_comparison_with_other_units(kind: str, keys: str, figure: str, others: str, expected: str) -> None:
    """The ratio to the best, the place between worst and best, or the place in the order of figures."""
    answer = Compare.model_validate({"compare": kind, **stated(keys)})
    facts = Facts(others=tuple(Fraction(each) for each in others.split()))
    assert share(answer, figure, facts) == number(expected)


@pytest.mark.parametrize(("kind", "figure", "expected"), [("best", 90, "1"), ("min_max", 10, "0"), ("rank", 10, "4/5")])
def test_a_unit_outside_the_comparison_is_measured_by_those_inside(kind: str, figure: int, expected: str) -> None:
    """An unranked unit sets no mark for others, gets no more than the best and no less than the worst."""
    answer = Compare.model_validate({"compare": kind, "step": Decimal(10)})
    facts = Facts(others=(Fraction(80), Fraction(20)), takes_part=False)
    assert share(answer, Fraction(figure), facts) == Fraction(expected)


@pytest.mark.parametrize(
    ("kind", "keys", "figure", "base", "per", "expected"),
    rows("""
    kind     | keys                 | figure | base | per   | share
    rate     | full_at=10           | 105    | 100  |       | 1/2
    rate     | full_at=10           | 95     | 100  |       | 0
    rate     | full_at=10           | 130    | 100  |       | 1
    rate     | full_at=10 cap=120   | 130    | 100  |       | 6/5
    rate     | full_at=10 zero_at=-10 | 100  | 100  |       | 1/2
    rate     | full_at=-10          | 95     | 100  |       | 1/2
    rate     | full_at=10           | 5      | 0    |       | -
    rate     | full_at=10           | 5      | -3   |       | -
    rate     | full_at=10           | 5      | -    |       | -
    per_head | full_at=8            | 110    | 100  | 55 50 | 0
    per_head | full_at=8            | 110    | 100  | 50 50 | 1
    per_head | full_at=20           | 105    | 100  | 50 50 | 1/4
    per_head | full_at=8            | 110    | 100  | 0 50  | -
    per_head | full_at=8            | 110    | 100  | 50 -  | -
    places   | full_at=5 zero_at=-5 | 12     | 12   |       | 1/2
    places   | full_at=5 zero_at=-5 | 9      | 12   |       | 4/5
    places   | full_at=5 zero_at=-5 | 20     | 12   |       | 0
    places   | full_at=10           | 11     | 12   |       | 1/10
    places   | full_at=5            | 1.5    | 12   |       | -
    places   | full_at=5            | 0      | 12   |       | -
    """),
)
def test_growth_against_an_earlier_figure(
    kind: str, keys: str, figure: str, base: str, per: str, expected: str
) -> None:
    """Growth in percent, also per head, and places gained, evenly between the points of nothing and of full marks."""
    given_per = [number(each) for each in per.split()] or [None, None]
    answer = Growth.model_validate({"growth": kind, "per": "heads" if kind == "per_head" else "", **stated(keys)})
    facts = Facts(base=number(base), per=given_per[0], per_base=given_per[1])
    assert share(answer, figure, facts) == number(expected)


@pytest.mark.parametrize(
    ("keys", "figure", "expected"),
    rows("""
    keys            | figure | share
    deduct=5        | 0      | 1
    deduct=5        | 2      | 3/4
    deduct=5        | 9      | 0
    deduct=5 limit=10 | 9    | 1/4
    deduct=5 limit=90 | 9    | 1
    deduct=0.5      | 3      | 77/80
    deduct=5        | -1     | -
    """),
)
def test_deductions_from_full_marks(keys: str, figure: str, expected: str) -> None:
    """40 preset points less so many for each case, down to the limit, which never gives more than full marks."""
    answer = Deduct.model_validate(stated(keys))
    assert share(answer, figure, Facts(full=Fraction(40))) == number(expected)


@pytest.mark.parametrize(
    ("answer", "facts", "reason"),
    [
        (Target(target="higher"), Facts(), "no_target"),
        (Target(target="lower"), Facts(target=Fraction(0)), "target"),
        (Compare(compare="rank"), Facts(), "alone"),
        (Compare(compare="best"), Facts(others=(Fraction(-2),)), "best"),
        (Compare(compare="min_max"), Facts(others=(Fraction(-1),)), "same"),
        (Growth(growth="rate", full_at=Decimal(8)), Facts(), "no_base"),
        (Growth(growth="rate", full_at=Decimal(8)), Facts(base=Fraction(0)), "base"),
        (Growth(growth="per_head", full_at=Decimal(8), per="p"), Facts(base=Fraction(3)), "per"),
        (Growth(growth="places", full_at=Decimal(8)), Facts(base=Fraction(3)), "place"),
        (Deduct(deduct=Decimal(5)), Facts(), "negative"),
    ],
)
def test_a_figure_outside_the_domain_says_why(answer: Measured, facts: Facts, reason: str) -> None:
    """Where there is no share, there is a reason with words in both languages; -1 is in no method's favour here."""
    assert why(answer, Fraction(-1), facts) == reason
    assert all(answer.reasons[reason])


# --- laws ------------------------------------------------------------------------------------------------------------

FIGURES = st.fractions(min_value=-50, max_value=200, max_denominator=20)
POSITIVE = st.fractions(min_value=Fraction(1, 10), max_value=200, max_denominator=20)
PERCENTS = st.integers(0, 100).map(Decimal)
SIDES = st.sampled_from(["higher", "lower"])
OTHERS = st.lists(FIGURES, min_size=1, max_size=6).map(tuple)
TARGETS = st.builds(
    Target, target=st.sampled_from(["higher", "lower", "attained"]), floor=PERCENTS, missed=PERCENTS, better=SIDES
)
COMPARISONS = st.builds(
    Compare,
    compare=st.sampled_from(["best", "min_max", "rank"]),
    better=SIDES,
    ties=st.sampled_from(["best", "mean"]),
    step=PERCENTS,
    least=PERCENTS,
)
SPREAD = st.builds(
    Compare, compare=st.just("rank"), better=SIDES, ties=st.sampled_from(["best", "mean"]), last=PERCENTS
)
GROWTHS = st.builds(
    Growth, growth=st.just("rate"), full_at=st.integers(1, 30).map(Decimal), zero_at=st.integers(-30, 0).map(Decimal)
)
DEDUCTIONS = st.builds(Deduct, deduct=st.integers(1, 30).map(Decimal), limit=PERCENTS)
METHOD = st.one_of(TARGETS, COMPARISONS, SPREAD, GROWTHS, DEDUCTIONS)
FACTS = st.builds(Facts, target=POSITIVE, base=POSITIVE, others=OTHERS, takes_part=st.booleans())


def _less_is_better(answer: Measured) -> bool:
    if isinstance(answer, Target):
        return answer.target == "lower" or (answer.target == "attained" and answer.better == "lower")
    return isinstance(answer, Deduct) or (isinstance(answer, Compare) and answer.better == "lower")


@given(METHOD, FACTS, FIGURES, FIGURES)
def test_a_better_figure_never_lowers_the_share(answer: Measured, facts: Facts, one: Fraction, other: Fraction) -> None:
    """Whatever the method and whoever else is there: of two figures the better one has at least the same share."""
    worse, better = sorted((one, other), reverse=_less_is_better(answer))
    first, second = share(answer, worse, facts), share(answer, better, facts)
    assert first is None or second is None or first <= second


@given(METHOD, FACTS, FIGURES)
def test_a_share_lies_between_nothing_and_full_marks(answer: Measured, facts: Facts, figure: Fraction) -> None:
    """With a cap of 100 no figure has more than full marks or less than nothing; None has a reason, others none."""
    found = share(answer, figure, facts)
    assert found is None or 0 <= found <= 1
    assert (found is None) == (why(answer, figure, facts) in answer.reasons)


@given(METHOD, FACTS, FIGURES)
def test_an_expression_comes_to_the_share(answer: Measured, facts: Facts, figure: Fraction) -> None:
    """Formulas and calculations are made by the function that scores: the value beside them is the share, and every
    parameter that they look at has a name in the workbook."""
    found, asked = share(answer, figure, facts), set[str]()

    def parameter(name: str, value: Decimal) -> Expr:
        asked.add(name)
        return constant(Fraction(value))

    if found is not None:
        made = answer.made(constant(figure), replace(facts.told(figure), parameter=parameter))
        assert value_of(made) == found
        assert asked <= answer.cells.keys()


@given(st.one_of(TARGETS, COMPARISONS, GROWTHS), FACTS, FIGURES, POSITIVE)
def test_the_unit_of_measure_makes_no_difference(
    answer: Measured, facts: Facts, figure: Fraction, scale: Fraction
) -> None:
    """Figure, target, base and the others' figures in another unit (10,000 yuan, 100 million yuan): the same share."""
    assert facts.target is not None
    assert facts.base is not None
    others = tuple(each * scale for each in facts.others)
    scaled = Facts(target=facts.target * scale, base=facts.base * scale, others=others, takes_part=facts.takes_part)
    assert share(answer, figure * scale, scaled) == share(answer, figure, facts)
