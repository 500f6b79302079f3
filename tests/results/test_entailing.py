"""What follows from grades: of one year, of several running, and which years' awards they take away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from evaltool.results.entailing import barring, following, years_running
from evaltool.roster import Earlier
from results import evaluation

RULES = """
[[consequence]]
grade = "优秀"
text = "通报表扬"
[[consequence]]
grade = "较差"
text = "限期整改。"
no_awards = "this"
[[consequence]]
grade = "较差"
years = 2
text = "诫勉谈话"
no_awards = "next"
[[consequence]]
grade = "一般"
text = "不评先"
no_awards = "both"
"""


def had(grades: Mapping[int, str]) -> dict[int, Earlier]:
    return {year: Earlier(year, "A", Fraction(50), grade=grade) for year, grade in grades.items()}


def test_how_many_years_running_a_grade_was_had() -> None:
    """Another grade or a year without a result ends the row; without a grade there is no row."""
    of = had({2025: "较差", 2024: "较差", 2022: "较差"})
    assert years_running(2026, "较差", of) == 3
    assert years_running(2026, "优秀", of) == 1
    assert years_running(2025, "较差", of) == 2
    assert years_running(2026, "较差", had({2025: "", 2024: "较差"})) == 1
    assert years_running(2026, "", had({2025: "", 2024: ""})) == 0
    assert years_running(2026, "较差", had({2027: "较差"})) == 1


def test_what_follows_from_a_row_of_years() -> None:
    """What one year entails and, once the row is long enough, what so many do; nothing of other grades."""
    scheme = evaluation({"A": "g1"}, RULES).classes["d"]
    said = {
        running: [(each.years, each.text) for each in following(scheme, "较差", running)] for running in (0, 1, 2, 3)
    }
    assert said == {
        0: [],
        1: [(1, "限期整改。")],
        2: [(1, "限期整改。"), (2, "诫勉谈话")],
        3: [(1, "限期整改。"), (2, "诫勉谈话")],
    }


def barred(grade: str, before: Mapping[int, str]) -> list[str]:
    made = evaluation({"A": "g1"}, RULES)
    made = replace(made, roster=replace(made.roster, earlier=tuple(had(before).values())))
    return [one.words for one in barring(made, made.units["A"], grade)]


def test_this_years_grade_and_that_of_the_year_before_take_awards_away() -> None:
    """Each for the year that the rules say; in words with the years that it was had running."""
    assert barred("优秀", {}) == barred("优秀", {2025: "较差"}) == barred("优秀", {2024: "一般"}) == []
    assert barred("较差", {}) == ["2026年度评为“较差”，限期整改"]
    assert barred("较差", {2025: "较差"}) == ["2026年度评为“较差”，限期整改"]
    assert barred("优秀", {2025: "较差", 2024: "较差"}) == ["2025年度连续2年评为“较差”，诫勉谈话"]
    assert barred("一般", {}) == ["2026年度评为“一般”，不评先"]
    assert barred("一般", {2025: "一般"}) == ["2025年度评为“一般”，不评先", "2026年度评为“一般”，不评先"]
    assert barred("", {2027: "一般"}) == []
