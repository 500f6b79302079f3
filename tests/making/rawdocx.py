"""Small Word documents written as raw XML, for tests that need what Word splits and no library would write."""

from __future__ import annotations

import io
import zipfile

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def docx(*texts: str, body: str = "") -> bytes:
    """A .docx with a paragraph for each text (a `¦` begins a new run), or with the body given."""
    paragraphs = "".join(
        "<w:p>" + "".join(f"<w:r><w:t>{run}</w:t></w:r><w:proofErr/>" for run in text.split("¦")) + "</w:p>"
        for text in texts
    )
    document = f'<w:document xmlns:w="{WORD}"><w:body>{body or paragraphs}</w:body></w:document>'
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/styles.xml", f'<w:styles xmlns:w="{WORD}"/>' + " " * 500)
        archive.writestr("word/document.xml", document)
    return written.getvalue()
