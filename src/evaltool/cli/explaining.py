"""The command that takes one unit's total apart, and how that reads on a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from gettext import gettext as _
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from evaltool.cli.completing import unit_values
from evaltool.cli.console import Console, LabelledBlock, Part, StyledLine
from evaltool.cli.program import GivenFolder, Run, command, existing
from evaltool.views.tables import Word, of_texts

if TYPE_CHECKING:
    from evaltool.explain.explanation import ExplainedNode, Explanation
    from evaltool.explain.sources import EvaluatorMarks
    from evaltool.explain.voices import Voice
    from evaltool.proof.explained import PublicExplanation

NamedUnit = Annotated[
    str, typer.Argument(metavar="UNIT", help=_("The unit: its id or its name."), autocompletion=unit_values)
]
Public = Annotated[bool, typer.Option("--public", help=_("Only what public documents show: nothing confidential."))]


@command(
    _("Take a unit's total apart, down to file, sheet and cell, and add it up again; the run is proved first."),
    _("Example: evaltool explain city-2027 U012 --run 3"),
)
def explain(
    say: Console,
    folder: GivenFolder,
    unit: NamedUnit,
    run: Run = "",
    public: Public = False,
    document: Annotated[
        Path | None,
        typer.Option(
            "--document",
            metavar="FILE",
            help=_("Write what the unit may see as a document (.docx), as `evaltool notice DIR breakdown` does."),
            show_default=False,
        ),
    ] = None,
) -> None:
    if document:
        _write(say, existing(folder), {"unit": unit, "run": run}, document)
        return
    from evaltool.explain.as_json import as_value
    from evaltool.proof import explained

    with say.progress() as progress:
        if public:
            _say_public(say, explained.explain_publicly(existing(folder), unit, run, progress))
            return
        made = explained.explain(existing(folder), unit, run, say.language, progress)
    value = as_value(made)
    say.result(value, value["nodes"], _parts(made))
    if say.format == "text":
        say.message(_("added up again: {total}, as stored in run {run}").format(total=made.standing.text, run=made.run))
        if any(node.is_coded and (node.voices or node.cards) for node in made.nodes):
            say.message(_("evaluators of confidential marks go by codes, their files in received/ by digest"))
        say.message(_("internal: for what may be handed on, add --public"))


def _write(say: Console, folder: Path, given: Mapping[str, str], out: Path) -> None:
    """What the unit may see, as a document."""
    from evaltool.cli.writtenwords import say_written
    from evaltool.documents.kinds import NOTICES
    from evaltool.documents.options import checked
    from evaltool.proof.announcing import announce

    kind = NOTICES["breakdown"]
    with say.progress() as progress:
        made, findings = announce(folder, kind, checked(kind, given), out, progress)
    say_written(say, folder, kind, made, findings)


# --- everything, for the office --------------------------------------------------------------------------------------


def _parts(made: Explanation) -> Iterator[Part]:
    yield StyledLine(_head(made), "bold")
    yield LabelledBlock(_("the total"), tuple(_facts(made)))
    if made.awards:
        yield LabelledBlock(
            _("awards"), tuple((each.name, _award(each.label, each.rule, each.why)) for each in made.awards)
        )
    yield of_texts(
        _("weight x rate, part by part"), _headers(), [_row(node) for node in made.nodes], figures=(1, 2, 3, 4)
    )
    for node in made.nodes:
        if node.said:
            yield StyledLine("")
            yield LabelledBlock(_title(node, made), tuple(_leaf(node)))


def _head(made: Explanation) -> str:
    said = _("{unit} ({id}), {group}: run {run}, code {code}")
    one = made.standing.unit
    head = said.format(unit=one.name, id=one.id, group=made.group, run=made.run, code=made.code)
    return f"{head} " + _("(interim, never official)") if made.interim else head


def _facts(made: Explanation) -> Iterator[tuple[str, str]]:
    from evaltool.views.wording import grade_words

    one = made.standing
    rank = _("not ranked") if one.rank is None else _("{rank} of {n}").format(rank=one.rank, n=made.ranked)
    yield _("total"), one.text
    yield _("rank"), rank
    if one.tie:
        yield _("tie"), one.tie
    if grade_words(one):
        yield _("grade"), grade_words(one)
    yield from ((_("how"), each) for each in made.said)
    yield from ((_("note"), each) for each in made.notes)


def _award(label: str, rule: str, why: str) -> str:
    said = _("yes ({label}): {why}").format(label=label, why=why) if label else _("no: {why}").format(why=why)
    return f"{said}; " + _("rule: {rule}").format(rule=rule)


def _headers() -> tuple[str, ...]:
    return _("component"), _("weight"), _("rate"), _("unrounded"), _("points")


def _row(node: ExplainedNode) -> tuple[str | Word, ...]:
    from evaltool.explain.figures import fine

    figures = (node.weight, None if node.share is None else node.share * 100, node.unrounded, node.points)
    weight, rate, unrounded, points = ("—" if each is None else fine(each) for each in figures)
    name = "  " * node.depth + node.name if node.id else _("total before bonus")
    return name, Word(weight), Word(f"{rate}%" if node.share is not None else rate), Word(unrounded), Word(points)


def _title(node: ExplainedNode, made: Explanation) -> str:
    """A leaf with those that it is part of."""
    names, at = {each.id: each for each in made.nodes}, node
    path = [node.name]
    while at.parent:
        at = names[at.parent]
        path.append(at.name)
    return " / ".join(reversed(path))


def _leaf(node: ExplainedNode) -> Iterator[tuple[str, str]]:
    """The rule, the sums, then who said what and where it stands."""
    yield from ((_("how"), each) for each in node.said)
    for line in node.lines:
        yield _("line"), "; ".join(each for each in (line.line.name, line.repeat, line.said, line.method) if each)
    for batch in node.cards:
        counts = ", ".join(f"{choice or '-'} {count}" for choice, count in batch.counts.items())
        place = " ".join(each for each in (batch.evaluator, batch.batch, batch.file) if each)
        yield _("cards"), f"{place}: {counts}"
    for voice in node.voices:
        yield _("marks"), _voice(voice, alone=len(node.voices) == 1)


def _voice(voice: Voice, *, alone: bool) -> str:
    """One voice in a line; the sum of the only one stands above already."""
    from evaltool.explain.figures import fine

    share = "—" if voice.share is None else f"{fine(voice.share * 100)}%"
    absent = _absences().get(voice.absence, voice.absence)
    left_out = _left_out().get(voice.left_out, "")
    months = _("{n} months").format(n=voice.months) if voice.months is not None else ""
    first = " ".join(each for each in (voice.evaluator, share) if each)
    said = [first, *(each for each in (absent, left_out, months) if each), *(() if alone else voice.said)]
    return "; ".join([*said, *(_sheet(each, voice) for each in voice.sheets)])


def _sheet(sheet: EvaluatorMarks, voice: Voice) -> str:
    """Where the marks stand: the file once, then each mark with its cell."""
    who = "" if voice.evaluator else f"{sheet.evaluator} "
    marks = []
    for mark in sheet.marks:
        of = f"/{mark.full}" if mark.full else ""
        words = " ".join(
            each for each in (mark.indicator, mark.repeat, f"{mark.said}{of}", mark.decision, mark.reason) if each
        )
        marks.append(f"{mark.cell} {words}")
    return f"{who}{sheet.file} [{sheet.sheet}] {', '.join(marks)}"


def _absences() -> dict[str, str]:
    return {
        "none": _("nothing to mark"),
        "not_applicable": _("not applicable"),
        "missing": _("missing"),
        "abstained": _("abstained"),
        "waived": _("waived"),
        "excluded": _("excluded"),
        "unverified": _("not verified"),
        "undefined": _("undefined"),
    }


def _left_out() -> dict[str, str]:
    return {
        "lowest": _("left out as low"),
        "highest": _("left out as high"),
        "earlier": _("left out, a later one counts"),
    }


# --- what everybody may know -----------------------------------------------------------------------------------------


def _say_public(say: Console, made: PublicExplanation) -> None:
    unit, said, value = made.standing.unit, made.said, made.as_value()
    heading = _("{unit} ({id}): code {code}").format(unit=unit.name, id=unit.id, code=made.code)
    lines = [StyledLine(each) for each in (*said.sentences, *said.notes)]
    table = [said.table] if said.table.rows else []
    say.result(value, value["components"], [LabelledBlock(heading, said.facts), *table, *lines])
