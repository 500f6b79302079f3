"""The tab 评估主体: the share of every answer, then of every evaluator over the repeats, ready to be combined.

A row is one answer: a unit, a component, an evaluator (or the owners of its lines together), a repeat.  An absent
answer is a word, which means and sums pass over, or 1 or 0 where the rules count it as full or nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from evaltool.evaluation import Evaluation
from evaltool.exact import decimal
from evaltool.points.answered import Answered
from evaltool.points.bylines import Kind, States
from evaltool.points.leaves import Days, fixed_share, settled
from evaltool.points.score import ABSENCE_WORDS
from evaltool.questions.layout.asked import respondents
from evaltool.results.result import Result
from evaltool.roster import Unit
from evaltool.rules import Component, Over, Scheme, Trimmed
from evaltool.rules.combining import combined, weighted
from evaltool.rules.expressions import Expr, Range, Written, as_expr, constant, value_of
from evaltool.views.wording import evaluator_name, path, unit_name
from evaltool.workbook.filledin import Leaf
from evaltool.workbook.formulas import as_stored, cell
from evaltool.workbook.linepoints import Key
from evaltool.workbook.marks import Sums
from evaltool.workbook.page import Page
from evaltool.workbook.parts import FIRST_ROW, NONE, Column, Frame, listed, text, word
from evaltool.writers.book import Cell, Tab

TITLE = "评估主体"
OWNERS = "各指标的评分主体"
_SUM, _PRESET, _SHARE, _COMBINED, _MONTHS = 4, 5, 6, 7, 8
_TREATED = {"full": "计满分", "zero": "计零分", "out": "不计"}

Part = tuple[int, "Expr | Kind"]
"""Row and what stands there: a share, or the kind of absence."""


@dataclass
class Answers:
    """The tab, and of every unit in every component what the evaluators' answers come to, as a formula."""

    page: Page = field(default_factory=lambda: Page(TITLE, FIRST_ROW))
    shares: dict[tuple[Leaf, str], Expr] = field(default_factory=dict)
    months: bool = False

    def tab(self, made: Frame) -> Tab:
        columns = [
            Column("单位", 24),
            Column("评估内容", 36),
            Column("评估主体", 28),
            Column("次数（时段）", 12),
            Column("得分合计", 11),
            Column("预赋分值合计", 11),
            Column("得分率", 11),
            Column("各次合并", 11),
            *([Column("月数", 8)] if self.months else []),
        ]
        return listed(self.page, made, columns, still=1, table="评估主体表")


@dataclass(frozen=True)
class Said:
    """What every evaluator answered, as scoring found it: shares and absences, sheets, days, sums of marks."""

    answers: Mapping[Leaf, Answered]
    sheets: States
    days: Mapping[Leaf, Days]
    sums: Mapping[tuple[Leaf, Key], Sums]

    def rows(self) -> int:
        """How many answers there are."""
        units = (people for leaf in self.answers.values() for people in leaf.of.values())
        return sum(len(repeats) for people in units for repeats in people.values())


def answers_of(result: Result, said: Said) -> Answers:
    made = Answers()
    for scheme in result.evaluation.classes.values():
        for leaf in scheme.leaves():
            component = scheme.components[leaf]
            if component.ballot:
                continue
            for unit in result.evaluation.units_of(scheme.id):
                point = result.points.get((unit.id, leaf))
                given = said.answers[scheme.id, leaf].of.get(unit.id)
                if point is not None and (given or point.state in ("scored", "pending")):
                    _unit(result.evaluation, scheme, leaf, unit, said, made)
    return made


def _unit(evaluation: Evaluation, scheme: Scheme, leaf: str, unit: Unit, said: Said, made: Answers) -> None:
    component = scheme.components[leaf]
    given = said.answers[scheme.id, leaf].of.get(unit.id, {})
    asked = respondents(evaluation, scheme.id, leaf, unit)
    people = ([""] if asked else []) if component.by == "owner" else asked
    parts: list[Part] = []
    for who in people:
        state = "counted" if component.by == "owner" else said.sheets.get(who, "counted")
        days = said.days.get((scheme.id, leaf), {}).get(who, {})
        row = made.page.next
        kept = _evaluator(evaluation, scheme, leaf, (unit, who), given.get(who, {}), state, days, said, made)
        parts.append((row, kept))
        if component.charge == "months":
            made.months = True
            share = kept if isinstance(kept, Expr) else fixed_share(component, kept)
            if share is not None:
                made.page.put(_MONTHS, Cell(evaluation.months(who, unit), "input"), row)
    if not parts:
        return
    last = made.page.next - 1
    column = _COMBINED if component.each else _SHARE
    months = [evaluation.months(who, unit) for who in people] if component.charge == "months" else []
    together = _settled(made.page, component, parts, component.over, column, (parts[0][0], last), months)
    if isinstance(together, Expr):
        made.shares[(scheme.id, leaf), unit.id] = together


