"""Decisions that were taken back: a line of its own says so, the line that it means stays and has no effect.

A withdrawal means one line.  It names its document, and as much more as it takes until only one is left; where several
are left, nobody can say which is meant.  So a withdrawal never grows, whatever is entered after it.
"""

from __future__ import annotations

from collections.abc import Sequence

from evaltool.findings import Finding
from evaltool.ledger.kinds import KINDS, kind_named
from evaltool.ledger.lines import Decision, Ledger, finding_at, of_kind, refused, twice
from evaltool.names import folded

_NARROWING = ("unit", "evaluator", "component", "indicator", "batch", "sheet", "cell")


def meant_by(line: Decision, ledger: Sequence[Decision]) -> list[Decision]:
    """The lines that a withdrawal could mean; a withdrawal is not withdrawn but decided anew."""
    return [
        each
        for each in ledger
        if each.kind != line.kind
        and folded(each.document) == folded(line.before)
        and (not line.after or kind_named(line.after) == each.kind)
        and (not line.file_hash or _same_file(each, line.file_hash) or each.fingerprint.startswith(line.file_hash))
        and all(getattr(line, key) in ("", getattr(each, key)) for key in _NARROWING)
    ]


def moving(ledger: Ledger, withdrawn: Ledger) -> list[Decision]:
    """The lines that may move a result; a withdrawal does if what it took back did."""
    return [line for line in ledger if any(KINDS[each.kind].moves for each in about(line, withdrawn))]


def about(line: Decision, withdrawn: Ledger) -> list[Decision]:
    """What a line decides: of a withdrawal what it took back."""
    return meant_by(line, withdrawn) if line.kind == "withdrawal" else [line]


def _same_file(each: Decision, digits: str) -> bool:
    """Whether a line is about the file whose hash begins so, however many digits each of the two has."""
    return bool(each.file_hash) and (each.file_hash.startswith(digits) or digits.startswith(each.file_hash))


def without_withdrawn(ledger: Ledger) -> tuple[Ledger, Ledger, list[Finding]]:
    """The lines that hold, those that were withdrawn, and what is wrong with withdrawals."""
    gone: dict[Decision, Decision] = {}
    findings: list[Finding] = []
    for line in of_kind(ledger, "withdrawal"):
        found = meant_by(line, ledger)
        if not found:
            findings.append(refused(line, "no_decision", before=line.before))
        elif len(found) > 1:
            places = "、".join(each.where for each in found)
            findings.append(refused(line, "several_decisions", before=line.before, n=len(found), places=places))
        elif found[0] in gone:
            findings.append(twice(line, gone[found[0]]))
        else:
            gone[found[0]] = line
            findings.append(finding_at(found[0], "DECISION_WITHDRAWN", other=line.document, day=line.date))
    return tuple(line for line in ledger if line not in gone), tuple(gone), findings
