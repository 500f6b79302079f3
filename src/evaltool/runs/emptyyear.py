"""A folder to begin with where there is nothing yet: rules that explain themselves, and workbooks to fill in."""

from __future__ import annotations

from pathlib import Path

from evaltool.files import built, today, write_atomically
from evaltool.rules.scheme import read_scheme
from evaltool.rules.settings import FILE, read_year
from evaltool.runs.bundled import templates
from evaltool.runs.newsettings import moved_on
from evaltool.runs.newyear import PARTS, Begun
from evaltool.sheets.ledgerbook import LEDGER, blank_ledger
from evaltool.sheets.rosterbook import names_of, roster_book
from evaltool.writers.saving import to_bytes

EMPTY = "empty"


def begin_empty(folder: Path, year: int = 0) -> Begun:
    """Fill a folder with explained rules, a roster with an example in each table, and a ledger; of this year unless one
    is given."""
    source = templates() / EMPTY
    year = year or today().year
    settings = (source / FILE).read_text(encoding="utf-8")
    stated = read_year({FILE: settings.encode()})[0]
    before = stated.settings.year if stated.settings else year
    with built(folder) as made:
        schemes = []
        for path in sorted((source / "schemes").glob("*.toml")):
            text = path.read_text(encoding="utf-8")
            write_atomically(made / "schemes" / path.name, text.encode())
            scheme, _ = read_scheme(text, f"schemes/{path.name}")
            schemes += [scheme] if scheme else []
        write_atomically(made / FILE, moved_on(settings, before, year).text.encode())
        names = names_of(schemes, stated.roles)
        write_atomically(made / "roster.xlsx", to_bytes(roster_book({}, names, examples=True)))
        for part in PARTS:
            (made / part).mkdir(exist_ok=True)
        write_atomically(made / LEDGER, to_bytes(blank_ledger(names)))
    return Begun(year)
