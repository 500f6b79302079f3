"""What each kind of decision does, from the ledger of a real folder to the result; and what is refused or idle."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from decided_city import MARKS, ROSTER, RULES, SETTINGS, digest, ledger, line, says, seen_at
from evaltool.evaluation import load
from evaltool.findings import Finding, Refused
from evaltool.questions.forms import Form
from evaltool.questions.layout import forms
from evaltool.results.rank import by_unit
from evaltool.results.result import Result
from evaltool.returns import write_returns
from evaltool.run import scored, take_in
from filling import Spot
from folders import filled, make, return_all
from handmade import paper_of


def city(path: Path, lines: Iterable[str] = (), rules: str = RULES, settings: str = SETTINGS) -> Path:
    """A folder with these decisions, and all sheets returned as they are then."""
    made = make(path / "city", ROSTER, {"d": rules}, settings)
    ledger(made, *PROVEN, *lines)
    return_all(made, says)
    return made


PROVEN = [line("证据核实", 单位=unit, 评估内容="实绩", 新值="属实") for unit in "ABC"]


def result(folder: Path) -> Result:
    return scored(take_in(folder), "0001")


def codes(findings: Iterable[Finding], severity: str = "") -> list[str]:
    return sorted(one.code for one in findings if severity in ("", one.severity))


def wrong(folder: Path) -> list[Finding]:
    """Why the folder is refused when it is loaded."""
    with pytest.raises(Refused) as refused:
        load(folder)
    return refused.value.findings


def sheet(folder: Path, evaluator: str, batch: str = "") -> Path:
    evaluation, _ = load(folder)
    form = next(form for form in forms(evaluation).values() if (form.evaluator, form.batch) == (evaluator, batch))
    return folder / "inbox" / form.file_name


def share(made: Result, unit: str, component: str) -> Fraction | None:
    return made.points[unit, component].share


def test_the_folder_of_these_tests_is_sound(tmp_path: Path) -> None:
    """Nothing to say, and shares as they were marked."""
    made = result(city(tmp_path))
    assert made.findings == ()
    assert [share(made, unit, "goals") for unit in "ABC"] == list(MARKS.values())


# --- waivers ---------------------------------------------------------------------------------------------------------


def test_a_waiver_can_be_for_one_batch(tmp_path: Path) -> None:
    """The other batch is still expected, and counts."""
    folder = city(tmp_path)
    sheet(folder, "V1", "2").unlink()
    ledger(folder, *PROVEN, line("免报", 评估主体="群众代表", 批次="2"))
    taken = take_in(folder)
    answered = {each.batch: each.answered for each in taken.intake.sheets if each.evaluator == "V1"}
    assert (answered, taken.findings) == ({"1": "counted", "2": "waived"}, ())
    assert share(scored(taken, "0001"), "A", "vote") == Fraction(3, 4)


def test_a_batch_that_the_evaluator_has_not_is_refused_at_its_cell(tmp_path: Path) -> None:
    """Batch 3 is nobody's."""
    folder = city(tmp_path)
    ledger(folder, line("免报", 评估主体="群众代表", 批次="3"))
    assert [(one.code, one.cell) for one in wrong(folder)] == [("REFERENCE_UNKNOWN", "I2")]


def test_waiving_a_batch_of_somebody_who_is_waived_changes_nothing(tmp_path: Path) -> None:
    """It is said, and stops nobody."""
    folder = city(tmp_path)
    for batch in "12":
        sheet(folder, "V1", batch).unlink()
    ledger(folder, *PROVEN, line("免报", 评估主体="V1"), line("免报", 评估主体="V1", 批次="1"))
    assert codes(take_in(folder).findings) == ["DECISION_IDLE"]


# --- deadlines -------------------------------------------------------------------------------------------------------

STRICT = '\n[[deadline]]\nwhat = "打分表"\nrole = "leader"\nsheet = "marks"\nstrict = true\ndate = 2027-03-31\n'


def in_time(folder: Path) -> None:
    """Everything in the inbox was seen on the day of the deadline."""
    for path in (folder / "inbox").iterdir():
        seen_at(folder, path, "2027-03-31T09:00:00+00:00")


