"""The ledger: what the committee or the office decided, line by line, each with its document, date and reason.

The ledger is the union of the lines of all files in `decisions/`.  It is the only road by which a number moves without
a new submission.  `kinds` says which kinds of decision there are and which columns each needs; `lines` what a line is;
`reading` how lines are read and checked.  What a decision does stands where it does it: on the roster in `decided.py`,
on submissions in `ingest.py` and `lateness.py`, on totals, grades and awards in their own modules.
"""

from evaltool.ledger.kinds import ALWAYS, COLUMNS, KINDS, DecisionKind, kind_named, needed
from evaltool.ledger.lines import (
    Decision,
    Ledger,
    decided_twice,
    finding_at,
    idle,
    of_kind,
    of_nobody,
    out_of_year,
    refused,
    ties,
    twice,
    waiver_of,
)
from evaltool.ledger.reading import former_names, read_ledger
from evaltool.ledger.withdrawn import meant_by, moving, without_withdrawn

__all__ = [
    "ALWAYS",
    "COLUMNS",
    "KINDS",
    "Decision",
    "DecisionKind",
    "Ledger",
    "decided_twice",
    "finding_at",
    "former_names",
    "idle",
    "kind_named",
    "meant_by",
    "moving",
    "needed",
    "of_kind",
    "of_nobody",
    "out_of_year",
    "read_ledger",
    "refused",
    "ties",
    "twice",
    "waiver_of",
    "without_withdrawn",
]
