"""Letters to act on: down to the lines that the rules let a unit see, with reasons; how to object."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

import openpyxl
import pytest

from announced import FRAME, paragraphs, rows, written
from declared_goals import put
from evaltool.documents.kinds import KINDS
from evaltool.documents.of_run import issued
from evaltool.inbox.accounts.files import FileAccount
from evaltool.questions.forms import Form
from evaltool.results.linelevels import LineLevel
from evaltool.results.linestold import line_tables
from evaltool.results.result import Result
from evaltool.run import score_folder, take_in
from evaltool.views.comparison import compared
from evaltool.views.lostpoints import LostPoints, lost_points
from evaltool.writers.official import Text
from filling import Spot
from folders import make, sent_out
from terminal import ev

RULES = """
format = 1
[scheme]
id = "d"
name = "部门"
total = 100
groups = [{ id = "g", name = "甲类" }]
[component.priority]
name = "重点工作目标"
weight = 40
by = "group"
answer = { points = 10 }
public = "show"
reason = { from = 1 }
[component.common]
name = "共性工作目标"
weight = 20
by = "office"
answer = { points = 4 }
public = "show"
reason = { from = 1 }
[component.work]
name = "日常工作"
weight = 10
by = "group"
answer = "percent"
each = ["上半年", "下半年"]
public = "show"
[component.visits]
name = "实地踏查"
weight = 10
by = "group"
answer = "percent"
each = "踏查"
none = "full"
public = "show"
[component.leaders]
name = "领导评估"
LEADERS
[component.mayor]
name = "市长"
in = "leaders"
weight = 10
by = "mayor"
answer = "percent"
reason = { from = 1 }
[component.vice]
name = "副市长"
in = "leaders"
weight = 10
by = "vice"
answer = "percent"
reason = { from = 1 }
[[grade]]
name = "良好"
from = 80
[[grade]]
name = "较差"
from = 0
[[consequence]]
grade = "较差"
document = "限期整改通知书"
text = "限期整改"
"""
OPEN, CLOSED = RULES.replace("LEADERS\n", ""), RULES.replace("LEADERS", 'public = "sum"')
SETTINGS = """
format = 1
[evaluation]
id = "e-2026"
name = "评估"
year = 2026
office = "市绩效办"
[roles]
group = "评估组"
office = "市绩效办"
mayor = "市长"
vice = "副市长"
[notice]
telephone = "0431-8888"
address = "人民路1号"
[[deadline]]
what = "评分"
date = 2027-03-31
"""
LINES = "对象类别,评估内容,编号,名称,预赋分值,单位\n"
LINES += "".join(f"d,priority,{unit}1,修路{unit},9,{unit}\nd,priority,{unit}2,建校{unit},1,{unit}\n" for unit in "ABCD")
LINES += "d,common,x,信访,3,\nd,common,p,普法,1,\n"
ROSTER = {
    "单位": "编号,名称,对象类别,分类,顺序\nA,甲局,d,g,1\nB,乙局,d,g,2\nC,丙局,d,g,3\nD,丁局,d,g,4\n",
    "评估主体": "编号,名称,角色\nP1,一组,group\nO1,绩效办,office\nM1,王市长,mayor\n"
    "V1,赵副市长,vice\nV2,钱副市长,vice\n",
    "指标": LINES,
    "历年结果": "年度,单位,总分,名次,等次\n2025,A,81.5,3,良好\n",
    "历年得分": "年度,单位,评估内容,分值,得分,公开\n2025,A,日常工作,10,7.5,是\n2025,A,实地踏查,20,15,是\n"
    "2025,A,共性工作目标,20,11.11,否\n",
}
Cells = Mapping[tuple[str, str, str, str], str]  # evaluator, unit or row, indicator or period, field
MARKS: Cells = {
    ("P1", "A", "A1", "mark"): "6",
    ("P1", "A", "A1", "reason"): "一段未通车",
    ("P1", "A", "A2", "mark"): "0.75",
    ("O1", "A", "x", "mark"): "2.5",
    ("O1", "B", "x", "mark"): "1.5",
    ("O1", "B", "x", "reason"): "两件积案未化解，扣1.5分",
    ("O1", "C", "x", "mark"): "2",
    ("O1", "C", "x", "reason"): "超期办结",
    ("P1", "A", "上半年", "mark"): "90",
    ("P1", "1", "", "unit"): "甲局",
    ("P1", "1", "", "date"): "2026-06-01",
    ("P1", "1", "", "mark"): "77.5",
    ("M1", "A", "", "mark"): "63.25",
    ("M1", "A", "", "reason"): "市长的理由",
    ("V1", "A", "", "mark"): "71.75",
    ("V1", "A", "", "reason"): "副市长的理由",
}
HEADS = ("序号", "失分项目", "分值", "得分", "折合总分失分", "同组平均", "失分理由")
SECRETS = ("市长的理由", "63.25", "71.75")


def says(marks: Cells) -> Callable[[Form, Spot], object]:
    """Full marks but for what is stated."""

    def say(form: Form, spot: Spot) -> object:
        field, who = spot.column.field, form.evaluator
        if spot.component == "visits":
            return marks.get((who, spot.line.repeat, "", field))
        about = spot.line.indicator or spot.column.indicator or spot.column.repeat
        full = str(spot.line.high) if spot.component == "priority" else {"x": "3", "p": "1"}.get(about, "100")
        return marks.get((who, spot.line.unit, about, field), full if field == "mark" else None)

    return say


def city(place: Path, rules: str = OPEN, *, without: str = "") -> Path:
    """Four departments, scored once; an interim result where somebody's sheet is not in."""
    folder = sent_out(make(place / "city", ROSTER, {"d": rules}, SETTINGS))
    for who in ("P1", "O1", "M1", "V1", "V2"):
        if who != without:
            put(folder, who, says(MARKS), "marks")
    score_folder(folder, interim=bool(without))
    return folder


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return city(tmp_path_factory.mktemp("open"))


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with leaders whose marks are confidential."""
    return city(tmp_path_factory.mktemp("closed"), CLOSED)


def letter(folder: Path, unit: str, run: str = "0001") -> list[str]:
    return paragraphs(next((folder / "runs" / run).rglob(f"反馈书/*-{unit}.docx")))


def table(texts: list[str], head: tuple[str, ...], count: int) -> list[tuple[str, ...]]:
    return rows(texts, head)[:count]


NAMED = ("序号", "失分项目", "分值", "失分理由")


def losses(folder: Path) -> tuple[dict[str, LostPoints], Result]:
    result = score_folder(folder).result
    groups = [compared(result, "d", "g")]
    return lost_points(result, groups), result


def test_a_letter_lists_what_cost_most_first_with_reasons_and_the_groups_mean(opened: Path) -> None:
    """Points of the line, what the loss is of the total, the mean of those who have the line; lines that lost nothing
    are counted."""
    texts = letter(opened, "甲局")
    assert table(texts, HEADS, 7) == [
        ("1", "重点工作目标：修路A", "9", "6.00", "12.00", "—", "一段未通车"),
        ("2", "领导评估／市长", "100", "63.25", "3.68", "90.81", "市长的理由"),
        ("3", "共性工作目标：信访", "3", "2.50", "2.50", "2.25", "—"),
        ("4", "实地踏查（2026年6月1日）", "100", "77.50", "2.25", "—", "—"),
        ("5", "领导评估／副市长", "100", "85.88", "1.41", "96.47", "副市长的理由"),
        ("6", "重点工作目标：建校A", "1", "0.75", "1.00", "—", "—"),
        ("7", "日常工作（上半年）", "100", "90.00", "0.50", "97.50", "—"),
    ]
    assert {"3.评分主体没有写明失分理由的，以“—”表示。", "4.另有2项未失分，没有列入。"} <= set(texts)
    brief = next(each for each in texts if each.startswith("具体到项目"))
    assert "失分较为集中，主要在“重点工作目标：修路A”（失12.00分），占所列7项失分的51.4%" in brief
    assert "请先从上述项目改起" in brief


def test_a_letter_says_how_and_to_whom_to_object(opened: Path) -> None:
    """Telephone, address, until when, what to attach, when it is answered; a gap where nobody stated the day."""
    texts = letter(opened, "甲局")
    (how,) = [each for each in texts if each.startswith("对结果有异议的")]
    assert (
        "〔待填：公示期的最后一天〕前（含当日）以书面形式向市绩效办提出（联系电话：0431-8888，地址：人民路1号）" in how
    )
    (asked,) = [each for each in texts if each.startswith("提出异议的")]
    assert "失分明细的序号" in asked
    assert "证明材料，加盖单位公章" in asked
    assert "15日内作出决定并书面答复" in how


def test_last_years_points_stand_beside_components_that_were_public(opened: Path) -> None:
    """With the weight of then where it was another; never what was not public."""
    heads = ("评估内容", "分值", "得分", "同组平均分", "与平均之差", "上年得分")
    found = {row[0]: row[5] for row in table(letter(opened, "甲局"), heads, 8)}
    assert found == {
        "重点工作目标": "—",
        "共性工作目标": "—",
        "日常工作": "7.50",
        "实地踏查": "15.00（分值20）",
        "领导评估": "—",
        "市长": "—",
        "副市长": "—",
        "总分": "81.50",
    }
    assert "上年得分" not in letter(opened, "丁局")  # of whom nothing is known


def test_who_lost_nothing_is_told_so(opened: Path) -> None:
    """No list, and nothing to put right."""
    texts = letter(opened, "丁局")
    assert "可以列到的项目共8项，均未失分。" in texts
    assert ("失分项目" in texts, any("失分明细" in each for each in texts)) == (False, False)


def test_what_lines_lost_adds_up_to_what_their_component_lost(opened: Path) -> None:
    """Exactly, of every component that is taken apart."""
    found, result = losses(opened)
    for unit, own in found.items():
        for leaf in ("priority", "common", "work", "visits", "mayor", "vice"):
            point = result.points[unit, leaf]
            assert point.points is not None
            lost = sum((each.cost or 0 for each in own.lines if each.leaf == leaf), Fraction(0))
            assert lost == point.weight - point.points, (unit, leaf)


def test_what_is_above_full_marks_is_told_only_with_figures(opened: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a component whose lines are only named, no note says how much it was."""
    _, result = losses(opened)
    group = compared(result, "d", "g")
    own = line_tables(result.evaluation, result.intake, group.scheme, result.points)["common"]["D"]
    above = {"common": {"D": tuple(replace(each, points=each.full + 1) for each in own)}}
    monkeypatch.setattr("evaltool.views.lostpoints.line_tables", lambda *_: above)
    levels: tuple[LineLevel, ...] = ("exact", "named")
    told = [lost_points(result, [replace(group, lines={"common": level})])["D"].over for level in levels]
    assert told == [10, 0]


