"""What stands behind a unit's points: its marks with file, worksheet and cell, its cards by batch, what each
evaluator's marks come to.  Everything is gathered once for all units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from evaltool.evaluation.lines import method_of
from evaltool.exact import plain
from evaltool.explain.measured import Measured, measured
from evaltool.findings import Language, reading_order
from evaltool.inbox.tables import in_words
from evaltool.points.leaves import evaluator_shares
from evaltool.questions.forms import FIGURE
from evaltool.results.result import Result
from evaltool.roster import Indicator
from evaltool.rules import Scheme
from evaltool.rules.methods import Method
from evaltool.rules.wording import pick

if TYPE_CHECKING:
    import polars as pl

MOST_MARKS = 20_000
"""Above this number of marks the page stops at what each evaluator's marks come to."""
_STATES = {"abstained": ("弃权", "abstained"), "broken": ("无法识别", "unreadable")}
UnitLeafKey = tuple[str, str]
"""Unit and leaf."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What one cell says.  `full`: the preset points of the line; `decision`: the document that corrected it; `reason`:
    why points were lost, where whoever marked has said so."""

    indicator: str
    full: str
    repeat: str
    said: str
    cell: str
    decision: str
    value: Fraction | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class EvaluatorMarks:
    """One evaluator's marks for one unit in one leaf, and where they stand; `who`: the evaluator's id."""

    who: str
    evaluator: str
    file: str
    sheet: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class BatchCards:
    """One batch's cards for one unit: choice -> how many; `file` where they stand; `who`: the evaluator's id."""

    who: str
    evaluator: str
    batch: str
    file: str
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Sources:
    """`sheets`, `cards`, `shares` and `lines` (with methods of their own) by unit and leaf; `marks`: how many there are
    in all; `whole`: whether all of them are here."""

    marks: int
    whole: bool
    sheets: Mapping[UnitLeafKey, list[EvaluatorMarks]] = field(default_factory=dict)
    cards: Mapping[UnitLeafKey, list[BatchCards]] = field(default_factory=dict)
    shares: Mapping[UnitLeafKey, Mapping[str, Fraction]] = field(default_factory=dict)
    lines: Mapping[UnitLeafKey, Sequence[Measured]] = field(default_factory=dict)


def sources(result: Result, most: int = MOST_MARKS, unit: str = "", language: Language = "zh") -> Sources:
    """What stands behind all units; or behind one of them, without `shares`."""
    import polars as pl

    kept = result.intake.kept(_shown() & (pl.col("unit") == unit) if unit else _shown())
    answers = kept.lazy().select("unit", "component", "evaluator").unique()
    few = not unit and answers.collect(engine="streaming").height <= MOST_MARKS
    shares = _shares(result) if few else {}
    if kept.height > most:
        return Sources(kept.height, whole=False, cards=_cards(result), shares=shares)
    cells = in_words(kept.lazy()).select(*_COLUMNS, *_VALUES).collect()
    sheets, lines = _sheets(result, _in_order(cells), language), measured(result, language)
    return Sources(kept.height, whole=True, sheets=sheets, cards=_cards(result), shares=shares, lines=lines)


def _shares(result: Result) -> dict[UnitLeafKey, Mapping[str, Fraction]]:
    found: dict[UnitLeafKey, Mapping[str, Fraction]] = {}
    for scheme in result.evaluation.classes.values():
        for leaf in scheme.leaves():
            component = scheme.components[leaf]
            if not component.ballot and component.by != "owner":
                own = evaluator_shares(result.evaluation, result.intake, scheme, leaf)
                found |= {(unit, leaf): shares for unit, shares in own.items()}
    return found


# --- marks -----------------------------------------------------------------------------------------------------------

_COLUMNS = ("unit", "component", "evaluator", "file", "sheet", "class_id", "indicator", "field", "repeat")
_VALUES = ("text", "value", "decimals", "state", "cell", "decision")


def _shown() -> pl.Expr:
    """Every cell with a mark, its reason or a figure about a unit."""
    import polars as pl

    wanted = (pl.col("field").is_in(["mark", "reason"]) | pl.col("field").str.starts_with(FIGURE)) & (
        pl.col("unit") != ""
    )
    return wanted & (pl.col("state") != "blank")


def _in_order(cells: pl.DataFrame) -> list[tuple[object, ...]]:
    """By units, rules, evaluators and lines."""
    return sorted(cells.rows(), key=lambda row: (*row[:5], reading_order(str(row[-2]))))


