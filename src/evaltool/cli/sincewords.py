"""What a run says otherwise than the one before it, in a few lines or in one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from gettext import gettext as _

from evaltool.cli.console import LabelledBlock, Part, StyledLine
from evaltool.cli.differencewords import in_words, moved_in_words, signed
from evaltool.proof.causes import Causes
from evaltool.proof.moved import RunDifference

FEW = 6
_UNITS = 3  # that are named at a cause


def since(made: RunDifference | None) -> list[Part]:
    """Nothing for a first run."""
    if made is None:
        return []
    if not made.units and not made.steps:
        return [StyledLine(_("nothing has changed since run {run}").format(run=made.before), "bold")]
    heading = _("Since run {run}: {n} units have moved").format(run=made.before, n=len(made.units))
    if not made.units:
        heading = _("Since run {run}: no total, rank or grade has moved").format(run=made.before)
    return [LabelledBlock(heading, (*_units(made), *_causes(made)))]


def in_a_line(made: RunDifference) -> str:
    """How many units moved, and the causes as far as there is room."""
    if not made.units and not made.steps:
        return _("nothing has changed since run {run}").format(run=made.before)
    moved = _("since run {run} moved: {n}").format(run=made.before, n=len(made.units))
    named = [in_words(cause) for step in made.steps for cause in step if cause.kind != "form"]
    return _("{moved}; {causes}").format(moved=moved, causes=_first(named, 1)) if named else moved


def _units(made: RunDifference) -> Iterator[tuple[str, str]]:
    for unit in made.units[:FEW]:
        yield unit.name, moved_in_words(unit.before, unit.after)
    if (rest := len(made.units) - FEW) > 0:
        yield "…", _("{n} more units").format(n=rest)


def _causes(made: RunDifference) -> Iterator[tuple[str, str]]:
    """A line for each cause, with what it moved."""
    for number, causes in enumerate(made.steps[:FEW], 1):
        yield _("cause {n}").format(n=number), _caused(made, number, causes)
    if (rest := len(made.steps) - FEW) > 0:
        yield "…", _("{n} more causes").format(n=rest)
    told_apart = any(unit.effects for unit in made.units)
    if made.units and not told_apart:
        yield _("not told"), _("what each of them moved; `evaltool diff` says why")
    elif made.grouped:
        yield _("in full"), _("`evaltool diff` tells more of the causes apart")


def _caused(made: RunDifference, number: int, causes: Causes) -> str:
    """The causes of one step and whom they moved by how much."""
    moved = [
        f"{unit.name} {signed(each.points)}"
        for unit in made.units
        for each in unit.effects
        if each.step == number and each.points
    ]
    what = _first((in_words(cause) for cause in causes), 1)
    return _("{what}: {units}").format(what=what, units=_first(moved, _UNITS)) if moved else what


def _first(texts: Iterable[str], most: int) -> str:
    listed = list(texts)
    rest = len(listed) - most
    shown = _(", ").join(listed[:most])
    return _("{names} and {n} more").format(names=shown, n=rest) if rest > 0 else shown
