"""Comments of surveys and sheets of remarks, from the inbox to the roster, by way of a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from evaltool import run
from evaltool.evaluation import load
from evaltool.findings import Refused
from evaltool.inbox.exports.shapes import Comment
from evaltool.inbox.ingest import ingest
from evaltool.returns.remarks import FILE, SCREENING
from evaltool.returns.remarks.heard import heard, nameable
from remarked_city import ANSWERS, city
from small_city import ROSTER
from terminal import ev

REMARKS = (("甲局", "问题", "大厅无引导员 联系人：王五"), ("", "建议", "统一网上办事入口"))


def shown(folder: Path, file: str = SCREENING) -> list[dict[str, object]]:
    """The rows of the workbook to go through."""
    top, *rows = list(openpyxl.load_workbook(folder / file).worksheets[0].iter_rows(min_row=3, values_only=True))
    return [dict(zip(map(str, top), row, strict=True)) for row in rows]


def go_through(folder: Path, said: Mapping[str, Mapping[str, str]], file: str = SCREENING) -> Path:
    """Fill in the rows whose text begins so."""
    path = folder / file
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    at = {cell.value: cell.column for cell in sheet[3]}
    for row in range(4, sheet.max_row + 1):
        text = str(sheet.cell(row, at["内容"]).value)
        for column, value in next((said[each] for each in said if text.startswith(each)), {}).items():
            sheet.cell(row, at[column]).value = value
    book.save(path)
    return path


def test_comments_come_in_covered_and_without_whose_they_are(tmp_path: Path) -> None:
    """Nothing of a respondent's number, telephone or name gets past the reading; empty phrases are none."""
    evaluation, _ = load(city(tmp_path / "c"))
    intake, findings = ingest(evaluation)
    assert [comment for comment, _ in intake.comments] == [
        Comment("", "网站不好用，我叫＊＊＊电话＊＊＊", ("电话号码", "姓名"), times=2),
        Comment("A", "办事快"),
        Comment("A", "窗口排队长", times=2),
    ]
    assert not any(text in repr(intake) for text in ("Q9", "13900000001", "赵六"))
    assert [dict(one.args)["n"] for one in findings if one.code == "SURVEY_COMMENTS"] == ["5"]


def test_the_order_of_answers_changes_nothing(tmp_path: Path) -> None:
    """Rows are sorted by unit and text: who came first cannot be told."""
    books = []
    for name, answers in (("a", ANSWERS), ("b", tuple(reversed(ANSWERS)))):
        folder = city(tmp_path / name, answers, REMARKS)
        run.collect_remarks(folder)
        books.append((folder / SCREENING).read_bytes())
    assert books[0] == books[1]
    assert [(row["单位"], row["内容"], row["条数"]) for row in shown(tmp_path / "a")] == [
        (None, "统一网上办事入口", 1),
        (None, "网站不好用，我叫＊＊＊电话＊＊＊", 2),
        ("甲局", "办事快", 1),
        ("甲局", "大厅无引导员 联系人：＊＊＊", 1),
        ("甲局", "窗口排队长", 2),
    ]


def test_a_group_smaller_than_the_floor_is_not_named(tmp_path: Path) -> None:
    """Four answered the survey and one observer wrote: the floor is three."""
    folder = city(tmp_path / "c", remarks=REMARKS)
    evaluation, _ = load(folder)
    found = {each.text[:4]: each for each in heard(evaluation, ingest(evaluation)[0])}
    assert (found["窗口排队"].groups, found["窗口排队"].source, found["窗口排队"].few) == ("群众", "citizens", False)
    assert (found["统一网上"].groups, found["统一网上"].source, found["统一网上"].few) == ("", "observers", True)
    run.collect_remarks(folder)
    assert all("人很少" in str(row["注意"]) for row in shown(folder) if row["意见来源"] == "绩效观察员")


def test_people_are_counted_and_not_their_answers(tmp_path: Path) -> None:
    """Two who each answer two questions about a unit are two, which is fewer than the floor."""
    evaluation, _ = load(city(tmp_path / "c", ANSWERS[:2]))
    intake = ingest(evaluation)[0]
    asked_twice = pl.concat([intake.ballots, intake.ballots.with_columns(component=pl.lit("more"))])
    found = heard(evaluation, replace(intake, ballots=asked_twice))
    assert {each.text: (each.groups, each.few) for each in found} == {
        "窗口排队长": ("", True),
        "网站不好用，我叫＊＊＊电话＊＊＊": ("", True),
    }


