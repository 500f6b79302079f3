"""What does a command say about the outcome?  Values for the console: tables and blocks; rows for programs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Sequence
from dataclasses import asdict, replace
from datetime import date
from fractions import Fraction
from gettext import gettext as _
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evaltool.checks.screens import PREFIX
from evaltool.cli.console import LabelledBlock, Part, StyledLine
from evaltool.cli.language import TerminalLanguage
from evaltool.cli.nextsteps import line
from evaltool.evaluation import Evaluation
from evaltool.evaluation.key import KEY_FILE
from evaltool.exact import half_up, plain
from evaltool.findings import SEVERITIES, Finding
from evaltool.identity import SubmissionKey, sheet_name
from evaltool.inbox.accounts.lacking import lacking
from evaltool.inbox.accounts.sheets import SheetAccount, SheetState
from evaltool.inbox.accounts.whole import Accounts, role_sheets
from evaltool.inbox.newkey import MadeKey
from evaltool.inbox.surveys import survey_totals
from evaltool.page import INTERNAL, PUBLIC
from evaltool.results.rank import Standing
from evaltool.results.result import Result
from evaltool.rules import Scheme
from evaltool.run import TakenIn
from evaltool.sheets.outbox import Sent
from evaltool.views import accounts
from evaltool.views.tables import ShownTable, of_texts

if TYPE_CHECKING:
    from evaltool.checks.declared import UnitGoals
    from evaltool.returns import Prepared
    from evaltool.returns.confirmations import Confirmation
    from evaltool.returns.goals import Approved

BEST = 3  # ranks
_PARTS = 20  # files of an export, each in a line of its own
FEW = 6  # names in a summary; all of them stand in the run


def became_name(fate: str) -> str:
    """What a file's fate is called."""
    return {
        "counted": _("counted"),
        "copy": _("copy of another file"),
        "superseded": _("superseded"),
        "rejected": _("rejected"),
        "excluded": _("excluded by decision"),
        "attachment": _("attachment"),
        "not_a_submission": _("not a sheet"),
    }[fate]


def answered_name(state: str) -> str:
    names = {"counted": _("counted"), "with_errors": _("to be mended"), "missing": _("missing"), "waived": _("waived")}
    return names[state]


def key_lines(made: MadeKey, folder: Path) -> list[str]:
    """What to do with a key that was just made, and about those that are gone."""
    lines = [
        _("{file} was made: it proves who each sheet was sent to. Keep it in the office, and back it up.").format(
            file=KEY_FILE
        )
    ]
    for key, count in made.lost.items():
        told = _("{n} sheets were made under the lost key {key}; to let those count that come back: {command}")
        command = line("decide", folder, "key_lost", "--file", key, "--document", "…", "--date", "…", "--reason", "…")
        lines.append(told.format(n=count, key=key, command=command))
    return lines


# --- what came in ----------------------------------------------------------------------------------------------------


def file_rows(made: Accounts) -> list[dict[str, Any]]:
    return [asdict(each) for each in made.files]


def file_table(taken: TakenIn, language: TerminalLanguage) -> ShownTable:
    """What each file was taken for."""
    rows, made = [], taken.accounts
    for each, reason in zip(made.files, accounts.why(made, taken.findings, language), strict=True):
        who = _who(taken.evaluation, each.evaluator, each.batch, each.entry)
        rows.append((each.file, each.digest[: accounts.HASH], became_name(each.became), who, reason))
    return of_texts("", (_("file"), _("hash"), _("taken for"), _("evaluator"), _("because")), rows)


def fate_line(made: Accounts) -> str:
    """How many files came to what."""
    parts = [f"{became_name(fate)} {count}" for fate, count in made.files_by_fate().items() if count]
    return _with(_("files: {n}").format(n=len(made.files)), _join(parts))


def role_table(made: Accounts) -> ShownTable:
    """The sheets of each role."""
    wrong = any(role.with_errors for role in made.roles)
    states = [state for state, _words in accounts.ANSWERED if wrong or state != "with_errors"]
    headings = (_("role"), _("expected"), *map(answered_name, states))
    return accounts.sheets(made.roles).called(_("Sheets"), *headings)


