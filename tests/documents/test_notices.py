"""Bulletin and letters: what they say, what they keep to themselves; written files agree with the standings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from evaltool.documents.bulletin import attached, groups_of
from evaltool.documents.content import Content
from evaltool.documents.gaps import gaps_of_run
from evaltool.documents.kinds import KINDS
from evaltool.documents.of_run import check_documents, papers, written
from evaltool.documents.official.fields import fields, gaps
from evaltool.documents.official.forms import OfficeTemplates
from evaltool.documents.officialnames import filed, under_official_names
from evaltool.documents.persons import U
from evaltool.documents.readback import facts_in, totals_in
from evaltool.documents.rectification import to_enter
from evaltool.exact import published
from evaltool.findings import Refused
from evaltool.ledger.matters import Matter
from evaltool.publish import results
from evaltool.results.result import Result
from evaltool.roster import Earlier
from evaltool.rules.outcomes import FOLLOWING
from evaltool.rules.settings import Notice, Numbers
from evaltool.writers.drawing import Drawing
from evaltool.writers.official import (
    DocumentBlock,
    DocumentChart,
    DocumentPicture,
    DocumentTable,
    Heading,
    Official,
    Text,
)
from evaltool.writers.word.templates import TemplateError, text_of
from handmade import RULES, UNITS, Got, decided, paper_of, parts, result
from rawdocx import docx

FOLDER = Path(__file__).parents[2] / "templates" / "notices"
TEMPLATES = {path.name: path.read_bytes() for path in FOLDER.glob("*.docx")}
MOVED = Got("0", 0, "0", "moved", "无人评估，权重转到市长")


def letter_of(made: Result, unit: str = "白山区") -> Official:
    return paper_of(made, "letter", unit)


def documents(made: Result, templates: Mapping[str, bytes] = TEMPLATES) -> dict[str, bytes]:
    """The written files by their paths."""
    return written(made, OfficeTemplates(templates))


def bulletin(made: Result) -> Official:
    return paper_of(made, "bulletin")


def table_of(paper: Official, head: str = "") -> DocumentTable:
    """The first table, or the one whose head begins so, annexes included."""
    tables = (each for each in blocks_of(paper) if isinstance(each, DocumentTable))
    return next(each for each in tables if not head or head in each.head[:1])


def blocks_of(paper: Official) -> Iterator[DocumentBlock]:
    """Everything of a document, annexes at the end."""
    yield from paper.body
    for each in paper.attachments:
        yield from each.body


def row_of(made: Result, name: str, unit: str = "白山区") -> dict[str, str]:
    tables = [each for each in blocks_of(letter_of(made, unit)) if isinstance(each, DocumentTable)]
    rows = [row for each in tables if each.head[:1] == ("评估内容",) for row in each.rows]
    row = next(row for row in rows if row[0].strip("　") == name)
    names = ("name", "weight", "points", "mean", "difference", "note")
    return dict.fromkeys(names, "") | dict(zip(names, row, strict=False))


def facts_of(made: Result, unit: str = "白山区") -> dict[str, str]:
    cells = [cell for row in table_of(letter_of(made, unit)).rows for cell in row]
    return dict(zip(cells[::2], cells[1::2], strict=True))


def section(paper: Official, name: str) -> list[DocumentBlock]:
    """What stands below a heading of the first level."""
    at = next(at for at, each in enumerate(paper.body) if each == Heading(name))
    rest = paper.body[at + 1 :]
    ends = (at for at, each in enumerate(rest) if isinstance(each, Heading) and each.level == 1)
    return list(rest[: next(ends, len(rest))])


def words(blocks: Iterable[DocumentBlock]) -> str:
    return "\n".join(each.text for each in blocks if isinstance(each, Text | Heading))


def said(made: Result, name: str) -> str:
    paper = bulletin(made)
    annexed = [each.body for each in paper.attachments if each.title == (name,)]
    return words(annexed[0] if annexed else section(paper, name))


def notes_of(made: Result, unit: str = "白山区") -> str:
    return "".join(each.text for each in blocks_of(letter_of(made, unit)) if isinstance(each, Text) and each.note)


# --- the letter ---------------------------------------------------------------------------------------


def test_letter_states_what_was_decided() -> None:
    """Total, place among how many, grade, awards, granted points with their document."""
    values = facts_of(result(ledger=(decided("bonus", "白山区", "1"),)))
    assert values["总分"] == "88.53分"
    assert values["名次"] == "第2名（同组共3个单位排名）"
    assert (values["等次"], values["奖项"]) == ("良好", "无")
    assert values["加分"] == "1.00分（某绩委〔2027〕1号）"


def test_component_stands_beside_the_groups_mean() -> None:
    """Points, mean of the ranked units and their difference, which re-adds as printed."""
    row = row_of(result(), "民主评估")
    assert (row["weight"], row["points"], row["mean"], row["difference"]) == ("30", "25.50", "24.83", "+0.67")


def test_unranked_units_are_in_no_mean() -> None:
    """The mean is that of the ranked units; an unranked one is compared with it all the same."""
    made = result(unranked=["临江县"])
    assert row_of(made, "民主评估", "临江县")["mean"] == "26.25"
    assert facts_of(made, "临江县")["名次"] == "不排名"


def test_mean_is_measured_by_the_units_own_weight() -> None:
    """A unit whose weights moved is compared with the mean rate at its own weight, and told of both."""
    units = dict(UNITS)
    away = Got("0", 0, "0", "moved", "无人评估，权重转到代表")
    units["白山区"] = {**UNITS["白山区"], "deputies": Got("25.5", 40, "30"), "citizens": away}
    made = result(units)
    row = row_of(made, "代表")
    assert (row["weight"], row["mean"], row["note"]) == ("30", "25.00", "权重由20调整为30")
    assert "群众：无人评估，权重转到代表。" in str(letter_of(made))


def test_sentences_have_the_tables_figures() -> None:
    """Against the mean, how far to the next grade, where it is above and below, where most was lost."""
    overall, against, lost = words(section(letter_of(result()), "情况分析")).split("\n")
    assert overall == "你单位总分87.53分，同组3个排名单位平均86.28分，高于平均1.25分；距“优秀”等次（90分）还差2.47分。"
    assert against == (
        "各项评估内容中，高于同组平均分的有民主评估（高0.67分）、基础工作（高0.66分）；"
        "低于同组平均分的有领导评估（低0.08分）。"
    )
    assert lost.startswith("与满分相比，失分最多的是领导评估，50分中得44.03分，失5.97分，占全部失分的47.9%；其次是")


def test_rounded_parts_that_do_not_add_up_are_explained() -> None:
    """19.01 + 27.00 + 47.88 is 93.89, which is the total; a hundredth more needs a note."""
    note = "略有出入，以合计为准"
    assert note not in notes_of(result(), "清河县")
    units = {**UNITS, "清河县": parts("19.004", "18.004", "9.004", "28.77", "19.11")}
    assert note in notes_of(result(units), "清河县")


def test_missing_texts_are_marked_gaps() -> None:
    """Number, date and signatory are never invented; letters are numbered on from the stated first number."""
    assert gaps(letter_of(result())) == [
        "发文机关标志",
        "发文字号",
        "公示期的最后一天",
        "联系电话",
        "署名单位",
        "成文日期",
    ]
    numbers = Numbers(letter="某函〔2027〕9号")
    stated: dict[str, Any] = {"telephone": "0000-1234567", "posted_until": date(2027, 4, 18)}
    made = result(notice=Notice(signatory="某市委员会", date=date(2027, 4, 1), numbers=numbers, **stated))
    assert (gaps(letter_of(made)), letter_of(made).date) == ([], "2027年4月1日")
    assert letter_of(result(notice=STATED)).date == "2027年4月12日"  # with the posting
    files = documents(made)
    found = [next(text for text in text_of(data) if "某函" in text) for path, data in files.items() if "反馈书" in path]
    assert found == ["\t某函〔2027〕9号", "\t某函〔2027〕10号", "\t某函〔2027〕11号"]


def test_a_unit_with_a_veto_does_not_keep_its_grade() -> None:
    """It would have risen: the comparison with last year says what the veto made of it, not that nothing changed."""
    made = with_earlier(result(ledger=(decided("veto", "清河县"),)), {"清河县": ("85", 3, "良好")})
    said_ = words(section(letter_of(made, "清河县"), "情况分析"))
    assert "等次按总分为“优秀”，因一票否决降为“良好”（上次为“良好”）" in said_
    assert "仍为" not in said_


def test_a_mean_says_whose_it_is() -> None:
    """An unranked unit is counted among the units and is in no mean: the column says so, and only then."""
    heads = [
        next(each.head for each in bulletin(result(unranked=out)).body if isinstance(each, DocumentTable))[-1]
        for out in ((), ("临江县",))
    ]
    assert heads == ["平均分", "排名单位平均分"]


def test_a_person_is_no_office() -> None:
    """Where the rules say that units are persons, no document speaks of units, neither to them nor of them, in
    headings and heads of tables either; award and names of the rules stay as they are."""
    made = result(rules=RULES.replace("total = 100", "total = 100\npersons = true"))
    assert "你总分" in str(letter_of(made).body)
    assert "你单位总分" in str(letter_of(result()).body)
    texts = {path: "\n".join(text_of(data)) for path, data in documents(made).items()}
    spoken = re.compile("你单位|个单位|[^“]排名单位|\n单位\n|各单位|其他单位")
    assert {path: spoken.findall(text) for path, text in texts.items() if spoken.search(text)} == {}
    assert "姓名" in texts["public/结果通报.docx"].split("\n")
    assert check_documents(made, documents(made)) == []


def test_veto_and_tie_are_explained_to_the_unit() -> None:
    """A veto names its document and what it did not change."""
    notes = notes_of(result(ledger=(decided("veto", "白山区"),)))
    assert "因一票否决事项（某绩委〔2027〕1号），等次由“良好”降为“较差”，总分和名次不变。" in notes


# --- the bulletin -------------------------------------------------------------------------------------


def test_bulletin_counts_and_ranks() -> None:
    """How many units, grades and sheets; a table per group with rank, unit, total and grade."""
    made = result(unranked=["临江县"])
    assert "单位共3个。共计入评估主体报送表2份。" in said(made, "总体情况")
    assert "优秀1个、良好1个、较差1个" in said(made, "总体情况")
    table = next(each for each in bulletin(made).attachments[0].body if isinstance(each, DocumentTable))
    assert table.rows[0] == ("1", "清河县", "93.89", "优秀", "一等奖")
    assert table.rows[2] == ("不排名", "临江县", "77.41", "较差", "")
    assert said(made, "获奖情况") == "一等奖1个：清河县。"


def test_award_whose_condition_fails_stays_empty() -> None:
    """An empty place is said, not passed over."""
    assert said(result({"临江县": UNITS["临江县"]}), "获奖情况") == "一等奖：名额空缺1个。"


def test_highlights_problems_and_suggestions_are_figures() -> None:
    """Spread, how many above the mean, strongest and weakest component, where units lie apart, what follows."""
    made = result(ledger=(decided("bonus", "白山区", "1"),))
    assert "2个单位高于平均；最高93.89分（清河县），最低77.41分，相差16.48分。" in said(made, "得分情况")
    assert "平均得分率最高的评估内容，县区是领导评估（88.2%）。" in said(made, "主要特点")
    assert "获得加分的单位1个：白山区1.00分。" in said(made, "主要特点")
    assert "平均得分率最低的评估内容，县区是民主评估（82.8%）。" in said(made, "存在问题")
    assert "县区是基础工作（得分率最高95.1%，最低75.0%）" in said(made, "存在问题")
    assert "县区“民主评估”得分率居后的临江县（73.3%），要对照失分项目逐项查找原因" in said(made, "工作建议")
    assert "总分低于同组平均分的1个排名单位，即临江县（低9.20分），要以反馈书所列差距为重点" in said(made, "工作建议")


def test_last_year_stands_beside_this_year() -> None:
    """Letter, bulletin and report compare totals, places and grades with last year's where they are known."""
    made = with_earlier(
        result(), {"清河县": ("90.001", 2, "优秀"), "白山区": ("88", 1, "良好"), "临江县": ("77.41", 3, "")}
    )
    analysis = words(section(letter_of(made, "清河县"), "情况分析"))
    assert "与上年相比，总分提高3.89分，名次由第2名升至第1名，等次仍为“优秀”。" in analysis
    analysis = words(section(letter_of(made), "情况分析"))
    assert "与上年相比，总分下降0.47分，名次由第1名降至第2名，等次仍为“良好”。" in analysis
    assert "与上年相比，总分持平，名次仍为第3名。" in words(section(letter_of(made, "临江县"), "情况分析"))
    assert "与上年可比的单位3个，总分提高的1个，提高最多的是清河县（提高3.89分）。" in said(made, "主要特点")
    assert "总分比上年下降的单位1个，下降最多的是白山区（下降0.47分）。" in said(made, "存在问题")
    shown = section(paper_of(made, "report"), "与以前年度比较")
    assert (
        words(shown) == "与上年可比的单位3个，其中总分提高的1个，下降的1个，持平的1个。\n各类平均分的变化如下表和图。"
    )
    table = next(each for each in shown if isinstance(each, DocumentTable))
    assert (table.head, table.rows) == (("分类", "2025年", "2026年"), (("县区", "85.14", "86.28"),))
    assert "与上年" not in str([letter_of(result()), bulletin(result())])


