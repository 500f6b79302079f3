"""From answers to a unit's share, as formulas: first an evaluator's repeats become one, then the evaluators.

The answers stand below each other in a column.  An absent one is a word, which means and sums pass over, or a number
where the rules count it as full or nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from evaltool.evaluation import Evaluation
from evaltool.exact import plain
from evaltool.points.answered import Answered
from evaltool.points.bylines import Absence, States
from evaltool.points.leaves import Days, fixed_share, of_repeats, settled
from evaltool.points.score import ABSENCE_WORDS, PointsTable
from evaltool.questions.layout.asked import respondents
from evaltool.reader.cells import letters
from evaltool.roster import Unit
from evaltool.rules import Combination, Component, LeafKey, Policy, Scheme
from evaltool.rules.absence import is_mean
from evaltool.rules.combining import combined, kept, weighted
from evaltool.rules.expressions import PRODUCT, Expr, Range, Written, as_expr, constant, value_of
from evaltool.workbook.page import NumberedRows, Page
from evaltool.workbook.parts import NONE

_TREATED = {"full": "计满分", "zero": "计零分", "out": "不计"}
_BY_MEAN = "以其余的为准"
ONE = Fraction(1)

ShareOrAbsence = Fraction | Absence
"""A share, or a kind of absence."""


@dataclass(frozen=True, slots=True)
class AnswersFound:
    """What every evaluator answered, as scoring found it, with sheets and days."""

    evaluation: Evaluation
    points: PointsTable
    answers: Mapping[LeafKey, Answered]
    sheets: States
    days: Mapping[LeafKey, Days]

    def of_unit(self, scheme: Scheme, leaf: str, unit: Unit) -> dict[str, dict[str, ShareOrAbsence]]:
        """Everybody who is asked about a unit -> repeat -> answer; {} where nobody's answers are looked at."""
        given = self.answers[scheme.id, leaf].of.get(unit.id, {})
        point = self.points.get((unit.id, leaf))
        if point is None or not (given or point.state in ("scored", "partial", "pending")):
            return {}
        component = scheme.components[leaf]
        asked = respondents(self.evaluation, scheme.id, leaf, unit)
        if component.by == "owner":  # of its lines, who answer together
            return {"": _repeats(component, given.get("", {}), "counted", {})} if asked else {}
        days = self.days.get((scheme.id, leaf), {})
        return {
            who: _repeats(component, given.get(who, {}), self.sheets.get(who, "counted"), days.get(who, {}))
            for who in asked
        }


def _repeats(
    component: Component, given: Mapping[str, ShareOrAbsence], state: str, days: Mapping[str, str]
) -> dict[str, ShareOrAbsence]:
    """One evaluator's answers, absent ones too, in the order in which they are combined."""
    each = component.each
    if state != "counted":
        return {"": state}
    if each and not each.periods:
        return {repeat: given[repeat] for repeat in in_order(given, days)} or {"": "none"}
    periods = [one for of in each.stages.values() for one in of] if each and each.stages else []
    return {one: given.get(one, "missing") for one in (periods or (each.periods if each else [""]))}


def in_order(repeats: Iterable[str], days: Mapping[str, str]) -> list[str]:
    """The rows of a sheet by the days on which they happened; on the same day in the order of the sheet."""
    return sorted(repeats, key=lambda repeat: (days.get(repeat, ""), int(repeat)))


def in_words(component: Component, kind: Absence) -> str:
    """An absence, and what the rules make of it."""
    policy: Policy = "out" if kind == "none" else component.policy(kind)
    treated = _BY_MEAN if is_mean(policy) else _TREATED.get(str(policy), "")
    if isinstance(policy, Decimal):
        treated = f"计{plain(policy)}%"
    return f"{ABSENCE_WORDS[kind]}（{treated}）" if treated else ABSENCE_WORDS[kind]


def put_in(component: Component, answers: Sequence[ShareOrAbsence], way: Combination) -> list[Fraction | None]:
    """The number of each answer that is combined with the others, absent ones by what the rules put in; None for one
    that is passed over."""
    given = [each for each in answers if isinstance(each, Fraction)]
    return [each if isinstance(each, Fraction) else fixed_share(component, each, way, given) for each in answers]


def repeats_put_in(component: Component, said: Mapping[str, ShareOrAbsence]) -> list[Fraction | None]:
    """The same of one evaluator's repeats."""
    answers, ways = list(said.values()), ways_of_repeats(component)
    found: list[Fraction | None] = [fixed_share(component, each) if isinstance(each, str) else each for each in answers]
    for stage in stages_of(component, list(said)) if ways else []:
        for at, number in zip(stage, put_in(component, [answers[at] for at in stage], ways[0]), strict=True):
            found[at] = number
    return found


# --- several as one --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NumberColumn:
    """Numbers below each other, such as shares; `full`: the one that stands for a full share; `rows`: theirs, where
    they may be sorted; `places`: the column that says where each stands among its unit's, in ascending order."""

    page: Page
    at: int
    full: Fraction = ONE
    rows: NumberedRows | None = None
    places: int = -1


@dataclass(frozen=True, slots=True)
class Months:
    """For how many months each was in charge, and where that stands: in cells of their own, or in a column of the same
    rows."""

    of: Sequence[int]
    cells: str = ""
    at: int = -1


