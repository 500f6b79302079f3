"""Pictures that Word, WPS and LibreOffice draw themselves: a group of shapes, as the tags of a template.

Nothing in it depends on the machine that writes it; type and lines stay sharp on paper.
"""

from __future__ import annotations

_EMU = 36000  # to the mm
_MAIN = "http://schemas.openxmlformats.org/drawingml/2006/main"
_GROUP = "http://schemas.microsoft.com/office/word/2010/wordprocessingGroup"
_SHAPE = "http://schemas.microsoft.com/office/word/2010/wordprocessingShape"
_FONTS = '<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="黑体" w:hint="eastAsia"/>'


def emu(expression: str) -> str:
    """A length in mm as Word counts."""
    return f"{{{{ (({expression}) * {_EMU})|int }}}}"


def group(value: str) -> str:
    """The graphic of a picture: `value` has its width, its height and its shapes, these as the file counts."""
    extent = f'cx="{emu(f"{value}.width")}" cy="{emu(f"{value}.height")}"'
    frame = f'<a:off x="0" y="0"/><a:ext {extent}/><a:chOff x="0" y="0"/><a:chExt {extent}/>'
    return (
        f'<a:graphic xmlns:a="{_MAIN}"><a:graphicData uri="{_GROUP}">'
        f'<wpg:wgp xmlns:wpg="{_GROUP}" xmlns:wps="{_SHAPE}">'
        f"<wpg:cNvGrpSpPr/><wpg:grpSpPr><a:xfrm>{frame}</a:xfrm></wpg:grpSpPr>"
        f"{{% for shape in {value}.shapes %}}{_one()}{{% endfor %}}</wpg:wgp></a:graphicData></a:graphic>"
    )


def _one() -> str:
    """One shape of the loop."""
    flip = '{% if shape.rising %} flipV="1"{% endif %}'
    place = (
        f'<a:xfrm{flip}><a:off x="{{{{ shape.left }}}}" y="{{{{ shape.top }}}}"/>'
        '<a:ext cx="{{ shape.across }}" cy="{{ shape.down }}"/></a:xfrm>'
    )
    fill = (
        "{% if shape.kind in ('line', 'text') %}<a:noFill/>{% else %}"
        '<a:solidFill><a:srgbClr val="{{ shape.colour }}"/></a:solidFill>{% endif %}'
    )
    colour = "{% if shape.kind == 'line' %}{{ shape.colour }}{% else %}{{ shape.edge }}{% endif %}"
    dash = '{% if shape.dashed %}<a:prstDash val="dash"/>{% endif %}'
    drawn = f'<a:ln w="{{{{ shape.stroke }}}}"><a:solidFill><a:srgbClr val="{colour}"/></a:solidFill>{dash}</a:ln>'
    line = f"{{% if shape.kind == 'line' or shape.edge %}}{drawn}{{% else %}}<a:ln><a:noFill/></a:ln>{{% endif %}}"
    return (
        '<wps:wsp><wps:cNvPr id="{{ shape.number }}" name="图形{{ shape.number }}"/><wps:cNvSpPr/><wps:spPr>'
        f"{place}{_form()}{fill}{line}</wps:spPr>{{% if shape.kind == 'text' %}}{_written()}{{% endif %}}"
        '<wps:bodyPr wrap="none" lIns="0" tIns="0" rIns="0" bIns="0" anchor="ctr"/></wps:wsp>'
    )


def _form() -> str:
    """Of a shape that Word knows by its name, or through points, in a box of the same size."""
    point = '<a:pt x="{{ shape.points[at] }}" y="{{ shape.points[at + 1] }}"/>'
    step = "{% for at in range(0, shape.points|length, 2) %}"
    drawn = f"{{% if loop.first %}}<a:moveTo>{point}</a:moveTo>{{% else %}}<a:lnTo>{point}</a:lnTo>{{% endif %}}"
    size = 'w="{{ shape.across }}" h="{{ shape.down }}"'
    path = f"<a:path {size}>{step}{drawn}{{% endfor %}}<a:close/></a:path>"
    own = (
        '<a:custGeom><a:avLst/><a:gdLst/><a:ahLst/><a:cxnLst/><a:rect l="0" t="0" r="r" b="b"/>'
        f"<a:pathLst>{path}</a:pathLst></a:custGeom>"
    )
    named = '<a:prstGeom prst="{{ shape.form }}"><a:avLst/></a:prstGeom>'
    return f"{{% if shape.points %}}{own}{{% else %}}{named}{{% endif %}}"


def _written() -> str:
    size = '<w:sz w:val="{{ shape.size|half_points }}"/><w:szCs w:val="{{ shape.size|half_points }}"/>'
    bold = "{% if shape.bold %}<w:b/>{% endif %}"
    look = f'<w:rPr>{_FONTS}{bold}<w:color w:val="{{{{ shape.colour }}}}"/>{size}</w:rPr>'
    space = '<w:snapToGrid w:val="0"/><w:spacing w:before="0" w:after="0" w:line="240" w:lineRule="auto"/>'
    properties = f'<w:pPr>{space}<w:ind w:firstLine="0"/><w:jc w:val="{{{{ shape.align }}}}"/></w:pPr>'
    run = f'<w:r>{look}<w:t xml:space="preserve">{{{{ shape.text }}}}</w:t></w:r>'
    return f"<wps:txbx><w:txbxContent><w:p>{properties}{run}</w:p></w:txbxContent></wps:txbx>"
