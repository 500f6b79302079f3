"""Documents before the results: the notice of the evaluation, approved goals, drafts for opinions."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest

from announced import FRAME, announced, codes, gaps, paragraphs, refused, rows, under, written
from declared_goals import DAY, DOCUMENT, GOALS, ROSTER, RULES, SETTINGS, declares, put
from evaltool.documents.commongoals import common_goals_of_all
from evaltool.documents.persons import U
from evaltool.evaluation import load
from evaltool.questions.layout import forms
from evaltool.rules.documentnumbers import day_text
from evaltool.run import approve_goals, score_folder
from evaltool.runs import bundled
from folders import TEMPLATES, decide, make, return_all
from small_city import ROSTER as SCORED_ROSTER
from small_city import RULES as SCORED_RULES
from small_city import SETTINGS as SCORED_SETTINGS
from small_city import says

BUNDLED = [folder.name for folder in bundled.folders() if folder.name != "kpi-printed"]
WHEN = ("评估主体", "份数", "报送材料", "内容", "时限")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two units in April: nothing declared, nothing scored."""
    return make(tmp_path / "city", ROSTER, {"d": RULES}, SETTINGS)


@pytest.fixture
def approved(folder: Path) -> Path:
    for unit in "AB":
        put(folder, unit, declares(GOALS))
    approve_goals(folder, DOCUMENT, DAY)
    return folder


# --- 评估通知 ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", BUNDLED)
def test_every_bundled_evaluation_gives_its_notice(name: str, tmp_path: Path) -> None:
    """Each unit, each component with its weight, each role that answers and each deadline stands in it."""
    folder = Path(shutil.copytree(TEMPLATES / "evaluations" / name, tmp_path / "year"))
    texts = written(folder, "announcement", **FRAME)
    whole, evaluation = "".join(texts), load(folder)[0]
    assert [unit.name for unit in evaluation.units.values() if unit.name not in whole] == []
    components = [each.name for scheme in evaluation.classes.values() for each in scheme.components.values()]
    assert [each for each in components if each not in texts] == []
    assert [day_text(each.date) for each in evaluation.deadlines if day_text(each.date) not in whole] == []
    asked = {evaluation.evaluators[form.evaluator].role for form in forms(evaluation).values()}
    assert [evaluation.roles[each] for each in asked if evaluation.roles[each] not in whole] == []


def test_the_notice_has_a_picture_of_the_rules(folder: Path) -> None:
    """Drawn by Word itself: a shape for each component, a text for those who cannot see it, a caption above it."""
    (made,), _ = announced(folder, "announcement", number="某绩〔2026〕1号", recipients="各单位", **FRAME)
    with zipfile.ZipFile(made.file.path) as package:
        root = ElementTree.fromstring(package.read("word/document.xml"))
    drawings = [each for each in root.iter() if each.tag.endswith("}inline")]
    scheme = next(iter(load(folder)[0].classes.values()))
    said = [each.get("descr") or "" for one in drawings for each in one if each.tag.endswith("}docPr")]
    assert [f"{scheme.head.name}评估内容与权重：总分" in each for each in said] == [True]
    written = ["".join(each.itertext()) for each in drawings[0].iter() if each.tag.endswith("}txbxContent")]
    assert {each.name for each in scheme.components.values()} <= set(written)
    texts = paragraphs(made.file.path)
    assert "附件：1.评估对象名单" in texts
    assert f"{scheme.head.name}评估内容与权重" in texts
    assert "各项内容的构成、分值和评估主体，以及没有评分、报送时的处理，见附件2。" in texts


def test_a_plan_whose_weights_do_not_add_up_gets_no_notice(tmp_path: Path) -> None:
    """What cannot be scored cannot be announced either; the reason is said."""
    folder = Path(shutil.copytree(TEMPLATES / "evaluations" / "kpi-printed", tmp_path / "year"))
    assert refused(folder, "announcement") == ["RULES_WEIGHTS"]
    assert not (folder / "documents").exists()


def test_the_notice_says_who_submits_what_by_when(folder: Path) -> None:
    """A row for every role and kind of sheet; who has no deadline leaves a gap and a note."""
    (made,), found = announced(folder, "announcement", number="某绩〔2026〕1号", recipients="各单位", **FRAME)
    texts = paragraphs(made.file.path)
    assert texts[:2] == ["某市绩效评估委员会文件", "某绩〔2026〕1号"]
    assert rows(texts, WHEN)[:3] == [
        ("被评估单位", "2", "年度目标申报表", "重点工作目标", "2026年4月15日前"),
        ("被评估单位", "2", "一季度进展表", "重点工作目标", "2026年4月20日前"),
        ("评估组", "1", "评分表", "工作、重点工作目标", "2027年3月31日前"),
    ]
    assert "评估对象为部门2个。名单见附件1。" in texts
    assert "甲局、乙局。" in under(texts, "评估对象名单")
    assert "（联系单位：市绩效办；联系电话：0431-1234）" in texts
    assert gaps(found) == []


# --- 目标批复 ---------------------------------------------------------------------------------------------------------


