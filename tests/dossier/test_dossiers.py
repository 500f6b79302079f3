"""绩效档案: one file about a unit, from its goals to what it puts right; what it shows, what it says is not there."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from declared_goals import DOCUMENT
from evaltool.findings import Refused
from evaltool.proof import dossiers
from evaltool.proof.dossiers import DossiersAsked, write_dossiers
from evaltool.run import score_folder
from filed_city import EVIDENCE, LEDGER, ON, Rows, dossier_of, filed_city, goals_city, parts, under
from folders import decide
from terminal import ev


@pytest.fixture(scope="module")
def filed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return filed_city(tmp_path_factory.mktemp("filed"))


@pytest.fixture(scope="module")
def told(filed: Path) -> Mapping[str, Rows]:
    """What stands in the first department's file."""
    return parts(dossier_of(filed, "甲局").file.path)


@pytest.fixture
def folder(filed: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(filed, tmp_path / "city"))


def contents(told: Mapping[str, Rows]) -> dict[str, tuple[str, ...]]:
    """Part -> its line of the table of contents."""
    return {row[1]: row for row in told["卷内目录"] if row and row[0].isdigit()}


def test_the_contents_list_every_part_with_entries_and_sources(filed: Path, told: Mapping[str, Rows]) -> None:
    """Ten parts; file and digest of what each was taken from, its days, how many entries."""
    listed = contents(told)
    assert list(listed) == list(told)[1:]
    sheet = next((filed / "inbox").glob("*一季度进展表.xlsx"))
    digest = hashlib.sha256(sheet.read_bytes()).hexdigest()[:12]
    assert listed["进度"][3] == f"inbox/{sheet.name}（{digest}）"
    assert [row[-1] for row in listed.values()] == ["4", "1", "3", "1", "3", "5", "1", "2", "2", "8"]
    assert listed["异议和意见"][-2] == "2027-04-02至2027-04-18"


def test_goals_stand_with_everything_that_was_declared(told: Mapping[str, Rows]) -> None:
    heads, first, *others = under(told["目标"], "年度目标和指标")
    said = dict(zip(heads, first, strict=True))
    assert (said["目标（指标）"], said["分值"], said["目标值"], said["承担角色"]) == ("修路", "5", "通车", "牵头")
    assert (said["责任领导"], said["具体责任人"]) == ("修路的责任领导", "修路的具体责任人")
    assert len(others) == 2
    assert under(told["审批"], "评估委员会确认")[1][:4] == ("重点工作目标", "3", "10", DOCUMENT)


def test_evidence_is_held_against_the_record(told: Mapping[str, Rows]) -> None:
    """What the unit names and handed in is there with its digest, and with the goals that it proves."""
    digest = hashlib.sha256(EVIDENCE).hexdigest()
    assert under(told["自评与佐证"], "目标完成情况自评")[1][5] == f"附件3验收报告.pdf（{digest[:12]}）"
    assert under(told["自评与佐证"], "附件")[1][1::2] == (digest, "修路、建校、一网通办")


def test_evidence_that_nobody_handed_in_is_said_to_be_missing(tmp_path: Path) -> None:
    """A name on a sheet is no proof."""
    folder = filed_city(tmp_path, attach=False)
    part = parts(dossier_of(folder, "A").file.path)["自评与佐证"]
    assert under(part, "目标完成情况自评")[1][5] == "没有收到附件3"


def test_evidence_is_looked_for_as_everywhere_else(tmp_path: Path) -> None:
    """附件13 is not 附件1, and a number means the file that has it: as findings and sheets say."""
    folder = filed_city(tmp_path, attach=False)
    for name in ("附件1.pdf", "附件3-通车照片.pdf"):
        (folder / "inbox" / "甲局" / name).write_bytes(name.encode())
    part = parts(dossier_of(folder, "A").file.path)["自评与佐证"]
    digest = hashlib.sha256("附件3-通车照片.pdf".encode()).hexdigest()[:12]
    assert under(part, "目标完成情况自评")[1][5] == f"附件3-通车照片.pdf（{digest}）"
    filed = {row[0]: row[3:] for row in under(part, "附件")[1:]}
    assert filed == {
        "inbox/甲局/附件1.pdf": (),
        "inbox/甲局/附件3-通车照片.pdf": ("修路、建校、一网通办",),
    }


