"""Where a rule drops the highest and the lowest marks, and so few came that it drops fewer than with everybody's."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from evaltool.evaluation import Evaluation
from evaltool.exact import plain
from evaltool.findings import Finding, finding
from evaltool.inbox.intake import Intake
from evaltool.points.answered import states
from evaltool.questions.layout.asked import respondents
from evaltool.rules import Scheme, Trimmed

_MOST_NAMED = 3
Counts = tuple[int, int]
"""How many are asked, how many of their sheets count."""


def check_trims(evaluation: Evaluation, intake: Intake) -> Iterator[Finding]:
    """A part of the marks is dropped at each end, rounded down: of four, a fifth is none.  While sheets that the rules
    do not go on without are still to come, nobody knows yet how many will count."""
    sheets = {evaluator: state for (evaluator, batch), state in states(intake).items() if not batch}
    for scheme in evaluation.classes.values():
        for leaf in scheme.leaves():
            over = scheme.components[leaf].over
            if isinstance(over, Trimmed):
                yield from _fewer(evaluation, scheme, leaf, Fraction(over.trimmed), sheets)


def _fewer(
    evaluation: Evaluation, scheme: Scheme, leaf: str, part: Fraction, sheets: dict[str, str]
) -> Iterator[Finding]:
    found: dict[Counts, list[str]] = {}
    to_come = scheme.components[leaf].policy("missing") == "refuse"
    for unit in evaluation.units_of(scheme.id):
        asked = respondents(evaluation, scheme.id, leaf, unit)
        if to_come and any(sheets.get(who) == "missing" for who in asked):
            return
        count = sum(sheets.get(who) == "counted" for who in asked)
        if count and int(part * count) < int(part * len(asked)):
            found.setdefault((len(asked), count), []).append(unit.name)
    for (asked_, count), units in found.items():
        names = "、".join(units[:_MOST_NAMED]) + (f"等{len(units)}个单位" if len(units) > _MOST_NAMED else "")
        args: dict[str, object] = {
            "name": scheme.components[leaf].name,
            "percent": plain(part * 100),
            "asked": asked_,
            "count": count,
            "before": int(part * asked_),
            "now": int(part * count),
            "units": names,
        }
        yield finding("TRIMMED_FEWER", component=leaf, args=args)
