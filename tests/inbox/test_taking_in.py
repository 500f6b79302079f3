"""What came in, told one from another: papers and whose they are, days and deadlines, claims, tables, readings that are
kept; on values made by hand."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any, cast

import pytest

import handmade
from evaltool.identity import Key
from evaltool.inbox import newkey, readings, tables, unscored
from evaltool.inbox.accounts.files import FileAccount
from evaltool.inbox.askedworkers import ANYBODY, WorkersAsked
from evaltool.inbox.attachments import Awaited, attachments, ties
from evaltool.inbox.claims import about, claims, one_phrase
from evaltool.inbox.cluster import read_on_cluster
from evaltool.inbox.corrected import of_decisions
from evaltool.inbox.exports.shapes import Comment, SurveyAnswers, SurveyCount
from evaltool.inbox.extract.answers import OddAnswer
from evaltool.inbox.extract.cardruns import CardRun
from evaltool.inbox.extract.workbook import CardLines, Extract
from evaltool.inbox.ingest import _corrections, _is_apart, _not_read, _reader, _sheets
from evaltool.inbox.intake import intake_of
from evaltool.inbox.lateness import Late, late, late_findings, reopened, shown_day, strict_deadline
from evaltool.inbox.passed_over import passed_over
from evaltool.inbox.problems import Problem
from evaltool.inbox.proof import Expected
from evaltool.inbox.received import Seen
from evaltool.inbox.submissions import Fates
from evaltool.inbox.suggested import (
    FormsByName,
    claimed_documents,
    form_meant,
    meant,
    names_of_evaluators,
    units_claiming,
)
from evaltool.inbox.tables import CountedSubmission, answers_table, in_words, schema
from evaltool.inbox.twice.parts import contradictions, shares, together
from evaltool.inbox.workers import Reading, Task, read_all
from evaltool.ledger import Decision
from evaltool.questions.forms import Worksheets
from evaltool.reader import Unreadable
from evaltool.roster import Evaluator
from evaltool.rules.settings import Deadline
from made_intake import RULES, evaluation, row
from made_submissions import FIRST, SECOND, SHEETS, THIRD, decided, export_part, form, reading, said, seen, submission

ONE = {"C7": 9, "C8": 8}
KEY = ("O1", "", "1")

# --- names and papers ------------------------------------------------------------------------------------------------

NAMES = {"甲局": "A", "甲局办公室": "B", "A": "A", "12": "X", "局": "", "PLAN": "P", "同名": ""}


@pytest.mark.parametrize(
    ("file", "whom"),
    [
        ("inbox/甲局.pdf", {"A"}),
        ("inbox/关于甲局的证明.pdf", {"A"}),
        ("inbox/甲局办公室.pdf", {"B"}),  # the longer name, not the one inside it
        ("inbox/甲局和PLAN.pdf", {"A"}),
        ("inbox/甲局-PLAN.pdf", {"A", "P"}),
        ("inbox/PLANS.pdf", set()),
        ("inbox/12号.pdf", set()),
        ("inbox/12.pdf", set()),
        ("inbox/甲局/证明.pdf", {"A"}),
        ("inbox/甲局.ZIP/证明.pdf", {"A"}),
        ("inbox/甲局.doc/证明.pdf", set()),
        ("inbox/A/证明.pdf", {"A"}),
        ("inbox/证明.pdf", set()),
        ("甲局/证明.pdf", set()),  # where everything stands is no folder of anybody
        ("inbox/同名/证明.pdf", {""}),
    ],
)
def test_whom_the_name_of_a_file_means(file: str, whom: set[str]) -> None:
    """Names that stand in it, ids that stand alone, folders that bear one."""
    assert meant(file, NAMES) == whom


def test_two_evaluators_of_one_name_are_nobody() -> None:
    people = (
        Evaluator("O1", "绩效办", "office"),
        Evaluator("L1", "张 三", "leader"),
        Evaluator("L2", "张三", "leader"),
    )
    made = replace(evaluation(people=people), roster=replace(evaluation(people=people).roster, units=()))
    assert names_of_evaluators(made) == {"O1": "O1", "绩效办": "O1", "L1": "L1", "L2": "L2", "张三": ""}


FORMS = {
    KEY: replace(form(), file_name="O1-绩效办.xlsx"),
    ("L1", "", "1"): replace(form("L1"), file_name="L1-张三.xlsx"),
    ("V1", "1", "1"): replace(form("V1", "1"), file_name="V1-代表-1.xlsx"),
    ("V1", "2", "1"): replace(form("V1", "2"), file_name="V1-代表-2.xlsx"),
}


def form_for(file: str, *open_ones: Any) -> str:
    known = FormsByName(evaluation(), FORMS)
    found = form_meant(file, known, lambda key: key in (open_ones or FORMS))
    return found.file_name if found else ""


def test_which_form_a_file_is_likely_to_be() -> None:
    """That under whose name it came, or its folder; else the only open one of the only evaluator that is named."""
    assert form_for("inbox/L1-张三 (2).pdf") == "L1-张三.xlsx"
    assert form_for("inbox/L1-张三.zip/照片.jpg") == "L1-张三.xlsx"
    assert form_for("inbox/张三的表.pdf") == "L1-张三.xlsx"
    assert form_for("inbox/代表.pdf") == ""
    assert form_for("inbox/代表.pdf", ("V1", "2", "1")) == "V1-代表-2.xlsx"
    assert form_for("inbox/张三.pdf", KEY) == ""
    assert form_for("inbox/张三和绩效办.pdf") == ""
    assert form_for("inbox/照片.jpg") == ""


def filed(
    *files: tuple[Seen, Reading], became: Fates | None = None, ruled: bool = False
) -> tuple[Fates, dict[str, Any]]:
    awaited = Awaited(FORMS, set(FORMS) - {("V1", "2", "1")}, lambda key: ruled)
    return attachments(evaluation(), [one for one, _ in files], [one for _, one in files], became or {}, awaited)


def paper(code: str, name: str = "inbox/x.pdf", **args: str) -> tuple[Seen, Reading]:
    return seen(FIRST, name), Reading(FIRST, problems=(Problem("NOTE"), Problem(code, args=tuple(args.items()))))


def test_what_is_filed_and_under_which_code() -> None:
    """Papers and strangers' workbooks; archives that nobody could open; what cannot be read."""
    for one, code in (
        (paper("FILE_NOT_XLSX", kind="PDF"), "ATTACHMENT_FILED"),
        (paper("FILE_NOT_XLSX", kind="压缩包（rar、7z 等）"), "ARCHIVE_UNOPENED"),
        (paper("FILE_NOT_XLSX", kind="普通压缩包"), "ARCHIVE_UNOPENED"),
        (paper("TEMPLATE_UNKNOWN"), "ATTACHMENT_FILED"),
        (paper("FILE_CORRUPT"), "ATTACHMENT_UNREAD"),
        (paper("FILE_EMPTY"), "ATTACHMENT_UNREAD"),
    ):
        assert filed(one) == ({FIRST: ("attachment", code)}, {})
        assert filed(one, became={FIRST: ("excluded", "9号")}) == ({}, {})
    opened = (seen(FIRST, "inbox/a.zip", inside=2), Reading(FIRST, problems=(Problem("ARCHIVE_OPENED"),)))
    assert filed(opened) == ({FIRST: ("not_a_submission", "ARCHIVE_OPENED")}, {})
    assert filed(opened, became={FIRST: ("excluded", "9号")}) == ({}, {})
    sheet = (seen(FIRST), reading(FIRST, problems=(Problem("TEMPLATE_OLD_VERSION"),)))
    assert filed(sheet) == ({}, {})
    counted = (seen(FIRST), Reading(FIRST, None, Extract()))
    assert filed(counted) == ({}, {})


