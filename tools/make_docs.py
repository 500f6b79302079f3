"""Writes the pages of `docs/` that say what the program says: findings, commands, scoring methods, in both languages.

    python tools/make_docs.py

`pages` is what the test compares the files with.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tools")]

from make_reference import reference_page  # noqa: E402
from method_page import methods_page  # noqa: E402

ARROW = "→"  # before what to do
MADE = "<!-- made by tools/make_docs.py; `make docs` makes it anew -->"
SEVERITIES = {
    "error": ("Errors", "错误：有错误的文件或数值不计入，处理完才能计分"),
    "warning": ("Warnings", "提醒：照常计入，列出来请人看一看"),
    "note": ("Notes", "提示：只作记录"),
}


def pages() -> dict[str, str]:
    """File name in `docs/` -> text."""
    return {
        "findings.md": findings_page(),
        "commands.md": commands_page(),
        "methods.md": methods_page(MADE),
        "rules.md": reference_page(MADE),
    }


# --- findings --------------------------------------------------------------------------------------------------------


def findings_page() -> str:
    from evaltool.findings import CATALOGUE

    lines = [
        "# Findings 校验问题",
        "",
        MADE,
        "",
        "What `evaltool` can have to say about rules, roster, decisions, sheets. The codes stay, the words improve;",
        "words in `{braces}` are filled in with the case at hand.",
    ]
    for severity, (title, meaning) in SEVERITIES.items():
        lines += ["", f"## {title}", "", meaning, "", "| code | 中文 | English |", "|---|---|---|"]
        for code, entry in sorted(CATALOGUE.items()):
            if entry.severity == severity:
                words = (f"{entry.message[each]}<br>{ARROW} {entry.hint[each]}" for each in ("zh", "en"))
                lines.append(f"| `{code}` | {' | '.join(map(_cell, words))} |")
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    text = re.sub(r"\{near:([^{}]*)~([^{}]*)\}", r"\1{near}\2", text)  # what is said only where there is one
    return text.replace("|", "\\|").replace("\n", " ")


# --- commands --------------------------------------------------------------------------------------------------------


def commands_page() -> str:
    zh, en = (_described(language) for language in ("zh", "en"))
    lines = ["# Commands 命令", "", MADE, "", f"{zh['help']}  ", f"{en['help']}", ""]
    lines += ["Options of every command 通用选项：", "", *_table(zh["common"], en["common"])]
    for theirs, ours in zip(zh["commands"], en["commands"], strict=True):
        lines += ["", f"## evaltool {ours['usage']}", "", f"{theirs['help']}  ", ours["help"]]
        lines += ["", *_table(theirs["parameters"], ours["parameters"])] if ours["parameters"] else []
    return "\n".join(lines) + "\n"


def _table(zh: list[dict[str, str]], en: list[dict[str, str]]) -> Iterable[str]:
    yield "| | 中文 | English |"
    yield "|---|---|---|"
    for theirs, ours in zip(zh, en, strict=True):
        yield f"| `{_cell(ours['name'])}` | {_cell(theirs['help'])} | {_cell(ours['help'])} |"


def _described(language: str) -> Any:
    """The commands as they describe themselves in one language: a process of its own, since Typer fixes its help."""
    child = [sys.executable, __file__, "describe"]
    said = subprocess.run(child, env={**os.environ, "EVALTOOL_LANG": language}, check=True, capture_output=True)
    return json.loads(said.stdout)


def describe() -> dict[str, Any]:
    """This process' commands, arguments and options."""
    from evaltool.cli import language

    language.speak(language.chosen((), os.environ))
    from typer.main import get_command

    from evaltool.cli.commands import EVERY, app

    program: Any = get_command(app)
    commands = []
    common: list[dict[str, str]] = []
    for name, command in program.commands.items():
        shared = [each for each in command.params if getattr(each, "rich_help_panel", None) == EVERY]
        own = [each for each in command.params if each not in shared]
        common = [_parameter(each) for each in shared]
        arguments = [_name(each) for each in own if each.param_type_name == "argument"]
        usage = " ".join([name, *arguments])
        commands.append({"usage": usage, "help": command.help, "parameters": [_parameter(each) for each in own]})
    return {"help": program.help, "common": common, "commands": commands}


def _parameter(parameter: Any) -> dict[str, str]:
    return {"name": _name(parameter), "help": parameter.help or ""}


def _name(parameter: Any) -> str:
    if parameter.param_type_name == "argument":
        return str(parameter.metavar or parameter.name.upper())
    names = ", ".join(parameter.opts)
    return names if parameter.is_flag else f"{names} {parameter.metavar or parameter.name.upper()}"


def main() -> None:
    if sys.argv[1:] == ["describe"]:
        sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
        print(json.dumps(describe()))  # noqa: T201
        return
    for name, text in pages().items():
        (ROOT / "docs" / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
