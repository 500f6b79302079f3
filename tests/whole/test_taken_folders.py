"""A province's own evaluation: every city and every county takes the result of its own folder.

甲市 has counties with 95, 88 and 70 %, 乙市 with 88 and 91.5 %, all out of 100: means 84.3333... and 89.75; 优秀 begins
at 90, so that a third of 甲市's and half of 乙市's have it.
"""

from __future__ import annotations

import json
import shutil
from fractions import Fraction
from pathlib import Path

import pytest

from evaltool.evaluation import load
from evaltool.evaluation.in_words import explain
from evaltool.explain.explanation import explained, readded
from evaltool.findings import Finding, Refused
from evaltool.proof.difference import compared
from evaltool.proof.verify import verify
from evaltool.run import score_folder
from folders import make, mistakes_in
from gathered_province import city

pytestmark = pytest.mark.usefixtures("bare_runs")

MARKS = {"甲市": {"东区": "95", "西区": "88", "南县": "70"}, "乙市": {"江县": "88", "河县": "91.5"}}
RULES = """
format = 1
[scheme]
id = "p"
name = "市"
total = 100
groups = [{ id = "g", name = "市" }]
[component.mean]
name = "县区平均"
weight = 60
from = "result.mean"
[component.best]
name = "优秀率"
weight = 40
from = "result.best"
[[grade]]
name = "合格"
from = 0
"""
COUNTIES = """
format = 1
[scheme]
id = "q"
name = "县"
total = 100
groups = [{ id = "h", name = "县" }]
[component.own]
name = "市里的结果"
weight = 100
from = "result.own"
missing = "zero"
[[grade]]
name = "合格"
from = 0
"""
SETTINGS = """
format = 1
[evaluation]
id = "province"
name = "2027年度全省绩效评估"
year = 2027
office = "省绩效办"
[stages]
needed = []
[roles]
office = "省绩效办"
[result.mean]
name = "县区平均得分率"
folders = true
take = "percent"
whose = "all"
of = "c"
[result.best]
name = "县区优秀率"
folders = true
take = "grade"
grades = { "优秀" = 100, "良好" = 0, "一般" = 0 }
whose = "all"
of = "c"
[result.own]
name = "本市评估得分率"
folders = true
take = "percent"
"""
UNITS = """编号,名称,对象类别,分类,顺序,结果文件夹
A,甲市,p,g,1,../cities/甲市
B,乙市,p,g,2,../cities/乙市
C,东区,q,h,3,../cities/甲市
D,河县,q,h,4,../cities/乙市
"""
TOTALS = {
    "A": Fraction(95 + 88 + 70, 3) * 60 / 100 + Fraction(40, 3),
    "B": Fraction(8975, 100) * 60 / 100 + 20,
    "C": Fraction(95),
    "D": Fraction(183, 2),
}


@pytest.fixture(scope="module")
def scored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    top = tmp_path_factory.mktemp("whole")
    for name, marks in MARKS.items():
        city(top / "cities" / name, name, marks)
    make(top / "province", {"单位": UNITS}, {"p": RULES, "q": COUNTIES}, SETTINGS)
    score_folder(top / "province")
    return top


@pytest.fixture
def province(scored: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(scored, tmp_path / "whole")) / "province"


def refused(folder: Path) -> list[Finding]:
    with pytest.raises(Refused) as wrong:
        score_folder(folder)
    return list(wrong.value.findings)


def roster(folder: Path, old: str, new: str) -> None:
    path = folder / "roster" / "单位.csv"
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")


def test_every_unit_takes_of_its_own_folder(scored: Path) -> None:
    """Cities a mean and a share of 优秀 of their counties, counties what they have themselves: one entry for all."""
    said = json.loads((scored / "province/runs/0001/results.json").read_text("utf-8"))
    assert {each["id"]: Fraction(each["exact"]) for each in said["units"]} == TOTALS


