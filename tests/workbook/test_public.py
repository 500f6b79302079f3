"""Law 11 on whole files: what lies in a run's public/ names no evaluator and shows no mark that is withheld."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping

import pytest
from openpyxl import load_workbook

from evaltool.exact import published
from evaltool.publish import PRINTED, RANKED, workbook_files
from evaltool.run import Scored, score_folder
from evaltool.runs import bundled
from evaltool.views.comparison import REST, compared, lines
from evaltool.workbook.public import public_book
from evaltool.workbook.ranked import group_titles, read_ranked, shown_in_ranked
from evaltool.writers.book import Tab
from evaltool.writers.saving import to_bytes
from handmade import UNITS, Got, Parts, decided
from handmade import result as handmade

MAYOR_ALONE = {
    **UNITS,
    "白山区": {
        **UNITS["白山区"],
        "mayor": Got("44.87", 1, "50"),
        "vice": Got("0", 0, "0", "moved", "无人评估，权重转到市长"),
    },
}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Scored:
    """The sample as `evaltool demo` copies and scores it."""
    folder = tmp_path_factory.mktemp("public") / "e"
    bundled.copy_sample(folder)
    return score_folder(folder)


def public_files(run: Scored) -> dict[str, bytes]:
    root = run.folder / "public"
    return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


def pieces(data: bytes) -> Iterator[str]:
    """Everything in a file as text: every part of a container, else the file itself."""
    if not zipfile.is_zipfile(io.BytesIO(data)):
        yield data.decode("utf-8", "replace")
        return
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        for name in parts.namelist():
            yield name
            # text that is broken over runs is one text to a reader
            yield re.sub("<[^>]*>", "", parts.read(name).decode("utf-8", "replace"))


def test_no_public_file_names_a_person_or_a_returned_file(run: Scored) -> None:
    """Evaluators in person, names of files, places in sheets and hashes of submissions stand in no part of any file."""
    result = run.result
    titled = [each.name for each in result.evaluation.evaluators.values() if each.role in ("mayor", "deputy")]
    people = {name.partition("（")[0] for name in titled}
    names = {each.file for each in result.accounts.files} | {each.digest for each in result.accounts.files}
    secrets = people | {name for name in names if name} | {"inbox/", "received/"}
    assert len(people) >= 4
    for name, data in public_files(run).items():
        whole = "\n".join(pieces(data))
        assert not [secret for secret in secrets if secret in whole], name


def test_the_public_workbook_holds_values_and_nothing_behind_them(run: Scored) -> None:
    """No formulas, notes, hidden tabs, names or links out of the file."""
    data = public_files(run)["排名表.xlsx"]
    book = load_workbook(io.BytesIO(data))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert {sheet.sheet_state for sheet in book} == {"visible"}
    assert not [cell for cell in cells if cell.data_type == "f" or cell.comment]
    assert not book.defined_names
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        assert not [name for name in parts.namelist() if re.search("external|comments|vml|drawing|calcChain", name)]


def figures(tab: Tab) -> dict[str, list[str]]:
    """Unit -> the figures of its row, as they are printed."""
    rows: dict[int, list[str]] = {}
    names: dict[int, str] = {}
    for (row, column), cell in sorted(tab.cells.items()):
        if column == 1:
            names[row] = str(cell.value)
        elif not isinstance(cell.value, str | None):
            rows.setdefault(row, []).append(str(cell.value))
    return {names[row]: found for row, found in rows.items()}


def test_the_public_workbook_shows_the_disclosed_components_only(run: Scored) -> None:
    """Every figure of a unit's row is its rank, total, bonus, deduction or its rounded points in a shown component."""
    result = run.result
    tabs = {tab.title: tab for tab in public_book(result).tabs}
    assert any(compared(result, *key).shown for key in group_titles(result))
    for key, title in group_titles(result).items():
        group = compared(result, *key)
        heads = [str(cell.value) for cell in tabs[title].cells.values() if cell.style == "head"]
        secret = {each.name for name, each in group.scheme.components.items() if name not in group.shown}
        assert len([head for head in heads if "（" in head or head == "其他评估内容"]) == len(group.shown)
        assert not [head for head in heads if head.partition("\n")[0].rpartition("／")[2] in secret]
        for one in group.standings:
            allowed = {str(one.rank), *(published(each, 2) for each in (one.total, one.bonus, one.deduction))}
            allowed |= {published(line.points, 2) for line in lines(group, one.unit.id) if line.points is not None}
            found = figures(tabs[title])[one.unit.name]
            assert {published_text(each) for each in found} <= {published_text(each) for each in allowed}


def published_text(figure: str) -> str:
    return figure.rstrip("0").rstrip(".") if "." in figure else figure


def test_the_public_workbook_says_what_the_standings_say(run: Scored) -> None:
    """Law 9: rank, total and grade of every unit are read back from the written file."""
    units = run.result.evaluation.units
    expected = {units[unit].name: shown for unit, shown in shown_in_ranked(run.result).items()}
    assert read_ranked(public_files(run)["排名表.xlsx"]) == expected


@pytest.mark.parametrize("units", [UNITS, MAYOR_ALONE])
def test_confidential_marks_are_not_in_the_public_workbook(units: Mapping[str, Parts]) -> None:
    """Neither the mayor's nor a vice-mayor's points, nor who they are, nor sums from which they follow."""
    made = handmade(units, waived=True, ledger=(decided("waiver", evaluator="V"),))
    text = "\n".join(pieces(to_bytes(public_book(made))))
    for secret in ("28.77", "19.11", "27.03", "24.41", "44.87", "王某", "李某", "副市长"):
        assert secret not in text


def test_what_is_withheld_stands_as_one_sum() -> None:
    """Where one unit has the mayor's mark only, the leaders are left out and another component with them."""
    (*_, tab) = public_book(handmade(MAYOR_ALONE)).tabs
    heads = [str(cell.value) for (row, _), cell in sorted(tab.cells.items()) if row == 3]
    assert "其他评估内容\n（80）" in heads
    assert not [head for head in heads if "领导评估" in head]
    assert REST not in "".join(heads)


def test_an_interim_result_has_no_public_workbook() -> None:
    """Nothing of it is public."""
    assert list(workbook_files(handmade(interim=True))) == [RANKED, PRINTED]
