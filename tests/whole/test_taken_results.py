"""Results of other evaluations, classes and years as inputs: taken, believed, explained, live, proved without them.

The year marks 甲局 90 %, 乙委 75 %, 丙局 60 % of 70 points, the matter (of 50 points) 80 %, 95 %, 60 %; last year had
90, 70 and 82.5, on a line from 60 to 100.  So 甲局 has 63 + 16 + 10 x 30/40 = 86.5.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

import recompute_taken
from evaltool.documents.of_run import written
from evaltool.documents.official.forms import forms_of
from evaltool.evaluation import load
from evaltool.evaluation.in_words import explain
from evaltool.explain.explanation import explained, readded
from evaltool.findings import Finding, Refused
from evaltool.proof.difference import compared
from evaltool.proof.verify import verify
from evaltool.run import decide, score_folder, take_in
from evaltool.runs.singlematters import matters_of
from evaltool.workbook.ranked import ranked_book
from evaltool.writers.saving import to_bytes
from evaltool.writers.word.text import text_of
from folders import decide as ledger
from folders import return_all
from spreadsheet import disagreeing, opened
from taken_results import FINAL, LEADERS, LED, RULES, UNITS, YEAR, matter, say, year
from terminal import ev

pytestmark = pytest.mark.usefixtures("bare_runs")

MATTER_MARKS = {"A": "80", "B": "95", "C": "60"}
MARKS = {"A": "90", "B": "75", "C": "60", "P1": "80", "P2": "90", "P3": "100"}
TOTALS = {
    "A": Fraction(173, 2),
    "B": Fraction(74),
    "C": Fraction(42 + 12) + Fraction(225, 40),
    "P1": Fraction(865, 1000) * 60 + 10 + 24,
    "P2": Fraction(74, 100) * 60 + 7 + 27,
    "P3": Fraction(5963, 10000) * 60 + 7 + 30,
}
"""甲局 63 + 16 + 7.5, 乙委 52.5 + 19 + 2.5, 丙局 42 + 12 + 5.625; its leader has 60 times its published 59.63 %."""


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The matter, final, and the year, scored once."""
    top = tmp_path_factory.mktemp("both")
    matter(top / "flood", MATTER_MARKS)
    score_folder(year(top / "year", MARKS))
    return top


@pytest.fixture
def copied(both: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(both, tmp_path / "both"))


def refused(folder: Path) -> list[Finding]:
    with pytest.raises(Refused) as wrong:
        score_folder(folder)
    return list(wrong.value.findings)


def settings(folder: Path, old: str, new: str) -> None:
    path = folder / "evaluation.toml"
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")


def undecided(top: Path) -> None:
    for path in (top / "flood/decisions").iterdir():
        path.unlink()


def totals(folder: Path, run: str = "0001") -> dict[str, Fraction]:
    said = json.loads((folder / "runs" / run / "results.json").read_text(encoding="utf-8"))
    return {each["id"]: Fraction(each["exact"]) for each in said["units"]}


def test_results_become_points(both: Path) -> None:
    """Of a matter, of the last year, of the unit that one leads: all exact, of what was published; and the program that
    shares no code says the same."""
    assert totals(both / "year") == TOTALS
    again = recompute_taken.totals(both / "year", {unit: Fraction(mark) for unit, mark in MARKS.items()})
    assert again == TOTALS


def test_the_rules_say_what_is_taken_of_what(both: Path) -> None:
    """Each with its source, before anything is there and from what a run kept."""
    told = explain(load(both / "year")[0])
    assert any("“防汛专项评估得分率”：另一评估（../flood，最后公布的结果）的得分率" in each for each in told)
    assert any("“所在单位等次”：所在单位（部门，本次评估）的等次（优秀 100、合格 70）" in each for each in told)
    assert any("“上年得分”：最近一个年度的历年结果的公布的总分" in each for each in told)
    assert sum("没有人评" in each for each in told) == 4


