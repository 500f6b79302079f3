"""What scoring will refuse for although sheets are still missing or wrong: shares that stay undefined, parts that stay
absent, because everything that was asked about them came in and is in order.

Of what is not all there nothing is said: a comparison of the few figures that came says nothing about the year.
"""

from __future__ import annotations

from collections.abc import Iterable

from evaltool.evaluation import Evaluation
from evaltool.findings import Finding, blocking
from evaltool.identity import kind_of_batch
from evaltool.inbox.intake import Intake
from evaltool.points.score import score

_OF_ONE_PART = ("SHARE_UNDEFINED", "COMPONENT_ABSENT")
AskedPart = tuple[str, str]  # class and leaf


def certain(evaluation: Evaluation, intake: Intake, findings: Iterable[Finding]) -> list[Finding]:
    """The refusals of parts that no sheet which is still to come can change."""
    wrong = blocking(findings)
    of_file = {each.file: each.evaluator for each in intake.files}
    who = {each.evaluator for each in intake.sheets if each.answered == "missing" and _is_scored(each.batch)}
    who |= {one.evaluator or of_file.get(one.file, "") for one in wrong}
    leaves = {one.component for one in wrong if one.component}
    if any(not (one.evaluator or of_file.get(one.file) or one.component) for one in wrong):
        return []  # a decision, a file of nobody: it may be about anything
    unsure = {key for key in _leaves(evaluation) if key[1] in leaves or _asks(evaluation, key, who)}
    found = [one for one in score(evaluation, intake)[1] if one.code in _OF_ONE_PART]
    return [one for one in found if (evaluation.units[one.unit].class_id, one.component) not in unsure]


def _is_scored(batch: str) -> bool:
    return kind_of_batch(batch) in ("marks", "cards", "evidence")


def _leaves(evaluation: Evaluation) -> Iterable[AskedPart]:
    return [(scheme.id, leaf) for scheme in evaluation.classes.values() for leaf in scheme.leaves()]


def _asks(evaluation: Evaluation, key: AskedPart, who: set[str]) -> bool:
    """Whether one of these evaluators, or another of the same role, answers in a leaf."""
    component = evaluation.component(*key)
    if component.by == "owner" or component.verify:
        return bool(who)
    return any(evaluation.evaluators[each].role == component.by for each in who if each in evaluation.evaluators)
