"""The register of opinions and objections: what belongs together, by when it is due, what was decided and replied."""

from __future__ import annotations

import hashlib
import shutil
from datetime import date
from pathlib import Path

import pytest

from announced import announced, gaps, paragraphs, rows, under
from decided_city import HEADER, ROSTER, RULES, SETTINGS
from evaltool.cli.wallcalendar import calendar
from evaltool.evaluation import load
from evaltool.findings import Refused
from evaltool.inbox.due import due, within
from evaltool.ledger.register import Entry, Register
from evaltool.run import score_folder, take_in
from folders import decide, make
from staged_city import BONUS, OBJECTION, REPLIED, SENT, SETTLED, posted_city, refused, scored_city, where
from staged_city import decide as enter
from terminal import ev

COLUMNS = f"{HEADER},截止日期,提出人"
STATED = {"异议": {"单位": "乙局"}, "意见": {"提出人": "市纪委监委"}}


def said(kind: str, document: str, day: str, **columns: str) -> str:
    """A line of the ledger by its headers."""
    fields = {
        "种类": kind,
        "文号": document,
        "日期": day,
        "理由": f"{document}的理由",
        **STATED.get(kind, {}),
        **columns,
    }
    return ",".join(fields.get(column, "") for column in COLUMNS.split(","))


def read(path: Path, *lines: str, settings: str = SETTINGS) -> Register:
    folder = make(path / "city", ROSTER, {"d": RULES}, settings)
    decide(folder, "\n".join([COLUMNS, *lines, ""]))
    return load(folder)[0].register


def reasons(path: Path, *lines: str) -> list[str]:
    """Why the ledger is refused, by the beginning of the sentence behind the colon."""
    with pytest.raises(Refused) as refusal:
        read(path, *lines)
    return [one.message("en").partition(": ")[2] for one in refusal.value.findings]


def test_an_entry_is_one_paper_on_one_matter(tmp_path: Path) -> None:
    """Several attachments are one entry, another unit is another one; each has what its lines say."""
    lines = [
        said("异议", "乙函1号", "2027-04-14", 文件指纹="ab12cd34"),
        said("异议", "乙函1号", "2027-04-14", 文件指纹="cd34ab12"),
        said("异议", "乙函1号", "2027-04-14", 单位="丙局"),
        said("意见", "纪函1号", "2027-04-03", 新值="无意见"),
    ]
    asks, first, second = read(tmp_path, *lines)
    assert (asks.outcome, asks.answered, asks.is_objection) == ("none", True, False)
    assert (first.first.unit, first.evidence, first.text) == ("B", ("ab12cd34", "cd34ab12"), "乙函1号的理由")
    assert (second.first.unit, second.evidence, second.outcome) == ("C", (), "")


def test_who_raised_it_is_the_same_however_the_name_is_typed(tmp_path: Path) -> None:
    """Brackets of full and of half width: two attachments of one entry, and the line that decides it."""
    lines = [
        said("异议", "1号", "2027-04-14", 提出人="某公司（甲）", 文件指纹="ab12cd34"),
        said("异议", "1号", "2027-04-14", 提出人="某公司(甲)", 文件指纹="cd34ab12"),
        said("处理意见", "纪要1号", "2027-04-17", 原值="1号", 新值="采纳", 提出人="某公司 (甲)"),
    ]
    (entry,) = read(tmp_path, *lines)
    assert (entry.evidence, entry.outcome) == (("ab12cd34", "cd34ab12"), "upheld")


def test_the_day_to_answer_by_is_stated_or_follows_from_the_rules(tmp_path: Path) -> None:
    """Days after the paper came, as [stages] says; what the line says goes first."""
    lines = [said("异议", "1号", "2027-04-14"), said("异议", "2号", "2027-04-14", 截止日期="2027-04-20")]
    assert [str(each.due) for each in read(tmp_path / "1", *lines)] == ["2027-04-29", "2027-04-20"]
    fewer = SETTINGS + "[stages]\nreply_days = 3\n"
    assert [str(each.due) for each in read(tmp_path / "2", *lines, settings=fewer)] == ["2027-04-17", "2027-04-20"]


@pytest.mark.parametrize(
    ("word", "outcome", "moves"),
    [("采纳", "upheld", True), ("部分采纳", "in_part", True), ("不采纳", "rejected", False)],
)
def test_what_was_decided_and_replied_stands_in_the_entry(tmp_path: Path, word: str, outcome: str, moves: bool) -> None:
    """An objection is answered once the reply is entered, an opinion once it is decided."""
    lines = [
        said("异议", "乙函1号", "2027-04-14"),
        said("意见", "纪函1号", "2027-04-15"),
        said("处理意见", "纪要1号", "2027-04-17", 原值="乙函1号", 新值=word),
        said("处理意见", "纪要1号", "2027-04-17", 原值="纪函1号", 新值=word),
    ]
    objection, opinion = read(tmp_path / "1", *lines)
    assert (objection.outcome, objection.moves, objection.answered, opinion.answered) == (outcome, moves, False, True)
    (objection, _) = read(tmp_path / "2", *lines, said("答复", "办函1号", "2027-04-18", 原值="乙函1号"))
    assert (objection.answered, objection.replied and objection.replied.document) == (True, "办函1号")


