"""Builds the Word templates in `templates/notices/`: python tools/make_notice_templates.py

There is one for each form of official document that GB/T 9704-2012 knows: 文件格式, with a red head or none, and
信函格式.  They are where an office starts from: it edits them in Word or WPS, styles included, or keeps a copy under
the name of one kind of document.  How page, styles and pieces are made stands in `official_format.py`.

Empty fields leave no empty lines: distances belong to the styles, and what depends on a field stands between
`{%p if %}` and `{%p endif %}`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from official_format import (
    attachments,
    blocks,
    box_at_the_top,
    each,
    last_page,
    letter_head,
    letter_number,
    new_document,
    paragraph,
    saved,
    signed,
    tag,
    when,
)

FOLDER = Path(__file__).parents[1] / "templates" / "notices"


def main(folder: Path = FOLDER) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, build in TEMPLATES.items():
        (folder / name).write_bytes(build())
        sys.stdout.write(f"{folder / name}\n")


def document() -> bytes:
    """文件格式: red head, the same on pre-printed paper, or no head at all."""
    made = new_document()
    tag(made, "if head == 'none'")
    each(made, "line in above", ("公文标注", "{{ line }}"))
    tag(made, "else")
    box_at_the_top(paragraph(made, "公文锚"))
    tag(made, "if head == 'red'")
    paragraph(made, "公文标志", "{% size mark_size %}{{ mark }}")
    _number(made, "公文字号")
    tag(made, "else")
    paragraph(made, "公文标志", "")
    _number(made, "公文字号无线")
    tag(made, "endif")
    paragraph(made, "公文标题前")
    tag(made, "endif")
    _rest(made, numbered_below=True)
    return saved(made)


def _number(made: Any, style: str) -> None:
    """In the middle; of a document that goes upwards at the left, with its signer at the right (7.2.6)."""
    tag(made, "if signer")
    signed(paragraph(made, f"{style}上行"))
    tag(made, "else")
    paragraph(made, style, "{{ number }}")
    tag(made, "endif")


def letter() -> bytes:
    """信函格式: the mark high on the page between red rules, the number at the right, no number on the first page."""
    made = new_document(letter=True)
    letter_head(made)
    letter_number(made)
    paragraph(made, "公文标题前")
    _rest(made, numbered_below=False)
    return saved(made)


def _rest(made: Any, *, numbered_below: bool) -> None:
    """What both forms have below their heads."""
    each(made, "line in title_lines", ("公文标题", "{{ line }}"))
    when(made, "recipients", ("公文主送", "{{ recipients }}："))
    blocks(made, "body")
    _attachment_lines(made)
    paragraph(made, "公文署名", "{% right name_right %}{{ signatory }}")
    paragraph(made, "公文日期", "{% right date_right %}{{ date }}")
    when(made, "note", ("公文附注", "（{{ note }}）"))
    attachments(made)
    last_page(made, ruled=numbered_below)


def _attachment_lines(made: Any) -> None:
    """附件： and the names, the later ones under the first, each wrapping under its own beginning."""
    tag(made, "for line in attachment_lines")
    tag(made, "if attachment_lines|length == 1")
    paragraph(made, "公文附件独", "{{ line }}")
    tag(made, "elif loop.first")
    paragraph(made, "公文附件首", "{{ line }}")
    tag(made, "else")
    paragraph(made, "公文附件次", "{{ line }}")
    tag(made, "endif")
    tag(made, "endfor")


TEMPLATES: dict[str, Callable[[], bytes]] = {"文件格式.docx": document, "信函格式.docx": letter}


if __name__ == "__main__":
    main()
