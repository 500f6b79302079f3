"""The overview picture: what it says is what results.json says, nothing of it is confidential, it is a sound PNG."""

from __future__ import annotations

import json
import shutil
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import pytest

from evaltool.charts import png as pngs
from evaltool.charts.png import png
from evaltool.findings import Refused
from evaltool.page.picture import draw_run, run_overview
from evaltool.run import score_folder
from evaltool.runs.store import list_runs
from evaltool.writers.drawing import Drawing
from folders import bundled_settings, make, return_all
from hostile import PLAIN, RULES, SETTINGS, roster, says
from worked_county import ROSTER, scheme
from worked_county import says as worked

NAMES = (*PLAIN, *(f"第{at}局" for at in range(1, 12)))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Fourteen units, scored."""
    made = make(tmp_path_factory.mktemp("drawn") / "e", roster(NAMES), {"d": RULES}, SETTINGS)
    return_all(made, says)
    score_folder(made)
    return made


def said(chart: Drawing) -> list[str]:
    return [shape.says for shape in chart.shapes if shape.kind == "text"]


def drawn(folder: Path, most: int = 0) -> Drawing:
    return run_overview(list_runs(folder)[-1], most)


def test_it_says_what_results_json_says(folder: Path) -> None:
    """Rank, name, total and grade of every unit, one after the other."""
    units = json.loads((folder / "runs" / "0001" / "results.json").read_text("utf-8"))["units"]
    texts = said(drawn(folder))
    begin = texts.index(units[0]["name"]) - 1
    wanted = [text for each in units for text in (str(each["rank"]), each["name"], each["total"], each["grade"])]
    assert texts[begin:] == wanted


def test_it_counts_grades_and_leaves_out_the_tail(folder: Path) -> None:
    """Of a large group the best are shown, and how many there are besides; two too many are shown all the same."""
    assert sum(text in NAMES for text in said(drawn(folder, 10))) == 10
    assert "其余4个单位见评估结果" in said(drawn(folder, 10))
    assert sum(text in NAMES for text in said(drawn(folder, 12))) == 14
    assert {"优秀 14", "合格 0"} <= set(said(drawn(folder)))


def test_nothing_confidential_is_in_it(folder: Path) -> None:
    """Law 11: totals, ranks and grades; no component, no evaluator, no file."""
    texts = "\n".join(said(drawn(folder)))
    assert [word for word in ("自评", "踏查", "民评", "绩效办（", "群众代表", "inbox", ".xlsx") if word in texts] == []


def test_it_stays_inside_its_frame(folder: Path) -> None:
    """Nothing lies outside, and what is drawn later lies lower or beside."""
    chart = drawn(folder)
    for shape in chart.shapes:
        assert 0 <= shape.at[0] <= chart.width
        assert 0 <= shape.at[1] <= chart.height


def test_an_interim_run_says_so(tmp_path: Path) -> None:
    """In the picture, in its title and in the name of its file."""
    made = make(tmp_path / "city", ROSTER, {"counties": scheme()}, bundled_settings())
    return_all(made, worked)
    next((made / "inbox").glob("M1*")).unlink()
    score_folder(made, interim=True)
    chart = drawn(made)
    assert "阶段性结果，不作为最终结果" in said(chart)
    assert chart.title.endswith("阶段性结果")


def test_a_run_that_is_not_there_is_refused(folder: Path) -> None:
    """By its number, with those that are there; leading zeros do not matter."""
    with pytest.raises(Refused) as refused:
        draw_run(folder, "7")
    assert [(one.code, dict(one.args)["known"]) for one in refused.value.findings] == [("PICTURE_RUN", "0001")]
    assert refused.value.usage
    with pytest.raises(Refused):
        draw_run(shutil.copytree(folder, folder.parent / "unscored", ignore=shutil.ignore_patterns("runs")))


def test_a_machine_without_chinese_is_told_so(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a font no empty picture is written, but a sentence that names one."""
    with pytest.raises(Refused) as refused:
        png(drawn(folder), system_fonts=False)
    assert [one.code for one in refused.value.findings] == ["PICTURE_FONT"]
    assert "fonts-noto-cjk" in refused.value.findings[0].hint("en")
    monkeypatch.setattr(pngs, "_writes_chinese", lambda *, system_fonts: False)
    with pytest.raises(Refused):
        draw_run(folder)
    assert not (folder / "documents").exists()


def test_the_file_is_a_sound_picture(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Twice the size of the drawing, not blank, whatever fonts there are; the command says where it is."""
    monkeypatch.setattr(pngs, "_writes_chinese", lambda *, system_fonts: True)
    path = draw_run(folder, "1", 0)
    data = path.read_bytes()
    chart = drawn(folder)
    assert path == folder / "documents" / "评估结果一览0001.png"
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", data[16:24]) == (2 * chart.width, 2 * chart.height)
    assert len(set(zlib.decompress(b"".join(chunks(data))))) > 20
    shutil.rmtree(folder / "documents")


def chunks(data: bytes) -> list[bytes]:
    """The compressed pieces of a PNG."""
    found, at = [], 8
    while at < len(data):
        (size,) = struct.unpack(">I", data[at : at + 4])
        if data[at + 4 : at + 8] == b"IDAT":
            found.append(data[at + 8 : at + 8 + size])
        at += size + 12
    return found


def test_the_command_refuses_in_words(folder: Path) -> None:
    """Wrong usage ends with exit code 2 and says which runs there are."""
    command = [sys.executable, "-m", "evaltool", "picture", str(folder), "--run", "9", "--lang", "zh"]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 2
    assert "没有计分9（已有：0001）" in done.stderr
