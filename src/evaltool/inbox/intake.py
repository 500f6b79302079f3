"""Everything that came in as one value: the tables of what counts, and the accounts of files and sheets."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from evaltool.identity import SubmissionKey
from evaltool.inbox.accounts.files import FileAccount
from evaltool.inbox.accounts.sheets import SheetAccount
from evaltool.inbox.exports.shapes import Comment, SurveyAnswers
from evaltool.inbox.extract.cardruns import CardRun
from evaltool.inbox.extract.workbook import CardLines
from evaltool.inbox.submissions import Submission
from evaltool.inbox.surveys import SurveyAccount, account
from evaltool.inbox.tables import BALLOTS, CountedSubmission, answers_table, in_words, table

if TYPE_CHECKING:
    import polars as pl


FEW = 2_000
"""Rows of which all become words as quickly as the wanted ones are looked for first."""


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

    def rows(self, wanted: pl.Expr, *columns: str) -> pl.DataFrame:
        """The rows of ANSWERS that are wanted, in the order of its columns; all of these, or those that are named."""
        asked = columns or self.table.columns
        if self.table.height < FEW:
            return self.answers.filter(wanted).select(asked).collect()
        return in_words(self.kept(wanted).lazy().select(asked)).collect()

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
    surveys = {key: each for key, each in sorted(taken.items()) if each.said.survey}
    return Intake(
        *_tables(parts, surveys),
        _card_lines(parts),
        files,
        sheets,
        tuple(_card_runs(parts)),
        _surveys(parts),
        _comments(surveys),
    )


_Surveys = Mapping[SubmissionKey, Submission]
"""The exports of surveys, those in parts as one."""


def _tables(counted: _Counted, surveys: _Surveys) -> tuple[pl.DataFrame, pl.DataFrame]:
    filled: list[CountedSubmission] = []
    ballots: list[tuple[object, ...]] = []
    for (evaluator, batch, _), each in counted:
        said, digest = each.said, each.seen.digest
        filled.append(CountedSubmission(evaluator, batch, digest, each.seen.name, each.sheets, said.answers))
        ballots += [(*one[:3], evaluator, batch, *one[3:], digest) for one in (*said.counts, *said.tallied)]
    for (evaluator, _, _), each in surveys.items():
        digest = _digest_of(each)
        ballots += [
            (*one[:3], evaluator, one.point, one.choice, True, one.answers, digest) for one in _whole(each).counts
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


def _whole(each: Submission) -> SurveyAnswers:
    said = each.said.survey
    assert said is not None
    return said.whole or said


def _digest_of(each: Submission) -> str:
    """The hash of an export; of one in parts that of their hashes, one a line, in order."""
    if len(each.each) == 1:
        return each.seen.digest
    return hashlib.sha256("".join(sorted(f"{part.seen.digest}\n" for part in each.each)).encode()).hexdigest()


def _comments(surveys: _Surveys) -> tuple[tuple[Comment, str], ...]:
    said = ((_whole(each), evaluator) for (evaluator, _, _), each in surveys.items())
    return tuple(sorted((comment, evaluator) for survey, evaluator in said for comment in survey.comments))


def _surveys(counted: _Counted) -> tuple[SurveyAccount, ...]:
    said = [(evaluator, each.seen.name, each.said.survey) for (evaluator, _, _), each in counted]
    return tuple(sorted(account(evaluator, name, survey) for evaluator, name, survey in said if survey))
