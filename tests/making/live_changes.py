"""Changes that somebody tries out in the ranked workbook, and what evaltool makes of the same change.

A change is the cells that are typed over, and the result of scoring once more with that mark, that count of cards or
that figure of the rules.  The cells are found as a reader finds them: by the headings and words around them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import polars as pl
from openpyxl.utils.cell import range_boundaries

from evaltool.evaluation import Evaluation
from evaltool.ledger import Decision
from evaltool.points.score import score
from evaltool.results.award import award
from evaltool.results.grade import grade
from evaltool.results.rank import rank
from evaltool.results.result import Result
from evaltool.rules import Scheme
from evaltool.rules.methods import Ballot, Choice, Rank
from evaltool.run import TakenIn
from evaltool.views.wording import evaluator_name, grade_words, path, used_in
from evaltool.workbook.keyfigures import DIFFERING, NO_NUMBERS
from evaltool.workbook.parts import KEY_FIGURES
from evaltool.workbook.ranked import group_titles

Spot = tuple[str, int, int]  # worksheet, row, column (from 1)
Cells = Mapping[Spot, Any]
Shown = tuple[Any, Any, Any]
_FIRST = 4  # row of the first unit in a group's tab
_MARKS, _PLACE = "指标明细", "出处"


@dataclass(frozen=True)
class Change:
    """What is typed into which cells, and the result that follows."""

    words: str
    typed: Mapping[Spot, Any]
    result: Result


def changes(taken: TakenIn, result: Result, cells: Cells) -> Iterator[Change]:
    """One mark of every leaf, one count of cards, and some figures of the rules."""
    for scheme in result.evaluation.classes.values():
        for leaf in scheme.leaves():
            answer = scheme.components[leaf].answer
            found = (
                _cards(taken, scheme, leaf, cells) if isinstance(answer, Ballot) else _mark(taken, scheme, leaf, cells)
            )
            yield from (found,) if found else ()
        yield from _weights(taken, scheme, cells)
        yield from _scale(taken, scheme, cells)
        yield from _bound(taken, scheme, cells)
        yield from _veto(taken, result, scheme, cells)


def _again(
    taken: TakenIn,
    evaluation: Evaluation | None = None,
    answers: pl.DataFrame | None = None,
    ballots: pl.DataFrame | None = None,
) -> Result:
    """Scored whatever stands against it, such as the decision on a tie that is none any more."""
    was = taken.intake
    intake = replace(
        was,
        table=was.table if answers is None else answers,
        ballots=was.ballots if ballots is None else ballots,
    )
    then = evaluation or taken.evaluation
    points, _ = score(then, intake)
    standings = grade(then, rank(then, points)[0], points)
    return Result(
        then, intake, points, award(then, standings, intake, points, {})[0], taken.accounts, (), "0002", interim=False
    )


# --- finding cells ---------------------------------------------------------------------------------------------------


def column_of(cells: Cells, sheet: str, row: int, header: str) -> int:
    return next(column for (title, at, column), said in cells.items() if (title, at, said) == (sheet, row, header))


def _rows(cells: Cells, sheet: str, wanted: Mapping[int, object], first: int = 4) -> list[int]:
    """Rows of a tab that have these words in these columns."""
    start = next(iter(wanted))
    rows = [row for (title, row, column) in cells if title == sheet and column == start and row >= first]
    return [
        row for row in rows if all((cells.get((sheet, row, column)) or "") == said for column, said in wanted.items())
    ]


def shown(cells: Mapping[Spot, Any], result: Result) -> dict[str, Shown]:
    """Unit id -> rank, total and grade as they stand in its group's tab."""
    names = {(one.key, one.unit.name): one.unit.id for one in result.standings}
    found = {}
    for key, title in group_titles(result).items():
        for row in range(_FIRST, _FIRST + len(result.group(*key))):
            unit = names[key, cells[title, row, 2]]
            rank, total, grade = (cells.get((title, row, column)) for column in (1, 3, 4))
            found[unit] = rank, total, grade or ""
    return found


def differing(cells: Mapping[Spot, Any], result: Result) -> list[str]:
    """Units whose rank, total or grade in the workbook is not that of the result."""
    live = shown(cells, result)
    wrong = []
    for one in result.standings:
        rank, total, grade = live[one.unit.id]
        same = abs(Fraction(total) - one.total) < Fraction(1, 10**9) if not isinstance(total, str) else False
        if not same or rank != (one.rank if one.rank is not None else "不排名") or grade != grade_words(one):
            wrong.append(f"{one.unit.id}: {live[one.unit.id]}, not {(one.rank, one.text, grade_words(one))}")
    return wrong


def counter(cells: Mapping[Spot, Any], label: str = DIFFERING) -> Any:
    """The workbook's number of units that are not as evaltool computed them."""
    row = next(row for (title, row, _), said in cells.items() if title == KEY_FIGURES and said == label)
    return cells[KEY_FIGURES, row, 2]


