"""Word documents: a template and a context go in, the bytes of a .docx come out.

A template is compiled once.  The few parts that hold tags become Jinja templates, every other part is kept as the
compressed bytes that it already has, so a letter costs one rendering and one deflate.  docxtpl is used while compiling
only: it joins tags that Word or WPS split into runs, and lifts `{%p %}`, `{%tr %}` and `{%tc %}` out of their
paragraph, row or cell.  One tag is ours: `{% widths EXPR %}` in a cell of a `{%tc %}` loop gives the table's columns
the widths (mm) of a list, because a template cannot know how many columns there will be.

Values are text and nothing else: no filter turns one into markup, and a template that puts one into a field's code is
refused.  A line feed becomes a line break, a tab a tab, a character that XML cannot hold U+FFFD.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal
from xml.parsers import expat

if TYPE_CHECKING:
    import jinja2

Kind = Literal["unreadable", "syntax", "place", "field", "value", "broken"]

_TAGGED = re.compile(r"word/(document|header|footer|footnotes|endnotes)\d*\.xml|docProps/core\.xml")
_TAG = re.compile(r"\{[{%#]")  # an unfinished tag is a tag too
_VALUE = re.compile(r"\{\{.*?\}\}")
_BLOCK = re.compile(r"\{%.*?%\}|\{#.*?#\}")
_FULL_WIDTH = re.compile("[{｛]｛[^<]{0,20}|｛[{%％][^<]{0,20}|{％[^<]{0,20}")
_TEXT_ELEMENT = re.compile(r"<(?:[wam]:t[ >]|dc:|cp:)")
_WORD_TEXT = re.compile(r"(<w:t(?: [^>]*)?>)([^<]*)</w:t>")
_ELEMENT = re.compile(r"<[^>]*>")
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_MORE_TEXT = '<w:t xml:space="preserve">'


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a template; `what` is the field, the tag or the words around it.

    unreadable: not a .docx; syntax: Jinja cannot read a tag; place: a value stands where no text can; field: a field
    that nobody offers; value: an expression failed on the values given; broken: the filled part is not XML.
    """

    kind: Kind
    part: str
    what: str
    hint: str = ""

    def __str__(self) -> str:
        hint = f" ({self.hint})" if self.hint else ""
        return f"{self.kind}: {self.what}{hint}" + (f" in {self.part}" if self.part else "")


class TemplateError(Exception):
    """Everything that is wrong with one template, and which template it is."""

    def __init__(self, template: str, problems: Iterable[Problem]) -> None:
        self.template = template
        self.problems = tuple(problems)
        super().__init__(f"{template or 'template'}: " + "; ".join(map(str, self.problems)))


@dataclass(frozen=True, slots=True)
class Entry:
    """A part of the package as it stands in the archive: still compressed, with its checksum and plain size."""

    name: str
    method: int
    checksum: int
    size: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Page:
    """A part with tags: its Jinja source, kept to name all missing fields at once, and the compiled template."""

    name: str
    source: str
    compiled: jinja2.Template


@dataclass(frozen=True, slots=True)
class Template:
    """A compiled template; `parts` keep the order that they have in the file."""

    name: str
    asked: frozenset[str]
    parts: tuple[Entry | Page, ...]


def compile_template(data: bytes, name: str = "") -> Template:
    """Read a .docx template; every broken part is named in the one TemplateError raised."""
    import jinja2

    environment = _environment(jinja2.StrictUndefined)
    parts: list[Entry | Page] = []
    asked: set[str] = set()
    problems: list[Problem] = []
    for entry in _entries(data, name):
        source = _source(entry) if _TAGGED.fullmatch(entry.name) else ""
        problems += _misplaced(entry.name, source)
        if not _TAG.search(source):
            parts.append(entry)
            continue
        try:
            asked |= _asked(environment, source)
            parts.append(Page(entry.name, source, environment.from_string(source)))
        except jinja2.TemplateSyntaxError as error:
            problems.append(Problem("syntax", entry.name, _near(source, error.lineno), error.message or ""))
    if problems:
        raise TemplateError(name, problems)
    return Template(name, frozenset(asked), tuple(parts))


