"""Official documents as LibreOffice draws them: the measures of GB/T 9704-2012 (`make check-documents`)."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import pytest
from docx import Document

ROOT = Path(__file__).parents[2]


@pytest.fixture(name="tool")
def _tool() -> object:
    sys.path.insert(0, str(ROOT / "tools"))
    try:
        return importlib.import_module("check_documents")
    finally:
        sys.path.remove(str(ROOT / "tools"))


@pytest.mark.slow
def test_every_document_of_the_sample_has_the_standards_measures(tool: object, tmp_path: Path) -> None:
    """22 lines of 28 characters, margins, page numbers, imprint on the last page, letters of two pages at most."""
    ended = tool.main(tmp_path)  # type: ignore[attr-defined]
    if ended == 2:
        pytest.skip("LibreOffice, poppler or the stand-in fonts are not installed")
    assert ended == 0


def test_deviations_are_told(tool: object) -> None:
    """A line outside the margins, a number on the wrong side, an imprint before the last page."""
    word = tool.Word  # type: ignore[attr-defined]
    number = [word(171, 268, 173, 270, "—"), word(174, 268, 176, 270, "1"), word(177, 268, 179.1, 270, "—")]
    page = [word(28, 40, 184, 45, "正文"), *number]
    layout = tool._layout  # type: ignore[attr-defined]
    said = list(layout("表彰决定", [page]))
    assert said == ["行距 0.00", "版记不在末页"]
    imprint = [word(28, 250, 184, 256, "2027年4月21日印发")]
    assert "版记在奇数页" in list(layout("表彰决定", [[*page, *imprint]]))
    assert "版记在奇数页" not in list(layout("表彰决定", [page, imprint]))
    called = {"甲县": "甲县人民政府"}
    assert list(tool._short_names([page], called)) == []  # type: ignore[attr-defined]
    named = [word(28, 50, 60, 55, "甲县人民政府"), word(61, 50, 90, 55, "甲县")]
    assert list(tool._short_names([named[:1]], called)) == []  # type: ignore[attr-defined]
    assert list(tool._short_names([named], called)) == ["没有用公文名称：甲县"]  # type: ignore[attr-defined]
    aside = [
        word(20, 40, 184, 45, "正文"),
        *(word(w.left - 140, w.top, w.right - 140, w.bottom, w.text) for w in number),
    ]
    found = "；".join(layout("结果公示", [aside]))
    assert "左边距 20.0" in found
    assert "第1页页码距边" in found
    assert "超过2页" in "；".join(layout("反馈书 01-甲", [page, page, page]))
    annex = [word(28, 38, 50, 43, "附件"), *page]
    assert "超过2页" not in "；".join(layout("反馈书 01-甲", [page, page, annex, annex]))


def test_a_row_that_stands_alone_is_told(tool: object, tmp_path: Path) -> None:
    """A page with a single row of a table, and a head without any."""
    document = Document()
    table = document.add_table(4, 2)
    for at, (left, right) in enumerate([("名次", "单位"), ("1", "甲"), ("2", "乙"), ("3", "丙")]):
        table.cell(at, 0).text, table.cell(at, 1).text = left, right
    document.save(str(tmp_path / "a.docx"))
    word = tool.Word  # type: ignore[attr-defined]

    def page(*rows: str) -> list[object]:
        return [word(28, 40 + 6 * at, 60, 45 + 6 * at, row) for at, row in enumerate(rows)]

    def said(*pages: list[object]) -> list[str]:
        return list(tool._alone(tmp_path / "a.docx", list(pages)))  # type: ignore[attr-defined]

    assert said(page("名次单位", "1甲", "2乙", "3丙")) == []
    assert said(page("名次单位", "1甲", "2乙"), page("名次单位", "3丙")) == ["第2页表“名次单位”只有一行"]
    assert said(page("正文", "名次单位"), page("名次单位", "1甲", "2乙", "3丙")) == ["第1页表头“名次单位”下没有行"]