def test_a_rejected_objection_closes_the_one_that_the_unit_raised(tmp_path: Path) -> None:
    """Without an entry it stands alone, as it always did; with two it has to say which."""
    rejected = said("异议驳回", "纪要1号", "2027-04-17", 单位="乙局")
    assert read(tmp_path / "1", rejected) == ()
    (entry,) = read(tmp_path / "2", said("异议", "1号", "2027-04-14"), rejected)
    assert entry.outcome == "rejected"
    two = [said("异议", "1号", "2027-04-14"), said("异议", "2号", "2027-04-14")]
    assert reasons(tmp_path / "3", *two, rejected)[0].startswith("2 entries of — fit")
    named = said("异议驳回", "纪要1号", "2027-04-17", 单位="乙局", 原值="2号")
    assert [each.outcome for each in read(tmp_path / "4", *two, named)] == ["", "rejected"]


def test_lines_that_name_no_entry_or_several_are_refused(tmp_path: Path) -> None:
    """Unknown, ambiguous, decided twice, before it came, replied to before it was decided."""
    came = said("异议", "1号", "2027-04-14")
    settled = said("处理意见", "纪要1号", "2027-04-17", 原值="1号", 新值="采纳")
    early = said("处理意见", "纪要1号", "2027-04-13", 原值="1号", 新值="采纳")
    replied = said("答复", "办函1号", "2027-04-18", 原值="1号")
    assert reasons(tmp_path / "1", settled) == [
        "no opinion or objection 1号 that fits all that is stated is registered"
    ]
    assert reasons(tmp_path / "2", came, said("异议", "1号", "2027-04-14", 单位="丙局"), settled)[0].startswith("2 ent")
    assert reasons(tmp_path / "3", came, early) == ["1号 came on 2027-04-14 only"]
    assert reasons(tmp_path / "4", came, replied) == ["nothing was decided on 1号 yet; enter that first (settled)"]
    other = said("处理意见", "纪要2号", "2027-04-18", 原值="1号", 新值="不采纳")
    assert len(reasons(tmp_path / "5", came, settled, other)) == 1
    narrow = said("处理意见", "纪要1号", "2027-04-17", 原值="1号", 新值="采纳", 单位="丙局")
    first, second = read(tmp_path / "6", came, said("异议", "1号", "2027-04-14", 单位="丙局"), narrow)
    assert (first.outcome, second.outcome) == ("", "upheld")


# --- what follows from it --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return posted_city(tmp_path_factory.mktemp("posted") / "city")


@pytest.fixture
def posted(shown: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(shown, tmp_path / "city"))


def test_due_names_what_is_overdue_until_it_is_answered(posted: Path) -> None:
    """With what it waits for: the decision, then the reply; dates of drafts and postings stand there too."""
    enter(posted, "objection", OBJECTION)
    day = date(2027, 5, 10)

    def told() -> tuple[bool, str]:
        taken = take_in(posted)
        found = [one for one in within(due(taken.evaluation, taken.intake, day), 0) if one.kind == "objection"]
        parts = calendar(taken.evaluation, found, day)
        return bool(found), "".join(str(part) for part in parts)

    assert told()[0] and "days overdue: 11" in told()[1] and "to be decided" in told()[1]
    enter(posted, "settled", SETTLED, after="不采纳")
    assert told()[0] and "decided, to be answered" in told()[1]
    enter(posted, "replied", REPLIED)
    assert not told()[0]
    kinds = [one.kind for one in due(take_in(posted).evaluation, take_in(posted).intake, date(2027, 4, 1))]
    assert [kind for kind in kinds if kind in ("opinions", "posting", "objection")] == [
        "opinions",
        "posting",
        "objection",
    ]


def test_due_has_the_day_for_opinions_that_status_has(tmp_path: Path) -> None:
    """Also where the decision does not state it: so many days as [stages] says."""
    folder = scored_city(tmp_path / "city")
    enter(folder, "sent_for_opinion", SENT, until="")
    taken = take_in(folder)
    (one,) = [each for each in due(taken.evaluation, taken.intake, date(2027, 4, 2)) if each.kind == "opinions"]
    assert one.date == where(folder, "2027-04-02").steps[0].after == date(2027, 4, 8)


