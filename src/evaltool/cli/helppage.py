"""The page that `--help` prints, in the language of the terminal: usage, what the command does, arguments, options.

Typer's own page has English headings in it, cuts texts off and takes brackets in them for markup.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from gettext import gettext as _
from typing import Any

from typer.core import TyperArgument, TyperCommand, TyperGroup

from evaltool.cli.folding import columns, folded_lines, width


class ProgramCommand(TyperCommand):
    """A command with our page."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        formatter.write("\n".join(_page(self, ctx)) + "\n")


class ProgramGroup(TyperGroup):
    """The program with our page; a command that there is not is said in our words."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        formatter.write("\n".join(_page(self, ctx)) + "\n")

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        known = self.list_commands(ctx)
        if args[0] not in known and not args[0].startswith("-") and not ctx.resilient_parsing:
            near = perhaps(get_close_matches(args[0], known))
            ctx.fail(_("there is no command {name}").format(name=args[0]) + near)
        return super().resolve_command(ctx, args)


def perhaps(near: Iterable[str]) -> str:
    """What may have been meant, at the end of a complaint."""
    listed = _(" or ").join(near)
    return _("; did you mean {near}?").format(near=listed) if listed else ""


def usage(command: Any, ctx: Any) -> str:
    """How the command is called, in a line."""
    parts = [ctx.command_path, _("[OPTIONS]")]
    parts += [_argument(each) for each in command.params if isinstance(each, TyperArgument)]
    parts += [_("COMMAND …")] if isinstance(command, TyperGroup) else []
    return _("Usage: {line}").format(line=" ".join(parts))


def _page(command: Any, ctx: Any) -> Iterable[str]:
    room = width() - 1
    yield from folded_lines(usage(command, ctx), room)
    yield from ["", *folded_lines(command.help or "", room)]
    shown = [each for each in command.get_params(ctx) if not getattr(each, "hidden", False)]
    arguments = [(_argument(each), _told(each)) for each in shown if isinstance(each, TyperArgument)]
    yield from _section(_("Arguments"), arguments, room)
    options = [each for each in shown if not isinstance(each, TyperArgument)]
    panels = sorted({getattr(each, "rich_help_panel", None) or "" for each in options})  # the command's own first
    for panel in panels:
        own = [_option(each) for each in options if (getattr(each, "rich_help_panel", None) or "") == panel]
        yield from _section(panel or _("Options"), own, room)
    if isinstance(command, TyperGroup):
        listed = [(name, command.commands[name].help or "") for name in command.list_commands(ctx)]
        yield from _section(_("Commands"), listed, room)
    if command.epilog:
        yield from ["", *folded_lines(command.epilog, room)]


def _section(heading: str, rows: list[tuple[str, str]], room: int) -> list[str]:
    return ["", heading, *columns(rows, room)] if rows else []


def _argument(each: Any) -> str:
    name = each.metavar or f"[{each.name.upper()}]"
    word, *more = name.strip("[]").split(" ", 1)
    inner = " ".join((value_name(word), *more))
    return f"[{inner}]" if name.startswith("[") else inner


def _option(each: Any) -> tuple[str, str]:
    value = "" if each.is_flag or "--help" in each.opts else value_name(each.metavar or "")
    names = ", ".join(sorted(each.opts, key=len))
    text = _("Show this help and exit.")
    default = each.default if isinstance(each.default, str | int) and each.show_default else ""
    told = "" if each.is_flag or default in ("", False) else _(" (default: {value})").format(value=default)
    return f"{names} {value}".strip(), (text if "--help" in each.opts else _told(each)) + told


def _told(each: Any) -> str:
    """What a parameter is for, and whether it must be there."""
    return (each.help or "") + (_(" (required)") if each.required else "")


def value_name(metavar: str) -> str:
    """What stands for a value, in the language of the terminal."""
    known = {
        "DIR": _("DIR"),
        "KIND": _("KIND"),
        "NAME": _("NAME"),
        "ROLE": _("ROLE"),
        "UNIT": _("UNIT"),
        "EVALUATOR": _("EVALUATOR"),
        "PERIOD": _("PERIOD"),
        "WHAT": _("WHAT"),
        "TEXT": _("TEXT"),
        "NUMBER": _("NUMBER"),
        "FILE": _("FILE"),
        "SHELL": _("SHELL"),
        "KEY=VALUE": _("KEY=VALUE"),
        "YYYY-MM-DD": _("YYYY-MM-DD"),
        "YYYY": _("YYYY"),
        "": _("TEXT"),
    }
    return known.get(metavar, metavar)