def survey_table(evaluation: Evaluation, made: Accounts) -> ShownTable:
    """What became of the answers of each export; those that were read are the sum of the columns behind them.

    An export in many parts is one line: all of them stand in the workbook.
    """
    parts = Counter(each.evaluator for each in made.surveys)
    shown = [each for each in made.surveys if parts[each.evaluator] <= _PARTS]
    for each in survey_totals(made.surveys):
        if parts[each.evaluator] > _PARTS:
            shown.append(replace(each, file=_("files: {n}").format(n=parts[each.evaluator])))
    headings = (_("survey"), _("file"), _("rows"), _("answers"), _("counted"), _("repeated"), _("blank"), _("refused"))
    return accounts.surveys(evaluation, replace(made, surveys=tuple(shown))).called(_("Surveys"), *headings)


def absent(
    evaluation: Evaluation,
    made: Accounts,
    state: str,
    of: Container[SubmissionKey] | None = None,
    word: str = "",
) -> list[tuple[str, list[str]]]:
    """Who is missing (or waived), of these sheets: a label with the role, and the names; `word`: what to call it where
    that is not the state's name."""
    named: dict[str, list[str]] = {}
    for each in made.sheets:
        if each.answered == state and (of is None or (each.evaluator, each.batch, each.entry) in of):
            role = evaluation.roles[evaluation.evaluators[each.evaluator].role]
            other = each.batch if sheet_name(each.batch) else ""
            who = _who(evaluation, each.evaluator, "" if other else each.batch, "" if other else each.entry)
            named.setdefault(role_sheets(role, other), []).append(who)
    return [(f"{word or answered_name(state)}: {role}", names) for role, names in named.items()]


def not_due(until: date | None) -> str:
    """What a sheet is called that nobody misses yet."""
    return _("due {day}").format(day=until.isoformat()) if until else _("no deadline stated")


def count_line(findings: Sequence[Finding]) -> str:
    """How many findings of each severity."""
    counts = Counter(one.severity for one in findings)
    names = {"error": _("errors: {n}"), "warning": _("warnings: {n}"), "note": _("notes: {n}")}
    return _join(names[severity].format(n=counts[severity]) for severity in SEVERITIES)


def checking(taken: TakenIn, findings: Sequence[Finding], on: date) -> list[Part]:
    """What stands under the findings: the accounts per role, who is missing on a day and whose sheets are not due yet,
    the files, how much is wrong."""
    made = taken.accounts
    sheets = lacking(taken.evaluation, taken.intake, on)
    who = absent(taken.evaluation, made, "missing", {each.key for each in sheets if each.is_due(on)})
    later = [each for each in sheets if not each.is_due(on)]
    for until in sorted({each.until for each in later}, key=lambda day: day or date.max):
        who += absent(
            taken.evaluation, made, "missing", {each.key for each in later if each.until == until}, not_due(until)
        )
    who += absent(taken.evaluation, made, "with_errors") + absent(taken.evaluation, made, "waived")
    told = [StyledLine(_("not due yet: {n} of the missing sheets").format(n=len(later)))] if later else []
    return [
        StyledLine(""),
        role_table(made),
        *((StyledLine(""), survey_table(taken.evaluation, made)) if made.surveys else ()),
        StyledLine(""),
        LabelledBlock(sheet_line(made), tuple((label, _join(names)) for label, names in who)),
        *told,
        StyledLine(fate_line(made), "bold"),
        StyledLine(count_line(findings), "bold"),
    ]


def worth_a_look(findings: Sequence[Finding], language: TerminalLanguage, rest: str) -> list[Part]:
    """What the screens noticed, in a few lines at the very end; `rest` says where all of it is listed."""
    noticed = [one for one in findings if one.code.startswith(PREFIX)]
    if not noticed:
        return []
    shown = [StyledLine(f"  {one.place()}: {one.message(language)}", "dim") for one in noticed[:FEW]]
    more = (
        [StyledLine("  " + _("{n} more; {rest}").format(n=len(noticed) - FEW, rest=rest))] if len(noticed) > FEW else []
    )
    heading = _("Worth a look ({n}); nothing here blocks or changes a score:").format(n=len(noticed))
    return [StyledLine(""), StyledLine(heading, "bold"), *shown, *more]


