"""What every evaluator gave, as the screens need it: marks by cell, and shares of full marks by unit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

from evaltool.evaluation import Evaluation
from evaltool.exact import published
from evaltool.findings import Finding, finding
from evaltool.inbox.intake import Intake
from evaltool.rules import Component
from evaltool.rules.methods import Choice, Rank

Kind = Literal["number", "choice", "place"]
Spot = tuple[str, str, str]  # unit, indicator, repeat
Key = tuple[str, str]  # unit, repeat


@dataclass(slots=True)
class Given:
    """One evaluator's marks in one leaf.

    `cells`: spot -> (value, address); `parts`: (unit, repeat) -> marks and full marks added up, in millionths of a
    point; `first`: the first cell of each; `step`: the smallest difference of marks, as a share.
    """

    evaluator: str
    file: str
    sheet: str
    cells: dict[Spot, tuple[int, str]] = field(default_factory=dict)
    parts: dict[Key, list[int]] = field(default_factory=dict)
    first: dict[Key, str] = field(default_factory=dict)
    step: Fraction = Fraction(1)

    def shares(self) -> dict[Key, Fraction]:
        """Share of full marks by unit and repeat."""
        return {key: Fraction(mark, full) for key, (mark, full) in self.parts.items() if full}

    def by_unit(self) -> dict[str, Fraction]:
        """Share of full marks by unit, all repeats together."""
        sums: dict[str, list[int]] = {}
        for (unit, _), (mark, full) in self.parts.items():
            both = sums.setdefault(unit, [0, 0])
            both[0], both[1] = both[0] + mark, both[1] + full
        return {unit: Fraction(mark, full) for unit, (mark, full) in sums.items() if full}

    def cell(self, unit: str) -> str:
        """The first cell about a unit."""
        return next((cell for (of, _), cell in self.first.items() if of == unit), "")


@dataclass(frozen=True, slots=True)
class Leaf:
    """One leaf of one class with everybody's marks, in the order of the evaluators' ids."""

    class_id: str
    component: str
    name: str
    kind: Kind
    given: Mapping[str, Given]
    scale: tuple[Fraction, ...] = ()  # shares of the tiers, best first


def leaves(evaluation: Evaluation, intake: Intake) -> list[Leaf]:
    """All leaves in which something was marked (contributions to awards too), but not those decided by cards."""
    import polars as pl

    wanted = ("class_id", "component", "evaluator", "unit", "indicator", "repeat", "value", "high", "decimals")
    place = ("text", "cell", "sheet", "file")
    usable = pl.col("value").is_between(pl.col("low"), pl.col("high"))  # anything else has its finding already
    rows = intake.rows((pl.col("field") == "mark") & usable & (pl.col("unit") != ""))
    by_leaf: dict[tuple[str, str], list[tuple[object, ...]]] = {}
    for row in rows.select(*wanted, *place).iter_rows():
        by_leaf.setdefault(row[:2], []).append(row[2:])
    return [_leaf(evaluation, *key, of) for key, of in sorted(by_leaf.items())]


def _leaf(evaluation: Evaluation, class_id: str, leaf: str, rows: Iterable[tuple[object, ...]]) -> Leaf:
    scheme = evaluation.classes[class_id]
    component = scheme.components.get(leaf)
    answer = component.answer if component else None
    scale = scheme.scale(answer.choice) if isinstance(answer, Choice) else {}
    counted = {choice: int(share * 10**6) for choice, share in scale.items() if share is not None}
    once = bool(component and component.each and component.each.word)
    given: dict[str, Given] = {}
    for evaluator, unit, indicator, repeat, value, high, decimals, text, cell, sheet, file in rows:
        if isinstance(answer, Choice):
            value, high, decimals = counted.get(str(text)), 10**6, 6
        if value is None:
            continue
        one = given.setdefault(str(evaluator), Given(str(evaluator), str(file), str(sheet)))
        # a row that was added as something happened has a number of its own, which means nothing to other evaluators
        key = str(unit), "" if once else str(repeat)
        one.cells[str(unit), str(indicator), str(repeat)] = int(str(value)), str(cell)
        part = one.parts.setdefault(key, [0, 0])
        scaled = 10 ** (6 - int(str(decimals)))
        part[0], part[1] = part[0] + int(str(value)) * scaled, part[1] + int(str(high)) * scaled
        one.first.setdefault(key, str(cell))
        one.step = min(one.step, Fraction(1, max(int(str(high)), 1)))
    shares = sorted({share for share in scale.values() if share is not None}, reverse=True)
    return Leaf(class_id, leaf, component.name if component else leaf, _kind(component), given, tuple(shares))


def _kind(component: Component | None) -> Kind:
    answer = component.answer if component else None
    return "choice" if isinstance(answer, Choice) else "place" if isinstance(answer, Rank) else "number"


def said(
    evaluation: Evaluation,
    code: str,
    leaf: Leaf,
    one: Given,
    args: Mapping[str, object],
    unit: str = "",
    cell: str = "",
) -> Finding:
    """A finding at an evaluator's sheet; the names that every sentence needs are filled in."""
    names: dict[str, object] = {
        "name": evaluation.evaluators[one.evaluator].name,
        "component_name": leaf.name,
        "unit_name": evaluation.units[unit].name if unit in evaluation.units else unit,
    }
    place = {"file": one.file, "sheet": one.sheet, "cell": cell, "unit": unit, "evaluator": one.evaluator}
    return finding(code, **place, component=leaf.component, args={**names, **args})


def points(share: Fraction) -> str:
    """A share as people say it: points out of a hundred."""
    return published(100 * share, 1)
