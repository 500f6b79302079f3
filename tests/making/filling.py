"""The seeded filler: plays the evaluators and fills in the tool's own blank workbooks.

It knows forms, not cities: `answers` gives a plausible value for every cell that a form asks, `fill` puts values into
the blank workbook as a person would (openpyxl loads and saves it).  Every value is drawn from the seed and from what
the cell means, never from where it stands, so that moving a column changes no answer.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

import openpyxl

from evaltool.evaluation import Evaluation
from evaltool.questions.forms import Form, FormColumn, FormLine, FormSheet, FormTable
from evaltool.rules.methods import Rank
from filling_cards import account, cards, tally
from filling_player import Answers, Habits, Player, Spot, Value, nearest, spots, spots_of

__all__ = ["Answers", "Habits", "Spot", "Value", "answers", "fill", "number_in", "spots"]


def fill(form: Form, blank: bytes, answers: Mapping[tuple[str, str], object]) -> bytes:
    """The blank workbook with these cells filled, as another program saves it."""
    book = openpyxl.load_workbook(io.BytesIO(blank))
    titles = {sheet.title for sheet in form.sheets}
    for (title, cell), value in answers.items():
        if title not in titles:
            raise KeyError(title)
        book[title][cell] = float(value) if isinstance(value, Decimal) else value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def answers(evaluation: Evaluation, form: Form, seed: int, habits: Habits | None = None) -> Answers:
    """A plausible value for every cell that the form asks."""
    player = Player(evaluation, form, seed, habits or Habits())
    given: Answers = {}
    for sheet in form.sheets:
        for table in sheet.tables:
            given |= _ANSWER[table.kind](player, sheet, table)
    return given


# --- marks -----------------------------------------------------------------------------------------------------------


def _grid(player: Player, sheet: FormSheet, table: FormTable) -> Answers:
    if any(column.field == "issued" for column in table.columns):
        return account(player, sheet, table)
    given: Answers = {}
    for spot in spots_of(sheet, table):
        given[spot.place] = _value(player, spot)
    if _is_ranked(player, table):
        given |= _ranks(player, sheet, table)
    return given


def _value(player: Player, spot: Spot, unit: str = "") -> Value:
    column = spot.column
    if unit:
        spot = spot._replace(line=FormLine(spot.line.labels, unit, spot.indicator, spot.repeat, spot.line.component))
    if column.field == "stated_grade":
        return _stated_grade(player, spot)
    if column.kind == "choice":
        return nearest(player.scale(spot), player.opinion(spot)) if column.field == "mark" else column.choices[0]
    if column.kind == "text":
        return _TEXTS.get(column.field, "对照年度目标逐项自查，各项任务总体完成，个别指标略低于预期。")
    if column.kind == "date":
        return _day(player, spot)
    step = player.dice("step", spot.component).choice((1, 1, 5, 10, 50))
    return number_in(spot, player.opinion(spot), step)


_TEXTS = {"reason": "个别任务没有按期完成，按比例扣分。"}


def number_in(spot: Spot, share: float, step: int = 1) -> Value:
    """The number that stands for a share of full marks, within the cell's bounds and decimals.

    People mark in halves and tenths: `step` counts in the last decimal, and is dropped where the range is too short.
    """
    column = spot.column
    high = spot.line.high if spot.line.high is not None and column.field == "mark" else column.high
    scale = 10**column.decimals
    low, top = int(column.low * scale), int(high * scale)
    step = step if 20 * step <= top - low else 1
    steps = min(low + step * round(share * (top - low) / step), top)
    return steps if scale == 1 else Decimal(steps) / scale


def _stated_grade(player: Player, spot: Spot) -> str:
    quality = Decimal(100 * player.quality(spot.unit))
    grades = player.evaluation.classes[spot.table.class_id].grades
    fit = [grade.name for grade in grades if grade.bound is not None and quality >= grade.bound]
    return fit[0] if fit else spot.column.choices[-1]


def _day(player: Player, spot: Spot) -> date:
    dice = player.dice(spot.component, spot.repeat, "day")
    return date(player.evaluation.settings.year, 3, 1) + timedelta(days=dice.randrange(270))


def _is_ranked(player: Player, table: FormTable) -> bool:
    components = player.evaluation.classes[table.class_id].components if table.class_id else {}
    return table.component in components and isinstance(components[table.component].answer, Rank)


def _ranks(player: Player, sheet: FormSheet, table: FormTable) -> Answers:
    """Places in one list, none twice, for every column of places."""
    given: Answers = {}
    columns: dict[int, list[Spot]] = {}
    for spot in spots_of(sheet, table):
        if spot.column.field == "mark":
            columns.setdefault(id(spot.column), []).append(spot)
    for listed in columns.values():
        ordered = sorted(listed, key=lambda spot: (-player.opinion(spot, 0.06), spot.unit))
        given |= {spot.place: place for place, spot in enumerate(ordered, 1)}
    return given


# --- rows that are added as things happen ----------------------------------------------------------------------------


def _open(player: Player, sheet: FormSheet, table: FormTable) -> Answers:
    rows: dict[int, list[Spot]] = {}
    for spot in spots_of(sheet, table):
        rows.setdefault(id(spot.line), []).append(spot)
    lines = list(rows.values())
    named = next((column for column in table.columns if column.field == "unit"), None)
    if named:
        return _visits(player, lines, named)
    if any(column.field == "claim_kind" for column in table.columns):
        return _claims(player, lines)
    return {spot.place: _value(player, spot) for spots_of_line in lines[:2] for spot in spots_of_line}


def _visits(player: Player, lines: list[list[Spot]], named: FormColumn) -> Answers:
    """Some units are seen more than once, a few not at all."""
    visits = [unit for unit in named.units for _ in range(_times(player, unit))][: len(lines)]
    visits.sort(key=lambda unit: player.dice(unit, "order").random())
    given: Answers = {}
    for unit, line in zip(visits, lines, strict=False):
        for spot in line:
            if spot.column.field == "unit":
                given[spot.place] = named.choices[named.units.index(unit)]
            elif spot.column.field == "remark":
                given[spot.place] = "查看台账和现场" if player.dice(unit, spot.repeat).random() < 0.3 else None
            else:
                given[spot.place] = _value(player, spot, unit)
    return given


def _times(player: Player, unit: str) -> int:
    dice = player.dice(unit, "visits")
    return 0 if dice.random() < player.habits.unvisited else dice.choice((1, 1, 2, 2, 3))


def _claims(player: Player, lines: list[list[Spot]]) -> Answers:
    """A few units apply for a bonus, each claim with its document."""
    unit = player.form.evaluator
    dice = player.dice("claims")
    count = dice.choice((1, 1, 2)) if dice.random() < player.habits.claiming else 0
    given: Answers = {}
    for number, line in enumerate(lines[:count], 1):
        kinds = player.evaluation.classes[line[0].table.class_id].bonus.kinds
        chosen = kinds[dice.randrange(len(kinds))]
        kind, points = chosen.choices[0], chosen.most or chosen.points or next(iter(chosen.levels.values()))
        texts: dict[str, Value] = {
            "claim_kind": kind,
            "claim_points": points,
            "claim_facts": f"{kind}，证明材料见附件{number}。",
            "claim_document": f"{unit}党组纪要〔{player.evaluation.settings.year}〕{dice.randrange(1, 40)}号",
            "claim_consent": f"签批单{dice.randrange(100, 999)}号",
        }
        given |= {spot.place: texts.get(spot.column.field) for spot in line}
    return given


# --- measured figures ------------------------------------------------------------------------------------------------


def _figures(player: Player, sheet: FormSheet, table: FormTable) -> Answers:
    """A figure in its first kind for every line; of three lines about one is revised in the next kind."""
    given: Answers = {}
    for at, line in enumerate(table.lines):
        spots = [spot for spot in spots_of(sheet, table) if spot.line is line and spot.column.kind == "number"]
        dice = player.dice("figure", table.component, line.unit, line.indicator, line.repeat)
        figure = Decimal(str(round(dice.uniform(80, 120) * (1 if at % 2 else 0.1), spots[0].column.decimals)))
        stated = 1 + (dice.random() < 0.3) if len(spots) > 1 else 1
        for number, spot in enumerate(spots[:stated]):
            given[spot.place] = figure + number
    return given


_ANSWER = {"grid": _grid, "open": _open, "cards": cards, "tally": tally, "figures": _figures}
