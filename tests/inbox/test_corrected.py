"""A wrong correction is the office's mistake: said at the line of the ledger, never to the evaluator, and at once."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from evaltool.evaluation import load
from evaltool.findings import Finding, Refused
from evaltool.returns import write_returns
from evaltool.run import decide, take_in
from folders import change, make, return_all
from folders import decide as enter
from small_city import DAY, LEDGER, ROSTER, RULES, SETTINGS, says

OFFICE, LEADER = "O1-绩效办.xlsx", "L1-张三.xlsx"
WORK, LIST, CARDS = "部门·工作", "部门·领导排名", "评价卡·部门"
LINE = {"document": "9号", "date": "2027-01-10", "reason": "复核", "sheet": WORK, "cell": "C8", "before": "80"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """All sheets are returned."""
    made = make(tmp_path / "city", ROSTER, {"d": RULES}, SETTINGS)
    return_all(made, says)
    return made


def digest(folder: Path, name: str = OFFICE) -> str:
    return hashlib.sha256((folder / "inbox" / name).read_bytes()).hexdigest()[:12]


def corrected(folder: Path, sheet: str, cell: str, before: str, after: str, of: str = OFFICE) -> tuple[Finding, ...]:
    enter(folder, LEDGER + f"更正,9号,2027-01-10,复核,,,{digest(folder, of)},{sheet},{cell},{before},{after}\n")
    return take_in(folder).findings


WRONG = [
    (WORK, "C8", "80", "180", "CORRECTION_WRONG"),
    (WORK, "C8", "80", "-1", "CORRECTION_WRONG"),
    (WORK, "C8", "80", "88.8888", "CORRECTION_WRONG"),
    (WORK, "C8", "80", "很好", "CORRECTION_WRONG"),
    (WORK, "C8", "80", "88%", "CORRECTION_WRONG"),
    (WORK, "C8", "81", "88", "CORRECTION_MISMATCH"),
    (WORK, "B8", "乙局", "88", "CORRECTION_NOWHERE"),
    (WORK, "C60", "", "88", "CORRECTION_NOWHERE"),
    (WORK, "Z8", "", "88", "CORRECTION_NOWHERE"),
    ("没有的表", "C8", "80", "88", "CORRECTION_NOWHERE"),
]


@pytest.mark.parametrize(("sheet", "cell", "before", "after", "code"), WRONG)
def test_a_wrong_correction_is_said_at_the_ledger(
    folder: Path, sheet: str, cell: str, before: str, after: str, code: str
) -> None:
    """File, line and number of the document; nothing goes back to the evaluator, who is not to blame."""
    (one,) = corrected(folder, sheet, cell, before, after)
    assert (one.code, one.file, one.cell) == (code, "decisions/决定.csv", "A2")
    for text in (one.message("zh"), one.message("en")):
        assert "9号" in text and "?" not in text
    taken = take_in(folder)
    assert write_returns(taken.evaluation, taken.intake, taken.findings, DAY).sheets == ()


@pytest.mark.parametrize(("sheet", "cell", "before", "after", "code"), WRONG)
def test_a_wrong_correction_is_refused_at_once(
    folder: Path, sheet: str, cell: str, before: str, after: str, code: str
) -> None:
    """Nothing is written."""
    fields = LINE | {"sheet": sheet, "cell": cell, "before": before, "after": after, "file_hash": digest(folder)}
    with pytest.raises(Refused) as refused:
        decide(folder, "correction", [fields])
    assert [one.code for one in refused.value.findings] == [code]
    assert (list((folder / "decisions").iterdir()), refused.value.usage) == ([], True)


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"unit": "A"}, "CORRECTION_OTHER"),
        ({"evaluator": "L1"}, "CORRECTION_OTHER"),
        ({"component": "vote"}, "CORRECTION_OTHER"),
        ({"component": "不存在"}, "REFERENCE_UNKNOWN"),
        ({"file_hash": "0123456789ab"}, "DECISION_FILE_UNKNOWN"),
        ({"date": "2072-01-10"}, "DECISION_DATE"),
        ({"date": "2017-01-10"}, "DECISION_DATE"),
    ],
)
def test_what_the_line_says_besides_must_fit(folder: Path, more: dict[str, str], code: str) -> None:
    """Who names a unit and another unit's cell has mistaken one of them."""
    with pytest.raises(Refused) as refused:
        decide(folder, "correction", [LINE | {"after": "88", "file_hash": digest(folder)} | more])
    assert [one.code for one in refused.value.findings] == [code]


def test_a_right_correction_is_entered(folder: Path) -> None:
    """With everything that it may say, digits in full width and an address with dollars."""
    more = {"after": "８８", "unit": "乙局", "evaluator": "绩效办", "component": "工作", "cell": "$c$8"}
    decide(folder, "correction", [LINE | {"file_hash": digest(folder)} | more])
    taken = take_in(folder)
    assert taken.findings == ()
    assert taken.intake.answers.collect().filter(cell="C8", sheet=WORK)["value"].to_list() == [8800]


def test_places_are_exchanged_by_two_decisions(folder: Path) -> None:
    """The first is no mistake when it is entered; while it stands alone, the clash is said at its line."""
    said = {"sheet": LIST, "file_hash": digest(folder, LEADER)}
    decide(folder, "correction", [LINE | said | {"cell": "C7", "before": "1", "after": "2"}])
    (one,) = take_in(folder).findings
    assert (one.code, one.file) == ("CORRECTION_CLASH", "decisions/0001-correction.xlsx")
    decide(folder, "correction", [LINE | said | {"cell": "C8", "before": "2", "after": "1"}])
    assert take_in(folder).findings == ()


def test_an_evaluators_own_mistakes_stay_his(folder: Path) -> None:
    """Beside a wrong correction; and a right correction of his mistake takes it away."""
    change(folder / "inbox" / OFFICE, {(WORK, "C7"): 105, (WORK, "C9"): 106})
    findings = corrected(folder, WORK, "C7", "105", "107")
    assert [(one.code, one.file) for one in findings] == [
        ("CORRECTION_WRONG", "decisions/决定.csv"),
        ("SCORE_RANGE", f"inbox/{OFFICE}"),
    ]
    assert [one.code for one in corrected(folder, WORK, "C7", "105", "95")] == ["SCORE_RANGE"]


def test_a_decision_from_before_the_year_is_worth_a_look(folder: Path) -> None:
    """It may be one; far from the year it is a slip, whatever it decides."""
    enter(folder, LEDGER + "免报,9号,2025-12-20,出国,,张三,,,,,\n")
    assert "DECISION_DATE_BEFORE" in [one.code for one in load(folder)[1]]
    enter(folder, LEDGER + "免报,9号,2072-01-10,出国,,张三,,,,,\n")
    with pytest.raises(Refused) as refused:
        load(folder)
    assert [one.code for one in refused.value.findings] == ["DECISION_DATE"]