def fields(template: Template) -> frozenset[str]:
    """The top-level names that the template asks for."""
    return template.asked


def fill(template: Template, context: Mapping[str, object]) -> bytes:
    """The finished .docx; the same template and context give the same bytes."""
    if unknown := sorted(template.asked - context.keys()):
        raise TemplateError(template.name, [Problem("field", "", name, _similar(name, context)) for name in unknown])
    return _archive(part if isinstance(part, Entry) else _filled(template, part, context) for part in template.parts)


def text_of(data: bytes) -> list[str]:
    """The text of a .docx's body in order: an item per paragraph, an item per table cell; empty ones too.

    A cell's paragraphs are joined by line feeds.  Needs the standard library only, so that a written file is read
    back by other code than what wrote it.  Raises ValueError for a file that is not a .docx.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            body = archive.read("word/document.xml")
        return _Reading().read(body)
    except (zipfile.BadZipFile, KeyError, RuntimeError, EOFError, zlib.error, expat.ExpatError) as error:
        raise ValueError(f"not a Word document: {error}") from error


# --- compiling ------------------------------------------------------------------------------------------------------


def _environment(undefined: type[jinja2.Undefined]) -> jinja2.Environment:
    """Templates travel by mail and are edited by many hands, hence the sandbox: they can read values, run nothing."""
    from jinja2.sandbox import ImmutableSandboxedEnvironment
    from markupsafe import Markup, escape

    def as_text(value: object) -> Markup:
        text = str(value).replace("\r\n", "\n").replace("\r", "\n")
        # escaped here, not by autoescape alone: `|safe`, `|urlize` and {% autoescape false %} must not open a way in
        return escape(_NO_XML.sub("\ufffd", text))

    environment = ImmutableSandboxedEnvironment(autoescape=True, undefined=undefined, finalize=as_text)
    environment.filters["twips"] = _twips
    return environment


def _twips(millimetres: float) -> int:
    return round(millimetres * 1440 / 25.4)


def _source(entry: Entry) -> str:
    """The part as a Jinja template, each paragraph on a line of its own, so that an error's line is a paragraph."""
    from docxtpl import DocxTemplate

    text = _plain(entry).decode("utf-8-sig", errors="replace")
    if "{" not in text and "｛" not in text:
        return ""
    text = re.sub(r"[\r\n\t]", " ", text)  # from here on, a line feed or tab in a text can only come from a value
    patched: str = DocxTemplate(io.BytesIO()).patch_xml(text)
    return re.sub(r"(<w:p[ >])", r"\n\1", _first_row_free(_with_widths(patched)))


def _with_widths(source: str) -> str:
    """Carry out `{% widths EXPR %}`: LibreOffice and WPS go by the grid's columns, Word by the cells' widths."""

    def rewrite(table: re.Match[str]) -> str:
        tag = re.search(r"\{%\s*widths\s+(.*?)\s*%\}", table[0])
        if tag is None:
            return table[0]
        widths = tag[1]
        grid = f'{{% for width in {widths} %}}<w:gridCol w:w="{{{{ width|twips }}}}"/>{{% endfor %}}'
        text = table[0].replace(tag[0], "")
        text = _put(r"<w:tblGrid>.*?</w:tblGrid>", f"<w:tblGrid>{grid}</w:tblGrid>", text)
        text = _put(r"<w:tblW [^>]*/>", f'<w:tblW w:w="{{{{ {widths}|sum|twips }}}}" w:type="dxa"/>', text)
        return _put(r"<w:tcW [^>]*/>", f'<w:tcW w:w="{{{{ {widths}[loop.index0]|twips }}}}" w:type="dxa"/>', text)

    return re.sub(r"<w:tbl>(?:(?!<w:tbl>).)*?</w:tbl>", rewrite, source, flags=re.DOTALL)


