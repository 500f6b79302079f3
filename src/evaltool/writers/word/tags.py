"""The tags that are ours, beside those of Jinja and docxtpl.

A template is edited in Word or WPS, which accept no tag where a number belongs.  So a tag that sets a number is written
as text in the paragraph that it is about, and moves into its place while the template is compiled:

`{% widths EXPR %}`  in a cell of a `{%tc %}` loop: the widths (mm) of the table's columns
`{% align EXPR %}`   in a cell of a `{%tc %}` loop: for each column left, center or right
`{% right EXPR %}`   the paragraph's distance from the right margin, in characters of 16 pt
`{% size EXPR %}`    the type size of the paragraph's text, in points; its lines are 1.3 times as high
`{% height EXPR %}`  in a text box: its height (mm)
`{% chart EXPR %}`   alone in its paragraph: a chart, or a picture of shapes
`{% apart EXPR %}`   alone in its paragraph: if so, what follows stands on the next even page, which has no number

The rows of a `{%tr for %}` loop need no tag: the first and the last two are kept together with their neighbours, so
that no row stands alone on a page, and all of them where the table says that it is `whole`.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from evaltool.writers.word.drawings import emu, group

TWIPS = 315.86  # of a character: 28 fill 156 mm
_EMU = 36000  # to the mm
_EMU_TO_TWIP = 635
_CHART_WIDTH = 156 * _EMU
_CHART = "http://schemas.openxmlformats.org/drawingml/2006/chart"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"
_WORD_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"


_INNERMOST = re.compile(r"<w:p[ >](?:(?!<w:p[ >]).)*?</w:p>", re.DOTALL)


def carried_out(source: str) -> str:
    """The part with our tags put where they take effect."""
    source = _apart(_rows_kept(_tables(source)))
    for name, rewrite in _IN_PARAGRAPH.items():
        source = _paragraphs(source, name, rewrite)
    return _boxes(source)


def _tables(source: str) -> str:
    """Column widths: LibreOffice and WPS go by the grid's columns, Word by the cells' widths."""

    def rewrite(table: re.Match[str]) -> str:
        tag = _tag("widths").search(table[0])
        if tag is None:
            return table[0]
        widths = tag[1]
        grid = f'{{% for width in {widths} %}}<w:gridCol w:w="{{{{ width|twips }}}}"/>{{% endfor %}}'
        text = table[0].replace(tag[0], "")
        text = _put(r"<w:tblGrid>.*?</w:tblGrid>", f"<w:tblGrid>{grid}</w:tblGrid>", text)
        text = _put(r"<w:tblW [^>]*/>", f'<w:tblW w:w="{{{{ {widths}|sum|twips }}}}" w:type="dxa"/>', text)
        return _put(r"<w:tcW [^>]*/>", f'<w:tcW w:w="{{{{ {widths}[loop.index0]|twips }}}}" w:type="dxa"/>', text)

    return re.sub(r"<w:tbl>(?:(?!<w:tbl>).)*?</w:tbl>", rewrite, source, flags=re.DOTALL)


def _paragraphs(source: str, name: str, rewrite: Callable[[str, str], str]) -> str:
    """Every innermost paragraph that holds the tag, rewritten without it."""

    def one(paragraph: re.Match[str]) -> str:
        tag = _tag(name).search(paragraph[0])
        return rewrite(paragraph[0].replace(tag[0], ""), tag[1]) if tag else paragraph[0]

    return _INNERMOST.sub(one, source)


def _aligned(paragraph: str, value: str) -> str:
    return _in_properties(paragraph, "jc", f'<w:jc w:val="{{{{ {value}[loop.index0] }}}}"/>')


def _from_the_right(paragraph: str, value: str) -> str:
    expression = f"({value})|characters"
    indent = f'w:rightChars="{{{{ ({value})|hundredths }}}}" w:right="{{{{ {expression} }}}}"'
    return _in_properties(paragraph, "ind", f'<w:ind w:firstLineChars="0" w:firstLine="0" {indent}/>')


def _sized(paragraph: str, value: str) -> str:
    size = f'<w:sz w:val="{{{{ ({value})|half_points }}}}"/><w:szCs w:val="{{{{ ({value})|half_points }}}}"/>'
    bare = re.sub(r"<w:szC?s? w:val=\"\d+\"/>", "", paragraph)
    bare = re.sub(r"(<w:r(?: [^>]*)?>)(?!<w:rPr>)", r"\1<w:rPr></w:rPr>", bare)
    sized = re.sub(r"(<w:r(?: [^>]*)?><w:rPr>.*?)(</w:rPr>)", rf"\1{size}\2", bare, flags=re.DOTALL)
    line = f'<w:spacing w:line="{{{{ ({value} * 1.3)|points }}}}" w:lineRule="exact"/>'
    return _in_properties(sized, "spacing", line)


def _charted(paragraph: str, value: str) -> str:
    """An inline drawing in the place of the paragraph's text: a picture's shapes stand in it, a chart's part is added
    when the template is filled."""
    width = f"{{% if {value}.shapes is defined %}}{emu(f'{value}.width')}{{% else %}}{_CHART_WIDTH}{{% endif %}}"
    first = f"{{% if {value}.shapes is defined %}}1500{{% else %}}1000{{% endif %}}"  # of the ids of drawings
    chart = (
        f'<a:graphic xmlns:a="{_DRAWING}"><a:graphicData uri="{_CHART}"><c:chart xmlns:c="{_CHART}"'
        f' xmlns:r="{_RELATIONS}" r:id="rIdChart{{{{ {value}.number }}}}"/></a:graphicData></a:graphic>'
    )
    drawing = (
        f'<w:r><w:drawing><wp:inline xmlns:wp="{_WORD_DRAWING}" distT="0" distB="0" distL="0" distR="0">'
        f'<wp:extent cx="{width}" cy="{emu(f"{value}.height")}"/><wp:docPr id="{first}{{{{ {value}.number }}}}"'
        f' name="图{{{{ {value}.number }}}}" descr="{{{{ {value}.said }}}}"/><wp:cNvGraphicFramePr/>'
        f"{{% if {value}.shapes is defined %}}{group(value)}{{% else %}}{chart}{{% endif %}}"
        "</wp:inline></w:drawing></w:r>"
    )
    bare = re.sub(r"<w:r[ >].*</w:r>", "", paragraph, flags=re.DOTALL)
    return bare.replace("</w:p>", f"{drawing}</w:p>")


_IN_PARAGRAPH: dict[str, Callable[[str, str], str]] = {
    "align": _aligned,
    "right": _from_the_right,
    "size": _sized,
    "chart": _charted,
}


_ROW_LOOP = re.compile(r"(\{% +for +\w+ +in +([\w.]+) +%\})(\s*<w:tr[ >].*?</w:tr>)(\s*\{% +endfor +%\})", re.DOTALL)


def _rows_kept(source: str) -> str:
    """The rows of a loop kept with the next one at both ends of a table, where a row would stand alone on its page."""

    def rewrite(loop: re.Match[str]) -> str:
        table = loop[2].removesuffix(".rows")
        whole = f" or ({table}.whole|default(false) and not row_at.last)" if table != loop[2] else ""
        keep = f"{{% if row_at.first or row_at.revindex == 2{whole} %}}<w:keepNext/>{{% endif %}}"
        rows = re.sub(r"(<w:p(?: [^>]*)?><w:pPr>(?:<w:pStyle [^>]*/>)?)", rf"\1{keep}", loop[3])
        return f"{loop[1]}{{% set row_at = loop %}}{rows}{loop[4]}"

    return _ROW_LOOP.sub(rewrite, source)


_SECTION = re.compile(r"<w:sectPr.*?</w:sectPr>(?=\s*</w:body>)", re.DOTALL)


def _apart(source: str) -> str:
    """A section of its own for what follows the tag.  Its first page has the first page's footer, which is the only one
    without a number."""
    paragraphs = (each for each in _INNERMOST.finditer(source) if _tag("apart").search(each[0]))
    found, section = next(paragraphs, None), _SECTION.search(source)
    if found is None or section is None:
        return source
    condition = _tag("apart").search(found[0])[1]  # type: ignore[index]  # it has just been found
    bare = _tag("apart").sub("", found[0])
    before = _in_properties(bare, "sectPr", section[0])
    even = re.sub(r"<w:(?:header|footer)Reference [^>]*/>|<w:type [^>]*/>|<w:titlePg[^>]*/>", "", section[0])
    even = re.sub(r"(<w:sectPr[^>]*>)", r'\1<w:type w:val="evenPage"/>', even, count=1)
    even = re.sub(r"(?=<w:docGrid)", "<w:titlePg/>", even, count=1)
    last = f"{{% if {condition} %}}{even}{{% else %}}{section[0]}{{% endif %}}"
    source = source[: section.start()] + last + source[section.end() :]
    return source.replace(found[0], f"{{% if {condition} %}}{before}{{% endif %}}", 1)


_AT_THE_BOTTOM = re.compile(
    r'<wp:positionV relativeFrom="margin">\s*<wp:align>bottom</wp:align>\s*</wp:positionV>', re.DOTALL
)


def _boxes(source: str) -> str:
    """Heights of text boxes: the anchor's extent and the shape's.  One at the lower edge of the type area is placed
    from the page's upper edge: LibreOffice draws it lower on a page that begins a section, where that is an even one.
    """
    ends = _type_area_ends(source)

    def rewrite(box: re.Match[str]) -> str:
        tag = _tag("height").search(box[0])
        if tag is None:
            return box[0]
        height = f'cy="{{{{ (({tag[1]}) * {_EMU})|int }}}}"'
        text = box[0].replace(tag[0], "")
        offset = f"<wp:posOffset>{{{{ ({ends} - ({tag[1]}) * {_EMU})|int }}}}</wp:posOffset>"
        place = f'<wp:positionV relativeFrom="page">{offset}</wp:positionV>'
        text = _AT_THE_BOTTOM.sub(place, text) if ends else text
        return re.sub(r"(<(?:wp:extent|a:ext) [^>]*?)cy=\"\d+\"", rf"\1{height}", text)

    return re.sub(r"<wp:anchor .*?</wp:anchor>", rewrite, source, flags=re.DOTALL)


def _type_area_ends(source: str) -> int:
    """How far below the page's upper edge, in the units of drawings; 0 where no section says it."""
    height = re.search(r'<w:pgSz [^>]*w:h="(\d+)"', source)
    below = re.search(r'<w:pgMar [^>]*w:bottom="(\d+)"', source)
    return (int(height[1]) - int(below[1])) * _EMU_TO_TWIP if height and below else 0