@pytest.mark.parametrize("code", ["IDENTITY_CONFLICT", "IDENTITY_FORGED"])
def test_what_was_meant_as_an_answer_is_no_paper(code: str) -> None:
    """Made over, like a sheet but for its identity, or under the name of one: a picture only where that is awaited."""
    assert filed(paper(code)) == ({}, {})
    assert filed(paper("TEMPLATE_UNKNOWN", alike="打分表")) == ({}, {})
    assert filed(paper("TEMPLATE_UNKNOWN", "inbox/L1-张三.xlsx")) == ({}, {})
    assert filed(paper("FILE_CORRUPT", "inbox/V1-代表-2.xlsx")) == ({}, {})
    assert filed(paper("FILE_NOT_XLSX", "inbox/L1-张三.pdf", kind="PDF")) == ({}, {})
    assert filed(paper("FILE_NOT_XLSX", "inbox/L1-张三.pdf", kind="PDF"), ruled=True)[0] == {
        FIRST: ("attachment", "ATTACHMENT_FILED")
    }
    assert filed(paper("FILE_NOT_XLSX", "inbox/V1-代表-2.pdf", kind="PDF"))[0] == {
        FIRST: ("attachment", "ATTACHMENT_FILED")
    }
    copy = (seen(FIRST, "inbox/x.xlsx", copies=("inbox/L1-张三.xlsx",)), paper("FILE_CORRUPT")[1])
    assert filed(copy) == ({}, {})


def test_an_unreadable_file_may_be_the_sheet_of_whom_it_names() -> None:
    """If that is awaited; it is asked for again then, else it is filed."""
    assert filed(paper("FILE_CORRUPT", "inbox/张三的表.xlsx")) == ({}, {FIRST: ("L1", "", "1")})
    assert filed(paper("FILE_CORRUPT", "inbox/张三的表.xlsx"), ruled=True)[0] == {
        FIRST: ("attachment", "ATTACHMENT_UNREAD")
    }
    assert filed(paper("FILE_NOT_XLSX", "inbox/张三的照片.jpg", kind="JPG"))[0] == {
        FIRST: ("attachment", "ATTACHMENT_FILED")
    }
    copy = (seen(FIRST, "inbox/x.xlsx", copies=("inbox/张三.xlsx",)), paper("FILE_CORRUPT")[1])
    assert filed(copy) == ({}, {FIRST: ("L1", "", "1")})


def claim_sheet(unit: str, document: str, consent: str = "") -> Any:
    """A sheet with a claim, as far as attachments look at it."""

    class Column:
        field = "claim_document"

    class Table:
        columns = (Column(),)

    class One:
        table = Table()

    class Answer:
        def __init__(self, field: str, text: str) -> None:
            self.field, self.text, self.unit = field, text, unit

    class Sheets:
        numbered = (One(),)

    class Sheet_:
        sheets = Sheets()

        def answers(self) -> list[Answer]:
            return [
                Answer("claim_document", document),
                Answer("claim_consent", consent),
                Answer("claim_facts", "9999号"),
            ]

    return Sheet_()


