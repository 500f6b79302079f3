"""What each evaluator's marks come to, before they are combined: a share per unit, evaluator and repeat, or an absence.

Indicators are summed here.  Polars sums the complete answers; an answer with a line that is blank or withheld, whose
owner's sheet does not count, or whose evidence is not verified, is taken line by line, and each absent line follows the
policy for its own kind: out of points and preset points, full, zero, or the whole component is absent for the unit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

from evaltool.evaluation import Evaluation
from evaltool.evidence import unverified
from evaltool.forms import kind_of_batch
from evaltool.ingest import Intake
from evaltool.methods import METHODS, Choice, Facts, Points, Rank, name_of
from evaltool.roster import Indicator, Unit
from evaltool.rules import ABSENCES, Component, Scheme

if TYPE_CHECKING:
    import polars as pl

Kind = str
"""A kind of absence, as in `ABSENCES`."""
States = Mapping[str, str]
"""Evaluator -> what became of the sheet of marks: counted, missing, waived, excluded."""
Row = tuple[str, int | None]  # state of a cell, its value


@dataclass
class Answered:
    """One leaf: unit -> evaluator -> repeat -> share or kind of absence; unit -> preset points that counted.

    Where indicators have owners, they answer together, as the evaluator "".
    """

    of: dict[str, dict[str, dict[str, Fraction | Kind]]] = field(default_factory=dict)
    preset: dict[str, Fraction] = field(default_factory=dict)

    def put(self, unit: str, evaluator: str, repeat: str, answer: Fraction | Kind) -> None:
        self.of.setdefault(unit, {}).setdefault(evaluator, {})[repeat] = answer


def worst(component: Component, kinds: list[Kind]) -> Kind:
    """Of several absences the one that decides: one that the rules refuse, else the first in a fixed order."""
    return min(kinds, key=lambda kind: (component.policy(kind) != "refuse", ABSENCES.index(kind)))


def states(intake: Intake) -> dict[tuple[str, str], str]:
    """(evaluator, batch) -> what became of the sheet: counted, missing, waived, or excluded by a decision."""
    excluded = {(each.evaluator, each.batch) for each in intake.files if each.became == "excluded"}
    found: dict[tuple[str, str], str] = {}
    for sheet in intake.sheets:  # of a sheet that is keyed twice, one entry that counts is enough
        scored = kind_of_batch(sheet.batch) in ("marks", "cards")
        if scored and found.get((sheet.evaluator, sheet.batch)) != "counted":
            found[sheet.evaluator, sheet.batch] = sheet.answered
    return found | {key: "excluded" for key, state in found.items() if state == "missing" and key in excluded}


def answered(evaluation: Evaluation, intake: Intake, scheme: Scheme, leaf: str, states: States) -> Answered:
    """What every evaluator answered in a leaf that is not decided by cards."""
    import polars as pl

    mine = (pl.col("class_id") == scheme.id) & (pl.col("component") == leaf)
    marks = intake.answers.filter(mine & (pl.col("field") == "mark") & (pl.col("unit") != ""))
    if isinstance(scheme.components[leaf].answer, Points):
        doubted = unverified(evaluation, intake, scheme.id, leaf)
        return _points(evaluation, scheme, leaf, marks, states, doubted)
    found = Answered()
    share = _share(scheme, scheme.components[leaf])
    columns = ("unit", "evaluator", "repeat", "state", "text", "value", "decimals")
    for unit, evaluator, repeat, state, text, value, decimals in marks.select(columns).iter_rows():
        given = share(text, Fraction(value, 10**decimals)) if value is not None else None
        found.put(unit, evaluator, repeat, _kind(state) if given is None else given)
    return found


def _kind(state: str) -> Kind:
    """The absence that a cell without a share stands for; a choice that abstains is withheld too."""
    return "abstained" if state in ("abstained", "given") else "missing"


def _share(scheme: Scheme, component: Component) -> Callable[[str, Fraction], Fraction | None]:
    """The method of a leaf as a function from what was typed and its number to a share."""
    parameters = component.answer
    assert parameters is not None
    method = METHODS[name_of(parameters)]
    assert method.share is not None, "checked by `unbuilt` before anything is scored"
    facts = Facts()
    if isinstance(parameters, Choice):
        facts = Facts(scale=scheme.scale(parameters.choice))
    if isinstance(parameters, Rank):
        facts = Facts(places=scheme.places[parameters.rank].share)
    named = isinstance(parameters, Choice)
    function = method.share
    return lambda text, number: function(parameters, text if named else number, facts)


# --- points over indicators ------------------------------------------------------------------------------------------


def lines_of(evaluation: Evaluation, scheme: Scheme, leaf: str, unit: Unit) -> list[Indicator]:
    """The lines that apply to a unit; a component without indicators is one line worth all its preset points."""
    if not evaluation.indicators(scheme.id, leaf) and not scheme.components[leaf].goals:
        answer = scheme.components[leaf].answer
        full = Fraction(answer.points) if isinstance(answer, Points) else Fraction(100)
        return [Indicator(scheme.id, leaf, "", "", full)]
    lines = evaluation.indicators(scheme.id, leaf, unit.id)
    return [line for line in lines if evaluation.is_applicable(scheme.id, leaf, line.id, unit.id)]


def _points(
    evaluation: Evaluation,
    scheme: Scheme,
    leaf: str,
    marks: pl.DataFrame,
    states: States,
    doubted: Mapping[str, set[str]],
) -> Answered:
    """Complete answers from sums in units of 10^-decimals, all others line by line."""
    import polars as pl

    component = scheme.components[leaf]
    owned = component.by == "owner"
    marks = marks.with_columns(evaluator=pl.lit("") if owned else pl.col("evaluator"))
    key = ("unit", "evaluator", "repeat")
    sums = marks.group_by(key, maintain_order=True).agg(
        pl.col("value").sum().alias("sum"), pl.col("value").count().alias("given"), pl.col("decimals").first()
    )
    lines = {unit.id: lines_of(evaluation, scheme, leaf, unit) for unit in evaluation.units_of(scheme.id)}
    full = {unit: sum((line.full for line in of), Fraction(0)) for unit, of in lines.items()}
    found = Answered()
    open_keys = {(unit, "", repeat) for unit in lines for repeat in _periods(component)} if owned else set()
    for unit, who, repeat, total, given, decimals in sums.iter_rows():
        if given == len(lines.get(unit, ())) and full[unit] and not doubted.get(unit):
            found.put(unit, who, repeat, Fraction(total, 10**decimals) / full[unit])
            found.preset[unit] = full[unit]
            open_keys.discard((unit, who, repeat))
        elif unit in lines:
            open_keys.add((unit, who, repeat))
    cells = _cells(marks, open_keys)
    for unit, who, repeat in sorted(open_keys):
        by_line = cells.get((unit, who, repeat), {})
        answer, preset = _by_line(component, lines[unit], by_line, states if owned else {}, doubted.get(unit, set()))
        found.put(unit, who, repeat, answer)
        found.preset[unit] = preset
    return found


def _periods(component: Component) -> list[str]:
    return component.each.periods if component.each and component.each.periods else [""]


def _cells(
    marks: pl.DataFrame, keys: set[tuple[str, str, str]]
) -> dict[tuple[str, str, str], dict[str, tuple[Row, int]]]:
    """The cells of the answers that are not complete, by indicator, with their decimals."""
    import polars as pl

    cells: dict[tuple[str, str, str], dict[str, tuple[Row, int]]] = {}
    rows = marks.filter(pl.col("unit").is_in(sorted({unit for unit, _, _ in keys})))
    columns = ("unit", "evaluator", "repeat", "indicator", "state", "value", "decimals")
    for unit, who, repeat, indicator, state, value, decimals in rows.select(columns).iter_rows():
        if (unit, who, repeat) in keys:
            cells.setdefault((unit, who, repeat), {})[indicator] = (state, value), decimals
    return cells


def _by_line(
    component: Component,
    lines: list[Indicator],
    cells: Mapping[str, tuple[Row, int]],
    owners: States,
    doubted: set[str],
) -> tuple[Fraction | Kind, Fraction]:
    """One answer line by line: its share and the preset points that counted, or the absence that decides.

    A line whose evidence is not verified (`doubted`) is absent, whatever was marked."""
    points = preset = Fraction(0)
    stops: list[Kind] = []
    out: list[Kind] = []
    for line in lines:
        (state, value), decimals = cells.get(line.id, (("blank", None), 0))
        if value is not None and line.id not in doubted:
            points, preset = points + Fraction(value, 10**decimals), preset + line.full
            continue
        owner = owners.get(line.owner, "counted")
        kind = "unverified" if line.id in doubted else _kind(state) if owner == "counted" else owner
        policy = component.policy(kind)
        if policy == "out":
            out.append(kind)
        elif policy in ("full", "zero"):
            points, preset = points + (line.full if policy == "full" else 0), preset + line.full
        else:
            stops.append(kind)
    if stops or not preset:
        return worst(component, stops or out or ["missing"]), preset
    return points / preset, preset
