"""Which of several submissions counts, and why the others do not: on submissions made of values."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest

import handmade
from evaltool.findings import Finding
from evaltool.inbox.accounts.files import FileAccount, file_accounts, file_findings, keys_not_lost, unused_decisions
from evaltool.inbox.accounts.sheets import (
    SheetAccount,
    asked_components,
    by_file_name,
    came_in_vain,
    is_ruled,
    open_sheets,
    sheet_accounts,
)
from evaltool.inbox.accounts.whole import RoleAccount, accounts, role_sheets, with_errors
from evaltool.inbox.exports.shapes import SurveyAnswers
from evaltool.inbox.extract.corrections import Correction
from evaltool.inbox.problems import Problem
from evaltool.inbox.received import Unreceived
from evaltool.inbox.submissions import LATE, Fates, Submission, choose, is_disputed, named, set_aside
from evaltool.inbox.surveys import SurveyAccount
from evaltool.inbox.twice.entries import settle
from evaltool.inbox.workers import Reading
from evaltool.ledger import Decision
from evaltool.roster import Evaluator
from made_intake import RULES, evaluation
from made_submissions import FIRST, SECOND, THIRD, decided, export_part, form, reading, seen, submission

ONE = {"C7": 9, "C8": 8}
OTHER = {"C7": 9, "C8": 7}
KEY = ("O1", "", "1")
Chosen = tuple[str, dict[str, tuple[str, str]], list[str]]


def chosen(*came: Submission, ledger: tuple[Decision, ...] = (), aside: Fates | None = None) -> Chosen:
    """Hash of what counts, what became of each, codes of what is said; whatever order they come in."""
    found: list[Chosen] = []
    for order in permutations(came):
        counted, became, findings = choose(order, evaluation(ledger=ledger), aside)
        won = "+".join(one.seen.digest[:2] for each in counted.values() for one in each.each)
        found.append((won, {each[:2]: fate for each, fate in became.items()}, sorted(one.code for one in findings)))
    assert all(each == found[0] for each in found), "the order of files changes nothing"
    return found[0]


A, B, C = submission(FIRST, ONE), submission(SECOND, OTHER), submission(THIRD, {"C7": 1, "C8": 1})
COPY = submission(SECOND, ONE)


# --- several of one evaluator ----------------------------------------------------------------------------------------


def test_one_alone_counts() -> None:
    assert chosen(A) == ("a1", {"a1": ("counted", "")}, [])


def test_the_same_answers_are_a_copy() -> None:
    """The first by its hash counts; any number of others are its copies."""
    assert chosen(A, COPY) == ("a1", {"a1": ("counted", ""), "b2": ("copy", "inbox/a1.xlsx")}, [])
    third = submission(THIRD, ONE)
    assert chosen(third, COPY, A)[1]["c3"] == ("copy", "inbox/a1.xlsx")


def test_different_answers_are_a_conflict() -> None:
    assert chosen(A, B) == (
        "",
        {"a1": ("rejected", "SUBMISSION_CONFLICT"), "b2": ("rejected", "SUBMISSION_CONFLICT")},
        ["SUBMISSION_CONFLICT"],
    )
    assert chosen(submission(FIRST, {"C7": 9}), submission(SECOND, {"C8": 8}))[2] == ["SUBMISSION_PARTS"]
    assert chosen(submission(FIRST, ONE | {"C12": 5}), COPY)[2] == ["SUBMISSION_PARTS"]


def test_what_is_said_of_a_conflict() -> None:
    """Each file with its hash, day and how much was filled in; the cells that differ; in both languages."""
    blank = submission(THIRD, {}, first_seen="")
    (one,) = choose([B, blank, A], evaluation())[2]
    args = dict(one.args)
    assert (one.file, one.evaluator, args["n"], args["name"]) == ("inbox/a1.xlsx", "O1", "3", "绩效办")
    assert args["files"] == (
        "inbox/a1.xlsx（a1a1a1a1a1a1，2027-03-20 收到，填了 2 格）、"
        "inbox/b2.xlsx（b2b2b2b2b2b2，2027-03-20 收到，填了 2 格）、"
        "inbox/c3.xlsx（c3c3c3c3c3c3，— 收到）"
    )
    assert args["files_en"] == (
        "inbox/a1.xlsx (a1a1a1a1a1a1, first seen 2027-03-20, 2 cells filled in), "
        "inbox/b2.xlsx (b2b2b2b2b2b2, first seen 2027-03-20, 2 cells filled in), "
        "inbox/c3.xlsx (c3c3c3c3c3c3, first seen —)"
    )
    assert args["cells"] == "；不同之处：打分表!C8 “8”和“7”"
    assert args["cells_en"] == "; they differ at: 打分表!C8 “8” and “7”"
    assert args["options"] == "--file a1a1a1a1a1a1 --file b2b2b2b2b2b2 --file c3c3c3c3c3c3"
    assert args["days"] == "2027-03-20、2027-03-20、—"


def test_of_many_cells_that_differ_the_first_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evaltool.inbox.submissions._MOST_NAMED", 1)
    (one,) = choose([A, C], evaluation())[2]
    assert dict(one.args)["cells"] == "；不同之处：打分表!C7 “9”和“1”……共 2 处"
    assert dict(one.args)["cells_en"] == "; they differ at: 打分表!C7 “9” and “1” … 2 in all"
    monkeypatch.setattr("evaltool.inbox.submissions._MOST_NAMED", 2)
    (one,) = choose([A, C], evaluation())[2]
    assert dict(one.args)["cells"] == "；不同之处：打分表!C7 “9”和“1”；打分表!C8 “8”和“1”"


def test_a_mended_version_replaces_what_it_mends() -> None:
    """One after the other; two that mend the same in different ways are a conflict of those two."""
    mended, again = submission(SECOND, OTHER, replaces=FIRST), submission(THIRD, ONE, replaces=SECOND)
    assert chosen(A, mended) == ("b2", {"a1": ("superseded", "inbox/b2.xlsx"), "b2": ("counted", "")}, [])
    assert chosen(A, mended, again)[:2] == (
        "c3",
        {"a1": ("superseded", "inbox/b2.xlsx"), "b2": ("superseded", "inbox/c3.xlsx"), "c3": ("counted", "")},
    )
    assert chosen(mended)[0] == "b2"
    rival = submission(THIRD, {"C7": 2, "C8": 2}, replaces=FIRST)
    assert chosen(A, mended, rival)[2] == ["SUBMISSION_CONFLICT"]
    alike = submission(THIRD, OTHER, replaces=FIRST)
    assert choose([A, mended, alike], evaluation())[1] == {
        FIRST: ("superseded", "inbox/b2.xlsx"),
        SECOND: ("counted", ""),
        THIRD: ("copy", "inbox/b2.xlsx"),
    }


def test_a_decision_says_which_counts() -> None:
    """One of several; a decision for two of them says nothing; one about a file that is not there neither."""
    by_b = decided("supersession", SECOND)
    assert chosen(A, B, ledger=(by_b,)) == ("b2", {"a1": ("superseded", "9号"), "b2": ("counted", "")}, [])
    assert chosen(A, B, ledger=(by_b, decided("supersession", FIRST)))[2] == ["SUBMISSION_CONFLICT"]
    assert chosen(A, B, ledger=(decided("supersession", THIRD),))[2] == ["SUBMISSION_CONFLICT"]
    mended = submission(THIRD, ONE, replaces=SECOND)
    assert chosen(A, B, mended, ledger=(by_b,))[0] == "b2"


def test_what_a_decision_excludes_does_not_count() -> None:
    out = decided("exclusion", SECOND)
    assert chosen(A, B, ledger=(out,)) == ("a1", {"a1": ("counted", ""), "b2": ("excluded", "9号")}, [])
    assert chosen(B, ledger=(out,)) == ("", {"b2": ("excluded", "9号")}, [])


def test_a_corrected_copy_goes_before_the_others() -> None:
    """The cell that a decision changed makes no conflict."""
    change = Correction("打分表", "C8", "8", "7", "9号")
    corrected = submission(SECOND, ONE, change)
    assert chosen(A, corrected) == ("b2", {"a1": ("copy", "inbox/b2.xlsx"), "b2": ("counted", "")}, [])
    assert corrected.corrected() == {("打分表", "C8")}
    assert submission(SECOND, {"C7": "9分", "C8": 8}, change).corrected() == {("打分表", "C8")}
    assert A.corrected() == set()
    assert chosen(submission(FIRST, ONE | {"C7": 1}), corrected)[2] == ["SUBMISSION_CONFLICT"]


def test_what_came_too_late_cannot_count_unless_it_is_the_same() -> None:
    """The same answers late are a copy; others stay late; without one in time nothing counts."""
    late: Fates = {SECOND: ("rejected", LATE)}
    assert chosen(A, B, aside=late) == ("a1", {"a1": ("counted", ""), "b2": ("rejected", LATE)}, [])
    assert chosen(A, COPY, aside=late)[1]["b2"] == ("copy", "inbox/a1.xlsx")
    assert chosen(COPY, aside=late) == ("", {"b2": ("rejected", LATE)}, [])
    opened: Fates = {SECOND: ("superseded", "重录1号")}
    assert chosen(A, COPY, aside=opened)[1]["b2"] == ("superseded", "重录1号")


def test_evaluators_batches_and_entries_are_told_apart() -> None:
    leader = replace(B, reading=replace(B.reading, identity=replace(B.reading.identity, evaluator="L1")))  # type: ignore[type-var]
    second = replace(C, reading=replace(C.reading, identity=replace(C.reading.identity, entry="2")))  # type: ignore[type-var]
    counted, became, findings = choose([A, leader, second], evaluation())
    assert (set(counted), findings) == ({KEY, ("L1", "", "1"), ("O1", "", "2")}, [])
    assert set(became.values()) == {("counted", "")}


# --- several that a decision takes together --------------------------------------------------------------------------

HALVES = (submission(FIRST, {"C7": 9}), submission(SECOND, {"C8": 8}))
BOTH = (decided("combination", FIRST), decided("combination", SECOND))


def test_halves_are_taken_together() -> None:
    """Both count, under the document; each with its own answers."""
    assert chosen(*HALVES, ledger=BOTH) == ("a1+b2", {"a1": ("counted", "9号"), "b2": ("counted", "9号")}, [])
    counted, _, _ = choose(HALVES, evaluation(ledger=BOTH))
    whole = counted[KEY]
    assert [(one.unit, one.value, one.state) for one in whole.answers()] == [("A", 90, "given"), ("B", 80, "given")]
    assert [[(one.unit, one.value) for one in each.answers()] for each in whole.each] == [[("A", 90)], [("B", 80)]]
    assert whole.seen.digest == FIRST


def test_one_alone_or_a_contradiction_is_refused_at_the_decision() -> None:
    """Then they are what they were."""
    assert chosen(*HALVES, ledger=BOTH[:1])[2] == ["DECISION_REFUSED", "SUBMISSION_PARTS"]
    assert chosen(A, B, ledger=BOTH)[2] == ["DECISION_REFUSED", "SUBMISSION_CONFLICT"]
    assert chosen(A, ledger=BOTH[:1]) == ("a1", {"a1": ("counted", "")}, ["DECISION_REFUSED"])


def test_a_mended_version_of_one_replaces_all_that_were_taken_together() -> None:
    mended = submission(THIRD, OTHER, replaces=SECOND)
    assert chosen(*HALVES, mended, ledger=BOTH) == (
        "c3",
        {"a1": ("superseded", "inbox/c3.xlsx"), "b2": ("superseded", "inbox/c3.xlsx"), "c3": ("counted", "")},
        [],
    )
    stranger = submission(THIRD, OTHER)
    assert chosen(*HALVES, stranger, ledger=BOTH)[2] == ["SUBMISSION_CONFLICT"]


# --- exports of surveys ----------------------------------------------------------------------------------------------


def test_parts_of_an_export_are_one() -> None:
    """In the order of their names, with the problems of all."""
    one = export_part(FIRST, "b", problems=(Problem("SURVEY_POINT", "S", "A2"),))
    other = export_part(SECOND, "a", problems=(Problem("SURVEY_TIME", "S", "A3"),))
    for came in ([one, other], [other, one]):
        counted, became, findings = choose(came, evaluation())
        (whole,) = counted.values()
        assert [each.part for each in whole.each] == ["a", "b"]
        assert whole.said.survey == SurveyAnswers((), 2, 2, 2, 0, 0, 0)
        assert [each.code for each in whole.said.problems] == ["SURVEY_TIME", "SURVEY_POINT"]
        assert (set(became.values()), findings) == ({("counted", "")}, [])


def test_two_versions_of_a_part_are_a_conflict_and_the_same_in_gbk_a_copy() -> None:
    """That it was not UTF-8 is no difference; what is wrong with it is."""
    one, gbk = export_part(FIRST, "a"), export_part(SECOND, "a", problems=(Problem("SURVEY_GB18030"),))
    assert chosen(one, gbk)[1] == {"a1": ("counted", ""), "b2": ("copy", "inbox/a1.xlsx")}
    wrong = export_part(SECOND, "a", problems=(Problem("SURVEY_TIME", value="x"),))
    assert chosen(one, wrong)[2] == ["SUBMISSION_CONFLICT"]
    other = export_part(SECOND, "a", whole=SurveyAnswers((), 3, 3, 3, 0, 0, 0))
    assert chosen(one, other)[2] == ["SUBMISSION_CONFLICT"]
    (conflict,) = choose([one, wrong], evaluation())[2]
    assert dict(conflict.args)["cells"] == ""


def test_whether_a_group_is_disputed() -> None:
    assert not is_disputed([A])
    assert not is_disputed([A, COPY])
    assert is_disputed([A, B])
    assert not is_disputed([A, submission(SECOND, OTHER, replaces=FIRST)])


# --- put aside -------------------------------------------------------------------------------------------------------


def test_an_unreadable_file_is_put_aside_once_its_sheet_has_come() -> None:
    """The sheet that went back in its place; only one of the same evaluator; or a decision excludes it."""
    broken = Reading(FIRST, problems=(Problem("FILE_CORRUPT"),))
    mended = submission(SECOND, ONE, replaces=FIRST)
    for fate in ("counted", "superseded", "copy"):
        became: Fates = {SECOND: (fate, "")}
        assert set_aside(evaluation(), [broken], [mended], became) == {FIRST: ("superseded", "inbox/b2.xlsx")}
    assert set_aside(evaluation(), [broken], [mended], {SECOND: ("rejected", "")}) == {}
    named_ = reading(FIRST, "L1", problems=(Problem("TEMPLATE_OLD_VERSION"),))
    assert set_aside(evaluation(), [named_], [mended], {SECOND: ("counted", "")}) == {}
    own = reading(FIRST, "O1", problems=(Problem("TEMPLATE_OLD_VERSION"),))
    assert set_aside(evaluation(), [own], [mended], {SECOND: ("counted", "")}) == {
        FIRST: ("superseded", "inbox/b2.xlsx")
    }
    out = evaluation(ledger=(decided("exclusion", FIRST),))
    assert set_aside(out, [broken], [], {}) == {FIRST: ("excluded", "9号")}
    assert set_aside(out, [A.reading], [], {}) == {}
    assert named(out, "exclusion", SECOND) is None


# --- two entries -----------------------------------------------------------------------------------------------------

PAIR = {("O1", "", entry): form(entry=entry, twice=True) for entry in "12"}
SECOND_ENTRY = {"entry": "2"}


def settled(*came: Submission, ledger: tuple[Decision, ...] = (), more: tuple[Submission, ...] = ()) -> Any:
    counted = {each.key: each for each in came}
    return settle(evaluation(ledger=ledger), PAIR, counted, [*came, *more])


def test_entries_that_agree_count_as_the_first() -> None:
    found = settled(A, submission(SECOND, ONE, **SECOND_ENTRY))
    assert (set(found.taken), found.became, found.findings, found.spared) == ({KEY}, {}, (), frozenset())
    assert found.taken[KEY].seen.digest == FIRST


def test_entries_that_differ_block_until_one_is_named() -> None:
    """The first goes on meanwhile; a decision for one of them supersedes the other, for both says nothing."""
    second = submission(SECOND, OTHER, **SECOND_ENTRY)
    found = settled(A, second)
    assert (found.taken[KEY].seen.digest, [one.code for one in found.findings]) == (FIRST, ["ENTRY_DIFFERS"])
    (one,) = found.findings
    assert (one.file, one.cell, one.unit, dict(one.args)["other_place"]) == ("inbox/a1.xlsx", "C8", "B", "打分表!C8")
    assert (dict(one.args)["one"], dict(one.args)["two"], dict(one.args)["name"]) == ("8", "7", "绩效办")
    for digest, key, loser in ((FIRST, KEY, SECOND), (SECOND, ("O1", "", "2"), FIRST)):
        found = settled(A, second, ledger=(decided("supersession", digest),))
        assert (set(found.taken), found.became) == ({key}, {loser: ("superseded", "9号")})
        (one,) = found.findings
        assert (one.code, dict(one.args)["n"], dict(one.args)["other"]) == ("ENTRY_DECIDED", "1", loser[:12])
    both = tuple(decided("supersession", digest) for digest in (FIRST, SECOND))
    found = settled(A, second, ledger=both)
    assert ([one.code for one in found.findings], found.became) == (["ENTRY_DIFFERS"], {})
    blank = settled(A, submission(SECOND, {"C7": 9}, **SECOND_ENTRY))
    assert dict(blank.findings[0].args)["two"] == "空白"


def test_a_decision_where_nothing_differs_changes_nothing() -> None:
    second = submission(SECOND, ONE, **SECOND_ENTRY)
    found = settled(A, second, ledger=(decided("supersession", SECOND),))
    assert (set(found.taken), found.became, found.findings) == ({KEY}, {}, ())


def test_an_entry_alone_goes_on_and_a_decision_adopts_it() -> None:
    """Then nobody waits for the other."""
    for came, other in ((A, ("O1", "", "2")), (submission(SECOND, ONE, **SECOND_ENTRY), KEY)):
        found = settled(came)
        assert (set(found.taken), found.spared, found.findings) == ({came.key}, frozenset(), ())
        found = settled(came, ledger=(decided("supersession", came.seen.digest),))
        assert (found.spared, [one.code for one in found.findings]) == (frozenset({other}), ["ENTRY_ALONE"])
        assert dict(found.findings[0].args)["document"] == "9号"


def test_a_decision_among_files_of_one_person_is_not_about_the_other() -> None:
    """Two files of the first entry of which one was adopted: nothing is said of the second entry, unless one of the
    two is excluded."""
    second = submission(SECOND, OTHER, **SECOND_ENTRY)
    rival = submission(THIRD, {"C7": 1, "C8": 1})
    by_a = decided("supersession", FIRST)
    assert [one.code for one in settled(A, second, ledger=(by_a,), more=(rival,)).findings] == ["ENTRY_DIFFERS"]
    ledger = (by_a, decided("exclusion", THIRD))
    assert [one.code for one in settled(A, second, ledger=ledger, more=(rival,)).findings] == ["ENTRY_DECIDED"]


def test_what_is_keyed_once_goes_on_as_it_is() -> None:
    once = {KEY: form()}
    assert settle(evaluation(), once, {KEY: A}, [A]).taken == {KEY: A}
    stranger = export_part(SECOND, "")
    assert set(settle(evaluation(), PAIR, {stranger.key: stranger}, [stranger]).taken) == {("V1", "", "1")}
    assert settle(evaluation(), PAIR, {}, []).taken == {}


def test_whose_entry_it_is_is_said_with_its_batch() -> None:
    one, other = (
        submission(each, cells, batch="3", entry=entry)
        for each, cells, entry in ((FIRST, ONE, "1"), (SECOND, OTHER, "2"))
    )
    pair = {("O1", "3", entry): form(batch="3", entry=entry, twice=True) for entry in "12"}
    found = settle(evaluation(), pair, {one.key: one, other.key: other}, [one, other])
    assert dict(found.findings[0].args)["name"] == "绩效办（批次 3）"


# --- files -----------------------------------------------------------------------------------------------------------


def codes(findings: list[Finding]) -> list[tuple[str, str]]:
    return [(one.code, one.file) for one in findings]


def of_files(came: Any, read: Reading, became: Fates, **more: Any) -> list[Finding]:
    expected, tied = more.get("expected", {}), more.get("tied", {})
    return file_findings(evaluation(), [came], [read], more.get("unreceived", ()), became, expected, tied)


def test_every_file_is_accounted_for_once() -> None:
    """With whose sheet it is and why; its other names are copies; what is no content is no submission."""
    files = [seen(FIRST, copies=("inbox/副本.xlsx",)), seen(SECOND), seen(THIRD)]
    read = [
        reading(FIRST, "O1", batch="3", entry="2"),
        Reading(SECOND, problems=(Problem("TEMPLATE_UNKNOWN"), Problem("X"))),
        Reading(THIRD, problems=(Problem("FILE_CORRUPT"),)),
    ]
    strange = Unreceived("inbox/~$x", (handmade_finding("SKIP_LOCKFILE", "inbox/~$x"),))
    made = file_accounts(files, read, [strange], {FIRST: ("counted", "9号")}, {THIRD: "A"})
    assert made == tuple(
        sorted(
            [
                FileAccount("inbox/a1.xlsx", FIRST, "counted", "O1", "3", "2", "9号"),
                FileAccount("inbox/副本.xlsx", FIRST, "copy", "O1", "3", "2", "inbox/a1.xlsx"),
                FileAccount("inbox/b2.xlsx", SECOND, "not_a_submission", reason="TEMPLATE_UNKNOWN"),
                FileAccount("inbox/c3.xlsx", THIRD, "rejected", reason="FILE_CORRUPT", unit="A"),
                FileAccount("inbox/~$x", "", "not_a_submission", reason="SKIP_LOCKFILE"),
            ]
        )
    )


def handmade_finding(code: str, file: str) -> Finding:
    return Finding(file, code=code)


WRONG = (Problem("SCORE_NOT_NUMBER", "打分表", "C7", "A", "work", "九", (("column", "得分"),)),)


@pytest.mark.parametrize(
    ("fate", "said"),
    [
        (("counted", ""), ["SCORE_NOT_NUMBER"]),
        (("rejected", "SUBMISSION_CONFLICT"), ["SCORE_NOT_NUMBER"]),  # it may be the one that will count
        (("rejected", LATE), []),
        (("superseded", "inbox/x"), []),
        (("excluded", "9号"), []),
        (("copy", "inbox/x"), ["SUBMISSION_DUPLICATE"]),
    ],
)
def test_what_does_not_count_has_nothing_more_to_say(fate: Any, said: list[str]) -> None:
    found = of_files(seen(FIRST), reading(FIRST, problems=WRONG), {FIRST: fate})
    assert [one.code for one in found] == said
    assert {one.evaluator for one in found} <= {"O1"}


def test_a_problem_becomes_a_finding_at_its_place() -> None:
    """With the unit's name, and its reason in words where it has one."""
    (one,) = of_files(seen(FIRST), reading(FIRST, problems=WRONG), {FIRST: ("counted", "")})
    assert (one.file, one.sheet, one.cell, one.unit, one.component, one.value) == (
        "inbox/a1.xlsx",
        "打分表",
        "C7",
        "A",
        "work",
        "九",
    )
    assert dict(one.args)["unit_name"] == "甲县"
    gone = replace_problem(unit="X")
    (one,) = of_files(seen(FIRST), reading(FIRST, problems=(gone,)), {FIRST: ("counted", "")})
    assert dict(one.args)["unit_name"] == "X"
    old = Problem("TEMPLATE_OLD_VERSION", value="v", args=(("expected", "w"), ("because", "cards")))
    (one,) = of_files(seen(FIRST), reading(FIRST, problems=(old,)), {})
    assert "because" not in dict(one.args) and dict(one.args)["reason_zh"]


