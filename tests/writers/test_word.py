"""Word documents: templates compiled and filled, wrong templates refused by name, files read back."""

from __future__ import annotations

import importlib
import io
import sys
import zipfile
from pathlib import Path
from types import ModuleType

import pytest
from docx import Document

from evaltool.writers.word.templates import TemplateError, compile_template, fields, fill, text_of
from rawdocx import docx

ROOT = Path(__file__).parents[2]
NOTICES = ROOT / "templates" / "notices"
LINES = [
    {"kind": "heading1", "text": "一、结果"},
    {"kind": "text", "text": "总分87.30分。"},
    {"kind": "text", "text": "特此通报。"},
]
CONTEXT: dict[str, object] = {
    "head": "red",
    "mark": "某市文件",
    "mark_size": 40,
    "number": "某发〔2027〕1号",
    "above": [],
    "title_lines": ["绩效评估", "结果通报"],
    "recipients": "各单位",
    "body": LINES,
    "attachment_lines": [],
    "attachments": [],
    "signatory": "评估办公室",
    "date": "2027年4月8日",
    "name_right": 4,
    "date_right": 4.5,
    "note": "",
    "imprint": None,
    "code": "3f2a9c1b",
    "signer": "",
}


def filled(template: bytes, **context: object) -> list[str]:
    return text_of(fill(compile_template(template), context))


def refused(template: bytes, **context: object) -> list[tuple[str, str]]:
    with pytest.raises(TemplateError) as caught:
        fill(compile_template(template, "通报.docx"), context)
    assert caught.value.template == "通报.docx"
    assert "通报.docx" in str(caught.value)
    return [(problem.kind, problem.what) for problem in caught.value.problems]


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_values_take_the_place_of_tags() -> None:
    """Tags become the values; what stands around them stays."""
    assert filled(docx("致{{ unit }}：", "总分{{ total }}分"), unit="甲局", total="87.30") == [
        "致甲局：",
        "总分87.30分",
    ]


def test_tags_that_word_split_into_runs_work() -> None:
    """Word and WPS cut a tag into runs as they please; it is read as one."""
    assert filled(docx("致{¦{ un¦it }¦}：", "{¦% if unit %}有{%¦ endif %}"), unit="甲局") == ["致甲局：", "有"]


def test_paragraph_loops_leave_no_trace() -> None:
    """A `{%p %}` paragraph goes away with its tag, and an empty list leaves nothing."""
    template = docx("{%p for each in names %}", "{{ each }}", "{%p endfor %}", "末")
    assert filled(template, names=["甲", "乙"]) == ["甲", "乙", "末"]
    assert filled(template, names=[]) == ["末"]


def test_fields_are_the_names_asked_for() -> None:
    """Top-level names only: no loop variables, no attributes, nothing that Jinja itself offers."""
    template = docx("{{ a.b }}{{ range(2)|join }}", "{%p for one in many %}", "{{ one.name }}", "{%p endfor %}")
    assert fields(compile_template(template)) == {"a", "many"}


def test_every_unknown_field_is_named() -> None:
    """A tag that nobody offers is refused by name, all of them at once, with the likely one as a hint."""
    template = docx("{{ numbr }}", "{{ title }}", "{{ 电话 }}")
    assert refused(template, number="1", title="t") == [("field", "numbr"), ("field", "电话")]
    with pytest.raises(TemplateError, match="did you mean number"):
        fill(compile_template(template), {"number": "1", "title": "t"})


def test_every_missing_inner_field_is_named() -> None:
    """So are fields missing inside the rows of a list."""
    template = docx("{%p for row in rows %}", "{{ row.name }}{{ row.totl }}{{ row.rnk }}", "{%p endfor %}")
    assert refused(template, rows=[{"name": "甲", "total": "1"}]) == [("field", "totl"), ("field", "rnk")]


def test_a_broken_tag_is_named_with_its_paragraph() -> None:
    """A tag that cannot be read is reported when the template is compiled, with the words around it."""
    for text in ("甲{{ unit", "乙{% if unit %}", "丙{{ unit|nosuch }}", "丁｛｛ unit ｝｝"):
        problems = refused(docx("前言", text), unit="x")
        assert [kind for kind, _ in problems] == ["syntax"]
    assert refused(docx("前言", "丙{{ unit|nosuch }}"), unit="x") == [("syntax", "丙{{ unit|nosuch }}")]


