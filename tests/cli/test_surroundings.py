"""Languages and code pages: in whatever surroundings it runs, the tool does the same and says it without failing."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from folders import make, return_all
from hostile import LEDGER, RULES, SETTINGS, roster, says
from terminal import environment

SAME_TIME = {"SOURCE_DATE_EPOCH": "1800000000"}
LOCALES = (
    "C",
    "POSIX",
    "zh_CN.UTF-8",
    "zh_CN.GBK",
    "zh_TW.BIG5",
    "en_US.UTF-8",
    "ja_JP.EUC-JP",
    "tr_TR.UTF-8",
    "ar_SA.UTF-8",
)
CONSOLES = ("gbk", "ascii", "cp437", "cp1252", "utf-16", "shift_jis")
SURROUNDINGS: tuple[Mapping[str, str], ...] = (
    *({"LC_ALL": name} for name in LOCALES),
    *({"LC_ALL": name, "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"} for name in LOCALES),
    *({"PYTHONIOENCODING": f"{name}:strict", "EVALTOOL_LANG": "zh"} for name in CONSOLES),
    {"LC_ALL": "tr_TR.UTF-8", "TZ": "Asia/Shanghai", "PYTHONUTF8": "0"},
    {"EVALTOOL_LANG": "zh", "LC_ALL": "zh_CN.GBK", "PYTHONIOENCODING": "gbk", "PYTHONUTF8": "0", "TERM": "dumb"},
)


def made_locale(folder: Path, name: str) -> dict[str, str]:
    """Where the system finds a locale, made if it can be made here; of others it falls back to C."""
    if shutil.which("localedef") and "." in name:
        language, charset = name.split(".")
        command = ["localedef", "-i", language, "-f", charset, str(folder / name)]
        subprocess.run(command, capture_output=True, check=False)
        return {"LOCPATH": str(folder)}
    return {}


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small evaluation in a folder with a Chinese name; one file's name has signs that no code page has."""
    folder = make(tmp_path_factory.mktemp("城") / "评估2026😀", roster(), {"d": RULES}, SETTINGS, LEDGER)
    return_all(folder, says)
    (folder / "inbox" / "附言😀é한.txt").write_text("x", encoding="utf-8")
    return folder


def ran(folder: Path, command: str, *options: str, **surroundings: str) -> subprocess.CompletedProcess[bytes]:
    """One command in a process of its own, its streams as bytes."""
    arguments = [sys.executable, "-m", "evaltool", command, str(folder), *options]
    return subprocess.run(arguments, capture_output=True, check=False, env=environment(**SAME_TIME, **surroundings))


def contents(run: Path) -> dict[str, object]:
    """The files of a run; of its manifest what it was made of and what was made, without who, when and the seal."""
    files = (path for path in sorted(run.rglob("*")) if path.is_file())
    found: dict[str, object] = {path.relative_to(run).as_posix(): path.read_bytes() for path in files}
    manifest = json.loads((run / "manifest.json").read_bytes())
    return {**found, "manifest.json": [manifest[name] for name in ("code", "inputs", "outputs")]}


def test_a_console_of_gbk_shows_what_it_can(city: Path, tmp_path: Path) -> None:
    """As on Windows: Chinese words in GBK, signs that GBK does not have as escapes, no Python of its own in UTF-8."""
    surroundings = {"LC_ALL": "zh_CN.GBK", "PYTHONIOENCODING": "gbk:strict", "PYTHONUTF8": "0"}
    told = ran(city, "validate", **surroundings, **made_locale(tmp_path, "zh_CN.GBK"))
    assert told.returncode == 0
    said = (told.stdout + told.stderr).decode("gbk")
    assert "附言\\U0001f600" in said
    assert "Traceback" not in said


def test_a_folder_is_found_whatever_the_code_page_makes_of_its_name(city: Path, tmp_path: Path) -> None:
    """BIG5 of the system and BIG5 of Python are not the same: what one makes of a name the other cannot make undone."""
    told = ran(city, "status", LC_ALL="zh_TW.BIG5", **made_locale(tmp_path, "zh_TW.BIG5"))
    assert (told.returncode, b"Traceback" in told.stderr) == (0, False)


@pytest.fixture(scope="module")
def plainly(city: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, object], int]:
    """What a scoring writes in plain English surroundings, and the exit code of a look at the folder."""
    twin = Path(shutil.copytree(city, tmp_path_factory.mktemp("plain") / city.name))
    assert ran(twin, "score").returncode == 0
    return contents(twin / "runs" / "0001"), ran(twin, "validate").returncode


@pytest.mark.slow
@pytest.mark.parametrize("surroundings", SURROUNDINGS, ids=lambda one: " ".join(f"{k}={v}" for k, v in one.items()))
def test_surroundings_leave_no_trace(
    surroundings: Mapping[str, str], city: Path, plainly: tuple[dict[str, object], int], tmp_path: Path
) -> None:
    """Every locale, with and without Python's own UTF-8, and every console: the same bytes, the same exit codes."""
    files, code = plainly
    around = {**surroundings, **made_locale(tmp_path, surroundings.get("LC_ALL", ""))}
    twin = Path(shutil.copytree(city, tmp_path / "双" / city.name))
    done, told = ran(twin, "score", **around), ran(twin, "validate", **around)
    assert (done.returncode, told.returncode) == (0, code), done.stderr
    assert contents(twin / "runs" / "0001") == files
    for said in (done, told):
        assert b"Traceback" not in said.stderr
        assert b"EncodeError" not in said.stderr + said.stdout
        assert said.stdout
