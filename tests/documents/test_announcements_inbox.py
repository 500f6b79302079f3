"""Documents about what has come in: reminders, bulletins on progress."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import decided_city
from announced import FRAME, announced, codes, paragraphs, refused, rows, under, written
from declared_goals import DAY, DOCUMENT, GOALS, RULES, SETTINGS, declares, put
from declared_goals import ROSTER as UNITS
from evaltool.evaluation import load
from evaltool.findings import Refused
from evaltool.questions.forms import Form
from evaltool.run import approve_goals
from evaltool.sheets.outbox import write_blanks
from evaltool.views.addressed import is_leader
from filling import Spot
from folders import make, return_all
from small_city import ROSTER as SCORED_ROSTER
from small_city import RULES as SCORED_RULES
from small_city import again, says, settings

LACKING = ("评估主体", "应报材料", "时限", "尚未报送", "份数")


NO_LEADERS = settings().replace("[evaluation]", "[evaluation]\nleaders = []", 1)


@pytest.fixture
def waiting(tmp_path: Path) -> Path:
    """Deadlines in January, on 31 March (strict) and 10 April, a meeting in February; nothing has come."""
    roster = SCORED_ROSTER | {"批次": "评估主体,批次,会议,日期,评价卡数\nV1,1,座谈会,2027-02-20,6\n"}
    return make(tmp_path / "city", roster, {"d": SCORED_RULES}, NO_LEADERS)


# --- 催报通知 ---------------------------------------------------------------------------------------------------------


def test_the_reminder_says_who_is_missing_what_as_of_a_day(waiting: Path) -> None:
    """Overdue first, then what is not yet due, with the days; of those who are no units only the number."""
    texts = written(waiting, "reminder", on="2027-03-20", reply_by="2027-03-25", recipients="各评估主体", **FRAME)
    opening = (
        "截至2027年3月20日，评估应报送材料4份，已收到并计入0份，尚未收到4份，其中2份已逾期。现将有关情况通知如下。"
    )
    assert opening in texts
    late = under(texts, "一、逾期未报的", "二、尚未到期、还未报送的")
    assert rows(late, LACKING) == [
        ("市绩效办", "工作打分", "2027年1月31日\n逾期48天", "—", "1"),
        ("群众", "评价卡（座谈会）", "2027年2月20日\n逾期28天", "—", "1"),
    ]
    early = under(texts, "二、尚未到期、还未报送的", "三、有关要求")
    assert rows(early, LACKING) == [("领导", "打分表", "2027年3月31日\n还有11天", "—", "2")]
    assert "1.逾期未报和没有规定时限的，请于2027年3月25日前报送市绩效办。" in texts


def test_nobody_misses_cards_before_the_meeting(waiting: Path) -> None:
    """On the eve of the meeting its cards are no gap; they are named as still to come."""
    texts = written(waiting, "reminder", on="2027-02-19")
    assert any("尚不到时候的1份，尚未收到3份" in text for text in texts)
    assert not any("座谈会" in text for text in texts)


def test_what_came_is_not_reminded_of_and_a_refused_sheet_is_named_as_one(waiting: Path) -> None:
    """A sheet that counts leaves the list; an unusable one stays with the word what to do."""
    return_all(waiting, says)
    inbox = waiting / "inbox"
    for path in inbox.iterdir():
        if path.stem.startswith(("L1", "L2")):
            path.unlink()
    again(waiting, "L1", "张三.xlsx")
    again(waiting, "L1", "张三改.xlsx", lambda form, spot: {"A": "2", "B": "1", "C": "3"}[spot.unit])
    texts = written(waiting, "reminder", on="2027-04-02", reply_by="2027-04-06")
    late = under(texts, "一、逾期未报的", "二、有关要求")
    assert rows(late, LACKING)[0][2:] == ("2027年3月31日\n逾期2天", "已报送，须改正重报1份", "2")
    assert "3.注明“已报送，须改正重报”的，请在退回的表中改正后重新报送。" in texts
    assert any("打分表逾期报送的，经批准后方可计入。" in text for text in texts)


def test_a_sheet_that_came_too_late_is_neither_missing_nor_to_come(tmp_path: Path) -> None:
    """It waits for a decision; the account of all sheets says so and adds up."""
    strict = '[[deadline]]\nwhat = "评分"\ndate = 2026-10-31\nsheet = "marks"\nstrict = true\n'
    folder = make(tmp_path / "late", decided_city.ROSTER, {"d": decided_city.RULES}, decided_city.SETTINGS + strict)
    return_all(folder, decided_city.says)
    for path in sorted((folder / "inbox").iterdir()):
        late = path.name.startswith("O1")
        decided_city.seen_at(folder, path, f"2026-{11 if late else 10}-20T01:00:00+00:00")
    (opening,) = (text for text in written(folder, "reminder", on="2026-11-25") if text.startswith("截至"))
    assert "应报送材料3份，已收到并计入2份，逾期报送、待决定1份，尚未收到0份" in opening


def test_letters_go_to_each_who_misses_something(waiting: Path) -> None:
    """To a role, to one, within so many days; one letter each, addressed by name."""
    made, _ = announced(waiting, "reminder", role="领导", each=True, on="2027-04-02", reply_by="2027-04-06", **FRAME)
    assert [each.file.path.name for each in made] == [
        "催报函-L1-张三-2027-04-02.docx",
        "催报函-L2-李四-2027-04-02.docx",
    ]
    texts = paragraphs(made[0].file.path)
    assert "张三：" in texts
    assert "截至2027年4月2日，评估还有1份材料没有收到：打分表，时限2027年3月31日，已逾期2天。" in texts
    assert "请于2027年4月6日前报送市绩效办。打分表逾期报送的，经批准后方可计入。" in texts
    (one,), _ = announced(waiting, "reminder", unit="绩效办", on="2027-02-01")
    assert one.file.path.name == "催报函-O1-绩效办-2027-02-01.docx"
    assert refused(waiting, "reminder", unit="王五") == ["REFERENCE_UNKNOWN"]


def test_several_letters_do_not_fit_into_one_file(waiting: Path, tmp_path: Path) -> None:
    """`--out` is for one document; nothing is written."""
    from evaltool import run
    from evaltool.documents.kinds import NOTICES
    from evaltool.documents.options import checked
    from evaltool.findings import Refused

    kind = NOTICES["reminder"]
    with pytest.raises(Refused) as error:
        run.announce(waiting, kind, checked(kind, {"each": True, "on": "2027-03-20"}), tmp_path / "x.docx")
    assert codes(error.value.findings) == ["NOTICE_OUT"]
    assert not (tmp_path / "x.docx").exists()


def test_when_nothing_is_missing_nothing_is_written(waiting: Path) -> None:
    """The note says so."""
    return_all(waiting, says)
    made, found = announced(waiting, "reminder", on="2027-03-20")
    assert (made, codes(found)) == ([], ["NOTICE_NOBODY_MISSING"])
    assert not (waiting / "documents").exists()


# --- 季度通报 ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def moving(tmp_path: Path) -> Path:
    """Goals of two units are approved; a report of progress is due on 20 April."""
    folder = make(tmp_path / "city", UNITS, {"d": RULES}, SETTINGS)
    for unit in "AB":
        put(folder, unit, declares(GOALS))
    approve_goals(folder, DOCUMENT, DAY)
    return folder


def reports(percents: tuple[str, ...], lost: str = "") -> Callable[[Form, Spot], object]:
    """Percentages in the order of the goals; the last goal has a problem where `lost` says which."""

    def say(form: Form, spot: Spot) -> object:
        last = spot.indicator == form.sheets[0].tables[0].lines[-1].indicator
        at = [each.indicator for each in form.sheets[0].tables[0].lines].index(spot.indicator)
        known = {
            "progress_text": "开工",
            "progress_percent": percents[at],
            "progress_expected": "不能完成" if lost and last else "能按期完成",
            "progress_problem": lost if last else None,
        }
        return known[spot.column.field]

    return say


def test_units_are_named_in_a_notice_to_all_and_spoken_to_as_units(moving: Path) -> None:
    """Departments are named; a letter to one says 你单位."""
    texts = written(moving, "reminder", on="2027-04-22")
    late = under(texts, "一、逾期未报的", "二、有关要求")
    assert "甲局、乙局" in {row[3] for row in rows(late, LACKING)}
    (one,), _ = announced(moving, "reminder", unit="乙局", on="2027-04-22")
    assert any("你单位还有" in text for text in paragraphs(one.file.path))


# --- leaders ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def led(waiting: Path) -> Path:
    """The same city; its two leaders are told by the title of their role."""
    settings_file = waiting / "evaluation.toml"
    settings_file.write_text(settings_file.read_text("utf-8").replace("leaders = []\n", ""), "utf-8")
    return waiting


def test_no_notice_to_all_lists_leaders(led: Path) -> None:
    """Neither by name nor by role or number, so that the figures are of all others; the note says how many it left
    out, and a notice that would have nobody else is not written."""
    made, found = announced(led, "reminder", on="2027-04-02", reply_by="2027-04-06", **FRAME)
    texts = paragraphs(made[0].file.path)
    assert codes(found)[0] == "NOTICE_LEADERS_APART"
    assert not any(word in text for text in texts for word in ("领导", "张三", "李四", "打分表"))
    assert any("应报送材料2份，已收到并计入0份，尚未收到2份，其中2份已逾期" in text for text in texts)
    return_all(led, says)
    for path in (led / "inbox").glob("L*"):
        path.unlink()
    made, found = announced(led, "reminder", on="2027-04-02")
    assert (made, codes(found)) == ([], ["NOTICE_LEADERS_APART"])


@pytest.mark.parametrize("given", [{"role": "领导"}, {"unit": "张三"}, {"each": True}])
def test_a_note_to_a_leader_asks(led: Path, given: dict[str, Any]) -> None:
    """敬请, to a person, without days overdue, whatever way it is asked for; a deadline that passed is not named."""
    made, _ = announced(led, "reminder", on="2027-04-02", reply_by="2027-04-06", **given, **FRAME)
    own = next(each for each in made if "张三" in each.file.path.name)
    assert own.file.path.name == "敬请函-L1-张三-2027-04-02.docx"
    texts = paragraphs(own.file.path)
    assert "评估正在进行，送请您评定：打分表。" in texts
    assert "敬请于2027年4月6日前拨冗填写，交市绩效办。如已报送，请不必理会本函。" in texts
    assert not any(word in "".join(texts) for word in ("逾期", "催", "你单位", "尚未", "经批准后"))


def test_leaders_are_the_roles_that_the_settings_name(led: Path) -> None:
    """`leaders` goes before what rules and titles show; a role that nobody has is named as everywhere."""
    settings_file = led / "evaluation.toml"
    stated = settings_file.read_text("utf-8")
    settings_file.write_text(stated.replace("[evaluation]", '[evaluation]\nleaders = ["office"]', 1), "utf-8")
    evaluation, _ = load(led)
    assert [role for role in evaluation.roles if is_leader(evaluation, role)] == ["office"]
    settings_file.write_text(stated.replace("[evaluation]", '[evaluation]\nleaders = ["nobody"]', 1), "utf-8")
    with pytest.raises(Refused) as refusal:
        load(led)
    assert [(one.code, one.cell) for one in refusal.value.findings] == [("REFERENCE_UNKNOWN", "evaluation.leaders")]


@pytest.mark.parametrize(
    ("title", "more", "leads"),
    [
        ("副市长", "", True),
        ("绩效领导小组办公室", "", False),
        ("督查组", "interim = true\n", True),
        ("督查组", "", False),
    ],
)
def test_leaders_are_told_by_title_or_by_what_they_see(led: Path, title: str, more: str, leads: bool) -> None:
    """By the role, never by a person's name."""
    settings_file, rules = led / "evaluation.toml", led / "schemes" / "d.toml"
    settings_file.write_text(settings_file.read_text("utf-8").replace('"领导"', f'"{title}"'), "utf-8")
    rules.write_text(rules.read_text("utf-8").replace('by = "leader"\n', f'by = "leader"\n{more}'), "utf-8")
    evaluation, _ = load(led)
    assert is_leader(evaluation, "leader") is leads