def prepared_lines(prepared: Prepared) -> list[str]:
    """What was prepared to go back, and where; nothing if nothing was."""
    parts = [
        _("sheets to send back: {n}").format(n=len(prepared.sheets)) if prepared.sheets else "",
        _("messages only: {n}").format(n=len(prepared.messages)) if prepared.messages else "",
        _("files left to the office: {n}").format(n=len(prepared.left)) if prepared.left else "",
        _("reminders: {file}").format(file=prepared.reminders) if prepared.reminders else "",
    ]
    said = _join(part for part in parts if part)
    return [_("returns/ has {parts}").format(parts=said)] if said else []


# --- what went out ---------------------------------------------------------------------------------------------------


def sent_table(sent: Sequence[Sent] | Sequence[Confirmation]) -> ShownTable:
    """How many sheets each role gets, blank ones or such as are to be signed, and where they are."""
    counts = Counter((each.role_name, str(Path(each.file).parent)) for each in sent)
    rows = [(role, count, folder) for (role, folder), count in counts.items()]
    return of_texts("", (_("role"), _("sheets"), _("folder")), rows, figures=(1,))


# --- a scoring -------------------------------------------------------------------------------------------------------


def scoring(result: Result, folder: Path, since: Sequence[Part] = ()) -> list[Part]:
    """What a clerk wants to see at the end: units, grades, awards, best units, waivers, what changed since the run
    before, where the files are."""
    evaluation = result.evaluation
    parts: list[Part] = [_headline(result)]
    for scheme in evaluation.classes.values():
        for group in scheme.head.groups:
            standings = result.group(scheme.id, group.id)
            parts += [_group(scheme.group_title(group.id), standings, scheme)] if standings else []
    sheets = [
        line for state in ("waived", "with_errors", "missing") for line in absent(evaluation, result.accounts, state)
    ]
    parts.append(LabelledBlock(sheet_line(result.accounts), tuple((label, _few(names)) for label, names in sheets)))
    parts.append(StyledLine(count_line(result.findings), "bold"))
    if gaps := [one.value for one in result.findings if one.code == "NOTICE_GAP"]:
        parts.append(StyledLine(_("left open in the documents: {gaps}").format(gaps=_join(gaps))))
    parts += since
    parts.append(LabelledBlock(_("Files"), _files(folder, interim=result.interim), whole=True))
    return parts


def _headline(result: Result) -> StyledLine:
    name = result.evaluation.settings.name
    text = _("{name}: run {run}, code {code}").format(name=name, run=result.run, code=result.code)
    if result.interim:
        return StyledLine(_with(text, _("INTERIM: not a result")), "bold yellow")
    return StyledLine(text, "bold")


def _group(name: str, standings: Sequence[Standing], scheme: Scheme) -> LabelledBlock:
    counts = Counter(one.grade for one in standings if one.grade)
    final = [one for one in standings if one.rank is not None and one.received is None]  # of half a result none is best
    best = [f"{one.rank} {one.unit.name} {one.text}" for one in final if (one.rank or 0) <= BEST]
    vetoes = [_with(one.unit.name, one.veto) for one in standings if one.veto]
    revoked = [_with(f"{one.unit.name} {label}", document) for one in standings for label, document in one.revoked]
    barred = [_with(one.unit.name, one.barred[0].words) for one in standings if one.barred]
    grades = [f"{grade.name} {counts[grade.name]}" for grade in scheme.grades]
    if open_ := sum(bool(one.possible) for one in standings):
        grades.append(_("not certain {n}").format(n=open_))
    lines = [
        (_("received"), _received(standings, scheme)),
        (_("grades"), _join(grades)),
        (_("best"), _few(best)),
        *_awards(standings, scheme),
        (_("veto"), _join(vetoes)),
        (_("award revoked"), _join(revoked)),
        (_("no awards"), _join(barred)),
    ]
    text = _("{group}: {n} persons") if scheme.head.persons else _("{group}: {n} units")
    heading = text.format(group=name, n=len(standings))
    return LabelledBlock(heading, tuple(line for line in lines if line[1]))


def _received(standings: Sequence[Standing], scheme: Scheme) -> str:
    """How much of full marks is in, while a result is interim."""
    there = [plain(half_up(each, 2)) for each in sorted(one.received for one in standings if one.received is not None)]
    if not there:
        return ""
    span = there[0] if there[0] == there[-1] else f"{there[0]}–{there[-1]}"
    return _("{part} of {full} points").format(part=span, full=plain(Fraction(scheme.head.total)))


