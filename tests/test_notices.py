"""Bulletin and letters: what they say, what they keep to themselves; written files agree with the standings."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path

from evaltool.documents import text_of
from evaltool.notices import bulletin, check_documents, documents, facts_in, letter, totals_in
from evaltool.official import Block, Heading, Official, Table, Text
from evaltool.official.fields import gaps
from evaltool.result import Result
from evaltool.settings import Notice, Numbers
from handmade import RULES, UNITS, Got, decided, parts, result

FOLDER = Path(__file__).parent.parent / "templates" / "notices"
TEMPLATES = {path.name: path.read_bytes() for path in FOLDER.glob("*.docx")}
MOVED = Got("0", 0, "0", "moved", "无人评估，权重转到市长")


def letter_of(made: Result, unit: str = "白山区") -> Official:
    return letter(made, unit)


def table_of(paper: Official, head: str = "") -> Table:
    """The first table, or the one whose head begins so."""
    return next(each for each in paper.body if isinstance(each, Table) and (not head or head in each.head[:1]))


def row_of(made: Result, name: str, unit: str = "白山区") -> dict[str, str]:
    table = table_of(letter_of(made, unit), "评估内容")
    row = next(row for row in table.rows if row[0].strip("　") == name)
    return dict(zip(("name", "weight", "points", "mean", "difference", "note"), row, strict=True))


def facts_of(made: Result, unit: str = "白山区") -> dict[str, str]:
    return {row[0]: row[1] for row in table_of(letter_of(made, unit)).rows}


def section(paper: Official, name: str) -> list[Block]:
    """What stands below a heading of the first level."""
    at = next(at for at, each in enumerate(paper.body) if each == Heading(name))
    rest = paper.body[at + 1 :]
    ends = (at for at, each in enumerate(rest) if isinstance(each, Heading) and each.level == 1)
    return list(rest[: next(ends, len(rest))])


def words(blocks: Iterable[Block]) -> str:
    return "\n".join(each.text for each in blocks if isinstance(each, Text | Heading))


def said(made: Result, name: str) -> str:
    return words(section(bulletin(made), name))


def notes_of(made: Result, unit: str = "白山区") -> str:
    return "".join(each.text for each in letter_of(made, unit).body if isinstance(each, Text) and each.note)


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
    assert "群众：无人评估，权重转到代表。" in notes_of(made)


def test_sentences_have_the_tables_figures() -> None:
    """Against the mean, how far to the next grade, where it is above and below, where most was lost."""
    overall, above, *below, lost = words(section(letter_of(result()), "情况分析")).split("\n")
    assert overall == "你单位总分87.53分，同组3个排名单位平均86.28分，高于平均1.25分；距“优秀”等次（90分）还差2.47分。"
    assert above.startswith("高于同组平均分的有民主评估（高0.67分）")
    assert below == ["低于同组平均分的有领导评估（低0.08分）。"]
    assert lost.startswith("与满分相比，失分最多的是领导评估，50分中得44.03分，失5.97分，占全部失分的47.9%；其次是")


def test_rounded_parts_that_do_not_add_up_are_explained() -> None:
    """19.01 + 27.00 + 47.88 is 93.89, which is the total; a hundredth more needs a note."""
    note = "略有出入，以合计为准"
    assert note not in notes_of(result(), "清河县")
    units = {**UNITS, "清河县": parts("19.004", "18.004", "9.004", "28.77", "19.11")}
    assert note in notes_of(result(units), "清河县")


def test_missing_texts_are_marked_gaps() -> None:
    """Number, date and signatory are never invented; letters are numbered on from the stated first number."""
    assert gaps(letter_of(result())) == ["发文机关标志", "发文字号", "署名单位", "成文日期"]
    numbers = Numbers(letter="某函〔2027〕9号")
    made = result(notice=Notice(signatory="某市委员会", date=date(2027, 4, 1), numbers=numbers))
    assert gaps(letter_of(made)) == []
    files = documents(made, TEMPLATES)
    found = [next(text for text in text_of(data) if "某函" in text) for path, data in files.items() if "反馈书" in path]
    assert found == ["\t某函〔2027〕9号", "\t某函〔2027〕10号", "\t某函〔2027〕11号"]


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
    table = table_of(bulletin(made), "名次")
    assert table.rows[0] == ("1", "清河县", "93.89", "优秀")
    assert table.rows[2] == ("不排名", "临江县", "77.41", "较差")
    assert said(made, "获奖情况") == "一等奖1个：清河县。"


def test_award_whose_condition_fails_stays_empty() -> None:
    """An empty place is said, not passed over."""
    assert said(result({"临江县": UNITS["临江县"]}), "获奖情况") == "一等奖：名额空缺1个。"


def test_highlights_are_figures() -> None:
    """Spread, how many above the mean, strongest and weakest component."""
    text = said(result(), "主要特点")
    assert "平均86.28分，2个单位高于平均；最高93.89分（清河县），最低77.41分，相差16.48分。" in text
    assert "平均得分率最高的是领导评估（88.2%），最低的是民主评估（82.8%）。" in text


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
    assert "乙县部分内容无人评估，权重按规则转到其他内容。" in text


def test_tie_broken_by_the_rules_names_only_shown_components() -> None:
    """The component that decided is named where it is shown, and not where it is confidential."""
    units = {"甲县": UNITS["白山区"], "乙县": parts("17.5", "17.5", "8.5", "27.03", "17"), "丙县": UNITS["临江县"]}
    assert "甲县与乙县总分相同，依次比较基础工作，由基础工作得分确定名次。" in said(result(units), "有关说明")
    secret = RULES.replace('ties = ["base"]', 'ties = ["mayor"]')
    units["乙县"] = parts("18", "17", "8.5", "26.03", "18")
    text = said(result(units, rules=secret), "有关说明")
    assert "甲县与乙县总分相同，按评估规则确定名次。" in text
    assert "市长" not in text


def test_interim_is_marked() -> None:
    """An interim result says so at the top of the page and in the title of both documents."""
    for paper in (bulletin(result(interim=True)), letter_of(result(interim=True))):
        assert paper.above[0] == "内部·阶段性结果，不作为最终结果"
        assert "阶段性" in "".join(paper.title)
    assert bulletin(result()).above == ()


def test_what_is_not_complete_is_compared_with_nothing() -> None:
    """In an interim result a component that is not all there shows what there is, without mean or sentences."""
    units = {**UNITS, "白山区": {**UNITS["白山区"], "citizens": Got("", 0, state="pending")}}
    made = result(units, interim=True)
    row = row_of(made, "民主评估")
    assert (row["points"], row["mean"], row["note"]) == ("17.00", "—", "未报齐")
    assert "民主评估" not in words(section(letter_of(made), "情况分析"))
    assert "目前已有评估结果的内容合计权重90" in notes_of(made)


# --- the files ----------------------------------------------------------------------------------------


def test_files_agree_with_the_standings() -> None:
    """Law 9: bulletin and letters are read back; rank, total and grade are those of the standings."""
    made = result(unranked=["临江县"])
    files = documents(made, TEMPLATES)
    assert list(files) == ["结果通报.docx", "反馈书/01-清河县.docx", "反馈书/02-白山区.docx", "反馈书/03-临江县.docx"]
    assert check_documents(made, files) == []
    assert totals_in(files["结果通报.docx"])["白山区"] == ("2", "87.53", "良好")
    assert facts_in(files["反馈书/02-白山区.docx"])["总分"] == "87.53分"


def test_disagreement_is_named() -> None:
    """A file that says something else, or is not there, is named with its unit."""
    made = result()
    other = documents(result({**UNITS, "白山区": parts("18", "17", "8.5", "27.04", "17")}), TEMPLATES)
    assert check_documents(made, other) == ["结果通报.docx: 白山区", "反馈书/02-白山区.docx: 白山区"]
    del other["反馈书/03-临江县.docx"]
    assert "反馈书/03-临江县.docx: 临江县" in check_documents(made, other)


def test_same_result_gives_the_same_bytes() -> None:
    """Law 5."""
    assert documents(result(), TEMPLATES) == documents(result(), TEMPLATES)


def test_file_names_are_safe() -> None:
    """A unit's name with reserved signs still makes a file name for every system."""
    files = documents(result({"甲/乙:县": UNITS["清河县"]}), TEMPLATES)
    assert "反馈书/01-甲_乙_县.docx" in files


def test_markup_in_a_name_stays_text() -> None:
    """Law 10: a unit's name is text in the document, whatever it looks like."""
    made = result({"<w:p>&{{ x }}": UNITS["清河县"]})
    files = documents(made, TEMPLATES)
    assert check_documents(made, files) == []


def test_confidential_marks_are_in_no_public_file() -> None:
    """Law 11: neither the mayor's nor a vice-mayor's points, nor the mark they came from, stand in any document."""
    for units in (UNITS, {**UNITS, "白山区": {**UNITS["白山区"], "mayor": Got("44.87", 1, "50"), "vice": MOVED}}):
        made = result(units, waived=True, ledger=(decided("waiver", evaluator="V"),))
        text = "\n".join("\n".join(text_of(data)) for data in documents(made, TEMPLATES).values())
        for secret in ("28.77", "19.11", "27.03", "24.41", "44.87", "王某", "李某"):
            assert secret not in text
