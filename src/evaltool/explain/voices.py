"""Who said what in one leaf: every voice's share, with what was left out when one share was made of several.

A voice is an evaluator; the owners of single lines answer as one.  Where single marks are confidential an evaluator
goes by a code and its file by its digest: the office finds the file in `received/`, whoever is handed the paper finds
nobody.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TypeVar

from evaltool.explain.sources import BatchCards, EvaluatorMarks
from evaltool.explain.sums import of_marks
from evaltool.findings import Language
from evaltool.points.leaves import Voices, fixed_share
from evaltool.results.result import Result
from evaltool.roster import Unit
from evaltool.rules import Combination, Component, Scheme
from evaltool.rules.combining import kept
from evaltool.rules.expressions import value_of
from evaltool.rules.methods import mean
from evaltool.views.wording import evaluator_name

HASH = 12  # digits of a file's digest, as findings print it


@dataclass(frozen=True, slots=True)
class Voice:
    """One voice: its share, or the kind of its absence with the share that the rules put in its place, if any.

    `left_out`: "lowest", "highest" or "earlier" where the combination does not use it; `months`: how long it was in
    charge, where that is its weight; `said`: the sum behind its share in words."""

    evaluator: str
    share: Fraction | None
    absence: str
    left_out: str
    months: int | None
    said: tuple[str, ...]
    sheets: tuple[EvaluatorMarks, ...]


def voices(
    result: Result,
    scheme: Scheme,
    unit: Unit,
    leaf: str,
    found: Voices,
    sheets: Sequence[EvaluatorMarks],
    codes: Mapping[str, str],
    language: Language,
) -> Iterator[Voice]:
    """The voices of a leaf in the order of the roster."""
    evaluation, component = result.evaluation, scheme.components[leaf]
    given = [said for said in found.values() if isinstance(said, Fraction)]
    way: Combination = "mean" if component.charge == "months" else component.over
    shares = {
        who: fixed_share(component, said, way, given) if isinstance(said, str) else said for who, said in found.items()
    }
    left_out = _left_out(component, {who: share for who, share in shares.items() if share is not None})
    for who, said in found.items():
        share = shares[who]
        own = [each for each in sheets if each.who == who or not who]
        marks = [mark for each in own for mark in each.marks]
        summed = of_marks(component, marks, share, language) if share is not None and not isinstance(said, str) else ()
        yield Voice(
            codes.get(who) or evaluator_name(evaluation, who),
            share,
            said if isinstance(said, str) else "",
            left_out.get(who, ""),
            evaluation.months(who, unit) if component.charge == "months" else None,
            tuple(summed),
            tuple(own),
        )


def _left_out(component: Component, shares: Mapping[str, Fraction]) -> dict[str, str]:
    """Whose share the combination does not use: equal ones go in the evaluators' order."""
    used = kept(component.over, len(shares))
    if component.charge == "months":
        return {}
    if used is None:
        return dict.fromkeys(list(shares)[:-1], "earlier")
    first, many = used
    ordered = sorted(shares, key=lambda who: shares[who])
    return dict.fromkeys(ordered[:first], "lowest") | dict.fromkeys(ordered[first + many :], "highest")


def share_of_cards(component: Component, scheme: Scheme, cards: Sequence[BatchCards]) -> Fraction | None:
    """What the cards of all batches come to."""
    ballot = component.ballot
    assert ballot is not None
    scale = scheme.scale(ballot.ballot)
    pools = [
        [(share, count) for choice, count in each.counts.items() if (share := scale.get(choice)) is not None]
        for each in cards
    ]
    made = [(average, sum(count for _, count in pool)) for pool in pools if (average := mean(pool)) is not None]
    if not made:
        return None
    return value_of(ballot.together([one for one, _ in made], [Fraction(count) for _, count in made]))


# --- codes -----------------------------------------------------------------------------------------------------------


def codes_of(result: Result) -> dict[str, str]:
    """Evaluator -> code, such as "E07".  Codes go by digests, whose order says nothing about people."""
    digests: dict[str, str] = {}
    for each in result.accounts.files:
        if each.evaluator and each.became == "counted":
            digests[each.evaluator] = min(each.digest, digests.get(each.evaluator, each.digest))
    everybody = result.evaluation.evaluators
    ordered = sorted(everybody, key=lambda who: digests.get(who) or hashlib.sha256(who.encode()).hexdigest())
    width = len(str(len(ordered)))
    return {who: f"E{number:0{width}d}" for number, who in enumerate(ordered, 1)}


_Voice = TypeVar("_Voice", EvaluatorMarks, BatchCards)


def coded(result: Result, given: Sequence[_Voice], codes: Mapping[str, str]) -> list[_Voice]:
    """The same sheets or cards by their evaluators' codes, files by their digests."""
    digests = {each.file: each.digest for each in result.accounts.files}
    return [
        replace(each, evaluator=codes.get(each.who, "E?"), file=f"received/{digests.get(each.file, '')[:HASH]}…")
        for each in given
    ]