def _awards(standings: Sequence[Standing], scheme: Scheme) -> list[tuple[str, str]]:
    """Each award with its units, in the order of the rules."""
    given: dict[str, list[str]] = {}
    for one in standings:
        for award in one.awards:
            given.setdefault(award, []).append(one.unit.name)
    fields = ((each.name, field.name) for each in scheme.awards for field in each.fields)
    order = [*(each.name for each in scheme.awards), *(f"{award}·{field}" for award, field in fields)]
    return [(name, _join(given[name])) for name in order if name in given]


def sheet_line(made: Accounts) -> str:
    """The sheets that are expected: those of marks and cards, and, apart, those that are not scored, so that both add
    up to the table by role and to the notices."""
    scored = [each for each in made.sheets if not sheet_name(each.batch)]
    others = [each for each in made.sheets if sheet_name(each.batch)]
    line = _with(_("mark sheets and cards expected: {n}").format(n=len(scored)), _states(scored))
    if not others:
        return line
    return line + _("; ") + _with(_("other sheets expected: {n}").format(n=len(others)), _states(others))


def _states(sheets: Iterable[SheetAccount]) -> str:
    counts = Counter(each.answered for each in sheets)
    wrong: tuple[SheetState, ...] = ("with_errors",) if counts["with_errors"] else ()
    states: tuple[SheetState, ...] = ("counted", *wrong, "waived", "missing")
    return _join(f"{answered_name(state)} {counts[state]}" for state in states)


def _files(folder: Path, *, interim: bool) -> tuple[tuple[str, str], ...]:
    """Where everything is; nothing of an interim result is public."""
    places = (
        (_("ranked workbook"), "internal"),
        (_("documents"), "internal" if interim else "public"),
        (_("report page"), INTERNAL),
        (_("public page"), "" if interim else PUBLIC),
        (_("for programs"), "results.json"),
    )
    return tuple((label, str(folder / path)) for label, path in places if path)


def _who(evaluation: Evaluation, evaluator: str, batch: str, entry: str) -> str:
    """An evaluator's name, with the batch where they have more than one, and the entry of what is keyed twice."""
    known = evaluation.evaluators.get(evaluator)
    batches = sum(each.evaluator == evaluator for each in evaluation.roster.batches)
    twice = bool(entry) and known is not None and known.role in evaluation.settings.entered_twice
    shown = sheet_name(batch) or (batch if batches > 1 else "")
    more = (f" / {shown}" if shown else "") + (" / " + _("entry {n}").format(n=entry) if twice else "")
    return (known.name if known else evaluator) + more


def _join(parts: Iterable[str]) -> str:
    return _(", ").join(parts)


def _few(names: Sequence[str]) -> str:
    rest = len(names) - FEW
    return _join(names) if rest <= 0 else _("{names} and {n} more").format(names=_join(names[:FEW]), n=rest)


def _with(text: str, more: str) -> str:
    return _("{text} ({more})").format(text=text, more=more) if more else text


# --- goals -----------------------------------------------------------------------------------------------------------


def goal_state_name(state: str) -> str:
    return {
        "approved": _("approved"),
        "ready": _("to be approved"),
        "waiting": _("with the leader in charge"),
        "wrong": _("with errors"),
        "missing": _("not declared"),
    }[state]


def goal_rows(units: Iterable[UnitGoals]) -> list[dict[str, Any]]:
    """Where each unit stands, for programs."""
    return [
        {
            "unit": each.unit.id,
            "name": each.unit.name,
            "state": each.state,
            "declared": len(each.lines),
            "approved": each.approved,
            "errors": len(each.wrong),
            "file": each.file,
        }
        for each in units
    ]


def goal_table(units: Sequence[UnitGoals]) -> ShownTable:
    headings = (_("unit"), _("goals"), _("declared"), _("errors"), _("file"))
    rows = [
        (
            each.unit.name,
            goal_state_name(each.state),
            each.approved if each.state == "approved" else len(each.lines),
            len(each.wrong) or "",
            each.file,
        )
        for each in units
    ]
    counts = Counter(each.state for each in units)
    title = _join(f"{goal_state_name(state)} {n}" for state, n in sorted(counts.items()))
    return of_texts(title, headings, rows, figures=(2, 3))


def approved_table(approved: Approved) -> ShownTable:
    return of_texts(_("Approved"), (_("unit"), _("goals")), approved.units, figures=(1,))