@pytest.mark.parametrize(
    ("moment", "late"),
    [
        ("2027-03-31T15:59:59+00:00", False),  # 23:59:59 in China
        ("2027-03-31T16:00:00+00:00", True),  # midnight
        ("2027-04-01T00:30:00+08:00", True),
        ("2027-03-30T00:00:00+00:00", False),
    ],
)
def test_after_a_strict_deadline_a_sheet_does_not_count(tmp_path: Path, moment: str, late: bool) -> None:
    """The day is that of China's standard time, whatever the machine's zone; the deadline's day is still in time."""
    folder = city(tmp_path, settings=SETTINGS + STRICT)
    in_time(folder)
    seen_at(folder, sheet(folder, "L1"), moment)
    taken = take_in(folder)
    state = next(each.answered for each in taken.intake.sheets if each.evaluator == "L1")
    assert (codes(taken.findings), state) == ((["SUBMISSION_LATE"], "missing") if late else ([], "counted"))


def test_a_late_sheet_is_not_sent_back(tmp_path: Path) -> None:
    """Nothing is wrong with it: the office decides, and the list of reminders says so."""
    folder = city(tmp_path, settings=SETTINGS + STRICT)
    in_time(folder)
    seen_at(folder, sheet(folder, "L1"), "2027-04-02T01:00:00+00:00")
    taken = take_in(folder)
    made = write_returns(taken.evaluation, taken.intake, taken.findings, date(2027, 4, 2))
    assert (made.sheets, made.messages, made.left) == ((), (), ())
    reminders = (folder / "returns" / made.reminders).read_text(encoding="utf-8-sig")
    assert "张三（逾期报送，是否计入待决定）" in reminders


def test_a_late_sheet_counts_once_that_is_decided(tmp_path: Path) -> None:
    """By its hash; accepting a file that was in time changes nothing and is said."""
    folder = city(tmp_path, settings=SETTINGS + STRICT)
    in_time(folder)
    hash_ = seen_at(folder, sheet(folder, "L1"), "2027-04-02T01:00:00+00:00")
    ledger(folder, *PROVEN, line("逾期采用", 文件指纹=hash_[:12]))
    assert take_in(folder).findings == ()
    ledger(
        folder, *PROVEN, line("逾期采用", 文件指纹=hash_[:12]), line("逾期采用", 文件指纹=digest(sheet(folder, "L2")))
    )
    assert codes(take_in(folder).findings) == ["DECISION_IDLE"]


def test_a_deadline_that_is_not_strict_refuses_nothing(tmp_path: Path) -> None:
    """Nor does a strict one of another role, or of no sheets."""
    for number, change in enumerate((("strict = true", ""), ('"leader"', '"office"'), ('sheet = "marks"', ""))):
        folder = city(tmp_path / str(number), settings=SETTINGS + STRICT.replace(*change))
        in_time(folder)
        seen_at(folder, sheet(folder, "L1"), "2027-04-02T01:00:00+00:00")
        assert take_in(folder).findings == ()


def other_list(form: Form, spot: Spot) -> object:
    """Less for A and B."""
    return {"A": "70", "B": "60"}[spot.unit] if spot.table.component == "list" else says(form, spot)


def test_the_mended_version_of_a_sheet_in_time_is_in_time(tmp_path: Path) -> None:
    """It names the hash that it replaces."""
    folder = city(tmp_path, settings=SETTINGS + STRICT)
    in_time(folder)
    evaluation, _ = load(folder)
    form = next(form for form in forms(evaluation).values() if form.evaluator == "L1")
    mended = folder / "inbox" / "改.xlsx"
    mended.write_bytes(filled(form, lambda spot: other_list(form, spot), replaces=digest(sheet(folder, "L1"))))
    seen_at(folder, mended, "2027-04-05T01:00:00+00:00")
    taken = take_in(folder)
    fates = {each.file: each.became for each in taken.intake.files}
    assert (fates["inbox/改.xlsx"], taken.findings) == ("counted", ())


