"""The difference of two runs for a terminal: the causes, what moved, and what each cause contributed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from gettext import gettext as _

from evaltool.cli.console import LabelledBlock, Part, StyledLine
from evaltool.exact import plain, published
from evaltool.proof.causes import Cause, Causes
from evaltool.proof.moved import Effect, RunDifference, UnitDifference, UnitOutcome
from evaltool.views.tables import ShownTable, of_texts

FEW = 8
"""Causes of one step that are named where there are many."""
_LONG = 60  # signs of a value that are shown
_MANY = 40  # units that are taken apart; of more, the table alone
_DIGITS = 4  # of a contribution whose digits do not end


def in_text(made: RunDifference) -> Iterator[Part]:
    before, after = (_named(side) for side in (made.before, made.after))
    yield StyledLine(_("From {before} to {after}").format(before=before, after=after), "bold")
    if not made.units:
        yield StyledLine(_("All {n} units: the same total, rank, grade and awards").format(n=made.unchanged))
    if made.steps:
        yield LabelledBlock(_("Causes, in the order in which they were put in place"), tuple(_steps(made.steps)))
    if made.grouped:
        yield StyledLine(
            _("There are more than can be told apart one by one: those of one file or table are taken together")
        )
    if made.units:
        yield moves_table(made.units)
        yield from (_unit(unit) for unit in made.units[:_MANY])
        if len(made.units) > _MANY:
            yield StyledLine(_("the causes of {n} more units: --output-format json").format(n=len(made.units) - _MANY))
    if made.units and made.unchanged:
        yield StyledLine(_("All other units ({n}): unchanged").format(n=made.unchanged))


def _named(side: str) -> str:
    return _("run {run}").format(run=side) if side else _("what stands in the folder")


# --- causes ----------------------------------------------------------------------------------------------------------


def _steps(steps: Sequence[Causes]) -> Iterator[tuple[str, str]]:
    for number, causes in enumerate(steps, 1):
        for at, cause in enumerate(causes[:FEW]):
            together = _("together with: {cause}").format(cause=in_words(cause)) if at else in_words(cause)
            yield str(number) if not at else "", together
        if rest := len(causes) - FEW:
            yield from [("", _("and {n} more").format(n=rest))] if rest > 0 else []


def in_words(cause: Cause) -> str:
    what = _kinds()[cause.kind, cause.what].format(file=cause.file, at=cause.at or cause.file or _("of no evaluator"))
    before, after = _short(cause.before), _short(cause.after)
    values = f"{before} → {after}" if before and after else before or after
    return _("{what}: {values}").format(what=what, values=values) if values else what


def _short(text: str) -> str:
    return text if len(text) <= _LONG else text[:_LONG] + "…"


def _kinds() -> dict[tuple[str, str], str]:
    return {
        ("tool", "changed"): _("version of evaltool, run {file}"),
        ("tool", "unexplained"): _("run {file} stores what its inputs do not give; no cause explains it"),
        ("rules", "changed"): _("rules, {file}, {at}"),
        ("rules", "added"): _("rules, {file}, new: {at}"),
        ("rules", "removed"): _("rules, {file}, no longer there: {at}"),
        ("roster", "changed"): _("roster, table {file}, row {at}"),
        ("roster", "added"): _("roster, table {file}, new row {at}"),
        ("roster", "removed"): _("roster, table {file}, row no longer there: {at}"),
        ("result", "changed"): _("result of another evaluation, {file}"),
        ("result", "added"): _("result of another evaluation, new: {file}"),
        ("result", "removed"): _("result of another evaluation, no longer taken: {file}"),
        ("submission", "added"): _("new files, {at}"),
        ("submission", "replaced"): _("sheet replaced, {at}"),
        ("submission", "removed"): _("files no longer there, {at}"),
        ("decision", "added"): _("new decision, {file} {at}"),
        ("decision", "changed"): _("decision changed, {file} {at}"),
        ("decision", "removed"): _("decision removed, {file} {at}"),
        ("form", "changed"): _("texts and remarks that no score depends on: {file}"),
    }


# --- units -----------------------------------------------------------------------------------------------------------


def moves_table(units: Sequence[UnitDifference]) -> ShownTable:
    """Each unit with what it had and what it has; where both are the same, once."""
    rows = [
        (
            unit.name,
            _moved(*(side.total if side else None for side in (unit.before, unit.after))),
            _moved(*(_rank(side) for side in (unit.before, unit.after))),
            _moved(*(_grade(side) for side in (unit.before, unit.after))),
            _moved(*("、".join(side.awards) or _("none") if side else None for side in (unit.before, unit.after))),
        )
        for unit in units
    ]
    return of_texts("", (_("unit"), _("total"), _("rank"), _("grade"), _("awards")), rows)


def _moved(before: str | None, after: str | None) -> str:
    if before == after:
        return after or ""
    return f"{before or '—'} → {after or '—'}"


def _rank(side: UnitOutcome | None) -> str | None:
    return None if side is None else _("none") if side.rank is None else str(side.rank)


def _grade(side: UnitOutcome | None) -> str | None:
    return None if side is None else side.grade or _("none")


def _unit(unit: UnitDifference) -> LabelledBlock:
    heading = _("{unit}: {points} points").format(unit=unit.name, points=signed(unit.points))
    return LabelledBlock(heading, tuple((_("cause {n}").format(n=each.step), _effect(each)) for each in unit.effects))


def _effect(effect: Effect) -> str:
    said = [_("{points} points").format(points=signed(effect.points))] if effect.points else []
    if effect.alone is not None:
        said.append(_("by itself, put in place first, {points}").format(points=signed(effect.alone)))
    said += _places(effect.before, effect.after)
    return _(", ").join(said or [_("nothing but its name or the digits printed")])


def moved_in_words(before: UnitOutcome | None, after: UnitOutcome | None) -> str:
    """What is another of a unit: 87.30 → 86.80, rank 3 → 4."""
    totals = [_moved(before.total, after.total)] if before and after and before.total != after.total else []
    return _(", ").join([*totals, *_places(before, after)] or [_("nothing but its name or the digits printed")])


def _places(before: UnitOutcome | None, after: UnitOutcome | None) -> list[str]:
    """Rank, grade and awards, where they are others."""
    said = []
    if before and after:
        if before.rank != after.rank:
            said.append(_("rank {before} → {now}").format(before=_rank(before), now=_rank(after)))
        if before.grade != after.grade:
            said.append(_("grade {before} → {now}").format(before=_grade(before), now=_grade(after)))
        if lost := [each for each in before.awards if each not in after.awards]:
            said.append(_("no longer {awards}").format(awards="、".join(lost)))
        if won := [each for each in after.awards if each not in before.awards]:
            said.append(_("now {awards}").format(awards="、".join(won)))
    elif after:
        said.append(_("now among the units"))
    elif before:
        said.append(_("no longer among the units"))
    return said


def signed(points: Fraction) -> str:
    """Points with their sign: with all their digits, or rounded with the exact fraction beside it."""
    written = plain(points)
    sign = "+" if points > 0 else ""
    return f"{sign}{published(points, _DIGITS)} ({sign}{written})" if "/" in written else sign + written