def test_every_taken_figure_explains_itself_and_stays_live(both: Path, tmp_path: Path) -> None:
    """The explanation names run and code and adds up; another mark of a unit moves the total of its leader."""
    result = score_folder(Path(shutil.copytree(both, tmp_path / "x")) / "year").result
    for unit in ("A", "P1"):
        told = explained(result, result.evaluation.units[unit])
        assert readded(told) == []
    said = [line for node in explained(result, result.evaluation.units["A"]).nodes for line in node.said]
    code = json.loads((both / "flood/runs/0001/results.json").read_text(encoding="utf-8"))["code"]
    wanted = f"“防汛专项评估”（第0001次计分，校验码 {code}）中甲局总分40÷满分50×100＝80"
    assert any(wanted in line for line in said)
    book, cached = opened(to_bytes(ranked_book(result)))
    assert disagreeing(book, cached) == []
    mark = next(spot for spot, value in cached.items() if spot[0] == "指标明细" and value == 90)
    changed = book.with_changes({mark: 100})
    leader = next(spot for spot, value in cached.items() if spot[0] == "班子成员" and value == "张三")
    before, after = (each.value((leader[0], leader[1], leader[2] + 1)) for each in (book, changed))
    assert before == 85.9
    assert after == pytest.approx(85.9 + 7 * 0.6)


def test_the_run_is_proved_without_the_other_folder(copied: Path) -> None:
    """What was taken is kept: with its run, code and hash; the folder itself may be gone."""
    shutil.rmtree(copied / "flood")
    assert all(not proof.findings and not proof.skipped for proof in verify(copied / "year"))
    kept = json.loads((copied / "year/runs/0001/rules/results/flood.json").read_text(encoding="utf-8"))
    assert (kept["run"], kept["stage"], len(kept["manifest"])) == ("0001", "final", 64)
    assert [one.code for one in refused(copied / "year")] == ["RESULT_SOURCE"]


def test_a_new_final_result_is_a_cause(copied: Path) -> None:
    """Nothing moves until the other result is final again; then the difference names it, to the last point."""
    ledger(copied / "flood", "种类,文号,日期,理由,单位,新值\n加分,纪要9号,2027-11-02,嘉奖,A,2\n", "更正")
    score_folder(copied / "flood", decision="纪要9号")
    assert score_folder(copied / "year").folder.name == "0002"
    assert totals(copied / "year", "0002") == TOTALS
    decide(copied / "flood", "final", [{**FINAL, "run": "2", "document": "通报2号", "date": "2027-11-05"}])
    found = {one.file for proof in verify(copied / "year") for one in proof.findings}
    assert found == {"results/flood.json"}
    score_folder(copied / "year")
    made = compared(copied / "year", "0002", "0003")
    assert [(each.kind, each.file, each.what) for step in made.steps for each in step] == [
        ("result", "flood", "changed")
    ]
    moved = {each.id: each.points for each in made.units}
    assert moved == {"A": Fraction(4, 5), "P1": Fraction(4, 5) * 60 / 100}


@pytest.mark.parametrize(
    ("spoil", "because"),
    [
        (lambda top: shutil.rmtree(top / "flood"), "没有评估"),
        (undecided, "没有走完程序"),
        (lambda top: (top / "flood/runs/0001/results.json").write_text("{}"), "被改动过"),
        (lambda top: settings(top / "year", 'folder = "../flood"', 'folder = "../flood"\nrun = "7"'), "没有第 7 次"),
        (lambda top: (top / "flood/schemes/d.toml").write_text("x"), "读不了"),
    ],
)
def test_nothing_is_taken_that_is_not_final_and_believed(
    spoil: Callable[[Path], object], because: str, copied: Path
) -> None:
    """One finding at the key, and no result; an altered run is not believed either."""
    spoil(copied)
    (wrong,) = refused(copied / "year")
    assert (wrong.code, wrong.cell) == ("RESULT_SOURCE", "result.flood.folder")
    assert because in wrong.message("zh")


def test_an_interim_run_is_taken_only_where_that_is_stated(copied: Path) -> None:
    """By its number, and with `interim = true`."""
    score_folder(copied / "flood", interim=True)
    settings(copied / "year", 'folder = "../flood"', 'folder = "../flood"\nrun = "2"')
    (wrong,) = refused(copied / "year")
    assert "阶段计分" in wrong.message("zh")
    settings(copied / "year", 'run = "2"', 'run = "2"\ninterim = true')
    score_folder(copied / "year")
    assert totals(copied / "year", "0002") == TOTALS


