"""The marks of a leaf summed by columns: of every unit that nobody failed, all evaluators' shares as one at once.

Integers with one denominator for each unit, checked against overflow first.  A unit of which an answer is incomplete,
withheld or absent in a way that decides is left to the exact path (`leaves.py`), and so is a leaf with repeats, owners
of lines, months in charge or methods of its lines' own.  A fraction begins at one value for each unit.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import TYPE_CHECKING

from evaltool.evaluation import Evaluation
from evaltool.evaluation.lines import has_own_methods, lines_of
from evaltool.inbox.intake import Intake
from evaltool.points.answered import share_in_cell
from evaltool.points.bylines import States
from evaltool.questions.layout.asked import respondents
from evaltool.roster import Unit
from evaltool.rules import Combination, Component, Scheme
from evaltool.rules.combining import enough, kept

if TYPE_CHECKING:
    import polars as pl

_MOST = 2**62
"""No sum may come near the largest integer that a column holds."""


@dataclass(frozen=True, slots=True)
class Together:
    """What all evaluators gave a unit, as one share; how many they were; the preset points that counted, if any."""

    share: Fraction
    evaluators: int
    preset: Fraction | None = None


@dataclass(frozen=True, slots=True)
class _Answers:
    """Every complete answer of a leaf: `rows` with unit, evaluator and points, in units of a fraction of full marks
    that `one` says for each unit; `wanted`: how many answers a unit must have; `preset`: its preset points, if any."""

    rows: pl.DataFrame
    one: Mapping[str, Fraction]
    wanted: Mapping[str, int]
    preset: Mapping[str, Fraction]


def together(
    evaluation: Evaluation, intake: Intake, scheme: Scheme, leaf: str, units: Sequence[Unit], sheets: States
) -> dict[str, Together]:
    """The units that are settled at once; `sheets`: what became of each evaluator's sheet of marks."""
    answers = _answers(evaluation, intake, scheme, leaf, units, sheets)
    if answers is None:
        return {}
    found = _combined(answers.rows, scheme.components[leaf].over, answers.wanted)
    return {
        unit: Together(Fraction(*sums) * answers.one[unit], answers.wanted[unit], answers.preset.get(unit))
        for unit, sums in found.items()
    }


def by_evaluator(
    evaluation: Evaluation, intake: Intake, scheme: Scheme, leaf: str, units: Sequence[Unit], sheets: States
) -> tuple[dict[str, dict[str, int]], int] | None:
    """Unit -> evaluator, in the order of the roster -> share, as whole numbers with one denominator for all, which is
    said too; None where any of the units is not settled at once."""
    import polars as pl

    answers = _answers(evaluation, intake, scheme, leaf, units, sheets)
    if answers is None:
        return None
    of: dict[str, dict[str, int]] = {unit.id: {} for unit in units}
    for unit, who, points in answers.rows.select(pl.col("unit", "evaluator").cast(pl.String), "points").iter_rows():
        if unit in of:
            of[unit][who] = points
    if any(len(given) != answers.wanted.get(unit) for unit, given in of.items()):
        return None
    whole = lcm(*(answers.one[unit].denominator for unit in of))
    scale = {unit: int(answers.one[unit] * whole) for unit in of}
    asked = {unit.id: respondents(evaluation, scheme.id, leaf, unit) for unit in units}
    made = {unit: {who: of[unit][who] * scale[unit] for who in asked[unit] if who in of[unit]} for unit in asked}
    return made, whole


def extremes(
    evaluation: Evaluation, intake: Intake, scheme: Scheme, leaf: str, units: Sequence[Unit], sheets: States
) -> dict[str, tuple[Fraction, Fraction]]:
    """Unit -> the least and the greatest share that an evaluator gave it, of the units that are settled at once."""
    import polars as pl

    answers = _answers(evaluation, intake, scheme, leaf, units, sheets)
    if answers is None:
        return {}
    points = pl.col("points")
    ends = answers.rows.group_by("unit").agg(points.min().alias("least"), points.max().alias("most"), pl.len())
    rows = ends.select(pl.col("unit").cast(pl.String), "least", "most", "len").iter_rows()
    return {
        unit: (least * answers.one[unit], most * answers.one[unit])
        for unit, least, most, count in rows
        if answers.wanted.get(unit) == count
    }


def _answers(
    evaluation: Evaluation, intake: Intake, scheme: Scheme, leaf: str, units: Sequence[Unit], sheets: States
) -> _Answers | None:
    component = scheme.components[leaf]
    if (
        not _is_plain(component)
        or scheme.goes_by_length(component.answer)
        or component.verify
        or has_own_methods(evaluation, scheme, leaf)
    ):
        return None
    expected = {unit.id: _expected(evaluation, scheme, leaf, unit, sheets) for unit in units}
    wanted = {unit: count for unit, count in expected.items() if count}
    if not wanted:
        return None
    if component.preset is not None:
        return _summed(evaluation, intake, scheme, leaf, [unit for unit in units if unit.id in wanted], wanted)
    return _single(intake, scheme, leaf, wanted)


