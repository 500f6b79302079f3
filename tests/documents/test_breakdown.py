"""得分构成说明: a unit's total taken apart for the unit, down to what the rules let it see."""

from __future__ import annotations

import json
import shutil
from fractions import Fraction
from pathlib import Path

import pytest

from announced import FRAME, announced, paragraphs, refused, rows, under
from evaltool.exact import half_up
from evaltool.questions.forms import Form
from evaltool.run import score_folder
from filling import Spot
from folders import decide, make, return_all
from terminal import ev

RULES = """
format = 1
[scheme]
id = "d"
name = "部门"
total = 100
groups = [{ id = "g", name = "甲类" }]
[component.work]
name = "重点工作"
weight = 60
by = "office"
answer = "percent"
public = "show"
[component.experts]
name = "专家评估"
weight = 40
by = "expert"
answer = "percent"
over = { trimmed = 0.2 }
[disclosure]
floor = 1
[[grade]]
name = "优秀"
from = 80
conditions = [{ component = "experts", percent = 90 }]
[[grade]]
name = "合格"
from = 0
[[award]]
name = "一等奖"
ranks = [1, 1]
"""
SETTINGS = """
format = 1
[evaluation]
id = "e-2026"
name = "某市2026年度绩效评估"
year = 2026
office = "市绩效办"
[roles]
office = "市绩效办"
expert = "专家"
"""
EXPERTS = ("张一", "李二", "王三", "赵四", "钱五")
ROSTER = {
    "单位": "编号,名称,对象类别,分类,顺序\nA,甲局,d,g,1\nB,乙局,d,g,2\n",
    "评估主体": "编号,名称,角色\nO1,绩效办,office\n"
    + "".join(f"E{at},{name},expert\n" for at, name in enumerate(EXPERTS, 1)),
}
MARKS = {"O1": "91", "E1": "81", "E2": "83", "E3": "82", "E4": "62.5", "E5": "99.5"}
LEDGER = "种类,文号,日期,理由,单位,新值\n加分,绩发〔2027〕9号,2027-02-01,创新,甲局,0.5\n"
HEADS = ("评估内容", "分值", "得分率", "未取舍得分", "得分", "计分依据")


def says(form: Form, spot: Spot) -> object:
    return MARKS[form.evaluator] if spot.unit == "A" else "70"


def city(place: Path, rules: str = RULES) -> Path:
    """Two departments, an office that marks in its own name and five experts; scored once."""
    folder = make(place / "city", ROSTER, {"d": rules}, SETTINGS)
    return_all(folder, says)
    decide(folder, LEDGER)
    score_folder(folder)
    return folder


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return city(tmp_path_factory.mktemp("open"))


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with experts whose marks are confidential."""
    return city(tmp_path_factory.mktemp("closed"), RULES.replace("floor = 1", "floor = 2"))


def test_the_table_adds_up_to_the_published_total(opened: Path) -> None:
    """Weight, rate, points before and after rounding, what was counted; the bonus with its document."""
    (made,), _ = announced(opened, "breakdown", unit="甲局", number="某绩函〔2027〕1号", **FRAME)
    found = rows(paragraphs(made.file.path), HEADS)[:4]
    assert found == [
        ("重点工作", "60", "91%", "54.6", "54.60", "1个评估主体"),
        ("专家评估", "40", "82%", "32.8", "32.80", "5个评估主体，去掉最高和最低的各20%后取平均（去掉2个）"),
        ("加分", "—", "—", "0.5", "0.50", "绩发〔2027〕9号"),
        ("总分", "100", "—", "87.9", "87.90", "各项之和，四舍五入保留2位小数"),
    ]
    assert half_up(sum((Fraction(row[3]) for row in found[:-1]), Fraction(0)), 2) == Fraction(found[-1][4])
    stored = json.loads((opened / "runs/0001/results.json").read_text("utf-8"))
    assert found[-1][4] == next(each["total"] for each in stored["units"] if each["id"] == "A")
    assert f"校验码：{stored['code']}" in "".join(paragraphs(made.file.path))


def test_marks_that_the_unit_may_see_stand_there_with_those_that_were_dropped(opened: Path) -> None:
    """Every expert's mark, the lowest and the highest said to be left out; why this grade and not the better one."""
    (made,), _ = announced(opened, "breakdown", unit="甲局")
    texts = paragraphs(made.file.path)
    at = texts.index("赵四")
    assert texts[at : at + 5] == ["赵四", "总体评分", "62.5", "62.5%", "最低，去掉"]
    at = texts.index("钱五")
    assert texts[at + 4] == "最高，去掉"
    grade = next(each for each in texts if each.startswith("等次："))
    assert "但专家评估得分率82.0%低于要求的90.0%" in grade
    assert "距离：高出“优秀”下限7.90分，与后一名乙局相差17.90分。" in texts
    assert any(each.startswith("一等奖：获得") for each in texts)


