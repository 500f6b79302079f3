"""What was typed wrong, in the language of the terminal: the command line's own complaints, in our words.

Typer says them in English, and those about values in the words of its validator.
"""

from __future__ import annotations

import re
import sys
from gettext import gettext as _
from typing import Any

from evaltool.cli.console import shown
from evaltool.cli.folding import folded_lines, width
from evaltool.cli.helppage import perhaps, usage, value_name


def complain(error: Any) -> int:
    """Say on stderr what is wrong and where help is; the exit code."""
    for line in complaint(error):
        print(shown(line), file=sys.stderr)  # noqa: T201
    return int(error.exit_code)


def aborted() -> int:
    """Nobody answered."""
    print(_("stopped"), file=sys.stderr)  # noqa: T201
    return 1


def complaint(error: Any) -> list[str]:
    """The lines of a complaint; where nothing was asked for, the help page."""
    context = getattr(error, "ctx", None)
    if type(error).__name__ == "NoArgsIsHelpError":
        return str(error.format_message()).split("\n")
    room = width() - 1
    lines = folded_lines(usage(context.command, context), room) if context else []
    lines += folded_lines(_("Error: {what}").format(what=_what(error)), room)
    help_line = _("Help: {command} --help").format(command=context.command_path) if context else ""
    return lines + ([help_line] if help_line else [])


def _what(error: Any) -> str:
    kind, message = type(error).__name__, str(getattr(error, "message", error))
    if kind == "NoSuchOption":
        return _("there is no option {name}").format(name=error.option_name) + perhaps(error.possibilities or ())
    if kind == "MissingParameter":
        return _missing(error)
    if kind == "BadOptionUsage":
        takes = _("the option {name} takes no value") if "not take" in message else _("the option {name} needs a value")
        return takes.format(name=error.option_name)
    if kind == "BadParameter":
        return _("{where}: {why}").format(where=_where(error), why=_why(error, message))
    if extra := re.fullmatch(r"Got unexpected extra arguments? ?\(?s?\)? \((.*)\)", message):
        return _("too many arguments: {text}").format(text=extra[1])
    return _("a command is missing") if message == "Missing command." else message


def _missing(error: Any) -> str:
    names = getattr(error.param, "opts", ())
    if any(name.startswith("-") for name in names):
        return _("the option {name} is missing").format(name=max(names, key=len))
    return _("the argument {name} is missing").format(name=_name(error.param))


def _where(error: Any) -> str:
    if error.param_hint:
        hint = error.param_hint
        return value_name(hint) if isinstance(hint, str) else _(", ").join(hint)
    names = [name for name in getattr(error.param, "opts", ()) if name.startswith("-")]
    return max(names, key=len) if names else _name(error.param)


def _name(param: Any) -> str:
    return value_name((getattr(param, "metavar", "") or getattr(param, "name", "") or "").strip("[]"))


def _why(error: Any, message: str) -> str:
    """Why a value does not do: by what the validator found, where it was one; our own commands say it themselves."""
    cause = getattr(error, "__cause__", None)
    found = cause.errors()[0] if cause is not None and hasattr(cause, "errors") else None
    if choices := re.fullmatch(r"(?:Value error, )?'(.*)' is not one of (.*?)\.?", message, re.DOTALL):
        listed = choices[2].replace("'", "")
        return _("{value} is none of {listed}").format(value=choices[1], listed=listed)
    if day := re.fullmatch(r"(?:Value error, )?'(.*)' does not match the formats? .*", message, re.DOTALL):
        return _("{text} is no date such as 2027-03-31").format(text=day[1])
    if found is None:
        return message
    if found["type"] in ("int_parsing", "int_type", "int_from_float"):
        return _("{value} is no whole number").format(value=found["input"])
    if found["type"] == "greater_than_equal":
        return _("{value} is less than {least}").format(value=found["input"], least=found["ctx"]["ge"])
    return _("{value} cannot be used").format(value=found["input"])