def test_explanations_cover_what_readers_ask() -> None:
    """Rounding, ties, vetoes, unranked units, waivers by role without names, weights that moved."""
    units = {**UNITS, "甲县": UNITS["白山区"], "乙县": {**UNITS["临江县"], "vice": MOVED}}
    ledger = (decided("veto", "清河县"), decided("waiver", evaluator="V"))
    text = said(result(units, ledger=ledger, unranked=["临江县"], waived=True), "有关说明")
    assert "总分四舍五入，保留2位小数；名次、等次按公布的总分确定。" in text
    assert "白山区、甲县总分相同，名次并列第2。" in text
    assert "清河县因一票否决事项（某绩委〔2027〕1号），等次由“优秀”降为“良好”" in text
    assert "临江县参加评估，不参加排名。" in text
    assert "报送表经批准免报（某绩委〔2027〕1号）：副市长1份" in text
    assert "李某" not in text
    assert "部分内容无人评估，权重按规则转到其他内容的：乙县。" in text


def test_tie_broken_by_the_rules_names_only_shown_components() -> None:
    """The component that decided is named where it is shown, and not where it is confidential."""
    units = {"甲县": UNITS["白山区"], "乙县": parts("17.5", "17.5", "8.5", "27.03", "17"), "丙县": UNITS["临江县"]}
    assert "甲县与乙县总分相同，按基础工作得分确定名次。" in said(result(units), "有关说明")
    secret = RULES.replace('ties = ["base"]', 'ties = ["mayor"]')
    units["乙县"] = parts("18", "17", "8.5", "26.03", "18")
    text = said(result(units, rules=secret), "有关说明")
    assert "甲县与乙县总分相同，按评估规则确定名次。" in text
    assert "市长" not in text