def test_papers_are_laid_to_the_unit_that_one_thing_names() -> None:
    """By name or by the number of a document that it claims by; several or none: to nobody."""
    files = [
        seen(FIRST, "inbox/甲县证明.pdf"),
        seen(SECOND, "inbox/纪要〔2026〕12号.pdf"),
        seen(THIRD, "inbox/照片.jpg"),
    ]
    fates: Fates = dict.fromkeys((FIRST, SECOND, THIRD), ("attachment", "ATTACHMENT_FILED"))
    sheet = claim_sheet("B", "纪要〔2026〕12号")
    assert ties(evaluation(), files, fates, [sheet]) == {FIRST: "A", SECOND: "B"}
    assert ties(evaluation(), files, {FIRST: ("counted", ""), SECOND: fates[SECOND]}, [sheet]) == {SECOND: "B"}
    two = [seen(FIRST, "inbox/甲县/乙县.pdf"), seen(SECOND, "inbox/x.pdf", copies=("inbox/甲县.pdf",))]
    assert ties(evaluation(), two, fates, []) == {SECOND: "A"}
    assert ties(evaluation(), [], {}, []) == {}


def test_documents_that_claims_name() -> None:
    """With a number in them, and longer than three signs; also the consent; nothing else that stands there."""
    found = claimed_documents(
        [claim_sheet("A", "纪要12号", "签批3号"), claim_sheet("B", "纪要12号", "12"), claim_sheet("B", "纪要")]
    )
    assert found == {"纪要12号": {"A", "B"}, "签批3号": {"A"}}
    assert units_claiming("inbox/附件 纪要12号.pdf", found) == {"A", "B"}
    assert units_claiming("inbox/纪要112号.pdf", found) == set()
    assert units_claiming("inbox/签批3号", {"签批3": {"A"}}) == {"A"}
    assert units_claiming("inbox/签批32号", {"签批3": {"A"}}) == set()
    plain = submission(FIRST, ONE)
    assert claimed_documents([plain]) == {}


# --- days ------------------------------------------------------------------------------------------------------------


def deadline(**more: Any) -> Deadline:
    given: dict[str, Any] = {"what": "打分表", "date": date(2027, 3, 31), "sheet": "marks", "strict": True} | more
    return Deadline(**given)


def test_which_deadline_is_strict_for_a_role() -> None:
    """Its own before everybody's; of several the last; none that is not of marks, or not strict."""
    own, all_ = deadline(role="office", date=date(2027, 4, 5)), deadline()
    made = evaluation(deadlines=(own, all_, deadline(sheet="goals", date=date(2028, 1, 1))))
    assert strict_deadline(made, "office") == date(2027, 4, 5)
    assert strict_deadline(made, "leader") == date(2027, 3, 31)
    later = evaluation(deadlines=(all_, deadline(date=date(2027, 4, 9)), deadline(date=date(2027, 5, 1), strict=False)))
    assert strict_deadline(later, "leader") == date(2027, 4, 9)
    assert strict_deadline(evaluation(deadlines=(deadline(strict=False),)), "leader") is None


STRICT = (deadline(),)


@pytest.mark.parametrize(
    ("moment", "is_late"),
    [
        ("2027-03-31T15:59:59+00:00", False),
        ("2027-03-31T16:00:00+00:00", True),  # the next day in China
        ("2027-03-31T23:59:59+08:00", False),
        ("", True),
        ("gestern", True),
    ],
)
def test_a_day_is_the_one_in_china(moment: str, is_late: bool) -> None:
    """A moment that cannot be read is after every deadline."""
    one = submission(FIRST, ONE, first_seen=moment)
    found = late(evaluation(deadlines=STRICT), [one.seen], [one.reading])
    assert set(found) == ({FIRST} if is_late else set())
    assert late(evaluation(), [one.seen], [one.reading]) == {}
    assert shown_day("2027-03-31T16:00:00+00:00") == "2027-04-01"
    assert (shown_day(""), shown_day("x")) == ("—", "x")


def test_the_mended_version_of_what_was_in_time_is_in_time() -> None:
    """Of the same evaluator, or of a file that says nothing; however often it was mended; never round in a circle."""
    early, after_ = "2027-03-01T00:00:00+00:00", "2027-05-01T00:00:00+00:00"
    made = evaluation(deadlines=STRICT)

    def lates(*came: Any) -> set[str]:
        return set(late(made, [one for one, _ in came], [one for _, one in came]))

    first = submission(FIRST, ONE, first_seen=early)
    second = submission(SECOND, ONE, first_seen=after_, replaces=FIRST)
    third = submission(THIRD, ONE, first_seen=after_, replaces=SECOND)
    pairs = [(one.seen, one.reading) for one in (first, second, third)]
    assert lates(*pairs) == set()
    assert lates(*pairs[1:]) == {SECOND, THIRD}
    broken = (seen(FIRST, first_seen=early), Reading(FIRST, problems=(Problem("FILE_CORRUPT"),)))
    assert lates(broken, pairs[1]) == set()
    stranger = submission(FIRST, ONE, first_seen=early, evaluator="L1")
    assert lates((stranger.seen, stranger.reading), pairs[1]) == {SECOND}
    circle = submission(FIRST, ONE, first_seen=after_, replaces=SECOND)
    assert lates((circle.seen, circle.reading), pairs[1]) == {FIRST, SECOND}
    unusable = (seen(SECOND, first_seen=after_), reading(SECOND, problems=(Problem("TEMPLATE_OLD_VERSION"),)))
    assert lates(unusable) == set()
    unknown = submission(SECOND, ONE, first_seen=after_, evaluator="X9")
    assert lates((unknown.seen, unknown.reading)) == set()