def _evaluator(
    evaluation: Evaluation,
    scheme: Scheme,
    leaf: str,
    about: tuple[Unit, str],
    given: Mapping[str, Fraction | Kind],
    state: str,
    days: Mapping[str, str],
    said: Said,
    made: Answers,
) -> Expr | Kind:
    """One evaluator's rows, and what they come to over the repeats."""
    component, page = scheme.components[leaf], made.page
    unit, who = about
    each = component.each
    wanted: Sequence[tuple[str, Fraction | Kind]]
    if state != "counted":
        wanted = [("", state)]
    elif each and not each.periods:
        ordered = sorted(given, key=lambda repeat: (days.get(repeat, ""), int(repeat)))
        wanted = [(repeat, given[repeat]) for repeat in ordered]
    else:
        periods = [one for of in each.stages.values() for one in of] if each and each.stages else []
        wanted = [(one, given.get(one, "missing")) for one in (periods or (each.periods if each else [""]))]
    if not wanted:
        wanted = [("", "none")]
    front = (
        text(unit_name(evaluation, unit.id)),
        text(path(scheme, leaf)),
        text(evaluator_name(evaluation, who) if who else OWNERS),
    )
    parts: dict[str, Part] = {}
    first = page.next
    for repeat, answer in wanted:
        sums = _sums(said, (scheme.id, leaf), (unit.id, who, repeat), answer)
        row = page.add((*front, word(repeat), *_answer(page, component, answer, sums)))
        value = page.ref(row, _SHARE, answer) if isinstance(answer, Fraction) else answer
        parts[repeat] = (row, value)
    if each is None or state != "counted":
        kept = next(iter(parts.values()))[1]
    elif not given and not each.periods:
        kept = "none"
    elif each.stages:
        kept = _stages(page, component, parts)
    else:
        kept = _settled(page, component, list(parts.values()), each.over, _SHARE, (first, page.next - 1))
    if each is None:
        return kept
    shown = cell(kept, "percent", page.own) if isinstance(kept, Expr) else _absent(component, kept)
    page.put(_COMBINED, shown, first)
    for row in range(first + 1, page.next):
        page.put(_COMBINED, Cell(None, "text_center"), row)
    return page.ref(first, _COMBINED, kept.value) if isinstance(kept, Expr) else kept


def _sums(said: Said, leaf: Leaf, key: Key, answer: Fraction | Kind) -> Sums | None:
    """The sums of an answer: from its marks, or as they are where the marks are too many to stand in the workbook."""
    found = said.sums.get((leaf, key))
    if found is not None or not isinstance(answer, Fraction):
        return found
    preset = said.answers[leaf].preset.get(key[0], Fraction(100))
    return Sums(Written("", answer * preset), Written("", preset))


def _answer(page: Page, component: Component, answer: Fraction | Kind, sums: Sums | None) -> tuple[Cell, ...]:
    """Sum, preset points and share of one answer."""
    row, blank = page.next, Cell(None, "text_center")
    if not isinstance(answer, Fraction) or sums is None:
        return word(NONE), word(NONE), _absent(component, str(answer)), blank
    points = page.ref(row, _SUM, sums.points.value)
    share = points / page.ref(row, _PRESET, sums.preset.value)
    if share.value != answer:
        raise AssertionError(f"{page.title} {row + 1}: {share.value} is not {answer}")
    made = [
        cell(one, style) if one.text else Cell(as_stored(one.value), "input")
        for one, style in ((sums.points, "points"), (sums.preset, "any"))
    ]
    return *made, cell(share, "percent", page.own), blank


def _absent(component: Component, kind: Kind) -> Cell:
    """The absence in words, or the number that the rules put in its place."""
    fixed = fixed_share(component, kind)
    if fixed is not None:
        return Cell(decimal(fixed), "percent")
    policy = "out" if kind == "none" else str(component.policy(kind))
    return word(f"{ABSENCE_WORDS[kind]}（{_TREATED[policy]}）" if policy in _TREATED else ABSENCE_WORDS[kind])


# --- several as one --------------------------------------------------------------------------------------------------


def _stages(page: Page, component: Component, parts: Mapping[str, Part]) -> Expr | Kind:
    """The repeats of each stage as one, then the stages."""
    each = component.each
    assert each is not None
    made: list[Part] = []
    for periods in each.stages.values():
        of = [parts[period] for period in periods]
        made.append((-1, _settled(page, component, of, each.stage_over, _SHARE, (of[0][0], of[-1][0]))))
    return _settled(page, component, made, each.over, _SHARE, None)


def _settled(
    page: Page,
    component: Component,
    parts: Sequence[Part],
    way: Over | Trimmed,
    column: int,
    rows: tuple[int, int] | None,
    months: Sequence[int] = (),
) -> Expr | Kind:
    """Several answers as one, as scoring does it; `rows`: the piece of the column where they stand."""

    def fixed(at: int, share: Fraction) -> Expr:
        row = parts[at][0]
        return page.ref(row, column, share) if row >= 0 else constant(share)

    def together(present: list[Expr], counted: list[int]) -> Expr:
        values, cells = tuple(map(value_of, present)), tuple(present)
        if rows is None:
            return as_expr(combined(Range(",".join(one.text for one in present), values, cells, apart=True), way))
        span = Range(page.span(column, *rows), values, cells)
        if months:
            return as_expr(weighted(span, page.range(_MONTHS, *rows, (Fraction(months[at]) for at in counted))))
        return as_expr(combined(span, way))

    return settled(component, [said for _, said in parts], fixed, together)
