"""What each evaluator's marks come to, before they are combined: a share per unit, evaluator and repeat, or an absence.

Indicators are summed here.  Polars sums the complete answers; an answer with a line that is blank or withheld, whose
owner's sheet does not count, or whose evidence is not verified, is taken line by line (`bylines.py`), and so is a
component whose lines have methods of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from evaltool.evaluation import Evaluation
from evaltool.evaluation.lines import has_own_methods, lines_of, method_of
from evaltool.identity import kind_of_batch
from evaltool.inbox.intake import Intake
from evaltool.inbox.tables import in_words
from evaltool.points.bylines import Absence, Judged, Reason, States, Sum, judged, kind_of_cell, share_of, sum_lines
from evaltool.points.derived import DerivedFigures, with_derived
from evaltool.points.evidence import unverified
from evaltool.points.figures import CellSaid, Surroundings, kind_of_figure, pool, that_counts
from evaltool.questions.forms import FIGURE
from evaltool.questions.layout.asked import asked_about, respondents
from evaltool.roster import Indicator, Unit
from evaltool.rules import Component, Scheme
from evaltool.rules.methods import Facts, Method

if TYPE_CHECKING:
    import polars as pl

Doubted = Mapping[str, set[str]]
"""Unit -> its lines that are not verified."""
AnswerKey = tuple[str, str, str]  # unit, evaluator, repeat
"""Unit, evaluator, repeat."""


@dataclass
class Answered:
    """One leaf: unit -> evaluator -> repeat -> share or kind of absence; unit -> preset points that counted; unit ->
    why lines of it have no share.

    Where indicators have owners, they answer together, as the evaluator "".
    """

    of: dict[str, dict[str, dict[str, Fraction | Absence]]] = field(default_factory=dict)
    preset: dict[str, Fraction] = field(default_factory=dict)
    reasons: dict[str, tuple[Reason, ...]] = field(default_factory=dict)

    def put(self, unit: str, evaluator: str, repeat: str, answer: Fraction | Absence) -> None:
        self.of.setdefault(unit, {}).setdefault(evaluator, {})[repeat] = answer

    def put_sum(self, key: AnswerKey, made: Sum) -> None:
        self.put(*key, made.answer)
        if isinstance(made.answer, Fraction):
            self.preset[key[0]] = made.preset
        if made.reasons:
            self.reasons[key[0]] = tuple(dict.fromkeys((*self.reasons.get(key[0], ()), *made.reasons)))


def states(intake: Intake) -> dict[tuple[str, str], str]:
    """(evaluator, batch) -> what became of the sheet: counted, missing, waived, or excluded by a decision."""
    excluded = {(each.evaluator, each.batch) for each in intake.files if each.became == "excluded"}
    found: dict[tuple[str, str], str] = {}
    for sheet in intake.sheets:  # of a sheet that is keyed twice, one entry that counts is enough
        scored = kind_of_batch(sheet.batch) in ("marks", "cards")
        if scored and found.get((sheet.evaluator, sheet.batch)) != "counted":
            found[sheet.evaluator, sheet.batch] = sheet.scored_as
    return found | {key: "excluded" for key, state in found.items() if state == "missing" and key in excluded}


_COLUMNS = ("unit", "evaluator", "repeat", "indicator", "field", "state", "text", "value", "decimals")


def answered(
    evaluation: Evaluation, intake: Intake, scheme: Scheme, leaf: str, states: States, but: Collection[str] = ()
) -> Answered:
    """What every evaluator answered in a leaf that is not decided by cards; `but`: units that need not be looked at."""
    import polars as pl

    mine = (pl.col("class_id") == scheme.id) & (pl.col("component") == leaf) & (pl.col("unit") != "")
    mine &= ~pl.col("unit").is_in(list(but))
    doubted = unverified(evaluation, intake, scheme.id, leaf)
    if has_own_methods(evaluation, scheme, leaf):
        return _mixed(evaluation, intake, scheme, leaf, intake.rows(mine, *_COLUMNS), states, doubted)
    mine &= pl.col("field") == "mark"
    answer = scheme.components[leaf].answer
    assert answer is not None
    if answer.by_points:
        return _points(evaluation, scheme, leaf, intake.kept(mine, *_COLUMNS), states, doubted)
    found = Answered()
    facts = scheme.facts(answer)
    lengths = asked_about(evaluation, scheme.id, leaf) if scheme.goes_by_length(answer) else {}
    by_length = {who: replace(facts, ranked=Fraction(length)) for who, length in lengths.items()}
    columns = ("unit", "evaluator", "repeat", "state", "text", "value", "decimals")
    for unit, evaluator, repeat, state, *said in intake.rows(mine, *columns).iter_rows():
        given = share_in_cell(answer, by_length.get(evaluator, facts), state, *said)
        found.put(unit, evaluator, repeat, kind_of_cell(state) if given is None else given)
    return found


def share_in_cell(
    answer: Method, facts: Facts, state: str, text: str, value: int | None, decimals: int
) -> Fraction | None:
    """The share of a mark that is an answer by itself."""
    return share_of(answer, _said(state, text, value, decimals), facts)


def _said(state: str, text: str, value: int | None, decimals: int) -> CellSaid:
    return state, None if value is None else Fraction(value, 10**decimals), text


# --- points over indicators ------------------------------------------------------------------------------------------

_SumOfMarks = tuple[str, str, int, int, int]
"""Evaluator, repeat, how many marks there are, their sum, its digits."""


def _points(
    evaluation: Evaluation, scheme: Scheme, leaf: str, marks: pl.DataFrame, states: States, doubted: Doubted
) -> Answered:
    """Complete answers from sums in units of 10^-decimals, all others line by line; `marks`: texts as they are kept."""
    import polars as pl

    component = scheme.components[leaf]
    owned = component.by == "owner"
    lines = {unit.id: lines_of(evaluation, scheme, leaf, unit) for unit in evaluation.units_of(scheme.id)}
    full = {unit: sum((line.full for line in of), Fraction(0)) for unit, of in lines.items()}
    found = Answered()
    open_keys = {(unit, "", repeat) for unit in lines for repeat in _periods(component)} if owned else set()
    marks = marks.with_columns(evaluator=pl.lit("")) if owned else marks
    for unit_id, *answers in _sums(marks):
        sums = list(zip(*answers, strict=True))
        complete = len(lines.get(unit_id, ())) if full.get(unit_id) and not doubted.get(unit_id) else -1
        if shares := _complete(sums, complete, full.get(unit_id, Fraction(0))):
            found.of[unit_id], found.preset[unit_id] = shares, full[unit_id]
        open_keys -= {(unit_id, who, repeat) for who, of in shares.items() for repeat in of} if owned else set()
        if unit_id in lines:
            open_keys |= {(unit_id, who, repeat) for who, repeat, given, *_ in sums if given != complete}
    said = _cells(component, marks, open_keys)
    for key in sorted(open_keys):
        unit = evaluation.units[key[0]]
        owners = states if owned else {}
        lines_of_answer = lines_judged(evaluation, scheme, leaf, unit, said.get(key, {}), owners, doubted, None)
        found.put_sum(key, sum_lines(component, lines_of_answer))
    return found


def _complete(sums: Iterable[_SumOfMarks], lines: int, full: Fraction) -> dict[str, dict[str, Fraction | Absence]]:
    """Evaluator -> repeat -> share, where so many lines have their marks."""
    shares: dict[tuple[int, int], Fraction] = {}  # of thousands of evaluators many say the same
    found: dict[str, dict[str, Fraction | Absence]] = {}
    for who, repeat, given, total, decimals in sums:
        if given == lines:
            share = shares.get((total, decimals))
            if share is None:
                share = shares[total, decimals] = Fraction(total, 10**decimals) / full
            found.setdefault(who, {})[repeat] = share
    return found


def _sums(marks: pl.DataFrame) -> Iterator[tuple[str, list[str], list[str], list[int], list[int], list[int]]]:
    """Unit by unit, of every answer: evaluator, repeat, how many marks it has, their sum, their digits."""
    import polars as pl

    keys = pl.col("unit", "evaluator", "repeat")
    value = pl.col("value")
    sums = marks.group_by(keys, maintain_order=True).agg(
        value.count().alias("given"), value.sum().alias("sum"), pl.col("decimals").first()
    )
    return sums.with_columns(keys.cast(pl.String)).group_by("unit", maintain_order=True).agg(pl.all()).iter_rows()


def _periods(component: Component) -> list[str]:
    return component.each.periods if component.each and component.each.periods else [""]


def lines_judged(
    evaluation: Evaluation,
    scheme: Scheme,
    leaf: str,
    unit: Unit,
    said: Mapping[str, CellSaid],
    owners: States,
    doubted: Doubted,
    facts: Callable[[Indicator], Facts] | None,
) -> Iterator[Judged]:
    """One answer line by line; without `facts` every line is scored by points alone."""

    def method(line: Indicator) -> tuple[Method, Facts]:
        return method_of(scheme, line), facts(line) if facts else Facts(full=line.full)

    lines = lines_of(evaluation, scheme, leaf, unit)
    return judged(scheme.components[leaf], lines, said, owners, doubted.get(unit.id, set()), method)


def _cells(component: Component, rows: pl.DataFrame, keys: Iterable[AnswerKey]) -> dict[AnswerKey, dict[str, CellSaid]]:
    """What stands in the cells of some answers, by indicator: the mark, or of several kinds of figure the last."""
    import polars as pl

    wanted = set(keys)
    kinds: dict[AnswerKey, dict[str, dict[str, CellSaid]]] = {}
    mine = pl.col("unit").is_in(sorted({unit for unit, _, _ in wanted}))
    said = in_words(rows.lazy().select(_COLUMNS)).filter(mine).collect()
    for unit, who, repeat, indicator, field_, *cell in said.iter_rows():
        if (unit, who, repeat) in wanted:
            kinds.setdefault((unit, who, repeat), {}).setdefault(indicator, {})[field_] = _said(*cell)
    return {
        key: {indicator: _that_counts(component, cells) for indicator, cells in of.items()} for key, of in kinds.items()
    }


def _that_counts(component: Component, cells: dict[str, CellSaid]) -> CellSaid:
    if "mark" in cells:
        return cells["mark"]
    return that_counts(component, {kind_of_figure(field_): said for field_, said in cells.items()})[1]


# --- lines with methods of their own ---------------------------------------------------------------------------------


def reckoned_for(evaluation: Evaluation, scheme: Scheme, leaf: str) -> Iterator[AnswerKey]:
    """Whose answers there are where lines are reckoned, also if nothing else is asked in the component."""
    component = scheme.components[leaf]
    if any(line.figure for line in evaluation.indicators(scheme.id, leaf)):
        for unit in evaluation.units_of(scheme.id):
            asked = respondents(evaluation, scheme.id, leaf, unit)
            for who in [""] if component.by == "owner" and asked else asked:
                yield from ((unit.id, who, repeat) for repeat in _periods(component))


def _mixed(
    evaluation: Evaluation,
    intake: Intake,
    scheme: Scheme,
    leaf: str,
    rows: pl.DataFrame,
    states: States,
    doubted: Doubted,
) -> Answered:
    """Every answer line by line, each line by its own method."""
    found = Answered()
    for key, _, lines in _mixed_lines(evaluation, intake, scheme, leaf, rows, states, doubted):
        found.put_sum(key, sum_lines(scheme.components[leaf], lines))
    return found


JudgedAnswer = tuple[AnswerKey, Mapping[str, CellSaid], Iterator[Judged]]
"""Whose answer it is, what its cells say by indicator, its lines."""


def judged_lines(evaluation: Evaluation, intake: Intake, scheme: Scheme, leaf: str) -> Iterator[JudgedAnswer]:
    """The answers in a component whose lines have methods of their own, line by line."""
    import polars as pl

    mine = (pl.col("class_id") == scheme.id) & (pl.col("component") == leaf) & (pl.col("unit") != "")
    sheets = {evaluator: state for (evaluator, batch), state in states(intake).items() if not batch}
    doubted = unverified(evaluation, intake, scheme.id, leaf)
    return _mixed_lines(evaluation, intake, scheme, leaf, intake.rows(mine), sheets, doubted)


def _mixed_lines(
    evaluation: Evaluation,
    intake: Intake,
    scheme: Scheme,
    leaf: str,
    rows: pl.DataFrame,
    states: States,
    doubted: Doubted,
) -> Iterator[JudgedAnswer]:
    """Comparisons look at everybody's figures."""
    import polars as pl

    component = scheme.components[leaf]
    rows = rows.filter((pl.col("field") == "mark") | pl.col("field").str.starts_with(FIGURE))
    given = _cells(component, rows, rows.select("unit", "evaluator", "repeat").unique().iter_rows())
    given = with_derived(
        DerivedFigures.of(evaluation, intake, scheme, leaf), given, reckoned_for(evaluation, scheme, leaf)
    )
    stated = (
        (indicator, repeat, unit, number)
        for (unit, _, repeat), of in sorted(given.items())
        for indicator, (_, number, _) in of.items()
        if number is not None
    )
    around = Surroundings.of(evaluation, scheme, pool(stated))
    owned = component.by == "owner"
    said = _of_owners(evaluation, scheme, component, given) if owned else given
    for key, cells in sorted(said.items()):
        unit = evaluation.units[key[0]]
        facts = _facts(around, unit, key[2])
        owners = states if owned else {}
        yield key, cells, lines_judged(evaluation, scheme, leaf, unit, cells, owners, doubted, facts)


def _facts(around: Surroundings, unit: Unit, repeat: str) -> Callable[[Indicator], Facts]:
    return lambda line: around.facts(unit, line, repeat)


def _of_owners(
    evaluation: Evaluation, scheme: Scheme, component: Component, given: dict[AnswerKey, dict[str, CellSaid]]
) -> dict[AnswerKey, dict[str, CellSaid]]:
    """The owners' cells together, also where no owner has answered."""
    said: dict[AnswerKey, dict[str, CellSaid]] = {
        (unit.id, "", repeat): {} for unit in evaluation.units_of(scheme.id) for repeat in _periods(component)
    }
    for (unit, _, repeat), cells in given.items():
        said.setdefault((unit, "", repeat), {}).update(cells)
    return said
