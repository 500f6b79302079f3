"""One mistake, one finding: what used to be said many times over, in the wrong order or not at all."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from fractions import Fraction
from pathlib import Path

import pytest

import slow_start
from evaltool.evaluation import load
from evaltool.findings import Refused, finding
from evaltool.points.leaves import leaf_shares
from evaltool.questions.forms import Form
from evaltool.questions.layout import forms
from evaltool.run import take_in
from filling import Spot
from folders import change, decide, filled, make, return_all
from small_city import LEDGER, ROSTER, RULES, SETTINGS, says
from terminal import environment, ev

VISITS = """
format = 1
[scheme]
id = "d"
name = "部门"
total = 100
groups = [{ id = "g", name = "甲类" }]
[component.visits]
name = "踏查"
weight = 100
by = "office"
answer = "percent"
each = { word = "踏查", over = "last" }
none = "full"
[[grade]]
name = "合格"
from = 0
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small evaluation with all four sheets returned and nothing wrong."""
    made = make(tmp_path / "city", ROSTER, {"d": RULES}, SETTINGS)
    return_all(made, says)
    return made


def send(folder: Path, evaluator: str, say: object, name: str = "", replaces: str = "") -> Path:
    evaluation, _ = load(folder)
    form = next(form for form in forms(evaluation).values() if form.evaluator == evaluator)
    path = folder / "inbox" / (name or form.file_name)
    path.write_bytes(filled(form, lambda spot: say(form, spot), replaces))  # type: ignore[operator]
    return path


def codes(folder: Path) -> list[str]:
    return [one.code for one in take_in(folder).findings]


def refused(folder: Path) -> list[tuple[str, str, str]]:
    with pytest.raises(Refused) as raised:
        load(folder)
    return [(one.code, one.file, one.cell) for one in raised.value.findings]


def test_findings_come_in_the_order_of_the_sheet() -> None:
    """C7 before C10, row by row; the worksheet as a whole before its cells."""
    cells = ["C10", "AA7", "C7", "B10", "", "Z7"]
    made = sorted(finding("SCORE_MISSING", cell=cell) for cell in cells)
    assert [one.cell for one in made] == ["", "C7", "Z7", "AA7", "B10", "C10"]


def test_a_list_of_which_one_place_can_be_read_is_no_list_of_one(folder: Path) -> None:
    """Two of three places are words: they are said, and not that the leader has only one department."""
    change(folder / "inbox" / "L1-张三.xlsx", {("部门·领导排名", "C8"): "第二", ("部门·领导排名", "C9"): "第三"})
    assert codes(folder) == ["SCORE_NOT_NUMBER", "SCORE_NOT_NUMBER"]


def test_two_counts_that_are_wrong_are_both_said(folder: Path) -> None:
    """Returned and spoiled cards that differ for reasons of their own are two mistakes."""

    def say(form: Form, spot: Spot) -> object:
        wrong = {"returned": "6", "spoiled": "0"} if spot.table.kind == "grid" and form.batch else {}
        return wrong.get(spot.column.field) or says(form, spot)

    send(folder, "V1", say)
    assert codes(folder) == ["CARDS_ENTERED_DIFFER", "CARDS_SPOILED_DIFFER"]


def test_a_place_given_twice_names_every_place_that_nobody_got(folder: Path) -> None:
    """Also those that are free because another cell is blank or no number."""
    send(folder, "L1", lambda form, spot: {"A": "1", "B": "1", "C": "末"}[spot.unit])
    found = {one.code: one for one in take_in(folder).findings}
    assert found.keys() == {"SCORE_NOT_NUMBER", "RANK_DUPLICATE"}
    assert dict(found["RANK_DUPLICATE"].args)["missing"] == "2、3"


def test_the_last_visit_is_the_one_with_the_latest_date(tmp_path: Path) -> None:
    """Rows may stand in any order; the same day counts in the order of the sheet."""
    roster = {**ROSTER, "评估主体": "编号,名称,角色\nO1,绩效办,office\n"}
    roster.pop("批次")
    made = make(tmp_path / "city", roster, {"d": VISITS}, SETTINGS.replace('leader = "领导"\nvoters = "群众"\n', ""))
    rows = [("乙局", "2026-09-01", "90"), ("甲局", "2026-06-01", "70"), ("乙局", "2026-03-01", "60")]
    rows += [("甲局", "2026-06-01", "80")]

    def say(_: Form, spot: Spot) -> object:
        at = int(spot.line.repeat) - 1
        fields = ("unit", "date", "mark")
        return rows[at][fields.index(spot.column.field)] if at < len(rows) and spot.column.field in fields else None

    return_all(made, say)
    taken = take_in(made)
    scheme = taken.evaluation.classes["d"]
    shares = leaf_shares(taken.evaluation, taken.intake, scheme, "visits")
    assert {unit: shares[unit].share for unit in "AB"} == {"A": Fraction(4, 5), "B": Fraction(9, 10)}


# --- rules and roster ------------------------------------------------------------------------------------------------


def test_a_name_given_to_two_units_is_said_once_at_its_row(tmp_path: Path) -> None:
    """Not again at everything that refers to it."""
    units = "编号,名称,对象类别,分类,顺序,别名\nA,甲局,d,g,1,\nB,甲局,d,g,2,\nC,丙局,d,g,3,甲局\n"
    more = {"单位": units, "单位变动": "单位,变动,日期,文号,原名称\n甲局,更名,2026-05-01,1号,旧局\n"}
    made = make(tmp_path / "city", ROSTER | more, {"d": RULES}, SETTINGS)
    place = "ROSTER_DUPLICATE", "roster/单位.csv"
    assert refused(made) == [(*place, "B3"), (*place, "F4")]


@pytest.mark.parametrize(
    ("file", "code"),
    [
        ("schemes/d.toml", "RULES_ENCODING"),
        ("evaluation.toml", "RULES_ENCODING"),
        ("roster/单位.csv", "TABLE_ENCODING"),
        ("roster/评估主体.csv", "TABLE_ENCODING"),
    ],
)
def test_a_file_that_cannot_be_read_is_the_only_thing_said(tmp_path: Path, file: str, code: str) -> None:
    """What refers to its names is not wrong because of that."""
    made = make(tmp_path / "city", ROSTER, {"d": RULES}, SETTINGS)
    decide(made, LEDGER + "免报,1号,2026-05-01,理由,,张三,,,,,\n")
    path = made / file
    path.write_bytes(path.read_text(encoding="utf-8").encode("gb18030"))
    assert refused(made) == [(code, file, "")]


def test_a_component_that_cannot_be_read_makes_nothing_else_wrong(tmp_path: Path) -> None:
    """Whatever names it, by its title or its id, in roster and ledger."""
    rules = RULES.replace('by = "office"\nanswer = "percent"', 'by = "office"\nanswer = "percentage"')
    more = {"指标": "对象类别,评估内容,编号,名称,预赋分值\n部门,工作,1,事项,10\nd,work,2,事项二,10\n"}
    made = make(tmp_path / "city", ROSTER | more, {"d": rules}, SETTINGS)
    decide(made, "种类,文号,日期,理由,单位,评估内容,指标\n不适用,1号,2026-05-01,理由,甲局,工作,1\n")
    assert refused(made) == [("RULES_VALUE", "schemes/d.toml", "component.work.answer")]


def test_a_table_that_cannot_be_read_makes_no_decision_wrong(tmp_path: Path) -> None:
    """The names that stand in it are not known, which is said once."""
    more = {"批次": "评估主体,批次,张数\nV1,1,6\n"}
    made = make(tmp_path / "city", ROSTER | more, {"d": RULES}, SETTINGS)
    decide(made, LEDGER.replace("单位,", "单位,批次,") + "免报,1号,2026-05-01,理由,,1,群众代表,,,,,\n")
    assert {code for code, _, _ in refused(made)} == {"COLUMN_MISSING", "COLUMN_LIMITS"}


def test_a_wrong_row_of_a_unit_makes_no_reference_to_it_wrong(tmp_path: Path) -> None:
    """The unit is there, only its row has a mistake."""
    units = "编号,名称,对象类别,分类,顺序\nA,甲局,d,g,一\nB,乙局,d,g,2\nC,丙局,d,g,3\n"
    more = {"单位": units, "分管": "评估主体,单位\n张三,甲局\n"}
    made = make(tmp_path / "city", ROSTER | more, {"d": RULES}, SETTINGS)
    assert refused(made) == [("CELL_VALUE", "roster/单位.csv", "E2")]


# --- decisions -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("mended", "code"), [("88", "CORRECTION_CARRIED"), ("80", "CORRECTION_NOT_CARRIED")])
def test_a_correction_does_not_move_to_the_mended_sheet_by_itself(folder: Path, mended: str, code: str) -> None:
    """It is about one content.  If the mended sheet says the same, all is well; if not, somebody decides again."""
    import hashlib

    path = folder / "inbox" / "O1-绩效办.xlsx"
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    decide(folder, LEDGER + f"更正,9号,2027-01-10,复核,,,{digest},部门·工作,C8,80,88\n")
    assert codes(folder) == []

    def say(form: Form, spot: Spot) -> object:
        return mended if (spot.table.component, spot.unit) == ("work", "B") else says(form, spot)

    send(folder, "O1", say, "改后.xlsx", digest)
    assert codes(folder) == [code]


# --- the command line ------------------------------------------------------------------------------------------------


def test_validate_says_that_missing_sheets_are_listed_below(folder: Path) -> None:
    """What is counted as an error is also shown."""
    (folder / "inbox" / "L1-张三.xlsx").unlink()
    ran = ev("validate", str(folder), "--lang", "zh", "--on", "2028-01-01")
    assert "SUBMISSION_MISSING（未收到的表）错误 1" in ran.stdout
    assert "张三" in ran.stdout


def test_the_day_of_the_reminders_can_be_given(folder: Path) -> None:
    """`--on`, else SOURCE_DATE_EPOCH, else today."""
    (folder / "inbox" / "L1-张三.xlsx").unlink()
    ev("validate", str(folder), "--on", "2027-03-21")
    assert "截至 2027-03-21" in (folder / "returns" / "催报.txt").read_text(encoding="utf-8-sig")
    ev("validate", str(folder), SOURCE_DATE_EPOCH="1805155200")
    assert "截至 2027-03-16" in (folder / "returns" / "催报.txt").read_text(encoding="utf-8-sig")


def test_a_read_only_folder_is_said_in_one_clear_line(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Which path, and why; no name of an exception."""
    from evaltool import __main__, run

    def fail(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", "/media/cd/received")

    monkeypatch.setattr(run, "take_in", fail)
    monkeypatch.setattr(sys, "argv", ["evaltool", "ingest", str(folder), "--lang", "en"])
    with pytest.raises(SystemExit) as ended:
        __main__.main()
    said = capsys.readouterr().err
    assert ended.value.code == 3
    assert said.startswith("evaltool: cannot write /media/cd/received: ")
    assert "Error" not in said


def hears_interruptions(process: subprocess.Popen[bytes]) -> bool:
    """Whether Ctrl-C reaches a process: while it starts workers it does not."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    caught = next(line.split()[1] for line in status.splitlines() if line.startswith("SigCgt"))
    return bool(int(caught, 16) >> (signal.SIGINT - 1) & 1)


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks for worker processes in /proc")
def test_an_interruption_while_workers_read_is_quiet(folder: Path) -> None:
    """Ctrl-C reaches every process of the terminal; the program ends with 130 and no traceback."""
    for at in range(16):
        shutil.copy(folder / "inbox" / "V1-群众代表-1.xlsx", folder / "inbox" / f"{at}.xlsx")
        with (folder / "inbox" / f"{at}.xlsx").open("ab") as file:
            file.write(at.to_bytes(2, "big"))
    begin = "import signal, evaltool.inbox.workers as w, evaltool.__main__ as m, slow_start"
    hears = "signal.signal(signal.SIGINT, signal.default_int_handler)"  # whatever runs the tests may be deaf
    code = f"{begin}; {hears}; w.SMALL, w._start = 0, slow_start.start; m.main()"
    beside = os.pathsep.join((environment()["PYTHONPATH"], str(Path(slow_start.__file__).parent)))
    with subprocess.Popen(
        [sys.executable, "-c", code, "validate", str(folder)],
        env=environment(PYTHONPATH=beside),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        while process.poll() is None and (len(children.read_text().split()) < 2 or not hears_interruptions(process)):
            time.sleep(0.005)
        os.killpg(process.pid, signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert (process.returncode, said) == (130, b"")
