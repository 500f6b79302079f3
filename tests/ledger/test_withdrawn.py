"""A decision is withdrawn by a line of its own: it stays in the record and has no effect; what is meant is one line."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from decided_city import ROSTER, RULES, SETTINGS, ledger, line, says
from evaltool.evaluation import load
from evaltool.findings import Refused
from evaltool.run import score_folder, scored, take_in
from evaltool.workbook.ledger import ledger_tab
from evaltool.workbook.parts import frame
from folders import make, return_all
from terminal import ev

BONUS = line("加分", document="4号", 单位="甲局", 新值="1")
OTHER = line("加分", document="4号", 单位="乙局", 新值="2")
ABOUT = ("--document", "9号", "--date", "2026-10-01", "--reason", "登记有误")


def city(tmp_path: Path, *lines: str) -> Path:
    folder = make(tmp_path / "city", ROSTER, {"d": RULES}, SETTINGS)
    ledger(folder, *lines)
    return folder


def back(**columns: str) -> str:
    return line("撤回", date="2026-10-01", document="9号", **columns)


def test_a_withdrawn_decision_moves_nothing_and_stays_in_the_record(tmp_path: Path) -> None:
    """No bonus; both lines in the workbook, the one that no longer holds marked; a note at it."""
    folder = city(tmp_path, BONUS, back(原值="4号"))
    return_all(folder, says)
    result = scored(take_in(folder), "0001")
    assert {one.unit.id: one.bonus for one in result.standings}["A"] == 0
    assert [each.kind for each in result.evaluation.withdrawn] == ["bonus"]
    assert [(one.code, one.cell) for one in result.findings if one.code.startswith("DEC")] == [
        ("DECISION_WITHDRAWN", "A2")
    ]
    shown = [cell.value for cell in ledger_tab(result, "决定", frame(result)).cells.values()]
    assert "加分（已撤回）" in shown and "撤回" in shown


def test_a_withdrawn_change_of_the_roster_is_not_made(tmp_path: Path) -> None:
    """The unit takes part again, the former leader is in charge again."""
    changes = (
        line("单位变动", document="1号", 单位="丙局", 新值="撤销"),
        line("分管调整", document="2号", 评估主体="李四", 单位="乙局", 原值="张三", 生效日期="2026-06-01"),
    )
    evaluation, _ = load(city(tmp_path, *changes, back(原值="1号"), back(原值="2号")))
    assert "C" in evaluation.units
    assert evaluation.roster.charges == evaluation.stated.charges


def test_a_withdrawn_renaming_gives_nobody_a_former_name(tmp_path: Path) -> None:
    """The name means the unit that the decision which holds says; without one it means none."""
    wrong = line("单位变动", document="1号", 单位="甲局", 原值="旧局", 新值="更名")
    right = line("单位变动", document="2号", 单位="乙局", 原值="旧局", 新值="更名")
    earlier = {**ROSTER, "历年结果": "年度,单位,总分,名次,等次\n2025,旧局,88,1,优秀\n"}
    folder = make(tmp_path / "city", earlier, {"d": RULES}, SETTINGS)
    ledger(folder, wrong, back(原值="1号"), right)
    assert [row.unit for row in load(folder)[0].roster.earlier] == ["B"]
    ledger(folder, wrong, back(原值="1号"))
    with pytest.raises(Refused) as refused:
        load(folder)
    stops = [(one.code, one.value) for one in refused.value.findings if one.blocks]
    assert stops == [("REFERENCE_UNKNOWN", "旧局")]


@pytest.mark.parametrize("swapped", [False, True])
def test_two_units_cannot_have_had_one_name(tmp_path: Path, swapped: bool) -> None:
    """Whichever line stands first: neither wins in silence."""
    lines = [
        line("单位变动", document=f"{at}号", 单位=unit, 原值="旧局", 新值="更名")
        for at, unit in ((1, "甲局"), (2, "乙局"))
    ]
    with pytest.raises(Refused) as refused:
        load(city(tmp_path, *(reversed(lines) if swapped else lines)))
    assert [(one.code, dict(one.args)["document"]) for one in refused.value.findings] == [("DECISION_REFUSED", "2号")]


def test_it_means_one_line(tmp_path: Path) -> None:
    """Two decisions of one document: neither is withdrawn until the unit is said; one that does not exist is none."""
    with pytest.raises(Refused) as refused:
        load(city(tmp_path / "a", BONUS, OTHER, back(原值="4号"), back(原值="5号")))
    assert [(one.code, dict(one.args)["before"]) for one in refused.value.findings if one.blocks] == [
        ("DECISION_REFUSED", "4号"),
        ("DECISION_REFUSED", "5号"),
    ]
    evaluation, _ = load(city(tmp_path / "b", BONUS, OTHER, back(原值="4号", 新值="加分", 单位="甲局")))
    assert [each.unit for each in evaluation.withdrawn] == ["A"]
    with pytest.raises(Refused):
        load(city(tmp_path / "c", BONUS, back(原值="4号", 新值="扣分")))
    with pytest.raises(Refused):
        load(city(tmp_path / "d", BONUS, back(原值="4号"), back(原值="4号", 单位="甲局")))


def test_the_command_withdraws_every_line_of_a_document_and_none_that_comes_later(tmp_path: Path) -> None:
    """Each line by its own fingerprint, so that the right decision can be entered under the same number."""
    folder = city(tmp_path, BONUS, OTHER)
    assert ev("decide", str(folder), "withdraw", "--from", "4号", *ABOUT).returncode == 0
    assert {each.unit for each in load(folder)[0].withdrawn} == {"A", "B"}
    again = ("--document", "4号", "--date", "2026-10-02", "--reason", "改正")
    assert ev("decide", str(folder), "加分", "--unit", "甲局", "--to", "0.5", *again).returncode == 0
    assert [each.after for each in load(folder)[0].ledger if each.kind == "bonus"] == ["0.5"]
    ran = ev("decide", str(folder), "撤回", "--from", "没有的号", *ABOUT)
    assert (ran.returncode, "DECISION_REFUSED" in ran.stderr) == (2, True)


def test_a_correction_bulletin_says_what_was_withdrawn(tmp_path: Path) -> None:
    """Once, with the document that withdraws it."""
    from evaltool.documents.storedruns import official_runs, opened
    from evaltool.documents.whychanged import told_causes
    from evaltool.proof.difference import compared

    folder = city(tmp_path, BONUS)
    return_all(folder, says)
    score_folder(folder)
    ledger(folder, BONUS, back(原值="4号", 新值="加分"))
    score_folder(folder)
    before, after = map(opened, official_runs(folder))
    told = told_causes(before, after, compared(folder, "1", "2"))
    assert [text for each in told for text in each.texts] == ["撤回4号的加分决定（9号，2026年10月1日）。"]


# --- several files ---------------------------------------------------------------------------------------------------


def test_one_decision_may_name_several_files(tmp_path: Path) -> None:
    """In a cell of the ledger, by options, or as a folder; each file is a line."""
    folder = city(tmp_path, line("排除", 文件指纹='"ab12cd34、ef56ab78 0123abcd"'))
    assert [each.file_hash for each in load(folder)[0].ledger] == ["0123abcd", "ab12cd34", "ef56ab78"]
    shutil.rmtree(folder / "decisions")
    (folder / "inbox" / "照片").mkdir()
    for name in ("1.jpg", "2.jpg"):
        (folder / "inbox" / "照片" / name).write_bytes(name.encode())
    (folder / "inbox" / "3.jpg").write_bytes(b"3")
    (folder / "inbox" / "照片" / "Thumbs.db").write_bytes(b"previews")  # of nobody's making
    files = ("--file", "inbox/3.jpg", "--file", "inbox/照片")
    ran = ev("decide", str(folder), "exclusion", *files, *ABOUT)
    assert ran.returncode == 0, ran.stderr
    assert len([each for each in load(folder)[0].ledger if each.document == "9号"]) == 3
    assert ev("decide", str(folder), "加分", "--unit", "甲局", "--to", "1", *files, *ABOUT).returncode == 2


def test_a_cell_of_hashes_is_not_a_file(tmp_path: Path) -> None:
    """A correction is about one sheet; a text among the hashes is said."""
    header_line = line("排除", 文件指纹='"ab12cd34、第二份"')
    with pytest.raises(Refused) as refused:
        load(city(tmp_path, header_line))
    assert [(one.code, one.value) for one in refused.value.findings] == [("CELL_VALUE", "第二份")]