def test_no_secret_mark_or_reason_leaves_the_house(closed: Path) -> None:
    """Neither in a letter nor in any other public file or notice; that there are such reasons is seen inside."""
    run = closed / "runs" / "0001"
    notices = [*(run / "public").rglob("*"), *(run / "internal" / "notices").rglob("*")]
    read = [path for path in notices if path.is_file()]
    assert len([path for path in read if path.suffix == ".docx"]) > 6
    found = [(path.name, secret) for path in read for secret in SECRETS if secret in whole(path)]
    assert found == []
    assert "市长的理由" in (run / "internal" / "评估报告页.html").read_text("utf-8")


def whole(path: Path) -> str:
    if path.suffix == ".docx":
        return "\n".join(paragraphs(path))
    if path.suffix == ".xlsx":
        book = openpyxl.load_workbook(path)
        return "\n".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row)
    return path.read_bytes().decode("utf-8", "replace")


def test_where_exact_marks_would_tell_a_secret_one_they_are_told_less_finely(closed: Path) -> None:
    """With one decimal, or by name alone and then without a reason that says how many points it was; the letter says
    at which level it stops, and why."""
    texts = letter(closed, "甲局")
    assert table(texts, HEADS, 2) == [
        ("1", "重点工作目标：修路A", "9", "6.0", "12.00", "—", "一段未通车"),
        ("2", "实地踏查（2026年6月1日）", "100", "77.5", "2.25", "—", "—"),
    ]
    assert table(texts, NAMED, 1) == [("5", "共性工作目标：信访", "3", "—")]
    assert [each for each in texts if "其他评估内容”涉及按规定保密的评分，只公布到评估内容一级" in each]
    assert table(letter(closed, "乙局"), NAMED, 1)[0][3] == "理由中写有分数，按规定不列"
    assert table(letter(closed, "丙局"), NAMED, 1)[0][3] == "超期办结"


