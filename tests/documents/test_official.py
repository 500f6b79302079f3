"""Official documents as values: what becomes of titles, numbers, signatures, recipients before Word sees them."""

from __future__ import annotations

import io
import re
import tomllib
import zipfile
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from openpyxl import load_workbook

from evaltool.documents.content import Content
from evaltool.documents.kinds import KINDS
from evaltool.documents.official.fields import fields, gaps, mark_size, numeral, sign_indents
from evaltool.documents.official.forms import OfficeTemplates
from evaltool.documents.official.frame import framed
from evaltool.documents.official.pages import LINE, filled, has_room, of_blocks, pages
from evaltool.documents.official.pictures import picture_scale
from evaltool.documents.official.titles import span, title_lines
from evaltool.documents.texts import stated
from evaltool.evaluation import Evaluation
from evaltool.findings import Refused
from evaltool.roster import Roster
from evaltool.rules import parse
from evaltool.rules.documentnumbers import following
from evaltool.rules.settings import Notice, Numbers, Settings
from evaltool.writers.drawing import Drawing, Shape
from evaltool.writers.official import (
    Attachment,
    DocumentBlock,
    DocumentChart,
    DocumentPicture,
    DocumentSeries,
    DocumentTable,
    Heading,
    Imprint,
    Official,
    Text,
    rows,
    texts,
)
from evaltool.writers.word.templates import TemplateError, text_of

FILES = {path.name: path.read_bytes() for path in (Path(__file__).parents[2] / "templates" / "notices").glob("*.docx")}
SETTINGS = Settings(id="e", name="某市2026年度绩效评估", year=2026, office="某市绩效办")
FULL = Notice(
    signatory="某市绩效评估委员会",
    recipients="各单位",
    date=date(2027, 4, 8),
    printed_date=date(2027, 4, 9),
    copies="市委办公室",
    numbers=Numbers(bulletin="某绩评〔2027〕3号", letter="某绩办函〔2027〕9号"),
)
BODY = (Text("现将结果通报如下。"), Heading("结果"), Text("特此通报。"))


def paper(
    notice: Notice = FULL, kind: str = "bulletin", *body: DocumentBlock, code: str = "", nth: int = 0, **more: Any
) -> Official:
    made = framed(KINDS[kind], SETTINGS, notice, Content(["关于结果的通报"], body or BODY, **more), nth)
    return replace(made, code=code)


def written(made: Official) -> list[str]:
    return [text for text in text_of(OfficeTemplates(FILES).write(made)) if text]


# --- numbers, dates, gaps --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "wrong", ["某发[2027]3号", "某发〔27〕3号", "某发〔2027〕03号", "某发〔2027〕第3号", "〔2027〕3号", 3]
)
def test_a_number_of_another_form_is_refused_in_words(wrong: object) -> None:
    """Six-cornered brackets, a year of four digits, no 第, no leading zero, and an issuer before them."""
    _, findings = parse(Notice, {"numbers": {"bulletin": wrong}}, "notice", "evaluation.toml")
    assert [(one.code, one.cell) for one in findings] == [("RULES_VALUE", "notice.numbers.bulletin")]
    assert "应为发文字号" in findings[0].message()


@pytest.mark.parametrize(("stated", "printed"), [("2027年4月8日", "2027年4月8日"), (date(2027, 4, 8), "2027年4月8日")])
def test_dates_are_printed_in_arabic_without_leading_zeros(stated: object, printed: str) -> None:
    """However they are stated in evaluation.toml; what is no day is refused in words."""
    notice, findings = parse(Notice, {"date": stated}, "notice", "evaluation.toml")
    assert (notice is not None, findings) == (True, [])
    assert paper(notice or FULL).date == printed
    _, wrong = parse(Notice, {"date": "2027年4月31日"}, "notice", "evaluation.toml")
    assert "应为日期" in wrong[0].message()