def test_approved_goals_go_to_their_unit_with_number_and_day_of_the_approval(approved: Path) -> None:
    """What was approved, part by part, under the document that approved it."""
    (made,), found = announced(approved, "targets", unit="甲局", signatory="某委", telephone="1")
    texts = paragraphs(made.file.path)
    assert (made.file.path.name, gaps(found)) == ("目标批复-甲局.docx", [])
    assert DOCUMENT in texts
    assert "甲局：" in texts
    assert "1.同意你单位2026年度工作目标3项，预赋分值合计10分，其中市定目标8分、创新目标2分。" in texts
    head = ("序号", "类别", "工作目标", "分值", "目标值", "评分标准", "承担角色", "责任人")
    assert [row[:4] for row in rows(texts, head)[:3]] == [
        ("1", "市定目标", "修路", "5"),
        ("2", "市定目标", "建校", "3"),
        ("3", "创新目标", "一网通办", "2"),
    ]
    assert texts[-4:-1] == ["此复。", "某委", "2026年5月10日"]


def test_goals_that_all_have_alike_are_an_annex(tmp_path: Path) -> None:
    """What others mark line by line stands in an annex with who marks it, without what does not apply; the document
    to all says it once for a class, and apart for whoever has less."""
    rules = RULES.replace('answer = "percent"', 'answer = { points = 40 }\nnot_applicable = "reweigh"')
    rules = rules.replace('name = "工作"\nweight = 40\nby = "group"', 'name = "共性目标"\nweight = 40\nby = "owner"')
    more = {
        "指标": "对象类别,评估内容,编号,名称,预赋分值,评分主体\nd,共性目标,1,信访,30,P1\nd,共性目标,2,普法,10,P1\n",
        "不适用": "对象类别,评估内容,指标,单位,文号\nd,共性目标,2,B,某办〔2026〕1号\n",
    }
    folder = make(tmp_path / "city", {**ROSTER, **more}, {"d": rules}, SETTINGS)
    for unit in "AB":
        put(folder, unit, declares(GOALS))
    approve_goals(folder, DOCUMENT, DAY)
    head = ("序号", "目标", "分值", "由谁评估")
    own = written(folder, "targets", unit="A")
    assert "附件：本单位共性目标" in own
    assert "本单位共性目标" in own
    assert rows(own, head)[:2] == [("1", "信访", "30", "一组"), ("2", "普法", "10", "一组")]
    texts = written(folder, "targets")
    assert [each for each in texts if each.endswith("　共性目标")] == ["部门　共性目标", "乙局　共性目标"]


def test_the_annex_is_called_by_what_stands_in_it(tmp_path: Path) -> None:
    """A component of which no line applies to any of the units has no table, and no place in the title."""
    rules = RULES.replace('answer = "percent"', 'answer = { points = 40 }\nnot_applicable = "reweigh"')
    work = 'name = "工作"\nweight = 40\nby = "group"'
    owned = 'name = "{}"\nweight = {}\nby = "owner"\nanswer = {{ points = 40 }}\nnot_applicable = "reweigh"\n'
    more = owned.format("安全目标", 10)
    rules = rules.replace(work, 'name = "共性目标"\nweight = 30\nby = "owner"') + f"[component.safety]\n{more}"
    away = "".join(f"d,安全目标,1,{unit},某办〔2026〕1号\n" for unit in "AB")
    tables = {
        "指标": "对象类别,评估内容,编号,名称,预赋分值,评分主体\nd,共性目标,1,信访,40,P1\nd,安全目标,1,生产,40,P1\n",
        "不适用": f"对象类别,评估内容,指标,单位,文号\n{away}",
    }
    evaluation = load(make(tmp_path / "city", {**ROSTER, **tables}, {"d": rules}, SETTINGS))[0]
    (annex,) = common_goals_of_all(evaluation, list(evaluation.units.values()))
    assert annex.title == (f"{U}各单位共性目标",)
    assert len(annex.body) == 1


def test_a_unit_is_addressed_by_its_full_name(tmp_path: Path) -> None:
    """Documents have the full name, files the short one; it is meant by both."""
    units = "编号,名称,对象类别,分类,顺序,公文名称\nA,甲局,d,g,1,某市甲管理局\nB,乙局,d,g,2,\n"
    folder = make(tmp_path / "city", {**ROSTER, "单位": units}, {"d": RULES}, SETTINGS)
    for unit in "AB":
        put(folder, unit, declares(GOALS))
    approve_goals(folder, DOCUMENT, DAY)
    (made,), _ = announced(folder, "targets", unit="某市甲管理局")
    texts = paragraphs(made.file.path)
    assert "某市甲管理局：" in texts
    assert "关于某市甲管理局2026年度工作目标的批复" in "".join(texts)
    assert made.file.path.name == "目标批复-甲局.docx"
    assert "乙局：" in written(folder, "targets", unit="乙局")