def test_another_sheet_after_the_deadline_does_not_disturb_the_first(tmp_path: Path) -> None:
    """It names nothing that it mends: it is late, and the one that was in time counts.  A copy of it is a copy."""
    folder = city(tmp_path, settings=SETTINGS + STRICT)
    in_time(folder)
    evaluation, _ = load(folder)
    form = next(form for form in forms(evaluation).values() if form.evaluator == "L1")
    copy = folder / "inbox" / "再存.xlsx"
    copy.write_bytes(filled(form, lambda spot: says(form, spot), replaces="0" * 64))
    seen_at(folder, copy, "2027-04-05T01:00:00+00:00")
    assert codes(take_in(folder).findings) == ["SUBMISSION_DUPLICATE"]
    again = folder / "inbox" / "又.xlsx"
    again.write_bytes(filled(form, lambda spot: other_list(form, spot)))
    seen_at(folder, again, "2027-04-05T01:00:00+00:00")
    taken = take_in(folder)
    assert codes(taken.findings, "error") == ["SUBMISSION_LATE"]
    assert {each.answered for each in taken.intake.sheets} == {"counted"}


# --- not applicable --------------------------------------------------------------------------------------------------


def test_what_is_not_applicable_is_as_if_the_roster_said_so(tmp_path: Path) -> None:
    """A component, or one of its lines: its points shrink, or its weight moves."""
    whole = result(city(tmp_path / "1", [line("不适用", 单位="甲局", 评估内容="工作目标")]))
    assert (whole.points["A", "goals"].state, whole.points["B", "goals"].state) == ("moved", "scored")
    part = result(city(tmp_path / "2", [line("不适用", 单位="甲局", 评估内容="工作目标", 指标="A目标2")]))
    assert part.points["A", "goals"].basis == "预赋10分中4分不适用或不计，按6分折算"


def test_not_applicable_is_checked_where_it_stands(tmp_path: Path) -> None:
    """Twice the same, and a component for which the rules do not say what happens: findings in the ledger."""
    folder = make(tmp_path / "city", ROSTER, {"d": RULES}, SETTINGS)
    same = [line("不适用", document=number, 单位="A", 评估内容="goals") for number in ("1号", "2号")]
    ledger(folder, *same, line("不适用", 单位="A", 评估内容="民评"))
    found = [(one.code, one.file, one.cell) for one in wrong(folder)]
    assert ("ROSTER_NOT_APPLICABLE", "decisions/决定.csv", "A4") in found
    assert "ROSTER_DUPLICATE" in {code for code, file, _ in found if file == "decisions/决定.csv"}


# --- awards ----------------------------------------------------------------------------------------------------------


def test_a_revoked_award_leaves_its_place_empty(tmp_path: Path) -> None:
    """A loses the first prize; B keeps the second, and nobody gets the first."""
    made = result(city(tmp_path, [line("撤销奖项", 单位="甲局", 评估内容="一等奖")]))
    ranks = by_unit(made.standings)
    assert [ranks[unit].awards for unit in "ABC"] == [(), ("二等奖",), ()]
    assert (ranks["A"].revoked, ranks["A"].rank, made.findings) == ((("一等奖", "1号"),), 1, ())


def test_revoking_what_the_unit_did_not_get_is_said(tmp_path: Path) -> None:
    """B has the second prize; an award that the rules do not know is refused."""
    made = result(city(tmp_path / "1", [line("撤销奖项", 单位="B", 评估内容="一等奖")]))
    assert codes(made.findings) == ["DECISION_IDLE"]
    folder = make(tmp_path / "2", ROSTER, {"d": RULES}, SETTINGS)
    ledger(folder, line("撤销奖项", 单位="B", 评估内容="三等奖"))
    assert [(one.code, one.cell) for one in wrong(folder)] == [("REFERENCE_UNKNOWN", "G2")]


def test_what_was_revoked_stands_in_letter_bulletin_and_workbook(tmp_path: Path) -> None:
    """With the document, and an objection that was rejected stands in the letter and the workbook."""
    from evaltool.workbook.ranked import ranked_book

    lines = [line("撤销奖项", 单位="A", 评估内容="一等奖"), line("异议驳回", document="7号", 单位="A")]
    made = result(city(tmp_path, lines))
    notes = str(paper_of(made, "letter", "A"))
    assert "依据1号，撤销所获“一等奖”，名额空缺" in notes
    assert "所提异议经研究不予采纳（7号）" in notes
    assert "撤销甲局“一等奖”" in str(paper_of(made, "bulletin"))
    tabs = {tab.title: [str(cell.value) for cell in tab.cells.values()] for tab in ranked_book(made).tabs}
    assert any("撤销一等奖（1号）" in text for text in tabs["总览"])
    assert {"撤销奖项", "异议驳回", "甲局", "一等奖", "7号"} <= set(tabs["决定"])
    assert {"种类", "单位", "评估内容"} <= set(tabs["决定"]) and "单元格" not in tabs["决定"]  # only columns in use


