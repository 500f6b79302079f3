"""A printed short code finds its run, and tells whether a printed figure is that of the run; one altered is found."""

from __future__ import annotations

import json
import shutil
from fractions import Fraction
from pathlib import Path

import openpyxl
import pytest

from evaltool.exact import published
from evaltool.findings import Refused
from evaltool.proof.printed import CodedRun, checked_figure, runs_with_code
from evaltool.proof.verify import verify
from evaltool.run import score_folder
from evaltool.runs.store import list_runs
from folders import decide, make, return_all
from small_city import LEDGER, ROSTER, RULES, SETTINGS, says
from terminal import ev

BONUS = "加分,绩发〔2027〕9号,2027-02-01,创新,甲局,,,,,,0.5\n"


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three runs: two of the same inputs, then one with a bonus."""
    folder = make(tmp_path_factory.mktemp("printed") / "city", ROSTER, {"d": RULES}, SETTINGS)
    return_all(folder, says)
    score_folder(folder)
    score_folder(folder)
    decide(folder, LEDGER + BONUS)
    score_folder(folder)
    return folder


@pytest.fixture
def folder(ready: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(ready, tmp_path / "city"))


def codes(folder: Path) -> list[str]:
    return [each.code for each in list_runs(folder)]


def totals(folder: Path, run: str) -> dict[str, str]:
    units = json.loads((folder / "runs" / run / "results.json").read_text("utf-8"))["units"]
    return {each["name"]: each["total"] for each in units}


def states(found: list[CodedRun]) -> list[tuple[str, str]]:
    return [(each.entry.number, each.state) for each in found]


def test_a_code_is_found_however_it_is_typed(ready: Path) -> None:
    """Capitals, blanks, full width, the word before it, its first four digits; runs of the same inputs share one."""
    first, _, last = codes(ready)
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in first.upper())
    for text in (first, first.upper(), f"{first[:4]} {first[4:]}", wide, f"校验码：{first}", first[:4]):
        assert states(runs_with_code(ready, text)) == [("0001", "superseded"), ("0002", "superseded")]
    assert states(runs_with_code(ready, last)) == [("0003", "official")]


@pytest.mark.parametrize("text", ["zzzz", "abc", "0" * 9])
def test_what_is_no_code_is_refused(ready: Path, text: str) -> None:
    """Other signs, fewer digits than four, more than eight: wrong usage."""
    with pytest.raises(Refused) as refused:
        runs_with_code(ready, text)
    assert ([one.code for one in refused.value.findings], refused.value.usage) == (["CODE_FORM"], True)


def test_a_code_of_no_run_and_one_of_several_are_said_to_be(folder: Path) -> None:
    """The codes that there are are named."""
    unknown = next(each for each in ("0000", "1111", "2222") if not any(one.startswith(each) for one in codes(folder)))
    ran = ev("runs", str(folder), "--code", unknown)
    assert (ran.returncode, "CODE_UNKNOWN" in ran.stderr, codes(folder)[0] in ran.stderr) == (1, True, True)
    for number, code in (("0001", "abcd0001"), ("0003", "abcd0003")):
        path = folder / "runs" / number / "results.json"
        path.write_text(path.read_text("utf-8").replace(codes(folder)[int(number) - 1], code), encoding="utf-8")
    with pytest.raises(Refused) as refused:
        runs_with_code(folder, "abcd")
    assert [one.code for one in refused.value.findings] == ["CODE_SEVERAL"]


def test_a_printed_figure_is_that_of_the_run_or_of_another_one(ready: Path) -> None:
    """Exit code 0 where it agrees, 1 where it does not, with what the run has and which other run has it."""
    old, new, first = totals(ready, "0001")["甲局"], totals(ready, "0003")["甲局"], codes(ready)[0]
    asked = ("runs", str(ready), "--code", first, "--unit", "甲局", "--output-format", "json", "--figure")
    ran = ev(*asked, f"{old}分")
    assert (ran.returncode, json.loads(ran.stdout)["figure"]["agrees"]) == (0, True)
    ran = ev(*asked, new)
    said = json.loads(ran.stdout)["figure"]
    assert (ran.returncode, said["stored"], said["agrees"], said["elsewhere"]) == (1, old, False, ["0003"])
    assert json.loads(ev(*asked, "1").stdout)["figure"]["elsewhere"] == []


def test_a_component_may_be_printed_with_fewer_decimals_but_not_wrongly(ready: Path) -> None:
    """Where marks are confidential components are published with fewer; figures are never near enough."""
    found = runs_with_code(ready, codes(ready)[0])
    stored = checked_figure(ready, found, "甲局", "工作").stored
    assert stored is not None
    right, wrong = published(Fraction(stored), 1), published(Fraction(stored) + Fraction(1, 10), 1)
    assert checked_figure(ready, found, "A", "work", right).agrees
    assert not checked_figure(ready, found, "A", "work", wrong).agrees
    for component, figure in (("没有的内容", "1"), ("", "八十七")):
        with pytest.raises(Refused):
            checked_figure(ready, found, "A", component, figure)


def test_nothing_is_said_of_a_figure_of_an_altered_run(folder: Path) -> None:
    """The code still finds it; a run of the same inputs stands in for it, and without one nothing is said."""
    old, first = totals(folder, "0001")["甲局"], codes(folder)[0]
    for number in ("0001", "0002"):
        path = folder / "runs" / number / "results.json"
        path.write_text(path.read_text("utf-8").replace(old, "99.99"), encoding="utf-8")
        found = runs_with_code(folder, first)
        if number == "0001":
            assert states(found) == [("0001", "altered"), ("0002", "superseded")]
            assert checked_figure(folder, found, "甲局", "", old).agrees
    with pytest.raises(Refused) as refused:
        checked_figure(folder, found, "甲局", "", "99.99")
    assert {one.code for one in refused.value.findings} == {"RUN_ALTERED"}
    ran = ev("runs", str(folder), "--code", first)
    assert (ran.returncode, "RUN_ALTERED" in ran.stderr) == (1, True)


def test_options_about_a_figure_need_the_code_and_the_unit(ready: Path) -> None:
    """Wrong usage, in words."""
    assert ev("runs", str(ready), "--unit", "甲局").returncode == 2
    assert ev("runs", str(ready), "--code", codes(ready)[0], "--figure", "1").returncode == 2


def test_an_altered_figure_is_named_with_its_place(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the machine file by unit and key, in the workbook by cell, each with what it was."""
    monkeypatch.setattr("evaltool.proof.verify.read_twice", lambda *_: (0, []))
    run = folder / "runs/0001"
    unit = json.loads((run / "results.json").read_text("utf-8"))["units"][0]
    forged = (run / "results.json").read_text("utf-8").replace(f'"total": "{unit["total"]}"', '"total": "99.43"')
    (run / "results.json").write_text(forged, "utf-8")
    path = run / "public/排名表.xlsx"
    book = openpyxl.load_workbook(path)
    cell = next(one for row in book.worksheets[0].iter_rows() for one in row if str(one.value) == unit["name"])
    cell.value = "别的县"
    book.save(path)
    found = [one for each in verify(folder, "1") for one in each.findings]
    said = {(one.file, one.sheet, one.cell): dict(one.args) for one in found if one.code == "RUN_ALTERED"}
    (json_key,) = [key for file, _, key in said if file.endswith("results.json")]
    assert json_key == f"units[{unit['id']}].total"
    assert said["runs/0001/results.json", "", json_key]["now"] == "99.43"
    assert said["runs/0001/results.json", "", json_key]["then"] == unit["total"]
    assert ("runs/0001/public/排名表.xlsx", book.worksheets[0].title, cell.coordinate) in said
