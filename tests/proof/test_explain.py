"""Every total explains itself (law 8): down to the cells, added up again, the same for people and for programs."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import small_city
from evaltool.exact import exact, half_up
from evaltool.explain.as_json import as_value
from evaltool.explain.explanation import Explanation, explained, readded
from evaltool.explain.sums import of_voices
from evaltool.findings import Refused
from evaltool.proof import explained as proof
from evaltool.results.result import Result
from evaltool.run import score_folder, scored, take_in
from filled_years import begin
from folders import TEMPLATES, bundled_settings, decide, make, return_all
from terminal import ev
from worked_county import ROSTER, says, scheme

EVALUATIONS = TEMPLATES / "evaluations"
QUICK = ("local-methods", "three-comparisons", "tax-staff", "appraisal-360")
NAMES = [
    pytest.param(name, marks=() if name in QUICK else pytest.mark.slow)
    for name in sorted(path.name for path in EVALUATIONS.iterdir() if path.is_dir() and path.name != "kpi-printed")
]
SAMPLE = Path(__file__).parents[2] / "sample_data" / "chengchuan-2026"
LEDGER = """种类,文号,日期,理由,单位,新值
加分,绩发〔2027〕9号,2027-02-01,创新,清川县,0.5
扣分,绩发〔2027〕10号,2027-02-02,迟报,清川县,0.125
一票否决,绩发〔2027〕11号,2027-02-03,安全事故,清川县,
"""


@pytest.fixture(scope="module")
def scored_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The worked example with bonus, deduction and veto, and one official run."""
    folder = make(tmp_path_factory.mktemp("explain") / "city", ROSTER, {"counties": scheme()}, bundled_settings())
    return_all(folder, says)
    decide(folder, LEDGER)
    score_folder(folder)
    return folder


@pytest.fixture
def folder(scored_once: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(scored_once, tmp_path / "city"))


@pytest.fixture(scope="module")
def county(scored_once: Path) -> Explanation:
    return proof.explain(scored_once, "清川县")


# --- added up again --------------------------------------------------------------------------------------------------


