"""Documents call units by their official names (公文名称): an evaluation and its result as documents see them.

Names are exchanged once, before anything is written, so that no sentence, table or annex can forget to.  What somebody
typed stays as it was typed, and files keep the short names.
"""

from __future__ import annotations

from dataclasses import replace

from evaltool.documents.content import Content
from evaltool.evaluation import Evaluation
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
    evaluation = with_official_names(result.evaluation)
    if evaluation is result.evaluation:
        return result
    standings = tuple(replace(one, unit=_official(one.unit)) for one in result.standings)
    return replace(result, evaluation=evaluation, standings=standings)


def filed(evaluation: Evaluation, said: Content) -> Content:
    """A document beside a run whose file is called after the short names."""
    stem = said.stem
    for unit in sorted(evaluation.roster.units, key=lambda unit: -len(unit.addressed)):
        stem = stem.replace(unit.addressed, unit.name)
    return replace(said, stem=stem)


def _official(unit: Unit) -> Unit:
    if unit.addressed == unit.name:
        return unit
    others = tuple(each for each in (unit.name, *unit.aliases) if each != unit.addressed)
    return replace(unit, name=unit.addressed, aliases=others)