def test_where_everything_is_confidential_one_note_says_so(tmp_path: Path) -> None:
    """No list, no reason, no mark."""
    rules = OPEN.replace('public = "show"\n', "") + "[disclosure]\nfloor = 9\n"
    texts = letter(city(tmp_path, rules), "甲局")
    assert [each for each in texts if "一段未通车" in each or "修路A" in each or "失分明细" in each] == []
    notes = [each for each in texts if each.startswith("注：")]
    assert notes == ["注：1.各项评估内容的得分按规定不单独公布。2.评分按规定保密，不列失分项目和理由。"]


def test_a_notice_of_rectification_names_matters_and_the_lines_in_them(opened: Path, closed: Path) -> None:
    """The same table; the form has a row for each matter, which is what the ledger will have."""
    for folder in (opened, closed):
        (path,) = (folder / "runs" / "0001").rglob("限期整改通知书/*.docx")
        texts = paragraphs(path)
        assert table(texts, HEADS, 1)[0][1:3] == ("重点工作目标：修路A", "9")
        form = rows(texts, ("序号", "整改事项", "整改措施", "责任领导", "责任人", "完成时限", "完成情况"))
        assert form == [] or form[0][1] == "重点工作目标"


def test_a_reply_to_an_objection_has_the_lines_of_the_result_that_holds(opened: Path, tmp_path: Path) -> None:
    """After a correction: its document stands as the reason."""
    folder = Path(shutil.copytree(opened, tmp_path / "city"))
    (digest,) = [each.digest for each in load_files(folder, "P1")]
    about = ("--file", digest, "--sheet", "部门·重点工作目标", "--cell", "F7", "--from", "6", "--to", "8")
    decision = ("--unit", "甲局", "--document", "绩复〔2027〕1号", "--date", "2027-04-02", "--reason", "补验通过")
    assert ev("decide", str(folder), "更正", *about, *decision).returncode == 0
    score_folder(folder)
    texts = written(folder, "review", unit="甲局", asked="修路的得分", **FRAME)
    assert "甲局失分明细（复核后）" in texts
    assert table(texts, HEADS, 1) == [
        ("1", "重点工作目标：修路A", "9", "8.00", "4.00", "—", "一段未通车；依据绩复〔2027〕1号更正")
    ]