def test_what_is_said_of_late_sheets() -> None:
    """Of those about which nothing is decided; and of an acceptance of one that was in time."""
    lates = {FIRST: Late("inbox/a1.xlsx", "O1", "2027-04-01", date(2027, 3, 31))}
    files = [seen(FIRST), seen(SECOND)]
    (one,) = late_findings(evaluation(), lates, [FIRST], files)
    assert (one.code, one.file, one.evaluator, dict(one.args)) == (
        "SUBMISSION_LATE",
        "inbox/a1.xlsx",
        "O1",
        {"day": "2027-04-01", "deadline": "2027-03-31", "hash": FIRST[:12], "name": "绩效办"},
    )
    accepted = evaluation(
        ledger=(
            decided("late_acceptance", FIRST),
            decided("late_acceptance", SECOND),
            decided("late_acceptance", THIRD),
        )
    )
    assert [one.code for one in late_findings(accepted, lates, [], files)] == ["DECISION_IDLE"]


def test_batches_that_are_entered_again() -> None:
    """By the file that is set aside; a decision that names a file of something else is refused."""
    mine = reading(FIRST, "V1", said({}), batch="3")
    fits = decided("batch_reopened", FIRST, evaluator="V1", batch="3")
    assert reopened(evaluation(ledger=(fits,)), [mine, reading(SECOND)]) == ({FIRST: fits}, [])
    for line in (replace(fits, batch="4"), replace(fits, evaluator="O1")):
        found, wrong = reopened(evaluation(ledger=(line,)), [mine])
        assert (found, [one.code for one in wrong]) == ({}, ["DECISION_REFUSED"])
    unreadable = Reading(FIRST, problems=(Problem("FILE_CORRUPT"),))
    assert [one.code for one in reopened(evaluation(ledger=(fits,)), [unreadable])[1]] == ["DECISION_REFUSED"]
    assert reopened(evaluation(ledger=(fits,)), []) == ({}, [])


# --- claims ----------------------------------------------------------------------------------------------------------

BONUS = (
    RULES
    + """
[bonus]
kinds = [
    { name = "表彰", levels = { "国家级" = 3, "省级" = 1.5 } },
    { name = "创新", points = 1 },
    { name = "经验", most = 2 },
]
"""
)


def claim_row(field: str, text: str, unit: str = "A", number: int = 1, **more: object) -> tuple[object, ...]:
    given: dict[str, object] = {
        "component": "bonus",
        "text": text,
        "unit": unit,
        "repeat": str(number),
        "sheet": " 自评 ",
        "state": "given",
    }
    value = more.pop("value", None)
    return row(field, cast(Any, value), f"B{number}", **(given | more))


def test_what_units_claim() -> None:
    """By kind and level as the rules have them; points that are asked for only where the rules do not say."""
    rows = [
        claim_row("claim_kind", "表彰·省级"),
        claim_row("claim_facts", " 获省级表彰。 "),
        claim_row("claim_points", "9", value=90, decimals=1),
        claim_row("claim_document", "纪要1号"),
        claim_row("claim_consent", "签批1号"),
        claim_row("claim_deed", "植树"),
        claim_row("claim_kind", "经验", number=2),
        claim_row("claim_points", "1.5", number=2, value=15, decimals=1),
        claim_row("claim_kind", "创新", unit="B"),
        claim_row("claim_kind", "别的", unit="B", number=2),
        claim_row("claim_kind", "表彰", unit="B", number=3),
        claim_row("claim_facts", "没有选种类", unit="B", number=4),
        claim_row("claim_kind", "创新", unit="X"),
        claim_row("claim_kind", "创新", unit="B", number=5, state="broken"),
    ]
    made = evaluation(BONUS)
    found = claims(made, handmade.intake(rows))
    assert [(one.unit.id, one.number, one.chosen, one.level, one.points, one.asked, one.most) for one in found] == [
        ("A", 1, "表彰·省级", "省级", Fraction(3, 2), 9, Fraction(3, 2)),
        ("A", 2, "经验", "", Fraction(3, 2), Fraction(3, 2), 2),
        ("B", 1, "创新", "", 1, None, 1),
        ("B", 2, "别的", "", None, None, None),
        ("B", 3, "表彰", "", None, None, None),
    ]
    first = found[0]
    assert (first.facts, first.deed, first.document, first.consent) == ("获省级表彰。", "植树", "纪要1号", "签批1号")
    assert (first.place, first.what) == (("A", "自评", "B1"), "表彰·省级：获省级表彰")
    assert found[1].what == "经验"
    assert claims(made, handmade.intake()) == []


def test_what_a_bonus_is_for_in_a_line() -> None:
    assert about("表彰", "表彰先进。") == "表彰先进"
    assert about("表彰", "获奖；") == "表彰：获奖"
    assert about("", "获奖") == "获奖"
    assert one_phrase(" 一\n 二。；。") == "一 二"


# --- tables ----------------------------------------------------------------------------------------------------------