def test_the_bulletin_on_progress_weighs_goals_by_their_points(moving: Path) -> None:
    """A: 100 x 5, 50 x 3, 0 x 2 of 10 points is 65 %; B has not reported and is named."""
    put(moving, "A", reports(("100", "50", "0"), "缺少经费"), "progress")
    texts = written(
        moving, "quarter", period="一季度", number="某绩〔2026〕4号", recipients="各单位", date="2026-04-25"
    )
    assert "应在2026年4月20日前报送一季度进展表的单位共2个，已报送1个，尚未报送1个：乙局。" in texts
    assert any(
        text.startswith(
            "已报送的单位共有年度工作目标3项，已完成1项，其中预计“能按期完成”的2项、预计“不能完成”的1项。"
            "已报送完成进度的1个单位平均完成进度65.0%"
        )
        for text in texts
    )
    table = rows(texts, ("单位", "工作目标", "进度", "预计", "存在问题"))
    assert table[0] == ("甲局", "一网通办", "0.0%", "不能完成", "缺少经费")
    annex = rows(texts, ("序号", "单位", "目标数", "已完成", "完成进度", "有困难", "不能完成"))
    assert annex[:2] == [("1", "甲局", "3", "1", "65.0%", "0", "1"), ("2", "乙局", "—", "—", "未报送", "—", "—")]


