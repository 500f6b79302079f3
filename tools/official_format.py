"""How an official document looks by GB/T 9704-2012: page, styles, and the pieces that templates are put together from.

Numbers in brackets are clauses of the standard.  A distance that the standard counts in lines is a style's space
before or after it, so that nothing stands on empty paragraphs.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Twips

SONG, HEI, KAI, FANGSONG, TITLE = "宋体", "黑体", "楷体_GB2312", "仿宋_GB2312", "方正小标宋简体"
LATIN = "Times New Roman"
LINE = 579  # twips, 28.95 pt: 22 lines fill the 225 mm of the type area (5.2.3)
CHARACTER = 315.86  # twips: 28 characters fill its 156 mm; a 16 pt character is drawn 0.25 pt closer
TIGHTER = -5
WIDTH = 156.0  # mm
MARGIN = 0.5  # characters of 40 pt: 7 mm, by which a letter's rules are wider than its text on either side
RED = "FF0000"
EMU = 36000  # to the mm

# everything of python-docx's default package that a notice has no use for
SURPLUS = ("stylesWithEffects", "customXml", "numbering", "webSettings", "thumbnail")


@dataclass(frozen=True, slots=True)
class Style:
    """A named paragraph style; sizes in points, indents in characters of it, distances and line heights in twips.

    `hanging`: how far the first line begins before the others.  `rule`: a border as (side, eighths of a point, colour,
    points between it and the text).
    """

    name: str
    font: str = FANGSONG
    size: float = 16
    align: str = "both"
    first: float = 0
    left: float = 0
    right: float = 0
    hanging: float = 0
    line: int = LINE
    before: int = 0
    after: int = 0
    outline: int | None = None
    keep: bool = False
    together: bool = False
    new_page: bool = False
    latin: str = LATIN
    colour: str = "000000"
    rule: tuple[str, str, int, str, int] | None = None


STYLES = (
    # the mark's ink begins 35 mm below the type area's edge (7.2.4), a quarter of its size below the line's upper edge
    Style("公文标志", TITLE, 40, "center", line=1040, before=Mm(31.5).twips, colour=RED, latin=TITLE),
    Style("公文字号", align="center", before=2 * LINE, rule=("bottom", "single", 12, RED, 11)),  # 7.2.5, 7.2.7
    Style("公文字号无线", align="center", before=2 * LINE),
    # of a document that goes upwards: number and signer a character from either edge (7.2.5, 7.2.6)
    Style("公文字号上行", align="left", left=1, right=1, before=2 * LINE, rule=("bottom", "single", 12, RED, 11)),
    Style("公文字号无线上行", align="left", left=1, right=1, before=2 * LINE),
    Style("公文标注", HEI),
    # 10.1: the mark over a double rule of 170 mm, 4 mm below it; the number seven eighths of a character below that
    Style(
        "公文函标志",
        TITLE,
        40,
        "center",
        left=-MARGIN,
        right=-MARGIN,
        line=1040,
        colour=RED,
        latin=TITLE,
        rule=("bottom", "thickThinSmallGap", 24, RED, 7),
    ),
    Style("公文函标志无线", TITLE, 40, "center", line=1040, after=220),
    Style("公文函号", align="left", before=280),
    Style("公文标题前", size=5, line=2 * LINE, keep=True),
    Style("公文标题", TITLE, 22, "center", latin=TITLE, line=640, after=LINE, keep=True, together=True),
    Style("公文主送", align="left"),
    Style("公文正文", first=2),
    Style("公文末段", first=2, keep=True),
    Style("公文一级", HEI, first=2, outline=0, keep=True),
    Style("公文二级", KAI, first=2, outline=1, keep=True),
    Style("公文三级", first=2, outline=2),
    Style("公文四级", first=2, outline=3),
    Style("公文表题", HEI, 14, "center", before=LINE // 4, line=480, keep=True),
    Style("公文表头", HEI, 12, "center", line=320, before=20, after=20, keep=True),
    Style("公文表格", size=12, align="center", line=320, before=20, after=20),
    Style("公文表前", size=5, line=60, keep=True),
    Style("公文表后", size=5, line=140),
    Style("公文图", size=12, align="center", line=0, after=120),
    Style("公文注释", size=12, align="both", line=380),
    Style("公文附件首", align="both", left=5.75, hanging=3.75, before=LINE, keep=True),  # 7.3.4
    Style("公文附件次", align="both", left=5.75, hanging=0.75, keep=True),
    Style("公文附件独", align="both", left=5, hanging=3, before=LINE, keep=True),
    Style("公文署名", align="right", before=2 * LINE, keep=True),  # room for the seal (7.3.5.1)
    Style("公文日期", align="right", keep=True),
    Style("公文附注", first=2, keep=True),
    Style("公文附件号", HEI, align="left", after=LINE, new_page=True, keep=True),  # 7.3.7
    Style("公文校验码", SONG, 9, "left", line=300),
    Style("公文版记", size=14, align="both", line=480),
    Style("公文抄送", size=14, align="both", left=4, right=1, hanging=3, line=480),
    Style("公文印发", size=14, align="left", left=1, right=1, line=480),
    Style("公文页码", SONG, 14, line=280, latin=SONG),
    Style("公文锚", size=1, line=20),
)


# --- pieces of a document -------------------------------------------------------------------------------------------


def paragraph(document: Any, style: str, text: str = "") -> Any:
    return document.add_paragraph(text, style=style)


def tag(document: Any, words: str) -> None:
    paragraph(document, "公文正文", f"{{%p {words} %}}")


def when(document: Any, condition: str, content: tuple[str, str]) -> None:
    tag(document, f"if {condition}")
    paragraph(document, *content)
    tag(document, "endif")


def each(document: Any, loop: str, content: tuple[str, str]) -> None:
    tag(document, f"for {loop}")
    paragraph(document, *content)
    tag(document, "endfor")


def blocks(document: Any, body: str) -> None:
    """Headings, paragraphs, tables and charts in the order in which they come."""
    tag(document, f"for block in {body}")
    tag(document, "if block.kind == 'table'")
    when(document, "block.caption", ("公文表题", "{{ block.caption }}"))
    _free_table(document)
    tag(document, "elif block.kind == 'chart'")
    paragraph(document, "公文表题", "{{ block.caption }}")
    paragraph(document, "公文图", "{% chart block.chart %}")
    for kind, style in (
        ("heading1", "公文一级"),
        ("heading2", "公文二级"),
        ("heading3", "公文三级"),
        ("heading4", "公文四级"),
        ("note", "公文注释"),
    ):
        tag(document, f"elif block.kind == '{kind}'")
        paragraph(document, style, "{{ block.text }}")
    tag(document, "elif loop.last or block.leads|default(false)")
    paragraph(document, "公文末段", "{{ block.text }}")
    tag(document, "else")
    paragraph(document, "公文正文", "{{ block.text }}")
    tag(document, "endif")
    tag(document, "endfor")


def attachments(document: Any) -> None:
    """Each on a new page: 附件1 on the first line, the title on the third (7.3.7)."""
    tag(document, "for attachment in attachments")
    paragraph(document, "公文附件号", "{{ attachment.label }}")
    each(document, "line in attachment.title_lines", ("公文标题", "{{ line }}"))
    blocks(document, "attachment.body")
    tag(document, "endfor")


def _free_table(document: Any) -> None:
    """A table of as many columns as `block.widths` has, each as wide and aligned as the block says."""
    third = WIDTH / 3
    lines = [
        ("公文表格", ["{%tr if block.head %}", "", ""]),
        ("公文表头", ["{%tc for head in block.head %}", "{% widths block.widths %}{{ head }}", "{%tc endfor %}"]),
        ("公文表格", ["{%tr endif %}", "", ""]),
        ("公文表格", ["{%tr for row in block.rows %}", "", ""]),
        ("公文表格", ["{%tc for cell in row %}", "{% align block.align %}{{ cell }}", "{%tc endfor %}"]),
        ("公文表格", ["{%tr endfor %}", "", ""]),
    ]
    _table(document, [third, third, third], [[(style, text) for text in texts] for style, texts in lines], headed=1)


def _table(document: Any, widths: Sequence[float], lines: Sequence[Sequence[tuple[str, str]]], *, headed: int) -> None:
    """A bordered table of fixed widths whose rows stay whole and whose head repeats on every page."""
    paragraph(document, "公文表前")
    table = document.add_table(len(lines), len(widths))
    properties = table._tbl.tblPr
    for child in list(properties):
        properties.remove(child)
    for xml in (
        f'<w:tblW {nsdecls("w")} w:w="{Mm(sum(widths)).twips}" w:type="dxa"/>',
        f'<w:jc {nsdecls("w")} w:val="center"/>',
        _borders(4, 4, ("top", "left", "bottom", "right", "insideH", "insideV")),
        f'<w:tblLayout {nsdecls("w")} w:type="fixed"/>',
        f'<w:tblCellMar {nsdecls("w")}><w:left w:w="57" w:type="dxa"/><w:right w:w="57" w:type="dxa"/></w:tblCellMar>',
    ):
        properties.append(parse_xml(xml))
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    for number, (row, line) in enumerate(zip(table.rows, lines, strict=True)):
        _row(row, line, widths, head=number == headed)
    # two tables that touch would become one in Word, and text too near below a table looks like a part of it
    paragraph(document, "公文表后")


def _borders(outer: int, inner: int, sides: Sequence[str]) -> str:
    """Eighths of a point: 8 is 0.35 mm, 6 is 0.26 mm."""
    sizes = {side: inner if side.startswith("inside") else outer for side in sides}
    lines = "".join(
        f'<w:{side} w:val="single" w:sz="{size}" w:space="0" w:color="000000"/>' for side, size in sizes.items()
    )
    return f"<w:tblBorders {nsdecls('w')}>{lines}</w:tblBorders>"


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


# --- boxes and lines at fixed places --------------------------------------------------------------------------------


def box_at_the_top(anchor: Any) -> None:
    """Copy number, secrecy, urgency on lines 1 to 3, at the left; the mark keeps its place whether they are there or
    not (7.2.1 to 7.2.3)."""
    inner = _inner(
        anchor, ["{%p for line in above %}", "{{ line }}", "{%p endfor %}", ""], ["公文标注"] * 3 + ["公文锚"]
    )
    place = (
        '<wp:positionH relativeFrom="margin"><wp:align>left</wp:align></wp:positionH>'
        '<wp:positionV relativeFrom="margin"><wp:align>top</wp:align></wp:positionV>'
    )
    _box(anchor, "above", place, (WIDTH, 31.0), inner, "标注", "份号、密级和保密期限、紧急程度", 10)


def imprint(anchor: Any, *, ruled: bool) -> None:
    """版记 in a text box at the lower edge of the type area of the anchor's page (7.4); a letter's has no rules and
    nobody who printed it (10.1).

    A floating table, or framed paragraphs, would do in Word; LibreOffice puts neither in its place.
    """
    lines = ["{%p for line in imprint.lines %}", "{{ line }}", "{%p endfor %}"]
    copies = _inner(anchor, lines, ["公文抄送"] * 3)
    rows = [("{%tr if imprint.lines %}", None), ("", copies), ("{%tr endif %}", None)] if ruled else [("", copies)]
    if ruled:
        printed = _inner(anchor, ["{{ imprint.printed_by }}\t{{ imprint.printed_date }}印发"], ["公文印发"])
        rows.append(("", printed))
    width = Mm(WIDTH).twips
    cells = "".join(
        f'<w:tr><w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>'
        f"{content or _inner(anchor, [text], ['公文锚'])}</w:tc></w:tr>"
        for text, content in rows
    )
    borders = _borders(8, 6, ("top", "bottom", "insideH")) if ruled else ""
    table = (
        f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblW w:w="{width}" w:type="dxa"/>{borders}<w:tblLayout w:type="fixed"/>'
        '<w:tblCellMar><w:left w:w="0" w:type="dxa"/><w:right w:w="0" w:type="dxa"/></w:tblCellMar></w:tblPr>'
        f'<w:tblGrid><w:gridCol w:w="{width}"/></w:tblGrid>{cells}</w:tbl>'
    )
    last = _inner(anchor, ["{% height imprint.height %}"], ["公文锚"])
    place = (
        '<wp:positionH relativeFrom="margin"><wp:align>center</wp:align></wp:positionH>'
        '<wp:positionV relativeFrom="margin"><wp:align>bottom</wp:align></wp:positionV>'
    )
    _box(anchor, "imprint", place, (WIDTH, 26.0), table + last, "版记", "抄送机关、印发机关和印发日期", 20, wrap=True)


def _inner(anchor: Any, lines: Sequence[str], styles: Sequence[str]) -> str:
    """Paragraphs of a text box; a tab stands at the right edge."""
    made = []
    for text, style in zip(lines, styles, strict=True):
        identity = anchor.part.document.styles[style].style_id
        stop = f'<w:tabs><w:tab w:val="right" w:pos="{Mm(WIDTH).twips - 280}"/></w:tabs>' if "\t" in text else ""
        runs = "<w:tab/>".join(f'<w:t xml:space="preserve">{part}</w:t>' for part in text.split("\t"))
        run = f"<w:r>{runs}</w:r>" if text else ""
        made.append(f'<w:p {nsdecls("w")}><w:pPr><w:pStyle w:val="{identity}"/>{stop}</w:pPr>{run}</w:p>')
    return "".join(made)


_SHAPES = (
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
    ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
)


def _box(
    anchor: Any,
    condition: str,
    place: str,
    size: tuple[float, float],
    inner: str,
    name: str,
    said: str,
    number: int,
    *,
    wrap: bool = False,
) -> None:
    """A text box without lines, if the condition holds; `size` in mm."""
    content = (
        '<wps:cNvSpPr txBox="1"/>{shape}<a:noFill/><a:ln><a:noFill/></a:ln></wps:spPr>'
        f"<wps:txbx><w:txbxContent>{inner}</w:txbxContent></wps:txbx>"
        f'<wps:bodyPr lIns="0" tIns="0" rIns="0" bIns="0" anchor="{"b" if wrap else "t"}"/>'
    )
    anchor.add_run(f"{{%r if {condition} %}}")
    anchor._p.append(_shape(place, size, content, name, said, number, "wrapTopAndBottom" if wrap else "wrapNone"))
    anchor.add_run("{%r endif %}")


def _shape(
    place: str, size: tuple[float, float], content: str, name: str, said: str, number: int, wrap: str = "wrapNone"
) -> Any:
    """A run with a shape at a fixed place of the page."""
    extent = f'cx="{round(size[0] * EMU)}" cy="{round(size[1] * EMU)}"'
    shape = (
        f'<wps:spPr><a:xfrm><a:off x="0" y="0"/><a:ext {extent}/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
    )
    return parse_xml(
        f'<w:r {nsdecls("w", "wp", "a")} {_SHAPES}><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing>'
        '<wp:anchor distT="0" distB="0" distL="0" distR="0" simplePos="0" relativeHeight="2" behindDoc="0" locked="0"'
        f' layoutInCell="1" allowOverlap="1"><wp:simplePos x="0" y="0"/>{place}<wp:extent {extent}/>'
        f'<wp:effectExtent l="0" t="0" r="0" b="0"/><wp:{wrap}/><wp:docPr id="{number}" name="{name}" descr="{said}"/>'
        "<wp:cNvGraphicFramePr/><a:graphic><a:graphicData"
        ' uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape">'
        f"<wps:wsp>{content.replace('{shape}', shape)}</wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing>"
        "</mc:Choice></mc:AlternateContent></w:r>"
    )


def signed(number: Any) -> None:
    """签发人 at the right of the number; the name in 楷体."""
    number.add_run("{{ number }}\t签发人：")
    name = number.add_run("{{ signer }}")
    name._r.get_or_add_rPr().append(parse_xml(_fonts(KAI, LATIN).replace("<w:rFonts", f"<w:rFonts {nsdecls('w')}")))
    number.paragraph_format.tab_stops.add_tab_stop(Twips(round(27 * CHARACTER)), WD_TAB_ALIGNMENT.RIGHT)


def last_page(document: Any, *, ruled: bool) -> None:
    """The run's short code; after it the imprint, on a page of its own where the last one is an odd one (7.4)."""
    when(document, "code", ("公文校验码", "校验码：{{ code }}"))
    if ruled:
        paragraph(document, "公文锚", "{% apart imprint and imprint.apart %}")
    imprint(paragraph(document, "公文锚"), ruled=ruled)