def test_answers_become_rows_with_all_that_their_questions_say() -> None:
    """Of several files in one table, whatever their order; texts that were typed otherwise stand as they were typed."""
    one = said({"C7": 9, "C8": "8分"})
    other = said({"C7": "九"})
    files = [
        CountedSubmission("O1", "", FIRST, "inbox/a.xlsx", SHEETS, one.answers),
        CountedSubmission("L1", "", SECOND, "inbox/b.xlsx", SHEETS, other.answers),
    ]
    table = in_words(answers_table(files).lazy()).collect()
    wanted = table.select("evaluator", "unit", "text", "value", "state", "cell", "file", "decision", "high").rows()
    assert wanted == [
        ("O1", "A", "9", 90, "given", "C7", "inbox/a.xlsx", "", 100),
        ("L1", "A", "九", None, "broken", "C7", "inbox/b.xlsx", "", 100),
        ("L1", "B", "", None, "blank", "C8", "inbox/b.xlsx", "", 100),
        ("O1", "B", "8分", 80, "given", "C8", "inbox/a.xlsx", "", 100),
    ]
    turned = in_words(answers_table(files[::-1]).lazy()).collect()
    assert turned.rows() == table.rows()
    copy = Worksheets(SHEETS)
    apart = [files[0], files[1]._replace(sheets=copy)]
    assert in_words(answers_table(apart).lazy()).collect().rows() == table.rows()
    assert answers_table([]).height == 0
    only = in_words(answers_table(files[:1]).lazy()).collect()
    assert only.height == 2


