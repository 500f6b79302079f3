"""What the returned workbooks of an evaluation say, read with openpyxl; part of `recompute.py`.

Which cell is which follows from what is printed on the sheet: the worksheet's name, the headings, the names of units.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from recompute_roster import Leaf, Roster, Unsettled, fold, heading, number

Grid = dict[tuple[int, int], Any]  # (row, column) from 1 -> what stands there


@dataclass(frozen=True, slots=True)
class Submission:
    """A returned workbook: its fingerprint, whose it is, and its worksheets (name -> row -> column -> value)."""

    digest: str
    evaluator: str
    batch: str
    entry: str
    replaces: str
    sheets: Mapping[str, Grid]


@dataclass(slots=True)
class Answers:
    """Everything that the sheets say, before any arithmetic."""

    # (class, component, evaluator, unit) -> (indicator, repeat, value)
    marks: dict[tuple[str, str, str, str], list[tuple[str, str, Fraction | str]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    # (class, component, unit) -> choice -> cards
    cards: dict[tuple[str, str, str], Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    # (award, field, unit) -> contributions
    contributions: dict[tuple[str, str, str], list[Fraction]] = field(default_factory=lambda: defaultdict(list))


def read_submissions(folder: Path, roster: Roster) -> list[Submission]:
    """The submissions that count: each once, none that is excluded or replaced, the chosen one where two compete."""
    found = {}
    for path in sorted(path for place in ("inbox", "received") for path in (folder / place).rglob("*")):
        if path.is_file() and zipfile.is_zipfile(path):
            data = path.read_bytes()
            found[hashlib.sha256(data).hexdigest()] = data
    excluded = [row["文件指纹"].lower() for kind in ("排除", "批次重录") for row in roster.decided(kind)]
    kept = {digest: data for digest, data in found.items() if not digest.startswith(tuple(excluded) or ("-",))}
    read = [_submission(digest, data, roster) for digest, data in sorted(kept.items())]
    rivals: dict[tuple[str, str, str], list[Submission]] = defaultdict(list)
    for one in read:
        scored = one is not None and not one.batch.startswith(("goals", "progress-", "evidence"))
        if one is not None and scored and one.evaluator in roster.evaluators:
            rivals[one.evaluator, one.batch, one.entry].append(one)
    chosen = tuple(row["文件指纹"].lower() for row in roster.decided("采用"))
    entries: dict[tuple[str, str], list[Submission]] = defaultdict(list)
    for key, several in sorted(rivals.items()):
        entries[key[:2]].append(_winner(several, chosen))
    return [_either(pair, chosen) for pair in entries.values()]


def _either(pair: list[Submission], chosen: tuple[str, ...]) -> Submission:
    """Of two people's entries of one paper the chosen one, or either if they say the same below the headings."""
    named = [one for one in pair if chosen and one.digest.startswith(chosen)]
    below = [{t: {at: v for at, v in g.items() if at[0] > 5} for t, g in _said(one).items()} for one in pair]
    if len(named) != 1 and below[0] != below[-1]:
        raise Unsettled(f"two entries of {pair[0].evaluator} {pair[0].batch} differ")
    return named[0] if len(named) == 1 else pair[0]


def _winner(rivals: list[Submission], chosen: tuple[str, ...]) -> Submission:
    named = [one for one in rivals if chosen and one.digest.startswith(chosen)]
    replaced = {one.replaces for one in rivals}
    left = named or [one for one in rivals if one.digest not in replaced]
    if not left or any(_said(one) != _said(left[0]) for one in left):
        raise Unsettled(f"{len(rivals)} submissions of {rivals[0].evaluator} {rivals[0].batch}, none chosen")
    return left[0]


def _said(one: Submission) -> dict[str, Grid]:
    """What stands on the sheets, whichever program saved them: without formulas, and without whose sheet it is."""
    return {
        title: {place: value for place, value in grid.items() if not str(value).startswith(("=", "模板编号"))}
        for title, grid in one.sheets.items()
        if title != "_evaltool"
    }


def _submission(digest: str, data: bytes, roster: Roster) -> Submission | None:
    try:
        book = load_workbook(io.BytesIO(data))
    except (KeyError, ValueError, OSError):
        return None
    identity = str(book["_evaltool"]["B1"].value).split(";") if "_evaltool" in book.sheetnames else []
    if len(identity) != 9 or identity[:2] != ["evaltool2", roster.id]:
        return None
    for row in roster.decided("更正"):
        if digest.startswith(row["文件指纹"].lower()):
            book[row["工作表"]][row["单元格"].replace("$", "").upper()].value = row["新值"]
    sheets = {
        sheet.title: {
            (cell.row, cell.column): cell.value for row in sheet.iter_rows() for cell in row if cell.value is not None
        }
        for sheet in book.worksheets
    }
    return Submission(digest, identity[2], identity[3], identity[4], identity[5], sheets)


def sheet_of(one: Submission, first: str, second: str) -> Grid | None:
    """The worksheet named `FIRST·SECOND`, as Excel's limits shorten it."""
    name = "".join(sign for sign in f"{first}·{second}" if sign not in "[]:*?/\\'")[:28]
    return one.sheets.get(name)


def table_at(grid: Grid, title: str) -> tuple[int, dict[str, int]]:
    """The first row that has a column of this title, and its columns by title."""
    row, _ = min(place for place, value in grid.items() if heading(value) == fold(title))
    return row, {heading(value): column for (at, column), value in grid.items() if at == row}


def rows_below(grid: Grid, row: int, column: int) -> Iterable[int]:
    """The rows under a heading, down to the first blank one in that column."""
    row += 1
    while heading(grid.get((row, column))):
        yield row
        row += 1


