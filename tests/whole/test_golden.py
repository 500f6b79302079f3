"""Every bundled evaluation scores, and another program that shares no code with the tool gets the same results."""

from __future__ import annotations

from pathlib import Path

import pytest

import fillings
import golden
from evaltool.evaluation import load
from evaltool.findings import Refused
from evaltool.run import score_folder
from filled_years import begin
from survey_exports import exports

EVALUATIONS = Path(__file__).parents[2] / "templates" / "evaluations"
REFUSED = {"kpi-printed"}
NAMES = sorted(path.name for path in EVALUATIONS.iterdir() if path.is_dir() and path.name not in REFUSED)
LIKE_ANOTHER = {"shenzhen-2007", "shenzhen-2008", "shenzhen-2009", "shenzhen-2010", "shenzhen-2014", "songyuan"}
"""Those whose rules are read through workbooks elsewhere in every run of the tests: years of a plan in its other years,
the rules of the sample in `test_sample.py`."""


@pytest.mark.parametrize(
    "name", [pytest.param(each, marks=pytest.mark.slow if each.startswith("shenzhen") else ()) for each in NAMES]
)
def test_the_golden_results_are_what_the_rules_give(name: str) -> None:
    """Rules, tables and filling still give the results that are kept."""
    kept = fillings.read(fillings.FILLINGS / f"{name}-results.csv")
    evaluation, _ = load(EVALUATIONS / name)
    said = fillings.read(fillings.FILLINGS / f"{name}.csv")
    worked_out = golden.results(EVALUATIONS / name, said, exports(evaluation, fillings.SEED))
    assert [_row(one) for one in worked_out] == [tuple(row[column] for column in _COLUMNS) for row in kept]


_COLUMNS = ("class", "group", "unit", "exact", "total", "rank", "grade")


def _row(one: golden.Result) -> tuple[str, ...]:
    exact = f"{one.exact.numerator}/{one.exact.denominator}"
    return one.class_id, one.group, one.unit, exact, str(one.published), str(one.rank or ""), one.grade


@pytest.mark.parametrize(
    "name", [pytest.param(each, marks=pytest.mark.slow if each in LIKE_ANOTHER else ()) for each in NAMES]
)
def test_a_bundled_evaluation_scores_to_its_golden_results(name: str, tmp_path: Path) -> None:
    """Through real workbooks, sent out, filled in, taken back: exact total, rank and grade of every unit."""
    folder = tmp_path / "year"
    begin(EVALUATIONS / name, folder)
    assert load(folder)[1] == []
    standings = score_folder(folder).result.standings
    got = {
        one.unit.id: (f"{one.exact.numerator}/{one.exact.denominator}", one.text, str(one.rank or ""), one.grade)
        for one in standings
    }
    kept = fillings.read(fillings.FILLINGS / f"{name}-results.csv")
    assert got == {row["unit"]: (row["exact"], row["total"], row["rank"], row["grade"]) for row in kept}


def test_what_is_refused_says_why() -> None:
    """The plan whose printed weights add up to 110 is bundled as it is printed, and refused in words with the sum."""
    with pytest.raises(Refused) as refused:
        load(EVALUATIONS / "kpi-printed")
    (wrong,) = refused.value.findings
    assert "110" in wrong.message("zh")
    assert "normalise = true" in wrong.hint("zh")
