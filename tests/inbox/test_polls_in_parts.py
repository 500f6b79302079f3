"""Which files are parts of an export, which of them are counted together, which alone; how an export is asked for."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from evaltool.inbox.exports.shapes import Question
from evaltool.inbox.extract.corrections import Correction
from evaltool.inbox.polls import parts_among, read_parts
from evaltool.inbox.surveys import components, export_named, exports
from evaltool.inbox.workers import Reading
from evaltool.ledger import Decision
from evaltool.roster import Evaluator
from evaltool.rules.settings import Deadline, Survey
from made_intake import PEOPLE, RULES, evaluation
from made_submissions import FIRST, SECOND, THIRD, decided, seen

SURVEYED = RULES.replace('answer = { ballot = "card" }', 'answer = { ballot = "card", repeated = "first" }')
WHO = Evaluator("S1", "调查队", "voters")
SURVEY = Survey(evaluator="S1", file="调查-*.csv", respondent="编号", unit="单位", choice="评价", ignore=("备注",))
HEAD = "编号,单位,评价,备注\n"
LATE = Deadline.model_validate({"what": "x", "date": "2027-03-31", "sheet": "marks", "strict": True})
TEXTS = {FIRST: HEAD + "1,甲县,好,\n", SECOND: HEAD + "2,甲县,中,\n", THIRD: HEAD + "3,乙县,好,\n"}


def made(*ledger: Decision, **more: Any) -> Any:
    given = {"people": (*PEOPLE, WHO), "surveys": (SURVEY,), "ledger": ledger} | more
    return evaluation(SURVEYED, **given)


def came(digest: str, name: str, **more: Any) -> Any:
    text = more.pop("text", TEXTS[digest])
    return seen(digest, f"inbox/{name}", data=text.encode(), size=len(text.encode()), **more)


def read(*files: Any, ledger: tuple[Decision, ...] = (), **more: Any) -> dict[str, Reading]:
    about = made(*ledger, **more)
    parts = parts_among(files, list(exports(about).values()))
    found = read_parts(about, parts.values(), {})
    return {each.digest[:2]: found[each.digest] for each in files if each.digest in found}


def whole(reading: Reading) -> dict[tuple[str, str], int]:
    """Unit and choice -> answers of everything that was counted with a part."""
    assert reading.extract is not None and reading.extract.survey is not None
    answers = reading.extract.survey.whole
    assert answers is not None
    return {(one.unit, one.choice): one.answers for one in answers.counts}


A1, B2, C3 = came(FIRST, "调查-1.csv"), came(SECOND, "调查-2.csv"), came(THIRD, "调查-3.csv")
ALL = {("A", "好"): 1, ("A", "中"): 1, ("B", "好"): 1}


def test_an_export_is_asked_for_as_the_rules_have_it() -> None:
    """Its units with their question, the choices of its scale, which of repeated answers counts."""
    ((key, export),) = exports(made()).items()
    assert (key, export.key) == (("S1", "", "1"), ("S1", "", "1"))
    assert export.asked == {"A": ("甲县", 0), "B": ("乙县", 0)}
    assert export.questions == (Question("c", "vote", "民评", ("好", "中", "不了解"), "first"),)
    assert (export.respondent, export.unit, export.choice, export.point, export.time) == (
        "编号",
        "单位",
        "评价",
        "",
        "",
    )
    assert (export.unused, export.comments, export.wide) == (("备注",), {}, False)
    assert [one.name for one in components(made(), export)] == ["民评"]
    other = made(people=(*PEOPLE, replace(WHO, role="leader")))
    assert next(iter(exports(other).values())).asked == {}
    told = SURVEY.model_copy(update={"comments": ("意见",), "comments_on": {"对甲": "甲县", "对谁": "丙县"}})
    assert next(iter(exports(made(surveys=(told,))).values())).comments == {"意见": "", "对甲": "A", "对谁": ""}


def test_which_files_are_parts() -> None:
    """By any of their names; an archive that was opened is none."""
    wanted = list(exports(made()).values())
    files = [A1, came(SECOND, "别的.csv"), came(THIRD, "x.csv", copies=("inbox/调查-3.CSV",))]
    found = parts_among(files, wanted)
    assert {each.seen.digest: each.name for each in found.values()} == {FIRST: "调查-1.csv", THIRD: "调查-3.csv"}
    assert parts_among([came(FIRST, "调查-1.csv", inside=1)], wanted) == {}
    assert parts_among(files, []) == {}
    assert export_named(wanted, ["inbox/别的.csv"]) is None


def test_parts_are_counted_together() -> None:
    found = read(A1, B2, C3)
    assert [whole(found[each]) for each in ("a1", "b2", "c3")] == [ALL] * 3
    one = found["a1"]
    assert one.identity is not None and one.extract is not None and one.extract.survey is not None
    assert (one.identity.evaluator, one.identity.evaluation, one.extract.survey.counted) == ("S1", "e-2026@2026", 1)
    assert one.problems == ()


def test_what_a_decision_leaves_out_is_read_by_itself() -> None:
    """Excluded, or late without having been accepted."""
    found = read(A1, B2, C3, ledger=(decided("exclusion", SECOND),))
    assert whole(found["a1"]) == {("A", "好"): 1, ("B", "好"): 1}
    assert whole(found["b2"]) == {("A", "中"): 1}
    late = came(SECOND, "调查-2.csv", first_seen="2027-05-01T00:00:00+00:00")
    found = read(A1, late, C3, deadlines=(LATE,))
    assert (whole(found["a1"]), whole(found["b2"])) == ({("A", "好"): 1, ("B", "好"): 1}, {("A", "中"): 1})
    found = read(A1, late, C3, deadlines=(LATE,), ledger=(decided("late_acceptance", SECOND),))
    assert whole(found["b2"]) == ALL
    both = (decided("late_acceptance", SECOND), decided("exclusion", SECOND))
    assert whole(read(A1, late, deadlines=(LATE,), ledger=both)["a1"]) == {("A", "好"): 1}


def test_two_versions_of_a_part_count_once_one_is_named() -> None:
    """Until then each is read by itself; the same from another program counts as one."""
    version = came(THIRD, "旧/调查-2.csv")
    found = read(A1, B2, version)
    assert [whole(found[each]) for each in ("a1", "b2", "c3")] == [
        {("A", "好"): 1},
        {("A", "中"): 1},
        {("B", "好"): 1},
    ]
    found = read(A1, B2, version, ledger=(decided("supersession", THIRD),))
    assert (whole(found["a1"]), whole(found["b2"])) == ({("A", "好"): 1, ("B", "好"): 1}, {("A", "中"): 1})
    both = (decided("supersession", THIRD), decided("supersession", SECOND))
    assert whole(read(A1, B2, version, ledger=both)["a1"]) == {("A", "好"): 1}
    assert whole(read(A1, B2, version, ledger=(decided("exclusion", THIRD),))["a1"]) == {("A", "好"): 1, ("A", "中"): 1}
    same = replace(version, data=TEXTS[SECOND].encode("gb18030"))
    found = read(A1, B2, same)
    assert [whole(found[each]) for each in ("a1", "b2", "c3")] == [{("A", "好"): 1, ("A", "中"): 1}] * 3


def test_what_cannot_be_read_says_why_and_the_others_count() -> None:
    broken = came(SECOND, "调查-2.csv", text=HEAD + '2,"甲县,好\n')
    found = read(A1, broken)
    assert (found["b2"].extract, [one.code for one in found["b2"].problems]) == (None, ["TABLE_BROKEN"])
    assert whole(found["a1"]) == {("A", "好"): 1}


def test_two_parts_that_are_one_content_are_said() -> None:
    """Under all the names; the same name in two folders is one part."""
    twice = came(FIRST, "调查-1.csv", copies=("inbox/调查-7.csv", "inbox/副本/调查-1.csv"))
    (one,) = read(twice)["a1"].problems
    assert (one.code, dict(one.args)) == ("SURVEY_PART_TWICE", {"names": "调查-1.csv、调查-7.csv"})
    assert read(came(FIRST, "调查-1.csv", copies=("inbox/副本/调查-1.csv",)))["a1"].problems == ()
    long = came(FIRST, "调查-1.csv", copies=(f"inbox/调查-{'长' * 300}.csv",))
    assert len(dict(read(long)["a1"].problems[0].args)["names"]) == 200


def test_the_cells_of_an_export_are_not_corrected() -> None:
    about = made()
    parts = parts_among([A1], list(exports(about).values()))
    change = Correction("S", "C2", "好", "中", "9号")
    (found,) = read_parts(about, parts.values(), {FIRST: [change]}).values()
    assert [one.code for one in found.problems] == ["CORRECTION_NOWHERE"]


def test_two_exports_are_counted_apart() -> None:
    other = SURVEY.model_copy(update={"evaluator": "S2", "file": "调查-2.csv"})
    first = SURVEY.model_copy(update={"file": "调查-1.csv"})
    about = made(people=(*PEOPLE, WHO, replace(WHO, id="S2")), surveys=(first, other))
    parts = parts_among([A1, B2], list(exports(about).values()))
    found = read_parts(about, parts.values(), {})
    assert [whole(found[each]) for each in (FIRST, SECOND)] == [{("A", "好"): 1}, {("A", "中"): 1}]
    assert {each.identity.evaluator for each in found.values() if each.identity} == {"S1", "S2"}
