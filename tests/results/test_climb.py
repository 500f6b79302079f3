"""Places climbed against the year before: rewarded once, ranked a second and last time, and shown with both ranks.

Marks 90, 89.5, 89.4, 89.4, 80, and 70 that is not ranked; 0.6 points a place, 1 at most.  First ranking 1, 2, 3, 3, 5;
earlier ranks 1, 5, 2, 4, none: 乙局 climbs three places (1.8, at most 1) to 90.5, 丁局 one (0.6) to 90.0.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaltool.evaluation import load
from evaltool.evaluation.in_words import explain
from evaltool.explain.explanation import explained, readded
from evaltool.findings import Refused
from evaltool.proof.verify import verify
from evaltool.results.rank import Climbed, rank
from evaltool.results.result import Result
from evaltool.roster import Earlier
from evaltool.run import score_folder
from evaltool.workbook.ranked import ranked_book
from evaltool.writers.saving import to_bytes
from evaltool.writers.word.text import text_of
from folders import make, return_all
from results import evaluation, points
from spreadsheet import disagreeing, opened
from taken_results import OFFICE, YEAR, say

RULES = """
format = 1
[scheme]
id = "d"
name = "部门"
total = 100
groups = [{ id = "g", name = "甲类" }]
[component.work]
name = "工作"
weight = 100
by = "office"
answer = "percent"
[rank]
gaps = true
[climb]
points = 0.6
most = 1
[[grade]]
name = "优秀"
from = 90
[[grade]]
name = "合格"
from = 0
"""
NAMES = dict(zip("ABCDEF", "甲乙丙丁戊己", strict=True))
UNITS = "编号,名称,对象类别,分类,顺序,参评\n" + "".join(
    f"{key},{name}局,d,g,{at},{'不排名' if key == 'F' else ''}\n" for at, (key, name) in enumerate(NAMES.items(), 1)
)
EARLIER = "年度,单位,总分,名次\n2026,A,90,1\n2026,B,70,5\n2026,C,82.5,2\n2026,D,60,4\n2026,F,99,9\n"
SETTINGS = YEAR.split("[result.flood]")[0]
MARKS = {"A": "90", "B": "89.5", "C": "89.4", "D": "89.4", "E": "80", "F": "70"}


def folder(path: Path, rules: str = RULES) -> Path:
    made = make(path, {"单位": UNITS, "评估主体": OFFICE, "历年结果": EARLIER}, {"d": rules}, SETTINGS)
    return_all(made, say(MARKS))
    return made


@pytest.fixture(scope="module", params=["true", "false"])
def scored(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result, bool]:
    made = folder(tmp_path_factory.mktemp("climb") / "e", RULES.replace("gaps = true", f"gaps = {request.param}"))
    return made, score_folder(made).result, request.param == "true"


Both = tuple[Path, Result, bool]


def test_places_climbed_are_worth_points_once(scored: Both) -> None:
    """A unit without an earlier rank, or that is not ranked, gets none; who is overtaken loses nothing."""
    _, result, gaps = scored
    told = {one.unit.id: (one.exact, one.rank, one.grade, one.climbed) for one in result.standings}
    none = Fraction(0)
    assert told == {
        "B": (Fraction(181, 2), 1, "优秀", Climbed(2, 5, Fraction(1))),
        "A": (Fraction(90), 2, "优秀", Climbed(1, 1, none)),
        "D": (Fraction(90), 2, "优秀", Climbed(3, 4, Fraction(3, 5))),
        "C": (Fraction(447, 5), 4 if gaps else 3, "合格", Climbed(3, 2, none)),
        "E": (Fraction(80), 5 if gaps else 4, "合格", Climbed(5 if gaps else 4, None, none)),
        "F": (Fraction(70), None, "合格", None),
    }


def test_both_ranks_are_told_and_add_up(scored: Both) -> None:
    """In the explanation, in the letter, in the machine files; and the run is proved."""
    made, result, _ = scored
    told = explained(result, result.evaluation.units["B"])
    assert readded(told) == []
    sentence = "首次排名总分89.50分、第2名，上年第5名，上升3位，名次进步奖励1分；再次排名总分90.50分、第1名，以此为准。"
    assert sentence in told.said
    said = json.loads((made / "runs/0001/results.json").read_text("utf-8"))["units"]
    (row,) = [one for one in said if one["id"] == "B"]
    assert (row["first_rank"], row["earlier_rank"], row["climb"], row["rank"]) == (2, 5, "1/1", 1)
    assert all(not proof.findings for proof in verify(made))


def test_every_letter_and_table_has_the_reward(scored: Both) -> None:
    """Whoever adds up what is printed gets what is printed."""
    made, _, _ = scored
    texts = {path.name: "\n".join(text_of(path.read_bytes())) for path in (made / "runs/0001").rglob("*.docx")}
    (letter,) = [text for name, text in texts.items() if "乙局" in name]
    assert "首次排名\n第2名，89.50分" in letter
    assert "名次进步奖励\n1.00分" in letter
    _, shown = opened((made / "runs/0001/public/排名表.xlsx").read_bytes())
    assert any("名次进步奖励1分；再次排名总分90.50分" in str(value) for value in shown.values())


def test_the_live_workbook_ranks_twice(scored: Both) -> None:
    """Its formulas give what was computed; another mark moves first rank, reward and final rank."""
    _, result, gaps = scored
    book, cached = opened(to_bytes(ranked_book(result)))
    assert disagreeing(book, cached) == []
    mark = next(spot for spot, value in cached.items() if spot[0] == "指标明细" and value == 89.5)
    changed = book.with_changes({mark: 88})  # 乙局 is fourth or, without gaps, third of five then: one or two places up
    row = next(spot for spot, value in cached.items() if spot[0] == "甲类" and value == "乙局")
    assert changed.value((row[0], row[1], row[2] + 1)) == pytest.approx(88.6 if gaps else 89)


def test_the_rules_say_that_there_are_two_rankings(tmp_path: Path) -> None:
    """What a place is worth, the most, and that it ends."""
    told = explain(load(folder(tmp_path / "e"))[0])
    assert (
        "  名次进步奖励：先按上述办法排一次名次（同分的并列），比上年名次每上升 1 位加 0.6 分，最多加 1 分，"
        "没有上年名次的不加；加分后再排一次，以第二次的总分和名次为准，不再加分。"
    ) in told


def test_an_interim_result_rewards_nothing_and_leaves_it_open(scored: Both, tmp_path: Path) -> None:
    """Its places are no places yet; 丙局 cannot reach 90 any more, 丁局 still may."""
    made = Path(shutil.copytree(scored[0], tmp_path / "e"))
    told = {one.unit.id: one for one in score_folder(made, interim=True).result.standings}
    assert told["B"].exact == Fraction(179, 2)
    assert (told["D"].grade, told["D"].possible) == ("", ("合格", "优秀"))
    assert (told["E"].grade, told["E"].possible) == ("合格", ())


@pytest.mark.parametrize(
    ("old", "new", "code", "cell"),
    [
        ("points = 0.6", "points = 0.605", "RULES_FIGURE", "climb.points"),
        ("most = 1", "most = 1.001", "RULES_FIGURE", "climb.most"),
        ("points = 0.6\n", "", "RULES_KEY_MISSING", "climb.points"),
        ("points = 0.6", "points = -1", "RULES_VALUE", "climb.points"),
        ("gaps = true", 'by = "variation"', "RULES_FIGURE", "climb.points"),
    ],
)
def test_wrong_rules_teach(old: str, new: str, code: str, cell: str, tmp_path: Path) -> None:
    """Points that would not be printed whole would tell more of marks than the totals do."""
    with pytest.raises(Refused) as wrong:
        load(folder(tmp_path / "e", RULES.replace(old, new)))
    assert (code, cell) in {(one.code, one.cell) for one in wrong.value.findings}


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 12)), min_size=1, max_size=12), st.integers(1, 30))
def test_a_second_pass_ends(units: list[tuple[int, int]], worth: int) -> None:
    """Of any totals and earlier ranks: the reward follows from the first ranking alone, nobody has less than without
    it, a better earlier rank is never worth more, and the ranks are those of the totals with the reward."""
    ids = [f"u{at:02}" for at in range(len(units))]
    earlier = {key: place for key, (_, place) in zip(ids, units, strict=True) if place}
    made = evaluation(dict.fromkeys(ids, "g1"), f"[climb]\npoints = {worth}\nmost = 50\n")
    rows = tuple(Earlier(2025, key, rank=place) for key, place in earlier.items())
    made = replace(made, roster=replace(made.roster, earlier=rows))
    table = points({key: ("0", str(mark)) for key, (mark, _) in zip(ids, units, strict=True)})
    standings, _ = rank(made, table)
    first = {key: 1 + sum(other > mark for other, _ in units) for key, (mark, _) in zip(ids, units, strict=True)}
    for one in standings:
        assert one.climbed is not None
        climbed = max(earlier.get(one.unit.id, 0) - first[one.unit.id], 0)
        assert one.climbed.first == first[one.unit.id]
        assert one.reward == min(worth * climbed, 50)
        assert one.at_first.total + one.reward == one.total
        assert one.rank == 1 + sum(other.total > one.total for other in standings)
