"""A trial says what the real thing would come to, stores nothing, and names whatever it does not know."""

from __future__ import annotations

import hashlib
import json
import random
import shutil
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from evaltool.findings import Refused
from evaltool.points.score import Weights
from evaltool.proof.moved import UnitOutcome
from evaltool.proof.ranges import _range, ranges
from evaltool.proof.supposition import Supposition
from evaltool.proof.whatif import Trial, standings, tried
from evaltool.results.closeness import closeness
from evaltool.rules import Scheme
from evaltool.run import score_folder
from folders import decide, make, return_all
from small_city import LEDGER, ROSTER, RULES, SETTINGS, says
from terminal import ev

pytestmark = pytest.mark.usefixtures("bare_runs")

RULES = (
    RULES
    + """
[[grade]]
name = "不合格"
from = 0
"""
)
RULES = RULES.replace('name = "合格"\nfrom = 0', 'name = "合格"\nfrom = 80', 1)


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = make(tmp_path_factory.mktemp("whatif") / "city", ROSTER, {"d": RULES}, SETTINGS)
    return_all(folder, says)
    score_folder(folder)
    return folder


@pytest.fixture
def folder(ready: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(ready, tmp_path / "city"))


def totals(trial: Trial) -> dict[str, Fraction]:
    return {one.unit.id: one.exact for one in standings(trial.result, trial.weights)}