def test_interim_is_marked() -> None:
    """An interim result says so at the top of the page and in the title of both documents, which have nothing of the
    final ones: no head, number, day, seal or imprint, and another signature."""
    numbers = Numbers(bulletin="某绩〔2027〕1号", letter="某绩函〔2027〕1号")
    notice = Notice(
        signatory="某市评估委员会", date=date(2027, 4, 20), numbers=numbers, head="red", copies="市委办", sealed=True
    )
    for paper in (bulletin(result(interim=True, notice=notice)), letter_of(result(interim=True, notice=notice))):
        assert paper.above == ("内部·阶段性结果，不作为最终结果",)
        assert "阶段性" in "".join(paper.title)
        assert (paper.head, paper.number, paper.date, paper.imprint, paper.sealed) == ("none", None, None, None, False)
        assert paper.signatory == "某市绩效办"
        assert not [
            each
            for each in ("委员会", "〔2027〕", "2027年4月20日", "成文日期", "发文字号")
            if each in str(fields(paper))
        ]
        assert "奖" not in str(paper.body).replace("不评奖项", "")
    assert bulletin(result()).above == ()


def test_what_is_not_complete_is_compared_with_nothing() -> None:
    """In an interim result a component that is not all there shows what there is, without mean or sentences."""
    units = {**UNITS, "白山区": {**UNITS["白山区"], "citizens": Got("", 0, state="pending")}}
    made = result(units, interim=True)
    row = row_of(made, "民主评估")
    assert (row["points"], row["mean"], row["note"]) == ("17.00", "—", "未报齐")
    assert "民主评估" not in words(section(letter_of(made), "情况分析"))
    assert "满分100分中已评90分，其余尚未报齐，未计入总分" in notes_of(made)
    assert "目前可能为“较差”至“良好”" in notes_of(made)