def _is_plain(component: Component) -> bool:
    return component.each is None and component.by != "owner" and component.charge != "months"


def _expected(evaluation: Evaluation, scheme: Scheme, leaf: str, unit: Unit, sheets: States) -> int:
    """How many answers there must be if none is incomplete; 0 where the absence of one is to be looked at."""
    component = scheme.components[leaf]
    became = Counter(sheets.get(who, "counted") for who in respondents(evaluation, scheme.id, leaf, unit))
    passed_over = all(component.policy(state) == "out" for state in became if state != "counted")
    return became["counted"] if passed_over else 0


def marks_of_leaf(intake: Intake, scheme: Scheme, leaf: str) -> pl.DataFrame:
    """The marks of a leaf, their texts as numbers."""
    import polars as pl

    return intake.kept(
        (pl.col("class_id") == scheme.id)
        & (pl.col("component") == leaf)
        & (pl.col("field") == "mark")
        & (pl.col("unit") != "")
    )


def _summed(
    evaluation: Evaluation,
    intake: Intake,
    scheme: Scheme,
    leaf: str,
    units: Sequence[Unit],
    wanted: Mapping[str, int],
) -> _Answers | None:
    """Points over indicators: the sum of an answer out of the unit's preset points, if every line has its mark."""
    import polars as pl

    lines = {unit.id: lines_of(evaluation, scheme, leaf, unit) for unit in units}
    full = {unit: sum((line.full for line in of), Fraction(0)) for unit, of in lines.items()}
    marks = marks_of_leaf(intake, scheme, leaf)
    if not marks.height or marks["decimals"].n_unique() > 1 or _too_large(marks["value"], marks.height):
        return None
    decimals = marks["decimals"][0]
    added = marks.lazy().group_by("unit", "evaluator")
    answers = added.agg(pl.col("value").sum().alias("points"), pl.col("value").count().alias("given")).collect(
        engine="streaming"
    )
    needed = pl.DataFrame(
        {"unit": [unit for unit in lines if full[unit]], "lines": [len(lines[unit]) for unit in lines if full[unit]]},
        schema={"unit": answers.schema["unit"], "lines": pl.UInt32()},
    )
    complete = answers.join(needed, on="unit").filter(pl.col("given") == pl.col("lines"))
    return _Answers(complete, {unit: 1 / (of * 10**decimals) for unit, of in full.items() if of}, wanted, full)


def _single(intake: Intake, scheme: Scheme, leaf: str, wanted: Mapping[str, int]) -> _Answers | None:
    """One mark an answer: what each mark is worth is worked out once, whoever gave it."""
    import polars as pl

    marks = marks_of_leaf(intake, scheme, leaf).with_columns(pl.col("text", "state").cast(pl.String))
    kinds = marks.select("state", "text", "value", "decimals").unique()
    answer = scheme.components[leaf].answer
    assert answer is not None
    facts = scheme.facts(answer)
    worth = [share_in_cell(answer, facts, *kind) for kind in kinds.iter_rows()]
    one = lcm(*(share.denominator for share in worth if share is not None))
    points = [None if share is None else int(share * one) for share in worth]
    if one > _MOST or any(abs(each) * marks.height >= _MOST for each in points if each is not None):
        return None
    shares = kinds.with_columns(pl.Series("points", points, pl.Int64))
    columns = ("state", "text", "value", "decimals")
    complete = marks.join(shares, on=columns).filter(pl.col("points").is_not_null())
    return _Answers(complete, dict.fromkeys(wanted, Fraction(1, one)), wanted, {})


def _too_large(values: pl.Series, count: int) -> bool:
    """Whether so many of these values might not fit into one sum."""
    bounds = (values.min(), values.max())
    return any(abs(int(str(bound))) * count >= _MOST for bound in bounds if bound is not None)


def _combined(answers: pl.DataFrame, over: Combination, wanted: Mapping[str, int]) -> dict[str, tuple[int, int]]:
    """Unit -> sum and number of the answers that are kept, of the units that have as many answers as are wanted."""
    import polars as pl

    points, count = pl.col("points"), pl.len().cast(pl.Int64)
    added_up = kept(over, count)
    if added_up is None:
        return {}
    first, many = added_up
    chosen = points.sort().slice(first, many) if over not in ("mean", "sum") else points
    divided_by = many if isinstance(many, pl.Expr) else pl.lit(many, pl.Int64)
    sums = answers.group_by("unit").agg(chosen.sum().alias("sum"), count.alias("count"), divided_by.alias("many"))
    divided = pl.lit(1, pl.Int64) if over == "sum" else pl.col("many")
    rows = sums.select(pl.col("unit").cast(pl.String), "sum", divided.alias("by"), "count").iter_rows()
    return {unit: (total, by) for unit, total, by, count in rows if wanted.get(unit) == count >= enough(over)}
