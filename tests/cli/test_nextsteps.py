"""After every command what comes next, as a line that can be copied: the folder in it, quoted where it must be."""

from __future__ import annotations

import shlex
import shutil
from pathlib import Path

import pytest

from evaltool.cli.nextsteps import line, quoted
from folders import bundled_settings, make
from terminal import ev
from worked_county import ROSTER, scheme


@pytest.mark.parametrize(
    "path", ["city-2027", "澄川市2027", "五 镇", "a&b", "it's", 'say "x"', "$HOME", "a\\", "(1)", "."]
)
def test_a_path_is_quoted_so_that_the_shell_gives_it_back(path: str) -> None:
    """With double quotes where they do, which every shell knows."""
    assert shlex.split(quoted(path)) == [path]
    assert quoted("五 镇") == '"五 镇"'
    assert line("validate", "city-2027", "--on", "2027-03-20") == "evaltool validate city-2027 --on 2027-03-20"


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("next") / "a year", ROSTER, {"counties": scheme()}, bundled_settings())


def next_line(*arguments: str) -> str:
    """What the command said to do next."""
    return next((each for each in reversed(ev(*arguments).stderr.splitlines()) if each.startswith("Next: ")), "")


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (("scheme",), "template"),
        (("template", "--only", "mayor", "--sheet", "marks"), "validate"),
        (("ingest",), "validate"),
        (("validate", "--no-returns"), "validate"),
        (("due",), "notice"),
        (("runs",), "validate"),
        (("score",), "validate"),
        (("goals",), "goals"),
    ],
)
def test_each_command_names_the_next_with_its_folder(year: Path, command: tuple[str, ...], expected: str) -> None:
    """Refused or not; the line splits into what a shell would run."""
    said = next_line(command[0], str(year), *command[1:])
    assert shlex.split(said[said.rindex("evaltool ") :])[:3] == ["evaltool", expected, str(year)]


def test_wrong_rules_are_mended_first(year: Path, tmp_path: Path) -> None:
    """The folder that has the mistake, also when another one was to begin from it."""
    folder = Path(shutil.copytree(year, tmp_path / "wrong"))
    (folder / "decisions" / "x.csv").write_text("种类,文号,日期,理由\n加分,,,\n", encoding="utf-8")
    for command in (("scheme", str(folder)), ("init", str(tmp_path / "new"), "--from", str(folder))):
        assert next_line(*command) == f"Next: mend what is listed; then: evaltool scheme {folder}"
