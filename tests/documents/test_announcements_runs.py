"""Documents about stored results: the bulletin that corrects one, the reply to a unit's dispute."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pytest

from announced import FRAME, announced, codes, gaps, paragraphs, refused, rows, under, written
from evaltool.evaluation import load
from evaltool.evaluation.key import read_key
from evaltool.findings import Refused
from evaltool.questions.forms import Form
from evaltool.questions.layout import forms
from evaltool.run import score_folder
from evaltool.runs.store import store
from filling import Spot, spots
from folders import decide, filled, make

pytestmark = pytest.mark.usefixtures("bare_runs")  # what is announced is written beside them

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
[component.mayor]
name = "市长打分"
weight = 40
by = "mayor"
answer = "percent"
[disclosure]
floor = 3
[[grade]]
name = "优秀"
from = 90
[[grade]]
name = "合格"
from = 0
[veto]
facts = ["重大责任事故"]
[[award]]
name = "一等奖"
ranks = [1, 1]
grade = "合格"
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
mayor = "市长"
[notice.numbers]
bulletin = "某绩〔2027〕3号"
"""
ROSTER = {
    "单位": "编号,名称,对象类别,分类,顺序\nA,甲局,d,g,1\nB,乙局,d,g,2\nC,丙局,d,g,3\n",
    "评估主体": "编号,名称,角色\nO1,绩效办,office\nM1,张立群,mayor\n",
}
LEDGER = "种类,文号,日期,理由,单位,文件指纹,工作表,单元格,原值,新值\n"
MARKS = {"O1": {"A": "90", "B": "80", "C": "70"}, "M1": {"A": "95", "B": "75", "C": "70"}}
CHANGED = ("单位", "原总分", "现总分", "原名次", "现名次", "原等次", "现等次")


def says(form: Form, spot: Spot) -> object:
    return MARKS[form.evaluator][spot.unit]