def letter_head(document: Any) -> None:
    """The red mark in the first page's header, its ink 30 mm below the page's edge, over the first double rule."""
    header = document.sections[0].first_page_header
    header.is_linked_to_previous = False
    header.paragraphs[0].style = document.styles["公文锚"]
    for condition, style, text in (
        ("if head == 'red'", "公文函标志", "{% size mark_size %}{{ mark }}"),
        ("else", "公文函标志无线", ""),
    ):
        header.add_paragraph(f"{{%p {condition} %}}", style="公文正文")
        header.add_paragraph(text, style=style)
    header.add_paragraph("{%p endif %}", style="公文正文")
    _lower_rule(document, header.paragraphs[0])


def letter_number(document: Any) -> None:
    """The number at the right, level with the first of what stands at the left."""
    tag(document, "if head != 'none'")
    first = paragraph(document, "公文函号")
    above = first.add_run("{% if above %}{{ above[0] }}{% endif %}")
    above._r.get_or_add_rPr().append(parse_xml(_fonts(HEI, LATIN).replace("<w:rFonts", f"<w:rFonts {nsdecls('w')}")))
    first.add_run("\t{{ number }}")
    first.paragraph_format.tab_stops.add_tab_stop(Mm(WIDTH), WD_TAB_ALIGNMENT.RIGHT)
    each(document, "line in above[1:]", ("公文标注", "{{ line }}"))
    tag(document, "endif")


