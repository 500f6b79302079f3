"""Official documents as LibreOffice draws them: the measures of GB/T 9704-2012 (`make check-documents`)."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import pytest

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
    aside = [
        word(20, 40, 184, 45, "正文"),
        *(word(w.left - 140, w.top, w.right - 140, w.bottom, w.text) for w in number),
    ]
    found = "；".join(layout("结果公示", [aside]))
    assert "左边距 20.0" in found
    assert "第1页页码距边" in found
    assert "超过2页" in "；".join(layout("反馈书 01-甲", [page, page, page]))
