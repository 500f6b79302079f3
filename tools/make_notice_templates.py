"""Builds the Word templates in `templates/notices/`: python tools/make_notice_templates.py

The two files are only where an office starts from: it edits them in Word or WPS, styles included.  They keep to the
page, the type and the levels of GB/T 9704-2012; head and imprint can be put before and after what `bulletin` and
`letter` write.  Empty fields leave no empty lines: distances belong to the styles, and what depends on a field stands
between `{%p if %}` and `{%p endif %}`.
"""

from __future__ import annotations

import io
import sys
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm

FOLDER = Path(__file__).parents[1] / "templates" / "notices"

SONG, HEI, KAI, FANGSONG, TITLE = "宋体", "黑体", "楷体_GB2312", "仿宋_GB2312", "方正小标宋简体"
LATIN = "Times New Roman"
LINE = 579  # twips, 28.95 pt: 22 lines fill the 225 mm of the type area
CHARACTER = 316  # twips, 15.8 pt: 28 characters fill its 156 mm; a 16 pt character is drawn 0.25 pt closer
TIGHTER = -5
WIDTH = 156.0  # mm
RED = "FF0000"

# everything of python-docx's default package that a notice has no use for
SURPLUS = ("stylesWithEffects", "customXml", "numbering", "webSettings", "thumbnail")


@dataclass(frozen=True, slots=True)
class Style:
    """A named paragraph style; sizes in points, indents in characters, distances and line heights in twips."""

    name: str
    font: str = FANGSONG
    size: float = 16
    align: str = "both"
    first: int = 0
    left: int = 0
    line: int = LINE
    before: int = 0
    after: int = 0
    outline: int | None = None
    keep: bool = False
    together: bool = False
    latin: str = LATIN
    colour: str = "000000"


