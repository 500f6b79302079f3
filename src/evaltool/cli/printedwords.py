"""The runs that bear a short code, and whether a printed figure is theirs, for a terminal and for programs."""

from __future__ import annotations

from collections.abc import Iterator
from gettext import gettext as _
from typing import Any

from evaltool.cli.console import LabelledBlock, Part, StyledLine
from evaltool.files.clock import local
from evaltool.proof.printed import CodedRun, PrintedFigure


def as_value(found: list[CodedRun], figure: PrintedFigure | None) -> dict[str, Any]:
    value: dict[str, Any] = {"code": found[0].code, "runs": [_run(each) for each in found]}
    if figure:
        named = ("unit", "component", "printed", "stored", "agrees", "elsewhere")
        value["figure"] = {name: getattr(figure, name) for name in named}
    return value


def _run(each: CodedRun) -> dict[str, str]:
    return {"number": each.entry.number, "time": each.entry.time, "state": each.state, "newest": each.newest}


def in_text(found: list[CodedRun], figure: PrintedFigure | None) -> Iterator[Part]:
    yield LabelledBlock(_("code {code}").format(code=found[0].code), tuple(_runs(found)))
    if len(found) > 1:
        yield StyledLine(_("They were made of the same inputs, and so have one code."))
    if figure:
        yield from _figure(found, figure)


def _runs(found: list[CodedRun]) -> Iterator[tuple[str, str]]:
    for each in found:
        said = _states()[each.state].format(newest=each.newest)
        time = local(each.entry.time) if each.entry.time else ""
        yield _("run {run}").format(run=each.entry.number), _("{time}: {said}").format(time=time, said=said)


def _states() -> dict[str, str]:
    return {
        "official": _("official, the newest"),
        "superseded": _("official, superseded by run {newest}"),
        "interim": _("interim, never official"),
        "altered": _("altered since it was stored: nothing of it is to be believed"),
    }


def _figure(found: list[CodedRun], figure: PrintedFigure) -> Iterator[Part]:
    what = figure.component or _("total")
    stored = "—" if figure.stored is None else figure.stored
    if not figure.printed:
        yield StyledLine(_("{unit}, {what}: {stored}").format(unit=figure.unit, what=what, stored=stored))
    elif figure.agrees:
        said = _("{unit}, {what}: {printed} is the figure of the run")
        yield StyledLine(said.format(unit=figure.unit, what=what, printed=figure.printed), "bold")
    else:
        said = _("{unit}, {what}: {printed} is NOT the figure of the run, which has {stored}")
        yield StyledLine(said.format(unit=figure.unit, what=what, printed=figure.printed, stored=stored), "bold red")
        numbers = ", ".join(figure.elsewhere)
        elsewhere = _("it is that of run {runs}").format(runs=numbers) if numbers else _("no other run has it")
        yield StyledLine(elsewhere)