# --- the other documents ------------------------------------------------------------------------------

CONSEQUENCES = """
[[consequence]]
grade = "优秀"
text = "通报表彰"
document = "表彰决定"
[[consequence]]
grade = "良好"
text = "限期整改"
document = "限期整改通知书"
[[consequence]]
grade = "良好"
years = 2
text = "取消评优资格"
document = "诫勉谈话通知"
"""
STATED = Notice(
    signatory="某市委员会",
    date=date(2027, 4, 20),
    recipients="各单位",
    report_to="市人民政府",
    report_signer="某某某",
    telephone="0000-1234567",
    posted_from=date(2027, 4, 12),
    posted_until=date(2027, 4, 18),
    rectify_until=date(2027, 9, 30),
    printed_date=date(2027, 4, 21),
    copies="市委办公室",
    numbers=Numbers(bulletin="某绩〔2027〕3号", letter="某函〔2027〕9号", commendation="某绩〔2027〕4号").model_copy(
        update={"rectification": "某函〔2027〕70号", "report": "某绩〔2027〕5号"}
    ),
)


def with_earlier(made: Result, years: dict[str, tuple[str, int, str]], year: int = 2025) -> Result:
    """The result with a year before it: unit -> total, rank, grade."""
    rows = tuple(Earlier(year, unit, Fraction(total), rank, grade) for unit, (total, rank, grade) in years.items())
    roster = replace(made.evaluation.roster, earlier=(*made.evaluation.roster.earlier, *rows))
    return replace(made, evaluation=replace(made.evaluation, roster=roster))


def test_posting_says_for_how_long_and_where_to_object() -> None:
    """It is dated on its first day, has no head, no number, nobody it is addressed to; winners are only intended."""
    posting = paper_of(result(notice=STATED), "posting")
    assert (posting.head, posting.number, posting.recipients, posting.date) == ("none", None, None, "2027年4月12日")
    text = words(section(posting, "公示时间和异议受理"))
    assert "公示时间：2027年4月12日至4月18日。" in text
    assert "联系电话：0000-1234567。" in text
    assert words(section(posting, "拟表彰单位")) == "一等奖1个：清河县。"
    assert gaps(posting) == []
    assert gaps(paper_of(result(), "posting")) == [
        "公示期的第一天",
        "公示期的最后一天",
        "联系电话",
        "署名单位",
        "成文日期",
    ]


def test_who_is_commended_stands_in_the_decision() -> None:
    """Awards in the order of the rules, then whom the rules reward for a grade; nobody: no decision."""
    decision = paper_of(result(rules=RULES + CONSEQUENCES, notice=STATED), "commendation")
    assert words(section(decision, "一等奖（1个）")) == "清河县"
    assert words(section(decision, "评为“优秀”，通报表彰（1个）")).startswith("清河县\n希望受表彰的单位")
    nobody = result({"临江县": UNITS["临江县"]})
    assert "commendation" not in {each.kind.id for each in papers(nobody)}


def test_rectification_goes_to_whom_the_rules_name() -> None:
    """The rules' consequences decide; what else a grade entails is told; the letters have numbers of their own."""
    made = with_earlier(result(rules=RULES + CONSEQUENCES, notice=STATED), {"白山区": ("85", 2, "良好")})
    own = [each for each in papers(made) if each.kind.id == "rectification"]
    assert [each.path for each in own] == ["internal/notices/限期整改通知书/02-白山区.docx"]
    paper = own[0].make()
    assert (paper.number, paper.recipients) == ("某函〔2027〕70号", "白山区")
    assert "总分87.53分，在同组3个排名单位中列第2名，等次为“良好”" in words(paper.body[:1])
    assert "1.领导评估：失5.97分（得分率88.1%）。" in words(section(paper, "整改事项"))
    assert "于2027年9月30日前完成整改" in words(section(paper, "整改要求"))
    entailed = words(section(paper, "按规定作出的处理"))
    assert "评为“良好”：限期整改。\n连续2年评为“良好”：取消评优资格。" in entailed


FOLLOWING_BAD = """
[[consequence]]
grade = "较差"
text = "通报批评"
document = "通报批评"
[[consequence]]
grade = "较差"
text = "公务员年度考核优秀等次人数比例调低3%"
document = "结果运用建议函"
[[consequence]]
grade = "较差"
text = "对主要领导诫勉谈话"
document = "诫勉谈话通知书"
[[consequence]]
grade = "较差"
text = "取消评先评优资格"
no_awards = "both"
"""


def test_each_document_of_a_consequence_is_written_for_whom_the_rules_name() -> None:
    """Criticism in public, the warning talk and the proposals to the personnel departments inside; each names the unit
    and what the rules say, and is read back."""
    made = result(rules=RULES + FOLLOWING_BAD, notice=STATED.model_copy(update={"personnel": "市委组织部"}))
    by_kind = {each.kind.id: each for each in papers(made)}
    assert by_kind["criticism"].path == "public/通报批评.docx"
    assert table_of(by_kind["criticism"].make(), "名次").rows == (("3", "临江县", "77.41", "较差"),)
    assert by_kind["warning"].path == "internal/notices/诫勉谈话通知书/03-临江县.docx"
    assert "（评为“较差”：对主要领导诫勉谈话），决定进行诫勉谈话" in words(by_kind["warning"].make().body)
    letter = by_kind["proposal"].make()
    assert (by_kind["proposal"].path, letter.recipients) == ("internal/notices/结果运用建议函.docx", "市委组织部")
    assert table_of(letter, "单位").rows == (("临江县", "较差", "公务员年度考核优秀等次人数比例调低3%"),)
    (ranking,) = (each for each in letter.attachments[0].body if isinstance(each, DocumentTable))
    assert [row[-1] for row in ranking.rows] == [
        "一等奖",
        "—",
        "通报批评；对主要领导诫勉谈话；取消评先评优资格",
    ]
    files = documents(made)
    assert check_documents(made, files) == []
    worse = [replace(one, grade="较差") if one.unit.name == "白山区" else one for one in made.standings]
    assert "public/通报批评.docx: 白山区" in check_documents(replace(made, standings=tuple(worse)), files)


