"""Confirmation sheets: for every submission that counts the values as they were read, to be signed and filed.

Signed paper is the record.  `confirmations/` has a folder per role; what the tool wrote there is made anew each time,
what people put or changed there stays (see `files.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

from evaltool.evaluation import Evaluation
from evaltool.files import foreign, free_stem, rebuild
from evaltool.identity import SubmissionKey
from evaltool.inbox.accounts.sheets import SheetAccount
from evaltool.inbox.intake import Intake
from evaltool.names import safe_name
from evaltool.questions.forms import Form
from evaltool.questions.layout import forms as expected_forms
from evaltool.returns.confirmations.sheet import TITLE, AnswerRead, CellKey, ConfirmedSubmission, confirmation
from evaltool.writers.saving import to_bytes

FOLDER = "confirmations"


@dataclass(frozen=True, slots=True)
class Confirmation:
    """One sheet to be signed: for whom, of which submission, and where it was written."""

    evaluator: str
    name: str
    role: str
    role_name: str
    batch: str
    sha256: str
    code: str
    file: str


def write_confirmations(
    evaluation: Evaluation,
    intake: Intake,
    role: str = "",
    evaluator: str = "",
    progress: Callable[[str], None] = lambda _: None,
) -> list[Confirmation]:
    """Write the sheets of everybody who has answered, or of one role or evaluator; the others' stay as they are.

    Sheets of submissions that no longer count are taken away.
    """
    forms = expected_forms(evaluation)
    submissions = _submissions(intake, forms)

    def wanted(one: ConfirmedSubmission) -> bool:
        who = evaluation.evaluators[one.form.evaluator]
        return role in ("", who.role) and evaluator in ("", who.id)

    made = []
    for each, name in evaluation.roles.items():
        of_role = [one for one in submissions if evaluation.evaluators[one.form.evaluator].role == each]
        made += _shelve(evaluation, each, name, of_role, wanted, progress)
    return made


def _shelve(
    evaluation: Evaluation,
    role: str,
    name: str,
    submissions: Iterable[ConfirmedSubmission],
    wanted: Callable[[ConfirmedSubmission], bool],
    progress: Callable[[str], None],
) -> list[Confirmation]:
    """One role's folder: the wanted sheets anew, the others as they stand, nothing else of the tool's."""
    folder = PurePosixPath(FOLDER) / safe_name(name)
    shelf = evaluation.folder / folder
    taken = foreign(shelf)
    theirs = set(taken)
    files: dict[str, bytes] = {}
    made = []
    for one in submissions:
        stem = f"{safe_name(PurePosixPath(one.form.file_name).stem)}-{TITLE}"
        file = f"{free_stem(stem, ('.xlsx',), taken)}.xlsx"
        path = shelf / file
        if wanted(one):
            progress(f"{folder}/{file}")
            files[file] = to_bytes(confirmation(evaluation, one))
            who = evaluation.evaluators[one.form.evaluator]
            place = (one.form.batch, one.digest, one.code, f"{folder}/{file}")
            made.append(Confirmation(who.id, who.name, role, name, *place))
        elif path.is_file() and file.casefold() not in theirs:
            files[file] = path.read_bytes()
    rebuild(shelf, files)
    return made


# --- from the tables -------------------------------------------------------------------------------------------------


def _submissions(intake: Intake, forms: dict[SubmissionKey, Form]) -> list[ConfirmedSubmission]:
    """What counts, in the order of the roster; the export of a survey is no sheet that somebody filled in."""
    names = {each.digest: each.file for each in intake.files if each.became == "counted"}
    sheets = (each for each in intake.sheets if (each.evaluator, each.batch, each.entry) in forms)
    counted = {sheet.digest: sheet for sheet in sheets if sheet.digest}
    whole = _wholes(intake, counted)
    answers = _answers(intake, forms, counted, whole)
    cards = _cards(intake, whole)
    by_card: dict[str, set[tuple[str, str]]] = {}
    for lines, _, _, digest, _ in intake.card_lines:
        if lines.used:
            by_card.setdefault(whole.get(digest, digest), set()).add((lines.class_id, lines.component))
    return [
        ConfirmedSubmission(
            forms[sheet.evaluator, sheet.batch, sheet.entry],
            names.get(digest, ""),
            digest,
            answers.get(digest, {}),
            cards.get(digest, {}),
            frozenset(by_card.get(digest, ())),
        )
        for digest, sheet in counted.items()
    ]


def _wholes(intake: Intake, counted: dict[str, SheetAccount]) -> dict[str, str]:
    """Hash of a file -> that of the sheet it is a part of; the same where one file is the sheet."""
    sheets = {(each.evaluator, each.batch, each.entry): digest for digest, each in counted.items()}
    files = (each for each in intake.files if each.became == "counted")
    return {each.digest: sheets.get((each.evaluator, each.batch, each.entry), each.digest) for each in files}


def _answers(
    intake: Intake, forms: dict[SubmissionKey, Form], counted: dict[str, SheetAccount], whole: dict[str, str]
) -> dict[str, dict[CellKey, AnswerRead]]:
    """Hash of a sheet -> cell of the form -> what it was read as."""
    opened = {digest: _open(forms[sheet.evaluator, sheet.batch, sheet.entry]) for digest, sheet in counted.items()}
    key = ("class_id", "component", "indicator", "unit", "repeat", "field")
    said = ("text", "value", "decimals", "state", "required", "decision")
    answers: dict[str, dict[CellKey, AnswerRead]] = {}
    for file, *rest in intake.answers.select("file_hash", *key, *said).collect().iter_rows():
        digest = whole[file]
        class_id, component, indicator, unit, repeat, name = rest[:6]
        if (class_id, component, name) in opened.get(digest, ()):
            unit = ""  # a row that was added names its unit itself and is known by its number
        place = (class_id, component, indicator, unit, repeat, name)
        answers.setdefault(digest, {})[place] = AnswerRead(*rest[6:])
    return answers


def _open(form: Form) -> set[tuple[str, str, str]]:
    """(class, component, field) of the cells in tables to which rows are added."""
    tables = (table for sheet in form.sheets for table in sheet.tables if table.kind == "open")
    return {(table.class_id, table.component, column.field) for table in tables for column in table.columns}


def _cards(intake: Intake, whole: dict[str, str]) -> dict[str, dict[tuple[str, str], dict[str, dict[str, int]]]]:
    """File hash -> (class, component) -> unit -> choice -> valid cards."""
    cards: dict[str, dict[tuple[str, str], dict[str, dict[str, int]]]] = {}
    columns = ("file_hash", "class_id", "component", "unit", "choice", "count")
    for digest, class_id, component, unit, choice, count in intake.ballots.filter("valid").select(columns).iter_rows():
        of_unit = cards.setdefault(whole[digest], {}).setdefault((class_id, component), {}).setdefault(unit, {})
        of_unit[choice] = of_unit.get(choice, 0) + count
    return cards