def read_answers(roster: Roster, submissions: Iterable[Submission]) -> Answers:
    answers = Answers()
    for one in submissions:
        if roster.waived(one.evaluator):
            continue
        role = roster.evaluators[one.evaluator]["角色"]
        for class_id, rules in roster.rules.items():
            for key, component in rules["component"].items():
                owns = component.get("by") == "owner" and any(r.get("评分主体") == one.evaluator for r in roster.lines)
                if component.get("by") == role or owns:
                    _read_leaf(answers, roster, one, (class_id, key))
            for award in rules["award"]:
                if award.get("contribution", {}).get("by") == role:
                    _read_contributions(answers, roster, one, class_id, award)
    return answers


def _read_leaf(answers: Answers, roster: Roster, one: Submission, leaf: Leaf) -> None:
    rules = roster.rules[leaf[0]]
    component = rules["component"][leaf[1]]
    if isinstance(component["answer"], dict) and "ballot" in component["answer"]:
        _read_cards(answers, roster, one, leaf)
        return
    grid = sheet_of(one, rules["scheme"]["name"], component["name"])
    if grid is None:
        return
    top, columns = table_at(grid, "被评估单位")
    if isinstance(component.get("each"), str):  # rows added as things happen
        for row in rows_below(grid, top, columns["序号"]):
            if grid.get((row, columns["被评估单位"])) is not None:
                unit = roster.of("unit", grid[row, columns["被评估单位"]])
                value = _answer(component, grid.get((row, columns["得分"])))
                answers.marks[*leaf, one.evaluator, unit].append(("", str(row), value))
        return
    for row in rows_below(grid, top, columns["被评估单位"]):
        unit = roster.of("unit", grid[row, columns["被评估单位"]])
        for indicator, repeat, column in _asked(roster, leaf, one, unit, grid, row, columns):
            value = _answer(component, grid.get((row, column)))
            answers.marks[*leaf, one.evaluator, unit].append((indicator, repeat, value))


def _asked(
    roster: Roster, leaf: Leaf, one: Submission, unit: str, grid: Grid, row: int, columns: Mapping[str, int]
) -> Iterable[tuple[str, str, int]]:
    """(indicator, repeat, column) of every cell of a unit's row that the rules ask for."""
    component = roster.rules[leaf[0]]["component"][leaf[1]]
    lines = roster.lines_of(leaf, unit)
    if component["by"] == "owner":
        lines = [line for line in lines if line["评分主体"] == one.evaluator]
    if "预赋分值" in columns:  # a row per goal of a unit
        goal, part = grid[row, columns["预赋分值"] - 1], grid.get((row, columns["类别"]))
        named = [line for line in lines if (fold(line["名称"]), fold(line.get("部分", ""))) == (fold(goal), fold(part))]
        if len(named) != 1:
            raise Unsettled(f"{len(named)} goals of {unit} are called {goal}")
        return [(named[0]["编号"], "", columns["得分"])]
    repeats = component.get("each", [""])
    has_lines = any((r["对象类别"], r["评估内容"]) == leaf for r in roster.lines)
    if has_lines:
        return [(line["编号"], each, columns[heading(each + line["名称"])]) for each in repeats for line in lines]
    usual = "评价" if "choice" in component["answer"] else "名次" if "rank" in component["answer"] else "得分"
    plain = component["answer"] == "percent"
    return [("", each, columns[fold(each or ("得分" if plain else usual))]) for each in repeats]


def _answer(component: Mapping[str, Any], value: object) -> Fraction | str:
    if value is None or (isinstance(value, str) and value.startswith(("=", "#"))):
        raise Unsettled(f"{component['name']}: {value!r} in an input cell")
    is_choice = isinstance(component["answer"], dict) and "choice" in component["answer"]
    return str(value).strip() if is_choice else number(value)


def _read_cards(answers: Answers, roster: Roster, one: Submission, leaf: Leaf) -> None:
    """Cards row by row, or the tally where no card is entered."""
    class_id, class_name = leaf[0], roster.rules[leaf[0]]["scheme"]["name"]
    cards, tally = sheet_of(one, "评价卡", class_name), sheet_of(one, "汇总", class_name)
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    if cards is not None:
        top, columns = table_at(cards, "卡号")
        units = {roster.of("unit", name): at for name, at in columns.items() if name not in ("卡号", "废票")}
        for row in rows_below(cards, top, columns["卡号"]):
            if cards.get((row, columns["废票"])) is None:
                for unit, at in units.items():
                    if cards.get((row, at)) is not None:
                        counted[unit][fold(cards[row, at])] += 1
    if tally is not None and not counted:
        top, columns = table_at(tally, "被评估单位")
        for row in rows_below(tally, top, columns["被评估单位"]):
            unit = roster.of("unit", tally[row, columns["被评估单位"]])
            for choice in roster.scale_of(leaf):
                counted[unit][choice] += int(number(tally.get((row, columns[fold(choice)])) or 0))
    for unit, counts in counted.items():
        answers.cards[class_id, leaf[1], unit].update(counts)


def _read_contributions(
    answers: Answers, roster: Roster, one: Submission, class_id: str, award: Mapping[str, Any]
) -> None:
    name = award["contribution"].get("name") or award["name"]
    grid = sheet_of(one, roster.rules[class_id]["scheme"]["name"], name)
    if grid is None:
        return
    top, columns = table_at(grid, "被评估单位")
    for row in rows_below(grid, top, columns["被评估单位"]):
        unit = roster.of("unit", grid[row, columns["被评估单位"]])
        for one_field in award["fields"]:
            if (one_field["id"], unit) in roster.fields:
                value = number(grid[row, columns[fold(one_field["name"])]])
                answers.contributions[award["name"], one_field["id"], unit].append(value)
