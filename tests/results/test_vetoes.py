"""Vetoes of several kinds: so many grades down, no better grade than one, nothing in a component."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from evaltool.evaluation import load
from evaltool.evaluation.in_words import explain
from evaltool.evaluation.vetoes import vetoed
from evaltool.explain.explanation import explained, readded
from evaltool.findings import Refused
from evaltool.questions.forms import Form
from evaltool.results.rank import Standing
from evaltool.results.result import Result
from evaltool.views.wording import veto_words
from evaltool.workbook.ranked import ranked_book
from evaltool.writers.saving import to_bytes
from filling import Spot
from folders import OFFICE_SETTINGS, make, mistakes_in, result_of
from recompute import vetoed_grade
from spreadsheet import disagreeing, opened

RULES = """
format = 1
[scheme]
id = "d"
name = "县区"
total = 100
groups = [{ id = "g", name = "甲类" }]
[component.work]
name = "工作"
weight = 80
by = "office"
answer = "percent"
[component.safety]
name = "安全生产"
weight = 20
by = "office"
answer = "percent"
[[grade]]
name = "优秀"
from = 90
[[grade]]
name = "良好"
from = 80
[[grade]]
name = "合格"
from = 60
[[grade]]
name = "不合格"
from = 0
[veto]
facts = ["违纪"]
[[veto.kinds]]
name = "重大案件"
at_best = "不合格"
[[veto.kinds]]
name = "瞒报"
at_best = "合格"
[[veto.kinds]]
name = "两起事件"
lowers = 2
[[veto.kinds]]
name = "安全事故"
zero = "safety"
"""
NAMES = "甲乙丙丁戊己庚"
TABLES = {
    "单位": "编号,名称,对象类别,分类,顺序\n" + "".join(f"{at},{name}县,d,g,{at}\n" for at, name in enumerate(NAMES, 1)),
    "评估主体": "编号,名称,角色\nO1,市绩效办,office\n",
}
VETOES = {
    "1": ["重大案件"],
    "2": ["瞒报"],
    "3": ["两起事件"],
    "4": ["安全事故"],
    "5": [""],
    "6": ["", "瞒报", "两起事件"],
}
MARKS = {"1": 95, "2": 92, "3": 91, "4": 98, "5": 93, "6": 85, "7": 90}


def ledger(vetoes: Mapping[str, list[str]]) -> str:
    rows = [
        f"一票否决,市发{unit}{at}号,2027-02-0{at},有事实,{unit},{kind}\n"
        for unit, of in vetoes.items()
        for at, kind in enumerate(of, 1)
    ]
    return "种类,文号,日期,理由,单位,新值\n" + "".join(rows)


def scored_with(tmp: Path, vetoes: Mapping[str, list[str]]) -> Result:
    def says(form: Form, spot: Spot) -> object:
        return MARKS[spot.unit] if spot.column.field == "mark" else None

    return result_of(make(tmp / "e", TABLES, {"d": RULES}, OFFICE_SETTINGS, ledger(vetoes)), says)


def test_each_kind_of_veto_entails_its_own(tmp_path: Path) -> None:
    """To the named grade; no better than one; two down; nothing for safety (98 less 19.6 is 78.4: 合格); one down where
    no kind is named; of several the strictest, none on top of another.  The independent recomputation agrees."""
    result = scored_with(tmp_path, VETOES)
    of: Mapping[str, Standing] = {one.unit.id: one for one in result.standings}
    grades = ["不合格", "合格", "合格", "合格", "良好", "不合格", "优秀"]
    assert [of[unit].grade for unit in "1234567"] == grades
    assert [of["4"].exact, result.points["4", "safety"].points] == [Fraction(392, 5), 0]
    assert "一票否决" in result.points["4", "safety"].basis
    rules: dict[str, Any] = {"grade": [{"name": name} for name in ("优秀", "良好", "合格", "不合格")]}
    kinds: dict[str, dict[str, object]] = {
        "重大案件": {"at_best": "不合格"},
        "瞒报": {"at_best": "合格"},
        "两起事件": {"lowers": 2},
        "安全事故": {"zero": "safety"},
    }
    rules["veto"] = {"kinds": [{"name": name, **kind} for name, kind in kinds.items()]}
    names = [grade["name"] for grade in rules["grade"]]
    for unit, of_unit in VETOES.items():
        reached = names.index(of[unit].grade_by_total)
        assert names[vetoed_grade(rules, reached, [kind for kind in of_unit if kind != "安全事故"])] == of[unit].grade


def test_a_veto_of_a_kind_is_told_and_stays_live(tmp_path: Path) -> None:
    """The sentence says what became of the total; the explanation adds up; without the veto the workbook's grade is the
    one that the total earns."""
    result = scored_with(tmp_path, VETOES)
    of = {one.unit.id: one for one in result.standings}
    assert veto_words(of["1"]).endswith("等次由“优秀”降为“不合格”，总分和名次不变。")
    assert veto_words(of["4"]).endswith("按规则有关评估内容得零分，总分和名次据此计算。")
    assert all(readded(explained(result, one.unit)) == [] for one in result.standings)
    said = "\n".join(explain(result.evaluation))
    assert "重大案件：等次最高只能是“不合格”" in said
    assert "安全事故：“安全生产”得零分" in said
    book, cached = opened(to_bytes(ranked_book(result)))
    assert disagreeing(book, cached) == []
    document = next(spot for spot, value in cached.items() if value == of["1"].veto and spot[0] not in ("决定台账",))
    changed = book.with_changes({document: None})
    grades = [(cached[spot], changed.value(spot)) for spot, _ in book.formulas() if cached[spot] == "不合格"]
    assert ("不合格", "优秀") in grades


def test_a_kind_that_the_rules_do_not_have_is_refused(tmp_path: Path) -> None:
    """A decision that means nothing lowers nobody: it is said with the kinds that there are."""
    with pytest.raises(Refused) as wrong:
        load(make(tmp_path / "e", TABLES, {"d": RULES}, OFFICE_SETTINGS, ledger({"1": ["重大事件"]})))
    (found,) = wrong.value.findings
    assert (found.code, found.sheet or found.file) == ("VETO_UNKNOWN", found.sheet or found.file)
    assert "重大案件、瞒报" in found.hint("zh")


@pytest.mark.parametrize(
    ("before", "after", "code", "cell"),
    [
        ('zero = "safety"\n', "", "RULES_VETO", "veto.kinds[4]"),
        ('at_best = "合格"', 'at_best = "及格"', "RULES_NAME_UNKNOWN", "veto.kinds[2].at_best"),
        ('zero = "safety"', 'zero = "safty"', "RULES_NAME_UNKNOWN", "veto.kinds[4].zero"),
        ('name = "瞒报"', 'name = "重大案件"', "RULES_DUPLICATE", "veto.kinds[2].name"),
    ],
)
def test_a_kind_of_veto_that_cannot_be_says_why(before: str, after: str, code: str, cell: str, tmp_path: Path) -> None:
    """Nothing entailed, a grade or a component that there is not, two kinds of one name."""
    assert (code, cell) in mistakes_in(
        make(tmp_path / "e", TABLES, {"d": RULES.replace(before, after)}, OFFICE_SETTINGS)
    )


def test_of_several_vetoes_the_strictest_holds(tmp_path: Path) -> None:
    """Neither added up, nor the mildest of them: one grade and two are two, 合格 and 不合格 at best are 不合格."""
    made = make(tmp_path / "e", TABLES, {"d": RULES}, OFFICE_SETTINGS)
    evaluation, _ = load(made)
    scheme = evaluation.classes["d"]

    def lines(*kinds: str) -> Any:
        return tuple(SimpleNamespace(kind="veto", unit="1", document="文", after=kind) for kind in kinds)

    two = vetoed(replace(evaluation, ledger=lines("", "两起事件")), scheme, "1")
    best = vetoed(replace(evaluation, ledger=lines("瞒报", "重大案件")), scheme, "1")
    assert (two.lowers, two.at_best, best.lowers, best.at_best) == (2, 0, 0, 3)


@pytest.mark.parametrize("more", ["", 'benchmark = "best"\n', "convert = [[50, 0], [100, 100]]\n"])
def test_what_a_veto_takes_is_among_the_others_results_all_the_same(more: str, tmp_path: Path) -> None:
    """丁县 has nothing for safety by a veto: its mark is still the best, and among those whose mean stands in for 乙县;
    in the workbook too."""
    rules = RULES.replace('name = "安全生产"\n', f'name = "安全生产"\nnot_applicable = "group_mean"\n{more}')
    tables = {**TABLES, "不适用": "对象类别,评估内容,指标,单位,文号\nd,safety,,2,1号\n"}
    made = make(tmp_path / "e", tables, {"d": rules}, OFFICE_SETTINGS, ledger({"4": ["安全事故"]}))
    result = result_of(made, lambda _, spot: MARKS[spot.unit] if spot.column.field == "mark" else None)
    mean = Fraction(sum(mark for unit, mark in MARKS.items() if unit != "2"), 6)
    points = {"": mean * 20 / 100, "b": mean / 98 * 20, "c": (mean - 50) / 50 * 20}[more[:1]]
    assert result.points["2", "safety"].points == points
    assert result.points["4", "safety"].points == 0
    book, cached = opened(to_bytes(ranked_book(result)))
    assert disagreeing(book, cached) == []