# --- targets ---------------------------------------------------------------------------------------------------------


def target(indicator: str, before: str, after: str, date: str = "2026-09-01", **more: str) -> str:
    said = {"单位": "甲局", "评估内容": "工作目标", "指标": indicator, "原值": before, "新值": after}
    return line("目标调整", date, **{"生效日期": "2026-09-15", **said, **more})


def test_changed_targets_rebalance_and_are_what_is_asked(tmp_path: Path) -> None:
    """6 and 4 become 5 and 5; the sheet asks for up to 5, the old points stand in letter and workbook."""
    from evaltool.workbook.ranked import ranked_book

    made = result(city(tmp_path, [target("A1", "6", "5"), target("A目标2", "4", "5")]))
    assert (made.findings, share(made, "A", "goals")) == ((), Fraction(9, 10))
    assert [row.full for row in made.evaluation.indicators("d", "goals", "A")] == [5, 5]
    assert [row.full for row in made.evaluation.indicators("d", "goals", "B")] == [6, 4]
    said = "工作目标“A目标1”的预赋分值自2026-09-15起由6分调整为5分（1号）"
    assert said in str(paper_of(made, "letter", "A"))
    assert said not in str(paper_of(made, "letter", "B"))
    assert any(said in str(cell.value) for tab in ranked_book(made).tabs for cell in tab.cells.values())


def test_targets_that_no_longer_add_up_are_refused_in_the_ledger(tmp_path: Path) -> None:
    """5 and 4 make 9 of 10."""
    folder = make(tmp_path / "city", ROSTER, {"d": RULES}, SETTINGS)
    ledger(folder, target("A1", "6", "5"))
    assert [(one.code, one.file, one.cell) for one in wrong(folder)] == [("ROSTER_POINTS", "decisions/决定.csv", "A2")]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        (target("A1", "5", "6"), "TARGET_MISMATCH"),
        (target("A1", "6", "5", date="2026-10-31"), "TARGET_LATE"),
        (target("P1", "6", "5", 评估内容="实绩"), "DECISION_REFUSED"),
        (target("B1", "6", "5"), "REFERENCE_UNKNOWN"),
        (target("A1", "6", "0"), "CELL_VALUE"),
        (target("A1", "六", "5"), "CELL_VALUE"),
        (target("A1", "6", "5", 生效日期=""), "CELL_EMPTY"),
    ],
)
def test_a_target_change_that_cannot_be_meant_is_refused(tmp_path: Path, changed: str, code: str) -> None:
    """Other old points, too late, a line that all units share, another unit's line, no points, no number, no day."""
    folder = make(tmp_path / "city", ROSTER, {"d": RULES}, SETTINGS)
    ledger(folder, changed)
    assert codes(wrong(folder)) == [code]


def test_a_second_change_starts_from_the_first(tmp_path: Path) -> None:
    """In the order of the days from which they hold, whatever the order of lines."""
    lines = [target("A1", "5", "7", 生效日期="2026-10-01"), target("A2", "5", "3", 生效日期="2026-10-01")]
    made = city(tmp_path, [*lines, target("A1", "6", "5"), target("A2", "4", "5")])
    assert [row.full for row in load(made)[0].indicators("d", "goals", "A")] == [7, 3]


def test_only_the_sheets_concerned_are_outdated(tmp_path: Path) -> None:
    """The office's sheet is refused as an old version; one that has not come in is named for issue; others count."""
    folder = city(tmp_path)
    ledger(folder, *PROVEN, target("A1", "6", "5"), target("A2", "4", "5"))
    taken = take_in(folder)
    assert codes(taken.findings) == ["TEMPLATE_OLD_VERSION"]
    assert [each.answered for each in taken.intake.sheets] == [
        "with_errors",
        "counted",
        "counted",
        "counted",
        "counted",
    ]
    for part in ("inbox", "received"):
        for path in (folder / part).iterdir():
            path.unlink()
    notes = [one for one in take_in(folder).findings if one.code == "SHEET_REISSUED"]
    assert [one.evaluator for one in notes] == ["O1"]


# --- units -----------------------------------------------------------------------------------------------------------