def _sheets(
    result: Result, rows: list[tuple[object, ...]], language: Language
) -> dict[UnitLeafKey, list[EvaluatorMarks]]:
    lines = _lines(result)
    names = result.evaluation.evaluators
    reasons = {_about(row): str(row[9]).strip() for row in rows if row[7] == "reason"}
    gathered: dict[tuple[str, ...], list[Mark]] = {}
    for row in rows:
        if row[7] != "reason":
            place = tuple(str(each) for each in row[:5])
            mark = replace(_mark(result, lines, row, language), reason=reasons.get(_about(row), ""))
            gathered.setdefault(place, []).append(mark)
    found: dict[UnitLeafKey, list[EvaluatorMarks]] = {}
    for (unit, leaf, evaluator, file, sheet), marks in gathered.items():
        name = names[evaluator].name if evaluator in names else evaluator
        found.setdefault((unit, leaf), []).append(EvaluatorMarks(evaluator, name, file, sheet, tuple(marks)))
    return found


def _about(row: tuple[object, ...]) -> tuple[object, ...]:
    """What tells a mark and the reason beside it from all others, in whichever of an evaluator's files each stands."""
    return (*row[:3], *row[5:7], row[8])


IndicatorsByKey = Mapping[tuple[str, str, str, str], Indicator]


def _lines(result: Result) -> IndicatorsByKey:
    return {(line.class_id, line.component, line.id, line.unit): line for line in result.evaluation.roster.indicators}


def _mark(result: Result, lines: IndicatorsByKey, row: tuple[object, ...], language: Language) -> Mark:
    unit, leaf, class_id, indicator = (str(row[at]) for at in (0, 1, 5, 6))
    field_, repeat, typed, value, decimals, state, cell, decision = row[7:]
    line = lines.get((class_id, leaf, indicator, unit)) or lines.get((class_id, leaf, indicator, ""))
    scheme = result.evaluation.classes[class_id]
    method = _answer(scheme, leaf, line)
    chosen = bool(method and method.scale_name)
    said, number = pick(language, *_STATES.get(str(state), (str(typed), str(typed)))), None
    if not chosen and isinstance(value, int) and isinstance(decimals, int):
        number = Fraction(value, 10**decimals)
        said = plain(number)
    when = pick(language, f"第{repeat}行", f"row {repeat}") if str(repeat).isdigit() else str(repeat)
    when = " ".join(each for each in (when, str(field_).removeprefix(FIGURE).replace("mark", "")) if each)
    name = line.name if line else indicator
    return Mark(name, _full(scheme, leaf, line), when, said, str(cell), str(decision), number)


def _answer(scheme: Scheme, leaf: str, line: Indicator | None) -> Method | None:
    if leaf not in scheme.components:  # contributions stand under their award's name
        return None
    return method_of(scheme, line) if line else scheme.components[leaf].answer


def _full(scheme: Scheme, leaf: str, line: Indicator | None) -> str:
    """The preset points of a line, or of a leaf without lines; a figure or a number of cases is not out of any."""
    answer = _answer(scheme, leaf, line)
    if (answer and answer.measured) or (line and not line.full):
        return ""
    if line:
        return plain(line.full)
    return plain(answer.preset) if answer and answer.preset is not None else ""


# --- cards -----------------------------------------------------------------------------------------------------------


def _cards(result: Result) -> dict[UnitLeafKey, list[BatchCards]]:
    import polars as pl

    keys = ["unit", "component", "evaluator", "batch", "choice"]
    counts = result.intake.ballots.filter("valid").group_by(keys).agg(pl.col("count").sum()).sort(keys).rows()
    files = {(each.evaluator, each.batch): each.file for each in result.accounts.files if each.became == "counted"}
    names = result.evaluation.evaluators
    gathered: dict[tuple[str, str, str, str], dict[str, int]] = {}
    for unit, leaf, evaluator, batch, choice, count in counts:
        gathered.setdefault((unit, leaf, evaluator, batch), {})[choice] = count
    found: dict[UnitLeafKey, list[BatchCards]] = {}
    for (unit, leaf, evaluator, batch), own in gathered.items():
        name = names[evaluator].name if evaluator in names else evaluator
        file = files.get((evaluator, batch)) or files.get((evaluator, ""), "")
        found.setdefault((unit, leaf), []).append(BatchCards(evaluator, name, batch, file, own))
    return found