def test_visits_and_marks_say_where_they_stand(told: Mapping[str, Rows]) -> None:
    """Day and words of a visit of this unit alone; file, worksheet and cell of every mark."""
    assert under(told["踏查调度"], "踏查、调度记录")[1:] == [
        (
            "实地踏查",
            "踏查第1行",
            "2026-08-01",
            "88",
            "看了道路",
            "踏查一组",
            "inbox/I1-踏查一组.xlsx",
            "部门·实地踏查!B7—E7",
        )
    ]
    marks = under(told["评分"], "逐格评分")[1:]
    assert marks[0] == ("重点工作目标", "修路", "5", "5", "一组", "inbox/P1-一组.xlsx", "部门·重点工作目标", "F7")
    assert len(marks) == 5


def test_the_result_is_that_of_the_run(filed: Path, told: Mapping[str, Rows]) -> None:
    """Total and rank as stored, the parts that it is made of, the letter with its file."""
    assert under(told["结果"], "历次正式计分")[1][3:5] == ("95.80", "1")
    assert [row[3] for row in under(told["结果"], "各项得分")[1:4]] == ["60", "27", "8.8"]
    letter = filed / "runs" / "0001" / "public" / "反馈书" / "01-甲局.docx"
    digest = hashlib.sha256(letter.read_bytes()).hexdigest()
    assert under(told["结果"], "反馈书文件")[1] == (f"runs/0001/public/反馈书/{letter.name}", digest, "计分时所留")


def test_what_happened_after_the_run_is_there(told: Mapping[str, Rows]) -> None:
    """Objection with decision and reply, a bonus that no run has, an overdue matter, an answered remark."""
    entry = under(told["异议和意见"], "意见和异议登记")[1]
    assert entry[:3] == ("异议", "甲函1号", "2027-04-14")
    assert entry[-5:] == ("不采纳", "纪要2号　2027-04-17", "不属实", "办函2号　2027-04-18", "已办结")
    assert under(told["异议和意见"], "其他决定")[1] == ("加分", "纪要9号", "2027-04-02", "0.5", "获表彰", "计分后登记")
    assert under(told["整改"], "整改、改进、转办事项")[1][-1] == "未报方案，逾期1天"
    assert under(told["整改"], "意见建议和转办答复")[1][-2:] == ("已增设窗口", "2027-02-20")


def test_other_units_stand_in_no_dossier(filed: Path) -> None:
    """Neither goals, visits, objections nor matters of the first department in that of the second."""
    made = parts(dossier_of(filed, "乙局").file.path)
    text = "\n".join(cell for rows in made.values() for row in rows for cell in row)
    assert not any(each in text for each in ("甲局", "修路", "看了道路", "甲函1号", "窗口服务", "排队太久"))
    assert contents(made)["整改"][-1].startswith("无：没有需要整改的事项")


def test_a_former_name_means_the_unit(filed: Path, told: Mapping[str, Rows]) -> None:
    assert dossier_of(filed, "旧甲局").unit.id == "A"
    assert ("曾用名、别名：旧甲局",) in told["卷内目录"]
    assert under(told["目标"], "单位变动")[1] == ("更名", "编发1号", "2026-06-01", "甲局", "旧甲局")


def test_before_a_run_there_is_what_there_is(tmp_path: Path) -> None:
    """Goals, approval and progress from the folder; marks and result say why they are empty."""
    made = parts(dossier_of(goals_city(tmp_path), "A").file.path)
    listed = contents(made)
    assert [listed[name][-1] for name in ("目标", "审批", "进度")] == ["4", "1", "3"]
    assert [listed[name][-1] for name in ("评分", "结果")] == ["无：还没有正式计分"] * 2
    assert any(row[0].startswith("还没有正式计分") for row in made["卷内目录"] if row)


def test_the_same_folder_and_day_give_the_same_bytes(folder: Path) -> None:
    """A second time nothing is written; with one more decision another file lies beside the first."""
    first = dossier_of(folder, "A").file
    data = first.path.read_bytes()
    again = dossier_of(folder, "A").file
    assert (again.fate, again.path.read_bytes()) == ("unchanged", data)
    decide(folder, LEDGER.replace("窗口服务", "窗口太少"))
    assert dossier_of(folder, "A").file.fate == "beside"


