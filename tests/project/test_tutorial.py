"""The tutorials are true: their files and tables are written, their commands run, and the result can be scored."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

import fillings
from evaltool.evaluation import load
from evaltool.run import score_folder
from terminal import ev

ROOT = Path(__file__).parents[2]
PIECE = re.compile(
    r"<!-- remove: (?P<gone>\S+) -->"
    r"|<!-- file: (?P<file>\S+) -->\n```toml\n(?P<text>.*?)```"
    r"|<!-- table: (?P<table>\S+) -->\n(?P<rows>(?:\|[^\n]*\n)+)"
    r"|<!-- tested -->\n```console\n(?P<commands>.*?)```",
    re.DOTALL,
)


def followed(page: str, place: Path) -> Path:
    """Do what the page says, in its order; the evaluation's folder."""
    for piece in PIECE.finditer((ROOT / "docs" / page).read_text("utf-8")):
        if piece["gone"]:
            (place / piece["gone"]).unlink()
        elif piece["file"]:
            (place / piece["file"]).write_text(piece["text"], encoding="utf-8")
        elif piece["table"]:
            _write_table(place, piece["table"], piece["rows"])
        else:
            _run(piece["commands"], place)
    (folder,) = (path for path in place.iterdir() if path.is_dir())
    return folder


def _write_table(place: Path, name: str, text: str) -> None:
    """A table of the page as a table of the roster, which then consists of the page's tables alone."""
    folder, table = name.split("/")
    (place / folder / "roster.xlsx").unlink(missing_ok=True)
    rows = [[cell.strip() for cell in line.strip("|\n").split("|")] for line in text.splitlines()]
    path = place / folder / "roster" / f"{table}.csv"
    path.parent.mkdir(exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(row for at, row in enumerate(rows) if at != 1)


def _run(commands: str, place: Path) -> None:
    for line in commands.splitlines():
        command, _, stated = line.removeprefix("$ evaltool ").partition("   # exit code ")
        ran = ev(*command.split(), cwd=place)
        assert ran.returncode == int(stated or 0), f"{line}\n{ran.stderr}"


@pytest.mark.parametrize("page", ["tutorial.md", "tutorial.zh-CN.md"])
def test_who_follows_the_tutorial_has_an_evaluation_that_scores(page: str, tmp_path: Path) -> None:
    """The rules load without a finding; once everybody has answered, they give every township a total and a rank."""
    folder = followed(page, tmp_path)
    evaluation, findings = load(folder)
    assert findings == []
    for name, data in fillings.files(evaluation, fillings.draw(evaluation, 3)).items():
        (folder / "inbox" / name).write_bytes(data)
    standings = score_folder(folder).result.standings
    assert sorted(one.rank or 0 for one in standings) == [1, 2, 3, 4]
    assert all(one.grade for one in standings)


def test_both_tutorials_write_the_same_rules(tmp_path: Path) -> None:
    """The languages differ, the rules do not."""
    made = []
    for page in ("tutorial.md", "tutorial.zh-CN.md"):
        place = tmp_path / page
        place.mkdir()
        evaluation, _ = load(followed(page, place))
        made.append([scheme.components for scheme in evaluation.classes.values()])
    assert made[0] == made[1]