def test_a_consequence_that_names_none_of_them_writes_none() -> None:
    """Without such words in the rules there is no criticism, no talk and no proposal."""
    assert not {"criticism", "warning", "proposal"} & {
        each.kind.id for each in papers(result(rules=RULES + CONSEQUENCES))
    }


def test_every_document_that_a_consequence_can_name_has_a_kind() -> None:
    """What the rules may name can be written."""
    assert set(FOLLOWING) <= {kind.name for kind in KINDS.values()}


def test_the_notice_names_what_the_office_entered_under_its_number() -> None:
    """Beside the components, the office's own matter of that number and no other; once components are entered, exactly
    what the ledger has."""
    made = result(rules=RULES + CONSEQUENCES, notice=STATED)
    own = Matter("白山区", "整改", "台账不全", "某函〔2027〕70号", date(2027, 5, 1), date(2027, 8, 1), why="抽查发现")
    other = replace(own, item="别的事", document="某函〔2027〕99号")
    evaluation = replace(made.evaluation, matters=(own, other))
    paper = paper_of(replace(made, evaluation=evaluation), "rectification")
    said = words(section(paper, "整改事项"))
    assert "台账不全：抽查发现（期限：2027年8月1日）" in said
    assert "1.领导评估：失5.97分" in said
    assert "别的事" not in said
    entered = replace(own, item="民评", component="民主评估")
    evaluation = replace(made.evaluation, matters=(own, entered))
    said = words(section(paper_of(replace(made, evaluation=evaluation), "rectification"), "整改事项"))
    assert "领导评估" not in said
    assert "需整改的事项共2项" in said


def test_the_matters_of_notices_are_entered_once() -> None:
    """A line for each component that a notice names, with its number, day and term; none where they are in the ledger;
    and none at all without a number."""
    made = result(rules=RULES + CONSEQUENCES, notice=STATED)
    lines = to_enter(made)
    assert [(one["unit"], one["item"], one["component"]) for one in lines][:1] == [("白山区", "领导评估", "leaders")]
    assert {(one["document"], one["date"], one["until"]) for one in lines} == {
        ("某函〔2027〕70号", "2027-04-20", "2027-09-30")
    }
    days = date(2027, 4, 20), date(2027, 9, 30)
    there = tuple(Matter("白山区", "整改", one["item"], one["document"], *days, one["component"]) for one in lines)
    assert to_enter(replace(made, evaluation=replace(made.evaluation, matters=there))) == []
    with pytest.raises(Refused) as refused:
        to_enter(result(rules=RULES + CONSEQUENCES, notice=STATED.model_copy(update={"numbers": Numbers()})))
    assert [one.code for one in refused.value.findings] == ["NOTICE_ENTER"]


def test_a_matter_that_another_notice_asks_for_is_not_entered_again() -> None:
    """Under a new number every matter that is still open is named with its old one; what was closed may come again."""
    made = result(rules=RULES + CONSEQUENCES, notice=STATED)
    days = date(2027, 4, 1), date(2027, 9, 30)
    there = tuple(Matter(one["unit"], "整改", one["item"], "某函〔2027〕8号", *days, "领导") for one in to_enter(made))
    again = replace(made, evaluation=replace(made.evaluation, matters=there))
    with pytest.raises(Refused) as refused:
        to_enter(again)
    assert {one.code for one in refused.value.findings} == {"NOTICE_MATTER_OPEN"}
    named = sorted(str(dict(one.args)["item"]) for one in refused.value.findings)
    assert named == sorted(each.item for each in there)
    carried = tuple(replace(each, carried=True) for each in there)
    assert len(to_enter(replace(made, evaluation=replace(made.evaluation, matters=carried)))) == len(there)


def test_a_term_before_the_day_of_issue_is_said_once() -> None:
    """Whatever number of matters there are."""
    early = STATED.model_copy(update={"rectify_until": date(2027, 4, 1)})
    with pytest.raises(Refused) as refused:
        to_enter(result(rules=RULES + CONSEQUENCES, notice=early))
    assert [one.code for one in refused.value.findings] == ["NOTICE_TERM"]


def test_a_bad_grade_alone_is_no_ground_for_an_order() -> None:
    """Where the rules state no consequence nobody has to rectify, whatever the grade."""
    made = result()
    assert made.standings[-1].grade == "较差"
    assert not [each for each in papers(made) if each.kind.id == "rectification"]


def test_an_interim_result_decides_nothing() -> None:
    """It has a bulletin and letters; nothing is posted, nobody is commended or made to rectify."""
    assert {each.kind.id for each in papers(result(interim=True))} == {"bulletin", "letter"}


def pointed(drawing: Drawing) -> list[str]:
    """What the marks of a drawing stand for."""
    return [shape.says for shape in drawing.shapes if shape.says and shape.kind != "text"]