def replace_problem(**more: Any) -> Problem:
    return WRONG[0]._replace(**more)


def test_a_file_that_came_twice_is_said_at_its_copy() -> None:
    """Unless it cannot be used and came there under another's name: then it is wrong there again."""
    expected = {("O1", "", "1"): form(), ("L1", "", "1"): form("L1")}
    broken = Reading(FIRST, problems=(Problem("FILE_EMPTY"),))
    came = seen(
        FIRST, "inbox/O1-绩效办.xlsx", copies=("inbox/L1-绩效办.xlsx", "inbox/别的.xlsx", "inbox/O1-绩效办 (2).xlsx")
    )
    found = of_files(came, broken, {}, expected=expected)
    assert codes(found) == [
        ("FILE_EMPTY", "inbox/L1-绩效办.xlsx"),
        ("FILE_DUPLICATE", "inbox/别的.xlsx"),
        ("FILE_DUPLICATE", "inbox/O1-绩效办 (2).xlsx"),
        ("FILE_EMPTY", "inbox/O1-绩效办.xlsx"),
    ]
    read = of_files(came, reading(FIRST), {FIRST: ("counted", "")}, expected=expected)
    assert [code for code, _ in codes(read)] == ["FILE_DUPLICATE"] * 3
    filed = of_files(came, broken, {FIRST: ("attachment", "ATTACHMENT_UNREAD")}, expected=expected)
    assert [code for code, _ in codes(filed)] == ["FILE_DUPLICATE"] * 3 + ["ATTACHMENT_UNREAD"]
    packed = of_files(
        replace(came, inside=2), broken, {FIRST: ("not_a_submission", "ARCHIVE_OPENED")}, expected=expected
    )
    assert [code for code, _ in codes(packed)] == ["FILE_DUPLICATE"] * 3 + ["ARCHIVE_OPENED"]


