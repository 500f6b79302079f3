"""One expression, read three ways: its value, the formula of a spreadsheet, the calculation with its numbers."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any, get_args

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from evaltool.findings import Language
from evaltool.rules import Dropped, Trimmed
from evaltool.rules.calculations import Reader, calculation
from evaltool.rules.combining import WAYS, combined, enough, kept, way_in_words, weighted
from evaltool.rules.expressions import Expr, Number, Range, Written, as_expr, chosen, least, most, out_of, value_of
from evaltool.rules.methods import METHODS, Compare, Deduct, Facts, Growth, Method, Target

MARK, FULL, TARGET, BASE = (
    Written(cell, Fraction(value)) for cell, value in (("G2", "87.5"), ("F2", 40), ("I2", 70), ("J2", 100))
)


def parameter(name: str, value: Decimal) -> Number:
    return Written(name, Fraction(value))


FACTS = Facts(FULL, target=TARGET, base=BASE, compared=Range("C1:C3", (Fraction(80), value_of(MARK), Fraction(100))),
              parameter=parameter)  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "formula", "zh", "en"),
    [
        (
            Compare(compare="min_max"),
            "(least/100+(1-least/100)*MIN(MAX((G2-MIN(C1:C3))/(MAX(C1:C3)-MIN(C1:C3)),0),1))*F2",
            "1×（87.5－80）÷（100－80）×40",
            "1 x (87.5 - 80) / (100 - 80) x 40",
        ),
        (
            Target(target="higher"),
            "MIN(MAX(G2/I2,0),cap/100)*F2",
            "（87.5÷70，最多100%）×40",
            "(87.5 / 70, at most 100%) x 40",
        ),
        (
            Growth(growth="rate", full_at=Decimal(-20)),
            "MIN(MAX(((G2/J2-1)*100-zero_at)/(full_at-zero_at),0),cap/100)*F2",
            "（87.5÷100－1）×100÷（-20）×40",
            "(87.5 / 100 - 1) x 100 / (-20) x 40",
        ),
        (
            Deduct(deduct=Decimal("0.2")),
            "MAX(F2-deduct*G2,MIN(limit,F2))",
            "40－0.2×87.5",
            "40 - 0.2 x 87.5",
        ),
    ],
    ids=lambda one: type(one).__name__ if isinstance(one, Method) else "",
)
def test_a_share_is_a_formula_and_a_calculation(answer: Method, formula: str, zh: str, en: str) -> None:
    """The formula looks at cells; people see the numbers, a limit only where it decides."""
    made = as_expr(out_of(answer.made(MARK, FACTS), FULL))
    assert (made.text, calculation(made), calculation(made, Reader("en"))) == (formula, zh, en)


def test_the_case_that_is_not_taken_may_divide_by_nothing() -> None:
    """On fractions it is never called; in a formula it stands in the other branch, as a spreadsheet has it."""

    def ratio(figure: Any) -> Number:
        return chosen(figure <= 0, Fraction(1), lambda: 5 / figure)

    assert ratio(Fraction(0)) == 1
    assert ratio(Fraction(10)) == Fraction(1, 2)
    made = ratio(Written("A1", Fraction(0)))
    assert (as_expr(made).text, value_of(made)) == ("IF(A1<=0,1,5/A1)", Fraction(1))


def test_a_condition_of_cells_is_no_truth_value() -> None:
    """`if` on a formula's condition would decide once for all what the workbook decides anew."""
    with pytest.raises(TypeError, match="chosen"):
        bool(MARK > 3)


SHARES = st.lists(st.fractions(0, 1, max_denominator=100), min_size=1, max_size=12)


@given(
    SHARES, st.sampled_from([*WAYS, Trimmed(trimmed=Decimal("0.2")), Dropped(drop=1), Dropped(drop=2)]), st.booleans()
)
def test_combining_cells_comes_to_what_combining_fractions_does(shares: list[Fraction], over: Any, apart: bool) -> None:
    """Each way is one function; side by side or listed one by one."""
    assume(len(shares) >= enough(over))
    cells = tuple(Written(f"A{at}", share) for at, share in enumerate(shares, 1))
    span = Range(",".join(cell.text for cell in cells), tuple(shares), cells, apart=apart)
    assert value_of(combined(span, over)) == combined(shares, over)


@given(SHARES, st.sampled_from([*WAYS, Trimmed(trimmed=Decimal("0.2")), Dropped(drop=1), Dropped(drop=2)]))
def test_what_is_kept_of_numbers_in_order_comes_to_the_same(shares: list[Fraction], over: Any) -> None:
    """Where their order decides nothing, a way is a sum of some of them in ascending order, divided by how many."""
    assume(len(shares) >= enough(over))
    found = kept(over, len(shares))
    assert (found is None) == (over == "last")
    if found is not None:
        first, many = found
        assert sum(sorted(shares)[first : first + many], Fraction(0)) / (1 if over == "sum" else many) == combined(
            shares, over
        )


def test_numbers_that_count_several_times() -> None:
    """Marks by months in charge; nothing where nobody was in charge."""
    marks, months = [Fraction(1), Fraction(1, 2)], [Fraction(3), Fraction(9)]
    made = weighted(Range("A1:A2", tuple(marks)), Range("B1:B2", tuple(months)))
    assert as_expr(made).text == "SUMPRODUCT(B1:B2,A1:A2)/SUM(B1:B2)"
    assert value_of(made) == weighted(marks, months) == Fraction(5, 8)
    assert weighted(marks, [Fraction(0), Fraction(0)]) == 0


def test_limits_are_one_function_for_every_kind_of_number() -> None:
    """Fractions give a fraction; as soon as a cell takes part it is a formula."""
    assert most(Fraction(1), least(Fraction(3), Fraction(2))) == 2
    made = most(Fraction(1), least(Written("A1", Fraction(3)), Fraction(2)))
    assert isinstance(made, Expr)
    assert (made.text, made.value) == ("MAX(1,MIN(A1,2))", Fraction(2))


@pytest.mark.parametrize("name", METHODS)
def test_every_method_says_its_formula_in_both_languages(name: str) -> None:
    assert all(METHODS[name].formula[language] for language in ("zh", "en"))


def test_every_way_has_its_words() -> None:
    """In both languages, and no two are said alike."""
    for language in get_args(Language):
        said = [way_in_words(language, way) for way in WAYS]
        assert len(set(said)) == len(said)
