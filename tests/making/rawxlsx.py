"""Small workbooks written as raw XML, for tests that need what no library would write.

`parts` gives the parts of a correct package as text, to be altered; `archive` packs them.  `book` does both for one
sheet whose rows are given as XML: `book('<row r="1"><c r="A1"><v>38</v></c></row>')`.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
STRICT_MAIN = "http://purl.oclc.org/ooxml/spreadsheetml/main"
STRICT_LINKS = "http://purl.oclc.org/ooxml/officeDocument/relationships"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

Parts = dict[str, str | bytes]


def sheet(rows: str = "", *, before: str = "", after: str = "") -> str:
    """A worksheet part around rows; `before` and `after` stand beside `sheetData`."""
    return f'{HEAD}<worksheet xmlns="{MAIN}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'


def cell(inside: str, *, at: str = "C5") -> str:
    """One row with one cell: `inside` is what stands in `<c ...>`, attributes first: `t="b"><v>1</v>`."""
    number = at.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    space = " " if inside and not inside.startswith(">") else ""
    return f'<row r="{number}"><c r="{at}"{space}{inside}</c></row>'


def links(*targets: tuple[str, str, str], mode: str = "") -> str:
    """A relationships part from (id, last part of the type, target)."""
    lines = "".join(f'<Relationship Id="{i}" Type="{LINKS}/{kind}" Target="{to}"{mode}/>' for i, kind, to in targets)
    return f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">{lines}</Relationships>'


def parts(
    sheets: Mapping[str, str],
    *,
    states: Mapping[str, str] | None = None,
    texts: str | None = None,
    styles: str = "",
    properties: Mapping[str, str] | None = None,
    book_settings: str = "",
) -> Parts:
    """The parts of a package: worksheets by title, and what is given of the rest as the XML inside its root."""
    states = states or {}
    numbered = list(enumerate(sheets.items(), 1))
    listed = "".join(
        f'<sheet name="{title}" sheetId="{n}" r:id="rId{n}"{_state(states.get(title))}/>' for n, (title, _) in numbered
    )
    targets = [(f"rId{n}", "worksheet", f"worksheets/sheet{n}.xml") for n, _ in numbered]
    whole: Parts = {
        "[Content_Types].xml": f'{HEAD}<Types xmlns="{PACKAGE}/content-types"/>',
        "_rels/.rels": links(
            ("rId1", "officeDocument", "xl/workbook.xml"),
            *([("rId2", "custom-properties", "docProps/custom.xml")] if properties else []),
        ),
        "xl/workbook.xml": f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{LINKS}">{book_settings}'
        f"<sheets>{listed}</sheets></workbook>",
    }
    for n, (_, xml) in numbered:
        whole[f"xl/worksheets/sheet{n}.xml"] = xml
    targets.append(("rIdS", "styles", "styles.xml"))
    whole["xl/styles.xml"] = f'{HEAD}<styleSheet xmlns="{MAIN}">{styles or _PLAIN}</styleSheet>'
    if texts is not None:
        targets.append(("rIdT", "sharedStrings", "sharedStrings.xml"))
        whole["xl/sharedStrings.xml"] = f'{HEAD}<sst xmlns="{MAIN}">{texts}</sst>'
    if properties:
        whole["docProps/custom.xml"] = _custom(properties)
    whole["xl/_rels/workbook.xml.rels"] = links(*targets)
    return whole


def archive(contents: Mapping[str, str | bytes] | Iterable[tuple[str, str | bytes]], *, packed: bool = True) -> bytes:
    """Parts as the bytes of a zip archive, always the same for the same parts."""
    stream = io.BytesIO()
    items = contents.items() if isinstance(contents, Mapping) else contents
    with zipfile.ZipFile(stream, "w") as target:
        for name, data in items:
            # ZipInfo turns backslashes into slashes only where they separate folders; set afterwards, they stay
            info = zipfile.ZipInfo("x", (2026, 1, 1, 0, 0, 0))
            info.filename = name
            info.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
            target.writestr(info, data)
    return stream.getvalue()


def book(rows: str = "", *, before: str = "", after: str = "", texts: str | None = None, styles: str = "") -> bytes:
    """A workbook of one sheet, 表, with these rows."""
    return archive(parts({"表": sheet(rows, before=before, after=after)}, texts=texts, styles=styles))


def altered(whole: Parts, name: str, old: str, new: str) -> Parts:
    """The same parts with one piece of text replaced once in one of them; it must be there."""
    before = whole[name]
    assert isinstance(before, str)
    assert old in before, (name, old)
    return whole | {name: before.replace(old, new, 1)}


_PLAIN = '<cellXfs count="1"><xf numFmtId="0"/></cellXfs>'


def _state(state: str | None) -> str:
    return f' state="{state}"' if state else ""


def _custom(properties: Mapping[str, str]) -> str:
    kinds = "http://schemas.openxmlformats.org/officeDocument/2006"
    lines = "".join(
        f'<property fmtid="{{D5CDD505-2E9C-101B-9397-08002B2CF9AE}}" pid="{n}" name="{name}">{value}</property>'
        for n, (name, value) in enumerate(properties.items(), 2)
    )
    return f'{HEAD}<Properties xmlns="{kinds}/custom-properties" xmlns:vt="{kinds}/docPropsVTypes">{lines}</Properties>'