def test_what_is_said_of_a_filed_paper() -> None:
    """What it is, to whose papers it was laid, and why it could not be read."""
    unknown = Reading(FIRST, problems=(Problem("TEMPLATE_UNKNOWN"),))
    (one,) = of_files(seen(FIRST), unknown, {FIRST: ("attachment", "ATTACHMENT_FILED")}, tied={FIRST: "A"})
    assert (one.code, one.unit, dict(one.args)["tied"], dict(one.args)["tied_en"]) == (
        "ATTACHMENT_FILED",
        "A",
        "，归入甲县",
        ", with the papers of 甲县",
    )
    assert dict(one.args)["kind"] == "没有模板编号的工作簿"
    broken = Reading(FIRST, problems=(Problem("FILE_EMPTY"),))
    (one,) = of_files(seen(FIRST), broken, {FIRST: ("attachment", "ATTACHMENT_UNREAD")})
    assert (one.code, dict(one.args)["tied"]) == ("ATTACHMENT_UNREAD", "")
    assert dict(one.args)["why"] and dict(one.args)["why_en"]
    assert of_files(seen(FIRST), broken, {FIRST: ("not_a_submission", "")}) == []


# --- decisions about files -------------------------------------------------------------------------------------------


def unused(*ledger: Decision, came: tuple[Submission, ...] = (A, B), **more: Any) -> list[tuple[str, dict[str, str]]]:
    made = evaluation(ledger=ledger)
    became = more.get("became", {FIRST: ("counted", ""), SECOND: ("superseded", "9号")})
    files = [replace(each.seen, inside=more.get("inside", 0)) for each in came]
    found = unused_decisions(made, files, came, {KEY: A}, became)
    return [(one.code, dict(one.args)) for one in found]


