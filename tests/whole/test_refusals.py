"""`validate` says what `score` will say: for whatever stands in a folder, both name the same blocking findings."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from test_generated import QUICK

from evaltool.evaluation import load
from evaltool.findings import Finding, Refused, blocking
from evaltool.identity import kind_of_batch
from evaltool.inbox.accounts.lacking import lacking
from evaltool.questions.forms import Form
from evaltool.run import check, known_ahead, prepare_returns, score_folder, scored, scored_findings, take_in
from evaltool.runs import bundled
from filled_years import returned
from filling import Spot
from folders import TEMPLATES, decide, make, return_all
from generated import Case
from generated_draw import cases
from generated_files import folder_of
from played_city import settle
from terminal import ev

BUNDLED = [
    pytest.param(folder.name, marks=pytest.mark.slow if folder.name == "songyuan" else ())  # the flawed sample's rules
    for folder in bundled.folders()
    if folder.name != "kpi-printed"
]
FLAWED = TEMPLATES.parent / "sample_data" / "chengchuan-2026-flawed"
AT_LAST = date(2999, 1, 1)


def agree(folder: Path, on: date = AT_LAST, *, anew: bool = True) -> set[Finding]:
    """What both say blocks; the year's long past, so that everything is due.  `anew`: scoring takes in for itself;
    where much came back once is enough, as both take in alike."""
    taken, said = check(folder, on)
    told = set(blocking(scored_findings(taken.intake, said)))
    try:
        scored(take_in(folder) if anew else taken, "")
        refused: set[Finding] = set()
    except Refused as refusal:
        refused = set(blocking(scored_findings(taken.intake, refusal.findings)))
    assert told == refused
    return told


@pytest.mark.parametrize("name", BUNDLED)
def test_of_a_bundled_evaluation_without_sheets_both_say_the_same(name: str, tmp_path: Path) -> None:
    """Everybody is missing, and what rules and roster say already is said too; nothing of it is known to `scheme`."""
    folder = shutil.copytree(TEMPLATES / "evaluations" / name, tmp_path / "e")
    (folder / "inbox").mkdir(exist_ok=True)
    assert {one.code for one in agree(folder, anew=False)} <= {"SUBMISSION_MISSING", "KEY_MISSING"}
    assert known_ahead(load(folder)[0]) == []


@pytest.mark.parametrize("name", ["city-leadership", "abc-indicators", "result-report"])
def test_of_a_bundled_evaluation_that_came_back_both_say_the_same(name: str, tmp_path: Path) -> None:
    """Figures by chance; without mistakes neither names any, and where every third sheet is missing both name them."""
    returned(name, tmp_path / "e", 1)
    assert agree(tmp_path / "e", anew=False) == set()
    for sheet in sorted((tmp_path / "e" / "inbox").iterdir())[::3]:
        sheet.unlink()
    shutil.rmtree(tmp_path / "e" / "received")
    assert {one.code for one in agree(tmp_path / "e")} >= {"SUBMISSION_MISSING"}


def test_of_the_flawed_sample_both_say_the_same(tmp_path: Path) -> None:
    """Twenty mistakes, and nothing that only one of the two knows."""
    assert len(agree(shutil.copytree(FLAWED, tmp_path / "e"), anew=False)) > 10


@given(cases())
@settings(QUICK, max_examples=5)
def test_of_generated_evaluations_both_say_the_same(case: Case) -> None:
    """Rules and fillings of every kind; what is known to `scheme` is among what is said in the end."""
    with TemporaryDirectory() as root:
        folder = folder_of(case, Path(root) / "e", 1)
        said = agree(folder)
        assert set(known_ahead(load(folder)[0])) <= said


# --- the refusals that came late -------------------------------------------------------------------------------------

SETTINGS = """
format = 1
[evaluation]
id = "city"
name = "评估"
office = "市绩效办"
year = 2026
[roles]
office = "绩效办"
high = "市长级"
low = "秘书长级"
"""
SCHEME = """
format = 1
[scheme]
id = "d"
name = "部门"
total = 100
groups = [{ id = "g", name = "全部" }]
[[grade]]
name = "合格"
from = 0
"""
LEADERS = """
[component.leaders]
name = "领导"
[component.high]
name = "市长级"
in = "leaders"
weight = 30
by = "high"
answer = "percent"
none = "reweigh"
[component.low]
name = "秘书长级"
in = "leaders"
weight = 20
by = "low"
answer = "percent"
none = "reweigh"
"""
WORK = """
[component.work]
name = "工作"
weight = 50
by = "office"
answer = "percent"
"""
TARGET = """
[component.work]
name = "工作"
weight = 50
by = "office"
answer = { compare = "best" }
figures = ["实绩"]
"""
ROSTER = {
    "单位": "编号,名称,对象类别,分类,顺序\nA,甲局,d,全部,1\nB,乙局,d,全部,2\n",
    "评估主体": "编号,名称,角色\nO1,绩效办,office\nH1,甲,high\nL1,丙,low\n",
    "分管": "评估主体,单位\nL1,甲局\nH1,甲局\n",
}


def says(form: Form, spot: Spot) -> object:
    return "80"


def city(folder: Path, rules: str = LEADERS + WORK, **roster: str) -> Path:
    return make(folder, ROSTER | roster, {"d": SCHEME + rules}, SETTINGS)


def of(findings: object, code: str) -> list[tuple[str, str]]:
    return [(one.unit, one.component) for one in findings if one.code == code]  # type: ignore[attr-defined]


def test_a_weight_with_nowhere_to_go_is_known_before_any_sheet(tmp_path: Path) -> None:
    """No leader is in charge of B: `scheme` says so, `validate` says so beside missing sheets, and `score` in the
    end."""
    folder = city(tmp_path / "city")
    assert of(known_ahead(load(folder)[0]), "WEIGHT_NOWHERE_TO_GO") == [("B", "high"), ("B", "low")]
    assert ev("scheme", str(folder)).returncode == 1
    assert "WEIGHT_NOWHERE_TO_GO" in ev("scheme", str(folder)).stderr
    assert of(agree(folder), "SUBMISSION_MISSING") != []
    assert sorted(of(agree(folder), "WEIGHT_NOWHERE_TO_GO")) == [("B", "high"), ("B", "low")]
    return_all(folder, says)
    assert {one.code for one in agree(folder)} == {"WEIGHT_NOWHERE_TO_GO"}


@pytest.mark.parametrize(("who", "known"), [("", []), ("H1", ["A", "B"])])
def test_a_waiver_of_the_only_leader_makes_it_so(tmp_path: Path, who: str, known: list[str]) -> None:
    """Both levels mark both units; one level waived leaves the other, both waived leave none."""
    folder = city(tmp_path / "city", 分管="评估主体,单位\n")
    lines = [f"免报,文1,2027-01-01,病假,,{each}" for each in ("L1", who) if each]
    decide(folder, "种类,文号,日期,理由,单位,评估主体\n" + "\n".join(lines) + "\n")
    found = of(known_ahead(load(folder)[0]), "WEIGHT_NOWHERE_TO_GO")
    assert sorted({unit for unit, _ in found}) == known


def test_a_part_that_is_absent_by_decision_is_known_before_any_sheet(tmp_path: Path) -> None:
    """The office need not hand in, and the rules refuse to do without its part."""
    folder = city(tmp_path / "city", LEADERS + WORK + 'waived = "refuse"\n', 分管="评估主体,单位\n")
    decide(folder, "种类,文号,日期,理由,单位,评估主体\n免报,文1,2027-01-01,病假,,O1\n")
    assert of(known_ahead(load(folder)[0]), "COMPONENT_ABSENT") == [("A", "work"), ("B", "work")]
    return_all(folder, says)
    next((folder / "inbox").glob("O1*")).unlink()
    assert of(sorted(agree(folder)), "COMPONENT_ABSENT") == [("A", "work"), ("B", "work")]


CHARGE = WORK.replace("weight = 50", 'weight = 100\ncharge = "months"\nover = "median"')


def test_rules_that_cannot_be_scored_are_known_to_everybody(tmp_path: Path) -> None:
    """`scheme` and `validate` end with 2, as `score` does, and none of them hides the others' findings."""
    folder = city(tmp_path / "city", CHARGE, 评估主体="编号,名称,角色\nO1,绩效办,office\n", 分管="评估主体,单位\n")
    assert {one.code for one in agree(folder)} == {"RULES_NOT_BUILT", "SUBMISSION_MISSING"}
    for command in ("scheme", "validate", "score"):
        ran = ev(command, str(folder))
        assert ran.returncode == 2
        assert "RULES_NOT_BUILT" in ran.stdout + ran.stderr


