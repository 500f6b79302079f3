"""From where on a screen speaks: every threshold, with its reason, in one place.

Shares are fractions of full marks; a tenth is ten points out of a hundred.  The thresholds are set so that honest
evaluators, who differ in strictness by a few points and in single marks by a few more, are hardly ever named
(`tests/checks/test_screens_honest.py` plays them).
"""

from __future__ import annotations

from fractions import Fraction

SAME_AT_LEAST = 5
"""Units (or cells) that must carry the same mark: two or three equal marks happen to everybody."""

IDENTICAL_AT_LEAST = 6
"""Cells that two evaluators have in common before their sheets are compared."""
NEARLY = Fraction(1, 10)
"""Of the cells, so many may differ at most in sheets that are called nearly identical."""
BY_CHANCE = Fraction(1, 100)
"""How many pairs of sheets in the component may be expected to agree so far by chance."""
AGREEMENT = {"number": (Fraction(2, 5), 2), "choice": (Fraction(4, 5), 10), "place": (Fraction(4, 5), 10)}
"""How often two honest evaluators agree in a cell, and for how many cells this assumption counts beside what the other
pairs of the component show: rarely in numbers, mostly in a few tiers or places."""

STRETCHES = Fraction(1, 1000)
"""How many stretches of identical cards as long as this one a random order may be expected to have: a year has about
a hundred batches."""
CARD_UNITS = 3
"""Units on a card: cards with one or two choices are alike by nature, and piles sorted by choice are common."""

FAR = Fraction(1, 10)
"""Ten points: differences below are everyday."""
SPREADS = 5
"""How many spreads a mark must stand off.  A spread is the median distance between a mark and the median of the other
evaluators' marks, over the whole component, made comparable to a standard deviation: with so many marks it does not
depend on the few evaluators of one unit, and one outlier among five cannot hide itself in it, as it does in a standard
deviation ((n-1)/sqrt(n) < 3 up to 10)."""
NORMAL = Fraction(14826, 10000)
"""Standard deviation / median absolute deviation of a normal distribution."""
LEAST_SPREAD = Fraction(2, 100)
"""A component in which nearly all agree still has this spread, or half the step of its marks."""
EVALUATORS = 5
"""Who stands apart can be said from five evaluators on."""
MARKS = 15
"""Marks of a component from which a spread can be told."""
LEVEL_UNITS = 5
"""Units marked in common before somebody's level is compared."""
LEVEL_SPREADS = 4
"""Spreads between levels; there are as many levels as evaluators, so few that the least distance decides mostly."""
TIERS_APART = 2
"""Tiers between one evaluator and all others, who agree among themselves."""
TIER_LEVEL_UNITS = 7
"""Units that must all stand in a lower (or all in a higher) tier than the others put them."""

OWN_ALONE = Fraction(15, 100)
"""Where nobody else marks the own unit: so far above what the evaluator gives the others."""

SELF_UNITS = 5
"""Self-assessments that are compared with each other."""
SELF_SPREADS = 3
"""Spreads above the usual gap between self-assessment and the marks of others."""