def change(digest: str, **more: str) -> Decision:
    return decided("correction", digest, **({"sheet": "打分表", "cell": "C8", "before": "8", "after": "7"} | more))


def test_a_decision_must_mean_one_file() -> None:
    """Nothing that came, or more than one; a key or a line that takes another back names no file."""
    assert unused(decided("exclusion", "f" * 64)) == [("DECISION_FILE_UNKNOWN", {"document": "9号", "n": "0"})]
    alike = submission(FIRST[:20] + "0" * 44, ONE)
    assert unused(decided("exclusion", FIRST), came=(A, alike))[0][1]["n"] == "2"
    assert unused(decided("exclusion", FIRST), decided("key_lost", "f" * 8), decided("withdrawal", "f" * 8)) == []
    assert unused(decided("exclusion", FIRST), inside=2)[0][0] == "DECISION_REFUSED"
    assert unused(decided("late_acceptance", FIRST), inside=2) == []


def test_a_correction_of_what_does_not_count() -> None:
    """Without effect; of a superseded sheet it is said whether the one that counts says the same by now."""
    ((code, args),) = unused(change(SECOND, before="7", after="8"))
    assert (code, args["by"], args["hash"], args["after"]) == ("CORRECTION_CARRIED", "inbox/a1.xlsx", FIRST[:12], "8")
    assert unused(change(SECOND))[0][0] == "CORRECTION_NOT_CARRIED"
    assert unused(change(SECOND), became={SECOND: ("excluded", "")})[0][0] == "CORRECTION_WITHOUT_EFFECT"
    assert unused(change(SECOND), became={})[0][0] == "CORRECTION_WITHOUT_EFFECT"
    assert unused(change(FIRST)) == []
    elsewhere = change(SECOND, cell="C99", after="")
    assert unused(elsewhere)[0][0] == "CORRECTION_CARRIED"  # nothing stands there


