"""What a decision on a bonus or a deduction says by the rules' kinds, and decisions that say what rules do not have.

项目 names a kind, alone or with its level; 新值 has the level, the points, or nothing where the rules know them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from evaltool.exact import plain
from evaltool.findings import Finding
from evaltool.ledger import Decision, Ledger
from evaltool.ledger.kinds import is_points
from evaltool.ledger.lines import finding_at, twice
from evaltool.names import folded, nearest
from evaltool.roster import Roster
from evaltool.rules import ExtraKind, Extras, Scheme, extra_word


@dataclass(frozen=True, slots=True)
class DecidedExtra:
    """A decision as the rules understand it: its kind (None: none is named), level, and the points of this one case."""

    line: Decision
    kind: ExtraKind | None
    level: str
    points: Fraction

    @property
    def name(self) -> str:
        """The kind with its level; "" where none is named."""
        return "" if self.kind is None else "·".join(filter(None, (self.kind.name, self.level)))


@dataclass(frozen=True, slots=True)
class WrongExtra:
    """Why a decision cannot be understood: the finding's code, and what it speaks of."""

    code: str
    args: Mapping[str, object]


def read_extra(rules: Extras, line: Decision) -> DecidedExtra | WrongExtra:
    """What a line says by these rules, or what is wrong with it."""
    if not line.item:
        return _without_kind(rules, line)
    named = rules.named(line.item)
    if named is None:
        return _without_rules(rules, line)
    kind, level = named
    if not kind.is_reckoned:
        return _as_decided(kind, line)
    if kind.levels and not (level := level or _level(kind, line.after)):
        return WrongExtra("EXTRA_LEVEL", {"name": kind.name, "known": "、".join(kind.levels)})
    worth = kind.worth(level)
    assert worth is not None
    said = "" if folded(line.after) == folded(level) else line.after
    if said and not (is_points(said) and Decimal(said) == worth):
        name = "·".join(filter(None, (kind.name, level)))
        return WrongExtra("EXTRA_POINTS", {"name": name, "said": said, "points": plain(worth)})
    return DecidedExtra(line, kind, level, Fraction(worth))


def _without_rules(rules: Extras, line: Decision) -> WrongExtra:
    names = [choice for kind in rules.kinds for choice in kind.choices]
    near = nearest(line.item, names) or "—"
    return WrongExtra("EXTRA_UNKNOWN", {"name": line.item, "near": near, "known": "、".join(names) or "—"})


def _without_kind(rules: Extras, line: Decision) -> DecidedExtra | WrongExtra:
    if rules.are_reckoned or not is_points(line.after):
        names = "、".join(choice for kind in rules.kinds for choice in kind.choices)
        return WrongExtra("EXTRA_KIND", {"known": names or "—"})
    return DecidedExtra(line, None, "", line.amount)


def _as_decided(kind: ExtraKind, line: Decision) -> DecidedExtra | WrongExtra:
    """A kind of which the committee says the points, up to the most."""
    most = kind.most or Decimal(0)
    if not is_points(line.after) or Decimal(line.after) > most:
        return WrongExtra("EXTRA_MOST", {"name": kind.name, "said": line.after or "—", "most": plain(most)})
    return DecidedExtra(line, kind, "", line.amount)


def _level(kind: ExtraKind, after: str) -> str:
    """The level that the new value names, or the only one that is worth so much."""
    if is_points(after):
        worth = [level for level, points in kind.levels.items() if points == Decimal(after)]
        return worth[0] if len(worth) == 1 else ""
    return next((level for level in kind.levels if folded(level) == folded(after)), "")


def check_extras(classes: Mapping[str, Scheme], roster: Roster, ledger: Ledger) -> Iterator[Finding]:
    """Every decision says a kind, a level and points that its class has, and no claim is decided twice."""
    class_of = {unit.id: unit.class_id for unit in roster.units}
    yield from _claimed_twice(ledger)
    seen: dict[tuple[str, str], list[Decision]] = {}
    for line in ledger:
        scheme = classes.get(class_of.get(line.unit, ""))
        kind = extra_word(line.kind)
        if scheme is not None and line.kind == "bonus_refused":
            yield from _unknown(scheme.bonus, line)
        if scheme is None or kind is None:
            continue
        rules = scheme.extras(kind)
        made = read_extra(rules, line)
        if isinstance(made, WrongExtra):
            yield finding_at(line, made.code, "", table=kind, **made.args)
        elif rules.same_deed == "highest":
            seen.setdefault((line.kind, line.unit), []).append(line)
    for lines in seen.values():
        yield from _without_deed(lines)


def _claimed_twice(ledger: Ledger) -> Iterator[Finding]:
    first: dict[tuple[str, str, str], Decision] = {}
    for line in ledger:
        if line.kind in ("bonus", "bonus_refused") and line.cell:
            earlier = first.setdefault((line.unit, folded(line.sheet), line.cell), line)
            if earlier is not line:
                yield twice(line, earlier)


def _unknown(rules: Extras, line: Decision) -> Iterator[Finding]:
    """A claim that was refused, of a kind that there is not."""
    if rules.named(line.item) is None:
        wrong = _without_rules(rules, line)
        yield finding_at(line, wrong.code, "", table="bonus", **wrong.args)


def _without_deed(lines: list[Decision]) -> Iterator[Finding]:
    """Of several of a unit those that do not say for which deed: whether it is the same one is not known."""
    if len(lines) > 1:
        yield from (finding_at(line, "EXTRA_DEED") for line in lines if not line.deed)
