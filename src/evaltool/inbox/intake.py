"""Everything that came in as one value: the tables of what counts, and the accounts of files and sheets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evaltool.identity import SubmissionKey
from evaltool.inbox.accounts.files import FileAccount
from evaltool.inbox.accounts.sheets import SheetAccount
from evaltool.inbox.exports.shapes import Comment
from evaltool.inbox.extract.cardruns import CardRun
from evaltool.inbox.extract.workbook import CardLines
from evaltool.inbox.submissions import Submission
from evaltool.inbox.surveys import SurveyAccount, account
from evaltool.inbox.tables import BALLOTS, CountedSubmission, answers_table, in_words, table

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True, slots=True)
class Intake:
    """Everything that came in, as tables (`inbox/tables.py` names their columns) and accounts.

    `table`: ANSWERS as it is kept, its texts as numbers; to be asked through `answers` and `rows`.
    """

    table: pl.DataFrame
    ballots: pl.DataFrame
    card_lines: tuple[tuple[CardLines, str, str, str, str], ...]  # with evaluator, batch, file hash, file
    files: tuple[FileAccount, ...]
    sheets: tuple[SheetAccount, ...]
    card_runs: tuple[tuple[CardRun, str, str, str], ...] = ()  # with evaluator, batch, file
    surveys: tuple[SurveyAccount, ...] = ()
    comments: tuple[tuple[Comment, str], ...] = ()  # of surveys, with the evaluator who collected them

    @property
    def answers(self) -> pl.LazyFrame:
        """ANSWERS, for queries over all of it: only the columns that are named become texts."""
        return in_words(self.table.lazy())

    def rows(self, wanted: pl.Expr) -> pl.DataFrame:
        """The rows of ANSWERS that are wanted, in the order of its columns."""
        return in_words(self.kept(wanted).lazy()).collect()

    def kept(self, wanted: pl.Expr) -> pl.DataFrame:
        """The same with texts as they are kept, for sums over many."""
        asked = in_words(self.table.lazy().select(*set(wanted.meta.root_names()))).select(wanted.alias("wanted"))
        return self.table.filter(asked.collect()["wanted"])


_Counted = list[tuple[SubmissionKey, Submission]]
"""Every file that counts, under whose sheet it is; several where a decision takes them together."""


def intake_of(
    taken: Mapping[SubmissionKey, Submission], files: tuple[FileAccount, ...], sheets: tuple[SheetAccount, ...]
) -> Intake:
    """The tables of the submissions that are taken, beside the accounts."""
    parts = [(key, part) for key, each in sorted(taken.items(), key=lambda item: item[0]) for part in each.each]
    return Intake(
        *_tables(parts), _card_lines(parts), files, sheets, tuple(_card_runs(parts)), _surveys(parts), _comments(parts)
    )


def _tables(counted: _Counted) -> tuple[pl.DataFrame, pl.DataFrame]:
    filled: list[CountedSubmission] = []
    ballots: list[tuple[object, ...]] = []
    for (evaluator, batch, _), each in counted:
        said, digest = each.said, each.seen.digest
        filled.append(CountedSubmission(evaluator, batch, digest, each.seen.name, each.sheets, said.answers))
        ballots += [(*one[:3], evaluator, batch, *one[3:], digest) for one in (*said.counts, *said.tallied)]
        if said.survey:
            ballots += [
                (*one[:3], evaluator, one.point, one.choice, True, one.answers, digest) for one in said.survey.counts
            ]
    return answers_table(filled), table(BALLOTS, ballots)


def _card_lines(counted: _Counted) -> tuple[tuple[CardLines, str, str, str, str], ...]:
    lines = []
    for (evaluator, batch, _), each in counted:
        lines += [(one, evaluator, batch, each.seen.digest, each.seen.name) for one in each.said.card_lines]
    return tuple(sorted(lines))


def _card_runs(counted: _Counted) -> Iterable[tuple[CardRun, str, str, str]]:
    for (evaluator, batch, _), each in counted:
        yield from ((one, evaluator, batch, each.seen.name) for one in each.said.card_runs)


def _comments(counted: _Counted) -> tuple[tuple[Comment, str], ...]:
    said = ((each.said.survey, evaluator) for (evaluator, _, _), each in counted if each.said.survey)
    return tuple(sorted((comment, evaluator) for survey, evaluator in said for comment in survey.comments))


def _surveys(counted: _Counted) -> tuple[SurveyAccount, ...]:
    said = [(evaluator, each.seen.name, each.said.survey) for (evaluator, _, _), each in counted]
    return tuple(sorted(account(evaluator, name, survey) for evaluator, name, survey in said if survey))