def test_a_renamed_unit_is_known_by_its_former_name(tmp_path: Path) -> None:
    """In other lines of the ledger and in the roster, wherever they stand."""
    folder = make(tmp_path / "city", {**ROSTER, "分管": "评估主体,单位\nL1,旧局\nL1,B\nL2,C\n"}, {"d": RULES}, SETTINGS)
    bonus = line("加分", 单位="旧局", 新值="0.5")
    ledger(folder, bonus, line("单位变动", 单位="甲局", 原值="旧局", 新值="更名", 生效日期="2026-05-01"))
    evaluation, findings = load(folder)
    assert (findings, [each.unit for each in evaluation.roster.charges]) == ([], ["A", "B", "C"])
    assert next(each.unit for each in evaluation.ledger if each.kind == "bonus") == "A"


def test_a_dissolved_unit_takes_no_part_and_one_merged_into_another_neither(tmp_path: Path) -> None:
    """C is dissolved; B goes into A."""
    lines = [line("单位变动", 单位="丙局", 新值="撤销"), line("单位变动", 单位="甲局", 原值="乙局", 新值="合并")]
    made = result(city(tmp_path, lines))
    assert [one.unit.id for one in made.standings] == ["A"]
    assert codes(made.findings) == [
        *("DECISION_IDLE", "DECISION_IDLE"),  # evidence of B and C
        "ROSTER_IDLE",  # L2
        "YEAR_PLACES",  # the award for rank 2
    ]
    assert {unit.id for unit in made.evaluation.stated.units if unit.standing == "ranked"} == {"A", "B", "C"}


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        (line("单位变动", 单位="甲局", 新值="更名"), "CELL_EMPTY"),
        (line("单位变动", 单位="甲局", 新值="撤销", 原值="旧局"), "DECISION_COLUMN_UNUSED"),
        (line("单位变动", 单位="甲局", 新值="改名", 原值="旧局"), "DECISION_CHOICE"),
        (line("单位变动", 单位="甲局", 新值="更名", 原值="乙局"), "DECISION_REFUSED"),
        (line("单位变动", 单位="甲局", 新值="更名", 原值="甲局"), "DECISION_REFUSED"),
    ],
)
def test_a_change_of_a_unit_that_cannot_be_meant_is_refused(tmp_path: Path, changed: str, code: str) -> None:
    """No former name, one too many, an unknown change, another unit's name, its own."""
    folder = make(tmp_path / "city", ROSTER, {"d": RULES}, SETTINGS)
    ledger(folder, changed)
    assert codes(wrong(folder)) == ([code, "DECISION_COLUMN_UNUSED"] if code == "DECISION_CHOICE" else [code])


# --- leaders ---------------------------------------------------------------------------------------------------------


def asked(folder: Path) -> dict[str, list[str]]:
    """Leader -> the units of the sheet."""
    evaluation, _ = load(folder)
    made = {form.evaluator: form for form in forms(evaluation).values()}
    return {who: [each.unit for each in made[who].sheets[0].tables[0].lines] for who in ("L1", "L2") if who in made}


def charge(**columns: str) -> str:
    return line("分管调整", **{"评估主体": "李四", "单位": "乙局", "原值": "张三", "生效日期": "2026-08-01", **columns})


def test_a_leader_takes_over_a_unit(tmp_path: Path) -> None:
    """From the stated day; who marks is decided by the day of marking, so a change after it changes no sheet."""
    assert asked(city(tmp_path / "1", [charge()])) == {"L1": ["A"], "L2": ["B", "C"]}
    later = SETTINGS.replace("year = 2026", "year = 2026\ncharge_date = 2026-07-31")
    assert asked(city(tmp_path / "2", [charge()], settings=later)) == {"L1": ["A", "B"], "L2": ["C"]}