def test_an_interim_result_waits_for_what_is_taken_of_a_class(copied: Path) -> None:
    """A total that may still move is nobody's figure: the component is open, the grade is not decided by it."""
    result = score_folder(copied / "year", interim=True).result
    assert result.points["P1", "unit"].points is None
    assert result.points["A", "flood"].points == 16


UNKNOWN = UNITS.replace("丙局", "丙防指")


@pytest.mark.parametrize(
    ("there", "rules", "found"),
    [
        (UNKNOWN, RULES, {("RESULT_LACKING", "C", "id"), ("RESULT_STRANGER", "", "")}),
        (UNITS.replace("C,丙局", "X,丙办"), RULES, {("RESULT_ABSENT", "C", "none"), ("RESULT_STRANGER", "", "")}),
        (
            UNITS.replace("C,丙局", "X,丙办"),
            RULES.replace('missing = "reweigh"\n', ""),
            {("RESULT_LACKING", "C", "none"), ("RESULT_STRANGER", "", "")},
        ),
        (UNITS.replace("C,丙局,d,g,3,", "X,丙处,d,g,3,丙局"), RULES, set()),
    ],
)
def test_units_are_known_by_their_names_and_nothing_is_guessed(
    there: str, rules: str, found: set[tuple[str, str, str]], tmp_path: Path
) -> None:
    """The same id under another name is a question, not an answer; who is not there counts as the rules have it; an
    alias on either side is a name."""
    marks = {row.split(",")[0]: "60" for row in there.splitlines()[1:]}
    matter(tmp_path / "flood", marks, units=there)
    made = year(tmp_path / "year", MARKS, rules=rules)
    told = {(one.code, one.unit) for one in take_in(made).findings if one.code.startswith("RESULT_")}
    assert told == {(code, unit) for code, unit, _ in found}
    words = {one.message("zh") for one in take_in(made).findings if one.code == "RESULT_LACKING"}
    assert all(("编号相同" in each) == (there is UNKNOWN) for each in words)


@pytest.mark.parametrize(
    ("old", "new", "code", "unit"),
    [
        (",,丙局\n", ",,\n", "RESULT_LACKING", "P3"),
        (",,丙局\n", ",,丙県\n", "RESULT_LACKING", "P3"),
        (",,B\n", ",,b\n", "RESULT_LACKING", "P2"),
    ],
)
def test_a_leader_without_a_unit_is_a_finding(old: str, new: str, code: str, unit: str, tmp_path: Path) -> None:
    """Nobody there bears the name; the id may be written as well, as it is."""
    matter(tmp_path / "flood", MATTER_MARKS)
    made = year(tmp_path / "year", MARKS)
    assert LED.count(old) == 1
    (made / "roster/单位.csv").write_text(LED.replace(old, new), encoding="utf-8")
    wrong = refused(made)
    assert {(one.code, one.unit) for one in wrong} == {(code, unit)}
    assert len(wrong) == 2  # its total and its grade


@pytest.mark.parametrize(
    ("file", "old", "new", "code", "says"),
    [
        ("evaluation.toml", 'class = "d"\ntake = "percent"', 'class = "x"\ntake = "percent"', "REFERENCE_UNKNOWN", "x"),
        ("evaluation.toml", "earlier = true\n", "", "RULES_VALUE", "取自哪里"),
        (
            "evaluation.toml",
            'earlier = true\ntake = "points"',
            'earlier = true\ntake = "percent"',
            "RULES_VALUE",
            "full",
        ),
        ("evaluation.toml", 'folder = "../flood"', 'folder = "../../flood"', "RULES_VALUE", "旁边"),
        ("evaluation.toml", 'folder = "../flood"', 'folder = "/etc"', "RULES_VALUE", "旁边"),
        ("evaluation.toml", 'grades = { "优秀" = 100, "合格" = 70 }', "", "RULES_VALUE", "grades"),
        ("schemes/d.toml", 'from = "result.flood"', 'from = "result.flod"', "RULES_FROM", "最接近的是 result.flood"),
        ("schemes/d.toml", 'from = "result.flood"', 'from = "result.flood"\nby = "office"', "RULES_FROM", "没有人评"),
        (
            "schemes/d.toml",
            'from = "result.flood"',
            'from = "result.flood"\nanswer = "percent"',
            "RULES_FROM",
            "不是只看",
        ),
        ("schemes/d.toml", 'from = "result.last"', 'from = "result.unit"', "RESULT_CIRCLE", "部门"),
        (
            "schemes/d.toml",
            "from = 80\n",
            'from = 80\nconditions = [{ figure = "result.unit", at_least = 1 }]\n',
            "RESULT_CIRCLE",
            "部门",
        ),
    ],
)
def test_wrong_rules_teach(file: str, old: str, new: str, code: str, says: str, tmp_path: Path) -> None:
    """At their key, with what to write."""
    made = year(tmp_path / "year", MARKS)
    path = made / file
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(Refused) as wrong:
        load(made)
    found = [one for one in wrong.value.findings if one.code == code]
    assert found, wrong.value.findings
    assert any(says in one.message("zh") + one.hint("zh") for one in found)


