"""Brings the Chinese texts of the terminal up to date: new messages into the .po, and the .mo from the .po.

    python tools/make_locale.py

Messages are those of `src/` and those that Typer passes through gettext (its help pages and errors).  A message without
a translation is printed and makes the exit code 1.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import typer
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
PO = ROOT / "src" / "evaltool" / "locale" / "zh_CN" / "LC_MESSAGES" / "messages.po"
HEADER = """\
# The terminal's texts in Chinese; tools/make_locale.py adds new messages and compiles the .mo.
msgid ""
msgstr ""
"Language: zh_CN\\n"
"Content-Type: text/plain; charset=UTF-8\\n"

"""
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)  # no file changes because a day has passed


def messages(folder: Path) -> list[str]:
    """Every text that stands in `_(...)` in the Python files of a folder, in their order."""
    found = extract_from_dir(str(folder), [("**.py", "python")], keywords={"_": None})
    return list(
        dict.fromkeys(message for _file, _line, message, _comments, _context in found if isinstance(message, str))
    )


def updated(old: Catalog) -> Catalog:
    """The same translations for the messages that there are now, sorted."""
    new = Catalog(locale="zh_CN", project="evaltool", creation_date=LONG_AGO, revision_date=LONG_AGO, fuzzy=False)
    for message in sorted({*messages(ROOT / "src"), *messages(Path(typer.__file__).parent)}):
        known = old.get(message)
        new.add(message, known.string if known else "")
    return new


def main() -> int:
    with PO.open("rb") as file:
        catalog = updated(read_po(file))
    with PO.open("wb") as file:
        file.write(HEADER.encode())
        write_po(file, catalog, omit_header=True, no_location=True, width=120)
    with PO.with_suffix(".mo").open("wb") as file:
        write_mo(file, catalog)
    missing = [str(message.id) for message in catalog if message.id and not message.string]
    for text in missing:
        print("not translated:", text)  # noqa: T201
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