def test_the_report_draws_every_total_beside_the_mean_and_the_bounds() -> None:
    """As they are printed in its annex, on an axis that begins where they do; a second drawing where many are."""
    made = result()
    report = paper_of(made, "report")
    drawn = [each for each in report.body if isinstance(each, DocumentPicture) and "总分" in each.title]
    (one,) = drawn
    table = report.attachments[0].body[0]
    assert isinstance(table, DocumentTable)
    totals = {row[table.head.index("单位")]: row[table.head.index("总分")] for row in table.rows}
    assert sorted(pointed(one.drawing)) == sorted(f"{name}　{total}" for name, total in totals.items())
    assert all(f"{name}{total}分" in one.drawing.about for name, total in totals.items())
    written = [shape.says for shape in one.drawing.shapes if shape.kind == "text"]
    assert "优秀 90" in written
    assert any(said.startswith("平均 ") for said in written)
    assert "0" not in written


def test_the_reports_charts_have_the_tables_figures() -> None:
    """Grades by group, mean rates of the shown components, means over the years: once in a table, once as a chart."""
    made = with_earlier(result(), dict.fromkeys(UNITS, ("80", 1, "良好")))
    made = with_earlier(made, dict.fromkeys(UNITS, ("70", 1, "良好")), 2024)
    report = paper_of(made, "report")
    charts = {each.title: each for each in report.body if isinstance(each, DocumentChart)}
    grades = charts["各分类等次分布（单位：个）"]
    assert [(each.name, each.values) for each in grades.series] == [
        (name, (Decimal(1),)) for name in ("优秀", "良好", "较差")
    ]
    table = next(
        each for each in report.body if isinstance(each, DocumentTable) and each.caption == "县区各项平均得分率"
    )
    drawn = {each.title: each.drawing for each in report.body if isinstance(each, DocumentPicture)}
    rates = drawn["县区各项平均得分率（单位：%）"]
    assert [row[2] for row in table.rows] == re.findall(r"[0-9.]+%", rates.about)
    assert [row[2] for row in table.rows] == [f"{said.split('　')[-1]}" for said in pointed(rates)]
    years = drawn["各分类平均分变化（单位：分）"]
    assert "2024年70.00分、2025年80.00分、2026年86.28分" in years.about
    assert [said.split("　")[-1] for said in pointed(years)] == ["70", "80", "86.28"]
    assert "市长" not in str(report)


def test_a_letter_with_many_components_shows_the_upper_levels() -> None:
    """Two pages are the most; what is left out of the table is said, and stands in an annex, where shares are drawn
    beside those of the group: of the points and weights in the table, and of nothing else."""
    many = "".join(
        f'[component.p{at}]\nname = "第{at}项具体工作的完成情况"\nin = "base"\n'
        'weight = 1\nby = "deputies"\nanswer = "percent"\n'
        for at in range(20)
    )
    rules = RULES.replace('weight = 20\nby = "office"\nanswer = "percent"\n', "", 1).replace(
        "[component.vote]", f"{many}[component.vote]"
    )
    units = {
        name: {key: got for key, got in own.items() if key != "base"} | {f"p{at}": Got("0.9", 30) for at in range(20)}
        for name, own in UNITS.items()
    }
    made = result(units, rules=rules)
    table = table_of(letter_of(made), "评估内容")
    assert [row[0] for row in table.rows] == ["基础工作", "民主评估", "领导评估", "总分"]
    assert "表中只列上级评估内容" in notes_of(made)
    whole, drawn = letter_of(made).attachments[0].body[0], letter_of(made).attachments[0].body[-1]
    assert isinstance(whole, DocumentTable)
    assert isinstance(drawn, DocumentPicture)
    shares = [
        f"{row[0].strip('　')}　{whose}　{published(Fraction(row[at]) * 100 / Fraction(row[1]), 1)}%"
        for row in whole.rows[:-1]
        for whose, at in (("你单位", 2), ("同组平均", 3))
    ]
    assert sorted(pointed(drawn.drawing)) == sorted(shares)
    assert all(said.replace("　你单位　", "") in drawn.drawing.about for said in shares if "你单位" in said)
    assert "市长" not in str(drawn)


def test_what_is_said_of_a_result_leaves_what_is_shown_of_it() -> None:
    """Gaps are found before all documents are made: their tables are made once for both, and say no old findings."""
    made = result()
    notes = gaps_of_run(made)
    more = made.with_findings(notes)
    named, before = under_official_names(more), under_official_names(made)
    assert named.findings == more.findings == tuple(notes) != before.findings
    assert all(one is other for one, other in zip(groups_of(named), groups_of(before), strict=True))


def test_what_is_missing_is_one_note_for_each_key() -> None:
    """Not one for each letter; the note names the key and the documents, and a complete [notice] makes none."""
    found = {each.cell: dict(each.args)["documents"] for each in gaps_of_run(result())}
    assert found["notice.date"] == "结果通报、评估报告、表彰决定、反馈书"
    assert found["notice.numbers.letter"] == "反馈书"
    assert found["notice.posted_from"] == "结果公示"
    assert {each.code for each in gaps_of_run(result())} == {"NOTICE_GAP"}
    assert len(gaps_of_run(result())) == len(found)
    assert gaps_of_run(result(notice=STATED)) == []


# --- the files ----------------------------------------------------------------------------------------


def test_files_agree_with_the_standings() -> None:
    """Law 9: bulletin and letters are read back; rank, total and grade are those of the standings."""
    made = result(rules=RULES + CONSEQUENCES, unranked=["临江县"])
    files = documents(made)
    assert list(files) == [
        *(f"public/{name}.docx" for name in ("结果通报", "结果公示", "评估报告", "表彰决定")),
        *(f"public/反馈书/{name}.docx" for name in ("01-清河县", "02-白山区", "03-临江县")),
        "internal/notices/限期整改通知书/02-白山区.docx",
    ]
    assert check_documents(made, files) == []
    for name in ("结果通报", "结果公示", "评估报告"):
        assert totals_in(files[f"public/{name}.docx"])["白山区"] == ("2", "87.53", "良好")
    assert facts_in(files["public/反馈书/02-白山区.docx"])["总分"] == "87.53分"


