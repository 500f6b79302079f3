"""The sample evaluation has every loose end that it promises, and the flawed one every mistake, each at its cell."""

from __future__ import annotations

import csv
import re
import shutil
import zipfile
from collections import Counter
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from evaltool.checks.claims import undecided_claims
from evaltool.checks.matters import followed
from evaltool.checks.reasons import marks_and_reasons, with_reasons
from evaltool.checks.reported import reported
from evaltool.documents.bulletin import groups_of
from evaltool.documents.lostlines import tables
from evaltool.evaluation import Evaluation, load
from evaltool.evaluation.remarks import PassedOn, passed_on_by
from evaltool.findings import Finding, blocking
from evaltool.identity import sheet_name
from evaltool.page import INTERNAL, PUBLIC, check_pages, pages
from evaltool.questions.layout.reports import is_counted
from evaltool.results.rank import Standing
from evaltool.results.result import Result
from evaltool.returns.remarks.heard import heard
from evaltool.roster import REMARK_KINDS, SOURCES, Indicator
from evaltool.run import TakenIn, scored, take_in
from evaltool.views.lostpoints import lost_points
from evaltool.views.satisfaction import satisfied_by_group
from recompute import recompute

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "sample_data" / "chengchuan-2026"
FLAWED = ROOT / "sample_data" / "chengchuan-2026-flawed"
TEMPLATE = ROOT / "templates" / "evaluations" / "songyuan"


def taken_in(source: Path, scratch: Path) -> TakenIn:
    """A copy of the folder taken in, so that the committed one stays as it is."""
    shutil.copytree(source, scratch / source.name)
    return take_in(scratch / source.name)


@pytest.fixture(scope="module")
def taken(tmp_path_factory: pytest.TempPathFactory) -> TakenIn:
    return taken_in(SAMPLE, tmp_path_factory.mktemp("sample"))


@pytest.fixture(scope="module")
def result(taken: TakenIn) -> Result:
    return scored(taken, "0001")


@pytest.fixture(scope="module")
def standings(result: Result) -> dict[str, Standing]:
    return {one.unit.id: one for one in result.standings}


# --- size and accounts -----------------------------------------------------------------------------------------------


def test_the_sample_has_nothing_that_blocks(taken: TakenIn) -> None:
    """Everything in the clean sample can be scored."""
    assert blocking(taken.findings) == []


def test_the_sample_is_of_the_promised_size(taken: TakenIn) -> None:
    """Seven counties, 42 departments in three groups, twelve leaders, about 120 sheets, over 2,000 cards."""
    units = Counter(unit.group for unit in taken.evaluation.units.values())
    assert units == {"counties": 7, "economy": 16, "social": 15, "market": 11}
    roles = Counter(each.role for each in taken.evaluation.roster.evaluators)
    assert roles["mayor"] + roles["vice_mayor"] + roles["deputy"] == 12
    assert 110 <= sum(each.expected for each in taken.accounts.scored) <= 130
    assert sum(batch.cards for batch in taken.evaluation.roster.batches) > 2000


def test_every_kind_of_fate_of_a_file_occurs(taken: TakenIn) -> None:
    """A copy, a superseded sheet by declaration and one by decision, an excluded one, a waived evaluator."""
    scored = [one for one in taken.intake.sheets if not sheet_name(one.batch)]
    assert Counter(one.answered for one in scored) == {"counted": 117, "waived": 1}
    became = Counter(one.became for one in taken.intake.files if not sheet_name(one.batch))
    assert became == {"counted": 117, "copy": 1, "superseded": 2, "excluded": 1, "attachment": 13}


def test_a_third_of_the_sheets_were_saved_by_libreoffice() -> None:
    """At least a third of what came back was opened and saved by LibreOffice."""
    files = sorted((SAMPLE / "inbox").rglob("*.xlsx"))
    assert 3 * sum(b"LibreOffice" in _application(path) for path in files) >= len(files)


def _application(path: Path) -> bytes:
    with zipfile.ZipFile(path) as archive:
        return archive.read("docProps/app.xml")


def test_voters_abstain_spoil_cards_and_hand_in_tallies(taken: TakenIn) -> None:
    """The cards have abstentions, blanks and spoiled ones, and some batches come as a tally only."""
    choices = Counter[str]()
    for choice, count in taken.intake.ballots.select("choice", "count").iter_rows():
        choices[choice] += count
    assert {"优秀", "良好", "一般", "较差", "不了解", ""} <= {choice for choice, count in choices.items() if count}
    assert sum(lines.spoiled for lines, *_ in taken.intake.card_lines) > 0
    counted = {digest for lines, _, _, digest, _ in taken.intake.card_lines if lines.used}
    assert set(taken.intake.ballots["file_hash"]) - counted