def test_all_dossiers_are_made_of_one_reading(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The run is proved once, the folder taken in once, however many units; each file is as if made alone."""
    asked: list[str] = []
    for name in ("proved", "take_in"):
        real = getattr(dossiers, name)

        def counted(*given: object, name: str = name, real: object = real) -> object:
            asked.append(name)
            return real(*given)  # type: ignore[operator]

        monkeypatch.setattr(dossiers, name, counted)
    written = write_dossiers(folder, DossiersAsked(), ON)[1]
    assert [each.unit.id for each in written] == ["A", "B"]
    assert sorted(asked) == ["proved", "take_in"]
    assert [dossier_of(folder, each.unit.id).file.fate for each in written] == ["unchanged"] * 2


def test_an_altered_run_is_not_believed(folder: Path) -> None:
    path = folder / "runs" / "0001" / "results.json"
    path.write_text(path.read_text("utf-8").replace("95.80", "96.80"), encoding="utf-8")
    with pytest.raises(Refused) as caught:
        dossier_of(folder, "A")
    assert {one.code for one in caught.value.findings} == {"RUN_ALTERED"}


def test_confidential_marks_name_nobody(tmp_path: Path) -> None:
    """The group goes by a code and its file by its digest, in every part; so do visits."""
    folder = filed_city(tmp_path, floor=2)
    made = parts(dossier_of(folder, "A").file.path)
    text = "\n".join(cell for name, rows in made.items() for row in rows for cell in row)
    assert "一组" not in text
    assert under(made["评分"], "逐格评分")[1][4].startswith("E")
    assert under(made["踏查调度"], "踏查、调度记录")[1][5].startswith("E")


def test_persons_are_spoken_of_as_persons(tmp_path: Path) -> None:
    made = parts(dossier_of(filed_city(tmp_path, persons=True), "A").file.path)
    assert ("甲局　本人承担的目标和各项指标，以及年内的变更。　内部",) in made["目标"]
    assert under(made["目标"], "年度目标和指标")[1][4] == "本人申报"


def test_the_command_writes_one_or_all(folder: Path) -> None:
    """It says the run and the files; one of the two has to be asked for."""
    ran = ev("dossier", str(folder), "甲局", "--out", str(folder / "甲.xlsx"), "--on", "2027-10-01")
    assert ran.returncode == 0 and (folder / "甲.xlsx").is_file()
    assert "run 0001" in ran.stderr
    assert len(ev("dossier", str(folder), "--all").stdout.splitlines()) == 2
    assert ev("dossier", str(folder)).returncode == 2
    assert ev("dossier", str(folder), "丁局").returncode == 2


def test_a_run_that_is_named_is_the_ground(folder: Path) -> None:
    """Else the newest official one: then the bonus is in it."""
    decide(folder, LEDGER)
    score_folder(folder)
    assert under(parts(dossier_of(folder, "A").file.path)["异议和意见"], "其他决定")[1][-1] == "已计入0002"
    made = parts(dossier_of(folder, "A", "1").file.path)
    assert under(made["异议和意见"], "其他决定")[1][-1] == "计分后登记"
    assert [row[0] for row in under(made["结果"], "历次正式计分")[1:]] == ["0001", "0002"]


def test_a_unit_that_is_gone_is_handed_over(folder: Path) -> None:
    """With its goals and the result that it had, and the document by which it went; among all of them too."""
    gone = "种类,文号,日期,理由,单位,新值\n单位变动,编发3号,2027-03-01,机构改革,乙局,撤销\n"
    decide(folder, gone, "撤销")
    made = parts(dossier_of(folder, "乙局").file.path)
    assert any(row[0].startswith("现不参加本次评估") for row in made["卷内目录"] if row)
    assert under(made["目标"], "单位变动")[1] == ("撤销", "编发3号", "2027-03-01", "乙局")
    assert under(made["结果"], "历次正式计分")[1][3:5] == ("94.70", "2")
    assert [each.unit.id for each in write_dossiers(folder, DossiersAsked(), ON)[1]] == ["A", "B"]


def test_a_correction_stands_with_the_unit_of_its_cell(folder: Path) -> None:
    """The ledger names a file and a cell, not the unit; the other unit's dossier has nothing of it."""
    digest = hashlib.sha256((folder / "inbox" / "P1-一组.xlsx").read_bytes()).hexdigest()[:12]
    head = "种类,文号,日期,理由,文件指纹,工作表,单元格,原值,新值\n"
    decide(folder, f"{head}更正,纪要5号,2027-04-20,误记,{digest},部门·工作,C7,90,91\n", "更正")
    corrected = under(parts(dossier_of(folder, "A").file.path)["异议和意见"], "更正")
    said = ("更正", "纪要5号", "2027-04-20", "90", "91", "误记", f"{digest} 部门·工作 C7", "计分后登记")
    assert corrected[1] == said
    assert under(parts(dossier_of(folder, "B").file.path)["异议和意见"], "更正") == [("无：没有更正",)]
