"""The worked example of the main scheme: one county, every kind of sheet, a total known as a fraction."""

from __future__ import annotations

import json
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path

import pytest

from evaltool.run import scored, take_in
from folders import bundled_settings, decide, make, return_all
from worked_county import ROSTER, says, scheme


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example's folder with all its sheets returned."""
    made = make(tmp_path_factory.mktemp("worked") / "one", ROSTER, {"counties": scheme()}, bundled_settings())
    return_all(made, says)
    return made


EXPECTED: Mapping[str, Fraction] = {
    "base": Fraction("2.7"),
    "progress": Fraction("2.82"),
    "visits": Fraction("2.715"),
    "self": Fraction("0.98"),
    "common": Fraction("8.235"),
    "city_bodies": Fraction(349, 78),
    "county_bodies": Fraction("2.775"),
    "city_departments": Fraction("2.675"),
    "towns": Fraction("1.77"),
    "citizens": Fraction(859, 480),
    "priority": Fraction("32.94"),
    "mayor": Fraction(15),
    "vice_mayors": Fraction("9.5"),
    "deputies": Fraction("4.25"),
}


def test_every_part_of_the_worked_example_comes_out_exactly(folder: Path) -> None:
    """Each component of the county has the fraction of the worked example, through real workbooks."""
    result = scored(take_in(folder), "0001")
    points = {leaf: result.points["C1", leaf].points for leaf in EXPECTED}
    assert points == EXPECTED


def test_the_total_of_the_worked_example(folder: Path) -> None:
    """963289/10400, published 92.62, graded 优秀, without any finding."""
    taken = take_in(folder)
    (one,) = scored(taken, "0001").standings
    assert (one.exact, one.text, one.grade, one.rank) == (Fraction(963289, 10400), "92.62", "优秀", 1)
    assert [found for found in taken.findings if found.blocks] == []


def test_a_bonus_is_added_before_rounding(folder: Path, tmp_path: Path) -> None:
    """With half a point of bonus the county is published with 93.12."""
    import shutil

    other = tmp_path / "bonus"
    shutil.copytree(folder, other)
    decide(other, "种类,文号,日期,理由,单位,新值\n加分,绩委〔2027〕3号,2027-04-10,命名表彰,清川县,0.5\n")
    (one,) = scored(take_in(other), "0001").standings
    assert (one.text, one.bonus) == ("93.12", Fraction(1, 2))
    assert json.loads(json.dumps(one.text)) == "93.12"