# --- totals and ranks ------------------------------------------------------------------------------------------------


def test_an_independent_recomputation_agrees_on_every_unit(result: Result) -> None:
    """Exact total, rank, grade and awards of all 49 units are those of the recomputation."""
    expected = recompute(result.evaluation.folder)
    assert len(expected) == len(result.standings) == 49
    for one in result.standings:
        theirs = expected[one.unit.id]
        assert (one.exact, one.rank, one.grade) == (theirs.exact, theirs.rank, theirs.grade), one.unit.name
        awards = {"·".join(part for part in award if part) for award in theirs.awards}
        assert set(one.awards) == awards, one.unit.name


def test_a_total_of_79_60_is_graded_one_below_80(standings: dict[str, Standing]) -> None:
    """The source writes 60 to 79 for 一般; a total of exactly 79.6 is published 79.60 and is 一般."""
    one = standings["X06"]
    assert (one.exact, one.text, one.grade) == (Fraction(398, 5), "79.60", "一般")


@pytest.mark.parametrize("unit", ["X03", "B24"])
def test_a_total_on_a_rounding_half_goes_up(standings: dict[str, Standing], unit: str) -> None:
    """A total that lies exactly between two hundredths is published as the higher one."""
    one = standings[unit]
    assert one.exact * 100 % 1 == Fraction(1, 2)
    assert one.total == one.exact + Fraction(1, 200)


def test_a_tie_is_broken_by_the_chain(result: Result, standings: dict[str, Standing]) -> None:
    """Two departments with the same published total are parted by their priority goals, and an award hangs on it."""
    first, second = standings["B02"], standings["B07"]
    assert first.total == second.total and (first.rank, second.rank) == (7, 8)
    points = [result.points[unit, "priority"].points for unit in ("B02", "B07")]
    assert points[0] is not None and points[1] is not None and points[0] > points[1]
    assert "综合奖" in first.awards and "综合奖" not in second.awards


@pytest.mark.parametrize(("one", "other"), [("B19", "B21"), ("B34", "B36")])
def test_two_pairs_are_equal_in_all_that_the_rules_compare(result: Result, one: str, other: str) -> None:
    """Same published total, same exact points of priority goals and democratic evaluation."""
    totals = {each.unit.id: each.total for each in result.standings}
    assert totals[one] == totals[other]
    for component in ("priority", "democratic"):
        assert result.points[one, component].points == result.points[other, component].points


def test_a_tie_at_the_edge_of_an_award_is_decided(standings: dict[str, Standing]) -> None:
    """Of two equal departments the committee puts one third, and the last composite award is its own."""
    first, second = standings["B19"], standings["B21"]
    assert (first.rank, second.rank) == (3, 4)
    assert "综合奖" in first.awards and "综合奖" not in second.awards


def test_a_tie_that_nobody_decides_is_shared(standings: dict[str, Standing]) -> None:
    """Two departments share the third place and nobody is fourth."""
    ranks = Counter(one.rank for one in standings.values() if one.unit.group == "market")
    assert standings["B34"].rank == standings["B36"].rank == 3
    assert ranks[3] == 2 and ranks[4] == 0 and ranks[5] == 1


# --- loose ends ------------------------------------------------------------------------------------------------------


def test_a_veto_lowers_the_grade_and_nothing_else(standings: dict[str, Standing]) -> None:
    """The first of its group is lowered by one grade, keeps total and rank, and gets no composite award."""
    one = standings["B09"]
    assert (one.rank, one.grade_by_total, one.grade) == (1, "优秀", "良好")
    assert one.total >= 90 and "综合奖" not in one.awards


def test_bonuses_are_added_up_to_the_cap(standings: dict[str, Standing]) -> None:
    """3.5 points granted count as 3; an old name in the ledger means the renamed department."""
    assert standings["B06"].bonus == 3
    assert standings["B15"].bonus == Fraction(1, 2)
    assert standings["X01"].bonus == 1


def test_places_of_the_composite_award_are_left_over(standings: dict[str, Standing]) -> None:
    """Market supervision has two places and one department good enough; the other groups fill theirs."""
    holders = Counter(one.unit.group for one in standings.values() if "综合奖" in one.awards)
    assert holders == {"economy": 6, "social": 3, "market": 1}


def test_every_field_gives_an_award(standings: dict[str, Standing]) -> None:
    """Each of the seven fields has a winner, and no department has two awards."""
    fields = [award for one in standings.values() for award in one.awards if award.startswith("单项奖")]
    assert len(set(fields)) == 7 and 7 <= len(fields) <= 21
    assert all(len(one.awards) <= 1 for one in standings.values())


