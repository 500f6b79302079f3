"""What is this file, if it is no .xlsx archive?  Looks at the bytes only; the name of a file proves nothing.

Each refusal tells the clerk what to ask for, so "not a workbook" is split by what people really send: old .xls and
.et files, encrypted files, exports that are HTML or CSV inside, PDFs, pictures, Word files.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Container

from evaltool.reader.refusals import Refusal, refusal

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MAGIC: tuple[tuple[bytes, str, str], ...] = (
    (b"PK\x05\x06", "FILE_NOT_XLSX", "empty_archive"),
    (b"PK\x07\x08", "FILE_NOT_XLSX", "closed_archive"),
    (b"Rar!\x1a\x07", "FILE_NOT_XLSX", "closed_archive"),
    (b"7z\xbc\xaf\x27\x1c", "FILE_NOT_XLSX", "closed_archive"),
    (b"\x1f\x8b", "FILE_NOT_XLSX", "closed_archive"),
    (b"BZh", "FILE_NOT_XLSX", "closed_archive"),
    (b"\xfd7zXZ\x00", "FILE_NOT_XLSX", "closed_archive"),
    (b"%PDF", "FILE_NOT_XLSX", "pdf"),
    (b"\x89PNG", "FILE_NOT_XLSX", "image"),
    (b"\xff\xd8\xff", "FILE_NOT_XLSX", "image"),
    (b"GIF8", "FILE_NOT_XLSX", "image"),
    (b"II*\x00", "FILE_NOT_XLSX", "image"),
    (b"MM\x00*", "FILE_NOT_XLSX", "image"),
    (b"{\\rtf", "FILE_NOT_XLSX", "rtf"),
    (b"MZ", "FILE_NOT_XLSX", "program"),
    (b"\x7fELF", "FILE_NOT_XLSX", "program"),
    # the first record of workbooks from before OLE files (BIFF 2 to 4)
    (b"\x09\x00\x04\x00", "FILE_XLS_OLD", "Excel 2"),
    (b"\x09\x02\x06\x00", "FILE_XLS_OLD", "Excel 3"),
    (b"\x09\x04\x06\x00", "FILE_XLS_OLD", "Excel 4"),
)
_HTML = ("<html", "<!doctype html", "<table", "<head", "<body", "<meta", "<style", "<div", "mime-version:")
_WINDOW = 1 << 16
# what no text file has: control characters other than tab, line ends and form feed
_BINARY = re.compile("[\x00-\x08\x0e-\x1f\x7f]")


def not_an_archive(data: bytes) -> Refusal:
    """What to say of bytes that do not begin as a zip archive does."""
    if not data:
        return refusal("FILE_EMPTY")
    if data.startswith(OLE):
        return _ole(data)
    for magic, code, kind in _MAGIC:
        if data.startswith(magic):
            return refusal(code, kind=kind)
    return _text(_decode(data[:_WINDOW]))


def not_a_workbook(names: frozenset[str], mimetype: bytes) -> Refusal | None:
    """What to say of an archive by its (lower-case) part names, or None if it holds a workbook or claims to."""
    if "xl/workbook.bin" in names:
        return refusal("FILE_XLSB", kind="xlsb")
    if b"opendocument.spreadsheet" in mimetype and "content.xml" in names:
        # with the parts of both, programs would read it in two ways
        return refusal("FILE_ODS", kind="ods") if "[content_types].xml" in names else None
    if other := names_another_kind(names):
        return refusal("FILE_NOT_XLSX", kind=other)
    if b"opendocument" in mimetype:
        return refusal("FILE_NOT_XLSX", kind="opendocument")
    if not names & {"[content_types].xml", "_rels/.rels", "xl/workbook.xml"}:
        return refusal("FILE_NOT_XLSX", kind="archive")
    return None


def is_open_document(names: Container[str]) -> bool:
    """Whether an archive that holds a workbook, by its (lower-case) part names, is an OpenDocument one."""
    return "content.xml" in names and "[content_types].xml" not in names


def names_another_kind(names: frozenset[str]) -> str:
    """What other kind of document an archive is by its (lower-case) part names; "" if it is none that is known."""
    signs = (("word/document.xml", "word"), ("ppt/presentation.xml", "slides"), ("ofd.xml", "ofd"))
    return next((kind for sign, kind in signs if sign in names), "")


def is_old_book(data: bytes) -> bool:
    """Whether an OLE file may be an old workbook; a document that holds one is told from it where it is opened."""
    return data.startswith(OLE) and (_holds(data, "Workbook") or _holds(data, "Book"))


def _holds(data: bytes, stream: str) -> bool:
    return stream.encode("utf-16-le") in data


def _ole(data: bytes) -> Refusal:
    if _holds(data, "EncryptedPackage"):
        return refusal("FILE_ENCRYPTED")
    if _holds(data, "WordDocument"):
        return refusal("FILE_NOT_XLSX", kind="word")
    if _holds(data, "PowerPoint Document"):
        return refusal("FILE_NOT_XLSX", kind="slides")
    if not (_holds(data, "Workbook") or _holds(data, "Book")):
        return refusal("FILE_NOT_XLSX", kind="ole")
    return refusal("FILE_XLS_OLD", kind="xls / et")


def _decode(window: bytes) -> str:
    """The text in one of the encodings that exports use; empty if it is no text."""
    if window.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "gb18030", "big5"]
    for encoding in encodings:
        try:
            # not final: the window may cut a character in two
            text = codecs.getincrementaldecoder(encoding)().decode(window)
        except UnicodeDecodeError:
            continue
        if not _BINARY.search(text):
            return text
    return ""


def _text(text: str) -> Refusal:
    head = text.lstrip().lower()
    if head.startswith(_HTML):
        return refusal("FILE_HTML", kind="html")
    if head.startswith("<"):
        return _xml(head)
    lines = head.splitlines()
    if len(lines) > 1 and any(mark in lines[0] and mark in lines[1] for mark in ",;\t"):
        return refusal("FILE_CSV", kind="csv")
    return refusal("FILE_NOT_XLSX", kind="plain" if len(head) > 3 else "unknown")


def _xml(head: str) -> Refusal:
    if "urn:schemas-microsoft-com:office:spreadsheet" in head:
        return refusal("FILE_XML2003", kind="xml")
    if "opendocument.spreadsheet" in head:
        return refusal("FILE_ODS", kind="fods")
    if "<html" in head:
        return refusal("FILE_HTML", kind="html")
    return refusal("FILE_NOT_XLSX", kind="xml_other")