def by_hand(value: dict[str, Any]) -> Iterator[tuple[str, Fraction, Fraction]]:
    """What is written for programs, added up with fractions and nothing of the tool's: (what, again, written)."""
    nodes = {node["id"]: node for node in value["nodes"]}
    for id_, node in nodes.items():
        parts = [each for each in nodes.values() if each["in"] == id_]
        if node["points"] is None:
            assert all(part["points"] is None for part in parts)
            continue
        if parts:
            again = sum((Fraction(part["points"] or 0) for part in parts), Fraction(0))
            weights = [Fraction(part["weight"]) for part in parts]
            yield f"{id_} weight", sum(weights, Fraction(0)), Fraction(node["weight"])
        else:
            again = Fraction(node["share"] or 0) * Fraction(node["weight"])
        scale = 10 ** (node["round"] or 0)
        again = again if node["round"] is None else Fraction((2 * again * scale + 1) // 2, scale)
        yield f"{id_} points", again, Fraction(node["points"])
        used = [voice for voice in node["evaluators"] if voice["share"] is not None and not voice["left_out"]]
        if used and all(voice["months"] is None for voice in used):
            yield f"{id_} share", _mean([Fraction(voice["share"]) for voice in used]), Fraction(node["share"])
    yield "full", Fraction(nodes[""]["weight"]), Fraction(value["full"])
    whole = Fraction(nodes[""]["points"]) + Fraction(value["bonus"]) - Fraction(value["deduction"])
    yield "exact", whole, Fraction(value["exact"])
    scale = 10 ** value["decimals"]
    yield "total", Fraction((2 * whole * scale + 1) // 2, scale), Fraction(value["total"])


def _mean(values: list[Fraction]) -> Fraction:
    return Fraction(sum(values, Fraction(0)), len(values))


def explains_itself(result: Result) -> int:
    """All units of a result; how many leaves were followed back to marks or cards."""
    followed = 0
    for one in result.standings:
        explanation = explained(result, one.unit)
        assert readded(explanation) == []
        value = as_value(explanation)
        assert [each for each in by_hand(value) if each[1] != each[2]] == []
        assert (value["total"], value["exact"], value["rank"]) == (one.text, exact(one.exact), one.rank)
        assert {node["id"] for node in value["nodes"]} == {leaf for unit, leaf in result.points if unit == one.unit.id}
        followed += sum(bool(node["evaluators"] or node["cards"]) for node in value["nodes"])
    return followed


@pytest.mark.parametrize("name", NAMES)
def test_every_unit_of_a_bundled_evaluation_re_adds_exactly(name: str, tmp_path: Path) -> None:
    """Filled in as its golden results have it: what is written is added up with fractions only, down to the voices."""
    begin(EVALUATIONS / name, tmp_path / "year")
    result = scored(take_in(tmp_path / "year"), "0001")
    assert explains_itself(result) >= len(result.standings)


@pytest.mark.slow
def test_every_unit_of_the_sample_re_adds_exactly(tmp_path: Path) -> None:
    """With waived and corrected sheets, lines that are not applicable, bonus and veto."""
    folder = Path(shutil.copytree(SAMPLE, tmp_path / "sample"))
    result = scored(take_in(folder), "0001")
    assert explains_itself(result) > 10 * len(result.standings)


@pytest.mark.parametrize(
    ("what", "field"),
    [("weight", "weight"), ("points", "points"), ("share", "share"), ("share", "from_marks")],
)
def test_a_figure_changed_by_hand_is_noticed(county: Explanation, what: str, field: str) -> None:
    """In any node: the smallest change of a weight, a share, of points, of what the marks come to."""
    for at, node in enumerate(county.nodes):
        value = getattr(node, field)
        if value is None or (field == "share" and node.from_marks is None):  # the share of a sum is points by weight
            continue
        broken = replace(node, **{field: value + Fraction(1, 10**12)})
        found = readded(replace(county, nodes=(*county.nodes[:at], broken, *county.nodes[at + 1 :])))
        assert found, (node.id, field)
        assert {one.code for one in found} == {"EXPLANATION_DIFFERS"}
        assert any(what in dict(one.args)["what"] for one in found)


def test_a_total_changed_by_hand_is_noticed(county: Explanation) -> None:
    """Total, unrounded total, bonus, deduction, the ledger's lines: none of them can be another."""
    one = county.standing
    for changed in (
        replace(one, total=one.total + Fraction(1, 100)),
        replace(one, text="99.43"),
        replace(one, exact=one.exact + Fraction(1, 10**12)),
        replace(one, bonus=one.bonus + 1, exact=one.exact + 1),
        replace(one, deduction=Fraction(0), exact=one.exact + one.deduction),
    ):
        assert readded(replace(county, standing=changed)), changed
    assert readded(replace(county, given=()))
    assert readded(county) == []


def test_a_result_that_does_not_follow_from_its_marks_is_noticed(scored_once: Path) -> None:
    """Points and share of a leaf changed together, the marks still say something else."""
    result = proof.proved(scored_once)
    spot = ("C1", "mayor")
    point = result.points[spot]
    assert point.share and point.points
    half = replace(point, share=point.share * Fraction(1, 2), points=point.points * Fraction(1, 2))
    points = {**result.points, spot: half}
    wrong = readded(explained(replace(result, points=points), result.evaluation.units["C1"]))
    assert {(one.component, dict(one.args)["what"]) for one in wrong} >= {("mayor", "mayor.share")}


# --- what is said ----------------------------------------------------------------------------------------------------


def test_people_and_programs_are_told_the_same(folder: Path) -> None:
    """Total, rank, every component's points, every cell and every document of the JSON stand in both texts."""
    value = json.loads(ev("explain", str(folder), "C1", "--output-format", "json").stdout)
    for language in ("zh", "en"):
        ran = ev("explain", str(folder), "清川县", "--lang", language, COLUMNS="1000")
        assert ran.returncode == 0
        assert f"{value['total']}" in ran.stdout
        for node in value["nodes"]:
            assert node["name"] in ran.stdout
            assert f" {_four(node['points'])}" in ran.stdout
            for mark in (mark for voice in node["evaluators"] for mark in voice["marks"]):
                place = f"{mark['file']} [{mark['sheet']}]"
                line = next(line for line in ran.stdout.splitlines() if place in line)
                assert re.search(rf"\b{mark['cell']} .*{re.escape(mark['said'])}", line), mark
        for document in ("绩发〔2027〕9号", "绩发〔2027〕10号", "绩发〔2027〕11号"):
            assert document in ran.stdout


def _four(points: str) -> str:
    rounded = half_up(Fraction(points), 4)
    return (
        format(float(rounded), "f").rstrip("0").rstrip(".") if rounded == Fraction(points) else f"{float(rounded):.4f}"
    )


def test_rows_for_programs_are_the_nodes(folder: Path) -> None:
    """JSON lines give one component a line, the same as stand in the JSON."""
    value = json.loads(ev("explain", str(folder), "C1", "--output-format", "json").stdout)
    rows = ev("explain", str(folder), "C1", "--output-format", "jsonl").stdout.splitlines()
    assert [json.loads(row) for row in rows] == value["nodes"]


def test_confidential_evaluators_go_by_codes(county: Explanation, scored_once: Path) -> None:
    """No leader's name and no leader's file stands in it; the office finds the file in received/ by its digest."""
    text = json.dumps(as_value(county), ensure_ascii=False)
    assert not [name for name in ("市长甲", "副市长一", "副秘书长四", "秘书长,") if name in text]
    node = next(each for each in county.nodes if each.id == "vice_mayors")
    assert len({voice.evaluator for voice in node.voices}) == len(node.voices) == 6
    for voice in node.voices:
        assert re.fullmatch(r"E\d+", voice.evaluator)
        name = voice.sheets[0].file.removeprefix("received/").removesuffix("…")
        assert len(list((scored_once / "received").glob(f"{name}*"))) == 1
    office = next(each for each in county.nodes if each.id == "base")
    assert office.voices[0].evaluator == "市绩效办"
    assert office.voices[0].sheets[0].file.startswith("inbox/")


def test_confidential_cards_go_by_codes(tmp_path: Path) -> None:
    """Who handed in a batch of cards stands in it no more than who gave a mark, and it is said how it is named."""
    rules = small_city.RULES.replace('by = "voters"', 'by = "voters"\npublic = "hidden"')
    folder = make(tmp_path / "city", small_city.ROSTER, {"d": rules}, small_city.SETTINGS)
    return_all(folder, small_city.says)
    score_folder(folder)
    node = next(each for each in as_value(proof.explain(folder, "A"))["nodes"] if each["id"] == "vote")
    (cards,) = node["cards"]
    assert node["coded"] and re.fullmatch(r"E\d+", cards["evaluator"])
    name = cards["file"].removeprefix("received/").removesuffix("…")
    assert len(list((folder / "received").glob(f"{name}*"))) == 1
    assert "群众代表" not in json.dumps(node, ensure_ascii=False)
    assert "received/" in ev("explain", str(folder), "A").stderr


def test_what_a_trimmed_mean_left_out_is_said(tmp_path: Path) -> None:
    """Of five experts the lowest and the highest; the mean of the other three is written out."""
    begin(EVALUATIONS / "local-methods", tmp_path / "year")
    result = scored(take_in(tmp_path / "year"), "0001")
    for one in result.standings:
        node = next(each for each in explained(result, one.unit).nodes if len(each.voices) == 5)
        shares = {voice.share: voice.left_out for voice in node.voices if voice.share is not None}
        assert (shares[min(shares)], shares[max(shares)]) == ("lowest", "highest")
        used = [voice.share for voice in node.voices if voice.share is not None and not voice.left_out]
        assert sum(used, Fraction(0)) / 3 == node.share
        assert any(re.search(r"^（.+＋.+＋.+）÷3[＝≈]", said) for said in node.said)


def test_months_in_charge_are_written_out() -> None:
    """A mean by months is said as one, and nothing is said that does not come out."""
    shares, months = [Fraction(9, 10), Fraction(3, 5)], [8, 4]
    assert list(of_voices(shares, months, Fraction(4, 5), "zh")) == ["（90×8＋60×4）÷12个月＝80。"]
    assert list(of_voices(shares, months, Fraction(4, 5), "en")) == ["(90 x 8 + 60 x 4) / 12 months = 80"]
    assert list(of_voices(shares, [], Fraction(3, 4), "en")) == ["(90 + 60) / 2 = 75"]
    assert list(of_voices(shares, [], Fraction(4, 5), "en")) == []


def test_a_weight_that_moved_says_where_and_why(folder: Path) -> None:
    """Nobody's marks in one leaf: its weight stands at 0 with the leaves that took it, and these say from whom."""
    roster = folder / "roster/评估主体.csv"
    kept = [line for line in roster.read_text("utf-8-sig").splitlines() if not line.endswith(",deputy")]
    roster.write_text("\n".join(kept), "utf-8")
    score_folder(folder, interim=True)
    made = proof.explain(folder, "C1", "2")
    nodes = {node.id: node for node in made.nodes}
    gone = nodes["deputies"]
    assert (gone.state, gone.weight, gone.points) == ("moved", Fraction(0), Fraction(0))
    assert sum((nodes[each].weight - nodes[each].stated for each in gone.takers), Fraction(0)) == gone.stated
    assert all(any(gone.basis in said for said in nodes[each].said) for each in gone.takers)


def test_an_award_that_went_by_says_why(county: Explanation) -> None:
    """The first one is open to the first; a veto has lowered its grade, and that is what is said."""
    first, second = county.awards[:2]
    assert county.standing.grade != county.standing.grade_by_total
    assert not first.label
    assert county.standing.grade in first.why
    assert "第1" in second.why
    assert any("一票否决" in note for note in county.notes)


# --- the run is proved first -----------------------------------------------------------------------------------------


def test_a_run_that_was_altered_is_not_explained(folder: Path) -> None:
    """One figure typed over: refused, with the file, and no figure of it is said."""
    path = folder / "runs/0001/results.json"
    path.write_text(path.read_text("utf-8").replace('"rank": 1', '"rank": 2'), "utf-8")
    ran = ev("explain", str(folder), "C1", "--lang", "en")
    assert (ran.returncode, ran.stdout) == (1, "")
    assert "RUN_ALTERED" in ran.stderr


def test_a_run_that_does_not_come_out_again_is_not_explained(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even where nobody could tell from its files: the scoring itself says where it differs."""
    path = folder / "runs/0001/results.json"
    stored = json.loads(path.read_text("utf-8"))
    stored["units"][0]["total"] = "99.43"
    path.write_text(json.dumps(stored), "utf-8")
    monkeypatch.setattr(proof, "believed", lambda _, entry: entry)
    with pytest.raises(Refused) as refused:
        proof.explain(folder, "C1")
    assert [(one.code, one.cell) for one in refused.value.findings] == [("RUN_NOT_REPEATED", "units[C1].total")]


def test_an_old_run_is_explained_as_it_was(folder: Path, county: Explanation) -> None:
    """Its own rules, decisions and submissions, whatever stands in the folder since; the newest one without --run."""
    (folder / "decisions/决定.csv").unlink()
    score_folder(folder)
    old, new = proof.explain(folder, "C1", "1"), proof.explain(folder, "C1")
    assert old == county
    assert (new.run, new.given) == ("0002", ())
    assert new.standing.exact == old.standing.exact - Fraction(3, 8)


def test_a_wrong_name_is_not_guessed(folder: Path) -> None:
    """What comes nearest is asked, never taken."""
    ran = ev("explain", str(folder), "清川", "--lang", "zh")
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "清川县" in ran.stderr


# --- what everybody may know (law 11) --------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_public_explanation_says_what_the_public_page_says(tmp_path: Path) -> None:
    """Of every unit of the sample: no figure, name or sentence that does not stand on the public page already."""
    folder = Path(shutil.copytree(SAMPLE, tmp_path / "sample"))
    run = score_folder(folder).folder
    page, result = _plain((run / "public/评估结果.html").read_text("utf-8")), proof.proved(folder)
    for one in result.standings:
        value = proof.public_of(result, one.unit.id).as_value()
        assert (value["total"], value["rank"], value["grade"]) == (one.text, one.rank, one.grade)
        said = [*value["said"], *(word for fact in value["facts"] for word in fact)]
        said += [cell for row in value["components"] for cell in row.values()]
        assert [each for each in said if _plain(each) not in page] == []
        assert not re.search(r"inbox|received|\.xlsx|E\d\d|\d/\d|exact", json.dumps(value, ensure_ascii=False))


def test_people_and_programs_are_told_the_same_in_public(folder: Path) -> None:
    """One value, two forms; the text names no cell and no file."""
    value = json.loads(ev("explain", str(folder), "C1", "--public", "--output-format", "json").stdout)
    shown = ev("explain", str(folder), "C1", "--public", "--lang", "zh", COLUMNS="1000").stdout
    said = [*value["said"], *(word for fact in value["facts"] for word in fact)]
    said += [cell for row in value["components"] for cell in row.values()]
    assert [each for each in said if _plain(each) not in _plain(shown)] == []
    assert not re.search(r"inbox|received|\.xlsx|\d/\d", shown)


def _plain(text: str) -> str:
    return re.sub(r"\s", "", re.sub(r"<[^>]*>", "", text))


def test_nothing_of_an_interim_run_is_public(folder: Path) -> None:
    """Its explanation for the office says what it is, the public one is refused."""
    score_folder(folder, interim=True)
    ran = ev("explain", str(folder), "C1", "--run", "2", "--public", "--lang", "en")
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "EXPLANATION_INTERIM" in ran.stderr
    assert "never official" in ev("explain", str(folder), "C1", "--run", "2", "--lang", "en").stdout
