"""Everything that came in as one value: the tables of what counts, and the accounts of files and sheets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evaltool.inbox.accounts.files import FileAccount
from evaltool.inbox.accounts.sheets import SheetAccount
from evaltool.inbox.extract.cardruns import CardRun
from evaltool.inbox.extract.workbook import CardLines, tallied
from evaltool.inbox.submissions import Key, Submission
from evaltool.inbox.surveys import SurveyAccount, account

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True, slots=True)
class Intake:
    """Everything that came in, as tables and accounts."""

    answers: pl.DataFrame
    ballots: pl.DataFrame
    card_lines: tuple[tuple[CardLines, str, str, str, str], ...]  # with evaluator, batch, file hash, file
    files: tuple[FileAccount, ...]
    sheets: tuple[SheetAccount, ...]
    card_runs: tuple[tuple[CardRun, str, str, str], ...] = ()  # with evaluator, batch, file
    surveys: tuple[SurveyAccount, ...] = ()


def intake_of(
    taken: Mapping[Key, Submission], files: tuple[FileAccount, ...], sheets: tuple[SheetAccount, ...]
) -> Intake:
    """The tables of the submissions that are taken, beside the accounts."""
    return Intake(*_tables(taken), _card_lines(taken), files, sheets, tuple(_card_runs(taken)), _surveys(taken))


def _tables(counted: Mapping[Key, Submission]) -> tuple[pl.DataFrame, pl.DataFrame]:
    from evaltool.inbox.tables import ANSWERS, BALLOTS, table

    answers: list[tuple[object, ...]] = []
    ballots: list[tuple[object, ...]] = []
    for (evaluator, batch, _), each in counted.items():
        said = each.said
        origin = (evaluator, batch, each.seen.digest, each.seen.name)
        answers += [(*answer, *origin) for answer in said.answers]
        counts = (*said.counts, *tallied(said))
        ballots += [(*count[:3], evaluator, batch, *count[3:], each.seen.digest) for count in counts]
        if said.survey:
            ballots += [
                (*one[:3], evaluator, one.point, one.choice, True, one.answers, each.seen.digest)
                for one in said.survey.counts
            ]
    return table(ANSWERS, answers), table(BALLOTS, ballots)


def _card_lines(counted: Mapping[Key, Submission]) -> tuple[tuple[CardLines, str, str, str, str], ...]:
    lines = []
    for (evaluator, batch, _), each in counted.items():
        lines += [(one, evaluator, batch, each.seen.digest, each.seen.name) for one in each.said.card_lines]
    return tuple(sorted(lines))


def _card_runs(counted: Mapping[Key, Submission]) -> Iterable[tuple[CardRun, str, str, str]]:
    for (evaluator, batch, _), each in sorted(counted.items()):
        yield from ((one, evaluator, batch, each.seen.name) for one in each.said.card_runs)


def _surveys(counted: Mapping[Key, Submission]) -> tuple[SurveyAccount, ...]:
    said = [(evaluator, each.seen.name, each.said.survey) for (evaluator, _, _), each in counted.items()]
    return tuple(sorted(account(evaluator, name, survey) for evaluator, name, survey in said if survey))