def test_running_numbers_go_on_from_the_first() -> None:
    """12 is followed by 13; where no first one is stated there is none to go on from."""
    assert following("某函〔2027〕12号", 0) == "某函〔2027〕12号"
    assert following("某函〔2027〕12号", 88) == "某函〔2027〕100号"
    assert following("", 3) == ""


def test_what_is_missing_is_marked_and_told() -> None:
    """Every missing element has its own mark; a complete document has none, a posting needs no number."""
    missing = ["发文机关标志", "发文字号", "主送机关", "署名单位", "成文日期", "印发日期"]
    assert gaps(paper(Notice())) == missing
    text = "".join(written(paper(Notice())))
    assert [each for each in missing if f"〔待填：{each}〕" not in text] == []
    assert gaps(paper()) == []
    assert "待填" not in "".join(written(paper()))
    assert gaps(paper(Notice(), "posting", recipients=None)) == ["署名单位", "成文日期"]


# --- head, title, body -----------------------------------------------------------------------------------------------


def test_the_mark_fits_its_line() -> None:
    """Short ones are as large as the standard likes, long ones as small as 156 mm asks."""
    assert mark_size("某市文件", "document") == 62
    assert mark_size("某市绩效评估委员会办公室文件", "document") * 14 * 1.02 <= 442
    assert mark_size("某市绩效办", "letter") == 46


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        ("关于2026年度绩效评估结果的通报", ["关于2026年度绩效评估结果的通报"]),
        (
            "澄川市绩效评估委员会关于2026年度政府绩效评估结果的通报",
            ["澄川市绩效评估委员会", "关于2026年度政府绩效评估结果的通报"],
        ),
        (
            "某市人民政府办公室关于印发《某市绩效管理暂行办法》和做好有关工作的通知",
            ["某市人民政府办公室", "关于印发《某市绩效管理暂行办法》", "和做好有关工作的通知"],
        ),
    ],
)
def test_titles_are_broken_by_sense(title: str, lines: list[str]) -> None:
    """No word, number or book title is cut; 关于 begins a line; no line is wider than the page."""
    assert title_lines([title]) == lines
    assert max(span(line) for line in lines) <= 19


def test_given_title_lines_are_kept() -> None:
    """Who knows better says so."""
    assert title_lines(["甲", "关于乙的通报"]) == ["甲", "关于乙的通报"]


def test_headings_are_numbered_by_level() -> None:
    """一、 （一） 1. （1）; a heading starts the numbers below it anew."""
    levels = [(1, "甲"), (2, "乙"), (3, "丙"), (3, "丁"), (4, "戊"), (2, "己"), (3, "庚"), (1, "辛")]
    made = fields(paper(FULL, "bulletin", *(Heading(text, level) for level, text in levels)))
    found = [block["text"] for block in made["body"]]
    assert found == ["一、甲", "（一）乙", "1.丙", "2.丁", "（1）戊", "（二）己", "1.庚", "二、辛"]
    assert [numeral(number) for number in (1, 10, 11, 20, 35)] == ["一", "十", "十一", "二十", "三十五"]


def test_preprinted_paper_gets_no_mark_and_no_rule() -> None:
    """The number keeps its place; nothing red is printed."""
    text = written(paper(FULL.model_copy(update={"head": "preprinted"})))
    assert "某市绩效评估委员会文件" not in text
    assert text[0] == "某绩评〔2027〕3号"


# --- signature, attachments, imprint ---------------------------------------------------------------------------------


def test_a_sealed_date_ends_four_characters_before_the_margin() -> None:
    """The name is centred over it; one too long for that ends at the margin itself."""
    name, day = sign_indents("某市绩效评估委员会", "2027年4月8日", sealed=True)
    assert day == 4
    assert name + span("某市绩效评估委员会") / 2 == day + span("2027年4月8日") / 2
    assert sign_indents("中" * 20, "2027年4月8日", sealed=True) == (0, (20 - 6) / 2)


