"""What a run says otherwise than the one before it, in a few lines."""

from __future__ import annotations

from collections.abc import Sequence
from gettext import gettext as _

from evaltool.cli.console import LabelledBlock, Part, StyledLine
from evaltool.runs.changes import ChangedSince, MovedUnit

FEW = 6


def since(changed: ChangedSince | None) -> list[Part]:
    """Nothing for a first run."""
    if changed is None:
        return []
    lines = [*_units(changed), *_inputs(changed)]
    if not lines:
        return [StyledLine(_("nothing has changed since run {run}").format(run=changed.run), "bold")]
    heading = _("Since run {run}").format(run=changed.run)
    if changed.nothing:
        heading = _("Since run {run}: no total, rank or grade has moved").format(run=changed.run)
    return [LabelledBlock(heading, tuple(lines))]


def _units(changed: ChangedSince) -> list[tuple[str, str]]:
    lines = [(one.name, _moved(one)) for one in changed.units[:FEW]]
    if rest := len(changed.units) - FEW:
        lines += [("…", _("{n} more units").format(n=rest))] if rest > 0 else []
    for label, names in ((_("new units"), changed.came), (_("no longer there"), changed.went)):
        lines += [(label, _listed(names))] if names else []
    return lines


def _moved(one: MovedUnit) -> str:
    """What moved of a unit: 87.30 → 86.80, rank 3 → 4."""
    parts = [f"{one.total[0]} → {one.total[1]}"] if one.total[0] != one.total[1] else []
    if one.rank[0] != one.rank[1]:
        before, now = (_("none") if rank is None else str(rank) for rank in one.rank)
        parts.append(_("rank {before} → {now}").format(before=before, now=now))
    if one.grade[0] != one.grade[1]:
        before, now = (grade or _("none") for grade in one.grade)
        parts.append(_("grade {before} → {now}").format(before=before, now=now))
    return _(", ").join(parts)


def _inputs(changed: ChangedSince) -> list[tuple[str, str]]:
    came, went = changed.counted
    sheets = [_("{n} count now").format(n=came)] if came else []
    sheets += [_("{n} no longer count").format(n=went)] if went else []
    named = (
        (_("added"), _listed(changed.added)),
        (_("changed"), _listed(changed.changed)),
        (_("removed"), _listed(changed.removed)),
        (_("sheets"), _(", ").join(sheets)),
    )
    return [(label, said) for label, said in named if said]


def _listed(names: Sequence[str]) -> str:
    rest = len(names) - FEW
    shown = _(", ").join(names[:FEW])
    return _("{names} and {n} more").format(names=shown, n=rest) if rest > 0 else shown