def test_what_is_confidential_is_as_coarse_as_in_the_letter(closed: Path) -> None:
    """Law 11: neither names nor marks of experts, nor the rate of a component that is not shown, nor exact totals."""
    (made,), _ = announced(closed, "breakdown", unit="甲局")
    whole = "\n".join(paragraphs(made.file.path))
    assert [each for each in (*EXPERTS, "62.5", "99.5", "精确值") if each in whole] == []
    assert "与公布的总分一致" in whole
    table = {row[0]: row[2:5] for row in rows(paragraphs(made.file.path), HEADS)[:4]}
    assert table["重点工作"] == ("91%", "54.6", "54.60")  # the office marks in its own name
    assert (table["专家评估"], table["总分"]) == (("82.00%", "—", "32.80"), ("—", "—", "87.90"))


def test_where_exact_figures_would_tell_a_mark_none_is_handed_out(
    closed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the audit refuses is refused for every component, those that are no secret included."""
    monkeypatch.setattr("evaltool.documents.breakdown.exactly_told", lambda *_: False)
    (made,), _ = announced(closed, "breakdown", unit="甲局")
    texts = paragraphs(made.file.path)
    assert rows(texts, ("评估内容", "分值", "得分率", "得分", "计分依据"))[0][:4] == (
        "重点工作",
        "60",
        "91.00%",
        "54.60",
    )
    assert ("评估主体" in texts, "绩效办" in texts) == (False, False)


def test_a_hidden_component_that_kept_a_grade_away_is_named_without_its_rate(tmp_path: Path) -> None:
    """That the condition was not met is told; how far it was missed is not."""
    other = '[component.other]\nname = "同行评估"\nweight = 10\nby = "expert"\nanswer = "percent"\npublic = "hidden"\n'
    rules = RULES.replace('name = "专家评估"\nweight = 40', 'name = "专家评估"\nweight = 30\npublic = "hidden"')
    folder = city(tmp_path, rules.replace("[disclosure]", f"{other}[disclosure]"))
    (made,), _ = announced(folder, "breakdown", unit="甲局")
    grade = next(each for each in paragraphs(made.file.path) if each.startswith("等次："))
    assert ("没有达到对专家评估得分的要求" in grade, "82" in grade) == (True, False)


def test_nothing_is_handed_out_of_an_interim_or_altered_run(opened: Path, tmp_path: Path) -> None:
    """Refused with the reason; no file is written."""
    folder = Path(shutil.copytree(opened, tmp_path / "city"))
    shutil.rmtree(folder / "documents", ignore_errors=True)
    score_folder(folder, interim=True)
    assert refused(folder, "breakdown", unit="甲局", run="2") == ["EXPLANATION_INTERIM"]
    results = folder / "runs/0001/results.json"
    results.write_text(results.read_text("utf-8").replace("87.90", "97.90"), encoding="utf-8")
    assert refused(folder, "breakdown", unit="甲局") == ["RUN_ALTERED"]
    assert not (folder / "documents").exists()


def test_explain_writes_the_same_document_into_a_file(opened: Path, tmp_path: Path) -> None:
    """Two names of one thing."""
    (made,), _ = announced(opened, "breakdown", unit="甲局")
    ran = ev("explain", str(opened), "甲局", "--document", str(tmp_path / "甲.docx"))
    assert ran.returncode == 0
    assert paragraphs(tmp_path / "甲.docx") == paragraphs(made.file.path)


def test_a_paper_says_what_each_heading_promises(opened: Path) -> None:
    """The sum written out, and the bonus with its reason."""
    (made,), _ = announced(opened, "breakdown", unit="甲局")
    texts = paragraphs(made.file.path)
    assert under(texts, "四、加总核对", "五、名次、等次和奖项") == [
        "重点工作54.6＋专家评估32.8＋加分0.5＝87.9分，四舍五入保留2位小数，为87.90分，与公布的总分一致（未取舍的精确值为879/10）。"
    ]
    assert any("绩发〔2027〕9号，2027-02-01，创新" in each for each in under(texts, "六、有关说明"))
