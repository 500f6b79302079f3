"""One unit of the sample disputes a figure: what it is told, what the correction would move, and what everybody is told
of it then."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from announced import FRAME, announced, paragraphs, rows
from evaltool.proof.printed import checked_figure, runs_with_code
from evaltool.runs.store import list_runs
from terminal import ev

UNIT = "市教育局"
SHEET = "inbox/绩效办/跟踪评估-市绩效办.xlsx"
CELL = ("--sheet", "市政府工作部门·基础工作评估", "--cell", "C23", "--from", "4.71", "--to", "4.91")
ABOUT = ("--document", "纪要2号", "--date", "2027-04-19", "--reason", "会议研究")
CAUSE = "会议研究，更正市教育局的“基础工作评估”的数据（纪要2号，2027年4月19日）。"


@pytest.mark.slow
def test_a_figure_is_disputed_corrected_and_announced(tmp_path: Path) -> None:
    """Handed out, previewed, decided, scored again: one cause, its contribution, all others unchanged, in the preview,
    in the difference, in the reply and in the bulletin; the old paper's code still finds its run."""
    city = tmp_path / "city"

    def does(name: str, *options: str, code: int = 0) -> str:
        ran = ev(name, str(city), *options)
        assert ran.returncode == code, f"{name} {options}\n{ran.stderr}"
        return ran.stdout

    does("demo")
    stored = json.loads((city / "runs/0001/results.json").read_text("utf-8"))["units"]
    old = next(each for each in stored if each["name"] == UNIT)
    (handed,), _ = announced(city, "breakdown", unit=UNIT, **FRAME)
    table = rows(paragraphs(handed.file.path), ("评估内容", "分值", "得分率", "得分", "计分依据"))
    assert [row[3] for row in table if row[0] == "总分"] == [old["total"]]

    does("decide", "correction", "--file", SHEET, *CELL, *ABOUT)
    preview = json.loads(does("diff", "--against", "decisions", "--output-format", "json"))
    told = does("score", "--lang", "en")
    assert "cause 1" in told
    moved = json.loads(does("diff", "1", "2", "--output-format", "json"))
    (unit,) = moved["units"]
    assert (unit["name"], [len(step["causes"]) for step in moved["steps"]], moved["unchanged"]) == (UNIT, [1], 48)
    assert (preview["units"][0]["effects"], preview["unchanged"]) == (unit["effects"], 48)
    assert [each["points"] for each in unit["effects"]] == [unit["points"]] == ["1/50"]  # 0.2 of 30, of 3 points

    for kind, given in (("review", {"unit": UNIT, "asked": "少计一项"}), ("correction", {})):
        (made,), _ = announced(city, kind, **given, **FRAME)
        texts = paragraphs(made.file.path)
        assert any(CAUSE in text for text in texts), texts
        assert any("+0.02分" in text and "没有其他原因" in text for text in texts)
        assert any("其他" in text and "没有变化" in text for text in texts)
    code = list_runs(city)[0].code
    assert checked_figure(city, runs_with_code(city, code), UNIT, "", old["total"]).agrees
    assert not checked_figure(city, runs_with_code(city, code), UNIT, "", unit["after"]["total"]).agrees