def test_an_unsealed_name_ends_two_characters_before_the_margin() -> None:
    """The date begins two after the name's first; a longer date ends two before the margin."""
    assert sign_indents("某市绩效评估委员会", "2027年4月8日", sealed=False) == (2, 3)
    assert sign_indents("某局", "2027年4月8日", sealed=False) == (8, 2)


def test_attachments_come_before_the_imprint_each_on_a_new_page() -> None:
    """They are listed below the text, numbered if there are several; the imprint is the last thing in the file."""
    several = (Attachment(("排名表",), (Text("略"),)), Attachment(("整改表",), (Text("略"),)))
    text = written(paper(attachments=several, code="3f2a9c1b"))
    assert text.index("附件：1.排名表") < text.index("2.整改表") < text.index("某市绩效评估委员会")
    assert text[-9:] == [
        *("附件1", "排名表", "略", "附件2", "整改表", "略"),
        *("校验码：3f2a9c1b", "抄送：市委办公室。", "某市绩效办\t2027年4月9日印发"),
    ]
    assert "附件：排名表" in written(paper(attachments=several[:1]))
    document = Document(io.BytesIO(OfficeTemplates(FILES).write(paper(attachments=several))))
    assert document.styles["公文附件号"].paragraph_format.page_break_before


def test_too_many_recipients_stand_in_the_imprint() -> None:
    """Where they would leave no text on the first page, they go before those who get a copy."""
    many = "，".join(["某某县人民政府"] * 60)
    text = "\n".join(written(paper(FULL.model_copy(update={"recipients": many})))).split("\n")
    assert f"{many}：" not in text
    assert text.index(f"主送：{many}。") < text.index("抄送：市委办公室。")


def test_a_letter_has_no_rules_in_its_imprint_and_no_number_on_page_one() -> None:
    """The number is at the right, the mark in the first page's header, the first footer without a field."""
    made = paper(FULL, "letter", recipients="甲局", nth=2)
    data = OfficeTemplates(FILES).write(made)
    document = Document(io.BytesIO(data))
    section = document.sections[0]
    assert section.different_first_page_header_footer
    assert "fldSimple" not in section.first_page_footer._element.xml
    assert "某市绩效评估委员会" in [each.text for each in section.first_page_header.paragraphs]
    text = [each for each in text_of(data) if each]
    assert "\t某绩办函〔2027〕11号" in text
    assert "抄送：市委办公室。" in text
    assert not any("印发" in each for each in text)


def test_no_template_asks_for_what_is_not_there() -> None:
    """Both bundled templates are filled by every kind of head; an unknown field of an office's own is named."""
    for head in ("red", "preprinted", "none"):
        for kind in ("bulletin", "letter"):
            assert written(paper(FULL.model_copy(update={"head": head}), kind))
    own = _with_text("{{ telefon }}")
    with pytest.raises(TemplateError, match="telefon"):
        OfficeTemplates({**FILES, "结果通报.docx": own}).write(paper())


def test_an_offices_template_of_one_kind_goes_first() -> None:
    """`notices/结果通报.docx` is for bulletins only; other documents of the form keep the form's."""
    forms = OfficeTemplates({**FILES, "结果通报.docx": _with_text("{{ signatory }}，{{ kind }}")})
    assert text_of(forms.write(paper())) == ["某市绩效评估委员会，结果通报"]
    assert len(text_of(forms.write(paper(FULL, "correction")))) > 5


def _with_text(text: str) -> bytes:
    document = Document()
    document.add_paragraph(text)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


# --- charts ----------------------------------------------------------------------------------------------------------

CHART = DocumentChart(
    "column",
    "各组平均分",
    ("甲&乙", "丙"),
    (DocumentSeries("上年", (Decimal("88.10"), None)), DocumentSeries("本年", (Decimal("89.5"), Decimal("90")))),
    "甲 <89.5>，丙 90",
)