def test_a_formula_speaks_of_a_result_beside_others(tmp_path: Path) -> None:
    """Half of the matter and half of last year: (80 + 90) / 2 = 85, on the line of the rules."""
    rules = RULES.replace('from = "result.last"', 'from = "figure.half"')
    rules += '[figure.half]\nname = "平时与专项"\nformula = "(result.flood + result.last) / 2"\n'
    matter(tmp_path / "flood", MATTER_MARKS)
    result = score_folder(year(tmp_path / "year", MARKS, rules=rules)).result
    assert result.points["A", "last"].points == Fraction(25, 40) * 10
    said = [line for node in explained(result, result.evaluation.units["A"]).nodes for line in node.said]
    assert any(
        "（防汛专项评估得分率＋上年得分）÷2＝（80＋90）÷2＝85，其中防汛专项评估得分率：" in line for line in said
    )


def test_ranks_of_others_are_figures_too(tmp_path: Path) -> None:
    """The rank of the unit that one leads, on steps: first 100, second 80, behind 60; and in the live workbook."""
    settings_ = YEAR.replace('class = "d"\ntake = "percent"', 'class = "d"\ntake = "rank"')
    steps = 'from = "result.unit"\nanswer = { curve = [[1, 100], [2, 80]], shape = "up_to", beyond = 60 }'
    leaders = LEADERS.replace('from = "result.unit"', steps)
    matter(tmp_path / "flood", MATTER_MARKS)
    result = score_folder(year(tmp_path / "year", MARKS, settings_, leaders=leaders)).result
    assert [result.points[who, "unit"].points for who in ("P1", "P2", "P3")] == [60, 48, 36]
    book, cached = opened(to_bytes(ranked_book(result)))
    mark = next(spot for spot, value in cached.items() if spot[0] == "指标明细" and value == 60)
    changed = book.with_changes({mark: 100})
    leader = next(spot for spot, value in cached.items() if spot[0] == "班子成员" and value == "王五")
    assert changed.value((leader[0], leader[1], leader[2] + 1)) == pytest.approx(100 * 0.6 + 10 + 30)


@pytest.mark.parametrize(("least", "grade", "points"), [(80, "优秀", 10), (81, "合格", 7)])
def test_a_grade_that_is_taken_has_met_its_conditions(least: int, grade: str, points: int, tmp_path: Path) -> None:
    """甲局 has 86.5 and 80 % in the matter: 优秀 where 80 % are asked for beside the 80 points; so for its leader."""
    asked = f'from = 80\nconditions = [{{ figure = "result.flood", at_least = {least} }}]\n'
    matter(tmp_path / "flood", MATTER_MARKS)
    result = score_folder(year(tmp_path / "year", MARKS, rules=RULES.replace("from = 80\n", asked))).result
    assert {one.unit.id: one.grade for one in result.standings}["A"] == grade
    assert result.points["P1", "grade"].points == points
    ranked_book(result)  # every cell is compared with what was scored


