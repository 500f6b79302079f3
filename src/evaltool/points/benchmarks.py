"""What a component's results are held against once all of its answers are in, and the means that stand in for absent
ones: both look at the other units' results, those of the ranked units that have one of their own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Literal

from evaltool.evaluation import Evaluation
from evaltool.questions.layout.asked import respondents
from evaltool.roster import Unit
from evaltool.rules import Scheme
from evaltool.rules.benchmark import NOBODY, NOTHING, Benchmark
from evaltool.rules.combining import mean
from evaltool.rules.expressions import value_of

Scope = tuple[str, ...]
"""Whose results belong together: a group ("" for the whole class), and the judges of a review group."""


@dataclass(frozen=True)
class LeafField:
    """The results of a component's units; `shares`: of all that have one, `benchmark`: what they are held against."""

    evaluation: Evaluation
    scheme: Scheme
    leaf: str
    shares: Mapping[str, Fraction]
    benchmark: Benchmark | None = None

    def scope(self, unit: Unit, among: Literal["", "group", "class"]) -> Scope:
        return (unit.group if among == "group" else "",)

    def panel(self, unit: Unit) -> Scope:
        """A unit's review group."""
        assert self.benchmark is not None
        if self.benchmark.even != "evaluators":
            return self.scope(unit, "group")
        judges = respondents(self.evaluation, self.scheme.id, self.leaf, unit)
        return (*self.scope(unit, self.benchmark.scope), *sorted(judges))

    def members(self, scope: Scope) -> tuple[str, ...]:
        """The ranked units with a result, in the order of the roster."""
        return tuple(self._members.get(scope, ()))

    @cached_property
    def _members(self) -> dict[Scope, list[str]]:
        found: dict[Scope, list[str]] = {}
        for unit in self.evaluation.units_of(self.scheme.id):
            if unit.standing == "ranked" and unit.id in self.shares:
                panels = [self.panel(unit)] if self.benchmark and self.benchmark.even else []
                for scope in dict.fromkeys([self.scope(unit, "group"), self.scope(unit, "class"), *panels]):
                    found.setdefault(scope, []).append(unit.id)
        return found

    def of(self, scope: Scope) -> tuple[Fraction, ...]:
        return tuple(self.shares[each] for each in self.members(scope))

    def mean(self, unit: Unit, among: Literal["group", "class"]) -> Fraction | None:
        """The mean of a unit's group or class."""
        return self._means.get(self.scope(unit, among))

    @cached_property
    def _means(self) -> dict[Scope, Fraction]:
        return {scope: value_of(mean(self.of(scope))) for scope in self._members}

    def against(self, unit: Unit) -> Fraction | tuple[str, str]:
        """What a unit's share is divided by, or why there is nothing to divide by."""
        assert self.benchmark is not None
        key = self.scope(unit, self.benchmark.scope), self.panel(unit) if self.benchmark.even else ()
        if key not in self._found:
            self._found[key] = self._against(*key)
        return self._found[key]

    @cached_property
    def _found(self) -> dict[tuple[Scope, Scope], Fraction | tuple[str, str]]:
        """By scope and review group, as they were asked for."""
        return {}

    def _against(self, scope: Scope, panel: Scope) -> Fraction | tuple[str, str]:
        assert self.benchmark is not None
        everybody, own = self.of(scope), self.of(panel) if self.benchmark.even else self.of(scope)
        if not everybody or not own:
            return NOBODY
        # of negative points (deductions only) nothing can be a part
        if value_of(mean(everybody)) <= 0 or value_of(mean(own)) <= 0 or max(everybody) <= 0:
            return NOTHING
        return value_of(self.benchmark.against(everybody, own))
