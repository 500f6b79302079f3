"""Decisions on bonuses that the rules do not allow: of a kind that they do not have, more points than its kind has, two
for one claim."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction

from evaltool.exact import plain
from evaltool.findings import Finding
from evaltool.ledger import Decision, Ledger, finding_at, twice
from evaltool.names import folded, nearest
from evaltool.roster import Roster
from evaltool.rules import Scheme


def bonus_kinds(scheme: Scheme) -> dict[str, Fraction]:
    """The kinds of the rules with the most that each can bring."""
    return {name: Fraction(points) for name, points in scheme.bonus.kinds}


def check_bonuses(classes: Mapping[str, Scheme], roster: Roster, ledger: Ledger) -> Iterator[Finding]:
    """A line that names no kind and no claim is held against nothing but the cap."""
    class_of = {unit.id: unit.class_id for unit in roster.units}
    first: dict[tuple[str, str, str], Decision] = {}
    for line in ledger:
        scheme = classes.get(class_of.get(line.unit, ""))
        if line.kind not in ("bonus", "bonus_refused") or scheme is None:
            continue
        if line.item:
            yield from _against_kind(scheme, line)
        if line.cell:
            earlier = first.setdefault((line.unit, folded(line.sheet), line.cell), line)
            if earlier is not line:
                yield twice(line, earlier)


def _against_kind(scheme: Scheme, line: Decision) -> Iterator[Finding]:
    kinds = bonus_kinds(scheme)
    most = next((points for name, points in kinds.items() if folded(name) == folded(line.item)), None)
    if most is None:
        known, near = "、".join(kinds) or "—", nearest(line.item, kinds) or "—"
        yield finding_at(line, "BONUS_KIND", name=line.item, near=near, known=known)
    elif line.kind == "bonus" and line.amount > most:
        yield finding_at(line, "BONUS_ABOVE", name=line.item, after=line.after, most=plain(most))