def test_a_chart_carries_its_numbers_twice() -> None:
    """In the part that is drawn and in the workbook that opens for editing; both are listed in the package."""
    data = OfficeTemplates(FILES).write(paper(FULL, "report", Heading("对比"), CHART, Text("完。")))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        part = archive.read("word/charts/chart1.xml").decode()
        book = load_workbook(io.BytesIO(archive.read("word/embeddings/chart1.xlsx")))
        assert "/word/charts/chart1.xml" in archive.read("[Content_Types].xml").decode()
        assert 'Id="rIdChart1"' in archive.read("word/_rels/document.xml.rels").decode()
        assert 'r:id="rIdChart1"' in archive.read("word/document.xml").decode()
    assert [part.count(f"<c:v>{value}</c:v>") for value in ("88.10", "89.5", "90", "甲&amp;乙")] == [1, 1, 1, 2]
    assert list(book.active.values) == [(None, "上年", "本年"), ("甲&乙", 88.1, 89.5), ("丙", None, 90)]
    assert Document(io.BytesIO(data)).inline_shapes[0]._inline.docPr.get("descr") == CHART.said


SHAPES = (
    Shape("rect", (0, 0, 100, 20), "#1f3a5f", edge="#8a919c"),
    Shape("circle", (50, 60, 10), "#12436d"),
    Shape("line", (0, 100, 100, 40), "#d07a1c", dashed=True),
    Shape("line", (0, 100, 100, 100), "#d07a1c", thick=True),
    Shape("path", (10, 150, 20, 160, 0, 160), "#9cc3e4"),
    Shape("text", (200, 20), "#1a1a1a", "甲<&乙", "middle", 13, bold=True),
)


def test_a_drawing_is_drawn_by_word_itself() -> None:
    """Every kind of shape at its place, each with a number of its own; what it shows is said to who cannot see it."""
    drawing = Drawing("图", "图中<所示>", 200, SHAPES)
    body = (DocumentPicture("图一", drawing), Text("下图。"), DocumentPicture("图二", drawing), Text("完。"))
    data = OfficeTemplates(FILES).write(paper(FULL, "report", *body))
    drawn = Document(io.BytesIO(data)).inline_shapes[0]
    assert drawn._inline.docPr.get("descr") == "图中<所示>"
    assert [round(each / 36000) for each in (drawn.width, drawn.height)] == [125, 62]
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        whole = archive.read("word/document.xml").decode()
    numbers = re.findall(r'<wps:cNvPr id="(\d+)" name="图形', whole)
    assert len(numbers) == len(set(numbers)) == 2 * len(SHAPES)
    rect, circle, dashed, thick, path, text = re.findall(r"<wps:wsp><wps:cNvPr .*?</wps:wsp>", whole)[: len(SHAPES)]
    unit = 0.3125 * 36000
    named = {"rect": rect, "ellipse": circle, "line": dashed}
    assert all(f'prst="{form}"' in each for form, each in named.items())
    assert f'<a:off x="{int(40 * unit)}" y="{int(50 * unit)}"/><a:ext cx="{int(20 * unit)}"' in circle
    assert f'<a:off x="0" y="{int(40 * unit)}"/>' in dashed
    assert ['flipV="1"' in each for each in (dashed, thick)] == [True, False]
    assert ["prstDash" in each for each in (dashed, thick)] == [True, False]
    assert [int(re.findall(r'<a:ln w="(\d+)"', each)[0] or 0) for each in (dashed, thick)] == [2 * unit, 3 * unit]
    assert 'val="8a919c"' in rect
    assert len(re.findall(r"<a:(?:moveTo|lnTo)>", path)) == 3
    assert f'<a:path w="{int(20 * unit)}" h="{int(10 * unit)}"><a:moveTo><a:pt x="{int(10 * unit)}" y="0"/>' in path
    assert "甲&lt;&amp;乙" in text
    assert '<w:sz w:val="23"/>' in text


