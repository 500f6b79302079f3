"""An office's own text and the bundled evaluations: which is nearest, and by which clauses."""

from __future__ import annotations

import json
from pathlib import Path

from evaltool.runs.likeness import nearest_to, pairs
from terminal import ev

TEXT = """对各分局、科室按月考核，一级考核一级，考核到岗到人。
数量积分和质量积分按月计分、按季相加，四个季度取平均；
食堂每周公布菜谱。"""


def test_pairs_of_neighbouring_signs() -> None:
    """Words are kept apart by figures and punctuation; width and blanks say nothing."""
    assert pairs("按月 考核，ＡＢ12乙") == {"按月", "月考", "考核", "ab"}


def test_the_nearest_evaluation_with_the_clauses_that_it_says_too() -> None:
    """The one from which the text is taken comes first; a clause about something else is not named."""
    found = nearest_to(TEXT)
    assert found[0].bundled.name == "tax-staff"
    assert [each.part for each in found] == sorted((each.part for each in found), reverse=True)
    said = [each.clause for each in found[0].clauses]
    assert "数量积分和质量积分按月计分、按季相加，四个季度取平均" in said
    assert not any("菜谱" in clause for clause in said)


def test_a_text_file_in_either_encoding_is_read(tmp_path: Path) -> None:
    """UTF-8 and what Windows writes; a document that is no text, or no file, is refused with what to do."""
    for encoding in ("utf-8-sig", "gb18030"):
        (tmp_path / "办法.txt").write_text(TEXT, encoding=encoding)
        ran = ev("schemes", "--like", str(tmp_path / "办法.txt"), "--output-format", "json")
        assert json.loads(ran.stdout)["schemes"][0]["name"] == "tax-staff"
    (tmp_path / "办法.docx").write_bytes(b"PK\x03\x04\0\0")
    assert ev("schemes", "--like", str(tmp_path / "办法.docx")).returncode == 2
    assert ev("schemes", "--like", str(tmp_path / "没有.txt")).returncode == 2
