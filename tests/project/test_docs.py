"""Documentation that cannot drift: the READMEs' commands are run, the generated pages are compared."""

from __future__ import annotations

import importlib
import re
import shlex
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import typer

from terminal import ev

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tools"))

CONSOLE = re.compile(r"```console\n(.*?)```", re.DOTALL)
BLOCK = re.compile(rf"<!-- tested -->\n{CONSOLE.pattern}", re.DOTALL)
CODE = re.compile(r"# exit code ([1-9]\d*)$")


def commands(name: str, blocks: re.Pattern[str] = BLOCK) -> list[tuple[str, list[str], int]]:
    """Every command of the blocks, those marked as tested: the line, its arguments, the exit code stated behind it,
    or 0."""
    found = []
    for line in "".join(blocks.findall((ROOT / name).read_text("utf-8"))).replace("\\\n", "").splitlines():
        words, stated = shlex.split(line, comments=True), CODE.search(line)
        if blocks is CONSOLE and words[:2] != ["$", "evaltool"]:
            continue
        (dollar, program, *arguments) = words
        assert (dollar, program) == ("$", "evaltool"), line
        assert stated or "exit code" not in line, line
        found.append((line, arguments, int(stated[1]) if stated else 0))
    return found


@pytest.fixture(scope="module")
def pages() -> Mapping[str, str]:
    """The generated pages as they are made now."""
    made: Mapping[str, str] = importlib.import_module("make_docs").pages()
    return made


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_commands_of_the_readmes_are_commands(name: str) -> None:
    """Each, run by the slow tests or not, is one of the program's, with arguments and options as it knows them."""
    import evaltool.cli.commands  # noqa: F401 - every command
    from evaltool.cli.program import app

    program: Any = typer.main.get_command(app)
    wrong, found = [], commands(name, CONSOLE)
    for line, (command, *arguments), _ in found:
        if command == "--version":
            continue
        try:
            program.commands[command].make_context(command, arguments)
        except Exception as unknown:  # of which kind depends on the release of Typer
            wrong.append(f"{line}: {unknown!r}")
    assert wrong == []
    assert len(found) > 50


@pytest.mark.slow
@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_commands_of_the_readmes_do_what_is_said(name: str, tmp_path: Path) -> None:
    """Every command in a block marked as tested ends with exit code 0, or with the one stated behind it."""
    for line, arguments, code in commands(name):
        ran = ev(*arguments, cwd=tmp_path)
        assert ran.returncode == code, f"{line}\n{ran.stderr}"


@pytest.mark.parametrize("page", ["findings.md", "commands.md", "methods.md", "rules.md"])
def test_generated_pages_are_current(page: str, pages: Mapping[str, str]) -> None:
    """The pages of docs/ say what the program says; `make docs` makes them anew."""
    assert (ROOT / "docs" / page).read_text("utf-8") == pages[page]


def test_links_of_the_readmes_lead_somewhere() -> None:
    """Every relative link in the READMEs names a file that is there."""
    for name in ("README.md", "README.zh-CN.md"):
        for target in re.findall(r"\]\(([^)#:]+)\)", (ROOT / name).read_text("utf-8")):
            assert (ROOT / target).exists(), f"{name}: {target}"


def test_codes_named_in_the_readmes_exist() -> None:
    """A finding's code in the READMEs is one of the catalogue."""
    from evaltool.findings import CATALOGUE

    for name in ("README.md", "README.zh-CN.md"):
        codes = re.findall(r"`([A-Z]+(?:_[A-Z]+)+)`", (ROOT / name).read_text("utf-8"))
        assert set(codes) <= CATALOGUE.keys() | {"NO_COLOR", "EVALTOOL_LANG"}


def test_every_kind_of_decision_stands_in_the_clerks_readme() -> None:
    """The table of decisions names every kind, with its word in the ledger."""
    from evaltool.ledger import KINDS

    text = (ROOT / "README.zh-CN.md").read_text("utf-8")
    assert [name for name, kind in KINDS.items() if f"{name} {kind.word}" not in text] == []
