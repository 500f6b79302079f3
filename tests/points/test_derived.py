"""Derived figures end to end: typed once, reckoned exactly, shared by components, refused with words that teach."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from test_figures import GRADE, SETTINGS, says
from test_figures import HEAD as TWO_GROUPS

from evaltool.evaluation import load
from evaltool.evaluation.in_words import explain
from evaltool.explain.explanation import explained, readded
from evaltool.findings import Finding, Refused
from evaltool.points.score import score
from evaltool.questions.layout import forms
from evaltool.roster import Indicator
from evaltool.roster.meanings import meanings
from evaltool.rules import Scheme
from evaltool.rules.calculations import calculation
from evaltool.rules.expressions import Written, as_expr
from evaltool.rules.formulas import FigureFormula, FigureName
from evaltool.run import scored, take_in
from evaltool.workbook.ranked import ranked_book
from evaltool.writers.saving import to_bytes
from folders import make, result_of, return_all
from spreadsheet import opened

HEAD = TWO_GROUPS.replace(', { id = "h", name = "乙类" }', "")
UNITS = "编号,名称,对象类别,分类,顺序\nA,甲县,d,g,1\nB,乙县,d,g,2\nC,丙县,d,g,3\nD,丁县,d,g,4\n"
STATISTICS = "编号,名称,角色\nS1,统计局,statistics\nX1,专家,expert\n"
RULES = """
[component.economy]
name = "经济发展"
weight = 60
by = "statistics"
answer = { growth = "rate", full_at = 10 }
undefined = "zero"
[component.living]
name = "民生"
weight = 40
by = "expert"
answer = { compare = "best" }
[method.six]
target = "higher"
[figure.rate]
name = "财政收入增速"
measure = "%"
formula = "（财政收入 － 财政收入.基期值）÷ 财政收入.基期值 × 100"
[figure.head]
name = "人均财政收入"
formula = "财政收入 / '常住人口（万人）'"
[figure.corrected]
name = "修正后的人均财政收入"
formula = "MIN(head * 系数, 30)"
"""
LINES = """对象类别,评估内容,编号,名称,预赋分值,评分主体,单位,计分方法,目标值,基期值,算式
d,economy,r,财政收入增速,60,,,six,6,,rate
d,economy,rev,财政收入,0,,A,,,90,
d,economy,rev,财政收入,0,,B,,,110,
d,economy,rev,财政收入,0,,C,,,0,
d,economy,rev,财政收入,0,,D,,,70,
d,economy,pop,常住人口（万人）,0,,,,,,
d,living,p,人均财政收入,40,,,,,,corrected
"""
PARAMETERS = "单位,参数,数值\n,系数,1\n乙县,系数,0.9\n"
FIGURES = {
    "A": {"rev": "95", "pop": "7"},
    "B": {"rev": "112", "pop": "3"},
    "C": {"rev": "50", "pop": "3"},
    "D": {"rev": "71", "pop": "6"},
}


def folder(tmp: Path, rules: str = RULES, lines: str = LINES, parameters: str = PARAMETERS) -> Path:
    tables = {"单位": UNITS, "评估主体": STATISTICS, "指标": lines, "参数": parameters}
    return make(tmp / "e", tables, {"d": HEAD + rules + GRADE}, SETTINGS)


def refused(tmp: Path, rules: str = RULES, lines: str = LINES, parameters: str = PARAMETERS) -> list[Finding]:
    with pytest.raises(Refused) as wrong:
        load(folder(tmp, rules, lines, parameters))
    return list(wrong.value.findings)


def test_a_figure_is_reckoned_exactly_and_shared_by_components(tmp_path: Path) -> None:
    """(95 - 90) / 90 x 100 = 50/9 of the 6 that are wanted: 25/27, where 5.56 typed would be 139/150.  The revenue that
    the statistics office types once also makes the figure per head that another component compares: 95/7, 112/3 x 0.9
    but at most 30, 50/3.  A base of 0 has no rate, and the rules say that it counts as nothing."""
    made = folder(tmp_path)
    result = result_of(made, says(FIGURES))
    got = {key: point.points for key, point in result.points.items()}
    assert got["A", "economy"] == Fraction(25, 27) * 60
    assert got["B", "economy"] == Fraction(200, 110) / 6 * 60
    assert got["C", "economy"] == 0
    assert "算式的除数为 0" in result.points["C", "economy"].basis
    assert [got[unit, "living"] for unit in "ABC"] == [Fraction(95, 7) / 30 * 40, 40, Fraction(50, 3) / 30 * 40]


def test_nobody_types_a_derived_figure_and_the_sheet_says_how_it_is_made(tmp_path: Path) -> None:
    """The provider is asked for the two figures once; whoever answers the other component has nothing to fill in."""
    evaluation, _ = load(folder(tmp_path))
    (form,) = (form for form in forms(evaluation).values() if form.kind == "marks")
    (sheet,) = form.sheets
    assert {line.indicator for table in sheet.tables for line in table.lines} == {"rev", "pop"}
    assert "“财政收入增速”（%）不用填，由工具算出：（财政收入－财政收入基期值）÷财政收入基期值×100。" in sheet.notes
    assert any("MIN（人均财政收入×系数，30）" in note for note in sheet.notes)
    assert any("由工具算出：MIN（人均财政收入×系数，30）" in line for line in explain(evaluation))


def test_a_derived_figure_explains_itself_and_stays_live(tmp_path: Path) -> None:
    """The explanation has the formula with its numbers and adds up; the workbook's formulas follow when somebody types
    another figure."""
    made = folder(tmp_path)
    result = result_of(made, says(FIGURES))
    told = explained(result, result.evaluation.units["A"])
    assert readded(told) == []
    said = [sentence for node in told.nodes for sentence in node.said]
    assert any("（95－90）÷90×100≈5.5556，" in one for one in said)
    book, cached = opened(to_bytes(ranked_book(result)))
    typed = next(spot for spot, value in cached.items() if spot[0] == "指标明细" and value == 112)
    book = book.with_changes({typed: 100})
    wanted = Fraction(100, 3) * Fraction(9, 10)
    changed = [book.value(spot) for spot, _ in book.formulas() if spot[0] == "指标明细"]
    assert any(isinstance(value, float | int) and abs(value - float(wanted)) < 1e-9 for value in changed)


def test_a_last_binary_digit_is_no_better_place(tmp_path: Path) -> None:
    """In cells (21600 / 20000 - 1) x 100 is a little above 8: the first stays the first, and two of 5 stay equal."""
    rules = RULES.replace('{ compare = "best" }', '{ compare = "rank", last = 40 }')
    rules = rules.replace("财政收入 / '常住人口（万人）'", "（财政收入 / '常住人口（万人）' - 1）* 100")
    made = folder(tmp_path, rules, parameters=PARAMETERS.replace("0.9", "1"))
    revenue = {"A": "21600", "B": "21400", "C": "21000", "D": "21000"}
    result = result_of(made, says({unit: {"rev": each, "pop": "20000"} for unit, each in revenue.items()}))
    assert [result.points[unit, "living"].points for unit in "ABCD"] == [40, 32, 24, 24]
    book, cached = opened(to_bytes(ranked_book(result)))
    points = {spot: cached[spot] for spot, _ in book.formulas() if isinstance(cached[spot], int | float)}
    assert {40, 32, 24} <= set(points.values())
    assert [spot for spot, value in points.items() if book.value(spot) != pytest.approx(value)] == []


def test_a_missing_figure_is_missed_where_it_is_typed(tmp_path: Path) -> None:
    """One finding at the cell that was left blank, and no result for whoever it is about."""
    made = folder(tmp_path)
    return_all(made, says({**FIGURES, "B": {"rev": "112"}}))
    with pytest.raises(Refused) as wrong:
        scored(take_in(made), "0001")
    assert [(one.code, one.unit) for one in wrong.value.findings if one.code == "FIGURE_MISSING"] == [
        ("FIGURE_MISSING", "B")
    ]


@pytest.mark.parametrize(
    ("formula", "taught"),
    [
        ("a + b%", "百分数写成除以 100"),
        ("a ^ 2", "没有乘方"),
        ("a = b", "比较写"),
        ("SUM(a, b)", "没有函数 SUM"),
        ("MIN(a)", "MIN 的括号里要有 2 个数"),
        ("ROUND(a, b)", "小数位数"),
        ("IF(a, b, c)", "第一个是比较"),
        ("1e3 + a", "数字只写数字和小数点"),
        ("a b", "名称、数字"),
        ("__import__('os')", "没有函数 __import__"),
        ("a.base.base.base.base", "名称、数字"),
        ("[x for x in a]", "名称、数字"),
        ("(" * 80 + "a" + ")" * 80 + "**9", "没有乘方"),
        ("lambda: a", "名称、数字"),
        ("3#机组发电量 + 1", "加单引号"),
        ("ROUND(a, 2.0)", "小数位数"),
        (" + ".join(f"a{at}" for at in range(70)), "算式太长"),
    ],
)
def test_a_formula_that_is_none_says_what_to_write(formula: str, taught: str, tmp_path: Path) -> None:
    """Whatever is not on the list is refused at its key, and nothing of it is executed."""
    rules = RULES.replace("财政收入 / '常住人口（万人）'", formula)
    wrong = [one for one in refused(tmp_path, rules) if one.cell == "figure.head.formula"]
    assert [one.code for one in wrong] == ["RULES_VALUE"]
    assert taught in wrong[0].message("zh")
    assert "IF、MIN、MAX" in wrong[0].message("zh")


@pytest.mark.parametrize(
    ("rules", "lines", "code", "cell", "says_so"),
    [
        (("财政收入 / '", "财政收 / '"), ("", ""), "RULES_FORMULA_NAME", "figure.head.formula", "最接近的是 财政收入"),
        (("head * 系数", "corrected * 系数"), ("", ""), "RULES_FORMULA_CIRCLE", "figure.corrected.formula", "绕成了圈"),
        (("head * 系数", "head * 难度"), ("", ""), "RULES_FORMULA_NAME", "figure.corrected.formula", "难度"),
        (("", ""), (",A,,,90,", ",A,,,,"), "ROSTER_FIGURE", "J3", "figure.rate"),
        (("", ""), (",,,corrected", ",,,corect"), "REFERENCE_UNKNOWN", "K8", "corrected"),
        (('{ compare = "best" }', "{ points = 40 }"), ("", ""), "ROSTER_FORMULA", "K8", "由人打分"),
        (("", ""), ("人均财政收入,40,", "人均财政收入,0,"), "ROSTER_FORMULA", "K8", "不占分"),
        (
            ("", ""),
            ("d,living,p,", "d,living,pop,常住人口（万人）,0,,,,,,\nd,living,p,"),
            "RULES_FORMULA_NAME",
            "figure.head.formula",
            "economy.'pop'、living.'pop'",
        ),
        (
            ('by = "statistics"\n', 'by = "statistics"\neach = ["上半年", "下半年"]\n'),
            ("", ""),
            "ROSTER_FORMULA",
            "K8",
            "分时段填",
        ),
    ],
)
def test_a_name_that_means_nothing_or_too_much_is_refused(
    rules: tuple[str, str], lines: tuple[str, str], code: str, cell: str, says_so: str, tmp_path: Path
) -> None:
    """Each with its key or cell and the way out."""
    found = refused(
        tmp_path, RULES.replace(*rules) if rules[0] else RULES, LINES.replace(*lines) if lines[0] else LINES
    )
    wrong = [one for one in found if one.code == code and one.cell == cell]
    assert wrong, found
    assert any(says_so in one.message("zh") + one.hint("zh") for one in wrong)


def test_every_unit_has_the_parameters_that_are_asked_for(tmp_path: Path) -> None:
    """Without a row of its own and without one for everybody a unit is named; the same row twice is refused too."""
    (wrong,) = refused(tmp_path, parameters="单位,参数,数值\n乙县,系数,0.9\n")
    assert (wrong.code, "甲县、丙县、丁县" in wrong.message("zh")) == ("ROSTER_PARAMETER", True)


def test_a_parameter_stands_once(tmp_path: Path) -> None:
    """Two numbers of one name for one unit can be read in two ways."""
    (wrong,) = refused(tmp_path, parameters=PARAMETERS + "乙县,系 数,1.1\n")
    assert (wrong.code, wrong.cell) == ("ROSTER_DUPLICATE", "B4")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.1 + 2.2", Fraction(33, 10)),
        ("-2 * (3 - 5) / 3", Fraction(4, 3)),
        ("ROUND(2.345, 2)", Fraction(235, 100)),
        ("if(1 < 2, 1, 1 / 0)", Fraction(1)),
        ("ABS(1 - 2.5)", Fraction(3, 2)),
        ("ABS(" * 50 + "1 - 2.5" + ")" * 50, Fraction(3, 2)),
        ("MAX(1, 2, 3) - MIN(4, 5)", Fraction(-1)),
        ("（１＋２）×３÷４", Fraction(9, 4)),
    ],
)
def test_formulas_are_exact(text: str, value: Fraction) -> None:
    """Decimals are what they look like; signs of the Chinese keyboard are signs; a branch not taken is not reckoned."""
    assert FigureFormula(text).made(lambda named: Fraction(0)) == value


def test_a_number_is_reckoned_once_however_deep_it_stands() -> None:
    """Brackets in brackets make a formula longer, and no more than that; thousands of numbers are read at once."""
    named = Written("B2", Fraction(-3))
    made = FigureFormula("ABS(" * 50 + "a" + ")" * 50).made(lambda _: named)
    assert as_expr(made).text == "ABS(" * 50 + "B2" + ")" * 50
    assert calculation(as_expr(FigureFormula("ABS(a - 2) * 2").made(lambda _: named))) == "|-3－2|×2"
    pair = "1"
    for _ in range(12):
        pair = f"({pair}+{pair})"
    assert FigureFormula(pair).made(lambda _: named) == 2**12


def test_a_name_in_quotes_is_left_as_it_is() -> None:
    """Signs in it are no signs of the formula."""
    named = FigureFormula("'3#机组×2' / 'if (甲)' × 2").names
    assert [each.name for each in named] == ["3#机组×2", "if (甲)"]


@pytest.mark.parametrize(
    ("formula", "told"),
    [
        ("ROUND(a / 3, 2) * 2", "（5÷3，四舍五入到2位小数）×2"),
        ("ROUND(a / 4, 2)", "5÷4"),
    ],
)
def test_a_calculation_says_where_it_rounds(formula: str, told: str) -> None:
    """5 / 3 is not 1.67; where rounding changes nothing, nothing is said of it."""
    assert calculation(as_expr(FigureFormula(formula).made(lambda _: Written("B2", Fraction(5))))) == told


def test_what_a_name_means_is_looked_up_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not for every unit among the lines of all units, which would grow with their square."""
    looked: list[FigureName] = []

    def counted(scheme: Scheme, lines: Iterable[Indicator], names: Iterable[str], named: FigureName) -> Any:
        looked.append(named)
        return meanings(scheme, lines, names, named)

    made = folder(tmp_path)
    return_all(made, says(FIGURES))
    monkeypatch.setattr("evaltool.evaluation.derived.meanings", counted)
    taken = take_in(made)
    looked.clear()
    evaluation = replace(taken.evaluation)
    score(evaluation, taken.intake)
    assert len(looked) == len(set(looked)) > 0
