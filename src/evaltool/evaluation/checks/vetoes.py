"""Which kind of veto a decision is, and decisions that name a kind which the rules do not have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from evaltool.findings import Finding
from evaltool.ledger import Decision, Ledger, of_kind
from evaltool.ledger.lines import finding_at
from evaltool.names import folded, nearest
from evaltool.roster import Roster
from evaltool.rules import Scheme, VetoKind


def kind_of(scheme: Scheme, line: Decision) -> VetoKind | None:
    """The kind that a decision names; None where it names none."""
    return next((kind for kind in scheme.veto.kinds if folded(kind.name) == folded(line.after)), None)


def check_vetoes(classes: Mapping[str, Scheme], roster: Roster, ledger: Ledger) -> Iterator[Finding]:
    """Every veto that names a kind names one of its class."""
    class_of = {unit.id: unit.class_id for unit in roster.units}
    for line in of_kind(ledger, "veto"):
        scheme = classes.get(class_of.get(line.unit, ""))
        if scheme is not None and line.after and kind_of(scheme, line) is None:
            names = [kind.name for kind in scheme.veto.kinds]
            known, near = "、".join(names) or "—", nearest(line.after, names) or "—"
            yield finding_at(line, "VETO_UNKNOWN", name=line.after, near=near, known=known)
