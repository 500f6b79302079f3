"""The tab 评估主体, where marks are too many to stand in the workbook: what every evaluator's marks of a unit come to.

Per component a row for each evaluator (and repeat) and a column for each unit, out of the unit's preset points.  The
sums are cells that may be changed; repeats are combined below them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from evaltool.points.leaves import fixed_share
from evaltool.reader.cells import address, letters
from evaltool.results.result import Result
from evaltool.roster import Unit
from evaltool.rules import Component, LeafKey, Scheme
from evaltool.rules.absence import is_mean
from evaltool.rules.expressions import Expr, Written, as_expr, fine
from evaltool.views.wording import evaluator_name, path
from evaltool.workbook.answers import (
    AnswersFound,
    Months,
    NumberColumn,
    ShareOrAbsence,
    in_order,
    in_words,
    of_cells,
    over_repeats,
    put_in,
    repeats_put_in,
)
from evaltool.workbook.formulas import as_stored, cell
from evaltool.workbook.page import Page
from evaltool.workbook.parts import FILTERED, HEAD_ROW, Frame, TabColumn, head_cells, head_heights, stack, text, word
from evaltool.writers.book import Cell, Tab

TITLE = "评估主体"
OWNERS, NOBODY = "各指标的评分主体", "取用已有结果"
_NAME, _FIGURE = 26.0, 11.0
_FIRST = 2  # column of the first unit
_MOST_ARGUMENTS = 255  # that a function takes
_BLANK = word("")


@dataclass
class Evaluators:
    """The tab, and of every unit in every component what its evaluators' answers come to."""

    page: Page = field(default_factory=lambda: Page(TITLE, HEAD_ROW))
    shares: dict[tuple[LeafKey, str], Expr] = field(default_factory=dict)
    merges: list[tuple[str, str]] = field(default_factory=list)
    tall: dict[int, float] = field(default_factory=dict)
    widest: int = 8

    def tab(self, made: Frame) -> Tab:
        widths = (_NAME, *[_FIGURE] * (self.widest - 1))
        return stack(self.page, made, widths, self.merges, self.tall, FILTERED, freeze=(HEAD_ROW, 1))

    def caption(self, words: str, units: Sequence[Unit]) -> None:
        """A caption, and the units as heads."""
        top = self.page.add([Cell(words, "banner")])
        self.merges.append((address(top, 0), address(top, _FIRST + len(units) - 1)))
        self.widest = max(self.widest, _FIRST + len(units))
        names = ["评估主体", "次数（时段）", *(unit.name for unit in units)]
        shown = [TabColumn(name, _FIGURE if at else _NAME) for at, name in enumerate(names)]
        self.page.cells |= head_cells(self.page.next, shown)
        self.tall |= head_heights(self.page.next, shown)
        self.page.next += 1


def evaluators_of(result: Result, said: AnswersFound) -> Evaluators:
    made = Evaluators()
    for scheme in result.evaluation.classes.values():
        for leaf in scheme.leaves():
            if not scheme.components[leaf].ballot:
                of = {unit: said.of_unit(scheme, leaf, unit) for unit in result.evaluation.units_of(scheme.id)}
                people = {unit: mine for unit, mine in of.items() if mine}
                if people:
                    _EvaluatorBlock(made, said, scheme, leaf, people).fill()
    return made


