"""What moved between two scorings, and which cause moved it by how much: exact, complete, in a stated order."""

from __future__ import annotations

import json
import random
import shutil
import tomllib
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import openpyxl
import pytest

from evaltool.exact import half_up
from evaltool.findings import Refused
from evaltool.proof import ways as proof_ways
from evaltool.proof.causes import Cause
from evaltool.proof.changedkeys import rule_parts
from evaltool.proof.difference import against_now, compared, difference, stored_side, unstored
from evaltool.proof.inputs import Inputs, inputs_now
from evaltool.proof.moved import RunDifference, outcomes
from evaltool.proof.replay import replayed
from evaltool.proof.ways import ways
from evaltool.publish import results
from evaltool.questions.forms import Form
from evaltool.run import score_folder
from evaltool.runs.store import list_runs
from filling import Spot
from folders import TEMPLATES, decide, make, return_all
from small_city import LEDGER, ROSTER, RULES, SETTINGS, again, says
from terminal import ev

pytestmark = pytest.mark.usefixtures("bare_runs")

BONUS = "加分,绩发〔2027〕9号,2027-02-01,创新,甲局,,,,,,0.5\n"
DEDUCTION = "扣分,绩发〔2027〕8号,2027-02-02,迟报,乙局,,,,,,1.25\n"
VETO = "一票否决,绩发〔2027〕7号,2027-02-03,事故,丙局,,,,,,\n"
TEN_BONUS = BONUS.replace("甲局", "乙局").replace("0.5", "10")


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three departments, scored once; whatever else may count is in the record, where nothing else names it."""
    folder = make(tmp_path_factory.mktemp("diff") / "city", ROSTER, {"d": RULES}, SETTINGS)
    return_all(folder, says)
    score_folder(folder)
    return folder


@pytest.fixture
def folder(ready: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(ready, tmp_path / "city"))


def rewrite(path: Path, *changes: tuple[str, str]) -> None:
    text = path.read_text("utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path.write_text(text, encoding="utf-8")


def said(made: RunDifference) -> list[list[tuple[str, str, str]]]:
    return [[(cause.kind, cause.what, cause.at) for cause in step] for step in made.steps]


def of(made: RunDifference, unit: str) -> dict[int, Fraction]:
    found = next(each for each in made.units if each.id == unit)
    return {each.step: each.points for each in found.effects}


# --- one cause -------------------------------------------------------------------------------------------------------


def test_a_bonus_is_one_cause_with_its_points(folder: Path) -> None:
    """Previewed in the folder and then between two runs: the same, and all other units are unchanged."""
    decide(folder, LEDGER + BONUS)
    before = sorted(path.name for path in (folder / "runs").iterdir())
    previewed = against_now(folder)
    assert before == sorted(path.name for path in (folder / "runs").iterdir())
    score_folder(folder)
    for made in (previewed, compared(folder, "1", "2"), compared(folder, "", "")):
        assert said(made) == [[("decision", "added", "绩发〔2027〕9号")]]
        assert [unit.id for unit in made.units] == ["A"]
        assert of(made, "A") == {1: Fraction(1, 2)}
        assert (made.unchanged, made.moved) == (2, False)


def test_nothing_new_is_nothing(folder: Path) -> None:
    """No cause, no unit, exit code 0."""
    made = against_now(folder)
    assert (made.steps, made.units, made.unchanged) == ((), (), 3)


def test_a_withdrawn_decision_is_told_as_such(folder: Path) -> None:
    """A line that takes another back is a new line; a line that is no longer there is one that was removed."""
    decide(folder, LEDGER + BONUS + DEDUCTION)
    score_folder(folder)
    decide(folder, LEDGER + BONUS + "撤回,绩发〔2027〕10号,2027-02-09,误记,,,,,,绩发〔2027〕9号,\n")
    made = against_now(folder)
    assert said(made) == [
        [("decision", "removed", "绩发〔2027〕8号")],
        [("decision", "added", "绩发〔2027〕10号")],
    ]
    assert (of(made, "A"), of(made, "B")) == ({2: Fraction(-1, 2)}, {1: Fraction(5, 4)})


def test_a_line_entered_again_in_another_file_is_no_cause(folder: Path) -> None:
    """Where a line of the ledger stands says nothing."""
    decide(folder, LEDGER + BONUS + DEDUCTION)
    score_folder(folder)
    decide(folder, LEDGER + DEDUCTION)
    decide(folder, LEDGER + BONUS, "另一份")
    made = against_now(folder)
    assert ([step[0].kind for step in made.steps], made.units) == (["form"], ())


# --- several causes --------------------------------------------------------------------------------------------------


def test_weights_that_must_add_up_are_one_step_and_nothing_else_is_in_it(folder: Path) -> None:
    """Neither can be scored alone; what stands between them in the order, and is not needed, has its own turn."""
    changes = (("weight = 60", "weight = 50"), ("step = 10", "step = 5"))
    rewrite(
        folder / "schemes/d.toml", changes[0], ('ballot = "card" }', 'ballot = "card" }\nsource = "办法"'), changes[1]
    )
    rewrite(folder / "schemes/d.toml", ('weight = 20\nby = "voters"', 'weight = 30\nby = "voters"'))
    made = against_now(folder)
    assert said(made) == [
        [("rules", "changed", "component.work.weight"), ("rules", "changed", "component.vote.weight")],
        [("rules", "added", "component.vote.source")],
        [("rules", "changed", "places.places.step")],
    ]
    assert of(made, "B")[3] == Fraction(1)  # second of three places: five points more of 20%


def test_causes_that_interact_say_what_each_would_do_alone(folder: Path) -> None:
    """Half the bonus is lost to a new cap: the cap by itself moves nothing, and in its turn neither; the bonus then
    moves two points, and by itself ten."""
    rewrite(folder / "schemes/d.toml", ("[[grade]]", "[bonus]\ncap = 2\n[[grade]]"))
    decide(folder, LEDGER + TEN_BONUS)
    made = against_now(folder)
    assert said(made)[1] == [("decision", "added", "绩发〔2027〕9号")]
    effect = next(one for unit in made.units for one in unit.effects if unit.id == "B")
    assert (effect.step, effect.points, effect.alone) == (2, Fraction(2), Fraction(10))


def test_a_sheet_that_came_again_stands_with_the_decision_that_takes_it(folder: Path) -> None:
    """Two sheets of one evaluator cannot be scored: the new one and the decision are one step, told together."""

    def higher(form: Form, spot: Spot) -> object:
        return "95" if (spot.table.component, spot.unit) == ("work", "A") else says(form, spot)

    digest = again(folder, "O1", "再报.xlsx", higher)
    decide(folder, LEDGER + BONUS + f"采用,绩发〔2027〕6号,2027-02-01,更正,,,{digest[:12]},,,,\n")
    made = against_now(folder)
    assert said(made) == [
        [("submission", "replaced", "绩效办"), ("decision", "added", "绩发〔2027〕6号")],
        [("decision", "added", "绩发〔2027〕9号")],
    ]
    assert of(made, "A") == {1: Fraction(3), 2: Fraction(1, 2)}


def test_what_need_not_be_together_is_not(tmp_path: Path) -> None:
    """An award and the decision that revokes it go together; the sheet that came again in between, with its decision,
    has its own turn, though neither of the two can be left out alone."""
    award = '[[award]]\nname = "一等奖"\nranks = [1, 1]\ngrade = "合格"\n'
    folder = make(tmp_path / "city", ROSTER, {"d": RULES + award}, SETTINGS)
    return_all(folder, says)
    decide(folder, "种类,文号,日期,理由,单位,评估内容\n撤销奖项,绩发〔2027〕3号,2027-02-01,失实,甲局,一等奖\n")
    score_folder(folder)
    digest = again(folder, "O1", "再报.xlsx", lambda form, spot: "60" if spot.unit == "C" else says(form, spot))
    (folder / "schemes/d.toml").write_text(RULES, encoding="utf-8")
    decide(folder, LEDGER + f"采用,绩发〔2027〕6号,2027-02-01,更正,,,{digest[:12]},,,,\n")
    made = against_now(folder)
    assert said(made) == [
        [("rules", "removed", "award"), ("decision", "removed", "绩发〔2027〕3号")],
        [("submission", "replaced", "绩效办"), ("decision", "added", "绩发〔2027〕6号")],
    ]
    assert of(made, "C") == {2: Fraction(-6)}


def test_a_line_of_the_roster_moves_ranks_and_no_total(folder: Path) -> None:
    """A unit that is no longer ranked: the others move up, and the exit code says that somebody moved."""
    rewrite(folder / "roster/单位.csv", ("分类,顺序", "分类,顺序,参评"), ("A,甲局,d,g,1", "A,甲局,d,g,1,不排名"))
    made = against_now(folder)
    assert said(made) == [[("roster", "changed", "A 甲局")]]
    moved = [(unit.before.rank, unit.after.rank) for unit in made.units if unit.before and unit.after]
    assert moved == [(2, 1), (3, 2), (1, None)]
    assert {each.points for unit in made.units for each in unit.effects} == {Fraction(0)}
    assert (made.moved, made.unchanged) == (True, 0)


def test_a_unit_that_comes_brings_its_points(tmp_path: Path) -> None:
    """What a unit has that was not there before is its change; going the other way it is lost."""
    rules = RULES.replace('{ rank = "places" }', '"percent"')
    folder = make(tmp_path / "city", ROSTER, {"d": rules}, SETTINGS)
    return_all(folder, lambda form, spot: "80" if spot.table.component == "list" else says(form, spot))
    score_folder(folder)
    full = json.loads((folder / "runs/0001/results.json").read_text("utf-8"))["units"][2]
    rewrite(folder / "roster/单位.csv", ("C,丙局,d,g,3", "C,丙局,d,g,3,不参评"), ("分类,顺序", "分类,顺序,参评"))
    gone = against_now(folder)
    come = difference(unstored(inputs_now(folder)), stored_side(list_runs(folder)[0]))
    for made, sign, sides in ((gone, -1, (False, True)), (come, 1, (True, False))):
        unit = next(unit for unit in made.units if unit.id == full["id"])
        assert unit.points == sign * Fraction(full["exact"])
        assert (unit.before is None, unit.after is None) == sides
        assert made.moved


def test_what_no_input_explains_is_said_to_be_unexplained(folder: Path) -> None:
    """A stored total that the run's own inputs do not give is a cause of its own, after which everything adds up; of
    another version of the tool it is that version's."""
    decide(folder, LEDGER + BONUS)
    one, other = stored_side(list_runs(folder)[0]), unstored(inputs_now(folder))
    typed = {**one.stored, "A": replace(one.stored["A"], exact=one.stored["A"].exact + 4)}
    for tool, what in ((one.tool, "unexplained"), ("0.0.9", "changed")):
        made = difference(replace(one, stored=typed, tool=tool), other)
        assert said(made) == [[("tool", what, "")], [("decision", "added", "绩发〔2027〕9号")]]
        assert of(made, "A") == {1: Fraction(-4), 2: Fraction(1, 2)}