def test_a_correction_that_names_another_unit_than_its_cell_is_about() -> None:
    """Unit, component, evaluator: each that is stated."""
    assert unused(change(FIRST, unit="B", component="work", evaluator="O1")) == []
    found = unused(change(FIRST, unit="A", component="vote", evaluator="L1"))
    assert [(code, args["stated"], args["found"]) for code, args in found] == [
        ("CORRECTION_OTHER", "甲县", "乙县"),
        ("CORRECTION_OTHER", "民评", "工作"),
        ("CORRECTION_OTHER", "张三", "绩效办"),
    ]
    assert {args["at"] for _, args in found} == {"打分表!C8"}
    assert unused(change(FIRST, cell="D99", unit="A")) == []
    assert unused(change(FIRST, sheet=" 打分表", unit="A"))[0][0] == "CORRECTION_OTHER"


def test_keys_that_were_declared_lost() -> None:
    """Without a new key; one that signed nothing; the present one."""
    from evaltool.identity import Key

    lost, other = decided("key_lost", "12345678"), decided("key_lost", "87654321")
    signed = Reading(FIRST, replace(A.reading.identity, key_id="12345678"))  # type: ignore[type-var]
    key = Key(bytes(32))
    assert [one.code for one in keys_not_lost(evaluation(ledger=(lost, other)), [signed])] == ["KEY_LOST_NOT_RENEWED"]
    found = keys_not_lost(evaluation(ledger=(lost, other), key=key), [signed, Reading(SECOND)])
    assert [(one.code, dict(one.args)["key"]) for one in found] == [("KEY_LOST_WITHOUT_EFFECT", "87654321")]
    own = decided("key_lost", key.id)
    by_own = Reading(FIRST, replace(A.reading.identity, key_id=key.id))  # type: ignore[type-var]
    assert [one.code for one in keys_not_lost(evaluation(ledger=(own,), key=key), [by_own])] == [
        "KEY_LOST_WITHOUT_EFFECT"
    ]
    away = evaluation(ledger=(lost,), key_away="12345678")
    assert [one.code for one in keys_not_lost(away, [signed])] == ["KEY_LOST_WITHOUT_EFFECT"]
    assert keys_not_lost(evaluation(), [signed]) == []