def test_documents_say_what_results_json_says() -> None:
    """Law 9: whoever reads a document and whoever reads the machine file learn the same total, rank and grade."""
    made = result(rules=RULES + CONSEQUENCES, unranked=["临江县"])
    files = documents(made)
    letters = {path: facts_in(data) for path, data in files.items() if "反馈书" in path}
    for unit in results(made)["units"]:
        rank = "不排名" if unit["rank"] is None else str(unit["rank"])
        for name in ("结果通报", "结果公示", "评估报告"):
            assert totals_in(files[f"public/{name}.docx"])[unit["name"]] == (rank, unit["total"], unit["grade"])
        facts = next(each for path, each in letters.items() if unit["name"] in path)
        assert (facts["总分"], facts["等次"]) == (f"{unit['total']}分", unit["grade"])
        assert facts["奖项"] == ("、".join(unit["awards"]) or "无")
    other = replace(made, standings=tuple(replace(one, awards=("一等奖",)) for one in made.standings))
    assert "public/表彰决定.docx: 白山区" in check_documents(other, files)


def test_disagreement_is_named() -> None:
    """A file that says something else, or is not there, is named with its unit."""
    made = result()
    other = documents(result({**UNITS, "白山区": parts("18", "17", "8.5", "27.04", "17")}))
    named = ("结果通报", "结果公示", "评估报告", "反馈书/02-白山区")
    assert check_documents(made, other) == [f"public/{name}.docx: 白山区" for name in named]
    for gone, unit in (("public/反馈书/03-临江县.docx", "临江县"), ("public/表彰决定.docx", "清河县")):
        del other[gone]
        assert f"{gone}: {unit}" in check_documents(made, other)


def test_same_result_gives_the_same_bytes() -> None:
    """Law 5, for every kind of document, charts and their workbooks included."""
    made = result(rules=RULES + CONSEQUENCES, notice=STATED)
    first = documents(made)
    assert any(b"word/charts/chart1.xml" in data for data in first.values())
    assert documents(made) == first


def test_an_office_may_word_its_letters_itself() -> None:
    """Its own template may ask for the unit's figures one by one; what nobody knows is refused by name."""
    own = TEMPLATES | {"反馈书.docx": docx("{{ unit }}：总分{{ total }}分，第{{ rank }}名，{{ grade }}")}
    assert text_of(documents(result(), own)["public/反馈书/02-白山区.docx"]) == ["白山区：总分87.53分，第2名，良好"]
    with pytest.raises(TemplateError) as refused:
        documents(result(), TEMPLATES | {"反馈书.docx": docx("{{ totl }}")})
    assert (refused.value.template, refused.value.problems[0].what) == ("反馈书.docx", "totl")


def test_file_names_are_safe() -> None:
    """A unit's name with reserved signs still makes a file name for every system."""
    files = documents(result({"甲/乙:县": UNITS["清河县"]}))
    assert "public/反馈书/01-甲_乙_县.docx" in files


def test_markup_in_a_name_stays_text() -> None:
    """Law 10: a unit's name is text in the document, whatever it looks like."""
    made = result({"<w:p>&{{ x }}": UNITS["清河县"]})
    files = documents(made)
    assert check_documents(made, files) == []


def test_confidential_marks_are_in_no_public_file() -> None:
    """Law 11: neither the mayor's nor a vice-mayor's points, nor the mark they came from, stand in any document."""
    for units in (UNITS, {**UNITS, "白山区": {**UNITS["白山区"], "mayor": Got("44.87", 1, "50"), "vice": MOVED}}):
        made = result(units, waived=True, ledger=(decided("waiver", evaluator="V"),))
        text = "\n".join("\n".join(text_of(data)) for data in documents(made).values())
        for secret in ("28.77", "19.11", "27.03", "24.41", "44.87", "王某", "李某"):
            assert secret not in text


def test_groups_are_compared_once_for_all_documents() -> None:
    """However many kinds there are, and however many letters."""
    with mock.patch("evaltool.documents.of_run.groups_of", wraps=groups_of) as compared:
        assert len(papers(made := result())) > len(made.standings)
    assert compared.call_count == 1


# --- official names --------------------------------------------------------------------------------------------------


def test_ties_are_told_with_official_names_too() -> None:
    """In the bulletin and in the note of a letter, which were written when units had their short names."""
    same = UNITS["白山区"]
    other = {**same, "base": replace(same["base"], points="17"), "deputies": replace(same["deputies"], points="18")}
    for units in ({"甲": same, "乙": same}, {"甲": same, "乙": other}):
        made = result(units)
        roster = made.evaluation.roster
        renamed = tuple(replace(unit, official=f"{unit.name}县人民政府") for unit in roster.units)
        evaluation = replace(made.evaluation, roster=replace(roster, units=renamed))
        standings = tuple(
            replace(one, unit=next(unit for unit in renamed if unit.id == one.unit.id)) for one in made.standings
        )
        called = replace(made, evaluation=evaluation, standings=standings)
        for paper in (paper_of(called, "bulletin"), paper_of(called, "letter", "甲")):
            text = str(paper)
            assert "总分相同" in text
            assert not re.findall("[甲乙](?!县人民政府)", text)


def test_a_file_has_each_name_shortened_once() -> None:
    """Also where one unit's official name is the end of another's."""
    evaluation = result({"甲": UNITS["白山区"], "大甲局": UNITS["临江县"]}).evaluation
    units = tuple(replace(unit, official="甲局" if unit.name == "甲" else "") for unit in evaluation.roster.units)
    known = replace(evaluation, roster=replace(evaluation.roster, units=units))
    assert [filed(known, Content(("函",), (), stem=f"函-{name}")).stem for name in ("甲局", "大甲局")] == [
        "函-甲",
        "函-大甲局",
    ]