def test_who_was_not_asked_about_a_unit_does_not_hide_who_was(tmp_path: Path) -> None:
    """Of three observers one is in charge of the unit: what is said of it is known to be his."""
    more = "G2,观察员乙,observer\nG3,观察员丙,observer\n"
    charges = "评估主体,单位\nG2,B\nG3,B\n"
    remarks = (("甲局", "问题", "大厅无引导员"), ("", "建议", "统一网上办事入口"))
    evaluation, _ = load(city(tmp_path / "c", remarks=remarks, 评估主体=ROSTER["评估主体"] + more, 分管=charges))
    found = {each.text[:2]: each for each in heard(evaluation, ingest(evaluation)[0])}
    assert (found["大厅"].groups, found["大厅"].few) == ("", True)
    assert (found["统一"].groups, found["统一"].few) == ("绩效观察员", False)


def test_who_is_the_only_one_without_a_name_has_one() -> None:
    """A second group goes without a name too, the smallest, until those without are enough together."""
    assert nameable({"few": 2, "some": 5, "many": 50}, 3) == {"many"}
    assert nameable({"few": 2, "little": 1, "many": 50}, 3) == {"many"}
    assert nameable({"nobody": 0, "many": 50}, 3) == {"many"}
    assert nameable({"few": 2}, 3) == set()
    assert nameable({"some": 5, "many": 50}, 3) == {"some", "many"}


def test_what_is_kept_stands_in_the_roster_and_is_not_offered_again(tmp_path: Path) -> None:
    """Kept rows as the person wrote them; rows left out are remembered, rows not looked at come again."""
    folder = city(tmp_path / "c", remarks=REMARKS)
    run.collect_remarks(folder)
    file = go_through(
        folder,
        {
            "窗口": {"采用": "是", "性质": "问题", "主题": "政务服务", "内容": "窗口排队太长", "是否公开": "公开"},
            "统一": {"采用": "是", "转办": "否"},
            "办事快": {"采用": "否"},
        },
    )
    made = run.take_remarks(folder, file)
    assert (made.taken, made.left_out, made.waiting, made.file) == (2, 1, 2, FILE)
    rows = [
        (each.id, each.unit, each.kind, each.text, each.count, each.is_public)
        for each in load(folder)[0].roster.remarks
    ]
    assert rows == [
        ("001", "", "advice", "统一网上办事入口", 1, False),
        ("002", "A", "problem", "窗口排队太长", 2, True),
    ]
    assert run.take_remarks(folder, file).taken == 0
    assert len(load(folder)[0].roster.remarks) == 2
    _, again = run.collect_remarks(folder)
    assert again.remarks == 2
    assert again.file != SCREENING  # what somebody has begun to go through stays
    assert {str(row["内容"])[:2] for row in shown(folder, again.file)} == {"网站", "大厅"}


def test_a_row_that_somebody_added_is_taken_over_once(tmp_path: Path) -> None:
    """The workbook is taken again when the rest was gone through; what was added has no mark of its own."""
    folder = city(tmp_path / "c", remarks=REMARKS)
    run.collect_remarks(folder)
    file = go_through(folder, {"办事快": {"采用": "否"}})
    book = openpyxl.load_workbook(file)
    sheet = book.worksheets[0]
    at = {cell.value: cell.column for cell in sheet[3]}
    for column, value in {"采用": "是", "性质": "建议", "内容": "早发通知", "意见来源": "市绩效办"}.items():
        sheet.cell(9, at[column]).value = value
    book.save(file)
    assert [run.take_remarks(folder, file).taken for _ in range(2)] == [1, 0]
    assert [each.text for each in load(folder)[0].roster.remarks] == ["早发通知"]