# --- expected sheets -------------------------------------------------------------------------------------------------

FORMS = {KEY: form(), ("L1", "", "1"): form("L1")}


def sheets(**more: Any) -> tuple[dict[str, str], list[tuple[str, str]]]:
    given: dict[str, Any] = {"expected": FORMS, "surveys": {}, "counted": {}, "came": {}, "spared": frozenset()}
    made = evaluation(more.pop("rules", RULES), ledger=more.pop("ledger", ()))
    found, said = sheet_accounts(made, **(given | more))
    return {each.evaluator: each.answered for each in found}, [(one.code, one.evaluator) for one in said]


def test_each_expected_sheet_is_in_one_state() -> None:
    waiver = Decision("waiver", "免1号", "2027-01-01", "", evaluator="L1")
    assert sheets(counted={KEY: A}) == (
        {"O1": "counted", "L1": "missing"},
        [("SUBMISSION_MISSING", "L1")],
    )
    assert sheets(counted={KEY: A}, ledger=(waiver,)) == ({"O1": "counted", "L1": "waived"}, [])
    leader = {("L1", "", "1"): submission(SECOND, ONE, evaluator="L1")}
    assert sheets(counted={KEY: A} | leader, ledger=(waiver,)) == (
        {"O1": "counted", "L1": "counted"},
        [("WAIVER_CONTRADICTED", "L1")],
    )
    assert sheets(spared=frozenset(FORMS)) == ({"O1": "waived", "L1": "waived"}, [])
    assert sheets(came={KEY: "rejected", ("L1", "", "1"): "late"}) == ({"O1": "with_errors", "L1": "missing"}, [])
    for fate in ("excluded", "superseded", "copy"):
        assert sheets(came={KEY: fate}) == (
            {"O1": "missing", "L1": "missing"},
            [("SUBMISSION_MISSING", "O1"), ("SUBMISSION_MISSING", "L1")],
        )


