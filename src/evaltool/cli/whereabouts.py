"""The command that says where an evaluation stands, and its words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from gettext import gettext as _
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evaltool.cli.console import Console, LabelledBlock, Part, StyledLine
from evaltool.cli.nextsteps import quoted
from evaltool.cli.program import HERE, AsOf, Folder, command, existing, meant_day, say_findings
from evaltool.views.tables import of_texts

if TYPE_CHECKING:
    from evaltool.checks.matters import Followed
    from evaltool.cli.language import TerminalLanguage
    from evaltool.evaluation import Evaluation
    from evaltool.ledger.register import Entry
    from evaltool.run import TakenIn
    from evaltool.runs.singlematters import SingleMatter
    from evaltool.runs.whereabouts import NextStep, Whereabouts


@command(
    _("Say where the evaluation stands: sheets, run, stages, objections; what comes next, who does it, by when."),
    _("Example: evaltool status city-2027; without a command, evaltool does the same in an evaluation's folder."),
)
def status(say: Console, folder: Folder = HERE, on: AsOf = "") -> None:
    from evaltool import run
    from evaltool.runs.singlematters import matters_of

    with say.progress() as progress:
        taken, where = run.where(existing(folder), meant_day(on), progress)
    matters = matters_of(taken.evaluation)
    value = {**_about(taken), **where.as_value(), "single_matters": [each.as_value() for each in matters]}
    say.result(value, value["next"], [*_parts(taken, where, folder, say.language), *_single_matters(matters)])
    say_findings(say, list(where.passed.findings))


def _single_matters(matters: Sequence[SingleMatter]) -> Iterator[Part]:
    """The single matters of a year, with how far their results are."""
    if not matters:
        return
    rows = []
    for each in matters:
        final = f"{each.final.number} {each.final.code}" if each.final else _("not final yet")
        state = _("rules are refused") if each.refused else final
        taken = "、".join(f"result.{name}" for name in each.taken) or _("not taken")
        rows.append((each.name, str(each.folder), state, taken))
    heads = (_("matter"), _("folder"), _("final run"), _("taken as"))
    yield StyledLine("")
    yield of_texts(_("Single matters"), heads, rows)


def _about(taken: TakenIn) -> dict[str, Any]:
    from evaltool.findings import blocking

    settings = taken.evaluation.settings
    sheets = [each.answered for each in taken.accounts.sheets]
    return {
        "evaluation": {"id": settings.id, "name": settings.name, "year": settings.year},
        "sheets": {"expected": len(sheets), **{each: sheets.count(each) for each in sorted(set(sheets))}},
        "errors": len(blocking(taken.findings)),
    }


def _parts(taken: TakenIn, where: Whereabouts, folder: Path, language: TerminalLanguage) -> list[Part]:
    from evaltool.cli import summary

    evaluation = taken.evaluation
    title = _("{name}: {stage}, as of {day}")
    said = title.format(name=evaluation.settings.name, stage=_stage_name(where), day=where.on.isoformat())
    parts: list[Part] = [StyledLine(said, "bold"), StyledLine(summary.sheet_line(taken.accounts))]
    parts.append(StyledLine(summary.count_line(taken.findings)))
    if official := where.passed.official:
        parts.append(
            StyledLine(_("newest official run: {run}, code {code}").format(run=official.number, code=official.code))
        )
        parts += [StyledLine(""), _stages(where)]
    if where.entries:
        parts += [StyledLine(""), _register(evaluation, where)]
    if where.matters:
        parts += [StyledLine(""), _matters(evaluation, where)]
    if stands := where.remarks.remarks and where.remarks:
        told = _("remarks passed on: {remarks}, answered: {answered}, overdue: {overdue}")
        said = told.format(remarks=stands.remarks, answered=stands.answered, overdue=stands.overdue)
        parts.append(StyledLine(said, "bold" if stands.overdue else ""))
    parts += [StyledLine(""), StyledLine(_("What comes next"), "bold")]
    for step in where.steps:
        lines = tuple(_step_lines(step, where.on, folder, language))
        parts.append(LabelledBlock(_step_title(evaluation, step), lines, whole=True))
    return parts


def _named(kind: str) -> str:
    """What a stage, or a kind of entry, is called."""
    return {
        "sent_for_opinion": _("sent for opinions"),
        "approved": _("approved by the committee"),
        "posted": _("posted"),
        "final": _("published"),
        "opinion": _("opinion"),
        "objection": _("objection"),
    }[kind]


def _stage_name(where: Whereabouts) -> str:
    own = {"collecting": _("sheets are being collected"), "drafted": _("scored, a draft")}
    reached = where.current
    if reached is None:
        return own[where.stage]
    if reached.stage == "posted" and date.fromisoformat(reached.line.until) < where.on:
        return _("posting over")
    return _named(where.stage)


def _stages(where: Whereabouts) -> Part:
    rows = []
    for stage in where.passed.needed:
        reached = where.passed.latest(stage)
        if reached:
            line = reached.line
            days = line.day if line.day != line.date or line.until else ""
            span = f"{days} – {line.until}" if line.until and stage == "posted" else line.until
            rows.append((_named(stage), line.date, f"{reached.run.number} {reached.run.code}", line.document, span))
        else:
            rows.append((_named(stage), "—", "", "", ""))
    return of_texts(_("Stages"), (_("stage"), _("decided"), _("run"), _("document number"), _("days")), rows)


def _register(evaluation: Evaluation, where: Whereabouts) -> Part:
    heads = (_("came on"), _("kind"), _("document number"), _("raised by"), _("what it says"), _("due"), _("state"))
    rows = []
    for entry, state in where.entries:
        first = entry.first
        words = _named(first.kind) + (_(" (late)") if entry.late else "")
        due = entry.due.isoformat() if state != "closed" else ""
        told = _entry_state(entry, state, where) + (_(", OVERDUE") if entry in where.overdue else "")
        rows.append((first.date, words, first.document, raised_by(evaluation, entry), entry.text, due, told))
    return of_texts(_("Opinions and objections"), heads, rows)


def _matters(evaluation: Evaluation, where: Whereabouts) -> Part:
    from evaltool.views.wording import unit_name

    heads = (_("unit"), _("to be put right"), _("document number"), _("due"), _("plan"), _("state"), _("days overdue"))
    rows = []
    for each in where.matters:
        matter, late = each.matter, each.matter.overdue(where.on)
        unit = unit_name(evaluation, matter.unit)
        plan = each.by.isoformat() if each.by else "—"
        due = matter.due.isoformat()
        rows.append((unit, matter.item, matter.document, due, plan, _matter_state(each), str(late) if late else ""))
    return of_texts(_("To be put right"), heads, rows)


def _matter_state(each: Followed) -> str:
    return {
        "no_plan": _("no plan yet"),
        "planned": _("under way"),
        "reported": _("reported, to be verified"),
        "sent_back": _("sent back"),
        "verified": _("verified, to be closed"),
        "closed": _("closed as put right"),
    }[each.state]


def raised_by(evaluation: Evaluation, entry: Entry) -> str:
    """Who raised an entry, about which unit."""
    unit = evaluation.units.get(entry.first.unit)
    name = unit.name if unit else entry.first.unit
    return (
        _("{who} (about {unit})").format(who=entry.first.source, unit=name)
        if entry.first.source and name
        else (entry.first.source or name)
    )


def _entry_state(entry: Entry, state: str, where: Whereabouts) -> str:
    outcome = entry.settled.after or "不采纳" if entry.settled else ""
    shown = where.passed.shown_by(entry) if entry.moves else None
    told = {
        "undecided": _("to be decided"),
        "unscored": _("{outcome}, to be scored again").format(outcome=outcome),
        "unanswered": _("{outcome}, to be answered").format(outcome=outcome),
        "closed": _("closed"),
    }[state]
    return told + (_(", shown by run {run}").format(run=shown.number) if shown else "")


def _step_title(evaluation: Evaluation, step: NextStep) -> str:
    from evaltool.views.wording import unit_name

    if step.entry is not None:
        words = {"settle": _("decide on {entry}"), "reply": _("answer {entry}")}[step.what]
        return words.format(entry=f"{step.entry.first.document}（{raised_by(evaluation, step.entry)}）")
    if step.matter is not None:
        words = {"verify": _("verify {matter}"), "close": _("close {matter}")}[step.what]
        return words.format(matter=f"{step.matter.item}（{unit_name(evaluation, step.matter.unit)}）")
    if step.stage:
        return _("{stage} of run {run}").format(stage=_named(step.stage), run=step.run)
    return {
        "collect": _("collect what is missing, mend what is wrong"),
        "committee": _("let the committee decide, in its book ({n} matters)").format(n=step.matters),
        "score": _("score"),
        "plan": _("send the sheets for plans, remind the units ({n} matters without a plan)").format(n=step.matters),
        "finished": _("all stages are passed: archive"),
    }[step.what]


def _step_lines(step: NextStep, on: date, folder: Path, language: TerminalLanguage) -> Iterator[tuple[str, str]]:
    from evaltool.documents.kinds import KINDS
    from evaltool.ledger.kinds import OUTCOMES, VERDICTS

    yield _("who"), step.who
    if step.what in ("settle", "verify"):
        yield _("--to"), "、".join(OUTCOMES if step.what == "settle" else VERDICTS)
    if step.by:
        late = _(" (overdue)") if step.by < on else ""
        yield _("due by"), step.by.isoformat() + late
    if step.after:
        yield _("not before"), _("{day} is over").format(day=step.after.isoformat())
    if step.held_up_by:
        yield _("held up by"), _(", ").join(step.held_up_by)
    told = _line(folder, *_in_words(step.command, language))
    if step.document:
        kind = KINDS[step.document]
        more = ["--about", "结果"] if step.document == "opinion" else []
        more += ["--unit", step.entry.first.unit] if step.entry is not None else []
        more += ["--unit", step.matter.unit] if step.matter is not None else []
        notice = _line(folder, "notice", "DIR", kind.name, *more)
        first = step.what == "reply" or step.document == "opinion"  # the letter goes out, then it is entered
        yield _("document"), f"{kind.name}：{notice}" if first else kind.name + _(" (after the decision): ") + notice
    yield _("command"), told


def _in_words(command: Sequence[str], language: TerminalLanguage) -> Sequence[str]:
    """The kind of a decision as the ledger's sheet calls it, to one who reads Chinese."""
    from evaltool.ledger import KINDS

    if language == "zh" and command[0] == "decide":
        return (*command[:2], KINDS[command[2]].word, *command[3:])
    return command


def _line(folder: Path, *words: str) -> str:
    """A command as a shell takes it: numbers of papers and names are whatever somebody wrote.  What only a person knows
    stays …"""
    known = (folder if word == "DIR" else word for word in words)
    return " ".join(["evaltool", *(word if word == "…" else quoted(word) for word in known)])