@pytest.mark.parametrize("value", ["<w:p/>", "a & b", '"]]>', "{{ 7*7 }}", "{% raw %}", "</w:t></w:r>", "&lt;"])
def test_values_are_text_whatever_they_hold(value: str) -> None:
    """Markup and tags in a value are printed as they are."""
    assert filled(docx("前{{ value }}后"), value=value) == [f"前{value}后"]


@pytest.mark.parametrize("tag", ["{{ v|safe }}", "{{ v|e|safe }}", "{% autoescape false %}{{ v }}{% endautoescape %}"])
def test_no_filter_turns_a_value_into_markup(tag: str) -> None:
    """Not even a template that asks for it can let a value bring its own markup."""
    body = parts(fill(compile_template(docx(tag)), {"v": "<w:br/>"}))["word/document.xml"]
    assert b"<w:br/>" not in body


@pytest.mark.parametrize("tag", ["{{ v }}", "{% autoescape true %}{{ v }}{% endautoescape %}", "{{ 'a & \"b\"' }}"])
def test_a_value_is_escaped_once(tag: str) -> None:
    """Also where a template asks for escaping, and where it has the text itself."""
    assert filled(docx(tag), v='a & "b"') == ['a & "b"']


def test_a_template_cannot_reach_into_python() -> None:
    """Templates read values; what leads to the interpreter is refused."""
    assert refused(docx("{{ v.__class__.__mro__ }}"), v="x")


def test_a_value_in_a_field_code_is_refused() -> None:
    """A value inside a field's instruction could fetch a file or a page, so no template may put one there."""
    for body in (
        "<w:p><w:r><w:instrText>INCLUDETEXT {{ v }}</w:instrText></w:r></w:p>",
        '<w:p><w:fldSimple w:instr="REF {{ v }}"><w:r><w:t>1</w:t></w:r></w:fldSimple></w:p>',
    ):
        assert refused(docx(body=body), v="x") == [("place", "{{ v }}")]
    assert refused(docx("{{p v }}"), v="x") == [("place", "{{ v }}")]


def test_line_feeds_tabs_and_control_characters() -> None:
    """A line feed becomes a break, a tab a tab; what XML cannot hold becomes U+FFFD."""
    data = fill(compile_template(docx("{{ v }}")), {"v": "一\r\n二\t三\x07\x00\ud800"})
    assert text_of(data) == ["一\n二\t三\ufffd\ufffd\ufffd"]
    assert parts(data)["word/document.xml"].count(b"<w:br/>") == 1


def test_a_page_that_would_not_be_xml_is_refused() -> None:
    """A template whose branches cut elements in two is refused instead of writing a file that Word cannot open."""
    body = "<w:p>{% if v %}<w:r><w:t>1</w:t></w:r></w:p>{% endif %}"
    assert refused(docx(body=body + "</w:p>"), v="x")[0][0] == "broken"


def test_what_is_no_word_document_is_refused() -> None:
    """Rubbish, a cut-off file and a zip file of something else are all called unreadable."""
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    for data in (b"", b"\xd0\xcf\x11\xe0" * 200, docx("甲")[:-30], other.getvalue()):
        assert [kind for kind, _ in refused(data)] == ["unreadable"]
        with pytest.raises(ValueError):
            text_of(data)


def test_same_input_same_bytes() -> None:
    """Neither the clock nor an earlier filling shows in the file."""
    data = (NOTICES / "信函格式.docx").read_bytes()
    first = compile_template(data)
    other = fill(first, CONTEXT | {"recipients": "乙局"})
    assert fill(first, CONTEXT) == fill(compile_template(data), CONTEXT) != other


def test_unchanged_parts_are_copied() -> None:
    """Parts without tags are the template's, and every part keeps its place."""
    data = (NOTICES / "文件格式.docx").read_bytes()
    before, after = parts(data), parts(fill(compile_template(data), CONTEXT))
    assert list(before) == list(after)
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"word/document.xml", "docProps/core.xml"}


def test_text_of_reads_paragraphs_and_cells_in_order() -> None:
    """An item per paragraph, an item per cell, a cell's paragraphs on lines of their own, no field codes."""
    document = Document()
    document.add_paragraph("甲\t乙\n丙")
    table = document.add_table(1, 2)
    table.cell(0, 0).text = "左"
    table.cell(0, 0).add_paragraph("下")
    document.add_paragraph("末")
    written = io.BytesIO()
    document.save(written)
    assert text_of(written.getvalue()) == ["甲\t乙\n丙", "左\n下", "", "末"]