def _first_row_free(source: str) -> str:
    """Let the first row of a `{%tr for %}` loop break over pages.

    LibreOffice 7.4 loses all rows after an unbreakable first one that fits on the page but for its lower border.
    """
    loop = r"(\{% +for [^%]*%\}\s*<w:tr[ >](?:(?!</w:trPr>|<w:tc>).)*?)(<w:cantSplit[^>]*/>)"
    return re.sub(loop, r"\1{% if not loop.first %}\2{% endif %}", source, flags=re.DOTALL)


def _put(pattern: str, replacement: str, text: str) -> str:
    return re.sub(pattern, lambda _: replacement, text, flags=re.DOTALL)


def _misplaced(part: str, source: str) -> Iterator[Problem]:
    """Tags typed with full-width braces, and values in a field's code or outside any text."""
    for match in _FULL_WIDTH.finditer(_ELEMENT.sub("", source)):
        yield Problem("syntax", part, match[0], "full-width brace")
    bare = _BLOCK.sub("", source)
    values = _VALUE.findall(bare)
    flat = _VALUE.sub("\0", bare)
    for value, match in zip(values, re.finditer("\0", flat), strict=True):
        opened = flat[flat.rfind("<", 0, match.start()) : match.start()]
        in_attribute = ">" not in opened and not opened.startswith("<w:fldSimple")
        if not in_attribute and not _TEXT_ELEMENT.match(opened):
            yield Problem("place", part, value)


def _asked(environment: jinja2.Environment, source: str) -> set[str]:
    from jinja2 import meta

    return meta.find_undeclared_variables(environment.parse(source)) - environment.globals.keys()


def _near(source: str, line: int) -> str:
    """The words of the paragraph at fault."""
    return _ELEMENT.sub("", source.split("\n")[line - 1]).strip()[:80]


# --- filling --------------------------------------------------------------------------------------------------------


def _filled(template: Template, page: Page, context: Mapping[str, object]) -> Entry:
    import jinja2

    try:
        text = page.compiled.render(context)
    except jinja2.UndefinedError as error:
        raise TemplateError(template.name, _undefined(page, context, str(error))) from error
    except (jinja2.TemplateError, ArithmeticError, LookupError, TypeError, ValueError) as error:
        raise TemplateError(template.name, [Problem("value", page.name, str(error))]) from error
    body = _WORD_TEXT.sub(_with_breaks, text.replace("\n<w:p", "<w:p")).encode()
    try:
        expat.ParserCreate().ParseFile(io.BytesIO(body))
    except expat.ExpatError as error:
        raise TemplateError(template.name, [Problem("broken", page.name, str(error))]) from error
    return _packed(page.name, body)


def _with_breaks(match: re.Match[str]) -> str:
    start, text = match.groups()
    if "\n" not in text and "\t" not in text:
        return match[0]
    text = text.replace("\n", f"</w:t><w:br/>{_MORE_TEXT}").replace("\t", f"</w:t><w:tab/>{_MORE_TEXT}")
    return f"{start}{text}</w:t>"


def _undefined(page: Page, context: Mapping[str, object], message: str) -> list[Problem]:
    """Every field that one rendering misses: rendered once more with an undefined that only takes notes."""
    import jinja2

    names: dict[str, None] = {}

    class Noted(jinja2.ChainableUndefined):
        def _note(self) -> None:
            names[str(self._undefined_name)] = None

        def __str__(self) -> str:
            self._note()
            return ""

        def __bool__(self) -> bool:
            self._note()
            return False

        def __iter__(self) -> Iterator[Any]:
            self._note()
            return iter(())

    try:
        _environment(Noted).from_string(page.source).render(context)
    except (jinja2.TemplateError, ArithmeticError, LookupError, TypeError, ValueError):
        names = names or {message: None}
    return [Problem("field", page.name, name) for name in names or [message]]


