"""The command that writes what people confirm with their signature."""

from __future__ import annotations

from gettext import gettext as _
from typing import TYPE_CHECKING, Annotated

import typer

from evaltool.cli.console import Console
from evaltool.cli.nextsteps import say_scoring
from evaltool.cli.program import HERE, Folder, command, existing

if TYPE_CHECKING:
    from evaltool.evaluation import Evaluation


@command(_("Write a confirmation sheet for every submission that counts: the values as read, to be signed and filed."))
def confirm(
    say: Console,
    folder: Folder = HERE,
    only: Annotated[str, typer.Option("--only", metavar="ROLE", help=_("One role only: its id or its name."))] = "",
    evaluator: Annotated[
        str, typer.Option("--evaluator", metavar="NAME", help=_("One evaluator only: id or name."))
    ] = "",
) -> None:
    from dataclasses import asdict

    from evaltool import run
    from evaltool.cli import summary

    with say.progress() as progress:
        taken = run.take_in(existing(folder), progress)
        who = _evaluator(taken.evaluation, evaluator)
        made = run.prepare_confirmations(taken, _role(taken.evaluation, only), who, progress)
    rows = [asdict(each) for each in made]
    say.result({"confirmations": rows}, rows, [summary.sent_table(made)])
    say.message(_("{n} confirmation sheets are in {folder}").format(n=len(made), folder=folder / "confirmations"))
    say_scoring(say, taken.evaluation, folder, first=_("have them signed"))


def _role(evaluation: Evaluation, text: str) -> str:
    from evaltool.evaluation.named import role_meant

    role = role_meant(evaluation, text) if text else ""
    if role is None:
        known = ", ".join(f"{each} ({name})" for each, name in evaluation.roles.items())
        raise typer.BadParameter(
            _("no role {role}; there are: {known}").format(role=text, known=known), param_hint="--only"
        )
    return role


def _evaluator(evaluation: Evaluation, text: str) -> str:
    from evaltool.cli.helppage import perhaps
    from evaltool.evaluation.named import evaluator_meant
    from evaltool.names import nearest

    who = evaluator_meant(evaluation, text) if text else ""
    if who is None:
        near = nearest(text, [each.name for each in evaluation.evaluators.values()])
        said = _("no evaluator {name}, or more than one of that name").format(name=text)
        raise typer.BadParameter(said + perhaps([near] if near else []), param_hint="--evaluator")
    return who
