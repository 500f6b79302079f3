"""A drawing as SVG, written to one digit.  Every text is escaped here; shapes of one look share what they have."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import groupby

from evaltool.charts.colours import WHITE
from evaltool.charts.drawing import stroke
from evaltool.exact import published
from evaltool.writers.drawing import Drawing, Position, Shape


def svg(drawing: Drawing, key: str) -> str:
    """To stand inside a page; `key` makes its ids its own."""
    return (
        f'<svg viewBox="0 0 {drawing.width} {drawing.height}" role="img" aria-labelledby="{key}-t {key}-d">'
        f'<title id="{key}-t">{escape(drawing.title)}</title>'
        f'<desc id="{key}-d">{escape(drawing.about)}</desc>{_drawn(drawing.shapes)}</svg>'
    )


def picture(drawing: Drawing, family: str, background: str = WHITE) -> str:
    """As a file of its own."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{drawing.width}" height="{drawing.height}" '
        f'viewBox="0 0 {drawing.width} {drawing.height}" font-family="{escape(family)}">'
        f"<title>{escape(drawing.title)}</title><desc>{escape(drawing.about)}</desc>"
        f'<rect width="{drawing.width}" height="{drawing.height}" fill="{background}"/>{_drawn(drawing.shapes)}</svg>'
    )


def _drawn(shapes: Sequence[Shape]) -> str:
    """Shapes in their order; neighbours of the same look in one group."""
    groups = ((look, _together(list(own))) for look, own in groupby(shapes, key=_look))
    return "".join(f"<g {look}>{own}</g>" for look, own in groups)


def _together(shapes: Sequence[Shape]) -> str:
    """Fields that say nothing of themselves, of which a heat map has thousands, are one path."""
    if all(each.kind == "rect" and not each.says for each in shapes):
        return f'<path d="{"".join(map(_field, shapes))}"/>'
    return "".join(map(_shape, shapes))


def _field(one: Shape) -> str:
    x, y, width, height = map(_number, one.at)
    return f"M{x} {y}h{width}v{height}h-{width}z"


def _look(one: Shape) -> str:
    if one.kind == "text":
        anchor = f' text-anchor="{one.anchor}"' if one.anchor != "start" else ""
        weight = ' font-weight="600"' if one.bold else ""
        return f'font-size="{one.size}" fill="{one.colour}"{anchor}{weight}'
    if one.kind == "line":
        dashed = ' stroke-dasharray="4 3"' if one.dashed else ""
        return f'stroke="{one.colour}" stroke-width="{stroke(one)}"{dashed}'
    edge = WHITE if one.kind == "circle" else one.edge
    return f'fill="{one.colour}"' + (f' stroke="{edge}"' if edge else "")


def _shape(one: Shape) -> str:
    x, y, *more = (_number(value) for value in one.at)
    if one.kind == "text":
        return f'<text x="{x}" y="{y}">{escape(one.says)}</text>'
    if one.kind == "line":
        return f'<line x1="{x}" y1="{y}" x2="{more[0]}" y2="{more[1]}"/>'
    body = {
        "rect": lambda: f'rect x="{x}" y="{y}" width="{more[0]}" height="{more[-1]}"',
        "circle": lambda: f'circle cx="{x}" cy="{y}" r="{more[0]}"',
        "path": lambda: f'path d="M{x} {y}{"".join(f"L{a} {b}" for a, b in zip(more[::2], more[1::2], strict=True))}Z"',
    }[one.kind]()
    return f"<{body}><title>{escape(one.says)}</title></{one.kind}>" if one.says else f"<{body}/>"


def _number(value: Position) -> str:
    return str(value) if isinstance(value, int) else published(value, 1).removesuffix(".0")