def really(folder: Path, *changes: tuple[str, str]) -> dict[str, tuple[Fraction, int | None, str]]:
    """What the folder comes to once the rules are really changed."""
    rules = folder / "schemes" / "d.toml"
    text = rules.read_text("utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    rules.write_text(text, "utf-8")
    return _said(folder)


def _said(folder: Path) -> dict[str, tuple[Fraction, int | None, str]]:
    return {one.unit.id: (one.exact, one.rank, one.grade) for one in score_folder(folder).result.standings}


def supposed(folder: Path, **said: tuple[str, ...]) -> dict[str, tuple[Fraction, int | None, str]]:
    trial = tried(folder, "", Supposition(**said))
    return {one.unit.id: (one.exact, one.rank, one.grade) for one in standings(trial.result, trial.weights)}


def test_nothing_supposed_moves_nobody(folder: Path) -> None:
    trial = tried(folder, "", Supposition())
    assert (trial.units, trial.unchanged) == ((), 3)


def test_other_weights_are_those_of_rules_that_say_so(folder: Path) -> None:
    """The weight that is given; what is left is shared by the others in proportion: 60 and 20 become 45 and 15."""
    tried_ = supposed(folder, weights=("民评=40",))
    assert tried_ == really(
        folder,
        ('weight = 20\nby = "voters"', 'weight = 40\nby = "voters"'),
        ("weight = 60", "weight = 45"),
        ('weight = 20\nby = "leader"', 'weight = 15\nby = "leader"'),
    )


def test_a_component_left_out_leaves_its_weight_to_the_others(folder: Path) -> None:
    """Without the list 60 and 20 share 100; A has 90 and 85 of 100 in them, B 80 and 90, C 70 and 90."""
    assert supposed(folder, without=("list",)) == {
        "A": (Fraction("88.75"), 1, "合格"),
        "B": (Fraction("82.5"), 2, "合格"),
        "C": (Fraction(75), 3, "不合格"),
    }


def test_keys_of_the_rules_are_scored_as_if_they_stood_there(folder: Path) -> None:
    """A key of a component, by its name; one of the head; one in a list of the file has the whole list."""
    tried_ = supposed(folder, settings=("工作.weight=50", "vote.weight=30", "decimals=0"))
    changes = (("weight = 60", "weight = 50"), ('weight = 20\nby = "voters"', 'weight = 30\nby = "voters"'))
    assert tried_ == really(folder, *changes, ("total = 100", "total = 100\ndecimals = 0"))


def test_without_an_evaluator_the_others_decide(folder: Path) -> None:
    """As if his sheet had not come and the office had waived it."""
    sheet = next((folder / "inbox").glob("L2-*.xlsx"))
    digest = hashlib.sha256(sheet.read_bytes()).hexdigest()
    waived = "免报,试算,2026-12-31,试算,,L2,,,,,\n"
    decided = LEDGER + waived + waived.replace("免报", "排除").replace(",L2,,", f",L2,{digest},")
    tried_ = supposed(folder, without=("李四",))
    decide(folder, decided)
    assert tried_ == _said(folder)


def test_decisions_on_a_sheet_that_is_left_out_stop_no_trial(folder: Path) -> None:
    """His places were corrected; without them it comes to the same as without his sheet as it came."""
    without = supposed(folder, without=("李四",))
    head, *lines = (line.split(",") for line in _marks(folder))
    column = head.index
    own = {line[column("unit")]: line for line in lines if line[column("evaluator")] == "L2"}
    place = "更正,绩发〔2027〕8号,2027-02-01,笔误,,,{},{},{},{},{}\n"
    changed = [
        place.format(*(own[unit][column(key)] for key in ("file_hash", "sheet", "cell", "text")), after)
        for unit, after in (("A", "2"), ("B", "1"))
    ]
    decide(folder, LEDGER + "".join(changed))
    score_folder(folder)
    assert supposed(folder, without=("李四",)) == without


def test_another_mark_is_a_correction_of_its_cell(folder: Path) -> None:
    """The office's 70 for C as 100: 18 of 60 points more; the cell may be named by unit and component or as it is."""
    before = supposed(folder)
    after = supposed(folder, marks=("绩效办/丙局/工作=100",))
    assert after["C"][0] - before["C"][0] == 18
    assert {unit: after[unit][0] for unit in "AB"} == {unit: before[unit][0] for unit in "AB"}
    row = next(
        dict(zip(head, line, strict=True))
        for head, *lines in [[each.split(",") for each in _marks(folder)]]
        for line in lines
        if line[head.index("component")] == "work" and line[head.index("unit")] == "C"
    )
    assert supposed(folder, marks=(f"O1/{row['sheet']}/{row['cell']}=100",)) == after


def _marks(folder: Path) -> list[str]:
    return (folder / "runs" / "0001" / "marks.csv").read_text("utf-8-sig").splitlines()


def test_everything_that_names_nothing_is_said_at_once(folder: Path) -> None:
    """With what is near to it; nothing is scored."""
    said = Supposition(
        weights=("民评论=10", "work=x", "list=1e999999999", "work=70"),
        settings=("wrk.over=mean", "nothing", "grade[7].from=3", "work.name.x=1"),
        without=("王五",),
        marks=("O1/A", "O1/A/vote=3"),
    )
    with pytest.raises(Refused) as refused:
        tried(folder, "", said)
    assert {one.code for one in refused.value.findings} == {"TRIAL_UNKNOWN"}
    told = "\n".join(one.message("en") for one in refused.value.findings)
    for words in (
        "near to it: 民评",
        "no number",
        "near to it: work",
        "no such key",
        "no such evaluator",
        "neither",
        "supposed twice",
    ):
        assert words in told
    assert "no counted sheet has such a cell" in told


@pytest.mark.parametrize(
    "said",
    [
        Supposition(weights=("work=50", "工作=40")),
        Supposition(weights=("list=10",), without=("领导排名",)),
        Supposition(settings=("work.weight=50", "component.work.weight=40", "vote.weight=40")),
        Supposition(marks=("O1/A/work=1", "绩效办/甲局/工作=2")),
        Supposition(without=("李四", "L2")),
    ],
)
def test_the_same_thing_by_two_names_is_supposed_twice(folder: Path, said: Supposition) -> None:
    """Nobody knows which of the two was meant: neither is taken."""
    with pytest.raises(Refused) as refused:
        tried(folder, "", said)
    assert ["supposed twice" in one.message("en") for one in refused.value.findings] == [True]


def test_weights_that_do_not_add_up_are_refused(folder: Path) -> None:
    with pytest.raises(Refused) as refused:
        tried(folder, "", Supposition(weights=("work=70", "list=50")))
    assert [one.message("en") for one in refused.value.findings] == [
        "120 in the trial: the weights stated do not come to the 100 of what they are parts of, "
        "and nothing is left to share the rest"
    ]


def test_rules_that_would_be_wrong_are_refused_as_such(folder: Path) -> None:
    with pytest.raises(Refused) as refused:
        tried(folder, "", Supposition(settings=("work.over=midian",)))
    assert [one.file for one in refused.value.findings] == ["schemes/d.toml"]


def test_a_bound_in_a_list_of_the_rules_is_named_by_its_place(folder: Path) -> None:
    assert supposed(folder, settings=("grade[1].from=70",)) == really(folder, ("from = 80", "from = 70"))


def test_a_key_that_the_rules_do_not_state_yet_can_be_tried(folder: Path) -> None:
    """What the file could say: a table of its own, a key within a list of the head."""
    said = supposed(folder, settings=("rank.by=exact", "bonus.cap=1", 'groups[1].name="乙类"'))
    changes = ('name = "甲类"', 'name = "乙类"'), ("[scale]", '[rank]\nby = "exact"\n[bonus]\ncap = 1\n[scale]')
    assert said == really(folder, *changes)


def test_a_decision_on_a_tie_that_is_gone_stops_no_trial(folder: Path) -> None:
    """A has 91, B 91.2 once its 80 is corrected to 92: tied without decimals, and no longer with two."""
    rules = folder / "schemes" / "d.toml"
    rules.write_text(rules.read_text("utf-8").replace("total = 100", "total = 100\ndecimals = 0", 1), "utf-8")
    sheet = next((folder / "inbox").glob("O1-*.xlsx"))
    digest = hashlib.sha256(sheet.read_bytes()).hexdigest()
    head, *lines = (line.split(",") for line in _marks(folder))
    row = next(line for line in lines if line[head.index("component")] == "work" and line[head.index("unit")] == "B")
    place = f"{row[head.index('sheet')]},{row[head.index('cell')]}"
    tie = "同分裁定,绩发〔2027〕9号,2027-02-01,并列,{unit},,,,,,{at}\n"
    change = f"更正,绩发〔2027〕8号,2027-02-01,笔误,,,{digest},{place},80,92\n"
    decide(folder, LEDGER + change + tie.format(unit="A", at=2) + tie.format(unit="B", at=1))
    assert [(one.unit.id, one.text, one.rank) for one in score_folder(folder).result.standings[:2]] == [
        ("B", "91", 1),
        ("A", "91", 2),
    ]
    trial = tried(folder, "", Supposition(settings=("decimals=2",)))
    assert {one.id: one.after.rank for one in trial.units if one.after} == {"A": 2, "B": 1, "C": 3}
    (found,) = ranges(trial.base, Scheme.weight, 1, Fraction(0), 1).values()
    assert [(one.unit, one.rank) for one in found] == [("B", 1), ("A", 2), ("C", 3)]
    # by the cards alone B and C are level, and of C nothing was decided
    cards: Weights = lambda _, leaf, __: Fraction(100 * (leaf == "vote"))  # noqa: E731
    (found,) = ranges(trial.base, cards, 1, Fraction(0), 1).values()
    by_cards = {one.unit.id: one.rank for one in standings(trial.base, cards)}
    assert {one.unit: one.rank for one in found} == by_cards == {"B": 1, "C": 1, "A": 3}


# --- ranges ----------------------------------------------------------------------------------------------------------


def test_without_a_spread_everybody_keeps_the_rank(folder: Path) -> None:
    trial = tried(folder, "", Supposition())
    (found,) = ranges(trial.result, Scheme.weight, 5, Fraction(0), 1).values()
    assert [(one.unit, one.rank, one.best, one.worst, one.stays) for one in found] == [
        (unit, at, at, at, Fraction(1)) for at, unit in enumerate("ABC", 1)
    ]


def test_draws_are_those_of_the_seed_and_keep_behind_who_is_worse_in_everything(folder: Path) -> None:
    """B is ahead of C in two components and level in the third, until the office's mark for C is the better one."""
    base = tried(folder, "", Supposition()).result
    (found,) = ranges(base, Scheme.weight, 200, Fraction(1), 7).values()
    assert next(each for each in found if each.unit == "B").worst == 2
    other = tried(folder, "", Supposition(marks=("O1/丙局/work=81",))).result
    one, same, another = (ranges(other, Scheme.weight, 200, Fraction(1), seed) for seed in (7, 7, 8))
    assert one == same != another
    ((*_, last),) = one.values()
    assert (last.unit, last.best < last.worst) == ("C", True)


def test_a_draw_ranks_as_scoring_does(folder: Path) -> None:
    """Weights of a draw as typed ones: the ranks of the ranges' arithmetic are those of the exact scoring."""
    trial = tried(folder, "", Supposition(marks=("O1/丙局/work=81",)))
    drawn = random.Random(3)
    for _ in range(20):
        own = [drawn.randint(1, 98) for _ in range(2)]
        one, rest = own[0], (100 - own[0]) * own[1] // 100
        weights = {"work": Fraction(one), "list": Fraction(rest), "vote": Fraction(100 - one - rest)}
        (found,) = ranges(trial.result, lambda _, leaf, __: weights[leaf], 1, Fraction(0), 1).values()  # noqa: B023
        exactly = standings(trial.result, lambda _, leaf, __: weights[leaf])  # noqa: B023
        assert {each.unit: each.rank for each in found} == {each.unit.id: each.rank for each in exactly}


def test_a_draw_moves_a_weight_by_the_parts_of_the_rules(folder: Path) -> None:
    """Nobody's list came, and nine tenths of its weight go to the cards: B, who is behind A in the work, is first."""
    rules = folder / "schemes" / "d.toml"
    policy = 'by = "leader"\nnone = { weight_to = { vote = 0.9, work = 0.1 } }'
    rules.write_text(rules.read_text("utf-8").replace('by = "leader"', policy, 1), "utf-8")
    score_folder(folder)
    trial = tried(folder, "", Supposition(without=("张三", "李四")))
    weights = {"work": Fraction(20), "list": Fraction(60), "vote": Fraction(20)}
    (found,) = ranges(trial.result, lambda _, leaf, __: weights[leaf], 1, Fraction(0), 1).values()
    exactly = standings(trial.result, lambda _, leaf, __: weights[leaf])
    assert {each.unit: each.rank for each in found} == {each.unit.id: each.rank for each in exactly}
    assert found[0].unit == "B"


def test_nine_of_ten_draws_lie_between_low_and_high(folder: Path) -> None:
    """Of twenty ranks the lowest and the highest are left out."""
    unit = tried(folder, "", Supposition()).base.standings[0].unit
    one = _range(unit, {"A": 3}, [{"A": rank} for rank in range(20, 0, -1)])
    assert (one.best, one.low, one.middle, one.high, one.worst) == (1, 1, 10, 19, 20)
    assert one.stays == Fraction(1, 20)


def test_who_is_waived_already_can_be_left_out(folder: Path) -> None:
    """His sheet came all the same; it counts as not come, and nothing is decided twice."""
    without = supposed(folder, without=("李四",))
    next((folder / "inbox").glob("L2-*.xlsx")).unlink()
    shutil.rmtree(folder / "received")
    shutil.rmtree(folder / "runs")
    decide(folder, LEDGER + "免报,绩发〔2027〕8号,2027-02-01,出国,,L2,,,,,\n")
    score_folder(folder)
    assert supposed(folder, without=("李四",)) == without


def test_totals_below_zero_are_rounded_away_from_it(folder: Path) -> None:
    """A comes to -0.125, B to -0.13: both are printed as -0.13 and share the second place behind C."""
    taken = "扣分,绩发〔2027〕8号,2027-02-02,迟报,{},,,,,,{}\n"
    decide(folder, LEDGER + taken.format("甲局", "91.125") + taken.format("乙局", "84.13"))
    result = score_folder(folder).result
    (found,) = ranges(result, Scheme.weight, 1, Fraction(0), 1).values()
    placed = {one.unit.id: one.rank for one in result.standings}
    assert {one.unit: one.rank for one in found} == placed == {"C": 1, "A": 2, "B": 2}


# --- as it is used ---------------------------------------------------------------------------------------------------


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_trial_stores_nothing_and_says_what_it_is(folder: Path, tmp_path: Path) -> None:
    before = files(folder)
    picture = tmp_path / "名次.svg"
    said = ev("whatif", str(folder), "--weight", "民评=40", "--range", "20", "--picture", str(picture), "--lang", "zh")
    assert (said.returncode, files(folder)) == (0, before)
    assert "试算" in said.stdout.splitlines()[0]
    assert "不是评估结果" in said.stderr + said.stdout
    assert "试算，不是评估结果，不得公布" in picture.read_text("utf-8")
    made = ev("whatif", str(folder), "--weight", "民评=40", "--output-format", "json")
    value = json.loads(made.stdout)
    assert value["whatif"] is True
    assert {each["id"] for each in value["moves"]} == {"A", "B", "C"}
    assert not {"total", "rank", "grade"} & set(value["moves"][0])


def test_ranges_stand_among_the_lines_beside_moves(folder: Path) -> None:
    made = ev("whatif", str(folder), "--set", "decimals=0", "--range", "5", "--output-format", "jsonl")
    lines = [json.loads(line) for line in made.stdout.splitlines()]
    assert sorted(line["unit"] for line in lines if "best" in line) == ["A", "B", "C"]


def test_a_picture_without_ranges_is_wrong_usage(folder: Path, tmp_path: Path) -> None:
    assert ev("whatif", str(folder), "--picture", str(tmp_path / "x.png")).returncode == 2


def test_no_picture_is_put_into_a_run(folder: Path) -> None:
    path = folder / "runs" / "0001" / "名次.svg"
    assert ev("whatif", str(folder), "--range", "5", "--picture", str(path)).returncode == 2
    assert not path.exists()


def test_who_is_close_to_what_decides_is_said_in_words(folder: Path) -> None:
    """B has 76 or so; with a bound in reach it is named, and so is the award that ends between two."""
    base = tried(folder, "", Supposition()).base
    total = {one.unit.id: one.total for one in base.standings}
    bound = total["B"] + Fraction(3, 10)
    shown = tried(
        folder, "", Supposition(settings=(f'grade=[{{name="甲",from={float(bound)}}},{{name="乙",from=0}}]',))
    )
    (found,) = list(closeness(shown.result))
    assert (found.kind, found.name, found.unit.unit.id, found.apart) == ("below", "甲", "B", Fraction(3, 10))
    assert ev("whatif", str(folder)).stdout.count("\n") == 2


def test_who_shares_a_rank_is_close_to_nobody_of_it(folder: Path) -> None:
    """A and B come to 91 without decimals: they share the first place, and neither has the better one."""
    rules = ("decimals=0",)
    shown = tried(folder, "", Supposition(settings=rules, marks=("O1/乙局/work=92",))).result
    assert [(one.text, one.rank) for one in shown.standings][:2] == [("91", 1), ("91", 1)]
    assert [one.kind for one in closeness(shown)] == []
    apart = tried(folder, "", Supposition(marks=("O1/乙局/work=92",))).result
    assert [(one.kind, one.unit.unit.id, one.apart) for one in closeness(apart)] == [("rank", "B", Fraction(1, 5))]


def test_totals_say_nothing_of_places_that_go_by_their_change(folder: Path) -> None:
    """B has risen by more than A and stands before it: no distance of totals lies between them."""
    base = tried(folder, "", Supposition()).result
    (scheme,) = base.evaluation.classes.values()
    first, second, third = base.standings
    by_change = replace(scheme, ranking=scheme.ranking.model_copy(update={"by": "variation"}), grades=())
    turned = (replace(second, rank=1), replace(first, rank=2), third)
    evaluation = replace(base.evaluation, classes={scheme.id: by_change})
    assert list(closeness(replace(base, evaluation=evaluation, standings=turned))) == []


def test_an_outcome_has_no_form_of_a_result() -> None:
    """What a trial prints of a unit stands below `was` and `would_be`."""
    one = UnitOutcome("甲局", "80.00", Fraction(80), 1, "", ())
    assert set(one.as_value()) == {"name", "total", "exact", "rank", "grade", "awards"}