def test_weights_move_where_nobody_is_in_charge(result: Result) -> None:
    """No deputy in charge, or the only one absent: mayor 18, vice-mayor 12."""
    weights = {key: result.points[key].weight for key in result.points}
    assert [weights["B04", part] for part in ("mayor", "vice_mayors", "deputies")] == [18, 12, 0]
    assert [weights["B18", part] for part in ("mayor", "vice_mayors", "deputies")] == [18, 12, 0]
    assert result.points["B18", "deputies"].points == 0


def test_a_unit_without_visits_is_judged_by_its_progress(result: Result) -> None:
    """The weight of the visits goes to the progress checks of a unit that nobody visited."""
    assert result.points["B29", "visits"].weight == 0
    assert result.points["B29", "progress"].weight == 6


def test_an_unranked_unit_has_a_total_and_no_rank(standings: dict[str, Standing]) -> None:
    """The department founded in the year is scored and graded, but not ranked."""
    one = standings["B41"]
    assert one.rank is None and one.total > 0 and one.awards == ()


def test_the_office_is_judged_by_somebody_else(taken: TakenIn) -> None:
    """The office's own department gets its base work marked by a second evaluator, who marks nobody else."""
    import polars as pl

    marks = taken.intake.answers.collect().filter((pl.col("component") == "base") & (pl.col("field") == "mark"))
    own = marks.filter(pl.col("unit") == "B17")["evaluator"].unique().to_list()
    assert own == ["J02"]
    assert marks.filter(pl.col("evaluator") == "J02")["unit"].unique().to_list() == ["B17"]


def test_a_decided_correction_changes_one_mark(taken: TakenIn) -> None:
    """The corrected goal counts with its new value and carries the document's number."""
    corrected = taken.intake.answers.collect().filter(taken.intake.answers.collect()["decision"] != "")
    assert corrected.height == 1
    assert corrected["unit"].to_list() == ["B20"] and corrected["decision"].to_list() == ["澄绩办〔2027〕16号"]


# --- what people write -------------------------------------------------------------------------------------------


def test_every_goal_is_approved_and_reported_on(taken: TakenIn) -> None:
    """By the committee; a department's before that by the leader in charge, some on sheets that the ledger names."""
    evaluation = taken.evaluation
    goals = evaluation.roster.goals
    departments = [goal for goal in goals if goal.class_id == "departments"]
    assert len(departments) == 42 * 6 and all(goal.agreed_by and goal.agreed_document for goal in departments)
    on_sheets = {goal.unit for goal in goals if goal.file_hash}
    assert {line.unit for line in evaluation.ledger if line.kind == "goals_agreed"} == on_sheets
    assert len(on_sheets) == 11
    said = reported(evaluation, taken.intake)
    assert {key[2] for key in said} == {row.id for row in evaluation.roster.indicators if row.unit}
    assert all(one.text and one.points is not None and one.progress for one in said.values())


def test_reports_differ_as_people_do(taken: TakenIn) -> None:
    """Hardly two alike; some careless, some without a figure or proof, some other than the verified figure."""
    evaluation = taken.evaluation
    said = reported(evaluation, taken.intake)
    texts = Counter(one.text for one in said.values())
    assert len(texts) > 250 and max(texts.values()) < 12
    careless = [one for one in said.values() if len(one.text) < 12]
    assert 15 < len(careless) < 60
    counted = [one for (_, _, id_), one in said.items() if is_counted(_row(evaluation, id_))]
    assert 5 < sum(one.value is None for one in counted) < 40
    assert sum(one.verified is not None for one in said.values()) > 15
    codes = Counter(one.code for one in taken.findings)
    assert codes["REPORT_DIFFERS"] > 1
    assert codes["REPORT_PAPERS"] == 2 and sum(bool(one.papers.received) for one in said.values()) == 6


def _row(evaluation: Evaluation, id_: str) -> Indicator:
    return next(row for row in evaluation.roster.indicators if row.id == id_)


def test_marks_below_full_have_reasons(taken: TakenIn) -> None:
    """All that need one, and some that do not; the words are not always the same."""
    marks, reasons = marks_and_reasons(taken.intake, with_reasons(taken.evaluation))
    stated = [row["text"] for row in reasons.values() if row["state"] == "given"]
    assert len(marks) == 301 and 40 < len(stated) < 200
    assert len(set(stated)) > 0.8 * len(stated)