def no_numbers(cells: Mapping[Spot, Any]) -> Any:
    """The workbook's number of cells that may be changed and hold no number any more."""
    return counter(cells, NO_NUMBERS)


# --- marks and cards -------------------------------------------------------------------------------------------------


def _mark(taken: TakenIn, scheme: Scheme, leaf: str, cells: Cells) -> Change | None:
    """Half of some mark, the first place, or the scale's last choice with points."""
    answers = taken.intake.answers.collect()
    mine = (pl.col("class_id") == scheme.id) & (pl.col("component") == leaf) & (pl.col("state") == "given")
    mine &= pl.col("field").str.contains("^(mark|figure)")
    for row in answers.filter(mine).iter_rows(named=True):
        spot, new = marked(taken.evaluation, scheme, leaf, cells, row), _another(scheme, leaf, row)
        if spot is None or new is None:
            continue
        same = (pl.col("file_hash") == row["file_hash"]) & (pl.col("sheet") == row["sheet"])
        same &= pl.col("cell") == row["cell"]
        typed, stored = new
        table = answers.with_columns(
            value=pl.when(same).then(stored).otherwise("value"),
            text=pl.when(same).then(pl.lit(str(typed))).otherwise("text"),
        )
        return Change(f"{path(scheme, leaf)} {row['cell']}", {spot: typed}, _again(taken, answers=table))
    return None


def marked(evaluation: Evaluation, scheme: Scheme, leaf: str, cells: Cells, row: Mapping[str, Any]) -> Spot | None:
    """Where a mark that counts stands in its component's grid: in the unit's row whose places hold the mark's cell, in
    the line's column."""
    caption = f"{scheme.head.name}：{path(scheme, leaf)}"
    top = next((at for (title, at, _), said in cells.items() if (title, said) == (_MARKS, caption)), None)
    if top is None:
        return None
    grid = {at: _row(cells, _MARKS, at) for at in range(top, _end(cells, top))}
    heads = next(said for said in grid.values() if said.get(1) == "单位")
    unit = evaluation.units[row["unit"]].name
    lines = evaluation.indicators(scheme.id, leaf, row["unit"])
    name = next((line.name for line in lines if line.id == row["indicator"]), "评分")
    own = next((said for said in grid.values() if (said.get(1), said.get(2)) == (unit, "指标")), heads)
    column = next(at for at, said in own.items() if said == name and at > 2)
    sums, last = (next(at for at, said in heads.items() if said == word) for word in ("得分合计", _PLACE))
    worth = next((at for at, said in heads.items() if said == f"{heads[column]}（折合得分）"), sums)
    above = next((said[column] for said in grid.values() if said.get(2) == "所在文件" and column in said), "")
    for at, said in grid.items():
        counts = str(said.get(worth, "")).startswith("=") and str(said.get(sums, "")).startswith("=")
        given = said.get(column) in (row["text"], _number(row))
        if said.get(1) == unit and counts and given and _holds(str(said.get(last, "")), str(above), row):
            return _MARKS, at, column
    return None


def _row(cells: Cells, sheet: str, row: int) -> dict[int, Any]:
    found = {column: cells.get((sheet, row, column)) for column in range(1, 120)}
    return {column: said for column, said in found.items() if said not in (None, "")}


def _number(row: Mapping[str, Any]) -> float | None:
    return None if row["value"] is None else row["value"] / 10 ** row["decimals"]


def _end(cells: Cells, top: int) -> int:
    """The blank row below a grid."""
    head = next(at for at in range(top, top + 10) if cells.get((_MARKS, at, 1)) == "单位")
    return next(at for at in range(head, head + 100_000) if cells.get((_MARKS, at, 1)) in (None, ""))


def _holds(places: str, above: str, row: Mapping[str, Any]) -> bool:
    """Whether a mark's cell is among those that a row says it was made of."""
    for place in places.split("；"):
        where, _, spots = place.rpartition("!")
        if (where or above) == f"{row['file']}　{row['sheet']}" and "更正" not in spots:
            areas = (range_boundaries(spot) for spot in spots.split("、"))
            column, line, *_ = range_boundaries(row["cell"])
            if any(left <= column <= right and first <= line <= last for left, first, right, last in areas):
                return True
    return False


def _another(scheme: Scheme, leaf: str, row: Mapping[str, Any]) -> tuple[Any, int] | None:
    """What is typed, and how the tables hold it."""
    answer = scheme.components[leaf].answer
    if isinstance(answer, Choice):
        choices = [choice for choice, points in scheme.scales[answer.choice] if points != "abstain"]
        other = choices[-1] if row["text"] != choices[-1] else choices[0]
        return other, [choice for choice, _ in scheme.scales[answer.choice]].index(other)
    if row["value"] is None or (row["field"] != "mark" and not row["field"].startswith("figure")):
        return None
    step = 10 ** row["decimals"]
    stored = step if isinstance(answer, Rank) else row["value"] // 2
    if not stored or stored == row["value"]:
        return None
    return float(Decimal(stored).scaleb(-row["decimals"])), stored


