"""The sample from its first scoring to the published result, with a unit that disputes its score on the way."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from announced import paragraphs
from terminal import ev

SHEET = "inbox/绩效办/跟踪评估-市绩效办.xlsx"
CELL = ("--sheet", "市政府工作部门·基础工作评估", "--cell", "C23", "--from", "4.71", "--to", "4.91")


@pytest.mark.slow
def test_a_dispute_over_the_sample(tmp_path: Path) -> None:
    """Score, opinion, approve, post, dispute, explain, preview, decide, rerun, difference, reply, publish, verify; what
    may not be done yet is refused on the way."""
    city = tmp_path / "city"

    def does(name: str, *options: str, code: int = 0) -> str:
        ran = ev(name, str(city), *options)
        assert ran.returncode == code, f"{name} {options}\n{ran.stderr}"
        return ran.stdout

    def decides(kind: str, document: str, day: str, *options: str, code: int = 0) -> None:
        does("decide", kind, *options, "--document", document, "--date", day, "--reason", "会议研究", code=code)

    def stands() -> tuple[str, str, list[str]]:
        said = json.loads(does("status", "--on", "2027-04-25", "--output-format", "json"))
        return said["stage"], (said["standing"] or {"run": ""})["run"], [each["what"] for each in said["next"]]

    does("demo")
    assert stands() == ("drafted", "", ["stage"])
    does("notice", "opinion", "--about", "results", "--reply-by", "2027-04-08")
    decides("sent_for_opinion", "函1号", "2027-04-01", "--run", "1", "--until", "2027-04-08")
    decides("opinion", "纪函1号", "2027-04-05", "--source", "市纪委监委")
    decides("approved", "纪要1号", "2027-04-10", "--run", "1", code=2)
    decides("settled", "纪要1号", "2027-04-10", "--from", "纪函1号", "--to", "不采纳")
    decides("approved", "纪要1号", "2027-04-10", "--run", "1")
    does("notice", "posting", code=2)
    decides("posted", "公告1号", "2027-04-11", "--run", "1", "--until", "2027-04-17")
    does("notice", "posting")
    assert stands() == ("posted", "0001", ["stage"])
    (city / "inbox/市教育局证明.txt").write_text("证明", encoding="utf-8")
    decides("objection", "教函1号", "2027-04-15", "--unit", "市教育局", "--file", "inbox/市教育局证明.txt")
    does("score", code=1)
    decides("final", "通报1号", "2027-04-20", "--run", "1", code=2)
    does("explain", "市教育局")
    decides("correction", "纪要2号", "2027-04-19", "--file", SHEET, *CELL)
    preview = json.loads(does("diff", "--against", "decisions", "--output-format", "json"))
    decides("settled", "纪要2号", "2027-04-19", "--from", "教函1号", "--to", "采纳")
    does("score")
    moved = json.loads(does("diff", "1", "2", "--output-format", "json"))
    changed = [unit for unit in moved["units"] if unit["before"]["total"] != unit["after"]["total"]]
    assert [unit["name"] for unit in changed] == ["市教育局"]
    assert [unit["after"] for unit in preview["units"]] == [unit["after"] for unit in moved["units"]]
    assert stands() == ("posted", "0001", ["reply", "stage"])
    decides("approved", "纪要3号", "2027-04-21", "--run", "2")
    does("notice", "review", "--unit", "市教育局")
    texts = paragraphs(next((city / "documents").glob("复核意见书*")))
    assert {"会议研究。", "“基础工作评估”中“组织领导”的数值由4.71更正为4.91。"} <= set(texts)
    decides("final", "通报1号", "2027-04-23", "--run", "2", code=2)
    decides("replied", "函2号", "2027-04-22", "--from", "教函1号")
    decides("final", "通报1号", "2027-04-23", "--run", "2")
    does("notice", "bulletin")
    does("notice", "correction")
    assert {"结果公示-0001.docx", "结果通报-0002.docx", "更正通报-0001-0002.docx"} <= {
        path.name for path in (city / "documents").iterdir()
    }
    assert stands() == ("final", "0002", ["finished"])
    does("verify")