def test_a_sheet_whose_absence_the_rules_provide_for_is_left_out() -> None:
    """Missing or excluded, as the rules say of each; not if one of two entries has come."""
    ruled = RULES.replace('answer = "percent"', 'answer = "percent"\nmissing = "out"', 1)
    assert sheets(rules=ruled)[1] == [("SUBMISSION_LEFT_OUT", "O1"), ("SUBMISSION_LEFT_OUT", "L1")]
    assert sheets(rules=ruled, came={KEY: "excluded"})[1][0] == ("SUBMISSION_MISSING", "O1")
    both = RULES.replace('answer = "percent"', 'answer = "percent"\nmissing = "out"\nexcluded = "out"', 1)
    assert sheets(rules=both, came={KEY: "excluded"})[1][0] == ("SUBMISSION_LEFT_OUT", "O1")
    half = {("O1", "", "2"): submission(SECOND, ONE, entry="2")}
    assert sheets(rules=ruled, counted=half)[1][0] == ("SUBMISSION_MISSING", "O1")
    made = evaluation(ruled)
    asked = asked_components(made, form())
    assert [each.name for each in asked] == ["工作"]
    assert is_ruled(asked, KEY, {}, "missing") and not is_ruled([], KEY, {}, "missing")
    assert not is_ruled(asked, KEY, half, "missing")
    assert asked_components(made, form(batch="goals")) == []


def test_whose_sheet_is_missing_is_said_with_batch_and_entry() -> None:
    expected = {
        ("V1", "3", "1"): form("V1", "3"),
        ("O1", "", "2"): form(entry="2", twice=True),
        ("V1", "3", "2"): form("V1", "3", "2", twice=True),
    }
    _, said = sheet_accounts(evaluation(), expected, {}, {}, {}, frozenset())
    assert [(dict(one.args)["name"], dict(one.args)["batch"], dict(one.args)["entry"]) for one in said] == [
        ("代表（批次 3）", "3", "1"),
        ("绩效办（第二人录入）", "", "2"),
        ("代表（批次 3，第二人录入）", "3", "2"),
    ]


def test_which_sheets_may_still_come() -> None:
    waiver = Decision("waiver", "免1号", "2027-01-01", "", evaluator="L1")
    assert open_sheets(evaluation(), FORMS, {}, frozenset()) == list(FORMS)
    assert open_sheets(evaluation(), FORMS, {KEY: A}, frozenset()) == [("L1", "", "1")]
    assert open_sheets(evaluation(), FORMS, {}, frozenset({KEY})) == [("L1", "", "1")]
    assert open_sheets(evaluation(ledger=(waiver,)), FORMS, {}, frozenset()) == [KEY]


def test_what_a_sheet_is_to_a_scoring() -> None:
    made = SheetAccount("O1", "", "1", "counted", FIRST)
    assert made.scored_as == "counted"
    assert replace(made, answered="with_errors").scored_as == "counted"
    assert replace(made, answered="with_errors", digest="").scored_as == "missing"
    assert replace(made, answered="waived", digest="").scored_as == "waived"
    assert replace(made, answered="missing", digest="").scored_as == "missing"


def vain(*files: tuple[Any, Reading, tuple[str, str] | None], meant: dict[str, Any] | None = None) -> dict[str, str]:
    became = {came.digest: fate for came, _, fate in files if fate}
    found = came_in_vain(
        {KEY: form(), ("L1", "", "1"): replace(form("L1"), file_name="L1-张三.xlsx")},
        [came for came, _, _ in files],
        [read for _, read, _ in files],
        became,  # type: ignore[arg-type]
        meant or {},
    )
    return {evaluator: fate for (evaluator, _, _), fate in found.items()}


EMPTY = Reading(FIRST, problems=(Problem("FILE_EMPTY"),))


def test_what_came_in_vain_for_a_sheet() -> None:
    """By its identity, by the name of the sheet that was sent out, or by whom it is meant to come from."""
    assert vain((seen(FIRST), reading(FIRST), None)) == {"O1": "rejected"}
    assert vain((seen(FIRST), reading(FIRST), ("rejected", LATE))) == {"O1": "late"}
    assert vain((seen(FIRST, "inbox/L1-张三.xlsx"), EMPTY, None)) == {"L1": "rejected"}
    assert vain((seen(FIRST, "inbox/x.xlsx", copies=("inbox/L1-张三 (1).xlsx",)), EMPTY, None)) == {"L1": "rejected"}
    assert vain((seen(FIRST, "inbox/x.xlsx"), EMPTY, None)) == {}
    assert vain((seen(FIRST, "inbox/x.xlsx"), EMPTY, None), meant={FIRST: KEY}) == {"O1": "rejected"}
    assert vain((seen(FIRST, "inbox/L1-张三.xlsx"), reading(FIRST), None)) == {"O1": "rejected"}
    assert vain((seen(FIRST, "inbox/L1-张三.xlsx"), EMPTY, ("attachment", "ATTACHMENT_UNREAD"))) == {}
    assert vain((seen(FIRST, "inbox/L1-张三.xlsx", inside=1), EMPTY, None)) == {}
    forged = Reading(FIRST, problems=(Problem("IDENTITY_FORGED"),))
    assert vain((seen(FIRST, "inbox/L1-张三.xlsx"), forged, None)) == {}


