"""Values typed into a blank workbook without any library that reads one: half of what a filled-in folder costs.

Formulas lose their values, as with openpyxl.  Only the tool's own blanks, only plain texts and numbers; what else a
person may do to a workbook is `filling.fill`'s, which has another program load and save it.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from decimal import Decimal
from xml.sax.saxutils import escape

Typed = Mapping[tuple[str, str], object]

_TITLE = re.compile(r'<sheet name="([^"]*)"')
_CELL = re.compile(r'<c r="([A-Z]+[0-9]+)"((?: s="[0-9]+")?)(?: t="[a-zA-Z]+")?(?:/>|>.*?</c>)')
_VALUE = re.compile(r"</f><v>[^<]*</v>")
_PLAIN = re.compile(r"[^=#\x00-\x1f][^\x00-\x08\x0b-\x1f]*")


def is_plain(values: Typed) -> bool:
    """Nothing that becomes a formula, an error, a date or a truth value."""
    return all(
        value is None
        or type(value) in (int, float, Decimal)
        or (isinstance(value, str) and _PLAIN.fullmatch(value) is not None)
        for value in values.values()
    )


def typed_in(blank: bytes, values: Typed) -> bytes:
    """The blank workbook with these cells filled."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(blank)) as before,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as after,
    ):
        titles = _TITLE.findall(before.read("xl/workbook.xml").decode("utf-8"))
        sheets = {f"xl/worksheets/sheet{at}.xml": title for at, title in enumerate(titles, 1)}
        left = dict(values)
        for name in before.namelist():
            data = before.read(name)
            if name in sheets:
                data = _sheet(data.decode("utf-8"), sheets[name], left).encode("utf-8")
            after.writestr(name, data)
    if left:
        raise KeyError(next(iter(left)))
    return out.getvalue()


def _sheet(text: str, title: str, left: dict[tuple[str, str], object]) -> str:
    def cell(found: re.Match[str]) -> str:
        place = (title, found[1])
        return _cell(found[1], found[2], left.pop(place)) if place in left else found[0]

    return _VALUE.sub("</f><v/>", _CELL.sub(cell, text))


def _cell(name: str, style: str, value: object) -> str:
    if value is None:
        return f'<c r="{name}"{style}/>'
    if isinstance(value, str):
        return f'<c r="{name}"{style} t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'
    return f'<c r="{name}"{style}><v>{float(value) if isinstance(value, Decimal) else value!r}</v></c>'