FOOT = 277.0  # mm from the page's upper edge: where the lower rule ends, 20 mm above the lower edge
_LOWER = ((-1.3, 0.25), (-0.8, 0.8))  # thin over thick: (from FOOT, thickness)


def _lower_rule(document: Any, anchor: Any) -> None:
    """The second double rule, 170 mm wide: on the first page only, and not on paper that has it."""
    anchor.add_run("{%r if head == 'red' %}")
    for number, (below, thickness) in enumerate(_LOWER, 30):
        place = (
            f'<wp:positionH relativeFrom="page"><wp:posOffset>{20 * EMU}</wp:posOffset></wp:positionH>'
            f'<wp:positionV relativeFrom="page"><wp:posOffset>{round((FOOT + below) * EMU)}</wp:posOffset>'
            "</wp:positionV>"
        )
        red = f'<a:solidFill><a:srgbClr val="{RED}"/></a:solidFill><a:ln><a:noFill/></a:ln>'
        content = f"<wps:cNvSpPr/>{{shape}}{red}</wps:spPr><wps:bodyPr/>"
        anchor._p.append(_shape(place, (170.0, thickness), content, "红色双线", "", number))
    anchor.add_run("{%r endif %}")


# --- the empty document: styles, page, page numbers -----------------------------------------------------------------