def test_of_several_that_came_the_strongest_is_said() -> None:
    one = (seen(FIRST), reading(FIRST), ("superseded", "x"))
    other = (seen(SECOND), reading(SECOND), ("excluded", "9号"))
    third = (seen(THIRD), reading(THIRD), ("rejected", LATE))
    assert vain(one, other) == vain(other, one) == {"O1": "excluded"}
    assert vain(one, other, third) == {"O1": "late"}


def test_a_strangers_sheet_says_nothing_once_it_was_put_aside() -> None:
    """One that proves nothing is somebody's while it is looked into."""
    doubtful = reading(FIRST, problems=(Problem("IDENTITY_UNSIGNED"),))
    assert vain((seen(FIRST), doubtful, None)) == {"O1": "rejected"}
    assert vain((seen(FIRST), doubtful, ("excluded", "9号"))) == {}
    assert vain((seen(FIRST), reading(FIRST), ("excluded", "9号"))) == {"O1": "excluded"}


def test_forms_are_known_by_the_names_under_which_they_went_out() -> None:
    assert set(by_file_name({KEY: replace(form(), file_name="市级/O1 绩效办.xlsx")})) == {"O1绩效办"}


# --- the whole -------------------------------------------------------------------------------------------------------


def test_sheets_that_count_and_in_which_something_is_to_be_mended() -> None:
    """By the evaluator, not by the office; of two entries that differ both; not what does not block."""
    files = tuple(FileAccount(f"inbox/{name}", name * 64, "counted", name.upper() + "1") for name in "olv")
    files = (*files[:2], replace(files[2], became="copy"))
    sheets_ = tuple(SheetAccount(each.evaluator, "", "", "counted", each.digest) for each in files)
    taken = replace(handmade.intake(), files=files, sheets=sheets_)

    def answered(*findings: Finding) -> list[str]:
        return [each.evaluator for each in with_errors(taken, findings).sheets if each.answered == "with_errors"]

    assert answered() == []
    assert answered(Finding("inbox/o", code="SCORE_NOT_NUMBER")) == ["O1"]
    assert answered(Finding("inbox/o", code="FILE_DUPLICATE")) == []
    assert answered(Finding("inbox/o", code="CORRECTION_MISMATCH")) == []
    assert answered(Finding("inbox/v", code="SCORE_NOT_NUMBER")) == []
    assert answered(Finding("inbox/o", code="ENTRY_DIFFERS", args=(("other_file", "inbox/l"),))) == ["O1", "L1"]
    assert answered(Finding("inbox/o", code="SCORE_NOT_NUMBER", args=(("other_file", "inbox/l"),))) == ["O1"]


def test_the_accounts_of_roles() -> None:
    """Marks first, then each kind of sheet that is not scored; of each as many as are known."""
    from evaltool.identity import GOALS

    states = ("counted", "counted", "missing", "waived", "with_errors")
    people = tuple(Evaluator(f"L{n}", f"某{n}", "leader") for n in range(5))
    listed = tuple(SheetAccount(f"L{n}", "", "1", state) for n, state in enumerate(states))  # type: ignore[arg-type]
    taken = replace(
        handmade.intake(),
        sheets=(*listed, SheetAccount("A", GOALS, "1", "missing"), SheetAccount("A", "", "1", "missing")),
    )
    made, open_ones = accounts(evaluation(people=people), taken)
    assert (made.roles, open_ones) == (
        (
            RoleAccount("leader", "领导", 5, 2, 1, 1, "marks", 1),
            RoleAccount("self", "被评估单位", 1, 0, 1, 0, "marks", 0),
            RoleAccount("self", "被评估单位·年度目标申报表", 1, 0, 1, 0, GOALS, 0),
        ),
        [],
    )
    assert [each.told for each in made.roles] == [5, 1, 1]
    assert [each.role for each in made.scored] == ["leader", "self"]
    assert role_sheets("领导", "") == "领导"


def test_an_export_whose_answers_do_not_add_up_is_said() -> None:
    """By itself, or with what was counted for the units."""
    from made_intake import ballot

    cards = [ballot("A", "好", 3), ballot("A", "不了解", 1), ballot("B", "", 2)]
    fine = SurveyAccount("V1", "inbox/x.csv", 9, 9, 4, 2, 2, 1)
    for account, open_ in (
        (fine, False),
        (replace(fine, read=10), True),
        (replace(fine, counted=5, blank=1), True),
        (replace(fine, repeated=3), True),
        (replace(fine, refused=0), True),
    ):
        taken = replace(handmade.intake([], cards), surveys=(account,))
        found = accounts(evaluation(), taken)[1]
        assert bool(found) == open_
        if found:
            assert (found[0].code, found[0].file, dict(found[0].args)["left"]) == (
                "ACCOUNT_OPEN",
                "inbox/x.csv",
                str(account.read),
            )