@pytest.fixture(scope="module")
def scored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three units, an office that marks in its own name and a mayor who does not; scored once."""
    made = make(tmp_path_factory.mktemp("scored") / "city", ROSTER, {"d": RULES}, SETTINGS)
    evaluation, _ = load(made)
    for form in forms(evaluation).values():
        data = filled(form, lambda spot, form=form: says(form, spot))  # type: ignore[misc]
        (made / "inbox" / form.file_name).write_bytes(data)
    score_folder(made)
    return made


@pytest.fixture
def folder(scored: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(scored, tmp_path / "city"))


def corrects(
    folder: Path, evaluator: str, unit: str, after: str, reason: str, document: str = "某绩办〔2027〕16号"
) -> None:
    """Enter a correction of one mark into the ledger."""
    form = next(form for form in forms(load(folder)[0]).values() if form.evaluator == evaluator)
    spot = next(spot for spot in spots(form) if spot.unit == unit)
    digest = hashlib.sha256((folder / "inbox" / form.file_name).read_bytes()).hexdigest()
    before = MARKS[evaluator][unit]
    row = f"更正,{document},2027-05-06,{reason},,{digest},{spot.sheet},{spot.cell},{before},{after}\n"
    decide(folder, LEDGER + row, document.replace("〔", "").replace("〕", ""))


def totals(folder: Path, run: str) -> dict[str, str]:
    units = json.loads((folder / "runs" / run / "results.json").read_text(encoding="utf-8"))["units"]
    return {each["name"]: each["total"] for each in units}


# --- 更正通报 ---------------------------------------------------------------------------------------------------------


def test_a_correction_says_what_changed_and_which_decision_caused_it(folder: Path) -> None:
    """Old and new total, rank and grade of whoever moved; the bulletin that it corrects by its number."""
    corrects(folder, "O1", "B", "100", "补计两项工作")
    score_folder(folder)
    (made,), found = announced(folder, "correction", number="某绩〔2027〕9号", recipients="各单位", **FRAME)
    texts = paragraphs(made.file.path)
    assert (made.file.path.name, gaps(found)) == ("更正通报-0001-0002.docx", [])
    assert "经复核，现对《关于某市2026年度绩效评估结果的通报》（某绩〔2027〕3号）公布的结果更正如下。" in texts
    assert rows(texts, CHANGED)[0] == ("乙局", "78.00", "90.00", "2", "2", "合格", "优秀")
    causes = under(texts, "二、更正的原因", "三、有关说明")
    assert causes == [
        "补计两项工作，更正乙局的“重点工作”的数据（某绩办〔2027〕16号，2027年5月6日）。",
        "上述原因引起的总分变化为：乙局+12.00分。此外没有其他原因。",
    ]
    assert "丙局" not in "".join(texts)
    assert any("其他2个单位的总分、名次、等次和奖项均没有变化。" in text for text in texts)


def test_each_of_several_causes_is_told_with_what_it_moved(folder: Path) -> None:
    """A bonus and a mark that everybody may see by themselves; two confidential marks together, so that neither follows
    from what is printed; and it adds up."""
    corrects(folder, "O1", "B", "90", "补计一项工作")
    corrects(folder, "M1", "B", "85", "漏看一页", "某绩办〔2027〕17号")
    decide(folder, "种类,文号,日期,理由,单位,新值\n加分,某绩〔2027〕8号,2027-05-07,创新,乙局,0.5\n", "加分")
    score_folder(folder)
    texts = written(folder, "correction")
    named = under(texts, "二、更正的原因", "三、有关说明")
    order = {text.split("（")[1].split("，")[0]: text[0] for text in named if text[0].isdigit()}
    office, mayor, bonus = (order[each] for each in ("某绩办〔2027〕16号", "某绩办〔2027〕17号", "某绩〔2027〕8号"))
    (row,) = rows(named, ("单位", "总分变化", "其中"))
    assert row[:2] == ("乙局", "+10.50")
    assert set(row[2].split("；")) == {f"第{office}项原因+6.00", f"第{bonus}项原因+0.50", f"第{mayor}项原因+4.00"}


def test_confidential_marks_that_were_corrected_count_together(folder: Path) -> None:
    """Law 11: of two of them only the sum is printed, which two totals tell anyway."""
    corrects(folder, "M1", "B", "85", "漏看一页", "某绩办〔2027〕17号")
    corrects(folder, "M1", "C", "80", "漏看一页", "某绩办〔2027〕18号")
    decide(folder, "种类,文号,日期,理由,单位,新值\n加分,某绩〔2027〕8号,2027-05-07,创新,乙局,0.5\n", "加分")
    (folder / "schemes/d.toml").write_text(
        RULES.replace("weight = 60", "weight = 50").replace("weight = 40", "weight = 50"), encoding="utf-8"
    )
    score_folder(folder)
    told = rows(under(written(folder, "correction"), "二、更正的原因", "三、有关说明"), ("单位", "总分变化", "其中"))
    of = {name: (change, parts.count("原因")) for name, change, parts in told}
    assert of["乙局"][1] == 2  # the bonus by itself; new weights and the mayor's mark together
    assert of["丙局"][1] == 1


def test_where_nothing_is_confidential_a_contribution_is_exact(folder: Path) -> None:
    """Figures that do not end stand with their fraction."""
    rules = RULES.replace('public = "show"', "").replace("floor = 3", "floor = 1")
    (folder / "schemes/d.toml").write_text(rules, encoding="utf-8")
    score_folder(folder)
    rules = rules.replace("weight = 60", "weight = 61").replace("= 40", "= 39")
    (folder / "schemes/d.toml").write_text(rules, encoding="utf-8")
    corrects(folder, "O1", "B", "80.33", "补计")
    score_folder(folder)
    (row,) = [each for each in rows(written(folder, "correction"), ("单位", "总分变化", "其中")) if each[0] == "乙局"]
    assert row[1:] == ("+0.25", "第1项原因+0.05；第2项原因+0.2013")


def test_contributions_that_are_rounded_are_not_said_to_add_up(folder: Path) -> None:
    """Twice 0.144 are 0.29 of the printed total, and 0.14 each where they are printed as coarsely as it."""
    bonus = "加分,某绩〔2027〕{}号,2027-05-07,创新,乙局,0.144\n"
    decide(folder, "种类,文号,日期,理由,单位,新值\n" + bonus.format(8) + bonus.format(9), "加分")
    score_folder(folder)
    texts = written(folder, "correction")
    assert rows(texts, ("单位", "总分变化", "其中"))[0] == ("乙局", "+0.29", "第1项原因+0.14；第2项原因+0.14")
    assert "上述各项原因对总分的影响如下，因四舍五入，合计与总分的变化可能略有出入；此外没有其他原因。" in texts


def test_the_reply_names_the_one_cause_and_that_the_others_are_unchanged(folder: Path) -> None:
    """Its exact contribution, and nothing else moved it; with a second cause both stand there."""
    corrects(folder, "O1", "B", "100", "补计两项工作")
    score_folder(folder)
    cause = "补计两项工作，更正乙局的“重点工作”的数据（某绩办〔2027〕16号，2027年5月6日）。"
    texts = written(folder, "review", unit="乙局", asked="少计两项工作")
    assert f"总分的变化（+12.00分）只有以下一项原因，没有其他原因：{cause}" in texts
    assert "经核验两次计分并用留存的材料重新计算，其他单位的结果均没有变化。" in texts
    decide(folder, "种类,文号,日期,理由,单位,新值\n加分,某绩〔2027〕8号,2027-05-07,创新,乙局,0.5\n", "加分")
    score_folder(folder)
    texts = written(folder, "review", unit="乙局", asked="少计两项工作", before="1")
    listed = [text.split("分：")[0].split(".", 1)[1] for text in texts if text[:2] in ("1.", "2.")]
    assert sorted(listed) == ["+0.50", "+12.00"]


def test_a_number_from_the_command_line_is_kept_with_its_run(folder: Path) -> None:
    """A bulletin that was numbered when the run was scored is corrected by that number."""
    corrects(folder, "O1", "B", "100", "补计两项工作")
    score_folder(folder, notice=["numbers.bulletin=某绩〔2027〕5号", "signatory=某市"])
    corrects(folder, "O1", "A", "60", "重复计算", "某绩办〔2027〕17号")
    score_folder(folder)
    assert any("（某绩〔2027〕5号）公布的结果更正如下" in text for text in written(folder, "correction"))


def test_awards_that_move_are_said_in_words(folder: Path) -> None:
    """Who gets one and who gets it no more."""
    corrects(folder, "O1", "B", "100", "补计两项工作")
    corrects(folder, "O1", "A", "60", "重复计算", "某绩办〔2027〕17号")
    score_folder(folder)
    texts = written(folder, "correction")
    assert {"乙局：授予一等奖。", "甲局：不再授予一等奖。"} <= set(texts)


def test_a_correction_keeps_what_is_confidential(folder: Path) -> None:
    """Law 11: of a hidden mark only that something was corrected: not whose it was, nor the figure, nor the reason."""
    corrects(folder, "M1", "B", "99.5", "市长漏看一页")
    score_folder(folder)
    texts = written(folder, "correction")
    assert "更正乙局的有关评分数据（某绩办〔2027〕16号，2027年5月6日）。" in texts
    assert [each for each in ("99.5", "75", "市长", "张立群") if any(each in text for text in texts)] == []


def test_a_sheet_that_was_excluded_is_not_said_to_be_the_mayors(folder: Path) -> None:
    """Law 11 again: an excluded sheet of one who marks alone has no name, and its reason stays inside."""
    form = next(form for form in forms(load(folder)[0]).values() if form.evaluator == "M1")
    digest = hashlib.sha256((folder / "inbox" / form.file_name).read_bytes()).hexdigest()
    other = filled(form, lambda spot: {"A": "60", "B": "99", "C": "70"}[spot.unit])
    (folder / "inbox" / "重报.xlsx").write_bytes(other)
    decide(folder, LEDGER + f"排除,某绩办〔2027〕18号,2027-05-06,市长误签,,{digest},,,,\n")
    score_folder(folder)
    texts = written(folder, "correction")
    assert "1.有关评估主体的一份报送材料不予计入（某绩办〔2027〕18号，2027年5月6日）。" in texts
    assert not any("市长" in text for text in texts)


def test_a_rejected_objection_is_no_cause_and_two_equal_runs_give_no_bulletin(folder: Path) -> None:
    """What moves nothing is not named as the reason of a change; without a change there is nothing to write."""
    decide(folder, LEDGER + "异议驳回,某绩办〔2027〕21号,2027-05-06,评分无误,丙局,,,,,\n", "驳回")
    score_folder(folder)
    made, found = announced(folder, "correction")
    assert (made, codes(found)) == ([], ["NOTICE_UNCHANGED"])
    decide(
        folder, "种类,文号,日期,理由,单位,新值\n一票否决,某绩〔2027〕8号,2027-05-07,发生重大责任事故,甲局,\n", "否决"
    )
    score_folder(folder)
    texts = written(folder, "correction", before="1", after="3")
    assert under(texts, "二、更正的原因", "三、有关说明") == [
        "发生重大责任事故，对甲局予以一票否决（某绩〔2027〕8号，2027年5月7日）。"
    ]


def test_a_change_that_nothing_explains_is_not_announced(folder: Path) -> None:
    """A total typed over by somebody who holds the key: the seal is in order, and no input is another."""
    first = folder / "runs/0001"
    files = {path.relative_to(first).as_posix(): path.read_bytes() for path in first.rglob("*") if path.is_file()}
    manifest = json.loads(files.pop("manifest.json"))
    said = json.loads(files["results.json"])
    said["units"][0]["total"] = "99.43"
    files["results.json"] = json.dumps(said, ensure_ascii=False).encode()
    made = {name: value for name, value in manifest.items() if name not in ("previous", "outputs", "key", "seal")}
    store(folder, "0002", files, {**made, "run": "0002"}, read_key(folder)[0])
    assert refused(folder, "correction") == ["NOTICE_UNEXPLAINED"]
    shutil.rmtree(folder / "runs/0002")
    store(folder, "0002", files, {**made, "run": "0002", "tool": "9.0"}, read_key(folder)[0])
    assert "计分程序更新后重新计算。" in written(folder, "correction")


def test_runs_that_cannot_be_compared_are_refused_in_words(folder: Path) -> None:
    """One run alone, an interim one, the wrong order, one that is not there."""
    assert refused(folder, "correction") == ["NOTICE_RUNS_FEW"]
    score_folder(folder)
    score_folder(folder, interim=True)
    assert refused(folder, "correction", after="3") == ["NOTICE_RUN_INTERIM"]
    assert refused(folder, "correction", before="2", after="2") == ["NOTICE_RUNS_ORDER"]
    assert refused(folder, "correction", before="9") == ["NOTICE_RUN"]


# --- 复核意见书 -------------------------------------------------------------------------------------------------------


def test_the_reply_has_the_figure_and_the_result_before_and_after(folder: Path) -> None:
    """A correction that was granted, in a component that everybody may see."""
    corrects(folder, "O1", "B", "100", "补计两项工作")
    score_folder(folder)
    old, new = totals(folder, "0001"), totals(folder, "0002")
    given = {"unit": "乙局", "asked": "少计两项工作", "number": "某绩办函〔2027〕30号"}
    (made,), found = announced(folder, "review", **given, **FRAME)
    texts = paragraphs(made.file.path)
    assert (made.file.path.name, gaps(found)) == ("复核意见书-乙局.docx", [])
    assert under(texts, "一、异议事项", "二、复核意见") == ["少计两项工作。"]
    assert under(texts, "二、复核意见", "三、复核后的结果") == [
        "你单位提出的异议成立，予以更正（某绩办〔2027〕16号，2027年5月6日）。理由：补计两项工作。“重点工作”的数值由80更正为100。"
    ]
    assert rows(texts, ("项目", "更正前", "更正后"))[0] == ("总分", old["乙局"], new["乙局"])


def test_a_reply_keeps_the_mayors_mark(folder: Path) -> None:
    """Law 11: the unit learns that data were corrected and its new result, not the mark."""
    corrects(folder, "M1", "B", "99.5", "市长漏看一页")
    score_folder(folder)
    texts = written(folder, "review", unit="乙局", asked="分数偏低")
    assert any("有关评分数据已据此更正。" in text for text in texts)
    assert [each for each in ("99.5", "75", "市长", "漏看") if any(each in text for text in texts)] == []


def test_before_a_new_scoring_the_reply_has_no_new_result(folder: Path) -> None:
    """It says so in the letter and in a note; nothing is made up."""
    corrects(folder, "O1", "B", "100", "补计两项工作")
    (made,), found = announced(folder, "review", unit="B", asked="少计两项工作")
    assert "你单位的总分、名次和等次将据此重新计算，结果另行通知。" in paragraphs(made.file.path)
    assert "NOTICE_NOT_RESCORED" in codes(found)


def test_a_rejected_objection_is_answered_with_its_reason(folder: Path) -> None:
    """What the unit asked is a gap where nobody says it; the result stays."""
    decide(folder, LEDGER + "异议驳回,某绩办〔2027〕21号,2027-05-06,以年鉴数为准。,丙局,,,,,\n")
    score_folder(folder)
    (made,), found = announced(folder, "review", unit="丙局")
    texts = paragraphs(made.file.path)
    assert under(texts, "一、异议事项", "二、复核意见") == ["〔待填：异议事项〕。"]
    assert "异议事项" in gaps(found)
    assert "你单位提出的异议不予采纳（某绩办〔2027〕21号，2027年5月6日）。理由：以年鉴数为准。" in texts
    assert f"你单位的结果维持不变：总分{totals(folder, '0002')['丙局']}分，名次为第3名，等次为合格。" in texts


def test_a_result_that_something_else_moved_is_not_said_to_stay(folder: Path) -> None:
    """B's objection is rejected, and C goes past it by a correction of its own."""
    corrects(folder, "O1", "C", "100", "补计两项工作")
    decide(folder, LEDGER + "异议驳回,某绩办〔2027〕21号,2027-05-06,以年鉴数为准。,乙局,,,,,\n", "驳回")
    score_folder(folder)
    said = "你单位的结果不因此变动；因其他原因，现为：总分78.00分，名次为第3名，等次为合格。"
    assert said in written(folder, "review", unit="乙局")


def test_which_dispute_is_meant_must_be_known(folder: Path) -> None:
    """None at all, or several documents and nobody says which: refused with the numbers that there are."""
    assert refused(folder, "review", unit="乙局") == ["NOTICE_NO_DISPUTE"]
    corrects(folder, "O1", "B", "100", "补计两项工作")
    decide(folder, LEDGER + "异议驳回,某绩办〔2027〕21号,2027-05-06,评分无误,乙局,,,,,\n", "驳回")
    with pytest.raises(Refused) as error:
        announced(folder, "review", unit="乙局")
    assert codes(error.value.findings) == ["NOTICE_DISPUTES"]
    assert "某绩办〔2027〕16号、某绩办〔2027〕21号" in error.value.findings[0].hint()
    texts = written(folder, "review", unit="乙局", document="某绩办〔2027〕21号")
    assert any("不予采纳" in text for text in texts)