def load_files(folder: Path, evaluator: str) -> list[FileAccount]:
    return [each for each in take_in(folder).intake.files if each.evaluator == evaluator]


@pytest.mark.parametrize(("rules", "told"), [(OPEN, True), (CLOSED, False)], ids=["open", "closed"])
def test_an_interim_letter_tells_the_lines_that_are_sure(tmp_path: Path, rules: str, *, told: bool) -> None:
    """Of components that are all in; where marks are confidential none before the result is official."""
    texts = letter(city(tmp_path, rules, without="O1"), "甲局")
    assert ("重点工作目标：修路A" in texts) == told
    assert not [each for each in texts if "信访" in each or each.startswith("对结果有异议的")]
    assert "对已报数据有疑问的，请与市绩效办联系，联系电话：0431-8888，地址：人民路1号。" in texts


def test_a_letter_to_a_person_speaks_to_a_person(tmp_path: Path) -> None:
    """Signed by the person, no official seal."""
    rules = OPEN.replace("total = 100\n", "total = 100\npersons = true\n")
    texts = "".join(letter(city(tmp_path, rules), "甲局"))
    assert ("由本人签名" in texts, "公章" in texts, "你单位" in texts) == (True, False, False)
    assert "不足3人有得分的项目不列" in texts


def test_a_posting_says_until_when(opened: Path) -> None:
    """What the decision on the posting states stands in the letter that goes out."""
    result = score_folder(opened).result
    notice = result.evaluation.notice.model_copy(update={"posted_until": date(2027, 4, 18)})
    papers = issued(replace(result, evaluation=replace(result.evaluation, notice=notice)), KINDS["letter"])
    body = "".join(block.text for block in papers[0].make().body if isinstance(block, Text))
    assert "于2027年4月18日前（含当日）" in body