def test_the_report_speaks_of_bounds_where_there_are_some() -> None:
    """Its lead says what totals are drawn beside."""
    rules = RULES[: RULES.index("[[grade]]")] + "[disclosure]\nfloor = 2\n"
    assert "各单位总分与同组平均分的比较如下图" in str(paper_of(result(rules=rules), "report"))
    assert "各单位总分与同组平均分、等次界线的比较如下图" in str(paper_of(result(), "report"))


def test_a_letter_says_what_is_so_of_equals_and_of_a_group_without_places() -> None:
    """Two components in which as much was lost; a group in which nobody is ranked has no mean."""
    even = {"甲县": parts("15", "18", "7", "30", "16")}  # 5, 5 and 4 lost
    assert "；失分同样多的是民主评估（失5.00分）；其次是领导评估（失4.00分）。" in str(
        letter_of(result(even), "甲县")
    ).replace(U, "")
    nobody = str(letter_of(result(even, unranked=["甲县"]), "甲县"))
    assert "同组没有排名单位，不列同组平均分。" in nobody
    assert "为0个" not in nobody


def test_unfinished_totals_are_held_against_the_mean_where_as_much_is_in_of_all() -> None:
    """Law 13: of an interim result, a unit whose marks are missing is not below its group by them."""
    there = UNITS["白山区"]
    missing = {**there, "mayor": Got("", 0, state="pending")}
    apart = str(letter_of(result({"甲县": missing, "乙县": there}, interim=True), "甲县")).replace(U, "")
    assert "你单位目前得60.50分" in apart
    assert "于平均" not in apart
    alike = str(letter_of(result({"甲县": missing, "乙县": missing}, interim=True), "甲县")).replace(U, "")
    assert "同组2个排名单位平均60.50分，与平均持平" in alike


def test_what_nobody_has_is_not_spoken_of() -> None:
    """Nobody is to be commended, nobody is left to follow an example, not everybody is in a mean."""
    three = dict.fromkeys(("甲县", "乙县", "丙县"), UNITS["清河县"])
    empty, full = (paper_of(each, "posting").body for each in (result(three), result()))
    assert [block for block in empty if isinstance(block, Heading)][1].text == "奖项"
    assert [block for block in full if isinstance(block, Heading)][1].text == "拟表彰单位"
    alone = {"甲县": UNITS["清河县"]}
    assert "为榜样" not in str(paper_of(result(alone), "commendation"))
    assert "为榜样" in str(paper_of(result(), "commendation"))
    waits = {"mayor": Got("", 0, state="pending")}
    some = str(letter_of(result({**UNITS, "清河县": {**UNITS["清河县"], **waits}}, interim=True)))
    assert "为3个排名单位的平均分，没有该项得分或者该项尚未报齐的不计入。" in some
    assert "为3个排名单位的平均分。" in str(letter_of(result()))
    none = dict.fromkeys(UNITS["清河县"], Got("", 0, state="pending"))
    nothing = str(letter_of(result(dict.fromkeys(UNITS, none), interim=True)))
    assert "各项均未报齐，不列同组平均分。" in nothing
    assert "并列" not in nothing


def test_the_annex_of_satisfaction_says_whether_it_has_all() -> None:
    """Of a group of which it would tell marks it says nothing, and no document promises that of every unit."""
    made = result()
    (silent,) = groups_of(made)
    told = replace(silent, satisfied={"deputies": {"白山区": Fraction(3, 4)}})
    titles = ["".join(attached(made, groups)[1].title) for groups in ([told], [told, silent])]
    assert titles == [f"{U}各单位满意率", "可以公布的满意率"]


def test_annexes_are_named_by_the_numbers_that_they_have() -> None:
    """A document that says 附件2 has two; one that has a single annex gives it no number.  Nothing is said of grades
    where the rules have none."""
    rules, _, rest = RULES.partition("[[grade]]")
    ungraded = f"{rules}[disclosure]{rest.rpartition('[disclosure]')[2]}"
    before, after = RULES.replace("weight = 10", "weight = 6").split("[component.leaders]")
    keys = [f"c{at}" for at in range(40)]  # too many for the pages of a letter
    crowd = (
        f'[component.{key}]\nname = "{key}"\nin = "vote"\nweight = 0.1\nby = "citizens"\nanswer = "percent"\n'
        for key in keys
    )
    crowded = f"{before}{''.join(crowd)}[component.leaders]{after}"
    more = {"citizens": Got("5", 50)} | dict.fromkeys(keys, Got("0.08", 50))
    long = {name: {**own, **more} for name, own in UNITS.items()}
    made = [result(), result(interim=True), result(rules=ungraded), result(long, rules=crowded)]
    for paper in (each.make() for one in made for each in papers(one)):
        said = {int(number) for number in re.findall(r"附件(\d)", str(paper.body))}
        assert max(said, default=0) <= len(paper.attachments)
        assert len(paper.attachments) > 1 or not said, said
        in_letter = str(paper.body) if "反馈书" in paper.title[0] and len(paper.attachments) > 1 else ""
        assert not re.search(r"附件(?!\d)", in_letter)  # which one of several?
    assert "有关说明见附件。" in str(letter_of(made[-1]).body)
    assert "各单位总分和名次见附件1" in str(bulletin(made[2]).body)
    assert "等次" not in str(bulletin(made[2])) + str(paper_of(made[2], "posting"))
    assert check_documents(made[2], documents(made[2])) == []
    assert "各单位总分、名次、等次和奖项见附件1" in str(bulletin(made[0]).body)
