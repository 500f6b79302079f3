"""The rules' language: what stands in `schemes/*.toml`, as values.

`scheme` has the tree of components and reads a file; `outcomes` has what is decided on totals (ranking, grades, awards,
veto, bonus …); `shapes` turns TOML into these values and a mistake into a finding with its key.  `methods` has a file
for each way to score, `combining` the ways to make one number of several: both are written once over `expressions`,
which give a fraction, a workbook's formula, or a calculation for people (`calculations`).  `formulas` reads what the
office itself writes as a formula, into the same expressions.
"""

from evaltool.rules.absence import ABSENCES, Policy, WeightTo
from evaltool.rules.benchmark import Benchmark
from evaltool.rules.combining import Combination, Dropped, Each, Over, Trimmed
from evaltool.rules.methods import Places
from evaltool.rules.outcomes import (
    Award,
    Bonus,
    ClimbRule,
    Condition,
    Consequence,
    Constraint,
    Contribution,
    Deduction,
    Disclosure,
    ExtraKind,
    Extras,
    Grade,
    Group,
    Ranking,
    Veto,
    VetoKind,
    Zone,
)
from evaltool.rules.scheme import (
    EXTRAS,
    Component,
    DerivedFigure,
    ExtraWord,
    GoalRules,
    Head,
    LeafKey,
    ReasonRule,
    Scheme,
    extra_word,
    read_scheme,
)
from evaltool.rules.shapes import FORMAT, parse, read_toml

__all__ = [
    "ABSENCES",
    "EXTRAS",
    "FORMAT",
    "Award",
    "Benchmark",
    "Bonus",
    "ClimbRule",
    "Combination",
    "Component",
    "Condition",
    "Consequence",
    "Constraint",
    "Contribution",
    "Deduction",
    "DerivedFigure",
    "Disclosure",
    "Dropped",
    "Each",
    "ExtraKind",
    "ExtraWord",
    "Extras",
    "GoalRules",
    "Grade",
    "Group",
    "Head",
    "LeafKey",
    "Over",
    "Places",
    "Policy",
    "Ranking",
    "ReasonRule",
    "Scheme",
    "Trimmed",
    "Veto",
    "VetoKind",
    "WeightTo",
    "Zone",
    "extra_word",
    "parse",
    "read_scheme",
    "read_toml",
]