class _EvaluatorBlock:
    """One component."""

    def __init__(
        self,
        made: Evaluators,
        said: AnswersFound,
        scheme: Scheme,
        leaf: str,
        people: Mapping[Unit, dict[str, dict[str, ShareOrAbsence]]],
    ) -> None:
        self.made, self.page, self.evaluation, self.scheme, self.leaf = made, made.page, said.evaluation, scheme, leaf
        self.component, self.units = scheme.components[leaf], list(people)
        self.days = said.days.get((scheme.id, leaf), {})
        preset = said.answers[scheme.id, leaf].preset
        self.full = [preset.get(unit.id) or Fraction(100) for unit in self.units]
        self.answers = [_scaled(of, full) for of, full in zip(people.values(), self.full, strict=True)]
        self.put_in = [
            {who: _put_in(self.component, said) for who, said in of.items() if _some_absent(said.values())}
            for of in people.values()
        ]
        asked = {who for of in self.answers for who in of}
        self.asked = [who for who in ("", *self.evaluation.evaluators) if who in asked]

    def fill(self) -> None:
        caption = f"{self.scheme.head.name}：{path(self.scheme, self.leaf)}"
        self.made.caption(f"{caption}（每个评估主体的得分合计，按各单位预赋分值折算）", self.units)
        full = [Cell(as_stored(each), "input") for each in self.full]
        self.preset = self.page.add([_label("预赋分值"), _label(""), *full])
        rows = {who: self._rows(who) for who in self.asked}
        if self.component.each:
            kept, places = self._combined(rows)
        else:
            kept = [{who: said[""] for who, said in of.items()} for of in self.answers]
            places = {who: of[""] for who, of in rows.items()}
        months = self._months(kept) if self.component.charge == "months" else {}
        for at, unit in enumerate(self.units):
            self._absent(at, kept[at], places)
            self._share(at, unit, kept[at], places, months)
        self.page.next += 1

    @property
    def together(self) -> str:
        """Who answers a component's lines together."""
        return NOBODY if self.component.taken else OWNERS

    def _absent(self, at: int, kept: Mapping[str, ShareOrAbsence], places: Mapping[str, int]) -> None:
        """What the rules put in the place of those who say nothing, which may depend on the others."""
        if not _some_absent(kept.values()):
            return
        full = self.full[at]
        shares = [said / full if isinstance(said, Fraction) else said for said in kept.values()]
        numbers = put_in(self.component, shares, self.component.over)
        column = _FIRST + at
        listed = [(places[who], said) for who, said in kept.items() if isinstance(said, Fraction)]
        given = [self.page.fixed(row, column, said).text for row, said in listed]
        for (who, said), number in zip(kept.items(), numbers, strict=True):
            if isinstance(said, str):
                shown = self._cell(at, said, number)
                if number is not None and is_mean(self.component.policy(said)) and len(given) <= _MOST_ARGUMENTS:
                    mean = Written(f"AVERAGE({','.join(given)})", number * full)
                    shown = cell(as_expr(fine(mean)), "any", self.page.own)
                self.page.put(column, shown, places[who])

    def _rows(self, who: str) -> dict[str, int]:
        """Repeat -> row of one evaluator, with the sums of all units in it."""
        mine = [of.get(who, {}) for of in self.answers]
        repeats = list(dict.fromkeys(repeat for of in mine for repeat in of))
        if len(repeats) > 1 and "" in repeats:
            repeats.remove("")  # of a unit for which nothing took place
        if self.component.each and not self.component.each.periods and repeats != [""]:
            repeats = in_order(repeats, self.days.get(who, {}))
        name = text(evaluator_name(self.evaluation, who) if who else self.together)
        return {
            repeat: self.page.add(
                [
                    name,
                    word(repeat),
                    *(
                        self._cell(at, of.get(repeat), self.put_in[at].get(who, {}).get(repeat))
                        for at, of in enumerate(mine)
                    ),
                ]
            )
            for repeat in repeats
        }

    def _cell(self, at: int, answer: ShareOrAbsence | None, share: Fraction | None = None) -> Cell:
        """A sum, an absence in words, or what the rules put in its place."""
        if answer is None:
            return _BLANK
        if isinstance(answer, Fraction):
            return Cell(as_stored(answer), "input")
        if share is None:
            return word(in_words(self.component, answer))
        return cell(self._preset(at) * share, "any", self.page.own)

    def _preset(self, at: int) -> Expr:
        return Written(f"{self.page.own}{letters(_FIRST + at)}${self.preset + 1}", self.full[at])

    def _combined(
        self, rows: Mapping[str, Mapping[str, int]]
    ) -> tuple[list[dict[str, ShareOrAbsence]], dict[str, int]]:
        """A row for each evaluator, in which the repeats are one; what stands in it for each unit."""
        kept: list[dict[str, ShareOrAbsence]] = [{} for _ in self.units]
        places = {}
        for who in self.asked:
            row = places[who] = self.page.add(
                [text(evaluator_name(self.evaluation, who) if who else self.together), word("各次合并")]
            )
            for at, of in enumerate(self.answers):
                if who in of:
                    below = [rows[who].get(repeat, row) for repeat in of[who]]
                    made = over_repeats(self.component, self._column(at), below, of[who])
                    shown = cell(made, "points", self.page.own) if isinstance(made, Expr) else self._cell(at, made)
                    self.page.put(_FIRST + at, shown, row)
                    kept[at][who] = _value(made)
        return kept, places

    def _column(self, at: int) -> NumberColumn:
        return NumberColumn(self.page, _FIRST + at, self.full[at])

    def _counts(self, answer: ShareOrAbsence) -> bool:
        return isinstance(answer, Fraction) or fixed_share(self.component, answer) is not None

    def _months(self, kept: Sequence[Mapping[str, ShareOrAbsence]]) -> dict[str, int]:
        """A row for each evaluator: for how many months he was in charge of each unit for which his answer counts."""
        places = {}
        for who in self.asked:
            held = [
                Cell(self.evaluation.months(who, unit), "input") if self._counts(kept[at].get(who, "none")) else _BLANK
                for at, unit in enumerate(self.units)
            ]
            places[who] = self.page.add([text(evaluator_name(self.evaluation, who)), word("月数"), *held])
        return places

    def _share(
        self,
        at: int,
        unit: Unit,
        kept: Mapping[str, ShareOrAbsence],
        places: Mapping[str, int],
        months: Mapping[str, int],
    ) -> None:
        rows = [places[who] for who in self.asked if who in kept]
        answers = [kept[who] for who in self.asked if who in kept]
        held = None
        if months:
            of = [months[who] for who in self.asked if who in kept]
            in_charge = [self.evaluation.months(who, unit) for who in self.asked if who in kept]
            held = Months(in_charge, cells=self.page.span(_FIRST + at, of[0], of[-1]))
        made = of_cells(self.component, self._column(at), rows, answers, self.component.over, held)
        if isinstance(made, Expr):
            self.made.shares[(self.scheme.id, self.leaf), unit.id] = made / self._preset(at)


def _scaled(people: Mapping[str, dict[str, ShareOrAbsence]], full: Fraction) -> dict[str, dict[str, ShareOrAbsence]]:
    """Shares as sums out of the preset points."""
    sums: dict[int, ShareOrAbsence] = {}  # of thousands of evaluators many say the same: they share one value
    for of in people.values():
        for answer in of.values():
            if id(answer) not in sums:
                sums[id(answer)] = answer * full if isinstance(answer, Fraction) else answer
    return {who: {repeat: sums[id(answer)] for repeat, answer in of.items()} for who, of in people.items()}


def _some_absent(answers: Iterable[ShareOrAbsence]) -> bool:
    return any(isinstance(each, str) for each in answers)


def _put_in(component: Component, said: Mapping[str, ShareOrAbsence]) -> dict[str, Fraction | None]:
    return dict(zip(said, repeats_put_in(component, said), strict=True))


def _value(made: Expr | str) -> ShareOrAbsence:
    if isinstance(made, Expr):
        assert isinstance(made.value, Fraction)
        return made.value
    return made


def _label(words: str) -> Cell:
    return word(words, "label_center")
