"""Factors of units, from the table of parameters: on a component, on those below it, on the total."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from test_figures import GRADE, HEAD, SETTINGS, UNITS

from evaltool.evaluation import load
from evaltool.evaluation.in_words import explain
from evaltool.explain.explanation import explained, readded
from evaltool.findings import Refused
from evaltool.questions.forms import Form
from evaltool.workbook.ranked import ranked_book
from evaltool.writers.saving import to_bytes
from filling import Spot
from folders import make, result_of
from spreadsheet import disagreeing, opened

RULES = """
[component.work]
name = "工作"
factor = "难度系数"
[component.first]
name = "甲项"
in = "work"
weight = 50
by = "expert"
answer = "percent"
[component.second]
name = "乙项"
in = "work"
weight = 30
by = "statistics"
answer = "percent"
none = "full"
[component.rest]
name = "其他"
weight = 20
by = "expert"
answer = "percent"
"""
TABLES = {
    "单位": UNITS,
    "评估主体": "编号,名称,角色\nS1,统计局,statistics\nX1,专家,expert\n",
    "分管": "评估主体,单位\nS1,甲县\nS1,乙县\nS1,丁县\n",
    "参数": "单位,参数,数值\n,难度系数,1\n甲县,难度系数,1.05\n丙县,难度系数,0.9\n乙县,规模系数,1.1\n,规模系数,1\n",
}
WHOLE = HEAD.replace("total = 100", 'total = 100\nfactor = "规模系数"')


def says(_: Form, spot: Spot) -> object:
    return {"first": 80, "second": 90, "rest": 70}[spot.component] if spot.column.field == "mark" else None


def test_factors_multiply_what_is_below_them(tmp_path: Path) -> None:
    """80% of 50 and 90% of 30 times 1.05, 70% of 20 as it is; nobody marks 丙县's 30, which count as full and are
    multiplied too; 乙县 has a factor on its total.  Words, explanation and workbook say the same."""
    made = make(tmp_path / "e", TABLES, {"d": WHOLE + RULES + GRADE}, SETTINGS)
    result = result_of(made, says)
    totals = {one.unit.id: one.exact for one in result.standings}
    assert totals["A"] == Fraction(105, 100) * (40 + 27) + 14
    assert totals["B"] == Fraction(11, 10) * (40 + 27 + 14)
    assert totals["C"] == Fraction(9, 10) * (40 + 30) + 14
    told = explained(result, result.evaluation.units["A"])
    assert readded(told) == []
    assert any("乘以“难度系数”1.05" in sentence for node in told.nodes for sentence in node.said)
    said = "\n".join(explain(result.evaluation))
    assert "得分乘以各单位的“难度系数”" in said
    assert "各项得分之和乘以各单位的“规模系数”" in said
    book, cached = opened(to_bytes(ranked_book(result)))
    assert disagreeing(book, cached) == []
    factor = next(spot for spot, value in cached.items() if spot[0] == "参数" and value == 1.05)
    changed = book.with_changes({factor: 1})
    wanted = float(40 + 27 + 14)
    assert any(
        isinstance(value, int | float) and abs(value - wanted) < 1e-9
        for spot, _ in book.formulas()
        for value in (changed.value(spot),)
        if cached[spot] == float(totals["A"])
    )


@pytest.mark.parametrize(
    ("rules", "parameters", "code"),
    [
        (RULES, TABLES["参数"].replace("1.05", "-1.05"), "ROSTER_FACTOR"),
        (RULES, TABLES["参数"].replace(",难度系数,1\n", "", 1), "ROSTER_PARAMETER"),
        (RULES.replace('name = "甲项"', 'name = "甲项"\npublic = "sum"'), TABLES["参数"], "RULES_FIGURE"),
    ],
)
def test_a_factor_that_cannot_be_is_refused(rules: str, parameters: str, code: str, tmp_path: Path) -> None:
    """Below nothing, not there for every unit, on marks that are confidential."""
    with pytest.raises(Refused) as wrong:
        load(make(tmp_path / "e", {**TABLES, "参数": parameters}, {"d": WHOLE + rules + GRADE}, SETTINGS))
    assert code in {one.code for one in wrong.value.findings}
