"""The office's own workbooks, written for a folder that there is: its roster with lists to choose from, a blank ledger.

Nothing that lies there is written over: where there is one already, the new one gets a name beside it.
"""

from __future__ import annotations

from pathlib import Path

from evaltool.evaluation import load
from evaltool.evaluation.folder import snapshot
from evaltool.files import Placed, locked, place
from evaltool.findings import Refused
from evaltool.rules.scheme import read_scheme
from evaltool.rules.settings import read_year, rules_text
from evaltool.runs.newyear import roster_lists
from evaltool.sheets.ledgerbook import LEDGER, blank_ledger, ledger_names
from evaltool.sheets.rosterbook import Offered, names_of, offered, roster_book
from evaltool.writers.saving import to_bytes

ROSTER, BESIDE = "roster.xlsx", "名单.xlsx"


def write_roster(folder: Path) -> Placed:
    """The folder's long tables as they are; as its roster where it has none, else beside it.  A roster that is not
    complete yet stops nobody: what the rules say is enough."""
    lists = roster_lists(folder)
    has_one = bool(lists) or (folder / ROSTER).exists()
    data = to_bytes(roster_book(lists, _names(folder)))
    with locked(folder):
        return place(folder / (BESIDE if has_one else ROSTER), data)


def write_ledger(folder: Path) -> Placed:
    """A ledger without a line among the decisions; every file there is read."""
    evaluation, _ = load(folder)
    data = to_bytes(blank_ledger(ledger_names(evaluation)))
    with locked(folder):
        return place(folder / LEDGER, data)


def _names(folder: Path) -> Offered:
    try:
        return offered(load(folder)[0])
    except Refused:
        files, _ = snapshot(folder)
        year, _ = read_year(files)
        rules = {name: rules_text(data, name)[0] for name, data in files.items() if name.startswith("schemes/")}
        read = (read_scheme(text, name)[0] for name, text in rules.items())
        return names_of([scheme for scheme in read if scheme], year.roles)