STYLES = (
    Style("公文标记", HEI, colour=RED, align="center"),
    Style("公文字号", align="center"),
    Style("公文标题", TITLE, 22, "center", latin=TITLE, before=LINE, after=LINE, line=640, keep=True, together=True),
    Style("公文主送"),
    Style("公文正文", first=2),
    Style("公文一级", HEI, first=2, outline=0, keep=True),
    Style("公文二级", KAI, first=2, outline=1, keep=True),
    Style("公文表题", HEI, 14, "center", before=LINE // 3, line=480, keep=True),
    Style("公文表头", HEI, 12, "center", line=360, before=40, after=40, keep=True),
    Style("公文表格", size=12, align="center", line=360, before=40, after=40),
    Style("公文表格左", size=12, align="left", line=360, before=40, after=40),
    Style("公文表前", size=5, line=100, keep=True),
    Style("公文表后", size=5, line=200),
    Style("公文注释", size=12, align="both", line=380),
    # centred over 20.5 of the line's 28 characters: a date of seven characters ends four before the margin
    Style("公文落款", align="center", left=13, before=2 * LINE, keep=True, together=True),
    Style("公文校验码", SONG, 9, "left", line=300, before=LINE // 2),
    Style("公文页码", SONG, 14, line=280, latin=SONG),
)


def main(folder: Path = FOLDER) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, build in TEMPLATES.items():
        (folder / name).write_bytes(build())
        sys.stdout.write(f"{folder / name}\n")


def bulletin() -> bytes:
    """结果通报: title, recipients, sections with paragraphs and tables of any shape, signature."""
    document = _document()
    _opening(document)
    _when(document, "recipients", ("公文主送", "{{ recipients }}："))
    _when(document, "intro", ("公文正文", "{{ intro }}"))
    _tag(document, "for section in sections")
    _when(document, "section.heading", ("公文一级", "{{ section.heading }}"))
    _each(document, "paragraph in section.paragraphs", ("公文正文", "{{ paragraph }}"))
    _tag(document, "for table in section.tables")
    _when(document, "table.caption", ("公文表题", "{{ table.caption }}"))
    _free_table(document)
    _tag(document, "endfor")
    _tag(document, "endfor")
    _closing(document)
    return _saved(document)


def letter() -> bytes:
    """反馈书: one unit's result, its components beside the group's mean, what they say in sentences, signature."""
    document = _document()
    _opening(document)
    _paragraph(document, "公文主送", "{{ unit_name }}：")
    _when(document, "intro", ("公文正文", "{{ intro }}"))
    _tag(document, "if facts")
    _paragraph(document, "公文一级", "一、{{ year }}年度评估结果")
    _rows_table(
        document, "fact in facts", (), (("公文表头", "{{ fact.label }}", 46), ("公文表格", "{{ fact.value }}", 110))
    )
    _tag(document, "endif")
    _tag(document, "if rows")
    _paragraph(document, "公文一级", "二、各项得分与同组平均分")
    heads = ("评估内容", "分值", "得分", "同组平均分", "与平均分之差", "备注")
    cells = (
        ("公文表格左", "{{ row.name }}", 58),
        ("公文表格", "{{ row.weight }}", 12),
        ("公文表格", "{{ row.points }}", 16),
        ("公文表格", "{{ row.mean }}", 24),
        ("公文表格", "{{ row.difference }}", 26),
        ("公文表格", "{{ row.note }}", 20),
    )
    _rows_table(document, "row in rows", heads, cells)
    _each(document, "note in notes", ("公文注释", "注：{{ note }}"))
    _tag(document, "endif")
    _tag(document, "if sentences")
    _paragraph(document, "公文一级", "三、情况分析")
    _each(document, "sentence in sentences", ("公文正文", "{{ sentence }}"))
    _tag(document, "endif")
    _closing(document)
    return _saved(document)


TEMPLATES: dict[str, Callable[[], bytes]] = {"结果通报.docx": bulletin, "反馈书.docx": letter}


# --- what both kinds begin and end with -----------------------------------------------------------------------------


def _opening(document: Any) -> None:
    _when(document, "mark_line", ("公文标记", "{{ mark_line }}"))
    _when(document, "number", ("公文字号", "{{ number }}"))
    _each(document, "line in title_lines", ("公文标题", "{{ line }}"))


def _closing(document: Any) -> None:
    _when(document, "office", ("公文落款", "{{ office }}"))
    _when(document, "date", ("公文落款", "{{ date }}"))
    _when(document, "code", ("公文校验码", "校验码：{{ code }}"))


# --- paragraphs and tables ------------------------------------------------------------------------------------------


def _paragraph(document: Any, style: str, text: str) -> None:
    document.add_paragraph(text, style=style)


def _tag(document: Any, words: str) -> None:
    _paragraph(document, "公文正文", f"{{%p {words} %}}")


def _when(document: Any, condition: str, paragraph: tuple[str, str]) -> None:
    _tag(document, f"if {condition}")
    _paragraph(document, *paragraph)
    _tag(document, "endif")


def _each(document: Any, loop: str, paragraph: tuple[str, str]) -> None:
    _tag(document, f"for {loop}")
    _paragraph(document, *paragraph)
    _tag(document, "endfor")


def _free_table(document: Any) -> None:
    """A table of as many columns as `table.head` has, as wide as `table.widths` says."""
    third = WIDTH / 3
    lines = [
        ("公文表头", ["{%tc for head in table.head %}", "{% widths table.widths %}{{ head }}", "{%tc endfor %}"]),
        ("公文表格", ["{%tr for row in table.rows %}", "", ""]),
        ("公文表格", ["{%tc for cell in row %}", "{{ cell }}", "{%tc endfor %}"]),
        ("公文表格", ["{%tr endfor %}", "", ""]),
    ]
    _table(document, [third, third, third], [[(style, text) for text in texts] for style, texts in lines], headed=True)


def _rows_table(document: Any, loop: str, heads: Sequence[str], cells: Sequence[tuple[str, str, float]]) -> None:
    """A table of fixed columns with a row for each turn of the loop."""
    blank = [("公文表格", "")] * (len(cells) - 1)
    lines = [[("公文表头", head) for head in heads]] if heads else []
    lines.append([("公文表格", f"{{%tr for {loop} %}}"), *blank])
    lines.append([(style, text) for style, text, _ in cells])
    lines.append([("公文表格", "{%tr endfor %}"), *blank])
    _table(document, [width for _, _, width in cells], lines, headed=bool(heads))


def _table(document: Any, widths: Sequence[float], lines: Sequence[Sequence[tuple[str, str]]], *, headed: bool) -> None:
    """A bordered table of fixed widths whose rows stay whole and whose first row, if a head, repeats on every page."""
    _paragraph(document, "公文表前", "")
    table = document.add_table(len(lines), len(widths))
    properties = table._tbl.tblPr
    for child in list(properties):
        properties.remove(child)
    sides = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    for xml in (
        f'<w:tblW {nsdecls("w")} w:w="{Mm(sum(widths)).twips}" w:type="dxa"/>',
        f'<w:jc {nsdecls("w")} w:val="center"/>',
        f"<w:tblBorders {nsdecls('w')}>{sides}</w:tblBorders>",
        f'<w:tblLayout {nsdecls("w")} w:type="fixed"/>',
        f'<w:tblCellMar {nsdecls("w")}><w:left w:w="57" w:type="dxa"/><w:right w:w="57" w:type="dxa"/></w:tblCellMar>',
    ):
        properties.append(parse_xml(xml))
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    for number, (row, line) in enumerate(zip(table.rows, lines, strict=True)):
        _row(row, line, widths, head=headed and number == 0)
    # two tables that touch would become one in Word, and text too near below a table looks like a part of it
    _paragraph(document, "公文表后", "")


def _row(row: Any, line: Sequence[tuple[str, str]], widths: Sequence[float], *, head: bool) -> None:
    properties = row._tr.get_or_add_trPr()
    properties.append(OxmlElement("w:cantSplit"))
    if head:
        properties.append(OxmlElement("w:tblHeader"))
    for cell, (style, text), width in zip(row.cells, line, widths, strict=True):
        cell.width = Mm(width)
        cell._tc.get_or_add_tcPr().append(parse_xml(f'<w:vAlign {nsdecls("w")} w:val="center"/>'))
        cell.paragraphs[0].style = style
        cell.paragraphs[0].add_run(text)


# --- the empty document: styles, page, page numbers -----------------------------------------------------------------


def _document() -> Any:
    document = Document()
    _strip(document)
    _defaults(document)
    for style in STYLES:
        _add_style(document, style)
    _page(document)
    _settings(document)
    _properties(document)
    for footer, align in ((document.sections[0].footer, "right"), (document.sections[0].even_page_footer, "left")):
        _page_number(document, footer, align)
    return document


def _strip(document: Any) -> None:
    """Leave the default styles alone and drop the rest, so that the office sees its own styles in Word's list."""
    for part in (document.part, document.part.package):
        for key in [key for key, link in part.rels.items() if link.reltype.rsplit("/", 1)[-1] in SURPLUS]:
            del part.rels[key]
    styles = document.styles.element
    for style in styles.findall(qn("w:style")):
        if style.get(qn("w:default")) != "1":
            styles.remove(style)


def _fonts(font: str, latin: str) -> str:
    # eastAsia decides a Chinese character's face; the hint has quotation marks and dashes drawn with it as well
    names = f'w:ascii="{latin}" w:hAnsi="{latin}" w:eastAsia="{font}" w:cs="{latin}"'
    return f'<w:rFonts w:hint="eastAsia" {names}/>'


def _defaults(document: Any) -> None:
    """Text that has no style of ours is body text too; theme fonts would win over named ones and are taken out."""
    defaults = document.styles.element.find(qn("w:docDefaults"))
    for child in list(defaults):
        defaults.remove(child)
    defaults.append(
        parse_xml(
            f"<w:rPrDefault {nsdecls('w')}><w:rPr>{_fonts(FANGSONG, LATIN)}<w:sz w:val='32'/><w:szCs w:val='32'/>"
            "<w:lang w:val='en-US' w:eastAsia='zh-CN' w:bidi='ar-SA'/></w:rPr></w:rPrDefault>"
        )
    )
    defaults.append(OxmlElement("w:pPrDefault"))
    normal = document.styles["Normal"].element
    for child in list(normal):
        if child.tag in (qn("w:rPr"), qn("w:pPr")):
            normal.remove(child)


def _add_style(document: Any, style: Style) -> None:
    added = document.styles.add_style(style.name, WD_STYLE_TYPE.PARAGRAPH)
    added.base_style = document.styles["Normal"]
    added.quick_style = True
    added.element.append(parse_xml(_paragraph_properties(style)))
    size = round(style.size * 2)
    spacing = f'<w:spacing w:val="{TIGHTER}"/>' if style.size == 16 else ""
    added.element.append(
        parse_xml(
            f'<w:rPr {nsdecls("w")}>{_fonts(style.font, style.latin)}<w:b w:val="0"/><w:color w:val="{style.colour}"/>'
            f'{spacing}<w:sz w:val="{size}"/><w:szCs w:val="{size}"/></w:rPr>'
        )
    )


def _paragraph_properties(style: Style) -> str:
    """In the order that the schema asks for; indents in characters for Word and WPS, in twips for the others."""
    unit = CHARACTER if style.size == 16 else round(style.size * 20)
    parts = (
        "<w:keepNext/>" if style.keep else "",
        '<w:widowControl w:val="0"/><w:kinsoku w:val="1"/><w:overflowPunct w:val="0"/>',
        '<w:autoSpaceDE w:val="0"/><w:autoSpaceDN w:val="0"/>',
        # a line taller than the grid would be given two of the grid's lines
        f'<w:snapToGrid w:val="{int(style.line == LINE)}"/>',
        f'<w:spacing w:before="{style.before}" w:after="{style.after}" w:line="{style.line}" w:lineRule="exact"/>',
        f'<w:ind w:leftChars="{style.left * 100}" w:left="{style.left * unit}"'
        f' w:firstLineChars="{style.first * 100}" w:firstLine="{style.first * unit}"/>',
        "<w:contextualSpacing/>" if style.together else "",
        f'<w:jc w:val="{style.align}"/>',
        f'<w:outlineLvl w:val="{style.outline}"/>' if style.outline is not None else "",
    )
    return f"<w:pPr {nsdecls('w')}>{''.join(parts)}</w:pPr>"


def _page(document: Any) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin, section.gutter = Mm(28), Mm(26), Mm(0)
    section.header_distance, section.footer_distance = Mm(15), Mm(25.5)  # the dash stands 7 mm below the type area
    grid = section._sectPr.find(qn("w:docGrid"))
    grid.set(qn("w:type"), "lines")
    grid.set(qn("w:linePitch"), str(LINE))


def _settings(document: Any) -> None:
    document.settings.odd_and_even_pages_header_footer = True
    settings = document.settings.element
    settings.find(qn("w:themeFontLang")).set(qn("w:eastAsia"), "zh-CN")
    for setting in settings.iter(qn("w:compatSetting")):
        if setting.get(qn("w:name")) == "compatibilityMode":
            setting.set(qn("w:val"), "15")


def _properties(document: Any) -> None:
    """A title from the notice's own; no author and no dates, which would be those of this script."""
    properties = document.core_properties
    properties.author = properties.comments = ""
    properties.title = "{{ title_lines|join }}"
    properties.language = "zh-CN"
    for child in list(properties._element):
        if child.tag.rsplit("}", 1)[-1] in ("created", "modified", "revision", "lastModifiedBy"):
            properties._element.remove(child)


def _page_number(document: Any, footer: Any, align: str) -> None:
    footer.is_linked_to_previous = False
    paragraph = footer.paragraphs[0]
    paragraph.style = document.styles["公文页码"]
    properties = paragraph._p.get_or_add_pPr()
    properties.append(parse_xml(f'<w:ind {nsdecls("w")} w:{align}Chars="100" w:{align}="280"/>'))
    properties.append(parse_xml(f'<w:jc {nsdecls("w")} w:val="{align}"/>'))
    paragraph.add_run("— ")
    number = f'<w:fldSimple {nsdecls("w")} w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple>'
    paragraph._p.append(parse_xml(number))
    paragraph.add_run(" —")


def _saved(document: Any) -> bytes:
    """The file with fixed dates in its archive: python-docx writes the clock there."""
    written, frozen = io.BytesIO(), io.BytesIO()
    document.save(written)
    with zipfile.ZipFile(written) as old, zipfile.ZipFile(frozen, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, 0
            new.writestr(entry, old.read(name))
    return frozen.getvalue()


if __name__ == "__main__":
    main()