def test_a_table_takes_its_columns_from_the_context() -> None:
    """The bulletin's tables have their head's columns, as wide as given; the head repeats, later rows stay whole."""
    tables = [
        {"caption": "一", "head": ["名次", "单位"], "rows": [["1", "甲"], ["2", "乙"]], "widths": [20.0, 60.0]},
        {"caption": "", "head": ["名次", "单位", "总分"], "rows": [["1", "甲", "90.00"]], "widths": [20, 60, 30]},
    ]
    body = [{"kind": "table", "align": ["center", "left", "right"], **table} for table in tables]
    data = fill(compile_template((NOTICES / "文件格式.docx").read_bytes()), CONTEXT | {"body": body})
    document = Document(io.BytesIO(data))
    narrow, wide = document.tables
    assert [[cell.text for cell in row.cells] for row in narrow.rows] == [["名次", "单位"], ["1", "甲"], ["2", "乙"]]
    assert [round(column.width.mm) for column in wide.columns] == [20, 60, 30]
    assert [round(cell.width.mm) for cell in wide.rows[1].cells] == [20, 60, 30]
    assert [bool(row._tr.xpath("w:trPr/w:tblHeader")) for row in narrow.rows] == [True, False, False]
    found = [cell.paragraphs[0]._p.xpath("w:pPr/w:jc/@w:val") for cell in wide.rows[1].cells]
    assert found == [["center"], ["left"], ["right"]]
    # the first row may break, or LibreOffice 7.4 can lose those after it
    assert [bool(row._tr.xpath("w:trPr/w:cantSplit")) for row in narrow.rows] == [True, False, True]


def test_a_document_reads_back() -> None:
    """What is filled in stands in order, and the title in the file's properties."""
    data = fill(compile_template((NOTICES / "文件格式.docx").read_bytes()), CONTEXT)
    text = [each for each in text_of(data) if each]
    assert text[:5] == ["某市文件", "某发〔2027〕1号", "绩效评估", "结果通报", "各单位："]
    assert text[5:8] == [line["text"] for line in LINES]
    assert text[8:] == ["评估办公室", "2027年4月8日", "校验码：3f2a9c1b"]
    assert Document(io.BytesIO(data)).core_properties.title == "绩效评估结果通报"


def test_empty_fields_leave_no_paragraph() -> None:
    """A document of which little is known has only what is known; what keeps a distance holds no words."""
    nothing = {name: [] if isinstance(value, list) else "" for name, value in CONTEXT.items()}
    known = nothing | {"head": "none", "title_lines": ["公示"], "mark_size": 40, "name_right": 2, "date_right": 2}
    template = compile_template((NOTICES / "文件格式.docx").read_bytes())
    assert text_of(fill(template, known)) == ["公示", "", "", ""]


def test_page_and_type_are_those_of_the_standard() -> None:
    """A4 with the standard's margins and grid; Chinese faces are named where Word looks for them, no theme fonts."""
    for path in sorted(NOTICES.glob("*.docx")):
        document = Document(str(path))
        page = document.sections[0]
        sides = (page.top_margin, page.bottom_margin, page.left_margin, page.right_margin)
        assert [round(side.mm) for side in sides if side] == [37, 35, 28, 26]
        assert [round(side.mm) for side in (page.page_width, page.page_height) if side] == [210, 297]
        for name, font in (("公文正文", "仿宋_GB2312"), ("公文标题", "方正小标宋简体"), ("公文一级", "黑体")):
            assert document.styles[name].element.xpath("w:rPr/w:rFonts/@w:eastAsia") == [font]
        assert b"Theme=" not in parts(path.read_bytes())["word/styles.xml"]


def test_committed_templates_are_current() -> None:
    """`tools/make_notice_templates.py` gives what is committed; parts are compared, as zlib's output may vary."""
    script = _script("make_notice_templates")
    assert sorted(script.TEMPLATES) == sorted(path.name for path in NOTICES.glob("*.docx"))
    for name, build in script.TEMPLATES.items():
        assert parts(build()) == parts((NOTICES / name).read_bytes())
        assert build() == build()


def _script(name: str) -> ModuleType:
    """A script of tools/, which import each other by their bare names."""
    sys.path.insert(0, str(ROOT / "tools"))
    try:
        return importlib.import_module(name)
    finally:
        sys.path.remove(str(ROOT / "tools"))