def test_targets_that_were_changed_since_are_said_to_be(approved: Path) -> None:
    """New points in the table, the old ones and the document in a sentence."""
    header = "种类,文号,日期,理由,单位,评估内容,指标,原值,新值,生效日期\n"
    goals = {goal.name: goal.id for goal in load(approved)[0].roster.goals if goal.unit == "A"}
    lines = [
        f"目标调整,市绩办〔2026〕20号,2026-09-01,任务加重,A,priority,{goals[name]},{old},{new},2026-09-01"
        for name, old, new in (("修路", 5, 4), ("建校", 3, 4))
    ]
    decide(approved, header + "\n".join(lines) + "\n")
    texts = written(approved, "targets", unit="A")
    said = "“修路”的分值自2026年9月1日起由5分调整为4分（市绩办〔2026〕20号），所列为调整后的分值。"
    assert any(text.endswith(said) for text in texts)
    head = ("序号", "类别", "工作目标", "分值", "目标值", "评分标准", "承担角色", "责任人")
    assert [row[2:4] for row in rows(texts, head)[:2]] == [("修路", "4"), ("建校", "4")]


def test_letters_to_each_are_numbered_on(approved: Path) -> None:
    """The number given is that of the first."""
    made, _ = announced(approved, "targets", each=True, number="某办函〔2026〕9号", **FRAME)
    assert [(each.file.path.parent.name, each.file.path.name) for each in made] == [
        ("目标批复", "目标批复-甲局.docx"),
        ("目标批复", "目标批复-乙局.docx"),
    ]
    texts = [paragraphs(each.file.path) for each in made]
    assert ["某办函〔2026〕9号" in texts[0], "某办函〔2026〕10号" in texts[1]] == [True, True]


def test_nothing_is_approved_yet_so_nothing_is_written(folder: Path) -> None:
    """A note says whose goals are missing; no empty document is left."""
    made, found = announced(folder, "targets")
    assert (made, codes(found)) == ([], ["NOTICE_GOALS_LEFT"])
    assert "甲局、乙局" in found[0].message()
    assert not (folder / "documents").exists()


def test_rules_without_goals_have_nothing_to_approve(tmp_path: Path) -> None:
    """That is a mistake of whoever asks, and said as one."""
    folder = make(tmp_path / "city", SCORED_ROSTER, {"d": SCORED_RULES}, SCORED_SETTINGS)
    assert refused(folder, "targets") == ["NOTICE_NO_GOALS_ASKED"]
    assert refused(folder, "opinion", about="targets") == ["NOTICE_NO_GOALS_ASKED"]


# --- 征求意见函 -------------------------------------------------------------------------------------------------------


def test_a_draft_of_the_rules_is_sent_as_a_letter(folder: Path) -> None:
    """With the methods of every component and a sheet for opinions, to be answered by a day."""
    texts = written(folder, "opinion", about="规则", reply_by="2026-02-10", recipients="各单位", **FRAME)
    please = "请认真研究，将意见填入附件2，加盖公章后于2026年2月10日前反馈市绩效办；没有意见的，也请函复。"
    assert please in texts
    table = rows(texts, ("评估内容", "分值", "计分办法"))
    assert [row[:2] for row in table[:2]] == [("重点工作目标", "60"), ("工作", "40")]
    assert "按百分制打分" in table[1][2]
    assert "等次：合格（其余）。" in texts
    assert {"意见反馈表", "填报单位（盖章）："} <= set(texts)


def test_a_draft_of_the_goals_has_what_is_declared_without_errors(folder: Path) -> None:
    """A unit whose sheet is wrong is left out; with nobody's there is nothing to send."""
    none, said = announced(folder, "opinion", about="targets")
    assert (none, codes(said)) == ([], ["NOTICE_NO_GOALS"])
    put(folder, "A", declares(GOALS))
    put(folder, "B", declares({"B": (("市定目标", "治水", "7"),)}))
    (made,), found = announced(folder, "opinion", about="targets", reply_by="2026-04-20")
    texts = paragraphs(made.file.path)
    assert [one.message() for one in found if one.code == "NOTICE_GOALS_NOT_READY"] == [
        "1 个单位没有申报无误的工作目标，没有写入征求意见稿：乙局"
    ]
    assert "甲局（3项，10分）" in texts
    assert not any("治水" in text for text in texts)


def test_a_draft_of_the_results_is_that_of_a_run(tmp_path: Path) -> None:
    """Ranks, totals and grades as the run has them; without a run it is refused in words."""
    folder = make(tmp_path / "city", SCORED_ROSTER, {"d": SCORED_RULES}, SCORED_SETTINGS)
    return_all(folder, says)
    assert refused(folder, "opinion", about="results") == ["NOTICE_RUN"]
    score_folder(folder, interim=True)
    assert refused(folder, "opinion", about="results", run="1") == ["NOTICE_RUN_INTERIM"]
    done = score_folder(folder)
    results = json.loads((done.folder / "results.json").read_text(encoding="utf-8"))["units"]
    texts = written(folder, "opinion", about="results", run="2", recipients="市纪委监委")
    table = rows(texts, ("名次", "单位", "总分", "等次", "奖项"))[: len(results)]
    assert {row[:4] for row in table} == {
        (str(each["rank"]), each["name"], each["total"], each["grade"]) for each in results
    }
    assert "市纪委监委：" in texts