def test_too_many_causes_are_taken_together_by_table(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that nobody waits for hundreds of scorings: keys of a file, rows of a table, decisions of a kind are one."""
    monkeypatch.setattr(proof_ways, "MOST", 3)
    rewrite(folder / "schemes/d.toml", ("step = 10", "step = 5"), ('["中", 70]', '["中", 60]'))
    rewrite(folder / "roster/评估主体.csv", ("李四", "李四光"))
    decide(folder, LEDGER + BONUS + TEN_BONUS + DEDUCTION)
    made = against_now(folder)
    assert (made.grouped, [len(step) for step in made.steps]) == (True, [2, 1, 2, 1])
    assert "taken together" in ev("diff", str(folder), "--against", "decisions").stdout


# --- laws ------------------------------------------------------------------------------------------------------------


def variants(base: Inputs, folder: Path, draw: random.Random) -> Inputs:
    """The same folder with several things otherwise, drawn by lot."""
    files = {name: data.decode() for name, data in base.files.items()}
    rules, units, people = "schemes/d.toml", "roster/单位.csv", "roster/评估主体.csv"
    work = draw.choice((60, 60, 55, 50))
    files[rules] = (
        files[rules]
        .replace("weight = 60", f"weight = {work}")
        .replace('weight = 20\nby = "leader"', f'weight = {80 - work}\nby = "leader"')
    )
    files[rules] = files[rules].replace("step = 10", f"step = {draw.choice((10, 10, 7))}")
    files[rules] = files[rules].replace('["中", 70]', f'["中", {draw.choice((70, 70, 61))}]')
    if draw.random() < 0.3:
        files[rules] = files[rules].replace("[[grade]]", "[bonus]\ncap = 1\n[[grade]]", 1)
    if draw.random() < 0.3:
        files[units] = files[units].replace("分类,顺序", "分类,顺序,参评").replace("g,2", "g,2,不排名")
    if draw.random() < 0.3:
        files[people] = files[people].replace("李四", "李四光")
    lines = [line for line in (BONUS, DEDUCTION, VETO, TEN_BONUS.replace("9号", "5号")) if draw.random() < 0.5]
    seen = list(base.seen)
    mended = next(each for each in seen if each.name == "inbox/再报.xlsx")
    seen.remove(mended)
    if draw.random() < 0.5:
        seen = sorted([*seen, mended], key=lambda each: each.digest)
        lines.append(f"采用,绩发〔2027〕6号,2027-02-01,更正,,,{mended.digest[:12]},,,,\n")
    draw.shuffle(lines)
    files["decisions/决定.csv"] = LEDGER + "".join(lines)
    return Inputs(folder, {name: text.encode() for name, text in files.items()}, tuple(seen))


@pytest.fixture(scope="module", params=[4, pytest.param(200, marks=pytest.mark.slow)])
def pairs(request: pytest.FixtureRequest, ready: Path, tmp_path_factory: pytest.TempPathFactory) -> list[RunDifference]:
    """Pairs of scorings with several causes at once."""
    folder = Path(shutil.copytree(ready, tmp_path_factory.mktemp("pairs") / "city"))
    again(folder, "O1", "再报.xlsx", lambda form, spot: "77.7" if spot.table.component == "work" else says(form, spot))
    base, draw = inputs_now(folder), random.Random(12)
    drawn = [(variants(base, folder, draw), variants(base, folder, draw)) for _ in range(request.param)]
    return [difference(unstored(one), unstored(other)) for one, other in drawn]


def test_contributions_add_up_exactly(pairs: list[RunDifference]) -> None:
    """For every unit that differs the points of its causes are its change, step by step from the one total to the
    other, and so with ranks, grades and awards."""
    several = 0
    for made in pairs:
        for unit in made.units:
            assert unit.before and unit.after
            assert sum(each.points for each in unit.effects) == unit.after.exact - unit.before.exact
            moved = [each for each in unit.effects if each.before != each.after]
            assert [each.before for each in moved] == [unit.before, *(each.after for each in moved[:-1])]
            assert moved[-1].after == unit.after
            assert unit.after.total == f"{float(half_up(unit.after.exact, 2)):.2f}"
            several += len(moved) > 1
    assert several > len(pairs), "units with several causes were drawn"
    interacting = sum(any(each.alone is not None for unit in made.units for each in unit.effects) for made in pairs)
    assert interacting > len(pairs) // 10


def test_every_change_drawn_is_a_cause_of_its_own_kind(pairs: list[RunDifference]) -> None:
    """Rules, roster, submissions and the ledger all occur, and steps of more than one cause are the exception."""
    kinds = {cause.kind for made in pairs for step in made.steps for cause in step}
    assert kinds - {"form"} == {"rules", "roster", "submission", "decision"}
    assert sum(len(step) == 1 for made in pairs for step in made.steps) > len(pairs)


def test_what_is_put_in_place_in_part_is_scored_as_it_stands_in_the_files(ready: Path, tmp_path: Path) -> None:
    """Rules, roster and ledger written anew give what the files give: else a cause would get what is none of its
    own."""
    folder = Path(shutil.copytree(ready, tmp_path / "city"))
    again(folder, "O1", "再报.xlsx", lambda form, spot: "66.6" if spot.table.component == "work" else says(form, spot))
    base, draw = inputs_now(folder), random.Random(5)
    for _ in range(5):
        one, other = variants(base, folder, draw), variants(base, folder, draw)
        as_they_stand = [outcomes(results(replayed(inputs))) for inputs in (one, other)]
        for part in ways(one, other, {}).parts:
            for inputs, applied, wanted in zip((one, other), ((), part.causes), as_they_stand, strict=True):
                kept = {name: data for name, data in inputs.files.items() if name not in {*part.before, *part.after}}
                again_written = replace(inputs, files={**kept, **part.between(frozenset(applied))})
                assert outcomes(results(replayed(again_written))) == wanted


def test_every_bundled_rules_file_is_written_back_as_it_is_read() -> None:
    """Whatever stands in one: another key is the only difference, without it there is none."""
    paths = sorted(TEMPLATES.glob("evaluations/**/*.toml"))
    assert len(paths) > 20
    for path in paths:
        name = "schemes/x.toml"
        old, new = path.read_bytes(), path.read_bytes() + "\n[zzz]\n'ä \"' = [1, 2.50, true, 2026-01-02]\n".encode()
        (part,) = rule_parts({name: old}, {name: new})
        assert [cause.at for cause in part.causes] == ["zzz"]
        for data, applied in ((old, frozenset[Cause]()), (new, frozenset(part.causes))):
            made = part.between(applied)[name]
            assert made != data
            assert tomllib.loads(made.decode(), parse_float=Decimal) == tomllib.loads(
                data.decode(), parse_float=Decimal
            )


# --- the command -----------------------------------------------------------------------------------------------------


def test_the_exit_code_says_whether_anybody_moved(folder: Path) -> None:
    """0 for points alone, 1 for a rank; results are one JSON value with exact fractions."""
    decide(folder, LEDGER + BONUS)
    quiet = ev("diff", str(folder), "--against", "decisions", "--output-format", "json")
    value = json.loads(quiet.stdout)
    assert (quiet.returncode, value["moved"], value["unchanged"]) == (0, False, 2)
    assert value["units"][0]["effects"] == [{"step": 1, "points": "1/2"}]
    decide(folder, LEDGER + TEN_BONUS.replace("10", "12"))
    loud = ev("diff", str(folder), "--against", "decisions")
    assert loud.returncode == 1
    assert "rank 2 → 1" in loud.stdout


def test_the_workbook_says_the_same(folder: Path) -> None:
    """Causes, units and contributions as numbers and as exact fractions, opened by another library."""
    decide(folder, LEDGER + TEN_BONUS.replace("10", "12"))
    out = folder.parent / "变动.xlsx"
    assert ev("diff", str(folder), "--against", "decisions", "--out", str(out), "-q").returncode == 1
    book = openpyxl.load_workbook(out)
    tabs = {sheet.title: list(sheet.iter_rows(min_row=3, values_only=True)) for sheet in book}
    assert tabs["原因"] == [(1, "决定", "新增", "加分", "绩发〔2027〕9号", None, "乙局 12")]
    assert tabs["单位"][0] == ("乙局", 12, "12/1", "84.00", "96.00", "2", "1", "合格", "合格", None, None)
    assert tabs["各项原因"] == [("乙局", 1, 12, "12/1", None, "2", "1"), ("甲局", 1, 0, "0/1", None, "1", "2")]


def test_a_run_that_was_altered_is_not_compared(folder: Path) -> None:
    """What was typed over is no change with a cause."""
    decide(folder, LEDGER + BONUS)
    score_folder(folder)
    path = folder / "runs/0002/results.json"
    path.write_text(path.read_text("utf-8").replace('"rank": 1', '"rank": 2'), encoding="utf-8")
    with pytest.raises(Refused) as refused:
        compared(folder, "", "")
    assert {one.code for one in refused.value.findings} == {"RUN_ALTERED"}


def test_interim_runs_are_held_against_each_other(tmp_path: Path) -> None:
    """While sheets are missing: what came in since the last interim run, and what it moved."""
    folder = make(tmp_path / "city", ROSTER, {"d": RULES}, SETTINGS)
    again(folder, "O1", "绩效办.xlsx")
    score_folder(folder, interim=True)
    again(folder, "V1", "群众.xlsx")
    previewed = against_now(folder)
    score_folder(folder, interim=True)
    for made in (previewed, compared(folder, "1", "2")):
        assert said(made) == [[("submission", "added", "群众代表")]]
        assert all(each.points > 0 for unit in made.units for each in unit.effects)


def test_an_interim_run_is_not_held_against_an_official_one(folder: Path) -> None:
    """Nor is there anything to compare with where only one run was stored."""
    score_folder(folder, interim=True)
    for names, code in ((("1", "2"), "DIFF_KINDS"), (("", ""), "PICTURE_RUN"), (("7", "1"), "PICTURE_RUN")):
        with pytest.raises(Refused) as refused:
            compared(folder, *names)
        assert [one.code for one in refused.value.findings] == [code]
