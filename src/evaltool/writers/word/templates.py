"""Word documents: a template and a context go in, the bytes of a .docx come out.

A template is compiled once.  The few parts that hold tags become Jinja templates, every other part is kept as the
compressed bytes that it already has, so a letter costs one rendering and one deflate.  docxtpl is used while compiling
only: it joins tags that Word or WPS split into runs, and lifts `{%p %}`, `{%tr %}` and `{%tc %}` out of their
paragraph, row or cell.  The tags that are ours are those of `tags`.

Values are text and nothing else: no filter turns one into markup, and a template that puts one into a field's code is
refused.  A line feed becomes a line break, a tab a tab, a character that XML cannot hold U+FFFD.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal
from xml.parsers import expat

from evaltool.writers.official import DocumentChart
from evaltool.writers.word.archive import ArchivedPart, archive, entries, packed, plain
from evaltool.writers.word.charts import with_charts
from evaltool.writers.word.tags import TWIPS, carried_out
from evaltool.writers.word.text import text_of

if TYPE_CHECKING:
    import jinja2

__all__ = ["Template", "TemplateError", "TemplateProblem", "compile_template", "fields", "fill", "text_of"]

TemplateProblemKind = Literal["unreadable", "syntax", "place", "field", "value", "broken"]

_TAGGED = re.compile(r"word/(document|header|footer|footnotes|endnotes)\d*\.xml|docProps/core\.xml")
_TAG = re.compile(r"\{[{%#]")  # an unfinished tag is a tag too
_VALUE = re.compile(r"\{\{.*?\}\}")
_BLOCK = re.compile(r"\{%.*?%\}|\{#.*?#\}")
_FULL_WIDTH = re.compile("[{｛]｛[^<]{0,20}|｛[{%％][^<]{0,20}|{％[^<]{0,20}")
_TEXT_ELEMENT = re.compile(r"<(?:[wam]:t[ >]|wp:posOffset>|dc:|cp:)")  # where boxes stand is reckoned by our own tags
_WORD_TEXT = re.compile(r"(<w:t(?: [^>]*)?>)([^<]*)</w:t>")
_ELEMENT = re.compile(r"<[^>]*>")
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_NOT_AS_IS = re.compile(rf"[\r&<>'\"]|{_NO_XML.pattern}")
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "'": "&#39;", '"': "&#34;"})
_LOOP = frozenset(("first", "last", "index", "index0", "revindex", "revindex0", "length"))
_MORE_TEXT = '<w:t xml:space="preserve">'


@dataclass(frozen=True, slots=True)
class TemplateProblem:
    """One thing wrong with a template; `what` is the field, the tag or the words around it.

    unreadable: not a .docx; syntax: Jinja cannot read a tag; place: a value stands where no text can; field: a field
    that nobody offers; value: an expression failed on the values given; broken: the filled part is not XML.
    """

    kind: TemplateProblemKind
    part: str
    what: str
    hint: str = ""

    def __str__(self) -> str:
        hint = f" ({self.hint})" if self.hint else ""
        return f"{self.kind}: {self.what}{hint}" + (f" in {self.part}" if self.part else "")


class TemplateError(Exception):
    """Everything that is wrong with one template, and which template it is."""

    def __init__(self, template: str, problems: Iterable[TemplateProblem]) -> None:
        self.template = template
        self.problems = tuple(problems)
        super().__init__(f"{template or 'template'}: " + "; ".join(map(str, self.problems)))


@dataclass(frozen=True, slots=True)
class TemplatePart:
    """A part with tags: its Jinja source, kept to name all missing fields at once, and the compiled template."""

    name: str
    source: str
    compiled: jinja2.Template


@dataclass(frozen=True, slots=True)
class Template:
    """A compiled template; `parts` keep the order that they have in the file."""

    name: str
    asked: frozenset[str]
    parts: tuple[ArchivedPart | TemplatePart, ...]


@lru_cache(maxsize=32)  # a template takes a fifth of a second, and whoever scores several times uses the same ones
def compile_template(data: bytes, name: str = "") -> Template:
    """Read a .docx template; every broken part is named in the one TemplateError raised."""
    import jinja2

    asked: set[str] = set()
    environment = _environment(jinja2.StrictUndefined, asked)
    parts: list[ArchivedPart | TemplatePart] = []
    problems: list[TemplateProblem] = []
    found = entries(data)
    if found is None:
        raise TemplateError(name, [TemplateProblem("unreadable", "", "not a Word document (.docx)")])
    for entry in found:
        source = _source(entry) if _TAGGED.fullmatch(entry.name) else ""
        problems += _misplaced(entry.name, source)
        if not _TAG.search(source):
            parts.append(entry)
            continue
        try:
            parts.append(TemplatePart(entry.name, source, environment.from_string(_parsed(environment, source))))
        except jinja2.TemplateSyntaxError as error:
            problems.append(TemplateProblem("syntax", entry.name, _near(source, error.lineno), error.message or ""))
    if problems:
        raise TemplateError(name, problems)
    return Template(name, frozenset(asked), tuple(parts))


def fields(template: Template) -> frozenset[str]:
    """The top-level names that the template asks for."""
    return template.asked


def fill(template: Template, context: Mapping[str, object], charts: Sequence[DocumentChart] = ()) -> bytes:
    """The finished .docx; the same template and context give the same bytes.

    `charts` are those that the context's `{% chart %}` tags stand for, in their order.
    """
    if unknown := sorted(template.asked - context.keys()):
        raise TemplateError(
            template.name, [TemplateProblem("field", "", name, _similar(name, context)) for name in unknown]
        )
    parts = [part if isinstance(part, ArchivedPart) else _filled(template, part, context) for part in template.parts]
    return archive(with_charts(parts, charts) if charts else parts)


# --- compiling ------------------------------------------------------------------------------------------------------


def _environment(undefined: type[jinja2.Undefined], asked: set[str]) -> jinja2.Environment:
    """Templates travel by mail and are edited by many hands, hence the sandbox: they can read values, run nothing.
    What a compiled template asks for goes into `asked`."""
    from jinja2.compiler import CodeGenerator, Frame
    from jinja2.runtime import LoopContext
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    class Asking(CodeGenerator):
        def enter_frame(self, frame: Frame) -> None:
            """As `jinja2.meta` does it, which generates all code once more for that."""
            super().enter_frame(frame)
            resolved = (name for action, name in frame.symbols.loads.values() if action == "resolve" and name)
            asked.update(name for name in resolved if name not in self.environment.globals)

    class Environment(ImmutableSandboxedEnvironment):
        code_generator_class = Asking

        def getattr(self, obj: Any, attribute: str) -> Any:
            """What a field holds and where a loop stands is nearly all that is asked; for that it needs no sandbox."""
            if type(obj) is dict and attribute in obj:
                return obj[attribute]
            if type(obj) is LoopContext and attribute in _LOOP:
                return getattr(obj, attribute)
            return super().getattr(obj, attribute)

    # nothing that a template says is constant, so that looking for it is in vain
    environment = Environment(undefined=undefined, finalize=_as_text, optimized=False)
    environment.filters |= _MEASURES
    return environment


def _as_text(value: object) -> str:
    """A value as it stands in the part.  Escaped here and not by Jinja: `|safe`, `|urlize` and {% autoescape false %}
    must not open a way in."""
    if type(value) is int:
        return str(value)
    text = str(value)
    if not _NOT_AS_IS.search(text):
        return text
    return _NO_XML.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n")).translate(_ESCAPES)


def _parsed(environment: jinja2.Environment, source: str) -> jinja2.nodes.Template:
    """Without {% autoescape %}, which would only escape a second time."""
    from jinja2 import nodes

    parsed = environment.parse(source)
    for scope in parsed.find_all(nodes.ScopedEvalContextModifier) if "autoescape" in source else ():
        scope.options = []
    return parsed


# what the tags of word/tags.py leave behind in attributes: whole numbers in the units of the file
_MEASURES: dict[str, Callable[[float], int]] = {
    "twips": lambda millimetres: round(millimetres * 1440 / 25.4),
    "characters": lambda characters: round(characters * TWIPS),
    "hundredths": lambda characters: round(characters * 100),
    "points": lambda points: round(points * 20),
    "half_points": lambda points: round(points * 2),
}


def _source(entry: ArchivedPart) -> str:
    """The part as a Jinja template, each paragraph on a line of its own, so that an error's line is a paragraph."""
    from docxtpl import DocxTemplate

    text = plain(entry).decode("utf-8-sig", errors="replace")
    if "{" not in text and "｛" not in text:
        return ""
    text = re.sub(r"[\r\n\t]", " ", text)  # from here on, a line feed or tab in a text can only come from a value
    patched: str = DocxTemplate(io.BytesIO()).patch_xml(text)
    return re.sub(r"(<w:p[ >])", r"\n\1", _first_row_free(carried_out(patched)))