def test_a_charge_of_a_whole_group_goes_on_for_the_others(tmp_path: Path) -> None:
    """L1 has all of the group until B is taken from him."""
    roster = {**ROSTER, "分管": "评估主体,对象类别,单位\nL1,d,\nL2,,C\n"}
    folder = make(tmp_path / "city", roster, {"d": RULES}, SETTINGS)
    ledger(folder, charge())
    assert asked(folder) == {"L1": ["A", "C"], "L2": ["B", "C"]}


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        (charge(原值="李四"), "DECISION_REFUSED"),
        (charge(单位="丙局", 评估主体="张三", 原值="张三"), "DECISION_REFUSED"),
        (charge(原值=""), "DECISION_REFUSED"),
        (charge(评估主体="乙局"), "DECISION_REFUSED"),
        (charge(原值="王五"), "REFERENCE_UNKNOWN"),
    ],
)
def test_a_change_of_leaders_that_cannot_be_meant_is_refused(tmp_path: Path, changed: str, code: str) -> None:
    """From himself; from one who had no charge; from nobody although somebody has it; to no leader; from a stranger."""
    folder = make(tmp_path / "city", ROSTER, {"d": RULES}, SETTINGS)
    ledger(folder, changed)
    assert codes(wrong(folder)) == [code]


def test_two_leaders_cannot_take_over_on_one_day(tmp_path: Path) -> None:
    """Nobody can say who of them marks; and one who has the unit already takes over nothing."""
    roster = {**ROSTER, "评估主体": f"{ROSTER['评估主体']}L3,王五,leader\n", "分管": f"{ROSTER['分管']}L3,C\n"}
    folder = make(tmp_path / "city", roster, {"d": RULES}, SETTINGS)
    ledger(folder, charge(), charge(评估主体="王五"))
    assert codes(wrong(folder)) == ["DECISION_TWICE"]
    ledger(folder, charge(评估主体="张三", 原值=""))
    assert codes(load(folder)[1]) == ["DECISION_IDLE"]


# --- evidence --------------------------------------------------------------------------------------------------------


def proof(unit: str, after: str, date: str = "2026-09-02", **more: str) -> str:
    return line("证据核实", date, 单位=unit, 评估内容="实绩", 新值=after, **more)


def test_a_line_counts_only_when_its_evidence_is_verified(tmp_path: Path) -> None:
    """By the policy of the rules: zero here; a later finding goes before an earlier one."""
    folder = city(tmp_path)
    ledger(folder, proof("A", "属实"), proof("B", "不属实", 指标="产值"), proof("B", "属实", 指标="就业"))
    made = result(folder)
    # P2 alone: 4 of 10 points, of which B got seven tenths
    assert [share(made, unit, "proof") for unit in "ABC"] == [Fraction(9, 10), Fraction(28, 100), 0]
    ledger(folder, *PROVEN, proof("A", "不属实", 指标="P1"))
    assert share(result(folder), "A", "proof") == Fraction(36, 100)


@pytest.mark.parametrize(
    ("policy", "expected"), [('"zero"', Fraction(36, 100)), ('"full"', Fraction(96, 100)), ('"reweigh"', None)]
)
def test_the_policy_for_unverified_lines_is_the_rules(tmp_path: Path, policy: str, expected: Fraction | None) -> None:
    """P1 of A is not verified: zero, full, or the component's weight moves."""
    rules = RULES.replace('unverified = "zero"', f"unverified = {policy}")
    folder = city(tmp_path, rules=rules)
    ledger(folder, *PROVEN, proof("A", "不属实", 指标="P1"))
    assert share(result(folder), "A", "proof") == expected


def test_what_is_not_verified_is_refused_where_the_rules_do_not_say(tmp_path: Path) -> None:
    """The component of the unit is named."""
    folder = city(tmp_path, rules=RULES.replace('unverified = "zero"\n', ""))
    ledger(folder, *PROVEN[:2])
    with pytest.raises(Refused) as refused:
        result(folder)
    assert [(one.code, one.unit, one.component) for one in refused.value.findings] == [
        ("COMPONENT_ABSENT", "C", "proof")
    ]


def test_verifying_can_be_for_a_component_without_lines(tmp_path: Path) -> None:
    """A percentage counts for the unit that is verified."""
    rules = RULES.replace(
        "[component.list]",
        "[component.file]\nname = '档案'\nweight = 10\nby = 'office'\n"
        "answer = 'percent'\nverify = true\nunverified = 'zero'\n[component.list]",
    ).replace("weight = 40", "weight = 30")

    def marks(form: Form, spot: Spot) -> object:
        return "80" if spot.table.component == "file" else says(form, spot)

    folder = make(tmp_path / "city", ROSTER, {"d": rules}, SETTINGS)
    ledger(folder, *PROVEN, line("证据核实", 单位="A", 评估内容="档案", 新值="属实"))
    return_all(folder, marks)
    made = result(folder)
    assert [share(made, unit, "file") for unit in "ABC"] == [Fraction(4, 5), 0, 0]