def _similar(name: str, known: Iterable[str]) -> str:
    from difflib import get_close_matches

    return next(iter(f"did you mean {match}?" for match in get_close_matches(name, list(known), 1)), "")


# --- the archive ----------------------------------------------------------------------------------------------------


def _entries(data: bytes, name: str) -> list[Entry]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = [_entry(data, info) for info in archive.infolist()]
            methods = {entry.method for entry in entries} <= {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
            if methods and archive.testzip() is None and "word/document.xml" in archive.namelist():
                return entries
    except (zipfile.BadZipFile, zlib.error, struct.error, RuntimeError, EOFError):
        pass
    raise TemplateError(name, [Problem("unreadable", "", "not a Word document (.docx)")])


def _entry(data: bytes, info: zipfile.ZipInfo) -> Entry:
    # zipfile cannot hand out compressed bytes; they follow the local header, whose name and extra field vary in length
    name_length, extra_length = struct.unpack_from("<HH", data, info.header_offset + 26)
    start = info.header_offset + 30 + name_length + extra_length
    body = data[start : start + info.compress_size]
    return Entry(info.filename, info.compress_type, info.CRC, info.file_size, body)


def _plain(entry: Entry) -> bytes:
    return entry.body if entry.method == zipfile.ZIP_STORED else zlib.decompress(entry.body, -zlib.MAX_WBITS)


def _packed(name: str, body: bytes) -> Entry:
    deflate = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
    return Entry(name, zipfile.ZIP_DEFLATED, zlib.crc32(body), len(body), deflate.compress(body) + deflate.flush())


def _archive(entries: Iterable[Entry]) -> bytes:
    """A zip file with every date at 1980-01-01: the clock is no part of a document."""
    chunks: list[bytes] = []
    directory: list[bytes] = []
    offset = 0
    for entry in entries:
        name = entry.name.encode()
        head = struct.pack(
            "<5H3I2H", 20, 0x800, entry.method, 0, 0x21, entry.checksum, len(entry.body), entry.size, len(name), 0
        )
        local = b"PK\x03\x04" + head + name
        directory.append(b"PK\x01\x02" + struct.pack("<H", 20) + head + struct.pack("<3H2I", 0, 0, 0, 0, offset) + name)
        chunks += (local, entry.body)
        offset += len(local) + len(entry.body)
    size = sum(map(len, directory))
    end = b"PK\x05\x06" + struct.pack("<4H2IH", 0, 0, len(directory), len(directory), size, offset, 0)
    return b"".join((*chunks, *directory, end))


# --- reading back ---------------------------------------------------------------------------------------------------


class _Reading:
    """What one pass over the body's XML has open: elements, and the texts of the paragraphs and cells they stand in."""

    def __init__(self) -> None:
        self.path: list[str] = []
        self.open: list[list[str]] = []
        self.found: list[str] = []

    def read(self, body: bytes) -> list[str]:
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self.characters
        parser.ParseFile(io.BytesIO(body))
        return self.found

    def start(self, name: str, _attributes: Mapping[str, str]) -> None:
        if name in ("w:p", "w:tc"):
            self.open.append([])
        elif self.path and self.path[-1] == "w:r" and name in ("w:br", "w:cr", "w:tab"):
            self.characters("\t" if name == "w:tab" else "\n", inside="w:r")
        self.path.append(name)

    def end(self, name: str) -> None:
        self.path.pop()
        if name not in ("w:p", "w:tc"):
            return
        text = ("" if name == "w:p" else "\n").join(self.open.pop())
        if name == "w:p" and self.path[-1] == "w:tc":
            self.open[-1].append(text)
        elif "mc:Fallback" not in self.path:  # the same text a second time, for programs before 2010
            self.found.append(text)

    def characters(self, text: str, inside: str = "w:t") -> None:
        if self.path[-1] == inside and self.open:
            self.open[-1].append(text)
