"""Names of files by the rules of every system: Windows forbids the most, Linux counts bytes, neither may mix up two."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest

from evaltool.names import safe_name
from evaltool.run import score_folder
from folders import make, return_all
from hostile import LEDGER, RULES, SETTINGS, says, table
from terminal import ev

DEVICES = {
    "con",
    "prn",
    "aux",
    "nul",
    "conin$",
    "conout$",
    *(f"{port}{n}" for port in ("com", "lpt") for n in "123¹²³"),
}
ODD = (
    *(
        "CON",
        "nul.txt",
        "com1",
        "LPT³",
        "aux .x",
        "甲/乙:局?",
        'A<b>|"c"*',
        "局 .",
        "...",
        " ",
        "e\u0301局",
        "换\n行\u202e",
    ),
    *("长" * 100, "😀" * 100, "x" * 79 + " y", "a" * 79 + ".b", "\ud800", "部门\u2028二", "局\x7f", "正常的局"),
)


def broken_rules(name: str) -> list[str]:
    """Which rules for one part of a path a name breaks (those of Windows, and 255 bytes)."""
    stem = name.split(".")[0].rstrip(" ").casefold()
    rules = {
        "empty or dots": not name.strip("."),
        "sign": bool(re.search(r'[<>:"/\\|?*\x00-\x1f\x7f]', name)),
        "end": name != name.rstrip(" ."),
        "device": stem in DEVICES,
        "bytes": len(name.encode("utf-8", "surrogatepass")) > 255,
        "units": len(name.encode("utf-16-le", "surrogatepass")) > 2 * 255,
        "form": name != unicodedata.normalize("NFC", name),
        "half a sign": bool(re.search("[\ud800-\udfff]", name)),
    }
    return [rule for rule, is_broken in rules.items() if is_broken]


@pytest.mark.parametrize("name", ODD, ids=ascii)
def test_whatever_somebody_is_called_makes_a_file_name(name: str) -> None:
    """As the name of a folder, and with an ending; made twice it stays the same."""
    safe = safe_name(name)
    assert broken_rules(safe) == []
    assert broken_rules(f"{safe}-录入2-数据确认单-2.xlsx") == []
    assert safe_name(safe) == safe


def test_the_rules_are_rules() -> None:
    """A name that breaks each is told on."""
    names = ("..", "a?b", "a.", "Nul.txt", "长" * 86, "x" * 256, "e\u0301", "\ud800")
    broken = {rule for name in names for rule in broken_rules(name)}
    assert len(broken) == 8


OFFICES = ("CON", "甲/乙:局?", "长" * 70 + "一", "长" * 70 + "二", "Ab局", "aB局", "😀" * 60, "NUL.txt")


@pytest.fixture
def odd(tmp_path: Path) -> Path:
    """Units with such names, two of which differ in the case of letters only, their ids too."""
    units = [(f"U{at}", name, "d", "g", at) for at, name in enumerate(OFFICES)]
    units[5] = ("u4", *units[5][1:])
    roster = {
        "单位": table("编号,名称,对象类别,分类,顺序", *units),
        "评估主体": table("编号,名称,角色", ("O1", "PRN", "office"), ("V1", "群众 .", "voters")),
        "批次": table("评估主体,批次,会议,地点,评价卡数", ("V1", "1", "COM1", "a?b", 4), ("V1", "2", "com1", "a:b", 4)),
    }
    settings = SETTINGS.replace('office = "市绩效办"\nvoters', 'office = "CON"\nvoters').replace(
        'voters = "群众"', 'voters = "群众:?"\n[[deadline]]\nwhat = "全部"\ndate = 2027-03-31'
    )
    return make(tmp_path / "e", roster, {"d": RULES}, settings, LEDGER)


def misnamed(folder: Path) -> list[tuple[str, object]]:
    """What is wrong with the names of all files below a folder: of each by itself, and of two together."""
    names = [path.relative_to(folder) for path in folder.rglob("*")]
    wrong: list[tuple[str, object]] = [
        (str(name), rules) for name in names for part in name.parts if (rules := broken_rules(part))
    ]
    seen: dict[str, Path] = {}
    for name in names:
        other = seen.setdefault(unicodedata.normalize("NFC", str(name)).casefold(), name)
        wrong += [(str(name), other)] if other != name else []
    # Windows counts 260 with the folder before it, of which sixty are left
    wrong += [(str(name), "length") for name in names if len(str(name).encode("utf-16-le")) > 2 * 200]
    return wrong


def test_sheets_that_are_sent_out_have_names_for_every_system(odd: Path) -> None:
    """One file for every evaluator and batch, though their names differ in nothing that Windows sees."""
    assert ev("template", str(odd)).returncode == 0
    assert misnamed(odd) == []
    sheets = [path for path in (odd / "outbox").rglob("*.xlsx") if "纸" not in str(path)]
    assert len(sheets) == len(OFFICES) + 1 + 2


@pytest.mark.slow
def test_everything_that_is_written_has_names_for_every_system(odd: Path) -> None:
    """Runs with letters, confirmations, dossiers and what goes back."""
    return_all(odd, says)
    score_folder(odd)
    for command in (("confirm",), ("ingest",), ("dossier", "--all"), ("notice",)):
        assert ev(command[0], str(odd), *command[1:]).returncode in (0, 1)
    written = {path.relative_to(odd).parts[0] for path in odd.rglob("*")}
    assert {"runs", "confirmations", "dossiers"} <= written
    assert misnamed(odd) == []