@pytest.mark.parametrize("most", [1, 2, 50, 2**64])
def test_answers_are_sorted_however_much_one_number_holds(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """By all columns in their order; what stands elsewhere or was decided comes where it says."""
    import polars as pl

    monkeypatch.setattr(tables, "_MOST", most)
    typed: tuple[Mapping[str, object], ...] = (
        {"C7": 9, "C8": "8分"},
        {"C7": "九"},
        {"C7": 10, "C8": 8},
        {"C8": 8},
        {"C7": "8分", "C8": 0},
    )
    odd = OddAnswer(None, "B", "改名", "D9", "〔2026〕1号")
    files = []
    for at, cells in enumerate(typed):
        answers = said(cells).answers
        if at % 2:
            first = answers.positions[0]
            answers.odd[first] = odd._replace(text=answers.odd.get(first, odd).text)
        files.append(CountedSubmission(f"O{at % 3}", "", f"{at}", f"inbox/{9 - at}.xlsx", SHEETS, answers))
    table = in_words(answers_table(files).lazy()).collect()
    assert table.rows() == table.sort(table.columns, nulls_last=False).rows()
    assert table.height == 10
    places = ["unit", "sheet", "cell", "decision"]
    assert table.filter(pl.col("decision") != "").select(places).rows() == [("B", "改名", "D9", "〔2026〕1号")] * 2
    assert sorted(table["text"]) == sorted(["9", "8分", "九", "", "10", "8", "", "8", "8分", "0"])


def test_the_kinds_of_columns() -> None:
    import polars as pl

    kinds = schema({"value": "", "count": "", "text": "", "valid": "", "required": "", "low": ""})
    assert kinds == {
        "value": pl.Int64(),
        "count": pl.Int64(),
        "text": pl.String(),
        "valid": pl.Boolean(),
        "required": pl.Boolean(),
        "low": pl.Int64(),
    }


def test_what_is_taken_in_as_one_value() -> None:
    """Answers, cards, stretches and exports of everything that counts, sorted; an export in parts under one hash."""
    import hashlib

    lines = CardLines("c", "vote", 3, 1, 0, "卡")
    run = CardRun("c", "vote", "卡", "A1", "A5", 5, 5, 6, 2)
    cards = submission(SECOND, ONE, evaluator="V1", batch="1")
    cards = replace(
        cards, reading=replace(cards.reading, extract=replace(cards.said, card_lines=(lines,), card_runs=(run,)))
    )
    counted = SurveyCount("c", "vote", "A", "东区", "好", 7)
    whole = SurveyAnswers((counted,), 2, 2, 2, 0, 0, 0, (Comment("A", "好"),))
    parts = (export_part(THIRD, "a", whole=whole), export_part(FIRST, "b", whole=whole))
    export = replace(parts[0], reading=replace(parts[0].reading, extract=Extract(survey=whole)), parts=parts)
    taken = intake_of({("V1", "1", "1"): cards, KEY: submission(FIRST, ONE), ("V2", "", "1"): export}, (), ())
    assert taken.answers.collect()["evaluator"].to_list() == ["O1", "V1"] * 2
    assert taken.card_lines == ((lines, "V1", "1", SECOND, "inbox/b2.xlsx"),)
    assert taken.card_runs == ((run, "V1", "1", "inbox/b2.xlsx"),)
    assert [(one.evaluator, one.file, one.read) for one in taken.surveys] == [
        ("V2", "inbox/a1.xlsx", 1),
        ("V2", "inbox/c3.xlsx", 1),
    ]
    assert taken.comments == ((Comment("A", "好"), "V2"),)
    digest = hashlib.sha256(f"{FIRST}\n{THIRD}\n".encode()).hexdigest()
    assert taken.ballots.rows() == [("c", "vote", "A", "V2", "东区", "好", True, 7, digest)]
    alone = intake_of({("V2", "", "1"): replace(export, parts=())}, (), ())
    assert alone.ballots["file_hash"].to_list() == [THIRD]


# --- parts of one sheet ----------------------------------------------------------------------------------------------


def test_where_sheets_contradict_each_other() -> None:
    """A blank contradicts nothing; one value typed in two ways is one; what cannot be read is held as it is typed."""

    def found(*cells: dict[str, object]) -> list[tuple[str, object, object]]:
        return [(one.cell, one.one, one.two) for one in contradictions(SHEETS, [said(each) for each in cells])]

    assert found({"C7": 9}, {"C8": 8}) == []
    assert found({"C7": 9}, {"C7": 9, "C8": 8}) == []
    assert found({"C7": 9}, {"C7": "9分"}) == []
    assert found({"C7": 9}, {"C7": 8}) == [("C7", "9", "8")]
    assert found({"C7": "九"}, {"C7": " 九 "}) == []
    assert found({"C7": "九"}, {"C7": "十"}) == [("C7", "九", "十")]
    assert found({"C7": "弃权"}, {"C7": 9}) == [("C7", "弃权", "9")]
    assert found({"C7": 9}, {}, {"C7": 8}, {"C7": 9}) == [("C7", "9", "8")]


def test_what_each_adds_to_those_before_it() -> None:
    """Blanks are the first's; what both say is counted once."""
    three = [said({"C7": 9}), said({"C7": 9, "C8": 8}), said({})]
    each = shares(SHEETS, three)
    assert [list(one.answers.positions) for one in each] == [[0], [1], []]
    blank = shares(SHEETS, [said({}), said({"C8": 8})])
    assert [list(one.answers.positions) for one in blank] == [[0], [1]]
    whole = together(shares(SHEETS, [said({"C8": "8分"}), said({"C7": "九"})]))
    assert (list(whole.answers.positions), list(whole.answers.values)) == ([0, 1], [whole.answers.values[0], 80])
    assert {at: odd.text for at, odd in whole.answers.odd.items()} == {0: "九", 1: "8分"}
    assert [one.code for one in whole.problems] == ["SCORE_TEXT_UNIT", "SCORE_NOT_NUMBER"]


# --- findings at corrections -----------------------------------------------------------------------------------------


def attributed(code: str, cell: str = "C8", ledger: tuple[Decision, ...] = (), **args: str) -> tuple[str, str]:
    from evaltool.findings import Finding

    files = [FileAccount("inbox/a1.xlsx", FIRST, "counted", "O1"), FileAccount("inbox/~$x", "", "not_a_submission")]
    one = Finding("inbox/a1.xlsx", "打分表", cell, code, evaluator="O1", args=tuple(sorted(args.items())))
    (found,) = of_decisions(evaluation(ledger=ledger), files, [one])
    return found.code, found.file


def change(date_: str = "2027-04-01", **more: str) -> Decision:
    line = decided(
        "correction", FIRST, **({"sheet": "打分 表", "cell": "C8", "before": "8", "after": "7", "date": date_} | more)
    )
    return replace(line, place=("decisions/决定.csv", "", "A2"))


@pytest.mark.parametrize(
    ("code", "cell", "expected"),
    [
        ("SCORE_RANGE", "C8", "CORRECTION_WRONG"),
        ("CHOICE_UNKNOWN", "C8", "CORRECTION_WRONG"),
        ("SCORE_RANGE", "C9", "SCORE_RANGE"),
        ("SCORE_TEXT_NUMBER", "C8", "SCORE_TEXT_NUMBER"),  # blocks nothing
        ("LABEL_CHANGED", "C8", "LABEL_CHANGED"),
    ],
)
def test_what_is_wrong_with_a_corrected_cell_is_wrong_with_the_decision(code: str, cell: str, expected: str) -> None:
    """At its line; the evaluator hears nothing of it."""
    args = {
        "unit_name": "乙县",
        "low": "0",
        "high": "10",
        "decimals": "1",
        "choices": "",
        "column": "得分",
        "near": "",
        "label": "",
    }
    found = attributed(code, cell, (change(),), **args)
    assert found == (expected, "decisions/决定.csv" if expected == "CORRECTION_WRONG" else "inbox/a1.xlsx")
    assert attributed(code, cell, (), **args)[0] == code


def test_a_finding_about_a_correction_stands_at_its_line() -> None:
    """The one of its document; the latest of several about a cell."""
    args = {"document": "9号", "before": "8", "because": "", "at": ""}
    assert attributed("CORRECTION_MISMATCH", "C8", (change(),), **args) == ("CORRECTION_MISMATCH", "decisions/决定.csv")
    assert attributed("CORRECTION_MISMATCH", "C8", (change(document="10号"),), **args)[1] == "inbox/a1.xlsx"
    clash = {"other": "C8", "unit_name": "甲县"}
    assert attributed("RANK_DUPLICATE", "C7", (change(),), **clash)[0] == "CORRECTION_CLASH"
    assert attributed("RANK_DUPLICATE", "C8", (change(),), other="C1", unit_name="")[0] == "CORRECTION_CLASH"
    assert attributed("RANK_DUPLICATE", "C7", (change(),), other="C1", unit_name="")[0] == "RANK_DUPLICATE"


# --- taking in -------------------------------------------------------------------------------------------------------


def test_decided_corrections_follow_their_days() -> None:
    """Then their documents; those of other files are not among them."""
    lines = (
        change("2027-04-09", document="1号"),
        change("2027-04-01", document="3号"),
        change("2027-04-01", document="2号"),
        decided("correction", SECOND),
        decided("exclusion", FIRST),
    )
    assert [one.document for one in _corrections(evaluation(ledger=lines), FIRST)] == ["2号", "3号", "1号"]


def test_what_is_not_read_as_a_sheet() -> None:
    """An archive that was opened; a file too large, unless it is the export of a survey."""
    large = seen(FIRST, path=Path("x"), size=21 << 20)
    assert _is_apart(seen(FIRST, inside=1), {FIRST: 1})
    assert (_is_apart(large, {}), _is_apart(large, {FIRST: 1}), _is_apart(seen(FIRST), {})) == (True, False, False)
    opened = _not_read(seen(FIRST, inside=3))
    assert [(one.code, dict(one.args)) for one in opened.problems] == [("ARCHIVE_OPENED", {"n": "3"})]
    assert _not_read(replace(large, data=b"%PDF-1.4")).problems[0].code == "FILE_NOT_XLSX"


def test_who_reads() -> None:
    """A cluster where one is asked for, unless a pool is given; else this machine with so many processes."""
    made = evaluation()
    there = _reader(made, WorkersAsked(cluster="tcp://h:1"), None, [])
    assert (cast(Any, there).func, cast(Any, there).keywords["address"]) == (read_on_cluster, "tcp://h:1")
    pool = cast(Any, object())
    given = cast(Any, _reader(made, WorkersAsked(cluster="tcp://h:1"), pool, []))
    assert (given.func, given.keywords["pool"]) == (read_all, pool)
    here = cast(Any, _reader(made, replace(ANYBODY, number=3), None, []))
    assert (here.func, here.keywords["number"], here.keywords["pool"]) == (read_all, 3, None)


def test_what_a_file_was_asked() -> None:
    """The worksheets of its form; the export of a survey answers none, nor does a sheet that nobody expects."""
    expected = {KEY: form()}
    assert _sheets(expected, submission(FIRST, ONE).reading) == SHEETS
    assert _sheets({}, submission(FIRST, ONE).reading) == Worksheets()
    assert _sheets({("V1", "", "1"): form("V1")}, export_part(FIRST, "").reading) == Worksheets()
    assert _sheets(expected, Reading(FIRST)) == Worksheets()


@pytest.mark.parametrize("name", ["表.xlsx", "thumbs.db.xlsx", "a.tmpx", "~表.xlsx", "下载/表.xlsx"])
def test_what_is_looked_into(name: str) -> None:
    assert passed_over(name.split("/")) == ""


# --- readings that are kept ------------------------------------------------------------------------------------------


def kept(folder: Path, tasks: list[Task], found: list[Reading], expected: Expected) -> dict[str, Reading]:
    readings.remember(folder, tasks, found, expected)
    return readings.recalled(folder, tasks, expected)


def test_a_reading_comes_back_as_it_was(tmp_path: Path) -> None:
    """With texts, corrections, cards and stretches; only what does not hang on whose sheets are expected is kept."""
    from evaltool.inbox.extract.corrections import Correction
    from evaltool.inbox.extract.workbook import Card, ChoiceCount, KeyedCards

    change_ = Correction("打分表", "C8", "8分", "7", "9号")
    sheet = submission(FIRST, {"C7": "九", "C8": "8分", "H3": "注"}, change_)
    cards = replace(
        sheet.said,
        counts=(ChoiceCount("c", "v", "A", "好", valid=True, cards=3),),
        tallied=(ChoiceCount("c", "v", "B", "", valid=True, cards=1),),
        card_lines=(CardLines("c", "v", 3, 1, 0, "卡"),),
        cards=(KeyedCards("c", "v", "卡", (1, None), (Card(6, ("好", None)),)),),
        card_runs=(CardRun("c", "v", "卡", "A1", "A5", 5, 5, 6, 2),),
    )
    whole = replace(sheet.reading, extract=cards)
    stranger = Reading(SECOND, problems=(Problem("NOTE"), Problem("TEMPLATE_UNKNOWN", args=(("alike", "x"),))))
    other = Reading(THIRD, problems=(Problem("FILE_CORRUPT"),))
    refused = reading("d4" * 32, problems=(Problem("TEMPLATE_OLD_VERSION"),))
    unknown = replace(sheet.reading, digest="e5" * 32, identity=None)
    found = [whole, stranger, other, refused, unknown]
    tasks = [Task(each.digest, b"", (change_,) if each is whole else ()) for each in found]
    expected = Expected("e-2026@2026", {KEY: form()}, Key(bytes(range(32))))
    assert kept(tmp_path, tasks, found, expected) == {FIRST: whole, SECOND: stranger}


@pytest.mark.parametrize(
    "changed",
    [
        {"forms": {KEY: form(twice=True)}},
        {"forms": {}},
        {"key": Key(bytes(32))},
        {"lost": frozenset({"12345678"})},
        {"evaluation": "e-2027@2027"},
    ],
)
def test_a_reading_counts_only_for_what_it_was_read_by(tmp_path: Path, changed: Mapping[str, Any]) -> None:
    """The form and its headings, keys, the evaluation; decided corrections; another program."""
    one = submission(FIRST, ONE).reading
    expected = Expected("e-2026@2026", {KEY: form()})
    tasks = [Task(FIRST, b"")]
    assert kept(tmp_path, tasks, [one], expected) == {FIRST: one}
    assert readings.recalled(tmp_path, tasks, replace(expected, **changed)) == {}


def test_other_things_by_which_a_reading_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from evaltool.inbox.extract.corrections import Correction

    one = submission(FIRST, ONE).reading
    expected = Expected("e-2026@2026", {KEY: form()})
    kept(tmp_path, [Task(FIRST, b"")], [one], expected)
    corrected = Task(FIRST, b"", (Correction("打分表", "C8", "8", "7", "9号"),))
    assert readings.recalled(tmp_path, [corrected], expected) == {}
    assert readings.recalled(tmp_path, [Task(SECOND, b"")], expected) == {}
    heading = Worksheets((replace(SHEETS[0], heading="新"),))
    assert (
        readings.recalled(tmp_path, [Task(FIRST, b"")], replace(expected, forms={KEY: replace(form(), sheets=heading)}))
        == {}
    )
    monkeypatch.setattr(readings, "program_digest", lambda: "another")
    assert readings.recalled(tmp_path, [Task(FIRST, b"")], expected) == {}


def test_a_strangers_workbook_is_known_again_until_other_sheets_go_out(tmp_path: Path) -> None:
    """It could be one of those."""
    stranger = Reading(SECOND, problems=(Problem("TEMPLATE_UNKNOWN"),))
    expected = Expected("e-2026@2026", {KEY: form()})
    assert kept(tmp_path, [Task(SECOND, b"")], [stranger], expected) == {SECOND: stranger}
    heading = Worksheets((replace(SHEETS[0], title="新"),))
    other = replace(expected, forms={KEY: replace(form(), sheets=heading)})
    assert readings.recalled(tmp_path, [Task(SECOND, b"")], other) == {}


def test_a_line_with_a_number_too_few_is_read_again(tmp_path: Path) -> None:
    """Though its digest is right."""
    one = submission(FIRST, ONE).reading
    expected = Expected("e-2026@2026", {KEY: form()})
    kept(tmp_path, [Task(FIRST, b"")], [one], expected)
    path = tmp_path / readings.FOLDER / "readings"
    digest, _, text = path.read_bytes().rstrip(b"\n").split(b" ", 2)
    value = json.loads(text)
    for part in ("values", "states", "positions"):
        short = json.loads(text)
        short[2][part] = value[2][part][:-1]
        wrong = json.dumps(short, ensure_ascii=False).encode()
        path.write_bytes(b"%b %b %b\n" % (digest, readings._digest(wrong, expected), wrong))
        assert readings.recalled(tmp_path, [Task(FIRST, b"")], expected) == {}
    path.write_bytes(b"\n%b\n%b x\n%b %b %b\n" % (digest, digest, digest, readings._digest(text, expected), text))
    assert set(readings.recalled(tmp_path, [Task(FIRST, b"")], expected)) == {FIRST}


def test_the_program_is_known_by_its_source() -> None:
    """Every module that reads is in the digest, and nothing but modules."""
    from importlib.resources import files

    package = files("evaltool")
    assert readings._source(package / "exact.py") == (package / "exact.py").read_bytes()
    assert readings._source(package / "catalogue.toml") == b""
    whole = readings._source(package / "inbox")
    assert (package / "inbox" / "extract" / "sums.py").read_bytes() in whole
    assert len(readings.program_digest()) == 64


# --- keys and unscored sheets ----------------------------------------------------------------------------------------


def test_whether_a_file_of_the_record_is_scored(monkeypatch: pytest.MonkeyPatch) -> None:
    """By the one identity in it; what cannot be told is not said to be apart."""
    goals, marks_ = form("A", "goals").identity().code(), form().identity().code()
    books: dict[str, set[str]] = {"aa1": {goals}, "aa2": {marks_}, "bb": {goals}, "cc": set(), "dd": {goals, marks_}}
    monkeypatch.setattr(unscored, "index_lines", lambda folder: {each: {} for each in books})
    monkeypatch.setattr(unscored, "stored", lambda folder, digest: digest.encode() if digest != "cc" else None)
    monkeypatch.setattr("evaltool.reader.read", lambda data: data)
    monkeypatch.setattr(unscored, "codes", lambda book: books[book.decode()])
    found = {digits: unscored.is_unscored(Path(), digits) for digits in ("aa1", "aa2", "aa", "bb", "cc", "dd", "zz")}
    assert found == {"aa1": True, "aa2": False, "aa": False, "bb": True, "cc": False, "dd": False, "zz": False}
    monkeypatch.setattr("evaltool.reader.read", lambda data: Unreadable("FILE_CORRUPT", ()))
    assert not unscored.is_unscored(Path(), "bb")


def test_which_keys_are_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that signed workbooks of this evaluation, each workbook once, wherever its copies lie."""
    for name in ("inbox/a.xlsx", "received/a.xlsx", "outbox/x/b.xlsx", "returns/c.xlsx", "inbox/d.txt", "runs/e.xlsx"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(path.stem.encode())
    lost, year = Key(bytes(32)), "e-2026@2026"
    own = {each: form().identity(key=lost).code() for each in "ab"}
    others = {"c": replace(form(), evaluation="e-2025@2025").identity(key=lost).code()}
    monkeypatch.setattr("evaltool.reader.read", lambda data, **more: data)
    monkeypatch.setattr(
        newkey, "codes", lambda book: {(own | others).get(book.decode(), form().identity().code()), "nonsense"}
    )
    assert newkey._signed(tmp_path, year) == {lost.id: 2}
    monkeypatch.setattr("evaltool.reader.read", lambda data, **more: Unreadable("FILE_CORRUPT", ()))
    assert newkey._signed(tmp_path, year) == {}