def _first_row_free(source: str) -> str:
    """Let the first row of a `{%tr for %}` loop break over pages.

    LibreOffice 7.4 loses all rows after an unbreakable first one that fits on the page but for its lower border.
    """
    loop = (
        r"(\{% +for [^%]*%\}(?:\{% set row_at = loop %\})?\s*<w:tr[ >](?:(?!</w:trPr>|<w:tc>).)*?)(<w:cantSplit[^>]*/>)"
    )
    return re.sub(loop, r"\1{% if not loop.first %}\2{% endif %}", source, flags=re.DOTALL)


def _misplaced(part: str, source: str) -> Iterator[TemplateProblem]:
    """Tags typed with full-width braces, and values in a field's code or outside any text."""
    for match in _FULL_WIDTH.finditer(_ELEMENT.sub("", source)):
        yield TemplateProblem("syntax", part, match[0], "full-width brace")
    bare = _BLOCK.sub("", source)
    values = _VALUE.findall(bare)
    flat = _VALUE.sub("\0", bare)
    for value, match in zip(values, re.finditer("\0", flat), strict=True):
        opened = flat[flat.rfind("<", 0, match.start()) : match.start()]
        in_attribute = ">" not in opened and not opened.startswith("<w:fldSimple")
        if not in_attribute and not _TEXT_ELEMENT.match(opened):
            yield TemplateProblem("place", part, value)