def test_evidence_that_contradicts_itself_or_is_not_asked_for_is_said(tmp_path: Path) -> None:
    """Both on one day: nobody can say which holds.  A component that needs none: it changes nothing."""
    folder = city(tmp_path, [proof("A", "属实").replace("实绩", "工作目标")])
    assert codes(take_in(folder).findings) == ["DECISION_IDLE"]
    ledger(folder, proof("A", "属实"), proof("A", "不属实"))
    assert codes(wrong(folder)) == ["DECISION_TWICE"]


# --- batches ---------------------------------------------------------------------------------------------------------


def all_good(form: Form, spot: Spot) -> object:
    """Both cards say 好."""
    return "好" if spot.table.kind == "cards" and spot.column.field != "spoiled" else says(form, spot)


def test_a_batch_can_be_entered_again(tmp_path: Path) -> None:
    """The named sheet no longer counts and the batch is missing, until a new one comes in that names nothing."""
    folder = city(tmp_path)
    first = sheet(folder, "V1", "1")
    ledger(folder, *PROVEN, line("批次重录", document="9号", 评估主体="V1", 批次="1", 文件指纹=digest(first)[:10]))
    taken = take_in(folder)
    fate = next(each for each in taken.intake.files if each.batch == "1")
    assert (codes(taken.findings), fate.became, fate.reason) == (["SUBMISSION_MISSING"], "superseded", "9号")
    evaluation, _ = load(folder)
    form = forms(evaluation)["V1", "1", "1"]
    (folder / "inbox" / "重录.xlsx").write_bytes(filled(form, lambda spot: all_good(form, spot)))
    made = result(folder)
    assert (made.findings, share(made, "A", "vote")) == ((), Fraction(7, 8))


def test_a_reopened_batch_names_a_sheet_of_that_batch(tmp_path: Path) -> None:
    """The sheet of batch 1 does not reopen batch 2."""
    folder = city(tmp_path)
    ledger(folder, *PROVEN, line("批次重录", 评估主体="V1", 批次="2", 文件指纹=digest(sheet(folder, "V1", "1"))))
    assert codes(take_in(folder).findings) == ["DECISION_REFUSED"]


# --- sums ------------------------------------------------------------------------------------------------------------


def test_a_deduction_below_nothing_is_said(tmp_path: Path) -> None:
    """500 in the place of 5.00."""
    made = result(city(tmp_path, [line("扣分", 单位="C", 新值="500")]))
    assert [(one.code, one.unit) for one in made.findings] == [("TOTAL_NEGATIVE", "C")]


def test_an_objection_changes_no_number(tmp_path: Path) -> None:
    """The same totals with and without."""
    say: Callable[[Result], list[Fraction]] = lambda made: [one.exact for one in made.standings]  # noqa: E731
    assert say(result(city(tmp_path / "1", [line("异议驳回", 单位="A")]))) == say(result(city(tmp_path / "2")))


# --- a second opinion ------------------------------------------------------------------------------------------------


def test_the_recomputation_agrees_on_all_of_it(tmp_path: Path) -> None:
    """Targets, evidence, a leader, a batch, an award and points decided together: totals, ranks and awards agree."""
    from recompute import recompute

    lines = [target("A1", "6", "5"), target("A2", "4", "5"), charge(), proof("B", "不属实", 指标="产值")]
    lines += [
        line("不适用", 单位="丙局", 评估内容="工作目标", 指标="C2"),
        line("撤销奖项", 单位="甲局", 评估内容="一等奖"),
    ]
    lines += [line("加分", 单位="丙局", 新值="0.5"), line("扣分", 单位="乙局", 新值="1.25"), line("异议驳回", 单位="B")]
    folder = city(tmp_path, [*lines, line("免报", 评估主体="V1", 批次="2")])
    sheet(folder, "V1", "2").unlink()
    made = result(folder)
    known = recompute(folder)
    for one in made.standings:
        other = known[one.unit.id]
        assert (one.exact, one.rank, one.grade) == (other.exact, other.rank, other.grade), one.unit.name
        assert [*one.awards] == [name for name, _ in other.awards]
    assert [one.unit.id for one in made.standings] == ["A", "B", "C"]
    assert by_unit(made.standings)["A"].awards == ()