def test_a_broken_template_of_the_office_is_known_before_scoring(tmp_path: Path) -> None:
    """A notice template that is no Word document: said by all three, not after everything was scored."""
    folder = city(tmp_path / "city", 分管="评估主体,单位\n")
    (folder / "notices").mkdir()
    (folder / "notices" / "结果通报.docx").write_bytes(b"no document")
    return_all(folder, says)
    assert {one.code for one in agree(folder)} == {"NOTICE_TEMPLATE"}
    assert [ev(command, str(folder)).returncode for command in ("scheme", "validate", "score")] == [2, 2, 2]
    with pytest.raises(Refused) as refused:
        score_folder(folder)
    assert {one.code for one in refused.value.findings} == {"NOTICE_TEMPLATE"}


def compared(folder: Path) -> Path:
    """Two groups of one unit each, whose figures are compared inside the group."""
    units = ROSTER["单位"].replace("d,全部,2", "d,其余,2")
    lines = "对象类别,评估内容,编号,名称,预赋分值\nd,工作,n1,税收,50\n"
    city(folder, LEADERS + TARGET, 单位=units, 分管="评估主体,单位\n", 指标=lines)
    rules = folder / "schemes" / "d.toml"
    two = 'name = "全部" }, { id = "h", name = "其余" }]'
    rules.write_text(rules.read_text("utf-8").replace('name = "全部" }]', two), "utf-8")
    return folder


