"""Charts that Word, WPS and LibreOffice draw themselves: a DrawingML part with its values, and a small workbook inside.

The values stand in the part, so that nothing needs to be reckoned to draw it; the workbook is what opens when somebody
chooses "edit data".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape

from evaltool.writers.book import Book, Cell, Tab
from evaltool.writers.official import DocumentChart, DocumentSeries
from evaltool.writers.saving import to_bytes
from evaltool.writers.word.archive import ArchivedPart, packed, plain

_TYPES = "[Content_Types].xml"
_RELATIONS = "word/_rels/document.xml.rels"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_CHART_TYPE = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
_BOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_COLOURS = ("1F4E79", "9DC3E6", "C55A11", "A5A5A5", "548235", "7030A0", "BF9000", "404040")
_DARK = {"1F4E79", "C55A11", "548235", "7030A0", "404040"}  # on these a label inside the bar is white
_SHEET = "数据"
_FONT = "仿宋_GB2312"


def with_charts(parts: Sequence[ArchivedPart], charts: Sequence[DocumentChart]) -> list[ArchivedPart]:
    """The package with the charts' parts, named in its list of types and among the document's relations."""
    numbered = list(enumerate(charts, 1))
    types = "".join(
        f'<Override PartName="/word/charts/chart{number}.xml" ContentType="{_CHART_TYPE}"/>' for number, _ in numbered
    )
    relations = "".join(
        f'<Relationship Id="rIdChart{number}" Type="{_OFFICE}/relationships/chart" Target="charts/chart{number}.xml"/>'
        for number, _ in numbered
    )
    book = f'<Default Extension="xlsx" ContentType="{_BOOK_TYPE}"/>'
    changed = {_TYPES: (f"{book}{types}", "</Types>"), _RELATIONS: (relations, "</Relationships>")}
    made = [_grown(part, *changed[part.name]) if part.name in changed else part for part in parts]
    return made + [entry for number, chart in numbered for entry in _parts(number, chart)]


def _grown(part: ArchivedPart, more: str, before: str) -> ArchivedPart:
    text = plain(part).decode()
    if "Default Extension" in more:  # the schema wants defaults before overrides in no order; Word reads any
        more = more if 'Extension="xlsx"' not in text else more.partition("/>")[2]
    return packed(part.name, text.replace(before, f"{more}{before}").encode())


def _parts(number: int, chart: DocumentChart) -> Iterator[ArchivedPart]:
    yield packed(f"word/charts/chart{number}.xml", _chart(chart).encode())
    relation = (
        f'<Relationship Id="rId1" Type="{_OFFICE}/relationships/package" Target="../embeddings/chart{number}.xlsx"/>'
    )
    relations = f'<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="{_PACKAGE}/relationships">{relation}'
    yield packed(f"word/charts/_rels/chart{number}.xml.rels", f"{relations}</Relationships>".encode())
    yield packed(f"word/embeddings/chart{number}.xlsx", _book(chart))


def _book(chart: DocumentChart) -> bytes:
    """A worksheet with a column for each series."""
    cells: dict[tuple[int, int], Cell] = {(row, 0): Cell(name) for row, name in enumerate(chart.categories, 1)}
    for column, series in enumerate(chart.series, 1):
        cells[0, column] = Cell(series.name)
        cells |= {(row, column): Cell(value) for row, value in enumerate(series.values, 1) if value is not None}
    return to_bytes(Book((Tab(_SHEET, cells, (24.0,)),), chart.title))


# --- the part --------------------------------------------------------------------------------------------------------


def _chart(chart: DocumentChart) -> str:
    drawing = "http://schemas.openxmlformats.org/drawingml/2006"
    legend = '<c:legend><c:legendPos val="b"/><c:overlay val="0"/></c:legend>' if len(chart.series) > 1 else ""
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        f'<c:chartSpace xmlns:c="{drawing}/chart" xmlns:a="{drawing}/main" xmlns:r="{_OFFICE}/relationships">'
        '<c:roundedCorners val="0"/>'
        f'<c:chart><c:autoTitleDeleted val="1"/><c:plotArea><c:layout/>{_plot(chart)}{_axes(chart)}</c:plotArea>'
        f'{legend}<c:plotVisOnly val="1"/><c:dispBlanksAs val="gap"/></c:chart>'
        "<c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>"
        f'{_text(10)}<c:externalData r:id="rId1"><c:autoUpdate val="0"/></c:externalData></c:chartSpace>'
    )


def _plot(chart: DocumentChart) -> str:
    series = "".join(_series(chart, at, each) for at, each in enumerate(chart.series))
    axes = '<c:axId val="111"/><c:axId val="222"/>'
    if chart.kind == "line":
        grouping = '<c:grouping val="standard"/><c:varyColors val="0"/>'
        return f'<c:lineChart>{grouping}{series}<c:marker val="1"/>{axes}</c:lineChart>'
    direction = "col" if chart.kind == "column" else "bar"
    grouping, overlap = ("stacked", 100) if chart.kind == "stacked" else ("clustered", 0)
    return (
        f'<c:barChart><c:barDir val="{direction}"/><c:grouping val="{grouping}"/><c:varyColors val="0"/>{series}'
        f'<c:gapWidth val="60"/><c:overlap val="{overlap}"/>{axes}</c:barChart>'
    )


def _series(chart: DocumentChart, at: int, series: DocumentSeries) -> str:
    colour = _COLOURS[at % len(_COLOURS)]
    fill = f'<a:solidFill><a:srgbClr val="{colour}"/></a:solidFill>'
    look = (
        f'<c:spPr><a:ln w="28575">{fill}</a:ln></c:spPr><c:marker><c:symbol val="circle"/><c:size val="6"/>'
        f"<c:spPr>{fill}</c:spPr></c:marker>"
        if chart.kind == "line"
        else f'<c:spPr>{fill}</c:spPr><c:invertIfNegative val="0"/>'
    )
    last = len(chart.categories) + 1
    column = chr(ord("B") + at)
    name = f"<c:tx><c:strRef><c:f>{_SHEET}!${column}$1</c:f>{_texts([series.name])}</c:strRef></c:tx>"
    categories = f"<c:cat><c:strRef><c:f>{_SHEET}!$A$2:$A${last}</c:f>{_texts(chart.categories)}</c:strRef></c:cat>"
    return (
        f'<c:ser><c:idx val="{at}"/><c:order val="{at}"/>{name}{look}{_labels(chart, colour)}{categories}'
        f"<c:val><c:numRef><c:f>{_SHEET}!${column}$2:${column}${last}</c:f>{_numbers(chart, series)}</c:numRef></c:val>"
        + ('<c:smooth val="0"/>' if chart.kind == "line" else "")
        + "</c:ser>"
    )


def _labels(chart: DocumentChart, colour: str) -> str:
    shown = int(chart.labelled)
    inside = {"stacked": "ctr", "line": "t"}.get(chart.kind, "outEnd")
    ink = "FFFFFF" if chart.kind == "stacked" and colour in _DARK else "000000"
    look = f'<c:numFmt formatCode="{_format(chart)}" sourceLinked="0"/>{_text(9, ink)}' if shown else ""
    place = f'<c:dLblPos val="{inside}"/>' if shown else ""
    off = "".join(f'<c:{name} val="0"/>' for name in ("showCatName", "showSerName", "showPercent", "showBubbleSize"))
    return f'<c:dLbls>{look}{place}<c:showLegendKey val="0"/><c:showVal val="{shown}"/>{off}</c:dLbls>'


def _axes(chart: DocumentChart) -> str:
    """Bars are read from above, as a ranking is."""
    upright = chart.kind in ("column", "line")
    order, places = ("minMax", ("b", "l")) if upright else ("maxMin", ("l", "t"))
    lowest = f'<c:min val="{chart.lowest}"/>' if chart.lowest is not None else ""
    line = '<c:spPr><a:ln w="6350"><a:solidFill><a:srgbClr val="{}"/></a:solidFill></a:ln></c:spPr>'
    return (
        f'<c:catAx><c:axId val="111"/><c:scaling><c:orientation val="{order}"/></c:scaling><c:delete val="0"/>'
        f'<c:axPos val="{places[0]}"/><c:numFmt formatCode="General" sourceLinked="0"/><c:majorTickMark val="none"/>'
        f'<c:minorTickMark val="none"/><c:tickLblPos val="low"/>{line.format("7F7F7F")}'
        '<c:crossAx val="222"/><c:crosses val="autoZero"/><c:noMultiLvlLbl val="1"/></c:catAx>'
        f'<c:valAx><c:axId val="222"/><c:scaling><c:orientation val="minMax"/>{lowest}</c:scaling><c:delete val="0"/>'
        f'<c:axPos val="{places[1]}"/><c:majorGridlines>{line.format("D9D9D9")}</c:majorGridlines>'
        f'<c:numFmt formatCode="General" sourceLinked="0"/><c:majorTickMark val="none"/><c:minorTickMark val="none"/>'
        f'<c:tickLblPos val="nextTo"/><c:spPr><a:ln><a:noFill/></a:ln></c:spPr><c:crossAx val="111"/>'
        f'<c:crosses val="{"autoZero" if upright else "max"}"/></c:valAx>'
    )


def _format(chart: DocumentChart) -> str:
    return f"0.{'0' * chart.digits}" if chart.digits else "0"


def _texts(values: Sequence[str]) -> str:
    points = "".join(f'<c:pt idx="{at}"><c:v>{escape(value)}</c:v></c:pt>' for at, value in enumerate(values))
    return f'<c:strCache><c:ptCount val="{len(values)}"/>{points}</c:strCache>'


def _numbers(chart: DocumentChart, series: DocumentSeries) -> str:
    points = "".join(
        f'<c:pt idx="{at}"><c:v>{value}</c:v></c:pt>' for at, value in enumerate(series.values) if value is not None
    )
    count = f'<c:ptCount val="{len(series.values)}"/>'
    return f"<c:numCache><c:formatCode>{_format(chart)}</c:formatCode>{count}{points}</c:numCache>"


def _text(points: int, colour: str = "000000") -> str:
    face = f'<a:latin typeface="Times New Roman"/><a:ea typeface="{_FONT}"/>'
    look = (
        f'<a:defRPr sz="{points * 100}" b="0"><a:solidFill><a:srgbClr val="{colour}"/></a:solidFill>{face}</a:defRPr>'
    )
    return f'<c:txPr><a:bodyPr/><a:lstStyle/><a:p><a:pPr>{look}</a:pPr><a:endParaRPr lang="zh-CN"/></a:p></c:txPr>'
