"""What becomes of an answer that is not there: its kinds, and the policies that the rules can state for each.

Inside an answer (a line, a period, one of several evaluators) the mean of others and "out" are alike where the rest is
averaged anyway; where nothing is left, and for a component as a whole, only the mean of the other units is a share.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

from pydantic import Field

from evaltool.rules.strict import Percentage, Proportion, Strict

ABSENCES = ("none", "not_applicable", "missing", "abstained", "waived", "excluded", "unverified", "undefined")


class WeightTo(Strict):
    """The weight goes to the named components: in proportion to their own weights, or in stated parts that add up to
    1."""

    weight_to: list[str] | dict[str, Proportion] = Field(min_length=1)

    @property
    def parts(self) -> dict[str, Fraction]:
        """What part each of them takes; {} where their own weights decide."""
        return dict(self.weight_to) if isinstance(self.weight_to, dict) else {}


Policy = Literal["refuse", "out", "full", "zero", "reweigh", "mean", "group_mean", "class_mean"] | Percentage | WeightTo
"""A number: so many percent of full marks."""
_WORDS = {"full": Fraction(1), "zero": Fraction(0)}
_AMONG: dict[object, Literal["group", "class"]] = {"group_mean": "group", "class_mean": "class"}


def stated_share(policy: Policy) -> Fraction | None:
    """The share that the rules put in an absence's place by themselves; None if they put none."""
    if isinstance(policy, WeightTo):
        return None
    return _WORDS.get(policy) if isinstance(policy, str) else Fraction(policy) / 100


def mean_of_units(policy: Policy) -> Literal["", "group", "class"]:
    """Whose units' mean stands in for a component; "" for nobody's."""
    return "" if isinstance(policy, WeightTo) else _AMONG.get(policy, "")


def is_mean(policy: Policy) -> bool:
    """Whether the mean of others stands in: of those who answered, or of other units."""
    return policy == "mean" or bool(mean_of_units(policy))


def passes_over(policy: Policy) -> bool:
    """Whether the other answers decide, as long as there are some."""
    return policy == "out" or is_mean(policy)


def moves(policy: Policy) -> bool:
    """Whether the weight goes elsewhere."""
    return policy == "reweigh" or isinstance(policy, WeightTo)