def test_evidence_is_a_file_on_record(posted: Path) -> None:
    """Named by its path in the inbox it is kept by its hash; a file that nobody put there is no evidence."""
    paper = posted / "inbox/乙局证明.txt"
    paper.write_text("证明", encoding="utf-8")
    told = ("--reason", "少计一项", "--document", "乙函1号", "--date", "2027-04-14")
    ran = ev("decide", str(posted), "异议", "--unit", "乙局", "--file", "inbox/乙局证明.txt", *told)
    assert ran.returncode == 0, ran.stderr
    (entry,) = load(posted)[0].register
    digest = hashlib.sha256(paper.read_bytes()).hexdigest()
    assert digest.startswith(entry.evidence[0])
    assert digest in (posted / "received/index.csv").read_text("utf-8-sig")
    assert refused(posted, "objection", OBJECTION, document="乙函2号", file_hash="0" * 12) == ["DECISION_FILE_UNKNOWN"]


def test_the_reply_takes_what_was_asked_and_decided_from_the_register(posted: Path) -> None:
    """Nothing is left open, and the result before and after is that of the runs without and with the decision."""
    enter(posted, "objection", OBJECTION)
    enter(posted, "settled", SETTLED, after="部分采纳")
    enter(posted, "bonus", BONUS)
    score_folder(posted)
    frame = {"signatory": "市评估委员会", "date": "2027-04-18", "telephone": "1234", "number": "某绩办函〔2027〕2号"}
    (made,), found = announced(posted, "review", unit="乙局", **frame)
    texts = paragraphs(made.file.path)
    assert gaps(found) == []
    assert under(texts, "一、异议事项", "二、复核意见") == ["工作目标少计一项。"]
    assert under(texts, "二、复核意见", "三、复核后的结果") == [
        "你单位提出的异议部分成立，予以部分采纳（纪要2号，2027年4月17日）。理由：情况属实。"
    ]
    assert "你单位的结果更正前后如下：" in texts


def test_a_reply_to_a_rejected_objection_keeps_the_result(posted: Path) -> None:
    """The register says that it was not upheld; no other run is needed."""
    enter(posted, "objection", OBJECTION)
    enter(posted, "settled", SETTLED, after="不采纳")
    texts = paragraphs(announced(posted, "review", unit="乙局")[0][0].file.path)
    assert any(text.startswith("你单位提出的异议不予采纳（纪要2号") for text in texts)
    assert any(text.startswith("你单位的结果维持不变") for text in texts)


def test_a_reply_is_of_one_document_however_its_number_is_typed(posted: Path) -> None:
    """Brackets of full and of half width are the same number: two objections that one meeting decided."""
    enter(posted, "objection", OBJECTION)
    enter(posted, "objection", OBJECTION, document="乙函2号", reason="民评票数有误")
    enter(posted, "settled", SETTLED, after="不采纳", document="纪要（2）号")
    enter(posted, "settled", SETTLED, after="不采纳", document="纪要(2)号", before="乙函2号", reason="票数无误")
    texts = paragraphs(announced(posted, "review", unit="乙局")[0][0].file.path)
    assert under(texts, "一、异议事项", "二、复核意见") == ["工作目标少计一项；民评票数有误。"]
    assert sum("不予采纳" in text for text in texts) == 2


def test_what_became_of_opinions_is_a_document(posted: Path) -> None:
    """Each with who raised it, about whom, the outcome and why; nothing is written where none came."""
    assert announced(posted, "adoption") == ([], [])
    opinion = {"source": "市纪委监委", "document": "纪函1号", "date": "2027-04-05", "reason": "尚有案件未结"}
    enter(posted, "opinion", opinion, unit="C")
    enter(posted, "opinion", opinion, source="市委组织部", document="组函1号", after="无意见")
    settled = {
        "before": "纪函1号",
        "after": "不采纳",
        "document": "纪要1号",
        "date": "2027-04-09",
        "reason": "待结案再议",
    }
    enter(posted, "settled", settled)
    texts = paragraphs(announced(posted, "adoption", signatory="市绩效办", date="2027-04-09")[0][0].file.path)
    assert "共收到意见1条，其中不采纳1条；函复无意见的1个。" in texts
    assert rows(texts, ("序号", "提出单位", "意见", "采纳情况", "说明"))[:2] == [
        ("1", "市纪委监委（纪函1号）", "尚有案件未结（关于丙局）", "不采纳", "待结案再议（纪要1号）"),
        ("2", "市委组织部（组函1号）", "—", "无意见", "—"),
    ]


def test_an_entry_orders_by_its_day(tmp_path: Path) -> None:
    """Whatever the order of lines and files."""
    lines = [said("异议", "2号", "2027-04-15"), said("异议", "1号", "2027-04-14")]
    found: list[Entry] = list(read(tmp_path / "1", *lines))
    assert [each.first.document for each in found] == ["1号", "2号"]
    assert [each.lines[0].same for each in found] == [each.lines[0].same for each in read(tmp_path / "2", *lines[::-1])]