def test_people_are_heard(taken: TakenIn) -> None:
    """A hearing and a review with minutes that are on file; opinions of every source, released and not; passed on and
    answered, waiting, overdue; what observers wrote was gone through but for one."""
    evaluation = taken.evaluation
    on_file = {each.digest for each in taken.accounts.files}
    assert {each.kind for each in evaluation.roster.meetings} == {"hearing", "experts"}
    assert all(each.document and each.result and each.file_hash in on_file for each in evaluation.roster.meetings)
    remarks = evaluation.roster.remarks
    assert {each.source for each in remarks} == set(SOURCES.values())
    assert {each.kind for each in remarks} == set(REMARK_KINDS.values())
    assert {each.is_public for each in remarks} == {True, False}
    assert passed_on_by(evaluation, date(2027, 4, 2)) == PassedOn(5, 2, 1)
    assert sum(bool(each.mark) for each in remarks) == 4
    seen = (SAMPLE / "remarks" / "seen.txt").read_text(encoding="utf-8").split()
    assert [each.unit for each in heard(evaluation, taken.intake, seen)] == ["B22"]


def test_of_last_years_matters_one_is_closed_and_one_overdue(taken: TakenIn) -> None:
    """Each with plan and report; a third came of the hearing and has time."""
    said = followed(taken.evaluation, taken.intake)
    assert all(each.planned and each.reported for each in said)
    assert {each.matter.unit: (each.state, each.matter.carried) for each in said} == {
        "B33": ("closed", True),
        "B27": ("planned", True),
        "B35": ("planned", False),
    }
    assert {each.matter.unit for each in said if each.matter.overdue(date(2027, 4, 2))} == {"B27"}


def test_claims_were_decided_in_the_committees_book(taken: TakenIn) -> None:
    """Every line of a bonus is tied to a claim of a sheet that counts, and has the rules' kind; the book is kept."""
    lines = [line for line in taken.evaluation.ledger if line.kind in ("bonus", "bonus_refused")]
    assert Counter(line.kind for line in lines) == {"bonus": 8, "bonus_refused": 1}
    counted = {one.digest[:12] for one in taken.intake.sheets if one.answered == "counted"}
    assert all(line.cell and line.item and line.file_hash in counted for line in lines)
    assert undecided_claims(taken.evaluation, taken.intake) == []
    (document,) = {line.document for line in lines}
    assert (SAMPLE / "committee" / f"{document}.xlsx").is_file()


def test_a_row_of_a_letters_table_leaves_room_for_others(result: Result) -> None:
    """No cell of the lines that lost points is longer than a few printed lines, whatever a unit reported."""
    groups = groups_of(result)
    lost = lost_points(result, groups)
    told = [each for group in groups for one in group.standings for each in tables(group, lost[one.unit.id])]
    assert max(len(cell) for each in told for row in each.rows for cell in row) <= 150


def test_what_counts_as_satisfied_is_said_once(result: Result) -> None:
    """A sentence for each group, and in it once which choices are meant."""
    said = list(satisfied_by_group(groups_of(result)))
    assert said and [each.count("占表态的比例") for each in said] == [1] * len(said)
    assert said[0].startswith("县（区）政府满意率（选优秀、良好的占表态的比例）：市委委员")


# --- the flawed sample, and the starting roster ----------------------------------------------------------------------


def test_the_pages_agree_and_the_public_one_names_nobody(result: Result) -> None:
    """Read back, both say what was scored; no person's name, no file's name and no cell stands on the public one."""
    made = pages(result)
    assert check_pages(result, made) == []
    inside, public = made[INTERNAL].decode(), made[PUBLIC].decode()
    people = [each.name.partition("（")[0] for each in result.evaluation.evaluators.values() if "长）" in each.name]
    files = [Path(each.file).name for each in result.accounts.files]
    assert (len(people), len(files)) == (12, 254)
    assert [each for each in people if each not in inside] == []
    assert [each for each in (*people, *files) if each in public] == []
    assert not re.search(r"inbox|\.xlsx|>[A-Z]{1,2}\d{1,3}<|marks", public[public.index("<body>") :])


def test_the_flawed_sample_has_twenty_findings_each_at_its_cell(taken: TakenIn, tmp_path: Path) -> None:
    """The flawed sample has the findings of the clean one and the twenty expected ones, and nothing else."""
    with (FLAWED / "expected" / "findings.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 20
    expected = Counter((row["file"], row["sheet"], row["cell"], row["code"]) for row in rows)
    found = Counter(map(_place, taken_in(FLAWED, tmp_path).findings))
    assert found == expected + Counter(map(_place, taken.findings))


def _place(one: Finding) -> tuple[str, str, str, str]:
    return one.file, one.sheet, one.cell, one.code


def test_the_starting_roster_loads_without_findings() -> None:
    """The roster that a year starts from fits its rules."""
    evaluation, findings = load(TEMPLATE)
    assert findings == [] and len(evaluation.units) == 49