def new_document(*, letter: bool = False) -> Any:
    document = Document()
    _strip(document)
    _defaults(document)
    for style in STYLES:
        _add_style(document, style)
    _page(document, letter=letter)
    _settings(document)
    _properties(document)
    section = document.sections[0]
    for footer, align in ((section.footer, "right"), (section.even_page_footer, "left")):
        _page_number(document, footer, align)
    section.first_page_footer.is_linked_to_previous = False  # of a page that has no number
    section.first_page_footer.paragraphs[0].style = document.styles["公文页码"]  # as high as the others
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
    unit = CHARACTER if style.size == 16 else style.size * 20
    rule, height = style.rule, "auto" if not style.line else "exact"
    begun = ("hanging", style.hanging) if style.hanging else ("firstLine", style.first)
    indents = (("left", style.left), ("right", style.right), begun)
    written = " ".join(f'w:{name}Chars="{round(much * 100)}" w:{name}="{round(much * unit)}"' for name, much in indents)
    parts = (
        "<w:keepNext/>" if style.keep else "",
        "<w:pageBreakBefore/>" if style.new_page else "",
        '<w:widowControl w:val="0"/>',
        '<w:pBdr><w:{} w:val="{}" w:sz="{}" w:color="{}" w:space="{}"/></w:pBdr>'.format(*rule) if rule else "",
        '<w:kinsoku w:val="1"/><w:overflowPunct w:val="0"/>',
        '<w:autoSpaceDE w:val="0"/><w:autoSpaceDN w:val="0"/>',
        # a line taller than the grid would be given two of the grid's lines
        f'<w:snapToGrid w:val="{int(style.line == LINE)}"/>',
        f'<w:spacing w:before="{style.before}" w:after="{style.after}" w:line="{style.line or 240}"'
        f' w:lineRule="{height}"/>',
        f"<w:ind {written}/>",
        "<w:contextualSpacing/>" if style.together else "",
        f'<w:jc w:val="{style.align}"/>',
        f'<w:outlineLvl w:val="{style.outline}"/>' if style.outline is not None else "",
    )
    return f"<w:pPr {nsdecls('w')}>{''.join(parts)}</w:pPr>"


def _page(document: Any, *, letter: bool) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin, section.gutter = Mm(28), Mm(26), Mm(0)
    section.header_distance, section.footer_distance = (
        Mm(26.5 if letter else 15),
        Mm(25.5),
    )  # the dash stands 7 mm below the type area
    section.different_first_page_header_footer = letter
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
    # a simple field: its parts cannot be torn apart by an editor
    number = f'<w:fldSimple {nsdecls("w")} w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple>'
    paragraph._p.append(parse_xml(number))
    paragraph.add_run(" —")


def saved(document: Any) -> bytes:
    """The file with fixed dates in its archive: python-docx writes the clock there."""
    written, frozen = io.BytesIO(), io.BytesIO()
    document.save(written)
    with zipfile.ZipFile(written) as old, zipfile.ZipFile(frozen, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, 0
            new.writestr(entry, old.read(name))
    return frozen.getvalue()
