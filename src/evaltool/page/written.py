"""From a page's value to the bytes of one HTML file: no address, nothing from elsewhere.

The template escapes every value; only tables' rows and the SVG of `charts`, which escape theirs, are taken as they are.
The style and the one script, which helps to find a unit, are allowed by their hashes, so that no other ones work.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from functools import lru_cache
from html import escape
from itertools import count
from typing import TYPE_CHECKING

from evaltool.charts import svg
from evaltool.page.contents import PageCell, PageTable, ReportPage
from evaltool.runs.bundled import templates
from evaltool.writers.drawing import Drawing

if TYPE_CHECKING:
    import jinja2
    from markupsafe import Markup

PAGES = "pages"
_NO_HTML = re.compile("[\x00-\x08\x0b\x0c\x0d\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def written(pages: list[ReportPage]) -> list[bytes]:
    """The files of several pages."""
    folder = templates() / PAGES
    template = _compiled((folder / "report.html").read_text(encoding="utf-8"))
    fixed: dict[str, object] = {"rows": lambda table: _raw(rows(table))}
    for name, file in (("style", "report.css"), ("script", "report.js")):
        source = (folder / file).read_text(encoding="utf-8")
        digest = base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()
        fixed |= {name: _raw(source), f"{name}_hash": _raw(digest)}
    return [readable(template.render(page=page, drawn=_drawing(), **fixed)).encode() for page in pages]


@lru_cache(maxsize=1)  # compiling takes longer than filling in a small evaluation's pages
def _compiled(source: str) -> jinja2.Template:
    import jinja2

    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(source)


def rows(table: PageTable) -> str:
    """A table's rows.  Written here and not in the template: there are tens of thousands of cells."""
    return "\n".join(
        "<tr>" + "".join([_cell(each, head=at == table.name) for at, each in enumerate(row)]) + "</tr>"
        for row in table.rows
    )


_CLASSES = {"text": "", "number": "n", "word": "w", "several": "s"}


def _cell(each: PageCell, *, head: bool) -> str:
    said = escape(each.text) if each.text else ""
    if each.to:
        said = f'<a href="#{each.to}">{said}</a>'
    classes = f"{_CLASSES[each.kind]} {each.tone}".strip()
    marked = f' class="{classes}"' if classes else ""
    return f'<th scope="row"{marked}>{said}</th>' if head else f"<td{marked}>{said}</td>"


def readable(text: str) -> str:
    """A text in which U+FFFD stands for what HTML cannot hold, and for marks that would turn what follows around."""
    return _TURNING.sub("\ufffd", _NO_HTML.sub("\ufffd", text))


def _raw(text: str) -> Markup:
    from markupsafe import Markup

    return Markup(text)  # what the tool itself has written


def _drawing() -> Callable[[Drawing], Markup]:
    """A function that draws charts, each with ids of its own."""
    numbers = count(1)
    return lambda chart: _raw(svg(chart, f"c{next(numbers)}"))