def over_repeats(
    component: Component, column: NumberColumn, rows: Sequence[int], said: Mapping[str, ShareOrAbsence]
) -> Expr | Absence:
    """An evaluator's answers as one; the rows in the order of the answers."""
    answers = list(said.values())
    each = component.each
    if each is None or (len(answers) == 1 and list(said) == [""]):
        (answer,) = answers
        return column.page.ref(rows[0], column.at, answer) if isinstance(answer, Fraction) else answer
    if not each.stages:
        return of_cells(of_repeats(component, answers), column, rows, answers, each.over)
    if not any(isinstance(answer, Fraction) for answer in answers) and not each.periods:
        return "none"
    at = {repeat: place for place, repeat in enumerate(said)}
    stages = []
    for periods in each.stages.values():
        places = [at[period] for period in periods]
        of = [rows[place] for place in places], [answers[place] for place in places]
        stages.append(of_cells(component, column, *of, each.stage_over))
    return _of_stages(component, column, stages, each.over)


def of_cells(
    component: Component,
    column: NumberColumn,
    rows: Sequence[int],
    answers: Sequence[ShareOrAbsence],
    way: Combination,
    months: Months | None = None,
) -> Expr | Absence:
    """Cells below each other as one, as scoring does it."""

    def fixed(_: int, share: Fraction) -> Fraction:
        return share * column.full

    def together(values: list[Fraction], counted: list[int]) -> Fraction:
        held = [Fraction(months.of[at]) for at in counted] if months else []
        by = _by_number if column.rows else _by_position
        made.append(by(column, rows, [rows[at] for at in counted], values, way, (months, held) if months else None))
        return value_of(made[0])

    made: list[Expr] = []
    settled_ = settled(component, answers, fixed, together, "mean" if months else way, column.full)
    return made[0] if made else str(settled_)


Held = tuple[Months, Sequence[Fraction]]
"""Where the months stand, and those of the answers that count."""


def _by_position(
    column: NumberColumn,
    rows: Sequence[int],
    counted: Sequence[int],
    values: Sequence[Fraction],
    way: Combination,
    months: Held | None,
) -> Expr:
    """Rows that stay where they are."""
    page = column.page
    span = Range(
        page.span(column.at, rows[0], rows[-1]), tuple(values), (page.fixed(counted[-1], column.at, values[-1]),)
    )
    if months:
        return as_expr(weighted(span, Range(months[0].cells, tuple(months[1]))))
    return as_expr(combined(span, way))


def _by_number(
    column: NumberColumn,
    rows: Sequence[int],
    counted: Sequence[int],
    values: Sequence[Fraction],
    way: Combination,
    months: Held | None,
) -> Expr:
    """Rows that may be sorted: whichever of them have the numbers, and of these the places that are kept."""
    numbered = column.rows
    assert numbered is not None
    where, shares = list(numbered.between(rows[0], rows[-1])), numbered.all(column.at)
    if months:
        held = numbered.all(months[0].at)
        numbers = numbered.all(numbered.column)
        those = f"({numbers}>={numbered.of(rows[0])})*({numbers}<={numbered.of(rows[-1])})"
        value = value_of(weighted(tuple(values), tuple(months[1])))
        parts = f"SUMPRODUCT({those},{held},{shares})/SUMIFS({held},{','.join(where)})"
        return Written(parts, value, PRODUCT) if any(months[1]) else constant(0)
    if len(values) == 1 or way == "last":
        return numbered.ref(counted[-1], column.at, values[-1])
    first, many = kept(way, len(values)) or (0, 0)
    if way not in ("mean", "sum"):
        places = numbered.all(column.places)
        where += [f'{places},">={first + 1}"', f'{places},"<={first + many}"']
    name = "SUMIFS" if way == "sum" else "AVERAGEIFS"
    return Written(f"{name}({shares},{','.join(where)})", value_of(combined(tuple(values), way)))


def needs_places(way: Combination) -> bool:
    """Whether it takes the order of the numbers to say which of them count."""
    return way not in ("mean", "sum", "last")


def ways_of_repeats(component: Component) -> Sequence[Combination]:
    """How the rows of one evaluator become one."""
    each = component.each
    return () if each is None else (each.stage_over,) if each.stages else (each.over,)


def stages_of(component: Component, said: Sequence[str]) -> list[list[int]]:
    """The repeats that are combined with each other, by their places."""
    each = component.each
    if each is None or not each.stages or list(said) == [""]:
        return [list(range(len(said)))] if each else []
    return [[list(said).index(period) for period in periods] for periods in each.stages.values()]


def place_among(column: NumberColumn, rows: Sequence[int], values: Sequence[Fraction | None]) -> Iterator[Expr]:
    """Where the number of each of these rows stands among them, in ascending order, equal ones as they were filled."""
    numbered = column.rows
    assert numbered is not None
    numbers, shares = numbered.all(numbered.column), numbered.all(column.at)
    those = f"({numbers}>={numbered.of(rows[0])})*({numbers}<={numbered.of(rows[-1])})*ISNUMBER({shares})"
    ordered = sorted((value, at) for at, value in enumerate(values) if value is not None)
    for at, (row, value) in enumerate(zip(rows, values, strict=True)):
        own, number = f"{letters(column.at)}{row + 1}", f"{letters(numbered.column)}{row + 1}"
        before = f"(({shares}<{own})+({shares}={own})*({numbers}<{number}))"
        place = NONE if value is None else Fraction(ordered.index((value, at)) + 1)
        yield Written(f'IF(ISNUMBER({own}),1+SUMPRODUCT({those}*{before}),"{NONE}")', place)


def _of_stages(
    component: Component, column: NumberColumn, stages: Sequence[Expr | Absence], way: Combination
) -> Expr | Absence:
    """What the repeats of each stage come to, as one."""

    def fixed(_: int, share: Fraction) -> Expr:
        return constant(share * column.full)

    def together(present: list[Expr], _: list[int]) -> Expr:
        values, text = tuple(map(value_of, present)), ",".join(one.text for one in present)
        return as_expr(combined(Range(text, values, tuple(present), apart=True), way))

    return settled(of_repeats(component, stages), stages, fixed, together, way, column.full)