def test_a_wide_drawing_is_as_wide_as_the_body_and_a_high_one_as_high_as_a_page() -> None:
    assert picture_scale(Drawing("", "", 10, (), 780)) * 780 == pytest.approx(156)
    assert picture_scale(Drawing("", "", 1650, ())) * 1650 == pytest.approx(165)


@pytest.mark.parametrize("bottom", [1984, 2268])
def test_the_imprint_ends_where_the_type_area_ends(bottom: int) -> None:
    """Counted from the page's upper edge, by the margins of the template in use."""
    template = rezipped(
        FILES["文件格式.docx"], "word/document.xml", b'w:bottom="1984"', f'w:bottom="{bottom}"'.encode()
    )
    data = OfficeTemplates({**FILES, "文件格式.docx": template}).write(paper(FULL, "bulletin", *texts("国")))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        box = re.findall(r"<wp:anchor .*?</wp:anchor>", archive.read("word/document.xml").decode())[-1]
    place = re.findall(r'<wp:positionV relativeFrom="page"><wp:posOffset>(\d+)</wp:posOffset>', box)
    height = re.findall(r'<wp:extent [^>]*cy="(\d+)"', box)
    assert abs(int(place[0]) + int(height[0]) - (16838 - bottom) * 635) < 2


def rezipped(data: bytes, part: str, old: bytes, new: bytes) -> bytes:
    """A package with a piece of one part replaced."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(written, "w") as target:
        for name in source.namelist():
            target.writestr(name, source.read(name).replace(old, new if name == part else old))
    return written.getvalue()


def test_a_letters_head_reaches_into_its_first_page() -> None:
    """A red mark stands lower than the upper margin: the first page has a line and a half less."""
    red, plain = (
        Official("", ("题",), texts("国"), "letter", head, number="", recipients="甲", signatory="乙", date="日")
        for head in ("red", "none")
    )
    number = 14 + LINE  # stands on paper with a head
    assert pages(red, 0.0)[0] == pytest.approx(pages(plain, 0.0)[0] + 7 + number)
    longer = [replace(red, body=texts(*["国"] * count)) for count in range(1, 12)]
    assert [has_room(each, 1) for each in longer] == [True] * 8 + [False] * 3
    assert all(has_room(each, 2) for each in longer)


def test_the_same_document_gives_the_same_bytes() -> None:
    """Law 5, charts and tables included."""
    table = DocumentTable(("名次", "单位"), rows([["1", "甲"]]), (20, 60))
    made = paper(FULL, "bulletin", table, CHART, imprint_is := Text("完。"))
    assert imprint_is in made.body
    assert OfficeTemplates(FILES).write(made) == OfficeTemplates(FILES).write(made)
    assert made.imprint == Imprint("市委办公室", "某市绩效办", "2027年4月9日")


# --- docs, command line ----------------------------------------------------------------------------------------------


def test_every_field_stands_in_the_docs() -> None:
    """Who edits a template finds there what it may ask for."""
    page = (Path(__file__).parents[2] / "docs" / "notices.md").read_text(encoding="utf-8")
    assert [name for name in fields(paper()) if f"`{name}`" not in page] == []


def test_what_the_command_line_states_goes_first() -> None:
    """It is checked like evaluation.toml and kept with the run's rules; all mistakes are told together."""
    evaluation = Evaluation(Path(), SETTINGS, {}, {}, Roster(), (), notice=FULL, files={"evaluation.toml": b""})
    other = stated(evaluation, ["date=2028-04-20", "numbers.letter=某函〔2028〕1号", "sealed=false"])
    assert (other.notice.date, other.notice.numbers.letter, other.notice.sealed) == (
        date(2028, 4, 20),
        "某函〔2028〕1号",
        False,
    )
    assert (other.notice.signatory, other.notice.numbers.bulletin) == (FULL.signatory, FULL.numbers.bulletin)
    kept = tomllib.loads(other.files["notice.toml"].decode())
    assert kept["notice"]["numbers"] == {"letter": "某函〔2028〕1号"}
    with pytest.raises(Refused) as refused:
        stated(evaluation, ["dat=2028-04-20", "numbers.letter=某函〔28〕1号", 'signatory="甲"'])
    assert [(one.code, one.cell) for one in refused.value.findings] == [
        ("RULES_KEY_UNKNOWN", "notice.dat"),
        ("RULES_VALUE", "notice.numbers.letter"),
    ]
    with pytest.raises(Refused) as refused:
        stated(evaluation, ["date"])
    assert [one.code for one in refused.value.findings] == ["NOTICE_OPTION"]


