"""The exports that are expected, made ready for reading: which component each unit's answers belong to, which choices
there are, which of repeated answers counts.

An evaluator of a voters' role hands in card batches or the export of a survey, never both.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass
from pathlib import PurePosixPath

from evaltool.evaluation import Evaluation
from evaltool.identity import SubmissionKey
from evaltool.inbox.exports.shapes import Export, Question, SurveyAnswers
from evaltool.names import folded
from evaltool.questions.layout.asked import units_asked_about
from evaltool.roster.tables import unit_names
from evaltool.rules import Component
from evaltool.rules.settings import Survey


@dataclass(frozen=True, slots=True, order=True)
class SurveyAccount:
    """The answers of one export: read = counted + repeated + blank + refused."""

    evaluator: str
    file: str
    rows: int
    read: int
    counted: int
    repeated: int
    blank: int
    refused: int


def account(evaluator: str, file: str, said: SurveyAnswers) -> SurveyAccount:
    return SurveyAccount(evaluator, file, said.rows, said.read, said.counted, said.repeated, said.blank, said.refused)


def survey_totals(accounts: Iterable[SurveyAccount]) -> list[SurveyAccount]:
    """The account of each export, of one in parts that of all of them under the name of the first."""
    own: dict[str, list[SurveyAccount]] = {}
    for each in sorted(accounts):
        own.setdefault(each.evaluator, []).append(each)
    return [_summed(each) for each in own.values()]


def _summed(parts: Sequence[SurveyAccount]) -> SurveyAccount:
    figures = zip(*(astuple(each)[2:] for each in parts), strict=True)
    return SurveyAccount(parts[0].evaluator, parts[0].file, *map(sum, figures))


def exports(evaluation: Evaluation) -> dict[SubmissionKey, Export]:
    """Every expected export by evaluator, batch and entry, as the sheets are."""
    names = unit_names(evaluation.roster).of.get("unit", {})
    made = [_export(evaluation, survey, names) for survey in evaluation.surveys]
    return {each.key: each for each in made}


def _export(evaluation: Evaluation, survey: Survey, names: dict[str, str]) -> Export:
    questions: list[Question] = []
    asked: dict[str, tuple[str, int]] = {}
    for scheme in evaluation.classes.values():
        for leaf in scheme.leaves():
            component = scheme.components[leaf]
            if component.ballot and component.by == evaluation.evaluators[survey.evaluator].role:
                units = units_asked_about(evaluation, scheme.id, leaf, evaluation.evaluators[survey.evaluator])
                asked |= {unit.id: (unit.name, len(questions)) for unit in units}
                choices = tuple(choice for choice, _ in scheme.scales[component.scale_name])
                questions.append(Question(scheme.id, leaf, component.name, choices, component.ballot.repeated))
    return Export(
        survey.evaluator,
        survey.file,
        survey.wide,
        survey.respondent,
        survey.unit,
        survey.choice,
        survey.point,
        survey.time,
        (*survey.ignore, *survey.personal),
        names,
        asked,
        tuple(questions),
        dict.fromkeys(survey.comments, "")
        | {name: names.get(folded(unit), "") for name, unit in survey.comments_on.items()},
        survey.order,
    )


def export_named(expected: Iterable[Export], files: Sequence[str]) -> tuple[Export, str] | None:
    """The export that a file of the inbox is a part of, by any of the names under which it stands there, with that name
    as it is compared."""
    return next(((each, names[0]) for each in expected if (names := parts_named(each, files))), None)


def parts_named(export: Export, files: Sequence[str]) -> list[str]:
    """Which parts of an export a content is, by the names under which it stands in the inbox."""
    names = sorted({folded(PurePosixPath(file).name).casefold() for file in files})
    return [name for name in names if is_part(export.file, name)]


def is_part(pattern: str, name: str) -> bool:
    """Whether an export's `file`, in which * stands for anything, means a file of this (folded) name."""
    texts = (re.escape(text) for text in folded(pattern).casefold().split("*"))
    return re.fullmatch(".*".join(texts), name) is not None


def components(evaluation: Evaluation, export: Export) -> list[Component]:
    """The components that an export answers."""
    return [evaluation.component(each.class_id, each.component) for each in export.questions]