def test_a_percentage_that_cannot_be_read_is_said(moving: Path) -> None:
    """It is in no mean; the note names the unit and how many of its goals are left out."""
    put(moving, "A", reports(("100", "约一半", "0")), "progress")
    (made,), found = announced(moving, "quarter")
    assert any("有1项目标没有写明能识别的完成进度，未计入：甲局1项" in text for text in paragraphs(made.file.path))
    (note,) = [one for one in found if one.code == "NOTICE_PROGRESS_UNSAID"]
    assert dict(note.args)["units"] == "甲局（1项）"
    heads = ("序号", "单位", "目标数", "已完成", "完成进度", "有困难", "不能完成")
    assert rows(paragraphs(made.file.path), heads)[0] == ("1", "甲局", "3", "1", "71.4%", "0", "0")
    put(moving, "A", reports(("100", "50", "0")), "progress")
    _, found = announced(moving, "quarter")
    assert "NOTICE_PROGRESS_UNSAID" not in codes(found)


def test_first_and_last_are_named_where_there_are_both(moving: Path) -> None:
    """Two units with different figures: one of each."""
    put(moving, "A", reports(("20", "20", "20")), "progress")
    put(moving, "B", reports(("60", "60")), "progress")
    texts = written(moving, "quarter")
    assert "部门：完成进度居前的是乙局（60.0%）；居后的是甲局（20.0%）。" in texts
    assert "已报送的单位均预计能按期完成全部目标。" in texts


def test_without_a_report_there_is_nothing_to_say(moving: Path) -> None:
    """A note, no document; without sheets of progress in the year it is a mistake to ask."""
    write_blanks(load(moving)[0], sheet="progress")
    made, found = announced(moving, "quarter")
    assert (made, codes(found)) == ([], ["NOTICE_NO_PROGRESS"])
    assert refused(moving, "quarter", period="四季度") == ["NOTICE_NO_PERIOD"]
    without = SETTINGS.replace('sheet = "progress"\nperiod = "一季度"\n', "")
    (moving / "evaluation.toml").write_text(without, encoding="utf-8")
    assert refused(moving, "quarter") == ["NOTICE_NO_PERIODS"]