def test_a_condition_alone_can_speak_of_a_result(tmp_path: Path) -> None:
    """Whoever leads the first unit is 优秀, although nothing is scored by that rank: its class is scored before."""
    settings_ = YEAR + '[result.place]\nname = "所在单位名次"\nclass = "d"\ntake = "rank"\n'
    leaders = LEADERS[: LEADERS.index("[component.unit]")] + LEADERS[LEADERS.index("[component.duty]") :]
    best = '[[grade]]\nname = "优秀"\nfrom = 1\nconditions = [{ figure = "result.place", at_most = 1 }]\n[[grade]]'
    leaders = leaders.replace("weight = 30", "weight = 100").replace("[[grade]]", best)
    matter(tmp_path / "flood", MATTER_MARKS)
    result = score_folder(year(tmp_path / "year", MARKS, settings_, leaders=leaders)).result
    grades = {one.unit.id: one.grade for one in result.standings}
    assert [grades[who] for who in ("P1", "P2", "P3")] == ["优秀", "称职", "称职"]
    assert not [one for one in result.findings if one.code == "CONDITION_LACKING"]
    ranked_book(result)


def test_a_public_workbook_shows_what_follows_from_public_totals_only(both: Path) -> None:
    """What is taken is what was printed: the points of a leader's unit are no finer than its published total."""
    said = json.loads((both / "year/runs/0001/results.json").read_text(encoding="utf-8"))
    leader = next(each for each in said["units"] if each["id"] == "P3")
    led = next(each for each in said["units"] if each["id"] == "C")
    (points,) = (Fraction(each["points"]) for each in leader["components"] if each["id"] == "unit")
    assert points == Fraction(led["total"]) * 60 / 100 != Fraction(led["exact"]) * 60 / 100


# --- single matters --------------------------------------------------------------------------------------------------


def test_the_year_lists_its_matters_and_how_far_they_are(copied: Path) -> None:
    """Beside it or inside of it, final or not, taken or not; who names another year is none of them."""
    (one,) = matters_of(load(copied / "year")[0])
    assert (one.name, one.final and one.final.number, one.taken) == ("防汛专项评估", "0001", ("flood",))
    undecided(copied)
    shutil.copytree(copied / "flood", copied / "year/policy")
    settings(copied / "year/policy", 'folder = "../year"', 'folder = ".."')
    settings(copied / "flood", 'id = "year"', 'id = "other"')
    (one,) = matters_of(load(copied / "year")[0])
    assert (one.folder.name, one.final, one.taken) == ("policy", None, ())
    told = ev("status", str(copied / "year"))
    assert "policy" in told.stdout
    assert "not final yet" in told.stdout


def test_a_matter_begins_with_the_units_of_the_year(copied: Path) -> None:
    """Its rules hold as they are written, and every document says what it is."""
    folder = copied / "fire"
    assert ev("init", str(folder), "--matter", "火灾应对评估", "--in", str(copied / "year")).returncode == 0
    evaluation, _ = load(folder)
    assert evaluation.settings.name == "火灾应对专项评估"
    assert [unit.name for unit in evaluation.units.values()] == ["甲局", "乙委", "丙局", "张三", "李四", "王五"]
    assert [unit.leads for unit in evaluation.units.values()][3:] == ["甲局", "B", "丙局"]
    assert not any(scheme.grades or scheme.awards for scheme in evaluation.classes.values())
    return_all(folder, say({"A": "90", "B": "80", "C": "70", "P1": "1", "P2": "2", "P3": "3"}))
    result = score_folder(folder).result
    with forms_of(result.evaluation) as forms:
        made = written(result, forms)
    for name in ("结果通报", "评估报告"):
        text = "\n".join(text_of(made[f"public/{name}.docx"]))
        assert "火灾应对专项评估" in text
    assert "本次评估是在2027年度绩效评估以外单独进行的专项评估。" in text


@pytest.mark.parametrize(
    "asked", [("--matter", "火灾"), ("--in", "year"), ("--matter", "火灾", "--in", "year", "--empty")]
)
def test_a_matter_needs_a_name_and_a_year(asked: tuple[str, ...], tmp_path: Path) -> None:
    """Anything else is wrong usage."""
    assert ev("init", str(tmp_path / "x"), *asked).returncode == 2


def test_a_matter_whose_year_is_elsewhere_says_so(copied: Path) -> None:
    """A warning: the folder may be looked at alone."""
    assert not [one for one in take_in(copied / "flood").findings if one.code == "PART_OF_AWAY"]
    shutil.rmtree(copied / "year")
    assert [one.severity for one in take_in(copied / "flood").findings if one.code == "PART_OF_AWAY"] == ["warning"]
