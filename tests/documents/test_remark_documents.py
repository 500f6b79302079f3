"""What people found and proposed, in bulletin, report and letters, and passed on to the units."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from announced import FRAME, announced, paragraphs, rows
from evaltool import run
from evaltool.documents.bulletin import bulletin, groups_of
from evaltool.documents.content import Content
from evaltool.documents.letter import letter
from evaltool.documents.report import report
from evaltool.evaluation import load
from evaltool.evaluation.remarks import PassedOn, passed_on_by
from evaltool.findings import CATALOGUE, Refused
from evaltool.inbox.due import due
from evaltool.results.result import Result
from evaltool.runs.stages import passed_stages
from evaltool.runs.whereabouts import whereabouts
from evaltool.views.lostpoints import lost_points
from evaltool.writers.official import DocumentTable, Heading, Text
from remarked_city import city

HEAD = "编号,单位,性质,主题,内容,条数,意见来源,会议,是否公开,转办,答复期限,答复,答复日期\n"
ROWS = (
    "1,甲局,问题,政务服务,窗口排队太长,12,公众,,公开,是,2027-05-31,,\n",
    "2,,建议,政务服务,统一网上办事入口,,绩效观察员,,公开,否,,,\n",
    "3,乙局,问题,政务服务,乙局电话无人接，找13912345678。,2,公众,,公开,否,,,\n",
    "4,丙局,问题,,办公用房空置,,市绩效办,,不公开,是,2027-04-30,已整改,2027-04-20\n",
    "5,丙局,肯定,,上门服务,,听证会,h1,公开,否,,,\n",
    "6,甲局,建议,,公开排队时间,,专家评审,,公开,是,2027-06-30,,\n",
)
MEETING = (
    "编号,会议类型,议题,日期,地点,主持人,到会人数,纪要文号,结果\n"
    "h1,听证会,年度绩效评估结果,2027-03-10,市民中心,张三,35,市绩听〔2027〕1号,同意评估结果\n"
    "h2,专家评审,年度绩效评估结果,,,,,,\n"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return city(tmp_path_factory.mktemp("remarks") / "c", 意见建议=HEAD + "".join(ROWS), 听证评审=MEETING)


@pytest.fixture(scope="module")
def result(folder: Path) -> Result:
    return run.scored(run.take_in(folder), "")


def said(content: Content, heading: str) -> list[str]:
    """The texts below a heading."""
    found: list[str] = []
    here = False
    for block in content.body:
        if isinstance(block, Heading) and block.level == 1:
            here = block.text == heading
        elif here and isinstance(block, Text | Heading):
            found.append(block.text)
    return found


def test_what_was_released_stands_beside_what_follows_from_the_figures(result: Result) -> None:
    """By theme, with the source and the unit's name; what was not released stands nowhere, nor does a number that
    somebody typed."""
    groups = groups_of(result)
    for made in (bulletin(result, groups), report(result, groups)):
        problems, advice, strong = (said(made, each) for each in ("存在问题", "工作建议", "主要特点"))
        assert "关于“政务服务”，公众反映：甲局，窗口排队太长（12条）；乙局电话无人接，找＊＊＊（2条）。" in problems
        assert [each for each in advice if "建议：" in each] == [
            "1.专家评审建议：甲局，公开排队时间。",
            "2.关于“政务服务”，绩效观察员建议：统一网上办事入口。",
        ]
        assert "年度绩效评估结果听证会肯定：丙局，上门服务。" in strong
        assert "空置" not in repr(made)
        assert "13912345678" not in repr(made)


def test_the_order_of_rows_changes_no_document(tmp_path: Path, result: Result) -> None:
    """Law 4."""
    folder = city(tmp_path / "c", 意见建议=HEAD + "".join(reversed(ROWS)), 听证评审=MEETING)
    other = run.scored(run.take_in(folder), "")
    assert bulletin(other, groups_of(other)) == bulletin(result, groups_of(result))


def test_the_report_tells_of_hearings_that_were_held_and_of_what_was_passed_on(result: Result) -> None:
    """A meeting that is still to come is not in it."""
    assert said(report(result, groups_of(result)), "听取意见情况") == [
        "2027年3月10日在市民中心召开年度绩效评估结果听证会，张三主持，35人到会，形成会议纪要（市绩听〔2027〕1号）。"
        "结果：同意评估结果。",
        "整理采用意见建议6条，其中市绩效办1条、公众2条、绩效观察员1条、听证会1条、专家评审1条。",
        "转办意见3条，已答复1条。",
    ]


def test_a_letter_has_its_own_and_those_for_all(result: Result) -> None:
    """Without its name, and without what is said of others."""
    (group,) = groups_of(result)
    lost = lost_points(result, [group])
    own = {one.unit.id: said(letter(result, group, one, lost[one.unit.id]), "意见建议") for one in group.standings}
    assert own["A"] == [
        "关于“政务服务”，公众反映：窗口排队太长（12条）。绩效观察员建议：统一网上办事入口。",
        "专家评审建议：公开排队时间。",
        "转\ufdd0你单位办理的意见2条，已答复0条。",
    ]
    assert own["C"][-1] == "转\ufdd0你单位办理的意见1条，已答复1条。"
    assert "甲局" not in "".join(own["B"] + own["C"])


def test_a_letter_with_many_has_them_as_an_attachment(tmp_path: Path) -> None:
    """Its two pages stay two pages."""
    many = "".join(f"{at},甲局,问题,主题{at},{'窗口太少' * 10}{at},,公众,,公开,否,,,\n" for at in range(1, 12))
    made = run.scored(run.take_in(city(tmp_path / "c", 意见建议=HEAD + many)), "")
    (group,) = groups_of(made)
    one = next(each for each in group.standings if each.unit.id == "A")
    content = letter(made, group, one, lost_points(made, [group])["A"])
    assert [text for text in said(content, "意见建议") if "你单位的意见建议共11条（问题11条），见附件" in text]
    (table,) = [block for block in content.attachments[-1].body if isinstance(block, DocumentTable)]
    assert len(table.rows) == 11


def test_each_unit_gets_what_it_has_to_answer(folder: Path) -> None:
    """With number, text and source, by when and to whom; what it has answered does not go out again."""
    made, _ = announced(folder, "forwarding", **FRAME)
    assert [each.file.path.stem for each in made] == ["意见转办单-甲局"]
    texts = paragraphs(made[0].file.path)
    listed = rows(texts, ("编号", "主题", "意见建议", "来源", "答复期限"))
    assert listed[0] == ("1", "政务服务", "窗口排队太长", "公众", "2027年5月31日")
    assert "公开排队时间" in texts
    assert any(text.startswith("请在各条的答复期限以前，将办理情况填入附件，书面答复市绩效办") for text in texts)


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("2027-06-01", "请在各条的答复期限以前（其中1条期限已过，请尽快），将办理情况"),
        ("2027-07-01", "答复期限已过，请尽快将办理情况"),
    ],
)
def test_a_day_that_has_passed_is_not_asked_for(folder: Path, day: str, said: str) -> None:
    """A letter that goes out after the days of answers says so."""
    made, _ = announced(folder, "forwarding", **{**FRAME, "date": day})
    assert any(text.startswith(said) for text in paragraphs(made[0].file.path))


def test_what_was_passed_on_is_due_and_counted(folder: Path) -> None:
    """Passed on, answered, overdue as of a day; the wall calendar names who still has to answer."""
    taken = run.take_in(folder)
    assert passed_on_by(taken.evaluation, date(2027, 6, 1)) == PassedOn(3, 1, 1)
    assert passed_on_by(taken.evaluation, date(2027, 5, 31)) == PassedOn(3, 1, 0)
    found = [one for one in due(taken.evaluation, taken.intake, date(2027, 6, 1)) if one.kind == "remarks"]
    assert [(one.date.isoformat(), one.expected, one.counted, [who.name for who in one.missing]) for one in found] == [
        ("2027-04-30", 1, 1, []),
        ("2027-05-31", 1, 0, ["甲局"]),
        ("2027-06-30", 1, 0, ["甲局"]),
    ]
    where = whereabouts(passed_stages(taken.evaluation), date(2027, 6, 1), complete=True)
    assert where.as_value()["remarks"] == {"remarks": 3, "answered": 1, "overdue": 1}


WRONG = {
    "1,甲局,问题,,甲,0,公众,,,,,,": "count",
    "1,,问题,,甲,,公众,,,是,2027-05-31,,": "unit",
    "1,甲局,问题,,甲,,公众,,,是,,,": "until",
    "1,甲局,问题,,甲,,公众,,,否,2027-05-31,,": "passed_on",
    "1,甲局,问题,,甲,,公众,,,是,2027-05-31,办了,": "answered_on",
    "1,甲局,问题,,甲,,公众,,,是,2027-05-31,,2027-05-01": "answer",
    "1,甲局,问题,,甲,,专家评审,h1,,,,,": "meeting",
}


@pytest.mark.parametrize("row", WRONG)
def test_a_row_that_hangs_together_with_nothing_is_a_mistake(tmp_path: Path, row: str) -> None:
    """At the cell that has to change, with its reason."""
    with pytest.raises(Refused) as refused:
        city(tmp_path / "c", 意见建议=HEAD + row + "\n", 听证评审=MEETING)
    (one,) = refused.value.findings
    assert (one.code, dict(one.args)["reason_zh"]) == (
        "ROSTER_REMARK",
        CATALOGUE["ROSTER_REMARK"].because[WRONG[row]][0],
    )


def test_personal_data_that_somebody_types_into_the_table_are_named(tmp_path: Path) -> None:
    """A warning at the cell; a result of a meeting needs its minutes."""
    folder = city(tmp_path / "c", 意见建议=HEAD + ROWS[2])
    assert [(one.cell, dict(one.args)["what"]) for one in load(folder)[1] if one.code == "ROSTER_PERSONAL"] == [
        ("E2", "电话号码")
    ]
    with pytest.raises(Refused) as refused:
        city(tmp_path / "d", 听证评审="编号,会议类型,议题,结果\n1,听证会,结果,同意\n")
    assert [one.code for one in refused.value.findings] == ["ROSTER_MEETING"]