def test_it_is_explained_and_read_out(scored: Path, tmp_path: Path) -> None:
    """With the city's run and code and how many units it is the mean of; and it adds up."""
    result = score_folder(Path(shutil.copytree(scored, tmp_path / "x")) / "province").result
    for unit in TOTALS:
        assert readded(explained(result, result.evaluation.units[unit])) == []
    told = [line for node in explained(result, result.evaluation.units["A"]).nodes for line in node.said]
    assert any("“甲市2027年度绩效评估”（第0001次计分" in line and "3个排名单位" in line for line in told)
    assert any("各单位自己的评估" in line for line in explain(load(scored / "province")[0]))


def test_it_is_proved_without_the_cities(province: Path) -> None:
    """What was taken is kept, a file for each folder."""
    kept = [path.name for path in sorted((province / "runs/0001/rules/results").iterdir())]
    assert len(kept) == 6
    shutil.rmtree(province.parent / "cities")
    assert [one for step in verify(province) for one in step.findings] == []


def test_a_new_result_of_a_city_is_a_cause(province: Path) -> None:
    """Another result in one folder moves the units that take of it, and `diff` names that city's run."""
    shutil.rmtree(province.parent / "cities" / "乙市")
    city(province.parent / "cities" / "乙市", "乙市", {"江县": "90", "河县": "94"})
    score_folder(province)
    made = compared(province, "1", "2")
    assert {unit.name for unit in made.units} == {"乙市", "河县"}
    causes = [cause for step in made.steps for cause in step]
    assert {cause.kind for cause in causes} == {"result"}
    assert all("乙市2027年度绩效评估" in cause.before for cause in causes)


def test_every_city_that_cannot_be_taken_is_named(province: Path) -> None:
    """A tampered one and one that is gone, together."""
    (path,) = (province.parent / "cities/甲市/runs/0001").glob("results.json")
    path.write_bytes(path.read_bytes() + b" ")
    shutil.rmtree(province.parent / "cities/乙市")
    found = {(one.code, one.value) for one in refused(province)}
    assert found == {("RESULT_SOURCE", "../cities/甲市"), ("RESULT_SOURCE", "../cities/乙市")}


def test_a_unit_without_a_folder_has_no_result(province: Path) -> None:
    """The roster has to name one; and a folder outside of where folders may lie is none."""
    roster(province, "A,甲市,p,g,1,../cities/甲市", "A,甲市,p,g,1,")
    (one, other) = refused(province)
    assert {one.code, other.code} == {"RESULT_LACKING"}
    assert "结果文件夹" in one.message()
    roster(province, "A,甲市,p,g,1,", "A,甲市,p,g,1,../../elsewhere")
    assert {(one.code, one.value) for one in refused(province)} == {("RESULT_SOURCE", "../../elsewhere")}


def test_a_class_or_grade_that_is_not_there(province: Path) -> None:
    """The class of the mean, and a grade of which nothing is said, are named."""
    path = province / "evaluation.toml"
    text = path.read_text("utf-8")
    path.write_text(text.replace(', "一般" = 0', ""), "utf-8")
    assert ["一般" in one.message() for one in refused(province)] == [True]
    path.write_text(text.replace('of = "c"\n[result.best]', 'of = "x"\n[result.best]'), "utf-8")
    assert all("“x”" in one.message() for one in refused(province))


@pytest.mark.parametrize(
    "wrong", ['whose = "all"', 'whose = "all"\nof = "c"\nfolder = "../a"', 'of = "c"', 'folder = "../a"']
)
def test_what_contradicts_itself_is_refused(province: Path, wrong: str) -> None:
    """A mean without a class, a class without a mean, two sources."""
    path = province / "evaluation.toml"
    path.write_text(SETTINGS.replace('name = "本市评估得分率"\n', f'name = "本市评估得分率"\n{wrong}\n'), "utf-8")
    assert ("RULES_VALUE", "result.own") in mistakes_in(province)
