"""The command that tries what would be if rules or marks were others, and how it reads on a terminal."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from gettext import gettext as _
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from evaltool.cli.console import Console, LabelledBlock, Part, StyledLine
from evaltool.cli.program import GivenFolder, Run, command, existing
from evaltool.exact import plain

if TYPE_CHECKING:
    from evaltool.proof.ranges import Ranges
    from evaltool.proof.whatif import Trial
    from evaltool.results.closeness import Close

SetKeys = Annotated[
    list[str],
    typer.Option(
        "--set",
        metavar="KEY=VALUE",
        help=_("A key of the rules, as COMPONENT.KEY=VALUE or as it stands in the file: progress.over=median."),
        show_default=False,
    ),
]
TriedWeights = Annotated[
    list[str],
    typer.Option(
        "--weight",
        metavar="COMPONENT=NUMBER",
        help=_("Another weight; the other components beside it share what is left in proportion."),
        show_default=False,
    ),
]
LeftOut = Annotated[
    list[str],
    typer.Option(
        "--without",
        metavar="NAME",
        help=_("Without a component, an evaluator, or a batch (EVALUATOR/BATCH)."),
        show_default=False,
    ),
]
TriedMarks = Annotated[
    list[str],
    typer.Option(
        "--mark",
        metavar="EVALUATOR/UNIT/COMPONENT=VALUE",
        help=_("Another mark; a cell can be named as EVALUATOR/SHEET/CELL."),
        show_default=False,
    ),
]


@command(
    _("Try other weights, rules or marks on a stored run: who would move. Never a result; nothing is stored."),
    _("Example: evaltool whatif city-2027 --weight mayor=10 --set decimals=1"),
)
def whatif(
    say: Console,
    folder: GivenFolder,
    weight: TriedWeights = [],  # noqa: B006 - typer wants the list itself
    set_: SetKeys = [],  # noqa: B006
    without: LeftOut = [],  # noqa: B006
    mark: TriedMarks = [],  # noqa: B006
    draws: Annotated[
        int,
        typer.Option(
            "--range",
            metavar="N",
            min=0,
            max=100_000,
            help=_("The ranks under N draws of all weights."),
            show_default=False,
        ),
    ] = 0,
    spread: Annotated[
        str, typer.Option("--spread", metavar="PERCENT", help=_("By how much a weight is varied at most."))
    ] = "25%",
    seed: Annotated[int, typer.Option("--seed", metavar="N", help=_("Which draws."))] = 1,
    picture: Annotated[
        Path | None,
        typer.Option("--picture", metavar="FILE", help=_("Draw the ranges (.png or .svg)."), show_default=False),
    ] = None,
    run: Run = "",
) -> None:
    from evaltool.proof.ranges import ranges
    from evaltool.proof.supposition import Supposition
    from evaltool.proof.whatif import tried

    if picture and (not draws or picture.suffix.lower() not in (".png", ".svg")):
        raise typer.BadParameter(_("a picture (.png or .svg) is drawn of ranges: add --range"), param_hint="--picture")
    said = Supposition(tuple(weight), tuple(set_), tuple(without), tuple(mark))
    part = _part(spread)
    place = existing(folder)
    if picture and (place / "runs").resolve() in picture.resolve().parents:
        raise typer.BadParameter(_("a trial is put into no run"), param_hint="--picture")
    with say.progress() as progress:
        made = tried(place, run, said, progress)
        found = ranges(made.result, made.weights, draws, part, seed) if draws else {}
    value = made.as_value() | (_ranges_value(made, found, (draws, part, seed)) if draws else {})
    value |= {} if said or draws else {"close": [_close_value(each) for each in _closeness(made)]}
    rows = [each for part in ("moves", "ranges", "close") for each in value.get(part, ())]
    say.result(value, rows, _text(made, found))
    if picture:
        say.message(_("written: {file}").format(file=_draw(made, found, picture, (draws, part, seed))))
    say.message(_("a trial on run {run}, not a result: nothing was stored").format(run=made.run))


def _part(text: str) -> Fraction:
    """25% or 25 -> a quarter."""
    number = re.fullmatch(r"([0-9]{1,3}(?:\.[0-9]{1,6})?)\s*[%％]?", text.strip())
    part = Fraction(number[1]) / 100 if number else Fraction(2)
    if part > 1:
        raise typer.BadParameter(_("a number from 0 to 100"), param_hint="--spread")
    return part


def _text(made: Trial, found: Ranges) -> Iterator[Part]:
    yield StyledLine(_("TRIAL on run {run} - not a result, not to be published").format(run=made.run), "bold")
    if made.said:
        yield LabelledBlock(_("supposed"), tuple(_supposed(made)))
        yield from _moves(made)
    if found:
        yield from _ranges_text(made, found)
    if not made.said and not found:
        lines = tuple((each.group, _close_words(made, each)) for each in _closeness(made))
        if lines:
            yield LabelledBlock(_("Close to something that decides (within 0.5 % of full marks)"), lines)
        else:
            yield StyledLine(_("Nobody stands within 0.5 % of full marks of a bound, an award or another rank"))


# --- who would move --------------------------------------------------------------------------------------------------


def _supposed(made: Trial) -> Iterator[tuple[str, str]]:
    from evaltool.proof.supposition import in_words

    words = {"weight": _("weight"), "setting": _("rule"), "without": _("without"), "mark": _("mark")}
    yield from ((words[kind], text) for kind, text in in_words(made.said))


def _moves(made: Trial) -> Iterator[Part]:
    from evaltool.cli.differencewords import moves_table

    if made.units:
        yield moves_table(made.units)
    moved = sum(each.moved for each in made.units)
    told = _("rank, grade or awards would be others for {n} units, the total alone for {m}; unchanged: {rest}")
    yield StyledLine(told.format(n=moved, m=len(made.units) - moved, rest=made.unchanged))


# --- ranges ----------------------------------------------------------------------------------------------------------


def _ranges_text(made: Trial, found: Ranges) -> Iterator[Part]:
    from evaltool.views.tables import of_texts

    heads = (_("unit"), _("rank"), _("middle"), _("nine of ten"), _("best to worst"), _("as now"))
    for key, units in found.items():
        rows = [
            (
                one.name,
                str(one.rank),
                str(one.middle),
                f"{one.low}-{one.high}",
                f"{one.best}-{one.worst}",
                f"{round(one.stays * 100)}%",
            )
            for one in units
        ]
        yield of_texts(_group(made, key), heads, rows)


def _group(made: Trial, key: tuple[str, str]) -> str:
    return made.result.evaluation.classes[key[0]].group_title(key[1])


def _ranges_value(made: Trial, found: Ranges, drawn: tuple[int, Fraction, int]) -> dict[str, Any]:
    draws, part, seed = drawn
    listed = [{"class": key[0], "group": key[1], **one.as_value()} for key, units in found.items() for one in units]
    return {"draws": draws, "spread": f"{plain(part * 100)}%", "seed": seed, "ranges": listed}


def _draw(made: Trial, found: Ranges, path: Path, drawn: tuple[int, Fraction, int]) -> Path:
    from evaltool.charts.png import FAMILY, png
    from evaltool.charts.ranges import DrawnRange, range_picture
    from evaltool.charts.svg import picture
    from evaltool.files import write_atomically

    draws, part, seed = drawn
    name = made.result.evaluation.settings.name
    groups = [
        (
            _group(made, key),
            [DrawnRange(one.name, one.rank, one.middle, one.low, one.high, one.best, one.worst) for one in units],
        )
        for key, units in found.items()
    ]
    about = f"批次 {made.run}；各项权重上下浮动至多{plain(part * 100)}%，抽取{draws}次（种子 {seed}）"
    about += "；圆点为现名次，横条为九成的范围"
    chart = range_picture(f"{name}：名次的范围", "试算，不是评估结果，不得公布", about, groups)
    write_atomically(path, png(chart) if path.suffix.lower() == ".png" else picture(chart, FAMILY).encode())
    return path


# --- closeness -------------------------------------------------------------------------------------------------------


def _closeness(made: Trial) -> list[Close]:
    from evaltool.results.closeness import closeness

    return list(closeness(made.base))


def _close_words(made: Trial, one: Close) -> str:
    apart = _points(made, one)
    other = one.other.unit.name if one.other else ""
    said = {
        "above": _("{unit} is {apart} above the bound of {name}"),
        "below": _("{unit} misses {name} by {apart}"),
        "cut": _("{name} ends between {unit} and {other}, {apart} apart"),
        "rank": _("rank {rank} {unit} and {other}, {apart} apart"),
    }[one.kind]
    if one.kind == "rank" and not one.apart:
        said = _("{unit} and {other} have the same total; {rank} is the better rank")
    if one.kind == "below" and not one.apart:
        said = _("{unit} misses {name} by its unrounded total")
    return said.format(unit=one.unit.unit.name, other=other, apart=apart, name=one.name, rank=one.unit.rank)


def _points(made: Trial, one: Close) -> str:
    from evaltool.exact import published

    return published(one.apart, made.base.evaluation.classes[one.unit.unit.class_id].head.decimals)


def _close_value(one: Close) -> dict[str, Any]:
    from evaltool.exact import exact

    return {
        "kind": one.kind,
        "group": one.group,
        "of": one.name,
        "unit": one.unit.unit.id,
        "other": one.other.unit.id if one.other else None,
        "apart": exact(one.apart),
    }
