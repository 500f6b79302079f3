"""Documents call units by their official names (公文名称): an evaluation and its result as documents see them.

Names are exchanged once, before anything is written, so that no sentence, table or annex can forget to.  What somebody
typed stays as it was typed, and files keep the short names.
"""

from __future__ import annotations

import re
from dataclasses import replace

from evaltool.documents.content import Content
from evaltool.evaluation import Evaluation
from evaltool.results.rank import rank
from evaltool.results.result import Result
from evaltool.roster import Unit


def with_official_names(evaluation: Evaluation) -> Evaluation:
    """The evaluation whose units are called as documents call them; their short names still mean them."""
    if all(unit.addressed == unit.name for unit in evaluation.roster.units):
        return evaluation
    units = tuple(map(_official, evaluation.roster.units))
    return replace(evaluation, roster=replace(evaluation.roster, units=units))


def under_official_names(result: Result) -> Result:
    """The result of such an evaluation."""
    made = result.view((under_official_names,), lambda: _named_officially(result))
    return made if made.findings == result.findings else made.with_findings(result.findings)


def _named_officially(result: Result) -> Result:
    evaluation = with_official_names(result.evaluation)
    if evaluation is result.evaluation:
        return result
    ties = _ties(evaluation, result) if any(one.tie for one in result.standings) else {}
    standings = tuple(
        replace(one, unit=_official(one.unit), tie=ties.get(one.unit.id, one.tie)) for one in result.standings
    )
    return replace(result, evaluation=evaluation, standings=standings)


def _ties(evaluation: Evaluation, result: Result) -> dict[str, str]:
    """How ties were broken, by unit: these sentences name the others."""
    return {one.unit.id: one.tie for one in rank(evaluation, result.points)[0]}


def filed(evaluation: Evaluation, said: Content) -> Content:
    """A document beside a run whose file is called after the short names."""
    short = {unit.addressed: unit.name for unit in evaluation.roster.units}
    longest_first = "|".join(re.escape(each) for each in sorted(short, key=len, reverse=True))
    return replace(said, stem=re.sub(longest_first, lambda found: short[found[0]], said.stem) if short else said.stem)


def _official(unit: Unit) -> Unit:
    if unit.addressed == unit.name:
        return unit
    others = tuple(each for each in (unit.name, *unit.aliases) if each != unit.addressed)
    return replace(unit, name=unit.addressed, aliases=others)