def _cards(taken: TakenIn, scheme: Scheme, leaf: str, cells: Cells) -> Change | None:
    """A thousand more cards for the best choice, of one unit in one batch."""
    evaluation, ballots = taken.evaluation, taken.intake.ballots
    mine = (
        (pl.col("class_id") == scheme.id) & (pl.col("component") == leaf) & pl.col("valid") & (pl.col("choice") != "")
    )
    caption = f"{scheme.head.name}：{path(scheme, leaf)}"
    top = next((row for (title, row, _), said in cells.items() if title == "评价卡" and said == caption), None)
    rows = ballots.filter(mine).with_row_index()
    if top is None or not rows.height:
        return None
    row = rows.row(0, named=True)
    words = {1: evaluation.units[row["unit"]].name, 2: evaluator_name(evaluation, row["evaluator"]), 3: row["batch"]}
    at = _rows(cells, "评价卡", words, top)[0]
    spot = "评价卡", at, column_of(cells, "评价卡", top + 1, row["choice"])
    keys = ("class_id", "component", "unit", "evaluator", "batch", "choice", "file_hash")
    same = pl.col("valid") & pl.all_horizontal(pl.col(key) == row[key] for key in keys)
    table = ballots.with_columns(count=pl.when(same).then(pl.col("count") + 1000).otherwise("count"))
    return Change(f"{path(scheme, leaf)} {row['unit']}", {spot: cells[spot] + 1000}, _again(taken, ballots=table))


# --- rules -----------------------------------------------------------------------------------------------------------


def _parameter(cells: Cells, scheme: Scheme, kind: str, of: str, name: str) -> Spot | None:
    rows = _rows(cells, "参数", {1: scheme.head.name, 2: kind, 3: of, 4: name})
    return ("参数", rows[0], 5) if rows else None


def _ruled(taken: TakenIn, scheme: Scheme) -> Evaluation:
    return replace(taken.evaluation, classes={**taken.evaluation.classes, scheme.id: scheme})


def _weights(taken: TakenIn, scheme: Scheme, cells: Cells) -> Iterator[Change]:
    """A point of weight from the last leaf to the first."""
    own = [each for each in scheme.leaves() if scheme.components[each].weight and not scheme.components[each].groups]
    if len(own) < 2:
        return
    kind = "所列权重" if scheme.head.normalise else "权重"
    typed, components = {}, dict(scheme.components)
    for leaf, more in ((own[0], 1), (own[-1], -1)):
        weight = (components[leaf].weight or Decimal(0)) + more
        spot = _parameter(cells, scheme, kind, path(scheme, leaf), "权重")
        if spot is None or weight <= 0:
            return
        typed[spot] = float(weight)
        components[leaf] = components[leaf].model_copy(update={"weight": weight})
    changed = _again(taken, _ruled(taken, replace(scheme, components=components)))
    yield Change(f"{scheme.id} weights", typed, changed)


def _scale(taken: TakenIn, scheme: Scheme, cells: Cells) -> Iterator[Change]:
    """The second choice of the first scale is worth seven points less."""
    for name, options in scheme.scales.items():
        at = [place for place, (_, points) in enumerate(options) if points != "abstain"][1]
        choice, points = options[at]
        spot = _parameter(cells, scheme, "选项分值", used_in(scheme, name) or name, choice)
        if spot is not None and points != "abstain":
            new = (*options[:at], (choice, points - 7), *options[at + 1 :])
            ruled = _ruled(taken, replace(scheme, scales={**scheme.scales, name: new}))
            yield Change(f"{scheme.id} {choice}", {spot: float(points - 7)}, _again(taken, ruled))


def _bound(taken: TakenIn, scheme: Scheme, cells: Cells) -> Iterator[Change]:
    """The best grade begins five points lower."""
    if not scheme.grades or scheme.grades[0].bound is None:
        return
    best = scheme.grades[0]
    bound = Decimal(scheme.grades[0].bound) - 5
    spot = _parameter(cells, scheme, "等次", "等次下限（含）", best.name)
    assert spot is not None
    grades = (best.model_copy(update={"bound": bound}), *scheme.grades[1:])
    yield Change(
        f"{scheme.id} grade", {spot: float(bound)}, _again(taken, _ruled(taken, replace(scheme, grades=grades)))
    )


def _veto(taken: TakenIn, result: Result, scheme: Scheme, cells: Cells) -> Iterator[Change]:
    """Somebody of the first group is vetoed."""
    one = next(one for one in result.standings if one.unit.class_id == scheme.id)
    if not scheme.grades or one.veto:
        return
    title = group_titles(result)[one.key]
    line = Decision("veto", "绩委〔2027〕99号", "2027-04-01", "理由", unit=one.unit.id)
    evaluation = replace(taken.evaluation, ledger=(*taken.evaluation.ledger, line))
    spot = title, _FIRST, column_of(cells, title, 3, "一票否决")
    yield Change(f"{one.unit.id} veto", {spot: line.document}, _again(taken, evaluation))
