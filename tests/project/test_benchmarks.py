"""The data of `benchmarks/`: sheets as the tool writes them, which it takes and scores."""

from __future__ import annotations

import io
import sys
import zipfile
from pathlib import Path

import pytest

from evaltool.evaluation import load
from evaltool.questions.layout import forms
from evaltool.run import scored, take_in

sys.path.insert(0, str(Path(__file__).parent.parent.parent / "benchmarks"))

import inside
import make_data

SHEETS, SEED = 3, 1


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_data.data(tmp_path_factory.mktemp("bench"), SHEETS, SEED)


def parts(workbook: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_copied_sheet_is_what_the_tool_writes(folder: Path) -> None:
    """The panel's sheets come from one workbook; each is part for part as the tool would have written it."""
    evaluation, _ = load(folder)
    for form in forms(evaluation).values():
        if form.evaluator != make_data.OFFICE:
            copied = (folder / "inbox" / "panel" / f"{form.evaluator}.xlsx").read_bytes()
            written = make_data.written(form, make_data.marks(form, SEED), evaluation.key)
            assert parts(copied) == parts(written)


def test_the_data_are_scored_with_nothing_to_object(folder: Path) -> None:
    """Every sheet counts, there is no error and no warning, and every unit gets a total of its own."""
    result = scored(take_in(folder), "0001")
    assert [one for one in result.findings if one.severity != "note"] == []
    assert [each.became for each in result.accounts.files] == ["counted"] * (SHEETS + 1)
    assert len({one.text for one in result.standings}) == len(result.standings) == make_data.UNITS


def test_a_mended_sheet_takes_the_place_of_the_one_it_names(tmp_path: Path) -> None:
    """What the row `rerun` adds to the inbox counts, and the sheet before it is superseded."""
    folder = make_data.data(tmp_path, SHEETS, SEED)
    make_data.mend(folder, SEED)
    became = {each.file: each.became for each in take_in(folder).accounts.files}
    assert became["inbox/panel/E00001.xlsx"] == "superseded"
    assert became["inbox/panel/E00001-mended.xlsx"] == "counted"


def test_one_file_is_read_as_a_worker_reads_it(folder: Path) -> None:
    """The row `file` measures the reading of a sheet that has nothing wrong in it."""
    assert inside.reading(folder)((folder / "inbox" / "panel" / "E00002.xlsx").read_bytes())