def drawn(*blocks: DocumentBlock) -> list[float]:
    """How high pages are filled with these, in lines of the body."""
    return [round(page / LINE, 1) for page in filled(of_blocks(blocks))]


def test_pages_are_reckoned_as_they_are_drawn() -> None:
    """A line has 28 characters and a page 22 lines; tables and notes are set smaller; no line begins with a comma."""
    assert drawn(Text("国" * 26)) == [1.0]
    assert drawn(Text("国" * 26 + "，")) == [2.0]
    assert drawn(Text("国" * (28 * 22 - 2))) == [22.0]
    assert drawn(Text("国" * (28 * 22 - 1)), Text("完")) == [22.0, 2.0]
    table = DocumentTable(("名次", "单位"), rows([["1", "甲"]] * 9), (20, 60))
    assert 6 < drawn(table)[0] < 8
    assert 1 < drawn(Text("国" * 70, note=True))[0] < 2


def test_no_head_and_no_row_of_a_table_stands_alone() -> None:
    """What leads a table goes with its head and first rows, the last two rows stay together, a small table whole."""
    small = DocumentTable(("名次", "单位"), rows([["1", "甲"]] * 9), (20, 60))
    assert len(drawn(*texts(*["国"] * 14), small)) == 1
    first, second = drawn(*texts(*["国"] * 17), Text("如下表。"), small)
    assert first == 17.0
    assert second == drawn(Text("如下表。"), small)[0]
    long = DocumentTable(("名次", "单位"), rows([["1", "甲"]] * 34), (20, 60))
    pages = drawn(long)
    assert len(pages) == 2
    assert pages[1] * LINE > 2 * 18.5


@pytest.mark.parametrize("lines", range(1, 45))
def test_the_imprint_stands_on_an_even_page(lines: int) -> None:
    """Of its own, without a number, wherever the text does not end early enough on an even one (GB/T 9704, 7.4)."""
    made = paper(FULL, "bulletin", *texts(*["国"] * lines))
    page = pages(made, 40.0)
    apart = fields(made)["imprint"]["apart"]
    assert apart == (len(page) % 2 == 1 or page[-1] + 24 * 2 + 3.8 > 22 * LINE)
    with zipfile.ZipFile(io.BytesIO(OfficeTemplates(FILES).write(made))) as archive:
        body = archive.read("word/document.xml").decode()
    assert ('w:val="evenPage"' in body) == apart
    assert body.count("<w:sectPr") == 1 + apart


def test_a_report_goes_upwards_where_it_is_said_to_whom() -> None:
    """With one addressee, its signer beside the number; without either it has no red head; what is missing is a gap."""
    bare = paper(FULL, "report")
    assert (bare.head, bare.number, bare.recipients, bare.signer, bare.imprint) == ("none", None, None, "", None)
    upward = paper(FULL.model_copy(update={"report_to": "市人民政府", "report_signer": "某某某"}), "report")
    assert (upward.head, upward.recipients, upward.signer) == ("red", "市人民政府", "某某某")
    assert "〔待填：发文字号〕\t签发人：某某某" in written(upward)
    open_ = paper(FULL.model_copy(update={"numbers": Numbers(report="某绩评〔2027〕6号")}), "report")
    assert sorted(gaps(open_)) == ["主送机关", "签发人"]
    assert paper(FULL).signer == ""
