"""Matters to put right: what the lines of the ledger make of them, and lines that mean none or come too early."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from evaltool.ledger import Decision
from evaltool.ledger.matters import Matters, matters_of, open_matters
from evaltool.roster import OpenMatter

NOTICE, LATER = "绩办函〔2027〕70号", "绩办函〔2027〕90号"
ASKED = Decision("matter", NOTICE, "2027-05-08", "失分较多", unit="A", item="窗口服务", until="2027-09-30")
OTHER = Decision("matter", NOTICE, "2027-05-08", "失分较多", unit="A", item="信息公开", until="2027-09-30")
LEFT = OpenMatter(
    unit="A", item="预算执行", document="绩办函〔2026〕8号", asked=date(2026, 5, 1), until=date(2026, 12, 1)
)


def about(kind: str, day: str, item: str = "", after: str = "", until: str = "", document: str = LATER) -> Decision:
    return Decision(kind, document, day, "现场核查", unit="A", item=item, before=NOTICE, after=after, until=until)


def made(*lines: Decision, carried: tuple[OpenMatter, ...] = ()) -> tuple[Matters, list[str]]:
    """The matters, and why lines do not hold."""
    found, wrong = matters_of(tuple(sorted(lines)), carried, lambda line: line.component)
    return found, [dict(one.args).get("reason_en", one.code) for one in wrong]


VERIFIED = about("matter_verified", "2027-09-20", after="整改到位")


def test_a_line_without_a_text_means_all_of_the_document() -> None:
    """Two matters of one notice are verified and closed by one line each."""
    matters, wrong = made(ASKED, OTHER, VERIFIED, about("matter_closed", "2027-09-25"))
    assert wrong == []
    assert [each.closed.document for each in matters if each.closed] == [LATER, LATER]
    assert open_matters(matters) == []


def test_only_what_is_verified_is_closed() -> None:
    """One of two was sent back: a line that would close both closes neither; one alone can be closed."""
    sent = about("matter_verified", "2027-09-20", "信息公开", "退回")
    good = about("matter_verified", "2027-09-20", "窗口服务", "整改到位")
    matters, wrong = made(ASKED, OTHER, sent, good, about("matter_closed", "2027-09-25"))
    assert len(open_matters(matters)) == 2
    assert wrong == [f"“信息公开” ({NOTICE}) is not verified as done; enter that first (matter_verified)"]
    matters, wrong = made(ASKED, OTHER, sent, good, about("matter_closed", "2027-09-25", "窗口服务"))
    assert ([each.item for each in open_matters(matters)], wrong) == (["信息公开"], [])


def test_the_last_verdict_counts_and_one_after_the_closing_does_not() -> None:
    """Sent back, then verified: done.  Verified on a day after that of the closing: not closed yet."""
    back = about("matter_verified", "2027-09-10", after="退回")
    matters, _ = made(ASKED, back, VERIFIED)
    assert [each.verdict for each in matters] == ["done"]
    _, wrong = made(ASKED, VERIFIED, about("matter_closed", "2027-09-19"))
    assert len(wrong) == 1


def test_two_verdicts_of_one_day_are_no_verdict() -> None:
    """Whichever of them is meant, somebody has to say; the same one twice, with another paper, is one."""
    good = about("matter_verified", "2027-09-20", "窗口服务", "整改到位")
    back = about("matter_verified", "2027-09-20", after="退回")
    _, wrong = made(ASKED, good, back)
    assert wrong == ["DECISION_TWICE"]
    (matter,), wrong = made(ASKED, good, replace(good, file_hash="12345678"))
    assert (matter.verdict, wrong) == ("done", [])


def test_an_extension_moves_the_day_and_is_no_shortening() -> None:
    """Days overdue are counted from the day as it was put off; a day that is no later is refused."""
    put_off = about("matter_extended", "2027-09-20", until="2027-10-31")
    (matter,), wrong = made(ASKED, put_off)
    assert (matter.due, matter.overdue(date(2027, 10, 31)), matter.overdue(date(2027, 11, 2)), wrong) == (
        date(2027, 10, 31),
        0,
        2,
        [],
    )
    (matter,), wrong = made(ASKED, about("matter_extended", "2027-09-20", until="2027-09-30"))
    assert (matter.extended, len(wrong)) == ((), 1)


def test_lines_that_mean_nothing_are_said() -> None:
    """Another unit's document, another text, a day before the notice."""
    _, wrong = made(ASKED, about("matter_verified", "2027-09-20", "别的事", "整改到位"))
    assert wrong == [f"the unit has no such matter in {NOTICE} (别的事); it has: 窗口服务（{NOTICE}）"]
    _, wrong = made(ASKED, about("matter_verified", "2027-05-01", after="整改到位"))
    assert wrong == [f"{NOTICE} asked for “窗口服务” on 2027-05-08 only"]
    _, wrong = made(ASKED, VERIFIED, about("matter_closed", "2027-09-25"), about("matter_closed", "2027-09-26"))
    assert len(wrong) == 1


def test_what_last_year_left_open_is_followed_like_the_rest() -> None:
    """A matter of the roster is verified and closed by lines of this year's ledger; entered anew it is no second."""
    lines = [
        Decision("matter_verified", LATER, "2027-02-01", "看过", unit="A", before=LEFT.document, after="整改到位"),
        Decision("matter_closed", LATER, "2027-02-02", "销号", unit="A", before=LEFT.document),
    ]
    (matter,), wrong = made(*lines, carried=(LEFT,))
    assert (matter.carried, matter.closed is not None, wrong) == (True, True, [])
    again = Decision("matter", LEFT.document, "2027-02-01", "再次", unit="A", item="预算执行", until="2027-03-01")
    matters, wrong = made(again, carried=(LEFT,))
    assert (len(matters), len(wrong)) == (1, 1)


def test_a_matter_is_the_same_however_it_is_typed() -> None:
    """Width and blanks make no other matter, so that answers on sheets stay with it."""
    (one,), _ = made(ASKED)
    (two,), _ = made(replace(ASKED, document="绩办函〔2027〕７０号", item="窗口 服务"))
    assert one.id == two.id