def test_an_undefined_share_is_said_beside_sheets_that_are_missing(tmp_path: Path) -> None:
    """The office's figures are all there: a unit with nobody to compare with has no share, whoever
    else is late."""
    folder = compared(tmp_path / "city")
    return_all(folder, says)
    next((folder / "inbox").glob("H1*")).unlink()
    said = agree(folder)
    assert of(said, "SUBMISSION_MISSING") != []
    assert sorted(of(said, "SHARE_UNDEFINED")) == [("A", "work"), ("B", "work")]


def test_nothing_is_concluded_from_figures_that_are_not_all_there(tmp_path: Path) -> None:
    """The best of few is not the best: while the office's own sheet is missing nothing is said of its part."""
    folder = compared(tmp_path / "city")
    return_all(folder, says)
    next((folder / "inbox").glob("O1*")).unlink()
    assert of(agree(folder), "SHARE_UNDEFINED") == []


# --- only what is due ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small city whose year is played, in January: nothing has come and nothing will."""
    folder = tmp_path_factory.mktemp("played") / "city"
    assert ev("init", str(folder), "--from", "songyuan").returncode == 0
    settle(folder)
    return folder


MATTERS = {"rectification", "rectified"}  # what was carried over from the year before
YEAR = [
    ("2026-01-10", set()),
    ("2026-04-15", set()),  # the last day is still in time
    ("2026-04-16", {"goals"}),
    ("2026-12-31", MATTERS | {"goals", "progress"}),  # nobody reports on goals that are not approved
    ("2027-01-01", MATTERS | {"goals", "progress", "marks"}),  # of those for whom no deadline is stated
    ("2027-01-13", MATTERS | {"goals", "progress", "marks", "cards"}),  # the meetings were on the 12th
]


@pytest.mark.parametrize(("day", "due"), YEAR)
def test_all_year_there_is_no_finding_about_what_is_not_due(small: Path, day: str, due: set[str]) -> None:
    """Neither a finding nor a name in the reminders; what is missed, waived or still to come adds up to all sheets."""
    on = date.fromisoformat(day)
    taken, found = check(small, on)
    missed = [one for one in found if one.code in ("SUBMISSION_MISSING", "SUBMISSION_AWAITED")]
    assert {kind_of_batch(dict(one.args)["batch"]) for one in missed} == due
    wanting = {one.code for one in blocking(found)}
    assert ("SUBMISSION_MISSING" in wanting) == bool({"marks", "cards"} & due)
    assert ("GOALS_NOT_APPROVED" in wanting) == ("goals" in due)
    assert wanting <= {"SUBMISSION_MISSING", "GOALS_NOT_APPROVED"}
    sheets = lacking(taken.evaluation, taken.intake, on)
    for one in missed:
        key = one.evaluator, dict(one.args)["batch"], dict(one.args)["entry"]
        (sheet,) = (each for each in sheets if each.key == key)
        assert sheet.until is None or sheet.until < on
    scored = [each for each in sheets if kind_of_batch(each.batch) in ("marks", "cards")]
    missing = [one for one in missed if one.code == "SUBMISSION_MISSING"]
    later = [one for one in taken.not_due if one.code == "SUBMISSION_NOT_DUE"]
    assert len(missing) + len(later) == len(scored)
    prepared = prepare_returns(taken, on)
    assert bool(prepared.reminders) == bool(missed)
    if missed:
        text = (small / "returns" / prepared.reminders).read_text("utf-8-sig")
        assert f"应报未报 {len(missed)} 份；尚未到期 {len(sheets) - len(missed)} 份。" in text


def test_what_is_not_due_is_told_apart_by_day(small: Path) -> None:
    """`validate` names sheets that are not due by the day on which they are, and ends with 0 before any is."""
    early = ev("validate", str(small), "--on", "2026-04-01", "--lang", "en", "--no-returns")
    assert early.returncode == 0
    assert "due 2026-04-15: 被评估单位·年度目标申报表" in early.stdout
    assert "no deadline stated: 市长" in early.stdout
    assert "missing: " not in early.stdout
    late = ev("validate", str(small), "--on", "2027-02-01", "--lang", "en", "--no-returns")
    assert late.returncode == 1
    assert "due 2027-03-31: 职能部门" in late.stdout
    assert "missing: 市长" in late.stdout