def _in_properties(paragraph: str, name: str, element: str) -> str:
    """The paragraph with this one among its properties, at the place that the schema asks for."""
    paragraph = re.sub(rf"<w:{name} [^>]*/>", "", paragraph, count=1)
    if "<w:pPr>" not in paragraph:
        paragraph = re.sub(r"(<w:p(?: [^>]*)?>)", r"\1<w:pPr></w:pPr>", paragraph, count=1)
    after = "|".join(f"<w:{each}[ />]" for each in _AFTER[name])
    return re.sub(rf"(<w:pPr>.*?)(?=(?:{after}|</w:pPr>))", rf"\1{element}", paragraph, count=1, flags=re.DOTALL)


_LAST = ("textDirection", "textAlignment", "textboxTightWrap", "outlineLvl", "divId", "cnfStyle", "rPr", "sectPr")
_MIDDLE = ("contextualSpacing", "mirrorIndents", "suppressOverlap", "jc", *_LAST)
_AFTER = {"jc": _LAST, "ind": _MIDDLE, "spacing": ("ind", *_MIDDLE), "sectPr": ("pPrChange",)}


def _tag(name: str) -> re.Pattern[str]:
    return re.compile(rf"\{{%\s*{name}\s+(.*?)\s*%\}}")


def _put(pattern: str, replacement: str, text: str) -> str:
    return re.sub(pattern, lambda _: replacement, text, flags=re.DOTALL)
