"""Somebody who wants to know a leader's mark and has `public/`, the rules, and who marks whom; nothing of the tool.

Every figure is read from the public workbook and the letters, as far as its printed decimals go; the lines that letters
say to have lost points narrow their component, and those that are not listed lost nothing.  What is hidden is
bounded by every sum that it is a part of, and where answers can be counted up (tiers, places, a few cards) all of their
combinations are tried.  What is found is sure: a mark is never taken to lie in a narrower range than it must.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from itertools import permutations
from pathlib import Path

import docx
import openpyxl

Interval = tuple[Fraction, Fraction]
EVERYTHING: Interval = (Fraction(-(10**6)), Fraction(10**6))
REST = "其他评估内容"
MOST_SUMS = 20_000
MOST_CARDS = 12


@dataclass(frozen=True)
class Line:
    """A line that lost points: its title, its preset points, and what it got, as it is printed; "" where it is not."""

    title: str
    full: str
    points: str = ""


@dataclass
class Figures:
    """What is printed of one unit: the total, what was granted or taken on top, components by path of names, lines."""

    total: Interval
    extra: Fraction = Fraction(0)
    parts: dict[str, Interval] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)
    alone: frozenset[str] = frozenset()  # paths of what is known by its lines alone


@dataclass(frozen=True)
class Seat:
    """How many mark a unit in a leaf, what the leaf weighs for it, and, where they rank, who, and how many units the
    longest of their lists has; how many lines the leaf has for the unit, and what a point in one of them is worth."""

    count: int
    weight: Fraction
    rankers: tuple[str, ...] = ()
    listed: int = 1
    lines: int = 0
    worth: Fraction = Fraction(0)


@dataclass(frozen=True)
class Found:
    """A mark of one evaluator about a unit in a leaf: from the least to the greatest that it can be, as shares."""

    leaf: str
    least: Fraction
    most: Fraction
    scale: Fraction

    @property
    def width(self) -> Fraction:
        return self.most - self.least


# --- reading what is public ------------------------------------------------------------------------------------------


def around(text: str) -> Interval:
    """What a printed number may have been before it was rounded."""
    value = Decimal(text.replace("+", ""))
    exponent = value.as_tuple().exponent
    half = Fraction(1, 2 * 10 ** -int(exponent)) if int(exponent) < 0 else Fraction(1, 2)
    return Fraction(value) - half, Fraction(value) + half


def meet(one: Interval, other: Interval) -> Interval:
    return max(one[0], other[0]), min(one[1], other[1])


def read_public(folder: Path) -> dict[str, Figures]:
    """Unit -> all that is printed of it."""
    found: dict[str, Figures] = {}
    book = openpyxl.load_workbook(folder / "排名表.xlsx")
    for sheet in book.worksheets[1:]:
        _read_tab([[cell.value for cell in row] for row in sheet.iter_rows()], found)
    for letter in sorted((folder / "反馈书").glob("*.docx")):
        _read_letter(letter, found)
    return found


def _read_tab(rows: Sequence[Sequence[object]], found: dict[str, Figures]) -> None:
    """A header with weights below the names of components, then units, until the next one."""
    rows = [["单位" if value == "姓名" else value for value in row] for row in rows]  # as persons are headed
    heads = [at for at, row in enumerate(rows) if "单位" in row]
    for start, end in zip(heads, [*heads[1:], len(rows)], strict=True):
        names = [str(value or "").split("\n")[0] for value in rows[start]]
        parts = [at for at, value in enumerate(rows[start]) if "（" in str(value or "").partition("\n")[2]]
        units = [row for row in rows[start + 1 : end] if row[names.index("单位")] and row[names.index("名次")]]
        digits = max((_digits(row[at]) for row in units for at in parts), default=0)
        for row in units:
            if "总分" in names:
                found[str(row[names.index("单位")])] = Figures(around(f"{row[names.index('总分')]:.2f}"))
            unit = found[str(row[names.index("单位")])]
            for at in parts:
                if isinstance(value := row[at], int | float):
                    known = unit.parts.get(names[at], EVERYTHING)
                    unit.parts[names[at]] = meet(known, around(f"{value:.{digits}f}"))
            granted = [row[names.index(name)] for name in ("加分", "扣分") if name in names]
            unit.extra += sum(
                (Fraction(str(value)) for value in granted if isinstance(value, int | float)), Fraction(0)
            )


def _digits(value: object) -> int:
    return len(repr(value).partition(".")[2]) if isinstance(value, float) and not value.is_integer() else 0


def _read_letter(path: Path, found: Mapping[str, Figures]) -> None:
    """The tables of a letter, by the indented names in them; the lists of lines."""
    unit = path.stem.partition("-")[2]
    for table in docx.Document(str(path)).tables:
        heads = [cell.text for cell in table.rows[0].cells]
        for row in table.rows[1:] if "失分项目" in heads else ():
            said = dict(zip(heads, (cell.text for cell in row.cells), strict=True))
            found[unit].lines.append(Line(said["失分项目"], said["分值"], said.get("得分", "")))
        line: list[str] = []
        for row in table.rows[1:] if table.rows[0].cells[0].text == "评估内容" else ():
            name, points = row.cells[0].text, row.cells[2].text
            depth = len(name) - len(name.lstrip("　"))
            line = [*line[:depth], name.strip()]
            if name.strip() not in ("加分", "扣分", "总分") and re.fullmatch(r"\d+(\.\d+)?", points):
                key = "／".join(line[-2:])
                found[unit].parts[key] = meet(found[unit].parts.get(key, EVERYTHING), around(points))


# --- working out -----------------------------------------------------------------------------------------------------


@dataclass
class Rules:
    """The rules of one class, as they stand in the file."""

    tree: Mapping[str, object]

    @staticmethod
    def of(path: Path) -> Rules:
        return Rules(tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal))

    @property
    def components(self) -> Mapping[str, Mapping[str, object]]:
        return self.tree["component"]  # type: ignore[return-value]

    def parts(self, node: str) -> list[str]:
        return [key for key, value in self.components.items() if value.get("in", "") == node]

    def leaves(self, node: str) -> list[str]:
        parts = self.parts(node)
        return [leaf for part in parts for leaf in self.leaves(part)] if parts else [node]

    def above(self, node: str) -> list[str]:
        return [node, *self.above(str(self.components[node].get("in", "")))] if node else [""]

    def path(self, node: str) -> str:
        names = [str(self.components[each]["name"]) for each in reversed(self.above(node)) if each]
        return "／".join(names[-2:])

    def secret(self, leaf: str) -> bool:
        line = [self.components[each] for each in self.above(leaf) if each]
        if "from" in line[0]:  # what is taken of another result is public there
            return False
        if line[0]["by"] == "self" or any(each.get("public", "show") != "show" for each in line):
            return line[0]["by"] != "self"
        floor = self.tree.get("disclosure", {}).get("floor", 1)  # type: ignore[attr-defined]
        return floor > 1 and not any("public" in each for each in line)

    def choices(self, leaf: str, listed: int) -> list[Fraction] | None:
        """What one answer can be worth; None for marks between 0 and 1."""
        answer = self.components[leaf].get("answer")
        if not isinstance(answer, dict):
            return None
        if scale := answer.get("choice") or answer.get("ballot"):
            options = self.tree["scale"][scale]  # type: ignore[index]
            return sorted({Fraction(points) / 100 for _, points in options if points != "abstain"})
        if table := answer.get("rank"):
            places = self.tree["places"][table]  # type: ignore[index]
            first, step, least = (Fraction(places.get(key, 0)) for key in ("first", "step", "least"))
            return sorted({max(first - step * place, least) / 100 for place in range(listed)})
        return None


def narrowed(rules: Rules, seats: Mapping[str, Seat], figures: Figures) -> Figures:
    """With what the lines tell of their components."""
    parts = dict(figures.parts)
    for leaf, seat in seats.items():
        path = rules.path(leaf)
        own = [each for each in figures.lines if re.fullmatch(re.escape(path) + "([：（].*)?", each.title)]
        if own and seat.worth:
            least, most = _lost(own, seat.lines - len(own))
            left = seat.weight - most * seat.worth, seat.weight - least * seat.worth
            parts[path] = meet(parts.get(path, EVERYTHING), left)
    roots = {leaf: rules.path(rules.above(leaf)[-2]) for leaf in seats}
    alone = frozenset(rules.path(leaf) for leaf, root in roots.items() if root not in figures.parts)
    return Figures(figures.total, figures.extra, parts, alone=alone & parts.keys())


def _lost(lines: Sequence[Line], others: int) -> Interval:
    """What lines lost, in their own points; what is not listed is printed as full marks."""
    least = most = Fraction(0)
    for each in lines:
        low, high = around(each.points) if each.points else (Fraction(0), Fraction(each.full))
        least, most = least + max(Fraction(each.full) - high, Fraction(0)), most + Fraction(each.full) - low
    half = max((around(each.points)[1] - Fraction(each.points) for each in lines if each.points), default=Fraction(0))
    return least, most + others * half


def minus(one: Interval, other: Interval) -> Interval:
    return one[0] - other[1], one[1] - other[0]


def bounds(rules: Rules, seats: Mapping[str, Seat], figures: Figures, leaf: str) -> list[tuple[Interval, list[str]]]:
    """For every printed sum that a leaf is in: what is left of it for the leaves that are not printed, and those."""
    known = {node: figures.parts[rules.path(node)] for node in rules.components if rules.path(node) in figures.parts}
    total = figures.total[0] - figures.extra, figures.total[1] - figures.extra
    found = []
    for node in rules.above(leaf):
        whole = total if not node else known.get(node)
        if whole is None:
            continue
        left, hidden = whole, []
        for other in _next_known(rules, node, known, leaf):
            if other in known and other != leaf:
                left = minus(left, known[other])
            elif other in seats:
                hidden.append(other)
        found.append((left, hidden))
        if not node and REST in figures.parts:
            inside = [each for each in hidden if not any(up in known for up in rules.above(each) if up)]
            others = minus(figures.parts[REST], _by_lines_alone(rules, figures, known))
            found += [(others, inside)] if leaf in inside else []
    return found


def _by_lines_alone(rules: Rules, figures: Figures, known: Mapping[str, Interval]) -> Interval:
    """What the leaves come to that are in the rest, and of which only lines are told."""
    alone = [known[node] for node in known if rules.path(node) in figures.alone]
    return sum((low for low, _ in alone), Fraction(0)), sum((high for _, high in alone), Fraction(0))


def _next_known(rules: Rules, node: str, known: Mapping[str, Interval], leaf: str) -> list[str]:
    """The printed components below a node that the leaf is not in, and the leaves that are in none of them."""
    if node not in rules.above(leaf) and node in known:
        return [node]
    parts = rules.parts(node)
    return [each for part in parts for each in _next_known(rules, part, known, leaf)] if parts else [node]


Sums = list[Interval]  # what several answers may come to: points and stretches


def sums(rules: Rules, seats: Mapping[str, Seat], leaves: Iterable[str], but: str) -> Sums:
    """What the answers in these leaves may come to, with one answer of `but` less."""
    made: Sums = [(Fraction(0), Fraction(0))]
    # stretches first: what is added to them then runs together
    for leaf in sorted(leaves, key=lambda leaf: -seats[leaf].weight if _is_wide(rules, seats, leaf) else 0):
        seat = seats[leaf]
        many = seat.count - (leaf == but)
        choices = rules.choices(leaf, seat.listed)
        one = seat.weight / seat.count if seat.count else Fraction(0)
        if choices is None or _is_wide(rules, seats, leaf):
            low, high = (choices[0], choices[-1]) if choices else (Fraction(0), Fraction(1))
            made = _plus(made, [(low * one * many, high * one * many)])
            continue
        for _ in range(many):
            made = _plus(made, [(each * one, each * one) for each in choices])
    return made


def _is_wide(rules: Rules, seats: Mapping[str, Seat], leaf: str) -> bool:
    """Whether its answers are not counted up."""
    return rules.choices(leaf, 1) is None or seats[leaf].count > MOST_CARDS


def _plus(one: Sums, other: Sums) -> Sums:
    made: Sums = []
    for first, last in sorted({(a + c, b + d) for a, b in one for c, d in other}):
        if made and first <= made[-1][1]:
            made[-1] = made[-1][0], max(last, made[-1][1])
        else:
            made.append((first, last))
    return made if len(made) <= MOST_SUMS else [(made[0][0], made[-1][1])]


def marks(rules: Rules, seats: Mapping[str, Seat], figures: Figures, leaf: str) -> list[Interval]:
    """What one answer in a leaf can be worth, as shares: points, or stretches between 0 and 1."""
    choices = rules.choices(leaf, seats[leaf].listed)
    one = seats[leaf].weight / seats[leaf].count
    possible: list[Interval] = [(each, each) for each in choices] if choices else [(Fraction(0), Fraction(1))]
    for left, hidden in bounds(rules, seats, figures, leaf):
        allowed = [
            (low, high)
            for first, last in sums(rules, seats, hidden, leaf)
            if (low := (left[0] - last) / one) <= (high := (left[1] - first) / one)
        ]
        nothing: Sums = [(Fraction(0), Fraction(0))]
        possible = _plus(
            [meet(mark, each) for mark in possible for each in allowed if _some(meet(mark, each))], nothing
        )
    return possible


def _some(interval: Interval) -> bool:
    return interval[0] <= interval[1]


def attack(
    rules: Rules, seats: Mapping[str, Mapping[str, Seat]], public: Mapping[str, Figures]
) -> dict[str, list[Found]]:
    """Unit -> what can be said of a single mark in every leaf that is confidential."""
    lists: dict[tuple[str, str], list[str]] = {}
    for unit, own in seats.items():
        for leaf, seat in own.items():
            for who in seat.rankers:
                lists.setdefault((leaf, who), []).append(unit)
    public = {unit: narrowed(rules, seats[unit], one) if unit in seats else one for unit, one in public.items()}
    found: dict[str, list[Found]] = {}
    ranked: dict[tuple[str, str], list[Interval]] = {}
    for unit, own in seats.items():
        for leaf, seat in own.items():
            if not seat.count or not rules.secret(leaf):
                continue
            if seat.rankers and seat.listed < 2:
                continue  # the only one in a list is the first
            possible = marks(rules, own, public[unit], leaf)
            assert possible, (unit, leaf)
            ranked |= {(leaf, unit): possible} if seat.rankers else {}
            choices = rules.choices(leaf, seat.listed)
            scale = choices[-1] - choices[0] if choices else Fraction(1)
            found.setdefault(unit, []).append(Found(leaf, possible[0][0], max(b for _, b in possible), scale))
    for (leaf, _), units in lists.items():
        if 2 <= len(units) <= 6 and all((leaf, unit) in ranked for unit in units):
            _one_list(rules, leaf, units, ranked, found)
    return found


def _one_list(
    rules: Rules,
    leaf: str,
    units: Sequence[str],
    ranked: Mapping[tuple[str, str], list[Interval]],
    found: dict[str, list[Found]],
) -> None:
    """Every place is given once: the orders of a list that agree with what is possible for each unit."""
    places = rules.choices(leaf, len(units))
    assert places is not None
    orders = (
        [
            order
            for order in permutations(places)
            if all((place, place) in ranked[leaf, unit] for unit, place in zip(units, order, strict=True))
        ]
        if len(places) == len(units)
        else []
    )
    for at, unit in enumerate(units) if orders else ():
        own = [order[at] for order in orders]
        found[unit] = [
            Found(leaf, min(own), max(own), each.scale) if each.leaf == leaf else each for each in found[unit]
        ]
