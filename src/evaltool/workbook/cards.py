"""The tab 评价卡: per component a table of counted cards, a row per unit and batch, a column per choice.

The counts are cells that may be changed; the cards that count, their points and each unit's share are formulas.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from evaltool.results.result import Result
from evaltool.results.satisfaction import satisfied_choices
from evaltool.rules import LeafKey, Scheme
from evaltool.rules.expressions import Expr, Range, Written, as_expr, percent
from evaltool.rules.lists import products
from evaltool.rules.methods import Ballot
from evaltool.views.wording import evaluator_name, path, unit_name
from evaltool.workbook.formulas import cell
from evaltool.workbook.linepoints import scale_table
from evaltool.workbook.page import Page
from evaltool.workbook.parameters import Parameters
from evaltool.workbook.parts import FILTERED, HEAD_ROW, NONE, Frame, Stack, TabColumn, text, word
from evaltool.workbook.typed import WHOLE
from evaltool.writers.book import Cell, Tab

TITLE = "评价卡"
_BLANK_CHOICE = "未填"
_FIRST = 3  # column of the first choice
_WIDTHS = (24.0, 24.0, 12.0)
_NARROW = 9.0

BatchCounts = tuple[str, str, str, Mapping[str, int]]
"""Unit, evaluator, batch, choice -> cards."""


@dataclass(frozen=True, slots=True)
class Choices:
    """The columns of one block: choices with points, others, and the row in which the points stand."""

    scored: Sequence[str]
    others: Sequence[str]
    points_row: int
    satisfied: Sequence[str] = ()

    @property
    def after(self) -> int:
        """The column behind them."""
        return _FIRST + len(self.scored) + len(self.others)


@dataclass
class CardsTab:
    """The tab, and of every unit in every component its share as a formula."""

    stack: Stack = field(default_factory=lambda: Stack(Page(TITLE, HEAD_ROW), [*_WIDTHS, *[_NARROW] * 5]))
    shares: dict[tuple[LeafKey, str], Expr] = field(default_factory=dict)

    @property
    def page(self) -> Page:
        return self.stack.page

    def tab(self, made: Frame) -> Tab:
        return self.stack.tab(made, FILTERED)


def cards_of(result: Result, parameters: Parameters) -> CardsTab:
    cards = CardsTab()
    counts = _counts(result)
    for scheme in result.evaluation.classes.values():
        for leaf in scheme.leaves():
            rows = counts.pop((scheme.id, leaf), [])
            if rows:
                _block(result, scheme, leaf, rows, cards, parameters)
    return cards


def _counts(result: Result) -> dict[LeafKey, list[BatchCounts]]:
    """Cards that are valid, by component: a row per unit, evaluator and batch."""
    import polars as pl

    keys = ["class_id", "component", "unit", "evaluator", "batch", "choice"]
    table = result.intake.ballots.filter("valid").group_by(keys).agg(pl.col("count").sum())
    units = {unit: at for at, unit in enumerate(result.evaluation.units)}
    found: dict[LeafKey, dict[tuple[str, str, str], dict[str, int]]] = {}
    for class_id, component, unit, evaluator, batch, choice, count in table.iter_rows():
        found.setdefault((class_id, component), {}).setdefault((unit, evaluator, batch), {})[choice] = count
    return {
        leaf: [
            (*key, of) for key, of in sorted(rows.items(), key=lambda one: (units.get(one[0][0], len(units)), one[0]))
        ]
        for leaf, rows in found.items()
    }


def _block(
    result: Result, scheme: Scheme, leaf: str, rows: list[BatchCounts], cards: CardsTab, parameters: Parameters
) -> None:
    """One component: caption, head, the points of the choices, then unit by unit and batch by batch."""
    answer, page = scheme.components[leaf].ballot, cards.page
    points = scale_table(parameters, scheme, answer.ballot).points if answer else {}
    scored = [choice for choice, each in points.items() if each is not None]
    others = sorted({choice for row in rows for choice in row[3]} - set(scored))
    headers = ["单位", "评估主体", "批次", *scored, *(each or _BLANK_CHOICE for each in others), "计入张数", "平均分值"]
    happy = satisfied_choices(scheme, leaf)
    headers += ["满意张数", "满意率%", "单位满意率%"] if happy else []
    columns = [TabColumn(header, _WIDTHS[at] if at < _FIRST else _NARROW) for at, header in enumerate(headers)]
    cards.stack.head(f"{scheme.head.name}：{path(scheme, leaf)}", columns)
    choices = Choices(scored, others, page.next, happy)
    if scored and answer:
        _points_row(scheme, answer, cards, parameters)
    for unit, own in _by_unit(rows):
        _unit(result, scheme, leaf, unit, own, cards, choices)
    page.next += 1


def _by_unit(rows: Iterable[BatchCounts]) -> Iterator[tuple[str, list[BatchCounts]]]:
    grouped: dict[str, list[BatchCounts]] = {}
    for row in rows:
        grouped.setdefault(row[0], []).append(row)
    yield from grouped.items()


def _points_row(scheme: Scheme, answer: Ballot, cards: CardsTab, parameters: Parameters) -> None:
    table = scale_table(parameters, scheme, answer.ballot)
    at = [(place, points) for place, points in enumerate(table.points.values()) if points is not None]
    cells = [cell(parameters.entry(table, place, points), "any") for place, points in at]
    cards.page.add((word("分值"), word(""), word(""), *cells))


def _unit(
    result: Result,
    scheme: Scheme,
    leaf: str,
    unit: str,
    rows: list[BatchCounts],
    cards: CardsTab,
    choices: Choices,
) -> None:
    """A unit's batches, and its share: of all cards together, or the mean of the batches' means."""
    page, answer = cards.page, scheme.components[leaf].ballot
    first, found = page.next, []
    for _, evaluator, batch, of in rows:
        row = page.next
        front = (
            text(unit_name(result.evaluation, unit)),
            text(evaluator_name(result.evaluation, evaluator)),
            word(batch),
        )
        given = [Cell(of.get(choice, 0), "input") for choice in (*choices.scored, *choices.others)]
        page.takes |= {(page.next, _FIRST + at): WHOLE for at in range(len(given))}
        page.add((*front, *given))
        if choices.scored and answer:
            found.append(_counted(scheme, answer, of, row, cards, choices))
    chose = [(count, points) for count, points in found if points is not None]
    if not chose or not answer:
        return
    last, columns = page.next - 1, choices.after
    if choices.satisfied:
        _satisfied_unit(rows, first, last, cards, choices)
    counts = page.range(columns, first, last, (count for count, _ in chose))
    means = page.range(columns + 1, first, last, (points for _, points in chose))
    points = answer.together(means, counts) if len(found) > 1 else Written(means.text, means.values[0])
    cards.shares[(scheme.id, leaf), unit] = as_expr(percent(points))


def _counted(
    scheme: Scheme,
    answer: Ballot,
    counts: Mapping[str, int],
    row: int,
    cards: CardsTab,
    choices: Choices,
) -> tuple[Fraction, Fraction | None]:
    """Cards that chose and their mean points, written into the row."""
    page, scored = cards.page, choices.scored
    last = _FIRST + len(scored) - 1
    own, worth = page.across(row, _FIRST, last), page.across(choices.points_row, _FIRST, last)
    scale = {choice: share * 100 for choice, share in scheme.scale(answer.ballot).items() if share is not None}
    count = Fraction(sum(counts.get(choice, 0) for choice in scored))
    points = sum((counts.get(choice, 0) * scale[choice] for choice in scored), Fraction(0))
    valid = Written(f"SUM({own})", count)
    column = choices.after
    page.put(column, cell(valid, "integer", page.own), row)
    chosen = page.ref(row, column, count)
    average = products(Range(own, ()), Range(_kept(worth), ()), points) / chosen
    words = Written(f'IF({chosen.text}=0,"{NONE}",{average.text})', average.value if count else NONE)
    page.put(column + 1, cell(words, "number", page.own), row)
    if choices.satisfied:
        _satisfied_row(counts, row, chosen, cards, choices)
    return count, points / count if count else None


def _satisfied_row(counts: Mapping[str, int], row: int, chosen: Expr, cards: CardsTab, choices: Choices) -> None:
    """How many of a batch's cards are satisfied, and what part of those that chose."""
    page, column = cards.page, choices.after + 2
    own = [choice for choice in choices.scored if choice in choices.satisfied]
    places = (page.ref(row, _FIRST + choices.scored.index(choice), Fraction(0)).text for choice in own)
    count = Fraction(sum(counts.get(choice, 0) for choice in own))
    page.put(column, cell(Written(f"SUM({','.join(places)})", count), "integer", page.own), row)
    part = page.ref(row, column, count) * 100 / chosen
    words = Written(f'IF({chosen.text}=0,"{NONE}",{part.text})', part.value if chosen.value else NONE)
    page.put(column + 1, cell(words, "number", page.own), row)


def _satisfied_unit(rows: Sequence[BatchCounts], first: int, last: int, cards: CardsTab, choices: Choices) -> None:
    """The same of all batches together, in the unit's first row."""
    page, column = cards.page, choices.after
    chose = sum(of.get(choice, 0) for *_, of in rows for choice in choices.scored)
    happy = sum(of.get(choice, 0) for *_, of in rows for choice in choices.satisfied)
    of_all = f"SUM({page.span(column, first, last)})"
    words = f'IF({of_all}=0,"{NONE}",SUM({page.span(column + 2, first, last)})*100/{of_all})'
    page.put(column + 4, cell(Written(words, Fraction(happy * 100, chose)), "number", page.own), first)


def _kept(span: str) -> str:
    """A piece of a row whose row number is kept when copied."""
    tab, _, piece = span.rpartition("!")
    return f"{tab}!" + ":".join(
        f"{part.rstrip('0123456789')}${part.lstrip('ABCDEFGHIJKLMNOPQRSTUVWXYZ')}" for part in piece.split(":")
    )