def _near(source: str, line: int) -> str:
    """The words of the paragraph at fault."""
    return _ELEMENT.sub("", source.split("\n")[line - 1]).strip()[:80]


# --- filling --------------------------------------------------------------------------------------------------------


def _filled(template: Template, page: TemplatePart, context: Mapping[str, object]) -> ArchivedPart:
    import jinja2

    try:
        text = page.compiled.render(context)
    except jinja2.UndefinedError as error:
        raise TemplateError(template.name, _undefined(page, context, str(error))) from error
    except (jinja2.TemplateError, ArithmeticError, LookupError, TypeError, ValueError) as error:
        raise TemplateError(template.name, [TemplateProblem("value", page.name, str(error))]) from error
    text = text.replace("\n<w:p", "<w:p")
    if "\n" in text or "\t" in text:  # then a value has one
        text = _WORD_TEXT.sub(_with_breaks, text)
    body = text.encode()
    try:
        expat.ParserCreate().ParseFile(io.BytesIO(body))
    except expat.ExpatError as error:
        raise TemplateError(template.name, [TemplateProblem("broken", page.name, str(error))]) from error
    return packed(page.name, body)


def _with_breaks(match: re.Match[str]) -> str:
    start, text = match.groups()
    if "\n" not in text and "\t" not in text:
        return match[0]
    text = text.replace("\n", f"</w:t><w:br/>{_MORE_TEXT}").replace("\t", f"</w:t><w:tab/>{_MORE_TEXT}")
    return f"{start}{text}</w:t>"


def _undefined(page: TemplatePart, context: Mapping[str, object], message: str) -> list[TemplateProblem]:
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
        _environment(Noted, set()).from_string(page.source).render(context)
    except (jinja2.TemplateError, ArithmeticError, LookupError, TypeError, ValueError):
        names = names or {message: None}
    return [TemplateProblem("field", page.name, name) for name in names or [message]]


def _similar(name: str, known: Iterable[str]) -> str:
    from difflib import get_close_matches

    return next(iter(f"did you mean {match}?" for match in get_close_matches(name, list(known), 1)), "")