def test_a_workbook_with_another_table_is_not_written_over(tmp_path: Path) -> None:
    """Not even where it has the name that the program gives."""
    folder = city(tmp_path / "c", remarks=REMARKS)
    run.collect_remarks(folder)
    book = openpyxl.Workbook()
    book.active.title = "听证评审"
    book.active.append(["编号", "会议类型", "议题"])
    book.active.append(["1", "听证会", "年度结果"])
    book.save(folder / FILE)
    before = (folder / FILE).read_bytes()
    with pytest.raises(Refused) as refused:
        run.take_remarks(folder, go_through(folder, {"统一": {"采用": "是"}}))
    assert [one.code for one in refused.value.findings] == ["REMARKS_ELSEWHERE"]
    assert (folder / FILE).read_bytes() == before


def test_a_remark_without_words_is_a_line_that_was_begun(tmp_path: Path) -> None:
    """Whoever does not mean it clears the line; nobody has to ask the office."""
    folder = city(tmp_path / "c", remarks=(("甲局", "问题", ""),))
    found = [one for one in run.take_in(folder).findings if one.evaluator == "G1" and one.cell]
    assert [(one.code, dict(one.args)["column"]) for one in found] == [("LINE_INCOMPLETE", "意见建议")]


def test_everything_that_cannot_be_taken_over_is_said_at_once(tmp_path: Path) -> None:
    """And nothing is written then."""
    folder = city(tmp_path / "c", remarks=REMARKS)
    run.collect_remarks(folder)
    file = go_through(
        folder,
        {
            "窗口": {"采用": "是"},
            "统一": {"采用": "是", "转办": "是", "答复期限": "2027-05-31"},
            "网站": {"采用": "是", "性质": "问题", "内容": "找13912345678"},
            "办事快": {"采用": "是", "性质": "肯定", "转办": "是"},
        },
    )
    with pytest.raises(Refused) as refused:
        run.take_remarks(folder, file)
    said = sorted((one.code, one.cell[0]) for one in refused.value.findings)
    assert said == [("REMARK_UNFIT", "C"), ("REMARK_UNFIT", "D"), ("REMARK_UNFIT", "F"), ("REMARK_UNFIT", "M")]
    assert not (folder / FILE).exists()
    assert run.collect_remarks(folder)[1].remarks == 5


def test_the_command_says_what_comes_next(tmp_path: Path) -> None:
    """The workbook is named as given or inside the folder; nothing filled in, remarks to pass on, or all looked at."""
    folder = city(tmp_path / "c", remarks=REMARKS)
    run.collect_remarks(folder)
    said = ev("remarks", str(folder), "--take", SCREENING)
    assert (said.returncode, "evaltool remarks" in said.stderr) == (0, True)
    rows = {"窗口": {"采用": "是", "性质": "问题", "转办": "是", "答复期限": "2027-05-31"}}
    said = ev("remarks", str(folder), "--take", str(go_through(folder, rows)))
    assert (said.returncode, "意见转办单" in said.stderr) == (0, True)
    said = ev("remarks", str(folder), "--take", "none.xlsx", "--lang", "zh")
    assert (said.returncode, "没有文件 none.xlsx" in said.stderr) == (2, True)


def test_a_table_in_csv_is_added_to_in_csv_without_a_formula(tmp_path: Path) -> None:
    """The clerk's own rows stay; what somebody typed never begins as a formula."""
    own = "编号,性质,内容,意见来源\n7,建议,早发通知,市绩效办\n"
    folder = city(tmp_path / "c", 意见建议=own)
    run.collect_remarks(folder)
    file = go_through(folder, {"窗口": {"采用": "是", "性质": "问题", "内容": "+HYPERLINK(1)"}})
    made = run.take_remarks(folder, file)
    assert made.file == "roster/意见建议.csv"
    text = (folder / made.file).read_text(encoding="utf-8-sig")
    assert ",HYPERLINK(1)," in text
    assert [each.id for each in load(folder)[0].roster.remarks] == ["7", "008"]


def test_the_sheet_of_remarks_holds_nothing_up(tmp_path: Path) -> None:
    """It is expected, and a result is made without it."""
    folder = city(tmp_path / "c")
    for path in (folder / "inbox").glob("*意见建议表*"):
        path.unlink()
    taken = run.take_in(folder)
    assert [each.answered for each in taken.intake.sheets if each.batch == "remarks"] == ["missing"]
    assert len(run.scored(taken, "").standings) == 3
