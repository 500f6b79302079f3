"""Which files of a folder are read; and that none of the others is passed over without a word."""

from __future__ import annotations

from pathlib import Path

import pytest

from decided_city import MARKS, ROSTER, RULES, SETTINGS
from evaltool.documents.gaps import unused_templates
from evaltool.evaluation import load
from evaltool.evaluation.conflicts import copied_from
from evaltool.evaluation.folder import snapshot
from evaltool.findings import Refused
from folders import make

HEADER = "种类,文号,日期,理由,单位,新值\n"
BONUS = HEADER + "加分,1号,2026-11-02,表彰,甲局,1\n"


@pytest.fixture
def city(tmp_path: Path) -> Path:
    return make(tmp_path / "city", ROSTER, {"d": RULES}, SETTINGS)


def said(city: Path) -> list[tuple[str, str]]:
    _, findings = snapshot(city)
    return [(one.code, one.file) for one in findings]


def put(city: Path, name: str, text: str = "x") -> None:
    (city / name).parent.mkdir(parents=True, exist_ok=True)
    (city / name).write_text(text, encoding="utf-8")


def test_the_folder_of_these_tests_is_read_whole(city: Path) -> None:
    """Nothing to say of what belongs there, and of what the tool itself lays down."""
    for name in ("inbox/报告.doc", "runs/0001/manifest.json", "goals/目标审核表.xlsx", "evaltool.key", "备忘.docx"):
        put(city, name)
    assert said(city) == []
    assert len(MARKS) == 3


def test_endings_in_capitals_are_read(city: Path) -> None:
    """Some programs write them so: a ledger, a table, rules, the workbook of the roster, a template."""
    put(city, "decisions/决定.CSV", BONUS)
    (city / "schemes/d.toml").rename(city / "schemes/d.TOML")
    table = sorted((city / "roster").iterdir())[0]
    table.rename(table.with_suffix(".CSV"))
    put(city, "notices/反馈书.DOCX")
    files, findings = snapshot(city)
    assert findings == []
    assert {"decisions/决定.CSV", "schemes/d.TOML", f"roster/{table.stem}.CSV", "notices/反馈书.DOCX"} <= files.keys()
    evaluation, _ = load(city)
    assert [line.kind for line in evaluation.ledger] == ["bonus"]
    assert len(evaluation.units) == 3
    assert unused_templates(evaluation.files) == []


@pytest.mark.parametrize(
    ("name", "severity"),
    [
        ("decisions/决定.xls", "error"),
        ("decisions/决定.et", "error"),
        ("decisions/决定.tsv", "error"),
        ("decisions/决定.txt", "error"),
        ("decisions/决定.xlsx.txt", "error"),
        ("decisions/二月/决定.csv", "error"),
        ("roster/分管.xls", "error"),
        ("roster/分管.XLSM", "error"),
        ("roster/旧/分管.csv", "error"),
        ("schemes/towns.toml.txt", "error"),
        ("schemes/towns.txt", "error"),
        ("schemes/乡镇/towns.toml", "error"),
        ("roster.xls", "error"),
        ("roster (1).xlsx", "error"),
        ("单位.csv", "error"),
        ("evaluation.toml.txt", "error"),
        ("towns.toml", "error"),
        ("notices/反馈书.doc", "warning"),
        ("notices/反馈书.wps", "warning"),
        ("schemes/towns.toml.bak", "warning"),
        ("decisions/1号文件.pdf", "warning"),
        ("名单.xlsx", "warning"),
        ("Decisions2/决定.csv", "warning"),
    ],
)
def test_what_is_not_read_is_named(city: Path, name: str, severity: str) -> None:
    """With the name of its file: an error where it was plainly meant to count, else a warning."""
    put(city, name)
    _, (one,) = snapshot(city)
    assert one.severity == severity
    assert one.value in name
    assert all(one.message(language) and "?" not in one.message(language) for language in ("zh", "en"))


def test_papers_beside_the_ledger_are_said_once(city: Path) -> None:
    """Scans of the documents may lie there: one statement for a folder, with their names."""
    for at in range(9):
        put(city, f"decisions/{at}号.pdf")
    _, (one,) = snapshot(city)
    assert (one.code, one.file) == ("SOURCE_UNUSED", "decisions")
    assert "0号.pdf" in one.message("zh")


@pytest.mark.parametrize("name", [".DS_Store", "Thumbs.db", "desktop.ini", "~$决定.xlsx", ".~lock.决定.xlsx#"])
def test_what_a_system_leaves_behind_is_passed_over(city: Path, name: str) -> None:
    """Nobody put it there."""
    for folder in ("decisions", "roster", "schemes", "notices", "."):
        put(city, f"{folder}/{name}")
    assert said(city) == []


def test_a_template_with_the_name_of_no_document_is_said(city: Path) -> None:
    """Else the bundled one is used and nobody notices."""
    put(city, "notices/反馈信.docx")
    put(city, "notices/文件格式.docx")
    (one,) = unused_templates(load(city)[0].files)
    assert (one.code, one.file, dict(one.args)["near"]) == ("NOTICE_TEMPLATE_UNUSED", "notices/反馈信.docx", "反馈书")
    (far,) = unused_templates(["notices/xyz.docx"])
    assert far.hint("en") == "rename it"  # not one of all names is near to it


# --- synchronised folders --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "original"),
    [
        ("单位-DESKTOP-4F2K9Q1.csv", "单位.csv"),
        ("单位-LAPTOP-ABC123-2.csv", "单位.csv"),
        ("单位 (冲突副本).csv", "单位.csv"),
        ("单位（冲突副本 张三 2027-01-02）.csv", "单位.csv"),
        ("单位_冲突文件_张三_20270102.csv", "单位.csv"),
        ("单位 (张三's conflicted copy 2027-01-02).csv", "单位.csv"),
        ("单位.sync-conflict-20270102-101112-ABCDEFG.csv", "单位.csv"),
        ("单位-二组.csv", ""),
        ("利益冲突文件.csv", ""),
        ("别的-DESKTOP-4F2K9Q1.csv", ""),
    ],
)
def test_a_conflict_copy_is_known_by_its_name_beside_its_original(name: str, original: str) -> None:
    """A name that only looks like one, without the original beside it, is that of a file of its own."""
    assert copied_from(name, ["单位.csv", name]) == original


def test_a_conflict_copy_among_the_tables_is_refused_and_not_read(tmp_path: Path) -> None:
    """Which of the two holds is for a person to say."""
    folder = make(tmp_path / "e", ROSTER, {"d": RULES}, SETTINGS)
    text = (folder / "roster" / "单位.csv").read_text(encoding="utf-8")
    (folder / "roster" / "单位 (冲突副本).csv").write_text(text.replace("甲局", "丁局"), encoding="utf-8")
    with pytest.raises(Refused) as refused:
        load(folder)
    told = [(one.code, one.file, dict(one.args)["other"]) for one in refused.value.findings]
    assert told == [("SYNC_CONFLICT", "roster/单位 (冲突副本).csv", "单位.csv")]
    (folder / "roster" / "单位 (冲突副本).csv").write_text(text, encoding="utf-8")  # nothing was changed apart
    (one,) = load(folder)[1]
    assert (one.code, one.file) == ("SOURCE_UNUSED", "roster/单位 (冲突副本).csv")
    assert "与 单位.csv 内容相同" in one.message()
